//! The judge of the kernels: one row at a time, slowly, from `docs/format.md` alone.
//!
//! It shares no code with the predictor and takes `exp` and `tanh` from the standard library, where
//! the predictor takes them from libm; `pow` of a distance is libm's in both: with another, two
//! points that are almost as far may come out in either order.

use std::cmp::Ordering;

use model_format::v1::{ColumnKind, EstimatorSpec, Kernel, Manifest, Metric, Step, Task, Weights};

use crate::parts::Parts;

/// What a model says of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Regression.
    Value(f64),
    /// Classification and clustering: the class or cluster, and the probability of each class, the
    /// value of each machine or the squared distance.
    Class(usize, Vec<f64>),
}

/// Largest relative difference between two results of `exp`, `pow` or `tanh`. Below the smallest
/// normal number f64 has too few digits for a relative difference; the one at that number holds there.
const TOLERANCE: f64 = 1e-12;

impl Answer {
    /// Whether `self`, computed elsewhere, is right: to the bit, or within the tolerance.
    pub fn agrees(&self, reference: &Self, exact: bool) -> bool {
        let agree = |got: f64, expected: f64| {
            let limit = TOLERANCE * expected.abs().max(f64::MIN_POSITIVE);
            got.to_bits() == expected.to_bits() || !exact && (got - expected).abs() <= limit
        };
        match (self, reference) {
            (Self::Value(a), Self::Value(b)) => agree(*a, *b),
            (Self::Class(a, left), Self::Class(b, right)) => {
                let pairs = left.iter().zip(right);
                a == b && left.len() == right.len() && pairs.into_iter().all(|(a, b)| agree(*a, *b))
            }
            _ => false,
        }
    }
}

/// Predicts a row of cells in schema order; `None` if the row is bad.
pub fn predict(parts: &Parts, cells: &[String]) -> Option<Answer> {
    let features = projected(parts, features(&parts.manifest, cells)?);
    let n_classes = match &parts.manifest.task {
        Task::Regression { .. } => 0,
        Task::Classification { labels, .. } | Task::Clustering { labels } => labels.len(),
    };
    let answer = match parts.manifest.estimator {
        EstimatorSpec::SupportVectors { kernel } => {
            let values: Vec<f64> =
                machines(parts, kernel, &features).iter().map(|sum| sum.value).collect();
            match n_classes {
                0 => Answer::Value(values[0]),
                n => Answer::Class(vote(&values, n), values),
            }
        }
        EstimatorSpec::NearestCentroid => nearest_centroid(parts, n_classes, &features),
        _ => by_outputs(parts, n_classes, &features),
    };
    let finite = match &answer {
        Answer::Value(value) => value.is_finite(),
        Answer::Class(_, numbers) => numbers.iter().all(|number| number.is_finite()),
    };
    finite.then_some(answer)
}

/// Whether two mathematical libraries, each right to almost the last digit, must agree on a row.
///
/// They need not where what a machine adds up cancels: then the last digits are all that is left.
pub fn is_steady(parts: &Parts, cells: &[String]) -> bool {
    let EstimatorSpec::SupportVectors { kernel } = parts.manifest.estimator else { return true };
    if kernel == Kernel::Linear {
        return true;
    }
    let steady = |sum: &Sum| sum.value.abs() >= sum.size / 64.0;
    features(&parts.manifest, cells).is_none_or(|features| {
        machines(parts, kernel, &projected(parts, features)).iter().all(steady)
    })
}

