//! Held against smartcore's own trees.

use proptest::prelude::*;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use smartcore::ensemble::extra_trees_regressor::{
    ExtraTreesRegressor, ExtraTreesRegressorParameters,
};
use smartcore::ensemble::random_forest_classifier::{
    RandomForestClassifier, RandomForestClassifierParameters,
};
use smartcore::tree::decision_tree_classifier::{
    DecisionTreeClassifier, DecisionTreeClassifierParameters, SplitCriterion,
};

use super::super::grow::{Cuts, Grower};
use super::super::ranks::{Ranks, count_of};
use super::super::sample::{Bootstrap, items};
use super::super::tree::{Node, Tree};
use super::{Kind, Limits, NO_LIMITS, Table, table};
use crate::algorithms::params::{self, Algorithm};
use crate::engine::matrix::{Matrix, matrix};
use crate::engine::mirror;
use crate::rng::SplitMix64;

/// A tree of smartcore's classifier.
#[derive(Deserialize)]
struct Theirs {
    nodes: Vec<TheirNode>,
    classes: Vec<u32>,
}

#[derive(Deserialize)]
struct TheirNode {
    output: usize,
    split_feature: usize,
    split_value: Option<f64>,
    true_child: Option<usize>,
    false_child: Option<usize>,
}

#[derive(Deserialize)]
struct TheirForest {
    trees: Vec<Theirs>,
}

fn taken_apart<T: DeserializeOwned>(model: &impl serde::Serialize) -> T {
    serde_json::from_value(serde_json::to_value(model).unwrap()).unwrap()
}

/// Holds a tree against smartcore's: every node, with thresholds to the bit, and the label of every leaf.
fn check_tree(ours: &Tree, theirs: &Theirs) {
    let mut pairs = vec![(0u32, 0usize)];
    let mut n_nodes = 0;
    while let Some((our, their)) = pairs.pop() {
        n_nodes += 1;
        let their = &theirs.nodes[their];
        let split = their.split_value.zip(their.true_child.zip(their.false_child));
        match (ours.nodes[our as usize], split) {
            (Node::Inner { feature, threshold, left, right }, Some((value, (yes, no)))) => {
                assert_eq!((feature as usize, threshold), (their.split_feature, value));
                assert_eq!(threshold.to_bits(), value.to_bits());
                pairs.extend([(left, yes), (right, no)]);
            }
            (Node::Leaf(leaf), None) => {
                assert_eq!(label(ours, leaf), theirs.classes[their.output]);
            }
            // A split that changes nothing: smartcore's leaves below it all have one label.
            (Node::Leaf(leaf), Some((_, (yes, no)))) => {
                let mut below = vec![yes, no];
                while let Some(at) = below.pop() {
                    n_nodes += 1;
                    let node = &theirs.nodes[at];
                    match node.true_child.zip(node.false_child) {
                        Some((yes, no)) => below.extend([yes, no]),
                        None => assert_eq!(label(ours, leaf), theirs.classes[node.output]),
                    }
                }
            }
            (inner @ Node::Inner { .. }, None) => panic!("{inner:?} where smartcore has a leaf"),
        }
    }
    assert_eq!(n_nodes, theirs.nodes.len());
}

/// The first class with the largest share.
fn label(tree: &Tree, leaf: u32) -> u32 {
    let shares = tree.leaves.shares(leaf);
    shares.fold((0, 0.0), |best, share| if share.1 > best.1 { share } else { best }).0
}

fn their_tree(x: &Matrix, classes: &Vec<u32>, limits: Limits) -> Theirs {
    let parameters = DecisionTreeClassifierParameters {
        criterion: SplitCriterion::Gini,
        max_depth: limits.levels(),
        min_samples_leaf: limits.min_samples_leaf,
        min_samples_split: limits.min_samples_split,
        seed: Some(9),
    };
    taken_apart(&DecisionTreeClassifier::fit(x, classes, parameters).unwrap())
}

