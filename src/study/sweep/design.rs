//! The worlds that a sweep asks for: points, each with a level on every axis, crossed with draws of uncertain parameters.
//!
//! Points and draws are made when they are asked for and depend on nothing but their number: a sweep of a million cells holds one
//! scenario for each world (a base with its programmes), which is cloned and changed for a cell. What is drawn lies underneath
//! what axes move, cards underneath rules, and rules of axes underneath what the command line sets.

mod check;
mod draws;
mod points;

pub use crate::scenario::sweep::Level;

use crate::problem::{Problem, Problems};
use crate::scenario::sweep::{Axis, Crossed, Levels, Moves};
use crate::scenario::{CardRow, Scenario, Sweep};
use draws::{Drawing, Walk};
use points::{Points, Spot};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A column of the design: an axis, or one of the paths of an axis that moves several together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The name in tables.
    pub name: String,
    /// Whether its levels are numbers.
    pub is_number: bool,
}

/// A parameter that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Its path; of a unit cost, `programmes.<id>.cost.<key>`.
    pub path: String,
    /// The programme whose effect or cost it is.
    pub programme: Option<String>,
    /// Its name among all cards: no other drawn card has it.
    pub name: String,
    /// Its unit; of a programme's effect that is no value, the verb.
    pub unit: String,
    /// The least that is drawn; of a list, of its number that tells the draws apart.
    pub low: f64,
    /// The most that is drawn.
    pub high: f64,
    /// `A` (measured for this population) to `D` (a guess).
    pub grade: Option<char>,
}

/// Points crossed with draws.
#[derive(Debug)]
pub struct Design {
    crossed: Crossed,
    columns: Vec<Column>,
    points: Points,
    drawing: Drawing,
    /// In the order of their levels.
    worlds: Vec<World>,
}

/// A base with its programmes.
#[derive(Debug)]
struct World {
    /// The levels of the axes that say it.
    levels: Vec<usize>,
    scenario: Scenario,
    /// The card of each axis, where it moves one that is there.
    cards: Vec<Option<CardRow>>,
    /// The cards that are drawn, by the number of their parameter.
    drawn: Vec<(usize, CardRow, Walk)>,
}

impl Design {
    /// The design of a sweep over one base, with every world of it loaded and every level tried.
    ///
    /// # Errors
    /// Where the sweep is one of programmes beside their own bases; what is wrong with a world, or with a level in it.
    pub fn of(sweep: &Sweep) -> Result<Design, Problems> {
        let crossed = sweep.crossed()?.clone();
        let load = |levels: Vec<usize>| Ok((crossed.world(&levels)?, levels));
        let loaded: Vec<Result<(Scenario, Vec<usize>), Problems>> =
            crossed.worlds().into_par_iter().map(load).collect();
        let mut problems: Vec<Problem> = Vec::new();
        let mut scenarios = Vec::new();
        for world in loaded {
            match world {
                Ok(world) => scenarios.push(world),
                Err(wrong) => problems.extend_from_slice(wrong.list()),
            }
        }
        Problems::or(problems, ())?;
        let mut drawing = Drawing::new(crossed.design_seed)?;
        let mut worlds = Vec::new();
        for (scenario, levels) in scenarios {
            let drawn = if crossed.draws.is_some() {
                drawing.take(&crossed.drawn_cards(&scenario))
            } else {
                Vec::new()
            };
            worlds.push(World {
                levels,
                cards: (0..crossed.axes.len())
                    .map(|axis| crossed.axis_card(axis, &scenario))
                    .collect(),
                scenario,
                drawn,
            });
        }
        let columns = crossed.axes.iter().flat_map(Axis::columns);
        let design = Design {
            columns: columns.map(|(name, is_number)| Column { name, is_number }).collect(),
            points: Points::of(&crossed),
            drawing,
            worlds,
            crossed,
        };
        Problems::or(design.check(), design)
    }

    /// The columns of its table, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many points it has.
    pub fn points(&self) -> usize {
        self.crossed.points() as usize
    }

    /// How many draws of the uncertain parameters cross each point; 1 where none are drawn, and then the cards' own values hold.
    pub fn draws(&self) -> u32 {
        self.crossed.draws.unwrap_or(1)
    }

    /// The parameters that are drawn, in the order of [`Self::draw_values`].
    pub fn drawn(&self) -> &[Drawn] {
        self.drawing.all()
    }

    /// What is drawn in draw number `draw`; of a list, its number that tells the draws apart. The same whatever else is drawn.
    pub fn draw_values(&self, draw: u32) -> Vec<f64> {
        (0..self.drawing.all().len())
            .map(|number| self.drawing.value(number, draw))
            .collect()
    }

