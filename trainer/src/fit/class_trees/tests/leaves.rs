//! Shares in leaves, cuts where classes share values, and many classes.

use super::super::tree::Node;
use super::{Kind, Limits, NO_LIMITS, table};
use crate::algorithms::params::Algorithm;
use crate::fit::request::Predictions;

/// Shares are added and divided as smartcore's forest of each class does.
#[test]
fn probabilities_are_those_of_smartcores_forest_of_each_class() {
    let table = table(Kind::Shared, 500, 4, 6, 3);
    let ours = table.fit(Algorithm::RandomForest, NO_LIMITS, &[("n_trees", 7)], (1, 2));
    let Predictions { labels, values } = ours.predict(&table.x);
    for row in 0..table.classes.len() {
        let leaves: Vec<Vec<f64>> = ours
            .trees()
            .iter()
            .map(|tree| {
                let mut dense = vec![0.0; 6];
                let leaf = tree.leaf(|feature| table.columns[feature][row]);
                tree.leaves.shares(leaf).for_each(|(class, share)| dense[class as usize] = share);
                dense
            })
            .collect();
        let p = &values[row * 6..(row + 1) * 6];
        let mean = |class: usize| leaves.iter().fold(0.0, |sum, leaf| sum + leaf[class]) / 7.0;
        let sum = (0..6).map(mean).fold(0.0, |sum, mean| sum + mean);
        for (class, p) in p.iter().enumerate() {
            assert_eq!(p.to_bits(), (mean(class) / sum).to_bits());
        }
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let first = p.iter().position(|one| p.iter().all(|other| one >= other));
        assert_eq!(first, Some(labels[row] as usize));
    }
}

/// Gini impurity times rows, of the rows of each class.
fn spread(rows: impl Iterator<Item = u32>, n_classes: usize) -> f64 {
    let mut counts = vec![0.0; n_classes];
    rows.for_each(|class| counts[class as usize] += 1.0);
    let n: f64 = counts.iter().sum();
    n - counts.iter().map(|count| count * count).sum::<f64>() / n
}

/// Where rows of different classes share values, every node has the best of all cuts.
#[test]
fn shared_values_hide_no_cut() {
    for seed in 0..20 {
        let n_classes = 3 + seed % 5;
        let table = table(Kind::Shared, 90, 3, n_classes, seed as u64);
        let limits = Limits { max_depth: Some(4), ..NO_LIMITS };
        let fitted = table.fit(Algorithm::DecisionTree, limits, &[], (0, 1));
        let tree = &fitted.trees()[0];
        let mut nodes = vec![(0u32, (0..table.classes.len()).collect::<Vec<_>>(), 0)];
        while let Some((at, rows, depth)) = nodes.pop() {
            let of = |rows: &[usize]| spread(rows.iter().map(|row| table.classes[*row]), n_classes);
            let halves = |feature: usize, threshold: f64| {
                rows.iter()
                    .partition::<Vec<usize>, _>(|row| table.columns[feature][**row] <= threshold)
            };
            let cuts = (0..3).flat_map(|feature| (-1..9).map(move |at| (feature, f64::from(at))));
            let least = cuts
                .map(|(feature, threshold)| halves(feature, threshold))
                .filter(|(left, right)| !left.is_empty() && !right.is_empty())
                .map(|(left, right)| of(&left) + of(&right))
                .fold(f64::INFINITY, f64::min);
            match tree.nodes[at as usize] {
                Node::Inner { feature, threshold, left, right } => {
                    let (on_left, on_right) = halves(feature as usize, threshold);
                    assert!(of(&on_left) + of(&on_right) < least + 1e-9);
                    nodes.extend([(left, on_left, depth + 1), (right, on_right, depth + 1)]);
                }
                Node::Leaf(leaf) => {
                    let open = depth < 4 && of(&rows) > 1e-9 && least < of(&rows) - 1e-9;
                    assert!(!open, "a leaf of {} rows could be cut", rows.len());
                    for (class, share) in tree.leaves.shares(leaf) {
                        let of_class = rows.iter().filter(|row| table.classes[**row] == class);
                        let expected = of_class.count() as f64 / rows.len() as f64;
                        assert_eq!(share.to_bits(), expected.to_bits());
                    }
                }
            }
        }
    }
}

#[test]
fn a_thousand_classes_of_five_rows() {
    let table = table(Kind::Distinct, 5_000, 6, 1_000, 1);
    for algorithm in [Algorithm::RandomForest, Algorithm::ExtraTrees] {
        let fitted = table.fit(algorithm, NO_LIMITS, &[("n_trees", 3)], (1, 2));
        let Predictions { labels, .. } = fitted.predict(&table.x);
        let right = labels.iter().zip(&table.classes).filter(|(found, class)| found == class);
        assert!(right.count() > 3_500);
    }
}
