//! Figures with years across: the return to poverty by scenario, and what a policy changes in it.

use std::fmt::Write as _;

use super::axes::{EndName, MARGIN, Panel, Ticks, end_names, heading, names_height, source};
use super::series::{Chosen, Point, Series, choose, extremes, prefer, replicates_in_words, series_of, span, years};
use super::sheet::{Place, Sheet, WIDTH, draw};
use super::style::{PT, convention_definition, line_name, line_style, words};
use super::table::{Row, Table};
use super::{Figure, PlotError};

const FOOT: f64 = 34.0 * PT;
/// Paper to the right of a single panel, for the names of its lines.
const NAMES: f64 = 110.0 * PT;
const HEAD: f64 = 44.0 * PT;
const HEAD_WITH_TITLES: f64 = 58.0 * PT;

/// Annual hazard and cumulative share of return by the register.
pub(super) fn return_curves(table: &Table) -> Result<Option<Figure>, PlotError> {
    let hazard = choose(table, "return_hazard", "register", &["national"])?;
    let cumulative = choose(table, "return_cumulative", "register", &["national"])?;
    let (hazard, cumulative) = match (hazard, cumulative) {
        (Some(hazard), Some(cumulative)) => (hazard, cumulative),
        (Some(only), None) => return single(&only).map(Some),
        _ => return Ok(None),
    };
    let names = 96.0 * PT;
    let needed = HEAD_WITH_TITLES + FOOT + names_height(names_in(&cumulative.series), names);
    let height = needed.max(225.0 * PT);
    let svg = draw(height, |sheet| {
        let note = format!(
            "Poverty by the register, under {}{}",
            line_name(&hazard.line),
            bands_note(&hazard.series)
        );
        heading(sheet, "How many households lifted out of poverty fall back?", &note)?;
        let gap = 40.0 * PT;
        let width = (f64::from(WIDTH) - 2.0 * gap - names) / 2.0;
        let columns = [
            (
                gap,
                &hazard,
                "(a) Poor again within the year",
                "Annual hazard of return, %",
            ),
            (
                2.0 * gap + width,
                &cumulative,
                "(b) Poor again at least once",
                "Cumulative share returned, %",
            ),
        ];
        for (left, chosen, title, axis) in columns {
            let panel = lines_panel(
                sheet,
                chosen,
                (left, left + width),
                (HEAD_WITH_TITLES, height - FOOT),
                axis,
            )?;
            panel.title(sheet, title)?;
            lines(sheet, &panel, &chosen.series)?;
            if left > 2.0 * gap {
                end_names(
                    sheet,
                    &panel,
                    f64::from(WIDTH) - MARGIN,
                    &names_of(&panel, &chosen.series),
                )?;
            }
        }
        Ok(())
    })?;
    let mut caption = "How many households lifted out of poverty fall back?\n\n\
        (a) Annual hazard of return: of the lifted households not poor at the start of a year, the per cent poor at \
        its end. (b) Cumulative share: the per cent of lifted households that were poor again at least once up to the \
        end of the year.\n"
        .to_owned();
    describe(&mut caption, &hazard, "register");
    Ok(Some(Figure {
        name: "return_curves",
        svg,
        caption,
    }))
}

/// The figure of returns where the table has the hazard but no cumulative share.
fn single(hazard: &Chosen) -> Result<Figure, PlotError> {
    let svg = one_panel(
        hazard,
        "How many households lifted out of poverty fall back?",
        &format!("by the register, under {}", line_name(&hazard.line)),
    )?;
    let mut caption = "How many households lifted out of poverty fall back?\n\nAnnual hazard of return: of the lifted \
        households not poor at the start of a year, the per cent poor at its end.\n"
        .to_owned();
    describe(&mut caption, hazard, "register");
    Ok(Figure {
        name: "return_curves",
        svg,
        caption,
    })
}

/// Annual hazard of return when poverty is measured by consumption net of medical spending.
pub(super) fn return_measured(table: &Table) -> Result<Option<Figure>, PlotError> {
    let Some(chosen) = choose(table, "return_hazard", "measured_net", &["ppp_4_20", "national"])? else {
        return Ok(None);
    };
    let under = format!("consumption net of medical spending, under {}", line_name(&chosen.line));
    let svg = one_panel(
        &chosen,
        "How many fall back when poverty is measured by consumption?",
        &under,
    )?;
    let mut caption =
        "How many fall back when poverty is measured by consumption?\n\nAnnual hazard of return: of the lifted \
        households not poor at the start of a year, the per cent poor at its end.\n"
            .to_owned();
    describe(&mut caption, &chosen, "measured_net");
    Ok(Some(Figure {
        name: "return_measured",
        svg,
        caption,
    }))
}

