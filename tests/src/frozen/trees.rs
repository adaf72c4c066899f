//! Trees as no fit of the trainer makes them: missing numbers, categories, weights, and many thresholds.

use model_format::forest::{
    CategorySet, Combine, Comparison, ForestSpec, Missing, Node, Packer, TreePart,
};
use model_format::manifest::{GoldenRows, Manifest};
use model_format::program::builder::ProgramBuilder;
use model_format::program::ops::affine::{AffineForm, AffineSpec};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::trees::TreesSpec;
use model_format::program::slot::Run;
use model_format::program::{Head, Meaning, OpSpec};
use model_format::writer::ArrayData;

use crate::{models, second};

/// Where a row without an age goes.
const MISSING: Missing = Missing::Left;

/// Columns `age`, `city` and `income`: rows at most 40 years old, or without an age, give 10; then those of the
/// first city and those of an unknown one 20 and the others 30; a second tree adds 1 above an income of 1,000.
/// Weights are 1 and 0.5, the base is -5.
pub fn missing_and_categories() -> (Manifest, Vec<ArrayData>) {
    let (mut manifest, _) = second::parts(&models::linear_regression());
    let spec = ForestSpec {
        n_outputs: 1,
        comparison: Comparison::AtMost,
        round_inputs: true,
        round_sums: true,
        combine: Combine::Sum,
    };
    let mut packer = Packer::new(spec, true);
    packer.base(&[-5.0]);
    let bonn = CategorySet::new(4, [0], false, true);
    let first = |at: usize| match at {
        0 => Node::Threshold { input: 0, threshold: 40.0, missing: MISSING, left: 1, right: 2 },
        1 => Node::Leaf(&[10.0]),
        2 => Node::Categories { input: 1, set: &bonn, left: 3, right: 4 },
        3 => Node::Leaf(&[20.0]),
        _ => Node::Leaf(&[30.0]),
    };
    packer.push(5, TreePart::default(), first).unwrap();
    let missing = Missing::Right;
    let second = |at: usize| match at {
        0 => Node::Threshold { input: 2, threshold: 1000.0, missing, left: 1, right: 2 },
        1 => Node::Leaf(&[0.0]),
        _ => Node::Leaf(&[1.0]),
    };
    packer.push(3, TreePart { weight: 0.5, output: 0 }, second).unwrap();
    let packed = packer.finish().unwrap();
    let mut program = ProgramBuilder::new(3);
    let op = TreesSpec {
        input: Run { first: 0, len: 3 },
        forest: packed.spec.clone(),
        probabilities: false,
        arrays: program.trees(&packed),
    };
    let numbers = program.op(OpSpec::Trees(op), 1);
    let (program, arrays) = program.finish(Head::value(numbers));
    manifest.program = program;
    manifest.keeps_missing = vec![true; 3];
    let cells = [
        ["40.0000001", "Bonn", "1000", "5.0"],
        ["41", "Bonn", "1000", "15.0"],
        ["41", "Paris", "999", "15.0"],
        ["41", "Trier", "1001", "25.5"],
        ["41", "", "?", "25.5"],
        ["NA", "Bonn", "", "5.5"],
    ];
    manifest.golden = GoldenRows {
        cells: cells.iter().flat_map(|row| &row[..3]).map(|cell| (*cell).to_owned()).collect(),
        labels: Vec::new(),
        values: cells.iter().map(|row| row[3].parse().unwrap()).collect(),
    };
    (manifest, arrays)
}

