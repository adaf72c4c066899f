//! What to say of a column that holds other cells than plain numbers.

use cli_common::error::Error;
use model_format::cell::{MissingTokens, trim};
use tabular_input::spelling::{self, Recognised, Spelling, Style};

use super::Table;

/// A column of which more than this share are numbers does not become categories without a warning.
pub(super) const MOSTLY_NUMBERS: f64 = 0.5;
/// A column of which at least this share are numbers is not left out for the others without asking.
const NEARLY_NUMERIC: f64 = 0.95;
/// Samples of each kind that are shown.
const MAX_SAMPLES: usize = 2;

/// Cells of one column, those that are missing left out.
pub(super) struct Cells<'a> {
    table: &'a Table,
    column: usize,
    /// Rows whose cells are not missing.
    present: Vec<usize>,
    /// Those of them that are no numbers as they are read.
    others: &'a [usize],
    missing: &'a MissingTokens,
}

/// What there is to say of the cells, as parts of a sentence.
#[derive(Debug, Default)]
pub(super) struct Finding {
    /// For a column that is read as categories, to be read after its name.
    pub(super) note: Option<String>,
    /// For one that is left out, to be added to the reason.
    pub(super) slip: Option<String>,
    /// Numbers in another style, and samples of them.
    pub(super) style: Option<(Style, String)>,
}

impl<'a> Cells<'a> {
    /// The cells of `rows`, of which `others` are neither numbers nor missing.
    pub(super) fn new(
        table: &'a Table,
        column: usize,
        rows: &[usize],
        others: &'a [usize],
        missing: &'a MissingTokens,
    ) -> Self {
        let is_present = |row: &usize| !missing.contains(trim(table.cell(*row, column)));
        let present = rows.iter().copied().filter(is_present).collect();
        Self { table, column, present, others, missing }
    }

    fn cell(&self, row: usize) -> &'a [u8] {
        trim(self.table.cell(row, self.column))
    }

    /// How most of the cells are spelled, if they are not numbers as they are read.
    pub(super) fn spelling(&self) -> Option<Recognised> {
        let cells = self.present.iter().map(|row| self.cell(*row));
        spelling::recognise(cells, self.missing.style())
    }

    /// Up to two different cells of those that are no numbers, and that `choose` takes.
    fn samples(&self, choose: impl Fn(&[u8]) -> bool) -> String {
        let mut shown: Vec<String> = Vec::new();
        for cell in self.others.iter().map(|row| self.cell(*row)).filter(|cell| choose(cell)) {
            let cell = format!("`{}`", String::from_utf8_lossy(cell));
            if !shown.contains(&cell) {
                shown.push(cell);
            }
            if shown.len() == MAX_SAMPLES {
                break;
            }
        }
        shown.join(", ")
    }

    /// Samples of cells that are spelled like most, and of those that are not.
    pub(super) fn samples_of(&self, found: &Recognised) -> String {
        let like = self.samples(|cell| found.fits(cell));
        let unlike = self.samples(|cell| !found.fits(cell));
        if unlike.is_empty() { like } else { format!("{like}, but not {unlike}") }
    }

    fn share(&self) -> f64 {
        let numbers = self.present.len() - self.others.len();
        numbers as f64 / self.present.len() as f64
    }

    /// The share of numbers in words, with a verb, and which cells are none.
    pub(super) fn shares(&self) -> Option<String> {
        if self.share() <= MOSTLY_NUMBERS {
            return None;
        }
        let (n, total) = (self.others.len(), self.present.len());
        let percent = format!("{:.0}", 100.0 * self.share());
        let share = if percent == "100" {
            format!("all but {n} of its {total} cells are numbers")
        } else {
            format!("{percent} % of its cells are numbers")
        };
        Some(format!(
            "{share}; not numbers: {}, the first in {}",
            self.samples(|_| true),
            self.first()
        ))
    }

    fn first(&self) -> String {
        self.others.first().map_or(String::new(), |row| self.table.place(*row, self.column))
    }

    /// What to say of a column that was not given a type.
    pub(super) fn finding(&self) -> Finding {
        let Some(found) = self.spelling() else {
            let Some(shares) = self.shares() else { return Finding::default() };
            let note = format!(
                "is read as categories, though {shares}; fix them, or name those that mean missing with --missing"
            );
            return Finding { note: Some(note), slip: Some(shares), style: None };
        };
        let samples = self.samples_of(&found);
        match found.spelling {
            Spelling::Style(style) => {
                let slip = format!("looks like {}", style_found(&style));
                Finding { note: None, slip: Some(slip), style: Some((style, samples)) }
            }
            Spelling::Unit => {
                let fact = format!("its cells look like numbers with a unit or a mark ({samples})");
                let note = format!(
                    "is read as categories, though {fact}; without it they would be read as numbers"
                );
                Finding { note: Some(note), slip: Some(fact), style: None }
            }
        }
    }

    /// The error for a column that would be left out for the sake of a few cells, if it is nearly all numbers.
    pub(super) fn refusal(&self) -> Option<Error> {
        if self.share() < NEARLY_NUMERIC {
            return None;
        }
        let fact = format!(
            "column `{}` is nearly all numbers, but {} of {} cells are not: {}; the first in {}",
            self.table.columns[self.column],
            self.others.len(),
            self.present.len(),
            self.samples(|_| true),
            self.first()
        );
        Some(Error::input(fact).with_hint(
            "fix the cells, or name those that mean missing with --missing; --categorical keeps the column as it is, --ignore leaves it out",
        ))
    }
}

/// What numbers of a style look like, and the options that read them or stand against them.
pub(super) fn style_found(style: &Style) -> String {
    if style.against.is_empty() {
        format!("{}: {}", style.what, style.flags)
    } else {
        format!("{}, but {} is set", style.what, style.against)
    }
}

/// What to do about a cell that is no number as it is read, but is one in another style.
pub(super) fn style_hint(cell: &[u8], missing: &MissingTokens) -> Option<String> {
    let style = spelling::style_of_cell(cell, missing.style())?;
    Some(if style.against.is_empty() {
        format!("it looks like {}; read such cells with {}", style.what, style.flags)
    } else {
        format!("it looks like {}; write all numbers in one style", style_found(&style))
    })
}
