//! The checked schema: columns, categories, and where each column's features lie after encoding.
//!
//! Encoded features are numbered numeric columns first, in schema order, then one block of 0/1
//! features per categorical column, in schema order: its categories, then its missing category if it has one.

use std::ops::Range;

use crate::cell::{MissingTokens, trim};
use crate::error::{FormatError, Result};
use crate::fields::{ColumnKind, ColumnSpec, SchemaSpec};
use crate::limits::{MAX_COLUMNS, MAX_FEATURES, MAX_LEVELS, MAX_MISSING_TOKENS, MAX_TEXT_LEN};
use crate::number_style::NumberStyle;

/// A schema whose columns, names and categories were checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    spec: SchemaSpec,
    missing: MissingTokens,
    numeric: Vec<usize>,
    text: Vec<TextColumn>,
    documents: Vec<usize>,
    n_features: usize,
    keeps_missing: Vec<bool>,
}

/// A categorical column of a checked schema.
#[derive(Clone, Debug, PartialEq)]
pub struct TextColumn {
    /// Index among the schema's columns.
    pub column: usize,
    /// Its encoded features, one per code.
    pub features: Range<usize>,
    levels: Vec<Box<[u8]>>,
    missing_level: bool,
}

/// What a cell of a categorical column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextCell {
    /// A category; the code counts from the column's first feature.
    Level(u32),
    /// Missing; the code of the missing category if training had one.
    Missing(Option<u32>),
    /// A text that training did not see.
    Unseen,
}

impl TextColumn {
    /// Reads the raw bytes of a cell; bytes that are not UTF-8 are an unseen text.
    pub fn read(&self, cell: &[u8], missing: &MissingTokens) -> TextCell {
        let cell = trim(cell);
        if missing.contains(cell) {
            return TextCell::Missing(self.missing_code());
        }
        match self.levels.binary_search_by(|level| level.as_ref().cmp(cell)) {
            // MAX_LEVELS is far below u32::MAX.
            Ok(code) => TextCell::Level(u32::try_from(code).unwrap_or(u32::MAX)),
            Err(_) => TextCell::Unseen,
        }
    }

    /// The code of a missing cell, if missing cells are a category.
    pub fn missing_code(&self) -> Option<u32> {
        self.missing_level.then(|| u32::try_from(self.levels.len()).unwrap_or(u32::MAX))
    }

    /// Number of codes: categories, and one for missing cells if they are a category.
    pub fn n_codes(&self) -> usize {
        self.features.len()
    }
}

impl Schema {
    /// Checks names, categories and tokens and lays the features out.
    pub fn new(spec: &SchemaSpec) -> Result<Self> {
        count("schema columns", spec.columns.len(), 1, MAX_COLUMNS)?;
        count("missing tokens", spec.missing_tokens.len(), 0, MAX_MISSING_TOKENS)?;
        for token in &spec.missing_tokens {
            text("missing token", token)?;
        }
        unique("column", spec.columns.iter().map(|c| c.name.as_str()))?;
        let missing = MissingTokens::new(spec.missing_tokens.iter().map(String::as_str));
        let mut numeric = Vec::new();
        let mut n_features =
            spec.columns.iter().filter(|c| matches!(c.kind, ColumnKind::Numeric)).count();
        let mut texts = Vec::new();
        let mut documents = Vec::new();
        for (column, ColumnSpec { name, kind }) in spec.columns.iter().enumerate() {
            text("column name", name)?;
            if name.is_empty() || trim(name.as_bytes()) != name.as_bytes() {
                let what = format!("name {name:?} is empty or has blanks around it");
                return Err(FormatError::structure(format!("column {column}"), what));
            }
            match kind {
                ColumnKind::Numeric => numeric.push(column),
                ColumnKind::Document => documents.push(column),
                ColumnKind::Text { levels, missing_level } => {
                    check_levels(name, levels, &missing)?;
                    let start = n_features;
                    n_features = n_features
                        .saturating_add(levels.len())
                        .saturating_add(usize::from(*missing_level));
                    count("features", n_features, 1, MAX_FEATURES)?;
                    texts.push(TextColumn {
                        column,
                        features: start..n_features,
                        levels: levels.iter().map(|l| l.as_bytes().into()).collect(),
                        missing_level: *missing_level,
                    });
                }
            }
        }
        // Documents have no features of their own.
        count("features", n_features, usize::from(documents.is_empty()), MAX_FEATURES)?;
        Ok(Self {
            spec: spec.clone(),
            missing,
            numeric,
            text: texts,
            documents,
            n_features,
            keeps_missing: Vec::new(),
        })
    }

