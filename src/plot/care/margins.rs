//! What the tables know of care: needs, visits and admissions, each by itself.

use std::collections::BTreeMap;

use super::super::PlotError;
use super::super::series::extremes;
use super::super::sources::Sources;
use super::super::style::{PLACES_OF_CARE, REASONS};
use super::super::table::Row;

/// The places that admit and have rows of their own.
pub(super) const HOSPITALS: [&str; 3] = ["township", "county", "tertiary"];

/// Numerator, denominator and mean of an indicator.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) over: f64,
    pub(super) under: f64,
    pub(super) mean: f64,
}

/// A scenario, or a year where there is one scenario only; all numbers are of 100 persons and a year.
pub(super) struct Margins {
    /// The scenario, or the year.
    pub(super) id: String,
    /// The place of the scenario.
    pub(super) place: Option<usize>,
    /// Seen by a provider, then forgone by reason.
    pub(super) moderate: Option<Vec<f64>>,
    /// By place of care.
    pub(super) visits: Vec<f64>,
    /// By hospital, elsewhere, then forgone by reason.
    pub(super) admissions: Option<Vec<f64>>,
    /// Needs of an admission as the table counts them.
    pub(super) needed: f64,
}

/// A difference to the base in an indicator.
pub(super) struct Change {
    pub(super) indicator: String,
    pub(super) place: usize,
    pub(super) mean: f64,
    pub(super) interval: Option<(f64, f64)>,
}

pub(super) struct Care {
    pub(super) margins: Vec<Margins>,
    pub(super) base: String,
    pub(super) changes: Vec<Change>,
    /// Scenarios in which nobody seeks care.
    pub(super) idle: Vec<String>,
    pub(super) years: (i32, i32),
    pub(super) replicates: Vec<f64>,
    pub(super) persons: f64,
}

pub(super) fn gather(sources: &Sources) -> Result<Option<Care>, PlotError> {
    let scenarios = sources.scenarios()?;
    let table = sources.table("indicators.csv")?;
    let rows = table.rows_where(&[("county", "all"), ("category", "all")])?;
    let mut cells: BTreeMap<(usize, &str), BTreeMap<&str, Cell>> = BTreeMap::new();
    let mut years: Option<(i32, i32)> = None;
    let mut kept = Vec::new();
    for row in rows {
        let (indicator, year) = (row.text("indicator")?, row.text("year")?);
        if year != "all" {
            let year = row.year()?;
            years = Some(years.map_or((year, year), |(first, last)| (first.min(year), last.max(year))));
        }
        if !(indicator.starts_with("visits_")
            || indicator.starts_with("admissions_")
            || indicator.starts_with("forgone_"))
        {
            continue;
        }
        let scenario = row.text("scenario")?;
        let at = scenarios
            .iter()
            .position(|known| known == scenario)
            .unwrap_or(scenarios.len());
        if let Some(cell) = cell(&row)? {
            cells.entry((at, year)).or_default().insert(indicator, cell);
            kept.push(row);
        }
    }
    let Some(years) = years else { return Ok(None) };
    let alone = scenarios.len() < 2;
    let (mut margins, mut idle, mut persons) = (Vec::new(), Vec::new(), Vec::new());
    for ((at, year), cells) in &cells {
        let Some(scenario) = scenarios.get(*at).filter(|_| alone != (*year == "all")) else {
            continue;
        };
        let Some(people) = cells.get("visits_village").map(|cell| cell.under) else {
            continue;
        };
        let own = margins_of(
            cells,
            people,
            (if alone { year } else { scenario }, (!alone).then_some(*at)),
        );
        if own.visits.iter().sum::<f64>() > 0.0 {
            persons.push(people / if alone { 1.0 } else { f64::from(years.1 - years.0 + 1) });
            margins.push(own);
        } else {
            idle.push(own.id);
        }
    }
    if margins.is_empty() {
        return Ok(None);
    }
    let base = scenarios.first().cloned().unwrap_or_default();
    let mut changes = changes(sources, &base, &scenarios)?;
    // A scenario in which nobody is seen is named as left out; all that it changes is all there is.
    changes.retain(|change| margins.iter().any(|own| own.place == Some(change.place)));
    Ok(Some(Care {
        margins,
        changes,
        base,
        idle,
        years,
        replicates: extremes(&kept)?,
        persons: persons.iter().sum::<f64>() / persons.len().max(1) as f64,
    }))
}

