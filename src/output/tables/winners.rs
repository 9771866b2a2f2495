//! Winners and losers of each scenario beside the base, by group.

use super::marks::{Basis, Marked};
use super::number;
use crate::output::Study;
use crate::study::winners::{Found, Group, Question, found};

/// Whether households were held against each other.
pub(super) fn any(study: &Study) -> bool {
    study.arms.iter().any(|arm| !arm.winners.is_empty())
}

/// One row a scenario, year, question, gauge, group and outcome.
pub(super) fn table(study: &Study) -> String {
    let header = [
        "base",
        "scenario",
        "year",
        "category",
        "question",
        "convention",
        "line",
        "group_kind",
        "group",
        "outcome",
        "households",
        "share",
        "se",
        "lo",
        "hi",
        "replicates",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, vec![10, 11, 12, 13, 14]);
    let Some((base, others)) = study.arms.split_first() else {
        return sheet.text();
    };
    let Some(first) = base.results.first() else {
        return sheet.text();
    };
    let counties = first.years.first().map_or(0, |year| year.counties.len());
    let groups = Group::all(counties);
    for arm in others.iter().filter(|arm| !arm.winners.is_empty()) {
        for year in (0..first.years.len()).map(Some).chain([None]) {
            let label = year.map_or("all".to_owned(), |at| first.years[at].year.to_string());
            for question in Question::ALL {
                for (gauge, (_, convention, line)) in first.gauges.iter().enumerate() {
                    for group in &groups {
                        let names = [group.kind.words()[0].to_owned(), group.name(first)];
                        let category = group.category.map_or("all", |category| category.name());
                        let head = [
                            &base.id,
                            &arm.id,
                            &label,
                            category,
                            question.words()[0],
                            convention.name(),
                            line,
                        ];
                        let head: Vec<String> = head.into_iter().map(str::to_owned).chain(names).collect();
                        outcomes(&mut sheet, &head, &found(&arm.winners, year, question, gauge, group));
                    }
                }
            }
        }
    }
    sheet.text()
}

/// The rows of a group. Where exactly one of them is not shown, it could be told from the others and the group's households: the next
/// smallest is not shown either.
fn outcomes(sheet: &mut Marked, head: &[String], found: &[Found]) {
    let bases: Vec<Basis> = found.iter().map(|one| Basis::of(one.events, one.households)).collect();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|&one, &other| found[one].households.total_cmp(&found[other].households));
    let masked = bases.iter().filter(|basis| sheet.masks(**basis)).count();
    let hidden = &order[..if masked == 1 { 2 } else { masked }];
    for (at, (one, basis)) in found.iter().zip(bases).enumerate() {
        let share = &one.share;
        let mut cells = head.to_vec();
        cells.extend([one.outcome.words()[0].to_owned(), number(one.households)]);
        cells.extend([share.mean, share.se, share.lo.clamp(0.0, 1.0), share.hi.clamp(0.0, 1.0)].map(number));
        cells.push(share.n.to_string());
        sheet.row_or_mask(cells, basis, hidden.contains(&at));
    }
}
