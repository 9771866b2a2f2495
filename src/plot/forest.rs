//! The forest plot of programmes: what each changes in the return to poverty, and in what it is meant to move first.

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::caption::Caption;
use super::legend::marker_rows;
use super::page::Page;
use super::series::{extremes, replicates_in_words};
use super::sheet::{Hang, Sheet, Type, draw, text_width, typed, wrap};
use super::sources::Sources;
use super::style::{EVIDENCE, GRID, INK, LABEL, PT, SMALL, SOFT, evidence, scenario_name, words};
use super::table::{Row, Table};
use super::{Draw, Figure, PlotError};

/// A programme's line of the figure.
struct Line {
    section: String,
    programme: String,
    taken_away: bool,
    /// Levers with a grade, and how many of them are assumptions.
    levers: (f64, f64),
    /// Returns per 1,000 lifted households and year: mean and interval.
    effect: (f64, Option<(f64, f64)>),
    few_events: bool,
    /// What it should move first and by how much, in words.
    first: String,
    /// Of the effects that the evidence says are none: how many, and how many of these are shown to be none.
    nulls: (usize, usize),
}

/// Height of a line and of the name of a section.
const PITCH: f64 = 10.2 * PT;
const SECTION: f64 = 14.5 * PT;
/// The writing of what is beside the effects.
const TINY: f64 = 6.4 * PT;

/// Where things stand across a page.
struct Places {
    /// The effects.
    across: (f64, f64),
    /// Where their numbers end.
    number: f64,
    /// Where the words beside them begin; on one column there is no room for them.
    first: Option<f64>,
}

impl Places {
    fn on(page: Page) -> Places {
        if page.narrow() {
            Places {
                across: (118.0 * PT, 200.0 * PT),
                number: 233.0 * PT,
                first: None,
            }
        } else {
            Places {
                across: (142.0 * PT, 272.0 * PT),
                number: 304.0 * PT,
                first: Some(312.0 * PT),
            }
        }
    }
}

/// What each programme changes, by section and effect.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("programmes.csv")?;
    let rows = table.rows_where(&[("role", "return")])?;
    let lines: Vec<Line> = rows.iter().map(|row| line(&table, row)).collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Ok(None);
    }
    let replicates = extremes(&rows)?;
    Ok(Some(Box::new(move |page| forest(page, &lines, &replicates))))
}

fn forest(page: Page, lines: &[Line], replicates: &[f64]) -> Result<Figure, PlotError> {
    let assumed = assumed(page, lines);
    let question = page.say(
        "What does each programme do to the return to poverty?",
        "每项政策对返贫有什么作用？",
    );
    let note = page.say(
        "Each beside the scenario that it is held against, over the same luck; bars: 95% intervals (hidden where narrower than a \
         marker)",
        "每项政策与其对照情景在同样的随机事件下比较；横线为 95% 区间（短于标记时被遮住）",
    );
    let places = Places::on(page);
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, question, note)? + 23.0 * PT;
        let sections = 1 + lines.windows(2).filter(|two| two[0].section != two[1].section).count();
        let bottom = top + lines.len() as f64 * PITCH + sections as f64 * SECTION + 4.0 * PT;
        let panel = effects_panel(sheet, lines, &places, (top, bottom))?;
        let look = Type {
            colour: SOFT,
            ..typed(TINY, Hang::Start)
        };
        if let Some(first) = places.first {
            let head = page.say("What it should move first, change in %;", "首先应改变的指标，变化 %；");
            sheet.text(head, (first, top - 13.0 * PT), look)?;
            let brackets = page.say("in brackets: within noise", "括号内：在随机波动之内");
            sheet.text(brackets, (first, top - 5.0 * PT), look)?;
        }
        let mut y = top;
        let mut section = None;
        for line in lines {
            if section != Some(&line.section) {
                y += SECTION;
                let name = section_name(page, &line.section);
                sheet.text(&name, (MARGIN, y - 4.0 * PT), typed(LABEL, Hang::Start))?;
                section = Some(&line.section);
            }
            draw_line(sheet, &panel, &places, line, y + 0.5 * PITCH)?;
            y += PITCH;
        }
        let y = legend(sheet, bottom + 30.0 * PT)?;
        let note = wrap(&assumed, SMALL, sheet.width() - 2.0 * MARGIN);
        let end = paragraph(sheet, &note, (MARGIN, y + 14.0 * PT), typed(SMALL, Hang::Start))?;
        Ok(end + 7.0 * PT)
    })?;
    let beside = if places.first.is_some() {
        page.say(
            " Beside the effects: the first indicator that the programme's file says it moves, with what changes in it in per cent \
             of its level without the programme, in brackets where the 95% interval holds zero. `null`: an effect that the \
             evidence says is none, and the 90% interval lies within what its source could see; `not null`: it does not.",
            "右侧：政策文件所称首先改变的指标及其相对于无该政策时的百分比变化，95% 区间含零者加括号。“null”：证据认为没有作用，且\
             90% 区间在其来源可分辨的范围之内；“not null”：不在其内。",
        )
    } else {
        ""
    };
    let n = replicates_in_words(page, replicates);
    let caption = Caption {
        question,
        shows: page.say(
            format!(
                "Having a programme less not having it (below 0: fewer returns). Those marked as taken away are part of the \
                 scenario that they are held against; their effect is that of having them too. Hollow markers: fewer than 20 \
                 events. Colour and shape: how many of the programme's levers are assumptions (grade D). Numbers in brackets: \
                 the interval holds zero.{beside} Spending also falls when people stop going: read it with the admissions and \
                 care forgone of the same table, and with flags.csv. {assumed}"
            ),
            format!(
                "实施该政策减去不实施（低于 0 表示返贫减少）。标为“取消”的政策本属对照情景，其作用同样指实施的作用。空心标记：事件\
                 少于 20 次。颜色和形状：政策参数中有多少是假设（D 级）。括号内的数字：区间含零。{beside}人们不就医时支出也会下降：\
                 请结合同表中放弃的住院和就医以及 flags.csv 阅读。{assumed}"
            ),
        ),
        definition: page
            .say(
                "lifted households that are poor by the register at the close of a year in which they were not when it began, per \
                 1,000 and year.",
                "年初不贫困、年末按建档立卡口径贫困的脱贫户，每千户每年。",
            )
            .to_owned(),
        n: page.say(
            format!("mean of paired differences over {n} replicates."),
            format!("{n}次重复的配对差值的均值。"),
        ),
        intervals: page
            .say(
                "95%, Student's t over the differences replicate by replicate; of luck and founding, not of the model's \
                 parameters.",
                "95%，按逐次重复的差值以 t 分布计算；只反映随机性和建群，不反映参数的不确定性。",
            )
            .to_owned(),
        tables: &["programmes.csv"],
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}

