//! A node that a cut is looked for in, and what the search works with.

use std::ops::Range;

use super::gini::Count;
use super::ranks::{class_of, count_of};
use super::sample::Item;

/// Rows that reached a node, by class.
pub(super) struct Counted {
    /// Rows, as often as the sample has them.
    pub(super) n: u32,
    /// Classes among them, ascending.
    pub(super) classes: Vec<u32>,
    /// Rows of each.
    pub(super) counts: Vec<u32>,
}

/// Where a node is cut: rows whose value is at most the threshold go left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    /// Feature.
    pub(super) feature: usize,
    /// Threshold.
    pub(super) threshold: f64,
}

/// Buffers of a tree that grows.
pub(super) struct Workspace {
    /// Rows of the sample; those of a node lie together.
    pub(super) items: Vec<Item>,
    /// Rows of every class, in the node that is looked at; 0 for all others.
    pub(super) counts: Vec<Count>,
    /// Features in the order in which they are tried.
    pub(super) order: Vec<usize>,
    /// Sorted rows of a feature.
    pub(super) keys: [Vec<u64>; 2],
    /// Values of a feature.
    pub(super) values: Vec<f64>,
    right: Vec<Item>,
}

impl Workspace {
    /// For a tree on these rows.
    pub(super) fn new(items: Vec<Item>, n_classes: usize, n_features: usize) -> Self {
        Self {
            items,
            counts: vec![Count::default(); n_classes],
            order: (0..n_features).collect(),
            keys: [Vec::new(), Vec::new()],
            values: Vec::new(),
            right: Vec::new(),
        }
    }

    /// Counts the rows of a node, and sets [`Self::counts`] for it.
    pub(super) fn count(&mut self, rows: Range<usize>) -> Counted {
        let (mut n, mut classes) = (0, Vec::new());
        for item in &self.items[rows] {
            let (class, count) = (class_of(item.tag), count_of(item.tag));
            let all = &mut self.counts[class as usize].all;
            if *all == 0 {
                classes.push(class);
            }
            *all += count;
            n += count;
        }
        classes.sort_unstable();
        let counts = classes.iter().map(|class| self.counts[*class as usize].all).collect();
        Counted { n, classes, counts }
    }

    /// Takes the counts of a node back.
    pub(super) fn forget(&mut self, classes: &[u32]) {
        for class in classes {
            self.counts[*class as usize] = Count::default();
        }
    }

    /// Rows on the left of a cut first, in their order, then those on its right; where those begin.
    pub(super) fn divide(&mut self, rows: Range<usize>, goes_left: impl Fn(u32) -> bool) -> usize {
        self.right.clear();
        let mut at = rows.start;
        for from in rows.clone() {
            let item = self.items[from];
            if goes_left(item.row) {
                self.items[at] = item;
                at += 1;
            } else {
                self.right.push(item);
            }
        }
        self.items[at..rows.end].copy_from_slice(&self.right);
        at
    }
}
