//! `.gz` and `.zst` inputs, whole and damaged.
//!
//! The bytes are pieces of one iris table, each made once with `gzip -n -9` and
//! `zstd -19 --check`; both formats let pieces be put one after another.

use crate::support::{FIX_CELL, Work};

/// `printf 'sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n' | gzip -n -9`
const GZ_HEADER: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x4e\x2d\x48\xcc\x89\xcf\x49\xcd\x4b\x2f\xc9\x88\x4f\xce\xd5\x29\x06\xf3\xcb\x33\x53\x20\xdc\x82\xd4\x12\x14\x69\x08\x1f\x26\xcd\x05\x00\x14\x71\xc6\x2b\x3e\x00\x00\x00";
/// `printf '5.1,3.5,1.4,0.2\n' | gzip -n -9`
const GZ_ROW: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x33\xd5\x33\xd4\x31\xd6\x33\xd5\x31\xd4\x33\xd1\x31\xd0\x33\xe2\x02\x00\xd1\x62\x71\xc2\x10\x00\x00\x00";
/// `printf '\xef\xbb\xbf' | gzip -n -9`
const GZ_MARK: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x7b\xbf\x7b\x3f\x00\xe1\x97\x10\x01\x03\x00\x00\x00";
/// `printf 'sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n' | zstd -19 --check`
const ZST_HEADER: &[u8] = b"\x28\xb5\x2f\xfd\x04\x68\x3d\x01\x00\xd0\x73\x65\x70\x61\x6c\x5f\x6c\x65\x6e\x67\x74\x68\x5f\x63\x6d\x2c\x77\x69\x64\x70\x65\x74\x70\x65\x74\x0a\x04\x00\xc0\x18\x42\x9d\x21\x73\x0c\x33\xcc\x25\x80\xee\x0a\xce";
/// `printf '5.1,3.5,1.4,0.2\n' | zstd -19 --check`; the cells stand in it as they are, from byte 9.
const ZST_ROW: &[u8] = b"\x28\xb5\x2f\xfd\x04\x68\x81\x00\x00\x35\x2e\x31\x2c\x33\x2e\x35\x2c\x31\x2e\x34\x2c\x30\x2e\x32\x0a\x7d\x0e\x56\x3c";
/// `printf '\xef\xbb\xbf' | zstd -19 --check`
const ZST_MARK: &[u8] = b"\x28\xb5\x2f\xfd\x04\x68\x19\x00\x00\xef\xbb\xbf\xbb\x9d\xf1\x91";
/// A frame that is to be skipped, as parallel compressors write them: magic, length, content.
const ZST_SKIPPED: &[u8] = b"\x50\x2a\x4d\x18\x04\x00\x00\x00note";

const TWO_ROWS: &str = "sepal_length_cm,prediction\n5.1,setosa\n5.1,setosa\n";

fn score(input: &[&[u8]]) -> String {
    let work = Work::with("iris-softmax", input.concat());
    let from_file = work.score("--id sepal_length_cm").ok();
    let from_pipe = work.predict_on(input.concat(), "--quiet --id sepal_length_cm").ok();
    assert_eq!(from_file, from_pipe);
    from_file
}

#[test]
fn gz_is_read_as_it_is() {
    assert_eq!(score(&[GZ_HEADER, GZ_ROW, GZ_ROW]), TWO_ROWS);
    assert_eq!(score(&[GZ_MARK, GZ_HEADER, GZ_ROW, GZ_ROW]), TWO_ROWS);
}

#[test]
fn zst_is_read_as_it_is() {
    assert_eq!(score(&[ZST_HEADER, ZST_ROW, ZST_ROW]), TWO_ROWS);
    assert_eq!(score(&[ZST_MARK, ZST_HEADER, ZST_ROW, ZST_ROW]), TWO_ROWS);
}

#[test]
fn what_counts_is_the_content_not_the_name() {
    let work = Work::new("iris-softmax");
    work.put("plain.gz", "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n");
    assert_eq!(work.predict("plain.gz --quiet").ok(), "prediction\n");
}

#[test]
fn lines_of_a_compressed_input_are_those_of_its_content() {
    let work = Work::with("iris-softmax", [GZ_HEADER, GZ_ROW, GZ_MARK, GZ_ROW].concat());
    let fact = "error: `in.csv` line 3, column `sepal_length_cm`: found `\\u{feff}5.1`, expected a number\n";
    work.score("").fails(4, &format!("{fact}{FIX_CELL}"));
}

/// A damaged input: exit 4, the output as it was, nothing left over.
#[track_caller]
fn damaged(input: &[&[u8]], says: &str) {
    let work = Work::with("iris-softmax", input.concat());
    work.put("out.csv", "as it was\n");
    for policy in ["stop", "null", "skip"] {
        work.score(&format!("-o out.csv --on-bad-row {policy}")).fails(4, says);
    }
    assert_eq!(work.text("out.csv"), "as it was\n");
    assert_eq!(work.names(), ["in.csv", "m.model", "out.csv"]);
}

