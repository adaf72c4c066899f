//! `keygen`, `sign` and `--sign`: keys, passwords, and signatures that the predictor's own crate verifies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use minisign_verify::{PublicKey, Signature};

use crate::support::{Run, Work};

const TREE: [&str; 7] =
    ["fit", "in.csv", "--target", "species", "--algorithm", "decision-tree", "-q"];
const WANTED: &str =
    "hint: a secret key is the file that `trainer keygen` or `minisign -G` writes\n";

/// A small model `m.model`, and a key without a password in `k.key`.
fn work() -> Work {
    let work = Work::sample("iris");
    work.run(&[&TREE[..], &["-o", "m.model"]].concat()).ok();
    work.run(&["keygen", "-o", "k.key", "--no-password", "-q"]).ok();
    work
}

/// Asserts that `m.model.minisig` is a signature of these bytes by the key in this file; gives its comment.
#[track_caller]
fn verified(work: &Work, model: &str, public: &Path) -> String {
    let key = PublicKey::from_file(public).unwrap();
    let signature = Signature::from_file(work.path(&format!("{model}.minisig"))).unwrap();
    key.verify(&work.bytes(model), &signature, false).unwrap();
    signature.trusted_comment().to_owned()
}

/// What a signature says of the model.
fn comment(work: &Work) -> String {
    format!("id:sha256:{} version:0.1.0 name:m", work.model().id())
}

/// The 16 digits that name a key.
fn id(work: &Work, public: &str) -> String {
    let text = work.text(public);
    text.lines().next().unwrap().split_whitespace().last().unwrap().to_owned()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/minisign").join(name)
}

/// Runs the program with something on stdin.
fn run_on(work: &Work, stdin: &str, args: &[&str]) -> Run {
    work.put("stdin", stdin);
    let file = fs::File::open(work.path("stdin")).unwrap();
    let run = Work::finish(work.command().args(args).stdin(Stdio::from(file)));
    fs::remove_file(work.path("stdin")).unwrap();
    run
}

#[test]
fn keygen_writes_two_files_and_says_what_they_are_for() {
    let work = Work::new();
    let run = work.run(&["keygen", "--no-password"]);
    assert_eq!(work.names(), ["trainer.key", "trainer.key.pub"]);
    let public = work.text("trainer.key.pub");
    let lines: Vec<&str> = public.lines().collect();
    let id = id(&work, "trainer.key.pub");
    assert_eq!(lines[0], format!("untrusted comment: minisign public key: {id}"));
    let says = format!(
        "secret key trainer.key, for `trainer sign`; keep it to yourself\n\
         public key trainer.key.pub, for `predictor --trust`; give it to those who use your models\n\
         key id     {id}\nkey        {}\n",
        lines[1]
    );
    assert_eq!(run.stderr, says);
    assert_eq!(run.ok(), "");

    let run = work.run(&["keygen", "--no-password", "-o", "j.key", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&run.ok()).unwrap();
    let public = work.text("j.key.pub");
    assert_eq!(json["public_key"].as_str(), public.lines().nth(1));
    assert_eq!(
        (&json["secret_key_file"], &json["public_key_file"]),
        (&"j.key".into(), &"j.key.pub".into())
    );
}

#[cfg(unix)]
#[test]
fn a_secret_key_can_be_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let work = Work::new();
    work.run(&["keygen", "--no-password", "-q"]).ok();
    let mode = |name: &str| work.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("trainer.key"), 0o600);
    assert_eq!(mode("trainer.key.pub") & 0o600, 0o600);
}

#[test]
fn keygen_overwrites_nothing() {
    let work = Work::new();
    for name in ["trainer.key", "trainer.key.pub"] {
        work.put(name, "as it was\n");
        work.run(&["keygen", "--no-password"]).fails(
            2,
            &format!(
                "error: `{name}` is there already; a key is not overwritten\nhint: name another file with --output\n"
            ),
        );
        assert_eq!((work.names(), work.text(name)), (vec![name.to_owned()], "as it was\n".into()));
        fs::remove_file(work.path(name)).unwrap();
    }
    work.run(&["keygen", "--no-password", "-o", "no/k.key"])
        .fails(1, "error: cannot write `no/k.key`: No such file or directory (os error 2)\n");
    work.run(&["keygen", "--no-password", "-o", "-"])
        .fails(2, "error: --output: a key pair is two files, it cannot go to stdout\n");
    assert!(work.names().is_empty());
}

