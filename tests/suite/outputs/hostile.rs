//! Programs that another author would not write: parts of one-hot columns, rules of sums behind a link, slots read
//! again and again, and work that a small file asks for.

use model_format::program::Meaning;
use model_format::program::OpSpec;
use model_format::program::ops::average::AverageForm;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::slot::Run;
use tests::models;
use tests::programs::{Draft, cells, compare, one};

fn rows(texts: &[&str]) -> Vec<Vec<String>> {
    texts.iter().map(|text| vec![(*text).to_owned()]).collect()
}

/// The first two of the three codes of a column, as every kind of reader takes them.
#[test]
fn a_part_of_a_one_hot_column_may_be_read() {
    let read = |read: &dyn Fn(&mut Draft, Run) -> Run| {
        let column = models::text("t", &["a", "b", "c"], false);
        let mut draft = Draft::new(vec![column], models::regression());
        let input = draft.inputs();
        let all = draft.op(OpSpec::OneHot(OneHotSpec { input }), 3);
        let numbers = read(&mut draft, Run { first: all.first, len: 2 });
        let all = rows(&["a", "b", "c", "other", ""]);
        compare(&draft.value(numbers, &all).unwrap(), &all);
    };
    read(&|draft, run| draft.linear(run, &[2.0, 3.0], &[0.5]));
    read(&|draft, run| draft.average(&[one(run, 0), one(run, 1)], &[], AverageForm::Sum));
    read(&|draft, run| {
        let parts = draft.select(&[run, run]);
        draft.linear(parts, &[2.0, 3.0, 5.0, 7.0], &[0.5])
    });
}

#[test]
fn a_rule_of_sums_is_that_of_the_sums_whatever_link_follows() {
    let rows = cells(&[[-1.0, -1.0, -1.0], [1e-20, 0.0, -5.0], [2.0, -3.0, 0.0]]);
    for rule in [LabelRule::PairVotes { n_labels: 3 }, LabelRule::LastMaximum] {
        let mut draft = Draft::numeric(3, models::classes(&["a", "b", "c"]));
        let input = draft.inputs();
        let coefficients = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        let sums = draft.linear(input, &coefficients, &[0.0; 3]);
        let numbers = draft.link(sums, LinkForm::Softmax);
        let label = draft.label(sums, rule);
        let file = draft.classes(label, numbers, Meaning::Probabilities, &rows).unwrap();
        compare(&file, &rows);
    }
}

#[test]
fn slots_that_are_read_again_and_again_are_counted() {
    let mut draft = Draft::numeric(1, models::regression());
    let mut run = draft.inputs();
    for _ in 0..15 {
        run = draft.select(&[run, run]);
    }
    let parts: Vec<Run> = (0..run.len).map(|at| one(run, at)).collect();
    let mut sums = Vec::new();
    for _ in 0..8 {
        sums.push(draft.average(&parts, &[], AverageForm::Sum));
    }
    let value = draft.average(&sums, &[], AverageForm::Sum);
    let error = draft.value(value, &cells(&[[1.0]])).unwrap_err();
    assert!(error.to_string().contains("more than 262144 slots are read in all"), "{error}");
}

#[test]
fn work_that_a_small_file_asks_for_is_refused() {
    let n = 128 * 127 / 2;
    let mut draft = Draft::numeric(1, models::regression());
    let input = draft.inputs();
    let sums = draft.linear(input, &vec![1.0; n], &vec![0.0; n]);
    let shares = draft.sigmoid(sums);
    let mut first = Vec::new();
    for _ in 0..4 {
        let coupled = draft.link(shares, LinkForm::PairCoupling { n_labels: 128 });
        first.push(one(coupled, 0));
    }
    let value = draft.average(&first, &[], AverageForm::Sum);
    let error = draft.value(value, &cells(&[[1.0]])).unwrap_err();
    assert!(
        error.to_string().contains("additions, the limit for a file of this size is"),
        "{error}"
    );
}
