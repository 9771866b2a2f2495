//! How many returns to poverty illness caused: six answers to six questions, each a number of returns averted.
//!
//! Three are read off the factual run: two shadow purses and the accounting of the year. Three are *twins*: whole runs of the
//! same scenario over the same luck in which illness costs nothing since founding (*cumulative*), care costs nothing at the
//! point of use (*behavioural*), or nobody falls ill (*system-wide*). Each is the rate of return in fact less the rate without
//! that part of illness, paired by replicate; a rate is over those at risk in its own world.

use super::lineage::{Follower, Lineages};
use super::matched::{Happened, Matched};
use super::{Arm, Tick};
use crate::indicators::result::RunResult;
use crate::indicators::table::{Estimate, FEW_EVENTS, Slice};
use crate::indicators::tally::{FifthTally, Tally};
use crate::month::livelihood::purses::Carried;
use crate::problem::Problems;
use crate::run::run_with;
use crate::scenario::Scenario;
use crate::world::Category;
use rayon::prelude::*;

/// Which part of illness is taken off, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// This year's bills, in the purse alone.
    ShadowBill,
    /// This year's bills and lost work, in the purse alone.
    ShadowBoth,
    /// This year's spending, lost income and medical debt service, added back at the close.
    Accounting,
    /// All bills and lost work since founding, in the purse alone.
    Cumulative,
    /// The price of care.
    Behavioural,
    /// Illness.
    System,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 6] = [
        Measure::ShadowBill,
        Measure::ShadowBoth,
        Measure::Accounting,
        Measure::Cumulative,
        Measure::Behavioural,
        Measure::System,
    ];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Measure::ShadowBill => "attributable_shadow_bill",
            Measure::ShadowBoth => "attributable_shadow_both",
            Measure::Accounting => "attributable_accounting",
            Measure::Cumulative => "attributable_cumulative",
            Measure::Behavioural => "attributable_behavioural",
            Measure::System => "attributable_system",
        }
    }

    /// The question that it answers.
    pub fn question(self) -> &'static str {
        match self {
            Measure::ShadowBill => {
                "How many fewer would return in a year if this year's bills were taken off the purse on 1 January, with care, deaths and \
                 everybody else as in fact?"
            }
            Measure::ShadowBoth => {
                "How many fewer if this year's bills and this year's lost work were both taken off, with care, deaths and everybody else as \
                 in fact?"
            }
            Measure::Accounting => {
                "Of those who returned, how many would stand above the line if this year's spending on care, lost income and medical debt \
                 service were added back at the close, as an auditor would?"
            }
            Measure::Cumulative => {
                "How many fewer if no household had ever borne a bill or a day of lost work since founding, with no debt and no sold asset \
                 from earlier years, while people still fall ill, seek care and die?"
            }
            Measure::Behavioural => {
                "How many fewer if care had been free at the point of use for everybody since founding, so that people use more of it and \
                 facilities fill up, while work is still lost?"
            }
            Measure::System => {
                "How many fewer in a world without illness since founding, in which funds, queues, premiums, aid and deaths differ as well?"
            }
        }
    }

    /// The world that the rate without illness is read in, among [`Attribution::arms`].
    fn world(self) -> usize {
        match self {
            Measure::ShadowBill | Measure::ShadowBoth | Measure::Accounting => 0,
            Measure::Cumulative => 1,
            Measure::Behavioural => 2,
            Measure::System => 3,
        }
    }

    /// Returns of the cohort by `gauge` that are left without this part of illness, over those at risk.
    fn left(self, cell: &Cell, gauge: usize) -> (i64, i64) {
        let Cell { tally, fifths } = cell;
        let left = match self {
            Measure::ShadowBill => fifths.returned_without_bill[gauge],
            Measure::ShadowBoth => tally.returned_without_illness[gauge],
            Measure::Accounting => tally.returned[gauge] - tally.returned_accounting[gauge],
            Measure::Cumulative | Measure::Behavioural | Measure::System => tally.returned[gauge],
        };
        (left, tally.at_risk[gauge])
    }
}

/// The twins, in order of [`Attribution::arms`]: what each is called, what it is, and the scenario whose rules hold in it as well.
const TWINS: [(&str, &str, Option<&str>); 3] = [
    (
        "cumulative",
        "no household bears anything of illness since founding",
        None,
    ),
    ("behavioural", "care is free for everybody", Some("full-cover")),
    ("system", "nobody falls ill", Some("no-illness")),
];

/// How a rate of return is formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Of those at risk on 1 January, those poor at the close.
    Hazard,
    /// Of those not poor when reporting began, those poor at some close since; of lineages, of all of them.
    Cumulative,
    /// Of all, those poor at the close: not returns but the poverty that they come to.
    Poor,
}

