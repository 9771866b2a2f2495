//! The numbers of a row: what each is about, and how a reader wants it.

use crate::indicators::table::{Estimate, FEW_EVENTS};

/// What a number of a row is about, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The first of what the programme is meant to move that can be measured.
    Declared,
    /// Return to poverty of lifted households by the register.
    Return,
    /// The share of their own bills that the lifted pay.
    OopShare,
    /// Needed admissions that the lifted forgo.
    ForgoneAdmission,
    /// Needs of any kind that the lifted forgo.
    Forgone,
    /// The first of these, of everybody.
    OopShareAll,
    /// The second.
    ForgoneAdmissionAll,
    /// The third.
    ForgoneAll,
    /// What all funds together gain.
    Fund,
    /// What the public pays.
    PublicCost,
    /// What delivering programmes costs.
    Delivery,
    /// What the evidence says does not move.
    Null,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 12] = [
        Role::Declared,
        Role::Return,
        Role::OopShare,
        Role::ForgoneAdmission,
        Role::Forgone,
        Role::OopShareAll,
        Role::ForgoneAdmissionAll,
        Role::ForgoneAll,
        Role::Fund,
        Role::PublicCost,
        Role::Delivery,
        Role::Null,
    ];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        [
            "declared",
            "return",
            "oop_share",
            "forgone_admission",
            "forgone",
            "oop_share_all",
            "forgone_admission_all",
            "forgone_all",
            "fund",
            "public_cost",
            "delivery",
            "null",
        ][self as usize]
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        [
            "the first indicator that the programme's file says it moves and that both worlds have, in the eligible group",
            "lifted households that are poor by the register at the close of a year in which they were not when it began",
            "share of their own bills that lifted households pay",
            "needed admissions that lifted households forgo for any reason",
            "needs of any kind that lifted households forgo for any reason",
            "share of their own bills that all people pay",
            "needed admissions that anybody forgoes",
            "needs of any kind that anybody forgoes",
            "what all accounts of the funds gain from the first to the last reported day, help from budgets and reinsurers included",
            "insurance and aid layers but those of commercial insurers, delivery, dibao and cash, less premiums of households",
            "delivery of all programmes of the world",
            "an indicator that the evidence says does not move, with the bound of its source",
        ][self as usize]
    }
}

/// A number of a row: the level without the programme, and what having it changes.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it is about.
    pub role: Role,
    /// What is measured, in the words of a measure or in plain ones.
    pub indicator: String,
    /// In whom.
    pub group: String,
    /// The unit of level and difference.
    pub unit: &'static str,
    /// Without the programme.
    pub without: Estimate,
    /// With less without, paired by replicate.
    pub difference: Estimate,
    /// The fewer of the events of both worlds, over all replicates; none where nothing is counted.
    pub events: Option<i64>,
    /// Lowest and highest difference that counts as none, where the evidence says that there is none.
    pub bound: Option<[f64; 2]>,
}

impl Cell {
    /// Whether it rests on too few events.
    pub fn has_few_events(&self) -> bool {
        self.events.is_some_and(|events| (events as f64) < FEW_EVENTS)
    }

    /// A value as a reader wants it: shares in per cent, two digits, more for what is small.
    pub fn scaled(&self, value: f64) -> String {
        if !value.is_finite() {
            return "?".into();
        }
        let value = if self.unit == "share" { 100.0 * value } else { value };
        let digits = match value.abs() {
            100.0.. => 0,
            10.0..100.0 => 1,
            0.1..10.0 => 2,
            _ => 3,
        };
        let text = format!("{value:.digits$}");
        // Nothing has no sign.
        if text.trim_matches(['-', '0', '.']).is_empty() {
            "0".into()
        } else {
            text
        }
    }

    /// The unit of what [`Cell::scaled`] gives.
    pub fn short_unit(&self) -> &'static str {
        match self.unit {
            "share" => "points",
            "yuan per person and year" => "yuan a head",
            "per 1000 and year" => "per 1,000",
            "per 100 enrolled and year" => "per 100 enrolled",
            "visits per person and year" => "visits a head",
            "days per person and year" => "days a head",
            unit => unit,
        }
    }

    /// Whether the null holds; `None` where none is claimed.
    pub fn null_holds(&self) -> Option<bool> {
        self.bound.map(|bound| self.difference.is_none_within(bound))
    }
}
