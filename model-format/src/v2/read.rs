//! A manifest of version 2 and the sections it names, as a model of any version.

use super::{ColumnKind, Dtype, Golden, Manifest, N_SUMMARY, Statistics};
use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::fields::{self, ColumnSpec, ColumnStatistics, GoldenRows, SchemaSpec};
use crate::manifest;
use crate::program::Claims;
use crate::statistics::N_QUANTILES;

impl Manifest {
    /// Claims by number, as they are in the file.
    pub(crate) fn arrays(&self) -> Vec<fields::ArraySpec> {
        let spec = |spec: &super::ArraySpec| fields::ArraySpec {
            name: spec.name.clone(),
            dtype: match spec.dtype {
                Dtype::F64 => fields::Dtype::F64,
                Dtype::U64 => fields::Dtype::U64,
                Dtype::U32 => fields::Dtype::U32,
                Dtype::U16 => fields::Dtype::U16,
                Dtype::U8 => fields::Dtype::U8,
            },
            shape: spec.shape.clone(),
        };
        self.arrays.iter().map(spec).collect()
    }

    /// Takes what is in sections out of them.
    pub(crate) fn resolve(self, sections: &mut Claims<'_>) -> Result<manifest::Manifest> {
        for (index, op) in self.program.ops.iter().enumerate() {
            if !op.is_of_version_2() {
                let what = format!("op {index} ({})", op.name());
                return Err(FormatError::structure(what, "is of version 1 only"));
            }
        }
        let arrays = self.arrays();
        let (columns, keeps_missing) = self.columns(sections)?;
        let statistics = match self.statistics {
            Some(statistics) => Some(statistics.read(&columns, sections)?),
            None => None,
        };
        Ok(manifest::Manifest {
            golden: self.golden.read(sections)?,
            identity: self.identity,
            task: self.task,
            schema: SchemaSpec { columns, missing_tokens: self.missing_tokens },
            keeps_missing,
            program: self.program,
            arrays,
            statistics,
            provenance: self.provenance,
        })
    }

    /// The columns with their categories, and whether they keep missing cells.
    fn columns(&self, sections: &mut Claims<'_>) -> Result<(Vec<ColumnSpec>, Vec<bool>)> {
        let mut categories = self.categories.read("categories", sections)?.into_iter();
        let mut columns = Vec::with_capacity(self.columns.len());
        let mut keeps = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let kind = match column.kind {
                ColumnKind::Numeric { keeps_missing } => {
                    keeps.push(keeps_missing);
                    fields::ColumnKind::Numeric
                }
                ColumnKind::Document => {
                    keeps.push(true);
                    fields::ColumnKind::Document
                }
                ColumnKind::Categorical { n_categories, missing_category } => {
                    keeps.push(true);
                    let n = usize::try_from(n_categories).unwrap_or(usize::MAX);
                    let levels: Vec<String> = categories.by_ref().take(n).collect();
                    if levels.len() != n {
                        let what = format!("{n} categories, {} are left", levels.len());
                        let field = format!("column `{}`", column.name);
                        return Err(FormatError::structure(field, what));
                    }
                    fields::ColumnKind::Text { levels, missing_level: missing_category }
                }
            };
            columns.push(ColumnSpec { name: column.name.clone(), kind });
        }
        match categories.len() {
            0 => Ok((columns, keeps)),
            n => {
                let what = format!("{n} belong to no column");
                Err(FormatError::structure("categories", what))
            }
        }
    }
}

impl Golden {
    fn read(self, sections: &mut Claims<'_>) -> Result<GoldenRows> {
        Ok(GoldenRows {
            cells: self.cells.read("golden cells", sections)?,
            labels: sections
                .claim::<u32>(self.labels, fields::Dtype::U32, &[None])?
                .as_slice()
                .to_vec(),
            values: sections
                .claim::<f64>(self.values, fields::Dtype::F64, &[None])?
                .as_slice()
                .to_vec(),
        })
    }
}

