//! The roll of a close: where every household of a world stands, in rows small enough to wait for those of another world.

use crate::indicators::tally::fifth_of;
use crate::month::{BlockYear, NoTape, Tape};
use crate::world::{Block, Category};

/// Ages of the oldest member at which the second and later bands begin.
const AGES: [u8; 3] = [45, 60, 75];
/// The names of the bands.
pub(super) const AGE_NAMES: [&str; AGES.len() + 1] = ["under 45", "45 to 59", "60 to 74", "75 or more"];

/// A household with a living member at a close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Scenario-independent identity.
    pub id: u64,
    /// How many real households it stands for.
    pub weight: u16,
    /// Poor at the close, one bit a gauge.
    pub poor: u16,
    /// Not poor when reporting began, one bit a gauge.
    pub at_start: u16,
    /// Of these gauges, those by which it was poor at some close since.
    pub ever: u16,
    /// Index of the county in the world.
    pub county: u16,
    /// The tally cell it is counted in: the closed cohort, others by their standing on 1 January.
    pub cell: u8,
    /// Fifth of the permanent income score, 0 the lowest.
    pub fifth: u8,
    /// Band of the age of its oldest member on 1 January.
    pub age: u8,
    /// Fifth of its village by remoteness, 0 the remotest.
    pub remoteness: u8,
}

impl Row {
    /// Whether it is of the closed cohort.
    pub fn is_lifted(&self) -> bool {
        usize::from(self.cell) == Category::Lifted as usize
    }
}

/// Which of the parts that `ends` tell apart a value falls into.
fn part<T: PartialOrd>(ends: &[T], value: &T) -> u8 {
    ends.iter().filter(|end| value >= *end).count() as u8
}

/// The tape of a block that takes the roll of one close.
#[derive(Clone, Debug, Default)]
pub struct Roll(pub Vec<Row>);

impl Tape for Roll {
    const SEES: bool = NoTape::SEES;
    const HOLDS: bool = true;

    fn judged(&mut self, _year: i32, block: &Block, books: &BlockYear) {
        let homes = &block.households;
        self.0.reserve_exact(homes.len());
        for (h, book) in books.households.iter().enumerate() {
            let members = &books.people[block.members(h)];
            if members.iter().all(|member| member.gone) {
                continue;
            }
            let oldest = members.iter().map(|member| member.age).max().unwrap_or_default();
            let village = &block.villages[usize::from(book.village)];
            let at_start = homes.at_start[h];
            self.0.push(Row {
                id: book.id,
                weight: book.weight,
                poor: homes.poor[h],
                at_start,
                ever: at_start & homes.ever[h],
                county: block.county,
                cell: book.cell,
                fifth: fifth_of(homes.permanent[h]) as u8,
                age: part(&AGES, &oldest),
                remoteness: (5.0 * village.remoteness_rank).clamp(0.0, 4.0) as u8,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_small() {
        assert_eq!(size_of::<Row>(), 24);
    }

    #[test]
    fn ends_belong_to_the_part_that_they_begin() {
        assert_eq!(
            [44, 45, 59, 60, 74, 75].map(|age| part(&AGES, &age)),
            [0, 1, 1, 2, 2, 3]
        );
    }
}
