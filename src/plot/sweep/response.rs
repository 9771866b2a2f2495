//! The response curve: what the headline and the public cost are along an axis of numbers.
//!
//! Of a grid there is a line for each level of a second axis, and the others are averaged over; scattered points are drawn each for
//! itself, with the means of stretches of the axis, over which all other axes differ as they happen to.

use super::super::caption::Caption;
use super::super::page::Page;
use super::super::sources::Sources;
use super::super::{Draw, Figure, PlotError};
use super::Sweep;
use super::chart::{Curve, Shown, chart};
use super::design::Axis;
use super::estimate::{Estimate, mean};
use super::names::{axis_name, level_name};
use super::number_axis::NumberAxis;
use super::read::Measured;
use super::tornado::steepest;
use super::wording::{averaged, axis_told};

/// The most lines that can be told apart without their colours.
const LINES: usize = 8;
/// The fewest scattered points of a stretch of the axis.
const STRETCH: usize = 8;

/// What the headline answers to the axis of numbers with the most levels.
pub(in super::super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let sweep = Sweep::read(sources)?;
    let has_numbers = sweep
        .design
        .axes
        .iter()
        .any(|axis| axis.is_number && axis.levels.len() > 1);
    if !has_numbers || !has_curve(&sweep) {
        return Ok(None);
    }
    Ok(Some(Box::new(move |page| {
        if sweep.design.is_grid {
            of_grid(page, &sweep)
        } else {
            of_points(page, &sweep)
        }
    })))
}

/// Whether there is anything to draw at two places or more.
fn has_curve(sweep: &Sweep) -> bool {
    let Some(headline) = sweep.headline() else { return false };
    let Some(grid) = sweep.design.grid(LINES).filter(|_| sweep.design.is_grid) else {
        return headline.points.iter().flatten().count() > 1;
    };
    let lines: Vec<Option<usize>> = match grid.second {
        Some(axis) => spread(axis.levels.len(), LINES).into_iter().map(Some).collect(),
        None => vec![None],
    };
    lines.iter().any(|line| {
        let is_there = |across: &usize| {
            grid.cell(*across, *line)
                .and_then(|points| headline.level(&points))
                .is_some()
        };
        (0..grid.across.levels.len()).filter(is_there).count() > 1
    })
}

/// Numbers of at most so many levels, the first and the last among them, as evenly spread as can be.
fn spread(levels: usize, most: usize) -> Vec<usize> {
    if levels <= most {
        return (0..levels).collect();
    }
    let steps = most - 1;
    (0..most).map(|at| (at * (levels - 1) + steps / 2) / steps).collect()
}

fn titled(page: Page, at: usize, measured: &Measured) -> String {
    let letter = ["(a)", "(b)"].get(at).copied().unwrap_or_default();
    page.say(
        format!("{letter} {}", measured.name(page)),
        format!("{letter} {}", measured.name(page)),
    )
}

/// What notes say of axes that do not start at zero.
fn not_from_zero(page: Page, panels: &[Shown]) -> &'static str {
    let from_zero = panels.iter().filter(|shown| shown.up().1).count();
    if from_zero == panels.len() {
        ""
    } else if panels.len() == 1 {
        page.say("; the vertical axis does not start at zero", "；纵轴不从零开始")
    } else if from_zero == 0 {
        page.say("; vertical axes do not start at zero", "；纵轴均不从零开始")
    } else {
        page.say("; one vertical axis does not start at zero", "；其中一个纵轴不从零开始")
    }
}

