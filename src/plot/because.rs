//! How many return to poverty because of illness: each answer to its own question, side by side.

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::caption::Caption;
use super::page::Page;
use super::series::{extremes, prefer, replicates_in_words};
use super::sheet::{Hang, Sheet, Type, draw, typed, wrap};
use super::sources::Sources;
use super::style::{
    GRID, INK, LABEL, LineStyle, PT, SMALL, SOFT, convention_definition, line_name, line_style, scenario_name,
};
use super::table::Row;
use super::{Draw, Figure, PlotError};

/// From answer to answer.
const PITCH: f64 = 34.0 * PT;

/// The answers with short words for what each takes away, in the order in which they are shown.
const ANSWERS: [(&str, &str, &str); 6] = [
    (
        "attributable_shadow_bill",
        "without this year's bills",
        "没有当年的医疗费用",
    ),
    (
        "attributable_shadow_both",
        "without this year's bills and lost work",
        "没有当年的医疗费用和误工",
    ),
    (
        "attributable_accounting",
        "spending, lost income and debt service added back at the close",
        "年末加回医疗支出、误工损失和偿债",
    ),
    (
        "attributable_cumulative",
        "without bills and lost work since founding",
        "自建群起没有医疗费用和误工",
    ),
    (
        "attributable_behavioural",
        "with care free at the point of use since founding",
        "自建群起就医免费",
    ),
    (
        "attributable_system",
        "without illness since founding",
        "自建群起没有疾病",
    ),
];

/// One answer.
struct Answer {
    /// Its place in [`ANSWERS`].
    at: usize,
    /// Returns averted per 1,000 and year.
    averted: f64,
    interval: Option<(f64, f64)>,
    /// Its share of all returns, in per cent.
    share: Option<f64>,
    few_events: bool,
}

struct Shown {
    scenario: String,
    convention: String,
    line: String,
    /// Returns per 1,000 and year as lived.
    fact: f64,
    answers: Vec<Answer>,
    replicates: Vec<f64>,
}

/// Reads the answers of all years together by the register.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("attributable.csv")?;
    let mut wanted = vec![("year", "all"), ("rate", "hazard"), ("counted_by", "household")];
    let Some(convention) = prefer(&table.distinct("convention", &wanted)?, &["register"]) else {
        return Ok(None);
    };
    wanted.push(("convention", &convention));
    let Some(line) = prefer(&table.distinct("line", &wanted)?, &["national"]) else {
        return Ok(None);
    };
    wanted.push(("line", &line));
    let rows = table.rows_where(&wanted)?;
    let mut answers = rows.iter().map(answer).collect::<Result<Vec<_>, _>>()?;
    answers.retain(Option::is_some);
    let mut answers: Vec<Answer> = answers.into_iter().flatten().collect();
    answers.sort_by_key(|answer| answer.at);
    let (Some(first), false) = (rows.first(), answers.is_empty()) else {
        return Ok(None);
    };
    let fact = first.number("fact_per_1000")?;
    let shown = Shown {
        scenario: first.text("scenario")?.to_owned(),
        fact: fact.ok_or_else(|| first.wrong("`fact_per_1000` is empty".to_owned()))?,
        replicates: extremes(&rows)?,
        convention: convention.clone(),
        line: line.clone(),
        answers,
    };
    Ok(Some(Box::new(move |page| because(page, &shown))))
}

fn answer(row: &Row) -> Result<Option<Answer>, PlotError> {
    let measure = row.text("measure")?;
    let known = ANSWERS.iter().position(|(id, ..)| *id == measure);
    let at = known.ok_or_else(|| row.wrong(format!("`measure` is `{measure}`, which is no answer that is known")))?;
    let Some(averted) = row.number("averted_per_1000")? else {
        return Ok(None);
    };
    Ok(Some(Answer {
        at,
        averted,
        interval: row.number("lo")?.zip(row.number("hi")?),
        share: row.number("share_of_returns")?.map(|share| 100.0 * share),
        few_events: row.flag("few_events")?,
    }))
}

