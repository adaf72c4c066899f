//! Numbers as text in the output.

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NumberFormat {
    /// Significant digits; `None`: the shortest text that reads back to the same f64.
    pub(crate) precision: Option<usize>,
}

impl NumberFormat {
    /// Appends a finite number: `0.25`, `3`, `1e+300`.
    ///
    /// With a precision the decimal value is rounded to so many digits, halves to even. What rounds to
    /// more than the largest f64 is written as that decimal number all the same: 1.75e308 to one
    /// digit is `2e+308`, which most readers take for infinity.
    pub(crate) fn write(self, number: f64, out: &mut Vec<u8>) {
        let number = match self.precision {
            None => number,
            // Rounding through decimal text is exact where arithmetic would round twice.
            Some(digits) => {
                let rounded = format!("{number:.*e}", digits.saturating_sub(1));
                match rounded.parse::<f64>() {
                    Ok(number) if number.is_finite() => number,
                    _ => return out.extend_from_slice(rounded.replace('e', "e+").as_bytes()),
                }
            }
        };
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(number);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    }
}

/// The shortest text that reads back to the same finite number.
pub(crate) fn shortest(number: f64) -> String {
    let mut out = Vec::new();
    NumberFormat::default().write(number, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: f64, precision: Option<usize>) -> String {
        let mut out = Vec::new();
        NumberFormat { precision }.write(number, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn shortest_and_rounded() {
        assert_eq!(written(0.1 + 0.2, None), "0.30000000000000004");
        assert_eq!(written(3.0, None), "3");
        assert_eq!(written(-0.0, None), "-0");
        assert_eq!(written(1e300, None), "1e+300");
        assert_eq!(written(1234.5678, Some(3)), "1230");
        assert_eq!(written(0.000_123_456, Some(2)), "0.00012");
        assert_eq!(written(9.999, Some(2)), "10");
        assert_eq!([0.125, 0.375].map(|number| written(number, Some(2))), ["0.12", "0.38"]);
    }

    #[test]
    fn what_rounds_past_the_largest_number_is_rounded_all_the_same() {
        assert_eq!(written(1.75e308, Some(1)), "2e+308");
        assert_eq!(written(-1.75e308, Some(1)), "-2e+308");
        assert_eq!(written(1.75e308, Some(2)), "1.8e+308");
        assert_eq!(written(1.75e308, Some(3)), "1.75e+308");
        assert_eq!(written(f64::MAX, Some(16)), "1.797693134862316e+308");
        assert_eq!(written(f64::MAX, Some(17)), "1.7976931348623157e+308");
    }
}
