//! What is looked at when a parameter is nudged: an indicator, a count near the parameter, or a margin of the founded world.
//!
//! In words: `NAME`, `NAME in COUNTY`, `NAME of CATEGORY`. A name is an indicator's id (`visits_village`), with the gauge
//! behind it where it has one (`return_hazard@register_monitoring`), one of the counts listed here, `paid_LAYER` (what a
//! layer pays, yuan a person and year), or `founded: GROUP: MARGIN` for a margin of `kangcun founding`. All reported years
//! together; balances at the end.

use crate::draws::Luck;
use crate::founding::margins;
use crate::indicators::list::indicators;
use crate::indicators::result::{CountyResult, RunResult};
use crate::indicators::table::{Read, Slice};
use crate::indicators::tally::{AGE_GROUPS, Tally};
use crate::study::Arm;
use crate::units::Fen;
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, CONDITIONS, Category, World};
use crate::year::funds::FundYear;
use rayon::prelude::*;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    name: String,
    county: Option<String>,
    category: Option<Category>,
}

/// A part of a result, to be read.
struct Seen<'a> {
    /// Counts of all years.
    all: Tally,
    /// The years of the counties looked at.
    counties: Vec<&'a CountyResult>,
    /// Of these, those of the last year.
    last: Vec<&'a CountyResult>,
    /// Accounts that counties held together, of all years; none where one county is looked at.
    joint: Vec<&'a FundYear>,
    years: f64,
}

impl Seen<'_> {
    /// Yuan per person and year that accounts show; what moves between a county and its pool is no flow from outside.
    fn flow(&self, read: fn(&FundYear) -> Fen) -> (f64, f64) {
        let counties = self.counties.iter().map(|county| read(&county.fund).0);
        let all: i64 = counties.chain(self.joint.iter().map(|year| read(year).0)).sum();
        (all as f64 / 100.0, self.all.persons as f64)
    }

    fn mean(&self, read: fn(&CountyResult) -> i64) -> (f64, f64) {
        let all: i64 = self.counties.iter().map(|county| read(county)).sum();
        (all as f64, self.counties.len() as f64)
    }

    fn sum(&self, read: fn(&CountyResult) -> i64) -> f64 {
        self.counties.iter().map(|county| read(county)).sum::<i64>() as f64
    }

    fn by_sex(&self, sex: usize) -> (f64, f64) {
        let (mut died, mut lived) = (0, 0);
        for county in &self.counties {
            died += county.counted.deaths_by_age[sex].iter().sum::<i64>();
            lived += county.counted.persons_by_age[sex].iter().sum::<i64>();
        }
        (died as f64 * 1000.0, lived as f64)
    }
}

/// A count over another.
type Ratio = fn(&Seen) -> (f64, f64);

/// So many of something over people of 1 January.
macro_rules! a_person {
    ($field:ident) => {
        |seen| (seen.all.$field as f64, seen.all.persons as f64)
    };
    ($field:ident[$at:expr]) => {
        |seen| (seen.all.$field[$at] as f64, seen.all.persons as f64)
    };
}

