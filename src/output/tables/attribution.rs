//! Returns to poverty and the part illness plays in them: the truth table of the shadow purses with the accounting measure
//! beside it, and what whole runs without illness say.

use super::marks::{Basis, Marked};
use super::{Sheet, number, slices};
use crate::indicators::result::RunResult;
use crate::indicators::table::{Estimate, FEW_EVENTS, Slice};
use crate::indicators::tally::{FIFTHS, FifthTally, Tally};
use crate::output::Study;
use crate::study::Arm;
use crate::study::attribution::{Attribution, Measure, Row};
use crate::world::Category;
use crate::year::poverty::{CAUSE_NAMES, CAUSES};

/// Which part of the returns each class of the truth table is: returns are illness + interaction + other, and nothing else.
const PARTS: [&str; CAUSES] = ["illness", "illness", "interaction", "interaction", "other", "reverse"];

/// What is counted beside the classes.
const MEASURES: [&str; 4] = ["returned", "without_bill", "without_illness", "accounting"];

/// The returns of a slice of a replicate by one gauge.
struct Returns {
    at_risk: i64,
    returned: i64,
    classes: [i64; CAUSES],
    /// As [`MEASURES`] has them; of categories that are not counted by fifth, nobody knows who would return without the bill.
    measures: [Option<i64>; MEASURES.len()],
}

impl Returns {
    fn of_cell(tally: &Tally, without_bill: Option<i64>, gauge: usize) -> Returns {
        Returns {
            at_risk: tally.at_risk[gauge],
            returned: tally.returned[gauge],
            classes: tally.causes[gauge],
            measures: [
                Some(tally.returned[gauge]),
                without_bill,
                Some(tally.returned_without_illness[gauge]),
                Some(tally.returned_accounting[gauge]),
            ],
        }
    }

    fn of_fifth(tally: &FifthTally, gauge: usize) -> Returns {
        Returns {
            at_risk: tally.at_risk[gauge],
            returned: tally.returned[gauge],
            classes: tally.causes[gauge],
            measures: [
                Some(tally.returned[gauge]),
                Some(tally.returned_without_bill[gauge]),
                Some(tally.returned_without_illness[gauge]),
                Some(tally.returned_accounting[gauge]),
            ],
        }
    }

    /// Of a slice, or of one fifth of it, by gauge.
    fn of(result: &RunResult, slice: Slice, fifth: Option<usize>) -> Vec<Returns> {
        let gauges = 0..result.gauges.len();
        let own = slice.fifth(result, fifth);
        if fifth.is_some() {
            return gauges.map(|gauge| Returns::of_fifth(&own, gauge)).collect();
        }
        let cell = slice.tally(result, false);
        let known = by_fifth(slice);
        let returns = |gauge| Returns::of_cell(&cell, known.then(|| own.returned_without_bill[gauge]), gauge);
        gauges.map(returns).collect()
    }
}

/// Whether the households of a slice are counted by fifth.
fn by_fifth(slice: Slice) -> bool {
    matches!(slice.category, None | Some(Category::Lifted))
}

/// The truth table of every scenario.
pub(super) fn of_study(study: &Study) -> String {
    truth_table(study.arms, study.min_cell)
}

/// The truth table by year, county, category and fifth of permanent income, with the accounting measure and the control beside
/// it. Of the lifted and of everybody, fifths add up to the row of all; cells in which nobody returns, in fact or in a
/// shadow, are left out. A row behind which stand fewer than `min_cell` is not shown.
pub fn truth_table(arms: &[Arm], min_cell: Option<u32>) -> String {
    let header = [
        "scenario",
        "year",
        "county",
        "category",
        "fifth",
        "convention",
        "line",
        "part",
        "measure",
        "households",
        "per_1000_at_risk",
        "share_of_returns",
        "lo",
        "hi",
    ];
    let mut sheet = Marked::new(min_cell, &header, (9..14).collect());
    for arm in arms {
        let Some(first) = arm.results.first() else { continue };
        for slice in slices(first) {
            let fifths = (0..FIFTHS).map(Some).filter(|_| by_fifth(slice));
            for fifth in [None].into_iter().chain(fifths) {
                let replicates: Vec<Vec<Returns>> = arm
                    .results
                    .iter()
                    .map(|result| Returns::of(result, slice, fifth))
                    .collect();
                let (year, county, category) = slice.labels(first);
                let fifth = fifth.map_or("all".into(), |at| (at + 1).to_string());
                let place = [arm.id.clone(), year, county, category.into(), fifth];
                for (gauge, (_, convention, line)) in first.gauges.iter().enumerate() {
                    let own: Vec<&Returns> = replicates.iter().map(|gauges| &gauges[gauge]).collect();
                    let gauge = [convention.name().into(), line.clone()];
                    for (cells, basis) in rows(&own) {
                        sheet.row(place.iter().chain(&gauge).cloned().chain(cells).collect(), basis);
                    }
                }
            }
        }
    }
    sheet.text()
}

