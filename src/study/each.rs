//! Programmes one by one, each beside the scenario that it is held against: what having it changes.
//!
//! Of a programme that is measured by taking it away (`comparator = "remove"`), the file sets the world without it; its row is the
//! base less that world, so that every row says what having the programme does. Pairs with the same base run together and share
//! their past; results are reduced to rows as soon as a batch has been lived.

mod cell;
mod together;

pub use cell::{Cell, Role};
pub use together::{Assumed, sentence_on_returns};

use super::flags::{Flag, flags};
use super::nudge::measure::Measure;
use super::programmes::{reach, whom};
use super::{Arm, Tick, public_cost, year_total};
use crate::indicators::result::{RunResult, YearResult};
use crate::indicators::table::{Estimate, Paired};
use crate::indicators::tally::{Add, Tally};
use crate::month::insurance::Funder;
use crate::problem::{Problem, Problems};
use crate::scenario::{Comparator, Programme, Scenario, Sweep};
use crate::world::Category;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Programmes that are lived at a time, each with all its replicates in memory, beside their base.
const AT_ONCE: usize = 13;

/// A programme beside its base.
#[derive(Clone, Debug)]
pub struct Row {
    /// The programme.
    pub programme: Programme,
    /// When and where it runs.
    pub reach: String,
    /// Whom it is for.
    pub whom: String,
    /// Its levers with a grade of evidence.
    pub levers: usize,
    /// Of these, assumptions (grade D).
    pub assumed: usize,
    /// The share of villages planned in the last year.
    pub planned: f64,
    /// The part of it that is delivered in that year, the mean of counties and replicates.
    pub delivered: f64,
    /// Its numbers, by role.
    pub cells: Vec<Cell>,
    /// Where spending and forgone care move against each other.
    pub flags: Vec<Flag>,
}

impl Row {
    /// Whether it is measured by taking it away.
    pub fn is_taken_away(&self) -> bool {
        self.programme.comparator == Comparator::Remove
    }

    /// The first number of a role.
    pub fn cell(&self, role: Role) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.role == role)
    }
}

/// Pairs that are lived together: the base and the programmes that are held against it.
pub struct Batch {
    /// The base first.
    pub arms: Vec<Arm>,
}

/// The batches of a sweep, with `sets` over those of its file.
///
/// # Errors
/// What is wrong with any of its scenarios.
pub fn batches(sweep: &Sweep, sets: &[String]) -> Result<Vec<Batch>, Problems> {
    let sets = [&sweep.sets[..], sets].concat();
    let load = |name: &String| -> Result<(String, Arm), Problems> {
        let scenario = Scenario::load(name, &sets)?;
        let programme = own(&scenario)?;
        Ok((base_of(programme), Arm::new(&scenario.id.clone(), scenario)?))
    };
    let loaded: Vec<(String, Arm)> = sweep.alone()?.par_iter().map(load).collect::<Result<_, _>>()?;
    let mut groups: Vec<(String, Vec<Arm>)> = Vec::new();
    for (base, arm) in loaded {
        match groups
            .iter_mut()
            .find(|(known, arms)| *known == base && arms.len() < AT_ONCE)
        {
            Some((_, arms)) => arms.push(arm),
            None => groups.push((base, vec![arm])),
        }
    }
    let mut bases: BTreeMap<String, String> = BTreeMap::new();
    let with_base = |(base, mut arms): (String, Vec<Arm>)| {
        let scenario = Scenario::load(&base, &sets)?;
        let known = bases.entry(scenario.id.clone()).or_insert_with(|| base.clone());
        if *known != base {
            let problem = Problem::new(format!(
                "two scenarios that programmes are held against are called `{}`",
                scenario.id
            ));
            return Err(problem
                .help(format!("name one of `{known}` and `{base}` otherwise"))
                .into());
        }
        arms.insert(0, Arm::new(&base, scenario)?);
        let batch = Batch { arms };
        batch.check_nulls()?;
        Ok(batch)
    };
    groups.into_iter().map(with_base).collect()
}

impl Batch {
    /// Refuses nulls of what cannot be measured, before anything is lived.
    fn check_nulls(&self) -> Result<(), Problems> {
        let mut blank = self.arms[0].policy.blank_result()?;
        blank.years.push(YearResult::default());
        for arm in &self.arms[1..] {
            for null in &own(arm.policy.scenario())?.nulls {
                let known = Measure::parse(&null.indicator).and_then(|measure| measure.value(&blank).map(|_| ()));
                known.map_err(|what| Problem::new(format!("`nulls` of `{}`: {what}", arm.id)))?;
            }
        }
        Ok(())
    }
}

/// The programme that a scenario was loaded for.
fn own(scenario: &Scenario) -> Result<&Programme, Problems> {
    let own = scenario.programmes.iter().find(|own| own.id == scenario.id);
    own.ok_or_else(|| Problem::new(format!("`{}` is no programme", scenario.id)).into())
}

