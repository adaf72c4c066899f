//! Three ways to get a classification forest out of smartcore, measured side by side. One forest per class is
//! what two labels have; `fit/class_trees` has more labels in one forest.
//!
//! `docs/design.md` quotes this: `cargo run --release -p trainer --example forest_designs`
//!
//! * `classifier`: smartcore's `RandomForestClassifier`, votes counted
//! * `one-vs-rest`: its `RandomForestRegressor` on 0/1 targets, one forest per class
//! * `projection`: one regressor forest per group of trees on a random code of the classes, leaves
//!   relabelled with class frequencies (Joly, Geurts, Wehenkel 2014, in small)
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program to be read and run by hand"
)]

use std::time::Instant;

use serde::Deserialize;
use smartcore::ensemble::random_forest_classifier::{
    RandomForestClassifier, RandomForestClassifierParameters,
};
use smartcore::ensemble::random_forest_regressor::{
    RandomForestRegressor, RandomForestRegressorParameters,
};
use smartcore::linalg::basic::matrix::DenseMatrix;

type Matrix = DenseMatrix<f64>;
const TREES: usize = 100;
const TREES_PER_CALL: usize = 5;
const DEPTH: u16 = 12;

#[derive(Deserialize)]
struct Forest {
    forest_regressor: Base,
}
#[derive(Deserialize)]
struct Base {
    trees: Vec<Tree>,
}
#[derive(Deserialize)]
struct Tree {
    nodes: Vec<Node>,
}
#[derive(Deserialize)]
struct Node {
    output: f64,
    split_feature: usize,
    split_value: Option<f64>,
    true_child: Option<usize>,
    false_child: Option<usize>,
}

struct Data {
    name: &'static str,
    /// Row-major rows, train then test.
    rows: Vec<Vec<f64>>,
    classes: Vec<u32>,
    n_train: usize,
    n_classes: usize,
}

struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / 4_294_967_296.0
    }
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

fn digits() -> Data {
    let mut reader = csv::Reader::from_reader(&include_bytes!("../data/digits.csv")[..]);
    let mut table: Vec<(Vec<f64>, u32)> = reader
        .records()
        .map(|record| {
            let mut cells: Vec<f64> = record.unwrap().iter().map(|c| c.parse().unwrap()).collect();
            let class = cells.pop().unwrap();
            (cells, (0..10).find(|c| (f64::from(*c) - class).abs() < 0.5).unwrap())
        })
        .collect();
    let mut random = Random(1);
    table.sort_by_cached_key(|_| (random.unit() * 1e9).to_bits());
    let (rows, classes) = table.into_iter().unzip();
    Data { name: "digits", rows, classes, n_train: 1350, n_classes: 10 }
}

/// Five classes, three clusters each, in 20 columns of which 10 tell something.
fn clusters(name: &'static str, n_classes: u32, n_train: usize) -> Data {
    let mut random = Random(2);
    let centres: Vec<Vec<f64>> =
        (0..3 * n_classes).map(|_| (0..10).map(|_| random.normal() * 0.9).collect()).collect();
    let (mut rows, mut classes) = (Vec::new(), Vec::new());
    for i in (0..n_classes).cycle().take(n_train * 4 / 3) {
        let cluster = (random.unit() * 2.999).floor();
        let centre =
            centres.iter().skip(i as usize * 3).zip([0.0, 1.0, 2.0]).find(|c| c.1 >= cluster);
        let centre = centre.unwrap().0;
        rows.push((0..20).map(|j| centre.get(j).unwrap_or(&0.0) + random.normal()).collect());
        classes.push(i);
    }
    Data { name, rows, classes, n_train, n_classes: n_classes as usize }
}

fn leaf(tree: &Tree, row: &[f64]) -> usize {
    let mut at = 0;
    loop {
        let node = &tree.nodes[at];
        let (Some(yes), Some(no)) = (node.true_child, node.false_child) else { return at };
        at = if row[node.split_feature] <= node.split_value.unwrap() { yes } else { no };
    }
}

