//! An event study: what becomes of households in which a member has a major event (a stroke, an infarction, cancer, kidney
//! failure and the like), year by year, beside households alike that had none.
//!
//! A household is struck in the first year with a major event after at least [`BEFORE`] years without; it is followed for
//! [`AFTER`] years more. Its controls are all households without such an event in the same years, alike in county, standing,
//! fifth of income per head the year before, size and age of the oldest. The effect on an outcome in a year is the change
//! since the year before the event of the struck, less that of their controls (difference in differences over matched
//! cells, as the published studies have it); each struck household counts with its weight. It is what an analyst would find
//! in a survey, not the model's own counterfactual: other members' luck, aid and deaths are in it.

use super::panel::{Interview, Panel};
use super::validate::cross_section::quantile;
use std::collections::BTreeMap;

/// Years before the event that are looked at.
pub const BEFORE: i32 = 2;
/// Years after it.
pub const AFTER: i32 = 4;
/// Years of a path: before, the year of the event, after.
pub const YEARS: usize = (BEFORE + 1 + AFTER) as usize;

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Income per head, public transfers included.
    Income,
    /// Out-of-pocket spending of the household.
    OutOfPocket,
    /// Consumption other than care, per head.
    Consumption,
    /// Savings and productive assets less debts, of the household.
    NetAssets,
    /// Dibao or monitoring, as granted on 1 January.
    Relief,
    /// Medical debt of the household at the year's end.
    MedicalDebt,
}

/// All of them.
pub const OUTCOMES: [Outcome; 6] = [
    Outcome::Income,
    Outcome::Consumption,
    Outcome::OutOfPocket,
    Outcome::NetAssets,
    Outcome::MedicalDebt,
    Outcome::Relief,
];

impl Outcome {
    /// In words, with the unit.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Income => "income per head, yuan",
            Outcome::Consumption => "consumption other than care per head, yuan",
            Outcome::OutOfPocket => "out of pocket, yuan per household",
            Outcome::NetAssets => "net assets, yuan per household",
            Outcome::MedicalDebt => "medical debt, yuan per household",
            Outcome::Relief => "share under relief (dibao, monitored)",
        }
    }

    fn of(self, one: &Interview) -> f64 {
        let size = f64::from(one.size.max(1));
        match self {
            Outcome::Income => one.income / size,
            Outcome::Consumption => one.consumed / size,
            Outcome::OutOfPocket => one.oop,
            Outcome::NetAssets => one.net_assets,
            Outcome::MedicalDebt => one.medical_debt,
            Outcome::Relief => f64::from(u8::from(one.relieved)),
        }
    }
}

/// Whose major event strikes a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Struck {
    /// Any member's.
    Anybody,
    /// A member's of working age, 16 to 64.
    Worker,
}

impl Struck {
    fn is(self, one: &Interview) -> bool {
        match self {
            Struck::Anybody => one.major,
            Struck::Worker => one.worker_major,
        }
    }
}

/// The path of one outcome, from [`BEFORE`] years before the event to [`AFTER`] after it; not a number where nobody was struck that
/// has controls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Path {
    /// Mean of the struck the year before.
    pub before: f64,
    /// The effect, in the outcome's unit.
    pub effect: [f64; YEARS],
    /// What the struck would have had: their mean the year before and the change of their controls.
    pub otherwise: [f64; YEARS],
}

impl Path {
    /// The effect over what would have been, averaged over years `from..=to` since the event.
    pub fn relative(&self, from: i32, to: i32) -> f64 {
        let years = (from + BEFORE) as usize..=(to + BEFORE) as usize;
        let (effect, otherwise) = (&self.effect[years.clone()], &self.otherwise[years]);
        effect.iter().sum::<f64>() / otherwise.iter().sum::<f64>()
    }

    /// The effect, averaged over years `from..=to` since the event.
    pub fn mean(&self, from: i32, to: i32) -> f64 {
        let effect = &self.effect[(from + BEFORE) as usize..=(to + BEFORE) as usize];
        effect.iter().sum::<f64>() / effect.len() as f64
    }

    /// The sum of the effect over the year of the event and those after, discounted by `rate` a year.
    pub fn discounted(&self, rate: f64) -> f64 {
        let since = self.effect[BEFORE as usize..].iter();
        let (sum, _) = since.fold((0.0, 1.0), |(sum, worth), effect| {
            (sum + worth * effect, worth / (1.0 + rate))
        });
        sum
    }
}

/// An event study of one replicate.
#[derive(Clone, Debug, Default)]
pub struct EventStudy {
    /// By outcome, in the order of [`OUTCOMES`].
    pub paths: [Path; OUTCOMES.len()],
    /// Households struck, weighted.
    pub struck: f64,
    /// Of these, with controls.
    pub matched: f64,
}