impl Rate {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Rate::Hazard => "hazard",
            Rate::Cumulative => "cumulative",
            Rate::Poor => "poor",
        }
    }
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Households of the cohort; who splits off is not counted.
    Household,
    /// Founding lineages: households of the cohort with all that split off from them.
    Lineage,
}

impl Unit {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Household => "household",
            Unit::Lineage => "lineage",
        }
    }
}

/// A number of returns averted, per 1,000 of the cohort.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which part of illness is taken off.
    pub measure: Measure,
    /// Place of the year in the results; `None` for all years (of a cumulative rate, the last).
    pub year: Option<usize>,
    /// Place of the gauge.
    pub gauge: usize,
    /// What rate.
    pub rate: Rate,
    /// Of whom.
    pub unit: Unit,
    /// The rate in fact.
    pub fact: Estimate,
    /// The rate without.
    pub without: Estimate,
    /// Their difference, paired by replicate.
    pub averted: Estimate,
    /// Fewer than [`FEW_EVENTS`] returns in fact over all replicates.
    pub few_events: bool,
}

impl Row {
    /// The part of the returns in fact that is averted; none where nobody returns.
    pub fn share(&self) -> Option<f64> {
        (self.fact.mean > 0.0).then(|| self.averted.mean / self.fact.mean)
    }

    /// The row of a measure over all years, among `rows`.
    pub fn find(rows: &[Row], measure: Measure, gauge: usize, rate: Rate, unit: Unit) -> Option<Row> {
        let wanted = (None, measure, gauge, rate, unit);
        let key = |row: &Row| (row.year, row.measure, row.gauge, row.rate, row.unit);
        rows.iter().find(|row| key(row) == wanted).copied()
    }

    fn of(key: (Measure, Option<usize>, usize, Rate, Unit), pairs: &[[(i64, i64); 2]]) -> Option<Row> {
        let (measure, year, gauge, rate, unit) = key;
        let per_1000 = |(over, under): (i64, i64)| (under > 0).then(|| 1e3 * over as f64 / under as f64);
        let values = pairs
            .iter()
            .filter_map(|[fact, without]| Some((per_1000(*fact)?, per_1000(*without)?)));
        let (fact, without): (Vec<f64>, Vec<f64>) = values.unzip();
        let averted: Vec<f64> = fact
            .iter()
            .zip(&without)
            .map(|(fact, without)| fact - without)
            .collect();
        (!averted.is_empty()).then(|| Row {
            measure,
            year,
            gauge,
            rate,
            unit,
            fact: Estimate::of(&fact),
            without: Estimate::of(&without),
            averted: Estimate::of(&averted),
            few_events: (pairs.iter().map(|[fact, _]| fact.0).sum::<i64>() as f64) < FEW_EVENTS,
        })
    }
}

/// What is counted of the cohort in a year of a run.
struct Cell {
    tally: Tally,
    fifths: FifthTally,
}

impl Cell {
    fn of(result: &RunResult, year: Option<usize>, stock: bool) -> Cell {
        let slice = Slice {
            year,
            county: None,
            category: Some(Category::Lifted),
        };
        Cell {
            tally: slice.tally(result, stock),
            fifths: slice.fifth(result, None),
        }
    }
}

/// A scenario and its twins, lived.
pub struct Attribution {
    /// The scenario, then its cumulative, behavioural and system-wide twins.
    pub arms: Vec<Arm>,
    /// By arm and replicate.
    pub lineages: Vec<Vec<Lineages>>,
    /// What the first replicate of the scenario has in common with that of each twin.
    pub matched: Vec<Matched>,
}

/// The scenario `name` with `sets` on top, and its twins: not lived yet.
///
/// # Errors
/// What is wrong with the scenario, or with it under the rules of a twin.
pub fn arms(name: &str, sets: &[String]) -> Result<Vec<Arm>, Problems> {
    let fact = Scenario::load(name, sets)?;
    let id = fact.id.clone()
        + if sets.iter().all(|set| set.starts_with("run.")) {
            ""
        } else {
            "+set"
        };
    let mut arms = vec![Arm::new(&id, fact)?];
    for (twin, what, over) in TWINS {
        let mut scenario = match over {
            None => Scenario::load(name, sets)?,
            Some(over) => Scenario::load_under(name, sets, over)?,
        };
        scenario.title = format!("{}; {what}", scenario.title);
        let mut arm = Arm::new(&format!("{id}-{twin}"), scenario)?;
        if over.is_none() {
            arm.policy.carried = Carried::WithoutIllness;
        }
        arms.push(arm);
    }
    Ok(arms)
}

