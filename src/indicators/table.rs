//! The indicators, each with its numerator, denominator, weight and convention, and what replicates say of them.

use super::result::RunResult;
use super::tally::{Add, Tally};
use crate::month::care_seeking::FORGONE_NAMES;
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, CONDITIONS, Category};
use crate::year::poverty::CAUSE_NAMES;
use statrs::distribution::{ContinuousCDF, StudentsT};

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

macro_rules! plain {
    ($id:expr, $weight:expr, $over:expr, $under:expr, $unit:expr, |$t:ident| $pair:expr) => {
        Indicator {
            id: $id.into(),
            line: String::new(),
            convention: String::new(),
            weight: $weight,
            numerator: $over,
            denominator: $under,
            unit: $unit,
            read: Read::Plain(|$t| $pair),
        }
    };
}

/// Every indicator of a run whose gauges and layers are those of `result`.
pub fn indicators(result: &RunResult) -> Vec<Indicator> {
    let mut all = poverty(result);
    all.extend(protection());
    all.extend(care());
    all.extend(epidemic());
    all
}

fn poverty(result: &RunResult) -> Vec<Indicator> {
    type Row = (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        fn(&Tally, usize) -> (i64, i64),
    );
    let rows: [Row; 9] = [
        (
            "return_hazard",
            "households",
            "at risk on 1 January and poor at the close",
            "not poor on 1 January",
            |t, g| (t.returned[g], t.at_risk[g]),
        ),
        (
            "return_cumulative",
            "households",
            "poor at some close since reporting began",
            "not poor when reporting began, still in the world",
            |t, g| (t.ever[g], t.at_start[g]),
        ),
        (
            "return_hazard_without_illness",
            "households",
            "at risk and poor even in the shadow without this year's bill and lost work",
            "not poor on 1 January",
            |t, g| (t.returned_without_illness[g], t.at_risk[g]),
        ),
        (
            "return_illness_accounting",
            "households",
            "returned, above the line if out-of-pocket, lost income and medical debt service are added back",
            "returned",
            |t, g| (t.returned_accounting[g], t.returned[g]),
        ),
        (
            "poverty_headcount_households",
            "households",
            "poor at the close",
            "households",
            |t, g| (t.poor[g], t.households_held),
        ),
        ("fgt0", "persons", "people in poor households", "people", |t, g| {
            (t.poor_persons[g], t.persons_held)
        }),
        (
            "fgt1",
            "persons",
            "sum of relative gaps of poor people, millionths",
            "people x 1,000,000",
            |t, g| (t.gap_ppm[g], t.persons_held * 1_000_000),
        ),
        (
            "fgt2",
            "persons",
            "sum of squared relative gaps, millionths",
            "people x 1,000,000",
            |t, g| (t.squared_gap_ppm[g], t.persons_held * 1_000_000),
        ),
        (
            "poor_named_illness",
            "households",
            "poor, with illness as the main cause a respondent would name",
            "poor at the close",
            |t, g| (t.poor_named_illness[g], t.poor[g]),
        ),
    ];
    let mut all = Vec::new();
    for (g, (_, convention, line)) in result.gauges.iter().enumerate() {
        for (id, weight, numerator, denominator, read) in rows {
            all.push(Indicator {
                id: id.into(),
                line: line.clone(),
                convention: convention.name().into(),
                weight,
                numerator,
                denominator,
                unit: "share",
                read: Read::Gauge(read, g),
            });
        }
        if convention.name() == "measured_net" {
            all.push(Indicator {
                id: "impoverished".into(),
                line: line.clone(),
                convention: "gross above, net below".into(),
                weight: "persons",
                numerator: "people in households above the line gross of out-of-pocket spending and below it net",
                denominator: "people",
                unit: "share",
                read: Read::Gauge(|t, g| (t.impoverished[g], t.persons_held), g),
            });
        }
    }
    all
}

