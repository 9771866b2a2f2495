//! Income luck: how the scores of a household move from year to year, and what of the rules turns them into money.

use crate::draws::Stream;
use crate::founding::IncomeRules;
use crate::month::livelihood::LivelihoodRules;

/// What of the rules makes a household's income of a year.
#[derive(Clone, Copy, Debug)]
pub struct IncomeYear {
    /// Yearly persistence of the persistent score, and the loading of fresh luck that keeps it standard normal.
    persistence: [f64; 2],
    /// Loading of the county's harvest on the transitory score, and of the household's own luck.
    harvest: [f64; 2],
    /// Weights of the permanent, persistent and transitory scores in the income score.
    pub weights: [f64; 3],
    /// Part of the transitory score that the register counts.
    pub counted: f64,
    /// Fen of the year for one yuan at base-year incomes.
    pub fen_per_yuan: f64,
}

impl IncomeYear {
    /// Of a rule class, where incomes stand at `index` relative to the base year and the register counts `counted` of
    /// transitory luck.
    pub fn compile(livelihood: &LivelihoodRules, founding: &IncomeRules, counted: f64, index: f64) -> IncomeYear {
        let with_rest = |loading: f64| [loading, (1.0 - loading * loading).sqrt()];
        IncomeYear {
            persistence: with_rest(livelihood.persistence_share),
            harvest: with_rest(livelihood.harvest_loading_share),
            weights: founding.weights(),
            counted,
            fen_per_yuan: index * 100.0,
        }
    }

    /// Moves the scores of neighbours into the next year; `harvest` is the county's common score.
    #[inline(always)]
    pub fn move_scores(
        &self,
        ids: &[u64],
        draws: Stream,
        harvest: f64,
        persistent: &mut [f32],
        transitory: &mut [f32],
    ) {
        let ([rho, fresh], [common, own]) = (self.persistence, self.harvest);
        for ((id, persistent), transitory) in ids.iter().zip(persistent).zip(transitory) {
            *persistent = (rho * f64::from(*persistent) + fresh * draws.normal(*id, 0)) as f32;
            *transitory = (common * harvest + own * draws.normal(*id, 1)) as f32;
        }
    }
}
