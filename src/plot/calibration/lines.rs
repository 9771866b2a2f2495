//! The lines of a calibration figure: a published figure each, with what is accepted and what was simulated.

use super::super::PlotError;
use super::super::page::Page;
use super::super::style::grouped;
use super::super::table::Row;
use super::names::figure_name;

/// A published figure beside the simulated one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) family: String,
    pub(super) figure: String,
    pub(super) year: String,
    pub(super) published: f64,
    pub(super) rule: String,
    /// What is accepted; open at an end that is not there.
    pub(super) accepted: (Option<f64>, Option<f64>),
    /// The simulated mean and its interval; none where it was not asked.
    pub(super) simulated: Option<(f64, Option<(f64, f64)>)>,
    pub(super) used: Used,
    pub(super) inside: bool,
}

/// Whether the model was set with a figure in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Used {
    /// It was not: the figure tests the model.
    Tests,
    /// Assumptions were set by hand with it in view.
    Fitted,
    /// It is an input, or follows from inputs.
    Input,
}

impl Line {
    pub(super) fn of(row: &Row) -> Result<Line, PlotError> {
        let needed = |column: &str| -> Result<f64, PlotError> {
            let number = row.number(column)?;
            number.ok_or_else(|| row.wrong(format!("`{column}` is empty")))
        };
        let used = match row.text("use")? {
            "fitted" => Used::Fitted,
            "input" => Used::Input,
            "not fitted" | "null" | "wrong sign" => Used::Tests,
            other => {
                return Err(row.wrong(format!(
                    "`use` is `{other}`; fitted, input, not fitted, null or wrong sign was expected"
                )));
            }
        };
        let (simulated, inside) = match row.text("verdict")? {
            "inside" => (Some(needed("simulated")?), true),
            "OUTSIDE" => (Some(needed("simulated")?), false),
            "not asked" => (None, false),
            other => {
                return Err(row.wrong(format!(
                    "`verdict` is `{other}`; inside, OUTSIDE or not asked was expected"
                )));
            }
        };
        let interval = row.number("ci_low")?.zip(row.number("ci_high")?);
        let accepted = (row.number("low")?, row.number("high")?);
        if accepted == (None, None) {
            return Err(row.wrong("`low` and `high` are both empty".to_owned()));
        }
        if let (Some(low), Some(high)) = accepted
            && low > high
        {
            return Err(row.wrong("`low` is above `high`".to_owned()));
        }
        Ok(Line {
            id: row.text("id")?.to_owned(),
            family: row.text("family")?.to_owned(),
            figure: row.text("figure")?.to_owned(),
            year: row.text("year")?.to_owned(),
            published: needed("published")?,
            rule: row.text("rule")?.to_owned(),
            accepted,
            simulated: simulated.map(|mean| (mean, interval)),
            used,
            inside,
        })
    }

    /// Where a number lies: -1 and 1 are the ends of what is accepted. With one end only, 0 is as far inside as the published
    /// number is (or one unit, where that is the end itself).
    pub(super) fn at(&self, number: f64) -> f64 {
        let scale = |end: f64| match (self.published - end).abs() {
            0.0 => 1.0,
            apart => apart,
        };
        match self.accepted {
            (Some(low), Some(high)) if low < high => (2.0 * number - low - high) / (high - low),
            (Some(low), Some(_) | None) => (number - low) / scale(low) - 1.0,
            (None, Some(high)) => (number - high) / scale(high) + 1.0,
            (None, None) => 0.0,
        }
    }

    pub(super) fn name(&self, page: Page) -> String {
        let figure = figure_name(page, &self.figure);
        let year = self.year.trim().replace('-', "\u{2013}");
        // A narrow page has no room for the year.
        let mut name = if year.is_empty() || page.narrow() {
            figure
        } else {
            page.say(format!("{figure} ({year})"), format!("{figure}（{year}）"))
        };
        let used = match self.used {
            Used::Tests => "",
            Used::Fitted => page.say(": fitted", "：拟合"),
            Used::Input => page.say(": input", "：输入"),
        };
        name.push_str(used);
        name
    }

    pub(super) fn published_words(&self, page: Page) -> String {
        match self.rule.as_str() {
            "sign" if self.published < 0.0 => page.say("below 0", "低于 0").to_owned(),
            "sign" => page.say("above 0", "高于 0").to_owned(),
            _ => short(self.published),
        }
    }

