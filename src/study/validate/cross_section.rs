//! Virtual surveys of one year: who is asked, over what recall, and which estimator the source used.

use crate::maths;
use crate::study::panel::{Interview, Panel};
use crate::world::Category;
use std::collections::BTreeMap;

/// Shares and means over interviews, each with the weight of its household.
struct Sum {
    over: f64,
    under: f64,
}

impl Sum {
    fn of<'a>(interviews: impl Iterator<Item = &'a Interview>, pair: impl Fn(&Interview) -> (f64, f64)) -> Sum {
        interviews.fold(Sum { over: 0.0, under: 0.0 }, |sum, one| {
            let (over, under) = pair(one);
            let weight = f64::from(one.weight);
            Sum {
                over: sum.over + weight * over,
                under: sum.under + weight * under,
            }
        })
    }

    fn ratio(&self) -> Option<f64> {
        (self.under != 0.0).then(|| self.over / self.under)
    }
}

/// The share of the households among `interviews` of which `yes` is true.
pub fn share<'a>(interviews: impl Iterator<Item = &'a Interview>, yes: impl Fn(&Interview) -> bool) -> Option<f64> {
    ratio(interviews, |one| (f64::from(u8::from(yes(one))), 1.0))
}

/// The sum of the first of each pair over that of the second.
pub fn ratio<'a>(
    interviews: impl Iterator<Item = &'a Interview>,
    pair: impl Fn(&Interview) -> (f64, f64),
) -> Option<f64> {
    Sum::of(interviews, pair).ratio()
}

/// The weighted quantile of `values` (value, weight): the least value at or below which `share` of the weight lies.
pub fn quantile(mut values: Vec<(f64, f64)>, share: f64) -> Option<f64> {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let all: f64 = values.iter().map(|value| value.1).sum();
    let mut below = 0.0;
    values.into_iter().find_map(|(value, weight)| {
        below += weight;
        (below >= share * all).then_some(value)
    })
}

/// Capacity to pay by the method of the World Health Organization (Xu and others 2003): spending above subsistence, which is
/// the food spending of households near the median food share, by adult equivalents (size to the power of 0.56); where food
/// takes less than that, spending above food.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// Subsistence of one adult equivalent, yuan a year.
    subsistence: f64,
    /// Food share of consumption other than care.
    food_share: f64,
}

/// Adult equivalents of `size` members.
fn equivalents(size: u16) -> f64 {
    maths::exp(0.56 * maths::ln(f64::from(size.max(1))))
}

impl Capacity {
    /// Of the households of a survey, whose food is `food_share` of what they consume other than care.
    pub fn of<'a>(interviews: impl Iterator<Item = &'a Interview> + Clone, food_share: f64, recall: Recall) -> Self {
        let share = |one: &Interview| {
            let budget = one.consumed + recall.oop(one);
            if budget > 0.0 {
                food_share * one.consumed / budget
            } else {
                0.0
            }
        };
        let weighted = |one: &Interview| (share(one), f64::from(one.weight));
        let values: Vec<(f64, f64)> = interviews.clone().map(weighted).collect();
        let low = quantile(values.clone(), 0.45).unwrap_or_default();
        let high = quantile(values, 0.55).unwrap_or_default();
        let near = interviews.filter(|one| (low..=high).contains(&share(one)));
        let subsistence = ratio(near, |one| (food_share * one.consumed / equivalents(one.size), 1.0));
        Capacity {
            subsistence: subsistence.unwrap_or_default(),
            food_share,
        }
    }

    /// What a household could pay, yuan a year.
    pub fn to_pay(&self, one: &Interview, recall: Recall) -> f64 {
        let budget = one.consumed + recall.oop(one);
        let food = self.food_share * one.consumed;
        budget - food.min(self.subsistence(one))
    }

    fn subsistence(&self, one: &Interview) -> f64 {
        self.subsistence * equivalents(one.size)
    }

    /// Whether it spent 40% of that.
    pub fn catastrophe(&self, one: &Interview, recall: Recall) -> bool {
        let oop = recall.oop(one);
        oop > 0.0 && oop >= 0.4 * self.to_pay(one, recall)
    }

    /// Whether spending took it below subsistence.
    pub fn impoverished(&self, one: &Interview, recall: Recall) -> bool {
        let budget = one.consumed + recall.oop(one);
        let line = self.subsistence(one);
        budget >= line && one.consumed < line
    }
}

