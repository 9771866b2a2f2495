//! Between scattered points: a surface of few terms, fitted by least squares, the terms chosen by how well points that are left
//! out are foretold.
//!
//! What a point says is a mean over few runs, so a surface through all points would draw their luck; a polynomial of second
//! degree, with a shift for each level of a list, smooths it and says how sure it is. Leaving a point out needs no second fit:
//! its error is its residual divided by one less its leverage (Allen 1974).

use super::axes::Axis;
use serde::Serialize;
use std::collections::BTreeMap;

/// A factor of a term: an axis, and a power of its place, or, below zero, the level that is looked for.
pub(super) type Factor = (usize, i32);
/// A product of factors; of none, 1.
pub(super) type Term = Vec<Factor>;

/// A column counts as a sum of earlier ones where less than this of its length is left.
const FLAT: f64 = 1e-8;
/// Residual degrees of freedom, at least.
const FREEDOM: usize = 3;

/// The terms that may be taken, each list richer than some other one.
pub(super) fn candidates(axes: &[Axis]) -> Vec<Vec<Term>> {
    let numbers: Vec<usize> = (0..axes.len()).filter(|&at| axes[at].is_slid()).collect();
    let shifts: Vec<Factor> = (0..axes.len())
        .filter(|&at| !axes[at].is_number())
        .flat_map(|at| (1..axes[at].count()).map(move |level| (at, -(level as i32))))
        .collect();
    let mut level: Vec<Term> = vec![Vec::new()];
    level.extend(shifts.iter().map(|&shift| vec![shift]));
    let power = |power: i32| -> Vec<Term> { numbers.iter().map(|&at| vec![(at, power)]).collect() };
    let pairs = |with: i32| -> Vec<Term> {
        let of = |shift: &Factor| {
            numbers
                .iter()
                .map(|&at| vec![*shift, (at, with)])
                .collect::<Vec<Term>>()
        };
        shifts.iter().flat_map(of).collect()
    };
    let mut crossed: Vec<Term> = Vec::new();
    for (place, &one) in numbers.iter().enumerate() {
        crossed.extend(numbers[place + 1..].iter().map(|&other| vec![(one, 1), (other, 1)]));
    }
    let straight = [&level[..], &power(1)].concat();
    let bent = [&straight[..], &power(2)].concat();
    let whole = [&bent[..], &crossed].concat();
    let mut all = vec![
        level,
        straight.clone(),
        bent.clone(),
        whole.clone(),
        [&straight[..], &pairs(1)].concat(),
        [&bent[..], &pairs(1)].concat(),
        [&whole[..], &pairs(1), &pairs(2)].concat(),
    ];
    all.dedup();
    all
}

/// The value of a term at a place: on each axis of numbers from -1 to 1, on each of a list the number of the level.
pub(super) fn term_value(term: &Term, place: &[f64]) -> f64 {
    let factor = |&(axis, what): &Factor| {
        if what > 0 {
            place[axis].powi(what)
        } else {
            f64::from(u8::from(place[axis] == f64::from(-what)))
        }
    };
    term.iter().map(factor).product()
}

/// Terms at points, made orthogonal: whatever is fitted at the same points needs no more.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Design {
    /// The terms that are no sums of earlier ones.
    pub terms: Vec<Term>,
    /// The upper triangle of the factor R of the terms at the points, column by column.
    pub r: Vec<f64>,
    /// The largest leverage of a point: beyond it, a place lies outside of what was simulated.
    pub reach: f64,
    #[serde(skip)]
    q: Vec<Vec<f64>>,
    #[serde(skip)]
    leverage: Vec<f64>,
}

/// A surface: what it gives to each term.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// One a term.
    pub coefficients: Vec<f64>,
    /// The standard deviation of what is left at the points.
    pub sigma: f64,
    /// Points less terms.
    pub freedom: usize,
    /// Of each point: what the surface of all others foretells, less what it is.
    pub left_out: Vec<f64>,
}

/// The place of a design among [`Designs::all`], and the surface on it; none where nothing could be fitted.
pub(super) type Fitted = Option<(usize, Fit)>;

impl Design {
    /// Of these terms at these places; `None` where the places are too few for them.
    pub fn of(terms: &[Term], places: &[&[f64]]) -> Option<Design> {
        if places.len() < terms.len() + FREEDOM {
            return None;
        }
        let mut design = Design {
            terms: Vec::new(),
            r: Vec::new(),
            reach: 0.0,
            q: Vec::new(),
            leverage: vec![0.0; places.len()],
        };
        for term in terms {
            let mut column: Vec<f64> = places.iter().map(|place| term_value(term, place)).collect();
            let length = norm(&column);
            let mut shares = vec![0.0; design.q.len()];
            // Twice is enough for what rounding leaves.
            for _ in 0..2 {
                for (share, q) in shares.iter_mut().zip(&design.q) {
                    let part = dot(q, &column);
                    *share += part;
                    column.iter_mut().zip(q).for_each(|(own, q)| *own -= part * q);
                }
            }
            let left = norm(&column);
            if length == 0.0 || left <= FLAT * length {
                continue;
            }
            for own in &mut column {
                *own /= left;
            }
            design
                .leverage
                .iter_mut()
                .zip(&column)
                .for_each(|(sum, own)| *sum += own * own);
            design.r.extend(shares);
            design.r.push(left);
            design.q.push(column);
            design.terms.push(term.clone());
        }
        // A point that alone decides on a term cannot be foretold by the others.
        let reach = design.leverage.iter().copied().fold(0.0, f64::max);
        design.reach = reach;
        (reach < 1.0 - 1e-9).then_some(design)
    }

