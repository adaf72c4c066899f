//! Features of some rows, with categories as codes where a fit needs no more.
//!
//! One-hot features are 0 but for one in each row of a categorical column. [`Features`] keeps the
//! code of that one, and returns the zeros and ones to whoever asks for them: the fits here that
//! go by code, and smartcore, for which it is a matrix like any other. Only what smartcore works
//! on in place (decompositions, distances) needs a [`Matrix`] of all of them, and gets no codes.

use std::fmt;
use std::ops::Range;

use cli_common::error::{Error, Result};
use serde::{Deserialize, Serialize};
use smartcore::linalg::basic::arrays::{
    Array, Array2, ArrayView1, ArrayView2, MutArray, MutArrayView2,
};
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::numbers::basenum::Number;

use super::matrix::Matrix;

/// A categorical column, whose categories are features one after another.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Codes {
    /// Category of each row, `[n_rows]`; as many as there are categories stand for none of them.
    pub(crate) codes: Vec<u32>,
    /// Number of categories.
    pub(crate) n_codes: usize,
}

/// Features `[n_rows, n_features]`: those of numbers, then those of each categorical column.
// Serialised by nobody: smartcore's models of such a matrix want it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Features<T = f64> {
    numbers: DenseMatrix<T>,
    categories: Vec<Codes>,
    /// Categorical column and code of each feature after the numbers.
    one_hot: Vec<(usize, u32)>,
    /// Zero and one.
    bits: [T; 2],
}

/// A column of [`Features`].
#[derive(Clone, Copy)]
pub(crate) enum Column<'a, T> {
    /// Numbers `[n_rows]`.
    Numbers(&'a [T]),
    /// 1 where the code is this one, else 0.
    OneHot(&'a [u32], u32),
}

impl<T: Number> Features<T> {
    /// Columns of numbers, and categorical columns of as many rows.
    pub(crate) fn new(numbers: DenseMatrix<T>, categories: Vec<Codes>) -> Self {
        let one_hot = categories.iter().enumerate();
        let one_hot =
            one_hot.flat_map(|(at, own)| (0u32..).take(own.n_codes).map(move |c| (at, c)));
        Self { one_hot: one_hot.collect(), numbers, categories, bits: [T::zero(), T::one()] }
    }

    /// Number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.numbers.shape().0
    }

    /// Number of features.
    pub(crate) fn n_features(&self) -> usize {
        self.n_numbers() + self.one_hot.len()
    }

    /// Number of features that are no categories.
    pub(crate) fn n_numbers(&self) -> usize {
        self.numbers.shape().1
    }

    /// Numbers of a feature below [`Self::n_numbers`], `[n_rows]`.
    pub(crate) fn numbers(&self, feature: usize) -> &[T] {
        // Matrices here are column-major.
        let (n_rows, _) = self.numbers.shape();
        &self.numbers.iter().as_slice()[feature * n_rows..][..n_rows]
    }

    /// Categorical columns, in the order of their features.
    pub(crate) fn categories(&self) -> &[Codes] {
        &self.categories
    }

    /// A feature.
    pub(crate) fn column(&self, feature: usize) -> Column<'_, T> {
        match feature.checked_sub(self.n_numbers()) {
            None => Column::Numbers(self.numbers(feature)),
            Some(at) => {
                let (column, code) = self.one_hot[at];
                Column::OneHot(&self.categories[column].codes, code)
            }
        }
    }

    /// Values of a feature, `[n_rows]`.
    pub(crate) fn values(&self, feature: usize) -> Vec<T> {
        match self.column(feature) {
            Column::Numbers(numbers) => numbers.to_vec(),
            Column::OneHot(codes, code) => {
                codes.iter().map(|c| self.bits[usize::from(*c == code)]).collect()
            }
        }
    }

    /// All features as numbers.
    fn filled(&self) -> DenseMatrix<T> {
        let values: Vec<T> = (0..self.n_features()).flat_map(|at| self.values(at)).collect();
        DenseMatrix::from_iterator(values.into_iter(), self.n_rows(), self.n_features(), 1)
    }
}

impl Features {
    /// All features as numbers: for a few rows.
    pub(crate) fn to_dense(&self) -> Matrix {
        self.filled()
    }

