//! What is wrong with a header and with the columns that options name, reported in one error.
//!
//! Both the names and the options come from outside, in any number: of each kind of problem a few are listed
//! and the others counted, and nearest names are looked for only where they are shown.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::{nearest, quoted_in_list, shell_word};
use tabular_input::csv::header::{Advice, Header};

/// Most columns of a header that are named in one message.
const MAX_LISTED: usize = 20;
/// Most problems of one kind that get a line of their own.
const MAX_LINES: usize = 10;

/// Where a column was named that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asked {
    /// By `--rename`, as a column of the input.
    RenameFrom,
    /// By `--rename`, as a column of the model.
    RenameTo,
    /// By `--id`.
    Id,
}

impl Asked {
    /// The option, and where it looks for the column.
    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::RenameFrom => ("--rename", "the input"),
            Self::RenameTo => ("--rename", "the model"),
            Self::Id => ("--id", "the input"),
        }
    }
}

/// Problems that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Unknown(Asked),
    ServesTwo,
    DoubledId,
    EmptyId,
}

impl Kind {
    /// What the problems are that are not listed.
    fn more(self, n: usize) -> String {
        match self {
            Self::Unknown(asked) => {
                let (option, place) = asked.place();
                format!("{option}: {place} does not have {n} more of the columns named")
            }
            Self::ServesTwo => format!("{n} more input columns would serve two columns each"),
            Self::DoubledId => format!("--id: {n} more names stand in two columns each"),
            Self::EmptyId => format!("--id: {n} more names are empty"),
        }
    }
}

/// Everything that is wrong with a header and what was asked of it.
#[derive(Default)]
pub(super) struct Problems {
    facts: Vec<String>,
    hints: Vec<String>,
    /// Names that no column has, and the nearest that one does.
    near: Vec<(String, String)>,
    /// Names that were reported, by the kind of the problem.
    named: BTreeMap<Kind, HashSet<String>>,
}

impl Problems {
    /// Notes that there is a problem of this kind with a column; whether it is to be listed.
    fn note(&mut self, kind: Kind, name: &str) -> bool {
        let named = self.named.entry(kind).or_default();
        named.insert(name.into()) && named.len() <= MAX_LINES
    }

