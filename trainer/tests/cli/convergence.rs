//! Fits that stop far from their optimum are reported; those that reach it are not.

use serde_json::Value;

use crate::support::Work;

/// Fits, and returns the report and the entry of the provenance, if there is one.
fn report(work: &Work, args: &str) -> (Value, Option<String>) {
    let report = work.report(args);
    let model = work.model();
    let options = &model.manifest().provenance.options;
    let entry = options.iter().find(|(key, _)| key == "not converged");
    (report, entry.map(|(_, value)| value.clone()))
}

#[test]
fn a_fit_that_stops_early_says_how_far_from_the_optimum() {
    let unscaled = Work::sample("breast-cancer");
    let diabetes = Work::sample("diabetes");
    let iris = Work::sample("iris");
    for (work, args, measure, hint) in [
        (
            &unscaled,
            "--target diagnosis --algorithm logistic-regression --scaler none",
            "mean loss above the optimum: ",
            "use --scaler standard, or a larger --param alpha",
        ),
        (
            &diabetes,
            "--target progression --algorithm lasso --param max_iter=1",
            "duality gap, as a share of the objective: ",
            "more iterations with --param max_iter get nearer",
        ),
        (
            &diabetes,
            "--target progression --algorithm elastic-net --param max_iter=2",
            "duality gap, as a share of the objective: ",
            "more iterations with --param max_iter get nearer",
        ),
        (
            &iris,
            "--target species --algorithm svm --param max_iter=3",
            "largest violation of the optimality conditions: ",
            "raise --param max_iter or tol, lower c, or use --scaler standard",
        ),
        (
            &iris,
            "--ignore species --algorithm kmeans --param k=8 --param max_iter=1 --param n_init=1",
            "square of the centroids' next move, as a share of the variance: ",
            "more iterations with --param max_iter get nearer",
        ),
    ] {
        let (report, entry) = report(work, args);
        let entry = entry.unwrap_or_else(|| panic!("{args}: {report}"));
        let rest = entry.strip_prefix(measure).unwrap();
        let (found, tolerance) = rest.split_once(", tolerance ").unwrap();
        let [found, tolerance] = [found, tolerance].map(|number| number.parse::<f64>().unwrap());
        assert!(found > 10.0 * tolerance, "{entry}");
        let algorithm = work.option("algorithm");
        let warning = format!("{algorithm} did not converge ({entry}); {hint}");
        assert!(report["warnings"].as_array().unwrap().contains(&warning.clone().into()));
        assert_eq!(report["options"]["not converged"], entry);
        let run = work.fit(args);
        assert!(run.warnings().contains(&warning.as_str()), "{}", run.stderr);
    }
}

#[test]
fn defaults_converge_on_every_sample() {
    for (sample, target, algorithms) in [
        ("iris", "species", &["logistic-regression"][..]),
        ("breast-cancer", "diagnosis", &["logistic-regression"]),
        ("churn", "churned", &["logistic-regression"]),
        ("digits", "digit", &["logistic-regression"]),
        ("diabetes", "progression", &["lasso", "elastic-net"]),
    ] {
        let work = Work::sample(sample);
        for algorithm in algorithms {
            let args = format!("--target {target} --algorithm {algorithm}");
            assert_eq!(report(&work, &args).1, None, "{sample} {algorithm}");
        }
        let args = format!("--ignore {target} --algorithm kmeans --param k=3");
        assert_eq!(report(&work, &args).1, None, "{sample} kmeans");
    }
}

#[test]
fn a_comparison_says_in_how_many_folds() {
    let work = Work::sample("diabetes");
    let args = ["compare", "in.csv", "--target", "progression", "--algorithms", "lasso,ridge"];
    let run = work.run(&[&args[..], &["--param", "lasso.max_iter=1"]].concat());
    let warned = run.warnings();
    assert_eq!(warned.len(), 1, "{}", run.stderr);
    assert!(warned[0].starts_with("in 5 of 5 folds, lasso did not converge (duality gap, "));
    assert!(work.run(&args).warnings().is_empty());
}
