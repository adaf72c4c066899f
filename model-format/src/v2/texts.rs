//! Many texts as two sections: their bytes one after the other, and where each ends.

use serde::{Deserialize, Serialize};

use crate::error::{FormatError, Result};
use crate::fields::Dtype;
use crate::program::Claims;
use crate::program::slot::ArrayId;

/// Texts in two sections.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Texts {
    /// UTF-8, u8 `[n_bytes]`.
    pub(super) bytes: ArrayId,
    /// The end of each text among the bytes, u64 `[n_texts]`; ascending, the last is `n_bytes`.
    pub(super) ends: ArrayId,
}

impl Texts {
    /// Reads all of them; memory is at most four times that of the sections.
    pub(super) fn read(self, what: &str, sections: &mut Claims<'_>) -> Result<Vec<String>> {
        let bytes = sections.claim::<u8>(self.bytes, Dtype::U8, &[None])?;
        let ends = sections.claim::<u64>(self.ends, Dtype::U64, &[None])?;
        let bytes = bytes.as_slice();
        let mut texts = Vec::with_capacity(ends.as_slice().len());
        let mut start = 0usize;
        for (index, end) in ends.as_slice().iter().enumerate() {
            let wrong = |why: &str| FormatError::structure(what, format!("text {index} {why}"));
            let end = usize::try_from(*end).map_err(|_| wrong("ends behind its section"))?;
            let text = bytes.get(start..end).ok_or_else(|| wrong("ends where it cannot"))?;
            let text = str::from_utf8(text).map_err(|_| wrong("is not UTF-8"))?;
            texts.push(text.to_owned());
            start = end;
        }
        if start != bytes.len() {
            let why = format!("{start} bytes belong to texts, the section has {}", bytes.len());
            return Err(FormatError::structure(what, why));
        }
        Ok(texts)
    }
}
