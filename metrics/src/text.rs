//! Metrics as text for people: lines of a report whose keys take eleven columns.
//!
//! Labels come as they are to be shown: on one line, without control characters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::baseline::Baseline;
use crate::confusion::Confusion;
use crate::pairs::{MAX_PAIRS, Pairs};
use crate::scores::Scores;

/// Columns that the key of a report takes.
const KEY: usize = 11;
/// Columns that the measures of a label take.
const MEASURES: usize = 4 * 10;
/// Most characters of a label in a table.
const MAX_LABEL: usize = 24;
/// Longest label at the head of a column of counts; where one is longer, columns are numbered.
const MAX_HEAD: usize = 10;
/// Matrices of more labels are left to JSON.
const MAX_MATRIX: usize = 20;
/// Most labels with a line of their own.
const MAX_LISTED: usize = 100;

/// A value in a table: four digits after the point, or as many in all where that would show nothing, or
/// too much.
pub fn number(value: Option<f64>) -> String {
    let Some(value) = value else { return "undefined".into() };
    let size = value.abs();
    if size >= 1e9 || (size > 0.0 && size < 0.001) {
        format!("{value:.3e}")
    } else {
        format!("{value:.4}")
    }
}

/// Labels that fit into a line and stay different: the middle of long ones is left out; those that then look
/// the same are cut around the place where they differ, and have their number behind them if that does not help.
pub fn distinct(labels: &[String]) -> Vec<String> {
    cut(labels, MAX_LABEL)
}

fn cut(labels: &[String], most: usize) -> Vec<String> {
    let mut shown: Vec<String> = labels.iter().map(|label| without_middle(label, most)).collect();
    for same in look_alikes(&shown) {
        let of: Vec<Vec<char>> = same.iter().map(|i| labels[*i].chars().collect()).collect();
        let from = first_difference(&of);
        for (i, label) in same.iter().zip(&of) {
            shown[*i] = around(label, from, most);
        }
    }
    for same in look_alikes(&shown) {
        for i in same {
            shown[i] = format!("{} #{}", shown[i], i + 1);
        }
    }
    shown
}

fn without_middle(label: &str, most: usize) -> String {
    let n = label.chars().count();
    if n <= most {
        return label.to_owned();
    }
    let tail: String = label.chars().skip(n - most / 2).collect();
    label.chars().take(most - 1 - most / 2).collect::<String>() + "…" + &tail
}

/// Positions of texts that are the same as another, together.
fn look_alikes(texts: &[String]) -> Vec<Vec<usize>> {
    let mut of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, text) in texts.iter().enumerate() {
        of.entry(text).or_default().push(i);
    }
    of.into_values().filter(|same| same.len() > 1).collect()
}

/// The first place where one of several texts differs from the others.
fn first_difference(texts: &[Vec<char>]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    let agree = |i: &usize| others.iter().all(|other| other.get(*i) == first.get(*i));
    (0..first.len()).take_while(agree).count()
}

/// So many characters of a text, those from `at` on and a few before them.
fn around(text: &[char], at: usize, most: usize) -> String {
    if text.len() <= most {
        return text.iter().collect();
    }
    // One place at either end is for what is left out there.
    let room = most - 2;
    let from = at.saturating_sub(room / 3).min(text.len() - room);
    let piece: String = text[from..from + room].iter().collect();
    let before = if from > 0 { "…" } else { "" };
    let behind = if from + room < text.len() { "…" } else { "" };
    format!("{before}{piece}{behind}")
}

/// Writes every metric, with that of the baseline beside it where there is one.
pub fn metrics(scores: &Scores, labels: &[String], out: &mut String) {
    for (i, score) in scores.all().iter().enumerate() {
        let (head, name) = (if i == 0 { "metrics" } else { "" }, score.metric.name);
        let value = number(score.value);
        let _ = match scores.baseline() {
            Some(_) => {
                let baseline = number(score.baseline);
                writeln!(out, "{head:<10} {name:<18} {value:<12} baseline {baseline}")
            }
            None => writeln!(out, "{head:<10} {name:<18} {value}"),
        };
    }
    if let Some(baseline) = scores.baseline() {
        let _ = writeln!(out, "{:<10} {}", "baseline", always(baseline, labels));
    }
}

/// What a baseline predicts.
pub fn always(baseline: &Baseline, labels: &[String]) -> String {
    match baseline {
        Baseline::Label { class, .. } => {
            let label = labels.get(*class).map_or("?", String::as_str);
            format!("always `{label}`, the most frequent label of training")
        }
        Baseline::Number(mean) => format!("always {}, the mean of training", number(Some(*mean))),
        Baseline::OwnMean => {
            "always the mean of these rows (that of training is not in the model)".into()
        }
    }
}

