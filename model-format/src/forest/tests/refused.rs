//! One edit per rule.

use super::*;
use crate::forest::Packed;

/// Why a forest is refused.
fn why(packed: &PackedForest) -> String {
    match packed.forest(N_INPUTS, false) {
        Ok(_) => "nothing is wrong".into(),
        Err(error) => error.to_string(),
    }
}

/// Why the small forest is refused after an edit.
fn edited(edit: impl FnOnce(&mut PackedForest)) -> String {
    let mut packed = small();
    edit(&mut packed);
    why(&packed)
}

/// The same of the forest of codes.
fn edited_codes(edit: impl FnOnce(&mut PackedForest)) -> String {
    let mut packed = coded();
    edit(&mut packed);
    why(&packed)
}

fn u8s(numbers: &mut Packed) -> &mut Vec<u8> {
    match numbers {
        Packed::U8(numbers) => numbers,
        Packed::U16(_) => panic!("wider than expected"),
    }
}

#[test]
fn without_an_edit_nothing_is_wrong() {
    assert_eq!(edited(|_| ()), "nothing is wrong");
    assert_eq!(edited_codes(|_| ()), "nothing is wrong");
}

#[test]
fn rank_tables() {
    let table = |at: usize, number: u32| edited(|packed| packed.tables[at] = number);
    assert!(
        edited(|packed| packed.tables.push(0)).contains("1 numbers after the last whole table")
    );
    assert!(table(0, 3).contains("rank table 0: reads input 3 of 3"));
    assert!(table(4, u32::MAX).contains("rank table 1: reads input 4294967295 of 3"));
    assert!(table(1, 7).contains("rank table 0: kind 7, expected 0 to 6"));
    assert!(table(2, 0).contains("rank table 0: 0 ranks, expected 1 to 65535"));
    assert!(table(2, 65_536).contains("rank table 0: 65536 ranks"));
    assert!(table(3, 1).contains("rank table 0: thresholds and 1 categories, expected 0"));
    assert!(table(11, 0).contains("rank table 2: 0 categories, expected 1 to 65533"));
    assert!(table(11, 65_534).contains("rank table 2: 65534 categories"));
    assert!(table(2, 3).contains("3 thresholds, the tables have 4"));
    assert!(table(10, 2).contains("1 words of category sets, the tables have 2"));
    assert!(table(11, 31).contains("1 words of category sets, the tables have 2"));
    // One of the categories becomes a threshold.
    assert!(table(9, 0).contains("rank table 2: thresholds and 4 categories"));
}

#[test]
fn more_rank_tables_than_a_node_can_name() {
    let found = edited(|packed| packed.tables = [0, 0, 1, 0].repeat(65_537));
    assert!(found.contains("rank tables: found 65537, expected 0 to 65536"), "{found}");
}

#[test]
fn thresholds() {
    let threshold = |at: usize, to: f64| edited(|packed| packed.thresholds[at] = to);
    assert!(threshold(1, 1.0).contains("rank table 0: threshold 1 is 1.0 after 1.0"));
    assert!(threshold(1, 0.0).contains("threshold 1 is 0.0 after 1.0, expected a greater one"));
    assert!(threshold(0, f64::NAN).contains("rank table 0: threshold 0 is not a number"));
    assert!(threshold(1, f64::NAN).contains("rank table 0: threshold 1 is not a number"));
    assert!(threshold(2, f64::NAN).contains("rank table 1: threshold 0 is not a number"));
    // Those of different tables need not ascend.
    assert_eq!(threshold(2, -7.0), "nothing is wrong");
    assert_eq!(threshold(1, f64::INFINITY), "nothing is wrong");
    assert!(
        edited(|packed| packed.thresholds.push(9.0)).contains("4 thresholds, the tables have 3")
    );
}

#[test]
fn category_sets() {
    // Bits 0 to 3 are categories, 4 is missing, 5 any other.
    let set = |word: u32| edited(|packed| packed.sets = Some(vec![word]));
    assert_eq!(set(0x3f), "nothing is wrong");
    assert!(set(0x40).contains("rank table 2: set 0 has a bit after that of its last category"));
    assert!(set(1 << 31).contains("set 0 has a bit after"));
    assert!(edited(|packed| packed.sets = None).contains("0 words of category sets"));
    let codes = edited_codes(|packed| packed.sets = Some(vec![]));
    assert!(codes.contains("category sets: an array without any"), "{codes}");
}

