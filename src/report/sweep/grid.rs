//! Between the points of a full grid: linear along every axis (on the logarithm of a logarithmic one), and how far a point lies
//! from the line between its neighbours.

use super::axes::Axis;

/// A full grid: the number of the point at every combination of levels.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// By axis: the levels as distances are measured; of names, their numbers.
    levels: Vec<Vec<f64>>,
    /// By axis: whether there is anything between two levels.
    between: Vec<bool>,
    /// The points, the last axis fastest.
    points: Vec<usize>,
}

/// How well points are foretold by others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Missed {
    /// How often one was foretold.
    pub checks: usize,
    /// The root of the mean square of what was missed.
    pub typical: f64,
    /// The most that was missed.
    pub most: f64,
}

impl Missed {
    /// Of what was missed, each time.
    pub fn of(errors: &[f64]) -> Option<Missed> {
        if errors.is_empty() {
            return None;
        }
        let squares: f64 = errors.iter().map(|error| error * error).sum();
        Some(Missed {
            checks: errors.len(),
            typical: (squares / errors.len() as f64).sqrt(),
            most: errors.iter().fold(0.0, |most, error| error.abs().max(most)),
        })
    }
}

impl Grid {
    /// The grid of points at these levels (numbers, or numbers of names), where there is one at each combination and no other.
    pub fn of(axes: &[Axis], points: &[Vec<f64>]) -> Option<Grid> {
        let levels: Vec<Vec<f64>> = axes
            .iter()
            .map(|axis| {
                axis.numbers
                    .clone()
                    .unwrap_or_else(|| (0..axis.count()).map(|at| at as f64).collect())
            })
            .collect();
        let size = levels
            .iter()
            .try_fold(1_usize, |size, own| size.checked_mul(own.len()))?;
        if size != points.len() {
            return None;
        }
        let mut places = vec![usize::MAX; size];
        for (number, point) in points.iter().enumerate() {
            let mut place = 0;
            for (own, value) in levels.iter().zip(point) {
                place = place * own.len() + own.iter().position(|level| level == value)?;
            }
            if places[place] != usize::MAX {
                return None;
            }
            places[place] = number;
        }
        let bent = levels.iter().zip(axes);
        let bent = bent.map(|(own, axis)| {
            own.iter()
                .map(|&level| if axis.is_number() { axis.bent(level) } else { level })
                .collect()
        });
        Some(Grid {
            levels: bent.collect(),
            between: axes.iter().map(Axis::is_number).collect(),
            points: places,
        })
    }

    /// The points around a place and their weights, which add up to 1; on an axis of names, the level itself.
    pub fn around(&self, axes: &[Axis], at: &[f64]) -> Vec<(usize, f64)> {
        let mut corners = vec![(0_usize, 1.0_f64)];
        for (axis, levels) in self.levels.iter().enumerate() {
            let value = if self.between[axis] {
                axes[axis].bent(at[axis])
            } else {
                at[axis]
            };
            let above = levels
                .iter()
                .position(|level| *level >= value)
                .unwrap_or(levels.len() - 1);
            let below = above.saturating_sub(1);
            let part = if above == below || levels[above] <= value {
                1.0
            } else {
                ((value - levels[below]) / (levels[above] - levels[below])).max(0.0)
            };
            corners = corners
                .into_iter()
                .flat_map(|(place, weight)| {
                    let place = place * levels.len();
                    [(place + below, weight * (1.0 - part)), (place + above, weight * part)]
                })
                .filter(|(_, weight)| *weight > 0.0)
                .collect();
        }
        corners
            .into_iter()
            .map(|(place, weight)| (self.points[place], weight))
            .collect()
    }

    /// The value at a place; nothing where a point around it has none.
    #[cfg_attr(not(test), allow(dead_code))]
    pub fn value(&self, axes: &[Axis], at: &[f64], values: &[Option<f64>]) -> Option<f64> {
        let corners = self.around(axes, at);
        corners
            .into_iter()
            .map(|(point, weight)| Some(weight * values[point]?))
            .sum()
    }

    /// What the line between the two neighbours on an axis misses of each point that has two, on each such axis.
    pub fn left_out(&self, values: &[Option<f64>]) -> Vec<f64> {
        let mut errors = Vec::new();
        let mut stride = self.points.len();
        for (axis, levels) in self.levels.iter().enumerate() {
            stride /= levels.len();
            if !self.between[axis] {
                continue;
            }
            for place in 0..self.points.len() {
                let level = place / stride % levels.len();
                if level == 0 || level + 1 == levels.len() {
                    continue;
                }
                let value = |place: usize| values[self.points[place]];
                if let (Some(before), Some(own), Some(after)) =
                    (value(place - stride), value(place), value(place + stride))
                {
                    let part = (levels[level] - levels[level - 1]) / (levels[level + 1] - levels[level - 1]);
                    errors.push(before + part * (after - before) - own);
                }
            }
        }
        errors
    }

