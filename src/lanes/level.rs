//! Which vector instructions this machine has.

use super::eight::{Lanes, Portable};
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

/// A set of vector instructions that this machine is known to have.
#[derive(Clone, Copy, Debug)]
pub struct Level(Set);

#[derive(Clone, Copy, Debug)]
enum Set {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
}

impl Level {
    /// What the binary was compiled for: SSE2 on x86-64, NEON on AArch64.
    pub const PORTABLE: Level = Level(Set::Portable);

    /// The widest level of this machine.
    pub fn detect() -> Level {
        Level::every().pop().unwrap_or(Level::PORTABLE)
    }

    /// Every level of this machine, narrowest first, so that tests can force each path.
    pub fn every() -> Vec<Level> {
        #[allow(unused_mut)] // other machines have one level
        let mut levels = vec![Level::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(V3::try_new().map(|token| Level(Set::Avx2(token))));
            levels.extend(V4::try_new().map(|token| Level(Set::Avx512(token))));
        }
        levels
    }

    /// The level of that [name](Level::name), where this machine has it.
    pub fn named(name: &str) -> Option<Level> {
        Level::every().into_iter().find(|level| level.name() == name)
    }

    /// `portable`, `avx2` or `avx512`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Set::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(_) => "avx512",
        }
    }

    /// Runs `closure` compiled for this level; the closure itself must be marked: `level.call(#[inline(always)] || ...)`.
    #[inline(always)]
    pub fn call<R>(self, closure: impl FnOnce() -> R) -> R {
        match self.0 {
            Set::Portable => closure(),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(token) => token.vectorize(closure),
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(token) => token.vectorize(closure),
        }
    }

    /// Runs `kernel` compiled for this level.
    #[inline(always)]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Set::Portable => kernel.run(),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(token) => token.vectorize(Inlined(kernel)),
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(token) => token.vectorize(Inlined(kernel)),
        }
    }

    /// Runs `kernel` compiled for this level, with rows as wide as it has them.
    #[inline(always)]
    pub fn rows<K: RowKernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Set::Portable => kernel.run(Portable),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(token) => token.vectorize(InlinedRows(kernel, token)),
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(token) => token.vectorize(InlinedRows(kernel, *token)),
        }
    }
}

/// Work to be compiled once for each level: its data, and what to do with them.
///
/// `run` must be marked `#[inline(always)]`, and so must everything hot that it calls: what is not inlined is compiled once, for
/// the baseline, and called from all levels.
///
/// ```
/// use kangcun::lanes::{Kernel, Level, maths};
///
/// struct ExpAll<'a>(&'a mut [f32]);
///
/// impl Kernel for ExpAll<'_> {
///     type Output = ();
///     #[inline(always)]
///     fn run(self) {
///         for x in self.0 {
///             *x = maths::exp(*x);
///         }
///     }
/// }
///
/// let mut numbers = [0.0; 100];
/// Level::detect().run(ExpAll(&mut numbers));
/// assert_eq!(numbers, [1.0; 100]);
/// ```
pub trait Kernel {
    /// What comes out.
    type Output;
    /// Does the work. Mark it `#[inline(always)]`.
    fn run(self) -> Self::Output;
}

/// As [`Kernel`], for work on [rows](super::eight).
pub trait RowKernel {
    /// What comes out.
    type Output;
    /// Does the work. Mark it `#[inline(always)]`.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// A kernel as the dispatching library wants it.
#[cfg(target_arch = "x86_64")]
struct Inlined<K>(K);

#[cfg(target_arch = "x86_64")]
impl<K: Kernel> pulp::NullaryFnOnce for Inlined<K> {
    type Output = K::Output;
    #[inline(always)]
    fn call(self) -> K::Output {
        self.0.run()
    }
}

/// A kernel of rows as the dispatching library wants it.
#[cfg(target_arch = "x86_64")]
struct InlinedRows<K>(K, V3);

#[cfg(target_arch = "x86_64")]
impl<K: RowKernel> pulp::NullaryFnOnce for InlinedRows<K> {
    type Output = K::Output;
    #[inline(always)]
    fn call(self) -> K::Output {
        self.0.run(self.1)
    }
}
