//! Options of `predict` that shape the output.

use model_format::v1::Task;

use crate::support::{FIX_CELL, Table, Work, listed};

/// The first three churn rows.
fn churn() -> (Work, Table) {
    let table = Table::of("churn-logistic");
    (Work::with("churn-logistic", table.csv(&[0, 1, 2])), table)
}

#[test]
fn proba_adds_a_column_per_label() {
    let (work, table) = churn();
    let rows = listed(&table.predictions[..3]);
    let expected = format!("prediction,probability_no,probability_yes\n{rows}");
    assert_eq!(work.score("--proba").ok(), expected);
}

#[test]
fn proba_of_numbers_is_wrong_usage() {
    let work = Work::with("diabetes-linear", Table::of("diabetes-linear").csv(&[0]));
    work.score("--proba -o out.csv")
        .fails(2, "error: --proba: this model predicts a number, it has no probabilities\n");
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[test]
fn id_carries_columns_in_the_order_asked_for() {
    let table = Table::of("churn-logistic");
    let work = Work::with("churn-logistic", table.csv(&[0, 3]));
    let [a, b] = [0, 3].map(|row| table.label(row));
    let expected = format!(
        "region,customer_id,churned,prediction\nLazio,C-00001,yes,{a}\n\"Aosta, Valle d'\",C-00040,no,{b}\n"
    );
    assert_eq!(work.score("--id region,customer_id,churned").ok(), expected);
    assert_eq!(work.score("--id region --id customer_id,churned").ok(), expected);
}

#[test]
fn names_with_commas_are_quoted_as_in_csv() {
    let table = Table::of("churn-logistic");
    let csv = table.csv(&[0, 3]);
    let csv = csv.replacen("customer_id,", "\"customer, id\",", 1);
    let work = Work::with("churn-logistic", csv);
    let [a, b] = [0, 3].map(|row| table.label(row));
    let expected =
        format!("\"customer, id\",churned,prediction\nC-00001,yes,{a}\nC-00040,no,{b}\n");
    let predict = ["predict", "m.model", "in.csv", "--id"];
    assert_eq!(work.run(&[&predict[..], &["\"customer, id\",churned"]].concat()).ok(), expected);
    let twice = ["\"customer, id\"", "--id", " churned "];
    assert_eq!(work.run(&[&predict[..], &twice].concat()).ok(), expected);
    work.run(&[&predict[..], &["\"customer, id"]].concat()).misused("a quote is not closed");
    work.run(&[&predict[..], &["a\nb"]].concat())
        .misused("expected names separated by commas, in one line");
}

#[test]
fn id_of_a_column_that_is_not_there() {
    let (work, _) = churn();
    let message =
        "error: --id: the input has no column `custmer_id`\nhint: did you mean `customer_id`?\n";
    work.score("--id plan,custmer_id").fails(4, message);
    work.score("--id zzz").fails(4, "error: --id: the input has no column `zzz`\n");
}

#[test]
fn keep_input_carries_everything() {
    let (work, table) = churn();
    let rows = listed((0..3).map(|row| format!("{},{}", table.rows[row], table.label(row))));
    assert_eq!(work.score("--keep-input").ok(), format!("{},prediction\n{rows}", table.header));
    work.score("--keep-input --id plan").misused("cannot be used with");
}

#[test]
fn missing_tokens_are_repeatable_and_quoted() {
    let header = Table::of("iris-softmax").header;
    let csv = format!("{header}\n-,3.5,\"1,4\",0.2,setosa\n");
    let work = Work::with("iris-softmax", csv);
    let tokens = ["--missing", "-", "--missing", "\"1,4\""];
    let run = work.run(&[&["predict", "m.model", "in.csv"][..], &tokens].concat());
    assert_eq!(run.ok().lines().count(), 2);
    assert_eq!(work.run(&["predict", "m.model", "in.csv", "--missing", "-"]).status, Some(4));
}

#[test]
fn missing_tokens_can_be_replaced() {
    let header = Table::of("iris-softmax").header;
    let score = |cell: &str, missing: &str| {
        let input = format!("{header}\n{cell},3.5,1.4,0.2,x\n");
        let work = Work::with("iris-softmax", input);
        work.run(&["predict", "m.model", "in.csv", "-q", "--proba", "--missing", missing])
    };
    let usual = ["predict", "m.model", "in.csv", "-q", "--proba"];
    let empty = Work::with("iris-softmax", format!("{header}\n,3.5,1.4,0.2,x\n")).run(&usual).ok();
    for (cell, missing) in [
        ("-", "-"),
        ("-999", "-999,?"),
        (" -999 ", " -999 ,?"),
        ("none given", "x,none given"),
        ("", ",x"),
        ("", ""),
        ("5.1", "5.1"),
    ] {
        assert_eq!(score(cell, missing).ok(), empty, "{cell:?} with {missing:?}");
    }
    // The tokens of the model no longer count.
    for cell in ["", "NA", "?"] {
        let fact = format!(
            "error: `in.csv` line 2, column `sepal_length_cm`: found `{cell}`, expected a number\n"
        );
        score(cell, "-").fails(4, &format!("{fact}{FIX_CELL}"));
    }
}

#[test]
fn threshold_moves_the_second_label() {
    let (work, table) = churn();
    let p: Vec<&str> =
        table.predictions[..3].iter().map(|row| row.rsplit(',').next().unwrap()).collect();
    let labels = |threshold: &str| {
        let run = work.score(&format!("--threshold {threshold}")).ok();
        run.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let from = |limit: f64| {
        let label = |p: &&str| if p.parse::<f64>().unwrap() >= limit { "yes" } else { "no" };
        p.iter().map(label).collect::<Vec<_>>()
    };
    for limit in ["0", "1", "0.1", "0.5", p[0], p[1], p[2]] {
        assert_eq!(labels(limit), from(limit.parse().unwrap()), "{limit}");
    }
    // From the probability on, not above it.
    assert_eq!(labels(p[0])[0], "yes");
    let proba = work.score("--proba --threshold 0").ok();
    assert!(
        proba.contains(&format!("\nyes,{}\n", table.predictions[0].split_once(',').unwrap().1))
    );
}

#[test]
fn threshold_needs_two_labels_and_a_probability() {
    let (work, _) = churn();
    for p in ["1.5", "x", "nan", "50%"] {
        work.score(&format!("--threshold {p}")).misused("expected a number from 0 to 1");
    }
    for golden in ["iris-softmax", "diabetes-linear"] {
        let work = Work::with(golden, Table::of(golden).csv(&[0]));
        work.score("--threshold 0.5").fails(
            2,
            "error: --threshold: this model does not have probabilities of exactly two labels\n",
        );
    }
}

#[test]
fn the_prediction_column_can_be_named() {
    let (work, table) = churn();
    let run = work.run(&[
        "predict",
        "m.model",
        "in.csv",
        "-q",
        "--prediction-column",
        "will \"leave\", 5",
    ]);
    let labels = listed((0..3).map(|row| table.label(row)));
    assert_eq!(run.ok(), format!("\"will \"\"leave\"\", 5\"\n{labels}"));
}

#[test]
fn a_prediction_column_that_clashes_with_a_carried_one() {
    let (work, table) = churn();
    let hint = "hint: name the prediction otherwise with --prediction-column, each id once\n";
    let clash = |name: &str| format!("error: the output would have two columns `{name}`\n{hint}");
    work.score("--id plan,churned --prediction-column churned -o out.csv")
        .fails(2, &clash("churned"));
    work.score("--keep-input --prediction-column churned").fails(2, &clash("churned"));
    work.put("in.csv", table.csv(&[0, 1, 2]).replacen("churned", "prediction", 1));
    work.score("--keep-input").fails(2, &clash("prediction"));
    work.put("in.csv", table.csv(&[0, 1, 2]).replacen("churned", "probability_yes", 1));
    work.score("--keep-input --proba").fails(2, &clash("probability_yes"));
    assert_eq!(work.names(), ["in.csv", "m.model"]);
    // Not carried, no clash.
    let header = work.score("--id plan --proba").ok();
    assert!(header.starts_with("plan,prediction,probability_no,probability_yes\n"), "{header}");
}

#[test]
fn a_prediction_column_that_clashes_with_a_probability() {
    let (work, _) = churn();
    let run = work.score("--proba --prediction-column probability_yes");
    assert_eq!(run.status, Some(2), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn an_id_named_twice_is_not_doubled() {
    let (work, _) = churn();
    let run = work.score("--id plan,plan");
    let header = String::from_utf8(run.stdout).unwrap();
    assert!(!header.starts_with("plan,plan,"), "{header}");
}

#[test]
fn precision_rounds_to_significant_digits() {
    let table = Table::of("diabetes-linear");
    let work = Work::with("diabetes-linear", table.csv(&[0, 1, 2, 3]));
    for digits in [1, 2, 4, 9, 17] {
        let run = work.score(&format!("--precision {digits}")).ok();
        for (text, exact) in run.lines().skip(1).zip(&table.predictions) {
            let exact: f64 = exact.parse().unwrap();
            let rounded: f64 = format!("{exact:.*e}", digits - 1).parse().unwrap();
            assert_eq!(text, rounded.to_string(), "{digits} digits");
        }
    }
    let churn = churn().0.score("--proba --precision 3").ok();
    let cells: Vec<&str> = churn.lines().nth(1).unwrap().split(',').collect();
    assert!(cells[1..].iter().all(|p| p.len() <= "0.0123".len()), "{cells:?}");
    for digits in ["0", "18", "x"] {
        work.score(&format!("--precision {digits}")).misused("--precision <N>");
    }
}

#[test]
fn an_empty_label_is_a_row_and_no_blank_line() {
    let table = Table::of("churn-logistic");
    let work = Work::with("churn-logistic", table.csv(&(0..12).collect::<Vec<_>>()));
    work.edit_manifest(|manifest| {
        let Task::Classification { labels, .. } = &mut manifest.task else { panic!("labels") };
        labels[0] = String::new();
    });
    let label = |row: usize| if table.label(row) == "no" { "\"\"" } else { "yes" };
    let rows = 0..12;
    let alone = listed(std::iter::once("prediction").chain(rows.clone().map(label)));
    assert_eq!(work.score("").ok(), alone);
    assert!(alone.contains("\n\"\"\n"), "{alone}");
    let beside = work.score("--id age").ok();
    assert!(!beside.contains('"') && beside.lines().count() == rows.len() + 1, "{beside}");
    assert_eq!(
        work.predict("in.csv -q --prediction-column ").ok(),
        alone.replacen("prediction", "\"\"", 1)
    );
}

#[test]
fn numbers_read_back_to_the_same_bits() {
    let table = Table::of("diabetes-ridge");
    let work = Work::with("diabetes-ridge", table.csv(&[0, 1, 2, 3]));
    let exact = work.score("").ok();
    let seventeen = work.score("--precision 17").ok();
    for (a, b) in exact.lines().zip(seventeen.lines()).skip(1) {
        let [a, b] = [a, b].map(|text| text.parse::<f64>().unwrap().to_bits());
        assert_eq!(a, b);
    }
}

#[test]
fn the_delimiter_is_that_of_input_and_output() {
    let table = Table::of("churn-logistic");
    let rows = listed(&table.predictions[..3]);
    let expected = format!("prediction,probability_no,probability_yes\n{rows}");
    for (delimiter, written) in [(";", ";"), ("\t", "\\t"), ("\t", "tab"), ("\t", "\t"), ("|", "|")]
    {
        let work = Work::with("churn-logistic", table.csv(&[0, 1, 2]).replace(',', delimiter));
        let run =
            work.run(&["predict", "m.model", "in.csv", "-q", "--proba", "--delimiter", written]);
        assert_eq!(run.ok(), expected.replace(',', delimiter));
    }
    let (work, _) = churn();
    for bad in ["ab", "\"", "é", "\n", "", ".", "-", "+", "e", "5", " "] {
        work.run(&["predict", "m.model", "in.csv", "--delimiter", bad])
            .misused("expected a tab or an ASCII punctuation mark that no number contains");
    }
}

#[test]
fn the_number_of_threads_has_its_limits() {
    let (work, table) = churn();
    let expected = table.scored(3);
    for threads in ["1", "64"] {
        assert_eq!(work.score(&format!("--threads {threads}")).ok(), expected);
    }
    for threads in ["0", "1025", "two"] {
        work.score(&format!("--threads {threads}")).misused("--threads <N>");
    }
}

#[test]
fn categories_of_other_case_are_unseen_only_where_asked_for() {
    let (work, table) = churn();
    let expected = table.scored(3);
    assert_eq!(work.score("--unseen error").ok(), expected);
    assert_eq!(work.score("--unseen ignore").ok(), expected);
    work.score("--unseen warn").misused("[possible values: ignore, error]");
}
