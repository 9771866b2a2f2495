//! What a scenario was made from: with the texts of its files it can be made again, elsewhere and later.

use super::files::{Files, Spot};
use super::{RunSettings, Scenario, load};
use crate::problem::{Problem, Problems, Source};
use crate::units::Month;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was read, and what a study changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub name: String,
    pub sets: Vec<String>,
    pub over: Option<String>,
    pub files: Vec<(Spot, Arc<Source>)>,
    pub pushed: Vec<Pushed>,
}

/// A change that a study made to a loaded scenario, such as the amount of cash that costs as much as a package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pushed {
    /// The rule.
    pub path: String,
    /// Its value.
    pub value: f64,
    /// Its first month, such as `2022-01`.
    pub from: String,
    /// The first month in which it no longer holds.
    pub until: Option<String>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Where it was found: below `scenarios/`, or as seen from the folder in which the program was started.
    pub path: String,
    /// Whether the program carries it.
    pub carried: bool,
    /// The name under which a result keeps its text.
    pub kept: String,
}

/// All that it takes to make a scenario again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The name or path by which it was asked for.
    pub name: String,
    /// What was set on the command line.
    pub sets: Vec<String>,
    /// The scenario whose rules hold on top of all others, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
    /// What a study changed on top.
    pub pushed: Vec<Pushed>,
    /// Years, replicates, seed.
    pub run: RunSettings,
    /// The files.
    pub files: Vec<Input>,
}

/// Files as they are kept: what they are, and their texts by the names under which they are kept.
pub(super) fn keep(found: &[(Spot, Arc<Source>)]) -> (Vec<Input>, BTreeMap<String, &str>) {
    let mut texts = BTreeMap::new();
    let mut files = Vec::new();
    for (spot, source) in found {
        let (stem, ending) = match spot.path.rsplit_once('.') {
            Some((_, ending)) => (spot.id(), format!(".{ending}")),
            None => (spot.id(), String::new()),
        };
        let hash = blake3::hash(source.text.as_bytes()).to_hex();
        let kept = format!("{stem}-{}{ending}", &hash[..8]);
        texts.insert(kept.clone(), source.text.as_str());
        files.push(Input {
            path: spot.path.clone(),
            carried: spot.carried,
            kept,
        });
    }
    (files, texts)
}

/// The files that were kept, to be read again; `text` gives what is kept under a name.
pub(super) fn kept(inputs: &[Input], text: impl Fn(&str) -> Result<String, Problem>) -> Result<Files, Problem> {
    let mut texts = BTreeMap::new();
    for input in inputs {
        let spot = Spot {
            carried: input.carried,
            path: input.path.clone(),
        };
        texts.insert(spot, text(&input.kept)?);
    }
    Ok(Files::kept(texts))
}

impl Scenario {
    /// What it was made from, and the texts of the files by the names under which they are kept.
    ///
    /// Cards moved by [`Scenario::vary`] are not among it: a sensitivity analysis writes no result of one scenario.
    pub fn inputs(&self) -> (Inputs, BTreeMap<String, &str>) {
        let (files, texts) = keep(&self.origin.files);
        let inputs = Inputs {
            name: self.origin.name.clone(),
            sets: self.origin.sets.clone(),
            over: self.origin.over.clone(),
            pushed: self.origin.pushed.clone(),
            run: self.run.clone(),
            files,
        };
        (inputs, texts)
    }

    /// Makes a scenario again from what it was made from; `text` gives the text of a kept file.
    ///
    /// # Errors
    /// When a text is missing, or this version of the program reads the files otherwise.
    pub fn again(inputs: &Inputs, text: impl Fn(&str) -> Result<String, Problem>) -> Result<Scenario, Problems> {
        let files = kept(&inputs.files, text)?;
        let mut scenario = load::load_under(&files, &inputs.name, &inputs.sets, inputs.over.as_deref())?;
        scenario.run = inputs.run.clone();
        for pushed in &inputs.pushed {
            let month = |text: &String| {
                Month::parse(text).ok_or_else(|| Problem::new(format!("`{text}` is not a month of a pushed change")))
            };
            let until = pushed.until.as_ref().map(month).transpose()?;
            scenario.push_change(&pushed.path, pushed.value, month(&pushed.from)?, until)?;
        }
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_made_again_from_its_texts() {
        let sets = ["world.people_count=6000".to_owned()];
        let mut scenario = Scenario::load("package", &sets).unwrap();
        scenario.run.replicates = 3;
        let until = Some(Month::of(2024, 1));
        scenario
            .push_change(
                "livelihood.cash_transfer_yuan_per_year",
                12.5,
                Month::of(2023, 1),
                until,
            )
            .unwrap();
        let (inputs, texts) = scenario.inputs();
        assert!(inputs.files.len() > 5, "the baseline, the package and its programmes");
        let again = Scenario::again(&inputs, |kept| Ok(texts[kept].to_owned())).unwrap();
        assert_eq!(again.hash_text(), scenario.hash_text());
        assert_eq!(again.id, scenario.id);
        assert_eq!(again.inputs().0, inputs);

        let under = Scenario::load_under("package", &sets, "no-illness").unwrap();
        let (inputs_under, texts_under) = under.inputs();
        let again = Scenario::again(&inputs_under, |kept| Ok(texts_under[kept].to_owned())).unwrap();
        assert_eq!(again.hash_text(), under.hash_text());
        assert_ne!(again.hash_text(), scenario.hash_text());

        let kept = &inputs.files[0].kept;
        let other = Scenario::again(&inputs, |name| {
            if name == kept {
                return Err(Problem::new("gone"));
            }
            Ok(texts[name].to_owned())
        });
        assert!(other.is_err());
    }
}
