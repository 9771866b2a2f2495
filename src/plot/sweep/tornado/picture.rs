//! The tornado as it is drawn and told.

use super::super::Sweep;
use super::super::estimate::{Estimate, span_of};
use super::super::names::{axis_name, decimals, end_name, signed};
use super::super::number_axis::{NumberAxis, named};
use super::super::response::small;
use super::bars::{Bar, Bars, DRAWS, Method};
use crate::plot::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use crate::plot::caption::Caption;
use crate::plot::legend::fill_rows;
use crate::plot::page::Page;
use crate::plot::sheet::{Hang, Sheet, Type, draw, text_width, typed, wrap};
use crate::plot::style::{Fill, INK, LABEL, PT, SMALL, SOFT, ends_fills};
use crate::plot::{Figure, PlotError};

/// The most bars that are drawn.
const MOST: usize = 14;
/// Height of a bar.
const BAR: f64 = 11.0 * PT;
const FOOT: f64 = 34.0 * PT;

/// How a bar is laid out: its name and what is written beside it.
struct Laid<'b> {
    bar: &'b Bar,
    name: Vec<String>,
    number: String,
    /// From the top of its place to the middle of its bar, and its whole height.
    middle: f64,
    height: f64,
}

pub(super) fn draw_bars(page: Page, sweep: &Sweep, bars: &Bars) -> Result<Figure, PlotError> {
    let Some(headline) = sweep.headline() else {
        return Err(PlotError::Drawing("a sweep without outputs has no tornado".to_owned()));
    };
    let what = headline.name(page);
    let question = page.say(
        format!("What does the {} depend on most?", small(&what)),
        format!("{what}最取决于什么？"),
    );
    let shown = &bars.shown(MOST)[..];
    let whiskers = if shown.iter().any(|bar| bar.effect.ends.is_some()) {
        page.say("; whiskers: 95% intervals", "；须线为 95% 区间")
    } else {
        page.say("; one run a point, no intervals", "；每点只有一次运行，无区间")
    };
    let note = page.say(
        format!(
            "{} at the low and at the high end of each, difference from its mean{whiskers}{}",
            headline.name(page),
            sweep.partial_note(page)
        ),
        format!(
            "各轴低端与高端处的{}与均值之差{whiskers}{}",
            headline.name(page),
            sweep.partial_note(page)
        ),
    );
    let [low_fill, high_fill] = ends_fills();
    let (low, high) = span_of(shown.iter().flat_map(|bar| bar.ends.iter().map(|(_, end)| *end)));
    let ticks = Ticks::around(low.min(0.0), high.max(0.0));
    let digits = decimals(0.25 * (high - low));
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, &question, &note)?;
        let legend = [
            (page.say("low end", "低端").to_owned(), low_fill),
            (page.say("high end", "高端").to_owned(), high_fill),
        ];
        let top = fill_rows(sheet, top + 7.0 * PT, &legend)? + 8.0 * PT;
        let room = if page.narrow() {
            sheet.width() - 2.0 * MARGIN
        } else {
            128.0 * PT
        };
        let laid: Vec<Laid> = shown.iter().map(|bar| lay(page, bar, room, digits)).collect();
        let numbers = laid
            .iter()
            .map(|own| text_width(&own.number, SMALL))
            .fold(0.0, f64::max)
            + 8.0 * PT;
        let room = if page.narrow() {
            room
        } else {
            laid.iter()
                .flat_map(|own| &own.name)
                .map(|line| text_width(line, SMALL))
                .fold(0.0, f64::max)
        };
        let ends = |own: &Laid| {
            own.bar
                .names(page)
                .iter()
                .map(|name| text_width(name, SMALL))
                .fold(0.0, f64::max)
        };
        let side = laid.iter().map(ends).fold(0.0, f64::max).min(80.0 * PT) + 5.0 * PT;
        let (left, right) = if page.narrow() {
            (MARGIN + side, sheet.width() - MARGIN - side)
        } else {
            (MARGIN + room + 6.0 * PT + side, sheet.width() - MARGIN - numbers - side)
        };
        let bottom = top + laid.iter().map(|own| own.height).sum::<f64>() + 4.0 * PT;
        let panel = Panel {
            left,
            right,
            top,
            bottom,
            across: ticks.range,
            up: (0.0, 1.0),
        };
        NumberAxis::lines(sheet, &panel, &ticks)?;
        let mut y = top;
        for own in &laid {
            one(sheet, &panel, own, y, [low_fill, high_fill])?;
            y += own.height;
        }
        sheet.line(&[(panel.x(0.0), top), (panel.x(0.0), bottom)], INK, 0.9 * PT, &[])?;
        for tick in named(&panel, &ticks) {
            let place = (panel.x(tick), bottom + 4.5 * PT + 0.73 * SMALL);
            sheet.text(&ticks.words(tick), place, typed(SMALL, Hang::Middle))?;
        }
        let title = page.say(
            format!(
                "Difference from the mean of {}, {}",
                mean_words(page, sweep, bars),
                headline.unit_of_differences(page)
            ),
            format!(
                "与均值 {} 之差，{}",
                mean_words(page, sweep, bars),
                headline.unit_of_differences(page)
            ),
        );
        let lines = wrap(&title, LABEL, sheet.width() - 2.0 * MARGIN);
        let middle = 0.5 * (panel.left + panel.right);
        let half = 0.5 * lines.iter().map(|line| text_width(line, LABEL)).fold(0.0, f64::max);
        let middle = middle.min(sheet.width() - MARGIN - half).max(MARGIN + half);
        let first = bottom + 9.0 * PT + 0.73 * (SMALL + LABEL);
        let last = paragraph(sheet, &lines, (middle, first), typed(LABEL, Hang::Middle))?;
        Ok(bottom + FOOT + last - first)
    })?;
    let tables: Vec<&str> = [sweep.summary, sweep.results]
        .into_iter()
        .chain(bars.cards.map(|_| DRAWS))
        .collect();
    let caption = Caption {
        question: &question,
        shows: shows(page, sweep, bars),
        definition: headline.definition(page),
        n: sweep.n(page),
        intervals: intervals(page, sweep, bars),
        tables: &tables,
    };
    Ok(Figure {
        drawing,
        caption: caption.text(page),
        question,
    })
}

