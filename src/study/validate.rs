//! Validation: published figures, the bands that were fixed before the first full run, and what the model gives.

use crate::indicators::list::indicators;
use crate::indicators::result::RunResult;
use crate::indicators::table::{Estimate, Slice};
use crate::problem::{Problem, Problems};
use crate::scenario::embedded_text;
use crate::study::Arm;
use crate::world::Category;
use serde::Deserialize;

/// A published figure with the band in which the baseline should fall.
#[derive(Clone, Debug, Deserialize)]
pub struct Band {
    /// The name.
    pub id: String,
    /// In words.
    pub figure: String,
    /// The year, or a span of years.
    pub year: String,
    /// As published.
    pub published: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Unit.
    pub unit: String,
    /// The virtual instrument that re-enacts the source.
    pub instrument: String,
    /// Source and grade.
    pub source: String,
    /// Why this band.
    pub reason: String,
    /// `fitted`: assumptions were tuned to this figure; `not fitted`: they were not, though it was seen meanwhile.
    #[serde(rename = "use")]
    pub used: String,
}

/// A band with what the model gives.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The band.
    pub band: Band,
    /// The model's value with its 95% interval.
    pub simulated: Estimate,
}

impl Checked {
    /// Whether the simulated mean lies in the band.
    pub fn inside(&self) -> bool {
        (self.band.low..=self.band.high).contains(&self.simulated.mean)
    }
}

/// The bands as committed.
///
/// # Errors
/// When the embedded table is ill-formed.
pub fn bands() -> Result<Vec<Band>, Problems> {
    let text = embedded_text("data/bands.csv").unwrap_or_default();
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<Vec<Band>, _>>()
        .map_err(|error| Problems::from(Problem::new(format!("scenarios/data/bands.csv: {error}"))))
}

/// Which indicator re-enacts a band: its id, convention, line, category.
fn instrument(id: &str) -> Option<(&'static str, &'static str, &'static str, Option<Category>)> {
    let everybody = None;
    let lifted = Some(Category::Lifted);
    Some(match id {
        "visits_per_head" => ("visits", "", "", everybody),
        "village_share" => ("visits_village", "", "", everybody),
        "primary_share" => ("primary_share", "", "", everybody),
        "admitted_adults_survey" => ("adults_admitted", "", "", everybody),
        "admissions_claims" => ("admissions", "", "", everybody),
        "bill_township" => ("admission_bill_township", "", "", everybody),
        "bill_county" => ("admission_bill_county", "", "", everybody),
        "bill_tertiary" => ("admission_bill_tertiary", "", "", everybody),
        "bill_all" => ("admission_bill", "", "", everybody),
        "rate_township" => ("basic_rate_township", "", "", everybody),
        "rate_county" => ("basic_rate_county", "", "", everybody),
        "rate_tertiary" => ("basic_rate_tertiary", "", "", everybody),
        "oop_per_head" => ("oop", "", "", everybody),
        "oop_share_admissions" => ("oop_share_admissions", "", "", everybody),
        "catastrophic_40" => ("catastrophic_40", "", "", everybody),
        "catastrophic_10" => ("catastrophic_10", "", "", everybody),
        "impoverished" => ("impoverished", "gross above, net below", "ppp_4_20", everybody),
        "named_illness" => ("poor_named_illness", "register", "national", everybody),
        "forgone_admissions" => ("forgone_admission", "", "", everybody),
        "return_register" => ("return_hazard", "register", "national", lifted),
        "return_measured" => ("return_hazard", "measured_net", "ppp_3_00", lifted),
        "control_share" => ("controlled_hypertension", "", "", everybody),
        _ => return None,
    })
}

/// Holds the base arm against every band that its years cover.
///
/// # Errors
/// When the bands cannot be read, or one has no instrument.
pub fn check(arm: &Arm) -> Result<Vec<Checked>, Problems> {
    let Some(first) = arm.results.first() else {
        return Ok(Vec::new());
    };
    let mut checked = Vec::new();
    for band in bands()? {
        let year = match band.year.parse::<i32>() {
            Ok(year) => match first.years.iter().position(|own| own.year == year) {
                Some(at) => Some(at),
                None => continue,
            },
            Err(_) => None,
        };
        let values: Option<Vec<f64>> = arm
            .results
            .iter()
            .map(|result| simulated(&band.id, result, year))
            .collect();
        let values = values.ok_or_else(|| {
            Problems::from(Problem::new(format!(
                "scenarios/data/bands.csv: no instrument computes `{}`",
                band.id
            )))
        })?;
        checked.push(Checked {
            band,
            simulated: Estimate::of(&values),
        });
    }
    Ok(checked)
}

fn simulated(id: &str, result: &RunResult, year: Option<usize>) -> Option<f64> {
    let slice = |category| Slice {
        year,
        county: None,
        category,
    };
    if id.starts_with("fund_per_enrolled") {
        let tally = slice(None).tally(result, false);
        let claims: i64 = result
            .years
            .iter()
            .enumerate()
            .filter(|(at, _)| year.is_none_or(|own| own == *at))
            .flat_map(|(_, year)| &year.counties)
            .map(|county| county.fund.claims.0)
            .sum();
        return (tally.enrolled > 0).then(|| claims as f64 / 100.0 / tally.enrolled as f64);
    }
    let (name, convention, line, category) = instrument(id)?;
    let tally = slice(category).tally(result, false);
    let all = indicators(result);
    let indicator = all
        .iter()
        .find(|one| one.id == name && one.convention == convention && one.line == line)?;
    let value = indicator.value(&tally)?;
    // The share of village visits is the village's visits over all visits.
    if id == "village_share" {
        let visits: i64 = tally.visits.iter().sum();
        return Some(value * 100.0 * tally.persons as f64 / visits.max(1) as f64);
    }
    Some(value)
}
