//! Programs of ops on columns, put together one op after another, and held against a slow reading of
//! `docs/format-2.md`.

mod functions;
pub mod random;
mod reference;
mod splines;
mod terms;

use model_format::manifest::{
    ArraySpec, ColumnKind, ColumnSpec, Dtype, GoldenRows, Manifest, SchemaSpec,
};
use model_format::program::ops::linear::LinearSpec;
use model_format::program::ops::map_code::{CodeTarget, MapCodeSpec};
use model_format::program::ops::require::RequireSpec;
use model_format::program::ops::select::SelectSpec;
use model_format::program::slot::{ArrayId, Run, Slot};
use model_format::program::{Head, Meaning, OpSpec, ProgramSpec};
use model_format::writer::{self, ArrayData};
use model_format::{Artifact, FormatError};
use predictor::Model;
use predictor::testing::predict_on_all;

use crate::compare::row;
use crate::{models, second};
pub(crate) use reference::run;
pub use reference::{Data, Type, Value};

/// A program on its way, and the arrays that it names.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    columns: Vec<ColumnSpec>,
    keeps_missing: Vec<bool>,
    /// The ops so far.
    pub ops: Vec<OpSpec>,
    /// The arrays so far.
    pub arrays: Vec<Data>,
    /// The types of the slots so far.
    pub types: Vec<Type>,
}

impl Draft {
    /// Adds a numeric column; columns come before ops.
    pub fn number(&mut self, keeps_missing: bool) -> Slot {
        self.types.push(Type::Number { missing: keeps_missing });
        self.column(ColumnKind::Numeric, keeps_missing)
    }

    /// Adds a categorical column.
    pub fn category(&mut self, categories: &[&str], missing_category: bool) -> Slot {
        let levels: Vec<String> = categories.iter().map(|text| (*text).to_owned()).collect();
        let n = levels.len() + usize::from(missing_category);
        self.types.push(Type::Code { n, unknown: true });
        self.column(ColumnKind::Text { levels, missing_level: missing_category }, true)
    }

    /// Adds a column of documents.
    pub fn document(&mut self) -> Slot {
        self.types.push(Type::Document);
        self.column(ColumnKind::Document, true)
    }

    fn column(&mut self, kind: ColumnKind, keeps_missing: bool) -> Slot {
        let slot = u32::try_from(self.columns.len()).unwrap();
        self.columns.push(ColumnSpec { name: format!("column {slot}"), kind });
        self.keeps_missing.push(keeps_missing);
        slot
    }

    /// Adds an array.
    pub fn array(&mut self, data: Data) -> ArrayId {
        self.arrays.push(data);
        ArrayId(u32::try_from(self.arrays.len() - 1).unwrap())
    }

    /// Adds a list of numbers.
    pub fn f64s(&mut self, numbers: &[f64]) -> ArrayId {
        self.array(Data::F64(vec![numbers.len()], numbers.to_vec()))
    }

    /// Adds a list of whole numbers.
    pub fn u32s(&mut self, numbers: &[u32]) -> ArrayId {
        self.array(Data::U32(vec![numbers.len()], numbers.to_vec()))
    }

    /// Adds terms: their bytes and ends.
    pub fn texts(&mut self, texts: &[&str]) -> (ArrayId, ArrayId) {
        let ends = texts.iter().scan(0, |end, text| {
            *end += text.len() as u64;
            Some(*end)
        });
        let ends = Data::U64(ends.collect());
        (self.array(Data::U8(texts.concat().into_bytes())), self.array(ends))
    }

    /// Adds an op and returns what it writes.
    pub fn op(&mut self, op: OpSpec) -> Run {
        let first = u32::try_from(self.types.len()).unwrap();
        let types = reference::types(&op, &self.types, &self.arrays);
        let len = u32::try_from(types.len()).unwrap();
        self.types.extend(types);
        self.ops.push(op);
        Run { first, len }
    }

