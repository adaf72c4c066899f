//! The header of an input matched with the columns a model needs.

use std::fmt::Write as _;

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::nearest;
use memchr::memchr;
use model_format::cell::trim;
use model_format::schema::Schema;

use super::scan;

/// What to do with the cells of each input column, and which of them are carried through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// Names of the input columns, trimmed.
    pub(crate) names: Vec<String>,
    /// The same as bytes, for the output: a name need not be UTF-8.
    pub(crate) raw_names: Vec<Vec<u8>>,
    /// One entry per input column.
    pub(crate) uses: Vec<Use>,
    /// Input columns carried through to the output, in output order.
    pub(crate) carried: Vec<usize>,
}

/// What a cell of a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing.
    Ignored,
    /// Numeric column `i` of the model.
    Number(usize),
    /// Text column `i` of the model.
    Text(usize),
}

/// Which columns the user wants matched and carried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// `(name in the input, name in the model)`.
    pub(crate) rename: &'a [(String, String)],
    /// Columns to carry through, by input name.
    pub(crate) ids: &'a [String],
    /// Carry every column through.
    pub(crate) keep_input: bool,
}

/// Cuts a header line into trimmed names.
pub(crate) fn names(header: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    scan::record(header, 0, delimiter, true, |span| {
        names.push(trim(&span.text(header)).to_vec());
    });
    names
}

impl Columns {
    /// Matches header names with the schema.
    ///
    /// # Errors
    ///
    /// One error that tells everything at once: renames and ids that name no column, missing and
    /// doubled columns with the nearest name of each, a column that would serve two.
    pub(crate) fn of_header(
        raw_names: &[Vec<u8>],
        schema: &Schema,
        wanted: &Wanted<'_>,
        delimiter: u8,
        place: &str,
    ) -> Result<Self> {
        let names: Vec<String> =
            raw_names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let mut problems = Problems::default();
        let mut rename = Vec::new();
        for (input, model) in wanted.rename {
            if !schema.columns().iter().any(|c| c.name == *model) {
                problems.unknown(
                    "--rename",
                    "the model",
                    model,
                    nearest(model, schema.columns().iter().map(|c| c.name.as_str())),
                );
            } else if names.contains(input) {
                rename.push((input, model));
            } else {
                let near = nearest(input, names.iter().map(String::as_str));
                problems.unknown("--rename", "the input", input, near);
            }
        }
        let mut uses = vec![Use::Ignored; names.len()];
        let (mut missing, mut doubled) = (Vec::new(), Vec::new());
        for (index, column) in schema.columns().iter().enumerate() {
            let input = rename.iter().find(|(_, model)| **model == column.name);
            let name = input.map_or(&column.name, |(input, _)| input);
            let mut found = names.iter().enumerate().filter(|(_, n)| *n == name);
            match (found.next(), found.next()) {
                (None, _) => missing.push(column.name.as_str()),
                (Some((first, _)), Some((second, _))) => doubled.push((name, first, second)),
                (Some((at, _)), None) if uses[at] == Use::Ignored => {
                    uses[at] = slot(schema, index);
                }
                (Some(_), None) => problems.add(
                    format!("input column `{name}` would serve two columns of the model"),
                    Some("rename the other one too, or leave this --rename out".into()),
                ),
            }
        }
        if !missing.is_empty() || !doubled.is_empty() {
            mismatch(place, &names, schema, &missing, &doubled, delimiter, &mut problems);
        }
        let carried = carried(&names, wanted, &mut problems);
        problems.outcome()?;
        Ok(Self { names, raw_names: raw_names.to_vec(), uses, carried })
    }

    /// The columns of an input without a header: those of the schema, in its order.
    pub(crate) fn of_schema(schema: &Schema, wanted: &Wanted<'_>) -> Result<Self> {
        let names: Vec<String> = schema.columns().iter().map(|c| c.name.clone()).collect();
        let uses = (0..names.len()).map(|index| slot(schema, index)).collect();
        let mut problems = Problems::default();
        let carried = carried(&names, wanted, &mut problems);
        problems.outcome()?;
        let raw_names = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        Ok(Self { names, raw_names, uses, carried })
    }
}

