//! The close of a household's books: held against every gauge, counted, handed back, its standing reviewed.
#![allow(clippy::needless_bitwise_bool)] // no branch for what is hard to predict

use super::{BlockYear, Outside};
use crate::draws::{Purpose, Stream};
use crate::indicators::tally::{FifthTally, Tally, age_group, fifth_of};
use crate::month::books::{HouseholdYear, Ledger, PersonsBack};
use crate::month::livelihood::purses::Carried;
use crate::month::{Tape, Verdict};
use crate::rules::Class;
use crate::units::{Fen, Lane, Month};
use crate::world::{Block, Households};
use crate::year::poverty::{self, Convention, Lived, MAX_GAUGES};
use crate::year::status::{Review, Seen, Standing};

/// Residual loss from which a respondent would name illness as what made the household poor, per cent.
const SEVERE_LOSS: u8 = 30;

/// The luck of a close.
#[derive(Clone, Copy)]
struct CloseLuck {
    monitoring: Stream,
    dibao: Stream,
}

/// Where a household is counted.
struct Counts<'a> {
    cell: &'a mut Tally,
    fifth: &'a mut FifthTally,
}

/// What the members' books say at the close.
#[derive(Clone, Copy, Default)]
struct Members {
    /// Somebody is still there.
    alive: bool,
    /// Somebody still there lost much of the capacity to earn.
    severe: bool,
    /// Adults admitted this year.
    admitted: i64,
}

impl BlockYear {
    /// Holds every household against every gauge, writes the tallies of the close, and closes all books into the columns.
    pub fn close<T: Tape>(&mut self, block: &mut Block, outside: &Outside, tape: &mut T) {
        let luck = CloseLuck {
            monitoring: outside.luck.stream(Purpose::Monitoring, outside.plan.year),
            dibao: outside.luck.stream(Purpose::Dibao, outside.plan.year),
        };
        outside.level.call(
            #[inline(always)]
            || {
                let mut people = PersonsBack::of(&mut block.people);
                for h in 0..block.households.len() {
                    self.close_household(&mut people, &mut block.households, outside, luck, h, tape);
                }
            },
        );
    }

    #[inline(always)]
    fn close_household<T: Tape>(
        &mut self,
        people: &mut PersonsBack,
        home: &mut Households,
        outside: &Outside,
        luck: CloseLuck,
        h: usize,
        tape: &mut T,
    ) {
        let first = home.first[h] as usize;
        let weight = i64::from(home.weight[h]);
        let members = self.close_members(people, first, usize::from(home.size[h]), weight);
        let (book, ledger) = (&self.households[h], &self.ledgers[h]);
        let lived = match outside.carried {
            Carried::InFact => book.lived(ledger),
            Carried::WithoutIllness => book.lived(ledger).all_as(outside.carried.lane()),
        };
        let class = &outside.plan.classes[usize::from(book.class)];
        let group = usize::from(!home.cohort[h]);
        let count = &mut Counts {
            cell: &mut self.counted.cells[usize::from(book.cell)],
            fifth: &mut self.counted.fifths[group][fifth_of(home.permanent[h])],
        };
        book.hand_back(ledger, outside.carried, home, h);
        let paid = Fen::of_lane(ledger.medical_service[0] + ledger.other_service);
        let lending = &mut self.counted.lending;
        lending.close(ledger.debts(), ledger.bank_limit(), paid, i64::from(book.weight));
        count.cell.adults_admitted += i64::from(book.weight) * members.admitted;
        count.fifth.oop += i64::from(book.weight) * ledger.oop_year.0;
        count_money(count.cell, book, ledger, home.dibao_month[h].fen());
        // The money of a household whose last member died is its estate; it has no status.
        if members.alive {
            count_protection(
                count,
                book,
                &lived,
                class.rules.livelihood.food_share,
                home.medical_debt[h].fen(),
            );
            let year = Year {
                book,
                lived,
                severe: members.severe,
            };
            rebuild(count.cell, home, h, ledger, class);
            let verdict = hold(count, &year, home, h, outside, class, luck.monitoring);
            if T::SEES {
                tape.held(outside.plan.year, &verdict);
            }
            let net = Fen::of_lane(verdict.held[Convention::Register as usize][0]);
            stand(home, h, class, outside, luck.dibao, (net, book.found));
        }
    }

    /// Closes the books of `size` members from `first` on, each of whom stands for `weight` people.
    #[inline(always)]
    fn close_members(&mut self, people: &mut PersonsBack, first: usize, size: usize, weight: i64) -> Members {
        let mut all = Members::default();
        for (at, person) in self.people[first..][..size].iter().enumerate() {
            people.hand_back(first + at, person);
            let (sex, group) = (usize::from(person.sex) % 2, age_group(person.age));
            self.counted.persons_by_age[sex][group] += weight;
            self.counted.deaths_by_age[sex][group] += weight * i64::from(person.gone);
            all.alive |= !person.gone;
            all.severe |= !person.gone & (person.residual_loss >= SEVERE_LOSS);
            all.admitted += i64::from(person.admitted & (person.age >= 16));
        }
        all
    }
}