fn protection() -> Vec<Indicator> {
    vec![
        plain!("oop_share", "fen", "out of pocket", "all bills", "share", |t| (
            t.oop, t.bill
        )),
        plain!(
            "oop_share_admissions",
            "fen",
            "out of pocket on admissions",
            "bills of admissions",
            "share",
            |t| (t.oop_admissions, t.bill_admissions)
        ),
        plain!(
            "oop",
            "persons",
            "out of pocket",
            "people",
            "yuan per person and year",
            |t| (t.oop, t.persons)
        ),
        plain!(
            "bill",
            "persons",
            "all bills",
            "people",
            "yuan per person and year",
            |t| (t.bill, t.persons)
        ),
        plain!(
            "unpaid",
            "persons",
            "left unpaid to providers",
            "people",
            "yuan per person and year",
            |t| (t.unpaid, t.persons)
        ),
        plain!(
            "catastrophic_10",
            "persons",
            "out of pocket above 10% of consumption plus care",
            "people",
            "share",
            |t| (t.catastrophic_10, t.persons_held)
        ),
        plain!(
            "catastrophic_25",
            "persons",
            "out of pocket above 25% of consumption plus care",
            "people",
            "share",
            |t| (t.catastrophic_25, t.persons_held)
        ),
        plain!(
            "catastrophic_40",
            "households",
            "out of pocket at least 40% of spending above food",
            "households",
            "share",
            |t| (t.catastrophic_40, t.households_held)
        ),
        plain!(
            "in_medical_debt",
            "households",
            "with medical debt at the close",
            "households",
            "share",
            |t| (t.households_in_medical_debt, t.households_held)
        ),
        plain!(
            "income",
            "persons",
            "income net of lost work",
            "people",
            "yuan per person and year",
            |t| (t.income, t.persons)
        ),
        plain!(
            "lost_income",
            "persons",
            "income lost to illness",
            "people",
            "yuan per person and year",
            |t| (t.lost_income, t.persons)
        ),
        plain!(
            "consumption",
            "persons",
            "consumption other than care",
            "people",
            "yuan per person and year",
            |t| (t.consumed, t.persons)
        ),
        plain!(
            "programme_cost",
            "persons",
            "delivery of programmes",
            "people",
            "yuan per person and year",
            |t| (t.programme_cost, t.persons)
        ),
        plain!(
            "cash_transfer",
            "persons",
            "cash transfers",
            "people",
            "yuan per person and year",
            |t| (t.cash, t.persons)
        ),
        plain!(
            "dibao",
            "persons",
            "dibao granted since founding",
            "people",
            "yuan per person and year",
            |t| (t.dibao, t.persons)
        ),
        plain!("enrolled", "persons", "enrolled", "people", "share", |t| (
            t.enrolled, t.persons
        )),
    ]
}

fn epidemic() -> Vec<Indicator> {
    vec![
        plain!(
            "infections",
            "persons",
            "infections of an epidemic, felt or not",
            "people",
            "share",
            |t| (t.infections, t.persons)
        ),
        plain!(
            "infections_severe",
            "persons",
            "infections in need of admission",
            "infections",
            "share",
            |t| (t.infections_severe, t.infections)
        ),
        plain!(
            "infections_forgone",
            "persons",
            "infections in need of admission that were not admitted",
            "infections in need of admission",
            "share",
            |t| (t.infections_severe - t.infections_admitted, t.infections_severe)
        ),
        plain!(
            "infections_died",
            "persons",
            "deaths of infections",
            "people on 1 January",
            "per 1000 and year",
            |t| (t.infections_died, t.persons)
        ),
        plain!(
            "infections_bill",
            "persons",
            "bills of infections",
            "people",
            "yuan per person and year",
            |t| (t.infections_bill, t.persons)
        ),
        plain!(
            "infections_oop_share",
            "fen",
            "out of pocket on infections",
            "bills of infections",
            "share",
            |t| (t.infections_oop, t.infections_bill)
        ),
    ]
}

