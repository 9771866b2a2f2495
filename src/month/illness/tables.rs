//! Illness rules compiled to integer thresholds by single year of age, and the ladder of rare events.

use super::{ConditionRules, Event, IllnessRules, sex_ratios};
use crate::lanes::maths::least;
use crate::maths;
use crate::world::{CONDITIONS, Condition, Conditions, STAGES, Stage};

/// Bills a year for chronic care: one a quarter.
const CHRONIC_BILLS: f64 = 4.0;
pub(super) const AGES: usize = 101;
const RUNGS: usize = 16;
const RUNG_BITS: u32 = 28;
const RUNG: u32 = 1 << RUNG_BITS;
/// A [`Ladder`] tells 256 steps of a rung apart.
const STEP_BITS: u32 = RUNG_BITS - 8;
/// Steps in all rungs.
const STEPS: f32 = (RUNGS << 8) as f32;
/// Draws of 32 bits.
const DRAWS: f64 = 4_294_967_296.0;
const ADMISSION_RUNG: u32 = 8;
const INJURY_RUNG: u32 = 9;
const CHILDBIRTH_RUNG: u32 = 10;
const DEATH_RUNG: u32 = 11;
/// The rung of each condition.
const RUNG_OF: [usize; CONDITIONS.len()] = [0, 1, 2, 3, 4, 5, 6, 7, 12, 13];
/// The condition of each rung that has one; of the others any.
const CONDITION_ON: [Condition; RUNGS] = {
    let mut on = [CONDITIONS[0]; RUNGS];
    let mut at = 0;
    while at < CONDITIONS.len() {
        on[RUNG_OF[at]] = CONDITIONS[at];
        at += 1;
    }
    on
};
/// Numbers by rung; 0 where no condition is.
type ByRung = [f32; RUNGS];

/// The rules of a class, compiled to thresholds by single year of age.
#[derive(Clone, Debug)]
pub struct IllnessTables {
    pub(super) active: bool,
    /// Acute episodes at a mean season, at low and at higher literacy, by sex and age.
    pub(super) acute: [[[u32; AGES]; 2]; 2],
    /// The season in 65,536ths.
    pub(super) season: [u32; 12],
    /// Admissions, injuries, births and background deaths, by sex and age.
    plain: [[[u32; 4]; AGES]; 2],
    /// Monthly probability that each condition begins, by sex and age.
    onset: [Vec<ByRung>; 2],
    /// Monthly probability that each strikes again, by its stage.
    again: [ByRung; STAGES],
    /// What the stage of hypertension makes of either.
    pressure: [ByRung; STAGES],
    /// What diabetes makes of it.
    sugar: [ByRung; 2],
    /// Thresholds of death of each condition by sex and age, uncontrolled and controlled.
    fatal: [Vec<[[u32; 2]; CONDITIONS.len()]>; 2],
    pub(super) silent: [bool; CONDITIONS.len()],
    /// The rungs of majors for those free of a condition, by sex, age and [`company`].
    begins: [Vec<[Ladder; COMPANIES]>; 2],
    /// The same for those who have it, uncontrolled and controlled.
    returns: [[Ladder; COMPANIES]; 2],
    /// The ladders of people without a condition, by sex and age: most people's.
    healthy: [[Ladder; AGES]; 2],
    /// Drugs and follow-up of a quarter, yuan before any layer, by condition and stage.
    quarter_yuan: [[f32; STAGES]; CONDITIONS.len()],
}

/// A person's ladder of rare events: the last step of each rung, of 256, where an event may lie. Draws beyond it need no
/// look at the person.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ladder([u8; RUNGS]);

impl Ladder {
    /// Whether the high half of a draw may be an event.
    #[inline(always)]
    pub(super) fn may_hold(&self, draw: u32) -> bool {
        (draw >> STEP_BITS) as u8 <= self.0[(draw >> RUNG_BITS) as usize]
    }

    /// All rungs as one number.
    #[inline(always)]
    fn bytes(self) -> u128 {
        u128::from_le_bytes(self.0)
    }
}

/// Numbers by stage: free of the condition, controlled, anything else.
fn by_stage(free: ByRung, controlled: ByRung, other: ByRung) -> [ByRung; STAGES] {
    let mut rows = [other; STAGES];
    rows[Stage::None as usize] = free;
    rows[Stage::Controlled as usize] = controlled;
    rows
}

/// Hypertension (none, controlled, not controlled) and diabetes (no, yes), which make other conditions more likely.
const COMPANIES: usize = 6;

