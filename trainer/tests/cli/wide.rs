//! Tables of many columns, and what no file has room for.

use crate::support::{Work, table};

#[test]
fn twelve_thousand_columns_are_fitted_written_and_read() {
    let names: Vec<String> = (0..12_000).map(|i| format!("feature {i}")).collect();
    let csv = table(&format!("{},y", names.join(",")), 30, |row| {
        let cells: Vec<String> =
            (0..12_000).map(|i| (row * 7_919 + i * row * row * 31).to_string()).collect();
        format!("{},{}", cells.join(","), ["a", "b"][row % 2])
    });
    let work = Work::with(csv);
    work.fit("--target y --algorithm gaussian-nb --test-fraction 0").ok();
    let model = work.model();
    assert_eq!(model.manifest().schema.columns.len(), 12_000);
    assert_eq!(model.manifest().golden.labels.len(), 8);
}

#[test]
fn names_that_no_file_has_room_for_are_refused_before_the_fit() {
    let names: Vec<String> = (0..1_100).map(|i| format!("{i}{}", "x".repeat(4_000))).collect();
    let csv = table(&format!("{},y", names.join(",")), 30, |row| {
        let cells: Vec<String> = (0..1_100).map(|i| format!("{}", row * i % 97)).collect();
        format!("{},{}", cells.join(","), ["a", "b"][row % 2])
    });
    let run = Work::with(csv).fit("--target y --algorithm gaussian-nb --quiet");
    assert_eq!(run.status, Some(4), "{}", run.stderr);
    let says = "error: the model would not fit into a file: manifest: size: ";
    assert!(run.stderr.starts_with(says), "{}", run.stderr);
    assert!(run.stderr.contains("the limit is 4194304\nhint: give columns"), "{}", run.stderr);
}