/// The answer of an estimator with outputs: values, scores or probabilities.
fn by_outputs(parts: &Parts, n_classes: usize, features: &[f64]) -> Answer {
    let naive_bayes = match parts.manifest.estimator {
        EstimatorSpec::Linear
        | EstimatorSpec::MeanOfTrees { .. }
        | EstimatorSpec::BoostedTrees { .. }
        | EstimatorSpec::NearestNeighbors { .. }
        | EstimatorSpec::SupportVectors { .. }
        | EstimatorSpec::NearestCentroid => false,
        EstimatorSpec::GaussianNaiveBayes
        | EstimatorSpec::BernoulliNaiveBayes { .. }
        | EstimatorSpec::MultinomialNaiveBayes
        | EstimatorSpec::CategoricalNaiveBayes => true,
    };
    let neighbors = matches!(parts.manifest.estimator, EstimatorSpec::NearestNeighbors { .. });
    let per_class = naive_bayes || neighbors || n_classes > 2;
    let n_outputs = if per_class { n_classes.max(1) } else { 1 };
    let linear = parts.manifest.estimator == EstimatorSpec::Linear;
    let outputs: Vec<f64> = (0..n_outputs)
        .map(|output| match parts.manifest.estimator {
            EstimatorSpec::Linear => linear_output(parts, output, features),
            EstimatorSpec::MeanOfTrees { .. } => {
                let leaves = leaves(parts, output, n_outputs, features);
                leaves.iter().fold(0.0, |sum, leaf| sum + leaf) / leaves.len() as f64
            }
            EstimatorSpec::BoostedTrees { base_score, learning_rate } => {
                let leaves = leaves(parts, output, n_outputs, features);
                leaves.iter().fold(base_score, |value, leaf| value + learning_rate * leaf)
            }
            EstimatorSpec::GaussianNaiveBayes
            | EstimatorSpec::BernoulliNaiveBayes { .. }
            | EstimatorSpec::MultinomialNaiveBayes
            | EstimatorSpec::CategoricalNaiveBayes => naive_bayes_score(parts, output, features),
            EstimatorSpec::NearestNeighbors { k, metric, weights } => {
                let nearest = nearest(parts, usize::try_from(k).unwrap(), metric, features);
                let class = (n_classes > 0).then_some(output);
                ask(&nearest, weights, &parts.words("targets"), class)
            }
            EstimatorSpec::SupportVectors { .. } | EstimatorSpec::NearestCentroid => {
                panic!("has no outputs")
            }
        })
        .collect();
    match (n_classes, linear) {
        (0, _) => Answer::Value(outputs[0]),
        _ if naive_bayes => softmax(&outputs),
        _ if neighbors => Answer::Class(first_maximum(&outputs), outputs),
        (2, true) => logistic(outputs[0]),
        (2, false) => {
            Answer::Class(usize::from(outputs[0] > 0.5), vec![1.0 - outputs[0], outputs[0]])
        }
        (_, true) => softmax(&outputs),
        (_, false) => one_against_the_rest(&outputs),
    }
}

/// Encoded features of a row; `None` if a number cell cannot be read.
pub fn features(manifest: &Manifest, cells: &[String]) -> Option<Vec<f64>> {
    let columns = &manifest.schema.columns;
    assert_eq!(columns.len(), cells.len());
    let trim = |text: &str| text.trim_matches([' ', '\t']).to_owned();
    let missing =
        |cell: &str| manifest.schema.missing_tokens.iter().any(|token| trim(token) == cell);
    let mut numbers: Vec<Option<f64>> = Vec::new();
    let mut flags = Vec::new();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = trim(cell);
        match &column.kind {
            ColumnKind::Numeric if missing(&cell) => numbers.push(None),
            ColumnKind::Numeric => numbers.push(Some(number(&cell)?)),
            ColumnKind::Document => panic!("version 1 has no documents"),
            ColumnKind::Text { levels, missing_level } => {
                let is_missing = missing(&cell);
                let flag = |set: bool| if set { 1.0 } else { 0.0 };
                flags.extend(levels.iter().map(|level| flag(!is_missing && *level == cell)));
                if *missing_level {
                    flags.push(flag(is_missing));
                }
            }
        }
    }
    let scale = |numbers: &mut [Option<f64>], shift: &[f64], divisor: &[f64]| {
        for (i, number) in numbers.iter_mut().enumerate() {
            *number = number.map(|x| (x - shift[i]) / divisor[i]);
        }
    };
    for step in &manifest.steps {
        match step {
            Step::Impute { values } => {
                for (number, value) in numbers.iter_mut().zip(values) {
                    *number = number.or(Some(*value));
                }
            }
            Step::StandardScale { means, stds } => scale(&mut numbers, means, stds),
            Step::MinMaxScale { mins, ranges } => scale(&mut numbers, mins, ranges),
            // One-hot is in the flags, the projection is of the whole.
            Step::OneHot | Step::Reduce { .. } => {}
        }
    }
    let numbers: Option<Vec<f64>> = numbers.into_iter().collect();
    Some([numbers?, flags].concat())
}

