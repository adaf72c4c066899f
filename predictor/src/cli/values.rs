//! The values of options, from their text.

use cli_common::lists::{List, flat};
use model_format::cell::MissingTokens;
use predictor::predict::MaxBadRows;

/// The cells that mean "missing".
pub(super) fn missing_tokens(lists: &[List]) -> MissingTokens {
    MissingTokens::new(flat(lists).iter().map(String::as_str))
}

/// `NEW=MODEL_COL`.
pub(super) fn rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((new, old)) if !new.is_empty() && !old.is_empty() => Ok((new.into(), old.into())),
        _ => Err("expected NEW=MODEL_COL".into()),
    }
}

/// A number from 0 to 1.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("expected a number from 0 to 1".into()),
    }
}

/// Fewest hexadecimal digits that tell a model from all others.
const MIN_ID: usize = 12;
/// Hexadecimal digits of a whole id.
const WHOLE_ID: usize = 64;

/// The id of a model or its beginning, in lower case.
pub(super) fn id(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && (MIN_ID..=WHOLE_ID).contains(&text.len()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!("expected the first {MIN_ID} to {WHOLE_ID} hexadecimal digits of an id"))
}

/// `old=ID` or `new=ID`: which of two models, and its id.
pub(super) fn id_of_side(text: &str) -> Result<(Side, String), String> {
    match text.split_once('=') {
        Some(("old", digits)) => Ok((Side::Old, id(digits)?)),
        Some(("new", digits)) => Ok((Side::New, id(digits)?)),
        _ => Err("expected old=ID or new=ID".into()),
    }
}

/// One of two models that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Old,
    New,
}

/// A number of rows, or a share of them.
pub(super) fn max_bad_rows(text: &str) -> Result<MaxBadRows, String> {
    match text.strip_suffix('%') {
        Some(percent) => match percent.parse::<f64>() {
            Ok(p) if (0.0..=100.0).contains(&p) => Ok(MaxBadRows::Percent(p)),
            _ => Err("expected a share from 0% to 100%".into()),
        },
        None => text
            .parse()
            .map(MaxBadRows::Rows)
            .map_err(|_| "expected a number of rows such as 10, or a share such as 0.5%".into()),
    }
}
