//! A course of rehabilitation, packed: months left, where, and after what.

use super::{ALL_PROVIDERS, CONDITIONS, Condition, Provider};

/// A course of rehabilitation: nothing where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rehabilitation(u16);

const MONTHS: u16 = 0b1_1111;
const PROVIDER_SHIFT: u32 = 5;
const CONDITION_SHIFT: u32 = 8;

impl Rehabilitation {
    /// The longest course that can be noted.
    pub const MOST_MONTHS: u8 = MONTHS as u8;

    /// A course of `months`, at most [`Rehabilitation::MOST_MONTHS`], at a provider, after an event of `condition` or another.
    pub fn of(months: u8, provider: Provider, condition: Option<Condition>) -> Rehabilitation {
        let months = u16::from(months).min(MONTHS);
        let condition = condition.map_or(0, |condition| condition as u16 + 1);
        Rehabilitation(months | (provider as u16) << PROVIDER_SHIFT | condition << CONDITION_SHIFT)
    }

    /// Whether a month of it is left.
    #[inline(always)]
    pub fn goes_on(self) -> bool {
        self.0 & MONTHS > 0
    }

    /// Where.
    pub fn provider(self) -> Provider {
        ALL_PROVIDERS[usize::from(self.0 >> PROVIDER_SHIFT) % ALL_PROVIDERS.len()]
    }

    /// The condition whose event it follows.
    pub fn condition(self) -> Option<Condition> {
        let number = usize::from(self.0 >> CONDITION_SHIFT);
        number.checked_sub(1).map(|at| CONDITIONS[at])
    }

    /// The course after one of its months.
    #[must_use]
    pub fn after_a_month(self) -> Rehabilitation {
        if self.0 & MONTHS > 1 {
            Rehabilitation(self.0 - 1)
        } else {
            Rehabilitation::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_kept_as_it_was_told_and_ends() {
        for provider in ALL_PROVIDERS {
            for condition in CONDITIONS.map(Some).into_iter().chain([None]) {
                let mut course = Rehabilitation::of(3, provider, condition);
                for _ in 0..3 {
                    assert!(course.goes_on());
                    assert_eq!((course.provider(), course.condition()), (provider, condition));
                    course = course.after_a_month();
                }
                assert_eq!(course, Rehabilitation::default());
                assert!(!course.goes_on());
            }
        }
    }
}