fn line(table: &Table, row: &Row) -> Result<Line, PlotError> {
    let programme = row.text("programme")?.to_owned();
    let needed = |column: &str| -> Result<f64, PlotError> {
        let number = row.number(column)?;
        number.ok_or_else(|| row.wrong(format!("`{column}` is empty")))
    };
    let interval = row.number("lo")?.zip(row.number("hi")?);
    let own = |role| table.rows_where(&[("programme", &programme), ("role", role)]);
    let nulls = own("null")?;
    let held: Vec<bool> = nulls
        .iter()
        .map(|null| null.flag("null_holds"))
        .collect::<Result<_, _>>()?;
    Ok(Line {
        section: row.text("section")?.to_owned(),
        taken_away: row.text("comparator")? == "taken away",
        levers: (needed("levers")?, needed("assumed_levers")?),
        effect: (needed("difference")?, interval),
        few_events: row.flag("few_events")?,
        first: match own("declared")?.first() {
            Some(declared) => first(declared)?,
            None => String::new(),
        },
        nulls: (held.len(), held.iter().filter(|held| **held).count()),
        programme,
    })
}

/// An indicator in words and its relative change, in brackets where that is within noise.
fn first(row: &Row) -> Result<String, PlotError> {
    let name = indicator_name(row.text("indicator")?);
    let (level, difference) = (row.number("without")?, row.number("difference")?);
    let change = match (level, difference) {
        (Some(level), Some(difference)) if level != 0.0 => percent(100.0 * difference / level.abs()),
        (_, Some(difference)) if difference > 0.0 => "from none".to_owned(),
        _ => "none".to_owned(),
    };
    Ok(if row.flag("beyond_noise")? {
        format!("{name} {change}")
    } else {
        format!("{name} ({change})")
    })
}

