//! The Pareto front: which points of a sweep, or which programmes, are not bettered in the outcome at their cost or less.

mod plane;
mod programmes;

use super::super::caption::Caption;
use super::super::page::Page;
use super::super::sources::Sources;
use super::super::style::{LineStyle, Marker, SOFT, ends_fills};
use super::super::{Draw, Figure, PlotError};
use super::Sweep;
use super::names::{Better, axis_name, better, level_name, level_of};
use super::read::Measured;
use super::response::small;
use super::wording::{axis_told, several};
use plane::{CROWD, Plane, Spot, draw_plane, front};
pub(in super::super) use programmes::of_programmes;

/// The points of a sweep by outcome and cost.
pub(in super::super) fn of_sweep(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let sweep = Sweep::read(sources)?;
    let (Some(headline), Some(cost)) = (sweep.headline(), sweep.cost()) else {
        return Ok(None);
    };
    let both = headline
        .points
        .iter()
        .zip(&cost.points)
        .filter(|(one, other)| one.is_some() && other.is_some());
    if better(&headline.output.indicator).is_none() || both.count() < 2 {
        return Ok(None);
    }
    Ok(Some(Box::new(move |page| picture(page, &sweep))))
}

/// Returns are told per 1,000 households; other outcomes in their own unit.
fn outcome(page: Page, headline: &Measured) -> (String, f64) {
    if headline.output.indicator.starts_with("return_hazard@") {
        let title = if headline.category == "lifted" {
            page.say(
                "Returns per 1,000 lifted households and year",
                "每千户脱贫户每年返贫户数",
            )
        } else {
            page.say("Returns per 1,000 households and year", "每千户每年返贫户数")
        };
        return (title.to_owned(), 10.0);
    }
    (headline.title(page), 1.0)
}

fn picture(page: Page, sweep: &Sweep) -> Result<Figure, PlotError> {
    let (Some(headline), Some(cost)) = (sweep.headline(), sweep.cost()) else {
        return Err(PlotError::Drawing("a sweep without a cost has no front".to_owned()));
    };
    let (title, factor) = outcome(page, headline);
    let lower = better(&headline.output.indicator) != Some(Better::Higher);
    let [_, dark] = ends_fills();
    let (mut spots, mut places_of) = (Vec::new(), Vec::new());
    for (point, (one, other)) in headline.points.iter().zip(&cost.points).enumerate() {
        let Some((outcome, cost)) = one.zip(*other) else {
            continue;
        };
        places_of.push(point);
        spots.push(Spot {
            name: name_of(page, sweep, point),
            across: cost,
            up: outcome.times(factor),
            style: LineStyle {
                colour: SOFT,
                marker: Marker::Disc,
                dash: &[],
            },
            is_hollow: true,
        });
    }
    let places: Vec<(f64, f64)> = spots.iter().map(|spot| (spot.across.mean, spot.up.mean)).collect();
    let front = front(&places, lower);
    for &at in &front {
        spots[at].is_hollow = false;
        spots[at].style = LineStyle {
            colour: dark.colour,
            marker: Marker::Diamond,
            dash: &[],
        };
    }
    let what = headline.name(page);
    let question = page.say(
        format!("Which points are not bettered in the {} at their cost?", small(&what)),
        format!("在各自成本下，哪些设计点的{what}未被超越？"),
    );
    let of_front = if spots.len() > CROWD {
        page.say(" of these", "（仅前沿各点）")
    } else {
        ""
    };
    let bars = if spots.iter().any(|spot| spot.up.ends.is_some()) {
        page.say(
            format!("; crossed bars: 95% intervals{of_front}"),
            format!("；十字线为 95% 区间{of_front}"),
        )
    } else {
        String::new()
    };
    let note = page.say(
        format!(
            "Diamonds and dashes: points that no other betters in both{bars}{}",
            sweep.partial_note(page)
        ),
        format!("菱形与虚线：两方面均未被其他点超越{bars}{}", sweep.partial_note(page)),
    );
    let plane = Plane {
        question: &question,
        note: &note,
        across: &cost.title(page),
        up: &title,
        front: &front,
        keyed: &front,
        marks: &[],
        has_zero: false,
    };
    let drawing = draw_plane(page, &plane, &spots)?;
    let axes: Vec<String> = sweep.design.axes.iter().map(|axis| axis_told(page, axis)).collect();
    let listed: Vec<String> = front
        .iter()
        .enumerate()
        .map(|(at, &spot)| format!("{} {}", at + 1, full_name(page, sweep, places_of[spot])))
        .collect();
    let kind = if lower {
        page.say("lower", "更低")
    } else {
        page.say("higher", "更高")
    };
    let shows = page.say(
        format!(
            "{title} against {} at {} points of the sweep. Axes: {}. On the front ({}, in order of cost) are those for which no \
             other point has a {kind} outcome at the same cost or less, by their means: {}. Points within each other's intervals may \
             change places, and a front picked among many points looks better than it is.",
            small(&cost.title(page)),
            spots.len(),
            axes.join("; "),
            several(front.len(), "point"),
            listed.join("; ")
        ),
        format!(
            "{} 个设计点的{title}与{}。各轴：{}。前沿（{} 点，按成本排序）为按均值没有其他点以相同或更低成本取得{kind}结果的点：{}。\
             区间相互重叠的点可能互换位置；从许多点中挑出的前沿会显得比实际更好。",
            spots.len(),
            cost.title(page),
            axes.join("；"),
            front.len(),
            listed.join("；")
        ),
    );
    let assumed = if sweep.design.is_grid {
        ""
    } else {
        page.say(
            " Where an axis is an assumption and no choice, no one can choose its place on the front.",
            "若某一轴是假设而非政策选择，则其在前沿上的位置无从选择。",
        )
    };
    let caption = Caption {
        question: &question,
        shows: shows + assumed,
        definition: format!(
            "{}{}{}",
            headline.definition(page),
            page.say(" ", ""),
            cost.definition(page)
        ),
        n: sweep.n(page),
        intervals: page.say(
            format!(
                "both ways, {} Points share their luck: differences are surer than the intervals look.",
                sweep.levels_interval(page)
            ),
            format!(
                "横竖两向，{}各点随机条件相同，点间差值比区间看上去更可靠。",
                sweep.levels_interval(page)
            ),
        ),
        tables: &[sweep.summary],
    };
    Ok(Figure {
        drawing,
        caption: caption.text(page),
        question,
    })
}

