//! Poverty: each household held against each line, as it was and as it would have been without this year's illness.
//!
//! Two conventions are both headline. **Register**: assessed income per resident member, less out-of-pocket spending and
//! the service of medical debt (the official "rigid expenditure" rule); only a part of transitory luck counts, and several
//! years below may be asked for (persistence). **Measured**: consumption per member, net or gross of out-of-pocket
//! spending. A [`Gauge`] is a convention held against a line; lines and gauges are data.

use crate::units::Fen;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Most gauges a run may hold.
pub const MAX_GAUGES: usize = 10;
/// Shadow purses: this year's bill off, this year's lost work off, both off.
pub const SHADOWS: usize = 3;
/// Factual purse and shadows.
pub const PURSES: usize = SHADOWS + 1;

/// What is held against the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convention {
    /// Assessed income less out-of-pocket spending and medical debt service.
    Register,
    /// Consumption other than care.
    MeasuredNet,
    /// Consumption with out-of-pocket spending.
    MeasuredGross,
    /// Assessed income alone, nothing taken off.
    IncomeOnly,
}

impl Convention {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Convention::Register => "register",
            Convention::MeasuredNet => "measured_net",
            Convention::MeasuredGross => "measured_gross",
            Convention::IncomeOnly => "income_only",
        }
    }
}

/// A poverty line, per head and year.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The line in 2020.
    pub line_2020_yuan: f64,
    /// Its growth per year (its indexation).
    pub line_growth: f64,
}

/// A convention held against a line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gauge {
    /// What is held.
    pub convention: Convention,
    /// The id of the line.
    pub line: String,
    /// Place in tables.
    pub order: i64,
}

/// Poverty rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PovertyRules {
    /// Lines by id.
    pub lines: BTreeMap<String, Line>,
    /// Gauges by id.
    pub gauges: BTreeMap<String, Gauge>,
    /// Part of transitory income luck that the register counts.
    pub transitory_counted_share: f64,
    /// Consecutive closes below the line that the register asks for.
    pub years_below_count: f64,
    /// Probability that the register sees a household that is below.
    pub register_sensitivity_share: f64,
}

/// A gauge ready for the close.
#[derive(Clone, Debug)]
pub struct Gauged {
    /// The id of the gauge.
    pub id: String,
    /// What is held.
    pub convention: Convention,
    /// The id of the line.
    pub line: String,
    /// The line of the year, fen per head.
    pub fen: Fen,
}

impl PovertyRules {
    /// The gauges of `year` in order.
    ///
    /// # Errors
    /// When a gauge names a line that does not exist, or there are more than [`MAX_GAUGES`].
    pub fn compile(&self, year: i32) -> Result<Vec<Gauged>, String> {
        let mut ordered: Vec<(&String, &Gauge)> = self.gauges.iter().collect();
        ordered.sort_by_key(|(id, gauge)| (gauge.order, id.as_str()));
        if ordered.len() > MAX_GAUGES {
            return Err(format!(
                "poverty.gauges: {} gauges, at most {MAX_GAUGES}",
                ordered.len()
            ));
        }
        ordered
            .into_iter()
            .map(|(id, gauge)| {
                let line = self
                    .lines
                    .get(&gauge.line)
                    .ok_or_else(|| format!("poverty.gauges.{id}.line: no line `{}` under poverty.lines", gauge.line))?;
                Ok(Gauged {
                    id: id.clone(),
                    convention: gauge.convention,
                    line: gauge.line.clone(),
                    fen: Fen::yuan(line.line_2020_yuan * (1.0 + line.line_growth).powi(year - 2020)),
                })
            })
            .collect()
    }
}

/// What a purse lived through in a year, fen per household.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    /// Own income, net of lost work.
    pub income: Fen,
    /// Dibao and cash transfers.
    pub transfers: Fen,
    /// Paid out of pocket (oop less what stayed unpaid).
    pub oop: Fen,
    /// Service of medical debt.
    pub medical_service: Fen,
    /// Consumption other than care.
    pub consumed: Fen,
}

impl Lived {
    /// The amount that `convention` holds against the line; `smooth` is assessed over actual own income (transitory luck
    /// partly discounted).
    pub fn held(&self, convention: Convention, smooth: f64) -> Fen {
        match convention {
            Convention::Register => self.income.scaled(smooth) + self.transfers - self.oop - self.medical_service,
            Convention::IncomeOnly => self.income.scaled(smooth) + self.transfers,
            Convention::MeasuredNet => self.consumed,
            Convention::MeasuredGross => self.consumed + self.oop,
        }
    }
}

/// Why a household is poor, from its shadows: the truth table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cause {
    /// Without the bill alone it would not be poor (lost work alone would not have saved it).
    BillAlone = 0,
    /// Without the lost work alone it would not be poor.
    WorkAlone = 1,
    /// Taking off either would have been enough.
    Either = 2,
    /// Only taking off both would have been enough.
    BothNeeded = 3,
    /// Poor even without this year's illness.
    Neither = 4,
    /// Not poor in fact, but poor in a shadow (illness brought, for instance, aid): the reverse.
    ShadowOnly = 5,
}

/// How many classes there are.
pub const CAUSES: usize = 6;
/// Their names, in order.
pub const CAUSE_NAMES: [&str; CAUSES] = [
    "bill_alone",
    "work_alone",
    "either",
    "both_needed",
    "neither",
    "shadow_only",
];

/// The class of a household that is poor (`[factual, bill off, work off, both off]`); `None` when poor nowhere.
///
/// A household that one shadow saves but the shadow with both off does not (removing more illness can close a path to aid)
/// still counts by the single shadow that saves it.
pub fn cause(poor: [bool; PURSES]) -> Option<Cause> {
    let [factual, bill_off, work_off, both_off] = poor;
    match (factual, bill_off, work_off, both_off) {
        (false, false, false, false) => None,
        (false, ..) => Some(Cause::ShadowOnly),
        (true, true, true, true) => Some(Cause::Neither),
        (true, false, true, _) => Some(Cause::BillAlone),
        (true, true, false, _) => Some(Cause::WorkAlone),
        (true, false, false, _) => Some(Cause::Either),
        (true, true, true, false) => Some(Cause::BothNeeded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_table_is_complete() {
        assert_eq!(cause([true, false, true, false]), Some(Cause::BillAlone));
        assert_eq!(cause([true, true, false, false]), Some(Cause::WorkAlone));
        assert_eq!(cause([true, false, false, false]), Some(Cause::Either));
        assert_eq!(cause([true, true, true, false]), Some(Cause::BothNeeded));
        assert_eq!(cause([true, true, true, true]), Some(Cause::Neither));
        assert_eq!(cause([false, true, false, false]), Some(Cause::ShadowOnly));
        assert_eq!(cause([false; 4]), None);
    }

    #[test]
    fn the_register_takes_off_rigid_expenditure() {
        let lived = Lived {
            income: Fen::yuan(12_000.0),
            transfers: Fen::ZERO,
            oop: Fen::yuan(3_000.0),
            medical_service: Fen::yuan(500.0),
            consumed: Fen::yuan(7_000.0),
        };
        assert_eq!(lived.held(Convention::Register, 1.0), Fen::yuan(8_500.0));
        assert_eq!(lived.held(Convention::MeasuredNet, 1.0), Fen::yuan(7_000.0));
        assert_eq!(lived.held(Convention::MeasuredGross, 1.0), Fen::yuan(10_000.0));
        assert_eq!(lived.held(Convention::IncomeOnly, 1.1), Fen::yuan(13_200.0));
    }
}
