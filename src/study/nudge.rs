//! Nudges: whether every parameter moves what its card lets expect, by more than Monte-Carlo noise and the right way.
//!
//! A table says of each parameter in which world it is nudged, what it moves first (a causal step near it, not the
//! headline) and which way: the sign of high minus low, written down from the model's description and not from a run
//! ([`table`]). The ends are those of its card ([`ends`]). Both ends live over the same luck; the difference is paired
//! by replicate. What does not part from zero is tried again with four times the replicates, up to [`ROUNDS`]; as it is
//! looked at more than once, an interval half as wide again as the 95% interval has to leave zero out.

pub mod ends;
pub mod measure;
pub mod table;

use super::{Arm, Tick};
use crate::indicators::table::{Estimate, Paired};
use crate::problem::{Problem, Problems};
use crate::scenario::{CardRow, Scenario, Verb};
use ends::Ends;
use measure::Measure;
use table::{Expected, Table, World};

/// Replicates of each round.
pub const ROUNDS: [u32; 3] = [4, 16, 64];
/// How many 95% half-widths a difference has to lie from zero.
const BEYOND: f64 = 1.5;
/// Replicates of both ends that are kept in memory at once.
const AT_ONCE: u32 = 256;

/// A parameter to be nudged, or exempt from it.
#[derive(Clone, Debug)]
pub struct Nudge {
    /// Its path below `rules`.
    pub path: String,
    /// The world in which it is nudged.
    pub world: String,
    /// What is looked at; empty where it is exempt.
    pub measure: String,
    /// What is expected of it.
    pub expected: Expected,
    /// Its two values.
    pub ends: Ends,
    /// Why it is exempt, or why either way will do.
    pub reason: String,
}

/// How a parameter behaved.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// As expected.
    Moves,
    /// Beyond noise, the other way.
    WrongWay,
    /// Not beyond noise.
    WithinNoise,
    /// Not by a digit, in any replicate.
    StandsStill,
    /// Nothing is expected.
    Exempt,
    /// The rules refuse one of its ends.
    Refused(String),
}

impl Verdict {
    /// In words.
    pub fn words(&self) -> &str {
        match self {
            Verdict::Moves => "moves as expected",
            Verdict::WrongWay => "wrong sign",
            Verdict::WithinNoise => "does not move: within noise",
            Verdict::StandsStill => "does not move: not by a digit",
            Verdict::Exempt => "exempt",
            Verdict::Refused(_) => "refused",
        }
    }

    /// Whether the check holds.
    pub fn holds(&self) -> bool {
        matches!(self, Verdict::Moves | Verdict::Exempt)
    }
}

/// What came of a nudge.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The nudge.
    pub nudge: Nudge,
    /// The mean of the measure at each end; NaN where nothing ran.
    pub means: [f64; 2],
    /// High less low, paired by replicate.
    pub difference: Estimate,
    /// What it comes to.
    pub verdict: Verdict,
}

impl Finding {
    fn unmeasured(nudge: Nudge, verdict: Verdict) -> Finding {
        Finding {
            nudge,
            means: [f64::NAN; 2],
            difference: Estimate::of(&[]),
            verdict,
        }
    }

    fn of(nudge: Nudge, low: &[f64], high: &[f64]) -> Finding {
        let difference = Paired::of(low, high).difference;
        let verdict = judge(nudge.expected, &difference, low == high);
        Finding {
            means: [low, high].map(|values| Estimate::of(values).mean),
            nudge,
            difference,
            verdict,
        }
    }
}

/// What a difference says of an expectation. `still`: it is nothing in each replicate.
fn judge(expected: Expected, difference: &Estimate, still: bool) -> Verdict {
    let noise = BEYOND * (difference.hi - difference.mean);
    if still || difference.n < 2 {
        return Verdict::StandsStill;
    }
    let beyond = difference.mean.abs() > noise;
    match (beyond, expected) {
        (false, _) => Verdict::WithinNoise,
        (true, Expected::Rises) if difference.mean < 0.0 => Verdict::WrongWay,
        (true, Expected::Falls) if difference.mean > 0.0 => Verdict::WrongWay,
        (true, _) => Verdict::Moves,
    }
}

