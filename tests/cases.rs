//! Bills worked by hand, settled by the code of `kangcun claim`, which is the simulation's. No expected value comes from the
//! program: the arithmetic stands beside each case.

use kangcun::claim::{Asked, Patient, settle};
use kangcun::month::insurance::Service;
use kangcun::scenario::Scenario;
use kangcun::units::{Fen, Month, Ppm};
use kangcun::world::{CONDITIONS, Category, Condition, Provider};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    title: String,
    /// The year of bills that name none.
    year: i32,
    /// The only layers, of cases that name none; none at all: the whole stack.
    #[serde(default)]
    only: Vec<String>,
    /// A scenario's text, on top of the baseline.
    #[serde(default)]
    rules: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The published rule that the case re-enacts, with its grade.
    source: Option<String>,
    year: Option<i32>,
    only: Option<Vec<String>>,
    #[serde(default)]
    sets: Vec<String>,
    #[serde(default)]
    patient: Who,
    bills: Vec<Worked>,
    arithmetic: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Who {
    category: Category,
    enrolled: Option<bool>,
    designated: Option<bool>,
    pool_rate: Option<f64>,
    aid_rate: Option<f64>,
    admissions: u32,
    /// Cost and payment in yuan.
    so_far: BTreeMap<String, (f64, f64)>,
}

/// A bill and who pays it, in yuan; layers that are not named pay nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    month: Option<i32>,
    service: Option<Service>,
    provider: Provider,
    condition: Option<String>,
    bill: f64,
    catalogue: Option<f64>,
    referred: Option<bool>,
    days: Option<f64>,
    visits: Option<f64>,
    pays: BTreeMap<String, f64>,
    #[serde(default)]
    advanced: f64,
    #[serde(default)]
    delay_months: i32,
    #[serde(default)]
    aid_cut: f64,
}

impl Who {
    fn patient(&self) -> Patient {
        let so_far = self.so_far.iter();
        Patient {
            category: self.category,
            enrolled: self.enrolled.unwrap_or(true),
            designated: self.designated.unwrap_or(true),
            pool_rate: Ppm::share(self.pool_rate.unwrap_or(1.0)),
            aid_rate: Ppm::share(self.aid_rate.unwrap_or(1.0)),
            admissions: self.admissions,
            so_far: so_far
                .map(|(layer, &(cost, paid))| (layer.clone(), (Fen::yuan(cost), Fen::yuan(paid))))
                .collect(),
            ..Patient::default()
        }
    }
}

fn condition(name: &str) -> Condition {
    let found = CONDITIONS.into_iter().find(|one| one.name() == name);
    found.unwrap_or_else(|| panic!("no condition `{name}`"))
}

impl Worked {
    fn asked(&self, year: i32) -> Asked {
        Asked {
            month: Month::of(year, self.month.unwrap_or(1)),
            service: self.service.unwrap_or(Service::Inpatient),
            provider: self.provider,
            condition: self.condition.as_deref().map(condition),
            total: Fen::yuan(self.bill),
            catalogue: self.catalogue.map(Fen::yuan),
            referred: self.referred.unwrap_or(true),
            days: self.days,
            visits: self.visits.unwrap_or(1.0),
        }
    }
}

fn families() -> Vec<(PathBuf, Family)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let family = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, family)
    };
    paths.into_iter().map(read).collect()
}

fn loaded(path: &Path, sets: &[String]) -> Scenario {
    Scenario::load(path.to_str().unwrap(), sets).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What a case gets wrong; a line a bill.
fn faults(family: &Family, case: &Case, scenario: &Scenario) -> Vec<String> {
    let year = case.year.unwrap_or(family.year);
    let only = case.only.as_ref().unwrap_or(&family.only);
    let bills: Vec<Asked> = case.bills.iter().map(|bill| bill.asked(year)).collect();
    let receipts = settle(scenario, only, &case.patient.patient(), &bills)
        .unwrap_or_else(|problems| panic!("{}: {problems}", case.name));
    let mut faults = Vec::new();
    for (number, (worked, receipt)) in case.bills.iter().zip(&receipts).enumerate() {
        let lines = receipt.lines.iter();
        let mut paid: BTreeMap<&str, i64> = lines.map(|line| (line.id.as_str(), line.did.paid.0)).collect();
        paid.insert("household", receipt.split.household.0);
        let sum: i64 = paid.values().sum();
        paid.retain(|_, fen| *fen != 0);
        let worked_out = worked
            .pays
            .iter()
            .map(|(payer, &yuan)| (payer.as_str(), Fen::yuan(yuan).0));
        let expected: BTreeMap<&str, i64> = worked_out.filter(|(_, fen)| *fen != 0).collect();
        let others = (receipt.split.delayed, receipt.split.delay_months, receipt.split.aid_cut);
        let expected_others = (
            Fen::yuan(worked.advanced),
            worked.delay_months,
            Fen::yuan(worked.aid_cut),
        );
        if paid != expected || others != expected_others || sum != receipt.bill.total.0 {
            faults.push(format!(
                "`{}`, bill {}: by hand {expected:?} {expected_others:?}, by the program {paid:?} {others:?}\n  {}",
                case.name,
                number + 1,
                case.arithmetic
            ));
        }
    }
    faults
}

#[test]
fn every_case_comes_out_as_worked_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (mut wrong, mut cases, mut published) = (Vec::new(), 0, 0);
    for (path, family) in families() {
        let name = path.file_name().unwrap();
        let rules = folder.path().join(name);
        let Family { title, rules: set, .. } = &family;
        fs::write(
            &rules,
            format!("title = \"{title}\"\nsummary = \"Cases worked by hand.\"\nextends = \"baseline\"\n{set}"),
        )
        .unwrap();
        let common = loaded(&rules, &[]);
        for case in &family.case {
            assert!(!case.arithmetic.is_empty() && !case.bills.is_empty(), "{}", case.name);
            cases += 1;
            published += usize::from(case.source.is_some());
            let own = (!case.sets.is_empty()).then(|| loaded(&rules, &case.sets));
            let faults = faults(&family, case, own.as_ref().unwrap_or(&common));
            wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", name.display())));
        }
    }
    println!("{cases} cases, {published} of them published rules");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 60 && published >= 20, "{cases} cases, {published} published");
}

