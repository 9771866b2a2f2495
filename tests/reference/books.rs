//! The books of a block's year: what is noted of each person, each household and the block.

use super::law::{Law, LawBook, Reached};
use super::purse::{Habits, Lived, Purse};
use super::settlement::Claims;
use kangcun::draws::Luck;
use kangcun::indicators::tally::{CountyYear, Tally};
use kangcun::month::epidemic::Wave;
use kangcun::units::{Fen, Month};
use kangcun::world::{
    self, Birth, Block, Category, Conditions, Household, IncomeCurve, PROVIDERS, Person, Provider, Scores, Staff,
    Terrain, Village, labour_units,
};
use std::ops::Range;
use std::rc::Rc;

/// In fact; without this year's bills; without its lost work; without both.
pub const PURSES: usize = 4;

/// Visits (in hundredths) and admissions by month and provider, weighted.
pub type Load = [[[i64; 2]; PROVIDERS]; 12];

/// What a block must know of the world around it when the year begins.
pub struct Around<'a> {
    pub lawbook: &'a LawBook<'a>,
    pub year: i32,
    pub luck: Luck,
    pub income: &'a IncomeCurve,
    /// The county's harvest of the year, a standard score.
    pub harvest: f64,
    /// Load of the year before.
    pub load: &'a Load,
    pub residents: i64,
    /// The county's identity, the lie of its land, and its staff by provider.
    pub county: u64,
    pub terrain: Terrain,
    pub staff: [Staff; PROVIDERS],
    /// Permanent income scores of the county at founding.
    pub scores: Scores,
    /// The county's epidemic of the year.
    pub wave: Option<&'a Wave>,
    /// Place of the block's first village among those of the county.
    pub first_village: usize,
    pub outward: f64,
    /// What pools and the aid budget pay of their promise, in parts per million.
    pub fund_rate: i64,
    pub aid_rate: i64,
    /// The world's first year: nothing is at risk yet.
    pub first: bool,
    pub reporting_starts: i32,
    /// The place of each layer in the tallies.
    pub layers: &'a [String],
}

/// A person's year.
pub struct Resident {
    pub row: Person,
    pub home: usize,
    /// Completed years on 1 January: hazards and labour go by them.
    pub age: i32,
    pub labour: f64,
    /// Conditions as programmes see them: as the year began, or when rules changed last.
    pub seen: Conditions,
    pub law: Rc<Law>,
    pub claims: Claims,
    pub admitted: bool,
}

/// What a purse lived through since 1 January.
#[derive(Clone, Copy, Default)]
pub struct PurseYear {
    pub income: i64,
    pub transfers: i64,
    /// Out of pocket, less what stayed unpaid.
    pub oop: i64,
    pub medical_service: i64,
    pub consumed: i64,
}

impl PurseYear {
    pub fn add(&mut self, flows: &super::purse::Flows, oop: i64, lived: &Lived) {
        self.income += flows.income;
        self.transfers += flows.transfers;
        self.oop += (oop - lived.unpaid).max(0);
        self.medical_service += lived.medical_service;
        self.consumed += lived.consumed;
    }
}

/// Income and habits, fixed for the year; fen.
#[derive(Clone, Copy, Default)]
pub struct Living {
    pub wage_month: i64,
    pub remitted_month: i64,
    /// Remittances, property and private transfers.
    pub other_month: i64,
    pub farm_year: i64,
    /// Dibao and cash.
    pub public_month: i64,
    pub cash_month: i64,
    /// What one labour unit earns in a month.
    pub unit_month: f64,
    /// Income of a normal year.
    pub normal: i64,
    /// Assessed over actual income.
    pub smooth: f64,
    pub habits: Habits,
    /// The measure of prices, yuan.
    pub means_yuan: f64,
    /// Premiums of the members, due in January.
    pub premium: i64,
    /// What programmes cost to deliver here.
    pub delivery: i64,
}

/// What a month adds up to before the purse lives it.
#[derive(Clone, Copy, Default)]
pub struct MonthSums {
    pub care: i64,
    pub oop: i64,
    pub travel: i64,
    pub lost: i64,
}

/// A household's year.
pub struct Home {
    pub row: Household,
    pub members: Range<usize>,
    pub law: Rc<Law>,
    /// The cell of the tallies it is counted in, by its standing on 1 January.
    pub cell: usize,
    pub living: Living,
    pub purses: [Purse; PURSES],
    pub years: [PurseYear; PURSES],
    pub month: MonthSums,
    pub arrears: i64,
    pub receivable_this_year: i64,
    /// Relief that comes each month since aid opened.
    pub relief_month: i64,
    /// Found by a screening this year.
    pub found: bool,
    pub oop_year: i64,
    pub lost_year: i64,
}

impl Home {
    pub fn weight(&self) -> i64 {
        i64::from(self.row.weight)
    }

    pub fn size(&self) -> i64 {
        i64::from(self.row.size)
    }

    /// The standing by which a bill is settled: where aid is open, that of the monitored.
    pub fn standing(&self, when: Month) -> Category {
        let opened = self.row.aid_open_from != Month(0).into() && self.row.aid_open_from.month() <= when;
        match self.row.category {
            Category::Lifted | Category::Ordinary if opened => Category::Monitored,
            category => category,
        }
    }

    /// What could be raised for care now; with arrears, nothing.
    pub fn means(&self) -> i64 {
        if self.arrears > 0 {
            0
        } else {
            self.purses[0].means(&self.living.habits, &self.law.rules.livelihood)
        }
    }

