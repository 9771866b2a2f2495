//! The month's look at everybody: one draw a person, one pass without a hard branch, and then the few who are struck.

use super::tables::{AGE_ROWS, AGES, RUNG, RUNG_BITS, RUNGS};
use super::{Event, IllnessTables, Strike};
use crate::draws::Stream;
use crate::lanes::{self, Level};
use crate::month::books::PersonYear;
use crate::units::Month;
use crate::world::Stage;

/// What the look needs to know of a person, fixed while the person's rules stay the same, and whether anything is due.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Acute threshold at a mean season: literacy and sanitation are in it.
    acute: u32,
    class: u16,
    age: u8,
    /// Bit 0 to 2: chronic care is due in that month of a quarter; bit 3: something else is the matter (an episode that
    /// comes back, reduced work); bit 4: illness is on under the person's rules.
    due: u8,
}

const MARKED: u8 = 8;
const ACTIVE: u8 = 16;

impl Look {
    /// Of a person with rules `tables` of `class`, where `sanitation` multiplies acute incidence.
    pub fn new(person: &PersonYear, tables: &IllnessTables, literacy: u8, sanitation: f32) -> Look {
        let age = usize::from(person.age).min(AGES - 1);
        let acute = if tables.active {
            f64::from(tables.acute[usize::from(literacy > 0)][age]) * f64::from(sanitation)
        } else {
            0.0
        };
        let mut look = Look {
            acute: acute.min(f64::from(u32::MAX)) as u32,
            class: person.class,
            age: age as u8,
            due: if tables.active { ACTIVE } else { 0 },
        };
        look.see(person);
        look
    }

    /// Takes note of the person's state. A person who is gone is not looked at again.
    #[inline]
    pub fn see(&mut self, person: &PersonYear) {
        let active = self.due & ACTIVE;
        let chronic = (u8::from(person.conditions.any_treated()) & (active >> 4)) << (person.id % 3);
        let marked = (person.pending | person.incapacity_months | person.residual_loss) > 0;
        self.due = active | chronic | if marked { MARKED } else { 0 };
        if person.gone {
            (self.acute, self.due) = (0, 0);
        }
    }
}

/// The memory of the look: everybody's draw, and who is found, in the order of people.
#[derive(Debug, Default)]
pub struct Scan {
    bits: Vec<u64>,
    seen: Vec<u32>,
    /// What is the matter with the seen: any of [`ACUTE`], [`DUE`], [`MATTER`] and [`RARE`].
    what: Vec<u8>,
    /// An acute episode begins.
    acute: Vec<u32>,
    /// Chronic care is due.
    due: Vec<u32>,
    /// Something else is the matter.
    marked: Vec<u32>,
    /// The ladder may hold an event.
    rare: Vec<u32>,
}

const ACUTE: u8 = 1;
const DUE: u8 = 2;
const MATTER: u8 = 4;
const RARE: u8 = 8;

/// The rules of the month by class.
struct Rules<'a> {
    tables: &'a [&'a IllnessTables],
    month: usize,
}

impl Rules<'_> {
    /// The season of the month where it is the same in every class.
    fn common_season(&self) -> Option<u64> {
        let first = self.tables.first()?.season[self.month];
        let same = |tables: &&IllnessTables| tables.season[self.month] == first;
        self.tables.iter().all(same).then_some(first)
    }

    #[inline(always)]
    fn season(&self, look: Look) -> u64 {
        self.tables[usize::from(look.class)].season[self.month]
    }

    /// Whether the ladder may hold an event.
    #[inline(always)]
    fn perhaps_rare(&self, look: Look, bits: u64) -> bool {
        let draw = (bits >> 32) as u32;
        let most = &self.tables[usize::from(look.class)].most[usize::from(look.age) % AGE_ROWS];
        draw & (RUNG - 1) < most[(draw >> RUNG_BITS) as usize % RUNGS]
    }
}

impl Scan {
    /// Draws for everybody and lists those with whom something may be the matter: no branch for what is hard to predict.
    fn look(&mut self, rules: &Rules, ids: &[u64], looks: &[Look], third: u8, draws: Stream, level: Level) {
        let n = ids.len();
        self.bits.resize(n, 0);
        self.seen.resize(n, 0);
        self.what.resize(n, 0);
        let common = rules.common_season();
        let (bits, seen, what) = (&mut self.bits[..n], &mut self.seen[..n], &mut self.what[..n]);
        let count = level.call(
            #[inline(always)]
            || {
                lanes::bits::hash(ids, draws.key(0), bits);
                match common {
                    Some(season) => found(seen, what, bits, looks, third, rules, |_| season),
                    None => found(seen, what, bits, looks, third, rules, |look| rules.season(look)),
                }
            },
        );
        let (seen, what) = (&self.seen[..count], &self.what[..count]);
        for (list, kind) in [
            (&mut self.acute, ACUTE),
            (&mut self.due, DUE),
            (&mut self.marked, MATTER),
            (&mut self.rare, RARE),
        ] {
            list.resize(count, 0);
            let mut listed = 0;
            for (&person, &what) in seen.iter().zip(what) {
                list[listed] = person;
                listed += usize::from(what & kind != 0);
            }
            list.truncate(listed);
        }
    }
}

