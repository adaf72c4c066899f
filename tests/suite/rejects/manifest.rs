//! The encoding of the manifest: counts, tags, variants and texts.

use model_format::{Artifact, ErrorKind};
use tests::by_hand::{Mark, What, decode};
use tests::corrupt::{join, put, put_u64, split, unseal};
use tests::models;

fn edit_manifest<T>(file: &mut Vec<u8>, edit: impl FnOnce(&mut Vec<u8>) -> T) {
    let mut sections = split(file);
    edit(&mut sections[0]);
    *file = join(&sections);
}

refused_bytes! {
    bytes_after_the_manifest: linear_regression, |f| edit_manifest(f, |m| m.push(0)) =>
        Digest, Manifest, "bytes decoded, the section has";
    manifest_cut_short: linear_regression, |f| edit_manifest(f, Vec::pop) =>
        Digest, Manifest, "decoding";
    empty_manifest: linear_regression, |f| edit_manifest(f, Vec::clear) =>
        Digest, Manifest, "decoding";
    manifest_twice: linear_regression, |f| edit_manifest(f, |m| m.extend_from_within(..)) =>
        Digest, Manifest, "bytes decoded, the section has";
    manifest_of_zeros: linear_regression, |f| edit_manifest(f, |m| m.fill(0)) =>
        Digest, Manifest, "bytes decoded, the section has";
    manifest_of_ones: linear_regression, |f| edit_manifest(f, |m| m.fill(0xff)) =>
        Digest, Manifest, "decoding";
}

/// Applies `edit` at every mark of every model and expects the manifest to be refused.
fn at_every_mark(edit: impl Fn(&mut [u8], Mark) -> bool) {
    let mut n_edits = 0;
    for (name, model) in models::ALL {
        let file = model();
        let sections = split(&file);
        for mark in decode(&sections[0]).1 {
            let mut damaged = sections.clone();
            if !edit(&mut damaged[0], mark) {
                continue;
            }
            n_edits += 1;
            let damaged = join(&damaged);
            let error = Artifact::parse(&unseal(damaged.clone(), &file)).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Digest, "{name}, {mark:?}: {error}");
            let error = Artifact::parse(&damaged).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Manifest, "{name}, {mark:?}: {error}");
        }
    }
    assert!(n_edits > models::ALL.len(), "{n_edits} edits");
}

fn counts_of(claim: u64) {
    at_every_mark(|manifest, mark| {
        put_u64(manifest, mark.at, if mark.what == What::Count { claim } else { return false });
        true
    });
}

#[test]
fn counts_of_2_to_61() {
    counts_of(1 << 61);
}

#[test]
fn counts_of_all_ones() {
    counts_of(u64::MAX);
}

#[test]
fn counts_within_the_limit_but_past_the_end() {
    counts_of(4_000_000);
}

#[test]
fn flags_that_are_neither_0_nor_1() {
    for flag in [2, 0xff] {
        at_every_mark(|manifest, mark| {
            let is_flag = mark.what == What::Flag;
            if is_flag {
                manifest[mark.at] = flag;
            }
            is_flag
        });
    }
}

#[test]
fn variants_that_are_not_listed() {
    let known = crate::format_doc::variants();
    let next = |of: &str| known.iter().filter(|(name, _)| name == of).count();
    at_every_mark(|manifest, mark| match mark.what {
        What::Variant(of, _) => {
            put(manifest, mark.at, &u32::try_from(next(of)).unwrap().to_le_bytes());
            true
        }
        _ => false,
    });
    at_every_mark(|manifest, mark| match mark.what {
        What::Variant(..) => {
            put(manifest, mark.at, &u32::MAX.to_le_bytes());
            true
        }
        _ => false,
    });
}

#[test]
fn texts_that_are_not_utf_8() {
    at_every_mark(|manifest, mark| {
        if mark.what == What::Text {
            manifest[mark.at] = 0xff;
        }
        mark.what == What::Text
    });
}
