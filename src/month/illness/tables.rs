//! Illness rules compiled to integer thresholds by single year of age, and the ladder of rare events.

use super::{ConditionRules, Event, IllnessRules};
use crate::maths;
use crate::world::{CONDITIONS, Condition, Conditions, Stage};

/// Bills a year for chronic care: one a quarter.
const CHRONIC_BILLS: f64 = 4.0;
pub(super) const AGES: usize = 101;
/// The next power of two: an age modulo this needs no check.
pub(super) const AGE_ROWS: usize = 128;
pub(super) const RUNGS: usize = 16;
pub(super) const RUNG_BITS: u32 = 28;
pub(super) const RUNG: u32 = 1 << RUNG_BITS;
const ADMISSION_RUNG: u32 = 8;
const INJURY_RUNG: u32 = 9;
const CHILDBIRTH_RUNG: u32 = 10;
const DEATH_RUNG: u32 = 11;

/// The rules of a class, compiled to thresholds by single year of age.
#[derive(Clone, Debug)]
pub struct IllnessTables {
    pub(super) active: bool,
    /// Acute episodes at a mean season, at low and at higher literacy.
    pub(super) acute: [[u32; AGES]; 2],
    /// The season in 65,536ths.
    pub(super) season: [u64; 12],
    admission: [u32; AGES],
    injury: [u32; AGES],
    childbirth: [u32; AGES],
    /// Background deaths by sex and age.
    death: [[u32; AGES]; 2],
    onset: [[f32; AGES]; 8],
    event: [f32; 8],
    controlled: [f32; 8],
    by_hypertension: [f32; 8],
    by_controlled_hypertension: [f32; 8],
    by_diabetes: [f32; 8],
    excess_death: [f32; 8],
    pub(super) silent: [bool; 8],
    /// An upper bound of every rung's threshold by age, so that most draws need no look at the person.
    pub(super) most: [[u32; RUNGS]; AGE_ROWS],
    /// Drugs and follow-up of a quarter, yuan before any layer, by condition and stage.
    quarter_yuan: [[f32; 8]; 8],
}

/// A monthly probability as a threshold on a rung; the rung holds one sixteenth.
fn rung(probability: f64) -> u32 {
    ((probability * 4_294_967_296.0) as u64).min(u64::from(RUNG) - 1) as u32
}

impl IllnessRules {
    /// Compiles thresholds; `deaths_per_1000_year` is the life table's by sex and age, `births_per_1000_year` that of
    /// women by age.
    pub fn compile(
        &self,
        deaths_per_1000_year: &dyn Fn(u8, i32) -> f64,
        births_per_1000_year: &dyn Fn(i32) -> f64,
    ) -> IllnessTables {
        let by_age = |f: &dyn Fn(i32) -> u32| {
            let mut table = [0; AGES];
            for (age, cell) in table.iter_mut().enumerate() {
                *cell = f(age as i32);
            }
            table
        };
        let yearly = |per_year: f64| rung(maths::monthly_probability(per_year));
        let acute = |ratio: f64| {
            by_age(&|age| {
                let new = self.acute.two_week_morbidity_share.at(age) * self.acute.new_episode_share.at(age);
                ((new * ratio * 365.25 / 12.0 / 14.0).min(0.6) * 4_294_967_296.0) as u32
            })
        };
        let rules = |f: &dyn Fn(&ConditionRules) -> f64| CONDITIONS.map(|c| f(self.condition(c)) as f32);
        let amplitude = self.acute.season_amplitude_share;
        // A triangle wave, highest in January: no trigonometry needed for a shape that is assumed anyway.
        let season = std::array::from_fn(|month| {
            let from_peak = (month as f64).min(12.0 - month as f64) / 6.0;
            ((1.0 + amplitude * (1.0 - 2.0 * from_peak)) * 65_536.0) as u64
        });
        let mut tables = IllnessTables {
            most: [[0; RUNGS]; AGE_ROWS],
            active: self.active_yes,
            acute: [acute(self.acute.low_literacy_ratio), acute(1.0)],
            season,
            admission: by_age(&|age| yearly(self.admission.need_per_year.at(age))),
            injury: by_age(&|age| yearly(self.injury.onset_per_1000_year.at(age) / 1000.0)),
            childbirth: by_age(&|age| yearly(births_per_1000_year(age) / 1000.0)),
            death: [0u8, 1].map(|sex| by_age(&|age| yearly(deaths_per_1000_year(sex, age) / 1000.0))),
            onset: CONDITIONS.map(|condition| {
                std::array::from_fn(|age| {
                    let per_year = self.condition(condition).onset_per_1000_year.at(age as i32) / 1000.0;
                    maths::monthly_probability(per_year) as f32
                })
            }),
            event: rules(&|r| maths::monthly_probability(r.event_per_year)),
            controlled: rules(&|r| r.controlled_hazard_ratio),
            by_hypertension: rules(&|r| r.hypertension_hazard_ratio),
            by_controlled_hypertension: rules(&|r| r.hypertension_controlled_hazard_ratio),
            by_diabetes: rules(&|r| r.diabetes_hazard_ratio),
            excess_death: rules(&|r| maths::monthly_probability(r.death_per_year)),
            silent: CONDITIONS.map(|c| !self.condition(c).onset_is_event_yes),
            quarter_yuan: CONDITIONS.map(|c| {
                let (care, first) = (self.condition(c).care_yuan_per_year, self.condition(c).first_year_care_yuan_per_year);
                let mut row = [0.0; 8];
                row[Stage::Treated as usize] = (care / CHRONIC_BILLS) as f32;
                row[Stage::Controlled as usize] = (care / CHRONIC_BILLS) as f32;
                row[Stage::FirstYear as usize] = (first / CHRONIC_BILLS) as f32;
                row
            }),
        };
        for c in 0..8 {
            let pressure = tables.by_hypertension[c]
                .max(tables.by_controlled_hypertension[c])
                .max(1.0);
            let ratio = pressure * tables.by_diabetes[c].max(1.0);
            let again = tables.event[c] * tables.controlled[c].max(1.0);
            for age in 0..AGES {
                tables.most[age][c] = rung(f64::from(tables.onset[c][age].max(again) * ratio) * 1.000_001).max(1);
            }
        }
        let excess: u32 = tables.excess_death.iter().map(|&share| rung(f64::from(share))).sum();
        for age in 0..AGES {
            let most = &mut tables.most[age];
            most[ADMISSION_RUNG as usize] = tables.admission[age];
            most[INJURY_RUNG as usize] = tables.injury[age];
            if !tables.active {
                *most = [0; RUNGS];
            }
            most[CHILDBIRTH_RUNG as usize] = tables.childbirth[age];
            most[DEATH_RUNG as usize] = tables.death[0][age].max(tables.death[1][age]) + excess;
        }
        tables
    }
}

