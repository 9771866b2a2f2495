//! Shapley values: how much of what all axes of a full factorial do together is due to each.
//!
//! An axis is a player, off at its first level and on at its second. Its value is what turning it on changes, averaged over all
//! orders in which the axes could be turned on (Shapley 1953; Shorrocks 2013 for the decomposition of distributional change): what
//! the axes do to each other is shared equally, and the values add up to the whole. They are found under each luck by itself, which
//! all points share, so that their spread over luck gives the intervals.

use super::super::axes::{MARGIN, Panel, Ticks, heading, paragraph};
use super::super::caption::Caption;
use super::super::legend::fill_rows;
use super::super::page::Page;
use super::super::sheet::{Hang, Sheet, Type, draw, text_width, typed, wrap};
use super::super::sources::Sources;
use super::super::style::{Fill, GRID, INK, LABEL, LineStyle, Marker, PAPER, PT, SMALL, SOFT, ends_fills};
use super::super::{Draw, Figure, PlotError};
use super::Sweep;
use super::design::Axis;
use super::estimate::{Estimate, span_of};
use super::names::{axis_name, decimals, level_name, signed};
use super::number_axis::named;
use super::read::Measured;
use super::response::small;
use super::wording::averaged;

/// The most players: two to that many points are a game.
const PLAYERS: usize = 10;
const BAR: f64 = 11.0 * PT;
const ROW: f64 = 22.0 * PT;

/// What one game gives each player. `worth` has the worth of every coalition, its number being the sum of `2^player` of those in it.
pub(super) fn shapley(worth: &[f64]) -> Vec<f64> {
    let players = worth.len().trailing_zeros() as usize;
    // Of the orders, those in which just the others of a coalition come first: |S|! (n - |S| - 1)! of n!.
    let factorial = |number: usize| (1..=number).map(|of| of as f64).product::<f64>();
    let share: Vec<f64> = (0..players)
        .map(|before| factorial(before) * factorial(players - before - 1) / factorial(players))
        .collect();
    (0..players)
        .map(|player| {
            let own = 1_usize << player;
            let without = (0..worth.len()).filter(|coalition| coalition & own == 0);
            without
                .map(|coalition| share[coalition.count_ones() as usize] * (worth[coalition | own] - worth[coalition]))
                .sum()
        })
        .collect()
}

/// What an axis does.
struct Player {
    name: String,
    value: Estimate,
    /// Turned on alone, and as the last.
    alone: f64,
    last: f64,
}

/// The game of one output.
struct Game {
    players: Vec<Player>,
    total: Estimate,
    lucks: usize,
}

/// Who adds how much of the headline and of the cost.
pub(in super::super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let sweep = Sweep::read(sources)?;
    let two = sweep.design.axes.iter().filter(|axis| axis.levels.len() == 2).count();
    if !sweep.design.is_grid || !(2..=PLAYERS).contains(&two) {
        return Ok(None);
    }
    let axes: Vec<Axis> = sweep
        .design
        .axes
        .iter()
        .filter(|axis| axis.levels.len() == 2)
        .cloned()
        .collect();
    let others: usize = sweep
        .design
        .axes
        .iter()
        .map(|axis| axis.levels.len())
        .product::<usize>()
        >> axes.len();
    let games: Option<Vec<Game>> = sweep.outputs.iter().map(|own| game(own, &axes, others)).collect();
    let Some(games) = games.filter(|games| !games.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(Box::new(move |page| picture(page, &sweep, &axes, &games))))
}

