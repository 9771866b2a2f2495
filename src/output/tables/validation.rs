//! Published figures beside what a virtual survey of each source finds: the table of `kangcun validate`.

use super::Sheet;
use crate::study::validate::Checked;

/// One row a figure: what was published, where the simulated one must lie, where it lies, and what the figure was used for.
pub fn validation(checked: &[Checked]) -> String {
    let mut sheet = Sheet::new(&[
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
    ]);
    for one in checked {
        let (target, simulated) = (&one.target, &one.simulated);
        let [low, high] = target.band(simulated.se);
        let verdict = if one.asked() {
            target.verdict(simulated)
        } else {
            "not asked"
        };
        sheet.row([
            target.id.clone(),
            target.family.clone(),
            target.figure.clone(),
            target.year.trim().to_owned(),
            target.unit.clone(),
            finite(target.published),
            target.rule.name().into(),
            finite(low),
            finite(high),
            finite(simulated.mean),
            finite(simulated.lo),
            finite(simulated.hi),
            simulated.n.to_string(),
            target.used.name().into(),
            verdict.into(),
            target.survey.clone(),
            target.source.clone(),
            target.grade.to_string(),
            target.note.clone(),
        ]);
    }
    sheet.text()
}

/// A number in full, as it decides what is inside; empty where there is none.
fn finite(value: f64) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
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
