//! Poverty over the waves of a panel: moves, entries, how long spells last, what is chronic.
//!
//! Each measure is a ratio of sums over households, so that its error follows from what each household adds to both.

use super::columns::{Domain, Task};
use super::errors::Family;
use super::survey::{Holds, Survey};
use crate::measure::dynamics::{Panel, chronic, returns, spells};
use crate::measure::{Measured, Row, Weight};
use std::collections::BTreeMap;

/// A household of a panel: the row in which it was first seen, and its welfare over the line by wave.
struct Household {
    first: usize,
    welfare: Vec<Option<f64>>,
}

/// What a household of weight 1 adds to the two sums of a ratio.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    above: f64,
    below: f64,
}

/// A ratio of sums over households, by household; or the product of 1 less each of several, which is a survival.
struct Ratios {
    indicator: &'static str,
    variant: String,
    steps: Vec<Vec<Part>>,
    survival: bool,
}

/// Shares of the waves from which on poverty is chronic (Foster 2009).
const CHRONIC: [(f64, &str); 3] = [
    (1.0 / 3.0, "poor in a third of waves"),
    (1.0 / 2.0, "poor in half of waves"),
    (1.0, "poor in all waves"),
];

/// The measures over time of a domain, by line and by what people live on; nothing where the survey is no panel. A household
/// belongs to the domain of the row in which it was first seen, and has the weight of that row.
pub(super) fn families(survey: &Survey, task: &Task, domain: &Domain) -> Vec<Family<'static>> {
    let (Some(names), Some(waves)) = (&survey.household, survey.column(Holds::Wave)) else {
        return Vec::new();
    };
    let mut years: Vec<f64> = waves.to_vec();
    years.sort_by(f64::total_cmp);
    years.dedup();
    let mut rows: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (row, name) in names.values.iter().enumerate() {
        let wave = years.partition_point(|year| *year < waves[row]);
        rows.entry(name).or_default().push((wave, row));
    }
    for rows in rows.values_mut() {
        rows.sort_unstable();
    }
    let mut all = Vec::new();
    for (living, welfare) in welfares(task) {
        for (line, lines) in lines(task) {
            let household = |rows: &Vec<(usize, usize)>| {
                let mut seen = vec![None; years.len()];
                for (wave, row) in rows {
                    seen[*wave] = Some(welfare[*row] / lines[*row]);
                }
                Household {
                    first: rows[0].1,
                    welfare: seen,
                }
            };
            let households: Vec<Household> = rows.values().map(household).collect();
            let own = households
                .into_iter()
                .filter(|one| domain.rows.binary_search(&one.first).is_ok());
            let convention = format!(
                "{living}, per equivalent adult, strict <; households by the weight and group of the row in which they were first seen"
            );
            all.push(family(
                &own.collect::<Vec<_>>(),
                (&years, &line),
                &convention,
                &task.sample.weight,
            ));
        }
    }
    all
}

/// What people live on, per equivalent adult, in words.
fn welfares(task: &Task) -> Vec<(&'static str, Vec<f64>)> {
    let sample = &task.sample;
    let columns = [
        ("consumption gross of out-of-pocket spending", sample.gross()),
        ("consumption net of out-of-pocket spending", sample.net()),
        ("income", sample.income.clone()),
    ];
    let by_adult = |(name, column): (_, Option<Vec<f64>>)| Some((name, sample.per_adult(&column?)));
    columns.into_iter().filter_map(by_adult).collect()
}

/// The lines, by name and row.
fn lines(task: &Task) -> Vec<(String, Vec<f64>)> {
    let rows = task.sample.len();
    let amounts = task
        .settings
        .lines
        .iter()
        .map(|(name, amount)| (name.clone(), vec![*amount; rows]));
    amounts
        .chain(task.sample.line.clone().map(|line| ("line of the sample".into(), line)))
        .collect()
}

