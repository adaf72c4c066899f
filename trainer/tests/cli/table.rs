//! Training files that are no table, and those that only look odd.

use std::fs::File;
use std::process::Stdio;

use crate::support::{Work, table};

const IRIS: &str = "--target species --algorithm decision-tree --param max_depth=3 --quiet";

/// Iris with something done to its text.
fn iris(edit: impl Fn(String) -> String) -> Work {
    let csv = Work::sample("iris").text("in.csv");
    Work::with(edit(csv))
}

#[track_caller]
fn refused(edit: impl Fn(String) -> String, message: &str) {
    iris(edit).refuses(IRIS, 4, message);
}

#[test]
fn an_empty_file() {
    for content in ["", "\u{feff}", "\n\n"] {
        refused(|_| content.into(), "error: `in.csv` is empty, expected a header line\n");
    }
}

#[test]
fn a_header_without_rows() {
    let header = |csv: String| csv.lines().next().unwrap().to_owned();
    refused(header, "error: `in.csv` has a header but no rows\n");
    refused(|csv| header(csv) + "\r\n\r\n", "error: `in.csv` has a header but no rows\n");
}

/// Each kind of file that is no CSV gets the way out that fits it, and none that does not.
#[test]
fn files_that_are_no_csv() {
    let line = |text: &str| text.repeat(20);
    for (content, message) in [
        (
            line("PK\u{3}\u{4}").into_bytes(),
            "`in.csv` is a ZIP archive, such as an Excel workbook, expected CSV\n\
             hint: save the sheet as CSV, or unpack the archive",
        ),
        (
            b"\x95\x02\xf6,ab\n1,2,3\n4,5,6\n7,8,9\n".to_vec(),
            "`in.csv` line 1: found binary data, expected text\nhint: name a CSV file",
        ),
        (
            b"[\n{\"a\": 1}\n]\n".to_vec(),
            "`in.csv` has one column, expected a target and features\n\
             hint: this looks like JSON; write its rows as CSV first",
        ),
        (
            format!("x   species\n{}", line("5.1 a\n")).into_bytes(),
            "`in.csv` has one column, expected a target and features\n\
             hint: if blanks separate the columns, make them commas: tr -s ' ' ','",
        ),
        (
            format!("x^species\n{}", line("5.1^a\n")).into_bytes(),
            "`in.csv` has one column, expected a target and features\n\
             hint: the header is one cell; try --delimiter '^'",
        ),
        (
            line("\"5.1,a\"\n").into_bytes(),
            "`in.csv` has one column, expected a target and features\n\
             hint: every line stands in quotes as a whole; take them off: sed 's/^\"//; s/\"$//; s/\"\"/\"/g'",
        ),
        (
            format!("4.9,3,b\n{}", line("5.1,3,a\n")).into_bytes(),
            "--target: `in.csv` has no column `species`\n\
             hint: if line 1 is a row and no header, put a line with the names of the columns above it",
        ),
    ] {
        Work::with(content).refuses(IRIS, 4, &format!("error: {message}\n"));
    }
}

const ROW: &str = "hint: every row needs one cell per header name; fix or remove the line\n";

#[test]
fn rows_of_another_width() {
    refused(
        |csv| csv + "5.1,3.5,1.4,setosa\n",
        &format!("error: `in.csv` line 152: found 4 cells, expected 5\n{ROW}"),
    );
    refused(
        |csv| csv.replacen("\n4.9,3.0,", "\n4.9,3,0,", 1),
        &format!("error: `in.csv` line 3: found 6 cells, expected 5\n{ROW}"),
    );
    // Lines are counted through quoted line ends.
    refused(
        |csv| csv + "5.1,3.5,1.4,0.2,\"se\n\ntosa\"\n1,2\n",
        &format!("error: `in.csv` line 155: found 2 cells, expected 5\n{ROW}"),
    );
}

#[test]
fn an_unclosed_quote() {
    let hint = "hint: a quote inside a cell is written twice\n";
    refused(
        |csv| csv + "5.1,3.5,1.4,0.2,\"setosa\n",
        &format!("error: `in.csv` line 152: a quote opens here and never closes\n{hint}"),
    );
    refused(
        |csv| csv.replacen(",setosa\n", ",\"setosa\n", 1),
        &format!("error: `in.csv` line 2: a quote opens here and never closes\n{hint}"),
    );
}

#[test]
fn an_unclosed_quote_in_the_middle() {
    let run = iris(|csv| csv.replacen("\n4.9,3.0,", "\n4.9,\"3.0,", 1)).fit(IRIS);
    let fact = "error: `in.csv` line 3: a quote opens here and never closes\n";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
}

#[test]
fn a_quote_inside_a_plain_cell_is_text() {
    let row =
        |i: usize| format!("{},{},{}", i * 7 % 13, ["5\" pipe", "3\" pipe", "rod"][i % 3], i % 2);
    let work = Work::with(table("a,b,y", 62, row));
    work.fit_tree("--target y").ok();
}

