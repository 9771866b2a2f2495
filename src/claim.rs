//! One person's bills of a year, settled one after the other by the stack of the simulation, and told line by line.

use crate::month::insurance::{
    Bill, Bills, Cause, Claimant, Explained, InsuranceRules, Service, Split, Stack, YearToDate,
};
use crate::problem::{Problem, Problems, suggest};
use crate::rules::{BASE_YEAR, Rules};
use crate::scenario::{Programme, Scenario};
use crate::units::{Fen, Month, Ppm};
use crate::world::{ALL_PROVIDERS, Category, Condition, Provider};
use std::collections::BTreeMap;

/// Whose bills they are, and what came before them.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Standing of the household.
    pub category: Category,
    /// Age, where a programme asks for it; without one, programmes for any age count.
    pub age: Option<i32>,
    /// Enrolled this year.
    pub enrolled: bool,
    /// The village clinic settles on the spot.
    pub designated: bool,
    /// The scenario's programmes have come to the village.
    pub reached: bool,
    /// What pools pay of their promise this year.
    pub pool_rate: Ppm,
    /// What the aid budget pays of its promise this year.
    pub aid_rate: Ppm,
    /// Admissions of the year before the first bill.
    pub admissions: u32,
    /// What layers looked at in the year before the first bill, and what they paid of it.
    pub so_far: BTreeMap<String, (Fen, Fen)>,
}

impl Default for Patient {
    fn default() -> Patient {
        Patient {
            category: Category::Ordinary,
            age: None,
            enrolled: true,
            designated: true,
            reached: true,
            pool_rate: Ppm::ONE,
            aid_rate: Ppm::ONE,
            admissions: 0,
            so_far: BTreeMap::new(),
        }
    }
}

/// A bill to be settled.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When: the rules of this month hold.
    pub month: Month,
    /// For what kind of care.
    pub service: Service,
    /// By whom.
    pub provider: Provider,
    /// For which condition.
    pub condition: Option<Condition>,
    /// All of it.
    pub total: Fen,
    /// The part in the catalogue; without one, the provider's usual part.
    pub catalogue: Option<Fen>,
    /// Of an admission: referred, or filed beforehand.
    pub referred: bool,
    /// Of an admission: its days; without them, the provider's usual stay.
    pub days: Option<f64>,
    /// Of an outpatient bill: its visits.
    pub visits: f64,
}

/// A settled bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The bill.
    pub bill: Bill,
    /// Who pays how much.
    pub split: Split,
    /// The layers that look at it, in order.
    pub lines: Vec<Line>,
    /// The layers that do not: id and title.
    pub silent: Vec<(String, String)>,
}

/// What a layer did to a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name in the scenario.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The arm whose terms hold.
    pub arm: String,
    /// What it did.
    pub did: Explained,
    /// What it looked at since 1 January, this bill included, and what it paid of it.
    pub to_date: (Fen, Fen),
}

/// Settles the `bills` of a patient in order, all of one year. Where `only` names layers, the stack has no others.
///
/// # Errors
/// What is wrong with the scenario's rules, the names of layers, or a bill.
pub fn settle(
    scenario: &Scenario,
    only: &[String],
    patient: &Patient,
    bills: &[Asked],
) -> Result<Vec<Receipt>, Problems> {
    let mut so_far = patient.so_far.clone();
    let mut admissions = patient.admissions;
    let mut receipts = Vec::new();
    for (number, asked) in bills.iter().enumerate() {
        let rules = rules(scenario, only, patient, asked)?;
        if number == 0 {
            check_so_far(&rules.insurance, &so_far)?;
        } else if asked.month.year() != bills[0].month.year() {
            return Err(Problem::new("the bills lie in several years")
                .help("deductibles and ceilings begin anew each January: settle one year at a time")
                .into());
        }
        let bill = bill(&rules, asked)?;
        let stack = stack(&rules, asked)?;
        let place = |id: &String| stack.ids.iter().position(|own| own == id);
        let noted = so_far.iter();
        let noted: Vec<(usize, Fen, Fen)> = noted
            .filter_map(|(id, &(cost, paid))| Some((place(id)?, cost, paid)))
            .collect();
        let mut year = YearToDate::so_far(admissions, &noted);
        let who = patient.claimant(asked);
        receipts.push(Receipt::of(&stack, &rules.insurance, &bill, &who, &mut year));
        admissions = year.admissions();
        for (at, id) in stack.ids.iter().enumerate() {
            so_far.insert(id.clone(), year.to_date(at));
        }
    }
    Ok(receipts)
}

