//! The two values between which a parameter is nudged.
//!
//! A number goes from its card's `low` to its `high`, a truth from false to true. A list of one and the same number
//! goes as a number does; the entries of any other list are multiplied by 0.8 and by 1.25 and held within `low` and
//! `high`. What must keep its sum is tilted: entries are multiplied along a straight line from 1.25 at the first to 0.75 at
//! the last for the low end, and the other way round for the high end, and scaled back to the sum they had. A row of the
//! table may give two values of its own.

use crate::scenario::CardRow;
use crate::scenario::card::is_whole;
use toml_text::{list, number};

/// The low and the high value as a scenario file has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends(pub [String; 2]);

/// How far a list is scaled.
const SCALES: [f64; 2] = [0.8, 1.25];
/// How far a list is tilted.
const TILT: f64 = 0.25;

impl Ends {
    /// The ends of a card; `own` is empty, `tilt`, or two values parted by `;`.
    ///
    /// # Errors
    /// When the card has no range to go by.
    pub fn of(card: &CardRow, own: &str) -> Result<Ends, String> {
        if let Some((low, high)) = own.split_once(';') {
            return Ok(Ends([low, high].map(|end| end.trim().to_owned())));
        }
        if let Some(numbers) = card.numbers() {
            return Ok(Ends(if own == "tilt" {
                [TILT, -TILT].map(|first| list(&tilted(&numbers, first)))
            } else if numbers.windows(2).all(|pair| pair[0] == pair[1]) {
                range(card)?.map(|end| list(&vec![end; numbers.len()]))
            } else {
                let [low, high] = range(card)?;
                SCALES.map(|scale| {
                    let scaled: Vec<f64> = numbers.iter().map(|own| (own * scale).clamp(low, high)).collect();
                    list(&scaled)
                })
            }));
        }
        if card.is_truth() {
            return Ok(Ends(["false", "true"].map(str::to_owned)));
        }
        Ok(Ends(range(card)?.map(number)))
    }
}

/// How the value of a card goes from its low to its high end, for draws between them.
#[derive(Clone, Debug, PartialEq)]
pub enum Walked {
    /// A number.
    Number([f64; 2]),
    /// A whole number, both ends included.
    Whole([f64; 2]),
    /// A list of one and the same number, so many times.
    Same([f64; 2], usize),
    /// A list that is multiplied, and its entries held within low and high.
    Scaled {
        /// The entries.
        numbers: Vec<f64>,
        /// Low and high of the card.
        range: [f64; 2],
    },
    /// A list that must keep its sum: from one to the other. What its first entry that moves does, the share does.
    Between([Vec<f64>; 2]),
}

impl Walked {
    /// That of a card; `own` is that of the table of nudges. Numbers always go from the low to the high of their card. `None`
    /// where the card has no range.
    pub fn of(card: &CardRow, own: &str) -> Option<Walked> {
        let range = card.range()?;
        let Some(numbers) = card.numbers() else {
            return Some(if is_whole(&card.path) {
                Walked::Whole(range)
            } else {
                Walked::Number(range)
            });
        };
        let own_list = |text: &str| -> Option<Vec<f64>> {
            let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
            inner.split(',').map(|number| number.trim().parse().ok()).collect()
        };
        let lists = match own.split_once(';') {
            Some((low, high)) => own_list(low).zip(own_list(high)),
            None if own == "tilt" => Some((tilted(&numbers, TILT), tilted(&numbers, -TILT))),
            None => None,
        };
        if let Some((one, other)) = lists
            && one.len() == numbers.len()
            && other.len() == numbers.len()
        {
            let first = one.iter().zip(&other).find(|(one, other)| one != other);
            let is_up = first.is_none_or(|(one, other)| one < other);
            return Some(Walked::Between(if is_up { [one, other] } else { [other, one] }));
        }
        Some(if numbers.windows(2).all(|pair| pair[0] == pair[1]) {
            Walked::Same(range, numbers.len())
        } else {
            Walked::Scaled { numbers, range }
        })
    }

    /// The least and the most of the number that tells the draws apart: of a list, its first entry that moves.
    pub fn ends(&self) -> [f64; 2] {
        match self {
            Walked::Number(range) | Walked::Whole(range) | Walked::Same(range, _) => *range,
            Walked::Scaled { numbers, .. } => {
                let first = numbers.iter().find(|number| **number != 0.0).copied().unwrap_or(0.0);
                let [one, other] = SCALES.map(|scale| scale * first);
                [one.min(other), one.max(other)]
            }
            Walked::Between([one, other]) => {
                let moves = one.iter().zip(other).find(|(one, other)| one != other);
                moves.map_or([0.0; 2], |(one, other)| [*one, *other])
            }
        }
    }

