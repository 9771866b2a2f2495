//! Episodes: from what struck a person to the payment. All choices of a month are made first, on what stands on its first
//! day; then the struck are treated one by one, in the order of the block.

mod counting;

use super::Tape;
use super::block_year::{BlockYear, Outside};
use super::books::{HouseholdYear, PersonYear};
use super::care_seeking::{self, Choice, Forgone, Need, Place, Ways};
use super::illness::{Event, Strike};
use super::insurance::{Bill, Claimant, Service, Who};
use super::service::Outcome;
use crate::draws::{Purpose, Stream};
use crate::maths;
use crate::rules::Class;
use crate::units::{Fen, Month};
use crate::world::{ALL_PROVIDERS, Block, Category, Condition, Conditions, PROVIDERS, Provider, Stage};

/// A need for care and what was decided about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Episode {
    /// What is needed; nothing for a death, or for a birth where illness is off.
    need: Option<Need>,
    sought: Provider,
    forgone: Option<Forgone>,
    /// The condition that the choice was made for.
    condition: Option<Condition>,
    /// The bill relative to the mean of its need and provider, size included; of chronic care the quarter's yuan.
    times: f64,
}

/// What a village offers people of one rule class this month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local {
    ways: Ways,
    /// The clinic settles insurance on the spot.
    designated: bool,
}

/// What follows from an event whatever the provider does.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    /// The bill relative to the mean of its need and provider.
    bill_ratio: f64,
    /// Probability of death although treated.
    fatality: f64,
    incapacity_months: f64,
    incapacity_loss: f64,
    residual_loss: f64,
}

/// The number of the episode in the person's month: keys its draws.
fn index(event: Event) -> u64 {
    match event {
        Event::Acute => 0,
        Event::Returned(_) => 1,
        Event::Admission => 2,
        Event::Major(_) => 3,
        Event::Injury | Event::Childbirth => 4,
        Event::ChronicCare => 5,
        Event::Death => 6,
    }
}

impl Course {
    fn of(event: Event, class: &Class) -> Course {
        let illness = &class.rules.illness;
        let plain = Course {
            bill_ratio: 1.0,
            ..Course::default()
        };
        match event {
            Event::Admission => Course {
                fatality: illness.admission.fatality_share,
                ..plain
            },
            Event::Major(condition) => {
                let rules = illness.condition(condition);
                Course {
                    bill_ratio: rules.event_bill_ratio,
                    fatality: rules.event_fatality_share,
                    incapacity_months: rules.incapacity_months,
                    incapacity_loss: rules.incapacity_loss_share,
                    residual_loss: rules.residual_loss_share,
                }
            }
            Event::Childbirth => Course {
                bill_ratio: illness.childbirth.bill_ratio,
                fatality: illness.childbirth.fatality_share,
                incapacity_months: illness.childbirth.incapacity_months,
                incapacity_loss: illness.childbirth.incapacity_loss_share,
                residual_loss: 0.0,
            },
            Event::Injury => Course {
                bill_ratio: illness.injury.bill_ratio,
                fatality: illness.injury.fatality_share,
                incapacity_months: illness.injury.incapacity_months,
                incapacity_loss: illness.injury.incapacity_loss_share,
                residual_loss: illness.injury.residual_loss_share,
            },
            Event::Acute | Event::Returned(_) | Event::ChronicCare | Event::Death => plain,
        }
    }
}

