//! The array sections of a model file, by number.

use std::sync::Arc;

use super::slot::ArrayId;
use crate::buffer::{AlignedBytes, Array};
use crate::container::Entry;
use crate::error::{FormatError, Result};
use crate::fields::{ArraySpec, Dtype};
use crate::limits::MAX_RANK;
use crate::schema::{count, text, unique};

/// The array sections of a file.
#[derive(Clone, Copy)]
pub(crate) struct Arrays<'a> {
    pub(crate) specs: &'a [ArraySpec],
    pub(crate) buffer: &'a Arc<AlignedBytes>,
    pub(crate) entries: &'a [Entry],
}

impl Arrays<'_> {
    /// Checks names and section lengths: one array per section, each exactly as long as its shape.
    pub(crate) fn check(&self) -> Result<()> {
        count("arrays", self.specs.len(), self.entries.len(), self.entries.len())?;
        unique("array", self.specs.iter().map(|a| a.name.as_str()))?;
        for spec in self.specs {
            text("array name", &spec.name)?;
            count("array dimensions", spec.shape.len(), 1, MAX_RANK)?;
        }
        for (spec, entry) in self.specs.iter().zip(self.entries) {
            let elements = spec.shape.iter().try_fold(1u64, |n, d| n.checked_mul(*d));
            let bytes = elements
                .and_then(|n| n.checked_mul(spec.dtype.size() as u64))
                .and_then(|n| usize::try_from(n).ok());
            let found = entry.end.saturating_sub(entry.start);
            if bytes != Some(found) {
                let what = format!(
                    "shape {:?} of {:?} does not fill a section of {found} bytes",
                    spec.shape, spec.dtype
                );
                return Err(FormatError::structure(format!("array `{}`", spec.name), what));
            }
        }
        Ok(())
    }

    /// Array `index`; `shape` gives the dimensions that are known.
    pub(crate) fn get<T: bytemuck::Pod>(
        &self,
        index: usize,
        dtype: Dtype,
        shape: &[Option<usize>],
    ) -> Result<Array<T>> {
        let Some((spec, entry)) = self.specs.get(index).zip(self.entries.get(index)) else {
            return Err(FormatError::structure(format!("array {index}"), "is missing"));
        };
        let field = || format!("array `{}`", spec.name);
        let fits = spec.shape.len() == shape.len()
            && spec.shape.iter().zip(shape).all(|(found, expected)| {
                expected.is_none_or(|expected| usize::try_from(*found).ok() == Some(expected))
            });
        if spec.dtype != dtype || !fits {
            let any = |d: &Option<usize>| d.map_or("any".to_owned(), |d| d.to_string());
            let expected: Vec<String> = shape.iter().map(any).collect();
            let what = format!(
                "{:?} of shape {:?}, expected {dtype:?} of shape [{}]",
                spec.dtype,
                spec.shape,
                expected.join(", ")
            );
            return Err(FormatError::structure(field(), what));
        }
        Array::new(self.buffer, entry.start, entry.end)
            .ok_or_else(|| FormatError::structure(field(), "does not lie on its alignment"))
    }
}

/// The array sections and which of them belong to something.
pub(crate) struct Claims<'a> {
    arrays: &'a Arrays<'a>,
    claimed: Vec<bool>,
}

impl<'a> Claims<'a> {
    /// None is claimed yet.
    pub(crate) fn new(arrays: &'a Arrays<'a>) -> Self {
        Self { arrays, claimed: vec![false; arrays.specs.len()] }
    }

    /// Claims a section; no two parts of a model share one.
    pub(crate) fn claim<T: bytemuck::Pod>(
        &mut self,
        id: ArrayId,
        dtype: Dtype,
        shape: &[Option<usize>],
    ) -> Result<Array<T>> {
        let index = id.0 as usize;
        let field = || format!("array {index}");
        match self.claimed.get_mut(index) {
            None => {
                let what = format!("there are {}", self.claimed.len());
                Err(FormatError::structure(field(), what))
            }
            Some(true) => Err(FormatError::structure(field(), "belongs to two parts of the model")),
            Some(claimed) => {
                *claimed = true;
                self.arrays.get(index, dtype, shape)
            }
        }
    }

    /// Bytes of the file.
    pub(crate) fn file_len(&self) -> usize {
        self.arrays.buffer.as_slice().len()
    }

    /// The type of an array's elements, if there is such an array.
    pub(crate) fn dtype(&self, id: ArrayId) -> Option<Dtype> {
        self.arrays.specs.get(id.0 as usize).map(|spec| spec.dtype)
    }

    /// An array by its name, for messages.
    pub(crate) fn name(&self, id: ArrayId) -> String {
        let spec = self.arrays.specs.get(id.0 as usize);
        format!("array `{}`", spec.map_or("", |spec| spec.name.as_str()))
    }

    /// Checks that nothing is left over.
    pub(crate) fn finish(&self) -> Result<()> {
        let mut sections = self.claimed.iter().zip(self.arrays.specs);
        match sections.find(|(claimed, _)| !**claimed) {
            Some((_, spec)) => {
                let field = format!("array `{}`", spec.name);
                Err(FormatError::structure(field, "nothing reads it"))
            }
            None => Ok(()),
        }
    }
}
