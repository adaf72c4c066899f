//! What the fuzz targets do with their bytes, as plain functions: `fuzz/` calls them under
//! libFuzzer, the tests replay `tests/corpus` with them.

use std::sync::OnceLock;

use model_format::cell::NumberCell;
use model_format::program::ops::trees::Trees;
use model_format::schema::{Schema, TextCell};
use model_format::v1::{ColumnKind, ColumnSpec, SchemaSpec};
use model_format::{Artifact, ErrorKind};
use predictor::{Cause, Model, testing};

use crate::by_hand::{self, Mark, What};
use crate::compare::{compare, row};
use crate::frozen;
use crate::interpret::Interpreter;
use crate::parts::Parts;
use crate::reference::Answer;
use crate::{corrupt, models, reference, second, slow_csv};

/// A body by the name of its target and of its folder in `tests/corpus`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 5] = [
    ("artifact", artifact),
    ("resealed", resealed),
    ("programs", programs),
    ("cells", cells),
    ("csv_rows", csv_rows),
];

/// The bytes of a model file.
///
/// They are refused with a reason, or they are a model that predicts as the reference does.
pub fn artifact(bytes: &[u8]) {
    judge(bytes, &mut Script(bytes));
}

/// A script that edits a model of [`models::ALL`], which is then sealed again.
///
/// What comes out is refused by its structure or by its golden rows, or predicts as the reference
/// does. What the golden rows alone refuse gets the golden rows that fit: it must then open.
pub fn resealed(script: &[u8]) {
    let mut script = Script(script);
    let file = edited(1, bases(), &mut script);
    judge(&file, &mut script);
}

/// The same of files of version 2: those models, and programs of every op. The interpreter judges them.
pub fn programs(script: &[u8]) {
    let mut script = Script(script);
    let file = edited(2, second_bases(), &mut script);
    judge(&file, &mut script);
}

/// Bytes taken one after another; zeros when they run out.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// A number below `n`, which is not 0.
    fn below(&mut self, n: usize) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()])) % n
    }

    fn word(&mut self) -> u64 {
        let mut bytes = [0; 8];
        let taken = self.take(8);
        bytes[..taken.len()].copy_from_slice(taken);
        u64::from_le_bytes(bytes)
    }

    /// A text of up to 15 bytes, or a long one.
    fn text(&mut self) -> String {
        let n = usize::from(self.byte());
        let text = String::from_utf8_lossy(self.take(n % 16)).into_owned();
        if n == 0xff { "x".repeat(4090 + usize::from(self.byte() % 16)) } else { text }
    }
}

/// Words that tend to be forgotten.
pub const WORDS: [u64; 16] = [
    0,
    1,
    2,
    3,
    64,
    65_535,
    65_536,
    0xffff_ffff,
    1 << 32,
    1 << 61,
    u64::MAX,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0x7fef_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
];

/// The sections of a model, and the marks of its manifest.
type Base = (Vec<Vec<u8>>, Vec<Mark>);

/// All models, taken apart once.
fn bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    let base = |(_, model): &models::Named| {
        let sections = corrupt::split(&model());
        let marks = by_hand::decode(&sections[0]).1;
        (sections, marks)
    };
    BASES.get_or_init(|| models::ALL.iter().map(base).collect())
}

/// The same of version 2, and the programs that are kept.
fn second_bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    let base = |file: Vec<u8>| {
        let sections = corrupt::split(&file);
        let marks = by_hand::second::manifest(&sections[0]).1;
        (sections, marks)
    };
    BASES.get_or_init(|| {
        let models = models::ALL.iter().map(|(_, model)| second::file(&model()));
        models.chain(frozen::ALL.iter().map(|frozen| frozen.file())).map(base).collect()
    })
}

