//! How the cells of a column are spelled: numbers in another style than the one they are read in, numbers
//! with a unit, codes with leading zeros.

use std::fmt::Write as _;

use model_format::number_style::NumberStyle;

/// Cells of a column that are looked at.
const MAX_SAMPLE: usize = 1000;
/// A column is in a style if at least this share of its cells can be read in it.
const IN_STYLE: f64 = 0.9;
/// Marks of money and shares that may stand beside a number.
const UNITS: [&str; 12] = ["$", "€", "£", "¥", "₹", "%", "USD", "EUR", "GBP", "CHF", "R$", "kr"];
/// Decimal marks and thousands separators as they occur together. Where a column can be read in several, as
/// `1,234`, the first is meant.
const MARKS: [(&str, &str); 9] = [
    (".", "none"),
    (".", ","),
    (",", "none"),
    (",", "."),
    (",", "space"),
    (".", "space"),
    (".", "'"),
    (",", "'"),
    (".", "_"),
];

/// What most cells of a column are, if they are not numbers as they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Numbers in another style.
    Style {
        /// What they look like.
        what: String,
        /// The options that read them.
        flags: String,
    },
    /// Numbers, each with the same word behind it or with several.
    Unit,
}

/// Finds out how most of a column's cells are spelled; `None` if they are not numbers in any way. `cells`
/// are trimmed and not missing.
pub(crate) fn recognise<'a>(cells: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Spelling> {
    let n = cells.clone().count();
    let step = n.div_ceil(MAX_SAMPLE).max(1);
    let sample: Vec<&str> =
        cells.step_by(step).map(std::str::from_utf8).collect::<Result<_, _>>().ok()?;
    let enough = |count: usize| count > 0 && count as f64 >= IN_STYLE * sample.len() as f64;
    let units: Vec<String> = UNITS
        .iter()
        .filter(|unit| sample.iter().any(|cell| has_unit(cell, unit)))
        .map(|unit| (*unit).to_owned())
        .chain(sample.iter().any(|cell| in_parentheses(cell)).then(|| "()".to_owned()))
        .collect();
    let mut best: Option<(usize, &str, &str, NumberStyle)> = None;
    for (decimal, thousands) in MARKS {
        let style = NumberStyle::new(Some(decimal), Some(thousands), &units).ok()?;
        let read = sample.iter().filter(|cell| style.parse(cell.as_bytes()).is_some()).count();
        if best.as_ref().is_none_or(|(most, ..)| read > *most) {
            best = Some((read, decimal, thousands, style));
        }
    }
    let (read, decimal, thousands, style) = best?;
    if enough(read) && !style.is_plain() {
        return Some(Spelling::Style {
            what: words(decimal, thousands, &units),
            flags: flags(decimal, thousands, &units),
        });
    }
    enough(sample.iter().filter(|cell| is_number_with_word(cell)).count()).then_some(Spelling::Unit)
}

fn has_unit(cell: &str, unit: &str) -> bool {
    let digit = |rest: &str, last: bool| {
        let rest = rest.trim();
        let found = if last { rest.chars().next_back() } else { rest.chars().next() };
        found.is_some_and(|c| c.is_ascii_digit() || "-+.,".contains(c))
    };
    let cell = cell.trim_matches(['(', ')', '-', '+']);
    cell.strip_prefix(unit).is_some_and(|rest| digit(rest, false))
        || cell.strip_suffix(unit).is_some_and(|rest| digit(rest, true))
}

fn in_parentheses(cell: &str) -> bool {
    let inside = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inside.is_some_and(|inside| inside.contains(|c: char| c.is_ascii_digit()))
}

/// Digits with one word behind them, such as `36 months`.
fn is_number_with_word(cell: &str) -> bool {
    let digits = cell.find(|c: char| !c.is_ascii_digit() && !".,".contains(c));
    let Some((number, word)) = digits.and_then(|at| cell.split_at_checked(at)) else {
        return false;
    };
    let word = word.trim();
    number.contains(|c: char| c.is_ascii_digit())
        && !word.is_empty()
        && word.chars().count() <= 12
        && word.chars().all(|c| c.is_alphabetic() || "/°²³".contains(c))
}

