//! Every metric against scikit-learn 1.9.1, gathered in one piece and cut anywhere.

use metrics::{Baseline, Gathering, Memory, Scores, Task};

/// Gathers rows in one piece, and in two that are cut at every place; asserts that all agree.
fn gather(
    task: Task,
    baseline: Option<&Baseline>,
    n_rows: usize,
    add: impl Fn(&mut metrics::Chunk<'_>, usize),
) -> Scores {
    let cut_at = |at: usize, memory| {
        let gathering = Gathering::new(task, memory, baseline.cloned());
        let mut sums = gathering.sums();
        for rows in [0..at, at..n_rows] {
            let mut chunk = gathering.chunk();
            rows.for_each(|row| add(&mut chunk, row));
            sums.merge(&chunk.finish());
        }
        gathering.scores(&sums)
    };
    let whole = cut_at(0, Memory::Free);
    for at in 0..=n_rows {
        for memory in [Memory::Free, Memory::Bounded] {
            for (a, b) in whole.all().iter().zip(cut_at(at, memory).all()) {
                assert_close(a.value, b.value, a.metric.name);
                assert_close(a.baseline, b.baseline, a.metric.name);
            }
        }
    }
    assert_eq!(whole.rows(), n_rows as u64);
    whole
}

fn labels(truth: &[u32], predicted: &[u32], probabilities: Option<&[f64]>, n: usize) -> Scores {
    let task = Task::Labels { n, probabilities: probabilities.is_some() };
    gather(task, None, truth.len(), |chunk, row| {
        let of_row = probabilities.map_or(&[][..], |all| &all[row * n..][..n]);
        chunk.label(truth[row], predicted[row], of_row);
    })
}

fn numbers(truth: &[f64], predicted: &[f64]) -> Scores {
    gather(Task::Numbers, None, truth.len(), |chunk, row| chunk.number(truth[row], predicted[row]))
}

#[track_caller]
fn assert_close(found: Option<f64>, expected: Option<f64>, name: &str) {
    match (found, expected) {
        (Some(a), Some(b)) => {
            assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{name}: {a} != {b}");
        }
        (a, b) => assert_eq!(a, b, "{name}"),
    }
}

#[track_caller]
fn assert_scores(found: &Scores, expected: &[(&str, f64)]) {
    let defined = found.all().iter().filter_map(|score| Some((score.metric.name, score.value?)));
    let names: Vec<&str> = defined.clone().map(|(name, _)| name).collect();
    assert_eq!(names, expected.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for ((name, found), (_, expected)) in defined.zip(expected) {
        assert_close(Some(found), Some(*expected), name);
    }
}

#[track_caller]
fn assert_baselines(found: &Scores, expected: &[Option<f64>]) {
    for (score, expected) in found.all().iter().zip(expected) {
        assert_close(score.baseline, *expected, score.metric.name);
    }
    assert_eq!(found.all().len(), expected.len());
}

// Each test gives the lines that define t (truth), p (predicted) and q (probabilities); the rest is
//
// from sklearn.metrics import *
// accuracy_score(t, p), balanced_accuracy_score(t, p)
// f1_score(t, p, average="macro", zero_division=0)
// log_loss(t, q, labels=range(len(q[0])))
// roc_auc_score(t, [r[1] for r in q])         # two classes
// roc_auc_score(t, q, multi_class="ovr")      # more classes
// root_mean_squared_error(t, p), mean_absolute_error(t, p), r2_score(t, p)

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
    assert_scores(
        &labels(&truth, &predicted, Some(&probabilities), 2),
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
fn all_probabilities_tied() {
    assert_scores(
        &labels(&[0, 1], &[1, 1], Some(&[0.5; 4]), 2),
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
    let probabilities = [
        [0.6, 0.3, 0.1],
        [0.2, 0.5, 0.3],
        [0.2, 0.5, 0.3],
        [0.5, 0.25, 0.25],
        [0.1, 0.8, 0.1],
        [0.3, 0.6, 0.1],
        [0.2, 0.5, 0.3],
    ];
    assert_scores(
        &labels(
            &[0, 1, 2, 2, 1, 0, 2],
            &[0, 1, 1, 0, 1, 1, 1],
            Some(probabilities.as_flattened()),
            3,
        ),
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
// roc_auc_score raises ValueError; over the labels that occur it is the mean of
// roc_auc_score([1, 1, 0, 0], [.7, .3, .1, .5]) and roc_auc_score([0, 0, 1, 1], [.1, .3, .7, .4])
#[test]
fn the_area_is_that_of_the_labels_that_occur() {
    let probabilities = [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7], [0.5, 0.1, 0.4]];
    assert_scores(
        &labels(&[0, 0, 2, 2], &[0, 1, 2, 0], Some(probabilities.as_flattened()), 3),
        &[
            ("accuracy", 0.5),
            ("balanced_accuracy", 0.5),
            ("macro_f1", 0.388_888_888_888_888_84),
            ("log_loss", 0.708_403_356_019_389),
            ("roc_auc", 0.875),
        ],
    );
}

// The same t and p: a class in neither changes nothing.
#[test]
fn class_in_neither() {
    assert_scores(
        &labels(&[0, 0, 2, 2], &[0, 1, 2, 0], None, 5),
        &[("accuracy", 0.5), ("balanced_accuracy", 0.5), ("macro_f1", 0.388_888_888_888_888_84)],
    );
}

// t = [1, 1]; p = [1, 0]; q = [[.2, .8], [.6, .4]]
// roc_auc_score gives nan
#[test]
fn single_class_in_truth() {
    assert_scores(
        &labels(&[1, 1], &[1, 0], Some(&[0.2, 0.8, 0.6, 0.4]), 2),
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
    assert_scores(
        &labels(&[0, 1, 1], &[1, 1, 0], Some(&[0.0, 1.0, 0.0, 1.0, 1.0, 0.0]), 2),
        &[
            ("accuracy", 0.333_333_333_333_333_3),
            ("balanced_accuracy", 0.25),
            ("macro_f1", 0.25),
            ("log_loss", 24.029_102_259_411_435),
            ("roc_auc", 0.25),
        ],
    );
}

// t = [0, 0, 1, 0, 1, 1, 0, 1]
// s = [1e-300, 1e-200, 1e-150, 1e-30, 1e-9, 2e-9, 1 - 1e-9, 1 - 1e-12]
#[test]
fn probabilities_that_are_nearly_certain_keep_their_order() {
    let second = [1e-300, 1e-200, 1e-150, 1e-30, 1e-9, 2e-9, 1.0 - 1e-9, 1.0 - 1e-12];
    let probabilities: Vec<f64> = second.iter().flat_map(|s| [1.0 - s, *s]).collect();
    let scores = labels(&[0, 0, 1, 0, 1, 1, 0, 1], &[0; 8], Some(&probabilities), 2);
    assert_eq!(scores.value("roc_auc", &[]), Some(0.75));
}

// Three million rows of which a third is of the second label; a row's probability rises with its
// number, in 1,000 steps. By hand: every pair of neighbouring steps is ordered, a step ties in itself.
#[test]
fn areas_of_many_rows_are_binned() {
    let task = Task::Labels { n: 2, probabilities: true };
    let n_rows = 3_000_000u32;
    let [free, bounded] = [Memory::Free, Memory::Bounded].map(|memory| {
        let gathering = Gathering::new(task, memory, None);
        let mut chunk = gathering.chunk();
        for row in 0..n_rows {
            let second = f64::from(row % 1000) / 1000.0;
            let truth = u32::from((row / 1000 + row) % 3 == 0);
            chunk.label(truth, 0, &[1.0 - second, second]);
        }
        let sums = chunk.finish();
        gathering.scores(&sums).value("roc_auc", &[]).unwrap()
    });
    assert!((free - bounded).abs() < 1e-12, "{free} {bounded}");
}

#[test]
fn no_rows_have_no_metrics() {
    for scores in [labels(&[], &[], Some(&[]), 3), numbers(&[], &[])] {
        assert!(scores.all().iter().all(|score| score.value.is_none()));
    }
}

// t, p = [3., -.5, 2., 7.], [2.5, 0., 2., 8.]
#[test]
fn close_numbers() {
    let expected =
        [("rmse", 0.612_372_435_695_794_5), ("mae", 0.5), ("r2", 0.948_608_137_044_967_9)];
    assert_scores(&numbers(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]), &expected);
    // The same far from zero: no digit of r2 is lost.
    let far = |numbers: [f64; 4]| numbers.map(|number| number + 1e9);
    assert_scores(&numbers(&far([3.0, -0.5, 2.0, 7.0]), &far([2.5, 0.0, 2.0, 8.0])), &expected);
}

/// r2 where the mean is 1e9 times the deviation, against whole numbers: 1 - n r / (n q - s^2) with the
/// sums of the residuals' squares, the squares and the numbers.
#[test]
fn r2_keeps_its_digits_far_from_zero() {
    let n = 100_000i64;
    let truth: Vec<i64> = (0..n).map(|i| 3_000_000_000 + (i * 7919) % 11 - 5).collect();
    let predicted: Vec<i64> =
        truth.iter().zip(0..).map(|(t, i)| t + i64::from(i % 3) - 1).collect();
    let (mut sum, mut squares, mut residual) = (0i128, 0i128, 0i128);
    for (t, p) in truth.iter().zip(&predicted) {
        let (t, p) = (i128::from(*t), i128::from(*p));
        (sum, squares, residual) = (sum + t, squares + t * t, residual + (t - p) * (t - p));
    }
    let n = i128::from(n);
    let exact = 1.0 - (n * residual) as f64 / (n * squares - sum * sum) as f64;
    let gathering = Gathering::new(Task::Numbers, Memory::Bounded, None);
    let mut sums = gathering.sums();
    for rows in truth.iter().zip(&predicted).collect::<Vec<_>>().chunks(9_999) {
        let mut chunk = gathering.chunk();
        for (t, p) in rows {
            chunk.number(**t as f64, **p as f64);
        }
        sums.merge(&chunk.finish());
    }
    let found = gathering.scores(&sums).value("r2", &[]).unwrap();
    assert!((found - exact).abs() <= 2.0 * f64::EPSILON, "{found} != {exact}");
}

// t, p = [1., 2., 4.], [4., 1., 0.]
#[test]
fn worse_than_the_mean() {
    assert_scores(
        &numbers(&[1.0, 2.0, 4.0], &[4.0, 1.0, 0.0]),
        &[
            ("rmse", 2.943_920_288_775_949),
            ("mae", 2.666_666_666_666_666_5),
            ("r2", -4.571_428_571_428_572),
        ],
    );
}

// t, p = [.1, .1, .1], [.1, .1, .1]
// t, p = [2., 2.], [2., 3.]; the first is 0.7071067811865476
// t, p = [.1, .1, .1], [.1, .2, .1]; scikit-learn's r2_score is -1.7e31 here
#[test]
fn constant_truth() {
    assert_scores(&numbers(&[0.1; 3], &[0.1; 3]), &[("rmse", 0.0), ("mae", 0.0), ("r2", 1.0)]);
    assert_scores(
        &numbers(&[2.0, 2.0], &[2.0, 3.0]),
        &[("rmse", std::f64::consts::FRAC_1_SQRT_2), ("mae", 0.5), ("r2", 0.0)],
    );
    assert_scores(
        &numbers(&[0.1; 3], &[0.1, 0.2, 0.1]),
        &[("rmse", 0.057_735_026_918_962_58), ("mae", 0.033_333_333_333_333_33), ("r2", 0.0)],
    );
}

#[test]
fn one_row_has_no_r2_and_what_overflows_is_undefined() {
    assert_scores(&numbers(&[1.0], &[3.0]), &[("rmse", 2.0), ("mae", 2.0)]);
    assert_scores(&numbers(&[1e300, 0.0], &[0.0, 0.0]), &[("mae", 5e299)]);
}

#[test]
fn clusters() {
    let scores = gather(Task::Clusters, None, 3, |chunk, row| chunk.distance([1.0, 2.0, 6.0][row]));
    assert_scores(&scores, &[("mean_squared_distance", 3.0)]);
}

// What scikit-learn's DummyClassifier(strategy="prior") predicts; in Python:
// t, s = [0, 0, 2, 2, 1], [.5, .3, .2]
// 2 / 5, 1 / 3, (4 / 7) / 3, -sum(math.log(s[i]) for i in t) / 5
#[test]
fn the_baseline_of_labels_is_the_most_frequent_one_of_training() {
    let baseline = Baseline::of_counts(&[5, 3, 2]).unwrap();
    let task = Task::Labels { n: 3, probabilities: true };
    let scores = gather(task, Some(&baseline), 5, |chunk, row| {
        let class = [0u32, 0, 2, 2, 1][row];
        chunk.label(class, class, &[0.4, 0.3, 0.3]);
    });
    assert_baselines(
        &scores,
        &[
            Some(0.4),
            Some(0.333_333_333_333_333_3),
            Some(0.190_476_190_476_190_5),
            Some(1.161_828_598_062_805_4),
            Some(0.5),
        ],
    );
    // Probabilities that do not look at the row are worth no more than the baseline's.
    assert_eq!(scores.no_better(), ["roc_auc"]);
}

// What scikit-learn's DummyRegressor predicts; in Python:
// t, m = [3., -.5, 2., 7.], 3.; u = sum(t) / 4; q = sum((x - u) ** 2 for x in t)
// r = sum((x - m) ** 2 for x in t); math.sqrt(r / 4), sum(abs(x - m) for x in t) / 4, 1 - r / q
#[test]
fn the_baseline_of_numbers_is_the_mean_of_training() {
    let (truth, predicted) = ([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]);
    let of = |baseline| {
        gather(Task::Numbers, Some(&baseline), 4, |chunk, row| {
            chunk.number(truth[row], predicted[row]);
        })
    };
    let training = of(Baseline::of_numbers(&[1.0, 2.0, 6.0]).unwrap());
    let expected = [Some(2.704_163_456_597_991_6), Some(2.125), Some(-0.002_141_327_623_126_276_5)];
    assert_baselines(&training, &expected);
    assert!(training.no_better().is_empty());
    // Where it is not known, that of the rows: math.sqrt(q / 4), and an r2 of 0.
    assert_baselines(&of(Baseline::OwnMean), &[Some(2.701_272_848_121_789_4), None, Some(0.0)]);
}

#[test]
fn gates_find_every_name_there_is() {
    let labels = ["no", "yes"].map(str::to_owned);
    let task = Task::Labels { n: 2, probabilities: false };
    let scores = gather(task, None, 3, |chunk, row| chunk.label([0, 1, 1][row], 1, &[]));
    let names = metrics::names(task, Memory::Bounded, &labels);
    let expected = [
        ("accuracy", Some(2.0 / 3.0)),
        ("balanced_accuracy", Some(0.5)),
        ("macro_f1", Some(0.4)),
        ("precision[no]", None),
        ("precision[yes]", Some(2.0 / 3.0)),
        ("recall[no]", Some(0.0)),
        ("recall[yes]", Some(1.0)),
        ("f1[no]", Some(0.0)),
        ("f1[yes]", Some(0.8)),
        ("support[no]", Some(1.0)),
        ("support[yes]", Some(2.0)),
    ];
    assert_eq!(names, expected.map(|(name, _)| name));
    for (name, value) in expected {
        assert_close(scores.value(name, &labels), value, name);
    }
    assert_eq!(scores.value("recall[maybe]", &labels), None);
}