/// The point with its levels on all axes, if they can be told in a line.
fn full_name(page: Page, sweep: &Sweep, point: usize) -> String {
    let axes = &sweep.design.axes;
    let name = name_of(page, sweep, point);
    if sweep.design.is_grid || axes.len() > 8 {
        return name;
    }
    let levels: Vec<String> = axes.iter().map(|axis| level_of(page, axis, axis.at[point])).collect();
    let levels = levels.join(page.say(", ", "，"));
    let name = name.split([',', '，']).next().unwrap_or(&name).to_owned();
    page.say(format!("{name} ({levels})"), format!("{name}（{levels}）"))
}

/// What a point is called in the key.
fn name_of(page: Page, sweep: &Sweep, point: usize) -> String {
    if let Some(labels) = &sweep.design.label {
        return labels[point].clone();
    }
    let level = |axis: &super::design::Axis| {
        let level = axis.at[point];
        let is_said = !axis.is_number && axis.levels.len() > 2;
        if is_said {
            level_name(page, &axis.levels[level])
        } else {
            level_of(page, axis, level)
        }
    };
    // Many scattered numbers are no name; the point has a number in the summary.
    if !sweep.design.is_grid && sweep.design.axes.len() > 2 {
        let axes = sweep.design.axes.iter().filter(|axis| !axis.is_number);
        let names: Vec<String> = axes
            .map(|axis| {
                format!(
                    "{} {}",
                    axis_name(page, &axis.name),
                    level_name(page, &axis.levels[axis.at[point]])
                )
            })
            .collect();
        let own = page.say(format!("point {point}"), format!("设计点 {point}"));
        return [vec![own], names].concat().join(page.say(", ", "，"));
    }
    let names: Vec<String> = sweep.design.axes.iter().map(level).collect();
    names.join(page.say(", ", "，"))
}

#[cfg(test)]
mod tests {
    use super::super::example::{Example, figure};
    use super::of_sweep;

    #[test]
    fn the_points_of_the_front_are_numbered_and_named() {
        let points: [&[&str]; 4] = [&["1", "none"], &["1", "aid"], &["3", "none"], &["3", "aid"]];
        // The third costs more than the second and does no better.
        let told = [(0.05, 900.0), (0.03, 950.0), (0.04, 960.0), (0.02, 990.0)];
        let example = Example::of(&[("a", true), ("policy", false)], &points);
        let folder = example.write(|point, luck, _| (told[point].0 + 0.001 * luck as f64, told[point].1));
        let drawn = figure(&folder, of_sweep).unwrap().unwrap();
        assert!(
            drawn
                .caption
                .contains("1 A: 1, Policy: none; 2 A: 1, Policy: aid; 3 A: 3, Policy: aid."),
            "{}",
            drawn.caption
        );
        assert!(drawn.drawing.says("Returns per 1,000 households and year"));
        assert!(!drawn.drawing.says("A: 3, Policy: none"));
    }
}