/// The scenario that a programme is held against; a path is read from the folder of its file first.
fn base_of(programme: &Programme) -> String {
    let beside = Path::new(&programme.file).with_file_name(&programme.against);
    if beside.is_file() {
        return beside.to_string_lossy().into_owned();
    }
    programme.against.clone()
}

/// Lives a batch and reduces it to the rows of its programmes.
///
/// # Errors
/// The first thing that is wrong with any scenario.
pub fn run(batch: &mut Batch, tick: Tick) -> Result<Vec<Row>, Problems> {
    super::run(&mut batch.arms, tick)?;
    let rows = rows(&batch.arms);
    batch.arms.iter_mut().for_each(|arm| arm.results = Vec::new());
    rows
}

/// The rows of arms that have been lived; the first is the base.
///
/// # Errors
/// When a null names what cannot be measured.
pub fn rows(arms: &[Arm]) -> Result<Vec<Row>, Problems> {
    let Some((base, others)) = arms.split_first() else {
        return Ok(Vec::new());
    };
    others.iter().map(|arm| row(base, arm)).collect()
}

fn row(base: &Arm, arm: &Arm) -> Result<Row, Problems> {
    let scenario = arm.policy.scenario();
    let programme = own(scenario)?;
    let worlds = match programme.comparator {
        Comparator::Add => [base, arm],
        Comparator::Remove => [arm, base],
    };
    let pair = Pair {
        worlds,
        eligible: &programme.who.categories,
    };
    let mut cells = Vec::new();
    cells.extend(
        programme
            .moves
            .iter()
            .find_map(|words| pair.measured(Role::Declared, words).ok()),
    );
    for (role, words) in headline(base) {
        cells.extend(pair.measured(role, &words).ok());
    }
    cells.extend(pair.accounts()?);
    for null in &programme.nulls {
        let wrong = |what: String| Problem::new(format!("{}: `nulls`: {what}", programme.file));
        let mut cell = pair.measured(Role::Null, &null.indicator).map_err(wrong)?;
        cell.bound = Some(null.bound.at(cell.without.mean));
        cells.push(cell);
    }
    let id = Some(&programme.id);
    let levers = scenario.timeline();
    let grades = levers.iter().filter(|lever| lever.programme.as_ref() == id);
    let grades: Vec<char> = grades.filter_map(|lever| lever.sure.grade).collect();
    let at = scenario.programmes.iter().position(|own| own.id == programme.id);
    Ok(Row {
        reach: reach(programme),
        whom: whom(programme),
        levers: grades.len(),
        assumed: grades.iter().filter(|grade| **grade == 'D').count(),
        planned: at.map_or(f64::NAN, |at| arm.policy.coverage(at, scenario.run.last_year)),
        delivered: delivered(arm, &programme.id),
        programme: programme.clone(),
        cells,
        flags: flags(worlds[0], worlds[1]),
    })
}

fn delivered(arm: &Arm, programme: &str) -> f64 {
    let last = arm.results.iter().filter_map(|result| result.years.last());
    let shares = last.flat_map(|year| &year.counties);
    let shares: Vec<f64> = shares
        .map(|county| county.delivered.get(programme).copied().unwrap_or(1.0))
        .collect();
    Estimate::of(&shares).mean
}

/// What every row shows, as measures.
fn headline(base: &Arm) -> Vec<(Role, String)> {
    let gauges = base
        .results
        .first()
        .map(|result| &result.gauges[..])
        .unwrap_or_default();
    let gauge = gauges
        .iter()
        .find(|(_, convention, line)| convention.name() == "register" && line == "national");
    let returned = gauge.map(|(id, ..)| (Role::Return, format!("return_hazard@{id} of lifted")));
    let others = [
        (Role::OopShare, "oop_share of lifted"),
        (Role::ForgoneAdmission, "forgone_admission of lifted"),
        (Role::Forgone, "unmet of lifted"),
        (Role::OopShareAll, "oop_share"),
        (Role::ForgoneAdmissionAll, "forgone_admission"),
        (Role::ForgoneAll, "unmet"),
    ];
    let others = others.map(|(role, words)| (role, words.to_owned()));
    returned.into_iter().chain(others).collect()
}

/// An amount of a result, with the funders of its layers.
type Account = fn(&RunResult, &[Funder]) -> f64;

/// The worlds without and with a programme.
struct Pair<'a> {
    worlds: [&'a Arm; 2],
    eligible: &'a [Category],
}

