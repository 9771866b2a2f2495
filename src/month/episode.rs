//! One episode from need to payment: the choice, the treatment, the bill, the settlement, the work lost.

use super::Tape;
use super::block_year::{BlockYear, Outside, members};
use super::care_seeking::{self, Need, Noise, Options, Ways, Without};
use super::illness::{Event, Strike};
use super::insurance::{Bill, Claimant, Service, Settlement, YearToDate};
use super::service::Outcome;
use crate::draws::{Purpose, Stream};
use crate::indicators::tally::Tally;
use crate::rules::Class;
use crate::units::{Fen, Month, Ppm};
use crate::world::{
    self, ALL_PROVIDERS, Block, CONDITIONS, Category, Condition, PROVIDERS, Provider, Stage, labour_units,
};

/// Bills a year for chronic care: one a quarter.
const CHRONIC_BILLS: f64 = 4.0;
/// Life years still expected, for years of life lost: reference age of the life table used.
const REFERENCE_AGE: i32 = 80;

/// The block in a month, ready to treat.
pub struct Episodes<'a> {
    pub block: &'a mut Block,
    outside: &'a Outside<'a>,
    books: &'a mut BlockYear,
    when: Month,
    choice: Stream,
    severity: Stream,
    outcome: Stream,
    bill: Stream,
    /// Ways to care this month, by class and village.
    ways: Vec<Ways>,
}

/// An episode on its way through the month.
#[derive(Clone, Copy)]
struct Episode {
    person: usize,
    home: usize,
    /// Number of the episode in the person's month: keys its draws.
    index: u64,
    need: Need,
    condition: Option<Condition>,
    /// The bill relative to the mean of its need and provider.
    times: f64,
    fatality: f64,
    incapacity: (f64, f64, f64),
}

