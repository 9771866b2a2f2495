//! Treatment: service, bill, settlement, work lost, what comes back, death.

use super::{Course, Decided, Episode, index, referred, service};
use crate::draws::{Purpose, SENT_HOME, Stream};
use crate::indicators::tally::Tally;
use crate::month::block_year::{BlockYear, Outside};
use crate::month::books::{Desk, HouseholdYear, PersonYear, somebody_else_works};
use crate::month::care_seeking::Need;
use crate::month::illness::{Event, Looks, Strike, Strikes};
use crate::month::insurance::{Bill, Cause, Claimant, MAX_LAYERS, Settlement, YearToDate};
use crate::month::service::drugs::Drug;
use crate::month::service::{Outcome, Supply};
use crate::month::{Presented, Tape};
use crate::rules::Class;
use crate::units::{Fen, Month};
use crate::world::{Birth, PROVIDERS, Provider, Stage};
use std::hint::select_unpredictable;

/// Treats the struck: visits first, then chronic care, rehabilitation, admissions, deaths last.
pub fn treat<T: Tape>(
    decided: &Decided,
    strikes: &Strikes,
    books: &mut BlockYear,
    outside: &Outside,
    when: Month,
    tape: &mut T,
) {
    for &mother in &strikes.births {
        let home = books.people[mother as usize].household;
        books.births.push(Birth {
            mother,
            born: when,
            cell: books.desks[home as usize].cell,
        });
    }
    if books.supply.is_empty() {
        Ward::<false>::new(books, outside, when).treat(decided, strikes, tape);
    } else {
        Ward::<true>::new(books, outside, when).treat(decided, strikes, tape);
    }
}

/// The block in a month, being treated; its villages have a supply of their `OWN`, or that of their rules.
pub(super) struct Ward<'a, const OWN: bool> {
    pub(super) books: &'a mut BlockYear,
    outside: &'a Outside<'a>,
    when: Month,
    /// The month of the year.
    month: usize,
    homecoming: Stream,
    /// Sizes bills, and says who is referred and who sent home.
    bill: Stream,
    /// Says how cases go.
    pub(super) outcome: Stream,
}

/// A patient's case: the books that its bill and its course are written into.
pub(super) struct Case<'a> {
    pub need: Need,
    /// Index of the person in the block.
    pub at: usize,
    pub person: &'a mut PersonYear,
    /// All households of the block.
    pub homes: &'a mut [HouseholdYear],
    pub desk: &'a mut Desk,
    pub claims: &'a mut YearToDate,
    pub looks: &'a mut Looks,
    pub count: &'a mut Tally,
    pub weight: i64,
    /// Visits and admissions of the month by provider.
    pub load: &'a mut [[u32; 2]; PROVIDERS],
    /// Visits of the month to the village's clinic.
    pub visits: &'a mut u32,
    pub class: &'a Class,
    /// What providers have for the patient.
    pub supply: &'a Supply,
    pub outside: &'a Outside<'a>,
    pub when: Month,
}

