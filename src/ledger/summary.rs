//! What the runs of each point say together.

use crate::indicators::table::Estimate;
use crate::study::sweep::outputs::Row;

/// The runs of one point, as they come in: by draw, the values of each row and output.
#[derive(Debug, Default)]
pub(super) struct Point {
    labels: Vec<[String; 3]>,
    /// By draw, by row, by output: the values of its runs.
    draws: Vec<Vec<Vec<Vec<f64>>>>,
}

/// A number of a point.
pub(super) struct Line {
    /// Year, county, category.
    pub labels: [String; 3],
    /// The place of the output.
    pub output: usize,
    /// Runs that had a value.
    pub runs: usize,
    /// Their mean: over draws, of the means of each.
    pub mean: f64,
    /// The standard error of the mean.
    pub se: f64,
    /// The ends of the 95% interval.
    pub ends: [f64; 2],
}

/// What the interval of a summary is.
pub(super) const INTERVALS: [&str; 2] = [
    "95% of the mean, Student's t over runs",
    "middle 95% of the means of draws",
];

impl Point {
    /// Takes a run in.
    pub fn push(&mut self, draw: u32, rows: &[Row]) {
        let draw = draw as usize;
        if self.draws.len() <= draw {
            self.draws.resize_with(draw + 1, Vec::new);
        }
        for row in rows {
            let labels = [row.year.clone(), row.county.clone(), row.category.clone()];
            let at = self.labels.iter().position(|own| *own == labels).unwrap_or_else(|| {
                self.labels.push(labels);
                self.labels.len() - 1
            });
            let own = &mut self.draws[draw];
            if own.len() <= at {
                own.resize_with(at + 1, Vec::new);
            }
            let outputs = row.values.len().max(own[at].len());
            own[at].resize_with(outputs, Vec::new);
            for (values, value) in own[at].iter_mut().zip(&row.values) {
                values.extend(value);
            }
        }
    }

    /// Its numbers, row by row and output by output; what nobody had a value of is left out.
    pub fn lines(&self, outputs: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        for (at, labels) in self.labels.iter().enumerate() {
            for output in 0..outputs {
                let values = |draw: &Vec<Vec<Vec<f64>>>| draw.get(at).and_then(|row| row.get(output)).cloned();
                let draws: Vec<Vec<f64>> = self
                    .draws
                    .iter()
                    .filter_map(values)
                    .filter(|own| !own.is_empty())
                    .collect();
                if draws.is_empty() {
                    continue;
                }
                let (estimate, ends) = together(&draws, self.draws.len() > 1);
                lines.push(Line {
                    labels: labels.clone(),
                    output,
                    runs: draws.iter().map(Vec::len).sum(),
                    mean: estimate.mean,
                    se: estimate.se,
                    ends,
                });
            }
        }
        lines
    }
}

/// The mean and the interval: of runs, or where parameters are drawn, of the means of draws.
fn together(draws: &[Vec<f64>], drawn: bool) -> (Estimate, [f64; 2]) {
    if !drawn {
        let estimate = Estimate::of(&draws.concat());
        return (estimate, [estimate.lo, estimate.hi]);
    }
    let mut means: Vec<f64> = draws
        .iter()
        .map(|own| own.iter().sum::<f64>() / own.len() as f64)
        .collect();
    let estimate = Estimate::of(&means);
    means.sort_by(f64::total_cmp);
    (estimate, [quantile(&means, 0.025), quantile(&means, 0.975)])
}

/// The quantile of sorted values, between two of them in proportion (type 7 of Hyndman and Fan 1996); of one value there is none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    if sorted.len() < 2 {
        return f64::NAN;
    }
    let place = share * (sorted.len() - 1) as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(year: &str, value: Option<f64>) -> Row {
        Row {
            year: year.into(),
            county: "all".into(),
            category: "all".into(),
            values: vec![value],
        }
    }

    #[test]
    fn without_draws_the_interval_is_that_of_the_mean() {
        let mut point = Point::default();
        for value in [1.0, 2.0, 3.0] {
            point.push(0, &[row("2021", Some(value)), row("all", None)]);
        }
        let lines = point.lines(1);
        assert_eq!(lines.len(), 1, "nobody had a value of all years");
        assert_eq!((lines[0].runs, lines[0].mean), (3, 2.0));
        assert_eq!(
            lines[0].ends,
            [Estimate::of(&[1.0, 2.0, 3.0]).lo, Estimate::of(&[1.0, 2.0, 3.0]).hi]
        );
    }

    #[test]
    fn with_draws_it_is_that_of_their_means() {
        let mut point = Point::default();
        for draw in 0..5 {
            for luck in [-1.0, 1.0] {
                point.push(draw, &[row("all", Some(f64::from(draw) * 10.0 + luck))]);
            }
        }
        let line = &point.lines(1)[0];
        assert_eq!((line.runs, line.mean), (10, 20.0));
        // R: quantile(c(0, 10, 20, 30, 40), c(0.025, 0.975)) gives 1 and 39.
        assert_eq!(line.ends, [1.0, 39.0]);
    }
}
