//! Who is struck this month, by what: hazards against draws.

use super::law::Law;
use super::luck::{MonthLuck, Rung};
use kangcun::month::illness::{ConditionRules, Event};
use kangcun::world::{CONDITIONS, Condition, Person, Stage};

/// The probability that an event of `per_year` happens in a month.
fn monthly(per_year: f64) -> f64 {
    -(-per_year / 12.0).exp_m1()
}

/// A person as the month's illness sees it.
pub struct Seen<'a> {
    pub person: &'a Person,
    /// Completed years on 1 January.
    pub age: i32,
    pub law: &'a Law,
    /// Acute illness in the village relative to the mean.
    pub sanitation: f32,
}

impl Seen<'_> {
    fn active(&self) -> bool {
        self.law.rules.illness.active_yes
    }

    fn condition(&self, condition: Condition) -> &ConditionRules {
        self.law.rules.illness.condition(condition)
    }

    /// What a person of this sex has where women have `female_ratio` times what men have and the mean of both is 1.
    fn of_sex(&self, female_ratio: f64) -> f64 {
        let man = 2.0 / (1.0 + female_ratio);
        if self.person.sex == 0 { man } else { man * female_ratio }
    }

    /// Monthly probability of a new acute episode.
    fn acute(&self, month: usize) -> f64 {
        let rules = &self.law.rules.illness.acute;
        let new = rules.two_week_morbidity_share.at(self.age) * rules.new_episode_share.at(self.age);
        let literacy = if self.person.learning.literacy() == 0 {
            rules.low_literacy_ratio
        } else {
            1.0
        };
        let fortnights = 365.25 / 12.0 / 14.0;
        let sex = self.of_sex(rules.female_ratio);
        let mean = (new * literacy * sex * fortnights).min(0.6);
        mean * f64::from(self.sanitation) * season(rules.season_amplitude_share, month)
    }

    /// Monthly probability that `condition` begins, or strikes again.
    fn major(&self, condition: Condition) -> f64 {
        let rules = self.condition(condition);
        let conditions = self.person.conditions;
        let again = monthly(rules.event_per_year);
        let own = match conditions.stage(condition) {
            Stage::None => monthly(rules.onset_per_1000_year.at(self.age) * self.of_sex(rules.female_ratio) / 1000.0),
            Stage::Controlled => again * rules.controlled_hazard_ratio,
            _ => again,
        };
        let pressure = match conditions.stage(Condition::Hypertension) {
            Stage::None => 1.0,
            Stage::Controlled => rules.hypertension_controlled_hazard_ratio,
            _ => rules.hypertension_hazard_ratio,
        };
        let sugar = match conditions.stage(Condition::Diabetes) {
            Stage::None => 1.0,
            _ => rules.diabetes_hazard_ratio,
        };
        own * pressure * sugar
    }

    /// Monthly probability of death outside episodes: from causes that are not modelled, and what each condition adds.
    fn death(&self) -> f64 {
        let (rules, illness) = (&self.law.rules.demography, &self.law.rules.illness);
        let (table, modelled) = if self.person.sex == 0 {
            (
                &rules.male_deaths_per_1000_year,
                &rules.male_modelled_deaths_per_1000_year,
            )
        } else {
            (
                &rules.female_deaths_per_1000_year,
                &rules.female_modelled_deaths_per_1000_year,
            )
        };
        // Half of the year is lived at the next age; of the first year of life, the part after 1 January.
        let all = if self.age == 0 {
            table.at(0) * (1.0 - rules.birth_year_infant_deaths_share) + table.at(1) / 2.0
        } else {
            table.at(self.age) / 2.0 + table.at(self.age + 1) / 2.0
        };
        let all = if rules.active_yes { all * rules.death_ratio } else { 0.0 };
        if !self.active() {
            return monthly(all / 1000.0);
        }
        let woman = if self.person.sex == 0 {
            1.0
        } else {
            illness.female_fatality_ratio
        };
        let adds = |condition: &Condition| {
            let own = self.condition(*condition);
            let controlled = if self.person.conditions.stage(*condition) == Stage::Controlled {
                own.controlled_hazard_ratio
            } else {
                1.0
            };
            monthly(own.death_per_year.at(self.age) * woman * controlled)
        };
        let held = CONDITIONS.iter().filter(|&&own| self.person.conditions.has(own));
        let other = (all - modelled.at(self.age)).max(0.0);
        monthly(other / 1000.0) + held.map(adds).sum::<f64>()
    }

    /// Monthly probability of giving birth.
    fn birth(&self) -> f64 {
        let rules = &self.law.rules.demography;
        if rules.active_yes && self.person.sex == 1 {
            monthly(rules.births_per_1000_year.at(self.age) / 1000.0)
        } else {
            0.0
        }
    }

    /// Which event a rung is for, and how likely it is in a month.
    fn on_rung(&self, number: usize) -> Option<(Event, f64)> {
        let illness = &self.law.rules.illness;
        let ill = |event, probability| Some((event, if self.active() { probability } else { 0.0 }));
        match number {
            0..=7 => ill(Event::Major(CONDITIONS[number]), self.major(CONDITIONS[number])),
            8 => ill(Event::Admission, monthly(illness.admission.need_per_year.at(self.age))),
            9 => {
                let per_year =
                    illness.injury.onset_per_1000_year.at(self.age) * self.of_sex(illness.injury.female_ratio) / 1000.0;
                ill(Event::Injury, monthly(per_year))
            }
            10 => Some((Event::Childbirth, self.birth())),
            11 => Some((Event::Death, self.death())),
            12 => ill(Event::Major(Condition::Mental), self.major(Condition::Mental)),
            13 => {
                let disease = Condition::KidneyDisease;
                ill(Event::Major(disease), self.major(disease))
            }
            _ => None,
        }
    }

    /// The event on the rung that the person landed on, if it happens: a rung holds at most a sixteenth.
    fn climbs(&self, rung: &Rung) -> Option<Event> {
        let (event, probability) = self.on_rung(rung.number)?;
        (rung.position < probability).then_some(event)
    }
}

