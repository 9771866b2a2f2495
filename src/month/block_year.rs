//! A block's year: opens the books on 1 January, lives twelve months, closes the books.

mod close;
mod open;
mod purses;
mod screening;

use super::Tape;
use super::books::{Desk, HouseholdYear, Ledger, PersonYear, somebody_else_works};
use super::epidemic::{self, Wave};
use super::episode::{self, Decided, Deciding, Drawn, Local};
use super::illness::{self, Looks, Scan, Strikes};
use super::insurance::YearToDate;
use super::service::Supply;
use crate::draws::{Luck, Purpose};
use crate::indicators::tally::CountyYear;
use crate::lanes::Level;
use crate::rules::YearPlan;
use crate::units::{Fen, Month, Ppm};
use crate::world::{Birth, Block, IncomeCurve, PROVIDERS, Staff, Terrain};

/// What a block must know of the world around it; all of it stands when the year begins.
#[derive(Clone, Copy, Debug)]
pub struct Outside<'a> {
    /// The rules of the year.
    pub plan: &'a YearPlan,
    /// Programmes that reach each village of the block (bit i: programme i).
    pub reach: &'a [u64],
    /// The luck of the replicate.
    pub luck: Luck,
    /// Income by score.
    pub income: &'a IncomeCurve,
    /// The county's common harvest score of the year.
    pub harvest: f64,
    /// Load of the year before: `[month][provider][visits, admissions]`.
    pub load: &'a [[[u32; 2]; PROVIDERS]; 12],
    /// The county's identity.
    pub county: u64,
    /// The lie of its land.
    pub terrain: Terrain,
    /// Its staff beyond village clinics, by provider.
    pub staff: &'a [Staff; PROVIDERS],
    /// Residents of the county on 1 January.
    pub residents: u64,
    /// The county's epidemic of the year, where there is one.
    pub epidemic: Option<&'a Wave>,
    /// Place of the block's first village among those of the county.
    pub first_village: usize,
    /// Added to the appeal of tertiary hospitals for an admission (log odds of going outside the county).
    pub outward: f64,
    /// What pool-funded layers pay of their promise.
    pub fund_rate: Ppm,
    /// What capped aid pays of its promise.
    pub aid_rate: Ppm,
    /// The world's first year: scores are as founded and nothing is yet at risk.
    pub first: bool,
    /// The year at whose start cumulative incidence begins.
    pub reporting_starts: i32,
    /// The vector instructions to use.
    pub level: Level,
}

/// Everything a block needs for a year besides its columns; kept so that nothing is allocated when warm.
#[derive(Debug, Default)]
pub struct BlockYear {
    /// Books by person.
    pub people: Vec<PersonYear>,
    /// Books by household.
    pub households: Vec<HouseholdYear>,
    /// What of them every month reads and writes.
    pub ledgers: Vec<Ledger>,
    /// What of them lies open all month.
    pub desks: Vec<Desk>,
    /// Households that lack cash in the month.
    short: Vec<purses::Short>,
    /// Claims by person.
    pub(super) claims: Vec<YearToDate>,
    /// What the month's look at everybody needs.
    pub(super) looks: Looks,
    /// Women who gave birth and when.
    pub births: Vec<Birth>,
    /// Visits and admissions by month and provider, weighted.
    pub load: [[[u32; 2]; PROVIDERS]; 12],
    /// Visits of the month to each village's clinic, weighted.
    pub(super) visits: Vec<u32>,
    /// Visits of the year to each village's clinic, weighted, in hundredths.
    pub clinic_year: Vec<u32>,
    /// What was counted.
    pub counted: CountyYear,
    /// What each village offers people of each class this month.
    pub(super) local: Vec<Local>,
    /// What providers have for people of each class and village this month; empty where it is what their rules say.
    pub(super) supply: Vec<Supply>,
    /// Rule classes that somebody in the block lives under.
    pub(super) present: Vec<bool>,
    /// Delivery cost of programmes by household, fen for the real households it stands for.
    pub delivery: Vec<Fen>,
    /// Somebody's lasting loss of work may come back this year.
    pub(super) recovers: bool,
    scan: Scan,
    strikes: Strikes,
    drawn: Drawn,
    decided: Decided,
}

