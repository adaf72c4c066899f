//! Formulas against scipy, and the rates of detection and of false alarms over many batches.

use model_format::manifest::{ColumnKind, ColumnSpec, ColumnStatistics, SchemaSpec};
use model_format::schema::Schema;
use tabular_input::csv::chunks::CHUNK;

use super::measure::{
    chi_square, is_rare, likelihood_ratio, normal_quantile, pooled, psi, psi_by_chance,
};
use super::{BatchStats, ChunkStats, Drift, Reference};

#[track_caller]
fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} != {expected}");
}

/// The expected numbers are those of numpy, with `p` and `q` the shares of the counts plus one, as
/// `((p - q) * np.log(p / q)).sum()`, and of
/// `scipy.stats.chi2_contingency([a, b], lambda_="log-likelihood").statistic`.
#[test]
fn two_samples_as_numpy_and_scipy_compare_them() {
    let pairs = [(90.0, 230.0), (110.0, 250.0), (120.0, 260.0), (180.0, 260.0)];
    close(psi(&pairs), PSI, 1e-12);
    close(likelihood_ratio(&pairs), LIKELIHOOD_RATIO, 1e-12);
}

const PSI: f64 = 0.049_403_604_673_279_616;
const LIKELIHOOD_RATIO: f64 = 16.819_996_195_842_2;

/// `scipy.stats.norm.isf(p)` and `scipy.stats.chi2.isf(p, degrees)`.
#[test]
fn quantiles_as_in_scipy() {
    for (p, z) in [
        (1e-2, 2.326_347_874_040_840_8),
        (1e-4, 3.719_016_485_455_680_4),
        (1e-7, 5.199_337_582_192_816_5),
    ] {
        assert!((normal_quantile(p) - z).abs() < 4.5e-4);
    }
    for (p, degrees, quantile) in [
        (1e-3, 1, 10.827_566_170_662_733),
        (1e-3, 12, 32.909_490_407_360_21),
        (1e-5, 12, 45.076_146_524_160_14),
        (1e-5, 200, 296.996_753_779_680_4),
    ] {
        // Never below, and above by more only where there is one degree of freedom.
        let found = chi_square(degrees, normal_quantile(p));
        assert!(found > quantile * 0.9999, "{found} {quantile}");
        assert!(found < quantile * if degrees == 1 { 1.05 } else { 1.02 }, "{found} {quantile}");
    }
}

#[test]
fn cells_that_are_empty_on_one_side_or_both() {
    let same = [(50.0, 500.0), (50.0, 500.0)];
    assert!(psi(&same).abs() < 1e-12);
    assert!(psi(&[same[0], same[1], (0.0, 0.0)]).abs() < 1e-12);
    let apart = psi(&[(0.0, 1000.0), (1000.0, 0.0)]);
    assert!((5.0..20.0).contains(&apart), "{apart}");
    assert!(psi(&[(0.0, 1e300), (1e300, 0.0)]).is_finite());
    assert!(likelihood_ratio(&[(0.0, 1000.0), (1000.0, 0.0)]).is_finite());
}

#[test]
fn rare_cells_are_pooled_with_a_neighbour() {
    let rows = (100.0, 1000.0);
    assert!(is_rare(49.0, rows) && !is_rare(50.0, rows));
    let cells = [(1.0, 20.0), (2.0, 30.0), (4.0, 60.0), (8.0, 10.0)];
    assert_eq!(pooled(cells, rows), [(3.0, 50.0), (12.0, 70.0)]);
    assert_eq!(pooled([(1.0, 2.0)], rows), [(1.0, 2.0)]);
    assert_eq!(pooled([], rows), []);
}

/// `SplitMix64` of Steele, Lea and Flood.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

const UNSEEN: u32 = u32::MAX;
const MISSING: u32 = u32::MAX - 1;

/// Columns of cells: numbers (NaN is missing), and codes of texts.
#[derive(Clone, Debug, Default)]
struct Batch {
    numbers: Vec<Vec<f64>>,
    texts: Vec<Vec<u32>>,
}

