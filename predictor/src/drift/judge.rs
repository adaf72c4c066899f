//! A batch compared with the training data.

use model_format::schema::Schema;

use super::batch::BatchStats;
use super::measure::{
    Pair, chance_of_outside, chi_square, is_rare, likelihood_ratio, normal_quantile,
    outside_by_chance, pooled, psi, psi_by_chance, totals,
};
use super::reference::{Numeric, Reference, Text};

/// Rows that a comparison takes at least, in the batch and in the training data.
pub(crate) const MIN_ROWS: u64 = 30;
/// Below this index, by convention, a column has not changed.
const LIMIT: f64 = 0.1;
/// A missing rate that differs by more has changed, even where the index says little.
const MISSING_LIMIT: f64 = 0.1;
/// The share of clean batches in which chance may exceed any of the limits.
const FALSE_ALARMS: f64 = 0.001;
/// Comparisons per column: the index, the missing rate, the values below the range and above it.
const COMPARISONS: f64 = 4.0;
/// A larger share of values outside of the training range is a change, even where the index says
/// little.
const RANGE_LIMIT: f64 = 0.01;

/// How far the columns of a batch are from those of the training data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drift {
    /// Rows that were counted.
    pub(super) rows: u64,
    /// In schema order.
    pub(super) columns: Vec<ColumnDrift>,
}

/// One column; what is `None` could not be judged.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ColumnDrift {
    pub(super) name: String,
    pub(super) psi: Option<f64>,
    /// What the index may be: [`LIMIT`], or more where chance alone reaches more.
    pub(super) limit: Option<f64>,
    /// Whether the index is more than chance.
    psi_is_real: bool,
    pub(super) missing_rate: Option<f64>,
    pub(super) trained_missing_rate: Option<f64>,
    /// Whether the difference of the missing rates is more than chance.
    missing_is_real: bool,
    /// Share of the values outside of the training range, on the sides where there are more than by
    /// chance.
    pub(super) outside: f64,
    pub(super) detail: Detail,
}

/// What only columns of one kind have.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Detail {
    Number {
        /// Shares of the values outside of the training range, and the range.
        below: Option<f64>,
        above: Option<f64>,
        range: (f64, f64),
        shift: Option<Shift>,
    },
    Text {
        /// Share of the cells that training did not see.
        unseen: Option<f64>,
        /// The category whose share has changed most: its index, its share here and in training.
        mover: Option<(usize, f64, f64)>,
    },
}

/// Where the mean has gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shift {
    /// It is about this power of ten times that of the training data: another unit?
    Scale(i32),
    /// By this many training deviations.
    Deviations(f64),
}

impl ColumnDrift {
    /// Whether the index is above its limit.
    pub(super) fn psi_drifted(&self) -> bool {
        self.psi.zip(self.limit).is_some_and(|(psi, limit)| psi > limit)
    }

    /// Whether the missing rate has changed by more than chance and by more than its limit.
    pub(super) fn missing_drifted(&self) -> bool {
        self.missing_is_real && self.missing_difference() > MISSING_LIMIT
    }

    /// Whether more values than by chance, and more than the limit, are outside of the range.
    pub(super) fn range_drifted(&self) -> bool {
        self.outside > RANGE_LIMIT
    }

    /// The drift of the column and the limit that it is above, if it is.
    pub(super) fn above_limit(&self) -> Option<(f64, f64)> {
        let limit = match self.limit {
            Some(limit) if self.psi_drifted() => limit,
            _ => LIMIT,
        };
        self.score().filter(|_| self.drifted()).map(|score| (score, limit))
    }

    pub(super) fn drifted(&self) -> bool {
        self.psi_drifted() || self.missing_drifted() || self.range_drifted()
    }

    pub(super) fn missing_difference(&self) -> f64 {
        self.missing_rate
            .zip(self.trained_missing_rate)
            .map_or(0.0, |(here, there)| (here - there).abs())
    }

