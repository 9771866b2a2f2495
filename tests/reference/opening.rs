//! 1 January: the year's income, who is enrolled, what programmes cost, who is counted.

use super::books::{Around, Books, Home, Living};
use super::law::{Law, Reached};
use super::luck::income_scores;
use super::money::{fen, grown, insured, millionths, yuan};
use super::purse::Habits;
use super::witness::Witness;
use kangcun::draws::Purpose;
use kangcun::units::Month;
use kangcun::world::{self, Condition, Stage};
use kangcun::year::enrolment::ByCategory;

/// Opens everybody's year.
pub fn begin(books: &mut Books, around: &Around, newly_come: &[Reached], witness: &mut Witness) {
    for at in 0..books.homes.len() {
        let units: f64 = books.residents[books.homes[at].members.clone()]
            .iter()
            .map(|resident| resident.labour)
            .sum();
        let home = &mut books.homes[at];
        draw_scores(home, around);
        home.living = living(home, units, around);
        enrol(books, at, around);
        count(books, at);
    }
    witness.opened(&mut books.homes);
    for home in &books.homes {
        let purse = &home.purses[0];
        let bank = purse.owed_to_bank(&home.living.habits);
        let [of_bank, of_kin] = &mut books.counted.lending.loans;
        of_bank.opening += home.weight() * bank;
        of_kin.opening += home.weight() * (purse.debts() - bank);
    }
    for (at, cost) in deliveries(books, around, newly_come).into_iter().enumerate() {
        books.homes[at].living.delivery = cost;
    }
}

/// The persistent score moves as an AR(1), the transitory one is drawn anew; in the first year they are as founded.
fn draw_scores(home: &mut Home, around: &Around) {
    if around.first {
        return;
    }
    let rules = &home.law.rules.livelihood;
    let (persistent, transitory) = income_scores(around.luck, around.year, home.row.id);
    let stay = rules.persistence_share;
    let fresh = (1.0 - stay * stay).sqrt() * persistent;
    home.row.persistent = (stay * f64::from(home.row.persistent) + fresh) as f32;
    let common = rules.harvest_loading_share;
    let own = (1.0 - common * common).sqrt() * transitory;
    home.row.transitory = (common * around.harvest + own) as f32;
}

/// A rule that moves linearly with the permanent score between -2 and +2.
fn between(poor: f64, rich: f64, score: f64) -> f64 {
    poor + (rich - poor) * ((score + 2.0) / 4.0).clamp(0.0, 1.0)
}