/// Two numbers, three labels, and a decision value for each: trees that add to one of them. A missing `x` is read as 0;
/// a missing `y`, or one that is 0, goes left in one tree and right in the other.
pub fn decision_values() -> (Manifest, Vec<ArrayData>) {
    let (mut manifest, _) = second::parts(&models::gaussian_of_three());
    let spec = ForestSpec {
        n_outputs: 3,
        comparison: Comparison::Below,
        round_inputs: false,
        round_sums: false,
        combine: Combine::Mean,
    };
    let mut packer = Packer::new(spec, true);
    packer.base(&[0.5, 0.0, -0.5]);
    let trees: [(u32, u32, f64, Missing, [f64; 2]); 4] = [
        (0, 0, 0.5, Missing::AsZero, [1.5, -1.0]),
        (1, 1, -2.0, Missing::LeftWithZero, [2.0, 0.25]),
        (2, 1, 3.0, Missing::RightWithZero, [0.75, 4.0]),
        (2, 0, -0.0, Missing::AsZero, [-3.0, 1.0]),
    ];
    for (output, input, threshold, missing, leaves) in &trees {
        let look = |at: usize| match at {
            0 => Node::Threshold {
                input: *input,
                threshold: *threshold,
                missing: *missing,
                left: 1,
                right: 2,
            },
            _ => Node::Leaf(&leaves[at - 1..at]),
        };
        packer.push(3, TreePart { weight: 1.0, output: *output }, look).unwrap();
    }
    let packed = packer.finish().unwrap();
    let mut program = ProgramBuilder::new(2);
    let op = TreesSpec {
        input: Run { first: 0, len: 2 },
        forest: packed.spec.clone(),
        probabilities: false,
        arrays: program.trees(&packed),
    };
    let numbers = program.op(OpSpec::Trees(op), 3);
    let label = Some(program.label(numbers, LabelRule::FirstMaximum));
    let head = Head { label, numbers, meaning: Meaning::DecisionValues };
    let (program, arrays) = program.finish(head);
    manifest.program = program;
    manifest.keeps_missing = vec![true; 2];
    // Output 2 has two trees: (base + both leaves) / 2.
    let rows: [([&str; 2], u32, [f64; 3]); 6] = [
        (["0", "1"], 0, [2.0, 0.25, 0.625]),
        (["0.5", "3"], 2, [-0.5, 0.25, 2.25]),
        (["-1", "-2.5"], 0, [2.0, 2.0, -1.375]),
        (["", ""], 2, [2.0, 2.0, 2.25]),
        (["1", "0"], 2, [-0.5, 2.0, 2.25]),
        (["NA", "-2"], 0, [2.0, 0.25, 0.625]),
    ];
    manifest.golden = GoldenRows {
        cells: rows.iter().flat_map(|row| row.0).map(str::to_owned).collect(),
        labels: rows.iter().map(|row| row.1).collect(),
        values: rows.iter().flat_map(|row| row.2).collect(),
    };
    (manifest, arrays)
}

/// How many thresholds the tree of [`many_thresholds`] has: more than a byte can count.
const THRESHOLDS: usize = 400;

/// One tree of many thresholds over a number that is multiplied and shifted first: `x * 2 + 1` is above so many of 0, 1, 2 ...
pub fn many_thresholds() -> (Manifest, Vec<ArrayData>) {
    let (mut manifest, _) = second::parts(&models::boosted_regression());
    let spec = ForestSpec {
        n_outputs: 1,
        comparison: Comparison::AtMost,
        round_inputs: false,
        round_sums: false,
        combine: Combine::Sum,
    };
    let mut packer = Packer::new(spec, true);
    let leaves: Vec<f64> = (0..=THRESHOLDS).map(as_f64).collect();
    let nodes = search(0, THRESHOLDS);
    let look = |at: usize| match nodes[at] {
        (leaf, None) => Node::Leaf(&leaves[leaf..=leaf]),
        (threshold, Some(right)) => Node::Threshold {
            input: 0,
            threshold: leaves[threshold],
            missing: Missing::Refused,
            left: at + 1,
            right: at + right,
        },
    };
    packer.push(nodes.len(), TreePart::default(), look).unwrap();
    let packed = packer.finish().unwrap();
    let mut program = ProgramBuilder::new(2);
    let affine = AffineSpec {
        input: Run { first: 0, len: 2 },
        form: AffineForm::MultiplyAdd,
        a: vec![2.0, 1.0],
        b: vec![1.0, 0.0],
    };
    let input = program.op(OpSpec::Affine(affine), 2);
    let op = TreesSpec {
        input,
        forest: packed.spec.clone(),
        probabilities: false,
        arrays: program.trees(&packed),
    };
    let numbers = program.op(OpSpec::Trees(op), 1);
    let (program, arrays) = program.finish(Head::value(numbers));
    manifest.program = program;
    manifest.keeps_missing = vec![false; 2];
    let rows = [
        ("-9", 0.0),
        ("-0.5", 0.0),
        ("0", 1.0),
        ("63.6", 129.0),
        ("127.25", 256.0),
        ("1e9", 400.0),
    ];
    manifest.golden = GoldenRows {
        cells: rows.iter().flat_map(|(x, _)| [(*x).to_owned(), "7".to_owned()]).collect(),
        labels: Vec::new(),
        values: rows.iter().map(|row| row.1).collect(),
    };
    (manifest, arrays)
}

/// A search among the thresholds `start..end`, in preorder: each threshold, or leaf, and how far behind it its right
/// child is.
fn search(start: usize, end: usize) -> Vec<(usize, Option<usize>)> {
    if start == end {
        return vec![(start, None)];
    }
    let middle = usize::midpoint(start, end);
    let left = search(start, middle);
    let mut nodes = vec![(middle, Some(left.len() + 1))];
    nodes.extend(left);
    nodes.extend(search(middle + 1, end));
    nodes
}

fn as_f64(n: usize) -> f64 {
    u32::try_from(n).unwrap().into()
}