impl Pair<'_> {
    /// A measure: the declared one and nulls in the categories that are eligible, where it can be told there; as the words say
    /// otherwise.
    fn measured(&self, role: Role, words: &str) -> Result<Cell, String> {
        let measure = Measure::parse(words)?;
        let own = matches!(role, Role::Declared | Role::Null) && !self.eligible.is_empty() && measure.is_by_category();
        if own && let Ok(cell) = self.look(role, words, &measure, self.eligible) {
            return Ok(cell);
        }
        self.look(role, words, &measure, &[])
    }

    fn look(&self, role: Role, words: &str, measure: &Measure, categories: &[Category]) -> Result<Cell, String> {
        let first = self.worlds[0].results.first().ok_or("nothing was lived")?;
        let mut fewest: Option<i64> = None;
        let mut values = [Vec::new(), Vec::new()];
        for (arm, values) in self.worlds.iter().zip(&mut values) {
            let mut events: Option<i64> = None;
            for result in &arm.results {
                let part = if categories.is_empty() {
                    None
                } else {
                    Some(result.only(categories))
                };
                let result = part.as_ref().unwrap_or(result);
                let value = measure.value(result)?;
                values.push(value.ok_or_else(|| format!("nothing to measure: {words}"))?);
                events = measure.events(result).map(|own| own + events.unwrap_or_default());
            }
            fewest = [fewest, events].into_iter().flatten().min();
        }
        let (indicator, group) = match words.split_once(" of ") {
            Some((indicator, group)) => (indicator, group.to_owned()),
            None if categories.is_empty() => (words, "everybody".to_owned()),
            None => {
                let names: Vec<&str> = categories.iter().map(|category| category.name()).collect();
                (words, names.join(", "))
            }
        };
        let (unit, scale) = match (role, measure.unit(first)) {
            (Role::Return, _) => ("per 1000 and year", 1000.0),
            (_, "millionths") => ("share", 1e-6),
            (_, unit) => (unit, 1.0),
        };
        let values = values.map(|values| values.into_iter().map(|value| value * scale).collect::<Vec<f64>>());
        Ok(Cell {
            events: fewest,
            ..cell(role, (indicator, &group), unit, &values)
        })
    }

    /// What funds gain and what the public pays.
    fn accounts(&self) -> Result<Vec<Cell>, Problems> {
        let funders = [self.worlds[0].policy.funders()?, self.worlds[1].policy.funders()?];
        let each = |read: Account| -> [Vec<f64>; 2] {
            std::array::from_fn(|world| {
                let results = self.worlds[world].results.iter();
                results.map(|result| read(result, &funders[world])).collect()
            })
        };
        let a_head = "yuan per person and year";
        let kinds: [(Role, &str, &str, Account); 3] = [
            (Role::Fund, "fund_gain", "yuan per enrolled and year", |result, _| {
                fund_gain(result)
            }),
            (Role::PublicCost, "public_cost", a_head, |result, funders| {
                let all = total(result);
                public_cost(&all, funders) as f64 / 100.0 / all.persons as f64
            }),
            (Role::Delivery, "programme_cost", a_head, |result, _| {
                let all = total(result);
                all.programme_cost as f64 / 100.0 / all.persons as f64
            }),
        ];
        let kinds = kinds.into_iter();
        Ok(kinds
            .map(|(role, name, unit, read)| cell(role, (name, "everybody"), unit, &each(read)))
            .collect())
    }
}

fn cell(role: Role, (indicator, group): (&str, &str), unit: &'static str, [without, with]: &[Vec<f64>; 2]) -> Cell {
    Cell {
        role,
        indicator: indicator.to_owned(),
        group: group.to_owned(),
        unit,
        without: Estimate::of(without),
        difference: Paired::of(without, with).difference,
        events: None,
        bound: None,
    }
}

/// Everything counted in all years.
fn total(result: &RunResult) -> Tally {
    let mut sum = Tally::default();
    (0..result.years.len()).for_each(|year| sum.add(&year_total(result, year)));
    sum
}

/// Yuan that the accounts of counties, pools and adjustment funds gain, per enrolled person and year.
fn fund_gain(result: &RunResult) -> f64 {
    let (Some(first), Some(last)) = (result.years.first(), result.years.last()) else {
        return f64::NAN;
    };
    let opening = first.counties.iter().map(|county| county.fund.opening.0);
    let opening: i64 = opening
        .chain(first.joint.iter().map(|joint| joint.year.opening.0))
        .sum();
    let closing = last.counties.iter().map(|county| county.fund.closing.0);
    let closing: i64 = closing.chain(last.joint.iter().map(|joint| joint.year.closing.0)).sum();
    (closing - opening) as f64 / 100.0 / total(result).enrolled as f64
}

/// Puts rows in the order of sections, numbered ones first, and within them of the effect on return to poverty.
pub fn sort(rows: &mut [Row]) {
    let effect = |row: &Row| row.cell(Role::Return).map_or(0.0, |cell| cell.difference.mean);
    rows.sort_by(|one, two| {
        let order = one.programme.section_order().cmp(&two.programme.section_order());
        order
            .then(effect(one).total_cmp(&effect(two)))
            .then(one.programme.id.cmp(&two.programme.id))
    });
}