/// The components of encoded features; the features themselves without a Reduce step.
fn projected(parts: &Parts, features: Vec<f64>) -> Vec<f64> {
    if !parts.manifest.steps.iter().any(|step| matches!(step, Step::Reduce { .. })) {
        return features;
    }
    let (projection, shifts) = (parts.words("projection"), parts.words("projection_shift"));
    let component = |(c, shift): (usize, &u64)| {
        let mut sum = 0.0;
        for (f, x) in features.iter().enumerate() {
            sum += x * f64::from_bits(projection[c * features.len() + f]);
        }
        sum - f64::from_bits(*shift)
    };
    shifts.iter().enumerate().map(component).collect()
}

/// Reads a trimmed number cell by the grammar of section 6.
pub fn number(cell: &str) -> Option<f64> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let (mantissa, exponent) = match cell.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (cell, None),
    };
    let mantissa = unsigned(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let matches = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(&exponent));
    // The standard library rounds correctly.
    cell.parse().ok().filter(|number: &f64| matches && number.is_finite())
}

fn linear_output(parts: &Parts, output: usize, features: &[f64]) -> f64 {
    let coefficients = parts.words("coefficients");
    let mut sum = 0.0;
    for (f, x) in features.iter().enumerate() {
        sum += x * f64::from_bits(coefficients[output * features.len() + f]);
    }
    sum + f64::from_bits(parts.words("intercepts")[output])
}

/// Half the logarithm of two pi, by its bits.
const H: u64 = 0x3fed_67f1_c864_beb5;

fn naive_bayes_score(parts: &Parts, class: usize, features: &[f64]) -> f64 {
    let of_class = |name: &str| -> Vec<f64> {
        let words = parts.words(name);
        let start = class * features.len();
        words[start..start + features.len()].iter().map(|word| f64::from_bits(*word)).collect()
    };
    let terms: Vec<f64> = match parts.manifest.estimator {
        EstimatorSpec::GaussianNaiveBayes => {
            let (means, twice) = (of_class("means"), of_class("twice_variances"));
            let half_logs = of_class("half_log_variances");
            let term = |f: usize| {
                let d = features[f] - means[f];
                let square = d * d;
                let q = square / twice[f];
                let less = -q - f64::from_bits(H);
                less - half_logs[f]
            };
            (0..features.len()).map(term).collect()
        }
        EstimatorSpec::BernoulliNaiveBayes { binarize } => {
            let (present, absent) = (of_class("log_present"), of_class("log_absent"));
            let term = |f: usize| if features[f] > binarize { present[f] } else { absent[f] };
            (0..features.len()).map(term).collect()
        }
        EstimatorSpec::MultinomialNaiveBayes => {
            let logs = of_class("log_probabilities");
            features.iter().zip(logs).map(|(x, log)| x * log).collect()
        }
        EstimatorSpec::CategoricalNaiveBayes => {
            let logs = of_class("log_probabilities");
            let set = set_features(&parts.manifest, features);
            // Without a feature in any one column there are no terms at all.
            let set: Option<Vec<usize>> = set.into_iter().collect();
            set.unwrap_or_default().into_iter().map(|f| logs[f]).collect()
        }
        _ => panic!("not naive Bayes"),
    };
    let mut sum = 0.0;
    for term in terms {
        sum += term;
    }
    sum + f64::from_bits(parts.words("log_priors")[class])
}

/// The feature that is 1 in each categorical column of a schema without numeric columns.
fn set_features(manifest: &Manifest, features: &[f64]) -> Vec<Option<usize>> {
    let mut start = 0;
    let mut set = Vec::new();
    for column in &manifest.schema.columns {
        let ColumnKind::Text { levels, missing_level } = &column.kind else {
            panic!("a numeric column");
        };
        let end = start + levels.len() + usize::from(*missing_level);
        set.push((start..end).find(|f| features[*f].to_bits() == 1.0f64.to_bits()));
        start = end;
    }
    set
}

/// Distance and number of the nearest points, in the order of the heap of section 7.
fn nearest(parts: &Parts, k: usize, metric: Metric, features: &[f64]) -> Vec<(f64, usize)> {
    let points = parts.words("points");
    let n_points = parts.words("targets").len();
    let distances = (0..n_points).map(|i| {
        let point: Vec<f64> =
            (0..features.len()).map(|f| f64::from_bits(points[f * n_points + i])).collect();
        distance(metric, features, &point)
    });
    heap(distances, k)
}

