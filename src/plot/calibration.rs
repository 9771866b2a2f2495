//! Calibration: every published figure, with where the simulated one lies against what is accepted.

use super::axes::{MARGIN, Panel, heading};
use super::calibration_names::{family_name, figure_name};
use super::caption::Caption;
use super::legend::marker_rows;
use super::page::Page;
use super::series::{extremes, replicates_in_words};
use super::sheet::{Drawing, Hang, Sheet, Type, draw, typed, wrap};
use super::sources::Sources;
use super::style::{BAND, GRID, INK, INSIDE, LABEL, LineStyle, OUTSIDE, PT, SMALL, SOFT, grouped};
use super::table::Row;
use super::{Draw, Figure, PlotError};

/// The writing of the lines.
const TINY: f64 = 6.4 * PT;
/// Height of a line of one row of words, and of what every further row adds.
const PITCH: f64 = 9.4 * PT;
const MORE: f64 = 1.18 * TINY;
/// Height of the name of a family.
const FAMILY: f64 = 15.0 * PT;
/// How far the panel goes to either side, in halves of what is accepted.
const FAR: f64 = 3.0;

/// A published figure beside the simulated one.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    id: String,
    family: String,
    figure: String,
    year: String,
    published: f64,
    rule: String,
    /// What is accepted; open at an end that is not there.
    accepted: (Option<f64>, Option<f64>),
    /// The simulated mean and its interval; none where it was not asked.
    simulated: Option<(f64, Option<(f64, f64)>)>,
    used: Used,
    inside: bool,
}

/// Whether the model was set with a figure in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Used {
    /// It was not: the figure tests the model.
    Tests,
    /// Assumptions were set by hand with it in view.
    Fitted,
    /// It is an input, or follows from inputs.
    Input,
}

impl Line {
    fn of(row: &Row) -> Result<Line, PlotError> {
        let needed = |column: &str| -> Result<f64, PlotError> {
            let number = row.number(column)?;
            number.ok_or_else(|| row.wrong(format!("`{column}` is empty")))
        };
        let used = match row.text("use")? {
            "fitted" => Used::Fitted,
            "input" => Used::Input,
            "not fitted" | "null" | "wrong sign" => Used::Tests,
            other => {
                return Err(row.wrong(format!(
                    "`use` is `{other}`; fitted, input, not fitted, null or wrong sign was expected"
                )));
            }
        };
        let (simulated, inside) = match row.text("verdict")? {
            "inside" => (Some(needed("simulated")?), true),
            "OUTSIDE" => (Some(needed("simulated")?), false),
            "not asked" => (None, false),
            other => {
                return Err(row.wrong(format!(
                    "`verdict` is `{other}`; inside, OUTSIDE or not asked was expected"
                )));
            }
        };
        let interval = row.number("ci_low")?.zip(row.number("ci_high")?);
        let accepted = (row.number("low")?, row.number("high")?);
        if accepted == (None, None) {
            return Err(row.wrong("`low` and `high` are both empty".to_owned()));
        }
        if let (Some(low), Some(high)) = accepted
            && low > high
        {
            return Err(row.wrong("`low` is above `high`".to_owned()));
        }
        Ok(Line {
            id: row.text("id")?.to_owned(),
            family: row.text("family")?.to_owned(),
            figure: row.text("figure")?.to_owned(),
            year: row.text("year")?.to_owned(),
            published: needed("published")?,
            rule: row.text("rule")?.to_owned(),
            accepted,
            simulated: simulated.map(|mean| (mean, interval)),
            used,
            inside,
        })
    }

    /// Where a number lies: -1 and 1 are the ends of what is accepted. With one end only, 0 is as far inside as the published
    /// number is (or one unit, where that is the end itself).
    fn at(&self, number: f64) -> f64 {
        let scale = |end: f64| match (self.published - end).abs() {
            0.0 => 1.0,
            apart => apart,
        };
        match self.accepted {
            (Some(low), Some(high)) if low < high => (2.0 * number - low - high) / (high - low),
            (Some(low), Some(_) | None) => (number - low) / scale(low) - 1.0,
            (None, Some(high)) => (number - high) / scale(high) + 1.0,
            (None, None) => 0.0,
        }
    }

    fn name(&self, page: Page) -> String {
        let figure = figure_name(page, &self.figure);
        let year = self.year.trim().replace('-', "\u{2013}");
        let mut name = match (year.is_empty(), page.narrow()) {
            (true, _) => figure,
            (false, _) => page.say(format!("{figure} ({year})"), format!("{figure}（{year}）")),
        };
        let used = match self.used {
            Used::Tests => "",
            Used::Fitted => page.say(": fitted", "：拟合"),
            Used::Input => page.say(": input", "：输入"),
        };
        name.push_str(used);
        name
    }

