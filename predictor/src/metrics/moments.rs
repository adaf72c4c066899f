//! Errors of predicted numbers and the spread of the true ones, in one pass.

/// Sums over rows. The spread is Welford's running one, merged by Chan's rule: the difference of
/// two large sums would lose it for numbers far from zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Moments {
    rows: u64,
    /// Mean of the truth.
    mean: f64,
    /// Sum of the squared distances of the truth from its mean.
    spread: f64,
    /// Smallest and largest truth.
    range: Option<(f64, f64)>,
    squares: f64,
    absolutes: f64,
}

impl Moments {
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row.
    pub(super) fn add(&mut self, truth: f64, predicted: f64) {
        self.rows += 1;
        let distance = truth - self.mean;
        self.mean += distance / self.rows as f64;
        self.spread += distance * (truth - self.mean);
        let (min, max) = self.range.unwrap_or((truth, truth));
        self.range = Some((min.min(truth), max.max(truth)));
        let error = truth - predicted;
        self.squares += error * error;
        self.absolutes += error.abs();
    }

    /// Adds rows that follow.
    pub(super) fn merge(&mut self, next: &Self) {
        let Some((min, max)) = next.range else { return };
        let (here, there) = (self.rows as f64, next.rows as f64);
        let share = there / (here + there);
        let distance = next.mean - self.mean;
        self.rows += next.rows;
        self.mean += distance * share;
        self.spread += next.spread + distance * distance * here * share;
        let (low, high) = self.range.unwrap_or((min, max));
        self.range = Some((low.min(min), high.max(max)));
        self.squares += next.squares;
        self.absolutes += next.absolutes;
    }

    /// `rmse`, `mae`, and from two rows on `r2`; a constant truth scores 1 when met exactly and 0
    /// otherwise.
    pub(super) fn scores(&self) -> Vec<(&'static str, Option<f64>)> {
        let rows = self.rows as f64;
        let finite = |value: f64| (self.rows > 0 && value.is_finite()).then_some(value);
        // A rounded mean gives equal numbers a tiny spread instead of none.
        let constant = self.range.is_none_or(|(min, max)| min >= max) || self.spread <= 0.0;
        let r2 = match (constant, self.squares > 0.0) {
            (true, false) => 1.0,
            (true, true) => 0.0,
            (false, _) => 1.0 - self.squares / self.spread,
        };
        vec![
            ("rmse", finite((self.squares / rows).sqrt())),
            ("mae", finite(self.absolutes / rows)),
            ("r2", finite(r2).filter(|_| self.rows >= 2)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(truth: &[f64], predicted: &[f64]) -> Moments {
        let mut moments = Moments::default();
        truth.iter().zip(predicted).for_each(|(t, p)| moments.add(*t, *p));
        moments
    }

    #[track_caller]
    fn assert_scores(moments: &Moments, expected: [Option<f64>; 3]) {
        for ((name, found), expected) in moments.scores().into_iter().zip(expected) {
            match (found, expected) {
                (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-12, "{name}: {a} != {b}"),
                (a, b) => assert_eq!(a, b, "{name}"),
            }
        }
    }

    // from sklearn.metrics import *; t, p = [3., -.5, 2., 7.], [2.5, 0., 2., 8.]
    // root_mean_squared_error(t, p), mean_absolute_error(t, p), r2_score(t, p)
    const T: [f64; 4] = [3.0, -0.5, 2.0, 7.0];
    const P: [f64; 4] = [2.5, 0.0, 2.0, 8.0];
    const SCORES: [Option<f64>; 3] =
        [Some(0.612_372_435_695_794_5), Some(0.5), Some(0.948_608_137_044_967_9)];

    #[test]
    fn in_one_piece_or_merged_at_any_place() {
        assert_scores(&of(&T, &P), SCORES);
        for at in 0..=T.len() {
            let mut merged = of(&T[..at], &P[..at]);
            merged.merge(&of(&T[at..], &P[at..]));
            assert_eq!(merged.rows(), 4);
            assert_scores(&merged, SCORES);
        }
    }

    #[test]
    fn far_from_zero_the_spread_is_kept() {
        let far = |v: &[f64]| v.iter().map(|v| v + 1e9).collect::<Vec<_>>();
        let mut merged = of(&far(&T[..3]), &far(&P[..3]));
        merged.merge(&of(&far(&T[3..]), &far(&P[3..])));
        assert_scores(&merged, SCORES);
    }

    #[test]
    fn few_rows_and_constant_truth() {
        assert_scores(&of(&[], &[]), [None; 3]);
        assert_scores(&of(&[1.0], &[2.0]), [Some(1.0), Some(1.0), None]);
        assert_scores(&of(&[0.1; 3], &[0.1; 3]), [Some(0.0), Some(0.0), Some(1.0)]);
        let missed = [Some(0.057_735_026_918_962_58), Some(0.033_333_333_333_333_33), Some(0.0)];
        assert_scores(&of(&[0.1; 3], &[0.1, 0.2, 0.1]), missed);
        assert_scores(&of(&[1e300, 0.0], &[0.0, 0.0]), [None, Some(5e299), None]);
    }
}
