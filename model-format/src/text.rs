//! Text out of a file, made fit for people.

use std::fmt::Write as _;

/// A text on one line in which nothing is hidden: control characters, line and paragraph separators,
/// characters that turn the direction of writing and others without a width are written as escapes.
/// So whatever a name, a label, a cell or a file name holds, it begins no line of its own in a report, sends
/// nothing to the terminal and looks like what it is. A text that was escaped stays as it is.
pub fn one_line(text: &str) -> String {
    escape(text, false)
}

/// The same of several lines; line feeds stay.
pub fn lines(text: &str) -> String {
    escape(text, true)
}

fn escape(text: &str, keep_line_feeds: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if keep_line_feeds => out.push('\n'),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                // Writing to a text cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a character cannot be seen, or changes how others are shown: what Unicode lets a font leave out
/// (`Default_Ignorable_Code_Point`) and line separators. Joiners and the selectors FE00 to FE0F and 180B to 180F,
/// which scripts and emoji need, are not among them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{lines, one_line};

    #[test]
    fn hidden_characters_become_escapes() {
        assert_eq!(
            one_line("a\r\nb\t\u{1b}[2J\u{85}\0\u{2028}\u{2029}"),
            r"a\r\nb\t\u{1b}[2J\u{85}\u{0}\u{2028}\u{2029}"
        );
        // The name `invoice` and then `cod.exe`, shown as `invoiceexe.doc`.
        assert_eq!(one_line("invoice\u{202e}cod.exe"), r"invoice\u{202e}cod.exe");
        assert_eq!(
            one_line("\u{2066}a\u{2069}\u{200b}\u{feff}"),
            r"\u{2066}a\u{2069}\u{200b}\u{feff}"
        );
        // A soft hyphen, and characters without a width: `yes` in other ways.
        for hidden in [
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{17b5}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{1d173}',
            '\u{e0100}',
            '\u{e01ef}',
        ] {
            let escape = format!(r"y\u{{{:x}}}es", u32::from(hidden));
            assert_eq!(one_line(&format!("y{hidden}es")), escape);
        }
        for plain in
            ["Größe, `x`", "\u{fffd}", "می\u{200c}خواهم", r"C:\new\u{202e}", "\u{2764}\u{fe0f}"]
        {
            assert_eq!(one_line(plain), plain);
        }
    }

    #[test]
    fn escaping_twice_changes_nothing_and_lines_stay() {
        let text = "a\u{1b}\n\u{202e}b\\\n";
        assert_eq!(lines(text), "a\\u{1b}\n\\u{202e}b\\\n");
        assert_eq!(lines(&lines(text)), lines(text));
        assert_eq!(one_line(&one_line(text)), one_line(text));
    }
}
