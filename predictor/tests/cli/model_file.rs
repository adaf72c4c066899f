//! Model files that are refused, each with its cause.

use model_format::layout::{PREAMBLE_LEN, VERSION, VERSION_AT};
use model_format::{Artifact, Digest, ErrorKind};
use predictor::Model;

use crate::support::{Table, Work};

const TRAINER: &str = "hint: a model is the file that `trainer fit ... -o` writes\n";
const COPY: &str = "hint: the file was damaged on the way or cut short; copy it again and compare the id with the trainer's report\n";

/// Every command refuses these bytes with exit 3 and says why; an earlier output stays.
#[track_caller]
fn refused(bytes: &[u8], fact: &str, hint: &str) {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]));
    work.put("m.model", bytes);
    work.put("out.csv", "as it was\n");
    let message = format!("error: model `m.model`: {fact}\n{hint}");
    for args in [
        &["predict", "m.model", "in.csv", "-o", "out.csv"][..],
        &["inspect", "m.model"],
        &["inspect", "m.model", "--json"],
        &["verify", "m.model"],
        &["verify", "m.model", "--json", "--quiet"],
    ] {
        let run = work.run(args);
        run.fails(3, &message);
        assert_eq!(run.stdout, b"");
    }
    assert_eq!(work.text("out.csv"), "as it was\n");
    assert_eq!(work.names(), ["in.csv", "m.model", "out.csv"]);
}

fn model() -> Vec<u8> {
    Work::new("iris-softmax").bytes("m.model")
}

#[test]
fn another_kind_of_file() {
    let magic = "expected 89 54 42 4d 0d 0a 1a 0a";
    for (bytes, begins, looks_like) in [
        (&b"sepal_length_cm,x\n1,2\n"[..], "73 65 70 61 6c 5f 6c 65", "text (a CSV?)"),
        (
            b"\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}.",
            "80 04 95 0a 00 00 00 00",
            "a Python pickle or joblib file",
        ),
        (
            b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
            "50 4b 03 04 14 00 00 00",
            "a zip archive (skops, MOJO, npz)",
        ),
        (
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03",
            "1f 8b 08 00 00 00 00 00",
            "a gzip file; unpack it first",
        ),
        (b"{\"learner\": {}}", "7b 22 6c 65 61 72 6e 65", "JSON"),
        (b"\x00\x01", "00 01", "something else"),
    ] {
        let fact =
            format!("byte 0x0: not a model: it begins with {begins} ({looks_like}), {magic}");
        refused(bytes, &fact, TRAINER);
    }
}

#[test]
fn an_empty_file() {
    refused(b"", "the file is empty", TRAINER);
}

#[test]
fn a_truncated_file() {
    let model = model();
    let len = model.len();
    for keep in [8, 20, 63] {
        let fact = format!("the file ends after {keep} bytes, inside its preamble");
        refused(&model[..keep], &fact, COPY);
    }
    for keep in [64, len / 2, len - 1] {
        let fact = format!("the file is cut short: {keep} bytes, its preamble says {len}");
        refused(&model[..keep], &fact, COPY);
    }
}

#[test]
fn a_file_with_something_after_it() {
    let mut model = model();
    let len = model.len();
    model.push(b'\n');
    let fact = format!("the file is too long: {} bytes, its preamble says {len}", len + 1);
    refused(&model, &fact, COPY);
}

/// What every program says of a file of the version after the newest that it reads: both versions and what to do.
/// Nothing else of the file is looked at, be it whole or a preamble alone.
#[test]
fn a_later_version() {
    let next = VERSION + 1;
    let mut model = model();
    model[VERSION_AT..VERSION_AT + 4].copy_from_slice(&next.to_le_bytes());
    let fact = format!("byte 0x8: format version {next}, this build reads 1 to {VERSION}");
    let hint = "hint: install a newer release of this program, or write the model with this one\n";
    refused(&model, &fact, hint);
    refused(&model[..PREAMBLE_LEN], &fact, hint);
}

/// The number of eight bytes at an offset.
fn number(file: &[u8], at: usize) -> usize {
    usize::try_from(u64::from_le_bytes(file[at..at + 8].try_into().unwrap())).unwrap()
}

/// Computes the digests anew, as anybody can; no section is longer than a piece.
fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let n_sections = usize::from(file[12]);
    for entry in (0..n_sections).map(|i| 64 + 48 * i) {
        let section = &file[number(&file, entry)..][..number(&file, entry + 8)];
        let digest = Digest::of(Digest::of(section).as_bytes());
        file[entry + 16..entry + 48].copy_from_slice(digest.as_bytes());
    }
    let digest = Digest::of_parts(&[&file[..32], &file[64..64 + 48 * n_sections]]);
    file[32..64].copy_from_slice(digest.as_bytes());
    file
}