/// Replaces a part of the assets that were sold.
#[inline(always)]
fn rebuild(count: &mut Tally, home: &mut Households, h: usize, ledger: &Ledger, class: &Class) {
    let rules = &class.rules.livelihood;
    if rules.asset_rebuild_per_year > 0.0 {
        let (owned, savings) = (home.assets[h].fen(), home.savings[h].fen());
        let buffer = Fen::of_lane(ledger.habits.buffer);
        let spent = rules.rebuilt(owned, home.founding_assets[h].fen(), savings, buffer);
        home.savings[h] = (savings - spent).into();
        home.assets[h] = (owned + spent).into();
        count.invested += i64::from(home.weight[h]) * spent.0;
    }
}

/// Holds a household against every gauge, as it was and in its shadows, and notes what came of it.
#[inline(always)]
fn hold<'a>(
    count: &mut Counts,
    year: &'a Year,
    home: &mut Households,
    h: usize,
    outside: &Outside,
    class: &'a Class,
    monitoring: Stream,
) -> Verdict<'a> {
    let (book, lived) = (year.book, &year.lived);
    let (lines, rules) = (&class.lines, &class.rules.poverty);
    let (weight, size) = (i64::from(book.weight), Lane::from(book.size));
    let persons = weight * i64::from(book.size);
    count.cell.households_held += weight;
    count.cell.persons_held += persons;
    count.fifth.households_held += weight;
    count.fifth.persons_held += persons;
    let held = lived.held(book.smooth);
    let below = lines.below(&held, size);
    let (all, was) = (lines.all(), home.poor[h] & lines.all());
    // The register must see a household to enter it; once in, it stays in while it is below.
    let before = home.years_below[h];
    let any = below.iter().fold(0, |any, own| any | own);
    let mut open = all & !lines.register;
    if any & lines.register != 0 && i32::from(before) + 1 >= rules.years_below_count as i32 {
        let seen = monitoring.uniform(book.id, 0) < rules.register_sensitivity_share;
        open |= if seen { lines.register } else { was };
    }
    let poor = below.map(|bits| bits & open);
    if lines.national != 0 {
        let once_more = before.saturating_add(1);
        home.years_below[h] = if below[0] & lines.national != 0 { once_more } else { 0 };
    }

    let at_risk = if outside.first { 0 } else { all & !was };
    add_where(&mut count.cell.at_risk, at_risk, weight);
    add_where(&mut count.fifth.at_risk, at_risk, weight);
    if poor.iter().any(|&bits| bits != 0) {
        let after = AfterIllness {
            year,
            held: held.map(|purses| purses[0]),
        };
        count_poor(count, &after, class, poor, at_risk);
    }
    let (net, gross) = (lived.consumed[0], lived.consumed[0] + lived.oop[0]);
    let impoverished = lines.between(net, gross, size);
    if impoverished != 0 {
        add_where(&mut count.cell.impoverished, impoverished, persons);
    }

    // Cumulative incidence starts with those not poor when reporting begins.
    let begins = outside.plan.year + 1 == outside.reporting_starts;
    let start = home.at_start[h] & all;
    let ever = if begins { 0 } else { home.ever[h] } | start & poor[0];
    add_where(&mut count.cell.at_start, start, weight);
    if start & ever != 0 {
        add_where(&mut count.cell.ever, start & ever, weight);
    }
    home.ever[h] = ever;
    if begins {
        home.at_start[h] = home.at_start[h] & !all | all & !poor[0];
    }
    home.poor[h] = home.poor[h] & !all | poor[0];
    Verdict {
        book,
        cohort: home.cohort[h],
        medical_debt: home.medical_debt[h].fen(),
        lived,
        held,
        lines,
        poor,
        at_risk,
    }
}

/// A household's year as the close sees it.
struct Year<'a> {
    book: &'a HouseholdYear,
    /// What its purses lived through.
    lived: Lived,
    /// A member lost much of the capacity to earn.
    severe: bool,
}

/// A household that is poor, in fact or in a shadow, and what it is asked about illness.
struct AfterIllness<'a> {
    year: &'a Year<'a>,
    /// What the factual purse is held by, by convention.
    held: [Lane; poverty::CONVENTIONS],
}

