//! Terms of documents.

use model_format::program::ops::row_norm::Norm;
use model_format::program::ops::terms::{TermCount, Terms};

use super::words::words;
use crate::block::Block;

/// Where the numbers of terms go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Columns of numbers, from this one on.
    Columns(usize),
    /// A list, where every reader can read one.
    List(usize),
}

/// Fills columns or a list with the numbers of the terms of document column `from`.
pub(crate) fn fill(op: &Terms, from: usize, to: Target, block: &mut Block) {
    let mut found = Vec::new();
    let mut numbers = Vec::new();
    let spread = |document: &[u8], set: &mut dyn FnMut(usize, f64)| {
        numbers_of(op, document, &mut found, &mut numbers);
        for (term, number) in &numbers {
            set(*term, *number);
        }
    };
    match to {
        Target::Columns(to) => block.spread_documents(from, to..to + op.n_terms(), spread),
        Target::List(list) => block.list_documents(from, list, spread),
    }
}

/// The numbers of the terms of a document, in ascending order of terms; `found` is room for where they occur.
fn numbers_of(
    op: &Terms,
    document: &[u8],
    found: &mut Vec<usize>,
    numbers: &mut Vec<(usize, f64)>,
) {
    // What is not UTF-8 separates words.
    let mut text = String::from_utf8_lossy(document);
    if op.lower_case() {
        text = text.to_lowercase().into();
    }
    found.clear();
    let words: Vec<&str> = words(&text).collect();
    let (least, most) = op.words();
    let mut joined = String::new();
    for n in least..=most {
        for words in words.windows(n) {
            let term = if let [word] = words {
                *word
            } else {
                join(words, &mut joined);
                &joined
            };
            found.extend(op.find(term));
        }
    }
    found.sort_unstable();
    numbers.clear();
    numbers.extend(found.chunk_by(|a, b| a == b).map(|same| (same[0], number(op, same))));
    if let Some(norm) = op.norm() {
        divide(norm, numbers);
    }
}

fn join(words: &[&str], joined: &mut String) {
    joined.clear();
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
}

/// The number of a term that occurs so often, before all are divided.
fn number(op: &Terms, same: &[usize]) -> f64 {
    let occurrences = same.len() as f64;
    let count = match op.count() {
        TermCount::Occurrences => occurrences,
        TermCount::Presence => 1.0,
        TermCount::Logarithm => libm::log(occurrences) + 1.0,
    };
    op.weights().map_or(count, |weights| count * weights[same[0]])
}

fn divide(norm: Norm, numbers: &mut [(usize, f64)]) {
    let values = numbers.iter().map(|(_, x)| *x);
    let size = match norm {
        Norm::Sum => values.fold(0.0, |sum, x| sum + x.abs()),
        Norm::Euclidean => values.fold(0.0, |sum, x| sum + x * x).sqrt(),
        Norm::Maximum => values.fold(0.0, |most: f64, x| most.max(x.abs())),
    };
    if size != 0.0 {
        for (_, x) in numbers {
            *x /= size;
        }
    }
}
