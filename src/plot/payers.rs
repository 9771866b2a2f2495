//! Who pays for care, as stacked bars of yuan per head and year.

use std::fmt::Write as _;

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph, source};
use super::series::replicates_in_words;
use super::sheet::{Hang, Place, Sheet, WIDTH, draw, typed, wrap};
use super::style::{Fill, GRID, INK, LABEL, OTHER, PT, SMALL, grouped, payer_fill, payer_name, words};
use super::table::Table;
use super::{Figure, PlotError};

/// The most scenarios whose names find room under the bars of a panel.
const MOST_BARS: usize = 4;

/// One scenario's bar: yuan per head and year, by payer, from the bottom.
struct Bar {
    scenario: String,
    parts: Vec<(String, f64)>,
}

/// Yuan per head and year by payer, for lifted households and for everybody; its caption says how much care is forgone (`indicators`).
pub(super) fn payers(table: &Table, indicators: &Table, replicates: &[f64]) -> Result<Option<Figure>, PlotError> {
    let categories = table.distinct("category", &[("county", "all")])?;
    let everybody = ["all", "everybody", "everyone", "population"]
        .into_iter()
        .find(|name| categories.iter().any(|c| c == name));
    let mut panels = Vec::new();
    for (category, title) in [(Some("lifted"), "Lifted households"), (everybody, "Everybody")] {
        let Some(category) = category else { continue };
        let bars = bars_of(table, category)?;
        if !bars.is_empty() {
            panels.push((title, bars));
        }
    }
    if panels.is_empty() {
        return Ok(None);
    }
    let left_out = choose_bars(&mut panels);
    let stack = stack_order(&panels);
    let merged = merge_small(&mut panels, &stack);
    let highest = panels
        .iter()
        .flat_map(|(_, bars)| bars)
        .map(height_of)
        .fold(0.0, f64::max);
    if highest <= 0.0 {
        return Ok(None);
    }

    let question = "Who pays for care?";
    let height = 245.0 * PT;
    let svg = draw(height, |sheet| {
        heading(
            sheet,
            question,
            "Medical spending per head and year by who bears it; household at the bottom",
        )?;
        let ticks = Ticks::around(0.0, highest * 1.05);
        let (gutter, between, names) = (48.0 * PT, 16.0 * PT, 132.0 * PT);
        let bars: usize = panels.iter().map(|(_, bars)| bars.len()).sum();
        let room = f64::from(WIDTH) - gutter - names - between * (panels.len() as f64 - 1.0);
        let mut left = gutter;
        for (number, (title, panel_bars)) in panels.iter().enumerate() {
            let right = left + room * panel_bars.len() as f64 / bars as f64;
            let bounds = (0.0, panel_bars.len() as f64);
            let panel = Panel {
                left,
                right,
                top: 56.0 * PT,
                bottom: height - 38.0 * PT,
                across: bounds,
                up: ticks.range,
            };
            if number == 0 {
                panel.vertical_axis(sheet, &ticks, "Yuan per head and year")?;
            } else {
                for &tick in &ticks.at {
                    sheet.line(&[(left, panel.y(tick)), (right, panel.y(tick))], GRID, 0.5 * PT, &[])?;
                }
            }
            panel.title(sheet, &format!("({}) {title}", ["a", "b"][number.min(1)]))?;
            for (place, bar) in panel_bars.iter().enumerate() {
                column(sheet, &panel, bar, place, &stack)?;
            }
            sheet.line(&[(left, panel.bottom), (right, panel.bottom)], INK, 0.7 * PT, &[])?;
            left = right + between;
        }
        let shown = shown_parts(&panels, &stack);
        payer_legend(sheet, (left - between + 16.0 * PT, 62.0 * PT), &shown)
    })?;
    Ok(Some(Figure {
        name: "payers",
        svg,
        caption: payers_caption(question, &merged, &left_out, replicates)
            + &forgone(indicators)?
            + &source("payers.csv"),
    }))
}

fn payers_caption(question: &str, merged: &[String], left_out: &[String], replicates: &[f64]) -> String {
    let mut caption = format!(
        "{question}\n\nMedical spending in yuan per head and year by who bears it (column yuan_per_head of the table; \
         the rows of all years together where the table has them, else the mean over years), (a) for members of lifted \
         households and (b) for everybody, all counties. Household: paid at use, net of all layers, premiums apart. \
         Unpaid: bills in arrears that the provider carries. The numbers above the bars are totals. Mean over {} \
         replicates; the table has no interval for these means.\n",
        replicates_in_words(replicates)
    );
    if !merged.is_empty() {
        let _ = writeln!(
            caption,
            "Other: payers with less than 1% of every bar: {}.",
            merged.join(", ")
        );
    }
    if !left_out.is_empty() {
        let _ = writeln!(
            caption,
            "Scenarios in the table that find no room here: {}.",
            left_out.join(", ")
        );
    }
    caption
}

