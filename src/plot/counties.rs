//! The return to poverty county by county: a tile each, all with the same axes and the same shades. The tiles are no map: they stand
//! in the order of the hazard, as the tables know no places.

mod hazards;
mod spread;

use super::axes::{MARGIN, Panel, Ticks, heading};
use super::caption::Caption;
use super::curves::after_lifting;
use super::legend::line_rows;
use super::page::Page;
use super::series::replicates_in_words;
use super::sheet::{Hang, Place, Sheet, Type, draw, text_width, typed};
use super::sources::Sources;
use super::style::{
    Fill, GRID, INK, LABEL, OTHER, PT, SMALL, SOFT, convention_definition, grouped, line_name, line_style,
    scenario_name, shade,
};
use super::{Draw, Figure, PlotError};
use hazards::{Counties, County, gather};

/// The height of the curves in a tile.
const CURVES: f64 = 56.0 * PT;
/// Paper for the numbers left of the first tile.
const GUTTER: f64 = 22.0 * PT;
const GAP: f64 = 7.0 * PT;
const HEAD: f64 = 13.0 * PT;
/// The height of a line of small text.
const PITCH: f64 = 9.6 * PT;
/// The least width of a tile with curves, and the most paper that they may take together.
const LEAST: f64 = 98.0 * PT;
const MOST: f64 = 640.0 * PT;
/// The height of a tile that has a number only; that of one among many.
const SMALL_TILE: (f64, f64) = (23.0 * PT, 19.5 * PT);

/// Reads the hazards by county.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    if !after_lifting(sources)? {
        return Ok(None);
    }
    let Some(counties) = gather(sources)? else {
        return Ok(None);
    };
    Ok(Some(Box::new(move |page| figure(page, &counties))))
}

/// The lowest and the highest level.
fn range(counties: &[County]) -> (f64, f64) {
    let levels = counties.iter().filter_map(|county| county.level);
    levels.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (mean, _)| {
        (low.min(mean), high.max(mean))
    })
}

/// The look of a tile by its level.
fn tile_fill(level: Option<f64>, (low, high): (f64, f64)) -> Fill {
    let share = level.map_or(0.0, |level| (level - low) / (high - low).max(1e-9));
    let colour = shade(0.06 + 0.86 * share);
    match level {
        Some(_) => Fill { colour, hatched: false },
        None => Fill { hatched: true, ..OTHER },
    }
}

fn signed(number: f64) -> String {
    let digits = format!("{:.2}", number.abs());
    match number {
        _ if digits.bytes().all(|digit| b"0.".contains(&digit)) => digits,
        number if number < 0.0 => format!("\u{2212}{digits}"),
        _ => format!("+{digits}"),
    }
}

/// How tiles with curves stand on a page: how many in a row, the width and the height of one; nothing if there are too many.
fn layout(page: Page, figure: &Counties) -> Option<(usize, f64, f64)> {
    let room = f64::from(page.millimetres()) * 50.0 - MARGIN - GUTTER;
    let fit = ((room + GAP) / (LEAST + GAP)).floor().max(1.0) as usize;
    let rows = figure.tiles.len().div_ceil(fit);
    let columns = figure.tiles.len().div_ceil(rows);
    let width = (room + GAP) / columns as f64 - GAP;
    let lines = 2 + figure.compared.len();
    let height = HEAD + CURVES + PITCH * lines as f64 + 14.0 * PT;
    let curves = figure.tiles.iter().any(|county| !county.series.is_empty());
    (curves && rows as f64 * height <= MOST).then_some((columns, width, height))
}

