//! The `--config` file: the long names of options as keys.

use std::path::Path;

use clap::Args;
use cli_common::error::{Error, Result};
use cli_common::suggest::{nearest, nearest_first};
use serde::de::DeserializeOwned;
use toml::de::DeTable;

use super::origin::Origin;
use crate::cli::data::DataArgs;

/// Reads a config file: the options that all commands share, those of one command alone, and where they stand.
///
/// # Errors
///
/// An I/O error if it cannot be read, a usage error that names the line if it is not understood.
pub(super) fn read<T: Args + DeserializeOwned>(path: &Path) -> Result<(DataArgs, T, Origin)> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::io(format!("cannot read `{shown}`"), &e))?;
    let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let refused = |e: toml::de::Error| {
        let line = line(e.span().map_or(0, |span| span.start));
        // What toml says in several lines is one fact.
        let what = e.message().lines().collect::<Vec<_>>().join(", ");
        Error::usage(format!("`{shown}` line {line}: {what}"))
    };
    // Each struct takes the keys it knows, so that an error names its place; that no other key is there
    // is for this function to see.
    let known = [keys::<DataArgs>(), keys::<T>()].concat();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let table = DeTable::parse(&text).map_err(refused)?;
    for key in table.get_ref().keys() {
        let name = key.get_ref().as_ref();
        if !known.contains(&name) {
            let (line, list) = (line(key.span().start), nearest_first(name, &known).join(", "));
            let fact =
                format!("`{shown}` line {line}: no option is called `{name}`; there are {list}");
            return Err(Error::usage(fact).did_you_mean(nearest(name, known)));
        }
    }
    let origin = Origin::new(shown.to_string(), table.get_ref(), line);
    let (shared, own) = (toml::from_str(&text), toml::from_str(&text));
    Ok((shared.map_err(refused)?, own.map_err(refused)?, origin))
}

/// The long names of some options.
fn keys<T: Args>() -> Vec<String> {
    let command = T::augment_args(clap::Command::new("keys"));
    command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}
