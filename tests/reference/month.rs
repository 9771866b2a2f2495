//! A month, in order: who is struck; all choices on what stood on the first; treatment; work lost; purses; monitors.

use super::books::{Around, Books, PURSES};
use super::choice::{Decision, Patient, Place};
use super::epidemic;
use super::illness::{Seen, strike};
use super::luck::MonthLuck;
use super::money::part;
use super::monitoring;
use super::purse::{Flows, Habits, Lived, Purse};
use super::settlement::Claim;
use super::supply::{self, Site};
use super::treatment;
use super::witness::Witness;
use kangcun::month::illness::Event;
use kangcun::month::insurance::Service;
use kangcun::units::{Fen, Fen32, Month};
use kangcun::world::{ALL_PROVIDERS, Birth, PROVIDERS, Provider, Stage, Village};

/// A person and what happened.
pub type Struck = (usize, Event);

/// What struck whom, by the care it asks for.
#[derive(Default)]
pub struct Strikes {
    pub visits: Vec<Struck>,
    pub chronic: Vec<Struck>,
    pub admissions: Vec<Struck>,
    /// Infections of an epidemic.
    pub infections: Vec<Struck>,
    pub deaths: Vec<Struck>,
    /// People whose work is reduced as the month begins.
    pub impaired: Vec<usize>,
}

impl Strikes {
    /// In the order of treatment.
    pub fn in_order(&self) -> impl Iterator<Item = &Struck> {
        let admitted = self.admissions.iter().chain(&self.infections).chain(&self.deaths);
        self.visits.iter().chain(&self.chronic).chain(admitted)
    }
}

/// Lives a month.
pub fn live(books: &mut Books, around: &Around, luck: &MonthLuck, witness: &mut Witness) {
    let mut strikes = strikes(books, luck);
    strikes.infections = epidemic::infections(books, around, luck);
    witness.struck(luck.when, &strikes, books);
    let decide = |struck: &[Struck]| -> Vec<Decision> {
        let each = struck.iter();
        each.map(|&(at, event)| patient(books, around, at, luck.when).decide(event, luck))
            .collect()
    };
    let decided = [
        decide(&strikes.visits),
        decide(&strikes.chronic),
        decide(&strikes.admissions),
        decide(&strikes.infections),
    ];
    treatment::treat(books, around, luck, &strikes, &decided, witness);
    lose_work(books, &strikes);
    for at in 0..books.homes.len() {
        if books.homes[at].row.size > 0 {
            purses(books, at, luck, witness);
            monitoring::watch(&mut books.homes[at], luck);
            books.homes[at].month = super::books::MonthSums::default();
        }
    }
    monitoring::screen(books, around, luck);
    for (year, visits) in books.clinic_year.iter_mut().zip(&books.clinic_visits) {
        *year += visits;
    }
    for (village, visits) in books.villages.iter_mut().zip(&mut books.clinic_visits) {
        village.visits_last_month = std::mem::take(visits) as u32;
    }
}

/// Finds the month's events; silent onsets are written at once, and what came back is no longer waiting.
fn strikes(books: &mut Books, luck: &MonthLuck) -> Strikes {
    let mut strikes = Strikes::default();
    let (mut back, mut back_admitted) = (Vec::new(), Vec::new());
    for at in 0..books.residents.len() {
        let resident = &mut books.residents[at];
        if resident.row.gone {
            continue;
        }
        let village = usize::from(books.homes[resident.home].row.village);
        let seen = Seen {
            person: &resident.row,
            age: resident.age,
            law: &resident.law,
            sanitation: books.villages[village].sanitation,
        };
        let struck = strike(&seen, luck);
        if struck.acute {
            strikes.visits.push((at, Event::Acute));
        }
        if struck.chronic_care {
            strikes.chronic.push((at, Event::ChronicCare));
        }
        if let Some(event) = struck.back {
            resident.row.pending = 0;
            let list = if event == Event::Returned(true) {
                &mut back_admitted
            } else {
                &mut back
            };
            list.push((at, event));
        }
        if resident.row.incapacity_months > 0 || resident.row.residual_loss > 0 {
            strikes.impaired.push(at);
        }
        if let Some(condition) = struck.silent {
            resident.row.conditions.set(condition, Stage::Undiagnosed);
        }
        match struck.rare {
            Some(Event::Death) => strikes.deaths.push((at, Event::Death)),
            Some(event) => {
                if event == Event::Childbirth {
                    let cell = books.homes[resident.home].cell;
                    books.births.push(Birth {
                        mother: at as u32,
                        born: luck.when,
                        cell: cell as u8,
                    });
                }
                // In a world without illness children are born at home, without cost.
                if resident.law.rules.illness.active_yes {
                    strikes.admissions.push((at, event));
                }
            }
            None => {}
        }
    }
    strikes.visits.extend(back);
    strikes.admissions.splice(0..0, back_admitted);
    strikes
}

