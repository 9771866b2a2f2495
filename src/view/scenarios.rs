//! Scenarios side by side: curves over the years, and what each differs by from the base.

use super::numbers::{Number, Style, legend, unit};
use super::written::Table;
use super::{ViewError, Wanted, chosen, words};
use crate::terminal::chart::{Chart, Point, Series, letter};
use crate::terminal::table::{Cell, Column, Table as Printed};
use crate::terminal::{SOFT, Screen};
use std::path::Path;

/// The year by which all registered households were declared out of poverty.
const LIFTED_BY: i32 = 2020;
/// Rows of a chart, about.
const HEIGHT: usize = 12;

/// A chart of one quantity with its numbers.
struct Panel {
    title: String,
    chart: Chart,
    /// By scenario: its place, its name, and its numbers by the columns of the table.
    rows: Vec<(usize, String, Vec<Option<Number>>)>,
    columns: Vec<String>,
    signed: bool,
    few: bool,
    masked: usize,
}

/// A scenario with its place, its name, and its numbers by year.
type Found = (usize, String, Vec<(String, Number)>);

/// What is counted, in whom, by which line.
struct Of {
    indicator: String,
    convention: String,
    line: String,
    category: String,
    county: String,
}

pub(super) fn view(tables: &Path, wanted: &Wanted, screen: &Screen) -> Result<String, ViewError> {
    let levels = Table::read(&tables.join("indicators.csv"), None)?;
    let scenarios = levels.distinct("scenario", &[])?;
    let years: Vec<i32> = levels
        .distinct("year", &[])?
        .iter()
        .filter_map(|year| year.parse().ok())
        .collect();
    let usual: &[&str] = match &wanted.indicator {
        Some(own) => &[own.as_str()],
        // Until then the households of the cohort were still being lifted: who fell back is no question of those years.
        None if years.iter().all(|year| *year > LIFTED_BY) => &["return_hazard", "return_cumulative"],
        None => &["oop_share", "forgone_moderate"],
    };
    let present = levels.distinct("indicator", &[])?;
    let mut panels = Vec::new();
    let mut first = None;
    for (at, indicator) in usual.iter().enumerate() {
        if wanted.indicator.is_none() && at > 0 && !present.iter().any(|own| own == indicator) {
            continue;
        }
        let of = of(&levels, &present, indicator, wanted)?;
        if !wanted.paired {
            panels.push(level(&levels, &of, &scenarios)?);
        }
        first.get_or_insert(of);
    }
    let of = first.ok_or_else(|| ViewError::Absent("there is nothing to show".to_owned()))?;
    let paired = Table::read(
        &tables.join("paired.csv"),
        Some(("indicator", std::slice::from_ref(&of.indicator))),
    )?;
    let difference = difference(&paired, &of, &scenarios)?;
    if wanted.paired && difference.is_none() {
        let message = if scenarios.len() < 2 {
            "the result has one scenario, so there is no difference to show".to_owned()
        } else {
            format!("the table of differences has no `{}` of these", of.indicator)
        };
        return Err(ViewError::Absent(message));
    }
    panels.extend(difference);
    let replicates = replicates(&levels, &of)?;
    let mut text = String::new();
    let span = match (years.iter().min(), years.iter().max()) {
        (Some(from), Some(to)) if from != to => format!(", {from} to {to}"),
        (Some(only), _) => format!(", {only}"),
        _ => String::new(),
    };
    let by = match (of.convention.as_str(), of.line.as_str()) {
        ("", "") => String::new(),
        (convention, line) => format!("; {}, line {}", words(convention), words(line)),
    };
    let county = if of.county == "all" {
        "all counties".to_owned()
    } else {
        format!("county {}", of.county)
    };
    let head = format!(
        "{} of {}, {county}{span}{by}; mean of {replicates}, 95% intervals as bars and in brackets",
        question(&of.indicator),
        people(&of.category)
    );
    text += &screen.paragraph("", 0, &head);
    if let Some(meaning) = meaning(tables, &of.indicator)? {
        text += &screen.paragraph(&format!("{}: ", of.indicator), 2, &meaning);
    }
    let shown: Vec<(usize, &str)> = scenarios
        .iter()
        .enumerate()
        .filter(|(_, name)| panels.iter().any(|panel| panel.rows.iter().any(|row| row.1 == **name)))
        .map(|(place, name)| (place, name.as_str()))
        .collect();
    let few = panels.iter().any(|panel| panel.few);
    let masked: usize = panels.iter().map(|panel| panel.masked).sum();
    let masked = format!("{masked} cells of few households are not shown");
    let mut notes = Vec::new();
    if few {
        notes.push("small letter, !: fewer than 20 events");
    }
    if shown.len() > 1 {
        notes.push("*: several at one place");
    }
    if !masked.starts_with("0 ") {
        notes.push(&masked);
    }
    text += &legend(&shown, &notes, screen);
    for (at, panel) in panels.iter_mut().enumerate() {
        if let Some(own) = char::from_u32('a' as u32 + at as u32) {
            panel.title = format!("({own}) {}", panel.title);
        }
        panel.chart.title.clone_from(&panel.title);
        text.push('\n');
        text += &panel.chart.text(screen, wanted.letters);
    }
    text.push('\n');
    text += &table(&panels, screen);
    Ok(text)
}

