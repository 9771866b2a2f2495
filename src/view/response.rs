//! A sweep: how an indicator answers to one of the swept axes, with the others as curves.

use super::numbers::{Number, Style, legend, unit};
use super::written::{Row, Table};
use super::{ViewError, Wanted, chosen, words};
use crate::terminal::Screen;
use crate::terminal::chart::{Chart, Letters, Point, Series, letter};
use crate::terminal::table::{Column, Table as Printed};
use std::path::Path;

/// Columns of the summary behind those of the axes.
const AFTER: &str = "year";
/// More curves than these cannot be told apart: the points are shown without them.
const MOST: usize = 12;
const HEIGHT: usize = 15;

/// A point of the sweep: the level on the axis across, the levels on the others, and its number.
struct Spot {
    across: String,
    others: String,
    number: Number,
}

pub(super) fn view(folder: &Path, wanted: &Wanted, screen: &Screen) -> Result<String, ViewError> {
    let [whole, partial] = ["summary.csv", "summary.partial.csv"].map(|name| folder.join(name));
    let (file, is_partial) = if !whole.is_file() && partial.is_file() {
        (partial, true)
    } else {
        (whole, false)
    };
    let table = Table::read(&file, None).map_err(|error| match error {
        ViewError::Read { file, source, .. } => ViewError::Read {
            file,
            source,
            help: format!(
                "nothing was collected yet: `kangcun sweep collect {}` makes the table, with --partial of what there is",
                folder.display()
            ),
        },
        other => other,
    })?;
    let end = table.header().iter().position(|name| name == AFTER).unwrap_or(1);
    let axes: Vec<String> = table.header().get(1..end).unwrap_or_default().to_vec();
    let indicators = table.distinct("indicator", &[])?;
    let usual = ["return_hazard@register_national"];
    let indicator = chosen("indicator", wanted.indicator.as_deref(), &indicators, &usual)?;
    let mut about = vec![("indicator", indicator.as_str())];
    let category = table.distinct("category", &about)?;
    let usual: &[&str] = if indicator.starts_with("return") {
        &["lifted", "all"]
    } else {
        &["all"]
    };
    let category = chosen("category", wanted.category.as_deref(), &category, usual)?;
    let county = table.distinct("county", &about)?;
    let county = chosen("county", wanted.county.as_deref(), &county, &["all"])?;
    about.extend([("category", category.as_str()), ("county", county.as_str())]);
    let years = table.distinct("year", &about)?;
    let last = years
        .iter()
        .filter(|year| *year != "all")
        .max()
        .cloned()
        .unwrap_or_default();
    let year = chosen("year", wanted.year.as_deref(), &years, &["all", &last])?;
    about.push(("year", year.as_str()));
    let rows = table.rows_where(&about)?;
    let axis = axis(&table, &axes, wanted)?;
    let (mut spots, mut name, mut interval, mut runs) = (Vec::new(), "", "", (f64::INFINITY, 0.0_f64));
    for row in &rows {
        let (own, factor) = unit(row.text("unit")?, false);
        (name, interval) = (own, row.text("interval")?);
        let own = row.number("runs")?.unwrap_or(0.0);
        runs = (runs.0.min(own), runs.1.max(own));
        if let Some(number) = row.estimate("mean")? {
            spots.push(spot(row, &axes, axis.as_deref(), number.times(factor))?);
        }
    }
    let runs = if runs.0 < runs.1 {
        format!("{} to {}", runs.0, runs.1)
    } else {
        format!("{}", runs.1)
    };
    let when = if year == "all" {
        "all years".to_owned()
    } else {
        year.clone()
    };
    let where_ = if county == "all" {
        "all counties".to_owned()
    } else {
        format!("county {county}")
    };
    let mut text = screen.paragraph(
        "",
        0,
        &format!(
            "{}, {}: {when}, {where_}, category {category}; {runs} runs a point; bars and brackets: {interval}{}",
            words(&indicator),
            name,
            if is_partial { "; not all runs are done" } else { "" }
        ),
    );
    let title = format!("{}, {name}", words(&indicator));
    match axis {
        Some(axis) => text += &curves(&spots, &title, &axis, wanted.letters, screen),
        None => text += &listed(&spots, &title, screen),
    }
    Ok(text)
}

/// The axis that is across: the one that is asked for, else the first with numbers and more than one level, else the first with more
/// than one.
fn axis(table: &Table, axes: &[String], wanted: &Wanted) -> Result<Option<String>, ViewError> {
    if let Some(asked) = &wanted.axis {
        return chosen("axis", Some(asked), axes, &[]).map(Some);
    }
    let mut swept = Vec::new();
    for axis in axes {
        let levels = table.distinct(axis, &[])?;
        if levels.len() > 1 {
            swept.push((levels.iter().all(|level| level.parse::<f64>().is_ok()), axis));
        }
    }
    let found = swept.iter().find(|(numbers, _)| *numbers).or(swept.first());
    Ok(found.map(|(_, axis)| (*axis).clone()))
}

