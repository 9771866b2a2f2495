//! Returns to poverty by fifth of permanent income: how many, what part illness plays, and whom a policy spares.

mod fifths;

use super::axes::{Panel, Ticks, heading};
use super::caption::Caption;
use super::curves::after_lifting;
use super::legend::{fill_rows, marker_rows};
use super::page::Page;
use super::series::replicates_in_words;
use super::sheet::{Hang, Sheet, draw, typed};
use super::sources::Sources;
use super::style::{
    Fill, GRID, INK, LABEL, OTHER, PT, SMALL, convention_definition, grouped, line_name, line_style, scenario_name,
    shade,
};
use super::{Draw, Figure, PlotError};
use fifths::{Dots, Equity, FIFTHS, gather, with_illness};
const FOOT: f64 = 34.0 * PT;
const LEFT: f64 = 42.0 * PT;
const ABOVE: f64 = 25.0 * PT;
/// Reads the returns by fifth.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    if !sources.has("attribution.csv") || !after_lifting(sources)? {
        return Ok(None);
    }
    let Some(equity) = gather(sources)? else {
        return Ok(None);
    };
    Ok(Some(Box::new(move |page| figure(page, &equity))))
}

/// How the parts of a bar look: without illness, with it.
fn looks(page: Page) -> [(String, Fill); 2] {
    let dark = Fill {
        colour: shade(0.72),
        hatched: false,
    };
    [
        (
            page.say("Returns that illness has no part in", "与疾病无关的返贫")
                .to_owned(),
            OTHER,
        ),
        (
            page.say("Returns that would not be without illness", "没有疾病就不会发生的返贫")
                .to_owned(),
            dark,
        ),
    ]
}

/// A panel with fifths across and its titles.
fn panel(
    sheet: &Sheet,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
    ticks: &Ticks,
    (title, axis): (&str, &str),
) -> Result<Panel, PlotError> {
    let page = sheet.page;
    let panel = Panel {
        left,
        right,
        top,
        bottom,
        across: (0.5, FIFTHS as f64 + 0.5),
        up: ticks.range,
    };
    panel.vertical_axis(sheet, ticks, axis)?;
    panel.title(sheet, title)?;
    sheet.line(&[(left, bottom), (right, bottom)], INK, 0.7 * PT, &[])?;
    let names = page.say(
        ["Lowest", "Second", "Middle", "Fourth", "Highest"],
        ["最低", "第二", "中间", "第四", "最高"],
    );
    for (at, name) in names.into_iter().enumerate() {
        let x = panel.x(at as f64 + 1.0);
        sheet.text(name, (x, bottom + 4.5 * PT + 0.73 * SMALL), typed(SMALL, Hang::Middle))?;
        if at > 0 {
            let edge = panel.x(at as f64 + 0.5);
            sheet.line(&[(edge, top), (edge, bottom)], GRID, 0.5 * PT, &[])?;
        }
    }
    let place = (0.5 * (left + right), bottom + 9.0 * PT + 0.73 * (SMALL + LABEL));
    let words = page.say("Fifth of permanent income", "长期收入五等分组");
    sheet.text(words, place, typed(LABEL, Hang::Middle))?;
    Ok(panel)
}

/// The distance of neighbours among so many, in fifths.
fn step(many: usize) -> f64 {
    (0.84 / many.max(1) as f64).min(0.18)
}

/// The place of the `order`-th of so many markers of a fifth.
fn across(panel: &Panel, fifth: usize, order: usize, many: usize) -> f64 {
    let shift = (order as f64 - 0.5 * (many as f64 - 1.0)) * step(many);
    panel.x(fifth as f64 + 1.0 + shift)
}

/// Bars of returns in two parts, the marker of the scenario on top.
fn returns(sheet: &Sheet, panel: &Panel, equity: &Equity) -> Result<(), PlotError> {
    let [(_, apart), (_, with)] = looks(sheet.page);
    let many = equity.cells.len();
    let half = 0.36 * step(many) * (panel.x(2.0) - panel.x(1.0));
    for (order, (place, cells)) in equity.cells.iter().enumerate() {
        for (fifth, cell) in cells.iter().enumerate() {
            let Some((rate, few)) = cell.returned else { continue };
            let x = across(panel, fifth, order, many);
            let lower = cell.apart.unwrap_or(0.0).min(rate);
            for (from, to, fill) in [(0.0, lower, apart), (lower, rate, with)] {
                sheet.rectangle((x - half, panel.y(to)), (x + half, panel.y(from)), fill.colour)?;
            }
            sheet.marker((x, panel.y(rate)), line_style(*place), few)?;
        }
    }
    Ok(())
}

