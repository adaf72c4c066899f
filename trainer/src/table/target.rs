//! The target column: which task it makes, and its values.

use std::collections::BTreeMap;

use cli_common::error::{Error, Result};
use model_format::cell::{MissingTokens, NumberCell, trim};
use model_format::label_index::LabelIndex;
use model_format::limits::MAX_CLASSES;
use model_format::manifest::Task;

use tabular_input::spelling::Spelling;

use super::Table;
use super::infer::missing_words;
use super::mixed::{self, Cells};

/// Integer targets with at most this many distinct values are labels.
const MAX_INTEGER_LABELS: usize = 20;
/// Whole numbers up to here are told apart by an f64.
const LARGEST_INTEGER: f64 = 9_007_199_254_740_992.0;
/// A target of which at least this share are numbers was meant to be numbers.
const NEARLY_NUMERIC: f64 = 0.8;
/// Cells shown in a message.
const MAX_SHOWN: usize = 3;

/// The kind of task, as the user can ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// Predict a label.
    Classification,
    /// Predict a number.
    Regression,
    /// Group rows; there is no target.
    Clustering,
}

impl TaskKind {
    /// Its name, as in the artifact.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::Clustering => "clustering",
        }
    }
}

/// Target values of the rows that have one.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The task and, for classification, its labels.
    pub(crate) task: Task,
    /// Table rows with a target, ascending.
    pub(crate) rows: Vec<usize>,
    /// One value per entry of `rows`.
    pub(crate) values: Values,
    /// Why this task, and the option that changes it.
    pub(crate) reason: String,
    /// What the user should know of its cells.
    pub(crate) warnings: Vec<String>,
}

/// Target values.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// Numbers to predict.
    Numbers(Vec<f64>),
    /// Indices of labels to predict.
    Classes(Vec<u32>),
    /// Nothing is to be predicted of so many rows.
    Nothing(usize),
}

impl Target {
    /// The kind of its task.
    pub(crate) fn kind(&self) -> TaskKind {
        match self.task {
            Task::Regression { .. } => TaskKind::Regression,
            Task::Classification { .. } => TaskKind::Classification,
            Task::Clustering { .. } => TaskKind::Clustering,
        }
    }
}

impl Target {
    /// No target: every row is to be grouped into one of `k` clusters, which are numbered from 0.
    pub(crate) fn none(table: &Table, k: usize) -> Self {
        let labels = (0..k).map(|cluster| cluster.to_string()).collect();
        let n_rows = table.n_rows();
        Self {
            task: Task::Clustering { labels },
            rows: (0..n_rows).collect(),
            values: Values::Nothing(n_rows),
            reason: "there is no --target".into(),
            warnings: Vec::new(),
        }
    }
}

impl Values {
    /// The classes, if they are what is predicted.
    pub(crate) fn classes(&self) -> Option<&Vec<u32>> {
        match self {
            Self::Classes(classes) => Some(classes),
            Self::Numbers(_) | Self::Nothing(_) => None,
        }
    }

    /// The numbers, if they are what is predicted.
    pub(crate) fn numbers(&self) -> Option<&Vec<f64>> {
        match self {
            Self::Numbers(numbers) => Some(numbers),
            Self::Classes(_) | Self::Nothing(_) => None,
        }
    }

    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Classes(values) => values.len(),
            Self::Nothing(n_rows) => *n_rows,
        }
    }

    /// The values at `positions`.
    pub(crate) fn select(&self, positions: &[usize]) -> Self {
        match self {
            Self::Numbers(values) => Self::Numbers(positions.iter().map(|i| values[*i]).collect()),
            Self::Classes(values) => Self::Classes(positions.iter().map(|i| values[*i]).collect()),
            Self::Nothing(_) => Self::Nothing(positions.len()),
        }
    }
}

