//! What a model reads: its columns, found by name or by a handle.

use std::collections::HashMap;

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::nearest;
use model_format::manifest::ColumnKind as Stored;
use model_format::{Artifact, Pipeline};

use crate::plan::Plan;

/// A checked file and its columns by name: what a model and the rows it makes share.
#[derive(Debug)]
pub(crate) struct Inputs {
    artifact: Artifact,
    plan: Plan,
    /// Where each column of the schema lies.
    slots: Vec<Slot>,
    by_name: HashMap<Box<str>, usize>,
}

/// The place of a column among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Number(usize),
    Category(usize),
    Document(usize),
}

/// A handle of a column: where the cells of a row go without a look at any name.
///
/// [`Model::column`](crate::Model::column) makes it. It is good for rows and batches of every model with the
/// same [`id`](crate::Model::id), however often its file is opened; others refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    slot: Slot,
    /// Index among the schema's columns.
    index: usize,
    /// The beginning of the model's id.
    model: u64,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Finite numbers.
    Numeric,
    /// Texts, each of them a category.
    Categorical,
    /// Any text, such as a comment.
    Document,
}

/// What a model says of a column that it reads; see [`Model::columns`](crate::Model::columns).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ColumnInfo<'m> {
    /// The handle of the column.
    pub column: Column,
    /// Its name in the training data.
    pub name: &'m str,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// The categories that training saw, in ascending order of their bytes; none for others.
    pub categories: &'m [String],
    /// Whether a cell may be missing. A missing number is imputed, or the row cannot be predicted; a
    /// missing category or document never is an error.
    pub may_be_missing: bool,
}

impl Inputs {
    pub(crate) fn new(artifact: Artifact, plan: Plan) -> Self {
        let columns = artifact.pipeline().schema().columns();
        let (mut n_numbers, mut n_categories, mut n_documents) = (0, 0, 0);
        let place = |n: &mut usize| std::mem::replace(n, *n + 1);
        let slots = columns.iter().map(|column| match column.kind {
            Stored::Numeric => Slot::Number(place(&mut n_numbers)),
            Stored::Text { .. } => Slot::Category(place(&mut n_categories)),
            Stored::Document => Slot::Document(place(&mut n_documents)),
        });
        let slots = slots.collect();
        let names = columns.iter().map(|column| column.name.as_str().into());
        let by_name = names.zip(0..).collect();
        Self { artifact, plan, slots, by_name }
    }

    pub(crate) fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// How its blocks are scored.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        self.artifact.pipeline()
    }

    /// Whether rows of one are rows of the other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.artifact.id() == other.artifact.id()
    }

    /// The name of a column of the schema.
    pub(crate) fn name(&self, index: usize) -> &str {
        &self.pipeline().schema().columns()[index].name
    }

    /// The handle of a column.
    pub(crate) fn column(&self, name: &str) -> Result<Column> {
        let index = self.by_name.get(name).ok_or_else(|| self.unknown(name))?;
        Ok(self.handle(*index))
    }

    /// What there is to know of every column, in schema order.
    pub(crate) fn columns(&self) -> impl ExactSizeIterator<Item = ColumnInfo<'_>> {
        self.pipeline().schema().columns().iter().enumerate().map(|(index, column)| {
            let (kind, categories, may_be_missing) = match &column.kind {
                Stored::Numeric => {
                    let keeps = matches!(self.slots[index], Slot::Number(i) if self.pipeline().schema().keeps_missing(i));
                    (ColumnKind::Numeric, [].as_slice(), keeps)
                }
                Stored::Text { levels, .. } => (ColumnKind::Categorical, levels.as_slice(), true),
                Stored::Document => (ColumnKind::Document, [].as_slice(), true),
            };
            let (column, name) = (self.handle(index), column.name.as_str());
            ColumnInfo { column, name, kind, categories, may_be_missing }
        })
    }

    fn handle(&self, index: usize) -> Column {
        Column { slot: self.slots[index], index, model: self.key() }
    }

    /// Where the cells of a column go; an error if another model made the handle.
    #[inline]
    pub(crate) fn slot(&self, column: Column) -> Result<Slot> {
        // Two models that share half of a digest are not to be had by accident, and would be caught where
        // the place is looked up.
        if column.model == self.key() { Ok(column.slot) } else { Err(foreign()) }
    }

    #[inline]
    fn key(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = *self.artifact.id().as_bytes();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    #[cold]
    fn unknown(&self, name: &str) -> Error {
        let names = self.pipeline().schema().columns().iter().map(|column| column.name.as_str());
        Error::input(format!("the model has no column `{name}`")).did_you_mean(nearest(name, names))
    }
}

impl Column {
    /// Its index among the model's columns.
    pub fn index(self) -> usize {
        self.index
    }
}

/// A handle or a row that another model made.
#[cold]
pub(crate) fn foreign() -> Error {
    Error::new(Cause::Usage, "the column is one of another model")
}
