//! Programs put together by hand, their golden rows, and the predictor held against the interpreter.

use model_format::manifest::{
    ArraySpec, ColumnKind, ColumnSpec, Dtype, GoldenRows, Manifest, SchemaSpec, Task,
};
use model_format::program::ops::affine::{AffineForm, AffineSpec};
use model_format::program::ops::average::{AverageForm, AverageSpec};
use model_format::program::ops::labels::{LabelRule, LabelSpec};
use model_format::program::ops::linear::LinearSpec;
use model_format::program::ops::links::{LinkForm, LinkSpec};
use model_format::program::ops::select::SelectSpec;
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::{ArrayId, Run, Slot};
use model_format::program::{Head, Meaning, OpSpec, ProgramSpec};
use model_format::v1::EstimatorSpec;
use model_format::writer::{self, ArrayData};
use model_format::{Artifact, FormatError};
use predictor::testing::predict_on_all;
use predictor::{Model, Row};

use crate::compare::{answer, row};
use crate::interpret::Interpreter;
use crate::models;
use crate::reference::Answer;

/// A program on its way into a file.
#[derive(Clone, Debug)]
pub struct Draft {
    columns: Vec<ColumnSpec>,
    task: Task,
    ops: Vec<OpSpec>,
    arrays: Vec<ArrayData>,
    next: Slot,
}

impl Draft {
    /// Reads these columns, the numeric ones never missing.
    pub fn new(columns: Vec<ColumnSpec>, task: Task) -> Self {
        let next = slot(columns.len());
        Self { columns, task, ops: Vec::new(), arrays: Vec::new(), next }
    }

    /// Reads so many numeric columns.
    pub fn numeric(n: usize, task: Task) -> Self {
        Self::new((0..n).map(|i| models::numeric(&format!("x{i}"))).collect(), task)
    }

    /// All columns.
    pub fn inputs(&self) -> Run {
        Run { first: 0, len: slot(self.columns.len()) }
    }

    /// Appends an op that writes `len` slots.
    pub fn op(&mut self, op: OpSpec, len: u32) -> Run {
        self.ops.push(op);
        let output = Run { first: self.next, len };
        self.next += len;
        output
    }

    fn array(
        &mut self,
        dtype: Dtype,
        shape: &[usize],
        words: impl Iterator<Item = u64>,
    ) -> ArrayId {
        let id = slot(self.arrays.len());
        let shape = shape.iter().map(|n| *n as u64).collect();
        let spec = ArraySpec { name: format!("array {id}"), dtype, shape };
        self.arrays.push(ArrayData::of_bytes(spec, words.flat_map(u64::to_le_bytes).collect()));
        ArrayId(id)
    }

    /// An array of numbers.
    pub fn f64s(&mut self, shape: &[usize], numbers: &[f64]) -> ArrayId {
        self.array(Dtype::F64, shape, numbers.iter().map(|n| n.to_bits()))
    }

    /// An array of whole numbers.
    pub fn u64s(&mut self, numbers: &[u64]) -> ArrayId {
        self.array(Dtype::U64, &[numbers.len()], numbers.iter().copied())
    }

    /// Runs one after the other.
    pub fn select(&mut self, runs: &[Run]) -> Run {
        let len = runs.iter().map(|run| run.len).sum();
        self.op(OpSpec::Select(SelectSpec { runs: runs.to_vec() }), len)
    }

    /// `x * a + b`.
    pub fn scale(&mut self, input: Run, a: &[f64], b: &[f64]) -> Run {
        let (form, a, b) = (AffineForm::MultiplyAdd, a.to_vec(), b.to_vec());
        self.op(OpSpec::Affine(AffineSpec { input, form, a, b }), input.len)
    }

    /// Sums of products, coefficients output by output.
    pub fn linear(&mut self, input: Run, coefficients: &[f64], intercepts: &[f64]) -> Run {
        let n = intercepts.len();
        let coefficients = self.f64s(&[n, input.width()], coefficients);
        let intercepts = self.f64s(&[n], intercepts);
        let n_outputs = slot(n);
        self.op(
            OpSpec::Linear(LinearSpec { input, n_outputs, coefficients, intercepts }),
            n_outputs,
        )
    }

    /// A function of a run.
    pub fn link(&mut self, input: Run, form: LinkForm) -> Run {
        let len = match form {
            LinkForm::Logistic | LinkForm::Complement => 2,
            LinkForm::Softmax | LinkForm::Shares => input.len,
            LinkForm::PairScores { n_labels, .. } | LinkForm::PairCoupling { n_labels } => n_labels,
        };
        self.op(OpSpec::Link(LinkSpec { input, form }), len)
    }

    /// `1 / (1 + exp(-x))` of each.
    pub fn sigmoid(&mut self, input: Run) -> Run {
        let function = Function::Plain(Plain::Logistic);
        self.op(OpSpec::Unary(UnarySpec { input, function }), input.len)
    }

    /// The nearest number from 0 to 1 of each.
    pub fn clip(&mut self, input: Run) -> Run {
        let function =
            Function::Clip { lower: vec![0.0; input.width()], upper: vec![1.0; input.width()] };
        self.op(OpSpec::Unary(UnarySpec { input, function }), input.len)
    }

    /// Parts to one of them.
    pub fn average(&mut self, parts: &[Run], weights: &[f64], form: AverageForm) -> Run {
        let input = self.select(parts);
        let (n_parts, weights) = (slot(parts.len()), weights.to_vec());
        let len = parts[0].len;
        self.op(OpSpec::Average(AverageSpec { input, n_parts, weights, form }), len)
    }