/// Reads the target column; `wanted` overrides what it looks like.
///
/// # Errors
///
/// An input error if the column cannot be a target: every cell missing, one value only, a number
/// expected and not found, nearly all cells numbers but for some, or so many labels that it must be an id.
pub(crate) fn read(
    table: &Table,
    column: usize,
    missing: &MissingTokens,
    wanted: Option<TaskKind>,
) -> Result<Target> {
    let name = &table.columns[column];
    let rows: Vec<usize> = (0..table.n_rows())
        .filter(|row| !missing.contains(trim(table.cell(*row, column))))
        .collect();
    if rows.is_empty() {
        return Err(Error::input(format!("target `{name}`: every cell is missing")));
    }
    let mut distinct: BTreeMap<&[u8], u32> = BTreeMap::new();
    for row in &rows {
        *distinct.entry(trim(table.cell(*row, column))).or_default() += 1;
    }
    let number = |cell: &[u8]| missing.style().parse(cell);
    let integers = distinct
        .keys()
        .all(|cell| number(cell).is_some_and(|v| v.fract() == 0.0 && v.abs() < LARGEST_INTEGER));
    let numbers = integers || distinct.keys().all(|cell| number(cell).is_some());
    let few = distinct.len() <= MAX_INTEGER_LABELS;
    let mut warnings = Vec::new();
    if !numbers && wanted.is_none() {
        warnings.extend(check_mixed(table, column, &rows, &distinct, missing)?);
    }
    warnings.extend(without_target(table, column, rows.len(), missing));
    let n = distinct.len();
    let (kind, reason) = match wanted {
        Some(kind) => (kind, "--task".into()),
        None if integers && few => {
            let why = format!(
                "its {n} different values are whole numbers; --task regression predicts a number"
            );
            (TaskKind::Classification, why)
        }
        None if numbers => {
            let why = format!(
                "its values are numbers, {n} of them different; --task classification predicts labels"
            );
            (TaskKind::Regression, why)
        }
        None => (TaskKind::Classification, "its values are text".into()),
    };
    let (task, values) = match kind {
        TaskKind::Regression => {
            let values: Vec<f64> = rows
                .iter()
                .map(|row| number_target(table, *row, column, missing))
                .collect::<Result<_>>()?;
            if values.iter().all(|v| v.to_bits() == values[0].to_bits()) {
                return Err(Error::input(format!("target `{name}`: every value is {}", values[0])));
            }
            (Task::Regression { target: name.clone() }, Values::Numbers(values))
        }
        TaskKind::Classification | TaskKind::Clustering => {
            let (labels, classes) = classes(table, column, &rows, distinct, integers, missing)?;
            (Task::Classification { target: name.clone(), labels }, Values::Classes(classes))
        }
    };
    Ok(Target { task, rows, values, reason, warnings })
}

/// What to say of rows without a target: which words were taken as missing, one of which may be a label.
fn without_target(
    table: &Table,
    column: usize,
    n_rows: usize,
    missing: &MissingTokens,
) -> Option<String> {
    let fact = match table.n_rows() - n_rows {
        0 => return None,
        1 => "1 row without a target is left out".to_owned(),
        n => format!("{n} rows without a target are left out"),
    };
    Some(match missing_words(table, column, 0..table.n_rows(), missing) {
        None => fact,
        Some(words) => format!(
            "{fact}, of which {words}; if that is a label, list the other tokens with --missing"
        ),
    })
}

/// Refuses a target of which nearly all cells are numbers: the others are more likely slips than labels. Of one
/// that is mostly numbers, or numbers that are written otherwise than they are read, it returns a warning.
fn check_mixed(
    table: &Table,
    column: usize,
    rows: &[usize],
    distinct: &BTreeMap<&[u8], u32>,
    missing: &MissingTokens,
) -> Result<Option<String>> {
    let name = &table.columns[column];
    let is_other = |row: &usize| missing.style().parse(trim(table.cell(*row, column))).is_none();
    let others: Vec<usize> = rows.iter().copied().filter(is_other).collect();
    let cells = Cells::new(table, column, rows, &others, missing);
    let as_labels = format!("target `{name}` is read as labels, though");
    if let Some(found) = cells.spelling() {
        let samples = cells.samples_of(&found);
        let share = 100.0 * found.share;
        let style = match &found.spelling {
            Spelling::Unit => {
                return Ok(Some(format!(
                    "{as_labels} {share:.0} % of its values look like numbers with a unit or a mark ({samples}); without it they would be read as numbers"
                )));
            }
            Spelling::Style(style) => style,
        };
        if found.share < NEARLY_NUMERIC {
            let style = mixed::style_found(style);
            return Ok(Some(format!(
                "{as_labels} {share:.0} % of its values look like {style} ({samples})"
            )));
        }
        let fact = format!("target `{name}` looks like {}: {samples}", style.what);
        let hint = if style.against.is_empty() {
            format!("read them with {}", style.flags)
        } else {
            format!("{} is set; write all numbers in one style", style.against)
        };
        return Err(
            Error::input(fact).with_hint(format!("{hint}; or --task classification for labels"))
        );
    }
    if others.len() as f64 > (1.0 - NEARLY_NUMERIC) * rows.len() as f64 {
        return Ok(cells.shares().map(|shares| {
            format!(
                "{as_labels} {shares}; if they mean missing, name them with --missing, or use --task classification if labels are meant"
            )
        }));
    }
    let odd: Vec<&&[u8]> =
        distinct.keys().filter(|cell| missing.style().parse(cell).is_none()).collect();
    let shown: Vec<String> = odd
        .iter()
        .take(MAX_SHOWN)
        .map(|cell| format!("`{}`", String::from_utf8_lossy(cell)))
        .collect();
    let first = others.first().map_or(String::new(), |row| table.place(*row, column));
    let more = if odd.len() > MAX_SHOWN { ", .." } else { "" };
    let fact = format!(
        "target `{name}` is nearly all numbers, but {} of {} cells are not: {}{more}; the first in {first}",
        others.len(),
        rows.len(),
        shown.join(", ")
    );
    Err(Error::input(fact).with_hint(
        "fix the cells, leave their rows out by naming them with --missing, or use --task classification for labels",
    ))
}

