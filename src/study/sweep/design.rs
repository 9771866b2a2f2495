//! The worlds that a sweep asks for: points, each with a level on every axis, crossed with draws of uncertain parameters.

use crate::problem::Problems;
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// The level of an axis at a point.
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// A name: a scenario, a list of programmes, a label, a truth or a word.
    Text(String),
    /// A number.
    Number(f64),
}

/// A column of the design: an axis, or one of the paths of an axis that moves several together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The name in tables.
    pub name: String,
    /// Whether its levels are numbers.
    pub is_number: bool,
}

/// Points crossed with draws.
pub struct Design {
    columns: Vec<Column>,
    points: Vec<Vec<Level>>,
    base: Scenario,
}

impl Design {
    /// Every combination of values of rules.
    ///
    /// # Errors
    /// What is wrong with the scenario.
    pub fn grid(base: &str, sets: &[String], axes: &[(&str, &[f64])]) -> Result<Design, Problems> {
        let mut points = vec![Vec::new()];
        for (_, values) in axes {
            let longer = |point: &Vec<Level>| {
                let longer = |value: &f64| [&point[..], &[Level::Number(*value)]].concat();
                values.iter().map(longer).collect::<Vec<_>>()
            };
            points = points.iter().flat_map(longer).collect();
        }
        let column = |(name, _): &(&str, &[f64])| Column {
            name: (*name).to_owned(),
            is_number: true,
        };
        Ok(Design {
            columns: axes.iter().map(column).collect(),
            points,
            base: Scenario::load(base, sets)?,
        })
    }

    /// The columns of its table, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many points it has.
    pub fn points(&self) -> usize {
        self.points.len()
    }

    /// How many draws of the uncertain parameters cross each point; 1 where none are drawn, and then the cards' own values hold.
    pub fn draws(&self) -> u32 {
        1
    }

    /// Whether parameters are drawn.
    pub fn is_drawn(&self) -> bool {
        false
    }

    /// The levels of a point, one a column.
    pub fn levels(&self, point: usize) -> Vec<Level> {
        self.points[point].clone()
    }

    /// The scenario of a point under a draw.
    ///
    /// # Errors
    /// When the levels of the point, or a drawn value, cannot be.
    pub fn scenario(&self, point: usize, draw: u32) -> Result<Scenario, Problems> {
        let _ = draw;
        let mut scenario = self.base.clone();
        for (column, level) in self.columns.iter().zip(&self.points[point]) {
            if let Level::Number(value) = level {
                scenario.push_change(&column.name, *value, crate::units::Month::of(1950, 1), None)?;
            }
        }
        Ok(scenario)
    }
}