fn dots(sheet: &Sheet, panel: &Panel, series: &[Dots]) -> Result<(), PlotError> {
    for (order, own) in series.iter().enumerate() {
        let style = line_style(own.place);
        for &(fifth, mean, interval, few) in &own.dots {
            let x = across(panel, fifth, order, series.len());
            if let Some((lo, hi)) = interval {
                sheet.upright((x, panel.y(lo)), panel.y(hi), style.colour)?;
            }
            sheet.marker((x, panel.y(mean)), style, few)?;
        }
    }
    Ok(())
}

fn drawn(sheet: &Sheet, equity: &Equity, question: &str, note: &str) -> Result<f64, PlotError> {
    let page = sheet.page;
    let illness = with_illness(equity);
    let name = |place: usize| (scenario_name(page, &equity.scenarios[place]), line_style(place), false);
    let mut top = heading(sheet, question, note)?;
    let names: Vec<_> = equity.cells.keys().map(|&place| name(place)).collect();
    top = marker_rows(sheet, top + 7.0 * PT, &names)?;
    top = fill_rows(sheet, top + 4.0 * PT, &looks(page))?;
    let full = (LEFT, sheet.width() - 9.0 * PT);
    let width = 0.5 * (sheet.width() - 9.0 * PT) - LEFT;
    let halves = [(LEFT, LEFT + width), (2.0 * LEFT + width, 2.0 * LEFT + 2.0 * width)];
    let height = 118.0 * PT;
    let kinds = 1 + usize::from(!illness.is_empty()) + usize::from(equity.winners);
    let beside = |at: usize| match (page.narrow(), kinds, at) {
        (true, ..) | (_, 1 | 3, 0) => full,
        (_, 2, at) => halves[at.min(1)],
        (_, _, at) => halves[at - 1],
    };
    let starts = |at: usize| page.narrow() || at == 0 || (kinds == 3 && at == 1);
    let mut bottom = top;
    let mut at = 0;
    let mut next = |bottom: &mut f64| {
        if starts(at) {
            top = *bottom + if at > 0 { FOOT } else { 0.0 } + ABOVE;
            *bottom = top + height;
        }
        at += 1;
        (beside(at - 1), (top, *bottom))
    };
    let rates = equity.cells.values().flatten().filter_map(|cell| cell.returned);
    let ticks = Ticks::around(0.0, rates.map(|(rate, _)| rate).fold(0.1, f64::max));
    let words = (
        page.say("(a) Returns", "(a) 返贫"),
        page.say("Returns per 1,000 at risk", "每千户年初不贫困户的返贫户数"),
    );
    let (sides, ends) = next(&mut bottom);
    returns(sheet, &panel(sheet, sides, ends, &ticks, words)?, equity)?;
    if !illness.is_empty() {
        let words = (
            page.say("(b) Part that illness plays in them", "(b) 其中疾病的作用"),
            page.say("Share of returns, %", "占返贫户，%"),
        );
        let (sides, ends) = next(&mut bottom);
        dots(
            sheet,
            &panel(sheet, sides, ends, &Ticks::around(0.0, 100.0), words)?,
            &illness,
        )?;
    }
    if equity.winners {
        let values = equity
            .net
            .iter()
            .flat_map(|own| &own.dots)
            .flat_map(|(_, mean, interval, _)| {
                let (lo, hi) = interval.unwrap_or((*mean, *mean));
                [*mean, lo, hi]
            });
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
        let words = (
            page.say("(c) Spared less harmed", "(c) 免于返贫减转为返贫"),
            page.say("Households per 1,000", "每千户中的户数"),
        );
        let (sides, ends) = next(&mut bottom);
        dots(
            sheet,
            &panel(sheet, sides, ends, &Ticks::around(low, high.max(low + 0.1)), words)?,
            &equity.net,
        )?;
    }
    Ok(bottom + FOOT)
}

