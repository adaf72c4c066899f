//! Models of random shape: written and read without a change; predicted like the reference.

use std::io::Write as _;

use model_format::program::Op;
use model_format::program::ops::bayes::Likelihood;
use model_format::program::ops::neighbors::Reach;
use model_format::v1;
use model_format::v1::{EstimatorSpec, Step};
use model_format::{Artifact, ErrorKind};
use proptest::prelude::*;
use tests::compare::compare;
use tests::parts::Parts;
use tests::random::{self, Recipe};
use tests::{corrupt, models};

/// A random model with golden rows, and rows to predict with it.
pub(crate) fn model_and_rows() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<String>>)> {
    random::recipe()
        .prop_flat_map(|recipe| {
            let rows = random::rows(&recipe.draft().manifest);
            (Just(recipe), rows)
        })
        .prop_filter_map("some row is fit to be golden", |(recipe, rows)| {
            Some((model(&recipe, &rows)?, rows))
        })
}

fn model(recipe: &Recipe, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let draft = recipe.draft();
    let mut golden = vec![vec!["0".to_owned(); draft.manifest.schema.columns.len()]];
    golden.extend(rows.iter().take(5).cloned());
    models::complete(&draft.manifest, &draft.arrays, &golden)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 2 * ProptestConfig::default().cases,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_written_is_read((file, _) in model_and_rows()) {
        let artifact = Artifact::parse(&file).unwrap();
        let sections = corrupt::split(&file);
        prop_assert_eq!(&corrupt::join(&sections), &file);
        prop_assert_eq!(&v1::Manifest::of_file(&file).unwrap().encode().unwrap(), &sections[0]);
        prop_assert_eq!(tests::by_hand::decode(&sections[0]).0, v1::Manifest::of_file(&file).unwrap());
        let parts = Parts::of(&file);
        if let Some(projection) = artifact.pipeline().projection() {
            let (weights, shifts): (Vec<&[f64]>, Vec<f64>) = projection.components().unzip();
            let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&weights.concat()), parts.words("projection"));
            prop_assert_eq!(bits(&shifts), parts.words("projection_shift"));
        }
        match artifact.pipeline().estimator().unwrap() {
            Op::Linear(linear) => {
                let (weights, intercepts): (Vec<&[f64]>, Vec<f64>) = linear.outputs().unzip();
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(&weights.concat()), parts.words("coefficients"));
                prop_assert_eq!(bits(&intercepts), parts.words("intercepts"));
            }
            Op::NodeTrees(trees) => {
                prop_assert_eq!(trees.nodes().concat(), parts.words("tree_nodes"));
                let mut starts: Vec<u64> = trees.trees().iter().map(|t| t.start as u64).collect();
                starts.push(trees.nodes().len() as u64);
                prop_assert_eq!(starts, parts.words("tree_starts"));
            }
            Op::Bayes(bayes) => {
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                let tables = match bayes.likelihood() {
                    Likelihood::Gaussian { means, twice_variances, half_log_variances } => vec![
                        ("means", means),
                        ("twice_variances", twice_variances),
                        ("half_log_variances", half_log_variances),
                    ],
                    Likelihood::Bernoulli { binarize, present, absent } => {
                        let stored = match &parts.manifest.estimator {
                            EstimatorSpec::BernoulliNaiveBayes { binarize } => *binarize,
                            other => panic!("{other:?}"),
                        };
                        prop_assert_eq!(binarize.to_bits(), stored.to_bits());
                        vec![("log_present", present), ("log_absent", absent)]
                    }
                    Likelihood::Multinomial(table) | Likelihood::Categorical(table) => {
                        vec![("log_probabilities", table)]
                    }
                };
                for (name, table) in tables {
                    prop_assert_eq!(bits(table.as_slice()), parts.words(name));
                }
                prop_assert_eq!(bits(bayes.log_priors()), parts.words("log_priors"));
            }
            Op::Neighbors(neighbors) => {
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(neighbors.points()), parts.words("points"));
                prop_assert_eq!(bits(neighbors.targets()), parts.words("targets"));
                let (metric, weights) = (neighbors.metric(), neighbors.weights());
                let Reach::Nearest { k } = neighbors.reach() else { panic!("a radius") };
                let spec = models::nearest(k, metric, weights);
                prop_assert_eq!(&spec, &parts.manifest.estimator);
            }
            Op::SupportVectors(machines) => {
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(machines.vectors()), parts.words("support_vectors"));
                let (mut starts, mut vectors, mut weights) = (vec![0], Vec::new(), Vec::new());
                for machine in machines.machines() {
                    let terms: Vec<(usize, f64)> = machines.terms(machine).collect();
                    vectors.extend(terms.iter().map(|(vector, _)| *vector as u64));
                    weights.extend(terms.iter().map(|(_, weight)| *weight));
                    starts.push(vectors.len() as u64);
                }
                prop_assert_eq!(starts, parts.words("machine_starts"));
                prop_assert_eq!(vectors, parts.words("machine_vectors"));
                prop_assert_eq!(bits(&weights), parts.words("machine_weights"));
                let intercepts: Vec<f64> = machines.machines().iter().map(|m| m.intercept).collect();
                prop_assert_eq!(bits(&intercepts), parts.words("intercepts"));
                let EstimatorSpec::SupportVectors { kernel } = parts.manifest.estimator else {
                    panic!("no machines");
                };
                prop_assert_eq!(machines.kernel(), kernel.into());
            }
            Op::Centroids(centroids) => {
                let rows: Vec<&[f64]> = centroids.iter().collect();
                prop_assert_eq!(rows.len(), artifact.pipeline().labels().len());
                let bits: Vec<u64> = rows.concat().iter().map(|n| n.to_bits()).collect();
                prop_assert_eq!(bits, parts.words("centroids"));
            }
            Op::Select(_)
            | Op::Impute(_)
            | Op::Affine(_)
            | Op::OneHot(_)
            | Op::Projection(_)
            | Op::Link(_)
            | Op::Label(_)
            | Op::Trees(_)
            | Op::Unary(_)
            | Op::NumberToCode(_)
            | Op::MapCode(_)
            | Op::Require(_)
            | Op::Product(_)
            | Op::RowNorm(_)
            | Op::Interpolate(_)
            | Op::Spline(_)
            | Op::Average(_)
            | Op::Terms(_) => panic!("no estimator of version 1"),
        }
    }

    #[test]
    fn predictions_are_those_of_the_reference((file, rows) in model_and_rows()) {
        compare(&file, &rows);
    }
}

