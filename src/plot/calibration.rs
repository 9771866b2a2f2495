//! Calibration: every published figure, with where the simulated one lies against what is accepted.

mod lines;
mod names;

use super::axes::{MARGIN, Panel, heading};
use super::caption::Caption;
use super::legend::marker_rows;
use super::page::Page;
use super::series::{extremes, replicates_in_words};
use super::sheet::{Drawing, Hang, Sheet, Type, draw, typed, wrap};
use super::sources::Sources;
use super::style::{BAND, GRID, INK, INSIDE, LABEL, LineStyle, OUTSIDE, PT, SMALL, SOFT};
use super::{Draw, Figure, PlotError};
use lines::{Line, Used, counts, held, short};
use names::family_name;

/// The writing of the lines.
const TINY: f64 = 6.4 * PT;
/// Height of a line of one row of words, and of what every further row adds.
const PITCH: f64 = 8.7 * PT;
const MORE: f64 = 1.18 * TINY;
/// Height of the name of a family.
const FAMILY: f64 = 14.5 * PT;
/// How far the panel goes to either side, in halves of what is accepted.
const FAR: f64 = 3.0;

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
                names: 139.0 * PT,
                panel: (147.0 * PT, right - 3.0 * PT),
                numbers: None,
            };
        }
        Columns {
            names: 219.0 * PT,
            panel: (226.0 * PT, 309.0 * PT),
            numbers: Some([342.0 * PT, 407.0 * PT, right]),
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
            (page.say("inside", "在内"), true, false),
            (page.say("outside", "在外"), false, false),
            (page.say("inside, input or fitted", "在内（输入或拟合）"), true, true),
            (page.say("outside, input or fitted", "在外（输入或拟合）"), false, true),
        ];
        let found = |inside, set| {
            let is =
                |line: &Line| line.simulated.is_some() && line.inside == inside && (line.used != Used::Tests) == set;
            lines.iter().any(is)
        };
        let legend: Vec<(String, LineStyle, bool)> = legend
            .into_iter()
            .filter(|(_, inside, set)| found(*inside, *set))
            .map(|(name, inside, set)| (name.to_owned(), if inside { INSIDE } else { OUTSIDE }, set))
            .collect();
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
        } else {
            y += 3.0 * PT;
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
        sheet.line(&[(x, middle - 3.7 * PT), (x, middle + 3.7 * PT)], INK, 0.9 * PT, &[])?;
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
                 (null), the sign (sign). Fitted: assumptions were set by hand with it in view; input: an input, or following from inputs. \
                 Units and years stand in the table; shares are fractions of one, money is in yuan.",
                "每个数字由虚拟调查计算，采用其来源的人群、回忆期、分母和估计方法。接受范围事先按规则确定：已发表区间外加两倍蒙特卡罗标准误（interval）、上下四分之一\
                 （level）、相互矛盾的来源之间（band）、一半至两倍（effect）、来源能够察觉的大小（null）、符号（sign）。拟合：设定假设时参照过；输入：本身是输入或由\
                 输入得出。单位和年份见表；比例以小数表示，金额单位为元。",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::page::{Columns as Width, Language};
    use std::fs;

    use super::lines::tests::{HEADER, ROWS};

    fn read(table: &str) -> Result<Option<Draw>, PlotError> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tables")).unwrap();
        fs::write(folder.path().join("tables/validation.csv"), table).unwrap();
        figures(&Sources::of(folder.path()))
    }

    #[test]
    fn the_figure_names_what_is_outside_fitted_and_not_asked() {
        let draw = read(&format!("{HEADER}{ROWS}")).unwrap().unwrap();
        let wide = draw(Page::USUAL).unwrap();
        for said in [
            "Visits per head (2021): fitted",
            "outside",
            "not asked",
            "Medical debt: 1 of 1 inside",
            "below 0",
        ] {
            assert!(wide.drawing.says(said), "{said}");
        }
        let narrow = draw(Page {
            columns: Width::One,
            language: Language::Chinese,
        });
        let narrow = narrow.unwrap();
        assert!(narrow.drawing.says("未问") && narrow.drawing.says("医疗债务") && !narrow.drawing.says("4.00"));
        assert!(narrow.caption.contains("4 个数字") && narrow.caption.contains("validation.csv"));
    }

    #[test]
    fn a_broken_table_is_named_with_its_line() {
        let wrong = |from: &str, to: &str| match read(&format!("{HEADER}{}", ROWS.replacen(from, to, 1))) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{to} was drawn"),
        };
        let said = wrong("inside", "INSIDE");
        assert!(said.contains("validation.csv, line 2: `verdict` is `INSIDE`"), "{said}");
        assert!(wrong("12.5,20,19", "12.5,,19").contains("line 3: `simulated` is empty"));
        assert!(wrong("sign,,0", "sign,,").contains("line 4: `low` and `high` are both empty"));
        assert!(wrong("4,8,5", "9,8,5").contains("line 2: `low` is above `high`"));
        assert!(wrong(",fitted", ",guessed").contains("line 2: `use` is `guessed`"));
        assert!(read(HEADER).unwrap().is_none());
    }
}
