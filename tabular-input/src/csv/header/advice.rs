//! What is likely wrong with an input whose header does not fit, and what to do about it.

use cli_common::values::quoted_delimiter;
use model_format::cell::parse_number;

use super::Header;
use crate::csv::clues::{self, Lines};
use crate::foreign;

/// What may be wrong with an input whose header does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What the header is instead, if that is known.
    pub fact: Option<String>,
    /// What to do about it.
    pub hint: String,
}

impl Header {
    /// What is likely wrong with the input if the header is not what it should be.
    pub fn advice(&self) -> Option<Advice> {
        let advice = |fact, hint: String| Some(Advice { fact, hint });
        let lines = self.lines();
        if let Some(binary) = self.binary() {
            return Some(binary);
        }
        if let Some(what) = foreign::markup(&self.raw) {
            return advice(None, what.into());
        }
        if let Some(comment) = self.comment_line() {
            return Some(comment);
        }
        if let Some(delimiter) = clues::delimiter(&lines, self.delimiter) {
            let shown = quoted_delimiter(delimiter);
            return advice(None, format!("the header is one cell; try --delimiter {shown}"));
        }
        if let Some(hint) = clues::one_cell(&lines, self.delimiter) {
            return advice(None, hint.into());
        }
        if let Some(banner) = self.banner() {
            return Some(banner);
        }
        let delimiters = [b',', b';', b'\t', b'|'].into_iter().filter(|d| *d != self.delimiter);
        for delimiter in delimiters {
            if let Some(banner) = clues::banner(&lines, delimiter) {
                let skip = self.line + banner.lines;
                let shown = quoted_delimiter(delimiter);
                let fact = self.banner_fact(&banner);
                return advice(Some(fact), format!("try --skip-rows {skip} --delimiter {shown}"));
            }
        }
        if self.raw.contains(&0) {
            return advice(None, "the header holds zero bytes; try --encoding utf-16".into());
        }
        if self.names.iter().any(|name| std::str::from_utf8(name).is_err()) {
            let hint = "the header is not UTF-8; try --encoding windows-1252 or --encoding latin1";
            return advice(None, hint.into());
        }
        if self.may_be_row() {
            let fact = format!("if line {} is a row and no header, put", self.line);
            return advice(None, format!("{fact} a line with the names of the columns above it"));
        }
        None
    }

    /// Whether the header could be a row: every fourth of its cells or more is a number.
    pub fn may_be_row(&self) -> bool {
        let numbers = self.names.iter().filter(|name| parse_number(name).is_some()).count();
        numbers > 0 && 4 * numbers >= self.names.len()
    }

    /// What to say if the header is no text.
    fn binary(&self) -> Option<Advice> {
        let fact = Some(format!("{}: found binary data, expected text", self.place));
        foreign::is_binary(&self.raw).then(|| Advice { fact, hint: "name a CSV file".into() })
    }

    /// What to say if the header is a comment and so are all lines before the header that fits the rows.
    fn comment_line(&self) -> Option<Advice> {
        if self.comment.is_some() {
            return None;
        }
        let mark = clues::comment(&self.lines(), self.delimiter)?;
        let fact = format!("{}: no header: the line begins with `{mark}`", self.place);
        Some(Advice { fact: Some(fact), hint: comment_hint(mark) })
    }

    /// What to say if the line with the most of these names, and at least half of them, stands further down.
    pub fn below(&self, names: &[&str]) -> Option<Advice> {
        let found = clues::below(&self.lines(), self.delimiter, names)?;
        let skip = self.next_line - 1 + found.lines;
        let fact = match names {
            [name] => format!("{}: no header: column `{name}`", self.place),
            _ => format!("{}: no header: {} of the columns", self.place, found.n_names),
        };
        let verb = if found.n_names == 1 { "stands" } else { "stand" };
        let fact = Some(format!("{fact} {verb} in line {}", skip + 1));
        let hint = match found.comments {
            Some(mark) if self.comment.is_none() => comment_hint(mark),
            _ => format!("--skip-rows {skip} leaves out what stands before the header"),
        };
        Some(Advice { fact, hint })
    }

    fn lines(&self) -> Lines<'_> {
        Lines { header: &self.raw, sample: &self.sample, whole: self.whole }
    }

    /// What to say if the header is no text, or a line that stands before the header.
    pub fn banner(&self) -> Option<Advice> {
        if let Some(advice) = self.binary().or_else(|| self.comment_line()) {
            return Some(advice);
        }
        let lines = self.lines();
        let banner = clues::banner(&lines, self.delimiter)?;
        let skip = self.line + banner.lines;
        let fact = self.banner_fact(&banner);
        let hint = format!("--skip-rows {skip} leaves out what stands before the header");
        Some(Advice { fact: Some(fact), hint })
    }

    fn banner_fact(&self, banner: &clues::Banner) -> String {
        let at = self.line + banner.lines + 1;
        let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        format!(
            "{}: no header: it has {}, line {at} and the rows after it have {}",
            self.place,
            cells(banner.found),
            cells(banner.width)
        )
    }
}

fn comment_hint(mark: char) -> String {
    format!("if it is a comment, --comment '{mark}' leaves such lines out")
}
