//! Indicators against independent programs, to 1e-9: what R and Python packages say of the small synthetic inputs in
//! `tests/measure/` (recipes beside them), and the oracle's rows that need no data.
//!
//! `the_real_data_agree` does the same on folders that `.ci/oracles` fills with public data that the project does not hold.

use kangcun::measure::dynamics::spells::{Step, survival, survival_at};
use kangcun::measure::dynamics::{Panel, markov::Moves};
use kangcun::measure::{Basis, Prepared, Row, Sample, Settings, decomposition, ranking::Ranking};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Columns of a file by name; nothing where there is no such file.
fn columns(path: &Path) -> Option<BTreeMap<String, Vec<f64>>> {
    let mut reader = csv::Reader::from_path(path).ok()?;
    let names: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let mut columns = BTreeMap::<String, Vec<f64>>::new();
    for record in reader.records() {
        for (name, cell) in names.iter().zip(&record.unwrap()) {
            columns.entry(name.clone()).or_default().push(cell.parse().unwrap());
        }
    }
    Some(columns)
}

/// A value and, where it is known, its standard error under the design.
type Said = (f64, Option<f64>);

/// The standard error of a total of `u w` in strata of clusters drawn with replacement.
fn design_error(influence: &[f64], data: &BTreeMap<String, Vec<f64>>) -> f64 {
    let mut strata = BTreeMap::<u64, BTreeMap<u64, f64>>::new();
    for (row, u) in influence.iter().enumerate() {
        let clusters = strata.entry(data["stratum"][row].to_bits()).or_default();
        *clusters.entry(data["psu"][row].to_bits()).or_default() += u * data["weight"][row];
    }
    let variance = |clusters: BTreeMap<u64, f64>| {
        let n = clusters.len() as f64;
        let mean = clusters.values().sum::<f64>() / n;
        clusters.values().map(|total| (total - mean).powi(2)).sum::<f64>() * n / (n - 1.0)
    };
    strata.into_values().map(variance).sum::<f64>().sqrt()
}

fn sample(data: &BTreeMap<String, Vec<f64>>) -> Sample {
    let column = |name: &str| data.get(name).cloned();
    Sample {
        consumption: column("consumption"),
        basis: Basis::Gross,
        oop: column("oop"),
        food: column("food"),
        income: column("income"),
        line: column("line"),
        rank: column("rank"),
        outcome: column("outcome"),
        ..Sample::new(data["weight"].clone(), data["size"].clone())
    }
}

/// What we say of a folder with households, by the names of the goldens.
fn of_households(data: &BTreeMap<String, Vec<f64>>) -> BTreeMap<String, Said> {
    let mut said = BTreeMap::new();
    let sample = sample(data);
    let rows = Prepared::of(&sample, &Settings::default()).rows();
    let mut tell = |name: &str, found: Option<&Row>| {
        let Some(row) = found else { return };
        let influence = row.measured.influence.as_ref().filter(|_| data.contains_key("psu"));
        let error = influence.map(|influence| design_error(influence, data));
        said.insert(name.to_string(), (row.measured.value, error));
    };
    let find = |indicator: &str, variant: &str, convention: &str| {
        rows.iter().find(|row| {
            let words = row.variant.contains(variant) && row.convention.contains(convention);
            let persons = row.weight == kangcun::measure::Weight::Persons || indicator == "oop_share";
            row.indicator == indicator && words && persons
        })
    };
    for name in ["gini", "theil", "mean_log_deviation", "s80_s20", "mean"] {
        tell(name, find(name, "", "income"));
    }
    for name in ["relative_poverty_line", "relative_poverty_rate", "relative_median_gap"] {
        tell(name, find(name, "60%", "income"));
    }
    for (name, indicator) in [
        ("poverty_headcount", "poverty_headcount"),
        ("fgt0", "poverty_headcount"),
        ("fgt1", "poverty_gap"),
        ("fgt2", "poverty_severity"),
        ("watts", "watts"),
        ("sen_shorrocks_thon", "sen_shorrocks_thon"),
        ("normalised_mean_positive_gap", "normalised_mean_positive_gap"),
    ] {
        tell(name, find(indicator, "", "income"));
    }
    for epsilon in ["0.5", "1", "2"] {
        let name = format!("atkinson_{epsilon}");
        let variant = format!("epsilon {epsilon}");
        let row = rows
            .iter()
            .find(|row| row.variant == variant && row.convention.contains("income"));
        tell(&name, row);
    }
    for part in [
        "headcount",
        "overshoot",
        "mean_positive_overshoot",
        "rank_weighted_headcount",
    ] {
        let row = find(&format!("che_{part}"), "above 10%", "gross");
        tell(&format!("che_{part}_10"), row);
    }
    tell("oop_share", find("oop_share", "", ""));
    tell("kakwani", find("kakwani", "", ""));
    tell("CI", find("concentration_index", "outcome", ""));
    tell("CIg", find("concentration_index_generalised", "", ""));
    tell("CIc", find("concentration_index_erreygers", "", ""));
    tell("CIw", find("concentration_index_wagstaff", "", ""));
    said.extend(without_weights(data));
    said.extend(decomposed(data));
    if let (Some(line), Some(gini)) = (said.get("relative_poverty_line").copied(), said.get("gini").copied()) {
        said.insert("median".into(), (line.0 / 0.6, None));
        said.insert("gini_convey".into(), (gini.0 + convey_less_laeken(data), gini.1));
    }
    said
}

