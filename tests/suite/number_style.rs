//! A model whose inputs write numbers as `1.234,5`: the style is stored, applied and checked.

use std::fs;

use model_format::cell::MissingTokens;
use predictor::predict::{self, Options};
use predictor::{Cause, Model};
use tests::models;
use tests::parts::Parts;

/// A regression over numeric columns that names a style of its inputs.
fn parts(options: &[(&str, &str)]) -> Parts {
    let mut parts = Parts::of(&models::linear_regression());
    let options = options.iter().map(|(key, value)| ((*key).into(), (*value).into()));
    parts.manifest.provenance.options.extend(options);
    parts
}

fn styled(options: &[(&str, &str)]) -> Vec<u8> {
    parts(options).file()
}

/// The same with golden rows that are written with a decimal comma.
fn with_comma() -> Vec<u8> {
    let mut parts = parts(&[("decimal", ",")]);
    for cell in &mut parts.manifest.golden.cells {
        *cell = cell.replace('.', ",");
    }
    parts.file()
}

#[test]
fn inputs_are_read_in_the_style_of_the_model() {
    let dir = tempfile::tempdir().unwrap();
    let [plain, comma, input, output] =
        ["plain.model", "comma.model", "in.csv", "out.csv"].map(|name| dir.path().join(name));
    fs::write(&plain, styled(&[])).unwrap();
    fs::write(&comma, with_comma()).unwrap();
    let rows = "age;city;income\n31,5;Bonn;1234,25\n-;\"Köln\";\"7,5\"\n";
    let run = |model, rows: &str, missing: Option<&str>| {
        fs::write(&input, rows).unwrap();
        let options = Options {
            input: Some(input.clone()),
            output: Some(output.clone()),
            dialect: predictor::Dialect::delimited_by(b';'),
            missing: missing.map(|token| MissingTokens::new([token])),
            quiet: true,
            ..Options::default()
        };
        predict::run(&Model::open(model).unwrap(), &options).map(|_| fs::read(&output).unwrap())
    };
    // Missing tokens given for the run leave the style as it is.
    let expected = run(&plain, &rows.replace(',', "."), Some("-")).unwrap();
    assert_eq!(run(&comma, rows, Some("-")).unwrap(), expected);
    let error = run(&comma, &rows.replace(',', "."), Some("-")).unwrap_err();
    assert!(error.to_string().ends_with("found `31.5`, expected a number"), "{error}");
    let error = run(&plain, rows, Some("-")).unwrap_err();
    assert!(error.to_string().ends_with("found `31,5`, expected a number"), "{error}");
}

#[test]
fn golden_rows_of_another_style_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.model");
    fs::write(&path, styled(&[])).unwrap();
    Model::open(&path).unwrap();
    for options in [[("decimal", ",")], [("decimal", "x")], [("thousands", ".")], [("units", "7")]]
    {
        fs::write(&path, styled(&options)).unwrap();
        let error = Model::open(&path).unwrap_err();
        assert_eq!(error.cause(), Cause::Model, "{options:?}: {error}");
    }
}
