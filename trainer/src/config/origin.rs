//! Where in the `--config` file the options in effect stand, so that errors name the place and not a flag
//! that nobody gave.

use cli_common::error::Error;
use toml::de::{DeTable, DeValue};

/// Lines of the options that come from a config file; of none without a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    file: String,
    /// Options by name, keys of a table after a dot, and their lines.
    lines: Vec<(String, usize)>,
    /// Hyper-parameters that are flags, too: both values are checked.
    params: Vec<(String, String)>,
}

impl Origin {
    /// The keys of a file that is called `file`; `line` is that of a place in its text.
    pub(super) fn new(file: String, table: &DeTable<'_>, line: impl Fn(usize) -> usize) -> Self {
        let mut lines = Vec::new();
        collect("", table, &line, &mut lines);
        Self { file, lines, params: Vec::new() }
    }

    /// Those that no flag takes the place of: shared ones, those of one command, and hyper-parameters.
    pub(super) fn without_flags(
        mut self,
        shared: Vec<&str>,
        own: Vec<&str>,
        params: &[(String, String)],
    ) -> Self {
        for flag in shared.into_iter().chain(own) {
            self.lines.retain(|(name, _)| name != flag);
        }
        self.params = params.to_vec();
        self
    }

    /// An error of an option as one of the file, if the option stands there.
    pub(crate) fn told(&self, error: Error) -> Error {
        error.map_facts(|fact| self.fact(&fact).unwrap_or(fact))
    }

    /// `--name ...` as what it is in the file.
    fn fact(&self, fact: &str) -> Option<String> {
        let rest = fact.strip_prefix("--")?;
        let end = rest.find(|c: char| c != '-' && !c.is_ascii_lowercase())?;
        let (name, after) = rest.split_at(end);
        let line_of = |wanted: &str| self.lines.iter().find(|(name, _)| name == wanted);
        let (_, line) = if name == "param" {
            // `--param KEY: found `VALUE``, `--param: .. has no `KEY``, or `--param: found `KEY=VALUE``.
            let key = after.trim_start().split(':').next().unwrap_or_default();
            let quoted = after.split('`').nth(1).unwrap_or_default();
            let (other, _) = quoted.split_once('=').unwrap_or((quoted, ""));
            let of_flag = |(name, value): &(String, String)| {
                (name == key && value == quoted) || quoted == format!("{name}={value}")
            };
            if self.params.iter().any(of_flag) {
                return None;
            }
            line_of(&format!("param.{key}")).or_else(|| line_of(&format!("param.{other}")))?
        } else {
            line_of(name)?
        };
        Some(format!("`{}` line {line}: {rest}", self.file))
    }
}

fn collect(
    before: &str,
    table: &DeTable<'_>,
    line: &impl Fn(usize) -> usize,
    lines: &mut Vec<(String, usize)>,
) {
    for (key, value) in table {
        let name = format!("{before}{}", key.get_ref());
        lines.push((name.clone(), line(key.span().start)));
        if let DeValue::Table(table) = value.get_ref() {
            collect(&format!("{name}."), table, line, lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "threads = 0\n\nsample = 3\n[param]\nn_trees = 0\nsvm.c = -1\n\n[param.ridge]\nalfa = 2\n";

    fn told(fact: &str, flags: &[&str], params: &[(String, String)]) -> String {
        let table = DeTable::parse(TEXT).unwrap();
        let line = |at: usize| TEXT[..at].matches('\n').count() + 1;
        let origin = Origin::new("c.toml".into(), table.get_ref(), line);
        let origin = origin.without_flags(flags.to_vec(), Vec::new(), params);
        origin.told(Error::usage(fact)).to_string()
    }

    #[test]
    fn options_of_the_file_are_named_with_their_line() {
        for (fact, expected) in [
            ("--threads: 0 threads", "`c.toml` line 1: threads: 0 threads"),
            ("--sample: found 3, x", "`c.toml` line 3: sample: found 3, x"),
            ("--param n_trees: found `0`", "`c.toml` line 5: param n_trees: found `0`"),
            ("--param svm.c: found `-1`", "`c.toml` line 6: param svm.c: found `-1`"),
            ("--param: svm has no `n_trees`", "`c.toml` line 5: param: svm has no `n_trees`"),
            ("--param: found `n_trees=0`, x", "`c.toml` line 5: param: found `n_trees=0`, x"),
            ("--ignore: no such column", "--ignore: no such column"),
            ("line 3: --threads", "line 3: --threads"),
            ("--", "--"),
        ] {
            assert_eq!(told(fact, &["seed"], &[]), expected);
        }
        assert_eq!(told("--threads: 0 threads", &["threads"], &[]), "--threads: 0 threads");
        // Both values of a hyper-parameter are checked.
        let params = [("n_trees".to_owned(), "x".to_owned())];
        let of_flag = "--param n_trees: found `x`";
        assert_eq!(told(of_flag, &[], &params), of_flag);
        let of_file = "`c.toml` line 5: param n_trees: found `0`";
        assert_eq!(told("--param n_trees: found `0`", &[], &params), of_file);
    }
}
