//! Near neighbours for a block of rows.
//!
//! Distances to many points are computed side by side, each as a sum over the features in order;
//! the bounded heap keeps the training library's order of neighbours, on which the order of the
//! weighted sum depends.

use std::ops::Range;

use model_format::manifest::{Metric, Weights};
use model_format::program::ops::neighbors::{Neighbors, Reach};

use super::sums::{LANES, add_terms, difference, square};
use crate::block::Features;
use crate::wide::{Kernel, Width};

/// Points that all rows of a block meet before the next ones; they stay in the first-level cache.
const TILE: usize = 128;
/// Bytes of the heaps of rows that meet the points together.
const HEAPS: usize = 256 << 10;

/// A neighbour: its distance and the number of its point.
type Neighbor = (f64, usize);

/// Appends values `[rows]`, or shares of the votes `[n_classes, rows]`; the features must be
/// expanded. A row that is infinitely far from every point gets NaN, and so does one without neighbours for which there
/// is no label.
pub(crate) fn score(
    neighbors: &Neighbors,
    block: &Features<'_>,
    width: Width,
    outputs: &mut Vec<f64>,
) {
    let n_classes = neighbors.n_labels();
    let (rows, n_outputs) = (block.len(), n_classes.max(1));
    let start = outputs.len();
    outputs.resize(start + n_outputs * rows, 0.0);
    let mut votes = vec![0.0; n_outputs];
    let most = match neighbors.reach() {
        Reach::Nearest { k } => usize::try_from(k).unwrap_or(usize::MAX),
        Reach::Within { .. } => neighbors.targets().len(),
    };
    let at_once = (HEAPS / size_of::<Neighbor>() / most).max(1);
    let rows_at_once = (0..rows).step_by(at_once).map(|row| row..rows.min(row + at_once));
    let found = rows_at_once.flat_map(|rows| match neighbors.reach() {
        Reach::Nearest { .. } => {
            let places = vec![(f64::INFINITY, usize::MAX); most];
            let heap = Heap { places, limit: f64::INFINITY };
            near(neighbors, block, rows, width, &heap)
        }
        Reach::Within { radius, .. } => {
            near(neighbors, block, rows, width, &Ball { radius, inside: Vec::new() })
        }
    });
    let outlier = match neighbors.reach() {
        Reach::Nearest { .. } => None,
        Reach::Within { outlier, .. } => outlier,
    };
    for (r, nearest) in found.enumerate() {
        if let (Some(label), true) = (outlier, nearest.is_empty()) {
            outputs[start + label as usize * rows + r] = 1.0;
            continue;
        }
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

/// The neighbours of each row.
///
/// All rows meet a tile of points before the next one, so that it comes from memory once.
fn near<C: Collect>(
    neighbors: &Neighbors,
    block: &Features<'_>,
    rows: Range<usize>,
    width: Width,
    empty: &C,
) -> Vec<Vec<Neighbor>> {
    let n_points = neighbors.targets().len();
    let n_features = neighbors.points().len() / n_points;
    let rows: Vec<Vec<f64>> =
        rows.map(|row| (0..n_features).map(|f| block.feature(f)[row]).collect()).collect();
    let mut collected = vec![empty.clone(); rows.len()];
    let mut sums = [0.0; TILE];
    for first in (0..n_points).step_by(TILE) {
        let sums = &mut sums[..TILE.min(n_points - first)];
        for (row, neighbours) in rows.iter().zip(&mut collected) {
            width.run(Tile { neighbors, row, first, sums, neighbours });
        }
    }
    collected.into_iter().map(C::into_neighbors).collect()
}

/// Points that are near a row, as they come.
trait Collect: Clone {
    /// Takes the points `first..` with these sums, as far as they are near.
    fn offer(&mut self, metric: Metric, n_features: usize, first: usize, sums: &[f64]);

    /// What was taken.
    fn into_neighbors(self) -> Vec<Neighbor>;
}

/// The distance of a point by the sum over the features.
#[inline(always)]
fn distance(metric: Metric, n_features: usize, sum: f64) -> f64 {
    match metric {
        Metric::Euclidean => sum.sqrt(),
        Metric::Minkowski { p } => libm::pow(sum, 1.0 / p as f64),
        Metric::Manhattan => sum,
        Metric::Hamming => sum / n_features as f64,
    }
}

/// The points that are not farther than a radius, in their order.
#[derive(Clone)]
struct Ball {
    radius: f64,
    inside: Vec<Neighbor>,
}

impl Collect for Ball {
    #[inline(always)]
    fn offer(&mut self, metric: Metric, n_features: usize, first: usize, sums: &[f64]) {
        for (point, sum) in (first..).zip(sums) {
            let distance = distance(metric, n_features, *sum);
            if distance <= self.radius {
                self.inside.push((distance, point));
            }
        }
    }

    fn into_neighbors(self) -> Vec<Neighbor> {
        self.inside
    }
}

/// The nearest points so far, the farthest of them first, in the order of the training library's heap.
#[derive(Clone)]
struct Heap {
    places: Vec<Neighbor>,
    /// A sum that is not smaller belongs to no nearer point.
    limit: f64,
}

impl Collect for Heap {
    #[inline(always)]
    fn offer(&mut self, metric: Metric, n_features: usize, first: usize, sums: &[f64]) {
        for (first, sums) in (first..).step_by(LANES).zip(sums.chunks(LANES)) {
            // Most points are too far: one look at many of them.
            if sums.iter().map(|sum| usize::from(*sum < self.limit)).sum::<usize>() == 0 {
                continue;
            }
            for (point, sum) in (first..).zip(sums) {
                if *sum >= self.limit {
                    continue;
                }
                self.insert(metric, distance(metric, n_features, *sum), point);
            }
        }
    }

    /// The places that were taken.
    fn into_neighbors(mut self) -> Vec<Neighbor> {
        self.places.retain(|(_, point)| *point != usize::MAX);
        self.places
    }
}

impl Heap {
    fn insert(&mut self, metric: Metric, distance: f64, point: usize) {
        if distance < self.places[0].0 {
            self.places[0] = (distance, point);
            heapify(&mut self.places);
            // The root is monotone, so a sum that is not smaller than the square of the largest
            // needs none.
            let largest = self.places[0].0;
            self.limit = match metric {
                Metric::Euclidean => largest * largest * 1.000_001,
                Metric::Manhattan => largest,
                Metric::Minkowski { .. } | Metric::Hamming => f64::INFINITY,
            };
        }
    }
}

/// A row and as many points as `sums` has room for.
struct Tile<'a, C> {
    neighbors: &'a Neighbors,
    row: &'a [f64],
    first: usize,
    sums: &'a mut [f64],
    neighbours: &'a mut C,
}

impl<C: Collect> Kernel for Tile<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { neighbors, row, first, sums, neighbours } = self;
        let (points, n_points) = (neighbors.points(), neighbors.targets().len());
        match neighbors.metric() {
            Metric::Euclidean => {
                add_terms(row, points, n_points, first, sums, 0.0, square);
            }
            Metric::Manhattan => {
                add_terms(row, points, n_points, first, sums, 0.0, difference);
            }
            #[expect(clippy::float_cmp, reason = "the distance counts features that differ")]
            Metric::Hamming => {
                let term = |x: f64, point: f64| f64::from(u8::from(x != point));
                add_terms(row, points, n_points, first, sums, 0.0, term);
            }
            Metric::Minkowski { p } => {
                let term = |x: f64, point: f64| libm::pow((x - point).abs(), p as f64);
                add_terms(row, points, n_points, first, sums, 0.0, term);
            }
        }
        neighbours.offer(neighbors.metric(), row.len(), first, sums);
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
