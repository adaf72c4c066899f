//! smartcore's support vector classifier, step by step and to the bit, in usable time.
//!
//! smartcore 0.7.0 fits by LASVM (Bordes, Ertekin, Weston, Bottou: Fast Kernel Classifiers with
//! Online and Active Learning, JMLR 6, 2005): rows come in random order, each may become a support
//! vector, and pairs of them are moved along the steepest ascent. smartcore walks a hash map of all
//! pairs in every step, which takes minutes for 4,000 rows; here the kernels lie in one matrix. The
//! steps, their order and their arithmetic are smartcore's, so the numbers are too: a test fits
//! both and compares the bits.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

use super::svm::Machine;
use super::svm_kernel::Kernels;

/// Stands for a curvature that is not positive.
const TAU: f64 = 1e-12;
/// Vectors of each class to start from.
const FEW: usize = 5;
/// A gap of gradients that ends the work on a new row.
const GOOD_ENOUGH: f64 = 1000.0;

/// What smartcore calls the parameters of the classifier.
#[derive(Clone, Copy, Debug)]
pub(super) struct SvcParams {
    /// Passes over the rows.
    pub(super) epoch: usize,
    /// What a row on the wrong side costs.
    pub(super) c: f64,
    /// Gap of gradients at which it stops.
    pub(super) tol: f64,
    /// Seed of the order of rows.
    pub(super) seed: u64,
}

/// Fits the machine of two classes: `rows` are numbers of training rows, `positive` says of each
/// whether a value above zero is to name its class.
pub(super) fn fit(
    kernels: &Kernels,
    rows: &[usize],
    positive: &[bool],
    params: &SvcParams,
) -> Machine {
    let mut lasvm = Lasvm {
        kernels,
        rows,
        params,
        vectors: Vec::new(),
        lowest: 0,
        highest: 0,
        gmin: f64::MAX,
        gmax: f64::MIN,
        stale: true,
    };
    lasvm.initialize(positive);
    for _ in 0..params.epoch {
        for i in lasvm.order() {
            lasvm.process(i, positive[i]);
            loop {
                lasvm.reprocess();
                lasvm.find_gradients();
                if lasvm.gmax - lasvm.gmin < GOOD_ENOUGH {
                    break;
                }
            }
        }
    }
    lasvm.finish();
    Machine {
        vectors: lasvm.vectors.iter().map(|v| rows[v.index]).collect(),
        weights: lasvm.vectors.iter().map(|v| v.alpha).collect(),
        intercept: f64::midpoint(lasvm.gmax, lasvm.gmin),
    }
}

/// A row that may become a support vector.
struct Vector {
    /// Its place in `rows`.
    index: usize,
    alpha: f64,
    grad: f64,
    cmin: f64,
    cmax: f64,
    /// Its kernel with itself.
    k: f64,
}

struct Lasvm<'a> {
    kernels: &'a Kernels,
    rows: &'a [usize],
    params: &'a SvcParams,
    /// The newest first.
    vectors: Vec<Vector>,
    /// The vectors of the lowest and the highest gradient, as last found: an insertion does not
    /// move them, as it does not in smartcore.
    lowest: usize,
    highest: usize,
    gmin: f64,
    gmax: f64,
    /// The four above are to be found anew.
    stale: bool,
}

