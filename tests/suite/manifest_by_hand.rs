//! Manifests decoded by a second reader, which knows nothing but `docs/format.md` and `docs/format-2.md`.

mod second;

use std::collections::BTreeSet;

use model_format::{Artifact, v1};
use tests::by_hand::{What, decode};
use tests::{corrupt, models};

#[test]
fn every_field_lies_where_the_page_says() {
    for (name, model) in models::ALL {
        let file = model();
        let (manifest, _) = decode(&corrupt::split(&file)[0]);
        let expected = v1::Manifest::of_file(&file).unwrap();
        assert_eq!(manifest, expected, "{name}");
        // Equal f64s may differ in the sign of zero; their texts do not.
        assert_eq!(format!("{manifest:?}"), format!("{expected:?}"), "{name}");
    }
}

#[test]
fn the_models_of_the_tests_use_every_variant_of_the_page() {
    let mut seen = BTreeSet::new();
    let mut flags = BTreeSet::new();
    for (_, model) in models::ALL {
        let manifest = &corrupt::split(&model())[0];
        for mark in decode(manifest).1 {
            match mark.what {
                What::Variant(of, index) => drop(seen.insert((of.to_owned(), index))),
                What::Flag => drop(flags.insert(manifest[mark.at])),
                What::Count | What::Text => {}
            }
        }
    }
    assert_eq!(seen, crate::format_doc::variants());
    assert_eq!(flags, BTreeSet::from([0, 1]));
}

#[test]
fn a_manifest_has_one_encoding() {
    for (name, model) in models::ALL {
        let file = model();
        Artifact::parse(&file).unwrap();
        assert_eq!(
            v1::Manifest::of_file(&file).unwrap().encode().unwrap(),
            corrupt::split(&file)[0],
            "{name}"
        );
    }
}