/// The number of what `conditions` have of both.
#[inline(always)]
fn company(conditions: Conditions) -> usize {
    let stage = conditions.bits(Condition::Hypertension);
    let pressure = usize::from(stage != 0) + usize::from(stage != 0 && stage != Stage::Controlled as usize);
    pressure * 2 + usize::from(conditions.has(Condition::Diabetes))
}

/// Conditions of each number.
fn companies() -> [Conditions; COMPANIES] {
    std::array::from_fn(|company| {
        let mut conditions = Conditions::default();
        let pressure = [Stage::None, Stage::Controlled, Stage::Treated][company / 2];
        conditions.set(Condition::Hypertension, pressure);
        conditions.set(Condition::Diabetes, [Stage::None, Stage::Treated][company % 2]);
        conditions
    })
}

/// The rungs of a set of conditions, a whole byte each.
#[inline(always)]
fn rungs(which: u16) -> u128 {
    // The first eight conditions stand on the first eight rungs.
    let later = (which >> 8 & 1) << (RUNG_OF[8] - 8) | (which >> 9) << (RUNG_OF[9] - 8);
    u128::from(bytes(which as u8)) | u128::from(bytes(later as u8)) << 64
}

/// A whole byte for each bit.
#[inline(always)]
fn bytes(bits: u8) -> u64 {
    let apart = (u64::from(bits) * 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    ((apart + 0x7f7f_7f7f_7f7f_7f7f) >> 7 & 0x0101_0101_0101_0101) * 0xff
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
        let acute = |literacy: f64| {
            sex_ratios(self.acute.female_ratio).map(|sex| {
                by_age(&|age| {
                    let new = self.acute.two_week_morbidity_share.at(age) * self.acute.new_episode_share.at(age);
                    ((new * literacy * sex * 365.25 / 12.0 / 14.0).min(0.6) * DRAWS) as u32
                })
            })
        };
        let rules = |f: &dyn Fn(&ConditionRules) -> f64| -> ByRung {
            let mut rungs = [0.0; RUNGS];
            for condition in CONDITIONS {
                rungs[RUNG_OF[condition as usize]] = f(self.condition(condition)) as f32;
            }
            rungs
        };
        let amplitude = self.acute.season_amplitude_share;
        // A triangle wave, highest in January: no trigonometry needed for a shape that is assumed anyway.
        let season = std::array::from_fn(|month| {
            let from_peak = (month as f64).min(12.0 - month as f64) / 6.0;
            ((1.0 + amplitude * (1.0 - 2.0 * from_peak)) * 65_536.0) as u32
        });
        let event = rules(&|r| maths::monthly_probability(r.event_per_year));
        let controlled = rules(&|r| r.controlled_hazard_ratio);
        let by_hypertension = rules(&|r| r.hypertension_hazard_ratio);
        let by_controlled_hypertension = rules(&|r| r.hypertension_controlled_hazard_ratio);
        let by_diabetes = rules(&|r| r.diabetes_hazard_ratio);
        let fatal = |sex: u8, age: i32| {
            CONDITIONS.map(|c| {
                let own = self.condition(c);
                let per_year = own.death_per_year.at(age) * self.fatality_ratio(sex);
                [1.0, own.controlled_hazard_ratio].map(|ratio| yearly(per_year * ratio))
            })
        };
        let admissions = by_age(&|age| yearly(self.admission.need_per_year.at(age)));
        let injuries = sex_ratios(self.injury.female_ratio)
            .map(|sex| by_age(&|age| yearly(self.injury.onset_per_1000_year.at(age) * sex / 1000.0)));
        let births = [[0; AGES], by_age(&|age| yearly(births_per_1000_year(age) / 1000.0))];
        let deaths = [0u8, 1].map(|sex| by_age(&|age| yearly(deaths_per_1000_year(sex, age) / 1000.0)));
        let plain = |sex: usize, age: usize| [admissions[age], injuries[sex][age], births[sex][age], deaths[sex][age]];
        let onset = |sex: usize, age: i32| {
            rules(&|r| {
                let per_1000 = r.onset_per_1000_year.at(age) * sex_ratios(r.female_ratio)[sex];
                maths::monthly_probability(per_1000 / 1000.0)
            })
        };
        let mut tables = IllnessTables {
            active: self.active_yes,
            acute: [acute(self.acute.low_literacy_ratio), acute(1.0)],
            season,
            plain: [0, 1].map(|sex| std::array::from_fn(|age| plain(sex, age))),
            onset: [0, 1].map(|sex| (0..AGES).map(|age| onset(sex, age as i32)).collect()),
            again: by_stage(
                [0.0; RUNGS],
                std::array::from_fn(|at| event[at] * controlled[at]),
                event,
            ),
            pressure: by_stage([1.0; RUNGS], by_controlled_hypertension, by_hypertension),
            sugar: [[1.0; RUNGS], by_diabetes],
            fatal: [0, 1].map(|sex| (0..AGES).map(|age| fatal(sex, age as i32)).collect()),
            begins: [Vec::new(), Vec::new()],
            returns: [[Ladder::default(); COMPANIES]; 2],
            healthy: [[Ladder::default(); AGES]; 2],
            silent: CONDITIONS.map(|c| !self.condition(c).onset_is_event_yes),
            quarter_yuan: CONDITIONS.map(|c| {
                let (care, first) = (
                    self.condition(c).care_yuan_per_year,
                    self.condition(c).first_year_care_yuan_per_year,
                );
                let mut row = [0.0; STAGES];
                row[Stage::Treated as usize] = (care / CHRONIC_BILLS) as f32;
                row[Stage::Controlled as usize] = (care / CHRONIC_BILLS) as f32;
                row[Stage::FirstYear as usize] = (first / CHRONIC_BILLS) as f32;
                row
            }),
        };
        if !tables.active {
            for [admissions, injuries, _, _] in tables.plain.as_flattened_mut() {
                (*admissions, *injuries) = (0, 0);
            }
            tables.onset.iter_mut().for_each(|ages| ages.fill([0.0; RUNGS]));
            tables.again = [[0.0; RUNGS]; STAGES];
            tables
                .fatal
                .iter_mut()
                .for_each(|ages| ages.fill([[0; 2]; CONDITIONS.len()]));
        }
        let steps = |own| companies().map(|company| tables.steps(own, company));
        let begins = tables.onset.each_ref().map(|ages| ages.iter().map(steps).collect());
        let returns = [Stage::Treated, Stage::Controlled].map(|stage| steps(&tables.again[stage as usize]));
        (tables.begins, tables.returns) = (begins, returns);
        let healthy = |sex: u8| std::array::from_fn(|age| tables.compose(Conditions::default(), age, sex));
        tables.healthy = [0, 1].map(healthy);
        tables
    }
}

