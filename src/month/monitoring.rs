//! Monitoring: a household whose spending passes a trigger is noticed, sometimes, and aid opens after a delay.
//!
//! The trigger is `spending_trigger_share` of a year's normal income, held against out-of-pocket spending since 1
//! January, of lifted and ordinary households only (the others have aid by standing). A household is looked at once a
//! year, in the month in which it passes the trigger: with `sensitivity_share` it is noticed, and from `delay_months` +
//! 1 months later its bills are settled on the terms of `monitored`.

use crate::units::Fen;
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
}

impl MonitoringRules {
    /// Whether spending of `oop` since 1 January passes the trigger of a household with `normal` income a year.
    pub fn triggered(&self, oop: Fen, normal: Fen) -> bool {
        oop > Fen::ZERO && oop.as_yuan() >= self.spending_trigger_share * normal.as_yuan()
    }
}