impl Batch {
    fn of(n_rows: usize, mut row: impl FnMut() -> (Vec<f64>, Vec<u32>)) -> Self {
        let mut batch = Self::default();
        for _ in 0..n_rows {
            let (numbers, texts) = row();
            batch.numbers.resize(numbers.len(), Vec::new());
            batch.texts.resize(texts.len(), Vec::new());
            batch.numbers.iter_mut().zip(numbers).for_each(|(column, v)| column.push(v));
            batch.texts.iter_mut().zip(texts).for_each(|(column, v)| column.push(v));
        }
        batch
    }

    /// What the trainer would store of these rows.
    fn statistics(&self) -> Vec<ColumnStatistics> {
        let numeric = self.numbers.iter().map(|column| number_statistics(column));
        let text = self.texts.iter().map(|codes| {
            let known = codes.iter().filter(|code| **code < MISSING).max();
            let mut level_counts = vec![0; known.map_or(1, |code| *code as usize + 1)];
            let mut missing = 0;
            for code in codes {
                match level_counts.get_mut(*code as usize) {
                    Some(count) => *count += 1,
                    None => missing += 1,
                }
            }
            ColumnStatistics::Text { level_counts, missing }
        });
        numeric.chain(text).collect()
    }

    fn judge(&self, monitor: &Monitor) -> Drift {
        let mut tally = ChunkStats::new(&monitor.reference, 0, CHUNK);
        let n_rows = self.numbers.iter().map(Vec::len).chain(self.texts.iter().map(Vec::len)).max();
        tally.begin(n_rows.unwrap());
        for (i, values) in self.numbers.iter().enumerate() {
            let missing = values.iter().filter(|v| v.is_nan()).count();
            let (below, above) = monitor.reference.outside(i, values);
            tally.numbers(&monitor.reference, i, values, [missing, below, above]);
        }
        for (i, codes) in self.texts.iter().enumerate() {
            tally.categories(&monitor.reference, i, codes);
        }
        let mut totals = BatchStats::new(&monitor.reference);
        totals.add(&tally);
        Drift::new(&monitor.schema, &monitor.reference, &totals)
    }
}

fn number_statistics(values: &[f64]) -> ColumnStatistics {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let max = sorted[n - 1];
    let (mut bin_edges, mut rest) = (Vec::new(), sorted.as_slice());
    for bins_left in (2..=10).rev() {
        let part = rest.len().div_ceil(bins_left);
        let before = rest.partition_point(|v| *v < rest[part - 1]);
        let after = rest.partition_point(|v| *v <= rest[part - 1]);
        let without = before > 0 && (after == rest.len() || part - before < after - part);
        let (bin, others) = rest.split_at(if without { before } else { after });
        if others.is_empty() {
            break;
        }
        bin_edges.push(bin[bin.len() - 1]);
        rest = others;
    }
    let mut bin_counts = vec![0; bin_edges.len() + 1];
    for v in &sorted {
        bin_counts[bin_edges.partition_point(|edge| edge < v)] += 1;
    }
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let variance = sorted.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64;
    ColumnStatistics::Numeric {
        count: n as u64,
        missing: (values.len() - n) as u64,
        min: sorted[0],
        max,
        mean,
        std: variance.sqrt(),
        quantiles: (0..21).map(|i| sorted[(n - 1) * i / 20]).collect(),
        bin_edges,
        bin_counts,
    }
}

/// Statistics, and a schema to go with them.
struct Monitor {
    schema: Schema,
    reference: Reference,
    stds: Vec<f64>,
}

impl Monitor {
    fn new(statistics: &[ColumnStatistics]) -> Self {
        let column = |(i, s): (usize, &ColumnStatistics)| {
            let kind = match s {
                ColumnStatistics::Numeric { .. } => ColumnKind::Numeric,
                ColumnStatistics::Document { .. } => ColumnKind::Document,
                ColumnStatistics::Text { level_counts, .. } => ColumnKind::Text {
                    levels: (0..level_counts.len()).map(|l| format!("level {l:03}")).collect(),
                    missing_level: false,
                },
            };
            ColumnSpec { name: format!("c{i}"), kind }
        };
        let columns = statistics.iter().enumerate().map(column).collect();
        let schema = Schema::new(&SchemaSpec { columns, missing_tokens: vec![] }).unwrap();
        let std = |s: &ColumnStatistics| match s {
            ColumnStatistics::Numeric { std, .. } => Some(*std),
            ColumnStatistics::Text { .. } | ColumnStatistics::Document { .. } => None,
        };
        let stds = statistics.iter().filter_map(std).collect();
        Self { schema, reference: Reference::of(statistics), stds }
    }
}