impl IllnessTables {
    /// Drugs and follow-up of a quarter for `condition` at `stage`, yuan before any layer, at base-year prices.
    #[inline]
    pub fn quarter_yuan(&self, condition: Condition, stage: Stage) -> f32 {
        self.quarter_yuan[condition as usize][stage as usize]
    }

    /// Whether the ladder holds a rare event for this person, given the high half of the month's draw. Nothing here
    /// branches on luck.
    #[inline(always)]
    #[allow(clippy::needless_bitwise_bool)] // a lazy `and` would branch on luck
    pub(super) fn strikes(&self, draw: u32, conditions: Conditions, age: usize, sex: u8) -> bool {
        let (at, position) = (draw >> RUNG_BITS, draw & (RUNG - 1));
        let on = at as usize % RUNGS;
        let stage = conditions.bits(CONDITION_ON[on]);
        let own = [self.again[stage][on], self.onset[usize::from(sex) % 2][age][on]][usize::from(stage == 0)];
        // Below the threshold of this probability: what is whole lies below a number's whole part if the next one does
        // not lie above the number.
        let probability = f64::from(own * self.pressure(conditions)[on] * self.sugar(conditions)[on]);
        let within = (f64::from(position + 1) <= probability * DRAWS) & (position < RUNG - 1);
        let excess = if at == DEATH_RUNG {
            self.fatal(conditions, age, sex)
        } else {
            0
        };
        let plain = position < self.plain[usize::from(sex) % 2][age][at as usize % 4] + excess;
        // Where no condition stands, the first probability is 0.
        within | (plain & (at / 4 == ADMISSION_RUNG / 4))
    }

    /// How far up [`strikes`](Self::strikes) needs to look.
    #[inline(always)]
    pub(super) fn ladder(&self, conditions: Conditions, age: usize, sex: u8) -> Ladder {
        if conditions.0 == 0 {
            self.healthy[usize::from(sex) % 2][age]
        } else {
            self.compose(conditions, age, sex)
        }
    }

    /// Puts a ladder together.
    #[inline(always)]
    fn compose(&self, conditions: Conditions, age: usize, sex: u8) -> Ladder {
        let company = company(conditions);
        let (held, controlled) = (rungs(conditions.which()), rungs(conditions.which_controlled()));
        let [returns, well] = self.returns.map(|by_company| by_company[company].bytes());
        let returns = returns & !controlled | well & controlled;
        let majors = self.begins[usize::from(sex) % 2][age][company].bytes() & !held | returns & held;
        let mut thresholds = self.plain[usize::from(sex) % 2][age];
        thresholds[DEATH_RUNG as usize % 4] += self.fatal(conditions, age, sex);
        let mut ladder = Ladder(majors.to_le_bytes());
        ladder.0[8..12].copy_from_slice(&thresholds.map(|threshold| (threshold >> STEP_BITS).min(255) as u8));
        ladder
    }