    /// The drift of the column: the largest of the index, the difference of the missing rates, and the share outside of the
    /// range, on a scale where its limit is that of the others; what chance can do is 0.
    pub(super) fn score(&self) -> Option<f64> {
        let psi = if self.psi_is_real { self.psi? } else { 0.0 };
        let missing = if self.missing_is_real { self.missing_difference() } else { 0.0 };
        let outside = self.outside * (LIMIT / RANGE_LIMIT);
        self.psi.map(|_| psi.max(missing).max(outside))
    }
}

/// The probability up to which what lies outside of the training range is chance.
const OUTSIDE_BY_CHANCE: f64 = 0.05;

impl Reference {
    /// Whether more values of schema column `column` lie outside of the training range than chance
    /// explains: `outside` of `values`.
    pub(crate) fn is_outside(&self, column: usize, outside: u64, values: u64) -> bool {
        let Some(column) = self.numeric.iter().find(|numeric| numeric.column == column) else {
            return false;
        };
        let trained: f64 = column.bins.iter().map(|count| *count as f64).sum();
        let chance = chance_of_outside(outside as f64, (values as f64, trained));
        outside > 0 && chance <= OUTSIDE_BY_CHANCE
    }
}

impl Drift {
    pub(crate) fn new(schema: &Schema, reference: &Reference, batch: &BatchStats) -> Self {
        let p = FALSE_ALARMS / (COMPARISONS * reference.n_columns().max(1) as f64);
        let z = normal_quantile(p);
        let name = |column: usize| schema.columns()[column].name.clone();
        let numeric = reference.numeric.iter().enumerate();
        let mut columns: Vec<(usize, ColumnDrift)> = numeric
            .map(|(i, c)| (c.column, number_column(name(c.column), c, batch, batch.sum(i), p)))
            .chain(
                reference.text.iter().map(|c| (c.column, text_column(name(c.column), c, batch, z))),
            )
            .collect();
        columns.sort_by_key(|(column, _)| *column);
        let columns = columns.into_iter().map(|(_, drift)| drift).collect();
        Self { rows: batch.counted, columns }
    }

    /// The largest score of a column, and the column; `None` if none can be judged.
    pub(crate) fn worst(&self) -> Option<(f64, &str)> {
        let scored = self.columns.iter().filter_map(|c| Some((c.score()?, c.name.as_str())));
        scored.fold(None, |worst, next| match worst {
            Some((score, _)) if score >= next.0 => worst,
            _ => Some(next),
        })
    }

    /// Why no column can be judged, if none can.
    pub(crate) fn why_not(&self) -> Option<String> {
        let none = self.columns.iter().all(|column| column.psi.is_none());
        none.then(|| match self.rows {
            rows if rows < MIN_ROWS => format!("{rows} rows are too few, {MIN_ROWS} are needed"),
            _ => format!("it takes a model that was trained on {MIN_ROWS} rows or more"),
        })
    }

