//! Files of version 2, decoded by the types of the pages and by what they say of sections.

use model_format::manifest::{
    ArraySpec, ColumnKind, ColumnSpec, ColumnStatistics, Dtype, GoldenRows, SchemaSpec,
};

use super::page::{Shape, Type, Types};
use super::value::{Fields, Value};
use super::{Cursor, Mark};

/// What a file of version 2 says besides the arrays of its program.
#[derive(Debug)]
pub struct Decoded {
    /// The manifest, field by field.
    pub manifest: Value,
    /// Its columns with their categories, and the missing tokens.
    pub schema: SchemaSpec,
    /// Whether each column keeps missing cells.
    pub keeps_missing: Vec<bool>,
    /// All arrays.
    pub arrays: Vec<ArraySpec>,
    /// Golden rows.
    pub golden: GoldenRows,
    /// Statistics of the columns.
    pub statistics: Option<Vec<ColumnStatistics>>,
}

/// Decodes the manifest of a file of version 2 and returns it with its marks.
pub fn manifest(bytes: &[u8]) -> (Value, Vec<Mark>) {
    let types = Types::second();
    let mut cursor = Cursor { bytes, at: 0, marks: Vec::new() };
    let value = cursor.value(&types, &Type::Named("Manifest"));
    assert_eq!(cursor.at, bytes.len(), "the manifest fills its section");
    (value, cursor.marks)
}

impl Cursor<'_> {
    /// A value of a type of the pages.
    fn value(&mut self, types: &Types, of: &Type) -> Value {
        match of {
            Type::List(of) => {
                let n = self.count();
                Value::List((0..n).map(|_| self.value(types, of)).collect())
            }
            Type::Option(of) => {
                let is_there = self.flag();
                Value::Option(is_there.then(|| Box::new(self.value(types, of))))
            }
            Type::Pair(first, second) => {
                Value::Pair(Box::new([self.value(types, first), self.value(types, second)]))
            }
            Type::Named("u32") => Value::Whole(self.u32().into()),
            Type::Named("u64") => Value::Whole(self.u64().into()),
            Type::Named("i64") => Value::Whole(i64::from_le_bytes(self.take()).into()),
            Type::Named("f64") => Value::Float(self.f64()),
            Type::Named("bool") => Value::Flag(self.flag()),
            Type::Named("str") => Value::Text(self.str()),
            Type::Named("bytes32") => Value::Bytes(self.take()),
            Type::Named("id") => Value::Id(self.u32()),
            Type::Named(name) => match types.get(name) {
                Some(Shape::Struct(fields)) => {
                    let fields = fields.iter().map(|f| (f.name, self.value(types, &f.of)));
                    Value::Fields(Fields { of: None, name, fields: fields.collect() })
                }
                Some(Shape::Enum(variants)) => {
                    let index = self.variant(name);
                    let (variant, fields) = &variants[index as usize];
                    let fields = fields.iter().map(|f| (f.name, self.value(types, &f.of)));
                    let fields = fields.collect();
                    Value::Fields(Fields { of: Some(*name), name: variant, fields })
                }
                None => panic!("no table of the type `{name}`"),
            },
        }
    }
}

/// Decodes a file by its sections, of which the first is the manifest.
pub fn decode(sections: &[Vec<u8>]) -> Decoded {
    let (manifest, _) = manifest(&sections[0]);
    let arrays: Vec<ArraySpec> = manifest.get("arrays").list().iter().map(array).collect();
    let sections = Sections { arrays: &arrays, bytes: &sections[1..] };
    let (schema, keeps_missing) = columns(&manifest, &sections);
    let golden = manifest.get("golden");
    let golden = GoldenRows {
        cells: sections.texts(golden.get("cells")),
        labels: sections.u32s(golden.get("labels")),
        values: sections.f64s(golden.get("values")),
    };
    let statistics = manifest.get("statistics").option();
    let statistics = statistics.map(|ids| self::statistics(ids, &schema.columns, &sections));
    Decoded { manifest, schema, keeps_missing, arrays, golden, statistics }
}

fn array(value: &Value) -> ArraySpec {
    let dtype = match value.get("dtype").name() {
        "F64" => Dtype::F64,
        "U64" => Dtype::U64,
        "U32" => Dtype::U32,
        "U16" => Dtype::U16,
        "U8" => Dtype::U8,
        other => panic!("dtype {other}"),
    };
    let shape = value.get("shape").list().iter().map(|n| n.number() as u64).collect();
    ArraySpec { name: value.get("name").text().to_owned(), dtype, shape }
}

