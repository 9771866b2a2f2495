//! The keys of sweep files.

use super::super::files::{ALL_FOLDERS, PROGRAMME_FOLDERS};
use super::{GRADES, Holds, Key, QUESTION, RUN, SUMMARY, TITLE, key};

/// The base of a sweep of programmes, each of which names its own.
pub(crate) const AGAINST: &str = "against";
/// All programmes that the program carries, or all cards.
pub(crate) const ALL: &str = "all";

/// A sweep.
pub const SWEEP: [Key; 12] = [
    TITLE,
    SUMMARY,
    QUESTION,
    key(
        "base",
        Holds::FileOr(ALL_FOLDERS, AGAINST),
        "The scenario, programme or package that is varied; `against`: each programme of the axis beside the scenario that its file names. It may be left out where an axis lists scenarios.",
    ),
    key(
        "design",
        Holds::Word(|| vec!["grid", "table", "latin-hypercube", "sobol", "random"]),
        "How points are chosen: every combination of levels (if not said), the rows of a table, or so many points spread over the axes.",
    ),
    key(
        "points",
        Holds::Whole(1, 10_000_000),
        "How many points a design of `latin-hypercube`, `sobol` or `random` has.",
    ),
    key(
        "design_seed",
        Holds::Whole(0, i64::MAX),
        "The luck by which points and draws are chosen, apart from that of the runs; 1 if not said.",
    ),
    key(
        "table",
        Holds::Text,
        "The CSV of a design of `table`, as seen from this file: a row a point; columns are paths of rules, `card:` and a path, `scenario`, `programmes` or `label`.",
    ),
    key("run", Holds::Table(&SWEEP_RUN), "Years, replicates, seeds and draws."),
    key("draw", Holds::Table(&DRAW), "Which uncertain parameters are drawn."),
    key("axes", Holds::Tables(&AXIS), "What is varied."),
    key("outputs", Holds::Table(&OUTPUTS), "What is kept of each run."),
];

/// The keys of a sweep of programmes, each beside its own base.
pub(crate) const SWEEP_ALONE: [Key; 6] = [SWEEP[0], SWEEP[1], SWEEP[2], SWEEP[3], SWEEP[8], SWEEP[10]];

/// `[run]` of a sweep.
pub const SWEEP_RUN: [Key; 7] = [
    RUN[0],
    RUN[1],
    RUN[2],
    RUN[3],
    RUN[4],
    key(
        "seeds",
        Holds::Whole(1, 1_000_000),
        "How many seeds each point is run with: that of the run and those that follow it; 1 if not said.",
    ),
    key(
        "draws",
        Holds::Whole(1, 1_000_000),
        "How many times the parameters of `[draw]` are drawn for each point; none if not said.",
    ),
];

/// `[run]` of a sweep of programmes, each beside its own base.
pub(crate) const RUN_ALONE: [Key; 3] = [RUN[1], RUN[3], RUN[4]];

/// `[draw]` of a sweep.
pub const DRAW: [Key; 3] = [
    key(
        "cards",
        Holds::TextOrTexts,
        "`all` (if not said), or a list of paths or patterns with `*`: the parameters that are drawn between low and high of their cards.",
    ),
    key(
        "grades",
        Holds::Words(|| GRADES.to_vec()),
        "Only cards of these grades; all if not said.",
    ),
    key(
        "except",
        Holds::Texts,
        "Paths or patterns with `*` of what keeps its value.",
    ),
];

/// `[outputs]` of a sweep.
pub const OUTPUTS: [Key; 2] = [
    key(
        "indicators",
        Holds::Texts,
        "Indicators by their names in the tables of a result, with `@` and the gauge where there are several; the headlines if not said.",
    ),
    key(
        "by",
        Holds::Words(|| vec!["year", "county", "category"]),
        "What the indicators are told apart by; year and category if not said.",
    ),
];

/// `[[axes]]` of a sweep.
pub const AXIS: [Key; 11] = [
    key(
        "name",
        Holds::Text,
        "The name of its column; if not said, the path that it moves, `scenario` or `programmes`.",
    ),
    key(
        "scenarios",
        Holds::Files(ALL_FOLDERS),
        "Scenarios, programmes or packages that take the place of the base.",
    ),
    key(
        "programmes",
        Holds::FilesOr(PROGRAMME_FOLDERS, ALL),
        "Lists of programmes and packages that run on top of the base's own; where the base is `against`, programmes that each run alone, or `all`.",
    ),
    key(
        "set",
        Holds::TextOrTexts,
        "The path of a rule that is set, or several that move together.",
    ),
    key(
        "card",
        Holds::Text,
        "The path of a card that is moved underneath all that builds on it; of a programme's effect after its name and a colon.",
    ),
    key(
        "values",
        Holds::Values,
        "Its levels; of several paths, lists of a value for each.",
    ),
    key("labels", Holds::Texts, "Names for its levels, as many as there are."),
    key("from", Holds::Number(f64::MIN, f64::MAX), "The least of a range."),
    key("to", Holds::Number(f64::MIN, f64::MAX), "The most of a range."),
    key(
        "steps",
        Holds::Whole(2, 1_000_000),
        "How many levels of equal distance a range has, both ends included.",
    ),
    key(
        "scale",
        Holds::Word(|| vec!["linear", "log"]),
        "Whether distances of a range are differences (if not said) or ratios.",
    ),
];
