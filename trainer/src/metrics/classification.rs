//! Scores for targets that are classes.

use super::{Metric, count};

/// Returns the scores of `predicted` against `truth`, one class per row each.
///
/// In order: `accuracy`; `balanced_accuracy`, the mean recall over the classes in
/// `truth`; `macro_f1`, the mean F1 over the classes in either. `probabilities`
/// (row-major `[rows, n_classes]`) add `log_loss` and, where it is defined,
/// `roc_auc`. Classes lie below `n_classes`. No rows give no scores.
pub(crate) fn classification(
    truth: &[u32],
    predicted: &[u32],
    probabilities: Option<&[f64]>,
    n_classes: usize,
) -> Vec<Metric> {
    if truth.is_empty() {
        return Vec::new();
    }
    let mut metrics = from_confusion(&confusion(truth, predicted, n_classes), n_classes);
    if let Some(probabilities) = probabilities {
        metrics.push(Metric { name: "log_loss", value: log_loss(truth, probabilities, n_classes) });
        if let Some(value) = roc_auc(truth, probabilities, n_classes) {
            metrics.push(Metric { name: "roc_auc", value });
        }
    }
    metrics
}

/// Counts rows by true and predicted class, row-major `[truth, predicted]`.
pub(crate) fn confusion(truth: &[u32], predicted: &[u32], n_classes: usize) -> Vec<u64> {
    let mut cells = vec![0; n_classes * n_classes];
    for (&t, &p) in truth.iter().zip(predicted) {
        cells[t as usize * n_classes + p as usize] += 1;
    }
    cells
}

/// Returns the scores that need nothing but the counts of a non-empty matrix.
fn from_confusion(cells: &[u64], n_classes: usize) -> Vec<Metric> {
    let (mut rows, mut hits) = (0, 0);
    let (mut recalls, mut f1s) = (Vec::new(), Vec::new());
    for class in 0..n_classes {
        let hit = cells[class * n_classes + class];
        let in_truth: u64 = cells[class * n_classes..][..n_classes].iter().sum();
        let in_predicted: u64 = cells.iter().skip(class).step_by(n_classes).sum();
        rows += in_truth;
        hits += hit;
        if in_truth > 0 {
            recalls.push(count(hit) / count(in_truth));
        }
        if in_truth + in_predicted > 0 {
            f1s.push(2.0 * count(hit) / count(in_truth + in_predicted));
        }
    }
    vec![
        Metric { name: "accuracy", value: count(hits) / count(rows) },
        Metric { name: "balanced_accuracy", value: mean(&recalls) },
        Metric { name: "macro_f1", value: mean(&f1s) },
    ]
}

/// Returns the mean negative natural logarithm of the probability of the true class.
///
/// Probabilities are first limited to `[eps, 1 - eps]` with the `eps` of `f64`, so
/// that one certain mistake does not make the score infinite.
fn log_loss(truth: &[u32], probabilities: &[f64], n_classes: usize) -> f64 {
    let given = truth.iter().zip(probabilities.chunks_exact(n_classes));
    let losses = given.map(|(&class, row)| {
        let limited = row[class as usize].clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        -limited.ln()
    });
    losses.sum::<f64>() / count(truth.len() as u64)
}

/// Returns the area under the ROC curve, or `None` when a class is not in `truth`.
///
/// Two classes: the second is the positive one. More: the macro average of each
/// class against the rest. A single class has no rest and gives `None`.
fn roc_auc(truth: &[u32], probabilities: &[f64], n_classes: usize) -> Option<f64> {
    let positives = if n_classes == 2 { 1..2 } else { 0..n_classes };
    let n_curves = positives.len() as u64;
    let areas = positives.map(|class| {
        let column = probabilities.iter().skip(class).step_by(n_classes);
        let ranked = column.zip(truth).map(|(&score, &label)| (score, label as usize == class));
        mann_whitney(ranked.collect())
    });
    areas.sum::<Option<f64>>().map(|total| total / count(n_curves))
}

/// Returns the chance that a positive scores above a negative, ties counting half.
///
/// This is the Mann-Whitney U statistic over its maximum, which equals the area
/// under the ROC curve. `None` when either kind is missing.
#[expect(clippy::float_cmp, reason = "only equal scores tie, nearly equal ones are ordered")]
fn mann_whitney(mut scored: Vec<(f64, bool)>) -> Option<f64> {
    scored.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    // Twice the number of pairs won, to keep the halves of ties in integers.
    let (mut positives, mut negatives, mut won_twice) = (0, 0, 0);
    for tied in scored.chunk_by(|a, b| a.0 == b.0) {
        let tied_positives = tied.iter().filter(|(_, positive)| *positive).count() as u64;
        let tied_negatives = tied.len() as u64 - tied_positives;
        won_twice += tied_positives * (2 * negatives + tied_negatives);
        positives += tied_positives;
        negatives += tied_negatives;
    }
    let pairs = positives * negatives;
    (pairs > 0).then(|| count(won_twice) / (2.0 * count(pairs)))
}

