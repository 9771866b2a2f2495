//! The opening of the books on 1 January: who is here, under which rules, on which income, insured or not.

use super::{BlockYear, Outside, members};
use crate::draws::Purpose;
use crate::indicators::tally::CountyYear;
use crate::maths;
use crate::month::books::{HouseholdYear, PersonYear};
use crate::month::illness::Look;
use crate::month::insurance::YearToDate;
use crate::rules::{Class, YearPlan};
use crate::units::{Fen, Lane, Month, whole};
use crate::world::{self, Block, Category, Condition, Households, Stage};
use std::ops::Range;

/// Households opened together: few enough that they stay in the nearest cache from the first step to the last.
const GROUP: usize = 64;

impl BlockYear {
    /// Opens the books of everybody in the block.
    pub(super) fn open(&mut self, block: &mut Block, outside: &Outside) {
        let (people, households) = (block.people.len(), block.households.len());
        self.claims.clear();
        self.claims.resize(people, YearToDate::default());
        self.births.clear();
        self.load = Default::default();
        self.visits.clear();
        self.visits.resize(block.villages.len(), 0);
        self.counted = CountyYear::default();
        self.present.clear();
        self.present.resize(outside.plan.classes.len(), false);
        // Every book is written below; only the number must be right here.
        self.looks.resize(people, Look::default());
        self.people.resize(people, PersonYear::default());
        self.households.resize(households, HouseholdYear::default());
        outside.level.run(
            #[inline(always)]
            || {
                for first in (0..households).step_by(GROUP) {
                    self.open_group(block, outside, first..households.min(first + GROUP));
                }
            },
        );
    }

    /// Opens the books of neighbouring households and their members.
    #[inline(always)]
    fn open_group(&mut self, block: &mut Block, outside: &Outside, group: Range<usize>) {
        let january = Month::of(outside.plan.year, 1);
        let reached = Reached::new(outside.plan, january);
        for h in group.clone() {
            let home = &block.households;
            let reach = outside.reach[usize::from(home.village[h])];
            let class = reached.household(reach, home.category[h]);
            self.households[h] = HouseholdYear::brought(home, h, class);
        }
        if !outside.first {
            self.move_scores(&mut block.households, outside, group.clone());
        }
        for h in group {
            let units = self.open_members(block, outside, &reached, h, january);
            let book = &mut self.households[h];
            let class = &outside.plan.classes[usize::from(book.class)];
            income(book, &block.households, outside, class, h, units);
            count_household(&mut self.counted, book);
        }
    }

    /// Moves the income scores of neighbours: those under the same rules together.
    #[inline(always)]
    fn move_scores(&self, home: &mut Households, outside: &Outside, group: Range<usize>) {
        let draws = outside.luck.stream(Purpose::Income, outside.plan.year);
        let mut first = group.start;
        for alike in self.households[group].chunk_by(|one, next| one.class == next.class) {
            let range = first..first + alike.len();
            first = range.end;
            let class = &outside.plan.classes[usize::from(alike[0].class)];
            class.income.move_scores(
                &home.id[range.clone()],
                draws,
                outside.harvest,
                &mut home.persistent[range.clone()],
                &mut home.transitory[range],
            );
        }
    }

    /// Opens the books of a household's members: under which rules, enrolled or not, with which conditions. Returns the
    /// household's labour units.
    #[inline(always)]
    fn open_members(&mut self, block: &Block, outside: &Outside, reached: &Reached, h: usize, january: Month) -> f64 {
        let draws = outside.luck.stream(Purpose::Enrolment, 0);
        let book = &mut self.households[h];
        let village = usize::from(book.village);
        let (reach, sanitation) = (outside.reach[village], block.villages[village].sanitation);
        let category = book.category as usize;
        let weight = i64::from(book.weight);
        let mut units = 0.0;
        let (mut adults, mut enrolled, mut household, mut public, mut disability) = (0, 0, 0, 0, 0);
        let mut hypertension = [0; 3];
        for at in members(block, h) {
            let age = world::age(block.people.born[at], january).clamp(0, 100) as u8;
            let class = reached.person(reach, book.category, age, book.class);
            let mut person = PersonYear::brought(&block.people, at, age, class);
            self.present[usize::from(class)] = true;
            let class = &*outside.plan.classes[usize::from(class)];
            self.looks[at] = Look::new(&person, &class.illness, block.people.literacy[at], sanitation);
            let offer = &class.offers[category];
            let known = usize::from(person.conditions.any_known());
            person.enrolled = draws.happens(person.id, 0, offer.taken[known]);
            let taken = i64::from(person.enrolled);
            enrolled += taken;
            household += taken * offer.household.0;
            public += taken * offer.public.0;
            adults += i64::from(age >= 16);
            disability += class.disability.milli(person.conditions);
            let stage = person.conditions.stage(Condition::Hypertension);
            hypertension[0] += i64::from(stage >= Stage::Diagnosed);
            hypertension[1] += i64::from(stage == Stage::Controlled);
            hypertension[2] += i64::from(stage != Stage::None);
            units += f64::from(person.labour);
            self.people[at] = person;
        }
        book.premium = Fen(household);
        let count = &mut self.counted.cells[usize::from(book.cell)];
        count.adults += weight * adults;
        count.enrolled += weight * enrolled;
        count.premiums += weight * household;
        count.public_premiums += weight * public;
        count.yld_milli += weight * disability;
        for (count, own) in count.hypertension.iter_mut().zip(hypertension) {
            *count += weight * own;
        }
        units
    }

