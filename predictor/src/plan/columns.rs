//! Ops on columns that have a stage of their own.

use model_format::program::ops::interpolate::Interpolate;
use model_format::program::ops::map_code::{CodeTables, MapCode};
use model_format::program::ops::number_to_code::NumberToCode;
use model_format::program::ops::product::Product;
use model_format::program::ops::require::Require;
use model_format::program::ops::row_norm::RowNorm;
use model_format::program::ops::spline::Spline;
use model_format::program::ops::terms::Terms;
use model_format::program::slot::Run;

use super::lower::Lowering;
use super::places::Place;
use super::stage::{Required, Stage};
use crate::kernels::terms::Target;

impl Lowering {
    pub(super) fn number_to_code(&mut self, op: &NumberToCode) {
        let from = self.numbers_of(op.input());
        let to = self.new_codes(from.len());
        self.stages.push(Stage::NumberToCode { op: op.clone(), from, to });
    }

    pub(super) fn map_code(&mut self, op: &MapCode, output: Run) {
        let from = self.codes_of(op.input());
        let to = match op.tables() {
            CodeTables::Numbers(_) => self.allocate(output).start,
            CodeTables::Codes(_) => self.new_codes(from.len()),
        };
        self.stages.push(Stage::MapCode { op: op.clone(), from, to });
    }

    /// Numbers are checked in place where nothing else reads them; codes in a copy, as those of the input are
    /// counted later.
    pub(super) fn require(&mut self, index: usize, require: Require, output: Run) {
        let input = require.input();
        let (mut numbers, mut codes) = (Vec::new(), Vec::new());
        for (slot, column) in (input.first..).zip(self.own_columns(index, input, output)) {
            match (column, self.places[slot as usize]) {
                (Some(column), _) => {
                    numbers.push(Required { slot, from: column, to: column });
                    self.places.push(Place::Number(column));
                }
                (None, Place::Code(from)) => codes.push(Required { slot, from, to: self.code() }),
                (
                    None,
                    Place::Number(_)
                    | Place::Category { .. }
                    | Place::Document(_)
                    | Place::Term { .. },
                ) => {}
            }
        }
        let keeps_missing = require.keeps_missing();
        self.stages.push(Stage::Require { numbers, codes, keeps_missing });
    }

    pub(super) fn product(&mut self, op: &Product, output: Run) {
        let from = self.numbers_of(op.input());
        let to = self.allocate(output).start;
        self.stages.push(Stage::Product { op: op.clone(), from, to });
    }

    pub(super) fn row_norm(&mut self, index: usize, op: RowNorm, output: Run) {
        let columns = self.numbers_in_place(index, op.input(), output);
        self.stages.push(Stage::RowNorm { op, columns });
    }

    pub(super) fn interpolate(&mut self, index: usize, op: &Interpolate, output: Run) {
        let columns = self.numbers_in_place(index, op.input(), output);
        self.stages.push(Stage::Interpolate { op: op.clone(), columns });
    }

    pub(super) fn spline(&mut self, op: &Spline, output: Run) {
        let from = self.numbers_of(op.input());
        let to = self.allocate(output).start;
        self.stages.push(Stage::Spline { op: op.clone(), from, to });
    }

    pub(super) fn terms(&mut self, op: &Terms, output: Run) {
        let to = self.allocate(output).start;
        self.count_terms(op, Target::Columns(to));
    }

    /// The same for readers that need only what is not 0.
    pub(super) fn list(&mut self, op: &Terms, output: Run) {
        let list = self.n_lists;
        self.n_lists += 1;
        self.places.extend(output.range().map(|_| Place::Term { list }));
        self.count_terms(op, Target::List(list));
    }

    fn count_terms(&mut self, op: &Terms, to: Target) {
        if let Place::Document(from) = self.places[op.input() as usize] {
            self.stages.push(Stage::Terms { op: op.clone(), from, to });
        }
    }

    /// New columns of codes for the next slots; the first of them.
    fn new_codes(&mut self, n: usize) -> usize {
        let first = self.n_codes;
        for _ in 0..n {
            self.code();
        }
        first
    }

    /// Columns in which an op on numbers works; they are its output.
    fn numbers_in_place(&mut self, index: usize, input: Run, output: Run) -> Vec<usize> {
        let columns: Vec<usize> =
            self.own_columns(index, input, output).into_iter().flatten().collect();
        self.places.extend(columns.iter().map(|column| Place::Number(*column)));
        columns
    }

    /// Columns with the numbers of a run, which stay as they are.
    fn numbers_of(&mut self, run: Run) -> Vec<usize> {
        let column = |slot| match self.places[slot] {
            Place::Number(column) => column,
            place @ (Place::Code(_)
            | Place::Category { .. }
            | Place::Document(_)
            | Place::Term { .. }) => self.copy(place),
        };
        run.range().map(column).collect()
    }

    /// Columns with the codes of a run.
    fn codes_of(&self, run: Run) -> Vec<usize> {
        let column = |slot: usize| match self.places[slot] {
            Place::Code(column) => Some(column),
            Place::Number(_) | Place::Category { .. } | Place::Document(_) | Place::Term { .. } => {
                None
            }
        };
        run.range().filter_map(column).collect()
    }
}
