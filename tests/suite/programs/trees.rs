//! The op of trees: what it may read, what it predicts, and what is refused.

use model_format::manifest::Manifest;
use model_format::program::ops::trees::TreesSpec;
use model_format::program::slot::ArrayId;
use model_format::program::{Meaning, OpSpec};
use model_format::writer::{self, ArrayData};
use model_format::{Artifact, FormatError};
use predictor::Model;
use tests::frozen::trees::missing_and_categories as trees;

use super::run;

#[test]
fn missing_numbers_and_categories_go_where_the_trees_say() {
    let (manifest, arrays) = trees();
    let (file, _) = writer::encode(manifest, arrays).unwrap();
    Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap();
}

#[test]
fn a_golden_value_beside_the_trees_is_refused() {
    let (mut manifest, arrays) = trees();
    manifest.golden.values[3] = 26.0;
    let (file, _) = writer::encode(manifest, arrays).unwrap();
    Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap_err();
}

/// What is said of the trees after an edit of the op.
fn refused(edit: impl FnOnce(&mut TreesSpec, &mut Manifest, &mut Vec<ArrayData>)) -> FormatError {
    let (mut manifest, mut arrays) = trees();
    let OpSpec::Trees(mut op) = manifest.program.ops.remove(0) else { panic!() };
    edit(&mut op, &mut manifest, &mut arrays);
    manifest.program.ops.push(OpSpec::Trees(op));
    writer::encode(manifest, arrays).expect_err("the trees were accepted")
}

macro_rules! refusals {
    ($($name:ident: |$op:ident, $manifest:ident, $arrays:ident| $edit:expr => $says:literal;)*) => {
        $(#[test]
        fn $name() {
            let error = refused(|$op, $manifest, $arrays| {
                let _ = (&$op, &$manifest, &$arrays);
                $edit;
            });
            assert!(error.to_string().contains($says), "{error}");
        })*
    };
}

refusals! {
    an_input_too_few: |op, m, a| op.input.len = 2 => "op 0 (trees), rank table 1: reads input 2 of 2";
    a_code_for_thresholds: |op, m, a| {
        m.program.ops.insert(0, super::select(&[run(1, 1), run(1, 1), run(2, 1), run(0, 1)]));
        op.input = run(3, 4);
    } => "op 1 (trees), input: rank table 0 does not serve for input 0, a code";
    no_outputs: |op, m, a| op.forest.n_outputs = 0 => "op 0 (trees), outputs: found 0, expected 1";
    outputs_beyond_the_leaves: |op, m, a| op.forest.n_outputs = 2 => "array `leaf_values`";
    a_sum_as_probabilities: |op, m, a| op.probabilities = true => "probabilities are means without weights";
    weights_of_another_type: |op, m, a| op.arrays.weights = Some(op.arrays.tables) => "array 0: belongs to two parts";
    codes_of_another_type: |op, m, a| {
        a.push(ArrayData::u32("codes", &[0; 5]));
        op.arrays.leaf_codes = Some(ArrayId(u32::try_from(a.len() - 1).unwrap()));
    } => "array `codes`: U32 of shape [5], expected U16";
    a_base_that_is_left_out: |op, m, a| op.arrays.base = None => "array `base_values`: nothing reads it";
    sets_that_are_left_out: |op, m, a| op.arrays.sets = None => "category sets";
    an_array_that_is_not_there: |op, m, a| op.arrays.shapes = ArrayId(999) => "array 999: there are";
    starts_for_thresholds: |op, m, a| op.arrays.thresholds = op.arrays.starts =>
        "array `tree_starts`: U64 of shape [3], expected F64";
    one_output_named_twice: |op, m, a| {
        a.push(ArrayData::u32("tree_outputs", &[0, 1]));
        op.arrays.outputs = Some(ArrayId(u32::try_from(a.len() - 1).unwrap()));
    } => "tree 1: adds to output 1 of 1";
    labels_of_numbers: |op, m, a| m.program.head.meaning = Meaning::Probabilities => "head: 1 numbers that are Probabilities";
}

#[test]
fn a_number_that_may_be_missing_needs_a_place_in_every_table() {
    // Column `income` is read where no missing number is allowed for: the trees of the other models.
    let (mut manifest, arrays) = tests::second::parts(&tests::models::tree_regression());
    for op in &mut manifest.program.ops {
        if let OpSpec::Trees(op) = op {
            assert_eq!(op.arrays.sets, None);
        }
    }
    manifest.keeps_missing.fill(true);
    let error = writer::encode(manifest, arrays).expect_err("the trees were accepted");
    let says = "input: rank table 0 does not serve for input 0, a number that may be missing";
    assert!(error.to_string().contains(says), "{error}");
}
