//! Care seeking: whether and where a person with a need goes, as a discrete choice.
//!
//! Utility of an option = its appeal for the need - price weight x sqrt(net price / monthly household means) - travel -
//! queue + quality + habit + one keyed Gumbel noise per option. With Gumbel noise the choice is a multinomial logit
//! (`McFadden` 1974); because the noise belongs to the option, changing one option does not reshuffle the others.
//! The net price is what this person would pay this month after the rules that apply to it, given the year up to the first
//! of the month; all choices of a month are made at once, none waits for another.
//!
//! The eight options are a row: a processor with wide registers weighs them in one step, in single precision.
//!
//! In symbols, for need n and provider p: `U = appeal(n, p) + quality_weight x q(n) x correct(p) - price_weight x
//! sqrt(net price with travel / monthly means) - travel_hour_weight x hours one way - queue_weight x queue(p) +
//! habit_weight (if p was used last) + g(p)`, with q = 0.5 for minor complaints and chronic care, 1 for moderate
//! illness, 1.5 for admissions. Monthly means are a twelfth of the year's expected income, at least the consumption
//! floor. Minor, moderate and chronic needs weigh prices by `visit_price_weight`, admissions by
//! `admission_price_weight`. The log of the county's `admission_out_of_county_ratio` is added to tertiary hospitals for
//! admissions. An appeal of -50 or less, or an option that the village does not have, means never. An option exists
//! where the village's keyed rank lies below `available_share`; a remote consultation also needs a connection. Where a clinic has
//! lost its last doctor nobody is seen, as if the queue had no end: who goes nowhere else, but would have gone there, forgoes care for
//! want of capacity.
//!
//! What has to be advanced at the point of use (the household's part, what is reimbursed later, and of an admission
//! `deposit_share` of the rest) must not exceed what the household can raise: savings, room to borrow, a forced sale of
//! assets. Options beyond that are closed; self-care never is. Care that was needed (not for minor complaints) and not
//! sought is **forgone**, by the first single change that would have led to care: money to advance it, a price of zero,
//! no way to go, no queue, else another reason.

use crate::lanes::eight::{Eight, Lanes, Plain, Portable};
use crate::lanes::maths::{greatest, gumbel};
use crate::world::{ALL_PROVIDERS, PROVIDERS, Provider};
use serde::Deserialize;

/// What is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Need {
    /// A minor acute complaint.
    #[default]
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
/// The utility that is lost where nobody is on duty: more than anything could make up for, and little enough that giving it
/// back leaves single precision its fourth digit.
const TURNED_AWAY: f64 = 1024.0;
/// The utility of an option that does not exist.
const CLOSED: f32 = -1e9;
/// Noises have this many steps: a choice that is made once in 65,536 is still drawn at its rate.
const NOISE_STEPS: f32 = 65_536.0;

/// What can always be advanced, fen: anything for self-care, nothing elsewhere.
const ALWAYS: Row = [f32::INFINITY, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];

/// One number for each option, in the order of providers.
pub type Row = [f32; PROVIDERS];

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
    /// Appeal of each option for a minor complaint, in units of utility.
    pub minor_weight: ByProvider,
    /// Appeal of each option for a moderate illness.
    pub moderate_weight: ByProvider,
    /// Appeal of each option for an admission.
    pub admission_weight: ByProvider,
    /// Appeal of each option for chronic care.
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
    /// Utility lost at a net price of one month's means, by need.
    price: [f32; 4],
    travel_minute: f64,
    queue: f64,
    quality: [f64; 4],
    /// Added to the option in the row's own place; self-care is no habit.
    habit: [Row; PROVIDERS],
}

impl CareSeekingRules {
    /// Compiles the weights.
    pub fn compile(&self) -> Weights {
        let visit = self.visit_price_weight as f32;
        let mut habit = [[0.0; PROVIDERS]; PROVIDERS];
        for (at, row) in habit.iter_mut().enumerate().skip(1) {
            row[at] = self.habit_weight as f32;
        }
        Weights {
            appeal: [
                self.minor_weight.table(),
                self.moderate_weight.table(),
                self.admission_weight.table(),
                self.chronic_weight.table(),
            ],
            available: self.available_share.table(),
            price: [visit, visit, self.admission_price_weight as f32, visit],
            travel_minute: self.travel_hour_weight / 60.0,
            queue: self.queue_weight,
            // A minor complaint asks less of the doctor's skill than a grave one.
            quality: [0.5, 1.0, 1.5, 0.5].map(|part| part * self.quality_weight),
            habit,
        }
    }
}

