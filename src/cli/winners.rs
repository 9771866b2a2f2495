//! Who is better and worse off in each scenario than in the base, in a few lines; and spending that must be read with forgone care.

use super::headline::{Part, Row};
use super::screen::screen;
use crate::indicators::result::RunResult;
use crate::indicators::table::{Estimate, FEW_EVENTS};
use crate::study::Arm;
use crate::study::flags::{Flag, foremost};
use crate::study::winners::{Found, Group, Kind, Outcome, Question, found};
use crate::terminal::{CAUTION, columns, left};
use crate::world::Category;
use crate::year::poverty::Convention;

/// The lifted of each scenario but the first, beside those of the first, by the register's national line.
fn beside(arms: &[Arm]) -> Vec<Lifted<'_>> {
    let first = arms.first().and_then(|base| base.results.first());
    let gauge = first.and_then(|first| {
        let national =
            |(_, convention, line): &(_, Convention, String)| convention.name() == "register" && line == "national";
        first.gauges.iter().position(national)
    });
    let (Some(first), Some(gauge)) = (first, gauge) else {
        return Vec::new();
    };
    let others = arms.iter().skip(1).filter(|arm| !arm.winners.is_empty());
    others.map(|arm| Lifted { arm, first, gauge }).collect()
}

/// Households of 1,000 lifted ones that are better and worse off than in the first world, for machines.
pub fn rows(arms: &[Arm]) -> Vec<Row> {
    const ROWS: [(Question, usize, &str, &str); 4] = [
        (
            Question::Status,
            0,
            "above_the_line",
            "above the line at the last close that would be below",
        ),
        (
            Question::Status,
            1,
            "below_the_line",
            "below the line at the last close that would be above",
        ),
        (Question::Ever, 0, "never_fell", "never fell that would have"),
        (Question::Ever, 1, "fell", "fell that would not have"),
    ];
    let all = beside(arms);
    if all.is_empty() {
        return Vec::new();
    }
    let row = |(question, side, quantity, label): (Question, usize, &str, &'static str)| Row {
        part: Part::Winners,
        quantity: quantity.into(),
        label,
        people: "lifted",
        unit: "per 1,000",
        answers: arms
            .iter()
            .map(|arm| {
                let own = all.iter().find(|own| own.arm.id == arm.id);
                own.and_then(|own| own.moved(question)[side])
            })
            .collect(),
    };
    ROWS.into_iter().map(row).collect()
}

/// Prints the winners and losers among the lifted, by the register's national line.
pub fn print(arms: &[Arm]) {
    let all = beside(arms);
    if all.is_empty() {
        return;
    }
    let screen = screen();
    let head = "Winners and losers: the same lifted household in both worlds (register, national line)";
    say!("\n{}", screen.title(head));
    let width = all.iter().map(|own| columns(&own.arm.id)).max().unwrap_or(0).min(24);
    for lifted in all {
        let year = lifted.first.years.last().map_or(0, |last| last.year);
        let [saved, harmed] = lifted.moved(Question::Status).map(moved);
        let head = format!("  {} ", left(&lifted.arm.id, width));
        let text =
            format!("of 1,000 in {year}: {saved} are above the line that would be below, {harmed} the other way round");
        say_on!("{}", screen.paragraph(&head, width + 3, &text));
        let [saved, harmed] = lifted.moved(Question::Ever).map(moved);
        let blank = " ".repeat(width + 3);
        let text =
            format!("since reporting began: {saved} never fell that would have, {harmed} fell that would not have");
        say_on!("{}", screen.paragraph(&blank, width + 3, &text));
        say_on!("{}", screen.paragraph(&blank, width + 3, &lifted.harmed()));
    }
}

/// So many of 1,000, in words.
fn moved(share: Option<Estimate>) -> String {
    let Some(share) = share else { return "-".into() };
    if share.n < 2 {
        return format!("{:.1} (one run)", share.mean);
    }
    format!("{:.1} ({:.1} to {:.1})", share.mean, share.lo.max(0.0), share.hi)
}

/// The lifted households of a scenario beside those of the base.
struct Lifted<'a> {
    arm: &'a Arm,
    first: &'a RunResult,
    gauge: usize,
}

