"""Time of whole prediction runs beside what else a user could pick, and beside raw limits.

python benches/scoring.py [--runs 5] [--cases NAME,...] [--data DIR] [--json FILE]

A run is a whole process on two threads: CSV file in, CSV file out with id, prediction and, of
labels, probability. Times are medians of runs that take turns (ours, peer, peer, ours, ...) after
one of each that is not counted; the input is in the page cache, and what was written before is on
disk. The best peer is the one with the least median. Reading this file costs a peer about 0.01 s.

All were fitted on the same rows: a scaler before every estimator but the trees of XGBoost and
CatBoost, and, for mixed columns, the median for missing numbers and one column per category. What
ONNX Runtime runs is scikit-learn's model, converted. XGBoost is kept from importing scikit-learn
and pandas, which it would if it found them and which takes longer than to score: it does not need
them.

This process imports nothing but the standard library: a child's peak memory cannot read below its
parent's, and is then given as that.
"""

import argparse
import io
import json
import os
import pathlib
import resource
import statistics
import sys
import tempfile
import time
from collections import namedtuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
THREADS = 2
ROWS, SOME_ROWS, FEW_ROWS, FITTED, FEATURES = 1_000_000, 200_000, 20_000, 50_000, 20
FOREST = {"n_trees": 100, "max_depth": 12}

Model = namedtuple("Model", "data algorithm parameters fitted options", defaults=(FITTED, ()))
MODELS = {
    "logistic": Model("labels", "logistic-regression", {}),
    "logistic_bare": Model("labels", "logistic-regression", {}, FITTED, ("--no-statistics",)),
    "linear": Model("numbers", "linear-regression", {}),
    "forest": Model("labels", "random-forest", FOREST),
    "forest_numbers": Model("numbers", "random-forest", FOREST),
    "boosting": Model("numbers", "gradient-boosting", {"n_estimators": 100, "max_depth": 6}),
    "mixed_logistic": Model("mixed", "logistic-regression", {}),
    "mixed_forest": Model("mixed", "random-forest", FOREST),
    "neighbours": Model("labels", "knn", {"k": 5}, 10_000),
    "vectors": Model("labels", "svm", {"kernel": "rbf"}, 5_000),
    "ten_forest": Model("ten", "random-forest", FOREST),
    "letters_forest": Model("letters", "random-forest", FOREST),
    "large_forest": Model("labels", "random-forest", {"n_trees": 500, "max_depth": "none"}),
}
TARGET = {"labels": "label", "numbers": "y", "mixed": "label", "ten": "label", "letters": "label"}
LABELS = {"labels": 2, "mixed": 2, "ten": 10, "letters": 26}

# Kinds of peers, which are also the endings of their model files.
PEERS = {
    "joblib": "scikit-learn + pandas",
    "onnx": "ONNX Runtime + polars",
    "ubj": "XGBoost + polars",
    "cbm": "CatBoost + polars",
}
SCIKIT_AND_ONNX, AND_XGBOOST = ("joblib", "onnx"), ("joblib", "onnx", "ubj")

# at_most: our time over that of the best peer, or of the peer `beside`.
Case = namedtuple("Case", "model rows peers at_most beside", defaults=(None,))
CASES = {
    "logistic regression": Case("logistic", ROWS, SCIKIT_AND_ONNX, 0.3),
    "linear regression": Case("linear", ROWS, SCIKIT_AND_ONNX, 0.3),
    "random forest, labels": Case("forest", ROWS, AND_XGBOOST, 0.3),
    "random forest, numbers": Case("forest_numbers", ROWS, AND_XGBOOST, 0.3),
    "gradient boosting": Case("boosting", ROWS, ("joblib", "cbm"), 0.6, "cbm"),
    "mixed columns, logistic regression": Case("mixed_logistic", ROWS, SCIKIT_AND_ONNX, 0.3),
    "mixed columns, random forest": Case("mixed_forest", ROWS, SCIKIT_AND_ONNX, 0.3),
    "random forest, 10 labels": Case("ten_forest", SOME_ROWS, SCIKIT_AND_ONNX, 0.3),
    "random forest, 26 labels": Case("letters_forest", SOME_ROWS, SCIKIT_AND_ONNX, 0.3),
    "nearest neighbours": Case("neighbours", FEW_ROWS, SCIKIT_AND_ONNX, 0.3),
    "support vectors": Case("vectors", FEW_ROWS, SCIKIT_AND_ONNX, 0.3),
}
ONE_ROW, LOADING, GUARDS = "one row, random forest", "loading a large forest", "drift and digest"
# The models, ours and the peers', of what is measured otherwise.
OTHERS = {
    ONE_ROW: {"forest": SCIKIT_AND_ONNX},
    LOADING: {"large_forest": ("joblib",)},
    GUARDS: {"logistic": (), "logistic_bare": ()},
}
PARSED = ("logistic regression", "linear regression")  # beside the hand-split parse
PARSE_TARGET, ONE_ROW_TARGET_MS, MEMORY_TARGET_MIB, GUARDS_TARGET = 1.6, 3, 64, 0.05
JOBLIB_TARGET, DIGEST_TARGET, FILE_TARGET = 0.2, 2, 0.25
SPEEDUP_TARGET, LONG_S = 1.8, 1  # on two threads, of work that takes a second on one
TIMED_INSIDE = ("joblib.load", "SHA-256")  # these print their seconds
SHORT_RUNS, GUARD_RUNS = 20, 3  # times as many runs of what takes milliseconds or is a difference


