//! Plain decimal numbers: the general rule, and the same sixteen characters at a time.

/// Characters that are looked at together.
const BLOCK: usize = 16;

/// `10^i`; all of them are exact as f64.
const POWERS: [f64; BLOCK] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// All bits of the first `i` bytes.
const FIRST: [u128; BLOCK] = {
    let mut masks = [0; BLOCK];
    let mut i = 1;
    while i < BLOCK {
        masks[i] = masks[i - 1] << 8 | 0xff;
        i += 1;
    }
    masks
};

/// Reads the number that `bytes` begin with, `[-] digits [. digits]`, and says how long it is.
///
/// The result is what [`parse_number`] makes of the same text: digits and
/// power of ten are both exact as f64, so their quotient is rounded once (Clinger, "How to read
/// floating point numbers accurately", 1990). `None` where there is no number, or one that is longer
/// than 15 characters or less than 16 before the end of `bytes`; an exponent or anything else that
/// follows is for the caller to see.
///
/// Where the next cell begins is known when this one's length is, so the way to the length is short, and
/// no branch depends on what digits and signs there are.
#[inline]
pub fn leading_number(bytes: &[u8]) -> Option<(f64, usize)> {
    let block = bytes.first_chunk::<BLOCK>()?;
    // Digits become 0 to 9; any other byte sets its high bit once 0x76 is added. A carry goes to bytes
    // behind it only; sign and point have none.
    let values = u128::from_le_bytes(*block) ^ bytes_of(b'0');
    let others = (values.wrapping_add(bytes_of(0x76)) | values) & bytes_of(0x80);
    // A minus in front is read as a zero.
    let negative = block[0] == b'-';
    let sign = u128::from(negative);
    let (values, others) = (values & !(sign * 0xff), others & !(sign * 0x80));
    let n_whole = (others.trailing_zeros() / 8) as usize;
    let (digits, n_digits, len) = if *block.get(n_whole)? == b'.' {
        // The point is the lowest bit; the next one is behind the fraction.
        let len = ((others & (others - 1)).trailing_zeros() / 8) as usize;
        let whole = FIRST.get(n_whole)?;
        (values & whole | values >> 8 & !whole, len - 1, len)
    } else {
        (values, n_whole, n_whole)
    };
    if n_digits == usize::from(negative) || len == BLOCK {
        return None;
    }
    // Zeros come in front, and push out what is behind the digits.
    let digits = digits << (8 * (BLOCK - n_digits));
    let (first, second) = halves(digits);
    let number = eight_digits(first) * 100_000_000 + eight_digits(second);
    // At most 15 digits: below 2^53, so an f64 holds them.
    let size = number as f64 / POWERS.get(n_digits - n_whole)?;
    Some((f64::from_bits(size.to_bits() | u64::from(negative) << 63), len))
}

/// A word with the same byte everywhere.
const fn bytes_of(byte: u8) -> u128 {
    u128::from_le_bytes([byte; BLOCK])
}

/// The earlier bytes, and the later ones.
#[expect(clippy::cast_possible_truncation, reason = "takes the parts of a word")]
fn halves(block: u128) -> (u64, u64) {
    (block as u64, (block >> 64) as u64)
}

/// The number of eight digits, the first of them in the lowest byte: neighbours are put together to
/// pairs, fours, all eight.
#[inline]
fn eight_digits(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(2561) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(6_553_601) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(42_949_672_960_001) >> 32
}

/// Reads a finite decimal number: `[+-] digits [. digits] [(e|E) [+-] digits]`, with at least one
/// digit before the exponent.
///
/// The result is the nearest f64 (ties to even). `None` for anything else: text, `0x1A`, `inf`,
/// `nan`, `1_000`, `1,5`, and numbers too large for an f64 such as `1e999`. A number too small for
/// an f64 becomes zero, as it does everywhere. The cell must have been trimmed.
pub fn parse_number(cell: &[u8]) -> Option<f64> {
    // fast-float2 reads `inf`, `infinity` and `nan` besides decimal numbers; those and nothing
    // else begin with a letter.
    let unsigned = match cell {
        [b'+' | b'-', rest @ ..] => rest,
        all => all,
    };
    match unsigned {
        [b'0'..=b'9' | b'.', ..] => {
            fast_float2::parse::<f64, _>(cell).ok().filter(|number| number.is_finite())
        }
        _ => None,
    }
}

/// Reads the number that `bytes` begin with as [`parse_number`] would, and says how long it is; `None` if
/// they begin with no number, or one that is too large.
pub fn parse_leading_number(bytes: &[u8]) -> Option<(f64, usize)> {
    if !begins_like_number(bytes) {
        return None;
    }
    let (number, len) = fast_float2::parse_partial::<f64, _>(bytes).ok()?;
    // Infinity is what `+inf` and `1e999` become, and NaN `-nan`.
    number.is_finite().then_some((number, len))
}

/// Whether a cell may be a number.
pub(crate) fn begins_like_number(cell: &[u8]) -> bool {
    matches!(cell, [b'0'..=b'9' | b'.' | b'+' | b'-', ..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{leading_number, parse_number};

    #[test]
    fn numbers_and_what_is_left_to_the_general_rule() {
        let read = |text: &str| leading_number(&[text.as_bytes(), &[b','; 16]].concat());
        for (text, value, len) in [
            ("0,", 0.0, 1),
            ("5.\n", 5.0, 2),
            (".5", 0.5, 2),
            ("-12.25,7", -12.25, 6),
            ("-1234567.123456;", -1_234_567.123_456, 15),
            ("1234567.1234567;", 1_234_567.123_456_7, 15),
            ("999999999999999", 999_999_999_999_999.0, 15),
            ("-.0000000000001", -1e-13, 15),
            ("99999999999999.", 99_999_999_999_999.0, 15),
            ("1e5", 1.0, 1),
            ("1.2.3", 1.2, 3),
        ] {
            assert_eq!(read(text), Some((value, len)), "{text}");
        }
        assert_eq!(read("-0.00x").map(|(v, n)| (v.to_bits(), n)), Some(((-0.0f64).to_bits(), 5)));
        for text in [
            "",
            "-",
            ".",
            "-.",
            "+1",
            "x",
            " 1",
            "1234567.12345678",
            "-1234567.1234567",
            "123456789012345.",
            "1234567890123456",
            "0.12345678123456781",
            "1234567812345678123",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(leading_number(b"1.5,8,9,10,11,1"), None, "15 characters");
        assert_eq!(leading_number(b"-1.5,8,9,10,11,1"), Some((-1.5, 4)));
    }

    proptest! {
        #[test]
        fn as_the_general_rule_reads_it(
            text in "-?[0-9]{0,18}(\\.[0-9]{0,18})?",
            after in proptest::collection::vec(any::<u8>(), 0..30),
        ) {
            let bytes = [text.as_bytes(), &after].concat();
            if let Some((value, len)) = leading_number(&bytes) {
                prop_assert_eq!(Some(value.to_bits()), parse_number(&bytes[..len]).map(f64::to_bits));
            }
            let short = text.len() < 16 && after.len() >= 16;
            if short && !matches!(after[0], b'0'..=b'9' | b'.' | b'-') {
                prop_assert_eq!(leading_number(&bytes).map(|(_, len)| len), parse_number(text.as_bytes()).map(|_| text.len()));
            }
        }
    }
}