/// A customer as `trainer sample churn` invents them: age, income, tenure, support calls and fee;
/// plan, region, contract and autopay.
fn customer(draws: &mut Draws) -> (Vec<f64>, Vec<u32>) {
    let mut below = |n: u64| draws.below(n);
    let small = |n: u64| u32::try_from(n).unwrap();
    let plan = below(3).min(below(3));
    let region = below(6).min(below(6));
    let price = [1990, 3490, 5990][usize::try_from(plan).unwrap()];
    let yearly = u64::from(below(100) < 42);
    let discount = yearly * price / 10;
    let age = 18 + below(38) + below(28);
    let income = 1_200_000 + below(2_000_000) + below(300) * below(300) * below(300);
    let tenure = 1 + below(85) * below(85) / 84;
    let calls = (0..12).filter(|_| below(9) == 0).count();
    let fee = price - discount + below(801);
    let autopay = u64::from(below(100) < 55);
    let or_missing = |missing: bool, v: u64| if missing { f64::NAN } else { v as f64 };
    let numbers = vec![
        or_missing(below(25) == 0, age),
        or_missing(below(20) == 0, income) / 100.0,
        tenure as f64,
        calls as f64,
        fee as f64 / 100.0,
    ];
    let contract = if below(50) == 0 { MISSING } else { small(yearly) };
    (numbers, vec![small(plan), small(region), contract, small(autopay)])
}

/// Numbers of many shapes, and a categorical column with a long tail of categories.
fn shapes(draws: &mut Draws) -> (Vec<f64>, Vec<u32>) {
    let normal = draws.normal();
    let rare = draws.below(100) < 92;
    let numbers = vec![
        normal,
        1e9 + draws.normal(),
        (1.5 * draws.normal()).exp(),
        draws.uniform(),
        // Most cells are 0, as gains and losses are.
        if rare { 0.0 } else { (draws.normal() + 8.0).exp() },
        (1 + draws.below(3)) as f64,
        -40.0 + 10.0 * normal,
        if draws.below(3) == 0 { f64::NAN } else { draws.normal() * 1e-3 },
    ];
    let tail = (1.0 / (draws.uniform() + 0.02)).floor();
    let level = (0..50u32).find(|level| f64::from(*level) + 1.0 >= tail).unwrap_or(49);
    (numbers, vec![level])
}

type Row = fn(&mut Draws) -> (Vec<f64>, Vec<u32>);

/// A model fitted on 1,600 rows, as the sample's is.
fn monitor(row: Row, seed: u64) -> Monitor {
    let mut draws = Draws(seed);
    Monitor::new(&Batch::of(1600, || row(&mut draws)).statistics())
}

fn batch(row: Row, n_rows: usize, seed: u64) -> Batch {
    batch_of(row, n_rows, 0x5eed << 32 | seed)
}

fn batch_of(row: impl Fn(&mut Draws) -> (Vec<f64>, Vec<u32>), n_rows: usize, seed: u64) -> Batch {
    let mut draws = Draws(seed);
    Batch::of(n_rows, || row(&mut draws))
}

const SEEDS: u64 = 200;

/// Batches of 1,000 rows, one per seed.
fn batches(row: Row) -> Vec<Batch> {
    (0..SEEDS).map(|seed| batch(row, 1000, seed)).collect()
}

/// Asserts that each of the batches warns of column `i` once `change` was made to it.
#[track_caller]
fn detected(
    (monitor, batches): &(Monitor, Vec<Batch>),
    what: &str,
    i: usize,
    change: impl Fn(&mut Batch, &Monitor, &mut Draws),
) {
    for (seed, batch) in (0..).zip(batches) {
        let mut batch = batch.clone();
        change(&mut batch, monitor, &mut Draws(seed));
        let drift = batch.judge(monitor);
        let column = &drift.columns[i];
        assert!(column.drifted(), "{what}, column {i}, seed {seed}: {column:?}");
        let (score, _) = drift.worst().unwrap();
        assert!(score > 0.1, "{what}, column {i}, seed {seed}: {score}");
        assert!(!drift.warnings(&monitor.schema).is_empty());
    }
}

