//! The cost-effectiveness plane: what each scenario costs the public beyond the base, and what it averts.

use super::super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::super::caption::Caption;
use super::super::page::Page;
use super::super::sheet::{Drawing, Hang, Sheet, Type, draw, text_width, typed, wrap};
use super::super::sources::Sources;
use super::super::style::{GRID, INK, LABEL, LineStyle, PAPER, PT, SMALL, SOFT, line_style, scenario_name};
use super::super::{Draw, Figure, PlotError};
use super::Worth;
use super::choice::{Choice, Verdict};
use super::words::{averted_axis, counted, definitions, outcomes, panel_title, per, said};

/// Paper for the numbers and the title left of a panel.
const LEFT: f64 = 42.0 * PT;
/// Height of a panel.
const PANEL: f64 = 150.0 * PT;
/// From the upper edge of a panel to what stands above it, its title between them.
const ABOVE: f64 = 25.0 * PT;
/// Between lines of the legend.
const PITCH: f64 = 12.0 * PT;

/// Every replicate of every scenario on the plane of what it costs and what it averts.
pub(in super::super) fn effectiveness(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let all = outcomes(sources)?;
    if all.is_empty() {
        return Ok(None);
    }
    Ok(Some(Box::new(move |page| {
        let question = page.say(
            "What do the policies cost the public, and what do they avert?",
            "各项政策让公共财政多花多少，又避免了什么？",
        );
        let drawing = drawn(page, question, &all)?;
        let caption = caption(page, question, &all);
        Ok(Figure {
            drawing,
            question: question.to_owned(),
            caption: caption.text(page),
        })
    })))
}

fn drawn(page: Page, question: &str, all: &[Worth]) -> Result<Drawing, PlotError> {
    let Some(first) = all.first() else {
        return draw(page, |sheet| heading(sheet, question, ""));
    };
    let base = scenario_name(page, &first.base);
    let (from, to) = first.years;
    let has_ellipse = all
        .iter()
        .flat_map(|worth| &worth.options)
        .any(|option| !option.ellipse().is_empty());
    let large = if has_ellipse {
        page.say("mean with 95% ellipse", "均值及其 95% 置信椭圆")
    } else {
        page.say("mean", "均值")
    };
    let note = page.say(
        format!("Small: a replicate beside \u{201c}{base}\u{201d}; large: {large}; {from} to {to}, nominal yuan, undiscounted"),
        format!("小标记：与“{base}”相比的一次重复；大标记：{large}。{from} 至 {to} 年，名义元，未贴现"),
    );
    draw(page, |sheet| {
        let mut top = heading(sheet, question, &note)?;
        let across = if page.narrow() { 1 } else { all.len().max(2) };
        let width = (sheet.width() - MARGIN - LEFT * across as f64) / across as f64;
        let (mut left, mut end) = (LEFT, top);
        for (at, worth) in all.iter().enumerate() {
            let (from, bottom) = (top + ABOVE, top + ABOVE + PANEL);
            end = end.max(panel(sheet, worth, (left, left + width), (from, bottom), at)?);
            if page.narrow() {
                top = end;
            } else {
                left += width + LEFT;
            }
        }
        legend(sheet, end + 10.0 * PT, all)
    })
}

