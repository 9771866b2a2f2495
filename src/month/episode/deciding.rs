//! The month's choices, in passes over all episodes of a kind: the needs, their draws, the prices, the decisions. No pass
//! waits for the one before it person by person, so the processor overlaps what would be long chains of arithmetic.

use super::{Course, Episode, Local, index, referred, service};
use crate::draws::{Purpose, SECOND, spread};
use crate::lanes::eight::{Eight, Lanes, Portable};
use crate::lanes::{self, RowKernel};
use crate::month::block_year::Outside;
use crate::month::books::{Desk, PersonYear};
use crate::month::care_seeking::{Choice, Need, Row, noise};
use crate::month::illness::{Event, Strike};
use crate::month::insurance::{Cause, Who, YearToDate};
use crate::rules::Class;
use crate::units::Month;
use crate::world::{PROVIDERS, Provider};

/// All that a choice looks at.
#[derive(Clone, Copy, Debug)]
pub struct Deciding<'a> {
    pub people: &'a [PersonYear],
    pub desks: &'a [Desk],
    pub claims: &'a [YearToDate],
    pub local: &'a [Local],
    pub villages: usize,
    pub outside: &'a Outside<'a>,
    pub when: Month,
}

/// Episodes decided together: few enough that what is drawn and asked for them stays in the nearest cache.
const BATCH: usize = 64;

/// What is drawn and asked for the episodes of a batch, one entry each.
#[derive(Debug)]
pub struct Drawn {
    /// Who, with the number of the episode folded in.
    who: [u64; BATCH],
    bits: [u64; BATCH],
    more_bits: [u64; BATCH],
    luck: [u64; BATCH],
    noise: [Row; BATCH],
    size: [f32; BATCH],
    asked: [Asked; BATCH],
    /// Who is referred, or files beforehand, if it comes to an admission.
    referred: [bool; BATCH],
    /// Those who needed care and sought none.
    forgone: [u32; BATCH],
}

impl Default for Drawn {
    fn default() -> Drawn {
        Drawn {
            who: [0; BATCH],
            bits: [0; BATCH],
            more_bits: [0; BATCH],
            luck: [0; BATCH],
            noise: [[0.0; PROVIDERS]; BATCH],
            size: [0.0; BATCH],
            asked: [Asked::default(); BATCH],
            referred: [true; BATCH],
            forgone: [0; BATCH],
        }
    }
}

/// What a choice looks at, gathered from the books: the next pass reads it in order and waits for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// Net price with travel at each provider, yuan.
    pub price_yuan: Row,
    /// To be advanced at each, fen.
    pub advance: Row,
    /// As in [`Choice`].
    means_yuan: f32,
    pub purse: f32,
    /// What the village offers, among [`Deciding::local`].
    pub local: u32,
    class: u16,
    habit: u8,
}

/// The decisions of one kind.
struct Kind<'a> {
    deciding: &'a Deciding<'a>,
    episodes: &'a mut [Episode],
    drawn: &'a mut Drawn,
    strikes: &'a [Strike],
    /// Insurance layers leave a part of the bill to the patient somewhere.
    part: bool,
}

impl RowKernel for Kind<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (episodes, strikes) in self.episodes.chunks_mut(BATCH).zip(self.strikes.chunks(BATCH)) {
            self.deciding.decide(lanes, episodes, self.drawn, strikes, self.part);
        }
    }
}

