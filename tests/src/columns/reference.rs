//! The judge of the ops on columns: one row at a time, slowly, from `docs/format-2.md` alone.

use model_format::manifest::ColumnKind;
use model_format::program::OpSpec;
use model_format::program::ops::affine::AffineForm;
use model_format::program::ops::map_code::CodeTarget;
use model_format::program::ops::number_to_code::CodeRule;
use model_format::program::ops::row_norm::Norm;
use model_format::program::ops::spline::Extrapolation;
use model_format::program::ops::unary::{Function, Plain};
use model_format::program::slot::Run;

use super::functions::{flag, function, interpolated};
use super::{splines, terms};
use crate::reference::number;

/// An array: its shape and what is in it.
#[derive(Clone, Debug)]
pub enum Data {
    /// Numbers.
    F64(Vec<usize>, Vec<f64>),
    /// Whole numbers.
    U32(Vec<usize>, Vec<u32>),
    /// Long whole numbers.
    U64(Vec<u64>),
    /// Bytes.
    U8(Vec<u8>),
}

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number, which may be missing.
    Number {
        /// Whether it may.
        missing: bool,
    },
    /// A code below `n`, or unknown.
    Code {
        /// How many there are.
        n: usize,
        /// Whether it may be unknown.
        unknown: bool,
    },
    /// A document.
    Document,
}

/// The value of a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number; NaN is a missing one.
    Number(f64),
    /// A code, `None` if it is unknown.
    Code(Option<usize>),
    /// The document in the cell of the same number.
    Document,
}

const NUMBER: Type = Type::Number { missing: false };

/// What an op reads.
pub(super) fn inputs(op: &OpSpec) -> Vec<Run> {
    match op {
        OpSpec::Select(op) => op.runs.clone(),
        OpSpec::Impute(op) => vec![op.input],
        OpSpec::Affine(op) => vec![op.input],
        OpSpec::OneHot(op) => vec![op.input],
        OpSpec::Linear(op) => vec![op.input],
        OpSpec::Unary(op) => vec![op.input],
        OpSpec::NumberToCode(op) => vec![op.input],
        OpSpec::MapCode(op) => vec![op.input],
        OpSpec::Require(op) => vec![op.input],
        OpSpec::Product(op) => vec![op.input],
        OpSpec::RowNorm(op) => vec![op.input],
        OpSpec::Interpolate(op) => vec![op.input],
        OpSpec::Spline(op) => vec![op.input],
        OpSpec::Terms(op) => vec![Run::one(op.input)],
        other => panic!("{other:?}"),
    }
}