fn words(decimal: &str, thousands: &str, units: &[String]) -> String {
    let mut parts = Vec::new();
    if decimal == "," {
        parts.push("a decimal comma".to_owned());
    }
    match thousands {
        "none" => {}
        "space" => parts.push("spaces between thousands".to_owned()),
        mark => parts.push(format!("`{mark}` between thousands")),
    }
    let marks: Vec<&str> = units.iter().map(String::as_str).filter(|unit| *unit != "()").collect();
    if !marks.is_empty() {
        parts.push(format!("`{}`", marks.join("`, `")));
    }
    if units.iter().any(|unit| unit == "()") {
        parts.push("parentheses for a minus".to_owned());
    }
    format!("numbers with {}", parts.join(" and "))
}

fn flags(decimal: &str, thousands: &str, units: &[String]) -> String {
    let mut flags = String::new();
    if decimal != "." {
        let _ = write!(flags, " --decimal {decimal}");
    }
    match thousands {
        "none" => {}
        "'" => flags.push_str(" --thousands \"'\""),
        mark => drop(write!(flags, " --thousands {mark}")),
    }
    if !units.is_empty() {
        let _ = write!(flags, " --units '{}'", units.join(","));
    }
    flags.trim_start().to_owned()
}

/// Whether a trimmed cell is a code with a leading zero, such as `01234`.
pub(crate) fn is_padded(cell: &[u8]) -> bool {
    cell.len() > 1 && cell.starts_with(b"0") && cell.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cells: &[&str]) -> Option<Spelling> {
        recognise(cells.iter().map(|cell| cell.as_bytes()))
    }

    fn style(what: &str, flags: &str) -> Spelling {
        Spelling::Style { what: what.into(), flags: flags.into() }
    }

    #[test]
    fn each_style_is_recognised_by_its_cells() {
        for (cells, expected) in [
            (&["2,6", "1", "0,9"][..], Some(style("numbers with a decimal comma", "--decimal ,"))),
            (
                &["$1,234.50", "$7.00", "$20.00"],
                Some(style(
                    "numbers with `,` between thousands and `$`",
                    "--thousands , --units '$'",
                )),
            ),
            (&["97%", "3%"], Some(style("numbers with `%`", "--units '%'"))),
            (
                &["1 234,5", "7,0"],
                Some(style(
                    "numbers with a decimal comma and spaces between thousands",
                    "--decimal , --thousands space",
                )),
            ),
            (
                &["($20.00)", "$3.00"],
                Some(style("numbers with `$` and parentheses for a minus", "--units '$,()'")),
            ),
            (
                &["1,234", "12,345"],
                Some(style("numbers with `,` between thousands", "--thousands ,")),
            ),
            (
                &["1.234,5", "7"],
                Some(style(
                    "numbers with a decimal comma and `.` between thousands",
                    "--decimal , --thousands .",
                )),
            ),
            (&["36 months", "60 months"], Some(Spelling::Unit)),
            (&["5kg", "7 kg"], Some(Spelling::Unit)),
            (&["1", "2.5"], None),
            (&["red", "green", "2,6"], None),
            (&["A1", "B2"], None),
            (&["2024-01-01", "2024-01-02"], None),
            (&["1-2", "3-4"], None),
            (&[], None),
        ] {
            assert_eq!(found(cells), expected, "{cells:?}");
        }
    }

    #[test]
    fn codes_are_digits_with_a_leading_zero() {
        assert!(["01234", "00", "007"].iter().all(|cell| is_padded(cell.as_bytes())));
        assert!(!["0", "10", "0.5", "-01", "01a", ""].iter().any(|c| is_padded(c.as_bytes())));
    }
}
