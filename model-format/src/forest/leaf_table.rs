//! Leaves being packed: each distinct one once.

use std::collections::HashMap;

use super::arrays::Packed;
use super::bounds::MAX_LEAF_VALUES;

/// The leaves so far.
#[derive(Debug, Default)]
pub(super) struct LeafTable {
    /// Numbers of a leaf.
    width: usize,
    /// The bits of distinct leaves, in the order in which they came.
    distinct: Vec<u64>,
    found: HashMap<Box<[u64]>, u32>,
    /// Which of them each leaf is.
    leaves: Vec<u32>,
}

impl LeafTable {
    /// No leaves yet, each of so many numbers.
    pub(super) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a leaf, or says what is wrong with it.
    pub(super) fn push(&mut self, numbers: &[f64]) -> Result<(), String> {
        if numbers.len() != self.width {
            return Err(format!("has {} numbers, expected {}", numbers.len(), self.width));
        }
        let bits: Vec<u64> = numbers.iter().map(|number| number.to_bits()).collect();
        if let Some(leaf) = self.found.get(bits.as_slice()) {
            self.leaves.push(*leaf);
            return Ok(());
        }
        let leaf = u32::try_from(self.found.len()).map_err(|_| "is one of too many")?;
        self.distinct.extend_from_slice(&bits);
        self.found.insert(bits.into_boxed_slice(), leaf);
        self.leaves.push(leaf);
        Ok(())
    }

    /// The numbers of all leaves, or of distinct ones with a code for each leaf: what takes less room.
    pub(super) fn finish(self) -> (Vec<f64>, Option<Packed>) {
        let Self { width, distinct, found, leaves } = self;
        drop(found);
        let leaf = |index: u32| {
            let start = (index as usize).saturating_mul(width);
            distinct.get(start..start.saturating_add(width)).unwrap_or_default()
        };
        let n_distinct = distinct.len().checked_div(width).unwrap_or(0);
        let code_len: usize = if n_distinct <= 1 << 8 { 1 } else { 2 };
        let leaf_len = width.saturating_mul(size_of::<f64>());
        let with_codes = n_distinct
            .saturating_mul(leaf_len)
            .saturating_add(leaves.len().saturating_mul(code_len));
        let numbers = |bits: &[u64]| bits.iter().map(|bits| f64::from_bits(*bits)).collect();
        if n_distinct > MAX_LEAF_VALUES || with_codes >= leaves.len().saturating_mul(leaf_len) {
            let all: Vec<u64> = leaves.iter().flat_map(|index| leaf(*index)).copied().collect();
            return (numbers(&all), None);
        }
        // By their bits, so that the order of the trees does not matter to the list.
        let mut order: Vec<u32> = (0..).take(n_distinct).collect();
        order.sort_unstable_by_key(|index| leaf(*index));
        let mut codes = vec![0u16; n_distinct];
        for (code, index) in (0..=u16::MAX).zip(&order) {
            if let Some(own) = codes.get_mut(*index as usize) {
                *own = code;
            }
        }
        let sorted: Vec<u64> = order.iter().flat_map(|index| leaf(*index)).copied().collect();
        let codes = leaves.iter().filter_map(|index| codes.get(*index as usize)).copied();
        (numbers(&sorted), Some(Packed::of(codes.collect())))
    }
}
