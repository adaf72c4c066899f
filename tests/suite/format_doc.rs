//! The tables of `docs/format.md` against the constants of the code.

mod second;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use model_format::program::ops::bayes::HALF_LOG_TWO_PI;
use model_format::program::ops::kernel_function::MAX_DEGREE;
use model_format::v1::{self, Dtype, EstimatorSpec, Manifest, Step};
use model_format::{golden, layout, limits, statistics};
use tests::models;
use tests::parts::Parts;

const PAGE: &str = include_str!("../../docs/format.md");
const LIMITS: &str = include_str!("../../model-format/src/limits.rs");

/// Cells of the first table after the line `heading`, header rows left out.
fn table(heading: &str) -> Vec<Vec<String>> {
    let lines = PAGE.lines().skip_while(|line| *line != heading).skip(1);
    let rows: Vec<Vec<String>> = lines
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "no table after `{heading}`");
    rows
}

/// Name, offset and size of the rows of an offset table, which must follow each other closely.
fn offsets(heading: &str, len: usize) -> BTreeMap<String, usize> {
    let mut end = 0;
    let mut offsets = BTreeMap::new();
    for row in table(heading) {
        let offset = usize::from_str_radix(row[0].trim_start_matches("0x"), 16).unwrap();
        let size: usize = row[1].parse().unwrap();
        assert_eq!(offset, end, "{row:?}");
        let of_type = match row[2].as_str() {
            "u32" => 4,
            "u64" | "f64" => 8,
            "digest" => 32,
            _ => size,
        };
        assert_eq!(size, of_type, "{row:?}");
        offsets.insert(row[3].clone(), offset);
        end = offset + size;
    }
    assert_eq!(end, len, "{heading}");
    offsets
}

/// Every variant of every enum table of the page: name of the enum, index.
pub(crate) fn variants() -> BTreeSet<(String, u32)> {
    let mut variants = BTreeSet::new();
    let mut name = "";
    for line in PAGE.lines() {
        if let Some((before, _)) = line.split_once(" (enum)") {
            name = before.trim_start_matches(['#', ' ']);
        }
        let index = line.strip_prefix("| ").and_then(|rest| rest.split(' ').next());
        if let Some(Ok(index)) = index.map(str::parse) {
            variants.insert((name.to_owned(), index));
        }
        if line.starts_with("## ") && line != "## 4. Manifest" {
            name = "";
        }
    }
    variants.retain(|(name, _)| !name.is_empty());
    variants
}

#[test]
fn the_preamble() {
    let offsets = offsets("### Preamble", layout::PREAMBLE_LEN);
    let expected = [
        ("magic", layout::MAGIC_AT),
        ("version", layout::VERSION_AT),
        ("n_sections", layout::N_SECTIONS_AT),
        ("file_len", layout::FILE_LEN_AT),
        ("reserved", layout::RESERVED_AT),
        ("header_digest", layout::DIGEST_AT),
    ];
    assert_eq!(offsets, expected.map(|(name, at)| (name.to_owned(), at)).into());
    let magic: Vec<String> = layout::MAGIC.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(table("### Preamble")[0][4], format!("`{}`", magic.join(" ")));
}

#[test]
fn the_section_table() {
    let offsets = offsets("### Section table entry", layout::ENTRY_LEN);
    let expected = [
        ("offset", layout::ENTRY_OFFSET_AT),
        ("length", layout::ENTRY_LEN_AT),
        ("digest", layout::ENTRY_DIGEST_AT),
    ];
    assert_eq!(offsets, expected.map(|(name, at)| (name.to_owned(), at)).into());
}

/// Bytes of an element.
fn size(dtype: Dtype) -> usize {
    let spec = v1::ArraySpec { name: String::new(), dtype, shape: Vec::new() };
    model_format::manifest::ArraySpec::from(spec).dtype.size()
}

#[test]
fn element_types() {
    offsets("### Tree node", size(Dtype::Node));
    for (row, dtype) in table("Dtype (enum):").iter().zip([Dtype::F64, Dtype::U64, Dtype::Node]) {
        assert_eq!(row[1], format!("{dtype:?}"));
        assert_eq!(row[2], size(dtype).to_string());
    }
}

/// Name of a struct or variant, and the names of its fields in the order of their declaration.
fn shape(value: &impl Debug) -> (String, Vec<String>) {
    let text = format!("{value:#?}");
    let name = text.split([' ', '\n']).next().unwrap_or_default().to_owned();
    let fields = text.lines().filter_map(|line| line.strip_prefix("    "));
    let fields = fields.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    (name, fields.filter_map(|line| Some(line.split_once(": ")?.0.to_owned())).collect())
}

#[test]
fn the_fields_of_structs() {
    let Manifest { identity, schema, arrays, golden, provenance, .. } =
        &Parts::of(&models::linear_regression()).manifest;
    let structs = [
        ("### Manifest", shape(&Parts::of(&models::linear_regression()).manifest)),
        ("### Identity", shape(identity)),
        ("### Schema and Column", shape(schema)),
        ("Column:", shape(&schema.columns[0])),
        ("### Array", shape(&arrays[0])),
        ("### Golden", shape(golden)),
        ("### Provenance", shape(provenance)),
    ];
    for (heading, (_, fields)) in structs {
        let page: Vec<String> = table(heading).into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(page, fields, "{heading}");
    }
}

