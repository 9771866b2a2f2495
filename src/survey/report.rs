//! What was found in a survey: bad rows, what records tell, margins and weights, as tables and as text.

use super::fields::{self, FIELDS};
use super::lens::{Bad, Counts};
use super::map::Map;
use super::margin::Margin;
use super::rake::{design_effect, shares};
use super::{Held, fifths};
use crate::population::{HouseholdRecord, IncomeBasis, Manifest, Population};
use std::fmt::Write;

/// All that there is to say about a survey that was taken.
#[derive(Debug)]
pub struct Report {
    /// The margins of the map and the usual ones.
    pub margins: Vec<MarginTable>,
    /// The weights as given, in the order of the population's households.
    pub given: Vec<f64>,
    /// Bad rows that were left out with their households.
    pub bad: Vec<Bad>,
    /// These households.
    pub left_out: Vec<String>,
    /// How often each field was told.
    pub counts: [Counts; FIELDS],
    /// Households whose recorded income lies beyond an end of the curve.
    pub(super) held: Held,
}

/// A margin of the population.
#[derive(Debug)]
pub struct MarginTable {
    margin: Margin,
    /// Whether it was raked to.
    is_target: bool,
    /// Shares under the weights as given.
    given: Vec<f64>,
    /// Shares under the raked weights.
    raked: Vec<f64>,
}

/// The margins of the map, then the usual ones that hold everybody.
pub fn margins(households: &[HouseholdRecord], given: &[f64], map: &Map) -> Vec<MarginTable> {
    let targets = map
        .rake
        .iter()
        .flat_map(|rake| rake.margins.iter().cloned().map(|margin| (margin, true)));
    let named: Vec<String> = map
        .rake
        .iter()
        .flat_map(|rake| &rake.margins)
        .map(|margin| margin.name.clone())
        .collect();
    let mut counties: Vec<&str> = households.iter().map(|household| household.county.as_str()).collect();
    counties.dedup();
    let usual = Margin::usual(&counties)
        .into_iter()
        .filter(|margin| !named.contains(&margin.name));
    let before: Vec<HouseholdRecord> = households
        .iter()
        .zip(given)
        .map(|(household, &weight)| HouseholdRecord {
            weight,
            ..household.clone()
        })
        .collect();
    let table = |(margin, is_target): (Margin, bool)| MarginTable {
        given: shares(&before, &margin),
        raked: shares(households, &margin),
        margin,
        is_target,
    };
    let whole = |table: &MarginTable| {
        table.is_target || households.iter().all(|household| table.margin.counts(household).1 == 0)
    };
    targets
        .chain(usual.map(|margin| (margin, false)))
        .map(table)
        .filter(whole)
        .collect()
}

/// A table of bad rows.
pub fn bad_rows(bad: &[Bad]) -> String {
    let rows = bad.iter().map(|bad| {
        let Bad {
            file,
            line,
            household,
            column,
            reason,
        } = bad;
        vec![
            file.clone(),
            line.to_string(),
            household.clone(),
            column.clone(),
            reason.clone(),
        ]
    });
    csv_text(&["file", "line", "household", "column", "reason"], rows)
}

fn csv_text(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut file = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = file.write_record(header);
    for row in rows {
        let _ = file.write_record(row);
    }
    String::from_utf8(file.into_inner().unwrap_or_default()).unwrap_or_default()
}

impl Report {
    /// What each field was told, and how it is filled.
    pub fn fields_table(&self) -> String {
        let rows = fields::all().into_iter().zip(&self.counts).map(|(field, counts)| {
            let of = if field.of_household { "household" } else { "person" };
            let filled = if counts.missing > 0 { field.filled } else { "" };
            let numbers = [counts.given, counts.by_default, counts.missing].map(|count| count.to_string());
            let mut row = vec![of.to_owned(), field.name.to_owned()];
            row.extend(numbers);
            row.push(filled.to_owned());
            row
        });
        csv_text(
            &["of", "field", "given", "by_default", "missing", "missing_is_filled"],
            rows,
        )
    }

    /// Every cell of every margin: target, as given, raked, and in the world `founded`.
    pub fn margins_table(&self, founded: &[HouseholdRecord]) -> String {
        let mut rows = Vec::new();
        for table in &self.margins {
            let world = shares(founded, &table.margin);
            for (at, cell) in table.margin.cells.iter().enumerate() {
                let percent = |share: f64| format!("{:.4}", 100.0 * share);
                let target = if table.is_target {
                    percent(cell.share)
                } else {
                    String::new()
                };
                let (name, cell) = (table.margin.name.clone(), cell.name.clone());
                rows.push(vec![
                    name,
                    cell,
                    target,
                    percent(table.given[at]),
                    percent(table.raked[at]),
                    percent(world[at]),
                ]);
            }
        }
        let header = [
            "margin",
            "cell",
            "target_percent",
            "survey_percent",
            "raked_percent",
            "founded_percent",
        ];
        csv_text(&header, rows.into_iter())
    }

