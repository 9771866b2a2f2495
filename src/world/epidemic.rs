//! What an epidemic leaves in a county from one year to the next. Empty where there has been none.

/// Age groups that an epidemic tells apart.
pub const EPIDEMIC_GROUPS: usize = 4;
/// The age in completed years at which each of them begins.
const GROUP_FROM: [u8; EPIDEMIC_GROUPS] = [0, 18, 60, 80];

/// One number for each age group of an epidemic.
pub type ByGroup<T> = [T; EPIDEMIC_GROUPS];

/// The age group of somebody of `age`.
#[inline]
pub fn epidemic_group(age: u8) -> usize {
    GROUP_FROM.iter().skip(1).filter(|&&from| from <= age).count()
}

/// The people of a village by what the epidemic has done to them, weighted, whole people.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Infected {
    /// Can be infected.
    pub susceptible: ByGroup<u32>,
    /// Infected, not yet infectious.
    pub exposed: ByGroup<u32>,
    /// Infectious.
    pub infectious: ByGroup<u32>,
    /// Immune from an infection.
    pub immune: ByGroup<u32>,
    /// Infections per person since the first epidemic, those of earlier years over the people of those years.
    pub attacked: ByGroup<f64>,
}

/// The epidemic in a county.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountyEpidemic {
    /// The villages, in the order of the county's blocks; none before the first epidemic.
    pub villages: Vec<Infected>,
    /// Cases that the county could know of by day, the last day last: as many days as a report may be late.
    pub found: Vec<u32>,
    /// The days (on the epidemic's calendar) on which the last response begins and ends.
    pub response: (i32, i32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_begin_at_their_ages() {
        let groups = [0, 17, 18, 59, 60, 79, 80, 100].map(epidemic_group);
        assert_eq!(groups, [0, 0, 1, 1, 2, 2, 3, 3]);
    }
}
