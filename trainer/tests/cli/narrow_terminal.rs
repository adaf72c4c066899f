//! Help on a terminal that is narrower than its lines.

use std::process::Command;

use crate::support::Work;

/// What stands on a terminal of so many columns; `script` of util-linux provides it.
fn on_terminal(work: &Work, columns: usize, args: &str) -> String {
    let program = env!("CARGO_BIN_EXE_trainer");
    let shell = format!("stty rows 40 cols {columns}; '{program}' {args}");
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", &shell, "/dev/null"]).env("SHELL", "/bin/sh");
    let output = command.current_dir(work.path(".")).output();
    let output = output.expect("this test needs the program `script` of util-linux");
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

#[test]
fn help_breaks_between_words_on_a_narrow_terminal() {
    let work = Work::new();
    for command in
        ["", "sample", "fit", "compare", "keygen", "sign", "algorithms", "completions", "man"]
    {
        let args = [command, "--help"];
        let piped = work.run(&args[usize::from(command.is_empty())..]).ok();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for columns in [60, 80] {
            let shown = on_terminal(&work, columns, &format!("{command} --help"));
            let too_wide = shown.lines().find(|line| line.chars().count() > columns);
            assert!(too_wide.is_none(), "{command} {columns}: {too_wide:?}");
            assert_eq!(words(&shown), words(&piped), "{command} {columns}");
        }
        // Where there is room for every line it is the same text.
        assert_eq!(on_terminal(&work, 1000, &format!("{command} --help")), piped);
    }
}

#[test]
fn wrong_usage_breaks_between_words_too() {
    let work = Work::new();
    let shown = on_terminal(&work, 40, "fit --a-long-option 2>&1");
    assert!(shown.contains("unexpected argument"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
}
