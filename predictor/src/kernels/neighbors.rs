//! Nearest neighbours for a block of rows.
//!
//! Distances to many points are computed side by side, each as a sum over the features in order;
//! the bounded heap keeps the training library's order of neighbours, on which the order of the
//! weighted sum depends.

use model_format::manifest::{Metric, Weights};
use model_format::pipeline::neighbors::Neighbors;

use super::folds::{fold, square};
use crate::block::Features;

/// Points whose distances are computed together.
const TILE: usize = 256;

/// A neighbour: its distance and the number of its point.
type Neighbor = (f64, usize);

/// Appends values `[rows]`, or shares of the votes `[n_classes, rows]`; the features must be
/// expanded. A row that is infinitely far from every point gets NaN.
pub(super) fn score(
    neighbors: &Neighbors,
    n_classes: usize,
    block: &Features<'_>,
    outputs: &mut Vec<f64>,
) {
    let (rows, width) = (block.len(), n_classes.max(1));
    let start = outputs.len();
    outputs.resize(start + width * rows, 0.0);
    let n_features = neighbors.points().len() / neighbors.targets().len();
    let mut row = vec![0.0; n_features];
    let mut votes = vec![0.0; width];
    for r in 0..rows {
        for (f, x) in row.iter_mut().enumerate() {
            *x = block.feature(f)[r];
        }
        let nearest = nearest(neighbors, &row);
        let weights = weights(&nearest, neighbors.weights());
        let mut sum = 0.0;
        for weight in &weights {
            sum += weight;
        }
        votes.fill(0.0);
        for ((_, point), weight) in nearest.iter().zip(&weights) {
            let target = neighbors.targets()[*point];
            if n_classes == 0 {
                votes[0] += target * (weight / sum);
            } else {
                // A class number was checked to be a whole number below n_classes.
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "see above"
                )]
                let class = target as usize;
                votes[class] += weight;
            }
        }
        let scale = if n_classes == 0 { 1.0 } else { 1.0 / sum };
        for (output, vote) in votes.iter().enumerate() {
            let value = if sum > 0.0 { vote * scale } else { f64::NAN };
            outputs[start + output * rows + r] = value;
        }
    }
}

/// The nearest points in the order of the training library's heap.
fn nearest(neighbors: &Neighbors, row: &[f64]) -> Vec<Neighbor> {
    let n_points = neighbors.targets().len();
    let mut heap: Vec<Neighbor> = vec![(f64::INFINITY, usize::MAX); neighbors.k()];
    let mut sums = [0.0; TILE];
    // The root is monotone, so a sum that is not smaller than the square of the largest needs none.
    let bound = |largest: f64| match neighbors.metric() {
        Metric::Euclidean => largest * largest * 1.000_001,
        _ => f64::INFINITY,
    };
    let mut limit = bound(heap[0].0);
    for first in (0..n_points).step_by(TILE) {
        let sums = &mut sums[..TILE.min(n_points - first)];
        tile(neighbors, row, first, n_points, sums);
        for (i, sum) in sums.iter().enumerate() {
            if *sum >= limit {
                continue;
            }
            let distance = match neighbors.metric() {
                Metric::Euclidean => sum.sqrt(),
                Metric::Minkowski { p } => libm::pow(*sum, 1.0 / p as f64),
                Metric::Manhattan => *sum,
                Metric::Hamming => sum / row.len() as f64,
            };
            if distance < heap[0].0 {
                heap[0] = (distance, first + i);
                heapify(&mut heap);
                limit = bound(heap[0].0);
            }
        }
    }
    heap.retain(|(_, point)| *point != usize::MAX);
    heap
}

/// Sums over the features for points `first..first + sums.len()`.
fn tile(neighbors: &Neighbors, row: &[f64], first: usize, n_points: usize, sums: &mut [f64]) {
    let points = neighbors.points();
    match neighbors.metric() {
        Metric::Euclidean => {
            fold(row, points, n_points, first, sums, 0.0, square);
        }
        Metric::Manhattan => {
            fold(row, points, n_points, first, sums, 0.0, |x, point| (x - point).abs());
        }
        #[expect(clippy::float_cmp, reason = "the distance counts features that differ")]
        Metric::Hamming => {
            let term = |x: f64, point: f64| f64::from(u8::from(x != point));
            fold(row, points, n_points, first, sums, 0.0, term);
        }
        Metric::Minkowski { p } => {
            let term = |x: f64, point: f64| libm::pow((x - point).abs(), p as f64);
            fold(row, points, n_points, first, sums, 0.0, term);
        }
    }
}

/// Restores the heap after its first element changed, to what the training library makes of it: its
/// children of `i` are `2 i` and `2 i + 1`, counted from 0.
///
/// The library sifts every inner place, the last one first. Only place 0 changed, so all others are
/// in order and stay: sifting place 0 is enough, and takes steps for the height of the heap alone.
fn heapify(heap: &mut [Neighbor]) {
    sift(heap, 0);
}

/// Moves what is at `at` down until nothing below it is farther.
fn sift(heap: &mut [Neighbor], mut at: usize) {
    let n = heap.len();
    while n > 1 && 2 * at < n {
        let mut child = 2 * at;
        if child + 1 < n && heap[child].0 < heap[child + 1].0 {
            child += 1;
        }
        if heap[at].0 >= heap[child].0 {
            break;
        }
        heap.swap(at, child);
        at = child;
    }
}

fn weights(nearest: &[Neighbor], weights: Weights) -> Vec<f64> {
    let hit = nearest.iter().any(|(d, _)| *d == 0.0);
    let weight = |(d, _): &Neighbor| match weights {
        Weights::Uniform => 1.0,
        Weights::Distance if hit => f64::from(u8::from(*d == 0.0)),
        Weights::Distance => 1.0 / d,
    };
    nearest.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::{Neighbor, heapify, sift};

    /// As `docs/format.md` has it: every inner place is sifted.
    fn sift_all(heap: &mut [Neighbor]) {
        for start in (0..heap.len() / 2).rev() {
            sift(heap, start);
        }
    }

    #[test]
    fn sifting_the_first_place_is_enough() {
        let mut random = 1u64;
        for k in (1..40).chain([100, 257]) {
            let mut heap: Vec<Neighbor> = vec![(f64::INFINITY, usize::MAX); k];
            let mut slow = heap.clone();
            for point in 0..500 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Few different distances, so that many tie.
                let distance = (random >> 33) as f64 % 50.0;
                if distance < heap[0].0 {
                    heap[0] = (distance, point);
                    slow[0] = heap[0];
                    heapify(&mut heap);
                    sift_all(&mut slow);
                    assert_eq!(heap, slow, "{k} places");
                }
            }
        }
    }
}
