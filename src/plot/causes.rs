//! Which part illness played in the returns to poverty, as one stacked bar a scenario.

use super::axes::{MARGIN, heading, paragraph};
use super::caption::Caption;
use super::curves::after_lifting;
use super::legend::fill_rows;
use super::page::Page;
use super::series::{replicates, replicates_in_words};
use super::sheet::{Hang, Sheet, Type, draw, text_width, typed, wrap};
use super::sources::Sources;
use super::style::{
    CAUSES, GRID, INK, LABEL, PT, SMALL, SOFT, convention_definition, grouped, line_name, scenario_name,
};
use super::table::Row;
use super::{Draw, Figure, PlotError};

/// One scenario's returns by class.
struct Returns {
    scenario: String,
    households: f64,
    /// Share in per cent and its interval, in the order of [`CAUSES`].
    shares: [(f64, Option<(f64, f64)>); 5],
}

/// Shares of returns to poverty by the part illness played, one bar a scenario.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("causes.csv")?;
    if !after_lifting(sources)? {
        return Ok(None);
    }
    let mut wanted = vec![
        ("county", "all"),
        ("category", "lifted"),
        ("convention", "register"),
        ("year", "all"),
    ];
    let lines = table.distinct("line", &wanted)?;
    let Some(line) = lines.iter().find(|line| *line == "national").or(lines.first()) else {
        return Ok(None);
    };
    wanted.push(("line", line));
    let mut bars = Vec::new();
    for scenario in table.distinct("scenario", &wanted)? {
        let mut wanted = wanted.clone();
        wanted.push(("scenario", &scenario));
        bars.extend(returns_of(&table.rows_where(&wanted)?, &scenario)?);
    }
    if bars.is_empty() {
        return Ok(None);
    }
    let line = line.clone();
    let replicates = replicates(&*sources.table("indicators.csv")?)?;
    Ok(Some(Box::new(move |page| causes(page, &bars, &line, &replicates))))
}

fn causes(page: Page, bars: &[Returns], line: &str, replicates: &[f64]) -> Result<Figure, PlotError> {
    let question = page.say("Why did lifted households fall back?", "脱贫户为什么返贫？");
    let note = page.say(
        "Returns to poverty by the register, by the part illness played in them",
        "建档立卡口径的返贫，按疾病在其中所起的作用分类",
    );
    let (pitch, thick) = (27.0 * PT, 19.0 * PT);
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, question, note)?;
        let named: Vec<_> = CAUSES
            .iter()
            .map(|(_, english, chinese, fill)| (page.say(*english, *chinese).to_owned(), *fill))
            .collect();
        let top = fill_rows(sheet, top + 7.0 * PT, &named)? + 18.0 * PT;
        let bottom = top + pitch * bars.len() as f64 + 2.0 * PT;
        let room = if page.narrow() { 54.0 * PT } else { 84.0 * PT };
        let names: Vec<Vec<String>> = bars
            .iter()
            .map(|bar| wrap(&scenario_name(page, &bar.scenario), LABEL, room))
            .collect();
        let widest = names
            .iter()
            .flatten()
            .map(|name| text_width(name, LABEL))
            .fold(0.0, f64::max);
        let left = MARGIN + widest + 7.0 * PT;
        let beside = if page.narrow() { 74.0 * PT } else { 92.0 * PT };
        let right = sheet.width() - beside;
        let x = |percent: f64| left + percent / 100.0 * (right - left);
        for tick in [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] {
            sheet.line(&[(x(tick), top - 4.0 * PT), (x(tick), bottom)], GRID, 0.5 * PT, &[])?;
            let place = (x(tick), bottom + 4.0 * PT + 0.73 * SMALL);
            sheet.text(&format!("{tick:.0}"), place, typed(SMALL, Hang::Middle))?;
        }
        sheet.line(&[(left, bottom), (right, bottom)], INK, 0.7 * PT, &[])?;
        let place = (0.5 * (left + right), bottom + 9.0 * PT + 0.73 * (SMALL + LABEL));
        let axis = page.say("Share of returns to poverty, %", "占返贫户的比例，%");
        sheet.text(axis, place, typed(LABEL, Hang::Middle))?;
        let (illness, count) = (right + 0.28 * beside, right + 0.73 * beside);
        let head = Type {
            colour: SOFT,
            ..typed(SMALL, Hang::Middle)
        };
        sheet.text(page.say("illness, %", "疾病，%"), (illness, top - 4.0 * PT), head)?;
        sheet.text(page.say("returns", "返贫户"), (count, top - 4.0 * PT), head)?;
        for ((bar, name), order) in bars.iter().zip(&names).zip(0..) {
            let middle = top + pitch * (f64::from(order) + 0.5);
            let first = middle + 0.36 * LABEL - 0.59 * LABEL * (name.len() as f64 - 1.0);
            paragraph(sheet, name, (left - 6.0 * PT, first), typed(LABEL, Hang::End))?;
            shares(sheet, bar, (middle - 0.5 * thick, middle + 0.5 * thick), x)?;
            let (neither, interval) = bar.shares[4];
            let mean = middle - if interval.is_some() { 0.62 * SMALL } else { 0.0 };
            sheet.text_mid(
                &format!("{:.0}", 100.0 - neither),
                (illness, mean),
                typed(LABEL, Hang::Middle),
            )?;
            if let Some((lo, hi)) = interval {
                let text = format!("({:.0}\u{2013}{:.0})", (100.0 - hi).max(0.0), (100.0 - lo).min(100.0));
                let look = Type {
                    colour: SOFT,
                    ..typed(SMALL, Hang::Middle)
                };
                sheet.text_mid(&text, (illness, middle + 0.62 * SMALL), look)?;
            }
            sheet.text_mid(&grouped(bar.households), (count, mean), typed(LABEL, Hang::Middle))?;
        }
        Ok(bottom + 36.0 * PT)
    })?;
    let counts: Vec<String> = bars
        .iter()
        .map(|bar| format!("{} {}", scenario_name(page, &bar.scenario), grouped(bar.households)))
        .collect();
    let (counts, n) = (counts.join(page.say("; ", "；")), replicates_in_words(page, replicates));
    let (convention, line) = (convention_definition(page, "register"), line_name(page, line));
    let caption = Caption {
        question,
        shows: page.say(
            "Returns to poverty of lifted households in all years and counties, by the part illness played, found from the same \
             household's year replayed without the medical bill, without the lost work, and without both. Column \
             \u{201c}illness\u{201d}: 100 less the share of \u{201c}not illness\u{201d}. Numbers in a part are left out where they \
             find no room; households poor only in a replay are left out.",
            "所有年份、所有县脱贫户的返贫，按疾病所起的作用分类：把同一户的同一年分别在没有医疗费用、没有误工、两者都没有的条件下重算\
             而得。“疾病”一列为 100 减去“非疾病”的比例。放不下的数字从略；只在重算中才贫困的户不计。",
        )
        .to_owned(),
        definition: page.say(
            format!(
                "The bill alone was enough: poor with the bill and no work lost, not poor with the lost work and no bill; lost \
                 work alone: the reverse; either: poor with either of the two without the other; both were needed: poor only \
                 with both; not illness: poor without the bill and without the lost work as well. {convention} Line: {line}."
            ),
            format!(
                "仅医疗费用：有医疗费用而没有误工时贫困，反之不贫困；仅误工：相反；任一：只有其中一项时都贫困；叠加：两项同时存在\
                 才贫困；非疾病：两项都没有时仍贫困。{convention}贫困线：{line}。"
            ),
        ),
        n: page.say(
            format!("returns to poverty (households, column households): {counts}; mean of {n} replicates."),
            format!("返贫户数（households 列）：{counts}；{n}次重复的均值。"),
        ),
        intervals: if bars.iter().any(|bar| bar.shares[4].1.is_some()) {
            page.say(
                "in brackets, 95%, Student's t over replicates (columns lo and hi); not of the model's parameters.",
                "括号内为 95% 区间，按重复之间的离散以 t 分布计算（lo、hi 两列）；不反映参数的不确定性。",
            )
        } else {
            page.say("none in the table.", "表中没有区间。")
        }
        .to_owned(),
        tables: &["causes.csv"],
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}

