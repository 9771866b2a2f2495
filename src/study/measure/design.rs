//! The design of a sample, and what it says of the error of an estimate: strata, primary sampling units (PSUs), and luck.
//!
//! The variance is that of ultimate clusters drawn with replacement, as Stata's `svy` and R's `survey` have it without a
//! finite-population correction: an estimate is linearised to a sum over rows of weight times influence, rows are summed to PSUs,
//! and PSUs vary about the mean of their stratum. A subgroup is a domain: PSUs without members count with a sum of zero.

use crate::draws::{Luck, Purpose};
use crate::problem::Problem;
use std::collections::BTreeMap;

/// What is done with a stratum that has one PSU, which says nothing of its own variance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LonePsu {
    /// The survey is refused.
    #[default]
    Refuse,
    /// The PSU varies about the mean of all PSUs (Stata's `centered`, R's `adjust`).
    Centre,
    /// The PSU was certain to be drawn and adds no variance (Stata's and R's `certainty`).
    Certain,
}

/// The name of the one stratum of a sample that has no others.
pub const UNNAMED: &str = "";

/// Which rows were drawn together.
#[derive(Clone, Debug)]
pub struct Design {
    /// By row: its PSU; PSUs of a stratum stand together.
    psu: Vec<usize>,
    /// By stratum: its first PSU, and where the last one ends.
    strata: Vec<[usize; 2]>,
    lone: LonePsu,
}

impl Design {
    /// The design of rows that stand in these strata and PSUs; the same name of a PSU in two strata means two PSUs.
    ///
    /// # Errors
    /// A stratum of one PSU, unless `lone` says what to do.
    pub fn new(strata: &[String], psus: &[String], lone: LonePsu) -> Result<Design, Problem> {
        let each = || {
            strata
                .iter()
                .zip(psus)
                .map(|(stratum, psu)| (stratum.as_str(), psu.as_str()))
        };
        let mut places: BTreeMap<(&str, &str), usize> = each().map(|place| (place, 0)).collect();
        let mut bounds: Vec<[usize; 2]> = Vec::new();
        let mut last = None;
        for (at, ((stratum, _), number)) in places.iter_mut().enumerate() {
            *number = at;
            match bounds.last_mut() {
                Some(bounds) if last == Some(*stratum) => bounds[1] = at + 1,
                _ => bounds.push([at, at + 1]),
            }
            last = Some(*stratum);
        }
        let psu = each().map(|place| places[&place]).collect();
        let design = Design {
            psu,
            strata: bounds,
            lone,
        };
        if lone == LonePsu::Refuse {
            let names: Vec<&(&str, &str)> = places.keys().collect();
            let lone: Vec<&str> = design.lone_strata().map(|first| names[first].0).collect();
            refuse(&lone, design.strata.len())?;
        }
        Ok(design)
    }

    /// A simple random sample: every row is a PSU of one stratum.
    pub fn simple(rows: usize) -> Design {
        Design {
            psu: (0..rows).collect(),
            strata: vec![[0, rows]],
            lone: LonePsu::Certain,
        }
    }

    fn lone_strata(&self) -> impl Iterator<Item = usize> {
        let lone = self.strata.iter().filter(|[from, to]| to - from == 1);
        lone.map(|[from, _]| *from)
    }

    /// PSUs of all strata.
    pub fn psus(&self) -> usize {
        self.strata.last().map_or(0, |[_, end]| *end)
    }

    /// Strata.
    pub fn strata(&self) -> usize {
        self.strata.len()
    }

    /// Strata of one PSU.
    pub fn lone(&self) -> usize {
        self.lone_strata().count()
    }

    /// Degrees of freedom of a domain: PSUs less strata, of the strata that have `members` (rows), as Stata counts them.
    pub fn df(&self, members: &[usize]) -> usize {
        let mut has = vec![false; self.psus()];
        for row in members {
            has[self.psu[*row]] = true;
        }
        let with_members = self.strata.iter().filter(|[from, to]| has[*from..*to].contains(&true));
        with_members.map(|[from, to]| to - from - 1).sum()
    }

    /// The standard error of a sum over rows of a domain, each with its weight times its influence.
    pub fn standard_error(&self, terms: impl Iterator<Item = (usize, f64)>) -> f64 {
        let mut totals = vec![0.0; self.psus()];
        terms.for_each(|(row, term)| totals[self.psu[row]] += term);
        let grand = totals.iter().sum::<f64>() / totals.len() as f64;
        let within = |&[from, to]: &[usize; 2]| {
            let own = &totals[from..to];
            let n = own.len() as f64;
            if own.len() == 1 {
                return match self.lone {
                    LonePsu::Centre => (own[0] - grand).powi(2),
                    LonePsu::Certain | LonePsu::Refuse => 0.0,
                };
            }
            let mean = own.iter().sum::<f64>() / n;
            own.iter().map(|total| (total - mean).powi(2)).sum::<f64>() * n / (n - 1.0)
        };
        self.strata.iter().map(within).sum::<f64>().sqrt()
    }

    /// The factors of the weights of all rows in a replicate of the rescaled bootstrap (Rao and Wu 1988): of the n PSUs of
    /// a stratum, n - 1 are drawn with replacement, and one drawn k times counts k n / (n - 1) times. A PSU that is alone
    /// in its stratum keeps its weight.
    pub fn redrawn(&self, seed: u64, replicate: u64) -> Vec<f64> {
        let draws = Luck::new(seed, replicate).stream(Purpose::Resampling, 0);
        let mut factors = vec![0.0; self.psus()];
        for (stratum, [from, to]) in self.strata.iter().enumerate() {
            let n = to - from;
            if n == 1 {
                factors[*from] = 1.0;
                continue;
            }
            let each = n as f64 / (n - 1) as f64;
            for draw in 0..n - 1 {
                let at = (draws.uniform(stratum as u64, draw as u64) * n as f64) as usize;
                factors[from + at.min(n - 1)] += each;
            }
        }
        self.psu.iter().map(|psu| factors[*psu]).collect()
    }
}

fn refuse(lone: &[&str], strata: usize) -> Result<(), Problem> {
    const SHOWN: usize = 10;
    if lone.is_empty() {
        return Ok(());
    }
    if lone == [UNNAMED] {
        return Err(Problem::new("the sample has one PSU, which cannot vary")
            .help("ask for values alone with `--errors none`, or name a column of --psu that tells several apart"));
    }
    let names: Vec<String> = lone.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if lone.len() > SHOWN { ", ..." } else { "" };
    let title = format!(
        "{} of {strata} strata have one PSU, which cannot vary: {}{more}",
        lone.len(),
        names.join(", ")
    );
    Err(Problem::new(title)
        .help("say what to do: `--lone-psu centre` lets it vary about the mean of all PSUs, `--lone-psu certain` counts it without error")
        .help("or join the stratum to a neighbour in the column of --strata"))
}