#[test]
fn every_change_of_a_numeric_column_is_detected() {
    for (row, columns) in [(customer as Row, 0..5), (shapes as Row, 0..8)] {
        let data = &(monitor(row, 1), batches(row));
        for i in columns {
            let scaled = |by: f64| {
                move |batch: &mut Batch, _: &Monitor, _: &mut Draws| {
                    batch.numbers[i].iter_mut().for_each(|v| *v *= by);
                }
            };
            for by in [10.0, 1000.0, 0.001] {
                detected(data, &format!("x {by}"), i, scaled(by));
            }
            for sign in [-3.0, 3.0] {
                detected(data, &format!("{sign} sigma"), i, |batch, monitor, _| {
                    batch.numbers[i].iter_mut().for_each(|v| *v += sign * monitor.stds[i]);
                });
            }
            detected(data, "missing", i, |batch, _, draws| {
                let rate = batch.numbers[i].iter().filter(|v| v.is_nan()).count() as f64 / 1000.0;
                for v in &mut batch.numbers[i] {
                    if draws.uniform() < 0.2 / (1.0 - rate) {
                        *v = f64::NAN;
                    }
                }
            });
        }
    }
}

#[test]
fn every_change_of_a_text_column_is_detected() {
    for (row, columns) in [(customer as Row, 0..4), (shapes as Row, 0..1)] {
        let data = &(monitor(row, 1), batches(row));
        let n_numeric = if columns.len() == 4 { 5 } else { 8 };
        for i in columns {
            let replaced = |share: f64, by: u32| {
                move |batch: &mut Batch, _: &Monitor, draws: &mut Draws| {
                    for code in &mut batch.texts[i] {
                        if draws.uniform() < share {
                            *code = by;
                        }
                    }
                }
            };
            detected(data, "missing", n_numeric + i, replaced(0.205, MISSING));
            detected(data, "unseen", n_numeric + i, replaced(0.2, UNSEEN));
            // Two categories in five go to one that was not the most frequent.
            let level = u32::from(i != 3);
            detected(data, "mix", n_numeric + i, replaced(0.4, level));
        }
    }
}

/// All deciles of such a column are 1, and the range says nothing either.
#[test]
fn a_numeric_column_that_is_mostly_one_value() {
    let ones = |share: u64| {
        move |draws: &mut Draws| (vec![f64::from(u8::from(draws.below(100) < share))], vec![])
    };
    let monitor = Monitor::new(&batch_of(ones(92), 1600, 1).statistics());
    for seed in 2..20 {
        assert!(!batch_of(ones(92), 1000, seed).judge(&monitor).drifted());
        assert!(batch_of(ones(70), 1000, seed).judge(&monitor).drifted());
        assert!(batch_of(ones(100), 1000, seed).judge(&monitor).drifted());
    }
}

/// Each batch meets a model of its own: what chance did to the training data counts too.
#[test]
fn fewer_than_one_clean_batch_in_a_hundred_is_flagged() {
    for row in [customer as Row, shapes as Row] {
        let (mut flagged, mut unlike_zero, mut batches) = (0, 0, 0);
        for model in 0..40 {
            let monitor = monitor(row, 1000 + model);
            for seed in 0..100 {
                let n_rows = [30, 50, 100, 300, 1000][usize::try_from(seed % 5).unwrap()];
                let drift = batch(row, n_rows, model << 16 | seed).judge(&monitor);
                batches += 1;
                flagged += u32::from(drift.drifted());
                unlike_zero += u32::from(drift.worst().unwrap().0 > 0.0);
            }
        }
        assert_eq!(batches, 4000);
        println!("flagged {flagged}, score above 0 {unlike_zero} of {batches}");
        assert!(flagged < batches / 100, "{flagged}");
        assert!(unlike_zero < batches / 100, "{unlike_zero}");
    }
}

