//! Means, poverty, inequality and concentration.

use super::Statistic;
use super::list::{self, List, Welfare, percent};
use crate::measure::concentration::{self, Normalised};
use crate::measure::inequality;
use crate::measure::national::{Lines, quintile_ratio, relative_median_gap};
use crate::measure::poverty::Poverty;
use crate::measure::ranking::{Ranking, Sorted};
use crate::measure::sample::Weight;
use crate::measure::statistic::{Column, Form, Smooth};
use std::sync::Arc;

/// Means and shares of money.
impl List<'_> {
    pub(super) fn means(&mut self) {
        let welfares = self.welfares.iter();
        let means: Vec<_> = welfares
            .map(|welfare| (welfare.name.clone(), welfare.values.clone()))
            .collect();
        for (name, values) in means {
            let convention = format!("{name}, per equivalent adult and year");
            let mean = Smooth::mean(&Column::of(values.iter().copied(), &self.persons));
            self.push("mean", "", &convention, Weight::Persons, Statistic::Smooth(mean));
        }
        let Some(oop) = &self.sample.oop else { return };
        let mean = Smooth::mean(&Column::of(self.sample.per_adult(oop), &self.persons));
        let convention = "out-of-pocket spending, per equivalent adult and year";
        self.push("mean", "", convention, Weight::Persons, Statistic::Smooth(mean));
        let Some((gross, told)) = &self.gross else { return };
        let convention = format!("total of out-of-pocket spending over total of {told}");
        let total = |column: &[f64]| Column::of(column.iter().copied(), &self.households).mean();
        let share = Smooth::new(Form::Ratio, [total(oop), total(gross)]);
        self.push(
            "oop_share",
            "",
            &convention,
            Weight::Households,
            Statistic::Smooth(share),
        );
    }
}

/// Poverty and inequality.
impl List<'_> {
    pub(super) fn poverty(&mut self, at: usize) {
        let Welfare { name, values, .. } = self.welfares[at].clone();
        let told = format!("{name}, per equivalent adult, strict <");
        let units = self.persons.clone();
        for (variant, line) in self.lines.clone() {
            let poverty = Poverty::of(&values, &line, &units);
            let mut add =
                |indicator, smooth| self.event(indicator, &variant, &told, Weight::Persons, Statistic::Smooth(smooth));
            add("poverty_headcount", poverty.headcount());
            add("poverty_gap", poverty.gap());
            add("poverty_severity", poverty.severity());
            add("mean_poverty_gap", poverty.mean_gap());
            add("mean_positive_gap", poverty.mean_positive_gap());
            add("normalised_mean_positive_gap", poverty.normalised_mean_positive_gap());
            add("sen_shorrocks_thon", poverty.sen_shorrocks_thon());
            let (told, watts) = (format!("{told}, above 0 only"), Statistic::Smooth(poverty.watts()));
            self.event("watts", &variant, &told, Weight::Persons, watts);
        }
    }

    pub(super) fn inequality(&mut self, at: usize) {
        let Welfare {
            name, values, ranking, ..
        } = self.welfares[at].clone();
        let all = format!("{name}, per equivalent adult");
        let above = format!("{all}, above 0 only");
        let units = self.persons.clone();
        let settings = self.settings;
        let left_out = values.iter().map(|x| f64::from(*x <= 0.0));
        let left_out = Smooth::mean(&Column::of(left_out, &units));
        self.event(
            "share_not_above_0",
            "",
            &all,
            Weight::Persons,
            Statistic::Smooth(left_out),
        );
        let mut add = |name, variant: &str, told: &str, smooth| {
            self.push(name, variant, told, Weight::Persons, Statistic::Smooth(smooth));
        };
        add("gini", "", &all, inequality::gini(&values, &ranking, &units));
        add("theil", "", &above, inequality::theil(&values, &units));
        add(
            "mean_log_deviation",
            "",
            &above,
            inequality::mean_log_deviation(&values, &units),
        );
        for &epsilon in &settings.atkinson {
            let variant = format!("epsilon {epsilon}");
            add(
                "atkinson",
                &variant,
                &above,
                inequality::atkinson(&values, epsilon, &units),
            );
        }
        let sorted = Sorted::of(&values, units.clone());
        let ratio = Statistic::Scalar(Box::new(move |_, weights| quintile_ratio(&sorted, weights)));
        self.push("s80_s20", "", &all, Weight::Persons, ratio);
    }

    pub(super) fn relative(&mut self, at: usize) {
        let Welfare {
            name,
            values,
            median: Some(median),
            ..
        } = self.welfares[at].clone()
        else {
            return;
        };
        let told = format!("{name}, per equivalent adult, median of the whole sample");
        for &share in &self.settings.relative {
            let variant = format!("{} of the median", percent(share));
            let line = Statistic::Scalar(Box::new(move |lines, _| share * median(lines)));
            self.push("relative_poverty_line", &variant, &told, Weight::Persons, line);
            let all = values.clone();
            let below = move |lines: &Lines, row: usize| all[row] < share * median(lines);
            let rate = list::share(self.persons.clone(), values.len(), below);
            self.event(
                "relative_poverty_rate",
                &variant,
                &format!("{told}, strict <"),
                Weight::Persons,
                rate,
            );
            let sorted = Sorted::of(&values, self.persons.clone());
            let gap = Statistic::Scalar(Box::new(move |lines, weights| {
                relative_median_gap(&sorted, share * median(lines), weights)
            }));
            self.push("relative_median_gap", &variant, &told, Weight::Persons, gap);
        }
    }
}

