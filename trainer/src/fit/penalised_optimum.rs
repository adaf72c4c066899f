//! How far fitted coefficients of a lasso or an elastic net are from the best ones.
//!
//! With standardised columns X and the centred target y, both minimise
//! `P(w) = |y - Xw|^2 + l2 |w|^2 + l1 |w|_1`. Every point of the dual problem bounds the minimum
//! from below, and the residuals give such points: a scaled one that keeps every column's product
//! with it within `l1` (Kim and others 2007, An interior-point method for large-scale
//! l1-regularized least squares, section 3.1), and with an L2 penalty the residuals themselves. So
//! `P` less the larger bound is no less than the distance from the optimum.

use smartcore::linalg::basic::arrays::Array;

use super::convergence::Missed;
use crate::engine::matrix::Matrix;
use crate::features::encode::mean;

/// The objective is taken to be at least this share of what it is without any feature: nearly
/// perfect fits would be measured in rounding errors.
const LEAST: f64 = 1e-6;

/// Measures coefficients `[n_features]` against the penalties and the tolerance of the fit.
pub(super) fn distance(
    x: &Matrix,
    y: &[f64],
    coefficients: &[f64],
    l1: f64,
    l2: f64,
    tolerance: f64,
) -> Missed {
    let (n_rows, n_features) = x.shape();
    let centre = mean(y);
    let y: Vec<f64> = y.iter().map(|v| v - centre).collect();
    let mut residuals = y.clone();
    let (mut means, mut deviations) = (Vec::new(), Vec::new());
    for (feature, coefficient) in coefficients.iter().enumerate() {
        let column = || (0..n_rows).map(|row| x.get((row, feature)));
        let mean = column().sum::<f64>() / n_rows as f64;
        let squares = column().map(|v| (v - mean) * (v - mean)).sum::<f64>();
        residuals.iter_mut().zip(column()).for_each(|(r, v)| *r -= (v - mean) * coefficient);
        means.push(mean);
        deviations.push((squares / n_rows as f64).sqrt());
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let w: Vec<f64> = coefficients.iter().zip(&deviations).map(|(c, d)| c * d).collect();
    let products: Vec<f64> = (0..n_features)
        .map(|feature| {
            let terms = residuals.iter().enumerate();
            let sum: f64 = terms.map(|(row, r)| r * (x.get((row, feature)) - means[feature])).sum();
            sum / deviations[feature]
        })
        .collect();
    let (rr, ry, ww) = (dot(&residuals, &residuals), dot(&residuals, &y), dot(&w, &w));
    let objective = rr + l2 * ww + l1 * w.iter().map(|w| w.abs()).sum::<f64>();
    // The L2 penalty as rows of the square root of l2 below X and of zeros below y.
    let largest =
        products.iter().zip(&w).map(|(p, w)| (p - l2 * w).abs()).fold(f64::MIN_POSITIVE, f64::max);
    let rr_below = rr + l2 * ww;
    let scale = (ry / rr_below.max(f64::MIN_POSITIVE)).clamp(0.0, l1 / (2.0 * largest));
    let scaled = scale * (2.0 * ry - scale * rr_below);
    let as_they_are = if l2 > 0.0 {
        let over = |p: &f64| ((2.0 * p).abs() - l1).max(0.0);
        2.0 * ry - rr - products.iter().map(|p| over(p) * over(p)).sum::<f64>() / (4.0 * l2)
    } else {
        0.0
    };
    let bound = scaled.max(as_they_are);
    Missed {
        measure: "duality gap, as a share of the objective",
        found: (objective - bound) / objective.max(LEAST * dot(&y, &y)),
        tolerance,
        hint: "more iterations with --param max_iter get nearer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::matrix::matrix;

    fn rows() -> (Vec<Vec<f64>>, Vec<f64>) {
        let column = |a: u32| (0..50).map(|i| f64::from(i * a % 50) - 24.5).collect::<Vec<f64>>();
        let x = vec![column(1), column(7), column(11)];
        let y = (0..50).map(|i| 0.5 * x[0][i] - 0.2 * x[1][i] + (i as f64).sin() + 3.0).collect();
        (x, y)
    }

    /// Coordinate descent: the plain way to the optimum.
    fn optimum(x: &[Vec<f64>], y: &[f64], l1: f64, l2: f64) -> Vec<f64> {
        let centre = mean(y);
        let mut w = [0.0; 3];
        let deviation = (x[0].iter().map(|v| v * v).sum::<f64>() / 50.0).sqrt();
        for feature in (0..3).cycle().take(3_000) {
            let mut product = 0.0;
            for row in 0..50 {
                let others = (0..3).filter(|f| *f != feature);
                let of_others: f64 = others.map(|f| w[f] * x[f][row] / deviation).sum();
                product += (y[row] - centre - of_others) * x[feature][row] / deviation;
            }
            w[feature] = product.signum() * (product.abs() - l1 / 2.0).max(0.0) / (50.0 + l2);
        }
        w.iter().map(|w| w / deviation).collect()
    }

    #[test]
    fn the_gap_is_zero_at_the_optimum_and_no_less_than_the_distance_elsewhere() {
        let (columns, y) = rows();
        let x = matrix(50, &columns).unwrap();
        for (l1, l2) in [(60.0, 0.0), (60.0, 25.0), (0.0, 25.0), (3.0, 500.0)] {
            let best = optimum(&columns, &y, l1, l2);
            let at_best = distance(&x, &y, &best, l1, l2, 1e-4);
            assert!(at_best.found.abs() < 1e-9, "{at_best:?}");
            assert!(at_best.or_missed().is_none());
            for by in [1e-3, 0.05, -2.0] {
                let off = [best[0] + by, best[1], best[2]];
                assert!(distance(&x, &y, &off, l1, l2, 1e-9).or_missed().is_some());
            }
            let nothing = distance(&x, &y, &[0.0; 3], l1, l2, 1e-4);
            assert!(nothing.found > 0.05 && nothing.found <= 1.0, "{nothing:?}");
        }
    }
}
