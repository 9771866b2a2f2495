//! `kangcun claim`: settles one person's bills with the code of the simulation, and shows which rule pays what.

use super::records::{Records, print_json};
use super::screen::screen;
use super::{Common, Failure, ruled};
use crate::claim::{Asked, Patient, Receipt, settle};
use crate::exit;
use crate::month::insurance::{ALL_SERVICES, Service};
use crate::scenario::Scenario;
use crate::story::page::{Page, yuan};
use crate::story::{ENGLISH, receipt};
use crate::units::{Fen, Month, Ppm};
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, CONDITIONS, Category, Condition, Provider};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the user says about the patient and the bills. What may differ from bill to bill is given once for all, or once a
/// bill.
#[derive(Args, Debug)]
pub struct Words {
    /// The scenario
    #[arg(default_value = "baseline")]
    scenario: String,
    /// The whole bill, yuan; several bills in a row share the year's deductibles and ceilings
    #[arg(long, required = true, value_name = "YUAN", allow_negative_numbers = true, value_parser = money)]
    bill: Vec<Fen>,
    /// The part of it in the catalogue, yuan; left out, the provider's usual part
    #[arg(long, value_name = "YUAN", allow_negative_numbers = true, value_parser = money)]
    catalogue: Vec<Fen>,
    /// The kind of care
    #[arg(long, default_value = "inpatient", value_parser = service())]
    service: Vec<Service>,
    /// Where
    #[arg(long, default_value = "county", value_parser = provider())]
    provider: Vec<Provider>,
    /// The condition that the bill is for
    #[arg(long, value_parser = condition())]
    condition: Vec<Option<Condition>>,
    /// Month of the year, 1 to 12
    #[arg(long, default_value = "1", allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(1..=12))]
    month: Vec<i32>,
    /// Of an admission: referred, or filed beforehand
    #[arg(long, default_value = "true", num_args = 0..=1, default_missing_value = "true")]
    referred: Vec<bool>,
    /// Of an admission: its days; left out, the provider's usual stay
    #[arg(long, allow_negative_numbers = true, value_parser = days)]
    days: Vec<f64>,
    /// Of an outpatient bill: its visits
    #[arg(long, default_value = "1", allow_negative_numbers = true, value_parser = visits)]
    visits: Vec<f64>,
    /// The year, whose rules and amounts hold
    #[arg(long, default_value_t = 2021, allow_negative_numbers = true)]
    year: i32,
    /// Standing of the household
    #[arg(long, default_value = "ordinary", value_parser = category())]
    category: Category,
    /// Age, for programmes that ask for it
    #[arg(long, allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(0..=120))]
    age: Option<i32>,
    /// Whether the person is enrolled this year
    #[arg(long, default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    enrolled: bool,
    /// Whether the village clinic settles on the spot
    #[arg(long, default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    designated: bool,
    /// Whether the scenario's programmes have come to the village
    #[arg(long, default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    reached: bool,
    /// What pools pay of their promise, 0 to 1 (below 1 in deficit)
    #[arg(long, default_value_t = 1.0, allow_negative_numbers = true, value_parser = share)]
    pool_rate: f64,
    /// What the aid budget pays of its promise, 0 to 1
    #[arg(long, default_value_t = 1.0, allow_negative_numbers = true, value_parser = share)]
    aid_rate: f64,
    /// Admissions of the year before the first bill
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=1000))]
    admissions: u32,
    /// What a layer looked at and paid this year before the first bill, yuan
    #[arg(long, value_name = "LAYER=COST:PAID", value_parser = so_far)]
    so_far: Vec<(String, (Fen, Fen))>,
    /// Only this layer of the stack (can be repeated)
    #[arg(long, value_name = "LAYER")]
    only: Vec<String>,
    /// Print JSON, amounts in fen
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print comma-separated values, amounts in fen: a line a bill and payer, the household the last of each
    #[arg(long)]
    csv: bool,
}

