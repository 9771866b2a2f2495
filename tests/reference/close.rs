//! 31 December: each household against each gauge, counted; its standing; the chronic review.

use super::books::{Around, Books, Home, PURSES, PurseYear, hand_back};
use super::law::Law;
use super::luck::of_year;
use super::money::{above, fen, grown, part, yuan};
use kangcun::draws::Purpose;
use kangcun::indicators::tally::Tally;
use kangcun::units::{Fen, Fen32, Month};
use kangcun::world::{CONDITIONS, Category, Condition, Stage};
use kangcun::year::poverty::{CAUSES, Cause, Convention};

/// Closes everybody's year.
pub fn close(books: &mut Books, around: &Around) {
    for at in 0..books.homes.len() {
        count_money(books, at);
        count_debts(books, at);
        hand_back(&mut books.homes[at]);
        let someone_lives = books.living_members(at).next().is_some();
        if someone_lives {
            rebuild(books, at);
            hold(books, at, around);
        }
    }
    for resident in &books.residents {
        let (sex, group) = (usize::from(resident.row.sex), age_group(resident.age));
        let weight = books.homes[resident.home].weight();
        books.counted.persons_by_age[sex][group] += weight;
        if resident.row.gone {
            books.counted.deaths_by_age[sex][group] += weight;
        }
        if resident.admitted && resident.age >= 16 {
            let home = &books.homes[resident.home];
            books.counted.cells[home.cell].adults_admitted += home.weight();
        }
    }
    let lending = &mut books.counted.lending;
    let repaid = lending.loans.map(|loans| loans.repaid());
    assert_eq!(
        repaid, books.repaid,
        "debts paid back over the year, and month by month"
    );
    lending.paid = repaid[0] + repaid[1] + books.interest;
    for resident in &mut books.residents {
        if !resident.row.gone {
            review(resident, around);
        }
    }
}

/// What is owed to bank and kin on 31 December.
fn count_debts(books: &mut Books, at: usize) {
    let home = &books.homes[at];
    let weight = home.weight();
    let bank = home.purses[0].owed_to_bank(&home.living.habits);
    let [of_bank, of_kin] = &mut books.counted.lending.loans;
    of_bank.december += weight * bank;
    of_kin.december += weight * (home.purses[0].debts() - bank);
}

/// A part of the assets that were sold is bought back with savings above those aimed at.
fn rebuild(books: &mut Books, at: usize) {
    let home = &mut books.homes[at];
    let share = home.law.rules.livelihood.asset_rebuild_per_year.min(1.0);
    let row = &mut home.row;
    let (owned, savings) = (row.assets.fen().0, row.savings.fen().0);
    let missing = above(row.founding_assets.fen().0, owned);
    let spent = part(missing, share).min(above(savings, home.living.habits.buffer));
    row.assets = Fen(owned + spent).into();
    row.savings = Fen(savings - spent).into();
    let weight = home.weight();
    books.count(at).invested += weight * spent;
}

/// 0, 1 to 4, then by five years to 85 and above.
pub fn age_group(years: i32) -> usize {
    let group = match years {
        0 => 0,
        1..=4 => 1,
        _ => (years + 5) / 5,
    };
    group.min(18) as usize
}

/// The year's income and spending; dibao and cash come every month.
fn count_money(books: &mut Books, at: usize) {
    let home = &books.homes[at];
    let (weight, year, living) = (home.weight(), home.years[0], home.living);
    let (dibao, lost) = (home.row.dibao_month.fen().0, home.lost_year);
    let count = books.count(at);
    count.income += weight * year.income;
    count.dibao += weight * 12 * dibao;
    count.cash += weight * 12 * living.cash_month;
    count.lost_income += weight * lost;
    count.consumed += weight * year.consumed;
    count.programme_cost += living.delivery;
}

/// The amount that a convention holds against the line.
fn held(year: &PurseYear, convention: Convention, smooth: f64) -> i64 {
    let assessed = part(year.income, smooth) + year.transfers;
    match convention {
        Convention::Register => assessed - year.oop - year.medical_service,
        Convention::IncomeOnly => assessed,
        Convention::MeasuredNet => year.consumed,
        Convention::MeasuredGross => year.consumed + year.oop,
    }
}

/// A convention held against a line.
struct Gauge {
    convention: Convention,
    /// Fen per head.
    line: i64,
}

fn gauges(law: &Law) -> Vec<Gauge> {
    let rules = &law.rules.poverty;
    let mut gauges: Vec<_> = rules.gauges.iter().collect();
    gauges.sort_by_key(|(name, gauge)| (gauge.order, name.as_str()));
    let gauge = |gauge: &kangcun::year::poverty::Gauge| {
        let line = &rules.lines[&gauge.line];
        Gauge {
            convention: gauge.convention,
            line: yuan(line.line_2020_yuan * grown(line.line_growth, law.years())),
        }
    };
    gauges.into_iter().map(|(_, own)| gauge(own)).collect()
}