/// A panel; returns where it ends.
fn panel(
    sheet: &Sheet,
    worth: &Worth,
    across: (f64, f64),
    (top, bottom): (f64, f64),
    at: usize,
) -> Result<f64, PlotError> {
    let page = sheet.page;
    let places = || worth.options.iter().flat_map(Choice::places);
    let ticks = [
        around(places().map(|place| place.0), 0.3),
        around(places().map(|place| place.1), 0.2),
    ];
    let panel = Panel {
        left: across.0,
        right: across.1,
        top,
        bottom,
        across: ticks[0].range,
        up: ticks[1].range,
    };
    panel.title(sheet, &panel_title(page, at, worth.outcome))?;
    panel.vertical_axis(
        sheet,
        &ticks[1],
        page.say("Extra public cost, yuan/head/year", "新增公共支出，元/人年"),
    )?;
    let end = level_axis(sheet, &panel, &ticks[0], averted_axis(page, worth.outcome))?;
    sheet.line(&[(panel.x(0.0), top), (panel.x(0.0), bottom)], INK, 0.9 * PT, &[])?;
    quadrants(sheet, &panel)?;
    for option in worth.options.iter().rev() {
        for pair in &option.pairs {
            let place = (panel.x(pair.averted_per_1000), panel.y(pair.cost_a_head));
            sheet.marker_of(1.15 * PT, place, line_style(option.place), true)?;
        }
    }
    for option in worth.options.iter().rev() {
        let style = line_style(option.place);
        let ellipse: Vec<_> = option
            .ellipse()
            .iter()
            .map(|&(x, y)| (panel.x(x), panel.y(y)))
            .collect();
        if ellipse.len() > 2 {
            sheet.line(&ellipse, style.colour, 0.9 * PT, &[])?;
        }
        let means = (
            option.mean(|pair| pair.averted_per_1000).mean,
            option.mean(|pair| pair.cost_a_head).mean,
        );
        let place = (panel.x(means.0), panel.y(means.1));
        let halo = LineStyle { colour: PAPER, ..style };
        sheet.marker_of(3.3 * PT, place, halo, false)?;
        sheet.marker_of(2.5 * PT, place, style, false)?;
    }
    Ok(end)
}

impl Choice {
    /// Everything of it that must lie on the plane.
    fn places(&self) -> impl Iterator<Item = (f64, f64)> {
        let pairs = self.pairs.iter().map(|pair| (pair.averted_per_1000, pair.cost_a_head));
        pairs.chain(self.ellipse()).chain([(0.0, 0.0)])
    }
}

/// An axis around numbers, with at least a `share` of its longer side beyond zero on the other, so that all quadrants are seen.
fn around(numbers: impl Iterator<Item = f64>, share: f64) -> Ticks {
    let (low, high) = numbers.fold((0.0, 0.0), |(low, high): (f64, f64), number| {
        (low.min(number), high.max(number))
    });
    let longer = high.max(-low).max(1e-9);
    Ticks::around(low.min(-share * longer), (1.1 * high).max(share * longer))
}

/// Draws the numbers of a level axis under a panel, with its grid and title; returns where they end.
pub(super) fn level_axis(sheet: &Sheet, panel: &Panel, ticks: &Ticks, title: &str) -> Result<f64, PlotError> {
    let bottom = panel.bottom;
    let widest = ticks
        .at
        .iter()
        .map(|&tick| text_width(&ticks.words(tick), SMALL))
        .fold(0.0, f64::max);
    let apart = match ticks.at.as_slice() {
        [one, two, ..] => panel.x(*two) - panel.x(*one),
        _ => f64::INFINITY,
    };
    let every = ((widest + 5.0 * PT) / apart).ceil().max(1.0) as usize;
    // Zero is named if any is.
    let zero = ticks.at.iter().position(|tick| tick.abs() < 1e-12).unwrap_or(0);
    for (at, &tick) in ticks.at.iter().enumerate() {
        let x = panel.x(tick);
        sheet.line(&[(x, panel.top), (x, bottom)], GRID, 0.5 * PT, &[])?;
        sheet.line(&[(x, bottom), (x, bottom + 2.5 * PT)], INK, 0.7 * PT, &[])?;
        if at.abs_diff(zero) % every == 0 {
            let place = (x, bottom + 4.5 * PT + 0.73 * SMALL);
            sheet.text(&ticks.words(tick), place, typed(SMALL, Hang::Middle))?;
        }
    }
    sheet.line(&[(panel.left, bottom), (panel.right, bottom)], INK, 0.7 * PT, &[])?;
    let lines = wrap(title, LABEL, panel.right - panel.left + 8.0 * PT);
    let place = (
        0.5 * (panel.left + panel.right),
        bottom + 9.0 * PT + 0.73 * (SMALL + LABEL),
    );
    let end = paragraph(sheet, &lines, place, typed(LABEL, Hang::Middle))?;
    Ok(end + 0.3 * LABEL)
}