#[test]
fn too_few_rows_are_not_judged() {
    let monitor = monitor(customer, 1);
    let drift = batch(customer, 29, 1).judge(&monitor);
    assert_eq!((drift.worst(), drift.drifted()), (None, false));
    assert!(drift.columns.iter().all(|c| c.psi.is_none() && c.limit.is_none()));
    assert!(batch(customer, 30, 1).judge(&monitor).worst().is_some());
    let few = Monitor::new(&batch(customer, 29, 1).statistics());
    assert_eq!(batch(customer, 1000, 2).judge(&few).worst(), None);
}

#[test]
fn statistics_that_say_little_or_lie() {
    let constant = Monitor::new(&Batch::of(100, || (vec![7.0], vec![0])).statistics());
    let same = Batch::of(50, || (vec![7.0], vec![0])).judge(&constant);
    assert_eq!((same.worst().unwrap().0, same.drifted()), (0.0, false));
    let other = Batch::of(50, || (vec![8.0], vec![UNSEEN])).judge(&constant);
    assert!(other.columns.iter().all(super::judge::ColumnDrift::drifted));
    let empty = [
        ColumnStatistics::Numeric {
            count: 0,
            missing: 0,
            min: 0.0,
            max: 0.0,
            mean: 0.0,
            std: 0.0,
            quantiles: vec![0.0; 21],
            bin_edges: vec![],
            bin_counts: vec![0],
        },
        ColumnStatistics::Text { level_counts: vec![0], missing: 0 },
    ];
    let judged = Batch::of(50, || (vec![8.0], vec![0])).judge(&Monitor::new(&empty));
    assert_eq!(judged.worst(), None);
    let mut huge = empty;
    huge[0] = ColumnStatistics::Numeric {
        count: u64::MAX,
        missing: u64::MAX,
        min: -f64::MAX,
        max: f64::MAX,
        mean: f64::MAX,
        std: f64::MAX,
        quantiles: vec![0.0; 21],
        bin_edges: (0..1000).map(f64::from).collect(),
        bin_counts: vec![u64::MAX; 1001],
    };
    huge[1] = ColumnStatistics::Text { level_counts: vec![u64::MAX; 3], missing: u64::MAX };
    let monitor = Monitor::new(&huge);
    let judged = Batch::of(50, || (vec![f64::MAX], vec![0])).judge(&monitor);
    assert!(judged.worst().unwrap().0.is_finite());
    assert!(judged.columns.iter().all(|c| c.psi.unwrap().is_finite()));
    judged.warnings(&monitor.schema);
}

/// Chunks in input order: the sums differ by rounding if they are cut elsewhere, the counts do not.
#[test]
fn a_tally_is_the_sum_of_its_parts() {
    let monitor = monitor(shapes, 1);
    let rows = batch(shapes, 900, 3);
    let whole = rows.judge(&monitor);
    let mut totals = BatchStats::new(&monitor.reference);
    for part in 0..2 {
        let mut chunk = ChunkStats::new(&monitor.reference, part, CHUNK);
        chunk.begin(450);
        let range = usize::try_from(part).unwrap() * 450..;
        for (i, values) in rows.numbers.iter().enumerate() {
            let values = &values[range.clone()][..450];
            let missing = values.iter().filter(|v| v.is_nan()).count();
            let (below, above) = monitor.reference.outside(i, values);
            chunk.numbers(&monitor.reference, i, values, [missing, below, above]);
        }
        chunk.categories(&monitor.reference, 0, &rows.texts[0][range][..450]);
        totals.add(&chunk);
    }
    let parts = Drift::new(&monitor.schema, &monitor.reference, &totals);
    assert_eq!(parts.json(), whole.json());
    assert_eq!(parts.rows(), 900);
}

/// A column of so many numbers, in chunks of an input that is past its beginning.
fn sampled(monitor: &Monitor, values: &[f64]) -> BatchStats {
    let mut totals = BatchStats::new(&monitor.reference);
    for (chunk, values) in (1000..).zip(values.chunks(3000)) {
        let mut tally = ChunkStats::new(&monitor.reference, chunk, CHUNK);
        for values in values.chunks(256) {
            tally.begin(values.len());
            tally.numbers(&monitor.reference, 0, values, [0; 3]);
        }
        totals.add(&tally);
    }
    totals
}