/// Draws a tile with curves.
fn tile(
    sheet: &Sheet,
    county: &County,
    (left, top): Place,
    width: f64,
    ticks: &Ticks,
    figure: &Counties,
) -> Result<(), PlotError> {
    let page = sheet.page;
    let right = left + width;
    header(sheet, county, (left, top), (width, HEAD), range(&figure.tiles))?;
    let soft = Type {
        colour: SOFT,
        ..typed(SMALL, Hang::Start)
    };
    if let Some(number) = county.households {
        let number = grouped(number);
        let text = page.say(format!("{number} lifted households"), format!("{number} 户脱贫户"));
        sheet.text(&text, (left + 2.0 * PT, top + HEAD + 0.8 * PITCH), soft)?;
    }
    let (first, last) = figure.years;
    let panel = Panel {
        left: left + 2.0 * PT,
        right: right - 2.0 * PT,
        top: top + HEAD + PITCH + 3.0 * PT,
        bottom: top + HEAD + PITCH + 3.0 * PT + CURVES,
        across: (f64::from(first) - 0.3, f64::from(last) + 0.3),
        up: ticks.range,
    };
    for &tick in &ticks.at {
        sheet.line(
            &[(panel.left, panel.y(tick)), (panel.right, panel.y(tick))],
            GRID,
            0.5 * PT,
            &[],
        )?;
    }
    sheet.line(
        &[(panel.left, panel.bottom), (panel.right, panel.bottom)],
        INK,
        0.7 * PT,
        &[],
    )?;
    for (year, hang, x) in [(first, Hang::Start, panel.left), (last, Hang::End, panel.right)] {
        let at = panel.x(f64::from(year));
        sheet.line(&[(at, panel.bottom), (at, panel.bottom + 2.0 * PT)], INK, 0.7 * PT, &[])?;
        sheet.text(
            &year.to_string(),
            (x, panel.bottom + 3.0 * PT + 0.73 * SMALL),
            typed(SMALL, hang),
        )?;
    }
    for one in county.series.iter().rev() {
        let style = line_style(one.place);
        let places: Vec<Place> = one
            .points
            .iter()
            .map(|point| (panel.x(f64::from(point.year)), panel.y(point.mean)))
            .collect();
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&places, style.colour, 1.1 * PT, &dash)?;
    }
    for one in county.series.iter().rev() {
        // Markers of neighbouring lines stand at different years, so that few lie on each other.
        let marked = one.points.iter().enumerate().filter(|(at, _)| at % 3 == one.place % 3);
        for (_, point) in marked {
            let place = (panel.x(f64::from(point.year)), panel.y(point.mean));
            sheet.marker(place, line_style(one.place), point.few_events)?;
        }
    }
    let mut y = panel.bottom + PITCH;
    for (place, mean) in &county.changes {
        y += PITCH;
        sheet.marker((left + 5.0 * PT, y - 0.36 * SMALL), line_style(*place), false)?;
        sheet.text(&signed(*mean), (left + 10.5 * PT, y), typed(SMALL, Hang::Start))?;
    }
    Ok(())
}

/// The shaded head of a tile: its name and its level, one beside the other or one under the other.
fn header(
    sheet: &Sheet,
    county: &County,
    (left, top): Place,
    (width, height): (f64, f64),
    range: (f64, f64),
) -> Result<(), PlotError> {
    let fill = tile_fill(county.level.map(|(mean, _)| mean), range);
    sheet.filled((left, top), (left + width, top + height), fill)?;
    let level = match county.level {
        Some((mean, few)) => format!("{mean:.2}{}", if few { "*" } else { "" }),
        None => "\u{2013}".to_owned(),
    };
    let look = |hang| Type {
        size: SMALL,
        colour: fill.ink(),
        hang,
    };
    if height > 1.5 * HEAD {
        let middle = left + 0.5 * width;
        sheet.text_mid(&county.name, (middle, top + 0.3 * height), look(Hang::Middle))?;
        sheet.text_mid(&level, (middle, top + 0.73 * height), look(Hang::Middle))
    } else {
        let y = top + 0.5 * height;
        sheet.text_mid(&county.name, (left + 3.0 * PT, y), look(Hang::Start))?;
        sheet.text_mid(&level, (left + width - 3.0 * PT, y), look(Hang::End))
    }
}

/// The bar that tells which shade is which level; returns where it ends.
fn scale(sheet: &Sheet, counties: &Counties, top: f64) -> Result<f64, PlotError> {
    let (low, high) = range(&counties.tiles);
    if low > high {
        return Ok(top);
    }
    let (left, width, height) = (MARGIN, 120.0 * PT, 7.0 * PT);
    let parts = 40;
    for part in 0..parts {
        let share = f64::from(part) / f64::from(parts);
        let fill = tile_fill(Some(low + share * (high - low)), (low, high));
        let from = left + share * width;
        sheet.rectangle(
            (from, top),
            (from + width / f64::from(parts) + 1.0, top + height),
            fill.colour,
        )?;
    }
    let y = top + height + 3.0 * PT + 0.73 * SMALL;
    for (level, hang, x) in [(low, Hang::Start, left), (high, Hang::End, left + width)] {
        sheet.text(&format!("{level:.2}"), (x, y), typed(SMALL, hang))?;
    }
    let base = scenario_name(sheet.page, counties.scenarios.first().map_or("", String::as_str));
    let text = sheet.page.say(
        format!("Shade: % a year, \u{201c}{base}\u{201d}"),
        format!("深浅：“{base}”年返贫率，%"),
    );
    let room = sheet.width() - 2.0 * MARGIN - width;
    let lines = super::sheet::wrap(&text, SMALL, room - 8.0 * PT);
    super::axes::paragraph(
        sheet,
        &lines,
        (left + width + 8.0 * PT, top + 0.73 * SMALL),
        typed(SMALL, Hang::Start),
    )?;
    Ok(y + 6.0 * PT)
}

