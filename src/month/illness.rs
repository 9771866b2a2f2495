//! Illness: who falls ill this month, with what.
//!
//! One keyed draw per person and month. Its low half decides the acute episode. Its high half is a ladder of sixteen rungs of
//! equal width, one for each rare event (rung numbers are never reused): the draw lands on one rung, and the event happens
//! when the position on the rung lies below the monthly probability. Raising a hazard therefore adds events and removes
//! none, and changing one hazard moves no other event.

use crate::draws::Stream;
use crate::maths;
use crate::units::Month;
use crate::world::{ByAge, CONDITIONS, Condition, Conditions, People, Stage};
use serde::Deserialize;

/// Illness rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IllnessRules {
    /// Off: no episodes, no onset, no events, no childbirth costs; natural mortality goes on.
    pub active_yes: bool,
    /// Everyday illness.
    pub acute: AcuteRules,
    /// Admissions for causes outside the chronic conditions below.
    pub admission: AdmissionRules,
    /// Injuries.
    pub injury: EventRules,
    /// Childbirth (the event; births themselves are demography).
    pub childbirth: ChildbirthRules,
    /// High blood pressure.
    pub hypertension: ConditionRules,
    /// Diabetes.
    pub diabetes: ConditionRules,
    /// Heart disease.
    pub heart: ConditionRules,
    /// Stroke.
    pub stroke: ConditionRules,
    /// Chronic obstructive pulmonary disease.
    pub copd: ConditionRules,
    /// Cancer.
    pub cancer: ConditionRules,
    /// End-stage kidney disease.
    pub kidney: ConditionRules,
    /// Musculoskeletal and mental illness.
    pub other: ConditionRules,
}

/// Everyday illness.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcuteRules {
    /// Share of people who report an illness in the last two weeks, by age (includes illness carried over).
    pub two_week_morbidity_share: ByAge,
    /// Share of it that is a new acute episode, by age.
    pub new_episode_share: ByAge,
    /// Share of acute episodes that are moderate (the rest are minor).
    pub moderate_share: f64,
    /// Half the distance between winter peak and summer trough, relative to the mean.
    pub season_amplitude_share: f64,
    /// Incidence at low health literacy relative to the middle.
    pub low_literacy_ratio: f64,
}

/// Admissions outside the modelled conditions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionRules {
    /// Need for admission per person and year, by age, before anybody forgoes it.
    pub need_per_year: ByAge,
    /// Share of patients who die although treated.
    pub fatality_share: f64,
}

/// A rare event with an admission.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRules {
    /// Events per 1,000 persons and year, by age.
    pub onset_per_1000_year: ByAge,
    /// The bill relative to an ordinary admission.
    pub bill_ratio: f64,
    /// Share who die although treated.
    pub fatality_share: f64,
    /// Months of incapacity after the event.
    pub incapacity_months: f64,
    /// Share of earnings lost during incapacity.
    pub incapacity_loss_share: f64,
    /// Share of survivors' earnings lost for good.
    pub residual_loss_share: f64,
}

/// The care of a birth; how many there are is demography's to say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildbirthRules {
    /// The bill relative to an ordinary admission.
    pub bill_ratio: f64,
    /// Share of mothers who die although treated.
    pub fatality_share: f64,
    /// Months of incapacity.
    pub incapacity_months: f64,
    /// Share of earnings lost during incapacity.
    pub incapacity_loss_share: f64,
}

/// A chronic condition: onset, cascade, events, costs and consequences.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionRules {
    /// Prevalence at founding, by age.
    pub prevalence_share: ByAge,
    /// Of the prevalent at founding: known.
    pub aware_share: f64,
    /// Of the prevalent at founding: treated.
    pub treated_share: f64,
    /// Of the prevalent at founding: controlled.
    pub controlled_share: f64,
    /// New cases per 1,000 free of it and year, by age.
    pub onset_per_1000_year: ByAge,
    /// The onset is a major event (an admission) rather than a silent beginning.
    pub onset_is_event_yes: bool,
    /// Major events or exacerbations per year among those who have it.
    pub event_per_year: f64,
    /// Event hazard under control relative to uncontrolled.
    pub controlled_hazard_ratio: f64,
    /// Hazard (onset and event) with uncontrolled hypertension relative to none.
    pub hypertension_hazard_ratio: f64,
    /// The same with controlled hypertension.
    pub hypertension_controlled_hazard_ratio: f64,
    /// Hazard with diabetes relative to none.
    pub diabetes_hazard_ratio: f64,
    /// The event's bill relative to an ordinary admission.
    pub event_bill_ratio: f64,
    /// Share who die of the event although treated.
    pub event_fatality_share: f64,
    /// Months of incapacity after the event.
    pub incapacity_months: f64,
    /// Share of earnings lost during incapacity.
    pub incapacity_loss_share: f64,
    /// Share of earnings lost for good by survivors.
    pub residual_loss_share: f64,
    /// Undiagnosed found per year.
    pub diagnosis_per_year: f64,
    /// Diagnosed who start treatment per year.
    pub treatment_per_year: f64,
    /// Treated who reach control per year.
    pub control_per_year: f64,
    /// Controlled who lose control per year.
    pub relapse_per_year: f64,
    /// Treated who stop treatment per year.
    pub dropout_per_year: f64,
    /// Drugs and follow-up of a treated patient, yuan a year before any layer, at base-year prices.
    pub care_yuan_per_year: f64,
    /// The same in the year after the event.
    pub first_year_care_yuan_per_year: f64,
    /// Deaths per year of those who have it, above the life table's.
    pub death_per_year: f64,
    /// Disability weight (Global Burden of Disease).
    pub disability_weight: f64,
}

