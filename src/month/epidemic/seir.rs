//! A day of an epidemic in villages that meet in town.
//!
//! Stochastic compartments in whole people (Kermack and McKendrick 1927, in the chain-binomial form of Bailey 1975): each
//! day a susceptible is infected with probability 1 - exp(-force), an exposed becomes infectious with probability 1/latent
//! days, an infectious immune with 1/infectious days. With a force of reproduction number / infectious days x the share
//! of contacts who are infectious, the size z of a wave through a closed, well-mixed village meets 1 - z = exp(-R0 z) but
//! for chance. Contacts outside the village are with a common pool in town (as in Sattenspiel and Dietz 1995), where those
//! who live near come more often; everybody has as many contacts, so the reproduction number is that of the county.
//!
//! Every number of people is the quantile of a binomial at a draw keyed by (day, village, age group, step): no stream, so
//! no order of villages, blocks or threads is felt.

use crate::draws::Stream;
use crate::maths;
use crate::world::{ByGroup, EPIDEMIC_GROUPS, Infected};

/// Draws of a village's day in an age group.
const STEPS: u64 = 4;

/// A village in a wave.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Identity of the village.
    pub id: u64,
    /// Share of its people's contacts that are in town.
    pub outside: f64,
    /// Its people.
    pub people: Infected,
}

/// What holds on a day.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// Infections a day caused by an infectious person among the susceptible.
    pub contagion: f64,
    /// Multiplies the share of contacts in town.
    pub travel: f64,
    /// Relative susceptibility by age group.
    pub susceptibility: ByGroup<f64>,
    /// Force of infection from elsewhere.
    pub imported: f64,
    /// Probabilities of a day.
    pub becomes_infectious: f64,
    /// See above.
    pub recovers: f64,
    /// See above.
    pub loses_immunity: f64,
}

/// What happened on a day, by age group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Infected.
    pub infected: ByGroup<u32>,
    /// Became infectious.
    pub infectious: ByGroup<u32>,
}

impl Infected {
    /// People of the group.
    pub fn all(&self, group: usize) -> u32 {
        self.susceptible[group] + self.exposed[group] + self.infectious[group] + self.immune[group]
    }
}

/// Lives a day in all villages of a county; `moved` has what happened in each.
pub fn live(places: &mut [Place], day: &Day, draws: Stream, moved: &mut Vec<Moved>) {
    let total = |of: &dyn Fn(usize) -> u32| -> f64 { (0..EPIDEMIC_GROUPS).map(|group| f64::from(of(group))).sum() };
    let (mut infectious, mut all) = (0.0, 0.0);
    for place in places.iter() {
        let outside = place.outside * day.travel;
        infectious += outside * total(&|group| place.people.infectious[group]);
        all += outside * total(&|group| place.people.all(group));
    }
    let in_town = if all > 0.0 { infectious / all } else { 0.0 };
    moved.clear();
    for place in places {
        let people = &mut place.people;
        let here = total(&|group| people.infectious[group]) / total(&|group| people.all(group)).max(1.0);
        let outside = place.outside * day.travel;
        // What is not met in town because nobody travels is not met at all.
        let met = (1.0 - place.outside) * here + outside * in_town;
        let force = day.contagion * met + day.imported;
        let mut own = Moved::default();
        for group in 0..EPIDEMIC_GROUPS {
            let draw = |step: u64| draws.uniform(place.id, group as u64 * STEPS + step);
            let chance = 1.0 - maths::exp(-force * day.susceptibility[group]);
            let infected = binomial(people.susceptible[group], chance, || draw(0));
            let infectious = binomial(people.exposed[group], day.becomes_infectious, || draw(1));
            let recovered = binomial(people.infectious[group], day.recovers, || draw(2));
            let again = binomial(people.immune[group], day.loses_immunity, || draw(3));
            people.susceptible[group] = people.susceptible[group] - infected + again;
            people.exposed[group] = people.exposed[group] - infectious + infected;
            people.infectious[group] = people.infectious[group] - recovered + infectious;
            people.immune[group] = people.immune[group] - again + recovered;
            own.infected[group] = infected;
            own.infectious[group] = infectious;
        }
        moved.push(own);
    }
}

/// Of a binomial of more people than this on average, the normal quantile is taken.
const MANY: f64 = 30.0;

/// The quantile of a binomial of `number` people with `chance` each, at a draw in (0, 1): a larger chance gives no fewer.
/// Exact up to 30 people on average; beyond, the normal quantile with the correction of Cornish and Fisher (1938) for
/// skewness, rounded.
pub fn binomial(number: u32, chance: f64, draw: impl FnOnce() -> f64) -> u32 {
    if number == 0 || chance <= 0.0 {
        return 0;
    }
    if chance >= 1.0 {
        return number;
    }
    let draw = draw();
    if chance > 0.5 {
        return number - quantile(number, 1.0 - chance, 1.0 - draw);
    }
    quantile(number, chance, draw)
}

fn quantile(number: u32, chance: f64, draw: f64) -> u32 {
    let mean = f64::from(number) * chance;
    if mean > MANY {
        let spread = (mean * (1.0 - chance)).sqrt();
        let score = maths::normal_quantile(draw);
        let skew = (1.0 - 2.0 * chance) * (score * score - 1.0) / 6.0;
        return (mean + spread * score + skew + 0.5).clamp(0.0, f64::from(number)) as u32;
    }
    let odds = chance / (1.0 - chance);
    let mut probability = whole_power(1.0 - chance, number);
    let mut below = probability;
    let mut count = 0;
    while below <= draw && count < number {
        count += 1;
        probability *= odds * f64::from(number - count + 1) / f64::from(count);
        below += probability;
        if probability < 1e-18 && f64::from(count) > mean {
            break;
        }
    }
    count
}

/// `base` to a whole power, by squaring.
fn whole_power(mut base: f64, mut power: u32) -> f64 {
    let mut product = 1.0;
    while power > 0 {
        if power & 1 == 1 {
            product *= base;
        }
        base *= base;
        power >>= 1;
    }
    product
}

#[cfg(test)]
mod tests;
