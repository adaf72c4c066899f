//! How numbers are written in the cells of a model's inputs: `2,6`, `1 234.5`, `$20.00`, `97%`.
//!
//! The plain style is `1234.5`. Any other is chosen when a model is fitted, stored among its options, and
//! applied wherever a cell becomes a number. Nothing is guessed: a cell that is not written in the style
//! of the model is no number.

use crate::decimal::parse_number;
use crate::trim::trim;

/// Keys under which a style is stored in the options of a model; a plain style has none of them.
const DECIMAL: &str = "decimal";
const THOUSANDS: &str = "thousands";
const UNITS: &str = "units";

/// Most marks that may stand beside numbers.
const MAX_UNITS: usize = 16;
/// Longest of them, in bytes.
const MAX_UNIT_LEN: usize = 16;
/// The mark that stands for accounting notation: `(20.00)` is -20.
const PARENTHESES: &str = "()";

/// Decimal mark, thousands separator, and marks that may stand beside a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    decimal: u8,
    thousands: Option<u8>,
    /// Marks such as `$` and `%`, that may stand before or after a number and do not change it.
    units: Vec<String>,
    /// A number in parentheses is negative.
    parentheses: bool,
}

impl Default for NumberStyle {
    fn default() -> Self {
        Self { decimal: b'.', thousands: None, units: Vec::new(), parentheses: false }
    }
}

impl NumberStyle {
    /// A style from its parts, `None` for those that are plain. `units` are marks, `()` among them
    /// standing for negative numbers in parentheses.
    ///
    /// # Errors
    ///
    /// The part that is not possible, as `NAME: found .., expected ..`.
    pub fn new(
        decimal: Option<&str>,
        thousands: Option<&str>,
        units: &[String],
    ) -> Result<Self, String> {
        let decimal = match decimal.unwrap_or(".").as_bytes() {
            [mark @ (b'.' | b',')] => *mark,
            other => {
                let found = String::from_utf8_lossy(other);
                return Err(format!("{DECIMAL}: found `{found}`, expected `.` or `,`"));
            }
        };
        let thousands = match thousands.map(str::as_bytes) {
            None | Some(b"" | b"none") => None,
            Some(b"space") => Some(b' '),
            Some([mark @ (b'.' | b',' | b' ' | b'\'' | b'_')]) => Some(*mark),
            Some(other) => {
                let found = String::from_utf8_lossy(other);
                let what = "expected one of `,` `.` `'` `_` or `space`";
                return Err(format!("{THOUSANDS}: found `{found}`, {what}"));
            }
        };
        if thousands == Some(decimal) {
            let mark = char::from(decimal);
            return Err(format!("{THOUSANDS}: `{mark}` is the decimal mark"));
        }
        if units.len() > MAX_UNITS {
            return Err(format!("{UNITS}: found {}, expected at most {MAX_UNITS}", units.len()));
        }
        let possible = |unit: &&String| {
            let mark = |c: char| c.is_ascii_digit() || c.is_control() || ".,+-()".contains(c);
            !unit.is_empty()
                && unit.len() <= MAX_UNIT_LEN
                && !unit.contains(mark)
                && trim(unit.as_bytes()).len() == unit.len()
        };
        let (parentheses, units): (Vec<&String>, Vec<&String>) =
            units.iter().partition(|unit| *unit == PARENTHESES);
        if let Some(unit) = units.iter().find(|unit| !possible(unit)) {
            let what = "expected a mark without digits, signs, points and commas";
            return Err(format!("{UNITS}: found `{unit}`, {what}"));
        }
        let units = units.into_iter().cloned().collect();
        Ok(Self { decimal, thousands, units, parentheses: !parentheses.is_empty() })
    }

    /// The style that the options of a model name; plain if they name none.
    ///
    /// # Errors
    ///
    /// As [`NumberStyle::new`].
    pub fn of_options(options: &[(String, String)]) -> Result<Self, String> {
        let value = |key: &str| {
            options.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
        };
        let units: Vec<String> = value(UNITS)
            .map(|units| units.split(',').map(str::to_owned).collect())
            .unwrap_or_default();
        Self::new(value(DECIMAL), value(THOUSANDS), &units)
    }

    /// What is stored among the options of a model: nothing of a plain style.
    pub fn options(&self) -> Vec<(String, String)> {
        let mut options = Vec::new();
        if self.decimal != b'.' {
            options.push((DECIMAL.into(), char::from(self.decimal).into()));
        }
        if let Some(mark) = self.thousands {
            options.push((THOUSANDS.into(), char::from(mark).into()));
        }
        let units = self.units();
        if !units.is_empty() {
            options.push((UNITS.into(), units.join(",")));
        }
        options
    }

