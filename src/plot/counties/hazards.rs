//! The hazards of return by county, and what scenarios change in them.

use super::super::PlotError;
use super::super::series::{Series, extremes, prefer, series_of};
use super::super::sources::Sources;
use super::super::style::words;
use super::super::table::{Row, Table};

pub(super) struct County {
    pub(super) name: String,
    pub(super) households: Option<f64>,
    pub(super) series: Vec<Series>,
    /// The hazard under the base over all years in per cent, and whether few events stand behind it.
    pub(super) level: Option<(f64, bool)>,
    /// Differences to the base by place of the scenario, in percentage points.
    pub(super) changes: Vec<(usize, f64)>,
}

/// A scenario that is held against the base.
pub(super) struct Compared {
    /// Its place.
    pub(super) place: usize,
    /// The difference over all counties, in percentage points.
    pub(super) all: Option<f64>,
}

pub(super) struct Counties {
    pub(super) tiles: Vec<County>,
    pub(super) scenarios: Vec<String>,
    /// Places of the scenarios that have differences.
    pub(super) compared: Vec<Compared>,
    pub(super) line: String,
    pub(super) years: (i32, i32),
    pub(super) replicates: Vec<f64>,
}

pub(super) fn gather(sources: &Sources) -> Result<Option<Counties>, PlotError> {
    let table = sources.table("indicators.csv")?;
    let scenarios = sources.scenarios()?;
    let wanted = [
        ("indicator", "return_hazard"),
        ("convention", "register"),
        ("category", "lifted"),
    ];
    let rows = table.rows_where(&wanted)?;
    let mut present: Vec<String> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for row in &rows {
        let (line, county) = (row.text("line")?, row.text("county")?);
        if !present.iter().any(|known| known == line) {
            present.push(line.to_owned());
        }
        if county != "all" && !names.contains(&county) {
            names.push(county);
        }
    }
    let (Some(line), true) = (prefer(&present, &["national"]), names.len() > 1) else {
        return Ok(None);
    };
    let mut span: Option<(i32, i32)> = None;
    let mut own: Vec<Vec<Row>> = vec![Vec::new(); names.len()];
    for row in rows {
        let county = row.text("county")?;
        if row.text("year")? != "all" {
            let year = row.year()?;
            span = Some(span.map_or((year, year), |(first, last)| (first.min(year), last.max(year))));
        }
        if let (Some(at), true) = (names.iter().position(|name| *name == county), row.text("line")? == line) {
            own[at].push(row);
        }
    }
    let compared = compared(sources, &scenarios, &line)?;
    let households = households(&table, &line)?;
    let mut counties = Vec::new();
    let mut all_rows = Vec::new();
    for (name, rows) in names.iter().zip(own) {
        let series = series_of(&rows, &scenarios, "mean", true)?;
        let mut overall: Vec<Option<(f64, bool)>> = vec![None; scenarios.len()];
        for row in &rows {
            let place = scenarios
                .iter()
                .position(|known| row.text("scenario").is_ok_and(|own| own == known));
            if let (Some(place), "all", Some(mean)) = (place, row.text("year")?, row.number("mean")?) {
                overall[place] = Some((100.0 * mean, row.flag("few_events")?));
            }
        }
        let level = overall.first().copied().flatten();
        let change = |one: &Compared| {
            let (base, other) = (level?.0, overall.get(one.place).copied().flatten()?.0);
            Some((one.place, other - base))
        };
        counties.push(County {
            name: words(name),
            households: households
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, number)| *number),
            changes: compared.iter().filter_map(change).collect(),
            series,
            level,
        });
        all_rows.extend(rows);
    }
    if counties
        .iter()
        .all(|county| county.series.is_empty() && county.level.is_none())
    {
        return Ok(None);
    }
    let mean = |county: &County| county.level.map_or(f64::NEG_INFINITY, |(mean, _)| mean);
    counties.sort_by(|one, other| mean(other).total_cmp(&mean(one)));
    Ok(Some(Counties {
        tiles: counties,
        scenarios: scenarios.to_vec(),
        compared,
        line,
        years: span.unwrap_or((0, 0)),
        replicates: extremes(&all_rows)?,
    }))
}

/// The scenarios that are held against the base. Their differences have intervals over all counties only: the table pairs no counties.
pub(super) fn compared(sources: &Sources, scenarios: &[String], line: &str) -> Result<Vec<Compared>, PlotError> {
    let (Some(table), Some(base)) = (sources.maybe("paired.csv")?, scenarios.first()) else {
        return Ok(Vec::new());
    };
    let wanted = [
        ("base", base.as_str()),
        ("indicator", "return_hazard"),
        ("convention", "register"),
        ("line", line),
        ("county", "all"),
        ("category", "lifted"),
        ("year", "all"),
    ];
    let mut found = Vec::new();
    for row in table.rows_where(&wanted)? {
        let scenario = row.text("scenario")?;
        if let Some(place) = scenarios.iter().position(|known| known == scenario) {
            found.push(Compared {
                place,
                all: row.number("difference")?.map(|difference| 100.0 * difference),
            });
        }
    }
    Ok(found)
}

