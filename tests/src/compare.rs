//! The predictor held against the reference.

use model_format::Artifact;
use predictor::testing::predict_on_all;
use predictor::{Model, Prediction, Row};

use crate::models;
use crate::parts::Parts;
use crate::reference::{self, Answer};

/// A row, or `None` if a cell was refused.
pub fn row(model: &Model, cells: &[String]) -> Option<Row> {
    let mut row = model.row();
    for (column, cell) in model.manifest().schema.columns.iter().zip(cells) {
        row.set(&column.name, cell).ok()?;
    }
    Some(row)
}

/// What the predictor said, in the words of the reference.
pub fn answer(prediction: &Prediction<'_>, model: &Model) -> Answer {
    match prediction {
        Prediction::Value(value) => Answer::Value(*value),
        Prediction::Class { label, index, probabilities } => {
            assert_eq!(model.labels()[*index], *label);
            Answer::Class(*index, probabilities.clone())
        }
        other => panic!("{other:?}"),
    }
}

/// Rows that do not fit into one block, and that are enough for trees to take their other form.
const MANY: usize = 2100;
/// Rows for each set of instructions.
const SOME: usize = 100;

/// Compares the predictor with the reference: every row alone, then all good rows at once, often
/// enough to fill several blocks, and some of them with the kernels of every set of instructions. Numbers that no prediction shows are compared as golden rows.
pub fn compare(file: &[u8], rows: &[Vec<String>]) {
    let model = Model::from_artifact(Artifact::parse(file).unwrap()).unwrap();
    let parts = Parts::of(file);
    let exact = model_format::golden::exact(model.artifact().pipeline());
    let shown = model.has_probabilities() || model.labels().is_empty();
    let mut good = Vec::new();
    for cells in rows {
        let expected = reference::predict(&parts, cells);
        let got = row(&model, cells).and_then(|row| model.predict(&[row]).ok());
        match (got, expected) {
            (None, None) => {}
            (Some(got), Some(expected)) => {
                let got = answer(&got[0], &model);
                let expected = match expected {
                    Answer::Class(class, _) if !shown => Answer::Class(class, Vec::new()),
                    expected => expected,
                };
                let agrees = got.agrees(&expected, exact) || !reference::is_steady(&parts, cells);
                assert!(agrees, "{cells:?}: {got:?}, expected {expected:?}");
                good.push((row(&model, cells).unwrap(), got, cells));
            }
            (got, expected) => panic!("{cells:?}: {got:?}, expected {expected:?}"),
        }
    }
    for rows in rows.chunks(64).filter(|_| !shown) {
        let mut parts = parts.clone();
        if let Some(golden) = models::golden(&parts, rows) {
            parts.manifest.golden = golden;
            Model::from_artifact(Artifact::parse(&parts.file()).unwrap()).unwrap();
        }
    }
    let many: Vec<&Good<'_>> = good.iter().cycle().take(MANY * good.len().min(1)).collect();
    let batch: Vec<Row> = many.iter().map(|(row, ..)| row.clone()).collect();
    let some = &batch[..batch.len().min(SOME)];
    let several_blocks = model.predict(&batch).unwrap();
    let all = predict_on_all(&model, some).unwrap();
    for predictions in std::iter::once(several_blocks).chain(all) {
        for (prediction, (_, alone, _)) in predictions.iter().zip(&many) {
            let same = answer(prediction, &model).agrees(alone, true);
            assert!(same, "{prediction:?}, alone {alone:?}");
        }
    }
    by_columns(&model, rows, &good);
}

/// A row that can be predicted, what the model returns for it alone, and its cells.
type Good<'r> = (Row, Answer, &'r Vec<String>);

/// The same rows given column by column, the bad ones among them.
fn by_columns(model: &Model, rows: &[Vec<String>], good: &[Good<'_>]) {
    let mut batch = model.batch(rows.len());
    for column in model.columns() {
        batch.texts(column.name, rows.iter().map(|cells| &cells[column.column.index()])).unwrap();
    }
    let mut good = good.iter();
    let predictions = model.predict_batch(&batch).unwrap();
    for (row, (cells, prediction)) in rows.iter().zip(&predictions).enumerate() {
        assert_eq!(prediction.is_ok(), predictions.is_ok(row));
        let Ok(prediction) = prediction else { continue };
        let (_, alone, expected) = good.next().unwrap();
        assert_eq!(cells, *expected, "row {row} is a good one");
        assert!(answer(&prediction, model).agrees(alone, true), "{prediction:?}, {alone:?}");
    }
    assert!(good.next().is_none(), "all good rows were predicted");
}
