//! smartcore's arithmetic, scikit-learn's optimum.
