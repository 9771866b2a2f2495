//! The story of one household: a replicate lived again, with a tape that listens to one household and writes down what
//! happened to it, what everybody paid, and how its purse fared.
//!
//! Nothing is added and nothing guessed: a [`Story`] holds what the run did ([`record`]), and the run that comes with it is
//! the run that anybody gets. Pages are told from it in [`crate::story`].

mod listen;
pub mod pick;
pub mod record;

use crate::problem::{Problem, Problems};
use crate::run::{self, Policy, RunResult};
use crate::units::Identity;
use crate::year::poverty::Convention;
use listen::Listener;
use pick::Picked;
use record::Chapter;

/// A gauge of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct GaugeName {
    /// Its id.
    pub id: String,
    /// What it holds.
    pub convention: Convention,
    /// The line that it is held against.
    pub line: String,
}

/// One household in one replicate of a run.
#[derive(Clone, Debug)]
pub struct Story {
    /// Id and title of the scenario.
    pub scenario: (String, String),
    /// The seed of all luck.
    pub seed: u64,
    /// The replicate.
    pub replicate: u32,
    /// The first year that the run reports.
    pub first_year: i32,
    /// Its last year.
    pub last_year: i32,
    /// The year on whose 1 January its world was founded.
    pub founded: i32,
    /// How the household was chosen, where nobody named it.
    pub picked: Option<Picked>,
    /// The gauges of the run, in order.
    pub gauges: Vec<GaugeName>,
    /// The gauge by which households fall ([`RunResult::headline_gauge`]).
    pub headline: usize,
    /// The years that the household lived, in order, unreported ones included.
    pub chapters: Vec<Chapter>,
}

impl Story {
    /// The chapter of `year`, or of the first reported year in which the household fell.
    ///
    /// # Errors
    /// When it did not live then, or never fell.
    pub fn chapter(&self, year: Option<i32>) -> Result<&Chapter, Problem> {
        let lived = || {
            let years: Vec<i32> = self.chapters.iter().map(|chapter| chapter.year).collect();
            match years[..] {
                [] => String::new(),
                [only] => format!("it was on the books in {only} only"),
                [first, .., last] => format!("it was on the books from {first} to {last}"),
            }
        };
        let Some(id) = self.chapters.first().map(|chapter| Identity(chapter.household)) else {
            return Err(Problem::new("nobody was listened to"));
        };
        if let Some(year) = year {
            let found = self.chapters.iter().find(|chapter| chapter.year == year);
            return found.ok_or_else(|| Problem::new(format!("household {id} did not exist in {year}")).help(lived()));
        }
        let fell = |chapter: &&Chapter| chapter.year >= self.first_year && chapter.fell(self.headline);
        self.chapters.iter().find(fell).ok_or_else(|| {
            let (first, last) = (self.first_year, self.last_year);
            Problem::new(format!(
                "household {id} never fell below the line from {first} to {last}"
            ))
            .help(format!("{}; ask for one of its years with --year", lived()))
        })
    }
}

/// Lives a replicate of `policy` again and writes down what happened to `household`; the run comes with it.
///
/// # Errors
/// What the rules of a year get wrong, that there is no such household, or that no gauge is of the register.
pub fn listen(
    policy: &Policy,
    replicate: u32,
    household: u64,
    tick: &(dyn Fn() + Sync),
) -> Result<(Story, RunResult), Problems> {
    let headline = headline(policy)?;
    let (result, tapes) = run::run_with(policy, replicate, tick, || Listener::new(policy, household))?;
    let mut chapters: Vec<Chapter> = tapes.into_iter().flat_map(Listener::into_chapters).collect();
    chapters.sort_by_key(|chapter| chapter.year);
    if chapters.is_empty() {
        let scenario = policy.scenario();
        return Err(Problem::new(format!(
            "there is no household {} in replicate {replicate} of `{}` (seed {})",
            Identity(household),
            scenario.id,
            scenario.run.seed
        ))
        .help("--pick illness-return chooses one and prints its id; the microdata of `kangcun export` list all of a result")
        .into());
    }
    let scenario = policy.scenario();
    let story = Story {
        scenario: (scenario.id.clone(), scenario.title.clone()),
        seed: scenario.run.seed,
        replicate,
        first_year: scenario.run.first_year,
        last_year: scenario.run.last_year,
        founded: scenario.run.founding_year(),
        picked: None,
        headline,
        gauges: gauges(&result),
        chapters,
    };
    Ok((story, result))
}

fn gauges(result: &RunResult) -> Vec<GaugeName> {
    let gauge = |(id, convention, line): &(String, Convention, String)| GaugeName {
        id: id.clone(),
        convention: *convention,
        line: line.clone(),
    };
    result.gauges.iter().map(gauge).collect()
}

/// The place of the gauge by which households fall.
///
/// # Errors
/// When no gauge is of the register: what a page says of the line, it says of what the register counts.
fn headline(policy: &Policy) -> Result<usize, Problems> {
    let found = policy.blank_result()?.headline_gauge();
    let id = &policy.scenario().id;
    found.ok_or_else(|| {
        Problem::new(format!(
            "`{id}` has no gauge of the register, by which a story says whether its household fell"
        ))
        .help(
            "add one to the scenario: a table [rules.poverty.gauges.ID] with order, convention = \"register\" and line",
        )
        .into()
    })
}
