//! The heat map: the headline over two axes of a grid at once, with what cannot be told from the best.

use super::super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::super::caption::Caption;
use super::super::page::Page;
use super::super::sheet::{Hang, Sheet, Type, draw, text_width, typed, wrap};
use super::super::sources::Sources;
use super::super::style::{Fill, GRID, INK, LABEL, PAPER, PT, SMALL, SOFT};
use super::super::{Draw, Figure, PlotError};
use super::Sweep;
use super::design::Axis;
use super::estimate::Estimate;
use super::grid::Grid;
use super::names::{Better, axis_name, better, decimals, fixed, level_name, level_of};
use super::read::{Measured, between};
use super::response::small;
use super::wording::{averaged, axis_told};
use plotters::style::RGBColor;

/// The colours of the scale, from the least to the most: each darker than the one before, so that it reads in grey.
const SCALE: [RGBColor; 6] = [
    RGBColor(0xfb, 0xf6, 0xdc),
    RGBColor(0xd6, 0xe6, 0xc0),
    RGBColor(0x8f, 0xc9, 0xc0),
    RGBColor(0x43, 0x9a, 0xbf),
    RGBColor(0x1f, 0x5f, 0xa0),
    RGBColor(0x14, 0x24, 0x5c),
];
/// The smallest writing in a cell.
const TINY: f64 = 6.0 * PT;

/// What stands in a cell.
struct Cell {
    value: Option<Estimate>,
    /// Whether it cannot be told from the cell that all are held against.
    is_within_noise: bool,
}

/// The cells of a map, with the one that all are held against.
struct Map {
    /// By level of the axis across, then of the second.
    cells: Vec<Vec<Cell>>,
    against: Option<(usize, usize)>,
    /// Whether any cell has runs enough to be held against the framed one.
    is_tested: bool,
}

/// The headline over two axes.
pub(in super::super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let sweep = Sweep::read(sources)?;
    let two = sweep.design.any_grid().is_some_and(|grid| grid.second.is_some());
    if !sweep.design.is_grid || !two || !has_cells(&sweep) {
        return Ok(None);
    }
    Ok(Some(Box::new(move |page| map(page, &sweep))))
}

/// Whether any cell has all of its runs.
fn has_cells(sweep: &Sweep) -> bool {
    let (Some(headline), Some(grid)) = (sweep.headline(), sweep.design.any_grid()) else {
        return false;
    };
    let Some(second) = grid.second else { return false };
    cells(headline, &grid, second).against.is_some()
}

/// The colour of a share of the range.
fn colour(share: f64) -> RGBColor {
    let place = share.clamp(0.0, 1.0) * (SCALE.len() - 1) as f64;
    let low = (place.floor() as usize).min(SCALE.len() - 2);
    let part = place - low as f64;
    let mix = |one: u8, other: u8| (f64::from(one) + part * (f64::from(other) - f64::from(one))).round() as u8;
    let (one, other) = (SCALE[low], SCALE[low + 1]);
    RGBColor(mix(one.0, other.0), mix(one.1, other.1), mix(one.2, other.2))
}

fn cells(headline: &Measured, grid: &Grid, second: &Axis) -> Map {
    let all = |of: &dyn Fn(usize, usize) -> Cell| -> Vec<Vec<Cell>> {
        let column = |across: usize| (0..second.levels.len()).map(|up| of(across, up)).collect();
        (0..grid.across.levels.len()).map(column).collect()
    };
    let value = |across: usize, up: usize| headline.level(&grid.cell(across, Some(up))?);
    let plain = all(&|across, up| Cell {
        value: value(across, up),
        is_within_noise: false,
    });
    let places = || (0..plain.len()).flat_map(|across| (0..second.levels.len()).map(move |up| (across, up)));
    let mut told: Vec<((usize, usize), f64)> = places()
        .filter_map(|(across, up)| Some(((across, up), plain[across][up].value?.mean)))
        .collect();
    match better(&headline.output.indicator) {
        Some(Better::Lower) => told.sort_by(|one, other| one.1.total_cmp(&other.1)),
        Some(Better::Higher) => told.sort_by(|one, other| other.1.total_cmp(&one.1)),
        None => {}
    }
    let against = told.first().map(|(place, _)| *place);
    let base = against.and_then(|(across, up)| grid.cell(across, Some(up)));
    let within = |across: usize, up: usize| {
        let points = base.as_ref().zip(grid.cell(across, Some(up)));
        let difference = points.and_then(|(base, own)| headline.difference(&between(&own, base)));
        difference.is_some_and(|own| own.ends.is_some() && !own.is_beyond_noise())
    };
    let is_tested = places().any(|(across, up)| {
        let points = base.as_ref().zip(grid.cell(across, Some(up)));
        let difference = points.and_then(|(base, own)| headline.difference(&between(&own, base)));
        against != Some((across, up)) && difference.is_some_and(|own| own.ends.is_some())
    });
    Map {
        is_tested,
        cells: all(&|across, up| Cell {
            value: value(across, up),
            is_within_noise: against != Some((across, up)) && within(across, up),
        }),
        against,
    }
}

