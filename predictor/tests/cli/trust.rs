//! `--trust`: models that a trusted key signed, and all others, which are refused.

use std::fs;
use std::path::{Path, PathBuf};

use minisign::KeyPair;
use predictor::{Cause, Model, TrustedKeys};
use proptest::prelude::*;

use crate::support::{Table, Work};

const UNSIGNED: &str = "hint: with --trust a model must be signed: trainer sign MODEL --key KEY; --signature names one that lies elsewhere\n";
const UNKNOWN: &str = "hint: if that key should be trusted, get it from its owner, not from where the model came from, and add --trust KEY\n";
const CHANGED: &str = "hint: model or signature was changed, or they do not belong together; get both again from the signer\n";
const MALFORMED: &str = "hint: a signature is the file that `trainer sign` or `minisign -S` writes; copy it again, or sign again\n";
const KEY: &str = "hint: a public key is the last line of the KEY.pub that `trainer keygen` or `minisign -G` writes, 56 characters\n";

/// A key that lives as long as its test.
struct Signer(KeyPair);

impl Signer {
    fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    fn text(&self) -> String {
        self.0.pk.to_base64()
    }

    fn id(&self) -> String {
        let id = self.0.pk.keynum().try_into().unwrap();
        format!("{:016X}", u64::from_le_bytes(id))
    }

    fn sign(&self, bytes: &[u8], comment: &str) -> String {
        let signed = minisign::sign(None, &self.0.sk, bytes, Some(comment), Some("nobody knows"));
        signed.unwrap().to_string()
    }

    /// A directory with a model and an input, the model signed, and the key in `key.pub`.
    fn work(&self) -> Work {
        let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]));
        let signature = self.sign(&work.bytes("m.model"), "release 7");
        work.put("m.model.minisig", signature);
        work.put("key.pub", self.0.pk.to_box().unwrap().to_bytes());
        work
    }
}

/// Every command refuses the model `m.model` in this way, whatever else is asked; an earlier output stays.
#[track_caller]
fn refused(work: &Work, status: i32, message: &str) {
    work.put("out.csv", "as it was\n");
    for command in [
        &["predict", "m.model", "in.csv", "-o", "out.csv"][..],
        &["evaluate", "m.model", "in.csv"],
        &["diff", "m.model", "m.model", "in.csv"],
        &["inspect", "m.model", "--json"],
        &["verify", "m.model"],
    ] {
        let run = work.run(&[command, &["--trust", "key.pub"]].concat());
        run.fails(status, message);
        assert_eq!(run.stdout, b"");
    }
    assert_eq!(work.text("out.csv"), "as it was\n");
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/minisign").join(name)
}

#[test]
fn a_signed_model_is_as_good_as_any() {
    let signer = Signer::new();
    let work = signer.work();
    let plain = work.run(&["predict", "m.model", "in.csv", "-q"]).ok();
    for key in ["key.pub", &signer.text(), &work.text("key.pub")] {
        let args = ["predict", "m.model", "in.csv", "-q", "--trust", key];
        assert_eq!(work.run(&args).ok(), plain);
    }
}

#[test]
fn every_report_tells_who_signed() {
    let signer = Signer::new();
    let work = signer.work();
    work.put("in.csv", crate::support::golden("iris-softmax", "rows.csv"));
    let by = format!("key {}, trusted comment: release 7", signer.id());
    let run = |args: &str| {
        let words: Vec<&str> = args.split(' ').chain(["--trust", "key.pub"]).collect();
        work.run(&words)
    };
    let text = run("inspect m.model").ok();
    assert!(text.contains(&format!("\nsigned by    {by}\n")), "{text}");
    let text = run("verify m.model").ok();
    assert!(text.starts_with(&format!("signature    ok: {by}\nformat       ok: ")), "{text}");
    let text = run("predict m.model in.csv -o out.csv").stderr;
    assert!(text.contains(&format!("\nsigned by: {by}\n")), "{text}");
    let text = run("diff m.model m.model in.csv").ok();
    assert_eq!(text.matches(&format!("\n           signed by {by}\n")).count(), 2, "{text}");

    let expected = serde_json::json!({ "key_id": signer.id(), "trusted_comment": "release 7" });
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(json(&run("inspect m.model --json").ok())["signature"], expected);
    let checks = json(&run("verify m.model --json").ok());
    assert_eq!(checks["checks"][0], serde_json::json!({ "check": "signature", "ok": by }));
    run("predict m.model in.csv -o out.csv -q --summary sum.json").ok();
    assert_eq!(work.json("sum.json")["model"]["signature"], expected);
    let sides = json(&run("diff m.model m.model in.csv --json").ok());
    assert_eq!(sides["old"]["model"]["signature"], expected);
    assert_eq!(sides["new"]["model"]["signature"], expected);
    // Without --trust nobody looks at a signature, and nothing is said of one.
    assert!(json(&work.run(&["inspect", "m.model", "--json"]).ok()).get("signature").is_none());
}