/// Lives one year.
pub fn live<T: Tape>(block: &mut Block, outside: &Outside, books: &mut BlockYear, tape: &mut T) {
    books.open(block, outside);
    if T::SEES {
        tape.opened(block, &books.households, &books.ledgers, &books.desks);
    }
    for month in 0..12 {
        let when = Month::of(outside.plan.year, month as i32 + 1);
        if month > 0 && outside.plan.by_mask[month] != outside.plan.by_mask[month - 1] {
            books.classes(block, outside, when);
        }
        books.month(block, outside, when, tape);
    }
    for (book, cost) in books.households.iter().zip(&books.delivery) {
        books.counted.cells[usize::from(book.cell)].programme_cost += cost.0;
    }
    if T::SEES {
        tape.closing(outside.plan.year, block, books);
    }
    books.close(block, outside);
    if T::HOLDS {
        tape.held(block, books);
    }
}

impl BlockYear {
    fn month<T: Tape>(&mut self, block: &mut Block, outside: &Outside, when: Month, tape: &mut T) {
        let plan = outside.plan;
        let tables: Vec<&illness::IllnessTables> = plan.classes.iter().map(|class| &class.illness).collect();
        outside.level.call(
            #[inline(always)]
            || {
                illness::strike(
                    &mut self.strikes,
                    &mut self.scan,
                    &mut self.people,
                    &block.people.id,
                    &mut self.looks,
                    &tables,
                    when,
                    outside.luck.stream(Purpose::Illness, when.0),
                );
            },
        );
        let villages = block.villages.len();
        if let Some(wave) = outside.epidemic {
            epidemic::infect(
                &mut self.strikes.infections,
                &mut self.counted.cells,
                (&self.people, &self.desks),
                &wave.villages[outside.first_village..][..villages],
                plan,
                outside.luck,
                when,
            );
        }
        episode::look_around(self, block, outside, when);
        let deciding = Deciding {
            people: &self.people,
            desks: &self.desks,
            claims: &self.claims,
            local: &self.local,
            villages,
            outside,
            when,
        };
        self.decided.decide(&deciding, &mut self.drawn, &self.strikes);
        let (decided, strikes) = (std::mem::take(&mut self.decided), std::mem::take(&mut self.strikes));
        episode::treat(&decided, &strikes, self, outside, when, tape);
        (self.decided, self.strikes) = (decided, strikes);
        self.work_lost(outside);
        self.purses(outside, when, tape);
        self.screen(block, outside, when);
        let clinics = block.villages.iter_mut().zip(&mut self.clinic_year);
        for ((village, year), visits) in clinics.zip(&mut self.visits) {
            village.visits_last_month = std::mem::take(visits);
            *year += village.visits_last_month;
        }
    }

    /// Work lost to incapacity and lasting loss this month; who is incapacitated takes a part of a worker's time at home.
    fn work_lost(&mut self, outside: &Outside) {
        for &at in &self.strikes.impaired {
            let at = at as usize;
            let person = &mut self.people[at];
            if person.gone {
                continue;
            }
            let mut share = f64::from(person.residual_loss) / 100.0;
            let mut cared_for = 0.0;
            if person.incapacity_months > 0 {
                person.incapacity_months -= 1;
                share = share.max(f64::from(person.incapacity_loss) / 100.0);
                cared_for = outside.plan.classes[usize::from(person.class)]
                    .care
                    .rules
                    .home_carer_share;
                self.looks.see(at, person);
            }
            let (home, own) = (person.household as usize, share * f64::from(person.labour));
            let carer = if cared_for > 0.0 && somebody_else_works(&self.people, at) {
                cared_for
            } else {
                0.0
            };
            self.desks[home].lose(own + carer);
        }
    }
}
