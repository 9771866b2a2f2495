//! The long tidy tables of a result: one row a number, with everything needed to read it.

mod attribution;
mod cost_effect;
mod delivery;
mod each;
mod epidemic;
mod flags;
mod funds;
mod items;
mod lenders;
mod marks;
mod meanings;
mod population;
mod published;
mod rules;
mod validation;
mod winners;
mod workforce;

pub use attribution::{attributable, attribution_dictionary, lineages, matched, truth_table};
pub use each::{markdown, programmes, programmes_dictionary};
pub use flags::programme_flags;
pub use rules::{cards, timeline};
pub use validation::{VALIDATION_COLUMNS, validation, validation_rows};

use super::Study;
use crate::indicators::events::events;
use crate::indicators::list::{indicators, read_with};
use crate::indicators::result::RunResult;
use crate::indicators::table::{Estimate, FEW_EVENTS, Indicator, Paired, Slice, cause_share};
use crate::indicators::tally::Tally;
use crate::study::Arm;
use crate::world::Category;
use crate::year::poverty::CAUSE_NAMES;
pub(super) use marks::MASKED;
use marks::{Basis, Marked};

/// Raised whenever the same scenario and seed give other numbers.
pub const RESULTS_VERSION: u32 = 4;

/// Writes rows into a CSV text.
pub(super) struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    pub fn new(header: &[&str]) -> Sheet {
        let mut sheet = Sheet(csv::Writer::from_writer(Vec::new()));
        sheet.row(header.iter().map(ToString::to_string));
        sheet
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        // Writing into memory cannot fail, and every row has the header's length.
        let _ = self.0.write_record(cells);
    }

    pub fn text(self) -> String {
        String::from_utf8(self.0.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// A number as text: six significant digits are more than any Monte-Carlo interval supports; empty when there is none.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value == 0.0 {
        return "0".into();
    }
    let digits = (6 - value.abs().log10().ceil() as i32).clamp(0, 12) as usize;
    format!("{value:.digits$}")
}

/// A value of a record as the text of a cell: numbers in full, nothing for nothing.
pub fn cell(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => number.as_f64().map_or_else(String::new, |own| own.to_string()),
        other => other.to_string(),
    }
}

/// Makes the text of a table.
pub type Make = fn(&Study) -> String;

/// All tables by file name, each to be made when it is written: one of them can be as large as all results.
pub fn all(study: &Study) -> Vec<(&'static str, Make)> {
    let mut tables: Vec<(&'static str, Make)> = vec![
        ("indicators.csv", indicator_table),
        ("dictionary.csv", dictionary),
        ("paired.csv", paired_table),
        ("causes.csv", cause_table),
        ("attribution.csv", attribution::of_study),
        ("payers.csv", payer_table),
        ("funds.csv", funds::county_table),
        ("pools.csv", funds::joint_table),
        ("lenders.csv", lenders::table),
        ("population.csv", population::table),
        ("replicates.csv", replicate_table),
    ];
    if epidemic::any(study) {
        tables.push(("epidemic.csv", epidemic::table));
    }
    if published::any(study) {
        tables.push(("published.csv", published::table));
    }
    if delivery::any(study) {
        tables.push(("delivery.csv", delivery::table));
    }
    if workforce::any(study) {
        tables.push(("workforce.csv", workforce::table));
    }
    if winners::any(study) {
        tables.push(("winners.csv", winners::table));
    }
    if study.arms.iter().skip(1).any(|arm| !arm.control) {
        tables.push(("flags.csv", flags::table));
    }
    if !study.equal_cost.is_empty() {
        tables.push(("equal_cost.csv", equal_cost_table));
    }
    if cost_effect::any(study) {
        tables.push(("cost_effect.csv", cost_effect::table));
    }
    tables
}

/// Tallies of a slice, one a replicate.
fn tallies(arm: &Arm, slice: Slice, stock: bool) -> Vec<Tally> {
    arm.results.iter().map(|result| slice.tally(result, stock)).collect()
}

fn slices(result: &RunResult) -> Vec<Slice> {
    Slice::reported(
        result.years.len(),
        result.years.first().map_or(0, |year| year.counties.len()),
    )
}