fn map(page: Page, sweep: &Sweep) -> Result<Figure, PlotError> {
    let grid = sweep.design.any_grid();
    let (Some(headline), Some(grid)) = (sweep.headline(), grid) else {
        return Err(PlotError::Drawing("a sweep without a grid has no heat map".to_owned()));
    };
    let Some(second) = grid.second else {
        return Err(PlotError::Drawing("a heat map needs two axes".to_owned()));
    };
    let map = cells(headline, &grid, second);
    let what = headline.name(page);
    let (across_name, up_name) = (axis_name(page, &grid.across.name), axis_name(page, &second.name));
    let question = page.say(
        format!("Where is the {} low, and where high?", small(&what)),
        format!("{what}在何处低、何处高？"),
    );
    let is_best = better(&headline.output.indicator).is_some();
    let held = if is_best {
        page.say("the best cell (framed)", "最优格（加框）")
    } else {
        page.say("the first cell (framed)", "首格（加框）")
    };
    let rings = if map.is_tested {
        page.say(
            format!("; ring: not told from {held} at 95%"),
            format!("；圆圈：与{held}无法区分（95%）"),
        )
    } else {
        page.say(
            "; one run a cell: what is luck cannot be told".to_owned(),
            "；每格只有一次运行，无法区分随机误差".to_owned(),
        )
    };
    let note = format!("{}{rings}{}", headline.title(page), sweep.partial_note(page));
    let values: Vec<f64> = map
        .cells
        .iter()
        .flatten()
        .filter_map(|cell| Some(cell.value?.mean))
        .collect();
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| {
            (low.min(*own), high.max(*own))
        });
    let digits = decimals(high - low);
    let written = std::cell::Cell::new(true);
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, &question, &note)? + 14.0 * PT;
        let names: Vec<String> = second.levels.iter().map(|level| level_name(page, level)).collect();
        let room = if page.narrow() { 62.0 * PT } else { 110.0 * PT };
        let names: Vec<Vec<String>> = names.iter().map(|name| wrap(name, SMALL, room)).collect();
        let widest = names
            .iter()
            .flatten()
            .map(|line| text_width(line, SMALL))
            .fold(0.0, f64::max);
        let left = MARGIN + 1.6 * LABEL + widest + 6.0 * PT;
        let count = (grid.across.levels.len() as f64, names.len() as f64);
        let right = (sheet.width() - MARGIN).min(left + count.0 * 165.0 * PT);
        let wide = (right - left) / count.0;
        // High enough for the name of the axis to stand beside all of them.
        let high_cell = (0.62 * wide)
            .clamp(13.0 * PT, 27.0 * PT)
            .max(text_width(&up_name, LABEL) / count.1);
        let bottom = top + high_cell * count.1;
        let panel = Panel {
            left,
            right,
            top,
            bottom,
            across: (0.0, count.0),
            up: (0.0, count.1),
        };
        let range = if high > low { high - low } else { 1.0 };
        let size = [SMALL, TINY].into_iter().find(|size| {
            let widest = values
                .iter()
                .map(|value| text_width(&fixed(*value, digits), *size))
                .fold(0.0, f64::max);
            // A ring stands in the corner beside the number, or above it where cells are high.
            let ring = if high_cell < 19.0 * PT { 12.0 * PT } else { 0.0 };
            widest + 3.0 * PT + ring <= wide
        });
        written.set(size.is_some());
        for (across, column) in map.cells.iter().enumerate() {
            for (up, cell) in column.iter().enumerate() {
                // Numbers ascend; names are read from above.
                let row = if second.is_number { up } else { names.len() - 1 - up };
                let (x, y) = (panel.x(across as f64), panel.y((row + 1) as f64));
                let corner = (x + wide, y + high_cell);
                let Some(value) = cell.value else {
                    sheet.filled(
                        (x, y),
                        corner,
                        Fill {
                            colour: GRID,
                            hatched: true,
                        },
                    )?;
                    continue;
                };
                let fill = Fill {
                    colour: colour((value.mean - low) / range),
                    hatched: false,
                };
                sheet.filled((x, y), corner, fill)?;
                let middle = (x + 0.5 * wide, y + 0.5 * high_cell);
                if let Some(size) = size {
                    let look = Type {
                        size,
                        colour: fill.ink(),
                        hang: Hang::Middle,
                    };
                    sheet.text_mid(&fixed(value.mean, digits), middle, look)?;
                }
                if cell.is_within_noise {
                    let place = if size.is_some() {
                        (corner.0 - 4.0 * PT, y + 4.0 * PT)
                    } else {
                        middle
                    };
                    ring(sheet, place, fill)?;
                }
            }
        }
        if let Some((across, up)) = map.against {
            let row = if second.is_number { up } else { names.len() - 1 - up };
            let (x, y) = (panel.x(across as f64), panel.y((row + 1) as f64));
            let (to, down) = (x + wide, y + high_cell);
            let frame = [(x, y), (to, y), (to, down), (x, down), (x, y), (to, y)];
            sheet.line(&frame, PAPER, 3.2 * PT, &[])?;
            sheet.line(&frame, INK, 1.6 * PT, &[])?;
        }
        for (up, lines) in names.iter().enumerate() {
            let row = if second.is_number { up } else { names.len() - 1 - up };
            let y = panel.y(row as f64 + 0.5) - 0.5 * 1.18 * SMALL * (lines.len() as f64 - 1.0);
            for (at, line) in lines.iter().enumerate() {
                let place = (left - 4.0 * PT, y + at as f64 * 1.18 * SMALL);
                sheet.text_mid(line, place, typed(SMALL, Hang::End))?;
            }
        }
        sheet.text_up(
            &up_name,
            (MARGIN + LABEL, 0.5 * (top + bottom)),
            typed(LABEL, Hang::Middle),
        )?;
        let y = level_names(sheet, &panel, grid.across, wide)?;
        let y = y + 4.0 * PT + LABEL;
        sheet.text(&across_name, (0.5 * (left + right), y), typed(LABEL, Hang::Middle))?;
        scale_bar(
            sheet,
            (left, y + 15.0 * PT),
            (low, high),
            (&headline.title(page), digits),
        )
    })?;
    Ok(Figure {
        caption: caption(page, sweep, &grid, &map, (&question, written.get())),
        drawing,
        question,
    })
}

