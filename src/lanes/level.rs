//! Which vector instructions this machine has.

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

    /// Runs `kernel` compiled for this level. Everything hot that it calls must be `#[inline(always)]`.
    #[inline(always)]
    pub fn run<R>(self, kernel: impl FnOnce() -> R) -> R {
        match self.0 {
            Set::Portable => kernel(),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(token) => token.vectorize(kernel),
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(token) => token.vectorize(kernel),
        }
    }
}