/// What the way to each option and the queue there are like this month, for every class in the block and every village.
pub fn look_around(books: &mut BlockYear, block: &Block, outside: &Outside, when: Month) {
    let general = &outside.plan.classes[0].care;
    let load = &outside.load[when.index()];
    let queue: [f32; PROVIDERS] = std::array::from_fn(|at| {
        // Load is counted in hundredths of visits.
        let capacity = 100.0 * general.capacity[at] * outside.residents as f64;
        general.queue(f64::from(load[at][0]), capacity)
    });
    books
        .local
        .resize(outside.plan.classes.len() * block.villages.len(), Local::default());
    let mut local = books.local.iter_mut();
    for (class, present) in outside.plan.classes.iter().zip(&books.present) {
        for (village, local) in block.villages.iter().zip(&mut local) {
            if !present {
                continue;
            }
            let mut queue = queue;
            let doctors = 100.0 * class.care.doctor_visits * f64::from(village.doctors);
            queue[Provider::Village as usize] = class.care.queue(f64::from(village.visits_last_month), doctors);
            let exists = ALL_PROVIDERS.map(|provider| {
                let rank = match provider {
                    Provider::SelfCare => return true,
                    Provider::Tcm => village.tcm_rank,
                    Provider::Village if village.doctors == 0 => return false,
                    _ => village.coverage_rank,
                };
                rank < class.weights.available[provider as usize]
            });
            local.designated = village.designation_rank < class.rules.insurance.clinic_designated_share;
            local.ways = class.weights.ways(&Place {
                minutes: &village.travel_minutes,
                queue: &queue,
                exists: &exists,
                quality: &class.care.correct,
                outward: outside.outward,
            });
        }
    }
}

/// Makes the month's choices: `episodes` gets one entry a strike.
pub fn decide(
    episodes: &mut Vec<Episode>,
    strikes: &[Strike],
    books: &BlockYear,
    outside: &Outside,
    when: Month,
    villages: usize,
) {
    let stream = |purpose| outside.luck.stream(purpose, when.0);
    let deciding = Deciding {
        books,
        outside,
        when,
        villages,
        fund_rate: outside.fund_rate.as_share() as f32,
        aid_rate: outside.aid_rate.as_share() as f32,
        choice: stream(Purpose::Choice),
        severity: stream(Purpose::Severity),
        bill: stream(Purpose::Bill),
    };
    episodes.clear();
    episodes.resize(strikes.len(), Episode::default());
    outside.level.run(#[inline(always)] || {
        for (episode, strike) in episodes.iter_mut().zip(strikes) {
            *episode = deciding.episode(strike);
        }
    });
}

/// All that a choice looks at.
struct Deciding<'a> {
    books: &'a BlockYear,
    outside: &'a Outside<'a>,
    when: Month,
    villages: usize,
    fund_rate: f32,
    aid_rate: f32,
    choice: Stream,
    severity: Stream,
    bill: Stream,
}

impl Deciding<'_> {
    #[inline(always)]
    fn episode(&self, strike: &Strike) -> Episode {
        let person = &self.books.people[strike.person as usize];
        let class = &*self.outside.plan.classes[usize::from(person.class)];
        let mut episode = Episode {
            need: Some(Need::Admission),
            sought: Provider::SelfCare,
            forgone: None,
            condition: None,
            times: 1.0,
        };
        match strike.event {
            Event::Acute => {
                let moderate = self.severity.uniform(person.id, 0) < class.rules.illness.acute.moderate_share;
                episode.need = Some(if moderate { Need::Moderate } else { Need::Minor });
            }
            Event::Returned(false) => episode.need = Some(Need::Moderate),
            Event::Returned(true) | Event::Admission | Event::Injury => {}
            Event::Major(condition) => episode.condition = Some(condition),
            Event::Childbirth if class.rules.illness.active_yes => {}
            Event::ChronicCare => {
                (episode.times, episode.condition) = quarter(person.conditions, class);
                episode.need = Some(Need::Chronic);
            }
            Event::Childbirth | Event::Death => episode.need = None,
        }
        let Some(need) = episode.need else { return episode };
        let index = index(strike.event);
        if need != Need::Chronic {
            episode.times = Course::of(strike.event, class).bill_ratio;
        }
        // What the patient expects is the mean bill of the case; its size shows later.
        (episode.sought, episode.forgone) = self.choose(strike.person as usize, class, need, &episode, index);
        if need != Need::Chronic {
            episode.times *= class.prices.size(maths::normal_quantile(self.bill.uniform(person.id, index)));
        }
        episode
    }

    #[inline(always)]
    fn choose(
        &self,
        at: usize,
        class: &Class,
        need: Need,
        episode: &Episode,
        index: u64,
    ) -> (Provider, Option<Forgone>) {
        let person = &self.books.people[at];
        let home = &self.books.households[person.household as usize];
        let local = &self.books.local[usize::from(person.class) * self.villages + usize::from(home.village)];
        let claims = &self.books.claims[at];
        let who = Who {
            service: service(need),
            category: standing(home, self.when),
            condition: episode.condition,
            enrolled: person.enrolled,
            designated: local.designated,
            fund_rate: self.fund_rate,
            aid_rate: self.aid_rate,
        };
        let (total, catalogue) = class.prices.expected(need, episode.times as f32);
        let (net, delayed) = class.stack.quote(&total, &catalogue, &who, claims);
        let (mut price_yuan, mut advance) = ([0.0; PROVIDERS], [0.0; PROVIDERS]);
        for at in 0..PROVIDERS {
            price_yuan[at] = net[at] * 0.01 + class.care.travel_yuan[at];
            advance[at] = net[at] + delayed[at];
        }
        if need == Need::Admission {
            let deposit = class.rules.insurance.deposit_share as f32;
            for at in 0..PROVIDERS {
                advance[at] += (total[at] - advance[at]) * deposit;
            }
        }
        let choice = Choice {
            need,
            ways: &local.ways,
            habit: person.habit,
            means_yuan: home.means_yuan,
            purse: home.means(&class.purse) as f32,
            price_yuan,
            advance,
        };
        class
            .weights
            .choose(&choice, &care_seeking::noise(self.choice, person.id, index))
    }
}

