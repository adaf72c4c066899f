//! Text out of files, made fit for a message.

pub use model_format::text::{lines, one_line};

/// The first characters of a text, and `...` in place of the others.
pub fn shorten(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Warnings as lines of a report.
pub fn warnings(list: &[String]) -> String {
    list.iter().fold(String::new(), |text, warning| text + "warning: " + &one_line(warning) + "\n")
}

/// Columns that the key of a report's line takes.
const KEY: usize = 11;

/// Breaks lines that are wider than `width` columns between words. What follows a key in the first
/// columns stays in its place; the rest of other lines is indented by two.
pub fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let has_key = line.chars().nth(KEY - 1) == Some(' ');
        let indent = if has_key && width > 3 * KEY { KEY } else { 2 };
        // What follows a key stands beside it, however long its first word is.
        let key = if has_key {
            let key: usize = line.chars().take(KEY).map(char::len_utf8).sum();
            let rest = &line[key..];
            key + rest.len() - rest.trim_start().len()
        } else {
            0
        };
        wrap_line(line, width, indent, key, &mut out);
        out.push_str(end);
    }
    out
}

fn wrap_line(mut line: &str, width: usize, indent: usize, mut key: usize, out: &mut String) {
    let mut room = width;
    while line.chars().count() > room {
        let end = line.char_indices().nth(room).map_or(line.len(), |(at, _)| at);
        // Blanks in front are the place of what follows, not a gap between words.
        let start = (line.len() - line.trim_start().len()).max(key);
        let words = |range: &str| range.rfind(' ').filter(|at| *at > start);
        let next = || line[end..].find(' ').map(|at| end + at);
        // A word that is longer than a line is left whole.
        let Some(at) =
            words(&line[..end + usize::from(line[end..].starts_with(' '))]).or_else(next)
        else {
            break;
        };
        out.push_str(line[..at].trim_end());
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        line = line[at..].trim_start();
        key = 0;
        room = width.saturating_sub(indent).max(1);
    }
    out.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::{shorten, wrap};

    #[test]
    fn lines_are_broken_between_words() {
        let text = "rows       40 read, 40 judged, 0 without target, 0 rejected\nwarning: one two three four five six seven eight nine\nshort\n";
        let expected = "\
rows       40 read, 40 judged, 0 without
           target, 0 rejected
warning: one two three four five six
  seven eight nine
short
";
        assert_eq!(wrap(text, 40), expected);
        assert_eq!(wrap(text, 80), text);
        // A word is never cut, and nothing is lost.
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for width in 0..70 {
            assert_eq!(words(&wrap(text, width)), words(text), "{width}");
        }
        assert_eq!(wrap("           ééééé ééééé\n", 17), "           ééééé\n  ééééé\n");
        for key in ["id         ", "id           "] {
            let id = format!("{key}{}\n", "0a".repeat(32));
            assert_eq!(wrap(&id, 60), id);
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shorten(&"é".repeat(61), 60), format!("{}...", "é".repeat(60)));
        assert_eq!(shorten(&"é".repeat(60), 60), "é".repeat(60));
    }
}
