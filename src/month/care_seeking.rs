//! Care seeking: whether and where a person with a need goes, as a discrete choice.
//!
//! Utility of an option = its appeal for the need - price weight x sqrt(net price / monthly household means) - travel -
//! queue + quality + habit + one keyed Gumbel noise per option. With Gumbel noise the choice is a multinomial logit
//! (`McFadden` 1974); because the noise belongs to the option, changing one option does not reshuffle the others.
//! The net price is what this person would pay this month after the rules that apply to it, year-to-date included.

use crate::draws::Stream;
use crate::maths;
use crate::world::{PROVIDERS, Provider};
use serde::Deserialize;

/// What is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Need {
    /// A minor acute complaint.
    Minor = 0,
    /// A moderate acute illness.
    Moderate = 1,
    /// An admission.
    Admission = 2,
    /// Drugs and follow-up of a chronic condition.
    Chronic = 3,
}

/// Appeal below which an option does not exist for a need.
const NEVER: f64 = -50.0;

/// One number per provider.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByProvider {
    /// Rest, or drugs from a shop.
    pub self_care: f64,
    /// Village clinic.
    pub village: f64,
    /// Township health centre.
    pub township: f64,
    /// County hospital.
    pub county: f64,
    /// Tertiary hospital outside the county.
    pub tertiary: f64,
    /// Remote consultation.
    pub remote: f64,
    /// Traditional Chinese medicine.
    pub tcm: f64,
    /// Private provider.
    pub private: f64,
}

impl ByProvider {
    /// As a table in provider order.
    pub fn table(&self) -> [f64; PROVIDERS] {
        [
            self.self_care,
            self.village,
            self.township,
            self.county,
            self.tertiary,
            self.remote,
            self.tcm,
            self.private,
        ]
    }
}

/// Care-seeking rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CareSeekingRules {
    /// Appeal of each option for a minor complaint (`_weight`: utility).
    pub minor_weight: ByProvider,
    /// The same for a moderate illness.
    pub moderate_weight: ByProvider,
    /// The same for an admission.
    pub admission_weight: ByProvider,
    /// The same for chronic care.
    pub chronic_weight: ByProvider,
    /// Which options exist at all for a person (1) or not (0): remote consultation is off in the baseline.
    pub available_share: ByProvider,
    /// Weight of the net price of a visit.
    pub visit_price_weight: f64,
    /// Weight of the net price of an admission.
    pub admission_price_weight: f64,
    /// Weight of an hour of travel, one way.
    pub travel_hour_weight: f64,
    /// Weight of the share of load above comfortable use.
    pub queue_weight: f64,
    /// Weight of the probability of correct management.
    pub quality_weight: f64,
    /// Weight of having been there last time.
    pub habit_weight: f64,
}

/// The weights of a rule class, ready for the loop.
#[derive(Clone, Debug)]
pub struct Weights {
    appeal: [[f64; PROVIDERS]; 4],
    /// Coverage rank below which an option is available.
    pub available: [f64; PROVIDERS],
    price: [f64; 4],
    travel_minute: f64,
    queue: f64,
    quality: [f64; 4],
    habit: f64,
}

impl CareSeekingRules {
    /// Compiles the weights.
    pub fn compile(&self) -> Weights {
        let visit = self.visit_price_weight;
        Weights {
            appeal: [
                self.minor_weight.table(),
                self.moderate_weight.table(),
                self.admission_weight.table(),
                self.chronic_weight.table(),
            ],
            available: self.available_share.table(),
            price: [visit, visit, self.admission_price_weight, visit],
            travel_minute: self.travel_hour_weight / 60.0,
            queue: self.queue_weight,
            // A minor complaint asks less of the doctor's skill than a grave one.
            quality: [0.5, 1.0, 1.5, 0.5].map(|part| part * self.quality_weight),
            habit: self.habit_weight,
        }
    }
}

/// What the way and the queue take off the utility of each option, seen from one village, and which options it has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// The options that exist, one bit each, by need.
    pub open: [u8; 4],
    /// Utility lost to the way.
    pub travel: [f64; PROVIDERS],
    /// Utility lost to the queue.
    pub queue: [f64; PROVIDERS],
    /// Utility lost at least to the price by a household with monthly means of 1 yuan, by need.
    pub least: Least,
}

/// Utility lost at least to the price, by need and option.
pub type Least = [[f64; PROVIDERS]; 4];

/// What a person can reach, option by option.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Seen from the person's village.
    pub ways: &'a Ways,
    /// Probability of correct management as the patient perceives it.
    pub quality: &'a [f64; PROVIDERS],
    /// Added to the appeal of the tertiary hospital (the county's pull outwards).
    pub outward: f64,
    /// The provider used last.
    pub habit: u8,
    /// Monthly means of the household, yuan.
    pub means: f64,
}

