//! The header of an input matched with the columns a model needs.

mod problems;

use std::collections::{HashMap, HashSet};

use cli_common::error::{Cause, Error, Result};
use model_format::cell::{parse_number, trim};
use model_format::number_style::NumberStyle;
use model_format::schema::Schema;
use problems::{Asked, Problems, texts};
use tabular_input::csv::header::Header;
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
    /// Column `i` of the documents of the model.
    Document(usize),
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
///
/// Names are compared as they are: one that is not UTF-8 is none that a model or an option could mean.
struct Places<'a>(HashMap<&'a [u8], (usize, Option<usize>)>);

impl<'a> Places<'a> {
    /// Of all names but the empty one, which no column has.
    fn of(names: &'a [Vec<u8>]) -> Self {
        let mut places: HashMap<&[u8], (usize, Option<usize>)> = HashMap::new();
        for (column, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let place = places.entry(name).or_insert((column, None));
            if place.0 < column {
                place.1.get_or_insert(column);
            }
        }
        Self(places)
    }

    fn get(&self, name: &str) -> Option<(usize, Option<usize>)> {
        self.0.get(name.as_bytes()).copied()
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
        let places = Places::of(&header.names);
        let known: HashSet<&str> = schema.columns().iter().map(|c| c.name.as_str()).collect();
        let mut problems = Problems::default();
        let mut rename: HashMap<&str, &String> = HashMap::new();
        for (input, model) in wanted.rename {
            if !known.contains(model.as_str()) {
                let names = schema.columns().iter().map(|c| c.name.as_str());
                problems.unknown(Asked::RenameTo, model, names);
            } else if places.get(input).is_some() {
                rename.entry(model).or_insert(input);
            } else {
                problems.unknown(Asked::RenameFrom, input, texts(&header.names));
            }
        }
        let slots = slots(schema);
        let mut uses = vec![Use::Ignored; header.names.len()];
        uses[header.least()..].fill(Use::Nothing);
        let (mut missing, mut doubled) = (Vec::new(), Vec::new());
        for (column, slot) in schema.columns().iter().zip(slots) {
            let name = rename.get(column.name.as_str()).map_or(&column.name, |input| *input);
            match places.get(name) {
                None => missing.push(column.name.as_str()),
                Some((first, Some(second))) => doubled.push((name, first, second)),
                Some((at, None)) if uses[at] == Use::Ignored => uses[at] = slot,
                Some((_, None)) => problems.serves_two(name),
            }
        }
        if !missing.is_empty() || !doubled.is_empty() {
            problems.mismatch(header, &known, &missing, &doubled);
        }
        let carried = carried(&header.names, &places, wanted, &mut problems);
        problems.outcome()?;
        let shape = header.shape(may_pass(&header.names, &uses, schema));
        let (raw_names, warnings) = (header.names.clone(), header.warnings());
        let names =
            raw_names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
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
        let raw_names: Vec<Vec<u8>> = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        let mut problems = Problems::default();
        let carried = carried(&raw_names, &Places::of(&raw_names), wanted, &mut problems);
        problems.outcome()?;
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
        Use::Ignored | Use::Nothing | Use::Text(_) | Use::Document(_) => true,
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
    for (i, column) in schema.documents().iter().enumerate() {
        slots[*column] = Use::Document(i);
    }
    slots
}

fn carried(
    names: &[Vec<u8>],
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
            Some((first, Some(second))) => problems.doubled_id(id, first, second),
            None if id.is_empty() => problems.empty_id(),
            None => problems.unknown(Asked::Id, id, texts(names)),
        }
    }
    carried
}
