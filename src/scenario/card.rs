//! A parameter card: the number, how sure we are of it, and where it comes from, on one line.
//!
//! The unit stands in the parameter's name; [`UNITS`] says which ending means what and how far such a number can go at
//! all. A value beyond these hard bounds is refused wherever it comes from.

use super::keys::{self, GRADES, NOTES};
use super::node::{Kind, Node, Reader, Table, get};
use std::ops::Range;
use toml::Value;

/// How a number of a unit behaves when odds or hazards are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Lies between 0 and 1, and is a chance or a share.
    Chance,
    /// Events per time: a hazard ratio multiplies it.
    Rate,
    /// Any other number.
    Number,
    /// True or false.
    YesNo,
}

/// What the ending of a parameter's name says about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// The ending, without its underscore.
    pub ending: &'static str,
    /// The unit in words.
    pub name: &'static str,
    /// The least value that can be.
    pub low: f64,
    /// The largest value that can be.
    pub high: f64,
    /// How it behaves.
    pub measure: Measure,
}

const fn unit(ending: &'static str, name: &'static str, low: f64, high: f64, measure: Measure) -> Unit {
    Unit {
        ending,
        name,
        low,
        high,
        measure,
    }
}

const MOST: f64 = f64::INFINITY;

/// Most yuan of one price, line, ceiling or purse. A household is full at 42.9 million ([`crate::units::Fen32`]), so more says
/// nothing more; and money is summed as fen in 64 bits, which hold 900 million bills of this size, as many as ten million people
/// bring in more than ten years.
const MOST_YUAN: f64 = 1e8;
/// Most yuan for each person and month or year: paid in every month of a year to the four thousand million people that a world
/// can hold, they come to 4.8e18 fen, and 64 bits hold 9.2e18.
const MOST_YUAN_PER: f64 = 1e6;
/// Most of a ratio; far beyond it products of ratios and prices would leave what can be summed.
const MOST_RATIO: f64 = 1e6;
/// Most events per year: a hazard above one in four days is certain within any month.
const MOST_PER_YEAR: f64 = 100.0;
/// Oldest age.
const MOST_AGE: f64 = 120.0;
/// Longest span of years, which may stand for ever.
const MOST_YEARS: f64 = 1e5;
/// A hundred years in months.
const MOST_MONTHS: f64 = 1_200.0;
/// A hundred years in days.
const MOST_DAYS: f64 = 36_500.0;
/// Two years in minutes, beyond any journey.
const MOST_MINUTES: f64 = 1e6;
/// People are numbered in 32 bits, and nothing that is counted is more than they.
const MOST_COUNT: f64 = 4e9;

/// All endings with a meaning; the first that fits holds.
pub const UNITS: &[Unit] = &[
    unit("odds_ratio", "odds ratio", 0.0, MOST_RATIO, Measure::Number),
    unit("hazard_ratio", "hazard ratio", 0.0, MOST_RATIO, Measure::Number),
    unit("ratio", "ratio", 0.0, MOST_RATIO, Measure::Number),
    unit("share", "share, 0 to 1", 0.0, 1.0, Measure::Chance),
    unit("probability", "probability, 0 to 1", 0.0, 1.0, Measure::Chance),
    unit("per_1000_year", "events per 1000 and year", 0.0, 1000.0, Measure::Rate),
    unit("per_year", "per year", 0.0, MOST_PER_YEAR, Measure::Rate),
    unit("per_month", "probability per month, 0 to 1", 0.0, 1.0, Measure::Chance),
    unit("yuan", "yuan", 0.0, MOST_YUAN, Measure::Number),
    unit("age_years", "years", 0.0, MOST_AGE, Measure::Number),
    unit("years", "years", 0.0, MOST_YEARS, Measure::Number),
    unit("months", "months", 0.0, MOST_MONTHS, Measure::Number),
    unit("days", "days", 0.0, MOST_DAYS, Measure::Number),
    unit("minutes", "minutes", 0.0, MOST_MINUTES, Measure::Number),
    unit(
        "growth",
        "growth, above -0.5 and below 0.5",
        -0.499_999_999,
        0.499_999_999,
        Measure::Number,
    ),
    unit("index", "index", -MOST, MOST, Measure::Number),
    unit("weight", "weight", -MOST, MOST, Measure::Number),
    unit("sd", "standard deviation", 0.0, 1000.0, Measure::Number),
    unit("per_100000_count", "count", 0.0, 1e5, Measure::Number),
    unit("count", "count", 0.0, MOST_COUNT, Measure::Number),
    unit("yes", "true or false", 0.0, 1.0, Measure::YesNo),
];

