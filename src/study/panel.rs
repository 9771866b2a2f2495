//! A panel of households: what each could tell an interviewer at the end of every year. Virtual surveys are taken from it.
//!
//! Money is in yuan of the year. A household keeps its identity; who splits off begins a panel of its own, and who dies out
//! leaves it.

use crate::maths;
use crate::month::books::{HouseholdYear, Ledger};
use crate::month::care_seeking::{Forgone, Need};
use crate::month::illness::Event;
use crate::month::insurance::{Bill, Funder, Settlement};
use crate::month::{BlockYear, Tape};
use crate::problem::Problems;
use crate::run::{self, Policy, RunResult};
use crate::units::{Fen, Month};
use crate::world::{Block, Category, Provider, Stage};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// The month whose spending a survey with a recall of a month asks about: surveys go out in the summer.
const RECALL_MONTH: usize = 6;
/// Days of a two-week recall over those of a month.
const TWO_WEEKS: f64 = 14.0 / (365.25 / 12.0);

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
    /// Consumption other than care.
    pub consumed: f64,
    /// Out of pocket, as far as it was paid.
    pub oop: f64,
    /// Medical debt at the year's end.
    pub medical_debt: f64,
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
    let asks = Asks::of(policy)?;
    let (result, tapes) = run::run_with(policy, replicate, tick, || Interviewer::new(&asks))?;
    let counties: BTreeMap<&str, u16> = result
        .years
        .first()
        .map(|year| {
            year.counties
                .iter()
                .map(|county| county.county.as_str())
                .zip(0..)
                .collect()
        })
        .unwrap_or_default();
    let first = policy.scenario().run.first_year;
    let mut interviews = Vec::new();
    for tape in tapes {
        let county = counties.get(tape.county.as_str()).copied().unwrap_or_default();
        let reported = tape.interviews.into_iter().filter(|one| one.year >= first);
        interviews.extend(reported.map(|one| Interview { county, ..one }));
    }
    interviews.sort_by_key(|one| (one.household, one.year));
    Ok(Panel { interviews, result })
}

/// What an interviewer asks about.
#[derive(Clone, Debug)]
struct Asks {
    /// Layers of aid.
    aid: Vec<usize>,
    /// The layer of critical-illness insurance.
    critical: Option<usize>,
    /// Visits of an acute episode.
    visits_per_episode: f64,
}

impl Asks {
    fn of(policy: &Policy) -> Result<Asks, Problems> {
        let funders = policy.funders()?;
        let aid = (0..funders.len())
            .filter(|&at| funders[at] == Funder::AidBudget)
            .collect();
        let critical = policy
            .blank_result()?
            .layers
            .iter()
            .position(|id| id == "critical_illness");
        Ok(Asks {
            aid,
            critical,
            visits_per_episode: policy.base()?.rules.billing.visits_per_episode_ratio,
        })
    }
}

/// Somebody's year, while it lasts.
#[derive(Clone, Copy, Debug, Default)]
struct Notes {
    major: bool,
    care: Care,
    /// Visits by month.
    visits: [f64; 12],
}

/// The tape of a block that takes the interviews.
struct Interviewer<'a> {
    asks: &'a Asks,
    county: String,
    notes: BTreeMap<u64, Notes>,
    /// What the last bill can be for.
    sought: (Need, Provider),
    interviews: Vec<Interview>,
}

impl<'a> Interviewer<'a> {
    fn new(asks: &'a Asks) -> Self {
        Interviewer {
            asks,
            county: String::new(),
            notes: BTreeMap::new(),
            sought: (Need::Minor, Provider::SelfCare),
            interviews: Vec::new(),
        }
    }
}

/// Providers of the county.
fn in_county(provider: Provider) -> bool {
    !matches!(provider, Provider::Tertiary | Provider::SelfCare)
}

