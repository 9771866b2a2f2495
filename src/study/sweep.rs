//! Sweeps: many worlds said once in a file, lived by any number of processes, and gathered into one table.
//!
//! A run is one replicate of one scenario under one seed. Its key is a hash of all that determines it, so a run is the
//! same run wherever, whenever and beside whatever others it is lived. Here stands what a sweep is; what a folder keeps of it
//! is the business of [`crate::ledger`].

pub mod design;
pub mod live;
pub mod outputs;
pub mod plan;

use crate::problem::{Problem, Problems};
use crate::run::Policy;
use crate::scenario::Sweep;
use crate::scenario::sweep::By;
use design::Design;
use outputs::Outputs;
use plan::Counts;

/// What a sweep keeps of each run.
///
/// # Errors
/// When there is no such indicator, or an axis has the name of another column of the table.
pub fn outputs_of(sweep: &Sweep, design: &Design) -> Result<Outputs, Problems> {
    let crossed = sweep.crossed()?;
    let blank = Policy::new(design.scenario(0, 0)?)?.blank_result()?;
    let by = |part: By| crossed.by.contains(&part);
    let by = outputs::By {
        year: by(By::Year),
        county: by(By::County),
        category: by(By::Category),
    };
    let outputs = Outputs::of(crossed.indicators.as_deref(), by, &blank)?;
    // Programs that read the tables do not tell small letters from capitals.
    let fixed = outputs::FIXED_COLUMNS.iter().chain(&outputs::SUMMARY_COLUMNS);
    let mut names: Vec<String> = fixed.map(|name| (*name).to_owned()).collect();
    names.extend(outputs.columns.iter().map(|output| output.column.to_lowercase()));
    for column in design.columns() {
        let name = column.name.to_lowercase();
        let why = if names.contains(&name) {
            "as another column of the tables is"
        } else if name.chars().any(char::is_control) || name.trim() != name || name.is_empty() {
            "which no table can have as the name of a column"
        } else {
            names.push(name);
            continue;
        };
        let problem = Problem::new(format!("an axis of `{}` is called {:?}, {why}", sweep.id, column.name));
        return Err(problem.help("give the axis another `name`").into());
    }
    Ok(outputs)
}

/// How many runs there are of everything.
///
/// # Errors
/// Where it is a sweep of programmes beside their own bases, or its first scenario cannot be.
pub fn counts_of(sweep: &Sweep, design: &Design) -> Result<Counts, Problems> {
    let crossed = sweep.crossed()?;
    let seed = design.scenario(0, 0)?.run.seed;
    if seed + u64::from(crossed.seeds) > i64::MAX as u64 {
        let problem = Problem::new(format!(
            "{} seeds from {seed} on end beyond {}",
            crossed.seeds,
            i64::MAX
        ));
        return Err(problem.help("begin with a smaller run.seed").into());
    }
    Ok(Counts {
        points: design.points(),
        draws: design.draws(),
        seeds: crossed.seeds,
        replicates: crossed.replicates,
        seed,
    })
}
