//! How far the difference that a scenario makes is spread over counties: a row each, a stroke for each county.

use super::super::PlotError;
use super::super::axes::{MARGIN, Panel, Ticks};
use super::super::sheet::{Hang, Sheet, text_width, typed, wrap};
use super::super::style::{GRID, INK, LABEL, PT, SMALL, line_style, scenario_name};
use super::hazards::Counties;

/// The height of a row.
const ROW: f64 = 19.0 * PT;

/// Draws the rows from `top` down; returns where they end, which is `top` if nothing is compared.
pub(super) fn spread(sheet: &Sheet, figure: &Counties, top: f64) -> Result<f64, PlotError> {
    let changes = figure.tiles.iter().flat_map(|county| &county.changes);
    let ends = changes
        .map(|(_, mean)| *mean)
        .chain(figure.compared.iter().filter_map(|own| own.all));
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    if figure.compared.is_empty() || low >= high {
        return Ok(top);
    }
    let page = sheet.page;
    let title = page.say(
        "Differences of counties; marker: all together",
        "各县的差值；标记为所有县合计",
    );
    sheet.text(title, (MARGIN, top + 0.8 * LABEL), typed(LABEL, Hang::Start))?;
    let names = if page.narrow() { 66.0 * PT } else { 110.0 * PT };
    let ticks = Ticks::around(low, high);
    let panel = Panel {
        left: MARGIN + names,
        right: sheet.width() - 2.0 * MARGIN,
        top: top + LABEL + 6.0 * PT,
        bottom: top + LABEL + 6.0 * PT + ROW * figure.compared.len() as f64,
        across: ticks.range,
        up: (0.0, 1.0),
    };
    let widest = ticks
        .at
        .iter()
        .map(|&tick| text_width(&ticks.words(tick), SMALL))
        .fold(0.0, f64::max);
    let step = ticks
        .at
        .windows(2)
        .map(|pair| panel.x(pair[1]) - panel.x(pair[0]))
        .fold(f64::INFINITY, f64::min);
    let every = ((widest + 4.0 * PT) / step).ceil().max(1.0) as usize;
    for (at, &tick) in ticks.at.iter().enumerate() {
        let x = panel.x(tick);
        let colour = if tick.abs() < 1e-12 { INK } else { GRID };
        sheet.line(&[(x, panel.top), (x, panel.bottom)], colour, 0.6 * PT, &[])?;
        if at % every == 0 {
            let place = (x, panel.bottom + 4.0 * PT + 0.73 * SMALL);
            sheet.text(&ticks.words(tick), place, typed(SMALL, Hang::Middle))?;
        }
    }
    sheet.line(
        &[(panel.left, panel.bottom), (panel.right, panel.bottom)],
        INK,
        0.7 * PT,
        &[],
    )?;
    for (row, own) in figure.compared.iter().enumerate() {
        let middle = panel.top + (row as f64 + 0.5) * ROW;
        let style = line_style(own.place);
        let name = scenario_name(page, &figure.scenarios[own.place]);
        let lines = wrap(&name, SMALL, names - 4.0 * PT);
        let first = middle - 0.55 * SMALL * (lines.len() as f64 - 1.0);
        for (at, line) in lines.iter().enumerate() {
            sheet.text_mid(
                line,
                (MARGIN, first + at as f64 * 1.1 * SMALL),
                typed(SMALL, Hang::Start),
            )?;
        }
        let counties = figure.tiles.iter().flat_map(|county| &county.changes);
        for (_, mean) in counties.filter(|(place, _)| *place == own.place) {
            let x = panel.x(*mean);
            sheet.line(
                &[(x, middle - 5.0 * PT), (x, middle + 5.0 * PT)],
                style.colour,
                0.7 * PT,
                &[],
            )?;
        }
        if let Some(all) = own.all {
            sheet.marker((panel.x(all), middle + 6.0 * PT), style, false)?;
        }
    }
    let end = panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL);
    let axis = page.say("Percentage points", "百分点");
    sheet.text(
        axis,
        (0.5 * (panel.left + panel.right), end),
        typed(LABEL, Hang::Middle),
    )?;
    Ok(end + 8.0 * PT)
}
