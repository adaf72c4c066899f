//! Hyper-parameters: one table per algorithm gives their names, types, ranges, defaults and help.
//!
//! A table is the function that reads it: every parameter is taken once, as the field of a struct
//! that the fit gets. So there is nothing to look up by name later, and no second default.

mod algorithm;
mod bayes;
mod clusters;
mod domain;
mod features_tried;
mod hyper;
mod linear;
mod neighbors;
mod reader;
mod svm;
mod trees;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cli_common::error::{Error, Result};
use cli_common::suggest::{nearest, nearest_first};

use crate::table::target::TaskKind;
pub(crate) use algorithm::{ALGORITHMS, Algorithm};
pub(crate) use bayes::{Bernoulli, Smoothing};
pub(crate) use clusters::KMeans;
pub(crate) use domain::Range;
pub(crate) use hyper::Hyper;
pub(crate) use linear::{ElasticNet, L2, Lasso};
pub(crate) use neighbors::Knn;
pub(crate) use reader::ParamSpec;
use reader::Reader;
pub(crate) use svm::{KernelName, Svm};
pub(crate) use trees::{Boosting, Forest, Tree};

/// Checked hyper-parameters of one algorithm.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Params {
    hyper: Hyper,
    resolved: BTreeMap<&'static str, String>,
}

impl Params {
    /// Checks `given` against what the algorithm knows; what is not given takes its default.
    ///
    /// # Errors
    ///
    /// A usage error that lists the known keys, or the range of the value.
    pub(crate) fn parse(algorithm: Algorithm, given: &[(String, String)]) -> Result<Self> {
        let known: Vec<&str> = algorithm.params()?.iter().map(|spec| spec.name).collect();
        if let Some((key, _)) = given.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            let list = match nearest_first(key, &known).join(", ") {
                list if list.is_empty() => "no parameters".into(),
                list => list,
            };
            let fact = format!("--param: {} has no `{key}`; it has {list}", algorithm.name());
            return Err(Error::usage(fact).did_you_mean(nearest(key, known)));
        }
        let mut reader = Reader { given, ..Reader::default() };
        let hyper = Hyper::read(algorithm, &mut reader)?;
        Ok(Self { hyper, resolved: reader.resolved })
    }

    /// The values, each as what it is.
    pub(crate) fn hyper(&self) -> &Hyper {
        &self.hyper
    }

    /// All values as text, by name.
    pub(crate) fn resolved(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.resolved.iter().map(|(name, text)| (*name, text.clone()))
    }
}

impl Algorithm {
    /// Its hyper-parameters.
    ///
    /// # Errors
    ///
    /// None, as every default is a legal value.
    pub(crate) fn params(self) -> Result<Vec<ParamSpec>> {
        let mut reader = Reader::default();
        Hyper::read(self, &mut reader)?;
        Ok(reader.specs)
    }
}

/// Help text: every algorithm with its hyper-parameters.
pub(crate) fn help() -> String {
    let mut text = String::from("Algorithms and their --param keys:\n");
    for algorithm in ALGORITHMS {
        let tasks = match (
            algorithm.serves(TaskKind::Classification),
            algorithm.serves(TaskKind::Regression),
        ) {
            (true, true) => "labels and numbers",
            (true, false) => "labels",
            (false, true) => "numbers",
            (false, false) => "clusters; no --target",
        };
        let _ = writeln!(text, "  {} ({tasks})", algorithm.name());
        for spec in algorithm.params().unwrap_or_default() {
            let _ = writeln!(
                text,
                "      {}={}  {}; {}",
                spec.name, spec.default, spec.about, spec.range
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(algorithm: Algorithm, given: &[(&str, &str)]) -> Result<Params> {
        let given: Vec<_> = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Params::parse(algorithm, &given)
    }

    #[test]
    fn every_default_is_legal_and_is_stored_as_it_would_be_given() {
        for algorithm in ALGORITHMS {
            let specs = algorithm.params().unwrap();
            let params = parse(algorithm, &[]).unwrap();
            let resolved: Vec<(&str, String)> = params.resolved().collect();
            assert_eq!(resolved.len(), specs.len(), "{algorithm:?}: a name stands twice");
            let given: Vec<(&str, &str)> = resolved.iter().map(|(k, v)| (*k, v.as_str())).collect();
            assert_eq!(parse(algorithm, &given).unwrap(), params);
        }
    }

    #[test]
    fn the_last_of_several_values_counts_and_all_are_checked() {
        let params = parse(Algorithm::Knn, &[("k", "3"), ("k", "7")]).unwrap();
        assert!(params.resolved().any(|pair| pair == ("k", "7".into())));
        let error = parse(Algorithm::Knn, &[("k", "0"), ("k", "7")]).unwrap_err().to_string();
        assert_eq!(error, "--param k: found `0`, expected a whole number from 1 to 100000");
    }

    #[test]
    fn an_unknown_key_lists_the_known_ones() {
        let error = parse(Algorithm::Ridge, &[("alfa", "1")]).unwrap_err().to_string();
        assert_eq!(error, "--param: ridge has no `alfa`; it has alpha");
        let error = parse(Algorithm::GaussianNb, &[("alfa", "1")]).unwrap_err().to_string();
        assert_eq!(error, "--param: gaussian-nb has no `alfa`; it has no parameters");
    }
}