#[test]
fn a_quote_inside_a_plain_cell_of_the_last_row_is_text() {
    let row =
        |i: usize| format!("{},{},{}", i * 7 % 13, ["5\" pipe", "3\" pipe", "rod"][i % 3], i % 2);
    let work = Work::with(table("a,b,y", 60, row));
    work.fit_tree("--target y").ok();
}

#[test]
fn headers_that_name_no_columns() {
    refused(
        |csv| {
            csv.replacen("sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm", ",,,", 1)
        },
        "error: `in.csv` has one column, expected a target and features\n",
    );
    refused(
        |csv| csv.replacen("petal_width_cm", " sepal_width_cm ", 1),
        "error: `in.csv` line 1: `sepal_width_cm` stands in columns 2 and 4\n",
    );
}

#[test]
fn another_delimiter_is_guessed_in_a_hint() {
    for (delimiter, shown) in [(";", ";"), ("\t", "\\t"), ("|", "|")] {
        refused(
            |csv| csv.replace(',', delimiter),
            &format!(
                "error: `in.csv` has one column, expected a target and features\n\
                 hint: the header is one cell; try --delimiter '{shown}'\n"
            ),
        );
    }
    refused(
        |_| "species\na\nb\n".into(),
        "error: `in.csv` has one column, expected a target and features\n",
    );
}

#[test]
fn files_that_cannot_be_read() {
    let work = Work::new();
    std::fs::create_dir(work.path("folder")).unwrap();
    for (name, why) in
        [("no.csv", "No such file or directory (os error 2)"), ("folder", "it is a directory")]
    {
        let run = work.run(&["fit", name, "--target", "y", "-o", "m.model"]);
        run.fails(1, &format!("error: cannot read `{name}`: {why}\n"));
    }
    assert_eq!(work.names(), ["folder"]);
}

/// The model of a table but for the digest of its file.
fn tree(work: &Work) -> impl PartialEq + use<> {
    work.fit(IRIS).ok();
    let model = work.model();
    let manifest = model.manifest();
    (manifest.schema.clone(), manifest.program.clone(), manifest.golden.clone())
}

#[test]
fn line_ends_marks_and_blanks_make_no_difference() {
    let plain = tree(&Work::sample("iris"));
    for odd in [
        iris(|csv| csv.replace('\n', "\r\n")),
        iris(|csv| format!("\u{feff}{csv}")),
        iris(|csv| csv.trim_end().to_owned()),
        iris(|csv| csv + "\n\r\n\n"),
        iris(|csv| csv.replace(",setosa", ", setosa\t")),
        iris(|csv| csv.replace("setosa", "\"setosa\"").replace("5.1,", "\"5.1\",")),
        iris(|csv| csv.replacen(",sepal_width_cm", ", sepal_width_cm ", 1)),
    ] {
        assert!(tree(&odd) == plain, "{}", odd.text("in.csv").lines().next().unwrap());
    }
}

#[test]
fn blank_lines_between_rows_are_told() {
    let work = iris(|csv| csv.replacen("\n4.9,", "\n\n\r\n4.9,", 1));
    let loud = IRIS.replace(" --quiet", "");
    let run = work.fit(&loud);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let warning = "warning: 2 blank lines between the rows: did they hold rows once?\n";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    let run = iris(|csv| csv + "\n\n").fit(&loud);
    assert!(!run.stderr.contains("blank"), "{}", run.stderr);
}

#[test]
fn stdin_is_a_dash() {
    let work = Work::sample("iris");
    let fit = ["fit", "-", "-o", "m.model", "--algorithm", "decision-tree", "-q", "--target"];
    let from = |stdin: Stdio, target: &str| {
        Work::finish(work.command().args(fit).arg(target).stdin(stdin))
    };
    from(File::open(work.path("in.csv")).unwrap().into(), "species").ok();
    let piped = work.bytes("m.model");
    work.fit("--algorithm decision-tree --target species").ok();
    assert!(work.bytes("m.model") == piped);
    from(Stdio::null(), "species").fails(4, "error: `<stdin>` is empty, expected a header line\n");
    from(File::open(work.path("in.csv")).unwrap().into(), "price")
        .fails(4, "error: --target: `<stdin>` has no column `price`\n");
}

#[test]
fn a_quote_that_opens_in_the_middle_of_the_file_swallows_no_rows() {
    let row = |i: usize| match i {
        5 => "5,\"t2,10".to_owned(),
        20 => "20,t\"2,40".to_owned(),
        _ => format!("{i},t{},{}", i % 3, i * 2),
    };
    let work = Work::with(table("a,t,y", 40, row));
    let run = work.fit_tree("--target y --task regression");
    assert!(
        run.stderr.starts_with("error: `in.csv` line 6: text follows a closing quote\n"),
        "{}",
        run.stderr
    );
    assert_eq!(run.status, Some(4));
}

