//! The page of one household's year, from its summary to what nobody must conclude from it.

use super::page::{Page, left, whole_yuan, yuan};
use super::words::{Words, fill};
use super::{ledger, receipt, verdict};
use crate::month::Options;
use crate::month::care_seeking::Need;
use crate::month::illness::Event;
use crate::month::insurance::Service;
use crate::study::explain::Story;
use crate::study::explain::record::{After, Chapter, Episode, Holdings, Member, MonthLived, Purse, Settled};
use crate::units::Fen;
use crate::world::{CONDITIONS, Provider, Stage};

/// Age from which people are told as men and women.
const GROWN: u8 = 16;

/// Tells a year of a household.
pub fn tell(words: &Words, story: &Story, chapter: &Chapter) -> Page {
    let mut page = Page::new();
    let id = chapter.household.to_string();
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
    tell_months(words, chapter, &mut page);
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
        stands(words, chapter, g),
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
        if let Some(cause) = close.cause(g) {
            said.push(words.causes[cause as usize].to_owned());
        }
    }
    said.join(words.space)
}

/// The phrase for what became of the household by gauge `g`.
fn stands(words: &Words, chapter: &Chapter, g: usize) -> &'static str {
    let Some(close) = &chapter.close else {
        return words.summary_gone;
    };
    let (poor, below) = (close.poor(g)[0], close.held(g)[0] < close.line(g));
    match (poor, close.at_risk(g), chapter.cohort) {
        (true, true, true) => words.summary_fell_back,
        (true, true, false) => words.summary_fell,
        (true, false, _) => words.summary_poor_before,
        (false, ..) if below => words.summary_unseen,
        (false, ..) => words.summary_stood,
    }
}

/// What asked for an admission, and who died; everyday illness is left to the months.
fn grave_events(words: &Words, chapter: &Chapter) -> Vec<String> {
    let mut said = Vec::new();
    for month in &chapter.months {
        let when = words.months[month.when.index()];
        let grave = |episode: &&Episode| episode.need == Need::Admission;
        for episode in month.episodes.iter().filter(grave) {
            let who = person(words, &chapter.members, episode.who);
            said.push(format!(
                "{when}{}{who}{}{}",
                words.comma,
                words.comma,
                event(words, episode)
            ));
        }
        for &who in &month.died {
            let died = fill(words.died, &[("person", &person(words, &chapter.members, who))]);
            let died = died.trim_end_matches(words.full_stop);
            said.push(format!("{when}{}{died}", words.comma));
        }
    }
    said
}

/// A member by sex and age; those alike are numbered.
fn person(words: &Words, members: &[Member], at: usize) -> String {
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
        let said = [
            ("person", person(words, &chapter.members, at)),
            (
                "enrolled",
                if member.enrolled {
                    words.enrolled
                } else {
                    words.not_enrolled
                }
                .to_owned(),
            ),
            (
                "conditions",
                match known.is_empty() {
                    true => words.no_conditions.to_owned(),
                    false => known.join(words.comma),
                },
            ),
        ];
        page.paragraph(2, &fill(words.member, &said));
    }
}

