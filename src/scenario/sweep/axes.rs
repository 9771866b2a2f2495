//! Reading `[[axes]]`: what each moves, and its levels.

use super::crossed::{Axis, File, Moves};
use super::levels::levels;
use crate::problem::Problem;
use crate::scenario::files::{ALL_FOLDERS, Files, PROGRAMME_FOLDERS, Spot};
use crate::scenario::keys;
use crate::scenario::load::Mention;
use crate::scenario::node::{Kind, Node, Reader, Table, get};
use std::ops::Range as Span;

/// Names of columns that the tables of a sweep have beside those of the design.
const TAKEN: [&str; 11] = [
    "run",
    "point",
    "draw",
    "seed",
    "replicate",
    "year",
    "county",
    "category",
    "indicator",
    "gauge",
    "value",
];

/// The keys of which an axis has exactly one.
const MOVERS: [&str; 4] = ["scenarios", "programmes", "set", "card"];

/// The axes; `is_spread`: a range is one without steps.
pub(super) fn read(reader: &mut Reader, top: &Table, spot: &Spot, files: &Files, is_spread: bool) -> Vec<Axis> {
    if let Some(node) = get(top, "axes")
        && node.list().is_some_and(<[Node]>::is_empty)
    {
        let help = "write `[[axes]]` with what is varied, or leave `axes` out".to_owned();
        reader.push(
            &node.span,
            "a sweep without an axis runs nothing",
            "no axis",
            Some(help),
        );
    }
    let mut axes: Vec<Axis> = Vec::new();
    for (table, at) in reader.tables(top, "axes") {
        if let Some(axis) = axis(reader, table, &at, spot, files, is_spread) {
            axes.push(axis);
        }
    }
    check_names(reader, &axes);
    axes
}

/// Refuses what two axes have in common.
pub(super) fn check_names(reader: &mut Reader, axes: &[Axis]) {
    let mut columns: Vec<(String, &Axis)> = Vec::new();
    for (at, axis) in axes.iter().enumerate() {
        let mut clash = |title: String, label: &str, help: &str, other: Option<&Axis>| {
            let problem = Problem::new(title).at(axis.place.clone(), label).help(help);
            reader.problems.push(match other {
                Some(other) => problem.also(other.place.clone(), "the other"),
                None => problem,
            });
        };
        let mut names = if axis.labels.is_empty() {
            level_names(axis)
        } else {
            Vec::new()
        };
        names.sort();
        if let Some([name, _]) = names.array_windows().find(|[one, other]| one == other) {
            let title = format!("two levels are called `{name}`");
            clash(
                title,
                "of this axis",
                "leave one out, or tell them apart by `labels`",
                None,
            );
        }
        let moved = moved(axis);
        let same = |other: &&Axis| self::moved(other).iter().any(|path| moved.contains(path));
        if let Some(other) = axes[..at].iter().find(same) {
            let path = self::moved(other).into_iter().find(|path| moved.contains(path));
            let title = format!("two axes move `{}`", path.unwrap_or_default());
            clash(title, "again", "give one axis all its levels", Some(other));
            continue;
        }
        if matches!(axis.moves, Moves::Scenarios(_))
            && let Some(other) = axes[..at]
                .iter()
                .find(|other| matches!(other.moves, Moves::Scenarios(_)))
        {
            let help = "a world has one scenario; give the others as programmes";
            clash("two axes list scenarios".into(), "again", help, Some(other));
            continue;
        }
        for (column, _) in axis.columns() {
            if TAKEN.contains(&column.as_str()) {
                let title = format!("an axis cannot be called `{column}`");
                clash(title, "a column of every table", "give it another `name`", None);
            } else if let Some((_, other)) = columns.iter().find(|(known, _)| *known == column) {
                let title = format!("two columns are called `{column}`");
                clash(title, "again", "give one of the axes another `name`", Some(other));
            }
            columns.push((column, axis));
        }
    }
}

