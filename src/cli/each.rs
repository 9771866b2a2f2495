//! `kangcun compare SWEEP`: each programme of a sweep beside the scenario that it is held against, in one table.

use super::progress::Progress;
use super::records::{Form, Records, number};
use super::screen::screen;
use super::{Common, Failure, command_line, fits, now};
use crate::exit;
use crate::output::{EachStudy, free_folder, prepare, write_each};
use crate::scenario::sweep::Kind;
use crate::scenario::{Scenario, Sweep};
use crate::study::each::{self, Assumed, Batch, Cell, Role, Row};
use crate::study::memory::Need;
use crate::study::sweep::design::Design;
use crate::study::sweep::outputs_of;
use crate::terminal::CAUTION;
use crate::terminal::table::{Cell as Said, Column, Table};
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

pub fn run(name: &str, matched: bool, form: Form, common: &Common) -> Result<(), Failure> {
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
    let writing = Progress::stage("writing tables and figure");
    let written = write_each(&study, &folder);
    writing.finish();
    if form.is_for_machines() {
        print_rows(&sweep, &rows, form)?;
        written?;
        form.tell(&format!("Tables, figure, rules and manifest: {}", folder.display()));
        return Ok(());
    }
    if !common.sets.is_empty() {
        let text = format!("All scenarios below with --set {}", common.sets.join(" --set "));
        say_on!("\n{}", screen().paragraph("", 2, &text));
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
    let screen = screen();
    let head = format!(
        "{}, {} to {}, {} replicates",
        sweep.title, run.first_year, run.last_year, run.replicates
    );
    say!("\n{}", screen.title(&head));
    let text = "What having each programme changes, paired by replicate: mean (95% interval); * beyond noise; ! fewer than 20 events.";
    say!("{}", screen.paragraph("", 0, text));
    let mut table = Table::new(vec![
        Column::words("programme"),
        Column::words("section"),
        Column::right("D of levers"),
        Column::numbers("return to poverty per 1,000 lifted and year"),
        Column::numbers("own share"),
        Column::numbers("admissions forgone"),
        Column::numbers("care forgone"),
        Column::numbers("funds, yuan"),
        Column::numbers("public cost"),
        Column::numbers("delivery"),
    ]);
    for row in rows {
        line(row, &mut table);
    }
    say_on!("{}", table.text(&screen));
    let text = "Return to poverty: of lifted households by the register, per 1,000 and year. Own share of their bills, admissions and care \
        of any kind forgone: of the lifted, points. Funds: gain of all accounts, yuan per enrolled and year. Public cost, delivery: yuan a \
        head and year. Programmes marked \"taken away\" are in their base already: effects and costs are still those of having them. A null \
        holds where the 90% interval lies within the bound of its source (two one-sided tests at 5%).";
    say_on!("\n{}", screen.paragraph("", 0, text));
    for row in rows.iter().filter(|row| !row.flags.is_empty()) {
        super::winners::print_flags(&row.programme.id, &row.flags);
    }
    say!();
    say_on!("{}", screen.paragraph("", 0, &each::sentence_on_returns(rows)));
    say_on!("{}", screen.paragraph("", 0, &Assumed::of(rows).sentence()));
}

/// Prints the numbers for machines: a row a programme and number.
fn print_rows(sweep: &Sweep, rows: &[Row], form: Form) -> Result<(), Failure> {
    const COLUMNS: [&str; 20] = [
        "programme",
        "section",
        "against",
        "comparator",
        "levers",
        "assumed_levers",
        "role",
        "indicator",
        "group",
        "unit",
        "without",
        "difference",
        "se",
        "lo",
        "hi",
        "beyond_noise",
        "few_events",
        "replicates",
        "null_holds",
        "delivered_share",
    ];
    let mut records = Records::new(&COLUMNS);
    for row in rows {
        let own = &row.programme;
        let comparator = if row.is_taken_away() { "taken away" } else { "added" };
        for cell in &row.cells {
            let difference = &cell.difference;
            let mut values: Vec<Value> = vec![own.id.as_str().into(), own.section.as_str().into()];
            values.extend([own.against.as_str().into(), comparator.into()]);
            values.extend([row.levers.into(), row.assumed.into(), cell.role.name().into()]);
            values.extend([
                cell.indicator.as_str().into(),
                cell.group.as_str().into(),
                cell.unit.into(),
            ]);
            values.extend(
                [
                    cell.without.mean,
                    difference.mean,
                    difference.se,
                    difference.lo,
                    difference.hi,
                ]
                .map(number),
            );
            values.extend([difference.is_beyond_noise().into(), cell.has_few_events().into()]);
            values.extend([difference.n.into(), cell.null_holds().into(), number(row.delivered)]);
            records.row(values);
        }
    }
    let head = json!({ "sweep": sweep.id, "title": sweep.title });
    records.print(form, head, "numbers")
}

fn line(row: &Row, table: &mut Table) {
    let own = &row.programme;
    let short = |role| row.cell(role).map_or("-".to_owned(), marked);
    let long = |cell: &Cell| {
        let [lo, hi] = [cell.difference.lo, cell.difference.hi].map(|end| cell.scaled(end));
        format!("{} ({lo} to {hi})", marked(cell))
    };
    table.row([
        own.id.clone(),
        own.section.clone(),
        format!("{}/{}", row.assumed, row.levers),
        row.cell(Role::Return).map_or("-".to_owned(), long),
        short(Role::OopShare),
        short(Role::ForgoneAdmission),
        short(Role::Forgone),
        short(Role::Fund),
        short(Role::PublicCost),
        short(Role::Delivery),
    ]);
    let how = if row.is_taken_away() {
        "TAKEN AWAY from"
    } else {
        "added to"
    };
    table.below(4, format!("{how} {}; {}; {}", own.against, row.reach, row.whom));
    if row.delivered < 0.9995 {
        let text = format!("delivered: {:.0}% of what is planned", 100.0 * row.delivered);
        table.below(4, text);
    }
    if let Some(cell) = row.cell(Role::Declared) {
        table.below(4, format!("moves first: {}", told(cell, &long(cell))));
    }
    for cell in row.cells.iter().filter(|cell| cell.role == Role::Null) {
        let [low, high] = cell.bound.unwrap_or([f64::NAN; 2]).map(|end| cell.scaled(end));
        let (verdict, style) = match cell.null_holds() {
            Some(true) => ("null: within", Style::new()),
            _ => ("NOT shown null: bound", CAUTION),
        };
        let [from, to] = cell.difference.ninety().map(|end| cell.scaled(end));
        let text = format!(
            "{verdict} {low} to {high}: {}; 90% {from} to {to}",
            told(cell, &marked(cell))
        );
        table.below(4, Said::styled(text, style));
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
