//! Monitoring: a household whose spending passes a trigger is noticed, sometimes, and so is one at risk that is screened; aid
//! opens after a delay.
//!
//! **Trigger.** It is `spending_trigger_share` of a year's normal income, held against out-of-pocket spending since 1
//! January, of lifted and ordinary households only (the others have aid by standing). A household is looked at once a
//! year, in the month in which it passes the trigger: with `sensitivity_share` it is noticed, and from `delay_months` +
//! 1 months later its bills are settled on the terms of `monitored`.
//!
//! **Screening** (off in the baseline: it reaches nobody) comes at the end of every `interval_months`-th month of the year to
//! `reached_share` of the lifted and ordinary households for which no aid is open or on its way. A household is at risk
//! where the register would hold less than `at_risk_ratio` x the monitoring line a head if nothing more happened this year:
//! the year's assessed income and transfers, less lost work, out-of-pocket spending and medical debt service since 1
//! January. Of those at risk `sensitivity_share` are found; of the others 1 - `specificity_share` wrongly. For whoever is
//! found aid opens as by a trigger, with a delay of its own, and from 1 January on the household is listed as monitored for
//! `listed_years`; it leaves then, unless a review of its status or a screening finds it again. A look costs `look_yuan` at
//! prices of the base year, counted as the delivery of a programme.
//!
//! **Relief.** Where aid has been opened either way, the household gets `relief_yuan_per_month` (cash, or the wage of a public
//! job) from that month to the end of the year.

use crate::units::{Fen, Month};
use serde::Deserialize;

/// Monitoring rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonitoringRules {
    /// Out-of-pocket spending since 1 January, relative to a year's normal income, that triggers a look.
    pub spending_trigger_share: f64,
    /// Probability that a household past the trigger is noticed.
    pub sensitivity_share: f64,
    /// Months until aid opens.
    pub delay_months: f64,
    /// Paid each month to a household for which aid has been opened, to the end of the year.
    pub relief_yuan_per_month: f64,
    /// Looks at households whether they spend or not.
    pub screening: ScreeningRules,
}

/// Rules of screening as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreeningRules {
    /// Households without aid that are looked at.
    pub reached_share: f64,
    /// Months from one look of the year to the next; the last comes in the last month that it divides.
    pub interval_months: f64,
    /// Income net of rigid spending below this multiple of the monitoring line is a risk.
    pub at_risk_ratio: f64,
    /// Probability that a household at risk is found.
    pub sensitivity_share: f64,
    /// Probability that a household that is not at risk is passed by.
    pub specificity_share: f64,
    /// Months until aid opens.
    pub delay_months: f64,
    /// Years that a household found stays listed as monitored, from the next on.
    pub listed_years: f64,
    /// Cost of a look at a household at base-year prices.
    pub look_yuan: f64,
}

/// What came of a look at a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Passed by, rightly or wrongly.
    Passed,
    /// At risk and found.
    Found,
    /// Found, though not at risk.
    WronglyFound,
}

impl Looked {
    /// The draw of the year that says whether screening comes to a household.
    pub const REACHED: u64 = 14;

    /// The draw of the year that decides the look of month `when`. (The first two are the register's and the trigger's.)
    pub fn draw(when: Month) -> u64 {
        2 + when.index() as u64
    }
}

impl MonitoringRules {
    /// Whether spending of `oop` since 1 January passes the trigger of a household with `normal` income a year.
    pub fn triggered(&self, oop: Fen, normal: Fen) -> bool {
        oop > Fen::ZERO && oop.as_yuan() >= self.spending_trigger_share * normal.as_yuan()
    }

    /// Says what the rules contradict.
    ///
    /// # Errors
    /// Screenings less than a month apart.
    pub fn check(&self) -> Result<(), String> {
        let months = self.screening.interval_months;
        if !(1.0..=12.0).contains(&months) || months.fract() != 0.0 {
            return Err(format!(
                "monitoring.screening.interval_months ({months}): say a whole number of months from 1 to 12"
            ));
        }
        Ok(())
    }
}

impl ScreeningRules {
    /// Whether a screening comes at the end of month `when`.
    pub fn comes(&self, when: Month) -> bool {
        self.reached_share > 0.0 && (when.index() + 1).is_multiple_of(self.interval_months as usize)
    }

    /// What comes of a look at a household that is `at_risk` or not, under a draw in (0, 1).
    ///
    /// More sensitivity finds more of the same; less specificity adds to those wrongly found.
    pub fn look(&self, at_risk: bool, luck: f64) -> Looked {
        if at_risk && luck < self.sensitivity_share {
            Looked::Found
        } else if !at_risk && luck > self.specificity_share {
            Looked::WronglyFound
        } else {
            Looked::Passed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(sensitivity_share: f64, specificity_share: f64) -> ScreeningRules {
        ScreeningRules {
            reached_share: 1.0,
            interval_months: 6.0,
            at_risk_ratio: 1.0,
            sensitivity_share,
            specificity_share,
            delay_months: 0.0,
            listed_years: 1.0,
            look_yuan: 20.0,
        }
    }

    #[test]
    fn a_screening_comes_twice_a_year() {
        let months = (1..=12).filter(|&month| rules(1.0, 1.0).comes(Month::of(2021, month)));
        assert_eq!(months.collect::<Vec<_>>(), [6, 12]);
        let nobody = ScreeningRules {
            reached_share: 0.0,
            ..rules(1.0, 1.0)
        };
        assert!(!nobody.comes(Month::of(2021, 12)));
    }

    #[test]
    fn a_perfect_look_finds_who_is_at_risk_and_a_blind_one_nobody() {
        for luck in [1e-9, 0.5, 1.0 - 1e-9] {
            assert_eq!(rules(1.0, 1.0).look(true, luck), Looked::Found);
            assert_eq!(rules(1.0, 1.0).look(false, luck), Looked::Passed);
            assert_eq!(rules(0.0, 1.0).look(true, luck), Looked::Passed);
            assert_eq!(rules(0.0, 0.0).look(false, luck), Looked::WronglyFound);
        }
        assert_eq!(rules(0.8, 0.9).look(true, 0.79), Looked::Found);
        assert_eq!(rules(0.8, 0.9).look(true, 0.81), Looked::Passed);
        assert_eq!(rules(0.8, 0.9).look(false, 0.89), Looked::Passed);
        assert_eq!(rules(0.8, 0.9).look(false, 0.91), Looked::WronglyFound);
    }
}