/// What convey's estimator of the Gini coefficient has more than the covariance with ranks: it takes a row's rank for the
/// weight up to and with it less a half, not less half of its own weight.
fn convey_less_laeken(data: &BTreeMap<String, Vec<f64>>) -> f64 {
    let (mut more, mut people, mut total) = (0.0, 0.0, 0.0);
    for (row, income) in data["income"].iter().enumerate() {
        let (weight, by_head) = (data["weight"][row] * data["size"][row], income / data["size"][row]);
        more += weight * (weight - 1.0) * by_head;
        people += weight;
        total += weight * by_head;
    }
    more / (people * total)
}

/// The same where every row counts once.
fn without_weights(data: &BTreeMap<String, Vec<f64>>) -> BTreeMap<String, Said> {
    let mut data = data.clone();
    let size = data["size"].clone();
    // Money by head, so that rows can be heads.
    if let Some(income) = data.get_mut("income") {
        income.iter_mut().zip(&size).for_each(|(income, size)| *income /= size);
    }
    for name in ["weight", "size"] {
        data.get_mut(name).unwrap().fill(1.0);
    }
    let rows = Prepared::of(&sample(&data), &Settings::default()).rows();
    let find = |indicator: &str, word: &str| {
        let found = |row: &&Row| row.indicator == indicator && (row.variant.clone() + &row.convention).contains(word);
        rows.iter().find(found).map(|row| row.measured.value)
    };
    let formula = find("concentration_index_error", "");
    let all = [
        ("gini_unweighted", find("gini", "income"), None),
        ("CI_unweighted", find("concentration_index", "outcome"), formula),
        ("CIg_unweighted", find("concentration_index_generalised", ""), None),
        ("CIc_unweighted", find("concentration_index_erreygers", ""), None),
        ("CIw_unweighted", find("concentration_index_wagstaff", ""), None),
    ];
    let known = all
        .into_iter()
        .filter_map(|(name, value, error)| Some((name.to_string(), (value?, error))));
    known.collect()
}

fn decomposed(data: &BTreeMap<String, Vec<f64>>) -> BTreeMap<String, Said> {
    let Some(schooling) = data.get("schooling") else {
        return BTreeMap::new();
    };
    let factors = [("schooling", &schooling[..]), ("size", &data["size"][..])];
    let ones = vec![1.0; schooling.len()];
    let mut said = BTreeMap::new();
    for (name, weights, units) in [("", &data["weight"], &data["size"]), ("_unweighted", &ones, &ones)] {
        let units: Arc<[f64]> = units.clone().into();
        let by = Arc::new(Ranking::of(&data["rank"], units.clone()));
        let found = decomposition::decompose(&data["outcome"], &factors, &by, weights, &units).unwrap();
        let sum: f64 = found.parts.iter().map(|part| part.contribution).sum();
        assert!((sum + found.residual - found.index).abs() < 1e-12);
        for part in &found.parts {
            said.insert(format!("contribution_{}{name}", part.factor), (part.contribution, None));
        }
        said.insert(format!("contribution_residual{name}"), (found.residual, None));
    }
    said
}

