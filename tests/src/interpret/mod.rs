//! The judge of programs: one row at a time, slot by slot, from `docs/format-2.md` alone.
//!
//! It shares no code with the kernels. `exp` and its like are those of the standard library, where the predictor has
//! portable ones; `pow` of a distance is libm's in both, as in [`crate::reference`].

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::needless_range_loop,
    reason = "codes and counts are small; formulas of the page have indices"
)]

mod estimators;
mod outputs;

use model_format::Artifact;
use model_format::manifest::{ColumnKind, Dtype, Manifest};
use model_format::program::OpSpec;
use model_format::program::slot::{ArrayId, Run, SlotType};

use crate::columns::{self, Data, Type, Value};
use crate::corrupt;
use crate::reference::{Answer, number};

/// A program and its arrays, taken from a file.
#[derive(Debug)]
pub struct Interpreter {
    manifest: Manifest,
    sections: Vec<Vec<u8>>,
    /// The arrays that ops on columns read.
    data: Vec<Data>,
    types: Vec<Type>,
}

/// The slots of a row so far. A code is a whole number; a missing number and an unknown code are NaN.
struct Slots<'a> {
    values: Vec<f64>,
    /// How many codes each slot has, 0 for numbers.
    codes: Vec<u32>,
    cells: &'a [String],
    of: &'a Interpreter,
}

impl Interpreter {
    /// Of a file of version 2.
    pub fn of(file: &[u8]) -> Self {
        let artifact = Artifact::parse(file).unwrap();
        let manifest = artifact.manifest().clone();
        let sections = corrupt::split(file).split_off(1);
        let data = manifest.arrays.iter().zip(&sections).map(|(spec, bytes)| match spec.dtype {
            Dtype::U32 => {
                let words = bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
                Data::U32(Vec::new(), words.collect())
            }
            Dtype::U64 => {
                let words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
                Data::U64(words.collect())
            }
            Dtype::U8 => Data::U8(bytes.clone()),
            Dtype::F64 | Dtype::Node | Dtype::U16 => {
                let words = bytes.as_chunks::<8>().0.iter().map(|word| f64::from_le_bytes(*word));
                Data::F64(Vec::new(), words.collect())
            }
        });
        let types = artifact.pipeline().program().slots().iter().map(|slot| match *slot {
            SlotType::Number { may_be_missing } => Type::Number { missing: may_be_missing },
            SlotType::Probability => Type::Number { missing: false },
            SlotType::Code { n, may_be_unknown } => {
                Type::Code { n: n as usize, unknown: may_be_unknown }
            }
            SlotType::Document => Type::Document,
        });
        Self { data: data.collect(), types: types.collect(), manifest, sections }
    }

    /// Predicts a row of cells in schema order; `None` if the row is bad.
    pub fn predict(&self, cells: &[String]) -> Option<Answer> {
        let mut slots = Slots { values: Vec::new(), codes: Vec::new(), cells, of: self };
        let columns = self.manifest.schema.columns.iter().zip(&self.manifest.keeps_missing);
        for ((column, keeps_missing), cell) in columns.zip(cells) {
            let cell = cell.trim_matches([' ', '\t']);
            let tokens = &self.manifest.schema.missing_tokens;
            let missing = tokens.iter().any(|token| token.trim_matches([' ', '\t']) == cell);
            match &column.kind {
                ColumnKind::Numeric if missing && !keeps_missing => return None,
                ColumnKind::Numeric if missing => slots.push(f64::NAN, 0),
                ColumnKind::Numeric => slots.push(number(cell)?, 0),
                ColumnKind::Document => slots.push(f64::NAN, 0),
                ColumnKind::Text { levels, missing_level } => {
                    let n = levels.len() + usize::from(*missing_level);
                    let code = match levels.iter().position(|level| level == cell) {
                        _ if missing => missing_level.then_some(levels.len()),
                        code => code,
                    };
                    let n = u32::try_from(n).unwrap();
                    slots.push(code.map_or(f64::NAN, |code| code as f64), n);
                }
            }
        }
        for op in &self.manifest.program.ops {
            slots.op(op)?;
        }
        let head = self.manifest.program.head;
        let numbers = slots.values[head.numbers.range()].to_vec();
        if numbers.iter().any(|x| !x.is_finite()) {
            return None;
        }
        Some(match head.label {
            None => Answer::Value(numbers[0]),
            Some(label) => Answer::Class(slots.values[label as usize] as usize, numbers),
        })
    }
}

