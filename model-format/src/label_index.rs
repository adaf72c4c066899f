//! Which label a text is.

use std::collections::HashMap;

use crate::cell::parse_number;

/// The labels of a model by their text; numbers by their value too.
#[derive(Debug)]
pub struct LabelIndex<'a> {
    by_text: HashMap<&'a [u8], u32>,
    /// By the bits of the number; empty if two labels are the same number.
    by_number: HashMap<u64, u32>,
}

impl<'a> LabelIndex<'a> {
    /// The classes are counted in the order of `labels`.
    pub fn new(labels: &'a [String]) -> Self {
        let classes = || (0..).zip(labels).map(|(class, label)| (class, label.as_bytes()));
        let by_text = classes().map(|(class, label)| (label, class)).collect();
        let mut by_number = HashMap::new();
        for (class, label) in classes() {
            let Some(number) = parse_number(label) else { continue };
            if by_number.insert(bits(number), class).is_some() {
                by_number.clear();
                break;
            }
        }
        Self { by_text, by_number }
    }

    /// The class of a text without blanks around it: that of the label as it stands, or else of the label that
    /// is the same number, so that `1` is `1.0`, unless two labels are.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let known = self.by_text.get(text).copied();
        if known.is_some() || self.by_number.is_empty() {
            return known;
        }
        self.by_number.get(&bits(parse_number(text)?)).copied()
    }
}

/// The bits of a number; both zeros have the same.
fn bits(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(labels: &[&str], text: &str) -> Option<u32> {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        LabelIndex::new(&labels).find(text.as_bytes())
    }

    #[test]
    fn numbers_are_equal_however_they_are_written() {
        assert_eq!(find(&["0.0", "1.0"], "1"), Some(1));
        assert_eq!(find(&["0.0", "1.0"], "-0"), Some(0));
        assert_eq!(find(&["0", "1"], "1.0"), Some(1));
        assert_eq!(find(&["0", "1", "other"], "1e0"), Some(1));
        assert_eq!(find(&["0", "1"], "1.5"), None);
        assert_eq!(find(&["0", "1"], "one"), None);
    }

    #[test]
    fn text_comes_first_and_labels_that_collide_are_texts() {
        assert_eq!(find(&["1", "1.0"], "1.0"), Some(1));
        assert_eq!(find(&["1", "1.0", "2"], "1.00"), None);
        assert_eq!(find(&["1", "1.0", "2"], "2.0"), None);
        assert_eq!(find(&["no", "yes"], "1"), None);
    }
}