    /// Slots one after the other.
    pub fn select(&mut self, slots: &[Slot]) -> Run {
        let runs = slots.iter().map(|slot| Run::one(*slot)).collect();
        self.op(OpSpec::Select(SelectSpec { runs }))
    }

    /// Makes a prediction of the slots that nothing reads: their weighted sum. Codes count as numbers, an unknown
    /// one as -1; a row has no prediction if a number of it is missing or infinite.
    pub fn finish(&mut self) {
        let mut read = vec![false; self.types.len()];
        for run in self.ops.iter().flat_map(reference::inputs) {
            read[run.range()].fill(true);
        }
        let slots = (0..).zip(&self.types).zip(read).filter(|(_, read)| !read);
        let unread: Vec<(Slot, Type)> = slots.map(|((slot, of), _)| (slot, *of)).collect();
        let mut numbers = Vec::new();
        for (slot, of) in unread {
            match of {
                Type::Number { .. } => numbers.push(slot),
                Type::Document => panic!("nothing reads the document"),
                Type::Code { n, unknown } => {
                    let mut table: Vec<f64> = (0..n).map(|code| code as f64).collect();
                    table.extend(unknown.then_some(-1.0));
                    let tables = self.f64s(&table);
                    let input = Run::one(slot);
                    let to = CodeTarget::Numbers;
                    numbers.push(self.op(OpSpec::MapCode(MapCodeSpec { input, to, tables })).first);
                }
            }
        }
        let input = self.select(&numbers);
        let input = self.op(OpSpec::Require(RequireSpec { input, keeps_missing: false }));
        // Powers of two, so that every slot counts to the bit as long as no other is much larger.
        let weights: Vec<f64> =
            (0..input.len).map(|i| [1.0, -0.5, 0.25, 2.0][i as usize % 4]).collect();
        let coefficients = self.array(Data::F64(vec![1, weights.len()], weights));
        let intercepts = self.f64s(&[0.0]);
        let op = LinearSpec { input, n_outputs: 1, coefficients, intercepts };
        self.op(OpSpec::Linear(op));
    }

    /// The file of a finished program with these golden rows.
    pub fn encode(&self, cells: &[Vec<String>]) -> Result<Vec<u8>, FormatError> {
        self.encode_edited(cells, |_| ())
    }

    /// The same of an edited manifest.
    pub fn encode_edited(
        &self,
        cells: &[Vec<String>],
        edit: impl FnOnce(&mut Manifest),
    ) -> Result<Vec<u8>, FormatError> {
        let (mut manifest, _) = second::parts(&models::linear_regression());
        let last = u32::try_from(self.types.len() - 1).unwrap();
        let (label, numbers, meaning) = (None, Run::one(last), Meaning::Value);
        let missing_tokens = manifest.schema.missing_tokens.clone();
        manifest.schema = SchemaSpec { columns: self.columns.clone(), missing_tokens };
        manifest.keeps_missing.clone_from(&self.keeps_missing);
        let head = Head { label, numbers, meaning };
        manifest.program = ProgramSpec { ops: self.ops.clone(), head };
        manifest.statistics = None;
        let good = cells.iter().filter_map(|cells| Some((cells, self.predict(cells)?)));
        let (cells, values): (Vec<&Vec<String>>, Vec<f64>) = good.take(20).unzip();
        let cells = cells.into_iter().flatten().cloned().collect();
        manifest.golden = GoldenRows { cells, labels: Vec::new(), values };
        edit(&mut manifest);
        let arrays = self.arrays.iter().enumerate().map(|(i, data)| array(i, data)).collect();
        Ok(writer::encode(manifest, arrays)?.0)
    }

    /// What the reference predicts; `None` for a bad row.
    pub fn predict(&self, cells: &[String]) -> Option<f64> {
        let values = self.values(cells)?;
        let Some(Value::Number(prediction)) = values.last() else { panic!("no number") };
        Some(*prediction).filter(|x| x.is_finite())
    }