fn edited(version: u32, bases: &[Base], script: &mut Script<'_>) -> Vec<u8> {
    let (sections, marks) = &bases[usize::from(script.byte()) % bases.len()];
    let mut sections = sections.clone();
    let n_edits = script.byte() % 8;
    for _ in 0..n_edits {
        let op = script.byte();
        let index = script.below(sections.len());
        let section = &mut sections[index];
        let at = script.below(section.len().max(1));
        match op % 9 {
            0 if !section.is_empty() => section[at] = script.byte(),
            1 if !section.is_empty() => section[at] ^= 1 << (script.byte() % 8),
            // An element of an array, or eight bytes anywhere.
            2 | 3 => {
                let at = if op.is_multiple_of(2) { at } else { at / 8 * 8 };
                let word = match script.byte() {
                    raw if raw >= 128 => script.word(),
                    known => WORDS[usize::from(known) % WORDS.len()],
                };
                let len = section.len().saturating_sub(at).min(8);
                section[at.min(at + len)..at + len].copy_from_slice(&word.to_le_bytes()[..len]);
            }
            4 => drop(section.splice(at..at, script.take(usize::from(op / 9)).to_vec())),
            5 => drop(section.drain(at..section.len().min(at + usize::from(op / 9)))),
            // A count, a variant or a text of the manifest; an earlier edit may have moved it.
            6 => {
                let mark = marks[script.below(marks.len())];
                let manifest = &mut sections[0];
                let word = match script.byte() {
                    known @ 0..64 => WORDS[usize::from(known) % WORDS.len()],
                    small => u64::from(small % 16),
                };
                let len = match mark.what {
                    What::Count => 8,
                    What::Variant(..) => 4,
                    What::Flag | What::Text => 1,
                };
                if let Some(place) = manifest.get_mut(mark.at..mark.at + len) {
                    place.copy_from_slice(&word.to_le_bytes()[..len]);
                }
            }
            7 if sections.len() > 1 => match op / 9 % 3 {
                0 => drop(sections.remove(index)),
                1 if sections.len() < 70 => sections.insert(index, sections[at % 2].clone()),
                _ => sections.swap(index, 0),
            },
            _ => {}
        }
        if sections.is_empty() {
            sections.push(Vec::new());
        }
    }
    let mut file = corrupt::join_as(version, &sections);
    // The container itself.
    for _ in 0..script.byte() % 4 {
        // An earlier edit may have cut the table short.
        let at = script.below(corrupt::entry(sections.len()).min(file.len() / 8 * 8));
        let word = match script.byte() {
            raw if raw >= 128 => script.word(),
            known => WORDS[usize::from(known) % WORDS.len()],
        };
        let field = at / 8 * 8;
        match script.byte() % 4 {
            0 => file[at] ^= 1 << (word % 8),
            1 => corrupt::put_u64(&mut file, field, word),
            2 => {
                let sum = corrupt::get_u64(&file, field).wrapping_add(word % 256).wrapping_sub(128);
                corrupt::put_u64(&mut file, field, sum);
            }
            _ => {
                let len = file.len().saturating_add_signed(at.cast_signed() - 64);
                file.resize(len.max(corrupt::TABLE), 0);
            }
        }
    }
    corrupt::reseal(file)
}

/// What must hold of any bytes.
fn judge(file: &[u8], script: &mut Script<'_>) {
    let artifact = match Artifact::parse(file) {
        Ok(artifact) => artifact,
        Err(error) => {
            assert!(!matches!(error.kind(), ErrorKind::Io | ErrorKind::SelfTest), "{error}");
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let sections = corrupt::split(file);
    assert_eq!(corrupt::join_as(artifact.version(), &sections), file, "a model has one container");
    if artifact.version() == 2 {
        return judge_program(file, sections, artifact, script);
    }
    assert_eq!(
        model_format::v1::Manifest::of_file(file).unwrap().encode().unwrap(),
        sections[0],
        "and one manifest"
    );
    let mut parts = Parts::of(file);
    let model = match Model::from_artifact(artifact) {
        Ok(model) => model,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::SelfTest, "{error}");
            let columns = parts.manifest.schema.columns.len();
            let rows: Vec<Vec<String>> =
                parts.manifest.golden.rows(columns).map(<[String]>::to_vec).collect();
            let Some(golden) = models::golden(&parts, &rows) else { return };
            parts.manifest.golden = golden;
            let anew = parts.file();
            let artifact = Artifact::parse(&anew).unwrap();
            Model::from_artifact(artifact).expect("the answers of the reference are right")
        }
    };
    let rows = rows(&model, script);
    compare(&parts.file(), &rows);
}

