//! `kangcun validate`: published figures beside what the same survey finds in the simulated province.

use super::progress::Progress;
use super::records::{Form, Records};
use super::screen::screen;
use super::{Common, Failure, command_line, fits, now};
use crate::exit;
use crate::output::{VALIDATION_COLUMNS, ValidationStudy, prepare, validation_rows, write_validation};
use crate::scenario::Scenario;
use crate::study::memory::Need;
use crate::study::validate::targets::{LeftOut, Rule, Use, left_out};
use crate::study::validate::{Checked, Worlds};
use crate::terminal::FAULT;
use crate::terminal::table::{Cell, Column, Table};
use anstyle::Style;
use serde_json::{Value, json};

/// What is printed besides the table.
#[derive(clap::Args, Debug)]
pub struct Validate {
    /// The scenario; the experiments of the sources are made for the baseline alone
    #[arg(default_value = "baseline")]
    scenario: String,
    #[command(flatten)]
    form: Form,
    /// List the published figures that are not held, each with the reason, and run nothing
    #[arg(long)]
    left_out: bool,
}

pub fn run(asked: &Validate, common: &Common) -> Result<(), Failure> {
    let left_out = left_out()?;
    if asked.left_out {
        if common.out.is_some() {
            let message =
                "error: --left-out has no use for --out\nhelp: it runs nothing; use > to keep what it prints in a file";
            return Err(Failure::new(message, exit::USAGE));
        }
        if asked.form.is_for_machines() {
            return left_out_records(&left_out).print(asked.form, json!({}), "figures");
        }
        left_out.iter().for_each(print_left_out);
        return Ok(());
    }
    let worlds = Worlds::of(&asked.scenario, &common.sets())?;
    fits(Need::of_panels(worlds.arms(), rayon::current_num_threads())?)?;
    if let Some(folder) = &common.out {
        prepare(folder)?;
    }
    let progress = Progress::new(worlds.arms());
    let head = head(&worlds);
    let run = &worlds.arms()[0].policy.scenario().run;
    let said = json!({
        "scenario": worlds.arms()[0].id,
        "first_year": run.first_year,
        "last_year": run.last_year,
        "replicates": run.replicates,
        "seed": run.seed,
    });
    let scenarios = scenarios(&worlds);
    let checked = worlds.survey(&|arm| progress.tick(arm))?;
    progress.finish();
    let written = common.out.as_ref().map_or(Ok(()), |folder| {
        let study = ValidationStudy {
            checked: &checked,
            scenarios: &scenarios,
            command: command_line(),
            when: now(),
        };
        write_validation(&study, folder)
    });
    if asked.form.is_for_machines() {
        let mut records = Records::new(&VALIDATION_COLUMNS);
        validation_rows(&checked).for_each(|row| records.row(row));
        records.print(asked.form, said, "figures")?;
        return Ok(written?);
    }
    say!("{}", screen().paragraph("", 0, &head));
    print(&checked);
    let text = format!(
        "{} published figures are not held: `kangcun validate --left-out` lists them with the reasons.",
        left_out.len()
    );
    say_on!("{}", screen().paragraph("", 0, &text));
    written?;
    if let Some(folder) = &common.out {
        say!("\nTable, figure, rules and manifest: {}", folder.display());
    }
    Ok(())
}

/// The surveyed scenario and the experiments, each with a name that a file can have.
fn scenarios(worlds: &Worlds) -> Vec<(String, Scenario)> {
    let named = worlds.arms().iter().enumerate().map(|(at, arm)| {
        let scenario = arm.policy.scenario().clone();
        let id = if at == 0 { scenario.id.clone() } else { arm.id.clone() };
        (id.replace(", ", "-").replace(' ', "-"), scenario)
    });
    named.collect()
}

/// What is surveyed: the scenario, its years, how many worlds.
fn head(worlds: &Worlds) -> String {
    let arm = &worlds.arms()[0];
    let run = &arm.policy.scenario().run;
    let surveyed = format!(
        "{}, {} to {}, {} replicates, seed {}",
        arm.id, run.first_year, run.last_year, run.replicates, run.seed
    );
    if worlds.experiments() {
        format!("{surveyed}; figures without a year are of all years.")
    } else {
        format!(
            "{surveyed}; figures without a year are of all years. Figures that take an experiment (early insurance, the poverty package, \
             prices) are asked of the baseline alone."
        )
    }
}