    /// The value of every slot; `None` for a bad row.
    pub fn values(&self, cells: &[String]) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(self.types.len());
        for ((column, keeps), cell) in self.columns.iter().zip(&self.keeps_missing).zip(cells) {
            values.push(reference::cell(&column.kind, *keeps, cell)?);
        }
        for op in &self.ops {
            let written = reference::run(op, &values, &self.types, &self.arrays, cells)?;
            values.extend(written);
        }
        Some(values)
    }
}

fn array(index: usize, data: &Data) -> ArrayData {
    let name = format!("array {index}");
    let (dtype, shape, bytes): (_, _, Vec<u8>) = match data {
        Data::F64(shape, numbers) => {
            (Dtype::F64, shape, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
        }
        Data::U32(shape, numbers) => {
            (Dtype::U32, shape, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
        }
        Data::U64(numbers) => {
            let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
            (Dtype::U64, &vec![numbers.len()], bytes)
        }
        Data::U8(bytes) => (Dtype::U8, &vec![bytes.len()], bytes.clone()),
    };
    let shape = shape.iter().map(|n| *n as u64).collect();
    ArrayData::of_bytes(ArraySpec { name, dtype, shape }, bytes)
}

/// Opens a finished program and compares every row with the reference, alone and among others, with the kernels of
/// every set of instructions. Without a row to be golden there is no model, and nothing is compared.
pub fn compare(draft: &Draft, rows: &[Vec<String>]) {
    if rows.iter().all(|cells| draft.predict(cells).is_none()) {
        return;
    }
    let file = draft.encode(rows).unwrap();
    let model = Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap();
    let exact = model.artifact().pipeline().program().exact();
    let agrees = |found: f64, expected: f64| {
        let limit = 1e-12 * expected.abs().max(f64::MIN_POSITIVE);
        found.to_bits() == expected.to_bits() || !exact && (found - expected).abs() <= limit
    };
    let value = |prediction: &predictor::Prediction<'_>| match prediction {
        predictor::Prediction::Value(value) => *value,
        other => panic!("{other:?}"),
    };
    let mut good = Vec::new();
    for cells in rows {
        let found = row(&model, cells).and_then(|row| model.predict(&[row]).ok());
        match (found, draft.predict(cells)) {
            (None, None) => {}
            (Some(found), Some(expected)) => {
                let found = value(&found[0]);
                assert!(agrees(found, expected), "{cells:?}: {found:?}, expected {expected:?}");
                good.push((row(&model, cells).unwrap(), found));
            }
            (found, expected) => panic!("{cells:?}: {found:?}, expected {expected:?}"),
        }
    }
    // Bad rows are among them, which change nothing for the others.
    let many = rows.iter().cycle().take(150).filter_map(|cells| row(&model, cells));
    let _ = model.predict(&many.collect::<Vec<_>>());
    let batch: Vec<_> = good.iter().cycle().take(150).map(|(row, _)| row.clone()).collect();
    for predictions in predict_on_all(&model, &batch).unwrap() {
        for (found, (_, alone)) in predictions.iter().zip(good.iter().cycle()) {
            assert_eq!(value(found).to_bits(), alone.to_bits());
        }
    }
    by_columns(&model, rows, draft);
}

/// The same rows as one batch, the bad ones among them.
fn by_columns(model: &Model, rows: &[Vec<String>], draft: &Draft) {
    let mut batch = model.batch(rows.len());
    for column in model.columns() {
        batch.texts(column.name, rows.iter().map(|cells| &cells[column.column.index()])).unwrap();
    }
    for (cells, prediction) in rows.iter().zip(&model.predict_batch(&batch).unwrap()) {
        assert_eq!(prediction.is_ok(), draft.predict(cells).is_some(), "{cells:?}");
    }
}
