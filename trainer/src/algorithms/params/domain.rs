//! Legal values of a hyper-parameter, and the type that a fit gets.

use std::fmt;

/// Legal values, for people.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    /// Whole numbers from..=to, or the word if one is given.
    Whole(u64, u64, Option<&'static str>),
    /// Numbers from..=to, or the word if one is given.
    Real(f64, f64, Option<&'static str>),
    /// One of these words.
    Words(&'static [&'static str]),
    /// Whole numbers from 1 to this, a share from 0 to 1, or one of these words.
    Share(u64, &'static [&'static str]),
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |word: Option<&str>| word.map_or(String::new(), |word| format!(", or `{word}`"));
        match self {
            Self::Whole(from, to, word) => {
                let or = or(*word);
                write!(f, "a whole number from {from} to {to}{or}")
            }
            Self::Real(from, to, word) => {
                let or = or(*word);
                write!(f, "a number from {from} to {to}{or}")
            }
            Self::Words(words) => write!(f, "one of {}", words.join(", ")),
            Self::Share(most, words) => {
                let words = words.join("`, `");
                write!(f, "a whole number from 1 to {most}, a share such as 0.3, or `{words}`")
            }
        }
    }
}

/// Legal values, and what they are to a fit.
pub(crate) trait Domain {
    /// What a fit gets.
    type Value;

    /// The value that the user wrote; `None` if it is not legal.
    fn read(&self, text: &str) -> Option<Self::Value>;

    /// The one way to write a value, as it is stored in the artifact.
    fn write(&self, value: &Self::Value) -> String;

    /// Legal values, for people.
    fn range(&self) -> Range;
}

/// Whole numbers from the first to the second.
pub(crate) struct Whole(pub(crate) u64, pub(crate) u64);

impl Domain for Whole {
    type Value = usize;

    fn read(&self, text: &str) -> Option<usize> {
        let number = text.parse().ok().filter(|n| (self.0..=self.1).contains(n))?;
        usize::try_from(number).ok()
    }

    fn write(&self, value: &usize) -> String {
        value.to_string()
    }

    fn range(&self) -> Range {
        Range::Whole(self.0, self.1, None)
    }
}

/// Numbers from the first to the second.
pub(crate) struct Real(pub(crate) f64, pub(crate) f64);

impl Domain for Real {
    type Value = f64;

    fn read(&self, text: &str) -> Option<f64> {
        text.parse().ok().filter(|v| (self.0..=self.1).contains(v))
    }

    fn write(&self, value: &f64) -> String {
        format!("{value:?}")
    }

    fn range(&self) -> Range {
        Range::Real(self.0, self.1, None)
    }
}

/// Values of another kind, or the word, which is no value.
pub(crate) struct Or<D>(pub(crate) D, pub(crate) &'static str);

impl<D: Domain> Domain for Or<D> {
    type Value = Option<D::Value>;

    fn read(&self, text: &str) -> Option<Self::Value> {
        if text == self.1 { Some(None) } else { self.0.read(text).map(Some) }
    }

    fn write(&self, value: &Self::Value) -> String {
        value.as_ref().map_or(self.1.to_owned(), |value| self.0.write(value))
    }

    fn range(&self) -> Range {
        match self.0.range() {
            Range::Whole(from, to, _) => Range::Whole(from, to, Some(self.1)),
            Range::Real(from, to, _) => Range::Real(from, to, Some(self.1)),
            words @ (Range::Words(_) | Range::Share(..)) => words,
        }
    }
}

/// One of these words, and what each is to a fit.
pub(crate) struct Words<T: 'static, const N: usize>(
    pub(crate) &'static [&'static str; N],
    pub(crate) [T; N],
);

impl<T: Copy + PartialEq, const N: usize> Domain for Words<T, N> {
    type Value = T;

    fn read(&self, text: &str) -> Option<T> {
        self.0.iter().zip(self.1).find(|(word, _)| **word == text).map(|(_, value)| value)
    }

    fn write(&self, value: &T) -> String {
        let mut pairs = self.0.iter().zip(&self.1);
        pairs.find(|(_, known)| *known == value).map_or(String::new(), |(w, _)| (*w).to_owned())
    }

    fn range(&self) -> Range {
        Range::Words(self.0)
    }
}
