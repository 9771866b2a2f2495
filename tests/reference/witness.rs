//! What the engine wrote in its diary, against what the reference finds.

use super::books::{Home, Living};
use super::choice::Decision;
use super::diary::{Diary, Note};
use super::money::fen;
use super::month::Strikes;
use super::purse::{Flows, Lived, Purse};
use super::settlement::Split;
use kangcun::month::care_seeking::Forgone;
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Settlement};
use kangcun::units::Month;
use kangcun::world::{Block, Provider};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Two options this near in utility may be chosen either way: the engine weighs them in single precision.
const TIE: f64 = 1e-4;
/// Advance and purse this near (relative) count as equal.
const SAME_MONEY: f64 = 1e-6;
/// Sizes of bills agree to this part, and one fen.
const SAME_SIZE: f64 = 3e-6;

/// The engine draws income scores and works out labour in single precision: scores and incomes agree to this (scores
/// absolutely, amounts relatively, and what rounding moves).
const SAME_SCORE: f64 = 5e-6;
const SAME_INCOME: f64 = 1e-5;

/// How much was compared, and what differed.
#[derive(Default)]
pub struct Compared {
    pub strikes: u64,
    pub choices: u64,
    pub forgone: u64,
    pub bills: u64,
    pub household_months: u64,
    pub households_closed: u64,
    /// Household-months in which the factual purse sold assets, left a bill unpaid, borrowed for care, and in which a
    /// reimbursement arrived.
    pub sold: u64,
    pub unpaid: u64,
    pub borrowed: u64,
    pub reimbursed: u64,
    /// Choices that fell on no care for want of cash.
    pub no_cash: u64,
    /// Bills that aid would have paid more of.
    pub aid_cut: u64,
    /// Choices that fell otherwise, with the margin of the reference's.
    pub other_choices: Vec<f64>,
    /// The same choice for another reason.
    pub other_reasons: Vec<f64>,
    /// The largest relative distance of a bill's size, of bills above 100 yuan.
    pub size_apart: f64,
    /// Reimbursed to households, fen, beyond what they had advanced.
    pub never_advanced: i64,
    /// The largest distance of income scores, and relative one of amounts above 1,000 yuan that follow from them.
    pub scores_apart: f64,
    pub incomes_apart: f64,
    /// Choices within a thousandth of a tie: they say how many would fall otherwise for an error of a given size.
    pub narrow: u64,
    /// What must not differ and does: how often, and the first of them in words.
    pub wrong: u64,
    pub first_wrong: Vec<String>,
}

impl Compared {
    pub fn same<T: PartialEq + Debug>(&mut self, what: impl Fn() -> String, engine: &T, reference: &T) {
        if engine != reference {
            self.differ(format!(
                "{}:\n  engine    {engine:?}\n  reference {reference:?}",
                what()
            ));
        }
    }

    fn differ(&mut self, words: String) {
        self.wrong += 1;
        if self.first_wrong.len() < 5 {
            self.first_wrong.push(words);
        }
    }
}

/// Follows the engine through its diaries, or nobody.
#[derive(Default)]
pub struct Witness<'a> {
    /// One a block; none where the reference goes its own way.
    diaries: &'a [Diary],
    /// The next note of each.
    next: Vec<usize>,
    block: usize,
    /// The bill last met: its settlement comes right after its size.
    met: Option<(u64, Month, Bill, &'a Settlement)>,
    /// What each household has advanced and not been paid back.
    advanced: BTreeMap<u64, i64>,
    /// Other people were struck: from then on nothing can be compared.
    lost: bool,
    pub compared: Compared,
}

