//! Files of version 2: programs that are read, run and refused.

mod trees;

use model_format::manifest::Manifest;
use model_format::program::ops::affine::{AffineForm, AffineSpec};
use model_format::program::ops::impute::ImputeSpec;
use model_format::program::ops::labels::{LabelRule, LabelSpec};
use model_format::program::ops::links::{LinkForm, LinkSpec};
use model_format::program::ops::node_trees::TreeEnsemble;
use model_format::program::ops::select::SelectSpec;
use model_format::program::slot::{ArrayId, Run};
use model_format::program::{Meaning, OpSpec};
use model_format::writer::{self, ArrayData};
use model_format::{Artifact, ErrorKind, FormatError};
use predictor::testing::predict_on_all;
use predictor::{Model, Row};
use proptest::prelude::*;
use tests::compare::row;
use tests::{corrupt, models, second};

use crate::round_trip::model_and_rows;

/// Labels and numbers as bits.
fn bits(model: &Model, rows: &[Row]) -> Vec<String> {
    let all = predict_on_all(model, rows).unwrap();
    all.concat().iter().map(|prediction| format!("{prediction:?}")).collect()
}

/// A model predicts the same, whatever the version of its file.
fn same(first: &[u8], rows: &[Vec<String>]) {
    let file = second::file(first);
    let open = |bytes: &[u8]| Model::from_artifact(Artifact::parse(bytes).unwrap()).unwrap();
    let (old, new) = (open(first), open(&file));
    assert_eq!((old.artifact().version(), new.artifact().version()), (1, 2));
    let mut expected = old.manifest().clone();
    expected.arrays.clone_from(&new.manifest().arrays);
    if old.artifact().pipeline().find::<TreeEnsemble>().is_some() {
        expected.program.clone_from(&new.manifest().program);
    }
    assert_eq!(*new.manifest(), expected);
    let good = |model: &Model| -> Vec<Row> {
        let rows = rows.iter().filter_map(|cells| row(model, cells));
        rows.filter(|row| model.predict(std::slice::from_ref(row)).is_ok()).collect()
    };
    assert_eq!(bits(&new, &good(&new)), bits(&old, &good(&old)));
}

#[test]
fn every_model_predicts_the_same_from_version_2() {
    for (_, model) in models::ALL {
        let first = model();
        let manifest = Artifact::parse(&first).unwrap().manifest().clone();
        let columns = manifest.schema.columns.len();
        let rows: Vec<Vec<String>> =
            manifest.golden.rows(columns).map(<[String]>::to_vec).collect();
        same(&first, &rows);
    }
}

/// A linear model: columns `age` 0, `city` 1 and `income` 2.
fn linear() -> (Manifest, Vec<ArrayData>) {
    second::parts(&models::linear_regression())
}

/// Encodes an edited model; the error that refuses it.
fn refused(edit: impl FnOnce(&mut Manifest, &mut Vec<ArrayData>)) -> FormatError {
    let (mut manifest, mut arrays) = linear();
    edit(&mut manifest, &mut arrays);
    writer::encode(manifest, arrays).expect_err("the program was accepted")
}

fn run(first: u32, len: u32) -> Run {
    Run { first, len }
}

fn select(runs: &[Run]) -> OpSpec {
    OpSpec::Select(SelectSpec { runs: runs.to_vec() })
}

/// Variants of the enum of ops, in their order.
fn variants() -> Vec<String> {
    let source = include_str!("../../model-format/src/program/mod.rs");
    let list =
        source.split("\nops! {\n").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap();
    let names = list.lines().filter_map(|line| line.trim().split_once(": "));
    names.filter(|(name, _)| !name.starts_with("//")).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn the_page_has_every_op() {
    let page = include_str!("../../docs/format-2.md");
    let rows =
        page.split("### Op (enum)").nth(1).unwrap().lines().skip_while(|l| !l.starts_with("| 0"));
    let rows = rows.take_while(|line| line.starts_with('|')).enumerate().map(|(index, line)| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert_eq!(cells[1], index.to_string());
        cells[2].to_owned()
    });
    assert_eq!(rows.collect::<Vec<_>>(), variants());
}

#[test]
fn the_program_of_a_model_of_three_columns() {
    let (manifest, _) = linear();
    let names: Vec<&str> = manifest.program.ops.iter().map(OpSpec::name).collect();
    assert_eq!(names, ["select", "impute", "affine", "one-hot", "linear"]);
}