/// A person with a need, as things stand now.
fn patient<'a>(books: &'a Books, around: &'a Around, at: usize, when: Month) -> Patient<'a> {
    let resident = &books.residents[at];
    let home = &books.homes[resident.home];
    let village = &books.villages[usize::from(home.row.village)];
    Patient {
        person: &resident.row,
        law: &resident.law,
        claims: &resident.claims,
        claim: claim(books, around, at, when),
        place: Place {
            site: Site { village, around, when },
            queue: queues(around, &resident.law, village, when),
            exists: options(&resident.law, village),
            outward: around.outward,
        },
        means_yuan: home.living.means_yuan,
        purse: home.means() as f64,
    }
}

/// Whose bill it would be; provider, service and condition are the case's to say.
pub fn claim(books: &Books, around: &Around, at: usize, when: Month) -> Claim {
    let resident = &books.residents[at];
    let home = &books.homes[resident.home];
    let village = &books.villages[usize::from(home.row.village)];
    Claim {
        service: Service::Outpatient,
        provider: Provider::SelfCare,
        category: home.standing(when),
        condition: None,
        enrolled: resident.row.enrolled,
        designated: village.designation_rank < resident.law.rules.insurance.clinic_designated_share,
        referred: true,
        fund_rate: around.fund_rate,
        aid_rate: around.aid_rate,
    }
}

/// How far load exceeds the comfortable share of capacity: in the clinic last month's, elsewhere that of the same month
/// last year. Loads are counted in hundredths of visits.
fn queues(around: &Around, law: &super::law::Law, village: &Village, when: Month) -> [f64; PROVIDERS] {
    let kept = around.wave.map_or(1.0, |wave| wave.capacity[when.index()]);
    let lawbook = around.lawbook;
    let january = lawbook.law(&lawbook.nobody(), Month::of(around.year, 1));
    let everywhere = &january.rules.service;
    let over = |load: f64, capacity: f64, comfortable: f64| {
        if capacity > 0.0 {
            (load / capacity - comfortable).max(0.0)
        } else {
            0.0
        }
    };
    ALL_PROVIDERS.map(|provider| {
        let at = provider as usize;
        if provider == Provider::Village {
            let own = &law.rules.service;
            let on_duty = supply::doctors(&law.rules, village);
            if on_duty <= 0.0 {
                return f64::INFINITY;
            }
            let doctors = own.village_doctor_visits_per_month_count * on_duty;
            return over(
                f64::from(village.visits_last_month),
                100.0 * doctors * kept,
                own.comfortable_load_share,
            );
        }
        let visits = everywhere.visits_per_resident_month_ratio.table()[at] * around.residents as f64;
        let load = around.load[when.index()][at][0] as f64;
        let staff = around.staff[at].ratio;
        over(load, 100.0 * visits * kept * staff, everywhere.comfortable_load_share)
    })
}

/// Which options a village has.
fn options(law: &super::law::Law, village: &Village) -> [bool; PROVIDERS] {
    let available = law.rules.care_seeking.available_share.table();
    ALL_PROVIDERS.map(|provider| {
        let share = available[provider as usize];
        match provider {
            Provider::SelfCare => true,
            Provider::Remote => supply::connected(law, village) && village.coverage_rank < share,
            Provider::Tcm => village.tcm_rank < share,
            _ => village.coverage_rank < share,
        }
    })
}

/// Work lost to incapacity and lasting loss by those who were impaired when the month began.
fn lose_work(books: &mut Books, strikes: &Strikes) {
    for &at in &strikes.impaired {
        let nurse = books.has_carer(at);
        let resident = &mut books.residents[at];
        let row = &mut resident.row;
        if row.gone {
            continue;
        }
        let lasting = f64::from(row.residual_loss) / 100.0;
        let (share, nursing) = if row.incapacity_months > 0 {
            row.incapacity_months -= 1;
            let nursing = if nurse {
                resident.law.rules.service.home_carer_share
            } else {
                0.0
            };
            (lasting.max(f64::from(row.incapacity_loss) / 100.0), nursing)
        } else {
            (lasting, 0.0)
        };
        let units = share * resident.labour + nursing;
        books.homes[resident.home].lose(units);
    }
}