impl<'a> Episodes<'a> {
    pub fn new(block: &'a mut Block, outside: &'a Outside<'a>, books: &'a mut BlockYear, when: Month) -> Episodes<'a> {
        let mut ways = std::mem::take(&mut books.ways);
        see_ways(&mut ways, block, outside, when);
        let stream = |purpose| outside.luck.stream(purpose, when.0);
        Episodes {
            block,
            outside,
            books,
            when,
            choice: stream(Purpose::Choice),
            severity: stream(Purpose::Severity),
            outcome: stream(Purpose::Outcome),
            bill: stream(Purpose::Bill),
            ways,
        }
    }

    /// Memory for [`Episodes::sizes`].
    pub fn take_sizes(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.books.sizes)
    }

    /// Ends the month: the books get their memory back.
    pub fn end(self, sizes: Vec<f64>) {
        self.books.ways = self.ways;
        self.books.sizes = sizes;
    }

    fn class(&self, person: usize) -> &'a Class {
        &self.outside.plan.classes[self.books.class[person] as usize]
    }

    fn count(&mut self, home: usize) -> (&mut Tally, i64) {
        let book = &self.books.households[home];
        (
            &mut self.books.counted.cells[book.cell as usize],
            i64::from(book.weight),
        )
    }

    /// The sizes of all bills of the month, by strike: a float pass of its own, because its long chains overlap.
    pub fn sizes(&self, strikes: &[Strike], sizes: &mut Vec<f64>) {
        sizes.clear();
        sizes.extend(strikes.iter().map(|strike| {
            let person = strike.person as usize;
            let z = self.bill.normal(self.block.people.id[person], index(strike.event));
            self.class(person).prices.size(z)
        }));
    }

    /// Treats what struck a person; `size` is that of the bill relative to the mean of its kind.
    pub fn treat<T: Tape>(&mut self, strike: &Strike, size: f64, tape: &mut T) {
        let person = strike.person as usize;
        if self.block.people.gone[person] {
            return;
        }
        let id = self.block.people.id[person];
        let class = self.class(person);
        let illness = &class.rules.illness;
        let mut episode = Episode {
            person,
            home: self.block.people.household[person] as usize,
            index: index(strike.event),
            need: Need::Admission,
            condition: None,
            times: 1.0,
            fatality: 0.0,
            incapacity: (0.0, 0.0, 0.0),
        };
        match strike.event {
            Event::Acute => {
                let moderate = self.severity.uniform(id, 0) < illness.acute.moderate_share;
                episode.need = if moderate { Need::Moderate } else { Need::Minor };
            }
            Event::Returned(admission) => {
                episode.need = if admission { Need::Admission } else { Need::Moderate };
            }
            Event::Admission => {
                episode.fatality = illness.admission.fatality_share;
            }
            Event::Major(condition) => {
                let rules = illness.condition(condition);
                episode.condition = Some(condition);
                episode.times = rules.event_bill_ratio;
                episode.fatality = rules.event_fatality_share;
                episode.incapacity = (
                    rules.incapacity_months,
                    rules.incapacity_loss_share,
                    rules.residual_loss_share,
                );
                self.come_home(episode.home, class);
            }
            Event::Childbirth => {
                self.books.births.push((strike.person, self.when));
                if !illness.active_yes {
                    return;
                }
                let rules = &illness.childbirth;
                episode.times = rules.bill_ratio;
                episode.fatality = rules.fatality_share;
                episode.incapacity = (rules.incapacity_months, rules.incapacity_loss_share, 0.0);
            }
            Event::Injury => {
                let rules = &illness.injury;
                episode.times = rules.bill_ratio;
                episode.fatality = rules.fatality_share;
                episode.incapacity = (
                    rules.incapacity_months,
                    rules.incapacity_loss_share,
                    rules.residual_loss_share,
                );
            }
            Event::ChronicCare => return self.chronic_care(episode, tape),
            Event::Death => return self.dies(&episode),
        }
        // What the patient expects is the mean bill of the case; its size shows later.
        let times = episode.times * size;
        let mut who = self.claimant(&episode, class);
        let sought = self.seek(&episode, &who, class);
        let outcome = self.serve(&episode, sought, class);
        if sought != Provider::SelfCare || episode.need != Need::Admission {
            let in_stock = self.outcome.uniform(id, 8 + episode.index) < class.care.in_stock[sought as usize];
            let bill = class.prices.bill(episode.need, sought, times, in_stock);
            who.provider = sought;
            self.pay(&episode, &who, &bill, true, class, tape);
        }
        if let Some(condition) = episode.condition {
            // Who was admitted goes on into care; who was not knows of the illness and stays untreated.
            let stage = if sought == Provider::SelfCare {
                Stage::Diagnosed
            } else {
                Stage::FirstYear
            };
            self.block.people.conditions[person].set(condition, stage);
        }
        self.follow(&episode, &outcome, class);
    }

    /// A quarter's drugs and follow-up: one choice of place, one bill a treated condition.
    fn chronic_care<T: Tape>(&mut self, mut episode: Episode, tape: &mut T) {
        let class = self.class(episode.person);
        let conditions = self.block.people.conditions[episode.person];
        episode.need = Need::Chronic;
        let costs = CONDITIONS.map(|condition| {
            let rules = class.rules.illness.condition(condition);
            match conditions.stage(condition) {
                Stage::FirstYear => rules.first_year_care_yuan_per_year / CHRONIC_BILLS,
                Stage::Treated | Stage::Controlled => rules.care_yuan_per_year / CHRONIC_BILLS,
                _ => 0.0,
            }
        });
        // The dearest condition leads the choice; the rest is bought on the same way.
        let lead = CONDITIONS
            .into_iter()
            .zip(costs)
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(condition, _)| condition);
        let total: f64 = costs.into_iter().sum();
        if total <= 0.0 {
            return;
        }
        episode.condition = lead;
        episode.times = total;
        let mut who = self.claimant(&episode, class);
        let sought = self.seek(&episode, &who, class);
        who.provider = sought;
        if sought == Provider::SelfCare {
            for condition in CONDITIONS {
                if conditions.stage(condition) == Stage::Controlled {
                    self.block.people.conditions[episode.person].set(condition, Stage::Treated);
                }
            }
            return;
        }
        let id = self.block.people.id[episode.person];
        let in_stock = self.outcome.uniform(id, 8 + episode.index) < class.care.in_stock[sought as usize];
        let mut first = true;
        for (condition, cost) in CONDITIONS.into_iter().zip(costs) {
            if cost > 0.0 {
                who.condition = Some(condition);
                let bill = class.prices.bill(Need::Chronic, sought, cost, in_stock);
                self.pay(&episode, &who, &bill, first, class, tape);
                first = false;
            }
        }
    }

    /// A migrant may come home to a seriously ill relative.
    fn come_home(&mut self, home: usize, class: &Class) {
        let rules = &class.rules.livelihood;
        let id = self.block.households.id[home];
        let draws = self.outside.luck.stream(Purpose::Homecoming, self.when.0);
        if self.block.households.migrants[home] > 0 && draws.happens(id, 0, rules.homecoming_share) {
            self.books.households[home].bring_home(rules.homecoming_months as u8);
        }
    }

    /// Where the person goes; counts the need, and the reason when care is forgone.
    fn seek(&mut self, episode: &Episode, who: &Claimant, class: &Class) -> Provider {
        let options = self.options(episode, class);
        let id = self.block.people.id[episode.person];
        let noise = Noise::draw(self.choice, id, episode.index);
        let mut asked = Asked::new(self, episode, who, class);
        let weights = &class.weights;
        let sought = weights.choose(episode.need, &options, &noise, Without::Nothing, &mut |at| {
            asked.affordable(at)
        });
        let forgone = (sought == Provider::SelfCare && episode.need != Need::Minor).then(|| {
            care_seeking::reason(weights, episode.need, &options, &noise, &mut |at| {
                Some(asked.price(at).0)
            })
        });
        let need = episode.need as usize;
        let (count, weight) = self.count(episode.home);
        count.needs[need] += weight;
        if let Some(reason) = forgone {
            count.forgone[need][reason as usize] += weight;
        }
        if sought != Provider::SelfCare {
            self.block.people.last_provider[episode.person] = sought as u8;
        }
        sought
    }

    fn options<'b>(&'b self, episode: &Episode, class: &'b Class) -> Options<'b> {
        let village = self.block.households.village[episode.home] as usize;
        let rules = self.books.class[episode.person] as usize;
        let admission = episode.need == Need::Admission;
        Options {
            ways: &self.ways[rules * self.block.villages.len() + village],
            quality: &class.care.correct[usize::from(admission)],
            outward: if admission { self.outside.outward } else { 0.0 },
            habit: self.block.people.last_provider[episode.person],
            means: self.books.households[episode.home].means_yuan,
        }
    }

    /// What the household could raise for care now: its means less what this month's care already takes.
    fn means(&self, home: usize) -> Fen {
        let book = &self.books.households[home];
        book.purse.means(&book.habits).less(book.care + book.travel)
    }

    /// Whose bill it will be; the provider is still open.
    fn claimant(&self, episode: &Episode, class: &Class) -> Claimant {
        let household = &self.block.households;
        let own = household.category[episode.home];
        let opened = household.aid_open_from[episode.home];
        let aided = opened.0 != 0 && self.when >= opened && matches!(own, Category::Lifted | Category::Ordinary);
        let village = &self.block.villages[household.village[episode.home] as usize];
        Claimant {
            service: match episode.need {
                Need::Minor | Need::Moderate => Service::Outpatient,
                Need::Chronic => Service::ChronicCare,
                Need::Admission => Service::Inpatient,
            },
            provider: Provider::SelfCare,
            category: if aided { Category::Monitored } else { own },
            condition: episode.condition,
            enrolled: self.block.people.enrolled[episode.person],
            designated: village.designation_rank < class.rules.insurance.clinic_designated_share,
            fund_rate: self.outside.fund_rate,
            aid_rate: self.outside.aid_rate,
        }
    }

    fn serve(&self, episode: &Episode, sought: Provider, class: &Class) -> Outcome {
        let id = self.block.people.id[episode.person];
        let skill = self.outcome.uniform(id, 2 * episode.index + 32);
        let course = self.outcome.uniform(id, 2 * episode.index + 33);
        class
            .care
            .outcome(episode.need, sought, skill, course, episode.fatality)
    }

    /// Settles the bill and writes it into the person's claims, the household's books and the tallies. Only the `first`
    /// bill of a trip brings the way and a visit.
    fn pay<T: Tape>(
        &mut self,
        episode: &Episode,
        who: &Claimant,
        bill: &Bill,
        first: bool,
        class: &Class,
        tape: &mut T,
    ) {
        let split = class.stack.settle(bill, who, &mut self.books.claims[episode.person]);
        tape.settled(self.block.people.id[episode.person], self.when, bill, &split);
        let travel = if first {
            class.care.travel_fen[who.provider as usize]
        } else {
            Fen::ZERO
        };
        let book = &mut self.books.households[episode.home];
        book.care += split.household + split.delayed;
        book.oop += split.household;
        book.travel += travel;
        if split.delayed > Fen::ZERO {
            book.owe(split.delayed, self.when + split.delay_months);
        }
        let (count, weight) = self.count(episode.home);
        count.bill += weight * bill.total.0;
        count.drugs += weight * bill.drugs.0;
        count.oop += weight * split.household.0;
        count.aid_cut += weight * split.aid_cut.0;
        count.travel += weight * travel.0;
        if split.household != bill.total {
            for (count, paid) in count.layers.iter_mut().zip(&split.layers[..class.stack.ids.len()]) {
                *count += weight * paid.0;
            }
        }
        if episode.need == Need::Admission {
            self.count_admission(episode, who, bill, &split, class);
        } else if who.provider != Provider::SelfCare {
            self.count_visit(episode, who.provider, bill, first, class);
        }
    }

    fn count_admission(&mut self, episode: &Episode, who: &Claimant, bill: &Bill, split: &Settlement, class: &Class) {
        let (sought, enrolled) = (who.provider, who.enrolled);
        self.books.admitted[episode.person] = true;
        let at = sought as usize;
        let (count, weight) = self.count(episode.home);
        count.admissions[at] += weight;
        count.bill_admissions += weight * bill.total.0;
        count.oop_admissions += weight * split.household.0;
        count.admission_bill[at] += weight * bill.total.0;
        if enrolled {
            count.admissions_enrolled += weight;
            count.admission_catalogue[at] += weight * bill.catalogue.0;
        }
        count.admission_basic[at] += weight * class.stack.basic(&split.layers).0;
        self.books.load[self.when.index()][at][1] += weight as u32;
    }

    /// Visits are counted in hundredths: an episode has a mean number of them.
    fn count_visit(&mut self, episode: &Episode, sought: Provider, bill: &Bill, first: bool, class: &Class) {
        let at = sought as usize;
        let (count, weight) = self.count(episode.home);
        let each = match episode.need {
            Need::Chronic => 100.0 * f64::from(first),
            _ => 100.0 * class.rules.billing.visits_per_episode_ratio,
        };
        let visits = (each.round() * weight as f64) as u32;
        count.visits[at] += i64::from(visits);
        count.visit_bill[at] += weight * bill.total.0;
        self.books.load[self.when.index()][at][0] += visits;
        if sought == Provider::Village {
            let village = self.block.households.village[episode.home] as usize;
            self.books.visits[village] += visits;
        }
    }

    /// What the episode leaves behind: days lost, incapacity, what comes back, death.
    fn follow(&mut self, episode: &Episode, outcome: &Outcome, class: &Class) {
        let person = episode.person;
        let units = labour_units(i32::from(self.books.age[person]));
        let carer = if outcome.carer_days > 0.0 && self.other_worker(episode) {
            outcome.carer_days
        } else {
            0.0
        };
        let month = 365.25 / 12.0;
        let patient = outcome.patient_days.min(month);
        self.books.households[episode.home].lose((patient * units + carer) / month);
        let people = &mut self.block.people;
        people.pending[person] = people.pending[person].max(outcome.comes_back);
        let (months, loss, residual) = episode.incapacity;
        if months > 0.0 {
            people.incapacity_months[person] = people.incapacity_months[person].max(months as u8);
            people.incapacity_loss[person] = (loss * 100.0).round() as u8;
            let lasting = residual
                * if outcome.resolved {
                    1.0
                } else {
                    class.care.rules.unresolved_residual_ratio
                };
            people.residual_loss[person] = people.residual_loss[person].max((lasting * 100.0).round().min(100.0) as u8);
        }
        let days = patient * f64::from(units > 0.0) + carer;
        let (count, weight) = self.count(episode.home);
        count.lost_days_centi += weight * Fen::nearest(days * 100.0).0;
        if outcome.dies {
            self.dies(episode);
        }
    }

    fn other_worker(&self, episode: &Episode) -> bool {
        members(self.block, episode.home).any(|p| {
            p != episode.person && !self.block.people.gone[p] && labour_units(i32::from(self.books.age[p])) >= 0.6
        })
    }

    fn dies(&mut self, episode: &Episode) {
        let person = episode.person;
        self.block.people.gone[person] = true;
        let lost = (REFERENCE_AGE - world::age(self.block.people.born[person], self.when)).max(2);
        let (count, weight) = self.count(episode.home);
        count.deaths += weight;
        count.yll_milli += weight * i64::from(lost) * 1000;
    }
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

