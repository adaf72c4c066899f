//! Scores for targets that are numbers.

use super::{Metric, count};

/// Returns `rmse`, `mae` and `r2` of `predicted` against `truth`, row by row.
///
/// Errors are in the unit of the target. `r2` is 1 - residual / total sum of
/// squares; a constant `truth` scores 1 when met exactly and 0 otherwise. It is
/// left out for fewer than two rows. No rows give no scores.
pub(crate) fn regression(truth: &[f64], predicted: &[f64]) -> Vec<Metric> {
    if truth.is_empty() {
        return Vec::new();
    }
    let rows = count(truth.len() as u64);
    let errors = || truth.iter().zip(predicted).map(|(t, p)| t - p);
    let squares: f64 = errors().map(|e| e * e).sum();
    let absolutes: f64 = errors().map(f64::abs).sum();
    let mut metrics = vec![
        Metric { name: "rmse", value: (squares / rows).sqrt() },
        Metric { name: "mae", value: absolutes / rows },
    ];
    if truth.len() >= 2 {
        metrics.push(Metric { name: "r2", value: r2(truth, squares) });
    }
    metrics
}

/// Returns the coefficient of determination for a residual sum of squares.
#[expect(clippy::float_cmp, reason = "constant means the very same number in every row")]
fn r2(truth: &[f64], residual: f64) -> f64 {
    let mean = truth.iter().sum::<f64>() / count(truth.len() as u64);
    let total: f64 = truth.iter().map(|t| (t - mean) * (t - mean)).sum();
    // A rounded mean gives equal numbers a tiny total instead of none; dividing by
    // it, as scikit-learn does, would turn a small error into -1e31.
    if total == 0.0 || truth.iter().all(|t| *t == truth[0]) {
        return if residual == 0.0 { 1.0 } else { 0.0 };
    }
    1.0 - residual / total
}

#[cfg(test)]
mod tests {
    use super::super::assert_metrics;
    use super::regression;

    // Expected values come from scikit-learn 1.9.1. Each test gives the line that
    // defines t (truth) and p (predicted); the rest is
    //
    // from sklearn.metrics import *
    // root_mean_squared_error(t, p), mean_absolute_error(t, p), r2_score(t, p)

    // t, p = [3., -.5, 2., 7.], [2.5, 0., 2., 8.]
    #[test]
    fn close_predictions() {
        assert_metrics(
            &regression(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]),
            &[("rmse", 0.612_372_435_695_794_5), ("mae", 0.5), ("r2", 0.948_608_137_044_967_9)],
        );
    }

    // t, p = [1., 2., 4.], [4., 1., 0.]
    #[test]
    fn worse_than_the_mean() {
        assert_metrics(
            &regression(&[1.0, 2.0, 4.0], &[4.0, 1.0, 0.0]),
            &[
                ("rmse", 2.943_920_288_775_949),
                ("mae", 2.666_666_666_666_666_5),
                ("r2", -4.571_428_571_428_572),
            ],
        );
    }

    // t, p = [.1, .1, .1], [.1, .1, .1]
    #[test]
    fn constant_truth_met() {
        assert_metrics(
            &regression(&[0.1; 3], &[0.1; 3]),
            &[("rmse", 0.0), ("mae", 0.0), ("r2", 1.0)],
        );
    }

    // t, p = [2., 2.], [2., 3.]; the first is 0.7071067811865476
    #[test]
    fn constant_truth_missed() {
        assert_metrics(
            &regression(&[2.0, 2.0], &[2.0, 3.0]),
            &[("rmse", std::f64::consts::FRAC_1_SQRT_2), ("mae", 0.5), ("r2", 0.0)],
        );
    }

    // t, p = [.1, .1, .1], [.1, .2, .1]; scikit-learn's r2_score is -1.7e31 here
    #[test]
    fn constant_truth_with_rounded_mean_missed() {
        assert_metrics(
            &regression(&[0.1; 3], &[0.1, 0.2, 0.1]),
            &[("rmse", 0.057_735_026_918_962_58), ("mae", 0.033_333_333_333_333_33), ("r2", 0.0)],
        );
    }

    #[test]
    fn few_rows_give_fewer_scores() {
        assert_metrics(&regression(&[1.0], &[3.0]), &[("rmse", 2.0), ("mae", 2.0)]);
        assert!(regression(&[], &[]).is_empty());
    }
}
