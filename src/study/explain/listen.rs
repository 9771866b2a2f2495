//! The tape that listens to one household. In other blocks, and to other people, it is deaf.

use super::record::{After, Chapter, Close, Episode, Holdings, Member, MonthLived, Purse, Settled, Term};
use crate::claim::Receipt;
use crate::month::books::{Desk, HouseholdYear, Ledger};
use crate::month::care_seeking::{Forgone, Need};
use crate::month::illness::Event;
use crate::month::livelihood::purses::{Flows, Lived, Purses};
use crate::month::{BlockYear, Options, Presented, Tape, Verdict, Weighing};
use crate::run::Policy;
use crate::units::{Fen, Month};
use crate::world::{Block, Conditions, Provider};

/// The tape of a block.
pub struct Listener<'a> {
    policy: &'a Policy,
    household: u64,
    county: String,
    /// The year that goes on, where the household lives in the block.
    chapter: Option<Chapter>,
    /// What was weighed this month and is not yet treated.
    weighed: Vec<(u64, Options)>,
    /// What struck last.
    struck: Option<Event>,
    episodes: Vec<Episode>,
    died: Vec<usize>,
    chapters: Vec<Chapter>,
}

impl<'a> Listener<'a> {
    /// Listens to `household`.
    pub fn new(policy: &'a Policy, household: u64) -> Listener<'a> {
        Listener {
            policy,
            household,
            county: String::new(),
            chapter: None,
            weighed: Vec::new(),
            struck: None,
            episodes: Vec::new(),
            died: Vec::new(),
            chapters: Vec::new(),
        }
    }

    /// What was heard.
    pub fn into_chapters(self) -> Vec<Chapter> {
        self.chapters
    }

    /// The place of person `who` among the members.
    fn member(&self, who: u64) -> Option<usize> {
        self.chapter
            .as_ref()?
            .members
            .iter()
            .position(|member| member.id == who)
    }

    /// The episode that a bill of member `who` belongs to. A bill that begins a trip when the last episode has its own, or
    /// sought nobody, is for a month of rehabilitation: nothing else is treated without having struck.
    fn episode_of(&mut self, who: usize, bill: &Presented) -> &mut Episode {
        let takes = |episode: &Episode| {
            let treated = episode.went == bill.who.provider;
            episode.who == who && treated && (!bill.first || episode.bills.is_empty())
        };
        let at = self.episodes.iter().rposition(takes).unwrap_or_else(|| {
            self.episodes.push(Episode {
                who,
                event: None,
                need: Need::Chronic,
                options: None,
                went: bill.who.provider,
                forgone: None,
                bills: Vec::new(),
            });
            self.episodes.len() - 1
        });
        &mut self.episodes[at]
    }
}

impl Tape for Listener<'_> {
    fn placed(&mut self, county: &str) {
        self.county = county.into();
    }

    fn opened(&mut self, block: &Block, households: &[HouseholdYear], ledgers: &[Ledger], _: &[Desk]) {
        let Some(h) = households.iter().position(|book| book.id == self.household) else {
            return;
        };
        let member = |at: usize| Member {
            id: block.people.id[at],
            female: block.people.sex[at] == 1,
            // Known when the year is over.
            age: 0,
            enrolled: false,
            conditions: Conditions::default(),
        };
        self.chapter = Some(Chapter {
            year: 0,
            household: self.household,
            county: self.county.clone(),
            weight: households[h].weight,
            cohort: block.households.cohort[h],
            category: households[h].category,
            members: block.members(h).map(member).collect(),
            opening: Holdings::of(&ledgers[h].purses),
            months: Vec::new(),
            close: None,
            after: After::Stays,
        });
    }

    fn weighed(&mut self, who: u64, _: Month, weighing: &Weighing) {
        if self.member(who).is_some() {
            self.weighed.push((who, weighing.options()));
        }
    }

    fn struck(&mut self, who: u64, _: Month, event: Event) {
        if self.member(who).is_some() {
            self.struck = Some(event);
        }
    }

    fn sought(&mut self, who: u64, _: Month, need: Need, went: Provider, forgone: Option<Forgone>) {
        let Some(member) = self.member(who) else { return };
        let event = self.struck.take();
        let mut weighed = self.weighed.iter();
        let weighed = weighed.position(|(own, options)| *own == who && Some(options.event) == event);
        let options = weighed.map(|at| self.weighed.swap_remove(at).1);
        self.episodes.push(Episode {
            who: member,
            event,
            need,
            options,
            went,
            forgone,
            bills: Vec::new(),
        });
    }

    fn presented(&mut self, who: u64, when: Month, bill: &Presented) {
        let Some(member) = self.member(who) else { return };
        let settled = settled(self.policy, when, bill);
        self.episode_of(member, bill).bills.push(settled);
    }