/// One of `all`, by its name.
pub(super) fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let names = PossibleValuesParser::new(all.iter().map(move |&one| name(one)));
    names.try_map(move |text| {
        let found = all.iter().copied().find(|&one| name(one) == text);
        found.ok_or("not known")
    })
}

fn service() -> impl TypedValueParser<Value = Service> {
    named(&ALL_SERVICES, Service::name)
}

fn provider() -> impl TypedValueParser<Value = Provider> {
    named(&ALL_PROVIDERS, Provider::name)
}

fn category() -> impl TypedValueParser<Value = Category> {
    named(&ALL_CATEGORIES, Category::name)
}

/// A condition, or `none`.
fn condition() -> impl TypedValueParser<Value = Option<Condition>> {
    let names = CONDITIONS.iter().map(|one| one.name()).chain(["none"]);
    PossibleValuesParser::new(names).map(|text| CONDITIONS.into_iter().find(|one| one.name() == text))
}

fn money(text: &str) -> Result<Fen, String> {
    match text.parse::<f64>() {
        Ok(yuan) if (0.0..1e9).contains(&yuan) => Ok(Fen::yuan(yuan)),
        _ => Err("write an amount of yuan from 0 on, such as 12000 or 86.50".into()),
    }
}

fn days(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(days) if (0.0..=36_500.0).contains(&days) => Ok(days),
        _ => Err("write a number of days from 0 to 36500".into()),
    }
}

fn visits(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(visits) if (0.0..=1000.0).contains(&visits) => Ok(visits),
        _ => Err("write a number of visits from 0 to 1000".into()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("write a share from 0 to 1".into()),
    }
}

fn so_far(text: &str) -> Result<(String, (Fen, Fen)), String> {
    let parts = text.split_once('=').and_then(|(layer, amounts)| {
        let (cost, paid) = amounts.split_once(':')?;
        Some((layer.to_owned(), (money(cost).ok()?, money(paid).ok()?)))
    });
    parts.ok_or_else(|| "write it as layer=cost:paid, such as critical_illness=9500:900".into())
}

/// What holds for bill `at`: said once for all bills, or once for each.
fn of<T: Copy>(said: &[T], name: &str, at: usize, bills: usize) -> Result<Option<T>, Failure> {
    match said {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        each if each.len() == bills => Ok(Some(each[at])),
        each => Err(Failure::new(
            format!(
                "error: --{name} is given {} times for {bills} bills: give it once for all, or once a bill",
                each.len()
            ),
            exit::USAGE,
        )),
    }
}

impl Words {
    fn patient(&self) -> Patient {
        Patient {
            category: self.category,
            age: self.age,
            enrolled: self.enrolled,
            designated: self.designated,
            reached: self.reached,
            pool_rate: Ppm::share(self.pool_rate),
            aid_rate: Ppm::share(self.aid_rate),
            admissions: self.admissions,
            so_far: self.so_far.iter().cloned().collect::<BTreeMap<_, _>>(),
        }
    }

    fn asked(&self, at: usize) -> Result<Asked, Failure> {
        let bills = self.bill.len();
        let month = of(&self.month, "month", at, bills)?.unwrap_or(1);
        if self.catalogue.len() == 1 && bills > 1 {
            return Err(Failure::new(
                "error: give --catalogue once a bill, or not at all",
                exit::USAGE,
            ));
        }
        Ok(Asked {
            month: Month::of(self.year, month),
            service: of(&self.service, "service", at, bills)?.unwrap_or(Service::Inpatient),
            provider: of(&self.provider, "provider", at, bills)?.unwrap_or(Provider::County),
            condition: of(&self.condition, "condition", at, bills)?.flatten(),
            total: self.bill[at],
            catalogue: of(&self.catalogue, "catalogue", at, bills)?,
            referred: of(&self.referred, "referred", at, bills)?.unwrap_or(true),
            days: of(&self.days, "days", at, bills)?,
            visits: of(&self.visits, "visits", at, bills)?.unwrap_or(1.0),
        })
    }
}