/// Names the quadrants in their outer corners, where there is room.
fn quadrants(sheet: &Sheet, panel: &Panel) -> Result<(), PlotError> {
    let page = sheet.page;
    let (zero, pad) = ((panel.x(0.0), panel.y(0.0)), 3.0 * PT);
    let names = [
        (true, true, page.say("costs more, averts more", "花费更多，避免更多")),
        (false, true, page.say("dominated", "被占优")),
        (true, false, page.say("dominates", "占优")),
        (false, false, page.say("costs less, averts less", "花费更少，避免更少")),
    ];
    for (right, upper, name) in names {
        let width = if right {
            panel.right - zero.0
        } else {
            zero.0 - panel.left
        } - 2.0 * pad;
        let height = if upper {
            zero.1 - panel.top
        } else {
            panel.bottom - zero.1
        } - 2.0 * pad;
        let lines = wrap(name, SMALL, width);
        let wide = lines.iter().map(|line| text_width(line, SMALL)).fold(0.0, f64::max);
        if wide > width || 1.18 * SMALL * lines.len() as f64 > height {
            continue;
        }
        let look = Type {
            colour: SOFT,
            ..typed(SMALL, if right { Hang::End } else { Hang::Start })
        };
        let x = if right { panel.right - pad } else { panel.left + pad };
        let y = if upper {
            panel.top + pad + 0.75 * SMALL
        } else {
            panel.bottom - pad - 1.18 * SMALL * (lines.len() as f64 - 1.0) - 0.1 * SMALL
        };
        paragraph(sheet, &lines, (x, y), look)?;
    }
    Ok(())
}

/// What each scenario is worth, in rows; returns where they end.
fn legend(sheet: &Sheet, top: f64, all: &[Worth]) -> Result<f64, PlotError> {
    let page = sheet.page;
    let mut y = top + 0.5 * LABEL;
    let text = MARGIN + 12.0 * PT;
    // The columns of a wide page.
    let column = |at: usize| 150.0 * PT + at as f64 * 0.5 * (sheet.width() - 150.0 * PT - MARGIN) + 8.0 * PT;
    let look = Type {
        colour: SOFT,
        ..typed(SMALL, Hang::Start)
    };
    if !page.narrow() {
        for (at, worth) in all.iter().enumerate() {
            let title = format!("({}) {}", char::from(b'a' + at as u8), per(page, worth.outcome));
            sheet.text_mid(&title, (column(at), y), look)?;
        }
        y += PITCH;
    }
    // Which scenarios there are is the same for all that is averted, unless one is hidden.
    let mut scenarios: Vec<(usize, &str)> = Vec::new();
    for option in all.iter().flat_map(|worth| &worth.options) {
        if scenarios.iter().all(|(_, known)| *known != option.scenario) {
            scenarios.push((option.place, &option.scenario));
        }
    }
    for (place, scenario) in scenarios {
        sheet.marker_of(2.5 * PT, (MARGIN + 4.0 * PT, y), line_style(place), false)?;
        let name = scenario_name(page, scenario);
        let room = if page.narrow() {
            sheet.width() - MARGIN - text
        } else {
            150.0 * PT - text
        };
        let lines = wrap(&name, LABEL, room);
        let first = y;
        for (line, words) in lines.iter().enumerate() {
            y = first + line as f64 * 1.18 * LABEL;
            sheet.text_mid(words, (text, y), typed(LABEL, Hang::Start))?;
        }
        for (at, worth) in all.iter().enumerate() {
            let Some(option) = worth.options.iter().find(|option| option.scenario == scenario) else {
                continue;
            };
            let said = said(page, worth.outcome, option);
            if page.narrow() {
                let said = match option.verdict() {
                    Verdict::Ratio(..) => page.say(
                        format!("{said} {}", per(page, worth.outcome)),
                        format!("{}：{said}", per(page, worth.outcome)),
                    ),
                    _ => said,
                };
                for line in wrap(&format!("({}) {said}", char::from(b'a' + at as u8)), SMALL, room) {
                    y += 1.25 * SMALL;
                    sheet.text_mid(&line, (text, y), look)?;
                }
            } else {
                sheet.text_mid(&said, (column(at), first), typed(LABEL, Hang::Start))?;
            }
        }
        y += PITCH;
    }
    Ok(y)
}