    /// Which rules hold for whom, from a month on in which they change.
    pub(super) fn classes(&mut self, block: &Block, outside: &Outside, when: Month) {
        let reached = Reached::new(outside.plan, when);
        self.present.fill(false);
        for h in 0..block.households.len() {
            let book = &mut self.households[h];
            let village = usize::from(book.village);
            let (reach, sanitation) = (outside.reach[village], block.villages[village].sanitation);
            book.class = reached.household(reach, book.category);
            for at in members(block, h) {
                let person = &mut self.people[at];
                person.class = reached.person(reach, book.category, person.age, book.class);
                self.present[usize::from(person.class)] = true;
                let tables = &outside.plan.classes[usize::from(person.class)].illness;
                self.looks[at] = Look::new(person, tables, block.people.literacy[at], sanitation);
            }
        }
    }
}

/// Who lives under which rules in a month.
struct Reached<'a> {
    plan: &'a YearPlan,
    month: usize,
    /// Programmes that are not for all ages.
    by_age: u64,
}

impl Reached<'_> {
    fn new<'a>(plan: &'a YearPlan, when: Month) -> Reached<'a> {
        let selective = |at: &usize| plan.who[*at].age.0 > 0 || plan.who[*at].age.1 < 100;
        Reached {
            plan,
            month: when.index(),
            by_age: (0..plan.who.len()).filter(selective).fold(0, |bits, at| bits | 1 << at),
        }
    }

    /// The class of a household of `category` in a village that the programmes `reach` get to.
    #[inline]
    fn household(&self, reach: u64, category: Category) -> u16 {
        self.plan.class(self.month, self.plan.reach(reach, category, None))
    }

    /// The class of a member of `age` of a household of class `household`.
    #[inline]
    fn person(&self, reach: u64, category: Category, age: u8, household: u16) -> u16 {
        if reach & self.by_age == 0 {
            return household;
        }
        let reach = self.plan.reach(reach, category, Some(i32::from(age)));
        self.plan.class(self.month, reach)
    }
}

/// The year's income: the curve gives income per head of the household's scores, sources and its `units` of labour shape it.
#[inline(always)]
fn income(book: &mut HouseholdYear, home: &Households, outside: &Outside, class: &Class, h: usize, units: f64) {
    let (rules, year) = (&class.rules.livelihood, &class.income);
    let [permanent, persistent, transitory] = year.weights;
    let lasting = permanent * f64::from(home.permanent[h]);
    let steady = lasting + persistent * f64::from(home.persistent[h]);
    let passing = transitory * f64::from(home.transitory[h]);
    let per_head = outside.income.per_head(steady + passing);
    let assessed = outside.income.per_head(steady + year.counted * passing);
    let normal = outside.income.per_head(lasting);
    let now = (units + f64::from(home.migrants[h])).max(0.25);
    let then = (f64::from(home.founding_labour[h]) + f64::from(home.founding_migrants[h])).max(0.25);
    let labour = maths::pow((now / then).clamp(0.3, 2.5), rules.labour_weight);
    let kept = if home.founding_assets[h] > Fen::ZERO {
        (home.assets[h].lane() / home.founding_assets[h].lane()).min(1.0)
    } else {
        1.0
    };
    let assets = 1.0 - rules.asset_weight * (1.0 - kept);
    let [wage, farm, property, transfer] = home.source_share[h].map(f64::from);
    let (wage, farm) = (wage * labour, farm * labour * assets);
    // Fen a year of the household for one yuan per head.
    let scale = f64::from(home.founding_size[h]) * year.fen_per_yuan;
    let shape = (wage + farm + property + transfer) * scale;
    let fen = |share: Lane| whole(per_head * scale * share);
    let remitted = f64::from(home.remitted_share[h]);
    book.wage_month = fen(wage * (1.0 - remitted) / 12.0);
    book.remitted_month = fen(wage * remitted / 12.0);
    book.other_month = book.remitted_month + fen((property + transfer) / 12.0);
    book.farm_year = fen(farm);
    book.normal = Fen::of_lane(whole(normal * shape));
    book.smooth = if per_head > 0.0 { assessed / per_head } else { 1.0 };
    let farm_month = book.farm_year / 12.0 * (1.0 - rules.farm_substituted_share);
    book.unit_month = if units > 0.0 {
        (book.wage_month + farm_month) / units
    } else {
        0.0
    };
    let size = f64::from(book.size);
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

/// Counts who is here.
fn count_household(counted: &mut CountyYear, book: &HouseholdYear) {
    let weight = i64::from(book.weight);
    let persons = weight * i64::from(book.size);
    let count = &mut counted.cells[usize::from(book.cell)];
    count.households += weight;
    count.persons += persons;
    count.standing[book.category as usize] += persons;
    count.cash_persons += persons * i64::from(book.cash_month > Fen::ZERO);
}
