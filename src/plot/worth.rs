//! What scenarios cost and avert beside their base, replicate by replicate: the numbers of the cost-effectiveness plane and of
//! the acceptability curve.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::PlotError;
use super::page::Page;
use super::sources::Sources;
use super::table::Row;

/// What is averted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Falls of lifted households back into poverty.
    Returns,
    /// Years of life lost or lived with disability.
    Dalys,
}

impl Outcome {
    /// The items of the table: what is counted, and of how many years of whom.
    fn items(self) -> (&'static str, &'static str) {
        match self {
            Outcome::Returns => ("returns", "household_years_at_risk"),
            Outcome::Dalys => ("dalys", "person_years"),
        }
    }

    /// One of what is averted.
    pub(super) fn one(self, page: Page) -> &'static str {
        match self {
            Outcome::Returns => page.say("return averted", "例避免的返贫"),
            Outcome::Dalys => page.say("DALY averted", "个避免的伤残调整生命年"),
        }
    }
}

/// What a scenario costs and averts in one replicate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// The replicate.
    pub(super) replicate: u32,
    /// Extra public cost over all years, yuan.
    pub(super) cost: f64,
    /// Averted over all years.
    pub(super) averted: f64,
    /// Extra public cost, yuan a head and year.
    pub(super) cost_a_head: f64,
    /// Averted per 1,000 of those it is about, and year.
    pub(super) averted_per_1000: f64,
}

/// A scenario that can be chosen instead of the base.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Its identifier.
    pub(super) scenario: String,
    /// Its place in the order of scenarios, which gives its look.
    pub(super) place: usize,
    /// Its replicates.
    pub(super) pairs: Vec<Pair>,
}

/// All scenarios beside the base.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    /// What is averted.
    pub(super) outcome: Outcome,
    /// The base.
    pub(super) base: String,
    /// The place of the base in the order of scenarios.
    pub(super) base_place: usize,
    /// The first and the last year.
    pub(super) years: (i32, i32),
    /// The scenarios in their order.
    pub(super) options: Vec<Choice>,
    /// Replicates of which a number is hidden.
    pub(super) hidden: usize,
}

/// Reads what is averted; nothing where the result has no comparison, or every number of it is hidden.
pub(super) fn worth(sources: &Sources, outcome: Outcome) -> Result<Option<Worth>, PlotError> {
    let Some(table) = sources.maybe("cost_effect.csv")? else {
        return Ok(None);
    };
    let order = sources.scenarios()?;
    let place = |id: &str| order.iter().position(|known| known == id).unwrap_or(order.len());
    let (counted, of) = outcome.items();
    let rows = table.rows_where(&[])?;
    let mut known: Known = BTreeMap::new();
    for row in &rows {
        let key = [row.text("scenario")?, row.text("replicate")?, row.text("item")?];
        if known.insert(key, *row).is_some() {
            return Err(row.wrong(format!(
                "a second row `{}` for replicate {} of `{}`",
                key[2], key[1], key[0]
            )));
        }
    }
    let mut worth: Option<Worth> = None;
    for row in rows {
        if row.text("item")? != counted {
            continue;
        }
        let (base, scenario) = (row.text("base")?, row.text("scenario")?);
        let found = worth.get_or_insert_with(|| Worth {
            outcome,
            base: base.to_owned(),
            base_place: place(base),
            years: (0, 0),
            options: Vec::new(),
            hidden: 0,
        });
        if base != found.base {
            return Err(row.wrong(format!("`base` is `{base}` here and `{}` above", found.base)));
        }
        found.years = (year(&row, "from")?, year(&row, "to")?);
        let at = match found.options.iter().position(|known| known.scenario == scenario) {
            Some(at) => at,
            None => {
                found.options.push(Choice {
                    scenario: scenario.to_owned(),
                    place: place(scenario),
                    pairs: Vec::new(),
                });
                found.options.len() - 1
            }
        };
        match pair(&known, &row, of, found.years)? {
            Some(pair) => found.options[at].pairs.push(pair),
            None => found.hidden += 1,
        }
    }
    if let Some(worth) = &mut worth {
        worth.options.retain(|option| !option.pairs.is_empty());
        worth.options.sort_by_key(|option| option.place);
    }
    Ok(worth.filter(|worth| !worth.options.is_empty()))
}

