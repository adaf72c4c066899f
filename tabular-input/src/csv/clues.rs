//! What the lines at the beginning of an input tell of how it is written.

use model_format::cell::{parse_number, trim};

use super::scan::{self, Ending};
use super::void::newlines;

/// Records behind the header that are looked at.
const MAX_LINES: usize = 32;
/// Records that must agree.
const MIN_AGREE: usize = 2;

/// The header and what follows it.
pub(super) struct Lines<'a> {
    /// As it stands in the input.
    pub(super) header: &'a [u8],
    /// The beginning of what follows.
    pub(super) sample: &'a [u8],
    /// Whether nothing follows the sample.
    pub(super) whole: bool,
}

impl<'a> Lines<'a> {
    /// The header and the first complete records after it that are not blank: where each begins in
    /// the sample, and its bytes.
    fn records(&self, delimiter: u8) -> Vec<(usize, &'a [u8])> {
        let (data, mut at) = (self.sample, 0);
        let mut records = vec![(0, self.header)];
        while at < data.len() && records.len() <= MAX_LINES {
            let found = scan::record(data, at, delimiter, true, |_| ());
            let ends = data.get(found.next - 1) == Some(&b'\n') || self.whole;
            if !ends || found.ending != Ending::Complete {
                break;
            }
            if found.end > at {
                records.push((at, &data[at..found.end]));
            }
            at = found.next;
        }
        records
    }
}

fn n_cells(record: &[u8], delimiter: u8) -> usize {
    let mut n = 0;
    scan::record(record, 0, delimiter, true, |_| n += 1);
    n
}

/// Texts of the cells of a record, trimmed.
fn texts(record: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    scan::record(record, 0, delimiter, true, |span| {
        texts.push(trim(&span.text(record)).to_vec());
    });
    texts
}

/// Cells of a record up to the last one that holds something.
fn filled(record: &[u8], delimiter: u8) -> usize {
    let texts = texts(record, delimiter);
    texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1)
}

/// The mark that the lines before the header begin with, if they are comments: rows that are alike follow them,
/// with another number of cells than one of them.
pub(super) fn comment(lines: &Lines<'_>, delimiter: u8) -> Option<char> {
    let mark = comment_mark(lines.header)?;
    let records = lines.records(delimiter);
    let n_marked = records.iter().take_while(|(_, r)| comment_mark(r) == Some(mark)).count();
    let (marked, rest) = records.split_at_checked(n_marked)?;
    let width = |(_, record): &(usize, &[u8])| filled(record, delimiter);
    let Some(header) = rest.first().map(width) else {
        return (n_marked == 1).then_some(mark);
    };
    let agrees = rest.get(1).is_none_or(|row| width(row) == header);
    (agrees && marked.iter().any(|record| width(record) != header)).then_some(mark)
}

/// What a line begins with that may be a comment.
fn comment_mark(line: &[u8]) -> Option<char> {
    match line {
        [mark @ (b'#' | b'%'), ..] => Some(char::from(*mark)),
        [b'/', b'/', ..] => Some('/'),
        _ => None,
    }
}

/// A line further down that holds the names of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Below {
    /// How many of the names.
    pub(super) n_names: usize,
    /// Lines between what was taken for the header and it.
    pub(super) lines: u64,
    /// What all lines before it begin with, if they may be comments.
    pub(super) comments: Option<char>,
}