#[test]
fn the_header_once_more_is_found_however_it_is_written() {
    let row = |i: usize| format!("p{},{}", i % 3, ["yes", "no"][i % 2]);
    let fact = "error: `in.csv` line 42: the line repeats the header\n\
                hint: were files put together with their headers? remove the line\n";
    for again in ["a,y", "\"a\",\"y\"", "a, y", "A,Y", "\u{feff}a,y", "\u{feff}\"a\",y", " a ,y"] {
        let csv = table("a,y", 40, row) + again + "\n" + &row(1) + "\n";
        Work::with(csv).refuses("--target y", 4, fact);
    }
    // A number is no name, and a name in one column is no header.
    let csv = table("a,y", 40, row) + "a,yes\n";
    Work::with(csv).fit_tree("--target y").ok();
}

#[test]
fn a_padded_footer_is_refused() {
    let hint = "hint: remove the footer; if it is a row, fix the cell, or name it with --missing if it means a missing value\n";
    let numbers = table("x,z,y", 60, |i| format!("{}.5,p{},{}.5", i * 7 % 53, i % 3, i));
    let fact = |line: u32, word: &str| {
        format!(
            "error: `in.csv` line {line}, column `x`: found `{word}` in a row that looks like a footer: the rows before it hold numbers there, and no other row follows\n{hint}"
        )
    };
    for (footer, word) in [
        ("Total,,1830.5\n", "Total"),
        ("Total,p1,1830.5\n", "Total"),
        ("as of May,,7.5\n", "as of May"),
    ] {
        Work::with(format!("{numbers}{footer}")).refuses("--target y", 4, &fact(62, word));
    }
    let two = format!("{numbers}Total,,1830.5\nMean,,30.5\n");
    Work::with(&two).refuses("--target y", 4, &fact(62, "Total"));
    let run = Work::with(&two).fit_tree("--target y --missing ,Total,Mean");
    assert_eq!((run.status, run.warnings()), (Some(0), vec![]));
    // Labels, and columns of texts alone.
    let labels = table("x,z,y", 60, |i| format!("{}.5,p{},{}", i * 7 % 53, i % 3, i % 2));
    Work::with(labels + "Total,,200\n").refuses("--target y", 4, &fact(62, "Total"));
    let texts = table("x,z,y", 60, |i| format!("p{},q{},{}", i % 4, i % 3, ["no", "yes"][i % 2]));
    Work::with(format!("{texts}Total,,no\n")).refuses(
        "--target y",
        4,
        &format!(
            "error: `in.csv` line 62, column `x`: found `Total` in a row that looks like a footer: it has empty cells, no row before it holds that word, and no other row follows\n{hint}"
        ),
    );
    // A row that has all its cells is a row.
    Work::with(format!("{texts}Total,q1,no\n")).fit_tree("--target y").ok();
}

#[test]
fn a_header_that_stands_further_down_is_found() {
    let rows = table("x,city,y", 40, |i| format!("{}.5,c{},{}", i * 7 % 13, i % 3, i % 2));
    let no_header = |fact: &str| format!("`in.csv` line 1: no header: {fact}");
    for (before, fact, hint) in [
        (
            "Report 2024,,\nsource: SAP,,\n",
            format!(
                "error: {}",
                no_header("it has 1 cell, line 3 and the rows after it have 3 cells")
            ),
            "--skip-rows 2 leaves out what stands before the header",
        ),
        (
            "Report, 2024, draft\n",
            format!(
                "error: --target: `in.csv` has no column `y`\nerror: {}",
                no_header("column `y` stands in line 2")
            ),
            "--skip-rows 1 leaves out what stands before the header",
        ),
        (
            "# a\n# b, c, d\n",
            format!("error: {}", no_header("the line begins with `#`")),
            "if it is a comment, --comment '#' leaves such lines out",
        ),
        (
            "# b, c, d\n",
            format!(
                "error: --target: `in.csv` has no column `y`\nerror: {}",
                no_header("column `y` stands in line 2")
            ),
            "if it is a comment, --comment '#' leaves such lines out",
        ),
        (
            "// by me\n",
            format!("error: {}", no_header("the line begins with `/`")),
            "if it is a comment, --comment '/' leaves such lines out",
        ),
        (
            "# by me\n// and me\n",
            format!(
                "error: {}",
                no_header("it has 1 cell, line 3 and the rows after it have 3 cells")
            ),
            "--skip-rows 2 leaves out what stands before the header",
        ),
    ] {
        let work = Work::with(format!("{before}{rows}"));
        work.refuses("--target y", 4, &format!("{fact}\nhint: {hint}\n"));
        let way_out: Vec<&str> =
            hint.split_whitespace().skip_while(|w| !w.starts_with("--")).take(2).collect();
        work.fit_tree(&format!("--target y {}", way_out.join(" ").replace('\'', ""))).ok();
    }
}

#[test]
fn utf_16_without_its_mark_is_told() {
    let rows = table("x,city,y", 40, |i| format!("{}.5,c{},{}", i * 7 % 13, i % 3, i % 2));
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = rows.replace('\n', "\r\n").encode_utf16().flat_map(to_bytes).collect();
        let work = Work::with(bytes);
        work.refuses(
            "--target y",
            4,
            "error: `in.csv` line 1: every other byte of the header is zero, expected UTF-8\nhint: try --encoding utf-16\n",
        );
        work.fit_tree("--target y --encoding utf-16").ok();
    }
}
