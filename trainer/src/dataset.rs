//! The table a model is fitted on, read once and shared by every fit on it.

use cli_common::error::{Error, Result};
use cli_common::text::shorten;
use model_format::cell::{MissingTokens, parse_number};

use crate::algorithms::params::{ALGORITHMS, Algorithm};
use crate::config::{Config, MIN_ROWS, Test};
use crate::memory;
use crate::rng::{STREAM_SAMPLE, STREAM_SPLIT, derive};
use crate::split::{Split, holdout};
use crate::table::Table;
use crate::table::footer;
use crate::table::infer::{self, Inferred};
use crate::table::target::{self, Target, TaskKind, Values};

/// Larger targets cannot be squared and summed, which every regression does.
const LARGEST_TARGET: f64 = 1e140;

/// A training table and its target.
#[derive(Debug)]
pub(crate) struct Dataset {
    /// Every cell.
    pub(crate) table: Table,
    /// The rows that have a target, and their targets.
    pub(crate) target: Target,
    target_column: Option<usize>,
    missing: MissingTokens,
    /// Rows of the file that have a target, if only a sample of them is used.
    sampled_from: Option<usize>,
}

impl Dataset {
    /// Reads the training file.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the file or its target column.
    pub(crate) fn read(config: &Config) -> Result<Self> {
        let limit = |columns: &[String]| {
            infer::check_width(columns, config.target.as_deref(), &config.overrides)
        };
        let mut table = Table::read(&config.train, &config.dialect, limit)?;
        let missing = MissingTokens::new(config.missing.iter().map(String::as_str))
            .with_style(config.style.clone());
        memory::check_table(table.n_rows().saturating_mul(table.columns.len()), config.threads)?;
        table.read_numbers(&missing, config.threads);
        let column = config.target.as_ref().map(|name| table.column(name, "--target"));
        let target_column = column.transpose()?;
        footer::check(&table, target_column, &missing, &config.overrides)?;
        let target = match target_column {
            Some(column) => target::read(&table, column, &missing, config.task)?,
            None => Target::none(&table, config.params.hyper().n_clusters().unwrap_or(0)),
        };
        let mut data = Self { table, target, target_column, missing, sampled_from: None };
        if let Some(n_rows) = config.sample {
            data.sample(n_rows, derive(config.seed, STREAM_SAMPLE))?;
        }
        Ok(data)
    }

    /// Keeps `n_rows` of the rows that have a target, and of each label the share that it has.
    fn sample(&mut self, n_rows: usize, seed: u64) -> Result<()> {
        let (all, n_labels) = (self.target.rows.len(), self.target.task.labels().len());
        if n_rows >= all {
            return Ok(());
        }
        let fraction = (all - n_rows) as f64 / all as f64;
        let drawn = match &self.target.values {
            Values::Classes(_) if n_rows < n_labels => {
                let fact = format!(
                    "--sample: found {n_rows}, expected a row for each of {n_labels} labels"
                );
                return Err(Error::usage(fact));
            }
            Values::Classes(classes) => holdout::stratified(classes, n_labels, fraction, seed),
            Values::Numbers(_) | Values::Nothing(_) => holdout::plain(all, fraction, seed),
        }
        .train;
        self.table.keep(&self.rows(&drawn));
        self.target.rows = (0..drawn.len()).collect();
        self.target.values = self.target.values.select(&drawn);
        self.sampled_from = Some(all);
        Ok(())
    }

    /// Number of labels or clusters; 0 for regression.
    pub(crate) fn n_classes(&self) -> usize {
        self.target.task.labels().len()
    }

    /// Table rows of positions among the rows that have a target.
    pub(crate) fn rows(&self, positions: &[usize]) -> Vec<usize> {
        positions.iter().map(|i| self.target.rows[*i]).collect()
    }

    /// Columns that serve when these table rows are fitted.
    ///
    /// # Errors
    ///
    /// As [`infer::infer`].
    pub(crate) fn infer(&self, config: &Config, fitted: &[usize]) -> Result<Inferred> {
        infer::infer(
            &self.table,
            self.target_column,
            &self.target.rows,
            fitted,
            &self.missing,
            &config.overrides,
            config.threads,
        )
    }

    /// Refuses a table that is too small for any model.
    ///
    /// # Errors
    ///
    /// An input error.
    pub(crate) fn check_rows(&self) -> Result<()> {
        let n_rows = self.target.rows.len();
        if n_rows < MIN_ROWS {
            let has = if self.target_column.is_some() { " have a target" } else { "" };
            let fact = format!("{n_rows} rows{has}, expected at least {MIN_ROWS}");
            return Err(Error::input(fact));
        }
        Ok(())
    }

    /// The rows to fit and those to hold out.
    ///
    /// # Errors
    ///
    /// As [`Dataset::check_rows`].
    pub(crate) fn split(&self, config: &Config) -> Result<Split> {
        self.check_rows()?;
        let fraction = match config.test {
            Test::Fraction(fraction) => fraction,
            Test::File(_) | Test::Folds(_) => 0.0,
        };
        let seed = derive(config.seed, STREAM_SPLIT);
        Ok(match &self.target.values {
            Values::Classes(classes) => {
                holdout::stratified(classes, self.n_classes(), fraction, seed)
            }
            values => holdout::plain(values.len(), fraction, seed),
        })
    }