/// Later rows of an input are counted in part; no order of them may show.
#[test]
fn the_order_of_the_rows_is_no_drift() {
    let mut draws = Draws(5);
    let mut column = |n: usize| -> Vec<f64> { (0..n).map(|_| draws.normal()).collect() };
    let monitor = Monitor::new(&[number_statistics(&column(20_000))]);
    let mut values = column(40_000);
    let shuffled = values.clone();
    values.sort_by(f64::total_cmp);
    let sorted = values.clone();
    // Each quarter of the range every fourth row, as rows of several sources that take turns.
    let in_turns: Vec<f64> = (0..40_000).map(|i| sorted[i % 8 * 5000 + i / 8]).collect();
    for (order, values) in [("shuffled", shuffled), ("sorted", sorted), ("in turns", in_turns)] {
        let totals = sampled(&monitor, &values);
        assert!((4800..5200).contains(&totals.counted), "{order}: {}", totals.counted);
        let drift = Drift::new(&monitor.schema, &monitor.reference, &totals);
        assert_eq!(drift.worst().unwrap().0.to_bits(), 0, "{order}: {drift:?}");
    }
}

#[test]
fn rows_that_were_counted_stand_for_those_that_were_not() {
    let monitor = monitor(shapes, 1);
    let rows = batch(shapes, 1600, 3);
    let mut totals = BatchStats::new(&monitor.reference);
    for (chunk, missing) in [(0, false), (4, true)] {
        let mut tally = ChunkStats::new(&monitor.reference, chunk, CHUNK);
        for values in rows.numbers[0].chunks(100) {
            let changed = if missing { vec![f64::NAN; 100] } else { values.to_vec() };
            let (below, above) = monitor.reference.outside(0, &changed);
            tally.begin(100);
            tally.numbers(&monitor.reference, 0, &changed, [0, below, above]);
        }
        totals.add(&tally);
    }
    let drift = Drift::new(&monitor.schema, &monitor.reference, &totals);
    close(drift.columns[0].missing_rate.unwrap(), 0.5, 1e-12);
    // 1,600 rows of weight 1, and the others of about 8.
    let n = drift.rows() as f64 - 1600.0;
    assert!((185.0..215.0).contains(&n), "{n}");
    close(totals.rows(), 3200.0 * 3200.0 / (1600.0 + 1600.0 * 1600.0 / n), 1e-12);
}

/// Each batch meets a training set of its own, of another size.
#[test]
fn a_few_values_outside_of_the_range_are_chance_and_more_are_not() {
    let (mut flagged, mut batches) = (0, 0);
    for model in 0..1000u64 {
        let mut draws = Draws(model);
        let n = [30, 100, 1000][usize::try_from(model % 3).unwrap()];
        let m = [40, 300, 3000][usize::try_from(model / 3 % 3).unwrap()];
        let mut row = || (vec![(2.0 * draws.normal()).exp()], vec![]);
        let monitor = Monitor::new(&Batch::of(m, &mut row).statistics());
        let clean = Batch::of(n, &mut row);
        batches += 1;
        flagged += u32::from(clean.judge(&monitor).columns[0].outside > 0.0);
        if n == 1000 && m == 3000 {
            let mut batch = clean;
            batch.numbers[0].iter_mut().step_by(70).for_each(|v| *v *= 1e6);
            let drift = batch.judge(&monitor);
            assert!(drift.columns[0].range_drifted() && drift.worst().unwrap().0 > 0.1);
            let warning = &drift.warnings(&monitor.schema)[0];
            assert!(warning.contains("of the values above the training maximum"), "{warning}");
            assert!(warning.starts_with("column `c0`: drift 0."), "{warning}");
            assert!(warning.contains(", above 0.1; "), "{warning}");
        }
    }
    assert!(batches == 1000 && flagged < 5, "{flagged}");
}

#[test]
fn the_chance_limit_falls_with_the_rows() {
    let z = normal_quantile(1e-5);
    let limit = |n: f64| psi_by_chance(&[(n / 2.0, 5000.0), (n / 2.0, 5000.0)], z);
    assert!(limit(30.0) > 10.0 * limit(1000.0));
}
