//! Poverty: each household held against each line, as it was and as it would have been without this year's illness.
//!
//! Two conventions are both headline. **Register**: assessed income per resident member, less out-of-pocket spending and
//! the service of medical debt (the official "rigid expenditure" rule); only a part of transitory luck counts, and several
//! years below may be asked for (persistence). **Measured**: consumption per member, net or gross of out-of-pocket
//! spending. A [`Gauge`] is a convention held against a line; lines and gauges are data.
//!
//! Held against a line times the members: **register** = assessed income + dibao and cash - out of pocket paid -
//! service of medical debt; **income_only** = assessed income + dibao and cash; **measured_net** = consumption other
//! than care; **measured_gross** = that plus out of pocket paid. A line of a year is `line_2020_yuan` x (1 +
//! `line_growth`) to the power of years since 2020, per head. The register sees a household that is below with
//! `register_sensitivity_share`, after `years_below_count` closes below in a row; once in, a household stays in while
//! it is below.
//!
//! **Cause.** Each convention is computed for four purses: in fact, without this year's bills, without this year's lost
//! work, without both. A poor household was made so by the bill alone, lost work alone, either, both together, or
//! neither, by which of the shadows is not poor.

use crate::units::{Fen, Lane, whole};
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

/// How many conventions there are.
pub const CONVENTIONS: usize = 4;
/// All conventions, in order.
pub const ALL_CONVENTIONS: [Convention; CONVENTIONS] = [
    Convention::Register,
    Convention::MeasuredNet,
    Convention::MeasuredGross,
    Convention::IncomeOnly,
];

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
    /// The line in 2020, per head and year.
    pub line_2020_yuan: f64,
    /// Growth of the line per year (its indexation).
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

/// The gauges of a year as the close needs them: bit `g` of a set of gauges is the gauge of order `g`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GaugeLines {
    /// The line of each gauge, fen per head; 0 beyond `count`.
    fen: [Lane; MAX_GAUGES],
    /// What each gauge holds against it, by [`Convention`].
    held: [u8; MAX_GAUGES],
    /// How many there are.
    count: usize,
    /// The gauges of the register, which must see a household.
    pub register: u16,
    /// The first of them, which counts the years below.
    pub national: u16,
}

/// What each purse of a household is held by, by [`Convention`].
pub type Held = [[Lane; PURSES]; CONVENTIONS];

impl GaugeLines {
    /// Of compiled gauges.
    pub fn of(gauges: &[Gauged]) -> GaugeLines {
        let mut lines = GaugeLines {
            count: gauges.len().min(MAX_GAUGES),
            ..GaugeLines::default()
        };
        for (g, gauge) in gauges.iter().enumerate().take(MAX_GAUGES) {
            lines.fen[g] = gauge.fen.lane();
            lines.held[g] = gauge.convention as u8;
            lines.register |= u16::from(gauge.convention == Convention::Register) << g;
        }
        lines.national = lines.register & lines.register.wrapping_neg();
        lines
    }

    /// All gauges.
    #[inline]
    pub fn all(&self) -> u16 {
        ((1u32 << self.count) - 1) as u16
    }

    /// The line of gauge `g` for a household of `size` members, fen.
    #[inline]
    pub fn line(&self, g: usize, size: Lane) -> Lane {
        self.fen[g] * size
    }

    /// What gauge `g` holds against its line.
    #[inline]
    pub fn convention(&self, g: usize) -> Convention {
        ALL_CONVENTIONS[usize::from(self.held[g]) % CONVENTIONS]
    }

    /// The gauges below whose line each purse of a household of `size` members lies.
    #[inline(always)]
    pub fn below(&self, held: &Held, size: Lane) -> [u16; PURSES] {
        // Wide integers beside wide doubles: one comparison for all purses.
        let mut below = [0u64; PURSES];
        for g in 0..self.count.min(MAX_GAUGES) {
            let (line, held) = (self.fen[g] * size, &held[usize::from(self.held[g]) % CONVENTIONS]);
            for at in 0..PURSES {
                below[at] |= if held[at] < line { 1 << g } else { 0 };
            }
        }
        below.map(|bits| bits as u16)
    }

    /// The gauges whose line lies above `net` and not above `gross`, for a household of `size` members.
    #[inline(always)]
    pub fn between(&self, net: Lane, gross: Lane, size: Lane) -> u16 {
        let mut between = 0u64;
        for g in 0..MAX_GAUGES {
            let line = self.fen[g] * size;
            between |= u64::from(net < line && line <= gross) << g;
        }
        between as u16 & self.all()
    }
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

/// What the purses of a household lived through in a year, fen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lived {
    /// Own income, net of lost work.
    pub income: [Lane; PURSES],
    /// Dibao and cash transfers.
    pub transfers: Lane,
    /// Paid out of pocket (oop less what stayed unpaid).
    pub oop: [Lane; PURSES],
    /// Service of medical debt.
    pub medical_service: [Lane; PURSES],
    /// Consumption other than care.
    pub consumed: [Lane; PURSES],
}

impl Lived {
    /// As if every purse had lived what the one in `lane` did.
    #[inline(always)]
    #[must_use]
    pub fn all_as(&self, lane: usize) -> Lived {
        Lived {
            income: [self.income[lane]; PURSES],
            transfers: self.transfers,
            oop: [self.oop[lane]; PURSES],
            medical_service: [self.medical_service[lane]; PURSES],
            consumed: [self.consumed[lane]; PURSES],
        }
    }

    /// Income lost to this year's illness.
    #[inline(always)]
    pub fn lost(&self) -> Lane {
        self.income[PURSES - 1] - self.income[0]
    }

    /// What each convention holds against a line; `smooth` is assessed over actual own income (transitory luck partly
    /// discounted).
    #[inline(always)]
    pub fn held(&self, smooth: f64) -> Held {
        let mut held = Held::default();
        for at in 0..PURSES {
            let assessed = whole(self.income[at] * smooth) + self.transfers;
            held[Convention::Register as usize][at] = assessed - self.oop[at] - self.medical_service[at];
            held[Convention::MeasuredNet as usize][at] = self.consumed[at];
            held[Convention::MeasuredGross as usize][at] = self.consumed[at] + self.oop[at];
            held[Convention::IncomeOnly as usize][at] = assessed;
        }
        held
    }

    /// Adds to what `convention` holds for the factual purse what this year's illness took: the bill, the service of medical
    /// debt, and lost income, as far as the convention took them off.
    #[inline]
    pub fn without_illness(&self, convention: Convention, held: Lane, smooth: f64) -> Lane {
        let lost = self.lost();
        held + match convention {
            Convention::Register => self.oop[0] + self.medical_service[0] + whole(lost * smooth),
            Convention::IncomeOnly => whole(lost * smooth),
            Convention::MeasuredNet => self.oop[0] + lost,
            // Care already counts as consumption here.
            Convention::MeasuredGross => lost,
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
        let purses = |yuan: f64| [Fen::yuan(yuan).lane(); PURSES];
        let lived = Lived {
            income: purses(12_000.0),
            transfers: 0.0,
            oop: purses(3_000.0),
            medical_service: purses(500.0),
            consumed: purses(7_000.0),
        };
        let held = lived.held(1.0);
        assert_eq!(held[Convention::Register as usize], purses(8_500.0));
        assert_eq!(held[Convention::MeasuredNet as usize], purses(7_000.0));
        assert_eq!(held[Convention::MeasuredGross as usize], purses(10_000.0));
        assert_eq!(lived.held(1.1)[Convention::IncomeOnly as usize], purses(13_200.0));
    }
}
