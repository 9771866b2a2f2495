//! The opening of the books on 1 January: who is here, under which rules, on which income, insured or not.

use super::{BlockYear, Outside, members};
use crate::draws::Purpose;
use crate::indicators::tally::CountyYear;
use crate::maths;
use crate::month::books::{HouseholdYear, PersonYear};
use crate::month::illness::Look;
use crate::month::insurance::YearToDate;
use crate::units::{Fen, Month, Ppm};
use crate::world::{self, Block, Condition, Stage};

impl BlockYear {
    /// Opens the books of everybody in the block.
    pub(super) fn open(&mut self, block: &mut Block, outside: &Outside) {
        let january = Month::of(outside.plan.year, 1);
        let (people, households) = (block.people.len(), block.households.len());
        self.claims.clear();
        self.claims.resize(people, YearToDate::default());
        self.looks.clear();
        self.looks.resize(people, Look::default());
        self.births.clear();
        self.load = Default::default();
        self.visits.clear();
        self.visits.resize(block.villages.len(), 0);
        self.counted = CountyYear::default();
        self.people.clear();
        self.people.extend((0..people).map(|at| {
            let age = world::age(block.people.born[at], january).clamp(0, 100) as u8;
            PersonYear::brought(&block.people, at, age)
        }));
        self.households.clear();
        self.households
            .extend((0..households).map(|h| HouseholdYear::brought(&block.households, h)));
        self.classes(block, outside, january);
        for h in 0..households {
            self.income(block, outside, h);
            self.enrol(block, outside, h, january);
            self.count_opening(block, outside, h);
        }
    }

    /// Which rules hold for whom, from this month on.
    pub(super) fn classes(&mut self, block: &Block, outside: &Outside, when: Month) {
        let (plan, month) = (outside.plan, when.index());
        self.present.clear();
        self.present.resize(plan.classes.len(), false);
        for h in 0..block.households.len() {
            let village = usize::from(block.households.village[h]);
            let reach = outside.reach[village];
            let book = &mut self.households[h];
            book.class = plan.class(month, plan.reach(reach, book.category, None));
            let sanitation = block.villages[village].sanitation;
            for at in members(block, h) {
                let person = &mut self.people[at];
                person.class = if reach == 0 {
                    book.class
                } else {
                    plan.class(month, plan.reach(reach, book.category, Some(i32::from(person.age))))
                };
                self.present[usize::from(person.class)] = true;
                let tables = &plan.classes[usize::from(person.class)].illness;
                if person.conditions.0 != 0 {
                    person.plan_quarter(tables);
                }
                self.looks[at] = Look::new(person, tables, block.people.literacy[at], sanitation);
            }
        }
    }