/// The mean from which ends are told, in words.
fn mean_words(page: Page, sweep: &Sweep, bars: &Bars) -> String {
    let unit = sweep.headline().map_or(String::new(), |own| own.unit(page));
    let number = super::super::names::number_words(bars.centre);
    let blank = if unit == "%" { "" } else { " " };
    format!("{number}{blank}{unit}")
}

fn lay(page: Page, bar: &Bar, room: f64, digits: usize) -> Laid<'_> {
    let number = with_interval(page, bar.effect, digits);
    let mut name = axis_name(page, &bar.name);
    if bar.is_card {
        name += page.say(" *", " *");
    }
    let pitch = 1.18 * SMALL;
    if page.narrow() {
        // The number stands behind the name where there is room, else below it.
        let both = format!("{name}  {number}");
        let lines = if text_width(&both, SMALL) <= room {
            vec![name]
        } else {
            wrap(&name, SMALL, room)
        };
        let alone = lines.len() > 1 || text_width(&both, SMALL) > room;
        let above = (lines.len() + usize::from(alone)) as f64 * pitch;
        return Laid {
            bar,
            name: lines,
            number,
            middle: above + 2.0 * PT + 0.5 * BAR,
            height: above + BAR + 7.0 * PT,
        };
    }
    let name = wrap(&name, SMALL, room);
    let height = (name.len() as f64 * pitch).max(BAR) + 5.0 * PT;
    Laid {
        bar,
        name,
        number,
        middle: 0.5 * height,
        height,
    }
}

fn with_interval(page: Page, effect: Estimate, digits: usize) -> String {
    let mean = signed(effect.mean, digits);
    effect.ends.map_or(mean.clone(), |(low, high)| {
        let (low, high) = (signed(low, digits), signed(high, digits));
        page.say(
            format!("{mean} ({low} to {high})"),
            format!("{mean}（{low} 至 {high}）"),
        )
    })
}

