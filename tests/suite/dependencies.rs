//! What each program is built of: `deny.toml` says the same to `cargo deny`.

use std::path::Path;
use std::process::Command;

/// Names of all crates that end up in a package.
fn crates(package: &str) -> Vec<String> {
    crates_with(package, &[])
}

/// The same with other features than those by default.
fn crates_with(package: &str, features: &[&str]) -> Vec<String> {
    let run = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}", "--package", package])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).unwrap();
    let mut names: Vec<String> =
        lines.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn training_code_is_in_the_trainer_only() {
    let [format, predictor, trainer] = ["model-format", "predictor", "trainer"].map(crates);
    let has = |crates: &[String], name: &str| crates.iter().any(|c| c == name);
    assert!(has(&trainer, "smartcore") && !has(&trainer, "predictor"));
    for of in [&format, &predictor] {
        for name in ["smartcore", "trainer", "rand", "num-traits", "csv", "minisign"] {
            assert!(!has(of, name), "{name} in {of:?}");
        }
        assert!(has(of, "sha2") && has(of, "bincode"));
    }
    assert!(predictor.len() < trainer.len());
}

/// The format is for any program, and what the predictor's library needs of `cli-common` is for any too.
#[test]
fn terminals_and_signals_are_in_the_programs_only() {
    for package in ["model-format", "cli-common"] {
        let of = crates(package);
        for name in ["clap", "indicatif", "signal-hook"] {
            assert!(!of.iter().any(|c| c == name), "{name} in {of:?}");
        }
    }
    assert!(!crates("model-format").iter().any(|c| c == "strsim"));
}

#[test]
fn the_library_alone_is_without_command_line_and_files() {
    let [program, library] =
        [&[][..], &["--no-default-features"]].map(|features| crates_with("predictor", features));
    let only_of_the_program = [
        "clap",
        "clap_complete",
        "clap_mangen",
        "indicatif",
        "signal-hook",
        "flate2",
        "ruzstd",
        "memchr",
        "serde_json",
        "zmij",
    ];
    for name in only_of_the_program {
        assert!(program.iter().any(|found| found == name), "{name} in {program:?}");
        assert!(!library.iter().any(|found| found == name), "{name} in {library:?}");
    }
    assert!(library.iter().any(|found| found == "model-format"), "{library:?}");
    let never = ["csv", "csv-core", "console", "crc32fast", "miniz_oxide"];
    for name in never {
        assert!(!library.iter().any(|found| found == name), "{name} in {library:?}");
    }
}

/// Lines that hold the word outside of comments, in every source file below a folder.
fn unsafe_lines(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(unsafe_lines(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().filter_map(|line| line.split("//").next());
            let lines = code.filter(|line| {
                line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
            });
            found.extend(lines.map(|line| format!("{}: {}", path.display(), line.trim())));
        }
    }
    found
}

/// The lint holds what is compiled here; this holds what is compiled elsewhere too.
#[test]
fn unsafe_code_is_in_one_module_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for package in
        ["model-format", "cli-common", "tabular-input", "predictor", "trainer", "benches"]
    {
        let found = unsafe_lines(&root.join(package).join("src"));
        let (expected, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|line| line.contains("predictor/src/wide.rs: "));
        assert_eq!(others, Vec::<String>::new());
        assert_eq!(expected.len(), if package == "predictor" { 2 } else { 0 }, "{expected:?}");
    }
}
