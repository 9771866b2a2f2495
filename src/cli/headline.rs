//! The table that a minister could read: one column a scenario, one row a question, intervals below.

use super::Failure;
use super::records::{Form, Records, number};
use super::screen::screen;
use super::winners;
use crate::indicators::list::indicators;
use crate::indicators::table::{Estimate, Indicator, Slice, cause_share};
use crate::indicators::tally::Tally;
use crate::output::pair;
use crate::study::flags::flags;
use crate::study::{self, Arm};
use crate::terminal::table::{Column, Table};
use crate::terminal::{columns, left};
use crate::units::Fen;
use crate::world::Category;
use serde_json::{Value, json};

/// The year by which all registered households were declared out of poverty.
const LIFTED_BY: i32 = 2020;
/// How many of the rows, the first ones, are about returns to poverty.
const RETURNS: usize = 5;

/// A question with its answers by scenario, in the unit in which it is printed.
#[derive(Clone, Debug)]
pub struct Row {
    /// The part of the headline that it stands in.
    pub part: Part,
    /// What is counted, as the tables name it.
    pub quantity: String,
    /// The same in words.
    pub label: &'static str,
    /// In whom.
    pub people: &'static str,
    /// The unit of the numbers.
    pub unit: &'static str,
    /// By scenario, in the order of scenarios; none where it was not asked.
    pub answers: Vec<Option<Estimate>>,
}

/// Parts of the headline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// How things are in each scenario.
    Levels,
    /// The part of illness in the returns.
    Causes,
    /// Each scenario less the first.
    Differences,
    /// Households that are better or worse off than in the first.
    Winners,
}

impl Part {
    /// As machines read it.
    pub fn name(self) -> &'static str {
        match self {
            Part::Levels => "level",
            Part::Causes => "cause",
            Part::Differences => "difference",
            Part::Winners => "winners",
        }
    }
}

/// What a comparison comes to, in the numbers that are printed.
pub struct Headline<'a> {
    arms: &'a [Arm],
    /// The first and the last reported year.
    pub years: (i32, i32),
    /// Whether these are years in which lifted households can fall back.
    pub returns: bool,
    /// All numbers.
    pub rows: Vec<Row>,
}

const PER_1000: &str = "per 1,000";
const PERCENT: &str = "%";

