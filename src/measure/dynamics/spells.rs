//! Spells in and out of poverty, and how their end hangs on their age: Kaplan and Meier (1958).

use super::Panel;

/// A run of waves in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// Weight of the row.
    pub weight: f64,
    /// Waves that it was seen for.
    pub length: usize,
    /// Whether it was seen to end; else it is censored on the right.
    pub ended: bool,
    /// Whether its beginning was not seen: its age is not known, and it is left out of hazards.
    pub left_censored: bool,
}

impl Spell {
    /// The age up to which it is known whether it ended: of a spell that was not seen to end, a wave less than it was seen for,
    /// as nobody saw the wave after its last.
    pub fn known_for(&self) -> usize {
        if self.ended { self.length } else { self.length - 1 }
    }
}

impl Panel {
    /// Spells of poverty, or out of it. A wave in which a row was not seen ends what is known of a spell.
    pub fn spells(&self, poor: bool) -> Vec<Spell> {
        let mut all = Vec::new();
        for (weight, welfare) in self.rows() {
            let state = |wave: usize| welfare.get(wave)?.map(|welfare| welfare < 1.0);
            let mut start = 0;
            while start < welfare.len() {
                let here = state(start);
                let mut end = start + 1;
                while end < welfare.len() && state(end) == here {
                    end += 1;
                }
                if here == Some(poor) {
                    all.push(Spell {
                        weight,
                        length: end - start,
                        ended: state(end).is_some(),
                        left_censored: start == 0 || state(start - 1).is_none(),
                    });
                }
                start = end;
            }
        }
        all
    }
}

/// What happens at one duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The duration.
    pub time: f64,
    /// Weight that lasted at least that long.
    pub at_risk: f64,
    /// Of it, what ended then.
    pub ended: f64,
    /// Rows that ended then.
    pub events: usize,
    /// The share that ended: the hazard.
    pub hazard: f64,
    /// The share that lasts longer: the product of 1 - hazard so far.
    pub survival: f64,
    /// Standard error of the survival (Greenwood 1926), where all weights are 1.
    pub error: f64,
}

/// Survival by Kaplan and Meier of durations `(time, ended, weight)`: what is censored at a time was at risk at it.
pub fn survival(durations: &[(f64, bool, f64)]) -> Vec<Step> {
    let mut sorted = durations.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut at_risk: f64 = sorted.iter().map(|(_, _, weight)| weight).sum();
    let (mut survival, mut variance) = (1.0, 0.0);
    let mut steps = Vec::new();
    for together in sorted.chunk_by(|a, b| a.0 == b.0) {
        let over = together.iter().filter(|(_, ended, _)| *ended);
        let ended: f64 = over.clone().map(|(_, _, weight)| weight).sum();
        let hazard = ended / at_risk;
        survival *= 1.0 - hazard;
        variance += ended / (at_risk * (at_risk - ended));
        steps.push(Step {
            time: together[0].0,
            at_risk,
            ended,
            events: over.count(),
            hazard,
            survival,
            // Where nobody is left, nothing is left to vary.
            error: if survival > 0.0 {
                survival * variance.sqrt()
            } else {
                0.0
            },
        });
        at_risk -= together.iter().map(|(_, _, weight)| weight).sum::<f64>();
    }
    steps
}

/// Hazards of the end of spells by their age in waves; those whose beginning was not seen are left out.
pub fn by_age(spells: &[Spell]) -> Vec<Step> {
    let seen = spells
        .iter()
        .filter(|spell| !spell.left_censored && spell.known_for() > 0);
    let durations: Vec<_> = seen
        .map(|spell| (spell.known_for() as f64, spell.ended, spell.weight))
        .collect();
    survival(&durations)
}

/// The share that lasts longer than `time`; 1 before the first step.
pub fn survival_at(steps: &[Step], time: f64) -> f64 {
    let passed = steps.iter().take_while(|step| step.time <= time);
    passed.last().map_or(1.0, |step| step.survival)
}