fn year(row: &Row, column: &str) -> Result<i32, PlotError> {
    let text = row.text(column)?;
    text.parse()
        .map_err(|_| row.wrong(format!("`{column}` is `{text}`; a year such as 2025 was expected")))
}

/// The rows of the table by scenario, replicate and item.
type Known<'t> = BTreeMap<[&'t str; 3], Row<'t>>;

/// What a scenario costs and averts in the replicate of a row; nothing where a number of it is hidden.
fn pair(known: &Known, row: &Row, of: &str, years: (i32, i32)) -> Result<Option<Pair>, PlotError> {
    let (scenario, replicate) = (row.text("scenario")?, row.text("replicate")?);
    let own = |item: &str, column: &str| match known.get(&[scenario, replicate, item]) {
        Some(row) => row.number(column),
        None => Err(row.wrong(format!("the table has no row `{item}` for this replicate"))),
    };
    let counted = row.text("item")?;
    let numbers = (
        own("public_cost", "difference")?,
        own(counted, "difference")?,
        own("person_years", "in_base")?,
        own(of, "in_base")?,
    );
    let (Some(cost), Some(more), Some(people), Some(those)) = numbers else {
        return Ok(None);
    };
    if people <= 0.0 || those <= 0.0 || years.1 < years.0 {
        return Err(row.wrong("there is nobody in the base to count by".to_owned()));
    }
    let replicate = replicate
        .parse()
        .map_err(|_| row.wrong(format!("`replicate` is `{replicate}`, which is not a number")))?;
    Ok(Some(Pair {
        replicate,
        cost,
        averted: -more,
        cost_a_head: cost / people,
        averted_per_1000: -1e3 * more / those,
    }))
}

/// Mean of one of two quantities over replicates, its variance, and its 95% interval by Student's t.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mean {
    /// The mean.
    pub(super) mean: f64,
    /// The ends of the interval; the whole line with one replicate.
    pub(super) interval: (f64, f64),
}

impl Mean {
    /// Of one value a replicate.
    pub(super) fn of(values: &[f64]) -> Mean {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let half = if values.len() < 2 {
            f64::INFINITY
        } else {
            t(values.len() - 1) * (covariance(values, values) / n).sqrt()
        };
        Mean {
            mean,
            interval: (mean - half, mean + half),
        }
    }

    /// 1 or -1 where the interval lies on one side of zero, 0 where it does not.
    pub(super) fn sign(&self) -> i32 {
        i32::from(self.interval.0 > 0.0) - i32::from(self.interval.1 < 0.0)
    }
}

/// The 97.5% point of Student's t.
fn t(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975))
}

/// The covariance of values in pairs; at least two.
fn covariance(one: &[f64], two: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (x, y) = (mean(one), mean(two));
    let products = one.iter().zip(two).map(|(a, b)| (a - x) * (b - y));
    products.sum::<f64>() / (one.len() as f64 - 1.0)
}

/// What the means say of a scenario beside the base, as far as they are beyond noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It averts more and costs more: yuan for each one averted, with the 95% interval by Fieller's theorem.
    Ratio(f64, Option<(f64, f64)>),
    /// It averts more and does not cost more.
    Dominates,
    /// It averts less and does not cost less.
    Dominated,
    /// It averts less and costs less: yuan saved for each one more that falls.
    Saves(f64),
    /// What it averts is within noise; whether it costs more (1), less (-1) or neither (0).
    Noise(i32),
}

impl Choice {
    fn values(&self, of: fn(&Pair) -> f64) -> Vec<f64> {
        self.pairs.iter().map(of).collect()
    }

