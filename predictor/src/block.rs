//! A block of rows on its way through the model, column-major so that kernels work across rows.

use model_format::Pipeline;
use model_format::schema::{Schema, TextCell, TextColumn};

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
/// Numeric column `i` lies at `i * capacity ..`, codes of categories likewise. Until missing numbers are
/// imputed they are NaN: no cell can spell NaN, so it stands for nothing else.
#[derive(Debug)]
pub(crate) struct Block {
    capacity: usize,
    len: usize,
    n_numeric: usize,
    /// `[n_features, capacity]`; the numeric features first, the 0/1 features only filled by
    /// [`Block::expand`].
    features: Vec<f64>,
    /// `[n_text, capacity]`.
    codes: Vec<u32>,
}

/// What an estimator reads of a block: the encoded features, or the components of a projection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features<'a> {
    /// `[n_features, capacity]`.
    values: &'a [f64],
    capacity: usize,
    len: usize,
    /// Categorical columns whose category is also there as a code; none beside components.
    texts: &'a [TextColumn],
    codes: &'a [u32],
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

/// Rows that a block has room for if there may be many.
fn full_capacity(pipeline: &Pipeline) -> usize {
    let rows = |bytes: usize, numbers: usize| bytes / (numbers.max(1) * size_of::<f64>());
    let capacity = rows(MAX_BYTES, pipeline.schema().n_features())
        .min(rows(MAX_NUMBER_BYTES, pipeline.n_numbers()))
        .clamp(MIN_ROWS, MAX_ROWS);
    let group = if capacity < GROUP_ROWS { MIN_ROWS } else { GROUP_ROWS };
    capacity / group * group
}

impl Block {
    /// A block for any number of rows, one block after another.
    #[cfg(feature = "cli")]
    pub(crate) fn new(pipeline: &Pipeline) -> Self {
        Self::with_capacity(pipeline.schema(), full_capacity(pipeline))
    }

    /// A block for `n_rows` rows, one block after another: small if they are few.
    pub(crate) fn for_rows(pipeline: &Pipeline, n_rows: usize) -> Self {
        Self::with_capacity(pipeline.schema(), Self::capacity_for(pipeline, n_rows))
    }

    /// Rows that a block for `n_rows` rows has room for.
    pub(crate) fn capacity_for(pipeline: &Pipeline, n_rows: usize) -> usize {
        let full = full_capacity(pipeline);
        let few = if n_rows <= MIN_ROWS { MIN_ROWS } else { GROUP_ROWS };
        if n_rows <= GROUP_ROWS { full.min(few) } else { full }
    }

    pub(crate) fn with_capacity(schema: &Schema, capacity: usize) -> Self {
        Self {
            capacity,
            len: 0,
            n_numeric: schema.numeric().len(),
            features: vec![0.0; schema.n_features() * capacity],
            codes: vec![UNSEEN; schema.text().len() * capacity],
        }
    }

    /// Whether it is meant for more than a few rows.
    pub(crate) fn is_large(&self) -> bool {
        self.capacity > GROUP_ROWS
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
        self.features[i * self.capacity + self.len] = number;
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

    /// The numbers of numeric column `i`, of all rows.
    #[inline]
    pub(crate) fn numbers_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.features[i * self.capacity..][..self.len]
    }

    /// The codes of categorical column `i`, of all rows.
    #[cfg(feature = "cli")]
    #[inline]
    pub(crate) fn codes(&self, i: usize) -> &[u32] {
        &self.codes[i * self.capacity..][..self.len]
    }

    /// The same, to be filled.
    pub(crate) fn codes_mut(&mut self, i: usize) -> &mut [u32] {
        &mut self.codes[i * self.capacity..][..self.len]
    }

    /// Fills the 0/1 features from the codes.
    pub(crate) fn expand(&mut self, schema: &Schema) {
        self.features[self.n_numeric * self.capacity..].fill(0.0);
        for (i, column) in schema.text().iter().enumerate() {
            let codes = &self.codes[i * self.capacity..][..self.len];
            for (row, code) in codes.iter().enumerate().filter(|(_, code)| **code < MISSING) {
                let feature = column.features.start + *code as usize;
                self.features[feature * self.capacity + row] = 1.0;
            }
        }
    }

    /// The encoded features; the 0/1 features are there after [`Block::expand`].
    pub(crate) fn features<'a>(&'a self, schema: &'a Schema) -> Features<'a> {
        let Self { capacity, len, features, codes, .. } = self;
        Features { values: features, capacity: *capacity, len: *len, texts: schema.text(), codes }
    }
}

impl<'a> Features<'a> {
    /// The same rows as `components`, `[n_components, capacity]`.
    pub(crate) fn projected<'b>(&self, components: &'b [f64]) -> Features<'b> {
        Features { values: components, texts: &[], codes: &[], ..*self }
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

    /// All features, `[n_features, capacity]`.
    pub(crate) fn values(&self) -> &'a [f64] {
        self.values
    }

    /// Number of features before those of the first categorical column, of `n_features` in all.
    pub(crate) fn n_dense(&self, n_features: usize) -> usize {
        self.texts.first().map_or(n_features, |text| text.features.start)
    }

    /// Categorical columns that can be read by their codes; their features come after all others.
    pub(crate) fn texts(&self) -> &'a [TextColumn] {
        self.texts
    }

    /// Level codes of categorical column `i`, `None` where no category is set.
    #[inline]
    pub(crate) fn codes(&self, i: usize) -> impl Iterator<Item = Option<usize>> {
        self.codes[i * self.capacity..][..self.len]
            .iter()
            .map(|code| (*code < MISSING).then_some(*code as usize))
    }
}