fn care() -> Vec<Indicator> {
    let mut all = vec![
        plain!(
            "visits",
            "persons",
            "visits to any provider, hundredths",
            "people",
            "visits per person and year",
            |t| (t.visits.iter().sum(), t.persons)
        ),
        plain!(
            "admissions",
            "persons",
            "admissions of the enrolled",
            "enrolled",
            "per 100 enrolled and year",
            |t| (t.admissions_enrolled, t.enrolled)
        ),
        plain!(
            "adults_admitted",
            "persons",
            "aged 16 or more and admitted",
            "aged 16 or more",
            "share",
            |t| (t.adults_admitted, t.adults)
        ),
        plain!(
            "primary_share",
            "visits",
            "visits at village, township and TCM services",
            "visits",
            "share",
            |t| (t.visits[1] + t.visits[2] + t.visits[6], t.visits.iter().sum())
        ),
        plain!(
            "admission_bill",
            "admissions",
            "bills of admissions",
            "admissions",
            "yuan per admission",
            |t| (t.bill_admissions, t.admissions.iter().sum())
        ),
        plain!(
            "lost_days",
            "persons",
            "working days lost to episodes",
            "people",
            "days per person and year",
            |t| (t.lost_days_centi, t.persons)
        ),
        plain!(
            "deaths",
            "persons",
            "deaths",
            "people on 1 January",
            "per 1000 and year",
            |t| (t.deaths, t.persons)
        ),
        plain!(
            "yll",
            "persons",
            "years of life lost, undiscounted, against the reference life table",
            "people",
            "years per person and year",
            |t| (t.yll_milli, t.persons * 1000)
        ),
        plain!(
            "yld",
            "persons",
            "years lived with disability",
            "people",
            "years per person and year",
            |t| (t.yld_milli, t.persons * 1000)
        ),
        plain!(
            "dalys",
            "persons",
            "years of life lost and lived with disability",
            "people",
            "years per person and year",
            |t| (t.yll_milli + t.yld_milli, t.persons * 1000)
        ),
    ];
    let at = |id: String, weight, numerator, denominator, unit, read| Indicator {
        id,
        line: String::new(),
        convention: String::new(),
        weight,
        numerator,
        denominator,
        unit,
        read,
    };
    for provider in ALL_PROVIDERS.into_iter().skip(1) {
        let p = provider as usize;
        all.push(at(
            format!("visits_{}", provider.name()),
            "persons",
            "visits at this provider",
            "people",
            "visits per person and year",
            Read::At(|t, p, _| (t.visits[p], t.persons), p, 0),
        ));
        if (2..=4).contains(&p) {
            all.push(at(
                format!("admissions_{}", provider.name()),
                "admissions",
                "admissions at this provider",
                "admissions",
                "share",
                Read::At(|t, p, _| (t.admissions[p], t.admissions.iter().sum()), p, 0),
            ));
            all.push(at(
                format!("admission_bill_{}", provider.name()),
                "admissions",
                "bills of admissions at this provider",
                "admissions at this provider",
                "yuan per admission",
                Read::At(|t, p, _| (t.admission_bill[p], t.admissions[p]), p, 0),
            ));
            all.push(at(
                format!("basic_rate_{}", provider.name()),
                "fen",
                "paid by basic inpatient insurance at this provider",
                "in-catalogue part of these bills",
                "share",
                Read::At(|t, p, _| (t.admission_basic[p], t.admission_catalogue[p]), p, 0),
            ));
        }
    }
    for condition in CONDITIONS {
        let (name, c) = (condition.name(), condition as usize);
        all.push(at(
            format!("prevalence_{name}"),
            "persons",
            "with the condition on 1 January, known or not",
            "people",
            "share",
            Read::At(|t, c, _| (t.conditions[c][0], t.persons), c, 0),
        ));
        all.push(at(
            format!("known_{name}"),
            "persons",
            "who know of the condition",
            "with the condition",
            "share",
            Read::At(|t, c, _| (t.conditions[c][1], t.conditions[c][0]), c, 0),
        ));
        all.push(at(
            format!("controlled_{name}"),
            "persons",
            "controlled",
            "who know of the condition",
            "share",
            Read::At(|t, c, _| (t.conditions[c][2], t.conditions[c][1]), c, 0),
        ));
    }
    for (need, name) in ["minor", "moderate", "admission", "chronic"]
        .into_iter()
        .enumerate()
        .skip(1)
    {
        all.push(at(
            format!("forgone_{name}"),
            "episodes",
            "needed and forgone for any reason",
            "needed",
            "share",
            Read::At(|t, need, _| (t.forgone[need].iter().sum(), t.needs[need]), need, 0),
        ));
        for (reason, why) in FORGONE_NAMES.into_iter().enumerate() {
            all.push(at(
                format!("forgone_{name}_{why}"),
                "episodes",
                "needed and forgone for this reason",
                "needed",
                "share",
                Read::At(|t, need, reason| (t.forgone[need][reason], t.needs[need]), need, reason),
            ));
        }
    }
    all
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
        let half = t_quantile(n - 1) * se;
        Estimate {
            mean,
            se,
            lo: mean - half,
            hi: mean + half,
            n,
        }
    }
}

fn variance(values: &[f64], mean: f64) -> f64 {
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn t_quantile(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64).map_or(f64::NAN, |t| t.inverse_cdf(0.975))
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
