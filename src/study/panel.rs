//! A panel of households: what each could tell an interviewer at the end of every year. Virtual surveys are taken from it.
//!
//! Money is in yuan of the year. A household keeps its identity; who splits off begins a panel of its own, and who dies out
//! leaves it.

mod interviewer;
pub mod variables;

use crate::problem::Problems;
use crate::run::{self, Policy, RunResult};
use crate::world::{CONDITIONS, Category, Learning, Stage, Work};
use interviewer::{Asks, Interviewer};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// A household in a year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interview {
    /// The year.
    pub year: i32,
    /// Place of the county in the results.
    pub county: u16,
    /// Identity.
    pub household: u64,
    /// How many real households it stands for.
    pub weight: u16,
    /// Identity of the village.
    pub village: u64,
    /// Rank of the village by remoteness, 0 (the remotest) to 1 (the nearest).
    pub remoteness: f64,
    /// Fifth of permanent income among all households at founding, 1 (poorest) to 5; it does not depend on the scenario.
    pub fifth: u8,
    /// Members on 1 January.
    pub size: u16,
    /// Standing on 1 January.
    pub category: Category,
    /// Of the closed cohort of lifted households.
    pub cohort: bool,
    /// Age of the oldest member.
    pub oldest: u8,
    /// Members of 16 and more.
    pub adults: u16,
    /// Of these, admitted this year.
    pub adults_admitted: u16,
    /// Of these, who know of a chronic condition.
    pub adults_with_condition: u16,
    /// Of these, expected to have had an outpatient visit in two weeks.
    pub adults_two_weeks: f64,
    /// Members of 60 and more.
    pub sixty: u16,
    /// Of these, admitted this year.
    pub sixty_admitted: u16,
    /// Enrolled members.
    pub enrolled: u16,
    /// Minutes to the nearest clinic, centre or hospital.
    pub nearest_minutes: f64,
    /// Own income net of lost work, with public transfers.
    pub income: f64,
    /// Of income, lost to illness.
    pub lost_income: f64,
    /// Dibao and cash transfers, part of the income.
    pub transfers: f64,
    /// Insurance premiums paid.
    pub premium: f64,
    /// Consumption other than care.
    pub consumed: f64,
    /// Out of pocket, as far as it was paid.
    pub oop: f64,
    /// Medical debt at the year's end.
    pub medical_debt: f64,
    /// Other debt at the year's end.
    pub other_debt: f64,
    /// Savings at the year's end.
    pub savings: f64,
    /// Productive assets at the year's end.
    pub assets: f64,
    /// Savings and productive assets less all debts, at the year's end.
    pub net_assets: f64,
    /// Dibao, or under monitoring, on 1 January.
    pub relieved: bool,
    /// A member had a major event.
    pub major: bool,
    /// A member of working age (16 to 64) had.
    pub worker_major: bool,
    /// What care it sought and what that cost.
    pub care: Care,
}

/// What care somebody sought in a year, and what that cost in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Care {
    /// Episodes and quarters brought to a provider, other than admissions.
    pub visits: u32,
    /// Admissions.
    pub admissions: u32,
    /// Of these, in the county.
    pub admissions_in_county: u32,
    /// Admissions forgone.
    pub forgone: u32,
    /// Of these, for their price or for lack of cash.
    pub forgone_for_money: u32,
    /// Needs of any kind forgone, for whatever reason.
    pub forgone_any: u32,
    /// All bills.
    pub bill: f64,
    /// Out of pocket on them, before what stayed unpaid.
    pub oop: f64,
    /// Bills of admissions.
    pub bill_admissions: f64,
    /// Bills of admissions of which a layer paid something.
    pub bill_claimed: f64,
    /// Out of pocket on these.
    pub oop_claimed: f64,
    /// Out of pocket on admissions.
    pub oop_admissions: f64,
    /// Out of pocket on all else in the month of recall.
    pub oop_recalled: f64,
    /// Paid by aid.
    pub aid: f64,
    /// Paid by critical-illness insurance.
    pub critical: f64,
    /// Catalogue part of admissions in the county.
    pub catalogue: f64,
    /// Of it, what no layer paid.
    pub catalogue_left: f64,
}