pub fn run(words: &Words, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(&words.scenario, &common.sets())?;
    ruled(&scenario, words.year)?;
    let bills: Vec<Asked> = (0..words.bill.len())
        .map(|at| words.asked(at))
        .collect::<Result<_, Failure>>()?;
    let receipts = settle(&scenario, &words.only, &words.patient(), &bills)?;
    if words.json || words.csv {
        let all: Vec<Value> = bills
            .iter()
            .zip(&receipts)
            .map(|(asked, one)| json(asked, one))
            .collect();
        if words.json {
            return print_json(&Value::from(all));
        }
        let mut records = Records::new(&COLUMNS);
        for (at, bill) in all.iter().enumerate() {
            let head = [Value::from(at + 1), bill["month"].clone()];
            for payer in payers(bill) {
                records.row(head.iter().cloned().chain(payer));
            }
        }
        return records.print_csv();
    }
    say!("{}", screen().title(&format!("{}: {}", scenario.id, scenario.title)));
    for (asked, receipt) in bills.iter().zip(&receipts) {
        print(words, asked, receipt);
    }
    Ok(())
}

/// The columns for machines; from the service on, those of [`payers`].
const COLUMNS: [&str; 14] = [
    "bill",
    "month",
    "service",
    "provider",
    "bill_fen",
    "catalogue_fen",
    "payer",
    "arm",
    "funded_by",
    "base_fen",
    "under_deductible_fen",
    "paid_fen",
    "delay_months",
    "year_paid_fen",
];

/// Who pays a bill of which JSON tells, a row each, the household last; what they pay together is the bill.
pub(super) fn payers(bill: &Value) -> Vec<Vec<Value>> {
    let head = ["service", "provider", "bill_fen", "catalogue_fen"].map(|key| bill[key].clone());
    let layer = |own: &Value| {
        let keys = [
            "layer",
            "arm",
            "funded_by",
            "base_fen",
            "under_deductible_fen",
            "paid_fen",
            "delay_months",
            "year_paid_fen",
        ];
        head.iter().cloned().chain(keys.map(|key| own[key].clone())).collect()
    };
    let mut rows: Vec<Vec<Value>> = bill["layers"].as_array().into_iter().flatten().map(layer).collect();
    let nothing = Value::Null;
    let own = [
        Value::from("household"),
        nothing.clone(),
        Value::from("household"),
        nothing.clone(),
        nothing.clone(),
        bill["household_fen"].clone(),
        Value::from(0),
        nothing,
    ];
    rows.push(head.iter().cloned().chain(own).collect());
    rows
}

fn print(words: &Words, asked: &Asked, receipt: &Receipt) {
    let insured = if words.enrolled { "enrolled" } else { "not enrolled" };
    let condition = asked.condition.map_or(String::new(), |own| format!(", {}", own.name()));
    let way = match (asked.service, asked.referred) {
        (Service::Inpatient, false) => ", not referred",
        _ => "",
    };
    let head = format!(
        "{}: {} at {}{condition}{way}; {}, {insured}",
        asked.month,
        asked.service.name(),
        asked.provider.name(),
        words.category.name(),
    );
    say!("\n{}", screen().title(&head));
    let usual = if asked.catalogue.is_none() {
        " (the provider's usual part)"
    } else {
        ""
    };
    let bill = &receipt.bill;
    let text = format!(
        "bill {} yuan, in the catalogue {}{usual}",
        yuan(bill.total),
        yuan(bill.catalogue)
    );
    say_on!("{}", screen().paragraph("", 2, &text));
    let mut page = Page::of_width(screen().text());
    receipt::tell(&ENGLISH, receipt, &mut page);
    say_on!("{}", page.text());
}

/// A receipt as JSON, amounts in fen.
fn json(asked: &Asked, receipt: &Receipt) -> Value {
    let mut told = receipt.json();
    told["month"] = asked.month.to_string().into();
    told["service"] = asked.service.name().into();
    told["provider"] = asked.provider.name().into();
    told
}