impl<'a, const OWN: bool> Ward<'a, OWN> {
    fn new(books: &'a mut BlockYear, outside: &'a Outside<'a>, when: Month) -> Ward<'a, OWN> {
        Ward {
            homecoming: outside.luck.stream(Purpose::Homecoming, when.0),
            bill: outside.luck.stream(Purpose::Bill, when.0),
            outcome: outside.luck.stream(Purpose::Outcome, when.0),
            books,
            outside,
            when,
            month: when.index(),
        }
    }

    /// Treats the struck, kind by kind; those of an earlier event go on with their rehabilitation before admissions.
    fn treat<T: Tape>(&mut self, decided: &Decided, strikes: &Strikes, tape: &mut T) {
        for (strike, episode) in strikes.visits.iter().zip(&decided.visits) {
            self.visit(strike, episode, tape);
        }
        for (strike, episode) in strikes.chronic.iter().zip(&decided.chronic) {
            self.chronic_care(strike, episode, tape);
        }
        let recovery = self.outside.plan.classes.iter().any(|class| class.recovery.works());
        self.books.recovers |= recovery;
        if self.books.recovers {
            for &at in &strikes.impaired {
                self.recover(at as usize, tape);
            }
        }
        for (strike, episode) in strikes.admissions.iter().zip(&decided.admissions) {
            self.admission(strike, episode, tape);
        }
        // What a wave asks of providers beyond the clinic is in the capacity it takes: next year's queues do not expect it.
        let ordinary = self.books.load[self.month];
        for (strike, episode) in strikes.infections.iter().zip(&decided.infections) {
            self.infection(strike, episode, tape);
        }
        self.books.load[self.month] = ordinary;
        for strike in &strikes.deaths {
            self.death(strike, tape);
        }
    }
}

impl<const OWN: bool> Ward<'_, OWN> {
    #[inline(always)]
    fn case(&mut self, strike: &Strike, need: Need) -> Case<'_> {
        self.case_of(strike.person as usize, need)
    }

    /// The case of person `at`.
    #[inline(always)]
    pub(super) fn case_of(&mut self, at: usize, need: Need) -> Case<'_> {
        let BlockYear {
            people,
            households,
            desks,
            claims,
            looks,
            counted,
            load,
            visits,
            supply,
            ..
        } = &mut *self.books;
        let person = &mut people[at];
        let desk = &mut desks[person.household as usize];
        let class: &Class = &self.outside.plan.classes[usize::from(person.class)];
        let supply = if OWN {
            &supply[usize::from(person.class) * visits.len() + usize::from(desk.village)]
        } else {
            &class.care.usual
        };
        Case {
            need,
            at,
            claims: &mut claims[at],
            looks,
            count: &mut counted.cells[usize::from(desk.cell)],
            weight: i64::from(desk.weight),
            load: &mut load[self.month],
            visits: &mut visits[usize::from(desk.village)],
            supply,
            class,
            outside: self.outside,
            when: self.when,
            homes: households,
            person,
            desk,
        }
    }

    fn visit<T: Tape>(&mut self, strike: &Strike, episode: &Episode, tape: &mut T) {
        // A visit has one of two needs: what holds of the others need not be asked.
        let need = if episode.need == Need::Minor {
            Need::Minor
        } else {
            Need::Moderate
        };
        let mut case = self.case(strike, need);
        case.begins(strike, episode, tape);
        let luck = Luck::of(episode.luck);
        let outcome = case.outcome(need, episode.sought, &luck, 0.0);
        case.treated(episode, true, &luck, tape);
        case.lose_days(outcome.patient_days, 0.0);
        if outcome.comes_back > case.person.pending {
            case.person.pending = outcome.comes_back;
            case.looks.see(case.at, case.person);
        }
    }

    /// A quarter's drugs and follow-up: one choice of place, one bill a treated condition.
    fn chronic_care<T: Tape>(&mut self, strike: &Strike, episode: &Episode, tape: &mut T) {
        let mut case = self.case(strike, Need::Chronic);
        case.begins(strike, episode, tape);
        let conditions = case.person.conditions;
        if episode.sought == Provider::SelfCare {
            for condition in conditions.held() {
                if conditions.stage(condition) == Stage::Controlled {
                    case.person.conditions.set(condition, Stage::Treated);
                }
            }
            case.looks.see_conditions(case.at, case.person, &case.class.illness);
            return;
        }
        let class = case.class;
        let stock = Luck::of(episode.luck).stock;
        let mut first = true;
        for condition in conditions.treated() {
            let yuan = class.illness.quarter_yuan(condition, conditions.stage(condition));
            if yuan > 0.0 {
                let in_stock = case.in_stock(Drug::of_condition(condition), episode.sought, stock);
                let bill = class
                    .prices
                    .bill(Need::Chronic, episode.sought, f64::from(yuan), in_stock);
                case.pay(&bill, (episode.sought, true), Cause::of(Some(condition)), first, tape);
                first = false;
            }
        }
    }

    fn admission<T: Tape>(&mut self, strike: &Strike, episode: &Episode, tape: &mut T) {
        let at = strike.person as usize;
        let (homecoming, bill, outcomes) = (self.homecoming, self.bill, self.outcome);
        let carer = somebody_else_works(&self.books.people, at);
        let mut case = self.case(strike, Need::Admission);
        case.begins(strike, episode, tape);
        if case.person.gone {
            return;
        }
        let class = case.class;
        let course = Course::of(strike.event, class, case.person.sex, case.person.age);
        if let Event::Major(_) = strike.event {
            case.come_home(homecoming);
        }
        let luck = Luck::of(episode.luck);
        if case.is_sent_home(strike.event, episode.sought, luck.course >= course.fatality, bill) {
            case.need = Need::Moderate;
            case.count.sent_home += case.weight;
        }
        let outcome = case.outcome(case.need, episode.sought, &luck, course.fatality);
        if episode.sought != Provider::SelfCare {
            let bits = bill.bits(case.person.id, index(strike.event));
            let told = referred(strike.event, bits, class);
            case.treated(episode, told, &luck, tape);
        }
        if let Event::Major(condition) = strike.event {
            // Who was admitted goes on into care; who was not knows of the illness and stays untreated.
            let stage = if episode.sought == Provider::SelfCare {
                Stage::Diagnosed
            } else {
                Stage::FirstYear
            };
            case.person.conditions.begin(condition, stage);
            case.person.plan_quarter(&class.illness);
            case.looks.see_conditions(case.at, case.person, &class.illness);
        }
        case.lose_days(outcome.patient_days, if carer { outcome.carer_days } else { 0.0 });
        case.person.pending = case.person.pending.max(outcome.comes_back);
        case.leave_behind(&course, &outcome);
        if outcome.dies {
            case.dies(tape);
        } else if course.residual_loss > 0.0 {
            case.take_in(strike.event, episode.sought, outcomes);
        }
        case.looks.see(case.at, case.person);
    }

    /// An infection of an epidemic. How grave it is and what follows are the epidemic's to say: it does not come back.
    #[cold]
    fn infection<T: Tape>(&mut self, strike: &Strike, episode: &Episode, tape: &mut T) {
        let at = strike.person as usize;
        let admission = episode.need == Need::Admission;
        let carer = admission && somebody_else_works(&self.books.people, at);
        let mut case = self.case(strike, episode.need);
        case.begins(strike, episode, tape);
        if case.person.gone {
            return;
        }
        let class = case.class;
        let fatality = if admission {
            let (id, age) = (case.person.id, i32::from(case.person.age));
            let rules = &class.rules.epidemic;
            rules.fatality(age, rules.vaccinated(case.outside.luck, id, age))
        } else {
            0.0
        };
        let luck = Luck::of(episode.luck);
        let outcome = case.outcome(episode.need, episode.sought, &luck, fatality);
        let treated = !admission || episode.sought != Provider::SelfCare;
        let (bill, oop) = (case.count.bill, case.count.oop);
        if treated {
            case.treated(episode, true, &luck, tape);
        }
        case.count.infections_bill += case.count.bill - bill;
        case.count.infections_oop += case.count.oop - oop;
        case.count.infections_severe += case.weight * i64::from(admission);
        case.count.infections_admitted += case.weight * i64::from(admission & treated);
        let days = if admission {
            outcome.patient_days
        } else {
            class.rules.epidemic.ill_lost_days
        };
        case.lose_days(days, if carer { outcome.carer_days } else { 0.0 });
        if outcome.dies {
            case.count.infections_died += case.weight;
            case.dies(tape);
        }
    }

    fn death<T: Tape>(&mut self, strike: &Strike, tape: &mut T) {
        let mut case = self.case(strike, Need::Minor);
        if T::SEES {
            tape.struck(case.person.id, case.when, strike.event);
        }
        if !case.person.gone {
            case.dies(tape);
        }
    }
}

