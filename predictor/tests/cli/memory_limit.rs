//! A limit on memory: fewer threads, or an error, and nothing in between.

use std::process::Command;

use crate::support::{Table, Work};

#[test]
fn a_limit_on_addresses_gives_the_same_output_or_an_error_with_a_way_out() {
    let table = Table::of("churn-logistic");
    let rows = format!("{}\n", table.rows.join("\n")).repeat(40_000 / table.rows.len());
    let work = Work::with("churn-logistic", format!("{}\n{rows}", table.header));
    work.run(&["predict", "m.model", "in.csv", "-q", "-o", "all.csv"]).ok();
    let expected = work.bytes("all.csv");
    let names = work.names();
    let run = |megabytes: u32, args: &str| {
        let program = env!("CARGO_BIN_EXE_predictor");
        let limits = format!("ulimit -c 0; ulimit -v {megabytes}000");
        let shell = format!("{limits}; exec '{program}' {args}");
        Command::new("sh").args(["-c", &shell]).current_dir(work.path(".")).output().unwrap()
    };
    // So much is needed to start at all and to open the model.
    let opens = |limit: &u32| run(*limit, "verify m.model -q").status.success();
    let least = (1..1000).find(opens).unwrap() + 1;
    let mut done = 0;
    for megabytes in (least..least + 40).chain((100..=700).step_by(100)) {
        let output = run(megabytes, "predict m.model in.csv -q --threads 8 -o out.csv");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => {
                assert!(work.bytes("out.csv") == expected, "{megabytes}");
                std::fs::remove_file(work.path("out.csv")).unwrap();
                done += 1;
            }
            code => {
                assert_eq!(code, Some(1), "{megabytes}: {stderr}");
                assert!(stderr.contains("there is no memory"), "{megabytes}: {stderr}");
                assert_eq!(stderr.matches("hint: ").count(), 1, "{megabytes}: {stderr}");
            }
        }
        assert_eq!(work.names(), names, "{megabytes}");
    }
    assert!(done > 10, "{done}");
}