/// The options seen from one village in one month by people of one rule class.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub struct Ways {
    /// Utility of each option by need, but for price, habit and noise; far below zero where there is no such option.
    pub pull: [Row; 4],
    /// Of it, what the way takes off.
    pub travel: Row,
    /// Of it, what the queue takes off.
    pub queue: Row,
}

/// What one village offers people of one rule class.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Minutes one way.
    pub minutes: &'a [f32; PROVIDERS],
    /// Load above comfortable use, as a share of capacity; infinite where nobody is on duty.
    pub queue: &'a [f32; PROVIDERS],
    /// Whether the place has the option.
    pub exists: &'a [bool; PROVIDERS],
    /// Probability of correct management, by need.
    pub quality: &'a [[f64; PROVIDERS]; 4],
    /// Added to the appeal of tertiary hospitals for an admission (the county's pull outwards).
    pub outward: f64,
}

/// One choice that a person faces.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a, E> {
    /// What is needed.
    pub need: Need,
    /// The options.
    pub ways: &'a Ways,
    /// The provider used last.
    pub habit: u8,
    /// Monthly means of the household, yuan: the measure of prices.
    pub means_yuan: f32,
    /// What the household could raise for care now, fen.
    pub purse: f32,
    /// Net price with travel, yuan.
    pub price_yuan: E,
    /// To be advanced at the point of use, fen.
    pub advance: E,
}

/// The noises of choices, one per option: of each choice two draws carry eight of sixteen bits.
#[inline(always)]
pub fn noise<L: Lanes>(lanes: L, first: &[u64], second: &[u64], noises: &mut [Row]) {
    let (half, step) = (lanes.all(0.5), lanes.all(1.0 / NOISE_STEPS));
    for ((noises, &first), &second) in noises.iter_mut().zip(first).zip(second) {
        *noises = ((lanes.quarters(first, second) + half) * step).numbers();
    }
    for noise in noises.as_flattened_mut() {
        *noise = gumbel(*noise);
    }
}

impl Weights {
    /// Where the person goes: the option of highest utility among those that can be advanced (ties go to the earlier;
    /// self-care is always open).
    #[inline(always)]
    pub fn choose<L: Lanes>(&self, lanes: L, choice: &Choice<L::Eight>, noise: &Row) -> Provider {
        let (_, utility) = self.utilities(lanes, choice, noise);
        let limit = lanes.all(choice.purse).greatest(lanes.of(&ALWAYS));
        let open = choice.advance.choose_at_most(limit, utility, lanes.all(CLOSED));
        ALL_PROVIDERS[open.highest()]
    }

    /// Why nobody was sought in a choice that fell on no care.
    #[inline(never)]
    pub fn reason(&self, choice: &Choice<Plain>, noise: &Row) -> Forgone {
        let (free, utility) = self.utilities(Portable, choice, noise);
        choice.ways.reason(&free.numbers(), &utility.numbers())
    }

    /// The utility of each option at a price of zero, and at its price.
    #[inline(always)]
    fn utilities<L: Lanes>(&self, lanes: L, choice: &Choice<L::Eight>, noise: &Row) -> (L::Eight, L::Eight) {
        let need = choice.need as usize;
        let habit = &self.habit[usize::from(choice.habit) % PROVIDERS];
        let free = lanes.of(&choice.ways.pull[need]) + lanes.of(noise) + lanes.of(habit);
        let scale = 1.0 / greatest(choice.means_yuan, 1.0);
        let price = choice.price_yuan.greatest(lanes.all(0.0)) * lanes.all(scale);
        (free, free - lanes.all(self.price[need]) * price.sqrt())
    }

    /// What the options of a place are worth to people of this class.
    pub fn ways(&self, place: &Place) -> Ways {
        let travel = place.minutes.map(|minutes| self.travel_minute * f64::from(minutes));
        let queue = place.queue.map(|load| {
            if load == f32::INFINITY {
                TURNED_AWAY
            } else {
                self.queue * f64::from(load)
            }
        });
        let pull = |need: usize| {
            std::array::from_fn(|at| {
                let exists = place.exists[at] && (at == 0 || self.appeal[need][at] > NEVER);
                if !exists {
                    return CLOSED;
                }
                let admission = need == Need::Admission as usize;
                let outward = if admission && at == Provider::Tertiary as usize {
                    place.outward
                } else {
                    0.0
                };
                let quality = self.quality[need] * place.quality[need][at];
                (self.appeal[need][at] + quality + outward - travel[at] - queue[at]) as f32
            })
        };
        Ways {
            pull: std::array::from_fn(pull),
            travel: travel.map(|lost| lost as f32),
            queue: queue.map(|lost| lost as f32),
        }
    }
}

