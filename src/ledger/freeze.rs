//! The cells of a sweep as they are frozen: levels, and the hash of the rules of each.

use crate::output::parquet;
use crate::problem::{Problem, Problems};
use crate::study::sweep::design::{Column, Design, Level};
use crate::study::sweep::plan::{Counts, rules_hash};
use bytes::Bytes;
use rayon::prelude::*;

/// The cells, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// The hash of the rules of each.
    pub rules: Vec<[u8; 32]>,
    /// What is wrong with those that cannot be lived.
    pub wrong: Vec<(usize, String)>,
}

/// Makes every scenario of a design once and keeps its hash; `known` has those of cells that need not be made again, `tick`
/// is called after each.
pub fn cells(
    design: &Design,
    counts: &Counts,
    known: &(dyn Fn(usize, u32) -> Option<[u8; 32]> + Sync),
    tick: &(dyn Fn() + Sync),
) -> Cells {
    let cell = |cell: usize| {
        let (point, draw) = counts.place(cell);
        let told = match known(point, draw) {
            Some(rules) => Ok(rules),
            None => design.scenario(point, draw).map(|scenario| rules_hash(&scenario)),
        };
        tick();
        told.map_err(|problems| problems.render(false).trim_end().to_owned())
    };
    let all: Vec<Result<[u8; 32], String>> = (0..counts.cells()).into_par_iter().map(cell).collect();
    let mut cells = Cells::default();
    for (cell, told) in all.into_iter().enumerate() {
        cells.rules.push(match told {
            Ok(rules) => rules,
            Err(wrong) => {
                let rules = *blake3::hash(format!("cannot be lived: {cell} {wrong}").as_bytes()).as_bytes();
                cells.wrong.push((cell, wrong));
                rules
            }
        });
    }
    cells
}

const FIXED: [&str; 5] = ["cell", "point", "draw", "rules_blake3", "wrong"];

/// The table of the cells: each with its levels.
pub(super) fn table(cells: &Cells, counts: &Counts, design: &Design) -> Result<Vec<u8>, parquet::Error> {
    let number = |value: usize| Some(value as i64);
    let places: Vec<(usize, u32)> = (0..counts.cells()).map(|cell| counts.place(cell)).collect();
    let mut wrong = vec![None; counts.cells()];
    for (cell, why) in &cells.wrong {
        wrong[*cell] = Some(why.clone());
    }
    let hex = |rules: &[u8; 32]| Some(blake3::Hash::from_bytes(*rules).to_hex().to_string());
    let mut columns = vec![
        parquet::Cells::Whole((0..counts.cells()).map(number).collect()),
        parquet::Cells::Whole(places.iter().map(|(point, _)| number(*point)).collect()),
        parquet::Cells::Whole(places.iter().map(|(_, draw)| number(*draw as usize)).collect()),
        parquet::Cells::Text(cells.rules.iter().map(hex).collect()),
        parquet::Cells::Text(wrong),
    ];
    let mut own: Vec<parquet::Cells> = design.columns().iter().map(empty).collect();
    let (mut last, mut levels) = (None, Vec::new());
    for (point, _) in &places {
        if last != Some(*point) {
            (last, levels) = (Some(*point), design.levels(*point));
        }
        own.iter_mut()
            .zip(&levels)
            .for_each(|(cells, level)| push(cells, level));
    }
    columns.append(&mut own);
    let names = FIXED
        .into_iter()
        .chain(design.columns().iter().map(|column| column.name.as_str()));
    parquet::bytes(names.zip(columns).collect())
}

/// A column without cells yet.
pub(super) fn empty(column: &Column) -> parquet::Cells {
    if column.is_number {
        parquet::Cells::Number(Vec::new())
    } else {
        parquet::Cells::Text(Vec::new())
    }
}

/// Adds the level of a point to its column.
pub(super) fn push(cells: &mut parquet::Cells, level: &Level) {
    match (cells, level) {
        (parquet::Cells::Number(cells), Level::Number(value)) => cells.push(Some(*value)),
        (parquet::Cells::Text(cells), Level::Text(text)) => cells.push(Some(text.clone())),
        (parquet::Cells::Text(cells), Level::Number(value)) => cells.push(Some(value.to_string())),
        (parquet::Cells::Number(cells), Level::Text(_)) => cells.push(None),
        (parquet::Cells::Whole(cells), _) => cells.push(None),
    }
}

/// Reads the table again: the cells, and the levels of each point, one a column.
pub(super) fn read(
    bytes: &Bytes,
    counts: &Counts,
    columns: &[Column],
) -> Result<(Cells, Vec<parquet::Cells>), Problems> {
    let wrong = |why: String| Problems::from(Problem::new(format!("the frozen design cannot be read: {why}")));
    let read = |names: &[&str]| parquet::read(bytes.clone(), names).map_err(|error| wrong(error.to_string()));
    let mut cells = Cells::default();
    if let [parquet::Cells::Text(rules), parquet::Cells::Text(faults)] = &read(&FIXED[3..])?[..] {
        for (cell, rules) in rules.iter().enumerate() {
            let hash = rules.as_ref().and_then(|hex| blake3::Hash::from_hex(hex).ok());
            let hash = hash.ok_or_else(|| wrong(format!("cell {cell} has no hash")))?;
            cells.rules.push(*hash.as_bytes());
        }
        let told = faults.iter().enumerate();
        cells.wrong = told.filter_map(|(cell, why)| Some((cell, why.clone()?))).collect();
    }
    if cells.rules.len() != counts.cells() {
        return Err(wrong(format!(
            "it has {} cells, not {}",
            cells.rules.len(),
            counts.cells()
        )));
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    Ok((cells, read(&names)?))
}
