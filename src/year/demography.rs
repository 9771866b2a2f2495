//! Demography: at the close the dead and the departed leave, children are born, spouses arrive, young adults go, migrants
//! return, large households split. A newcomer's identity is made from somebody who is there, never from a counter.

use crate::draws::{Luck, Purpose, mix};
use crate::units::{Fen, Month};
use crate::world::{self, Block, ByAge, Conditions, Household, Households, People, Person, Work, labour_units};
use serde::Deserialize;
use std::ops::AddAssign;

/// Demography rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemographyRules {
    /// Off: nobody is born, dies, moves or splits (people still age).
    pub active_yes: bool,
    /// Deaths per 1,000 men and year, by age.
    pub male_deaths_per_1000_year: ByAge,
    /// Deaths per 1,000 women and year, by age.
    pub female_deaths_per_1000_year: ByAge,
    /// The life table's level relative to the schedule (registered rates are low; see the card).
    pub death_ratio: f64,
    /// Births per 1,000 women and year, by age.
    pub births_per_1000_year: ByAge,
    /// Share of 17- to 24-year-olds who leave the village in a year.
    pub leave_per_year: f64,
    /// Of those who leave, the share who stay members as migrant workers and send money.
    pub migrant_share: f64,
    /// Share of households with migrants to which one returns in a year.
    pub return_per_year: f64,
    /// Share of men of 22 to 30 whose spouse moves in in a year.
    pub spouse_per_year: f64,
    /// Share of households of six or more that split in a year.
    pub split_per_year: f64,
}

impl DemographyRules {
    /// Deaths per 1,000 and year.
    pub fn deaths(&self, sex: u8, age: i32) -> f64 {
        let table = if sex == 0 {
            &self.male_deaths_per_1000_year
        } else {
            &self.female_deaths_per_1000_year
        };
        if self.active_yes {
            table.at(age) * self.death_ratio
        } else {
            0.0
        }
    }
}

/// What a close changed, weighted persons; and the purses of households that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Children born.
    pub births: i64,
    /// Spouses and returning migrants.
    pub arrivals: i64,
    /// Left the village.
    pub departures: i64,
    /// Households that ended.
    pub households_ended: i64,
    /// Net worth (savings less debts) that left with them.
    pub estates: Fen,
}

impl AddAssign for Moves {
    fn add_assign(&mut self, other: Moves) {
        self.births += other.births;
        self.arrivals += other.arrivals;
        self.departures += other.departures;
        self.households_ended += other.households_ended;
        self.estates += other.estates;
    }
}

/// Rebuilds the block for 1 January of `year + 1`; `birth` gives each woman of the year who gave birth and its month.
pub fn close(block: &mut Block, rules: &DemographyRules, luck: &Luck, year: i32, births: &[(u32, Month)]) -> Moves {
    let january = Month::of(year + 1, 1);
    let draws = luck.stream(Purpose::Demography, year);
    let mut moves = Moves::default();
    let mut people = People::default();
    let mut households = Households::default();
    let mut split_off: Vec<(Household, Vec<Person>)> = Vec::new();
    let mut village = 0;
    for h in 0..block.households.len() {
        let mut household = block.households.row(h);
        if household.village != village {
            append(&mut people, &mut households, std::mem::take(&mut split_off));
            village = household.village;
        }
        let range = household.first as usize..household.first as usize + household.size as usize;
        let weight = i64::from(household.weight);
        let mut members: Vec<Person> = range
            .clone()
            .filter(|&p| !block.people.gone[p])
            .map(|p| block.people.row(p))
            .collect();
        if rules.active_yes {
            for &(mother, born) in births.iter().filter(|(mother, _)| range.contains(&(*mother as usize))) {
                members.push(newborn(&block.people.row(mother as usize), born, luck));
                moves.births += weight;
            }
            departures(&mut members, &mut household, rules, &draws, january, &mut moves);
            arrivals(&mut members, &mut household, rules, &draws, luck, january, &mut moves);
        }
        for person in &mut members {
            person.work = work_at(person, world::age(person.born, january), &draws);
        }
        if members.is_empty() {
            moves.households_ended += weight;
            moves.estates +=
                (household.savings + household.receivable - household.medical_debt - household.other_debt) * weight;
            continue;
        }
        if rules.active_yes
            && members.len() >= 6
            && draws.happens(household.id, 90, rules.split_per_year)
            && let Some(new) = split(&mut household, &mut members, luck, january)
        {
            split_off.push(new);
        }
        append(&mut people, &mut households, vec![(household, members)]);
    }
    append(&mut people, &mut households, split_off);
    block.people = people;
    block.households = households;
    moves
}

/// Adds households with their members at the end of the columns.
fn append(people: &mut People, households: &mut Households, new: Vec<(Household, Vec<Person>)>) {
    for (mut household, members) in new {
        household.first = people.len() as u32;
        household.size = members.len() as u16;
        for mut person in members {
            person.household = households.len() as u32;
            people.push(person);
        }
        households.push(household);
    }
}