/// Looks for the line with the most of these names, and at least half of them, that holds no number.
pub(super) fn below(lines: &Lines<'_>, delimiter: u8, names: &[&str]) -> Option<Below> {
    let records = lines.records(delimiter);
    let cells: Vec<Vec<Vec<u8>>> =
        records.iter().map(|(_, record)| texts(record, delimiter)).collect();
    // A name that several rows hold is a value.
    let once = |name: &&&str| {
        cells.iter().flatten().filter(|text| text.as_slice() == name.as_bytes()).count() == 1
    };
    let n_wanted = names.len();
    let names: Vec<&[u8]> = names.iter().filter(once).map(|name| name.as_bytes()).collect();
    let held =
        |cells: &Vec<Vec<u8>>| names.iter().filter(|n| cells.iter().any(|c| c == *n)).count();
    let is_words = |cells: &Vec<Vec<u8>>| cells.iter().all(|cell| parse_number(cell).is_none());
    let candidates = cells.iter().enumerate().skip(1).filter(|(_, cells)| is_words(cells));
    let (index, n_names) = candidates
        .map(|(i, cells)| (i, held(cells)))
        .max_by_key(|(i, n)| (*n, records.len() - i))?;
    let enough = n_names > 0 && 2 * n_names >= n_wanted;
    let (at, _) = records.get(index).filter(|_| enough)?;
    let mark = comment_mark(lines.header);
    let all = records.iter().take(index).all(|(_, record)| comment_mark(record) == mark);
    let comments = mark.filter(|_| all);
    Some(Below { n_names, lines: newlines(&lines.sample[..*at]), comments })
}

/// The delimiter that makes several cells of a header of one, and as many of every row.
pub(super) fn delimiter(lines: &Lines<'_>, current: u8) -> Option<u8> {
    if n_cells(lines.header, current) != 1 {
        return None;
    }
    let fits = |delimiter: &u8| {
        let width = n_cells(lines.header, *delimiter);
        let rows = lines.records(*delimiter);
        width > 1 && rows.iter().all(|(_, record)| n_cells(record, *delimiter) == width)
    };
    let candidates =
        [b',', b';', b'\t', b'|', b':', b'^', b'~', b'!'].into_iter().filter(|d| *d != current);
    candidates.filter(fits).max_by_key(|delimiter| n_cells(lines.header, *delimiter))
}

/// What to do with an input whose lines are one cell each, but hold several.
pub(super) fn one_cell(lines: &Lines<'_>, delimiter: u8) -> Option<&'static str> {
    let records = lines.records(delimiter);
    if records.len() < MIN_AGREE || records.iter().any(|(_, r)| n_cells(r, delimiter) != 1) {
        return None;
    }
    // As many as the header has, and several, in every record.
    let agree = |n: &dyn Fn(&[u8]) -> usize| {
        let width = n(lines.header);
        width > 1 && records.iter().all(|(_, record)| n(record) == width)
    };
    let unquoted = |record: &[u8]| {
        let inside = record.strip_prefix(b"\"").and_then(|r| r.strip_suffix(b"\""));
        // Quotes inside are written twice.
        let single = |inside: &[u8]| String::from_utf8_lossy(inside).replace("\"\"", "\"");
        inside.map_or(0, |inside| n_cells(single(inside).as_bytes(), delimiter))
    };
    let words = |record: &[u8]| {
        let words = record.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        if record.contains(&b'"') { 0 } else { words.count() }
    };
    if agree(&unquoted) {
        return Some(
            r#"every line stands in quotes as a whole; take them off: sed 's/^"//; s/"$//; s/""/"/g'"#,
        );
    }
    agree(&words).then_some("if blanks separate the columns, make them commas: tr -s ' ' ','")
}

/// Lines before the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Banner {
    /// Cells of the first of them.
    pub(super) found: usize,
    /// Lines from the first of them to the header.
    pub(super) lines: u64,
    /// Cells of the header, and of the rows after it.
    pub(super) width: usize,
}