/// Refuses two names for one column of the model.
pub(crate) fn check_renames(rename: &[(String, String)]) -> Result<()> {
    for (i, (_, column)) in rename.iter().enumerate() {
        if rename[..i].iter().any(|(_, other)| other == column) {
            let fact = format!("--rename: `{column}` is renamed twice");
            return Err(Error::new(Cause::Usage, fact));
        }
    }
    Ok(())
}

fn slot(schema: &Schema, column: usize) -> Use {
    let number = schema.numeric().iter().position(|c| *c == column).map(Use::Number);
    let text = schema.text().iter().position(|t| t.column == column).map(Use::Text);
    number.or(text).unwrap_or(Use::Ignored)
}

fn carried(names: &[String], wanted: &Wanted<'_>, problems: &mut Problems) -> Vec<usize> {
    if wanted.keep_input {
        return (0..names.len()).collect();
    }
    let mut carried = Vec::with_capacity(wanted.ids.len());
    for id in wanted.ids {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == id);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => carried.push(at),
            (Some((first, _)), Some((second, _))) => {
                let (first, second) = (first + 1, second + 1);
                let fact = format!("--id: `{id}` stands in columns {first} and {second}");
                problems.add(fact, None);
            }
            (None, _) => {
                let near = nearest(id, names.iter().map(String::as_str));
                problems.unknown("--id", "the input", id, near);
            }
        }
    }
    carried
}

/// Everything that is wrong with a header and what was asked of it.
#[derive(Default)]
struct Problems {
    facts: Vec<String>,
    hints: Vec<String>,
    /// Names that no column bears, and the nearest that one does.
    near: Vec<(String, String)>,
}

impl Problems {
    fn add(&mut self, fact: String, hint: Option<String>) {
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
        self.hints.extend(hint);
    }

    fn unknown(&mut self, option: &str, place: &str, name: &str, near: Option<&str>) {
        self.facts.push(format!("{option}: {place} has no column `{name}`"));
        self.near.extend(near.map(|near| (name.into(), near.into())));
    }

    /// One error that tells them all.
    fn outcome(self) -> Result<()> {
        let Self { facts, mut hints, near } = self;
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

/// Most columns named in one message.
const MAX_LISTED: usize = 20;

/// Every way in which a header does not fit the model, in one fact.
fn mismatch(
    place: &str,
    names: &[String],
    schema: &Schema,
    missing: &[&str],
    doubled: &[(&String, usize, usize)],
    delimiter: u8,
    problems: &mut Problems,
) {
    let needed = schema.columns().len();
    let mut fact = format!(
        "{place}: {} of the {needed} columns this model needs are present",
        needed - missing.len() - doubled.len()
    );
    if !missing.is_empty() {
        let list: Vec<String> =
            missing.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
        let _ = write!(fact, "; missing: {}", list.join(", "));
        if missing.len() > MAX_LISTED {
            let _ = write!(fact, " and {} more", missing.len() - MAX_LISTED);
        }
    }
    for (name, first, second) in doubled {
        let _ = write!(fact, "; `{name}` stands in columns {} and {}", first + 1, second + 1);
    }
    if names.len() == 1 && needed > 1 {
        let guess = [b',', b';', b'\t', b'|']
            .into_iter()
            .find(|d| *d != delimiter && memchr(*d, names[0].as_bytes()).is_some());
        if let Some(guess) = guess {
            let shown = if guess == b'\t' { "\\t".into() } else { char::from(guess).to_string() };
            let hint = format!("the header is one cell; try --delimiter '{shown}'");
            return problems.add(fact, Some(hint));
        }
    }
    let spare: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !schema.columns().iter().any(|c| c.name == **name))
        .collect();
    let near: Vec<String> = missing
        .iter()
        .take(MAX_LISTED)
        .filter_map(|name| Some((nearest(name, spare.iter().copied())?, name)))
        .map(|(near, name)| format!("--rename '{near}={name}'"))
        .collect();
    let hint = format!("if the input only calls them otherwise: {}", near.join(" "));
    problems.add(fact, (!near.is_empty()).then_some(hint));
}
