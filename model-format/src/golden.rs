//! Golden rows: shape checks, and the rule by which a replay is compared.

use crate::cell::NumberCell;
use crate::error::{ErrorKind, FormatError, MAX_SHOWN, Place, Result};
use crate::fields::GoldenRows;
use crate::finite::finite;
use crate::limits::MAX_GOLDEN_ROWS;
use crate::pipeline::Pipeline;
use crate::program::Meaning;
use crate::schema::count;

/// Largest relative difference allowed where exp is involved; below the smallest normal number,
/// where digits run out, relative to that.
pub const TOLERANCE: f64 = 1e-12;

impl GoldenRows {
    /// The rows: cells in schema order.
    pub fn rows(&self, n_columns: usize) -> impl Iterator<Item = &[String]> {
        self.cells.chunks_exact(n_columns.max(1))
    }
}

/// Checks that the golden rows have the shape of the model.
pub(crate) fn check(golden: &GoldenRows, pipeline: &Pipeline) -> Result<()> {
    let n_columns = pipeline.schema().columns().len();
    let n_rows = golden.cells.len() / n_columns;
    count("golden rows", n_rows, 1, MAX_GOLDEN_ROWS)?;
    count("golden cells", golden.cells.len(), n_rows * n_columns, n_rows * n_columns)?;
    for (row, cells) in (1..).zip(golden.rows(n_columns)) {
        for (i, column) in pipeline.schema().numeric().iter().enumerate() {
            let cell = cells.get(*column).map_or("", String::as_str);
            let number = NumberCell::read(cell.as_bytes(), pipeline.schema().missing());
            let imputed = pipeline.schema().keeps_missing(i);
            if number == NumberCell::Invalid || (number == NumberCell::Missing && !imputed) {
                let shown: String = cell.chars().take(MAX_SHOWN).collect();
                let what = format!("row {row} has {shown:?} in a numeric column");
                return Err(FormatError::structure("golden cells", what));
            }
        }
    }
    let labels = if pipeline.labels().is_empty() { 0 } else { n_rows };
    let values = n_rows * pipeline.n_numbers();
    count("golden labels", golden.labels.len(), labels, labels)?;
    count("golden values", golden.values.len(), values, values)?;
    finite("golden values", &golden.values)?;
    match golden.labels.iter().find(|label| **label as usize >= pipeline.labels().len()) {
        Some(label) => Err(FormatError::structure("golden labels", format!("class {label}"))),
        None => Ok(()),
    }
}

/// Whether replayed values must equal the stored ones to the bit.
///
/// Sums, products and comparisons must; probabilities of linear classifiers and naive Bayes pass
/// through exp, kernels through exp, pow or tanh, and may differ by [`TOLERANCE`] relative.
pub fn exact(pipeline: &Pipeline) -> bool {
    pipeline.program().exact()
}

/// Compares a replay with what is stored.
///
/// `labels` and `values` have the shapes of [`GoldenRows`].
///
/// # Errors
///
/// [`ErrorKind::SelfTest`] naming the first row that differs, expected and got.
pub fn compare(
    golden: &GoldenRows,
    pipeline: &Pipeline,
    labels: &[u32],
    values: &[f64],
) -> Result<()> {
    let fail = |row: usize, what: String| {
        let what = format!("golden row {}: {what}", row + 1);
        Err(FormatError::new(ErrorKind::SelfTest, Place::File, what))
    };
    let width = pipeline.n_numbers();
    let n_rows = golden.values.len() / width;
    if (labels.len(), values.len()) != (golden.labels.len(), golden.values.len()) {
        return fail(0, format!("{} values, expected {}", values.len(), golden.values.len()));
    }
    let exact = exact(pipeline);
    let agree = |got: f64, expected: f64| {
        got.to_bits() == expected.to_bits()
            || (!exact
                && (got - expected).abs() <= TOLERANCE * expected.abs().max(f64::MIN_POSITIVE))
    };
    for row in 0..n_rows {
        let range = row * width..(row + 1) * width;
        let expected = golden.values.get(range.clone()).unwrap_or_default();
        let got = values.get(range).unwrap_or_default();
        for (class, (got, expected)) in got.iter().zip(expected).enumerate() {
            if !agree(*got, *expected) {
                let of = match (pipeline.numbers(), pipeline.labels().get(class)) {
                    (Meaning::Probabilities, Some(label)) => format!("probability of `{label}`"),
                    (Meaning::DecisionValues, _) => format!("decision value {}", class + 1),
                    (Meaning::SquaredDistance, _) => "squared distance".into(),
                    (Meaning::Probabilities | Meaning::Value, _) => "value".into(),
                };
                return fail(row, format!("{of} is {got:?}, expected {expected:?}"));
            }
        }
        if let (Some(got), Some(expected)) = (labels.get(row), golden.labels.get(row))
            && got != expected
        {
            let name =
                |class: &u32| pipeline.labels().get(*class as usize).cloned().unwrap_or_default();
            return fail(row, format!("label is `{}`, expected `{}`", name(got), name(expected)));
        }
    }
    Ok(())
}