#[test]
fn keygen_takes_a_name_as_long_as_names_can_be() {
    let work = Work::new();
    let name = "k".repeat(251);
    work.run(&["keygen", "--no-password", "-q", "-o", &name]).ok();
    assert_eq!(work.names(), [name.clone(), name + ".pub"]);
}

#[cfg(unix)]
#[test]
fn keygen_leaves_a_temporary_file_of_somebody_else_alone() {
    let work = Work::new();
    let script = "for name in .k.$$.tmp .k.$$-0.tmp; do echo theirs > $name; done; exec \"$0\" keygen -o k --no-password -q";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_trainer")]).current_dir(work.path("."));
    Work::finish(&mut command).ok();
    let names = work.names();
    assert_eq!(names.len(), 4, "{names:?}");
    for name in names.iter().filter(|name| name.starts_with('.')) {
        assert_eq!(work.text(name), "theirs\n");
    }
}

#[test]
fn without_a_terminal_a_password_must_be_given() {
    let work = work();
    work.run(&["keygen"]).fails(
        2,
        "error: no terminal to ask for the password at\n\
         hint: --password-file FILE reads it, `-` from stdin; --no-password makes a key without one\n",
    );
    work.put("pw", "secret\n");
    work.run(&["keygen", "--password-file", "pw", "-q"]).ok();
    let message = "error: no terminal to ask for the password at\n\
                   hint: --password-file FILE reads it, `-` from stdin\n";
    work.run(&["sign", "m.model", "--key", "trainer.key"]).fails(2, message);
    // A fit does not begin before it has the password.
    let before = work.bytes("m.model");
    work.run(&[&TREE[..], &["-o", "m.model", "--sign", "trainer.key"]].concat()).fails(2, message);
    assert!(work.bytes("m.model") == before);
    assert!(!work.path("m.model.minisig").exists());
}

#[test]
fn passwords_from_a_file_and_from_stdin() {
    let work = work();
    work.put("pw", "correct horse\r\nnot this\n");
    work.run(&["keygen", "-o", "p.key", "--password-file", "pw", "-q"]).ok();
    let sign = ["sign", "m.model", "--key", "p.key", "-q", "--password-file"];
    work.run(&[&sign[..], &["pw"]].concat()).ok();
    assert_eq!(verified(&work, "m.model", &work.path("p.key.pub")), comment(&work));
    let signature = work.bytes("m.model.minisig");
    run_on(&work, "correct horse", &[&sign[..], &["-"]].concat()).ok();
    for wrong in ["Correct horse\n", "correct horse \n", "\n", ""] {
        run_on(&work, wrong, &[&sign[..], &["-"]].concat())
            .fails(2, "error: key `p.key`: the password is wrong\n");
    }
    assert_ne!(work.bytes("m.model.minisig"), signature);
    verified(&work, "m.model", &work.path("p.key.pub"));
    run_on(&work, &"x".repeat(1025), &[&sign[..], &["-"]].concat()).fails(
        2,
        "error: the first line of `-` is no password: expected at most 1024 bytes of UTF-8\n",
    );
    work.run(&[&sign[..], &["nowhere"]].concat()).fails(
        1,
        "error: cannot read the password in `nowhere`: No such file or directory (os error 2)\n",
    );
    run_on(&work, "\n", &["keygen", "-o", "q.key", "--password-file", "-"]).fails(
        2,
        "error: the password is empty; no key was made\nhint: --no-password makes a key without one\n",
    );
    assert!(!work.path("q.key").exists());
    work.run(&["keygen", "--no-password", "--password-file", "pw"]).misused("cannot be used with");
}

#[test]
fn a_signature_names_the_model() {
    let work = work();
    let run = work.run(&["sign", "m.model", "--key", "k.key"]);
    let comment = comment(&work);
    let id = id(&work, "k.key.pub");
    assert_eq!(
        run.stderr,
        format!("signed     by key {id}: m.model.minisig\ncomment    {comment}\n")
    );
    assert_eq!(run.ok(), "");
    assert_eq!(verified(&work, "m.model", &work.path("k.key.pub")), comment);
    let first = work.text("m.model.minisig").lines().next().unwrap().to_owned();
    assert_eq!(first, format!("untrusted comment: signature of a model by trainer, key {id}"));

    let args = ["sign", "m.model", "--key", "k.key", "--comment", "approved by QA", "--json"];
    let json: serde_json::Value = serde_json::from_str(&work.run(&args).ok()).unwrap();
    let comment = format!("{comment} comment:approved by QA");
    assert_eq!(verified(&work, "m.model", &work.path("k.key.pub")), comment);
    let expected =
        serde_json::json!({ "file": "m.model.minisig", "key_id": id, "trusted_comment": comment });
    assert_eq!(json, expected);
    work.run(&["sign", "m.model", "--key", "k.key", "--comment", "two\nlines"])
        .misused("expected at most 1024 bytes without control or other hidden characters");

    fs::remove_file(work.path("m.model.minisig")).unwrap();
    work.run(&["sign", "m.model", "--key", "k.key", "-o", "elsewhere", "-q"]).ok();
    assert_eq!(work.names(), ["elsewhere", "in.csv", "k.key", "k.key.pub", "m.model"]);
}