/// Lifted households by county in the first year, the same in all scenarios.
pub(super) fn households(table: &Table, line: &str) -> Result<Vec<(String, f64)>, PlotError> {
    let wanted = [
        ("indicator", "poverty_headcount_households"),
        ("convention", "register"),
        ("category", "lifted"),
        ("line", line),
    ];
    let mut found: Vec<(String, f64)> = Vec::new();
    for row in table.rows_where(&wanted)? {
        let county = row.text("county")?;
        if let (false, Some(number)) = (
            found.iter().any(|(known, _)| known == county),
            row.number("denominator")?,
        ) {
            found.push((county.to_owned(), number));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::super::page::{Columns, Page};
    use super::super::super::written::{near, written};
    use super::*;

    const HEAD: &str = "scenario,year,county,category,indicator,line,convention,weight,numerator,denominator,unit,mean,se,\
                        lo,hi,replicates,few_events\n";
    const PAIRED: &str = "base,scenario,year,county,category,indicator,line,convention,unit,difference,se,lo,hi,\
                          variance_reduction,correlation,replicates\n\
                          base,other,all,all,lifted,return_hazard,national,register,share,-0.005,0.001,-0.007,-0.003,4,0.75,9\n";

    /// The hazard of a county in a year and over all, with half its interval of 0.001.
    fn hazard(scenario: &str, county: &str, mean: f64) -> String {
        let row = |year: &str| {
            let (lo, hi) = (mean - 0.001, mean + 0.001);
            format!(
                "{scenario},{year},{county},lifted,return_hazard,national,register,households,50,2500,share,{mean},,{lo},{hi},9,\
                 false\n"
            )
        };
        row("2021") + &row("all")
    }

    fn table(counties: &[(&str, f64, f64)]) -> String {
        let rows = counties
            .iter()
            .map(|&(county, base, other)| hazard("base", county, base) + &hazard("other", county, other));
        HEAD.to_owned()
            + &rows.collect::<String>()
            + "base,2021,near,lifted,poverty_headcount_households,national,register,households,1,1234,share,0.1,,,,9,false\n"
    }

    #[test]
    fn counties_stand_in_the_order_of_their_hazard_and_masked_ones_last() {
        let masked = "base,all,hidden,lifted,return_hazard,national,register,households,,,share,,,,,9,\n";
        let text = table(&[("near", 0.02, 0.015), ("far", 0.03, 0.03)]) + masked;
        let (_folder, sources) = written(&[("indicators.csv", &text), ("paired.csv", PAIRED)]);
        let found = gather(&sources).unwrap().unwrap();
        let names: Vec<&str> = found.tiles.iter().map(|county| county.name.as_str()).collect();
        assert_eq!(names, ["Far", "Near", "Hidden"]);
        let near_one = &found.tiles[1];
        assert_eq!(near_one.households, Some(1234.0));
        let &(place, mean) = &near_one.changes[0];
        assert!(place == 1 && near(mean, -0.5));
        let figure = super::super::read(&sources).unwrap().unwrap()(Page::USUAL).unwrap();
        assert!(figure.drawing.says("1,234 lifted households"));
        assert!(figure.drawing.says("\u{2212}0.50"));
        assert!(figure.caption.contains("not shown"));
    }

    #[test]
    fn one_county_is_no_comparison_of_counties() {
        let (_folder, sources) = written(&[("indicators.csv", &table(&[("near", 0.02, 0.015)]))]);
        assert!(super::super::read(&sources).unwrap().is_none());
    }

    #[test]
    fn a_province_has_small_tiles_and_strokes() {
        let names: Vec<String> = (0..84).map(|at| format!("county-{at}")).collect();
        let counties: Vec<(&str, f64, f64)> = names
            .iter()
            .zip(0..)
            .map(|(name, at)| (name.as_str(), 0.02 + 1e-4 * f64::from(at), 0.02))
            .collect();
        let (_folder, sources) = written(&[("indicators.csv", &table(&counties)), ("paired.csv", PAIRED)]);
        let draw = super::super::read(&sources).unwrap().unwrap();
        for columns in [Columns::One, Columns::Two] {
            let figure = draw(Page { columns, ..Page::USUAL }).unwrap();
            assert!(
                figure.drawing.says("County 83")
                    && figure.drawing.says("Differences of counties; marker: all together")
            );
            assert!(figure.caption.contains("too many counties for curves"));
        }
    }

    #[test]
    fn a_second_row_of_a_year_is_named_with_its_line() {
        let text = table(&[("near", 0.02, 0.015), ("far", 0.03, 0.03)]) + &hazard("base", "far", 0.04);
        let (_folder, sources) = written(&[("indicators.csv", &text)]);
        let error = gather(&sources).err().unwrap().to_string();
        assert!(
            error.contains("indicators.csv, line 11") && error.contains("second row"),
            "{error}"
        );
    }
}