/// The `k` least of the distances with their numbers, in the order in which the heap of section 7 leaves them.
pub(crate) fn heap(distances: impl Iterator<Item = f64>, k: usize) -> Vec<(f64, usize)> {
    let mut places: Vec<(f64, Option<usize>)> = vec![(f64::INFINITY, None); k];
    for (i, distance) in distances.enumerate() {
        if distance < places[0].0 {
            places[0] = (distance, Some(i));
            restore(&mut places);
        }
    }
    places.into_iter().filter_map(|(distance, point)| Some((distance, point?))).collect()
}

fn distance(metric: Metric, row: &[f64], point: &[f64]) -> f64 {
    let sum_of = |term: &dyn Fn(f64, f64) -> f64| {
        let mut sum = 0.0;
        for (x, y) in row.iter().zip(point) {
            sum += term(*x, *y);
        }
        sum
    };
    match metric {
        Metric::Euclidean => sum_of(&|x, y| (x - y) * (x - y)).sqrt(),
        Metric::Manhattan => sum_of(&|x, y| (x - y).abs()),
        Metric::Minkowski { p } => {
            let p = p as f64;
            libm::pow(sum_of(&|x, y| libm::pow((x - y).abs(), p)), 1.0 / p)
        }
        Metric::Hamming => {
            let differ = |x: f64, y: f64| x.partial_cmp(&y) != Some(Ordering::Equal);
            sum_of(&|x, y| if differ(x, y) { 1.0 } else { 0.0 }) / row.len() as f64
        }
    }
}

fn restore(places: &mut [(f64, Option<usize>)]) {
    let k = places.len();
    if k == 1 {
        return;
    }
    let mut start = k / 2;
    while start > 0 {
        start -= 1;
        let mut at = start;
        while 2 * at < k {
            let (left, right) = (2 * at, 2 * at + 1);
            let child = if right < k && places[left].0 < places[right].0 { right } else { left };
            if places[at].0 >= places[child].0 {
                break;
            }
            places.swap(at, child);
            at = child;
        }
    }
}

/// The value, or the probability of `class`, by the weighted neighbours; NaN without any.
fn ask(nearest: &[(f64, usize)], weights: Weights, targets: &[u64], class: Option<usize>) -> f64 {
    if nearest.is_empty() {
        return f64::NAN;
    }
    let is_zero = |distance: f64| distance.abs().to_bits() == 0;
    let any_hit = nearest.iter().any(|(distance, _)| is_zero(*distance));
    let weight = |distance: f64| match (weights, any_hit, is_zero(distance)) {
        (Weights::Uniform, _, _) | (Weights::Distance, true, true) => 1.0,
        (Weights::Distance, true, false) => 0.0,
        (Weights::Distance, false, _) => 1.0 / distance,
    };
    let mut all = 0.0;
    for (distance, _) in nearest {
        all += weight(*distance);
    }
    let mut sum = 0.0;
    for (distance, point) in nearest {
        let target = f64::from_bits(targets[*point]);
        match class {
            None => sum += target * (weight(*distance) / all),
            Some(class) if (target - class as f64).abs() < 0.5 => sum += weight(*distance),
            Some(_) => {}
        }
    }
    if class.is_some() { sum * (1.0 / all) } else { sum }
}

/// The value of a machine, and what it would be if nothing in it had a sign.
struct Sum {
    value: f64,
    size: f64,
}

fn machines(parts: &Parts, kernel: Kernel, features: &[f64]) -> Vec<Sum> {
    let numbers = |name: &str| -> Vec<f64> {
        parts.words(name).iter().map(|word| f64::from_bits(*word)).collect()
    };
    let (vectors, weights) = (numbers("support_vectors"), numbers("machine_weights"));
    let (starts, term_vectors) = (parts.words("machine_starts"), parts.words("machine_vectors"));
    let n_vectors = vectors.len() / features.len();
    let machine = |(m, intercept): (usize, f64)| {
        let mut sum = Sum { value: intercept, size: intercept.abs() };
        for term in starts[m]..starts[m + 1] {
            let term = usize::try_from(term).unwrap();
            let i = usize::try_from(term_vectors[term]).unwrap();
            let vector: Vec<f64> =
                (0..features.len()).map(|f| vectors[f * n_vectors + i]).collect();
            let alike = alike(kernel, features, &vector);
            sum.value += weights[term] * alike;
            // The last digit of a kernel is never worth less than that of the smallest normal one.
            sum.size += (weights[term] * alike.abs().max(f64::MIN_POSITIVE)).abs();
        }
        sum
    };
    numbers("intercepts").into_iter().enumerate().map(machine).collect()
}