fn with_curves(
    sheet: &Sheet,
    figure: &Counties,
    top: f64,
    (columns, width, height): (usize, f64, f64),
) -> Result<f64, PlotError> {
    let points = figure
        .tiles
        .iter()
        .flat_map(|county| &county.series)
        .flat_map(|one| &one.points);
    let ticks = Ticks::around(0.0, points.map(|point| point.mean).fold(0.01, f64::max));
    // Every other number is enough beside low curves.
    let every = ticks.at.len().div_ceil(4).max(1);
    let mut bottom = top;
    for (at, county) in figure.tiles.iter().enumerate() {
        let (row, column) = (at / columns, at % columns);
        let place = (GUTTER + column as f64 * (width + GAP), top + row as f64 * height);
        if column == 0 {
            let from = place.1 + HEAD + PITCH + 3.0 * PT;
            let (low, high) = ticks.range;
            for &tick in ticks.at.iter().step_by(every) {
                let y = from + CURVES * (1.0 - (tick - low) / (high - low));
                sheet.text_mid(&ticks.words(tick), (GUTTER - 3.0 * PT, y), typed(SMALL, Hang::End))?;
            }
            sheet.text("%", (GUTTER - 3.0 * PT, from - 4.0 * PT), typed(SMALL, Hang::End))?;
        }
        tile(sheet, county, place, width, &ticks, figure)?;
        bottom = place.1 + height;
    }
    Ok(bottom)
}

fn with_numbers(sheet: &Sheet, figure: &Counties, top: f64) -> Result<f64, PlotError> {
    let widest = figure
        .tiles
        .iter()
        .map(|county| text_width(&county.name, SMALL))
        .fold(0.0, f64::max);
    let room = sheet.width() - 2.0 * MARGIN;
    let columns = (room / (widest + 6.0 * PT).max(36.0 * PT)).floor().max(1.0) as usize;
    let width = room / columns as f64;
    let many = figure.tiles.len() > 20 * columns;
    let tall = if many { SMALL_TILE.1 } else { SMALL_TILE.0 };
    let mut bottom = top;
    for (at, county) in figure.tiles.iter().enumerate() {
        let place = (
            MARGIN + (at % columns) as f64 * width,
            top + (at / columns) as f64 * tall,
        );
        header(sheet, county, place, (width, tall), range(&figure.tiles))?;
        bottom = place.1 + tall;
    }
    Ok(bottom + 8.0 * PT)
}

fn figure(page: Page, figure: &Counties) -> Result<Figure, PlotError> {
    let question = page.say("Where is the return to poverty high?", "哪些县的返贫率高？");
    let (first, last) = figure.years;
    let line = line_name(page, &figure.line);
    let layout = layout(page, figure);
    let base = scenario_name(page, figure.scenarios.first().map_or("", String::as_str));
    let mut note = page.say(
        format!("Annual hazard of return, % of lifted households (register, {line}); heads of tiles: \u{201c}{base}\u{201d}, {first}\u{2013}{last}"),
        format!("脱贫户年返贫率，%（建档立卡口径，{line}）；标题栏数字为“{base}”{first}–{last} 年年均"),
    );
    let compared = layout.is_some() && figure.tiles.iter().any(|county| !county.changes.is_empty());
    if compared {
        note += page.say(
            "; under the curves: difference to it over these years, percentage points",
            "；曲线下方为与其相差的百分点",
        );
    }
    let drawing = draw(page, |sheet| {
        let mut y = heading(sheet, question, &note)?;
        if layout.is_some() {
            let named = |(at, id): (usize, &String)| (scenario_name(page, id), line_style(at));
            let names: Vec<_> = figure.scenarios.iter().enumerate().map(named).collect();
            y = line_rows(sheet, y + 7.0 * PT, &names)?;
        }
        y += 10.0 * PT;
        y = match layout {
            Some(layout) => with_curves(sheet, figure, y, layout)?,
            None => with_numbers(sheet, figure, y)?,
        };
        let y = scale(sheet, figure, y + 2.0 * PT)? + 0.3 * LABEL;
        match layout {
            Some(_) => Ok(y),
            None => spread::spread(sheet, figure, y + 4.0 * PT),
        }
    })?;
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption(page, figure, question, (layout.is_some(), compared)).text(page),
    })
}