fn of_panel(data: &BTreeMap<String, Vec<f64>>) -> BTreeMap<String, Said> {
    let waves = data["wave"].iter().fold(0.0, |most: f64, wave| most.max(*wave)) as usize;
    let mut people = BTreeMap::<u64, Vec<Option<f64>>>::new();
    for row in 0..data["id"].len() {
        let cells = people
            .entry(data["id"][row] as u64)
            .or_insert_with(|| vec![None; waves]);
        cells[data["wave"][row] as usize - 1] = Some(data["welfare"][row]);
    }
    let mut panel = Panel::new(waves);
    for cells in people.into_values() {
        panel.push(1.0, cells);
    }
    let matrix = panel.moves().matrix();
    let all = [
        ("transition_poor_poor", matrix.0[0][0]),
        ("transition_not_poor", matrix.0[1][0]),
        ("power_5_poor_poor", matrix.power(5).0[0][0]),
        ("stationary_poor", matrix.stationary().unwrap()[0]),
        ("mean_first_passage_poor_not", matrix.mean_first_passage(1).unwrap()[0]),
        ("mean_first_passage_not_poor", matrix.mean_first_passage(0).unwrap()[1]),
    ];
    all.into_iter()
        .map(|(name, value)| (name.to_string(), (value, None)))
        .collect()
}

fn of_durations(data: &BTreeMap<String, Vec<f64>>) -> BTreeMap<String, Said> {
    let fit = |weighted: bool| -> Vec<Step> {
        let each = 0..data["time"].len();
        let spell = |row| {
            (
                data["time"][row],
                data["ended"][row] == 1.0,
                if weighted { data["weight"][row] } else { 1.0 },
            )
        };
        survival(&each.map(spell).collect::<Vec<_>>())
    };
    let (plain, weighted) = (fit(false), fit(true));
    let mut all = BTreeMap::new();
    for time in [1.0, 2.0, 3.0, 5.0, 50.0] {
        let error = plain.iter().find(|step| step.time == time).map(|step| step.error);
        all.insert(
            format!("survival_unweighted_{time}"),
            (survival_at(&plain, time), error),
        );
        all.insert(
            format!("survival_weighted_{time}"),
            (survival_at(&weighted, time), None),
        );
    }
    all
}

/// What we say of a folder that is laid out as `tests/measure/`.
fn ours(folder: &Path) -> BTreeMap<String, Said> {
    let mut said = BTreeMap::new();
    if let Some(data) = columns(&folder.join("households.csv")) {
        said.extend(of_households(&data));
    }
    if let Some(data) = columns(&folder.join("panel.csv")) {
        said.extend(of_panel(&data));
    }
    if let Some(data) = columns(&folder.join("durations.csv")) {
        said.extend(of_durations(&data));
    }
    said
}

/// A table of what was compared, and how much of it is wrong.
#[derive(Default)]
struct Compared {
    wrong: usize,
    lines: Vec<String>,
}

impl Compared {
    fn check(&mut self, name: &str, theirs: f64, ours: f64, tolerance: f64, program: &str) {
        let off = (ours - theirs).abs() / theirs.abs().max(1.0);
        // Of another estimator: shown, not held.
        let told = if name == "gini_convey: standard error" {
            "differs by definition"
        } else if off <= tolerance {
            "agrees"
        } else {
            self.wrong += 1;
            "WRONG"
        };
        let line = format!("{name:<46} {theirs:>20.12} {ours:>20.12} {off:>9.1e}  {told}  ({program})");
        self.lines.push(line);
    }

