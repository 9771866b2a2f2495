//! The published figures, what was done with each, and the rule by which a simulated one passes.

use crate::indicators::table::Estimate;
use crate::problem::{Problem, Problems, Source, suggest};
use crate::scenario::embedded_text;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How a simulated figure is held against a published one; fixed before anything was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// A published interval: the mean lies in it, widened by two Monte Carlo standard errors.
    Interval,
    /// A level without an interval: within a quarter of it.
    Level,
    /// A family of figures that contradict each other, or a band committed with its reason: inside `low` to `high`.
    Band,
    /// An effect of a quasi-experiment: its sign, and between half of it and twice.
    Effect,
    /// A published nothing: no larger than what the source could have seen.
    Null,
    /// A sign alone.
    Sign,
}

impl Rule {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Interval => "interval",
            Rule::Level => "level",
            Rule::Band => "band",
            Rule::Effect => "effect",
            Rule::Null => "null",
            Rule::Sign => "sign",
        }
    }
}

/// What was done with a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Use {
    /// Assumptions were set by hand with it in view.
    #[serde(rename = "fitted")]
    Fitted,
    /// It is itself an input, or follows from inputs and fitted figures: it must come back.
    #[serde(rename = "input")]
    Input,
    /// Nothing was set with it in view.
    #[serde(rename = "not fitted")]
    NotFitted,
    /// As before, and the source found nothing.
    #[serde(rename = "null")]
    Null,
    /// As before, and the sign is the one that nobody hopes for.
    #[serde(rename = "wrong sign")]
    WrongSign,
}

impl Use {
    /// In the order of reports.
    pub const ALL: [Use; 5] = [Use::NotFitted, Use::Null, Use::WrongSign, Use::Fitted, Use::Input];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Use::Fitted => "fitted",
            Use::Input => "input",
            Use::NotFitted => "not fitted",
            Use::Null => "null",
            Use::WrongSign => "wrong sign",
        }
    }
}

/// A published figure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The name.
    pub id: String,
    /// What it is about.
    pub family: String,
    /// In words.
    pub figure: String,
    /// The simulated year or years it is held against; blank where the estimator chooses.
    pub year: String,
    /// As published.
    pub published: f64,
    /// Lower end: of the published interval, or of the band.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// How it is held.
    pub rule: Rule,
    /// The virtual survey that re-enacts the source.
    pub survey: String,
    /// What was done with it.
    #[serde(rename = "use")]
    pub used: Use,
    /// Source.
    pub source: String,
    /// Evidence grade, `A` to `D`.
    pub grade: char,
    /// Population and year of the source, and what differs here.
    pub note: String,
}

impl Target {
    /// What is wrong with a figure of a table of one's own.
    fn fault(&self, surveys: &BTreeSet<String>) -> Option<String> {
        let blank = [
            ("family", &self.family),
            ("figure", &self.figure),
            ("source", &self.source),
        ];
        if let Some((column, _)) = blank.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Some(format!("`{column}` is blank"));
        }
        if self.year.trim().parse::<i32>().is_err() {
            return Some(format!("`year` is `{}`, not a year", self.year));
        }
        let numbers = [Some(self.published), self.low, self.high];
        if numbers
            .into_iter()
            .flatten()
            .any(|number| !number.is_finite() || number.abs() > 1e15)
        {
            return Some("`published`, `low` or `high` is not a finite number".into());
        }
        let bounded = matches!(self.rule, Rule::Band | Rule::Null | Rule::Interval);
        match (self.low, self.high) {
            (Some(low), Some(high)) if low > high => return Some(format!("`low` {low} lies above `high` {high}")),
            (low, high) if bounded && (low.is_none() || high.is_none()) => {
                return Some(format!("rule `{}` needs `low` and `high`", self.rule.name()));
            }
            _ => {}
        }
        if !('A'..='D').contains(&self.grade) {
            return Some(format!("`grade` is `{}`, not A, B, C or D", self.grade));
        }
        if !surveys.contains(&self.survey) {
            let near = suggest(&self.survey, surveys.iter().map(String::as_str)).unwrap_or_default();
            return Some(format!("no virtual survey `{}` of a single year; {near}", self.survey));
        }
        None
    }

    /// Where the simulated mean must lie; `error` is its Monte Carlo standard error.
    pub fn band(&self, error: f64) -> [f64; 2] {
        let widened = if error.is_nan() { 0.0 } else { 2.0 * error };
        let given = [
            self.low.unwrap_or(f64::NEG_INFINITY),
            self.high.unwrap_or(f64::INFINITY),
        ];
        let ordered = |one: f64, other: f64| [one.min(other), one.max(other)];
        match self.rule {
            Rule::Interval => [given[0] - widened, given[1] + widened],
            Rule::Band | Rule::Null => given,
            Rule::Level => ordered(0.75 * self.published, 1.25 * self.published),
            Rule::Effect => ordered(0.5 * self.published, 2.0 * self.published),
            Rule::Sign if self.published < 0.0 => [f64::NEG_INFINITY, 0.0],
            Rule::Sign => [0.0, f64::INFINITY],
        }
    }

    /// Whether a simulated figure lies inside, as a word.
    pub fn verdict(&self, simulated: &Estimate) -> &'static str {
        if self.passes(simulated) { "inside" } else { "OUTSIDE" }
    }

    /// Whether a simulated figure passes. A figure that nobody could be asked about does not.
    pub fn passes(&self, simulated: &Estimate) -> bool {
        let [low, high] = self.band(simulated.se);
        (low..=high).contains(&simulated.mean)
    }
}