#[test]
fn a_damaged_model_is_not_signed() {
    let work = work();
    let mut model = work.bytes("m.model");
    let at = model.len() - 1;
    model[at] ^= 1;
    work.put("m.model", &model);
    let run = work.run(&["sign", "m.model", "--key", "k.key"]);
    assert!(run.stderr.starts_with("error: model `m.model`: section `array "), "{}", run.stderr);
    assert!(run.stderr.contains("\nhint: the file was damaged on the way"), "{}", run.stderr);
    assert_eq!(run.status, Some(3));
    work.run(&["sign", "nowhere.model", "--key", "k.key"]).fails(
        1,
        "error: model `nowhere.model`: cannot open it: No such file or directory (os error 2)\n",
    );
    assert_eq!(work.names(), ["in.csv", "k.key", "k.key.pub", "m.model"]);
}

#[test]
fn what_is_no_secret_key() {
    let work = work();
    let key = work.text("k.key");
    let line = key.lines().nth(1).unwrap();
    let with = |line: &str| format!("untrusted comment: x\n{line}\n");
    let mut changed = line.as_bytes().to_vec();
    changed[120] = if changed[120] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    // The end is the checksum; without it the public half must fit the secret one.
    let unchecked = format!("{}{}=", &changed[..168], "A".repeat(43));
    for (file, what) in [
        (String::new(), "found 0 lines, expected two"),
        (line.to_owned(), "found 1 lines, expected two"),
        (format!("x\n{line}\n"), "line 1 does not begin with `untrusted comment:`"),
        (work.text("k.key.pub"), "it is a public key, expected the secret one"),
        (with("RWQAAEIy"), "line 2 is no minisign secret key, or damaged"),
        (with(&changed), "line 2 is no minisign secret key, or damaged"),
        (with(&unchecked), "line 2 is no minisign secret key, or damaged"),
        (with(&"!".repeat(212)), "line 2 is no minisign secret key, or damaged"),
        ("x".repeat(5000), "it is no text of two lines"),
    ] {
        work.put("bad.key", file);
        work.run(&["sign", "m.model", "--key", "bad.key"])
            .fails(2, &format!("error: key `bad.key`: {what}\n{WANTED}"));
    }
    work.run(&["sign", "m.model", "--key", "nowhere.key"]).fails(
        1,
        "error: cannot read the key `nowhere.key`: No such file or directory (os error 2)\n",
    );
    #[cfg(target_os = "linux")]
    work.run(&["sign", "m.model", "--key", "/dev/zero"])
        .fails(2, &format!("error: key `/dev/zero`: it is no text of two lines\n{WANTED}"));
    assert!(!work.path("m.model.minisig").exists());
    // Line ends of Windows do no harm.
    work.put("bad.key", key.replace('\n', "\r\n"));
    work.run(&["sign", "m.model", "--key", "bad.key", "-q"]).ok();
    verified(&work, "m.model", &work.path("k.key.pub"));
}

#[test]
fn fit_signs_what_it_writes() {
    let work = work();
    let run = work.run(
        &[&TREE[..6], &["-o", "m.model", "--param", "max_depth=2", "--sign", "k.key"]].concat(),
    );
    let id = id(&work, "k.key.pub");
    assert!(
        run.stderr.ends_with(&format!("\nsigned     by key {id}: m.model.minisig\n")),
        "{}",
        run.stderr
    );
    run.ok();
    assert_eq!(verified(&work, "m.model", &work.path("k.key.pub")), comment(&work));
    let json = [&TREE[..], &["-o", "m.model", "--sign", "k.key", "--json"]].concat();
    let report: serde_json::Value = serde_json::from_str(&work.run(&json).ok()).unwrap();
    assert_eq!(report["signature"]["trusted_comment"], comment(&work));
    verified(&work, "m.model", &work.path("k.key.pub"));

    // A model that is written later without a key has no valid signature beside it, which is reported.
    let run = work.run(&[&TREE[..6], &["-o", "m.model"]].concat());
    assert_eq!(
        run.warnings(),
        [
            "`m.model.minisig` was there before, this model is not signed: trainer sign m.model --key KEY"
        ]
    );
}

