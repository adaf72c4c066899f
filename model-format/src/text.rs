//! Text out of a file, made fit for a message.

/// A text on one line, without control characters: whatever a name, a label, a cell or a file name
/// holds, it begins no line of its own in a report and sends nothing to the terminal.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn control_characters_do_not_get_through() {
        assert_eq!(
            one_line("a\r\nb\t\u{1b}[2J\u{85}\0"),
            "a\u{fffd}\u{fffd}b\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}"
        );
        assert_eq!(one_line("Größe, `x`"), "Größe, `x`");
    }
}