#[test]
fn starts_of_trees() {
    let starts = |starts: &[u64]| edited(|packed| packed.starts = starts.to_vec());
    assert!(starts(&[]).contains("trees: found 0"));
    assert!(starts(&[0]).contains("trees: found 0"));
    assert!(starts(&[1, 3, 4, 4]).contains("starts of trees: run from"));
    assert!(starts(&[0, 3, 4, 5]).contains("expected 0 to 4"));
    assert!(starts(&[0, 4, 3, 4]).contains("tree 1: starts [4, 3] do not ascend"));
    assert!(starts(&[0, u64::MAX, 4, 4]).contains("tree 0: starts [0, 18446744073709551615]"));
    // Another tree has the node: the shapes say otherwise.
    assert!(starts(&[0, 3, 3, 4]).contains("tree 1: 1 inner nodes in its shape, expected 0"));
    assert!(starts(&[0, 3, 4]).contains("words of shapes: found 3, expected 2"));
}

#[test]
fn inner_nodes() {
    let table = |at: usize, to: u8| edited(|packed| u8s(&mut packed.node_tables)[at] = to);
    let rank = |at: usize, to: u8| edited(|packed| u8s(&mut packed.node_ranks)[at] = to);
    assert!(table(3, 3).contains("tree 1: inner node 0 asks rank table 3 of 3"));
    assert!(table(2, 255).contains("tree 0: inner node 2 asks rank table 255 of 3"));
    assert!(rank(0, 2).contains("tree 0: inner node 0 has rank 2 of 2 in rank table 0"));
    assert!(rank(3, 1).contains("tree 1: inner node 0 has rank 1 of 1 in rank table 2"));
    assert!(edited(|packed| u8s(&mut packed.node_ranks).push(0)).contains("ranks of inner nodes"));
    let wide = edited(|packed| packed.node_tables = Packed::U16(vec![0, 1, 0, 65_535]));
    assert!(wide.contains("tree 1: inner node 0 asks rank table 65535 of 3"), "{wide}");
    let wide = edited(|packed| packed.node_ranks = Packed::U16(vec![0, 0, 65_535, 0]));
    assert!(wide.contains("tree 0: inner node 2 has rank 65535 of 2"), "{wide}");
}

#[test]
fn shapes() {
    let shape = |at: usize, to: u64| edited(|packed| packed.shapes[at] = to);
    // The root is a leaf, and children follow.
    assert!(shape(0, 0b1110).contains("tree 0: node 1 has no parent"));
    // Both children of the root are leaves, and nodes follow.
    assert!(shape(0, 0b11001).contains("tree 0: node 3 has no parent"));
    assert!(shape(0, 0b1111).contains("tree 0: 4 inner nodes in its shape, expected 3"));
    assert!(shape(0, 0b11).contains("tree 0: node 5 has no parent"));
    assert!(shape(0, 0b111 | 1 << 7).contains("tree 0: an inner node after node 6"));
    assert!(shape(0, 0b111 | 1 << 31).contains("an inner node after node 6"));
    assert!(shape(0, 0b111 | 1 << 32).contains("tree 0: 1 inner nodes before node 0, counted 0"));
    assert!(shape(2, 0b1).contains("tree 2: 1 inner nodes in its shape, expected 0"));
    assert!(
        edited(|packed| packed.shapes.push(0)).contains("words of shapes: found 4, expected 3")
    );
    // Other trees of the same size are trees.
    assert_eq!(shape(0, 0b10101), "nothing is wrong");
    assert_eq!(shape(0, 0b1011), "nothing is wrong");
}

#[test]
fn shapes_of_many_words() {
    // A chain of 100 nodes takes 201 positions, seven words.
    let chain = |edit: &dyn Fn(&mut Vec<u64>)| {
        let mut packer = Packer::new(spec(1, Combine::Sum), false);
        let look = |at: usize| match at {
            at if at % 2 == 0 && at < 200 => split(0, at as f64, at + 1, at + 2),
            _ => Node::Leaf(&[1.0]),
        };
        packer.push(201, TreePart::default(), look).unwrap();
        let mut packed = packer.finish().unwrap();
        edit(&mut packed.shapes);
        why(&packed)
    };
    assert_eq!(chain(&|_| ()), "nothing is wrong");
    let counted = chain(&|shapes| shapes[3] += 1 << 32);
    assert!(counted.contains("49 inner nodes before node 96, counted 48"), "{counted}");
    // Two children of one node lose their mark and one further on gets it.
    let moved = chain(&|shapes| shapes[2] = (shapes[2] & !0b101) | 0b1000);
    assert!(moved.contains("has no parent"), "{moved}");
}

