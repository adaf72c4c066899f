//! Edits of arrays that several kinds of damage share.

use model_format::v1::{ArraySpec, Dtype};
use tests::by_hand::{What, decode};
use tests::corrupt::{join, put, split};
use tests::models;
use tests::parts::Parts;

pub(super) fn shape(parts: &mut Parts, name: &str, shape: &[u64]) {
    let index = parts.index(name);
    parts.manifest.arrays[index].shape = shape.to_vec();
}

/// Cuts an array to a shape that it fills.
pub(super) fn cut(parts: &mut Parts, name: &str, dimensions: &[u64]) {
    let len = usize::try_from(dimensions.iter().product::<u64>()).unwrap();
    let words = parts.words(name)[..len].to_vec();
    parts.set_words(name, &words);
    shape(parts, name, dimensions);
}

pub(super) fn without(parts: &mut Parts, name: &str) {
    let index = parts.index(name);
    parts.arrays.remove(index);
    parts.manifest.arrays.remove(index);
}

/// Adds a copy of an array under another name.
pub(super) fn copied(parts: &mut Parts, from: &str, to: &str) {
    let index = parts.index(from);
    parts.arrays.push(parts.arrays[index].clone());
    let copy = ArraySpec { name: to.into(), ..parts.manifest.arrays[index].clone() };
    parts.manifest.arrays.push(copy);
}

pub(super) fn renamed(parts: &mut Parts, from: &str, to: &str) {
    let index = parts.index(from);
    parts.manifest.arrays[index].name = to.into();
}

pub(super) fn emptied(parts: &mut Parts, name: &str, dimensions: &[u64]) {
    let index = parts.index(name);
    parts.arrays[index].clear();
    shape(parts, name, dimensions);
}

pub(super) fn dtype(parts: &mut Parts, name: &str, dtype: Dtype) {
    let index = parts.index(name);
    parts.manifest.arrays[index].dtype = dtype;
}

/// Overwrites the index of the variant of the enum called `name`.
pub(super) fn variant(file: &mut Vec<u8>, name: &str, index: u32) {
    let mut sections = split(file);
    let marks = decode(&sections[0]).1;
    let is_of = |what: &What| matches!(what, What::Variant(of, _) if *of == name);
    let mark = marks.iter().find(|mark| is_of(&mark.what)).unwrap();
    put(&mut sections[0], mark.at, &index.to_le_bytes());
    *file = join(&sections);
}

/// Gives the golden rows the answers of the damaged model, by the reference.
pub(super) fn answered_anew(parts: &mut Parts) {
    let rows: Vec<Vec<String>> = parts
        .manifest
        .golden
        .rows(parts.manifest.schema.columns.len())
        .map(<[String]>::to_vec)
        .collect();
    parts.manifest.golden = models::golden(parts, &rows).unwrap();
}