fn because(page: Page, shown: &Shown) -> Result<Figure, PlotError> {
    let question = page.say("How many return to poverty because of illness?", "有多少户因病返贫？");
    let scenario = scenario_name(page, &shown.scenario);
    let note = page.say(
        format!(
            "{scenario}: returns that there would not be, of {:.1} per 1,000 lifted households and year; bars: 95% intervals",
            shown.fact
        ),
        format!(
            "{scenario}：每千户脱贫户每年 {:.1} 户返贫中，本可避免的户数；横线为 95% 区间",
            shown.fact
        ),
    );
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, question, &note)? + 14.0 * PT;
        let names = if page.narrow() { 92.0 * PT } else { 190.0 * PT };
        let numbers = if page.narrow() { 30.0 * PT } else { 96.0 * PT };
        let bottom = top + PITCH * shown.answers.len() as f64;
        let ends = shown
            .answers
            .iter()
            .map(|one| one.interval.map_or(one.averted, |(_, hi)| hi));
        let below = shown
            .answers
            .iter()
            .filter_map(|one| one.interval)
            .map(|(lo, _)| lo)
            .fold(0.0, f64::min);
        let ticks = Ticks::around(below, ends.fold(shown.fact, f64::max));
        let panel = Panel {
            left: MARGIN + names,
            right: sheet.width() - MARGIN - numbers,
            top,
            bottom,
            across: ticks.range,
            up: (0.0, 1.0),
        };
        axis(sheet, &panel, &ticks, shown.fact)?;
        for (place, answer) in shown.answers.iter().enumerate() {
            let middle = top + PITCH * (place as f64 + 0.5);
            line(sheet, &panel, answer, middle)?;
        }
        Ok(bottom + 36.0 * PT)
    })?;
    let n = replicates_in_words(page, &shown.replicates);
    let (convention, line) = (
        convention_definition(page, &shown.convention),
        line_name(page, &shown.line),
    );
    let caption = Caption {
        question,
        shows: page
            .say(
                "Each line is the answer to another question, so they need not agree: the first three replay or audit one year with \
                 everything else as lived, the last three live the whole run again without what is taken away. Dashed: all returns \
                 as lived. Per cent: share of all returns. Hollow markers: fewer than 20 events.",
                "每一行回答一个不同的问题，因此不必一致：前三行只对当年重算或核算，其余一切如实际发生；后三行在去掉所述因素后重新模拟整个\
                 过程。虚线：实际的全部返贫。百分比：占全部返贫的比例。空心标记：事件少于 20 次。",
            )
            .to_owned(),
        definition: page.say(
            format!("returns averted per 1,000 lifted households at risk and year. {convention} Line: {line}."),
            format!("每千户面临风险的脱贫户每年可避免的返贫户数。{convention}贫困线：{line}。"),
        ),
        n: page.say(format!("mean over {n} replicates."), format!("{n}次重复的均值。")),
        intervals: page
            .say(
                "95%, Student's t over replicates, paired by replicate; of luck and founding, not of the model's parameters.",
                "95%，按重复配对以 t 分布计算；只反映随机性和建群，不反映参数的不确定性。",
            )
            .to_owned(),
        tables: &["attributable.csv"],
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}

/// The grid, the axis and the line of all returns.
fn axis(sheet: &Sheet, panel: &Panel, ticks: &Ticks, fact: f64) -> Result<(), PlotError> {
    for &tick in &ticks.at {
        let x = panel.x(tick);
        sheet.line(&[(x, panel.top), (x, panel.bottom)], GRID, 0.5 * PT, &[])?;
        let under = (x, panel.bottom + 4.0 * PT + 0.73 * SMALL);
        sheet.text(&ticks.words(tick), under, typed(SMALL, Hang::Middle))?;
    }
    sheet.line(
        &[(panel.left, panel.top), (panel.left, panel.bottom)],
        INK,
        0.8 * PT,
        &[],
    )?;
    let x = panel.x(fact);
    sheet.line(
        &[(x, panel.top), (x, panel.bottom)],
        INK,
        0.8 * PT,
        &[3.0 * PT, 2.0 * PT],
    )?;
    let above = (x, panel.top - 4.0 * PT);
    sheet.text(sheet.say("all returns", "全部返贫"), above, typed(SMALL, Hang::Middle))?;
    let title = (
        0.5 * (panel.left + panel.right),
        panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL),
    );
    let words = if sheet.page.narrow() {
        sheet.say("Averted per 1,000 and year", "每千户每年可避免")
    } else {
        sheet.say(
            "Returns averted per 1,000 households and year",
            "每千户每年可避免的返贫户数",
        )
    };
    sheet.text(words, title, typed(LABEL, Hang::Middle))
}

