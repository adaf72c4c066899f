//! A directory per test, a model in it, and the program run there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use model_format::Artifact;
use model_format::program::Op;
use model_format::v1::Manifest;
use model_format::writer::{ArrayData, encode_v1};
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
        assert_eq!(self.status, Some(status));
    }

    /// Asserts wrong usage; the exact words are the argument parser's, `says` is ours.
    #[track_caller]
    pub(crate) fn misused(&self, says: &str) {
        assert!(self.stderr.contains(says), "{}", self.stderr);
        assert_eq!((self.status, self.stdout.as_slice()), (Some(2), &b""[..]));
    }
}

/// A fresh directory with a golden model under the name `m.model`.
pub(crate) struct Work(TempDir);

impl Work {
    pub(crate) fn new(golden: &str) -> Self {
        let work = Self(TempDir::new().unwrap());
        work.put("m.model", fs::read(golden_file(golden, "model.model")).unwrap());
        work
    }

    /// With an input `in.csv`.
    pub(crate) fn with(golden: &str, input: impl AsRef<[u8]>) -> Self {
        let work = Self::new(golden);
        work.put("in.csv", input);
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

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    /// Writes the model anew with another manifest; it must be a linear one for one number or two
    /// labels.
    pub(crate) fn edit_manifest(&self, edit: impl FnOnce(&mut Manifest)) {
        let artifact = Artifact::parse(&self.bytes("m.model")).unwrap();
        let Some(Op::Linear(linear)) = artifact.pipeline().estimator() else { panic!("linear") };
        let (coefficients, intercept) = linear.outputs().next().unwrap();
        let arrays = [
            ArrayData::f64("coefficients", &[1, coefficients.len()], coefficients),
            ArrayData::f64("intercepts", &[1], &[intercept]),
        ];
        let mut manifest = Manifest::of_file(&self.bytes("m.model")).unwrap();
        manifest.arrays.clear();
        edit(&mut manifest);
        self.put("m.model", encode_v1(manifest, &arrays).unwrap().0);
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_predictor"));
        command.current_dir(self.0.path()).env_remove("NO_COLOR").stdin(Stdio::null());
        command
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_on(b"", args)
    }

    /// The same with something on stdin.
    pub(crate) fn run_on(&self, stdin: &[u8], args: &[&str]) -> Run {
        let mut command = self.command();
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            // A program that stops early closes the pipe, which is its right.
            scope.spawn(move || pipe.write_all(stdin));
            child.wait_with_output().unwrap()
        });
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains('\u{1b}'), "{stderr:?}");
        Run { status: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Runs `predictor predict m.model` with the words of `args`.
    pub(crate) fn predict(&self, args: &str) -> Run {
        self.predict_on(b"", args)
    }

    /// The same with something on stdin.
    pub(crate) fn predict_on(&self, stdin: impl AsRef<[u8]>, args: &str) -> Run {
        let words: Vec<&str> = ["predict", "m.model"].into_iter().chain(args.split(' ')).collect();
        self.run_on(stdin.as_ref(), &words)
    }

    /// Runs it on `in.csv`, quietly.
    pub(crate) fn score(&self, args: &str) -> Run {
        let words = ["predict", "m.model", "in.csv", "--quiet"].into_iter();
        self.run(&words.chain(args.split_whitespace()).collect::<Vec<_>>())
    }
}

/// Asserts equal JSON but for the last digits of numbers.
#[track_caller]
pub(crate) fn assert_close(found: &serde_json::Value, expected: &serde_json::Value) {
    use serde_json::Value;
    match (found, expected) {
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len());
            a.iter().zip(b).for_each(|(a, b)| assert_close(a, b));
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{a:?}");
            a.values().zip(b.values()).for_each(|(a, b)| assert_close(a, b));
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} != {b}");
        }
        (a, b) => assert_eq!(a, b),
    }
}

/// A file beside a golden model; the model is one of version 1 unless its name begins with a folder, as `v2/iris-svm`.
pub(crate) fn golden_file(golden: &str, name: &str) -> PathBuf {
    let folder = if golden.contains('/') { golden.into() } else { format!("v1/{golden}") };
    golden_dir().join(folder).join(name)
}

/// Where the committed models are, a folder for each format version.
pub(crate) fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

/// The text of a file that lies beside a golden model.
pub(crate) fn golden(golden: &str, name: &str) -> String {
    fs::read_to_string(golden_file(golden, name)).unwrap()
}

/// The id of a model: the digest in its preamble.
pub(crate) fn id(model: &[u8]) -> String {
    use std::fmt::Write as _;
    model[32..64].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lines of a text, each with its line end.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The header of a golden model's rows, the rows, and what is predicted for them: label and
/// probabilities.
pub(crate) struct Table {
    pub(crate) header: String,
    pub(crate) rows: Vec<String>,
    pub(crate) predictions: Vec<String>,
}

impl Table {
    pub(crate) fn of(name: &str) -> Self {
        let owned = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let mut rows = owned(golden(name, "rows.csv"));
        let mut predictions = owned(golden(name, "expected.csv"));
        predictions.remove(0);
        Self { header: rows.remove(0), rows, predictions }
    }

    /// The predicted label or number alone.
    pub(crate) fn label(&self, row: usize) -> &str {
        self.predictions[row].split(',').next().unwrap()
    }

    /// A CSV of the header and some of the rows.
    pub(crate) fn csv(&self, rows: &[usize]) -> String {
        listed(std::iter::once(&self.header).chain(rows.iter().map(|row| &self.rows[*row])))
    }

    /// What comes of the first rows if nothing is asked for.
    pub(crate) fn scored(&self, n_rows: usize) -> String {
        listed(std::iter::once("prediction").chain((0..n_rows).map(|row| self.label(row))))
    }
}

/// Lines, each with a line end.
pub(crate) fn listed(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    lines.into_iter().fold(String::new(), |text, line| text + line.as_ref() + "\n")
}

/// The hint that goes with most bad rows.
pub(crate) const FIX_ROW: &str = "hint: fix the row, or go on with --on-bad-row null|skip\n";
/// The hint that goes with a cell that is no number.
pub(crate) const FIX_CELL: &str = "hint: fix the cell, name the token with --missing if it means a missing value, or go on with --on-bad-row null|skip\n";
/// The hint that goes with more bad rows than are tolerated.
pub(crate) const TOO_MANY: &str = "hint: fix the input, or raise --max-bad-rows\n";
/// The same where they are written to a file.
pub(crate) const SEE_REJECTS: &str =
    "hint: fix the input, or raise --max-bad-rows; the bad rows are in `bad.csv`\n";
/// The hint that goes with quotes.
pub(crate) const FIX_QUOTE: &str = "hint: a quote inside a cell is written twice; go on without the line with --on-bad-row null|skip\n";