/// What a survey asks about spending on care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// The year.
    Year,
    /// The last month's visits times twelve, and the year's admissions.
    Month,
}

impl Recall {
    fn oop(self, one: &Interview) -> f64 {
        match self {
            Recall::Year => one.oop,
            Recall::Month => one.recalled(),
        }
    }
}

/// Households with a member of 45 or more.
fn older(one: &&Interview) -> bool {
    one.oldest >= 45
}

/// A survey of one year.
pub struct Survey<'a> {
    panel: &'a Panel,
    year: i32,
    food_share: f64,
}

impl<'a> Survey<'a> {
    /// Of the interviews of `year`; food is `food_share` of what households consume other than care.
    pub fn new(panel: &'a Panel, year: i32, food_share: f64) -> Self {
        Survey {
            panel,
            year,
            food_share,
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a Interview> + Clone {
        let year = self.year;
        self.panel.interviews.iter().filter(move |one| one.year == year)
    }

    /// What the survey of this name gives; `None` where it has nobody to ask, or there is no such survey.
    pub fn take(&self, name: &str) -> Option<f64> {
        let people = |pair: fn(&Interview) -> (u16, u16)| {
            ratio(self.all(), |one| {
                let (over, under) = pair(one);
                (f64::from(over), f64::from(under))
            })
        };
        let care = |pair: fn(&Interview) -> (u32, u32)| {
            ratio(self.all(), |one| {
                let (over, under) = pair(one);
                (f64::from(over), f64::from(under))
            })
        };
        match name {
            "two_week_visits" => ratio(self.all(), |one| (one.adults_two_weeks, f64::from(one.adults))),
            "sixty_admitted" => people(|one| (one.sixty_admitted, one.sixty)),
            "within_15_minutes" => share(self.all(), |one| one.nearest_minutes <= 15.0),
            "in_county_admissions" => care(|one| (one.care.admissions_in_county, one.care.admissions)),
            "forgone_for_money" => care(|one| (one.care.forgone_for_money, one.care.forgone)),
            "adults_with_condition" => people(|one| (one.adults_with_condition, one.adults)),
            "sixty_among_adults" => people(|one| (one.sixty, one.adults)),
            "catastrophe_year" => {
                let capacity = Capacity::of(self.all(), self.food_share, Recall::Year);
                share(self.all(), |one| capacity.catastrophe(one, Recall::Year))
            }
            "catastrophe_recall_45" => {
                let capacity = Capacity::of(self.all().filter(older), self.food_share, Recall::Month);
                share(self.all().filter(older), |one| capacity.catastrophe(one, Recall::Month))
            }
            "impoverished_45" => {
                let capacity = Capacity::of(self.all().filter(older), self.food_share, Recall::Month);
                share(self.all().filter(older), |one| {
                    capacity.impoverished(one, Recall::Month)
                })
            }
            "overshoot" => self.overshoot(),
            "poor_in_scope" => {
                let poor =
                    |one: &&Interview| matches!(one.category, Category::Tekun | Category::Dibao | Category::Monitored);
                ratio(self.all().filter(poor), |one| {
                    (one.care.catalogue_left, one.care.catalogue)
                })
            }
            "poor_oop_policy_scope" => ratio(self.registered_poor(), |one| {
                (one.care.catalogue_left, one.care.catalogue)
            }),
            "poor_oop_administrative" => ratio(self.registered_poor(), |one| {
                (one.care.oop_claimed, one.care.bill_claimed)
            }),
            "poor_oop_survey" => {
                let admitted = self.registered_poor().filter(|one| one.care.bill_admissions > 0.0);
                ratio(admitted, |one| {
                    (one.care.oop_admissions / one.care.bill_admissions, 1.0)
                })
            }
            "income_per_head_cohort" => ratio(self.all().filter(|one| one.cohort), |one| {
                (one.income, f64::from(one.size))
            }),
            "income_mean" | "income_per_head" => ratio(self.all(), |one| (one.income, f64::from(one.size))),
            "income_median_ratio" => {
                let per_head = |one: &Interview| (one.income_per_head(), f64::from(one.weight) * f64::from(one.size));
                let median = quantile(self.all().map(per_head).collect(), 0.5)?;
                Some(median / self.take("income_mean")?)
            }
            "consumption" => ratio(self.all(), |one| (one.budget(), f64::from(one.size))),
            "engel" => ratio(self.all(), |one| (self.food_share * one.consumed, one.budget())),
            "quintile_ratio" => self.quintile_ratio(),
            "ci_patients_in_debt" => share(self.critical(), |one| one.medical_debt > 0.0),
            "ci_patients_debt" => {
                let debts = self.critical().filter(|one| one.medical_debt > 0.0);
                quantile(
                    debts.map(|one| (one.medical_debt, f64::from(one.weight))).collect(),
                    0.5,
                )
            }
            "low_income_medical_debt" => share(self.low_income(0.4)?.into_iter(), |one| one.medical_debt > 0.0),
            "low_income_debt_ratio" => {
                let low = self.low_income(0.4)?;
                let in_debt = low.into_iter().filter(|one| one.medical_debt > 0.0);
                ratio(in_debt, |one| (one.medical_debt, one.income))
            }
            "enrolled_catastrophe" => self.enrolled_catastrophe(),
            "aid_catastrophe" => self.aid_catastrophe(),
            _ => None,
        }
    }

    /// Households that are registered as poor, or were when they were lifted, and those on dibao or extremely poor.
    fn registered_poor(&self) -> impl Iterator<Item = &'a Interview> + Clone {
        self.all()
            .filter(|one| one.cohort || one.category != Category::Ordinary)
    }

    /// By how much of their capacity those above 40% lie above it, on average.
    fn overshoot(&self) -> Option<f64> {
        let capacity = Capacity::of(self.all(), self.food_share, Recall::Year);
        let above = self.all().filter(|one| capacity.catastrophe(one, Recall::Year));
        ratio(above, |one| {
            let to_pay = capacity.to_pay(one, Recall::Year).max(1.0);
            // Who spends more than could be paid spends all of it.
            ((one.oop / to_pay).min(1.0) - 0.4, 1.0)
        })
    }

    /// Households whose income per head is among the lowest `share` of households.
    fn low_income(&self, share: f64) -> Option<Vec<&'a Interview>> {
        let values = self.all().map(|one| (one.income_per_head(), f64::from(one.weight)));
        let line = quantile(values.collect(), share)?;
        Some(self.all().filter(|one| one.income_per_head() <= line).collect())
    }

