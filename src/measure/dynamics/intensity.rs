//! Moves in continuous time, of rows that were seen at uneven times: intensities, their likelihood and its greatest value
//! (Kalbfleisch, Lawless 1985), with a state whose entry is dated exactly, as death is (Jackson 2011).

use super::markov::Transition;

/// What was seen of one row: times, ascending, and states.
pub type Path = Vec<(f64, usize)>;

/// Rates of moves by unit of time: `[from][to]`, what leaves a state on the diagonal below 0, so that rows add up to 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Intensities(Vec<Vec<f64>>);

impl Intensities {
    /// Rates of moves, 0 where there is no such move; the diagonal is worked out.
    pub fn of(mut rates: Vec<Vec<f64>>) -> Intensities {
        for (state, row) in rates.iter_mut().enumerate() {
            row[state] = 0.0;
            row[state] = -row.iter().sum::<f64>();
        }
        Intensities(rates)
    }

    /// The rate of a move.
    pub fn rate(&self, from: usize, to: usize) -> f64 {
        self.0[from][to]
    }

    /// Probabilities of moves within a time: the exponential of the matrix times it, by its series on a short time that is
    /// doubled.
    pub fn probabilities(&self, time: f64) -> Transition {
        let n = self.0.len();
        let fastest = (0..n).fold(0.0, |most: f64, state| most.max(-self.0[state][state]));
        let doublings = (fastest * time / SHORT).log2().ceil().max(0.0) as i32;
        let short = time / 2.0_f64.powi(doublings);
        let step: Vec<Vec<f64>> = self
            .0
            .iter()
            .map(|row| row.iter().map(|rate| rate * short).collect())
            .collect();
        let mut sum = one(n);
        let mut term = one(n);
        for order in 1..=TERMS {
            term = product(&term, &step);
            term.iter_mut().flatten().for_each(|cell| *cell /= f64::from(order));
            let cells = sum.iter_mut().flatten().zip(term.iter().flatten());
            cells.for_each(|(sum, term)| *sum += term);
        }
        for _ in 0..doublings {
            sum = product(&sum, &sum);
        }
        Transition(sum)
    }

    /// -2 times the log of the likelihood of what was seen. Where a state is `dated`, its entry was at the very time told: the
    /// row was in some other state until then.
    pub fn minus_2_log_likelihood(&self, paths: &[Path], dated: Option<usize>) -> f64 {
        let moved = |pair: &[(f64, usize)]| {
            let [(before, from), (after, to)] = [pair[0], pair[1]];
            let within = self.probabilities(after - before);
            let likelihood = if dated == Some(to) {
                let others = (0..self.0.len()).filter(|state| *state != to);
                others.map(|state| within.0[from][state] * self.0[state][to]).sum()
            } else {
                within.0[from][to]
            };
            likelihood.ln()
        };
        -2.0 * paths.iter().flat_map(|path| path.windows(2)).map(moved).sum::<f64>()
    }

    /// The intensities of greatest likelihood, from these on: moves that have no rate here stay without.
    #[must_use]
    pub fn fitted(&self, paths: &[Path], dated: Option<usize>) -> Intensities {
        let n = self.0.len();
        let moves: Vec<(usize, usize)> = (0..n)
            .flat_map(|from| (0..n).map(move |to| (from, to)))
            .filter(|&(from, to)| from != to && self.0[from][to] > 0.0)
            .collect();
        let with = |logs: &[f64]| {
            let mut rates = vec![vec![0.0; n]; n];
            moves
                .iter()
                .zip(logs)
                .for_each(|(&(from, to), log)| rates[from][to] = log.exp());
            Intensities::of(rates)
        };
        let start = moves.iter().map(|&(from, to)| self.0[from][to].ln()).collect();
        with(&least(&|logs| with(logs).minus_2_log_likelihood(paths, dated), start))
    }
}

/// Moves expected in the short time, at most, and terms of the series for it: the rest of the series is below 1e-17.
const SHORT: f64 = 0.25;
const TERMS: u32 = 12;

fn one(n: usize) -> Vec<Vec<f64>> {
    (0..n)
        .map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect())
        .collect()
}

fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let cell = |row: &Vec<f64>, column: usize| row.iter().zip(b).map(|(x, b)| x * b[column]).sum();
    a.iter()
        .map(|row| (0..b.len()).map(|column| cell(row, column)).collect())
        .collect()
}

/// Where a smooth function is least, by the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, with slopes from
/// differences.
fn least(f: &dyn Fn(&[f64]) -> f64, mut at: Vec<f64>) -> Vec<f64> {
    let n = at.len();
    let slopes = |at: &[f64]| -> Vec<f64> {
        let slope = |which: usize| {
            let beside = |step: f64| {
                let mut at = at.to_vec();
                at[which] += step;
                f(&at)
            };
            (beside(1e-5) - beside(-1e-5)) / 2e-5
        };
        (0..n).map(slope).collect()
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (mut value, mut slope, mut inverse) = (f(&at), slopes(&at), one(n));
    for _ in 0..200 {
        let mut way: Vec<f64> = inverse.iter().map(|row| -dot(row, &slope)).collect();
        if dot(&way, &slope) >= 0.0 {
            way = slope.iter().map(|slope| -slope).collect();
            inverse = one(n);
        }
        // No step multiplies a rate by more than e.
        let mut length = 1.0 / way.iter().fold(1.0, |most: f64, step| most.max(step.abs()));
        let (next, there) = loop {
            let next: Vec<f64> = at.iter().zip(&way).map(|(at, way)| at + length * way).collect();
            let there = f(&next);
            if there <= value + 1e-4 * length * dot(&way, &slope) {
                break (next, there);
            }
            length /= 2.0;
            if length < 1e-12 {
                return at;
            }
        };
        let steeper = slopes(&next);
        let step: Vec<f64> = next.iter().zip(&at).map(|(next, at)| next - at).collect();
        let bend: Vec<f64> = steeper.iter().zip(&slope).map(|(new, old)| new - old).collect();
        let curved = dot(&step, &bend);
        let gained = value - there;
        (at, value, slope) = (next, there, steeper);
        if gained <= 1e-12 * value.abs() {
            break;
        }
        if curved > 0.0 {
            let turned: Vec<f64> = inverse.iter().map(|row| dot(row, &bend)).collect();
            let scale = (1.0 + dot(&bend, &turned) / curved) / curved;
            for row in 0..n {
                for column in 0..n {
                    let cross = turned[row] * step[column] + step[row] * turned[column];
                    inverse[row][column] += scale * step[row] * step[column] - cross / curved;
                }
            }
        }
    }
    at
}
