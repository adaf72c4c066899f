//! How far two models are apart, gathered row by row.

use metrics::{Chunk, Gathering, Pairs};

use super::pairing::Pairing;
use crate::labelled::{Lane, PartStats, Truth, gather};

/// Values that differ by no more than this, relative to the larger, agree.
const TOLERANCE: f64 = 1e-12;
/// Rows that are kept for having changed most.
const MAX_KEPT: usize = 10;

/// A row that changed much.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    pub(super) line: u64,
    pub(super) change: f64,
    /// The class that changed most; `None` for regression.
    pub(super) class: Option<usize>,
    /// Its probability, or the value.
    pub(super) old: f64,
    pub(super) new: f64,
}

/// Changes over rows.
#[derive(Clone, Debug)]
pub(super) struct Changes {
    n_classes: usize,
    /// Both models have values or probabilities that can change.
    measured: bool,
    rows: u64,
    agreed: u64,
    /// Largest change per class, or of the value.
    largest: Vec<f64>,
    /// Sum of the changes per class, or of the value.
    sums: Vec<f64>,
    /// Rows by the old and the new label; empty for regression and within a chunk.
    transitions: Pairs,
    /// The largest change first; the earlier line first where they are equal.
    pub(super) moved: Vec<Moved>,
}

impl Changes {
    /// Nothing compared yet; no classes for regression. `measured`: both models have values or
    /// probabilities, whose changes count.
    pub(super) fn new(n_classes: usize, measured: bool) -> Self {
        Self { measured, transitions: Pairs::new(n_classes), ..Self::without_table(n_classes) }
    }

    fn without_table(n_classes: usize) -> Self {
        let zeros = vec![0.0; n_classes.max(1)];
        Self {
            n_classes,
            measured: true,
            rows: 0,
            agreed: 0,
            largest: zeros.clone(),
            sums: zeros,
            transitions: Pairs::new(0),
            moved: Vec::new(),
        }
    }

    fn add(&mut self, line: u64, agree: bool, old: &[f64], new: &[f64]) {
        self.rows += 1;
        self.agreed += u64::from(agree);
        let mut most = (0, 0.0);
        for (class, (old, new)) in old.iter().zip(new).enumerate() {
            let change = (new - old).abs();
            self.sums[class] += change;
            self.largest[class] = self.largest[class].max(change);
            if change > most.1 {
                most = (class, change);
            }
        }
        let (class, change) = most;
        let least = self.moved.get(MAX_KEPT - 1).map_or(0.0, |moved| moved.change);
        if change > least {
            let of_class = (self.n_classes > 0).then_some(class);
            let (old, new) = (old[class], new[class]);
            self.keep(Moved { line, change, class: of_class, old, new });
        }
    }

    /// Keeps a row that follows all that are kept.
    fn keep(&mut self, moved: Moved) {
        let at = self.moved.partition_point(|kept| kept.change >= moved.change);
        self.moved.insert(at, moved);
        self.moved.truncate(MAX_KEPT);
    }

    /// Adds the next chunk.
    pub(super) fn merge(&mut self, next: &(Self, Vec<[u32; 2]>)) {
        let (next, labels) = next;
        self.rows += next.rows;
        self.agreed += next.agreed;
        for (a, b) in self.largest.iter_mut().zip(&next.largest) {
            *a = a.max(*b);
        }
        self.sums.iter_mut().zip(&next.sums).for_each(|(a, b)| *a += b);
        self.transitions.add(labels);
        for moved in &next.moved {
            self.keep(moved.clone());
        }
    }

    /// Rows compared.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Share of rows with the same label, or the same value.
    pub(super) fn agreement(&self) -> f64 {
        self.agreed as f64 / self.rows as f64
    }

    /// The largest change of any probability or value; `None` if the models have none to compare.
    pub(super) fn max_change(&self) -> Option<f64> {
        self.measured.then(|| self.largest.iter().copied().fold(0.0, f64::max))
    }