/// Draws one answer with its words and numbers.
fn line(sheet: &Sheet, panel: &Panel, answer: &Answer, middle: f64) -> Result<(), PlotError> {
    let (_, english, chinese) = ANSWERS[answer.at];
    let words = wrap(sheet.say(english, chinese), LABEL, panel.left - MARGIN - 8.0 * PT);
    let above = 0.36 * LABEL - 0.59 * LABEL * (words.len() as f64 - 1.0);
    paragraph(
        sheet,
        &words,
        (panel.left - 6.0 * PT, middle + above),
        typed(LABEL, Hang::End),
    )?;
    // The first three look at a year, the others at a whole life.
    let style: LineStyle = line_style(if answer.at < 3 { 1 } else { 2 });
    if let Some((lo, hi)) = answer.interval {
        sheet.lying((panel.x(lo), middle), panel.x(hi), style.colour)?;
    }
    sheet.marker((panel.x(answer.averted), middle), style, answer.few_events)?;
    let share = answer.share.map_or(String::new(), |share| format!("{share:.0}%"));
    let left = panel.right + 7.0 * PT;
    if sheet.page.narrow() {
        return sheet.text_mid(&share, (left, middle), typed(LABEL, Hang::Start));
    }
    let interval = answer
        .interval
        .map_or(String::new(), |(lo, hi)| format!("({lo:.1}\u{2013}{hi:.1})"));
    let soft = Type {
        colour: SOFT,
        ..typed(SMALL, Hang::Start)
    };
    sheet.text_mid(
        &format!("{:.1}", answer.averted),
        (left, middle),
        typed(LABEL, Hang::Start),
    )?;
    sheet.text_mid(&interval, (left + 24.0 * PT, middle), soft)?;
    sheet.text_mid(&share, (sheet.width() - MARGIN, middle), typed(LABEL, Hang::End))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "scenario,year,convention,line,measure,rate,counted_by,fact_per_1000,without_per_1000,averted_per_1000,se,\
                          lo,hi,share_of_returns,replicates,few_events\n";

    fn of(rows: &str) -> Result<Option<Draw>, PlotError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tables")).unwrap();
        std::fs::write(folder.path().join("tables/attributable.csv"), format!("{HEADER}{rows}")).unwrap();
        read(&Sources::of(folder.path()))
    }

    #[test]
    fn every_answer_stands_with_its_share_and_the_fact() {
        let rows = "baseline,all,register,national,attributable_system,hazard,household,24.9,8.7,16.2,0.1,15.8,16.6,0.65,3,false\n\
                    baseline,all,register,national,attributable_shadow_bill,hazard,household,24.9,7.5,17.4,0.1,16.7,18.1,0.70,3,false\n";
        let figure = of(rows).unwrap().unwrap()(Page::USUAL).unwrap();
        for part in [
            "of 24.9 per 1,000",
            "70%",
            "65%",
            "without illness since founding",
            "(15.8\u{2013}16.6)",
        ] {
            assert!(figure.drawing.says(part), "{part}");
        }
        assert!(figure.caption.contains("mean over 3 replicates"), "{}", figure.caption);
    }

    #[test]
    fn an_answer_that_nobody_knows_is_named_with_its_line() {
        let row = "baseline,all,register,national,attributable_luck,hazard,household,24.9,8.7,16.2,0.1,15.8,16.6,0.65,3,false\n";
        let message = of(row).err().unwrap().to_string();
        assert!(
            message.contains("attributable.csv, line 2") && message.contains("attributable_luck"),
            "{message}"
        );
        assert!(of("").unwrap().is_none());
    }
}
