//! Columns of a block made of other columns, by a function of each number, code or document.

use std::ops::Range;

use super::{Block, MISSING};

impl Block {
    /// Fills a column of codes by a column of numbers.
    pub(crate) fn encode(&mut self, from: usize, to: usize, code: impl Fn(f64) -> u32) {
        let (from, to) = (self.rows_of(from), self.rows_of(to));
        let numbers = &self.numbers[from];
        self.codes[to].iter_mut().zip(numbers).for_each(|(found, x)| *found = code(*x));
    }

    /// Fills a column of numbers by a column of codes.
    pub(crate) fn decode(&mut self, from: usize, to: usize, number: impl Fn(u32) -> f64) {
        let (from, to) = (self.rows_of(from), self.rows_of(to));
        let codes = &self.codes[from];
        self.numbers[to].iter_mut().zip(codes).for_each(|(x, code)| *x = number(*code));
    }

    /// Fills a column of codes by an earlier one.
    pub(crate) fn recode(&mut self, from: usize, to: usize, code: impl Fn(u32) -> u32) {
        let (from, to) = (self.rows_of(from), self.rows_of(to));
        let (before, after) = self.codes.split_at_mut(to.start);
        after.iter_mut().zip(&before[from]).for_each(|(found, old)| *found = code(*old));
    }

    /// Fills a column with the products of two earlier ones.
    pub(crate) fn multiply(&mut self, factors: [usize; 2], to: usize) {
        let ([a, b], to) = (factors.map(|column| self.rows_of(column)), self.rows_of(to));
        let (before, after) = self.numbers.split_at_mut(to.start);
        let factors = before[a].iter().zip(&before[b]);
        after.iter_mut().zip(factors).for_each(|(x, (a, b))| *x = a * b);
    }

    /// Fills columns by an earlier one: for each number `spread` gives columns, counted from the first, and what
    /// is added to the 0 there. What is given of columns after the last is left out.
    pub(crate) fn spread(
        &mut self,
        from: usize,
        to: Range<usize>,
        spread: impl Fn(f64, &mut dyn FnMut(usize, f64)),
    ) {
        let (from, capacity) = (self.rows_of(from), self.capacity);
        let (before, after) = self.numbers.split_at_mut(to.start * capacity);
        let columns = &mut after[..to.len() * capacity];
        columns.fill(0.0);
        for (row, x) in before[from].iter().enumerate() {
            spread(*x, &mut |column, value| {
                if column < to.len() {
                    columns[column * capacity + row] += value;
                }
            });
        }
    }

    /// Finds rows where a number is infinite or, unless those are kept, missing; it becomes 0.
    pub(crate) fn require_number(
        &mut self,
        column: usize,
        keeps_missing: bool,
        mut refuse: impl FnMut(usize),
    ) {
        for (row, x) in self.numbers_mut(column).iter_mut().enumerate() {
            if !(x.is_finite() || keeps_missing && x.is_nan()) {
                *x = 0.0;
                refuse(row);
            }
        }
    }

    /// Finds rows where a code is unknown; in a copy of the column it becomes 0.
    pub(crate) fn require_code(&mut self, from: usize, to: usize, refuse: impl FnMut(usize)) {
        let known = |code: u32| code < MISSING;
        let unknown = self.codes(from).iter().enumerate().filter(|(_, code)| !known(**code));
        unknown.map(|(row, _)| row).for_each(refuse);
        self.recode(from, to, |code| if known(code) { code } else { 0 });
    }

    /// Stores a document (`None`: missing) in column `i` of them, of the row being filled.
    pub(crate) fn set_document(&mut self, i: usize, document: Option<&[u8]>) {
        self.documents.set(i, self.len, document);
        self.set_code(self.documents.codes(i), presence(document));
    }

    /// Stores the documents of all rows in column `i` of them.
    pub(crate) fn fill_documents<'a>(
        &mut self,
        i: usize,
        documents: impl Iterator<Item = Option<&'a [u8]>>,
    ) {
        let codes = self.documents.codes(i);
        for (row, document) in (0..self.len).zip(documents) {
            self.documents.set(i, row, document);
            self.codes[codes * self.capacity + row] = presence(document);
        }
    }

    /// Whether documents of column `i` are there, as codes.
    #[cfg(feature = "cli")]
    pub(crate) fn presence(&self, i: usize) -> &[u32] {
        self.codes(self.documents.codes(i))
    }

    /// Fills columns of numbers by the documents of column `i`: for each `spread` gives columns, counted from the first,
    /// and their numbers; others are 0. What is given of columns after the last is left out.
    pub(crate) fn spread_documents(
        &mut self,
        i: usize,
        to: Range<usize>,
        mut spread: impl FnMut(&[u8], &mut dyn FnMut(usize, f64)),
    ) {
        let Self { capacity, len, numbers, documents, .. } = self;
        let columns = &mut numbers[to.start * *capacity..to.end * *capacity];
        columns.fill(0.0);
        for (row, document) in documents.rows(i).take(*len).enumerate() {
            spread(document, &mut |column, value| {
                if let Some(x) = columns.get_mut(column * *capacity + row) {
                    *x = value;
                }
            });
        }
    }

    /// Fills a list by the documents of column `i`: for each `spread` gives terms in ascending order, and their numbers.
    pub(crate) fn list_documents(
        &mut self,
        i: usize,
        list: usize,
        mut spread: impl FnMut(&[u8], &mut dyn FnMut(usize, f64)),
    ) {
        let list = &mut self.lists[list];
        list.clear();
        for document in self.documents.rows(i).take(self.len) {
            spread(document, &mut |term, number| list.add(term, number));
            list.end_row();
        }
    }

    /// The rows of a column.
    fn rows_of(&self, column: usize) -> Range<usize> {
        let start = column * self.capacity;
        start..start + self.len
    }
}

fn presence(document: Option<&[u8]>) -> u32 {
    if document.is_some() { 0 } else { MISSING }
}