/// A published figure that is not held, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The name.
    pub id: String,
    /// In words.
    pub figure: String,
    /// Why.
    pub reason: String,
}

/// The figures that are held, as committed.
///
/// # Errors
/// When the embedded table is ill-formed.
pub fn targets() -> Result<Vec<Target>, Problems> {
    rows("data/targets.csv")
}

/// The figures that are not held.
///
/// # Errors
/// When the embedded table is ill-formed.
pub fn left_out() -> Result<Vec<LeftOut>, Problems> {
    rows("data/targets_left_out.csv")
}

/// The figures of a table of one's own, in the columns of `scenarios/data/targets.csv`.
///
/// # Errors
/// When it is ill-formed.
pub fn of_table(source: &Source) -> Result<Vec<Target>, Problems> {
    let targets: Vec<Target> = parsed(&source.name, &source.text)?;
    if targets.is_empty() {
        return Err(Problem::new(format!(
            "{}: a table of published figures without a figure",
            source.name
        ))
        .into());
    }
    let surveys = yearly_surveys()?;
    let mut problems = Vec::new();
    for (at, target) in targets.iter().enumerate() {
        let same = |other: &&Target| {
            let key = |target: &Target| {
                (
                    target.family.clone(),
                    target.figure.clone(),
                    target.year.trim().to_owned(),
                )
            };
            key(other) == key(target)
        };
        let fault = target.fault(&surveys).or_else(|| {
            let twice = targets[..at].iter().any(|other| same(&other));
            twice.then(|| "this figure stands above for the same year".to_owned())
        });
        problems.extend(fault.map(|fault| Problem::new(format!("{}:{}: {fault}", source.name, at + 2))));
    }
    Problems::or(problems, targets)
}

/// The virtual surveys of a single year, as the tables that the program carries name them.
fn yearly_surveys() -> Result<BTreeSet<String>, Problems> {
    let all = rows::<Target>("data/targets.csv")?
        .into_iter()
        .chain(rows("data/history.csv")?);
    let of_a_year = all.filter(|target: &Target| target.year.trim().parse::<i32>().is_ok());
    Ok(of_a_year.map(|target| target.survey).collect())
}

fn rows<T: for<'de> Deserialize<'de>>(path: &str) -> Result<Vec<T>, Problems> {
    parsed(&format!("scenarios/{path}"), embedded_text(path).unwrap_or_default())
}

fn parsed<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> Result<Vec<T>, Problems> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<Vec<T>, _>>()
        .map_err(|error| Problems::from(Problem::new(format!("{name}: {error}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn target(rule: Rule, published: f64, low: Option<f64>, high: Option<f64>) -> Target {
        let mut target = targets().unwrap().remove(0);
        (target.rule, target.published, target.low, target.high) = (rule, published, low, high);
        target
    }

    fn at(mean: f64, se: f64) -> Estimate {
        Estimate {
            mean,
            se,
            lo: mean,
            hi: mean,
            n: 2,
        }
    }

    #[test]
    fn each_rule_holds_where_it_should() {
        let interval = target(Rule::Interval, 0.5, Some(0.4), Some(0.6));
        assert!(interval.passes(&at(0.63, 0.02)) && !interval.passes(&at(0.65, 0.02)));
        let level = target(Rule::Level, 8.0, None, None);
        assert!(level.passes(&at(6.0, 0.1)) && !level.passes(&at(5.9, 0.1)) && !level.passes(&at(f64::NAN, 0.1)));
        let effect = target(Rule::Effect, -0.10, None, None);
        assert!(effect.passes(&at(-0.05, 0.0)) && effect.passes(&at(-0.2, 0.0)));
        assert!(!effect.passes(&at(0.1, 0.0)) && !effect.passes(&at(-0.21, 0.0)));
        let sign = target(Rule::Sign, 0.013, None, None);
        assert!(sign.passes(&at(0.2, 0.0)) && !sign.passes(&at(-0.001, 0.0)));
    }

    #[test]
    fn at_most_twelve_are_fitted_and_half_of_each_family_is_not() {
        let mut families: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        let targets = targets().unwrap();
        for target in &targets {
            let family = families.entry(target.family.clone()).or_default();
            match target.used {
                Use::Fitted => family[0] += 1,
                Use::Input => {}
                Use::NotFitted | Use::Null | Use::WrongSign => family[1] += 1,
            }
        }
        let fitted: usize = families.values().map(|family| family[0]).sum();
        assert!(fitted <= 12, "{fitted} fitted targets");
        for (family, [fitted, not]) in families {
            assert!(not >= fitted, "{family}: {fitted} fitted, {not} not");
        }
    }

    #[test]
    fn a_figure_is_held_or_left_out_with_a_reason() {
        let held: BTreeSet<String> = targets().unwrap().into_iter().map(|target| target.id).collect();
        let left_out = left_out().unwrap();
        assert!(
            left_out
                .iter()
                .all(|one| !held.contains(&one.id) && one.reason.len() > 10)
        );
        let known = held.len() + left_out.len();
        assert_eq!(
            held.iter().filter(|id| id.starts_with('V')).count() + left_out.len(),
            136
        );
        assert!(known > 136);
    }
}
