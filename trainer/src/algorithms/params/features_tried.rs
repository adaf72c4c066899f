//! `m`: how many features a tree tries at each split.

use cli_common::error::{Error, Result};

use super::domain::{Domain, Range};

/// Features tried at each split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FeaturesTried {
    /// The square root of their number for labels, a third of them for numbers.
    Auto,
    /// Every feature.
    All,
    /// The square root of their number.
    Sqrt,
    /// The logarithm of their number to base 2.
    Log2,
    /// So many.
    Count(usize),
    /// This share of them, above 0, at most 1.
    Share(f64),
}

const WORDS: [(&str, FeaturesTried); 4] = [
    ("auto", FeaturesTried::Auto),
    ("all", FeaturesTried::All),
    ("sqrt", FeaturesTried::Sqrt),
    ("log2", FeaturesTried::Log2),
];

impl FeaturesTried {
    /// Their number, at least 1, where there are `n_features`.
    ///
    /// # Errors
    ///
    /// An input error if there are fewer features than were asked for.
    pub(crate) fn of(self, n_features: usize, for_labels: bool) -> Result<usize> {
        let number = match self {
            Self::Auto if for_labels => n_features.isqrt(),
            Self::Auto => n_features / 3,
            Self::All => n_features,
            Self::Sqrt => n_features.isqrt(),
            Self::Log2 => n_features.checked_ilog2().unwrap_or(0) as usize,
            Self::Count(m) if m > n_features => {
                let fact = format!("--param m: found {m}, but there are {n_features} features");
                return Err(
                    Error::input(fact).with_hint("m=all takes every feature, m=0.5 half of them")
                );
            }
            Self::Count(m) => m,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a number of features is one"
            )]
            Self::Share(share) => (share * n_features as f64) as usize,
        };
        Ok(number.max(1))
    }
}

/// Legal values of `m`: whole numbers up to this, shares, or words.
pub(super) struct Tried(pub(super) u64);

impl Domain for Tried {
    type Value = FeaturesTried;

    fn read(&self, text: &str) -> Option<FeaturesTried> {
        if let Some((_, tried)) = WORDS.into_iter().find(|(word, _)| *word == text) {
            return Some(tried);
        }
        // `1` is one feature, `1.0` all of them.
        if let Ok(count) = text.parse::<u64>() {
            let count = Some(count).filter(|count| (1..=self.0).contains(count))?;
            return usize::try_from(count).ok().map(FeaturesTried::Count);
        }
        text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0).map(FeaturesTried::Share)
    }

    fn write(&self, value: &FeaturesTried) -> String {
        match value {
            FeaturesTried::Auto => "auto".into(),
            FeaturesTried::All => "all".into(),
            FeaturesTried::Sqrt => "sqrt".into(),
            FeaturesTried::Log2 => "log2".into(),
            FeaturesTried::Count(count) => count.to_string(),
            FeaturesTried::Share(share) => format!("{share:?}"),
        }
    }

    fn range(&self) -> Range {
        Range::Share(self.0, &["auto", "all", "sqrt", "log2"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_shares_and_counts() {
        let tried = |text: &str| Tried(65_536).read(text).unwrap();
        for (text, of_eight) in
            [("all", 8), ("sqrt", 2), ("log2", 3), ("3", 3), ("1", 1), ("1.0", 8), ("0.3", 2)]
        {
            assert_eq!(tried(text).of(8, true).unwrap(), of_eight, "{text}");
            assert_eq!(Tried(65_536).write(&tried(text)), text);
            assert!(tried(text).of(1, false).is_ok_and(|m| m == 1) || text == "3");
        }
        assert_eq!(
            (tried("auto").of(20, true).unwrap(), tried("auto").of(20, false).unwrap()),
            (4, 6)
        );
        for text in ["0", "0.0", "-1", "1.5", "65537", "NaN", "half", ""] {
            assert!(Tried(65_536).read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn more_features_than_there_are_is_an_error() {
        let error = FeaturesTried::Count(99).of(8, true).unwrap_err();
        assert_eq!(error.to_string(), "--param m: found 99, but there are 8 features");
    }
}
