//! Terms of documents, row by row: only those that a document has.

/// The terms of the rows of a block, and their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermList {
    /// The terms of a row ascend.
    terms: Vec<(usize, f64)>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl TermList {
    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.terms.clear();
        self.ends.clear();
    }

    /// Adds a term to the row being filled.
    pub(super) fn add(&mut self, term: usize, number: f64) {
        self.terms.push((term, number));
    }

    /// Completes the row.
    pub(super) fn end_row(&mut self) {
        self.ends.push(self.terms.len());
    }

    /// Adds `number * weight` of every term to the sum of its row, in ascending order. Sums begin at +0.0: terms that a
    /// row does not have would add 0, which changes no bit of them, since weights are finite.
    pub(crate) fn add_products(&self, weights: &[f64], sums: &mut [f64]) {
        let mut start = 0;
        for (sum, end) in sums.iter_mut().zip(&self.ends) {
            for (term, number) in &self.terms[start..*end] {
                *sum += number * weights[*term];
            }
            start = *end;
        }
    }
}