/// What must hold of a sound file of version 2.
fn judge_program(
    file: &[u8],
    mut sections: Vec<Vec<u8>>,
    artifact: Artifact,
    script: &mut Script<'_>,
) {
    // Trees have a judge of their own.
    if artifact.pipeline().find::<Trees>().is_some() {
        if let Ok(model) = Model::from_artifact(artifact) {
            for cells in rows(&model, script) {
                drop(row(&model, &cells).map(|row| model.predict(&[row])));
            }
        }
        return;
    }
    let interpreter = Interpreter::of(file);
    let golden = artifact.manifest().golden.clone();
    let columns = artifact.manifest().schema.columns.len();
    let mut file = file.to_vec();
    let model = match Model::from_artifact(artifact) {
        Ok(model) => model,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::SelfTest, "{error}");
            let answers = golden.rows(columns).map(|cells| interpreter.predict(cells));
            let Some(answers) = answers.collect::<Option<Vec<Answer>>>() else { return };
            let (mut labels, mut values) = (Vec::new(), Vec::new());
            for answer in answers {
                match answer {
                    Answer::Value(value) => values.push(value),
                    Answer::Class(class, numbers) => {
                        labels.extend(u32::try_from(class).unwrap().to_le_bytes());
                        values.extend(numbers);
                    }
                }
            }
            let manifest = by_hand::second::manifest(&sections[0]).0;
            let of_golden = manifest.get("golden");
            let section = |field: &str| 1 + of_golden.get(field).number();
            sections[section("labels")] = labels;
            sections[section("values")] = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            file = corrupt::join_as(2, &sections);
            let artifact = Artifact::parse(&file).unwrap();
            Model::from_artifact(artifact).expect("the answers of the interpreter are right")
        }
    };
    let rows = rows(&model, script);
    crate::programs::compare(&file, &rows);
}

/// Up to four rows of a palette that has the edges of every rule.
fn rows(model: &Model, script: &mut Script<'_>) -> Vec<Vec<String>> {
    const CELLS: [&str; 14] = [
        "0", "-0", "1", "-1.5", "2.5e1", "1e308", "-1e308", "5e-324", "1e-300", "", "NA", "?",
        "other", "1e999",
    ];
    let mut cell = |column: &ColumnSpec| {
        let choice = usize::from(script.byte());
        match &column.kind {
            ColumnKind::Text { levels, .. } if choice >= 64 => {
                levels[choice % levels.len()].clone()
            }
            ColumnKind::Numeric if choice >= 128 => {
                let number = f64::from_bits(script.word());
                if number.is_finite() { number.to_string() } else { "0.5".into() }
            }
            _ => CELLS[choice % CELLS.len()].into(),
        }
    };
    let columns = &model.manifest().schema.columns;
    (0..4).map(|_| columns.iter().map(&mut cell).collect()).collect()
}

/// A schema, and cells read under it.
///
/// The schema is accepted if and only if a plain reading of `docs/format.md` accepts it, and every
/// cell is what a plain reading says.
pub fn cells(bytes: &[u8]) {
    let mut script = Script(bytes);
    let n_tokens = script.byte() % 5;
    let missing_tokens: Vec<String> = (0..n_tokens).map(|_| script.text()).collect();
    let n_columns = script.byte() % 5;
    let columns: Vec<ColumnSpec> = (0..n_columns)
        .map(|_| {
            let name = script.text();
            let kind = match script.byte() % 8 {
                0 => ColumnKind::Numeric,
                n => ColumnKind::Text {
                    levels: (1..n).map(|_| script.text()).collect(),
                    missing_level: script.byte().is_multiple_of(2),
                },
            };
            ColumnSpec { name, kind }
        })
        .collect();
    let spec = SchemaSpec { columns, missing_tokens };
    let schema = Schema::new(&spec);
    assert_eq!(schema.is_ok(), is_schema(&spec), "{spec:?}: {:?}", schema.err());
    let Ok(schema) = schema else { return };
    while !script.0.is_empty() {
        let n = usize::from(script.byte());
        let cell = script.take(n);
        let is_missing = spec.missing_tokens.iter().any(|token| blanks(token) == trimmed(cell));
        let text = str::from_utf8(trimmed(cell)).ok();
        let number = text.and_then(reference::number);
        let expected = match number {
            _ if is_missing => NumberCell::Missing,
            Some(number) => NumberCell::Value(number),
            None => NumberCell::Invalid,
        };
        let got = NumberCell::read(cell, schema.missing());
        let bits = |cell| if let NumberCell::Value(n) = cell { Some(n.to_bits()) } else { None };
        assert_eq!((got, bits(got)), (expected, bits(expected)), "{cell:?}");
        for column in schema.text() {
            let ColumnKind::Text { levels, missing_level } = &spec.columns[column.column].kind
            else {
                panic!("a numeric column among the categorical columns");
            };
            let code = |n: usize| u32::try_from(n).unwrap();
            let level = levels.iter().position(|level| Some(level.as_str()) == text);
            let expected = match level {
                _ if is_missing => TextCell::Missing(missing_level.then_some(code(levels.len()))),
                Some(level) => TextCell::Level(code(level)),
                None => TextCell::Unseen,
            };
            assert_eq!(column.read(cell, schema.missing()), expected, "{cell:?}");
        }
    }
}

