//! A directory per test, the program run in it, and the models it writes there.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use model_format::Artifact;
use model_format::manifest::Manifest;
use model_format::program::OpSpec;
use serde_json::Value;
use tempfile::TempDir;

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code; `None` after a signal.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    /// Stdout as text, of a run that succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        String::from_utf8(self.stdout).unwrap()
    }

    /// Asserts a failure: its exit code and everything it said.
    #[track_caller]
    pub(crate) fn fails(&self, status: i32, stderr: &str) {
        assert_eq!(self.stderr, stderr);
        assert_eq!((self.status, self.stdout.as_slice()), (Some(status), &b""[..]));
    }

    /// Asserts wrong usage; the exact words are the argument parser's, `says` is ours.
    #[track_caller]
    pub(crate) fn misused(&self, says: &str) {
        assert!(self.stderr.contains(says), "{}", self.stderr);
        assert_eq!((self.status, self.stdout.as_slice()), (Some(2), &b""[..]));
    }

    /// Warnings of a run that succeeded, in order, but for the one that compares the model with its
    /// baseline: the tables of most tests are noise.
    #[track_caller]
    pub(crate) fn warnings(&self) -> Vec<&str> {
        let mut warnings = self.all_warnings();
        warnings.retain(|text| !text.starts_with("the model is no better than its baseline"));
        warnings
    }

    /// Warnings of a run that succeeded, in order.
    #[track_caller]
    pub(crate) fn all_warnings(&self) -> Vec<&str> {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        self.stderr.lines().filter_map(|line| line.strip_prefix("warning: ")).collect()
    }
}

/// A fresh directory.
pub(crate) struct Work(TempDir);

impl Work {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With a table `in.csv`.
    pub(crate) fn with(table: impl AsRef<[u8]>) -> Self {
        let work = Self::new();
        work.put("in.csv", table);
        work
    }

    /// With an embedded data set as `in.csv`.
    pub(crate) fn sample(name: &str) -> Self {
        let work = Self::new();
        assert_eq!(work.run(&["sample", name, "-o", "in.csv"]).ok(), "");
        work
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    /// Names in the directory, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program, in this directory.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
        command
            .current_dir(self.0.path())
            .env_remove("NO_COLOR")
            .env_remove("SOURCE_DATE_EPOCH")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Self::finish(self.command().args(args))
    }

    /// Runs a command to its end.
    pub(crate) fn finish(command: &mut Command) -> Run {
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains('\u{1b}'), "{stderr:?}");
        Run { status: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Runs `trainer fit in.csv -o m.model` with the words of `args`.
    pub(crate) fn fit(&self, args: &str) -> Run {
        let words = ["fit", "in.csv", "-o", "m.model"].into_iter().chain(args.split_whitespace());
        self.run(&words.collect::<Vec<_>>())
    }

    /// Fits a small tree, whatever else is asked for.
    pub(crate) fn fit_tree(&self, args: &str) -> Run {
        self.fit(&format!("--algorithm decision-tree --param max_depth=3 {args}"))
    }

    /// What the file of the model says of it.
    pub(crate) fn manifest(&self) -> Manifest {
        self.model().manifest().clone()
    }

    /// The names of the ops of the model, in order.
    pub(crate) fn ops(&self) -> Vec<&'static str> {
        self.manifest().program.ops.iter().map(OpSpec::name).collect()
    }

    /// The model, read and checked.
    pub(crate) fn model(&self) -> Artifact {
        Artifact::open(&self.path("m.model")).unwrap()
    }

    /// Options stored in the model.
    pub(crate) fn option(&self, key: &str) -> String {
        let model = self.model();
        let options = &model.manifest().provenance.options;
        options.iter().find(|(k, _)| k == key).map(|(_, value)| value.clone()).unwrap()
    }

    /// Fits with `--json` and reads the report.
    pub(crate) fn report(&self, args: &str) -> Value {
        let run = self.fit(&format!("{args} --json"));
        serde_json::from_str(&run.ok()).unwrap()
    }

    /// Asserts that a fit was refused: exit code, words, an earlier model as it was, nothing else
    /// written.
    #[track_caller]
    pub(crate) fn refuses(&self, args: &str, status: i32, stderr: &str) {
        self.put("m.model", "as it was\n");
        let names = self.names();
        self.fit(args).fails(status, stderr);
        assert_eq!((self.text("m.model"), self.names()), ("as it was\n".to_owned(), names));
    }
}

/// A table of these columns and as many rows as asked for, made by a rule.
pub(crate) fn table(header: &str, n_rows: usize, row: impl Fn(usize) -> String) -> String {
    (1..=n_rows).fold(format!("{header}\n"), |csv, i| csv + &row(i) + "\n")
}