#[test]
fn evaluate_tells_who_signed() {
    let signer = Signer::new();
    let work = signer.work();
    work.put("in.csv", crate::support::golden("iris-softmax", "rows.csv"));
    let args = ["evaluate", "m.model", "in.csv", "--trust", "key.pub"];
    let text = work.run(&args).ok();
    let by = format!("\nsigned by  key {}, trusted comment: release 7\n", signer.id());
    assert!(text.contains(&by), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&work.run(&[&args[..], &["--json"]].concat()).ok()).unwrap();
    assert_eq!(json["model"]["signature"]["key_id"], signer.id());
}

#[test]
fn an_unsigned_model() {
    let work = Signer::new().work();
    fs::remove_file(work.path("m.model.minisig")).unwrap();
    refused(
        &work,
        3,
        &format!("error: model `m.model`: no signature `m.model.minisig`\n{UNSIGNED}"),
    );
}

#[test]
fn a_model_of_somebody_else() {
    let (mine, theirs) = (Signer::new(), Signer::new());
    let work = mine.work();
    work.put("m.model.minisig", theirs.sign(&work.bytes("m.model"), "release 7"));
    let fact = format!("made by key {}, trusted is {}", theirs.id(), mine.id());
    let message = format!("error: model `m.model`: signature `m.model.minisig`: {fact}\n{UNKNOWN}");
    refused(&work, 3, &message);
}

#[test]
fn a_key_that_bears_the_name_of_a_trusted_one() {
    // The id of a key is no secret: an attacker can make a key of the same id.
    let (mine, theirs) = (Signer::new(), Signer::new());
    let work = mine.work();
    let mut key = theirs.0.sk.to_bytes();
    key[54..62].copy_from_slice(mine.0.pk.keynum());
    let forged = Signer(KeyPair {
        sk: minisign::SecretKey::from_bytes(&key).unwrap(),
        pk: theirs.0.pk.clone(),
    });
    work.put("m.model.minisig", forged.sign(&work.bytes("m.model"), "release 7"));
    refused(&work, 3, &mismatch(&mine));
}

fn mismatch(signer: &Signer) -> String {
    let fact = format!("made by key {}, it does not match this model", signer.id());
    format!("error: model `m.model`: signature `m.model.minisig`: {fact}\n{CHANGED}")
}

#[test]
fn a_swapped_model() {
    let signer = Signer::new();
    let work = signer.work();
    // Another model, itself signed by the same key, under the name of the first.
    let other = Work::new("iris-forest");
    work.put("m.model", other.bytes("m.model"));
    refused(&work, 3, &mismatch(&signer));
    work.put("m.model.minisig", signer.sign(&work.bytes("m.model"), "release 8"));
    work.run(&["verify", "m.model", "--trust", "key.pub", "-q"]).ok();
}

#[test]
fn nothing_of_a_model_is_decoded_before_its_signature_is_verified() {
    // Damage that `verify` would name byte by byte; with --trust it is not looked at.
    let signer = Signer::new();
    let work = signer.work();
    let model = work.bytes("m.model");
    let mut later = model.clone();
    later[8] = 9;
    for bytes in [&b""[..], b"not a model", &later, &model[..100], &[&model[..], b"\n"].concat()] {
        work.put("m.model", bytes);
        refused(&work, 3, &mismatch(&signer));
    }
    // What was signed and is no model is refused as any other.
    work.put("m.model", "not a model");
    work.put("m.model.minisig", signer.sign(b"not a model", ""));
    let run = work.run(&["verify", "m.model", "--trust", "key.pub"]);
    assert!(run.stderr.starts_with("error: model `m.model`: byte 0x0: not a model"));
    assert_eq!(run.status, Some(3));
}

