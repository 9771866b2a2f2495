//! How near a founded world comes to what is published, line by line.

mod people;
mod places;
mod standing;

use super::income;
use super::rules::{FoundingRules, WorldRules};
use crate::units::Month;
use crate::world::{Block, World, age};

/// One published number and what the world has instead. Everything is weighted: the numbers describe real people and
/// households, not agents.
#[derive(Clone, Debug)]
pub struct MarginRow {
    /// What kind of number: `age`, `household`, `income`, ..
    pub group: &'static str,
    /// Which number.
    pub name: String,
    /// Its unit; `%` is per cent of people or households.
    pub unit: &'static str,
    /// The published or assumed number; none where a number is only shown.
    pub published: Option<f64>,
    /// The number of this world.
    pub founded: f64,
    /// Founded less published: in points where the unit is `%`, else in per cent of the published number.
    pub deviation: Option<f64>,
    /// The largest deviation that is accepted; none where the number is only shown.
    pub tolerance: Option<f64>,
    /// Where the published number comes from.
    pub source: &'static str,
    /// How far to trust it, A to D.
    pub grade: &'static str,
}

impl MarginRow {
    /// Whether the deviation is within the tolerance; true where there is none.
    pub fn holds(&self) -> bool {
        match (self.deviation, self.tolerance) {
            (Some(deviation), Some(tolerance)) => deviation.abs() <= tolerance,
            _ => true,
        }
    }
}

#[derive(Clone, Copy)]
struct Source(&'static str, &'static str);

struct Rows(Vec<MarginRow>);

impl Rows {
    fn add(
        &mut self,
        group: &'static str,
        name: impl Into<String>,
        unit: &'static str,
        founded: f64,
    ) -> &mut MarginRow {
        self.0.push(MarginRow {
            group,
            name: name.into(),
            unit,
            published: None,
            founded,
            deviation: None,
            tolerance: None,
            source: "",
            grade: "",
        });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }
}

impl MarginRow {
    fn against(&mut self, published: f64, tolerance: Option<f64>, source: Source) {
        let relative = if self.unit == "%" {
            1.0
        } else {
            100.0 / published.abs().max(1e-12)
        };
        self.published = Some(published);
        self.deviation = Some((self.founded - published) * relative);
        self.tolerance = tolerance;
        (self.source, self.grade) = (source.0, source.1);
    }
}

fn blocks(world: &World) -> impl Iterator<Item = &Block> {
    world.counties.iter().flat_map(|county| &county.blocks)
}

/// Sums over the households of `blocks`: weight and weight times persons of those where `keep`.
fn sum<'a>(blocks: impl Iterator<Item = &'a Block>, keep: impl Fn(&Block, usize) -> bool) -> (f64, f64) {
    let (mut households, mut people) = (0.0, 0.0);
    for block in blocks {
        for h in 0..block.households.len() {
            if keep(block, h) {
                let weight = f64::from(block.households.weight[h]);
                households += weight;
                people += weight * f64::from(block.households.size[h]);
            }
        }
    }
    (households, people)
}

/// Sums weighted people where `keep` (block, person, age on 1 January of `year`).
fn sum_people<'a>(
    year: i32,
    blocks: impl Iterator<Item = &'a Block>,
    keep: impl Fn(&Block, usize, i32) -> bool,
) -> f64 {
    let january = Month::of(year, 1);
    let mut sum = 0.0;
    for block in blocks {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            let kept = |&p: &usize| keep(block, p, age(block.people.born[p].month(), january));
            sum += weight * block.members(h).filter(kept).count() as f64;
        }
    }
    sum
}

fn per_head(world: &World, rules: &FoundingRules, block: &Block, h: usize) -> f64 {
    let rows = &block.households;
    world.income.per_head(income::score(
        &rules.income.weights(),
        rows.permanent[h],
        rows.persistent[h],
        rows.transitory[h],
    ))
}

/// Holds a founded world against what is published. Needs the world as founded, on 1 January of its first year.
pub fn margins(world: &World, world_rules: &WorldRules, rules: &FoundingRules) -> Vec<MarginRow> {
    let mut rows = Rows(Vec::new());
    people::ages(&mut rows, world, rules);
    people::households(&mut rows, world, rules);
    standing::incomes(&mut rows, world, rules);
    standing::standing(&mut rows, world, rules);
    people::health_and_work(&mut rows, world, rules);
    places::places(&mut rows, world, rules);
    places::counties(&mut rows, world, world_rules, rules);
    rows.0
}
