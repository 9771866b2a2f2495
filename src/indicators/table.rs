//! Indicators, each with its numerator, denominator, weight and convention, and what replicates say of them.

use super::result::RunResult;
use super::tally::{Add, FIFTHS, FifthTally, Tally};
use crate::world::{ALL_CATEGORIES, Category};
use crate::year::poverty::CAUSE_NAMES;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::cell::Cell;

/// Cells with fewer events than this over all replicates are marked.
pub const FEW_EVENTS: f64 = 20.0;

/// What is counted over what.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// The name in tables.
    pub id: String,
    /// The poverty line, where one is used.
    pub line: String,
    /// The convention, where one is used.
    pub convention: String,
    /// Whether households or people are counted, always with the households' weights.
    pub weight: &'static str,
    /// What the numerator counts.
    pub numerator: &'static str,
    /// What the denominator counts.
    pub denominator: &'static str,
    /// The unit of the value.
    pub unit: &'static str,
    /// How the pair is read off a tally.
    pub read: Read,
}

/// How numerator and denominator are read off a tally.
#[derive(Clone, Copy, Debug)]
pub enum Read {
    /// A pair that needs no index.
    Plain(fn(&Tally) -> (i64, i64)),
    /// A pair of a gauge.
    Gauge(fn(&Tally, usize) -> (i64, i64), usize),
    /// A pair of a provider, need or reason.
    At(fn(&Tally, usize, usize) -> (i64, i64), usize, usize),
}

impl Indicator {
    /// Numerator and denominator of a tally.
    pub fn pair(&self, tally: &Tally) -> (i64, i64) {
        match self.read {
            Read::Plain(read) => read(tally),
            Read::Gauge(read, gauge) => read(tally, gauge),
            Read::At(read, one, two) => read(tally, one, two),
        }
    }

    /// The value: numerator over denominator, `None` where there is nobody to count.
    pub fn value(&self, tally: &Tally) -> Option<f64> {
        let (numerator, denominator) = self.pair(tally);
        let scale = match self.unit {
            "yuan per person and year"
            | "yuan per admission"
            | "yuan per enrolled and year"
            | "days per person and year"
            | "visits per person and year" => 0.01,
            "per 1000 and year" => 1000.0,
            "per 100 enrolled and year" => 100.0,
            _ => 1.0,
        };
        (denominator > 0).then(|| numerator as f64 / denominator as f64 * scale)
    }

    /// Whether the value stands at a close rather than summing over years (so that "all years" means the last).
    pub fn is_stock(&self) -> bool {
        self.id == "return_cumulative"
    }
}

/// Which part of a result a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Index of the year in the result; `None` for all years.
    pub year: Option<usize>,
    /// Index of the county; `None` for the world.
    pub county: Option<usize>,
    /// The category; `None` for everybody.
    pub category: Option<Category>,
}

impl Slice {
    /// The sum of the tallies in the slice; stocks of all years are read at the last.
    pub fn tally(&self, result: &RunResult, stock: bool) -> Tally {
        let mut sum = Tally::default();
        let last = result.years.len().saturating_sub(1);
        for (at, year) in result.years.iter().enumerate() {
            if self.year.is_some_and(|own| own != at) || (self.year.is_none() && stock && at != last) {
                continue;
            }
            for (county, counted) in year.counties.iter().enumerate() {
                if self.county.is_some_and(|own| own != county) {
                    continue;
                }
                for category in ALL_CATEGORIES {
                    if self.category.is_none_or(|own| own == category) {
                        sum.add(&counted.counted.cells[category as usize]);
                    }
                }
            }
        }
        sum
    }

    /// The sum of the counts of one fifth of permanent income, from 0, or of all of them. There are such counts of the lifted and
    /// of everybody; of other categories nobody is counted.
    pub fn fifth(&self, result: &RunResult, fifth: Option<usize>) -> FifthTally {
        let groups = match self.category {
            None => 0..2,
            Some(Category::Lifted) => 0..1,
            Some(_) => 0..0,
        };
        let fifths = fifth.map_or(0..FIFTHS, |own| own..own + 1);
        let mut sum = FifthTally::default();
        let years = result.years.iter().enumerate();
        for (_, year) in years.filter(|(at, _)| self.year.is_none_or(|own| own == *at)) {
            let counties = year.counties.iter().enumerate();
            for (_, county) in counties.filter(|(at, _)| self.county.is_none_or(|own| own == *at)) {
                let cells = county.counted.fifths[groups.clone()].iter();
                cells
                    .flat_map(|group| &group[fifths.clone()])
                    .for_each(|cell| sum.add(cell));
            }
        }
        sum
    }