    /// Adds advice, unless it was given already.
    fn hint(&mut self, hint: String) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }

    /// A column that was named and is none of `names`.
    pub(super) fn unknown<'a>(
        &mut self,
        asked: Asked,
        name: &str,
        names: impl Iterator<Item = &'a str> + Clone,
    ) {
        if !self.note(Kind::Unknown(asked), name) {
            return;
        }
        let (option, place) = asked.place();
        self.facts.push(format!("{option}: {place} has no column `{name}`"));
        // Only the names of this option stand in a list.
        let typed = match asked {
            Asked::Id => quoted_in_list(option, name, names.clone()),
            Asked::RenameFrom | Asked::RenameTo => None,
        };
        match typed {
            Some(typed) => self.hint(format!("did you mean {typed}?")),
            None => self.near.extend(nearest(name, names).map(|near| (name.into(), near.into()))),
        }
    }

    /// A list of columns to be carried through with nothing between two commas.
    pub(super) fn empty_id(&mut self) {
        if self.note(Kind::EmptyId, "") {
            let fact = "--id: found an empty name, expected the name of a column";
            self.facts.push(fact.into());
            self.hint("--keep-input carries columns without a name too".into());
        }
    }

    /// An input column that two columns of the model would be read from.
    pub(super) fn serves_two(&mut self, name: &str) {
        if self.note(Kind::ServesTwo, name) {
            self.facts.push(format!("input column `{name}` would serve two columns of the model"));
            self.hint("rename the other one too, or leave this --rename out".into());
        }
    }

    /// A column to be carried through whose name two columns have, counted from 0.
    pub(super) fn doubled_id(&mut self, name: &str, first: usize, second: usize) {
        if self.note(Kind::DoubledId, name) {
            let (first, second) = (first + 1, second + 1);
            self.facts.push(format!("--id: `{name}` stands in columns {first} and {second}"));
        }
    }

    /// Every way in which a header does not fit the model, in one fact. `known` are the columns of the model,
    /// `doubled` those that stand twice.
    pub(super) fn mismatch(
        &mut self,
        header: &Header,
        known: &HashSet<&str>,
        missing: &[&str],
        doubled: &[(&String, usize, usize)],
    ) {
        let n_present = known.len() - missing.len() - doubled.len();
        let mut fact = format!(
            "{}: {n_present} of the {} columns this model needs are present",
            header.place,
            known.len()
        );
        if !missing.is_empty() {
            let list: Vec<String> =
                missing.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
            let _ = write!(fact, "; missing: {}", list.join(", "));
            fact += &more(missing.len());
        }
        for (name, first, second) in doubled.iter().take(MAX_LISTED) {
            let _ = write!(fact, "; `{name}` stands in columns {} and {}", first + 1, second + 1);
        }
        fact += &more(doubled.len());
        if header.banner().is_none()
            && let Some(Advice { fact: Some(instead), hint }) = header.below(missing)
        {
            self.facts.push(instead);
            return self.hint(hint);
        }
        if n_present == 0 && header.may_be_row() {
            self.facts.push(fact);
            let hint = "if line 1 is a row and no header, --no-header takes the columns in the model's order";
            return self.hint(hint.into());
        }
        match header.advice() {
            Some(Advice { fact: Some(instead), hint }) if n_present == 0 => {
                self.facts.push(instead);
                return self.hint(hint);
            }
            Some(Advice { fact: instead, hint }) => {
                self.facts.push(fact);
                self.facts.extend(instead);
                return self.hint(hint);
            }
            None => self.facts.push(fact),
        }
        // The rows of a header of one cell have no more, whatever that is called.
        if header.names.len() == 1 && known.len() > 1 {
            return;
        }
        let spare: Vec<&str> = texts(&header.names).filter(|n| !known.contains(n)).collect();
        let near: Vec<String> = missing
            .iter()
            .take(MAX_LISTED)
            .filter_map(|name| Some((nearest(name, spare.iter().copied())?, name)))
            .map(|(near, name)| format!("--rename {}", shell_word(&format!("{near}={name}"))))
            .collect();
        if !near.is_empty() {
            self.hint(format!("if the input only calls them otherwise: {}", near.join(" ")));
        }
    }

    /// One error with all of them.
    pub(super) fn outcome(self) -> Result<()> {
        let Self { mut facts, mut hints, near, named } = self;
        for (kind, names) in named {
            if let Some(n @ 1..) = names.len().checked_sub(MAX_LINES) {
                facts.push(kind.more(n));
            }
        }
        match near.as_slice() {
            [] => {}
            [(_, near)] if facts.len() == 1 => hints.push(format!("did you mean `{near}`?")),
            _ => {
                let pairs = near.iter().map(|(name, near)| format!("`{near}` for `{name}`"));
                hints.insert(0, format!("did you mean {}?", pairs.collect::<Vec<_>>().join(", ")));
            }
        }
        let mut facts = facts.into_iter();
        let Some(first) = facts.next() else { return Ok(()) };
        let error = facts.fold(Error::new(Cause::Input, first), Error::and);
        Err(if hints.is_empty() { error } else { error.with_hint(hints.join("; ")) })
    }
}

/// How many of so many columns are not named.
fn more(n: usize) -> String {
    n.checked_sub(MAX_LISTED).filter(|n| *n > 0).map_or(String::new(), |n| format!(" and {n} more"))
}

/// The names that are UTF-8.
pub(super) fn texts(names: &[Vec<u8>]) -> impl Iterator<Item = &str> + Clone {
    names.iter().filter_map(|name| std::str::from_utf8(name).ok())
}
