//! A block of rows on its way through the model, column-major so that kernels work across rows.

use model_format::Pipeline;
use model_format::cell::{MissingTokens, NumberCell};
use model_format::pipeline::steps::Scaler;
use model_format::schema::{Schema, TextCell, TextColumn};

use crate::drift::{Tally, Watch};

/// Most rows a block holds: each tree of a forest comes from memory once a block.
const MAX_ROWS: usize = 2048;
/// Features of a block take at most about this many bytes, to stay in the second-level cache.
const MAX_BYTES: usize = 512 << 10;
/// The room in a block is a multiple of this many rows, which go through a kernel side by side.
pub(crate) const MIN_ROWS: usize = 16;
/// In a block with room for so many rows, it is a multiple of them.
const GROUP: usize = 64;

/// The code of a text that training did not see.
pub(crate) const UNSEEN: u32 = u32::MAX;
/// The code of a missing cell in a column where missing is not a level.
const MISSING: u32 = u32::MAX - 1;

/// Up to [`Block::capacity`] rows of encoded cells.
///
/// Numeric column `i` lies at `i * capacity ..`, text codes likewise. Between reading and
/// [`Block::prepare`] a missing number is NaN: no cell can spell NaN, so it stands for nothing else.
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
    /// Text columns whose level is also there as a code; none beside components.
    texts: &'a [TextColumn],
    codes: &'a [u32],
}

/// Why a cell cannot be scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellFault {
    /// A number cell that is not a finite decimal number.
    NotANumber,
    /// A missing number in a model without imputation.
    MissingNumber,
    /// A text that training did not see, and unseen texts were forbidden.
    UnseenText,
}

/// Counts over rows that were scored, per schema column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) missing: Vec<u64>,
    pub(crate) unseen: Vec<u64>,
    pub(crate) out_of_range: Vec<u64>,
    /// Where the cells fall, if the batch is compared with the training data.
    pub(crate) tally: Option<Tally>,
}

impl Counts {
    pub(crate) fn new(n_columns: usize) -> Self {
        let zeros = vec![0; n_columns];
        Self { missing: zeros.clone(), unseen: zeros.clone(), out_of_range: zeros, tally: None }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        let add = |into: &mut [u64], from: &[u64]| {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        };
        add(&mut self.missing, &other.missing);
        add(&mut self.unseen, &other.unseen);
        add(&mut self.out_of_range, &other.out_of_range);
    }
}

/// Rows that a block has room for if there may be many.
fn full_capacity(schema: &Schema) -> usize {
    let per_row = schema.n_features() * size_of::<f64>();
    let capacity = (MAX_BYTES / per_row).clamp(MIN_ROWS, MAX_ROWS);
    let group = if capacity < GROUP { MIN_ROWS } else { GROUP };
    capacity / group * group
}

impl Block {
    /// A block for any number of rows, one block after another.
    pub(crate) fn new(schema: &Schema) -> Self {
        Self::with_capacity(schema, full_capacity(schema))
    }

    /// A block for `n_rows` rows, one block after another: small if they are few.
    pub(crate) fn for_rows(schema: &Schema, n_rows: usize) -> Self {
        let capacity = full_capacity(schema);
        Self::with_capacity(schema, if n_rows <= GROUP { capacity.min(GROUP) } else { capacity })
    }

    fn with_capacity(schema: &Schema, capacity: usize) -> Self {
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
        self.capacity > GROUP
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

    /// Reads a number cell into numeric column `i` of the row being filled.
    #[inline]
    pub(crate) fn read_number(
        &mut self,
        i: usize,
        cell: &[u8],
        missing: &MissingTokens,
        may_be_missing: bool,
    ) -> Result<(), CellFault> {
        let number = match NumberCell::read(cell, missing) {
            NumberCell::Value(number) => number,
            NumberCell::Missing if may_be_missing => f64::NAN,
            NumberCell::Missing => return Err(CellFault::MissingNumber),
            NumberCell::Invalid => return Err(CellFault::NotANumber),
        };
        self.set_number(i, number);
        Ok(())
    }

    /// Stores a number (NaN: missing) in numeric column `i` of the row being filled.
    #[inline]
    pub(crate) fn set_number(&mut self, i: usize, number: f64) {
        self.features[i * self.capacity + self.len] = number;
    }

    /// Stores a text in text column `i` of the row being filled.
    #[inline]
    pub(crate) fn set_text(&mut self, i: usize, text: TextCell) {
        self.codes[i * self.capacity + self.len] = match text {
            TextCell::Level(code) | TextCell::Missing(Some(code)) => code,
            TextCell::Missing(None) => MISSING,
            TextCell::Unseen => UNSEEN,
        };
    }

    /// Completes the row being filled.
    #[inline]
    pub(crate) fn push(&mut self) {
        self.len += 1;
    }

    /// Counts, imputes and scales, in place.
    pub(crate) fn prepare(
        &mut self,
        pipeline: &Pipeline,
        watch: Option<&Watch>,
        counts: &mut Counts,
    ) {
        let schema = pipeline.schema();
        let mut tally = counts.tally.as_mut();
        if let Some(tally) = &mut tally {
            tally.begin(self.len);
        }
        for (i, column) in schema.numeric().iter().enumerate() {
            let values = &mut self.features[i * self.capacity..][..self.len];
            // Most blocks hold nothing that is missing or outside of the range: one look at them.
            let plain = watch.is_some_and(|watch| watch.all_inside(i, values));
            let missing = if plain { 0 } else { values.iter().filter(|v| v.is_nan()).count() };
            counts.missing[*column] += missing as u64;
            if let Some(watch) = watch {
                let (below, above) = if plain { (0, 0) } else { watch.outside(i, values) };
                counts.out_of_range[*column] += (below + above) as u64;
                if let Some(tally) = &mut tally {
                    tally.numbers(watch, i, values, [missing, below, above]);
                }
            }
            if missing > 0
                && let Some(impute) = pipeline.preprocessing().impute()
            {
                values.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = impute[i]);
            }
            if let Scaler::Affine { shift, divisor } = pipeline.preprocessing().scaler() {
                let (shift, divisor) = (shift[i], divisor[i]);
                for v in values.iter_mut() {
                    *v = (*v - shift) / divisor;
                }
            }
        }
        for (i, column) in schema.text().iter().enumerate() {
            let codes = &self.codes[i * self.capacity..][..self.len];
            let unseen = codes.iter().filter(|code| **code == UNSEEN).count();
            let level = column.missing_code();
            let missing =
                codes.iter().filter(|code| **code == MISSING || Some(**code) == level).count();
            counts.unseen[column.column] += unseen as u64;
            counts.missing[column.column] += missing as u64;
            if let (Some(watch), Some(tally)) = (watch, &mut tally) {
                tally.texts(watch, i, codes);
            }
        }
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

    /// Number of features before those of the first text column, of `n_features` in all.
    pub(crate) fn n_dense(&self, n_features: usize) -> usize {
        self.texts.first().map_or(n_features, |text| text.features.start)
    }

    /// Text columns that can be read by their codes; their features come after all others.
    pub(crate) fn texts(&self) -> &'a [TextColumn] {
        self.texts
    }

    /// Level codes of text column `i`, `None` where no level is set.
    #[inline]
    pub(crate) fn codes(&self, i: usize) -> impl Iterator<Item = Option<usize>> {
        self.codes[i * self.capacity..][..self.len]
            .iter()
            .map(|code| (*code < MISSING).then_some(*code as usize))
    }
}