    /// smartcore's matrix of all features, for a fit that was not given codes.
    ///
    /// # Errors
    ///
    /// An internal error if there are codes.
    pub(crate) fn dense(&self) -> Result<&Matrix> {
        if self.one_hot.is_empty() {
            return Ok(&self.numbers);
        }
        Err(Error::internal("categories are codes where a matrix of numbers is needed"))
    }
}

impl From<Matrix> for Features {
    fn from(numbers: Matrix) -> Self {
        Self::new(numbers, Vec::new())
    }
}

impl<T: Number> Array<T, (usize, usize)> for Features<T> {
    #[inline]
    fn get(&self, (row, feature): (usize, usize)) -> &T {
        match feature.checked_sub(self.n_numbers()) {
            None => self.numbers.get((row, feature)),
            Some(at) => {
                let (column, code) = self.one_hot[at];
                &self.bits[usize::from(self.categories[column].codes[row] == code)]
            }
        }
    }

    fn shape(&self) -> (usize, usize) {
        (self.n_rows(), self.n_features())
    }

    fn is_empty(&self) -> bool {
        self.n_rows() == 0 || self.n_features() == 0
    }

    fn iterator<'b>(&'b self, axis: u8) -> Box<dyn Iterator<Item = &'b T> + 'b> {
        View::of(self).cells(axis)
    }
}

impl<T: Number> MutArray<T, (usize, usize)> for Features<T> {
    fn set(&mut self, (row, feature): (usize, usize), x: T) {
        if feature >= self.n_numbers() {
            if *self.get((row, feature)) == x {
                return;
            }
            *self = Self::new(self.filled(), Vec::new());
        }
        self.numbers.set((row, feature), x);
    }

    fn iterator_mut<'b>(&'b mut self, axis: u8) -> Box<dyn Iterator<Item = &'b mut T> + 'b> {
        *self = Self::new(self.filled(), Vec::new());
        self.numbers.iterator_mut(axis)
    }
}

impl<T: Number> ArrayView2<T> for Features<T> {}

impl<T: Number> MutArrayView2<T> for Features<T> {}

impl<T: Number> Array2<T> for Features<T> {
    fn fill(n_rows: usize, n_features: usize, value: T) -> Self {
        Self::new(DenseMatrix::fill(n_rows, n_features, value), Vec::new())
    }

    fn slice<'a>(
        &'a self,
        rows: Range<usize>,
        features: Range<usize>,
    ) -> Box<dyn ArrayView2<T> + 'a> {
        Box::new(View { of: self, rows, features })
    }

    fn slice_mut<'a>(
        &'a mut self,
        rows: Range<usize>,
        features: Range<usize>,
    ) -> Box<dyn MutArrayView2<T> + 'a> {
        *self = Self::new(self.filled(), Vec::new());
        self.numbers.slice_mut(rows, features)
    }

    fn from_iterator<I: Iterator<Item = T>>(
        iter: I,
        n_rows: usize,
        n_features: usize,
        axis: u8,
    ) -> Self {
        let matrix = DenseMatrix::from_iterator(iter, n_rows, n_features, axis);
        let columns: Vec<T> = matrix.iterator(1).copied().collect();
        let matrix = DenseMatrix::from_iterator(columns.into_iter(), n_rows, n_features, 1);
        Self::new(matrix, Vec::new())
    }

    fn get_row<'a>(&'a self, row: usize) -> Box<dyn ArrayView1<T> + 'a> {
        Box::new(View { of: self, rows: row..row + 1, features: 0..self.n_features() })
    }

    fn get_col<'a>(&'a self, feature: usize) -> Box<dyn ArrayView1<T> + 'a> {
        Box::new(View { of: self, rows: 0..self.n_rows(), features: feature..feature + 1 })
    }
}

/// Some rows and features; a list where one of either is left.
#[derive(Debug)]
struct View<'a, T> {
    of: &'a Features<T>,
    rows: Range<usize>,
    features: Range<usize>,
}

impl<'a, T: Number> View<'a, T> {
    fn of(of: &'a Features<T>) -> Self {
        Self { of, rows: 0..of.n_rows(), features: 0..of.n_features() }
    }

    /// Row by row, or column by column.
    fn cells(&self, axis: u8) -> Box<dyn Iterator<Item = &'a T> + 'a> {
        let (of, rows, features) = (self.of, self.rows.clone(), self.features.clone());
        if axis == 0 {
            return Box::new(
                rows.flat_map(move |row| features.clone().map(move |at| of.get((row, at)))),
            );
        }
        Box::new(features.flat_map(move |at| rows.clone().map(move |row| of.get((row, at)))))
    }
}