/// Income and habits of a household whose members work `units` labour units.
fn living(home: &Home, units: f64, around: &Around) -> Living {
    let (row, rules) = (&home.row, &home.law.rules);
    let livelihood = &rules.livelihood;
    let [lasting, drifting, passing] = rules.founding.income.weights();
    let lasting = lasting * f64::from(row.permanent);
    let drifting = drifting * f64::from(row.persistent);
    let passing = passing * f64::from(row.transitory);
    let counted = rules.poverty.transitory_counted_share;
    // Yuan per head at prices of the base year: this year's, as assessed, and normally.
    let actual = around.income.per_head(lasting + drifting + passing);
    let assessed = around.income.per_head(lasting + drifting + counted * passing);
    let normal = around.income.per_head(lasting);

    let labour = labour_factor(home, units, livelihood.labour_weight);
    let kept = if row.founding_assets.lane() > 0.0 {
        (row.assets.fen().as_yuan() / row.founding_assets.fen().as_yuan()).min(1.0)
    } else {
        1.0
    };
    let land = 1.0 - livelihood.asset_weight * (1.0 - kept);
    let [wage, farm, property, transfer] = row.source_share.map(f64::from);
    let (wage, farm) = (wage * labour, farm * labour * land);
    // Fen a year of the household for one yuan per head.
    let scale = f64::from(row.founding_size) * home.law.income_index() * 100.0;
    let whole = (wage + farm + property + transfer) * scale;
    let source = |share: f64| fen(actual * scale * share);
    let remitted = f64::from(row.remitted_share);
    let wage_month = source(wage * (1.0 - remitted) / 12.0);
    let remitted_month = source(wage * remitted / 12.0);
    let farm_year = source(farm);
    let own_farm_work = farm_year as f64 / 12.0 * (1.0 - livelihood.farm_substituted_share);
    let size = f64::from(row.size);
    let cash = livelihood.cash_transfer_yuan_per_year * livelihood.cash_transfer_reach_share;
    let cash_month = yuan(cash * size / 12.0);
    let public_month = row.dibao_month.fen().0 + cash_month;

    let floor = livelihood.floor_yuan_per_year * 100.0 * home.law.price_index() * size / 12.0;
    let score = f64::from(row.permanent);
    let consumed = between(
        livelihood.consumption_poor_ratio,
        livelihood.consumption_rich_ratio,
        score,
    );
    let passed_on = between(livelihood.shock_poor_share, livelihood.shock_rich_share, score);
    let shock = actual * whole + public_month as f64 * 12.0 - normal * whole;
    let plan = (consumed * (normal * whole) + passed_on * shock) / 12.0;
    Living {
        wage_month,
        remitted_month,
        other_month: remitted_month + source((property + transfer) / 12.0),
        farm_year,
        public_month,
        cash_month,
        unit_month: if units > 0.0 {
            (wage_month as f64 + own_farm_work) / units
        } else {
            0.0
        },
        normal: fen(normal * whole),
        smooth: if actual > 0.0 { assessed / actual } else { 1.0 },
        habits: Habits {
            plan: fen(plan.max(floor)),
            floor: fen(floor),
            buffer: fen(livelihood.buffer_years * (normal * whole)),
            debt_limit: fen((livelihood.debt_limit_years * (normal * whole)).max(0.0)),
            bank_limit: fen((livelihood.bank_limit_years * (normal * whole)).max(0.0)),
        },
        means_yuan: (actual * whole / 1200.0).max(fen(floor) as f64 / 100.0),
        premium: 0,
        delivery: 0,
    }
}

/// Wage and farm income move with labour, now against founding.
fn labour_factor(home: &Home, units: f64, weight: f64) -> f64 {
    let row = &home.row;
    let now = (units + f64::from(row.migrants)).max(0.25);
    let then = (f64::from(row.founding_labour) + f64::from(row.founding_migrants)).max(0.25);
    (now / then).clamp(0.3, 2.5).powf(weight)
}

fn of_category(shares: &ByCategory, home: &Home) -> f64 {
    shares.of(home.row.category)
}

/// Who is enrolled this year, what the household pays for it and what the public does.
fn enrol(books: &mut Books, at: usize, around: &Around) {
    let draws = around.luck.stream(Purpose::Enrolment, 0);
    let home = &mut books.homes[at];
    let weight = home.weight();
    let count = &mut books.counted.cells[home.cell];
    for resident in &mut books.residents[home.members.clone()] {
        let law: &Law = &resident.law;
        let rules = &law.rules.enrolment;
        let share = of_category(&rules.enrolled_share, home);
        let known = world::CONDITIONS
            .iter()
            .any(|&own| resident.row.conditions.stage(own) >= Stage::Diagnosed);
        // The files' amounts are those of 2021.
        let years = law.year - 2021;
        let premium = yuan(rules.premium_yuan * grown(rules.premium_growth, years));
        let paid_for = insured(premium, millionths(of_category(&rules.premium_paid_share, home)));
        let at_old_prices = (premium - paid_for) as f64 / 100.0 / law.prices_since_2021();
        let hundreds = (at_old_prices - of_category(&rules.usual_premium_yuan, home)) / 100.0;
        let ill = if known { rules.chronic_odds_ratio } else { 1.0 };
        let times = ill * rules.dearer_odds_ratio.powf(hundreds);
        let probability = if share < 1.0 && times != 1.0 {
            let odds = share / (1.0 - share) * times;
            odds / (1.0 + odds)
        } else {
            share
        };
        resident.row.enrolled = draws.happens(resident.row.id, 0, probability);
        if resident.row.enrolled {
            let subsidy = yuan(rules.subsidy_yuan * grown(rules.subsidy_growth, years));
            home.living.premium += premium - paid_for;
            count.enrolled += weight;
            count.premiums += weight * (premium - paid_for);
            count.public_premiums += weight * (paid_for + subsidy);
        }
    }
}

