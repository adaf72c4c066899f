//! Same data, options and seed: same bytes.

use crate::support::Work;

const FOREST: &str = "--target churned --param n_trees=4 --param max_depth=4 --quiet";

fn bytes(work: &Work, args: &str) -> Vec<u8> {
    assert_eq!(work.fit(&format!("{FOREST} {args}")).ok(), "");
    work.bytes("m.model")
}

#[test]
fn twice_in_different_directories() {
    let [a, b] = [Work::sample("churn"), Work::sample("churn")];
    assert!(bytes(&a, "") == bytes(&b, ""));
    assert!(bytes(&a, "") == bytes(&a, ""));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let work = Work::sample("churn");
    let one = bytes(&work, "--threads 1");
    for threads in [2, 3, 64] {
        assert!(bytes(&work, &format!("--threads {threads}")) == one, "{threads} threads");
    }
    assert!(bytes(&work, "") == one);
}

#[test]
fn for_every_algorithm() {
    for (sample, args) in [
        ("iris", "--target species --algorithm decision-tree"),
        ("iris", "--target species --algorithm logistic-regression"),
        ("diabetes", "--target progression --algorithm linear-regression"),
        ("diabetes", "--target progression --algorithm ridge"),
        ("diabetes", "--target progression --param n_trees=3"),
    ] {
        let [a, b] = [1, 2].map(|threads| {
            let work = Work::sample(sample);
            work.fit(&format!("{args} --threads {threads}")).ok();
            work.bytes("m.model")
        });
        assert!(a == b, "{args}");
    }
}

#[test]
fn another_seed_gives_another_model() {
    let work = Work::sample("churn");
    let usual = bytes(&work, "");
    assert!(bytes(&work, "--seed 42") == usual);
    assert!(bytes(&work, "--seed 43") != usual);
    assert_eq!(work.model().manifest().provenance.seed, 43);
    assert!(bytes(&work, "--seed 18446744073709551615") != usual);
    assert!(bytes(&work, "--seed 0") != usual);
    for bad in ["-1", "18446744073709551616", "x"] {
        let run = work.fit(&format!("{FOREST} --seed={bad}"));
        run.misused("--seed <N>");
    }
}

#[test]
fn the_time_is_stored_only_if_it_is_given() {
    let work = Work::sample("iris");
    let fit =
        ["fit", "in.csv", "-o", "m.model", "--target", "species", "--algorithm", "decision-tree"];
    let at = |time: &str| {
        let mut command = work.command();
        Work::finish(command.args(fit).env("SOURCE_DATE_EPOCH", time))
    };
    work.run(&fit).ok();
    assert_eq!(work.model().manifest().provenance.created, None);
    let without = work.bytes("m.model");
    at("1760000000").ok();
    assert_eq!(work.model().manifest().provenance.created, Some(1_760_000_000));
    assert!(work.bytes("m.model") != without);
    for bad in ["", "yesterday", "1.5", "99999999999999999999"] {
        let fact = format!("SOURCE_DATE_EPOCH: found `{bad}`, expected seconds since 1970\n");
        at(bad).fails(2, &format!("error: {fact}"));
    }
}

#[test]
fn nothing_of_this_machine_is_in_the_model() {
    let work = Work::sample("churn");
    let model = bytes(&work, "--threads 3");
    let place = work.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    assert!(!model.windows(place.len()).any(|window| window == place.as_bytes()));
}
