//! `trainer algorithms`: which there are, and what each takes.

use serde_json::{Value, json};

use crate::support::Work;

fn names(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_list_has_every_algorithm_that_fit_knows() {
    let work = Work::new();
    let table = work.run(&["algorithms"]).ok();
    let list: Value = serde_json::from_str(&work.run(&["algorithms", "--json"]).ok()).unwrap();
    let help = work.run(&["fit", "--help"]).ok();
    let in_help = help.lines().filter(|line| {
        line.strip_prefix("  ")
            .is_some_and(|line| !line.starts_with([' ', '-', '<', '[', 't']) && line.ends_with(')'))
    });
    let in_help: Vec<&str> = in_help.filter_map(|line| line.split_whitespace().next()).collect();
    let names = names(&list);
    assert_eq!(names, in_help);
    let mut lines = table.lines();
    assert!(lines.next().unwrap().starts_with("algorithm            predicts scaling "), "{table}");
    let in_table: Vec<&str> = lines.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, in_table);
    for entry in list.as_array().unwrap() {
        assert!(entry["scaling_matters"].is_boolean() && entry["probabilities"].is_boolean());
        for key in ["training", "prediction"] {
            assert!(["low", "medium", "high"].contains(&entry[key]["level"].as_str().unwrap()));
        }
        assert!(!entry["when"].as_str().unwrap().is_empty());
    }
}

#[test]
fn one_algorithm_with_its_parameters() {
    let work = Work::new();
    let page = work.run(&["algorithms", "random-forest"]).ok();
    for line in [
        "algorithm      random-forest\n",
        "predicts       labels and numbers\n",
        "probabilities  yes\n",
        "scaling        no: a split depends on the order of the values alone\n",
        "parameters     n_trees=100  trees; a whole number from 1 to 10000\n",
        "               max_depth=12  edges on the longest path from the root; a whole number from 1 to 1000, or `none`\n",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    let page = work.run(&["algorithms", "linear-regression"]).ok();
    assert!(page.ends_with("parameters     none\n"), "{page}");
    let json: Value =
        serde_json::from_str(&work.run(&["algorithms", "ridge", "--json"]).ok()).unwrap();
    assert_eq!(json["tasks"], json!(["regression"]));
    let param = &json["params"][0];
    assert_eq!((&param["name"], &param["default"]), (&json!("alpha"), &json!("1")));
    assert_eq!((&param["from"], &param["to"]), (&json!(1e-9), &json!(1e9)));
}

#[test]
fn an_unknown_name_lists_the_known_ones() {
    let work = Work::new();
    let run = work.run(&["algorithms", "random-forrest"]);
    run.misused("error: algorithm: `random-forrest` is not one of random-forest, extra-trees, ");
    assert!(run.stderr.ends_with("hint: did you mean `random-forest`?\n"), "{}", run.stderr);
    work.run(&["algorithms", "ridge", "lasso"]).misused("unexpected argument 'lasso'");
}
