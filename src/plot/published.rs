//! Published figures beside the simulated ones of the same years: a small panel for each series.

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::caption::Caption;
use super::legend::{line_rows, marker_rows};
use super::page::Page;
use super::series::{extremes, replicates_in_words};
use super::sheet::{Hang, Place, Sheet, draw, typed, wrap};
use super::sources::Sources;
use super::style::{LineStyle, Marker, PT, SMALL, line_style, scenario_name};
use super::table::{Row, Table};
use super::{Draw, Figure, PlotError};

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

/// All that the figure shows.
struct Shown {
    scenarios: Vec<String>,
    smalls: Vec<Small>,
    years: (i32, i32),
    replicates: Vec<f64>,
}

/// Simulated series with the published figures on them.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let Some(table) = sources.maybe("published.csv")? else {
        return Ok(None);
    };
    let scenarios = table.distinct("scenario", &[])?;
    let series = table.distinct("figure", &[])?;
    if series.is_empty() {
        return Ok(None);
    }
    let smalls: Vec<Small> = series
        .iter()
        .map(|figure| small(&table, figure, &scenarios))
        .collect::<Result<_, PlotError>>()?;
    let points = smalls.iter().flat_map(|small| small.scenarios.iter().flatten());
    let years = points.fold((i32::MAX, i32::MIN), |span, point| {
        (span.0.min(point.year), span.1.max(point.year))
    });
    let shown = Shown {
        replicates: extremes(&table.rows_where(&[])?)?,
        scenarios,
        smalls,
        years,
    };
    Ok(Some(Box::new(move |page| published(page, &shown))))
}

fn published(page: Page, shown: &Shown) -> Result<Figure, PlotError> {
    let question = page.say(
        "Does the model find what was published of the same years?",
        "模型能否重现同期已公布的数字？",
    );
    let note = page.say(
        "Lines: simulated, with 95% intervals; diamonds: published, with the range in which the simulated mean must lie",
        "线：模拟值及 95% 区间；菱形：公布值，竖线为模拟均值应落入的范围",
    );
    let columns = if page.narrow() { 2 } else { 4 };
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, question, note)?;
        let top = legend(sheet, top + 7.0 * PT, &shown.scenarios)? + 8.0 * PT;
        let width = (sheet.width() - 2.0 * MARGIN + GAP) / columns as f64;
        for (at, small) in shown.smalls.iter().enumerate() {
            let left = MARGIN + (at % columns) as f64 * width;
            let top = top + (at / columns) as f64 * ROW;
            panel(sheet, small, shown.years, (left, top, width - GAP))?;
        }
        Ok(top + shown.smalls.len().div_ceil(columns) as f64 * ROW + 4.0 * PT)
    })?;
    let scenarios: Vec<String> = shown.scenarios.iter().map(|one| scenario_name(page, one)).collect();
    let n = replicates_in_words(page, &shown.replicates);
    let caption = Caption {
        question,
        shows: page.say(
            format!(
                "Simulated (lines) and published (diamonds) figures by year. Bars at the diamonds: the range in which the \
                 simulated mean must lie by the rule that stands beside the published figure. Filled diamonds: nothing was set \
                 with them in view. Hollow diamonds: the rules of the scenario were set to them, so they must come back. \
                 Scenarios: {}.",
                scenarios.join(", ")
            ),
            format!(
                "各年的模拟值（线）与公布值（菱形）。菱形上的竖线：按公布值旁所列规则，模拟均值应落入的范围。实心菱形：设定时未参照\
                 该数字。空心菱形：情景规则按该数字设定，因此必然重现。情景：{}。",
                scenarios.join("、")
            ),
        ),
        definition: page
            .say(
                "each figure is computed by a virtual survey with the population and the denominator of its source; shares in per \
                 cent.",
                "每个数字由虚拟调查按其来源的人群和分母计算；比例以百分比表示。",
            )
            .to_owned(),
        n: page.say(format!("mean over {n} replicates."), format!("{n}次重复的均值。")),
        intervals: page
            .say(
                "bands, 95% of the mean, Student's t over replicates.",
                "色带为均值的 95% 区间，按重复之间的离散以 t 分布计算。",
            )
            .to_owned(),
        tables: &["published.csv"],
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
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

fn legend(sheet: &Sheet, top: f64, scenarios: &[String]) -> Result<f64, PlotError> {
    let lines: Vec<(String, LineStyle)> = scenarios
        .iter()
        .enumerate()
        .map(|(at, scenario)| (scenario_name(sheet.page, scenario), line_style(at)))
        .collect();
    let top = line_rows(sheet, top, &lines)? + 5.0 * PT;
    let published = [
        (sheet.say("published", "公布值").to_owned(), diamond(), false),
        (
            sheet
                .say("published, and set by the rules", "公布值（规则按其设定）")
                .to_owned(),
            diamond(),
            true,
        ),
    ];
    marker_rows(sheet, top, &published)
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
