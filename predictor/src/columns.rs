//! The header of an input matched with the columns a model needs.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::{nearest, quoted_in_list, shell_word};
use model_format::cell::{parse_number, trim};
use model_format::number_style::NumberStyle;
use model_format::schema::Schema;
use tabular_input::csv::header::{Advice, Header};
use tabular_input::csv::records::RowShape;

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
    /// What a row looks like.
    pub(crate) shape: RowShape,
    /// What there is to say of the header.
    pub(crate) warnings: Vec<String>,
    /// How the model reads numbers.
    pub(crate) read_as: NumberStyle,
}

/// What a cell of a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing.
    Ignored,
    /// Nothing, and nothing may stand in it: a column at the end that has no name.
    Nothing,
    /// Numeric column `i` of the model.
    Number(usize),
    /// Categorical column `i` of the model.
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

/// Where each name stands: the first column that has it, and the second if there are several.
struct Places<'a>(HashMap<&'a str, (usize, Option<usize>)>);

impl<'a> Places<'a> {
    /// Of all names but the empty one, which no column has.
    fn of(names: &'a [String]) -> Self {
        let mut places: HashMap<&str, (usize, Option<usize>)> = HashMap::new();
        for (column, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let place = places.entry(name).or_insert((column, None));
            if place.0 < column {
                place.1.get_or_insert(column);
            }
        }
        Self(places)
    }

    fn get(&self, name: &str) -> Option<(usize, Option<usize>)> {
        self.0.get(name).copied()
    }
}

impl Columns {
    /// Matches header names with the schema.
    ///
    /// # Errors
    ///
    /// One error that reports everything at once: renames and ids that name no column, missing and
    /// doubled columns with the nearest name of each, a column that would serve two.
    pub(crate) fn of_header(header: &Header, schema: &Schema, wanted: &Wanted<'_>) -> Result<Self> {
        let names: Vec<String> =
            header.names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let places = Places::of(&names);
        let known: HashSet<&str> = schema.columns().iter().map(|c| c.name.as_str()).collect();
        let mut problems = Problems::default();
        let mut rename: HashMap<&str, &String> = HashMap::new();
        for (input, model) in wanted.rename {
            if !known.contains(model.as_str()) {
                let near = nearest(model, schema.columns().iter().map(|c| c.name.as_str()));
                problems.unknown("--rename", "the model", model, near);
            } else if places.get(input).is_some() {
                rename.entry(model).or_insert(input);
            } else {
                let near = nearest(input, names.iter().map(String::as_str));
                problems.unknown("--rename", "the input", input, near);
            }
        }
        let slots = slots(schema);
        let mut uses = vec![Use::Ignored; names.len()];
        uses[header.least()..].fill(Use::Nothing);
        let (mut missing, mut doubled) = (Vec::new(), Vec::new());
        for (column, slot) in schema.columns().iter().zip(slots) {
            let name = rename.get(column.name.as_str()).map_or(&column.name, |input| *input);
            match places.get(name) {
                None => missing.push(column.name.as_str()),
                Some((first, Some(second))) => doubled.push((name, first, second)),
                Some((at, None)) if uses[at] == Use::Ignored => uses[at] = slot,
                Some((_, None)) => problems.add(
                    format!("input column `{name}` would serve two columns of the model"),
                    Some("rename the other one too, or leave this --rename out".into()),
                ),
            }
        }
        if !missing.is_empty() || !doubled.is_empty() {
            mismatch(header, &names, &known, &missing, &doubled, &mut problems);
        }
        let carried = carried(&names, &places, wanted, &mut problems);
        problems.outcome()?;
        let shape = header.shape(may_pass(&header.names, &uses, schema));
        let (raw_names, warnings) = (header.names.clone(), header.warnings());
        let read_as = schema.missing().style().clone();
        Ok(Self { names, raw_names, uses, carried, shape, warnings, read_as })
    }

    /// The columns of an input without a header: those of the schema, in its order.
    pub(crate) fn of_schema(
        schema: &Schema,
        wanted: &Wanted<'_>,
        delimiter: u8,
        comment: Option<u8>,
    ) -> Result<Self> {
        let names: Vec<String> = schema.columns().iter().map(|c| c.name.clone()).collect();
        let mut problems = Problems::default();
        let carried = carried(&names, &Places::of(&names), wanted, &mut problems);
        problems.outcome()?;
        let raw_names = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        let shape = RowShape { comment, ..RowShape::of_columns(delimiter, names.len()) };
        let (uses, read_as) = (slots(schema), schema.missing().style().clone());
        Ok(Self { names, raw_names, uses, carried, shape, warnings: Vec::new(), read_as })
    }
}

/// Whether the header once more would be scored as a row: no name is refused in its own column.
fn may_pass(names: &[Vec<u8>], uses: &[Use], schema: &Schema) -> bool {
    names.iter().zip(uses).all(|(name, usage)| match usage {
        Use::Number(_) => {
            parse_number(trim(name)).is_some() || schema.missing().contains(trim(name))
        }
        Use::Ignored | Use::Nothing | Use::Text(_) => true,
    })
}

