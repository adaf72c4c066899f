//! Damage by name: one edit per rule of `docs/format.md`.
//!
//! Each edit is tried twice. Raw, with the digests of the undamaged model, a digest or an earlier
//! check must catch it. Sealed again, with digests that match, the check of that very rule must.

use model_format::{Artifact, ErrorKind, FormatError};
use predictor::{Cause, Model};
use tests::corrupt;
use tests::parts::Parts;

/// Damages the bytes of a model: `name: model, edit => kind raw, kind resealed, "says";`
macro_rules! refused_bytes {
    ($($name:ident: $model:ident, $edit:expr => $raw:ident, $kind:ident, $says:expr;)*) => {$(
        #[test]
        fn $name() {
            let original = tests::models::$model();
            let damaged = crate::rejects::edited(&original, $edit);
            let (raw, kind) = (model_format::ErrorKind::$raw, model_format::ErrorKind::$kind);
            crate::rejects::refuse(&original, &damaged, raw, kind, $says);
        }
    )*};
}

/// Damages the parts of a model: `name: model, edit => kind resealed, "says";`. Raw, every such
/// damage is caught by a digest.
macro_rules! refused_parts {
    ($($(#[$meta:meta])* $name:ident: $model:ident, $edit:expr => $kind:ident, $says:expr;)*) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            let original = tests::models::$model();
            let damaged = crate::rejects::edited_parts(&original, $edit);
            let (raw, kind) = (model_format::ErrorKind::Digest, model_format::ErrorKind::$kind);
            crate::rejects::refuse(&original, &damaged, raw, kind, $says);
        }
    )*};
}

/// What is at a limit, or unusual, but allowed: `name: model, edit;`
macro_rules! accepted_parts {
    ($($name:ident: $model:ident, $edit:expr;)*) => {$(
        #[test]
        fn $name() {
            let edited = crate::rejects::edited_parts(&tests::models::$model(), $edit);
            crate::rejects::open(&edited).unwrap();
        }
    )*};
}

mod arrays;
mod bayes;
mod centroids;
mod container;
mod edits;
mod exhaustive;
mod golden;
mod identity;
mod manifest;
mod neighbors;
mod projection;
mod schema;
mod statistics;
mod steps;
mod support_vectors;
mod trees;

fn edited<T>(original: &[u8], edit: impl FnOnce(&mut Vec<u8>) -> T) -> Vec<u8> {
    let mut bytes = original.to_vec();
    edit(&mut bytes);
    bytes
}

fn edited_parts<T>(original: &[u8], edit: impl FnOnce(&mut Parts) -> T) -> Vec<u8> {
    let mut parts = Parts::of(original);
    edit(&mut parts);
    parts.file()
}

fn open(bytes: &[u8]) -> Result<Model, FormatError> {
    Artifact::parse(bytes).and_then(Model::from_artifact)
}

fn error(bytes: &[u8]) -> FormatError {
    match open(bytes) {
        Ok(_) => panic!("the damaged model was accepted"),
        Err(error) => error,
    }
}

fn refuse(original: &[u8], damaged: &[u8], raw: ErrorKind, resealed: ErrorKind, says: &str) {
    open(original).unwrap();
    let error = self::error(&corrupt::unseal(damaged.to_vec(), original));
    assert_eq!(error.kind(), raw, "raw: {error}");
    let error = self::error(&corrupt::reseal(damaged.to_vec()));
    assert_eq!(error.kind(), resealed, "resealed: {error}");
    assert!(error.to_string().contains(says), "resealed: {error}");
    let told = predictor::Error::model("m.model".as_ref(), &error);
    assert_eq!(told.cause(), Cause::Model, "exit code 3");
}
