//! All rules side by side, as a scenario file gives them, and compiled for the loop.

use crate::founding::{FoundingRules, WorldRules};
use crate::month::billing::{BillingRules, Prices};
use crate::month::care_seeking::{CareSeekingRules, Weights};
use crate::month::epidemic::EpidemicRules;
use crate::month::illness::{IllnessRules, IllnessTables};
use crate::month::insurance::{Bills, InsuranceRules, Stack};
use crate::month::livelihood::{LivelihoodRules, Shares, Ways};
use crate::month::monitoring::MonitoringRules;
use crate::month::rehabilitation::{Recovery, RehabilitationRules};
use crate::month::service::{Care, ServiceRules};
use crate::month::travel::{Travel, TravelRules};
use crate::month::waste::{Needed, WasteRules};
use crate::world::CATEGORIES;
use crate::year::chronic::{Cascade, Disability};
use crate::year::demography::DemographyRules;
use crate::year::enrolment::{EnrolmentRules, Offer};
use crate::year::funds::FundRules;
use crate::year::income::IncomeYear;
use crate::year::poverty::{GaugeLines, Gauged, PovertyRules};
use crate::year::programmes::{BudgetRules, Targets};
use crate::year::status::{Standards, StatusRules};
use crate::year::workforce::WorkforceRules;
use serde::Deserialize;

/// The year of the yuan on cards; growth counts from it, forwards and back.
pub const BASE_YEAR: i32 = 2020;
/// The year of premiums, subsidies and aid budgets on cards; their growth counts from it.
pub const FUND_YEAR: i32 = 2021;

/// Where prices and incomes of a year stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Consumer prices relative to [`BASE_YEAR`].
    pub prices: f64,
    /// Consumer prices relative to [`FUND_YEAR`].
    pub prices_of_offers: f64,
    /// Incomes relative to [`BASE_YEAR`].
    pub incomes: f64,
}

impl Levels {
    /// Of `year`, where consumer prices and incomes grow by `growth(y)` from the year before `y` to `y`.
    pub fn of(year: i32, growth: impl Fn(i32) -> Growth) -> Levels {
        Levels {
            prices: chained(BASE_YEAR, year, |year| growth(year).price_growth),
            prices_of_offers: chained(FUND_YEAR, year, |year| growth(year).price_growth),
            incomes: chained(BASE_YEAR, year, |year| growth(year).income_growth),
        }
    }
}

/// Growth of a year over the year before.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Growth {
    /// Of consumer prices.
    pub price_growth: f64,
    /// Of nominal incomes.
    pub income_growth: f64,
}

/// The level in `year` of what is 1 in `base` and grows by `growth(y)` from the year before `y` to `y`. Years of equal growth
/// are raised to a power together, so that steady growth is a single power.
fn chained(base: i32, year: i32, growth: impl Fn(i32) -> f64) -> f64 {
    let (from, to) = (base.min(year), base.max(year));
    let mut level = 1.0;
    let mut run: Option<(f64, i32)> = None;
    let mut raise = |run: Option<(f64, i32)>| {
        if let Some((rate, years)) = run {
            level *= (1.0 + rate).powi(if year < base { -years } else { years });
        }
    };
    for rate in (from + 1..=to).map(growth) {
        run = match run {
            Some((same, years)) if same == rate => Some((same, years + 1)),
            other => {
                raise(other);
                Some((rate, 1))
            }
        };
    }
    raise(run);
    level
}

/// Every rule of the model; each mechanism's table is the struct of its file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The size of the world and its counties.
    pub world: WorldRules,
    /// How people, households and incomes are made.
    pub founding: FoundingRules,
    /// Who falls ill.
    pub illness: IllnessRules,
    /// Waves of a communicable disease.
    pub epidemic: EpidemicRules,
    /// Whether and where people with a need seek care.
    pub care_seeking: CareSeekingRules,
    /// The way there.
    pub travel: TravelRules,
    /// What providers can do.
    pub service: ServiceRules,
    /// What brings lost work back.
    pub rehabilitation: RehabilitationRules,
    /// What care costs.
    pub billing: BillingRules,
    /// What of it nobody needed.
    pub waste: WasteRules,
    /// Who pays the bill.
    pub insurance: InsuranceRules,
    /// What households live on.
    pub livelihood: LivelihoodRules,
    /// What counties can spend on programmes.
    pub health_budget: BudgetRules,
    /// When aid is opened early.
    pub monitoring: MonitoringRules,
    /// Lines and conventions.
    pub poverty: PovertyRules,
    /// Insurance funds and aid budgets.
    pub funds: FundRules,
    /// Who staffs clinics, centres and hospitals.
    pub workforce: WorkforceRules,
    /// Dibao and monitoring.
    pub status: StatusRules,
    /// Births, deaths, moves.
    pub demography: DemographyRules,
    /// Premiums and enrolment.
    pub enrolment: EnrolmentRules,
}