#[test]
fn a_file_is_read_like_its_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let open = |bytes: &[u8]| {
        let path = directory.path().join("x.model");
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        Artifact::open(&path)
    };
    for (_, model) in models::ALL {
        let file = model();
        let (read, parsed) = (open(&file).unwrap(), Artifact::parse(&file).unwrap());
        assert_eq!(read.id(), parsed.id());
        assert_eq!(read.manifest(), parsed.manifest());
        for len in [0, 5, 8, 63, 64, 100, file.len() - 1] {
            let (read, parsed) = (open(&file[..len]), Artifact::parse(&file[..len]));
            assert_eq!(read.unwrap_err().kind(), parsed.unwrap_err().kind(), "{len} bytes");
        }
        assert_eq!(open(&[file, vec![0]].concat()).unwrap_err().kind(), ErrorKind::Length);
    }
    let error = Artifact::open(directory.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAModel);
}

#[test]
fn a_large_section_is_hashed_in_pieces() {
    // 140,001 coefficients are a little over one piece.
    let levels: Vec<String> = (0..20_000).map(|level| format!("{level:05}")).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let labels: Vec<String> = (0..7).map(|label| format!("{label}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut manifest = models::manifest(
        vec![models::text("code", &levels, true)],
        models::classes(&labels),
        EstimatorSpec::Linear,
    );
    manifest.steps = vec![Step::OneHot];
    let coefficients: Vec<f64> = (0..7 * 20_001).map(|i| f64::from(i % 97) / 50.0).collect();
    let arrays = models::linear(&coefficients, &[0.0; 7]);
    let rows = [vec!["00031".to_owned()], vec![String::new()], vec!["other".to_owned()]];
    let file = models::complete(&manifest, &arrays, &rows).unwrap();
    assert!(corrupt::split(&file)[1].len() > 1 << 20);
    assert_eq!(corrupt::join(&corrupt::split(&file)), file);
    compare(&file, &rows);
}
