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
const MOST_WORLDS: usize = 6;

/// Reads it from the folder `root`; why not, where this program can no longer make the sweep.
pub fn of(root: &Path, meanings: &Meanings) -> Result<Swept, String> {
    let opened = Opened::again(root).map_err(|failure| {
        let line = failure.message.lines().next().unwrap_or_default();
        line.trim_start_matches("error: ").to_owned()
    })?;
    let crossed = opened.sweep.crossed().map_err(|problems| problems.render(false))?;
    let mut worlds: Vec<(World, Scenario)> = Vec::new();
    for levels in crossed.worlds().iter().take(MOST_WORLDS) {
        let scenario = crossed.world(levels).map_err(|problems| problems.render(false))?;
        let titles = scenario.programmes.iter().map(|own| own.title.clone());
        let title = std::iter::once(scenario.title.clone()).chain(titles);
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
        axes: crossed.axes.iter().map(|axis| dimension(axis, first, meanings)).collect(),
        drawn: opened.design.drawn().len(),
        worlds: worlds.into_iter().map(|(world, _)| world).collect(),
    })
}

fn dimension(axis: &Axis, first: Option<&Scenario>, meanings: &Meanings) -> Dimension {
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
    own.levels = if axis.labels.is_empty() && axis.is_world() { axis.level_names() } else { axis.labels.clone() };
    if let Moves::Scenarios(files) = &axis.moves {
        let titled = files.iter().filter_map(|file| Some((file.id.clone(), Scenario::load(&file.id, &[]).ok()?.title)));
        own.titles = titled.collect::<BTreeMap<_, _>>();
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
