//! Enrolment in resident insurance: who pays the premium this year, and who pays it for them.
//!
//! Everybody has a lasting inclination (a keyed draw) and enrols in the years in which it lies below the chance of their
//! category: so the least inclined lapse first as the household's premium rises, the chronically ill, who expect to use it,
//! last, and the same people come back when it falls or somebody pays it for them.
//!
//! The chance is `enrolled_share` of the category, its odds times `chronic_odds_ratio` for people with a known chronic
//! condition and times `dearer_odds_ratio` to the power of (what the household pays - `usual_premium_yuan`) / 100 yuan,
//! at prices of 2021. The premium and the subsidy grow by `premium_growth` and `subsidy_growth` a year since 2021; the
//! public budget pays `premium_paid_share` of the premium.

use crate::draws::bits_below;
use crate::maths;
use crate::units::{Fen, Ppm};
use crate::world::{ALL_CATEGORIES, CATEGORIES, Category};
use serde::Deserialize;

/// One number per household category.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByCategory {
    /// Extremely poor.
    pub tekun: f64,
    /// Dibao.
    pub dibao: f64,
    /// Lifted.
    pub lifted: f64,
    /// Monitored.
    pub monitored: f64,
    /// Ordinary.
    pub ordinary: f64,
}

impl ByCategory {
    /// The number of `category`.
    pub fn of(&self, category: Category) -> f64 {
        match category {
            Category::Tekun => self.tekun,
            Category::Dibao => self.dibao,
            Category::Lifted => self.lifted,
            Category::Monitored => self.monitored,
            Category::Ordinary => self.ordinary,
        }
    }
}

/// Enrolment rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRules {
    /// Share enrolled among people without a known chronic condition.
    pub enrolled_share: ByCategory,
    /// Odds of enrolling with a known chronic condition relative to without (adverse selection).
    pub chronic_odds_ratio: f64,
    /// What the household pays a person, at prices of 2021, where `enrolled_share` holds.
    pub usual_premium_yuan: ByCategory,
    /// Odds of enrolling for each 100 yuan, at prices of 2021, that the household pays more than `usual_premium_yuan`.
    pub dearer_odds_ratio: f64,
    /// Premium per person in the first year of reporting (2021).
    pub premium_yuan: f64,
    /// Growth of the premium per year.
    pub premium_growth: f64,
    /// Public subsidy per enrolled person in 2021.
    pub subsidy_yuan: f64,
    /// Growth of the subsidy per year.
    pub subsidy_growth: f64,
    /// Share of the premium that the public budget pays for the household.
    pub premium_paid_share: ByCategory,
}

/// What a year's insurance offers to a person of a category.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The draw below which people enrol, without and with a known chronic condition.
    pub taken_below: [u64; 2],
    /// The household's part of the premium.
    pub household: Fen,
    /// What the public budget adds: its part of the premium and the subsidy.
    pub public: Fen,
}

impl EnrolmentRules {
    /// Says what cannot be reckoned with.
    ///
    /// # Errors
    /// An odds ratio of nothing.
    pub fn check(&self) -> Result<(), String> {
        if self.dearer_odds_ratio > 0.0 {
            return Ok(());
        }
        Err(
            "enrolment.dearer_odds_ratio must be more than 0; 0.5 halves the odds with each 100 yuan, 1 does nothing"
                .into(),
        )
    }

    /// What each category is offered in the year that lies `years` after 2021, when `prices` are consumer prices relative to
    /// 2021.
    pub fn compile(&self, years: i32, prices: f64) -> [Offer; CATEGORIES] {
        let (premium, subsidy) = (self.premium(years), self.subsidy(years));
        ALL_CATEGORIES.map(|category| {
            let paid = premium * Ppm::share(self.premium_paid_share.of(category));
            let household = premium - paid;
            let price = household.as_yuan() / prices;
            Offer {
                taken_below: [false, true].map(|known| bits_below(self.probability(category, known, price))),
                household,
                public: paid + subsidy,
            }
        })
    }

    /// Premium per person, `years` after 2021.
    pub fn premium(&self, years: i32) -> Fen {
        Fen::yuan(self.premium_yuan * (1.0 + self.premium_growth).powi(years))
    }

    /// Subsidy per enrolled person, `years` after 2021.
    pub fn subsidy(&self, years: i32) -> Fen {
        Fen::yuan(self.subsidy_yuan * (1.0 + self.subsidy_growth).powi(years))
    }

    /// Probability of enrolling where the household pays `price` yuan at prices of 2021.
    pub fn probability(&self, category: Category, known_chronic: bool, price: f64) -> f64 {
        let share = self.enrolled_share.of(category);
        let dearer = (price - self.usual_premium_yuan.of(category)) / 100.0;
        let chronic = if known_chronic { self.chronic_odds_ratio } else { 1.0 };
        let ratio = chronic * maths::pow(self.dearer_odds_ratio, dearer);
        if share >= 1.0 || ratio == 1.0 {
            return share;
        }
        let odds = share / (1.0 - share) * ratio;
        odds / (1.0 + odds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(number: f64) -> ByCategory {
        ByCategory {
            tekun: number,
            dibao: number,
            lifted: number,
            monitored: number,
            ordinary: number,
        }
    }

    #[test]
    fn the_dearer_the_fewer_and_the_ill_stay() {
        let rules = EnrolmentRules {
            enrolled_share: all(0.8),
            chronic_odds_ratio: 2.0,
            usual_premium_yuan: all(300.0),
            dearer_odds_ratio: 0.5,
            premium_yuan: 400.0,
            premium_growth: 0.0,
            subsidy_yuan: 600.0,
            subsidy_growth: 0.0,
            premium_paid_share: ByCategory { tekun: 1.0, ..all(0.0) },
        };
        let near = |category, known, price, expected: f64| {
            let got = rules.probability(category, known, price);
            assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
        };
        // Odds of 4 at 300 yuan; 2 at 400; 4 again for the ill; 32 for nothing.
        near(Category::Ordinary, false, 300.0, 0.8);
        near(Category::Ordinary, false, 400.0, 2.0 / 3.0);
        near(Category::Ordinary, true, 400.0, 0.8);
        near(Category::Tekun, false, 0.0, 32.0 / 33.0);
        let offers = rules.compile(0, 1.0);
        let tekun = offers[Category::Tekun as usize];
        assert_eq!((tekun.household, tekun.public), (Fen::ZERO, Fen::yuan(1000.0)));
        assert_eq!(tekun.taken_below[0], bits_below(32.0 / 33.0));
        // When all prices have risen by a third, 400 yuan are as dear as 300 were.
        let later = rules.compile(0, 4.0 / 3.0)[Category::Ordinary as usize];
        let apart = later.taken_below[0].abs_diff(bits_below(0.8));
        assert!(apart <= 1, "{apart}");
    }
}