/// Counts that no indicator shows.
const COUNTS: [(&str, Ratio); 65] = [
    ("needs_minor", a_person!(needs[0])),
    ("needs_moderate", a_person!(needs[1])),
    ("needs_admission", a_person!(needs[2])),
    ("needs_chronic", a_person!(needs[3])),
    ("forgone_capacity", |seen| {
        let forgone = seen.all.forgone.iter().map(|reasons| reasons[3]).sum::<i64>();
        (forgone as f64, seen.all.needs.iter().sum::<i64>() as f64)
    }),
    ("drugs_share", |seen| (seen.all.drugs as f64, seen.all.bill as f64)),
    ("aid_cut", a_person!(aid_cut)),
    ("travel", a_person!(travel)),
    ("premiums", a_person!(premiums)),
    ("public_premiums", a_person!(public_premiums)),
    ("medical_debt", a_person!(medical_debt)),
    ("borrowed_for_care", a_person!(borrowed_for_care)),
    ("households", a_person!(households)),
    ("infections_felt", |seen| {
        (seen.all.infections_ill as f64, seen.all.infections as f64)
    }),
    ("aged_60", |seen| {
        let (mut old, mut all) = (0, 0);
        for county in &seen.counties {
            for sex in &county.counted.persons_by_age {
                old += sex[AGE_GROUPS - 6..].iter().sum::<i64>();
                all += sex.iter().sum::<i64>();
            }
        }
        (old as f64, all as f64)
    }),
    ("men_deaths", |seen| seen.by_sex(0)),
    ("women_deaths", |seen| seen.by_sex(1)),
    ("births", |seen| {
        (seen.sum(|own| own.moves.births), seen.all.persons as f64)
    }),
    ("arrivals", |seen| {
        (seen.sum(|own| own.moves.arrivals), seen.all.persons as f64)
    }),
    ("departures", |seen| {
        (seen.sum(|own| own.moves.departures), seen.all.persons as f64)
    }),
    ("infant_deaths", |seen| {
        let died = seen.sum(|own| own.moves.infant_deaths.iter().sum());
        (died, seen.sum(|own| own.moves.births))
    }),
    ("fund_premiums", |seen| seen.flow(|own| own.premiums)),
    ("fund_subsidies", |seen| seen.flow(|own| own.subsidies)),
    ("fund_interest", |seen| seen.flow(|own| own.interest)),
    ("fund_from_adjustment", |seen| seen.flow(|own| own.from_adjustment)),
    ("fund_to_adjustment", |seen| seen.flow(|own| own.to_adjustment)),
    ("fund_reinsured", |seen| seen.flow(|own| own.reinsured)),
    ("fund_reinsurance_premium", |seen| {
        seen.flow(|own| own.reinsurance_premium)
    }),
    ("fund_local_budget", |seen| {
        // A pool's help is written in the counties' own accounts and swept from there.
        (seen.sum(|own| own.fund.local_budget.0) / 100.0, seen.all.persons as f64)
    }),
    ("fund_emergency", |seen| seen.flow(|own| own.emergency)),
    ("fund_emergency_repaid", |seen| seen.flow(|own| own.emergency_repaid)),
    ("fund_claims", |seen| seen.flow(|own| own.claims)),
    ("fund_administration", |seen| seen.flow(|own| own.administration)),
    ("fund_pooled", |seen| seen.flow(|own| own.swept_out)),
    ("fund_closing", |seen| {
        let held = seen.last.iter().map(|county| county.fund.closing.0).sum::<i64>();
        (held as f64 / 100.0, seen.all.persons as f64 / seen.years)
    }),
    ("fund_rate", |seen| seen.mean(|own| i64::from(own.fund.rate_ppm))),
    ("aid_rate", |seen| seen.mean(|own| i64::from(own.fund.aid_ppm))),
    ("doctors", |seen| {
        (seen.sum(|own| own.workforce.doctors), seen.all.persons as f64)
    }),
    ("doctors_trained", |seen| {
        (seen.sum(|own| own.workforce.doctors_trained), seen.all.persons as f64)
    }),
    ("staff_township", |seen| seen.mean(|own| own.workforce.township_ppm)),
    ("staff_county", |seen| seen.mean(|own| own.workforce.county_ppm)),
    ("wave_infections", |seen| {
        (seen.sum(|own| own.epidemic.infections), seen.all.persons as f64)
    }),
    ("wave_peak", |seen| {
        (seen.sum(|own| own.epidemic.peak_infections), seen.all.persons as f64)
    }),
    ("wave_peak_week", |seen| seen.mean(|own| own.epidemic.peak_week)),
    ("wave_found", |seen| {
        (seen.sum(|own| own.epidemic.found), seen.all.persons as f64)
    }),
    ("wave_response_days", |seen| seen.mean(|own| own.epidemic.response_days)),
    ("wave_least_capacity", |seen| {
        seen.mean(|own| own.epidemic.least_capacity_ppm)
    }),
    ("monitored", a_person!(standing[Category::Monitored as usize])),
    ("on_dibao", a_person!(standing[Category::Dibao as usize])),
    ("unmet", |seen| {
        let forgone = seen.all.forgone.iter().flatten().sum::<i64>();
        (forgone as f64, seen.all.needs.iter().sum::<i64>() as f64)
    }),
    ("drugs", a_person!(drugs)),
    ("invested", a_person!(invested)),
    ("sent_home", a_person!(sent_home)),
    ("rehabilitation_months", a_person!(rehabilitation_months)),
    ("rehabilitation_bill", a_person!(rehabilitation_bill)),
    ("recovered", a_person!(recovered_percent)),
    ("screened", a_person!(screened)),
    ("screened_at_risk", |seen| {
        (seen.all.screened_at_risk as f64, seen.all.screened as f64)
    }),
    ("screened_found", |seen| {
        (seen.all.screened_found as f64, seen.all.screened_at_risk as f64)
    }),
    ("screened_wrongly", |seen| {
        (seen.all.screened_wrongly as f64, seen.all.screened as f64)
    }),
    ("relief", a_person!(relief)),
    ("lent_by_bank", |seen| {
        let lent = seen.sum(|own| own.counted.lending.loans[0].lent);
        (lent, seen.all.persons as f64)
    }),
    ("married_out", |seen| {
        (seen.sum(|own| own.moves.married_out), seen.all.persons as f64)
    }),
    ("households_merged", |seen| {
        (seen.sum(|own| own.moves.households_merged), seen.all.persons as f64)
    }),
    ("fund_false_claims", |seen| seen.flow(|own| own.false_claims)),
];

