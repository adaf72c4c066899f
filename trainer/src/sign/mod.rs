//! Keys and signatures in minisign's format: `trainer keygen`, `trainer sign`, and `--sign` of `fit` and
//! `compare`.

pub(crate) mod password;
pub(crate) mod signer;