/// The game of an output; `others` points share each coalition and are averaged.
fn game(measured: &Measured, axes: &[Axis], others: usize) -> Option<Game> {
    let coalition = |point: usize| -> usize { axes.iter().enumerate().map(|(at, axis)| axis.at[point] << at).sum() };
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); 1 << axes.len()];
    for point in 0..measured.points.len() {
        members[coalition(point)].push(point);
    }
    if members.iter().any(|own| own.len() != others) {
        return None;
    }
    let worth = |values: &[Option<f64>]| -> Option<Vec<f64>> {
        let mean = |points: &Vec<usize>| points.iter().map(|&point| values[point]).sum::<Option<f64>>();
        members
            .iter()
            .map(|points| Some(mean(points)? / others as f64))
            .collect()
    };
    let of = |each: &dyn Fn(&[f64]) -> f64| {
        let values = measured.each_luck(|values| Some(each(&worth(values)?)));
        let values: Vec<f64> = values.into_iter().map(|(_, value)| value).collect();
        Some((Estimate::of(&values)?, values.len()))
    };
    let all = (1 << axes.len()) - 1;
    let (total, lucks) = of(&|worth| worth[all] - worth[0])?;
    let mut players = Vec::new();
    for (at, axis) in axes.iter().enumerate() {
        let own = 1 << at;
        players.push(Player {
            name: axis.name.clone(),
            value: of(&|worth| shapley(worth)[at])?.0,
            alone: of(&|worth| worth[own] - worth[0])?.0.mean,
            last: of(&|worth| worth[all] - worth[all ^ own])?.0.mean,
        });
    }
    Some(Game { players, total, lucks })
}

const ALONE: LineStyle = LineStyle {
    colour: INK,
    marker: Marker::Diamond,
    dash: &[],
};
const LAST: LineStyle = LineStyle {
    colour: INK,
    marker: Marker::Disc,
    dash: &[],
};

fn fills() -> [Fill; 2] {
    let [each, whole] = ends_fills();
    [each, whole]
}

fn picture(page: Page, sweep: &Sweep, axes: &[Axis], games: &[Game]) -> Result<Figure, PlotError> {
    let what = sweep.headline().map_or(String::new(), |own| own.name(page));
    let question = page.say(
        format!("How much of the change in the {} is due to each part?", small(&what)),
        format!("{what}的变化有多少归因于各个部分？"),
    );
    let note = page.say(
        format!(
            "Shapley values: they add up to the effect of all together; whiskers: 95% intervals{}",
            sweep.partial_note(page)
        ),
        format!(
            "沙普利值，相加等于全部一起的效应；须线为 95% 区间{}",
            sweep.partial_note(page)
        ),
    );
    let drawing = draw(page, |sheet| {
        let top = heading(sheet, &question, &note)?;
        let [each, whole] = fills();
        let names = [
            (page.say("share of each", "各部分的份额").to_owned(), each),
            (page.say("all together", "全部一起").to_owned(), whole),
        ];
        let top = fill_rows(sheet, top + 7.0 * PT, &names)?;
        let marks = [
            (page.say("turned on alone", "单独启用").to_owned(), ALONE, true),
            (page.say("turned on last", "最后启用").to_owned(), LAST, true),
        ];
        let mut top = super::super::legend::marker_rows(sheet, top + 5.0 * PT, &marks)?;
        let across = if page.narrow() { 1.0 } else { games.len() as f64 };
        // Names stand left of the first panel only, or above the bars on one column.
        let room = if page.narrow() { 0.0 } else { 104.0 * PT };
        let gap = 16.0 * PT;
        let width = (sheet.width() - 2.0 * MARGIN - room - gap * (across - 1.0)) / across;
        let mut left = MARGIN + room;
        let mut bottom = top;
        for (at, (game, measured)) in games.iter().zip(&sweep.outputs).enumerate() {
            let letter = ["(a) ", "(b) "]
                .get(at)
                .copied()
                .filter(|_| games.len() > 1)
                .unwrap_or_default();
            let title = format!("{letter}{}", measured.name(page));
            let end = panel(sheet, (left, left + width), top, (game, measured), &title)?;
            bottom = bottom.max(end);
            if page.narrow() {
                top = end;
            } else {
                left += width + gap;
            }
        }
        Ok(bottom)
    })?;
    Ok(Figure {
        drawing,
        caption: caption(page, sweep, axes, games, &question),
        question,
    })
}