/// The rows of the first part: words, indicator, convention, line, whether of the lifted alone, and the unit with what it takes.
type Level = (&'static str, [&'static str; 3], bool, (&'static str, f64));

const LEVELS: [Level; 15] = [
    (
        "fell back at least once, register",
        ["return_cumulative", "register", "national"],
        true,
        (PER_1000, 1e3),
    ),
    (
        "fall back in an average year, register",
        ["return_hazard", "register", "national"],
        true,
        (PER_1000, 1e3),
    ),
    (
        "... under a line indexed to incomes",
        ["return_hazard", "register", "national_income_indexed"],
        true,
        (PER_1000, 1e3),
    ),
    (
        "... without this year's illness (control)",
        ["return_hazard_without_illness", "register", "national"],
        true,
        (PER_1000, 1e3),
    ),
    (
        "fall back, consumption below 4.20 dollars",
        ["return_hazard", "measured_net", "ppp_4_20"],
        true,
        (PER_1000, 1e3),
    ),
    (
        "share of their own bills the lifted pay",
        ["oop_share", "", ""],
        true,
        (PERCENT, 100.0),
    ),
    (
        "lifted spending over 10% of budget",
        ["catastrophic_10", "", ""],
        true,
        (PERCENT, 100.0),
    ),
    (
        "needed admissions forgone, lifted",
        ["forgone_admission", "", ""],
        true,
        (PERCENT, 100.0),
    ),
    (
        "other needed care forgone, lifted",
        ["forgone_moderate", "", ""],
        true,
        (PERCENT, 100.0),
    ),
    (
        "share of their own bills that people pay",
        ["oop_share", "", ""],
        false,
        (PERCENT, 100.0),
    ),
    (
        "needed admissions forgone, everybody",
        ["forgone_admission", "", ""],
        false,
        (PERCENT, 100.0),
    ),
    (
        "other needed care forgone, everybody",
        ["forgone_moderate", "", ""],
        false,
        (PERCENT, 100.0),
    ),
    (
        "known hypertension controlled, everybody",
        ["controlled_hypertension", "", ""],
        false,
        (PERCENT, 100.0),
    ),
    (
        "deaths per 1,000 a year, everybody",
        ["deaths", "", ""],
        false,
        ("per 1,000 and year", 1.0),
    ),
    (
        "delivery of programmes, yuan per head",
        ["programme_cost", "", ""],
        false,
        ("yuan per head and year", 1.0),
    ),
];

const CAUSES: [(&str, &str); 5] = [
    ("bill_alone", "the bill alone was enough"),
    ("work_alone", "lost work alone was enough"),
    ("either", "either alone was enough"),
    ("both_needed", "both were needed"),
    ("neither", "not this year's illness"),
];

/// The lifted households of all counties and years.
const LIFTED: Slice = Slice {
    year: None,
    county: None,
    category: Some(Category::Lifted),
};
const EVERYBODY: Slice = Slice {
    category: None,
    ..LIFTED
};

impl Headline<'_> {
    /// Of arms, the first of which is the base; nothing where nothing was run.
    pub fn of(arms: &[Arm]) -> Option<Headline<'_>> {
        let first = arms.first()?.results.first()?;
        let years = (first.years.first()?.year, first.years.last()?.year);
        // Until then the households of the cohort were still being lifted: who fell back is no question of those years.
        let returns = years.0 > LIFTED_BY;
        let list = indicators(first);
        let find = |[id, convention, line]: [&str; 3]| {
            list.iter()
                .find(|one| one.id == id && one.convention == convention && one.line == line)
        };
        let mut rows = Vec::new();
        for (label, of, lifted, (unit, scale)) in LEVELS.into_iter().skip(if returns { 0 } else { RETURNS }) {
            let Some(indicator) = find(of) else { continue };
            let slice = if lifted { LIFTED } else { EVERYBODY };
            let answers = arms
                .iter()
                .map(|arm| Some(scaled(estimate(arm, indicator, slice), scale)));
            rows.push(Row {
                part: Part::Levels,
                quantity: named(of),
                label,
                people: if lifted { "lifted" } else { "all" },
                unit,
                answers: answers.collect(),
            });
        }
        if returns {
            for (class, (name, label)) in CAUSES.into_iter().enumerate() {
                let of = |arm: &Arm| {
                    let shares = tallies(arm, LIFTED, false);
                    let shares = shares.iter().filter_map(|tally| cause_share(tally, 0, class));
                    scaled(Estimate::of(&shares.collect::<Vec<_>>()), 100.0)
                };
                rows.push(Row {
                    part: Part::Causes,
                    quantity: name.into(),
                    label,
                    people: "lifted",
                    unit: "per 100 returns",
                    answers: arms.iter().map(|arm| Some(of(arm))).collect(),
                });
            }
            rows.extend(effects(arms, find(["return_hazard", "register", "national"])));
            rows.extend(winners::rows(arms));
        }
        Some(Headline {
            arms,
            years,
            returns,
            rows,
        })
    }

    /// The answer to a question in the scenario at `place`.
    fn answer(&self, quantity: &str, place: usize) -> Option<&Estimate> {
        let row = self
            .rows
            .iter()
            .find(|row| row.part == Part::Differences && row.quantity == quantity);
        row?.answers.get(place)?.as_ref()
    }

    fn part(&self, part: Part) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.part == part)
    }
}

