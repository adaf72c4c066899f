//! How a table is read.

use std::collections::BTreeMap;

use cli_common::error::{Error, Result};

use super::domain::{Domain, Range};

/// A hyper-parameter: its name, what it does, its default as the user would write it, and its
/// legal values.
pub(super) struct Param<D> {
    /// Name, as in smartcore.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) about: &'static str,
    /// Default; `auto` is decided by the data.
    pub(super) default: &'static str,
    /// Legal values.
    pub(super) domain: D,
}

/// What people are shown of a hyper-parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParamSpec {
    /// Name.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    /// Default as the user would write it.
    pub(crate) default: &'static str,
    /// Legal values.
    pub(crate) range: Range,
}

/// Takes the parameters of a table one after the other, from what was given or by default.
#[derive(Default)]
pub(super) struct Reader<'a> {
    /// What was given, by name.
    pub(super) given: &'a [(String, String)],
    /// What was taken, in the order of the table.
    pub(super) specs: Vec<ParamSpec>,
    /// The values that were taken, as text.
    pub(super) resolved: BTreeMap<&'static str, String>,
}

impl Reader<'_> {
    /// Takes a parameter.
    ///
    /// # Errors
    ///
    /// A usage error if a given value is not legal.
    pub(super) fn take<D: Domain>(&mut self, param: &Param<D>) -> Result<D::Value> {
        let Param { name, about, default, domain } = param;
        let range = domain.range();
        let read = |text: &str| {
            domain.read(text).ok_or_else(|| {
                Error::usage(format!("--param {name}: found `{text}`, expected {range}"))
            })
        };
        let mut value = read(default)?;
        for (_, text) in self.given.iter().filter(|(key, _)| key == name) {
            value = read(text)?;
        }
        self.specs.push(ParamSpec { name, about, default, range });
        self.resolved.insert(name, domain.write(&value));
        Ok(value)
    }
}