/// The sections behind a manifest, by number.
struct Sections<'a> {
    arrays: &'a [ArraySpec],
    bytes: &'a [Vec<u8>],
}

impl Sections<'_> {
    fn of(&self, id: &Value, dtype: Dtype) -> &[u8] {
        assert_eq!(self.arrays[id.number()].dtype, dtype);
        &self.bytes[id.number()]
    }

    fn f64s(&self, id: &Value) -> Vec<f64> {
        let numbers = self.of(id, Dtype::F64).as_chunks().0;
        numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
    }

    fn u64s(&self, id: &Value) -> Vec<u64> {
        let numbers = self.of(id, Dtype::U64).as_chunks().0;
        numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect()
    }

    fn u32s(&self, id: &Value) -> Vec<u32> {
        let numbers = self.of(id, Dtype::U32).as_chunks().0;
        numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
    }

    fn texts(&self, texts: &Value) -> Vec<String> {
        let bytes = self.of(texts.get("bytes"), Dtype::U8);
        let mut start = 0;
        let mut found = Vec::new();
        for end in self.u64s(texts.get("ends")) {
            let end = usize::try_from(end).unwrap();
            found.push(String::from_utf8(bytes[start..end].to_vec()).unwrap());
            start = end;
        }
        assert_eq!(start, bytes.len());
        found
    }
}

fn columns(manifest: &Value, sections: &Sections<'_>) -> (SchemaSpec, Vec<bool>) {
    let mut categories = sections.texts(manifest.get("categories")).into_iter();
    let mut keeps_missing = Vec::new();
    let columns = manifest.get("columns").list().iter().map(|column| {
        let kind = column.get("kind");
        let (kind, keeps) = match kind.name() {
            "Numeric" => (ColumnKind::Numeric, kind.get("keeps_missing").flag()),
            "Categorical" => {
                let n = kind.get("n_categories").number();
                let levels = categories.by_ref().take(n).collect();
                let missing_level = kind.get("missing_category").flag();
                (ColumnKind::Text { levels, missing_level }, true)
            }
            "Document" => (ColumnKind::Document, true),
            other => panic!("column kind {other}"),
        };
        keeps_missing.push(keeps);
        ColumnSpec { name: column.get("name").text().to_owned(), kind }
    });
    let columns = columns.collect();
    assert_eq!(categories.next(), None);
    let tokens = manifest.get("missing_tokens").list();
    let missing_tokens = tokens.iter().map(|token| token.text().to_owned()).collect();
    (SchemaSpec { columns, missing_tokens }, keeps_missing)
}

fn statistics(
    ids: &Value,
    columns: &[ColumnSpec],
    sections: &Sections<'_>,
) -> Vec<ColumnStatistics> {
    let u64s = |name| sections.u64s(ids.get(name)).into_iter();
    let f64s = |name| sections.f64s(ids.get(name)).into_iter();
    let (mut missing, mut counts, mut edge_ends) =
        (u64s("missing"), u64s("counts"), u64s("edge_ends"));
    let (mut bin_counts, mut categories) = (u64s("bin_counts"), u64s("category_counts"));
    let (mut summaries, mut quantiles, mut edges) =
        (f64s("summaries"), f64s("quantiles"), f64s("edges"));
    let mut start = 0;
    let mut all = Vec::new();
    for column in columns {
        let missing = missing.next().unwrap();
        all.push(match &column.kind {
            ColumnKind::Text { levels, .. } => ColumnStatistics::Text {
                level_counts: categories.by_ref().take(levels.len()).collect(),
                missing,
            },
            ColumnKind::Document => {
                ColumnStatistics::Document { count: counts.next().unwrap(), missing }
            }
            ColumnKind::Numeric => {
                let end = usize::try_from(edge_ends.next().unwrap()).unwrap();
                let n_edges = end - start;
                start = end;
                ColumnStatistics::Numeric {
                    count: counts.next().unwrap(),
                    missing,
                    min: summaries.next().unwrap(),
                    max: summaries.next().unwrap(),
                    mean: summaries.next().unwrap(),
                    std: summaries.next().unwrap(),
                    quantiles: quantiles.by_ref().take(21).collect(),
                    bin_edges: edges.by_ref().take(n_edges).collect(),
                    bin_counts: bin_counts.by_ref().take(n_edges + 1).collect(),
                }
            }
        });
    }
    let rest = [missing.len(), counts.len(), edge_ends.len(), bin_counts.len(), categories.len()];
    assert_eq!(rest, [0; 5], "whole numbers of no column");
    assert_eq!([summaries.len(), quantiles.len(), edges.len()], [0; 3], "numbers of no column");
    all
}