/// As the tables of sweeps name it.
fn named([id, convention, line]: [&str; 3]) -> String {
    if line.is_empty() {
        id.to_owned()
    } else {
        format!("{id}@{convention}_{line}")
    }
}

fn scaled(estimate: Estimate, scale: f64) -> Estimate {
    Estimate {
        mean: estimate.mean * scale,
        se: estimate.se * scale,
        lo: estimate.lo * scale,
        hi: estimate.hi * scale,
        n: estimate.n,
    }
}

/// Prints the headline of the arms; the first is the base.
pub fn print(arms: &[Arm]) {
    let Some(headline) = Headline::of(arms) else { return };
    let (from, to) = headline.years;
    if headline.returns {
        title(&format!("RETURN TO POVERTY, {from} to {to}"));
        said("Of 1,000 households lifted out of poverty ... (mean of replicates; 95% interval below)");
    } else {
        title(&format!("THE REGISTERED POOR AND EVERYBODY, {from} to {to}"));
        said(&format!(
            "Lifted: registered, whether lifted yet or not; returns are not printed for years up to {LIFTED_BY} (mean of replicates; 95% \
             interval below)"
        ));
    }
    say!();
    let mut table = Table::new(heads(arms));
    let count = |arm: &Arm| arm.results.len().to_string();
    table.row(std::iter::once("replicates".to_owned()).chain(arms.iter().map(count)));
    headline.part(Part::Levels).for_each(|row| table.row(cells(row)));
    say_on!("{}", table.text(&screen()));
    if headline.returns {
        say!();
        said("Of 100 returns by register ... (shadow purses: this year's bill, lost work, or both taken off)");
        let mut table = Table::new(heads(arms));
        headline.part(Part::Causes).for_each(|row| table.row(cells(row)));
        say_on!("{}", table.text(&screen()));
        if arms.len() > 1 {
            print_effects(&headline);
            winners::print(arms);
        }
    }
    if let Some((base, others)) = arms.split_first() {
        for arm in others {
            winners::print_flags(&arm.id, &flags(base, arm));
        }
    }
}

/// The columns of [`print_records`].
const COLUMNS: [&str; 11] = [
    "part",
    "quantity",
    "label",
    "people",
    "unit",
    "scenario",
    "mean",
    "se",
    "lo",
    "hi",
    "replicates",
];

/// Prints the numbers of the headline for machines: a row a number, in the unit in which it is printed for people.
pub fn print_records(arms: &[Arm], form: Form) -> Result<(), Failure> {
    let mut records = Records::new(&COLUMNS);
    let mut head = json!({ "base": arms.first().map(|arm| &arm.id) });
    if let Some(headline) = Headline::of(arms) {
        head["first_year"] = headline.years.0.into();
        head["last_year"] = headline.years.1.into();
        for row in &headline.rows {
            let answers = arms.iter().zip(&row.answers);
            for (arm, answer) in answers.filter_map(|(arm, answer)| Some((arm, answer.as_ref()?))) {
                let names = [row.part.name(), &row.quantity, row.label, row.people, row.unit, &arm.id];
                let numbers = [answer.mean, answer.se, answer.lo, answer.hi].map(number);
                let cells = names.map(Value::from).into_iter().chain(numbers);
                records.row(cells.chain([answer.n.into()]));
            }
        }
    }
    records.print(form, head, "numbers")
}

/// A title after an empty line.
fn title(text: &str) {
    say!("\n{}", screen().title(text));
}

fn said(text: &str) {
    say_on!("{}", screen().paragraph("", 0, text));
}

fn heads(arms: &[Arm]) -> Vec<Column> {
    let names = arms.iter().map(|arm| Column::right(&arm.id));
    std::iter::once(Column::wraps("", 24)).chain(names).collect()
}

