//! Numbers that are numbers.

use crate::error::{FormatError, Result};

/// Checks that every number is finite.
pub(crate) fn finite(field: &str, numbers: &[f64]) -> Result<()> {
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(index) => {
            Err(FormatError::structure(field, format!("element {index} is not a finite number")))
        }
        None => Ok(()),
    }
}