fn panel(
    sheet: &Sheet,
    (left, right): (f64, f64),
    top: f64,
    (game, measured): (&Game, &Measured),
    title: &str,
) -> Result<f64, PlotError> {
    let page = sheet.page;
    let rows = || {
        let each = game
            .players
            .iter()
            .map(|own| (axis_name(page, &own.name), own.value, Some((own.alone, own.last))));
        each.chain(std::iter::once((
            page.say("All together", "全部一起").to_owned(),
            game.total,
            None,
        )))
    };
    let marks = game.players.iter().flat_map(|own| [own.alone, own.last]);
    let (low, high) = span_of(rows().map(|(_, value, _)| value));
    let (low, high) = marks.fold((low.min(0.0), high.max(0.0)), |(low, high), own| {
        (low.min(own), high.max(own))
    });
    let ticks = Ticks::around(low, high);
    let digits = decimals(0.2 * (high - low));
    let numbers: Vec<[String; 2]> = rows().map(|(_, value, _)| with_interval(page, value, digits)).collect();
    let narrow = page.narrow();
    let widest = numbers
        .iter()
        .flatten()
        .map(|number| text_width(number, SMALL))
        .fold(0.0, f64::max);
    let pitch = if narrow { ROW + 1.5 * SMALL } else { ROW };
    let top = top + 16.0 * PT + LABEL;
    sheet.text(title, (left, top - 6.0 * PT), typed(LABEL, Hang::Start))?;
    let room = if narrow { 0.0 } else { widest + 6.0 * PT };
    let panel = Panel {
        left,
        right: right - room,
        top,
        bottom: top + pitch * numbers.len() as f64 + 3.0 * PT,
        across: ticks.range,
        up: (0.0, 1.0),
    };
    let zero = panel.x(0.0);
    for (at, ((name, value, others), number)) in rows().zip(&numbers).enumerate() {
        let from = top + pitch * at as f64;
        let y = if narrow {
            from + 1.5 * SMALL + 0.5 * ROW
        } else {
            from + 0.5 * ROW
        };
        let fill = fills()[usize::from(others.is_none())];
        // The grid is drawn row by row: on one column it would cross what is written above the bars.
        let stretch = (
            if narrow { y - 0.5 * ROW } else { from },
            if narrow { y + 0.5 * ROW } else { from + pitch },
        );
        for &tick in &ticks.at {
            sheet.line(
                &[(panel.x(tick), stretch.0), (panel.x(tick), stretch.1)],
                GRID,
                0.5 * PT,
                &[],
            )?;
        }
        if others.is_none() {
            sheet.line(
                &[(panel.left, from + PT), (panel.right, from + PT)],
                SOFT,
                0.6 * PT,
                &[],
            )?;
        }
        sheet.filled((zero, y - 0.5 * BAR), (panel.x(value.mean), y + 0.5 * BAR), fill)?;
        sheet.line(&[(zero, stretch.0), (zero, stretch.1)], INK, 0.9 * PT, &[])?;
        if let Some((low, high)) = value.ends {
            sheet.line(&[(panel.x(low), y), (panel.x(high), y)], PAPER, 2.4 * PT, &[])?;
            sheet.lying((panel.x(low), y), panel.x(high), INK)?;
        }
        if let Some((alone, last)) = others {
            sheet.marker((panel.x(alone), y - 0.5 * BAR - 1.5 * PT), ALONE, true)?;
            sheet.marker((panel.x(last), y + 0.5 * BAR + 1.5 * PT), LAST, true)?;
        }
        let soft = Type {
            colour: SOFT,
            ..typed(SMALL, Hang::End)
        };
        if narrow {
            sheet.text(&name, (left, from + 1.3 * SMALL), typed(SMALL, Hang::Start))?;
            sheet.text(&number.join(page.say(" ", "")), (right, from + 1.3 * SMALL), soft)?;
        } else {
            let half = if number[1].is_empty() { 0.0 } else { 0.59 * SMALL };
            sheet.text_mid(&number[0], (right, y - half), soft)?;
            sheet.text_mid(&number[1], (right, y + half), soft)?;
            if left < 150.0 * PT {
                let lines = wrap(&name, SMALL, left - MARGIN - 6.0 * PT);
                let first = y - 0.5 * 1.18 * SMALL * (lines.len() as f64 - 1.0);
                for (line, text) in lines.iter().enumerate() {
                    sheet.text_mid(
                        text,
                        (MARGIN, first + line as f64 * 1.18 * SMALL),
                        typed(SMALL, Hang::Start),
                    )?;
                }
            }
        }
    }
    for tick in named(&panel, &ticks) {
        let place = (panel.x(tick), panel.bottom + 4.5 * PT + 0.73 * SMALL);
        sheet.text(&ticks.words(tick), place, typed(SMALL, Hang::Middle))?;
    }
    let unit = measured.unit_of_differences(page);
    let axis = page.say(format!("Change, {unit}"), format!("变化，{unit}"));
    let y = panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL);
    let place = (0.5 * (panel.left + panel.right), y);
    paragraph(sheet, &[axis], place, typed(LABEL, Hang::Middle))?;
    Ok(y + 11.0 * PT)
}

