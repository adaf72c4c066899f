"""Training time, memory and quality of `trainer fit` beside scikit-learn, both on two threads.

python benches/training.py [--runs 3] [--cases NAME,...] [--skip-memory] [--json FILE]

Times are medians of runs that alternate between the two sides, in files that were just written:

  fit     the fit of the estimator alone, on scaled numbers in memory: what `trainer fit --json`
          says of itself, and scikit-learn's `fit`
  whole   the whole process: `trainer fit ... --test-fraction 0` from CSV file to model file, and a
          Python process with read_csv, StandardScaler and estimator as a pipeline, joblib.dump

Peak memory is the kernel's, of the whole processes. Scores are accuracy or R2 on 20,000 rows (5,000
of 1,000 classes) that neither side has seen; of labels also the mean log-loss of the same rows, and
the difference with its standard error. This process imports nothing but the standard library: a child's peak memory
cannot read below its parent's.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
THREADS = 2
ROWS, MANY_ROWS, HELD_OUT_ROWS, FEATURES = 50_000, 200_000, 20_000, 20
CLASSES = {"binary": 2, "five": 5, "ten": 10, "letters": 26}
THOUSAND, ROWS_OF_EACH = 1_000, 5  # classes of few rows
MEMORY_TARGET_MIB = 1024
GENERATED = "complete"
FOREST = {"n_trees": 100, "max_depth": 12}
BOOSTING = {"n_estimators": 20, "max_depth": 4, "learning_rate": 0.2}

# name: (data, our algorithm, our parameters, our fit / scikit-learn's at most)
CASES = {
    "random forest, 2 classes": ("binary", "random-forest", FOREST, 2.0),
    "random forest, regression": ("regression", "random-forest", FOREST, 1.0),
    "random forest, 5 classes": ("five", "random-forest", FOREST, 1.5),
    "random forest, 10 classes": ("ten", "random-forest", FOREST, 1.5),
    "random forest, 26 classes": ("letters", "random-forest", FOREST, 1.5),
    "random forest, 1,000 classes of 5 rows": ("thousand", "random-forest", FOREST, 1.5),
    "extra trees, 10 classes": ("ten", "extra-trees", FOREST, 1.5),
    "decision tree, 10 classes": ("ten", "decision-tree", {"max_depth": 12}, 1.5),
    "logistic regression": ("binary", "logistic-regression", {"alpha": 1.0}, 6.0),
    "gaussian naive Bayes": ("binary", "gaussian-nb", {}, 2.0),
    "gradient boosting": ("regression", "gradient-boosting", BOOSTING, 1.0),
}


def estimator(case):
    """scikit-learn's counterpart with the same work to do: the regression forest here looks at a
    third of the features per split, so scikit-learn's, which would take all, does too."""
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        GradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.tree import DecisionTreeClassifier

    data, algorithm, _, _ = CASES[case]
    if algorithm == "decision-tree":
        return DecisionTreeClassifier(max_depth=FOREST["max_depth"], random_state=7)
    if algorithm in ("random-forest", "extra-trees"):
        forest = {"n_estimators": FOREST["n_trees"], "max_depth": FOREST["max_depth"]}
        forest |= {"n_jobs": THREADS, "random_state": 7}
        if data == "regression":
            return RandomForestRegressor(max_features=FEATURES // 3, **forest)
        if algorithm == "extra-trees":
            return ExtraTreesClassifier(**forest)
        return RandomForestClassifier(**forest)
    if algorithm == "logistic-regression":
        return LogisticRegression(C=1.0, max_iter=1000)
    if algorithm == "gaussian-nb":
        return GaussianNB()
    return GradientBoostingRegressor(random_state=7, **BOOSTING)


# What runs in child processes.


def generate(folder):
    """Writes `{data}_{rows}.csv` and `{data}_held_out.csv`, seeded, with 6 to 9 digits a cell."""
    import numpy as np
    import pandas as pd

    n = MANY_ROWS + HELD_OUT_ROWS
    j = np.arange(FEATURES)
    for seed, data in enumerate(("binary", "five", "regression", "ten", "letters")):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, FEATURES))
        if data == "regression":
            y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
            y += 10 * x[:, 3] + 5 * x[:, 4] + 3 * x[:, 5] * (x[:, 6] > 0) + rng.normal(size=n)
            y = y.round(6)
        else:
            n_classes = CLASSES[data]
            scores = x @ rng.normal(size=(FEATURES, n_classes))
            for k in range(n_classes):
                a, b, c = rng.choice(FEATURES, 3, replace=False)
                scores[:, k] += 3 * x[:, a] * x[:, b] + 2 * np.sin(3 * x[:, c])
            y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
            if n_classes > 20:
                # So many integers would be taken for numbers.
                y = np.array([f"c{label:02}" for label in y])
        # Columns differ in offset and scale, so that scaling matters.
        x = x * 10.0 ** (j % 5 - 2) + (j % 3) * 3.0
        digits = [f"{{:.{6 + i % 4}g}}".format for i in j]
        frame = pd.DataFrame({f"f{i}": [float(digits[i](v)) for v in x[:, i]] for i in j})
        frame["y"] = y
        frame[:ROWS].to_csv(f"{folder}/{data}_{ROWS}.csv", index=False)
        frame[:MANY_ROWS].to_csv(f"{folder}/{data}_{MANY_ROWS}.csv", index=False)
        frame[MANY_ROWS:].to_csv(f"{folder}/{data}_held_out.csv", index=False)
    rng = np.random.default_rng(9)
    centres = rng.normal(size=(THOUSAND, FEATURES))
    for part in (rows_of("thousand"), "held_out"):
        y = rng.permutation(np.repeat(np.arange(THOUSAND), ROWS_OF_EACH))
        x = (centres[y] + 0.7 * rng.normal(size=(len(y), FEATURES))).round(6)
        frame = pd.DataFrame(x, columns=[f"f{i}" for i in j])
        frame["y"] = [f"c{label:03}" for label in y]
        frame.to_csv(f"{folder}/thousand_{part}.csv", index=False)


