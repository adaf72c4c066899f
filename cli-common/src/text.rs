//! Text out of files, made fit for a message.

pub use model_format::text::{lines, one_line};

/// The first characters of a text, and `...` in place of the others.
pub fn shorten(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shorten(&"é".repeat(61), 60), format!("{}...", "é".repeat(60)));
        assert_eq!(shorten(&"é".repeat(60), 60), "é".repeat(60));
    }
}
