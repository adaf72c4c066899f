//! What a shell and `man` read of the command line.

use std::process::{Command, Stdio};

use crate::support::Work;

const COMMANDS: [&str; 7] =
    ["predict", "evaluate", "diff", "inspect", "verify", "completions", "man"];

#[test]
fn every_shell_has_a_script_that_names_every_command() {
    let work = Work::new("iris-softmax");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = work.run(&["completions", shell]).ok();
        for name in COMMANDS.into_iter().chain(["prediction-column"]) {
            assert!(script.contains(name), "{shell}: {name}");
        }
    }
    work.run(&["completions", "tcsh"])
        .misused("[possible values: bash, elvish, fish, powershell, zsh]");
}

/// Runs a script that goes on from the completions, which lie in the file `completions`.
fn bash(work: &Work, script: &str) -> String {
    let output = Command::new("bash")
        .args(["--norc", "-c", script])
        .current_dir(work.path("."))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash_takes_the_script_and_completes_commands_and_options() {
    let work = Work::new("iris-softmax");
    let script = work.run(&["completions", "bash"]).ok();
    std::fs::write(work.path("completions"), script).unwrap();
    bash(&work, "bash -n completions");
    let complete = |words: &str, word: usize| {
        let script = format!(
            "source completions; COMP_WORDS=({words}); COMP_CWORD={word}; \
             _predictor predictor \"${{COMP_WORDS[COMP_CWORD]}}\" \"\"; printf '%s\n' \"${{COMPREPLY[@]}}\""
        );
        bash(&work, &script)
    };
    let commands = complete("predictor ''", 1);
    for name in COMMANDS {
        assert!(commands.lines().any(|line| line == name), "{name} in {commands}");
    }
    assert_eq!(complete("predictor predict --prediction-col", 2), "--prediction-column\n");
}

#[test]
fn every_command_has_a_manual_page() {
    let work = Work::new("iris-softmax");
    let page = work.run(&["man"]).ok();
    assert!(page.contains(".TH predictor 1"), "{page}");
    assert_eq!(work.run(&["man", "pages/man1"]).ok(), "");
    let folder = work.path("pages/man1");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected: Vec<String> = COMMANDS.map(|name| format!("predictor-{name}.1")).into();
    expected.push("predictor.1".into());
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(std::fs::read_to_string(folder.join("predictor.1")).unwrap(), page);
    let page = std::fs::read_to_string(folder.join("predictor-predict.1")).unwrap();
    for part in [".TH predictor-predict 1", "\\-\\-prediction\\-column", "predictor 0.1.0"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    // A file in the place of the folder.
    std::fs::write(work.path("file"), "as it was").unwrap();
    let run = work.run(&["man", "file"]);
    assert!(run.stderr.starts_with("error: cannot write `file`: "), "{}", run.stderr);
    assert_eq!(run.status, Some(1));
}
