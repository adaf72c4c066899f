//! The judge of terms: slot by slot, from `docs/format-2.md` alone.

use model_format::program::ops::row_norm::Norm;
use model_format::program::ops::terms::{TermCount, TermsSpec};

use super::reference::Data;

/// Characters beyond ASCII in tests that are letters or numbers.
const WORDS: &str = "éÉèßσςΣοΟφΦİ中文Ⅷⅷ²ʼ";
/// Those that are neither.
const OTHERS: &str = "Ⓐⓐ\u{301}\u{307}\u{93e}…\u{2003}\u{fffd}";

/// The number of every term.
pub(super) fn numbers(op: &TermsSpec, cell: &str, arrays: &[Data]) -> Vec<f64> {
    let missing = ["", "NA", "?"].contains(&cell.trim_matches([' ', '\t']));
    let text = if missing { "" } else { cell };
    let text = if op.lower_case { text.to_lowercase() } else { text.to_owned() };
    let found = terms(&words(&text), op.least_words as usize, op.most_words as usize);
    let mut numbers = Vec::new();
    for term in vocabulary(op, arrays) {
        let occurrences = found.iter().filter(|other| **other == term).count();
        numbers.push(match op.count {
            _ if occurrences == 0 => 0.0,
            TermCount::Occurrences => occurrences as f64,
            TermCount::Presence => 1.0,
            TermCount::Logarithm => (occurrences as f64).ln() + 1.0,
        });
    }
    if let Some(weights) = op.weights {
        let Data::F64(_, weights) = &arrays[weights.0 as usize] else { panic!("no numbers") };
        for (number, weight) in numbers.iter_mut().zip(weights) {
            if *number > 0.0 {
                *number *= weight;
            }
        }
    }
    let mut size = 0.0;
    for x in &numbers {
        match op.norm {
            None => size = 1.0,
            Some(Norm::Sum) => size += x.abs(),
            Some(Norm::Euclidean) => size += x * x,
            Some(Norm::Maximum) => size = if x.abs() > size { x.abs() } else { size },
        }
    }
    if op.norm == Some(Norm::Euclidean) {
        size = size.sqrt();
    }
    numbers.iter().map(|x| if size > 0.0 { x / size } else { *x }).collect()
}

fn vocabulary(op: &TermsSpec, arrays: &[Data]) -> Vec<String> {
    let Data::U8(bytes) = &arrays[op.bytes.0 as usize] else { panic!("no bytes") };
    let Data::U64(ends) = &arrays[op.ends.0 as usize] else { panic!("no ends") };
    let mut terms = Vec::new();
    let mut start = 0;
    for end in ends {
        let end = usize::try_from(*end).unwrap();
        terms.push(String::from_utf8(bytes[start..end].to_vec()).unwrap());
        start = end;
    }
    terms
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars() {
        assert!(c.is_ascii() || WORDS.contains(c) || OTHERS.contains(c), "{c:?} is not known");
        if c == '_' || c.is_ascii_alphanumeric() || WORDS.contains(c) {
            words.last_mut().unwrap().push(c);
        } else {
            words.push(String::new());
        }
    }
    words.retain(|word| word.chars().count() >= 2);
    words
}

fn terms(words: &[String], least: usize, most: usize) -> Vec<String> {
    let mut terms = Vec::new();
    for start in 0..words.len() {
        for end in start + 1..=words.len() {
            if (least..=most).contains(&(end - start)) {
                terms.push(words[start..end].join(" "));
            }
        }
    }
    terms
}