    /// The rungs of majors where their `own` probabilities meet with the hypertension and the diabetes of `conditions`.
    fn steps(&self, own: &ByRung, conditions: Conditions) -> Ladder {
        let (pressure, sugar) = (self.pressure(conditions), self.sugar(conditions));
        // The same product as where it strikes, so that the whole part of its steps holds the last position that does.
        let step = |at: usize| least(own[at] * pressure[at] * sugar[at] * STEPS, 255.0) as u8;
        Ladder(std::array::from_fn(step))
    }

    /// What the stage of hypertension makes of the probabilities of majors.
    #[inline(always)]
    fn pressure(&self, conditions: Conditions) -> &ByRung {
        &self.pressure[conditions.bits(Condition::Hypertension)]
    }

    /// What diabetes makes of them.
    #[inline(always)]
    fn sugar(&self, conditions: Conditions) -> &ByRung {
        &self.sugar[usize::from(conditions.has(Condition::Diabetes))]
    }

    /// What the conditions add to the threshold of death.
    #[inline(always)]
    fn fatal(&self, conditions: Conditions, age: usize, sex: u8) -> u32 {
        let own = &self.fatal[usize::from(sex) % 2][age];
        let of = |condition: Condition| {
            own[condition as usize][usize::from(conditions.bits(condition) == Stage::Controlled as usize)]
        };
        conditions.held().map(of).sum()
    }

    /// The event on the rung of a draw that strikes.
    pub(super) fn event(draw: u32) -> Event {
        match draw >> RUNG_BITS {
            ADMISSION_RUNG => Event::Admission,
            INJURY_RUNG => Event::Injury,
            CHILDBIRTH_RUNG => Event::Childbirth,
            DEATH_RUNG => Event::Death,
            major => Event::Major(CONDITION_ON[major as usize % RUNGS]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_spread_to_their_rungs_and_to_their_company() {
        for bit in 0..8 {
            assert_eq!(bytes(1 << bit), 0xff << (8 * bit));
        }
        assert_eq!(bytes(0xff), u64::MAX);
        for condition in CONDITIONS {
            let rung = RUNG_OF[condition as usize];
            assert_eq!(rungs(1 << condition as u8), 0xff << (8 * rung));
            assert_eq!(CONDITION_ON[rung], condition);
        }
        assert_eq!(companies().map(company), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_ladder_holds_all_that_strikes_and_little_else() {
        let rules: crate::rules::Rules = crate::scenario::Scenario::load("baseline", &[])
            .and_then(|scenario| scenario.resolve(&[], crate::units::Month::of(2020, 1)))
            .unwrap_or_else(|problems| panic!("{problems}"));
        let tables = rules.illness.compile(&|_, age| f64::from(age), &|_| 30.0);
        let (mut held, mut struck) = (0, 0);
        for person in 0..20_000u64 {
            let luck = crate::draws::mix(person);
            let (age, sex) = ((luck % 101) as usize, (luck >> 8 & 1) as u8);
            let mut conditions = Conditions::default();
            for condition in CONDITIONS {
                let stages = [
                    Stage::None,
                    Stage::Undiagnosed,
                    Stage::Treated,
                    Stage::Controlled,
                    Stage::FirstYear,
                ];
                conditions.set(
                    condition,
                    stages[(luck >> (10 + 4 * condition as u32)) as usize % 16 % stages.len()],
                );
            }
            let ladder = tables.ladder(conditions, age, sex);
            for draw in 0..1_000 {
                let draw = (crate::draws::mix(luck ^ draw) >> 32) as u32;
                let strikes = tables.strikes(draw, conditions, age, sex);
                assert!(ladder.may_hold(draw) || !strikes, "{draw:x} {conditions:?} {age} {sex}");
                held += u32::from(ladder.may_hold(draw));
                struck += u32::from(strikes);
            }
        }
        assert!(
            held < struck + struck / 10,
            "{held} draws to look at, {struck} of which strike"
        );
    }

    #[test]
    fn a_rung_carries_the_probability_it_is_given() {
        // Of 2^32 draws a threshold admits exactly the share asked for.
        assert!((f64::from(rung(0.01)) / 4_294_967_296.0 - 0.01).abs() < 1e-9);
        assert_eq!(rung(0.5), RUNG - 1, "a rung cannot hold more than a sixteenth");
    }
}