    /// The same schema for inputs whose numbers are written otherwise.
    #[must_use]
    pub fn with_style(mut self, style: NumberStyle) -> Self {
        self.missing = self.missing.with_style(style);
        self
    }

    /// The same schema, and whether a missing number is kept, because the program can use it, or makes the
    /// row bad: one entry per column, `true` for all but numeric ones.
    pub(crate) fn keeping_missing(mut self, columns: &[bool]) -> Result<Self> {
        let n_columns = self.spec.columns.len();
        count("columns that keep missing cells", columns.len(), n_columns, n_columns)?;
        let mut others =
            self.text.iter().map(|text| text.column).chain(self.documents.iter().copied());
        if others.any(|column| columns.get(column) != Some(&true)) {
            let what = "a column that is not numeric always keeps missing cells";
            return Err(FormatError::structure("columns", what));
        }
        self.keeps_missing =
            self.numeric.iter().map(|at| columns.get(*at) == Some(&true)).collect();
        Ok(self)
    }

    /// Whether numeric column `i` keeps a missing number; else one makes the row bad.
    pub fn keeps_missing(&self, i: usize) -> bool {
        self.keeps_missing.get(i) == Some(&true)
    }

    /// The schema as it is stored.
    pub fn spec(&self) -> &SchemaSpec {
        &self.spec
    }

    /// The columns in schema order.
    pub fn columns(&self) -> &[ColumnSpec] {
        &self.spec.columns
    }

    /// The texts that stand for a missing value, as stored.
    pub fn missing_tokens(&self) -> &[String] {
        &self.spec.missing_tokens
    }

    /// The same tokens, ready for reading cells.
    pub fn missing(&self) -> &MissingTokens {
        &self.missing
    }

    /// Column indices of the numeric columns; the `i`-th is feature `i`.
    pub fn numeric(&self) -> &[usize] {
        &self.numeric
    }

    /// The categorical columns.
    pub fn text(&self) -> &[TextColumn] {
        &self.text
    }

    /// Column indices of the documents.
    pub fn documents(&self) -> &[usize] {
        &self.documents
    }

    /// Number of encoded features.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Names of the encoded features: a column's name, or `column=level`. They are made one by one:
    /// together they can take many times the memory of the model.
    pub fn feature_names(&self) -> impl Iterator<Item = String> {
        let column = |index: usize| self.spec.columns.get(index);
        let numeric = self.numeric.iter().filter_map(move |index| column(*index));
        let text = self.text.iter().filter_map(move |text| column(text.column));
        let features = text.flat_map(|column| {
            let (levels, missing_level) = match &column.kind {
                ColumnKind::Text { levels, missing_level } => (levels.as_slice(), *missing_level),
                ColumnKind::Numeric | ColumnKind::Document => (&[][..], false),
            };
            let of_level = move |level: &String| format!("{}={level}", column.name);
            let missing = missing_level.then(|| format!("{} is missing", column.name));
            levels.iter().map(of_level).chain(missing)
        });
        numeric.map(|column| column.name.clone()).chain(features)
    }
}

fn check_levels(name: &str, levels: &[String], missing: &MissingTokens) -> Result<()> {
    let field = || format!("column `{name}`");
    count(&format!("levels of column `{name}`"), levels.len(), 1, MAX_LEVELS)?;
    for level in levels {
        text("level", level)?;
        if trim(level.as_bytes()) != level.as_bytes() || missing.contains(level.as_bytes()) {
            let what = format!("level {level:?} can never be read from a cell");
            return Err(FormatError::structure(field(), what));
        }
    }
    if let Some([a, b]) = levels.windows(2).find_map(|w| match w {
        [a, b] if a >= b => Some([a, b]),
        _ => None,
    }) {
        return Err(FormatError::structure(
            field(),
            format!("levels {a:?} and {b:?} are not in order"),
        ));
    }
    Ok(())
}

/// Checks a count that came out of the file against its range.
pub(crate) fn count(what: &str, found: usize, min: usize, max: usize) -> Result<()> {
    if (min..=max).contains(&found) {
        return Ok(());
    }
    Err(FormatError::structure(what, format!("found {found}, expected {min} to {max}")))
}

/// Checks the length of a text that came out of the file.
pub(crate) fn text(what: &str, found: &str) -> Result<()> {
    count(&format!("length of {what}"), found.len(), 0, MAX_TEXT_LEN)
}

/// Checks that no name occurs twice.
pub(crate) fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[&str]>::first) {
        Some(name) => Err(FormatError::structure(what, format!("{name:?} occurs twice"))),
        None => Ok(()),
    }
}