#[test]
fn a_gz_that_is_cut_short() {
    for cut in [10, 20, GZ_ROW.len() - 1] {
        let run =
            Work::with("iris-softmax", [GZ_HEADER, &GZ_ROW[..cut]].concat()).score("-o out.csv");
        let says = "error: `in.csv` is compressed, and damaged or cut short: ";
        assert!(run.stderr.starts_with(says), "{cut}: {}", run.stderr);
        assert_eq!((run.status, run.stdout), (Some(4), Vec::new()));
    }
}

#[test]
fn a_gz_whose_checksum_does_not_match() {
    let mut row = GZ_ROW.to_vec();
    row[28] ^= 1;
    damaged(
        &[GZ_HEADER, &row],
        "error: `in.csv` is compressed, and damaged or cut short: corrupt gzip stream does not have a matching checksum\n",
    );
}

#[test]
fn a_gz_with_something_after_it() {
    damaged(
        &[GZ_HEADER, GZ_ROW, b"5.1,3.5,1.4,0.2\n"],
        "error: `in.csv` is compressed, and damaged or cut short: invalid gzip header\n",
    );
}

#[test]
fn a_zst_that_is_cut_short() {
    for cut in [3, 8, 12, ZST_ROW.len() - 1] {
        let run =
            Work::with("iris-softmax", [ZST_HEADER, &ZST_ROW[..cut]].concat()).score("-o out.csv");
        let says = "error: `in.csv` is compressed, and damaged or cut short: zstd: ";
        assert!(run.stderr.starts_with(says), "{cut}: {}", run.stderr);
        assert_eq!((run.status, run.stdout), (Some(4), Vec::new()));
    }
}

#[test]
fn a_zst_whose_checksum_does_not_match() {
    let mut row = ZST_ROW.to_vec();
    row[9] = b'7';
    let run = Work::with("iris-softmax", [ZST_HEADER, &row].concat()).score("--id sepal_length_cm");
    let says = "error: `in.csv` is compressed, and damaged or cut short: ";
    assert!(run.stderr.starts_with(says), "{}", String::from_utf8_lossy(&run.stdout));
    assert_eq!(run.status, Some(4));
}

#[test]
fn an_input_damaged_from_its_first_bytes_on() {
    for input in [&GZ_HEADER[..12], &GZ_HEADER[..3], &ZST_HEADER[..12], &ZST_HEADER[..4]] {
        let run = Work::with("iris-softmax", input).score("");
        let says = "error: `in.csv` is compressed, and damaged or cut short: ";
        assert!(run.stderr.starts_with(says), "{}", run.stderr);
        assert_eq!(run.status, Some(4));
    }
}

#[test]
fn a_damaged_input_is_named() {
    let run = Work::with("iris-softmax", [GZ_HEADER, &GZ_ROW[..20]].concat()).score("");
    assert!(run.stderr.contains("`in.csv`"), "{}", run.stderr);
}

#[test]
fn skippable_frames_are_skipped() {
    assert_eq!(score(&[ZST_HEADER, ZST_ROW, ZST_SKIPPED, ZST_ROW]), TWO_ROWS);
    assert_eq!(score(&[ZST_HEADER, ZST_ROW, ZST_ROW, ZST_SKIPPED]), TWO_ROWS);
}

/// A zstd frame of one raw block that asks for this window: exponent and eighths.
fn zst_of_window(exponent: u8, eighths: u8, content: &[u8]) -> Vec<u8> {
    let block = u32::try_from(content.len()).unwrap() << 3 | 1;
    let head = [0x28, 0xb5, 0x2f, 0xfd, 0, (exponent - 10) << 3 | eighths];
    [&head[..], &block.to_le_bytes()[..3], content].concat()
}

#[test]
fn a_zst_that_takes_more_memory_than_there_shall_be() {
    let row = b"5.1,3.5,1.4,0.2\n";
    assert_eq!(score(&[ZST_HEADER, ZST_ROW, &zst_of_window(25, 0, row)]), TWO_ROWS);
    for (exponent, eighths, asked) in [(25, 1, 36), (27, 0, 128), (41, 7, 3_932_160)] {
        damaged(
            &[ZST_HEADER, &zst_of_window(exponent, eighths, row)],
            &format!(
                "error: `in.csv` takes {asked} MiB of memory to unpack, the limit is 32 MiB\n\
                 hint: compress it without --long and --ultra, or pipe it in: zstd -dc --long=31\n"
            ),
        );
    }
}
