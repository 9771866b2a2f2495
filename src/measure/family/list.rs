//! The list of the family: which indicators a sample has the columns for, and how each is said to be counted.

use super::{Indicator, Settings, Statistic};
use crate::measure::national::Lines;
use crate::measure::ranking::Ranking;
use crate::measure::sample::{Basis, Sample, Weight};
use std::sync::Arc;

/// All indicators that the columns of a sample allow.
pub(super) fn all(sample: &Sample, settings: &Settings) -> Vec<Indicator> {
    let mut list = List::of(sample, settings);
    list.means();
    list.sustainable_development_goal();
    list.world_health_organisation();
    list.catastrophic();
    list.impoverishing();
    for at in 0..list.welfares.len() {
        list.poverty(at);
        list.inequality(at);
        list.relative(at);
    }
    list.concentration();
    list.all
}

/// What people live on, per equivalent adult.
#[derive(Clone)]
pub(super) struct Welfare {
    /// In words, as a convention has them.
    pub name: String,
    pub values: Arc<[f64]>,
    /// Its ranking over persons.
    pub ranking: Arc<Ranking>,
    /// The median of the whole sample, where relative lines are drawn from it.
    pub median: Option<fn(&Lines) -> f64>,
}

/// The list as it grows, with what several indicators share.
pub(super) struct List<'a> {
    pub sample: &'a Sample,
    pub settings: &'a Settings,
    pub persons: Arc<[f64]>,
    pub households: Arc<[f64]>,
    /// Consumption of the household, and what it holds in words.
    pub gross: Option<(Vec<f64>, String)>,
    pub net: Option<(Vec<f64>, String)>,
    pub welfares: Vec<Welfare>,
    /// Poverty lines by name, row by row.
    pub lines: Vec<(String, Arc<[f64]>)>,
    pub all: Vec<Indicator>,
}

/// A threshold, in per cent without needless zeros.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", (share * 100.0 * 1e9).round() / 1e9)
}

impl<'a> List<'a> {
    fn of(sample: &'a Sample, settings: &'a Settings) -> List<'a> {
        let (with, without) = ("out-of-pocket spending included", "out-of-pocket spending left out");
        let (gross_told, net_told) = match sample.basis {
            Basis::Gross => (
                format!("{with}, as given"),
                format!("{without}, taken off what was given"),
            ),
            Basis::Net => (
                format!("{with}, added to what was given"),
                format!("{without}, as given"),
            ),
        };
        let mut list = List {
            sample,
            settings,
            persons: sample.units(Weight::Persons),
            households: sample.units(Weight::Households),
            gross: sample
                .gross()
                .map(|column| (column, format!("consumption gross ({gross_told})"))),
            net: sample
                .net()
                .map(|column| (column, format!("consumption net ({net_told})"))),
            welfares: Vec::new(),
            lines: Vec::new(),
            all: Vec::new(),
        };
        let consumption: Option<fn(&Lines) -> f64> = Some(|lines| lines.median_consumption);
        if let Some((column, name)) = list.gross.clone() {
            list.welfare(&column, name, consumption);
        }
        if let Some((column, name)) = list.net.clone() {
            list.welfare(&column, name, None);
        }
        if let Some(column) = &sample.income {
            list.welfare(column, "income".into(), Some(|lines| lines.median_income));
        }
        list.lines = settings
            .lines
            .iter()
            .map(|(name, line)| (name.clone(), vec![*line; sample.len()].into()))
            .collect();
        if let Some(line) = &sample.line {
            list.lines.push(("line of the sample".into(), line.clone().into()));
        }
        list
    }

    fn welfare(&mut self, column: &[f64], name: String, median: Option<fn(&Lines) -> f64>) {
        let values: Arc<[f64]> = self.sample.per_adult(column).into();
        let ranking = Arc::new(Ranking::of(&values, self.persons.clone()));
        self.welfares.push(Welfare {
            name,
            values,
            ranking,
            median,
        });
    }

    pub fn units(&self, weight: Weight) -> Arc<[f64]> {
        match weight {
            Weight::Persons => self.persons.clone(),
            Weight::Households => self.households.clone(),
        }
    }

    pub fn push(&mut self, name: &'static str, variant: &str, convention: &str, weight: Weight, statistic: Statistic) {
        self.all.push(Indicator {
            name,
            variant: variant.into(),
            convention: convention.into(),
            weight,
            of_events: false,
            statistic,
        });
    }

    /// As `push`, of an event that is in the first column.
    pub fn event(&mut self, name: &'static str, variant: &str, convention: &str, weight: Weight, statistic: Statistic) {
        self.push(name, variant, convention, weight, statistic);
        if let Some(last) = self.all.last_mut() {
            last.of_events = true;
        }
    }

    /// People ranked as the sample has it, and by what in words; nothing where there is nothing to rank by.
    pub fn ranking(&self, weight: Weight) -> Option<(Arc<Ranking>, String)> {
        let (values, told) = match (&self.sample.rank, self.welfares.first()) {
            (Some(rank), _) => (&rank[..], "the rank variable as given"),
            (None, Some(welfare)) => (&welfare.values[..], &welfare.name[..]),
            (None, None) => return None,
        };
        let ranking = Ranking::of(values, self.units(weight));
        Some((
            Arc::new(ranking),
            format!("ranked by {told}, equals share their mean rank"),
        ))
    }
}