    /// What stands before the fraction: a point or a comma.
    pub fn decimal(&self) -> char {
        char::from(self.decimal)
    }

    /// What may stand between groups of digits.
    pub fn thousands(&self) -> Option<char> {
        self.thousands.map(char::from)
    }

    /// The marks that may stand beside a number, `()` for parentheses that mean a minus at the end.
    pub fn units(&self) -> Vec<String> {
        let parentheses = self.parentheses.then(|| PARENTHESES.to_owned());
        self.units.iter().cloned().chain(parentheses).collect()
    }

    /// Whether numbers are written as `1234.5`.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Reads a trimmed cell. In the plain style this is [`parse_number`]; in any other the marks are
    /// taken away first, and thousands separators must stand where they belong: before the last three
    /// digits of the whole part, and two or three digits apart (`1,234,567` and `12,34,567`). No zero stands before
    /// the first of them: `0,123` is a decimal number in another style.
    pub fn parse(&self, cell: &[u8]) -> Option<f64> {
        if self.is_plain() {
            return parse_number(cell);
        }
        let inside = match cell {
            [b'(', inside @ .., b')'] if self.parentheses => Some(trim(inside)),
            _ => None,
        };
        let (sign, rest) = split_sign(inside.unwrap_or(cell));
        let rest = self.without_unit(trim(rest));
        let (sign, rest) = if sign.is_some() { (sign, rest) } else { split_sign(rest) };
        if inside.is_some() && sign.is_some() {
            return None;
        }
        let negative = inside.is_some() || sign == Some(b'-');
        let mut plain = Vec::with_capacity(cell.len().saturating_add(1));
        plain.extend(negative.then_some(b'-'));
        let ends = |byte: &u8| *byte == self.decimal || matches!(byte, b'e' | b'E');
        let (whole, fraction) = rest.split_at(rest.iter().position(ends).unwrap_or(rest.len()));
        self.push_whole(whole, &mut plain)?;
        match fraction.split_first() {
            Some((mark, digits)) if *mark == self.decimal => {
                if digits.contains(&b'.') {
                    return None;
                }
                plain.push(b'.');
                plain.extend_from_slice(digits);
            }
            _ => plain.extend_from_slice(fraction),
        }
        // A second sign may only stand in an exponent, where it is checked like everything else.
        parse_number(&plain)
    }

    /// The digits of a whole part without separators.
    fn push_whole(&self, whole: &[u8], plain: &mut Vec<u8>) -> Option<()> {
        let Some(mark) = self.thousands else {
            if !whole.iter().all(u8::is_ascii_digit) {
                return None;
            }
            plain.extend_from_slice(whole);
            return Some(());
        };
        let spaced;
        let whole = if mark == b' ' {
            spaced = with_plain_spaces(whole);
            &spaced
        } else {
            whole
        };
        let groups: Vec<&[u8]> = whole.split(|byte| *byte == mark).collect();
        let last = groups.len().checked_sub(1)?;
        for (i, group) in groups.into_iter().enumerate() {
            let long = match i {
                _ if last == 0 => true,
                0 => (1..=3).contains(&group.len()) && !group.starts_with(b"0"),
                _ if i == last => group.len() == 3,
                _ => (2..=3).contains(&group.len()),
            };
            if !long || !group.iter().all(u8::is_ascii_digit) {
                return None;
            }
            plain.extend_from_slice(group);
        }
        Some(())
    }

    fn without_unit<'a>(&self, cell: &'a [u8]) -> &'a [u8] {
        let mut rest = cell;
        if let Some(after) = self.units.iter().find_map(|u| rest.strip_prefix(u.as_bytes())) {
            rest = trim(after);
        }
        if let Some(before) = self.units.iter().find_map(|u| rest.strip_suffix(u.as_bytes())) {
            rest = trim(before);
        }
        rest
    }

    /// A plain number in this style, so that only a reader of the same style can read it.
    pub fn write(&self, plain: &str) -> String {
        let (size, negative) = plain.strip_prefix('-').map_or((plain, false), |rest| (rest, true));
        let mut text = if self.decimal == b'.' { size.into() } else { size.replace('.', ",") };
        if self.decimal == b',' && !text.contains([',', 'e', 'E']) {
            text.push_str(",0");
        }
        if let Some(unit) = self.units.first() {
            text = if unit == "%" { text + unit } else { format!("{unit}{text}") };
        }
        match (negative, self.parentheses) {
            (false, _) => text,
            (true, true) => format!("({text})"),
            (true, false) => format!("-{text}"),
        }
    }
}

/// A sign and what follows it.
fn split_sign(cell: &[u8]) -> (Option<u8>, &[u8]) {
    match cell {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, cell),
    }
}

