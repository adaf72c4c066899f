//! Manifests as bytes: the one place where the crate bincode is used; `docs/format.md` has the rules.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{FormatError, Result};
use crate::limits::MAX_MANIFEST_LEN;

/// Integers of fixed width, little-endian; every read is charged against the limit before memory
/// is reserved.
fn config() -> impl bincode::config::Config {
    bincode::config::standard()
        .with_little_endian()
        .with_fixed_int_encoding()
        .with_limit::<MAX_MANIFEST_LEN>()
}

/// Encodes a manifest; the same value always gives the same bytes.
pub(crate) fn encode(manifest: &impl Serialize) -> Result<Vec<u8>> {
    let bytes = bincode::serde::encode_to_vec(manifest, config())
        .map_err(|e| FormatError::manifest("encoding", e.to_string()))?;
    if bytes.len() > MAX_MANIFEST_LEN {
        let what = format!("{} bytes, the limit is {MAX_MANIFEST_LEN}", bytes.len());
        return Err(FormatError::manifest("size", what));
    }
    Ok(bytes)
}

/// Decodes a manifest that fills `bytes` to the last one.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let (manifest, used) = bincode::serde::decode_from_slice::<T, _>(bytes, config())
        .map_err(|e| FormatError::manifest("decoding", e.to_string()))?;
    if used != bytes.len() {
        let what = format!("{used} bytes decoded, the section has {}", bytes.len());
        return Err(FormatError::manifest("decoding", what));
    }
    Ok(manifest)
}