/// The types of what an op writes.
pub(super) fn types(op: &OpSpec, slots: &[Type], arrays: &[Data]) -> Vec<Type> {
    let read: Vec<Type> =
        inputs(op).into_iter().flat_map(|run| &slots[run.range()]).copied().collect();
    let is_missing = |of: &Type| *of == Type::Number { missing: true };
    match op {
        OpSpec::Select(_) | OpSpec::Affine(_) => read,
        OpSpec::Impute(_) | OpSpec::RowNorm(_) => vec![NUMBER; read.len()],
        OpSpec::OneHot(_) => vec![NUMBER; read.iter().map(n_codes).sum()],
        OpSpec::Linear(op) => vec![NUMBER; op.n_outputs as usize],
        OpSpec::Unary(op) => {
            let missing = |of: &Type| match &op.function {
                Function::IsMissing | Function::Above(_) => false,
                Function::BoxCox(_)
                | Function::MissingIf(_)
                | Function::Plain(
                    Plain::SquareRoot
                    | Plain::Log
                    | Plain::Log1p
                    | Plain::Log2
                    | Plain::Log10
                    | Plain::ArcSin
                    | Plain::NormalQuantile,
                ) => true,
                _ => is_missing(of),
            };
            read.iter().map(|of| Type::Number { missing: missing(of) }).collect()
        }
        OpSpec::NumberToCode(op) => {
            let code = |(of, length): (&Type, &u32)| {
                let bins = op.rule != CodeRule::Equal;
                let n = *length as usize + usize::from(bins) + usize::from(op.missing_category);
                let unknown = !bins || is_missing(of) && !op.missing_category;
                Type::Code { n, unknown }
            };
            read.iter().zip(&op.lengths).map(code).collect()
        }
        OpSpec::MapCode(op) => {
            let mut all = Vec::new();
            for (i, table) in tables(arrays, op.tables.0, &read).enumerate() {
                all.push(match &op.to {
                    CodeTarget::Numbers => {
                        Type::Number { missing: table.iter().any(|entry| entry.is_nan()) }
                    }
                    CodeTarget::Codes(n) => {
                        let unknown = table.contains(&f64::from(u32::MAX));
                        Type::Code { n: n[i] as usize, unknown }
                    }
                });
            }
            all
        }
        OpSpec::Require(op) => {
            let required = |of: Type| match of {
                Type::Number { missing } => Type::Number { missing: missing && op.keeps_missing },
                Type::Code { n, .. } => Type::Code { n, unknown: false },
                Type::Document => panic!("a document"),
            };
            read.into_iter().map(required).collect()
        }
        OpSpec::Product(op) => vec![NUMBER; op.n_products as usize],
        OpSpec::Terms(op) => vec![NUMBER; op.n_terms as usize],
        OpSpec::Interpolate(_) => {
            read.iter().map(|of| Type::Number { missing: is_missing(of) }).collect()
        }
        OpSpec::Spline(op) => {
            let n = splines::n_splines(op) - usize::from(op.drops_last);
            let outside = op.extrapolation == Extrapolation::Missing;
            let number = |of: &Type| Type::Number { missing: is_missing(of) || outside };
            read.iter().flat_map(|of| vec![number(of); n]).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn n_codes(of: &Type) -> usize {
    match of {
        Type::Code { n, .. } => *n,
        Type::Number { .. } | Type::Document => panic!("no code"),
    }
}

/// Tables of codes as numbers, each with the entry of unknown codes if there is one.
fn tables(arrays: &[Data], array: u32, read: &[Type]) -> impl Iterator<Item = Vec<f64>> {
    let mut entries = match &arrays[array as usize] {
        Data::F64(_, numbers) => numbers.clone(),
        Data::U32(_, codes) => codes.iter().map(|code| f64::from(*code)).collect(),
        Data::U64(_) | Data::U8(_) => panic!("no tables"),
    }
    .into_iter();
    read.iter().map(move |of| {
        let Type::Code { n, unknown } = *of else { panic!("a number") };
        entries.by_ref().take(n + usize::from(unknown)).collect()
    })
}

/// The value of a cell; `None` if it makes the row bad.
pub(super) fn cell(kind: &ColumnKind, keeps_missing: bool, cell: &str) -> Option<Value> {
    let cell = cell.trim();
    let missing = ["", "NA", "?"].contains(&cell);
    match kind {
        ColumnKind::Numeric if missing => keeps_missing.then_some(Value::Number(f64::NAN)),
        ColumnKind::Numeric => number(cell).map(Value::Number),
        ColumnKind::Document => Some(Value::Document),
        ColumnKind::Text { levels, missing_level } if missing => {
            Some(Value::Code(missing_level.then_some(levels.len())))
        }
        ColumnKind::Text { levels, .. } => {
            Some(Value::Code(levels.iter().position(|level| level == cell)))
        }
    }
}

fn f64s(arrays: &[Data], array: u32) -> &[f64] {
    match &arrays[array as usize] {
        Data::F64(_, numbers) => numbers,
        Data::U32(..) | Data::U64(_) | Data::U8(_) => panic!("whole numbers"),
    }
}

/// What an op writes for a row of cells; `None` if it refuses the row.
pub(crate) fn run(
    op: &OpSpec,
    values: &[Value],
    slots: &[Type],
    arrays: &[Data],
    cells: &[String],
) -> Option<Vec<Value>> {
    let runs = inputs(op);
    let read: Vec<Value> = runs.iter().flat_map(|run| &values[run.range()]).copied().collect();
    let of: Vec<Type> = runs.iter().flat_map(|run| &slots[run.range()]).copied().collect();
    let numbers = || -> Vec<f64> {
        let number = |value: &Value| match value {
            Value::Number(x) => *x,
            Value::Code(_) | Value::Document => panic!("no number"),
        };
        read.iter().map(number).collect()
    };
    let of_numbers = |f: &dyn Fn(usize, f64) -> f64| -> Vec<Value> {
        numbers().into_iter().enumerate().map(|(i, x)| Value::Number(f(i, x))).collect()
    };
    let codes = || -> Vec<Option<usize>> {
        let code = |value: &Value| match value {
            Value::Code(code) => *code,
            Value::Number(_) | Value::Document => panic!("no code"),
        };
        read.iter().map(code).collect()
    };
    Some(match op {
        OpSpec::Select(_) => read,
        OpSpec::Impute(op) => of_numbers(&|i, x| if x.is_nan() { op.values[i] } else { x }),
        OpSpec::Affine(op) => of_numbers(&|i, x| match op.form {
            AffineForm::SubtractDivide => {
                let difference = x - op.a[i];
                difference / op.b[i]
            }
            AffineForm::MultiplyAdd => {
                let product = x * op.a[i];
                product + op.b[i]
            }
        }),
        OpSpec::OneHot(_) => {
            let mut all = Vec::new();
            for (code, of) in codes().into_iter().zip(&of) {
                let n = n_codes(of);
                all.extend((0..n).map(|at| Value::Number(flag(code == Some(at)))));
            }
            all
        }
        OpSpec::Linear(op) => {
            let weights = f64s(arrays, op.coefficients.0);
            let mut sum = 0.0;
            for (x, weight) in numbers().into_iter().zip(weights) {
                sum += x * weight;
            }
            vec![Value::Number(sum + f64s(arrays, op.intercepts.0)[0])]
        }
        OpSpec::Unary(op) => of_numbers(&|i, x| function(&op.function, i, x)),
        OpSpec::NumberToCode(op) => {
            let table = f64s(arrays, op.tables.0);
            let mut start = 0;
            let mut all = Vec::new();
            for ((x, length), of) in numbers().into_iter().zip(&op.lengths).zip(&of) {
                let table = &table[start..start + *length as usize];
                start += table.len();
                let bins = op.rule != CodeRule::Equal;
                let code = match op.rule {
                    _ if x.is_nan() && op.missing_category => Some(table.len() + usize::from(bins)),
                    _ if x.is_nan() && bins && *of == NUMBER => Some(0),
                    _ if x.is_nan() => None,
                    CodeRule::Equal => table.iter().position(|value| (*value - x).abs() <= 0.0),
                    CodeRule::BinsFromEdge => Some(table.iter().filter(|edge| **edge <= x).count()),
                    CodeRule::BinsToEdge => Some(table.iter().filter(|edge| **edge < x).count()),
                };
                all.push(Value::Code(code));
            }
            all
        }
        OpSpec::MapCode(op) => {
            let tables = tables(arrays, op.tables.0, &of);
            let entry = |(code, table): (Option<usize>, Vec<f64>)| {
                let entry = code.map_or(table[table.len() - 1], |code| table[code]);
                match op.to {
                    CodeTarget::Numbers => Value::Number(entry),
                    CodeTarget::Codes(_) => {
                        let n = (0u32..65_536).find(|n| f64::from(*n) >= entry);
                        let code = n.map(|n| n as usize);
                        Value::Code(code)
                    }
                }
            };
            codes().into_iter().zip(tables).map(entry).collect()
        }
        OpSpec::Require(op) => {
            let good = |value: &Value| match value {
                Value::Number(x) => x.is_finite() || x.is_nan() && op.keeps_missing,
                Value::Code(code) => code.is_some(),
                Value::Document => panic!("a document"),
            };
            if !read.iter().all(good) {
                return None;
            }
            read
        }
        OpSpec::Product(op) => {
            let mut all = numbers();
            for pair in u32s(arrays, op.factors.0).chunks(2) {
                all.push(all[pair[0] as usize] * all[pair[1] as usize]);
            }
            all.split_off(read.len()).into_iter().map(Value::Number).collect()
        }
        OpSpec::RowNorm(op) => {
            let mut size = 0.0;
            for x in numbers() {
                match op.norm {
                    Norm::Sum => size += x.abs(),
                    Norm::Euclidean => size += x * x,
                    Norm::Maximum => size = if x.abs() > size { x.abs() } else { size },
                }
            }
            if op.norm == Norm::Euclidean {
                size = size.sqrt();
            }
            of_numbers(&|_, x| if size < op.least { x } else { x / size })
        }
        OpSpec::Interpolate(op) => {
            let (xs, ys) = (f64s(arrays, op.xs.0), f64s(arrays, op.ys.0));
            let n = ys.len();
            of_numbers(&|i, x| interpolated(op.form, &xs[i * n..(i + 1) * n], ys, x))
        }
        OpSpec::Spline(op) => {
            let knots = f64s(arrays, op.knots.0);
            let knots = knots.chunks(op.n_knots as usize);
            let of_slot = |(x, knots)| splines::at(op, knots, x);
            numbers().into_iter().zip(knots).flat_map(of_slot).map(Value::Number).collect()
        }
        OpSpec::Terms(op) => {
            let numbers = terms::numbers(op, &cells[op.input as usize], arrays);
            numbers.into_iter().map(Value::Number).collect()
        }
        other => panic!("{other:?}"),
    })
}

fn u32s(arrays: &[Data], array: u32) -> &[u32] {
    match &arrays[array as usize] {
        Data::U32(_, numbers) => numbers,
        Data::F64(..) | Data::U64(_) | Data::U8(_) => panic!("other numbers"),
    }
}