/// All measures of households at a line.
fn family(
    households: &[Household],
    (years, line): (&[f64], &str),
    convention: &str,
    weights: &[f64],
) -> Family<'static> {
    let firsts: Vec<usize> = households.iter().map(|household| household.first).collect();
    let all = measures(households, years, line);
    let row = |ratios: &Ratios| {
        let counts = |part: &dyn Fn(&Part) -> f64| {
            let each = ratios.steps[0].iter().zip(&firsts);
            each.filter(|(own, first)| part(own) > 0.0 && weights[**first] > 0.0)
                .count()
        };
        Row {
            indicator: ratios.indicator,
            variant: ratios.variant.clone(),
            convention: convention.to_owned(),
            weight: Weight::Households,
            n: counts(&|part| part.below),
            events: Some(counts(&|part| part.above)),
            measured: ratios.measured(&firsts, weights),
            influence_at_lines: None,
        }
    };
    Family {
        rows: all.iter().map(row).collect(),
        values: Box::new(move |weights| all.iter().map(|ratios| ratios.value(&firsts, weights)).collect()),
    }
}

impl Ratios {
    /// Sums above and below of a step.
    fn sums(step: &[Part], firsts: &[usize], weights: &[f64]) -> [f64; 2] {
        let add = |sums: [f64; 2], (part, first): (&Part, &usize)| {
            [
                sums[0] + weights[*first] * part.above,
                sums[1] + weights[*first] * part.below,
            ]
        };
        step.iter().zip(firsts).fold([0.0; 2], add)
    }

    fn value(&self, firsts: &[usize], weights: &[f64]) -> f64 {
        let ratios = self
            .steps
            .iter()
            .map(|step| Self::sums(step, firsts, weights))
            .map(|[above, below]| above / below);
        if self.survival {
            ratios.map(|ratio| 1.0 - ratio).product()
        } else {
            ratios.sum()
        }
    }

    /// The value, and the influence of the row in which each household was first seen: of a ratio h, (above - h below) over the
    /// sum below; of a survival, minus the sum of those, each times the 1 - h of all other steps. A survival of 0 does not vary:
    /// all spells that came so far have ended.
    fn measured(&self, firsts: &[usize], weights: &[f64]) -> Measured {
        let sums = self.steps.iter().map(|step| Self::sums(step, firsts, weights));
        let sums: Vec<[f64; 2]> = sums.collect();
        let ratio = |at: usize| sums[at][0] / sums[at][1];
        let others = |at: usize| (0..sums.len()).filter(move |other| *other != at);
        let mut influence = vec![0.0; weights.len()];
        for (at, step) in self.steps.iter().enumerate() {
            let slope = if self.survival {
                -others(at).map(|other| 1.0 - ratio(other)).product::<f64>()
            } else {
                1.0
            };
            for (part, first) in step.iter().zip(firsts) {
                influence[*first] += slope * (part.above - ratio(at) * part.below) / sums[at][1];
            }
        }
        Measured {
            value: self.value(firsts, weights),
            influence: Some(influence),
        }
    }
}

