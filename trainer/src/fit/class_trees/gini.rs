//! How good a cut is, in smartcore's arithmetic, and how to know without it that one is not the best.
//!
//! smartcore computes the impurity of both sides of every cut anew from the counts of all classes.
//! Here sums of squared counts follow each row that changes sides, and give the gain up to
//! rounding errors; smartcore's own formula is left for cuts that come close to the best so far.

/// Gini impurity of `n` rows, with smartcore's operations in its order; `counts` are those above 0,
/// in the order of the classes.
fn impurity(counts: impl Iterator<Item = u32>, n: u32) -> f64 {
    counts.fold(1.0, |impurity, count| {
        let p = f64::from(count) / f64::from(n);
        impurity - p * p
    })
}

/// Rows of a class in a node, and those of them on the left of a cut.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    /// In the node.
    pub(super) all: u32,
    /// On the left.
    pub(super) left: u32,
}

/// What the cuts of a node are judged with.
pub(super) struct Gini<'a> {
    n: u32,
    classes: &'a [u32],
    impurity: f64,
    /// More than rounding errors can make of a gain.
    margin: f64,
}

impl<'a> Gini<'a> {
    /// Of a node of `n` rows; `classes` are those in it, ascending.
    pub(super) fn new(n: u32, classes: &'a [u32], counts: &[Count]) -> Self {
        let all = classes.iter().map(|class| counts[*class as usize].all);
        // Every term is at most 1, so each operation errs by half an epsilon at most: three per
        // class on either side and some for the rest.
        let margin = (8.0 * classes.len() as f64 + 32.0) * f64::EPSILON;
        Self { n, classes, impurity: impurity(all, n), margin }
    }

    /// Rows of the node.
    pub(super) fn n(&self) -> u32 {
        self.n
    }

    /// What a cut gains, if that may be more than `best`; `left` rows lie on its left, and `squares`
    /// are the sums of squared counts on either side.
    pub(super) fn gain_above(
        &self,
        best: f64,
        left: u32,
        squares: (u64, u64),
        counts: &[Count],
    ) -> Option<f64> {
        let (n, right) = (f64::from(self.n), self.n - left);
        let kept = squares.0 as f64 / f64::from(left) + squares.1 as f64 / f64::from(right);
        if self.impurity - 1.0 + kept / n + self.margin <= best {
            return None;
        }
        let counts = || self.classes.iter().map(|class| counts[*class as usize]);
        let (on_left, on_right) = (counts().map(|c| c.left), counts().map(|c| c.all - c.left));
        let gain = self.impurity
            - f64::from(left) / n * impurity(on_left.filter(|c| *c > 0), left)
            - f64::from(right) / n * impurity(on_right.filter(|c| *c > 0), right);
        (gain > best).then_some(gain)
    }
}
