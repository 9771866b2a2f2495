//! The page of one household's year, from its summary to what nobody must conclude from it.

use super::months::event;
use super::page::{Page, yuan};
use super::words::{Words, fill};
use super::{ledger, months, verdict};
use crate::month::care_seeking::Need;
use crate::study::explain::Story;
use crate::study::explain::record::{After, Chapter, Episode, Holdings, Member};
use crate::units::{Fen, Identity};
use crate::world::{CONDITIONS, Stage};

/// Age from which people are told as men and women.
const GROWN: u8 = 16;

/// Tells a year of a household, on a page of the usual width.
pub fn tell(words: &Words, story: &Story, chapter: &Chapter) -> Page {
    tell_on(Page::new(), words, story, chapter)
}

/// Tells a year of a household on an empty page.
pub fn tell_on(mut page: Page, words: &Words, story: &Story, chapter: &Chapter) -> Page {
    let id = Identity(chapter.household).to_string();
    page.line(&fill(words.title, &[("id", &id), ("year", &chapter.year.to_string())]));
    let run = [
        ("scenario", story.scenario.0.clone()),
        ("scenario_title", story.scenario.1.clone()),
        ("seed", story.seed.to_string()),
        ("replicate", story.replicate.to_string()),
    ];
    page.paragraph(0, &fill(words.run_line, &run));
    page.gap();
    page.paragraph(0, &summary(words, story, chapter));
    if let Some(picked) = &story.picked {
        let phrase = picked.within.map_or(words.chosen, |_| words.chosen_within);
        let how = [
            ("pick", picked.pick.name().to_owned()),
            ("among", picked.among.to_string()),
            ("kind", words.picks[picked.pick as usize].to_owned()),
            ("size", words.pick_sizes[picked.pick as usize].to_owned()),
            ("year", picked.year.to_string()),
        ];
        page.gap();
        page.paragraph(0, &fill(phrase, &how));
    }
    tell_household(words, story, chapter, &mut page);
    months::tell(words, chapter, &mut page);
    ledger::tell(words, chapter, &mut page);
    verdict::tell(words, story, chapter, &mut page);
    page.heading(words.not_part);
    let luck = [
        ("seed", story.seed.to_string()),
        ("replicate", story.replicate.to_string()),
    ];
    for not in [
        words.not_one,
        &fill(words.not_luck, &luck),
        words.not_shadow,
        words.not_rules,
    ] {
        page.paragraph(2, &format!("* {not}"));
    }
    page
}

/// The year in a paragraph: what became of the household, what struck, what it cost, and why.
pub fn summary(words: &Words, story: &Story, chapter: &Chapter) -> String {
    let g = story.headline;
    let mut said = vec![fill(
        stands(words, story, chapter),
        &[
            ("year", chapter.year.to_string()),
            ("size", chapter.members.len().to_string()),
            ("county", chapter.county.clone()),
            ("category", words.categories[chapter.category as usize].to_owned()),
        ],
    )];
    let grave = grave_events(words, chapter);
    if !grave.is_empty() {
        said.push(fill(words.struck_list, &[("events", &grave.join(words.semicolon))]));
    }
    let (year, months) = (chapter.purse(), &chapter.months);
    let (bills, own): (Fen, Fen) = months.iter().fold((Fen::ZERO, Fen::ZERO), |(bills, own), month| {
        (bills + month.billed(), own + month.own_part())
    });
    let money = [
        ("bills", yuan(bills)),
        ("paid", yuan(bills - own)),
        ("own", yuan(own)),
        ("lost", yuan(year.lost)),
        ("unpaid", yuan(year.unpaid)),
    ];
    said.push(fill(words.summary_money, &money));
    said.extend(dearest(words, chapter));
    if year.unpaid > Fen::ZERO {
        said.push(fill(words.summary_unpaid, &money));
    }
    if year.lost > Fen::ZERO {
        said.push(fill(words.summary_lost, &money));
    }
    let episodes = months.iter().flat_map(|month| &month.episodes);
    let forgone = episodes.filter(|episode| episode.forgone.is_some()).count();
    if forgone > 0 {
        said.push(fill(words.summary_forgone, &[("times", &forgone.to_string())]));
    }
    if let Some(close) = &chapter.close {
        let (held, line) = (close.held(g)[0], close.line(g));
        let phrase = if held < line {
            words.summary_held_short
        } else {
            words.summary_held_above
        };
        let gap = Fen((line - held).0.abs());
        let amounts = [("held", yuan(held)), ("line", yuan(line)), ("gap", yuan(gap))];
        said.push(fill(phrase, &amounts));
        said.extend(verdict::cause(words, close, g).map(str::to_owned));
    }
    said.join(words.space)
}

