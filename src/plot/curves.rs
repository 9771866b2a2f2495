//! Figures with years across: the return to poverty by scenario, and what a policy changes in it.

use super::axes::{MARGIN, Panel, Ticks, heading};
use super::caption::Caption;
use super::legend::{EndName, end_names, line_rows, names_height, names_room};
use super::page::Page;
use super::series::{Chosen, Point, Series, choose, extremes, prefer, replicates_in_words, series_of, span, years};
use super::sheet::{Drawing, Place, Sheet, draw};
use super::sources::Sources;
use super::style::{PT, convention_definition, line_name, line_style, scenario_name};
use super::table::Row;
use super::{Draw, Figure, PlotError};

/// From the lower edge of a panel to what stands under its years.
const FOOT: f64 = 34.0 * PT;
/// Paper for the numbers and the title left of a panel.
const LEFT: f64 = 42.0 * PT;
/// Height of a panel.
const PANEL: f64 = 132.0 * PT;
/// From the upper edge of a panel to its title and to what stands above it.
const ABOVE: f64 = 12.0 * PT;
const ABOVE_WITH_TITLE: f64 = 25.0 * PT;
/// The year by which all registered households were declared out of poverty.
const LIFTED_BY: i32 = 2020;

/// A panel's numbers with its titles.
struct Drawn<'c> {
    chosen: &'c Chosen,
    title: Option<&'c str>,
    axis: &'c str,
}

/// Whether the households of the cohort were all lifted by the first year: who fell back before is no question.
pub(super) fn after_lifting(sources: &Sources) -> Result<bool, PlotError> {
    let years = sources.table("indicators.csv")?.distinct("year", &[])?;
    Ok(years
        .iter()
        .all(|year| year.parse::<i32>().map_or(true, |year| year > LIFTED_BY)))
}

/// Annual hazard and cumulative share of return by the register.
pub(super) fn returns(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("indicators.csv")?;
    if !after_lifting(sources)? {
        return Ok(None);
    }
    let of = |indicator| choose(&table, indicator, "register", &["national"]);
    let (hazard, cumulative) = (of("return_hazard")?, of("return_cumulative")?);
    let Some(hazard) = hazard else { return Ok(None) };
    Ok(Some(Box::new(move |page| {
        let question = page.say(
            "How many households lifted out of poverty fall back?",
            "脱贫户中有多少重新返贫？",
        );
        let note = page.say(
            format!(
                "Poverty by the register, under {}{}",
                line_name(page, &hazard.line),
                bands_note(page, &hazard.series)
            ),
            format!(
                "建档立卡口径，{}以下{}",
                line_name(page, &hazard.line),
                bands_note(page, &hazard.series)
            ),
        );
        let mut panels = vec![Drawn {
            chosen: &hazard,
            title: cumulative
                .is_some()
                .then_some(page.say("(a) Poor again within the year", "(a) 当年返贫")),
            axis: page.say("Annual hazard of return, %", "年返贫率，%"),
        }];
        panels.extend(cumulative.as_ref().map(|chosen| Drawn {
            chosen,
            title: Some(page.say("(b) Poor again at least once", "(b) 至少返贫一次")),
            axis: page.say("Cumulative share returned, %", "累计返贫比例，%"),
        }));
        let drawing = side_by_side(page, (question, &note), &panels)?;
        let (first, second) = page.say(
            (
                "Annual hazard of return: of the lifted households not poor at the start of a year, the per cent poor at \
                 its end.",
                " Cumulative share: the per cent of lifted households that were poor again at least once up to the end of \
                 the year.",
            ),
            (
                "年返贫率：年初不贫困的脱贫户中，年末贫困者所占的百分比。",
                "累计返贫比例：截至年末至少返贫一次的脱贫户所占的百分比。",
            ),
        );
        let shows = match cumulative {
            Some(_) => format!("(a) {first} (b){}{second}", page.say("", " ")),
            None => first.to_owned(),
        };
        Ok(figure(page, drawing, question, &shows, &hazard, "register"))
    })))
}

