//! The month's choices, in passes over all episodes of a kind: the needs, their draws, the prices, the decisions. No pass
//! waits for the one before it person by person, so the processor overlaps what would be long chains of arithmetic.

use super::{Course, Episode, Local, index, service};
use crate::draws::{Purpose, Stream};
use crate::lanes;
use crate::month::block_year::Outside;
use crate::month::books::{HouseholdYear, PersonYear};
use crate::month::care_seeking::{Choice, Forgone, Need, Row, noise};
use crate::month::illness::{Event, Strike};
use crate::month::insurance::{Who, YearToDate};
use crate::rules::Class;
use crate::units::Month;
use crate::world::{Category, Condition, Conditions, PROVIDERS, Provider};

/// All that a choice looks at.
#[derive(Clone, Copy, Debug)]
pub struct Deciding<'a> {
    pub people: &'a [PersonYear],
    pub households: &'a [HouseholdYear],
    pub claims: &'a [YearToDate],
    pub local: &'a [Local],
    pub villages: usize,
    pub outside: &'a Outside<'a>,
    pub when: Month,
}

/// The draws of a kind's episodes, one entry each; kept for their memory.
#[derive(Debug, Default)]
pub struct Drawn {
    /// Identity and key of the draws to come.
    keyed: Vec<u64>,
    /// Half of the noises, the other half, the luck of the outcome.
    bits: [Vec<u64>; 3],
    noise: Vec<Row>,
    size: Vec<f32>,
}

impl Drawn {
    fn make_room(&mut self, episodes: usize) {
        self.keyed.resize(episodes, 0);
        for bits in &mut self.bits {
            bits.resize(episodes, 0);
        }
        self.noise.resize(episodes, [0.0; PROVIDERS]);
        self.size.resize(episodes, 0.0);
    }
}