/// What is spent must be read with what is forgone: needed admissions that were not had, by scenario.
fn forgone(indicators: &Table) -> Result<String, PlotError> {
    let mut told = Vec::new();
    for (category, whom) in [("lifted", "lifted"), ("all", "everybody")] {
        let wanted = [
            ("county", "all"),
            ("category", category),
            ("indicator", "forgone_admission"),
            ("year", "all"),
        ];
        for row in indicators.rows_where(&wanted)? {
            if let Some(mean) = row.number("mean")? {
                told.push(format!("{}, {whom}, {:.1}%", row.text("scenario")?, 100.0 * mean));
            }
        }
    }
    Ok(if told.is_empty() {
        String::new()
    } else {
        format!(
            "Spending also falls when people stop going. Of needed admissions there were forgone: {}.\n",
            told.join("; ")
        )
    })
}

/// One category's bars in the order of scenarios.
fn bars_of(table: &Table, category: &str) -> Result<Vec<Bar>, PlotError> {
    let mut bars = Vec::new();
    let wanted = [("county", "all"), ("category", category)];
    'scenarios: for scenario in table.distinct("scenario", &wanted)? {
        let of_scenario = [wanted[0], wanted[1], ("scenario", scenario.as_str())];
        let rows = table.rows_where(&of_scenario)?;
        let mut whole = false;
        for row in &rows {
            whole |= row.text("year")? == "all";
        }
        // Sum and number of years by payer; rows of all years together stand alone.
        let mut sums: Vec<(String, f64)> = Vec::new();
        let mut years: Vec<&str> = Vec::new();
        for row in &rows {
            let year = row.text("year")?;
            if whole != (year == "all") {
                continue;
            }
            if year != "all" {
                row.year()?;
            }
            let payer = row.text("payer")?;
            // Where a payer is masked, the others are no whole.
            let Some(yuan) = row.number("yuan_per_head")? else {
                continue 'scenarios;
            };
            if yuan < -0.005 {
                return Err(row.wrong(format!(
                    "`yuan_per_head` is {yuan}; a payer cannot bear less than nothing"
                )));
            }
            if !years.contains(&year) {
                years.push(year);
            }
            match sums.iter_mut().find(|(known, _)| known == payer) {
                Some((_, sum)) => *sum += yuan,
                None => sums.push((payer.to_owned(), yuan)),
            }
        }
        let count = years.len().max(1) as f64;
        let parts = sums
            .into_iter()
            .map(|(payer, sum)| (payer, sum.max(0.0) / count))
            .collect();
        bars.push(Bar { scenario, parts });
    }
    Ok(bars)
}

fn height_of(bar: &Bar) -> f64 {
    bar.parts.iter().map(|(_, yuan)| yuan).sum()
}

