//! Rows of a table gathered into one series a scenario, in per cent.

use super::PlotError;
use super::page::Page;
use super::table::{Row, Table};

/// One scenario's numbers over the years, in per cent or percentage points.
pub(super) struct Series {
    /// Its identifier.
    pub(super) scenario: String,
    /// Its place in the order of scenarios, which gives its look.
    pub(super) place: usize,
    /// Its years, ascending.
    pub(super) points: Vec<Point>,
}

/// One year of a series.
pub(super) struct Point {
    /// The calendar year.
    pub(super) year: i32,
    /// The mean over replicates.
    pub(super) mean: f64,
    /// Its 95% interval, where the table has one.
    pub(super) interval: Option<(f64, f64)>,
    /// Whether too few events stand behind it.
    pub(super) few_events: bool,
}

/// An indicator's rows, chosen, with what the caption says of them.
pub(super) struct Chosen {
    /// The series in the order of scenarios.
    pub(super) series: Vec<Series>,
    /// The poverty line.
    pub(super) line: String,
    /// Who is counted.
    pub(super) weight: Option<String>,
    /// The least and the most replicates.
    pub(super) replicates: Vec<f64>,
}

/// How many replicates stand behind the indicators: the least and the most.
pub(super) fn replicates(indicators: &Table) -> Result<Vec<f64>, PlotError> {
    extremes(&indicators.rows_where(&[])?)
}

/// The least and the most replicates behind rows, one number if they are the same.
pub(super) fn extremes(rows: &[Row]) -> Result<Vec<f64>, PlotError> {
    let mut numbers = Vec::new();
    for row in rows {
        numbers.extend(row.number("replicates")?);
    }
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    Ok(match numbers.as_slice() {
        [] => Vec::new(),
        [only] => vec![*only],
        [least, .., most] => vec![*least, *most],
    })
}

/// The number of replicates in words: `40` or `30 to 40`.
pub(super) fn replicates_in_words(page: Page, replicates: &[f64]) -> String {
    match replicates {
        [] => page.say("an unstated number of", "若干").to_owned(),
        [only] => page.say(format!("{only}"), format!(" {only} ")),
        [least, .., most] => page.say(format!("{least} to {most}"), format!(" {least} 至 {most} ")),
    }
}

/// The rows of an indicator for the lifted households of all counties, by scenario.
pub(super) fn choose(
    table: &Table,
    indicator: &str,
    convention: &str,
    lines: &[&str],
) -> Result<Option<Chosen>, PlotError> {
    let mut wanted = vec![
        ("county", "all"),
        ("category", "lifted"),
        ("indicator", indicator),
        ("convention", convention),
    ];
    let Some(line) = prefer(&table.distinct("line", &wanted)?, lines) else {
        return Ok(None);
    };
    wanted.push(("line", &line));
    let weights = table.distinct("weight", &wanted)?;
    let weight = weights
        .iter()
        .find(|weight| weight.contains("household"))
        .or(weights.first())
        .cloned();
    if let Some(weight) = &weight {
        wanted.push(("weight", weight));
    }
    let rows = table.rows_where(&wanted)?;
    let series = series_of(&rows, &table.distinct("scenario", &[])?, "mean", true)?;
    if series.is_empty() {
        return Ok(None);
    }
    let replicates = extremes(&rows)?;
    Ok(Some(Chosen {
        series,
        line,
        weight,
        replicates,
    }))
}

/// The first of the preferred values that is present, else the first present.
pub(super) fn prefer(present: &[String], preferred: &[&str]) -> Option<String> {
    let found = preferred
        .iter()
        .find_map(|wish| present.iter().find(|value| value == wish));
    found.or(present.first()).cloned()
}

/// Sorts rows into series by scenario; shares become per cent.
pub(super) fn series_of(
    rows: &[Row],
    scenarios: &[String],
    column: &str,
    marked: bool,
) -> Result<Vec<Series>, PlotError> {
    let mut series: Vec<Series> = Vec::new();
    for row in rows {
        if row.text("year")? == "all" {
            continue;
        }
        let scenario = row.text("scenario")?;
        let year = row.year()?;
        let factor = match row.text("unit")? {
            "share" | "rate" | "probability" => 100.0,
            "percent" | "per cent" | "percentage points" | "%" | "pp" => 1.0,
            unit => return Err(row.wrong(format!("`unit` is `{unit}`; share or percent was expected"))),
        };
        let few_events = marked && row.flag("few_events")?;
        let (lo, hi) = (row.number("lo")?, row.number("hi")?);
        let Some(mean) = row.number(column)? else { continue };
        let interval = lo.zip(hi).map(|(lo, hi)| (lo * factor, hi * factor));
        if interval.is_some_and(|(lo, hi)| lo > hi) {
            return Err(row.wrong("`lo` is above `hi`".to_owned()));
        }
        let at = series
            .iter()
            .position(|known| known.scenario == scenario)
            .unwrap_or_else(|| {
                let place = scenarios
                    .iter()
                    .position(|known| known == scenario)
                    .unwrap_or(scenarios.len() + series.len());
                series.push(Series {
                    scenario: scenario.to_owned(),
                    place,
                    points: Vec::new(),
                });
                series.len() - 1
            });
        let points = &mut series[at].points;
        if points.iter().any(|point| point.year == year) {
            return Err(row.wrong(format!("a second row for scenario `{scenario}` and year {year}")));
        }
        points.push(Point {
            year,
            mean: mean * factor,
            interval,
            few_events,
        });
    }
    for one in &mut series {
        one.points.sort_by_key(|point| point.year);
    }
    series.sort_by_key(|one| one.place);
    Ok(series)
}

/// The first and the last year of any series.
pub(super) fn years(series: &[Series]) -> (i32, i32) {
    let all = || series.iter().flat_map(|one| &one.points).map(|point| point.year);
    (all().min().unwrap_or(0), all().max().unwrap_or(0))
}

/// The lowest and the highest number drawn, intervals included.
pub(super) fn span(series: &[Series]) -> (f64, f64) {
    series
        .iter()
        .flat_map(|one| &one.points)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
            let (lo, hi) = point.interval.unwrap_or((point.mean, point.mean));
            (low.min(lo).min(point.mean), high.max(hi).max(point.mean))
        })
}
