//! Who pays for care, as a stacked bar of yuan per head and year for each scenario.

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::caption::Caption;
use super::legend::fill_rows;
use super::page::Page;
use super::series::{replicates, replicates_in_words};
use super::sheet::{Hang, Sheet, draw, text_width, typed, wrap};
use super::sources::Sources;
use super::style::{Fill, GRID, INK, LABEL, OTHER, PT, SMALL, grouped, payer_fill, payer_name, scenario_name};
use super::table::Table;
use super::{Draw, Figure, PlotError};

/// The most scenarios that a page has room for.
const MOST_BARS: usize = 16;
/// From bar to bar, and how thick they are.
const PITCH: f64 = 21.0 * PT;
const THICK: f64 = 14.0 * PT;
/// From what stands above a panel to its bars, and from them to what stands below their numbers.
const ABOVE: f64 = 24.0 * PT;
const FOOT: f64 = 34.0 * PT;

/// One scenario's bar: yuan per head and year, by payer, from the left.
struct Bar {
    scenario: String,
    parts: Vec<(String, f64)>,
}

/// The bars of lifted households or of everybody.
struct Group {
    lifted: bool,
    bars: Vec<Bar>,
}

/// All that the figure shows.
struct Shown {
    groups: Vec<Group>,
    /// The payers from the left of the stack.
    stack: Vec<String>,
    /// Payers that are gathered as other.
    merged: Vec<String>,
    /// Scenarios without room.
    left_out: Vec<String>,
    /// Needed admissions forgone, per cent: scenario, whether of lifted households, share.
    forgone: Vec<(String, bool, f64)>,
    replicates: Vec<f64>,
    highest: f64,
}

/// Yuan per head and year by payer, for lifted households and for everybody; its caption says how much care is forgone.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("payers.csv")?;
    let indicators = sources.table("indicators.csv")?;
    let mut groups = Vec::new();
    for (category, lifted) in [("lifted", true), ("all", false)] {
        let bars = bars_of(&table, category)?;
        if !bars.is_empty() {
            groups.push(Group { lifted, bars });
        }
    }
    if groups.is_empty() {
        return Ok(None);
    }
    let left_out = choose_bars(&mut groups);
    let stack = stack_order(&groups);
    let merged = merge_small(&mut groups, &stack);
    let bars = groups.iter().flat_map(|group| &group.bars);
    let highest = bars.map(height_of).fold(0.0, f64::max);
    if highest <= 0.0 {
        return Ok(None);
    }
    let shown = Shown {
        groups,
        stack,
        merged,
        left_out,
        forgone: forgone(&indicators)?,
        replicates: replicates(&indicators)?,
        highest,
    };
    Ok(Some(Box::new(move |page| payers(page, &shown))))
}

fn payers(page: Page, shown: &Shown) -> Result<Figure, PlotError> {
    let question = page.say("Who pays for care?", "医疗费用由谁承担？");
    let note = page.say(
        "Medical spending per head and year by who bears it; household at the left",
        "人均年医疗费用，按最终承担者；最左为家庭自付",
    );
    let parts = shown_parts(page, shown);
    let drawing = draw(page, |sheet| {
        let mut top = heading(sheet, question, note)?;
        top = fill_rows(sheet, top + 7.0 * PT, &parts)?;
        let ticks = Ticks::around(0.0, shown.highest * 1.12);
        let room = if page.narrow() { 60.0 * PT } else { 92.0 * PT };
        let bars = shown.groups.iter().flat_map(|group| &group.bars);
        let names: Vec<(&str, Vec<String>)> = bars
            .map(|bar| {
                (
                    bar.scenario.as_str(),
                    wrap(&scenario_name(page, &bar.scenario), LABEL, room),
                )
            })
            .collect();
        let lines = names.iter().flat_map(|(_, lines)| lines);
        let widest = lines.map(|line| text_width(line, LABEL)).fold(0.0, f64::max);
        let first = MARGIN + widest + 7.0 * PT;
        let most = names.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        let pitch = PITCH.max(most as f64 * 1.18 * LABEL + 4.0 * PT);
        let beside = if page.narrow() { 1.0 } else { shown.groups.len() as f64 };
        let gap = 16.0 * PT;
        let width = (sheet.width() - first - MARGIN - gap * (beside - 1.0)) / beside;
        let (mut left, mut end) = (first, top);
        for (number, group) in shown.groups.iter().enumerate() {
            let panel = Panel {
                left,
                right: left + width,
                top: top + ABOVE,
                bottom: top + ABOVE + pitch * group.bars.len() as f64,
                across: ticks.range,
                up: (0.0, 1.0),
            };
            let who = if group.lifted {
                page.say("Lifted households", "脱贫户")
            } else {
                page.say("Everybody", "全体居民")
            };
            panel.title(sheet, &format!("({}) {who}", ["a", "b"][number.min(1)]))?;
            yuan_axis(sheet, &panel, &ticks)?;
            for (place, bar) in group.bars.iter().enumerate() {
                let middle = panel.top + pitch * (place as f64 + 0.5);
                if left == first
                    && let Some((_, lines)) = names.iter().find(|(scenario, _)| *scenario == bar.scenario)
                {
                    let above = 0.36 * LABEL - 0.59 * LABEL * (lines.len() as f64 - 1.0);
                    paragraph(sheet, lines, (left - 6.0 * PT, middle + above), typed(LABEL, Hang::End))?;
                }
                row(sheet, &panel, bar, middle, &shown.stack)?;
            }
            end = panel.bottom + FOOT;
            if page.narrow() {
                top = end;
            } else {
                left += width + gap;
            }
        }
        Ok(end)
    })?;
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption(page, question, shown),
    })
}

