//! Growing one tree, node by node in smartcore's order, which decides what random numbers a node gets.

use std::collections::VecDeque;
use std::ops::Range;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use smartcore::linalg::basic::arrays::Array;

use super::node::{Counted, Cut, Workspace};
use super::ranks::Ranks;
use super::sample::Item;
use super::tree::{Leaves, Node, Tree};
use super::{best_cut, random_cut};
use crate::algorithms::params;
use crate::engine::features::Features;

/// How cuts are chosen.
pub(super) enum Cuts {
    /// The best of all, as in smartcore's classification trees.
    Best(Ranks),
    /// The best of random ones, as in smartcore's extremely randomised trees.
    Random,
}

/// What every tree of a forest is grown with.
pub(super) struct Grower<'a> {
    pub(super) x: &'a Features,
    pub(super) n_classes: usize,
    pub(super) cuts: Cuts,
    pub(super) limits: params::Tree,
    /// Features tried at each node.
    pub(super) tried: usize,
}

/// A node that is going to be split.
struct Open {
    node: usize,
    depth: usize,
    rows: Range<usize>,
    cut: Cut,
}

/// A tree that grows.
struct Growing<'a> {
    grower: &'a Grower<'a>,
    workspace: Workspace,
    rng: SmallRng,
    nodes: Vec<Node>,
    leaves: Leaves,
    open: VecDeque<Open>,
}

impl Grower<'_> {
    /// Grows a tree from the rows of a sample; `rng` chooses the features that a node tries.
    pub(super) fn grow(&self, items: Vec<Item>, rng: SmallRng) -> Tree {
        let n_items = items.len();
        let mut growing = Growing {
            grower: self,
            workspace: Workspace::new(items, self.n_classes, self.x.shape().1),
            rng,
            nodes: Vec::new(),
            leaves: Leaves::default(),
            open: VecDeque::new(),
        };
        growing.add(0, 0..n_items);
        while let Some(open) = growing.next() {
            growing.split(open);
        }
        Tree::pruned(growing.nodes, &growing.leaves)
    }
}

impl Growing<'_> {
    /// The node to split next: smartcore's classification trees take the oldest, its extremely
    /// randomised ones the newest.
    fn next(&mut self) -> Option<Open> {
        match self.grower.cuts {
            Cuts::Best(_) => self.open.pop_front(),
            Cuts::Random => self.open.pop_back(),
        }
    }

    fn split(&mut self, Open { node, depth, rows, cut }: Open) {
        let x = self.grower.x;
        let middle = self
            .workspace
            .divide(rows.clone(), |row| *x.get((row as usize, cut.feature)) <= cut.threshold);
        // The nodes of a tree are fewer than twice its rows, which are numbered by 32 bits; so are its features.
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let left = self.nodes.len();
        self.nodes[node] = Node::Inner {
            feature: number(cut.feature),
            threshold: cut.threshold,
            left: number(left),
            right: number(left + 1),
        };
        // Both children stand side by side, whatever is searched in between.
        self.add(depth + 1, rows.start..middle);
        self.add(depth + 1, middle..rows.end);
    }

    /// Adds a node, and looks for its cut if it may have one.
    fn add(&mut self, depth: usize, rows: Range<usize>) {
        let counted = self.workspace.count(rows.clone());
        let node = self.nodes.len();
        self.nodes.push(Node::Leaf(0));
        let cut = self.cut(depth, rows.clone(), &counted);
        self.workspace.forget(&counted.classes);
        if let Some(cut) = cut {
            self.open.push_back(Open { node, depth, rows, cut });
        } else {
            let counts = counted.classes.into_iter().zip(counted.counts);
            self.nodes[node] = Node::Leaf(self.leaves.push(counts));
        }
    }

    fn cut(&mut self, depth: usize, rows: Range<usize>, node: &Counted) -> Option<Cut> {
        let Grower { x, cuts, limits, tried, .. } = self.grower;
        let enough = |n: u32, least: usize| n as usize >= least;
        if node.classes.len() < 2
            || limits.max_depth.is_some_and(|most| depth >= most)
            || !enough(node.n, limits.min_samples_split)
        {
            return None;
        }
        let workspace = &mut self.workspace;
        let tried = (*tried).min(workspace.order.len());
        let least = u32::try_from(limits.min_samples_leaf).unwrap_or(u32::MAX);
        match cuts {
            Cuts::Best(ranks) => {
                if tried < workspace.order.len() {
                    (0..).zip(&mut workspace.order).for_each(|(feature, at)| *at = feature);
                    workspace.order.shuffle(&mut self.rng);
                }
                best_cut::find((x, ranks), workspace, rows, node, tried, least)
            }
            Cuts::Random => {
                workspace.order.shuffle(&mut self.rng);
                random_cut::find(x, workspace, rows, node, tried, least, &mut self.rng)
            }
        }
    }
}
