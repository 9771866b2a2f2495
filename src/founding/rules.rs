//! What the making of a world is told: how many people, which counties, which ages, incomes and distances.
//!
//! Every number is a card in the scenario file; the loader hands over the values.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::world::{ByAge, Terrain};

/// The size of the world and its counties: the table `[rules.world]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldRules {
    /// Agents in the world (not weighted).
    pub people_count: f64,
    /// Real people per village, on average (one clinic each).
    pub people_per_village_count: f64,
    /// The counties, by name.
    pub counties: BTreeMap<String, CountyRules>,
}

/// One stylised county.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyRules {
    /// The prefecture it belongs to, for funds that are pooled there; if not said, it is one of its own.
    pub prefecture: Option<String>,
    /// The lie of the land: plain, hills or mountain; if not said, plain.
    pub terrain: Option<Terrain>,
    /// Share of the world's people; the shares are scaled to sum to 1.
    pub people_share: f64,
    /// Mean income relative to the other counties.
    pub income_ratio: f64,
    /// Share of people aged 60 and over relative to the mean; the counties together keep the national ages.
    pub elder_ratio: f64,
    /// Household size relative to the mean; the counties together keep the national mean.
    pub household_size_ratio: f64,
    /// Share of households more than 15 minutes from a village clinic.
    pub far_clinic_share: f64,
    /// Median minutes to the township centre, one way.
    pub township_minutes: f64,
    /// Median minutes to the county seat, one way.
    pub county_seat_minutes: f64,
    /// Median minutes to a tertiary hospital, one way.
    pub tertiary_minutes: f64,
    /// Village doctors per 1,000 residents.
    pub doctors_per_1000_count: f64,
    /// Reserve of the insurance fund at founding, in months of a year's premiums and subsidies; read by the run, not here.
    pub fund_reserve_months: f64,
    /// Acute illness from water, toilets and waste relative to the mean of the counties.
    pub sanitation_ratio: f64,
    /// Odds of an admission outside the county relative to the mean; read by care seeking, not here.
    pub admission_out_of_county_ratio: f64,
}

/// How people, households and incomes are made: the table `[rules.founding]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundingRules {
    /// Ages and sexes.
    pub ages: AgeRules,
    /// Households.
    pub households: HouseholdRules,
    /// Incomes.
    pub income: IncomeRules,
    /// Standing with the authorities.
    pub standing: StandingRules,
    /// Work, schooling and absent migrants.
    pub work: WorkRules,
    /// Savings, assets and debts.
    pub purse: PurseRules,
    /// Distances.
    pub places: PlaceRules,
}

/// The rural age pyramid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeRules {
    /// Men of each five-year age group (0-4, .., 85+) as a share of all rural people.
    pub men_share: ByAge,
    /// Women of each five-year age group as a share of all rural people.
    pub women_share: ByAge,
    /// Share that lives another year above 85: spreads the open age group.
    pub survival_from_85_share: f64,
}

/// How people live together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdRules {
    /// Mean household size, persons.
    pub size_count: f64,
    /// Shares of households with 1, 2, .., 7 and more persons, before they are tilted to the mean size of a county.
    pub size_share: Vec<f64>,
    /// Within a size, the share of each kind of household in the order of the module on households, before the kinds are
    /// tilted to a county's children, adults and elders.
    pub kind_share: Vec<f64>,
    /// Years between a mother and her first child.
    pub generation_years: f64,
}

/// How incomes are spread.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncomeRules {
    /// Mean disposable income per head of the five fifths of households, 2020 yuan.
    pub quintile_mean_yuan: Vec<f64>,
    /// Mean disposable income per head, 2020 yuan: held against, not used.
    pub mean_yuan: f64,
    /// Median disposable income per head, 2020 yuan: held against, not used.
    pub median_yuan: f64,
    /// Lowest income per head, 2020 yuan.
    pub lowest_yuan: f64,
    /// Share of the variance of the income score that is permanent.
    pub permanent_share: f64,
    /// Share of the variance of the income score that persists for years.
    pub persistent_share: f64,
    /// Share of the variance of the income score that is this year's luck.
    pub transitory_share: f64,
    /// How much lower the permanent score is for a household one standard deviation larger, in standard deviations.
    pub size_permanent_sd: f64,
    /// Share of income from wages in each fifth of permanent income, before raking to the totals.
    pub wage_quintile_share: Vec<f64>,
    /// Share of income from the household's own business (mostly farming) in each fifth, before raking.
    pub farm_quintile_share: Vec<f64>,
    /// Share of income from property in each fifth, before raking.
    pub property_quintile_share: Vec<f64>,
    /// Share of income from transfers in each fifth, before raking.
    pub transfer_quintile_share: Vec<f64>,
    /// Share of all income from wages, farming, property and transfers in the base year.
    pub source_share: Vec<f64>,
    /// Odds of the wage part in a household with neither a local wage worker nor a migrant, against one with.
    pub no_earner_wage_ratio: f64,
    /// Odds of the farm part in a household without anybody who farms, against one with.
    pub no_farmer_farm_ratio: f64,
    /// Odds of the transfer part in a household with a member aged 60 or over, against one without.
    pub elder_transfer_ratio: f64,
}

