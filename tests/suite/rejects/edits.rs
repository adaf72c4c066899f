//! Edits of arrays that several kinds of damage share.

use model_format::manifest::ArraySpec;
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