/// A value, and its interval in brackets.
fn with_interval(page: Page, value: Estimate, digits: usize) -> [String; 2] {
    let interval = value.ends.map(|(low, high)| {
        let (low, high) = (signed(low, digits), signed(high, digits));
        page.say(format!("({low} to {high})"), format!("（{low} 至 {high}）"))
    });
    [signed(value.mean, digits), interval.unwrap_or_default()]
}

fn caption(page: Page, sweep: &Sweep, axes: &[Axis], games: &[Game], question: &str) -> String {
    let parts: Vec<String> = axes
        .iter()
        .map(|axis| {
            let (off, on) = (level_name(page, &axis.levels[0]), level_name(page, &axis.levels[1]));
            let name = axis_name(page, &axis.name);
            page.say(
                format!("{name} (`{}`, from {off} to {on})", axis.name),
                format!("{name}（`{}`，由 {off} 变为 {on}）", axis.name),
            )
        })
        .collect();
    let sums: Vec<String> = games
        .iter()
        .zip(&sweep.outputs)
        .map(|(game, measured)| {
            let sum: f64 = game.players.iter().map(|own| own.value.mean).sum();
            let digits = decimals(game.total.mean) + 1;
            let (sum, total) = (signed(sum, digits), signed(game.total.mean, digits));
            let (name, unit) = (small(&measured.name(page)), measured.unit_of_differences(page));
            page.say(
                format!("{name} {sum} against {total} {unit}"),
                format!("{name}：{sum} 与 {total} {unit}"),
            )
        })
        .collect();
    let others: Vec<&Axis> = sweep.design.axes.iter().filter(|axis| axis.levels.len() != 2).collect();
    let shows = page.say(
        format!(
            "Each part's share of what turning on all parts changes: {}. A share is the change when the part is turned on, averaged over all \
             orders in which the parts could be turned on (Shapley value), so that what they do to each other is shared equally. Hollow \
             diamond: turned on alone; hollow disc: turned on when all others are on. The shares add up to the effect of all together \
             ({}).{}",
            parts.join("; "),
            sums.join("; "),
            averaged(page, &others)
        ),
        format!(
            "各部分在全部启用所带来的变化中的份额：{}。份额为该部分启用时的变化在所有启用顺序上的平均（沙普利值），各部分之间的相互作用由此均分。\
             空心菱形：单独启用；空心圆：其余均已启用后再启用。各份额之和等于全部一起的效应（{}）。{}",
            parts.join("；"),
            sums.join("；"),
            averaged(page, &others)
        ),
    );
    let lucks = games.first().map_or(0, |game| game.lucks);
    let n = page.say(
        format!(
            "{} Shares are of {lucks} {}.",
            sweep.n(page),
            if sweep.is_drawn() {
                "draws"
            } else {
                "lucks (seed and replicate)"
            }
        ),
        format!(
            "{}份额来自 {lucks} {}。",
            sweep.n(page),
            if sweep.is_drawn() {
                "次参数抽样"
            } else {
                "组随机条件（种子与重复）"
            }
        ),
    );
    let definition: Vec<String> = sweep.outputs.iter().map(|own| own.definition(page)).collect();
    let caption = Caption {
        question,
        shows,
        definition: definition.join(page.say(" ", "")),
        n,
        intervals: sweep.differences_interval(page),
        tables: &[sweep.results, sweep.summary],
    };
    caption.text(page)
}

