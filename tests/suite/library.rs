//! The predictor as a library: rows and columns in, predictions out.

use std::slice::from_ref;

use predictor::{Cause, ColumnKind, Model, Prediction, Predictions, Row};
use tests::models;

fn model(bytes: &[u8]) -> Model {
    Model::from_bytes(bytes).unwrap()
}

fn value(model: &Model, row: &Row) -> f64 {
    match &model.predict(from_ref(row)).unwrap()[0] {
        Prediction::Value(value) => *value,
        other => panic!("{other:?}"),
    }
}

/// The value that a model predicts for a row of texts.
fn alone(model: &Model, cells: &[(&str, &str)]) -> f64 {
    let mut row = model.row();
    for (column, text) in cells {
        row.set(column, text).unwrap();
    }
    value(model, &row)
}

fn errors(predictions: &Predictions) -> Vec<(usize, String)> {
    predictions.errors().map(|(row, error)| (row, error.to_string())).collect()
}

#[test]
fn a_model_lists_the_columns_that_it_reads() {
    let imputing = model(&models::linear_regression());
    let columns: Vec<_> = imputing.columns().collect();
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    assert_eq!(names, ["age", "city", "income"]);
    assert_eq!(columns[0].kind, ColumnKind::Numeric);
    assert!(columns[0].may_be_missing && columns[0].categories.is_empty());
    assert_eq!(columns[1].kind, ColumnKind::Categorical);
    assert_eq!(columns[1].categories, ["Bonn", "Köln", "Trier"]);
    for (index, column) in columns.iter().enumerate() {
        assert_eq!(imputing.column(column.name).unwrap(), column.column);
        assert_eq!(column.column.index(), index);
    }
    let strict = model(&models::binary_logistic());
    let needed = strict.columns().map(|column| (column.name, column.may_be_missing));
    assert_eq!(needed.collect::<Vec<_>>(), [("x", false), ("y", false), ("flag", true)]);
}

#[test]
fn a_misspelt_column_is_named_with_the_nearest() {
    let model = model(&models::linear_regression());
    let error = model.column("Incone").unwrap_err();
    assert_eq!(error.cause(), Cause::Input);
    assert_eq!(error.to_string(), "the model has no column `Incone`");
    assert_eq!(error.hint(), Some("did you mean `income`?"));
    assert_eq!(model.row().set("Incone", "1").unwrap_err().hint(), error.hint());
    assert_eq!(model.batch(0).numbers("Incone", &[]).unwrap_err().hint(), error.hint());
}

#[test]
fn handles_and_names_set_the_same_cells() {
    let model = model(&models::linear_regression());
    let expected = alone(&model, &[("age", "31"), ("city", "Bonn"), ("income", "1234.5")]);
    let [age, city, income] = ["age", "city", "income"].map(|name| model.column(name).unwrap());
    let mut row = model.row();
    row.set_number_at(age, 31.0).unwrap();
    row.set_at(city, "Bonn").unwrap();
    row.set_number_at(income, 1234.5).unwrap();
    assert_eq!(value(&model, &row).to_bits(), expected.to_bits());
    // A cell that is made missing is as one that was never set.
    row.set_missing_at(income).unwrap();
    row.set_missing("city").unwrap();
    assert_eq!(value(&model, &row).to_bits(), alone(&model, &[("age", "31")]).to_bits());
    row.clear();
    assert_eq!(value(&model, &row).to_bits(), alone(&model, &[]).to_bits());
}

#[test]
fn nan_is_missing_and_infinity_is_refused() {
    let model = model(&models::linear_regression());
    let mut row = model.row();
    row.set_number("age", 50.0).unwrap();
    row.set_number("age", f64::NAN).unwrap();
    assert_eq!(value(&model, &row).to_bits(), alone(&model, &[]).to_bits());
    let refused = [
        (
            row.set_number("age", f64::INFINITY),
            "column `age`: found `inf`, expected a finite number, or NaN if it is missing",
        ),
        (row.set_number("city", 1.0), "column `city`: found `1`, expected text"),
        (row.set("age", "forty"), "column `age`: found `forty`, expected a number"),
    ];
    for (result, expected) in refused {
        let error = result.unwrap_err();
        assert_eq!((error.cause(), error.to_string().as_str()), (Cause::Input, expected));
    }
}