/// What programmes are meant to move, in plain words.
fn indicator_name(indicator: &str) -> String {
    let known = match indicator {
        "oop_share" => "Own share of bills",
        "oop_share_admissions" => "Own share of admission bills",
        "infections_oop_share" => "Own share, infections",
        "oop" => "Own payments",
        "bill" => "All bills",
        "catastrophic_10" => "Spending over 10%",
        "catastrophic_25" => "Spending over 25%",
        "catastrophic_40" => "Spending over 40%",
        "visits_village" => "Visits, village clinic",
        "visits_township" => "Visits, township",
        "visits_county" => "Visits, county hospital",
        "visits_private" => "Visits, private",
        "visits_remote" => "Visits, remote",
        "visits_tcm" => "Visits, TCM",
        "admission_bill" => "Bill of an admission",
        "admissions_tertiary" => "Admissions, tertiary share",
        "controlled_hypertension" => "Blood pressure controlled",
        "known_hypertension" => "High blood pressure known",
        "prevalence_stroke" => "People with a stroke",
        "recovered_work" => "Work regained",
        "lost_days" => "Days of work lost",
        "fund_rate" => "Rate that funds can pay",
        "fund_closing" => "Balance of funds",
        "monitored" => "People monitored",
        "forgone_admission" => "Admissions forgone",
        "forgone_admission_liquidity" => "Admissions forgone, no cash",
        _ => return words(indicator),
    };
    known.to_owned()
}

/// A programme in words; what is an abbreviation stays one.
fn programme_name(page: Page, id: &str) -> String {
    scenario_name(page, id).replace("Tcm", "TCM")
}

/// An effect, in brackets where its interval holds zero or is not known.
fn number((mean, interval): (f64, Option<(f64, f64)>)) -> String {
    let text = format!("{:.2}", mean.abs());
    let sign = match text.as_str() {
        "0.00" => "",
        _ if mean < 0.0 => "\u{2212}",
        _ => "+",
    };
    if interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0) {
        format!("{sign}{text}")
    } else {
        format!("({sign}{text})")
    }
}

fn percent(change: f64) -> String {
    let digits = usize::from(change.abs() < 10.0);
    let text = format!("{:.digits$}", change.abs());
    match text.as_str() {
        "0" | "0.0" => "0%".to_owned(),
        _ if change < 0.0 => format!("\u{2212}{text}%"),
        _ => format!("+{text}%"),
    }
}

fn section_name(page: Page, section: &str) -> String {
    if section.starts_with(|first: char| first.is_ascii_digit()) {
        page.say(format!("Section {section}"), format!("第 {section} 节"))
    } else {
        match section {
            "also" => page.say("Also", "其他").to_owned(),
            "further" => page.say("Further", "另外").to_owned(),
            "comparator" => page.say("Comparators", "对照").to_owned(),
            section => words(section),
        }
    }
}

/// How much of what is shown is assumed.
fn assumed(page: Page, lines: &[Line]) -> String {
    let (levers, assumed) = lines
        .iter()
        .fold((0.0, 0.0), |sum, line| (sum.0 + line.levers.0, sum.1 + line.levers.1));
    let wholly = lines.iter().filter(|line| line.levers.0 == line.levers.1).count();
    let programmes = lines.len();
    page.say(
        format!(
            "Of {levers} graded levers of these programmes {assumed} are assumptions (grade D); {wholly} of {programmes} programmes \
             rest on assumptions alone: a ranking of programmes is largely a ranking of assumptions."
        ),
        format!(
            "这些政策的 {levers} 个分级参数中，{assumed} 个是假设（D 级）；{programmes} 项政策中有 {wholly} 项完全依据假设：政策的排序\
             在很大程度上是假设的排序。"
        ),
    )
}

fn effects_panel(
    sheet: &Sheet,
    lines: &[Line],
    places: &Places,
    (top, bottom): (f64, f64),
) -> Result<Panel, PlotError> {
    let ends = lines.iter().flat_map(|line| {
        let (low, high) = line.effect.1.unwrap_or((line.effect.0, line.effect.0));
        [low, high]
    });
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let ticks = Ticks::around(low, high);
    let panel = Panel {
        left: places.across.0,
        right: places.across.1,
        top,
        bottom,
        across: ticks.range,
        up: (0.0, 1.0),
    };
    // Every other number where they would touch.
    let room = (panel.right - panel.left) / ticks.at.len().max(1) as f64;
    let every = if room < 24.0 * PT { 2 } else { 1 };
    for (place, &tick) in ticks.at.iter().enumerate() {
        let x = panel.x(tick);
        sheet.line(&[(x, top), (x, bottom)], GRID, 0.5 * PT, &[])?;
        let zero = ticks.at.iter().position(|at| *at == 0.0).unwrap_or(0);
        if place.abs_diff(zero) % every == 0 {
            for y in [top - 6.0 * PT, bottom + 9.0 * PT] {
                sheet.text(&ticks.words(tick), (x, y), typed(SMALL, Hang::Middle))?;
            }
        }
    }
    let zero = panel.x(0.0);
    sheet.line(&[(zero, top), (zero, bottom)], INK, 0.8 * PT, &[])?;
    let axis = sheet.say(
        "Returns per 1,000 lifted households and year, difference",
        "每千户脱贫户每年返贫户数之差",
    );
    let middle = if places.first.is_some() {
        0.5 * (places.across.0 + places.across.1)
    } else {
        0.5 * sheet.width()
    };
    sheet.text(axis, (middle, bottom + 20.0 * PT), typed(SMALL, Hang::Middle))?;
    Ok(panel)
}