/// The nudges of every graded parameter of the baseline whose path `wanted` fits (all of them where it is empty).
///
/// # Errors
/// Where the table does not speak for a parameter, or not in words that are known.
pub fn nudges(table: &Table, wanted: &str) -> Result<Vec<Nudge>, Problems> {
    let scenario = Scenario::load("baseline", &[])?;
    let mut problems = Vec::new();
    let mut nudges = Vec::new();
    for card in scenario.cards().iter().filter(|card| card.verb == Verb::Set) {
        if !wanted.is_empty() && !table::covers(wanted, &card.path) {
            continue;
        }
        match nudge(table, card) {
            Ok(nudge) => nudges.push(nudge),
            Err(message) => problems.push(Problem::new(format!("moves.csv: {}: {message}", card.path))),
        }
    }
    Problems::or(problems, nudges)
}

fn nudge(table: &Table, card: &CardRow) -> Result<Nudge, String> {
    let (row, names) = table.speaks_for(&card.path)?;
    let measure = table::filled(&row.measure, &names);
    let mut ends = Ends::default();
    if row.expected != Expected::Nothing {
        table.world(&row.world)?;
        Measure::parse(&measure)?;
        ends = Ends::of(card, &row.ends)?;
    }
    Ok(Nudge {
        path: card.path.clone(),
        world: row.world.clone(),
        expected: row.expected,
        ends,
        reason: row.reason.clone(),
        measure,
    })
}

/// Nudges each, with `sets` beneath; `replicates` at once instead of the rounds, where given. Findings are in the order of
/// the nudges.
///
/// # Errors
/// What a world gets wrong before anything is nudged in it.
pub fn run(
    table: &Table,
    nudges: Vec<Nudge>,
    sets: &[String],
    replicates: Option<u32>,
    tick: Tick,
) -> Result<Vec<Finding>, Problems> {
    let rounds = replicates.map_or(ROUNDS.to_vec(), |replicates| vec![replicates]);
    let mut findings: Vec<Finding> = nudges
        .into_iter()
        .map(|nudge| {
            let verdict = match nudge.expected {
                Expected::Nothing => Verdict::Exempt,
                _ => Verdict::WithinNoise,
            };
            Finding::unmeasured(nudge, verdict)
        })
        .collect();
    let asked = |world: &&World| findings.iter().any(|finding| finding.nudge.world == world.name);
    for world in table.worlds.iter().filter(asked) {
        let (scenario, own) = table.sets_of(world)?;
        Scenario::load(scenario, &[sets, &own].concat())?;
    }
    for replicates in rounds {
        for world in &table.worlds {
            let open = |finding: &&mut Finding| {
                let unsure = matches!(finding.verdict, Verdict::WithinNoise | Verdict::StandsStill);
                unsure && finding.nudge.world == world.name
            };
            let mut open: Vec<&mut Finding> = findings.iter_mut().filter(open).collect();
            for some in open.chunks_mut((AT_ONCE / replicates).max(2) as usize) {
                round(table, world, some, sets, replicates, tick)?;
            }
        }
    }
    Ok(findings)
}

