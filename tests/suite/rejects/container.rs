//! The preamble, the section table and the tiling.

use model_format::layout::{PREAMBLE_LEN, VERSION, VERSION_AT};
use model_format::{Artifact, ErrorKind, Place};
use predictor::Cause;
use tests::corrupt::{FILE_LEN, N_SECTIONS, RESERVED, entry, get_u64, put, put_u64, split};

fn set_n_sections(file: &mut [u8], n: u32) {
    put(file, N_SECTIONS, &n.to_le_bytes());
}

fn set_version(file: &mut [u8], version: u32) {
    put(file, 8, &version.to_le_bytes());
}

fn n_sections(file: &[u8]) -> u32 {
    u32::from_le_bytes(file[N_SECTIONS..N_SECTIONS + 4].try_into().unwrap())
}

fn one_less(file: &mut [u8]) {
    let n = n_sections(file);
    set_n_sections(file, n - 1);
}

fn one_more(file: &mut [u8]) {
    let n = n_sections(file);
    set_n_sections(file, n + 1);
}

/// Sets the file length to what it is, after bytes were added or removed.
fn fit_file_len(file: &mut [u8]) {
    let len = file.len() as u64;
    put_u64(file, FILE_LEN, len);
}

fn add(file: &mut [u8], at: usize, difference: i64) {
    let number = get_u64(file, at).checked_add_signed(difference).unwrap();
    put_u64(file, at, number);
}

/// Inserts zero bytes before section `first` and moves the sections behind them.
fn gap(file: &mut Vec<u8>, first: usize, len: usize) {
    let at = usize::try_from(get_u64(file, entry(first))).unwrap();
    file.splice(at..at, vec![0; len]);
    for index in first..n_sections(file) as usize {
        add(file, entry(index), i64::try_from(len).unwrap());
    }
    fit_file_len(file);
}

/// First padding byte after section `index`.
fn padding(file: &[u8], index: usize) -> usize {
    let start = get_u64(file, entry(index));
    let at = start + get_u64(file, entry(index) + 8);
    assert_ne!(at % 64, 0, "this section is followed by padding");
    usize::try_from(at).unwrap()
}

