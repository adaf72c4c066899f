//! How cells are spelled that are not the numbers they are read as: numbers in another style, numbers
//! with a unit, codes with leading zeros.
//!
//! Nothing is read in a style that is found here: what is found names the option that reads it.

mod affix;
mod style;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use affix::Affixed;
use model_format::number_style::NumberStyle;

pub use style::{Style, describe};

/// Cells of a column that are looked at.
const MAX_SAMPLE: usize = 1000;
/// A column is in a style if at least this share of its cells can be read in it.
const IN_STYLE: f64 = 0.5;
/// Of the cells that a style reads, at least this share must be no numbers without it; else it is the style
/// of a slip.
const BY_STYLE: f64 = 0.1;
/// Most different marks in front of numbers that are still a unit; more of them are parts of codes.
const MAX_MARKS: usize = 4;

/// What most cells of a column are, if they are not numbers as they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Numbers in another style.
    Style(Style),
    /// Numbers with a word or a mark beside them that no option takes away, or with several.
    Unit,
}

/// How the cells of a column are spelled, and how many of them are.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// What most of them are.
    pub spelling: Spelling,
    /// The share of the cells that are, from 0 to 1; numbers as they are read count as well.
    pub share: f64,
    /// What reads them.
    style: NumberStyle,
}

impl Recognised {
    /// Whether a trimmed cell is spelled like the others.
    pub fn fits(&self, cell: &[u8]) -> bool {
        let unit = || std::str::from_utf8(cell).is_ok_and(|cell| Affixed::of(cell).is_some());
        self.style.parse(cell).is_some() || (self.spelling == Spelling::Unit && unit())
    }
}

/// Finds out how most of a column's cells are spelled that are read in the style `read_as`; `None` if they
/// are numbers in that style, or not numbers in any way. `cells` are trimmed and not missing.
pub fn recognise<'a>(
    cells: impl Iterator<Item = &'a [u8]> + Clone,
    read_as: &NumberStyle,
) -> Option<Recognised> {
    let n = cells.clone().count();
    let step = n.div_ceil(MAX_SAMPLE).max(1);
    let sample: Vec<&str> =
        cells.step_by(step).filter_map(|cell| std::str::from_utf8(cell).ok()).collect();
    let total = n.div_ceil(step);
    let plain = style::count(&sample, read_as);
    let enough = |read: usize| {
        let by_style = read.saturating_sub(plain) as f64;
        let others = total.saturating_sub(plain) as f64;
        by_style > 0.0
            && read as f64 >= IN_STYLE * total as f64
            && (by_style >= BY_STYLE * read as f64 || 2.0 * by_style >= others)
    };
    let share = |read: usize| read as f64 / total as f64;
    let (read, style) = style::best(&sample, read_as)?;
    if enough(read) {
        let spelling = Spelling::Style(Style::of(&style, read_as));
        return Some(Recognised { spelling, share: share(read), style });
    }
    let read = plain.saturating_add(with_unit(&sample, read_as));
    let style = read_as.clone();
    enough(read).then(|| Recognised { spelling: Spelling::Unit, share: share(read), style })
}

/// How one trimmed cell is spelled that is no number in the style `read_as`, if it is a number in another.
pub fn style_of_cell(cell: &[u8], read_as: &NumberStyle) -> Option<Style> {
    match recognise(std::iter::once(cell), read_as)?.spelling {
        Spelling::Style(style) => Some(style),
        Spelling::Unit => None,
    }
}

/// How many of the cells are numbers with a unit, if there is more than one number among them and they are
/// no codes.
fn with_unit(sample: &[&str], read_as: &NumberStyle) -> usize {
    let others = sample.iter().filter(|cell| read_as.parse(cell.as_bytes()).is_none());
    let cells: Vec<Affixed<'_>> = others.filter_map(|cell| Affixed::of(cell)).collect();
    let numbers: BTreeSet<&str> = cells.iter().map(|cell| cell.number).collect();
    let mut marks: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| !cell.before.is_empty()) {
        *marks.entry(cell.before).or_default() += 1;
    }
    let marked: usize = marks.values().sum();
    let one = marks.values().max().is_none_or(|most| 2 * most >= marked);
    if numbers.len() > 1 && (one || marks.len() <= MAX_MARKS) { cells.len() } else { 0 }
}

/// Whether a trimmed cell is a code with a leading zero, such as `01234`.
pub fn is_padded(cell: &[u8]) -> bool {
    cell.len() > 1 && cell.starts_with(b"0") && cell.iter().all(u8::is_ascii_digit)
}