/// Counts a household gauge by gauge where it is poor in fact or in a shadow.
fn count_poor(count: &mut Counts, after: &AfterIllness, class: &Class, poor: [u16; poverty::PURSES], at_risk: u16) {
    let (year, book) = (after.year, after.year.book);
    let Counts { cell, fifth } = count;
    let (weight, size) = (i64::from(book.weight), Lane::from(book.size));
    let persons = weight * i64::from(book.size);
    let mut left = poor.iter().fold(0, |any, own| any | own);
    while left != 0 {
        let g = left.trailing_zeros() as usize % MAX_GAUGES;
        left &= left - 1;
        let bit = 1u16 << g;
        let table = poor.map(|bits| bits & bit != 0);
        if at_risk & bit != 0 {
            let poor_in = |purse: usize| weight * i64::from(table[purse]);
            cell.returned[g] += poor_in(0);
            fifth.returned[g] += poor_in(0);
            fifth.returned_without_bill[g] += poor_in(1);
            cell.returned_without_illness[g] += poor_in(3);
            fifth.returned_without_illness[g] += poor_in(3);
            if let Some(cause) = poverty::cause(table) {
                cell.causes[g][cause as usize] += weight;
                fifth.causes[g][cause as usize] += weight;
            }
        }
        if !table[0] {
            continue;
        }
        let (line, convention) = (class.lines.line(g, size), class.lines.convention(g));
        let held = after.held[convention as usize];
        cell.poor[g] += weight;
        fifth.poor[g] += weight;
        cell.poor_persons[g] += persons;
        count_depth(cell, g, persons, held, line);
        let accounted = year.lived.without_illness(convention, held, book.smooth) >= line;
        let returned = weight * i64::from(accounted & (at_risk & bit != 0));
        cell.returned_accounting[g] += returned;
        fifth.returned_accounting[g] += returned;
        cell.poor_named_illness[g] += weight * i64::from(accounted | year.severe);
    }
}

/// How far below the line, for its persons.
#[inline]
fn count_depth(count: &mut Tally, g: usize, persons: i64, held: Lane, line: Lane) {
    if line > 0.0 {
        let gap = (1.0 - held.max(0.0) / line).clamp(0.0, 1.0);
        count.gap_ppm[g] += persons * Fen::nearest(gap * 1e6).0;
        count.squared_gap_ppm[g] += persons * Fen::nearest(gap * gap * 1e6).0;
    }
}

/// Adds `amount` to the counter of every gauge in the set.
#[inline(always)]
fn add_where(counters: &mut [i64; MAX_GAUGES], gauges: u16, amount: i64) {
    for (g, counter) in counters.iter_mut().enumerate() {
        *counter += amount & -(i64::from(gauges) >> g & 1);
    }
}

/// Next year's standing by what the register holds and whether a screening found the household, and aid that opens in it.
#[inline(always)]
fn stand(home: &mut Households, h: usize, class: &Class, outside: &Outside, draws: Stream, (net, found): (Fen, bool)) {
    let year = outside.plan.year;
    let review = Review {
        rules: &class.rules.status,
        standards: class.standards,
        draws,
    };
    let seen = Seen {
        id: home.id[h],
        net,
        size: i64::from(home.size[h]),
        year,
    };
    if found {
        let listed = year + class.rules.monitoring.screening.listed_years as i32;
        home.monitored_until[h] = home.monitored_until[h].max(listed as u16);
    }
    let now = Standing {
        category: home.category[h],
        dibao_month: home.dibao_month[h].fen(),
        monitored_until: home.monitored_until[h],
    };
    let next = review.next(now, home.cohort[h], &seen);
    home.category[h] = next.category;
    home.dibao_month[h] = next.dibao_month.into();
    home.monitored_until[h] = next.monitored_until;
    // Aid noticed late in the year opens in the next; what was open or marked as looked at is cleared.
    let next_year = Month::of(year + 1, 1)..Month::of(year + 2, 1);
    if !next_year.contains(&home.aid_open_from[h].month()) {
        home.aid_open_from[h] = Month(0).into();
    }
}

/// The year's income and spending; transfers come every month.
#[inline(always)]
fn count_money(count: &mut Tally, book: &HouseholdYear, ledger: &Ledger, dibao_month: Fen) {
    let weight = i64::from(book.weight);
    count.income += weight * (ledger.gross_year - ledger.lost_year).0;
    count.dibao += weight * 12 * dibao_month.0;
    count.cash += weight * 12 * book.cash_month.0;
    count.relief += weight * book.relief().0;
    count.lost_income += weight * ledger.lost_year.0;
    count.consumed += weight * Fen::of_lane(ledger.consumed[0]).0;
}

/// Catastrophic spending. The 40% rule uses spending above food as capacity to pay, food being the Engel share of
/// consumption without care (a first version of the WHO method, which needs a food share per household).
#[inline(always)]
fn count_protection(count: &mut Counts, book: &HouseholdYear, lived: &Lived, food_share: f64, medical_debt: Fen) {
    let weight = i64::from(book.weight);
    let persons = weight * i64::from(book.size);
    let (consumed, oop) = (lived.consumed[0], lived.oop[0]);
    let total = consumed + oop;
    let capacity = total - food_share * consumed;
    let catastrophic = [
        persons * i64::from(oop > 0.10 * total),
        persons * i64::from(oop > 0.25 * total),
        weight * i64::from((oop > 0.0) & (oop >= 0.40 * capacity)),
    ];
    let Counts { cell, fifth } = count;
    cell.catastrophic_10 += catastrophic[0];
    cell.catastrophic_25 += catastrophic[1];
    cell.catastrophic_40 += catastrophic[2];
    fifth.catastrophic_10 += catastrophic[0];
    fifth.catastrophic_25 += catastrophic[1];
    fifth.catastrophic_40 += catastrophic[2];
    cell.medical_debt += weight * medical_debt.0;
    cell.households_in_medical_debt += weight * i64::from(medical_debt > Fen::ZERO);
}
