//! Drugs: whether what is needed is on the shelf, by provider and class of drug, with the delay of the supply chain.
//!
//! In a month a shelf does not run out with `drug_in_stock_share` (of a class of drugs: 1 - (1 - that share) x
//! `stock_out_ratio`). What ran out stays away until it is restocked `restock_months` months later; so a shelf is stocked when it
//! did not run out in any of those months, with the share to the power of the months. With `shared_shelf_yes` the shelf is one
//! for the whole village (for county and tertiary hospitals and private providers: for the whole county) and whoever comes in
//! the month finds it empty or not; without, each patient has a luck of its own and only the share counts. Of a fraction of
//! a month, the earliest month counts with the share to the power of that fraction: a longer delay empties shelves and fills none.

use crate::draws::{Luck, Purpose};
use crate::maths;
use crate::month::care_seeking::Need;
use crate::units::Month;
use crate::world::{ALL_PROVIDERS, Condition, PROVIDERS, Provider};
use serde::Deserialize;

/// Classes of drugs that run out apart from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Drug {
    /// For minor and moderate acute illness.
    Acute = 0,
    /// For admissions.
    Inpatient = 1,
    /// For hypertension.
    Hypertension = 2,
    /// For diabetes.
    Diabetes = 3,
    /// For other chronic conditions.
    OtherChronic = 4,
}

/// How many classes there are.
pub const DRUGS: usize = 5;

impl Drug {
    /// What a need other than chronic care asks for.
    #[inline(always)]
    pub fn of_need(need: Need) -> Drug {
        if need == Need::Admission {
            Drug::Inpatient
        } else {
            Drug::Acute
        }
    }

    /// What the care of a chronic condition asks for.
    #[inline(always)]
    pub fn of_condition(condition: Condition) -> Drug {
        match condition {
            Condition::Hypertension => Drug::Hypertension,
            Condition::Diabetes => Drug::Diabetes,
            _ => Drug::OtherChronic,
        }
    }
}

/// One number for each class of drugs.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByDrug {
    /// For minor and moderate acute illness.
    pub acute: f64,
    /// For admissions.
    pub inpatient: f64,
    /// For hypertension.
    pub hypertension: f64,
    /// For diabetes.
    pub diabetes: f64,
    /// For other chronic conditions.
    pub other_chronic: f64,
}

impl ByDrug {
    /// As a table in the order of [`Drug`].
    pub fn table(&self) -> [f64; DRUGS] {
        [
            self.acute,
            self.inpatient,
            self.hypertension,
            self.diabetes,
            self.other_chronic,
        ]
    }
}

/// Probability that a drug is there, by class and provider.
pub type InStock = [[f64; PROVIDERS]; DRUGS];

/// The longest delay that is told apart: ten years.
pub const LONGEST_MONTHS: f64 = 120.0;

/// The shelves of a rule class.
#[derive(Clone, Debug)]
pub struct Shelves {
    /// One shelf for all who come.
    pub shared: bool,
    /// Probability that a shelf does not run out in a month.
    month: InStock,
    /// The same to the power of the part of the earliest month.
    part: InStock,
    /// Whole months of the delay.
    months: [i32; PROVIDERS],
}

impl Shelves {
    /// The shelves that do not run out with `share` a month, times `ratio` by class, and are restocked after `restock_months`.
    pub fn new(shared: bool, share: &[f64; PROVIDERS], ratio: &ByDrug, restock_months: &[f64; PROVIDERS]) -> Shelves {
        let ratio = ratio.table();
        let delay = restock_months.map(|months| months.clamp(0.0, LONGEST_MONTHS));
        let of = |share: f64, ratio: f64| {
            if ratio == 1.0 {
                share
            } else {
                (1.0 - (1.0 - share) * ratio).clamp(0.0, 1.0)
            }
        };
        let month: InStock = std::array::from_fn(|drug| share.map(|share| of(share, ratio[drug])));
        let part = month.map(|row| std::array::from_fn(|at| to_the_power(row[at], delay[at].fract())));
        Shelves {
            shared,
            month,
            part,
            months: delay.map(|months| months as i32),
        }
    }

    /// Probability that a drug is there.
    pub fn in_stock(&self) -> InStock {
        std::array::from_fn(|drug| {
            std::array::from_fn(|at| self.month[drug][at].powi(self.months[at]) * self.part[drug][at])
        })
    }

