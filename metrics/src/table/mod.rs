//! Every metric, in the order of the reports.

use crate::curves::MAX_CURVES;
use crate::metric::{Formula, Metric};
use crate::task::{Memory, Task};

/// Declares the module of each metric and lists its `METRIC`.
macro_rules! table {
    ($($name:ident,)*) => {
        $(mod $name;)*
        /// Every metric, in the order of the reports. The first that applies to a task is the one that
        /// ranks unless another is requested.
        pub static METRICS: &[&Metric] = &[$(&$name::METRIC,)*];
    };
}

// A new metric: a file of its name in this folder, which defines `METRIC`, and a line here.
table! {
    accuracy,
    balanced_accuracy,
    macro_f1,
    log_loss,
    roc_auc,
    rmse,
    mae,
    r2,
    mean_squared_distance,
}

/// The metrics of a task, in the order of the reports.
pub fn applicable(task: Task, memory: Memory) -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().copied().filter(move |metric| match (metric.formula, task) {
        (Formula::Confusion(_), Task::Labels { .. })
        | (Formula::Numbers { .. }, Task::Numbers)
        | (Formula::Clusters { .. }, Task::Clusters) => true,
        (Formula::Probabilities { .. }, Task::Labels { probabilities, .. }) => probabilities,
        (Formula::Curves(_), Task::Labels { n, probabilities }) => {
            probabilities && n >= 2 && (memory == Memory::Free || n <= MAX_CURVES)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(task: Task, memory: Memory) -> Vec<&'static str> {
        applicable(task, memory).map(|metric| metric.name).collect()
    }

    #[test]
    fn each_task_has_its_metrics() {
        let of = |n, probabilities| Task::Labels { n, probabilities };
        let counted = ["accuracy", "balanced_accuracy", "macro_f1"];
        assert_eq!(names(of(2, false), Memory::Bounded), counted);
        assert_eq!(names(of(2, true), Memory::Bounded)[3..], ["log_loss", "roc_auc"]);
        assert_eq!(names(of(MAX_CURVES + 1, true), Memory::Bounded)[3..], ["log_loss"]);
        assert_eq!(names(of(MAX_CURVES + 1, true), Memory::Free)[3..], ["log_loss", "roc_auc"]);
        assert_eq!(names(Task::Numbers, Memory::Bounded), ["rmse", "mae", "r2"]);
        assert_eq!(names(Task::Clusters, Memory::Free), ["mean_squared_distance"]);
    }

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), METRICS.len());
    }
}