/// Labels in order (numbers by value, texts by bytes) and the class of each row.
fn classes(
    table: &Table,
    column: usize,
    rows: &[usize],
    distinct: BTreeMap<&[u8], u32>,
    integers: bool,
    missing: &MissingTokens,
) -> Result<(Vec<String>, Vec<u32>)> {
    let name = &table.columns[column];
    let n_labels = distinct.len();
    if n_labels < 2 {
        let only =
            distinct.keys().next().map_or(String::new(), |c| String::from_utf8_lossy(c).into());
        return Err(Error::input(format!(
            "target `{name}`: every value is `{only}`, expected two labels or more"
        )));
    }
    if distinct.contains_key(b"".as_slice()) {
        return Err(Error::input(format!("target `{name}`: some cells are empty")).with_hint(
            "an empty label cannot be told from no prediction; add the empty text to --missing",
        ));
    }
    if n_labels > MAX_CLASSES || (n_labels > MAX_INTEGER_LABELS && n_labels * 2 > rows.len()) {
        let fact = format!("target `{name}` has {n_labels} distinct labels in {} rows", rows.len());
        return Err(
            Error::input(fact).with_hint("is it an id? --target names the column to predict")
        );
    }
    let mut cells: Vec<&[u8]> = distinct.into_keys().collect();
    if integers {
        let number = |cell: &[u8]| missing.style().parse(cell).unwrap_or(0.0);
        cells.sort_by(|a, b| number(a).total_cmp(&number(b)));
        if let Some(pair) =
            cells.windows(2).find(|p| number(p[0]) <= number(p[1]) && number(p[1]) <= number(p[0]))
        {
            let shown = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
            let fact = format!(
                "target `{name}`: `{}` and `{}` are the same number",
                shown(pair[0]),
                shown(pair[1])
            );
            return Err(Error::input(fact).with_hint("write each label in one way"));
        }
    }
    let labels = cells
        .iter()
        .map(|cell| {
            String::from_utf8(cell.to_vec()).map_err(|_| {
                let shown = String::from_utf8_lossy(cell);
                Error::input(format!("target `{name}`: label `{shown}` is not UTF-8"))
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let index: BTreeMap<&[u8], u32> = cells.iter().copied().zip(0..).collect();
    let classes = rows.iter().map(|row| index[trim(table.cell(*row, column))]).collect();
    Ok((labels, classes))
}

/// Reads the targets of another table with the labels of this one.
///
/// # Errors
///
/// An input error for a label that training did not have, or a cell that is no number.
pub(crate) fn read_like(
    table: &Table,
    column: usize,
    missing: &MissingTokens,
    task: &Task,
) -> Result<(Vec<usize>, Values)> {
    let rows: Vec<usize> = (0..table.n_rows())
        .filter(|row| !missing.contains(trim(table.cell(*row, column))))
        .collect();
    let values = match task {
        Task::Clustering { .. } => Values::Nothing(rows.len()),
        Task::Regression { .. } => {
            let read = |row: &usize| number_target(table, *row, column, missing);
            Values::Numbers(rows.iter().map(read).collect::<Result<_>>()?)
        }
        Task::Classification { labels, .. } => {
            let index = LabelIndex::new(labels);
            let read = |row: &usize| {
                let cell = trim(table.cell(*row, column));
                index.find(cell).ok_or_else(|| {
                    let shown = String::from_utf8_lossy(cell);
                    let fact = format!(
                        "{}: found `{shown}`, expected one of the {} training labels",
                        table.place(*row, column),
                        labels.len()
                    );
                    Error::input(fact)
                })
            };
            Values::Classes(rows.iter().map(read).collect::<Result<_>>()?)
        }
    };
    Ok((rows, values))
}

fn number_target(table: &Table, row: usize, column: usize, missing: &MissingTokens) -> Result<f64> {
    match table.number(row, column, missing) {
        NumberCell::Value(value) => Ok(value),
        NumberCell::Missing | NumberCell::Invalid => Err(not_a_number(table, row, column, missing)),
    }
}

fn not_a_number(table: &Table, row: usize, column: usize, missing: &MissingTokens) -> Error {
    let shown = String::from_utf8_lossy(trim(table.cell(row, column))).into_owned();
    let fact = format!("{}: found `{shown}`, expected a number", table.place(row, column));
    let style = mixed::style_hint(trim(table.cell(row, column)), missing);
    Error::input(fact).with_hint(style.unwrap_or_else(|| {
        "a text target needs --task classification; a missing token, --missing".into()
    }))
}
