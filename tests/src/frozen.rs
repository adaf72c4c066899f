//! Models of version 2 that no fit of the trainer makes, kept as files for ever in `tests/golden/v2`.
//!
//! Each has golden rows whose predictions were worked out by hand or by a reference that knows nothing of the
//! kernels; they are the rows of its `rows.csv`.

pub mod columns;
pub mod outputs;
pub mod trees;

use std::path::{Path, PathBuf};

use model_format::manifest::Manifest;
use model_format::writer::{self, ArrayData};
use model_format::{Artifact, golden};
use predictor::{Model, Prediction, Row};

use crate::compare::row;
use crate::corrupt;

/// A model that is kept.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// Its folder.
    pub name: &'static str,
    /// What it has that others have not.
    pub shows: &'static str,
    made: fn() -> Vec<u8>,
}

/// All of them.
pub const ALL: &[Frozen] = &[
    Frozen {
        name: "columns-functions",
        shows: "every function of one number",
        made: columns::functions,
    },
    Frozen {
        name: "columns-codes",
        shows: "numbers to codes and codes to codes and numbers, rows that are refused",
        made: columns::codes,
    },
    Frozen {
        name: "columns-several",
        shows: "products, norms of rows, lines through points, splines",
        made: columns::several,
    },
    Frozen {
        name: "columns-terms",
        shows: "terms of a document: words and pairs of words, counted, weighted and divided",
        made: columns::terms,
    },
    Frozen {
        name: "outputs-averages",
        shows: "sums, weighted means and medians of several estimators",
        made: outputs::averages,
    },
    Frozen {
        name: "outputs-pairs",
        shows: "scores and probabilities of a number per pair of labels, the last of the largest numbers",
        made: outputs::pairs,
    },
    Frozen {
        name: "outputs-kernels",
        shows: "kernels of Gaussian processes, and distances",
        made: outputs::kernels,
    },
    Frozen {
        name: "outputs-radius",
        shows: "neighbours within a radius, and a label for rows without one",
        made: outputs::radius,
    },
    Frozen {
        name: "outputs-radius-values",
        shows: "neighbours within a radius, of which every row has one",
        made: outputs::radius_of_values,
    },
    Frozen {
        name: "trees-categories",
        shows: "missing numbers that go left or right, sets of categories, weights of trees and a base, sums in f32",
        made: || encoded(trees::missing_and_categories()),
    },
    Frozen {
        name: "trees-decisions",
        shows: "trees that add to one of several outputs, `x < threshold`, missing numbers read as 0, zeros that are missing",
        made: || encoded(trees::decision_values()),
    },
    Frozen {
        name: "trees-thresholds",
        shows: "ranks of 16 bits, and numbers that are multiplied and shifted before",
        made: || encoded(trees::many_thresholds()),
    },
];

impl Frozen {
    /// The bytes of its file, the same every time and on every machine.
    ///
    /// Golden numbers that passed through `exp` and the like are rounded: to fewer digits than those that differ
    /// between mathematical libraries, to more than a reader compares.
    pub fn file(self) -> Vec<u8> {
        let made = (self.made)();
        let artifact = Artifact::parse(&made).unwrap();
        let mut manifest = artifact.manifest().clone();
        self.name.clone_into(&mut manifest.identity.name);
        if !golden::exact(artifact.pipeline()) {
            for value in &mut manifest.golden.values {
                *value = format!("{value:.13e}").parse().unwrap();
            }
        }
        // What comes after the arrays of the program is written anew.
        let own = manifest.arrays.iter().take_while(|array| array.name != "categories").cloned();
        let sections = corrupt::split(&made).split_off(1);
        let arrays = own.zip(sections).map(|(spec, bytes)| ArrayData::of_bytes(spec, bytes));
        let arrays = arrays.collect();
        writer::encode(manifest, arrays).unwrap().0
    }

    /// Its files by name.
    pub fn files(self) -> Vec<(&'static str, Vec<u8>)> {
        let file = self.file();
        let model = Model::from_artifact(Artifact::parse(&file).unwrap()).unwrap();
        vec![
            ("README.md", self.readme().into_bytes()),
            ("rows.csv", rows(model.manifest()).into_bytes()),
            ("expected.csv", expected(&model).into_bytes()),
            ("model.model", file),
        ]
    }

    /// Its folder.
    pub fn folder(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v2").join(self.name)
    }

    fn readme(self) -> String {
        format!(
            "Made of ops that the trainer does not write, by `tests/src/frozen.rs`: {}. Every later release must open it and \
             give the same output.\n\n    predictor predict model.model rows.csv -o expected.csv\n\n\
             `rows.csv` has the golden rows of the model.\n",
            self.shows
        )
    }
}

/// The files of version 2 that are kept, whoever wrote them, by name.
pub fn kept() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v2");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let file = |name: String| {
        let file = std::fs::read(folder.join(&name).join("model.model")).unwrap();
        (name, file)
    };
    names.into_iter().map(file).collect()
}

/// The golden rows as CSV; no name or cell needs quotes.
fn rows(manifest: &Manifest) -> String {
    let columns = &manifest.schema.columns;
    let header: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let rows = manifest.golden.rows(columns.len()).map(|row| row.join(","));
    lines(std::iter::once(header.join(",")).chain(rows))
}

/// What is predicted for them; every load compares it with the golden rows.
fn expected(model: &Model) -> String {
    let manifest = model.manifest();
    let cells = manifest.golden.rows(manifest.schema.columns.len());
    let rows: Vec<Row> = cells.map(|cells| row(model, cells).unwrap()).collect();
    let predictions = model.predict(&rows).unwrap();
    let texts = predictions.iter().map(|prediction| match prediction {
        Prediction::Value(value) => value.to_string(),
        Prediction::Class { label, .. } => (*label).to_owned(),
        other => panic!("{other:?}"),
    });
    lines(std::iter::once("prediction".to_owned()).chain(texts))
}

fn encoded((manifest, arrays): (Manifest, Vec<ArrayData>)) -> Vec<u8> {
    writer::encode(manifest, arrays).unwrap().0
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |text, line| text + &line + "\n")
}