/// An indicator and what it is of a measure that has several.
type Named<Of> = (&'static str, fn(Of) -> f64);

fn measures(households: &[Household], years: &[f64], line: &str) -> Vec<Ratios> {
    let mut all = Vec::new();
    let panels: Vec<Panel> = households
        .iter()
        .map(|household| alone(household, years.len()))
        .collect();
    let mut add = |indicator, variant: String, part: &dyn Fn(&Panel) -> Part| {
        let variant = if variant.is_empty() {
            line.to_owned()
        } else {
            format!("{line}, {variant}")
        };
        let steps = vec![panels.iter().map(part).collect()];
        all.push(Ratios {
            indicator,
            variant,
            steps,
            survival: false,
        });
    };
    let state = ["poor", "not poor"];
    for (from, to) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        add(
            "poverty_transition",
            format!("{} to {}", state[from], state[to]),
            &|panel| {
                let moves = panel.moves();
                Part {
                    above: moves.weight(from, to),
                    below: moves.weight(from, 0) + moves.weight(from, 1),
                }
            },
        );
    }
    for wave in 1..years.len() {
        let of = |rates: Vec<returns::Rate>| Part {
            above: rates[wave - 1].numerator,
            below: rates[wave - 1].denominator,
        };
        add(
            "poverty_entry",
            format!("{} to {}", years[wave - 1], years[wave]),
            &|panel| of(returns::annual(panel)),
        );
        add(
            "poverty_entry_cumulative",
            format!("{} to {}", years[0], years[wave]),
            &|panel| of(returns::cumulative(panel)),
        );
    }
    let parts: [Named<chronic::Parts>; 3] = [
        ("poverty_over_time", |parts| parts.total),
        ("poverty_chronic", |parts| parts.chronic),
        ("poverty_transient", |parts| parts.transient),
    ];
    for (indicator, of) in parts {
        add(indicator, "Jalan and Ravallion, alpha 2".into(), &|panel| {
            let parts = chronic::jalan_ravallion(panel, 2);
            seen(parts.n, of(parts))
        });
    }
    let indices: [Named<chronic::Chronic>; 4] = [
        ("chronic_poverty_headcount", |own| own.headcount),
        ("chronic_poverty_adjusted_headcount", |own| own.adjusted_headcount),
        ("chronic_poverty_adjusted_gap", |own| own.adjusted_gap),
        ("chronic_poverty_adjusted_severity", |own| own.adjusted_severity),
    ];
    for (share, told) in CHRONIC {
        for (indicator, of) in indices {
            add(indicator, format!("Foster, {told}"), &|panel| {
                let own = chronic::foster(panel, share);
                seen(own.n, of(own))
            });
        }
    }
    for (poor, hazard, survival) in [
        (true, "poverty_exit_hazard", "poverty_spell_survival"),
        (false, "poverty_return_hazard", "return_free_survival"),
    ] {
        all.extend(spells_of(&panels, (poor, hazard, survival), (years.len(), line)));
    }
    all
}

/// A part of a household that was seen in every wave, or nothing.
fn seen(n: usize, value: f64) -> Part {
    if n == 0 {
        Part::default()
    } else {
        Part {
            above: value,
            below: 1.0,
        }
    }
}

/// A panel of one household of weight 1.
fn alone(household: &Household, waves: usize) -> Panel {
    let mut panel = Panel::new(waves);
    panel.push(1.0, household.welfare.iter().copied());
    panel
}

/// Hazards and survival of spells by age in waves, among those of whom the next wave was seen as well. Spells whose beginning was
/// not seen are left out; ages beyond which nothing was seen are as well.
fn spells_of(
    panels: &[Panel],
    (poor, hazard, survival): (bool, &'static str, &'static str),
    (waves, line): (usize, &str),
) -> Vec<Ratios> {
    let spells: Vec<Vec<spells::Spell>> = panels
        .iter()
        .map(|panel| {
            panel
                .spells(poor)
                .into_iter()
                .filter(|spell| !spell.left_censored)
                .collect()
        })
        .collect();
    let at = |age: usize| -> Vec<Part> {
        let part = |spells: &Vec<spells::Spell>| Part {
            above: spells.iter().filter(|spell| spell.ended && spell.length == age).count() as f64,
            below: spells.iter().filter(|spell| spell.known_for() >= age).count() as f64,
        };
        spells.iter().map(part).collect()
    };
    let reached = |steps: &Vec<Part>| steps.iter().any(|part| part.below > 0.0);
    let steps: Vec<Vec<Part>> = (1..waves).map(at).take_while(reached).collect();
    let mut all = Vec::new();
    for age in 1..=steps.len() {
        let variant = format!("{line}, after {age} {}", if age == 1 { "wave" } else { "waves" });
        let hazards = vec![steps[age - 1].clone()];
        all.push(Ratios {
            indicator: hazard,
            variant: variant.clone(),
            steps: hazards,
            survival: false,
        });
        all.push(Ratios {
            indicator: survival,
            variant,
            steps: steps[..age].to_vec(),
            survival: true,
        });
    }
    all
}