/// Parameters that are whole numbers from 1 on, with the most they can be.
const WHOLE: [(&str, f64); 1] = [("people_count", MOST_COUNT)];

/// The most that the parameter at `path` can be where it is a whole number from 1 on.
pub fn most_whole(path: &str) -> Option<f64> {
    let key = path.rsplit('.').next().unwrap_or(path);
    WHOLE.iter().find(|(whole, _)| *whole == key).map(|(_, most)| *most)
}

/// Further parameters that are whole numbers; how far they go is in their unit and their mechanism.
const COUNTED: [&str; 1] = ["interval_months"];

/// Whether the parameter at `path` is a whole number.
pub fn is_whole(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path);
    most_whole(path).is_some() || COUNTED.contains(&key)
}

/// Amounts per something: `income_yuan_per_year`, `visits_count_per_month`; how far they go is in [`AMOUNTS`].
const AMOUNT: Unit = unit("", "amount per unit", 0.0, MOST, Measure::Number);
/// What can stand before `_per_` to make it an [`AMOUNT`], and the most there can be of it.
const AMOUNTS: [(&str, f64); 6] = [
    ("yuan", MOST_YUAN_PER),
    ("years", MOST_YEARS),
    ("months", MOST_MONTHS),
    ("days", MOST_DAYS),
    ("minutes", MOST_MINUTES),
    ("count", MOST_COUNT),
];
/// A name without a known ending.
const NUMBER: Unit = unit("", "number", -MOST, MOST, Measure::Number);

fn ends_with(key: &str, ending: &str) -> bool {
    key.strip_suffix(ending)
        .is_some_and(|stem| stem.is_empty() || stem.ends_with('_'))
}

/// The unit of the parameter called `key` (its last word counts, not its path).
///
/// ```
/// # use kangcun::scenario::card::unit_of;
/// assert_eq!(unit_of("reimbursed_share").high, 1.0);
/// assert_eq!(unit_of("onset_per_year").name, "per year");
/// assert_eq!(unit_of("transfer_yuan_per_month").low, 0.0);
/// ```
pub fn unit_of(key: &str) -> Unit {
    if let Some((stem, _)) = key.rsplit_once("_per_")
        && let Some(&(_, high)) = AMOUNTS.iter().find(|(amount, _)| ends_with(stem, amount))
    {
        return Unit { high, ..AMOUNT };
    }
    UNITS
        .iter()
        .find(|unit| ends_with(key, unit.ending))
        .copied()
        .unwrap_or(NUMBER)
}

/// The unit of the parameter at `path`: that of its last word that names one. A number for each provider or category, such
/// as `service.stay_days.village`, has the unit of its list.
///
/// ```
/// # use kangcun::scenario::card::unit_at;
/// assert_eq!(unit_at("service.stay_days.village").name, "days");
/// ```
pub fn unit_at(path: &str) -> Unit {
    let mut units = path.rsplit('.').map(unit_of);
    units.find(|unit| *unit != NUMBER).unwrap_or(NUMBER)
}

/// The unit of the number at `path` in words, for a reader.
///
/// ```
/// # use kangcun::scenario::card::unit_words;
/// assert_eq!(unit_words("illness.stroke.care_yuan_per_year"), "yuan per year");
/// assert_eq!(unit_words("illness.acute.moderate_share"), "share, 0 to 1");
/// ```
pub fn unit_words(path: &str) -> String {
    let unit = unit_at(path);
    let word = path
        .rsplit('.')
        .find(|word| unit_of(word) != NUMBER)
        .unwrap_or_default();
    match word.rsplit_once("_per_") {
        Some((stem, per)) if unit.name == AMOUNT.name => {
            let amount = stem.rsplit('_').next().unwrap_or(stem);
            format!("{amount} per {}", per.replace('_', " "))
        }
        _ => unit.name.to_owned(),
    }
}

/// What a number at `path` must be, in words: its unit, and how far it can go.
///
/// ```
/// # use kangcun::scenario::card::demanded;
/// assert_eq!(demanded("service.stay_days.village"), "days, 0 to 36500");
/// assert_eq!(demanded("relief_yuan_per_month"), "yuan per month, 0 to 1000000");
/// assert_eq!(demanded("reached_share"), "a share, 0 to 1");
/// ```
pub fn demanded(path: &str) -> String {
    let (unit, words) = (unit_at(path), unit_words(path));
    let words = match unit.ending {
        // Already a plural, or yuan.
        "" | "yuan" | "years" | "age_years" | "months" | "days" | "minutes" | "per_1000_year" if unit != NUMBER => {
            words
        }
        "per_year" => "a rate per year".to_owned(),
        "odds_ratio" | "index" => format!("an {words}"),
        _ => format!("a {words}"),
    };
    let said = words.contains(['0', '1']) && unit.ending != "per_1000_year";
    match (said, unit.low.is_finite() && unit.high.is_finite()) {
        (true, _) => words,
        (false, true) => format!("{words}, {} to {}", unit.low, unit.high),
        (false, false) => format!("{words} that is finite"),
    }
}

