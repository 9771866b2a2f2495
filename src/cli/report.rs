//! `kangcun report`: the page of a result, one file.

mod swept;

use super::claim::named;
use super::progress::Progress;
use super::{Common, Failure};
use crate::output::parameters::{Kind, Meanings};
use crate::output::{Kept, OutputError, new_file};
use crate::problem::{Problem, Problems};
use crate::report::{self, Beside, Chapter, Household, Leftover, Programme, Report, Told};
use crate::run::Policy;
use crate::scenario::Scenario;
use crate::story::{CHINESE, ENGLISH, Words, chapter, json};
use crate::study::explain::pick::{Pick, pick};
use crate::study::explain::{Story, listen};
use crate::units::Identity;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is asked.
#[derive(Args, Debug)]
pub struct Asked {
    /// The result folder, of `kangcun`, `kangcun run`, `kangcun compare` or `kangcun sweep run`
    result: PathBuf,
    /// How many households to tell of, each of another kind; each is lived again, in the base and beside it; 0 for none
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u32).range(..=Pick::ALL.len() as i64))]
    stories: u32,
    /// The kind of the first household
    #[arg(long, default_value = "illness-return", value_parser = named(&Pick::ALL, Pick::name))]
    pick: Pick,
}

/// A household is told in no more scenarios than this.
const MOST_CHAPTERS: usize = 3;

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    let file = common.out.clone().unwrap_or_else(|| asked.result.join("report.html"));
    // Before anything is lived: whether the page can be written, and the tables read.
    if file.exists() {
        return Err(OutputError::Exists(file).into());
    }
    let meanings = Meanings::carried();
    let meaning = |rule: &str| meanings.find(Kind::Parameter, rule).map(|(_, line)| line.text.clone());
    let reading = Progress::stage("reading tables");
    let (report, beside) = if report::is_sweep(&asked.result) {
        let swept = swept::of(&asked.result, &meanings);
        if let Err(why) = &swept {
            eprintln!("kangcun: the page shows the tables alone, without meanings, units and cards: {why}");
        }
        let report = Report::read_sweep(&asked.result, swept.unwrap_or_default(), &meaning).map_err(Problems::from)?;
        reading.finish();
        (report, Beside::default())
    } else {
        let report = Report::read(&asked.result, &meaning).map_err(Problems::from)?;
        reading.finish();
        let beside = beside(asked, &report)?;
        (report, beside)
    };
    let writing = Progress::stage("writing the page");
    let page = report.page(&beside).map_err(Problems::from)?;
    new_file(&file, &page.text)?;
    writing.finish();
    if let Some(untold) = &beside.untold {
        eprintln!("kangcun: no household is told: {untold}");
    }
    if !page.left_out.is_empty() {
        let left: Vec<String> = page.left_out.iter().map(Leftover::words).collect();
        eprintln!(
            "kangcun: a page holds 5 MB; left out, as it says itself: {}",
            left.join(", ")
        );
    }
    say!("{}", file.display());
    Ok(())
}

/// What the kept inputs of a result tell beside its tables. A result that cannot be lived again can still be shown.
fn beside(asked: &Asked, report: &Report) -> Result<Beside, Failure> {
    let untold = |why: &str| Beside {
        untold: Some(why.to_owned()),
        ..Beside::default()
    };
    let kept = match Kept::open(&asked.result) {
        Ok(kept) => kept,
        // A sweep of programmes tells of no household.
        Err(_) if report.is_of_programmes() => return Ok(Beside::default()),
        Err(problem) => return Ok(untold(problem.title())),
    };
    let mut scenarios = Vec::new();
    for arm in &kept.arms {
        match kept.scenario(Some(&arm.id)) {
            Ok((_, scenario)) => scenarios.push((arm.id.clone(), scenario)),
            Err(problems) if scenarios.is_empty() && !report.is_of_programmes() => {
                return Ok(untold(problems.list().first().map_or("", Problem::title)));
            }
            Err(_) => {}
        }
    }
    let (households, untold) = if report.is_of_programmes() {
        (Vec::new(), None)
    } else {
        told(asked, &kept, &scenarios, report.compared())?
    };
    Ok(Beside {
        question: scenarios.iter().find_map(|(_, scenario)| scenario.question.clone()),
        programmes: programmes(&scenarios),
        households,
        untold,
    })
}