    /// Loses `units` labour units for a whole month.
    pub fn lose(&mut self, units: f64) {
        self.month.lost += super::money::fen(units * self.living.unit_month);
    }
}

/// The books of a block.
pub struct Books {
    pub county: u16,
    pub villages: Vec<Village>,
    /// The programmes that have come to each village.
    pub come: Vec<Reached>,
    pub residents: Vec<Resident>,
    pub homes: Vec<Home>,
    pub counted: CountyYear,
    pub load: Load,
    /// Visits of the month to each village's clinic, in hundredths, weighted.
    pub clinic_visits: Vec<i64>,
    /// The same of the year.
    pub clinic_year: Vec<i64>,
    pub births: Vec<Birth>,
    /// Paid back month by month to bank and kin, and interest on all debts; weighted.
    pub repaid: [i64; 2],
    pub interest: i64,
}

/// The closed cohort is counted in the lifted cell, others by their standing.
fn cell(home: &Household) -> usize {
    let cell = match home.category {
        _ if home.cohort => Category::Lifted,
        Category::Lifted => Category::Ordinary,
        category => category,
    };
    cell as usize
}

/// Labour units; the columns keep them in single precision.
pub fn labour(age: i32) -> f64 {
    f64::from(labour_units(age) as f32)
}

impl Books {
    /// Opens the books on 1 January: who is here, under which rules, with which purse.
    pub fn open(block: &Block, county: &str, around: &Around) -> Books {
        let january = Month::of(around.year, 1);
        let lawbook = around.lawbook;
        let nobody = lawbook.law(&lawbook.nobody(), january);
        let come = block.villages.iter();
        let come = come.map(|village| lawbook.come_to(county, village, around.year));
        let at_home = (0..block.households.len()).flat_map(|home| block.members(home).map(move |at| (home, at)));
        let residents = at_home.map(|(home, at)| {
            let row = block.people.row(at);
            let age = world::age(row.born.month(), january).clamp(0, 100);
            Resident {
                home,
                age,
                labour: labour(age),
                seen: row.conditions,
                law: Rc::clone(&nobody),
                claims: Claims::default(),
                admitted: false,
                row,
            }
        });
        let homes = (0..block.households.len()).map(|at| {
            let row = block.households.row(at);
            let purse = Purse {
                savings: row.savings.fen().0,
                assets: row.assets.fen().0,
                medical_debt: row.medical_debt.fen().0,
                other_debt: row.other_debt.fen().0,
            };
            Home {
                members: block.members(at),
                law: Rc::clone(&nobody),
                cell: cell(&row),
                living: Living::default(),
                purses: [purse; PURSES],
                years: [PurseYear::default(); PURSES],
                month: MonthSums::default(),
                arrears: 0,
                receivable_this_year: 0,
                relief_month: 0,
                found: false,
                oop_year: 0,
                lost_year: 0,
                row,
            }
        });
        let mut books = Books {
            county: block.county,
            villages: block.villages.clone(),
            come: come.collect(),
            residents: residents.collect(),
            homes: homes.collect(),
            counted: CountyYear::default(),
            load: Load::default(),
            clinic_visits: vec![0; block.villages.len()],
            clinic_year: vec![0; block.villages.len()],
            births: Vec::new(),
            repaid: [0; 2],
            interest: 0,
        };
        books.apply_laws(lawbook, january);
        books
    }

    /// Which rules hold for whom from this month on.
    pub fn apply_laws(&mut self, lawbook: &LawBook, when: Month) {
        let changes = lawbook.scenario.change_months().contains(&when);
        for home in &mut self.homes {
            let come = &self.come[usize::from(home.row.village)];
            let category = home.row.category;
            home.law = lawbook.law(&lawbook.meant_for(come, category, None), when);
            for resident in &mut self.residents[home.members.clone()] {
                if changes {
                    resident.seen = resident.row.conditions;
                }
                let meant = lawbook.meant_for(come, category, Some((resident.age, resident.seen)));
                resident.law = lawbook.law(&meant, when);
            }
        }
    }

    /// The tally that a household is counted in.
    pub fn count(&mut self, home: usize) -> &mut Tally {
        &mut self.counted.cells[self.homes[home].cell]
    }

    /// The living members of a household.
    pub fn living_members(&self, home: usize) -> impl Iterator<Item = &Resident> {
        let members = &self.residents[self.homes[home].members.clone()];
        members.iter().filter(|resident| !resident.row.gone)
    }

    /// Whether the patient's household has somebody else who works and could sit at the bed.
    pub fn has_carer(&self, patient: usize) -> bool {
        let home = &self.homes[self.residents[patient].home];
        let mut others = home.members.clone().filter(|&at| at != patient);
        others.any(|at| !self.residents[at].row.gone && self.residents[at].labour >= 0.6)
    }

    /// Closes the books into a block again.
    pub fn into_block(self) -> (Block, Vec<Birth>) {
        let mut block = Block {
            county: self.county,
            villages: self.villages,
            ..Block::default()
        };
        for home in self.homes {
            block.households.push(home.row);
        }
        for resident in self.residents {
            block.people.push(resident.row);
        }
        (block, self.births)
    }
}

/// Puts the factual purse back into the row. What stayed unpaid is written off by the provider; care opens again.
pub fn hand_back(home: &mut Home) {
    let [factual, ..] = home.purses;
    home.row.savings = Fen(factual.savings).into();
    home.row.assets = Fen(factual.assets).into();
    home.row.medical_debt = Fen(factual.medical_debt).into();
    home.row.other_debt = Fen(factual.other_debt).into();
}

/// No care but what one does oneself.
pub const NO_CARE: Provider = Provider::SelfCare;
