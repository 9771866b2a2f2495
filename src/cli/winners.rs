//! Who is better and worse off in each scenario than in the base, in a few lines; and spending that must be read with forgone care.

use super::programmes::wrapped;
use crate::indicators::result::RunResult;
use crate::indicators::table::FEW_EVENTS;
use crate::study::Arm;
use crate::study::flags::{Flag, foremost};
use crate::study::winners::{Found, Group, Kind, Outcome, Question, found};
use crate::world::Category;

/// Prints the winners and losers among the lifted, by the register's national line.
pub fn print(arms: &[Arm]) {
    let Some((base, others)) = arms.split_first() else {
        return;
    };
    let Some(first) = base.results.first() else { return };
    let gauge = first
        .gauges
        .iter()
        .position(|(_, convention, line)| convention.name() == "register" && line == "national");
    let (Some(gauge), Some(last)) = (gauge, first.years.last()) else {
        return;
    };
    if others.iter().all(|arm| arm.winners.is_empty()) {
        return;
    }
    say!("\nWinners and losers: the same lifted household in both worlds (register, national line)");
    for arm in others.iter().filter(|arm| !arm.winners.is_empty()) {
        let lifted = Lifted { arm, first, gauge };
        let [saved, harmed] = lifted.moved(Question::Status);
        say!(
            "  {:<22} of 1,000 in {}: {saved} are above the line that would be below, {harmed} the other way round",
            arm.id,
            last.year
        );
        let [saved, harmed] = lifted.moved(Question::Ever);
        let blank = format!("  {:<22} ", "");
        say!("{blank}since reporting began: {saved} never fell that would have, {harmed} fell that would not have");
        wrapped(&blank, &lifted.harmed());
    }
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

    /// Saved and harmed of 1,000, with their intervals.
    fn moved(&self, question: Question) -> [String; 2] {
        let groups = self.groups();
        let all = groups.iter().find(|group| group.kind == Kind::Everybody);
        let found = all.map(|group| self.found(question, group)).unwrap_or_default();
        [Outcome::Saved, Outcome::Harmed].map(|outcome| {
            let share = of(&found, outcome)
                .map(|one| one.share)
                .filter(|share| share.mean.is_finite());
            share.map_or("-".into(), |share| {
                let [mean, lo, hi] = [share.mean, share.lo, share.hi].map(|value| 1e3 * value);
                if share.n < 2 {
                    return format!("{mean:.1} (one run)");
                }
                format!("{mean:.1} ({:.1} to {hi:.1})", lo.max(0.0))
            })
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
    say!("\nSpending must be read with forgone care: {scenario}");
    let (first, others) = foremost(flags);
    let none = first.is_empty();
    for flag in first {
        wrapped("  ! ", &flag.sentence());
    }
    match others {
        0 => {}
        _ if none => say!("  No flag of everybody or of the lifted, {others} of smaller groups (tables/flags.csv)."),
        _ => say!("  Flags of other spending, other care and smaller groups: {others} (tables/flags.csv)."),
    }
}