/// What an axis moves, as paths that no other may move.
fn moved(axis: &Axis) -> Vec<String> {
    match &axis.moves {
        Moves::Scenarios(_) | Moves::Programmes(_) => Vec::new(),
        Moves::Rules { paths, .. } => paths.clone(),
        Moves::Card { programme, path, .. } => vec![card_name(programme.as_deref(), path)],
    }
}

/// A card as files call it: of a programme's effect, behind the programme's name and a colon.
pub(super) fn card_name(programme: Option<&str>, path: &str) -> String {
    match programme {
        Some(programme) if !path.starts_with("programmes.") => format!("{programme}:{path}"),
        _ => path.to_owned(),
    }
}

/// The programme and the path of a card as files call it.
pub(super) fn card_of(text: &str) -> (Option<String>, String) {
    match text.split_once(':') {
        Some((programme, path)) => (Some(programme.to_owned()), path.to_owned()),
        None => (None, text.to_owned()),
    }
}

fn axis(
    reader: &mut Reader,
    table: &Table,
    at: &Span<usize>,
    spot: &Spot,
    files: &Files,
    is_spread: bool,
) -> Option<Axis> {
    let before = reader.problems.len();
    reader.allow(table, "`[[axes]]`", &keys::names(&keys::AXIS));
    let given: Vec<&str> = MOVERS.into_iter().filter(|key| get(table, key).is_some()).collect();
    let &[mover] = &given[..] else {
        let title = if given.is_empty() {
            "an axis that moves nothing".to_owned()
        } else {
            format!("an axis that moves `{}` at once", given.join("` and `"))
        };
        let help = "give it one of `scenarios`, `programmes`, `set` and `card`".to_owned();
        reader.push(at, title, "what does it move?", Some(help));
        return None;
    };
    let node = get(table, mover)?;
    let (usual, moves) = match mover {
        "scenarios" => {
            refuse_values(reader, table, mover);
            (
                "scenario".to_owned(),
                Moves::Scenarios(scenarios(reader, table, spot, files)),
            )
        }
        "programmes" => {
            refuse_values(reader, table, mover);
            let lists = programmes(reader, node, spot, files);
            ("programmes".to_owned(), Moves::Programmes(lists))
        }
        "set" => {
            let paths = paths(reader, table, node);
            let levels = levels(reader, table, at, &paths, is_spread, false)?;
            (paths.join("+"), Moves::Rules { paths, levels })
        }
        _ => {
            let text = reader.text(table, "card")?;
            let levels = levels(reader, table, at, std::slice::from_ref(&text), is_spread, true)?;
            let (programme, path) = card_of(&text);
            let moves = Moves::Card {
                programme,
                path,
                levels,
            };
            (text, moves)
        }
    };
    let name = match get(table, "name") {
        Some(_) => reader.needed_text(table, at, "name"),
        None => usual,
    };
    let mut axis = Axis {
        name,
        place: reader.place(&node.span),
        moves,
        labels: Vec::new(),
    };
    label(reader, table, &mut axis);
    if axis.count() == Some(0) && reader.problems.len() == before {
        let help = "list at least one".to_owned();
        reader.push(&node.span, "an axis without levels", "nothing to run", Some(help));
    }
    (reader.problems.len() == before).then_some(axis)
}

/// Refuses what belongs to rules and cards.
fn refuse_values(reader: &mut Reader, table: &Table, mover: &str) {
    for key in ["values", "from", "to", "steps", "scale"] {
        if let Some(node) = get(table, key) {
            let help = format!("the levels of this axis are those of `{mover}`: leave `{key}` out");
            reader.push(
                &node.key,
                format!("`{key}` belongs to `set` or `card`"),
                "of no use here",
                Some(help),
            );
        }
    }
}