#[test]
fn malformed_signatures() {
    let signer = Signer::new();
    let work = signer.work();
    let good = work.text("m.model.minisig");
    let lines: Vec<&str> = good.lines().collect();
    let with = |index: usize, line: &str| {
        let mut lines = lines.clone();
        lines[index] = line;
        lines.join("\n").into_bytes()
    };
    let other_algorithm = format!("RX{}", &lines[1][2..]);
    for (bytes, what) in [
        (vec![], "0 lines, expected four"),
        (good.as_bytes()[..60].to_vec(), "2 lines, expected four"),
        (lines[..3].join("\n").into_bytes(), "3 lines, expected four"),
        (format!("{good}more\n").into_bytes(), "5 lines, expected four"),
        (with(0, "a comment"), "line 1 does not begin with `untrusted comment:`"),
        (with(2, "comment"), "line 3 does not begin with `trusted comment:`"),
        (with(1, &lines[1][1..]), "line 2 has 99 characters, expected 100"),
        (with(3, &lines[3][..80]), "line 4 has 80 characters, expected 88"),
        (with(1, &"!".repeat(100)), "line 2 or 4 is not base64"),
        (with(1, &other_algorithm), "another algorithm than Ed25519 (`Ed` or `ED`)"),
        (b"\xff\xfe".to_vec(), "not text in UTF-8"),
        (vec![b'\n'; 16 << 10], "16384 lines, expected four"),
        (vec![b'x'; (16 << 10) + 1], "more than 16384 bytes, expected four lines"),
    ] {
        work.put("m.model.minisig", bytes);
        let message =
            format!("error: model `m.model`: signature `m.model.minisig`: {what}\n{MALFORMED}");
        refused(&work, 3, &message);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signature_without_end_is_not_read_to_its_end() {
    let work = Signer::new().work();
    let args = ["verify", "m.model", "--trust", "key.pub", "--signature", "/dev/zero"];
    let what = "more than 16384 bytes, expected four lines";
    work.run(&args)
        .fails(3, &format!("error: model `m.model`: signature `/dev/zero`: {what}\n{MALFORMED}"));
}

#[test]
fn a_signature_that_lies_elsewhere() {
    let signer = Signer::new();
    let work = signer.work();
    fs::rename(work.path("m.model.minisig"), work.path("sig")).unwrap();
    for command in ["predict m.model in.csv -q", "inspect m.model", "verify m.model"] {
        let words: Vec<&str> = command.split(' ').collect();
        let named = ["--trust", "key.pub", "--signature", "sig"];
        work.run(&[&words[..], &named].concat()).ok();
    }
    work.run(&["verify", "m.model", "--signature", "sig"]).misused("--trust <KEY>");
    fs::create_dir(work.path("folder")).unwrap();
    work.run(&["verify", "m.model", "--trust", "key.pub", "--signature", "folder"]).fails(
        3,
        &format!("error: model `m.model`: signature `folder`: it is no regular file\n{MALFORMED}"),
    );
}

#[cfg(unix)]
#[test]
fn a_signature_that_is_no_file() {
    let signer = Signer::new();
    let work = signer.work();
    let message = format!(
        "error: model `m.model`: signature `m.model.minisig`: it is no regular file\n{MALFORMED}"
    );
    let beside = work.path("m.model.minisig");
    fs::remove_file(&beside).unwrap();
    fs::create_dir(&beside).unwrap();
    refused(&work, 3, &message);
    fs::remove_dir(&beside).unwrap();
    // What never ends or, as a pipe, never begins.
    std::os::unix::fs::symlink("/dev/zero", &beside).unwrap();
    refused(&work, 3, &message);
}

#[test]
fn diff_wants_both_models_signed() {
    let (mine, theirs) = (Signer::new(), Signer::new());
    let work = mine.work();
    work.put("n.model", work.bytes("m.model"));
    let args = ["diff", "m.model", "n.model", "in.csv", "--trust", "key.pub"];
    let message = format!("error: model `n.model`: no signature `n.model.minisig`\n{UNSIGNED}");
    work.run(&args).fails(3, &message);
    work.put("n.model.minisig", theirs.sign(&work.bytes("n.model"), ""));
    assert_eq!(work.run(&args).status, Some(3));
    work.run(&[&args[..], &["--trust", &theirs.text()]].concat()).ok();
}

#[test]
fn a_trust_file_with_two_keys_serves_a_rotation() {
    let (old, new, stranger) = (Signer::new(), Signer::new(), Signer::new());
    let work = old.work();
    let file = format!(
        "\u{feff}# until March\r\n{}\r\n\r\nuntrusted comment: from March on\r\n  {}\t\r\n",
        old.text(),
        new.text()
    );
    work.put("key.pub", file);
    let verify = ["verify", "m.model", "--trust", "key.pub", "-q"];
    work.run(&verify).ok();
    let model = work.bytes("m.model");
    work.put("m.model.minisig", new.sign(&model, "release 8").replace('\n', "\r\n"));
    work.run(&verify).ok();
    work.put("m.model.minisig", stranger.sign(&model, "release 8"));
    let fact = format!("made by key {}, trusted is {}, {}", stranger.id(), old.id(), new.id());
    let message = format!("error: model `m.model`: signature `m.model.minisig`: {fact}\n{UNKNOWN}");
    refused(&work, 3, &message);
}

#[test]
fn what_is_no_public_key_is_wrong_usage() {
    let signer = Signer::new();
    let work = signer.work();
    let key = signer.text();
    let secret_hint = "hint: keep it to yourself; the public key is in KEY.pub\n";
    let secret = signer.0.sk.to_box(None).unwrap().to_string();
    let secret_line = secret.lines().nth(1).unwrap().to_owned();
    let damaged = format!("{}=", &key[..55]);
    let n = |n: usize| format!("found {n} characters, expected a public key of 56\n{KEY}");
    for (argument, message) in [
        ("", format!("--trust: {}", n(0))),
        (&key[..40], format!("--trust: {}", n(40))),
        (&format!("{key}{key}"), format!("--trust: {}", n(112))),
        (&damaged, format!("--trust: 56 characters that are no minisign public key\n{KEY}")),
        (
            &secret_line,
            format!("--trust: found a secret key, expected a public one\n{secret_hint}"),
        ),
    ] {
        let run = work.run(&["verify", "m.model", "--trust", argument]);
        run.fails(2, &format!("error: {message}"));
    }
    for (file, message) in [
        (String::new(), format!(": no public key in it\n{KEY}")),
        ("# nothing\n".into(), format!(": no public key in it\n{KEY}")),
        (format!("# a key\n{key}\nand more\n"), format!(" line 3: {}", n(8))),
        (secret, format!(" line 2: found a secret key, expected a public one\n{secret_hint}")),
        ("x".repeat(2 << 20), format!(": more than 1 MiB, expected public keys\n{KEY}")),
    ] {
        work.put("key.pub", file);
        let run = work.run(&["verify", "m.model", "--trust", "key.pub"]);
        run.fails(2, &format!("error: --trust: `key.pub`{message}"));
    }
    work.put("key.pub", b"\xff\xfeR\0W\0");
    work.run(&["verify", "m.model", "--trust", "key.pub"])
        .fails(2, &format!("error: --trust: `key.pub`: not text in UTF-8\n{KEY}"));
    work.run(&["verify", "m.model", "--trust", "nowhere.pub"]).fails(
        1,
        &format!(
            "error: --trust: cannot read `nowhere.pub`: No such file or directory (os error 2)\n{KEY}"
        ),
    );
    work.run(&["verify", "m.model", "--trust"]).misused("--trust <KEY>");
}

#[test]
fn a_model_that_is_not_there_is_told_before_its_signature() {
    let work = Signer::new().work();
    work.run(&["verify", "nowhere.model", "--trust", "key.pub"]).fails(
        1,
        "error: model `nowhere.model`: cannot open it: No such file or directory (os error 2)\n",
    );
}

#[test]
fn the_signature_is_not_overwritten() {
    let work = Signer::new().work();
    let args = ["predict", "m.model", "in.csv", "--trust", "key.pub", "-o", "m.model.minisig"];
    work.run(&args).fails(2, "error: --output would overwrite the signature\n");
}

#[cfg(unix)]
#[test]
fn the_trusted_keys_are_not_overwritten() {
    let work = Signer::new().work();
    std::os::unix::fs::symlink("key.pub", work.path("link")).unwrap();
    let keys = work.bytes("key.pub");
    for output in ["key.pub", "./key.pub", "link"] {
        let args = ["predict", "m.model", "in.csv", "--trust", "key.pub", "-o", output];
        work.run(&args).fails(2, "error: --output would overwrite the trusted keys\n");
    }
    assert!(work.bytes("key.pub") == keys);
}

#[test]
fn control_characters_in_a_comment_do_not_reach_the_terminal() {
    let signer = Signer::new();
    let work = signer.work();
    let comment = "a\u{1b}[2Jb\tc";
    work.put("m.model.minisig", signer.sign(&work.bytes("m.model"), comment));
    for args in ["inspect m.model", "verify m.model", "diff m.model m.model in.csv"] {
        let words: Vec<&str> = args.split(' ').chain(["--trust", "key.pub"]).collect();
        let text = work.run(&words).ok();
        assert!(text.contains("trusted comment: a\\u{1b}[2Jb c\n"), "{text}");
    }
    let run = work.run(&["predict", "m.model", "in.csv", "--trust", "key.pub"]);
    assert!(run.stderr.contains("trusted comment: a\\u{1b}[2Jb c\n"), "{}", run.stderr);
}

#[test]
fn signatures_of_the_minisign_program() {
    let work = Work::new("iris-softmax");
    let key = fixture("minisign.pub").display().to_string();
    for (name, comment) in [
        ("prehashed.minisig", "made by the real minisign"),
        ("legacy.minisig", "made by the real minisign, legacy"),
    ] {
        work.put("m.model.minisig", fs::read(fixture(name)).unwrap());
        let text = work.run(&["verify", "m.model", "--trust", &key]).ok();
        let says = format!("signature    ok: key A4571C61D299EE70, trusted comment: {comment}\n");
        assert!(text.starts_with(&says), "{text}");
        let mut bytes = work.bytes("m.model");
        bytes[5000] ^= 1;
        work.put("n.model", bytes);
        work.put("n.model.minisig", fs::read(fixture(name)).unwrap());
        let run = work.run(&["verify", "n.model", "--trust", &key]);
        assert!(run.stderr.contains("it does not match this model"), "{}", run.stderr);
        assert_eq!(run.status, Some(3));
    }
}

/// A model and its signature on disk, to be changed byte by byte.
struct Pair {
    work: Work,
    keys: TrustedKeys,
    model: Vec<u8>,
    signature: Vec<u8>,
    /// Where the one comment begins and ends that nobody vouches for.
    untrusted: (usize, usize),
}

impl Pair {
    fn new() -> Self {
        let signer = Signer::new();
        let work = signer.work();
        let (model, signature) = (work.bytes("m.model"), work.bytes("m.model.minisig"));
        let line = signature.iter().position(|byte| *byte == b'\n').unwrap();
        let keys = TrustedKeys::named([signer.text()]).unwrap();
        Self { work, keys, model, signature, untrusted: ("untrusted comment: ".len(), line) }
    }

    fn open(&self) -> Result<Model, predictor::Error> {
        Model::open_trusted(self.work.path("m.model"), &self.keys)
    }

    /// Changes a byte of a file, asserts that the model is refused, and changes it back.
    fn refuses(&self, name: &str, bytes: &[u8], at: usize, to: u8) {
        let mut changed = bytes.to_vec();
        changed[at] = to;
        self.work.put(name, changed);
        let error = self.open().expect_err(&format!("{name} byte {at} is {to}"));
        assert_eq!(error.cause(), Cause::Model, "{error}");
        self.work.put(name, bytes);
    }
}

#[test]
fn every_flipped_bit_of_a_signature_is_refused() {
    let pair = Pair::new();
    for at in 0..pair.signature.len() {
        if !(pair.untrusted.0..pair.untrusted.1).contains(&at) {
            for bit in 0..8 {
                let to = pair.signature[at] ^ (1 << bit);
                pair.refuses("m.model.minisig", &pair.signature, at, to);
            }
        }
    }
    pair.open().unwrap();
}

#[test]
fn every_truncation_of_a_signature_is_refused() {
    let pair = Pair::new();
    // The last byte is the line end, which may be missing.
    for keep in 0..pair.signature.len() - 1 {
        pair.work.put("m.model.minisig", &pair.signature[..keep]);
        assert_eq!(pair.open().expect_err("cut short").cause(), Cause::Model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_changed_byte_is_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 40)
    ) {
        let pair = Pair::new();
        for (index, change) in changes {
            let at = index.index(pair.model.len());
            pair.refuses("m.model", &pair.model, at, pair.model[at] ^ change);
            let at = index.index(pair.signature.len());
            if !(pair.untrusted.0..pair.untrusted.1).contains(&at) {
                pair.refuses("m.model.minisig", &pair.signature, at, pair.signature[at] ^ change);
            }
        }
        prop_assert!(pair.open().is_ok());
    }
}
