//! The design of a sweep, told by the levels of its points: a grid of axes, or points that lie scattered.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::folder::Column;

/// The value of a point on a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Level {
    /// A name or a label.
    Text(String),
    /// A number.
    Number(f64),
}

impl Level {
    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Level::Number(number) => Some(*number),
            Level::Text(_) => None,
        }
    }
}

/// What differs between points.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Its column.
    pub(super) name: String,
    /// The columns that move together with it.
    pub(super) also: Vec<String>,
    /// Its levels: numbers ascending, others in the order of the points.
    pub(super) levels: Vec<Level>,
    /// The place of each point's level.
    pub(super) at: Vec<usize>,
    /// Whether the levels are numbers.
    pub(super) is_number: bool,
    /// Whether they are spaced by ratios and not by differences.
    pub(super) is_log: bool,
}

impl Axis {
    /// The levels as numbers, of an axis of numbers.
    pub(super) fn numbers(&self) -> Vec<f64> {
        self.levels.iter().filter_map(Level::number).collect()
    }

    /// The points at a level.
    pub(super) fn points_at(&self, level: usize) -> Vec<usize> {
        (0..self.at.len()).filter(|&point| self.at[point] == level).collect()
    }
}

/// Axes and how points lie on them.
#[derive(Clone, Debug)]
pub(super) struct Design {
    /// The axes with two levels or more.
    pub(super) axes: Vec<Axis>,
    /// Whether every combination of levels is a point.
    pub(super) is_grid: bool,
    /// A column that names each point and does nothing else.
    pub(super) label: Option<Vec<String>>,
}

/// More levels than these of unrelated columns that move together are no list that somebody wrote, but scattered points.
const LISTED: usize = 8;

impl Design {
    /// Of points with these levels, a value a column; so many points were `asked` for.
    pub(super) fn of(columns: &[Column], points: &[Vec<Level>], asked: usize) -> Design {
        let mut axes: Vec<Axis> = Vec::new();
        let mut label = None;
        let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for at in 0..columns.len() {
            let places = places(points.iter().map(|levels| &levels[at]));
            let count = places.iter().max().map_or(0, |most| most + 1);
            if count < 2 {
                continue;
            }
            match groups.iter_mut().find(|(own, _)| *own == places) {
                Some((_, members)) => members.push(at),
                None => groups.push((places, vec![at])),
            }
        }
        let levels_of = |places: &[usize]| places.iter().max().map_or(1, |most| most + 1);
        let cells: usize = groups.iter().map(|(own, _)| levels_of(own)).product();
        let distinct = {
            let mut all: Vec<Vec<usize>> = (0..points.len())
                .map(|point| groups.iter().map(|(own, _)| own[point]).collect())
                .collect();
            all.sort();
            all.dedup();
            all.len() == points.len()
        };
        let is_list = match groups.as_slice() {
            [(own, members)] => {
                let numbers = members.iter().filter(|&&at| columns[at].is_number).count();
                numbers < 2 || levels_of(own) <= LISTED
            }
            _ => true,
        };
        let is_grid = cells == asked && distinct && is_list;
        for (places, members) in &groups {
            let named = |at: &&usize| !columns[**at].is_number;
            let numbers: Vec<usize> = members.iter().filter(|&&at| columns[at].is_number).copied().collect();
            let text = members.iter().find(named);
            let each_its_own = levels_of(places) == points.len() && points.len() > 2;
            if !is_grid && each_its_own {
                // Scattered points: what differs from all others at each point moves alone.
                for &at in &numbers {
                    axes.push(axis(columns, points, &[at]));
                }
                if let Some(&at) = text {
                    label = Some(points.iter().map(|levels| words_of(&levels[at])).collect());
                }
                continue;
            }
            let first = match (numbers.as_slice(), text) {
                ([only], _) => *only,
                (_, Some(&at)) => at,
                (numbers, None) => numbers.first().copied().unwrap_or(members[0]),
            };
            let others = members.iter().copied().filter(|&at| at != first);
            let members: Vec<usize> = std::iter::once(first).chain(others).collect();
            axes.push(axis(columns, points, &members));
        }
        Design { axes, is_grid, label }
    }
}

/// An axis of columns that move together; the first stands for all.
fn axis(columns: &[Column], points: &[Vec<Level>], members: &[usize]) -> Axis {
    let first = members[0];
    let places = places(points.iter().map(|levels| &levels[first]));
    let mut levels: Vec<(Level, usize)> = Vec::new();
    for (point, &place) in places.iter().enumerate() {
        if place == levels.len() {
            levels.push((points[point][first].clone(), place));
        }
    }
    levels.sort_by(|(one, _), (other, _)| match (one, other) {
        (Level::Number(one), Level::Number(other)) => one.total_cmp(other),
        _ => Ordering::Equal,
    });
    let mut moved = vec![0; levels.len()];
    for (to, (_, from)) in levels.iter().enumerate() {
        moved[*from] = to;
    }
    let levels: Vec<Level> = levels.into_iter().map(|(level, _)| level).collect();
    let at = places.into_iter().map(|place| moved[place]).collect();
    let mut axis = Axis {
        name: columns[first].name.clone(),
        also: members[1..].iter().map(|&at| columns[at].name.clone()).collect(),
        is_number: columns[first].is_number,
        is_log: false,
        levels,
        at,
    };
    axis.is_log = axis.is_number && is_log(&axis.numbers());
    axis
}