/// A selection between the estimator and what is made of its sums: the same numbers by way of a block. The golden
/// rows, which every load replays, say whether they are.
#[test]
fn a_prediction_may_be_made_of_columns() {
    for model in
        [models::softmax, models::binary_logistic, models::gaussian_of_three, models::svm_of_three]
    {
        let (mut manifest, arrays) = second::parts(&model());
        let ops = &mut manifest.program.ops;
        let at =
            ops.iter().position(|op| matches!(op, OpSpec::Link(_) | OpSpec::Label(_))).unwrap();
        let sums = match &ops[at] {
            OpSpec::Link(link) => link.input,
            OpSpec::Label(label) => label.input,
            other => panic!("{other:?}"),
        };
        for op in &mut ops[at..] {
            match op {
                OpSpec::Link(link) => link.input.first += sums.len,
                OpSpec::Label(label) => label.input.first += sums.len,
                other => panic!("{other:?}"),
            }
        }
        ops.insert(at, select(&[sums]));
        let head = &mut manifest.program.head;
        head.numbers.first += sums.len;
        head.label = head.label.map(|label| label + sums.len);
        let (file, _) = writer::encode(manifest, arrays).unwrap();
        Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap();
    }
}

#[test]
fn decision_values_may_become_probabilities() {
    let (mut manifest, arrays) = second::parts(&models::svm_of_three());
    let program = &mut manifest.program;
    let sums = program.head.numbers;
    let form = LinkForm::Softmax;
    program.ops.insert(program.ops.len() - 1, OpSpec::Link(LinkSpec { input: sums, form }));
    program.head.numbers = run(sums.first + sums.len, sums.len);
    program.head.label = program.head.label.map(|label| label + sums.len);
    program.head.meaning = Meaning::Probabilities;
    for row in manifest.golden.values.chunks_exact_mut(3) {
        let most = row.iter().copied().fold(f64::MIN, f64::max);
        for value in row.iter_mut() {
            *value = (*value - most).exp();
        }
        let sum: f64 = row.iter().sum();
        for value in row {
            *value /= sum;
        }
    }
    let (file, _) = writer::encode(manifest, arrays).unwrap();
    Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap();
}

macro_rules! refusals {
    ($($name:ident: |$manifest:ident, $arrays:ident| $edit:expr => $says:literal;)*) => {
        $(#[test]
        fn $name() {
            let error = refused(|$manifest, $arrays| {
                let _ = (&$manifest, &$arrays);
                $edit;
            });
            assert_eq!(error.kind(), ErrorKind::Structure, "{error}");
            assert!(error.to_string().contains($says), "{error}");
        })*
    };
}

