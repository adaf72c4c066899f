//! Metrics as text for people.

use std::fmt::Write as _;

/// Writes a square table of counts, a row and a column per label.
pub fn matrix<'a>(
    title: &str,
    corner: &str,
    labels: &[String],
    rows: impl Iterator<Item = &'a [u64]>,
    out: &mut String,
) {
    let widest = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let width = widest.max(corner.chars().count()).max(7);
    let _ = write!(out, "{title:<10} {corner:>width$} ");
    for label in labels {
        let _ = write!(out, " {label:>width$}");
    }
    out.push('\n');
    for (label, row) in labels.iter().zip(rows) {
        let _ = write!(out, "           {label:>width$} ");
        for count in row {
            let _ = write!(out, " {count:>width$}");
        }
        out.push('\n');
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