/// A bar with its name, ends and number.
fn one(sheet: &Sheet, panel: &Panel, own: &Laid, top: f64, fills: [Fill; 2]) -> Result<(), PlotError> {
    let y = top + own.middle;
    let pitch = 1.18 * SMALL;
    let soft = Type {
        colour: SOFT,
        ..typed(SMALL, Hang::Start)
    };
    if sheet.page.narrow() {
        let first = top + SMALL;
        paragraph(sheet, &own.name, (MARGIN, first), typed(SMALL, Hang::Start))?;
        let below = own.middle - 2.0 * PT - 0.5 * BAR > (own.name.len() as f64 + 0.5) * pitch;
        let place = if below {
            (MARGIN, first + own.name.len() as f64 * pitch)
        } else {
            (sheet.width() - MARGIN, first)
        };
        let hang = if below { Hang::Start } else { Hang::End };
        sheet.text(&own.number, place, Type { hang, ..soft })?;
    } else {
        let first = y - 0.5 * pitch * (own.name.len() as f64 - 1.0);
        for (place, line) in own.name.iter().enumerate() {
            sheet.text_mid(line, (MARGIN, first + place as f64 * pitch), typed(SMALL, Hang::Start))?;
        }
        let place = (sheet.width() - MARGIN, y);
        sheet.text_mid(
            &own.number,
            place,
            Type {
                hang: Hang::End,
                ..soft
            },
        )?;
    }
    let zero = panel.x(0.0);
    for ((_, end), fill) in own.bar.ends.iter().zip(fills) {
        let x = panel.x(end.mean);
        sheet.filled((zero, y - 0.5 * BAR), (x, y + 0.5 * BAR), fill)?;
    }
    // The low end's interval a little higher than the high end's, so that both show where they overlap.
    for ((_, end), shift) in own.bar.ends.iter().zip([-2.3 * PT, 2.3 * PT]) {
        if let Some((low, high)) = end.ends {
            sheet.lying((panel.x(low), y + shift), panel.x(high), INK)?;
        }
    }
    // The levels stand outside what is drawn, the lower number at the left.
    let [(_, low), (_, high)] = &own.bar.ends;
    let [low_name, high_name] = own.bar.names(sheet.page);
    let (at_left, at_right) = if low.mean <= high.mean {
        (low_name, high_name)
    } else {
        (high_name, low_name)
    };
    let (from, to) = span_of([*low, *high].into_iter());
    let (from, to) = (panel.x(from.min(0.0)), panel.x(to.max(0.0)));
    sheet.text_mid(&at_left, (from - 3.5 * PT, y), typed(SMALL, Hang::End))?;
    sheet.text_mid(&at_right, (to + 3.5 * PT, y), typed(SMALL, Hang::Start))
}

impl Bar {
    /// The levels at its ends.
    fn names(&self, page: Page) -> [String; 2] {
        let [(low, _), (high, _)] = &self.ends;
        [end_name(page, low, high), end_name(page, high, low)]
    }
}