fn words_of(level: &Level) -> String {
    match level {
        Level::Text(text) => text.clone(),
        Level::Number(number) => number.to_string(),
    }
}

/// The place of each value among the different ones in the order of their first appearance.
fn places<'l>(values: impl Iterator<Item = &'l Level>) -> Vec<usize> {
    let mut known: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    let place = |level: &'l Level| {
        let key = match level {
            Level::Text(text) => (text.as_str(), 0),
            Level::Number(number) => ("", number.to_bits()),
        };
        let next = known.len();
        *known.entry(key).or_insert(next)
    };
    values.map(place).collect()
}

/// Whether ascending numbers are spaced by ratios rather than by differences.
fn is_log(numbers: &[f64]) -> bool {
    let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else {
        return false;
    };
    if numbers.len() < 3 || first <= 0.0 || last < 2.0 * first {
        return false;
    }
    let log = unevenness(numbers, f64::ln);
    log < 0.12 && log < 0.5 * unevenness(numbers, |number| number)
}

/// How far the farthest of ascending numbers lies from where it would if all were evenly spaced, as a share of their range.
fn unevenness(numbers: &[f64], scale: fn(f64) -> f64) -> f64 {
    let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else {
        return f64::INFINITY;
    };
    let (from, range) = (scale(first), scale(last) - scale(first));
    let steps = (numbers.len() - 1).max(1) as f64;
    let apart = |(place, number): (usize, &f64)| ((scale(*number) - from) / range - place as f64 / steps).abs();
    numbers.iter().enumerate().map(apart).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, is_number: bool) -> Column {
        Column {
            name: name.to_owned(),
            is_number,
        }
    }

    fn numbers(rows: &[&[f64]]) -> Vec<Vec<Level>> {
        let row = |row: &&[f64]| row.iter().map(|number| Level::Number(*number)).collect();
        rows.iter().map(row).collect()
    }

    #[test]
    fn all_combinations_make_a_grid() {
        let columns = [column("a", true), column("b", true)];
        let points = numbers(&[
            &[4.0, 1.0],
            &[4.0, 2.0],
            &[2.0, 1.0],
            &[2.0, 2.0],
            &[8.0, 1.0],
            &[8.0, 2.0],
        ]);
        let design = Design::of(&columns, &points, 6);
        assert!(design.is_grid);
        assert_eq!(design.axes[0].numbers(), [2.0, 4.0, 8.0]);
        assert_eq!(design.axes[0].at, [1, 1, 0, 0, 2, 2]);
        assert!(design.axes[0].is_log && !design.axes[1].is_log);
        // A point of which nothing was lived is still a point of the grid, and a table that lacks one is none.
        assert!(Design::of(&columns, &points[..5], 6).is_grid);
        assert!(!Design::of(&columns, &points[..5], 5).is_grid);
    }

    #[test]
    fn scattered_points_are_no_grid_and_each_column_is_an_axis() {
        let columns = [column("a", true), column("b", true)];
        let rows: Vec<Vec<f64>> = (0..20).map(|at| vec![f64::from(at), f64::from(at * 7 % 20)]).collect();
        let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let design = Design::of(&columns, &numbers(&rows), 20);
        assert!(!design.is_grid);
        assert_eq!(design.axes.len(), 2);
    }

    #[test]
    fn what_moves_together_is_one_axis_under_its_label() {
        let columns = [column("offer", false), column("premium", true), column("subsidy", true)];
        let row = |label: &str, premium, subsidy| {
            vec![
                Level::Text(label.to_owned()),
                Level::Number(premium),
                Level::Number(subsidy),
            ]
        };
        let points = [row("today", 320.0, 610.0), row("subsidised", 280.0, 650.0)];
        let design = Design::of(&columns, &points, 2);
        assert!(design.is_grid);
        assert_eq!(design.axes.len(), 1);
        assert_eq!((&*design.axes[0].name, design.axes[0].also.len()), ("offer", 2));
        assert!(!design.axes[0].is_number);
        // A label beside one number is its name, and the number is what has a place on a line.
        let two: Vec<Vec<Level>> = points.iter().map(|row| row[..2].to_vec()).collect();
        assert_eq!(Design::of(&columns[..2], &two, 2).axes[0].name, "premium");
    }
}
