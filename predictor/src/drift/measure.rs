//! How far two sets of counts are apart, and how far chance alone may put them.

use libm::log;

/// A cell of a comparison: its count in the batch and in the training data.
pub(super) type Pair = (f64, f64);

/// Rows of the batch and of the training data.
pub(super) fn totals(pairs: &[Pair]) -> Pair {
    pairs.iter().fold((0.0, 0.0), |(n, m), pair| (n + pair.0, m + pair.1))
}

/// The population stability index: the sum of `(p - q) ln(p / q)` over the shares `p` of the batch
/// and `q` of the training data.
///
/// A share of 0 would make it infinite. Each cell gets one more row on either side, or as many as
/// are expected there of both sides together if that is fewer: a cell that is empty on both sides
/// stays empty, and a cell that is empty on one is worth what one row is.
pub(super) fn psi(pairs: &[Pair]) -> f64 {
    let (n, m) = totals(pairs);
    let smooth = |(a, b): &Pair| {
        let share = (a + b) / (n + m);
        (a + (n * share).min(1.0), b + (m * share).min(1.0))
    };
    let smoothed: Vec<Pair> = pairs.iter().filter(|(a, b)| a + b > 0.0).map(smooth).collect();
    let (n, m) = totals(&smoothed);
    smoothed.iter().fold(0.0, |sum, (a, b)| {
        let (p, q) = (a / n, b / m);
        sum + (p - q) * log(p / q)
    })
}

/// What the index of two samples of one distribution exceeds with the probability that `z` is
/// exceeded by a standard normal variable.
///
/// The index is then distributed as `(1/n + 1/m)` times chi-square with one degree of freedom
/// fewer than there are cells (Yurdakul, "Statistical properties of population stability index",
/// 2018).
pub(super) fn psi_by_chance(pairs: &[Pair], z: f64) -> f64 {
    let (n, m) = totals(pairs);
    chi_square(pairs.len().saturating_sub(1).max(1), z) * (1.0 / n + 1.0 / m)
}

/// Twice the logarithm of the likelihood ratio of two samples: of their own shares against shares
/// in common. It is asymptotically chi-square as the index is, and needs no smoothing.
pub(super) fn likelihood_ratio(pairs: &[Pair]) -> f64 {
    let (n, m) = totals(pairs);
    let term = |found: f64, expected: f64| {
        if found > 0.0 { found * log(found / expected) } else { 0.0 }
    };
    2.0 * pairs.iter().fold(0.0, |sum, (a, b)| {
        let share = (a + b) / (n + m);
        sum + term(*a, n * share) + term(*b, m * share)
    })
}

/// How many of `n` new values lie above the largest of `m` with probability `p`, or below the
/// smallest: of `n + m` in any order, that the first `k` are new ones has at most the probability
/// `(n / (n + m))^k`.
pub(super) fn outside_by_chance((n, m): Pair, p: f64) -> f64 {
    log(p) / log(n / (n + m))
}

/// The probability that of `n` new values `outside` or more lie above the largest or below the smallest
/// of `m`, all of one distribution.
///
/// Of `n + m` values in any order, how many new ones come before the first of the others and after the
/// last is about negative binomial. It is wider than binomial with the mean `2 n / (m + 1)`, as nobody
/// knows how much of the distribution the range of the `m` covers.
pub(super) fn chance_of_outside(outside: f64, (n, m): Pair) -> f64 {
    let new = n / (n + m);
    libm::pow(new, outside) * (1.0 + outside * (1.0 - new))
}

/// The chi-square quantile that goes with the normal quantile `z`: Wilson and Hilferty (1931),
/// "The distribution of chi-square".
pub(super) fn chi_square(degrees: usize, z: f64) -> f64 {
    let degrees = degrees as f64;
    let spread = 2.0 / (9.0 * degrees);
    let root = 1.0 - spread + z * spread.sqrt();
    degrees * root * root * root
}

/// What a standard normal variable exceeds with probability `p`, at most one half: Abramowitz and
/// Stegun (1964), formula 26.2.23, off by less than 4.5e-4.
pub(super) fn normal_quantile(p: f64) -> f64 {
    let t = (-2.0 * log(p)).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

/// Pools neighbours until each cell holds at least [`MIN_EXPECTED`] rows of training, and as many
/// would be expected in the batch; `totals` are the rows of both.
pub(super) fn pooled(pairs: impl IntoIterator<Item = Pair>, totals: Pair) -> Vec<Pair> {
    let mut cells: Vec<Pair> = Vec::new();
    let mut open = false;
    for (a, b) in pairs {
        match cells.last_mut() {
            Some(last) if open => *last = (last.0 + a, last.1 + b),
            _ => cells.push((a, b)),
        }
        open = cells.last().is_some_and(|cell| is_rare(cell.1, totals));
    }
    // What is left over at the end goes with its neighbour.
    if open
        && cells.len() > 1
        && let Some(rest) = cells.pop()
        && let Some(last) = cells.last_mut()
    {
        *last = (last.0 + rest.0, last.1 + rest.1);
    }
    cells
}

/// Whether too few rows of training fell into a cell for it to be compared on its own.
pub(super) fn is_rare(trained: f64, (n, m): Pair) -> bool {
    trained * (n / m).min(1.0) < MIN_EXPECTED
}

/// The usual demand on a cell of a chi-square test.
const MIN_EXPECTED: f64 = 5.0;
