//! The official indicators: the Sustainable Development Goal 3.8.2 in both forms, and the WHO's capacity to pay.

use super::Statistic;
use super::list::{List, percent};
use crate::measure::catastrophic as che;
use crate::measure::national::{BETA, Lines, capacity_to_pay, yearly};
use crate::measure::sample::Weight;
use crate::measure::statistic::{Form, Smooth};
use std::sync::Arc;

/// A share of units with an event that hangs on the lines.
fn share(units: Arc<[f64]>, rows: usize, event: impl Fn(&Lines, usize) -> bool + Send + Sync + 'static) -> Statistic {
    Statistic::Lined(Box::new(move |lines| {
        Smooth::new(&units, Form::Mean).mean((0..rows).map(|row| f64::from(event(lines, row))))
    }))
}

/// The official indicators.
impl List<'_> {
    pub(super) fn sustainable_development_goal(&mut self) {
        let (Some(oop), Some((gross, told))) = (self.sample.oop.clone(), self.gross.clone()) else {
            return;
        };
        let shares = che::shares(&oop, &gross);
        for threshold in [0.10, 0.25] {
            let variant = format!("above {}", percent(threshold));
            let convention = format!("share of {told}, strict >");
            let headcount = che::headcount(&shares, threshold, &self.persons);
            self.event(
                "sdg_382_2024",
                &variant,
                &convention,
                Weight::Persons,
                Statistic::Smooth(headcount),
            );
        }
        let Some(ppp) = self.settings.ppp else { return };
        let convention =
            "international dollars of 2017 per person and day, max(2.15, 1.15 + median/2) of the whole sample";
        let line = Statistic::Scalar(Box::new(|lines, _| lines.societal));
        self.push("societal_poverty_line", "", convention, Weight::Persons, line);
        let convention = format!("o > 0 and o > k (c - societal poverty line), c {told}");
        let rows: Arc<[[f64; 3]]> = (0..oop.len())
            .map(|row| [oop[row], gross[row], self.sample.size[row]])
            .collect();
        let parts: [(&str, fn(f64, f64) -> bool); 3] = [
            ("k = 0.40: total", |o, left| o > 0.40 * left),
            ("k = 1.00: impoverishing", |o, left| o > left),
            ("k = 0.40 but not 1.00: large", |o, left| o > 0.40 * left && o <= left),
        ];
        for (variant, beyond) in parts {
            let rows = rows.clone();
            let event = move |lines: &Lines, row: usize| {
                let [oop, gross, size] = rows[row];
                oop > 0.0 && beyond(oop, gross - yearly(lines.societal, ppp, size))
            };
            let statistic = share(self.persons.clone(), oop.len(), event);
            self.event("sdg_382_2025", variant, &convention, Weight::Persons, statistic);
        }
    }

    pub(super) fn world_health_organisation(&mut self) {
        let Some(rows) = self.payers() else { return };
        let told = self.gross.as_ref().map_or("", |gross| &gross.1).to_string();
        let convention = format!(
            "food of the median band of food shares, per household to the 0.56, of the whole sample; shares of {told}"
        );
        let line = Statistic::Scalar(Box::new(|lines, _| lines.subsistence));
        self.push("who_subsistence", "", &convention, Weight::Households, line);
        let convention = format!("c - o and c against subsistence of members^0.56, c {told}");
        type Event = fn(&Payer, f64) -> bool;
        let parts: [(&str, &str, &str, Event); 3] = [
            (
                "who_catastrophic",
                "at least 40%",
                "share of capacity to pay, >=",
                |row, line| row.share(line) >= 0.40,
            ),
            ("who_poor", "", &convention, |row, line| {
                row.gross < row.subsistence(line)
            }),
            ("who_impoverished", "", &convention, |row, line| {
                row.gross >= row.subsistence(line) && row.gross - row.oop < row.subsistence(line)
            }),
        ];
        for weight in self.settings.weights.clone() {
            for (name, variant, convention, event) in parts {
                let rows = rows.clone();
                let count = rows.len();
                let event = move |lines: &Lines, row: usize| event(&rows[row], lines.subsistence);
                let statistic = share(self.units(weight), count, event);
                self.event(name, variant, convention, weight, statistic);
            }
        }
    }

    pub(super) fn payers(&self) -> Option<Arc<[Payer]>> {
        let ((gross, _), oop, food) = (
            self.gross.as_ref()?,
            self.sample.oop.as_ref()?,
            self.sample.food.as_ref()?,
        );
        let payer = |row: usize| Payer {
            gross: gross[row],
            oop: oop[row],
            food: food[row],
            adults: self.sample.size[row].powf(BETA),
        };
        Some((0..gross.len()).map(payer).collect())
    }
}

/// A household as the WHO looks at it.
pub(super) struct Payer {
    gross: f64,
    oop: f64,
    food: f64,
    /// Members to the 0.56.
    adults: f64,
}

impl Payer {
    fn subsistence(&self, line: f64) -> f64 {
        line * self.adults
    }

    pub fn share(&self, line: f64) -> f64 {
        let capacity = capacity_to_pay(self.gross, self.food, self.subsistence(line));
        che::share(self.oop, capacity)
    }
}
