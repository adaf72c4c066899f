//! Decoders of manifests: no bincode, no serde. That of version 1 was written from section 4 of
//! `docs/format.md`; that of version 2, [`second`], reads the tables of types of the pages themselves.
//!
//! It is for valid bytes and panics on others. On its way it marks where every count, tag and text
//! lies, so that tests can damage each of them.

pub mod page;
pub mod second;
pub mod value;

use model_format::v1::{
    ArraySpec, ColumnKind, ColumnSpec, ColumnStatistics, Dtype, EstimatorSpec, GoldenRows,
    Identity, Kernel, Manifest, Metric, Provenance, ReduceMethod, SchemaSpec, Step, Task, Weights,
};

/// Something in the bytes of a manifest that steers how the rest is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its offset in the manifest.
    pub at: usize,
    /// What lies there.
    pub what: What,
}

/// Kinds of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Count of a list or of the bytes of a text.
    Count,
    /// A bool, or the tag of an option.
    Flag,
    /// Index of a variant of the enum of this name.
    Variant(&'static str, u32),
    /// First byte of a text that is not empty.
    Text,
}

/// Decodes a manifest and returns it with its marks.
pub fn decode(bytes: &[u8]) -> (Manifest, Vec<Mark>) {
    let mut decoder = Cursor { bytes, at: 0, marks: Vec::new() };
    let manifest = decoder.manifest();
    assert_eq!(decoder.at, bytes.len(), "the manifest fills its section");
    (manifest, decoder.marks)
}