refused_bytes! {
    wrong_magic: linear_regression, |f| f[3] = b'N' => NotAModel, NotAModel, "89 54 42 4e";
    magic_without_high_bit: linear_regression, |f| f[0] = 9 => NotAModel, NotAModel, "7 bits";
    magic_with_unix_line_ends: linear_regression, |f| f.remove(4) =>
        NotAModel, NotAModel, "line ends";
    version_0: linear_regression, |f| set_version(f, 0) =>
        UnsupportedVersion, UnsupportedVersion, "format version 0, this build reads 1 to 2";
    version_2: linear_regression, |f| set_version(f, 2) => Digest, Manifest, "decoding";
    version_3: linear_regression, |f| set_version(f, 3) =>
        UnsupportedVersion, UnsupportedVersion, "format version 3, this build reads 1 to 2";
    version_of_another_byte_order: linear_regression, |f| set_version(f, 1 << 24) =>
        UnsupportedVersion, UnsupportedVersion, "format version 16777216";
    no_sections: linear_regression, |f| set_n_sections(f, 0) => Layout, Layout, "0 sections";
    too_many_sections: linear_regression, |f| set_n_sections(f, 65) =>
        Layout, Layout, "65 sections, expected 1 to 64";
    section_count_of_all_ones: linear_regression, |f| set_n_sections(f, u32::MAX) =>
        Layout, Layout, "4294967295 sections";
    section_table_past_the_end: tree_regression, |f| set_n_sections(f, 64) =>
        Length, Length, "the section table ends at";
    one_section_less: linear_regression, |f| one_less(f) =>
        Digest, Layout, "";
    one_section_more: linear_regression, |f| one_more(f) =>
        Digest, Layout, "section `array 3`";
    file_len_one_less: linear_regression, |f| add(f, FILE_LEN, -1) => Length, Length, "too long";
    file_len_one_more: linear_regression, |f| add(f, FILE_LEN, 1) => Length, Length, "cut short";
    file_len_above_the_limit: linear_regression, |f| put_u64(f, FILE_LEN, (1 << 38) + 1) =>
        Layout, Layout, "the limit is 274877906944";
    file_len_of_all_ones: linear_regression, |f| put_u64(f, FILE_LEN, u64::MAX) =>
        Layout, Layout, "18446744073709551615";
    reserved_byte: linear_regression, |f| f[RESERVED] = 1 => Layout, Layout, "reserved";
    last_reserved_byte: linear_regression, |f| f[RESERVED + 7] = 0x80 => Layout, Layout, "reserved";
    unaligned_section: linear_regression, |f| add(f, entry(1), 8) => Digest, Layout, "starts at";
    overlapping_sections: linear_regression, |f| {
        let first = get_u64(f, entry(0));
        put_u64(f, entry(1), first);
    } => Digest, Layout, "starts at";
    section_over_its_own_table: linear_regression, |f| put_u64(f, entry(0), 64) =>
        Digest, Layout, "starts at 0x40";
    sections_out_of_order: linear_regression, |f| {
        let first: Vec<u8> = f[entry(1)..entry(2)].to_vec();
        let second: Vec<u8> = f[entry(2)..entry(3)].to_vec();
        put(f, entry(1), &second);
        put(f, entry(2), &first);
    } => Digest, Layout, "starts at";
    gap_before_the_manifest: linear_regression, |f| gap(f, 0, 64) => Digest, Layout, "starts at";
    gap_between_sections: linear_regression, |f| gap(f, 1, 64) => Digest, Layout, "starts at";
    gap_of_less_than_a_line: linear_regression, |f| gap(f, 2, 1) => Digest, Layout, "starts at";
    padding_after_the_table: linear_regression, |f| f[entry(3)] = 1 => Layout, Layout, "padding";
    padding_between_sections: linear_regression, |f| {
        let at = padding(f, 0);
        f[at] = 0x80;
    } => Layout, Layout, "padding before the section is not zero";
    last_padding_byte: linear_regression, |f| {
        let at = usize::try_from(get_u64(f, entry(1))).unwrap() - 1;
        f[at] = 1;
    } => Layout, Layout, "padding";
    bytes_after_the_end: linear_regression, |f| f.extend([0; 64]) => Length, Length, "too long";
    bytes_after_the_end_that_are_counted: linear_regression, |f| {
        f.extend([0; 64]);
        fit_file_len(f);
    } => Digest, Layout, "64 bytes after the last section";
    last_section_too_short: linear_regression, |f| add(f, entry(2) + 8, -1) =>
        Digest, Layout, "1 bytes after the last section";
    last_section_too_long: linear_regression, |f| add(f, entry(2) + 8, 1) =>
        Digest, Layout, "the file ends at";
    section_offset_of_2_to_61: linear_regression, |f| put_u64(f, entry(1), 1 << 61) =>
        Digest, Layout, "starts at 0x2000000000000000";
    section_offset_of_all_ones: linear_regression, |f| put_u64(f, entry(1), u64::MAX) =>
        Digest, Layout, "starts at 0xffffffffffffffff";
    section_length_of_2_to_61: linear_regression, |f| put_u64(f, entry(0) + 8, 1 << 61) =>
        Digest, Layout, "2305843009213693952 bytes";
    section_length_of_all_ones: linear_regression, |f| put_u64(f, entry(1) + 8, u64::MAX) =>
        Digest, Layout, "18446744073709551615 bytes";
    lengths_whose_sum_wraps: linear_regression, |f| {
        let start = get_u64(f, entry(1));
        put_u64(f, entry(1) + 8, 0u64.wrapping_sub(start));
    } => Digest, Layout, "";
    manifest_above_the_limit: linear_regression, |f| {
        let mut sections = split(f);
        sections[0].resize((4 << 20) + 1, 0);
        *f = tests::corrupt::join(&sections);
    } => Digest, Layout, "the limit is 4194304";
}

/// A file of the version after the newest is refused by both numbers and with what to do, and nothing else of it is
/// looked at: not its length, not its digests.
#[test]
fn the_next_version_is_refused_by_name() {
    let next = VERSION + 1;
    let mut file = tests::models::linear_regression();
    set_version(&mut file, next);
    for bytes in [&file[..], &file[..PREAMBLE_LEN], &file[..VERSION_AT + 4]] {
        let error = Artifact::parse(bytes).expect_err("a later version");
        assert_eq!(error.kind(), ErrorKind::UnsupportedVersion);
        assert_eq!(*error.place(), Place::Byte(8));
        let says = format!("byte 0x8: format version {next}, this build reads 1 to {VERSION}");
        assert_eq!(error.to_string(), says);
        let hint = "install a newer release of this program, or write the model with this one";
        assert_eq!(error.hint(), Some(hint));
        let told = predictor::Error::model("m.model".as_ref(), &error);
        assert_eq!(told.cause(), Cause::Model, "exit code 3");
    }
}
