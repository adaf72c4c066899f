//! Plain decimal numbers, eight digits at a time.

/// The integers that every f64 up to them can hold, and the first that leaves a gap: 2^53.
const EXACT: u64 = 1 << 53;
/// Digits that are read of a number before the general rule has to take over.
const MAX_DIGITS: usize = 19;

/// `10^i`; all of them are exact as f64.
const POWERS: [u64; MAX_DIGITS + 1] = {
    let mut powers = [1; MAX_DIGITS + 1];
    let mut i = 1;
    while i <= MAX_DIGITS {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// Reads the number that `bytes` begin with, `[-] digits [. digits]`, and says how long it is.
///
/// The result is what [`parse_number`](crate::cell::parse_number) makes of the same text: digits and
/// power of ten are both exact as f64, so their quotient is rounded once (Clinger, "How to read
/// floating point numbers accurately", 1990). `None` where they are not, or where there is no
/// number; an exponent or anything else that follows is for the caller to see.
#[inline]
pub fn leading_number(bytes: &[u8]) -> Option<(f64, usize)> {
    let (negative, unsigned) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let (whole, n_whole) = leading_digits(unsigned)?;
    let (digits, n_fraction, len) = match unsigned.get(n_whole..)? {
        [b'.', rest @ ..] => {
            let (fraction, n_fraction) = leading_digits(rest)?;
            // As many digits fit into 64 bits.
            if n_whole + n_fraction > MAX_DIGITS {
                return None;
            }
            (whole * POWERS.get(n_fraction)? + fraction, n_fraction, n_whole + 1 + n_fraction)
        }
        _ => (whole, 0, n_whole),
    };
    if digits > EXACT || n_whole + n_fraction == 0 {
        return None;
    }
    let size = digits as f64 / *POWERS.get(n_fraction)? as f64;
    Some((if negative { -size } else { size }, len + usize::from(negative)))
}

/// The number that the leading digits spell, and how many they are; `None` if they are too many.
#[inline]
fn leading_digits(bytes: &[u8]) -> Option<(u64, usize)> {
    let (first, n) = up_to_eight(bytes);
    if n < 8 {
        return Some((first, n));
    }
    let (second, m) = up_to_eight(bytes.get(8..)?);
    // A third block would be too much for most numbers; the general rule reads it.
    (m < 8).then(|| (first * POWERS[m] + second, 8 + m))
}

/// The number that up to eight leading digits spell, and how many they are.
#[inline]
fn up_to_eight(bytes: &[u8]) -> (u64, usize) {
    let Some(block) = bytes.first_chunk::<8>() else { return few(bytes) };
    // Digits become 0 to 9; any other byte sets its high bit once 0x76 is added. A carry goes to
    // bytes behind it only.
    let values = u64::from_le_bytes(*block) ^ 0x3030_3030_3030_3030;
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let n = (others.trailing_zeros() / 8) as usize;
    if n == 0 {
        return (0, 0);
    }
    // Zeros come in front; then neighbours are put together: pairs, fours, all eight.
    let eight = values << (64 - 8 * n);
    let pairs = eight.wrapping_mul(2561) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(6_553_601) >> 16 & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(42_949_672_960_001) >> 32, n)
}

/// The same for the last bytes of an input.
#[cold]
fn few(bytes: &[u8]) -> (u64, usize) {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold((0, 0), |(number, n), digit| (number * 10 + u64::from(digit - b'0'), n + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::leading_number;
    use crate::cell::parse_number;

    #[test]
    fn numbers_and_what_is_left_to_the_general_rule() {
        let read = |text: &str| leading_number(text.as_bytes());
        for (text, value, len) in [
            ("0,", 0.0, 1),
            ("5.\n", 5.0, 2),
            (".5", 0.5, 2),
            ("-12.25,7", -12.25, 6),
            ("12345678.12345678;", 12_345_678.123_456_78, 17),
            ("900719925474099", 900_719_925_474_099.0, 15),
            ("900719925474099.2", 900_719_925_474_099.2, 17),
            ("123456781234567.5", 123_456_781_234_567.5, 17),
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
            "9007199254740992",
            "900719925474099.3",
            "0.12345678123456781",
            "1234567812345678123",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn as_the_general_rule_reads_it(
            text in "-?[0-9]{0,18}(\\.[0-9]{0,18})?",
            after in proptest::collection::vec(any::<u8>(), 0..12),
        ) {
            let bytes = [text.as_bytes(), &after].concat();
            if let Some((value, len)) = leading_number(&bytes) {
                prop_assert_eq!(Some(value.to_bits()), parse_number(&bytes[..len]).map(f64::to_bits));
            }
            let short = text.bytes().filter(u8::is_ascii_digit).count() <= 15;
            if short && after.first().is_none_or(|b| !matches!(b, b'0'..=b'9' | b'.')) {
                prop_assert_eq!(leading_number(&bytes).map(|(_, len)| len), parse_number(text.as_bytes()).map(|_| text.len()));
            }
        }
    }
}