impl Slots<'_> {
    fn push(&mut self, value: f64, codes: u32) {
        self.values.push(value);
        self.codes.push(codes);
    }

    /// The numbers of a run.
    fn read(&self, run: Run) -> Vec<f64> {
        self.values[run.range()].to_vec()
    }

    fn write(&mut self, values: impl IntoIterator<Item = f64>) {
        for value in values {
            self.push(value, 0);
        }
    }

    /// The numbers of an array.
    fn f64s(&self, id: ArrayId) -> Vec<f64> {
        self.u64s(id).into_iter().map(f64::from_bits).collect()
    }

    /// The words of an array.
    fn u64s(&self, id: ArrayId) -> Vec<u64> {
        let words = self.of.sections[id.0 as usize].as_chunks::<8>().0;
        words.iter().map(|word| u64::from_le_bytes(*word)).collect()
    }

    /// Does an op; `None` if it refuses the row.
    fn op(&mut self, op: &OpSpec) -> Option<()> {
        match op {
            OpSpec::Select(_)
            | OpSpec::Impute(_)
            | OpSpec::Affine(_)
            | OpSpec::OneHot(_)
            | OpSpec::Unary(_)
            | OpSpec::NumberToCode(_)
            | OpSpec::MapCode(_)
            | OpSpec::Require(_)
            | OpSpec::Product(_)
            | OpSpec::RowNorm(_)
            | OpSpec::Interpolate(_)
            | OpSpec::Spline(_)
            | OpSpec::Terms(_) => return self.columns(op),
            OpSpec::Projection(op) => {
                let (x, weights) = (self.read(op.input), self.f64s(op.weights));
                let shifts = self.f64s(op.shifts);
                let sums = weights.chunks(x.len()).map(|weights| estimators::dot(&x, weights, 0.0));
                self.write(sums.zip(shifts).map(|(sum, shift)| sum - shift).collect::<Vec<_>>());
            }
            OpSpec::Linear(op) => self.linear(op),
            OpSpec::Trees(_) | OpSpec::NodeTrees(_) => panic!("trees have a judge of their own"),
            OpSpec::Bayes(op) => self.bayes(op),
            OpSpec::Neighbors(op) => self.neighbors(op),
            OpSpec::SupportVectors(op) => self.support_vectors(op),
            OpSpec::Centroids(op) => self.centroids(op),
            OpSpec::Link(op) => {
                let results = outputs::link(&self.read(op.input), op.form);
                self.write(results);
            }
            OpSpec::Label(op) => {
                let (label, n) = outputs::label(&self.read(op.input), op.rule);
                self.push(label as f64, u32::try_from(n).unwrap());
            }
            OpSpec::Average(op) => {
                let results = outputs::average(&self.read(op.input), op);
                self.write(results);
            }
        }
        Some(())
    }

    /// Ops on columns have a judge of their own.
    fn columns(&mut self, op: &OpSpec) -> Option<()> {
        let value = |(x, codes): (&f64, &u32)| match codes {
            0 => Value::Number(*x),
            _ => Value::Code((!x.is_nan()).then_some(*x as usize)),
        };
        let values: Vec<Value> = self.values.iter().zip(&self.codes).map(value).collect();
        let first = self.values.len();
        for (at, value) in columns::run(op, &values, &self.of.types, &self.of.data, self.cells)?
            .into_iter()
            .enumerate()
        {
            match (value, self.of.types[first + at]) {
                (Value::Number(x), _) => self.push(x, 0),
                (Value::Code(code), Type::Code { n, .. }) => {
                    let n = u32::try_from(n).unwrap();
                    self.push(code.map_or(f64::NAN, |code| code as f64), n);
                }
                (Value::Document, _) | (Value::Code(_), Type::Number { .. } | Type::Document) => {
                    panic!("no number among numbers")
                }
            }
        }
        Some(())
    }
}
