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
/// The numbers that four bits of a condition may hold; those past the last stage are like it.
const STAGES: usize = 16;
/// Draws of 32 bits.
const DRAWS: f64 = 4_294_967_296.0;
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
    /// Admissions, injuries, births and background deaths, by sex and age.
    plain: [[[u32; AGES]; 2]; 4],
    /// Monthly probability that a condition begins.
    onset: [[f32; AGES]; 8],
    /// Monthly probability that it strikes again, by its stage.
    again: [[f32; STAGES]; 8],
    /// What the stage of hypertension makes of either.
    pressure: [[f32; STAGES]; 8],
    /// What diabetes makes of it.
    sugar: [[f32; 2]; 8],
    /// Thresholds of excess deaths by the conditions held, one bit each.
    excess: [u32; 256],
    pub(super) silent: [bool; 8],
    /// An upper bound of every rung's threshold by age, so that most draws need no look at the person.
    pub(super) most: [[u32; RUNGS]; AGE_ROWS],
    /// Drugs and follow-up of a quarter, yuan before any layer, by condition and stage.
    quarter_yuan: [[f32; 8]; 8],
}

/// A number by stage: free of the condition, controlled, anything else.
fn by_stage(free: f32, controlled: f32, other: f32) -> [f32; STAGES] {
    let mut row = [other; STAGES];
    row[Stage::None as usize] = free;
    row[Stage::Controlled as usize] = controlled;
    row
}

/// A monthly probability as a threshold on a rung; the rung holds one sixteenth.
fn rung(probability: f64) -> u32 {
    ((probability * DRAWS) as u64).min(u64::from(RUNG) - 1) as u32
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
        let event = rules(&|r| maths::monthly_probability(r.event_per_year));
        let controlled = rules(&|r| r.controlled_hazard_ratio);
        let by_hypertension = rules(&|r| r.hypertension_hazard_ratio);
        let by_controlled_hypertension = rules(&|r| r.hypertension_controlled_hazard_ratio);
        let by_diabetes = rules(&|r| r.diabetes_hazard_ratio);
        let excess_death = rules(&|r| maths::monthly_probability(r.death_per_year)).map(|share| rung(f64::from(share)));
        let admissions = [by_age(&|age| yearly(self.admission.need_per_year.at(age))); 2];
        let injuries = [by_age(&|age| yearly(self.injury.onset_per_1000_year.at(age) / 1000.0)); 2];
        let births = [[0; AGES], by_age(&|age| yearly(births_per_1000_year(age) / 1000.0))];
        let deaths = [0u8, 1].map(|sex| by_age(&|age| yearly(deaths_per_1000_year(sex, age) / 1000.0)));
        let mut tables = IllnessTables {
            most: [[0; RUNGS]; AGE_ROWS],
            active: self.active_yes,
            acute: [acute(self.acute.low_literacy_ratio), acute(1.0)],
            season,
            plain: [admissions, injuries, births, deaths],
            onset: CONDITIONS.map(|condition| {
                std::array::from_fn(|age| {
                    let per_year = self.condition(condition).onset_per_1000_year.at(age as i32) / 1000.0;
                    maths::monthly_probability(per_year) as f32
                })
            }),
            again: std::array::from_fn(|c| by_stage(0.0, event[c] * controlled[c], event[c])),
            pressure: std::array::from_fn(|c| by_stage(1.0, by_controlled_hypertension[c], by_hypertension[c])),
            sugar: by_diabetes.map(|ratio| [1.0, ratio]),
            excess: std::array::from_fn(|held| (0..8).filter(|c| held >> c & 1 > 0).map(|c| excess_death[c]).sum()),
            silent: CONDITIONS.map(|c| !self.condition(c).onset_is_event_yes),
            quarter_yuan: CONDITIONS.map(|c| {
                let (care, first) = (
                    self.condition(c).care_yuan_per_year,
                    self.condition(c).first_year_care_yuan_per_year,
                );
                let mut row = [0.0; 8];
                row[Stage::Treated as usize] = (care / CHRONIC_BILLS) as f32;
                row[Stage::Controlled as usize] = (care / CHRONIC_BILLS) as f32;
                row[Stage::FirstYear as usize] = (first / CHRONIC_BILLS) as f32;
                row
            }),
        };
        for c in 0..8 {
            let pressure = by_hypertension[c].max(by_controlled_hypertension[c]).max(1.0);
            let ratio = pressure * by_diabetes[c].max(1.0);
            let again = event[c] * controlled[c].max(1.0);
            for age in 0..AGES {
                tables.most[age][c] = rung(f64::from(tables.onset[c][age].max(again) * ratio) * 1.000_001).max(1);
            }
        }
        for age in 0..AGES {
            let most = &mut tables.most[age];
            most[ADMISSION_RUNG as usize] = admissions[0][age];
            most[INJURY_RUNG as usize] = injuries[0][age];
            if !tables.active {
                *most = [0; RUNGS];
            }
            most[CHILDBIRTH_RUNG as usize] = births[1][age];
            most[DEATH_RUNG as usize] = deaths[0][age].max(deaths[1][age]) + tables.excess[255];
        }
        if !tables.active {
            tables.plain = [[[0; AGES]; 2], [[0; AGES]; 2], births, deaths];
            (tables.onset, tables.again) = ([[0.0; AGES]; 8], [[0.0; STAGES]; 8]);
            tables.excess = [0; 256];
        }
        tables
    }
}

impl IllnessTables {
    /// Drugs and follow-up of a quarter for `condition` at `stage`, yuan before any layer, at base-year prices.
    #[inline]
    pub fn quarter_yuan(&self, condition: Condition, stage: Stage) -> f32 {
        self.quarter_yuan[condition as usize][stage as usize]
    }

    /// Whether the ladder holds a rare event for this person, given the high half of the month's draw. Nearly everybody
    /// asked is on another rung and few are struck, so nothing here branches.
    #[inline(always)]
    #[allow(clippy::needless_bitwise_bool)] // a lazy `and` would branch on luck
    pub(super) fn strikes(&self, draw: u32, conditions: Conditions, age: usize, sex: u8) -> bool {
        let (at, position) = (draw >> RUNG_BITS, draw & (RUNG - 1));
        let c = at as usize % 8;
        let stage = (conditions.0 >> (4 * c)) as usize % STAGES;
        let own = [self.again[c][stage], self.onset[c][age]][usize::from(stage == 0)];
        let pressure = self.pressure[c][(conditions.0 >> (4 * Condition::Hypertension as u32)) as usize % STAGES];
        let sugar = self.sugar[c][usize::from(conditions.has(Condition::Diabetes))];
        // Below the threshold of this probability: what is whole lies below a number's whole part if the next one does
        // not lie above the number.
        let probability = f64::from(own * pressure * sugar);
        let within = (f64::from(position + 1) <= probability * DRAWS) & (position < RUNG - 1);
        let excess = [0, self.excess[usize::from(conditions.which())]][usize::from(at == DEATH_RUNG)];
        let plain = position < self.plain[at as usize % 4][usize::from(sex) % 2][age] + excess;
        (within & (at < ADMISSION_RUNG)) | (plain & (at / 4 == ADMISSION_RUNG / 4))
    }

    /// The event on the rung of a draw that strikes.
    pub(super) fn event(draw: u32) -> Event {
        match draw >> RUNG_BITS {
            c @ 0..=7 => Event::Major(CONDITIONS[c as usize]),
            ADMISSION_RUNG => Event::Admission,
            INJURY_RUNG => Event::Injury,
            CHILDBIRTH_RUNG => Event::Childbirth,
            _ => Event::Death,
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
