//! Products of features with weights and with numbers of the rows.
//!
//! Each sum has its terms in the order of a plain loop over all features, or all rows. A term of a
//! one-hot feature that is 0 is left out: it would add 0, unless its other factor is not finite.

use std::ops::Range;

use crate::engine::features::{Codes, Features};

/// Columns that are summed side by side: one sum alone would wait for each of its additions.
const SIDE_BY_SIDE: usize = 4;

/// Adds to the sum of each of `rows` the products of its features with `weights`, `[n_features]`.
pub(super) fn add_to_rows(x: &Features, rows: &Range<usize>, weights: &[f64], sums: &mut [f64]) {
    let (of_numbers, mut weights) = weights.split_at(x.n_numbers());
    for (feature, weight) in of_numbers.iter().enumerate() {
        let column = &x.numbers(feature)[rows.clone()];
        sums.iter_mut().zip(column).for_each(|(sum, x)| *sum += weight * x);
    }
    for Codes { codes, n_codes } in x.categories() {
        let (own, others) = weights.split_at(*n_codes);
        let codes = &codes[rows.clone()];
        if own.iter().all(|weight| weight.is_finite()) {
            for (sum, code) in sums.iter_mut().zip(codes) {
                // A row may have no category.
                *sum += own.get(*code as usize).copied().unwrap_or(0.0);
            }
        } else {
            for (code, weight) in (0u32..).zip(own) {
                let product = |c: &u32| weight * f64::from(u8::from(*c == code));
                sums.iter_mut().zip(codes).for_each(|(sum, c)| *sum += product(c));
            }
        }
        weights = others;
    }
}

/// Adds to the sum of each feature, `[n_features]`, the products of its `rows` with `of_rows`.
pub(super) fn add_to_features(
    x: &Features,
    rows: &Range<usize>,
    of_rows: &[f64],
    sums: &mut [f64],
) {
    let (of_numbers, of_categories) = sums.split_at_mut(x.n_numbers());
    let column = |feature: usize| &x.numbers(feature)[rows.clone()];
    for (at, sums) in of_numbers.chunks_mut(SIDE_BY_SIDE).enumerate() {
        let first = at * SIDE_BY_SIDE;
        if let [a, b, c, d] = sums {
            let columns = [0, 1, 2, 3].map(|i| column(first + i));
            let pairs = columns[0].iter().zip(columns[1]);
            let others = columns[2].iter().zip(columns[3]);
            let (mut one, mut two, mut three, mut four) = (*a, *b, *c, *d);
            for ((r, (x0, x1)), (x2, x3)) in of_rows.iter().zip(pairs).zip(others) {
                one += r * x0;
                two += r * x1;
                three += r * x2;
                four += r * x3;
            }
            (*a, *b, *c, *d) = (one, two, three, four);
        } else {
            for (i, sum) in sums.iter_mut().enumerate() {
                for (r, x) in of_rows.iter().zip(column(first + i)) {
                    *sum += r * x;
                }
            }
        }
    }
    add_to_categories(x, rows, of_rows, of_categories);
}

/// As [`add_to_features`], for the one-hot features alone.
pub(super) fn add_to_categories(
    x: &Features,
    rows: &Range<usize>,
    of_rows: &[f64],
    mut sums: &mut [f64],
) {
    let finite = of_rows.iter().all(|r| r.is_finite());
    for Codes { codes, n_codes } in x.categories() {
        let (own, others) = sums.split_at_mut(*n_codes);
        for (code, r) in codes[rows.clone()].iter().zip(of_rows) {
            if finite {
                if let Some(sum) = own.get_mut(*code as usize) {
                    *sum += r;
                }
            } else {
                for (at, sum) in (0u32..).zip(own.iter_mut()) {
                    *sum += r * f64::from(u8::from(*code == at));
                }
            }
        }
        sums = others;
    }
}
