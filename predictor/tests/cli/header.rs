//! The header: columns by name, and every way in which it does not fit.

use crate::support::{FIX_ROW, Table, Work, listed};

/// What the model says of the first three iris rows, whatever their columns are called.
fn three(input: &str, args: &str) {
    let table = Table::of("iris-softmax");
    let expected = listed(&table.predictions[..3]);
    let run = Work::with("iris-softmax", input).score(&format!("--proba {args}")).ok();
    let rows = run.split_once('\n').unwrap().1;
    assert_eq!(rows.replace([';', '\t', '|'], ","), expected);
}

/// The first three iris rows with the columns in this order; 4 is the target.
fn ordered(order: &[usize]) -> String {
    let table = Table::of("iris-softmax");
    let line = |text: &String| {
        let cells: Vec<&str> = text.split(',').collect();
        order.iter().map(|i| cells[*i]).collect::<Vec<_>>().join(",") + "\n"
    };
    std::iter::once(&table.header).chain(&table.rows[..3]).map(line).collect()
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    for order in [&[0, 1, 2, 3][..], &[3, 2, 1, 0], &[4, 2, 0, 3, 1], &[1, 4, 4, 0, 3, 2]] {
        three(&ordered(order), "");
    }
}

#[test]
fn columns_the_model_does_not_use_are_ignored() {
    let extra = ordered(&[0, 1, 2, 3, 4]).replace('\n', ",\"x, y\",\n");
    three(&extra, "");
}

#[test]
fn names_are_trimmed_but_not_guessed() {
    three(&ordered(&[0, 1, 2, 3]).replacen(",sepal_width_cm", ",\tsepal_width_cm ", 1), "");
    let work = Work::with("iris-softmax", ordered(&[0, 1, 2, 3]).replacen("sepal_w", "Sepal_W", 1));
    work.score("").fails(
        4,
        "error: `in.csv` line 1: 3 of the 4 columns this model needs are present; missing: `sepal_width_cm`\n\
         hint: if the input only calls them otherwise: --rename 'Sepal_Width_cm=sepal_width_cm'\n",
    );
}

/// Where a needed column is missing, another one that stands in its place must not be read for it.
#[test]
fn a_stranger_in_the_place_of_a_missing_column_is_not_used() {
    let work =
        Work::with("iris-softmax", ordered(&[0, 1, 2, 3]).replacen("petal_length_cm", "zzz", 1));
    work.score("").fails(
        4,
        "error: `in.csv` line 1: 3 of the 4 columns this model needs are present; missing: `petal_length_cm`\n",
    );
}

/// A file that is no CSV is not taken for one with another header: no --rename, --skip-rows or --encoding.
#[test]
fn files_that_are_no_csv() {
    let missing = "error: `in.csv` line 1: 0 of the 4 columns this model needs are present; missing: \
                   `sepal_length_cm`, `sepal_width_cm`, `petal_length_cm`, `petal_width_cm`\n";
    let line = |text: &str| text.repeat(20);
    for (content, message) in [
        (
            Work::new("iris-softmax").bytes("m.model"),
            "error: `in.csv` is a model file, expected CSV\n\
             hint: name the CSV file; `predictor` takes the model first, then the table\n"
                .to_owned(),
        ),
        (
            b"PAR1\x15\x04\x15\n1,2\n3,4\n".to_vec(),
            "error: `in.csv` is a Parquet file, expected CSV\nhint: write its rows as CSV first\n"
                .into(),
        ),
        (
            b"\x95\x02\xf6,ab\n1,2,3\n4,5,6\n7,8,9\n".to_vec(),
            "error: `in.csv` line 1: found binary data, expected text\nhint: name a CSV file\n"
                .into(),
        ),
        (
            b"<!DOCTYPE html>\n<html>\n".to_vec(),
            format!(
                "{missing}hint: this looks like HTML or XML, such as a page in place of a download\n"
            ),
        ),
        (
            format!("sepal_length_cm   sepal_width_cm\n{}", line("5.1  3.5\n")).into_bytes(),
            format!(
                "{missing}hint: if blanks separate the columns, make them commas: tr -s ' ' ','\n"
            ),
        ),
        (b"sepal_length_cm_\n1\n".to_vec(), missing.to_owned()),
        (
            line("5.1,3.5,1.4,0.2\n").into_bytes(),
            format!(
                "{missing}hint: if line 1 is a row and no header, --no-header takes the columns in the model's order\n"
            ),
        ),
    ] {
        Work::with("iris-softmax", content).score("").fails(4, &message);
    }
}