/// Annual hazard of return when poverty is measured by consumption net of medical spending.
pub(super) fn measured(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("indicators.csv")?;
    if !after_lifting(sources)? {
        return Ok(None);
    }
    let lines = ["ppp_4_20", "national"];
    let Some(chosen) = choose(&table, "return_hazard", "measured_net", &lines)? else {
        return Ok(None);
    };
    Ok(Some(Box::new(move |page| {
        let question = page.say(
            "How many fall back when poverty is measured by consumption?",
            "按消费衡量时，有多少户返贫？",
        );
        let (line, bands) = (line_name(page, &chosen.line), bands_note(page, &chosen.series));
        let note = page.say(
            format!("Poor again within the year: consumption net of medical spending, under {line}{bands}"),
            format!("当年返贫：扣除医疗自付后的消费低于{line}{bands}"),
        );
        let panel = Drawn {
            chosen: &chosen,
            title: None,
            axis: page.say("Annual hazard of return, %", "年返贫率，%"),
        };
        let drawing = side_by_side(page, (question, &note), &[panel])?;
        let shows = page.say(
            "Annual hazard of return: of the lifted households not poor at the start of a year, the per cent poor at its \
             end.",
            "年返贫率：年初不贫困的脱贫户中，年末贫困者所占的百分比。",
        );
        Ok(figure(page, drawing, question, shows, &chosen, "measured_net"))
    })))
}

/// Panels beside each other, or one under the other on a narrow page, with the names of the lines.
fn side_by_side(page: Page, (question, note): (&str, &str), panels: &[Drawn]) -> Result<Drawing, PlotError> {
    draw(page, |sheet| {
        let mut top = heading(sheet, question, note)?;
        let Some(last) = panels.last() else { return Ok(top) };
        let names = names_room(page);
        let across = if page.narrow() { 1.0 } else { panels.len() as f64 };
        let width = (sheet.width() - names - LEFT * across) / across;
        let mut height = PANEL;
        if page.narrow() {
            top = line_rows(sheet, top + 7.0 * PT, &styles(page, &last.chosen.series))?;
        } else {
            let named = last.chosen.series.iter().map(|one| scenario_name(page, &one.scenario));
            height = height.max(names_height(named, names));
        }
        let mut left = LEFT;
        let mut bottom = top;
        for (at, drawn) in panels.iter().enumerate() {
            let above = if drawn.title.is_some() { ABOVE_WITH_TITLE } else { ABOVE };
            let from = top + above;
            bottom = from + height;
            let panel = lines_panel(sheet, drawn, (left, left + width), (from, bottom))?;
            if let Some(title) = drawn.title {
                panel.title(sheet, title)?;
            }
            lines(sheet, &panel, &drawn.chosen.series)?;
            if page.narrow() {
                top = bottom + FOOT;
            } else {
                left += width + LEFT;
                if at + 1 == panels.len() {
                    let named = names_of(page, &panel, &drawn.chosen.series);
                    end_names(sheet, &panel, sheet.width() - MARGIN, &named)?;
                }
            }
        }
        Ok(bottom + FOOT)
    })
}

/// What each scenario changes in the hazard of return, replicate by replicate, against its base.
pub(super) fn differences(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("paired.csv")?;
    if !after_lifting(sources)? {
        return Ok(None);
    }
    let scenarios = sources.scenarios()?;
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
    let series = series_of(&rows, &scenarios, "difference", false)?;
    if series.is_empty() {
        return Ok(None);
    }
    let chosen = Chosen {
        series,
        line: line.clone(),
        weight: None,
        replicates,
    };
    Ok(Some(Box::new(move |page| difference(page, &chosen, &base))))
}