/// Lives all replicates of all arms, and the first of each once more to see what the worlds have in common.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn run(mut arms: Vec<Arm>, tick: Tick) -> Result<Attribution, Problems> {
    let mut lineages = Vec::new();
    for arm in &mut arms {
        let run = &arm.policy.scenario().run;
        let follower = || Follower::new(run.founding_year(), run.first_year);
        let live = |replicate| {
            let (result, tapes) = run_with(&arm.policy, replicate, &|| tick(&arm.id), follower)?;
            Ok((result, Lineages::of(tapes)))
        };
        let lived: Vec<(RunResult, Lineages)> = (0..arm.replicates())
            .into_par_iter()
            .map(live)
            .collect::<Result<_, Problems>>()?;
        let (results, own) = lived.into_iter().unzip();
        arm.results = results;
        lineages.push(own);
    }
    let happened = |arm: &Arm| Happened::in_run(&arm.policy, 0, &|| tick(&arm.id));
    let fact = happened(&arms[0])?;
    let matched = arms[1..].iter().map(|twin| Ok(fact.beside(&happened(twin)?)));
    let matched = matched.collect::<Result<_, Problems>>()?;
    Ok(Attribution {
        arms,
        lineages,
        matched,
    })
}

impl Attribution {
    /// Every number of returns averted: of households by year and over all years, of lineages over all years.
    pub fn rows(&self) -> Vec<Row> {
        let Some(first) = self.arms[0].results.first() else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for year in (0..first.years.len()).map(Some).chain([None]) {
            let cells = |stock: bool| -> Vec<Vec<Cell>> {
                let of = |arm: &Arm| arm.results.iter().map(|result| Cell::of(result, year, stock)).collect();
                self.arms.iter().map(of).collect()
            };
            let (flows, stocks) = (cells(false), cells(true));
            for gauge in 0..first.gauges.len() {
                for measure in Measure::ALL {
                    rows.extend(hazard(measure, year, gauge, &flows));
                    rows.extend(of_twin(measure, year, gauge, Rate::Cumulative, &stocks));
                    rows.extend(of_twin(measure, year, gauge, Rate::Poor, &flows));
                    if year.is_none() {
                        rows.extend(self.of_lineages(measure, gauge));
                    }
                }
            }
        }
        rows
    }

    /// The rows of a twin by lineage; a shadow has no lineages of its own.
    fn of_lineages(&self, measure: Measure, gauge: usize) -> Vec<Row> {
        let world = measure.world();
        if world == 0 {
            return Vec::new();
        }
        let pairs = || self.lineages[0].iter().zip(&self.lineages[world]);
        let hazards: Vec<_> = pairs()
            .map(|(fact, twin)| [fact.hazard(gauge), twin.hazard(gauge)])
            .collect();
        let fell: Vec<_> = pairs()
            .map(|(fact, twin)| {
                let fates = fact.beside(twin, gauge);
                fates.fell.map(|only| (fates.both + only, fates.all))
            })
            .collect();
        let row = |rate, pairs: &[_]| Row::of((measure, None, gauge, rate, Unit::Lineage), pairs);
        [row(Rate::Hazard, &hazards), row(Rate::Cumulative, &fell)]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn hazard(measure: Measure, year: Option<usize>, gauge: usize, cells: &[Vec<Cell>]) -> Option<Row> {
    let pairs: Vec<_> = cells[0]
        .iter()
        .zip(&cells[measure.world()])
        .map(|(fact, without)| {
            let tally = &fact.tally;
            [
                (tally.returned[gauge], tally.at_risk[gauge]),
                measure.left(without, gauge),
            ]
        })
        .collect();
    Row::of((measure, year, gauge, Rate::Hazard, Unit::Household), &pairs)
}

/// A rate of the twins alone: shadows begin anew each January, so that nothing adds up over years.
fn of_twin(measure: Measure, year: Option<usize>, gauge: usize, rate: Rate, cells: &[Vec<Cell>]) -> Option<Row> {
    if measure.world() == 0 {
        return None;
    }
    let read = |cell: &Cell| match rate {
        Rate::Hazard => (cell.tally.returned[gauge], cell.tally.at_risk[gauge]),
        Rate::Cumulative => (cell.tally.ever[gauge], cell.tally.at_start[gauge]),
        Rate::Poor => (cell.tally.poor[gauge], cell.tally.households_held),
    };
    let pairs = cells[0].iter().zip(&cells[measure.world()]);
    let pairs: Vec<_> = pairs.map(|(fact, twin)| [read(fact), read(twin)]).collect();
    Row::of((measure, year, gauge, rate, Unit::Household), &pairs)
}