    /// Households to which critical-illness insurance paid something.
    fn critical(&self) -> impl Iterator<Item = &'a Interview> + Clone {
        self.all().filter(|one| one.care.critical > 0.0)
    }

    /// Mean income per head of the top fifth of people over that of the bottom fifth.
    fn quintile_ratio(&self) -> Option<f64> {
        let per_head = |one: &Interview| (one.income_per_head(), f64::from(one.weight) * f64::from(one.size));
        let values: Vec<(f64, f64)> = self.all().map(per_head).collect();
        let (low, high) = (quantile(values.clone(), 0.2)?, quantile(values, 0.8)?);
        let mean = |fits: &dyn Fn(f64) -> bool| {
            let of = self.all().filter(|one| fits(one.income_per_head()));
            ratio(of, |one| (one.income, f64::from(one.size)))
        };
        Some(mean(&|income| income > high)? / mean(&|income| income <= low)?)
    }

    /// Catastrophic spending of households with all members enrolled less that of households with none: a plain
    /// comparison, as published.
    fn enrolled_catastrophe(&self) -> Option<f64> {
        let capacity = Capacity::of(self.all(), self.food_share, Recall::Year);
        let hit = |one: &Interview| capacity.catastrophe(one, Recall::Year);
        let enrolled = share(self.all().filter(|one| one.enrolled == one.size), hit)?;
        Some(enrolled - share(self.all().filter(|one| one.enrolled == 0), hit)?)
    }

    /// Catastrophic spending of low-income households that medical aid reached, less that of others alike in income, age,
    /// size, illness and whether anybody was admitted: a matched comparison after the fact, as published.
    fn aid_catastrophe(&self) -> Option<f64> {
        let capacity = Capacity::of(self.all(), self.food_share, Recall::Year);
        let hit = |one: &Interview| f64::from(u8::from(capacity.catastrophe(one, Recall::Year)));
        let low = self.low_income(0.5)?;
        let incomes = low.iter().map(|one| (one.income_per_head(), f64::from(one.weight)));
        let incomes: Vec<(f64, f64)> = incomes.collect();
        let lines: Vec<f64> = (1..5)
            .filter_map(|at| quantile(incomes.clone(), f64::from(at) / 5.0))
            .collect();
        let alike = |one: &Interview| {
            let fifth = lines.iter().filter(|line| one.income_per_head() > **line).count();
            let ill = one.adults_with_condition.min(2);
            (fifth, one.oldest / 15, one.size.min(4), ill, one.care.admissions.min(3))
        };
        let mut cells: BTreeMap<_, [[f64; 2]; 2]> = BTreeMap::new();
        for one in low {
            let cell = &mut cells.entry(alike(one)).or_default()[usize::from(one.care.aid > 0.0)];
            let weight = f64::from(one.weight);
            cell[0] += weight * hit(one);
            cell[1] += weight;
        }
        // The effect on the treated: each cell counts as much as it has households with aid.
        let matched = cells.values().filter(|cell| cell[0][1] > 0.0 && cell[1][1] > 0.0);
        let (mut effect, mut treated) = (0.0, 0.0);
        for [without, with] in matched {
            effect += with[0] - with[1] * without[0] / without[1];
            treated += with[1];
        }
        (treated > 0.0).then(|| effect / treated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn household(size: u16, consumed: f64, oop: f64) -> Interview {
        Interview {
            year: 2021,
            weight: 1,
            size,
            consumed,
            oop,
            oldest: 50,
            ..Interview::default()
        }
    }

    #[test]
    fn capacity_to_pay_as_worked_by_hand() {
        // Three single households, a third of consumption is food; nobody pays for care, so all food shares are equal, and
        // subsistence is the mean of 1,000, 2,000 and 6,000.
        let all = [3_000.0, 6_000.0, 18_000.0].map(|consumed| household(1, consumed, 0.0));
        let capacity = Capacity::of(all.iter(), 1.0 / 3.0, Recall::Year);
        assert!((capacity.subsistence - 3_000.0).abs() < 1e-9);
        // The poorest spends less than that on food: what lies above its food.
        assert!((capacity.to_pay(&all[0], Recall::Year) - 2_000.0).abs() < 1e-9);
        assert!((capacity.to_pay(&all[2], Recall::Year) - 15_000.0).abs() < 1e-9);
        // 40% of (6,000 + oop - 2,000) is reached at 2,667.
        assert!(!capacity.catastrophe(&household(1, 6_000.0, 2_600.0), Recall::Year));
        assert!(capacity.catastrophe(&household(1, 6_000.0, 2_700.0), Recall::Year));
        assert!(capacity.impoverished(&household(1, 2_900.0, 200.0), Recall::Year));
        assert!(!capacity.impoverished(&household(1, 2_900.0, 50.0), Recall::Year));
    }

    #[test]
    fn quantiles_count_weights() {
        let values = vec![(3.0, 1.0), (1.0, 2.0), (2.0, 1.0)];
        assert_eq!(quantile(values.clone(), 0.5), Some(1.0));
        assert_eq!(quantile(values.clone(), 0.51), Some(2.0));
        assert_eq!(quantile(values, 1.0), Some(3.0));
    }

    #[test]
    fn insurance_is_compared_without_excuses() {
        let with = |enrolled, oop| Interview {
            enrolled,
            ..household(2, 5_000.0, oop)
        };
        let panel = Panel {
            // Half of the enrolled, none of the others; who is enrolled in part counts for neither.
            interviews: vec![with(2, 9_000.0), with(2, 0.0), with(0, 10.0), with(1, 9_000.0)],
            ..Panel::default()
        };
        let survey = Survey::new(&panel, 2021, 0.3);
        assert_eq!(survey.take("enrolled_catastrophe"), Some(0.5));
        assert_eq!(survey.take("no such survey"), None);
        assert_eq!(Survey::new(&panel, 2022, 0.3).take("engel"), None);
    }
}