pub(super) fn cell(row: &Row) -> Result<Option<Cell>, PlotError> {
    let (over, under, mean) = (
        row.number("numerator")?,
        row.number("denominator")?,
        row.number("mean")?,
    );
    let (Some(over), Some(under), Some(mean)) = (over, under, mean) else {
        return Ok(None);
    };
    if over < 0.0 || under < 0.0 {
        return Err(row.wrong("a count below zero".to_owned()));
    }
    Ok(Some(Cell { over, under, mean }))
}

/// What is forgone by reason, of so many; what no reason is shown for has other reasons.
pub(super) fn reasons(cells: &BTreeMap<&str, Cell>, of: &str, each: f64) -> Vec<f64> {
    let over = |indicator: String| cells.get(indicator.as_str()).map_or(0.0, |cell| cell.over * each);
    let mut parts: Vec<f64> = REASONS[..4]
        .iter()
        .map(|(id, ..)| over(format!("forgone_{of}_{id}")))
        .collect();
    parts.push((over(format!("forgone_{of}")) - parts.iter().sum::<f64>()).max(0.0));
    parts
}

pub(super) fn margins_of(cells: &BTreeMap<&str, Cell>, people: f64, (id, place): (&str, Option<usize>)) -> Margins {
    let each = 100.0 / people.max(1e-9);
    let moderate = cells.get("forgone_moderate").map(|cell| {
        let mut parts = vec![(cell.under - cell.over) * each];
        parts.extend(reasons(cells, "moderate", each));
        parts
    });
    let visits = PLACES_OF_CARE.iter().map(|(id, ..)| {
        let cell = cells.get(format!("visits_{id}").as_str());
        cell.map_or(0.0, |cell| 100.0 * cell.mean)
    });
    let visits = visits.collect();
    let need = cells.get("forgone_admission");
    let admissions = need.map(|_| {
        let of = |id: &str| cells.get(format!("admissions_{id}").as_str());
        let all = HOSPITALS
            .iter()
            .find_map(|id| of(id))
            .map_or(0.0, |cell| cell.under * each);
        let mut parts: Vec<f64> = HOSPITALS
            .iter()
            .map(|id| of(id).map_or(0.0, |cell| cell.over * each))
            .collect();
        parts.push((all - parts.iter().sum::<f64>()).max(0.0));
        parts.extend(reasons(cells, "admission", each));
        parts
    });
    Margins {
        id: id.to_owned(),
        place,
        moderate,
        visits,
        admissions,
        needed: need.map_or(0.0, |cell| cell.under * each),
    }
}