/// Which part of the utility to leave out, to find why care was forgone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    /// Nothing: the choice as it is.
    Nothing,
    /// The price.
    Price,
    /// The way.
    Travel,
    /// The queue.
    Queue,
}

/// The noises of one choice, one per option: two draws carry eight noises of twelve bits.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    bits: [u64; 2],
    table: &'static [f64; NOISE_STEPS],
}

/// Steps of the Gumbel table: finer than any published choice share.
const NOISE_STEPS: usize = 4096;

/// The Gumbel quantiles at the middles of equal steps.
fn noise_table() -> &'static [f64; NOISE_STEPS] {
    static TABLE: std::sync::OnceLock<Box<[f64; NOISE_STEPS]>> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        Box::new(std::array::from_fn(|at| {
            maths::gumbel((at as f64 + 0.5) / NOISE_STEPS as f64)
        }))
    })
}

impl Noise {
    /// Draws the noises of choice number `index` of `who` this month.
    #[inline]
    pub fn draw(stream: Stream, who: u64, index: u64) -> Noise {
        Noise {
            bits: [stream.bits(who, 2 * index), stream.bits(who, 2 * index + 1)],
            table: noise_table(),
        }
    }

    /// The noise of option `at`.
    #[inline]
    fn of(&self, at: usize) -> f64 {
        self.table[(self.bits[at / 4 % 2] >> (12 * (at % 4))) as usize % NOISE_STEPS]
    }
}

/// More than rounding can add to a utility.
const SLACK: f64 = 1e-9;

impl Weights {
    /// The option of highest utility; ties go to the earlier option. `SelfCare` is always open.
    ///
    /// `price` gives the net price of an option in yuan, or `None` when the household cannot advance it. It is asked only
    /// of options that could still win: an option whose utility at the least price it may have does not reach the best so
    /// far is out.
    #[inline]
    pub fn choose(
        &self,
        need: Need,
        options: &Options,
        noise: &Noise,
        without: Without,
        price: &mut impl FnMut(usize) -> Option<f64>,
    ) -> Provider {
        let need = need as usize;
        let scale = 1.0 / options.means.max(1.0);
        let open = options.ways.open[need];
        let travel = if without == Without::Travel {
            &NOTHING
        } else {
            &options.ways.travel
        };
        let queue = if without == Without::Queue {
            &NOTHING
        } else {
            &options.ways.queue
        };
        let least = &options.ways.least[need];
        let root = if without == Without::Price { 0.0 } else { scale.sqrt() };
        let mut reach = [f64::NEG_INFINITY; PROVIDERS];
        let mut ceiling = [f64::NEG_INFINITY; PROVIDERS];
        for at in 0..PROVIDERS {
            if open & 1 << at == 0 {
                continue;
            }
            let mut utility = self.appeal[need][at] + noise.of(at) + self.quality[need] * options.quality[at];
            if at == options.habit as usize && at > 0 {
                utility += self.habit;
            }
            if at == Provider::Tertiary as usize {
                utility += options.outward;
            }
            reach[at] = utility;
            ceiling[at] = utility - travel[at] - queue[at] - least[at] * root;
        }
        let mut best = (f64::NEG_INFINITY, 0);
        loop {
            let at = highest(&ceiling);
            let most = std::mem::replace(&mut ceiling[at], f64::NEG_INFINITY);
            if most == f64::NEG_INFINITY || most + SLACK < best.0 {
                return crate::world::ALL_PROVIDERS[best.1];
            }
            let Some(yuan) = price(at) else { continue };
            let cost = if without == Without::Price {
                0.0
            } else {
                (yuan * scale).sqrt()
            };
            let utility = reach[at] - self.price[need] * cost - travel[at] - queue[at];
            if utility > best.0 || (utility == best.0 && at < best.1) {
                best = (utility, at);
            }
        }
    }

    /// What the price takes off the utility at least, when `yuan` are the least prices by need and option.
    pub fn least(&self, yuan: &[[f64; PROVIDERS]; 4]) -> Least {
        std::array::from_fn(|need| yuan[need].map(|yuan| self.price[need] * yuan.sqrt()))
    }