fn shows(page: Page, sweep: &Sweep, bars: &Bars) -> String {
    let Some(headline) = sweep.headline() else {
        return String::new();
    };
    let (kinds_english, kinds_chinese) = match (bars.axes.is_some(), bars.cards.is_some()) {
        (true, true) => ("each axis and each drawn card (*)", "设计轴和所抽参数（*）"),
        (true, false) => ("each axis", "设计轴"),
        _ => ("each drawn card (*)", "所抽参数（*）"),
    };
    let (name, mean) = (headline.name(page), mean_words(page, sweep, bars));
    let drawn = bars.shown(MOST);
    let beyond = bars.all.iter().filter(|bar| bar.effect.is_beyond_noise()).count();
    let columns: Vec<String> = drawn.iter().map(|bar| format!("`{}`", bar.name)).collect();
    let mut told = vec![
        (
            format!(
                "{name} at the ends of {kinds_english}, as difference from its mean, {mean}; the longest bars first. Beside each bar \
                 the levels at its ends and the high end less the low end with its 95% interval."
            ),
            format!(
                "{name}在各{kinds_chinese}两端与其均值 {mean} 之差，按条长排序；条旁为两端的取值，以及高端减低端的差值和 95% 区间。"
            ),
        ),
        told(bars.axes, false),
        told(bars.cards, true),
    ];
    if bars.all.len() > drawn.len() {
        let left = bars.all.len() - drawn.len();
        told.push((
            format!(" {left} cards with shorter bars are left out."),
            format!("较短的 {left} 个参数未画出。"),
        ));
    }
    if bars.all.iter().any(|bar| bar.effect.ends.is_some()) {
        told.push((
            format!(
                " Beyond noise, one by one: {beyond} of {}; by chance alone it would be one in twenty.",
                bars.all.len()
            ),
            format!(
                "{} 项中有 {beyond} 项逐项超出随机误差；仅凭偶然约每二十项有一项。",
                bars.all.len()
            ),
        ));
    }
    if sweep.design.axes.iter().any(|axis| axis.is_log) && !sweep.design.is_grid {
        told.push((
            " Axes that were spread by ratios are regressed by their logarithm.".to_owned(),
            "按比例布点的轴以对数回归。".to_owned(),
        ));
    }
    told.push((
        format!(" Columns from above: {}.", columns.join(", ")),
        format!("自上而下各列：{}。", columns.join("、")),
    ));
    let each = told.into_iter().map(|(english, chinese)| page.say(english, chinese));
    each.collect()
}

/// How effects were found, in both languages.
fn told(method: Option<Method>, is_card: bool) -> (String, String) {
    let (english, chinese) = if is_card {
        ("cards", "参数")
    } else {
        ("axes", "设计轴")
    };
    match method {
        None => (String::new(), String::new()),
        Some(Method::Grid) => (
            " Axes: the main effect, which is the mean of all points at that end, whatever their other levels; ends of names (not numbers) \
             with more than two levels are the two levels that lie farthest apart, which makes them look larger than they are."
                .to_owned(),
            "设计轴为主效应：取该端所有设计点（不论其他轴）的均值；两个以上名称水平的轴取相差最远的两个水平，因此会显得偏大。".to_owned(),
        ),
        Some(Method::Joint { explained, n, count }) => (
            format!(
                " The {count} {english}: one linear regression by least squares on all of them over {n} {}, taken at the least and the \
                 most value there is (R\u{b2} = {explained:.2}); curves and interplay are not in it.",
                if is_card { "draws (means of all points)" } else { "points" }
            ),
            format!(
                "{count} 个{chinese}：以 {n} {}做一次最小二乘线性回归，取实际最小值和最大值处（R\u{b2} = {explained:.2}），不含非线性和交互作用。",
                if is_card { "次抽样（各点均值）" } else { "个设计点" }
            ),
        ),
        Some(Method::Single { explained, n, count }) => (
            format!(
                " The {count} {english}: a linear regression by least squares for each alone, as {n} {} are too few for all at once, taken \
                 at the least and the most value there is; what the others do is left in the noise (R\u{b2} of the longest bar {explained:.2}).",
                if is_card { "draws (means of all points)" } else { "points" }
            ),
            format!(
                "{count} 个{chinese}：{n} {}不足以同时回归，故逐个做最小二乘线性回归，取实际最小值和最大值处，其余因素留在误差中（最长条的 \
                 R\u{b2} = {explained:.2}）。",
                if is_card { "次抽样（各点均值）" } else { "个设计点" }
            ),
        ),
    }
}

fn intervals(page: Page, sweep: &Sweep, bars: &Bars) -> String {
    let regressed = |method: Option<Method>| method.is_some_and(|method| method != Method::Grid);
    let mut text = String::new();
    if bars.axes == Some(Method::Grid) {
        text += &sweep.differences_interval(page);
    }
    if regressed(bars.axes) || regressed(bars.cards) {
        if !text.is_empty() {
            text += page.say(" ", "");
        }
        text += page.say(
            "Regressions: 95%, Student's t on what the regression leaves unexplained, under the luck that all points share; another luck is \
             not in it.",
            "回归：95%，按回归残差以 t 分布计算，以各点共同的随机条件为前提，不含换一组随机条件的差异。",
        );
    }
    text
}
