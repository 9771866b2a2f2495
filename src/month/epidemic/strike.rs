//! Whom the wave strikes: people draw from their village.

use super::EpidemicRules;
use super::county::Attack;
use crate::draws::{Luck, Purpose};
use crate::indicators::tally::Tally;
use crate::month::books::{Desk, PersonYear};
use crate::month::illness::{Event, Strike};
use crate::rules::YearPlan;
use crate::units::Month;
use crate::world::{CATEGORIES, epidemic_group};

/// The draws of a person for life.
const RANK: u64 = 0;
const VACCINATION: u64 = 1;

impl EpidemicRules {
    /// Whether somebody of `age` has been vaccinated: the vaccinated of a smaller coverage are among those of a larger.
    pub fn vaccinated(&self, luck: Luck, person: u64, age: i32) -> bool {
        let life = luck.stream(Purpose::Infection, 0);
        life.happens(person, VACCINATION, self.vaccine.coverage_share.at(age))
    }
}

/// Finds who is infected in month `when` and what those who feel it need; counts both. `villages` goes by the villages of
/// the block.
pub fn infect(
    strikes: &mut Vec<Strike>,
    counts: &mut [Tally; CATEGORIES],
    (people, desks): (&[PersonYear], &[Desk]),
    villages: &[Attack],
    plan: &YearPlan,
    luck: Luck,
    when: Month,
) {
    let life = luck.stream(Purpose::Infection, 0);
    let courses = luck.stream(Purpose::InfectionCourse, when.0);
    for (at, person) in people.iter().enumerate() {
        let desk = &desks[person.household as usize];
        let attack = &villages[usize::from(desk.village)];
        let group = epidemic_group(person.age);
        let (before, after) = (attack[when.index()][group], attack[when.index() + 1][group]);
        if person.gone || after <= before || !passes(before, after, life.uniform(person.id, RANK)) {
            continue;
        }
        let count = &mut counts[usize::from(desk.cell)];
        let weight = i64::from(desk.weight);
        count.infections += weight;
        let rules = &plan.classes[usize::from(person.class)].rules.epidemic;
        let age = i32::from(person.age);
        let vaccinated = rules.vaccinated(luck, person.id, age);
        if let Some(need) = rules.need(age, vaccinated, courses.uniform(person.id, 0)) {
            count.infections_ill += weight;
            strikes.push(Strike {
                person: at as u32,
                event: Event::Infection(need),
            });
        }
    }
}

/// Whether infections per person pass the rank in (0, 1), or the rank and a whole number: each pass is an infection.
fn passes(before: f64, after: f64, rank: f64) -> bool {
    (after - rank).floor() > (before - rank).floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_infected_once_before_anybody_is_twice() {
        let path = [0.0, 0.3, 0.3, 0.9, 1.2, 2.0];
        let times = |rank| path.windows(2).filter(|pair| passes(pair[0], pair[1], rank)).count();
        assert_eq!([0.1, 0.3, 0.5, 0.95].map(times), [2, 2, 2, 2]);
        assert!(passes(0.0, 0.3, 0.1) && !passes(0.0, 0.3, 0.31) && passes(0.9, 1.2, 0.1) && passes(0.9, 1.2, 0.95));
    }

    #[test]
    fn a_larger_wave_reaches_whom_a_smaller_one_reaches() {
        for step in 1..100 {
            let rank = f64::from(step) / 100.0;
            assert!(!passes(0.0, 0.4, rank) || passes(0.0, 0.41, rank));
        }
    }
}
