//! Published figures beside what a virtual survey of each source finds: the table of `kangcun validate`.

use super::{Sheet, cell};
use crate::study::validate::Checked;
use serde_json::Value;

/// The columns.
pub const VALIDATION_COLUMNS: [&str; 19] = [
    "id",
    "family",
    "figure",
    "year",
    "unit",
    "published",
    "rule",
    "low",
    "high",
    "simulated",
    "ci_low",
    "ci_high",
    "replicates",
    "use",
    "verdict",
    "survey",
    "source",
    "grade",
    "note",
];

/// One row a figure: what was published, where the simulated one must lie, where it lies, and what the figure was used for.
pub fn validation_rows(checked: &[Checked]) -> impl Iterator<Item = [Value; 19]> {
    checked.iter().map(|one| {
        let (target, simulated) = (&one.target, &one.simulated);
        let [low, high] = target.band(simulated.se);
        let verdict = if one.asked() {
            target.verdict(simulated)
        } else {
            "not asked"
        };
        let text = |text: &str| Value::from(text);
        // A number in full, as it decides what is inside; nothing where there is none.
        let number = |value: f64| Value::from(value.is_finite().then_some(value));
        [
            text(&target.id),
            text(&target.family),
            text(&target.figure),
            text(target.year.trim()),
            text(&target.unit),
            number(target.published),
            text(target.rule.name()),
            number(low),
            number(high),
            number(simulated.mean),
            number(simulated.lo),
            number(simulated.hi),
            simulated.n.into(),
            text(target.used.name()),
            text(verdict),
            text(&target.survey),
            text(&target.source),
            text(&target.grade.to_string()),
            text(&target.note),
        ]
    })
}

/// The rows as a table.
pub fn validation(checked: &[Checked]) -> String {
    let mut sheet = Sheet::new(&VALIDATION_COLUMNS);
    for row in validation_rows(checked) {
        sheet.row(row.iter().map(cell));
    }
    sheet.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::table::Estimate;
    use crate::study::validate::targets::targets;

    #[test]
    fn a_figure_is_inside_outside_or_not_asked() {
        let target = targets().unwrap().remove(0);
        let of = |mean: f64| Checked {
            target: target.clone(),
            simulated: Estimate {
                mean,
                se: 0.0,
                lo: mean,
                hi: mean,
                n: 2,
            },
        };
        let [low, high] = target.band(0.0);
        let text = validation(&[of(0.5 * (low + high)), of(high + 1.0), of(f64::NAN)]);
        let verdicts: Vec<String> = csv::Reader::from_reader(text.as_bytes())
            .records()
            .map(|row| row.unwrap()[14].to_owned())
            .collect();
        assert_eq!(verdicts, ["inside", "OUTSIDE", "not asked"]);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}
