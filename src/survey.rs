//! A population of one's own: household survey records, checked, counted and raked, for worlds to be founded from.
//!
//! A map (`MAP.toml`) says which column is which field of the model. Every row is taken or listed as bad with its line and
//! the reason; a household with a bad row is left out only where the user allows it, and as a whole. What a record does not
//! tell stays empty and is drawn when a world is founded; how often is counted field by field.

mod fields;
pub mod keys;
mod lens;
mod map;
mod margin;
mod rake;
mod records;
mod report;
pub(crate) mod table;

pub use fields::{Field, Holds, all as all_fields};
pub use lens::{Bad, Counts};
pub use map::unit_names;
pub use report::{Report, bad_rows};

use crate::founding::{IncomeRules, quintiles};
use crate::population::{HouseholdRecord, IncomeBasis, Population};
use crate::problem::{Problem, Problems};
use crate::world::IncomeCurve;
use map::Map;
use std::path::Path;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The survey: people with their households, or people alone where the map names a file of households.
    pub survey: &'a Path,
    /// The map.
    pub map: &'a Path,
    /// The counties of the scenario.
    pub counties: &'a [&'a str],
    /// How the scenario makes incomes: where its curve begins and what it goes through.
    pub income: &'a IncomeRules,
    /// Whether households with bad rows are left out; else any bad row is an error.
    pub allow_bad_rows: bool,
}

/// Why a survey cannot be used.
#[derive(Debug)]
pub enum Refused {
    /// A file or the map is wrong.
    Problems(Problems),
    /// There are bad rows, and nobody allowed to leave them out.
    BadRows(Vec<Bad>),
}

impl From<Problems> for Refused {
    fn from(problems: Problems) -> Refused {
        Refused::Problems(problems)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Problems(problem.into())
    }
}

/// A survey that was taken.
#[derive(Debug)]
pub struct Taken {
    /// The population, with raked weights.
    pub population: Population,
    /// What there is to say about it.
    pub report: Report,
}

/// Fewer households than these have no fifths to speak of.
const HANDFUL: usize = 50;

/// Checks a survey, rakes its weights and says what was found.
///
/// # Errors
/// What is wrong with the files or the map, or the bad rows.
pub fn take(request: Request) -> Result<Taken, Refused> {
    let map = Map::read(request.map, request.counties)?;
    let people = table::read(request.survey, "the survey")?;
    let households = map.households.as_ref().map(|(path, place)| {
        let read = table::read(path, "the file of households");
        read.map_err(|problem| problem.at(place.clone(), "named here"))
    });
    let households = households.transpose()?;
    let records = records::records(&map, &people, households.as_ref())?;
    if !records.bad.is_empty() && !request.allow_bad_rows {
        return Err(Refused::BadRows(records.bad));
    }
    let mut population = Population {
        households: records.households,
        ..Population::default()
    };
    if population.households.is_empty() {
        let problem = Problem::new("no household of the survey can be used");
        return Err(problem
            .help("all have bad rows; run without --allow-bad-rows to list them")
            .into());
    }
    counties_known(&population, request.counties)?;
    population.sort();
    let given: Vec<f64> = population.households.iter().map(|household| household.weight).collect();
    let manifest = &mut population.manifest;
    manifest.title.clone_from(&map.title);
    manifest.households_left_out = records.left_out.len();
    let map_name = request
        .map
        .file_name()
        .map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let map_hash = crate::population::hash(map.source.text.as_bytes());
    let files = [Some(&people), households.as_ref()].into_iter().flatten();
    manifest.sources_blake3 = files.map(|file| (file.name.clone(), file.blake3.clone())).collect();
    manifest.sources_blake3.insert(map_name, map_hash);
    if let Some(settings) = &map.rake {
        manifest.raking = Some(rake::rake(&mut population.households, settings)?);
    }
    let means = fifths(&population.households);
    let lowest = request.income.lowest_yuan;
    let takes = |means: &[f64; 5]| IncomeCurve::takes(means, lowest);
    (manifest.income_basis, manifest.income_quintile_mean_yuan) = match map.quintile_means {
        Some(means) if !takes(&means) => {
            let title = "no income curve goes through `income.quintile_mean_yuan`";
            let help = "the fifth mean must be more than 1.5 times the fourth less half the third, the first above the scenario's lowest income";
            return Err(Problem::new(title).help(help).into());
        }
        Some(means) => (IncomeBasis::Rank, Some(means)),
        None => (IncomeBasis::Recorded, means.filter(takes)),
    };
    let means = manifest.income_quintile_mean_yuan;
    let means = means.unwrap_or_else(|| crate::founding::quintile_means(request.income));
    let highest = IncomeCurve::from_quintile_means(means, lowest).highest();
    let held = Held::of(&population.households, [lowest, highest]);
    if population.manifest.income_basis == IncomeBasis::Recorded {
        held.few(&map)?;
    }
    let report = Report {
        margins: report::margins(&population.households, &given, &map),
        given,
        bad: records.bad,
        left_out: records.left_out,
        counts: records.counts,
        held,
    };
    Ok(Taken { population, report })
}