    /// Whether any column has left the training distribution.
    #[cfg(test)]
    pub(super) fn drifted(&self) -> bool {
        self.columns.iter().any(ColumnDrift::drifted)
    }
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn number_column(
    name: String,
    column: &Numeric,
    batch: &BatchStats,
    sum: f64,
    p: f64,
) -> ColumnDrift {
    let counts = batch.cells(column.at, Numeric::EDGES + column.edges.len());
    let [missing, below, above] =
        [Numeric::MISSING, Numeric::BELOW, Numeric::ABOVE].map(|i| counts[i]);
    let values = batch.rows() - missing;
    let trained: f64 = column.bins.iter().map(|count| *count as f64).sum();
    // Values above an edge are in the bins after it. Those outside of the range are cells of their
    // own.
    let past: Vec<f64> = std::iter::once(values - below)
        .chain(counts[Numeric::EDGES..].iter().copied())
        .chain([above])
        .collect();
    let in_bins = past.windows(2).map(|pair| (pair[0] - pair[1]).max(0.0));
    let bins = in_bins.zip(column.bins.iter().map(|count| *count as f64));
    let rows = (batch.rows(), trained + column.missing as f64);
    let mut pairs = pooled(bins, rows);
    pairs.extend([(missing, column.missing as f64), (below, 0.0), (above, 0.0)]);
    let detail = Detail::Number {
        below: share(below, values),
        above: share(above, values),
        range: (column.min, column.max),
        shift: shift(column, sum, values, trained),
    };
    let drift = judged(name, &pairs, (missing, column.missing as f64), detail, normal_quantile(p));
    let by_chance = outside_by_chance((values, trained), p);
    let real: f64 = [below, above].iter().filter(|count| **count > by_chance).sum();
    let outside = drift.psi.and(share(real, values)).unwrap_or(0.0);
    ColumnDrift { outside, ..drift }
}

/// Where the mean of the values has gone, if that can be told from chance.
fn shift(column: &Numeric, sum: f64, values: f64, trained: f64) -> Option<Shift> {
    /// Standard errors that a mean is away from 0 if its ratio to another means anything.
    const SURE: f64 = 5.0;
    /// How near to a power of ten a ratio counts as one, in powers of ten: a quarter off.
    const NEAR: f64 = 0.1;
    let mean = sum / values;
    if !(mean.is_finite() && values > 0.0 && column.std > 0.0) {
        return None;
    }
    let away_from_zero = column.mean.abs() > SURE * column.std / trained.sqrt();
    let power = libm::log10(mean / column.mean);
    let whole = power.round();
    if away_from_zero && whole != 0.0 && (power - whole).abs() < NEAR {
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm of an f64 is below 700")]
        return Some(Shift::Scale(whole as i32));
    }
    let deviations = (mean - column.mean) / column.std;
    (deviations.abs() >= 1.0 && deviations.is_finite()).then_some(Shift::Deviations(deviations))
}

fn text_column(name: String, column: &Text, batch: &BatchStats, z: f64) -> ColumnDrift {
    let counts = batch.cells(column.at, Text::LEVELS + column.levels.len());
    let [missing, unseen] = [Text::MISSING, Text::UNSEEN].map(|i| counts[i]);
    let here = counts[Text::LEVELS..].iter().copied();
    let levels: Vec<Pair> = here.zip(column.levels.iter().map(|count| *count as f64)).collect();
    let trained_missing = column.missing as f64;
    let rows = (batch.rows(), totals(&levels).1 + trained_missing);
    // Training data that know a category by a few rows have not met all categories of its kind: what is
    // unseen and what is rare are one cell.
    let mut rare = (unseen, 0.0);
    let mut pairs: Vec<Pair> = vec![(missing, trained_missing)];
    for (here, there) in &levels {
        if is_rare(*there, rows) {
            rare = (rare.0 + here, rare.1 + there);
        } else {
            pairs.push((*here, *there));
        }
    }
    pairs.push(rare);
    let shares = levels.iter().enumerate().filter_map(|(level, (here, there))| {
        Some((level, share(*here, rows.0)?, share(*there, rows.1)?))
    });
    let change = |(_, here, there): &(usize, f64, f64)| (here - there).abs();
    let mover = shares.max_by(|a, b| change(a).total_cmp(&change(b)).then(b.0.cmp(&a.0)));
    let detail = Detail::Text { unseen: share(unseen, rows.0), mover };
    judged(name, &pairs, (missing, trained_missing), detail, z)
}

/// Judges a column by its cells; `missing` is one of them.
fn judged(name: String, pairs: &[Pair], missing: Pair, detail: Detail, z: f64) -> ColumnDrift {
    let (n, m) = totals(pairs);
    let enough = n.min(m) >= MIN_ROWS as f64;
    let index = enough.then(|| psi(pairs));
    let chance = enough.then(|| psi_by_chance(pairs, z));
    let present = [missing, (n - missing.0, m - missing.1)];
    ColumnDrift {
        name,
        psi: index,
        limit: chance.map(|chance| chance.max(LIMIT)),
        psi_is_real: index > chance,
        missing_rate: share(missing.0, n),
        trained_missing_rate: share(missing.1, m),
        outside: 0.0,
        missing_is_real: enough && likelihood_ratio(&present) > chi_square(1, z),
        detail,
    }
}