/// What to warn of, if the model does no better than its baseline.
pub fn no_better(scores: &Scores, labels: &[String]) -> Option<String> {
    let worse: Vec<_> = scores.all().iter().filter(|score| score.is_no_better()).collect();
    let judged = scores.all().iter().filter(|score| score.baseline.and(score.value).is_some());
    let always = always(scores.baseline()?, labels);
    match worse.len() {
        0 => None,
        n if n == judged.count() => {
            Some(format!("the model is no better than its baseline by any metric: {always}"))
        }
        _ => {
            let of = |score: &&crate::scores::Score| {
                let (value, baseline) = (number(score.value), number(score.baseline));
                format!("{} ({value}, baseline {baseline})", score.metric.name)
            };
            let list: Vec<String> = worse.iter().map(of).collect();
            let list = list.join(", ");
            Some(format!("the model is no better than its baseline in {list}: {always}"))
        }
    }
}

/// Writes precision, recall, F1 and rows of each label; nothing for numbers.
pub fn per_class(scores: &Scores, labels: &[String], width: Option<usize>, out: &mut String) {
    if scores.classes().is_empty() {
        return;
    }
    // Where the labels would have to be cut, the table takes the place below its title too.
    let needed = KEY + widest(labels).min(MAX_LABEL) + MEASURES;
    let indent = if width.is_some_and(|width| width < needed) { 2 } else { KEY };
    let room = width.map_or(MAX_LABEL, |width| width.saturating_sub(indent + MEASURES));
    let shown = cut(labels, room.clamp(MAX_HEAD, MAX_LABEL));
    let width = widest(&shown).max(6);
    out.push_str(if indent < KEY { "class\n  " } else { "class      " });
    let _ = writeln!(out, "{:>width$} precision    recall        f1   support", "label");
    for (label, class) in shown.iter().zip(scores.classes()).take(MAX_LISTED) {
        let [precision, recall, f1] = [class.precision(), class.recall(), class.f1()].map(number);
        let (blank, support) = ("", class.support);
        let _ = writeln!(
            out,
            "{blank:indent$}{label:>width$} {precision:>9} {recall:>9} {f1:>9} {support:>9}"
        );
    }
    if shown.len() > MAX_LISTED {
        let _ = writeln!(out, "{:indent$}and {} more, see --json", "", shown.len() - MAX_LISTED);
    }
}

/// Writes the confusion matrix; nothing for numbers.
pub fn confusion(counts: &Confusion, labels: &[String], width: Option<usize>, out: &mut String) {
    if !labels.is_empty() {
        pairs("confusion", "true\\predicted", labels, counts.pairs(), width, out);
    }
}

/// Writes a table of rows by two labels, or why there is none.
pub fn pairs(
    title: &str,
    corner: &str,
    labels: &[String],
    pairs: &Pairs,
    width: Option<usize>,
    out: &mut String,
) {
    match (pairs.table(), pairs.occurring()) {
        (Some(table), _) => matrix(title, corner, labels, table, width, out),
        (None, Some(_)) => matrix(title, corner, labels, std::iter::empty(), width, out),
        (None, None) => {
            let n = labels.len();
            let _ = writeln!(
                out,
                "{title:<10} of {n} labels is not kept: more than {MAX_PAIRS} pairs of labels occur"
            );
        }
    }
}

/// Writes a square table of counts, a row and a column per label. Columns have numbers where their labels
/// are long, and follow below each other where they do not fit into `width`; a table of very many is left to
/// `--json`, which is said.
fn matrix<'a>(
    title: &str,
    corner: &str,
    labels: &[String],
    rows: impl Iterator<Item = &'a [u64]>,
    width: Option<usize>,
    out: &mut String,
) {
    let n = labels.len();
    if n > MAX_MATRIX {
        let _ = writeln!(out, "{title:<10} of {n} labels is not shown here; --json has it");
        return;
    }
    let rows: Vec<&[u64]> = rows.collect();
    let room = width.map_or(MAX_LABEL, |width| width / 3);
    let shown = cut(labels, room.clamp(MAX_HEAD, MAX_LABEL));
    let largest = rows.iter().flat_map(|row| row.iter()).max().copied().unwrap_or(0);
    let digits = largest.to_string().len().max(n.to_string().len());
    let numbered = widest(&shown) > MAX_HEAD || {
        let needed = KEY + widest(&shown).max(corner.len()) + n * (widest(&shown).max(digits) + 2);
        width.is_some_and(|width| needed > width)
    };
    let heads: Vec<String> =
        if numbered { (1..=n).map(|i| i.to_string()).collect() } else { shown.clone() };
    let names: Vec<String> = if numbered {
        shown.iter().zip(1..).map(|(label, i)| format!("{label} {i:>2}")).collect()
    } else {
        shown
    };
    let cell = widest(&heads).max(digits) + 2;
    let left = widest(&names).max(corner.len());
    let fit = width.map_or(n, |width| width.saturating_sub(KEY + left) / cell).clamp(1, n.max(1));
    for (block, columns) in heads.chunks(fit).enumerate() {
        let from = block * fit;
        let title = if block == 0 { title } else { "" };
        let _ = write!(out, "{title:<10} {corner:>left$}");
        for head in columns {
            let _ = write!(out, "{head:>cell$}");
        }
        out.push('\n');
        for (name, row) in names.iter().zip(&rows) {
            let _ = write!(out, "{:KEY$}{name:>left$}", "");
            for count in row.iter().skip(from).take(fit) {
                let _ = write!(out, "{count:>cell$}");
            }
            out.push('\n');
        }
    }
}

