//! The opening of the books on 1 January: who is here, under which rules, on which income, insured or not.

use super::{BlockYear, Outside};
use crate::draws::Purpose;
use crate::indicators::tally::{CountyYear, age_group};
use crate::lanes::maths::greatest;
use crate::month::books::{Desk, HouseholdYear, Ledger, PersonYear, Persons};
use crate::month::insurance::YearToDate;
use crate::rules::{Class, YearPlan};
use crate::units::{Fen, Month};
use crate::world::{Block, Category, Conditions, Households, Stage, Village};
use crate::year::income;
use crate::year::programmes::{Member, Target};
use std::ops::Range;

/// Households opened together: few enough that they stay in the nearest cache from the first step to the last.
const GROUP: usize = 64;

impl BlockYear {
    /// Opens the books of everybody in the block.
    pub fn open(&mut self, block: &mut Block, outside: &Outside) {
        let (people, households) = (block.people.len(), block.households.len());
        self.claims.clear();
        self.claims.resize(people, YearToDate::default());
        self.births.clear();
        self.recovers = false;
        self.load = Default::default();
        self.visits.clear();
        self.visits.resize(block.villages.len(), 0);
        self.clinic_year.clear();
        self.clinic_year.resize(block.villages.len(), 0);
        self.counted = CountyYear::default();
        self.present.clear();
        self.present.resize(outside.plan.classes.len(), false);
        self.looks.clear(people);
        // Every book is written below; only the number must be right here.
        self.people.resize(people, PersonYear::default());
        self.households.resize(households, HouseholdYear::default());
        self.ledgers.resize(households, Ledger::default());
        self.desks.resize(households, Desk::default());
        self.short.resize_with(households, Default::default);
        outside.level.call(
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
        let reached = Reached::new(outside.plan, Month::of(outside.plan.year, 1));
        for h in group.clone() {
            let home = &block.households;
            let reach = outside.reach[usize::from(home.village[h])];
            let class = reached.household(reach, home.category[h]);
            debug_assert!(home.size[h] > 0, "who has no members has no books");
            (self.households[h], self.ledgers[h]) = HouseholdYear::brought(home, h, class);
        }
        if !outside.first {
            self.move_scores(&mut block.households, outside, group.clone());
        }
        let persons = Persons::of(&block.people);
        let home = &block.households;
        let mut units = [0.0; GROUP];
        let (mut labour, mut powers) = ([1.0; GROUP], [0.0; GROUP]);
        for (at, h) in group.clone().enumerate() {
            let book = &self.households[h];
            powers[at] = outside.plan.classes[usize::from(book.class)].income.labour_weight;
            let village = &block.villages[usize::from(book.village)];
            units[at] = self.open_members(&persons, outside, &reached, h, block.members(h), village);
            let now = units[at] as f32 + f32::from(home.migrants[h]);
            let then = home.founding_labour[h] + f32::from(home.founding_migrants[h]);
            labour[at] = greatest(now, 0.25) / greatest(then, 0.25);
        }
        income::labour_powers(&mut labour, &powers);
        for (at, h) in group.enumerate() {
            let book = &mut self.households[h];
            let class = &*outside.plan.classes[usize::from(book.class)];
            let earned = class
                .income
                .of(home, h, outside.income, units[at], f64::from(labour[at]));
            let size = f64::from(book.size);
            book.wage_month = earned.wage_month;
            book.remitted_month = earned.remitted_month;
            book.other_month = earned.other_month;
            book.normal = Fen::nearest(earned.normal);
            book.smooth = earned.smooth;
            book.cash_month = Fen::of_lane(earned.cash_month);
            let ledger = &mut self.ledgers[h];
            ledger.farm_year = earned.farm_year;
            ledger.steady_month = Fen::of_lane(earned.wage_month + earned.other_month);
            ledger.public_month = home.dibao_month[h].fen() + book.cash_month;
            // Nobody loses more than the work there is; farm work is lost as it falls due over the year.
            ledger.most_lost =
                Fen::of_lane(earned.wage_month + earned.remitted_month) + Fen(earned.farm_year as i64 / 12);
            ledger.watched_from = book.watched_from(class);
            let expected = earned.expected + ledger.public_month.lane() * 12.0;
            let score = f64::from(home.permanent[h]);
            ledger.habits = class.ways.habits(earned.normal, expected, score, size);
            let desk = &mut self.desks[h];
            *desk = Desk {
                unit_month: earned.unit_month,
                purse: ledger.purse(&class.purse),
                means_yuan: greatest((earned.expected / 1200.0) as f32, (ledger.habits.floor / 100.0) as f32),
                weight: book.weight,
                village: book.village,
                cell: book.cell,
                ..Desk::default()
            };
            book.lay_out(desk, reached.january);
            let (debts, limit) = (ledger.debts(), ledger.bank_limit());
            self.counted.lending.open(debts, limit, i64::from(book.weight));
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

    /// Opens the books of the members of household `h`: under which rules, enrolled or not, with which conditions. Returns
    /// their labour units.
    #[inline(always)]
    fn open_members(
        &mut self,
        persons: &Persons,
        outside: &Outside,
        reached: &Reached,
        h: usize,
        members: Range<usize>,
        village: &Village,
    ) -> f64 {
        let draws = outside.luck.stream(Purpose::Enrolment, 0);
        let book = &mut self.households[h];
        let reach = outside.reach[usize::from(book.village)];
        let category = book.category as usize;
        let (weight, cell) = (i64::from(book.weight), usize::from(book.cell));
        let common = &*outside.plan.classes[usize::from(book.class)];
        let (mut units, mut of_household) = (0.0, false);
        let (mut adults, mut enrolled, mut household, mut public, mut disability) = (0, 0, 0, 0, 0);
        let books = &mut self.people[members.clone()];
        for (at, own_book) in members.zip(books) {
            let age = persons.age(at, reached.january);
            let class = reached.person(reach, book.category, (age, persons.conditions(at)), book.class);
            let mut person = persons.brought(at, h, age, class);
            self.recovers |= person.rehabilitation.goes_on();
            let class = if class == book.class {
                common
            } else {
                self.present[usize::from(class)] = true;
                &*outside.plan.classes[usize::from(class)]
            };
            of_household |= person.class == book.class;
            if person.conditions.any_treated() {
                person.plan_quarter(&class.illness);
            }
            self.looks
                .open(at, &person, &class.illness, persons.literacy(at), village.sanitation);
            person.designated = settles(village, class);
            let offer = &class.offers[category];
            let known = usize::from(person.conditions.any_known());
            person.enrolled = draws.bits(person.id, 0) < offer.taken_below[known];
            let taken = i64::from(person.enrolled);
            enrolled += taken;
            household += taken * offer.household.0;
            public += taken * offer.public.0;
            adults += i64::from(age >= 16);
            disability += class.disability.milli(person.conditions);
            for condition in person.conditions.held() {
                let stage = person.conditions.stage(condition);
                let count = &mut self.counted.cells[cell].conditions[condition as usize];
                count[0] += weight;
                self.counted.conditions_by_age[age_group(age)][condition as usize] += weight;
                count[1] += weight * i64::from(stage >= Stage::Diagnosed);
                count[2] += weight * i64::from(stage == Stage::Controlled);
            }
            units += f64::from(person.labour);
            *own_book = person;
        }
        self.present[usize::from(book.class)] |= of_household;
        book.premium = Fen(household);
        let count = &mut self.counted.cells[usize::from(book.cell)];
        count.adults += weight * adults;
        count.enrolled += weight * enrolled;
        count.premiums += weight * household;
        count.public_premiums += weight * public;
        count.yld_milli += weight * disability;
        units
    }

    /// Which rules hold for whom, from a month on in which they change.
    pub(super) fn classes(&mut self, block: &Block, outside: &Outside, when: Month) {
        let reached = Reached::new(outside.plan, when);
        self.present.fill(false);
        self.looks.clear(self.people.len());
        for h in 0..block.households.len() {
            let book = &mut self.households[h];
            let village = &block.villages[usize::from(book.village)];
            let reach = outside.reach[usize::from(book.village)];
            book.class = reached.household(reach, book.category);
            let ledger = &mut self.ledgers[h];
            ledger.class = book.class;
            ledger.watched_from = book.watched_from(&outside.plan.classes[usize::from(book.class)]);
            for at in block.members(h) {
                let person = &mut self.people[at];
                person.class = reached.person(reach, book.category, (person.age, person.conditions), book.class);
                self.present[usize::from(person.class)] = true;
                let class = &*outside.plan.classes[usize::from(person.class)];
                if person.conditions.0 != 0 {
                    person.plan_quarter(&class.illness);
                }
                let literacy = block.people.learning[at].literacy();
                self.looks
                    .open(at, person, &class.illness, literacy, village.sanitation);
                person.designated = settles(village, class);
            }
        }
    }
}

/// Whether the clinic of `village` settles insurance on the spot for people of `class`.
#[inline(always)]
fn settles(village: &Village, class: &Class) -> bool {
    village.designation_rank < class.rules.insurance.clinic_designated_share
}

/// Who lives under which rules in a month.
struct Reached<'a> {
    plan: &'a YearPlan,
    january: Month,
    month: usize,
    /// Programmes that are not for all members of a household.
    selective: u64,
}

impl Reached<'_> {
    fn new(plan: &YearPlan, when: Month) -> Reached<'_> {
        let told_apart = |(at, target): (usize, &Target)| u64::from(target.tells_members_apart()) << at;
        Reached {
            plan,
            january: Month::of(when.year(), 1),
            month: when.index(),
            selective: plan
                .who
                .0
                .iter()
                .enumerate()
                .map(told_apart)
                .fold(0, |bits, bit| bits | bit),
        }
    }

    /// The class of a household of `category` in a village that the programmes `reach` get to.
    #[inline]
    fn household(&self, reach: u64, category: Category) -> u16 {
        self.plan.class(self.month, self.plan.who.reach(reach, category, None))
    }

    /// The class of a member of `age` with these conditions, of a household of class `household`.
    #[inline]
    fn person(&self, reach: u64, category: Category, (age, conditions): (u8, Conditions), household: u16) -> u16 {
        if reach & self.selective == 0 {
            return household;
        }
        let member = Member {
            age: i32::from(age),
            known: conditions.which_known(),
        };
        let reach = self.plan.who.reach(reach, category, Some(member));
        self.plan.class(self.month, reach)
    }
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