/// The table by family; those outside stay visible.
fn print(checked: &[Checked]) {
    let mut table = figures_table(&["figure (simulated year)"]);
    for family in checked.chunk_by(|one, other| one.target.family == other.target.family) {
        table.heading(family[0].target.family.clone());
        for one in family {
            let [low, high] = one.target.band(one.simulated.se);
            let cells = [
                format!("  {}", name(one)),
                published(one),
                interval(low, high),
                short(one.simulated.mean),
                interval(one.simulated.lo, one.simulated.hi),
                one.target.used.name().to_owned(),
                verdict(one).to_owned(),
            ];
            let style = verdict_style(one.asked().then(|| one.passes()));
            table.row(cells.map(|cell| Cell::styled(cell, style)));
        }
    }
    say_on!("{}", table.text(&screen()));
    summary(checked);
}

/// A table of published figures beside simulated ones, after the columns that name them.
pub(super) fn figures_table(names: &[&str]) -> Table {
    let own = names.iter().map(|name| Column::wraps(name, 26));
    let others = [
        Column::numbers("published"),
        Column::numbers("must lie in"),
        Column::numbers("simulated"),
        Column::numbers("95% interval"),
        Column::words("use"),
        Column::words("verdict"),
    ];
    Table::new(own.chain(others).collect())
}

/// What lies outside is seen from afar.
pub(super) fn verdict_style(passes: Option<bool>) -> Style {
    match passes {
        Some(false) => FAULT,
        _ => Style::new(),
    }
}

fn name(one: &Checked) -> String {
    let (id, figure) = (&one.target.id, &one.target.figure);
    let id = if id.starts_with('V') {
        format!("{id} ")
    } else {
        String::new()
    };
    match one.target.year.trim().parse::<i32>() {
        Ok(year) => format!("{id}{figure} ({year})"),
        Err(_) => format!("{id}{figure}"),
    }
}

fn published(one: &Checked) -> String {
    match one.target.rule {
        Rule::Sign if one.target.published < 0.0 => "below 0".into(),
        Rule::Sign => "above 0".into(),
        _ => short(one.target.published),
    }
}

fn verdict(one: &Checked) -> &'static str {
    if one.asked() {
        one.target.verdict(&one.simulated)
    } else {
        "not asked"
    }
}

/// Shares that pass, by what was done with the figures; those that say no and those of the wrong sign by name.
fn summary(checked: &[Checked]) {
    say!("");
    for used in Use::ALL {
        let own: Vec<&Checked> = checked
            .iter()
            .filter(|one| one.target.used == used && one.asked())
            .collect();
        let inside = own.iter().filter(|one| one.passes()).count();
        say!("{:<10} {inside} of {} inside", used.name(), own.len());
        if matches!(used, Use::Null | Use::WrongSign) {
            for one in own {
                say!("           {}: {}", name(one), verdict(one));
            }
        }
    }
    let text = "Fitted: assumptions of grade C and D were set by hand with these in view, at most twelve. Input: itself an input, or \
        follows from inputs and fitted figures. All others: nothing was set with them in view; null: the source found nothing, and so \
        should the model. Each is computed by a virtual survey with the population, recall, denominator and estimator of its source \
        (docs/validation.md).";
    say_on!("\n{}", screen().paragraph("", 0, text));
}

fn print_left_out(one: &LeftOut) {
    let screen = screen();
    say_on!("{}", screen.paragraph(&format!("{:<5} ", one.id), 6, &one.figure));
    say_on!("{}", screen.paragraph("      ", 6, &one.reason));
}

fn left_out_records(left_out: &[LeftOut]) -> Records {
    let mut records = Records::new(&["id", "figure", "reason"]);
    for one in left_out {
        records.row([&one.id, &one.figure, &one.reason].map(|text| Value::from(text.as_str())));
    }
    records
}

pub(super) fn interval(low: f64, high: f64) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("{} to {}", short(low), short(high)),
        (true, false) => format!("above {}", short(low)),
        (false, true) => format!("below {}", short(high)),
        (false, false) => "-".into(),
    }
}

pub(super) fn short(value: f64) -> String {
    match value.abs() {
        size if size.is_nan() => "-".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 2.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