impl Receipt {
    /// Settles `bill` by the stack compiled from `rules` and writes it into the patient's year.
    pub fn of(stack: &Stack, rules: &InsuranceRules, bill: &Bill, who: &Claimant, year: &mut YearToDate) -> Receipt {
        let layers = &rules.layers;
        let (split, did) = stack.explain(bill, who, year);
        let silent = |(at, id): (usize, &String)| {
            let looks = did.iter().any(|did| did.layer == at);
            // A layer without arms is of another time or place.
            (!looks && !layers[id].arms.is_empty()).then(|| (id.clone(), layers[id].title.clone()))
        };
        let silent = stack.ids.iter().enumerate().filter_map(silent).collect();
        let line = |did: Explained| {
            let id = stack.ids[did.layer].clone();
            let layer = &layers[&id];
            Line {
                title: layer.title.clone(),
                arm: layer.arm(who).unwrap_or_default().to_owned(),
                to_date: year.to_date(did.layer),
                id,
                did,
            }
        };
        Receipt {
            bill: *bill,
            split,
            silent,
            lines: did.into_iter().map(line).collect(),
        }
    }

    /// As JSON, amounts in fen.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "bill_fen": self.bill.total.0,
            "catalogue_fen": self.bill.catalogue.0,
            "layers": self.lines.iter().map(Line::json).collect::<Vec<_>>(),
            "household_fen": self.split.household.0,
            "advanced_fen": self.split.delayed.0,
            "delay_months": self.split.delay_months,
            "aid_cut_fen": self.split.aid_cut.0,
            "no_part": self.silent.iter().map(|(_, title)| title).collect::<Vec<_>>(),
        })
    }
}

impl Line {
    fn json(&self) -> serde_json::Value {
        let did = &self.did;
        let parts = did.parts.iter().map(|part| {
            serde_json::json!({"amount_fen": part.amount.0, "share": part.share.as_share(), "pays_fen": part.pays.0})
        });
        serde_json::json!({
            "layer": self.id,
            "title": self.title,
            "arm": self.arm,
            "funded_by": did.funder.name(),
            "base_fen": did.base.0,
            "deductible_fen": did.deductible.0,
            "under_deductible_fen": did.under_deductible.0,
            "parts": parts.collect::<Vec<_>>(),
            "ceiling_bill_fen": did.ceiling_bill.map(|fen| fen.0),
            "ceiling_year_left_fen": did.ceiling_year.map(|fen| fen.0),
            "promised_fen": did.promised.0,
            "rate": did.rate.as_share(),
            "paid_fen": did.paid.0,
            "delay_months": did.delay_months,
            "year_cost_fen": self.to_date.0.0,
            "year_paid_fen": self.to_date.1.0,
        })
    }
}

impl Patient {
    fn claimant(&self, asked: &Asked) -> Claimant {
        Claimant {
            service: asked.service,
            provider: asked.provider,
            category: self.category,
            cause: Cause::of(asked.condition),
            enrolled: self.enrolled,
            designated: self.designated,
            referred: asked.referred || asked.service != Service::Inpatient,
            fund_rate: self.pool_rate,
            aid_rate: self.aid_rate,
        }
    }
}

/// The rules that hold for the patient in the month of the bill.
fn rules(scenario: &Scenario, only: &[String], patient: &Patient, asked: &Asked) -> Result<Rules, Problems> {
    let meant = |programme: &Programme| {
        let who = &programme.who;
        let category = who.categories.is_empty() || who.categories.contains(&patient.category);
        let within = |((low, high), age): ((u8, u8), i32)| (i32::from(low)..=i32::from(high)).contains(&age);
        patient.reached && programme.in_force(asked.month) && category && who.age.zip(patient.age).is_none_or(within)
    };
    let active: Vec<bool> = scenario.programmes.iter().map(meant).collect();
    let mut rules: Rules = scenario.resolve(&active, asked.month)?;
    for id in only {
        known(&rules.insurance, id)?;
    }
    if !only.is_empty() {
        rules.insurance.layers.retain(|id, _| only.contains(id));
    }
    Ok(rules)
}