#[test]
fn a_bad_row_does_not_keep_others_from_their_predictions() {
    let model = model(&models::binary_logistic());
    let rows: Vec<_> = (0..100)
        .map(|i| {
            let mut row = model.row();
            row.set_number("x", f64::from(i)).unwrap();
            if i % 10 != 3 {
                row.set_number("y", 0.5).unwrap();
            }
            row
        })
        .collect();
    let first = model.predict(&rows).unwrap_err();
    assert_eq!(first.to_string(), "row 4: column `y` is missing, expected a number");
    assert_eq!(first.cause(), Cause::Input);
    let each = model.predict_each(&rows).unwrap();
    let mut predictions = Predictions::new();
    model.predict_into(&rows, &mut predictions).unwrap();
    assert_eq!((each.len(), predictions.len()), (100, 100));
    for (i, row) in rows.iter().enumerate() {
        let expected = model.predict(from_ref(row)).map(|mut all| all.remove(0));
        assert_eq!(expected.is_err(), i % 10 == 3);
        match (&each[i], predictions.get(i), expected) {
            (Ok(each), Ok(into), Ok(expected)) => {
                assert_eq!((each, &into), (&expected, &expected));
                let Prediction::Class { label, probabilities, .. } = &expected else { panic!() };
                assert_eq!(predictions.label(i), Some(*label));
                assert_eq!(predictions.probabilities_of(i), probabilities);
            }
            (Err(each), Err(into), Err(_)) => {
                let expected = format!("row {}: column `y` is missing, expected a number", i + 1);
                assert_eq!((each.to_string(), into.to_string()), (expected.clone(), expected));
                assert_eq!(predictions.classes()[i], u32::MAX);
                assert!(predictions.probabilities_of(i).iter().all(|p| p.is_nan()));
                assert_eq!(predictions.label(i), None);
            }
            other => panic!("row {i}: {other:?}"),
        }
    }
    let failed = predictions.errors().map(|(row, _)| row);
    assert!(failed.eq((0..100).filter(|i| i % 10 == 3)));
}

#[test]
fn columns_go_in_as_slices_and_as_texts() {
    let model = model(&models::linear_regression());
    let n = 5000;
    let age = |i: usize| if i.is_multiple_of(7) { f64::NAN } else { i as f64 / 50.0 };
    let ages: Vec<f64> = (0..n).map(age).collect();
    let cities: Vec<&str> = (0..n).map(|i| ["Bonn", "Köln", "", "Paris"][i % 4]).collect();
    let mut batch = model.batch(n);
    batch.numbers("age", &ages).unwrap();
    batch.texts("city", &cities).unwrap();
    batch.texts("income", (0..n).map(|i| if i == 4999 { "12e" } else { "1500" })).unwrap();
    let predictions = model.predict_batch(&batch).unwrap();
    assert_eq!(predictions.values().len(), n);
    for i in (0..n - 1).step_by(13) {
        let age = if ages[i].is_nan() { "NA".to_owned() } else { format!("{:?}", ages[i]) };
        let cells = [("age", age.as_str()), ("city", cities[i]), ("income", "1500")];
        assert_eq!(predictions.values()[i].to_bits(), alone(&model, &cells).to_bits(), "row {i}");
    }
    assert!(predictions.values()[4999].is_nan());
    let expected = "row 5000: column `income`: found `12e`, expected a number";
    assert_eq!(errors(&predictions), [(4999, expected.to_owned())]);
    assert_eq!(predictions.get(5000).unwrap_err().cause(), Cause::Usage);
    // Given anew, nothing is left of what was wrong with a column.
    batch.numbers("income", &ages).unwrap();
    assert_eq!(model.predict_batch(&batch).unwrap().errors().count(), 0);
}

#[test]
fn columns_that_are_not_given_are_missing() {
    let model = model(&models::linear_regression());
    let mut batch = model.batch(3);
    let city = model.column("city").unwrap();
    batch.optional_texts_at(city, [Some("Bonn"), None, Some("Paris")]).unwrap();
    let expected = ["Bonn", "", "Paris"].map(|city| alone(&model, &[("city", city)]));
    assert_eq!(model.predict_batch(&batch).unwrap().values(), expected);
    // Where the model does not impute, that is an error of every row.
    let strict = self::model(&models::binary_logistic());
    let failed = errors(&strict.predict_batch(&strict.batch(2)).unwrap());
    let expected = |row| format!("row {row}: column `x` is missing, expected a number");
    assert_eq!(failed, [(0, expected(1)), (1, expected(2))]);
}

