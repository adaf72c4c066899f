//! What the program says, as snapshots: wording can improve in one place, and no message changes unseen.
//!
//! `INSTA_UPDATE=always cargo test -p predictor --test cli messages` writes them anew, to be read as a diff.

use std::fmt::Write as _;

use crate::support::{Work, golden};

/// Runs commands, each a line of words, and notes what each said and its exit code.
fn transcript(work: &Work, commands: &[&str]) -> String {
    let mut text = String::new();
    for command in commands {
        let run = work.run(&command.split_whitespace().collect::<Vec<_>>());
        let (stdout, status) = (String::from_utf8_lossy(&run.stdout), run.status.unwrap());
        let _ = writeln!(text, "$ predictor {command}\n{stdout}{}[{status}]\n", run.stderr);
    }
    text
}

fn work() -> Work {
    Work::with("churn-logistic", golden("churn-logistic", "rows.csv"))
}

#[test]
fn refused_inputs() {
    let work = work();
    let rows = golden("churn-logistic", "rows.csv");
    let put = |name: &str, from: &str, to: &str| work.put(name, rows.replacen(from, to, 1));
    work.put("empty.csv", "");
    put("number.csv", "29168.01", "forty");
    put("cells.csv", "29168.01,", "");
    put("quote.csv", "basic", "\"basic");
    put("header.csv", "income", "incme");
    put("doubled.csv", "region", "plan");
    work.put("semicolons.csv", rows.replace(',', ";"));
    work.put("broken.csv", &rows[..rows.len() - 20]);
    insta::assert_snapshot!(transcript(
        &work,
        &[
            "predict m.model nowhere.csv",
            "predict m.model empty.csv",
            "predict m.model number.csv -q",
            "predict m.model cells.csv -q",
            "predict m.model quote.csv -q",
            "predict m.model header.csv -q",
            "predict m.model doubled.csv -q",
            "predict m.model semicolons.csv -q",
            "predict m.model broken.csv -q -o out.csv",
            "evaluate m.model number.csv",
            "evaluate m.model in.csv --target plan",
        ],
    ));
}

#[test]
fn wrong_options() {
    insta::assert_snapshot!(transcript(
        &work(),
        &[
            "predict m.model in.csv --id customer",
            "predict m.model in.csv --rename a=b",
            "predict m.model in.csv --threshold 2",
            "predict m.model in.csv --threads 0",
            "predict m.model in.csv --rejects bad.csv",
            "predict m.model in.csv --prediction-column churned --keep-input",
            "predict m.model in.csv --require drft<=0.1 -o out.csv",
            "predict m.model in.csv --precision 0",
            "predict m.model in.csv -o m.model",
            "predict m.model in.csv -o in.csv",
            "evaluate m.model in.csv --require accuracy>=0.999",
            "evaluate m.model in.csv --require acuracy>=0.9",
        ],
    ));
}

#[test]
fn refused_models() {
    let work = work();
    let model = work.bytes("m.model");
    let edit = |name: &str, at: usize, byte: u8| {
        let mut damaged = model.clone();
        damaged[at] ^= byte;
        work.put(name, damaged);
    };
    work.put("short.model", &model[..model.len() / 2]);
    work.put("text.model", "no model\n");
    edit("magic.model", 0, 1);
    edit("version.model", 8, 0x40);
    edit("digest.model", 40, 1);
    edit("section.model", model.len() - 9, 1);
    insta::assert_snapshot!(transcript(
        &work,
        &[
            "verify nowhere.model",
            "verify short.model",
            "verify text.model",
            "verify magic.model",
            "verify version.model",
            "verify digest.model",
            "verify section.model",
            "verify m.model --expect-id 0123456789ab",
            "verify m.model --trust RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
        ],
    ));
}
