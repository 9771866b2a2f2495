//! Effects as the sources estimated them: differences in differences over panels of whole experiments.

use crate::maths;
use crate::study::panel::{Interview, Panel};
use crate::world::Category;
use std::collections::BTreeMap;

/// A difference in differences of means: `treated` or not, by the household's first interview; years up to `before.1` and
/// from `after.0` on. Each group's mean is that of `over` per `under`.
pub struct Differences<'a> {
    /// The panel.
    pub panel: &'a Panel,
    /// First and last year before.
    pub before: (i32, i32),
    /// First and last year after.
    pub after: (i32, i32),
}

/// Means before and after, of the untreated and of the treated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Means {
    /// `[untreated, treated][before, after]`.
    means: [[f64; 2]; 2],
}

impl Means {
    /// The change of the treated less that of the untreated.
    pub fn difference(&self) -> f64 {
        let [untreated, treated] = self.means;
        (treated[1] - treated[0]) - (untreated[1] - untreated[0])
    }

    /// The ratio after to before of the treated over that of the untreated, less 1.
    pub fn relative(&self) -> f64 {
        let [untreated, treated] = self.means;
        (treated[1] / treated[0]) / (untreated[1] / untreated[0]) - 1.0
    }
}

impl Differences<'_> {
    /// The means of `over` per `under`; `None` where a group is empty.
    pub fn of(&self, treated: impl Fn(&Interview) -> bool, pair: impl Fn(&Interview) -> (f64, f64)) -> Option<Means> {
        let mut sums = [[[0.0; 2]; 2]; 2];
        for household in self.panel.households() {
            let group = usize::from(household.first().is_some_and(&treated));
            for one in household {
                let when = if (self.before.0..=self.before.1).contains(&one.year) {
                    0
                } else if (self.after.0..=self.after.1).contains(&one.year) {
                    1
                } else {
                    continue;
                };
                let (over, under) = pair(one);
                let sum = &mut sums[group][when];
                sum[0] += f64::from(one.weight) * over;
                sum[1] += f64::from(one.weight) * under;
            }
        }
        let all = sums.as_flattened().iter().all(|sum| sum[1] > 0.0);
        all.then(|| Means {
            means: sums.map(|group| group.map(|[over, under]| over / under)),
        })
    }
}

/// Counties of the check scenario `early-insurance` in which insurance begins, by name.
pub const EARLY: [&str; 3] = ["hills", "loess", "suburb"];

/// The experiment of early rural insurance: `use` of care, and out-of-pocket spending, both per person.
pub fn early_insurance(panel: &Panel, name: &str) -> Option<f64> {
    let counties = panel.result.years.first()?.counties.iter();
    let places: BTreeMap<u16, bool> = (0..)
        .zip(counties.map(|county| EARLY.contains(&county.county.as_str())))
        .collect();
    let insured = |one: &Interview| places.get(&one.county).copied().unwrap_or_default();
    let differences = Differences {
        panel,
        before: (2022, 2023),
        after: (2024, 2025),
    };
    let persons = |one: &Interview| f64::from(one.size);
    let means = match name {
        "early_insurance_use" => {
            let used = |one: &Interview| f64::from(one.care.visits + one.care.admissions);
            differences.of(insured, |one| (used(one), persons(one)))
        }
        "early_insurance_oop" => differences.of(insured, |one| (one.oop, persons(one))),
        _ => None,
    };
    means.map(|means| means.relative())
}

/// The experiment of the poverty package: the registered poor of the first year beside all other households. `line` is the
/// line of impoverishment of each year, yuan per head.
pub fn package(panel: &Panel, name: &str, line: impl Fn(i32) -> f64) -> Option<f64> {
    let registered = |one: &Interview| one.cohort || one.category != Category::Ordinary;
    let differences = Differences {
        panel,
        before: (2021, 2022),
        after: (2024, 2025),
    };
    let yes = |yes: bool| (f64::from(u8::from(yes)), 1.0);
    let means = match name {
        "package_oop" => differences.of(registered, |one| (maths::ln(1.0 + one.oop), 1.0)),
        "package_catastrophe" => differences.of(registered, |one| yes(one.oop > 0.1 * one.income)),
        "package_impoverished" => differences.of(registered, |one| {
            let line = line(one.year) * f64::from(one.size);
            yes(one.budget() >= line && one.consumed < line)
        }),
        "package_admissions" => differences.of(registered, |one| (f64::from(one.care.admissions), 1.0)),
        _ => None,
    };
    means.map(|means| means.difference())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(household: u64, year: i32, category: Category, oop: f64) -> Interview {
        Interview {
            year,
            household,
            weight: 2,
            size: 1,
            category,
            oop,
            income: 1_000.0,
            consumed: 800.0,
            ..Interview::default()
        }
    }

    #[test]
    fn the_change_of_the_treated_beyond_that_of_the_others() {
        let (poor, other) = (Category::Dibao, Category::Ordinary);
        let panel = Panel {
            interviews: vec![
                one(1, 2021, poor, 500.0),
                // Standing counts as it was at first.
                one(1, 2024, other, 50.0),
                one(2, 2021, other, 50.0),
                one(2, 2023, other, 1e6),
                one(2, 2024, other, 150.0),
                one(3, 2022, other, 150.0),
                one(3, 2025, other, 50.0),
            ],
            ..Panel::default()
        };
        let line = |_| 820.0;
        // The poor: 1 to 0; of the others one of two spends more than a tenth of income in either span.
        assert_eq!(package(&panel, "package_catastrophe", line), Some(-1.0));
        assert_eq!(package(&panel, "package_impoverished", line), Some(0.0));
        let before_after = (51f64 / 501.0).ln() - 0.0;
        let measured = package(&panel, "package_oop", line).unwrap();
        assert!((measured - before_after).abs() < 1e-12, "{measured}");
        assert_eq!(package(&panel, "no such effect", line), None);
    }

    #[test]
    fn ratios_compare_ratios() {
        let means = Means {
            means: [[10.0, 11.0], [4.0, 5.5]],
        };
        assert!((means.relative() - 0.25).abs() < 1e-12);
        assert!((means.difference() - 0.5).abs() < 1e-12);
    }
}