/// The bytes of a manifest, as far as they are read.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    marks: Vec<Mark>,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let bytes = self.bytes[self.at..self.at + N].try_into().unwrap();
        self.at += N;
        bytes
    }

    fn mark(&mut self, what: What) {
        self.marks.push(Mark { at: self.at, what });
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }

    fn flag(&mut self) -> bool {
        self.mark(What::Flag);
        match self.take() {
            [0] => false,
            [1] => true,
            other => panic!("a flag is {other:?}"),
        }
    }

    fn count(&mut self) -> usize {
        self.mark(What::Count);
        usize::try_from(self.u64()).unwrap()
    }

    fn str(&mut self) -> String {
        let len = self.count();
        if len > 0 {
            self.mark(What::Text);
        }
        let text = str::from_utf8(&self.bytes[self.at..self.at + len]).unwrap().to_owned();
        self.at += len;
        text
    }

    fn list<T>(&mut self, element: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.count()).map(|_| element(self)).collect()
    }

    fn option<T>(&mut self, value: impl Fn(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| value(self))
    }

    fn numbers(&mut self) -> Vec<f64> {
        self.list(Self::f64)
    }

    fn variant(&mut self, of: &'static str) -> u32 {
        let at = self.at;
        let index = self.u32();
        self.marks.push(Mark { at, what: What::Variant(of, index) });
        index
    }

    // The fields of a struct expression are evaluated in the order they are written in, which is
    // the order of the page.

    fn manifest(&mut self) -> Manifest {
        Manifest {
            identity: self.identity(),
            task: self.task(),
            schema: SchemaSpec {
                columns: self.list(Self::column),
                missing_tokens: self.list(Self::str),
            },
            steps: self.list(Self::step),
            estimator: self.estimator(),
            arrays: self.list(Self::array),
            golden: GoldenRows {
                cells: self.list(Self::str),
                labels: self.list(Self::u32),
                values: self.numbers(),
            },
            statistics: self.option(|d| d.list(Self::statistics)),
            provenance: self.provenance(),
        }
    }

    fn identity(&mut self) -> Identity {
        Identity { name: self.str(), version: self.str(), algorithm: self.str() }
    }

    fn task(&mut self) -> Task {
        match self.variant("Task") {
            0 => Task::Regression { target: self.str() },
            1 => Task::Classification { target: self.str(), labels: self.list(Self::str) },
            2 => Task::Clustering { labels: self.list(Self::str) },
            other => panic!("task {other}"),
        }
    }

    fn column(&mut self) -> ColumnSpec {
        ColumnSpec {
            name: self.str(),
            kind: match self.variant("ColumnKind") {
                0 => ColumnKind::Numeric,
                1 => ColumnKind::Text { levels: self.list(Self::str), missing_level: self.flag() },
                other => panic!("column kind {other}"),
            },
        }
    }

    fn step(&mut self) -> Step {
        match self.variant("Step") {
            0 => Step::Impute { values: self.numbers() },
            1 => Step::StandardScale { means: self.numbers(), stds: self.numbers() },
            2 => Step::MinMaxScale { mins: self.numbers(), ranges: self.numbers() },
            3 => Step::OneHot,
            4 => Step::Reduce { method: self.reduce_method(), n_components: self.u64() },
            other => panic!("step {other}"),
        }
    }

    fn reduce_method(&mut self) -> ReduceMethod {
        match self.variant("ReduceMethod") {
            0 => ReduceMethod::Pca,
            1 => ReduceMethod::Svd,
            other => panic!("reduce method {other}"),
        }
    }

    fn estimator(&mut self) -> EstimatorSpec {
        match self.variant("Estimator") {
            0 => EstimatorSpec::Linear,
            1 => EstimatorSpec::MeanOfTrees { n_outputs: self.u64() },
            2 => EstimatorSpec::BoostedTrees { base_score: self.f64(), learning_rate: self.f64() },
            3 => EstimatorSpec::GaussianNaiveBayes,
            4 => EstimatorSpec::BernoulliNaiveBayes { binarize: self.f64() },
            5 => EstimatorSpec::MultinomialNaiveBayes,
            6 => EstimatorSpec::CategoricalNaiveBayes,
            7 => EstimatorSpec::NearestNeighbors {
                k: self.u64(),
                metric: self.metric(),
                weights: self.weights(),
            },
            8 => EstimatorSpec::SupportVectors { kernel: self.kernel() },
            9 => EstimatorSpec::NearestCentroid,
            other => panic!("estimator {other}"),
        }
    }

    fn kernel(&mut self) -> Kernel {
        match self.variant("Kernel") {
            0 => Kernel::Linear,
            1 => Kernel::Rbf { gamma: self.f64() },
            2 => Kernel::Polynomial { degree: self.u64(), gamma: self.f64(), coef0: self.f64() },
            3 => Kernel::Sigmoid { gamma: self.f64(), coef0: self.f64() },
            other => panic!("kernel {other}"),
        }
    }

    fn metric(&mut self) -> Metric {
        match self.variant("Metric") {
            0 => Metric::Euclidean,
            1 => Metric::Manhattan,
            2 => Metric::Minkowski { p: self.u64() },
            3 => Metric::Hamming,
            other => panic!("metric {other}"),
        }
    }

    fn weights(&mut self) -> Weights {
        match self.variant("Weights") {
            0 => Weights::Uniform,
            1 => Weights::Distance,
            other => panic!("weights {other}"),
        }
    }

    fn array(&mut self) -> ArraySpec {
        ArraySpec {
            name: self.str(),
            dtype: match self.variant("Dtype") {
                0 => Dtype::F64,
                1 => Dtype::U64,
                2 => Dtype::Node,
                other => panic!("dtype {other}"),
            },
            shape: self.list(Self::u64),
        }
    }

    fn statistics(&mut self) -> ColumnStatistics {
        match self.variant("Statistics") {
            0 => ColumnStatistics::Numeric {
                count: self.u64(),
                missing: self.u64(),
                min: self.f64(),
                max: self.f64(),
                mean: self.f64(),
                std: self.f64(),
                quantiles: self.numbers(),
                bin_edges: self.numbers(),
                bin_counts: self.list(Self::u64),
            },
            1 => ColumnStatistics::Text { level_counts: self.list(Self::u64), missing: self.u64() },
            other => panic!("statistics {other}"),
        }
    }

    fn provenance(&mut self) -> Provenance {
        Provenance {
            trainer_version: self.str(),
            smartcore_version: self.str(),
            created: self.option(|d| i64::from_le_bytes(d.take())),
            options: self.list(|d| (d.str(), d.str())),
            seed: self.u64(),
            data_sha256: self.take(),
            data_rows: self.u64(),
            data_columns: self.u64(),
            rows_fitted: self.u64(),
            rows_held_out: self.u64(),
            rows_without_target: self.u64(),
            class_counts: self.list(Self::u64),
            left_out: self.list(|d| (d.str(), d.str())),
            metrics: self.list(|d| (d.str(), d.f64())),
        }
    }
}
