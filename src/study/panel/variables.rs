//! The variables of the panel as microdata, each with its label, unit and codes. A new one is a new entry here.

use super::{Care, Interview, Member};
use crate::indicators::result::RunResult;
use crate::units::Identity;
use crate::world::{ALL_CATEGORIES, CONDITIONS, Category, Stage, Work};

/// What a variable can hold: words in a fixed order, each with what it says.
pub type Codes = Vec<(&'static str, &'static str)>;

/// The kind of a variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A name: an identity in sixteen hexadecimal digits (numbers of this size are no numbers to R and Stata), or a county.
    Name,
    /// One of a list of words, in this order.
    Code(Codes),
    /// 1 for yes, 0 for no.
    Yes,
    /// A count.
    Count,
    /// An amount or a share.
    Amount,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A name or code.
    Text(String),
    /// A count, or 1 for yes.
    Whole(i64),
    /// An amount.
    Number(f64),
    /// Not known.
    Missing,
}

impl Value {
    /// As it stands in a CSV file: empty where it is missing, amounts to the fen.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Whole(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Missing => String::new(),
        }
    }

    /// The text, of a name or code.
    pub fn into_text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The count, or 1 for yes.
    pub fn into_whole(self) -> Option<i64> {
        match self {
            Value::Whole(value) => Some(value),
            _ => None,
        }
    }

    /// The amount.
    pub fn into_number(self) -> Option<f64> {
        match self {
            Value::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// A variable.
pub struct Variable<R> {
    /// Its name.
    pub name: String,
    /// What it is, in a few words (Stata shows eighty characters).
    pub label: String,
    /// Its unit; empty where it has none.
    pub unit: &'static str,
    /// What it holds.
    pub kind: Kind,
    read: Box<dyn Fn(&R) -> Value>,
}

impl<R> Variable<R> {
    /// Its value in a row.
    pub fn value(&self, row: &R) -> Value {
        (self.read)(row)
    }
}

/// Gathers variables.
struct Book<R>(Vec<Variable<R>>);

impl<R: 'static> Book<R> {
    fn put(&mut self, name: &str, unit: &'static str, label: &str, kind: Kind, read: impl Fn(&R) -> Value + 'static) {
        self.0.push(Variable {
            name: name.into(),
            label: label.into(),
            unit,
            kind,
            read: Box::new(read),
        });
    }

    fn count(&mut self, name: &str, unit: &'static str, label: &str, read: impl Fn(&R) -> i64 + 'static) {
        self.put(name, unit, label, Kind::Count, move |row| Value::Whole(read(row)));
    }

    /// What care was sought, and what was not.
    fn sought(&mut self, care: fn(&R) -> &Care) {
        let mut count = |name: &str, unit: &'static str, label: &str, read: fn(&Care) -> u32| {
            self.count(name, unit, label, move |row| i64::from(read(care(row))));
        };
        let visits = "Episodes and quarters brought to a provider, no admissions";
        count("visits", "visits", visits, |care| care.visits);
        count("admissions", "admissions", "Admissions", |care| care.admissions);
        count("forgone_admissions", "needs", "Admissions forgone", |care| care.forgone);
        count("forgone", "needs", "Needs of any kind forgone", |care| care.forgone_any);
    }

    fn yes(&mut self, name: &str, label: &str, read: fn(&R) -> bool) {
        self.put(name, "", label, Kind::Yes, move |row| {
            Value::Whole(i64::from(read(row)))
        });
    }

    fn id(&mut self, name: &str, label: &str, read: fn(&R) -> u64) {
        self.put(name, "", label, Kind::Name, move |row| {
            Value::Text(Identity(read(row)).to_string())
        });
    }

    fn amount(&mut self, name: &str, unit: &'static str, label: &str, read: fn(&R) -> f64) {
        self.put(name, unit, label, Kind::Amount, move |row| Value::Number(read(row)));
    }

    /// Money, to the fen.
    fn yuan(&mut self, name: &str, label: &str, read: impl Fn(&R) -> f64 + 'static) {
        let read = move |row: &R| Value::Number((read(row) * 100.0).round() / 100.0 + 0.0);
        self.put(name, "yuan of the year", label, Kind::Amount, read);
    }

    fn code(&mut self, name: &str, label: &str, codes: Codes, read: fn(&R) -> &'static str) {
        self.put(name, "", label, Kind::Code(codes), move |row| {
            Value::Text(read(row).into())
        });
    }

    fn county(&mut self, counties: &[String], read: fn(&R) -> u16) {
        let counties = counties.to_vec();
        self.put("county", "", "County", Kind::Name, move |row| {
            counties
                .get(usize::from(read(row)))
                .map_or(Value::Missing, |name| Value::Text(name.clone()))
        });
    }
}

