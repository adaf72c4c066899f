//! The spread of the true numbers, in one pass and mergeable.
//!
//! Welford's running mean and squared distances, merged by Chan's rule, with both kept in two parts: the
//! mean of numbers near 1e9 times their deviation has no digits to spare for what each row adds, and
//! the differences of its roundings would be all that is left of the deviation.

/// A sum and what rounding took from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds a number; what is rounded off is kept (Knuth's two-sum).
    fn add(&mut self, value: f64) {
        let sum = self.high + value;
        let back = sum - self.high;
        self.low += (self.high - (sum - back)) + (value - back);
        self.high = sum;
    }

    fn value(self) -> f64 {
        // Of sums that overflowed there is no second part.
        if self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// Mean, squared distances from it, and range of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    rows: u64,
    mean: Sum,
    /// Sum of the squared distances from the mean.
    total: Sum,
    /// Smallest and largest number.
    range: Option<(f64, f64)>,
}

impl Spread {
    /// Numbers seen.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Their mean; 0 of none.
    pub fn mean(&self) -> f64 {
        self.mean.value()
    }

    /// Sum of their squared distances from the mean.
    pub fn total(&self) -> f64 {
        self.total.value()
    }

    /// Whether all are the same number.
    pub fn is_constant(&self) -> bool {
        // A rounded mean gives equal numbers a tiny total instead of none.
        self.range.is_none_or(|(min, max)| min >= max) || self.total() <= 0.0
    }

    /// Adds a number.
    pub(crate) fn add(&mut self, number: f64) {
        self.rows += 1;
        let distance = self.distance(number);
        self.mean.add(distance / self.rows as f64);
        self.total.add(distance * self.distance(number));
        let (min, max) = self.range.unwrap_or((number, number));
        self.range = Some((min.min(number), max.max(number)));
    }

    fn distance(&self, number: f64) -> f64 {
        (number - self.mean.high) - self.mean.low
    }

    /// Adds numbers that follow.
    pub(crate) fn merge(&mut self, next: &Self) {
        let Some((min, max)) = next.range else { return };
        let Some((low, high)) = self.range else {
            self.clone_from(next);
            return;
        };
        let (here, there) = (self.rows as f64, next.rows as f64);
        let share = there / (here + there);
        let distance = (next.mean.high - self.mean.high) + (next.mean.low - self.mean.low);
        self.rows += next.rows;
        self.mean.add(distance * share);
        self.total.add(next.total.high);
        self.total.add(next.total.low);
        self.total.add(distance * distance * here * share);
        self.range = Some((low.min(min), high.max(max)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(numbers: &[f64]) -> Spread {
        let mut spread = Spread::default();
        for number in numbers {
            spread.add(*number);
        }
        spread
    }

    /// The sum of squared distances of whole numbers from their mean, exact but for the last division.
    fn exact(numbers: &[i64]) -> f64 {
        let (n, sum, squares) =
            numbers.iter().fold((0i128, 0i128, 0i128), |(n, sum, squares), x| {
                let x = i128::from(*x);
                (n + 1, sum + x, squares + x * x)
            });
        (n * squares - sum * sum) as f64 / n as f64
    }

    #[track_caller]
    fn assert_exact(found: &Spread, numbers: &[i64]) {
        let (found, exact) = (found.total(), exact(numbers));
        assert!((found - exact).abs() <= 4.0 * f64::EPSILON * exact, "{found} != {exact}");
    }

    #[test]
    fn a_mean_of_1e9_deviations_costs_no_digit() {
        // Deviation about 3, mean 3e9, and 2e5 rows, in which plain running sums lose half the digits.
        let numbers: Vec<i64> =
            (0..200_000).map(|i: i64| 3_000_000_000 + (i * 7919) % 11 - 5).collect();
        let floats: Vec<f64> = numbers.iter().map(|x| *x as f64).collect();
        assert_exact(&of(&floats), &numbers);
        let mut merged = Spread::default();
        floats.chunks(777).for_each(|chunk| merged.merge(&of(chunk)));
        assert_exact(&merged, &numbers);
        // One outlier in front, or a mean of tenths that no f64 is.
        let outlier: Vec<i64> = [&[0], numbers.as_slice()].concat();
        assert_exact(&of(&outlier.iter().map(|x| *x as f64).collect::<Vec<_>>()), &outlier);
    }

    #[test]
    fn no_numbers_and_equal_numbers_are_constant() {
        assert!(Spread::default().is_constant() && of(&[0.1; 3]).is_constant());
        assert!(!of(&[0.1, 0.2]).is_constant());
        assert_eq!(of(&[0.1; 3]).mean().to_bits(), 0.1f64.to_bits());
    }

    proptest! {
        #[test]
        fn whole_numbers_far_from_zero_have_an_exact_spread(
            offset in -(1i64 << 50)..1 << 50,
            rest in prop::collection::vec(-1000i64..1000, 2..200),
            at in 0usize..200,
        ) {
            let numbers: Vec<i64> = rest.iter().map(|x| offset + x).collect();
            let floats: Vec<f64> = numbers.iter().map(|x| *x as f64).collect();
            let at = at.min(floats.len());
            let mut merged = of(&floats[..at]);
            merged.merge(&of(&floats[at..]));
            let exact = exact(&numbers);
            for spread in [of(&floats), merged] {
                prop_assert!((spread.total() - exact).abs() <= 1e-14 * exact, "{spread:?} {exact}");
            }
        }
    }
}