impl<'a> Witness<'a> {
    pub fn following(diaries: &'a [Diary]) -> Witness<'a> {
        Witness {
            diaries,
            next: vec![0; diaries.len()],
            ..Witness::default()
        }
    }

    fn follows(&self) -> bool {
        !self.diaries.is_empty() && !self.lost
    }

    /// Nothing that the engine wrote was left unread.
    pub fn read_to_the_end(&self) {
        for (block, (diary, &next)) in self.diaries.iter().zip(&self.next).enumerate() {
            assert!(
                self.lost || next == diary.0.len(),
                "block {block} has {next} of {} notes read",
                diary.0.len()
            );
        }
    }

    /// Turns to a block's diary.
    pub fn enter(&mut self, block: usize) {
        self.block = block;
    }

    fn ahead(&self) -> &'a [Note] {
        &self.diaries[self.block].0[self.next[self.block]..]
    }

    fn take(&mut self) -> &'a Note {
        let note = self.ahead().first().expect("the diary goes on");
        self.next[self.block] += 1;
        note
    }

    /// Income scores, incomes and habits of the year: the engine's, once they are near enough.
    pub fn opened(&mut self, homes: &mut [Home]) {
        if !self.follows() {
            return;
        }
        let Note::Opened(opened) = self.take() else {
            panic!("the diary does not open a year here");
        };
        assert_eq!(opened.len(), homes.len(), "households");
        for (home, engine) in homes.iter_mut().zip(opened) {
            assert_eq!(home.row.id, engine.id);
            let compared = &mut self.compared;
            let scores = [home.row.persistent, home.row.transitory];
            for (own, theirs) in scores.into_iter().zip(engine.scores) {
                let apart = f64::from(own - theirs).abs();
                compared.scores_apart = compared.scores_apart.max(apart);
                if apart > SAME_SCORE {
                    compared.differ(format!("income score of {}: {theirs} in the engine, {own}", engine.id));
                }
            }
            let (own, theirs) = (&home.living, &engine.living);
            for ((own, theirs), (name, fen)) in amounts(own).into_iter().zip(amounts(theirs)).zip(AMOUNTS) {
                let apart = (own - theirs).abs();
                if own > 100_000.0 {
                    compared.incomes_apart = compared.incomes_apart.max((apart - 0.5) / own);
                }
                if apart > SAME_INCOME * own.abs() + fen {
                    compared.differ(format!("{name} of {}: {theirs} in the engine, {own}", engine.id));
                }
            }
            let smooth = (own.smooth / theirs.smooth - 1.0).abs();
            if smooth > SAME_INCOME {
                compared.differ(format!("assessed income of {}", engine.id));
            }
            let exact = |living: &Living| (living.public_month, living.cash_month, living.premium);
            compared.same(
                || format!("transfers and premium of {}", engine.id),
                &exact(theirs),
                &exact(own),
            );
            [home.row.persistent, home.row.transitory] = engine.scores;
            home.living = engine.living;
        }
    }

    /// Everybody who was struck, in the order of treatment.
    pub fn struck(&mut self, when: Month, strikes: &Strikes, books: &super::books::Books) {
        if !self.follows() {
            return;
        }
        let month = self.ahead().iter();
        let month = month.take_while(|note| note.of_people() == Some(when));
        let engine: Vec<(u64, Event)> = month
            .filter_map(|note| match note {
                Note::Struck(who, _, event) => Some((*who, *event)),
                _ => None,
            })
            .collect();
        let struck = strikes.in_order();
        let reference: Vec<(u64, Event)> = struck.map(|&(at, event)| (books.residents[at].row.id, event)).collect();
        self.compared.strikes += reference.len() as u64;
        if engine != reference {
            let only = |one: &[(u64, Event)], other: &[(u64, Event)]| -> Vec<(u64, Event)> {
                one.iter().filter(|own| !other.contains(own)).copied().collect()
            };
            let (theirs, own) = (only(&engine, &reference), only(&reference, &engine));
            self.compared.differ(format!(
                "{when}: {} struck in the engine, {} in the reference\nonly in the engine: {theirs:?}\n\
                 only in the reference: {own:?}",
                engine.len(),
                reference.len(),
            ));
            self.lost = true;
        }
    }

    /// Where a patient goes: the engine's choice, once it has been compared.
    pub fn sought(&mut self, who: u64, when: Month, decision: &Decision) -> (Provider, Option<Forgone>) {
        if !self.follows() {
            return (decision.sought, decision.forgone);
        }
        let note = loop {
            match self.take() {
                Note::Struck(..) => {}
                note => break note,
            }
        };
        let &Note::Sought(engine_who, engine_when, need, sought, forgone) = note else {
            panic!("{when}: the diary has no choice of {who} here");
        };
        let compared = &mut self.compared;
        let own = (who, when, decision.case.need);
        assert_eq!((engine_who, engine_when, need), own, "whose choice, of which need");
        compared.choices += 1;
        compared.forgone += u64::from(forgone.is_some());
        compared.no_cash += u64::from(forgone == Some(Forgone::Liquidity));
        compared.narrow += u64::from(decision.margin < 1e-3);
        let purse_tie = decision.purse_margin < SAME_MONEY;
        if sought != decision.sought {
            compared.other_choices.push(decision.margin);
            if decision.margin > TIE && !purse_tie {
                compared.differ(format!(
                    "choice of {who} in {when}: the engine's {sought:?}, {decision:?}"
                ));
            }
        } else if forgone != decision.forgone {
            compared.other_reasons.push(decision.reason_margin);
            if decision.reason_margin > TIE && !purse_tie {
                compared.differ(format!(
                    "reason of {who} in {when}: the engine's {forgone:?}, {decision:?}"
                ));
            }
        }
        (sought, forgone)
    }

    /// The whole bill, fen: the engine's, once it is near enough.
    pub fn size(&mut self, who: u64, when: Month, exactly: f64) -> i64 {
        if !self.follows() {
            return fen(exactly);
        }
        let Note::Settled(engine_who, engine_when, bill, split) = self.take() else {
            panic!("{when}: the diary has no bill of {who} here");
        };
        assert_eq!((*engine_who, *engine_when), (who, when), "whose bill");
        self.compared.bills += 1;
        let total = bill.total.0;
        let apart = (total as f64 - exactly).abs();
        if apart > SAME_SIZE * exactly + 1.0 {
            self.compared.differ(format!(
                "size of a bill of {who} in {when}: {total} in the engine, {exactly}"
            ));
        }
        if exactly > 10_000.0 {
            // Half a fen is rounding.
            self.compared.size_apart = self.compared.size_apart.max((apart - 0.5) / exactly);
        }
        self.met = Some((who, when, *bill, split));
        total
    }

    /// The bill's parts, and who pays them.
    pub fn settled(&mut self, bill: &Bill, split: &Split, aid_cut: i64, layers: &[String]) {
        let Some((who, when, engine_bill, engine)) = self.met.take() else {
            return;
        };
        let compared = &mut self.compared;
        compared.aid_cut += u64::from(aid_cut > 0);
        compared.same(|| format!("bill of {who} in {when}"), &engine_bill, bill);
        let paid: Vec<f64> = layers
            .iter()
            .map(|name| split.layers.get(name).copied().unwrap_or(0.0))
            .collect();
        let engine_paid: Vec<f64> = engine.layers[..layers.len()].iter().map(|fen| fen.0 as f64).collect();
        let of = || format!("split of a bill of {who} in {when}");
        let other = |split: &Settlement| {
            let (household, delayed, cut) = (split.household.0, split.delayed.0, split.aid_cut.0);
            (household, delayed, split.delay_months, cut)
        };
        compared.same(of, &engine_paid, &paid);
        let own = (
            split.household as i64,
            split.delayed as i64,
            split.delay_months,
            aid_cut,
        );
        compared.same(of, &other(engine), &own);
    }

    /// The month of a household in all its purses.
    pub fn lived(&mut self, who: u64, when: Month, oop: i64, purses: &[(Purse, Flows, Lived, Purse)]) {
        if !self.follows() {
            return;
        }
        let note = loop {
            match self.take() {
                // Of the dead: struck, and nothing else.
                Note::Struck(..) => {}
                note => break note,
            }
        };
        let Note::Lived(engine_who, engine_when, engine) = note else {
            panic!("{when}: the diary has no month of household {who} here");
        };
        assert_eq!((*engine_who, *engine_when), (who, when), "whose month");
        self.compared.household_months += 1;
        let (_, flows_in_fact, in_fact, _) = &purses[0];
        self.compared.sold += u64::from(in_fact.sold > 0);
        self.compared.unpaid += u64::from(in_fact.unpaid > 0);
        self.compared.borrowed += u64::from(in_fact.borrowed_for_care > 0);
        self.compared.reimbursed += u64::from(flows_in_fact.reimbursed > 0);
        // Unpaid is the household's own part first, so what it advanced is put as high as it can be.
        let advanced = self.advanced.entry(who).or_default();
        *advanced += flows_in_fact.care - in_fact.unpaid.max(oop) - flows_in_fact.reimbursed;
        self.compared.never_advanced -= (*advanced).min(0);
        *advanced = (*advanced).max(0);
        for (number, own) in purses.iter().enumerate() {
            let of = || format!("purse {number} of household {who} in {when}");
            let theirs = engine.purse(number);
            self.compared.same(of, &theirs, own);
        }
    }

    /// The block as it stands on the next 1 January: every column of every household and person.
    pub fn closed(&mut self, year: i32, block: &Block) {
        if !self.follows() {
            return;
        }
        let Note::Closed(engine_year, engine) = self.take() else {
            panic!("the diary does not close {year} here");
        };
        assert_eq!(*engine_year, year);
        let (own, theirs) = (&block.households, &engine.households);
        self.compared
            .same(|| format!("households in {year}"), &theirs.id, &own.id);
        self.compared
            .same(|| format!("people in {year}"), &engine.people.id, &block.people.id);
        for at in 0..own.len().min(theirs.len()) {
            self.compared.households_closed += 1;
            let of = || format!("household {at} at the close of {year}");
            let rows = [theirs, own].map(|homes| format!("{:?}", homes.row(at)));
            self.compared.same(of, &rows[0], &rows[1]);
        }
        for at in 0..block.people.len().min(engine.people.len()) {
            let of = || format!("person {at} at the close of {year}");
            let rows = [&engine.people, &block.people].map(|people| format!("{:?}", people.row(at)));
            self.compared.same(of, &rows[0], &rows[1]);
        }
        let villages = [engine, block].map(|block| format!("{:?}", block.villages));
        self.compared
            .same(|| format!("villages in {year}"), &villages[0], &villages[1]);
    }
}

/// What is told of incomes, and the fen that rounding may move it by: a fen of wages is four where the household works a
/// quarter of a labour unit.
const AMOUNTS: [(&str, f64); 12] = [
    ("wages", 1.0),
    ("remittances", 1.0),
    ("other income", 1.0),
    ("farm income", 1.0),
    ("earnings of a labour unit", 5.0),
    ("normal income", 1.0),
    ("planned consumption", 1.0),
    ("consumption floor", 1.0),
    ("savings aimed at", 1.0),
    ("debt limit", 1.0),
    ("debt limit of the bank", 1.0),
    ("means", 1.0),
];

fn amounts(living: &Living) -> [f64; AMOUNTS.len()] {
    let habits = &living.habits;
    [
        living.wage_month as f64,
        living.remitted_month as f64,
        living.other_month as f64,
        living.farm_year as f64,
        living.unit_month,
        living.normal as f64,
        habits.plan as f64,
        habits.floor as f64,
        habits.buffer as f64,
        habits.debt_limit as f64,
        habits.bank_limit as f64,
        living.means_yuan * 100.0,
    ]
}