fn of_grid(page: Page, sweep: &Sweep) -> Result<Figure, PlotError> {
    let Some(grid) = sweep.design.grid(LINES) else {
        return of_points(page, sweep);
    };
    let numbers = grid.across.numbers();
    let lines: Vec<Option<usize>> = match grid.second {
        Some(axis) => spread(axis.levels.len(), LINES).into_iter().map(Some).collect(),
        None => vec![None],
    };
    let mut panels = Vec::new();
    for (at, measured) in sweep.outputs.iter().enumerate() {
        let curve = |(place, &line): (usize, &Option<usize>)| {
            let value = |(level, number): (usize, &f64)| Some((*number, measured.level(&grid.cell(level, line)?)?));
            let name = grid
                .second
                .zip(line)
                .map(|(axis, line)| level_name(page, &axis.levels[line]));
            Curve {
                name: name.unwrap_or_default(),
                place,
                points: numbers.iter().enumerate().filter_map(value).collect(),
            }
        };
        panels.push(Shown {
            title: titled(page, at, measured),
            axis: measured.title(page),
            curves: lines.iter().enumerate().map(curve).collect(),
            dots: Vec::new(),
        });
    }
    let axis_title = axis_name(page, &grid.across.name);
    let question = question(page, sweep, grid.across);
    let by = grid.second.map_or(String::new(), |axis| {
        let name = axis_name(page, &axis.name);
        page.say(format!("Lines: {name}; "), format!("各线：{name}；"))
    });
    let points = panels
        .iter()
        .flat_map(|shown| &shown.curves)
        .flat_map(|curve| &curve.points);
    let has_bands = points.filter(|(_, value)| value.ends.is_some()).count() > 1;
    let bands = match (has_bands, by.is_empty()) {
        (true, true) => page.say("Bands: 95% intervals", "色带为 95% 区间"),
        (true, false) => page.say("bands: 95% intervals", "色带为 95% 区间"),
        (false, true) => page.say("No intervals: a single run at each point", "各点只有一次运行，没有区间"),
        (false, false) => page.say("no intervals: a single run at each point", "各点只有一次运行，没有区间"),
    };
    let note = format!(
        "{by}{bands}{}{}",
        not_from_zero(page, &panels),
        sweep.partial_note(page)
    );
    let axis = NumberAxis::with_all(&numbers, grid.across.is_log);
    let drawing = chart(page, (&question, &note), (&axis, &axis_title), &panels)?;
    let left_out = grid.second.map_or(0, |axis| axis.levels.len() - lines.len());
    let lines_told = match grid.second {
        None => String::new(),
        Some(axis) if left_out == 0 => page.say(
            format!(" A line for each level of {}.", axis_told(page, axis)),
            format!("每条线为一个水平：{}。", axis_told(page, axis)),
        ),
        Some(axis) => page.say(
            format!(
                " Lines: {} of the {} levels of {}, spread evenly; the other {left_out} are left out here and are in the summary.",
                lines.len(),
                axis.levels.len(),
                axis_told(page, axis)
            ),
            format!(
                "各线：{}的 {} 个水平中均匀取 {} 个，其余 {left_out} 个见汇总表。",
                axis_told(page, axis),
                axis.levels.len(),
                lines.len()
            ),
        ),
    };
    let shows = page.say(
        format!(
            "{} over {}; a tick under the axis where there are runs, a marker at as many of these as there is room for, and straight lines between them.{lines_told}{}",
            both(page, sweep),
            axis_told(page, grid.across),
            averaged(page, &grid.others)
        ),
        format!(
            "{}随{}的变化；横轴下有短线处有模拟运行，其间以直线相连。{lines_told}{}",
            both(page, sweep),
            axis_told(page, grid.across),
            averaged(page, &grid.others)
        ),
    );
    let intervals = if has_bands {
        page.say(
            format!(
                "bands, {} All points share their luck: differences between them are surer than the bands look.",
                sweep.levels_interval(page)
            ),
            format!(
                "色带为{}各点随机条件相同，点间差值比色带看上去更可靠。",
                sweep.levels_interval(page)
            ),
        )
    } else {
        page.say(
            "none: a single run at each point.".to_owned(),
            "无：各点只有一次运行。".to_owned(),
        )
    };
    Ok(told(page, sweep, question, drawing, (shows, intervals)))
}

