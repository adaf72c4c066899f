//! Whether an optimizer reached its optimum, and how far from it it stopped.
//!
//! smartcore returns what it has when its iterations are used up or make no progress, and says
//! nothing. So the distance is measured here, after the fit, from the fitted numbers alone.

/// A measured distance from the optimum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Missed {
    /// What was measured.
    pub(crate) measure: &'static str,
    /// What it is.
    pub(crate) found: f64,
    /// What it may be.
    pub(crate) tolerance: f64,
    /// What gets nearer.
    pub(crate) hint: &'static str,
}

impl Missed {
    /// Itself if it is too far.
    pub(crate) fn or_missed(self) -> Option<Self> {
        // A distance that is no number is too far, too.
        if self.found <= self.tolerance { None } else { Some(self) }
    }

    /// What was found, as it is stored in the artifact.
    pub(crate) fn fact(&self) -> String {
        let Self { measure, found, tolerance, .. } = self;
        format!("{measure}: {found:.3e}, tolerance {tolerance:e}")
    }

    /// The warning for the user.
    pub(crate) fn warning(&self, algorithm: &str) -> String {
        format!("{algorithm} did not converge ({}); {}", self.fact(), self.hint)
    }
}
