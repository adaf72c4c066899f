//! Naive Bayes: the order of sums, ties, texts that training did not see.

use model_format::v1::{EstimatorSpec, Step};
use model_format::writer::ArrayData;
use tests::compare::compare;
use tests::models;
use tests::parts::Parts;

/// The class of a row of `"1"`s with a model of naive Bayes over numeric columns.
fn class_of(
    estimator: EstimatorSpec,
    arrays: &[ArrayData],
    n_columns: u32,
    n_classes: usize,
) -> u32 {
    let labels = ["a", "b", "c"];
    let columns = (0..n_columns).map(|c| models::numeric(&format!("x{c}"))).collect();
    let manifest = models::manifest(columns, models::classes(&labels[..n_classes]), estimator);
    let rows = [vec!["1".to_owned(); n_columns as usize]];
    let file = models::complete(&manifest, arrays, &rows).unwrap();
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.labels[0]
}

#[test]
fn scores_are_summed_in_order_and_the_prior_comes_last() {
    let half = 2f64.powi(-53);
    // Terms and prior of the second class; the first class scores 1. Half a digit is lost when it
    // is added to 1, two of them are not if they meet first.
    let cases: [([f64; 3], f64, u32); 5] = [
        ([half, half, 0.0], 1.0, 1),
        ([half, half, 1.0], 0.0, 1),
        ([1.0, half, half], 0.0, 0),
        ([half, 1.0, half], 0.0, 0),
        ([0.0, half, 1.0], half, 0),
    ];
    for (terms, prior, class) in cases {
        let tables = [[0.0; 3], terms].concat();
        let priors = [1.0, prior];
        let multinomial = EstimatorSpec::MultinomialNaiveBayes;
        let got = class_of(multinomial, &models::log_table(&tables, &priors), 3, 2);
        assert_eq!(got, class, "{terms:?}, {prior}");
        let bernoulli = EstimatorSpec::BernoulliNaiveBayes { binarize: 0.5 };
        let arrays = models::bernoulli(&tables, &[0.25; 6], &priors);
        assert_eq!(class_of(bernoulli, &arrays, 3, 2), class, "{terms:?}, {prior}");
        let bernoulli = EstimatorSpec::BernoulliNaiveBayes { binarize: 1.0 };
        let arrays = models::bernoulli(&[0.25; 6], &tables, &priors);
        assert_eq!(class_of(bernoulli, &arrays, 3, 2), class, "{terms:?}, {prior}");
    }
}

#[test]
fn gaussian_scores_have_the_bits_of_the_page() {
    let h = f64::from_bits(0x3fed_67f1_c864_beb5);
    let numbers: [f64; 7] = [0.1, -0.7, 1.9, 3.3, -12.34, 1e-5, 777.7];
    for (mean, twice, half_log) in
        numbers.iter().flat_map(|m| numbers.map(|t| (*m, t.abs(), t / 3.0)))
    {
        let d = 1.0 - mean;
        let score = -(d * d / twice) - h - half_log;
        // The first class scores `prior`: its distance is 0, and the constant is taken back.
        for (prior, class) in [(score, 0), (score.next_up(), 0), (score.next_down(), 1)] {
            let arrays =
                models::gaussian(&[1.0, mean], &[1.0, twice], &[-h, half_log], &[prior, 0.0]);
            let got = class_of(EstimatorSpec::GaussianNaiveBayes, &arrays, 1, 2);
            assert_eq!(got, class, "{mean}, {twice}, {half_log}");
        }
    }
}

#[test]
fn scores_that_tie() {
    let cases: [(&[f64], u32); 4] = [
        (&[-1.5, -1.5], 0),
        (&[-2.0, -1.0, -1.0], 1),
        (&[-1.0, -2.0, -1.0], 0),
        (&[-1.0, -1.0, (-1.0f64).next_up()], 2),
    ];
    for (priors, class) in cases {
        let logs = vec![-1.0; priors.len()];
        let multinomial = EstimatorSpec::MultinomialNaiveBayes;
        let priors: Vec<f64> = priors.iter().map(|p| p + 1.0).collect();
        let arrays = models::log_table(&logs, &priors);
        assert_eq!(class_of(multinomial, &arrays, 1, priors.len()), class, "{priors:?}");
    }
}

#[test]
fn an_unseen_text_leaves_the_priors() {
    let columns = vec![models::text("a", &["p", "q"], false), models::text("b", &["r", "s"], true)];
    let labels = models::classes(&["first", "second"]);
    let mut manifest = models::manifest(columns, labels, EstimatorSpec::CategoricalNaiveBayes);
    manifest.steps = vec![Step::OneHot];
    // The second class is ahead in every category, the first in the priors.
    let logs = [[-9.0; 5], [-1.0; 5]].concat();
    let file_of = |priors: &[f64], rows: &[Vec<String>]| {
        models::complete(&manifest, &models::log_table(&logs, priors), rows).unwrap()
    };
    let rows = [("p", "r", 1), ("q", "", 1), ("", "r", 0), ("x", "r", 0), ("p", "x", 0)]
        .map(|(a, b, class)| (vec![a.to_owned(), b.to_owned()], class));
    let (cells, expected): (Vec<_>, Vec<u32>) = rows.into_iter().unzip();
    let file = file_of(&[-0.25, -1.5], &cells);
    compare(&file, &cells);
    let golden = Parts::of(&file).manifest.golden;
    assert_eq!(golden.labels, expected);
    // Equal priors tie, to the bit.
    let file = file_of(&[-0.7, -0.7], &cells[2..]);
    compare(&file, &cells);
    let golden = Parts::of(&file).manifest.golden;
    assert_eq!(golden.labels, [0; 3]);
    assert!(golden.values.iter().all(|p| p.to_bits() == 0.5f64.to_bits()), "{:?}", golden.values);
}