impl IllnessRules {
    /// The rules of `condition`.
    pub fn condition(&self, condition: Condition) -> &ConditionRules {
        match condition {
            Condition::Hypertension => &self.hypertension,
            Condition::Diabetes => &self.diabetes,
            Condition::Heart => &self.heart,
            Condition::Stroke => &self.stroke,
            Condition::Copd => &self.copd,
            Condition::Cancer => &self.cancer,
            Condition::Kidney => &self.kidney,
            Condition::Other => &self.other,
        }
    }
}

/// What happened to a person this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An acute episode; minor or moderate is the severity draw's to say.
    Acute,
    /// An episode of last month that was not resolved: moderate, or (true) in need of admission.
    Returned(bool),
    /// Need for admission from another cause.
    Admission,
    /// Onset with an event, or a later event, of a condition.
    Major(Condition),
    /// An injury.
    Injury,
    /// A childbirth.
    Childbirth,
    /// The quarterly drugs and follow-up of treated conditions.
    ChronicCare,
    /// Death from any cause outside episodes.
    Death,
}

/// A person's event.
#[derive(Clone, Copy, Debug)]
pub struct Strike {
    /// Index of the person in the block.
    pub person: u32,
    /// What happened.
    pub event: Event,
}

const AGES: usize = 101;
const RUNGS: usize = 16;
const RUNG_BITS: u32 = 28;
const RUNG: u32 = 1 << RUNG_BITS;
const ADMISSION_RUNG: u32 = 8;
const INJURY_RUNG: u32 = 9;
const CHILDBIRTH_RUNG: u32 = 10;
const DEATH_RUNG: u32 = 11;

/// The rules of a class, compiled to thresholds by single year of age.
#[derive(Clone, Debug)]
pub struct IllnessTables {
    active: bool,
    acute: [[u32; AGES]; 2],
    season: [u64; 12],
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
    silent: [bool; 8],
    /// An upper bound of every rung's threshold by age, so that most draws need no look at the person.
    most: [[u32; RUNGS]; AGES],
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
            most: [[0; RUNGS]; AGES],
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

    /// What the rare-event ladder holds for this person, given the high half of the month's draw.
    fn rare(&self, draw: u32, conditions: Conditions, age: usize, sex: u8) -> Option<Event> {
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

/// What the month's look at everybody needs to know of a person, fixed while the person's rules stay the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prospect {
    /// Rule class and age, as a row of [`Season`]'s tables, and whether literacy is above low.
    row: u16,
    /// The month of a quarter (0 to 2) in which chronic care is due.
    due: u8,
    /// Sanitation of the village, in 65,536ths.
    sanitation: u32,
}

impl Prospect {
    /// Of person `id` with rules of `class`, `age` completed years on 1 January and `literacy`, where `sanitation`
    /// multiplies acute incidence.
    pub fn new(id: u64, class: u16, age: u8, literacy: u8, sanitation: f32) -> Prospect {
        let row = class as usize * AGES + (age as usize).min(AGES - 1);
        Prospect {
            row: (2 * row + usize::from(literacy > 0)) as u16,
            due: (id % 3) as u8,
            sanitation: (f64::from(sanitation) * 65_536.0) as u32,
        }
    }

    fn class(self) -> usize {
        self.row as usize / 2 / AGES
    }