/// The four purses of a household live the month.
fn purses(books: &mut Books, at: usize, luck: &MonthLuck, witness: &mut Witness) {
    let home = &mut books.homes[at];
    monitoring::begin_relief(home, luck.when);
    let rules = &home.law.rules.livelihood;
    let living = home.living;
    if home.row.home_months > 0 {
        // A migrant who came home sends nothing.
        home.row.home_months -= 1;
        home.month.lost += living.remitted_month / i64::from(home.row.migrants.max(1));
    }
    let farm_month = part(living.farm_year, rules.farm_month_share[luck.when.index()]);
    let gross = living.wage_month + farm_month + living.other_month;
    // Nobody loses more than the work there is.
    let most = living.wage_month + living.remitted_month + living.farm_year / 12;
    home.month.lost = home.month.lost.min(most);
    let arrives = home.row.receivable > Fen32::ZERO && home.row.receivable_due.month() <= luck.when;
    let (arrived, of_this_year) = if arrives {
        let all = std::mem::take(&mut home.row.receivable).fen().0;
        (all, std::mem::take(&mut home.receivable_this_year))
    } else {
        (0, 0)
    };
    let january = luck.when.index() == 0;
    let mut notes = Vec::new();
    for purse in 0..PURSES {
        let with_bill = purse % 2 == 0;
        let with_lost_work = purse < 2;
        let asked = |amount: i64| if with_bill { amount } else { 0 };
        let flows = Flows {
            income: gross - if with_lost_work { home.month.lost } else { 0 },
            transfers: living.public_month + home.relief_month,
            reimbursed: arrived - if with_bill { 0 } else { of_this_year },
            care: asked(home.month.care),
            travel: asked(home.month.travel),
            premium: if january { living.premium } else { 0 },
        };
        let before = home.purses[purse];
        let lived = home.purses[purse].live(&flows, &living.habits, rules);
        home.years[purse].add(&flows, asked(home.month.oop), &lived);
        notes.push((before, flows, lived, home.purses[purse]));
    }
    let factual = notes[0].2;
    home.arrears += factual.unpaid;
    // What is left unpaid beyond the household's own part was never advanced: it is the provider that waits for it.
    let never_advanced = (factual.unpaid - home.month.oop).max(0);
    home.row.receivable = home.row.receivable.fen().less(Fen(never_advanced)).into();
    home.receivable_this_year = (home.receivable_this_year - never_advanced).max(0);
    home.oop_year += home.month.oop;
    home.lost_year += home.month.lost;
    witness.lived(home.row.id, luck.when, home.month.oop, &notes);
    let (weight, oop, relief) = (home.weight(), home.month.oop, home.relief_month);
    let (before, _, lived, after) = notes[0];
    let borrowing = Borrowing::of(&before, &lived, &after, &living.habits);
    books.borrow(weight, &borrowing);
    let count = books.count(at);
    count.relief += weight * relief;
    count.unpaid += weight * factual.unpaid.min(oop);
    count.borrowed_for_care += weight * factual.borrowed_for_care;
}

/// What a household borrowed from bank and kin in a month, what it paid back, and the interest it paid.
struct Borrowing {
    lent: [i64; 2],
    repaid: [i64; 2],
    interest: i64,
}

impl Borrowing {
    /// Of the month of a purse. First it pays back, then it borrows.
    fn of(before: &Purse, lived: &Lived, after: &Purse, habits: &Habits) -> Borrowing {
        let borrowed = lived.borrowed_for_care + lived.borrowed_else;
        let served = lived.medical_service + lived.other_service + lived.prepaid;
        let between = Purse {
            other_debt: after.debts() - borrowed,
            ..Purse::default()
        };
        let [first, low, last] = [before, &between, after].map(|purse| {
            let bank = purse.owed_to_bank(habits);
            [bank, purse.debts() - bank]
        });
        let down: [i64; 2] = [first[0] - low[0], first[1] - low[1]];
        let up: [i64; 2] = [last[0] - low[0], last[1] - low[1]];
        assert!(down.iter().chain(&up).all(|&flow| flow >= 0));
        assert!(down[0] == 0 || low[1] == 0, "kin are paid back first");
        Borrowing {
            lent: up,
            repaid: down,
            interest: served - down[0] - down[1],
        }
    }
}

impl Books {
    /// Writes a month's loans of a household into the lenders' accounts.
    fn borrow(&mut self, weight: i64, borrowing: &Borrowing) {
        for lender in 0..2 {
            self.counted.lending.loans[lender].lent += weight * borrowing.lent[lender];
            self.repaid[lender] += weight * borrowing.repaid[lender];
        }
        self.interest += weight * borrowing.interest;
    }
}