/// Returns the arithmetic mean of a non-empty list.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::super::assert_metrics;
    use super::{classification, confusion};

    // Expected values come from scikit-learn 1.9.1. Each test gives the lines that
    // define t (truth), p (predicted) and q (probabilities); the rest is
    //
    // from sklearn.metrics import *
    // accuracy_score(t, p), balanced_accuracy_score(t, p)
    // f1_score(t, p, average="macro", zero_division=0)
    // log_loss(t, q, labels=range(len(q[0])))
    // roc_auc_score(t, [r[1] for r in q])         # two classes
    // roc_auc_score(t, q, multi_class="ovr")      # more classes

    // t = [0, 0, 1, 1, 1, 0, 1, 0, 0]
    // p = [0, 0, 0, 1, 0, 1, 1, 0, 0]
    // s = [0.1, 0.4, 0.4, 0.8, 0.4, 0.6, 0.9, 0.4, 0.05]
    // q = [[1 - x, x] for x in s]
    #[test]
    fn two_classes_with_ties() {
        let truth = [0, 0, 1, 1, 1, 0, 1, 0, 0];
        let predicted = [0, 0, 0, 1, 0, 1, 1, 0, 0];
        let second = [0.1, 0.4, 0.4, 0.8, 0.4, 0.6, 0.9, 0.4, 0.05];
        let probabilities: Vec<f64> = second.iter().flat_map(|s| [1.0 - s, *s]).collect();
        assert_metrics(
            &classification(&truth, &predicted, Some(&probabilities), 2),
            &[
                ("accuracy", 0.666_666_666_666_666_6),
                ("balanced_accuracy", 0.65),
                ("macro_f1", 0.649_350_649_350_649_3),
                ("log_loss", 0.472_853_480_019_095_44),
                ("roc_auc", 0.8),
            ],
        );
    }

    // t = [0, 1]; p = [1, 1]; q = [[0.5, 0.5]] * 2; the log loss is 0.6931471805599453
    #[test]
    fn all_scores_tied() {
        assert_metrics(
            &classification(&[0, 1], &[1, 1], Some(&[0.5; 4]), 2),
            &[
                ("accuracy", 0.5),
                ("balanced_accuracy", 0.5),
                ("macro_f1", 0.333_333_333_333_333_3),
                ("log_loss", std::f64::consts::LN_2),
                ("roc_auc", 0.5),
            ],
        );
    }

    // t = [0, 1, 2, 2, 1, 0, 2]
    // p = [0, 1, 1, 0, 1, 1, 1]
    // q = [[.6, .3, .1], [.2, .5, .3], [.2, .5, .3], [.5, .25, .25],
    //      [.1, .8, .1], [.3, .6, .1], [.2, .5, .3]]
    #[test]
    fn class_never_predicted() {
        let truth = [0, 1, 2, 2, 1, 0, 2];
        let predicted = [0, 1, 1, 0, 1, 1, 1];
        let probabilities = [
            [0.6, 0.3, 0.1],
            [0.2, 0.5, 0.3],
            [0.2, 0.5, 0.3],
            [0.5, 0.25, 0.25],
            [0.1, 0.8, 0.1],
            [0.3, 0.6, 0.1],
            [0.2, 0.5, 0.3],
        ];
        assert_metrics(
            &classification(&truth, &predicted, Some(probabilities.as_flattened()), 3),
            &[
                ("accuracy", 0.428_571_428_571_428_55),
                ("balanced_accuracy", 0.5),
                ("macro_f1", 0.357_142_857_142_857_15),
                ("log_loss", 0.917_904_161_391_120_6),
                ("roc_auc", 0.844_444_444_444_444_6),
            ],
        );
    }

    // t = [0, 0, 2, 2]
    // p = [0, 1, 2, 0]
    // q = [[.7, .2, .1], [.3, .4, .3], [.1, .2, .7], [.5, .1, .4]]
    // roc_auc_score raises ValueError
    #[test]
    fn class_absent_from_truth() {
        let probabilities = [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7], [0.5, 0.1, 0.4]];
        assert_metrics(
            &classification(&[0, 0, 2, 2], &[0, 1, 2, 0], Some(probabilities.as_flattened()), 3),
            &[
                ("accuracy", 0.5),
                ("balanced_accuracy", 0.5),
                ("macro_f1", 0.388_888_888_888_888_84),
                ("log_loss", 0.708_403_356_019_389),
            ],
        );
    }

    // The same t and p: a class in neither changes nothing.
    #[test]
    fn class_in_neither() {
        assert_metrics(
            &classification(&[0, 0, 2, 2], &[0, 1, 2, 0], None, 5),
            &[
                ("accuracy", 0.5),
                ("balanced_accuracy", 0.5),
                ("macro_f1", 0.388_888_888_888_888_84),
            ],
        );
    }

    // t = [1, 1]; p = [1, 0]; q = [[.2, .8], [.6, .4]]
    // roc_auc_score gives nan
    #[test]
    fn single_class_in_truth() {
        assert_metrics(
            &classification(&[1, 1], &[1, 0], Some(&[0.2, 0.8, 0.6, 0.4]), 2),
            &[
                ("accuracy", 0.5),
                ("balanced_accuracy", 0.5),
                ("macro_f1", 0.333_333_333_333_333_3),
                ("log_loss", 0.569_717_141_594_182_4),
            ],
        );
    }

    // t = [0, 1, 1]; p = [1, 1, 0]; q = [[0., 1.], [0., 1.], [1., 0.]]
    #[test]
    fn certain_probabilities_are_limited() {
        assert_metrics(
            &classification(&[0, 1, 1], &[1, 1, 0], Some(&[0.0, 1.0, 0.0, 1.0, 1.0, 0.0]), 2),
            &[
                ("accuracy", 0.333_333_333_333_333_3),
                ("balanced_accuracy", 0.25),
                ("macro_f1", 0.25),
                ("log_loss", 24.029_102_259_411_435),
                ("roc_auc", 0.25),
            ],
        );
    }

    #[test]
    fn no_rows_give_no_scores() {
        assert!(classification(&[], &[], Some(&[]), 3).is_empty());
    }

    #[test]
    fn confusion_counts_truth_by_row() {
        assert_eq!(confusion(&[0, 0, 1], &[0, 1, 1], 3), [1, 1, 0, 0, 1, 0, 0, 0, 0]);
    }
}
