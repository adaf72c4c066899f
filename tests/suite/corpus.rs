//! The bodies of the fuzz targets over the committed corpus, and over a few mutants of it.

use std::path::Path;

use tests::fuzz::{TARGETS, Target};

/// Files of a target's corpus, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut paths: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 10, "{target}: {} files", paths.len());
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn replay(name: &str) {
    let (_, body): &Target = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
    let files = corpus(name);
    for (i, bytes) in files.iter().enumerate() {
        assert!(bytes.len() < 10_000, "{name}: {} bytes are many", bytes.len());
        body(bytes);
        // Mutants: a bit, a cut, and the beginning of one with the end of another.
        let other = &files[(i * 7 + 3) % files.len()];
        for n in 1..6 {
            let at = bytes.len() * n / 6;
            let mut flipped = bytes.clone();
            if let Some(byte) = flipped.get_mut(at) {
                *byte ^= 1 << (n % 8);
            }
            body(&flipped);
            body(&bytes[..at]);
            body(&[&bytes[..at], &other[other.len() * n / 6..]].concat());
        }
    }
}

#[test]
fn the_corpus_of_model_files() {
    replay("artifact");
}

#[test]
fn the_corpus_of_resealed_models() {
    replay("resealed");
}

#[test]
fn the_corpus_of_programs() {
    replay("programs");
}

#[test]
fn the_corpus_of_cells() {
    replay("cells");
}

#[test]
fn the_corpus_of_csv() {
    replay("csv_rows");
}

/// The targets of `fuzz/` are thin: each calls the body of its name.
#[test]
fn every_target_of_the_fuzz_folder_is_replayed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let path = root.join("fuzz_targets").join(format!("{name}.rs"));
        let source = std::fs::read_to_string(path).unwrap();
        assert!(source.contains(&format!("tests::fuzz::{name}(bytes)")), "{source}");
    }
}
