//! `kangcun compare SWEEP`: each programme of a sweep beside the scenario that it is held against, in one table.

use super::programmes::wrapped;
use super::progress::Progress;
use super::{Common, Failure, command_line, fits, now};
use crate::exit;
use crate::output::{EachStudy, free_folder, prepare, write_each};
use crate::scenario::sweep::Kind;
use crate::scenario::{Scenario, Sweep};
use crate::study::each::{self, Assumed, Batch, Cell, Role, Row};
use crate::study::memory::Need;
use crate::study::sweep::design::Design;
use crate::study::sweep::outputs_of;
use std::path::Path;

pub fn run(name: &str, matched: bool, common: &Common) -> Result<(), Failure> {
    if matched {
        let message =
            "error: --matched looks at two or more scenarios, not at a sweep\nhelp: name the scenarios one by one";
        return Err(Failure::new(message, exit::USAGE));
    }
    if !Sweep::is(name) && Scenario::load(name, &[]).is_ok() {
        let message =
            format!("error: `{name}` is compared with nothing\nhelp: name two or more scenarios, or one sweep");
        return Err(Failure::new(message, exit::USAGE));
    }
    if common.min_cell.is_some() {
        let message = "error: the table of a sweep is not masked\nhelp: compare its scenarios by name, with --min-cell";
        return Err(Failure::new(message, exit::USAGE));
    }
    let sweep = Sweep::load(name)?;
    let mut batches = each::batches(&sweep, &common.sets())?;
    for batch in &batches {
        fits(Need::of_study(&batch.arms, rayon::current_num_threads())?)?;
    }
    let folder = common
        .out
        .clone()
        .unwrap_or_else(|| free_folder(Path::new("outputs"), &sweep.id));
    prepare(&folder)?;
    let arms = || batches.iter().flat_map(|batch| &batch.arms);
    let scenarios = scenarios(&batches);
    let progress = Progress::together(
        &sweep.id,
        arms().map(|arm| arm.years() * u64::from(arm.replicates())).sum(),
    );
    let mut rows = Vec::new();
    for batch in &mut batches {
        rows.extend(each::run(batch, &|arm| progress.tick(arm))?);
    }
    progress.finish();
    each::sort(&mut rows);
    let study = EachStudy {
        rows: &rows,
        scenarios: &scenarios,
        command: command_line(),
        when: now(),
    };
    let written = write_each(&study, &folder);
    if !common.sets.is_empty() {
        say!("\nAll scenarios below with --set {}", common.sets.join(" --set "));
    }
    print(&sweep, &rows, &scenarios);
    written?;
    say!("\nTables, figure, rules and manifest: {}", folder.display());
    Ok(())
}

/// `kangcun check SWEEP`: loads and compiles every scenario of it; of a design over one base, every level.
pub fn check(name: &str, common: &Common) -> Result<(), Failure> {
    let sweep = Sweep::load(name)?;
    if let Kind::Crossed(_) = sweep.kind {
        return check_design(name, common);
    }
    let batches = each::batches(&sweep, &common.sets())?;
    let scenarios = scenarios(&batches);
    say!("{}: {}", sweep.id, sweep.title);
    say!("{}", sweep.summary);
    if let Some(first) = scenarios.first() {
        let bases = scenarios.len() - sweep.alone()?.len();
        let (run, programmes) = (&first.run, sweep.alone()?.len());
        say!(
            "{programmes} programmes beside {bases} scenarios, {} to {}, {} replicates, seed {}",
            run.first_year,
            run.last_year,
            run.replicates,
            run.seed
        );
    }
    say!("No fault found.");
    Ok(())
}

fn check_design(name: &str, common: &Common) -> Result<(), Failure> {
    let sweep = Sweep::load_with(name, &common.sets())?;
    let design = Design::of(&sweep)?;
    outputs_of(&sweep, &design)?;
    let crossed = sweep.crossed()?;
    say!("{}: {}", sweep.id, sweep.title);
    say!("{}", sweep.summary);
    say!(
        "{} runs: {} points, {} draws of {} parameters, {} seeds, {} replicates",
        crossed.runs(),
        design.points(),
        crossed.draws.unwrap_or(0),
        design.drawn().len(),
        crossed.seeds,
        crossed.replicates
    );
    say!("No fault found.");
    Ok(())
}

/// Each scenario of the batches once.
fn scenarios(batches: &[Batch]) -> Vec<Scenario> {
    let mut all: Vec<Scenario> = Vec::new();
    for arm in batches.iter().flat_map(|batch| &batch.arms) {
        let scenario = arm.policy.scenario();
        if all.iter().all(|known| known.id != scenario.id) {
            all.push(scenario.clone());
        }
    }
    all
}