    /// The mean of a quantity.
    pub(super) fn mean(&self, of: fn(&Pair) -> f64) -> Mean {
        Mean::of(&self.values(of))
    }

    /// What it is worth.
    pub(super) fn verdict(&self) -> Verdict {
        let (cost, averted) = (self.mean(|pair| pair.cost), self.mean(|pair| pair.averted));
        match (averted.sign(), cost.sign()) {
            (1, 1) => Verdict::Ratio(cost.mean / averted.mean, self.fieller()),
            (1, _) => Verdict::Dominates,
            (-1, -1) => Verdict::Saves(cost.mean / averted.mean),
            (-1, _) => Verdict::Dominated,
            (_, cost) => Verdict::Noise(cost),
        }
    }

    /// The 95% interval of cost over averted by Fieller's theorem; none where the averted are not beyond noise.
    fn fieller(&self) -> Option<(f64, f64)> {
        let (cost, averted) = (self.values(|pair| pair.cost), self.values(|pair| pair.averted));
        let n = cost.len();
        if n < 2 {
            return None;
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n as f64;
        let (c, e) = (mean(&cost), mean(&averted));
        let f = t(n - 1).powi(2) / n as f64;
        let (cc, ee) = (f * covariance(&cost, &cost), f * covariance(&averted, &averted));
        let ce = f * covariance(&cost, &averted);
        // The roots of (c - r e)^2 = f (var c - 2 r cov + r^2 var e).
        let (a, b, d) = (e * e - ee, c * e - ce, c * c - cc);
        let root = (b * b - a * d).max(0.0).sqrt();
        (a > 0.0).then(|| ((b - root) / a, (b + root) / a))
    }

    /// The 95% confidence ellipse of both means (Hotelling), as places around it; none below three replicates.
    pub(super) fn ellipse(&self) -> Vec<(f64, f64)> {
        const CORNERS: usize = 60;
        let (xs, ys) = (
            self.values(|pair| pair.averted_per_1000),
            self.values(|pair| pair.cost_a_head),
        );
        let n = xs.len() as f64;
        if xs.len() < 3 {
            return Vec::new();
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
        let (x, y) = (mean(&xs), mean(&ys));
        let (xx, yy, xy) = (covariance(&xs, &xs), covariance(&ys, &ys), covariance(&xs, &ys));
        // The 95% point of F with 2 and n - 2 degrees of freedom has a closed form.
        let m = n - 2.0;
        let f = 0.5 * m * (0.05_f64.powf(-2.0 / m) - 1.0);
        let scale = (2.0 * (n - 1.0) / m * f / n).sqrt();
        // Cholesky's factor of the covariance turns a circle into the ellipse.
        let l11 = xx.sqrt();
        let l21 = if l11 > 0.0 { xy / l11 } else { 0.0 };
        let l22 = (yy - l21 * l21).max(0.0).sqrt();
        let at = |corner: usize| {
            let angle = std::f64::consts::TAU * corner as f64 / CORNERS as f64;
            let (u, v) = (scale * angle.cos(), scale * angle.sin());
            (x + l11 * u, y + l21 * u + l22 * v)
        };
        (0..=CORNERS).map(at).collect()
    }
}

impl Worth {
    /// The least and the most replicates of a scenario.
    pub(super) fn replicates(&self) -> Vec<f64> {
        let counts = || self.options.iter().map(|option| option.pairs.len());
        let (least, most) = (counts().min().unwrap_or(0) as f64, counts().max().unwrap_or(0) as f64);
        if least < most { vec![least, most] } else { vec![most] }
    }

    /// The replicates that all scenarios have, as what each scenario costs and averts in it.
    fn common(&self) -> Vec<Vec<Pair>> {
        let Some((first, others)) = self.options.split_first() else {
            return Vec::new();
        };
        let with = |option: &Choice, replicate| option.pairs.iter().find(|pair| pair.replicate == replicate).copied();
        let all = |pair: &Pair| {
            let others = others.iter().map(|option| with(option, pair.replicate));
            std::iter::once(Some(*pair))
                .chain(others)
                .collect::<Option<Vec<Pair>>>()
        };
        first.pairs.iter().filter_map(all).collect()
    }

    /// How many replicates all scenarios have.
    pub(super) fn shared(&self) -> usize {
        self.common().len()
    }

    /// The share of replicates in which the base (first) and each scenario has the highest net benefit of all, if one averted is worth
    /// `yuan`. Who is level with one before it is not the highest.
    pub(super) fn best(&self, yuan: f64) -> Vec<f64> {
        let replicates = self.common();
        let mut wins = vec![0.0; 1 + self.options.len()];
        for pairs in &replicates {
            let mut best = (0, 0.0);
            for (at, pair) in pairs.iter().enumerate() {
                let benefit = yuan * pair.averted - pair.cost;
                if benefit > best.1 {
                    best = (at + 1, benefit);
                }
            }
            wins[best.0] += 1.0;
        }
        wins.iter().map(|won| won / replicates.len().max(1) as f64).collect()
    }

    /// The share of its replicates in which each scenario alone has a higher net benefit than the base.
    pub(super) fn better(&self, yuan: f64) -> Vec<f64> {
        let share = |option: &Choice| {
            let won = option
                .pairs
                .iter()
                .filter(|pair| yuan * pair.averted > pair.cost)
                .count();
            won as f64 / option.pairs.len() as f64
        };
        self.options.iter().map(share).collect()
    }

    /// How far the axis of what one averted is worth must go to show where the answer changes, yuan; `None` where it never does.
    pub(super) fn reach(&self) -> Option<f64> {
        let ratios = self.options.iter().filter_map(|option| match option.verdict() {
            Verdict::Ratio(ratio, upper) => Some(upper.map_or(ratio, |(_, upper)| upper.max(ratio))),
            Verdict::Saves(ratio) => Some(ratio),
            _ => None,
        });
        let mut ratios: Vec<f64> = ratios.collect();
        // One scenario against another, where both differ beyond noise.
        let replicates = self.common();
        for one in 0..self.options.len() {
            for two in one + 1..self.options.len() {
                let values = |of: fn(&Pair) -> f64| -> Vec<f64> {
                    replicates
                        .iter()
                        .map(|pairs| of(&pairs[two]) - of(&pairs[one]))
                        .collect()
                };
                let (cost, averted) = (
                    Mean::of(&values(|pair| pair.cost)),
                    Mean::of(&values(|pair| pair.averted)),
                );
                if cost.sign() * averted.sign() > 0 {
                    ratios.push(cost.mean / averted.mean);
                }
            }
        }
        ratios
            .into_iter()
            .filter(|ratio| ratio.is_finite())
            .reduce(f64::max)
            .map(|most| 1.5 * most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(numbers: &[(f64, f64)]) -> Choice {
        let pair = |(replicate, (cost, averted)): (usize, &(f64, f64))| Pair {
            replicate: replicate as u32,
            cost: *cost,
            averted: *averted,
            cost_a_head: *cost,
            averted_per_1000: *averted,
        };
        Choice {
            scenario: "x".to_owned(),
            place: 1,
            pairs: numbers.iter().enumerate().map(pair).collect(),
        }
    }

    fn worth_of(options: Vec<Choice>) -> Worth {
        Worth {
            outcome: Outcome::Returns,
            base: "base".to_owned(),
            base_place: 0,
            years: (2021, 2022),
            options,
            hidden: 0,
        }
    }

    #[test]
    fn a_mean_has_the_interval_of_student() {
        // 1, 2, 3: standard error 1/sqrt(3), t(0.975, 2) = 4.303.
        let mean = Mean::of(&[1.0, 2.0, 3.0]);
        assert!((mean.mean - 2.0).abs() < 1e-12 && (mean.interval.1 - 2.0 - 4.302_65 / 3f64.sqrt()).abs() < 1e-4);
        assert_eq!(
            (
                mean.sign(),
                Mean::of(&[5.0, 5.1, 4.9]).sign(),
                Mean::of(&[-5.0, -5.1]).sign()
            ),
            (0, 1, -1)
        );
    }

    #[test]
    fn dear_and_better_has_a_ratio_and_cheap_and_better_dominates() {
        let dear = option(&[(100.0, 10.0), (110.0, 10.0), (90.0, 10.0)]);
        let Verdict::Ratio(ratio, Some((low, high))) = dear.verdict() else {
            panic!("{:?}", dear.verdict())
        };
        // What is averted never varies: the interval is that of the cost over ten.
        let half = 4.302_65 * 10.0 / 3f64.sqrt() / 10.0;
        assert!((ratio - 10.0).abs() < 1e-12 && (high - 10.0 - half).abs() < 1e-4 && (low - 10.0 + half).abs() < 1e-4);
        let verdict = |numbers: &[(f64, f64)]| option(numbers).verdict();
        assert_eq!(verdict(&[(-9.0, 5.0), (-9.1, 5.1), (-8.9, 4.9)]), Verdict::Dominates);
        assert_eq!(verdict(&[(9.0, -5.0), (9.1, -5.1), (8.9, -4.9)]), Verdict::Dominated);
        assert_eq!(verdict(&[(9.0, -5.0), (9.1, 5.1), (8.9, 0.1)]), Verdict::Noise(1));
        assert!(matches!(verdict(&[(-9.0, -3.0), (-9.0, -3.0)]), Verdict::Saves(ratio) if (ratio - 3.0).abs() < 1e-12));
        assert_eq!(verdict(&[(9.0, 5.0)]), Verdict::Noise(0), "one replicate tells nothing");
    }

    #[test]
    fn the_ellipse_is_that_of_hotelling() {
        // Uncorrelated, variances 8/3 and 2/3 by hand; n = 4: F(0.95; 2, 2) = 19, half axes sqrt(2*3/2*19/4*v).
        let cross = option(&[(1.0, 0.0), (-1.0, 0.0), (0.0, 2.0), (0.0, -2.0)]);
        let places = cross.ellipse();
        let right = places.iter().map(|place| place.0).fold(f64::MIN, f64::max);
        let top = places.iter().map(|place| place.1).fold(f64::MIN, f64::max);
        assert!(
            (right - (3.0 * 19.0 / 4.0 * 8.0 / 3.0_f64).sqrt()).abs() < 1e-9,
            "{right}"
        );
        assert!((top - (3.0 * 19.0 / 4.0 * 2.0 / 3.0_f64).sqrt()).abs() < 1e-9, "{top}");
        assert!(option(&[(1.0, 0.0), (2.0, 1.0)]).ellipse().is_empty());
    }

    #[test]
    fn shares_of_the_highest_net_benefit_add_up() {
        let worth = worth_of(vec![
            option(&[(10.0, 1.0), (30.0, 1.0)]),
            option(&[(100.0, 3.0), (10.0, 0.0)]),
        ]);
        // Worth 20 each: net 10 and -10; -40 and -10. Worth 60: 50 and 30; 80 and -10.
        assert_eq!(worth.best(20.0), [0.5, 0.5, 0.0]);
        assert_eq!(worth.best(60.0), [0.0, 0.5, 0.5]);
        assert_eq!(worth.best(0.0), [1.0, 0.0, 0.0]);
        assert_eq!(worth.better(20.0), [0.5, 0.0]);
        assert_eq!(worth.better(60.0), [1.0, 0.5]);
        // A tie goes to the base.
        assert_eq!(worth_of(vec![option(&[(0.0, 0.0)])]).best(5.0), [1.0, 0.0]);
    }

    #[test]
    fn only_replicates_that_all_scenarios_have_are_ranked() {
        let mut second = option(&[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]);
        second.pairs.remove(0);
        let worth = worth_of(vec![option(&[(1.0, 2.0), (1.0, 2.0)]), second]);
        assert_eq!(worth.shared(), 1);
        assert_eq!(worth.replicates(), [2.0]);
    }
}
