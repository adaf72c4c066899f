//! Every flip of one bit and every truncation, and many random flips.
//!
//! With the variable `TESTS_FULL` set, every bit of the frozen models is flipped too, and larger
//! models get 100,000 random flips instead of 2,000.

use std::path::{Path, PathBuf};

use model_format::{Artifact, ErrorKind, FormatError, Place};
use predictor::{Cause, Model};
use tests::corrupt::{self, TABLE, entry};
use tests::{large, models};

use super::open;

fn full() -> bool {
    std::env::var_os("TESTS_FULL").is_some()
}

fn smallest() -> Vec<u8> {
    models::ALL.iter().map(|(_, model)| model()).min_by_key(Vec::len).unwrap()
}

/// The frozen models of every format version, by name.
fn frozen() -> Vec<(String, Vec<u8>)> {
    let folders = |dir: &Path| -> Vec<PathBuf> {
        let mut names: Vec<_> =
            std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let models = folders(&root).into_iter().flat_map(|version| folders(&version));
    models
        .map(|path| (path.display().to_string(), std::fs::read(path.join("model.model")).unwrap()))
        .collect()
}

/// What the program says and does: exit code 3, and a text that is not empty.
fn refused(damaged: &[u8], context: impl Fn() -> String) -> FormatError {
    let Err(error) = Artifact::parse(damaged) else { panic!("{}: accepted", context()) };
    let told = predictor::Error::model(Path::new("m.model"), &error);
    assert_eq!(told.cause(), Cause::Model, "{}: {error}", context());
    assert!(!error.to_string().is_empty(), "{}", context());
    error
}

/// Flips each bit that `bits` names of each byte; the error must name the right place. Says how many.
fn flip_each(name: &str, file: &[u8], bits: impl Fn(usize) -> std::ops::Range<u32>) -> usize {
    let sections = sections(file);
    let end_of_table = entry(sections.len());
    let mut damaged = file.to_vec();
    let mut n_flips = 0;
    for at in 0..file.len() {
        // Padding lies in no section, the header in none that has a number.
        let section = sections.iter().position(|section| section.contains(&at));
        for bit in bits(at) {
            damaged[at] ^= 1 << bit;
            let error = refused(&damaged, || format!("{name}: bit {bit} of byte {at:#x}"));
            let expected: &[ErrorKind] = match at {
                0..0x08 => &[ErrorKind::NotAModel],
                0x08..0x0c => &[ErrorKind::UnsupportedVersion],
                0x0c..0x10 => &[ErrorKind::Layout, ErrorKind::Length, ErrorKind::Digest],
                0x10..0x18 => &[ErrorKind::Length, ErrorKind::Layout],
                0x18..0x20 => &[ErrorKind::Layout],
                0x20.. if at < end_of_table => &[ErrorKind::Digest],
                _ if section.is_none() => &[ErrorKind::Layout],
                _ => &[ErrorKind::Digest],
            };
            let kind = error.kind();
            assert!(expected.contains(&kind), "{name}: bit {bit} of byte {at:#x}: {error}");
            if let Some(index) = section {
                let called = if index == 0 { "manifest".into() } else { format!("array {index}") };
                let place = Place::Section(called, sections[index].start as u64);
                assert_eq!(error.place(), &place, "{name}: byte {at:#x}");
            }
            damaged[at] = file[at];
            n_flips += 1;
        }
    }
    n_flips
}

/// Where each section lies.
fn sections(file: &[u8]) -> Vec<std::ops::Range<usize>> {
    let number = |at| usize::try_from(corrupt::get_u64(file, at)).unwrap();
    let range = |index| number(entry(index))..number(entry(index)) + number(entry(index) + 8);
    (0..corrupt::split(file).len()).map(range).collect()
}

fn cut_each(name: &str, file: &[u8]) {
    for len in 0..file.len() {
        let error = refused(&file[..len], || format!("{name}: {len} bytes"));
        let expected = if len < 8 { ErrorKind::NotAModel } else { ErrorKind::Length };
        assert_eq!(error.kind(), expected, "{name}: {len} bytes");
    }
}

#[test]
fn every_single_bit_flip_is_refused() {
    let flips = models::ALL.iter().map(|(name, model)| flip_each(name, &model(), |_| 0..8));
    println!("{} flips of {} models", flips.sum::<usize>(), models::ALL.len());
}

#[test]
fn every_truncation_is_refused() {
    for (name, model) in models::ALL {
        cut_each(name, &model());
    }
}

#[test]
fn bits_of_every_eighth_byte_of_the_frozen_models() {
    let bits = |at: usize| {
        let bit = u32::try_from(at / 8 % 8).unwrap();
        if full() { 0..8 } else { bit..bit + u32::from(at.is_multiple_of(8)) }
    };
    let flips = frozen().into_iter().map(|(name, file)| flip_each(&name, &file, bits));
    println!("{} flips of the frozen models", flips.sum::<usize>());
}

#[test]
fn every_truncation_of_the_frozen_models() {
    for (name, file) in frozen() {
        cut_each(&name, &file);
    }
}

/// Where the comparison with other formats cuts its files.
#[test]
fn truncations_that_other_formats_crash_on() {
    let models = models::ALL.iter().map(|(name, model)| ((*name).to_owned(), model()));
    for (name, file) in models.chain(frozen()) {
        for per_mille in [100, 250, 500, 700, 900, 990, 995] {
            let error = refused(&file[..file.len() * per_mille / 1000], || name.clone());
            assert_eq!(error.kind(), ErrorKind::Length, "{name}: {error}");
            assert!(error.to_string().contains("cut short"), "{name}: {error}");
        }
    }
}

/// A sequence of numbers that looks random (`splitmix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }
}

