//! Treatment: service, bill, settlement, days lost, what comes back, incapacity, death.

use super::books::{Around, Books, NO_CARE};
use super::care::{self, Outcome, Price, course, hundredths, index, outcome, price, quarter_yuan, service};
use super::choice::Decision;
use super::epidemic;
use super::law::Law;
use super::luck::{MonthLuck, OutcomeLuck};
use super::money::fen;
use super::month::{Strikes, claim};
use super::settlement::{Claim, aid_cut, settle};
use super::supply::{self, Site};
use super::waste;
use super::witness::Witness;
use kangcun::month::care_seeking::Need;
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Funder, Per, Service};
use kangcun::units::Fen;
use kangcun::world::{CONDITIONS, Condition, Provider, Stage};
use std::rc::Rc;

/// Days of work in a month.
const MONTH: f64 = 365.25 / 12.0;

/// Treats the struck: visits, chronic care, rehabilitation, admissions, deaths, each in its order.
pub fn treat(
    books: &mut Books,
    around: &Around,
    luck: &MonthLuck,
    strikes: &Strikes,
    decided: &[Vec<Decision>; 4],
    witness: &mut Witness,
) {
    let mut ward = Ward {
        books,
        around,
        luck,
        witness,
    };
    let [visits, chronic, admissions, infections] = decided;
    for (&(at, event), decision) in strikes.visits.iter().zip(visits) {
        ward.visit(at, event, decision);
    }
    for (&(at, event), decision) in strikes.chronic.iter().zip(chronic) {
        ward.chronic_care(at, event, decision);
    }
    for &at in &strikes.impaired {
        ward.recover(at);
    }
    for (&(at, event), decision) in strikes.admissions.iter().zip(admissions) {
        ward.admission(at, event, decision);
    }
    // Next year's queues do not expect another wave.
    let expected = ward.books.load;
    for (&(at, event), decision) in strikes.infections.iter().zip(infections) {
        ward.infection(at, event, decision);
    }
    ward.books.load = expected;
    for &(at, _) in &strikes.deaths {
        if !ward.books.residents[at].row.gone {
            ward.dies(at);
        }
    }
}

pub(super) struct Ward<'a, 'b> {
    pub(super) books: &'a mut Books,
    around: &'a Around<'a>,
    pub(super) luck: &'a MonthLuck,
    witness: &'a mut Witness<'b>,
}

/// A bill about to be written.
pub(super) struct Costs {
    pub need: Need,
    pub provider: Provider,
    /// What insurance calls the illness.
    pub condition: Option<&'static str>,
    /// Of a bill of size 1, how many.
    pub times: f64,
    pub in_stock: bool,
    pub referred: bool,
    /// Only the first bill of a trip brings the way and a visit.
    pub first: bool,
}

impl Ward<'_, '_> {
    /// The episode begins; where care was found is remembered. Returns where the patient goes.
    fn begin(&mut self, at: usize, decision: &Decision) -> Provider {
        let row = &mut self.books.residents[at].row;
        let (sought, forgone) = self.witness.sought(row.id, self.luck.when, decision);
        if sought != NO_CARE {
            row.last_provider = sought as u8;
        }
        let home = self.books.residents[at].home;
        let weight = self.books.homes[home].weight();
        let need = decision.case.need as usize;
        let count = self.books.count(home);
        count.needs[need] += weight;
        if let Some(reason) = forgone {
            count.forgone[need][reason as usize] += weight;
        }
        sought
    }

    fn outcome_luck(&self, at: usize, event: Event) -> OutcomeLuck {
        self.luck.outcome(self.books.residents[at].row.id, index(event))
    }

    /// The latent size of the case, relative to the mean.
    fn size(&self, at: usize, event: Event) -> f64 {
        let resident = &self.books.residents[at];
        let spread = resident.law.rules.billing.size_sd;
        self.luck.size(resident.row.id, index(event), spread)
    }