# What runs in child processes.


def generate(folder, rows):
    """Writes `{data}_fitted_{rows}.csv` to train on and `{data}_{rows}.csv` to score, with an id.

    The rows do not depend on how many are asked for. Cells have 6 to 9 digits, columns differ in
    offset and scale, so that scaling matters.
    """
    import numpy as np
    import polars as pl
    from sklearn.datasets import make_classification

    n = FITTED + ROWS
    scored = sorted({0, 1, *(min(size, int(rows)) for size in (FEW_ROWS, SOME_ROWS, ROWS))})

    def numeric(x, prefix):
        j = np.arange(x.shape[1])
        x = x * 10.0 ** (j % 5 - 2) + (j % 3) * 3.0
        frame = pl.DataFrame(x, schema=[f"{prefix}{i}" for i in j])
        return frame.with_columns(pl.nth(i).round_sig_figs(6 + i % 4) for i in j.tolist())

    def write(data, features, target):
        fitted = features.head(FITTED).with_columns(pl.Series(TARGET[data], target[:FITTED]))
        for size in {m.fitted for m in MODELS.values() if m.data == data}:
            fitted.head(size).write_csv(f"{folder}/{data}_fitted_{size}.csv")
        features = features.slice(FITTED).with_row_index("id", offset=1)
        for size in scored:
            features.head(size).write_csv(f"{folder}/{data}_{size}.csv")

    x, y = make_classification(
        n_samples=n, n_features=FEATURES, n_informative=10, n_redundant=4,
        n_clusters_per_class=4, flip_y=0.03, class_sep=0.9, random_state=1,
    )
    write("labels", numeric(x, "f"), np.where(y == 1, "yes", "no"))

    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, FEATURES))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
    y += 10 * x[:, 3] + 5 * x[:, 4] + 3 * x[:, 5] * (x[:, 6] > 0) + rng.normal(size=n)
    write("numbers", numeric(x, "f"), y.round(6))

    for seed, data in ((4, "ten"), (5, "letters")):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(FITTED + SOME_ROWS, FEATURES))
        scores = x @ rng.normal(size=(FEATURES, LABELS[data]))
        for label in range(LABELS[data]):
            a, b, c = rng.choice(FEATURES, 3, replace=False)
            scores[:, label] += 3 * x[:, a] * x[:, b] + 2 * np.sin(3 * x[:, c])
        y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
        write(data, numeric(x, "f"), np.array([chr(ord("a") + k) for k in y]))

    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 8))
    y = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * x[:, 5]
    categories = []
    for i, levels in enumerate((3, 8, 20, 50)):
        # The first levels are common, the last ones rare.
        code = np.minimum((rng.random(n) ** 1.7 * levels).astype(int), levels - 1)
        y += rng.normal(size=levels)[code] * 0.7
        names = np.array([f"cat{i}_level_{k:02d}" for k in range(levels)])
        categories.append(pl.Series(f"c{i}", names[code]))
    y = np.where(y + rng.normal(size=n) * 0.5 > 0, "yes", "no")
    frame = numeric(x, "n")
    for name in frame.columns[:4]:
        missing = pl.Series(rng.random(n) < 0.05)
        frame = frame.with_columns(pl.when(missing).then(None).otherwise(pl.col(name)).alias(name))
    write("mixed", frame.with_columns(categories), y)


