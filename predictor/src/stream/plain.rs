//! Rows without quotes, read in one pass from bytes to the block.

use memchr::memchr2;
use model_format::cell::{parse_leading_number, trim};
use model_format::decimal::leading_number;
use tabular_input::csv::scan::Span;

use super::cells::CellRule;
use crate::block::Block;
use crate::cell::CellReader;
use crate::columns::{Columns, Use};

/// Reads rows that are as they should be and hold no quotes.
///
/// It knows nothing of errors: whatever is not plain is left to [`super::records`], which finds the
/// same cells in two passes and says what is wrong.
pub(crate) struct PlainRows<'a> {
    reader: CellReader<'a>,
    columns: &'a Columns,
    delimiter: u8,
    /// Per input column, whether it is carried.
    carries: Vec<bool>,
    /// Per carried column, in the order of the output, its place among the carried columns of the
    /// input.
    order: Vec<usize>,
    /// Carried cells of a row in the order of the input.
    cells: Vec<Span>,
}

impl<'a> PlainRows<'a> {
    pub(crate) fn new(rule: CellRule<'a>) -> Self {
        let columns = rule.columns;
        let mut carries = vec![false; columns.uses.len()];
        columns.carried.iter().for_each(|column| carries[*column] = true);
        let mut places = Vec::with_capacity(carries.len());
        let mut n_carried = 0;
        for carried in &carries {
            places.push(n_carried);
            n_carried += usize::from(*carried);
        }
        let order = columns.carried.iter().map(|column| places[*column]).collect();
        let delimiter = columns.shape.delimiter;
        Self { reader: rule.reader(), columns, delimiter, carries, order, cells: Vec::new() }
    }

    /// Reads the row that begins at `at` into the row of `block` being filled, and its carried cells
    /// behind `carried`. Returns its end without and with its line end.
    ///
    /// `None` if it is not plain; the row of `block` then holds anything.
    #[inline]
    pub(crate) fn read(
        &mut self,
        data: &[u8],
        mut at: usize,
        block: &mut Block,
        carried: &mut Vec<Span>,
    ) -> Option<(usize, usize)> {
        let start = at;
        let (last, before) = self.columns.uses.split_last()?;
        self.cells.clear();
        for (usage, carries) in before.iter().zip(&self.carries) {
            let stop = self.cell(data, at, *usage, block)?;
            if data.get(stop) != Some(&self.delimiter) {
                return None;
            }
            if *carries {
                self.cells.push(Span::plain(at, stop));
            }
            at = stop + 1;
        }
        let stop = self.cell(data, at, *last, block)?;
        let next = match data.get(stop..)? {
            [] => stop,
            [b'\n', ..] => stop + 1,
            [b'\r', b'\n', ..] => stop + 2,
            _ => return None,
        };
        if stop == start {
            return None;
        }
        if self.carries.last() == Some(&true) {
            self.cells.push(Span::plain(at, stop));
        }
        carried.extend(self.order.iter().map(|place| self.cells[*place]));
        Some((stop, next))
    }

    /// Reads the cell that begins at `at`; returns where it ends.
    #[inline]
    fn cell(&self, data: &[u8], at: usize, usage: Use, block: &mut Block) -> Option<usize> {
        if let Use::Number(i) = usage
            && self.reader.missing.numbers_are_values()
            && let rest = data.get(at..)?
            && let Some((number, len)) = leading_number(rest).or_else(|| parse_leading_number(rest))
            && self.ends(data, at + len)
        {
            block.set_number(i, number);
            return Some(at + len);
        }
        self.any_cell(data, at, usage, block)
    }

    /// Whether a cell may end here.
    #[inline]
    fn ends(&self, data: &[u8], at: usize) -> bool {
        match data.get(at..) {
            Some([byte, ..]) if *byte == self.delimiter => true,
            Some([] | [b'\n', ..] | [b'\r', b'\n', ..]) => true,
            _ => false,
        }
    }

    /// The same for a cell that is no plain number.
    fn any_cell(&self, data: &[u8], at: usize, usage: Use, block: &mut Block) -> Option<usize> {
        let rest = data.get(at..)?;
        if rest.first() == Some(&b'"') {
            return None;
        }
        let mut len = memchr2(self.delimiter, b'\n', rest).unwrap_or(rest.len());
        if rest.get(len) != Some(&self.delimiter) && rest[..len].ends_with(b"\r") {
            len -= 1;
        }
        let cell = &rest[..len];
        match usage {
            Use::Ignored => {}
            Use::Nothing if trim(cell).is_empty() => {}
            Use::Nothing => return None,
            Use::Number(i) => block.set_number(i, self.reader.number(i, cell).ok()?),
            Use::Text(i) => block.set_text(i, self.reader.category(i, cell).ok()?),
            Use::Document(i) => block.set_document(i, self.reader.document(cell)),
        }
        Some(at + len)
    }
}