    /// The slices that are reported: everybody and each category in the world, everybody and the lifted in each county;
    /// every year and all years.
    pub fn reported(years: usize, counties: usize) -> Vec<Slice> {
        let mut all = Vec::new();
        for year in (0..years).map(Some).chain([None]) {
            all.push(Slice {
                year,
                county: None,
                category: None,
            });
            for category in ALL_CATEGORIES {
                all.push(Slice {
                    year,
                    county: None,
                    category: Some(category),
                });
            }
            for county in 0..counties {
                all.push(Slice {
                    year,
                    county: Some(county),
                    category: None,
                });
                all.push(Slice {
                    year,
                    county: Some(county),
                    category: Some(Category::Lifted),
                });
            }
        }
        all
    }

    /// The labels of the slice: year, county, category.
    pub fn labels(&self, result: &RunResult) -> (String, String, &'static str) {
        let year = self.year.map_or("all".into(), |at| result.years[at].year.to_string());
        let county = self
            .county
            .map_or("all".into(), |at| result.years[0].counties[at].county.clone());
        (year, county, self.category.map_or("all", Category::name))
    }
}

/// Mean over replicates with its standard error and 95% interval (Student's t).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean; NaN with one replicate.
    pub se: f64,
    /// Lower end of the 95% interval.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Replicates that had a value.
    pub n: usize,
}

impl Estimate {
    /// From one value a replicate.
    ///
    /// ```
    /// # use kangcun::indicators::table::Estimate;
    /// let estimate = Estimate::of(&[1.0, 2.0, 3.0]);
    /// // t(0.975, 2) = 4.303, standard error 1/sqrt(3)
    /// assert!((estimate.hi - (2.0 + 4.302_652_7 / 3f64.sqrt())).abs() < 1e-5);
    /// ```
    pub fn of(values: &[f64]) -> Estimate {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n.max(1) as f64;
        if n < 2 {
            let mean = if n == 0 { f64::NAN } else { mean };
            return Estimate {
                mean,
                se: f64::NAN,
                lo: f64::NAN,
                hi: f64::NAN,
                n,
            };
        }
        let se = (variance(values, mean) / n as f64).sqrt();
        let half = t_quantile(n - 1, 0.975) * se;
        Estimate {
            mean,
            se,
            lo: mean - half,
            hi: mean + half,
            n,
        }
    }

    /// The ends of the 90% interval; NaN with one replicate.
    ///
    /// ```
    /// # use kangcun::indicators::table::Estimate;
    /// let [low, high] = Estimate::of(&[1.0, 2.0, 3.0]).ninety();
    /// // t(0.95, 2) = 2.920, standard error 1/sqrt(3)
    /// assert!((high - (2.0 + 2.919_985_6 / 3f64.sqrt())).abs() < 1e-5 && (low + high - 4.0).abs() < 1e-12);
    /// ```
    pub fn ninety(&self) -> [f64; 2] {
        if self.n < 2 {
            return [f64::NAN; 2];
        }
        let half = t_quantile(self.n - 1, 0.95) * self.se;
        [self.mean - half, self.mean + half]
    }

    /// Whether the difference that it estimates is equivalent to none within `bound` (lowest, highest): two one-sided tests at 5%,
    /// which is to say that the 90% interval lies within it. Nothing is shown by one replicate.
    pub fn is_none_within(&self, bound: [f64; 2]) -> bool {
        let [low, high] = self.ninety();
        bound[0] <= low && high <= bound[1]
    }

    /// The probability of a mean so far from zero, to either side, if there were nothing (Student's t); 1 where it cannot be told.
    pub fn p(&self) -> f64 {
        if self.n < 2 || self.mean == 0.0 || self.se.is_nan() {
            return 1.0;
        }
        let distance = (self.mean / self.se).abs();
        StudentsT::new(0.0, 1.0, (self.n - 1) as f64).map_or(1.0, |t| 2.0 * t.sf(distance))
    }

