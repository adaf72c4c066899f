//! Typed columns to the features that smartcore is given: impute, scale, one-hot.
//!
//! The predictor has its own code for this; that the two agree to the bit is what the golden rows
//! and the parity tests show.

use std::ops::Range;

use cli_common::error::{Error, Result};
use model_format::cell::NumberCell;
use model_format::manifest::SchemaSpec;
use model_format::schema::{Schema, TextCell};
use smartcore::api::Transformer;
use smartcore::linalg::basic::arrays::Array2;
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::steps::Step;
use crate::engine::features::{Codes, Features};
use crate::engine::matrix::matrix;
use crate::engine::mirror;
use crate::memory;
use crate::parallel;
use crate::table::Table;

/// How numeric columns are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalerKind {
    /// To mean 0 and standard deviation 1.
    Standard,
    /// To the range 0 to 1.
    MinMax,
    /// Not at all.
    None,
}

/// What missing numbers become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImputeKind {
    /// The median of the fitted rows.
    Median,
    /// The mean of the fitted rows.
    Mean,
    /// An error, in training and at prediction.
    Error,
}

/// Raw cells of some rows, read but not yet imputed or scaled.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// Numeric columns, each `[n_rows]`, NaN where missing.
    pub(crate) numbers: Vec<Vec<f64>>,
    /// Categorical columns, each `[n_rows]`.
    pub(crate) texts: Vec<Vec<TextCell>>,
    n_rows: usize,
}

impl Cells {
    /// Number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Some of the rows.
    pub(crate) fn part(&self, rows: Range<usize>) -> Self {
        Self {
            n_rows: rows.len(),
            numbers: self.numbers.iter().map(|column| column[rows.clone()].to_vec()).collect(),
            texts: self.texts.iter().map(|column| column[rows.clone()].to_vec()).collect(),
        }
    }
}

/// What categories become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Codes, which say which of the one-hot features is 1.
    Codes,
    /// One-hot features in a matrix, each a number of 8 bytes.
    Matrix,
}

/// Reads the schema's columns of some rows of a table.
///
/// `columns` are the table columns in schema order.
///
/// # Errors
///
/// An input error naming line and column for a cell that is no number, or that is missing although
/// `impute` is [`ImputeKind::Error`].
pub(crate) fn read(
    table: &Table,
    schema: &Schema,
    columns: &[usize],
    rows: &[usize],
    impute: ImputeKind,
) -> Result<Cells> {
    let mut numbers = Vec::with_capacity(schema.numeric().len());
    for index in schema.numeric() {
        let column = columns[*index];
        let mut values = Vec::with_capacity(rows.len());
        for row in rows {
            values.push(match table.number(*row, column, schema.missing()) {
                NumberCell::Value(value) => value,
                NumberCell::Missing if impute != ImputeKind::Error => f64::NAN,
                other => {
                    let found = if other == NumberCell::Missing {
                        "a missing cell".into()
                    } else {
                        format!("`{}`", String::from_utf8_lossy(table.cell(*row, column)))
                    };
                    let fact =
                        format!("{}: found {found}, expected a number", table.place(*row, column));
                    return Err(Error::input(fact));
                }
            });
        }
        numbers.push(values);
    }
    let texts = schema
        .text()
        .iter()
        .map(|text| {
            let column = columns[text.column];
            rows.iter().map(|row| text.read(table.cell(*row, column), schema.missing())).collect()
        })
        .collect();
    Ok(Cells { numbers, texts, n_rows: rows.len() })
}

