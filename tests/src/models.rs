//! Small complete models, one per estimator and task.

mod build;

use model_format::program::ops::node_trees::pack;
use model_format::v1::{EstimatorSpec, Kernel, Metric, ReduceMethod, Step, Weights};

pub use build::*;

/// A model by name.
pub type Named = (&'static str, fn() -> Vec<u8>);

/// All models of this module.
pub const ALL: [Named; 27] = [
    ("linear_regression", linear_regression),
    ("binary_logistic", binary_logistic),
    ("softmax", softmax),
    ("tree_regression", tree_regression),
    ("binary_forest", binary_forest),
    ("one_vs_rest_forest", one_vs_rest_forest),
    ("boosted_regression", boosted_regression),
    ("gaussian_of_two", gaussian_of_two),
    ("gaussian_of_three", gaussian_of_three),
    ("bernoulli_of_two", bernoulli_of_two),
    ("bernoulli_of_three", bernoulli_of_three),
    ("multinomial_of_two", multinomial_of_two),
    ("multinomial_of_three", multinomial_of_three),
    ("categorical_of_two", categorical_of_two),
    ("categorical_of_three", categorical_of_three),
    ("neighbors_of_two", neighbors_of_two),
    ("neighbors_of_three", neighbors_of_three),
    ("neighbors_regression", neighbors_regression),
    ("neighbors_of_texts", neighbors_of_texts),
    ("linear_of_components", linear_of_components),
    ("forest_of_components", forest_of_components),
    ("bernoulli_of_components", bernoulli_of_components),
    ("svm_of_two", svm_of_two),
    ("svm_of_three", svm_of_three),
    ("svm_regression", svm_regression),
    ("svm_sigmoid_of_two", svm_sigmoid_of_two),
    ("clusters_of_three", clusters_of_three),
];

/// Two numeric columns and a categorical column with a missing category; imputed, standardised, one-hot.
/// Features: age, income, then Bonn, Köln, Trier and the missing city.
pub fn linear_regression() -> Vec<u8> {
    let columns =
        vec![numeric("age"), text("city", &["Bonn", "Köln", "Trier"], true), numeric("income")];
    let mut manifest = manifest(columns, regression(), EstimatorSpec::Linear);
    manifest.steps = vec![
        Step::Impute { values: vec![39.5, 2100.0] },
        Step::StandardScale { means: vec![40.25, 2000.0], stds: vec![11.5, 750.125] },
        Step::OneHot,
    ];
    let coefficients = [0.7, -1.3e-2, 0.1, -0.2, 0.3, 0.05];
    let golden = [
        ["31", "Bonn", "1234.5"],
        [" 4.1e1 ", "Köln", "-0"],
        ["NA", "", "?"],
        ["", "Paris", "999999999"],
    ];
    complete(&manifest, &linear(&coefficients, &[12.75]), &rows(&golden)).unwrap()
}

/// Two numeric columns, scaled to their range and not imputed, and a categorical column.
pub fn binary_logistic() -> Vec<u8> {
    let columns = vec![numeric("x"), numeric("y"), text("flag", &["no", "yes"], false)];
    let mut manifest = manifest(columns, classes(&["bad", "good"]), EstimatorSpec::Linear);
    manifest.steps =
        vec![Step::MinMaxScale { mins: vec![-1.0, 0.5], ranges: vec![2.5, 1e-3] }, Step::OneHot];
    manifest.provenance.created = Some(1_700_000_000);
    let golden = [["0", "0.501", "yes"], ["2", "0.4", "no"], ["-7.5", "0.5", ""]];
    complete(&manifest, &linear(&[1.5, -0.25, 0.5, -0.75], &[-0.125]), &rows(&golden)).unwrap()
}

/// Two numeric columns, imputed and not scaled.
pub fn softmax() -> Vec<u8> {
    let columns = vec![numeric("length"), numeric("width")];
    let labels = classes(&["setosa", "versicolor", "virginica"]);
    let mut manifest = manifest(columns, labels, EstimatorSpec::Linear);
    manifest.steps = vec![Step::Impute { values: vec![3.0, 1.2] }];
    let coefficients = [-1.5, -0.9, 0.2, -0.3, 1.3, 1.2];
    let golden = [["1.4", "0.2"], ["4.5", ""], ["6", "2.5"], ["-1e4", "1e4"]];
    complete(&manifest, &linear(&coefficients, &[6.0, 2.0, -8.0]), &rows(&golden)).unwrap()
}

/// One tree over a numeric and a categorical column, neither imputed nor scaled. Features: x, a, b.
pub fn tree_regression() -> Vec<u8> {
    let columns = vec![numeric("x"), text("kind", &["a", "b"], false)];
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    let mut manifest = manifest(columns, regression(), estimator);
    manifest.steps = vec![Step::OneHot];
    manifest.statistics = None;
    let tree = vec![
        pack(0.5, 1, 0),
        pack(0.5, 3, 1),
        pack(-2.5, 0, 0),
        pack(-1.25, 5, 0),
        pack(7.0, 0, 0),
        pack(0.1, 0, 0),
        pack(-0.0, 0, 0),
    ];
    let golden = [["0.5", "a"], ["0.50001", "b"], ["-1e9", "other"], ["0.25", ""]];
    complete(&manifest, &trees(&[tree]), &rows(&golden)).unwrap()
}

/// Three trees over an imputed and scaled column; a tree of one leaf is among them.
pub fn binary_forest() -> Vec<u8> {
    let columns = vec![numeric("age"), text("plan", &["free", "paid"], true)];
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    let mut manifest = manifest(columns, classes(&["stays", "leaves"]), estimator);
    manifest.steps = vec![
        Step::Impute { values: vec![30.0] },
        Step::StandardScale { means: vec![35.0], stds: vec![9.0] },
        Step::OneHot,
    ];
    let forest = [
        vec![pack(0.25, 1, 0), pack(0.1, 0, 0), pack(0.9, 0, 0)],
        vec![pack(0.3, 0, 0)],
        vec![pack(0.5, 1, 2), pack(-0.5, 3, 0), pack(1.0, 0, 0), pack(0.0, 0, 0), pack(0.7, 0, 0)],
    ];
    let golden = [["20", "free"], ["64", "paid"], ["", ""], ["35", "trial"]];
    complete(&manifest, &trees(&forest), &rows(&golden)).unwrap()
}

/// Two trees per class for three classes.
pub fn one_vs_rest_forest() -> Vec<u8> {
    let labels = classes(&["low", "mid", "high"]);
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 3 };
    let mut manifest = manifest(vec![numeric("x"), numeric("y")], labels, estimator);
    manifest.steps = vec![Step::Impute { values: vec![0.0, -1.0] }];
    let stump = |feature, threshold, left, right| {
        vec![pack(threshold, 1, feature), pack(left, 0, 0), pack(right, 0, 0)]
    };
    let forest = [
        stump(0, -1.0, 0.9, 0.0),
        stump(1, 0.0, 0.6, 0.0),
        stump(0, 0.5, 0.4, 0.1),
        vec![pack(0.0, 0, 0)],
        stump(0, 2.0, 0.0, 0.8),
        stump(1, 3.5, 0.0, 1.0),
    ];
    let golden = [["-5", "0"], ["1", "1"], ["3", "4"], ["", ""]];
    complete(&manifest, &trees(&forest), &rows(&golden)).unwrap()
}

