//! `kangcun elasticity`: how use answers to prices, measured inside the model, beside the published figures.

use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, study_fits};
use crate::study::elasticity::{Margin, arms, measure, published};
use crate::terminal::table::{Column, Table};

/// A world without insurance, in which prices are paid in full as they mostly were when the published figures were made.
const UNINSURED: &str = "no-insurance";

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let mut sets = vec!["run.last_year=2021".to_owned(), "run.replicates=5".to_owned()];
    sets.extend(common.sets());
    let mut arms = arms(&[name, UNINSURED], &sets)?;
    study_fits(&arms)?;
    let progress = Progress::new(&arms);
    let measured = measure(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let screen = screen();
    let text =
        "change of use over change of price, in logarithms; all prices of the kind up by 10%, queues switched off";
    say_on!("{}", screen.paragraph("", 0, text));
    let mut table = Table::new(vec![
        Column::words("margin"),
        Column::wraps("under", 12),
        Column::numbers("measured"),
        Column::numbers("95% interval"),
        Column::numbers("published"),
        Column::numbers("95% interval"),
    ]);
    for one in &measured {
        let (value, [low, high]) = published(one.margin);
        let own = &one.measured;
        let (mean, interval) = match own.n {
            0 => ("-".to_owned(), "nobody to count".to_owned()),
            1 => (format!("{:.3}", own.mean), "one run".to_owned()),
            _ => (format!("{:.3}", own.mean), format!("{:.3} to {:.3}", own.lo, own.hi)),
        };
        let margin = match one.margin {
            Margin::FirstVisit => "acute care sought at all",
            Margin::Admission => "admissions",
        };
        let beside = [format!("{value:.3}"), format!("{low:.3} to {high:.3}")];
        table.row(
            [margin.to_owned(), one.under.clone(), mean, interval]
                .into_iter()
                .chain(beside),
        );
    }
    say_on!("{}", table.text(&screen));
    let text = format!(
        "Published: rural households in 2003 and 2008, mostly uninsured (Zhou and others 2011): an upper magnitude for today; compare \
         with the rows under {UNINSURED}. The price is the whole bill: under insurance its payers bear a part of the rise, and use answers \
         less."
    );
    say_on!("{}", screen.paragraph("", 0, &text));
    Ok(())
}
