//! Income luck: how the scores of a household move from year to year, and what of the rules turns them into money.
//!
//! The income score of a year is `a P + b S + c T`: the permanent score P (never moves), the persistent score S' = rho
//! S + sqrt(1 - rho^2) e, and the transitory score T = l H + sqrt(1 - l^2) u, with e and u standard normal of the
//! household, H that of the county's harvest, rho `persistence_share` and l `harvest_loading_share`. The weights a, b,
//! c are the roots of the variance shares of founding, so that the score is standard normal every year. It is read on
//! the income curve as a yearly income per head at 2020 prices, multiplied by members at founding and by (1 +
//! `income_growth`) of each year since 2020, and split by the household's sources.
//!
//! Wage and farm income are multiplied by (labour now / labour at founding) to the power `labour_weight`, the ratio
//! within 0.3 and 2.5; farm income also by 1 - `asset_weight` x the share of founding assets sold. *Normal* income is
//! the same at P alone. *Assessed* income counts only `transitory_counted_share` of T: it is what the register sees.

use crate::draws::Stream;
use crate::lanes::{bits, maths};
use crate::rules::Rules;
use crate::units::{Lane, whole};
use crate::world::{Households, IncomeCurve};

/// Households whose luck is drawn together.
const ROW: usize = 64;

/// What of the rules makes a household's income of a year.
#[derive(Clone, Copy, Debug)]
pub struct IncomeYear {
    /// Yearly persistence of the persistent score, and the loading of fresh luck that keeps it standard normal.
    persistence: [f32; 2],
    /// Loading of the county's harvest on the transitory score, and of the household's own luck.
    harvest: [f32; 2],
    /// Weights of the permanent, persistent and transitory scores in the income score.
    weights: [f64; 3],
    /// Part of the transitory score that the register counts.
    counted: f64,
    /// Fen of the year for one yuan at base-year incomes.
    fen_per_yuan: f64,
    /// Weight of labour in wage and farm income.
    pub labour_weight: f32,
    /// Weight of productive assets in farm income.
    asset_weight: f64,
    /// Share of a sick farm worker's work that nobody else of the household does.
    farm_lost_share: f64,
    /// Cash transfers per head, fen a month.
    cash_month: f64,
}

/// A household's income of a year, fen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Income {
    /// Local wages per month.
    pub wage_month: Lane,
    /// Farm income of the year.
    pub farm_year: Lane,
    /// Remittances per month.
    pub remitted_month: Lane,
    /// Remittances, property and private transfers per month.
    pub other_month: Lane,
    /// Cash transfers per month.
    pub cash_month: Lane,
    /// Own income of the year as its luck has it.
    pub expected: f64,
    /// Own income in a normal year.
    pub normal: f64,
    /// Assessed over actual own income: transitory luck partly discounted.
    pub smooth: f64,
    /// Earnings of one labour unit a month.
    pub unit_month: f64,
}

impl IncomeYear {
    /// Of a rule class, where incomes stand at `index` relative to the base year.
    pub fn compile(rules: &Rules, index: f64) -> IncomeYear {
        let livelihood = &rules.livelihood;
        let with_rest = |loading: f64| [loading as f32, (1.0 - loading * loading).sqrt() as f32];
        IncomeYear {
            persistence: with_rest(livelihood.persistence_share),
            harvest: with_rest(livelihood.harvest_loading_share),
            weights: rules.founding.income.weights(),
            counted: rules.poverty.transitory_counted_share,
            fen_per_yuan: index * 100.0,
            labour_weight: livelihood.labour_weight as f32,
            asset_weight: livelihood.asset_weight,
            farm_lost_share: 1.0 - livelihood.farm_substituted_share,
            cash_month: livelihood.cash_transfer_yuan_per_year * livelihood.cash_transfer_reach_share * 100.0 / 12.0,
        }
    }

    /// Moves the scores of neighbours into the next year; `harvest` is the county's common score. The two halves of one
    /// hash are the luck of the two scores.
    #[inline(always)]
    pub fn move_scores(
        &self,
        ids: &[u64],
        draws: Stream,
        harvest: f64,
        persistent: &mut [f32],
        transitory: &mut [f32],
    ) {
        let ([rho, fresh], [loading, own]) = (self.persistence, self.harvest);
        let common = loading * harvest as f32;
        let mut row = [0; ROW];
        let columns = persistent.chunks_mut(ROW).zip(transitory.chunks_mut(ROW));
        for (ids, (persistent, transitory)) in ids.chunks(ROW).zip(columns) {
            let luck = &mut row[..ids.len()];
            bits::hash(ids, draws.key(0), luck);
            for ((luck, persistent), transitory) in luck.iter().zip(persistent).zip(transitory) {
                *persistent = rho * *persistent + fresh * maths::normal(bits::uniform(bits::low(*luck)));
                *transitory = common + own * maths::normal(bits::uniform(bits::high(*luck)));
            }
        }
    }

    /// The year's income of household `h`, which has `units` of labour; `labour` is what its labour now makes of the wage
    /// and farm income of founding. The curve gives income per head, sources, labour and assets shape it.
    #[inline(always)]
    pub fn of(&self, home: &Households, h: usize, curve: &IncomeCurve, units: f64, labour: f64) -> Income {
        let [permanent, persistent, transitory] = self.weights;
        let lasting = permanent * f64::from(home.permanent[h]);
        let steady = lasting + persistent * f64::from(home.persistent[h]);
        let passing = transitory * f64::from(home.transitory[h]);
        let per_head = curve.per_head(steady + passing);
        let assessed = curve.per_head(steady + self.counted * passing);
        let normal = curve.per_head(lasting);
        let (owned, founded) = (home.assets[h].lane(), home.founding_assets[h].lane());
        let kept = if owned < founded { owned / founded } else { 1.0 };
        let assets = 1.0 - self.asset_weight * (1.0 - kept);
        let [wage, farm, property, transfer] = home.source_share[h].map(f64::from);
        let (wage, farm, other) = (wage * labour, farm * labour * assets, property + transfer);
        // Fen a year of the household for one yuan per head.
        let scale = f64::from(home.founding_size[h]) * self.fen_per_yuan;
        let shape = (wage + farm + other) * scale;
        let (year, month) = (per_head * scale, per_head * scale * (1.0 / 12.0));
        let remitted = f64::from(home.remitted_share[h]);
        let wage_month = whole(month * wage * (1.0 - remitted));
        let remitted_month = whole(month * wage * remitted);
        let farm_year = whole(year * farm);
        let farm_month = farm_year * (1.0 / 12.0) * self.farm_lost_share;
        Income {
            wage_month,
            farm_year,
            remitted_month,
            other_month: remitted_month + whole(month * other),
            cash_month: whole(self.cash_month * f64::from(home.size[h])),
            expected: per_head * shape,
            normal: normal * shape,
            smooth: if per_head > 0.0 { assessed / per_head } else { 1.0 },
            unit_month: if units > 0.0 {
                (wage_month + farm_month) / units
            } else {
                0.0
            },
        }
    }
}

/// What labour makes of wage and farm income: each ratio of labour now to labour at founding, to the power beside it.
#[inline(always)]
pub fn labour_powers(ratios: &mut [f32], powers: &[f32]) {
    for (ratio, power) in ratios.iter_mut().zip(powers) {
        let bounded = maths::least(maths::greatest(*ratio, 0.3), 2.5);
        *ratio = maths::exp(power * maths::ln(bounded));
    }
}