/// Says what is wrong with `value` as a value of the parameter at `path`, or of a lone key, whoever set it.
pub(crate) fn check_bounds(path: &str, value: &Value) -> Result<(), String> {
    let unit = unit_at(path);
    let key = path.rsplit('.').next().unwrap_or(path);
    let known = unit != NUMBER;
    match value {
        Value::Table(table) => table.get("value").map_or(Ok(()), |inner| check_bounds(path, inner)),
        Value::Array(list) => list.iter().try_for_each(|item| check_bounds(path, item)),
        Value::Boolean(_) if known && unit.measure != Measure::YesNo => {
            Err(format!("`{key}` is true or false, but its name says: {}", unit.name))
        }
        Value::String(_) if known => Err(format!("`{key}` is a text, but its name says: {}", unit.name)),
        Value::Integer(_) | Value::Float(_) => {
            let number = as_number(value).unwrap_or_default();
            if unit.measure == Measure::YesNo {
                Err(format!("`{key}` is a number, but its name says: {}", unit.name))
            } else if let Some(most) = most_whole(path)
                && !(number.fract() == 0.0 && (1.0..=most).contains(&number))
            {
                Err(format!(
                    "`{key}` is {}, but must be a whole number from 1 to {most}",
                    shown(number)
                ))
            } else if !number.is_finite() || number < unit.low || number > unit.high {
                Err(format!("`{key}` is {}, but must be {}", shown(number), demanded(path)))
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// A number as a message writes it: with a power of ten where all its digits would fill a line.
pub(crate) fn shown(number: f64) -> String {
    if number == 0.0 || (1e-9..1e15).contains(&number.abs()) {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// A number, whole or not.
pub(crate) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// What a card says beside its value; also what a programme says about an effect.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notes {
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// `A` (measured for this population) to `D` (a guess).
    pub grade: Option<char>,
    pub source: String,
    pub year: Option<i32>,
    pub note: String,
}

/// A value as the rules see it, its notes apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    pub value: Value,
    pub from_age: Option<Value>,
    /// For a name added to a list: the name it stands before.
    pub before: Option<String>,
}

impl Leaf {
    /// A value without steps by age.
    pub fn plain(value: Value) -> Leaf {
        Leaf {
            value,
            from_age: None,
            before: None,
        }
    }

    /// The value in the tree of rules: plain, or a table of `from_age` and `value`.
    pub fn resolved(&self) -> Value {
        match &self.from_age {
            None => self.value.clone(),
            Some(ages) => Value::Table(
                [("from_age".into(), ages.clone()), ("value".into(), self.value.clone())]
                    .into_iter()
                    .collect(),
            ),
        }
    }
}

/// Reads the notes of a card or effect; `numbers` are what must lie within its `low` and `high`.
pub(crate) fn read_notes(reader: &mut Reader, table: &Table, numbers: &[f64], at: &Range<usize>) -> Notes {
    let low = reader.number(table, "low", f64::MIN, f64::MAX);
    let high = reader.number(table, "high", f64::MIN, f64::MAX);
    if let Some(number) = numbers
        .iter()
        .find(|n| low.is_some_and(|low| **n < low) || high.is_some_and(|h| **n > h))
    {
        let shown = |bound: Option<f64>| bound.map_or("...".to_owned(), |bound| bound.to_string());
        reader.wrong(
            at,
            format!("{number} lies outside low {} to high {}", shown(low), shown(high)),
            "of this card",
        );
    }
    let grade = read_grade(reader, table);
    let (earliest, latest) = keys::whole_bounds(&NOTES, "year");
    Notes {
        low,
        high,
        grade,
        source: reader.text(table, "source").unwrap_or_default(),
        year: reader.whole(table, "year", earliest, latest).map(|year| year as i32),
        note: reader.text(table, "note").unwrap_or_default(),
    }
}

/// Reads the evidence grade, where it is given.
pub(crate) fn read_grade(reader: &mut Reader, table: &Table) -> Option<char> {
    let grade = reader.text(table, "grade")?;
    if GRADES.contains(&grade.as_str()) {
        return grade.chars().next();
    }
    let node = get(table, "grade")?;
    reader.wrong(
        &node.span,
        format!("grade `{grade}` is not known"),
        "one of \"A\", \"B\", \"C\", \"D\"",
    );
    None
}

/// The numbers of a value or list.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().filter_map(as_number).collect(),
        other => as_number(other).into_iter().collect(),
    }
}

/// Reads `value` and `from_age` of a card called `key`.
pub(crate) fn read_leaf(reader: &mut Reader, key: &str, table: &Table, at: &Range<usize>) -> Option<Leaf> {
    let Some(node) = get(table, "value") else {
        reader.wrong(at, format!("`{key}` has no `value`"), "a card without a value");
        return None;
    };
    let value = read_plain(reader, key, node)?;
    let from_age = get(table, "from_age").and_then(|ages| read_ages(reader, ages, &value));
    Some(Leaf {
        value,
        from_age,
        before: None,
    })
}

/// A plain value called `key`, checked against what its name allows.
pub(crate) fn read_plain(reader: &mut Reader, key: &str, node: &Node) -> Option<Value> {
    let Some(value) = node.plain() else {
        reader.wrong(
            &node.span,
            format!("`{key}` cannot be {}", node.word()),
            "a number, truth, text or list is needed",
        );
        return None;
    };
    if let Err(message) = check_bounds(key, &value) {
        reader.wrong(&node.span, message, "out of bounds");
        return None;
    }
    Some(value)
}

fn read_ages(reader: &mut Reader, node: &Node, value: &Value) -> Option<Value> {
    let ages: Option<Vec<f64>> = node.list().and_then(|list| list.iter().map(Node::number).collect());
    let steps = value.as_array().map(Vec::len);
    match ages {
        Some(ages) if Some(ages.len()) == steps && ages.is_sorted_by(|a, b| a < b) => return node.plain(),
        Some(ages) if steps.is_some_and(|steps| steps != ages.len()) => {
            let title = format!(
                "`from_age` has {} ages, but `value` has {}",
                ages.len(),
                steps.unwrap_or_default()
            );
            reader.wrong(&node.span, title, "one age for each value");
        }
        Some(_) if steps.is_none() => reader.wrong(
            &node.span,
            "`from_age` needs a list as `value`",
            "one value for each age",
        ),
        Some(_) => reader.wrong(&node.span, "`from_age` does not ascend", "ages from young to old"),
        None => reader.wrong(
            &node.span,
            "`from_age` is not a list of numbers",
            "ages from young to old",
        ),
    }
    None
}

/// Reads a full card of the baseline: every note that its kind of value needs must be there.
pub(crate) fn read_card(reader: &mut Reader, key: &str, table: &Table, at: &Range<usize>) -> Option<(Leaf, Notes)> {
    let allowed: Vec<&str> = ["value", "from_age"].into_iter().chain(keys::names(&NOTES)).collect();
    reader.allow(table, "a card", &allowed);
    let leaf = read_leaf(reader, key, table, at);
    let found = leaf.as_ref().map(|leaf| numbers(&leaf.value)).unwrap_or_default();
    let notes = read_notes(reader, table, &found, at);
    for needed in ["grade", "source"] {
        reader.needed_text(table, at, needed);
    }
    if let Some(Leaf {
        value: Value::Array(list),
        ..
    }) = &leaf
        && list.iter().any(|item| as_number(item).is_none())
    {
        reader.wrong(
            at,
            format!("`{key}` is not a list of numbers"),
            "the list of a card holds numbers",
        );
    }
    let sure = matches!(notes.grade, Some('A' | 'B'));
    if !found.is_empty() && !sure {
        for bound in ["low", "high"] {
            if get(table, bound).is_none() && get(table, "grade").is_some() {
                let help = Some("a number of grade C or D says how far it may be off".to_owned());
                reader.push(
                    at,
                    format!("`{key}` has no `{bound}`"),
                    format!("add `{bound} = ...`"),
                    help,
                );
            }
        }
    }
    leaf.map(|leaf| (leaf, notes))
}

/// Whether an inline table was meant to be a card.
pub(crate) fn looks_like_card(table: &Table) -> bool {
    get(table, "value").is_some_and(|node| !matches!(node.kind, Kind::Table(_)))
        || ["grade", "source"]
            .iter()
            .all(|key| get(table, key).is_some_and(|node| node.text().is_some()))
}