/// What an indicator of a slice rests on: its events, and no more households than there are in the slice, in the mean year.
fn basis(indicator: &Indicator, slice: Slice, years: usize, tallies: &[Tally]) -> Basis {
    let households: i64 = tallies.iter().map(|tally| tally.households).sum();
    let years = if slice.year.is_none() && !indicator.is_stock() {
        years
    } else {
        1
    };
    let basis = match tallies
        .iter()
        .map(|tally| events(indicator, tally))
        .sum::<Option<i64>>()
    {
        Some(events) => Basis::events(events, tallies.len()),
        None => Basis::NONE,
    };
    basis.among(households as f64 / (tallies.len() * years).max(1) as f64)
}

fn indicator_table(study: &Study) -> String {
    let header = [
        "scenario",
        "year",
        "county",
        "category",
        "indicator",
        "line",
        "convention",
        "weight",
        "numerator",
        "denominator",
        "unit",
        "mean",
        "se",
        "lo",
        "hi",
        "replicates",
        "few_events",
    ];
    let mut sheet = Marked::called(
        study.min_cell,
        &header,
        vec![8, 9, 11, 12, 13, 14, 16],
        "few_events_of_any_kind",
    );
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        let list = indicators(first);
        for slice in slices(first) {
            let flows = tallies(arm, slice, false);
            let stocks = if slice.year.is_none() {
                tallies(arm, slice, true)
            } else {
                flows.clone()
            };
            let (year, county, category) = slice.labels(first);
            for indicator in &list {
                let tallies = if indicator.is_stock() { &stocks } else { &flows };
                let values: Vec<f64> = tallies.iter().filter_map(|tally| indicator.value(tally)).collect();
                if values.is_empty() {
                    continue;
                }
                let pairs = tallies.iter().map(|tally| indicator.pair(tally));
                let (over, under) = pairs.fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
                let estimate = Estimate::of(&values);
                let n = tallies.len() as f64;
                let counted = matches!(indicator.weight, "households" | "persons") && indicator.unit == "share";
                let few = counted && (over as f64) < FEW_EVENTS;
                let mut row = vec![
                    arm.id.clone(),
                    year.clone(),
                    county.clone(),
                    category.into(),
                    indicator.id.clone(),
                ];
                row.extend([
                    indicator.line.clone(),
                    indicator.convention.clone(),
                    indicator.weight.into(),
                ]);
                row.extend([number(over as f64 / n), number(under as f64 / n), indicator.unit.into()]);
                row.extend([estimate.mean, estimate.se, estimate.lo, estimate.hi].map(number));
                row.extend([estimate.n.to_string(), few.to_string()]);
                sheet.row(row, basis(indicator, slice, first.years.len(), tallies));
            }
        }
    }
    sheet.text()
}

fn paired_table(study: &Study) -> String {
    let header = [
        "base",
        "scenario",
        "year",
        "county",
        "category",
        "indicator",
        "line",
        "convention",
        "unit",
        "difference",
        "se",
        "lo",
        "hi",
        "variance_reduction",
        "correlation",
        "replicates",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, vec![9, 10, 11, 12, 13, 14]);
    let Some((base, others)) = study.arms.split_first() else {
        return sheet.text();
    };
    let Some(first) = base.results.first() else {
        return sheet.text();
    };
    let list = indicators(first);
    for arm in others.iter().filter(|arm| !arm.control) {
        for slice in slices(first).into_iter().filter(|slice| slice.county.is_none()) {
            let (year, county, category) = slice.labels(first);
            for stock in [false, true] {
                let one = tallies(base, slice, stock);
                let two = tallies(arm, slice, stock);
                for indicator in list.iter().filter(|indicator| indicator.is_stock() == stock) {
                    let Some(paired) = pair(indicator, &one, &two) else {
                        continue;
                    };
                    let difference = paired.difference;
                    let mut row = vec![
                        base.id.clone(),
                        arm.id.clone(),
                        year.clone(),
                        county.clone(),
                        category.into(),
                    ];
                    row.extend([
                        indicator.id.clone(),
                        indicator.line.clone(),
                        indicator.convention.clone(),
                    ]);
                    row.push(indicator.unit.into());
                    row.extend([difference.mean, difference.se, difference.lo, difference.hi].map(number));
                    row.extend([paired.variance_reduction, paired.correlation].map(number));
                    row.push(difference.n.to_string());
                    let of = |tallies: &[Tally]| basis(indicator, slice, first.years.len(), tallies);
                    sheet.row(row, of(&one).and(of(&two)));
                }
            }
        }
    }
    sheet.text()
}