/// The programmes of all scenarios, each once.
fn programmes(scenarios: &[(String, Scenario)]) -> Vec<Programme> {
    let all = scenarios.iter().flat_map(|(_, scenario)| &scenario.programmes);
    let programmes = all.map(|own| {
        let told = Programme {
            id: own.id.clone(),
            title: own.title.clone(),
            summary: own.summary.clone(),
            evidence: own.evidence.clone(),
            from: own.from.to_string(),
            coverage_share: own.coverage_share,
        };
        (own.id.clone(), told)
    });
    programmes.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Tells households in the first replicate of the base, and the same ones in the scenarios beside it.
fn told(
    asked: &Asked,
    kept: &Kept,
    scenarios: &[(String, Scenario)],
    compared: &[String],
) -> Result<(Vec<Household>, Option<String>), Failure> {
    let Some((base, _)) = scenarios.first().filter(|_| asked.stories > 0) else {
        return Ok((Vec::new(), None));
    };
    let policies = scenarios
        .iter()
        .filter(|(id, _)| id == base || compared.contains(id))
        .take(MOST_CHAPTERS)
        .map(|(id, scenario)| Ok((id.clone(), Policy::new(scenario.clone())?)))
        .collect::<Result<Vec<(String, Policy)>, Problems>>()?;
    let years = policies.first().map_or(0, |(_, policy)| policy.lived().count() as u64);
    let others = Pick::ALL.into_iter().filter(|own| *own != asked.pick);
    let kinds: Vec<Pick> = std::iter::once(asked.pick)
        .chain(others)
        .take(asked.stories as usize)
        .collect();
    let lives = kinds.len() as u64 * (1 + policies.len() as u64);
    let progress = Progress::together("stories", lives * years);
    let mut households = Vec::new();
    let mut missed = None;
    for kind in kinds {
        match household(kind, kept, &policies, &|| progress.tick("")) {
            Ok(told) => households.push(told),
            Err(problems) => {
                missed = problems.list().first().map(|problem| problem.title().to_owned());
            }
        }
    }
    progress.finish();
    let untold = missed.filter(|_| households.is_empty());
    Ok((households, untold))
}

/// Chooses a household in the base and tells its year there and in the other scenarios in which it lives.
fn household(
    kind: Pick,
    kept: &Kept,
    policies: &[(String, Policy)],
    tick: &(dyn Fn() + Sync),
) -> Result<Household, Problems> {
    let Some((_, base)) = policies.first() else {
        return Err(Problem::new("the result has no scenario").into());
    };
    let picked = pick(base, 0, kind, None, tick)?;
    let mut chapters = Vec::new();
    for (id, policy) in policies {
        let first = chapters.is_empty();
        // It need not exist in every world.
        let (mut story, lived) = match listen(policy, 0, picked.household, tick) {
            Ok(listened) => listened,
            Err(problems) if first => return Err(problems),
            Err(_) => continue,
        };
        if let Some(arm) = kept.arms.iter().find(|arm| arm.id == *id) {
            kept.confirm(arm, 0, &lived)?;
        }
        story.picked = first.then_some(picked);
        if let Ok(chapter) = story.chapter(Some(picked.year)) {
            chapters.push(Chapter {
                scenario: id.clone(),
                summary: both(|words| chapter::summary(words, &story, chapter)),
                page: both(|words| chapter::tell(words, &story, chapter).text().to_owned()),
                told: outline(&story, chapter),
            });
        }
    }
    Ok(Household {
        pick: kind.name().to_owned(),
        among: picked.among,
        household: Identity(picked.household).to_string(),
        year: picked.year,
        chapters,
    })
}

fn both(told: impl Fn(&Words) -> String) -> Told {
    Told {
        en: told(&ENGLISH),
        zh: told(&CHINESE),
    }
}

/// What the page draws of a year: members, the year's purse and the money of each month; the rest it has in words.
fn outline(story: &Story, told: &crate::study::explain::record::Chapter) -> serde_json::Value {
    let whole = json::of(story, told);
    let mut outline = serde_json::json!({});
    for key in ["county", "category", "members", "opening", "year_purse"] {
        outline[key] = whole[key].clone();
    }
    let months = whole["months"].as_array().cloned().unwrap_or_default();
    let months = months.iter().map(|month| {
        let episodes = month["episodes"].as_array().cloned().unwrap_or_default();
        let bills = episodes
            .iter()
            .flat_map(|episode| episode["bills"].as_array().cloned().unwrap_or_default());
        let (mut billed, mut own) = (0, 0);
        for bill in bills {
            billed += bill["bill_fen"].as_i64().unwrap_or(0);
            own += bill["household_fen"].as_i64().unwrap_or(0);
        }
        let forgone = episodes.iter().filter(|episode| !episode["forgone"].is_null()).count();
        serde_json::json!({ "bill_fen": billed, "household_fen": own, "forgone": forgone })
    });
    outline["months"] = months.collect::<Vec<_>>().into();
    let gauge = story
        .gauges
        .get(story.headline)
        .map(|gauge| gauge.id.clone())
        .unwrap_or_default();
    outline["close"] = whole["close"][&gauge].clone();
    outline
}