    /// Whether the 95% interval leaves zero out.
    pub fn is_beyond_noise(&self) -> bool {
        self.lo > 0.0 || self.hi < 0.0
    }
}

/// Which of several effects stand when all of them are looked at together, from the probability of each: Holm's procedure (1979),
/// by which the chance that any effect stands where there are none is at most `level`.
///
/// ```
/// # use kangcun::indicators::table::holm;
/// // 0.01 against 0.05 / 4, then 0.015 against 0.05 / 3, then 0.03 against 0.05 / 2: there it ends.
/// assert_eq!(holm(&[0.03, 0.01, 0.04, 0.015], 0.05), [false, true, false, true]);
/// ```
pub fn holm(p: &[f64], level: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&one, &other| p[one].total_cmp(&p[other]));
    let mut stands = vec![false; p.len()];
    for (rank, &at) in order.iter().enumerate() {
        if p[at] > level / (p.len() - rank) as f64 {
            break;
        }
        stands[at] = true;
    }
    stands
}

fn variance(values: &[f64], mean: f64) -> f64 {
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// The quantile of Student's t with `freedom` degrees of freedom; NaN where there are none.
pub fn t_quantile(freedom: usize, below: f64) -> f64 {
    thread_local! {
        /// The last one that was asked for: tables ask for the same again and again.
        static LAST: Cell<(usize, f64, f64)> = const { Cell::new((0, 0.0, f64::NAN)) };
    }
    let (last_freedom, last_below, quantile) = LAST.get();
    if (last_freedom, last_below) == (freedom, below) {
        return quantile;
    }
    let quantile = StudentsT::new(0.0, 1.0, freedom as f64).map_or(f64::NAN, |t| t.inverse_cdf(below));
    LAST.set((freedom, below, quantile));
    quantile
}

/// A paired difference: the mean of differences under common random numbers, and what the pairing was worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The mean difference with its interval.
    pub difference: Estimate,
    /// Variance of an unpaired difference over that of the paired one; NaN where the paired one is exactly zero.
    pub variance_reduction: f64,
    /// Correlation of the two scenarios over replicates.
    pub correlation: f64,
}

impl Paired {
    /// From one pair a replicate.
    pub fn of(base: &[f64], other: &[f64]) -> Paired {
        let n = base.len().min(other.len());
        let (base, other) = (&base[..n], &other[..n]);
        let differences: Vec<f64> = base.iter().zip(other).map(|(base, other)| other - base).collect();
        let difference = Estimate::of(&differences);
        if n < 2 {
            return Paired {
                difference,
                variance_reduction: f64::NAN,
                correlation: f64::NAN,
            };
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n as f64;
        let (one, two) = (variance(base, mean(base)), variance(other, mean(other)));
        let paired = variance(&differences, difference.mean);
        Paired {
            difference,
            variance_reduction: if paired > 0.0 { (one + two) / paired } else { f64::NAN },
            correlation: (one + two - paired) / (2.0 * (one * two).sqrt()),
        }
    }
}

/// Shares of the truth table of a gauge among the factually returned, and the count of those poor only in a shadow.
pub fn cause_share(tally: &Tally, gauge: usize, class: usize) -> Option<f64> {
    let returned: i64 = tally.causes[gauge][..CAUSE_NAMES.len() - 1].iter().sum();
    (returned > 0).then(|| tally.causes[gauge][class] as f64 / returned as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_worlds_have_no_difference() {
        let values = [0.1, 0.2, 0.4];
        let paired = Paired::of(&values, &values);
        assert_eq!(paired.difference.mean, 0.0);
        assert_eq!(paired.difference.se, 0.0);
    }

    #[test]
    fn pairing_removes_the_common_part() {
        // Worlds differ by much, the effect by little: variance reduction is large.
        let base = [1.0, 2.0, 3.0, 4.0];
        let other = [1.1, 2.2, 3.1, 4.2];
        let paired = Paired::of(&base, &other);
        assert!((paired.difference.mean - 0.15).abs() < 1e-12);
        assert!(paired.variance_reduction > 500.0 && paired.correlation > 0.99);
    }
}