def rows_of(data):
    """Rows that are fitted."""
    return THOUSAND * ROWS_OF_EACH if data == "thousand" else ROWS


def fit(case, csv, out):
    """One training run of scikit-learn; prints the seconds of the estimator's `fit`."""
    import joblib
    import pandas as pd
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    frame = pd.read_csv(csv)
    x, y = frame.drop(columns="y").to_numpy(), frame["y"].to_numpy()
    scaler, model = StandardScaler(), estimator(case)
    scaled = scaler.fit_transform(x)
    start = time.perf_counter()
    model.fit(scaled, y)
    seconds = time.perf_counter() - start
    joblib.dump(make_pipeline(scaler, model), out)
    print(seconds)


def score(case, model, held_out, ours):
    """Prints our score and scikit-learn's on the held-out rows; of labels also both log-losses, their
    difference and its standard error."""
    import joblib
    import numpy as np
    import pandas as pd
    from sklearn.metrics import accuracy_score, r2_score

    frame, ours, theirs = pd.read_csv(held_out), pd.read_csv(ours), joblib.load(model)
    x, y = frame.drop(columns="y").to_numpy(), frame["y"]
    if CASES[case][0] == "regression":
        print(r2_score(y, ours["prediction"]), r2_score(y, theirs.predict(x)))
        return
    probabilities = theirs.predict_proba(x)
    row, column = np.arange(len(y)), np.searchsorted(theirs.classes_, y)
    own = ours[[f"probability_{label}" for label in theirs.classes_]].to_numpy()
    losses = [-np.log(np.maximum(p[row, column], 1e-15)) for p in (own, probabilities)]
    difference = losses[0] - losses[1]
    print(accuracy_score(y, ours["prediction"]),
          accuracy_score(y, theirs.classes_[probabilities.argmax(axis=1)]),
          *(loss.mean() for loss in losses), difference.mean(),
          difference.std() / len(y) ** 0.5)


def versions():
    import numpy
    import pandas
    import sklearn

    print(f"Python {sys.version.split()[0]}, scikit-learn {sklearn.__version__},",
          f"numpy {numpy.__version__}, pandas {pandas.__version__}")


# The parent.