    fn age(self) -> usize {
        self.row as usize / 2 % AGES
    }
}

/// The thresholds of all classes in one calendar month, and what the month's look finds; kept for its memory.
#[derive(Debug, Default)]
pub struct Season {
    /// Acute thresholds by row.
    acute: Vec<u64>,
    /// Upper bounds of the rungs by row (literacy apart).
    most: Vec<[u32; RUNGS]>,
    /// People to look at closely.
    seen: Vec<u32>,
    /// Their draws.
    bits: Vec<u64>,
}

impl Season {
    fn compile(&mut self, tables: &[&IllnessTables], month: usize) {
        self.acute.clear();
        self.most.clear();
        for tables in tables {
            let season = if tables.active { tables.season[month] } else { 0 };
            for age in 0..AGES {
                self.acute
                    .extend(tables.acute.map(|acute| (u64::from(acute[age]) * season) >> 16));
            }
            self.most.extend_from_slice(&tables.most);
        }
    }

    /// Whether an acute episode begins.
    #[inline]
    fn acute(&self, who: Prospect, bits: u64) -> bool {
        u64::from(bits as u32) < (self.acute[who.row as usize] * u64::from(who.sanitation)) >> 16
    }

    /// Whether the ladder may hold an event.
    #[inline]
    fn perhaps_rare(&self, who: Prospect, bits: u64) -> bool {
        let draw = (bits >> 32) as u32;
        draw & (RUNG - 1) < self.most[who.row as usize / 2][(draw >> RUNG_BITS) as usize % RUNGS]
    }

    /// Draws for everybody and keeps those with whom something may be the matter: one pass without a hard branch.
    #[allow(clippy::needless_bitwise_bool)] // no branch for what is hard to predict
    fn look(&mut self, people: &People, prospects: &[Prospect], third: u8, draws: Stream) {
        let n = people.len();
        let (id, gone, pending) = (&people.id[..n], &people.gone[..n], &people.pending[..n]);
        let (incapacity, residual) = (&people.incapacity_months[..n], &people.residual_loss[..n]);
        let (conditions, prospects) = (&people.conditions[..n], &prospects[..n]);
        let (mut seen, mut bits_seen) = (std::mem::take(&mut self.seen), std::mem::take(&mut self.bits));
        seen.resize(n.max(seen.len()), 0);
        bits_seen.resize(n.max(bits_seen.len()), 0);
        let mut count = 0;
        for person in 0..n {
            let bits = draws.bits(id[person], 0);
            let struck = self.acute(prospects[person], bits) | self.perhaps_rare(prospects[person], bits);
            let due = conditions[person].any_treated() & (prospects[person].due == third);
            let marked = (pending[person] | incapacity[person] | residual[person]) != 0;
            seen[count] = person as u32;
            bits_seen[count] = bits;
            count += usize::from((struck | due | marked) & !gone[person]);
        }
        seen.truncate(count);
        bits_seen.truncate(count);
        (self.seen, self.bits) = (seen, bits_seen);
    }
}

/// Finds the month's events; silent onsets are written into the people at once.
///
/// Writes `strikes` and `impaired` (people whose work is reduced); reads the columns of [`Person`](crate::world::Person)
/// that illness depends on, and `prospects` by person.
#[allow(clippy::too_many_arguments)] // one list per thing written or read: the stage is one loop
pub fn strike(
    strikes: &mut Vec<Strike>,
    impaired: &mut Vec<u32>,
    season: &mut Season,
    people: &mut People,
    tables: &[&IllnessTables],
    prospects: &[Prospect],
    when: Month,
    draws: Stream,
) {
    strikes.clear();
    impaired.clear();
    let third = when.0.rem_euclid(3) as u8;
    season.compile(tables, when.index());
    season.look(people, prospects, third, draws);
    for (&person, &bits) in season.seen.iter().zip(&season.bits) {
        let at = person as usize;
        let who = prospects[at];
        let tables = tables[who.class()];
        let mut add = |event| strikes.push(Strike { person, event });
        if people.incapacity_months[at] > 0 || people.residual_loss[at] > 0 {
            impaired.push(person);
        }
        if tables.active {
            if people.pending[at] > 0 {
                add(Event::Returned(people.pending[at] == 2));
                people.pending[at] = 0;
            }
            if season.acute(who, bits) {
                add(Event::Acute);
            }
            if people.conditions[at].any_treated() && who.due == third {
                add(Event::ChronicCare);
            }
        }
        if !season.perhaps_rare(who, bits) {
            continue;
        }
        match tables.rare((bits >> 32) as u32, people.conditions[at], who.age(), people.sex[at]) {
            Some(Event::Major(condition)) if tables.silent[condition as usize] => {
                if people.conditions[at].has(condition) {
                    add(Event::Major(condition));
                } else {
                    people.conditions[at].set(condition, Stage::Undiagnosed);
                }
            }
            Some(event) => add(event),
            None => {}
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
