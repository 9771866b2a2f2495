//! The months of a year: what struck whom, what was weighed, where it led, and the bills line by line.

use super::chapter::person;
use super::page::{Page, whole_yuan, yuan};
use super::words::{Words, fill};
use super::{ledger, receipt};
use crate::month::Options;
use crate::month::care_seeking::Need;
use crate::month::illness::Event;
use crate::month::insurance::Cause;
use crate::study::explain::record::{Chapter, Episode, MonthLived, Purse, Settled};
use crate::units::Fen;
use crate::world::{CONDITIONS, Provider};

/// Tells the months; those in which nothing happened in a line.
pub fn tell(words: &Words, chapter: &Chapter, page: &mut Page) {
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

/// The month's account in a line, which adds up; and beside it what illness took and what stayed unpaid.
fn month_money(words: &Words, purse: &Purse) -> String {
    let said = |what: &str, amount: Fen| fill(words.money_joint, &[("what", what), ("amount", &yuan(amount))]);
    let mut account = Vec::new();
    for line in ledger::lines(words) {
        let amount = (line.of)(purse);
        match line.sign {
            "" => account.push(said(line.name, amount)),
            "=" => account.push(format!("= {}", said(line.name, amount))),
            _ if amount == Fen::ZERO => {}
            sign => account.push(format!("{sign} {}", said(line.name, amount))),
        }
    }
    let mut parts = vec![account.join(" ")];
    let beside = [(words.lost, purse.lost), (words.unpaid, purse.unpaid)];
    parts.extend(
        beside
            .iter()
            .filter(|own| own.1 != Fen::ZERO)
            .map(|own| said(own.0, own.1)),
    );
    parts.join(words.semicolon)
}

/// What struck, in words.
pub(super) fn event(words: &Words, episode: &Episode) -> String {
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
    // Of chronic care the event says what is needed.
    let phrase = if episode.need == Need::Chronic {
        words.struck_only
    } else {
        words.struck_and_needs
    };
    page.paragraph(2, &fill(phrase, &struck));
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
    let option = format!("  {}", words.option_column);
    let header = [&option, words.price_column, words.advance_column, words.minutes_column];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
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
    let condition = CONDITIONS.into_iter().find(|&own| Cause::of(Some(own)) == who.cause);
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
    if who.category != chapter.category && !settled.receipt.lines.is_empty() {
        let category = words.categories[who.category as usize];
        page.line(&format!("  {}", fill(words.settled_as, &[("category", category)])));
    }
    receipt::tell_with_rules(words, &settled.receipt, &settled.set_by, page);
}