    /// What the user should know of the columns that serve, and of labels that no row of `held`
    /// has; `held` are positions, none if nothing was held out.
    pub(crate) fn warnings(&self, inferred: &Inferred, held: &[usize]) -> Vec<String> {
        let mut warnings: Vec<String> = inferred
            .left_out
            .iter()
            .filter(|(_, reason)| reason != infer::IGNORED)
            .map(|(name, reason)| {
                let samples = inferred.samples.get(name);
                let samples = samples.map_or(String::new(), |samples| format!(" ({samples})"));
                format!("column `{name}` is left out: {reason}{samples}")
            })
            .collect();
        warnings.extend(inferred.warnings.iter().cloned());
        warnings.extend(self.table.warnings.iter().cloned());
        if self.table.empty_rows > 0 {
            let n = self.table.empty_rows;
            warnings.push(match n {
                1 => "1 row at the end holds nothing and is left out".into(),
                n => format!("{n} rows at the end hold nothing and are left out"),
            });
        }
        if self.table.blank_lines > 0 {
            let n = self.table.blank_lines;
            warnings.push(match n {
                1 => "1 blank line between the rows: did it hold a row once?".into(),
                n => format!("{n} blank lines between the rows: did they hold rows once?"),
            });
        }
        warnings.extend(self.target.warnings.iter().cloned());
        if let Some(all) = self.sampled_from {
            let n_rows = self.target.rows.len();
            warnings
                .push(format!("only a sample of {n_rows} of the {all} rows is used (--sample)"));
        }
        let Values::Classes(classes) = &self.target.values else { return warnings };
        let giveaways =
            infer::giveaways(&self.table, inferred, &self.target.rows, classes, self.n_classes());
        for name in giveaways {
            warnings.push(format!(
                "column `{name}` determines the target (possible leakage); if it is not known when predicting, leave it out with --ignore"
            ));
        }
        let counts = class_counts(&self.target.values.select(held), self.n_classes());
        let pairs = self.target.task.labels().iter().zip(&counts);
        let absent: Vec<&str> =
            pairs.filter(|(_, n)| **n == 0).map(|(label, _)| label.as_str()).collect();
        if !held.is_empty() && !absent.is_empty() {
            warnings.push(format!("no held-out row has label {}", first_few(&absent)));
        }
        warnings
    }
}

/// Names on one line that stays readable, however many and long they are.
fn first_few(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    const CHARS: usize = 60;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| shorten(name, CHARS)).collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    shown.join(", ") + &more
}

/// Refuses an algorithm that cannot do the task.
///
/// # Errors
///
/// A usage error.
pub(crate) fn check_algorithm(config: &Config, target: &Target) -> Result<()> {
    let kind = target.kind();
    if config.algorithm.serves(kind) {
        return Ok(());
    }
    let is_number = |label: &String| parse_number(label.as_bytes()).is_some();
    let (is, other) = match kind {
        TaskKind::Regression => ("numbers", Some("classification")),
        TaskKind::Classification if target.task.labels().iter().all(is_number) => {
            ("labels", Some("regression"))
        }
        // No number can be read from a text.
        _ => ("labels", None),
    };
    let serving: Vec<&str> =
        ALGORITHMS.into_iter().filter(|a| a.serves(kind)).map(Algorithm::name).collect();
    let or = other.map_or(String::new(), |other| format!("; or --task {other} if that is meant"));
    let hint = format!("these predict {is}: {}{or}", serving.join(", "));
    let column = config.target.as_deref().unwrap_or_default();
    let name = config.algorithm.name();
    let fact = format!("{name} cannot predict {is}, which is what target `{column}` holds");
    Err(Error::usage(fact).with_hint(hint))
}

/// The fitted rows must still show what the whole table showed.
///
/// # Errors
///
/// An input error that says what is lost.
pub(crate) fn check_targets(y: &Values, n_classes: usize) -> Result<()> {
    match y {
        Values::Numbers(values) if values.iter().any(|v| v.abs() > LARGEST_TARGET) => {
            let fact = format!("target values beyond {LARGEST_TARGET:e}, whose squares overflow");
            Err(Error::input(fact).with_hint("give the target another unit"))
        }
        Values::Numbers(values) if values.iter().all(|v| v.to_bits() == values[0].to_bits()) => {
            Err(Error::input("every target value of the fitted rows is the same")
                .with_hint("hold fewer rows out with --test-fraction"))
        }
        Values::Classes(_) if class_counts(y, n_classes).contains(&0) => {
            Err(Error::input("a label has no rows to be fitted on")
                .with_hint("hold fewer rows out with --test-fraction"))
        }
        _ => Ok(()),
    }
}

/// Rows per class; empty for regression.
pub(crate) fn class_counts(y: &Values, n_classes: usize) -> Vec<u64> {
    let mut counts = vec![0; n_classes];
    if let Values::Classes(classes) = y {
        for class in classes {
            counts[*class as usize] += 1;
        }
    }
    counts
}