#[test]
fn compare_signs_the_winner() {
    let work = work();
    let compare =
        ["compare", "in.csv", "--target", "species", "--algorithms", "decision-tree,gaussian-nb"];
    let run = work.run(&[&compare[..], &["-o", "best.model", "--sign", "k.key"]].concat());
    assert!(run.stderr.contains(": best.model.minisig\n"), "{}", run.stderr);
    run.ok();
    let comment = verified(&work, "best.model", &work.path("k.key.pub"));
    assert!(comment.ends_with(" version:0.1.0 name:best"), "{comment}");
    work.run(&[&compare[..], &["--sign", "k.key"]].concat())
        .fails(2, "error: --sign: without --output there is no model to sign\n");
}

#[test]
fn a_name_forges_no_field_of_the_signed_comment() {
    let work = work();
    let names =
        ["m comment:approved by QA", "m\" comment:\"approved", "m\u{2028}comment:\u{202e}x"];
    let quoted = [
        r#""m comment:approved by QA""#,
        r#""m\" comment:\"approved""#,
        r#""m\u{2028}comment:\u{202e}x""#,
    ];
    for (name, quoted) in names.iter().zip(quoted) {
        let named = ["-o", "m.model", "--name", name, "--sign", "k.key"];
        work.run(&[&TREE[..6], &named].concat()).ok();
        let comment = verified(&work, "m.model", &work.path("k.key.pub"));
        let id = work.model().id().to_string();
        assert_eq!(comment, format!("id:sha256:{id} version:0.1.0 name:{quoted}"));
    }
}

#[test]
fn a_fit_that_cannot_be_signed_does_not_begin() {
    let work = work();
    let before = work.bytes("m.model");
    let fit = |more: &[&str]| work.run(&[&TREE[..], more].concat());
    fit(&["-o", "-", "--sign", "k.key"])
        .fails(2, "error: --sign: the signature lies beside the model, `-` is no file\n");
    fit(&["-o", "k.key", "--sign", "k.key"]).fails(2, "error: --output would overwrite the key\n");
    fs::copy(work.path("k.key"), work.path("n.model.minisig")).unwrap();
    fit(&["-o", "n.model", "--sign", "n.model.minisig"])
        .fails(2, "error: the signature `n.model.minisig` would overwrite the key\n");
    fit(&["-o", "m.model", "--password-file", "pw"]).misused("--sign <KEY>");
    let stdin = ["fit", "-", "--target", "species", "-o", "m.model", "--sign", "k.key"];
    work.run(&[&stdin[..], &["--password-file", "-"]].concat()).fails(
        2,
        "error: --password-file: the training data and the password cannot both be stdin\n",
    );
    fs::create_dir(work.path("m.model.minisig")).unwrap();
    let run = fit(&["-o", "m.model", "--sign", "k.key"]);
    let message = "error: `m.model.minisig` is there and is no regular file\n\
                   hint: remove it; the signature lies under this name\n";
    run.fails(2, message);
    work.run(&["sign", "m.model", "--key", "k.key"]).fails(2, message);
    assert!(work.bytes("m.model") == before);
    work.run(&["sign", "m.model", "--key", "k.key", "-o", "k.key"])
        .fails(2, "error: --output would overwrite the key\n");
    work.run(&["sign", "m.model", "--key", "k.key", "-o", "m.model"])
        .fails(2, "error: --output would overwrite the model\n");
}

