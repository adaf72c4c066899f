//! The best constant prediction: what a model must beat to be worth anything.

/// A prediction that does not look at the row.
#[derive(Clone, Debug, PartialEq)]
pub enum Baseline {
    /// Always the most frequent label of the training rows, with their class shares as probabilities.
    Label {
        /// The most frequent class; the first of several.
        class: usize,
        /// The share of each class.
        shares: Vec<f64>,
    },
    /// Always this number, the mean of the training rows.
    Number(f64),
    /// Always the mean of the very rows that are judged, where that of the training rows is not known.
    /// No constant has a lower rmse on them, so this is the hardest to beat.
    OwnMean,
}

impl Baseline {
    /// The most frequent label, from the training rows of each; `None` of no rows.
    pub fn of_counts(counts: &[u64]) -> Option<Self> {
        let total: f64 = counts.iter().map(|n| *n as f64).sum();
        let most = *counts.iter().max().filter(|n| **n > 0)?;
        let class = counts.iter().position(|n| *n == most)?;
        Some(Self::Label { class, shares: counts.iter().map(|n| *n as f64 / total).collect() })
    }

    /// The mean, from the target of the training rows; `None` of no rows.
    pub fn of_numbers(numbers: &[f64]) -> Option<Self> {
        let mut spread = crate::spread::Spread::default();
        for number in numbers {
            spread.add(*number);
        }
        (spread.rows() > 0 && spread.mean().is_finite()).then(|| Self::Number(spread.mean()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_most_frequent_labels() {
        let shares = vec![0.25, 0.375, 0.375];
        assert_eq!(Baseline::of_counts(&[2, 3, 3]), Some(Baseline::Label { class: 1, shares }));
        assert_eq!(Baseline::of_counts(&[0, 0]), None);
        assert_eq!(Baseline::of_counts(&[]), None);
    }

    #[test]
    fn the_mean() {
        assert_eq!(Baseline::of_numbers(&[1.0, 2.0, 6.0]), Some(Baseline::Number(3.0)));
        assert_eq!(Baseline::of_numbers(&[]), None);
    }
}
