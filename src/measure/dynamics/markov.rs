//! Chains of states in equal steps of time: transition matrix, its powers, where it settles, and how long a way takes.

/// Weighted moves between states.
#[derive(Clone, Debug)]
pub struct Moves {
    weight: Vec<Vec<f64>>,
}

impl Moves {
    /// No moves yet between so many states.
    pub fn new(states: usize) -> Moves {
        Moves {
            weight: vec![vec![0.0; states]; states],
        }
    }

    /// Adds a move.
    pub fn add(&mut self, from: usize, to: usize, weight: f64) {
        self.weight[from][to] += weight;
    }

    /// Weight of the moves from one state to another.
    pub fn weight(&self, from: usize, to: usize) -> f64 {
        self.weight[from][to]
    }

    /// Share of the moves from each state that go to each: the estimate of greatest likelihood. NaN from a state that nobody
    /// was in.
    pub fn matrix(&self) -> Transition {
        let row = |row: &Vec<f64>| {
            let whole: f64 = row.iter().sum();
            row.iter().map(|weight| weight / whole).collect()
        };
        Transition(self.weight.iter().map(row).collect())
    }
}

/// A transition matrix: `[from][to]`, rows add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition(pub Vec<Vec<f64>>);

impl Transition {
    fn states(&self) -> usize {
        self.0.len()
    }

    /// The matrix of so many steps at once.
    #[must_use]
    pub fn power(&self, steps: u32) -> Transition {
        let n = self.states();
        let mut all: Vec<Vec<f64>> = (0..n)
            .map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect())
            .collect();
        for _ in 0..steps {
            let cell = |row: &Vec<f64>, column: usize| (0..n).map(|at| row[at] * self.0[at][column]).sum();
            all = all
                .iter()
                .map(|row| (0..n).map(|column| cell(row, column)).collect())
                .collect();
        }
        Transition(all)
    }

    /// The share of time in each state in the long run; nothing where that hangs on the first state.
    pub fn stationary(&self) -> Option<Vec<f64>> {
        let n = self.states();
        // The flows into each state balance, but for the last, whose equation follows: there the shares add up to 1.
        let mut equations: Vec<Vec<f64>> = (0..n)
            .map(|to| {
                (0..n)
                    .map(|from| self.0[from][to] - f64::from(u8::from(from == to)))
                    .collect()
            })
            .collect();
        equations[n - 1] = vec![1.0; n];
        let mut right = vec![0.0; n];
        right[n - 1] = 1.0;
        solve(equations, right)
    }

    /// Expected steps until `to` is first reached, from each state; 0 from itself. Nothing where it may never be.
    pub fn mean_first_passage(&self, to: usize) -> Option<Vec<f64>> {
        let others: Vec<usize> = (0..self.states()).filter(|state| *state != to).collect();
        let row = |&from: &usize| {
            let cell = |&at: &usize| f64::from(u8::from(from == at)) - self.0[from][at];
            others.iter().map(cell).collect()
        };
        let steps = solve(others.iter().map(row).collect(), vec![1.0; others.len()])?;
        let mut all = vec![0.0; self.states()];
        others.iter().zip(steps).for_each(|(&state, steps)| all[state] = steps);
        Some(all)
    }
}

/// Solves linear equations by elimination with the largest pivot; nothing where they have no single solution.
fn solve(mut left: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    for at in 0..n {
        let pivot = (at..n).max_by(|a, b| left[*a][at].abs().total_cmp(&left[*b][at].abs()))?;
        if left[pivot][at].is_nan() || left[pivot][at].abs() < 1e-12 {
            return None;
        }
        left.swap(at, pivot);
        right.swap(at, pivot);
        for row in at + 1..n {
            let factor = left[row][at] / left[at][at];
            for column in at..n {
                left[row][column] -= factor * left[at][column];
            }
            right[row] -= factor * right[at];
        }
    }
    for at in (0..n).rev() {
        let known: f64 = (at + 1..n).map(|column| left[at][column] * right[column]).sum();
        right[at] = (right[at] - known) / left[at][at];
    }
    Some(right)
}