impl Lasvm<'_> {
    fn kernel(&self, a: usize, b: usize) -> f64 {
        self.kernels.get(self.rows[a], self.rows[b])
    }

    /// The rows in smartcore's random order, the same each time.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.shuffle(&mut SmallRng::seed_from_u64(self.params.seed));
        order
    }

    fn initialize(&mut self, positive: &[bool]) {
        let (mut positives, mut negatives) = (0, 0);
        for i in self.order() {
            if positive[i] && positives < FEW {
                positives += usize::from(self.process(i, true));
            } else if !positive[i] && negatives < FEW {
                negatives += usize::from(self.process(i, false));
            }
            if positives >= FEW && negatives >= FEW {
                break;
            }
        }
    }

    /// Takes a row in, unless its gradient says that it would be dropped again.
    fn process(&mut self, i: usize, positive: bool) -> bool {
        if self.vectors.iter().any(|v| v.index == i) {
            return true;
        }
        let mut grad = if positive { 1.0 } else { -1.0 };
        for v in &self.vectors {
            grad -= v.alpha * self.kernel(v.index, i);
        }
        self.find_gradients();
        let useless = if positive { grad < self.gmin } else { grad > self.gmax };
        if self.gmin < self.gmax && useless {
            return false;
        }
        let c = self.params.c;
        let (cmin, cmax) = if positive { (0.0, c) } else { (-c, 0.0) };
        let k = self.kernel(i, i);
        self.vectors.insert(0, Vector { index: i, alpha: 0.0, grad, cmin, cmax, k });
        let pair = if positive { self.partner_below(0) } else { self.partner_above(0) };
        self.step(pair);
        true
    }

    fn reprocess(&mut self) {
        self.steepest_step();
        self.clean();
    }

    fn finish(&mut self) {
        let mut left = self.vectors.len();
        while self.steepest_step() && left > 0 {
            left -= 1;
        }
        self.clean();
    }

    fn find_gradients(&mut self) {
        if !self.stale {
            return;
        }
        (self.gmin, self.gmax) = (f64::MAX, f64::MIN);
        for (i, v) in self.vectors.iter().enumerate() {
            if v.grad < self.gmin && v.alpha > v.cmin {
                (self.gmin, self.lowest) = (v.grad, i);
            }
            if v.grad > self.gmax && v.alpha < v.cmax {
                (self.gmax, self.highest) = (v.grad, i);
            }
        }
        self.stale = false;
    }

    /// Drops vectors without weight that will not get one.
    fn clean(&mut self) {
        self.find_gradients();
        let (gmin, gmax) = (self.gmin, self.gmax);
        self.vectors.retain(|v| {
            let above = v.grad >= gmax && 0.0 >= v.cmax;
            let below = v.grad <= gmin && 0.0 <= v.cmin;
            v.alpha != 0.0 || !(above || below)
        });
        self.stale = true;
    }

    /// Moves the pair of the steepest ascent; whether there is more to gain.
    fn steepest_step(&mut self) -> bool {
        let pair = if self.gmax > -self.gmin {
            self.partner_below(self.highest)
        } else {
            self.partner_above(self.lowest)
        };
        self.step(pair)
    }

    /// The best vector to take weight up against `first`, which gives it.
    fn partner_above(&self, first: usize) -> Option<(usize, usize, f64)> {
        let low = self.vectors.get(first)?;
        let mut best = (0.0, None);
        for (i, v) in self.vectors.iter().enumerate() {
            let z = v.grad - low.grad;
            let k = self.kernel(low.index, v.index);
            let mu = z / curvature(low.k + v.k - 2.0 * k);
            let gain = z * mu;
            if ((mu > 0.0 && v.alpha < v.cmax) || (mu < 0.0 && v.alpha > v.cmin)) && gain > best.0 {
                best = (gain, Some((first, i, k)));
            }
        }
        best.1
    }

    /// The best vector to give weight to `second`, which takes it up.
    fn partner_below(&self, second: usize) -> Option<(usize, usize, f64)> {
        let high = self.vectors.get(second)?;
        let mut best = (0.0, None);
        for (i, v) in self.vectors.iter().enumerate() {
            let z = high.grad - v.grad;
            let k = self.kernel(high.index, v.index);
            let mu = z / curvature(high.k + v.k - 2.0 * k);
            let gain = z * mu;
            if ((mu > 0.0 && v.alpha > v.cmin) || (mu < 0.0 && v.alpha < v.cmax)) && gain > best.0 {
                best = (gain, Some((i, second, k)));
            }
        }
        best.1
    }

    /// Moves weight from the first of a pair to the second, as far as both may go.
    fn step(&mut self, pair: Option<(usize, usize, f64)>) -> bool {
        let Some((first, second, k)) = pair else { return false };
        let (a, b) = (&self.vectors[first], &self.vectors[second]);
        let mut step = (b.grad - a.grad) / curvature(a.k + b.k - 2.0 * k);
        if step >= 0.0 {
            for room in [a.alpha - a.cmin, b.cmax - b.alpha] {
                step = if room < step { room } else { step };
            }
        } else {
            for room in [b.cmin - b.alpha, a.alpha - a.cmax] {
                step = if room > step { room } else { step };
            }
        }
        self.update(first, second, step);
        self.gmax - self.gmin > self.params.tol
    }

    fn update(&mut self, first: usize, second: usize, step: f64) {
        self.vectors[first].alpha -= step;
        self.vectors[second].alpha += step;
        let rows = [first, second].map(|v| self.rows[self.vectors[v].index]);
        for v in &mut self.vectors {
            let [k1, k2] = rows.map(|row| self.kernels.get(row, self.rows[v.index]));
            v.grad -= step * (k2 - k1);
        }
        self.stale = true;
        self.find_gradients();
    }
}