/// Households whose recorded income lies beyond an end of the curve, and begin there.
#[derive(Clone, Copy, Debug)]
struct Held {
    /// The lowest and the highest income per head of the curve, yuan a year.
    ends: [f64; 2],
    /// Households that tell less than the lowest, and more than the highest.
    beyond: [usize; 2],
    /// Households that tell.
    told: usize,
}

impl Held {
    fn of(households: &[HouseholdRecord], ends: [f64; 2]) -> Held {
        let told = households.iter().filter_map(HouseholdRecord::per_head);
        let below = told.clone().filter(|per_head| *per_head < ends[0]).count();
        let above = told.clone().filter(|per_head| *per_head > ends[1]).count();
        Held {
            ends,
            beyond: [below, above],
            told: told.count(),
        }
    }

    /// Refuses a survey of which more than half would begin with the same income.
    fn few(&self, map: &Map) -> Result<(), Problem> {
        let ends = self.beyond.iter().zip(self.ends).zip(["below", "above"]);
        let most = ends.into_iter().find(|((count, _), _)| 2 * **count > self.told);
        let Some(((count, end), side)) = most else {
            return Ok(());
        };
        let title = format!(
            "{count} of {} households that tell their income have {side} {end:.0} yuan a head and year, where the curve of incomes ends",
            self.told
        );
        let field = ["income", "wage_income"].iter().find_map(|name| map.field(true, name));
        let help = format!(
            "all would begin with the same income: is `unit` right? There are {}",
            map::flow_units()
        );
        let other = "where the unit is right, give `[income] quintile_mean_yuan`: households then keep their rank";
        let problem = Problem::new(title).at_if(field.map(|field| field.place.clone()), "mapped here");
        Err(problem.help(help).help(other))
    }
}

/// Means of income per head in the fifths of households; none where too few tell.
fn fifths(households: &[HouseholdRecord]) -> Option<[f64; 5]> {
    let told = |household: &HouseholdRecord| {
        let people = household.weight * household.size();
        Some((household.weight, people, household.per_head()? * people))
    };
    let mut told: Vec<(f64, f64, f64)> = households.iter().filter_map(told).collect();
    told.sort_by(|a, b| (a.2 / a.1).total_cmp(&(b.2 / b.1)));
    (told.len() >= HANDFUL).then(|| quintiles(told.iter().copied()))
}

fn counties_known(population: &Population, counties: &[&str]) -> Result<(), Problem> {
    let strange = population
        .households
        .iter()
        .find(|household| !counties.contains(&household.county.as_str()));
    strange.map_or(Ok(()), |household| {
        let title = format!(
            "household `{}` lives in `{}`, which is no county of the scenario",
            household.name, household.county
        );
        let help = format!(
            "the scenario has {}; give codes for them under `county` in the map",
            counties.join(", ")
        );
        Err(Problem::new(title).help(help))
    })
}