impl EventStudy {
    /// The path of `outcome`.
    pub fn path(&self, outcome: Outcome) -> &Path {
        let at = OUTCOMES.iter().position(|one| *one == outcome).unwrap_or_default();
        &self.paths[at]
    }
}

/// Sums over households of a cell: weight, and outcomes by year.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    weight: f64,
    outcomes: [[f64; YEARS]; OUTCOMES.len()],
}

impl Sums {
    fn add(&mut self, path: &[Interview]) {
        let weight = f64::from(path[BEFORE as usize].weight);
        self.weight += weight;
        for (sums, outcome) in self.outcomes.iter_mut().zip(OUTCOMES) {
            for (sum, one) in sums.iter_mut().zip(path) {
                *sum += weight * outcome.of(one);
            }
        }
    }
}

/// What controls must share with the struck.
type Cell = (i32, u16, u8, usize, u16, u8);

/// The study of a panel; it needs at least seven consecutive years. Controls have no major event of anybody.
pub fn study(panel: &Panel, by: Struck) -> EventStudy {
    let fifths = Fifths::of(panel);
    let mut cells: BTreeMap<Cell, [Sums; 2]> = BTreeMap::new();
    let mut struck = 0.0;
    for household in panel.households() {
        for path in household.windows(YEARS) {
            let first = &path[0];
            if path[YEARS - 1].year != first.year + YEARS as i32 - 1 {
                continue;
            }
            let event = BEFORE as usize;
            let quiet_before = path[..event].iter().all(|one| !one.major);
            let is_struck = quiet_before && by.is(&path[event]);
            let never = path.iter().all(|one| !one.major);
            if !is_struck && !never {
                continue;
            }
            let eve = &path[event - 1];
            let cell = (
                eve.year,
                eve.county,
                eve.category as u8,
                fifths.of_household(eve),
                eve.size.min(5),
                eve.oldest / 15,
            );
            struck += f64::from(u8::from(is_struck)) * f64::from(path[event].weight);
            cells.entry(cell).or_default()[usize::from(is_struck)].add(path);
        }
    }
    compare(&cells, struck)
}

/// The change of the struck less that of their controls, over cells that have both.
fn compare(cells: &BTreeMap<Cell, [Sums; 2]>, struck: f64) -> EventStudy {
    let eve = BEFORE as usize - 1;
    let mut study = EventStudy {
        struck,
        ..EventStudy::default()
    };
    for [controls, struck] in cells.values() {
        if controls.weight == 0.0 || struck.weight == 0.0 {
            continue;
        }
        study.matched += struck.weight;
        for (at, path) in study.paths.iter_mut().enumerate() {
            let (own, others) = (&struck.outcomes[at], &controls.outcomes[at]);
            path.before += own[eve];
            for year in 0..YEARS {
                let change = struck.weight * (others[year] - others[eve]) / controls.weight;
                path.otherwise[year] += own[eve] + change;
                path.effect[year] += own[year] - own[eve] - change;
            }
        }
    }
    // Where nobody could be compared, nothing is known.
    let all = study.matched;
    for path in &mut study.paths {
        path.before /= all;
        path.effect = path.effect.map(|sum| sum / all);
        path.otherwise = path.otherwise.map(|sum| sum / all);
    }
    study
}

/// Fifths of income per head by year.
struct Fifths(BTreeMap<i32, Vec<f64>>);

impl Fifths {
    fn of(panel: &Panel) -> Fifths {
        let mut values: BTreeMap<i32, Vec<(f64, f64)>> = BTreeMap::new();
        for one in &panel.interviews {
            let own = (one.income_per_head(), f64::from(one.weight));
            values.entry(one.year).or_default().push(own);
        }
        let lines = |values: Vec<(f64, f64)>| {
            let line = |at: i32| quantile(values.clone(), f64::from(at) / 5.0);
            (1..5).filter_map(line).collect()
        };
        Fifths(values.into_iter().map(|(year, values)| (year, lines(values))).collect())
    }

    /// 0 is the lowest.
    fn of_household(&self, one: &Interview) -> usize {
        let lines = self.0.get(&one.year).map(Vec::as_slice).unwrap_or_default();
        lines.iter().filter(|line| one.income_per_head() > **line).count()
    }
}

