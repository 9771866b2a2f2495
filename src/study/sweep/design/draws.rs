//! Draws of uncertain parameters: each card uniform between its low and high, by luck of its own.
//!
//! A list of one and the same number is drawn as a number is. Any other list goes where `kangcun nudge` moves it
//! ([`crate::study::nudge::ends`]): multiplied by 0.8 to 1.25, its entries held within low and high; or, where it must keep its sum,
//! between the two ends that the table of nudges gives it.

use super::Drawn;
use super::points::identity;
use crate::draws::{Luck, Purpose, Stream};
use crate::problem::Problems;
use crate::scenario::card::unit_words;
use crate::scenario::{CardRow, Scenario, Verb};
use crate::study::nudge::ends::Walked;
use crate::study::nudge::table::Table;

/// The parameters that are drawn, and their luck.
#[derive(Debug)]
pub(super) struct Drawing {
    luck: Stream,
    all: Vec<Drawn>,
    who: Vec<u64>,
    walks: Vec<Walked>,
    table: Table,
}

/// How a card goes from the low end of what is drawn to the high.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Walk(Walked);

impl Drawing {
    pub fn new(seed: u64) -> Result<Drawing, Problems> {
        Ok(Drawing {
            luck: Luck::new(seed, 0).stream(Purpose::Parameter, 0),
            all: Vec::new(),
            who: Vec::new(),
            walks: Vec::new(),
            table: Table::carried()?,
        })
    }

    /// How a card goes; `None` where it has no range.
    fn walked(&self, card: &CardRow) -> Option<Walked> {
        let own = self.table.speaks_for(&card.path);
        Walked::of(card, own.map_or("", |(row, _)| row.ends.as_str()))
    }

    /// Whether a card is a list that must keep its sum, so that it cannot be multiplied.
    pub fn keeps_its_sum(&self, card: &CardRow) -> bool {
        matches!(self.walked(card), Some(Walked::Between(_)))
    }

    /// Takes up the cards of a world: the number of each among all that are drawn, and how it goes.
    pub fn take(&mut self, cards: &[(String, CardRow)]) -> Vec<(usize, CardRow, Walk)> {
        let mut taken = Vec::new();
        for (name, card) in cards {
            if let Some(walked) = self.walked(card) {
                let number = self.number(name, card, &walked);
                taken.push((number, card.clone(), Walk(walked)));
            }
        }
        taken
    }

    fn number(&mut self, name: &str, card: &CardRow, walked: &Walked) -> usize {
        if let Some(number) = self.all.iter().position(|drawn| drawn.name == name) {
            return number;
        }
        let [low, high] = walked.ends();
        self.who.push(identity(name));
        self.walks.push(walked.clone());
        self.all.push(Drawn {
            path: card.path.clone(),
            programme: card.programme.clone(),
            name: name.to_owned(),
            unit: match card.verb {
                Verb::Set => unit_words(&card.path),
                verb => verb.name().to_owned(),
            },
            low,
            high,
            grade: card.grade,
        });
        self.all.len() - 1
    }

    pub fn all(&self) -> &[Drawn] {
        &self.all
    }

    /// How far parameter `number` goes from low (0) to high (1) in a draw.
    pub fn share(&self, number: usize, draw: u32) -> f64 {
        self.luck.uniform(self.who[number], u64::from(draw))
    }

    pub fn value(&self, number: usize, draw: u32) -> f64 {
        self.walks[number].number(self.share(number, draw))
    }
}

impl Walk {
    /// Moves the card to `share` of the way.
    pub fn put(&self, scenario: &mut Scenario, card: &CardRow, share: f64) -> Result<(), Problems> {
        match &self.0 {
            number @ (Walked::Number(_) | Walked::Whole(_)) => scenario.move_card(card, number.number(share)),
            list => scenario.move_list(card, &list.at(share)),
        }
    }
}
