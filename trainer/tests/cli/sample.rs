//! `trainer sample`.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::Work;

const NAMES: [&str; 5] = ["iris", "breast-cancer", "digits", "diabetes", "churn"];

#[test]
fn without_a_name_the_samples_are_listed() {
    let expected = "\
        iris           classification  target species      150 irises of three species, 4 measurements in cm\n\
        breast-cancer  classification  target diagnosis    569 tumours, malignant or benign, 30 measurements of cell nuclei\n\
        digits         classification  target digit        1797 handwritten digits as 8 x 8 grey levels from 0 to 16\n\
        diabetes       regression      target progression  442 patients, progression of the disease from 10 baseline values\n\
        churn          classification  target churned      2000 invented customers with categorical columns, missing and quoted values\n";
    let run = Work::new().run(&["sample"]);
    assert_eq!(run.stderr, "");
    assert_eq!(run.ok(), expected);
}

#[test]
fn the_list_as_json() {
    let list: Value = serde_json::from_str(&Work::new().run(&["sample", "--json"]).ok()).unwrap();
    let names: Vec<&str> =
        list.as_array().unwrap().iter().map(|sample| sample["name"].as_str().unwrap()).collect();
    assert_eq!(names, NAMES);
    assert_eq!(
        list[3],
        json!({
            "name": "diabetes",
            "target": "progression",
            "task": "regression",
            "about": "442 patients, progression of the disease from 10 baseline values",
        })
    );
    Work::new().run(&["sample", "iris", "--json"]).misused("cannot be used with");
}

#[test]
fn every_sample_goes_to_stdout_and_to_a_file() {
    let work = Work::new();
    for (name, header, rows) in [
        ("iris", "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,species\n", 150),
        ("breast-cancer", "mean_radius,mean_texture,", 569),
        ("digits", "pixel_", 1797),
        ("diabetes", "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression\n", 442),
        ("churn", "customer_id,age,income,tenure_months,plan,", 2000),
    ] {
        let run = work.run(&["sample", name]);
        assert_eq!(run.stderr, "");
        let csv = run.ok();
        assert!(csv.starts_with(header), "{name}: {}", csv.lines().next().unwrap());
        assert_eq!(csv.lines().count(), rows + 1, "{name}");
        assert!(work.run(&["sample", name, "-o", "-"]).ok() == csv);
        let file = work.run(&["sample", name, "--output", "out.csv"]);
        assert_eq!((file.stderr.as_str(), file.stdout.as_slice()), ("", &b""[..]));
        assert!(work.text("out.csv") == csv);
    }
    assert_eq!(work.names(), ["out.csv"]);
}

#[test]
fn an_unknown_name_lists_the_known_ones() {
    let fact = |name: &str, known: &str| format!("error: no sample `{name}`; there are {known}\n");
    let iris = "iris, breast-cancer, digits, diabetes, churn";
    let cancer = "breast-cancer, iris, digits, diabetes, churn";
    let work = Work::new();
    for (name, near, known) in
        [("irsi", "iris", iris), ("Iris", "iris", iris), ("breast_cancer", "breast-cancer", cancer)]
    {
        let message = format!("{}hint: did you mean `{near}`?\n", fact(name, known));
        work.run(&["sample", name, "-o", "out.csv"]).fails(2, &message);
    }
    work.run(&["sample", "titanic"]).fails(2, &fact("titanic", iris));
    assert!(work.names().is_empty());
}

#[test]
fn a_place_that_cannot_be_written() {
    let work = Work::new();
    let message = "error: cannot write `no/iris.csv`: No such file or directory (os error 2)\n";
    work.run(&["sample", "iris", "-o", "no/iris.csv"]).fails(1, message);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let work = Work::new();
    let full = "No space left on device (os error 28)\n";
    work.run(&["sample", "iris", "-o", "/dev/full"])
        .fails(1, &format!("error: cannot write `/dev/full`: {full}"));
    for args in [&["sample"][..], &["sample", "--json"], &["sample", "iris"], &["sample", "churn"]]
    {
        let stdout = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = Work::finish(work.command().args(args).stdout(stdout));
        run.fails(1, &format!("error: cannot write to stdout: {full}"));
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Work::new()
        .command()
        .args(["sample", "digits"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut head = [0; 6];
    child.stdout.take().unwrap().read_exact(&mut head).unwrap();
    assert_eq!(&head, b"pixel_");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn the_list_goes_where_it_is_sent() {
    let work = Work::new();
    let run = work.run(&["sample", "-o", "list.txt"]);
    assert_eq!((run.ok().as_str(), work.names()), ("", vec!["list.txt".to_owned()]));
}

#[test]
fn a_sample_is_packed_as_its_name_says() {
    let work = Work::new();
    let csv = work.run(&["sample", "digits"]).stdout;
    for (name, program) in [("digits.csv.gz", "gzip"), ("digits.csv.zst", "zstd")] {
        work.run(&["sample", "digits", "-o", name]).ok();
        assert!(std::fs::metadata(work.path(name)).unwrap().len() < csv.len() as u64 / 2);
        let unpack = std::process::Command::new(program).arg("-dc").arg(work.path(name)).output();
        // The program need not be there.
        assert!(unpack.is_err() || unpack.is_ok_and(|output| output.stdout == csv), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_sample_replaces_no_key_and_is_not_lost() {
    let work = Work::new();
    work.run(&["keygen", "-o", "key", "--no-password"]).ok();
    for name in ["key", "key.pub"] {
        let key = std::fs::read(work.path(name)).unwrap();
        let run = work.run(&["sample", "iris", "-o", name]);
        run.fails(
            2,
            &format!("error: --output would overwrite `{name}`, which is a key\nhint: remove the key first if it is no longer needed\n"),
        );
        assert_eq!(std::fs::read(work.path(name)).unwrap(), key);
    }
    let line = format!("exec '{}' sample iris >&-", env!("CARGO_BIN_EXE_trainer"));
    let run = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.starts_with("error: cannot write to stdout: it is closed\n"), "{stderr}");
    assert_eq!(run.status.code(), Some(1));
}