fn one_panel(chosen: &Chosen, question: &str, under: &str) -> Result<String, PlotError> {
    let needed = HEAD + FOOT + names_height(names_in(&chosen.series), NAMES);
    let height = needed.max(215.0 * PT);
    draw(height, |sheet| {
        heading(
            sheet,
            question,
            &format!("Poor again within the year: {under}{}", bands_note(&chosen.series)),
        )?;
        let across = (40.0 * PT, f64::from(WIDTH) - NAMES);
        let panel = lines_panel(
            sheet,
            chosen,
            across,
            (HEAD, height - FOOT),
            "Annual hazard of return, %",
        )?;
        lines(sheet, &panel, &chosen.series)?;
        end_names(
            sheet,
            &panel,
            f64::from(WIDTH) - MARGIN,
            &names_of(&panel, &chosen.series),
        )
    })
}

/// What each scenario changes in the hazard of return, replicate by replicate, against its base.
pub(super) fn paired_difference(table: &Table, scenarios: &[String]) -> Result<Option<Figure>, PlotError> {
    let mut wanted = vec![
        ("county", "all"),
        ("category", "lifted"),
        ("indicator", "return_hazard"),
        ("convention", "register"),
    ];
    let lines_present = table.distinct("line", &wanted)?;
    let Some(line) = prefer(&lines_present, &["national"]) else {
        return Ok(None);
    };
    wanted.push(("line", &line));
    let bases = table.distinct("base", &wanted)?;
    let Some(base) = prefer(&bases, scenarios.first().map(String::as_str).as_slice()) else {
        return Ok(None);
    };
    wanted.push(("base", &base));
    let mut rows: Vec<Row> = table.rows_where(&wanted)?;
    rows.retain(|row| row.text("scenario").is_ok_and(|scenario| scenario != base));
    let replicates = extremes(&rows)?;
    let series = series_of(&rows, scenarios, "difference", false)?;
    if series.is_empty() {
        return Ok(None);
    }
    let chosen = Chosen {
        series,
        line: line.clone(),
        weight: None,
        replicates,
    };
    let base_name = words(&base);
    let question = "How far does each policy change the return to poverty?";
    let note = format!(
        "Annual hazard of return, difference to \u{201c}{base_name}\u{201d} (below 0: fewer returns); bars: 95% \
        intervals"
    );
    let needed = HEAD + FOOT + names_height(names_in(&chosen.series), NAMES);
    let height = needed.max(215.0 * PT);
    let svg = draw(height, |sheet| {
        heading(sheet, question, &note)?;
        let (low, high) = span(&chosen.series);
        let ticks = Ticks::around(low.min(0.0), high.max(0.0));
        let across = (44.0 * PT, f64::from(WIDTH) - NAMES);
        let panel = years_panel(&chosen.series, across, (HEAD, height - FOOT), ticks.range);
        panel.vertical_axis(sheet, &ticks, "Difference, percentage points")?;
        panel.year_axis(sheet, years(&chosen.series))?;
        let names = differences(sheet, &panel, &chosen.series)?;
        end_names(sheet, &panel, f64::from(WIDTH) - MARGIN, &names)
    })?;
    let mut caption = format!(
        "{question}\n\nDifference in the annual hazard of return (per cent of lifted households not poor at the start \
         of the year that are poor at its end) between each scenario and the base \u{201c}{base}\u{201d}, in \
         percentage points; below zero the scenario has fewer returns. {} Line: {}.\nScenario and base meet the same \
         luck in each replicate, so the differences are taken replicate by replicate. Markers: mean over {} \
         replicates; bars: 95% intervals of that mean from the paired differences (columns lo and hi of the table), \
         not of the model's parameters. Markers of one year stand side by side only so that they can be seen.\n",
        convention_definition("register"),
        line_name(&chosen.line),
        replicates_in_words(&chosen.replicates),
    );
    caption.push_str(&source("paired.csv"));
    Ok(Some(Figure {
        name: "paired_difference",
        svg,
        caption,
    }))
}

fn years_panel(series: &[Series], (left, right): (f64, f64), (top, bottom): (f64, f64), up: (f64, f64)) -> Panel {
    let (first, last) = years(series);
    let across = (f64::from(first) - 0.4, f64::from(last) + 0.4);
    Panel {
        left,
        right,
        top,
        bottom,
        across,
        up,
    }
}

/// A panel for shares in per cent, its vertical axis starting at zero.
fn lines_panel(
    sheet: &Sheet,
    chosen: &Chosen,
    across: (f64, f64),
    down: (f64, f64),
    axis: &str,
) -> Result<Panel, PlotError> {
    let ticks = Ticks::around(0.0, span(&chosen.series).1.max(0.01));
    let panel = years_panel(&chosen.series, across, down, ticks.range);
    panel.vertical_axis(sheet, &ticks, axis)?;
    panel.year_axis(sheet, years(&chosen.series))?;
    Ok(panel)
}

