//! Names of what a program computes, for people.

use model_format::Pipeline;
use model_format::manifest::ColumnKind;
use model_format::program::ops::number_to_code::NumberToCode;
use model_format::program::ops::select::Select;
use model_format::program::slot::{Run, Slot};
use model_format::program::{Op, Placed};

use super::columns;

/// Names that are written out of a run of slots.
const SHOWN: usize = 3;

/// Names of slots, found one by one: all of them together can take many times the memory of the model.
pub(super) struct Names<'a> {
    pipeline: &'a Pipeline,
    /// Per slot the one that it is in another place, or after ops on it alone: a column, or what another op wrote.
    origins: Vec<Slot>,
}

impl<'a> Names<'a> {
    pub(super) fn of(pipeline: &'a Pipeline) -> Self {
        let mut origins: Vec<Slot> = (0..).take(pipeline.program().slots().len()).collect();
        let mut follow = |slot: usize, source: Slot| origins[slot] = origins[source as usize];
        for placed in pipeline.program().ops() {
            if let Some(select) = placed.op.get::<Select>() {
                let sources = select.runs().iter().flat_map(|run| (run.first..).take(run.width()));
                placed.output.range().zip(sources).for_each(|(slot, source)| follow(slot, source));
                continue;
            }
            for (at, slot) in (0..).zip(placed.output.range()) {
                match placed.op.source(at) {
                    Some(source) => follow(slot, source),
                    None => break,
                }
            }
        }
        Self { pipeline, origins }
    }

    /// A run by the names of its first slots.
    pub(super) fn of_run(&self, run: Run) -> String {
        let slots = (run.first..).take(run.width().min(SHOWN));
        let mut names: Vec<String> = slots.map(|slot| self.of_slot(slot)).collect();
        if run.width() > SHOWN {
            names.push(format!("... ({})", run.len));
        }
        names.join(", ")
    }

    /// The name of a column, also after ops on it alone; else the op that wrote the slot.
    pub(super) fn of_slot(&self, slot: Slot) -> String {
        let (columns, ops) = (self.pipeline.schema().columns(), self.pipeline.program().ops());
        let slot = self.origin(slot);
        if let Some(column) = columns.get(slot as usize) {
            return column.name.clone();
        }
        let before = |placed: &Placed| placed.output.range().end <= slot as usize;
        let Some(placed) = ops.get(ops.partition_point(before)) else { return String::new() };
        let at = slot - placed.output.first;
        match &placed.op {
            Op::Product(_) => format!("product {}", at + 1),
            Op::Spline(op) => {
                let (column, spline) = (at as usize / op.n_written(), at as usize % op.n_written());
                let column = u32::try_from(column).unwrap_or(u32::MAX);
                format!("{} spline {}", self.of_slot(op.input().first + column), spline + 1)
            }
            Op::OneHot(one_hot) => {
                let (parts, at) = (one_hot.parts(), at as usize);
                let index = parts.partition_point(|part| part.end <= at);
                let Some(part) = parts.get(index) else { return String::new() };
                let code = one_hot.input().first + u32::try_from(index).unwrap_or(u32::MAX);
                self.category(code, at - part.start)
            }
            Op::Projection(_) => format!("component {}", at + 1),
            Op::Terms(op) => {
                format!("{} `{}`", self.of_slot(op.input()), op.term(at as usize))
            }
            op @ (Op::Select(_)
            | Op::Impute(_)
            | Op::Affine(_)
            | Op::Unary(_)
            | Op::NumberToCode(_)
            | Op::MapCode(_)
            | Op::Require(_)
            | Op::RowNorm(_)
            | Op::Interpolate(_)
            | Op::Linear(_)
            | Op::Trees(_)
            | Op::NodeTrees(_)
            | Op::Bayes(_)
            | Op::Neighbors(_)
            | Op::SupportVectors(_)
            | Op::Centroids(_)
            | Op::Link(_)
            | Op::Label(_)
            | Op::Average(_)) => format!("{} {}", op.name(), at + 1),
        }
    }

    fn origin(&self, slot: Slot) -> Slot {
        self.origins.get(slot as usize).copied().unwrap_or(slot)
    }

    /// The op that made the codes of a slot, and the place of the slot in what it wrote; `None`: the column itself.
    fn maker(&self, mut slot: Slot) -> Option<(&'a Op, u32)> {
        for placed in self.pipeline.program().ops().iter().rev() {
            if !placed.output.range().contains(&(slot as usize)) {
                continue;
            }
            let at = slot - placed.output.first;
            match placed.op {
                Op::Select(_) | Op::Require(_) => slot = placed.op.source(at)?,
                Op::Impute(_)
                | Op::Affine(_)
                | Op::OneHot(_)
                | Op::Projection(_)
                | Op::Linear(_)
                | Op::Trees(_)
                | Op::NodeTrees(_)
                | Op::Bayes(_)
                | Op::Neighbors(_)
                | Op::SupportVectors(_)
                | Op::Centroids(_)
                | Op::Link(_)
                | Op::Label(_)
                | Op::Unary(_)
                | Op::NumberToCode(_)
                | Op::MapCode(_)
                | Op::Product(_)
                | Op::RowNorm(_)
                | Op::Interpolate(_)
                | Op::Spline(_)
                | Op::Average(_)
                | Op::Terms(_) => return Some((&placed.op, at)),
            }
        }
        None
    }

    /// What a code of a slot stands for.
    fn category(&self, slot: Slot, code: usize) -> String {
        let name = self.of_slot(slot);
        if let Some((op, at)) = self.maker(slot) {
            return match op.get::<NumberToCode>() {
                Some(op) => columns::code_name(op, at as usize, &name, code),
                None => format!("{name} code {code}"),
            };
        }
        let column = self.pipeline.schema().columns().get(self.origin(slot) as usize);
        match column.map(|column| &column.kind) {
            Some(ColumnKind::Text { levels, .. }) => match levels.get(code) {
                Some(category) => format!("{name}={category}"),
                None => format!("{name} is missing"),
            },
            Some(ColumnKind::Numeric | ColumnKind::Document) | None => {
                format!("{name} code {code}")
            }
        }
    }
}
