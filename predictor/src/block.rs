//! A block of rows on its way through the model, column-major so that kernels work across rows.

mod columns;
mod documents;
mod lists;

use std::ops::Range;

use documents::Documents;
pub(crate) use lists::TermList;
use model_format::schema::TextCell;

/// Most rows a block holds: each tree of a forest comes from memory once a block.
const MAX_ROWS: usize = 2048;
/// Features of a block take at most about this many bytes, to stay in the second-level cache.
const MAX_BYTES: usize = 512 << 10;
/// The numbers of a block's predictions take at most about this many bytes, however many classes.
const MAX_NUMBER_BYTES: usize = 2 << 20;
/// The room in a block is a multiple of this many rows, which go through a kernel side by side.
pub(crate) const MIN_ROWS: usize = 16;
/// In a block with room for so many rows, it is a multiple of them.
pub(crate) const GROUP_ROWS: usize = 64;

/// The code of a text that training did not see.
pub(crate) const UNSEEN: u32 = u32::MAX;
/// The code of a missing cell in a column where missing is not a category.
pub(crate) const MISSING: u32 = u32::MAX - 1;

/// Up to [`Block::capacity`] rows of encoded cells.
///
/// Numeric column `i` lies at `i * capacity ..`, codes of categories likewise; after the columns of the schema
/// come those that the plan computes. Until missing numbers are imputed they are NaN: no cell can spell NaN, so
/// it stands for nothing else.
#[derive(Debug)]
pub(crate) struct Block {
    capacity: usize,
    len: usize,
    /// `[n_numbers, capacity]`.
    numbers: Vec<f64>,
    /// `[n_codes, capacity]`.
    codes: Vec<u32>,
    documents: Documents,
    lists: Vec<TermList>,
}

/// How many columns a block has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Columns of numbers; those of the schema come first, in its order.
    pub(crate) numbers: usize,
    /// Columns of codes; the categorical columns of the schema come first, in its order, then one per document.
    pub(crate) codes: usize,
    /// The codes of the documents of the schema, in its order: 0, or [`MISSING`].
    pub(crate) documents: (usize, usize),
    /// Lists of terms.
    pub(crate) lists: usize,
    /// Numbers of a prediction, which are not in the block.
    pub(crate) values: usize,
}

/// Consecutive columns of a block, and the 0/1 columns that follow them but are only there as codes.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// Columns of numbers.
    pub(crate) numbers: Range<usize>,
    /// Categorical columns whose 0/1 features come after the numbers.
    pub(crate) categories: Vec<Category>,
    /// A list that has all of the features instead: only those that are not 0.
    pub(crate) terms: Option<usize>,
}

/// A categorical column of a view.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Category {
    /// Its column of codes in a block.
    pub(crate) codes: usize,
    /// Its features, one per code, counted from the view's first feature.
    pub(crate) features: Range<usize>,
}

/// What an estimator reads of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features<'a> {
    /// `[n_features, capacity]`.
    values: &'a [f64],
    capacity: usize,
    len: usize,
    /// Categorical columns whose 0/1 features are only there as codes; they come after all others.
    categories: &'a [Category],
    codes: &'a [u32],
    /// The features of each row that are not 0, if there are no others.
    terms: Option<&'a TermList>,
}

/// The number that stands for a text in a block.
#[inline]
pub(crate) fn code(text: TextCell) -> u32 {
    match text {
        TextCell::Level(code) | TextCell::Missing(Some(code)) => code,
        TextCell::Missing(None) => MISSING,
        TextCell::Unseen => UNSEEN,
    }
}

#[cfg(feature = "cli")]
impl Layout {
    /// Bytes of a block for any number of rows, and of its predictions while they are made.
    pub(crate) fn bytes(&self) -> usize {
        let row =
            (self.numbers + 2 * self.values) * size_of::<f64>() + self.codes * size_of::<u32>();
        full_capacity(self) * row
    }
}