def estimator(name):
    """scikit-learn's counterpart of a model. Forests look at as many features per split as ours:
    the square root of their number for labels, a third for numbers."""
    from sklearn.ensemble import (
        HistGradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    data, algorithm, parameters, *_ = MODELS[name]
    if algorithm == "random-forest":
        depth = parameters["max_depth"]
        forest = {"n_estimators": parameters["n_trees"], "random_state": 7, "n_jobs": THREADS}
        forest["max_depth"] = None if depth == "none" else depth
        if data == "numbers":
            return RandomForestRegressor(max_features=FEATURES // 3, **forest)
        return RandomForestClassifier(**forest)
    if algorithm == "gradient-boosting":
        return HistGradientBoostingRegressor(
            max_iter=parameters["n_estimators"], max_depth=parameters["max_depth"],
            max_leaf_nodes=None, learning_rate=0.3, early_stopping=False, random_state=7)
    if algorithm == "knn":
        return KNeighborsClassifier(parameters["k"], n_jobs=THREADS)
    if algorithm == "svm":
        return SVC(kernel=parameters["kernel"])
    return LinearRegression() if data == "numbers" else LogisticRegression(max_iter=1000)


def fit_joblib(name, folder):
    import joblib
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    x, y = fitted_rows(name, folder)
    if MODELS[name].data == "mixed":
        numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        texts = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        steps = make_column_transformer(
            (numbers, [c for c in x if c.startswith("n")]),
            (texts, [c for c in x if c.startswith("c")]))
    else:
        x, steps = x.to_numpy(), StandardScaler()
    model = make_pipeline(steps, estimator(name)).fit(x, y)
    joblib.dump(model, f"{folder}/new.joblib")
    last = model.steps[-1][1]
    if hasattr(last, "estimators_"):
        nodes = sum(tree.tree_.node_count for tree in last.estimators_)
        return f"{len(last.estimators_)} trees, {nodes:,} nodes"
    if hasattr(last, "_predictors"):
        trees = [tree for trees in last._predictors for tree in trees]
        return f"{len(trees)} trees, {sum(len(tree.nodes) for tree in trees):,} nodes"
    if hasattr(last, "n_support_"):
        return f"{sum(last.n_support_):,} support vectors"
    if hasattr(last, "n_samples_fit_"):
        return f"{last.n_samples_fit_:,} points"
    return f"{last.n_features_in_} features"


def fit_onnx(name, folder):
    import warnings

    import joblib
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    warnings.simplefilter("ignore", FutureWarning)  # skl2onnx reads what scikit-learn will drop
    model = joblib.load(f"{folder}/{name}.joblib")
    if MODELS[name].data == "mixed":
        types = [(c, (FloatTensorType if c.startswith("n") else StringTensorType)([None, 1]))
                 for c in fitted_rows(name, folder)[0]]
    else:
        types = [("x", FloatTensorType([None, FEATURES]))]
    last = model.steps[-1][1]
    options = {id(last): {"zipmap": False}} if hasattr(last, "classes_") else None
    onnx = to_onnx(model, initial_types=types, options=options)
    pathlib.Path(folder, "new.onnx").write_bytes(onnx.SerializeToString())
    return "as scikit-learn's"


def fit_ubj(name, folder):
    import xgboost

    x, y = fitted_rows(name, folder)
    data, _, parameters, *_ = MODELS[name]
    numbers = data == "numbers"
    forest = xgboost.XGBRFRegressor if numbers else xgboost.XGBRFClassifier
    model = forest(
        n_estimators=parameters["n_trees"], max_depth=parameters["max_depth"], min_child_weight=0,
        subsample=0.632, colsample_bynode=1 / 3 if numbers else 0.22, n_jobs=THREADS,
        random_state=7)
    model.fit(x.to_numpy(), y if numbers else y == "yes")
    model.get_booster().save_model(f"{folder}/new.ubj")
    trees = model.get_booster().get_dump()
    return f"{len(trees)} trees, {sum(tree.count(chr(10)) for tree in trees):,} nodes"


def fit_cbm(name, folder):
    import catboost

    x, y = fitted_rows(name, folder)
    _, _, parameters, *_ = MODELS[name]
    depth = parameters["max_depth"]
    model = catboost.CatBoostRegressor(
        iterations=parameters["n_estimators"], depth=depth, thread_count=THREADS, random_seed=7,
        verbose=0, allow_writing_files=False)
    model.fit(x.to_numpy(), y)
    model.save_model(f"{folder}/new.cbm")
    nodes = model.tree_count_ * (2 ** (depth + 1) - 1)
    return f"{model.tree_count_} symmetric trees, {nodes:,} nodes"


def fitted_rows(name, folder):
    import pandas as pd

    data, *_, fitted, _ = MODELS[name]
    frame = pd.read_csv(f"{folder}/{data}_fitted_{fitted}.csv")
    return frame.drop(columns=TARGET[data]), frame[TARGET[data]]


def fit(kind, name, folder):
    """Writes a peer's model and prints its size."""
    fits = {"joblib": fit_joblib, "onnx": fit_onnx, "ubj": fit_ubj, "cbm": fit_cbm}
    print(fits[kind](name, folder))


def columns(probabilities):
    """What a peer writes: of two labels the probability of the second, else all."""
    if probabilities.shape[1] == 2:
        return {"probability_yes": probabilities[:, 1]}
    return {f"probability_{label}": p for label, p in enumerate(probabilities.T)}


def score_joblib(name, model, rows, out):
    import joblib
    import numpy as np
    import pandas as pd

    pipeline = joblib.load(model)
    frame = pd.read_csv(rows)
    x = frame.drop(columns="id")
    if MODELS[name].data != "mixed":
        x = x.to_numpy()
    last = pipeline.steps[-1][1]
    scored = {"id": frame["id"]}
    if hasattr(last, "predict_proba"):
        probabilities = pipeline.predict_proba(x)
        scored["prediction"] = last.classes_[np.argmax(probabilities, axis=1)]
        scored |= columns(probabilities)
    else:
        scored["prediction"] = pipeline.predict(x)
    pd.DataFrame(scored).to_csv(out, index=False)


def score_onnx(name, model, rows, out):
    import numpy as np
    import onnxruntime
    import polars as pl

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    frame = pl.read_csv(rows)
    if MODELS[name].data == "mixed":
        feed = {}
        for column in frame.drop("id"):
            cells = column.to_numpy()
            cells = cells if column.dtype == pl.String else cells.astype(np.float32)
            feed[column.name] = cells.reshape(-1, 1)
    else:
        feed = {"x": frame.drop("id").to_numpy(order="c", writable=False).astype(np.float32)}
    prediction, *probabilities = session.run(None, feed)
    scored = {"id": frame["id"], "prediction": prediction.ravel()}
    if has_probabilities(name):
        scored |= columns(probabilities[0])
    pl.DataFrame(scored).write_csv(out)


def score_ubj(name, model, rows, out):
    sys.modules |= {"sklearn": None, "pandas": None}
    import numpy as np
    import polars as pl
    import xgboost

    frame = pl.read_csv(rows)
    x = frame.drop("id").to_numpy(order="c", writable=False).astype(np.float32)
    booster = xgboost.Booster({"nthread": THREADS}, model_file=model)
    write_trees(name, frame["id"], booster.inplace_predict(x), out)


def score_cbm(name, model, rows, out):
    import catboost
    import numpy as np
    import polars as pl

    frame = pl.read_csv(rows)
    x = frame.drop("id").to_numpy(order="c", writable=False).astype(np.float32)
    trees = catboost.CatBoostRegressor().load_model(model)
    write_trees(name, frame["id"], trees.predict(x, thread_count=THREADS), out)


def write_trees(name, ids, predicted, out):
    import polars as pl

    scored = pl.DataFrame({"id": ids, "prediction": predicted})
    if has_probabilities(name):
        yes = pl.when(pl.col("prediction") > 0.5).then(pl.lit("yes")).otherwise(pl.lit("no"))
        scored = scored.select("id", prediction=yes, probability_yes="prediction")
    scored.write_csv(out)


def score(kind, *arguments):
    """One run of a peer."""
    scores = {"joblib": score_joblib, "onnx": score_onnx, "ubj": score_ubj, "cbm": score_cbm}
    scores[kind](*arguments)


def load(model):
    """Prints the seconds of joblib.load alone."""
    import joblib
    import sklearn.ensemble  # noqa: F401
    import sklearn.pipeline  # noqa: F401

    start = time.perf_counter()
    joblib.load(model)
    print(time.perf_counter() - start)


def agreement(ours, *others):
    """Prints, for each other file, the share of equal labels or the correlation of numbers."""
    import polars as pl

    ours = pl.read_csv(ours)["prediction"]
    for other in others:
        pair = pl.DataFrame({"ours": ours, "theirs": pl.read_csv(other)["prediction"]})
        equal = pl.col("ours") == pl.col("theirs")
        numbers = ours.dtype.is_numeric()
        print(pair.select(pl.corr("ours", "theirs") if numbers else equal.mean()).item())


def versions():
    from importlib.metadata import version

    packages = pathlib.Path(__file__).with_name("requirements.txt").read_text().split()
    names = [package.split("==")[0] for package in packages]
    print(", ".join([f"Python {sys.version.split()[0]}"] + [f"{n} {version(n)}" for n in names]))


# The parent.


def run(command):
    """Runs a command; returns its output, wall and CPU seconds and peak memory in MiB."""
    read, write = os.pipe()
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
    env = os.environ | dict.fromkeys(limits, str(THREADS))
    command = [str(part) for part in command]
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, env, file_actions=[
        (os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with open(read, encoding="utf-8") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {os.waitstatus_to_exitcode(status)}")
    return output, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_child(*arguments):
    return [sys.executable, pathlib.Path(__file__).resolve(), *arguments]


def progress(line):
    print(line, file=sys.stderr, flush=True)


def has_probabilities(name):
    return MODELS[name].data != "numbers" and MODELS[name].algorithm != "svm"


def prepare(args, names):
    """Makes the data and models that are not there yet."""
    data = args.data
    data.mkdir(parents=True, exist_ok=True)
    generated = data / f"complete_{args.rows}"
    if not generated.exists():
        progress("data")
        run(in_child("generate", data, args.rows))
        generated.touch()
    for case in names:
        wanted = OTHERS.get(case) or {CASES[case].model: CASES[case].peers}
        for name, kinds in wanted.items():
            if not (data / f"{name}.model").exists():
                progress(f"{name}.model")
                train(args.trainer, name, data)
            kinds = [kind for kind in kinds if kind in args.peers or case == LOADING]
            for kind in (["joblib"] if "onnx" in kinds else []) + kinds:
                model, size = data / f"{name}.{kind}", data / f"{name}.{kind}.size"
                if not (model.exists() and size.exists()):
                    progress(model.name)
                    output = run(in_child("fit", kind, name, data))[0]
                    (data / f"new.{kind}").rename(model)
                    size.write_text(output)


def train(trainer, name, data):
    model = MODELS[name]
    command = [trainer, "fit", data / f"{model.data}_fitted_{model.fitted}.csv"]
    command += ["--target", TARGET[model.data], "--algorithm", model.algorithm]
    command += ["--test-fraction", "0", "--threads", THREADS, "-q", *model.options]
    for parameter, value in model.parameters.items():
        command += ["--param", f"{parameter}={value}"]
    run([*command, "-o", data / f"{name}.model"])


# A process to run, and what it must write: a file, or without `out` a text.
Side = namedtuple("Side", "command out columns rows", defaults=(None, None, None))


def ours(args, name, rows, threads=THREADS):
    """A run of the predictor on the data of the model; a single row goes to standard output."""
    out = args.folder / f"ours_{threads}.csv" if rows > 1 else None
    command = [args.predictor, "predict", args.data / f"{name}.model"]
    command += [args.data / f"{MODELS[name].data}_{rows}.csv", "--id", "id", "-o", out or "-", "-q"]
    command += ["--threads", threads] + ["--proba"] * has_probabilities(name)
    labels = LABELS[MODELS[name].data] if has_probabilities(name) else 0
    return Side(command, out, 2 + labels, rows)


def peers(args, name, kinds, rows):
    """Their runs on the same rows, by kind."""
    sides = {}
    for kind in kinds:
        if kind in args.peers:
            out = args.folder / f"{kind}.csv"
            files = args.data / f"{name}.{kind}", args.data / f"{MODELS[name].data}_{rows}.csv"
            command = in_child("score", kind, name, *files, out)
            labels = LABELS[MODELS[name].data] if has_probabilities(name) else 0
            sides[kind] = Side(command, out, 2 + (1 if labels == 2 else labels), rows)
    return sides


def limit(args, *arguments):
    return Side([args.raw_limits, *arguments])


def check(side, output):
    """Stops if what was written is not `id,prediction,...` with all rows and cells."""
    commas = lines = 0
    first = last = b""
    with open(side.out, "rb") if side.out else io.BytesIO(output.encode()) as file:
        while block := file.read(1 << 18):
            commas += block.count(b",")
            lines += block.count(b"\n")
            first = first or block
            last = (last + block)[-2000:]
    header, *rows = first.split(b"\n")[:2] + last.split(b"\n")[-2:-1]
    ids = [b"1", str(side.rows).encode()] if side.rows else [b"", b"id"]
    good = header.startswith(b"id,prediction") and lines == side.rows + 1
    good = good and commas == (side.columns - 1) * lines
    good = good and [row.split(b",")[0] for row in rows] == ids
    if not good or (side.rows and any(b"" in row.split(b",") for row in rows)):
        sys.exit(f"{lines} lines with {commas} commas, {header!r} to {last[-80:]!r}, where "
                 f"{side.rows} rows of {side.columns} cells were expected: "
                 f"{' '.join(map(str, side.command))}")


def busy_seconds():
    """CPU seconds of everything on the machine, and stolen from it."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def in_turn(args, sides, runs):
    """Figures of all sides, in `runs` rounds after one that is not counted."""
    taken = {key: [] for key in sides}
    start, busy, used = time.perf_counter(), busy_seconds(), time.process_time()
    children = 0
    for turn in range(1 + runs):
        for key, side in sides.items():
            if side.out:
                side.out.unlink(missing_ok=True)
                os.sync()  # ours waits for the disk, and must not wait for what others wrote
            figures = run(side.command)
            children += figures[2]
            if side.columns:
                check(side, figures[0])
            if turn:
                taken[key].append(figures)
    busy = busy_seconds() - busy - (time.process_time() - used) - children
    args.others.append(max(busy, 0) / (time.perf_counter() - start))
    figures = {}
    for key, each in taken.items():
        outputs, walls, cpu, mib = zip(*each)
        if key in TIMED_INSIDE:
            walls = [float(output) for output in outputs]
        figures[key] = {"s": statistics.median(walls), "cpu_s": statistics.median(cpu),
                        "mib": max(mib), "all_s": walls}
    return figures


def gate(work, our, beside, value, target, *, unit="", least=False):
    met = value >= target if least else value <= target
    return {"work": work, "ours": our, "beside": beside, "value": value, "unit": unit,
            "target": target, "least": least, "met": met}


def predict(args, case):
    """A case beside its peers."""
    name, rows, kinds, at_most, beside = CASES[case]
    rows = min(rows, args.rows)
    sides = {"ours": ours(args, name, rows)} | peers(args, name, kinds, rows)
    sides["one thread"] = ours(args, name, rows, 1)
    if case in PARSED:
        file = args.data / f"{MODELS[name].data}_{rows}.csv"
        sides["parse"] = limit(args, "parse", file, THREADS)
    figures = in_turn(args, sides, args.runs)
    present = [kind for kind in kinds if kind in figures]
    if present:
        files = [sides[key].out for key in ["ours", *present]]
        output = run(in_child("agreement", *files))[0]
        for kind, share in zip(present, map(float, output.split())):
            figures[kind]["agreement"] = share
            if not share > 0.8:
                sys.exit(f"{case}: our predictions and {PEERS[kind]}'s agree by {share} only")
    gates, our = [], figures["ours"]["s"]
    best = min(present, key=lambda kind: figures[kind]["s"], default=None)
    best = beside if beside in present else best
    if best:
        other = figures[best]["s"]
        gates.append(gate(case, seconds(our), f"{PEERS[best]} {seconds(other)}", our / other,
                          at_most))
    if case in PARSED:
        other = figures["parse"]["s"]
        gates.append(gate(f"{case}, beside a parse", seconds(our),
                          f"hand-split parse {seconds(other)}", our / other, PARSE_TARGET))
    return {"case": case, "rows": rows, "model": name, "figures": figures, "gates": gates,
            "sizes": sizes(args, name, present)}


def one_row(args, case):
    """Process start included; the time of an empty program is taken off."""
    sides = {"ours": ours(args, "forest", 1), "empty": limit(args, "empty")}
    rivals = peers(args, "forest", OTHERS[case]["forest"], 1)
    figures = in_turn(args, rivals, args.runs) if rivals else {}
    figures |= in_turn(args, sides, SHORT_RUNS * args.runs)
    our, empty = figures["ours"]["s"], figures["empty"]["s"]
    gates = [gate(case, seconds(our), f"empty program {seconds(empty)}", 1000 * (our - empty),
                  ONE_ROW_TARGET_MS, unit=" ms more")]
    return {"case": case, "rows": 1, "model": "forest", "figures": figures, "gates": gates}


def loading(args, case):
    """A run on a header without rows, an empty program's time taken off."""
    model, dump = args.data / "large_forest.model", args.data / "large_forest.joblib"
    figures = in_turn(args, {
        "ours": ours(args, "large_forest", 0),
        "empty": limit(args, "empty"),
        "joblib.load": Side(in_child("load", dump)),
        "SHA-256": limit(args, "sha256", model, os.cpu_count()),
    }, args.runs)
    our = figures["ours"]["s"] - figures["empty"]["s"]
    gates = []
    for beside, target in (("joblib.load", JOBLIB_TARGET), ("SHA-256", DIGEST_TARGET)):
        other = figures[beside]["s"]
        gates.append(gate(case, seconds(our), f"{beside} {seconds(other)}", our / other, target))
    mib = [file.stat().st_size / 2**20 for file in (model, dump)]
    gates.append(gate("its file", f"{mib[0]:.0f} MiB", f"joblib {mib[1]:.0f} MiB",
                      mib[0] / mib[1], FILE_TARGET))
    return {"case": case, "rows": 0, "model": "large_forest", "figures": figures, "gates": gates,
            "sizes": sizes(args, "large_forest", ["joblib"])}


def guards(args, case):
    """Drift statistics are what a model without statistics saves; digest and golden rows are in a
    run on a header without rows. A negative difference is noise, and counts as none."""
    figures = in_turn(args, {
        "ours": ours(args, "logistic", args.rows),
        "no statistics": ours(args, "logistic_bare", args.rows),
        "header only": ours(args, "logistic", 0),
        "empty": limit(args, "empty"),
    }, GUARD_RUNS * args.runs)
    pairs = zip(figures["ours"]["all_s"], figures["no statistics"]["all_s"])
    drift = statistics.median(with_it - without for with_it, without in pairs)
    load = figures["header only"]["s"] - figures["empty"]["s"]
    our = figures["ours"]["s"]
    share = (max(drift, 0) + load) / our
    gates = [gate("drift statistics, golden rows, digest", seconds(our),
                  f"drift {seconds(drift)}, load {seconds(load)}", 100 * share,
                  100 * GUARDS_TARGET, unit=" %")]
    return {"case": case, "rows": args.rows, "model": "logistic", "figures": figures,
            "gates": gates}


def sizes(args, name, kinds):
    """What is in our model and in the peers', as text."""
    report = json.loads(run([args.predictor, "inspect", args.data / f"{name}.model", "--json"])[0])
    counts = report["estimator"]
    parts = [f"{counts[key]:,} {key.replace('_', ' ')}"
             for key in ("trees", "nodes", "support_vectors", "points") if key in counts]
    found = {"ours": ", ".join(parts) or f"{report['features']} features"}
    return found | {kind: (args.data / f"{name}.{kind}.size").read_text().strip() for kind in kinds}


def of_all(args, results):
    """What is asked of all cases together: memory, and two threads over one."""
    gates = []
    cases = [r for r in results if r["case"] in CASES]
    for result in cases:
        result["model_mib"] = (args.data / f"{result['model']}.model").stat().st_size / 2**20
    if cases:
        used = {r["case"]: r["figures"]["ours"]["mib"] - r["model_mib"] for r in cases}
        case = max(used, key=used.get)
        gates.append(gate("peak memory without the model, the most", f"{used[case]:.0f} MiB", case,
                          used[case], MEMORY_TARGET_MIB, unit=" MiB"))
    long = [r for r in cases if r["figures"]["one thread"]["s"] > LONG_S]
    if long:
        r = min(long, key=speedup)
        one, two = r["figures"]["one thread"]["s"], r["figures"]["ours"]["s"]
        gates.append(gate("two threads, the least gain", seconds(two),
                          f"{r['case']} on one thread {seconds(one)}", speedup(r), SPEEDUP_TARGET,
                          least=True))
    return gates


def speedup(result):
    return result["figures"]["one thread"]["s"] / result["figures"]["ours"]["s"]


def seconds(s):
    return f"{s:#.3g} s"


def memory(mib):
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{mib:.0f}" if mib > own + 1 else f"<= {own:.0f}"


def tables(results, gates):
    """The results as Markdown."""
    lines = ["| work | ours | beside | ratio | target | |", "|---|---|---|---|---|---|"]
    for g in gates:
        sign, verdict = ("at least", "at most")[not g["least"]], ("missed", "met")[g["met"]]
        lines.append(f"| {g['work']} | {g['ours']} | {g['beside']} | {g['value']:.3g}{g['unit']} "
                     f"| {sign} {g['target']:g} | {verdict} |")
    lines += ["", "| all runs | median | CPU | peak MiB | agrees with ours |",
              "|---|---|---|---|---|"]
    names = PEERS | {"ours": "ours, two threads", "one thread": "ours, one thread"}
    for r in results:
        for key, f in r["figures"].items():
            agrees = f"{f['agreement']:.3f}" if "agreement" in f else ""
            lines.append(f"| {r['case']}, {r['rows']:,} rows: {names.get(key, key)} "
                         f"| {seconds(f['s'])} | {seconds(f['cpu_s'])} | {memory(f['mib'])} "
                         f"| {agrees} |")
    sized = [r for r in results if "sizes" in r]
    if sized:
        lines += ["", "| models | ours | peers |", "|---|---|---|"]
    for r in sized:
        of_peers = [f"{PEERS[kind].split(' +')[0]}: {size}" for kind, size in r["sizes"].items()
                    if kind not in ("ours", "onnx")]
        lines.append(f"| {r['case']} | {r['sizes']['ours']} | {'; '.join(of_peers)} |")
    scaled = [r for r in results if "one thread" in r["figures"]]
    if scaled:
        lines += ["", "| ours | one thread | two threads | gain | peak MiB | model MiB |",
                  "|---|---|---|---|---|---|"]
    for r in scaled:
        one, two = r["figures"]["one thread"], r["figures"]["ours"]
        lines.append(f"| {r['case']} | {seconds(one['s'])} | {seconds(two['s'])} "
                     f"| {speedup(r):.2f} | {memory(two['mib'])} | {r['model_mib']:.1f} |")
    return "\n".join(lines)


def machine(args):
    """What the figures were taken on and with."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        cpu = next((line.split(": ")[1].strip() for line in file if line.startswith("model name")),
                   "unknown processor")
    try:
        rustc = " ".join(run(["rustc", "--version"])[0].split()[:2])
    except FileNotFoundError:
        rustc = "rustc not found"
    ours, python = run([args.predictor, "--version"])[0], run(in_child("versions"))[0]
    return (f"{cpu}, {os.cpu_count()} cores; {time.strftime('%Y-%m-%d')}; {ours.strip()}, {rustc}; "
            f"{python.strip()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    release = ROOT / "target/release"
    for program in ("predictor", "trainer", "raw-limits"):
        parser.add_argument(f"--{program}", type=pathlib.Path, metavar="PATH",
                            default=release / program.replace("-", "_"), help="release build of it")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each side")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows to score, at most {ROWS}")
    parser.add_argument("--cases", help="comma-separated parts of the names of cases")
    parser.add_argument("--peers", help="comma-separated parts of the names of peers, or `none`")
    parser.add_argument("--data", type=pathlib.Path,
                        help="keep data and models in this directory, and use what an earlier run "
                             "left; a file that is deleted is made anew")
    parser.add_argument("--prepare", action="store_true", help="make data and models, and stop")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures here, case by case")
    args = parser.parse_args()
    for program in (args.predictor, args.trainer, args.raw_limits):
        if not program.is_file():
            parser.error(f"no `{program}`: build it with cargo build --release")
    if not 2 <= args.rows <= ROWS or args.runs < 1:
        parser.error(f"2 to {ROWS} rows and at least one run")

    def chosen(names, parts):
        parts = parts.lower().split(",") if parts else [""]
        return [key for key, name in names.items() if any(part in name.lower() for part in parts)]

    works = dict.fromkeys(CASES, predict)
    works |= {ONE_ROW: one_row, LOADING: loading, GUARDS: guards}
    names = chosen({name: name for name in works}, args.cases)
    args.peers = chosen(PEERS, args.peers)
    if not names:
        parser.error(f"cases are {', '.join(works)}")
    args.others, results = [], []
    with tempfile.TemporaryDirectory() as folder:
        args.folder = pathlib.Path(folder)
        args.data = args.data or args.folder
        prepare(args, names)
        if args.prepare:
            return
        described = machine(args)
        for name in names:
            results.append(works[name](args, name))
            gates = [g for result in results for g in result["gates"]] + of_all(args, results)
            progress("\n".join(f"{g['work']}: {g['ours']}, {g['beside']}, {g['value']:.3g}"
                               for g in results[-1]["gates"]))
            if args.json:
                figures = {"machine": described, "runs": args.runs, "rows": args.rows,
                           "other_cores": args.others, "gates": gates, "results": results}
                args.json.write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{described}; {THREADS} threads; medians of {args.runs} runs; other programs kept "
          f"{min(args.others):.2f} to {max(args.others):.2f} cores busy\n")
    print(tables(results, gates))


if __name__ == "__main__":
    work = {"generate": generate, "fit": fit, "score": score, "load": load,
            "agreement": agreement, "versions": versions}
    if len(sys.argv) > 1 and sys.argv[1] in work:
        work[sys.argv[1]](*sys.argv[2:])
    else:
        main()
