//! Causes, payers, winners and losers, flags, and published figures: the smaller tables of a page.

use super::curves::Estimate;
use super::manifest::Folder;
use super::sheet::short;
use crate::problem::Problem;
use serde::Serialize;

/// Returns of a scenario by the part that illness played.
#[derive(Serialize)]
pub(super) struct Cause {
    scenario: String,
    class: String,
    households: Option<f64>,
    #[serde(flatten)]
    share: Shown,
}

/// An estimate as the page has it.
#[derive(Serialize)]
struct Shown {
    mean: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    few: bool,
}

impl From<Estimate> for Shown {
    fn from(one: Estimate) -> Shown {
        Shown {
            mean: one.mean.map(short),
            lo: one.lo.map(short),
            hi: one.hi.map(short),
            few: one.few,
        }
    }
}

/// Returns of lifted households by cause, all counties and years, by the register's national line.
///
/// # Errors
/// When the table is ill-formed.
pub(super) fn causes(folder: &Folder) -> Result<Vec<Cause>, Problem> {
    let mut causes = Vec::new();
    let columns = [
        "scenario",
        "year",
        "county",
        "category",
        "convention",
        "line",
        "class",
        "households",
        "share",
        "lo",
        "hi",
        "few_events",
    ];
    folder.table("causes.csv")?.each(columns, |row| {
        let [scenario, year, county, category, convention, line, class, .., few] = row.cells();
        let wanted = [year, county, category, convention, line] == ["all", "all", "lifted", "register", "national"];
        // Returns of a shadow alone are none of the returns in fact.
        if wanted && class != "shadow_only" {
            let share = Estimate {
                mean: row.number(8)?,
                lo: row.number(9)?,
                hi: row.number(10)?,
                few: few == "true",
            };
            causes.push(Cause {
                scenario: scenario.into(),
                class: class.into(),
                households: row.number(7)?.map(short),
                share: share.into(),
            });
        }
        Ok(())
    })?;
    Ok(causes)
}

/// What a payer bears a head and year.
#[derive(Serialize)]
pub(super) struct Borne {
    scenario: String,
    category: String,
    payer: String,
    #[serde(flatten)]
    yuan: Shown,
}

/// Who pays for the care of lifted households and of everybody, all counties and years.
///
/// # Errors
/// When the table is ill-formed.
pub(super) fn payers(folder: &Folder) -> Result<Vec<Borne>, Problem> {
    let mut payers = Vec::new();
    let columns = [
        "scenario",
        "year",
        "county",
        "category",
        "payer",
        "yuan_per_head",
        "lo",
        "hi",
        "few_events",
    ];
    folder.table("payers.csv")?.each(columns, |row| {
        let [scenario, year, county, category, payer, .., few] = row.cells();
        if [year, county] == ["all", "all"] && ["lifted", "all"].contains(&category) {
            let yuan = Estimate {
                mean: row.number(5)?,
                lo: row.number(6)?,
                hi: row.number(7)?,
                few: few == "true",
            };
            payers.push(Borne {
                scenario: scenario.into(),
                category: category.into(),
                payer: payer.into(),
                yuan: yuan.into(),
            });
        }
        Ok(())
    })?;
    Ok(payers)
}

/// Households of a group that are saved or harmed in a scenario.
#[derive(Serialize)]
pub(super) struct Moved {
    scenario: String,
    question: String,
    kind: String,
    group: String,
    outcome: String,
    #[serde(flatten)]
    share: Shown,
}

/// Who of the lifted is saved and harmed, by the register's national line: over all years, and at the last close.
///
/// # Errors
/// When the table is ill-formed.
pub(super) fn winners(folder: &Folder, last_year: i32) -> Result<Vec<Moved>, Problem> {
    let Some(sheet) = folder.table_if_any("winners.csv")? else {
        return Ok(Vec::new());
    };
    let last = last_year.to_string();
    let mut moved = Vec::new();
    let columns = [
        "scenario",
        "year",
        "category",
        "question",
        "convention",
        "line",
        "group_kind",
        "group",
        "outcome",
        "share",
        "lo",
        "hi",
        "few_events",
    ];
    sheet.each(columns, |row| {
        let [
            scenario,
            year,
            category,
            question,
            convention,
            line,
            kind,
            group,
            outcome,
            ..,
            few,
        ] = row.cells();
        // "Ever" of the last year is "ever" of all years.
        let wanted = [category, convention, line] == ["lifted", "register", "national"] && year == last;
        if wanted && ["saved", "harmed"].contains(&outcome) {
            let share = Estimate {
                mean: row.number(9)?,
                lo: row.number(10)?,
                hi: row.number(11)?,
                few: few == "true",
            };
            moved.push(Moved {
                scenario: scenario.into(),
                question: question.into(),
                kind: kind.into(),
                group: group.into(),
                outcome: outcome.into(),
                share: share.into(),
            });
        }
        Ok(())
    })?;
    Ok(moved)
}

