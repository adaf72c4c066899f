//! Predictions by hand-made models, where rounding, ties and order decide.

mod bayes;
mod centroids;
mod machines;
mod neighbors;

use model_format::program::ops::node_trees::pack;
use model_format::v1::{EstimatorSpec, Task};
use model_format::writer::ArrayData;
use tests::compare::compare;
use tests::models;
use tests::parts::Parts;

#[test]
fn predictions_around_every_tie_and_threshold() {
    let numbers = |list: &[f64]| list.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>();
    for (_, model) in models::ALL {
        let file = model();
        let parts = Parts::of(&file);
        let columns = &parts.manifest.schema.columns;
        let mut cells =
            numbers(&[-1.0, -0.0, 0.0, 0.5, 0.500_000_000_000_000_1, 2.0, 5e-324, 1e308]);
        cells.extend(["", " NA ", "Köln", "yes", "a", "paid", "1e999", "."].map(str::to_owned));
        let n_rows = cells.len().pow(2);
        let rows: Vec<Vec<String>> = (0..n_rows)
            .map(|row| {
                let pick = |column| cells[row / cells.len().pow(column % 2) % cells.len()].clone();
                (0u32..).zip(columns).map(|(column, _)| pick(column)).collect()
            })
            .collect();
        compare(&file, &rows);
    }
}

#[test]
fn the_logistic_threshold_is_the_one_of_the_page() {
    let turn = f64::from_bits(0x3ca8_0000_0000_0001);
    let neighbours = [turn, turn.next_up(), turn.next_down(), turn / 2.0, -turn, 0.0, -0.0];
    let mut manifest = models::manifest(
        vec![models::numeric("z")],
        models::classes(&["first", "second"]),
        EstimatorSpec::Linear,
    );
    manifest.statistics = None;
    let rows: Vec<Vec<String>> = neighbours.iter().map(|z| vec![format!("{z:e}")]).collect();
    let file = models::complete(&manifest, &models::linear(&[1.0], &[0.0]), &rows).unwrap();
    compare(&file, &rows);
    let labels = Parts::of(&file).manifest.golden.labels;
    assert_eq!(labels, [1, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn probabilities_that_tie() {
    let rows = [vec!["0".to_owned()]];
    // Outputs of a classifier, and the class that they mean.
    let cases: [(&[f64], u32); 5] = [
        (&[0.5], 0),
        (&[0.0, 0.0, 0.0], 0),
        (&[0.25, 0.5, 0.5], 1),
        // The larger output is the second; divided by the sum, the first two are equal.
        (&[1.0f64.next_down(), 1.0, 0.25], 0),
        (&[0.0, 0.0, 5e-324], 2),
    ];
    for (outputs, class) in cases {
        let labels = ["a", "b", "c"];
        let estimator = EstimatorSpec::MeanOfTrees { n_outputs: outputs.len() as u64 };
        let task = models::classes(&labels[..outputs.len().max(2)]);
        let manifest = models::manifest(vec![models::numeric("x")], task, estimator);
        let leaves: Vec<_> = outputs.iter().map(|p| vec![pack(*p, 0, 0)]).collect();
        let file = models::complete(&manifest, &models::trees(&leaves), &rows).unwrap();
        compare(&file, &rows);
        assert_eq!(Parts::of(&file).manifest.golden.labels, [class], "{outputs:?}");
    }
}

fn assert_bits(got: &[f64], expected: &[f64], what: &str) {
    let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(got), bits(expected), "{what}: {got:?}, expected {expected:?}");
}

/// A model of numeric columns; the rows that two libraries agree on are golden.
fn numeric_file(
    task: Task,
    estimator: EstimatorSpec,
    n_features: usize,
    arrays: &[ArrayData],
    rows: &[Vec<String>],
) -> Vec<u8> {
    let columns = (0..n_features).map(|f| models::numeric(&format!("x{f}"))).collect();
    let manifest = models::manifest(columns, task, estimator);
    models::complete(&manifest, arrays, rows).unwrap()
}

fn cells<const N: usize>(rows: &[[&str; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()
}
