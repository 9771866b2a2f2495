//! Reading the levels of an axis that sets rules or moves a card.

use super::crossed::{Level, Levels, Listed, Value};
use super::range::Range;
use crate::problem::Problem;
use crate::scenario::card;
use crate::scenario::keys;
use crate::scenario::node::{Kind, Node, Reader, Table, get};
use std::ops::Range as Span;

/// The levels of rules or of a card; `is_spread`: a range needs no steps.
pub(super) fn levels(
    reader: &mut Reader,
    table: &Table,
    at: &Span<usize>,
    paths: &[String],
    is_spread: bool,
    is_card: bool,
) -> Option<Levels> {
    let has = |key: &str| get(table, key).is_some();
    let range = ["from", "to", "steps", "scale"];
    if let Some(node) = get(table, "values") {
        if let Some(key) = range.into_iter().find(|key| has(key)) {
            let other = get(table, key)?;
            let help = format!("give either `values` or a range: leave `{key}` or `values` out");
            reader.push(&other.key, format!("`values` and `{key}`"), "both at once", Some(help));
            return None;
        }
        return values(reader, node, paths, is_card).map(Levels::List);
    }
    if is_card && !has("from") && !has("to") {
        if let Some(key) = ["steps", "scale"].into_iter().find(|key| has(key)) {
            let other = get(table, key)?;
            let help = "say `from` and `to` as well; without them, the low and the high of the card".to_owned();
            reader.push(
                &other.key,
                format!("`{key}` without a range"),
                "from where to where?",
                Some(help),
            );
            return None;
        }
        return Some(Levels::Own);
    }
    if !has("from") && !has("to") {
        let help = "give it `values`, or `from` and `to`".to_owned();
        reader.push(at, "an axis without levels", "which values?", Some(help));
        return None;
    }
    range_of(reader, table, at, paths, is_spread)
}

fn range_of(reader: &mut Reader, table: &Table, at: &Span<usize>, paths: &[String], is_spread: bool) -> Option<Levels> {
    for key in ["from", "to"] {
        if get(table, key).is_none() {
            reader.missing(at, key);
        }
    }
    let from = reader.number(table, "from", f64::MIN, f64::MAX);
    let to = reader.number(table, "to", f64::MIN, f64::MAX);
    let scale = [("linear", false), ("log", true)];
    let is_log = reader.one_of(table, "scale", "scale", &scale).unwrap_or(false);
    let (low, high) = keys::whole_bounds(&keys::AXIS, "steps");
    let steps = reader.whole(table, "steps", low, high);
    if paths.len() != 1 {
        let help = "give `values`, a list for each level with a value for each path".to_owned();
        reader.push(at, "a range of several paths", "a range is of one path", Some(help));
        return None;
    }
    let (from, to, end) = (from?, to?, get(table, "to")?);
    if from >= to {
        let help = "write the smaller end as `from`".to_owned();
        reader.push(
            &end.span,
            format!("`to` is {to}, not above `from`, {from}"),
            "not a range",
            Some(help),
        );
        return None;
    }
    if is_log && from <= 0.0 {
        let start = get(table, "from")?;
        let help = "begin above 0, or leave `scale` out".to_owned();
        let title = format!("a range on a log scale cannot begin at {from}");
        reader.push(&start.span, title, "not above 0", Some(help));
        return None;
    }
    let whole = |key| matches!(get(table, key).map(|node| &node.kind), Some(Kind::Int(_)));
    let is_count = paths
        .iter()
        .any(|path| card::is_whole(path) || path.starts_with("run."));
    let range = Range {
        from,
        to,
        is_log,
        is_whole: is_count,
    };
    match (get(table, "steps"), steps) {
        (Some(node), Some(steps)) => {
            let place = reader.place(&node.span);
            let level = |number: f64| Listed {
                values: vec![number_value(number, is_count || whole("from") && whole("to"))],
                place: place.clone(),
            };
            Some(Levels::List(range.steps(steps as u32).into_iter().map(level).collect()))
        }
        (Some(_), None) => None,
        (None, _) if is_spread => Some(Levels::Range(range)),
        (None, _) => {
            let help =
                "add `steps = 5`; designs of `latin-hypercube`, `sobol` and `random` take ranges without".to_owned();
            reader.push(
                at,
                "a range without steps has no levels",
                "in how many steps?",
                Some(help),
            );
            None
        }
    }
}

/// A number of a range as a scenario file has it; `is_whole`: without a point where it can be.
pub fn number_value(number: f64, is_whole: bool) -> Value {
    let text = if is_whole && number.fract() == 0.0 && number.abs() < 9e15 {
        format!("{}", number as i64)
    } else {
        format!("{number:?}")
    };
    Value {
        text,
        level: Level::Number(number),
    }
}

fn values(reader: &mut Reader, node: &Node, paths: &[String], is_card: bool) -> Option<Vec<Listed>> {
    let Some(list) = node.list() else {
        let help = "write `values = [0.5, 0.6]`".to_owned();
        reader.push(
            &node.span,
            format!("expected a list of values, found {}", node.word()),
            "not a list",
            Some(help),
        );
        return None;
    };
    if list.is_empty() {
        let help = "list at least one value".to_owned();
        reader.push(&node.span, "an axis without levels", "no value", Some(help));
        return None;
    }
    let mut levels = Vec::new();
    for item in list {
        let own: Vec<&Node> = if paths.len() == 1 {
            vec![item]
        } else {
            item.list().map_or(Vec::new(), |list| list.iter().collect())
        };
        if own.len() != paths.len() {
            let title = format!("a level of {} paths has {} values", paths.len(), own.len());
            let help = format!("write a list of {} values, one for each path", paths.len());
            reader.push(&item.span, title, "not one for each path", Some(help));
            continue;
        }
        let values: Option<Vec<Value>> = own.into_iter().map(|node| value(reader, node, is_card)).collect();
        if let Some(values) = values {
            let place = reader.place(&item.span);
            levels.push(Listed { values, place });
        }
    }
    for (at, level) in levels.iter().enumerate() {
        if levels[..at].iter().any(|other| other.values == level.values) {
            let problem = Problem::new("a level that is listed twice").at(level.place.clone(), "again");
            reader.problems.push(problem.help("leave one of them out"));
        }
    }
    (levels.len() == list.len()).then_some(levels)
}

/// A value of a file; that of a card is a number.
fn value(reader: &mut Reader, node: &Node, is_card: bool) -> Option<Value> {
    let plain = node.plain();
    if plain.is_none() || is_card && node.number().is_none() {
        let (title, help) = if is_card {
            (
                "a number",
                "a card is moved to numbers; truths and words are set: `set = ...`",
            )
        } else {
            (
                "a number, truth, text or list",
                "dates and tables are no values of rules",
            )
        };
        let title = format!("expected {title}, found {}", node.word());
        reader.push(&node.span, title, "not a level", Some(help.to_owned()));
        return None;
    }
    let text = plain?.to_string();
    let level = match &node.kind {
        Kind::Text(word) => Level::Text(word.clone()),
        _ => node.number().map_or_else(|| Level::Text(text.clone()), Level::Number),
    };
    Some(Value { text, level })
}