/// The season relative to the mean: a triangle, highest in January. The calendar gives it in 65,536ths.
fn season(amplitude: f64, month: usize) -> f64 {
    let from_peak = month.min(12 - month) as f64 / 6.0;
    let season = 1.0 + amplitude * (1.0 - 2.0 * from_peak);
    (season * 65_536.0).floor() / 65_536.0
}

/// What happens to one person this month.
#[derive(Default)]
pub struct Struck {
    pub acute: bool,
    /// An unresolved episode of last month comes back.
    pub back: Option<Event>,
    pub chronic_care: bool,
    /// From the ladder; silent onsets are in `silent`.
    pub rare: Option<Event>,
    /// A condition begins and nobody notices.
    pub silent: Option<Condition>,
}

/// Looks at a person who is there on the first of the month.
pub fn strike(seen: &Seen, luck: &MonthLuck) -> Struck {
    let person = seen.person;
    let (acute, rung) = luck.illness(person.id);
    let rare = seen.climbs(&rung);
    let mut struck = Struck {
        rare,
        ..Struck::default()
    };
    if let Some(Event::Major(condition)) = rare
        && !person.conditions.has(condition)
        && !seen.condition(condition).onset_is_event_yes
    {
        (struck.rare, struck.silent) = (None, Some(condition));
    }
    if person.conditions.has(Condition::Dialysis) && struck.silent == Some(Condition::KidneyDisease) {
        // Kidneys that have failed do not begin to.
        struck.silent = None;
    }
    if struck.rare == Some(Event::Major(Condition::KidneyDisease)) {
        struck.rare = Some(Event::Major(Condition::Dialysis));
    }
    if !seen.active() {
        return struck;
    }
    struck.acute = acute < seen.acute(luck.when.index());
    struck.back = match person.pending {
        0 => None,
        pending => Some(Event::Returned(pending == 2)),
    };
    let treated = |&condition: &Condition| person.conditions.stage(condition) >= Stage::Treated;
    let due = luck.when.0.rem_euclid(3) as u64 == person.id % 3;
    struck.chronic_care = due && CONDITIONS.iter().any(treated);
    struck
}
