//! The values of options, from their text.

use predictor::predict::MaxBadRows;

/// The threads asked for, or one per core.
pub(super) fn threads(wanted: Option<u16>) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, usize::from);
    wanted.map_or_else(all, usize::from)
}

/// A cell delimiter that no number contains.
pub(super) fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" | b"tab" | b"\t" => Ok(b'\t'),
        [byte] if byte.is_ascii_punctuation() && !b"\"+-._".contains(byte) => Ok(*byte),
        _ => Err("expected a tab or an ASCII punctuation mark that no number contains".into()),
    }
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
