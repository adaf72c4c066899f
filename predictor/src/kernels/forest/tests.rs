//! Every kernel beside the reference, to the bit, on every register width.

use proptest::prelude::*;

use super::random::{Random, Shape, shapes, trees};
use super::reference::{Branch, Trees};
use super::*;
use model_format::forest::{Combine, Comparison, ForestSpec, Missing, TreePart};

/// A kernel for blocks with room for so many rows.
fn sized(forest: Forest, capacity: usize) -> ForestKernel {
    let mut kernel = ForestKernel::new(Arc::new(forest));
    kernel.size_for(capacity);
    kernel
}

/// Compares all kernels with the reference on rows of random values.
fn check(trees: &Trees, n_rows: usize, random: &mut Random) {
    let rows: Vec<Vec<f64>> =
        (0..n_rows).map(|_| (0..trees.n_inputs).map(|_| random.value()).collect()).collect();
    compare(trees, &rows);
}

fn compare(trees: &Trees, rows: &[Vec<f64>]) {
    let expected: Vec<Vec<f64>> = rows.iter().map(|row| trees.score(row)).collect();
    let n_rows = rows.len();
    let capacity = n_rows.next_multiple_of(GROUP_ROWS);
    // What is left of an earlier block must not matter.
    let mut values = vec![77.7; trees.n_inputs * capacity];
    for (row, cells) in rows.iter().enumerate() {
        for (input, cell) in cells.iter().enumerate() {
            values[input * capacity + row] = *cell;
        }
    }
    let block = Features::of_numbers(&values, capacity, n_rows);
    let forest = trees.forest();
    let kernel = sized(forest.clone(), capacity);
    let n_outputs = trees.spec.n_outputs as usize;
    let judge = |how: &str, outputs: &[f64]| {
        assert_eq!(outputs.len(), 1 + n_rows * n_outputs);
        for (row, expected) in expected.iter().enumerate() {
            for (output, expected) in expected.iter().enumerate() {
                let found = outputs[1 + output * n_rows + row];
                assert_eq!(
                    found.to_bits(),
                    expected.to_bits(),
                    "{how}: row {row}, {found} {expected}"
                );
            }
        }
    };
    for width in Width::all() {
        let mut buffer = ForestBuffer::default();
        let mut run = |how: &str, score: &dyn Fn(&mut ForestBuffer, &mut Vec<f64>)| {
            // Something is there already.
            let mut outputs = vec![0.5];
            score(&mut buffer, &mut outputs);
            judge(&format!("{how} on {width:?}"), &outputs);
        };
        run("few", &|buffer, outputs| {
            few::score(&forest, &block, width, &mut buffer.few, outputs);
        });
        if let Some(capacity) = kernel.capacity {
            let all = unpacked::all(&forest, capacity);
            for (how, unpacked) in [("one by one", None), ("written out", Some(all.as_slice()))] {
                run(how, &|buffer, outputs| {
                    many::score(&forest, unpacked, capacity, &block, width, buffer, outputs);
                });
            }
        }
        for _ in 0..3 {
            run("as chosen", &|buffer, outputs| kernel.score(&block, width, buffer, outputs));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn every_kernel_does_what_the_page_says(shape in shapes(), n_rows in 1usize..150) {
        check(&trees(&shape), n_rows, &mut Random(shape.seed ^ 1));
    }
}

fn plain(combine: Combine) -> ForestSpec {
    let comparison = Comparison::AtMost;
    ForestSpec { n_outputs: 1, comparison, round_inputs: false, round_sums: false, combine }
}

/// A chain of splits at `0..n` of one input: the leaf is how many of them a value is above.
fn chain(n: u32) -> Branch {
    let mut below = Branch::Leaf(vec![f64::from(n)]);
    for at in (0..n).rev() {
        let children = Box::new([Branch::Leaf(vec![f64::from(at)]), below]);
        let missing = Missing::Left;
        below = Branch::Threshold { input: 0, threshold: f64::from(at), missing, children };
    }
    below
}

/// Drops a chain without recursion.
fn take_apart(mut tree: Branch) {
    while let Branch::Threshold { children, .. } = tree {
        let [_, right] = *children;
        tree = right;
    }
}

#[test]
fn more_thresholds_than_a_table_holds_and_more_leaves_than_a_node_can_name() {
    let n = 70_000;
    let part = TreePart::default();
    let trees = Trees {
        spec: plain(Combine::Sum),
        n_inputs: 1,
        single_outputs: false,
        base: None,
        all: vec![(part, chain(n))],
    };
    let forest = trees.forest();
    trees.all.into_iter().for_each(|(_, tree)| take_apart(tree));
    assert_eq!(forest.tables().len(), 2);
    assert_eq!(forest.trees()[0].depth, n);
    let values = [-1.0, 0.0, 0.5, 34_999.5, 35_000.0, 35_000.5, 65_535.5, 69_998.5, 69_999.0, 1e9];
    let expected =
        [0.0, 0.0, 1.0, 35_000.0, 35_000.0, 35_001.0, 65_536.0, 69_999.0, 69_999.0, 70_000.0];
    // Not by the reference, which calls itself for each level.
    let block: Vec<f64> = (0..128).map(|row| values[row % values.len()]).collect();
    let kernel = sized(forest, 128);
    let all = unpacked::all(&kernel.forest, 128);
    for (width, rows) in Width::all().into_iter().flat_map(|width| [(width, 80), (width, 3)]) {
        let block = Features::of_numbers(&block, 128, rows);
        let (mut buffer, mut outputs) = (ForestBuffer::default(), Vec::new());
        if rows > 3 {
            many::score(&kernel.forest, Some(&all), 128, &block, width, &mut buffer, &mut outputs);
        } else {
            few::score(&kernel.forest, &block, width, &mut buffer.few, &mut outputs);
        }
        assert_eq!(outputs.len(), rows);
        for (i, output) in outputs.iter().enumerate() {
            let expected: f64 = expected[i % expected.len()];
            assert_eq!(output.to_bits(), expected.to_bits(), "{rows} rows: row {i}");
        }
    }
}

#[test]
fn more_tables_than_ranks_of_a_group_of_rows() {
    // Every input has a table of its own: 1,100 of them are too many to rank 64 rows together.
    let n_inputs = 1_100;
    let mut random = Random(5);
    let shape = Shape {
        seed: 5,
        spec: plain(Combine::Mean),
        single_outputs: false,
        n_inputs,
        n_trees: 20,
        n_splits: 400,
        with_sets: false,
    };
    let mut trees = trees(&shape);
    for input in 0..n_inputs {
        let children = Box::new([Branch::Leaf(vec![1.0]), Branch::Leaf(vec![3.0])]);
        let missing = Missing::Refused;
        let tree = Branch::Threshold { input, threshold: 0.5, missing, children };
        trees.all.push((TreePart::default(), tree));
    }
    assert_eq!(sized(trees.forest(), 2048).capacity, None);
    check(&trees, 70, &mut random);
}

#[test]
fn a_block_is_cut_where_there_are_many_tables() {
    let mut trees = trees(&Shape {
        seed: 8,
        spec: plain(Combine::Mean),
        single_outputs: false,
        n_inputs: 200,
        n_trees: 10,
        n_splits: 300,
        with_sets: false,
    });
    trees.base = None;
    let kernel = sized(trees.forest(), 2048);
    let capacity = kernel.capacity.unwrap();
    assert!(capacity < 1000 && capacity.is_multiple_of(GROUP_ROWS), "{capacity}");
    check(&trees, 1_000, &mut Random(9));
}

#[test]
fn leaves_alone() {
    for n_outputs in [1, 3] {
        let mut spec = plain(Combine::Mean);
        spec.n_outputs = n_outputs;
        let leaf = Branch::Leaf((0..n_outputs).map(|o| f64::from(o) + 0.25).collect());
        let trees = Trees {
            spec,
            n_inputs: 1,
            single_outputs: false,
            base: None,
            all: vec![(TreePart::default(), leaf); 5],
        };
        check(&trees, 90, &mut Random(1));
    }
}
