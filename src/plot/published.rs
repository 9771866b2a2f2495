//! Published figures beside the simulated ones of the same years: a small panel for each series.

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph, source};
use super::series::{extremes, replicates_in_words};
use super::sheet::{Hang, Place, Sheet, WIDTH, draw, text_width, typed, wrap};
use super::style::{LABEL, LineStyle, Marker, PT, SMALL, line_style, words};
use super::table::{Row, Table};
use super::{Figure, PlotError};

const COLUMNS: usize = 4;
const HEAD: f64 = 60.0 * PT;
/// A panel with its title above and its years below.
const ROW: f64 = 102.0 * PT;
const TITLE_ROOM: f64 = 33.0 * PT;
const YEARS_ROOM: f64 = 16.0 * PT;
/// Paper for the numbers at the left of a panel.
const NUMBERS: f64 = 27.0 * PT;
const GAP: f64 = 8.0 * PT;

/// A year of a series in a scenario.
struct Point {
    year: i32,
    mean: Option<f64>,
    interval: Option<(f64, f64)>,
}

/// What was published of a year.
struct Published {
    year: i32,
    value: f64,
    /// Where the simulated mean must lie.
    band: (Option<f64>, Option<f64>),
    /// Whether the rules were set to it.
    input: bool,
}

struct Small {
    title: String,
    scenarios: Vec<Vec<Point>>,
    published: Vec<Published>,
}

/// Simulated series with the published figures on them.
pub(super) fn published(table: &Table) -> Result<Option<Figure>, PlotError> {
    let scenarios = table.distinct("scenario", &[])?;
    let series = table.distinct("figure", &[])?;
    if series.is_empty() {
        return Ok(None);
    }
    let smalls: Vec<Small> = series
        .iter()
        .map(|figure| small(table, figure, &scenarios))
        .collect::<Result<_, PlotError>>()?;
    let points = smalls.iter().flat_map(|small| small.scenarios.iter().flatten());
    let years = points.fold((i32::MAX, i32::MIN), |span, point| {
        (span.0.min(point.year), span.1.max(point.year))
    });
    let rows = smalls.len().div_ceil(COLUMNS);
    let height = HEAD + rows as f64 * ROW + 4.0 * PT;
    let question = "Does the model find what was published of the same years?";
    let svg = draw(height, |sheet| {
        heading(
            sheet,
            question,
            "Lines: simulated, with 95% intervals; diamonds: published, with the range in which the simulated mean must lie",
        )?;
        legend(sheet, &scenarios)?;
        let width = (f64::from(WIDTH) - 2.0 * MARGIN + GAP) / COLUMNS as f64;
        for (at, small) in smalls.iter().enumerate() {
            let left = MARGIN + (at % COLUMNS) as f64 * width;
            let top = HEAD + (at / COLUMNS) as f64 * ROW;
            panel(sheet, small, years, (left, top, width - GAP))?;
        }
        Ok(())
    })?;
    let replicates = replicates_in_words(&extremes(&table.rows_where(&[])?)?);
    let caption = format!(
        "{question}\n\nSimulated (lines; bands are 95% intervals of the mean over {replicates} replicates) and published (diamonds) \
         figures by year. Bars at the diamonds: the range in which the simulated mean must lie by the rule that stands beside the \
         published figure. Filled diamonds: nothing was set with them in view. Hollow diamonds: the rules of the scenario were \
         set to them, so they must come back. Each figure is computed by a virtual survey with the population and the \
         denominator of its source. Shares in per cent.\nScenarios: {}.\n{}",
        scenarios.join(", "),
        source("published.csv")
    );
    Ok(Some(Figure {
        name: "published",
        svg,
        caption,
    }))
}

fn small(table: &Table, figure: &str, scenarios: &[String]) -> Result<Small, PlotError> {
    let rows = table.rows_where(&[("figure", figure)])?;
    let unit = rows.first().map_or(Ok(""), |row| row.text("unit"))?;
    let share = unit.starts_with("share");
    let scale = if share { 100.0 } else { 1.0 };
    let of = |row: &Row, column: &str| -> Result<Option<f64>, PlotError> {
        Ok(row.number(column)?.map(|number| number * scale))
    };
    let point = |row: &Row| -> Result<Point, PlotError> {
        Ok(Point {
            year: row.year()?,
            mean: of(row, "mean")?,
            interval: of(row, "lo")?.zip(of(row, "hi")?),
        })
    };
    let mut by_scenario = Vec::new();
    for scenario in scenarios {
        let own = rows
            .iter()
            .filter(|row| row.text("scenario").is_ok_and(|of| of == scenario));
        by_scenario.push(own.map(point).collect::<Result<Vec<_>, _>>()?);
    }
    let mut published: Vec<Published> = Vec::new();
    for row in &rows {
        let year = row.year()?;
        if let Some(value) = of(row, "published")?
            && published.iter().all(|known| known.year != year)
        {
            published.push(Published {
                year,
                value,
                band: (of(row, "low")?, of(row, "high")?),
                input: row.text("use")? == "input",
            });
        }
    }
    Ok(Small {
        title: match unit {
            _ if share => format!("{figure}, %"),
            _ if unit.eq_ignore_ascii_case(figure) => figure.to_owned(),
            _ => format!("{figure}, {unit}"),
        },
        scenarios: by_scenario,
        published,
    })
}

