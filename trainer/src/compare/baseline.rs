//! The best constant prediction on the same folds: what a candidate must beat.

use super::candidate::Score;
use crate::dataset::Dataset;
use crate::evaluate;
use crate::split::Split;

/// The metrics of the baseline of each fold, which knows the target of the fold's training rows.
pub(super) fn run(data: &Dataset, folds: &[Split]) -> Vec<Score> {
    let mut scores = Vec::new();
    for fold in folds {
        let [truth, training] =
            [&fold.test, &fold.train].map(|rows| data.target.values.select(rows));
        Score::gather(&mut scores, &evaluate::constant(&truth, &training, data.n_classes()));
    }
    scores
}