#[test]
fn the_fields_of_variants() {
    let mut code: BTreeMap<&str, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (_, model) in models::ALL {
        let manifest = Parts::of(&model()).manifest;
        let mut add =
            |heading, (name, fields)| code.entry(heading).or_default().insert(name, fields);
        add("### Task (enum)", shape(&manifest.task));
        add("### Estimator (enum)", shape(&manifest.estimator));
        if let EstimatorSpec::NearestNeighbors { metric, weights, .. } = &manifest.estimator {
            add("Metric (enum):", shape(metric));
            add("Weights (enum):", shape(weights));
        }
        if let EstimatorSpec::SupportVectors { kernel } = &manifest.estimator {
            add("Kernel (enum):", shape(kernel));
        }
        for column in &manifest.schema.columns {
            add("ColumnKind (enum):", shape(&column.kind));
        }
        for step in &manifest.steps {
            add("### Step (enum)", shape(step));
            if let Step::Reduce { method, .. } = step {
                add("ReduceMethod (enum):", shape(method));
            }
        }
        for statistics in manifest.statistics.iter().flatten() {
            add("### Statistics (enum)", shape(statistics));
        }
    }
    for (heading, variants) in code {
        let names = |fields: &str| -> Vec<String> {
            fields.split(", ").filter_map(|f| Some(f.split_once(':')?.0.to_owned())).collect()
        };
        let page = table(heading).into_iter().map(|row| (row[1].clone(), names(&row[2]))).collect();
        assert_eq!(variants, page, "{heading}");
    }
}

#[test]
fn the_limits() {
    let page: BTreeMap<String, u64> = table("## 8. Limits")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].parse().unwrap()))
        .collect();
    let code = [
        ("MAX_FILE_LEN", limits::MAX_FILE_LEN),
        ("MAX_SECTIONS_1", limits::MAX_SECTIONS_1 as u64),
        ("MAX_SECTIONS", limits::MAX_SECTIONS as u64),
        ("MAX_OPS", limits::MAX_OPS as u64),
        ("MAX_SLOTS", limits::MAX_SLOTS as u64),
        ("MAX_ROW_COST", limits::MAX_ROW_COST),
        ("ROW_COST_PER_BYTE", limits::ROW_COST_PER_BYTE),
        ("MAX_MANIFEST_LEN", limits::MAX_MANIFEST_LEN as u64),
        ("MAX_COLUMNS", limits::MAX_COLUMNS as u64),
        ("MAX_FEATURES", limits::MAX_FEATURES as u64),
        ("MAX_LEVELS", limits::MAX_LEVELS as u64),
        ("MAX_SLOT_CODES", limits::MAX_SLOT_CODES as u64),
        ("MAX_CLASSES", limits::MAX_CLASSES as u64),
        ("MAX_TEXT_LEN", limits::MAX_TEXT_LEN as u64),
        ("MAX_MISSING_TOKENS", limits::MAX_MISSING_TOKENS as u64),
        ("MAX_GOLDEN_ROWS", limits::MAX_GOLDEN_ROWS as u64),
        ("MAX_MACHINES", limits::MAX_MACHINES as u64),
        ("MAX_TREES", limits::MAX_TREES as u64),
        ("MAX_TREE_NODES", limits::MAX_TREE_NODES as u64),
        ("MAX_RANK", limits::MAX_RANK as u64),
        ("MAX_ENTRIES", limits::MAX_ENTRIES as u64),
    ];
    for (name, limit) in code {
        assert_eq!(page.get(name), Some(&limit), "{name}");
    }
    // A limit that is new in the code is in neither list; this one finds it.
    let constants = LIMITS.lines().filter_map(|line| line.strip_prefix("pub const "));
    for name in constants.filter_map(|rest| rest.split(':').next()) {
        assert!(code.iter().any(|(known, _)| *known == name), "{name} is not compared");
    }
}

#[test]
fn numbers_in_the_text() {
    let text = PAGE.split_whitespace().collect::<Vec<_>>().join(" ");
    let facts = [
        format!("# The model file, format versions 1 to {}", layout::VERSION),
        format!("first multiple of {}", layout::ALIGNMENT),
        format!("pieces of {} bytes", layout::DIGEST_CHUNK),
        format!("{} numbers, not descending", statistics::N_QUANTILES),
        format!("`|g - w| <= {:e} * max(|w|, 2^-1022)`", golden::TOLERANCE),
        format!("`H` is the f64 with the bits {:#018x}", HALF_LOG_TWO_PI.to_bits()),
        format!("`degree` is 1 to {MAX_DEGREE}"),
        format!("bytes 0x00..{:#x} followed by the whole section table", layout::DIGEST_AT),
    ];
    for fact in facts {
        assert!(text.contains(&fact), "the page does not say: {fact}");
    }
}