#[test]
fn a_byte_order_mark_and_crlf_are_understood() {
    let input = ordered(&[0, 1, 2, 3, 4]);
    three(&format!("\u{feff}{input}"), "");
    three(&input.replace('\n', "\r\n"), "");
    three(&format!("\u{feff}{}", input.replace('\n', "\r\n").trim_end()), "");
    let mark_and_quote =
        format!("\u{feff}\"sepal_length_cm\"{}", &input["sepal_length_cm".len()..]);
    three(&mark_and_quote, "");
}

#[test]
fn missing_and_doubled_columns_are_told_at_once() {
    let table = Table::of("churn-logistic");
    let header =
        "customer_id,AGE,incme,tenure-months,plan,plan,region,contract,contract,contract,fee";
    let work = Work::with("churn-logistic", format!("{header}\n{}\n", table.rows[0]));
    work.put("out.csv", "as it was\n");
    work.score("-o out.csv").fails(
        4,
        "error: `in.csv` line 1: 1 of the 9 columns this model needs are present; \
         missing: `age`, `income`, `tenure_months`, `support_calls`, `monthly_fee`, `autopay`; \
         `plan` stands in columns 5 and 6; `contract` stands in columns 8 and 9\n\
         hint: if the input only calls them otherwise: --rename 'AGE=age' --rename 'incme=income' --rename 'tenure-months=tenure_months'\n",
    );
    assert_eq!(work.text("out.csv"), "as it was\n");
}

#[test]
fn renames_and_ids_are_told_with_the_columns() {
    let table = Table::of("churn-logistic");
    let header = table.header.replacen(",age,", ",AGE,", 1).replacen("autopay", "plan", 1);
    let work = Work::with("churn-logistic", format!("{header}\n{}\n", table.rows[0]));
    work.score("--rename rgion=region --rename region=regionn --id custmer_id,plan,plan,zzz").fails(
        4,
        "error: --rename: the input has no column `rgion`\n\
         error: --rename: the model has no column `regionn`\n\
         error: `in.csv` line 1: 6 of the 9 columns this model needs are present; missing: `age`, `autopay`; \
         `plan` stands in columns 5 and 10\n\
         error: --id: the input has no column `custmer_id`\n\
         error: --id: `plan` stands in columns 5 and 10\n\
         error: --id: the input has no column `zzz`\n\
         hint: did you mean `region` for `rgion`, `region` for `regionn`, `customer_id` for `custmer_id`?; \
         if the input only calls them otherwise: --rename 'AGE=age'\n",
    );
}

#[test]
fn the_hint_for_an_id_with_a_comma_can_be_typed_as_it_stands() {
    let input = ordered(&[0, 1, 2, 3]).replace('\n', ",7\n").replacen(",7", ",\"distance, km\"", 1);
    let work = Work::with("iris-softmax", input);
    let args = ["predict", "m.model", "in.csv", "-q", "--id"];
    work.run(&[&args[..], &["distance, km"]].concat()).fails(
        4,
        "error: --id: the input has no column `distance`\n\
         error: --id: the input has no column `km`\n\
         hint: did you mean --id '\"distance, km\"'?\n",
    );
    work.run(&[&args[..], &["\"distance, km\""]].concat()).ok();
}