    /// The mean change over rows, and over classes.
    pub(super) fn mean_change(&self) -> Option<f64> {
        let mean = || self.sums.iter().sum::<f64>() / self.rows as f64 / self.sums.len() as f64;
        self.measured.then(mean)
    }

    /// Largest and mean change of each class.
    pub(super) fn per_class(&self) -> impl Iterator<Item = (f64, f64)> {
        let rows = self.rows as f64;
        self.largest.iter().zip(&self.sums).map(move |(largest, sum)| (*largest, sum / rows))
    }

    /// Rows by old and new label.
    pub(super) fn transitions(&self) -> &Pairs {
        &self.transitions
    }
}

/// What is gathered of a chunk.
pub(super) struct Seen<'p> {
    pairing: &'p Pairing,
    /// Changes, and the old and new label of each row.
    pub(super) changes: (Changes, Vec<[u32; 2]>),
    /// How good each model is.
    pub(super) old: Chunk<'p>,
    pub(super) new: Chunk<'p>,
    /// Values of the new model in the order of the old one.
    values: Vec<f64>,
}

impl<'p> Seen<'p> {
    pub(super) fn new(pairing: &'p Pairing, [old, new]: [&'p Gathering; 2]) -> Self {
        Self {
            pairing,
            changes: (Changes::without_table(pairing.n_classes()), Vec::new()),
            old: old.chunk(),
            new: new.chunk(),
            values: Vec::new(),
        }
    }
}

impl PartStats for Seen<'_> {
    fn row(&mut self, line: u64, truth: Truth, lanes: &[Lane<'_>], slot: usize) {
        let [old, new] = lanes else { return };
        let (old_values, old_class) = (old.values(slot), old.class(slot));
        let new_class = new.class(slot).map(|class| self.pairing.class(class));
        self.pairing.values(new.values(slot), &mut self.values);
        let agree = match (old_class, new_class) {
            (Some(old), Some(new)) => {
                self.changes.1.push([old, new]);
                old == new
            }
            _ => same(old_values[0], self.values[0]),
        };
        self.changes.0.add(line, agree, old_values, &self.values);
        old.gather(truth, slot, &mut self.old);
        gather(truth, new_class, &self.values, &mut self.new);
    }

    fn held(&self) -> usize {
        size_of_val(self.changes.1.as_slice()) + self.old.held() + self.new.held()
    }
}

/// Whether two values agree.
fn same(old: f64, new: f64) -> bool {
    (old - new).abs() <= TOLERANCE * old.abs().max(new.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_agree_within_a_relative_tolerance() {
        assert!(same(0.0, -0.0) && same(1e9, 1e9 + 1e-4) && same(-3.0, -3.0));
        assert!(!same(1e9, 1e9 + 1e-2) && !same(0.0, 1e-300) && !same(1.0, -1.0));
    }

    #[test]
    fn the_largest_changes_are_kept_in_one_piece_or_merged() {
        let change = |row: u64| ((row * 37) % 20) as f64;
        let gather = |rows: std::ops::Range<u64>| {
            let mut changes = Changes::without_table(0);
            rows.for_each(|row| changes.add(row, false, &[1.0], &[1.0 + change(row)]));
            changes
        };
        let lines = |c: &Changes| c.moved.iter().map(|m| (m.line, m.change)).collect::<Vec<_>>();
        let whole = gather(0..100);
        let mut expected: Vec<_> = (0..100).map(|row| (row, change(row))).collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        assert_eq!(lines(&whole), expected[..MAX_KEPT]);
        for at in [0, 1, 33, 99, 100] {
            let mut merged = Changes::new(0, true);
            merged.merge(&(gather(0..at), Vec::new()));
            merged.merge(&(gather(at..100), Vec::new()));
            assert_eq!(lines(&merged), lines(&whole));
            let bits = |changes: &Changes| changes.mean_change().unwrap().to_bits();
            assert_eq!(bits(&merged), bits(&whole));
        }
    }
}
