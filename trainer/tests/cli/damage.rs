//! Damage to what `fit` writes: a small model of each algorithm, every bit and every length.

use model_format::{Artifact, ErrorKind};
use serde_json::Value;

use crate::support::Work;

/// Nothing but the algorithm shall make the file large.
const SMALL: &str = "--no-statistics --test-fraction 0 --quiet --algorithm";

/// What is asked of `fit`, and the target: `n` is a number, `l` one of two labels, `k` one of three.
const FITS: [(&str, &str); 20] = [
    ("linear-regression --scaler standard --reduce pca:1", "n"),
    ("ridge --reduce svd:2", "n"),
    ("lasso", "n"),
    ("elastic-net --scaler minmax", "n"),
    ("logistic-regression", "k"),
    ("decision-tree --param max_depth=2", "l"),
    ("random-forest --param n_trees=2 --param max_depth=2", "k"),
    ("extra-trees --param n_trees=2 --param max_depth=2", "n"),
    ("gradient-boosting --param n_estimators=2 --param max_depth=2", "n"),
    ("gaussian-nb", "k"),
    ("bernoulli-nb", "l"),
    ("multinomial-nb", "k"),
    ("categorical-nb --ignore a,b", "l"),
    ("knn --param k=2 --param metric=minkowski", "n"),
    ("knn --param k=2 --param metric=hamming --param weights=distance", "l"),
    ("svm --param kernel=linear", "l"),
    ("svm --param kernel=rbf", "k"),
    ("svm --param kernel=polynomial --param degree=2", "n"),
    ("svm --param kernel=sigmoid", "l"),
    ("kmeans --param k=2", ""),
];

/// Sixteen rows of two numbers, a text and the three targets.
fn table() -> String {
    let row = |i: usize| {
        let (a, b) = (i * 7 % 16, i * i % 11);
        let t = ["x", "y"][i % 2];
        let (l, k) = (["no", "yes"][i / 8], ["p", "q", "r"][i % 3]);
        format!("{a},{b},{t},{}.5,{l},{k}\n", 3 * a + b)
    };
    std::iter::once("a,b,t,n,l,k\n".to_owned()).chain((0..16).map(row)).collect()
}

/// The model that `fit` writes.
fn fitted(work: &Work, args: &str, target: &str) -> Vec<u8> {
    let mut words = format!("{SMALL} {args}");
    for name in ["n", "l", "k"] {
        words += if name == target { " --target " } else { " --ignore " };
        words += name;
    }
    work.fit(&words).ok();
    work.bytes("m.model")
}

#[test]
fn every_bit_and_every_length_of_a_model_of_each_algorithm() {
    let work = Work::with(table());
    let list: Value = serde_json::from_str(&work.run(&["algorithms", "--json"]).ok()).unwrap();
    for entry in list.as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        assert!(FITS.iter().any(|(args, _)| args.split(' ').next() == Some(name)), "{name}");
    }
    let (mut flips, mut cuts) = (0, 0);
    for (args, target) in FITS {
        let model = fitted(&work, args, target);
        assert!(Artifact::parse(&model).is_ok(), "{args}");
        let mut damaged = model.clone();
        for (at, bit) in (0..model.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            damaged[at] ^= 1 << bit;
            let error = Artifact::parse(&damaged).map(drop).expect_err(args);
            assert!(error.kind() != ErrorKind::Io, "{args}: {error}");
            damaged[at] = model[at];
            flips += 1;
        }
        for len in 0..model.len() {
            let error = Artifact::parse(&model[..len]).map(drop).expect_err(args);
            let expected = if len < 8 { ErrorKind::NotAModel } else { ErrorKind::Length };
            assert_eq!(error.kind(), expected, "{args}: {len} bytes");
            cuts += 1;
        }
    }
    println!("{flips} flips, {cuts} cuts");
}

/// The same rows, options and seed give the same bytes, whatever the algorithm.
#[test]
fn every_algorithm_twice() {
    let [one, other] = [1, 3].map(|threads| {
        let work = Work::with(table());
        FITS.map(|(args, target)| fitted(&work, &format!("{args} --threads {threads}"), target))
    });
    for (i, (args, _)) in FITS.iter().enumerate() {
        assert!(one[i] == other[i], "{args}");
    }
}