fn caption(page: Page, question: &str, shown: &Shown) -> String {
    let mut shows = page
        .say(
            "Medical spending in yuan per head and year by who bears it in the end (column yuan_per_head; all years together \
             where the table has them, else the mean over years), (a) for members of lifted households and (b) for everybody, \
             all counties. The numbers beside the bars are totals.",
            "人均年医疗费用（元），按最终承担者（yuan_per_head 列；表中有各年合计时用合计，否则为各年均值）：(a) 脱贫户成员，\
             (b) 全体居民；所有县合计。条形右侧数字为合计。",
        )
        .to_owned();
    if !shown.merged.is_empty() {
        let merged: Vec<String> = shown.merged.iter().map(|payer| payer_name(page, payer)).collect();
        shows += &page.say(
            format!(" Other: payers with less than 1% of every bar: {}.", merged.join(", ")),
            format!("其他：在每个条形中均不足 1% 的承担者：{}。", merged.join("、")),
        );
    }
    if !shown.left_out.is_empty() {
        let names: Vec<String> = shown.left_out.iter().map(|one| scenario_name(page, one)).collect();
        shows += &page.say(
            format!(" Scenarios in the table that find no room here: {}.", names.join(", ")),
            format!("表中因版面未画出的情景：{}。", names.join("、")),
        );
    }
    if !shown.forgone.is_empty() {
        let told = shown.forgone.iter().map(|(scenario, lifted, share)| {
            let whom = match lifted {
                true => page.say("lifted", "脱贫户"),
                false => page.say("everybody", "全体"),
            };
            format!("{}, {whom}, {share:.1}%", scenario_name(page, scenario))
        });
        let told = told.collect::<Vec<_>>().join(page.say("; ", "；"));
        shows += &page.say(
            format!(" Spending also falls when people stop going. Of needed admissions there were forgone: {told}."),
            format!("人们不就医时支出也会下降：应住院而未住院的比例为：{told}。"),
        );
    }
    let n = replicates_in_words(page, &shown.replicates);
    Caption {
        question,
        shows,
        definition: page
            .say(
                "Household: paid at use, net of all layers, premiums apart. Unpaid: bills in arrears that the provider carries.",
                "家庭自付：就医时支付、扣除各层保障之后的费用，不含保费。欠费：由医疗机构承担的未付账单。",
            )
            .to_owned(),
        n: page.say(format!("mean over {n} replicates."), format!("{n}次重复的均值。")),
        intervals: page
            .say(
                "not drawn; with two replicates or more the table has those of the mean of each payer (95%, Student's t over replicates).",
                "图中未画；有两次以上重复时，表中有每个承担者均值的区间（95%，按重复之间的离散以 t 分布计算）。",
            )
            .to_owned(),
        tables: &["payers.csv", "indicators.csv"],
    }
    .text(page)
}