fn draw_line(sheet: &Sheet, panel: &Panel, places: &Places, line: &Line, y: f64) -> Result<(), PlotError> {
    let style = evidence(line.levers.0, line.levers.1);
    let mut name = programme_name(sheet.page, &line.programme);
    if line.taken_away {
        name += sheet.say(" (taken away)", "（取消）");
    }
    // A long name is set smaller rather than cut.
    let room = places.across.0 - MARGIN - 8.0 * PT;
    let size = SMALL * (room / text_width(&name, SMALL)).min(1.0);
    sheet.text_mid(&name, (MARGIN + 4.0 * PT, y), typed(size, Hang::Start))?;
    if let Some((low, high)) = line.effect.1 {
        sheet.line(&[(panel.x(low), y), (panel.x(high), y)], style.colour, 1.1 * PT, &[])?;
    }
    sheet.marker((panel.x(line.effect.0), y), style, line.few_events)?;
    sheet.text_mid(&number(line.effect), (places.number, y), typed(TINY, Hang::End))?;
    let Some(first) = places.first else { return Ok(()) };
    sheet.text_mid(&line.first, (first, y), typed(TINY, Hang::Start))?;
    let verdict = match line.nulls {
        (0, _) => return Ok(()),
        (claimed, held) if claimed == held => "null",
        _ => "not null",
    };
    sheet.text_mid(verdict, (sheet.width() - MARGIN, y), typed(TINY, Hang::End))
}

/// What colour and shape say; returns where it ends.
fn legend(sheet: &Sheet, top: f64) -> Result<f64, PlotError> {
    let head = sheet.say("Levers that are assumptions:", "属于假设的参数：");
    sheet.text_mid(head, (MARGIN, top + 0.5 * LABEL), typed(LABEL, Hang::Start))?;
    let named: Vec<_> = EVIDENCE
        .iter()
        .map(|(english, chinese, style)| (sheet.say(english, chinese).to_owned(), *style, false))
        .collect();
    marker_rows(sheet, top + 13.0 * PT, &named)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "programme,section,comparator,levers,assumed_levers,role,indicator,without,difference,lo,hi,beyond_noise,\
                          few_events,null_holds,replicates\n";

    fn drawn(rows: &str) -> Figure {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tables")).unwrap();
        std::fs::write(folder.path().join("tables/programmes.csv"), format!("{HEADER}{rows}")).unwrap();
        let draw = read(&Sources::of(folder.path())).unwrap().unwrap();
        draw(Page::USUAL).unwrap()
    }

    #[test]
    fn every_programme_has_a_line_and_every_section_a_name() {
        let one = "tcm-services,5.3,added,4,4,return,return_hazard,23,-0.5,-0.7,-0.3,true,false,,20\n\
                   tcm-services,5.3,added,4,4,declared,visits_tcm,0.2,0.1,-0.1,0.3,false,false,,20\n";
        let two = "zero-markup,5.4,taken away,2,1,return,return_hazard,23,0.5,0.3,0.7,true,false,,20\n\
                   zero-markup,5.4,taken away,2,1,null,deaths,13,0.1,0,0.2,false,false,false,20\n";
        let figure = drawn(&format!("{one}{two}"));
        for part in [
            "Section 5.3",
            "TCM services",
            "Visits, TCM (+50%)",
            "Zero markup (taken away)",
            "not null",
        ] {
            assert!(figure.drawing.says(part), "{part}");
        }
        assert!(figure.caption.contains("Of 6 graded levers"), "{}", figure.caption);
        assert!(figure.caption.contains("1 of 2 programmes"), "{}", figure.caption);
        assert!(!drawn(one).drawing.says("null"));
    }

    #[test]
    fn changes_are_told_with_as_many_digits_as_help() {
        assert_eq!(percent(12.34), "+12%");
        assert_eq!(percent(-1.26), "\u{2212}1.3%");
        assert_eq!(percent(-0.04), "0%");
        assert_eq!(number((-0.076, Some((-0.1, -0.05)))), "\u{2212}0.08");
        assert_eq!(number((0.012, Some((-0.1, 0.1)))), "(+0.01)");
        assert_eq!(number((0.0, None)), "(0.00)");
    }
}
