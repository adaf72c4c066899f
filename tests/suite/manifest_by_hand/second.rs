//! Manifests of version 2: what the pages say of the bytes is what the library reads.

use std::collections::BTreeSet;

use model_format::Artifact;
use predictor::Model;
use tests::by_hand::page::Types;
use tests::by_hand::second::{decode, manifest};
use tests::by_hand::{Mark, What};
use tests::corrupt::{join_as, put, put_u64, split};
use tests::{frozen, models, second};

/// Small files of version 2 by name: the models of the tests, and those that are kept of ops that the trainer does not
/// write.
fn small() -> Vec<(String, Vec<u8>)> {
    let of_models = models::ALL.iter().map(|(name, model)| (*name, second::file(&model())));
    let of_ops = frozen::ALL.iter().map(|model| (model.name, model.file()));
    of_models.chain(of_ops).map(|(name, file)| (name.to_owned(), file)).collect()
}

/// These, and what the trainer wrote.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = small();
    files.extend(frozen::kept());
    files
}

#[test]
fn every_field_lies_where_the_pages_say() {
    for (name, file) in files() {
        let decoded = decode(&split(&file));
        let artifact = Artifact::parse(&file).unwrap();
        let read = artifact.manifest();
        assert_eq!(decoded.schema, read.schema, "{name}");
        assert_eq!(decoded.keeps_missing, read.keeps_missing, "{name}");
        assert_eq!(decoded.arrays, read.arrays, "{name}");
        // Equal f64s may differ in the sign of zero; their texts do not.
        let pairs = [
            (format!("{:?}", decoded.golden), format!("{:?}", read.golden)),
            (format!("{:?}", decoded.statistics), format!("{:?}", read.statistics)),
        ];
        for (by_hand, library) in pairs {
            assert_eq!(by_hand, library, "{name}");
        }
        let part = |part: &str| format!("{:?}", decoded.manifest.get(part));
        assert_eq!(part("identity"), format!("{:?}", read.identity), "{name}");
        assert_eq!(part("task"), format!("{:?}", read.task), "{name}");
        assert_eq!(part("provenance"), format!("{:?}", read.provenance), "{name}");
        let program = decoded.manifest.get("program");
        let ops = program.get("ops").list();
        assert_eq!(ops.len(), read.program.ops.len(), "{name}");
        for (by_hand, library) in ops.iter().zip(&read.program.ops) {
            assert_eq!(format!("{by_hand:?}"), format!("{library:?}"), "{name}");
        }
        assert_eq!(
            format!("{:?}", program.get("head")),
            format!("{:?}", read.program.head),
            "{name}"
        );
    }
}

/// Variants of enums, and values of flags, in a manifest.
fn seen(bytes: &[u8], variants: &mut BTreeSet<(&'static str, u32)>, flags: &mut BTreeSet<u8>) {
    for mark in manifest(bytes).1 {
        match mark.what {
            What::Variant(of, index) => drop(variants.insert((of, index))),
            What::Flag => drop(flags.insert(bytes[mark.at])),
            What::Count | What::Text => {}
        }
    }
}

#[test]
fn the_files_of_the_tests_use_every_variant_of_the_pages() {
    let (mut variants, mut flags) = (BTreeSet::new(), BTreeSet::new());
    for (_, file) in small() {
        seen(&split(&file)[0], &mut variants, &mut flags);
    }
    let mut page = Types::second().variants();
    // The trees of version 1, which no file of version 2 has.
    assert!(page.remove(&("Op", 13)));
    assert_eq!(variants, page);
    assert_eq!(flags, BTreeSet::from([0, 1]));
}

/// Applies `edit` at every mark of every file: an error, or a model that predicts, but never a panic. Says how many
/// were refused.
fn at_every_mark(edit: impl Fn(&mut [u8], Mark) -> bool) -> (usize, usize) {
    let (mut refused, mut accepted) = (0, 0);
    for (_, file) in small() {
        let mut sections = split(&file);
        let original = sections[0].clone();
        for mark in manifest(&original).1 {
            if edit(&mut sections[0], mark) {
                match Artifact::parse(&join_as(2, &sections)).and_then(Model::from_artifact) {
                    Ok(model) => {
                        accepted += 1;
                        drop(model.predict(&[model.row()]));
                    }
                    Err(error) => {
                        refused += 1;
                        assert!(!error.to_string().is_empty());
                    }
                }
            }
            sections[0].copy_from_slice(&original);
        }
    }
    assert!(refused > 0, "all were accepted, if there was any");
    (refused, accepted)
}

#[test]
fn counts_that_nothing_can_hold() {
    for claim in [1 << 61, u64::MAX, 4_000_000] {
        let (_, accepted) = at_every_mark(|manifest, mark| {
            let is_count = mark.what == What::Count;
            if is_count {
                put_u64(manifest, mark.at, claim);
            }
            is_count
        });
        assert_eq!(accepted, 0, "{claim}");
    }
}

#[test]
fn counts_beside_the_right_one() {
    for change in [1, u64::MAX] {
        at_every_mark(|manifest, mark| {
            let is_count = mark.what == What::Count;
            if is_count {
                let count = u64::from_le_bytes(manifest[mark.at..mark.at + 8].try_into().unwrap());
                put_u64(manifest, mark.at, count.wrapping_add(change));
            }
            is_count
        });
    }
}

#[test]
fn flags_that_are_neither_0_nor_1() {
    for flag in [2, 0xff] {
        let (_, accepted) = at_every_mark(|manifest, mark| {
            let is_flag = mark.what == What::Flag;
            if is_flag {
                manifest[mark.at] = flag;
            }
            is_flag
        });
        assert_eq!(accepted, 0, "{flag}");
    }
}

#[test]
fn flags_the_other_way() {
    at_every_mark(|manifest, mark| {
        let is_flag = mark.what == What::Flag;
        if is_flag {
            manifest[mark.at] ^= 1;
        }
        is_flag
    });
}

#[test]
fn variants_that_are_not_listed() {
    let known = Types::second().variants();
    for far in [false, true] {
        let (_, accepted) = at_every_mark(|manifest, mark| {
            let What::Variant(of, _) = mark.what else { return false };
            let listed = known.iter().filter(|(name, _)| *name == of).count();
            let index = if far { u32::MAX } else { u32::try_from(listed).unwrap() };
            put(manifest, mark.at, &index.to_le_bytes());
            true
        });
        assert_eq!(accepted, 0);
    }
}

#[test]
fn every_other_variant() {
    let known = Types::second().variants();
    let most = known.iter().map(|(_, index)| *index).max().unwrap();
    for other in 0..=most {
        at_every_mark(|manifest, mark| {
            let What::Variant(of, index) = mark.what else { return false };
            let is_other = index != other && known.contains(&(of, other));
            if is_other {
                put(manifest, mark.at, &other.to_le_bytes());
            }
            is_other
        });
    }
}

#[test]
fn texts_that_are_not_utf_8() {
    let (_, accepted) = at_every_mark(|manifest, mark| {
        let is_text = mark.what == What::Text;
        if is_text {
            manifest[mark.at] = 0xff;
        }
        is_text
    });
    assert_eq!(accepted, 0);
}
