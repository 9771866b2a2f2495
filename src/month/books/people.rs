//! The books of people.

use crate::month::illness::IllnessTables;
use crate::units::{Month, Month16};
use crate::world::{Condition, Conditions, Learning, People, Rehabilitation, labour_units};

/// A person's book.
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonYear {
    /// Identity.
    pub id: u64,
    /// Index of the household in the block.
    pub household: u32,
    /// Stage of every chronic condition.
    pub conditions: Conditions,
    /// Labour units by age on 1 January.
    pub labour: f32,
    /// Drugs and follow-up of a quarter for all treated conditions, yuan before any layer, at base-year prices.
    pub quarter_yuan: f32,
    /// The dearest of them: it leads the choice of place; the rest is bought on the same way.
    pub lead: Option<Condition>,
    /// Class of the person's rules.
    pub class: u16,
    /// Completed years on 1 January; the year's hazards and labour go by them.
    pub age: u8,
    /// 0 male, 1 female.
    pub sex: u8,
    /// The provider used last.
    pub habit: u8,
    /// An episode that comes back next month: 0 none, 1 moderate, 2 admission needed.
    pub pending: u8,
    /// Share of earning capacity lost for good, per cent.
    pub residual_loss: u8,
    /// The course of rehabilitation that goes on.
    pub rehabilitation: Rehabilitation,
    /// Months of incapacity left.
    pub incapacity_months: u8,
    /// Share of earnings lost during incapacity, per cent.
    pub incapacity_loss: u8,
    /// Enrolled in resident insurance this year.
    pub enrolled: bool,
    /// The village's clinic settles insurance on the spot.
    pub designated: bool,
    /// Admitted this year.
    pub admitted: bool,
    /// Gone since 1 January.
    pub gone: bool,
}

impl PersonYear {
    /// Adds up the quarter's care anew, after conditions or rules have changed.
    pub fn plan_quarter(&mut self, tables: &IllnessTables) {
        let (mut total, mut most, mut lead) = (0.0, 0.0, None);
        for condition in self.conditions.held() {
            let yuan = tables.quarter_yuan(condition, self.conditions.stage(condition));
            total += yuan;
            if yuan >= most && yuan > 0.0 {
                (most, lead) = (yuan, Some(condition));
            }
        }
        (self.quarter_yuan, self.lead) = (total, lead);
    }
}

/// Whether the household of person `at` has somebody else who works and could care for the patient. Members lie side by side.
#[inline]
pub fn somebody_else_works(people: &[PersonYear], at: usize) -> bool {
    let home = people[at].household;
    let same = |person: &&PersonYear| person.household == home;
    let works = |person: &PersonYear| !person.gone && person.labour >= 0.6;
    people[..at].iter().rev().take_while(same).any(works) || people[at + 1..].iter().take_while(same).any(works)
}

/// The columns that people's books are opened from, all cut to one length, so that one look at it does for all.
#[derive(Clone, Copy, Debug)]
pub struct Persons<'a> {
    id: &'a [u64],
    born: &'a [Month16],
    sex: &'a [u8],
    learning: &'a [Learning],
    conditions: &'a [Conditions],
    last_provider: &'a [u8],
    pending: &'a [u8],
    residual_loss: &'a [u8],
    rehabilitation: &'a [Rehabilitation],
    incapacity_months: &'a [u8],
    incapacity_loss: &'a [u8],
    gone: &'a [bool],
}

impl<'a> Persons<'a> {
    /// Of a block's people.
    pub fn of(people: &'a People) -> Persons<'a> {
        let n = people.len();
        Persons {
            id: &people.id[..n],
            born: &people.born[..n],
            sex: &people.sex[..n],
            learning: &people.learning[..n],
            conditions: &people.conditions[..n],
            last_provider: &people.last_provider[..n],
            pending: &people.pending[..n],
            residual_loss: &people.residual_loss[..n],
            rehabilitation: &people.rehabilitation[..n],
            incapacity_months: &people.incapacity_months[..n],
            incapacity_loss: &people.incapacity_loss[..n],
            gone: &people.gone[..n],
        }
    }

    /// Completed years of person `at` in `month`, no more than 100.
    #[inline(always)]
    pub fn age(&self, at: usize, month: Month) -> u8 {
        // Nobody is born later; whole years of a number without a sign cost one multiplication.
        ((month.0 - self.born[at].month().0).max(0) as u32 / 12).min(100) as u8
    }

    /// Health literacy of person `at`.
    #[inline(always)]
    pub fn literacy(&self, at: usize) -> u8 {
        self.learning[at].literacy()
    }

    /// The chronic conditions of person `at`.
    #[inline(always)]
    pub fn conditions(&self, at: usize) -> Conditions {
        self.conditions[at]
    }

    /// Opens the book of person `at` of household `household`, who is `age` on 1 January, under the rules of `class`; not yet
    /// enrolled.
    #[inline(always)]
    pub fn brought(&self, at: usize, household: usize, age: u8, class: u16) -> PersonYear {
        PersonYear {
            id: self.id[at],
            household: household as u32,
            conditions: self.conditions[at],
            labour: LABOUR[usize::from(age.min(127))],
            quarter_yuan: 0.0,
            lead: None,
            class,
            age,
            sex: self.sex[at],
            habit: self.last_provider[at],
            pending: self.pending[at],
            residual_loss: self.residual_loss[at],
            rehabilitation: self.rehabilitation[at],
            incapacity_months: self.incapacity_months[at],
            incapacity_loss: self.incapacity_loss[at],
            enrolled: false,
            designated: false,
            admitted: false,
            gone: self.gone[at],
        }
    }
}

/// Labour units by age.
const LABOUR: [f32; 128] = {
    let mut units = [0.0; 128];
    let mut age = 0;
    while age < units.len() {
        units[age] = labour_units(age as i32) as f32;
        age += 1;
    }
    units
};

/// The columns that people's books are closed into, all cut to one length.
#[derive(Debug)]
pub struct PersonsBack<'a> {
    conditions: &'a mut [Conditions],
    last_provider: &'a mut [u8],
    pending: &'a mut [u8],
    residual_loss: &'a mut [u8],
    rehabilitation: &'a mut [Rehabilitation],
    incapacity_months: &'a mut [u8],
    incapacity_loss: &'a mut [u8],
    enrolled: &'a mut [bool],
    gone: &'a mut [bool],
}

impl<'a> PersonsBack<'a> {
    /// Of a block's people.
    pub fn of(people: &'a mut People) -> PersonsBack<'a> {
        let n = people.len();
        PersonsBack {
            conditions: &mut people.conditions[..n],
            last_provider: &mut people.last_provider[..n],
            pending: &mut people.pending[..n],
            residual_loss: &mut people.residual_loss[..n],
            rehabilitation: &mut people.rehabilitation[..n],
            incapacity_months: &mut people.incapacity_months[..n],
            incapacity_loss: &mut people.incapacity_loss[..n],
            enrolled: &mut people.enrolled[..n],
            gone: &mut people.gone[..n],
        }
    }

    /// Closes the book of person `at`.
    #[inline(always)]
    pub fn hand_back(&mut self, at: usize, person: &PersonYear) {
        self.conditions[at] = person.conditions;
        self.last_provider[at] = person.habit;
        self.pending[at] = person.pending;
        self.residual_loss[at] = person.residual_loss;
        self.rehabilitation[at] = person.rehabilitation;
        self.incapacity_months[at] = person.incapacity_months;
        self.incapacity_loss[at] = person.incapacity_loss;
        self.enrolled[at] = person.enrolled;
        self.gone[at] = person.gone;
    }
}