def run(command):
    """Runs a command; returns its output, wall and CPU seconds and peak memory in MiB."""
    read, write = os.pipe()
    env = os.environ | {f"{lib}_NUM_THREADS": str(THREADS) for lib in ("OMP", "OPENBLAS", "MKL")}
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, env, file_actions=[
        (os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with open(read, encoding="utf-8") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {os.waitstatus_to_exitcode(status)}")
    return output, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def child(*arguments):
    return run([sys.executable, str(pathlib.Path(__file__).resolve()), *map(str, arguments)])


def train_ours(trainer, case, csv, out):
    _, algorithm, parameters, _ = CASES[case]
    command = [str(trainer), "fit", str(csv), "--target", "y", "--algorithm", algorithm]
    command += ["--test-fraction", "0", "--threads", str(THREADS), "--json", "-o", str(out)]
    for name, value in parameters.items():
        command += ["--param", f"{name}={value}"]
    output, *figures = run(command)
    return figures, json.loads(output)["seconds"]["fitting"]


def compare(args, data, folder, case, rows, runs):
    """Medians of both sides of one case."""
    csv = data / f"{CASES[case][0]}_{rows}.csv"
    model, dump = folder / "ours.model", folder / "theirs.joblib"
    ours, our_fits, theirs, fits = [], [], [], []
    for _ in range(runs):
        figures, fitting = train_ours(args.trainer, case, csv, model)
        ours.append(figures)
        our_fits.append([fitting])
        output, *figures = child("fit", case, csv, dump)
        theirs.append(figures)
        fits.append([float(output)])
    row = {"case": case, "rows": rows, "runs": runs}
    for side, figures in (("ours", ours), ("theirs", theirs)):
        wall, cpu, mib = zip(*figures)
        row |= {f"{side}_s": statistics.median(wall), f"{side}_cpu_s": statistics.median(cpu)}
        row[f"{side}_mib"] = max(mib)
    row["our_fit_s"] = statistics.median(seconds for seconds, in our_fits)
    row["their_fit_s"] = statistics.median(seconds for seconds, in fits)
    row["ratio_of_fits"] = row["our_fit_s"] / row["their_fit_s"]
    row["ratio_of_wholes"] = row["ours_s"] / row["theirs_s"]
    held_out, scored = data / f"{CASES[case][0]}_held_out.csv", folder / "scored.csv"
    run([str(args.trainer.with_name("predictor")), "predict", str(model), str(held_out), "-q",
         "-o", str(scored)] + ["--proba"] * (CASES[case][0] != "regression"))
    output, *_ = child("score", case, dump, held_out, scored)
    row["ours_score"], row["their_score"], *losses = map(float, output.split())
    names = ("ours_log_loss", "their_log_loss", "log_loss_difference", "standard_error")
    row |= dict(zip(names, losses))
    print(f"{case}, {rows} rows: fit {row['our_fit_s']:.2f} : {row['their_fit_s']:.2f} s, "
          f"whole {row['ours_s']:.2f} : {row['theirs_s']:.2f} s", file=sys.stderr)
    return row


def tables(rows):
    """The results as Markdown."""
    lines = [
        f"| {ROWS:,} x {FEATURES} | fit, s | ratio | at most | whole, s | ratio | peak MiB | score "
        "| log-loss | difference |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in (r for r in rows if r["rows"] != MANY_ROWS):
        losses = difference = ""
        if "standard_error" in r:
            losses = f"{r['ours_log_loss']:.4f} : {r['their_log_loss']:.4f}"
            difference = f"{r['log_loss_difference']:+.4f} ± {r['standard_error']:.4f}"
        target = CASES[r["case"]][3]
        missed = "" if r["ratio_of_fits"] <= target else ", missed"
        lines.append(
            f"| {r['case']} | {r['our_fit_s']:.3f} : {r['their_fit_s']:.3f} "
            f"| {r['ratio_of_fits']:.2f} | {target:g}{missed} "
            f"| {r['ours_s']:.2f} : {r['theirs_s']:.2f} | {r['ratio_of_wholes']:.2f} "
            f"| {r['ours_mib']:.0f} : {r['theirs_mib']:.0f} "
            f"| {r['ours_score']:.3f} : {r['their_score']:.3f} | {losses} | {difference} |"
        )
    many = [r for r in rows if r["rows"] == MANY_ROWS]
    if many:
        lines += [
            "",
            f"| {MANY_ROWS:,} x {FEATURES}, one run | peak MiB | target | whole, s |",
            "|---|---|---|---|",
        ]
    for r in many:
        missed = "" if r["ours_mib"] < MEMORY_TARGET_MIB else ", missed"
        lines.append(
            f"| {r['case']} | {r['ours_mib']:.0f} : {r['theirs_mib']:.0f} "
            f"| < {MEMORY_TARGET_MIB}{missed} | {r['ours_s']:.2f} : {r['theirs_s']:.2f} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trainer", type=pathlib.Path, default=ROOT / "target/release/trainer",
                        help="release build; `predictor` lies beside it")
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each side")
    parser.add_argument("--cases", help="comma-separated parts of the names of cases")
    parser.add_argument("--skip-memory", action="store_true",
                        help=f"leave out the runs on {MANY_ROWS:,} rows")
    parser.add_argument("--data", type=pathlib.Path,
                        help="keep the data in this directory, and use what an earlier run left")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures here, case by case")
    args = parser.parse_args()
    args.trainer = args.trainer.resolve()
    for program in (args.trainer, args.trainer.with_name("predictor")):
        if not program.is_file():
            parser.error(f"no `{program}`: build it with cargo build --release")
    wanted = args.cases.split(",") if args.cases else [""]
    cases = [case for case in CASES if any(part.lower() in case.lower() for part in wanted)]
    python = child("versions")[0].strip()
    work = [(case, rows_of(CASES[case][0]), args.runs) for case in cases]
    if not args.skip_memory:
        work += [(case, MANY_ROWS, 1) for case in cases if CASES[case][0] != "thousand"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data = args.data or folder
        if not (data / GENERATED).exists():
            data.mkdir(parents=True, exist_ok=True)
            child("generate", data)
            (data / GENERATED).touch()
        for case, n_rows, runs in work:
            rows.append(compare(args, data, folder, case, n_rows, runs))
            if args.json:
                figures = {"versions": python, "rows": rows}
                args.json.write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{python}; {os.cpu_count()} cores, {THREADS} threads; median of {args.runs}; "
          "pairs are ours : scikit-learn's\n")
    print(tables(rows))


if __name__ == "__main__":
    work = {"generate": generate, "fit": fit, "score": score, "versions": versions}
    if len(sys.argv) > 1 and sys.argv[1] in work:
        work[sys.argv[1]](*sys.argv[2:])
    else:
        main()
