//! The acceptability curve: how often each scenario is worth its cost, by what a return or a year of life is worth.

use super::super::axes::{MARGIN, Panel, Ticks, heading};
use super::super::caption::Caption;
use super::super::legend::line_rows;
use super::super::page::{Language, Page};
use super::super::sheet::{Drawing, Place, Sheet, draw};
use super::super::sources::Sources;
use super::super::style::{LineStyle, PT, line_style, scenario_name};
use super::super::{Draw, Figure, PlotError};
use super::choice::{Choice, Pair};
use super::plane::level_axis;
use super::words::{counted, definitions, outcomes, panel_title};
use super::{Outcome, Worth};

/// Paper for the numbers and the title left of a panel.
const LEFT: f64 = 42.0 * PT;
/// Height of a panel.
const PANEL: f64 = 112.0 * PT;
/// From the upper edge of a panel to what stands above it, its title between them.
const ABOVE: f64 = 25.0 * PT;
/// Steps of the curve.
const STEPS: usize = 400;
/// Markers on a curve.
const MARKS: usize = 5;
/// With fewer replicates the curve is called coarse.
const COARSE: usize = 20;

/// Whether one scenario is chosen of all, or each held against the base alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Against {
    All,
    Base,
}

/// How often each scenario is the best of all, and better than the base alone.
pub(in super::super) fn curves(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let mut all = outcomes(sources)?;
    all.retain(|worth| reach(worth).is_some());
    if all.is_empty() {
        return Ok(None);
    }
    Ok(Some(Box::new(move |page| {
        let question = page.say(
            "From what price on is a policy worth it?",
            "愿意付多少钱时，政策才值得？",
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

/// How far the level axis goes, yuan: beyond where the answer changes; else beyond the ratio of the means of whoever averts or costs
/// most lives of it. None where nothing changes anything.
fn reach(worth: &Worth) -> Option<f64> {
    worth.reach().or_else(|| {
        let mean = |option: &Choice, of: fn(&Pair) -> f64| option.mean(of).mean.abs();
        let ratios = worth
            .options
            .iter()
            .map(|option| mean(option, |pair| pair.cost) / mean(option, |pair| pair.averted));
        ratios
            .filter(|ratio| ratio.is_finite() && *ratio > 0.0)
            .reduce(f64::max)
            .map(|most| 1.5 * most)
    })
}

/// What yuan are counted in on an axis that goes so far: how many, and their name.
fn money(page: Page, reach: f64) -> (f64, &'static str) {
    match page.language {
        Language::Chinese if reach >= 20_000.0 => (10_000.0, "万元"),
        Language::English if reach >= 20_000.0 => (1_000.0, "1,000 yuan"),
        Language::Chinese => (1.0, "元"),
        Language::English => (1.0, "yuan"),
    }
}

fn drawn(page: Page, question: &str, all: &[Worth]) -> Result<Drawing, PlotError> {
    let note = note(page, all);
    // With one scenario beside the base, to be the best of all and to be better than the base are the same.
    let several = all.iter().any(|worth| worth.options.len() > 1);
    let kinds = if several {
        &[Against::All, Against::Base][..]
    } else {
        &[Against::Base]
    };
    draw(page, |sheet| {
        let mut top = heading(sheet, question, &note)?;
        top = line_rows(sheet, top + 7.0 * PT, &names(page, all, several))?;
        let across = if page.narrow() { 1 } else { all.len().max(2) };
        let width = (sheet.width() - MARGIN - LEFT * across as f64) / across as f64;
        let mut at = 0;
        for against in kinds {
            let (mut left, mut end) = (LEFT, top);
            for worth in all {
                let down = (top + ABOVE, top + ABOVE + PANEL);
                end = end.max(panel(sheet, (worth, *against), (left, left + width), down, at)?);
                at += 1;
                if page.narrow() {
                    top = end;
                } else {
                    left += width + LEFT;
                }
            }
            top = end;
        }
        Ok(top + 4.0 * PT)
    })
}

/// The names of the lines; that of the base where it takes part.
fn names(page: Page, all: &[Worth], several: bool) -> Vec<(String, LineStyle)> {
    let mut places: Vec<(usize, &str)> = Vec::new();
    for worth in all {
        let base = several.then_some((worth.base_place, worth.base.as_str()));
        let options = worth
            .options
            .iter()
            .map(|option| (option.place, option.scenario.as_str()));
        for one in base.into_iter().chain(options) {
            if !places.contains(&one) {
                places.push(one);
            }
        }
    }
    places
        .iter()
        .map(|(place, id)| (scenario_name(page, id), line_style(*place)))
        .collect()
}

fn note(page: Page, all: &[Worth]) -> String {
    let fewest = all.iter().map(Worth::shared).min().unwrap_or(0);
    let coarse = if fewest < COARSE {
        page.say(
            format!("; with {fewest} replicates the curves are coarse"),
            format!("；只有 {fewest} 次重复，曲线较粗"),
        )
    } else {
        String::new()
    };
    page.say(
        format!(
            "Share of replicates in which a scenario has the highest net benefit; parameters are held fixed{coarse}"
        ),
        format!("情景净效益最高的重复所占比例；模型参数固定不变{coarse}"),
    )
}

/// A panel; returns where it ends.
fn panel(
    sheet: &Sheet,
    (worth, against): (&Worth, Against),
    across: (f64, f64),
    (top, bottom): (f64, f64),
    at: usize,
) -> Result<f64, PlotError> {
    let page = sheet.page;
    let far = reach(worth).unwrap_or(1.0);
    let (unit, unit_name) = money(page, far);
    let (level, up) = (Ticks::around(0.0, far / unit), Ticks::around(0.0, 100.0));
    let panel = Panel {
        left: across.0,
        right: across.1,
        top,
        bottom,
        across: level.range,
        up: up.range,
    };
    let title = panel_title(page, at, worth.outcome);
    let kind = match against {
        Against::All => page.say("the best of all", "在所有情景中最优"),
        Against::Base => page.say("better than the base", "优于基准"),
    };
    let short = match worth.outcome {
        Outcome::Returns => title,
        Outcome::Dalys => format!("({}) DALY{}", char::from(b'a' + at as u8), page.say("s", "")),
    };
    panel.title(sheet, &page.say(format!("{short}: {kind}"), format!("{short}：{kind}")))?;
    panel.vertical_axis(sheet, &up, page.say("Share of replicates, %", "重复的比例，%"))?;
    let axis = page.say(
        format!("What one {} is worth, {unit_name}", worth.outcome.one(page)),
        format!("每{}的支付意愿，{unit_name}", worth.outcome.one(page)),
    );
    let end = level_axis(sheet, &panel, &level, &axis)?;
    let shares: Vec<Vec<f64>> = (0..=STEPS)
        .map(|step| {
            let yuan = level.range.1 * unit * step as f64 / STEPS as f64;
            match against {
                Against::All => worth.best(yuan),
                Against::Base => worth.better(yuan),
            }
        })
        .collect();
    let mut looks: Vec<usize> = worth.options.iter().map(|option| option.place).collect();
    if against == Against::All {
        looks.insert(0, worth.base_place);
    }
    for (line, &place) in looks.iter().enumerate().rev() {
        let style = line_style(place);
        let on = |step: usize| -> Place {
            let x = level.range.1 * step as f64 / STEPS as f64;
            (panel.x(x), panel.y(100.0 * shares[step][line]))
        };
        let places: Vec<Place> = (0..=STEPS).map(on).collect();
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&places, style.colour, 1.3 * PT, &dash)?;
        for mark in 0..MARKS {
            // Markers of different lines stand apart where the lines lie on each other.
            let step = STEPS * (2 * mark + 1) / (2 * MARKS) + line * 11;
            sheet.marker(on(step.min(STEPS)), style, false)?;
        }
    }
    Ok(end)
}

fn caption<'c>(page: Page, question: &'c str, all: &[Worth]) -> Caption<'c> {
    let base = all
        .first()
        .map_or(String::new(), |worth| scenario_name(page, &worth.base));
    Caption {
        question,
        shows: page.say(
            format!(
                "By what one return averted, or one DALY averted, is worth: the share of replicates in which each scenario has the \
                 highest net benefit (worth times number averted, less extra public cost, both beside the base \
                 \u{201c}{base}\u{201d}, whose own is 0) of all, and higher than the base alone. Where two are level, the one named first counts. \
                 No threshold is drawn, as none has a source in the model's data."
            ),
            format!(
                "横轴为避免一例返贫或一个 DALY 的支付意愿；纵轴为各情景净效益（支付意愿乘以避免数，减去新增公共支出，均与基准“{base}”相比，基准为 0）\
                 在所有情景中最高、或高于基准的重复所占比例。并列时计入排在前面者。模型数据中没有有来源的阈值，故不画阈值。"
            ),
        ),
        definition: definitions(page, all),
        n: counted(page, all),
        intervals: page
            .say(
                "none: the curve itself says how sure the choice is, as far as luck and founding go. The model's parameters are held; a \
                 sweep over their draws says more.",
                "无：曲线本身表示选择的把握，但只就随机性和建群而言；模型参数固定不变，对参数抽样的扫描才能反映参数不确定性。",
            )
            .to_owned(),
        tables: &["cost_effect.csv"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::worth::tests::{result, rows};

    fn figure(rows: &str) -> Option<Figure> {
        let folder = result(rows, 2021);
        let draw = curves(&Sources::of(folder.path())).unwrap();
        draw.map(|draw| draw(Page::USUAL).unwrap())
    }

    #[test]
    fn few_replicates_make_a_coarse_curve_and_it_is_said() {
        let several: String = (0..4)
            .map(|at| {
                let near = 1.0 + 0.01 * f64::from(at);
                rows("one", at, [20_000.0 * near, -5.0, -2.0]) + &rows("two", at, [60_000.0, -9.0 * near, -1.0])
            })
            .collect();
        let said = figure(&several).unwrap();
        assert!(said.drawing.says("with 4 replicates"));
        // Four panels: the best of all, and better than the base, of returns and of DALYs.
        for title in [
            "(a) Returns to poverty: the best of all",
            "(b) DALYs: the best of all",
            "(c) Returns to poverty: better than the base",
            "(d) DALYs: better than the base",
        ] {
            assert!(said.drawing.says(title), "{title}");
        }
        assert!(
            said.drawing.says("What one DALY averted is worth, 1,000 yuan")
                && said.caption.contains("No threshold is drawn")
        );
    }

    #[test]
    fn one_scenario_is_held_against_the_base_alone_and_no_difference_is_not_drawn() {
        let alone: String = (0..20)
            .map(|at| rows("one", at, [500.0, -5.0 - f64::from(at), 0.0]))
            .collect();
        let said = figure(&alone).unwrap();
        assert!(said.drawing.says("(a) Returns to poverty: better than the base") && !said.drawing.says("best of all"));
        assert!(!said.drawing.says("coarse") && !said.drawing.says("DALYs: better"));
        let same: String = (0..3).map(|at| rows("one", at, [0.0, 0.0, 0.0])).collect();
        assert!(figure(&same).is_none());
    }

    #[test]
    fn the_axis_reaches_beyond_the_ratio() {
        let folder = result(
            &(0..3)
                .map(|at| rows("one", at, [20_000.0, -5.0, 0.0]))
                .collect::<String>(),
            2021,
        );
        let all = outcomes(&Sources::of(folder.path())).unwrap();
        // Equal replicates: the interval has no width, and the ratio is 4,000.
        assert_eq!(reach(&all[0]), Some(6_000.0));
        assert_eq!(reach(&all[1]), None, "no DALY is averted");
    }
}