    /// From where the patient comes.
    fn site(&self, at: usize) -> Site<'_> {
        let home = &self.books.homes[self.books.residents[at].home];
        Site {
            village: &self.books.villages[usize::from(home.row.village)],
            around: self.around,
            when: self.luck.when,
        }
    }

    /// Probability that the patient's need is managed correctly.
    fn skill(&self, at: usize, need: Need, provider: Provider) -> f64 {
        supply::skill(&self.books.residents[at].law, need, provider, self.site(at))
    }

    /// Whether the drugs are there.
    fn in_stock(
        &self,
        at: usize,
        need: Need,
        condition: Option<Condition>,
        provider: Provider,
        luck: &OutcomeLuck,
    ) -> bool {
        let law = &self.books.residents[at].law;
        supply::in_stock(law, need, condition, provider, self.site(at), luck)
    }

    fn visit(&mut self, at: usize, event: Event, decision: &Decision) {
        let provider = self.begin(at, decision);
        let need = decision.case.need;
        let luck = self.outcome_luck(at, event);
        let law = Rc::clone(&self.books.residents[at].law);
        let costs = Costs {
            need,
            provider,
            condition: None,
            times: decision.case.times * self.size(at, event),
            in_stock: self.in_stock(at, need, None, provider, &luck),
            referred: decision.case.referred,
            first: true,
        };
        self.pay(at, &costs);
        let went = outcome(&law, need, provider, self.skill(at, need, provider), &luck, 0.0);
        self.lose_days(at, went.patient_days, 0.0);
        self.comes_back(at, &went);
    }

    /// A quarter's drugs and follow-up: one choice of place, one bill a treated condition.
    fn chronic_care(&mut self, at: usize, event: Event, decision: &Decision) {
        let provider = self.begin(at, decision);
        let resident = &mut self.books.residents[at];
        if provider == NO_CARE {
            // Without drugs nobody stays controlled.
            for condition in CONDITIONS {
                if resident.row.conditions.stage(condition) == Stage::Controlled {
                    resident.row.conditions.set(condition, Stage::Treated);
                }
            }
            return;
        }
        let (conditions, law) = (resident.row.conditions, Rc::clone(&resident.law));
        let luck = self.outcome_luck(at, event);
        let costly = |condition: &Condition| quarter_yuan(conditions, *condition, &law) > 0.0;
        for (number, condition) in CONDITIONS.into_iter().filter(costly).enumerate() {
            let costs = Costs {
                need: Need::Chronic,
                provider,
                condition: Some(condition.name()),
                times: quarter_yuan(conditions, condition, &law),
                in_stock: self.in_stock(at, Need::Chronic, Some(condition), provider, &luck),
                referred: true,
                first: number == 0,
            };
            self.pay(at, &costs);
        }
    }

    fn admission(&mut self, at: usize, event: Event, decision: &Decision) {
        if self.books.residents[at].row.gone {
            return;
        }
        let carer = self.books.has_carer(at);
        let provider = self.begin(at, decision);
        let law = Rc::clone(&self.books.residents[at].law);
        let (sex, age) = (self.books.residents[at].row.sex, self.books.residents[at].age);
        let course = course(event, &law, sex, age);
        let luck = self.outcome_luck(at, event);
        if let Event::Major(condition) = event {
            self.migrant_comes_home(at);
            // Who is admitted goes on into care; who is not knows of the illness and stays untreated.
            let stage = if provider == NO_CARE {
                Stage::Diagnosed
            } else {
                Stage::FirstYear
            };
            let conditions = &mut self.books.residents[at].row.conditions;
            conditions.set(condition, stage);
            if condition == Condition::Dialysis {
                conditions.set(Condition::KidneyDisease, Stage::None);
            }
        }
        // Of ordinary admissions some are not needed: these get a visit, unless they would die.
        let unneeded = event == Event::Admission
            && provider != NO_CARE
            && luck.course >= course.fatality
            && self.luck.sent_home(self.books.residents[at].row.id) < waste::sent_home(&law, provider);
        let need = if unneeded { Need::Moderate } else { Need::Admission };
        if unneeded {
            let home = self.books.residents[at].home;
            let weight = self.books.homes[home].weight();
            self.books.count(home).sent_home += weight;
        }
        if provider != NO_CARE {
            let costs = Costs {
                need,
                provider,
                condition: decision.case.condition,
                times: decision.case.times * self.size(at, event),
                in_stock: self.in_stock(at, need, None, provider, &luck),
                referred: decision.case.referred,
                first: true,
            };
            self.pay(at, &costs);
        }
        let skill = self.skill(at, need, provider);
        let went = outcome(&law, need, provider, skill, &luck, course.fatality);
        self.lose_days(at, went.patient_days, if carer { went.carer_days } else { 0.0 });
        self.comes_back(at, &went);
        if course.incapacity_months > 0.0 {
            let worse = if went.resolved {
                1.0
            } else {
                law.rules.service.unresolved_residual_ratio
            };
            let percent = |share: f64| fen(share * 100.0).min(100) as u8;
            let row = &mut self.books.residents[at].row;
            // A light event does not lighten a grave one that still lasts.
            let lasting = if row.incapacity_months > 0 {
                row.incapacity_loss
            } else {
                0
            };
            row.incapacity_loss = lasting.max(percent(course.incapacity_loss));
            row.incapacity_months = row.incapacity_months.max(course.incapacity_months as u8);
            row.residual_loss = row.residual_loss.max(percent(course.residual_loss * worse));
        }
        if !went.dies && course.residual_loss > 0.0 {
            self.may_begin_rehabilitation(at, event, provider);
        }
        if went.dies {
            self.dies(at);
        }
    }

    /// An infection: its own days of illness and its own deaths; it does not come back.
    fn infection(&mut self, at: usize, event: Event, decision: &Decision) {
        if self.books.residents[at].row.gone {
            return;
        }
        let need = decision.case.need;
        let carer = self.books.has_carer(at);
        let provider = self.begin(at, decision);
        let law = Rc::clone(&self.books.residents[at].law);
        let luck = self.outcome_luck(at, event);
        let home = self.books.residents[at].home;
        let weight = self.books.homes[home].weight();
        let severe = need == Need::Admission;
        let (bill, oop) = (self.books.count(home).bill, self.books.count(home).oop);
        if !severe || provider != NO_CARE {
            let costs = Costs {
                need,
                provider,
                condition: decision.case.condition,
                times: decision.case.times * self.size(at, event),
                in_stock: self.in_stock(at, need, None, provider, &luck),
                referred: true,
                first: true,
            };
            self.pay(at, &costs);
            let count = self.books.count(home);
            count.infections_bill += count.bill - bill;
            count.infections_oop += count.oop - oop;
        }
        if !severe {
            return self.lose_days(at, law.rules.epidemic.ill_lost_days, 0.0);
        }
        let fatality = epidemic::fatality(&self.books.residents[at], self.around.luck);
        let went = outcome(&law, need, provider, self.skill(at, need, provider), &luck, fatality);
        self.lose_days(at, went.patient_days, if carer { went.carer_days } else { 0.0 });
        let count = self.books.count(home);
        count.infections_severe += weight;
        if provider != NO_CARE {
            count.infections_admitted += weight;
        }
        if went.dies {
            count.infections_died += weight;
            self.dies(at);
        }
    }

    fn comes_back(&mut self, at: usize, went: &Outcome) {
        let row = &mut self.books.residents[at].row;
        row.pending = row.pending.max(went.comes_back);
    }

    /// A migrant may come home to a seriously ill relative.
    fn migrant_comes_home(&mut self, at: usize) {
        let resident = &self.books.residents[at];
        let rules = &resident.law.rules.livelihood;
        let row = &mut self.books.homes[resident.home].row;
        if row.migrants > 0 && self.luck.comes_home(row.id, rules.homecoming_share) {
            row.home_months = row.home_months.max(rules.homecoming_months as u8);
        }
    }

    /// Days of work lost by the patient, at most the month, and by a carer.
    fn lose_days(&mut self, at: usize, patient: f64, carer: f64) {
        let resident = &self.books.residents[at];
        let (home, units) = (resident.home, resident.labour);
        let days = patient.min(MONTH);
        self.books.homes[home].lose((days * units + carer) * (1.0 / MONTH));
        let counted = if units > 0.0 { days + carer } else { carer };
        let weight = self.books.homes[home].weight();
        self.books.count(home).lost_days_centi += weight * hundredths(counted);
    }

    fn dies(&mut self, at: usize) {
        let resident = &mut self.books.residents[at];
        resident.row.gone = true;
        let lost = years_lost(&resident.law, resident.age);
        let home = resident.home;
        let weight = self.books.homes[home].weight();
        let count = self.books.count(home);
        count.deaths += weight;
        count.yll_milli += weight * lost;
    }

    /// Writes the bill, settles it, notes what the household pays now, and counts it.
    fn pay(&mut self, at: usize, costs: &Costs) {
        let price = price(&self.books.residents[at].law, costs.need, costs.provider);
        self.pay_at(at, costs, &price);
    }

    /// The same, at a price of its own. Returns the whole bill.
    pub(super) fn pay_at(&mut self, at: usize, costs: &Costs, price: &Price) -> i64 {
        let when = self.luck.when;
        let resident = &self.books.residents[at];
        let (home, id, law) = (resident.home, resident.row.id, Rc::clone(&resident.law));
        let total = self.witness.size(id, when, price.mean * costs.times);
        let bill = price.bill(total, costs.in_stock);
        let claim = Claim {
            service: service(costs.need),
            provider: costs.provider,
            condition: costs.condition,
            referred: costs.referred,
            ..claim(self.books, self.around, at, when)
        };
        let claims = &mut self.books.residents[at].claims;
        let cut = aid_cut(&law, total, bill.catalogue.0, &claim, claims);
        let split = settle(&law, total, bill.catalogue.0, &claim, claims);
        self.witness.settled(&bill, &split, cut, self.around.layers);
        let travel = if costs.first {
            care::travel(&law, costs.provider)
        } else {
            0
        };
        let own = &mut self.books.homes[home];
        let (oop, delayed) = (split.household as i64, split.delayed as i64);
        own.month.oop += oop;
        own.month.care += oop + delayed;
        own.month.travel += travel;
        if delayed > 0 {
            own.row.receivable = (own.row.receivable.fen() + Fen(delayed)).into();
            own.receivable_this_year += delayed;
            own.row.receivable_due = (when + split.delay_months).into();
        }
        let weight = own.weight();
        let count = self.books.count(home);
        count.bill += weight * total;
        count.drugs += weight * bill.drugs.0;
        count.oop += weight * oop;
        count.travel += weight * travel;
        count.aid_cut += weight * cut;
        let places = self.around.layers.iter().zip(&mut count.layers);
        for (name, place) in places {
            *place += weight * split.layers.get(name).map_or(0, |&paid| paid as i64);
        }
        if costs.need == Need::Admission {
            self.count_admission(at, costs.provider, &bill, oop, basic(&law, &split.layers));
        } else if costs.provider != NO_CARE {
            self.count_visit(at, costs, total);
        }
        total
    }

    fn count_admission(&mut self, at: usize, provider: Provider, bill: &Bill, oop: i64, basic: i64) {
        let resident = &mut self.books.residents[at];
        resident.admitted = true;
        let (home, enrolled, place) = (resident.home, resident.row.enrolled, provider as usize);
        let weight = self.books.homes[home].weight();
        self.books.load[self.luck.when.index()][place][1] += weight;
        let count = self.books.count(home);
        count.admissions[place] += weight;
        count.bill_admissions += weight * bill.total.0;
        count.oop_admissions += weight * oop;
        count.admission_bill[place] += weight * bill.total.0;
        count.admission_basic[place] += weight * basic;
        if enrolled {
            count.admissions_enrolled += weight;
            count.admission_catalogue[place] += weight * bill.catalogue.0;
        }
    }

    /// Visits are counted in hundredths: an episode has a mean number of them, a quarter's trip is one.
    fn count_visit(&mut self, at: usize, costs: &Costs, total: i64) {
        let resident = &self.books.residents[at];
        let per_episode = waste::visits(&resident.law);
        let each = match costs.need {
            Need::Chronic if costs.first => 100,
            Need::Chronic => 0,
            _ => hundredths(per_episode),
        };
        let (home, place) = (resident.home, costs.provider as usize);
        let weight = self.books.homes[home].weight();
        let village = usize::from(self.books.homes[home].row.village);
        self.books.load[self.luck.when.index()][place][0] += weight * each;
        if costs.provider == Provider::Village {
            self.books.clinic_visits[village] += weight * each;
        }
        let count = self.books.count(home);
        count.visits[place] += weight * each;
        count.visit_bill[place] += weight * total;
    }
}