#[test]
fn leaves() {
    let value = |to: f64| edited(|packed| packed.leaf_values[5] = to);
    assert!(value(f64::NAN).contains("tree 1: leaf 1 holds NaN, expected a finite number"));
    assert!(value(f64::NEG_INFINITY).contains("tree 1: leaf 1 holds -inf"));
    assert_eq!(value(-1.0), "nothing is wrong");
    assert!(edited(|packed| packed.leaf_values.push(1.0)).contains("leaf values: found 8"));
    let odd = edited_codes(|packed| packed.leaf_values.push(1.0));
    assert!(odd.contains("leaf values: 7 numbers, expected a multiple of 3"), "{odd}");
    let value = edited_codes(|packed| packed.leaf_values[4] = f64::NAN);
    assert!(value.contains("leaf value 1: holds NaN, expected a finite number"), "{value}");
    let code = edited_codes(|packed| u8s(packed.leaf_codes.as_mut().unwrap())[7] = 2);
    assert!(code.contains("tree 3: leaf 1 has the value 2 of 2"), "{code}");
    let codes = edited_codes(|packed| u8s(packed.leaf_codes.as_mut().unwrap()).push(0));
    assert!(codes.contains("leaf codes: found 81, expected 80"), "{codes}");
    let none = edited_codes(|packed| packed.leaf_values.clear());
    assert!(none.contains("leaf values: found 0, expected 1 to 256"), "{none}");
    let many = edited_codes(|packed| packed.leaf_values = vec![0.0; 3 * 257]);
    assert!(many.contains("leaf values: found 257, expected 1 to 256"), "{many}");
}

#[test]
fn probabilities() {
    let why = |edit: &dyn Fn(&mut PackedForest)| {
        let mut packed = small();
        edit(&mut packed);
        packed.forest(N_INPUTS, true).map_or_else(|error| error.to_string(), |_| "fine".into())
    };
    assert_eq!(why(&|_| ()), "fine");
    assert!(
        why(&|packed| packed.leaf_values[0] = 1.5)
            .contains("tree 0: leaf 0 holds 1.5, expected a probability")
    );
    assert!(why(&|packed| packed.leaf_values[0] = -0.5).contains("leaf 0 holds -0.5"));
    assert_eq!(why(&|packed| packed.leaf_values[0] = -0.0), "fine");
    let means = "probabilities are means without weights or base values";
    assert!(why(&|packed| packed.spec.combine = Combine::Sum).contains(means));
    assert!(why(&|packed| packed.weights = Some(vec![1.0; 3])).contains(means));
    assert!(why(&|packed| packed.base = Some(vec![0.0])).contains(means));
}

#[test]
fn numbers_of_trees_and_outputs() {
    let outputs = edited_codes(|packed| packed.spec.n_outputs = 0);
    assert!(outputs.contains("outputs of trees: found 0, expected 1 to 4096"), "{outputs}");
    let outputs = edited_codes(|packed| packed.spec.n_outputs = u32::MAX);
    assert!(outputs.contains("outputs of trees: found 4294967295"), "{outputs}");
    let base = edited_codes(|packed| packed.base = Some(vec![0.0; 4]));
    assert!(base.contains("base values: found 4, expected 3"), "{base}");
    let base = edited_codes(|packed| packed.base = Some(vec![0.0, f64::INFINITY, 0.0]));
    assert!(base.contains("base values: element 1 is not a finite number"), "{base}");
    let weights = edited(|packed| packed.weights = Some(vec![1.0; 2]));
    assert!(weights.contains("weights of trees: found 2, expected 3"), "{weights}");
    let weights = edited(|packed| packed.weights = Some(vec![1.0, f64::NAN, 1.0]));
    assert!(weights.contains("weights of trees: element 1 is not a finite number"), "{weights}");
    let own = edited(|packed| packed.outputs = Some(vec![0, 0, 1]));
    assert!(own.contains("tree 2: adds to output 1 of 1"), "{own}");
    let own = edited(|packed| packed.outputs = Some(vec![0, 0]));
    assert!(own.contains("outputs of single trees: found 2, expected 3"), "{own}");
    let own = edited(|packed| {
        packed.spec.n_outputs = 2;
        packed.outputs = Some(vec![0, 0, 0]);
    });
    assert!(own.contains("no tree adds to output 1"), "{own}");
}