/// Reads one scenario's five classes; none if it has no returns.
fn returns_of(rows: &[Row], scenario: &str) -> Result<Option<Returns>, PlotError> {
    let mut bar = Returns {
        scenario: scenario.to_owned(),
        households: 0.0,
        shares: [(0.0, None); 5],
    };
    let mut seen = [false; 5];
    for row in rows {
        let class = row.text("class")?;
        let Some(at) = CAUSES.iter().position(|(id, ..)| *id == class) else {
            if class == "shadow_only" {
                continue;
            }
            return Err(row.wrong(format!("`class` is `{class}`, which is not a class of returns")));
        };
        if std::mem::replace(&mut seen[at], true) {
            return Err(row.wrong(format!("a second row for scenario `{scenario}` and class `{class}`")));
        }
        let interval = row
            .number("lo")?
            .zip(row.number("hi")?)
            .map(|(lo, hi)| (100.0 * lo, 100.0 * hi));
        // Where a part is masked, the others are no whole.
        let (Some(households), Some(share)) = (row.number("households")?, row.number("share")?) else {
            return Ok(None);
        };
        bar.households += households;
        bar.shares[at] = (100.0 * share, interval);
    }
    let sum: f64 = bar.shares.iter().map(|(share, _)| share).sum();
    let (Some(last), true) = (rows.last(), sum > 0.0) else {
        return Ok(None);
    };
    if let Some(missing) = seen.iter().position(|seen| !seen) {
        return Err(last.wrong(format!(
            "scenario `{scenario}` has no row for class `{}`",
            CAUSES[missing].0
        )));
    }
    if (sum - 100.0).abs() > 1.0 {
        return Err(last.wrong(format!(
            "the shares of scenario `{scenario}` sum to {sum:.1}%; 100% was expected"
        )));
    }
    Ok(Some(bar))
}

/// Draws one horizontal bar with its numbers where they find room.
fn shares(sheet: &Sheet, bar: &Returns, (upper, lower): (f64, f64), x: impl Fn(f64) -> f64) -> Result<(), PlotError> {
    let mut from = 0.0;
    for ((share, interval), (.., fill)) in bar.shares.iter().zip(CAUSES) {
        let (left, right) = (x(from), x(from + share));
        from += share;
        sheet.filled((left, upper), (right, lower), fill)?;
        let (middle, height) = (0.5 * (left + right), 0.5 * (upper + lower));
        let room = right - left - 4.0 * PT;
        let number = format!("{share:.0}");
        let range = interval.map(|(lo, hi)| format!("({lo:.0}\u{2013}{hi:.0})"));
        match range {
            Some(range) if text_width(&range, SMALL) <= room => {
                sheet.number_on(fill, &number, (middle, height - 0.6 * SMALL))?;
                sheet.number_on(fill, &range, (middle, height + 0.6 * SMALL))?;
            }
            _ if text_width(&number, SMALL) <= room => {
                sheet.number_on(fill, &number, (middle, height))?;
            }
            _ => {}
        }
    }
    Ok(())
}