/// The words and the answers, each with its interval below.
fn cells(row: &Row) -> Vec<String> {
    let digits = |value: f64| usize::from(value.abs() < 100.0);
    let mark = if row.unit == PERCENT { "%" } else { "" };
    let answer = |estimate: &Option<Estimate>| {
        let Some(estimate) = estimate else {
            return "-".to_owned();
        };
        let mean = estimate.mean;
        // None of these can be negative, and no share more than all, though the interval of a rare one may reach beyond.
        let most = if mark == "%" || row.part == Part::Causes {
            100.0
        } else {
            f64::INFINITY
        };
        let [lo, hi] = [estimate.lo, estimate.hi].map(|bound| bound.clamp(0.0, most));
        match estimate.n {
            0 => "-\nnobody to count".into(),
            1 => format!("{mean:.*}{mark}\none run", digits(mean)),
            _ => format!(
                "{mean:.*}{mark}\n{lo:.*} to {hi:.*}",
                digits(mean),
                digits(lo),
                digits(hi)
            ),
        }
    };
    std::iter::once(row.label.to_owned())
        .chain(row.answers.iter().map(answer))
        .collect()
}

fn tallies(arm: &Arm, slice: Slice, stock: bool) -> Vec<Tally> {
    arm.results.iter().map(|result| slice.tally(result, stock)).collect()
}

fn estimate(arm: &Arm, indicator: &Indicator, slice: Slice) -> Estimate {
    let tallies = tallies(arm, slice, indicator.is_stock());
    Estimate::of(
        &tallies
            .iter()
            .filter_map(|tally| indicator.value(tally))
            .collect::<Vec<_>>(),
    )
}

/// The interval of a difference, with its sign.
fn interval(estimate: &Estimate, scale: f64) -> String {
    if estimate.n < 2 {
        return "one run".into();
    }
    format!("{:+.2} to {:+.2}", estimate.lo * scale, estimate.hi * scale)
}

const HAZARD: &str = "return_hazard@register_national";
const COST: &str = "public_cost";
const AVERTED: &str = "returns_averted";
const PER_RETURN: &str = "public_cost_per_return_averted";
const REDUCTION: &str = "variance_reduction";

/// What each scenario differs by from the first: returns, public cost, and what a return averted costs.
fn effects(arms: &[Arm], hazard: Option<&Indicator>) -> Vec<Row> {
    let row = |quantity: &str, label, people, unit| Row {
        part: Part::Differences,
        quantity: quantity.into(),
        label,
        people,
        unit,
        answers: vec![None],
    };
    let mut rows = [
        row(HAZARD, "returns", "lifted", "per 1,000 and year"),
        row(COST, "public cost", "all", "yuan a year"),
        row(AVERTED, "returns averted", "lifted", "a year"),
        row(PER_RETURN, "public cost of a return averted", "all", "yuan"),
        row(
            REDUCTION,
            "times the replicates that unpaired runs would need",
            "lifted",
            "times",
        ),
    ];
    let Some((base, others)) = arms.split_first() else {
        return Vec::new();
    };
    let (Some(hazard), Ok(funders)) = (hazard, base.policy.funders()) else {
        return Vec::new();
    };
    let years = base.results.first().map_or(1, |result| result.years.len()) as f64;
    for arm in others {
        let Ok(own_funders) = arm.policy.funders() else {
            return Vec::new();
        };
        let one = tallies(base, LIFTED, false);
        let two = tallies(arm, LIFTED, false);
        let paired = pair(hazard, &one, &two);
        let costs: Vec<f64> = tallies(base, EVERYBODY, false)
            .iter()
            .zip(&tallies(arm, EVERYBODY, false))
            .map(|(one, two)| {
                (study::public_cost(two, &own_funders) - study::public_cost(one, &funders)) as f64 / 100.0 / years
            })
            .collect();
        let averted: Vec<f64> = one
            .iter()
            .zip(&two)
            .map(|(one, two)| (one.returned[0] - two.returned[0]) as f64 / years)
            .collect();
        let (cost, averted) = (Estimate::of(&costs), Estimate::of(&averted));
        // A ratio without an interval.
        let bare = |mean: f64, n: usize| Estimate {
            mean,
            se: f64::NAN,
            lo: f64::NAN,
            hi: f64::NAN,
            n,
        };
        let per = (averted.lo > 0.0).then(|| bare(cost.mean / averted.mean, averted.n));
        // The factor is itself a ratio of variances: below five replicates it says nothing.
        let reduction = paired.filter(|own| own.difference.n >= 5 && own.variance_reduction.is_finite());
        let answers = [
            paired.map(|own| scaled(own.difference, 1e3)),
            paired.map(|_| cost),
            paired.map(|_| averted),
            paired.and(per),
            reduction.map(|own| bare(own.variance_reduction, own.difference.n)),
        ];
        for (row, answer) in rows.iter_mut().zip(answers) {
            row.answers.push(answer);
        }
    }
    if others.is_empty() { Vec::new() } else { rows.into() }
}

