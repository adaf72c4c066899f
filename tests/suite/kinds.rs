//! Every fact about a kind of estimator or algorithm names all kinds.

use tests::imports::crates;
use tests::kinds::wildcards;

#[test]
fn no_code_takes_a_kind_of_estimator_without_naming_it() {
    let found: Vec<String> =
        crates().iter().flat_map(|path| wildcards(&path.join("src"))).collect();
    assert_eq!(found, Vec::<String>::new());
}

/// What is found in the module `a` of a crate of this text.
fn found(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lib.rs"), "mod a;").unwrap();
    std::fs::write(folder.path().join("a.rs"), text).unwrap();
    wildcards(folder.path())
}

#[test]
fn wildcards_are_found_in_all_their_forms() {
    for text in [
        "fn f() { match e { Estimator::Linear(_) => 1, _ => 2 } }",
        "fn f() { match (n, e) { (0, _) => 1, (_, Estimator::Linear(_)) => { 2 } _ => 3 } }",
        "fn f() { match (a, y) { (Algorithm::Knn, _) => {} (other, _) => {} } }",
        "fn f() { match e { Some(Algorithm::Knn | Algorithm::Svm) => 1, Some(_) => 2, None => 3 } }",
        "fn f() { match e { Some(Algorithm::Knn) => 1, _ => 2 } }",
        "fn f() { match e { EstimatorSpec::Trees { n: 1, .. } if x => 1, rest => 2 } }",
        "fn f() { match x { 1 => match e { Fitted::Svm(s) => s.n(), _ => 1, }, _ => 0 } }",
        "impl Fitted { fn n(&self) -> usize { match self { Self::Svm(svm) => 2, _ => 1 } } }",
        "impl fmt::Display for Algorithm { fn f(self) { match self { Self::Svm => 2, _ => 1 } } }",
        "fn f() { matches!(e, Estimator::Neighbors(_) | Estimator::Trees(_)) }",
        "impl Hyper { fn f(&self) -> bool { !matches!(self, Self::Knn(_)) } }",
        "fn f() { if let Estimator::Linear(l) = e { 1 } else { 2 } }",
        "fn f() { let Some(Estimator::Linear(l)) = e else { return }; }",
        "fn f() { a.algorithm == Algorithm::Knn }",
        "fn f() { x(params::Algorithm::Knn != *a) }",
        "use crate::Estimator::{Linear, Trees};",
        "use crate::Estimator::*;",
    ] {
        assert!(!found(text).is_empty(), "{text}");
    }
    assert_eq!(
        found("fn f() { match e { Estimator::Linear(_) => 1, _ => 2 } }"),
        ["a: match e { _ =>"]
    );
}

#[test]
fn what_names_every_kind_is_not_found() {
    for text in [
        "fn f() { match e { Estimator::Linear(_) => 1, Estimator::Trees(t) => { t } } }",
        "fn f() { match e { Estimator::Linear(_) => match n { 0 => 1, _ => 2 }, Estimator::Trees(_) => 3 } }",
        "fn f() { match e { Some(Algorithm::Knn) => 1, Some(Algorithm::Svm) => 2, None => 3 } }",
        "fn f() { match (n, e) { (0, Algorithm::Knn) => 1, (_, Algorithm::Svm) => 2 } }",
        "fn f() { match n { 0 => Algorithm::Knn, _ => Algorithm::Svm } }",
        "fn f() { match x { Ok(Algorithm::Knn) => 1, Err(_) => 2 } }",
        "fn f() { match text { \"knn\" => Some(Algorithm::Knn), _ => None } }",
        "fn f() { let x: Algorithm = Algorithm::Knn; let y = Algorithm::named(name); }",
        "fn f() { if a == b { Algorithm::Knn } else { Algorithm::Svm } }",
        "fn f() { matches!(task, Task::Regression { .. }) }",
        "// match e { Estimator::Linear(_) => 1, _ => 2 }\nuse crate::pipeline::{Estimator, Task};",
        "#[cfg(test)]\nmod tests { fn f() { matches!(e, Estimator::Linear(_)) } }",
        "impl Other { fn f(&self) { match self { Self::A => 1, _ => 2 } } }",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}