    /// The report as text; `founded` are the households of the first world.
    pub fn text(&self, population: &Population, founded: &[HouseholdRecord]) -> String {
        let manifest = &population.manifest;
        let mut text = format!("{}\n\n", manifest.title);
        let agents: usize = founded.iter().map(|household| household.people.len()).sum();
        let _ = writeln!(
            text,
            "Taken: {} households with {} residents.",
            manifest.households, manifest.people
        );
        self.bad_text(&mut text);
        self.fields_text(&mut text);
        self.weights_text(&mut text, population);
        self.income_text(&mut text, population, founded);
        let _ = writeln!(
            text,
            "\nMargins, per cent (a world of the scenario: {} households, {agents} people)",
            founded.len()
        );
        let _ = writeln!(
            text,
            "{:<46} {:>9} {:>9} {:>9} {:>9}",
            "", "target", "survey", "raked", "founded"
        );
        for table in &self.margins {
            let _ = writeln!(text, "{}", table.margin.name);
            let world = shares(founded, &table.margin);
            for (at, cell) in table.margin.cells.iter().enumerate() {
                let percent = |share: f64| format!("{:.2}", 100.0 * share);
                let target = if table.is_target {
                    percent(cell.share)
                } else {
                    String::new()
                };
                let [given, raked, world] = [table.given[at], table.raked[at], world[at]].map(percent);
                let _ = writeln!(text, "  {:<44} {target:>9} {given:>9} {raked:>9} {world:>9}", cell.name);
            }
        }
        text
    }

    fn bad_text(&self, text: &mut String) {
        if self.bad.is_empty() {
            let _ = writeln!(text, "No bad rows.");
            return;
        }
        let (rows, homes) = (self.bad.len(), self.left_out.len());
        let of = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let (homes, faults) = (of(homes, "household"), of(rows, "fault"));
        let _ = writeln!(text, "Left out: {homes}, for {faults}; each is in bad_rows.csv.");
        let mut reasons: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for bad in &self.bad {
            *reasons.entry(&bad.reason).or_default() += 1;
        }
        let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        for (reason, count) in reasons.iter().take(10) {
            let _ = writeln!(text, "  {count:>6}  {reason}");
        }
        if reasons.len() > 10 {
            let _ = writeln!(text, "          and {} other reasons", reasons.len() - 10);
        }
    }

    fn fields_text(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\n{:<28} {:>8} {:>10} {:>8}  what is missing is",
            "field", "given", "by default", "missing"
        );
        for (field, counts) in fields::all().into_iter().zip(&self.counts) {
            // One of age and year of birth is enough, and a month of birth or schooling nobody has to give.
            if counts.given + counts.by_default == 0
                && ["age", "birth_year", "birth_month", "schooling"].contains(&field.name)
            {
                continue;
            }
            let of = if field.of_household { "household" } else { "person" };
            let filled = if counts.missing > 0 { field.filled } else { "" };
            let Counts {
                given,
                by_default,
                missing,
            } = counts;
            let name = format!("{of}.{}", field.name);
            let line = format!("{name:<28} {given:>8} {by_default:>10} {missing:>8}  {filled}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }

    fn weights_text(&self, text: &mut String, population: &Population) {
        match &population.manifest.raking {
            None => {
                let _ = writeln!(text, "\nWeights are as given: the map has no margins to rake to.");
            }
            Some(raking) => {
                let how = if raking.converged {
                    "converged"
                } else {
                    "did NOT converge"
                };
                let (points, cell) = (raking.largest_deviation_points, &raking.largest_deviation_cell);
                let _ = writeln!(text, "\nRaking {how} after {} rounds.", raking.rounds);
                let _ = writeln!(text, "Largest deviation that remains: {points:.4} points ({cell}).");
                let _ = writeln!(text, "Weights held at the bound of `trim_ratio`: {}.", raking.trimmed);
            }
        }
        let raked = population.households.iter().map(|household| household.weight);
        for (name, weights) in [("as given", self.given.clone()), ("used", raked.collect())] {
            let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
            let least = weights.iter().copied().fold(f64::INFINITY, f64::min) / mean;
            let most = weights.iter().copied().fold(0.0, f64::max) / mean;
            let effect = design_effect(weights.iter().copied());
            let worth = weights.len() as f64 / effect;
            let _ = writeln!(
                text,
                "Weights {name}: {least:.3} to {most:.3} times their mean; design effect {effect:.3} (as good as {worth:.0} households of equal weight).",
            );
        }
    }

    fn income_text(&self, text: &mut String, population: &Population, founded: &[HouseholdRecord]) {
        let Manifest {
            income_basis,
            income_quintile_mean_yuan: means,
            ..
        } = &population.manifest;
        let Held {
            ends: [lowest, highest],
            beyond: [low, high],
            told,
        } = self.held;
        let _ = writeln!(text, "\nIncome: {told} households tell.");
        let how = match (income_basis, means) {
            (IncomeBasis::Recorded, Some(_)) => {
                "They begin with it, on a curve through the means of the survey's own fifths."
            }
            (IncomeBasis::Recorded, None) => {
                "They begin with it, on the scenario's income curve: too few tell, or their fifths allow no curve."
            }
            (IncomeBasis::Rank, _) => "They keep their rank, on a curve through the means that the map gives.",
        };
        let _ = writeln!(text, "{how}");
        // By rank, what is told only orders them.
        let recorded = *income_basis == IncomeBasis::Recorded;
        if recorded && low > 0 {
            let _ = writeln!(
                text,
                "{low} tell less than {lowest:.0} yuan a head, the lowest of the scenario, and begin there."
            );
        }
        if recorded && high > 0 {
            let _ = writeln!(
                text,
                "{high} tell more than {highest:.0} yuan a head, the highest of the curve, and begin there."
            );
        }
        for (name, households) in [("survey", &population.households[..]), ("founded", founded)] {
            if let Some(means) = fifths(households) {
                let shown = means.map(|mean| format!("{mean:.0}")).join(", ");
                let _ = writeln!(text, "Yuan a head in the fifths of households, {name}: {shown}.");
            }
        }
    }
}