/// A small ring that shows on any colour.
fn ring(sheet: &Sheet, (x, y): (f64, f64), fill: Fill) -> Result<(), PlotError> {
    let r = 1.7 * PT;
    let corners: Vec<(f64, f64)> = (0..=16)
        .map(|at| f64::from(at) * std::f64::consts::TAU / 16.0)
        .map(|angle| (x + r * angle.cos(), y + r * angle.sin()))
        .collect();
    sheet.line(&corners, fill.ink(), 0.8 * PT, &[])
}

/// The levels across under their columns, as many as there is room for; returns where they end.
fn level_names(sheet: &Sheet, panel: &Panel, axis: &Axis, wide: f64) -> Result<f64, PlotError> {
    let names: Vec<Vec<String>> = axis
        .levels
        .iter()
        .map(|level| wrap(&level_name(sheet.page, level), SMALL, wide - 2.0 * PT))
        .collect();
    let widest = names
        .iter()
        .flatten()
        .map(|line| text_width(line, SMALL))
        .fold(0.0, f64::max);
    let every = ((widest + 3.0 * PT) / wide).ceil().max(1.0) as usize;
    let mut end = panel.bottom;
    for (at, lines) in names.iter().enumerate() {
        if at % every == 0 {
            let place = (panel.x(at as f64 + 0.5), panel.bottom + 3.0 * PT + SMALL);
            end = end.max(paragraph(sheet, lines, place, typed(SMALL, Hang::Middle))?);
        }
    }
    Ok(end)
}