/// Concentration of the outcome and of payments.
impl List<'_> {
    pub(super) fn concentration(&mut self) {
        let Some((by, told)) = self.ranking(Weight::Persons) else {
            return;
        };
        let (sample, units) = (self.sample, self.persons.clone());
        if let Some(outcome) = &sample.outcome {
            self.concentration_of(outcome, &by, &told);
        }
        let Some(oop) = &sample.oop else { return };
        let paid = sample.per_adult(oop);
        let paid = Column::of(paid, &units);
        let index = concentration::index(&paid, &by, Normalised::Plain);
        let variant = "of out-of-pocket spending";
        self.push(
            "concentration_index",
            variant,
            &format!("per equivalent adult, {told}"),
            Weight::Persons,
            Statistic::Smooth(index),
        );
        let Some(gross) = self.gross.as_ref().map(|(gross, _)| sample.per_adult(gross)) else {
            return;
        };
        let by = Arc::new(Ranking::of(&gross, units.clone()));
        let kakwani = concentration::kakwani(&paid, &Column::of(gross, &units), &by);
        let told = "out-of-pocket spending against consumption gross of it, per equivalent adult";
        self.push("kakwani", "", told, Weight::Persons, Statistic::Smooth(kakwani));
    }

    fn concentration_of(&mut self, outcome: &[f64], by: &Arc<Ranking>, told: &str) {
        let units = self.persons.clone();
        let column = Column::of(outcome.iter().copied(), &units);
        let mut kinds = vec![
            ("concentration_index", Normalised::Plain),
            ("concentration_index_generalised", Normalised::Generalised),
        ];
        let inside = |(low, high): &(f64, f64)| outcome.iter().all(|y| (low..=high).contains(&y));
        if let Some((low, high)) = self.settings.bounds.filter(inside) {
            kinds.push(("concentration_index_erreygers", Normalised::Erreygers { low, high }));
            kinds.push(("concentration_index_wagstaff", Normalised::Wagstaff { low, high }));
        }
        for (name, how) in kinds {
            let variant = match how {
                Normalised::Erreygers { low, high } | Normalised::Wagstaff { low, high } => {
                    format!("of the outcome, from {low} to {high}")
                }
                Normalised::Plain | Normalised::Generalised => "of the outcome".into(),
            };
            let index = concentration::index(&column, by, how);
            self.push(name, &variant, told, Weight::Persons, Statistic::Smooth(index));
        }
        let plain = concentration::index(&column, by, Normalised::Plain);
        let error = Statistic::Scalar(Box::new(move |_, weights| {
            let error = concentration::formula_error(&plain.measured(weights), weights, &units);
            error.unwrap_or(f64::NAN)
        }));
        let told = format!("standard error by the formula of Kakwani, Wagstaff and van Doorslaer; {told}");
        self.push(
            "concentration_index_error",
            "of the outcome",
            &told,
            Weight::Persons,
            error,
        );
    }
}