fn caption<'c>(page: Page, figure: &Counties, question: &'c str, (curves, compared): (bool, bool)) -> Caption<'c> {
    let base = scenario_name(page, figure.scenarios.first().map_or("", String::as_str));
    let mut shows = page.say(
        format!(
            "A tile a county, in the order of the annual hazard of return under \u{201c}{base}\u{201d}, the highest first; the tiles are \
             no map. The shade and the number in the head of a tile are that hazard over all years."
        ),
        format!("每格一县，按“{base}”下的年返贫率由高到低排列；不是地图。标题栏的深浅和数字为各年合计的返贫率。"),
    );
    if curves {
        shows += page.say(
            " The curves are the annual hazards of all scenarios, on the same axes everywhere; a marker stands at every third year.",
            "曲线为各情景的年返贫率，各县坐标相同；每三年一个标记。",
        );
    } else {
        shows += if figure.tiles.iter().any(|county| !county.series.is_empty()) {
            page.say(
                " There are too many counties for curves on this page.",
                "县数过多，本版面不画曲线。",
            )
        } else {
            page.say(
                " There are no curves, as the hazards of single years are not shown in the table.",
                "表中未公布各年的返贫率，因此不画曲线。",
            )
        };
        if !figure.compared.is_empty() {
            shows += page.say(
                " Below, each stroke is a county's difference to the base over all years, and the marker that of all counties.",
                "下方每条短线为一县各年合计与基准之差，标记为所有县合计。",
            );
        }
    }
    if figure
        .tiles
        .iter()
        .any(|county| county.level.is_some_and(|(_, few)| few))
    {
        shows += page.say(" Asterisk: fewer than 20 returns.", "星号：返贫少于 20 次。");
    }
    if figure.tiles.iter().any(|county| county.level.is_none()) {
        shows += page.say(" A hatched tile is not shown in the table.", "斜纹格：表中未公布。");
    }
    if compared {
        let names: Vec<String> = figure
            .compared
            .iter()
            .map(|own| scenario_name(page, &figure.scenarios[own.place]))
            .collect();
        shows += &page.say(
            format!(" Differences are of: {}.", names.join(", ")),
            format!("差值所属情景：{}。", names.join("、")),
        );
    }
    let (definition, line) = (convention_definition(page, "register"), line_name(page, &figure.line));
    let n = replicates_in_words(page, &figure.replicates);
    let households = figure.tiles.iter().filter_map(|county| county.households);
    let (least, most) = households.fold((f64::INFINITY, 0.0_f64), |(low, high), own| {
        (low.min(own), high.max(own))
    });
    let (least, most) = (grouped(least), grouped(most));
    let intervals = page.say(
        "none are drawn: paired.csv has those of differences over all counties together.",
        "未绘出区间：paired.csv 只有所有县合计差值的区间。",
    );
    Caption {
        question,
        shows,
        definition: page.say(
            format!(
                "Annual hazard of return: of the lifted households not poor at the start of a year, the per cent poor at its end. \
                 {definition} Line: {line}."
            ),
            format!("年返贫率：年初不贫困的脱贫户中，年末贫困者所占的百分比。{definition}贫困线：{line}。"),
        ),
        n: page.say(
            format!("Mean over {n} replicates; {least} to {most} lifted households a county in the first year."),
            format!("{n}次重复的均值；各县第一年有 {least} 至 {most} 户脱贫户。"),
        ),
        intervals: intervals.to_owned(),
        tables: if compared || !(curves || figure.compared.is_empty()) { &["indicators.csv", "paired.csv"] } else { &["indicators.csv"] },
    }
}
