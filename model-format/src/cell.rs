//! The one rule by which a text cell becomes a number, a category or a missing value.
//!
//! Both programs use it, so training and serving cannot read the same cell differently. A cell is
//! trimmed of blanks (space and tab) first. A cell that then equals a missing token is missing,
//! whatever the column's type; `-999` can be such a token.

use crate::decimal::begins_like_number;
pub use crate::decimal::{parse_leading_number, parse_number};
use crate::number_style::NumberStyle;
pub use crate::trim::trim;

/// The texts that stand for a missing value, and how numbers are written.
///
/// The empty text is not implied: it is missing only if it is one of the tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingTokens {
    tokens: Vec<Vec<u8>>,
    style: NumberStyle,
    /// No token can be mistaken for a number and numbers are plain, so a cell that begins like a number
    /// needs no look-up.
    numbers_are_values: bool,
}

impl MissingTokens {
    /// Takes the tokens as they are, trimmed like cells.
    pub fn new<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Self {
        let tokens: Vec<Vec<u8>> =
            tokens.into_iter().map(|token| trim(token.as_bytes()).to_vec()).collect();
        let numbers_are_values = !tokens.iter().any(|token| begins_like_number(token));
        Self { tokens, style: NumberStyle::default(), numbers_are_values }
    }

    /// The same tokens with numbers that are written otherwise.
    #[must_use]
    pub fn with_style(mut self, style: NumberStyle) -> Self {
        self.numbers_are_values =
            style.is_plain() && !self.tokens.iter().any(|token| begins_like_number(token));
        self.style = style;
        self
    }

    /// How numbers are written.
    pub fn style(&self) -> &NumberStyle {
        &self.style
    }

    /// Whether a cell that begins like a number is one, and no missing token.
    pub fn numbers_are_values(&self) -> bool {
        self.numbers_are_values
    }

    /// Whether a trimmed cell is missing.
    pub fn contains(&self, trimmed: &[u8]) -> bool {
        self.tokens.iter().any(|token| token == trimmed)
    }
}

/// A number cell that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberCell {
    /// A finite number.
    Value(f64),
    /// A missing token.
    Missing,
    /// Neither; the row is bad.
    Invalid,
}

impl NumberCell {
    /// Reads the raw text of a cell.
    pub fn read(cell: &[u8], missing: &MissingTokens) -> Self {
        let cell = trim(cell);
        if missing.numbers_are_values && begins_like_number(cell) {
            return parse_number(cell).map_or(Self::Invalid, Self::Value);
        }
        if missing.contains(cell) {
            return Self::Missing;
        }
        missing.style.parse(cell).map_or(Self::Invalid, Self::Value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_finite_decimals_only() {
        let good = [
            ("0", 0.0),
            ("-0", -0.0),
            ("+1.5", 1.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("1E-3", 0.001),
            ("1.7976931348623157e308", f64::MAX),
            ("5e-324", 5e-324),
            ("1e-999", 0.0),
            ("9007199254740993", 9_007_199_254_740_992.0),
        ];
        for (text, value) in good {
            assert_eq!(
                parse_number(text.as_bytes()).map(f64::to_bits),
                Some(value.to_bits()),
                "{text}"
            );
        }
        let bad = [
            "", ".", "-", "+", "e5", "1e", "1e+", "forty", "12abc", "1.5.2", "0x1A", "1e999",
            "-1e999", "inf", "-inf", "infinity", "nan", "NaN", "1,5", "1_000", "1 000", "--1",
            "+-1", "1.5f", "\u{661}", "½", "1\0", "$5", "5%", "(5)", "1e5.5", " 1",
        ];
        for text in bad {
            assert_eq!(parse_number(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn missing_tokens_win_over_numbers_only_where_they_look_like_numbers() {
        let usual = MissingTokens::new(["", "NA", "?"]);
        assert_eq!(NumberCell::read(b" \t", &usual), NumberCell::Missing);
        assert_eq!(NumberCell::read(b" ? ", &usual), NumberCell::Missing);
        assert_eq!(NumberCell::read(b"-999", &usual), NumberCell::Value(-999.0));
        assert_eq!(NumberCell::read(b"na", &usual), NumberCell::Invalid);
        let coded = MissingTokens::new(["-999", "-", " NA "]);
        assert_eq!(NumberCell::read(b" -999", &coded), NumberCell::Missing);
        assert_eq!(NumberCell::read(b"-", &coded), NumberCell::Missing);
        assert_eq!(NumberCell::read(b"NA", &coded), NumberCell::Missing);
        assert_eq!(NumberCell::read(b"", &coded), NumberCell::Invalid);
        assert_eq!(NumberCell::read(b"-998", &coded), NumberCell::Value(-998.0));
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in "[+-]?[0-9]{0,20}(\\.[0-9]{0,20})?([eE][+-]?[0-9]{1,3})?") {
            let expected = text.parse::<f64>().ok().filter(|v| v.is_finite());
            prop_assert_eq!(parse_number(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
        }

        #[test]
        fn a_leading_number_is_what_the_same_text_is_alone(
            bytes in "[-+.0-9eEinfa]{0,12}[,;x\\n]?[0-9]{0,2}",
        ) {
            if let Some((number, len)) = parse_leading_number(bytes.as_bytes()) {
                let alone = parse_number(&bytes.as_bytes()[..len]);
                prop_assert_eq!(alone.map(f64::to_bits), Some(number.to_bits()));
            }
            if let Some(number) = parse_number(bytes.as_bytes()) {
                let leading = parse_leading_number(bytes.as_bytes());
                prop_assert_eq!(leading, Some((number, bytes.len())));
            }
        }

        #[test]
        fn never_reads_what_the_standard_library_refuses(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            if let Some(value) = parse_number(&bytes) {
                let text = std::str::from_utf8(&bytes).unwrap();
                prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
            }
        }

        #[test]
        fn shortest_text_reads_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(parse_number(format!("{value:?}").as_bytes()).map(f64::to_bits), Some(bits));
        }
    }
}
