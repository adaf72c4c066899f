//! Random forests, and values that make trouble.

use model_format::forest::{Combine, Comparison, ForestSpec, Missing, TreePart};
use proptest::prelude::*;

use super::reference::{Branch, Categories, Trees};

/// Random numbers from a seed, splitmix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n)).unwrap()
    }

    fn chance(&mut self, one_in: u32) -> bool {
        self.below(one_in) == 0
    }

    /// A value of a kind that makes trouble: near a threshold, missing, huge, tiny, no whole number.
    pub(super) fn value(&mut self) -> f64 {
        let whole = f64::from(self.below(9)) - 3.0;
        match self.below(16) {
            0 => f64::NAN,
            1 => 1e-36,
            2 => -0.0,
            3 => 1e300,
            4 => -1e300,
            5 => whole + 1e-9,
            6 => whole - 1e-9,
            7 => whole + 0.5,
            8 => f64::from(1e-35f32),
            _ => whole,
        }
    }

    fn threshold(&mut self) -> f64 {
        match self.below(12) {
            0 => f64::INFINITY,
            1 => f64::NEG_INFINITY,
            _ => Some(self.value()).filter(|value| !value.is_nan()).unwrap_or(-0.0),
        }
    }
}

/// What random forests differ in.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) seed: u64,
    pub(super) spec: ForestSpec,
    pub(super) single_outputs: bool,
    pub(super) n_inputs: u32,
    pub(super) n_trees: u32,
    pub(super) n_splits: u32,
    pub(super) with_sets: bool,
}

pub(super) fn shapes() -> impl Strategy<Value = Shape> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let sizes = (1u32..5, 1u32..6, 1u32..20, 0u32..120, any::<bool>());
    (any::<u64>(), flags, sizes).prop_map(|(seed, flags, sizes)| {
        let (at_most, round_inputs, round_sums, mean, single_outputs) = flags;
        let (n_outputs, n_inputs, more_trees, n_splits, with_sets) = sizes;
        let spec = ForestSpec {
            n_outputs,
            comparison: if at_most { Comparison::AtMost } else { Comparison::Below },
            round_inputs,
            round_sums,
            combine: if mean { Combine::Mean } else { Combine::Sum },
        };
        let n_trees = n_outputs + more_trees;
        Shape { seed, spec, single_outputs, n_inputs, n_trees, n_splits, with_sets }
    })
}

/// A forest of that shape.
pub(super) fn trees(shape: &Shape) -> Trees {
    let mut random = Random(shape.seed);
    let n_outputs = shape.spec.n_outputs;
    let width = if shape.single_outputs { 1 } else { n_outputs as usize };
    let trees = (0..shape.n_trees).map(|tree| {
        let weight =
            if shape.seed.is_multiple_of(3) { 1.0 } else { random.value().clamp(-2.0, 2.0) };
        // Every output has a tree.
        let output = if tree < n_outputs { tree } else { random.below(n_outputs) };
        let weight = if weight.is_nan() { 0.3 } else { weight };
        let output = if shape.single_outputs { output } else { 0 };
        let n_splits = random.below(shape.n_splits + 1);
        (TreePart { weight, output }, branch(&mut random, shape, n_splits, width))
    });
    let all = trees.collect();
    let base = random.chance(2).then(|| (0..n_outputs).map(|o| 0.1 * f64::from(o) - 0.7).collect());
    Trees {
        spec: shape.spec.clone(),
        n_inputs: shape.n_inputs as usize,
        single_outputs: shape.single_outputs,
        base,
        all,
    }
}

/// A part of a tree with so many splits.
fn branch(random: &mut Random, shape: &Shape, n_splits: u32, width: usize) -> Branch {
    if n_splits == 0 {
        let few = random.chance(2);
        let number = |random: &mut Random| {
            if few { f64::from(random.below(3)) } else { f64::from(random.below(1 << 20)) / 3e5 }
        };
        return Branch::Leaf((0..width).map(|_| number(random)).collect());
    }
    // Often all on one side: deep trees too.
    let left = if random.chance(3) { 0 } else { random.below(n_splits) };
    let children = Box::new([
        branch(random, shape, left, width),
        branch(random, shape, n_splits - 1 - left, width),
    ]);
    let input = random.below(shape.n_inputs);
    if shape.with_sets && random.chance(3) {
        let n_codes = [1, 5, 31, 64, 100][random.below(5) as usize];
        let left = (0..n_codes).filter(|_| random.chance(2)).collect();
        let (missing, others) = (random.chance(2), random.chance(2));
        let set = Categories { n_codes, left, missing, others };
        return Branch::Categories { input, set, children };
    }
    let missing = [
        Missing::Refused,
        Missing::Left,
        Missing::Right,
        Missing::AsZero,
        Missing::LeftWithZero,
        Missing::RightWithZero,
    ][random.below(6) as usize];
    Branch::Threshold { input, threshold: random.threshold(), missing, children }
}