/// Refuses two names for one column of the model.
pub(crate) fn check_renames(rename: &[(String, String)]) -> Result<()> {
    let mut seen = HashSet::new();
    for (_, column) in rename {
        if !seen.insert(column) {
            let fact = format!("--rename: `{column}` is renamed twice");
            return Err(Error::new(Cause::Usage, fact));
        }
    }
    Ok(())
}

/// What each column of a schema is for.
fn slots(schema: &Schema) -> Vec<Use> {
    let mut slots = vec![Use::Ignored; schema.columns().len()];
    for (i, column) in schema.numeric().iter().enumerate() {
        slots[*column] = Use::Number(i);
    }
    for (i, text) in schema.text().iter().enumerate() {
        slots[text.column] = Use::Text(i);
    }
    slots
}

fn carried(
    names: &[String],
    places: &Places<'_>,
    wanted: &Wanted<'_>,
    problems: &mut Problems,
) -> Vec<usize> {
    if wanted.keep_input {
        return (0..names.len()).collect();
    }
    let mut carried = Vec::with_capacity(wanted.ids.len());
    for id in wanted.ids {
        match places.get(id) {
            Some((at, None)) => carried.push(at),
            Some((first, Some(second))) => {
                let (first, second) = (first + 1, second + 1);
                let fact = format!("--id: `{id}` stands in columns {first} and {second}");
                problems.add(fact, None);
            }
            None if id.is_empty() => problems.add(
                "--id: found an empty name, expected the name of a column".into(),
                Some("--keep-input carries columns without a name too".into()),
            ),
            None => {
                let names = names.iter().map(String::as_str);
                match quoted_in_list("--id", id, names.clone()) {
                    Some(typed) => problems.add(
                        format!("--id: the input has no column `{id}`"),
                        Some(format!("did you mean {typed}?")),
                    ),
                    None => problems.unknown("--id", "the input", id, nearest(id, names)),
                }
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
    /// Names that no column has, and the nearest that one does.
    near: Vec<(String, String)>,
}

impl Problems {
    fn add(&mut self, fact: String, hint: Option<String>) {
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
        if let Some(hint) = hint.filter(|hint| !self.hints.contains(hint)) {
            self.hints.push(hint);
        }
    }

    fn unknown(&mut self, option: &str, place: &str, name: &str, near: Option<&str>) {
        self.facts.push(format!("{option}: {place} has no column `{name}`"));
        self.near.extend(near.map(|near| (name.into(), near.into())));
    }

    /// One error with all of them.
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
    header: &Header,
    names: &[String],
    known: &HashSet<&str>,
    missing: &[&str],
    doubled: &[(&String, usize, usize)],
    problems: &mut Problems,
) {
    let n_present = known.len() - missing.len() - doubled.len();
    let mut fact = format!(
        "{}: {n_present} of the {} columns this model needs are present",
        header.place,
        known.len()
    );
    let more = |n: usize| format!(" and {} more", n - MAX_LISTED);
    if !missing.is_empty() {
        let list: Vec<String> =
            missing.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
        let _ = write!(fact, "; missing: {}", list.join(", "));
        if missing.len() > MAX_LISTED {
            fact += &more(missing.len());
        }
    }
    for (name, first, second) in doubled.iter().take(MAX_LISTED) {
        let _ = write!(fact, "; `{name}` stands in columns {} and {}", first + 1, second + 1);
    }
    if doubled.len() > MAX_LISTED {
        fact += &more(doubled.len());
    }
    if header.banner().is_none()
        && let Some(Advice { fact: Some(instead), hint }) = header.below(missing)
    {
        return problems.add(instead, Some(hint));
    }
    if n_present == 0 && header.may_be_row() {
        let hint =
            "if line 1 is a row and no header, --no-header takes the columns in the model's order";
        return problems.add(fact, Some(hint.into()));
    }
    match header.advice() {
        Some(Advice { fact: Some(instead), hint }) if n_present == 0 => {
            return problems.add(instead, Some(hint));
        }
        Some(Advice { fact: instead, hint }) => {
            problems.add(fact, Some(hint));
            problems.facts.extend(instead);
            return;
        }
        None => {}
    }
    // The rows of a header of one cell have no more, whatever that is called.
    if names.len() == 1 && known.len() > 1 {
        return problems.add(fact, None);
    }
    let spare: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| !known.contains(name)).collect();
    let near: Vec<String> = missing
        .iter()
        .take(MAX_LISTED)
        .filter_map(|name| Some((nearest(name, spare.iter().copied())?, name)))
        .map(|(near, name)| format!("--rename {}", shell_word(&format!("{near}={name}"))))
        .collect();
    let hint = format!("if the input only calls them otherwise: {}", near.join(" "));
    problems.add(fact, (!near.is_empty()).then_some(hint));
}