/// Takes the labels, as many as levels.
fn label(reader: &mut Reader, table: &Table, axis: &mut Axis) {
    let Some(node) = get(table, "labels") else { return };
    let labels: Vec<String> = reader
        .texts(table, "labels")
        .into_iter()
        .map(|(label, _)| label)
        .collect();
    let help = match axis.count() {
        None => Some("a range has as many levels as points: leave `labels` out, or give `steps`"),
        Some(count) if count != node.list().map_or(0, <[Node]>::len) => Some("write one label for each level"),
        Some(_) if !axis.is_world() && get(table, "name").is_none() => {
            Some("labels are a column of their own beside the values: say its `name`")
        }
        Some(_) => None,
    };
    if let Some(help) = help {
        let levels = axis
            .count()
            .map_or("a range".to_owned(), |count| format!("{count} levels"));
        let title = format!("{} labels for {levels}", labels.len());
        reader.push(&node.span, title, "labels of an axis", Some(help.to_owned()));
    }
    axis.labels = labels;
}

/// The names of the levels that are worlds.
pub(super) fn level_names(axis: &Axis) -> Vec<String> {
    match &axis.moves {
        Moves::Scenarios(files) => files.iter().map(|file| file.id.clone()).collect(),
        Moves::Programmes(lists) => lists.iter().map(|list| list_name(list)).collect(),
        Moves::Rules { .. } | Moves::Card { .. } => Vec::new(),
    }
}

/// The name of a list of programmes.
pub fn list_name(list: &[File]) -> String {
    if list.is_empty() {
        return NONE.to_owned();
    }
    let ids: Vec<&str> = list.iter().map(|file| file.id.as_str()).collect();
    ids.join("+")
}

/// The name of the empty list of programmes.
pub(super) const NONE: &str = "none";

/// A file that `name` says at `span`; `None` and a problem where there is none.
pub(super) fn file(
    reader: &mut Reader,
    name: &str,
    span: &Span<usize>,
    spot: &Spot,
    files: &Files,
    folders: &[&str],
) -> Option<File> {
    let mention = Mention {
        name: name.to_owned(),
        place: Some(reader.place(span)),
        from: Some(spot.clone()),
    };
    match mention.open(files, folders) {
        Ok(opened) => Some(File {
            id: opened.spot.id(),
            mention,
        }),
        Err(mut problems) => {
            reader.problems.append(&mut problems);
            None
        }
    }
}

fn scenarios(reader: &mut Reader, table: &Table, spot: &Spot, files: &Files) -> Vec<File> {
    let names = reader.texts(table, "scenarios");
    let found = names
        .into_iter()
        .filter_map(|(name, span)| file(reader, &name, &span, spot, files, ALL_FOLDERS));
    found.collect()
}

/// Lists of programmes; a name alone is a list of one.
fn programmes(reader: &mut Reader, node: &Node, spot: &Spot, files: &Files) -> Vec<Vec<File>> {
    let Some(list) = node.list() else {
        let help = "write `programmes = [[], [\"screening\"]]`; each alone is `base = \"against\"`".to_owned();
        let title = format!("expected a list of lists of programmes, found {}", node.word());
        reader.push(&node.span, title, "not such a list", Some(help));
        return Vec::new();
    };
    let mut lists = Vec::new();
    for level in list {
        let names: Vec<(String, Span<usize>)> = match &level.kind {
            Kind::Text(name) => vec![(name.clone(), level.span.clone())],
            Kind::List(_) => {
                let own: Table = vec![("programmes".into(), level.clone())];
                reader.texts(&own, "programmes")
            }
            _ => {
                let title = format!("expected a list of programmes, found {}", level.word());
                let help = "write `[]` for none of them".to_owned();
                reader.push(&level.span, title, "not a list of programmes", Some(help));
                continue;
            }
        };
        let found = names
            .into_iter()
            .filter_map(|(name, span)| file(reader, &name, &span, spot, files, PROGRAMME_FOLDERS));
        lists.push(found.collect());
    }
    lists
}

/// The paths of `set`.
fn paths(reader: &mut Reader, table: &Table, node: &Node) -> Vec<String> {
    if let Some(path) = node.text() {
        return vec![path.to_owned()];
    }
    let paths: Vec<String> = reader.texts(table, "set").into_iter().map(|(path, _)| path).collect();
    if paths.is_empty() && node.list().is_some_and(<[Node]>::is_empty) {
        let help = "name the rules that it sets".to_owned();
        reader.push(&node.span, "an axis that sets nothing", "no path", Some(help));
    }
    paths
}
