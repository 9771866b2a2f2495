//! The yearly review of chronic conditions: diagnosed, treated, controlled, relapsed.

use crate::draws::Stream;
use crate::maths;
use crate::month::illness::IllnessRules;
use crate::world::{CONDITIONS, Conditions, Stage};

/// The stages on next 1 January; one keyed draw a condition.
pub fn review(now: Conditions, rules: &IllnessRules, who: u64, draws: Stream) -> Conditions {
    let mut next = now;
    for condition in CONDITIONS {
        let stage = now.stage(condition);
        if stage == Stage::None {
            continue;
        }
        let own = rules.condition(condition);
        let luck = draws.uniform(who, condition as u64);
        let within_year = |hazard: f64| 1.0 - maths::exp(-hazard);
        let moved = match stage {
            Stage::Undiagnosed if luck < within_year(own.diagnosis_per_year) => {
                // Of those found, the luckiest start treatment at once.
                if luck < within_year(own.diagnosis_per_year) * within_year(own.treatment_per_year) {
                    Stage::Treated
                } else {
                    Stage::Diagnosed
                }
            }
            Stage::Diagnosed if luck < within_year(own.treatment_per_year) => Stage::Treated,
            Stage::Treated if luck < within_year(own.control_per_year) => Stage::Controlled,
            Stage::Treated if luck > 1.0 - within_year(own.dropout_per_year) => Stage::Diagnosed,
            Stage::Controlled if luck > 1.0 - within_year(own.relapse_per_year) => Stage::Treated,
            // Events fall evenly over the year: half a year on average to the close, and for one in three a year more,
            // come to twelve months.
            Stage::FirstYear if luck < 1.0 / 3.0 => Stage::FirstYear,
            Stage::FirstYear => Stage::Treated,
            same => same,
        };
        next.set(condition, moved);
    }
    next
}