/// Paid by the basic insurance: the first pool layer that looks at each admission afresh.
fn basic(law: &super::law::Law, paid: &std::collections::BTreeMap<String, f64>) -> i64 {
    let layers = law.layers();
    let basic = layers.iter().find(|(_, layer)| {
        layer.funded_by == Funder::Pool
            && layer.deductible_per == Per::Visit
            && layer.services.contains(&Service::Inpatient)
    });
    basic.and_then(|(name, _)| paid.get(*name)).map_or(0, |&fen| fen as i64)
}

/// Thousandths of years that a death at `age` takes: the reference years of the ages listed before and after, in between by
/// straight lines.
pub fn years_lost(law: &Law, age: i32) -> i64 {
    let reference = &law.rules.demography.reference_life_years;
    let rows = reference.from_age.iter().zip(&reference.value);
    let rows: Vec<(f64, f64)> = rows.map(|(&from, &years)| (f64::from(from), years)).collect();
    let age = f64::from(age);
    let years = match rows.windows(2).find(|pair| age < pair[1].0) {
        Some(pair) => {
            let (before, after) = (pair[0], pair[1]);
            before.1 + (after.1 - before.1) * (age - before.0) / (after.0 - before.0)
        }
        None => rows[rows.len() - 1].1,
    };
    (years * 1000.0).round() as i64
}