fn figure(page: Page, equity: &Equity) -> Result<Figure, PlotError> {
    let question = page.say("Whom does the return to poverty strike?", "返贫落在谁身上？");
    let (first, last) = equity.years;
    let line = line_name(page, &equity.line);
    let bounded = with_illness(equity)
        .iter()
        .flat_map(|own| &own.dots)
        .any(|dot| dot.2.is_some());
    let bars = if bounded {
        page.say("; bars: 95% intervals", "；竖线为 95% 区间")
    } else {
        ""
    };
    let note = page.say(
        format!("Lifted households by fifth of permanent income, {first}\u{2013}{last}; register, under {line}{bars}"),
        format!("脱贫户按长期收入五等分，{first}–{last} 年；建档立卡口径，{line}以下{bars}"),
    );
    let drawing = draw(page, |sheet| drawn(sheet, equity, question, &note))?;
    let cells = || equity.cells.values().flatten().filter(|cell| cell.returned.is_some());
    let few = cells().any(|cell| cell.returned.is_some_and(|(_, few)| few));
    let missing = equity.cells.len() * FIFTHS > cells().count();
    let mut shows = page
        .say(
            "(a) Of 1,000 lifted households that are not poor at the start of a year, those poor at its end; dark: those that \
             would not be poor in the same year without its bills and its lost work. (b) The dark part in per cent of the bar.",
            "(a) 每千户年初不贫困的脱贫户中年末贫困的户数；深色为没有当年医疗费用和误工就不会贫困者。(b) 深色部分占整条的百分比。",
        )
        .to_owned();
    if equity.winners {
        let base = scenario_name(page, equity.scenarios.first().map_or("", String::as_str));
        shows += &page.say(
            format!(
                " (c) Of 1,000 lifted households, those that fall back at least once in \u{201c}{base}\u{201d} and not in the other \
                 scenario, less those of which the opposite is true; the groups are those of \u{201c}{base}\u{201d}."
            ),
            format!("(c) 每千户脱贫户中，在“{base}”中至少返贫一次而在另一情景中没有的户数，减去相反的户数；分组按“{base}”。"),
        );
    }
    if few {
        shows += page.say(" Hollow markers: fewer than 20 events.", "空心标记：事件少于 20 次。");
    }
    if missing {
        shows += page.say(
            " A fifth without a bar has no returns, or its numbers are not shown in the table.",
            "没有条形的组没有返贫户，或表中未公布。",
        );
    }
    let returned: Vec<f64> = cells().map(|cell| cell.households).collect();
    let (least, most) = returned.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), own| {
        (low.min(*own), high.max(*own))
    });
    let counted = |own: f64| if own < 100.0 { format!("{own:.1}") } else { grouped(own) };
    let (least, most) = (counted(least), counted(most));
    let n = replicates_in_words(page, &equity.replicates);
    let intervals = if bounded {
        page.say(
            "95%. (b): Student's t over the shares of the replicates with returns (columns lo and hi); the markers are pooled over \
             replicates. (c): the intervals of both outcomes added up, so wider than need be. Of luck and founding, not of the \
             model's parameters. None for (a): the table has none.",
            "95%。(b)：按有返贫的各次重复的比例以 t 分布计算（lo、hi 两列），标记为各次重复合并值。(c)：两种结果的区间相加，因此偏宽。\
             只反映随机性和建群，不反映参数的不确定性。(a) 表中没有区间。",
        )
    } else {
        page.say("none in the tables.", "表中没有区间。")
    };
    let definition = convention_definition(page, "register");
    let caption = Caption {
        question,
        shows,
        definition: page.say(
            format!(
                "{definition} Line: {line}. Permanent income: the score that a household is founded with, cut into fifths of a \
                 standard normal distribution, so that few lifted households are in the upper ones. All counties together."
            ),
            format!(
                "{definition}贫困线：{line}。长期收入为建群时的收入得分，按标准正态分布五等分，因此脱贫户很少在较高组。所有县合计。"
            ),
        ),
        n: page.say(
            format!("Mean over {n} replicates; {least} to {most} returns a replicate behind a bar."),
            format!("{n}次重复的均值；每条背后每次重复有 {least} 至 {most} 户返贫。"),
        ),
        intervals: intervals.to_owned(),
        tables: if equity.winners {
            &["attribution.csv", "winners.csv", "indicators.csv"]
        } else {
            &["attribution.csv", "indicators.csv"]
        },
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}
