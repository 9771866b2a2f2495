//! What a patient weighed, for whoever listens: the same needs and prices as in the choice, worked out again when asked for.

use super::deciding::Deciding;
use super::{Episode, index};
use crate::draws::Purpose;
use crate::lanes::eight::Portable;
use crate::month::Tape;
use crate::month::care_seeking::Need;
use crate::month::illness::{Event, Strike, Strikes};
use crate::units::{Fen, whole};
use crate::world::{ALL_PROVIDERS, Provider, Village};

/// A choice that somebody faces.
#[derive(Clone, Copy, Debug)]
pub struct Weighing<'a> {
    deciding: &'a Deciding<'a>,
    strike: Strike,
    villages: &'a [Village],
}

/// What somebody can do about a need.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What struck.
    pub event: Event,
    /// What is needed.
    pub need: Need,
    /// Of an admission: referred, or filed beforehand.
    pub referred: bool,
    /// What the household could raise for care on the first of the month; with arrears, nothing.
    pub purse: Fen,
    /// The options that there are.
    pub ways: Vec<Way>,
}

/// An option. Amounts are those of the mean bill of the case, all that a patient knows; of single precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Where.
    pub provider: Provider,
    /// The household's part with travel.
    pub price: Fen,
    /// What would have to be advanced.
    pub advance: Fen,
    /// Minutes one way, by the roads of the season.
    pub minutes: f64,
    /// The household can advance it.
    pub open: bool,
}

impl Deciding<'_> {
    /// Tells the tape of every choice of the month.
    pub fn tell<T: Tape>(&self, strikes: &Strikes, villages: &[Village], tape: &mut T) {
        let kinds = [
            &strikes.visits,
            &strikes.chronic,
            &strikes.admissions,
            &strikes.infections,
        ];
        for &strike in kinds.into_iter().flatten() {
            let weighing = Weighing {
                deciding: self,
                strike,
                villages,
            };
            tape.weighed(self.people[strike.person as usize].id, self.when, &weighing);
        }
    }
}

impl Weighing<'_> {
    /// The options.
    pub fn options(&self) -> Options {
        let (deciding, event) = (self.deciding, self.strike.event);
        let at = self.strike.person as usize;
        let person = &deciding.people[at];
        let bills = deciding.outside.luck.stream(Purpose::Bill, deciding.when.0);
        let bits = bills.bits(person.id, index(event));
        let (mut episode, mut told) = ([Episode::default()], [true]);
        deciding.needs(&mut episode, &mut told, &[self.strike], &[bits]);
        let ([episode], [told]) = (episode, told);
        let asked = deciding.ask::<Portable, true>(Portable, at, (&episode, told), deciding.rates());
        let ways = &deciding.local[asked.local as usize].ways;
        let village = &self.villages[usize::from(deciding.desks[person.household as usize].village)];
        let season = deciding
            .class(person)
            .travel
            .ratio(deciding.outside.terrain, deciding.when.index());
        let way = |provider: Provider| {
            let place = provider as usize;
            Way {
                provider,
                price: Fen::yuan(f64::from(asked.price_yuan[place])),
                advance: Fen::of_lane(whole(f64::from(asked.advance[place]))),
                minutes: f64::from(village.travel_minutes[place] * season),
                open: provider == Provider::SelfCare || asked.advance[place] <= asked.purse.max(0.5),
            }
        };
        let there = ALL_PROVIDERS
            .into_iter()
            .filter(|&provider| ways.exists(episode.need, provider));
        Options {
            event,
            need: episode.need,
            referred: told || episode.need != Need::Admission,
            purse: Fen::of_lane(whole(f64::from(asked.purse))),
            ways: there.map(way).collect(),
        }
    }
}