fn print(sweep: &Sweep, rows: &[Row], scenarios: &[Scenario]) {
    let Some(run) = scenarios.first().map(|scenario| &scenario.run) else {
        return;
    };
    say!(
        "\n{}, {} to {}, {} replicates",
        sweep.title,
        run.first_year,
        run.last_year,
        run.replicates
    );
    say!(
        "What having each programme changes, paired by replicate: mean (95% interval); * beyond noise; ! fewer than 20 events.\n"
    );
    say!(
        "{:<28}  {:<10} {:>6}  {:<27} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8}",
        "programme",
        "section",
        "D of",
        "return to poverty",
        "own",
        "admiss.",
        "care",
        "funds,",
        "public",
        "deliv-"
    );
    say!(
        "{:<28}  {:<10} {:>6}  {:<27} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8}",
        "",
        "",
        "levers",
        "per 1,000 lifted and year",
        "share",
        "forgone",
        "forgone",
        "yuan",
        "cost",
        "ery"
    );
    for row in rows {
        line(row);
    }
    say!(
        "\nReturn to poverty: of lifted households by the register, per 1,000 and year. Own share of their bills, admissions and care of any\n\
         kind forgone: of the lifted, points. Funds: gain of all accounts, yuan per enrolled and year. Public cost, delivery: yuan a head and\n\
         year. Programmes marked \"taken away\" are in their base already: effects and costs are still those of having them. A null holds where\n\
         the 90% interval lies within the bound of its source (two one-sided tests at 5%)."
    );
    for row in rows.iter().filter(|row| !row.flags.is_empty()) {
        super::winners::print_flags(&row.programme.id, &row.flags);
    }
    say!();
    wrapped("", &each::sentence_on_returns(rows));
    wrapped("", &Assumed::of(rows).sentence());
}

fn line(row: &Row) {
    let own = &row.programme;
    let short = |role| row.cell(role).map_or("-".to_owned(), marked);
    let long = |cell: &Cell| {
        let [lo, hi] = [cell.difference.lo, cell.difference.hi].map(|end| cell.scaled(end));
        format!("{} ({lo} to {hi})", marked(cell))
    };
    say!(
        "{:<28}  {:<10} {:>6}  {:<27} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8}",
        own.id,
        own.section,
        format!("{}/{}", row.assumed, row.levers),
        row.cell(Role::Return).map_or("-".to_owned(), long),
        short(Role::OopShare),
        short(Role::ForgoneAdmission),
        short(Role::Forgone),
        short(Role::Fund),
        short(Role::PublicCost),
        short(Role::Delivery)
    );
    let how = if row.is_taken_away() {
        "TAKEN AWAY from"
    } else {
        "added to"
    };
    say!("    {how} {}; {}; {}", own.against, row.reach, row.whom);
    if row.delivered < 0.9995 {
        say!("    delivered: {:.0}% of what is planned", 100.0 * row.delivered);
    }
    if let Some(cell) = row.cell(Role::Declared) {
        say!("    moves first: {}", told(cell, &long(cell)));
    }
    for cell in row.cells.iter().filter(|cell| cell.role == Role::Null) {
        let [low, high] = cell.bound.unwrap_or([f64::NAN; 2]).map(|end| cell.scaled(end));
        let verdict = match cell.null_holds() {
            Some(true) => "null: within",
            _ => "NOT shown null: bound",
        };
        let [from, to] = cell.difference.ninety().map(|end| cell.scaled(end));
        say!(
            "    {verdict} {low} to {high}: {}; 90% {from} to {to}",
            told(cell, &marked(cell))
        );
    }
}

/// An indicator, in whom, from which level, and what it changes by.
fn told(cell: &Cell, difference: &str) -> String {
    format!(
        "{} of {} {difference} {}, from {}",
        cell.indicator,
        cell.group,
        cell.short_unit(),
        cell.scaled(cell.without.mean)
    )
}

/// A difference with its sign, and whether it is beyond noise or of too few events.
fn marked(cell: &Cell) -> String {
    let text = cell.scaled(cell.difference.mean);
    let sign = if cell.difference.mean > 0.0 && text != "0" {
        "+"
    } else {
        ""
    };
    let noise = if cell.difference.is_beyond_noise() { "*" } else { "" };
    let few = if cell.has_few_events() { "!" } else { "" };
    format!("{sign}{text}{noise}{few}")
}