    fn published_words(&self, page: Page) -> String {
        match self.rule.as_str() {
            "sign" if self.published < 0.0 => page.say("below 0", "低于 0").to_owned(),
            "sign" => page.say("above 0", "高于 0").to_owned(),
            _ => short(self.published),
        }
    }

    fn accepted_words(&self, page: Page) -> String {
        match self.accepted {
            (Some(low), Some(high)) => page.say(
                format!("{} to {}", short(low), short(high)),
                format!("{} 至 {}", short(low), short(high)),
            ),
            (Some(low), None) => page.say(format!("above {}", short(low)), format!("高于 {}", short(low))),
            (None, Some(high)) => page.say(format!("below {}", short(high)), format!("低于 {}", short(high))),
            (None, None) => String::new(),
        }
    }
}

/// A number with as many digits as it can be read with beside others.
fn short(number: f64) -> String {
    let text = match number.abs() {
        0.0 => return "0".to_owned(),
        size if size >= 1000.0 => return grouped(number),
        size if size >= 100.0 => format!("{size:.0}"),
        size if size >= 10.0 => format!("{size:.1}"),
        size if size >= 1.0 => format!("{size:.2}"),
        size if size >= 0.01 => format!("{size:.3}"),
        size => format!("{size:.4}"),
    };
    if number < 0.0 { format!("\u{2212}{text}") } else { text }
}

/// Every published figure of the table.
pub(super) fn figures(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table("validation.csv")?;
    let rows = table.rows_where(&[])?;
    let lines: Vec<Line> = rows.iter().map(Line::of).collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Ok(None);
    }
    let replicates = extremes(&rows)?;
    Ok(Some(Box::new(move |page| {
        let question = page.say("Does the model find what was published?", "模型能否得出已发表的数字？");
        let drawing = drawn(page, question, &lines)?;
        Ok(Figure {
            drawing,
            question: question.to_owned(),
            caption: caption(page, question, &lines, &replicates).text(page),
        })
    })))
}

/// How many figures of a use are inside, of how many asked.
fn held(lines: &[Line], used: impl Fn(Used) -> bool) -> (usize, usize) {
    let asked = || lines.iter().filter(|line| used(line.used) && line.simulated.is_some());
    (asked().filter(|line| line.inside).count(), asked().count())
}

/// The counts in words.
fn counts(page: Page, lines: &[Line]) -> String {
    let (tests, of_tests) = held(lines, |used| used == Used::Tests);
    let (set, of_set) = held(lines, |used| used != Used::Tests);
    let unasked = lines.iter().filter(|line| line.simulated.is_none()).count();
    let mut text = page.say(
        format!(
            "{tests} of {of_tests} figures that nothing was set to are inside, {} outside; of those that the model was set to (inputs, \
             fitted) {set} of {of_set}",
            of_tests - tests
        ),
        format!(
            "未用于设定模型的 {of_tests} 个数字中 {tests} 个在内、{} 个在外；用于设定模型的（输入、拟合）{of_set} 个中 {set} 个在内",
            of_tests - tests
        ),
    );
    if unasked > 0 {
        text.push_str(&page.say(
            format!("; {unasked} were not asked, as the run was too short"),
            format!("；{unasked} 个因运行年数不足未问"),
        ));
    }
    text
}

/// Where the columns of a page stand.
struct Columns {
    /// Where names must end.
    names: f64,
    /// The panel.
    panel: (f64, f64),
    /// Right ends of published, accepted, simulated; nothing on a narrow page.
    numbers: Option<[f64; 3]>,
}

impl Columns {
    fn of(sheet: &Sheet) -> Columns {
        // The verdict stands at the right.
        let right = sheet.width() - MARGIN - 28.0 * PT;
        if sheet.page.narrow() {
            return Columns {
                names: 117.0 * PT,
                panel: (122.0 * PT, right),
                numbers: None,
            };
        }
        Columns {
            names: 190.0 * PT,
            panel: (196.0 * PT, 310.0 * PT),
            numbers: Some([346.0 * PT, 410.0 * PT, right]),
        }
    }
}

