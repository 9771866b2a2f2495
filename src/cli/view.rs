//! `kangcun view`: the main curves of a result on the terminal.

use super::Failure;
use super::screen::screen;
use crate::exit;
use crate::terminal::chart::Letters;
use crate::view::{ViewError, Wanted, view};
use clap::Args;
use std::path::PathBuf;

/// What is asked.
#[derive(Args, Debug)]
pub struct Asked {
    /// The result folder, of a run, a comparison, an attribution or a sweep
    result: PathBuf,
    /// The indicator, as the tables name it; of programmes also a role, such as public_cost. Where nothing is said, the return to poverty
    #[arg(long, value_name = "ID")]
    indicator: Option<String>,
    /// How poverty is measured, such as register or measured_net
    #[arg(long, value_name = "NAME")]
    convention: Option<String>,
    /// The poverty line, such as national or ppp_4_20
    #[arg(long, value_name = "NAME")]
    line: Option<String>,
    /// Which households, such as lifted; all for everybody
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// A county; all for all together
    #[arg(long, value_name = "NAME")]
    county: Option<String>,
    /// The year, of results whose years are not across: sweeps and attributions; all for all together
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// Of a sweep: the axis that is across
    #[arg(long, value_name = "NAME")]
    axis: Option<String>,
    /// Only the differences to the base
    #[arg(long)]
    paired: bool,
    /// Draw with letters that every terminal has
    #[arg(long)]
    ascii: bool,
}

pub fn run(asked: &Asked) -> Result<(), Failure> {
    let wanted = Wanted {
        indicator: asked.indicator.clone(),
        convention: asked.convention.clone(),
        line: asked.line.clone(),
        category: asked.category.clone(),
        county: asked.county.clone(),
        year: asked.year.clone(),
        axis: asked.axis.clone(),
        paired: asked.paired,
        letters: if asked.ascii { Letters::Ascii } else { Letters::Unicode },
    };
    say_on!("{}", view(&asked.result, &wanted, &screen())?);
    Ok(())
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Failure {
        let code = match error {
            ViewError::Usage(_) | ViewError::Absent(_) => exit::USAGE,
            _ => exit::BAD_INPUT,
        };
        Failure::new(format!("error: {error}"), code)
    }
}