#[cfg(test)]
mod tests {
    use super::super::example::{Example, figure};
    use super::{read, shapley};

    const ON_OFF: [&[&str]; 4] = [&["none", "none"], &["none", "b"], &["a", "none"], &["a", "b"]];

    #[test]
    fn shares_are_found_under_each_luck_and_add_up() {
        // Per cent: 5 without, 4 and 2 alone, 2 together, and luck that is common to all.
        let worth = [0.05, 0.02, 0.04, 0.02];
        let example = Example::of(&[("a", false), ("b", false)], &ON_OFF);
        let folder = example.write(|point, luck, _| (worth[point] + 0.001 * luck as f64, 900.0 + 10.0 * point as f64));
        let figure = figure(&folder, read).unwrap().unwrap();
        // A adds -1 alone and 0 last; B -3 and -2; luck is no spread of a difference.
        for part in [
            "\u{2212}0.50",
            "(\u{2212}0.50 to \u{2212}0.50)",
            "\u{2212}2.50",
            "\u{2212}3.00",
            "+20.0",
            "+30.0",
        ] {
            assert!(figure.drawing.says(part), "{part}");
        }
        assert!(figure.caption.contains("4 lucks"), "{}", figure.caption);
    }

    #[test]
    fn a_luck_that_lacks_a_point_is_left_out_and_said() {
        let mut example = Example::of(&[("a", false), ("b", false)], &ON_OFF);
        example.missing = vec![(2, 1)];
        let folder = example.write(|point, luck, _| (0.01 * (point + luck) as f64, 900.0));
        let figure = figure(&folder, read).unwrap().unwrap();
        assert!(figure.caption.contains("3 lucks"), "{}", figure.caption);
        assert!(
            figure.caption.contains("Of 16 runs 0 failed and 1 were not lived"),
            "{}",
            figure.caption
        );
        // Without a point there is no game at all.
        example.missing = (0..4).map(|luck| (2, luck)).collect();
        let folder = example.write(|_, _, _| (0.01, 900.0));
        assert!(super::super::example::figure(&folder, read).unwrap().is_none());
    }

    #[test]
    fn two_players_share_what_they_do_together() {
        // Alone 10 and 20, together 50: each gets its own and half of the 20 that neither makes alone.
        assert_eq!(shapley(&[0.0, 10.0, 20.0, 50.0]), [20.0, 30.0]);
        // What is there without anybody is nobody's.
        assert_eq!(shapley(&[7.0, 17.0, 27.0, 57.0]), [20.0, 30.0]);
    }

    #[test]
    fn three_players_as_worked_by_hand() {
        // The gloves: players 0 and 1 have a left one each, player 2 a right one; a pair is worth 1. Of the six orders, player 2
        // makes the pair in four, the others in one each.
        let worth = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let shares = shapley(&worth);
        for (share, expected) in shares.iter().zip([1.0 / 6.0, 1.0 / 6.0, 4.0 / 6.0]) {
            assert!((share - expected).abs() < 1e-12, "{shares:?}");
        }
        // By the six orders the first adds 80, 80, 24, 18, 15, 18; the second 0, 5, 56, 56, 5, 2; the third the rest of 90 each time.
        let worth = [0.0, 80.0, 56.0, 80.0, 70.0, 85.0, 72.0, 90.0];
        let shares = shapley(&worth);
        for (share, expected) in shares
            .iter()
            .zip([39.0 + 1.0 / 6.0, 20.0 + 2.0 / 3.0, 30.0 + 1.0 / 6.0])
        {
            assert!((share - expected).abs() < 1e-9, "{shares:?}");
        }
        assert!((shares.iter().sum::<f64>() - 90.0).abs() < 1e-9);
    }

    #[test]
    fn who_does_nothing_gets_nothing_and_equals_get_the_same() {
        // Player 1 changes nothing; the others are alike.
        let worth = [0.0, 3.0, 0.0, 3.0, 3.0, 8.0, 3.0, 8.0];
        let shares = shapley(&worth);
        assert!(shares[1].abs() < 1e-12 && (shares[0] - shares[2]).abs() < 1e-12 && (shares[0] - 4.0).abs() < 1e-12);
    }
}