    /// Pairs of points that differ on one axis alone: at level `from` and at level `to`.
    pub fn pairs(&self, axis: usize, from: usize, to: usize) -> Vec<(usize, usize)> {
        let stride: usize = self.levels[axis + 1..].iter().map(Vec::len).product();
        let count = self.levels[axis].len();
        (0..self.points.len())
            .filter(|place| place / stride % count == from)
            .map(|place| (self.points[place], self.points[place + to * stride - from * stride]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two policies by three levels of a logarithmic axis by three of a linear one, the points in no order.
    fn grid() -> (Vec<Axis>, Vec<Vec<f64>>, Grid) {
        let mut points = Vec::new();
        for policy in [0.0, 1.0] {
            for deductible in [1000.0, 4000.0, 16_000.0] {
                for premium in [200.0, 300.0, 600.0] {
                    points.push(vec![policy, deductible, premium]);
                }
            }
        }
        points.reverse();
        points[0..2].reverse();
        let policy: Vec<String> = points
            .iter()
            .map(|point| if point[0] == 0.0 { "a" } else { "b" }.to_owned())
            .collect();
        let (named, places) = Axis::of("policy", false, &policy);
        for (point, place) in points.iter_mut().zip(places) {
            point[0] = place;
        }
        let column = |at: usize| {
            points
                .iter()
                .map(|point: &Vec<f64>| point[at].to_string())
                .collect::<Vec<String>>()
        };
        let axes = vec![
            named,
            Axis::of("deductible", true, &column(1)).0,
            Axis::of("premium", true, &column(2)).0,
        ];
        assert!(axes[1].log && !axes[2].log);
        let grid = Grid::of(&axes, &points).unwrap();
        (axes, points, grid)
    }

    #[test]
    fn a_function_that_is_linear_along_every_axis_is_reproduced_everywhere() {
        let (axes, points, grid) = grid();
        let truth = |at: &[f64]| {
            let (x, y) = (at[1].ln(), at[2]);
            (1.0 + at[0]) * (2.0 + 0.5 * x - 0.01 * y + 0.003 * x * y)
        };
        let values: Vec<Option<f64>> = points.iter().map(|point| Some(truth(point))).collect();
        for policy in [0.0, 1.0] {
            for at in [[1000.0, 200.0], [2500.0, 450.0], [16_000.0, 201.0], [9000.0, 600.0]] {
                let at = [policy, at[0], at[1]];
                let told = grid.value(&axes, &at, &values).unwrap();
                assert!((told - truth(&at)).abs() < 1e-9, "{at:?}: {told}");
            }
        }
        let missed = Missed::of(&grid.left_out(&values)).unwrap();
        // Each policy: the middle of three on either axis, three times.
        assert_eq!(missed.checks, 12);
        assert!(missed.most < 1e-9);
    }

    #[test]
    fn the_error_left_out_of_a_square_is_what_one_computes_by_hand() {
        let cells: Vec<String> = [0.0, 1.0, 3.0, 4.0].iter().map(f64::to_string).collect();
        let (axis, at) = Axis::of("x", true, &cells);
        let points: Vec<Vec<f64>> = at.iter().map(|&x| vec![x]).collect();
        let grid = Grid::of(std::slice::from_ref(&axis), &points).unwrap();
        let values: Vec<Option<f64>> = at.iter().map(|x| Some(x * x)).collect();
        // At 1, the line from 0 to 9 gives 3 and not 1; at 3, that from 1 to 16 gives 11 and not 9.
        assert_eq!(grid.left_out(&values), [2.0, 2.0]);
        let missed = Missed::of(&grid.left_out(&values)).unwrap();
        assert_eq!((missed.checks, missed.typical, missed.most), (2, 2.0, 2.0));
        // Between 1 and 3 as they are, the line gives 5 at 2.
        assert_eq!(grid.value(&[axis], &[2.0], &values), Some(5.0));
    }

    #[test]
    fn nothing_is_told_beside_a_point_that_failed_but_its_neighbours_stand() {
        let (axes, points, grid) = grid();
        let failed = |point: &Vec<f64>| point[0] == 1.0 && point[1] == 4000.0 && point[2] == 300.0;
        let values: Vec<Option<f64>> = points.iter().map(|point| (!failed(point)).then_some(1.0)).collect();
        assert_eq!(grid.value(&axes, &[1.0, 4000.0, 250.0], &values), None);
        assert_eq!(grid.value(&axes, &[1.0, 4000.0, 200.0], &values), Some(1.0));
        assert_eq!(grid.value(&axes, &[0.0, 4000.0, 250.0], &values), Some(1.0));
        // Two of twelve checks are of the failed point, and it stands beside none other that has two neighbours.
        assert_eq!(grid.left_out(&values).len(), 10);
    }

    #[test]
    fn points_that_are_no_full_grid_have_none_and_pairs_differ_on_one_axis() {
        let (axes, points, grid) = grid();
        assert!(Grid::of(&axes, &points[1..]).is_none());
        let mut twice = points.clone();
        twice[3] = twice[4].clone();
        assert!(Grid::of(&axes, &twice).is_none());
        let pairs = grid.pairs(1, 0, 2);
        assert_eq!(pairs.len(), 6);
        for (from, to) in pairs {
            assert_eq!((points[from][1], points[to][1]), (1000.0, 16_000.0));
            assert_eq!((points[from][0], points[from][2]), (points[to][0], points[to][2]));
        }
    }
}