    /// The surface through values at the points.
    pub fn fit(&self, values: &[f64]) -> Fit {
        let shares: Vec<f64> = self.q.iter().map(|q| dot(q, values)).collect();
        let mut left = values.to_vec();
        for (share, q) in shares.iter().zip(&self.q) {
            left.iter_mut().zip(q).for_each(|(own, q)| *own -= share * q);
        }
        let freedom = values.len() - self.terms.len();
        let left_out = left.iter().zip(&self.leverage);
        let left_out = left_out.map(|(left, leverage)| -left / (1.0 - leverage)).collect();
        Fit {
            coefficients: self.solve(shares),
            sigma: norm(&left) / (freedom as f64).sqrt(),
            freedom,
            left_out,
        }
    }

    /// The coefficients whose product with R are `shares`.
    fn solve(&self, mut shares: Vec<f64>) -> Vec<f64> {
        for at in (0..shares.len()).rev() {
            let column = &self.r[at * (at + 1) / 2..];
            shares[at] /= column[at];
            let own = shares[at];
            for (share, r) in shares[..at].iter_mut().zip(column) {
                *share -= own * r;
            }
        }
        shares
    }

    /// How many times the variance of one point what is read off the surface has, where `weights` are those of its terms.
    pub fn variance(&self, weights: &[f64]) -> f64 {
        let mut sum = 0.0;
        let mut solved: Vec<f64> = Vec::with_capacity(weights.len());
        for (at, weight) in weights.iter().enumerate() {
            let column = &self.r[at * (at + 1) / 2..];
            let own = (weight - dot(&solved, &column[..at])) / column[at];
            sum += own * own;
            solved.push(own);
        }
        sum
    }