/// What each indicator counts over what.
fn dictionary(study: &Study) -> String {
    let header = ["indicator", "unit", "weight", "numerator", "denominator", "read_with"];
    let mut sheet = Sheet::new(&header);
    let mut known = std::collections::BTreeSet::new();
    if let Some(first) = study.arms.first().and_then(|arm| arm.results.first()) {
        for one in indicators(first) {
            if known.insert(one.id.clone()) {
                sheet.row([
                    one.id.clone(),
                    one.unit.into(),
                    one.weight.into(),
                    one.numerator.into(),
                    one.denominator.into(),
                    read_with(&one.id).join(" "),
                ]);
            }
        }
    }
    for [name, weight, meaning, of] in meanings::of_tables(study) {
        sheet.row([name, String::new(), weight, meaning, of, String::new()]);
    }
    sheet.text()
}

/// The paired difference of an indicator over the replicates in which both have a value.
pub fn pair(indicator: &Indicator, one: &[Tally], two: &[Tally]) -> Option<Paired> {
    let both: Vec<(f64, f64)> = one
        .iter()
        .zip(two)
        .filter_map(|(one, two)| Some((indicator.value(one)?, indicator.value(two)?)))
        .collect();
    let (one, two): (Vec<f64>, Vec<f64>) = both.into_iter().unzip();
    (!one.is_empty()).then(|| Paired::of(&one, &two))
}

fn cause_table(study: &Study) -> String {
    let header = [
        "scenario",
        "year",
        "county",
        "category",
        "convention",
        "line",
        "class",
        "households",
        "share",
        "lo",
        "hi",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, vec![7, 8, 9, 10]);
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for slice in slices(first) {
            let (year, county, category) = slice.labels(first);
            let tallies = tallies(arm, slice, false);
            for (g, (_, convention, line)) in first.gauges.iter().enumerate() {
                for (class, name) in CAUSE_NAMES.iter().enumerate() {
                    let counted: i64 = tallies.iter().map(|tally| tally.causes[g][class]).sum();
                    let returned: i64 = tallies.iter().map(|tally| tally.returned[g]).sum();
                    if returned == 0 {
                        continue;
                    }
                    let shares: Vec<f64> = tallies
                        .iter()
                        .filter_map(|tally| cause_share(tally, g, class))
                        .collect();
                    let interval = Estimate::of(&shares);
                    let mut row = vec![arm.id.clone(), year.clone(), county.clone(), category.into()];
                    row.extend([convention.name().into(), line.clone(), (*name).into()]);
                    row.push(number(counted as f64 / tallies.len() as f64));
                    // The pooled share sums to one over the classes; the interval is that of the replicates' shares.
                    row.push(number(counted as f64 / returned as f64));
                    row.extend([interval.lo.clamp(0.0, 1.0), interval.hi.clamp(0.0, 1.0)].map(number));
                    sheet.row(row, Basis::events(counted, tallies.len()));
                }
            }
        }
    }
    sheet.text()
}

