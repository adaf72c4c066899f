//! A grown tree with the shares of all classes in its leaves.

use std::collections::VecDeque;

/// A node; rows go left where `x[feature] <= threshold`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node {
    /// Number of its leaf.
    Leaf(u32),
    /// A split.
    Inner {
        /// Feature it looks at.
        feature: u32,
        /// Threshold.
        threshold: f64,
        /// Child for rows at or below the threshold.
        left: u32,
        /// Child for all other rows.
        right: u32,
    },
}

/// What stands in the leaves: rows by class, of the classes that a leaf has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Leaves {
    ends: Vec<usize>,
    counts: Vec<(u32, u32)>,
}

impl Leaves {
    /// Appends a leaf, classes ascending; its number.
    pub(super) fn push(&mut self, counts: impl Iterator<Item = (u32, u32)>) -> u32 {
        self.counts.extend(counts);
        self.ends.push(self.counts.len());
        // A leaf has a row, and rows are numbered by 32 bits.
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    fn counts(&self, leaf: u32) -> &[(u32, u32)] {
        let leaf = leaf as usize;
        let start = leaf.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.counts[start..self.ends[leaf]]
    }

    /// Classes in a leaf, ascending, and the share of its rows that each has: a quotient of counts.
    /// All other classes have 0.
    pub(crate) fn shares(&self, leaf: u32) -> impl Iterator<Item = (u32, f64)> {
        let counts = self.counts(leaf);
        let n: u32 = counts.iter().map(|(_, count)| count).sum();
        counts.iter().map(move |(class, count)| (*class, f64::from(*count) / f64::from(n)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn same(&self, one: u32, other: u32) -> bool {
        let bits = |leaf| self.shares(leaf).map(|(class, share)| (class, share.to_bits()));
        self.counts(one).len() == self.counts(other).len() && bits(one).eq(bits(other))
    }
}

/// Nodes in breadth-first order, the root first, children side by side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    /// Its nodes.
    pub(crate) nodes: Vec<Node>,
    /// Its leaves, in the order of the nodes.
    pub(crate) leaves: Leaves,
}

impl Tree {
    /// The tree without splits that change nothing: leaves below them hold the same shares, to the
    /// bit. Children come after their parents in `nodes`, in any order.
    pub(super) fn pruned(mut nodes: Vec<Node>, leaves: &Leaves) -> Self {
        for at in (0..nodes.len()).rev() {
            if let Node::Inner { left, right, .. } = nodes[at]
                && let (Node::Leaf(one), Node::Leaf(other)) =
                    (nodes[left as usize], nodes[right as usize])
                && leaves.same(one, other)
            {
                nodes[at] = Node::Leaf(one);
            }
        }
        let mut tree = Self { nodes: Vec::new(), leaves: Leaves::default() };
        let mut queue = VecDeque::from([0]);
        let mut next_child = 1;
        while let Some(at) = queue.pop_front() {
            let node = match nodes[at as usize] {
                Node::Leaf(leaf) => {
                    Node::Leaf(tree.leaves.push(leaves.counts(leaf).iter().copied()))
                }
                Node::Inner { feature, threshold, left, right } => {
                    queue.extend([left, right]);
                    next_child += 2;
                    Node::Inner { feature, threshold, left: next_child - 2, right: next_child - 1 }
                }
            };
            tree.nodes.push(node);
        }
        tree
    }

    /// Leaf of a row, by the value of each feature.
    pub(super) fn leaf(&self, value: impl Fn(usize) -> f64) -> u32 {
        let mut at = 0;
        loop {
            match self.nodes[at as usize] {
                Node::Leaf(leaf) => return leaf,
                Node::Inner { feature, threshold, left, right } => {
                    at = if value(feature as usize) <= threshold { left } else { right };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_that_change_nothing_are_left_out() {
        let inner = |feature, left| Node::Inner { feature, threshold: 0.5, left, right: left + 1 };
        // 0: (1: (5: a, 6: a), 2: (3: b, 4: (7: a, 8: b))) with the shares of a half and half.
        let mut leaves = Leaves::default();
        let a = leaves.push([(0, 1), (2, 1)].into_iter());
        let again = leaves.push([(0, 3), (2, 3)].into_iter());
        let b = leaves.push([(1, 2)].into_iter());
        let nodes = vec![
            inner(0, 1),
            inner(1, 5),
            inner(2, 3),
            Node::Leaf(b),
            inner(3, 7),
            Node::Leaf(a),
            Node::Leaf(again),
            Node::Leaf(again),
            Node::Leaf(b),
        ];
        let tree = Tree::pruned(nodes, &leaves);
        let expected = [
            inner(0, 1),
            Node::Leaf(0),
            inner(2, 3),
            Node::Leaf(1),
            inner(3, 5),
            Node::Leaf(2),
            Node::Leaf(3),
        ];
        assert_eq!(tree.nodes, expected);
        let shares = |leaf| tree.leaves.shares(leaf).collect::<Vec<_>>();
        assert_eq!(shares(0), [(0, 0.5), (2, 0.5)]);
        assert_eq!(shares(1), [(1, 1.0)]);
        assert_eq!([shares(2), shares(3)], [shares(0), shares(1)]);
        let values = [1.0, 0.0, 1.0, 0.0];
        assert_eq!(tree.leaf(|feature| values[feature]), 2);
    }
}