/// Whether households leave the lowest fifth from one year to the next: the share of those struck in the later year less
/// that of those never struck in either, alike in county, size, age and in where in the fifth they stood.
pub fn leaving_lowest(panel: &Panel, by: Struck) -> Option<f64> {
    let fifths = Fifths::of(panel);
    let mut cells: BTreeMap<_, [[f64; 2]; 2]> = BTreeMap::new();
    for household in panel.households() {
        for pair in household.windows(2) {
            let [was, is] = pair else { continue };
            let struck = by.is(is);
            if is.year != was.year + 1 || was.major || is.major != struck || fifths.of_household(was) != 0 {
                continue;
            }
            let line = fifths.0[&was.year][0];
            // Where in the fifth, in quarters of its line.
            let place = (4.0 * was.income_per_head() / line).clamp(0.0, 3.0) as u8;
            let alike = (was.year, place, was.size.min(4), was.oldest / 15);
            let cell = &mut cells.entry(alike).or_default()[usize::from(struck)];
            let weight = f64::from(was.weight);
            cell[0] += weight * f64::from(u8::from(fifths.of_household(is) != 0));
            cell[1] += weight;
        }
    }
    let both = cells.values().filter(|cell| cell[0][1] > 0.0 && cell[1][1] > 0.0);
    let (effect, struck) = both.fold((0.0, 0.0), |(effect, struck), [never, own]| {
        (effect + own[0] - own[1] * never[0] / never[1], struck + own[1])
    });
    (struck > 0.0).then(|| effect / struck)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A household over seven years: income per year, and the year of its major event, if any.
    fn household(id: u64, incomes: [f64; YEARS], event: Option<usize>) -> Vec<Interview> {
        let year = |at: usize| Interview {
            year: 2021 + at as i32,
            household: id,
            weight: 1,
            size: 2,
            oldest: 50,
            income: incomes[at],
            major: event == Some(at),
            ..Interview::default()
        };
        (0..YEARS).map(year).collect()
    }

    fn panel(households: &[Vec<Interview>]) -> Panel {
        Panel {
            interviews: households.concat(),
            ..Panel::default()
        }
    }

    #[test]
    fn the_effect_is_the_change_beyond_that_of_households_alike() {
        // The struck stay at 10,000 and lose 3,000 from the event on, then 1,000; the others grow by 500 a year.
        let struck = [10_000.0, 10_000.0, 7_000.0, 9_000.0, 9_000.0, 9_000.0, 9_000.0];
        let other = [9_500.0, 10_000.0, 10_500.0, 11_000.0, 11_500.0, 12_000.0, 12_500.0];
        let study = study(
            &panel(&[household(1, struck, Some(2)), household(2, other, None)]),
            Struck::Anybody,
        );
        assert_eq!((study.struck, study.matched), (1.0, 1.0));
        let path = study.path(Outcome::Income);
        // Per head: half.
        assert_eq!(path.before, 5_000.0);
        assert_eq!(
            path.effect,
            [250.0, 0.0, -1_750.0, -1_000.0, -1_250.0, -1_500.0, -1_750.0]
        );
        assert_eq!(path.otherwise[2], 5_250.0);
        assert!((path.relative(0, 1) - (-2_750.0 / 10_750.0)).abs() < 1e-12);
        assert_eq!(path.mean(0, 1), -1_375.0);
        assert!((path.discounted(0.0) + 7_250.0).abs() < 1e-9);
        assert_eq!(study.path(Outcome::Relief).effect, [0.0; YEARS]);
    }

    #[test]
    fn who_was_struck_before_is_neither() {
        let flat = [10_000.0; YEARS];
        let study = study(
            &panel(&[household(1, flat, Some(1)), household(2, flat, None)]),
            Struck::Anybody,
        );
        assert_eq!((study.struck, study.matched), (0.0, 0.0));
    }

    #[test]
    fn a_worker_must_be_of_working_age() {
        let flat = [10_000.0; YEARS];
        let mut struck = household(1, flat, Some(2));
        let panel = |struck: &Vec<Interview>| panel(&[struck.clone(), household(2, flat, None)]);
        assert_eq!(study(&panel(&struck), Struck::Worker).struck, 0.0);
        struck[2].worker_major = true;
        assert_eq!(study(&panel(&struck), Struck::Worker).struck, 1.0);
    }

    #[test]
    fn without_controls_there_is_no_effect() {
        let flat = [10_000.0; YEARS];
        let mut old = household(2, flat, None);
        for one in &mut old {
            one.oldest = 80;
        }
        let study = study(&panel(&[household(1, flat, Some(2)), old]), Struck::Anybody);
        assert_eq!((study.struck, study.matched), (1.0, 0.0));
    }

    #[test]
    fn a_shock_keeps_the_poor_in_the_lowest_fifth() {
        let pair = |id, from: f64, to: f64, event| {
            let mut years = household(id, [from; YEARS], event);
            years.truncate(2);
            years[1].income = to;
            years
        };
        // Line of the lowest fifth of ten households: the second lowest income. Two poor leave, of the struck one none.
        let mut all = vec![pair(1, 1_000.0, 50_000.0, None), pair(2, 1_000.0, 1_000.0, Some(1))];
        all.extend((3..=10).map(|id| pair(id, 20_000.0 + id as f64, 1_000.0 * id as f64, None)));
        let effect = leaving_lowest(&panel(&all), Struck::Anybody);
        assert_eq!(effect, Some(-1.0));
    }
}