impl Lifted<'_> {
    fn groups(&self) -> Vec<Group> {
        let counties = self.first.years.first().map_or(0, |year| year.counties.len());
        let lifted = |group: &Group| group.category == Some(Category::Lifted);
        Group::all(counties).into_iter().filter(lifted).collect()
    }

    /// At the last close.
    fn found(&self, question: Question, group: &Group) -> Vec<Found> {
        let last = self.first.years.len().saturating_sub(1);
        found(&self.arm.winners, Some(last), question, self.gauge, group)
    }

    /// Saved and harmed of 1,000.
    fn moved(&self, question: Question) -> [Option<Estimate>; 2] {
        let groups = self.groups();
        let all = groups.iter().find(|group| group.kind == Kind::Everybody);
        let found = all.map(|group| self.found(question, group)).unwrap_or_default();
        [Outcome::Saved, Outcome::Harmed].map(|outcome| {
            let share = of(&found, outcome).map(|one| one.share);
            let share = share.filter(|share| share.mean.is_finite())?;
            let [mean, se, lo, hi] = [share.mean, share.se, share.lo, share.hi].map(|value| 1e3 * value);
            let n = share.n;
            Some(Estimate { mean, se, lo, hi, n })
        })
    }

    /// Who those are that fell and would not have: the commonest part of each kind, and how common it is among all.
    fn harmed(&self) -> String {
        let groups = self.groups();
        let mut events = 0;
        let mut parts = Vec::new();
        for kind in [Kind::Fifth, Kind::Age, Kind::Remoteness, Kind::County] {
            let own = groups.iter().filter(|group| group.kind == kind);
            let counted = own.map(|group| {
                let found = self.found(Question::Ever, group);
                let all: f64 = found.iter().map(|one| one.households).sum();
                let (harmed, count) = of(&found, Outcome::Harmed).map_or((0.0, 0), |one| (one.households, one.events));
                (group.name(self.first), harmed, all, count)
            });
            let counted: Vec<_> = counted.collect();
            let [harmed, all] = [
                counted.iter().map(|part| part.1).sum::<f64>(),
                counted.iter().map(|part| part.2).sum(),
            ];
            events = counted.iter().map(|part| part.3).sum();
            let most = counted.iter().max_by(|one, other| one.1.total_cmp(&other.1));
            if let Some((name, own, among, _)) = most.filter(|_| harmed > 0.0 && all > 0.0) {
                let [own, among] = [own / harmed, among / all].map(|share| 100.0 * share);
                parts.push(format!("{} {name} {own:.0}% (of all lifted {among:.0}%)", label(kind)));
            }
        }
        if (events as f64) < FEW_EVENTS {
            return format!("({events} in all replicates fell that would not have: too few to say who they are)");
        }
        format!("of these, {}", parts.join("; "))
    }
}

fn of(found: &[Found], outcome: Outcome) -> Option<&Found> {
    found.iter().find(|one| one.outcome == outcome)
}

fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Everybody => "",
        Kind::Fifth => "permanent income:",
        Kind::Age => "oldest member:",
        Kind::Remoteness => "villages:",
        Kind::County => "county:",
    }
}

/// Prints where spending and forgone care move against each other: the first of everybody and of the lifted in words.
pub fn print_flags(scenario: &str, flags: &[Flag]) {
    if flags.is_empty() {
        return;
    }
    let screen = screen();
    let head = format!("Spending must be read with forgone care: {scenario}");
    say!("\n{}", screen.title(&head));
    let (first, others) = foremost(flags);
    let none = first.is_empty();
    for flag in first {
        let mark = format!("  {} ", screen.paint("!", CAUTION));
        // The mark may hold escape codes, which take no room.
        let text = screen.paragraph("  ! ", 4, &flag.sentence());
        say_on!("{}", text.replacen("  ! ", &mark, 1));
    }
    match others {
        0 => {}
        _ if none => say_on!(
            "{}",
            screen.paragraph(
                "  ",
                2,
                &format!("No flag of everybody or of the lifted, {others} of smaller groups (tables/flags.csv).")
            )
        ),
        _ => {
            let text = format!("Flags of other spending, other care and smaller groups: {others} (tables/flags.csv).");
            say_on!("{}", screen.paragraph("  ", 2, &text));
        }
    }
}