/// Why a household is poor, told by the purses in which it is: in fact, without the bills, without the lost work, without
/// both.
fn cause([in_fact, no_bills, no_loss, without_both]: [bool; PURSES]) -> Option<Cause> {
    if !in_fact {
        let somewhere = no_bills || no_loss || without_both;
        return somewhere.then_some(Cause::ShadowOnly);
    }
    Some(match (no_bills, no_loss) {
        (false, false) => Cause::Either,
        (false, true) => Cause::BillAlone,
        (true, false) => Cause::WorkAlone,
        (true, true) if without_both => Cause::Neither,
        (true, true) => Cause::BothNeeded,
    })
}

/// Holds a household against every gauge, counts it, and reviews its standing.
fn hold(books: &mut Books, at: usize, around: &Around) {
    let severe = books
        .living_members(at)
        .any(|resident| resident.row.residual_loss >= 30);
    let home = &mut books.homes[at];
    let law = std::rc::Rc::clone(&home.law);
    let count = &mut books.counted.cells[home.cell];
    let (weight, size, smooth) = (home.weight(), home.size(), home.living.smooth);
    count.households_held += weight;
    count.persons_held += weight * size;
    let gauges = gauges(&law);
    let national = gauges.iter().find(|gauge| gauge.convention == Convention::Register);
    let below_before = i32::from(home.row.years_below);
    if let Some(gauge) = national {
        let below = held(&home.years[0], Convention::Register, smooth) < gauge.line * size;
        home.row.years_below = if below {
            home.row.years_below.saturating_add(1)
        } else {
            0
        };
    }
    let opens_reporting = around.year + 1 == around.reporting_starts;
    if opens_reporting {
        home.row.ever = 0;
    }
    let sight = of_year(around.luck, around.year, Purpose::Monitoring, home.row.id, 0);
    let rules = &law.rules.poverty;
    for (number, gauge) in gauges.iter().enumerate() {
        let (bit, line) = (1u16 << number, gauge.line * size);
        let was = home.row.poor & bit != 0;
        let register = gauge.convention == Convention::Register;
        // The register must see a household to enter it; once in, it stays while it is below.
        let entered = was || sight < rules.register_sensitivity_share;
        let long_enough = below_before + 1 >= rules.years_below_count as i32;
        let listed = !register || (entered && long_enough);
        let amounts = home.years.map(|year| held(&year, gauge.convention, smooth));
        let poor = amounts.map(|amount| amount < line && listed);
        set(&mut home.row.poor, bit, poor[0]);
        count_gauge(count, number, (weight, size), poor, was || around.first);
        count_depth(count, number, weight * size, amounts[0], line, poor[0]);
        let year = home.years[0];
        let back = amounts[0] + illness_of_the_year(&year, gauge.convention, home.lost_year, smooth);
        let by_illness = poor[0] && back >= line;
        count.returned_accounting[number] += weight * i64::from(by_illness && !was && !around.first);
        count.poor_named_illness[number] += weight * i64::from(poor[0] && (by_illness || severe));
        let pushed_below = year.consumed < line && year.consumed + year.oop >= line;
        count.impoverished[number] += weight * size * i64::from(pushed_below);
        if home.row.at_start & bit != 0 {
            home.row.ever |= if poor[0] { bit } else { 0 };
            count.at_start[number] += weight;
            count.ever[number] += weight * i64::from(home.row.ever & bit != 0);
        }
        // Cumulative incidence begins with those who are not poor when reporting does.
        if opens_reporting {
            set(&mut home.row.at_start, bit, !poor[0]);
        }
    }
    count_protection(count, home, law.rules.livelihood.food_share);
    let debt = home.row.medical_debt.fen().0;
    count.medical_debt += weight * debt;
    count.households_in_medical_debt += weight * i64::from(debt > 0);
    let net = held(&home.years[0], Convention::Register, smooth);
    stand(home, &law, net / size.max(1), around);
    // Aid noticed late in the year opens in the next; what was open is closed.
    let opens = home.row.aid_open_from.month();
    if opens.year() != around.year + 1 {
        home.row.aid_open_from = Month(0).into();
    }
}

fn set(bits: &mut u16, bit: u16, on: bool) {
    *bits = if on { *bits | bit } else { *bits & !bit };
}

/// What the accounting convention adds back: this year's spending, lost income and medical debt service, as far as the
/// gauge took them off.
fn illness_of_the_year(year: &PurseYear, convention: Convention, lost: i64, smooth: f64) -> i64 {
    match convention {
        Convention::Register => year.oop + year.medical_service + part(lost, smooth),
        Convention::IncomeOnly => part(lost, smooth),
        Convention::MeasuredNet => year.oop + lost,
        Convention::MeasuredGross => lost,
    }
}

fn count_gauge(count: &mut Tally, gauge: usize, (weight, size): (i64, i64), poor: [bool; PURSES], out: bool) {
    count.poor[gauge] += weight * i64::from(poor[0]);
    count.poor_persons[gauge] += weight * size * i64::from(poor[0]);
    if out {
        return;
    }
    count.at_risk[gauge] += weight;
    count.returned[gauge] += weight * i64::from(poor[0]);
    count.returned_without_illness[gauge] += weight * i64::from(poor[3]);
    let causes: &mut [i64; CAUSES] = &mut count.causes[gauge];
    if let Some(cause) = cause(poor) {
        causes[cause as usize] += weight;
    }
}

