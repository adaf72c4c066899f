//! Which nodes of a tree are inner nodes: all that is needed to find children.
//!
//! The nodes of a tree have positions, breadth first from 0. A word covers 32 of them: bit `i` of its
//! low half says whether position `32 w + i` is an inner node, its high half how many inner nodes
//! stand at earlier positions. So the inner node at a position is found by its number with one look and a
//! count of bits, and likewise a leaf.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use super::bounds::MAX_INNER_NODES;

/// Positions that a word covers.
const POSITIONS: usize = 32;

/// The shape of one tree.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a>(&'a [u64]);

/// What stands at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether it is an inner node.
    pub is_inner: bool,
    /// How many inner nodes stand before it: the number of this one, if it is one.
    pub inner_before: u32,
}

impl Place {
    /// What stands at a position, from the word of that position.
    #[inline(always)]
    pub fn in_word(word: u64, position: u32) -> Self {
        let bit = position & 31;
        let earlier = word & !(u64::MAX << bit);
        Self {
            is_inner: (word >> bit) & 1 != 0,
            inner_before: before(word).wrapping_add(earlier.count_ones()),
        }
    }
}

/// Words for a tree with so many inner nodes.
pub(super) fn n_words(n_inner: usize) -> usize {
    n_inner.saturating_mul(2).saturating_add(1).div_ceil(POSITIONS)
}

impl<'a> Shape<'a> {
    /// The shape that these words describe.
    pub fn new(words: &'a [u64]) -> Self {
        Self(words)
    }

    /// What stands at a position; a leaf past the last word.
    #[inline(always)]
    pub fn at(&self, position: u32) -> Place {
        let word = self.0.get(Self::word_of(position)).copied().unwrap_or(0);
        Place::in_word(word, position)
    }

    /// The word of a position.
    #[inline(always)]
    pub fn word_of(position: u32) -> usize {
        (position >> 5) as usize
    }

    /// The depth of a tree with `n_inner` inner nodes, or what is wrong with its shape.
    ///
    /// Every position but the root must be a child of an earlier one: among the positions before
    /// position `p`, at least `p / 2` are inner nodes. So there are no cycles, no sharing and nothing
    /// out of reach.
    pub(super) fn check(&self, n_inner: usize) -> Result<u32, String> {
        if n_inner > MAX_INNER_NODES {
            return Err(format!("{n_inner} inner nodes, the limit is {MAX_INNER_NODES}"));
        }
        let n_positions = (n_inner as u64).wrapping_mul(2).wrapping_add(1);
        let (mut inner, mut first) = (0u64, 0u64);
        for word in self.0 {
            let bits = word & 0xffff_ffff;
            if u64::from(before(*word)) != inner {
                let found = before(*word);
                return Err(format!("{found} inner nodes before node {first}, counted {inner}"));
            }
            let covered = n_positions.saturating_sub(first).min(POSITIONS as u64);
            if covered < POSITIONS as u64 && bits >> covered != 0 {
                return Err(format!("an inner node after node {}", n_positions.wrapping_sub(1)));
            }
            // Enough of them for the last position of the word, whatever it holds: usual in the middle.
            let last = first.wrapping_add(covered).wrapping_sub(1);
            if inner.wrapping_mul(2) < last {
                let mut before = inner;
                for bit in 0..covered {
                    let position = first.wrapping_add(bit);
                    if before.wrapping_mul(2) < position {
                        return Err(format!("node {position} has no parent"));
                    }
                    before = before.wrapping_add((bits >> bit) & 1);
                }
            }
            inner = inner.wrapping_add(u64::from(bits.count_ones()));
            first = first.wrapping_add(POSITIONS as u64);
        }
        if inner != n_inner as u64 {
            return Err(format!("{inner} inner nodes in its shape, expected {n_inner}"));
        }
        Ok(self.depth(n_positions))
    }

    /// The depth of a tree whose positions were checked.
    fn depth(&self, n_positions: u64) -> u32 {
        let (mut depth, mut level_end) = (0u32, 1u64);
        while level_end < n_positions {
            // The inner nodes before the end of a level have their children before the end of the next.
            let position = u32::try_from(level_end).unwrap_or(u32::MAX);
            level_end = u64::from(self.at(position).inner_before).wrapping_mul(2).wrapping_add(1);
            depth = depth.saturating_add(1);
        }
        depth
    }
}

/// The high half of a word.
#[inline(always)]
fn before(word: u64) -> u32 {
    (word >> 32) as u32
}

/// Words being filled, position by position.
#[derive(Debug, Default)]
pub(super) struct ShapeBuilder {
    pub(super) words: Vec<u64>,
    /// The word of the current tree that is being filled, its positions so far, and the inner nodes of the tree.
    word: u64,
    filled: u32,
    inner: u32,
}

impl ShapeBuilder {
    /// Adds the next position of a tree.
    pub(super) fn push(&mut self, is_inner: bool) {
        self.word |= u64::from(is_inner) << self.filled;
        self.inner = self.inner.saturating_add(u32::from(is_inner));
        self.filled = self.filled.saturating_add(1);
        if self.filled as usize == POSITIONS {
            self.next_word();
        }
    }

    /// Ends a tree.
    pub(super) fn end(&mut self) {
        if self.filled > 0 {
            self.next_word();
        }
        (self.word, self.inner) = (0, 0);
    }

    fn next_word(&mut self) {
        self.words.push(self.word);
        self.word = u64::from(self.inner) << 32;
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a tree whose inner nodes are marked.
    fn words(marks: &str) -> Vec<u64> {
        let mut builder = ShapeBuilder::default();
        marks.chars().for_each(|mark| builder.push(mark == '1'));
        builder.end();
        builder.words
    }

    fn check(marks: &str) -> Result<u32, String> {
        Shape::new(&words(marks)).check(marks.matches('1').count())
    }

    #[test]
    fn depth_is_that_of_the_longest_path() {
        assert_eq!(check("0"), Ok(0));
        assert_eq!(check("100"), Ok(1));
        assert_eq!(check("0110000"), Err("node 1 has no parent".into()));
        assert_eq!(check("1100000"), Ok(2));
        assert_eq!(check("1110000"), Ok(2));
        assert_eq!(check("1011000"), Ok(3));
        // A chain to the right: every second node is inner.
        for depth in [1, 15, 16, 17, 31, 32, 33, 1000] {
            let chain = format!("1{}00", "01".repeat(depth - 1));
            assert_eq!(check(&chain), Ok(u32::try_from(depth).unwrap()), "{depth}");
        }
        // A complete tree.
        let complete = format!("{}{}", "1".repeat(1023), "0".repeat(1024));
        assert_eq!(check(&complete), Ok(10));
    }
}
