//! What households owe is what lenders have lent (check C5): to the fen, month by month, by lender, and when households end,
//! split or join kin.

mod common;

use common::{policy, taped};
use kangcun::indicators::result::RunResult;
use kangcun::month::livelihood::purses::{Flows, Lived, Purses};
use kangcun::month::{Tape, books};
use kangcun::units::Month;
use kangcun::world::Block;
use kangcun::year::lenders::{Lending, Loans};
use std::collections::BTreeMap;

/// Yearly interest of the test's worlds.
const INTEREST: f64 = 0.04;

/// Every household stands for one.
const ONE_EACH: [&str; 5] = [
    "world.people_count=6000",
    "run.last_year=2024",
    "founding.standing.lifted_oversample_ratio=1",
    "livelihood.interest_share=0.04",
    "livelihood.bank_limit_years=0.3",
];

/// A year's loans as the months show them: places 0 bank, 1 kin.
#[derive(Default)]
struct Seen {
    opening: [f64; 2],
    lent: [f64; 2],
    repaid: [f64; 2],
    interest: f64,
    /// Debts of all households on the next 1 January.
    owed: f64,
}

/// Adds up the months.
#[derive(Default)]
struct Accountant {
    limits: BTreeMap<u64, f64>,
    years: BTreeMap<i32, Seen>,
}

fn debts(purses: &Purses) -> f64 {
    purses.medical_debt[0] + purses.other_debt[0]
}

/// What bank and kin hold of a debt.
fn parts(debt: f64, limit: f64) -> [f64; 2] {
    [debt.min(limit), (debt - limit).max(0.0)]
}

impl Tape for Accountant {
    fn opened(&mut self, _: &Block, households: &[books::HouseholdYear], ledgers: &[books::Ledger], _: &[books::Desk]) {
        self.limits.clear();
        for (book, ledger) in households.iter().zip(ledgers) {
            // 0.3 years of normal income, to the nearest fen or two (the engine multiplies what is not yet rounded).
            let limit = ledger.habits.bank_limit;
            assert!((limit - 0.3 * book.normal.0 as f64).abs() <= 2.0);
            self.limits.insert(book.id, limit);
        }
    }

    fn lived(&mut self, who: u64, when: Month, before: &Purses, _: &Flows, lived: &Lived, after: &Purses) {
        let (limit, year) = (self.limits[&who], self.years.entry(when.year()).or_default());
        if when.index() == 0 {
            let opening = parts(debts(before), limit);
            for (own, part) in year.opening.iter_mut().zip(opening) {
                *own += part;
            }
        }
        let month = |debt: f64| (debt * (INTEREST / 12.0)).round_ties_even();
        let interest = month(before.medical_debt[0]) + month(before.other_debt[0]);
        let lent = lived.borrowed_for_care[0] + lived.borrowed_else[0];
        let paid = lived.medical_service[0] + lived.other_service[0] + lived.prepaid[0] - interest;
        assert_eq!(debts(before) - paid + lent, debts(after), "{who} {when}");
        let low = debts(before) - paid;
        let [was, least, is] = [debts(before), low, debts(after)].map(|debt| parts(debt, limit));
        for at in 0..2 {
            year.repaid[at] += was[at] - least[at];
            year.lent[at] += is[at] - least[at];
        }
        year.interest += interest;
    }

    fn closed(&mut self, year: i32, block: &Block) {
        let homes = &block.households;
        let owed = (0..homes.len()).map(|h| homes.medical_debt[h].lane() + homes.other_debt[h].lane());
        self.years.entry(year).or_default().owed += owed.sum::<f64>();
    }
}

fn lending(result: &RunResult, at: usize) -> Lending {
    use kangcun::indicators::tally::Add;
    let mut sum = Lending::default();
    for county in &result.years[at].counties {
        sum.add(&county.counted.lending);
    }
    sum
}

/// Holds the accounts of a world against its months; the accounts of all years come back.
fn balanced(sets: &[&str]) -> Vec<Lending> {
    let sets: Vec<&str> = ONE_EACH.iter().chain(sets).copied().collect();
    let (result, tapes) = taped(&policy("baseline", &sets), Accountant::default);
    let years = 0..result.years.len();
    let accounts: Vec<Lending> = years.map(|at| lending(&result, at)).collect();
    for (at, own) in accounts.iter().enumerate() {
        let year = result.years[at].year;
        let seen = |part: &dyn Fn(&Seen) -> f64| tapes.iter().map(|tape| part(&tape.years[&year])).sum::<f64>();
        for lender in 0..2 {
            let loans: &Loans = &own.loans[lender];
            let place = format!("lender {lender} in {year}");
            assert_eq!(
                loans.opening as f64,
                seen(&|own| own.opening[lender]),
                "{place}: opening"
            );
            assert_eq!(loans.lent as f64, seen(&|own| own.lent[lender]), "{place}: lent");
            assert_eq!(
                loans.repaid() as f64,
                seen(&|own| own.repaid[lender]),
                "{place}: repaid"
            );
            let flows = [
                loans.opening,
                loans.lent,
                loans.repaid(),
                loans.from_estates,
                loans.written_off,
            ];
            assert!(
                flows.into_iter().all(|flow| flow >= 0) && loans.closing() >= 0,
                "{place}: {loans:?}"
            );
        }
        assert_eq!(own.interest() as f64, seen(&|own| own.interest), "{year}: interest");
        let closing: i64 = own.loans.iter().map(Loans::closing).sum();
        assert_eq!(
            closing as f64,
            seen(&|own| own.owed),
            "{year}: what is owed is what is lent"
        );
        if let Some(next) = accounts.get(at + 1) {
            let opening: i64 = next.loans.iter().map(|loans| loans.opening).sum();
            assert_eq!(
                closing, opening,
                "bank and kin take over from each other and lose nothing"
            );
        }
    }
    accounts
}

#[test]
fn what_households_owe_is_what_lenders_have_lent() {
    let accounts = balanced(&[]);
    let total = |part: &dyn Fn(&Lending) -> i64| accounts.iter().map(part).sum::<i64>();
    for lender in 0..2 {
        assert!(total(&|own| own.loans[lender].lent) > 0 && total(&|own| own.loans[lender].repaid()) > 0);
    }
    assert!(total(&|own| own.loans[0].written_off) > 0, "somebody dies in debt");
    assert!(total(&|own| own.loans[0].from_estates) > 0, "an estate pays a debt");
}

#[test]
fn debts_move_with_households_that_join_kin() {
    let accounts = balanced(&[
        "demography.merge_per_year=0.3",
        "demography.merge_age_years=60",
        "demography.orphans_join_share=1",
    ]);
    let without = balanced(&[]);
    assert_ne!(accounts, without);
}

#[test]
fn where_the_bank_lends_nothing_kin_lend_everything() {
    let accounts = balanced(&["livelihood.bank_limit_years=0.3"]);
    assert!(accounts.iter().all(|own| own.loans[0].opening > 0));
    let none = policy(
        "baseline",
        &[&ONE_EACH[..], &["livelihood.bank_limit_years=0"]].concat(),
    );
    let (result, _) = taped(&none, || kangcun::month::NoTape);
    let lent: Vec<Lending> = (0..result.years.len()).map(|at| lending(&result, at)).collect();
    for (own, all) in lent.iter().zip(&accounts) {
        assert_eq!(own.loans[0], Loans::default());
        let both: i64 = all.loans.iter().map(|loans| loans.lent).sum();
        assert_eq!(own.loans[1].lent, both, "who lends changes nothing for households");
        assert_eq!(own.interest(), all.interest());
    }
}
