//! Support vector machines: the order of sums, votes, machines without vectors.

use super::{assert_bits, cells, numeric_file};
use model_format::Artifact;
use model_format::program::ops::support_vectors::pairs;
use model_format::v1::{EstimatorSpec, Kernel};
use predictor::Model;
use tests::compare::compare;
use tests::models;
use tests::parts::Parts;

const LINEAR: EstimatorSpec = EstimatorSpec::SupportVectors { kernel: Kernel::Linear };

/// The value of a regression by one machine with the linear kernel.
fn linear_value(vectors: &[f64], machine: models::Terms<'_>, row: &[&str]) -> f64 {
    let rows = [row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    let arrays = models::machines(row.len(), vectors, &[machine]);
    let file = numeric_file(models::regression(), LINEAR, row.len(), &arrays, &rows);
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.values[0]
}

#[test]
fn machines_begin_at_the_intercept_and_add_their_terms_as_stored() {
    let half = 2f64.powi(-53);
    let one = 1.0 + 4.0 * half;
    // Half a digit is lost when it is added to 1; two of them are not if they meet first.
    let cases: [(f64, [f64; 3], f64); 5] = [
        (1.0, [half, half, 0.0], 1.0),
        (half, [half, 1.0, 0.0], 1.0 + 2.0 * half),
        (half, [1.0, half, 0.0], 1.0),
        (0.0, [half, half, 1.0], 1.0 + 2.0 * half),
        (one, [half, half, -1.0], 4.0 * half),
    ];
    for (intercept, weights, value) in cases {
        let what = format!("{intercept}, {weights:?}");
        let terms = [(0, weights[0]), (0, weights[1]), (0, weights[2])];
        assert_bits(&[linear_value(&[1.0], (&terms, intercept), &["1"])], &[value], &what);
        // The same by one vector per term, stored in another order.
        let terms = [(2, weights[0]), (0, weights[1]), (1, weights[2])];
        assert_bits(&[linear_value(&[1.0; 3], (&terms, intercept), &["1"])], &[value], &what);
    }
}

#[test]
fn kernels_add_their_features_in_order_from_minus_zero() {
    let half = 2f64.powi(-53);
    let of = |vector: &[f64], row: &[&str]| linear_value(vector, (&[(0, 1.0)], -0.0), row);
    let ones = ["1", "1", "1"];
    assert_bits(&[of(&[1.0, half, half], &ones)], &[1.0], "1 first");
    assert_bits(&[of(&[half, half, 1.0], &ones)], &[1.0 + 2.0 * half], "1 last");
    assert_bits(&[of(&[1.0], &["-0"])], &[-0.0], "a product of -0");
    assert_bits(&[of(&[1.0, -2.0], &["-0", "0"])], &[-0.0], "two products of -0");
    assert_bits(&[of(&[1.0, 2.0], &["-0", "0"])], &[0.0], "products of both signs");
    // The product of a weight is rounded before it is added, that of a feature too.
    let x = 1.0 + 2f64.powi(-30);
    let square = 1.0 + 2f64.powi(-29);
    assert_bits(
        &[linear_value(&[1.0], (&[(0, x)], -square), &[&format!("{x:?}")])],
        &[0.0],
        "term",
    );
    let got = of(&[-square, x], &["1", &format!("{x:?}")]);
    assert_bits(&[got], &[0.0], "feature");
}

#[test]
fn machines_without_vectors_say_their_intercepts() {
    let rows = cells(&[["0", "1"], ["-1e300", "1e300"]]);
    for kernel in [
        Kernel::Linear,
        Kernel::Rbf { gamma: 0.5 },
        Kernel::Polynomial { degree: 64, gamma: 1.0, coef0: 0.0 },
        Kernel::Sigmoid { gamma: 1.0, coef0: 0.0 },
    ] {
        let estimator = EstimatorSpec::SupportVectors { kernel };
        // No vectors at all, and vectors that no machine uses.
        for vectors in [&[][..], &[1.0, 2.0, 3.0, 4.0]] {
            let arrays = models::machines(2, vectors, &[(&[], -7.25)]);
            let file = numeric_file(models::regression(), estimator.clone(), 2, &arrays, &rows);
            assert_bits(&Parts::of(&file).manifest.golden.values, &[-7.25; 2], "value");
            compare(&file, &rows);
            let labels = models::classes(&["a", "b", "c"]);
            let machines: [models::Terms<'_>; 3] = [(&[], -1.0), (&[], 1.0), (&[], 0.5)];
            let arrays = models::machines(2, vectors, &machines);
            let file = numeric_file(labels, estimator.clone(), 2, &arrays, &rows);
            let golden = Parts::of(&file).manifest.golden;
            assert_bits(&golden.values, &[-1.0, 1.0, 0.5, -1.0, 1.0, 0.5], "values");
            assert_eq!(golden.labels, [1, 1]);
            compare(&file, &rows);
        }
    }
}

/// The class by the values of the machines.
fn voted(values: &[f64], n_classes: usize) -> u32 {
    let rows = cells(&[["0"]]);
    let labels = ["a", "b", "c", "d"];
    let machines: Vec<models::Terms<'_>> = values.iter().map(|v| (&[][..], *v)).collect();
    let arrays = models::machines(1, &[], &machines);
    let file = numeric_file(models::classes(&labels[..n_classes]), LINEAR, 1, &arrays, &rows);
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.labels[0]
}

#[test]
fn two_classes_are_told_apart_by_a_sign() {
    for (value, class) in
        [(0.0, 0), (-0.0, 0), (5e-324, 1), (-5e-324, 0), (f64::MAX, 1), (f64::MIN, 0)]
    {
        assert_eq!(voted(&[value], 2), class, "{value:?}");
    }
}

#[test]
fn the_votes_of_every_pair() {
    let (first, second) = (0.25, -1.5);
    // Pairs ab, ac, bc: a vote each for the last three.
    let of_three = [
        ([first, first, first], 0),
        ([first, first, second], 0),
        ([second, first, first], 1),
        ([second, second, first], 1),
        ([first, second, second], 2),
        ([second, second, second], 2),
        ([first, second, first], 0),
        ([second, first, second], 0),
        ([-0.0, 1.0, 0.0], 0),
    ];
    for (values, class) in of_three {
        assert_eq!(voted(&values, 3), class, "{values:?}");
    }
    // Pairs ab, ac, ad, bc, bd, cd. One class beats the others; then two classes have two votes.
    let pairs: Vec<(usize, usize)> = pairs(4).collect();
    assert_eq!(pairs, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
    for class in 0..4 {
        let values: Vec<f64> =
            pairs.iter().map(|(_, j)| if *j == class { second } else { first }).collect();
        assert_eq!(voted(&values, 4), u32::try_from(class).unwrap(), "{values:?}");
    }
    assert_eq!(voted(&[second, second, second, first, second, first], 4), 1);
    assert_eq!(voted(&[second, first, second, second, first, second], 4), 1);
    assert_eq!(voted(&[first, second, first, second, first, second], 4), 0);
    assert_eq!(voted(&[first, second, second, second, second, second], 4), 3);
    assert_eq!(voted(&[first, second, second, second, second, first], 4), 2);
}

#[test]
fn as_many_machines_as_there_may_be() {
    let labels: Vec<String> = (0..128).map(|label| format!("{label}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let rows = cells(&[["3"], ["-2"]]);
    // Class 77 beats every other from 0 on, class 31 below.
    let weight = |(i, j)| match (i, j) {
        (31, _) | (_, 77) => -1.0,
        _ => 1.0,
    };
    let terms: Vec<[(u64, f64); 1]> = pairs(128).map(|pair| [(0, weight(pair))]).collect();
    let machines: Vec<models::Terms<'_>> = terms.iter().map(|terms| (&terms[..], 0.0)).collect();
    assert_eq!(machines.len(), 8128);
    let arrays = models::machines(1, &[1.0], &machines);
    let file = numeric_file(models::classes(&labels), LINEAR, 1, &arrays, &rows);
    compare(&file, &rows);
    assert_eq!(Parts::of(&file).manifest.golden.values.len(), 2 * 8128);
}

#[test]
fn many_vectors() {
    let n_vectors = 700u32;
    let number = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 16) / 65_536.0 - 0.5;
    let vectors: Vec<f64> = (0..3 * n_vectors).map(number).collect();
    let rows: Vec<Vec<String>> = (0..20)
        .map(|row| (0..3).map(|f| format!("{:?}", 3.0 * number(10_000 + 3 * row + f))).collect())
        .collect();
    for kernel in [
        Kernel::Linear,
        Kernel::Rbf { gamma: 1.5 },
        Kernel::Polynomial { degree: 2, gamma: 0.75, coef0: 2.0 },
        Kernel::Sigmoid { gamma: 0.1, coef0: 0.5 },
    ] {
        // Weights of one sign, so that nothing cancels; backwards, so that the order counts.
        let terms: Vec<(u64, f64)> =
            (0..n_vectors).rev().map(|v| (u64::from(v), 0.01 + number(v).abs())).collect();
        let arrays = models::machines(3, &vectors, &[(&terms, 1.0)]);
        let estimator = EstimatorSpec::SupportVectors { kernel };
        let file = numeric_file(models::regression(), estimator, 3, &arrays, &rows);
        assert_eq!(Parts::of(&file).manifest.golden.values.len(), rows.len(), "{kernel:?}");
        compare(&file, &rows);
    }
}

/// So many that rows go one by one. The golden rows are the reference's, and are replayed.
#[test]
fn very_many_vectors() {
    let n_vectors = 8193u32;
    let vectors: Vec<f64> = (0..n_vectors).map(|v| f64::from(v % 1000) - 499.5).collect();
    let terms: Vec<(u64, f64)> = (0..n_vectors).map(|v| (u64::from(v), f64::from(v % 7))).collect();
    let arrays = models::machines(1, &vectors, &[(&terms, 1.0)]);
    let rows: Vec<Vec<String>> =
        (0..20).map(|row| vec![format!("{:?}", f64::from(row) * 0.37)]).collect();
    let file = numeric_file(models::regression(), LINEAR, 1, &arrays, &rows);
    assert_eq!(Parts::of(&file).manifest.golden.values.len(), rows.len());
    Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap();
}

#[test]
fn a_machine_that_overflows_makes_a_bad_row() {
    let rows = cells(&[["1"], ["1e200"], ["-1e200"], ["1e-200"]]);
    let of = |kernel, weight| {
        let arrays = models::machines(1, &[1e120], &[(&[(0, weight)], 0.5)]);
        let estimator = EstimatorSpec::SupportVectors { kernel };
        let file = numeric_file(models::classes(&["a", "b"]), estimator, 1, &arrays, &rows);
        compare(&file, &rows);
        Parts::of(&file).manifest.golden.cells.len()
    };
    assert_eq!(of(Kernel::Linear, 1.0), 2);
    assert_eq!(of(Kernel::Linear, 1e200), 1);
    assert_eq!(of(Kernel::Polynomial { degree: 3, gamma: 1.0, coef0: 0.0 }, 1.0), 1);
    // Both limit what is infinite.
    assert_eq!(of(Kernel::Rbf { gamma: 1.0 }, 1.0), 4);
    assert_eq!(of(Kernel::Sigmoid { gamma: 1.0, coef0: 0.5 }, 1.0), 4);
}
