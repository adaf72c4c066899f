//! `--expect-id`: a run on the one model that was meant.

use crate::support::{Table, Work, id};

const HINT: &str = "hint: it is another model than the one that --expect-id names\n";

/// Commands that open one model.
const COMMANDS: [&[&str]; 4] = [
    &["predict", "m.model", "in.csv", "-q", "-o", "out.csv"],
    &["evaluate", "m.model", "in.csv", "--target", "species"],
    &["inspect", "m.model"],
    &["verify", "m.model"],
];

fn work() -> (Work, String) {
    let table = Table::of("iris-softmax");
    let rows = [0, 1, 2].map(|row| format!("{},{}", table.rows[row], table.label(row)));
    let header = table.header.replace(",species", ",also");
    let work = Work::with("iris-softmax", format!("{header},species\n{}\n", rows.join("\n")));
    let id = id(&work.bytes("m.model"));
    (work, id)
}

#[test]
fn the_model_that_was_meant_by_its_whole_id_or_its_beginning() {
    let (work, id) = work();
    for expected in [id.as_str(), &id[..12], &id[..40], &id.to_uppercase()] {
        for command in COMMANDS {
            let run = work.run(&[command, &["--expect-id", expected]].concat());
            assert_eq!(run.status, Some(0), "{command:?}: {}", run.stderr);
        }
    }
}

#[test]
fn another_model_is_refused_before_anything_is_written() {
    let (work, id) = work();
    work.put("out.csv", "as it was\n");
    let other = if id.starts_with('0') { "111111111111" } else { "000000000000" };
    let nearly = format!("{}{}", &id[..63], if id.ends_with('0') { '1' } else { '0' });
    for expected in [other, &nearly] {
        for command in COMMANDS {
            let run = work.run(&[command, &["--expect-id", expected]].concat());
            let fact = format!("error: model `m.model`: its id is {id}, expected {expected}\n");
            run.fails(3, &(fact + HINT));
            assert_eq!(run.stdout, b"");
        }
    }
    assert_eq!(work.text("out.csv"), "as it was\n");
}

#[test]
fn diff_pins_each_of_its_models() {
    let (work, id) = work();
    let run = |expected: &[&str]| {
        let flags = expected.iter().flat_map(|expected| ["--expect-id", expected]);
        let command = ["diff", "m.model", "m.model", "in.csv"].into_iter();
        work.run(&command.chain(flags).collect::<Vec<_>>())
    };
    let (old, new) = (format!("old={id}"), format!("new={}", &id[..12]));
    assert_eq!(run(&[&old, &new]).status, Some(0));
    let fact = format!("error: model `m.model`: its id is {id}, expected 0123456789ab\n");
    run(&[&old, "new=0123456789ab"]).fails(3, &(fact.clone() + HINT));
    run(&["old=0123456789ab"]).fails(3, &(fact + HINT));
    run(&[&id]).misused("expected old=ID or new=ID");
}

#[test]
fn what_is_no_id_is_wrong_usage() {
    let (work, id) = work();
    let says = "expected the first 12 to 64 hexadecimal digits of an id";
    for text in ["", &id[..11], "latest", &format!("{id}0"), &format!("x{}", &id[1..])] {
        work.run(&["inspect", "m.model", "--expect-id", text]).misused(says);
    }
}
