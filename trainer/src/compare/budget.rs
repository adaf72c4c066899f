//! The time that a comparison may take.

use std::time::{Duration, Instant};

use crate::algorithms::cost::about;

/// The time of a comparison that has begun.
pub(crate) struct Budget {
    started: Instant,
    limit: Option<Duration>,
}

impl Budget {
    /// The clock starts.
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Self { started: Instant::now(), limit }
    }

    /// Seconds that are left; none without a limit.
    pub(crate) fn left(&self) -> Option<f64> {
        let left = self.limit?.saturating_sub(self.started.elapsed());
        Some(left.as_secs_f64())
    }

    /// Why work of so many seconds is not begun, if it does not fit into what is left.
    pub(crate) fn refuses(&self, seconds: f64) -> Option<String> {
        let left = self.left().filter(|left| seconds > *left)?;
        Some(format!("{} (estimate), and {} of the budget are left", about(seconds), about(left)))
    }

    /// Seconds since the start.
    pub(crate) fn elapsed(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_limit_nothing_is_refused() {
        assert_eq!(Budget::new(None).refuses(1e9), None);
        let tight = Budget::new(Some(Duration::from_secs(1)));
        assert!(
            tight.refuses(50.0).is_some_and(|reason| reason.starts_with("50 s (estimate), and "))
        );
        assert_eq!(tight.refuses(0.1), None);
    }
}