fn check_decision_tree(table: &Table, limits: Limits) {
    let ours = table.fit(Algorithm::DecisionTree, limits, &[], (9, 1));
    check_tree(&ours.trees()[0], &their_tree(table.x.dense().unwrap(), &table.classes, limits));
}

/// How often smartcore's classification forest draws each row for its next tree.
fn their_sample(table: &Table, rng: &mut SmallRng) -> Vec<u32> {
    let mut counts = vec![0; table.classes.len()];
    for class in (0u32..).take(table.n_classes) {
        let rows: Vec<usize> =
            (0..counts.len()).filter(|row| table.classes[*row] == class).collect();
        for _ in 0..rows.len() {
            counts[rows[rng.random_range(0..rows.len())]] += 1;
        }
    }
    counts
}

/// Trees grown from the samples of smartcore's classification forest are those of that forest.
fn check_forest(table: &Table, limits: Limits, m: usize, seed: u64) {
    const TREES: u16 = 4;
    let parameters = RandomForestClassifierParameters {
        criterion: SplitCriterion::Gini,
        max_depth: limits.levels(),
        min_samples_leaf: limits.min_samples_leaf,
        min_samples_split: limits.min_samples_split,
        n_trees: TREES,
        m: Some(m),
        keep_samples: false,
        seed,
    };
    let theirs = RandomForestClassifier::fit(&table.x, &table.classes, parameters).unwrap();
    let theirs: TheirForest = taken_apart(&theirs);
    let grower = Grower {
        x: &table.x,
        n_classes: table.n_classes,
        cuts: Cuts::Best(Ranks::new(&table.x, 1)),
        limits: params::Tree {
            max_depth: limits.max_depth.map(usize::from),
            min_samples_leaf: limits.min_samples_leaf,
            min_samples_split: limits.min_samples_split,
        },
        tried: m,
    };
    let mut samples = SmallRng::seed_from_u64(seed);
    for (number, theirs) in (0u64..).zip(&theirs.trees) {
        let sample = items(&their_sample(table, &mut samples), &table.classes);
        let rng = SmallRng::seed_from_u64(seed.wrapping_add(number));
        check_tree(&grower.grow(sample, rng), theirs);
    }
}

#[test]
fn decision_trees_are_smartcores() {
    for kind in [Kind::Distinct, Kind::Repeated, Kind::Lattice] {
        for (seed, (n_rows, n_features, n_classes)) in
            (0..).zip([(40, 1, 3), (120, 3, 4), (300, 6, 10), (700, 5, 30), (1_500, 2, 3)])
        {
            let table = table(kind, n_rows, n_features, n_classes, seed);
            for limits in [
                NO_LIMITS,
                Limits { max_depth: Some(1), ..NO_LIMITS },
                Limits { max_depth: Some(5), min_samples_leaf: 3, ..NO_LIMITS },
                Limits { min_samples_leaf: 10, min_samples_split: 40, ..NO_LIMITS },
            ] {
                check_decision_tree(&table, limits);
            }
        }
    }
}