/// Whatever rule is broken, every command says which one and ends with exit code 3.
#[test]
fn every_kind_of_refusal() {
    let good = model();
    assert!(sealed(good.clone()) == good, "the digests are those of the format");
    let manifest = number(&good, 64);
    let at_end = good.len() - 8;
    let half = 0.5f64.to_le_bytes();
    let artifact = Artifact::parse(&good).unwrap();
    let probability = artifact.manifest().golden.values[0].to_le_bytes();
    let golden = good.windows(8).position(|bytes| bytes == probability).unwrap();
    for (kind, at, bytes, is_sealed) in [
        (ErrorKind::NotAModel, 0, &[0][..], false),
        (ErrorKind::UnsupportedVersion, 8, &[9], false),
        (ErrorKind::Length, 16, &[1], false),
        (ErrorKind::Layout, 24, &[1], false),
        (ErrorKind::Digest, at_end, &[0xaa], false),
        (ErrorKind::Manifest, manifest, &[0xff; 8], true),
        (ErrorKind::Structure, at_end, &f64::NAN.to_le_bytes(), true),
        (ErrorKind::SelfTest, golden, &half, true),
    ] {
        let mut bad = good.clone();
        bad[at..at + bytes.len()].copy_from_slice(bytes);
        let bad = if is_sealed { sealed(bad) } else { bad };
        let error = Artifact::parse(&bad).and_then(Model::from_artifact).map(drop).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let hint = error.hint().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
        refused(&bad, &error.to_string(), &hint);
    }
}

/// What is said of a model with one bit flipped.
fn flipped(at: usize, bit: u8) -> String {
    let mut bytes = model();
    bytes[at] ^= 1 << bit;
    let work = Work::new("iris-softmax");
    work.put("m.model", bytes);
    let run = work.run(&["verify", "m.model"]);
    assert_eq!((run.status, run.stdout.as_slice()), (Some(3), &b""[..]), "{}", run.stderr);
    run.stderr
}

#[test]
fn one_flipped_bit() {
    let len = model().len();
    for (at, says) in [
        (0, "error: model `m.model`: byte 0x0: not a model: it begins with "),
        (40, "error: model `m.model`: section `header` at 0x0: SHA-256 of the header is "),
        (70, "error: model `m.model`: section `header` at 0x0: SHA-256 of the header is "),
        (300, "error: model `m.model`: section `manifest` at 0x100: SHA-256 is "),
        (len - 1, "error: model `m.model`: section `array 2` at "),
    ] {
        for bit in [0, 7] {
            let stderr = flipped(at, bit);
            assert!(stderr.starts_with(says), "byte {at} bit {bit}: {stderr}");
        }
    }
}

#[test]
fn flipped_bits_anywhere() {
    for at in (0..model().len()).step_by(173) {
        flipped(at, u8::try_from(at % 8).unwrap());
    }
}

#[test]
fn a_file_that_is_not_there() {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]));
    for command in ["predict", "inspect", "verify"] {
        work.run(&[command, "nowhere.model"]).fails(
            1,
            "error: model `nowhere.model`: cannot open it: No such file or directory (os error 2)\n",
        );
    }
}

#[test]
fn a_directory() {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]));
    std::fs::create_dir(work.path("folder")).unwrap();
    for command in ["predict", "inspect", "verify"] {
        work.run(&[command, "folder"]).fails(
            3,
            &format!("error: model `folder`: it is a directory, expected a model file\n{TRAINER}"),
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_not_read() {
    let work = Work::new("iris-softmax");
    let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    for args in [
        &["inspect", "/dev/zero"][..],
        &["verify", "/dev/zero", "--trust", key, "--signature", "m.model"],
    ] {
        work.run(args).fails(
            3,
            &format!(
                "error: model `/dev/zero`: it is a device, which may have no end, expected a model file\n{TRAINER}"
            ),
        );
    }
}

#[test]
fn model_and_input_in_the_wrong_order() {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]));
    let run = work.run(&["predict", "in.csv", "m.model"]);
    let fact = "error: model `in.csv`: byte 0x0: not a model: it begins with 73 65 70 61 6c 5f 6c 65 (text (a CSV?))";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
    assert_eq!(run.status, Some(3));
}
