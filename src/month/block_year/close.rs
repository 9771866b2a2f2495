//! The close of a household's books: held against every gauge, counted, handed back, its standing reviewed.

use super::{BlockYear, Outside, members};
use crate::draws::Purpose;
use crate::indicators::tally::Tally;
use crate::month::books::HouseholdYear;
use crate::rules::Class;
use crate::units::{Fen, Month};
use crate::world::{self, Block};
use crate::year::poverty::{self, Convention, Lived, PURSES};

/// All conventions, in their own order.
const CONVENTIONS: [Convention; 4] = [
    Convention::Register,
    Convention::MeasuredNet,
    Convention::MeasuredGross,
    Convention::IncomeOnly,
];

impl BlockYear {
    /// Holds every household against every gauge, writes the tallies of the close, and closes all books into the columns.
    pub(super) fn close(&mut self, block: &mut Block, outside: &Outside) {
        for h in 0..block.households.len() {
            if self.people[members(block, h)].iter().any(|person| !person.gone) {
                self.close_household(block, outside, h);
            } else {
                self.close_ended(block, h);
            }
        }
        for (at, person) in self.people.iter().enumerate() {
            person.hand_back(&mut block.people, at);
            if person.admitted && person.age >= 16 {
                let book = &self.households[person.household as usize];
                self.counted.cells[usize::from(book.cell)].adults_admitted += i64::from(book.weight);
            }
        }
    }

    /// A household whose last member died: its money is counted and handed back for the estate; it has no status.
    fn close_ended(&mut self, block: &mut Block, h: usize) {
        let book = &self.households[h];
        let count = &mut self.counted.cells[usize::from(book.cell)];
        count_money(count, &book.lived.of(0), book, block.households.dibao_month[h]);
        book.hand_back(&mut block.households, h);
    }

    fn close_household(&mut self, block: &mut Block, outside: &Outside, h: usize) {
        let year = outside.plan.year;
        let range = members(block, h);
        let home = &mut block.households;
        let book = &self.households[h];
        let class = &outside.plan.classes[usize::from(book.class)];
        let poverty = &class.rules.poverty;
        let weight = i64::from(book.weight);
        let size = i64::from(book.size);
        let count = &mut self.counted.cells[usize::from(book.cell)];
        let lived: [Lived; PURSES] = std::array::from_fn(|at| book.lived.of(at));
        let factual = lived[0];
        count_money(count, &factual, book, home.dibao_month[h]);
        book.hand_back(home, h);
        count.households_held += weight;
        count.persons_held += weight * size;
        let seen =
            outside.luck.stream(Purpose::Monitoring, year).uniform(home.id[h], 0) < poverty.register_sensitivity_share;
        let held = lived.map(|lived| CONVENTIONS.map(|convention| lived.held(convention, book.smooth)));
        let severe = |person: &crate::month::books::PersonYear| person.residual_loss >= 30 && !person.gone;
        let severe = self.people[range].iter().any(severe);
        let national = class
            .gauges
            .iter()
            .find(|g| g.convention == Convention::Register)
            .map(|g| g.fen);
        let before = i32::from(home.years_below[h]);
        if let Some(line) = national {
            home.years_below[h] = if held[0][Convention::Register as usize] < line * size {
                home.years_below[h].saturating_add(1)
            } else {
                0
            };
        }
        if year + 1 == outside.reporting_starts {
            home.ever[h] = 0;
        }
        for (g, gauge) in class.gauges.iter().enumerate() {
            let bit = 1u16 << g;
            let line = gauge.fen * size;
            let was = home.poor[h] & bit != 0;
            let by = gauge.convention as usize;
            let poor = |at: usize| {
                let below = held[at][by] < line;
                let asked = poverty.years_below_count as i32;
                let register = gauge.convention == Convention::Register;
                // The register must see a household to enter it; once in, it stays in while it is below.
                below && (!register || ((seen || was) && before + 1 >= asked))
            };
            let table: [bool; PURSES] = std::array::from_fn(poor);
            if table[0] {
                home.poor[h] |= bit;
            } else {
                home.poor[h] &= !bit;
            }
            count_gauge(count, g, weight, size, table, was, outside.first);
            count_depth(count, g, weight * size, held[0][by], line, table[0]);
            let added_back = held[0][by]
                + match gauge.convention {
                    Convention::Register => factual.oop + factual.medical_service + book.lost_year.scaled(book.smooth),
                    Convention::IncomeOnly => book.lost_year.scaled(book.smooth),
                    Convention::MeasuredNet => factual.oop + book.lost_year,
                    // Care already counts as consumption here.
                    Convention::MeasuredGross => book.lost_year,
                };
            let accounted = table[0] && added_back >= line;
            if accounted && !was && !outside.first {
                count.returned_accounting[g] += weight;
            }
            if table[0] && (accounted || severe) {
                count.poor_named_illness[g] += weight;
            }
            if factual.consumed + factual.oop >= line && factual.consumed < line {
                count.impoverished[g] += weight * size;
            }
            if home.at_start[h] & bit != 0 {
                if table[0] {
                    home.ever[h] |= bit;
                }
                count.at_start[g] += weight;
                count.ever[g] += weight * i64::from(home.ever[h] & bit != 0);
            }
            // Cumulative incidence starts with those not poor when reporting begins.
            if year + 1 == outside.reporting_starts {
                home.at_start[h] = if table[0] {
                    home.at_start[h] & !bit
                } else {
                    home.at_start[h] | bit
                };
            }
        }
        count_protection(count, weight, size, &factual, class.rules.livelihood.food_share);
        count.medical_debt += weight * home.medical_debt[h].0;
        count.households_in_medical_debt += weight * i64::from(home.medical_debt[h] > Fen::ZERO);
        let net = held[0][Convention::Register as usize];
        stand(home, h, class, outside, Fen(net.0 / size.max(1)));
        // Aid noticed late in the year opens in the next; what was open or marked as looked at is cleared.
        let opens = home.aid_open_from[h];
        let next_year = Month::of(year + 1, 1)..Month::of(year + 2, 1);
        if !next_year.contains(&opens) {
            home.aid_open_from[h] = Month(0);
        }
    }
}
/// Next year's standing.
fn stand(home: &mut world::Households, h: usize, class: &Class, outside: &Outside, net_per_head: Fen) {
    use crate::year::status::{Seen, Standing};
    let year = outside.plan.year;
    let dibao = outside.luck.stream(Purpose::Dibao, year);
    let seen = Seen {
        net_per_head,
        size: i64::from(home.size[h]),
        year,
        standards: class.standards,
        dibao_luck: dibao.uniform(home.id[h], 0),
        monitoring_luck: dibao.uniform(home.id[h], 1),
    };
    let now = Standing {
        category: home.category[h],
        dibao_month: home.dibao_month[h],
        monitored_until: home.monitored_until[h],
    };
    let next = class.rules.status.review(now, home.cohort[h], &seen);
    home.category[h] = next.category;
    home.dibao_month[h] = next.dibao_month;
    home.monitored_until[h] = next.monitored_until;
}

