//! The yearly review of chronic conditions: diagnosed, treated, controlled, relapsed.

use crate::draws::Stream;
use crate::maths;
use crate::month::illness::IllnessRules;
use crate::world::{CONDITIONS, Conditions, Stage};

/// Probabilities of a year's moves, by condition.
#[derive(Clone, Copy, Debug)]
pub struct Cascade([Moves; 8]);

/// The probabilities of one condition.
#[derive(Clone, Copy, Debug)]
struct Moves {
    diagnosed: f64,
    /// Found and treated at once: the luckiest of those found.
    diagnosed_and_treated: f64,
    treated: f64,
    controlled: f64,
    dropped: f64,
    relapsed: f64,
}

impl Cascade {
    /// Compiles the yearly hazards to probabilities.
    pub fn compile(rules: &IllnessRules) -> Cascade {
        let within_year = |hazard: f64| 1.0 - maths::exp(-hazard);
        Cascade(CONDITIONS.map(|condition| {
            let own = rules.condition(condition);
            let (diagnosed, treated) = (within_year(own.diagnosis_per_year), within_year(own.treatment_per_year));
            Moves {
                diagnosed,
                diagnosed_and_treated: diagnosed * treated,
                treated,
                controlled: within_year(own.control_per_year),
                dropped: within_year(own.dropout_per_year),
                relapsed: within_year(own.relapse_per_year),
            }
        }))
    }

    /// The stages on next 1 January; one keyed draw a condition.
    pub fn review(&self, now: Conditions, who: u64, draws: Stream) -> Conditions {
        let mut next = now;
        for condition in now.held() {
            let own = &self.0[condition as usize];
            let luck = draws.uniform(who, condition as u64);
            let moved = match now.stage(condition) {
                Stage::Undiagnosed if luck < own.diagnosed_and_treated => Stage::Treated,
                Stage::Undiagnosed if luck < own.diagnosed => Stage::Diagnosed,
                Stage::Diagnosed if luck < own.treated => Stage::Treated,
                Stage::Treated if luck < own.controlled => Stage::Controlled,
                Stage::Treated if luck > 1.0 - own.dropped => Stage::Diagnosed,
                Stage::Controlled if luck > 1.0 - own.relapsed => Stage::Treated,
                // Events fall evenly over the year: half a year on average to the close, and for one in three a year
                // more, come to twelve months.
                Stage::FirstYear if luck < 1.0 / 3.0 => Stage::FirstYear,
                Stage::FirstYear => Stage::Treated,
                same => same,
            };
            next.set(condition, moved);
        }
        next
    }
}