    fn died(&mut self, who: u64, _: Month) {
        self.died.extend(self.member(who));
    }

    fn lived(&mut self, who: u64, when: Month, before: &Purses, flows: &Flows, lived: &Lived, after: &Purses) {
        if who != self.household {
            return;
        }
        if let Some(chapter) = &mut self.chapter {
            self.weighed.clear();
            chapter.months.push(MonthLived {
                when,
                episodes: std::mem::take(&mut self.episodes),
                died: std::mem::take(&mut self.died),
                purse: Purse::of(before, flows, lived, after),
            });
        }
    }

    fn closing(&mut self, year: i32, block: &Block, books: &BlockYear) {
        let Some(chapter) = &mut self.chapter else { return };
        let Some(h) = books.households.iter().position(|book| book.id == self.household) else {
            return;
        };
        chapter.year = year;
        let people = &books.people[block.members(h)];
        for (member, (person, at)) in chapter.members.iter_mut().zip(people.iter().zip(block.members(h))) {
            member.age = person.age;
            member.enrolled = person.enrolled;
            member.conditions = block.people.conditions[at];
        }
        if people.iter().all(|person| person.gone) {
            chapter.after = After::DiedOut;
        }
    }

    fn held(&mut self, _: i32, verdict: &Verdict) {
        if verdict.book.id != self.household {
            return;
        }
        if let Some(chapter) = &mut self.chapter {
            chapter.close = Some(Close {
                size: verdict.book.size,
                lived: *verdict.lived,
                smooth: verdict.book.smooth,
                held: verdict.held,
                lines: *verdict.lines,
                poor: verdict.poor,
                at_risk: verdict.at_risk,
            });
        }
    }

    fn closed(&mut self, _: i32, block: &Block) {
        let Some(mut chapter) = self.chapter.take() else { return };
        if chapter.after == After::Stays && !block.households.id.contains(&self.household) {
            chapter.after = After::Dissolved;
        }
        self.chapters.push(chapter);
    }
}

/// The bill, settled line by line, with who set the rules that decided it.
fn settled(policy: &Policy, when: Month, bill: &Presented) -> Settled {
    let class = &bill.plan.classes[usize::from(bill.class)];
    let rules = &class.rules.insurance;
    let receipt = Receipt::of(&class.stack, rules, bill.bill, bill.who, &mut bill.so_far.clone());
    // A class belongs to one set of programmes in force: sets that lead to it differ in what is not in force.
    let masks = &bill.plan.by_mask[when.index()];
    let mask = masks
        .iter()
        .find(|(_, at)| *at == bill.class)
        .map_or(0, |&(mask, _)| mask);
    let scenario = policy.scenario();
    let active: Vec<bool> = (0..scenario.programmes.len()).map(|at| mask >> at & 1 == 1).collect();
    let set_by = |line: &crate::claim::Line| -> Vec<Term> {
        let Some(arm) = rules.layers[&line.id].arms.get(&line.arm) else {
            return Vec::new();
        };
        let did = &line.did;
        let parts: Fen = did.parts.iter().map(|part| part.pays).sum();
        let deducts = did.deductible > Fen::ZERO;
        let binds = |ceiling: Option<Fen>| ceiling.is_some_and(|ceiling| ceiling < parts);
        let (visit, year) = (binds(did.ceiling_bill), binds(did.ceiling_year));
        let keys = [
            ("deductible_yuan", deducts && arm.deductible_yuan > 0.0),
            ("deductible_income_ratio", deducts && arm.deductible_income_ratio > 0.0),
            ("deductible_bill_share", deducts && arm.deductible_bill_share > 0.0),
            ("reimbursed_share", !did.parts.is_empty()),
            (
                "payout_ceiling_visit_yuan",
                visit && arm.payout_ceiling_visit_yuan > 0.0,
            ),
            ("payout_ceiling_day_yuan", visit && arm.payout_ceiling_day_yuan > 0.0),
            ("payout_ceiling_year_yuan", year && arm.payout_ceiling_year_yuan > 0.0),
            (
                "payout_ceiling_year_income_ratio",
                year && arm.payout_ceiling_year_income_ratio > 0.0,
            ),
        ];
        let decided = keys.into_iter().filter(|(_, decides)| *decides);
        let term = |(key, _): (&'static str, bool)| {
            let path = format!("insurance.layers.{}.arms.{}.{key}", line.id, line.arm);
            let setter = scenario.setter(&path, &active, when)?;
            Some(Term { key, setter })
        };
        decided.filter_map(term).collect()
    };
    Settled {
        who: *bill.who,
        set_by: receipt.lines.iter().map(set_by).collect(),
        receipt,
        travel: bill.travel,
    }
}