/// The scale of colours with its numbers and unit; returns where it ends.
fn scale_bar(
    sheet: &Sheet,
    (left, top): (f64, f64),
    (low, high): (f64, f64),
    (title, digits): (&str, usize),
) -> Result<f64, PlotError> {
    let wide = (sheet.width() - MARGIN - left).min(190.0 * PT);
    let tall = 8.0 * PT;
    let steps = 96;
    for step in 0..steps {
        let x = |at: i32| left + wide * f64::from(at) / f64::from(steps);
        let share = (f64::from(step) + 0.5) / f64::from(steps);
        // Half a step more, so that no paper shows between two.
        let to = (x(step + 1) + 0.5 * wide / f64::from(steps)).min(left + wide);
        sheet.rectangle((x(step), top), (to, top + tall), colour(share))?;
    }
    let frame = [
        (left, top),
        (left + wide, top),
        (left + wide, top + tall),
        (left, top + tall),
        (left, top),
    ];
    sheet.line(&frame, SOFT, 0.5 * PT, &[])?;
    let inner = Ticks::around(low, high).at;
    let range = if high > low { high - low } else { 1.0 };
    let within = inner.into_iter().filter(|tick| (low..=high).contains(tick));
    let end = top + tall + 3.0 * PT + SMALL;
    let mut free = f64::NEG_INFINITY;
    for tick in within {
        let x = left + wide * (tick - low) / range;
        let word = fixed(tick, digits);
        let half = 0.5 * text_width(&word, SMALL);
        sheet.line(&[(x, top + tall), (x, top + tall + 2.0 * PT)], SOFT, 0.6 * PT, &[])?;
        if x - half >= free {
            sheet.text(&word, (x, end), typed(SMALL, Hang::Middle))?;
            free = x + half + 4.0 * PT;
        }
    }
    let lines = wrap(title, LABEL, sheet.width() - MARGIN - left);
    let last = paragraph(sheet, &lines, (left, end + 2.0 * PT + LABEL), typed(LABEL, Hang::Start))?;
    Ok(last + 9.0 * PT)
}

fn caption(page: Page, sweep: &Sweep, grid: &Grid, map: &Map, (question, written): (&str, bool)) -> String {
    let (Some(headline), Some(second)) = (sweep.headline(), grid.second) else {
        return String::new();
    };
    let is_best = better(&headline.output.indicator).is_some();
    let frame = map.against.map_or(String::new(), |(across, up)| {
        let place = [(grid.across, across), (second, up)].map(|(axis, level)| level_of(page, axis, level));
        let place = place.join(page.say(", ", "，"));
        let value = map.cells[across][up].value.map_or(f64::NAN, |value| value.mean);
        let value = super::names::number_words(value);
        let unit = headline.unit(page);
        match (is_best, page.say(true, false)) {
            (true, true) => format!(
                " Framed: the best cell ({place}; {value} {unit}); as it was picked for being so, luck makes it look better than it is."
            ),
            (true, false) => format!("加框者为最优格（{place}；{value} {unit}）；因是事后挑出，会显得比实际更好。"),
            (false, true) => format!(" Framed: the cell that the others are held against ({place}; {value} {unit})."),
            (false, false) => format!("加框者为比较基准（{place}；{value} {unit}）。"),
        }
    });
    let within = map.cells.iter().flatten().filter(|cell| cell.is_within_noise).count();
    let empty = map.cells.iter().flatten().filter(|cell| cell.value.is_none()).count();
    let cells = map.cells.iter().map(Vec::len).sum::<usize>();
    let rings = match (map.is_tested, page.say(true, false)) {
        (true, true) => {
            format!(" Ring: the difference to the framed cell is within noise ({within} of {cells} cells).")
        }
        (true, false) => format!("圆圈：与加框格之差在随机误差之内（{cells} 格中 {within} 格）。"),
        (false, true) => " One run a cell: no difference is tested.".to_owned(),
        (false, false) => "每格只有一次运行，未检验任何差异。".to_owned(),
    };
    let mut shows = page.say(
        format!(
            "{} over {} and {}; cells stand evenly, whatever the distance of levels.{}{frame}{rings}",
            headline.name(page),
            axis_told(page, grid.across),
            axis_told(page, second),
            averaged(page, &grid.others)
        ),
        format!(
            "{}，横轴：{}；纵轴：{}；各格等宽，不按取值间距。{}{frame}{rings}",
            headline.name(page),
            axis_told(page, grid.across),
            axis_told(page, second),
            averaged(page, &grid.others)
        ),
    );
    if !written {
        shows += page.say(
            " The numbers are in the summary, as cells are too small for them.",
            "格子太小，数值见汇总表。",
        );
    }
    if empty > 0 {
        shows += &page.say(
            format!(" Hatched: {empty} cells without all of their runs."),
            format!("斜线格：{empty} 格缺少运行。"),
        );
    }
    let caption = Caption {
        question,
        shows,
        definition: headline.definition(page),
        n: sweep.n(page),
        intervals: page.say(
            format!(
                "not drawn; rings: difference to the framed cell, {} Cell by cell, not corrected for their number.",
                sweep.differences_interval(page)
            ),
            format!(
                "未画出；圆圈依据与加框格之差，{}逐格比较，未作多重比较校正。",
                sweep.differences_interval(page)
            ),
        ),
        tables: &[sweep.summary, sweep.results],
    };
    caption.text(page)
}