impl AddAssign for Care {
    fn add_assign(&mut self, other: Care) {
        self.visits += other.visits;
        self.admissions += other.admissions;
        self.admissions_in_county += other.admissions_in_county;
        self.forgone += other.forgone;
        self.forgone_for_money += other.forgone_for_money;
        self.forgone_any += other.forgone_any;
        self.bill += other.bill;
        self.oop += other.oop;
        self.bill_admissions += other.bill_admissions;
        self.bill_claimed += other.bill_claimed;
        self.oop_claimed += other.oop_claimed;
        self.oop_admissions += other.oop_admissions;
        self.oop_recalled += other.oop_recalled;
        self.aid += other.aid;
        self.critical += other.critical;
        self.catalogue += other.catalogue;
        self.catalogue_left += other.catalogue_left;
    }
}

/// A person in a year: a member of a household on 1 January.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// The year.
    pub year: i32,
    /// Place of the county in the results.
    pub county: u16,
    /// Identity of the household.
    pub household: u64,
    /// Identity.
    pub person: u64,
    /// How many real people the person stands for.
    pub weight: u16,
    /// Completed years on 1 January.
    pub age: u8,
    /// 0 male, 1 female.
    pub sex: u8,
    /// What the person does for a living.
    pub work: Work,
    /// Schooling and health literacy.
    pub learning: Learning,
    /// Enrolled in resident insurance.
    pub enrolled: bool,
    /// Died during the year.
    pub gone: bool,
    /// Share of earning capacity lost for good, per cent, at the year's end.
    pub residual_loss: u8,
    /// Stage of every chronic condition at the year's end.
    pub conditions: [Stage; CONDITIONS.len()],
    /// What care the person sought and what that cost.
    pub care: Care,
}

impl Interview {
    /// Consumption, care included.
    pub fn budget(&self) -> f64 {
        self.consumed + self.oop
    }

    /// What a survey with a recall of a month for visits takes for a year's spending: twelve times that month, and the
    /// year's admissions.
    pub fn recalled(&self) -> f64 {
        12.0 * self.care.oop_recalled + self.care.oop_admissions
    }

    /// Income per head.
    pub fn income_per_head(&self) -> f64 {
        self.income / f64::from(self.size.max(1))
    }
}

/// Panels of a run.
#[derive(Debug, Default)]
pub struct Panel {
    /// All interviews, by household and year.
    pub interviews: Vec<Interview>,
    /// All members' answers, by household, year and person; empty where only households were asked.
    pub members: Vec<Member>,
    /// Counts of the same run.
    pub result: RunResult,
}

impl Panel {
    /// Interviews of a year.
    pub fn year(&self, year: i32) -> impl Iterator<Item = &Interview> {
        self.interviews.iter().filter(move |interview| interview.year == year)
    }

    /// The interviews of each household, in order of years.
    pub fn households(&self) -> impl Iterator<Item = &[Interview]> {
        self.interviews.chunk_by(|one, other| one.household == other.household)
    }
}

/// Runs a replicate and interviews every household each reported year.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn interview(policy: &Policy, replicate: u32, tick: &(dyn Fn() + Sync)) -> Result<Panel, Problems> {
    ask(&Asks::of(policy, false)?, policy, replicate, tick)
}

/// The same, and every member of every household.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn interview_members(policy: &Policy, replicate: u32, tick: &(dyn Fn() + Sync)) -> Result<Panel, Problems> {
    ask(&Asks::of(policy, true)?, policy, replicate, tick)
}

fn ask(asks: &Asks, policy: &Policy, replicate: u32, tick: &(dyn Fn() + Sync)) -> Result<Panel, Problems> {
    let (result, tapes) = run::run_with(policy, replicate, tick, || Interviewer::new(asks))?;
    let names = result.years.first().map_or(&[][..], |year| &year.counties);
    let counties: BTreeMap<&str, u16> = names.iter().map(|county| county.county.as_str()).zip(0..).collect();
    let first = policy.scenario().run.first_year;
    let (mut interviews, mut members) = (Vec::new(), Vec::new());
    for tape in tapes {
        let county = counties.get(tape.county.as_str()).copied().unwrap_or_default();
        let reported = tape.interviews.into_iter().filter(|one| one.year >= first);
        interviews.extend(reported.map(|one| Interview { county, ..one }));
        let reported = tape.members.into_iter().filter(|one| one.year >= first);
        members.extend(reported.map(|one| Member { county, ..one }));
    }
    interviews.sort_by_key(|one| (one.household, one.year));
    members.sort_by_key(|one| (one.household, one.year, one.person));
    Ok(Panel {
        interviews,
        members,
        result,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_recall_stands_for_twelve() {
        let care = Care {
            oop_recalled: 50.0,
            oop_admissions: 1_000.0,
            ..Care::default()
        };
        let one = Interview {
            care,
            ..Interview::default()
        };
        assert_eq!(one.recalled(), 1_600.0);
    }
}