/// A warning that spending must be read with forgone care.
#[derive(Serialize)]
pub(super) struct Warning {
    scenario: String,
    category: String,
    flag: String,
    spending: String,
    spending_unit: String,
    spending_difference: [Option<f64>; 3],
    forgone: String,
    forgone_difference: [Option<f64>; 3],
    sentence: String,
}

/// The warnings about everybody and about the lifted, counties together, and how many there are of other groups.
///
/// # Errors
/// When the table is ill-formed.
pub(super) fn flags(folder: &Folder) -> Result<(Vec<Warning>, usize), Problem> {
    let (mut flags, mut others) = (Vec::new(), 0);
    let Some(sheet) = folder.table_if_any("flags.csv")? else {
        return Ok((flags, others));
    };
    let columns = [
        "scenario",
        "year",
        "county",
        "category",
        "flag",
        "spending",
        "spending_unit",
        "spending_difference",
        "spending_lo",
        "spending_hi",
        "forgone",
        "forgone_difference",
        "forgone_lo",
        "forgone_hi",
        "sentence",
    ];
    sheet.each(columns, |row| {
        let [
            scenario,
            year,
            county,
            category,
            flag,
            spending,
            unit,
            _,
            _,
            _,
            forgone,
            ..,
            sentence,
        ] = row.cells();
        if [year, county] != ["all", "all"] || !["lifted", "all"].contains(&category) {
            others += 1;
            return Ok(());
        }
        let three = |at: usize| -> Result<[Option<f64>; 3], Problem> {
            Ok([row.number(at)?, row.number(at + 1)?, row.number(at + 2)?])
        };
        flags.push(Warning {
            scenario: scenario.into(),
            category: category.into(),
            flag: flag.into(),
            spending: spending.into(),
            spending_unit: unit.into(),
            spending_difference: three(7)?,
            forgone: forgone.into(),
            forgone_difference: three(11)?,
            sentence: sentence.into(),
        });
        Ok(())
    })?;
    Ok((flags, others))
}

/// A published figure beside what the model finds.
#[derive(Serialize)]
pub(super) struct Held {
    scenario: String,
    family: String,
    figure: String,
    unit: String,
    year: String,
    #[serde(flatten)]
    simulated: Shown,
    published: Option<f64>,
    rule: String,
    low: Option<f64>,
    high: Option<f64>,
    used: String,
    verdict: String,
    source: String,
    grade: String,
}

/// The published figures that the result was held against; nothing where it was held against none.
///
/// # Errors
/// When the table is ill-formed.
pub(super) fn published(folder: &Folder) -> Result<Vec<Held>, Problem> {
    let mut figures = Vec::new();
    let Some(sheet) = folder.table_if_any("published.csv")? else {
        return Ok(figures);
    };
    let columns = [
        "scenario",
        "family",
        "figure",
        "unit",
        "year",
        "mean",
        "lo",
        "hi",
        "published",
        "rule",
        "low",
        "high",
        "use",
        "verdict",
        "source",
        "grade",
    ];
    sheet.each(columns, |row| {
        let [
            scenario,
            family,
            figure,
            unit,
            year,
            _,
            _,
            _,
            _,
            rule,
            _,
            _,
            used,
            verdict,
            source,
            grade,
        ] = row.cells();
        let published = row.number(8)?;
        if published.is_none() {
            return Ok(());
        }
        let simulated = Estimate {
            mean: row.number(5)?,
            lo: row.number(6)?,
            hi: row.number(7)?,
            few: false,
        };
        figures.push(Held {
            scenario: scenario.into(),
            family: family.into(),
            figure: figure.into(),
            unit: unit.into(),
            year: year.into(),
            simulated: simulated.into(),
            published,
            rule: rule.into(),
            low: row.number(10)?,
            high: row.number(11)?,
            used: used.into(),
            verdict: verdict.into(),
            source: source.into(),
            grade: grade.into(),
        });
        Ok(())
    })?;
    Ok(figures)
}

/// The money that a cash comparator was given, by year.
#[derive(Serialize)]
pub(super) struct EqualCost {
    year: String,
    #[serde(flatten)]
    package_extra_yuan: Shown,
    cash_yuan_per_person_year: Option<f64>,
}

/// How the cash of equal cost was sized, where there is one.
///
/// # Errors
/// When the table is ill-formed.
pub(super) fn equal_cost(folder: &Folder) -> Result<Vec<EqualCost>, Problem> {
    let mut years = Vec::new();
    let Some(sheet) = folder.table_if_any("equal_cost.csv")? else {
        return Ok(years);
    };
    sheet.each(
        ["year", "package_extra_yuan", "lo", "hi", "cash_yuan_per_person_year"],
        |row| {
            let [year, ..] = row.cells();
            let extra = Estimate {
                mean: row.number(1)?,
                lo: row.number(2)?,
                hi: row.number(3)?,
                few: false,
            };
            years.push(EqualCost {
                year: year.into(),
                package_extra_yuan: extra.into(),
                cash_yuan_per_person_year: row.number(4)?.map(short),
            });
            Ok(())
        },
    )?;
    Ok(years)
}