    /// The goldens of a folder.
    fn golden(&mut self, folder: &Path) {
        let said = ours(folder);
        let mut reader = csv::Reader::from_path(folder.join("golden.csv")).unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            let [name, value, error, tolerance, program] = [0, 1, 2, 3, 4].map(|at| &record[at]);
            let tolerance = tolerance.parse().unwrap();
            let Some(ours) = said.get(name) else {
                panic!("{}: nothing is said of {name}", folder.display());
            };
            self.check(name, value.parse().unwrap(), ours.0, tolerance, program);
            if !error.is_empty() {
                let own = ours.1.unwrap_or_else(|| panic!("no standard error of {name}"));
                let name = format!("{name}: standard error");
                self.check(&name, error.parse().unwrap(), own, tolerance, program);
            }
        }
    }

    /// The rows of `oracle.csv` that are of a folder.
    fn oracle(&mut self, folder: &Path) {
        let said = ours(folder);
        let own = folder.file_name().unwrap().to_str().unwrap();
        let mut reader = csv::Reader::from_path(measure().join("oracle.csv")).unwrap();
        let records = reader.records().map(Result::unwrap);
        for record in records.filter(|record| &record[1] == own) {
            let [times, value, tolerance] = [3, 4, 5].map(|at| record[at].parse::<f64>().unwrap());
            let (name, of_error) = match record[2].split_once(": ") {
                Some((name, _)) => (name, true),
                None => (&record[2], false),
            };
            let ours = said[name];
            let ours = if of_error { ours.1.unwrap() } else { ours.0 };
            // The golden values are rounded: a half of their last digit may be off too.
            let digits = record[4].split_once('.').map_or(0, |(_, digits)| digits.len());
            let tolerance = tolerance.max(0.5 * 0.1f64.powi(digits as i32));
            let label = format!("{} {}", &record[0], &record[2]);
            self.check(&label, value, times * ours, tolerance, &record[6]);
        }
    }
}

fn measure() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/measure")
}

#[test]
fn what_independent_programs_say_of_the_synthetic_inputs_is_what_we_say() {
    let mut all = Compared::default();
    all.golden(&measure());
    assert!(all.lines.len() > 75, "{}", all.lines.len());
    assert_eq!(all.wrong, 0, "\n{}", all.lines.join("\n"));
}

/// Rows M01 to M03 of the oracle: the chain [[0.65, 0.35], [0.06, 0.94]] in R's markovchain.
#[test]
fn a_chain_of_two_states_is_that_of_markovchain() {
    let mut moves = Moves::new(2);
    for (from, to, weight) in [(0, 0, 65.0), (0, 1, 35.0), (1, 0, 6.0), (1, 1, 94.0)] {
        moves.add(from, to, weight);
    }
    let matrix = moves.matrix();
    assert!((matrix.stationary().unwrap()[0] - 0.146341463415).abs() < 1e-10);
    assert!((matrix.mean_first_passage(1).unwrap()[0] - 2.857143).abs() < 1e-5);
    assert!((matrix.mean_first_passage(0).unwrap()[1] - 16.66667).abs() < 1e-5);
    assert!((matrix.power(5).0[0][0] - 0.2073716).abs() < 1e-6);
    // A state that is never left has no way to another, and two of them no one balance.
    let fixed = kangcun::measure::dynamics::markov::Transition(vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
    assert_eq!((fixed.stationary(), fixed.mean_first_passage(1)), (None, None));
}

/// Row P01 of the oracle: two of four are poor, and FGT2 is 0.0136 in povertyInequalityMeasures.
#[test]
fn four_incomes_are_poor_as_in_poverty_inequality_measures() {
    let units: Arc<[f64]> = vec![1.0; 4].into();
    let (incomes, lines) = ([100.0, 110.0, 150.0, 160.0], [125.0; 4]);
    let fgt = |alpha| kangcun::measure::poverty::fgt(&incomes, &lines, alpha, &units).value(&[1.0; 4]);
    assert_eq!(fgt(0), 0.5);
    assert!((fgt(2) - 0.0136).abs() < 5e-5);
}

/// Every folder in the one that KANGCUN_ORACLES names.
#[test]
#[ignore = "slow tier: .ci/oracles fills the folders"]
fn the_real_data_agree() {
    let root = PathBuf::from(std::env::var_os("KANGCUN_ORACLES").expect("KANGCUN_ORACLES names a folder"));
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.retain(|folder| folder.join("golden.csv").exists());
    folders.sort();
    assert!(!folders.is_empty());
    let mut all = Compared::default();
    for folder in folders {
        let from = all.lines.len();
        all.golden(&folder);
        all.oracle(&folder);
        println!(
            "\n{}\n{}",
            folder.file_name().unwrap().display(),
            all.lines[from..].join("\n")
        );
    }
    assert_eq!(all.wrong, 0, "values are off");
}
