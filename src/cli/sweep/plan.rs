//! `kangcun sweep plan`: the runs, and what they would take.

use super::super::progress::bytes;
use super::super::screen::screen;
use super::super::{Common, Failure, print_records};
use super::Opened;
use super::forecast::{Forecast, measure};
use crate::study::sweep::design::Level;
use crate::study::sweep::plan::Counts;
use crate::terminal::table::{Column, Table};
use serde::Serialize;

/// Points that are listed.
const SHOWN: usize = 12;

#[derive(Serialize)]
struct Plan {
    sweep: String,
    title: String,
    question: Option<String>,
    counts: Counts,
    scenarios: usize,
    runs: usize,
    axes: Vec<String>,
    points: Vec<Vec<serde_json::Value>>,
    outputs: Vec<String>,
    forecast: Option<Forecast>,
}

/// Does it; `asked` says whether as JSON, as the list of all runs, and without a pilot.
pub fn run(sweep: &str, [json, csv, no_pilot]: [bool; 3], common: &Common) -> Result<(), Failure> {
    let mut opened = Opened::of(sweep, common)?;
    if let Some(folder) = &opened.folder {
        opened.counts = *folder.counts();
    }
    if csv {
        return list(&opened);
    }
    let forecast = if no_pilot { None } else { measure(&opened)? };
    let counts = opened.counts;
    if json {
        let level = |level: Level| match level {
            Level::Text(text) => serde_json::Value::from(text),
            Level::Number(value) => serde_json::Value::from(value),
        };
        let point = |point: usize| opened.design.levels(point).into_iter().map(level).collect();
        let plan = Plan {
            sweep: opened.sweep.id.clone(),
            title: opened.sweep.title.clone(),
            question: opened.sweep.question.clone(),
            counts,
            scenarios: counts.cells(),
            runs: counts.runs(),
            axes: opened
                .design
                .columns()
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            points: (0..counts.points).map(point).collect(),
            outputs: opened
                .outputs
                .columns
                .iter()
                .map(|output| output.indicator.clone())
                .collect(),
            forecast,
        };
        say!("{}", serde_json::to_string_pretty(&plan).unwrap_or_default());
        return Ok(());
    }
    print(&opened, forecast.as_ref());
    Ok(())
}

fn list(opened: &Opened) -> Result<(), Failure> {
    let (design, counts) = (&opened.design, &opened.counts);
    print_records(|table| {
        let axes = design.columns().iter().map(|column| column.name.as_str());
        table.write_record(["run", "point", "draw", "seed", "replicate"].into_iter().chain(axes))?;
        for number in 0..counts.runs() {
            let run = counts.run(number);
            let numbers = [run.number.to_string(), run.point.to_string(), run.draw.to_string()];
            let luck = [run.seed.to_string(), run.replicate.to_string()];
            let levels = design.levels(run.point).into_iter().map(|level| shown(&level));
            table.write_record(numbers.into_iter().chain(luck).chain(levels))?;
        }
        Ok(())
    })
}

/// A level as it is listed for a reader: six digits say enough.
fn short(level: &Level) -> String {
    match level {
        Level::Text(text) => text.clone(),
        Level::Number(value) => {
            let digits = (5 - value.abs().max(1e-300).log10().floor() as i32).clamp(0, 12) as usize;
            let text = format!("{value:.digits$}");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
    }
}

fn shown(level: &Level) -> String {
    match level {
        Level::Text(text) => text.clone(),
        Level::Number(value) => value.to_string(),
    }
}

fn print(opened: &Opened, forecast: Option<&Forecast>) {
    let Opened {
        sweep, design, counts, ..
    } = opened;
    say!("{}: {}", sweep.id, sweep.title);
    if let Some(question) = &sweep.question {
        say_on!("{}", screen().paragraph("", 0, question));
    }
    say!(
        "{} points x {} draws x {} seeds x {} replicates = {} runs of {} scenarios",
        counts.points,
        counts.draws,
        counts.seeds,
        counts.replicates,
        counts.runs(),
        counts.cells()
    );
    let names: Vec<&str> = design.columns().iter().map(|column| column.name.as_str()).collect();
    say!("");
    let heads = names.iter().map(|name| Column::wraps(name, 10));
    let mut table = Table::new(std::iter::once(Column::right("point")).chain(heads).collect());
    for point in (0..counts.points).take(SHOWN) {
        let levels = design.levels(point);
        table.row(std::iter::once(point.to_string()).chain(levels.iter().map(short)));
    }
    say_on!("{}", table.text(&screen()));
    if counts.points > SHOWN {
        say!(
            "  ... and {} more points (--csv lists every run)",
            counts.points - SHOWN
        );
    }
    let kept: Vec<&str> = opened
        .outputs
        .columns
        .iter()
        .map(|output| output.indicator.as_str())
        .collect();
    say!("");
    say_on!("{}", screen().paragraph("kept of each run: ", 2, &kept.join(", ")));
    let Some(forecast) = forecast else { return };
    say!("");
    say!("Forecast, from {} runs lived now on one core:", forecast.pilot_runs);
    say!(
        "  time    {} a run ({} at most), {} for the rules of a scenario: {:.3} core-hours in all",
        seconds(forecast.seconds_per_run),
        seconds(forecast.most_seconds_per_run),
        seconds(forecast.seconds_per_scenario),
        forecast.core_hours
    );
    for (cores, hours) in &forecast.hours {
        say!(
            "          {} on {cores} core{}",
            seconds(hours * 3600.0),
            if *cores == 1 { "" } else { "s" }
        );
    }
    say!(
        "  memory  {} with one world, {} for each further one at a time (one a core)",
        bytes(forecast.bytes_one_world),
        bytes(forecast.bytes_per_world)
    );
    say!(
        "  disk    at most {} of parts and {} of tables",
        bytes(forecast.bytes_parts),
        bytes(forecast.bytes_tables)
    );
}

/// A span of time as people say it.
fn seconds(value: f64) -> String {
    match value {
        value if value < 0.001 => format!("{:.0} microseconds", value * 1e6),
        value if value < 1.0 => format!("{:.0} ms", value * 1e3),
        value if value < 120.0 => format!("{value:.1} s"),
        value if value < 7200.0 => format!("{:.0} min", value / 60.0),
        value if value < 172_800.0 => format!("{:.1} h", value / 3600.0),
        value => format!("{:.1} days", value / 86_400.0),
    }
}