fn known(rules: &InsuranceRules, layer: &str) -> Result<(), Problem> {
    if rules.layers.contains_key(layer) {
        return Ok(());
    }
    let names = rules.ordered().into_iter().map(|(id, _)| id.as_str());
    Err(Problem::new(format!("there is no insurance layer `{layer}` in this month")).help_if(suggest(layer, names)))
}

fn check_so_far(rules: &InsuranceRules, so_far: &BTreeMap<String, (Fen, Fen)>) -> Result<(), Problem> {
    for (layer, &(cost, paid)) in so_far {
        known(rules, layer)?;
        if cost < Fen::ZERO || paid < Fen::ZERO || paid > cost {
            return Err(Problem::new(format!(
                "`{layer}` cannot have paid {:.2} of {:.2} yuan so far",
                paid.as_yuan(),
                cost.as_yuan()
            ))
            .help("write what the layer looked at since 1 January, and what it paid of that, as cost:paid"));
        }
    }
    Ok(())
}

/// The most that a bill may be: beyond it, a person's year to date cannot be noted.
const MOST: Fen = Fen(2_000_000_000);

/// The bill, with its part in the catalogue.
fn bill(rules: &Rules, asked: &Asked) -> Result<Bill, Problem> {
    let Asked { provider, total, .. } = *asked;
    if total < Fen::ZERO || total > MOST {
        return Err(Problem::new(format!(
            "a bill of {:.2} yuan is not between 0 and {} million yuan",
            total.as_yuan(),
            MOST.0 / 100_000_000
        )));
    }
    if asked.service == Service::Inpatient && !admits(rules, provider) {
        let others = ALL_PROVIDERS.into_iter().filter(|&provider| admits(rules, provider));
        let others: Vec<String> = others.map(|provider| format!("`{}`", provider.name())).collect();
        return Err(
            Problem::new(format!("nobody is admitted at `{}`", provider.name())).help(format!(
                "admissions are at {}: where `billing.admission_yuan` is above 0",
                others.join(", ")
            )),
        );
    }
    let sizes = [("days", asked.days.unwrap_or(1.0)), ("visits", asked.visits)];
    if let Some((what, size)) = sizes.into_iter().find(|(_, size)| !(*size > 0.0 && *size <= 366.0)) {
        return Err(Problem::new(format!(
            "a bill of {size} {what}: write a number above 0, and at most 366"
        )));
    }
    let usual = 1.0 - rules.billing.out_of_catalogue_share.table()[provider as usize];
    let catalogue = asked.catalogue.unwrap_or_else(|| total.scaled(usual.clamp(0.0, 1.0)));
    if catalogue < Fen::ZERO || catalogue > total {
        return Err(Problem::new(format!(
            "{:.2} yuan in the catalogue of a bill of {:.2} yuan",
            catalogue.as_yuan(),
            total.as_yuan()
        ))
        .help("the part in the catalogue is at least 0 and at most the bill"));
    }
    Ok(Bill {
        total,
        catalogue,
        drugs: Fen::ZERO,
    })
}

fn admits(rules: &Rules, provider: Provider) -> bool {
    rules.billing.admission_yuan.table()[provider as usize] > 0.0
}

/// The stack of the rules, for a bill of these days and visits.
fn stack(rules: &Rules, asked: &Asked) -> Result<Stack, Problem> {
    let needed = rules.waste.compile();
    let mean = rules.service.stay_days.table();
    let mut stay_days = std::array::from_fn(|at| mean[at] * needed.stay[at]);
    if let Some(days) = asked.days {
        stay_days[asked.provider as usize] = days;
    }
    let bills = Bills {
        years_from_base: asked.month.year() - BASE_YEAR,
        visits_per_episode: asked.visits,
        stay_days,
    };
    rules.insurance.compile(&bills).map_err(Problem::new)
}