/// What the way to each option and the queue there are like this month, by class and village.
fn see_ways(ways: &mut Vec<Ways>, block: &Block, outside: &Outside, when: Month) {
    let general = &outside.plan.classes[0].care;
    let load = &outside.load[when.index()];
    let queue: [f32; PROVIDERS] = std::array::from_fn(|at| {
        // Load is counted in hundredths of visits.
        let capacity = 100.0 * general.capacity[at] * outside.residents as f64;
        general.queue(f64::from(load[at][0]), capacity)
    });
    ways.clear();
    for class in &outside.plan.classes {
        let least = class.weights.least(&class.least_yuan);
        for village in &block.villages {
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
            ways.push(class.weights.ways(&village.travel_minutes, &queue, &exists, &least));
        }
    }
}

/// Prices asked of providers before a choice.
struct Asked<'a> {
    class: &'a Class,
    need: Need,
    /// What is expected is the mean bill of the case, not its later size.
    times: f64,
    claimant: Claimant,
    claims: &'a YearToDate,
    means: Fen,
}

impl<'a> Asked<'a> {
    fn new(episodes: &'a Episodes, episode: &Episode, who: &Claimant, class: &'a Class) -> Asked<'a> {
        Asked {
            class,
            need: episode.need,
            times: episode.times,
            claimant: *who,
            claims: &episodes.books.claims[episode.person],
            means: episodes.means(episode.home),
        }
    }

    /// The net price with travel in yuan, and the advance.
    #[inline]
    fn price(&mut self, at: usize) -> (f64, Fen) {
        self.claimant.provider = ALL_PROVIDERS[at];
        let bill = self.class.prices.expected(self.need, ALL_PROVIDERS[at], self.times);
        let (net, delayed) = self.class.stack.net(&bill, &self.claimant, self.claims);
        let mut advance = net + delayed;
        let deposit = self.class.rules.insurance.deposit_share;
        if self.need == Need::Admission && deposit > 0.0 {
            advance += (bill.total - advance) * Ppm::share(deposit);
        }
        (net.as_yuan() + self.class.care.travel[at], advance)
    }

    /// The net price where the household can advance it.
    #[inline]
    fn affordable(&mut self, at: usize) -> Option<f64> {
        let (price, advance) = self.price(at);
        (at == Provider::SelfCare as usize || advance == Fen::ZERO || advance <= self.means).then_some(price)
    }
}