    /// The number that tells the draws apart, at `share` of the way; every whole number has an equal part of it.
    pub fn number(&self, share: f64) -> f64 {
        let [low, high] = self.ends();
        match self {
            Walked::Whole(_) => (low + (high - low + 1.0) * share).floor().min(high),
            _ => low + (high - low) * share,
        }
    }

    /// The numbers at `share` of the way.
    pub fn at(&self, share: f64) -> Vec<f64> {
        let between = |low: f64, high: f64| low + (high - low) * share;
        match self {
            Walked::Number(_) | Walked::Whole(_) => vec![self.number(share)],
            Walked::Same([low, high], count) => vec![between(*low, *high); *count],
            Walked::Scaled {
                numbers,
                range: [low, high],
            } => {
                let scale = between(SCALES[0], SCALES[1]);
                numbers.iter().map(|own| (own * scale).clamp(*low, *high)).collect()
            }
            Walked::Between([one, other]) => one
                .iter()
                .zip(other)
                .map(|(one, other)| between(*one, *other))
                .collect(),
        }
    }
}

fn range(card: &CardRow) -> Result<[f64; 2], String> {
    match (card.low, card.high) {
        (Some(low), Some(high)) => Ok([low, high]),
        _ => Err("its card has no range; give two values as `low;high`, or exempt it".into()),
    }
}

/// Multiplied by 1 + `first` at the first entry, falling in a line to 1 - `first` at the last, with the same sum.
fn tilted(numbers: &[f64], first: f64) -> Vec<f64> {
    let last = (numbers.len() - 1).max(1) as f64;
    let moved = |(at, own): (usize, &f64)| own * (1.0 + first * (1.0 - 2.0 * at as f64 / last));
    let tilted: Vec<f64> = numbers.iter().enumerate().map(moved).collect();
    let (was, is): (f64, f64) = (numbers.iter().sum(), tilted.iter().sum());
    tilted.into_iter().map(|own| own * was / is).collect()
}

/// Numbers as a scenario file has them.
mod toml_text {
    pub fn number(number: f64) -> String {
        format!("{number:?}")
    }

    pub fn list(numbers: &[f64]) -> String {
        let numbers: Vec<String> = numbers.iter().map(|own| number(*own)).collect();
        format!("[{}]", numbers.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn ends(path: &str, own: &str) -> [String; 2] {
        let scenario = Scenario::load("baseline", &[]).unwrap();
        let cards = scenario.cards();
        let card = cards.iter().find(|card| card.path == path).unwrap();
        Ends::of(card, own).unwrap().0
    }

    #[test]
    fn ends_are_those_of_the_card() {
        assert_eq!(ends("illness.acute.moderate_share", ""), ["0.15", "0.35"]);
        assert_eq!(ends("illness.active_yes", ""), ["false", "true"]);
        assert_eq!(
            ends("insurance.layers.outpatient_pool.arms.village.reimbursed_share", ""),
            ["[0.5]", "[0.7]"]
        );
        assert_eq!(ends("illness.acute.moderate_share", "0.1; 0.2"), ["0.1", "0.2"]);
    }

    #[test]
    fn whole_numbers_are_drawn_whole_and_equally_often() {
        let months = Walked::Whole([1.0, 12.0]);
        let drawn: Vec<f64> = (0..24).map(|at| months.number((f64::from(at) + 0.5) / 24.0)).collect();
        let twice: Vec<f64> = (1..=12).flat_map(|month| [f64::from(month); 2]).collect();
        assert_eq!(drawn, twice);
        assert_eq!(months.number(1.0), 12.0);
        assert_eq!(Walked::Number([1.0, 2.0]).number(0.25), 1.25);
    }

    #[test]
    fn lists_stay_within_the_card_or_keep_their_sum() {
        // 0.8 and 1.25 times [0.47, .., 0.14], within 0.1 and 0.9.
        let [low, high] = ends("illness.acute.new_episode_share", "");
        let first = |list: &str| -> f64 { list[1..].split(',').next().unwrap().parse().unwrap() };
        assert!(
            (first(&low) - 0.376).abs() < 1e-12 && (first(&high) - 0.5875).abs() < 1e-12,
            "{low} {high}"
        );
        // 0.45 and 0.3 become 0.45 x 1.25 and 0.3 x 0.75, scaled to 0.75 in sum: by 0.75 / 0.7875.
        assert_eq!(tilted(&[0.45, 0.3], 0.25).map_sum(), 0.75);
        assert!((tilted(&[0.45, 0.3], 0.25)[0] - 0.5357).abs() < 1e-4);
    }

    trait Sum {
        fn map_sum(&self) -> f64;
    }

    impl Sum for Vec<f64> {
        fn map_sum(&self) -> f64 {
            (self.iter().sum::<f64>() * 1e9).round() / 1e9
        }
    }
}