impl Case<'_> {
    /// Whether waste that is taken off makes an ordinary admission at `provider` a visit. Who would die of it stays.
    #[inline(always)]
    fn is_sent_home(&self, event: Event, provider: Provider, survives: bool, bill: Stream) -> bool {
        let share = self.class.needed.sent_home[provider as usize];
        event == Event::Admission && share > 0.0 && survives && bill.happens(self.person.id, SENT_HOME, share)
    }

    /// The episode begins: it is told, counted, and where care was found remembered.
    #[inline(always)]
    fn begins<T: Tape>(&mut self, strike: &Strike, episode: &Episode, tape: &mut T) {
        if T::SEES {
            tape.struck(self.person.id, self.when, strike.event);
            if !self.person.gone {
                tape.sought(self.person.id, self.when, episode.need, episode.sought, episode.forgone);
            }
        }
        if self.person.gone {
            return;
        }
        self.count_need(episode.forgone);
        let home = episode.sought == Provider::SelfCare;
        self.person.habit = select_unpredictable(home, self.person.habit, episode.sought as u8);
    }

    /// How the case goes at a provider.
    #[inline(always)]
    fn outcome(&self, need: Need, provider: Provider, luck: &Luck, fatality: f64) -> Outcome {
        let correct = self.supply.correct[need as usize][provider as usize];
        let care = &self.class.care;
        care.outcome(need, provider, correct, (luck.skill, luck.course), fatality)
    }

    /// Whether a provider has the drug, by the patient's luck.
    #[inline(always)]
    fn in_stock(&self, drug: Drug, provider: Provider, luck: f64) -> bool {
        luck < self.supply.in_stock[drug as usize][provider as usize]
    }

    /// The bill of a visit, or of an admission of somebody who was `told` where to go or was not.
    #[inline(always)]
    fn treated<T: Tape>(&mut self, episode: &Episode, told: bool, luck: &Luck, tape: &mut T) {
        let class = self.class;
        let in_stock = self.in_stock(Drug::of_need(self.need), episode.sought, luck.stock);
        let bill = class
            .prices
            .bill(self.need, episode.sought, f64::from(episode.times), in_stock);
        self.pay(&bill, (episode.sought, told), episode.cause, true, tape);
    }

    /// Settles the bill and writes it into the person's claims, the household's books and the tallies. Only the `first`
    /// bill of a trip brings the way and a visit.
    #[inline(always)]
    pub(super) fn pay<T: Tape>(
        &mut self,
        bill: &Bill,
        (provider, referred): (Provider, bool),
        cause: Cause,
        first: bool,
        tape: &mut T,
    ) {
        let who = Claimant {
            service: service(self.need),
            provider,
            category: self.desk.standing,
            cause,
            enrolled: self.person.enrolled,
            designated: self.person.designated,
            referred,
            fund_rate: self.outside.fund_rate,
            aid_rate: self.outside.aid_rate,
        };
        let travel = if first {
            self.class.care.travel[provider as usize]
        } else {
            Fen::ZERO
        };
        if T::SEES {
            let presented = Presented {
                bill,
                who: &who,
                so_far: self.claims,
                plan: self.outside.plan,
                class: self.person.class,
                travel,
                first,
            };
            tape.presented(self.person.id, self.when, &presented);
        }
        let mut layers = [Fen::ZERO; MAX_LAYERS];
        let (count, weight) = (&mut self.count.layers, self.weight);
        let split = self.class.stack.settle(bill, &who, self.claims, |layer, paid| {
            count[layer] += weight * paid.0;
            if T::SEES {
                layers[layer] = paid;
            }
        });
        if T::SEES {
            let settlement = Settlement {
                layers,
                household: split.household,
                delayed: split.delayed,
                delay_months: split.delay_months,
                aid_cut: split.aid_cut,
            };
            tape.settled(self.person.id, self.when, bill, &settlement);
        }
        self.desk.care += split.household + split.delayed;
        self.desk.oop += split.household;
        self.desk.travel += travel;
        if split.delayed > Fen::ZERO {
            let home = &mut self.homes[self.person.household as usize];
            home.owe(self.desk, split.delayed, self.when + split.delay_months);
        }
        self.count_bill(provider, bill, &split, travel, first);
    }

    /// A migrant may come home to a seriously ill relative.
    fn come_home(&mut self, draws: Stream) {
        let rules = &self.class.rules.livelihood;
        let home = &mut self.homes[self.person.household as usize];
        if home.migrants > 0 && draws.happens(home.id, 0, rules.homecoming_share) {
            home.bring_home(self.desk, rules.homecoming_months as u8, self.when);
        }
    }

    /// Days of work that the patient and a carer lose this month.
    #[inline(always)]
    fn lose_days(&mut self, patient: f64, carer: f64) {
        const MONTH: f64 = 365.25 / 12.0;
        let days = if patient < MONTH { patient } else { MONTH };
        let units = f64::from(self.person.labour);
        self.desk.lose((days * units + carer) * (1.0 / MONTH));
        self.count_days(if units > 0.0 { days + carer } else { carer });
    }

    /// Incapacity and lasting loss.
    fn leave_behind(&mut self, course: &Course, outcome: &Outcome) {
        if course.incapacity_months <= 0.0 {
            return;
        }
        let percent = |share: f64| Fen::nearest(share * 100.0).0.min(100) as u8;
        let worse = if outcome.resolved {
            1.0
        } else {
            self.class.care.rules.unresolved_residual_ratio
        };
        let person = &mut *self.person;
        // A light event does not lighten a grave one that still lasts.
        let lasting = if person.incapacity_months > 0 {
            person.incapacity_loss
        } else {
            0
        };
        person.incapacity_loss = lasting.max(percent(course.incapacity_loss));
        person.incapacity_months = person.incapacity_months.max(course.incapacity_months as u8);
        person.residual_loss = person.residual_loss.max(percent(course.residual_loss * worse));
    }

    fn dies<T: Tape>(&mut self, tape: &mut T) {
        if T::SEES {
            tape.died(self.person.id, self.when);
        }
        self.person.gone = true;
        self.looks.see(self.at, self.person);
        self.count_death();
    }
}

/// The latent outcome of an episode, shared by all providers: numbers in (0, 1) from one draw.
struct Luck {
    skill: f64,
    course: f64,
    stock: f64,
}

impl Luck {
    #[inline(always)]
    fn of(bits: u64) -> Luck {
        let part = |bits: u64, of: u32| ((bits & ((1 << of) - 1)) as i64 as f64 + 0.5) * (1.0 / f64::from(1u32 << of));
        Luck {
            skill: part(bits, 24),
            course: part(bits >> 24, 24),
            stock: part(bits >> 48, 16),
        }
    }
}