    /// What each term is at a place.
    pub fn weights(&self, place: &[f64]) -> Vec<f64> {
        self.terms.iter().map(|term| term_value(term, place)).collect()
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn norm(column: &[f64]) -> f64 {
    dot(column, column).sqrt()
}

/// The designs of a sweep, each made once: by the number of the terms, and by which points have values.
pub(super) struct Designs<'a> {
    candidates: Vec<Vec<Term>>,
    places: &'a [Vec<f64>],
    made: BTreeMap<(usize, Vec<bool>), Option<usize>>,
    /// Those made, in the order in which they were asked for.
    pub all: Vec<Design>,
}

impl<'a> Designs<'a> {
    /// For points at these places.
    pub fn new(axes: &[Axis], places: &'a [Vec<f64>]) -> Designs<'a> {
        Designs {
            candidates: candidates(axes),
            places,
            made: BTreeMap::new(),
            all: Vec::new(),
        }
    }

    fn of(&mut self, candidate: usize, values: &[Option<f64>]) -> Option<usize> {
        let there: Vec<bool> = values.iter().map(Option::is_some).collect();
        if let Some(&known) = self.made.get(&(candidate, there.clone())) {
            return known;
        }
        let places: Vec<&[f64]> = self
            .places
            .iter()
            .zip(&there)
            .filter(|(_, there)| **there)
            .map(|(place, _)| &place[..])
            .collect();
        let design = Design::of(&self.candidates[candidate], &places).map(|design| {
            self.all.push(design);
            self.all.len() - 1
        });
        self.made.insert((candidate, there), design);
        design
    }

    /// The surfaces of values that belong together (one output over the years), all of the same terms: those that foretell points
    /// that are left out best, each set of values being given the same weight. A set without values has no surface.
    pub fn best(&mut self, sets: &[Vec<Option<f64>>]) -> Vec<Fitted> {
        let mut best: Option<(f64, Vec<Fitted>)> = None;
        for candidate in 0..self.candidates.len() {
            let (mut fits, mut error, mut fitted) = (Vec::new(), 0.0, 0);
            for set in sets {
                let values: Vec<f64> = set.iter().flatten().copied().collect();
                let fit = (self.of(candidate, set)).map(|design| (design, self.all[design].fit(&values)));
                if let Some((_, fit)) = &fit {
                    let mean = values.iter().sum::<f64>() / values.len() as f64;
                    let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                    error += dot(&fit.left_out, &fit.left_out) / spread.max(f64::MIN_POSITIVE);
                    fitted += 1;
                }
                fits.push(fit);
            }
            // Values that cannot be fitted speak against terms that others can be fitted by.
            let rank = if fitted == 0 {
                f64::INFINITY
            } else {
                error / f64::from(fitted) + (sets.len() as f64 - f64::from(fitted))
            };
            if best.as_ref().is_none_or(|(least, _)| rank < *least) {
                best = Some((rank, fits));
            }
        }
        best.map(|(_, fits)| fits).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> Vec<Axis> {
        vec![
            Axis::numbers("x", [0.0, 10.0], false),
            Axis::numbers("y", [0.0, 10.0], false),
            Axis::names("policy", &["a", "b"]),
        ]
    }

    /// Thirty scattered places: a lattice of Korobov, which is on no grid.
    fn places() -> Vec<Vec<f64>> {
        let part = |at: usize, by: usize| 2.0 * ((at * by % 31) as f64 / 30.0) - 1.0;
        (0..30)
            .map(|at| vec![part(at + 1, 1), part(at + 1, 12), (at % 2) as f64])
            .collect()
    }

    #[test]
    fn a_quadratic_surface_with_a_shift_is_found_again_and_foretells_every_point_left_out() {
        let places = places();
        let truth = |place: &[f64]| {
            let (x, y, shift) = (place[0], place[1], place[2]);
            3.0 + 2.0 * x - y + 0.5 * x * x + 0.25 * x * y + 4.0 * shift
        };
        let values: Vec<Option<f64>> = places.iter().map(|place| Some(truth(place))).collect();
        let mut designs = Designs::new(&axes(), &places);
        let fits = designs.best(&[values]);
        let (design, fit) = fits[0].as_ref().unwrap();
        let design = &designs.all[*design];
        for place in [[0.3, -0.7, 0.0], [-1.0, 1.0, 1.0]] {
            let told = dot(&design.weights(&place), &fit.coefficients);
            assert!((told - truth(&place)).abs() < 1e-10, "{told}");
        }
        assert!(fit.left_out.iter().all(|error| error.abs() < 1e-9));
        assert!(fit.sigma < 1e-10);
    }

    #[test]
    fn the_error_of_a_point_left_out_is_that_of_a_fit_without_it() {
        let places = places();
        let rough = |at: usize| ((at * 7919) % 13) as f64;
        let values: Vec<f64> = (0..places.len()).map(rough).collect();
        let terms = &candidates(&axes())[2];
        let all: Vec<&[f64]> = places.iter().map(|place| &place[..]).collect();
        let fit = Design::of(terms, &all).unwrap().fit(&values);
        for left in [0, 7, 29] {
            let others: Vec<&[f64]> = (0..30).filter(|&at| at != left).map(|at| all[at]).collect();
            let rest: Vec<f64> = (0..30).filter(|&at| at != left).map(|at| values[at]).collect();
            let design = Design::of(terms, &others).unwrap();
            let told = dot(&design.weights(all[left]), &design.fit(&rest).coefficients);
            assert!((told - values[left] - fit.left_out[left]).abs() < 1e-9, "{left}");
        }
    }

    #[test]
    fn a_mean_has_the_variance_of_a_mean() {
        let places = places();
        let all: Vec<&[f64]> = places.iter().map(|place| &place[..]).collect();
        let design = Design::of(&[Vec::new()], &all).unwrap();
        assert!((design.variance(&[1.0]) - 1.0 / 30.0).abs() < 1e-12);
        let fit = design.fit(&[vec![1.0; 15], vec![3.0; 15]].concat());
        assert!((fit.coefficients[0] - 2.0).abs() < 1e-12);
        // Without one of the ones, the mean of the others is 59 / 29.
        assert!((fit.left_out[0] - (59.0 / 29.0 - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn luck_alone_is_met_by_the_fewest_terms() {
        let places = places();
        let noise = |at: usize| f64::from(u8::from((at * at * 31 + at * 17) % 7 < 3));
        let values: Vec<Option<f64>> = (0..places.len()).map(|at| Some(noise(at))).collect();
        let mut designs = Designs::new(&axes(), &places);
        let fits = designs.best(&[values]);
        let (design, _) = fits[0].as_ref().unwrap();
        assert!(
            designs.all[*design].terms.len() <= 4,
            "{:?}",
            designs.all[*design].terms
        );
    }

    #[test]
    fn terms_that_say_the_same_are_taken_once_and_too_few_points_give_no_surface() {
        // On two levels the square is a constant.
        let places: Vec<Vec<f64>> = (0..8).map(|at| vec![if at % 2 == 0 { -1.0 } else { 1.0 }]).collect();
        let all: Vec<&[f64]> = places.iter().map(|place| &place[..]).collect();
        let terms = [vec![], vec![(0, 1)], vec![(0, 2)]];
        assert_eq!(Design::of(&terms, &all).unwrap().terms.len(), 2);
        assert!(Design::of(&terms, &all[..5]).is_none());
    }
}
