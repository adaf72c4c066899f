//! How often a document has each term of a vocabulary.
//!
//! Terms are words, or words that follow each other, joined by a space. What counts as a word is that of
//! scikit-learn's default token pattern: at least two letters, digits or underscores in a row.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::row_norm::Norm;
use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::fields::Dtype;
use crate::program::facts::{FUNCTION, Facts};
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, Slot, SlotType};
use crate::schema::count;

/// Most words of a term: with more, a long document would have too many terms.
pub const MAX_TERM_WORDS: usize = 8;

/// The additions that reading an average document is worth.
const DOCUMENT: u64 = 1 << 14;

/// What a term of a document counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TermCount {
    /// As often as it occurs.
    Occurrences,
    /// 1, however often it occurs.
    Presence,
    /// 1 plus the logarithm of how often it occurs.
    Logarithm,
}

/// A number for each term of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsSpec {
    /// The document.
    pub input: Slot,
    /// How many terms there are.
    pub n_terms: u32,
    /// Whether the document is read in lower case.
    pub lower_case: bool,
    /// Words of a term, at least.
    pub least_words: u32,
    /// Words of a term, at most.
    pub most_words: u32,
    /// What a term counts.
    pub count: TermCount,
    /// Their UTF-8, one term after the other.
    pub bytes: ArrayId,
    /// Where each term ends among the bytes, `[n_terms]`; terms ascend strictly.
    pub ends: ArrayId,
    /// What each count is multiplied by, `[n_terms]`.
    pub weights: Option<ArrayId>,
    /// What the numbers are divided by in the end, unless it is 0.
    pub norm: Option<Norm>,
}

/// A checked vocabulary.
#[derive(Clone, Debug)]
pub struct Terms {
    input: Slot,
    lower_case: bool,
    words: (usize, usize),
    count: TermCount,
    bytes: Array<u8>,
    ends: Array<u64>,
    weights: Option<Array<f64>>,
    norm: Option<Norm>,
}

impl TermsSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Terms, Run)> {
        scope.document("input", self.input)?;
        let n_terms = scope.width("n_terms", self.n_terms, 1)?;
        let (least, most) = (self.least_words as usize, self.most_words as usize);
        count("most_words", most, 1, MAX_TERM_WORDS)?;
        count("least_words", least, 1, most)?;
        let bytes = scope.array::<u8>(self.bytes, Dtype::U8, &[None])?;
        let ends = scope.array::<u64>(self.ends, Dtype::U64, &[Some(n_terms)])?;
        check_terms(scope, bytes.as_slice(), ends.as_slice())?;
        let weights = match self.weights {
            Some(weights) => Some(scope.f64s(weights, &[Some(n_terms)])?),
            None => None,
        };
        let output = scope.write(std::iter::repeat_n(SlotType::NUMBER, n_terms))?;
        let Self { input, lower_case, count, norm, .. } = *self;
        let words = (least, most);
        Ok((Terms { input, lower_case, words, count, bytes, ends, weights, norm }, output))
    }
}

/// Checks that terms are UTF-8, fill their section and ascend strictly.
fn check_terms(scope: &Scope<'_>, bytes: &[u8], ends: &[u64]) -> Result<()> {
    let wrong = |index: usize, why: &str| -> FormatError {
        scope.error("terms", format!("term {index} {why}"))
    };
    let (mut start, mut before) = (0usize, &[][..]);
    for (index, end) in ends.iter().enumerate() {
        let end = usize::try_from(*end).map_err(|_| wrong(index, "ends behind its section"))?;
        let term = bytes.get(start..end).ok_or_else(|| wrong(index, "ends where it cannot"))?;
        if str::from_utf8(term).is_err() {
            return Err(wrong(index, "is not UTF-8"));
        }
        // The first is compared with nothing: none is empty.
        if term <= before {
            return Err(wrong(index, "is not above the one before it"));
        }
        (start, before) = (end, term);
    }
    if start == bytes.len() {
        return Ok(());
    }
    let why = format!("{start} bytes belong to terms, the section has {}", bytes.len());
    Err(scope.error("terms", why))
}

impl Terms {
    /// The document that it reads.
    pub fn input(&self) -> Slot {
        self.input
    }

    /// Whether the document is read in lower case.
    pub fn lower_case(&self) -> bool {
        self.lower_case
    }

    /// How many words a term has, at least and at most.
    pub fn words(&self) -> (usize, usize) {
        self.words
    }

    /// What a term counts.
    pub fn count(&self) -> TermCount {
        self.count
    }

    /// What each count is multiplied by, if anything.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_ref().map(Array::as_slice)
    }

    /// What the numbers are divided by in the end, if anything.
    pub fn norm(&self) -> Option<Norm> {
        self.norm
    }

    /// How many terms there are.
    pub fn n_terms(&self) -> usize {
        self.ends.as_slice().len()
    }

    /// A term by its number; empty if there is none.
    pub fn term(&self, index: usize) -> &str {
        str::from_utf8(self.bytes_of(index)).unwrap_or_default()
    }

    /// The number of a term.
    pub fn find(&self, term: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.n_terms());
        while low < high {
            let middle = low.midpoint(high);
            match self.bytes_of(middle).cmp(term.as_bytes()) {
                Ordering::Less => low = middle.saturating_add(1),
                Ordering::Equal => return Some(middle),
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn bytes_of(&self, index: usize) -> &[u8] {
        let end = |index: usize| self.ends.as_slice().get(index).copied().unwrap_or_default();
        let place = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
        let start = index.checked_sub(1).map_or(0, end);
        self.bytes.as_slice().get(place(start)..place(end(index))).unwrap_or_default()
    }
}

impl Facts for Terms {
    const NAME: &'static str = "terms";

    fn inputs(&self) -> Vec<Run> {
        vec![Run::one(self.input)]
    }

    fn exact(&self) -> bool {
        match self.count {
            TermCount::Occurrences | TermCount::Presence => true,
            TermCount::Logarithm => false,
        }
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        let per_word = self.words.1 as u64;
        DOCUMENT.saturating_mul(per_word).saturating_add(self.n_terms() as u64 * 2 + FUNCTION)
    }
}