fn of_points(page: Page, sweep: &Sweep) -> Result<Figure, PlotError> {
    let axis =
        match steepest(sweep) {
            Some(axis) => axis,
            None => sweep.design.axes.iter().find(|axis| axis.is_number).ok_or_else(|| {
                PlotError::Drawing("a sweep without an axis of numbers has no response curve".to_owned())
            })?,
        };
    let others: Vec<&Axis> = sweep
        .design
        .axes
        .iter()
        .filter(|own| !std::ptr::eq(*own, axis))
        .collect();
    let numbers = axis.numbers();
    let mut panels = Vec::new();
    let mut stretches = 0;
    for (at, measured) in sweep.outputs.iter().enumerate() {
        let mut dots: Vec<(f64, f64)> = measured
            .points
            .iter()
            .enumerate()
            .filter_map(|(point, value)| Some((numbers[axis.at[point]], (*value)?.mean)))
            .collect();
        dots.sort_by(|one, other| one.0.total_cmp(&other.0));
        let points = bins(&dots);
        stretches = points.len();
        panels.push(Shown {
            title: titled(page, at, measured),
            axis: measured.title(page),
            curves: vec![Curve {
                name: String::new(),
                place: 1,
                points,
            }],
            dots,
        });
    }
    let question = question(page, sweep, axis);
    let note = page.say(
        format!(
            "Crosses: points of the sweep; line: means of {stretches} stretches, with 95% intervals{}{}",
            not_from_zero(page, &panels),
            sweep.partial_note(page)
        ),
        format!(
            "十字为各设计点；线为 {stretches} 个区段的均值，色带为 95% 区间{}{}",
            not_from_zero(page, &panels),
            sweep.partial_note(page)
        ),
    );
    let across = NumberAxis::of(&numbers, axis.is_log);
    let drawing = chart(
        page,
        (&question, &note),
        (&across, &axis_name(page, &axis.name)),
        &panels,
    )?;
    let names: Vec<String> = others.iter().map(|axis| axis_told(page, axis)).collect();
    let why = if others.is_empty() {
        String::new()
    } else {
        page.say(
            format!(
                " Of the axes this is the one that the headline depends on most, by the regression of the figure `tornado`. Points \
                 differ in the others as well: {}.",
                names.join("; ")
            ),
            format!(
                "这是主要结果最依赖的一个轴（见 tornado 图的回归）。各点在其他轴上也不同：{}。",
                names.join("；")
            ),
        )
    };
    let shows = page.say(
        format!(
            "{} at the scattered points of the sweep, over {}: a cross a point, the mean of its runs; the line joins the means of \
             {stretches} stretches of the axis with equally many points.{why}",
            both(page, sweep),
            axis_told(page, axis)
        ),
        format!(
            "各散布设计点的{}，横轴为{}：每个十字为一个设计点（其各次运行的均值）；折线连接点数相等的 {stretches} 个区段的均值。{why}",
            both(page, sweep),
            axis_told(page, axis)
        ),
    );
    let intervals = page.say(
        "bands, 95% of the mean of a stretch, Student's t over its points: how far the other axes, luck and the slope \
         within the stretch scatter it; it is no model of the curve.",
        "色带为区段均值的 95% 区间，以区段内各点按 t 分布计算：反映其他轴、随机性和区段内斜率造成的散布，并非曲线模型。",
    );
    Ok(told(page, sweep, question, drawing, (shows, intervals.to_owned())))
}

/// The means of stretches of ascending points, equally many in each as near as can be.
fn bins(dots: &[(f64, f64)]) -> Vec<(f64, Estimate)> {
    let count = (dots.len() / STRETCH).clamp(1, 8);
    let each = (0..count).map(|at| &dots[at * dots.len() / count..(at + 1) * dots.len() / count]);
    each.filter_map(|own| {
        let (across, up): (Vec<f64>, Vec<f64>) = own.iter().copied().unzip();
        Some((mean(&across)?, Estimate::of(&up)?))
    })
    .collect()
}

fn question(page: Page, sweep: &Sweep, axis: &Axis) -> String {
    let what = sweep.headline().map_or(String::new(), |own| own.name(page));
    let name = axis_name(page, &axis.name);
    // The unit of an axis is no part of a question.
    let name = name
        .split([',', '(', '，', '（'])
        .next()
        .unwrap_or(&name)
        .trim()
        .to_owned();
    page.say(
        format!(
            "How does the {} change with \u{201c}{}\u{201d}?",
            small(&what),
            small(&name)
        ),
        format!("{what}如何随“{name}”变化？"),
    )
}

/// With a small first letter, unless the next is a capital too.
pub(super) fn small(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().collect::<String>() + &text[first.len_utf8()..]
        }
        _ => text.to_owned(),
    }
}

fn both(page: Page, sweep: &Sweep) -> String {
    let names: Vec<String> = sweep.outputs.iter().map(|own| own.name(page)).collect();
    match names.as_slice() {
        [one, two] => page.say(
            format!("(a) {one} and (b) {} ", small(two)).trim().to_owned(),
            format!("(a) {one}和 (b) {two}"),
        ),
        names => names.concat(),
    }
}

