//! What the program says, as snapshots: wording can improve in one place, and no message changes unseen.
//!
//! `INSTA_UPDATE=always cargo test -p trainer --test cli messages` writes them anew, to be read as a diff.

use std::fmt::Write as _;

use crate::support::{Work, table};

/// Runs commands, each a line of words, and notes what each said and its exit code.
fn transcript(work: &Work, commands: &[&str]) -> String {
    let mut text = String::new();
    for command in commands {
        let run = work.run(&command.split_whitespace().collect::<Vec<_>>());
        let (stdout, status) = (String::from_utf8_lossy(&run.stdout), run.status.unwrap());
        let _ = writeln!(text, "$ trainer {command}\n{stdout}{}[{status}]\n", run.stderr);
    }
    text
}

#[test]
fn refused_tables() {
    let work = Work::sample("churn");
    work.put("empty.csv", "");
    work.put("header.csv", "a,b,y\n");
    work.put("ragged.csv", "a,b,y\n1,2,p\n3,q\n");
    work.put("quote.csv", "a,b,y\n1,\"2,p\n3,4,q\n");
    work.put("semicolons.csv", "a;b;y\n1;2;p\n3;4;q\n");
    work.put("doubled.csv", "a,a,y\n1,2,p\n");
    work.put("few.csv", "a,b,y\n1,2,p\n3,4,q\n");
    work.put("one.csv", table("a,b,y", 20, |i| format!("{i},{},p", i * 7 % 5)));
    work.put(
        "nearly.csv",
        table("a,b,y", 20, |i| {
            format!("{i},{},{}", i * 7 % 5, if i == 7 { "<1.0".into() } else { format!("{i}.5") })
        }),
    );
    insta::assert_snapshot!(transcript(
        &work,
        &[
            "fit nowhere.csv --target y -o m.model",
            "fit empty.csv --target y -o m.model",
            "fit header.csv --target y -o m.model",
            "fit ragged.csv --target y -o m.model",
            "fit quote.csv --target y -o m.model",
            "fit semicolons.csv --target y -o m.model",
            "fit doubled.csv --target y -o m.model",
            "fit few.csv --target y -o m.model",
            "fit one.csv --target y -o m.model",
            "fit nearly.csv --target y -o m.model",
            "fit in.csv --target chruned -o m.model",
            "fit in.csv --target customer_id -o m.model",
            "fit in.csv --target churned --task regression -o m.model",
            "fit in.csv --target churned --numeric plan -o m.model",
            "fit in.csv --target churned --impute error -o m.model",
        ],
    ));
}

#[test]
fn wrong_options() {
    let work = Work::sample("churn");
    work.put("wrong.toml", "target = \"churned\"\nalgoritm = \"ridge\"\n");
    insta::assert_snapshot!(transcript(
        &work,
        &[
            "fit in.csv -o m.model",
            "fit in.csv --target churned --algorithm forest -o m.model",
            "fit in.csv --target churned --algorithm ridge -o m.model",
            "fit in.csv --target churned --param n_tree=5 -o m.model",
            "fit in.csv --target churned --param n_trees=0 -o m.model",
            "fit in.csv --target churned --param n_trees=many -o m.model",
            "fit in.csv --target churned --test-fraction 2 -o m.model",
            "fit in.csv --target churned --delimiter xx -o m.model",
            "fit in.csv --target churned --decimal ; -o m.model",
            "fit in.csv --target churned --encoding cp1252 -o m.model",
            "fit in.csv --target churned --comment // -o m.model",
            "fit in.csv --target churned --threads 0 -o m.model",
            "fit in.csv --target churned --model-version 1 -o m.model",
            "fit in.csv --target churned --reduce pca:900 -o m.model",
            "fit in.csv --target churned --config wrong.toml -o m.model",
            "fit in.csv --target churned -o in.csv",
            "compare in.csv --target churned --metric r2",
            "compare in.csv --target churned --algorithms ridge",
            "sample irsi",
            "sign in.csv --key in.csv",
            "algorithms forest",
        ],
    ));
}