/// Measures some nudges of one world with so many replicates.
fn round(
    table: &Table,
    world: &World,
    some: &mut [&mut Finding],
    sets: &[String],
    replicates: u32,
    tick: Tick,
) -> Result<(), Problems> {
    let (scenario, own) = table.sets_of(world)?;
    let base = [sets, &own, &[format!("run.replicates={replicates}")]].concat();
    let mut arms = Vec::new();
    let mut places = Vec::new();
    for (at, finding) in some.iter_mut().enumerate() {
        let nudge = &finding.nudge;
        let arm = |end: &String| {
            let sets = [&base[..], &[format!("{}={end}", nudge.path)]].concat();
            Arm::new(&nudge.path, Scenario::load(scenario, &sets)?)
        };
        match (arm(&nudge.ends.0[0]), arm(&nudge.ends.0[1])) {
            (Ok(low), Ok(high)) => {
                arms.extend([low, high]);
                places.push(at);
            }
            (Err(problems), _) | (_, Err(problems)) => finding.verdict = Verdict::Refused(problems.render(false)),
        }
    }
    let founded = |at: &usize| Measure::parse(&some[*at].nudge.measure).is_ok_and(|measure| measure.is_founded());
    // Worlds that are only founded are not lived.
    let (founded, lived): (Vec<_>, Vec<_>) = places.into_iter().zip(pairs(arms)).partition(|(at, _)| founded(at));
    let (places, arms): (Vec<usize>, Vec<[Arm; 2]>) = lived.into_iter().unzip();
    let mut arms: Vec<Arm> = arms.into_iter().flatten().collect();
    // Together, to share what they share; where one of them ends in a fault, each pair alone, to know which.
    let together = super::run(&mut arms, tick).is_ok();
    let lived = places.into_iter().zip(pairs(arms));
    for (at, mut pair) in lived.chain(founded) {
        let measure = Measure::parse(&some[at].nudge.measure);
        let lives = measure.is_ok_and(|measure| !measure.is_founded());
        if lives
            && !together
            && let Err(problems) = super::run(&mut pair, tick)
        {
            some[at].verdict = Verdict::Refused(problems.render(false));
            continue;
        }
        conclude(some[at], &pair)?;
    }
    Ok(())
}

fn pairs(arms: Vec<Arm>) -> Vec<[Arm; 2]> {
    let mut arms = arms.into_iter();
    std::iter::from_fn(|| Some([arms.next()?, arms.next()?])).collect()
}

/// Reads the measure off both ends and judges.
fn conclude(finding: &mut Finding, arms: &[Arm; 2]) -> Result<(), Problems> {
    let wrong = |message: String| {
        let path = &finding.nudge.path;
        Problems::from(Problem::new(format!("moves.csv: {path}: {message}")))
    };
    let measure = Measure::parse(&finding.nudge.measure).map_err(wrong)?;
    let [low, high] = [measure.values(&arms[0]), measure.values(&arms[1])];
    let (low, high) = (low.map_err(wrong)?, high.map_err(wrong)?);
    *finding = Finding::of(finding.nudge.clone(), &low, &high);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(expected: Expected, low: &[f64], high: &[f64]) -> Verdict {
        judge(expected, &Paired::of(low, high).difference, low == high)
    }

    #[test]
    fn noise_is_the_paired_interval_and_half_of_it_again() {
        // Differences 1, 2, 3: mean 2, standard error 1/sqrt(3); 4.303 of these are 2.48, more than 2.
        let low = [0.0, 0.0, 0.0];
        assert_eq!(verdict(Expected::Rises, &low, &[1.0, 2.0, 3.0]), Verdict::WithinNoise);
        // 9, 10, 11: 10 against 1.5 x 2.48 = 3.73.
        let far = [9.0, 10.0, 11.0];
        assert_eq!(verdict(Expected::Rises, &low, &far), Verdict::Moves);
        assert_eq!(verdict(Expected::Falls, &low, &far), Verdict::WrongWay);
        assert_eq!(verdict(Expected::Either, &low, &far), Verdict::Moves);
        // 3.5 lies outside the 95% interval, but not far enough.
        assert_eq!(verdict(Expected::Rises, &low, &[2.5, 3.5, 4.5]), Verdict::WithinNoise);
        assert_eq!(verdict(Expected::Rises, &low, &low), Verdict::StandsStill);
    }
}
