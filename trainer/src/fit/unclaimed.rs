//! Rows that no class claims: with more than two classes, every class has trees of its own, and
//! all of them may answer 0.
//!
//! The format's rule for such a row is the same probability for every class, so that the first
//! one would win whatever the data. Here the first tree of each class answers the number of its
//! fitted rows times a number so small that it is lost beside any real answer: sums keep their
//! bits, and a row without a real answer gets the shares that the classes have among the fitted
//! rows.

use crate::engine::mirror::Tree;
use crate::table::target::Values;

/// What one fitted row counts in a leaf that holds none of its class.
///
/// A real answer is a share of at most 2^40 rows, so half of its last bit is worth 2^-93 or more;
/// the counts of 2^40 rows come to 2^-159.
const ROW: f64 = 1e-60;

/// Puts the class counts into the leaves without rows of their class; `outputs` are the trees of
/// each class.
pub(super) fn settle(outputs: &mut [Vec<Tree>], y: &Values) {
    let Some(classes) = y.classes().filter(|_| outputs.len() > 1) else { return };
    for (class, trees) in (0u32..).zip(outputs) {
        let n_rows = classes.iter().filter(|of| **of == class).count();
        for node in trees.iter_mut().take(1).flat_map(|tree| &mut tree.nodes) {
            if node.true_child.is_none() && node.output <= 0.0 {
                node.output = n_rows as f64 * ROW;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cli_common::progress::Progress;

    use crate::algorithms::params::{Algorithm, Params};
    use crate::engine::matrix::{Matrix, matrix};
    use crate::fit::request::{Predictions, Request};
    use crate::fit::{Fitted, fit};
    use crate::rng::SplitMix64;
    use crate::table::target::Values;

    const CLASSES: usize = 40;

    /// Random rows of many classes, of which later ones have more rows.
    fn rows(n_rows: usize, seed: u64) -> (Matrix, Vec<u32>) {
        let mut rng = SplitMix64::new(seed);
        let mut unit = || rng.below(1 << 20) as f64 / f64::from(1 << 20);
        let (mut x, mut y) = (vec![Vec::new(); 3], Vec::new());
        for _ in 0..n_rows {
            let class = (0u32..).take(CLASSES).fold(0, |best, c| {
                let weight = f64::from(c + 1) / 820.0;
                if unit() < weight { c } else { best }
            });
            for (feature, column) in (0u32..).zip(&mut x) {
                column.push(f64::from(class * (feature + 3) % 7) + 2.0 * unit());
            }
            y.push(class);
        }
        (matrix(n_rows, &x).unwrap(), y)
    }

    fn grown(algorithm: Algorithm, given: &[(&str, &str)]) -> (Fitted, Vec<u32>) {
        let given: Vec<_> = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let params = Params::parse(algorithm, &given).unwrap();
        let (x, classes) = rows(2_000, 1);
        let fitted = fit(&Request {
            algorithm,
            params: &params,
            x: &x,
            y: &Values::Classes(classes.clone()),
            n_classes: CLASSES,
            feature_names: &[],
            texts: &[],
            seed: 3,
            threads: 2,
            progress: &Progress::new(true),
        });
        (fitted.unwrap(), classes)
    }

    #[test]
    fn a_row_that_no_class_claims_gets_the_shares_of_the_fitted_rows() {
        for (algorithm, given) in [
            (Algorithm::DecisionTree, &[][..]),
            (Algorithm::RandomForest, &[("n_trees", "2")]),
            (Algorithm::ExtraTrees, &[("n_trees", "1"), ("max_depth", "none")]),
        ] {
            let (fitted, classes) = grown(algorithm, given);
            let mut shares = vec![0.0; CLASSES];
            for class in classes {
                shares[class as usize] += 1.0 / 2_000.0;
            }
            let most = shares.iter().copied().fold(0.0, f64::max);
            let (x, _) = rows(1_000, 2);
            let Predictions { labels, values } = fitted.predict(&x).unwrap();
            let mut unclaimed = 0;
            for (label, p) in labels.iter().zip(values.chunks_exact(CLASSES)) {
                let largest = p.iter().copied().fold(0.0, f64::max);
                assert!((p[*label as usize] - largest).abs() < f64::EPSILON);
                assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                if p.iter().all(|p| *p > 1e-6) {
                    unclaimed += 1;
                    assert!((shares[*label as usize] - most).abs() < 1e-12);
                    for (p, share) in p.iter().zip(&shares) {
                        assert!((p - share).abs() <= 1e-12 * share, "{p} {share}");
                    }
                } else {
                    // A class without an answer stays out of it.
                    assert!(p.iter().all(|p| *p < 1e-50 || *p > 1e-6), "{p:?}");
                }
            }
            assert!(unclaimed > 0, "{algorithm:?}");
        }
    }
}