/// What is spent must be read with what is forgone: needed admissions that were not had, by scenario, in per cent.
fn forgone(indicators: &Table) -> Result<Vec<(String, bool, f64)>, PlotError> {
    let mut told = Vec::new();
    for (category, lifted) in [("lifted", true), ("all", false)] {
        let wanted = [
            ("county", "all"),
            ("category", category),
            ("indicator", "forgone_admission"),
            ("year", "all"),
        ];
        for row in indicators.rows_where(&wanted)? {
            if let Some(mean) = row.number("mean")? {
                told.push((row.text("scenario")?.to_owned(), lifted, 100.0 * mean));
            }
        }
    }
    Ok(told)
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

/// Keeps the first scenario, the one called `package`, and others while there is room; returns the rest.
fn choose_bars(groups: &mut [Group]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for bar in groups.iter().flat_map(|group| &group.bars) {
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
    for group in groups {
        group.bars.retain(|bar| !left_out.contains(&bar.scenario));
    }
    left_out
}

/// The payers from the left of the stack: household, arrears, layers in the order of the table, programme.
fn stack_order(groups: &[Group]) -> Vec<String> {
    let mut payers: Vec<String> = Vec::new();
    for (payer, _) in groups.iter().flat_map(|group| &group.bars).flat_map(|bar| &bar.parts) {
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

/// Gathers payers with less than 1% of every bar under an empty name; returns them.
fn merge_small(groups: &mut [Group], stack: &[String]) -> Vec<String> {
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
            groups
                .iter()
                .flat_map(|group| &group.bars)
                .all(|bar| share_of(payer, bar) < 0.01)
        })
        .collect();
    for bar in groups.iter_mut().flat_map(|group| &mut group.bars) {
        let rest: f64 = bar
            .parts
            .iter()
            .filter(|(payer, _)| small.contains(&payer))
            .map(|(_, yuan)| yuan)
            .sum();
        bar.parts.retain(|(payer, _)| !small.contains(&payer));
        bar.parts.push((String::new(), rest));
    }
    small.into_iter().cloned().collect()
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

/// The parts that any bar shows, from the left, with their names and looks.
fn shown_parts(page: Page, shown: &Shown) -> Vec<(String, Fill)> {
    let bars = || shown.groups.iter().flat_map(|group| &group.bars);
    let any = |payer: &str| {
        let mut parts = bars().flat_map(|bar| &bar.parts);
        parts.any(|(name, yuan)| name == payer && *yuan > 0.0)
    };
    let named = shown
        .stack
        .iter()
        .map(|payer| (payer.as_str(), payer_name(page, payer)));
    let other = page.say("Other", "其他").to_owned();
    let all = named.chain(std::iter::once(("", other)));
    all.filter(|(payer, _)| any(payer))
        .map(|(payer, name)| (name, look_of(payer, &shown.stack)))
        .collect()
}

/// The grid, the numbers and the title of yuan under the bars.
fn yuan_axis(sheet: &Sheet, panel: &Panel, ticks: &Ticks) -> Result<(), PlotError> {
    let widest = ticks
        .at
        .iter()
        .map(|tick| text_width(&ticks.words(*tick), SMALL))
        .fold(0.0, f64::max);
    let room = (panel.right - panel.left) / ticks.at.len().max(1) as f64;
    let every = ((widest + 5.0 * PT) / room).ceil().max(1.0) as usize;
    for (place, &tick) in ticks.at.iter().enumerate() {
        let x = panel.x(tick);
        sheet.line(&[(x, panel.top), (x, panel.bottom)], GRID, 0.5 * PT, &[])?;
        if place % every == 0 {
            let under = (x, panel.bottom + 4.0 * PT + 0.73 * SMALL);
            sheet.text(&ticks.words(tick), under, typed(SMALL, Hang::Middle))?;
        }
    }
    sheet.line(
        &[(panel.left, panel.bottom), (panel.right, panel.bottom)],
        INK,
        0.7 * PT,
        &[],
    )?;
    let title = (
        0.5 * (panel.left + panel.right),
        panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL),
    );
    let axis = sheet.say("Yuan per head and year", "元／人·年");
    sheet.text(axis, title, typed(LABEL, Hang::Middle))
}

/// Draws one bar with its numbers where they find room, and its total beside it.
fn row(sheet: &Sheet, panel: &Panel, bar: &Bar, middle: f64, stack: &[String]) -> Result<(), PlotError> {
    let mut from = 0.0;
    let order = stack.iter().map(String::as_str).chain(std::iter::once(""));
    for payer in order {
        let own = bar.parts.iter().filter(|(name, _)| name == payer);
        let yuan: f64 = own.map(|(_, yuan)| yuan).sum();
        let (left, right) = (panel.x(from), panel.x(from + yuan));
        from += yuan;
        let fill = look_of(payer, stack);
        sheet.filled((left, middle - 0.5 * THICK), (right, middle + 0.5 * THICK), fill)?;
        let number = grouped(yuan);
        if right - left > text_width(&number, SMALL) + 4.0 * PT {
            sheet.number_on(fill, &number, (0.5 * (left + right), middle))?;
        }
    }
    let total = (panel.x(from) + 4.0 * PT, middle);
    sheet.text_mid(&grouped(from), total, typed(LABEL, Hang::Start))
}