/// What is shown of an indicator: what is asked for, else of the lifted by the register's national line where there is such.
fn of(levels: &Table, present: &[String], indicator: &str, wanted: &Wanted) -> Result<Of, ViewError> {
    let indicator = match &wanted.indicator {
        Some(own) => chosen("indicator", Some(own), present, &[])?,
        None => chosen("indicator", None, present, &[indicator])?,
    };
    let about = [("indicator", indicator.as_str())];
    let convention = levels.distinct("convention", &about)?;
    let convention = chosen("convention", wanted.convention.as_deref(), &convention, &["register"])?;
    let about = [about[0], ("convention", &convention)];
    let line = levels.distinct("line", &about)?;
    let line = chosen("line", wanted.line.as_deref(), &line, &["national", "ppp_4_20"])?;
    let about = [about[0], about[1], ("line", &line)];
    let category = levels.distinct("category", &about)?;
    let category = chosen("category", wanted.category.as_deref(), &category, &["lifted", "all"])?;
    let county = levels.distinct("county", &about)?;
    let county = chosen("county", wanted.county.as_deref(), &county, &["all"])?;
    Ok(Of {
        indicator,
        convention,
        line,
        category,
        county,
    })
}

impl Of {
    fn cells(&self) -> Vec<(&str, &str)> {
        vec![
            ("indicator", &self.indicator),
            ("convention", &self.convention),
            ("line", &self.line),
            ("category", &self.category),
            ("county", &self.county),
        ]
    }
}

fn level(levels: &Table, of: &Of, scenarios: &[String]) -> Result<Panel, ViewError> {
    let title = |unit: &str| format!("{}, {unit}", title(&of.indicator));
    panel(levels, &of.cells(), ("mean", false), scenarios, &title)
}

/// The differences to the base, if there is any.
fn difference(paired: &Table, of: &Of, scenarios: &[String]) -> Result<Option<Panel>, ViewError> {
    let mut cells = of.cells();
    let bases = paired.distinct("base", &cells)?;
    let Some(base) = scenarios
        .iter()
        .find(|own| bases.contains(own))
        .or(bases.first())
        .cloned()
    else {
        return Ok(None);
    };
    cells.push(("base", &base));
    let place = scenarios.iter().position(|own| *own == base).unwrap_or(0);
    let title = |unit: &str| {
        let less = if of.indicator.starts_with("return") {
            "; below 0: fewer returns"
        } else {
            ""
        };
        format!(
            "Difference to {} {base} over the same luck: {}, {unit}{less}",
            letter(place),
            title(&of.indicator).to_lowercase()
        )
    };
    let mut own = panel(paired, &cells, ("difference", true), scenarios, &title)?;
    own.chart.series.retain(|one| one.name != base);
    own.rows.retain(|row| row.1 != base);
    own.chart.zero = true;
    Ok((!own.rows.is_empty()).then_some(own))
}