#[test]
fn what_a_batch_refuses() {
    let model = model(&models::linear_regression());
    let mut batch = model.batch(3);
    let refused = [
        (batch.numbers("age", &[1.0, 2.0]), "column `age`: found 2 cells, expected 3"),
        (batch.texts("age", ["1", "x"]), "column `age`: found 2 cells, expected 3"),
        (batch.texts("city", ["1"; 4]), "column `city`: found 4 cells, expected 3"),
        (batch.numbers("city", &[1.0, 2.0, 3.0]), "column `city`: found numbers, expected texts"),
    ];
    for (result, expected) in refused {
        let error = result.unwrap_err();
        assert_eq!((error.cause(), error.to_string().as_str()), (Cause::Input, expected));
    }
    // One cell only is an error of its row.
    batch.numbers("age", &[1.0, f64::NEG_INFINITY, f64::NAN]).unwrap();
    let predictions = model.predict_batch(&batch).unwrap();
    let expected = "row 2: column `age`: found `-inf`, expected a finite number".to_owned();
    assert_eq!(errors(&predictions), [(1, expected)]);
    assert!(predictions.is_ok(0) && !predictions.is_ok(1) && predictions.is_ok(2));
}

#[test]
fn an_overflow_is_an_error_of_its_row() {
    let model = model(&models::clusters_of_three());
    let column = model.columns().find(|column| column.kind == ColumnKind::Numeric).unwrap();
    let mut batch = model.batch(3);
    batch.numbers_at(column.column, &[0.0, f64::MAX, 1.0]).unwrap();
    let predictions = model.predict_batch(&batch).unwrap();
    let expected = "row 2: the prediction is not a finite number".to_owned();
    assert_eq!(errors(&predictions), [(1, expected)]);
}

#[test]
fn one_buffer_serves_many_models_and_sizes() {
    let mut predictions = Predictions::new();
    for (name, bytes) in models::ALL {
        let model = model(&bytes());
        for n_rows in [1, 16, 17, 64, 65, 3000, 0] {
            let rows = vec![model.row(); n_rows];
            model.predict_into(&rows, &mut predictions).unwrap();
            let each = model.predict_each(&rows).unwrap();
            assert_eq!(predictions.len(), n_rows);
            for (row, (into, each)) in predictions.iter().zip(each).enumerate() {
                assert_eq!(format!("{into:?}"), format!("{each:?}"), "{name}, row {row}");
            }
        }
    }
    assert!(predictions.is_empty() && predictions.get(0).is_err());
}

#[test]
fn rows_go_to_other_threads_and_to_the_same_model_opened_anew() {
    let first = model(&models::linear_regression());
    let (send, receive) = std::sync::mpsc::channel();
    let mut row = first.row();
    row.set_number("age", 44.0).unwrap();
    let age = first.column("age").unwrap();
    std::thread::spawn(move || send.send((row, age))).join().unwrap().unwrap();
    drop(first);
    let (mut row, age) = receive.recv().unwrap();
    let again = model(&models::linear_regression());
    assert_eq!(value(&again, &row).to_bits(), alone(&again, &[("age", "44")]).to_bits());
    row.set_number_at(age, 45.0).unwrap();
    assert_eq!(value(&again, &row).to_bits(), alone(&again, &[("age", "45")]).to_bits());

    let other = model(&models::softmax());
    let refused = [
        (other.predict(&[row]).unwrap_err(), "the rows were made by another model"),
        (other.row().set_number_at(age, 1.0).unwrap_err(), "the column is one of another model"),
        (other.batch(1).texts_at(age, ["1"]).unwrap_err(), "the column is one of another model"),
        (other.predict_batch(&again.batch(1)).unwrap_err(), "the batch was made by another model"),
    ];
    for (error, expected) in refused {
        assert_eq!((error.cause(), error.to_string().as_str()), (Cause::Usage, expected));
    }
}

#[test]
fn bytes_are_checked_as_a_file_is() {
    let mut bytes = models::linear_regression();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.model");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(Model::open(&path).unwrap().id(), model(&bytes).id());
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let error = Model::from_bytes(&bytes).unwrap_err();
    assert_eq!(error.cause(), Cause::Model);
    assert!(error.to_string().starts_with("model `in memory`: "), "{error}");
}
