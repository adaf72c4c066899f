//! Rows by two classes of theirs, in bounded memory.
//!
//! The table of up to [`MAX_TABLE`] classes is kept whole. Of a larger one, which would grow with
//! the square of the classes, only the pairs that occur are kept, and none of them if they are too many:
//! which pairs are kept never depends on the order of the rows.

/// Classes whose table is kept whole: 512 KiB.
pub const MAX_TABLE: usize = 256;
/// Pairs that are kept of a larger table: 4 MiB.
pub const MAX_PAIRS: usize = 1 << 18;

/// Rows by a first and a second class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs {
    n_classes: usize,
    store: Store,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Store {
    /// `[first, second]`, row-major.
    Table(Vec<u64>),
    /// Pairs that occur, ascending, and their rows.
    Occurring(Vec<([u32; 2], u64)>),
    /// More pairs occur than are kept.
    TooMany,
}

impl Pairs {
    /// No rows yet.
    pub fn new(n_classes: usize) -> Self {
        let store = if n_classes <= MAX_TABLE {
            Store::Table(vec![0; n_classes * n_classes])
        } else {
            Store::Occurring(Vec::new())
        };
        Self { n_classes, store }
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Adds rows.
    pub fn add(&mut self, rows: &[[u32; 2]]) {
        match &mut self.store {
            Store::Table(table) => {
                for [first, second] in rows {
                    table[*first as usize * self.n_classes + *second as usize] += 1;
                }
            }
            Store::Occurring(pairs) => {
                let mut rows = rows.to_vec();
                rows.sort_unstable();
                let next = rows.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64));
                *pairs = merged(pairs, next);
                if pairs.len() > MAX_PAIRS {
                    self.store = Store::TooMany;
                }
            }
            Store::TooMany => {}
        }
    }

    /// The whole table, a row per first class; `None` for more than [`MAX_TABLE`] classes.
    pub fn table(&self) -> Option<impl Iterator<Item = &[u64]>> {
        match &self.store {
            Store::Table(table) => Some(table.chunks_exact(self.n_classes.max(1))),
            Store::Occurring(_) | Store::TooMany => None,
        }
    }

    /// The pairs that occur in a larger table, ascending, with their rows; `None` if more than [`MAX_PAIRS`] do.
    pub fn occurring(&self) -> Option<&[([u32; 2], u64)]> {
        match &self.store {
            Store::Occurring(pairs) => Some(pairs),
            Store::Table(_) | Store::TooMany => None,
        }
    }
}

/// Two ascending lists as one.
fn merged(
    pairs: &[([u32; 2], u64)],
    next: impl Iterator<Item = ([u32; 2], u64)>,
) -> Vec<([u32; 2], u64)> {
    let mut all = Vec::with_capacity(pairs.len());
    let mut rest = pairs.iter().copied().peekable();
    for (pair, rows) in next {
        while let Some(before) = rest.next_if(|(other, _)| *other < pair) {
            all.push(before);
        }
        let same = rest.next_if(|(other, _)| *other == pair).map_or(0, |(_, rows)| rows);
        all.push((pair, rows + same));
    }
    all.extend(rest);
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pairs_are_those_of_the_table_however_rows_are_cut(
            rows in prop::collection::vec((0u32..12, 0u32..12), 0..300),
            cut in 1usize..40,
        ) {
            let rows: Vec<[u32; 2]> = rows.into_iter().map(|(a, b)| [a, b]).collect();
            let (mut table, mut pairs) = (Pairs::new(12), Pairs::new(MAX_TABLE + 1));
            table.add(&rows);
            rows.chunks(cut).for_each(|rows| pairs.add(rows));
            let of_table = table.table().unwrap().enumerate().flat_map(|(first, row)| {
                let of_row = (0u32..).zip(row).filter(|(_, n)| **n > 0);
                of_row.map(move |(second, n)| ([u32::try_from(first).unwrap(), second], *n))
            });
            prop_assert_eq!(of_table.collect::<Vec<_>>(), pairs.occurring().unwrap());
            prop_assert!(pairs.table().is_none() && table.occurring().is_none());
        }
    }

    #[test]
    fn more_pairs_than_are_kept_are_none() {
        let mut pairs = Pairs::new(4096);
        let rows: Vec<[u32; 2]> = (0..64).flat_map(|a| (0..4096).map(move |b| [a, b])).collect();
        assert_eq!(rows.len(), MAX_PAIRS);
        pairs.add(&rows);
        pairs.add(&rows);
        assert!(pairs.occurring().unwrap().iter().all(|(_, rows)| *rows == 2));
        pairs.add(&[[64, 0]]);
        assert_eq!(pairs.occurring(), None);
    }
}