/// The yuan of a quarter's chronic care, and the dearest condition: it leads the choice; the rest is bought on the same way.
fn quarter(conditions: Conditions, class: &Class) -> (f64, Option<Condition>) {
    let (mut total, mut most, mut lead) = (0.0, 0.0, None);
    for condition in conditions.held() {
        let yuan = class.illness.quarter_yuan(condition, conditions.stage(condition));
        total += yuan;
        if yuan >= most && yuan > 0.0 {
            (most, lead) = (yuan, Some(condition));
        }
    }
    (f64::from(total), lead)
}

fn service(need: Need) -> Service {
    match need {
        Need::Minor | Need::Moderate => Service::Outpatient,
        Need::Chronic => Service::ChronicCare,
        Need::Admission => Service::Inpatient,
    }
}

/// The standing by which a bill is settled: a household for which aid is open is treated as monitored.
#[inline(always)]
fn standing(home: &HouseholdYear, when: Month) -> Category {
    let opened = home.aid_open_from.0 != 0 && when >= home.aid_open_from;
    if opened && matches!(home.category, Category::Lifted | Category::Ordinary) {
        Category::Monitored
    } else {
        home.category
    }
}

/// Treats the struck in order: service, bill, settlement, work lost, what comes back, death.
pub fn treat<T: Tape>(
    episodes: &[Episode],
    strikes: &[Strike],
    books: &mut BlockYear,
    outside: &Outside,
    when: Month,
    villages: usize,
    tape: &mut T,
) {
    let mut treating = Treating {
        outcome: outside.luck.stream(Purpose::Outcome, when.0),
        homecoming: outside.luck.stream(Purpose::Homecoming, when.0),
        books,
        outside,
        when,
        villages,
    };
    for (strike, episode) in strikes.iter().zip(episodes) {
        treating.treat(strike, episode, tape);
    }
}

/// The block in a month, being treated.
struct Treating<'a> {
    books: &'a mut BlockYear,
    outside: &'a Outside<'a>,
    when: Month,
    villages: usize,
    outcome: Stream,
    homecoming: Stream,
}

/// A patient on the way through the month.
struct Patient<'a> {
    at: usize,
    id: u64,
    home: usize,
    class: &'a Class,
    need: Need,
    index: u64,
}

