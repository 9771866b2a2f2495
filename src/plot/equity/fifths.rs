//! Returns, illness, and whom a policy spares, by fifth of permanent income.

use std::collections::BTreeMap;

use super::super::PlotError;
use super::super::series::{extremes, prefer};
use super::super::sources::Sources;
use super::super::table::Row;

/// The names of fifths in the tables of winners.
pub(super) const GROUPS: [&str; FIFTHS] = [
    "lowest fifth",
    "second fifth",
    "middle fifth",
    "fourth fifth",
    "highest fifth",
];

pub(super) const FIFTHS: usize = 5;

/// What is known of a scenario's fifth.
#[derive(Clone, Copy, Default)]
pub(super) struct Cell {
    /// Returns per 1,000 at risk, and whether few events stand behind them.
    pub(super) returned: Option<(f64, bool)>,
    /// Returns per 1,000 that illness plays no part in.
    pub(super) apart: Option<f64>,
    /// The share of returns in which illness plays no part, with its interval.
    pub(super) share: Option<(f64, Option<(f64, f64)>)>,
    /// Households a replicate that return.
    pub(super) households: f64,
}

/// Households per 1,000, half their interval, and whether few events stand behind them.
type Part = Option<(f64, Option<f64>, bool)>;

/// A number by fifth, its interval, and whether few events stand behind it.
pub(super) type Dot = (usize, f64, Option<(f64, f64)>, bool);

/// A scenario by place, with its numbers by fifth.
pub(super) struct Dots {
    pub(super) place: usize,
    pub(super) dots: Vec<Dot>,
}

pub(super) struct Equity {
    pub(super) scenarios: Vec<String>,
    pub(super) line: String,
    /// By place of the scenario.
    pub(super) cells: BTreeMap<usize, [Cell; FIFTHS]>,
    /// Spared less harmed, per 1,000 households.
    pub(super) net: Vec<Dots>,
    pub(super) replicates: Vec<f64>,
    pub(super) years: (i32, i32),
    pub(super) winners: bool,
}