    /// Whether parameters are drawn.
    pub fn is_drawn(&self) -> bool {
        self.crossed.draws.is_some()
    }

    /// The levels of a point, one a column.
    pub fn levels(&self, point: usize) -> Vec<Level> {
        let mut levels = Vec::with_capacity(self.columns.len());
        for (at, axis) in self.crossed.axes.iter().enumerate() {
            let spot = self.points.spot(&self.crossed, point, at);
            if let (Spot::Level(level), false) = (spot, axis.labels.is_empty()) {
                levels.extend(axis.labels.get(level).map(|label| Level::Text(label.clone())));
            }
            match &axis.moves {
                Moves::Scenarios(_) | Moves::Programmes(_) if !axis.labels.is_empty() => {}
                Moves::Scenarios(_) | Moves::Programmes(_) => {
                    if let Spot::Level(level) = spot {
                        levels.extend(axis.level_names().into_iter().nth(level).map(Level::Text));
                    }
                }
                Moves::Rules { levels: own, .. } | Moves::Card { levels: own, .. } => match (own, spot) {
                    (Levels::List(list), Spot::Level(level)) => {
                        let values = list.get(level).map_or(&[][..], |listed| &listed.values[..]);
                        levels.extend(values.iter().map(|value| value.level.clone()));
                    }
                    (Levels::Range(range), Spot::Share(share)) => levels.push(Level::Number(range.at(share))),
                    _ => {}
                },
            }
        }
        levels
    }

    /// The scenario of a point under a draw.
    ///
    /// # Errors
    /// When the levels of the point, or a drawn value, cannot be.
    pub fn scenario(&self, point: usize, draw: u32) -> Result<Scenario, Problems> {
        let spots: Vec<Spot> = (0..self.crossed.axes.len())
            .map(|at| self.points.spot(&self.crossed, point, at))
            .collect();
        self.scenario_at(self.world(&spots)?, &spots, Some(draw))
    }

    /// The world of a point.
    fn world(&self, spots: &[Spot]) -> Result<&World, Problem> {
        let axes = self.crossed.axes.iter().zip(spots);
        let levels: Vec<usize> = axes
            .filter_map(|(axis, spot)| match spot {
                Spot::Level(level) if axis.is_world() => Some(*level),
                _ => None,
            })
            .collect();
        let found = self.worlds.binary_search_by(|world| world.levels.cmp(&levels));
        found
            .map(|at| &self.worlds[at])
            .map_err(|_| Problem::new("a point lies in no world of the sweep"))
    }

    /// A world with the levels of a point, and what is drawn underneath.
    fn scenario_at(&self, world: &World, spots: &[Spot], draw: Option<u32>) -> Result<Scenario, Problems> {
        let mut scenario = world.scenario.clone();
        if let Some(draw) = draw {
            for (number, card, walk) in &world.drawn {
                walk.put(&mut scenario, card, self.drawing.share(*number, draw))?;
            }
        }
        let mut sets = Vec::new();
        for (at, (axis, spot)) in self.crossed.axes.iter().zip(spots).enumerate() {
            match (&axis.moves, spot) {
                (Moves::Rules { paths, levels }, spot) => match (levels, spot) {
                    (Levels::List(list), Spot::Level(level)) => {
                        let values = list.get(*level).map_or(&[][..], |listed| &listed.values[..]);
                        let texts = paths.iter().zip(values);
                        sets.extend(texts.map(|(path, value)| format!("{path}={}", value.text)));
                    }
                    (Levels::Range(range), Spot::Share(share)) => {
                        sets.extend(paths.iter().map(|path| format!("{path}={}", range.text(*share))));
                    }
                    _ => {}
                },
                (Moves::Card { levels, .. }, spot) => {
                    let number = match (levels, spot) {
                        (Levels::List(list), Spot::Level(level)) => {
                            let value = list.get(*level).and_then(|listed| listed.values.first());
                            value.and_then(|value| match value.level {
                                Level::Number(number) => Some(number),
                                Level::Text(_) => None,
                            })
                        }
                        (Levels::Range(range), Spot::Share(share)) => Some(range.at(*share)),
                        _ => None,
                    };
                    if let (Some(card), Some(number)) = (&world.cards[at], number) {
                        scenario.move_card(card, number)?;
                    }
                }
                (Moves::Scenarios(_) | Moves::Programmes(_), _) => {}
            }
        }
        sets.extend(self.crossed.over.iter().cloned());
        scenario.set(&sets)?;
        Ok(scenario)
    }
}
