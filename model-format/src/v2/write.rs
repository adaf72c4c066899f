//! A model as a manifest of version 2 and the sections that it names.

use super::texts::Texts;
use super::{ArraySpec, Column, ColumnKind, Dtype, Golden, Manifest, N_SUMMARY, Statistics};
use crate::error::{FormatError, Result};
use crate::fields::{self, ColumnStatistics, GoldenRows};
use crate::manifest;
use crate::program::slot::ArrayId;
use crate::section::ArrayData;
use crate::statistics::N_QUANTILES;

impl Manifest {
    /// Puts what grows with the model into sections after `arrays`, those of the program.
    pub(crate) fn of(
        model: manifest::Manifest,
        mut arrays: Vec<ArrayData>,
    ) -> Result<(Self, Vec<ArrayData>)> {
        let mut categories: Vec<&str> = Vec::new();
        let mut columns = Vec::with_capacity(model.schema.columns.len());
        for (column, keeps_missing) in model.schema.columns.iter().zip(&model.keeps_missing) {
            let kind = match &column.kind {
                fields::ColumnKind::Numeric => {
                    ColumnKind::Numeric { keeps_missing: *keeps_missing }
                }
                fields::ColumnKind::Document => ColumnKind::Document,
                fields::ColumnKind::Text { levels, missing_level } => {
                    categories.extend(levels.iter().map(String::as_str));
                    let n_categories = levels.len() as u64;
                    ColumnKind::Categorical { n_categories, missing_category: *missing_level }
                }
            };
            columns.push(Column { name: column.name.clone(), kind });
        }
        let categories = texts(&mut arrays, ["categories", "category_ends"], &categories);
        let golden = golden(&mut arrays, &model.golden);
        let statistics = model.statistics.as_deref();
        let statistics = statistics.map(|columns| of_statistics(&mut arrays, columns));
        let specs = arrays.iter().map(|array| spec(array.spec())).collect::<Result<_>>()?;
        let manifest = Self {
            identity: model.identity,
            task: model.task,
            columns,
            categories,
            missing_tokens: model.schema.missing_tokens,
            program: model.program,
            arrays: specs,
            golden,
            statistics,
            provenance: model.provenance,
        };
        Ok((manifest, arrays))
    }
}

fn spec(spec: fields::ArraySpec) -> Result<ArraySpec> {
    let dtype = match spec.dtype {
        fields::Dtype::F64 => Dtype::F64,
        fields::Dtype::U64 => Dtype::U64,
        fields::Dtype::U32 => Dtype::U32,
        fields::Dtype::U16 => Dtype::U16,
        fields::Dtype::U8 => Dtype::U8,
        fields::Dtype::Node => {
            let field = format!("array `{}`", spec.name);
            return Err(FormatError::structure(field, "nodes are of version 1 only"));
        }
    };
    Ok(ArraySpec { name: spec.name, dtype, shape: spec.shape })
}

/// Adds a section and returns its number.
fn push(arrays: &mut Vec<ArrayData>, array: ArrayData) -> ArrayId {
    arrays.push(array);
    ArrayId(u32::try_from(arrays.len().saturating_sub(1)).unwrap_or(u32::MAX))
}

fn texts(
    arrays: &mut Vec<ArrayData>,
    [bytes, ends]: [&'static str; 2],
    texts: &[impl AsRef<str>],
) -> Texts {
    let mut all = Vec::new();
    let mut ends_of = Vec::with_capacity(texts.len());
    for text in texts {
        all.extend_from_slice(text.as_ref().as_bytes());
        ends_of.push(all.len() as u64);
    }
    Texts {
        bytes: push(arrays, ArrayData::u8(bytes, &all)),
        ends: push(arrays, ArrayData::u64(ends, &ends_of)),
    }
}

fn golden(arrays: &mut Vec<ArrayData>, golden: &GoldenRows) -> Golden {
    Golden {
        cells: texts(arrays, ["golden_cells", "golden_cell_ends"], &golden.cells),
        labels: push(arrays, ArrayData::u32("golden_labels", &golden.labels)),
        values: push(
            arrays,
            ArrayData::f64("golden_values", &[golden.values.len()], &golden.values),
        ),
    }
}

fn of_statistics(arrays: &mut Vec<ArrayData>, statistics: &[ColumnStatistics]) -> Statistics {
    let (mut missing_of, mut counts, mut summaries) = (Vec::new(), Vec::new(), Vec::new());
    let (mut all_quantiles, mut edges, mut edge_ends) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bins, mut categories) = (Vec::new(), Vec::new());
    for column in statistics {
        match column {
            ColumnStatistics::Numeric {
                count,
                missing,
                min,
                max,
                mean,
                std,
                quantiles,
                bin_edges,
                bin_counts,
            } => {
                missing_of.push(*missing);
                counts.push(*count);
                summaries.extend([*min, *max, *mean, *std]);
                all_quantiles.extend_from_slice(quantiles);
                edges.extend_from_slice(bin_edges);
                edge_ends.push(edges.len() as u64);
                bins.extend_from_slice(bin_counts);
            }
            ColumnStatistics::Text { level_counts, missing } => {
                missing_of.push(*missing);
                categories.extend_from_slice(level_counts);
            }
            ColumnStatistics::Document { count, missing } => {
                missing_of.push(*missing);
                counts.push(*count);
            }
        }
    }
    let n_numeric = edge_ends.len();
    Statistics {
        missing: push(arrays, ArrayData::u64("missing_counts", &missing_of)),
        counts: push(arrays, ArrayData::u64("number_counts", &counts)),
        summaries: push(arrays, ArrayData::f64("summaries", &[n_numeric, N_SUMMARY], &summaries)),
        quantiles: push(
            arrays,
            ArrayData::f64("quantiles", &[n_numeric, N_QUANTILES], &all_quantiles),
        ),
        edges: push(arrays, ArrayData::f64("bin_edges", &[edges.len()], &edges)),
        edge_ends: push(arrays, ArrayData::u64("bin_edge_ends", &edge_ends)),
        bin_counts: push(arrays, ArrayData::u64("bin_counts", &bins)),
        category_counts: push(arrays, ArrayData::u64("category_counts", &categories)),
    }
}
