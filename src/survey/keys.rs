//! The keys of a map, for the reader that refuses others and for the schema that editors read.

use crate::scenario::keys::{Holds, Key, key, needed};

/// A map.
pub const MAP: [Key; 7] = [
    needed("title", Holds::Text, "What the survey is."),
    key(
        "files",
        Holds::Table(&FILES),
        "A file of the households alone, and what means \"not told\" everywhere.",
    ),
    key("survey", Holds::Table(&SURVEY), "What holds for the whole survey."),
    needed(
        "household",
        Holds::Open,
        "Which column is which field of the household.",
    ),
    needed("person", Holds::Open, "Which column is which field of the person."),
    key("income", Holds::Table(&INCOME), "What incomes are brought to."),
    key("rake", Holds::Table(&RAKE), "The shares that weights are raked to."),
];

/// `[files]`.
pub const FILES: [Key; 2] = [
    key(
        "households",
        Holds::Text,
        "A file of the households, beside the map, where people stand in another one.",
    ),
    key(
        "missing",
        Holds::Codes,
        "Texts that mean \"not told\" in every column; an empty cell always does.",
    ),
];

const SCHOOLING: Holds = Holds::Number(0.0, 30.0);

/// `[survey]`.
pub const SURVEY: [Key; 4] = [
    key(
        "price_ratio",
        Holds::Number(0.01, 100.0),
        "Yuan of 2020 for a yuan of the survey; 1 if not said.",
    ),
    key(
        "interviewed",
        Holds::Month,
        "The month of the interviews; needed where the survey has years of birth.",
    ),
    key(
        "low_literacy_below_years",
        SCHOOLING,
        "Years of schooling below which literacy is low; 6 if not said.",
    ),
    key(
        "high_literacy_from_years",
        SCHOOLING,
        "Years of schooling from which literacy is high; 12 if not said.",
    ),
];

/// `[income]`.
pub const INCOME: [Key; 1] = [key(
    "quintile_mean_yuan",
    Holds::Numbers(5),
    "Means of income per head in the fifths of households, the poorest first: ranks are kept, incomes are brought to these.",
)];

/// A field that is more than the name of its column; the words of the model stand beside these.
pub const FIELD: [Key; 5] = [
    key("column", Holds::Text, "The column of the survey."),
    key("value", Holds::Codes, "What holds for all, where there is no column."),
    key(
        "default",
        Holds::Codes,
        "What stands in where a record does not tell; counted as imputed.",
    ),
    key("missing", Holds::Codes, "Texts that mean \"not told\" in this column."),
    key("unit", Holds::Text, "The unit of the money in the column."),
];

/// `[rake]`.
pub const RAKE: [Key; 4] = [
    key(
        "tolerance_points",
        Holds::Number(1e-9, 50.0),
        "Deviation of a share that is accepted, in points; 0.01 if not said.",
    ),
    key(
        "rounds",
        Holds::Whole(1, 100_000),
        "Most rounds over all margins; 500 if not said.",
    ),
    key(
        "trim_ratio",
        Holds::Number(1.0, 1e6),
        "Largest change of a weight, up or down, as a ratio; any if not said.",
    ),
    needed(
        "margin",
        Holds::Tables(&MARGIN),
        "The margins, one `[[rake.margin]]` each.",
    ),
];

/// Of what the shares of a margin are.
pub const OF: [&str; 2] = ["people", "households"];
/// By what a margin parts them.
pub const BY: [&str; 5] = ["sex", "age", "size", "standing", "county"];

/// `[[rake.margin]]`.
pub const MARGIN: [Key; 4] = [
    needed("of", Holds::Word(|| OF.to_vec()), "Shares of what."),
    needed(
        "by",
        Holds::Words(|| BY.to_vec()),
        "By what, in the order of the names of cells.",
    ),
    key(
        "share",
        Holds::Open,
        "The share of each cell, such as `\"female 60+\" = 0.12`; they sum to 1.",
    ),
    key(
        "file",
        Holds::Text,
        "A file beside the map with a header line, then a cell and its share on each line.",
    ),
];

/// The fields of the household or of the person that a map must have; of the person also `age` or `birth_year`.
pub fn needed_fields(of_household: bool) -> &'static [&'static str] {
    if of_household {
        &["id", "weight", "county"]
    } else {
        &["sex"]
    }
}