impl Deciding<'_> {
    /// Decides the episodes of one kind: `episodes` gets one entry a strike.
    pub fn kind(&self, episodes: &mut Vec<Episode>, drawn: &mut Drawn, strikes: &[Strike]) {
        episodes.clear();
        episodes.resize(strikes.len(), Episode::default());
        drawn.make_room(strikes.len());
        self.outside.level.run(
            #[inline(always)]
            || {
                self.needs(episodes, strikes);
                self.draw(episodes, drawn, strikes);
                for (at, (episode, strike)) in episodes.iter_mut().zip(strikes).enumerate() {
                    (episode.sought, episode.forgone) = self.choose(strike.person as usize, episode, &drawn.noise[at]);
                    // What the patient expects is the mean bill of the case; its size shows later.
                    if episode.need != Need::Chronic {
                        episode.times *= drawn.size[at];
                    }
                    episode.luck = drawn.bits[2][at];
                }
            },
        );
    }

    /// What each of the struck needs.
    #[inline(always)]
    fn needs(&self, episodes: &mut [Episode], strikes: &[Strike]) {
        let severity = self.outside.luck.stream(Purpose::Severity, self.when.0);
        for (episode, strike) in episodes.iter_mut().zip(strikes) {
            let person = &self.people[strike.person as usize];
            let class = self.class(person);
            episode.index = index(strike.event);
            episode.times = 1.0;
            match strike.event {
                Event::Acute => {
                    let moderate = severity.uniform(person.id, 0) < class.rules.illness.acute.moderate_share;
                    episode.need = if moderate { Need::Moderate } else { Need::Minor };
                }
                Event::Returned(false) => episode.need = Need::Moderate,
                Event::ChronicCare => {
                    episode.need = Need::Chronic;
                    (episode.times, episode.condition) = quarter(person.conditions, class);
                }
                event => {
                    episode.need = Need::Admission;
                    episode.times = Course::of(event, class).bill_ratio as f32;
                    if let Event::Major(condition) = event {
                        episode.condition = Some(condition);
                    }
                }
            }
        }
    }

    /// The noises of the choice, the size of the bill, the luck of the outcome.
    #[inline(always)]
    fn draw(&self, episodes: &[Episode], drawn: &mut Drawn, strikes: &[Strike]) {
        let stream = |purpose| self.outside.luck.stream(purpose, self.when.0);
        let (choice, outcome, bill) = (
            stream(Purpose::Choice),
            stream(Purpose::Outcome),
            stream(Purpose::Bill),
        );
        let Drawn {
            keyed,
            bits,
            noise: noises,
            size,
        } = drawn;
        let [first, second, luck] = bits;
        // The size of the bill first: its bits make room for the noises.
        self.keys(keyed, episodes, strikes, bill, |index| index);
        lanes::bits::hash_each(keyed, first);
        for (size, &bits) in size.iter_mut().zip(&*first) {
            *size = lanes::maths::normal(lanes::bits::uniform(lanes::bits::high(bits)));
        }
        self.sizes(size, strikes);
        self.keys(keyed, episodes, strikes, outcome, |index| index);
        lanes::bits::hash_each(keyed, luck);
        self.keys(keyed, episodes, strikes, choice, |index| 2 * index);
        lanes::bits::hash_each(keyed, first);
        self.keys(keyed, episodes, strikes, choice, |index| 2 * index + 1);
        lanes::bits::hash_each(keyed, second);
        for ((noises, &first), &second) in noises.iter_mut().zip(&*first).zip(&*second) {
            *noises = noise(first, second);
        }
    }

    /// Makes `keyed` ready for one draw an episode.
    #[inline(always)]
    fn keys(
        &self,
        keyed: &mut [u64],
        episodes: &[Episode],
        strikes: &[Strike],
        stream: Stream,
        number: impl Fn(u64) -> u64,
    ) {
        for ((keyed, episode), strike) in keyed.iter_mut().zip(episodes).zip(strikes) {
            *keyed = self.people[strike.person as usize].id ^ stream.key(number(u64::from(episode.index)));
        }
    }

    /// Turns standard normal numbers into sizes of bills relative to the mean: lognormal with mean 1.
    #[inline(always)]
    fn sizes(&self, size: &mut [f32], strikes: &[Strike]) {
        for (size, strike) in size.iter_mut().zip(strikes) {
            let (spread, shift) = self.class(&self.people[strike.person as usize]).prices.size();
            *size = spread * *size - shift;
        }
        for size in size {
            *size = lanes::maths::exp(*size);
        }
    }

    #[inline(always)]
    fn class(&self, person: &PersonYear) -> &Class {
        &self.outside.plan.classes[usize::from(person.class)]
    }

    #[inline(always)]
    fn choose(&self, at: usize, episode: &Episode, noise: &Row) -> (Provider, Option<Forgone>) {
        let person = &self.people[at];
        let class = self.class(person);
        let home = &self.households[person.household as usize];
        let local = &self.local[usize::from(person.class) * self.villages + usize::from(home.village)];
        let who = Who {
            service: service(episode.need),
            category: standing(home, self.when),
            condition: episode.condition,
            enrolled: person.enrolled,
            designated: local.designated,
            fund_rate: self.outside.fund_rate.as_share() as f32,
            aid_rate: self.outside.aid_rate.as_share() as f32,
        };
        let (total, catalogue) = class.prices.expected(episode.need, episode.times);
        let (net, delayed) = class.stack.quote(&total, &catalogue, &who, &self.claims[at]);
        let (mut price_yuan, mut advance) = ([0.0; PROVIDERS], [0.0; PROVIDERS]);
        for at in 0..PROVIDERS {
            price_yuan[at] = net[at] * 0.01 + class.care.travel_yuan[at];
            advance[at] = net[at] + delayed[at];
        }
        if episode.need == Need::Admission {
            let deposit = class.rules.insurance.deposit_share as f32;
            for at in 0..PROVIDERS {
                advance[at] += (total[at] - advance[at]) * deposit;
            }
        }
        let choice = Choice {
            need: episode.need,
            ways: &local.ways,
            habit: person.habit,
            means_yuan: home.means_yuan,
            purse: home.means(&class.purse) as f32,
            price_yuan,
            advance,
        };
        class.weights.choose(&choice, noise)
    }
}

/// The yuan of a quarter's chronic care, and the dearest condition: it leads the choice; the rest is bought on the same way.
#[inline(always)]
fn quarter(conditions: Conditions, class: &Class) -> (f32, Option<Condition>) {
    let (mut total, mut most, mut lead) = (0.0, 0.0, None);
    for condition in conditions.held() {
        let yuan = class.illness.quarter_yuan(condition, conditions.stage(condition));
        total += yuan;
        if yuan >= most && yuan > 0.0 {
            (most, lead) = (yuan, Some(condition));
        }
    }
    (total, lead)
}

/// The standing by which a bill is settled: a household for which aid is open is treated as monitored.
#[inline(always)]
pub fn standing(home: &HouseholdYear, when: Month) -> Category {
    let opened = home.aid_open_from.0 != 0 && when >= home.aid_open_from;
    if opened && matches!(home.category, Category::Lifted | Category::Ordinary) {
        Category::Monitored
    } else {
        home.category
    }
}