    /// A label.
    pub fn label(&mut self, input: Run, rule: LabelRule) -> Run {
        self.op(OpSpec::Label(LabelSpec { input, rule }), 1)
    }

    /// The file with this value.
    ///
    /// # Errors
    ///
    /// Why the program was refused.
    pub fn value(self, numbers: Run, rows: &[Vec<String>]) -> Result<Vec<u8>, FormatError> {
        self.file(Head { label: None, numbers, meaning: Meaning::Value }, rows)
    }

    /// The file with probabilities, and a label of theirs by the first maximum.
    ///
    /// # Errors
    ///
    /// Why the program was refused.
    pub fn probabilities(mut self, run: Run, rows: &[Vec<String>]) -> Result<Vec<u8>, FormatError> {
        let label = self.label(run, LabelRule::FirstMaximum);
        self.classes(label, run, Meaning::Probabilities, rows)
    }

    /// The file with a label and numbers.
    ///
    /// # Errors
    ///
    /// Why the program was refused.
    pub fn classes(
        self,
        label: Run,
        numbers: Run,
        meaning: Meaning,
        rows: &[Vec<String>],
    ) -> Result<Vec<u8>, FormatError> {
        self.file(Head { label: Some(label.first), numbers, meaning }, rows)
    }

    /// The file; those of the rows that are good are its golden rows.
    fn file(self, head: Head, rows: &[Vec<String>]) -> Result<Vec<u8>, FormatError> {
        let keeps_missing =
            self.columns.iter().map(|column| column.kind != ColumnKind::Numeric).collect();
        let n_columns = self.columns.len();
        let base = models::manifest(self.columns, self.task, EstimatorSpec::Linear);
        let n_values = head.numbers.width();
        let blank = GoldenRows {
            cells: vec!["0".to_owned(); n_columns],
            labels: head.label.map(|_| 0).into_iter().collect(),
            values: vec![0.0; n_values],
        };
        let SchemaSpec { columns, missing_tokens } = base.schema;
        let mut manifest = Manifest {
            identity: base.identity,
            task: base.task,
            schema: SchemaSpec { columns, missing_tokens },
            keeps_missing,
            program: ProgramSpec { ops: self.ops, head },
            arrays: Vec::new(),
            golden: blank,
            statistics: base.statistics,
            provenance: base.provenance,
        };
        let (draft, _) = writer::encode(manifest.clone(), self.arrays.clone())?;
        let interpreter = Interpreter::of(&draft);
        let mut golden = GoldenRows { cells: Vec::new(), labels: Vec::new(), values: Vec::new() };
        for cells in rows.iter().take(64) {
            match interpreter.predict(cells) {
                None => continue,
                Some(Answer::Value(value)) => golden.values.push(value),
                Some(Answer::Class(class, numbers)) => {
                    golden.labels.push(u32::try_from(class).unwrap());
                    golden.values.extend(numbers);
                }
            }
            golden.cells.extend_from_slice(cells);
        }
        manifest.golden = golden;
        Ok(writer::encode(manifest, self.arrays)?.0)
    }
}

/// One slot of a run.
pub fn one(run: Run, at: u32) -> Run {
    Run::one(run.first + at)
}

fn slot(n: usize) -> u32 {
    u32::try_from(n).unwrap()
}

/// Rows of numbers as cells.
pub fn cells<const N: usize>(rows: &[[f64; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|x| format!("{x:?}")).collect()).collect()
}

/// Rows for more than one block.
const MANY: usize = 2100;

/// Compares the predictor with the interpreter: the golden rows, every row alone, many rows at once and some with the
/// kernels of every set of instructions. Returns what the interpreter says of each row.
pub fn compare(file: &[u8], rows: &[Vec<String>]) -> Vec<Option<Answer>> {
    let model = Model::from_artifact(Artifact::parse(file).unwrap()).unwrap();
    let interpreter = Interpreter::of(file);
    let exact = model_format::golden::exact(model.artifact().pipeline());
    let shown = model.has_probabilities() || model.labels().is_empty();
    let answers: Vec<_> = rows.iter().map(|cells| interpreter.predict(cells)).collect();
    let mut good = Vec::new();
    for (cells, expected) in rows.iter().zip(&answers) {
        let got = row(&model, cells).and_then(|row| {
            let prediction = answer(&model.predict(std::slice::from_ref(&row)).ok()?[0], &model);
            Some((row, prediction))
        });
        match (got, expected) {
            (None, None) => {}
            (Some((row, got)), Some(expected)) => {
                let expected = match expected {
                    Answer::Class(class, _) if !shown => Answer::Class(*class, Vec::new()),
                    expected => expected.clone(),
                };
                assert!(got.agrees(&expected, exact), "{cells:?}: {got:?}, expected {expected:?}");
                good.push((row, got));
            }
            (got, expected) => panic!("{cells:?}: {got:?}, expected {expected:?}"),
        }
    }
    let many: Vec<Row> = good.iter().cycle().take(MANY).map(|(row, _)| row.clone()).collect();
    let all = predict_on_all(&model, &many[..many.len().min(100)]).unwrap();
    for predictions in std::iter::once(model.predict(&many).unwrap()).chain(all) {
        for (prediction, (_, alone)) in predictions.iter().zip(good.iter().cycle()) {
            assert!(answer(prediction, &model).agrees(alone, true), "{prediction:?}, {alone:?}");
        }
    }
    answers
}