/// Rows that a block has room for if there may be many.
pub(crate) fn full_capacity(layout: &Layout) -> usize {
    let rows = |bytes: usize, numbers: usize| bytes / (numbers.max(1) * size_of::<f64>());
    let capacity = rows(MAX_BYTES, layout.numbers)
        .min(rows(MAX_NUMBER_BYTES, layout.values))
        .clamp(MIN_ROWS, MAX_ROWS);
    let group = if capacity < GROUP_ROWS { MIN_ROWS } else { GROUP_ROWS };
    capacity / group * group
}

impl Block {
    /// A block for any number of rows, one block after another.
    #[cfg(feature = "cli")]
    pub(crate) fn new(layout: &Layout) -> Self {
        Self::with_capacity(layout, full_capacity(layout))
    }

    /// A block for `n_rows` rows, one block after another: small if they are few.
    pub(crate) fn for_rows(layout: &Layout, n_rows: usize) -> Self {
        Self::with_capacity(layout, Self::capacity_for(layout, n_rows))
    }

    /// Rows that a block for `n_rows` rows has room for.
    pub(crate) fn capacity_for(layout: &Layout, n_rows: usize) -> usize {
        let full = full_capacity(layout);
        let few = if n_rows <= MIN_ROWS { MIN_ROWS } else { GROUP_ROWS };
        if n_rows <= GROUP_ROWS { full.min(few) } else { full }
    }

    pub(crate) fn with_capacity(layout: &Layout, capacity: usize) -> Self {
        Self {
            capacity,
            len: 0,
            numbers: vec![0.0; layout.numbers * capacity],
            codes: vec![UNSEEN; layout.codes * capacity],
            documents: Documents::new(layout.documents, capacity),
            lists: vec![TermList::default(); layout.lists],
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len == self.capacity
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Stores a number (NaN: missing) in numeric column `i` of the row being filled.
    #[inline]
    pub(crate) fn set_number(&mut self, i: usize, number: f64) {
        self.numbers[i * self.capacity + self.len] = number;
    }

    /// Stores a text in categorical column `i` of the row being filled.
    #[inline]
    pub(crate) fn set_text(&mut self, i: usize, text: TextCell) {
        self.set_code(i, code(text));
    }

    /// The same by its [`code`].
    #[inline]
    pub(crate) fn set_code(&mut self, i: usize, code: u32) {
        self.codes[i * self.capacity + self.len] = code;
    }

    /// Completes the row being filled.
    #[inline]
    pub(crate) fn push(&mut self) {
        self.len += 1;
    }

    /// Makes room for so many rows at once, which are still to be filled.
    pub(crate) fn extend(&mut self, n_rows: usize) {
        self.len += n_rows;
    }

    /// The numbers of column `i`, of all rows.
    #[inline]
    pub(crate) fn numbers(&self, i: usize) -> &[f64] {
        &self.numbers[i * self.capacity..][..self.len]
    }

    /// The same, to be changed.
    #[inline]
    pub(crate) fn numbers_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.numbers[i * self.capacity..][..self.len]
    }

    /// The codes of column `i`, of all rows.
    #[inline]
    pub(crate) fn codes(&self, i: usize) -> &[u32] {
        &self.codes[i * self.capacity..][..self.len]
    }

    /// The same, to be filled.
    pub(crate) fn codes_mut(&mut self, i: usize) -> &mut [u32] {
        &mut self.codes[i * self.capacity..][..self.len]
    }

    /// Copies a column of numbers to another.
    pub(crate) fn copy(&mut self, from: usize, to: usize) {
        let from = from * self.capacity;
        self.numbers.copy_within(from..from + self.len, to * self.capacity);
    }

    /// Makes `n` columns from `to` on of a column of codes: 1 where a row has the code, else 0.
    pub(crate) fn expand(&mut self, codes: usize, n: usize, to: usize) {
        let features = &mut self.numbers[to * self.capacity..(to + n) * self.capacity];
        features.fill(0.0);
        let codes = &self.codes[codes * self.capacity..][..self.len];
        for (row, code) in codes.iter().enumerate().filter(|(_, code)| **code < MISSING) {
            features[*code as usize * self.capacity + row] = 1.0;
        }
    }

    /// Makes a column of numbers of a column of codes: NaN where the category is missing.
    pub(crate) fn number(&mut self, codes: usize, to: usize) {
        let codes = &self.codes[codes * self.capacity..][..self.len];
        let numbers = &mut self.numbers[to * self.capacity..][..self.len];
        for (number, code) in numbers.iter_mut().zip(codes) {
            *number = if *code == MISSING { f64::NAN } else { f64::from(*code) };
        }
    }

    /// Makes a column of 1 where a column of codes has this one, else 0.
    pub(crate) fn indicate(&mut self, codes: usize, code: u32, to: usize) {
        let codes = &self.codes[codes * self.capacity..][..self.len];
        let numbers = &mut self.numbers[to * self.capacity..][..self.len];
        for (number, found) in numbers.iter_mut().zip(codes) {
            *number = f64::from(u8::from(*found == code));
        }
    }

    /// What an estimator reads.
    pub(crate) fn features<'a>(&'a self, view: &'a View) -> Features<'a> {
        let Self { capacity, len, numbers, codes, lists, .. } = self;
        let range = view.numbers.start * capacity..view.numbers.end * capacity;
        let values = &numbers[range];
        let terms = view.terms.map(|list| &lists[list]);
        let categories = &view.categories;
        Features { values, capacity: *capacity, len: *len, categories, codes, terms }
    }

    /// What an op reads, and the columns from `to` on, which it fills: `[.., capacity]`.
    pub(crate) fn split<'a>(
        &'a mut self,
        view: &'a View,
        to: usize,
    ) -> (Features<'a>, &'a mut [f64]) {
        let Self { capacity, len, numbers, codes, lists, .. } = self;
        let (before, after) = numbers.split_at_mut(to * *capacity);
        let values = &before[view.numbers.start * *capacity..view.numbers.end * *capacity];
        let categories = &view.categories;
        let terms = view.terms.map(|list| &lists[list]);
        (Features { values, capacity: *capacity, len: *len, categories, codes, terms }, after)
    }
}

