//! The keys that scenario, programme and package files have beside the rules: what each holds and means.
//!
//! The loader refuses every other key, and the schemas that editors read are made of these lists.

mod sweep;

pub(crate) use sweep::{AGAINST, ALL, RUN_ALONE, SWEEP_ALONE};
pub use sweep::{AXIS, DRAW, OUTPUTS, SWEEP, SWEEP_RUN};

use super::files::{PROGRAMME_FOLDERS, SCENARIO_FOLDERS, embedded_paths};
use super::{Comparator, First, PaidBy};
use crate::world::{ALL_CATEGORIES, CONDITIONS, Category, Condition};

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether a file must give it.
    pub needed: bool,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Any text.
    Text,
    /// A list of different texts.
    Texts,
    /// A carried file of one of these folders by its name, or a file on disk by its path.
    File(&'static [&'static str]),
    /// A list of such files.
    Files(&'static [&'static str]),
    /// Such a file, or this word.
    FileOr(&'static [&'static str], &'static str),
    /// This word, or a list of such files or of lists of them.
    FilesOr(&'static [&'static str], &'static str),
    /// A text or a list of texts.
    TextOrTexts,
    /// Numbers, truths or words, or lists of those.
    Values,
    /// A month as in `2022-01`.
    Month,
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A number within bounds.
    Number(f64, f64),
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A list of such words.
    Words(fn() -> Vec<&'static str>),
    /// The youngest and the oldest age of a range.
    Ages,
    /// An amount in yuan, plain or on a card.
    Amount,
    /// Changes of rules.
    Changes,
    /// The rules themselves, on cards.
    Rules,
    /// A table with these keys.
    Table(&'static [Key]),
    /// A list of such tables.
    Tables(&'static [Key]),
    /// A table whose keys are not fixed here.
    Open,
    /// So many numbers.
    Numbers(usize),
    /// A text or number as written in a survey, or a list of them.
    Codes,
}

/// A key that may be left out.
pub(crate) const fn key(name: &'static str, holds: Holds, meaning: &'static str) -> Key {
    let needed = false;
    Key {
        name,
        holds,
        needed,
        meaning,
    }
}

/// A key that must be given.
pub(crate) const fn needed(name: &'static str, holds: Holds, meaning: &'static str) -> Key {
    Key {
        needed: true,
        ..key(name, holds, meaning)
    }
}

/// The names of keys.
pub(crate) fn names(keys: &'static [Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// The bounds of the whole number `name`; nothing fits where there is no such key.
pub(crate) fn whole_bounds(keys: &[Key], name: &str) -> (i64, i64) {
    let found = keys.iter().find(|key| key.name == name).map(|key| key.holds);
    match found {
        Some(Holds::Whole(low, high)) => (low, high),
        _ => (0, -1),
    }
}

/// The bounds of the number `name`; nothing fits where there is no such key.
pub(crate) fn number_bounds(keys: &[Key], name: &str) -> (f64, f64) {
    let found = keys.iter().find(|key| key.name == name).map(|key| key.holds);
    match found {
        Some(Holds::Number(low, high)) => (low, high),
        _ => (f64::MAX, f64::MIN),
    }
}

/// The names of the files that the program carries in these folders.
pub(crate) fn carried(folders: &[&str]) -> Vec<String> {
    let name = |path: &String| {
        let stem = path.strip_suffix(".toml")?;
        let within = |folder: &&str| stem.strip_prefix(folder).is_some_and(|name| !name.contains('/'));
        let folder = folders.iter().find(|folder| within(folder))?;
        Some(stem[folder.len()..].to_owned())
    };
    embedded_paths().iter().filter_map(name).collect()
}

/// Years in which a run can lie.
const YEARS: Holds = Holds::Whole(1950, 2150);

/// `[run]`.
pub const RUN: [Key; 5] = [
    key("first_year", YEARS, "The first year that is reported."),
    key("last_year", YEARS, "The last year, itself included."),
    key(
        "burn_in_years",
        Holds::Whole(1, 50),
        "Years simulated before the first year and not reported; the world is founded as they begin.",
    ),
    key(
        "replicates",
        Holds::Whole(1, 1_000_000),
        "How many worlds are simulated.",
    ),
    key("seed", Holds::Whole(0, i64::MAX), "The seed of all luck."),
];

/// The evidence grades.
pub(crate) const GRADES: [&str; 4] = ["A", "B", "C", "D"];
/// The grade of a card or of the costs of a programme.
pub(crate) const GRADE: Key = key(
    "grade",
    Holds::Word(|| GRADES.to_vec()),
    "How sure it is: A seen in the publisher's page, B seen elsewhere, C from memory, D derived or assumed.",
);
const SOURCE: Key = key("source", Holds::Text, "Where it comes from.");

/// What a card says beside its value; also what a programme says about an effect.
pub const NOTES: [Key; 6] = [
    key(
        "low",
        Holds::Number(f64::MIN, f64::MAX),
        "The least it may plausibly be.",
    ),
    key(
        "high",
        Holds::Number(f64::MIN, f64::MAX),
        "The most it may plausibly be.",
    ),
    GRADE,
    SOURCE,
    key("year", Holds::Whole(1900, 2200), "The year it was measured in."),
    key("note", Holds::Text, "Anything else to know about it."),
];

const TITLE: Key = needed("title", Holds::Text, "The title, a few words.");
const SUMMARY: Key = needed("summary", Holds::Text, "What it is, in a sentence or two.");
const QUESTION: Key = key("question", Holds::Text, "The question that it answers.");
const PROGRAMMES: Holds = Holds::Files(PROGRAMME_FOLDERS);

/// A scenario.
pub const SCENARIO: [Key; 10] = [
    TITLE,
    SUMMARY,
    QUESTION,
    key(
        "extends",
        Holds::File(SCENARIO_FOLDERS),
        "The scenario that it changes; the baseline if not said.",
    ),
    key("programmes", PROGRAMMES, "Programmes and packages that run, in order."),
    key(
        "published",
        Holds::Text,
        "A table of published figures that the run is held against, as seen from this file; columns as in scenarios/data/history.csv.",
    ),
    key("run", Holds::Table(&RUN), "Years, replicates and seed."),
    key("world", Holds::Table(&WORLD), "A population of one's own."),
    key(
        "set",
        Holds::Changes,
        "Rules that are other than in the scenario that is extended, from the start on.",
    ),
    key("dated", Holds::Tables(&DATED), "Rules that change in a month."),
];

/// `[world]` of a scenario.
pub const WORLD: [Key; 1] = [key(
    "population",
    Holds::Text,
    "The folder of a population made by `kangcun found`, as seen from this file.",
)];

/// `[[dated]]`.
pub const DATED: [Key; 3] = [
    needed("from", Holds::Month, "The first month of the changes."),
    key(
        "until",
        Holds::Month,
        "The first month in which they no longer hold; if not said, they stay.",
    ),
    needed("set", Holds::Changes, "The rules that change."),
];

/// A package.
pub const PACKAGE: [Key; 4] = [
    TITLE,
    SUMMARY,
    needed("programmes", PROGRAMMES, "Its programmes and packages, in order."),
    key(
        "set",
        Holds::Changes,
        "Rules that change where all of its programmes are in force.",
    ),
];

/// The baseline.
pub const BASELINE: [Key; 4] = [
    TITLE,
    SUMMARY,
    needed("run", Holds::Table(&RUN), "Years, replicates and seed."),
    key("rules", Holds::Rules, "Every rule, on its card."),
];

/// A programme.
pub const PROGRAMME: [Key; 17] = [
    TITLE,
    needed(
        "section",
        Holds::Text,
        "The section of the study it belongs to, such as 5.1; of one's own, any word.",
    ),
    SUMMARY,
    needed(
        "comparator",
        Holds::Word(|| Comparator::ALL.map(Comparator::name).to_vec()),
        "How its effect is measured: by adding it, or by removing it from a world that has it.",
    ),
    key(
        "against",
        Holds::File(SCENARIO_FOLDERS),
        "The scenario beside which its effect is measured; the baseline if not said.",
    ),
    needed(
        "evidence",
        Holds::Text,
        "What is known about its effect, and how sure that is.",
    ),
    key("moves", Holds::Texts, "The indicators that it is meant to move."),
    needed("from", Holds::Month, "Its first month."),
    key(
        "until",
        Holds::Month,
        "The first month in which it is no longer in force; if not said, it stays.",
    ),
    key(
        "ramp_years",
        Holds::Whole(0, 100),
        "Years until it reaches its coverage; 0 is at once.",
    ),
    key(
        "coverage",
        Holds::Table(&COVERAGE),
        "The villages that it reaches; all if not said.",
    ),
    key(
        "requires",
        Holds::Texts,
        "Programmes without which it does nothing: it reaches only villages that all of these reach.",
    ),
    key(
        "counties",
        Holds::Texts,
        "The counties in which it runs; all if not said.",
    ),
    key(
        "who",
        Holds::Table(&WHO),
        "Whom it reaches in its villages; everybody if not said.",
    ),
    key(
        "set",
        Holds::Changes,
        "Its levers: the rules that it changes where it reaches.",
    ),
    key("cost", Holds::Table(&COST), "What its delivery costs, in yuan of 2020."),
    key(
        "nulls",
        Holds::Tables(&NULL),
        "Indicators that its evidence found unchanged, each with the range in which an effect counts as none.",
    ),
];

/// `[[nulls]]` of a programme.
pub const NULL: [Key; 5] = [
    needed("indicator", Holds::Text, "The indicator."),
    key(
        "within",
        Holds::Numbers(2),
        "The lowest and the highest difference that counts as none, in the indicator's unit.",
    ),
    key(
        "within_ratio",
        Holds::Numbers(2),
        "The same as a ratio of with to without; one of the two is given.",
    ),
    Key { needed: true, ..GRADE },
    Key { needed: true, ..SOURCE },
];

/// `coverage` of a programme.
pub const COVERAGE: [Key; 3] = [
    key(
        "share",
        Holds::Number(0.0, 1.0),
        "The share of villages that it reaches in the end; all if not said.",
    ),
    key(
        "first",
        Holds::Word(|| First::ALL.map(First::name).to_vec()),
        "Which villages come first; by lot if not said.",
    ),
    key(
        "needs",
        Holds::Word(|| vec![CONNECTION]),
        "What a village must have to be reached.",
    ),
];

/// The oldest age of `who`.
pub(crate) const OLDEST: i64 = 130;
/// The need of programmes that reach only connected villages.
pub(crate) const CONNECTION: &str = "connection";

/// `who` of a programme.
pub const WHO: [Key; 3] = [
    key(
        "category",
        Holds::Words(|| ALL_CATEGORIES.map(Category::name).to_vec()),
        "Categories of households; all if not said.",
    ),
    key(
        "age",
        Holds::Ages,
        "Youngest and oldest age, both included; all if not said.",
    ),
    key(
        "condition",
        Holds::Words(|| CONDITIONS.map(Condition::name).to_vec()),
        "Only those who know that they have one of these conditions; everybody if not said.",
    ),
];

/// `[cost]` of a programme.
pub const COST: [Key; 9] = [
    key("per_village_once_yuan", Holds::Amount, "Once for each village reached."),
    key(
        "per_village_year_yuan",
        Holds::Amount,
        "A year for each village reached.",
    ),
    key(
        "per_doctor_year_yuan",
        Holds::Amount,
        "A year for each village doctor of the villages reached.",
    ),
    key("per_person_year_yuan", Holds::Amount, "A year for each person reached."),
    key(
        "per_managed_patient_year_yuan",
        Holds::Amount,
        "A year for each patient under management.",
    ),
    key(
        "per_household_year_yuan",
        Holds::Amount,
        "A year for each household reached.",
    ),
    key(
        "paid_by",
        Holds::Word(|| PaidBy::ALL.map(PaidBy::name).to_vec()),
        "Who pays: the county's health budget (if not said), or higher levels.",
    ),
    SOURCE,
    GRADE,
];