/// Writes down with whom what is the matter; returns how many they are.
#[inline(always)]
fn found(
    seen: &mut [u32],
    what: &mut [u8],
    bits: &[u64],
    looks: &[Look],
    third: u8,
    rules: &Rules,
    season: impl Fn(Look) -> u64,
) -> usize {
    let mut count = 0;
    for (person, (&bits, &look)) in (0u32..).zip(bits.iter().zip(looks)) {
        let acute = (bits & 0xffff_ffff) < (u64::from(look.acute) * season(look)) >> 16;
        let rare = rules.perhaps_rare(look, bits);
        // Bits 3 and `third` of what is due, moved to their places.
        let other = (look.due >> 1 & MATTER) | (look.due >> third & 1) << 1;
        let all = u8::from(acute) | other | u8::from(rare) << 3;
        seen[count] = person;
        what[count] = all;
        count += usize::from(all != 0);
    }
    count
}

/// What struck whom this month, by the kind of care that it asks for, each kind in the order of people.
#[derive(Debug, Default)]
pub struct Strikes {
    /// Acute episodes, and those that come back without need of admission.
    pub visits: Vec<Strike>,
    /// The quarterly care of chronic conditions.
    pub chronic: Vec<Strike>,
    /// Events that need an admission, births among them.
    pub admissions: Vec<Strike>,
    /// Deaths outside episodes.
    pub deaths: Vec<Strike>,
    /// Women who give birth.
    pub births: Vec<u32>,
    /// People whose work is reduced.
    pub impaired: Vec<u32>,
}

impl Strikes {
    fn clear(&mut self) {
        self.visits.clear();
        self.chronic.clear();
        self.admissions.clear();
        self.deaths.clear();
        self.births.clear();
        self.impaired.clear();
    }
}

/// Finds the month's events; silent onsets are written into the people at once. `ids` and `looks` go by person, `tables`
/// by class.
#[allow(clippy::too_many_arguments)] // one list per thing written or read: the stage is one loop
pub fn strike(
    strikes: &mut Strikes,
    scan: &mut Scan,
    people: &mut [PersonYear],
    ids: &[u64],
    looks: &[Look],
    tables: &[&IllnessTables],
    when: Month,
    draws: Stream,
    level: Level,
) {
    strikes.clear();
    let third = when.0.rem_euclid(3) as u8;
    let rules = Rules {
        tables,
        month: when.index(),
    };
    scan.look(&rules, ids, looks, third, draws, level);
    let each = |event| move |&person: &u32| Strike { person, event };
    strikes.visits.extend(scan.acute.iter().map(each(Event::Acute)));
    strikes.chronic.extend(scan.due.iter().map(each(Event::ChronicCare)));
    for &at in &scan.marked {
        let person = &mut people[at as usize];
        if person.incapacity_months > 0 || person.residual_loss > 0 {
            strikes.impaired.push(at);
        }
        if person.pending > 0 && looks[at as usize].due & ACTIVE != 0 {
            let again = Strike {
                person: at,
                event: Event::Returned(person.pending == 2),
            };
            if person.pending == 2 {
                strikes.admissions.push(again);
            } else {
                strikes.visits.push(again);
            }
            person.pending = 0;
        }
    }
    let draw = |at: u32| (scan.bits[at as usize] >> 32) as u32;
    let mut struck = 0;
    for place in 0..scan.rare.len() {
        let at = scan.rare[place];
        let person = &people[at as usize];
        let age = usize::from(person.age).min(AGES - 1);
        let tables = tables[usize::from(person.class)];
        let strikes = tables.strikes(draw(at), person.conditions, age, person.sex);
        scan.rare[struck] = at;
        struck += usize::from(strikes) * usize::from(!person.gone);
    }
    for &at in &scan.rare[..struck] {
        let person = &mut people[at as usize];
        let tables = tables[usize::from(person.class)];
        let event = IllnessTables::event(draw(at));
        let strike = Strike { person: at, event };
        match event {
            Event::Major(condition) if tables.silent[condition as usize] && !person.conditions.has(condition) => {
                person.conditions.set(condition, Stage::Undiagnosed);
            }
            Event::Death => strikes.deaths.push(strike),
            Event::Childbirth => {
                strikes.births.push(at);
                if tables.active {
                    strikes.admissions.push(strike);
                }
            }
            _ => strikes.admissions.push(strike),
        }
    }
}