/// The page on layers: its example comes out as it says, and it names every key there is.
mod page {
    use super::*;
    use std::collections::BTreeSet;

    const PAGE: &str = include_str!("../docs/insurance-layers.md");

    #[test]
    fn its_example_comes_out_as_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join("tenth.toml");
        let (_, rest) = PAGE.split_once("```toml\n").unwrap();
        fs::write(&rules, rest.split_once("```").unwrap().0).unwrap();
        let scenario = loaded(&rules, &[]);
        let worked = "provider = \"county\"\nbill = 12000\ncatalogue = 10400\npays = {}";
        let worked: Worked = toml::from_str(worked).unwrap();
        let patient = Patient {
            category: Category::Lifted,
            ..Patient::default()
        };
        let receipts = settle(&scenario, &[], &patient, &[worked.asked(2021)]).unwrap();
        let paid = receipts[0].lines.iter().filter(|line| line.did.paid > Fen::ZERO);
        let paid: Vec<(&str, i64)> = paid.map(|line| (line.id.as_str(), line.did.paid.0)).collect();
        assert_eq!(paid, [("inpatient_basic", 776_100), ("tenth", 159_900)]);
        assert_eq!(receipts[0].split.household.0, 264_000);
        for said in ["7,761.00", "1,599.00", "2,640.00"] {
            assert!(PAGE.contains(said), "{said}");
        }
    }

    #[test]
    fn it_names_every_key() {
        fn keys(table: &toml::Table, open: bool, into: &mut BTreeSet<String>) {
            for (key, value) in table {
                match value {
                    toml::Value::Table(inner) if !inner.contains_key("value") => {
                        keys(inner, matches!(key.as_str(), "layers" | "arms"), into);
                    }
                    _ if !open => drop(into.insert(key.clone())),
                    _ => {}
                }
            }
        }
        let baseline: toml::Table = toml::from_str(include_str!("../scenarios/baseline.toml")).unwrap();
        let insurance = baseline["rules"]["insurance"].as_table().unwrap();
        let mut all = BTreeSet::new();
        keys(insurance, false, &mut all);
        assert!(all.len() > 25, "{all:?}");
        let lacking: Vec<&String> = all.iter().filter(|key| !PAGE.contains(key.as_str())).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }
}

/// What is refused.
mod refusals {
    use super::*;

    fn refused(patient: &Patient, only: &[&str], change: impl Fn(&mut Asked)) -> String {
        let scenario = Scenario::load("baseline", &[]).unwrap();
        let worked: Worked = toml::from_str("provider = \"county\"\nbill = 100\npays = {}").unwrap();
        let mut asked = worked.asked(2021);
        change(&mut asked);
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        match settle(&scenario, &only, patient, &[asked]) {
            Ok(_) => panic!("not refused"),
            Err(problems) => problems.to_string(),
        }
    }

    #[test]
    fn impossible_bills_and_unknown_layers_are_refused_with_a_way_out() {
        let nobody = Patient::default();
        let more = refused(&nobody, &[], |asked| asked.catalogue = Some(Fen(10_001)));
        assert!(
            more.contains("100.01 yuan in the catalogue of a bill of 100.00"),
            "{more}"
        );
        let negative = refused(&nobody, &[], |asked| asked.total = Fen(-1));
        assert!(negative.contains("not between 0 and 20 million"), "{negative}");
        let home = refused(&nobody, &[], |asked| asked.provider = Provider::Village);
        assert!(
            home.contains("nobody is admitted at `village`") && home.contains("`tertiary`"),
            "{home}"
        );
        let days = refused(&nobody, &[], |asked| asked.days = Some(0.0));
        assert!(days.contains("0 days"), "{days}");
        let layer = refused(&nobody, &["critical_ilness"], |_| ());
        assert!(layer.contains("did you mean `critical_illness`"), "{layer}");
        let so_far = [("medical_aid".to_owned(), (Fen(100), Fen(200)))];
        let patient = Patient {
            so_far: so_far.into_iter().collect(),
            ..Patient::default()
        };
        let paid = refused(&patient, &[], |_| ());
        assert!(paid.contains("cannot have paid 2.00 of 1.00 yuan"), "{paid}");
    }

    #[test]
    fn a_part_of_the_bill_cannot_be_kept_by_a_yearly_deductible() {
        let sets = ["insurance.layers.critical_illness.arms.general.deductible_bill_share=0.1".to_owned()];
        let scenario = Scenario::load("baseline", &sets).unwrap();
        let worked: Worked = toml::from_str("provider = \"county\"\nbill = 100\npays = {}").unwrap();
        let problems = settle(&scenario, &[], &Patient::default(), &[worked.asked(2021)]).unwrap_err();
        assert!(
            problems.to_string().contains("deductible_per = \"visit\""),
            "{problems}"
        );
    }
}