/// Draws bands first, then lines, then markers, the first scenario last and so on top.
fn lines(sheet: &Sheet, panel: &Panel, series: &[Series]) -> Result<(), PlotError> {
    let opacity = if series.len() > 5 { 0.08 } else { 0.16 };
    for one in series.iter().rev() {
        let edge = |pick: fn((f64, f64)) -> f64| {
            let places = one.points.iter().filter_map(move |point| {
                point
                    .interval
                    .map(|interval| (panel.x(f64::from(point.year)), panel.y(pick(interval))))
            });
            places.collect::<Vec<Place>>()
        };
        let mut band = edge(|(lo, _)| lo);
        band.extend(edge(|(_, hi)| hi).into_iter().rev());
        if band.len() > 3 {
            sheet.shape(&band, line_style(one.place).colour, opacity)?;
        } else if band.len() == 2 {
            sheet.line(&band, line_style(one.place).colour, 0.9 * PT, &[])?;
        }
    }
    let place = |point: &Point| (panel.x(f64::from(point.year)), panel.y(point.mean));
    for one in series.iter().rev() {
        let style = line_style(one.place);
        let places: Vec<Place> = one.points.iter().map(place).collect();
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&places, style.colour, 1.3 * PT, &dash)?;
    }
    for one in series.iter().rev() {
        for point in &one.points {
            sheet.marker(place(point), line_style(one.place), point.few_events)?;
        }
    }
    Ok(())
}

/// Draws differences as markers with intervals, the scenarios of a year side by side; returns the names of the lines.
fn differences(sheet: &Sheet, panel: &Panel, series: &[Series]) -> Result<Vec<EndName>, PlotError> {
    let step = (0.62 / series.len() as f64).min(0.16);
    let mut names = Vec::new();
    for (order, one) in series.iter().enumerate() {
        let style = line_style(one.place);
        let shift = (order as f64 - 0.5 * (series.len() as f64 - 1.0)) * step;
        let place = |point: &Point| (panel.x(f64::from(point.year) + shift), panel.y(point.mean));
        let places: Vec<Place> = one.points.iter().map(place).collect();
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&places, style.colour, 0.7 * PT, &dash)?;
        for point in &one.points {
            let (x, y) = place(point);
            if let Some((lo, hi)) = point.interval {
                let cap = 1.7 * PT;
                let (lo, hi) = (panel.y(lo), panel.y(hi));
                for stroke in [
                    [(x, lo), (x, hi)],
                    [(x - cap, lo), (x + cap, lo)],
                    [(x - cap, hi), (x + cap, hi)],
                ] {
                    sheet.line(&stroke, style.colour, 0.9 * PT, &[])?;
                }
            }
            sheet.marker((x, y), style, point.few_events)?;
        }
        if let Some(last) = one.points.last() {
            names.push(EndName {
                name: words(&one.scenario),
                style,
                end: place(last),
            });
        }
    }
    Ok(names)
}

fn names_in(series: &[Series]) -> impl Iterator<Item = &str> {
    series.iter().map(|one| one.scenario.as_str())
}

/// What the note says of the bands, if there are any.
fn bands_note(series: &[Series]) -> &'static str {
    let mut points = series.iter().flat_map(|one| &one.points);
    if points.any(|point| point.interval.is_some()) {
        "; bands: 95% intervals"
    } else {
        ""
    }
}

fn names_of(panel: &Panel, series: &[Series]) -> Vec<EndName> {
    let name = |one: &Series| {
        let last = one.points.last()?;
        let end = (panel.x(f64::from(last.year)), panel.y(last.mean));
        Some(EndName {
            name: words(&one.scenario),
            style: line_style(one.place),
            end,
        })
    };
    series.iter().filter_map(name).collect()
}

/// Adds definition, line, weight, replicates and interval to a caption.
fn describe(caption: &mut String, chosen: &Chosen, convention: &str) {
    let weight = chosen.weight.as_deref().filter(|weight| !weight.is_empty());
    let counted = weight.map_or(String::new(), |weight| format!(" Weight: {weight}."));
    let scenarios: Vec<&str> = chosen.series.iter().map(|one| one.scenario.as_str()).collect();
    let bands = if bands_note(&chosen.series).is_empty() {
        ""
    } else {
        " Bands: 95% intervals of that mean from the spread between replicates (columns lo and hi of the table), not \
         of the model's parameters."
    };
    // Writing to a string cannot fail.
    let _ = write!(
        caption,
        "{} Line: {}.{counted} All counties together.\nScenarios: {}. Lines: mean over {} replicates (the whole model, \
         founding of the population included).{bands}",
        convention_definition(convention),
        line_name(&chosen.line),
        scenarios.join(", "),
        replicates_in_words(&chosen.replicates),
    );
    if chosen
        .series
        .iter()
        .any(|one| one.points.iter().any(|point| point.few_events))
    {
        caption.push_str(" Hollow markers: fewer than 20 events.");
    }
    caption.push('\n');
    caption.push_str(&source("indicators.csv"));
}