impl Ways {
    /// Whether the place has the option for a need.
    pub fn exists(&self, need: Need, provider: Provider) -> bool {
        self.pull[need as usize][provider as usize] > CLOSED
    }

    /// Why the choice fell on no care: the first single change that would have led to care, in the order of [`Forgone`].
    /// `free` is the utility at a price of zero.
    fn reason(&self, free: &Row, utility: &Row) -> Forgone {
        let with = |gain: &Row| highest(&std::array::from_fn(|at| utility[at] + gain[at])) != 0;
        if highest(utility) != 0 {
            Forgone::Liquidity
        } else if highest(free) != 0 {
            Forgone::Price
        } else if with(&self.travel) {
            Forgone::Distance
        } else if with(&self.queue) {
            Forgone::Capacity
        } else {
            Forgone::Other
        }
    }
}

/// The place of the highest value.
fn highest(values: &Row) -> usize {
    Portable.of(values).highest()
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::{Luck, Purpose, Stream, mix};

    fn weights(price: f32) -> Weights {
        Weights {
            appeal: [[0.0, 0.5, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER]; 4],
            available: [1.0; PROVIDERS],
            price: [price; 4],
            travel_minute: 0.0,
            queue: 0.0,
            quality: [0.0; 4],
            habit: [[0.0; PROVIDERS]; PROVIDERS],
        }
    }

    fn ways() -> Ways {
        weights(1.0).ways(&Place {
            minutes: &[0.0; PROVIDERS],
            queue: &[0.0; PROVIDERS],
            exists: &[true; PROVIDERS],
            quality: &[[0.0; PROVIDERS]; 4],
            outward: 0.0,
        })
    }

    fn noise_of(stream: &Stream, who: u64) -> Row {
        let mut noises = [[0.0; PROVIDERS]];
        noise(Portable, &[stream.bits(who, 0)], &[stream.bits(who, 1)], &mut noises);
        noises[0]
    }

    fn choice(ways: &Ways, purse: f32) -> Choice<'_, Plain> {
        let mut price_yuan = [0.0; PROVIDERS];
        price_yuan[1] = 25.0;
        Choice {
            need: Need::Moderate,
            ways,
            habit: 0,
            means_yuan: 100.0,
            purse,
            price_yuan: Portable.of(&price_yuan),
            advance: Portable.of(&price_yuan.map(|yuan| yuan * 100.0)),
        }
    }

    #[test]
    fn the_choice_is_a_logit() {
        // Two options with utilities 0 and 0.5 - 1 x sqrt(25/100) = 0: half go.
        let stream = Luck::new(1, 1).stream(Purpose::Choice, 0);
        let ways = ways();
        let goes = (0..100_000)
            .filter(|&i| {
                let noise = noise_of(&stream, mix(i));
                weights(1.0).choose(Portable, &choice(&ways, 1e9), &noise) == Provider::Village
            })
            .count();
        assert!((goes as f64 / 1e5 - 0.5).abs() < 0.008, "{goes}");
    }

    #[test]
    fn a_lower_price_adds_visits_and_removes_none() {
        let stream = Luck::new(1, 1).stream(Purpose::Choice, 0);
        let ways = ways();
        for i in 0..2_000 {
            let noise = noise_of(&stream, mix(i));
            let dear = weights(3.0).choose(Portable, &choice(&ways, 1e9), &noise);
            let cheap = weights(1.0).choose(Portable, &choice(&ways, 1e9), &noise);
            assert!(dear == Provider::SelfCare || cheap == Provider::Village);
        }
    }

    #[test]
    fn who_cannot_advance_the_bill_forgoes_for_want_of_cash() {
        let mut noise = [0.0; PROVIDERS];
        noise[1] = 3.0;
        let (ways, weights) = (ways(), weights(1.0));
        let (rich, poor) = (choice(&ways, 2500.0), choice(&ways, 2499.0));
        assert_eq!(weights.choose(Portable, &rich, &noise), Provider::Village);
        assert_eq!(weights.choose(Portable, &poor, &noise), Provider::SelfCare);
        assert_eq!(weights.reason(&poor, &noise), Forgone::Liquidity);
        // Without the noise, the price keeps the rest at home: at no price they would go.
        noise[1] = -0.2;
        assert_eq!(weights.choose(Portable, &rich, &noise), Provider::SelfCare);
        assert_eq!(weights.reason(&rich, &noise), Forgone::Price);
    }
}