/// Learns imputation and scaling from the fitted rows; `whole` rounds imputed values down, for
/// algorithms that count.
pub(crate) fn learn(
    cells: &Cells,
    scaler: ScalerKind,
    impute: ImputeKind,
    whole: bool,
    threads: usize,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut imputed = Vec::new();
    if impute != ImputeKind::Error && !cells.numbers.is_empty() {
        let value = |column: &Vec<f64>| {
            let present: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
            let value = if impute == ImputeKind::Mean { mean(&present) } else { median(present) };
            if whole { value.floor() } else { value }
        };
        imputed = parallel::map(threads, &cells.numbers, value);
        steps.push(Step::Impute { values: imputed.clone() });
    }
    if !cells.numbers.is_empty() {
        let columns: Vec<usize> = (0..cells.numbers.len()).collect();
        let measured = |measure: fn(&[f64]) -> (f64, f64)| {
            let filled = |i: &usize| -> Vec<f64> {
                let fill = |v: &f64| if v.is_nan() { imputed[*i] } else { *v };
                cells.numbers[*i].iter().map(fill).collect()
            };
            parallel::map(threads, &columns, |i| measure(&filled(i))).into_iter().unzip()
        };
        match scaler {
            ScalerKind::Standard => {
                let (means, stds) = measured(mean_and_std);
                steps.push(Step::StandardScale { means, stds });
            }
            ScalerKind::MinMax => {
                let (mins, ranges) = measured(min_and_range);
                steps.push(Step::MinMaxScale { mins, ranges });
            }
            ScalerKind::None => {}
        }
    }
    if !cells.texts.is_empty() {
        steps.push(Step::OneHot);
    }
    steps
}

/// Encodes cells with learned steps.
///
/// Every column is written where it stays: the features are the largest thing that a fit holds.
/// Standard scaling is smartcore's own.
///
/// # Errors
///
/// An input error if there is no memory for it; an internal error if smartcore refuses its own
/// scaler.
pub(crate) fn encode(
    cells: &Cells,
    schema: &Schema,
    steps: &[Step],
    form: Form,
    threads: usize,
) -> Result<Features> {
    let n_rows = cells.n_rows;
    let n_columns = match form {
        Form::Codes => cells.numbers.len(),
        Form::Matrix => schema.n_features(),
    };
    let mut values = memory::allocate(n_rows * n_columns, "the matrix of features")?;
    let numbers: Vec<usize> = (0..cells.numbers.len()).collect();
    for some in numbers.chunks(threads.max(1)) {
        let encoded =
            parallel::map(threads, some, |i| encode_number(&cells.numbers[*i], *i, steps));
        for column in encoded {
            values.extend(column?);
        }
    }
    let mut categories = Vec::new();
    if steps.contains(&Step::OneHot) {
        for (text, cells) in schema.text().iter().zip(&cells.texts) {
            match form {
                Form::Codes => categories.push(codes(cells, text.n_codes())?),
                Form::Matrix => one_hot(cells, text.n_codes(), &mut values),
            }
        }
    }
    let numbers = DenseMatrix::new(n_rows, n_columns, values, true)
        .map_err(|e| Error::internal(format!("smartcore's matrix: {e}")))?;
    Ok(Features::new(numbers, categories))
}

/// Code of a cell, if it is of a category of the model.
fn code(cell: TextCell) -> Option<u32> {
    match cell {
        TextCell::Level(code) | TextCell::Missing(Some(code)) => Some(code),
        TextCell::Missing(None) | TextCell::Unseen => None,
    }
}

fn codes(cells: &[TextCell], n_codes: usize) -> Result<Codes> {
    let mut codes = memory::allocate(cells.len(), "the codes of categories")?;
    // The format bounds the categories of a column.
    let none = u32::try_from(n_codes).unwrap_or(u32::MAX);
    codes.extend(cells.iter().map(|cell| code(*cell).unwrap_or(none)));
    Ok(Codes { codes, n_codes })
}

/// Appends a column of zeros and ones for each category.
fn one_hot(cells: &[TextCell], n_codes: usize, values: &mut Vec<f64>) {
    let start = values.len();
    values.resize(start + n_codes * cells.len(), 0.0);
    for (row, cell) in cells.iter().enumerate() {
        if let Some(code) = code(*cell) {
            values[start + code as usize * cells.len() + row] = 1.0;
        }
    }
}

