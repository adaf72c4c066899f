//! Support vector machines and k-means: labels without probabilities, and no target at all.

use model_format::manifest::{Kernel, Task};
use model_format::program::Op;
use serde_json::Value;

use crate::support::Work;

#[test]
fn a_machine_for_labels_has_no_probabilities() {
    let work = Work::sample("iris");
    let run = work.fit("--target species --algorithm svm --param gamma=0.5 --json");
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let metrics = report["metrics"].as_object().unwrap();
    assert!(metrics["accuracy"].as_f64().unwrap() > 0.9, "{metrics:?}");
    let names: Vec<&String> = metrics.keys().collect();
    assert_eq!(names, ["accuracy", "balanced_accuracy", "macro_f1"]);
    let model = work.model();
    let Some(Op::SupportVectors(machines)) = model.pipeline().estimator() else { panic!() };
    assert_eq!(machines.kernel(), Kernel::Rbf { gamma: 0.5 }.into());
    // Three labels, so three machines, and a decision value of each in every golden row.
    assert_eq!(model.manifest().golden.values.len(), 3 * model.manifest().golden.labels.len());
    assert!(model.holds_training_records());
}

#[test]
fn machines_for_two_labels_and_for_numbers() {
    for (sample, args) in [
        ("churn", "--target churned --param kernel=sigmoid --param coef0=-0.5"),
        ("breast-cancer", "--target diagnosis --param kernel=linear --param c=0.1"),
        ("diabetes", "--target progression --param kernel=polynomial --param degree=2"),
        ("diabetes", "--target progression --param c=100 --param eps=5"),
    ] {
        let work = Work::sample(sample);
        work.fit(&format!("{args} --algorithm svm")).ok();
        let model = work.model();
        assert!(work.ops().contains(&"support-vectors"), "{sample} {args}");
        assert_eq!(model.pipeline().n_numbers(), 1);
    }
}

#[test]
fn more_features_than_rows_are_fitted() {
    let header: Vec<String> = (0..30).map(|f| format!("f{f}")).collect();
    let row = |i: usize, y: String| {
        let cells: Vec<String> =
            (0..30).map(|f| format!("{}.5", (i * 7 + f * f * 3) % 23)).collect();
        format!("{},{y}\n", cells.join(","))
    };
    let csv = |y: fn(usize) -> String| {
        let rows: String = (0..20).map(|i| row(i, y(i))).collect();
        format!("{},y\n{rows}", header.join(","))
    };
    let targets: [fn(usize) -> String; 2] =
        [|i| format!("{}.25", i * i), |i| ["a", "b"][i % 2].into()];
    for y in targets {
        let work = Work::with(csv(y));
        work.fit("--target y --algorithm svm --test-fraction 0").ok();
    }
}

#[test]
fn a_machine_that_did_not_converge_says_by_how_much() {
    let work = Work::sample("diabetes");
    let args = "--target progression --algorithm svm --param kernel=polynomial --param degree=2";
    let run = work.fit(&format!("{args} --param max_iter=20"));
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let start = "svm did not converge (largest violation of the optimality conditions: ";
    let rest = run.stderr.split_once(start).expect(&run.stderr).1;
    let violation: f64 = rest.split(',').next().unwrap().parse().unwrap();
    assert!(violation > 0.001, "{}", run.stderr);
    let run = work.fit(&format!("{args} --param c=0.1"));
    assert!(!run.stderr.contains("converge"), "{}", run.stderr);
}

#[test]
fn parameters_of_machines_have_ranges() {
    let work = Work::sample("iris");
    for (param, expected) in [
        ("kernel=cosine", "one of linear, rbf, polynomial, sigmoid"),
        ("c=0", "a number from 0.000001 to 1000000"),
        ("gamma=-1", "a number from 0.000000001 to 1000000000, or `auto`"),
        ("degree=0", "a whole number from 1 to 20"),
    ] {
        let (name, value) = param.split_once('=').unwrap();
        work.refuses(
            &format!("--target species --algorithm svm --param {param}"),
            2,
            &format!("error: --param {name}: found `{value}`, expected {expected}\n"),
        );
    }
}

#[test]
fn a_slow_fit_is_told_beforehand() {
    let work = Work::sample("churn");
    let run = work.fit("--target churned --algorithm svm --test-fraction 0");
    assert!(!run.stderr.contains("note: "), "{}", run.stderr);
}

#[test]
fn clusters_need_no_target() {
    let work = Work::sample("iris");
    let run = work.fit("--algorithm kmeans --param k=3 --ignore species");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("task       clustering into 3 clusters\n"), "{}", run.stderr);
    assert!(run.stderr.contains("data       150 rows fitted, 0 held out;"), "{}", run.stderr);
    let model = work.model();
    let labels = ["0", "1", "2"].map(str::to_owned).to_vec();
    assert_eq!(model.manifest().task, Task::Clustering { labels });
    assert_eq!(work.ops().last(), Some(&"centroids"));
    // The size of each cluster.
    assert_eq!(model.manifest().provenance.class_counts.iter().sum::<u64>(), 150);
    assert!(!model.holds_training_records());
    assert!(model.manifest().provenance.options.iter().all(|(key, _)| key != "target"));
}

#[test]
fn the_centre_of_a_cluster_of_one_row_is_that_row() {
    let rows = (0..20).map(|i| format!("{i},{}\n", i % 3));
    let work = Work::with(String::from("a,b\n") + &rows.collect::<String>() + "9000,9000\n");
    work.fit("--algorithm kmeans --param k=2").ok();
    let model = work.model();
    assert!(model.manifest().provenance.class_counts.contains(&1));
    assert!(model.holds_training_records());
}

#[test]
fn held_out_rows_are_measured_by_their_distance() {
    let work = Work::sample("iris");
    let run =
        work.fit("--algorithm kmeans --param k=3 --ignore species --test-fraction 0.2 --json");
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["target"], Value::Null);
    assert_eq!(report["task"], "clustering");
    let distance = report["metrics"]["mean_squared_distance"].as_f64().unwrap();
    assert!((0.5..1.5).contains(&distance), "{distance}");
    assert_eq!(report["rows_held_out"], 30);
}

#[test]
fn clusters_and_targets_do_not_mix() {
    let work = Work::sample("iris");
    work.refuses(
        "--algorithm kmeans --target species",
        2,
        "error: --target: kmeans groups rows, it has no use for a target\nhint: to keep `species` out of it, use --ignore 'species'\n",
    );
    work.refuses(
        "--algorithm kmeans --task regression",
        2,
        "error: --task: kmeans groups rows, that is its task\n",
    );
    work.refuses(
        "--algorithm kmeans --param k=1",
        2,
        "error: --param k: found `1`, expected a whole number from 2 to 4096\n",
    );
    work.refuses(
        "--algorithm kmeans --param k=151",
        4,
        "error: kmeans: k=151, but only 150 rows are fitted\nhint: choose a smaller --param k\n",
    );
    let run = work.run(&["compare", "in.csv", "--target", "species", "--algorithms", "kmeans"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("kmeans cannot predict labels"), "{}", run.stderr);
}

#[test]
fn fewer_different_rows_than_clusters_are_refused() {
    let work = Work::with(format!("a,b\n{}", "1,2\n3,4\n".repeat(20)));
    let run = work.fit("--algorithm kmeans --param k=3");
    assert_eq!(run.status, Some(4), "{}", run.stderr);
    let fact = "error: kmeans: the rows do not fall into 3 clusters\n";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
    work.fit("--algorithm kmeans --param k=2").ok();
}