impl Deciding<'_> {
    /// Decides the episodes of one kind: `episodes` gets one entry a strike.
    pub fn kind(&self, episodes: &mut Vec<Episode>, drawn: &mut Drawn, strikes: &[Strike]) {
        episodes.clear();
        episodes.resize(strikes.len(), Episode::default());
        self.outside.level.rows(Kind {
            deciding: self,
            episodes,
            drawn,
            strikes,
            part: self.outside.plan.classes.iter().any(|class| class.stack.keeps_part()),
        });
    }

    #[inline(always)]
    fn decide<L: Lanes>(&self, lanes: L, episodes: &mut [Episode], drawn: &mut Drawn, strikes: &[Strike], part: bool) {
        let stream = |purpose| self.outside.luck.stream(purpose, self.when.0);
        let (choice, outcome, bill) = (stream(Purpose::Choice), stream(Purpose::Outcome), stream(Purpose::Bill));
        let number = strikes.len();
        let (who, bits, more_bits) = (
            &mut drawn.who[..number],
            &mut drawn.bits[..number],
            &mut drawn.more_bits[..number],
        );
        let (luck, noises, size) = (
            &mut drawn.luck[..number],
            &mut drawn.noise[..number],
            &mut drawn.size[..number],
        );
        let (asked, forgone) = (&mut drawn.asked[..number], &mut drawn.forgone[..number]);
        let told = &mut drawn.referred[..number];
        for (who, strike) in who.iter_mut().zip(strikes) {
            *who = self.people[strike.person as usize].id ^ spread(index(strike.event));
        }
        lanes::bits::hash(who, bill.key(0), bits);
        self.needs(episodes, told, strikes, bits);
        self.sizes(size, strikes, bits);
        lanes::bits::hash(who, outcome.key(0), luck);
        lanes::bits::hash(who, choice.key(0), bits);
        lanes::bits::hash(who, choice.key(SECOND), more_bits);
        noise(lanes, bits, more_bits, noises);
        let rates = self.rates();
        for (((asked, episode), &told), strike) in asked.iter_mut().zip(&*episodes).zip(&*told).zip(strikes) {
            *asked = self.ask::<L, false>(lanes, strike.person as usize, (episode, told), rates);
        }
        if part {
            self.ask_again(asked, (episodes, told), strikes, rates);
        }
        let mut without = 0;
        let draws = noises.iter().zip(&*size).zip(&*luck);
        for (at, ((episode, asked), ((noise, &size), &luck))) in episodes.iter_mut().zip(&*asked).zip(draws).enumerate()
        {
            let weights = &self.outside.plan.classes[usize::from(asked.class)].weights;
            episode.sought = weights.choose(lanes, &self.choice(lanes, episode.need, asked), noise);
            // What the patient expects is the mean bill of the case; its size shows later.
            if episode.need != Need::Chronic {
                episode.times *= size;
            }
            episode.luck = luck;
            forgone[without] = at as u32;
            without += usize::from(episode.sought == Provider::SelfCare) * usize::from(episode.need != Need::Minor);
        }
        for at in forgone[..without].iter().map(|&at| at as usize) {
            let (episode, asked) = (&mut episodes[at], &asked[at]);
            let weights = &self.outside.plan.classes[usize::from(asked.class)].weights;
            let choice = self.choice(Portable, episode.need, asked);
            episode.forgone = Some(weights.reason(&choice, &noises[at]));
        }
    }

    /// What pools and aid budgets pay of their promise this year.
    #[inline(always)]
    pub(super) fn rates(&self) -> (f32, f32) {
        (
            self.outside.fund_rate.as_share() as f32,
            self.outside.aid_rate.as_share() as f32,
        )
    }

    /// What each of the struck needs, and who was told where to go.
    #[inline(always)]
    pub(super) fn needs(&self, episodes: &mut [Episode], told: &mut [bool], strikes: &[Strike], bits: &[u64]) {
        told.fill(true);
        for (((episode, told), strike), &bits) in episodes.iter_mut().zip(told).zip(strikes).zip(bits) {
            let person = &self.people[strike.person as usize];
            let class = self.class(person);
            episode.times = 1.0;
            match strike.event {
                Event::Acute => {
                    let moderate = bits & 0xffff_ffff < class.moderate_below;
                    episode.need = if moderate { Need::Moderate } else { Need::Minor };
                }
                Event::Returned(false) => episode.need = Need::Moderate,
                Event::ChronicCare => {
                    episode.need = Need::Chronic;
                    (episode.times, episode.cause) = (person.quarter_yuan, Cause::of(person.lead));
                }
                // A grave infection is an emergency: nobody asks who sent the patient.
                Event::Infection(need) => {
                    (episode.need, episode.cause) = (need, Cause::EPIDEMIC);
                    if need == Need::Admission {
                        episode.times = class.rules.epidemic.admission_bill_ratio as f32;
                    }
                }
                event => {
                    episode.need = Need::Admission;
                    episode.times = Course::of(event, class, person.sex, person.age).bill_ratio as f32;
                    *told = referred(event, bits, class);
                    if let Event::Major(condition) = event {
                        episode.cause = Cause::of(Some(condition));
                    }
                }
            }
        }
    }

    /// The sizes of bills relative to the mean: lognormal with mean 1.
    #[inline(always)]
    fn sizes(&self, size: &mut [f32], strikes: &[Strike], bits: &[u64]) {
        for (size, &bits) in size.iter_mut().zip(bits) {
            *size = lanes::bits::uniform(lanes::bits::high(bits));
        }
        for size in &mut *size {
            *size = lanes::maths::normal(*size);
        }
        for (size, strike) in size.iter_mut().zip(strikes) {
            let (spread, shift) = self.class(&self.people[strike.person as usize]).prices.size();
            *size = spread * *size - shift;
        }
        for size in size {
            *size = lanes::maths::exp(*size);
        }
    }

    #[inline(always)]
    pub(super) fn class(&self, person: &PersonYear) -> &Class {
        &self.outside.plan.classes[usize::from(person.class)]
    }

    /// What all can expect to pay where a layer leaves a part of the bill to the patient: once more and slower, so that the
    /// common case need not keep the whole bill at hand.
    #[cold]
    #[inline(never)]
    fn ask_again(
        &self,
        asked: &mut [Asked],
        (episodes, told): (&[Episode], &[bool]),
        strikes: &[Strike],
        rates: (f32, f32),
    ) {
        for (((asked, episode), &told), strike) in asked.iter_mut().zip(episodes).zip(told).zip(strikes) {
            *asked = self.ask::<Portable, true>(Portable, strike.person as usize, (episode, told), rates);
        }
    }

    /// What person `at` can expect to pay, `told` where to go or not; `PART` as in [`Stack::quote`](crate::month::insurance::Stack::quote).
    #[inline(always)]
    pub(super) fn ask<L: Lanes, const PART: bool>(
        &self,
        lanes: L,
        at: usize,
        (episode, told): (&Episode, bool),
        (fund_rate, aid_rate): (f32, f32),
    ) -> Asked {
        let person = &self.people[at];
        let class = self.class(person);
        let desk = &self.desks[person.household as usize];
        let local = usize::from(person.class) * self.villages + usize::from(desk.village);
        let who = Who {
            service: service(episode.need),
            category: desk.standing,
            cause: episode.cause,
            enrolled: person.enrolled,
            designated: person.designated,
            referred: told,
            fund_rate,
            aid_rate,
        };
        let bill = class.prices.expected(lanes, episode.need, episode.times);
        let (net, delayed) = class.stack.quote::<L, PART>(lanes, bill, &who, &self.claims[at]);
        let price_yuan = net * lanes.all(0.01) + lanes.of(&class.care.travel_yuan);
        let mut advance = net + delayed;
        if episode.need == Need::Admission {
            let deposit = lanes.all(class.rules.insurance.deposit_share as f32);
            advance = advance + (bill.0 - advance) * deposit;
        }
        Asked {
            price_yuan: price_yuan.numbers(),
            advance: advance.numbers(),
            means_yuan: desk.means_yuan,
            purse: desk.purse,
            local: local as u32,
            class: person.class,
            habit: person.habit,
        }
    }

    /// The choice of somebody who asked.
    #[inline(always)]
    fn choice<L: Lanes>(&self, lanes: L, need: Need, asked: &Asked) -> Choice<'_, L::Eight> {
        Choice {
            need,
            ways: &self.local[asked.local as usize].ways,
            habit: asked.habit,
            means_yuan: asked.means_yuan,
            purse: asked.purse,
            price_yuan: lanes.of(&asked.price_yuan),
            advance: lanes.of(&asked.advance),
        }
    }
}
