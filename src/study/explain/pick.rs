//! Choosing a household whose story is worth telling: not the most dramatic, but the one in the middle.

use super::headline;
use crate::month::{Tape, Verdict};
use crate::problem::{Problem, Problems};
use crate::run::{self, Policy};
use crate::units::Fen;
use crate::year::poverty::{self, Cause};

/// What kind of household-year is asked for. All are of the closed cohort of lifted households, in the reported years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// A return to poverty that this year's illness brought: its bill, its lost work, either or both.
    IllnessReturn,
    /// Any return to poverty.
    Return,
    /// A return to poverty that needed the lost work: without it the household would not have fallen.
    LostWorkReturn,
    /// Medical debt at the close of the year, fallen or not.
    MedicalDebt,
}

impl Pick {
    /// All kinds.
    pub const ALL: [Pick; 4] = [
        Pick::IllnessReturn,
        Pick::Return,
        Pick::LostWorkReturn,
        Pick::MedicalDebt,
    ];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Pick::IllnessReturn => "illness-return",
            Pick::Return => "return",
            Pick::LostWorkReturn => "lost-work-return",
            Pick::MedicalDebt => "medical-debt",
        }
    }

    /// Whether a household-year is of the kind; `cause` where it fell.
    fn takes(self, cause: Option<Cause>, medical_debt: Fen) -> bool {
        match self {
            Pick::IllnessReturn => cause.is_some_and(|cause| cause != Cause::Neither),
            Pick::Return => cause.is_some(),
            Pick::LostWorkReturn => matches!(cause, Some(Cause::WorkAlone | Cause::BothNeeded)),
            Pick::MedicalDebt => medical_debt > Fen::ZERO,
        }
    }
}

/// A household-year of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// Of what the middle is looked for: the bill paid, the income lost, the debt owed.
    size: Fen,
    household: u64,
    year: i32,
}

/// The choice, and among how many it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// What was asked for.
    pub pick: Pick,
    /// The only year looked at, where one was named.
    pub within: Option<i32>,
    /// The household.
    pub household: u64,
    /// Its year.
    pub year: i32,
    /// Household-years of the kind.
    pub among: usize,
}

/// The tape of a block that notes the household-years of a kind.
struct Noting {
    pick: Pick,
    headline: usize,
    first_year: i32,
    within: Option<i32>,
    noted: Vec<Candidate>,
}

impl Tape for Noting {
    fn held(&mut self, year: i32, verdict: &Verdict) {
        let asked = self.within.is_none_or(|only| only == year);
        if !verdict.cohort || year < self.first_year || !asked {
            return;
        }
        let poor = verdict.poor.map(|bits| bits >> self.headline & 1 == 1);
        let fell = poor[0] && verdict.at_risk >> self.headline & 1 == 1;
        let cause = poverty::cause(poor).filter(|_| fell);
        if self.pick.takes(cause, verdict.medical_debt) {
            let lived = verdict.lived;
            let size = match self.pick {
                Pick::IllnessReturn | Pick::Return => Fen::of_lane(lived.oop[0]),
                // The shadow without lost work has all the income.
                Pick::LostWorkReturn => Fen::of_lane(lived.income[2] - lived.income[0]),
                Pick::MedicalDebt => verdict.medical_debt,
            };
            self.noted.push(Candidate {
                size,
                household: verdict.book.id,
                year,
            });
        }
    }
}

/// Lives a replicate and chooses, of the household-years of a kind, the one in the middle by what was paid out of pocket (or lost,
/// or owed); of two in the middle the lower.
///
/// # Errors
/// What the rules of a year get wrong, that there is no such household, or that no gauge is of the register.
pub fn pick(
    policy: &Policy,
    replicate: u32,
    pick: Pick,
    within: Option<i32>,
    tick: &(dyn Fn() + Sync),
) -> Result<Picked, Problems> {
    let scenario = policy.scenario();
    let (headline, first_year) = (headline(policy)?, scenario.run.first_year);
    let (_, tapes) = run::run_with(policy, replicate, tick, || Noting {
        pick,
        headline,
        first_year,
        within,
        noted: Vec::new(),
    })?;
    let mut noted: Vec<Candidate> = tapes.into_iter().flat_map(|tape| tape.noted).collect();
    noted.sort_unstable();
    let Some(middle) = noted.get(noted.len().saturating_sub(1) / 2) else {
        let years = match within {
            Some(year) => format!("in {year}"),
            None => format!("from {first_year} to {}", scenario.run.last_year),
        };
        return Err(Problem::new(format!(
            "replicate {replicate} of `{}` has no lifted household to choose for `{}` {years}",
            scenario.id,
            pick.name()
        ))
        .help("ask for another --replicate or --year, or for more people with --set world.people_count=100000")
        .into());
    };
    Ok(Picked {
        pick,
        within,
        household: middle.household,
        year: middle.year,
        among: noted.len(),
    })
}