/// No-break spaces as plain ones: pages and spreadsheets write them between groups of digits.
fn with_plain_spaces(cell: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(cell.len());
    let mut rest = cell;
    while let Some((byte, after)) = rest.split_first() {
        // U+00A0 and U+202F.
        let space = [[0xc2, 0xa0].as_slice(), &[0xe2, 0x80, 0xaf]]
            .into_iter()
            .find_map(|space| rest.strip_prefix(space));
        plain.push(if space.is_some() { b' ' } else { *byte });
        rest = space.unwrap_or(after);
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn style(decimal: &str, thousands: &str, units: &[&str]) -> NumberStyle {
        let units: Vec<String> = units.iter().map(|unit| (*unit).to_owned()).collect();
        NumberStyle::new(Some(decimal), Some(thousands), &units).unwrap()
    }

    #[test]
    fn numbers_of_each_style_and_nothing_else() {
        let german = style(",", ".", &["€"]);
        let english = style(".", ",", &["$", "%", "()"]);
        let french = style(",", "space", &[]);
        for (style, text, value) in [
            (&german, "2,6", Some(2.6)),
            (&german, "1.234,5", Some(1234.5)),
            (&german, "1.234.567", Some(1_234_567.0)),
            (&german, "-7,25 €", Some(-7.25)),
            (&german, "€ 7", Some(7.0)),
            (&german, "1,5e3", Some(1500.0)),
            (&german, ",5", Some(0.5)),
            (&german, "2.6", None),
            (&german, "0.123", None),
            (&german, "-0.123,5", None),
            (&german, "0123,5", Some(123.5)),
            (&german, "1.23,4", None),
            (&german, "1,2,3", None),
            (&german, "1,2.3", None),
            (&german, "12.3456,0", None),
            (&german, "$5", None),
            (&english, "$1,234.50", Some(1234.5)),
            (&english, "97%", Some(97.0)),
            (&english, "($20.00)", Some(-20.0)),
            (&english, "-$20.00", Some(-20.0)),
            (&english, "$-20.00", Some(-20.0)),
            (&english, "(-20)", None),
            (&english, "--20", None),
            (&english, "(20", None),
            (&english, "1234,567", None),
            (&english, "0,123", None),
            (&english, "$000,123", None),
            (&english, "0.123", Some(0.123)),
            (&english, "10,123", Some(10_123.0)),
            (&english, "12,34,567", Some(1_234_567.0)),
            (&english, "1,234,56", None),
            (&english, "$", None),
            (&english, "", None),
            (&english, "1e999", None),
            (&english, "$inf", None),
            (&french, "1 234,5", Some(1234.5)),
            (&french, "1\u{a0}234", Some(1234.0)),
            (&french, "1\u{202f}234\u{202f}567", Some(1_234_567.0)),
            (&french, "1  234", None),
        ] {
            assert_eq!(style.parse(text.as_bytes()), value, "{text:?} in {style:?}");
        }
    }

    #[test]
    fn impossible_styles_are_refused() {
        let units = |unit: &str| [unit.to_owned()];
        for (decimal, thousands, unit) in [
            (Some(";"), None, "$"),
            (Some(","), Some(","), "$"),
            (None, Some("."), "$"),
            (None, Some("x"), "$"),
            (None, None, "1"),
            (None, None, " $"),
            (None, None, ""),
            (None, None, "a.b"),
        ] {
            let found = NumberStyle::new(decimal, thousands, &units(unit));
            assert!(found.is_err(), "{decimal:?} {thousands:?} {unit:?}");
        }
    }

    #[test]
    fn a_style_is_read_back_from_its_options() {
        for style in [
            NumberStyle::default(),
            style(",", ".", &["€", "()"]),
            style(".", "space", &["%"]),
            style(",", "none", &[]),
        ] {
            assert_eq!(NumberStyle::of_options(&style.options()), Ok(style.clone()));
        }
        assert!(NumberStyle::default().options().is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_is_plain_to_no_one_else(value in -1e9f64..1e9) {
            for style in [style(",", ".", &[]), style(".", "none", &["$"]), style(".", ",", &["%", "()"])] {
                let plain = format!("{value:?}");
                let text = style.write(&plain);
                prop_assert_eq!(style.parse(text.as_bytes()).map(f64::to_bits), Some(value.to_bits()));
                prop_assert_eq!(parse_number(text.as_bytes()), None);
            }
        }

        #[test]
        fn no_bytes_stop_it(cell in proptest::collection::vec(any::<u8>(), 0..24), text in "[-+0-9., $%()eE']{0,16}") {
            for style in [style(",", ".", &["$"]), style(".", "space", &["%", "()"]), style(".", "'", &[])] {
                let _ = style.parse(&cell);
                if let Some(value) = style.parse(trim(text.as_bytes())) {
                    prop_assert!(value.is_finite());
                }
            }
        }
    }
}
