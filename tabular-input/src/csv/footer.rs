//! Words that lines behind the last row begin with.

/// What sums, means and counts of a table are called.
const WORDS: [&str; 16] = [
    "total", "totals", "subtotal", "sum", "sums", "average", "avg", "mean", "median", "count",
    "grand", "overall", "summe", "gesamt", "somme", "suma",
];
/// Longest cell that is taken for one of them.
const MAX_LEN: usize = 32;

/// Whether a trimmed cell is a word such as `Total`, or begins with it, as `Total 2024` and `Sum:`.
pub fn is_footer_word(cell: &[u8]) -> bool {
    let first = cell.split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    cell.len() <= MAX_LEN && WORDS.iter().any(|word| first.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_begin_with_words_for_totals() {
        let is = |cell: &str| is_footer_word(cell.as_bytes());
        assert!(["Total", "TOTAL 2024", "Sum:", "Grand total", "mean"].into_iter().all(is));
        assert!(!["", "12", "Totally", "red", "summer", "x total"].into_iter().any(is));
    }
}