impl Tape for Interviewer<'_> {
    fn placed(&mut self, county: &str) {
        self.county = county.into();
    }

    fn struck(&mut self, who: u64, _when: Month, event: Event) {
        if matches!(event, Event::Major(_)) {
            self.notes.entry(who).or_default().major = true;
        }
    }

    fn sought(&mut self, who: u64, when: Month, need: Need, where_to: Provider, forgone: Option<Forgone>) {
        self.sought = (need, where_to);
        let notes = self.notes.entry(who).or_default();
        let care = &mut notes.care;
        let treated = where_to != Provider::SelfCare;
        if need == Need::Admission {
            care.admissions += u32::from(treated);
            care.admissions_in_county += u32::from(treated && in_county(where_to));
            care.forgone += u32::from(!treated);
            let money = matches!(forgone, Some(Forgone::Price | Forgone::Liquidity));
            care.forgone_for_money += u32::from(!treated && money);
        } else if treated {
            care.visits += 1;
            notes.visits[when.index()] += if need == Need::Chronic {
                1.0
            } else {
                self.asks.visits_per_episode
            };
        }
    }

    fn settled(&mut self, who: u64, when: Month, bill: &Bill, split: &Settlement) {
        let (need, provider) = self.sought;
        let care = &mut self.notes.entry(who).or_default().care;
        let paid = |layers: &mut dyn Iterator<Item = usize>| -> Fen { layers.map(|at| split.layers[at]).sum() };
        care.aid += paid(&mut self.asks.aid.iter().copied()).as_yuan();
        care.critical += paid(&mut self.asks.critical.into_iter()).as_yuan();
        let oop = split.household.as_yuan();
        if need == Need::Admission {
            care.bill_admissions += bill.total.as_yuan();
            care.oop_admissions += oop;
            let covered: Fen = split.layers.iter().copied().sum();
            if covered > Fen::ZERO {
                care.bill_claimed += bill.total.as_yuan();
                care.oop_claimed += oop;
            }
            if in_county(provider) {
                care.catalogue += bill.catalogue.as_yuan();
                care.catalogue_left += (bill.catalogue - covered.min(bill.catalogue)).as_yuan();
            }
        } else if when.index() == RECALL_MONTH {
            care.oop_recalled += oop;
        }
    }

    fn closing(&mut self, year: i32, block: &Block, books: &BlockYear) {
        for (h, (book, ledger)) in books.households.iter().zip(&books.ledgers).enumerate() {
            if let Some(interview) = self.ask(year, block, books, h, book, ledger) {
                self.interviews.push(interview);
            }
        }
        self.notes.clear();
    }
}

impl Interviewer<'_> {
    /// The interview of household `h`; none where nobody is left.
    fn ask(
        &self,
        year: i32,
        block: &Block,
        books: &BlockYear,
        h: usize,
        book: &HouseholdYear,
        ledger: &Ledger,
    ) -> Option<Interview> {
        let home = &block.households;
        let members = &books.people[block.members(h)];
        if members.iter().all(|member| member.gone) {
            return None;
        }
        let lived = book.lived(ledger);
        let purse = |lane: f64| Fen::of_lane(lane).as_yuan();
        let owed = purse(ledger.purses.medical_debt[0]) + purse(ledger.purses.other_debt[0]);
        let mut interview = Interview {
            year,
            household: book.id,
            weight: book.weight,
            size: book.size,
            category: book.category,
            cohort: home.cohort[h],
            nearest_minutes: nearest(&block.villages[usize::from(book.village)].travel_minutes),
            income: purse(lived.income[0] + lived.transfers),
            consumed: purse(lived.consumed[0]),
            oop: purse(lived.oop[0]),
            medical_debt: purse(ledger.purses.medical_debt[0]),
            net_assets: purse(ledger.purses.savings[0]) + purse(ledger.purses.assets[0]) - owed,
            relieved: home.dibao_month[h].fen() > Fen::ZERO || book.category == Category::Monitored,
            ..Interview::default()
        };
        for member in members {
            let notes = self.notes.get(&member.id).copied().unwrap_or_default();
            let (adult, sixty) = (member.age >= 16, member.age >= 60);
            let known = |condition| member.conditions.stage(condition) > Stage::Undiagnosed;
            interview.oldest = interview.oldest.max(member.age);
            interview.adults += u16::from(adult);
            interview.sixty += u16::from(sixty);
            interview.enrolled += u16::from(member.enrolled);
            interview.adults_admitted += u16::from(adult && member.admitted);
            interview.sixty_admitted += u16::from(sixty && member.admitted);
            interview.adults_with_condition += u16::from(adult && member.conditions.held().any(known));
            interview.adults_two_weeks += f64::from(u8::from(adult)) * two_weeks(&notes.visits);
            interview.major |= notes.major;
            interview.worker_major |= notes.major && (16..65).contains(&member.age);
            interview.care += notes.care;
        }
        Some(interview)
    }
}

/// Probability of at least one visit in two weeks of the year: each visit of a month falls into them or not.
fn two_weeks(visits: &[f64; 12]) -> f64 {
    let none = visits.map(|visits| maths::exp(visits * maths::ln(1.0 - TWO_WEEKS)));
    1.0 - none.iter().sum::<f64>() / 12.0
}

/// Minutes to the nearest provider that one can walk in to.
fn nearest(minutes: &[f32]) -> f64 {
    let near = [Provider::Village, Provider::Township, Provider::County];
    near.map(|provider| f64::from(minutes[provider as usize]))
        .into_iter()
        .fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_a_month_falls_into_two_weeks_of_46_in_100() {
        assert!((two_weeks(&[1.0; 12]) - 0.46).abs() < 0.001);
        let mut once = [0.0; 12];
        once[3] = 2.0;
        // 1 - 0.54 x 0.54 in one month of twelve.
        assert!((two_weeks(&once) - (1.0 - 0.54_f64.powi(2)) / 12.0).abs() < 0.001);
    }

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
