//! An input matched with the models that score it and with the target.

use cli_common::error::{Cause, Error, Result};
use model_format::cell::MissingTokens;

use super::config::Options;
use super::target::Target;
use crate::csv::columns::{Columns, Wanted, check_renames};
use crate::model::Model;
use crate::stream::cells::CellRule;
use crate::stream::input::Input;

/// What every thread of a run shares.
pub(crate) struct Plan<'a> {
    pub(super) options: &'a Options,
    pub(super) input: String,
    pub(super) models: Vec<(&'a Model, Columns)>,
    /// Which cells mean missing and how numbers are written, for each model.
    missing: Vec<MissingTokens>,
    /// The name that was looked for; empty if the models group rows, which has no truth.
    pub(crate) target_name: &'a str,
    /// `None` if the input has no such column.
    pub(super) target: Option<Target<'a>>,
}

impl<'a> Plan<'a> {
    /// Reads the header of `input`. The first of `models` says what the target is called and which
    /// labels there are; `needed` makes it an error if the target is not there.
    pub(crate) fn new(
        models: &[&'a Model],
        options: &'a Options,
        input: &mut Input,
        needed: bool,
    ) -> Result<Self> {
        check_renames(&options.rename)?;
        if options.threads == 0 {
            return Err(Error::new(Cause::Usage, "--threads: 0 threads cannot do anything"));
        }
        let (header, place) = input.header(options.delimiter, None)?;
        let missing: Vec<MissingTokens> =
            models.iter().map(|model| model.missing(options.missing.as_ref())).collect();
        let (mut matched, mut refused) = (Vec::new(), None::<Error>);
        let add = |refused: &mut Option<Error>, error| {
            *refused = Some(match refused.take() {
                Some(earlier) => earlier.merge(error),
                None => error,
            });
        };
        for model in models {
            match columns(model, models, options, &header, &place) {
                Ok(columns) => matched.push((*model, columns)),
                Err(error) => add(&mut refused, error),
            }
        }
        let Some(first) = models.first() else {
            return Err(Error::new(Cause::Usage, "no model"));
        };
        let Some(own_name) = first.manifest().task.target() else {
            if needed {
                let fact = "this model groups rows; there is no truth to judge it by";
                return Err(Error::new(Cause::Usage, fact));
            }
            let input = input.name.clone();
            if let Some(error) = refused {
                return Err(error);
            }
            let (target_name, target) = ("", None);
            return Ok(Self { options, input, models: matched, missing, target_name, target });
        };
        let name = options.target.as_deref().unwrap_or(own_name);
        let of_first = first.missing(options.missing.as_ref());
        let target = match Target::find(name, &header, &place, of_first, first.labels()) {
            Ok(None) if needed => Err(Target::absent(name, &header, &place)),
            other => other,
        };
        let target = target.unwrap_or_else(|error| {
            add(&mut refused, error);
            None
        });
        if let Some(error) = refused {
            return Err(error);
        }
        let input = input.name.clone();
        Ok(Self { options, input, models: matched, missing, target_name: name, target })
    }

    /// Whether rows can be judged.
    pub(crate) fn has_target(&self) -> bool {
        self.target.is_some()
    }

    /// How cells are read for each model.
    pub(super) fn rules(&self) -> impl Iterator<Item = CellRule<'_>> {
        self.models.iter().zip(&self.missing).map(|((model, columns), missing)| CellRule {
            model,
            columns,
            missing,
            unseen_is_error: self.options.unseen_is_error,
        })
    }
}

/// Matches a header with one of the models. A rename is for those that have the column; one that
/// fits none of them is told as an error.
fn columns(
    model: &Model,
    models: &[&Model],
    options: &Options,
    header: &[Vec<u8>],
    place: &str,
) -> Result<Columns> {
    let has = |model: &Model, name: &str| {
        model.pipeline().schema().columns().iter().any(|column| column.name == name)
    };
    let fits = |(_, name): &&(String, String)| {
        has(model, name) || !models.iter().any(|model| has(model, name))
    };
    let rename: Vec<(String, String)> = options.rename.iter().filter(fits).cloned().collect();
    let wanted = Wanted { rename: &rename, ..Wanted::default() };
    Columns::of_header(header, model.pipeline().schema(), &wanted, options.delimiter, place)
}
