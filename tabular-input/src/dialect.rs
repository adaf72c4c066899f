//! How a CSV file is written, as far as it cannot be read off the file itself.

use crate::encoding::Encoding;

/// What the caller knows of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Cell delimiter; without one, that of a first line `sep=;`, else a comma.
    pub delimiter: Option<u8>,
    /// Lines before the header that are left out.
    pub skip_rows: u64,
    /// Lines that begin with this byte are left out.
    pub comment: Option<u8>,
    /// How text is encoded; without one, UTF-16 if the input begins with its byte-order mark, else
    /// UTF-8.
    pub encoding: Option<Encoding>,
}

impl Dialect {
    /// With this delimiter, and everything else as it is by convention.
    pub fn delimited_by(delimiter: u8) -> Self {
        Self { delimiter: Some(delimiter), ..Self::default() }
    }
}
