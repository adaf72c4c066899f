//! The exponential function of many numbers at once, with the bits of [`libm::exp`].
//!
//! The steps are those of `libm` (FreeBSD's `e_exp.c`), without branches, so that the compiler can take
//! several numbers through them side by side: `x = k ln 2 + r`, a rational function for `exp(r)`, times
//! `2^k`. What libm treats as special, it is asked for.

#![allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "digits of the source")]

use std::f64::consts::LOG2_E;

const LN2_HI: f64 = 6.93147180369123816490e-01;
const LN2_LO: f64 = 1.90821492927058770002e-10;
const P1: f64 = 1.66666666666666019037e-01;
const P2: f64 = -2.77777777770155933842e-03;
const P3: f64 = 6.61375632143793436117e-05;
const P4: f64 = -1.65339022054652515390e-06;
const P5: f64 = 4.13813679705723846039e-08;

/// Added to a number far smaller, it leaves the nearest integer in the low bits: 1.5 * 2^52.
const TO_INTEGER: f64 = 6755399441055744.0;
/// Below this magnitude nothing overflows and no result is subnormal.
const ORDINARY: f64 = 708.0;
/// Numbers that go through the steps together.
const LANES: usize = 32;

/// Replaces every number by its exponential.
#[inline(always)]
pub(super) fn exp_all(numbers: &mut [f64]) {
    let (lanes, rest) = numbers.as_chunks_mut::<LANES>();
    for lane in lanes {
        if lane.iter().fold(true, |all, x| all & (x.abs() < ORDINARY)) {
            *lane = lane.map(ordinary);
        } else {
            *lane = lane.map(libm::exp);
        }
    }
    for x in rest {
        *x = libm::exp(*x);
    }
}

/// The exponential of a number below [`ORDINARY`] in magnitude.
#[inline(always)]
fn ordinary(x: f64) -> f64 {
    // libm compares the high words of the numbers: 0x3ff0a2b2 (1.5 ln 2), 0x3fd62e42 (0.5 ln 2) and
    // 0x3e300000 (2^-28). In whole bits: at least the first, more than the others.
    let size = x.to_bits() & (u64::MAX >> 1);
    let sign = 1f64.copysign(x);
    // The quotient rounded to the nearest integer, then one back where that was away from zero: a
    // conversion, which cuts digits off, in operations that every machine has for several numbers.
    let quotient = LOG2_E * x + 0.5 * sign;
    let nearest = (quotient + TO_INTEGER) - TO_INTEGER;
    let cut = if nearest.abs() > quotient.abs() { nearest - sign } else { nearest };
    let k = if size >= 0x3ff0_a2b2_0000_0000 { cut } else { sign };
    let k = if size >= 0x3fd6_2e43_0000_0000 { k } else { 0.0 };
    let (hi, lo) = (x - k * LN2_HI, k * LN2_LO);
    let r = hi - lo;
    let rr = r * r;
    let c = r - rr * (P1 + rr * (P2 + rr * (P3 + rr * (P4 + rr * P5))));
    let y = 1.0 + (r * c / (2.0 - c) - lo + hi);
    // 2^k; k is between -1022 and 1022, so it is a normal number.
    let scale = f64::from_bits(((k + TO_INTEGER).to_bits().wrapping_add(1023)) << 52);
    if size >= 0x3e30_0001_0000_0000 { y * scale } else { 1.0 + x }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::exp_all;
    use crate::wide::{Kernel, Width};

    struct All<'a>(&'a mut [f64]);

    impl Kernel for All<'_> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            exp_all(self.0);
        }
    }

    fn assert_like_libm(numbers: &[f64]) {
        let expected: Vec<u64> = numbers.iter().map(|x| libm::exp(*x).to_bits()).collect();
        for width in Width::all() {
            let mut found = numbers.to_vec();
            width.run(All(&mut found));
            for ((x, found), expected) in numbers.iter().zip(found).zip(&expected) {
                let same = found.to_bits() == *expected || (x.is_nan() && found.is_nan());
                assert!(same, "exp({x:e}) on {width:?}");
            }
        }
    }

    /// Where libm turns from one rule to another, and the numbers around.
    #[test]
    fn the_borders_have_the_bits_of_libm() {
        let borders = [
            0x3ff0_a2b2_0000_0000,
            0x3fd6_2e42_0000_0000,
            0x3fd6_2e43_0000_0000,
            0x3e30_0000_0000_0000,
            0x3e30_0001_0000_0000,
            708.0f64.to_bits(),
            708.396_418_532_264_1f64.to_bits(),
            709.782_712_893_384f64.to_bits(),
            745.133_219_101_941_1f64.to_bits(),
            64,
            0x3ff0_0000_0000_0000,
            f64::INFINITY.to_bits() - 64,
        ];
        for border in borders {
            let around = (border - 64..border + 64).map(f64::from_bits);
            let numbers: Vec<f64> = around.flat_map(|x| [x, -x]).collect();
            assert_like_libm(&numbers);
        }
        // Halves between two multiples of ln 2, where k turns.
        for k in -1020..1020 {
            let half = (f64::from(k) + 0.5) * std::f64::consts::LN_2;
            let near: Vec<f64> =
                (-16i32..16).map(|i| half + f64::from(i) * half.abs() * 1e-16).collect();
            assert_like_libm(&near);
        }
    }

    proptest! {
        #[test]
        fn ordinary_numbers_have_the_bits_of_libm(
            numbers in proptest::collection::vec(-720.0..720.0f64, 1..200),
            small in proptest::collection::vec(-2.0..2.0f64, 32),
        ) {
            assert_like_libm(&numbers);
            assert_like_libm(&small);
        }

        #[test]
        fn any_numbers_have_the_bits_of_libm(bits in proptest::collection::vec(any::<u64>(), 1..100)) {
            let numbers: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
            assert_like_libm(&numbers);
        }
    }
}