fn difference(page: Page, chosen: &Chosen, base: &str) -> Result<Figure, PlotError> {
    let base_name = scenario_name(page, base);
    let question = page.say(
        "How far does each policy change the return to poverty?",
        "各项政策使返贫率改变了多少？",
    );
    let has_bars = chosen
        .series
        .iter()
        .flat_map(|one| &one.points)
        .any(|point| point.interval.is_some());
    let bars = if has_bars {
        page.say("; bars: 95% intervals", "；竖线为 95% 区间")
    } else {
        ""
    };
    let note = page.say(
        format!("Annual hazard of return, difference to \u{201c}{base_name}\u{201d} (below 0: fewer returns){bars}"),
        format!("年返贫率与“{base_name}”之差（低于 0 表示返贫减少）{bars}"),
    );
    let drawing = draw(page, |sheet| {
        let mut top = heading(sheet, question, &note)?;
        let names = names_room(page);
        let mut height = PANEL;
        if page.narrow() {
            top = line_rows(sheet, top + 7.0 * PT, &styles(page, &chosen.series))?;
        } else {
            let named = chosen.series.iter().map(|one| scenario_name(page, &one.scenario));
            height = height.max(names_height(named, names));
        }
        let (low, high) = span(&chosen.series);
        let ticks = Ticks::around(low.min(0.0), high.max(0.0));
        let across = (LEFT + 4.0 * PT, sheet.width() - names);
        let bottom = top + ABOVE + height;
        let panel = years_panel(&chosen.series, across, (top + ABOVE, bottom), ticks.range);
        panel.vertical_axis(sheet, &ticks, page.say("Difference, percentage points", "差值，百分点"))?;
        panel.year_axis(sheet, years(&chosen.series))?;
        let named = interval_bars(sheet, &panel, &chosen.series)?;
        if !page.narrow() {
            end_names(sheet, &panel, sheet.width() - MARGIN, &named)?;
        }
        Ok(bottom + FOOT)
    })?;
    let n = replicates_in_words(page, &chosen.replicates);
    let caption = Caption {
        question,
        shows: page.say(
            format!(
                "Difference in the annual hazard of return (per cent of lifted households not poor at the start of the year \
                 that are poor at its end) between each scenario and the base \u{201c}{base_name}\u{201d}, in percentage \
                 points; below zero the scenario has fewer returns. Markers of one year stand side by side only so that they \
                 can be seen."
            ),
            format!(
                "各情景与基准情景“{base_name}”的年返贫率（年初不贫困的脱贫户中年末贫困者的百分比）之差，单位为百分点；低于零表示\
                 返贫减少。同一年的标记左右错开只是为了看清。"
            ),
        ),
        definition: defined(page, chosen, "register"),
        n: page.say(
            format!("Mean over {n} replicates; scenario and base meet the same luck in each replicate."),
            format!("{n}次重复的均值；每次重复中情景与基准遇到同样的随机事件。"),
        ),
        intervals: if has_bars {
            page.say(
                "95%, Student's t over the differences replicate by replicate (columns lo and hi); of luck and founding, not of \
                 the model's parameters.",
                "95%，按逐次重复的差值以 t 分布计算（lo、hi 两列）；只反映随机性和建群，不反映参数的不确定性。",
            )
        } else {
            page.say("none in the table.", "表中没有区间。")
        }
        .to_owned(),
        tables: &["paired.csv"],
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}

pub(super) fn years_panel(
    series: &[Series],
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
    up: (f64, f64),
) -> Panel {
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
fn lines_panel(sheet: &Sheet, drawn: &Drawn, across: (f64, f64), down: (f64, f64)) -> Result<Panel, PlotError> {
    let series = &drawn.chosen.series;
    let ticks = Ticks::around(0.0, span(series).1.max(0.01));
    let panel = years_panel(series, across, down, ticks.range);
    panel.vertical_axis(sheet, &ticks, drawn.axis)?;
    panel.year_axis(sheet, years(series))?;
    Ok(panel)
}

/// Draws bands first, then lines, then markers, the first scenario last and so on top.
pub(super) fn lines(sheet: &Sheet, panel: &Panel, series: &[Series]) -> Result<(), PlotError> {
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
fn interval_bars(sheet: &Sheet, panel: &Panel, series: &[Series]) -> Result<Vec<EndName>, PlotError> {
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
                sheet.upright((x, panel.y(lo)), panel.y(hi), style.colour)?;
            }
            sheet.marker((x, y), style, point.few_events)?;
        }
        if let Some(last) = one.points.last() {
            names.push(EndName {
                name: scenario_name(sheet.page, &one.scenario),
                style,
                end: place(last),
            });
        }
    }
    Ok(names)
}