/// A count over another, by provider, with its name.
type ByProvider = (&'static str, fn(&Tally, usize) -> (i64, i64));

/// Counts by provider, whose name follows.
const BY_PROVIDER: [ByProvider; 3] = [
    ("visit_price_", |t, p| (t.visit_bill[p], t.visits[p])),
    ("admission_price_", |t, p| (t.admission_bill[p], 100 * t.admissions[p])),
    ("admitted_", |t, p| (1000 * t.admissions[p], t.persons)),
];

impl Measure {
    /// From its words.
    ///
    /// # Errors
    /// When they name no category. Names are looked up where there is a result.
    pub fn parse(text: &str) -> Result<Measure, String> {
        let (text, category) = match text.split_once(" of ") {
            Some((before, name)) if !text.starts_with("founded:") => {
                let category = ALL_CATEGORIES.into_iter().find(|own| own.name() == name);
                (before, Some(category.ok_or_else(|| format!("no category `{name}`"))?))
            }
            _ => (text, None),
        };
        let (name, county) = match text.split_once(" in ") {
            Some((before, county)) if !text.starts_with("founded:") => (before, Some(county.to_owned())),
            _ => (text, None),
        };
        Ok(Measure {
            name: name.to_owned(),
            county,
            category,
        })
    }

    /// Whether it is read off a world as founded, so that no year need be lived.
    pub fn is_founded(&self) -> bool {
        self.name.starts_with("founded:")
    }

    /// Its values in the replicates of an arm, which must have been lived unless the world as founded is enough.
    ///
    /// # Errors
    /// When there is no such measure, or nobody to measure it in.
    pub fn values(&self, arm: &Arm) -> Result<Vec<f64>, String> {
        let value = |value: Option<f64>| value.ok_or_else(|| format!("nothing to measure: {}", self.name));
        if let Some(margin) = self.name.strip_prefix("founded: ") {
            return founded(arm, margin)?.into_iter().map(value).collect();
        }
        arm.results.iter().map(|result| value(self.value(result)?)).collect()
    }

    /// Whether it can be read for some categories of households alone ([`RunResult::only`]).
    pub fn is_by_category(&self) -> bool {
        self.category.is_none() && !self.is_founded() && !COUNTS.iter().any(|(name, _)| *name == self.name)
    }

    /// The unit of its values: that of the indicator, or what a count is of.
    pub fn unit(&self, result: &RunResult) -> &'static str {
        let id = self.name.split('@').next().unwrap_or_default();
        if let Some(indicator) = indicators(result).iter().find(|own| own.id == id) {
            return indicator.unit;
        }
        match id {
            "fund_rate" | "aid_rate" | "staff_township" | "staff_county" | "wave_least_capacity" => "millionths",
            "monitored" | "on_dibao" | "unmet" | "forgone_capacity" => "share",
            _ if id.starts_with("fund_") || id.starts_with("paid_") => "yuan per person and year",
            _ => "as counted",
        }
    }

    /// The people or households that it counts in a result, where it is a share of such.
    pub fn events(&self, result: &RunResult) -> Option<i64> {
        let indicators = indicators(result);
        let (id, gauge) = self.name.split_once('@').unwrap_or((&self.name, ""));
        let indicator = indicators.iter().find(|own| {
            own.id == id && matches!(own.read, Read::Gauge(_, at) if result.gauges[at].0 == gauge)
                || own.id == self.name
        })?;
        let counted = matches!(indicator.weight, "households" | "persons" | "episodes") && indicator.unit == "share";
        let slice = Slice {
            year: None,
            county: None,
            category: self.category,
        };
        counted.then(|| indicator.pair(&slice.tally(result, indicator.is_stock())).0)
    }

    /// Its value in a result; none where there is nobody to measure it in.
    ///
    /// # Errors
    /// When there is no such measure.
    pub fn value(&self, result: &RunResult) -> Result<Option<f64>, String> {
        let first = result.years.first().ok_or("no years")?;
        let county = match &self.county {
            None => None,
            Some(name) => {
                let at = first.counties.iter().position(|own| own.county == *name);
                Some(at.ok_or_else(|| format!("no county `{name}`"))?)
            }
        };
        let slice = Slice {
            year: None,
            county,
            category: self.category,
        };
        let ratio = |over: f64, under: f64| (under > 0.0).then(|| over / under);
        if let Some((_, read)) = COUNTS.iter().find(|(name, _)| *name == self.name) {
            let (over, under) = read(&seen(result, &slice));
            return Ok(ratio(over, under));
        }
        let tally = slice.tally(result, false);
        for (start, read) in BY_PROVIDER {
            let named = |own: &str| ALL_PROVIDERS.into_iter().find(|provider| provider.name() == own);
            if let Some(provider) = self.name.strip_prefix(start).and_then(named) {
                let (over, under) = read(&tally, provider as usize);
                return Ok(ratio(over as f64, under as f64));
            }
        }
        if let Some(layer) = self.name.strip_prefix("paid_") {
            let at = result.layers.iter().position(|own| own == layer);
            let paid = tally.layers[at.ok_or_else(|| format!("no layer `{layer}`"))?];
            return Ok(ratio(paid as f64 / 100.0, tally.persons as f64));
        }
        let (id, gauge) = match self.name.split_once('@') {
            None => (self.name.as_str(), None),
            Some((id, gauge)) => {
                let at = result.gauges.iter().position(|own| own.0 == gauge);
                (id, Some(at.ok_or_else(|| format!("no gauge `{gauge}`"))?))
            }
        };
        let indicators = indicators(result);
        let is = |read: &Read| match (read, gauge) {
            (Read::Gauge(_, own), Some(at)) => *own == at,
            (Read::Gauge(..), None) => false,
            (_, gauge) => gauge.is_none(),
        };
        let indicator = indicators.iter().find(|own| own.id == id && is(&own.read));
        let indicator = indicator.ok_or_else(|| format!("no measure `{}`", self.name))?;
        Ok(indicator.value(&slice.tally(result, indicator.is_stock())))
    }
}