/// What was published, in its own colour and shape.
fn diamond() -> LineStyle {
    LineStyle {
        marker: Marker::Diamond,
        ..line_style(2)
    }
}

fn legend(sheet: &Sheet, scenarios: &[String]) -> Result<(), PlotError> {
    let y = 46.0 * PT;
    let mut x = MARGIN;
    let name = |x: f64, text: &str| -> Result<f64, PlotError> {
        sheet.text_mid(text, (x, y), typed(LABEL, Hang::Start))?;
        Ok(x + text_width(text, LABEL) + 16.0 * PT)
    };
    for (at, scenario) in scenarios.iter().enumerate() {
        let style = line_style(at);
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&[(x, y), (x + 18.0 * PT, y)], style.colour, 1.3 * PT, &dash)?;
        x = name(x + 22.0 * PT, &words(scenario))?;
    }
    for (hollow, text) in [(false, "published"), (true, "published, and set by the rules")] {
        sheet.marker((x + 3.0 * PT, y), diamond(), hollow)?;
        x = name(x + 10.0 * PT, text)?;
    }
    Ok(())
}

fn panel(
    sheet: &Sheet,
    small: &Small,
    years: (i32, i32),
    (left, top, width): (f64, f64, f64),
) -> Result<(), PlotError> {
    let points = || small.scenarios.iter().flatten();
    let ends = points().flat_map(|point| {
        let interval = point.interval.map_or([None, None], |(lo, hi)| [Some(lo), Some(hi)]);
        [point.mean].into_iter().chain(interval).flatten()
    });
    let bars = small
        .published
        .iter()
        .flat_map(|one| [Some(one.value), one.band.0, one.band.1].into_iter().flatten());
    let (low, high) = ends.chain(bars).fold((0.0_f64, 0.0_f64), |span, number| {
        (span.0.min(number), span.1.max(number))
    });
    let ticks = Ticks::around(low, high.max(low + 0.01));
    let panel = Panel {
        left: left + NUMBERS,
        right: left + width,
        top: top + TITLE_ROOM,
        bottom: top + ROW - YEARS_ROOM,
        across: (f64::from(years.0) - 0.5, f64::from(years.1) + 0.5),
        up: ticks.range,
    };
    paragraph(
        sheet,
        &wrap(&small.title, SMALL, width),
        (left, top + 9.0 * PT),
        typed(SMALL, Hang::Start),
    )?;
    panel.vertical_axis(sheet, &ticks, "")?;
    panel.year_ticks(sheet, years)?;
    for (at, points) in small.scenarios.iter().enumerate().rev() {
        let style = line_style(at);
        let edge = |pick: fn((f64, f64)) -> f64| -> Vec<Place> {
            let places = points.iter().filter_map(|point| {
                let bound = pick(point.interval?);
                Some((panel.x(f64::from(point.year)), panel.y(bound)))
            });
            places.collect()
        };
        let mut band = edge(|(lo, _)| lo);
        band.extend(edge(|(_, hi)| hi).into_iter().rev());
        if band.len() > 3 {
            sheet.shape(&band, style.colour, 0.16)?;
        }
        let line: Vec<Place> = points
            .iter()
            .filter_map(|point| Some((panel.x(f64::from(point.year)), panel.y(point.mean?))))
            .collect();
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&line, style.colour, 1.2 * PT, &dash)?;
    }
    for one in &small.published {
        let x = panel.x(f64::from(one.year));
        let bar = [
            (x, panel.y(one.band.0.unwrap_or(ticks.range.0))),
            (x, panel.y(one.band.1.unwrap_or(ticks.range.1))),
        ];
        sheet.line(&bar, diamond().colour, 0.7 * PT, &[])?;
        sheet.marker((x, panel.y(one.value)), diamond(), one.input)?;
    }
    Ok(())
}