    pub(super) fn accepted_words(&self, page: Page) -> String {
        match self.accepted {
            (Some(low), Some(high)) => page.say(
                format!("{} to {}", short(low), short(high)),
                format!("{} 至 {}", short(low), short(high)),
            ),
            (Some(low), None) => page.say(format!("above {}", short(low)), format!("高于 {}", short(low))),
            (None, Some(high)) => page.say(format!("below {}", short(high)), format!("低于 {}", short(high))),
            (None, None) => String::new(),
        }
    }
}

/// A number with as many digits as it can be read with beside others.
pub(super) fn short(number: f64) -> String {
    let text = match number.abs() {
        0.0 => return "0".to_owned(),
        size if size >= 1000.0 => return grouped(number),
        size if size >= 100.0 => format!("{size:.0}"),
        size if size >= 10.0 => format!("{size:.1}"),
        size if size >= 1.0 => format!("{size:.2}"),
        size if size >= 0.01 => format!("{size:.3}"),
        size => format!("{size:.4}"),
    };
    if number < 0.0 { format!("\u{2212}{text}") } else { text }
}

/// How many figures of a use are inside, of how many asked.
pub(super) fn held(lines: &[Line], used: impl Fn(Used) -> bool) -> (usize, usize) {
    let asked = || lines.iter().filter(|line| used(line.used) && line.simulated.is_some());
    (asked().filter(|line| line.inside).count(), asked().count())
}

/// The counts in words.
pub(super) fn counts(page: Page, lines: &[Line]) -> String {
    let (tests, of_tests) = held(lines, |used| used == Used::Tests);
    let (set, of_set) = held(lines, |used| used != Used::Tests);
    let unasked = lines.iter().filter(|line| line.simulated.is_none()).count();
    let mut text = page.say(
        format!(
            "{tests} of {of_tests} figures that nothing was set to are inside, {} outside; of those that the model was set to (inputs, \
             fitted) {set} of {of_set}",
            of_tests - tests
        ),
        format!(
            "未用于设定模型的 {of_tests} 个数字中 {tests} 个在内、{} 个在外；用于设定模型的（输入、拟合）{of_set} 个中 {set} 个在内",
            of_tests - tests
        ),
    );
    if unasked > 0 {
        text.push_str(&page.say(
            format!("; {unasked} were not asked, as the run was too short"),
            format!("；{unasked} 个因运行年数不足未问"),
        ));
    }
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::fs;

    pub(in crate::plot) const HEADER: &str = "id,family,figure,year,unit,published,rule,low,high,simulated,ci_low,ci_high,replicates,use,verdict,survey,\
                          source,grade,note\n";
    pub(in crate::plot) const ROWS: &str = "V1,use of care,Visits per head,2021,visits,6,band,4,8,5,4.9,5.1,20,fitted,inside,a,s,A,\n\
                        V2,use of care,Days in hospital,2021,days,10,level,7.5,12.5,20,19,21,20,not fitted,OUTSIDE,b,s,A,\n\
                        V3,medical debt,Mobility,,sign,-1,sign,,0,-0.5,-0.6,-0.4,20,not fitted,inside,c,s,A,\n\
                        V4,medical debt,Five years,,yuan,10,effect,5,20,,,,0,null,not asked,d,s,A,\n";

    fn lines(table: &str) -> Vec<Line> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("validation.csv");
        fs::write(&file, table).unwrap();
        let table = crate::plot::table::Table::read(&file).unwrap();
        table
            .rows_where(&[])
            .unwrap()
            .iter()
            .map(|row| Line::of(row).unwrap())
            .collect()
    }

    #[test]
    fn the_ends_of_what_is_accepted_lie_at_one() {
        let lines = lines(&format!("{HEADER}{ROWS}"));
        assert_eq!(
            [4.0, 6.0, 8.0, 10.0].map(|number| lines[0].at(number)),
            [-1.0, 0.0, 1.0, 2.0]
        );
        // Below 0, published -1: that is in the middle, and what is above 0 is outside.
        assert_eq!([-1.0, 0.0, 1.0].map(|number| lines[2].at(number)), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn what_nothing_was_set_to_is_counted_apart() {
        let lines = lines(&format!("{HEADER}{ROWS}"));
        assert_eq!(held(&lines, |used| used == Used::Tests), (1, 2));
        assert_eq!(held(&lines, |used| used != Used::Tests), (1, 1));
        let counts = counts(Page::USUAL, &lines);
        assert!(
            counts.starts_with("1 of 2 figures that nothing was set to are inside, 1 outside")
                && counts.contains("1 were not asked"),
            "{counts}"
        );
    }
}
