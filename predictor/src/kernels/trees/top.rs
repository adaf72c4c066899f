//! The first levels of a tree, asked for many rows at once.
//!
//! Whether rows go right at a node is one comparison of a vector of ranks with a number. Asking all
//! nodes of the first levels, those that a row does not meet too, and picking the answers that count by
//! the answers of the levels above takes fewer instructions than walking them row by row, and none of
//! them waits for memory.

use super::ranks::{LEAF, MAX_RANKS, Ranks};
use crate::block::GROUP_ROWS;

/// Levels that are asked at once. One more doubles the work.
pub(in crate::kernels) const LEVELS: u32 = 5;

const N_NODES: usize = (1 << LEVELS) - 1;
const N_SLOTS: usize = 1 << LEVELS;
const N_GROUPS: usize = MAX_RANKS / GROUP_ROWS;
const GROUP_BITS: u32 = GROUP_ROWS.trailing_zeros();

/// One number for each row of a group. Rows of a group are asked together, so that they share the work of
/// reading a node.
type Vector = [u16; GROUP_ROWS];

/// The first levels of a tree, made complete: below a leaf that stands in them every row goes left.
#[derive(Debug)]
pub(super) struct Top {
    /// Node `i` has the children `2 i + 1` and `2 i + 2`.
    questions: [Question; N_NODES],
    /// The node of the tree that stands at each place below the questions.
    nodes: [u8; N_SLOTS],
}

/// Whether the rank of a feature is above that of a threshold.
#[derive(Clone, Copy, Debug)]
struct Question {
    /// The first group of the feature's ranks in a block.
    group: u16,
    rank: u16,
}

impl Default for Top {
    /// That of a tree of one leaf.
    fn default() -> Self {
        Self { questions: [Question { group: 0, rank: LEAF }; N_NODES], nodes: [0; N_SLOTS] }
    }
}

impl Top {
    /// Takes a tree as a function from a node to its rank, the first rank of its feature in a block
    /// and its left child; a leaf has none of them.
    pub(super) fn new(mut node: impl FnMut(u32) -> Option<(u16, u16, u32)>) -> Self {
        // No rank is above that of a leaf.
        let mut questions = [Question { group: 0, rank: LEAF }; N_NODES];
        let mut nodes = [0u32; N_NODES + N_SLOTS];
        for at in 0..N_NODES {
            let (mut left, mut right) = (nodes[at], nodes[at]);
            if let Some((rank, place, child)) = node(nodes[at]) {
                // The first rank of a feature begins a group.
                questions[at] = Question { group: place >> GROUP_BITS, rank };
                (left, right) = (child, child + 1);
            }
            (nodes[2 * at + 1], nodes[2 * at + 2]) = (left, right);
        }
        // Breadth-first order: what stands in the first levels or just below comes first.
        let slots = std::array::from_fn(|slot| u8::try_from(nodes[N_NODES + slot]).unwrap_or(0));
        Self { questions, nodes: slots }
    }

    /// The node below the first levels that a slot stands for.
    #[inline(always)]
    pub(super) fn node(&self, slot: u16) -> u32 {
        u32::from(self.nodes[usize::from(slot) % N_SLOTS])
    }

    /// The slots of a group of rows: their answers from the first level to the last, as the digits of a
    /// binary number.
    #[inline(always)]
    pub(super) fn slots(&self, ranks: &Ranks, group: usize) -> Vector {
        let rows = Rows { top: self, ranks, group };
        let first = rows.answers(0);
        let second = rows.pick1(0, &[first]);
        let third = rows.pick2(0, &[first, second]);
        let fourth = rows.pick3(0, &[first, second, third]);
        let fifth = rows.pick4(0, &[first, second, third, fourth]);
        std::array::from_fn(|row| {
            first[row] & 16 | second[row] & 8 | third[row] & 4 | fourth[row] & 2 | fifth[row] & 1
        })
    }
}

/// A group of rows at a tree.
struct Rows<'a> {
    top: &'a Top,
    ranks: &'a Ranks,
    group: usize,
}

/// Answers of the level that lies as many levels below node `at` as the name says, for rows that pass
/// `at`; `path` holds the answers of `at` and of the levels between. Functions of their own instead of
/// one that calls itself, so that all of it becomes one piece of code without a loop.
impl Rows<'_> {
    /// All bits set where a row goes right.
    #[inline(always)]
    fn answers(&self, at: usize) -> Vector {
        let Question { group, rank } = self.top.questions[at];
        // There are that many groups, and features begin with one: nothing is cut off.
        let ranks = &self.ranks[(usize::from(group) + self.group) % N_GROUPS];
        std::array::from_fn(|row| if ranks[row] > rank { u16::MAX } else { 0 })
    }

    #[inline(always)]
    fn pick1(&self, at: usize, path: &[Vector; 1]) -> Vector {
        pick(self.answers(2 * at + 1), self.answers(2 * at + 2), path[0])
    }

    #[inline(always)]
    fn pick2(&self, at: usize, path: &[Vector; 2]) -> Vector {
        let below = &[path[1]];
        pick(self.pick1(2 * at + 1, below), self.pick1(2 * at + 2, below), path[0])
    }

    #[inline(always)]
    fn pick3(&self, at: usize, path: &[Vector; 3]) -> Vector {
        let below = &[path[1], path[2]];
        pick(self.pick2(2 * at + 1, below), self.pick2(2 * at + 2, below), path[0])
    }

    #[inline(always)]
    fn pick4(&self, at: usize, path: &[Vector; 4]) -> Vector {
        let below = &[path[1], path[2], path[3]];
        pick(self.pick3(2 * at + 1, below), self.pick3(2 * at + 2, below), path[0])
    }
}

/// `right` where the answer is to go right, `left` elsewhere.
#[inline(always)]
fn pick(left: Vector, right: Vector, answer: Vector) -> Vector {
    std::array::from_fn(|row| left[row] ^ (left[row] ^ right[row]) & answer[row])
}