fn categories() -> Codes {
    let said = |category| match category {
        Category::Tekun => "extremely poor (tekun)",
        Category::Dibao => "receives the minimum living allowance (dibao)",
        Category::Lifted => "registered poor, lifted out of poverty",
        Category::Monitored => "under monitoring",
        Category::Ordinary => "everybody else",
    };
    ALL_CATEGORIES.map(|category| (category.name(), said(category))).into()
}

/// The names of the counties in the order of the results.
pub fn county_names(result: &RunResult) -> Vec<String> {
    let counties = result.years.first().map_or(&[][..], |year| &year.counties);
    counties.iter().map(|county| county.county.clone()).collect()
}

/// The variables of a household and year, of a run with these gauges and counties; `food_share` is that of each reported year.
pub fn households(result: &RunResult, food_share: &[f64]) -> Vec<Variable<Interview>> {
    let mut book: Book<Interview> = Book(Vec::new());
    book.count("year", "", "Calendar year", |one| i64::from(one.year));
    book.id(
        "household",
        "Identity of the household, the same in every scenario",
        |one| one.household,
    );
    book.county(&county_names(result), |one| one.county);
    book.id("village", "Identity of the village", |one| one.village);
    book.amount(
        "remoteness",
        "rank, 0 remotest to 1 nearest",
        "Rank of the village by remoteness",
        |one| one.remoteness,
    );
    book.amount(
        "nearest_minutes",
        "minutes",
        "Way to the nearest clinic, centre or hospital",
        |one| one.nearest_minutes,
    );
    book.count("weight", "households", "Real households that it stands for", |one| {
        i64::from(one.weight)
    });
    book.count("size", "persons", "Members on 1 January", |one| i64::from(one.size));
    book.code(
        "category",
        "Standing with the authorities on 1 January",
        categories(),
        |one| one.category.name(),
    );
    book.yes("cohort", "Of the closed cohort of lifted households", |one| one.cohort);
    book.count(
        "fifth",
        "1 poorest to 5",
        "Fifth of permanent income at founding",
        |one| i64::from(one.fifth),
    );
    book.count("oldest", "years", "Age of the oldest member", |one| {
        i64::from(one.oldest)
    });
    book.count("adults", "persons", "Members of 16 and more", |one| {
        i64::from(one.adults)
    });
    book.count("children", "persons", "Members below 16", |one| {
        i64::from(one.size.saturating_sub(one.adults))
    });
    book.count("sixty", "persons", "Members of 60 and more", |one| i64::from(one.sixty));
    book.count("enrolled", "persons", "Members in resident insurance", |one| {
        i64::from(one.enrolled)
    });
    book.yes("major", "A member had a major health event", |one| one.major);
    book.yuan("income", "Income net of lost work, with public transfers", |one| {
        one.income
    });
    book.yuan("transfers", "Of it, dibao and cash transfers", |one| one.transfers);
    book.yuan("lost_income", "Income lost to illness", |one| one.lost_income);
    book.yuan("premium", "Insurance premiums paid", |one| one.premium);
    book.yuan("consumption_net", "Consumption other than care", |one| one.consumed);
    book.yuan(
        "consumption_gross",
        "Consumption with out-of-pocket spending",
        Interview::budget,
    );
    let (first, shares) = (result.years.first().map_or(0, |year| year.year), food_share.to_vec());
    let share = move |one: &Interview| shares.get((one.year - first) as usize).copied().unwrap_or_default();
    book.yuan(
        "food",
        "Food: the year's Engel share of consumption other than care",
        move |one| share(one) * one.consumed,
    );
    book.yuan("bill", "All bills for care", |one| one.care.bill);
    book.yuan("oop", "Out of pocket, as far as it was paid", |one| one.oop);
    book.yuan("oop_asked", "Out of pocket, before what stayed unpaid", |one| {
        one.care.oop
    });
    book.yuan("oop_admissions", "Out of pocket on admissions", |one| {
        one.care.oop_admissions
    });
    book.yuan("savings", "Savings at the year's end", |one| one.savings);
    book.yuan("assets", "Productive assets at the year's end", |one| one.assets);
    book.yuan("medical_debt", "Debt for care at the year's end", |one| {
        one.medical_debt
    });
    book.yuan("other_debt", "Other debt at the year's end", |one| one.other_debt);
    book.sought(|one| &one.care);
    book.0
}