    /// What the way and the queue take off the utility of each option, and which options there are: `minutes` one way,
    /// `queue` the load above comfortable use (0 when there is none), `exists` whether the place has the option.
    pub fn ways(
        &self,
        minutes: &[f32; PROVIDERS],
        queue: &[f32; PROVIDERS],
        exists: &[bool; PROVIDERS],
        least: &Least,
    ) -> Ways {
        let open = |need: usize| {
            (0..PROVIDERS)
                .filter(|&at| exists[at] && (at == Provider::SelfCare as usize || self.appeal[need][at] > NEVER))
                .fold(0, |bits, at| bits | 1 << at)
        };
        Ways {
            open: std::array::from_fn(open),
            travel: minutes.map(|minutes| self.travel_minute * f64::from(minutes)),
            queue: queue.map(|load| self.queue * f64::from(load)),
            least: *least,
        }
    }
}

/// The place of the highest value; ties go to the earlier.
#[inline]
fn highest(values: &[f64; PROVIDERS]) -> usize {
    let mut at = 0;
    for other in 1..PROVIDERS {
        if values[other] > values[at] {
            at = other;
        }
    }
    at
}

/// Nothing taken off.
const NOTHING: [f64; PROVIDERS] = [0.0; PROVIDERS];

/// Why care that was needed was not sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Forgone {
    /// The household could not advance the bill.
    Liquidity = 0,
    /// At a price of zero it would have gone.
    Price = 1,
    /// With no way to go it would have gone.
    Distance = 2,
    /// Without the queue it would have gone.
    Capacity = 3,
    /// None of these alone.
    Other = 4,
}

/// How many reasons there are.
pub const FORGONE: usize = 5;

/// Names of the reasons, in order.
pub const FORGONE_NAMES: [&str; FORGONE] = ["liquidity", "price", "distance", "capacity", "other"];

/// Why the choice fell on no care: the first single change that would have led to care, in the order of [`Forgone`].
///
/// `price` gives the net price whether or not the household can advance it.
pub fn reason(
    weights: &Weights,
    need: Need,
    options: &Options,
    noise: &Noise,
    price: &mut impl FnMut(usize) -> Option<f64>,
) -> Forgone {
    let open = options.ways.open[need as usize];
    let known: [Option<f64>; PROVIDERS] = std::array::from_fn(|at| if open & 1 << at == 0 { None } else { price(at) });
    let goes = |without| weights.choose(need, options, noise, without, &mut |at| known[at]) != Provider::SelfCare;
    if goes(Without::Nothing) {
        Forgone::Liquidity
    } else if goes(Without::Price) {
        Forgone::Price
    } else if goes(Without::Travel) {
        Forgone::Distance
    } else if goes(Without::Queue) {
        Forgone::Capacity
    } else {
        Forgone::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::{Luck, Purpose, mix};

    fn weights(price: f64) -> Weights {
        Weights {
            appeal: [[0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]; 4],
            available: [1.0; PROVIDERS],
            price: [price; 4],
            travel_minute: 0.0,
            queue: 0.0,
            quality: [0.0; 4],
            habit: 0.0,
        }
    }

    fn options(ways: &Ways) -> Options<'_> {
        Options {
            ways,
            quality: &[0.0; PROVIDERS],
            outward: 0.0,
            habit: 0,
            means: 100.0,
        }
    }

    fn ways() -> Ways {
        Ways {
            open: [0b11; 4],
            ..Ways::default()
        }
    }

    #[allow(clippy::unnecessary_wraps)] // the shape of a price that may not be affordable
    fn price(at: usize) -> Option<f64> {
        Some(if at == 1 { 25.0 } else { 0.0 })
    }

    #[test]
    fn the_choice_is_a_logit() {
        // Two options with utilities 0 and 0.5 - 1 x sqrt(25/100) = 0: half go.
        let stream = Luck::new(1, 1).stream(Purpose::Choice, 0);
        let goes = (0..100_000)
            .filter(|&i| {
                let noise = Noise::draw(stream, mix(i), 0);
                weights(1.0).choose(Need::Minor, &options(&ways()), &noise, Without::Nothing, &mut price)
                    == Provider::Village
            })
            .count();
        assert!((goes as f64 / 1e5 - 0.5).abs() < 0.008, "{goes}");
    }

    #[test]
    fn a_lower_price_adds_visits_and_removes_none() {
        let stream = Luck::new(1, 1).stream(Purpose::Choice, 0);
        for i in 0..2_000 {
            let noise = Noise::draw(stream, mix(i), 0);
            let dear = weights(3.0).choose(Need::Minor, &options(&ways()), &noise, Without::Nothing, &mut price);
            let cheap = weights(1.0).choose(Need::Minor, &options(&ways()), &noise, Without::Nothing, &mut price);
            assert!(dear == Provider::SelfCare || cheap == Provider::Village);
        }
    }
}