#[test]
fn an_id_without_a_name_is_carried_with_all_the_others() {
    let input = ordered(&[0, 1, 2, 3]).replace('\n', "\n7,");
    let work = Work::with("iris-softmax", format!(",{}", input.trim_end_matches("7,")));
    work.run(&["predict", "m.model", "in.csv", "-q", "--id", ""]).fails(
        4,
        "error: --id: found an empty name, expected the name of a column\n\
         hint: --keep-input carries columns without a name too\n",
    );
    assert!(work.score("--keep-input").ok().starts_with(",sepal_length_cm,"));
}

#[test]
fn evaluate_and_diff_tell_the_target_with_the_columns() {
    let table = Table::of("churn-logistic");
    let header = table.header.replacen(",age,", ",AGE,", 1).replacen("churned", "churnd", 1);
    let work = Work::with("churn-logistic", format!("{header}\n{}\n", table.rows[0]));
    let columns =
        "error: `in.csv` line 1: 8 of the 9 columns this model needs are present; missing: `age`\n";
    let hint = "hint: if the input only calls them otherwise: --rename 'AGE=age'";
    work.run(&["evaluate", "m.model", "in.csv"]).fails(
        4,
        &format!("{columns}error: `in.csv` line 1: no target column `churned`\n{hint}; did you mean --target 'churnd'?\n"),
    );
    work.run(&["diff", "m.model", "m.model", "in.csv"]).fails(4, &format!("{columns}{hint}\n"));
}

#[test]
fn a_doubled_column_that_the_model_does_not_use_is_no_matter() {
    three(&ordered(&[4, 0, 1, 2, 3, 4]), "");
}

#[test]
fn following_the_rename_hint_helps() {
    let input = ordered(&[0, 1, 2, 3]).replacen("sepal_w", "Sepal_W", 1);
    three(&input, "--rename Sepal_Width_cm=sepal_width_cm");
}

#[test]
fn rename_finds_columns_under_other_names() {
    let table = Table::of("churn-logistic");
    let input = table.csv(&[0, 1, 2]).replacen("age,income", "income,euro", 1);
    let work = Work::with("churn-logistic", input);
    let renamed = work.score("--proba --id income --rename income=age --rename euro=income").ok();
    let ages = ["52", "70", ""].iter().zip(&table.predictions);
    let expected = listed(ages.map(|(age, prediction)| format!("{age},{prediction}")));
    assert_eq!(renamed, format!("income,prediction,probability_no,probability_yes\n{expected}"));
}

#[test]
fn names_may_be_swapped_and_hold_blanks() {
    let table = Table::of("churn-logistic");
    let input = table.csv(&[0, 1, 2]).replacen("age,income", "income,age", 1);
    let expected = listed(&table.predictions[..3]);
    let work = Work::with("churn-logistic", &input);
    let swapped = work.score("--proba --rename age=income --rename income=age").ok();
    assert_eq!(swapped, format!("prediction,probability_no,probability_yes\n{expected}"));
    work.put("in.csv", input.replacen("income", "age in years", 1));
    let args = ["predict", "m.model", "in.csv", "-q", "--proba", "--rename", "age=income"];
    let run = work.run(&[&args[..], &["--rename", "age in years=age"]].concat());
    assert_eq!(run.ok(), swapped);
}

#[test]
fn rename_of_columns_that_are_not_there() {
    let work = Work::with("churn-logistic", Table::of("churn-logistic").csv(&[0, 1, 2]));
    work.score("--rename plan=plam")
        .fails(4, "error: --rename: the model has no column `plam`\nhint: did you mean `plan`?\n");
    work.score("--rename plam=plan")
        .fails(4, "error: --rename: the input has no column `plam`\nhint: did you mean `plan`?\n");
    for rename in ["plan", "=plan", "plan="] {
        work.score(&format!("--rename {rename}")).misused("expected NEW=MODEL_COL");
    }
}