refusals! {
    no_ops: |m, a| m.program.ops.clear() => "ops: found 0, expected 1 to 512";
    too_many_ops: |m, a| m.program.ops = vec![select(&[run(0, 1)]); 513] => "ops: found 513";
    a_run_of_no_slots: |m, a| m.program.ops[0] = select(&[run(0, 0)]) =>
        "op 0 (select), runs: reads no slots";
    no_runs: |m, a| m.program.ops[0] = select(&[]) => "op 0 (select), runs: there is none";
    a_slot_of_a_later_op: |m, a| m.program.ops[0] = select(&[run(0, 1), run(3, 1)]) =>
        "op 0 (select), runs: reads 1 slots from 3, there are";
    a_run_past_the_end_of_all_numbers: |m, a| m.program.ops[0] = select(&[run(u32::MAX, u32::MAX)]) =>
        "op 0 (select), runs: reads 4294967295 slots";
    codes_for_numbers: |m, a| m.program.ops[0] = select(&[run(0, 1), run(1, 1)]) =>
        "op 1 (impute), input: slot 4 is a code, expected a number";
    missing_numbers_that_a_scaler_leaves_missing: |m, a| {
        m.program.ops[1] = OpSpec::Affine(AffineSpec {
            input: run(3, 2),
            form: AffineForm::MultiplyAdd,
            a: vec![1.0; 2],
            b: vec![0.0; 2],
        });
    } => "op 4 (linear), input: slot 7 is a number that may be missing";
    a_value_too_few: |m, a| {
        m.program.ops[1] = OpSpec::Impute(ImputeSpec { input: run(3, 2), values: vec![1.0] });
    } => "op 1 (impute), values: found 1, expected 2";
    numbers_for_codes: |m, a| {
        let OpSpec::OneHot(op) = &mut m.program.ops[3] else { panic!() };
        op.input = run(0, 1);
    } => "op 3 (one-hot), input: reads numbers, expected codes";
    an_array_of_another_op: |m, a| {
        let OpSpec::Linear(op) = &mut m.program.ops[4] else { panic!() };
        op.intercepts = op.coefficients;
    } => "belongs to two parts of the model";
    an_array_that_is_not_there: |m, a| {
        let OpSpec::Linear(op) = &mut m.program.ops[4] else { panic!() };
        op.intercepts = ArrayId(1000);
    } => "array 1000: there are ";
    an_array_of_the_golden_rows: |m, a| {
        let OpSpec::Linear(op) = &mut m.program.ops[4] else { panic!() };
        op.intercepts = ArrayId(2);
    } => "belongs to two parts of the model";
    an_array_that_nothing_reads: |m, a| a.push(ArrayData::u64("spare", &[1])) =>
        "array `spare`: nothing reads it";
    outputs_beyond_all_slots: |m, a| {
        let OpSpec::Linear(op) = &mut m.program.ops[4] else { panic!() };
        op.n_outputs = u32::MAX;
    } => "op 4 (linear), outputs: found 4294967295, expected 1 to 262144";
    widths_that_multiply: |m, a| {
        // Each op writes eight times what the one before it wrote.
        m.program.ops = (0..20u32).scan((0, 3), |(first, len), _| {
            let op = select(&[run(*first, *len); 8]);
            (*first, *len) = (first.saturating_add(*len), len.saturating_mul(8));
            Some(op)
        }).collect();
    } => "op 5 (select), runs: more than 262144 slots are read in all";
    an_op_that_nothing_reads: |m, a| m.program.ops.push(select(&[run(0, 1)])) =>
        "program: nothing reads slot 14";
    a_column_that_nothing_reads: |m, a| {
        m.program.ops.truncate(1);
        m.program.ops[0] = select(&[run(0, 1)]);
        a.clear();
        m.program.head.numbers = run(3, 1);
        m.keeps_missing = vec![false, true, false];
    } => "program: nothing reads slot 1 (column `city`)";
    a_head_of_missing_numbers: |m, a| m.program.head.numbers = run(0, 1) =>
        "head), numbers: slot 0 is a number that may be missing";
    two_values: |m, a| m.program.head.numbers = run(7, 2) => "head: 2 numbers that are Value";
    probabilities_of_a_regression: |m, a| m.program.head.meaning = Meaning::Probabilities =>
        "head: 1 numbers that are Probabilities do not fit the task";
    a_label_of_a_regression: |m, a| {
        let rule = LabelRule::Above(0.0);
        m.program.ops.push(OpSpec::Label(LabelSpec { input: run(13, 1), rule }));
        m.program.head.label = Some(14);
    } => "head: the label is Code { n: 2";
    a_divisor_of_zero: |m, a| {
        let OpSpec::Affine(op) = &mut m.program.ops[2] else { panic!() };
        op.b[1] = 0.0;
    } => "op 2 (affine), b: slot 1 of the run is divided by 0.0";
    a_scale_of_nan: |m, a| {
        let OpSpec::Affine(op) = &mut m.program.ops[2] else { panic!() };
        op.a[0] = f64::NAN;
    } => "op 2 (affine), a: element 0 is not a finite number";
}

/// The manifest and all sections, damaged anywhere and sealed again: refused or a model, and never a panic.
fn judge(sections: &[Vec<u8>]) {
    let file = corrupt::join_as(2, sections);
    if let Ok(artifact) = Artifact::parse(&file) {
        assert_eq!(artifact.version(), 2);
        let _ = Model::from_artifact(artifact);
    }
}

#[test]
fn every_byte_of_a_manifest_may_be_damaged() {
    for model in [models::linear_regression, models::svm_of_three, models::neighbors_of_texts] {
        let sections = corrupt::split(&second::file(&model()));
        for at in 0..sections[0].len() {
            for damage in [1u8, 0x80, 0xff] {
                let mut damaged = sections.clone();
                damaged[0][at] ^= damage;
                judge(&damaged);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_random_model_predicts_the_same_from_version_2((first, rows) in model_and_rows()) {
        same(&first, &rows);
    }

    #[test]
    fn any_section_may_be_damaged(
        which in 0usize..27,
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of((any::<prop::sample::Index>(), any::<prop::sample::Index>())),
    ) {
        let file = second::file(&models::ALL[which].1());
        let mut sections = corrupt::split(&file);
        for (section, at, byte) in damages {
            let section = section.get_mut(&mut sections);
            if !section.is_empty() {
                let at = at.index(section.len());
                section[at] = byte;
            }
        }
        if let Some((section, at)) = cut {
            let section = section.get_mut(&mut sections);
            section.truncate(at.index(section.len() + 1));
        }
        judge(&sections);
    }
}