fn told(
    page: Page,
    sweep: &Sweep,
    question: String,
    drawing: super::super::sheet::Drawing,
    (shows, intervals): (String, String),
) -> Figure {
    let definition: Vec<String> = sweep.outputs.iter().map(|own| own.definition(page)).collect();
    let caption = Caption {
        question: &question,
        shows,
        definition: definition.join(page.say(" ", "")),
        n: sweep.n(page),
        intervals,
        tables: &[sweep.summary, sweep.results],
    };
    Figure {
        drawing,
        caption: caption.text(page),
        question,
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{Example, figure};
    use super::{bins, read, spread};

    #[test]
    fn a_grid_has_a_line_for_each_level_and_says_what_is_averaged() {
        let columns = [
            ("policy", false),
            ("enrolment.premium_yuan", true),
            ("insurance.cover_share", true),
        ];
        let mut points = Vec::new();
        for policy in ["none", "aid"] {
            for premium in ["200", "300", "400"] {
                for cover in ["0.5", "1"] {
                    points.push([policy, premium, cover]);
                }
            }
        }
        let points: Vec<&[&str]> = points.iter().map(|point| &point[..]).collect();
        let folder =
            Example::of(&columns, &points).write(|point, luck, _| (0.01 * (point + luck) as f64, 900.0 + point as f64));
        let figure = figure(&folder, read).unwrap().unwrap();
        for part in [
            "Premium, yuan",
            "200",
            "400",
            "none",
            "aid",
            "Public cost, yuan a head and year",
        ] {
            assert!(figure.drawing.says(part), "{part}");
        }
        assert!(
            figure
                .caption
                .contains("Averaged over Cover (share) (`insurance.cover_share`): 0.5 to 1"),
            "{}",
            figure.caption
        );
        assert!(
            figure
                .caption
                .contains("12 points of 4 runs each (2 seeds, 2 replicates)"),
            "{}",
            figure.caption
        );
    }

    #[test]
    fn scattered_points_are_told_from_curves() {
        let points: Vec<[String; 2]> = (0..24)
            .map(|at| {
                [
                    (at as f64 / 24.0).to_string(),
                    ((at * 7 % 24) as f64 + 0.25).to_string(),
                ]
            })
            .collect();
        let rows: Vec<Vec<&str>> = points
            .iter()
            .map(|own| own.iter().map(String::as_str).collect())
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let example = Example::of(&[("a_share", true), ("b_years", true)], &rows);
        let folder =
            example.write(|point, luck, _| (0.02 + 0.001 * (point * 7 % 24) as f64 + 1e-5 * luck as f64, 900.0));
        let figure = figure(&folder, read).unwrap().unwrap();
        // The second column is what the hazard hangs on.
        assert!(figure.drawing.says("B, years"));
        assert!(figure.caption.contains("no model of the curve"), "{}", figure.caption);
    }

    #[test]
    fn nothing_is_drawn_without_numbers_and_a_broken_table_is_named_with_its_line() {
        let folder = Example::of(&[("policy", false)], &[&["none"], &["aid"]]).write(|_, _, _| (0.01, 900.0));
        assert!(figure(&folder, read).unwrap().is_none());
        let file = folder.path().join("summary.csv");
        let text = std::fs::read_to_string(&file).unwrap().replacen(",0.01,", ",much,", 1);
        std::fs::write(&file, &text).unwrap();
        let error = figure(&folder, read).map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains("summary.csv: this is not the table that was written"),
            "{error}"
        );
        // Where the folder names these very bytes, what is wrong in them is named.
        let collected = folder.path().join("collected.json");
        let named = std::fs::read_to_string(&collected).unwrap();
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let before = named
            .split("\"summary.csv\":\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        std::fs::write(&collected, named.replace(before, &hash)).unwrap();
        let error = figure(&folder, read).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("summary.csv, line 2: `mean` is `much`"), "{error}");
        std::fs::remove_file(&collected).unwrap();
        let error = figure(&folder, read).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("kangcun sweep collect"), "{error}");
    }

    #[test]
    fn of_many_levels_the_first_and_the_last_are_kept() {
        assert_eq!(spread(3, 8), [0, 1, 2]);
        assert_eq!(spread(20, 8), [0, 3, 5, 8, 11, 14, 16, 19]);
    }

    #[test]
    fn stretches_have_equally_many_points() {
        let dots: Vec<(f64, f64)> = (0..16).map(|at| (f64::from(at), f64::from(at % 8))).collect();
        let bins = bins(&dots);
        assert_eq!(bins.len(), 2);
        assert_eq!((bins[0].0, bins[1].0, bins[1].1.mean), (3.5, 11.5, 3.5));
    }
}
