//! An input matched with the models that score it and with the target.

use cli_common::error::{Cause, Error, Result};
use model_format::cell::MissingTokens;
use tabular_input::csv::header::Header;
use tabular_input::csv::records::RowShape;

use super::config::Options;
use super::target::Target;
use crate::columns::{Columns, Wanted, check_renames};
use crate::model::Model;
use crate::stream::cells::CellRule;
use crate::stream::input::Input;

/// What every thread of a run shares.
pub(crate) struct LabelledPlan<'a> {
    pub(super) options: &'a Options,
    pub(super) input: String,
    /// What a row looks like.
    pub(super) shape: RowShape,
    /// What there is to say of the input.
    pub(crate) warnings: Vec<String>,
    pub(super) models: Vec<(&'a Model, Columns)>,
    /// Which cells mean missing and how numbers are written, for each model.
    missing: Vec<MissingTokens>,
    /// The name that was looked for; empty if the models group rows, which has no truth.
    pub(crate) target_name: &'a str,
    /// `None` if the input has no such column.
    pub(super) target: Option<Target<'a>>,
}

impl<'a> LabelledPlan<'a> {
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
        let header = input.header(None)?;
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
            match columns(model, models, options, &header) {
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
            return match refused {
                Some(error) => Err(error),
                None => Ok(Self::of(options, input, &header, (matched, missing), "", None)),
            };
        };
        let name = options.target.as_deref().unwrap_or(own_name);
        let of_first = first.missing(options.missing.as_ref());
        let target =
            match Target::find(name, &header.names, &header.place, of_first, first.labels()) {
                Ok(None) if needed => Err(Target::absent(name, &header.names, &header.place)),
                other => other,
            };
        let target = target.unwrap_or_else(|error| {
            add(&mut refused, error);
            None
        });
        if let Some(error) = refused {
            return Err(error);
        }
        Ok(Self::of(options, input, &header, (matched, missing), name, target))
    }

    fn of(
        options: &'a Options,
        input: &Input,
        header: &Header,
        (models, missing): (Vec<(&'a Model, Columns)>, Vec<MissingTokens>),
        target_name: &'a str,
        target: Option<Target<'a>>,
    ) -> Self {
        let watch = models.iter().any(|(_, columns)| columns.shape.watch_header);
        let (shape, warnings) = (header.shape(watch), header.warnings());
        let input = input.name.clone();
        Self { options, input, shape, warnings, models, missing, target_name, target }
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
/// fits none of them is an error.
fn columns(
    model: &Model,
    models: &[&Model],
    options: &Options,
    header: &Header,
) -> Result<Columns> {
    let has = |model: &Model, name: &str| {
        model.pipeline().schema().columns().iter().any(|column| column.name == name)
    };
    let fits = |(_, name): &&(String, String)| {
        has(model, name) || !models.iter().any(|model| has(model, name))
    };
    let rename: Vec<(String, String)> = options.rename.iter().filter(fits).cloned().collect();
    let wanted = Wanted { rename: &rename, ..Wanted::default() };
    Columns::of_header(header, model.pipeline().schema(), &wanted)
}