#[test]
fn forests_are_smartcores() {
    for kind in [Kind::Distinct, Kind::Repeated, Kind::Lattice] {
        for (seed, (n_rows, n_features, n_classes, m)) in
            (0..).zip([(60, 2, 3, 1), (200, 9, 5, 3), (400, 4, 30, 2), (1_200, 6, 12, 6)])
        {
            let table = table(kind, n_rows, n_features, n_classes, seed);
            for limits in [
                NO_LIMITS,
                Limits { max_depth: Some(4), ..NO_LIMITS },
                Limits { max_depth: Some(9), min_samples_leaf: 4, min_samples_split: 20 },
            ] {
                check_forest(&table, limits, m, seed);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_forest_is_smartcores(
        kind in proptest::sample::select(vec![Kind::Distinct, Kind::Repeated, Kind::Lattice]),
        n_classes in 3..=30usize,
        rows_per_class in 1..20usize,
        n_features in 1..8usize,
        m in 1..8usize,
        max_depth in proptest::option::of(1..14u16),
        min_samples_leaf in 1..9usize,
        min_samples_split in 2..30usize,
        seed in any::<u64>(),
    ) {
        let table = table(kind, n_classes * rows_per_class, n_features, n_classes, seed);
        let limits = Limits { max_depth, min_samples_leaf, min_samples_split };
        check_forest(&table, limits, m.min(n_features), seed);
        check_decision_tree(&table, limits);
    }
}

/// Each tree of a forest is smartcore's tree of the rows drawn for it.
#[test]
fn trees_of_a_forest_are_smartcores_on_the_drawn_rows() {
    for (seed, kind) in (0..).zip([Kind::Distinct, Kind::Repeated, Kind::Lattice]) {
        let table = table(kind, 250, 4, 7, seed);
        let limits = Limits { max_depth: Some(8), min_samples_leaf: 2, min_samples_split: 6 };
        let fit = |threads| {
            table.fit(Algorithm::RandomForest, limits, &[("n_trees", 5), ("m", 4)], (seed, threads))
        };
        let ours = fit(1);
        assert_eq!(ours.trees(), fit(3).trees());
        let mut bootstrap = Bootstrap::new(seed);
        for tree in ours.trees() {
            let (mut columns, mut classes) = (vec![Vec::new(); 4], Vec::new());
            for item in bootstrap.draw(&table.classes) {
                for _ in 0..count_of(item.tag) {
                    let values = table.columns.iter().map(|column| column[item.row as usize]);
                    columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
                    classes.push(table.classes[item.row as usize]);
                }
            }
            let drawn = matrix(classes.len(), &columns).unwrap();
            check_tree(tree, &their_tree(&drawn, &classes, limits));
        }
    }
}

/// Random splits are smartcore's where both have two classes and no node is pure before the limits: smartcore
/// would split it further and draw random numbers for that.
#[test]
fn extra_trees_are_smartcores() {
    for (seed, (n_rows, n_features, m)) in (0..).zip([(900, 1, 1), (800, 5, 2), (900, 4, 4)]) {
        let mut table = table(Kind::Distinct, n_rows, n_features, 2, seed);
        let mut rng = SplitMix64::new(seed);
        table.classes.iter_mut().for_each(|class| *class ^= u32::from(rng.below(5) < 2));
        let y: Vec<f64> = table.classes.iter().map(|class| f64::from(*class)).collect();
        let limits = Limits { max_depth: Some(6), min_samples_leaf: 15, min_samples_split: 40 };
        let parameters = ExtraTreesRegressorParameters {
            max_depth: limits.levels(),
            min_samples_leaf: limits.min_samples_leaf,
            min_samples_split: limits.min_samples_split,
            n_trees: 5,
            m: Some(m),
            keep_samples: false,
            seed,
        };
        let theirs = ExtraTreesRegressor::fit(&table.x, &y, parameters).unwrap();
        let others = [("n_trees", 5), ("m", m)];
        let ours = table.fit(Algorithm::ExtraTrees, limits, &others, (seed, 2));
        assert!(ours.trees().iter().map(|tree| tree.nodes.len()).sum::<usize>() > 30);
        let theirs = mirror::forest_trees(&theirs).unwrap();
        assert_eq!(ours.trees().len(), theirs.len());
        for (ours, theirs) in ours.trees().iter().zip(&theirs) {
            for row in 0..n_rows {
                let value = |feature: usize| table.columns[feature][row];
                let mut at = &theirs.nodes[0];
                while let (Some(yes), Some(no), Some(threshold)) =
                    (at.true_child, at.false_child, at.split_value)
                {
                    let child = if value(at.split_feature) <= threshold { yes } else { no };
                    at = &theirs.nodes[child];
                }
                let leaf = ours.leaves.shares(ours.leaf(value));
                let share =
                    leaf.filter(|(class, _)| *class == 1).map(|(_, share)| share).sum::<f64>();
                assert_eq!(share.to_bits(), at.output.to_bits());
            }
        }
    }
}