/// Looks for a header that stands below what was taken for one: the first of several records with
/// more cells than every one before them, none of them a number. Lines that a spreadsheet padded with empty cells
/// have one.
pub(super) fn banner(lines: &Lines<'_>, delimiter: u8) -> Option<Banner> {
    let records = lines.records(delimiter);
    let padded = |record| filled(record, delimiter) <= 1;
    let widths: Vec<usize> = records
        .iter()
        .map(|(_, record)| if padded(record) { 1 } else { n_cells(record, delimiter) })
        .collect();
    let width = *widths.iter().max()?;
    let first = widths.iter().position(|w| *w == width)?;
    let agree = widths.iter().skip(first + 1).take_while(|w| **w == width).count();
    if first == 0 || width < 2 || agree + 1 < MIN_AGREE {
        return None;
    }
    let (at, record) = records.get(first)?;
    let (mut words, mut all) = (true, 0);
    scan::record(record, 0, delimiter, true, |span| {
        let text = span.text(record);
        words &= parse_number(trim(&text)).is_none();
        all += usize::from(!trim(&text).is_empty());
    });
    let lines = newlines(&lines.sample[..*at]);
    (words && 2 * all > width).then_some(Banner { found: widths[0], lines, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Lines<'_> {
        let (header, sample) = text.split_once('\n').unwrap();
        Lines { header: header.as_bytes(), sample: sample.as_bytes(), whole: true }
    }

    #[test]
    fn a_delimiter_must_fit_the_rows_too() {
        for (text, expected) in [
            ("a;b\n1;2\n3;4\n", Some(b';')),
            ("a;b|c\n1;2\n", Some(b';')),
            ("a|b\n1\n2\n", None),
            ("name, first\nx\ny\n", None),
            ("a\tb\n1,5\t2\n", Some(b'\t')),
            ("\"a;b\"\n1\n", None),
            ("a;b\n", Some(b';')),
        ] {
            assert_eq!(delimiter(&lines(text), b'!'), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_of_one_cell_may_hold_several() {
        let begins = |text, with| one_cell(&lines(text), b',').is_some_and(|h| h.starts_with(with));
        assert!(begins("\"a,b\"\n\"1,2\"\n\"\"\"x\"\",2\"\n", "every line"));
        assert!(begins("a   b\n1.5 2\n3   4\n", "if blanks"));
        for text in
            ["a b\n1\n2\n", "a b,c\n1 2,3\n", "\"a,b\"\n1\n", "a\n1\n", "a b\n", "\"a b\"\n1 2\n"]
        {
            assert_eq!(one_cell(&lines(text), b','), None, "{text:?}");
        }
    }

    #[test]
    fn a_banner_stands_before_a_header_that_the_rows_fit() {
        let found = |text| banner(&lines(text), b',').map(|b| (b.found, b.lines, b.width));
        assert_eq!(found("Report\na,b\n1,2\n3,4\n"), Some((1, 0, 2)));
        assert_eq!(found("Report\n\nas of, today\na,b,c\n1,2,3\n"), Some((1, 2, 3)));
        // A header that is too short, rows that are too long.
        assert_eq!(found("a,b\n1,2,3\n4,5,6\n"), None);
        assert_eq!(found("a,b\n1,2\n3,4\n"), None);
        assert_eq!(found("a,b\nx,y\nx,y,z\n1,2\n"), None);
        // As a spreadsheet pads it.
        assert_eq!(found("Report,,\n,,\na,b,c\n1,2,3\n"), Some((1, 1, 3)));
        assert_eq!(found("a,,\n1,2,3\n4,5,6\n"), None);
    }

    #[test]
    fn comments_stand_before_rows_that_are_alike() {
        let found = |text| comment(&lines(text), b',');
        assert_eq!(found("# a\nx,y\n1,2\n"), Some('#'));
        assert_eq!(found("# a\n# b, c\nx,y\n1,2\n"), Some('#'));
        assert_eq!(found("// a\nx,y\n1,2\n"), Some('/'));
        assert_eq!(found("# a\n"), Some('#'));
        // Headers and rows that begin with a mark, and lines with several.
        for text in ["#a,b\n1,2\n", "#a,b\n#x,1\n#y,2\n", "#a,b,\n1,2\n", "# a\n// b\nx,y\n1,2\n"] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_header_further_down_is_known_by_its_names() {
        let found = |text, names: &[&str]| {
            below(&lines(text), b',', names).map(|b| (b.n_names, b.lines, b.comments))
        };
        assert_eq!(found("a,b\nx,y\n1,2\n", &["y"]), Some((1, 0, None)));
        assert_eq!(found("# a,b\n# c,d\nx,y\n1,2\n", &["x", "y", "z"]), Some((2, 1, Some('#'))));
        // A value, and a row with a number.
        assert_eq!(found("a,b\np,y\nq,y\n", &["y"]), None);
        assert_eq!(found("a,b\n1,y\n2,n\n", &["y"]), None);
        assert_eq!(found("a,b\nx,q\n1,2\n", &["x", "y", "z"]), None);
    }
}