fn trimmed(cell: &[u8]) -> &[u8] {
    match cell {
        [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] => trimmed(rest),
        cell => cell,
    }
}

fn blanks(text: &str) -> &[u8] {
    trimmed(text.as_bytes())
}

/// Section 4 of `docs/format.md`, "Schema and Column", and the limits that a script can reach.
fn is_schema(spec: &SchemaSpec) -> bool {
    let short = |text: &String| text.len() <= 4096;
    let names = |(i, column): (usize, &ColumnSpec)| {
        let name = &column.name;
        let unique = spec.columns[..i].iter().all(|other| other.name != *name);
        short(name) && unique && !name.is_empty() && blanks(name) == name.as_bytes()
    };
    let is_token = |text: &str| spec.missing_tokens.iter().any(|t| blanks(t) == text.as_bytes());
    let levels = |column: &ColumnSpec| match &column.kind {
        ColumnKind::Numeric | ColumnKind::Document => true,
        ColumnKind::Text { levels, .. } => {
            let fits =
                |text: &String| short(text) && blanks(text) == text.as_bytes() && !is_token(text);
            !levels.is_empty()
                && levels.iter().all(fits)
                && levels.windows(2).all(|pair| pair[0].as_bytes() < pair[1].as_bytes())
        }
    };
    !spec.columns.is_empty()
        && spec.missing_tokens.iter().all(short)
        && spec.columns.iter().enumerate().all(names)
        && spec.columns.iter().all(levels)
}

/// An input of CSV, and how to read it: delimiter, number of columns, chunk size, threads.
///
/// It is read as a plain reading a byte at a time reads it, wherever the chunks end and however many
/// threads there are.
pub fn csv_rows(bytes: &[u8]) {
    let [how, size, input @ ..] = bytes else { return };
    let delimiter = b",;\t|"[usize::from(how % 4)];
    let n_columns = usize::from(how / 4 % 4 + 1);
    let threads = usize::from(how / 16 % 4 + 1);
    // A record is read anew with every chunk that does not end it, and a packed input of a few bytes
    // may hold a record of megabytes: with chunks of a few bytes that takes minutes.
    let size = if is_packed(input) { 1 << 16 } else { usize::from(*size) + 1 };
    let whole = testing::read(input, delimiter, n_columns, (1 << 20, 1));
    let parts = testing::read(input, delimiter, n_columns, (size, threads));
    let told = |result: &predictor::Result<_>| -> Option<Cause> {
        result.as_ref().err().map(predictor::Error::cause)
    };
    assert_eq!(told(&whole), told(&parts), "chunks of {size}");
    assert!(matches!(told(&whole), None | Some(Cause::Input)), "{whole:?}");
    let whole = whole.ok();
    assert_eq!(whole, parts.ok(), "chunks of {size}, {threads} threads");
    if !is_packed(input) {
        assert_eq!(whole, slow_csv::read(input, delimiter, n_columns), "the plain reading");
    }
}

/// Whether an input is compressed or UTF-16.
fn is_packed(input: &[u8]) -> bool {
    matches!(
        input,
        [0xff, 0xfe, ..]
            | [0xfe, 0xff, ..]
            | [0x1f, 0x8b, ..]
            | [0x28, 0xb5, 0x2f, 0xfd, ..]
            | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]
    )
}
