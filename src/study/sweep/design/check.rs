//! Trying every level before anything is run: the rules are compiled for it, so that a word that no rule knows or a value that
//! its mechanism refuses is told with its place in the file.

use super::points::Spot;
use super::{Design, World};
use crate::problem::{Place, Problem, Problems};
use crate::run::Policy;
use crate::scenario::sweep::{Axis, Levels, Listed, Moves};
use rayon::prelude::*;

/// Words of an axis for which the rules are compiled; of numbers, the first and the last are. Of all others, only the bounds are
/// looked at.
const COMPILED: usize = 32;

impl Design {
    /// What is wrong with a world, or with a level of an axis in the first of them.
    pub(super) fn check(&self) -> Vec<Problem> {
        let Some(first) = self.worlds.first() else {
            return Vec::new();
        };
        // The other axes stay at what the world itself has.
        let still = vec![Spot::Level(usize::MAX); self.crossed.axes.len()];
        let of_world = |world: &World| {
            let tried = self.scenario_at(world, &still, None).and_then(Policy::new);
            (tried.map(drop), None)
        };
        let mut levels: Vec<(usize, Spot, Place, bool)> = Vec::new();
        for (at, axis) in self.crossed.axes.iter().enumerate() {
            let own = spots(axis);
            let last = own.len().saturating_sub(1);
            let are_numbers = axis.columns().iter().all(|(_, is_number)| *is_number);
            for (number, (spot, place)) in own.into_iter().enumerate() {
                let is_end = number == 0 || number == last;
                levels.push((at, spot, place, is_end || !are_numbers && number < COMPILED));
            }
        }
        let of_level = |(at, spot, place, is_compiled): &(usize, Spot, Place, bool)| {
            let mut spots = still.clone();
            spots[*at] = *spot;
            // A card that only another world has is tried there.
            let world = match &self.crossed.axes[*at].moves {
                Moves::Card { .. } => self.worlds.iter().find(|world| world.cards[*at].is_some()),
                _ => None,
            };
            let tried = self.scenario_at(world.unwrap_or(first), &spots, None);
            let tried = match tried {
                Ok(scenario) if *is_compiled => Policy::new(scenario).map(drop),
                other => other.map(drop),
            };
            (tried, Some(place.clone()))
        };
        let worlds = self.worlds.par_iter().map(of_world);
        let tried: Vec<(Result<(), Problems>, Option<Place>)> = worlds.chain(levels.par_iter().map(of_level)).collect();
        let mut all: Vec<Problem> = Vec::new();
        for (at, axis) in self.crossed.axes.iter().enumerate() {
            let mut cards = self.worlds.iter().filter_map(|world| world.cards[at].as_ref());
            if let Some(card) = cards.find(|card| self.drawing.keeps_its_sum(card)) {
                let problem = Problem::new(format!("the numbers of `{}` must keep their sum", card.path));
                let help = "set whole lists: `set = ...` with `values = [[...], [...]]`; `[draw]` tilts it";
                all.push(problem.at(axis.place.clone(), "cannot be multiplied").help(help));
            }
        }
        for (result, place) in tried {
            let Err(problems) = result else { continue };
            for problem in problems.list() {
                let problem = match &place {
                    Some(place) => problem.clone().at(place.clone(), "this level"),
                    None => problem.clone(),
                };
                let said = |known: &Problem| {
                    let place = |problem: &Problem| problem.place().map(ToString::to_string);
                    known.title() == problem.title() && place(known) == place(&problem)
                };
                if !all.iter().any(said) {
                    all.push(problem);
                }
            }
        }
        all
    }
}

/// The levels of an axis that sets rules or moves a card: of a range, its ends.
fn spots(axis: &Axis) -> Vec<(Spot, Place)> {
    match &axis.moves {
        Moves::Scenarios(_) | Moves::Programmes(_) => Vec::new(),
        Moves::Rules { levels, .. } | Moves::Card { levels, .. } => match levels {
            Levels::List(list) => {
                let place = |(at, level): (usize, &Listed)| (Spot::Level(at), level.place.clone());
                list.iter().enumerate().map(place).collect()
            }
            Levels::Range(_) => [0.0, 1.0].map(|end| (Spot::Share(end), axis.place.clone())).into(),
            Levels::Own => Vec::new(),
        },
    }
}