/// The variables of a person and year, in these counties.
pub fn persons(counties: &[String]) -> Vec<Variable<Member>> {
    let mut book: Book<Member> = Book(Vec::new());
    book.count("year", "", "Calendar year", |one| i64::from(one.year));
    book.id("person", "Identity of the person, the same in every scenario", |one| {
        one.person
    });
    book.id("household", "Identity of the household on 1 January", |one| {
        one.household
    });
    book.county(counties, |one| one.county);
    book.count("weight", "persons", "Real people that the person stands for", |one| {
        i64::from(one.weight)
    });
    book.count("age", "years", "Completed years on 1 January", |one| i64::from(one.age));
    let sexes = vec![("male", "male"), ("female", "female")];
    book.code("sex", "Sex", sexes, |one| ["male", "female"][usize::from(one.sex) % 2]);
    let work = vec![
        ("none", "child, student, or no work"),
        ("farm", "farms the household's land"),
        ("wage", "works for a wage nearby"),
    ];
    book.code("work", "Work", work, |one| match one.work {
        Work::None => "none",
        Work::Farm => "farm",
        Work::Wage => "wage",
    });
    book.count(
        "schooling",
        "0 none, 1 primary, 2 junior, 3 senior, 4 college",
        "Schooling completed",
        |one| one.learning.schooling() as i64,
    );
    book.count("literacy", "0 low, 1 middle, 2 high", "Health literacy", |one| {
        i64::from(one.learning.literacy())
    });
    book.yes("enrolled", "In resident insurance", |one| one.enrolled);
    book.yes("died", "Died during the year", |one| one.gone);
    book.count(
        "residual_loss",
        "per cent",
        "Earning capacity lost for good, at the year's end",
        |one| i64::from(one.residual_loss),
    );
    for (at, condition) in CONDITIONS.into_iter().enumerate() {
        let label = format!("{} at the year's end", condition.name().replace('_', " "));
        book.put(condition.name(), "", &label, Kind::Code(stages()), move |one| {
            Value::Text(stage(one.conditions[at]).into())
        });
    }
    book.yuan("bill", "All bills for care", |one| one.care.bill);
    book.yuan("oop", "Out of pocket, before what stayed unpaid", |one| one.care.oop);
    book.yuan("oop_admissions", "Of it, on admissions", |one| one.care.oop_admissions);
    book.sought(|one| &one.care);
    book.0
}

fn stages() -> Codes {
    vec![
        ("none", "free of the condition"),
        ("undiagnosed", "ill, and nobody knows"),
        ("diagnosed", "known, not treated"),
        ("treated", "treated, not controlled"),
        ("controlled", "treated and controlled"),
        ("first_year", "in the first, costly year after a major event"),
    ]
}

fn stage(stage: Stage) -> &'static str {
    stages()[stage as usize].0
}