    /// What whoever comes from `village` in the month finds: 1 on the shelf, 0 not.
    pub fn found(&self, village: u64, county: u64, luck: &Luck, when: Month) -> InStock {
        let mut found = [[1.0; PROVIDERS]; DRUGS];
        for provider in ALL_PROVIDERS {
            let at = provider as usize;
            let keeper = match provider {
                Provider::County | Provider::Tertiary | Provider::Private => county,
                _ => village,
            };
            for (drug, found) in found.iter_mut().enumerate() {
                let index = (at * DRUGS + drug) as u64;
                let kept = |back: i32, share: f64| {
                    let month = luck.stream(Purpose::Shelf, when.0 - back);
                    month.happens(keeper, index, share)
                };
                let stocked = (0..self.months[at]).all(|back| kept(back, self.month[drug][at]))
                    && (self.part[drug][at] >= 1.0 || kept(self.months[at], self.part[drug][at]));
                found[at] = f64::from(u8::from(stocked));
            }
        }
        found
    }
}

/// `share` to the power of a part of 1; of no part 1.
fn to_the_power(share: f64, part: f64) -> f64 {
    if part <= 0.0 {
        1.0
    } else if share <= 0.0 {
        0.0
    } else {
        maths::pow(share, part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::mix;

    const EVEN: ByDrug = ByDrug {
        acute: 1.0,
        inpatient: 1.0,
        hypertension: 1.0,
        diabetes: 1.0,
        other_chronic: 1.0,
    };
    const VILLAGE: usize = Provider::Village as usize;

    fn shelves(share: f64, months: f64) -> Shelves {
        Shelves::new(true, &[share; PROVIDERS], &EVEN, &[months; PROVIDERS])
    }

    #[test]
    fn a_delay_of_months_takes_the_share_to_their_power() {
        // Not running out at 0.8 a month: after one month's delay 0.8, after two 0.64, after none always there.
        for (months, share) in [(1.0, 0.8), (2.0, 0.64), (0.0, 1.0), (2.5, 0.8f64.powf(2.5))] {
            let own = shelves(0.8, months).in_stock();
            assert!((own[0][VILLAGE] - share).abs() < 1e-12, "{months}: {}", own[0][VILLAGE]);
        }
        assert_eq!(
            shelves(0.8, 1.0).in_stock()[0][VILLAGE],
            0.8,
            "to the bit: the baseline"
        );
    }

    #[test]
    fn a_class_of_drugs_may_run_out_more_often() {
        let often = ByDrug { diabetes: 2.0, ..EVEN };
        let own = Shelves::new(false, &[0.8; PROVIDERS], &often, &[1.0; PROVIDERS]).in_stock();
        assert_eq!(own[Drug::Acute as usize][VILLAGE], 0.8);
        assert!((own[Drug::Diabetes as usize][VILLAGE] - 0.6).abs() < 1e-12);
    }

    #[test]
    fn shelves_are_stocked_as_often_as_the_share_says_and_an_empty_one_lasts() {
        let luck = Luck::new(3, 0);
        let own = shelves(0.9, 3.0);
        let (mut stocked, mut all, mut shortest) = (0.0, 0.0, i32::MAX);
        for village in 0..300u64 {
            let mut empty = 0;
            for month in 0..120 {
                let there = own.found(mix(village), 7, &luck, Month(24_000 + month))[0][VILLAGE];
                stocked += there;
                all += 1.0;
                if there == 0.0 {
                    empty += 1;
                } else {
                    // A stock-out that was not cut off by the first month lasts at least the delay.
                    if empty > 0 && month > empty {
                        shortest = shortest.min(empty);
                    }
                    empty = 0;
                }
            }
        }
        // 0.9 cubed is 0.729; neighbouring months of a shelf are alike, so the margin is wide.
        assert!((stocked / all - 0.729).abs() < 0.02, "{}", stocked / all);
        assert_eq!(shortest, 3);
    }

    #[test]
    fn a_longer_delay_fills_no_shelf_and_never_restocking_empties_all() {
        let luck = Luck::new(3, 0);
        let months = [0.0, 0.5, 1.0, 1.7, 3.0, LONGEST_MONTHS, f64::INFINITY];
        for village in 0..100u64 {
            let there = months.map(|months| shelves(0.8, months).found(mix(village), 7, &luck, Month(24_240)));
            for pair in there.windows(2) {
                for (longer, shorter) in pair[1].as_flattened().iter().zip(pair[0].as_flattened()) {
                    assert!(longer <= shorter);
                }
            }
            assert_eq!(there[0], [[1.0; PROVIDERS]; DRUGS], "no delay");
            assert_eq!(there[6], [[0.0; PROVIDERS]; DRUGS], "never restocked");
        }
    }

    #[test]
    fn villages_share_the_shelves_of_the_county() {
        let luck = Luck::new(3, 0);
        let own = shelves(0.5, 1.0);
        let of = |village| own.found(mix(village), 7, &luck, Month(24_240));
        let differs = |provider: Provider| {
            (0..20).any(|village| {
                (0..DRUGS).any(|drug| of(village)[drug][provider as usize] != of(20)[drug][provider as usize])
            })
        };
        assert!(differs(Provider::Village) && differs(Provider::Township));
        assert!(!differs(Provider::County) && !differs(Provider::Tertiary));
    }
}