impl IllnessTables {
    /// Monthly probability that `condition` begins (if free of it) or strikes again.
    fn hazard(&self, condition: Condition, conditions: Conditions, age: usize) -> f32 {
        let c = condition as usize;
        let own = match conditions.stage(condition) {
            Stage::None => self.onset[c][age],
            Stage::Controlled => self.event[c] * self.controlled[c],
            _ => self.event[c],
        };
        let pressure = match conditions.stage(Condition::Hypertension) {
            Stage::None => 1.0,
            Stage::Controlled => self.by_controlled_hypertension[c],
            _ => self.by_hypertension[c],
        };
        let sugar = if conditions.has(Condition::Diabetes) {
            self.by_diabetes[c]
        } else {
            1.0
        };
        own * pressure * sugar
    }

    /// Drugs and follow-up of a quarter for `condition` at `stage`, yuan before any layer, at base-year prices.
    #[inline]
    pub fn quarter_yuan(&self, condition: Condition, stage: Stage) -> f32 {
        self.quarter_yuan[condition as usize][stage as usize]
    }

    /// What the rare-event ladder holds for this person, given the high half of the month's draw.
    pub(super) fn rare(&self, draw: u32, conditions: Conditions, age: usize, sex: u8) -> Option<Event> {
        let position = draw & (RUNG - 1);
        let below = |probability: f32| position < rung(f64::from(probability));
        match draw >> RUNG_BITS {
            c @ 0..=7 if self.active => {
                let condition = CONDITIONS[c as usize];
                below(self.hazard(condition, conditions, age)).then_some(Event::Major(condition))
            }
            ADMISSION_RUNG if self.active && position < self.admission[age] => Some(Event::Admission),
            INJURY_RUNG if self.active && position < self.injury[age] => Some(Event::Injury),
            CHILDBIRTH_RUNG if sex == 1 && position < self.childbirth[age] => Some(Event::Childbirth),
            DEATH_RUNG => {
                let mut threshold = self.death[sex as usize & 1][age];
                if conditions.0 != 0 && self.active {
                    for condition in CONDITIONS {
                        if conditions.has(condition) {
                            threshold += rung(f64::from(self.excess_death[condition as usize]));
                        }
                    }
                }
                (position < threshold).then_some(Event::Death)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rung_carries_the_probability_it_is_given() {
        // Of 2^32 draws a threshold admits exactly the share asked for.
        assert!((f64::from(rung(0.01)) / 4_294_967_296.0 - 0.01).abs() < 1e-9);
        assert_eq!(rung(0.5), RUNG - 1, "a rung cannot hold more than a sixteenth");
    }
}
