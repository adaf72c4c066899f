//! Help that clap made, broken between words where a terminal is narrower than its lines.

use std::iter::repeat_n;

/// Breaks the lines of a help text that are wider than `width` columns.
///
/// The rest of a line goes below its text: that of an option below the option's description. Words are never cut. Lines of
/// one paragraph that were broken by hand for a wide page are joined first.
pub(crate) fn wrap(help: &str, width: usize) -> String {
    let mut out = String::with_capacity(help.len() + help.len() / 4);
    let mut lines = help.split('\n').peekable();
    while let Some(line) = lines.next() {
        let mut line = line.to_owned();
        while let Some(next) = lines.next_if(|next| is_continued(&line, next, width)) {
            line.push(' ');
            line.push_str(next);
        }
        wrap_line(&line, width, &mut out);
        if lines.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

/// Whether a sentence of a paragraph goes on in the next line, and has no place in its own.
fn is_continued(line: &str, next: &str, width: usize) -> bool {
    let is_text = |line: &str| line.starts_with(|first: char| !first.is_whitespace());
    line.chars().count() > width && !line.ends_with(['.', ':']) && is_text(line) && is_text(next)
}

fn wrap_line(line: &str, width: usize, out: &mut String) {
    if line.chars().count() <= width {
        out.push_str(line);
        return;
    }
    let (head, indent) = head(line, width);
    out.push_str(&line[..head]);
    let mut column = line[..head].chars().count();
    let mut is_first = true;
    for word in line[head..].split(' ') {
        let len = word.chars().count();
        if !is_first && column + 1 + len > width {
            out.push('\n');
            out.extend(repeat_n(' ', indent));
            column = indent;
        } else if !is_first {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += len;
        is_first = false;
    }
}

/// The bytes of a line before its text, and the column at which the text goes on in further lines.
fn head(line: &str, width: usize) -> (usize, usize) {
    let start = line.len() - line.trim_start().len();
    if start == 0 {
        return (0, 0);
    }
    let text = &line[start..];
    // An option, command or value stands before a gap, its description behind it.
    if let Some(gap) = text.find("  ") {
        let after = &text[gap..];
        let head = start + gap + (after.len() - after.trim_start().len());
        let column = line[..head].chars().count();
        return (head, if column <= width / 2 { column } else { (start + 4).min(width / 2) });
    }
    // A command to be typed, an entry of a list, a paragraph.
    let more = if start == 2 { 2 } else { 0 };
    let more = if text.starts_with("- ") { 2 } else { more };
    (start, (start + more).min(width / 2))
}

#[cfg(test)]
mod tests {
    use super::wrap;

    const HELP: &str = "\
Score a file: predictions go to stdout or a file, in input order

Usage: predictor predict [OPTIONS] <MODEL>

Rows:
      --on-bad-row <P>  What becomes of a row that cannot be scored: stop the run, or leave it out
  -q, --quiet           Nothing but errors

          - minmax:   To the range from zero to one
          - none: Not at all, whatever the columns look like
          A paragraph of a long help text that is too wide

Metrics: accuracy and whatever else there is of them, in a line
that goes on here. And ends.
Examples:
  predictor predict churn.model new.csv --proba --id customer_id
";

    #[test]
    fn what_does_not_fit_goes_on_below_the_text() {
        let expected = "\
Score a file: predictions go to stdout or a file,
in input order

Usage: predictor predict [OPTIONS] <MODEL>

Rows:
      --on-bad-row <P>  What becomes of a row that
                        cannot be scored: stop the
                        run, or leave it out
  -q, --quiet           Nothing but errors

          - minmax:   To the range from zero to
                      one
          - none: Not at all, whatever the columns
            look like
          A paragraph of a long help text that is
          too wide

Metrics: accuracy and whatever else there is of
them, in a line that goes on here. And ends.
Examples:
  predictor predict churn.model new.csv --proba
    --id customer_id
";
        assert_eq!(wrap(HELP, 50), expected);
    }

    #[test]
    fn what_fits_stays_as_it_is_and_no_word_is_cut_or_lost() {
        assert_eq!(wrap(HELP, 100), HELP);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for width in 0..100 {
            let wrapped = wrap(HELP, width);
            assert_eq!(words(&wrapped), words(HELP), "{width}");
            if width > 40 {
                assert!(wrapped.lines().all(|line| line.len() <= width), "{width}\n{wrapped}");
            }
        }
    }
}
