//! Code compiled several times, for wider and wider vector registers; which one runs is decided when
//! the program starts.
//!
//! The source is the same, and Rust neither reorders floating-point operations nor fuses a product
//! with a sum, so all of them compute the same bits. `docs/performance.md` has what that is worth.
//!
//! The only `unsafe` code of this project is here.

/// Instructions that this machine has.
///
/// There is no value of this type that names instructions the machine lacks: [`Width::best`] and
/// [`Width::all`] ask it, and nothing else makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Width(Instructions);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instructions {
    /// What every machine that the program was compiled for has.
    Portable,
    /// Registers of 256 bits.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Registers of 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Width {
    /// The widest there is.
    pub(crate) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt")
                && is_x86_feature_detected!("popcnt");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512cd")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                // The compiler takes these two for granted where there is `avx512f`.
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c");
            if avx2 && avx512 {
                return Self(Instructions::Avx512);
            }
            if avx2 {
                return Self(Instructions::Avx2);
            }
        }
        Self(Instructions::Portable)
    }

    /// All that this machine can run.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self(Instructions::Portable)];
        #[cfg(target_arch = "x86_64")]
        match Self::best().0 {
            Instructions::Portable => {}
            Instructions::Avx2 => all.push(Self(Instructions::Avx2)),
            Instructions::Avx512 => {
                all.extend([Self(Instructions::Avx2), Self(Instructions::Avx512)]);
            }
        }
        all
    }

    /// Runs the kernel compiled for these instructions.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Instructions::Portable => kernel.run(),
            // SAFETY: the machine has the features named at the function: `best` has asked it for each of
            // them before it made the value that led here, and `all` makes what `best` found and less.
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "see above")]
            Instructions::Avx2 => unsafe { avx2(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "see above")]
            Instructions::Avx512 => unsafe { avx512(kernel) },
        }
    }
}

/// A computation that is compiled for several sets of instructions.
pub(crate) trait Kernel {
    /// What comes out.
    type Output;

    /// Does it. As far as it and what it calls are `#[inline(always)]`, they are compiled for the wider
    /// registers; the rest is as everywhere.
    fn run(self) -> Self::Output;
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,fma,f16c")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