fn seen<'a>(result: &'a RunResult, slice: &Slice) -> Seen<'a> {
    let own = |year: &'a crate::indicators::result::YearResult| {
        let counties = year.counties.iter().enumerate();
        counties
            .filter(|(at, _)| slice.county.is_none_or(|own| own == *at))
            .map(|(_, county)| county)
    };
    let joint = result
        .years
        .iter()
        .flat_map(|year| &year.joint)
        .map(|joint| &joint.year);
    Seen {
        all: slice.tally(result, false),
        counties: result.years.iter().flat_map(own).collect(),
        last: result.years.last().map_or(Vec::new(), |year| own(year).collect()),
        joint: if slice.county.is_none() {
            joint.collect()
        } else {
            Vec::new()
        },
        years: result.years.len() as f64,
    }
}

/// A margin (`GROUP: NAME`) of the founded worlds of an arm's replicates; `women: CONDITION`, the share of women among
/// those who have it, in per cent; or `schooling: men` or `women`, the mean number of levels that they completed.
fn founded(arm: &Arm, margin: &str) -> Result<Vec<Option<f64>>, String> {
    let scenario = arm.policy.scenario();
    let base = arm.policy.base().map_err(|problems| problems.render(false))?;
    let rules = &base.rules;
    let (group, name) = margin.split_once(": ").ok_or("write `founded: GROUP: MARGIN`")?;
    let read = |replicate: u32| {
        let luck = Luck::new(scenario.run.seed, u64::from(replicate));
        let world = arm.policy.found(&luck).ok()?;
        if group == "women" {
            return women(&world, name);
        }
        if group == "schooling" {
            return schooling(&world, name);
        }
        let rows = margins(&world, &rules.world, &rules.founding);
        let row = rows.iter().find(|row| row.group == group && row.name == name);
        row.map(|row| row.founded)
    };
    Ok((0..arm.replicates()).into_par_iter().map(read).collect())
}