fn panel(
    table: &Table,
    cells: &[(&str, &str)],
    (column, signed): (&str, bool),
    scenarios: &[String],
    title: &dyn Fn(&str) -> String,
) -> Result<Panel, ViewError> {
    let rows = table.rows_where(cells)?;
    let mut series: Vec<Series> = Vec::new();
    let mut years: Vec<String> = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    let (mut name, mut masked) = ("", 0);
    for row in &rows {
        let (scenario, year) = (row.text("scenario")?, row.text("year")?);
        let (own, factor) = unit(row.text("unit")?, signed);
        name = own;
        masked += usize::from(row.text("few_events").is_ok_and(|mark| mark == "masked"));
        let Some(number) = row.estimate(column)?.map(|number| number.times(factor)) else {
            continue;
        };
        let place = scenarios
            .iter()
            .position(|own| own == scenario)
            .unwrap_or(scenarios.len());
        if !found.iter().any(|own| own.1 == scenario) {
            found.push((place, scenario.to_owned(), Vec::new()));
        }
        if let Some(own) = found.iter_mut().find(|own| own.1 == scenario) {
            if own.2.iter().any(|(known, _)| known == year) {
                return Err(row.wrong(format!("a second row for scenario `{scenario}` and year {year}")));
            }
            own.2.push((year.to_owned(), number));
        }
        if year != "all" {
            if year.parse::<i32>().is_err() {
                return Err(row.wrong(format!("`year` is `{year}`; a year such as 2025 or `all` was expected")));
            }
            if !years.iter().any(|known| known == year) {
                years.push(year.to_owned());
            }
        }
    }
    years.sort();
    found.sort_by_key(|own| own.0);
    for (place, scenario, numbers) in &found {
        let mut points: Vec<Point> = numbers
            .iter()
            .filter_map(|(year, number)| {
                let x = year.parse().ok()?;
                let Number { mean, interval, few } = *number;
                Some(Point { x, mean, interval, few })
            })
            .collect();
        points.sort_by(|one, two| one.x.total_cmp(&two.x));
        series.push(Series {
            name: scenario.clone(),
            place: *place,
            points,
        });
    }
    let few = found.iter().any(|own| own.2.iter().any(|(_, number)| number.few));
    // The first, the middle and the last year, and all together.
    let mut columns: Vec<String> = Vec::new();
    for at in [0, years.len().saturating_sub(1)] {
        if let Some(year) = years.get(at).filter(|year| !columns.contains(year)) {
            columns.push(year.clone());
        }
    }
    if found.iter().any(|own| own.2.iter().any(|(year, _)| year == "all")) {
        columns.push("all".to_owned());
    }
    let across = years
        .iter()
        .filter_map(|year| Some((year.parse().ok()?, year.clone())))
        .collect();
    let of = |numbers: &[(String, Number)], year: &String| {
        let own = numbers.iter().find(|(known, _)| known == year);
        own.map(|(_, number)| *number)
    };
    let rows = found
        .iter()
        .map(|(place, scenario, numbers)| {
            let own = columns.iter().map(|year| of(numbers, year)).collect();
            (*place, scenario.clone(), own)
        })
        .collect();
    Ok(Panel {
        title: title(name),
        chart: Chart {
            title: String::new(),
            across,
            axis: String::new(),
            series,
            zero: false,
            height: HEIGHT,
            joined: true,
        },
        rows,
        columns,
        signed,
        few,
        masked,
    })
}

/// The numbers below the charts.
fn table(panels: &[Panel], screen: &Screen) -> String {
    let Some(first) = panels.iter().find(|panel| !panel.columns.is_empty()) else {
        return String::new();
    };
    let mut columns = vec![Column::words("")];
    columns.extend(first.columns.iter().map(|year| match year.as_str() {
        "all" => Column::numbers("all years"),
        year => Column::numbers(year),
    }));
    let mut printed = Printed::new(columns);
    for panel in panels {
        let style = Style::of(
            panel.rows.iter().flat_map(|row| row.2.iter().flatten().copied()),
            panel.signed,
        );
        printed.heading(panel.title.clone());
        if panel.rows.is_empty() {
            printed.below(2, Cell::styled("nothing to show", SOFT));
        }
        for (place, scenario, numbers) in &panel.rows {
            let mut cells = vec![format!("  {} {scenario}", letter(*place))];
            cells.extend(first.columns.iter().map(|year| {
                let at = panel.columns.iter().position(|own| own == year);
                style.text(at.and_then(|at| numbers[at]))
            }));
            printed.row(cells);
        }
    }
    printed.text(screen)
}

/// What is counted and over what, by the dictionary of the result, where it has one; what the main figures show says so itself.
fn meaning(tables: &Path, indicator: &str) -> Result<Option<String>, ViewError> {
    let file = tables.join("dictionary.csv");
    if ["return_hazard", "return_cumulative"].contains(&indicator) || !file.is_file() {
        return Ok(None);
    }
    let dictionary = Table::read(&file, None)?;
    let rows = dictionary.rows_where(&[("indicator", indicator)])?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(format!(
        "{}, of {}",
        row.text("numerator")?,
        row.text("denominator")?
    )))
}

/// How many replicates stand behind the numbers, in words.
fn replicates(levels: &Table, of: &Of) -> Result<String, ViewError> {
    let mut all: Vec<u64> = Vec::new();
    for row in levels.rows_where(&of.cells())? {
        all.extend(row.number("replicates")?.map(|own| own as u64));
    }
    Ok(match (all.iter().min(), all.iter().max()) {
        (Some(1), Some(1)) => "one replicate, which has no interval".to_owned(),
        (Some(least), Some(most)) if least == most => format!("{least} replicates"),
        (Some(least), Some(most)) => format!("{least} to {most} replicates"),
        _ => "no replicates".to_owned(),
    })
}

fn people(category: &str) -> String {
    match category {
        "all" => "everybody".to_owned(),
        "lifted" => "lifted households".to_owned(),
        other => format!("{} households", words(other)),
    }
}

fn question(indicator: &str) -> String {
    if indicator.starts_with("return") {
        "Return to poverty".to_owned()
    } else {
        let mut name = words(indicator);
        if let Some(first) = name.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        name
    }
}

fn title(indicator: &str) -> String {
    match indicator {
        "return_hazard" => "Poor again within the year".to_owned(),
        "return_cumulative" => "Poor again at least once".to_owned(),
        other => {
            let mut name = words(other);
            if let Some(first) = name.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            name
        }
    }
}