fn grow(x: &Matrix, y: &Vec<f64>, m: usize, seed: u64) -> Vec<Tree> {
    let parameters = RandomForestRegressorParameters::default()
        .with_n_trees(TREES_PER_CALL)
        .with_max_depth(DEPTH + 1)
        .with_m(m)
        .with_seed(seed);
    let forest = RandomForestRegressor::fit(x, y, parameters).unwrap();
    let forest: Forest = serde_json::from_value(serde_json::to_value(&forest).unwrap()).unwrap();
    forest.forest_regressor.trees
}

fn tell(data: &Data, design: &str, started: Instant, p: &[Vec<f64>]) {
    let truth = &data.classes[data.n_train..];
    let (mut right, mut loss) = (0.0, 0.0);
    for (p, class) in p.iter().zip(truth) {
        let best = (0..p.len()).fold(0, |best, c| if p[c] > p[best] { c } else { best });
        right += f64::from(u8::from(best == *class as usize));
        loss -= p[*class as usize].clamp(1e-6, 1.0).ln();
    }
    let n = truth.len() as f64;
    println!(
        "{:<12} {design:<12} {:>7.2} s  accuracy {:.4}  log-loss {:.4}",
        data.name,
        started.elapsed().as_secs_f64(),
        right / n,
        loss / n
    );
}

fn main() {
    let sets = [digits(), clusters("2 classes", 2, 20_000), clusters("5 classes", 5, 20_000)];
    println!("one thread, {TREES} trees of depth {DEPTH}; fit and score");
    for data in &sets {
        let p = data.rows[0].len();
        let m = p.isqrt();
        let train = data.rows[..data.n_train].to_vec();
        let test = &data.rows[data.n_train..];
        let x = Matrix::from_2d_vec(&train).unwrap();
        let classes = &data.classes[..data.n_train];

        let started = Instant::now();
        let mut shares = vec![vec![0.0; data.n_classes]; test.len()];
        let outputs = if data.n_classes == 2 { 1..2 } else { 0..data.n_classes };
        for class in outputs {
            let y = classes.iter().map(|c| f64::from(u8::from(*c as usize == class))).collect();
            for call in 0..TREES / TREES_PER_CALL {
                for tree in grow(&x, &y, m, (class * 1000 + call * 7919) as u64) {
                    for (row, shares) in test.iter().zip(&mut shares) {
                        shares[class] += tree.nodes[leaf(&tree, row)].output / TREES as f64;
                    }
                }
            }
        }
        for shares in &mut shares {
            if data.n_classes == 2 {
                shares[0] = 1.0 - shares[1];
            }
            let sum: f64 = shares.iter().sum();
            for share in shares {
                *share /= sum;
            }
        }
        tell(data, "one-vs-rest", started, &shares);

        let started = Instant::now();
        let mut random = Random(3);
        let mut shares = vec![vec![0.0; data.n_classes]; test.len()];
        for call in 0..TREES / TREES_PER_CALL {
            let code: Vec<f64> = (0..data.n_classes).map(|_| random.normal()).collect();
            let y = classes.iter().map(|c| code[*c as usize]).collect();
            for tree in grow(&x, &y, m, call as u64 * 7919) {
                let mut counts = vec![vec![0.0; data.n_classes]; tree.nodes.len()];
                for (row, class) in train.iter().zip(classes) {
                    counts[leaf(&tree, row)][*class as usize] += 1.0;
                }
                for (row, shares) in test.iter().zip(&mut shares) {
                    let counts = &counts[leaf(&tree, row)];
                    let n: f64 = counts.iter().sum();
                    for (share, count) in shares.iter_mut().zip(counts) {
                        *share += count / n / TREES as f64;
                    }
                }
            }
        }
        tell(data, "projection", started, &shares);

        let started = Instant::now();
        let parameters = RandomForestClassifierParameters::default()
            .with_n_trees(u16::try_from(TREES).unwrap())
            .with_max_depth(DEPTH + 1)
            .with_m(m);
        let y = classes.to_vec();
        let forest = RandomForestClassifier::fit(&x, &y, parameters).unwrap();
        let votes = forest.predict(&Matrix::from_2d_vec(&test.to_vec()).unwrap()).unwrap();
        let hard: Vec<Vec<f64>> = votes
            .iter()
            .map(|vote| {
                (0..data.n_classes).map(|c| f64::from(u8::from(c == *vote as usize))).collect()
            })
            .collect();
        tell(data, "classifier", started, &hard);
    }
}