fn payer_table(study: &Study) -> String {
    let header = [
        "scenario",
        "year",
        "county",
        "category",
        "payer",
        "yuan",
        "yuan_per_head",
        "lo",
        "hi",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, vec![5, 6, 7, 8]);
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for slice in slices(first) {
            let (year, county, category) = slice.labels(first);
            let tallies = tallies(arm, slice, false);
            // A row over all years is a mean year.
            let years = if slice.year.is_none() {
                first.years.len() as f64
            } else {
                1.0
            };
            let people: i64 = tallies.iter().map(|tally| tally.persons).sum();
            let households: i64 = tallies.iter().map(|tally| tally.households).sum();
            let basis = Basis::of(people, households as f64 / tallies.len() as f64 / years);
            let mut row = |payer: &str, read: &dyn Fn(&Tally) -> i64| {
                let per_head: Vec<f64> = tallies
                    .iter()
                    .filter(|tally| tally.persons > 0)
                    .map(|tally| read(tally) as f64 / 100.0 / tally.persons as f64)
                    .collect();
                if per_head.is_empty() {
                    return;
                }
                let total: i64 = tallies.iter().map(read).sum();
                let estimate = Estimate::of(&per_head);
                let mut cells = vec![
                    arm.id.clone(),
                    year.clone(),
                    county.clone(),
                    category.into(),
                    payer.into(),
                ];
                cells.push(number(total as f64 / 100.0 / tallies.len() as f64 / years));
                cells.extend([estimate.mean, estimate.lo, estimate.hi].map(number));
                sheet.row(cells, basis);
            };
            row("household", &|tally| tally.oop - tally.unpaid);
            row("arrears_provider", &|tally| tally.unpaid);
            for (at, layer) in first.layers.iter().enumerate() {
                row(layer, &|tally| tally.layers[at]);
            }
            row("programme", &|tally| tally.programme_cost);
        }
    }
    sheet.text()
}

/// The headline of every replicate, so that intervals can be recomputed.
fn replicate_table(study: &Study) -> String {
    replicates(study.arms, study.min_cell)
}

/// The headline of every replicate of some scenarios.
pub fn replicates(arms: &[Arm], min_cell: Option<u32>) -> String {
    let header = [
        "scenario",
        "replicate",
        "year",
        "category",
        "indicator",
        "line",
        "convention",
        "numerator",
        "denominator",
    ];
    let mut sheet = Marked::new(min_cell, &header, vec![7, 8]);
    for arm in arms {
        for (replicate, result) in arm.results.iter().enumerate() {
            replicate_rows(&arm.id, replicate, result).for_each(|(cells, basis)| sheet.row(cells.into(), basis));
        }
    }
    sheet.text()
}

/// The rows of a replicate in `replicates.csv`.
pub(super) fn replicate_rows<'a>(
    id: &'a str,
    replicate: usize,
    result: &'a RunResult,
) -> impl Iterator<Item = ([String; 9], Basis)> + 'a {
    let wanted = |one: &Indicator| one.id.starts_with("return_") || one.id == "oop_share";
    let list: Vec<Indicator> = indicators(result).into_iter().filter(wanted).collect();
    let years = (0..result.years.len()).map(Some);
    let slices = years.flat_map(|year| [None, Some(Category::Lifted)].map(|category| (year, category)));
    slices.flat_map(move |(year, category)| {
        let slice = Slice {
            year,
            county: None,
            category,
        };
        let tally = [slice.tally(result, false)];
        let (year, _, category) = slice.labels(result);
        let row = |indicator: &Indicator| {
            let (over, under) = indicator.pair(&tally[0]);
            let cells = [
                id.to_owned(),
                replicate.to_string(),
                year.clone(),
                category.to_owned(),
                indicator.id.clone(),
                indicator.line.clone(),
                indicator.convention.clone(),
                over.to_string(),
                under.to_string(),
            ];
            (cells, basis(indicator, slice, 1, &tally))
        };
        list.iter().map(row).collect::<Vec<_>>()
    })
}

fn equal_cost_table(study: &Study) -> String {
    let header = [
        "year",
        "package_extra_yuan",
        "lo",
        "hi",
        "eligible_persons",
        "cash_yuan_per_person_year",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, vec![1, 2, 3, 4, 5]);
    for size in study.equal_cost {
        let extra = size.extra_yuan;
        let mut row = vec![size.year.to_string()];
        row.extend([extra.mean, extra.lo, extra.hi, size.eligible, size.cash_yuan].map(number));
        sheet.row(row, Basis::NONE.among(size.eligible));
    }
    sheet.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_six_digits() {
        assert_eq!(number(0.012_345_678), "0.0123457");
        assert_eq!(number(123_456_789.4), "123456789");
        assert_eq!(number(-0.5), "-0.500000");
        assert_eq!(number(f64::NAN), "");
        assert_eq!(number(0.0), "0");
    }
}
