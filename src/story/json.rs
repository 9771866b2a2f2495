//! A household's year as JSON: everything that the page tells, amounts in fen.

use super::{LANGUAGES, chapter, ledger, verdict};
use crate::month::care_seeking::FORGONE_NAMES;
use crate::month::illness::Event;
use crate::month::{Options, Way};
use crate::study::explain::Story;
use crate::study::explain::record::{
    After, Chapter, Close, Episode, Holdings, Member, MonthLived, Purse, Settled, Term,
};
use crate::units::Fen;
use crate::units::Identity;
use crate::world::CONDITIONS;
use crate::year::poverty::CAUSE_NAMES;
use serde_json::{Value, json};

/// Names of the needs, in order.
const NEEDS: [&str; 4] = ["minor", "moderate", "admission", "chronic_care"];
/// Names of the stages of a condition, in order.
const STAGES: [&str; 6] = [
    "none",
    "undiagnosed",
    "diagnosed",
    "treated",
    "controlled",
    "first_year",
];

/// A year of a household.
pub fn of(story: &Story, told: &Chapter) -> Value {
    let close = told.close.as_ref();
    let mut value = json!({
        "scenario": story.scenario.0,
        "seed": story.seed,
        "replicate": story.replicate,
        // A number of 64 bits is more than some readers of JSON can tell.
        "household": Identity(told.household).to_string(),
        "year": told.year,
        "county": told.county,
        "weight": told.weight,
        "cohort": told.cohort,
        "category": told.category.name(),
        "years_on_the_books": story.chapters.iter().map(|chapter| chapter.year).collect::<Vec<_>>(),
        "after": match told.after {
            After::Stays => "stays",
            After::DiedOut => "died_out",
            After::Dissolved => "dissolved",
        },
        "members": told.members.iter().map(member).collect::<Vec<_>>(),
        "opening": holdings(&told.opening),
        "months": told.months.iter().map(month).collect::<Vec<_>>(),
        "year_purse": purse(&told.purse()),
        "close": close.map(|own| gauges(story, own)),
        "picked": story.picked.map(|picked| json!({
            "pick": picked.pick.name(),
            "among": picked.among,
            "year_asked": picked.within,
        })),
    });
    for words in LANGUAGES {
        value["summary"][words.code] = chapter::summary(words, story, told).into();
        value["why"][words.code] = close.map(|own| verdict::why(words, own, story.headline)).into();
    }
    value
}

fn member(member: &Member) -> Value {
    let held = CONDITIONS.into_iter().filter(|&own| member.conditions.has(own));
    let held = held.map(|own| {
        (
            own.name().to_owned(),
            Value::from(STAGES[member.conditions.stage(own) as usize]),
        )
    });
    json!({
        "person": Identity(member.id).to_string(),
        "sex": if member.female { "female" } else { "male" },
        "age": member.age,
        "enrolled": member.enrolled,
        "condition_stages": held.collect::<serde_json::Map<_, _>>(),
    })
}

fn holdings(own: &Holdings) -> Value {
    json!({
        "savings_fen": own.savings.0,
        "assets_fen": own.assets.0,
        "medical_debt_fen": own.medical_debt.0,
        "other_debt_fen": own.other_debt.0,
    })
}

fn month(month: &MonthLived) -> Value {
    json!({
        "month": month.when.to_string(),
        "episodes": month.episodes.iter().map(episode).collect::<Vec<_>>(),
        "died": month.died,
        "purse": purse(&month.purse),
    })
}

/// The account, by the names of its lines, and what stands beside it.
fn purse(purse: &Purse) -> Value {
    let lines = ledger::lines(LANGUAGES[0]);
    let lines = lines
        .iter()
        .map(|line| (format!("{}_fen", line.key), Value::from((line.of)(purse).0)));
    let mut value = Value::Object(lines.collect());
    value["lost_fen"] = purse.lost.0.into();
    value["unpaid_fen"] = purse.unpaid.0.into();
    value["after"] = holdings(&purse.after);
    value
}

fn episode(episode: &Episode) -> Value {
    json!({
        "member": episode.who,
        "event": episode.event.map_or("rehabilitation", event),
        "condition": match episode.event {
            Some(Event::Major(condition)) => Some(condition.name()),
            _ => None,
        },
        "need": NEEDS[episode.need as usize],
        "went_to": episode.went.name(),
        "forgone": episode.forgone.map(|reason| FORGONE_NAMES[reason as usize]),
        "weighed": episode.options.as_ref().map(options),
        "bills": episode.bills.iter().map(settled).collect::<Vec<_>>(),
    })
}

fn event(event: Event) -> &'static str {
    match event {
        Event::Acute => "acute",
        Event::Returned(false) => "came_back",
        Event::Returned(true) => "came_back_worse",
        Event::Admission => "admission",
        Event::Major(_) => "major_event",
        Event::Injury => "injury",
        Event::Childbirth => "childbirth",
        Event::Infection(_) => "infection",
        Event::ChronicCare => "chronic_care",
        Event::Death => "death",
    }
}

fn options(options: &Options) -> Value {
    let way = |way: &Way| {
        json!({
            "provider": way.provider.name(),
            "price_fen": way.price.0,
            "advance_fen": way.advance.0,
            "minutes": way.minutes.round(),
            "open": way.open,
        })
    };
    json!({
        "purse_fen": options.purse.0,
        "referred": options.referred,
        "ways": options.ways.iter().map(way).collect::<Vec<_>>(),
    })
}

fn settled(settled: &Settled) -> Value {
    let mut value = settled.receipt.json();
    value["service"] = settled.who.service.name().into();
    value["provider"] = settled.who.provider.name().into();
    value["settled_as"] = settled.who.category.name().into();
    value["enrolled"] = settled.who.enrolled.into();
    value["travel_fen"] = settled.travel.0.into();
    let term = |term: &Term| json!({"rule": term.key, "set_by": term.setter.place, "programme": term.setter.programme});
    for (at, terms) in settled.set_by.iter().enumerate() {
        value["layers"][at]["rules"] = terms.iter().map(term).collect();
    }
    value
}

/// By gauge: what was held of the purse and of its shadows, and why.
fn gauges(story: &Story, close: &Close) -> Value {
    let fen = |amounts: [Fen; 4]| amounts.map(|amount| amount.0);
    let gauge = |(g, gauge): (usize, &crate::study::explain::GaugeName)| {
        let told = json!({
            "convention": gauge.convention.name(),
            "line": gauge.line,
            "line_fen": close.line(g).0,
            "held_fen": fen(close.held(g)),
            "poor": close.poor(g),
            "at_risk": close.at_risk(g),
            "cause": close.cause(g).map(|cause| CAUSE_NAMES[cause as usize]),
        });
        (gauge.id.clone(), told)
    };
    Value::Object(story.gauges.iter().enumerate().map(gauge).collect())
}