impl<T: fmt::Display> fmt::Display for View<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows {:?}, features {:?}", self.rows, self.features)
    }
}

impl<T: Number> Array<T, (usize, usize)> for View<'_, T> {
    fn get(&self, (row, feature): (usize, usize)) -> &T {
        self.of.get((self.rows.start + row, self.features.start + feature))
    }

    fn shape(&self) -> (usize, usize) {
        (self.rows.len(), self.features.len())
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.features.is_empty()
    }

    fn iterator<'b>(&'b self, axis: u8) -> Box<dyn Iterator<Item = &'b T> + 'b> {
        self.cells(axis)
    }
}

impl<T: Number> ArrayView2<T> for View<'_, T> {}

impl<T: Number> Array<T, usize> for View<'_, T> {
    fn get(&self, at: usize) -> &T {
        let (row, feature) = if self.rows.len() == 1 { (0, at) } else { (at, 0) };
        self.of.get((self.rows.start + row, self.features.start + feature))
    }

    fn shape(&self) -> usize {
        self.rows.len() * self.features.len()
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.features.is_empty()
    }

    fn iterator<'b>(&'b self, axis: u8) -> Box<dyn Iterator<Item = &'b T> + 'b> {
        self.cells(axis)
    }
}

impl<T: Number> ArrayView1<T> for View<'_, T> {}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "values are kept as they are")]
mod tests {
    use super::*;
    use crate::engine::matrix::matrix;

    fn features() -> Features {
        let codes = |codes: &[u32], n_codes| Codes { codes: codes.to_vec(), n_codes };
        let categories = vec![codes(&[1, 0, 3, 2], 3), codes(&[0, 0, 0, 1], 1)];
        Features::new(matrix(4, &[vec![0.5, -1.0, 2.0, 8.0]]).unwrap(), categories)
    }

    #[test]
    fn a_matrix_with_codes_reads_like_one_of_zeros_and_ones() {
        let x = features();
        let rows = [
            [0.5, 0.0, 1.0, 0.0, 1.0],
            [-1.0, 1.0, 0.0, 0.0, 1.0],
            [2.0, 0.0, 0.0, 0.0, 1.0],
            [8.0, 0.0, 0.0, 1.0, 0.0],
        ];
        let dense = x.to_dense();
        assert_eq!((x.shape(), dense.shape()), ((4, 5), (4, 5)));
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(x.get_row(at).iterator(0).copied().collect::<Vec<_>>(), row);
            assert_eq!(dense.get_row(at).iterator(0).copied().collect::<Vec<_>>(), row);
        }
        for feature in 0..5 {
            let column = rows.map(|row| row[feature]);
            assert_eq!(x.values(feature), column);
            assert_eq!(x.get_col(feature).iterator(0).copied().collect::<Vec<_>>(), column);
            assert!(column.iter().enumerate().all(|(at, v)| x.get_col(feature).get(at) == v));
        }
        assert!(x.iterator(0).eq(dense.iterator(0)) && x.iterator(1).eq(dense.iterator(1)));
        let slice = x.slice(1..3, 1..5);
        assert!(slice.iterator(0).eq(dense.slice(1..3, 1..5).iterator(0)));
        assert_eq!(slice.get((0, 0)), &1.0);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut x = features();
        // What stands there already changes nothing.
        x.set((0, 2), 1.0);
        assert_eq!(x.categories().len(), 2);
        assert!(x.dense().is_err());
        x.set((0, 2), 0.25);
        x.set((3, 0), -8.0);
        let mut expected = features().to_dense();
        expected.set((0, 2), 0.25);
        expected.set((3, 0), -8.0);
        assert!(x.iterator(0).eq(expected.iterator(0)));
        assert!(x.dense().is_ok());
        let mut x = features();
        x.iterator_mut(1).for_each(|v| *v += 1.0);
        assert_eq!(x.get((2, 3)), &1.0);
        let by_rows = Features::from_iterator((0..6).map(f64::from), 2, 3, 0);
        assert_eq!(by_rows.numbers(1), [1.0, 4.0]);
    }
}
