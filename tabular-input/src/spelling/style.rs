//! Numbers in another style: which one, in words and as options.

use std::fmt::Write as _;

use model_format::number_style::NumberStyle;

/// Marks of money and shares that may stand beside a number.
const UNITS: [&str; 12] = ["$", "€", "£", "¥", "₹", "%", "USD", "EUR", "GBP", "CHF", "R$", "kr"];
/// Decimal marks and thousands separators as they occur together. Where a column can be read in several, as
/// `1,234`, the first is meant.
const MARKS: [(&str, &str); 9] = [
    (".", "none"),
    (".", ","),
    (",", "none"),
    (",", "."),
    (".", "space"),
    (",", "space"),
    (".", "'"),
    (",", "'"),
    (".", "_"),
];

/// A style that numbers are not read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// What they look like, as `numbers with a decimal comma`.
    pub what: String,
    /// The options that read them.
    pub flags: String,
    /// The options in force that cannot be in force for these numbers, empty if there are none.
    pub against: String,
}

impl Style {
    /// Tells a style from the one that numbers are read in.
    pub(super) fn of(style: &NumberStyle, read_as: &NumberStyle) -> Self {
        let mark = |style: &NumberStyle| (style.decimal(), style.thousands());
        let ((decimal, thousands), (read_decimal, read_thousands)) = (mark(style), mark(read_as));
        let chosen = read_decimal != '.' || read_thousands.is_some();
        let differs =
            decimal != read_decimal || (read_thousands.is_some() && thousands != read_thousands);
        let new = |unit: &String| !read_as.units().contains(unit);
        let units: Vec<String> = style.units().into_iter().filter(new).collect();
        let against = if chosen && differs { flags(read_as) } else { String::new() };
        let what = words(style, &units, read_decimal != '.');
        Self { what, flags: flags(style), against }
    }
}

/// The style that reads most cells, and how many: of several the one that numbers are read in, with the units
/// that the cells have.
pub(super) fn best(sample: &[&str], read_as: &NumberStyle) -> Option<(usize, NumberStyle)> {
    let mut units = read_as.units();
    let found = UNITS.iter().filter(|unit| sample.iter().any(|cell| has_unit(cell, unit)));
    units.extend(found.map(|unit| (*unit).to_owned()));
    units.extend(sample.iter().any(|cell| in_parentheses(cell)).then(|| "()".to_owned()));
    let mut seen = std::collections::BTreeSet::new();
    units.retain(|unit| seen.insert(unit.clone()));
    let thousands = read_as.thousands().map_or("none".into(), String::from);
    let own = (read_as.decimal().to_string(), thousands);
    let others = MARKS.iter().map(|(decimal, mark)| ((*decimal).into(), (*mark).into()));
    let mut best: Option<(usize, NumberStyle)> = None;
    for (decimal, thousands) in std::iter::once(own).chain(others) {
        let style = NumberStyle::new(Some(&decimal), Some(&thousands), &units).ok()?;
        let read = count(sample, &style);
        if best.as_ref().is_none_or(|(most, _)| read > *most) {
            best = Some((read, style));
        }
    }
    best
}

/// How many of the cells a style reads.
pub(super) fn count(sample: &[&str], style: &NumberStyle) -> usize {
    sample.iter().filter(|cell| style.parse(cell.as_bytes()).is_some()).count()
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

/// What numbers of a style look like; the decimal point goes without saying unless it is `unusual`.
fn words(style: &NumberStyle, units: &[String], unusual: bool) -> String {
    let mut parts = Vec::new();
    match style.decimal() {
        ',' => parts.push("a decimal comma".to_owned()),
        _ if unusual => parts.push("a decimal point".to_owned()),
        _ => {}
    }
    match style.thousands() {
        None => {}
        Some(' ') => parts.push("spaces between thousands".to_owned()),
        Some(mark) => parts.push(format!("`{mark}` between thousands")),
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

/// How numbers look that are read in a style, as `numbers with a decimal point`.
pub fn describe(style: &NumberStyle) -> String {
    words(style, &style.units(), true)
}

fn flags(style: &NumberStyle) -> String {
    let mut flags = String::new();
    if style.decimal() != '.' {
        let _ = write!(flags, " --decimal {}", style.decimal());
    }
    match style.thousands() {
        None => {}
        Some(' ') => flags.push_str(" --thousands space"),
        Some('\'') => flags.push_str(" --thousands \"'\""),
        Some(mark) => drop(write!(flags, " --thousands {mark}")),
    }
    let units = style.units();
    if !units.is_empty() {
        let _ = write!(flags, " --units '{}'", units.join(","));
    }
    flags.trim_start().to_owned()
}
