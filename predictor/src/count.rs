//! What there is to count in the cells of a block on their way to features.

use model_format::schema::Schema;

use crate::block::{Block, MISSING, UNSEEN};
use crate::drift::{ChunkStats, Reference};
use crate::plan::Plan;

/// Counts over rows that were scored, per schema column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) missing: Vec<u64>,
    pub(crate) unseen: Vec<u64>,
    pub(crate) out_of_range: Vec<u64>,
    /// Where the cells fall, if the batch is compared with the training data.
    pub(crate) chunk: Option<ChunkStats>,
}

impl Counts {
    pub(crate) fn new(n_columns: usize) -> Self {
        let zeros = vec![0; n_columns];
        Self { missing: zeros.clone(), unseen: zeros.clone(), out_of_range: zeros, chunk: None }
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

/// Counts the cells of a block and passes numeric columns through their chains, in place, while each is in
/// the first-level cache.
pub(crate) fn count_and_prepare(
    block: &mut Block,
    (plan, schema): (&Plan, &Schema),
    reference: Option<&Reference>,
    counts: &mut Counts,
) {
    let mut chunk = counts.chunk.as_mut();
    if let Some(chunk) = &mut chunk {
        chunk.begin(block.len());
    }
    for ((i, column), chain) in schema.numeric().iter().enumerate().zip(&plan.columns) {
        let values = block.numbers_mut(i);
        // Most blocks hold nothing that is missing or outside of the range: one look at them.
        let plain = reference.is_some_and(|reference| reference.all_inside(i, values));
        let missing = if plain { 0 } else { values.iter().filter(|v| v.is_nan()).count() };
        counts.missing[*column] += missing as u64;
        if let Some(reference) = reference {
            let (below, above) = if plain { (0, 0) } else { reference.outside(i, values) };
            counts.out_of_range[*column] += (below + above) as u64;
            if let Some(chunk) = &mut chunk {
                chunk.numbers(reference, i, values, [missing, below, above]);
            }
        }
        chain.run(values, missing > 0);
    }
    for (i, column) in schema.text().iter().enumerate() {
        let codes = block.codes(i);
        let unseen = codes.iter().filter(|code| **code == UNSEEN).count();
        let category = column.missing_code();
        let missing =
            codes.iter().filter(|code| **code == MISSING || Some(**code) == category).count();
        counts.unseen[column.column] += unseen as u64;
        counts.missing[column.column] += missing as u64;
        if let (Some(reference), Some(chunk)) = (reference, &mut chunk) {
            chunk.categories(reference, i, codes);
        }
    }
    for (i, column) in schema.documents().iter().enumerate() {
        let codes = block.presence(i);
        counts.missing[*column] += codes.iter().filter(|code| **code == MISSING).count() as u64;
        if let (Some(reference), Some(chunk)) = (reference, &mut chunk) {
            chunk.categories(reference, schema.text().len() + i, codes);
        }
    }
}