    /// The year's income: scores move, the curve gives income per head, sources and labour shape it.
    fn income(&mut self, block: &mut Block, outside: &Outside, h: usize) {
        let range = members(block, h);
        let book = &mut self.households[h];
        let class = &outside.plan.classes[usize::from(book.class)];
        let rules = &class.rules.livelihood;
        let home = &mut block.households;
        if !outside.first {
            let draws = outside.luck.stream(Purpose::Income, outside.plan.year);
            let rho = rules.persistence_share;
            let fresh = (1.0 - rho * rho).sqrt() * draws.normal(home.id[h], 0);
            home.persistent[h] = (rho * f64::from(home.persistent[h]) + fresh) as f32;
            let common = rules.harvest_loading_share;
            let own = (1.0 - common * common).sqrt() * draws.normal(home.id[h], 1);
            home.transitory[h] = (common * outside.harvest + own) as f32;
        }
        let weights = class.rules.founding.income.weights();
        let steady = weights[0] * f64::from(home.permanent[h]) + weights[1] * f64::from(home.persistent[h]);
        let passing = weights[2] * f64::from(home.transitory[h]);
        let per_head = outside.income.per_head(steady + passing);
        let counted = class.rules.poverty.transitory_counted_share;
        let assessed = outside.income.per_head(steady + counted * passing);
        let normal = outside.income.per_head(weights[0] * f64::from(home.permanent[h]));
        let units: f64 = self.people[range].iter().map(|person| f64::from(person.labour)).sum();
        let now = (units + f64::from(home.migrants[h])).max(0.25);
        let then = (f64::from(home.founding_labour[h]) + f64::from(home.founding_migrants[h])).max(0.25);
        let labour = maths::pow((now / then).clamp(0.3, 2.5), rules.labour_weight);
        let kept = if home.founding_assets[h] > Fen::ZERO {
            (home.assets[h].as_yuan() / home.founding_assets[h].as_yuan()).min(1.0)
        } else {
            1.0
        };
        let assets = 1.0 - rules.asset_weight * (1.0 - kept);
        let [wage, farm, property, transfer] = home.source_share[h].map(f64::from);
        let (wage, farm) = (wage * labour, farm * labour * assets);
        // Fen a year of the household for one yuan per head.
        let scale = f64::from(home.founding_size[h]) * class.income_index * 100.0;
        let shape = (wage + farm + property + transfer) * scale;
        let fen = |share: f64| Fen::nearest(per_head * scale * share).lane();
        let remitted = f64::from(home.remitted_share[h]);
        book.wage_month = fen(wage * (1.0 - remitted) / 12.0);
        book.remitted_month = fen(wage * remitted / 12.0);
        book.other_month = book.remitted_month + fen((property + transfer) / 12.0);
        book.farm_year = fen(farm);
        book.normal = Fen::nearest(normal * shape);
        book.smooth = if per_head > 0.0 { assessed / per_head } else { 1.0 };
        let farm_month = book.farm_year / 12.0 * (1.0 - rules.farm_substituted_share);
        book.unit_month = if units > 0.0 {
            (book.wage_month + farm_month) / units
        } else {
            0.0
        };
        let size = f64::from(home.size[h]);
        book.cash_month = Fen::yuan(rules.cash_transfer_yuan_per_year * rules.cash_transfer_reach_share * size / 12.0);
        book.public_month = (home.dibao_month[h] + book.cash_month).lane();
        book.habits = rules.habits(
            normal * shape,
            per_head * shape + book.public_month * 12.0,
            f64::from(home.permanent[h]),
            size,
            class.price_index,
        );
        book.means_yuan = (per_head * shape / 1200.0).max(book.habits.floor / 100.0) as f32;
    }

    /// Who is enrolled this year, and what the household pays for it.
    fn enrol(&mut self, block: &Block, outside: &Outside, h: usize, january: Month) {
        let draws = outside.luck.stream(Purpose::Enrolment, 0);
        let book = &mut self.households[h];
        let weight = i64::from(book.weight);
        let years = january.year() - 2021;
        let count = &mut self.counted.cells[usize::from(book.cell)];
        for person in &mut self.people[members(block, h)] {
            let class = &outside.plan.classes[usize::from(person.class)];
            let rules = &class.rules.enrolment;
            let probability = rules.probability(book.category, person.conditions.any_known());
            person.enrolled = draws.happens(person.id, 0, probability);
            if person.enrolled {
                let (premium, subsidy) = class.premium;
                debug_assert_eq!(premium, rules.premium(years));
                let public = premium * Ppm::share(rules.premium_paid_share.of(book.category));
                book.premium += premium - public;
                count.enrolled += weight;
                count.premiums += weight * (premium - public).0;
                count.public_premiums += weight * (public + subsidy).0;
            }
        }
    }

    fn count_opening(&mut self, block: &Block, outside: &Outside, h: usize) {
        let book = &self.households[h];
        let weight = i64::from(book.weight);
        let count = &mut self.counted.cells[usize::from(book.cell)];
        let persons = weight * i64::from(book.size);
        count.households += weight;
        count.persons += persons;
        count.standing[book.category as usize] += persons;
        if book.cash_month > Fen::ZERO {
            count.cash_persons += persons;
        }
        for person in &self.people[members(block, h)] {
            count.adults += weight * i64::from(person.age >= 16);
            let conditions = person.conditions;
            if conditions.0 == 0 {
                continue;
            }
            let illness = &outside.plan.classes[usize::from(person.class)].rules.illness;
            let health = conditions
                .held()
                .map(|condition| 1.0 - illness.condition(condition).disability_weight)
                .product::<f64>();
            count.yld_milli += weight * Fen::nearest((1.0 - health) * 1000.0).0;
            let stage = conditions.stage(Condition::Hypertension);
            count.hypertension[0] += weight * i64::from(stage >= Stage::Diagnosed);
            count.hypertension[1] += weight * i64::from(stage == Stage::Controlled);
            count.hypertension[2] += weight * i64::from(stage != Stage::None);
        }
    }
}