fn print_effects(headline: &Headline) {
    let Some((base, others)) = headline.arms.split_first() else {
        return;
    };
    title(&format!(
        "Difference to {} over the same luck (paired by replicate)",
        base.id
    ));
    for (place, arm) in others.iter().enumerate() {
        let of = |quantity: &str| headline.answer(quantity, place + 1);
        let (Some(hazard), Some(cost), Some(averted)) = (of(HAZARD), of(COST), of(AVERTED)) else {
            continue;
        };
        let unpaired = of(REDUCTION).map_or(String::new(), |own| {
            format!("; unpaired runs would need {:.0} times the replicates", own.mean)
        });
        let per = of(PER_RETURN).map_or(
            "no cost per return averted: the number averted is not clearly above zero".to_owned(),
            |own| format!("{} yuan per return averted", yuan(own.mean)),
        );
        let width = others.iter().map(|arm| columns(&arm.id)).max().unwrap_or(0).min(24);
        let text = format!(
            "{:+.2} returns per 1,000 lifted households a year ({}){unpaired}",
            hazard.mean,
            interval(hazard, 1.0),
        );
        say_on!(
            "{}",
            screen().paragraph(&format!("  {} ", left(&arm.id, width)), width + 3, &text)
        );
        let text = format!(
            "public cost {:+.2} million yuan a year ({}); {:.1} returns averted a year; {per}",
            cost.mean / 1e6,
            interval(cost, 1e-6),
            averted.mean,
        );
        say_on!("{}", screen().paragraph(&" ".repeat(width + 3), width + 3, &text));
    }
}

/// Whole yuan in groups of three digits.
fn yuan(value: f64) -> String {
    crate::story::page::whole_yuan(Fen::yuan(value))
}

/// Prints the controls beside the base: the same hazard in worlds without real growth and without any illness.
pub fn controls(base: &Arm, controls: &[Arm]) {
    let Some(first) = base.results.first() else { return };
    let list = indicators(first);
    let Some(hazard) = list
        .iter()
        .find(|one| one.id == "return_hazard" && one.line == "national")
    else {
        return;
    };
    title("Beside it: the same hazard (register, per 1,000 lifted households a year) in other worlds");
    let mut table = Table::new(vec![Column::words(""), Column::numbers(""), Column::wraps("", 20)]);
    for arm in std::iter::once(base).chain(controls) {
        let estimate = scaled(estimate(arm, hazard, LIFTED), 1e3);
        let value = match estimate.n {
            0 => "- (nobody to count)".into(),
            1 => format!("{:.1} (one run)", estimate.mean),
            _ => format!(
                "{:.1} ({:.1} to {:.1})",
                estimate.mean,
                estimate.lo.max(0.0),
                estimate.hi
            ),
        };
        table.row([format!("  {}", arm.id), value, arm.policy.scenario().title.clone()]);
    }
    say_on!("{}", table.text(&screen()));
}