#[test]
fn rename_without_a_header_is_wrong_usage() {
    let work = Work::with("iris-softmax", "5.1,3.5,1.4,0.2\n");
    let run = work.score("--no-header --rename a=b");
    assert_eq!(run.status, Some(2), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn two_renames_of_one_column_are_wrong_usage() {
    let work = Work::with("churn-logistic", Table::of("churn-logistic").csv(&[0, 1, 2]));
    let run = work.score("--rename age=age --rename income=age");
    assert_eq!(run.status, Some(2), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn another_delimiter_is_guessed_in_a_hint() {
    for (delimiter, shown) in [(";", ";"), ("\t", "\\t"), ("|", "|")] {
        let work = Work::with("iris-softmax", ordered(&[0, 1, 2, 3]).replace(',', delimiter));
        work.score("").fails(
            4,
            &format!(
                "error: `in.csv` line 1: 0 of the 4 columns this model needs are present; \
                 missing: `sepal_length_cm`, `sepal_width_cm`, `petal_length_cm`, `petal_width_cm`\n\
                 hint: the header is one cell; try --delimiter '{shown}'\n"
            ),
        );
        three(&ordered(&[0, 1, 2, 3]).replace(',', delimiter), &format!("--delimiter {shown}"));
    }
    let work = Work::with("iris-softmax", ordered(&[0, 1, 2, 3]));
    let run = work.score("--delimiter ;");
    assert!(
        run.stderr.ends_with("hint: the header is one cell; try --delimiter ','\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_empty_input_is_an_error() {
    let hint = "hint: a file that has rows but no header needs --no-header\n";
    for input in ["", "\u{feff}", "\n", "\r\n\n", "\r", "\n\r"] {
        let work = Work::with("iris-softmax", input);
        let message = format!("error: `in.csv` is empty, expected a header line\n{hint}");
        work.score("-o out.csv").fails(4, &message);
        assert_eq!(work.names(), ["in.csv", "m.model"], "{input:?}");
    }
    let message = format!("error: `<stdin>` is empty, expected a header line\n{hint}");
    Work::new("iris-softmax").predict_on("", "-").fails(4, &message);
}

#[test]
fn a_header_without_rows_gives_a_header_without_rows() {
    let header = Table::of("churn-logistic").header;
    for input in [header.clone(), format!("{header}\n"), format!("{header}\r\n\r\n")] {
        let work = Work::with("churn-logistic", input);
        assert_eq!(work.score("").ok(), "prediction\n");
        let all = work.score("--proba --id plan,customer_id").ok();
        assert_eq!(all, "plan,customer_id,prediction,probability_no,probability_yes\n");
        assert_eq!(work.score("--keep-input").ok(), format!("{header},prediction\n"));
    }
}

#[test]
fn no_header_reads_columns_in_schema_order() {
    let table = Table::of("iris-softmax");
    let rows = ordered(&[0, 1, 2, 3]).split_once('\n').unwrap().1.to_owned();
    three(&rows, "--no-header");
    let work = Work::with("iris-softmax", format!("{rows}1,2,3\n"));
    let kept = work.score("--no-header --keep-input --on-bad-row null").ok();
    let kept: Vec<&str> = kept.lines().collect();
    assert_eq!(kept[0], "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,prediction");
    assert_eq!(kept[1], format!("5.1,3.5,1.4,0.2,{}", table.label(0)));
    assert_eq!(kept[4], ",,,,");
    let id = work.score("--no-header --id petal_width_cm --on-bad-row skip").ok();
    assert!(id.starts_with("petal_width_cm,prediction\n0.2,setosa\n"), "{id}");
    let message = format!("error: `in.csv` line 4: found 3 cells, expected 4\n{FIX_ROW}");
    work.score("--no-header").fails(4, &message);
}

#[test]
fn a_header_read_with_no_header_is_a_bad_row() {
    let work = Work::with("iris-softmax", ordered(&[0, 1, 2, 3]));
    let run = work.score("--no-header");
    let fact = "error: `in.csv` line 1, column `sepal_length_cm`: found `sepal_length_cm`, expected a number\n";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
    assert_eq!(run.status, Some(4));
}

#[test]
fn cr_line_ends_do_not_lose_rows() {
    let work = Work::with("iris-softmax", ordered(&[0, 1, 2, 3, 4]).replace('\n', "\r"));
    let run = work.score("");
    assert_eq!((run.status, run.stdout.as_slice()), (Some(4), &b""[..]), "{}", run.stderr);
}

#[test]
fn a_header_name_that_is_not_utf8_is_carried_through() {
    let table = Table::of("iris-softmax");
    let mut input = b"caf\xe9,".to_vec();
    input.extend(format!("{}\nx,{}\n", table.header, table.rows[0]).into_bytes());
    let run = Work::with("iris-softmax", input).score("--keep-input");
    assert!(
        run.stdout.starts_with(b"caf\xe9,sepal_length_cm,"),
        "{:?}",
        String::from_utf8_lossy(&run.stdout)
    );
}

#[test]
fn control_characters_of_a_header_are_not_shown() {
    let input = ordered(&[0, 1, 2, 3]).replacen("sepal_width", "sepal\u{7}_width", 1);
    let run = Work::with("iris-softmax", input).score("");
    assert!(!run.stderr.contains('\u{7}'), "{:?}", run.stderr);
}

#[test]
fn a_name_that_is_not_utf8_is_no_column_of_the_model() {
    // The name of a model's column that has U+FFFD in it, and a byte that is shown the same way.
    let table = Table::of("churn-logistic");
    let name = "inc\u{fffd}me";
    let csv = table.csv(&[0]).replacen(",income,", ",inc@me,", 1);
    let with = |bytes: &[u8]| {
        let csv = csv.split('@').map(str::as_bytes).collect::<Vec<_>>().join(bytes);
        let work = Work::with("churn-logistic", csv);
        work.edit_manifest(|manifest| {
            let income = manifest.schema.columns.iter_mut().find(|c| c.name == "income");
            income.unwrap().name = name.into();
        });
        work
    };
    with("\u{fffd}".as_bytes()).score("").ok();
    for args in ["", "--keep-input", "--id inc\u{fffd}me", "--rename inc\u{fffd}me=inc\u{fffd}me"] {
        let run = with(b"\xe9").score(args);
        assert!(run.stderr.contains(&format!("missing: `{name}`")), "{args}: {}", run.stderr);
        assert_eq!(run.status, Some(4), "{args}");
    }
}

#[test]
fn of_many_names_that_are_not_there_ten_are_listed() {
    let names: Vec<String> = (0..6_000).map(|i| format!("column_{i}")).collect();
    let rows = ordered(&[0, 1, 2, 3]);
    let (header, _) = rows.split_once('\n').unwrap();
    let work = Work::with("iris-softmax", format!("{header},{}\n", names.join(",")));
    let missing: Vec<String> = (0..4_000).map(|i| format!("colunm_{i}")).collect();
    let renames: Vec<String> =
        missing.iter().map(|name| format!("{name}=petal_width_cm")).collect();
    let started = std::time::Instant::now();
    for (option, values, place) in
        [("--id", missing.join(","), "the input"), ("--rename", renames[0].clone(), "the input")]
    {
        let mut args: Vec<String> =
            ["predict", "m.model", "in.csv", "-q", option].map(str::to_owned).into();
        args.push(values);
        let run = work.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.status, Some(4), "{}", run.stderr);
        let first = format!("error: {option}: {place} has no column `colunm_0`\n");
        assert!(run.stderr.starts_with(&first), "{}", run.stderr);
        assert!(run.stderr.contains("`column_0`"), "{}", run.stderr);
        if option == "--id" {
            let more = "error: --id: the input does not have 3990 more of the columns named\n";
            assert!(run.stderr.contains(more), "{}", run.stderr);
            assert!(run.stderr.lines().count() == 12, "{}", run.stderr);
        }
    }
    // A search for the nearest name of each takes minutes.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