fn schooling(world: &World, sex: &str) -> Option<f64> {
    let asked = u8::from(sex == "women");
    let (mut levels, mut all) = (0.0, 0.0);
    for block in world.counties.iter().flat_map(|county| &county.blocks) {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            for p in block.members(h).filter(|&p| block.people.sex[p] == asked) {
                levels += weight * f64::from(block.people.learning[p].schooling() as u8);
                all += weight;
            }
        }
    }
    (all > 0.0).then(|| levels / all)
}

fn women(world: &World, name: &str) -> Option<f64> {
    let condition = CONDITIONS.into_iter().find(|own| own.name() == name)?;
    let (mut women, mut all) = (0.0, 0.0);
    for block in world.counties.iter().flat_map(|county| &county.blocks) {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            for p in block.members(h).filter(|&p| block.people.conditions[p].has(condition)) {
                women += weight * f64::from(block.people.sex[p]);
                all += weight;
            }
        }
    }
    (all > 0.0).then(|| women / all * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::result::YearResult;

    /// Two years of two counties; in the first, of each year, 10 people, 3 needs for admission, a rate of 0.9.
    fn result() -> RunResult {
        let county = |name: &str, people: i64, needs: i64| {
            let mut own = CountyResult {
                county: name.into(),
                ..CountyResult::default()
            };
            let cell = &mut own.counted.cells[Category::Lifted as usize];
            (cell.persons, cell.needs[2]) = (people, needs);
            cell.layers[1] = 500;
            own.fund.rate_ppm = 900_000;
            own.fund.closing = Fen::yuan(50.0);
            own
        };
        let year = YearResult {
            year: 2021,
            counties: vec![county("plain", 10, 3), county("hills", 30, 3)],
            joint: Vec::new(),
        };
        RunResult {
            years: vec![year.clone(), year],
            layers: vec!["one".into(), "two".into()],
            ..RunResult::default()
        }
    }

    fn value(text: &str) -> Option<f64> {
        Measure::parse(text).unwrap().value(&result()).unwrap()
    }

    #[test]
    fn measures_are_read_by_county_and_category() {
        assert_eq!(value("needs_admission"), Some(12.0 / 80.0));
        assert_eq!(value("needs_admission in plain"), Some(0.3));
        assert_eq!(value("needs_admission of lifted"), Some(0.15));
        assert_eq!(value("needs_admission in plain of dibao"), None);
        // 5 yuan a county and year over 10 people.
        assert_eq!(value("paid_two in plain"), Some(0.5));
        assert_eq!(value("fund_rate"), Some(900_000.0));
        // 50 yuan at the end over the 10 people of a year.
        assert_eq!(value("fund_closing in plain"), Some(5.0));
    }

    #[test]
    fn what_there_is_not_is_said() {
        assert!(Measure::parse("visits of nobody").is_err());
        for wrong in [
            "nonsense",
            "paid_nobody",
            "visits in nowhere",
            "return_hazard@none",
            "fgt0",
        ] {
            assert!(Measure::parse(wrong).unwrap().value(&result()).is_err(), "{wrong}");
        }
    }
}