#[test]
fn random_flips_of_larger_models() {
    let mut files: Vec<(String, Vec<u8>)> =
        large::ALL.iter().map(|(name, model)| ((*name).to_owned(), model(4096))).collect();
    files.extend(frozen());
    let n_files = files.len();
    let n_flips = if full() { 100_000 } else { 2_000 };
    let mut random = Random(1);
    for i in 0..n_flips {
        let (name, file) = &mut files[i % n_files];
        // Most often one bit, as in transport; sometimes two, sometimes many.
        let n_bits = [1, 1, 1, 1, 1, 2, 3, 64][i % 8];
        let mut flipped: Vec<(usize, usize)> =
            (0..n_bits).map(|_| (random.below(file.len()), random.below(8))).collect();
        // The same bit twice would be no damage.
        flipped.sort_unstable();
        flipped.dedup();
        for (at, bit) in &flipped {
            file[*at] ^= 1 << bit;
        }
        refused(file, || format!("{name}: {flipped:?}"));
        for (at, bit) in &flipped {
            file[*at] ^= 1 << bit;
        }
    }
    println!("{n_flips} damages of {n_files} larger models");
    for (name, file) in &files {
        assert!(Artifact::parse(file).is_ok(), "{name}");
    }
}

#[test]
fn every_truncation_that_is_counted_is_refused() {
    let file = smallest();
    let end_of_table = entry(corrupt::split(&file).len());
    for len in TABLE..file.len() {
        let mut cut = file[..len].to_vec();
        corrupt::put_u64(&mut cut, corrupt::FILE_LEN, len as u64);
        let kind = Artifact::parse(&corrupt::reseal(cut)).expect_err("a cut file").kind();
        let expected = if len < end_of_table { ErrorKind::Length } else { ErrorKind::Layout };
        assert_eq!(kind, expected, "{len} bytes");
    }
}

/// Opens a model that was sealed again and has it predict if it opens.
fn refused_or_working(damaged: Vec<u8>, tally: &mut (u32, u32)) {
    match open(&corrupt::reseal(damaged)) {
        Ok(model) => {
            tally.1 += 1;
            drop(model.predict(&[model.row()]));
        }
        Err(error) => {
            tally.0 += 1;
            assert_ne!(error.kind(), ErrorKind::Io, "{error}");
        }
    }
}

#[test]
fn a_resealed_bit_flip_gives_an_error_or_a_working_model() {
    for (name, model) in models::ALL {
        let file = model();
        let first = usize::try_from(corrupt::get_u64(&file, entry(0))).unwrap();
        let mut tally = (0, 0);
        for (at, bit) in (first..file.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << bit;
            refused_or_working(damaged, &mut tally);
        }
        // A letter of the model's name may be any other; a step may not.
        let (refused, working) = tally;
        println!("{name}: of resealed flips {refused} refused, {working} working");
        assert!(refused > 0 && working > 0, "{name}");
    }
}

/// Sizes, indices and floats that tend to be forgotten, over every number of the arrays and, with
/// `TESTS_FULL`, over every eight bytes of the file.
#[test]
fn a_resealed_odd_word_gives_an_error_or_a_working_model() {
    for (name, model) in models::ALL {
        let file = model();
        let (first, arrays) =
            (corrupt::get_u64(&file, entry(0)), corrupt::get_u64(&file, entry(1)));
        let [first, arrays] = [first, arrays].map(|at| usize::try_from(at).unwrap());
        let last = file.len() - 8;
        let places: Vec<usize> =
            if full() { (first..=last).collect() } else { (arrays..=last).step_by(8).collect() };
        let mut tally = (0, 0);
        for at in places {
            for word in tests::fuzz::WORDS {
                let mut damaged = file.clone();
                corrupt::put_u64(&mut damaged, at, word);
                refused_or_working(damaged, &mut tally);
            }
        }
        println!("{name}: of resealed odd words {} refused, {} working", tally.0, tally.1);
        assert!(tally.0 > 0, "{name}");
    }
}

/// The programs open files by this way; it has checks of its own for lengths.
#[test]
fn damaged_files_on_disk_are_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.model");
    for (name, model) in models::ALL {
        let file = model();
        for (at, cut) in [(0, 0), (9, 0), (12, 0), (40, 0), (70, 0), (file.len() - 1, 0), (0, 1)] {
            let mut damaged = file.clone();
            damaged[at] ^= u8::from(cut == 0);
            damaged.truncate(file.len() - cut);
            std::fs::write(&path, damaged).unwrap();
            let error = Model::open(&path).expect_err(name);
            assert_eq!(error.cause(), Cause::Model, "{name}: {error}");
        }
    }
}
