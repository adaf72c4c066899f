//! The checked model: schema, task and program, every index, shape and number proven.
//!
//! There is no way to hold a [`Pipeline`] that was not checked, so kernels need no checks.

use crate::error::FormatError;
use crate::error::Result;
use crate::limits::MAX_CLASSES;
use crate::manifest::{Manifest, Task};
use crate::number_style::NumberStyle;
use crate::program::ops::projection::{Projection, component_names};
use crate::program::{Claims, Kind, Meaning, Op, Program};
use crate::schema::{Schema, count, text, unique};

/// A fitted pipeline that was checked from end to end.
#[derive(Clone, Debug)]
pub struct Pipeline {
    schema: Schema,
    task: Task,
    program: Program,
}

impl Pipeline {
    /// Checks a decoded manifest against the array sections of its file, of which some may
    /// belong to other parts of the model already.
    pub(crate) fn build(manifest: &Manifest, sections: Claims<'_>) -> Result<Self> {
        let style = NumberStyle::of_options(&manifest.provenance.options)
            .map_err(|what| FormatError::structure("options", what))?;
        let schema = Schema::new(&manifest.schema)?
            .with_style(style)
            .keeping_missing(&manifest.keeps_missing)?;
        check_task(&manifest.task)?;
        let program = Program::check(&manifest.program, &schema, &manifest.task, sections)?;
        Ok(Self { schema, task: manifest.task.clone(), program })
    }

    /// The columns the model reads.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What is predicted.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// What happens to a row.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The first op of a kind.
    pub fn find<T: Kind>(&self) -> Option<&T> {
        self.program.ops().iter().find_map(|placed| placed.op.get())
    }

    /// The last op that has learned its numbers from a target or from distances.
    pub fn estimator(&self) -> Option<&Op> {
        self.program.ops().iter().rev().map(|placed| &placed.op).find(|op| op.is_estimator())
    }

    /// What becomes of the encoded features before the estimator; `None`: it reads them.
    pub fn projection(&self) -> Option<&Projection> {
        self.find()
    }

    /// Names of the features the estimator reads: components, or encoded features.
    pub fn feature_names(&self) -> Box<dyn Iterator<Item = String> + '_> {
        match self.projection() {
            Some(projection) => Box::new(component_names(projection.n_components()).into_iter()),
            None => Box::new(self.schema.feature_names()),
        }
    }

    /// What the numbers of its predictions are.
    pub fn numbers(&self) -> Meaning {
        self.program.head().meaning
    }

    /// How many numbers a prediction has.
    pub fn n_numbers(&self) -> usize {
        self.program.head().numbers.width()
    }

    /// Whether labels come with probabilities.
    pub fn has_probabilities(&self) -> bool {
        self.numbers() == Meaning::Probabilities
    }

    /// The labels in class order; empty for regression.
    pub fn labels(&self) -> &[String] {
        self.task.labels()
    }
}

fn check_task(task: &Task) -> Result<()> {
    text("target name", task.target().unwrap_or_default())?;
    if let Task::Classification { labels, .. } | Task::Clustering { labels } = task {
        count("classes", labels.len(), 2, MAX_CLASSES)?;
        for label in labels {
            text("label", label)?;
        }
        unique("label", labels.iter().map(String::as_str))?;
    }
    Ok(())
}