/// The names and looks of lines.
pub(super) fn styles(page: Page, series: &[Series]) -> Vec<(String, super::style::LineStyle)> {
    let named = |one: &Series| (scenario_name(page, &one.scenario), line_style(one.place));
    series.iter().map(named).collect()
}

/// What the note says of the bands, if there are any.
fn bands_note(page: Page, series: &[Series]) -> &'static str {
    let mut points = series.iter().flat_map(|one| &one.points);
    if points.any(|point| point.interval.is_some()) {
        page.say("; bands: 95% intervals", "；色带为 95% 区间")
    } else {
        ""
    }
}

/// The names of lines with the places of their ends.
pub(super) fn names_of(page: Page, panel: &Panel, series: &[Series]) -> Vec<EndName> {
    let name = |one: &Series| {
        let last = one.points.last()?;
        let end = (panel.x(f64::from(last.year)), panel.y(last.mean));
        Some(EndName {
            name: scenario_name(page, &one.scenario),
            style: line_style(one.place),
            end,
        })
    };
    series.iter().filter_map(name).collect()
}

/// Convention, line, weight and place of what was chosen.
fn defined(page: Page, chosen: &Chosen, convention: &str) -> String {
    let weight = chosen.weight.as_deref().filter(|weight| !weight.is_empty());
    let counted = weight.map_or(String::new(), |weight| {
        page.say(format!(" Weight: {weight}."), format!("权重：{weight}。"))
    });
    let (convention, line) = (convention_definition(page, convention), line_name(page, &chosen.line));
    page.say(
        format!("{convention} Line: {line}.{counted} All counties together."),
        format!("{convention}贫困线：{line}。{counted}所有县合计。"),
    )
}

fn figure(page: Page, drawing: Drawing, question: &str, shows: &str, chosen: &Chosen, convention: &str) -> Figure {
    let n = replicates_in_words(page, &chosen.replicates);
    let scenarios: Vec<String> = chosen
        .series
        .iter()
        .map(|one| scenario_name(page, &one.scenario))
        .collect();
    let few = chosen
        .series
        .iter()
        .flat_map(|one| &one.points)
        .any(|point| point.few_events);
    let hollow = if few {
        page.say(" Hollow markers: fewer than 20 events.", "空心标记：事件少于 20 次。")
    } else {
        ""
    };
    let intervals = if bands_note(page, &chosen.series).is_empty() {
        page.say("none in the table.", "表中没有区间。")
    } else {
        page.say(
            "bands, 95%, Student's t over the spread between replicates (columns lo and hi); of luck and founding, not of the \
             model's parameters.",
            "色带为 95% 区间，按重复之间的离散以 t 分布计算（lo、hi 两列）；只反映随机性和建群，不反映参数的不确定性。",
        )
    };
    let caption = Caption {
        question,
        shows: page.say(
            format!("{shows} Scenarios: {}.{hollow}", scenarios.join(", ")),
            format!("{shows}情景：{}。{hollow}", scenarios.join("、")),
        ),
        definition: defined(page, chosen, convention),
        n: page.say(
            format!("Lines: mean over {n} replicates, each the whole model, founding of the population included."),
            format!("线为{n}次重复的均值，每次重复都是整个模型，包括人口建群。"),
        ),
        intervals: intervals.to_owned(),
        tables: &["indicators.csv"],
    };
    Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    }
}
