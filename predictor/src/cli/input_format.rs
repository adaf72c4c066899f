//! How an input is written, for every command that reads rows.

use clap::Args;
use cli_common::values::{comment, delimiter};
use predictor::{Dialect, Encoding};

/// What a file does not tell of itself.
#[derive(Args)]
pub(crate) struct InputFormat {
    /// Cell delimiter of input and output; `\t` or `tab` for a tab [default: that of a first line
    /// `sep=;`, else `,`].
    #[arg(long, value_name = "C", value_parser = delimiter, help_heading = "Input")]
    delimiter: Option<u8>,
    /// Leave out the first N lines of the input; the header comes after them.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help_heading = "Input"
    )]
    skip_rows: u64,
    /// Leave out lines that begin with this mark, such as '#'.
    #[arg(long, value_name = "C", value_parser = comment, help_heading = "Input")]
    comment: Option<u8>,
    /// Encoding of the input: utf-8, utf-16, latin1 or windows-1252 [default: utf-8, or utf-16 by its
    /// byte-order mark].
    #[arg(long, value_name = "NAME", value_parser = Encoding::parse, help_heading = "Input")]
    encoding: Option<Encoding>,
}

impl InputFormat {
    pub(crate) fn dialect(&self) -> Dialect {
        let Self { delimiter, skip_rows, comment, encoding } = *self;
        Dialect { delimiter, skip_rows, comment, encoding }
    }
}