impl<'a> Treating<'a> {
    fn treat<T: Tape>(&mut self, strike: &Strike, episode: &Episode, tape: &mut T) {
        let at = strike.person as usize;
        let person = &self.books.people[at];
        if T::SEES {
            tape.struck(person.id, self.when, strike.event);
        }
        if person.gone {
            return;
        }
        if strike.event == Event::Childbirth {
            self.books.births.push((strike.person, self.when));
        }
        let Some(need) = episode.need else {
            if strike.event == Event::Death {
                self.dies(at);
            }
            return;
        };
        let patient = Patient {
            at,
            id: person.id,
            home: person.household as usize,
            class: &self.outside.plan.classes[usize::from(person.class)],
            need,
            index: index(strike.event),
        };
        if T::SEES {
            tape.sought(patient.id, self.when, need, episode.sought, episode.forgone);
        }
        self.count_need(&patient, episode.forgone);
        if episode.sought != Provider::SelfCare {
            self.books.people[at].habit = episode.sought as u8;
        }
        if need == Need::Chronic {
            self.chronic_care(&patient, episode, tape);
        } else {
            self.episode(&patient, strike.event, episode, tape);
        }
        self.books.looks[at].see(&self.books.people[at]);
    }

    fn episode<T: Tape>(&mut self, patient: &Patient<'a>, event: Event, episode: &Episode, tape: &mut T) {
        let class = patient.class;
        let course = Course::of(event, class);
        let sought = episode.sought;
        let luck = Luck::of(self.outcome.bits(patient.id, patient.index));
        if let Event::Major(_) = event {
            self.come_home(patient);
        }
        let outcome = class
            .care
            .outcome(patient.need, sought, luck.skill, luck.course, course.fatality);
        if sought != Provider::SelfCare || patient.need != Need::Admission {
            let in_stock = luck.stock < class.care.in_stock[sought as usize];
            let bill = class.prices.bill(patient.need, sought, episode.times, in_stock);
            let who = self.claimant(patient, sought, episode.condition);
            self.pay(patient, &who, &bill, true, tape);
        }
        if let Event::Major(condition) = event {
            // Who was admitted goes on into care; who was not knows of the illness and stays untreated.
            let stage = if sought == Provider::SelfCare {
                Stage::Diagnosed
            } else {
                Stage::FirstYear
            };
            self.books.people[patient.at].conditions.set(condition, stage);
        }
        self.follow(patient, &course, &outcome);
    }

    /// A quarter's drugs and follow-up: one choice of place, one bill a treated condition.
    fn chronic_care<T: Tape>(&mut self, patient: &Patient<'a>, episode: &Episode, tape: &mut T) {
        let class = patient.class;
        let conditions = self.books.people[patient.at].conditions;
        if episode.sought == Provider::SelfCare {
            for condition in conditions.held() {
                if conditions.stage(condition) == Stage::Controlled {
                    self.books.people[patient.at].conditions.set(condition, Stage::Treated);
                }
            }
            return;
        }
        let luck = Luck::of(self.outcome.bits(patient.id, patient.index));
        let in_stock = luck.stock < class.care.in_stock[episode.sought as usize];
        let mut who = self.claimant(patient, episode.sought, None);
        let mut first = true;
        for condition in conditions.held() {
            let yuan = class.illness.quarter_yuan(condition, conditions.stage(condition));
            if yuan > 0.0 {
                who.condition = Some(condition);
                let bill = class
                    .prices
                    .bill(Need::Chronic, episode.sought, f64::from(yuan), in_stock);
                self.pay(patient, &who, &bill, first, tape);
                first = false;
            }
        }
    }

    /// A migrant may come home to a seriously ill relative.
    fn come_home(&mut self, patient: &Patient) {
        let rules = &patient.class.rules.livelihood;
        let book = &mut self.books.households[patient.home];
        if book.migrants > 0
            && self
                .homecoming
                .happens(book.id, 0, rules.homecoming_share)
        {
            book.bring_home(rules.homecoming_months as u8);
        }
    }