fn caption<'c>(page: Page, question: &'c str, all: &[Worth]) -> Caption<'c> {
    let base = all
        .first()
        .map_or(String::new(), |worth| scenario_name(page, &worth.base));
    Caption {
        question,
        shows: page.say(
            format!(
                "Extra public cost a head and year against what is averted, each scenario less the base \u{201c}{base}\u{201d}, summed \
                 over all reported years. Small hollow markers: replicates; large markers: their mean. Right of the upright axis more is \
                 averted than in the base, above the level axis more is spent. Below: the ratio of the mean extra cost to the mean \
                 number averted, over the same replicates; a scenario dominates if it averts more and does not cost more, beyond \
                 noise. There is no ratio where what is averted is within noise."
            ),
            format!(
                "各情景减去基准“{base}”后的每人每年新增公共支出与所避免的结果，按全部报告年份合计。空心小标记为各次重复，大标记为均值。竖轴右侧表示\
                 比基准避免得更多，横轴上方表示花费更多。下方为平均新增支出与平均避免数之比（增量成本效果比）；若避免更多而花费不增（超出随机波动），\
                 则称占优；效果未超出随机波动时不给出比值。"
            ),
        ),
        definition: definitions(page, all),
        n: counted(page, all),
        intervals: page
            .say(
                "ellipses, from three replicates on: 95% confidence region of both means (Hotelling); ratios: 95% by Fieller's theorem; of luck and founding, not \
                 of the model's parameters.",
                "椭圆（三次以上重复时）为两个均值的 95% 置信域（霍特林法）；比值的 95% 区间按菲勒定理；只反映随机性和建群，不反映参数的不确定性。",
            )
            .to_owned(),
        tables: &["cost_effect.csv"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::page::{Columns, Language};
    use crate::plot::worth::tests::{result, rows};

    /// Three replicates that differ a little.
    fn three(scenario: &str, [cost, returns, dalys]: [f64; 3]) -> String {
        let near = [0.99, 1.0, 1.01];
        let each = near.iter().enumerate();
        each.map(|(at, near)| rows(scenario, at as u32, [cost * near, returns * near, dalys]))
            .collect()
    }

    fn figure(rows: &str, year: i32, page: Page) -> Option<Figure> {
        let folder = result(rows, year);
        let draw = effectiveness(&Sources::of(folder.path())).unwrap();
        draw.map(|draw| draw(page).unwrap())
    }

    #[test]
    fn the_plane_says_what_a_return_costs_and_who_dominates() {
        let rows = three("one", [20_000.0, -5.0, 0.0]) + &three("two", [-20_000.0, -3.0, 8.0]);
        let wide = figure(&rows, 2021, Page::USUAL).unwrap();
        // 20,000 over 5 in every replicate: an interval of no width.
        for said in [
            "4,000 (4,000 to 4,000)",
            "dominates: averts more, costs no more",
            "saves 2,500 for each DALY more",
            "costs more; effect within noise",
        ] {
            assert!(wide.drawing.says(said), "{said}");
        }
        assert!(wide.drawing.says("dominated") && wide.drawing.says("costs more, averts more"));
        assert!(wide.caption.contains("3 replicates") && wide.caption.contains("tables/cost_effect.csv"));
        let narrow = Page {
            columns: Columns::One,
            language: Language::Chinese,
        };
        let narrow = figure(&rows, 2021, narrow).unwrap();
        assert!(narrow.drawing.says("每避免一例返贫（元）：4,000") && narrow.drawing.says("占优"));
    }

    #[test]
    fn one_replicate_says_nothing_and_years_before_all_were_lifted_have_no_returns() {
        let one = figure(&rows("one", 0, [5.0, -1.0, -1.0]), 2021, Page::USUAL).unwrap();
        assert!(one.drawing.says("one replicate: nothing can be said") && one.drawing.says("Returns to poverty"));
        let past = figure(&three("one", [5.0, -1.0, -1.0]), 2015, Page::USUAL).unwrap();
        assert!(!past.drawing.says("Returns to poverty") && past.drawing.says("(a) Health: DALYs"));
        assert!(!past.caption.contains("Returns:"));
    }

    #[test]
    fn all_quadrants_are_seen() {
        let ticks = around([0.5, 2.0].into_iter(), 0.3);
        assert!(ticks.range.0 <= -0.6 && ticks.range.1 > 2.2, "{:?}", ticks.range);
    }
}
