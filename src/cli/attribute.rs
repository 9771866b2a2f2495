//! `kangcun attribute`: how many return to poverty because of illness, six answers to six questions.

use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, command_line, fits, matched, now};
use crate::indicators::table::Estimate;
use crate::output::{AttributionStudy, free_folder, prepare, write_attribution};
use crate::study::attribution::{self, Attribution, Measure, Rate, Row, Unit};
use crate::study::memory::Need;
use crate::terminal::table::{Column, Table};
use std::path::Path;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let mut sets = vec!["run.replicates=5".to_owned()];
    sets.extend(common.sets());
    let arms = attribution::arms(name, &sets)?;
    fits(Need::of_matched(&arms, rayon::current_num_threads())?)?;
    let folder = common
        .out
        .clone()
        .unwrap_or_else(|| free_folder(Path::new("outputs"), &format!("{}-attribution", arms[0].id)));
    prepare(&folder)?;
    // The first replicate of each is lived once more, to see what the worlds have in common.
    let years = arms
        .iter()
        .map(|arm| arm.years() * u64::from(arm.replicates() + 1))
        .sum();
    let progress = Progress::together(&arms[0].id, years);
    let attribution = attribution::run(arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let rows = attribution.rows();
    let study = AttributionStudy {
        attribution: &attribution,
        rows: &rows,
        command: command_line(),
        when: now(),
    };
    let writing = Progress::stage("writing tables");
    let written = write_attribution(&study, &folder);
    writing.finish();
    print(&attribution, &rows);
    written?;
    say!("\nTables, rules and manifest: {}", folder.display());
    Ok(())
}

/// The headline gauge and what it is called.
fn headline(attribution: &Attribution) -> Option<(usize, String)> {
    let result = attribution.arms[0].results.first()?;
    let at = result.headline_gauge()?;
    let (_, convention, line) = &result.gauges[at];
    Some((at, format!("{}, line {line}", convention.name().replace('_', " "))))
}

fn print(attribution: &Attribution, rows: &[Row]) {
    let fact = &attribution.arms[0];
    let Some((gauge, named)) = headline(attribution) else {
        say!("No gauge is of the register, so there is no headline; the tables hold the returns by every other gauge.");
        return;
    };
    let Some(years) = fact.results.first().map(|result| &result.years) else {
        return;
    };
    let (from, to) = match (years.first(), years.last()) {
        (Some(from), Some(to)) => (from.year, to.year),
        _ => return,
    };
    let find = |measure, rate, unit| Row::find(rows, measure, gauge, rate, unit);
    let screen = screen();
    let head = format!(
        "RETURNS TO POVERTY BECAUSE OF ILLNESS: {}, {from} to {to}, {} replicates",
        fact.id,
        fact.results.len()
    );
    say!("\n{}", screen.title(&head));
    let text = format!(
        "By {named}; per 1,000 lifted households; mean and 95% interval, paired by replicate; ! fewer than 20 returns."
    );
    say!("{}", screen.paragraph("", 0, &text));
    let known = |rate| {
        Measure::ALL
            .into_iter()
            .find_map(|measure| find(measure, rate, Unit::Household))
    };
    let Some(yearly) = known(Rate::Hazard) else {
        say!("Nobody of the cohort was at risk.");
        return;
    };
    let in_fact = |rate| known(rate).map_or("-".into(), |row: Row| level(&row.fact));
    let mut table = table();
    let of_year = level(&yearly.fact);
    table.row([
        "in fact",
        &of_year,
        "",
        &in_fact(Rate::Cumulative),
        &in_fact(Rate::Poor),
    ]);
    for measure in Measure::ALL {
        let averted =
            |rate| find(measure, rate, Unit::Household).map_or("-".into(), |row| level(&row.averted) + mark(&row));
        let share = find(measure, Rate::Hazard, Unit::Household).and_then(|row| row.share());
        let share = share.map_or("-".into(), |share| format!("{:.0}%", 100.0 * share));
        let [yearly, ever, poor] = [Rate::Hazard, Rate::Cumulative, Rate::Poor].map(averted);
        table.row([measure.name(), &yearly, &share, &ever, &poor]);
    }
    say_on!("{}", table.text(&screen));
    say!();
    for measure in Measure::ALL {
        super::programmes::wrapped(&format!("{}: ", measure.name()), measure.question());
    }
    print_lineages(attribution, rows, gauge);
    say!(
        "\nOf what happens in {} (first replicate, reported years), so much happens alike in:",
        fact.id
    );
    for (twin, own) in attribution.arms.iter().skip(1).zip(&attribution.matched) {
        matched::print(&twin.id, own);
    }
}

/// A table: of a year, as a share of all returns, at least once, poor.
fn table() -> Table {
    Table::new(vec![
        Column::words(""),
        Column::numbers("return in a year"),
        Column::right("of all"),
        Column::numbers("return at least once"),
        Column::numbers("are poor at a close"),
    ])
}

/// The same by founding lineage: a household with all that split off from it.
fn print_lineages(attribution: &Attribution, rows: &[Row], gauge: usize) {
    let screen = screen();
    let head = "By founding lineage (a household with all that split off from it), per 1,000 lineages:";
    say!("\n{}", screen.title(head));
    let mut table = Table::new(vec![
        Column::words(""),
        Column::numbers("return in a year"),
        Column::numbers("return at least once"),
        Column::numbers("ended in fact only"),
        Column::numbers("in the twin only"),
    ]);
    for (twin, measure) in [Measure::Cumulative, Measure::Behavioural, Measure::System]
        .into_iter()
        .enumerate()
    {
        let find = |rate| Row::find(rows, measure, gauge, rate, Unit::Lineage);
        let averted = |rate| find(rate).map_or("-".into(), |row| level(&row.averted) + mark(&row));
        let pairs = attribution.lineages[0].iter().zip(&attribution.lineages[twin + 1]);
        let fates: Vec<_> = pairs.map(|(fact, twin)| fact.beside(twin, gauge)).collect();
        let all = fates.iter().map(|own| own.all).sum::<i64>().max(1) as f64;
        let per_1000 = |count: i64| 1e3 * count as f64 / all;
        let [fact_only, twin_only] = [0, 1].map(|at| per_1000(fates.iter().map(|own| own.ended[at]).sum()));
        table.row([
            measure.name().to_owned(),
            averted(Rate::Hazard),
            averted(Rate::Cumulative),
            format!("{fact_only:.1}"),
            format!("{twin_only:.1}"),
        ]);
    }
    say_on!("{}", table.text(&screen));
}

fn mark(row: &Row) -> &'static str {
    if row.few_events { "!" } else { "" }
}

fn level(estimate: &Estimate) -> String {
    match estimate.n {
        0 => "-".into(),
        1 => format!("{:.1} (one run)", estimate.mean),
        _ => format!("{:.1} ({:.1} to {:.1})", estimate.mean, estimate.lo, estimate.hi),
    }
}