fn newborn(mother: &Person, born: Month, luck: &Luck) -> Person {
    let id = luck.stream(Purpose::Identity, born.0).bits(mother.id, 0);
    Person {
        id,
        born,
        sex: u8::from(mix(id ^ 1) % 1000 >= 526),
        literacy: mother.literacy.max(1),
        conditions: Conditions::default(),
        enrolled: true,
        ..Person::default()
    }
}

fn departures(
    members: &mut Vec<Person>,
    household: &mut Household,
    rules: &DemographyRules,
    draws: &crate::draws::Stream,
    january: Month,
    moves: &mut Moves,
) {
    let adults = |members: &[Person]| members.iter().filter(|p| world::age(p.born, january) >= 18).count();
    let mut at = 0;
    while at < members.len() {
        let age = world::age(members[at].born, january);
        // The last adult stays: children are not left alone.
        let may = (17..=24).contains(&age) && (age < 18 || adults(members) > 1);
        if may && draws.happens(members[at].id, 0, rules.leave_per_year) {
            if draws.happens(members[at].id, 1, rules.migrant_share) {
                household.migrants = household.migrants.saturating_add(1);
            }
            members.remove(at);
            moves.departures += i64::from(household.weight);
        } else {
            at += 1;
        }
    }
}

fn arrivals(
    members: &mut Vec<Person>,
    household: &mut Household,
    rules: &DemographyRules,
    draws: &crate::draws::Stream,
    luck: &Luck,
    january: Month,
    moves: &mut Moves,
) {
    let identities = luck.stream(Purpose::Identity, january.0);
    let mut new = Vec::new();
    for person in members.iter() {
        let age = world::age(person.born, january);
        if person.sex == 0 && (22..=30).contains(&age) && draws.happens(person.id, 2, rules.spouse_per_year) {
            let id = identities.bits(person.id, 1);
            new.push(Person {
                id,
                born: person.born + ((mix(id) % 60) as i32 - 12),
                sex: 1,
                work: person.work,
                literacy: person.literacy,
                enrolled: true,
                ..Person::default()
            });
        }
    }
    if !members.is_empty() && household.migrants > 0 && draws.happens(household.id, 91, rules.return_per_year) {
        let id = identities.bits(household.id, 2);
        household.migrants -= 1;
        new.push(Person {
            id,
            born: january + -(12 * 45 + (mix(id ^ 2) % 120) as i32),
            sex: u8::from(mix(id ^ 3) % 100 >= 65),
            work: Work::Farm,
            literacy: 1,
            enrolled: true,
            ..Person::default()
        });
    }
    moves.arrivals += i64::from(household.weight) * new.len() as i64;
    members.extend(new);
}

fn work_at(person: &Person, age: i32, draws: &crate::draws::Stream) -> Work {
    match age {
        ..18 | 80.. => Work::None,
        18 | 19 if person.work == Work::None && draws.happens(person.id, 3, 0.5) => Work::Wage,
        20 if person.work == Work::None => Work::Farm,
        _ => person.work,
    }
}

/// Splits off the youngest couple of working age with the children; purse and income potential go by heads.
fn split(
    household: &mut Household,
    members: &mut Vec<Person>,
    luck: &Luck,
    january: Month,
) -> Option<(Household, Vec<Person>)> {
    let age = |person: &Person| world::age(person.born, january);
    let founder = members
        .iter()
        .filter(|p| (22..=40).contains(&age(p)))
        .min_by_key(|p| (age(p), p.id))?
        .clone();
    let spouse = members
        .iter()
        .filter(|p| p.sex != founder.sex && p.id != founder.id && (age(p) - age(&founder)).abs() <= 6)
        .min_by_key(|p| p.id)?
        .id;
    let goes = |p: &Person| p.id == founder.id || p.id == spouse || age(p) < 16;
    let (leaving, staying): (Vec<Person>, Vec<Person>) = members.drain(..).partition(|p| goes(p));
    *members = staying;
    if members.iter().all(|p| age(p) < 18) {
        members.extend(leaving);
        return None;
    }
    let (moved, total) = (leaving.len() as i64, (leaving.len() + members.len()) as i64);
    let part = |whole: &mut Fen| {
        let share = Fen(whole.0 * moved / total);
        *whole -= share;
        share
    };
    let labour = |people: &[Person]| people.iter().map(|p| labour_units(age(p))).sum::<f64>() as f32;
    let new = Household {
        id: luck.stream(Purpose::Identity, january.0).bits(founder.id, 3),
        cohort: false,
        migrants: 0,
        founding_migrants: 0,
        savings: part(&mut household.savings),
        assets: part(&mut household.assets),
        founding_assets: part(&mut household.founding_assets),
        medical_debt: part(&mut household.medical_debt),
        other_debt: part(&mut household.other_debt),
        receivable: Fen::ZERO,
        founding_size: leaving.len() as u16,
        founding_labour: labour(&leaving).max(0.25),
        dibao_month: Fen::ZERO,
        ever: 0,
        at_start: 0,
        ..household.clone()
    };
    household.founding_size = members.len() as u16;
    household.founding_labour = (labour(members) + f32::from(household.migrants)).max(0.25);
    household.founding_migrants = 0;
    Some((new, leaving))
}