    /// Whose bill it is.
    fn claimant(&self, patient: &Patient, provider: Provider, condition: Option<Condition>) -> Claimant {
        let home = &self.books.households[patient.home];
        let person = &self.books.people[patient.at];
        let local = &self.books.local[usize::from(person.class) * self.villages + usize::from(home.village)];
        Claimant {
            service: service(patient.need),
            provider,
            category: standing(home, self.when),
            condition,
            enrolled: person.enrolled,
            designated: local.designated,
            fund_rate: self.outside.fund_rate,
            aid_rate: self.outside.aid_rate,
        }
    }

    /// Settles the bill and writes it into the person's claims, the household's books and the tallies. Only the `first`
    /// bill of a trip brings the way and a visit.
    fn pay<T: Tape>(&mut self, patient: &Patient, who: &Claimant, bill: &Bill, first: bool, tape: &mut T) {
        let class = patient.class;
        let split = class.stack.settle(bill, who, &mut self.books.claims[patient.at]);
        if T::SEES {
            tape.settled(patient.id, self.when, bill, &split);
        }
        let travel = if first {
            class.care.travel[who.provider as usize]
        } else {
            Fen::ZERO
        };
        let book = &mut self.books.households[patient.home];
        book.care += split.household + split.delayed;
        book.oop += split.household;
        book.travel += travel;
        if split.delayed > Fen::ZERO {
            book.owe(split.delayed, self.when + split.delay_months);
        }
        self.count_bill(patient, who, bill, &split, travel, first);
    }

    /// What the episode leaves behind: days lost, incapacity, what comes back, death.
    fn follow(&mut self, patient: &Patient, course: &Course, outcome: &Outcome) {
        let units = f64::from(self.books.people[patient.at].labour);
        let carer = if outcome.carer_days > 0.0 && self.other_worker(patient) {
            outcome.carer_days
        } else {
            0.0
        };
        let month = 365.25 / 12.0;
        let days = outcome.patient_days.min(month);
        self.books.households[patient.home].lose((days * units + carer) / month);
        let person = &mut self.books.people[patient.at];
        person.pending = person.pending.max(outcome.comes_back);
        if course.incapacity_months > 0.0 {
            let percent = |share: f64| Fen::nearest(share * 100.0).0.min(100) as u8;
            person.incapacity_months = person.incapacity_months.max(course.incapacity_months as u8);
            person.incapacity_loss = percent(course.incapacity_loss);
            let worse = if outcome.resolved {
                1.0
            } else {
                patient.class.care.rules.unresolved_residual_ratio
            };
            person.residual_loss = person.residual_loss.max(percent(course.residual_loss * worse));
        }
        let lost = days * f64::from(u8::from(units > 0.0)) + carer;
        self.count_days(patient, lost);
        if outcome.dies {
            self.dies(patient.at);
        }
    }

    /// Whether the household has somebody else of at least 0.6 labour units who could sit at the bed.
    fn other_worker(&self, patient: &Patient) -> bool {
        let same = |person: &&PersonYear| person.household as usize == patient.home;
        let works = |person: &PersonYear| person.id != patient.id && !person.gone && person.labour >= 0.6;
        // Members lie side by side around the patient.
        let people = &self.books.people;
        people[..patient.at].iter().rev().take_while(same).any(works)
            || people[patient.at..].iter().take_while(same).any(works)
    }

    fn dies(&mut self, at: usize) {
        self.books.people[at].gone = true;
        self.count_death(at);
    }
}

/// The latent outcome of an episode, shared by all providers: numbers in (0, 1) from one draw.
struct Luck {
    skill: f64,
    course: f64,
    stock: f64,
}

impl Luck {
    #[inline]
    fn of(bits: u64) -> Luck {
        let part = |bits: u64, of: u32| ((bits & ((1 << of) - 1)) as f64 + 0.5) / f64::from(1u32 << of);
        Luck {
            skill: part(bits, 24),
            course: part(bits >> 24, 24),
            stock: part(bits >> 48, 16),
        }
    }
}