/// The rows of a cell: the classes, then what is counted beside them.
fn rows(replicates: &[&Returns]) -> Vec<([String; 7], Basis)> {
    if replicates.iter().all(|own| own.classes == [0; CAUSES]) {
        return Vec::new();
    }
    let returned: i64 = replicates.iter().map(|own| own.returned).sum();
    let at_risk: i64 = replicates.iter().map(|own| own.at_risk).sum();
    let row = |part: &str, measure: &str, counts: Vec<i64>| {
        let sum: i64 = counts.iter().sum();
        let with_returns = replicates.iter().zip(&counts).filter(|(own, _)| own.returned > 0);
        let shares: Vec<f64> = with_returns
            .map(|(own, &count)| count as f64 / own.returned as f64)
            .collect();
        let interval = Estimate::of(&shares);
        // A class is a part of what returns; what returns in a shadow can be more. Without an interval nothing is bounded.
        let most = match measure {
            "without_bill" | "without_illness" | "shadow_only" => f64::INFINITY,
            _ => 1.0,
        };
        let bound = |end: f64| number(end.clamp(0.0, most));
        let cells = [
            part.into(),
            measure.into(),
            number(sum as f64 / replicates.len() as f64),
            number(1e3 * sum as f64 / at_risk as f64),
            // The pooled share sums to one over the classes; the interval is that of the replicates' shares.
            number(sum as f64 / returned as f64),
            bound(interval.lo),
            bound(interval.hi),
        ];
        let at_risk = at_risk as f64 / replicates.len() as f64;
        (cells, Basis::events(sum, replicates.len()).among(at_risk))
    };
    let classes = (0..CAUSES).map(|class| {
        let counts = replicates.iter().map(|own| own.classes[class]).collect();
        row(PARTS[class], CAUSE_NAMES[class], counts)
    });
    let measures = MEASURES.into_iter().enumerate().filter_map(|(at, measure)| {
        let counts: Option<Vec<i64>> = replicates.iter().map(|own| own.measures[at]).collect();
        Some(row("measure", measure, counts?))
    });
    classes.chain(measures).collect()
}

/// Returns averted, by measure: `attributable.csv`.
pub fn attributable(attribution: &Attribution, rows: &[Row]) -> String {
    let mut sheet = Sheet::new(&[
        "scenario",
        "year",
        "convention",
        "line",
        "measure",
        "rate",
        "counted_by",
        "fact_per_1000",
        "without_per_1000",
        "averted_per_1000",
        "se",
        "lo",
        "hi",
        "share_of_returns",
        "replicates",
        "few_events",
    ]);
    let fact = &attribution.arms[0];
    let Some(first) = fact.results.first() else {
        return sheet.text();
    };
    for row in rows {
        let year = row.year.map_or("all".into(), |at| first.years[at].year.to_string());
        let (_, convention, line) = &first.gauges[row.gauge];
        let mut cells = vec![fact.id.clone(), year, convention.name().into(), line.clone()];
        cells.extend([row.measure.name(), row.rate.name(), row.unit.name()].map(String::from));
        let averted = row.averted;
        cells.extend(
            [
                row.fact.mean,
                row.without.mean,
                averted.mean,
                averted.se,
                averted.lo,
                averted.hi,
            ]
            .map(number),
        );
        cells.push(number(row.share().unwrap_or(f64::NAN)));
        cells.extend([averted.n.to_string(), row.few_events.to_string()]);
        sheet.row(cells);
    }
    sheet.text()
}

/// What became of founding lineages in fact and in each twin, households a replicate: `lineages.csv`.
pub fn lineages(attribution: &Attribution) -> String {
    let mut sheet = Sheet::new(&[
        "scenario",
        "twin",
        "convention",
        "line",
        "lineages",
        "ended_in_fact_only",
        "ended_in_twin_only",
        "fell_in_both",
        "fell_in_fact_only",
        "fell_in_twin_only",
        "events",
        "few_events",
    ]);
    let fact = &attribution.arms[0];
    let gauges = fact.results.first().map_or(&[][..], |first| &first.gauges);
    for (twin, own) in attribution.arms.iter().zip(&attribution.lineages).skip(1) {
        for (gauge, (_, convention, line)) in gauges.iter().enumerate() {
            let pairs = attribution.lineages[0].iter().zip(own);
            let fates: Vec<_> = pairs.map(|(fact, twin)| fact.beside(twin, gauge)).collect();
            let counts = fates
                .iter()
                .map(|own| [own.all, own.ended[0], own.ended[1], own.both, own.fell[0], own.fell[1]]);
            let sums = counts.fold([0; 6], |sum, own| std::array::from_fn(|at| sum[at] + own[at]));
            let mut cells = vec![fact.id.clone(), twin.id.clone(), convention.name().into(), line.clone()];
            cells.extend(sums.map(|sum| number(sum as f64 / fates.len() as f64)));
            // Lineages that fell in either world, over all replicates.
            let fell = sums[3] + sums[4] + sums[5];
            cells.extend([fell.to_string(), ((fell as f64) < FEW_EVENTS).to_string()]);
            sheet.row(cells);
        }
    }
    sheet.text()
}

/// What the first replicate has in common with that of each twin: `matched.csv`.
pub fn matched(attribution: &Attribution) -> String {
    let mut sheet = Sheet::new(&[
        "scenario",
        "twin",
        "what",
        "in_fact",
        "in_twin",
        "alike",
        "share_of_fact",
        "few_events",
    ]);
    for (twin, own) in attribution.arms.iter().skip(1).zip(&attribution.matched) {
        for (what, alike) in own.items() {
            let mut cells = vec![attribution.arms[0].id.clone(), twin.id.clone(), what.into()];
            cells.extend([alike.first, alike.second, alike.alike].map(|count| count.to_string()));
            cells.push(number(alike.share().unwrap_or(f64::NAN)));
            cells.push(((alike.first as f64) < FEW_EVENTS).to_string());
            sheet.row(cells);
        }
    }
    sheet.text()
}

/// The question that each measure answers.
pub fn attribution_dictionary() -> String {
    let mut sheet = Sheet::new(&["measure", "question"]);
    for measure in Measure::ALL {
        sheet.row([measure.name().into(), measure.question().into()]);
    }
    sheet.text()
}
