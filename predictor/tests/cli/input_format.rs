//! Inputs that are encoded or laid out otherwise than by convention.

use crate::support::{Table, Work, lines};

/// The first three iris rows without their target.
fn three() -> String {
    let table = Table::of("iris-softmax");
    let text = table.csv(&[0, 1, 2]);
    text.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",") + "\n").collect()
}

/// What is predicted for rows, and what is reported.
fn scored(input: impl AsRef<[u8]>, args: &str) -> (Vec<String>, String) {
    let run = Work::with("iris-softmax", input).predict(format!("in.csv --proba {args}").trim());
    let reported = run.stderr.clone();
    let output = run.ok();
    (lines(&output).into_iter().map(str::to_owned).collect(), reported)
}

#[track_caller]
fn same(input: impl AsRef<[u8]>, args: &str) -> String {
    let (expected, _) = scored(three(), "");
    let (found, reported) = scored(input, args);
    assert_eq!(found, expected, "{args}");
    reported
}

#[test]
fn columns_without_a_name_are_left_out_with_a_warning() {
    let warned = |reported: String, warning: &str| {
        assert!(reported.contains(&format!("warning: {warning}\n")), "{reported}");
    };
    let rows: Vec<String> =
        three().lines().enumerate().map(|(i, line)| format!("{i},{line}\n")).collect();
    let indexed = rows.concat().replacen('0', "", 1);
    let warning = "the first column has no name, like an index that pandas wrote; it is left out";
    warned(same(indexed, ""), warning);
    let ends = "the header ends with 2 delimiters; the columns after them are left out";
    warned(same(three().replace('\n', ",,\n"), ""), ends);
    warned(same(three().replacen('\n', ",,\n", 1), ""), ends);
    let rows = three();
    let rows = rows.lines().zip([",,", ",,x", ",", ""]);
    let text: Vec<String> = rows.map(|(line, more)| format!("{line}{more}\n")).collect();
    let work = Work::with("iris-softmax", text.concat());
    let run = work.score("");
    assert!(
        run.stderr.contains("line 2: found `x` in column 6, which has no name\n"),
        "{}",
        run.stderr
    );
    assert_eq!(run.status, Some(4));
}

#[test]
fn rows_that_hold_nothing_at_the_end_are_bad_rows() {
    let work = Work::with("iris-softmax", three() + ",,,\n,,,\n");
    work.score("").fails(
        4,
        "error: `in.csv` line 5: found 4 cells with nothing in them\n\
         hint: remove the rows at the end that hold nothing; go on without the line with --on-bad-row null|skip\n",
    );
    let (found, _) = scored(three() + ",,,\n,,,\n", "--on-bad-row skip");
    assert_eq!(found.len(), 4);
}

#[test]
fn skipped_lines_comments_and_a_line_with_the_delimiter_are_no_rows() {
    let edited =
        format!("Flowers, \"1936\n# by hand\n{}# end\n", three().replacen('\n', "\n#\"\n", 2));
    same(&edited, "--skip-rows 1 --comment #");
    let (found, _) = scored(format!("sep=;\n{}", three().replace(',', ";")), "");
    let (expected, _) = scored(three().replace(',', ";"), "--delimiter ;");
    assert_eq!(found, expected);
}

#[test]
fn other_encodings_are_read_and_lines_that_are_not_utf8_reported() {
    let name_or_value = |i: usize| if i == 0 { "été" } else { "é" };
    let rows = three();
    let rows = rows.lines().enumerate();
    let text: Vec<String> =
        rows.map(|(i, line)| format!("{line},{}\n", name_or_value(i))).collect();
    let text = text.concat();
    let utf16: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let (expected, _) = scored(&text, "--id été");
    assert_eq!(scored(utf16, "--id été").0, expected);
    assert_eq!(scored(&latin1, "--id été --encoding latin1").0, expected);
    assert_eq!(scored(&latin1, "--id été --encoding windows-1252").0, expected);
    let (_, reported) = scored(&latin1, "");
    let warning = "warning: line 1 is not UTF-8; is it --encoding windows-1252 or latin1?\n";
    assert!(reported.contains(warning), "{reported}");
}

#[test]
fn what_is_no_row_is_named_with_the_way_out() {
    let refuses = |input: String, fact: &str, hint: &str| {
        let run = Work::with("iris-softmax", input).score("");
        assert_eq!(run.status, Some(4), "{}", run.stderr);
        assert!(run.stderr.contains(fact) && run.stderr.contains(hint), "{}", run.stderr);
    };
    refuses(
        format!("Flowers\n\n{}", three()),
        "error: `in.csv` line 1: no header: it has 1 cell, line 3 and the rows after it have 4 cells\n",
        "hint: --skip-rows 2 leaves out what stands before the header",
    );
    for (before, fact, hint) in [
        ("Flowers,,,\nby Fisher,,,\n", "it has 1 cell, line 3", "--skip-rows 2 leaves out"),
        ("Flowers, by, R. A., Fisher\n", "4 of the columns stand in line 2\n", "--skip-rows 1 "),
        ("# a\n# b, c\n", "the line begins with `#`\n", "--comment '#' leaves"),
        ("# a, b, c, d\n", "4 of the columns stand in line 2\n", "--comment '#' leaves"),
    ] {
        let fact = format!("error: `in.csv` line 1: no header: {fact}");
        refuses(format!("{before}{}", three()), &fact, hint);
    }
    let wide = three().encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let run = Work::with("iris-softmax", wide).score("");
    assert!(run.stderr.ends_with("hint: try --encoding utf-16\n"), "{}", run.stderr);
    let quoted = three().replace("sepal_length_cm,", "\"Sepal_length_cm\" , ");
    for again in [three(), format!("\u{feff}{}", three()), quoted] {
        let fact = "line 5: the line repeats the header\n";
        refuses(three() + &again, fact, "were files put together");
    }
    refuses(
        three() + "Source: Fisher\n",
        "line 5: found 1 cell, expected 4\n",
        "remove it if it is a footer: no row follows",
    );
    refuses(
        three().replacen('\n', "\n# part\n", 1),
        "line 2: found 1 cell, expected 4\n",
        "--comment '#' leaves such lines out",
    );
}

#[test]
fn a_header_that_merely_contains_a_bar_gets_no_hint_of_a_delimiter() {
    let run = Work::with("iris-softmax", "a|b\n1\n2\n").score("");
    assert!(!run.stderr.contains("--delimiter"), "{}", run.stderr);
}

#[test]
fn time_does_not_grow_with_columns_squared() {
    let names: Vec<String> = (0..200_000).map(|i| format!("c{i}")).collect();
    let table = three();
    let wide: Vec<String> = table
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let rest = if i == 0 { names.join(",") } else { ",".repeat(names.len() - 1) };
            format!("{line},{rest}\n")
        })
        .collect();
    let work = Work::with("iris-softmax", wide.concat());
    let started = std::time::Instant::now();
    work.score("--keep-input").ok();
    // A scan of all columns per column takes minutes.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