#[cfg(unix)]
#[test]
fn a_signature_that_goes_through_a_link_overwrites_nothing_that_is_read() {
    use std::os::unix::fs::symlink;
    let work = work();
    work.run(&["keygen", "-o", "other.key", "--no-password", "-q"]).ok();
    work.put("pw", "none");
    let names = ["in.csv", "m.model", "k.key", "k.key.pub", "other.key", "pw"];
    let before = names.map(|name| work.bytes(name));
    let key = "hint: remove the key first if it is no longer needed\n";
    for (name, what, hint) in [
        ("in.csv", "the training data", ""),
        ("m.model", "", ""),
        ("k.key", "the key", ""),
        ("k.key.pub", "`m.model.minisig`, which is a key", key),
        ("other.key", "`m.model.minisig`, which is a key", key),
        ("pw", "the password file", ""),
    ] {
        // Over two links, as long as it leads there.
        symlink(name, work.path("link")).unwrap();
        symlink("link", work.path("m.model.minisig")).unwrap();
        let fact = |of: &str| match name {
            "m.model" if of != "sign" => {
                "--output and the signature `m.model.minisig` name the same file".to_owned()
            }
            "m.model" => "the signature `m.model.minisig` would overwrite the model".to_owned(),
            _ => format!("the signature `m.model.minisig` would overwrite {what}"),
        };
        let refused = |of: &str, args: &[&str]| {
            let args = [args, &["--password-file", "pw"]].concat();
            work.run(&args).fails(2, &format!("error: {}\n{hint}", fact(of)));
        };
        let to = ["-o", "m.model", "--sign", "k.key"];
        refused("fit", &[&TREE[..], &to].concat());
        refused("compare", &[&["compare", "in.csv", "--target", "species"], &to[..]].concat());
        if name != "in.csv" {
            refused("sign", &["sign", "m.model", "--key", "k.key"]);
        }
        assert!(names.map(|name| work.bytes(name)) == before, "{name}");
        fs::remove_file(work.path("link")).unwrap();
        fs::remove_file(work.path("m.model.minisig")).unwrap();
    }
    // Elsewhere a link may lead.
    symlink("elsewhere", work.path("m.model.minisig")).unwrap();
    work.run(&["sign", "m.model", "--key", "k.key", "-q"]).ok();
    assert!(work.path("elsewhere").exists() && work.path("m.model.minisig").is_symlink());
}

#[test]
fn no_output_overwrites_a_password_or_another_key() {
    let work = work();
    work.put("pw", "secret\n");
    for name in ["p.key", "q.key"] {
        work.run(&["keygen", "-o", name, "--password-file", "pw", "-q"]).ok();
    }
    let before = ["pw", "q.key", "q.key.pub"].map(|name| work.bytes(name));
    let by = ["--password-file", "pw", "-o"];
    let sign = [&["sign", "m.model", "--key", "p.key"], &by[..]].concat();
    let fit = [&TREE[..], &["--sign", "p.key"], &by[..]].concat();
    for (name, what) in [
        ("pw", "error: --output would overwrite the password file\n"),
        (
            "q.key",
            "error: --output would overwrite `q.key`, which is a key\n\
             hint: remove the key first if it is no longer needed\n",
        ),
        (
            "q.key.pub",
            "error: --output would overwrite `q.key.pub`, which is a key\n\
             hint: remove the key first if it is no longer needed\n",
        ),
    ] {
        for args in [&sign, &fit] {
            work.run(&[&args[..], &[name]].concat()).fails(2, what);
        }
    }
    assert!(["pw", "q.key", "q.key.pub"].map(|name| work.bytes(name)) == before);
}

#[test]
fn a_key_of_the_minisign_program_signs() {
    let work = work();
    let key = fixture("minisign.key").display().to_string();
    work.run(&["sign", "m.model", "--key", &key, "-q"]).ok();
    assert_eq!(verified(&work, "m.model", &fixture("minisign.pub")), comment(&work));
}

/// Runs the real program.
fn minisign(work: &Work, args: &[&str]) -> String {
    let mut command = Command::new("minisign");
    let run = Work::finish(command.args(args).current_dir(work.path(".")).stdin(Stdio::null()));
    run.ok()
}

#[test]
#[ignore = "needs the minisign program"]
fn the_minisign_program_reads_keys_and_signatures() {
    let work = work();
    work.run(&["sign", "m.model", "--key", "k.key", "-q"]).ok();
    let says =
        format!("Signature and comment signature verified\nTrusted comment: {}\n", comment(&work));
    assert_eq!(minisign(&work, &["-Vm", "m.model", "-p", "k.key.pub"]), says);
    // Its own signature with our key, and ours with its key.
    minisign(&work, &["-S", "-W", "-s", "k.key", "-m", "m.model"]);
    verified(&work, "m.model", &work.path("k.key.pub"));
    minisign(&work, &["-G", "-W", "-s", "real.key", "-p", "real.pub"]);
    work.run(&["sign", "m.model", "--key", "real.key", "-q"]).ok();
    verified(&work, "m.model", &work.path("real.pub"));
    minisign(&work, &["-Vm", "m.model", "-p", "real.pub"]);
}