fn spot(row: &Row, axes: &[String], axis: Option<&str>, number: Number) -> Result<Spot, ViewError> {
    let mut others = Vec::new();
    for own in axes.iter().filter(|own| Some(own.as_str()) != axis) {
        others.push(format!("{} {}", words(last_word(own)), short(row.text(own)?)));
    }
    Ok(Spot {
        across: axis.map_or(Ok(""), |axis| row.text(axis))?.to_owned(),
        others: others.join(", "),
        number,
    })
}

/// The last word of a rule's path.
fn last_word(axis: &str) -> &str {
    axis.rsplit('.').next().unwrap_or(axis)
}

/// A level, in no more digits than say enough.
fn short(level: &str) -> String {
    match level.parse::<f64>() {
        Ok(number) if level.len() > 7 => {
            let digits = (4 - number.abs().max(1e-300).log10().floor() as i32).clamp(0, 12) as usize;
            let text = format!("{number:.digits$}");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        _ => level.to_owned(),
    }
}

fn curves(spots: &[Spot], title: &str, axis: &str, letters: Letters, screen: &Screen) -> String {
    let distinct = |of: &dyn Fn(&Spot) -> String| {
        let mut all: Vec<String> = Vec::new();
        for spot in spots {
            let own = of(spot);
            if !all.contains(&own) {
                all.push(own);
            }
        }
        all
    };
    let mut levels = distinct(&|spot| spot.across.clone());
    let numbers: Option<Vec<f64>> = levels.iter().map(|level| level.parse().ok()).collect();
    if numbers.is_some() {
        let value = |level: &String| level.parse::<f64>().unwrap_or(0.0);
        levels.sort_by(|one, two| value(one).total_cmp(&value(two)));
    }
    let place = |level: &String| match &numbers {
        Some(_) => level.parse().unwrap_or(0.0),
        None => levels.iter().position(|own| own == level).unwrap_or(0) as f64,
    };
    let groups = distinct(&|spot| spot.others.clone());
    // Too many curves, or hardly a point on each: only where the points lie is shown.
    let scattered = groups.len() > MOST;
    let named: Vec<&str> = if scattered {
        vec![""]
    } else {
        groups.iter().map(String::as_str).collect()
    };
    let series: Vec<Series> = named
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let own = spots.iter().filter(|spot| scattered || spot.others == *group);
            let mut points: Vec<Point> = own
                .map(|spot| Point {
                    x: place(&spot.across),
                    mean: spot.number.mean,
                    interval: spot.number.interval.filter(|_| !scattered),
                    few: spot.number.few,
                })
                .collect();
            points.sort_by(|one, two| one.x.total_cmp(&two.x));
            Series {
                name: (*group).to_owned(),
                place: at,
                points,
            }
        })
        .collect();
    let mut text = String::new();
    if !scattered && named.len() > 1 {
        let names: Vec<(usize, &str)> = named.iter().copied().enumerate().collect();
        text += &legend(&names, &["*: several at one place"], screen);
    }
    if scattered {
        let note = format!(
            "{} points that differ in other axes as well: each is shown by a letter, * where several lie at one place",
            spots.len()
        );
        text += &screen.paragraph("", 0, &note);
    }
    text.push('\n');
    let chart = Chart {
        title: title.to_owned(),
        across: levels.iter().map(|level| (place(level), short(level))).collect(),
        axis: words(axis),
        series,
        zero: false,
        height: HEIGHT,
        joined: !scattered,
    };
    text += &chart.text(screen, letters);
    if !scattered {
        text.push('\n');
        text += &table(spots, &levels, &named, axis, screen);
    }
    text
}

/// The numbers: a row a level, a column a curve.
fn table(spots: &[Spot], levels: &[String], groups: &[&str], axis: &str, screen: &Screen) -> String {
    let style = Style::of(spots.iter().map(|spot| spot.number), false);
    let mut columns = vec![Column::right(&words(last_word(axis)))];
    columns.extend(groups.iter().enumerate().map(|(at, group)| {
        let head = if groups.len() > 1 {
            letter(at).to_string()
        } else {
            (*group).to_owned()
        };
        Column::numbers(&head)
    }));
    let mut printed = Printed::new(columns);
    for level in levels {
        let mut cells = vec![short(level)];
        cells.extend(groups.iter().map(|group| {
            let own = spots.iter().find(|spot| spot.across == *level && spot.others == *group);
            style.text(own.map(|spot| spot.number))
        }));
        printed.row(cells);
    }
    printed.text(screen)
}

/// Without an axis there are points.
fn listed(spots: &[Spot], title: &str, screen: &Screen) -> String {
    let style = Style::of(spots.iter().map(|spot| spot.number), false);
    let mut printed = Printed::new(vec![Column::wraps("point", 20), Column::numbers(title)]);
    for spot in spots {
        printed.row([spot.others.clone(), style.text(Some(spot.number))]);
    }
    printed.text(screen)
}