/// What each scenario changes, over all years.
pub(super) fn changes(sources: &Sources, base: &str, scenarios: &[String]) -> Result<Vec<Change>, PlotError> {
    let Some(table) = sources.maybe("paired.csv")? else {
        return Ok(Vec::new());
    };
    let mut changes = Vec::new();
    for row in table.rows_where(&[("base", base), ("year", "all"), ("county", "all"), ("category", "all")])? {
        let (indicator, scenario) = (row.text("indicator")?, row.text("scenario")?);
        let wanted = indicator == "forgone_admission"
            || indicator.starts_with("visits_")
            || indicator.starts_with("admissions_");
        let place = scenarios.iter().position(|known| known == scenario);
        if let (true, Some(place), Some(mean)) = (wanted, place, row.number("difference")?) {
            changes.push(Change {
                indicator: indicator.to_owned(),
                place,
                mean: 100.0 * mean,
                interval: row
                    .number("lo")?
                    .zip(row.number("hi")?)
                    .map(|(lo, hi)| (100.0 * lo, 100.0 * hi)),
            });
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::super::super::page::{Columns, Language, Page};
    use super::super::super::written::{near, written};
    use super::*;

    const HEAD: &str = "scenario,year,county,category,indicator,line,convention,weight,numerator,denominator,unit,mean,se,\
                        lo,hi,replicates,few_events\n";

    /// Rows of one scenario and year: indicator, numerator, denominator.
    fn rows(scenario: &str, year: &str, cells: &[(&str, f64, f64)]) -> String {
        let row = |(indicator, over, under): &(&str, f64, f64)| {
            let mean = over / under;
            format!("{scenario},{year},all,all,{indicator},,,persons,{over},{under},share,{mean},,,,2,false\n")
        };
        cells.iter().map(row).collect()
    }

    const CELLS: [(&str, f64, f64); 9] = [
        ("visits_village", 1900.0, 1000.0),
        ("visits_county", 600.0, 1000.0),
        ("forgone_moderate", 100.0, 400.0),
        ("forgone_moderate_price", 60.0, 400.0),
        ("admissions_township", 20.0, 100.0),
        ("admissions_county", 50.0, 100.0),
        ("admissions_tertiary", 25.0, 100.0),
        ("forgone_admission", 30.0, 130.0),
        ("forgone_admission_distance", 10.0, 130.0),
    ];

    fn table() -> String {
        HEAD.to_owned()
            + &["2021", "all"]
                .map(|year| rows("base", year, &CELLS) + &rows("other", year, &CELLS))
                .concat()
            + &rows("nobody", "all", &[("visits_village", 0.0, 1000.0)])
    }

    #[test]
    fn needs_are_parted_without_remainder() {
        let (_folder, sources) = written(&[("indicators.csv", &table())]);
        let care = gather(&sources).unwrap().unwrap();
        let base = &care.margins[0];
        // Of 100 persons: 40 needs, 30 seen, 6 forgone for the price, 4 for reasons that have no row.
        assert_eq!(base.moderate.as_deref(), Some(&[30.0, 6.0, 0.0, 0.0, 0.0, 4.0][..]));
        // 10 admissions, half of one elsewhere, and 3 forgone.
        let admissions = base.admissions.clone().unwrap();
        assert!(near(admissions[3], 0.5) && near(admissions[6], 1.0) && near(admissions[8], 2.0));
        assert!(near(admissions.iter().sum(), base.needed));
        assert!(near(base.visits[0], 190.0) && near(base.visits[4], 60.0));
        assert_eq!(care.idle, ["nobody"]);
    }

    #[test]
    fn the_figure_says_what_it_knows_and_draws_no_flow() {
        let paired = "base,scenario,year,county,category,indicator,line,convention,unit,difference,se,lo,hi,replicates\n\
                      base,other,all,all,all,visits_village,,,visits,0.1,,0.05,0.15,2\n\
                      base,other,2021,all,all,visits_county,,,visits,9,,8,10,2\n";
        let (_folder, sources) = written(&[("indicators.csv", &table()), ("paired.csv", paired)]);
        let draw = super::super::read(&sources).unwrap().unwrap();
        let figure = draw(Page::USUAL).unwrap();
        assert!(figure.drawing.says("(d) Change in visits") && !figure.drawing.says("(e) Change"));
        assert!(
            figure.caption.contains("no flow between them is drawn")
                && figure.caption.contains("seeks care there: Nobody.")
        );
        let page = Page {
            columns: Columns::One,
            language: Language::Chinese,
        };
        assert!(draw(page).unwrap().drawing.says("村卫生室"));
    }

    #[test]
    fn a_scenario_alone_is_told_by_year() {
        let text = HEAD.to_owned() + &["2021", "2022", "all"].map(|year| rows("base", year, &CELLS)).concat();
        let (_folder, sources) = written(&[("indicators.csv", &text)]);
        let care = gather(&sources).unwrap().unwrap();
        let ids: Vec<&str> = care.margins.iter().map(|own| own.id.as_str()).collect();
        assert_eq!(ids, ["2021", "2022"]);
    }

    #[test]
    fn a_count_below_zero_is_named_with_its_line() {
        let (_folder, sources) = written(&[("indicators.csv", &table().replacen(",100,400,", ",-100,400,", 1))]);
        let error = gather(&sources).err().unwrap().to_string();
        assert!(error.contains("indicators.csv, line 4"), "{error}");
    }
}