/// Who is registered, lifted, supported or monitored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingRules {
    /// Share of people in registered households that left poverty (the closed cohort).
    pub lifted_share: f64,
    /// Mean income per head of the cohort, 2020 yuan: the selection on permanent income is as sharp as it has to be.
    pub lifted_mean_yuan: f64,
    /// Expected income per head, 2020 yuan, below which no household was declared lifted.
    pub lifted_lowest_yuan: f64,
    /// Odds of registration of a household with a known chronic illness, against one without.
    pub lifted_illness_odds_ratio: f64,
    /// How many real households one household outside the cohort stands for (1: no oversampling of the cohort).
    pub lifted_oversample_ratio: f64,
    /// Share of the cohort's people whose household is extremely poor or receives dibao: they keep that category.
    pub cohort_assisted_share: f64,
    /// Share of people in extremely poor (tekun) households.
    pub tekun_share: f64,
    /// Share of people in dibao households.
    pub dibao_share: f64,
    /// Share of people in monitored households outside the cohort.
    pub monitored_share: f64,
    /// Log odds of support lost per standard deviation of permanent income.
    pub support_income_slope_ratio: f64,
    /// Odds of support of a household without a member aged 16 to 59, against one with.
    pub no_worker_odds_ratio: f64,
    /// Odds of being extremely poor of a household without a member aged 16 to 59, against one with.
    pub tekun_no_worker_odds_ratio: f64,
}

/// Work, schooling and absent migrants.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkRules {
    /// Share of residents who work.
    pub working_share: ByAge,
    /// Share of the working who work for a wage; the others farm.
    pub wage_share: ByAge,
    /// Share with low health literacy.
    pub low_literacy_share: ByAge,
    /// Share with high health literacy.
    pub high_literacy_share: ByAge,
    /// Share with primary school completed or more.
    pub primary_school_share: ByAge,
    /// Share with junior secondary school completed or more.
    pub junior_school_share: ByAge,
    /// Share with senior secondary school completed or more.
    pub senior_school_share: ByAge,
    /// Share with a college degree.
    pub college_share: ByAge,
    /// These shares of women, relative to those above.
    pub women_schooling_ratio: ByAge,
    /// Absent migrant workers per resident.
    pub migrants_per_resident_ratio: f64,
    /// Chance of a migrant in a household whose children live without adults under 60, against others.
    pub left_behind_migrant_ratio: f64,
    /// What one migrant sends home, against what one local wage worker earns.
    pub remittance_wage_ratio: f64,
}

/// Savings, assets and debts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurseRules {
    /// Median liquid savings of a household, 2020 yuan.
    pub savings_median_yuan: f64,
    /// Per cent more savings for one per cent more permanent income.
    pub savings_income_elasticity_ratio: f64,
    /// Spread of log savings at a given income.
    pub savings_log_sd: f64,
    /// Productive assets relative to a year's farm income.
    pub assets_farm_income_ratio: f64,
    /// Spread of log assets at a given farm income.
    pub assets_log_sd: f64,
    /// Share of households with medical debt in the lowest, middle and highest third of permanent income.
    pub medical_debt_share: Vec<f64>,
    /// Mean medical debt of those in debt, in years of income, in the same thirds.
    pub medical_debt_income_ratio: Vec<f64>,
    /// Share of households with other debt.
    pub other_debt_share: f64,
    /// Mean other debt of those in debt, in years of income.
    pub other_debt_income_ratio: f64,
    /// Spread of log debt.
    pub debt_log_sd: f64,
}

/// Villages and distances.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceRules {
    /// Spread of log village size.
    pub village_size_log_sd: f64,
    /// Spread of log minutes to the village clinic within a county.
    pub clinic_minutes_log_sd: f64,
    /// Spread of log minutes to the township centre, the county seat and tertiary hospitals within a county.
    pub travel_minutes_log_sd: f64,
    /// How much of the rank in distance to one place shows in the distance to the next (correlation of scores).
    pub remoteness_share: f64,
    /// Spread of log sanitation between the villages of a county.
    pub sanitation_log_sd: f64,
    /// Share of households within 15 minutes of a clinic: held against, not used.
    pub near_clinic_share: f64,
}

impl WorkRules {
    /// Shares with at least each level of school, primary first.
    pub fn schools(&self) -> [&ByAge; 4] {
        [
            &self.primary_school_share,
            &self.junior_school_share,
            &self.senior_school_share,
            &self.college_share,
        ]
    }
}

impl IncomeRules {
    /// Weights of the permanent, persistent and transitory scores in the income score; their squares sum to 1.
    pub fn weights(&self) -> [f64; 3] {
        [
            self.permanent_share.sqrt(),
            self.persistent_share.sqrt(),
            self.transitory_share.sqrt(),
        ]
    }
}
