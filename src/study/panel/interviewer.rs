//! The tape of a block that interviews its households, and their members where they are asked for.

use super::{Care, Interview, Member};
use crate::indicators::tally::fifth_of;
use crate::maths;
use crate::month::books::{HouseholdYear, Ledger, PersonYear};
use crate::month::care_seeking::{Forgone, Need};
use crate::month::illness::Event;
use crate::month::insurance::{Bill, Funder, Settlement};
use crate::month::{BlockYear, Tape};
use crate::problem::Problems;
use crate::run::Policy;
use crate::units::{Fen, Month};
use crate::world::{Block, CONDITIONS, Category, Provider, Stage};
use std::collections::BTreeMap;

/// The month whose spending a survey with a recall of a month asks about: surveys go out in the summer.
const RECALL_MONTH: usize = 6;
/// Days of a two-week recall over those of a month.
const TWO_WEEKS: f64 = 14.0 / (365.25 / 12.0);

/// What an interviewer asks about.
#[derive(Clone, Debug)]
pub(super) struct Asks {
    /// Layers of aid.
    aid: Vec<usize>,
    /// The layer of critical-illness insurance.
    critical: Option<usize>,
    /// Visits of an acute episode.
    visits_per_episode: f64,
    /// Members tell as well.
    members: bool,
}

impl Asks {
    pub fn of(policy: &Policy, members: bool) -> Result<Asks, Problems> {
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
            members,
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
pub(super) struct Interviewer<'a> {
    asks: &'a Asks,
    pub county: String,
    notes: BTreeMap<u64, Notes>,
    /// What the last bill can be for.
    sought: (Need, Provider),
    pub interviews: Vec<Interview>,
    pub members: Vec<Member>,
}

impl<'a> Interviewer<'a> {
    pub fn new(asks: &'a Asks) -> Self {
        Interviewer {
            asks,
            county: String::new(),
            notes: BTreeMap::new(),
            sought: (Need::Minor, Provider::SelfCare),
            interviews: Vec::new(),
            members: Vec::new(),
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
        care.forgone_any += u32::from(forgone.is_some());
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
        care.bill += bill.total.as_yuan();
        care.oop += oop;
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
                if self.asks.members {
                    let members = books.people[block.members(h)].iter().zip(block.members(h));
                    let told = members.map(|(member, at)| self.ask_member(year, block, book, member, at));
                    let told: Vec<Member> = told.collect();
                    self.members.extend(told);
                }
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
        let village = &block.villages[usize::from(book.village)];
        let purse = |lane: f64| Fen::of_lane(lane).as_yuan();
        let owed = purse(ledger.purses.medical_debt[0]) + purse(ledger.purses.other_debt[0]);
        let mut interview = Interview {
            year,
            household: book.id,
            weight: book.weight,
            size: book.size,
            category: book.category,
            cohort: home.cohort[h],
            village: village.id,
            remoteness: village.remoteness_rank,
            nearest_minutes: nearest(&village.travel_minutes),
            fifth: 1 + fifth_of(home.permanent[h]) as u8,
            lost_income: ledger.lost_year.as_yuan(),
            transfers: purse(lived.transfers),
            premium: book.premium.as_yuan(),
            savings: purse(ledger.purses.savings[0]),
            assets: purse(ledger.purses.assets[0]),
            other_debt: purse(ledger.purses.other_debt[0]),
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

    /// What a member tells, place `at` in the block.
    fn ask_member(&self, year: i32, block: &Block, home: &HouseholdYear, member: &PersonYear, at: usize) -> Member {
        Member {
            year,
            household: home.id,
            person: member.id,
            weight: home.weight,
            age: member.age,
            sex: member.sex,
            work: block.people.work[at],
            learning: block.people.learning[at],
            enrolled: member.enrolled,
            gone: member.gone,
            residual_loss: member.residual_loss,
            conditions: CONDITIONS.map(|condition| member.conditions.stage(condition)),
            care: self.notes.get(&member.id).copied().unwrap_or_default().care,
            ..Member::default()
        }
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
}