impl<'a> Features<'a> {
    /// Numbers `[n_features, capacity]` of so many rows.
    #[cfg(test)]
    pub(crate) fn of_numbers(values: &'a [f64], capacity: usize, len: usize) -> Self {
        Self { values, capacity, len, categories: &[], codes: &[], terms: None }
    }

    /// Rows that the block has room for.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Rows in the block.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Feature `f` of all rows.
    #[inline]
    pub(crate) fn feature(&self, f: usize) -> &'a [f64] {
        &self.values[f * self.capacity..][..self.len]
    }

    /// All features but those of categories, `[n_features, capacity]`.
    pub(crate) fn values(&self) -> &'a [f64] {
        self.values
    }

    /// The features of each row that are not 0, if the others are not there.
    pub(crate) fn terms(&self) -> Option<&'a TermList> {
        self.terms
    }

    /// Whether the block is meant for more than a few rows.
    pub(crate) fn is_large(&self) -> bool {
        self.capacity > GROUP_ROWS
    }

    /// Number of features before those of the first categorical column, of `n_features` in all.
    pub(crate) fn n_dense(&self, n_features: usize) -> usize {
        self.categories.first().map_or(n_features, |category| category.features.start)
    }

    /// Categorical columns that are read by their codes; their features come after all others.
    pub(crate) fn categories(&self) -> &'a [Category] {
        self.categories
    }

    /// Codes of a categorical column, `None` where no category is set.
    #[inline]
    pub(crate) fn codes(&self, category: &Category) -> impl Iterator<Item = Option<usize>> {
        self.codes[category.codes * self.capacity..][..self.len]
            .iter()
            .map(|code| (*code < MISSING).then_some(*code as usize))
    }
}