fn count(books: &mut Books, at: usize) {
    let home = &books.homes[at];
    let weight = home.weight();
    let count = &mut books.counted.cells[home.cell];
    let persons = weight * home.size();
    count.households += weight;
    count.persons += persons;
    count.standing[home.row.category as usize] += persons;
    count.cash_persons += if home.living.cash_month > 0 { persons } else { 0 };
    for resident in &books.residents[home.members.clone()] {
        let conditions = resident.row.conditions;
        let held = world::CONDITIONS.into_iter().filter(|&own| conditions.has(own));
        let rules = &resident.law.rules.illness;
        let health: f64 = held.map(|own| 1.0 - rules.condition(own).disability_weight).product();
        count.yld_milli += weight * fen((1.0 - health) * 1000.0);
        count.adults += weight * i64::from(resident.age >= 16);
        let by_age = &mut books.counted.conditions_by_age[super::close::age_group(resident.age)];
        for (at, own) in by_age.iter_mut().enumerate() {
            *own += weight * i64::from(conditions.has(world::CONDITIONS[at]));
        }
        for (condition, own) in world::CONDITIONS.into_iter().zip(&mut count.conditions) {
            let stage = conditions.stage(condition);
            own[0] += weight * i64::from(stage != Stage::None);
            own[1] += weight * i64::from(stage >= Stage::Diagnosed);
            own[2] += weight * i64::from(stage == Stage::Controlled);
        }
    }
}

/// What programmes cost to deliver, by household; a village's costs are spread over its residents.
fn deliveries(books: &Books, around: &Around, newly_come: &[Reached]) -> Vec<i64> {
    let lawbook = around.lawbook;
    let january = Month::of(around.year, 1);
    let prices = lawbook.law(&lawbook.nobody(), january).price_index();
    let mut heads = vec![0.0; books.villages.len()];
    for home in &books.homes {
        heads[usize::from(home.row.village)] += (home.weight() * home.size()) as f64;
    }
    let cost = |home: &Home| {
        let village = usize::from(home.row.village);
        let come = &books.come[village];
        let weight = home.weight() as f64;
        let own = lawbook.meant_for(come, home.row.category, None);
        let mut sum = 0.0;
        for (at, programme) in lawbook.scenario.programmes.iter().enumerate() {
            if !come[at] {
                continue;
            }
            let months = (1..=12).filter(|&month| programme.in_force(Month::of(around.year, month)));
            let year = months.count() as f64 / 12.0;
            let fen = |yuan: f64| yuan * 100.0 * prices;
            let doctors = f64::from(books.villages[village].doctors);
            let mut village_cost =
                fen(programme.cost.per_village_year + programme.cost.per_doctor_year * doctors) * year;
            if newly_come[village][at] {
                village_cost += fen(programme.cost.per_village_once);
            }
            sum += village_cost * weight * home.size() as f64 / heads[village].max(1.0);
            if own[at] {
                sum += fen(programme.cost.per_household_year) * year * weight;
            }
            for resident in &books.residents[home.members.clone()] {
                let age = world::age(resident.row.born.month(), january);
                if !lawbook.meant_for(come, home.row.category, Some((age, resident.row.conditions)))[at] {
                    continue;
                }
                let known = |condition| resident.row.conditions.stage(condition) >= Stage::Diagnosed;
                let managed = known(Condition::Hypertension) || known(Condition::Diabetes);
                let patient = if managed {
                    fen(programme.cost.per_managed_patient_year)
                } else {
                    0.0
                };
                sum += weight * year * (fen(programme.cost.per_person_year) + patient);
            }
        }
        sum.round() as i64
    };
    books.homes.iter().map(cost).collect()
}
