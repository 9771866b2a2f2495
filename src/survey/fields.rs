//! What a survey can tell of households and people, and how each is filled where it does not.

use crate::world::CONDITIONS;

/// What the cells of a field hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    /// Any text.
    Text,
    /// One of these words, under the survey's own codes.
    Word(&'static [&'static str]),
    /// A county of the scenario, under the survey's own codes.
    County,
    /// A number within bounds.
    Number(f64, f64),
    /// Money of a year, from the lowest on.
    Flow(f64),
    /// Money that is there.
    Stock,
}

/// Most money that is there, yuan: a household's purse is full above ([`crate::units::Fen32`]).
const MOST_STOCK: f64 = 4e7;
/// Most money of a year, yuan.
const MOST_FLOW: f64 = 1e9;

impl Holds {
    /// The least and the most that a number of it can be, money in yuan; none where it holds no number.
    pub fn bounds(self) -> Option<[f64; 2]> {
        match self {
            Holds::Number(low, high) => Some([low, high]),
            Holds::Flow(low) => Some([low, MOST_FLOW]),
            Holds::Stock => Some([0.0, MOST_STOCK]),
            Holds::Text | Holds::Word(_) | Holds::County => None,
        }
    }
}

/// A field of the model.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in a map.
    pub name: &'static str,
    /// Whether it is said of the household, else of the person.
    pub of_household: bool,
    /// What its cells hold.
    pub holds: Holds,
    /// How it is filled where a record does not tell; empty where it must.
    pub filled: &'static str,
}

const fn household(name: &'static str, holds: Holds, filled: &'static str) -> Field {
    let of_household = true;
    Field {
        name,
        of_household,
        holds,
        filled,
    }
}

const fn person(name: &'static str, holds: Holds, filled: &'static str) -> Field {
    let of_household = false;
    Field {
        name,
        of_household,
        holds,
        filled,
    }
}

const CONDITION_WORDS: &[&str] = &[
    "none",
    "undiagnosed",
    "diagnosed",
    "treated",
    "controlled",
    "first_year",
    "known",
    "not_known",
];
const SOURCE: &str =
    "the income in all is used; where that is missing too, shares are drawn by fifth of income, work and age";
const PURSE: &str = "drawn from income by the founding model";
const CONDITION: &str = "drawn by age and sex from the prevalence of the scenario, with the cascade of care";
const CONDITION_FIELD: Field = person("", Holds::Word(CONDITION_WORDS), CONDITION);

const OWN: [Field; 25] = [
    household("id", Holds::Text, ""),
    household("weight", Holds::Number(0.0, 1e12), ""),
    household("county", Holds::County, ""),
    household(
        "income",
        Holds::Flow(-1e9),
        "the sum of its sources where all four are given; else drawn by size and county",
    ),
    household("wage_income", Holds::Flow(0.0), SOURCE),
    household("farm_income", Holds::Flow(-1e9), SOURCE),
    household("property_income", Holds::Flow(-1e9), SOURCE),
    household("transfer_income", Holds::Flow(0.0), SOURCE),
    household(
        "remittances",
        Holds::Flow(0.0),
        "the share of wages that migrants send, by the founding model",
    ),
    household("savings", Holds::Stock, PURSE),
    household("assets", Holds::Stock, PURSE),
    household("medical_debt", Holds::Stock, PURSE),
    household("other_debt", Holds::Stock, PURSE),
    household(
        "standing",
        Holds::Word(&["tekun", "dibao", "lifted", "monitored", "ordinary"]),
        "drawn from income, illness and age among the households that do not tell, with the scenario's shares",
    ),
    household(
        "cohort",
        Holds::Word(&["yes", "no"]),
        "yes where standing is lifted, no where it is another",
    ),
    household(
        "migrants",
        Holds::Number(0.0, 20.0),
        "those who are `away`; where nobody asks, drawn with the scenario's ratio",
    ),
    person(
        "id",
        Holds::Text,
        "people of a household are told apart by age, sex and the rest",
    ),
    person("age", Holds::Number(0.0, 115.0), ""),
    person("birth_year", Holds::Number(1880.0, 2100.0), ""),
    person(
        "birth_month",
        Holds::Number(1.0, 12.0),
        "months beyond the last birthday are drawn",
    ),
    person("sex", Holds::Word(&["male", "female"]), ""),
    person(
        "work",
        Holds::Word(&["none", "farm", "wage"]),
        "drawn by age with the scenario's shares",
    ),
    person(
        "literacy",
        Holds::Word(&["low", "middle", "high"]),
        "taken from the schooling of adults where that is given, else drawn by age with the scenario's shares",
    ),
    person(
        "schooling",
        Holds::Number(0.0, 30.0),
        "drawn by age and sex with the scenario's shares; literacy likewise, unless it is given itself",
    ),
    person("away", Holds::Word(&["yes", "no"]), "everybody listed lives there"),
];

/// How many fields there are.
pub const FIELDS: usize = OWN.len() + CONDITIONS.len();

/// All fields, conditions last.
pub fn all() -> [Field; FIELDS] {
    std::array::from_fn(|at| match OWN.get(at) {
        Some(field) => *field,
        None => Field {
            name: CONDITIONS[at - OWN.len()].name(),
            ..CONDITION_FIELD
        },
    })
}

/// The number of a field of the household or of the person.
pub fn number(of_household: bool, name: &str) -> Option<usize> {
    all()
        .iter()
        .position(|field| field.of_household == of_household && field.name == name)
}