fn count_depth(count: &mut Tally, gauge: usize, persons: i64, held: i64, line: i64, poor: bool) {
    if poor && line > 0 {
        let gap = (1.0 - held.max(0) as f64 / line as f64).clamp(0.0, 1.0);
        count.gap_ppm[gauge] += persons * fen(gap * 1e6);
        count.squared_gap_ppm[gauge] += persons * fen(gap * gap * 1e6);
    }
}

/// Catastrophic spending against consumption with care, and against what is left of it after food.
fn count_protection(count: &mut Tally, home: &Home, food_share: f64) {
    let (weight, size) = (home.weight(), home.size());
    let (consumed, oop) = (home.years[0].consumed as f64, home.years[0].oop as f64);
    let total = consumed + oop;
    count.catastrophic_10 += weight * size * i64::from(oop > 0.10 * total);
    count.catastrophic_25 += weight * size * i64::from(oop > 0.25 * total);
    let capacity = total - food_share * consumed;
    count.catastrophic_40 += weight * i64::from(oop > 0.0 && oop >= 0.40 * capacity);
}

/// Next year's standing: dibao by its standard, monitoring by its line, both with error.
fn stand(home: &mut Home, law: &Law, net_per_head: i64, around: &Around) {
    let (rules, years, size) = (&law.rules.status, law.years(), home.size());
    let luck = |index| of_year(around.luck, around.year, Purpose::Dibao, home.row.id, index);
    let (dibao_luck, monitoring_luck) = (luck(0), luck(1));
    // What is granted is paid next year, by next year's standard.
    let standard = yuan(rules.dibao_standard_yuan * grown(rules.dibao_growth, years + 1));
    let monitoring_line = yuan(rules.monitoring_line_yuan * grown(rules.monitoring_growth, years));
    let topup = |income: i64| part(above(standard, income) * size, rules.dibao_topup_share / 12.0).max(1);
    let own = if home.row.cohort {
        Category::Lifted
    } else {
        Category::Ordinary
    };
    let row = &mut home.row;
    if home.found {
        let listed = around.year + law.rules.monitoring.screening.listed_years as i32;
        row.monitored_until = row.monitored_until.max(listed as u16);
    }
    let now = row.dibao_month.fen().0;
    match row.category {
        Category::Tekun => return,
        // Dibao of founding is part of published transfers.
        Category::Dibao if now == 0 => return,
        Category::Dibao => {
            let ends = net_per_head >= standard && dibao_luck < rules.dibao_end_share;
            if !ends {
                let without_dibao = net_per_head - now * 12 / size.max(1);
                row.dibao_month = Fen(topup(without_dibao)).into();
                return;
            }
            row.dibao_month = Fen32::ZERO;
        }
        _ => {
            if net_per_head < standard && dibao_luck < rules.dibao_grant_share {
                row.category = Category::Dibao;
                row.dibao_month = Fen(topup(net_per_head)).into();
                return;
            }
        }
    }
    if net_per_head < monitoring_line && monitoring_luck < rules.monitoring_sensitivity_share {
        row.monitored_until = (around.year + rules.monitoring_years as i32) as u16;
    }
    let monitored = i32::from(row.monitored_until) > around.year;
    row.category = if monitored { Category::Monitored } else { own };
}

/// The yearly review of a person's chronic conditions: one draw a condition.
fn review(resident: &mut super::books::Resident, around: &Around) {
    let within_year = |hazard: f64| -(-hazard).exp_m1();
    let now = resident.row.conditions;
    let held = CONDITIONS.into_iter().filter(|&condition| now.has(condition));
    for condition in held.collect::<Vec<Condition>>() {
        let rules = resident.law.rules.illness.condition(condition);
        let luck = of_year(
            around.luck,
            around.year,
            Purpose::Cascade,
            resident.row.id,
            condition as u64,
        );
        let found = within_year(rules.diagnosis_per_year);
        let treated = within_year(rules.treatment_per_year);
        let next = match now.stage(condition) {
            Stage::Undiagnosed if luck < found * treated => Stage::Treated,
            Stage::Undiagnosed if luck < found => Stage::Diagnosed,
            Stage::Diagnosed if luck < treated => Stage::Treated,
            // Who is not treated may be free of it again.
            Stage::Undiagnosed | Stage::Diagnosed if luck > 1.0 - within_year(rules.remission_per_year) => Stage::None,
            Stage::Treated if luck < within_year(rules.control_per_year) => Stage::Controlled,
            Stage::Treated if luck > 1.0 - within_year(rules.dropout_per_year) => Stage::Diagnosed,
            Stage::Controlled if luck > 1.0 - within_year(rules.relapse_per_year) => Stage::Treated,
            // The costly year begins, on average, half a year before the close: for one in three it lasts another.
            Stage::FirstYear if luck >= 1.0 / 3.0 => Stage::Treated,
            same => same,
        };
        resident.row.conditions.set(condition, next);
    }
}