fn alike(kernel: Kernel, row: &[f64], vector: &[f64]) -> f64 {
    let sum_of = |term: &dyn Fn(f64, f64) -> f64| {
        let mut sum = -0.0;
        for (x, y) in row.iter().zip(vector) {
            sum += term(*x, *y);
        }
        sum
    };
    let dot = || sum_of(&|x, y| x * y);
    match kernel {
        Kernel::Linear => dot(),
        Kernel::Rbf { gamma } => (-gamma * sum_of(&|x, y| (x - y) * (x - y))).exp(),
        Kernel::Polynomial { degree, gamma, coef0 } => (gamma * dot() + coef0).powf(degree as f64),
        Kernel::Sigmoid { gamma, coef0 } => (gamma * dot() + coef0).tanh(),
    }
}

/// The class by the values of the machines.
fn vote(values: &[f64], n_classes: usize) -> usize {
    if n_classes == 2 {
        return usize::from(values[0] > 0.0);
    }
    let mut votes = vec![0; n_classes];
    let mut machine = 0;
    for i in 0..n_classes {
        for j in i + 1..n_classes {
            votes[if values[machine] > 0.0 { i } else { j }] += 1;
            machine += 1;
        }
    }
    let most = *votes.iter().max().unwrap();
    votes.iter().position(|votes| *votes == most).unwrap()
}

/// The nearest cluster; without any, the distance is infinite.
fn nearest_centroid(parts: &Parts, n_clusters: usize, features: &[f64]) -> Answer {
    let centroids = parts.words("centroids");
    let mut held = (0, f64::INFINITY);
    for cluster in 0..n_clusters {
        let mut sum = 0.0;
        for (f, x) in features.iter().enumerate() {
            let d = x - f64::from_bits(centroids[cluster * features.len() + f]);
            sum += d * d;
        }
        if sum < held.1 {
            held = (cluster, sum);
        }
    }
    Answer::Class(held.0, vec![held.1])
}

/// The leaves that a row reaches, in tree order.
fn leaves(parts: &Parts, output: usize, n_outputs: usize, features: &[f64]) -> Vec<f64> {
    let starts = parts.words("tree_starts");
    let nodes = parts.words("tree_nodes");
    let n_trees = (starts.len() - 1) / n_outputs;
    let walk = |start: &u64| {
        let mut at = 0;
        loop {
            let node = 2 * (start + at);
            let value = f64::from_bits(nodes[usize::try_from(node).unwrap()]);
            let links = nodes[usize::try_from(node + 1).unwrap()];
            let (left, feature) = (links % (1 << 32), links / (1 << 32));
            if left == 0 {
                break value;
            }
            let x = features[usize::try_from(feature).unwrap()];
            at = if x <= value { left } else { left + 1 };
        }
    };
    starts[output * n_trees..(output + 1) * n_trees].iter().map(walk).collect()
}

fn logistic(z: f64) -> Answer {
    let turn = f64::from_bits(0x3ca8_0000_0000_0001);
    let class = usize::from(z >= turn);
    if z >= 0.0 && z < turn {
        return Answer::Class(class, vec![0.5, 0.5]);
    }
    Answer::Class(class, vec![1.0 / (1.0 + z.exp()), 1.0 / (1.0 + (-z).exp())])
}

fn softmax(scores: &[f64]) -> Answer {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
    let mut sum = 0.0;
    for power in &powers {
        sum += power;
    }
    Answer::Class(first_maximum(scores), powers.iter().map(|power| power / sum).collect())
}

fn one_against_the_rest(outputs: &[f64]) -> Answer {
    let mut sum = 0.0;
    for output in outputs {
        sum += output;
    }
    let even = 1.0 / outputs.len() as f64;
    let probabilities: Vec<f64> =
        outputs.iter().map(|output| if sum > 0.0 { output / sum } else { even }).collect();
    Answer::Class(first_maximum(&probabilities), probabilities)
}

fn first_maximum(numbers: &[f64]) -> usize {
    let mut held = (f64::MIN, 0);
    for (class, number) in numbers.iter().enumerate() {
        if *number > held.0 {
            held = (*number, class);
        }
    }
    held.1
}
