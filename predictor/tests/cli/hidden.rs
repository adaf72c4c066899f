//! Names that hide something: nothing of it reaches the terminal, all of it stands in JSON.

use serde_json::Value;

use crate::support::{Table, Work, listed};

/// A line separator, and a character that turns the direction of writing.
const NAME: &str = "a\u{2028}b\u{202e}c";
const SHOWN: &str = r"a\u{2028}b\u{202e}c";

/// A model of this name, whose first numeric column, target and labels have it too.
fn work() -> Work {
    let table = Table::of("churn-logistic");
    let rows: String = table.csv(&[0, 1, 2]).replacen(",age,", &format!(",{NAME},"), 1);
    let (header, rows) = rows.split_once('\n').unwrap();
    let rows = rows.lines().zip([NAME, "no", NAME]).map(|(row, label)| format!("{row},{label}"));
    let csv = format!("{header},target\n{}", listed(rows));
    let work = Work::with("churn-logistic", csv.replacen("30,", "-1e6,", 1));
    work.edit_manifest(|manifest| {
        manifest.identity.name = NAME.into();
        let age = manifest.schema.columns.iter_mut().find(|column| column.name == "age");
        age.unwrap().name = NAME.into();
        manifest.task = model_format::v1::Task::Classification {
            target: "target".into(),
            labels: vec!["no".into(), NAME.into()],
        };
    });
    work
}

#[test]
fn nothing_hidden_reaches_the_terminal() {
    let work = work();
    let hidden = |text: &str| text.contains('\u{2028}') || text.contains('\u{202e}');
    for args in [
        "inspect m.model",
        "verify m.model",
        "predict m.model in.csv -o out.csv",
        "evaluate m.model in.csv",
        "diff m.model m.model in.csv",
        "predict m.model in.csv --rename x=a\u{2028}",
        "predict m.model nowhere\u{202e}",
        "evaluate m.model in.csv --require accurac\u{202e}>=1",
        "na\u{202e}",
        "predict m.model in.csv --threads na\u{202e}\u{2028}",
        "predict m.model in.csv --na\u{202e}",
    ] {
        let run = work.run(&args.split(' ').collect::<Vec<_>>());
        let text = String::from_utf8(run.stdout).unwrap() + &run.stderr;
        assert!(!hidden(&text), "{args}: {text:?}");
        // `verify` tells of no names.
        let names_none = args.starts_with("verify") || args.contains(['\u{2028}', '\u{202e}']);
        assert!(names_none || text.contains(SHOWN), "{args}: {text}");
    }
    let json: Value =
        serde_json::from_str(&work.run(&["inspect", "m.model", "--json"]).ok()).unwrap();
    assert_eq!(json["name"], NAME);
    let csv = work.predict("in.csv -q --keep-input").ok();
    assert!(csv.contains(NAME), "what is carried through is data: {csv}");
}