/// From when to when the household exists.
fn on_books(words: &Words, story: &Story) -> String {
    let [first, .., last] = &[&story.chapters[..1], &story.chapters[story.chapters.len() - 1..]].concat()[..] else {
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

fn tell_months(words: &Words, chapter: &Chapter, page: &mut Page) {
    page.heading(words.months_part);
    let quiet = |month: &MonthLived| month.episodes.is_empty() && month.died.is_empty();
    for months in chapter.months.chunk_by(|one, next| quiet(one) && quiet(next)) {
        let (first, last) = (&months[0], &months[months.len() - 1]);
        let name = |month: &MonthLived| words.months[month.when.index()];
        if !quiet(first) {
            tell_month(words, chapter, first, page);
        } else if months.len() == 1 {
            page.gap();
            page.line(&fill(words.quiet_month, &[("month", name(first))]));
        } else {
            page.gap();
            page.line(&fill(
                words.quiet_months,
                &[("month", name(first)), ("last", name(last))],
            ));
        }
    }
}

fn tell_month(words: &Words, chapter: &Chapter, month: &MonthLived, page: &mut Page) {
    page.gap();
    let when = [
        ("month", words.months[month.when.index()].to_owned()),
        ("year", month.when.year().to_string()),
    ];
    page.line(&fill(words.month_title, &when));
    for episode in &month.episodes {
        tell_episode(words, chapter, episode, page);
    }
    for &who in &month.died {
        let who = person(words, &chapter.members, who);
        page.line(&format!("  {}", fill(words.died, &[("person", &who)])));
    }
    page.paragraph(
        2,
        &fill(words.month_money, &[("parts", &month_money(words, &month.purse))]),
    );
}

/// What moved in a month's purse, and the savings before and after.
fn month_money(words: &Words, purse: &Purse) -> String {
    let flows = [
        (words.income, purse.income),
        (words.lost, purse.lost),
        (words.borrowed_for_care, purse.borrowed_for_care),
        (words.borrowed_else, purse.borrowed_else),
        (words.sold, purse.sold),
        (words.consumed, purse.consumed),
        (words.care_paid, purse.care_paid()),
        (words.unpaid, purse.unpaid),
    ];
    let said = |(what, amount): (&str, Fen)| fill(words.money_joint, &[("what", what), ("amount", &yuan(amount))]);
    let mut parts: Vec<String> = vec![said((words.savings_before, purse.before.savings))];
    parts.extend(flows.into_iter().filter(|(_, amount)| *amount != Fen::ZERO).map(said));
    parts.push(said((words.savings_after, purse.after.savings)));
    parts.join(words.comma)
}

/// What struck, in words.
fn event(words: &Words, episode: &Episode) -> String {
    match episode.event {
        None => words.rehabilitation.to_owned(),
        Some(Event::Acute) => words.acute.to_owned(),
        Some(Event::Returned(false)) => words.came_back.to_owned(),
        Some(Event::Returned(true)) => words.came_back_worse.to_owned(),
        Some(Event::Admission) => words.admission_event.to_owned(),
        Some(Event::Major(condition)) => fill(
            words.major_event,
            &[("condition", words.conditions[condition as usize])],
        ),
        Some(Event::Injury) => words.injury.to_owned(),
        Some(Event::Childbirth) => words.childbirth.to_owned(),
        Some(Event::Infection(_)) => words.infection.to_owned(),
        Some(Event::ChronicCare) => words.chronic_care.to_owned(),
        Some(Event::Death) => words.death_event.to_owned(),
    }
}

fn tell_episode(words: &Words, chapter: &Chapter, episode: &Episode, page: &mut Page) {
    let struck = [
        ("person", person(words, &chapter.members, episode.who)),
        ("event", event(words, episode)),
        ("need", words.needs[episode.need as usize].to_owned()),
    ];
    page.paragraph(2, &fill(words.struck_and_needs, &struck));
    let grave = matches!(episode.need, Need::Moderate | Need::Admission);
    if let Some(options) = episode.options.as_ref().filter(|_| grave) {
        tell_options(words, options, episode.went, page);
    }
    let provider = words.providers[episode.went as usize];
    let went = match (episode.forgone, episode.went) {
        (Some(reason), _) => fill(words.forgone_because, &[("reason", words.forgone[reason as usize])]),
        (None, Provider::SelfCare) => fill(words.stayed_home, &[("provider", provider)]),
        (None, _) => {
            let referred = episode.options.as_ref().is_none_or(|options| options.referred);
            let phrase = if referred {
                words.went_to
            } else {
                words.went_not_referred
            };
            fill(phrase, &[("provider", provider)])
        }
    };
    page.paragraph(2, &went);
    for bill in &episode.bills {
        tell_bill(words, chapter, bill, page);
    }
}

/// The options as they were weighed; an arrow points at the choice.
fn tell_options(words: &Words, options: &Options, went: Provider, page: &mut Page) {
    page.paragraph(4, &fill(words.options_head, &[("purse", &whole_yuan(options.purse))]));
    let mut rows = vec![
        [
            words.option_column,
            words.price_column,
            words.advance_column,
            words.minutes_column,
        ]
        .map(|name| left(name, 0))
        .to_vec(),
    ];
    rows[0][0] = format!("  {}", rows[0][0]);
    for way in &options.ways {
        let arrow = if way.provider == went { ">" } else { " " };
        let minutes = format!("{:.0}", way.minutes);
        let mut row = vec![
            format!("{arrow} {}", words.providers[way.provider as usize]),
            whole_yuan(way.price),
            whole_yuan(way.advance),
            fill(words.minutes, &[("minutes", &minutes)]),
        ];
        row.extend((!way.open).then(|| words.closed_option.to_owned()));
        rows.push(row);
    }
    page.table(4, &rows);
}

fn tell_bill(words: &Words, chapter: &Chapter, settled: &Settled, page: &mut Page) {
    let (who, bill) = (&settled.who, &settled.receipt.bill);
    let condition = CONDITIONS
        .into_iter()
        .find(|&own| crate::month::insurance::Cause::of(Some(own)) == who.cause);
    let of = condition.map_or(String::new(), |own| {
        fill(words.bill_of, &[("condition", words.conditions[own as usize])])
    });
    let way = if settled.travel > Fen::ZERO {
        fill(words.way_cost, &[("travel", &yuan(settled.travel))])
    } else {
        String::new()
    };
    let said = [
        ("of", of),
        ("total", yuan(bill.total)),
        ("catalogue", yuan(bill.catalogue)),
        ("way", way),
    ];
    page.paragraph(2, &fill(words.bill_line, &said));
    let other = who.category != chapter.category && who.service != Service::Outpatient;
    if other && !settled.receipt.lines.is_empty() {
        let category = words.categories[who.category as usize];
        page.line(&format!("  {}", fill(words.settled_as, &[("category", category)])));
    }
    receipt::tell_with(words, &settled.receipt, &settled.set_by, page);
}
