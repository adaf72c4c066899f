//! Thresholds and sets of nodes being packed: gathered, sorted, and numbered.

use std::collections::{BTreeMap, HashMap};

use super::bounds::{MAX_RANKS, MAX_TABLES};
use super::spec::Missing;
use super::tables::{TABLE_LEN, categories_row, thresholds_row};
use crate::error::{FormatError, Result};

/// What the nodes of a table have in common. The order is that of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Thresholds { input: u32, missing: Missing },
    Categories { input: u32, n_codes: u32 },
}

/// The inner nodes so far.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    keys: HashMap<Key, u32>,
    /// For each node its key, by number, and what it asks: the number of a set, or a threshold as a
    /// number in the order of the thresholds.
    nodes: Vec<(u32, u64)>,
    sets: HashMap<Box<[u32]>, u64>,
}

/// What a node asks, in arrays.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    pub(super) tables: Vec<u32>,
    pub(super) thresholds: Vec<f64>,
    pub(super) sets: Vec<u32>,
    pub(super) node_tables: Vec<u16>,
    pub(super) node_ranks: Vec<u16>,
}

impl Ranking {
    /// Adds a node with a threshold, which is a number.
    pub(super) fn threshold(&mut self, input: u32, missing: Missing, threshold: f64) {
        let key = self.key(Key::Thresholds { input, missing });
        self.nodes.push((key, ordered(threshold)));
    }

    /// Adds a node with a set.
    pub(super) fn set(&mut self, input: u32, n_codes: u32, words: &[u32]) {
        let key = self.key(Key::Categories { input, n_codes });
        let next = self.sets.len() as u64;
        let set = *self.sets.entry(words.into()).or_insert(next);
        self.nodes.push((key, set));
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    fn key(&mut self, key: Key) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        *self.keys.entry(key).or_insert(next)
    }

    /// The arrays: what nodes of a key ask, ascending, in as many tables as it takes.
    pub(super) fn finish(self) -> Result<Ranked> {
        let mut all = Ranked {
            node_tables: vec![0; self.nodes.len()],
            node_ranks: vec![0; self.nodes.len()],
            ..Ranked::default()
        };
        let mut by_key: Vec<Vec<(u64, usize)>> = vec![Vec::new(); self.keys.len()];
        for (node, (key, asked)) in self.nodes.iter().enumerate() {
            if let Some(own) = by_key.get_mut(*key as usize) {
                own.push((*asked, node));
            }
        }
        drop(self.nodes);
        let words: BTreeMap<u64, Box<[u32]>> =
            self.sets.into_iter().map(|(words, set)| (set, words)).collect();
        let keys: BTreeMap<Key, u32> = self.keys.into_iter().collect();
        for (key, number) in keys {
            let mut nodes = by_key.get_mut(number as usize).map(std::mem::take).unwrap_or_default();
            match key {
                Key::Thresholds { .. } => nodes.sort_unstable(),
                // By what they hold, which does not depend on the order of the trees.
                Key::Categories { .. } => {
                    nodes.sort_unstable_by_key(|(set, node)| (words.get(set), *node));
                }
            }
            for table in tables_of(&nodes) {
                let number = u16::try_from(all.tables.len() / TABLE_LEN).map_err(|_| {
                    let what = format!("more than {MAX_TABLES}: too many inputs and thresholds");
                    FormatError::structure("rank tables", what)
                })?;
                // A table has at most `MAX_RANKS`.
                let n = u32::try_from(table.len()).unwrap_or(u32::MAX);
                match key {
                    Key::Thresholds { input, missing } => {
                        all.tables.extend(thresholds_row(input, missing, n));
                        all.thresholds.extend(
                            table.iter().map(|same| {
                                same.first().map_or(0.0, |(asked, _)| of_ordered(*asked))
                            }),
                        );
                    }
                    Key::Categories { input, n_codes } => {
                        all.tables.extend(categories_row(input, n, n_codes));
                        let sets = table.iter().filter_map(|same| words.get(&same.first()?.0));
                        all.sets.extend(sets.flat_map(|set| set.iter().copied()));
                    }
                }
                for (rank, same) in (0u16..).zip(&table) {
                    for (_, node) in *same {
                        if let Some(own) = all.node_tables.get_mut(*node) {
                            *own = number;
                        }
                        if let Some(own) = all.node_ranks.get_mut(*node) {
                            *own = rank;
                        }
                    }
                }
            }
        }
        Ok(all)
    }
}

/// Sorted nodes as tables of about the same size; nodes that ask the same stand together in them.
fn tables_of(nodes: &[(u64, usize)]) -> Vec<Vec<&[(u64, usize)]>> {
    let distinct: Vec<&[(u64, usize)]> = nodes.chunk_by(|one, other| one.0 == other.0).collect();
    let n_tables = distinct.len().div_ceil(MAX_RANKS).max(1);
    let size = distinct.len().div_ceil(n_tables).max(1);
    distinct.chunks(size).map(<[_]>::to_vec).collect()
}

/// A number whose order is that of the threshold; -0.0 is 0.0.
fn ordered(threshold: f64) -> u64 {
    let bits = if threshold == 0.0 { 0 } else { threshold.to_bits() };
    if bits >> 63 == 0 { bits | (1 << 63) } else { !bits }
}

fn of_ordered(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 0 { !ordered } else { ordered & !(1 << 63) })
}