fn drawn(page: Page, question: &str, lines: &[Line]) -> Result<Drawing, PlotError> {
    let note = page.say(
        format!(
            "{}. Bar: what is accepted; stroke in it: published; marker: simulated mean with 95% interval",
            counts(page, lines)
        ),
        format!(
            "{}。灰条：接受范围；条中竖线：已发表值；标记：模拟均值及 95% 区间",
            counts(page, lines)
        ),
    );
    draw(page, |sheet| {
        let top = heading(sheet, question, &note)?;
        let columns = Columns::of(sheet);
        let legend = [
            (page.say("inside", "在内"), INSIDE, false),
            (page.say("OUTSIDE", "在外"), OUTSIDE, false),
            (page.say("inside, input or fitted", "在内（输入或拟合）"), INSIDE, true),
            (
                page.say("OUTSIDE, input or fitted", "在外（输入或拟合）"),
                OUTSIDE,
                true,
            ),
        ];
        let legend = legend.map(|(name, style, hollow)| (name.to_owned(), style, hollow));
        let mut y = marker_rows(sheet, top + 6.0 * PT, &legend)?;
        if let Some(numbers) = columns.numbers {
            let heads = [
                page.say("published", "已发表"),
                page.say("accepted", "接受范围"),
                page.say("simulated", "模拟"),
            ];
            y += 12.0 * PT;
            for (head, right) in heads.into_iter().zip(numbers) {
                sheet.text_mid(head, (right, y), soft(Hang::End))?;
            }
            y -= 6.0 * PT;
        }
        for family in lines.chunk_by(|one, other| one.family == other.family) {
            y += FAMILY;
            let (inside, asked) = held(family, |_| true);
            let name = family_name(page, &family[0].family);
            let head = page.say(
                format!("{name}: {inside} of {asked} inside"),
                format!("{name}：{asked} 个中 {inside} 个在内"),
            );
            sheet.text(&head, (MARGIN, y - 3.5 * PT), typed(LABEL, Hang::Start))?;
            for line in family {
                let words = wrap(&line.name(page), TINY, columns.names - MARGIN);
                let height = PITCH + MORE * (words.len().max(1) - 1) as f64;
                row(sheet, &columns, line, &words, (y, y + height))?;
                y += height;
            }
        }
        foot(sheet, &columns, y)
    })
}

fn soft(hang: Hang) -> Type {
    Type {
        colour: SOFT,
        ..typed(TINY, hang)
    }
}

/// A line: its name, what is accepted, where the simulated figure lies, the numbers, the verdict.
fn row(
    sheet: &Sheet,
    columns: &Columns,
    line: &Line,
    words: &[String],
    (top, bottom): (f64, f64),
) -> Result<(), PlotError> {
    let page = sheet.page;
    let tiny = typed(TINY, Hang::Start);
    for (at, text) in words.iter().enumerate() {
        sheet.text_mid(text, (MARGIN, top + 0.5 * PITCH + at as f64 * MORE), tiny)?;
    }
    let panel = Panel {
        left: columns.panel.0,
        right: columns.panel.1,
        top,
        bottom,
        across: (-FAR, FAR),
        up: (0.0, 1.0),
    };
    let middle = 0.5 * (top + bottom);
    let seen = |number: f64| panel.x(line.at(number).clamp(-FAR, FAR));
    // What is open at an end goes on to the edge.
    let ends = (
        line.accepted.0.map_or(panel.left, seen),
        line.accepted.1.map_or(panel.right, seen),
    );
    // A range of one number is still seen.
    let ends = (ends.0.min(ends.1 - PT), ends.1);
    sheet.rectangle((ends.0, middle - 2.7 * PT), (ends.1, middle + 2.7 * PT), BAND)?;
    sheet.line(&[(panel.left, bottom), (panel.right, bottom)], GRID, 0.4 * PT, &[])?;
    if line.rule != "sign" {
        let x = seen(line.published);
        sheet.line(&[(x, middle - 2.7 * PT), (x, middle + 2.7 * PT)], INK, 0.9 * PT, &[])?;
    }
    let verdict = match line.simulated {
        None => page.say("not asked", "未问"),
        Some(_) if line.inside => "",
        Some(_) => page.say("outside", "在外"),
    };
    sheet.text_mid(
        verdict,
        (sheet.width() - MARGIN, middle),
        Type {
            hang: Hang::End,
            ..tiny
        },
    )?;
    if let Some([published, accepted, simulated]) = columns.numbers {
        sheet.text_mid(&line.published_words(page), (published, middle), typed(TINY, Hang::End))?;
        sheet.text_mid(&line.accepted_words(page), (accepted, middle), typed(TINY, Hang::End))?;
        if let Some((mean, _)) = line.simulated {
            sheet.text_mid(&short(mean), (simulated, middle), typed(TINY, Hang::End))?;
        }
    }
    let Some((mean, interval)) = line.simulated else {
        return Ok(());
    };
    let style = if line.inside { INSIDE } else { OUTSIDE };
    let place = line.at(mean);
    if let Some((low, high)) = interval {
        let (low, high) = (seen(low), seen(high));
        if high - low > PT {
            sheet.line(&[(low, middle), (high, middle)], style.colour, 0.9 * PT, &[])?;
        }
    }
    let hollow = line.used != Used::Tests;
    sheet.marker((panel.x(place.clamp(-FAR, FAR)), middle), style, hollow)?;
    if place.abs() > FAR {
        arrow(sheet, (panel.x(place.clamp(-FAR, FAR)), middle), place.signum(), style)?;
    }
    Ok(())
}