/// The year's income and spending; transfers come every month.
fn count_money(count: &mut Tally, lived: &Lived, book: &HouseholdYear, dibao_month: Fen) {
    let weight = i64::from(book.weight);
    count.income += weight * lived.income.0;
    count.dibao += weight * 12 * dibao_month.0;
    count.cash += weight * 12 * book.cash_month.0;
    count.lost_income += weight * book.lost_year.0;
    count.consumed += weight * lived.consumed.0;
}

fn count_gauge(count: &mut Tally, g: usize, weight: i64, size: i64, table: [bool; PURSES], was: bool, first: bool) {
    count.poor[g] += weight * i64::from(table[0]);
    count.poor_persons[g] += weight * size * i64::from(table[0]);
    if was || first {
        return;
    }
    count.at_risk[g] += weight;
    count.returned[g] += weight * i64::from(table[0]);
    count.returned_without_illness[g] += weight * i64::from(table[3]);
    if let Some(cause) = poverty::cause(table) {
        count.causes[g][cause as usize] += weight;
    }
}

fn count_depth(count: &mut Tally, g: usize, persons: i64, held: Fen, line: Fen, poor: bool) {
    if poor && line > Fen::ZERO {
        let gap = (1.0 - held.or_zero().0 as f64 / line.0 as f64).clamp(0.0, 1.0);
        count.gap_ppm[g] += persons * Fen::nearest(gap * 1e6).0;
        count.squared_gap_ppm[g] += persons * Fen::nearest(gap * gap * 1e6).0;
    }
}

/// Catastrophic spending. The 40% rule uses spending above food as capacity to pay, food being the Engel share of
/// consumption without care (a first version of the WHO method, which needs a food share per household).
fn count_protection(count: &mut Tally, weight: i64, size: i64, lived: &Lived, food_share: f64) {
    let total = (lived.consumed + lived.oop).0 as f64;
    let oop = lived.oop.0 as f64;
    count.catastrophic_10 += weight * size * i64::from(oop > 0.10 * total);
    count.catastrophic_25 += weight * size * i64::from(oop > 0.25 * total);
    let capacity = total - food_share * lived.consumed.0 as f64;
    count.catastrophic_40 += weight * i64::from(oop > 0.0 && oop >= 0.40 * capacity);
}
