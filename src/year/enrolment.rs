//! Enrolment in resident insurance: who pays the premium this year, and who pays it for them.

use crate::draws::bits_below;
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
    /// Premium per person in the first year of reporting (2021).
    pub premium_yuan: f64,
    /// Its growth per year.
    pub premium_growth: f64,
    /// Public subsidy per enrolled person in 2021.
    pub subsidy_yuan: f64,
    /// Its growth per year.
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
    /// What each category is offered in the year that lies `years` after 2021.
    pub fn compile(&self, years: i32) -> [Offer; CATEGORIES] {
        let (premium, subsidy) = (self.premium(years), self.subsidy(years));
        ALL_CATEGORIES.map(|category| {
            let paid = premium * Ppm::share(self.premium_paid_share.of(category));
            Offer {
                taken_below: [false, true].map(|known| bits_below(self.probability(category, known))),
                household: premium - paid,
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

    /// Probability of enrolling.
    pub fn probability(&self, category: Category, known_chronic: bool) -> f64 {
        let share = self.enrolled_share.of(category);
        if !known_chronic || share >= 1.0 {
            return share;
        }
        let odds = share / (1.0 - share) * self.chronic_odds_ratio;
        odds / (1.0 + odds)
    }
}