pub(super) fn gather(sources: &Sources) -> Result<Option<Equity>, PlotError> {
    let table = sources.table("attribution.csv")?;
    let scenarios = sources.scenarios()?;
    let wanted = [
        ("year", "all"),
        ("county", "all"),
        ("category", "lifted"),
        ("convention", "register"),
    ];
    let rows = table.rows_where(&wanted)?;
    let mut lines: Vec<String> = Vec::new();
    for row in &rows {
        let line = row.text("line")?;
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
    let Some(line) = prefer(&lines, &["national"]) else {
        return Ok(None);
    };
    let mut cells: BTreeMap<usize, [Cell; FIFTHS]> = BTreeMap::new();
    for row in &rows {
        let fifth = row.text("fifth")?;
        if row.text("line")? != line || fifth == "all" {
            continue;
        }
        let at = fifth.parse::<usize>().ok().filter(|at| (1..=FIFTHS).contains(at));
        let at = at.ok_or_else(|| row.wrong(format!("`fifth` is `{fifth}`; 1 to {FIFTHS} or all was expected")))?;
        let place =
            place(&scenarios, row.text("scenario")?).ok_or_else(|| row.wrong("an unknown scenario".to_owned()))?;
        take(&mut cells.entry(place).or_default()[at - 1], row)?;
    }
    if cells.values().flatten().all(|cell| cell.returned.is_none()) {
        return Ok(None);
    }
    let indicators = sources.table("indicators.csv")?;
    let hazard = [
        ("indicator", "return_hazard"),
        ("county", "all"),
        ("category", "lifted"),
        ("convention", "register"),
        ("line", line.as_str()),
    ];
    let hazard = indicators.rows_where(&hazard)?;
    let mut years = Vec::new();
    for row in &hazard {
        if row.text("year")? != "all" {
            years.push(row.year()?);
        }
    }
    let net = net(sources, &scenarios, &line)?;
    Ok(Some(Equity {
        scenarios: scenarios.to_vec(),
        cells,
        winners: !net.is_empty(),
        net,
        replicates: extremes(&hazard)?,
        years: (
            years.iter().min().copied().unwrap_or(0),
            years.iter().max().copied().unwrap_or(0),
        ),
        line,
    }))
}

pub(super) fn place(scenarios: &[String], id: &str) -> Option<usize> {
    scenarios.iter().position(|known| known == id)
}

/// Puts a row of the truth table where it belongs.
pub(super) fn take(cell: &mut Cell, row: &Row) -> Result<(), PlotError> {
    let Some(rate) = row.number("per_1000_at_risk")? else {
        return Ok(());
    };
    match row.text("measure")? {
        "returned" => {
            cell.returned = Some((rate, row.flag("few_events")?));
            cell.households = row.number("households")?.unwrap_or(0.0);
        }
        "neither" => {
            cell.apart = Some(rate);
            let interval = row.number("lo")?.zip(row.number("hi")?);
            cell.share = row.number("share_of_returns")?.map(|share| (share, interval));
        }
        _ => {}
    }
    Ok(())
}

/// Households spared from any return less those harmed, per 1,000.
pub(super) fn net(sources: &Sources, scenarios: &[String], line: &str) -> Result<Vec<Dots>, PlotError> {
    let (Some(table), Some(base)) = (sources.maybe("winners.csv")?, scenarios.first()) else {
        return Ok(Vec::new());
    };
    let wanted = [
        ("base", base.as_str()),
        ("year", "all"),
        ("category", "lifted"),
        ("question", "ever"),
        ("convention", "register"),
        ("line", line),
        ("group_kind", "permanent_income"),
    ];
    let mut parts: BTreeMap<(usize, usize), [Part; 2]> = BTreeMap::new();
    for row in table.rows_where(&wanted)? {
        let side = match row.text("outcome")? {
            "saved" => 0,
            "harmed" => 1,
            _ => continue,
        };
        let group = row.text("group")?;
        let fifth = GROUPS.iter().position(|known| *known == group);
        let fifth = fifth.ok_or_else(|| {
            row.wrong(format!(
                "`group` is `{group}`; a fifth such as `{}` was expected",
                GROUPS[0]
            ))
        })?;
        let place =
            place(scenarios, row.text("scenario")?).ok_or_else(|| row.wrong("an unknown scenario".to_owned()))?;
        // Of one replicate the ends are those of any share, and no interval.
        let bounded = row.number("se")?.is_some();
        let half = row
            .number("lo")?
            .zip(row.number("hi")?)
            .filter(|_| bounded)
            .map(|(lo, hi)| 500.0 * (hi - lo));
        let few = row.flag("few_events")?;
        parts.entry((place, fifth)).or_default()[side] = row.number("share")?.map(|share| (1e3 * share, half, few));
    }
    let mut net: Vec<Dots> = Vec::new();
    for ((place, fifth), [saved, harmed]) in parts {
        let (Some(saved), Some(harmed)) = (saved, harmed) else {
            continue;
        };
        let mean = saved.0 - harmed.0;
        // However the two hang together, their difference varies no more than both do.
        let half = saved.1.zip(harmed.1).map(|(one, other)| one + other);
        let dot = (
            fifth,
            mean,
            half.map(|half| (mean - half, mean + half)),
            saved.2 && harmed.2,
        );
        match net.last_mut().filter(|own| own.place == place) {
            Some(own) => own.dots.push(dot),
            None => net.push(Dots { place, dots: vec![dot] }),
        }
    }
    Ok(net)
}

/// The share of returns in which illness plays a part, in per cent; not of scenarios in which it never does.
pub(super) fn with_illness(equity: &Equity) -> Vec<Dots> {
    let dots = equity.cells.iter().map(|(&place, cells)| {
        let dot = |(fifth, cell): (usize, &Cell)| -> Option<Dot> {
            let ((share, interval), (_, few)) = (cell.share?, cell.returned?);
            let interval = interval.map(|(lo, hi)| (100.0 * (1.0 - hi), 100.0 * (1.0 - lo)));
            Some((fifth, 100.0 * (1.0 - share), interval, few))
        };
        let dots = cells.iter().enumerate().filter_map(dot).collect();
        Dots { place, dots }
    });
    dots.filter(|own| own.dots.iter().any(|dot| dot.1 > 0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::page::Page;
    use super::super::super::written::{near, written};
    use super::*;

    const INDICATORS: &str = "scenario,year,county,category,indicator,line,convention,weight,numerator,denominator,unit,mean,se,\
                              lo,hi,replicates,few_events\n\
                              base,2021,all,lifted,return_hazard,national,register,households,3,100,share,0.03,,,,4,false\n\
                              other,2021,all,lifted,return_hazard,national,register,households,2,100,share,0.02,,,,4,false\n";
    const TRUTH: &str = "scenario,year,county,category,fifth,convention,line,part,measure,households,per_1000_at_risk,\
                         share_of_returns,lo,hi,events,few_events\n\
                         base,all,all,lifted,all,register,national,measure,returned,9,30,1,1,1,36,false\n\
                         base,all,all,lifted,1,register,national,other,neither,2,10,0.25,0.2,0.3,8,true\n\
                         base,all,all,lifted,1,register,national,measure,returned,8,40,1,1,1,32,false\n\
                         base,all,all,lifted,2,register,national,other,neither,,,,,,,masked\n\
                         base,all,all,lifted,2,register,national,measure,returned,1,5,1,1,1,4,true\n\
                         base,all,all,lifted,3,register,national,measure,returned,,,,,,,masked\n\
                         base,all,all,all,1,register,national,measure,returned,80,99,1,1,1,320,false\n";
    const WINNERS: &str = "base,scenario,year,category,question,convention,line,group_kind,group,outcome,households,share,se,lo,\
                           hi,replicates,events,few_events\n\
                           base,other,all,lifted,ever,register,national,permanent_income,lowest fifth,saved,2,0.02,0.001,0.018,\
                           0.022,4,80,false\n\
                           base,other,all,lifted,ever,register,national,permanent_income,lowest fifth,harmed,1,0.005,0.001,0.004,\
                           0.006,4,20,false\n\
                           base,other,all,lifted,ever,register,national,permanent_income,second fifth,saved,,,,,,4,,masked\n\
                           base,other,all,lifted,ever,register,national,permanent_income,second fifth,harmed,,,,,,4,,masked\n";

    #[test]
    fn illness_has_the_rest_and_its_interval_is_turned() {
        let (_folder, sources) = written(&[("attribution.csv", TRUTH), ("indicators.csv", INDICATORS)]);
        let equity = gather(&sources).unwrap().unwrap();
        let cells = &equity.cells[&0];
        assert_eq!(cells[0].returned, Some((40.0, false)), "of the lifted, not of all");
        assert!(cells[2].returned.is_none(), "what is masked is not zero");
        let illness = with_illness(&equity);
        let &(fifth, mean, interval, few) = &illness[0].dots[0];
        let (lo, hi) = interval.unwrap();
        assert!(fifth == 0 && near(mean, 75.0) && near(lo, 70.0) && near(hi, 80.0) && !few);
        assert_eq!(illness[0].dots.len(), 1, "the part in the second fifth is masked");
    }

    #[test]
    fn spared_less_harmed_has_both_intervals() {
        let tables = [
            ("attribution.csv", TRUTH),
            ("indicators.csv", INDICATORS),
            ("winners.csv", WINNERS),
        ];
        let (_folder, sources) = written(&tables);
        let equity = gather(&sources).unwrap().unwrap();
        assert_eq!(
            (equity.net.len(), equity.net[0].place, equity.net[0].dots.len()),
            (1, 1, 1)
        );
        let &(_, mean, interval, _) = &equity.net[0].dots[0];
        let (lo, hi) = interval.unwrap();
        assert!(near(mean, 15.0) && near(lo, 12.0) && near(hi, 18.0));
        let figure = super::super::read(&sources).unwrap().unwrap()(Page::USUAL).unwrap();
        assert!(figure.drawing.says("(c) Spared less harmed") && figure.drawing.says("Lowest"));
        assert!(figure.caption.contains("Hollow markers") && figure.caption.contains("or its numbers are not shown"));
    }

    #[test]
    fn one_replicate_has_no_interval_of_what_is_spared() {
        let one = WINNERS
            .replace("0.02,0.001,0.018,", "0.02,,0,")
            .replace("0.022,4,", "1,1,");
        let tables = [
            ("attribution.csv", TRUTH),
            ("indicators.csv", INDICATORS),
            ("winners.csv", one.as_str()),
        ];
        let (_folder, sources) = written(&tables);
        assert_eq!(gather(&sources).unwrap().unwrap().net[0].dots[0].2, None);
    }

    #[test]
    fn years_before_lifting_have_no_such_figure() {
        let early = INDICATORS.replace(",2021,", ",2015,");
        let (_folder, sources) = written(&[("attribution.csv", TRUTH), ("indicators.csv", &early)]);
        assert!(super::super::read(&sources).unwrap().is_none());
    }

    #[test]
    fn a_sixth_fifth_is_named_with_its_line() {
        let wrong = TRUTH.replace("lifted,3,register", "lifted,6,register");
        let (_folder, sources) = written(&[("attribution.csv", &wrong), ("indicators.csv", INDICATORS)]);
        let error = gather(&sources).err().unwrap().to_string();
        assert!(
            error.contains("attribution.csv, line 7") && error.contains("`6`"),
            "{error}"
        );
    }
}