/// Keeps the first scenario, the one called `package`, and others while there is room; returns the names of the rest.
fn choose_bars(panels: &mut [(&str, Vec<Bar>)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for bar in panels.iter().flat_map(|(_, bars)| bars) {
        if !names.contains(&bar.scenario) {
            names.push(bar.scenario.clone());
        }
    }
    if names.len() > MOST_BARS
        && let Some(at) = names.iter().position(|name| name == "package")
        && at >= MOST_BARS
    {
        let package = names.remove(at);
        names.insert(1, package);
    }
    let left_out = names.split_off(names.len().min(MOST_BARS));
    for (_, bars) in panels {
        bars.retain(|bar| !left_out.contains(&bar.scenario));
    }
    left_out
}

/// The payers from the bottom of the stack: household, arrears, layers in the order of the table, programme.
fn stack_order(panels: &[(&str, Vec<Bar>)]) -> Vec<String> {
    let mut payers: Vec<String> = Vec::new();
    for (payer, _) in panels.iter().flat_map(|(_, bars)| bars).flat_map(|bar| &bar.parts) {
        if !payers.contains(payer) {
            payers.push(payer.clone());
        }
    }
    payers.sort_by_key(|payer| match payer.as_str() {
        "household" => 0,
        "arrears_provider" => 1,
        "programme" => 3,
        _ => 2,
    });
    payers
}

/// Gathers payers with less than 1% of every bar under an empty name; returns their plain names.
fn merge_small(panels: &mut [(&str, Vec<Bar>)], stack: &[String]) -> Vec<String> {
    let share_of = |payer: &str, bar: &Bar| {
        let yuan: f64 = bar
            .parts
            .iter()
            .filter(|(name, _)| name == payer)
            .map(|(_, yuan)| yuan)
            .sum();
        yuan / height_of(bar).max(f64::MIN_POSITIVE)
    };
    let small: Vec<&String> = stack
        .iter()
        .filter(|payer| *payer != "household")
        .filter(|payer| {
            panels
                .iter()
                .flat_map(|(_, bars)| bars)
                .all(|bar| share_of(payer, bar) < 0.01)
        })
        .collect();
    for bar in panels.iter_mut().flat_map(|(_, bars)| bars) {
        let rest: f64 = bar
            .parts
            .iter()
            .filter(|(payer, _)| small.contains(&payer))
            .map(|(_, yuan)| yuan)
            .sum();
        bar.parts.retain(|(payer, _)| !small.contains(&payer));
        bar.parts.push((String::new(), rest));
    }
    small.into_iter().map(|payer| payer_name(payer)).collect()
}

/// How a part looks; the empty name gathers what is small.
fn look_of(payer: &str, stack: &[String]) -> Fill {
    if payer.is_empty() {
        return OTHER;
    }
    let layers = stack
        .iter()
        .filter(|name| !matches!(name.as_str(), "household" | "arrears_provider" | "programme"));
    let place = layers.into_iter().position(|name| name == payer).unwrap_or(0);
    payer_fill(payer, place)
}

/// The parts that any bar shows, from the bottom, with their looks and names.
fn shown_parts(panels: &[(&str, Vec<Bar>)], stack: &[String]) -> Vec<(Fill, String)> {
    let shown = |payer: &str| {
        let mut parts = panels.iter().flat_map(|(_, bars)| bars).flat_map(|bar| &bar.parts);
        parts.any(|(name, yuan)| name == payer && *yuan > 0.0)
    };
    let named = stack.iter().map(|payer| (payer.as_str(), payer_name(payer)));
    let all = named.chain(std::iter::once(("", "Other".to_owned())));
    all.filter(|(payer, _)| shown(payer))
        .map(|(payer, name)| (look_of(payer, stack), name))
        .collect()
}

/// Draws one vertical bar with its numbers, its total above and its scenario below.
fn column(sheet: &Sheet, panel: &Panel, bar: &Bar, place: usize, stack: &[String]) -> Result<(), PlotError> {
    let slot = panel.x(1.0) - panel.x(0.0);
    let middle = panel.x(place as f64 + 0.5);
    let half = 0.36 * slot.min(90.0 * PT);
    let mut from = 0.0;
    let order = stack.iter().map(String::as_str).chain(std::iter::once(""));
    for payer in order {
        let yuan: f64 = bar
            .parts
            .iter()
            .filter(|(name, _)| name == payer)
            .map(|(_, yuan)| yuan)
            .sum();
        let (lower, upper) = (panel.y(from), panel.y(from + yuan));
        from += yuan;
        let fill = look_of(payer, stack);
        sheet.filled((middle - half, upper), (middle + half, lower), fill)?;
        if lower - upper > 1.15 * SMALL {
            sheet.number_on(fill, &grouped(yuan), (middle, 0.5 * (lower + upper)))?;
        }
    }
    sheet.text(
        &grouped(from),
        (middle, panel.y(from) - 3.0 * PT),
        typed(LABEL, Hang::Middle),
    )?;
    let name = wrap(&words(&bar.scenario), SMALL, slot - 3.0 * PT);
    paragraph(
        sheet,
        &name,
        (middle, panel.bottom + 4.0 * PT + 0.73 * SMALL),
        typed(SMALL, Hang::Middle),
    )?;
    Ok(())
}

/// The names of payers from the top of the stack down.
fn payer_legend(sheet: &Sheet, (left, top): Place, parts: &[(Fill, String)]) -> Result<(), PlotError> {
    let side = 8.0 * PT;
    let text = left + side + 4.5 * PT;
    let mut y = top;
    for (fill, name) in parts.iter().rev() {
        sheet.filled((left, y - 0.5 * side), (left + side, y + 0.5 * side), *fill)?;
        let lines = wrap(name, LABEL, f64::from(WIDTH) - MARGIN - text);
        let last = paragraph(sheet, &lines, (text, y + 0.36 * LABEL), typed(LABEL, Hang::Start))?;
        y = last - 0.36 * LABEL + 13.5 * PT;
    }
    Ok(())
}
