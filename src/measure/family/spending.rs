//! Catastrophic and impoverishing spending at the thresholds and lines that are asked for.

use super::Statistic;
use super::list::{List, percent};
use crate::measure::catastrophic::{self as che, Beyond};
use crate::measure::ranking::Ranking;
use crate::measure::sample::{Basis, Weight};
use crate::measure::statistic::{Column, Smooth};
use std::sync::Arc;

/// An indicator of those beyond a threshold.
type Made = fn(&Beyond) -> Smooth;

impl List<'_> {
    pub(super) fn catastrophic(&mut self) {
        let (Some(oop), Some((gross, told))) = (self.sample.oop.clone(), self.gross.clone()) else {
            return;
        };
        let settings = self.settings;
        for weight in settings.weights.clone() {
            let by = self.ranking(weight);
            self.beyond(
                &che::shares(&oop, &gross),
                &format!("share of {told}"),
                &settings.budget,
                weight,
                by.as_ref(),
            );
            if let Some(food) = &self.sample.food {
                let left: Vec<f64> = gross.iter().zip(food).map(|(c, f)| c - f).collect();
                let convention = format!("share of {told}, food left out");
                self.beyond(
                    &che::shares(&oop, &left),
                    &convention,
                    &settings.non_food,
                    weight,
                    by.as_ref(),
                );
            }
            self.beyond_capacity(weight);
        }
    }

    fn beyond(
        &mut self,
        shares: &[f64],
        told: &str,
        thresholds: &[f64],
        weight: Weight,
        by: Option<&(Arc<Ranking>, String)>,
    ) {
        let units = self.units(weight);
        for &threshold in thresholds {
            let variant = format!("above {}", percent(threshold));
            let told = format!("{told}, strict >");
            let beyond = Beyond::of(shares, threshold, &units);
            let mut add = |name, smooth| self.event(name, &variant, &told, weight, Statistic::Smooth(smooth));
            add("che_headcount", beyond.headcount());
            add("che_overshoot", beyond.overshoot());
            add("che_mean_positive_overshoot", beyond.mean_positive_overshoot());
            let Some((by, ranked)) = by else { continue };
            let told = format!("{told}, {ranked}");
            let mut add = |name, smooth| self.event(name, &variant, &told, weight, Statistic::Smooth(smooth));
            add("che_headcount_concentration", beyond.headcount_concentration(by));
            add("che_overshoot_concentration", beyond.overshoot_concentration(by));
            add("che_rank_weighted_headcount", beyond.rank_weighted_headcount(by));
            add("che_rank_weighted_overshoot", beyond.rank_weighted_overshoot(by));
        }
    }

    fn beyond_capacity(&mut self, weight: Weight) {
        let Some(payers) = self.payers() else { return };
        let parts: [(&str, Made); 3] = [
            ("che_headcount", Beyond::headcount),
            ("che_overshoot", Beyond::overshoot),
            ("che_mean_positive_overshoot", Beyond::mean_positive_overshoot),
        ];
        for threshold in self.settings.capacity.clone() {
            let variant = format!("above {}", percent(threshold));
            for (name, make) in parts {
                let (payers, units) = (payers.clone(), self.units(weight));
                let statistic = Statistic::Lined(Box::new(move |lines| {
                    let shares: Vec<f64> = payers.iter().map(|payer| payer.share(lines.subsistence)).collect();
                    make(&Beyond::of(&shares, threshold, &units))
                }));
                self.event(name, &variant, "share of capacity to pay, strict >", weight, statistic);
            }
        }
    }

    pub(super) fn impoverishing(&mut self) {
        let (Some((gross, _)), Some((net, _)), Some(oop)) = (&self.gross, &self.net, self.sample.oop.clone()) else {
            return;
        };
        let (before, after) = (self.sample.per_adult(gross), self.sample.per_adult(net));
        let told = match self.sample.basis {
            Basis::Gross => {
                "before: consumption as given, which includes out-of-pocket spending; after: less out-of-pocket spending"
            }
            Basis::Net => {
                "before: consumption as given plus out-of-pocket spending; after: as given, which leaves it out"
            }
        };
        for (name, line) in self.lines.clone() {
            let each = || {
                before
                    .iter()
                    .zip(&after)
                    .zip(line.iter())
                    .map(|((b, a), z)| (*b, *a, *z))
            };
            let units = self.persons.clone();
            let mean = |column: Vec<f64>| Smooth::mean(&Column::of(column, &units));
            let fallen = each().map(|(b, a, z)| f64::from(b >= z && a < z)).collect();
            let deeper = each()
                .zip(&oop)
                .map(|((b, _, z), o)| f64::from(b < z && *o > 0.0))
                .collect();
            let gap = |x: f64, z: f64| (z - x).max(0.0);
            let widened = each().map(|(b, a, z)| gap(a, z) - gap(b, z)).collect();
            let normalised = each().map(|(b, a, z)| (gap(a, z) - gap(b, z)) / z).collect();
            let mut add =
                |indicator, smooth| self.event(indicator, &name, told, Weight::Persons, Statistic::Smooth(smooth));
            add("impoverishing_headcount", mean(fallen));
            add("further_impoverishing_headcount", mean(deeper));
            add("impoverishing_gap", mean(widened));
            add("impoverishing_normalised_gap", mean(normalised));
        }
    }
}
