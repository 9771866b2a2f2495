//! What the file of a sweep says beside its tables: axes, units, meanings, and the cards of its worlds.

use crate::cli::sweep::Opened;
use crate::output::cards;
use crate::output::parameters::{Kind, Meanings};
use crate::report::{Dimension, Swept, World};
use crate::scenario::Scenario;
use crate::scenario::sweep::{Axis, Layout, Levels, Moves};
use std::collections::BTreeMap;
use std::path::Path;

/// Worlds whose cards a page shows, at most.
const MOST_CARDS: usize = 6;
/// Worlds that are made to read the titles of scenarios, at most.
const MOST_WORLDS: usize = 60;

/// Reads it from the folder `root`; why not, where this program can no longer make the sweep.
pub fn of(root: &Path, meanings: &Meanings) -> Result<Swept, String> {
    let opened = Opened::again(root).map_err(|failure| {
        let line = failure.message.lines().next().unwrap_or_default();
        line.trim_start_matches("error: ").to_owned()
    })?;
    let crossed = opened.sweep.crossed().map_err(|problems| problems.render(false))?;
    let mut worlds: Vec<(World, Scenario)> = Vec::new();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for levels in crossed.worlds().iter().take(MOST_WORLDS) {
        let scenario = crossed.world(levels).map_err(|problems| problems.render(false))?;
        // What lies on top of the base is called as its axis calls it.
        let axes = crossed.axes.iter().filter(|axis| axis.is_world()).zip(levels);
        for (axis, level) in axes
            .clone()
            .filter(|(axis, _)| matches!(axis.moves, Moves::Scenarios(_)))
        {
            titles.extend(
                names(axis)
                    .into_iter()
                    .nth(*level)
                    .map(|name| (name, scenario.title.clone())),
            );
        }
        if worlds.len() == MOST_CARDS {
            continue;
        }
        let on_top = axes.filter(|(axis, _)| matches!(axis.moves, Moves::Programmes(_)));
        let on_top = on_top.filter_map(|(axis, level)| names(axis).into_iter().nth(*level));
        let title = std::iter::once(scenario.title.clone()).chain(on_top.filter(|name| name != "none"));
        let world = World {
            id: scenario.id.clone(),
            title: title.collect::<Vec<_>>().join(" + "),
            cards: cards(&scenario),
        };
        worlds.push((world, scenario));
    }
    let first = worlds.first().map(|(_, scenario)| scenario);
    Ok(Swept {
        summary: opened.sweep.summary.clone(),
        layout: match &crossed.layout {
            Layout::Grid => "grid",
            Layout::Table(_) => "table",
            Layout::LatinHypercube(_) => "latin-hypercube",
            Layout::Sobol(_) => "sobol",
            Layout::Random(_) => "random",
        }
        .into(),
        axes: crossed
            .axes
            .iter()
            .map(|axis| dimension(axis, first, &titles, meanings))
            .collect(),
        drawn: opened.design.drawn().len(),
        worlds: worlds.into_iter().map(|(world, _)| world).collect(),
    })
}

/// What the levels of an axis are called, where they are worlds or labelled.
fn names(axis: &Axis) -> Vec<String> {
    if axis.labels.is_empty() && axis.is_world() {
        return axis.level_names();
    }
    axis.labels.clone()
}

fn dimension(
    axis: &Axis,
    first: Option<&Scenario>,
    titles: &BTreeMap<String, String>,
    meanings: &Meanings,
) -> Dimension {
    let mut own = Dimension {
        name: axis.name.clone(),
        columns: axis.columns().into_iter().map(|(name, _)| name).collect(),
        ..Dimension::default()
    };
    let (kind, paths, levels) = match &axis.moves {
        Moves::Scenarios(_) => ("scenarios", Vec::new(), None),
        Moves::Programmes(_) => ("programmes", Vec::new(), None),
        Moves::Rules { paths, .. } if paths.is_empty() => ("label", Vec::new(), None),
        Moves::Rules { paths, levels } => ("rule", paths.clone(), Some(levels)),
        Moves::Card { path, levels, .. } => ("card", vec![path.clone()], Some(levels)),
    };
    own.kind = kind.into();
    own.levels = names(axis);
    if matches!(axis.moves, Moves::Scenarios(_)) {
        own.titles.clone_from(titles);
    }
    if let Some(Levels::Range(range)) = levels {
        own.is_log = Some(range.is_log);
    }
    let rows = first.map(Scenario::cards).unwrap_or_default();
    if let [path] = &paths[..]
        && let Some(card) = rows.iter().find(|card| card.path == *path)
    {
        own.unit = card.unit.name.into();
        own.before = Some(card.value.to_string());
    }
    if let Some(path) = paths.first() {
        own.meaning = meanings.find(Kind::Parameter, path).map(|(_, line)| line.text.clone());
    }
    own.paths = paths;
    own
}