fn widest(labels: &[String]) -> usize {
    labels.iter().map(|label| label.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    fn table(labels: &[String], rows: &[Vec<u64>], width: Option<usize>) -> String {
        let mut out = String::new();
        let rows = rows.iter().map(Vec::as_slice);
        matrix("confusion", "true\\predicted", labels, rows, width, &mut out);
        out
    }

    #[test]
    fn numbers_of_any_size_show_their_digits() {
        let shown = [0.0, 0.5, -12.0, 0.001, 9.994e-4, -1.5e-7, 999_999_999.0, 1e300]
            .map(|value| number(Some(value)));
        let expected = [
            "0.0000",
            "0.5000",
            "-12.0000",
            "0.0010",
            "9.994e-4",
            "-1.500e-7",
            "999999999.0000",
            "1.000e300",
        ];
        assert_eq!(shown, expected);
        assert_eq!(number(None), "undefined");
    }

    #[test]
    fn labels_that_are_cut_stay_different() {
        let long = "the-same-beginning-of-all-";
        let labels =
            owned(&["a", &format!("{long}x-and-the-end"), &format!("{long}y-and-the-end")]);
        let cut = distinct(&labels);
        assert_eq!(cut, ["a", "…g-of-all-x-and-the-end", "…g-of-all-y-and-the-end"]);
        let far = |n: usize| format!("customer with contract number {n} in the region of north");
        let cut = distinct(&[far(0), far(1), far(12)]);
        assert_eq!(
            cut,
            ["…number 0 in the region…", "…number 1 in the region…", "…number 12 in the regio…"]
        );
        let twice = distinct(&[far(0), far(0), far(1)]);
        assert_eq!(twice[..2], ["…number 0 in the region… #1", "…number 0 in the region… #2"]);
        assert_eq!(distinct(&owned(&["x"; 2])), ["x #1", "x #2"]);
    }

    #[test]
    fn the_table_of_classes_fits_into_a_narrow_terminal() {
        let task = crate::Task::Labels { n: 2, probabilities: false };
        let gathering = crate::Gathering::new(task, crate::Memory::Bounded, None);
        let scores = gathering.scores(&gathering.sums());
        let labels = owned(&["a-rather-long-one", "another-long-label"]);
        let text = |width| {
            let mut out = String::new();
            per_class(&scores, &labels, width, &mut out);
            out
        };
        let narrow = text(Some(60));
        assert!(
            narrow.starts_with("class\n  ") && narrow.contains(" another-long-label "),
            "{narrow}"
        );
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
        assert!(text(Some(80)).starts_with("class        "));
    }

    #[test]
    fn short_labels_head_the_columns() {
        let expected = "\
confusion  true\\predicted   no  yes
                       no   24    3
                      yes    7    6
";
        assert_eq!(table(&owned(&["no", "yes"]), &[vec![24, 3], vec![7, 6]], None), expected);
    }

    #[test]
    fn long_labels_have_numbers_above_the_columns() {
        let expected = "\
confusion        true\\predicted  1  2
           a-rather-long-one  1  5  0
                       short  2  1  7
";
        let found = table(&owned(&["a-rather-long-one", "short"]), &[vec![5, 0], vec![1, 7]], None);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_narrow_terminal_gets_the_columns_in_blocks() {
        let labels: Vec<String> = (0..15).map(|i| format!("label{i}")).collect();
        let rows: Vec<Vec<u64>> = (0..15).map(|i| vec![i * 1000; 15]).collect();
        let wide = table(&labels, &rows, None);
        assert_eq!(wide.lines().count(), 16, "{wide}");
        let narrow = table(&labels, &rows, Some(60));
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
        assert_eq!(narrow.matches("14000").count(), 15, "{narrow}");
    }

    #[test]
    fn what_is_not_shown_is_said() {
        let labels: Vec<String> = (0..21).map(|i| format!("{i}")).collect();
        let text = table(&labels, &vec![vec![0; 21]; 21], None);
        assert_eq!(text, "confusion  of 21 labels is not shown here; --json has it\n");
    }
}
