//! The hazards of return by county, and what scenarios change in them.

use super::super::PlotError;
use super::super::series::{Series, extremes, prefer, series_of, years};
use super::super::sources::Sources;
use super::super::style::words;
use super::super::table::{Row, Table};

/// A mean with half its interval.
pub(super) type Estimate = (f64, Option<f64>);

pub(super) struct County {
    pub(super) name: String,
    pub(super) households: Option<f64>,
    pub(super) series: Vec<Series>,
    /// The hazard under the base over all years in per cent, and whether few events stand behind it.
    pub(super) level: Option<(Estimate, bool)>,
    /// Differences to the base by place of the scenario, in percentage points.
    pub(super) changes: Vec<(usize, Estimate)>,
}

/// A scenario that is held against the base.
pub(super) struct Compared {
    /// Its place.
    pub(super) place: usize,
    /// By how much pairing of replicates lessens the variance of the difference.
    pub(super) closer: f64,
    /// The difference over all counties, in percentage points.
    pub(super) all: Option<f64>,
}

pub(super) struct Counties {
    pub(super) counties: Vec<County>,
    pub(super) scenarios: Vec<String>,
    /// Places of the scenarios that have differences.
    pub(super) compared: Vec<Compared>,
    pub(super) line: String,
    pub(super) years: (i32, i32),
    pub(super) replicates: Vec<f64>,
}

pub(super) fn gather(sources: &Sources) -> Result<Option<Counties>, PlotError> {
    let table = sources.table("indicators.csv")?;
    let scenarios = sources.scenarios()?;
    let wanted = [
        ("indicator", "return_hazard"),
        ("convention", "register"),
        ("category", "lifted"),
    ];
    let rows = table.rows_where(&wanted)?;
    let mut present: Vec<String> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for row in &rows {
        let (line, county) = (row.text("line")?, row.text("county")?);
        if !present.iter().any(|known| known == line) {
            present.push(line.to_owned());
        }
        if county != "all" && !names.contains(&county) {
            names.push(county);
        }
    }
    let (Some(line), true) = (prefer(&present, &["national"]), names.len() > 1) else {
        return Ok(None);
    };
    let mut own: Vec<Vec<Row>> = vec![Vec::new(); names.len()];
    for row in rows {
        let county = row.text("county")?;
        if let (Some(at), true) = (names.iter().position(|name| *name == county), row.text("line")? == line) {
            own[at].push(row);
        }
    }
    let closer = closer(sources, &scenarios, &line)?;
    let households = households(&table, &line)?;
    let mut counties = Vec::new();
    let mut all_rows = Vec::new();
    for (name, rows) in names.iter().zip(own) {
        let series = series_of(&rows, &scenarios, "mean", true)?;
        let mut overall: Vec<Option<(Estimate, bool)>> = vec![None; scenarios.len()];
        for row in &rows {
            let place = scenarios
                .iter()
                .position(|known| row.text("scenario").is_ok_and(|own| own == known));
            if let (Some(place), "all", Some(mean)) = (place, row.text("year")?, row.number("mean")?) {
                let half = row
                    .number("lo")?
                    .zip(row.number("hi")?)
                    .map(|(lo, hi)| 50.0 * (hi - lo));
                overall[place] = Some(((100.0 * mean, half), row.flag("few_events")?));
            }
        }
        let level = overall.first().copied().flatten();
        let change = |Compared { place, closer, .. }: &Compared| {
            let ((base, half), (other, own)) = (level?.0, overall.get(*place).copied().flatten()?.0);
            let half = half.zip(own).map(|(half, own)| half.hypot(own) / closer.sqrt());
            Some((*place, (other - base, half)))
        };
        counties.push(County {
            name: words(name),
            households: households
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, number)| *number),
            changes: closer.iter().filter_map(change).collect(),
            series,
            level,
        });
        all_rows.extend(rows);
    }
    if counties.iter().all(|county| county.series.is_empty()) {
        return Ok(None);
    }
    let mean = |county: &County| county.level.map_or(f64::NEG_INFINITY, |((mean, _), _)| mean);
    counties.sort_by(|one, other| mean(other).total_cmp(&mean(one)));
    let span = counties
        .iter()
        .filter(|county| !county.series.is_empty())
        .map(|county| years(&county.series));
    let span = span.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    Ok(Some(Counties {
        counties,
        scenarios: scenarios.to_vec(),
        compared: closer,
        line,
        years: span.unwrap_or((0, 0)),
        replicates: extremes(&all_rows)?,
    }))
}

/// The scenarios that are held against the base, and by how much pairing of replicates lessens the variance of their differences.
pub(super) fn closer(sources: &Sources, scenarios: &[String], line: &str) -> Result<Vec<Compared>, PlotError> {
    let (Some(table), Some(base)) = (sources.maybe("paired.csv")?, scenarios.first()) else {
        return Ok(Vec::new());
    };
    let wanted = [
        ("base", base.as_str()),
        ("indicator", "return_hazard"),
        ("convention", "register"),
        ("line", line),
        ("county", "all"),
        ("category", "lifted"),
        ("year", "all"),
    ];
    let mut found = Vec::new();
    for row in table.rows_where(&wanted)? {
        let scenario = row.text("scenario")?;
        if let Some(place) = scenarios.iter().position(|known| known == scenario) {
            let closer = row.number("variance_reduction")?.filter(|closer| *closer > 0.0);
            found.push(Compared {
                place,
                closer: closer.unwrap_or(1.0),
                all: row.number("difference")?.map(|difference| 100.0 * difference),
            });
        }
    }
    Ok(found)
}

/// Lifted households by county in the first year, the same in all scenarios.
pub(super) fn households(table: &Table, line: &str) -> Result<Vec<(String, f64)>, PlotError> {
    let wanted = [
        ("indicator", "poverty_headcount_households"),
        ("convention", "register"),
        ("category", "lifted"),
        ("line", line),
    ];
    let mut found: Vec<(String, f64)> = Vec::new();
    for row in table.rows_where(&wanted)? {
        let county = row.text("county")?;
        if let (false, Some(number)) = (
            found.iter().any(|(known, _)| known == county),
            row.number("denominator")?,
        ) {
            found.push((county.to_owned(), number));
        }
    }
    Ok(found)
}