/// The largest bill of the year, where there is one.
fn dearest(words: &Words, chapter: &Chapter) -> Option<String> {
    let mut largest: Option<(Fen, String)> = None;
    for month in &chapter.months {
        for episode in &month.episodes {
            for bill in episode.bills.iter().map(|bill| bill.receipt.bill.total) {
                if largest.as_ref().is_none_or(|(most, _)| bill > *most) {
                    let said = [
                        ("bill", yuan(bill)),
                        ("month", words.months[month.when.index()].to_owned()),
                        ("person", person(words, &chapter.members, episode.who)),
                        ("provider", words.providers[episode.went as usize].to_owned()),
                    ];
                    largest = Some((bill, fill(words.summary_dearest, &said)));
                }
            }
        }
    }
    largest.map(|(_, said)| said)
}

/// The phrase for what became of the household by the headline gauge. Before the year in which the world was founded there is
/// none.
fn stands(words: &Words, story: &Story, chapter: &Chapter) -> &'static str {
    let g = story.headline;
    let Some(close) = &chapter.close else {
        return words.summary_gone;
    };
    let (poor, below) = (close.poor(g)[0], close.held(g)[0] < close.line(g));
    match (poor, close.at_risk(g), chapter.cohort) {
        (true, true, true) => words.summary_fell_back,
        (true, true, false) => words.summary_fell,
        (true, false, _) if chapter.year > story.founded => words.summary_poor_before,
        (true, false, _) => words.summary_poor,
        (false, ..) if below => words.summary_unseen,
        (false, ..) => words.summary_stood,
    }
}

/// What asked for an admission, and who died; everyday illness is left to the months.
fn grave_events(words: &Words, chapter: &Chapter) -> Vec<String> {
    let name = |who| person(words, &chapter.members, who);
    let mut said = Vec::new();
    for month in &chapter.months {
        let when = words.months[month.when.index()];
        let grave = |episode: &&Episode| episode.need == Need::Admission;
        for episode in month.episodes.iter().filter(grave) {
            let struck = [
                ("month", when),
                ("event", &event(words, episode)),
                ("person", &name(episode.who)),
            ];
            said.push(fill(words.grave_event, &struck));
        }
        for &who in &month.died {
            said.push(fill(words.grave_death, &[("month", when), ("person", &name(who))]));
        }
    }
    said
}

/// A member by sex and age; those alike are numbered.
pub(super) fn person(words: &Words, members: &[Member], at: usize) -> String {
    let member = &members[at];
    let alike = |other: &&Member| (other.female, other.age) == (member.female, member.age);
    let kind = usize::from(member.female) + 2 * usize::from(member.age < GROWN);
    let name = fill(words.persons[kind], &[("age", &member.age.to_string())]);
    if members.iter().filter(alike).count() == 1 {
        return name;
    }
    let number = members[..=at].iter().filter(alike).count().to_string();
    fill(words.twin, &[("person", &name), ("number", &number)])
}

fn tell_household(words: &Words, story: &Story, chapter: &Chapter, page: &mut Page) {
    page.heading(words.household_part);
    let cohort = if chapter.cohort {
        words.cohort_yes
    } else {
        words.cohort_no
    };
    let standing = [
        ("category", words.categories[chapter.category as usize]),
        ("cohort", cohort),
        ("weight", &chapter.weight.to_string()),
    ];
    page.paragraph(0, &fill(words.household_line, &standing));
    page.paragraph(0, &on_books(words, story));
    let Holdings {
        savings,
        assets,
        medical_debt,
        other_debt,
    } = chapter.opening;
    let owned = [
        ("savings", yuan(savings)),
        ("assets", yuan(assets)),
        ("medical_debt", yuan(medical_debt)),
        ("other_debt", yuan(other_debt)),
    ];
    page.paragraph(0, &fill(words.owned, &owned));
    for (at, member) in chapter.members.iter().enumerate() {
        let known = CONDITIONS
            .into_iter()
            .filter(|&own| member.conditions.stage(own) > Stage::Undiagnosed);
        let condition = |own| {
            let stage = words.stages[member.conditions.stage(own) as usize];
            format!("{} ({stage})", words.conditions[own as usize])
        };
        let known: Vec<String> = known.map(condition).collect();
        let conditions = if known.is_empty() {
            words.no_conditions.to_owned()
        } else {
            known.join(words.comma)
        };
        let enrolled = if member.enrolled {
            words.enrolled
        } else {
            words.not_enrolled
        };
        let said = [
            ("person", person(words, &chapter.members, at)),
            ("enrolled", enrolled.to_owned()),
            ("conditions", conditions),
        ];
        page.paragraph(2, &fill(words.member, &said));
    }
}

/// From when to when the household exists.
fn on_books(words: &Words, story: &Story) -> String {
    let (Some(first), Some(last)) = (story.chapters.first(), story.chapters.last()) else {
        return String::new();
    };
    let years = [("first", first.year.to_string()), ("last", last.year.to_string())];
    let mut said = vec![fill(words.on_books, &years)];
    if first.year > story.founded {
        said.push(fill(words.began_later, &years));
    }
    said.push(match last.after {
        After::Stays => words.lives_on.to_owned(),
        After::DiedOut => fill(words.ended_died, &years),
        After::Dissolved => fill(words.ended_dissolved, &years),
    });
    said.join(words.semicolon) + words.full_stop
}