/// Three boosted trees, one of them a single leaf.
pub fn boosted_regression() -> Vec<u8> {
    let estimator = EstimatorSpec::BoostedTrees { base_score: 12.7, learning_rate: 0.3 };
    let mut manifest = manifest(vec![numeric("x"), numeric("y")], regression(), estimator);
    manifest.steps = vec![Step::Impute { values: vec![0.5, 2.0] }];
    let trees_of = [
        vec![pack(0.25, 1, 0), pack(-3.1, 0, 0), pack(4.7, 0, 0)],
        vec![pack(0.7, 0, 0)],
        vec![pack(2.5, 1, 1), pack(-0.9, 0, 0), pack(1.3, 0, 0)],
    ];
    let golden = [["0", "0"], ["1", "3"], ["", ""], ["0.25", "2.5"]];
    complete(&manifest, &trees(&trees_of), &rows(&golden)).unwrap()
}

/// Three numeric features far apart in spread and a categorical column, standardised; two classes.
pub fn gaussian_of_two() -> Vec<u8> {
    let columns = vec![numeric("height"), text("sex", &["f", "m"], false), numeric("mass")];
    let estimator = EstimatorSpec::GaussianNaiveBayes;
    let mut manifest = manifest(columns, classes(&["ill", "well"]), estimator);
    manifest.steps = vec![
        Step::Impute { values: vec![1.7, 70.0] },
        Step::StandardScale { means: vec![1.72, 71.5], stds: vec![0.1, 12.25] },
        Step::OneHot,
    ];
    let means = [-0.3, 0.45, 0.25, 0.75, 0.2, -0.35, 0.6, 0.4];
    let twice = [1.5, 2.25, 0.375, 0.375, 2.0, 1.0, 0.48, 0.48];
    let half_logs = [-0.144, 0.0589, -0.837, -0.837, 0.0, -0.3466, -0.7136, -0.7136];
    let arrays = gaussian(&means, &twice, &half_logs, &[-1.2, -0.36]);
    let golden = [["1.6", "f", "55.5"], ["", "m", "NA"], ["2.1", "", "-0"], ["1.75", "?", "1e2"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two numeric columns as they are; three classes, one of them with a minute variance.
pub fn gaussian_of_three() -> Vec<u8> {
    let columns = vec![numeric("length"), numeric("width")];
    let labels = classes(&["setosa", "versicolor", "virginica"]);
    let manifest = manifest(columns, labels, EstimatorSpec::GaussianNaiveBayes);
    let means = [1.46, 0.25, 4.26, 1.33, 5.55, 2.03];
    let twice = [0.06, 0.02, 0.44, 0.078, 0.6, f64::MIN_POSITIVE];
    let half_logs = [-1.75, -2.3, -0.757, -1.62, -0.6, -354.5];
    let priors = [-1.098_612_288_668_109_8; 3];
    let golden = [["1.4", "0.2"], ["4.5", "1.5"], ["5.5", "2.03"], ["-0", "0"]];
    complete(&manifest, &gaussian(&means, &twice, &half_logs, &priors), &rows(&golden)).unwrap()
}

/// A numeric column that is not imputed and a categorical column; two classes.
pub fn bernoulli_of_two() -> Vec<u8> {
    let columns = vec![numeric("x"), text("flag", &["no", "yes"], true)];
    let estimator = EstimatorSpec::BernoulliNaiveBayes { binarize: 0.5 };
    let mut manifest = manifest(columns, classes(&["ham", "spam"]), estimator);
    manifest.steps = vec![Step::OneHot];
    let present = [-1.6, -0.22, -1.9, -3.7, -0.36, -1.1, -0.5, -2.3];
    let absent = [-0.2254, -1.62, -0.162, -0.025, -1.197, -0.4055, -0.9327, -0.1056];
    let golden = [["0.5", "yes"], ["0.500001", "no"], ["7", ""], ["-7", "maybe"]];
    let arrays = bernoulli(&present, &absent, &[-0.4, -1.1]);
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two numeric columns, scaled to their range, and a threshold below zero; three classes.
pub fn bernoulli_of_three() -> Vec<u8> {
    let columns = vec![numeric("x"), numeric("y")];
    let estimator = EstimatorSpec::BernoulliNaiveBayes { binarize: -0.25 };
    let mut manifest = manifest(columns, classes(&["low", "mid", "high"]), estimator);
    manifest.steps = vec![
        Step::Impute { values: vec![0.0, 3.0] },
        Step::MinMaxScale { mins: vec![0.5, 1.0], ranges: vec![2.0, 4.0] },
    ];
    let present = [-0.1, -0.7, -0.7, -0.1, -2.0, -2.0];
    let absent = [-2.35, -0.686, -0.686, -2.35, -0.145, -0.145];
    let golden = [["0", "0"], ["-9", "4"], ["9", "-9"], ["", "NA"]];
    let arrays = bernoulli(&present, &absent, &[-1.5, -1.0, -0.9]);
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two counts and a categorical column with a missing category; two classes.
pub fn multinomial_of_two() -> Vec<u8> {
    let columns = vec![numeric("wins"), text("city", &["Bonn", "Köln"], true), numeric("losses")];
    let estimator = EstimatorSpec::MultinomialNaiveBayes;
    let mut manifest = manifest(columns, classes(&["stays", "leaves"]), estimator);
    manifest.steps = vec![Step::Impute { values: vec![2.0, 0.0] }, Step::OneHot];
    let logs = [-0.7, -1.9, -2.1, -2.6, -3.0, -1.8, -0.6, -2.4, -2.2, -2.9];
    let golden = [["3", "Bonn", "1"], ["0", "Köln", "4"], ["", "", ""], ["1", "Paris", "1"]];
    complete(&manifest, &log_table(&logs, &[-0.69, -0.6963]), &rows(&golden)).unwrap()
}

/// Two counts; three classes.
pub fn multinomial_of_three() -> Vec<u8> {
    let columns = vec![numeric("x"), numeric("y")];
    let estimator = EstimatorSpec::MultinomialNaiveBayes;
    let mut manifest = manifest(columns, classes(&["a", "b", "c"]), estimator);
    manifest.statistics = None;
    let logs = [-0.1, -2.35, -0.7, -0.6863, -1.6, -0.2254];
    let golden = [["5", "1"], ["2", "2"], ["0", "7"], ["0", "0"]];
    complete(&manifest, &log_table(&logs, &[-1.0, -1.2, -1.1]), &rows(&golden)).unwrap()
}

/// Two categorical columns, one of them with a missing category; two classes.
pub fn categorical_of_two() -> Vec<u8> {
    let columns = vec![text("plan", &["free", "paid"], true), text("flag", &["no", "yes"], false)];
    let estimator = EstimatorSpec::CategoricalNaiveBayes;
    let mut manifest = manifest(columns, classes(&["stays", "leaves"]), estimator);
    manifest.steps = vec![Step::OneHot];
    let logs = [-1.2, -0.5, -2.4, -0.9, -0.52, -0.4, -1.6, -2.1, -1.9, -0.16];
    let golden =
        [["free", "yes"], ["", "no"], ["paid", ""], ["trial", "yes"], ["paid", "no"], ["?", "?"]];
    complete(&manifest, &log_table(&logs, &[-0.51, -0.92]), &rows(&golden)).unwrap()
}

/// One categorical column; three classes.
pub fn categorical_of_three() -> Vec<u8> {
    let columns = vec![text("kind", &["a", "b", "c"], false)];
    let estimator = EstimatorSpec::CategoricalNaiveBayes;
    let mut manifest = manifest(columns, classes(&["low", "mid", "high"]), estimator);
    manifest.steps = vec![Step::OneHot];
    let logs = [-0.2, -2.0, -3.0, -1.1, -1.0, -1.2, -3.0, -2.0, -0.2];
    let golden = [["a"], ["b"], ["c"], ["d"], [""]];
    complete(&manifest, &log_table(&logs, &[-1.3, -1.1, -0.93]), &rows(&golden)).unwrap()
}

/// A standardised numeric column and a categorical column; two classes, three equal votes.
/// Features: age, free, paid.
pub fn neighbors_of_two() -> Vec<u8> {
    let columns = vec![numeric("age"), text("plan", &["free", "paid"], false)];
    let estimator = nearest(3, Metric::Euclidean, Weights::Uniform);
    let mut manifest = manifest(columns, classes(&["stays", "leaves"]), estimator);
    manifest.steps = vec![
        Step::Impute { values: vec![35.0] },
        Step::StandardScale { means: vec![35.0], stds: vec![8.0] },
        Step::OneHot,
    ];
    let points = [
        [-1.5, -0.25, 0.0, 0.75, 0.75, 2.0],
        [1.0, 1.0, 0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0, 1.0, 0.0, 1.0],
    ];
    let arrays = neighbors(&points.concat(), &[0.0, 0.0, 1.0, 1.0, 0.0, 1.0]);
    let golden = [["23", "free"], ["41", "paid"], ["", ""], ["35", "trial"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two numeric columns as they are; three classes, near ones weigh more. Two points are the same.
pub fn neighbors_of_three() -> Vec<u8> {
    let columns = vec![numeric("length"), numeric("width")];
    let estimator = nearest(4, Metric::Manhattan, Weights::Distance);
    let labels = classes(&["setosa", "versicolor", "virginica"]);
    let manifest = manifest(columns, labels, estimator);
    let points = [[1.4, 1.5, 4.5, 4.5, 5.9, 6.3, 4.9], [0.2, 0.1, 1.5, 1.5, 2.1, 2.5, 1.8]];
    let arrays = neighbors(&points.concat(), &[0.0, 0.0, 1.0, 2.0, 2.0, 2.0, 1.0]);
    let golden = [["1.4", "0.2"], ["4.5", "1.5"], ["5.2", "1.9"], ["-0", "0"], ["3", "0.9"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two numeric columns, one of their rows a point; near ones weigh more.
pub fn neighbors_regression() -> Vec<u8> {
    let estimator = nearest(3, Metric::Minkowski { p: 3 }, Weights::Distance);
    let mut manifest = manifest(vec![numeric("x"), numeric("y")], regression(), estimator);
    manifest.steps = vec![Step::Impute { values: vec![0.5, 2.25] }];
    let points = [[0.37, 1.9, -0.71, 0.5, 3.3], [-1.2, 0.21, 2.3, 2.0, -0.45]];
    let arrays = neighbors(&points.concat(), &[12.5, 7.25, 30.1, 18.0, 0.7]);
    let golden = [["0.5", "2"], ["1", "3"], ["", ""], ["0.25", "-2.5"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two categorical columns, one of them with a missing category; two classes. Features: free, paid, the
/// missing plan, no, yes.
pub fn neighbors_of_texts() -> Vec<u8> {
    let columns = vec![text("plan", &["free", "paid"], true), text("flag", &["no", "yes"], false)];
    let estimator = nearest(2, Metric::Hamming, Weights::Distance);
    let mut manifest = manifest(columns, classes(&["ham", "spam"]), estimator);
    manifest.steps = vec![Step::OneHot];
    let points = [
        [1.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
        [1.0, 0.0, 0.0, 1.0],
        [0.0, 1.0, 1.0, 0.0],
    ];
    let arrays = neighbors(&points.concat(), &[0.0, 1.0, 1.0, 0.0]);
    let golden = [["free", "yes"], ["", "no"], ["paid", ""], ["trial", "yes"], ["?", "?"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two standardised numeric columns and a categorical column, to three principal components. Features:
/// age, income, then Bonn, Köln, Trier and the missing city.
pub fn linear_of_components() -> Vec<u8> {
    let columns =
        vec![numeric("age"), text("city", &["Bonn", "Köln", "Trier"], true), numeric("income")];
    let mut manifest = manifest(columns, regression(), EstimatorSpec::Linear);
    manifest.steps = vec![
        Step::Impute { values: vec![39.5, 2100.0] },
        Step::StandardScale { means: vec![40.25, 2000.0], stds: vec![11.5, 750.125] },
        Step::OneHot,
        Step::Reduce { method: ReduceMethod::Pca, n_components: 3 },
    ];
    let weights = [
        [0.7, 0.68, -0.1, 0.05, 0.1, -0.02],
        [-0.31, 0.2, 0.6, -0.7, 0.1, 0.03],
        [0.11, 0.13, 0.4, 0.3, -0.8, 0.01],
    ];
    let mut arrays = linear(&[0.7, -1.3e-2, 2.25], &[12.75]);
    arrays.extend(projection(&weights.concat(), &[0.0125, -0.4, 0.3]));
    let golden =
        [["31", "Bonn", "1234.5"], ["4.1e1", "Trier", "-0"], ["NA", "", "?"], ["", "x", "9"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// Two numeric columns as they are, to as many components; the second is the first column.
pub fn forest_of_components() -> Vec<u8> {
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    let columns = vec![numeric("x"), numeric("y")];
    let mut manifest = manifest(columns, classes(&["stays", "leaves"]), estimator);
    manifest.steps = vec![
        Step::Impute { values: vec![1.0, 0.25] },
        Step::Reduce { method: ReduceMethod::Svd, n_components: 2 },
    ];
    let forest = [
        vec![pack(0.25, 1, 0), pack(0.1, 0, 0), pack(0.9, 0, 0)],
        vec![pack(-0.0, 1, 1), pack(0.3, 0, 0), pack(0.0, 0, 0)],
    ];
    let mut arrays = trees(&forest);
    arrays.extend(projection(&[0.6, -0.8, 1.0, 0.0], &[0.0, -0.0]));
    let golden = [["0", "0"], ["1", "3"], ["", ""], ["-0", "1"], ["0.5", "-2"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// A categorical column alone, to one component; two classes.
pub fn bernoulli_of_components() -> Vec<u8> {
    let columns = vec![text("kind", &["a", "b", "c"], true)];
    let estimator = EstimatorSpec::BernoulliNaiveBayes { binarize: 0.0 };
    let mut manifest = manifest(columns, classes(&["ham", "spam"]), estimator);
    manifest.steps =
        vec![Step::OneHot, Step::Reduce { method: ReduceMethod::Pca, n_components: 1 }];
    let mut arrays = bernoulli(&[-0.2, -1.5], &[-1.7, -0.25], &[-0.6, -0.8]);
    arrays.extend(projection(&[0.8, -0.5, 0.1, -0.3], &[0.1]));
    let golden = [["a"], ["b"], ["c"], [""], ["d"]];
    complete(&manifest, &arrays, &rows(&golden)).unwrap()
}

/// A standardised numeric column and a categorical column with a missing category; two classes. No value of a
/// golden row is small beside what it is the sum of. Features: age, free, paid, the missing plan.
pub fn svm_of_two() -> Vec<u8> {
    let columns = vec![numeric("age"), text("plan", &["free", "paid"], true)];
    let estimator = EstimatorSpec::SupportVectors { kernel: Kernel::Rbf { gamma: 0.3 } };
    let mut manifest = manifest(columns, classes(&["stays", "leaves"]), estimator);
    manifest.steps = vec![
        Step::Impute { values: vec![35.0] },
        Step::StandardScale { means: vec![36.5], stds: vec![8.25] },
        Step::OneHot,
    ];
    let vectors =
        [[-1.5, 0.75, 0.1, 2.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]];
    let machine: Terms = (&[(2, -0.25), (0, -1.25), (3, 0.75), (1, 1.5)], 0.125);
    let golden = [["20", "free"], ["44", "paid"], ["", ""], ["61", "trial"]];
    complete(&manifest, &machines(4, &vectors.concat(), &[machine]), &rows(&golden)).unwrap()
}

/// Two numeric columns as they are; three classes. Two machines share vectors, the third has none
/// and always says the later class. In the third golden row every class has one vote.
pub fn svm_of_three() -> Vec<u8> {
    let columns = vec![numeric("length"), numeric("width")];
    let kernel = Kernel::Polynomial { degree: 3, gamma: 0.5, coef0: 1.0 };
    let estimator = EstimatorSpec::SupportVectors { kernel };
    let labels = classes(&["setosa", "versicolor", "virginica"]);
    let manifest = manifest(columns, labels, estimator);
    let vectors = [[1.5, 0.25, -1.0, 3.0], [0.5, 2.0, 1.0, 0.75]];
    let of_pairs: [Terms; 3] =
        [(&[(0, -0.5), (1, 0.5), (3, -0.25)], 0.75), (&[(3, 0.125), (0, 0.25)], -2.5), (&[], 0.0)];
    let golden = [["0.5", "3"], ["-3", "0.5"], ["4", "1"], ["0", "0"], ["-0", "-4"]];
    complete(&manifest, &machines(2, &vectors.concat(), &of_pairs), &rows(&golden)).unwrap()
}

/// Two imputed numeric columns; in another order the terms of a row have another sum.
pub fn svm_regression() -> Vec<u8> {
    let estimator = EstimatorSpec::SupportVectors { kernel: Kernel::Linear };
    let mut manifest = manifest(vec![numeric("x"), numeric("y")], regression(), estimator);
    manifest.steps = vec![Step::Impute { values: vec![0.5, 2.25] }];
    let vectors = [[0.37, 1.9, -0.71], [-1.2, 0.21, 2.3]];
    let machine: Terms = (&[(0, 1.1), (1, -0.3), (2, 0.7)], 0.7);
    let golden = [["0.5", "2"], ["1.1", "3.3"], ["", ""], ["0.25", "-2.5"], ["-0", "0"]];
    complete(&manifest, &machines(2, &vectors.concat(), &[machine]), &rows(&golden)).unwrap()
}

/// A numeric column scaled to its range and a categorical column; two classes. Features: x, no, yes.
pub fn svm_sigmoid_of_two() -> Vec<u8> {
    let columns = vec![numeric("x"), text("flag", &["no", "yes"], false)];
    let kernel = Kernel::Sigmoid { gamma: 0.5, coef0: -0.25 };
    let estimator = EstimatorSpec::SupportVectors { kernel };
    let mut manifest = manifest(columns, classes(&["ham", "spam"]), estimator);
    manifest.steps = vec![Step::MinMaxScale { mins: vec![-1.0], ranges: vec![4.0] }, Step::OneHot];
    let vectors = [[0.25, 1.0], [1.0, 0.0], [0.0, 1.0]];
    let machine: Terms = (&[(0, -1.5), (1, 2.25)], -0.0625);
    let golden = [["-1", "no"], ["3", "yes"], ["9", "maybe"], ["-5", "yes"]];
    complete(&manifest, &machines(3, &vectors.concat(), &[machine]), &rows(&golden)).unwrap()
}

/// Two imputed and standardised columns and a categorical column with a missing category; three clusters.
/// Features: x, y, a, b, the missing kind.
pub fn clusters_of_three() -> Vec<u8> {
    let columns = vec![numeric("x"), text("kind", &["a", "b"], true), numeric("y")];
    let task = clusters(&["cold", "mild", "hot"]);
    let mut manifest = manifest(columns, task, EstimatorSpec::NearestCentroid);
    manifest.steps = vec![
        Step::Impute { values: vec![1.5, -3.0] },
        Step::StandardScale { means: vec![1.25, -2.0], stds: vec![0.7, 3.1] },
        Step::OneHot,
    ];
    let table =
        [[-1.2, 0.3, 0.8, 0.1, 0.1], [0.05, -0.4, 0.25, 0.75, 0.0], [1.3, 0.9, 0.4, 0.5, 0.1]];
    let golden = [["0.3", "a", "-1"], ["1.2", "b", "-3.3"], ["2.5", "", "1e1"], ["", "c", "NA"]];
    complete(&manifest, &centroids(3, &table.concat()), &rows(&golden)).unwrap()
}

fn rows<const N: usize>(rows: &[[&str; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}
