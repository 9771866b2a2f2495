//! Published figures beside the simulated ones of the same years.

use super::marks::{Basis, Marked};
use super::number;
use crate::output::Study;

/// Whether any scenario was held against published figures.
pub(super) fn any(study: &Study) -> bool {
    !study.published.is_empty()
}

/// One row a scenario, series and year; what was published is blank in years of which nothing was.
pub(super) fn table(study: &Study) -> String {
    let header = [
        "scenario",
        "family",
        "figure",
        "unit",
        "year",
        "mean",
        "lo",
        "hi",
        "replicates",
        "published",
        "rule",
        "low",
        "high",
        "use",
        "verdict",
        "survey",
        "source",
        "grade",
        "note",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, Vec::new());
    for (scenario, traced) in study.published {
        for one in traced {
            let simulated = &one.simulated;
            let mut row = vec![
                scenario.clone(),
                one.family.clone(),
                one.figure.clone(),
                one.unit.clone(),
                one.year.to_string(),
                number(simulated.mean),
                number(simulated.lo),
                number(simulated.hi),
                simulated.n.to_string(),
            ];
            match &one.target {
                None => {
                    row.extend(std::iter::repeat_n(String::new(), 6));
                    row.push(one.survey.clone());
                    row.extend(std::iter::repeat_n(String::new(), 3));
                }
                Some(target) => {
                    let [low, high] = target.band(simulated.se);
                    row.extend([
                        number(target.published),
                        target.rule.name().into(),
                        number(low),
                        number(high),
                        target.used.name().into(),
                        target.verdict(simulated).into(),
                        one.survey.clone(),
                        target.source.clone(),
                        target.grade.to_string(),
                        target.note.clone(),
                    ]);
                }
            }
            sheet.row(row, Basis::NONE);
        }
    }
    sheet.text()
}