/// A numeric column, number `at` of them, with learned steps.
fn encode_number(cells: &[f64], at: usize, steps: &[Step]) -> Result<Vec<f64>> {
    let mut column = cells.to_vec();
    for step in steps {
        match step {
            Step::Impute { values } => {
                column.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = values[at]);
            }
            Step::StandardScale { means, stds } => {
                let scaler = mirror::standard_scaler(&means[at..=at], &stds[at..=at])?;
                let scaled = scaler
                    .transform(&matrix(column.len(), &[column])?)
                    .map_err(|e| Error::internal(format!("smartcore's scaler: {e}")))?;
                column = scaled.get_col(0).iterator(0).copied().collect();
            }
            Step::MinMaxScale { mins, ranges } => {
                for v in &mut column {
                    *v = (*v - mins[at]) / ranges[at];
                }
            }
            // Of other columns.
            Step::OneHot => {}
        }
    }
    Ok(column)
}

/// Larger features cannot be squared and summed, which every fit does.
const LARGEST_FEATURE: f64 = 1e140;

/// Refuses features whose squares overflow; smartcore would panic or go silently wrong on them.
///
/// # Errors
///
/// An input error that names the column.
pub(crate) fn check_finite(x: &Features, schema: &Schema) -> Result<()> {
    for (feature, column) in schema.numeric().iter().enumerate() {
        if x.numbers(feature).iter().any(|v| v.is_nan() || v.abs() > LARGEST_FEATURE) {
            let name = &schema.columns()[*column].name;
            let fact = format!("column `{name}` holds values so large that their squares overflow");
            return Err(
                Error::input(fact).with_hint("leave it out with --ignore, or give it another unit")
            );
        }
    }
    Ok(())
}

/// The schema of inferred columns.
///
/// # Errors
///
/// An input error if the columns break a limit of the format.
pub(crate) fn schema(spec: &SchemaSpec) -> Result<Schema> {
    Schema::new(spec).map_err(|e| Error::input(format!("these columns cannot be stored: {e}")))
}

/// Arithmetic mean, summed in row order.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, v| sum + v) / values.len() as f64
}

/// Middle value, or the mean of the two middle ones.
fn median(mut values: Vec<f64>) -> f64 {
    let (half, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    let (lower, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    if is_odd {
        return *upper;
    }
    let below = lower.iter().copied().max_by(f64::total_cmp).unwrap_or(*upper);
    // Halved before they are added, so that two huge values do not overflow.
    below / 2.0 + *upper / 2.0
}

/// Mean and population standard deviation in two passes: the textbook formula `E[x^2] - E[x]^2` that
/// smartcore uses loses every digit on a column like 1e9 +- 1. A constant column is divided by 1.
pub(crate) fn mean_and_std(values: &[f64]) -> (f64, f64) {
    let mean = mean(values);
    let squares = values.iter().fold(0.0, |sum, v| sum + (v - mean) * (v - mean));
    let std = (squares / values.len() as f64).sqrt();
    (mean, if std >= f64::MIN_POSITIVE && std.is_finite() { std } else { 1.0 })
}

fn min_and_range(values: &[f64]) -> (f64, f64) {
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = max - min;
    (min, if range >= f64::MIN_POSITIVE && range.is_finite() { range } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_of_large_numbers_keeps_its_digits() {
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 3) - 1.0).collect();
        let (mean, std) = mean_and_std(&values);
        assert!((mean - 1e9).abs() < 0.01);
        assert!((std - 0.816_088).abs() < 1e-3, "{std}");
        assert_eq!(mean_and_std(&[5.0; 4]), (5.0, 1.0));
    }

    #[test]
    fn medians() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
        assert!(median(vec![f64::MAX, f64::MAX]).is_finite());
    }
}
