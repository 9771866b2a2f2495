//! `kangcun nudge [PATTERN]`: whether each parameter moves what its card lets expect.

use super::progress::Progress;
use super::records::{Form, Records, number};
use super::screen::screen;
use super::{Common, Failure};
use crate::exit;
use crate::scenario::decimal;
use crate::study::nudge::table::Table;
use crate::study::nudge::{Finding, Verdict, nudges, run as nudge};
use crate::terminal::{FAULT, wrapped};
use anstyle::Style;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is nudged, and how it is told.
#[derive(clap::Args, Debug)]
pub struct Asked {
    /// Parameters by path below `rules`, or a table of them; * stands for a name, such as illness.*.event_per_year
    #[arg(default_value = "")]
    pattern: String,
    #[command(flatten)]
    form: Form,
    /// Only what fails
    #[arg(long)]
    failures: bool,
    /// A folder with a moves.csv and moves_worlds.csv of one's own in the place of those carried
    #[arg(long, value_name = "FOLDER")]
    table: Option<PathBuf>,
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    let table = match &asked.table {
        None => Table::carried()?,
        Some(folder) => Table::read(
            &text(&folder.join("moves.csv"))?,
            &text(&folder.join("moves_worlds.csv"))?,
        )?,
    };
    let nudges = nudges(&table, &asked.pattern)?;
    if nudges.is_empty() {
        let message = format!(
            "error: no parameter fits `{}`; `kangcun parameters` lists them",
            asked.pattern
        );
        return Err(Failure::new(message, exit::USAGE));
    }
    let mut sets = common.sets.clone();
    sets.extend(common.seed.map(|seed| format!("run.seed={seed}")));
    // How many years there will be depends on what they find.
    let name = format!("nudging {} parameters", nudges.len());
    let progress = Progress::counted(&name, 0, "world-years lived");
    let findings = nudge(&table, nudges, &sets, common.replicates, &|_| progress.tick(""));
    progress.finish();
    let findings = findings?;
    let told = |finding: &&Finding| !asked.failures || !finding.verdict.holds();
    let shown: Vec<&Finding> = findings.iter().filter(told).collect();
    if asked.form.is_for_machines() {
        records(&shown).print(asked.form, json!({}), "parameters")?;
    } else {
        say!("{HEADING_LINES}");
        shown.into_iter().for_each(print);
        summary(&findings);
    }
    let failed = findings.iter().filter(|finding| !finding.verdict.holds()).count();
    if failed > 0 {
        let message = format!("{failed} of {} parameters do not do what is expected", findings.len());
        return Err(Failure::new(message, exit::FAILED));
    }
    Ok(())
}

fn text(path: &Path) -> Result<String, Failure> {
    let wrong = |error| Failure::new(format!("error: {}: {error}", path.display()), exit::BAD_INPUT);
    std::fs::read_to_string(path).map_err(wrong)
}

const COLUMNS: [&str; 14] = [
    "parameter",
    "world",
    "low",
    "high",
    "measure",
    "at_low",
    "at_high",
    "difference",
    "from",
    "to",
    "expected",
    "replicates",
    "verdict",
    "why",
];

const HEADING_LINES: &str = "parameter (low to high, in a world)\n    measure: at low, at high; difference (its paired 95% interval), expected \
    sign: verdict\n";

/// Why a finding is what it is.
fn why(finding: &Finding) -> &str {
    match &finding.verdict {
        Verdict::Refused(problem) => problem.lines().next().unwrap_or_default(),
        _ => finding.nudge.reason.as_str(),
    }
}

fn numbers(finding: &Finding) -> [String; 5] {
    let Finding { means, difference, .. } = finding;
    [means[0], means[1], difference.mean, difference.lo, difference.hi].map(decimal)
}

/// The findings for machines.
fn records(findings: &[&Finding]) -> Records {
    let mut records = Records::new(&COLUMNS);
    for finding in findings {
        let Finding {
            nudge,
            means,
            difference,
            verdict,
        } = finding;
        let [low, high] = &nudge.ends.0;
        let texts =
            [&nudge.path, &nudge.world, &plain(low), &plain(high), &nudge.measure].map(|text| text.as_str().into());
        let numbers = [means[0], means[1], difference.mean, difference.lo, difference.hi].map(number);
        let last: [Value; 4] = [
            nudge.expected.sign().into(),
            difference.n.into(),
            verdict.words().into(),
            why(finding).into(),
        ];
        records.row(texts.into_iter().chain(numbers).chain(last));
    }
    records
}

fn print(finding: &Finding) {
    let Finding { nudge, verdict, .. } = finding;
    let screen = screen();
    let why = why(finding);
    let because = if why.is_empty() {
        String::new()
    } else {
        format!(" ({why})")
    };
    let (head, text) = match verdict {
        Verdict::Exempt | Verdict::Refused(_) => (nudge.path.clone(), format!("{}{because}", verdict.words())),
        _ => {
            let [low, high] = &nudge.ends.0;
            let [at_low, at_high, mean, from, to] = numbers(finding);
            (
                format!("{} ({} to {}, {})", nudge.path, plain(low), plain(high), nudge.world),
                format!(
                    "{}: {at_low}, {at_high}; {mean} ({from} to {to}), {}: {}{because}",
                    nudge.measure,
                    nudge.expected.sign(),
                    verdict.words()
                ),
            )
        }
    };
    let style = if verdict.holds() { Style::new() } else { FAULT };
    for line in wrapped("", 2, &head, screen.text()) {
        say!("{}", screen.paint(&line, style));
    }
    say_on!("{}", screen.paragraph("    ", 6, &text));
}

/// An end as a reader wants it: 0.6649999999999999, which came from arithmetic, reads 0.665, in a list as well.
fn plain(end: &str) -> String {
    let one = |word: &str| word.trim().parse().map_or_else(|_| word.to_owned(), decimal);
    match end.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(list) => format!("[{}]", list.split(',').map(one).collect::<Vec<_>>().join(", ")),
        None => one(end),
    }
}

fn summary(findings: &[Finding]) {
    let of = |is: fn(&Verdict) -> bool| findings.iter().filter(|finding| is(&finding.verdict)).count();
    say!(
        "\n{} parameters: {} move as expected, {} exempt with a reason, {} the wrong way, {} do not move, {} refused",
        findings.len(),
        of(|own| *own == Verdict::Moves),
        of(|own| *own == Verdict::Exempt),
        of(|own| *own == Verdict::WrongWay),
        of(|own| matches!(own, Verdict::WithinNoise | Verdict::StandsStill)),
        of(|own| matches!(own, Verdict::Refused(_)))
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_read_as_they_were_meant() {
        assert_eq!(plain("0.6649999999999999"), "0.665");
        assert_eq!(plain("[0.376,0.5874999999999999]"), "[0.376, 0.5875]");
        assert_eq!(plain("false"), "false");
    }
}
