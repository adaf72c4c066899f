//! Leaves to outputs: in the order of the trees, with the rounding that the forest asks for.

use std::ops::Range;

use model_format::forest::{Combine, Forest, Narrow};

/// The leaves of a forest and how they are added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaves<'f> {
    forest: &'f Forest,
    values: &'f [f64],
    codes: Option<&'f Narrow>,
    width: usize,
    round: bool,
}

impl<'f> Leaves<'f> {
    pub(super) fn new(forest: &'f Forest) -> Self {
        Self {
            forest,
            values: forest.leaf_values(),
            codes: forest.leaf_codes(),
            width: forest.leaf_width(),
            round: forest.spec().round_sums,
        }
    }

    /// Whether a leaf is more than one number.
    pub(super) fn are_vectors(&self) -> bool {
        self.width > 1
    }

    /// Whether a sum is rounded after each addition.
    pub(super) fn round_sums(&self) -> bool {
        self.round
    }

    /// The place of a leaf's numbers among all.
    #[inline(always)]
    pub(super) fn place(&self, leaf: usize) -> usize {
        match self.codes {
            None => leaf,
            Some(Narrow::U8(codes)) => usize::from(codes.as_slice()[leaf]),
            Some(Narrow::U16(codes)) => usize::from(codes.as_slice()[leaf]),
        }
    }

    /// The places of several leaves.
    #[inline(always)]
    pub(super) fn each_place(&self, leaves: Range<usize>, mut each: impl FnMut(usize)) {
        match self.codes {
            None => leaves.for_each(each),
            Some(Narrow::U8(codes)) => {
                codes.as_slice()[leaves].iter().for_each(|code| each(usize::from(*code)));
            }
            Some(Narrow::U16(codes)) => {
                codes.as_slice()[leaves].iter().for_each(|code| each(usize::from(*code)));
            }
        }
    }

    /// The numbers at a place.
    #[inline(always)]
    pub(super) fn numbers(&self, place: usize) -> &'f [f64] {
        &self.values[place * self.width..][..self.width]
    }

    /// What the leaves of a tree are multiplied by.
    pub(super) fn weight(&self, tree: usize) -> f64 {
        self.forest.weights().map_or(1.0, |weights| weights[tree])
    }

    /// The output that a tree of single numbers adds to.
    pub(super) fn output(&self, tree: usize) -> usize {
        self.forest.outputs().map_or(0, |outputs| outputs[tree] as usize)
    }

    /// Adds a number of a leaf; times a weight of one changes no bit.
    #[inline(always)]
    pub(super) fn add(&self, sum: &mut f64, weight: f64, number: f64) {
        *sum = if self.round {
            f32_of(*sum + f32_of(weight * number))
        } else {
            *sum + weight * number
        };
    }

    /// Adds the numbers at a place to the sums of a row.
    #[inline(always)]
    pub(super) fn add_all(&self, sums: &mut [f64], weight: f64, place: usize) {
        let numbers = self.numbers(place);
        // Twice the same loop, so that neither asks which it is.
        if self.round {
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum = f32_of(*sum + f32_of(weight * number));
            }
        } else {
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum += weight * number;
            }
        }
    }

    /// The value of an output before the first tree.
    pub(super) fn base(&self, output: usize) -> f64 {
        self.forest.base().map_or(0.0, |base| base[output])
    }

    /// What an output is divided by in the end.
    pub(super) fn divisor(&self, output: usize) -> Option<f64> {
        match self.forest.spec().combine {
            Combine::Sum => None,
            Combine::Mean => Some(f64::from(self.forest.trees_per_output()[output])),
        }
    }

    /// Number of outputs.
    pub(super) fn n_outputs(&self) -> usize {
        self.forest.trees_per_output().len()
    }

    /// Room for `rows` rows at the end of `outputs`, with the values before the first tree; returns where
    /// it starts.
    pub(super) fn begin(&self, rows: usize, outputs: &mut Vec<f64>) -> usize {
        let start = outputs.len();
        for output in 0..self.n_outputs() {
            outputs.resize(outputs.len() + rows, self.base(output));
        }
        start
    }

    /// Divides what is to be divided.
    pub(super) fn end(&self, rows: usize, outputs: &mut [f64]) {
        for (output, sums) in outputs.chunks_exact_mut(rows.max(1)).enumerate() {
            if let Some(divisor) = self.divisor(output) {
                for sum in sums {
                    *sum /= divisor;
                }
            }
        }
    }
}

/// A number rounded to f32. A sum or product of two f32, rounded to f64 and then to f32, is what f32
/// arithmetic gives.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
fn f32_of(number: f64) -> f64 {
    f64::from(number as f32)
}
