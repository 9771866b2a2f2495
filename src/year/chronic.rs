//! Chronic conditions over a year: the disability they bring, and the yearly review: diagnosed, treated, controlled,
//! relapsed.

use crate::draws::Stream;
use crate::maths;
use crate::month::illness::IllnessRules;
use crate::world::{CONDITIONS, Conditions, Stage};

/// Disability by set of conditions, for everybody on 1 January.
#[derive(Clone, Copy, Debug)]
pub struct Disability([u16; 256]);

impl Disability {
    /// Health left is the product over conditions of what each leaves (the comorbidity rule of the Global Burden of Disease
    /// study).
    pub fn compile(rules: &IllnessRules) -> Disability {
        Disability(std::array::from_fn(|set| {
            let held = CONDITIONS.iter().filter(|condition| set & 1 << **condition as u8 != 0);
            let left: f64 = held.map(|own| 1.0 - rules.condition(*own).disability_weight).product();
            ((1.0 - left) * 1000.0).round() as u16
        }))
    }

    /// Years lived with disability in a year with these conditions, in thousandths.
    #[inline]
    pub fn milli(&self, conditions: Conditions) -> i64 {
        i64::from(self.0[usize::from(conditions.which())])
    }
}

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