/// The rules that hold in one place in one year, compiled.
#[derive(Clone, Debug)]
pub struct Class {
    /// As given.
    pub rules: Rules,
    /// Thresholds of illness.
    pub illness: IllnessTables,
    /// Weights of choice.
    pub weights: Weights,
    /// Prices of the year.
    pub prices: Prices,
    /// The way there.
    pub travel: Travel,
    /// Service tables.
    pub care: Care,
    /// What is left of today's figures once waste is taken off.
    pub needed: Needed,
    /// How lost work comes back.
    pub recovery: Recovery,
    /// The insurance stack.
    pub stack: Stack,
    /// The shares by which purses live.
    pub purse: Shares,
    /// The yearly review of chronic conditions.
    pub cascade: Cascade,
    /// Thousandths of years of life that a death takes, by age.
    pub years_lost_milli: Vec<i64>,
    /// Poverty gauges of the year.
    pub gauges: Vec<Gauged>,
    /// Consumer prices relative to the base year.
    pub price_index: f64,
    /// Incomes relative to the base year.
    pub income_index: f64,
    /// What insurance offers in the year, by category.
    pub offers: [Offer; CATEGORIES],
    /// How households live.
    pub ways: Ways,
    /// What makes an income of the year.
    pub income: IncomeYear,
    /// Disability by set of conditions.
    pub disability: Disability,
    /// What the close holds households against.
    pub lines: GaugeLines,
    /// Share of the yearly farm income that arrives in each month.
    pub farm_month_share: [f64; 12],
    /// A draw of 32 bits below this makes an acute episode a moderate one.
    pub moderate_below: u64,
    /// A draw of 32 bits below this makes a patient to be admitted a referred one.
    pub referred_below: u64,
    /// What the status review of the year holds a household against.
    pub standards: Standards,
}

impl Rules {
    /// Deaths per 1,000 and year outside modelled illness. Where illness is off, nobody knows who would have died of it: the
    /// life table holds for all.
    fn natural_deaths(&self, sex: u8, age: i32) -> f64 {
        if self.illness.active_yes {
            self.demography.other_deaths(sex, age)
        } else {
            self.demography.deaths(sex, age)
        }
    }

    /// Compiles the rules for `year`, in which prices and incomes stand at `levels`.
    ///
    /// # Errors
    /// What the files' types cannot say: overlapping arms, a gauge without its line, a list of the wrong length.
    pub fn compile(self, year: i32, levels: &Levels) -> Result<Class, String> {
        self.funds.check()?;
        self.enrolment.check()?;
        self.epidemic.check()?;
        self.service.check()?;
        self.workforce.check()?;
        self.demography.check()?;
        self.monitoring.check()?;
        let years = year - BASE_YEAR;
        let Ok(farm_month_share) = <[f64; 12]>::try_from(&self.livelihood.farm_month_share[..]) else {
            return Err("livelihood.farm_month_share: twelve numbers, January first".into());
        };
        let gauges = self.poverty.compile(year)?;
        let needed = self.waste.compile();
        let recovery = self.rehabilitation.compile()?;
        let prices = self.billing.compile(years, self.illness.acute.moderate_share, &needed);
        let care = self.service.compile(levels.prices, &needed);
        let stack = self.insurance.compile(&Bills {
            years_from_base: years,
            visits_per_episode: self.billing.visits_per_episode_ratio * needed.visits,
            stay_days: care.stay,
        })?;
        Ok(Class {
            illness: self.illness.compile(&|sex, age| self.natural_deaths(sex, age), &|age| {
                if self.demography.active_yes {
                    self.demography.births_per_1000_year.at(age)
                } else {
                    0.0
                }
            }),
            weights: self.care_seeking.compile(),
            purse: self.livelihood.shares(),
            cascade: Cascade::compile(&self.illness),
            years_lost_milli: self.demography.years_lost_milli(),
            prices,
            travel: self.travel.compile()?,
            care,
            needed,
            recovery,
            stack,
            lines: GaugeLines::of(&gauges),
            gauges,
            price_index: levels.prices,
            income_index: levels.incomes,
            ways: self.livelihood.ways(levels.prices),
            offers: self.enrolment.compile(year - FUND_YEAR, levels.prices_of_offers),
            income: IncomeYear::compile(&self, levels.incomes),
            disability: Disability::compile(&self.illness),
            farm_month_share,
            referred_below: (self.insurance.referred_share * 4_294_967_296.0) as u64,
            moderate_below: (self.illness.acute.moderate_share * 4_294_967_296.0) as u64,
            standards: self.status.standards(year),
            rules: self,
        })
    }
}

/// The rules of a year over all places: which class holds for whom in which month.
#[derive(Clone, Debug)]
pub struct YearPlan {
    /// The year.
    pub year: i32,
    /// Compiled classes; class 0 is that of places no programme reaches.
    pub classes: Vec<std::sync::Arc<Class>>,
    /// For each month, the class of each set of programmes that reaches somebody (bit i: programme i).
    pub by_mask: [Vec<(u64, u16)>; 12],
    /// Whom each programme is for.
    pub who: Targets,
}

impl YearPlan {
    /// The class for somebody reached by `mask` in calendar month `month` (0 to 11).
    #[inline]
    pub fn class(&self, month: usize, mask: u64) -> u16 {
        if mask == 0 {
            return self.by_mask[month].first().map_or(0, |entry| entry.1);
        }
        self.by_mask[month]
            .iter()
            .find(|entry| entry.0 == mask)
            .map_or(0, |entry| entry.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_chain_the_growth_of_each_year_from_the_year_of_the_cards() {
        let growth = |year: i32| Growth {
            price_growth: if year <= 2018 { 0.25 } else { 0.5 },
            income_growth: 0.1,
        };
        let near = |one: f64, other: f64| assert!((one - other).abs() < 1e-12, "{one} {other}");
        let past = Levels::of(2017, growth);
        // 2018 grew by a quarter, 2019 to 2021 by half.
        near(past.prices, 1.0 / (1.25 * 1.5 * 1.5));
        near(past.prices_of_offers, 1.0 / (1.25 * 1.5 * 1.5 * 1.5));
        near(past.incomes, 1.0 / 1.331);
        let base = Levels::of(BASE_YEAR, growth);
        assert_eq!((base.prices, base.incomes), (1.0, 1.0));
        near(base.prices_of_offers, 1.0 / 1.5);
        let later = Levels::of(2023, growth);
        near(later.prices, 1.5 * 1.5 * 1.5);
        near(later.incomes, 1.331);
        near(Levels::of(2030, growth).incomes, 2.593_742_460_1);
    }
}
