//! A row against many vectors: sums over the features, in their order.

/// Vectors whose sums are kept in registers together: as many as it takes for the widest registers to
/// have the next addition ready before the last one has ended.
pub(super) const LANES: usize = 32;

/// `sums[i]` becomes `start` plus `term(x, v)` over the features of `row` and of vector `first + i`,
/// in their order; `vectors` are `[n_features, n_vectors]`.
#[inline(always)]
pub(super) fn add_terms(
    row: &[f64],
    vectors: &[f64],
    n_vectors: usize,
    first: usize,
    sums: &mut [f64],
    start: f64,
    term: impl Fn(f64, f64) -> f64,
) {
    let (lanes, rest) = sums.as_chunks_mut::<LANES>();
    let n_lanes = lanes.len() * LANES;
    for (first, sums) in (first..).step_by(LANES).zip(lanes) {
        // A copy, so that nothing else can see it and it need not be in memory.
        let mut own = [start; LANES];
        for (x, feature) in row.iter().zip(vectors.chunks_exact(n_vectors)) {
            let Some(feature) = feature[first..].first_chunk::<LANES>() else { break };
            for (sum, v) in own.iter_mut().zip(feature) {
                *sum += term(*x, *v);
            }
        }
        *sums = own;
    }
    for (sum, at) in rest.iter_mut().zip(first + n_lanes..) {
        let features = row.iter().zip(vectors.chunks_exact(n_vectors));
        *sum = features.fold(start, |sum, (x, feature)| sum + term(*x, feature[at]));
    }
}

/// The square of `x - v`; the other way round it takes an instruction less, and no bit changes.
#[inline(always)]
pub(super) fn square(x: f64, v: f64) -> f64 {
    (v - x) * (v - x)
}

/// The absolute difference.
#[inline(always)]
pub(super) fn difference(x: f64, v: f64) -> f64 {
    (x - v).abs()
}

#[cfg(test)]
mod tests {
    use super::add_terms;

    #[test]
    fn each_sum_is_that_of_its_vector_in_the_order_of_the_features() {
        let (n_features, n_vectors) = (5, 77);
        let value = |i: usize| (i as f64 * 0.7).sin() * 10f64.powi(i32::try_from(i % 9).unwrap());
        let vectors: Vec<f64> = (0..n_features * n_vectors).map(value).collect();
        let row: Vec<f64> = (0..n_features).map(|f| value(1000 + f)).collect();
        for (first, n) in [(0, 77), (0, 16), (3, 15), (5, 33), (70, 7), (76, 0)] {
            let mut sums = vec![f64::NAN; n];
            add_terms(&row, &vectors, n_vectors, first, &mut sums, -0.0, |x, v| (x - v) * x);
            for (i, sum) in sums.iter().enumerate() {
                let mut expected = -0.0;
                for (f, x) in row.iter().enumerate() {
                    expected += (x - vectors[f * n_vectors + first + i]) * x;
                }
                assert_eq!(sum.to_bits(), f64::to_bits(expected), "vector {}", first + i);
            }
        }
    }
}