#[cfg(test)]
mod tests {
    use super::super::example::{Example, figure};
    use super::{Fill, colour, read};

    const GRID: [&[&str]; 4] = [&["1", "10"], &["1", "20"], &["2", "10"], &["2", "20"]];

    #[test]
    fn what_cannot_be_told_from_the_best_cell_has_a_ring() {
        // The last is the best; the one before it differs from it by luck alone, the others plainly.
        let hazard = |point: usize, luck: usize| match point {
            0 => 0.05,
            1 => 0.04,
            2 => 0.03 + if luck.is_multiple_of(2) { 0.002 } else { -0.001 },
            _ => 0.03,
        };
        let folder =
            Example::of(&[("a", true), ("b", true)], &GRID).write(|point, luck, _| (hazard(point, luck), 900.0));
        let figure = figure(&folder, read).unwrap().unwrap();
        for part in ["5.0", "4.0", "3.0", "10", "20"] {
            assert!(figure.drawing.says(part), "{part}");
        }
        assert!(figure.caption.contains("(1 of 4 cells)"), "{}", figure.caption);
        assert!(
            figure.caption.contains("Framed: the best cell (A: 2, B: 20; 3 %)"),
            "{}",
            figure.caption
        );
    }

    #[test]
    fn a_cell_without_runs_is_hatched_and_said_and_scattered_points_have_no_map() {
        let mut example = Example::of(&[("a", true), ("b", true)], &GRID);
        example.missing = (0..4).map(|luck| (1, luck)).collect();
        let folder = example.write(|point, _, _| (0.01 * (1 + point) as f64, 900.0));
        let drawn = figure(&folder, read).unwrap().unwrap();
        assert!(drawn.caption.contains("Hatched: 1 cells"), "{}", drawn.caption);
        let folder = Example::of(&[("a", true), ("b", true)], &GRID[..3]).write(|_, _, _| (0.01, 900.0));
        assert!(figure(&folder, read).unwrap().is_none());
    }

    #[test]
    fn the_scale_is_darker_at_every_step_and_numbers_show_on_it() {
        let grey = |share: f64| {
            let own = colour(share);
            0.299 * f64::from(own.0) + 0.587 * f64::from(own.1) + 0.114 * f64::from(own.2)
        };
        let greys: Vec<f64> = (0..=100).map(|at| grey(f64::from(at) / 100.0)).collect();
        assert!(greys.windows(2).all(|two| two[1] < two[0]), "{greys:?}");
        for (at, behind) in greys.iter().enumerate() {
            let fill = Fill {
                colour: colour(at as f64 / 100.0),
                hatched: false,
            };
            assert!((f64::from(fill.ink().0) - behind).abs() > 70.0);
        }
    }
}
