//! What each program is built of: `deny.toml` says the same to `cargo deny`.

use std::process::Command;

/// Names of all crates that end up in a package.
fn crates(package: &str) -> Vec<String> {
    let run = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}", "--package", package])
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
