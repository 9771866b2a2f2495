//! Rehabilitation: what brings back work that an event took for good, by itself and with help.
//!
//! A lasting loss of work shrinks by itself by `natural_recovery_per_year` (0 in the baseline: it stays), and by
//! `recovery_per_year` in a month of rehabilitation: in a month by the share 1 - exp(-rate / 12) of what is left. The loss
//! is kept in whole per cent, so what a month brings back is rounded up or down by luck, and right in the mean.
//!
//! A patient who is treated for one of the `events` (a condition, or `injury`), survives it with a lasting loss, and is taken
//! in with the `reached_share` of the provider that treated, goes there from the next month on for `course_months`, at
//! `care_yuan_per_month`. It is billed each month as chronic care of that condition, without drugs, and settled as any bill,
//! with the way there. A household that can raise nothing for care breaks the course off; without a loss it ends.

use super::care_seeking::ByProvider;
use super::illness::Event;
use crate::world::{CONDITIONS, Condition, PROVIDERS, Rehabilitation};
use serde::Deserialize;

/// Rules of rehabilitation as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RehabilitationRules {
    /// What it is for: names of conditions, and `injury`.
    pub events: Vec<String>,
    /// Patients taken in, of those whom the provider treated for such an event and who are left with a lasting loss of work.
    pub reached_share: ByProvider,
    /// Rate at which a lasting loss of work shrinks by itself.
    pub natural_recovery_per_year: f64,
    /// Rate at which it shrinks in rehabilitation.
    pub recovery_per_year: f64,
    /// Length of a course.
    pub course_months: f64,
    /// Price of a month at base-year prices.
    pub care_yuan_per_month: f64,
}

/// The name of an injury among the events.
const INJURY: &str = "injury";

/// The rules of rehabilitation of a class, as tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovery {
    /// Share of the loss that comes back in a month: by itself, in rehabilitation.
    pub monthly: [f64; 2],
    /// Patients taken in.
    pub reached: [f64; PROVIDERS],
    /// Length of a course.
    pub months: u8,
    /// Price of a month at base-year prices.
    pub month_yuan: f64,
    conditions: [bool; CONDITIONS.len()],
    injury: bool,
}

impl RehabilitationRules {
    /// What `events` can name.
    pub fn event_names() -> Vec<&'static str> {
        CONDITIONS.into_iter().map(Condition::name).chain([INJURY]).collect()
    }

    /// Compiles the tables.
    ///
    /// # Errors
    /// An event that there is not, a course longer than can be noted.
    pub fn compile(&self) -> Result<Recovery, String> {
        let names = RehabilitationRules::event_names();
        if let Some(unknown) = self.events.iter().find(|name| !names.contains(&name.as_str())) {
            return Err(format!(
                "rehabilitation.events: there is no `{unknown}`; say `{INJURY}` or a condition such as `stroke`"
            ));
        }
        let (months, most) = (self.course_months, Rehabilitation::MOST_MONTHS);
        if months > f64::from(most) {
            return Err(format!(
                "rehabilitation.course_months: a course of {months} months is longer than the {most} that can be noted"
            ));
        }
        let named = |name: &str| self.events.iter().any(|own| own == name);
        let monthly = |rate: f64| -(-rate / 12.0).exp_m1();
        Ok(Recovery {
            monthly: [self.natural_recovery_per_year, self.recovery_per_year].map(monthly),
            reached: self.reached_share.table(),
            months: months as u8,
            month_yuan: self.care_yuan_per_month,
            conditions: CONDITIONS.map(|condition| named(condition.name())),
            injury: named(INJURY),
        })
    }
}

impl Recovery {
    /// Whether lasting losses of work come back under these rules.
    pub fn works(&self) -> bool {
        self.monthly[0] > 0.0 || self.reached.iter().any(|&share| share > 0.0)
    }

    /// Whether rehabilitation is for patients of `event`.
    pub fn is_for(&self, event: Event) -> bool {
        match event {
            Event::Major(condition) => self.conditions[condition as usize],
            Event::Injury => self.injury,
            _ => false,
        }
    }

    /// What is left of a lasting loss of `percent` after a month, `helped` by rehabilitation or not, rounded by `luck` in
    /// (0, 1).
    ///
    /// The share of 30 that comes back at a rate of 1.2 a year is 2.85: two, or with luck three.
    pub fn left(&self, percent: u8, helped: bool, luck: f64) -> u8 {
        let back = f64::from(percent) * self.monthly[usize::from(helped)];
        percent - ((back + luck) as u8).min(percent)
    }
}

/// The condition that an event is of, where it is one of a condition.
pub fn condition_of(event: Event) -> Option<Condition> {
    match event {
        Event::Major(condition) => Some(condition),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rate: f64) -> Recovery {
        let none = ByProvider {
            self_care: 0.0,
            village: 0.0,
            township: 0.0,
            county: 0.0,
            tertiary: 0.0,
            remote: 0.0,
            tcm: 0.0,
            private: 0.0,
        };
        let rules = RehabilitationRules {
            events: vec!["stroke".into(), "injury".into()],
            reached_share: none,
            natural_recovery_per_year: 0.0,
            recovery_per_year: rate,
            course_months: 6.0,
            care_yuan_per_month: 800.0,
        };
        rules.compile().unwrap()
    }

    #[test]
    fn a_month_is_worked_by_hand() {
        let rules = rules(1.2);
        // 1 - exp(-0.1) of 30 is 2.854878: it is rounded up where luck is at least 0.145122.
        assert_eq!(rules.left(30, true, 0.145), 28);
        assert_eq!(rules.left(30, true, 0.146), 27);
        // By itself nothing comes back.
        assert_eq!(rules.left(30, false, 0.999), 30);
        assert_eq!(rules.left(0, true, 0.999), 0);
    }

    #[test]
    fn a_fast_recovery_leaves_nothing_and_not_less() {
        assert_eq!(rules(1000.0).left(100, true, 0.001), 0);
        assert_eq!(rules(1000.0).left(1, true, 0.999), 0);
    }

    #[test]
    fn rounding_by_luck_is_right_in_the_mean() {
        let rules = rules(0.3);
        let steps = 100_000;
        let luck = |step: i32| (f64::from(step) + 0.5) / f64::from(steps);
        let left: f64 = (0..steps).map(|step| f64::from(rules.left(30, true, luck(step)))).sum();
        let exactly = 30.0 * f64::exp(-0.3 / 12.0);
        assert!((left / f64::from(steps) - exactly).abs() < 1e-4, "{left}");
    }

    #[test]
    fn it_is_for_the_events_that_are_named() {
        let rules = rules(0.3);
        assert!(rules.is_for(Event::Injury) && rules.is_for(Event::Major(Condition::Stroke)));
        assert!(!rules.is_for(Event::Major(Condition::Cancer)) && !rules.is_for(Event::Admission));
    }
}
