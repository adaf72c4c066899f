//! Every flip of one bit and every truncation of the smallest model.

use model_format::{Artifact, ErrorKind};
use tests::corrupt::{self, TABLE, entry};
use tests::models;

use super::open;

fn smallest() -> Vec<u8> {
    models::ALL.iter().map(|(_, model)| model()).min_by_key(Vec::len).unwrap()
}

#[test]
fn every_single_bit_flip_is_refused() {
    let file = smallest();
    let sections = corrupt::split(&file).len();
    let mut damaged = file.clone();
    for at in 0..file.len() {
        for bit in 0..8 {
            damaged[at] ^= 1 << bit;
            let kind = Artifact::parse(&damaged).expect_err("a flipped bit").kind();
            let expected: &[ErrorKind] = match at {
                0..0x08 => &[ErrorKind::NotAModel],
                0x08..0x0c => &[ErrorKind::UnsupportedVersion],
                0x0c..0x10 => &[ErrorKind::Layout, ErrorKind::Length, ErrorKind::Digest],
                0x10..0x18 => &[ErrorKind::Length, ErrorKind::Layout],
                0x18..0x20 => &[ErrorKind::Layout],
                0x20.. if at < entry(sections) => &[ErrorKind::Digest],
                _ if is_padding(&file, at) => &[ErrorKind::Layout],
                _ => &[ErrorKind::Digest],
            };
            assert!(expected.contains(&kind), "bit {bit} of byte {at:#x}: {kind:?}");
            damaged[at] = file[at];
        }
    }
}

fn is_padding(file: &[u8], at: usize) -> bool {
    (0..corrupt::split(file).len()).all(|index| {
        let start = corrupt::get_u64(file, entry(index));
        let len = corrupt::get_u64(file, entry(index) + 8);
        !(start..start + len).contains(&(at as u64))
    })
}

#[test]
fn every_truncation_is_refused() {
    let file = smallest();
    for len in 0..file.len() {
        let kind = Artifact::parse(&file[..len]).expect_err("a cut file").kind();
        let expected = if len < 8 { ErrorKind::NotAModel } else { ErrorKind::Length };
        assert_eq!(kind, expected, "{len} bytes");
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

#[test]
fn a_resealed_bit_flip_gives_an_error_or_a_working_model() {
    for (name, model) in models::ALL {
        let file = model();
        let first = usize::try_from(corrupt::get_u64(&file, entry(0))).unwrap();
        let (mut refused, mut working) = (0, 0);
        for (at, bit) in (first..file.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << bit;
            match open(&corrupt::reseal(damaged)) {
                Ok(model) => {
                    working += 1;
                    drop(model.predict(&[model.row()]));
                }
                Err(_) => refused += 1,
            }
        }
        // A letter of the model's name may be any other; a step may not.
        assert!(refused > 0 && working > 0, "{name}: {refused} refused, {working} working");
    }
}