impl Statistics {
    fn read(
        self,
        columns: &[ColumnSpec],
        sections: &mut Claims<'_>,
    ) -> Result<Vec<ColumnStatistics>> {
        let n_categories = |column: &ColumnSpec| match &column.kind {
            fields::ColumnKind::Numeric | fields::ColumnKind::Document => None,
            fields::ColumnKind::Text { levels, .. } => Some(levels.len()),
        };
        let n_of = |kind| columns.iter().filter(|column: &&ColumnSpec| column.kind == kind).count();
        let n_numeric = n_of(fields::ColumnKind::Numeric);
        let n_counts = n_numeric.saturating_add(n_of(fields::ColumnKind::Document));
        let n_all = columns.iter().filter_map(n_categories).fold(0usize, usize::saturating_add);
        let numeric = Some(n_numeric);
        let f64s = fields::Dtype::F64;
        let summaries = sections.claim::<f64>(self.summaries, f64s, &[numeric, Some(N_SUMMARY)])?;
        let quantiles =
            sections.claim::<f64>(self.quantiles, f64s, &[numeric, Some(N_QUANTILES)])?;
        let edges = sections.claim::<f64>(self.edges, f64s, &[None])?;
        let edge_ends = u64s(sections, self.edge_ends, numeric)?;
        let n_bins = edges.as_slice().len().saturating_add(n_numeric);
        let bin_counts = u64s(sections, self.bin_counts, Some(n_bins))?;
        let missing = u64s(sections, self.missing, Some(columns.len()))?;
        let counts = u64s(sections, self.counts, Some(n_counts))?;
        let category_counts = u64s(sections, self.category_counts, Some(n_all))?;

        let mut rest_of_edges = edges.as_slice();
        let mut rest_of_bins = bin_counts.as_slice();
        let mut rest_of_categories = category_counts.as_slice();
        let mut start = 0u64;
        let mut counts = counts.as_slice().iter();
        let mut numbers = summaries
            .as_slice()
            .chunks_exact(N_SUMMARY)
            .zip(quantiles.as_slice().chunks_exact(N_QUANTILES))
            .zip(edge_ends.as_slice());
        let wrong = || FormatError::structure("statistics", "do not fit the columns");
        let mut all = Vec::with_capacity(columns.len());
        for (column, missing) in columns.iter().zip(missing.as_slice()) {
            if let Some(n) = n_categories(column) {
                let counts = rest_of_categories.split_off(..n).ok_or_else(wrong)?;
                let (level_counts, missing) = (counts.to_vec(), *missing);
                all.push(ColumnStatistics::Text { level_counts, missing });
                continue;
            }
            let count = counts.next().ok_or_else(wrong)?;
            if column.kind == fields::ColumnKind::Document {
                all.push(ColumnStatistics::Document { count: *count, missing: *missing });
                continue;
            }
            let ((summary, quantiles), end) = numbers.next().ok_or_else(wrong)?;
            let &[min, max, mean, std] = summary else { return Err(wrong()) };
            let n_edges = end.checked_sub(start).and_then(|n| usize::try_from(n).ok());
            let n_edges = n_edges.ok_or_else(wrong)?;
            start = *end;
            let edges = rest_of_edges.split_off(..n_edges).ok_or_else(wrong)?;
            let n_bins = n_edges.saturating_add(1);
            let bins = rest_of_bins.split_off(..n_bins).ok_or_else(wrong)?;
            all.push(ColumnStatistics::Numeric {
                count: *count,
                missing: *missing,
                min,
                max,
                mean,
                std,
                quantiles: quantiles.to_vec(),
                bin_edges: edges.to_vec(),
                bin_counts: bins.to_vec(),
            });
        }
        if rest_of_edges.is_empty() { Ok(all) } else { Err(wrong()) }
    }
}

fn u64s(
    sections: &mut Claims<'_>,
    id: crate::program::slot::ArrayId,
    len: Option<usize>,
) -> Result<Array<u64>> {
    sections.claim::<u64>(id, fields::Dtype::U64, &[len])
}
