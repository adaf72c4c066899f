//! What is compared: who can serve the table, and how long each is likely to take.

use cli_common::error::Result;
use metrics::{Formula, Metric};
use model_format::cell::NumberCell;
use model_format::schema::Schema;

use crate::algorithms::cost::{LIMIT, Shape, about};
use crate::algorithms::params::{ALGORITHMS, Algorithm};
use crate::algorithms::suits::Reads;
use crate::config::Config;
use crate::config::compare::ComparePlan;
use crate::dataset::Dataset;
use crate::features::encode::ScalerKind;
use crate::features::reduce::Reduce;
use crate::table::infer::Inferred;

/// One algorithm before it is fitted.
pub(crate) struct Candidate {
    /// Which.
    pub(crate) algorithm: Algorithm,
    /// Options of its fits.
    pub(crate) config: Config,
    /// Seconds that all its folds are likely to take.
    pub(crate) estimate: f64,
    /// Why it is not tried, if it is not.
    pub(crate) left_out: Option<String>,
}

/// The table as every candidate sees it.
pub(crate) struct Seen<'a> {
    /// The rows.
    pub(crate) data: &'a Dataset,
    /// The columns that serve.
    pub(crate) inferred: &'a Inferred,
    /// The same as a schema.
    pub(crate) schema: &'a Schema,
}

/// The candidates, in the order of the registry or as named, to be ranked by this metric.
///
/// # Errors
///
/// None that `plan` has not had already.
pub(crate) fn all(plan: &ComparePlan, seen: &Seen, metric: &Metric) -> Result<Vec<Candidate>> {
    let serving = ALGORITHMS.into_iter().filter(|a| a.serves(seen.data.target.kind()));
    let algorithms: Vec<Algorithm> =
        if plan.named.is_empty() { serving.collect() } else { plan.named.clone() };
    let n_rows = seen.data.target.rows.len();
    let n_predicted = n_rows / plan.folds;
    let mut candidates = Vec::with_capacity(algorithms.len());
    for algorithm in algorithms {
        let config = plan.config(algorithm)?;
        let shape = Shape {
            n_fitted: n_rows - n_predicted,
            n_predicted,
            n_features: config.reduce.map_or(seen.schema.n_features(), Reduce::n_components),
            n_labels: seen.data.n_classes(),
            threads: config.threads,
        };
        let estimate = config.params.seconds(&shape) * plan.folds as f64;
        // Not by the threads of this machine: who is compared depends on the data alone.
        let alone = config.params.seconds(&Shape { threads: 1, ..shape });
        let unranked = || no_value(algorithm, metric);
        let left_out = cannot_serve(algorithm, &config, seen).or_else(unranked).or_else(|| {
            let is_slow = plan.named.is_empty() && plan.budget.is_none() && alone > LIMIT;
            is_slow.then(|| {
                format!(
                    "too slow for {n_rows} rows of {} features: about {} a fold on one core (estimate); \
                     name it in --algorithms or give a --budget to wait for it",
                    shape.n_features,
                    about(alone)
                )
            })
        });
        candidates.push(Candidate { algorithm, config, estimate, left_out });
    }
    Ok(candidates)
}

/// Why a metric has no value for an algorithm.
fn no_value(algorithm: Algorithm, metric: &Metric) -> Option<String> {
    let needs_probabilities = match metric.formula {
        Formula::Probabilities { .. } | Formula::Curves(_) => true,
        Formula::Confusion(_) | Formula::Numbers { .. } | Formula::Clusters { .. } => false,
    };
    (needs_probabilities && !algorithm.guide().probabilities)
        .then(|| format!("{} has no probabilities, which {} needs", algorithm.name(), metric.name))
}

/// Why an algorithm would fail on every fold, as far as the table tells.
fn cannot_serve(algorithm: Algorithm, config: &Config, seen: &Seen) -> Option<String> {
    if let Some(reason) = config.reduce.and_then(|reduce| algorithm.barred_by(reduce)) {
        return Some(reason);
    }
    let name = algorithm.name();
    match algorithm.reads() {
        Reads::Numbers => None,
        Reads::Categories => {
            let numeric = seen.schema.numeric();
            let first = &seen.schema.columns()[*numeric.first()?].name;
            let what = match numeric.len() {
                1 => format!("column `{first}` is numeric"),
                n => format!("{n} columns are numeric, such as `{first}`"),
            };
            Some(format!("{name} reads categories alone, but {what} (--categorical or --ignore)"))
        }
        Reads::Counts if config.scaler != ScalerKind::None && !seen.schema.numeric().is_empty() => {
            Some(format!("{name} reads counts, which --scaler turns into other numbers"))
        }
        Reads::Counts => seen.first_no_count().map(|(column, value)| {
            format!(
                "{name} reads counts 0, 1, 2, ..., but column `{column}` holds {value} \
                 (--categorical or --ignore)"
            )
        }),
    }
}

impl Seen<'_> {
    /// A numeric column with a value that counts nothing, and the value.
    fn first_no_count(&self) -> Option<(&str, f64)> {
        self.schema.numeric().iter().find_map(|index| {
            let column = self.inferred.columns[*index];
            let mut cells = self
                .data
                .target
                .rows
                .iter()
                .map(|row| self.data.table.number(*row, column, self.schema.missing()));
            let value = cells.find_map(|cell| match cell {
                NumberCell::Value(value) if value < 0.0 || value.fract() != 0.0 => Some(value),
                NumberCell::Value(_) | NumberCell::Missing | NumberCell::Invalid => None,
            })?;
            Some((self.schema.columns()[*index].name.as_str(), value))
        })
    }
}