fn curvature(curvature: f64) -> f64 {
    if curvature <= 0.0 { TAU } else { curvature }
}

#[cfg(test)]
mod tests {
    use model_format::manifest::Kernel;
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use smartcore::error::Failed;
    use smartcore::linalg::basic::matrix::DenseMatrix;
    use smartcore::svm::svc::{SVC, SVCParameters};

    use super::super::svm_kernel::apply;
    use super::*;
    use crate::engine::matrix::Matrix;
    use crate::rng::SplitMix64;

    /// Our kernels for smartcore.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    struct Portable(Kernel);

    #[typetag::serde]
    impl smartcore::svm::Kernel for Portable {
        fn apply(&self, a: &Vec<f64>, b: &Vec<f64>) -> Result<f64, Failed> {
            Ok(apply(self.0, a, b))
        }
    }

    /// The layout of smartcore's classifier.
    #[derive(Deserialize)]
    struct Mirror {
        _classes: Option<(u32, u32)>,
        instances: Option<Vec<Vec<f64>>>,
        w: Option<Vec<f64>>,
        b: Option<f64>,
        _phantom: (),
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|v| v.to_bits()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
        #[test]
        fn the_same_bits_as_smartcore(
            n_rows in 12usize..120,
            n_features in 1usize..6,
            kernel in prop::sample::select(vec![
                Kernel::Linear,
                Kernel::Rbf { gamma: 0.5 },
                Kernel::Polynomial { degree: 3, gamma: 0.3, coef0: 1.0 },
                Kernel::Sigmoid { gamma: 0.2, coef0: -0.5 },
            ]),
            c in prop::sample::select(vec![0.01, 1.0, 50.0]),
            overlap in 0.0f64..3.0,
            epoch in 1usize..4,
            seed in any::<u64>(),
        ) {
            let mut rng = SplitMix64::new(seed);
            let mut unit = || rng.below(1 << 20) as f64 / f64::from(1 << 20);
            let positive: Vec<bool> = (0..n_rows).map(|i| i % 3 == 0).collect();
            let rows: Vec<Vec<f64>> = positive
                .iter()
                .map(|p| (0..n_features).map(|_| unit() * overlap + f64::from(u8::from(*p))).collect())
                .collect();
            let params = SvcParams { epoch, c, tol: 1e-3, seed };
            let kernels = Kernels::new(kernel, rows.clone(), 1).unwrap();
            let numbers: Vec<usize> = (0..n_rows).collect();
            let ours = fit(&kernels, &numbers, &positive, &params);

            let x: Matrix = DenseMatrix::from_2d_vec(&rows).unwrap();
            let y: Vec<u32> = positive.iter().map(|p| u32::from(*p)).collect();
            let parameters = SVCParameters::default()
                .with_epoch(epoch)
                .with_c(c)
                .with_tol(1e-3)
                .with_kernel(Portable(kernel))
                .with_seed(Some(seed));
            let model = SVC::fit(&x, &y, &parameters).unwrap();
            let config = bincode::config::standard();
            let bytes = bincode::serde::encode_to_vec(&model, config).unwrap();
            let (theirs, _): (Mirror, _) = bincode::serde::decode_from_slice(&bytes, config).unwrap();
            let vectors: Vec<Vec<f64>> = ours.vectors.iter().map(|v| rows[*v].clone()).collect();
            prop_assert_eq!(&Some(vectors), &theirs.instances);
            prop_assert_eq!(bits(&ours.weights), bits(&theirs.w.unwrap()));
            prop_assert_eq!(Some(ours.intercept.to_bits()), theirs.b.map(f64::to_bits));

            let decided = model.decision_function(&x).unwrap();
            let decide = |row: &Vec<f64>| {
                let terms = ours.vectors.iter().zip(&ours.weights);
                terms.fold(ours.intercept, |sum, (v, w)| sum + w * apply(kernel, row, &rows[*v]))
            };
            prop_assert_eq!(bits(&rows.iter().map(decide).collect::<Vec<_>>()), bits(&decided));
        }
    }
}