/// Says beside a marker at the edge that its figure lies farther out.
fn arrow(sheet: &Sheet, (x, y): (f64, f64), side: f64, style: LineStyle) -> Result<(), PlotError> {
    let (root, tip, wing) = (x + side * 2.6 * PT, x + side * 5.4 * PT, 1.9 * PT);
    sheet.shape(&[(root, y - wing), (tip, y), (root, y + wing)], style.colour, 1.0)
}

/// The scale under all lines; returns where it ends.
fn foot(sheet: &Sheet, columns: &Columns, y: f64) -> Result<f64, PlotError> {
    let page = sheet.page;
    let panel = Panel {
        left: columns.panel.0,
        right: columns.panel.1,
        top: y,
        bottom: y,
        across: (-FAR, FAR),
        up: (0.0, 1.0),
    };
    sheet.line(&[(panel.left, y), (panel.right, y)], INK, 0.7 * PT, &[])?;
    for end in [-1.0, 1.0] {
        let x = panel.x(end);
        sheet.line(&[(x, y), (x, y + 2.5 * PT)], INK, 0.7 * PT, &[])?;
    }
    let place = (0.5 * (panel.left + panel.right), y + 4.5 * PT + 0.73 * SMALL);
    sheet.text(
        page.say("ends of what is accepted", "接受范围的两端"),
        place,
        typed(TINY, Hang::Middle),
    )?;
    Ok(y + 17.0 * PT)
}

fn caption<'c>(page: Page, question: &'c str, lines: &[Line], replicates: &[f64]) -> Caption<'c> {
    let n = replicates_in_words(page, replicates);
    Caption {
        question,
        shows: page.say(
            format!(
                "Each line is a published figure, drawn so that the ends of what is accepted lie at the same places; with one end only, the \
                 bar goes on to the edge. The stroke is the published figure, the marker the simulated mean: a disc inside, a diamond \
                 outside, hollow where the model was set with the figure in view. An arrow at the edge: farther out. {}.",
                counts(page, lines)
            ),
            format!(
                "每行为一个已发表的数字，各行接受范围的两端画在相同位置；只有一端时灰条延伸到边缘。竖线为已发表值，标记为模拟均值：圆点在内，菱形在外，\
                 空心表示设定模型时已参照该数字。边缘的箭头表示更远。{}。",
                counts(page, lines)
            ),
        ),
        definition: page
            .say(
                "Each figure is computed by a virtual survey with the population, recall, denominator and estimator of its source. Accepted, \
                 fixed beforehand by the rule of the figure: its published interval widened by two Monte Carlo standard errors (interval), a \
                 quarter to either side (level), between contradicting sources (band), half to twice (effect), what the source could have seen \
                 (null), the sign (sign). Fitted: assumptions were set by hand with it in view; input: an input, or following from inputs.",
                "每个数字由虚拟调查计算，采用其来源的人群、回忆期、分母和估计方法。接受范围事先按规则确定：已发表区间外加两倍蒙特卡罗标准误（interval）、上下四分之一\
                 （level）、相互矛盾的来源之间（band）、一半至两倍（effect）、来源能够察觉的大小（null）、符号（sign）。拟合：设定假设时参照过；输入：本身是输入或由\
                 输入得出。",
            )
            .to_owned(),
        n: page.say(
            format!("{} figures; mean over {n} replicates of the whole model.", lines.len()),
            format!("{} 个数字；{n}次整个模型重复的均值。", lines.len()),
        ),
        intervals: page
            .say(
                "95%, Student's t over replicates (columns ci_low and ci_high), hidden where narrower than the marker; of luck and founding, \
                 not of the model's parameters nor of the source.",
                "95%，按重复之间的离散以 t 分布计算（ci_low、ci_high 两列），窄于标记时看不见；只反映随机性和建群，不反映参数和来源的不确定性。",
            )
            .to_owned(),
        tables: &["validation.csv"],
    }
}
