//! The month's look at everybody: one draw a person, one pass without a hard branch, and then the few who are struck.

use super::tables::{AGES, RUNG, RUNG_BITS, RUNGS};
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
    /// comes back, reduced work).
    due: u8,
}

const MARKED: u8 = 8;

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
            due: 0,
        };
        look.see(person);
        look
    }

    /// Takes note of the person's state. A person who is gone is not looked at again.
    #[inline]
    pub fn see(&mut self, person: &PersonYear) {
        let chronic = u8::from(person.conditions.any_treated()) << (person.id % 3);
        let marked = person.pending | person.incapacity_months | person.residual_loss;
        self.due = chronic | if marked > 0 { MARKED } else { 0 };
    }
}

/// The memory of the look.
#[derive(Debug, Default)]
pub struct Scan {
    /// Everybody's draw.
    bits: Vec<u64>,
    /// Who falls ill or has something due.
    struck: Vec<bool>,
    /// People to look at closely.
    seen: Vec<u32>,
    /// Their draws.
    kept: Vec<u64>,
}

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
    fn acute(&self, look: Look, bits: u64) -> bool {
        let season = self.tables[usize::from(look.class)].season[self.month];
        u64::from(bits as u32) < (u64::from(look.acute) * season) >> 16
    }

    /// Whether the ladder may hold an event.
    #[inline(always)]
    fn perhaps_rare(&self, look: Look, bits: u64) -> bool {
        let draw = (bits >> 32) as u32;
        let most = &self.tables[usize::from(look.class)].most[usize::from(look.age) % AGES];
        draw & (RUNG - 1) < most[(draw >> RUNG_BITS) as usize % RUNGS]
    }
}

impl Scan {
    /// Draws for everybody and keeps those with whom something may be the matter.
    fn look(&mut self, rules: &Rules, ids: &[u64], looks: &[Look], third: u8, draws: Stream, level: Level) {
        let n = ids.len();
        for list in [&mut self.bits, &mut self.kept] {
            list.resize(n, 0);
        }
        self.struck.resize(n, false);
        self.seen.resize(n, 0);
        let season = rules.common_season();
        let asked = MARKED | 1 << third;
        let Scan { bits, struck, seen, kept } = self;
        let count = level.run(
            #[inline(always)]
            || {
                lanes::bits::hash(ids, draws.key(0), bits);
                if let Some(season) = season {
                    look_at_season(struck, bits, looks, season, asked);
                } else {
                    for ((struck, &bits), &look) in struck.iter_mut().zip(&*bits).zip(looks) {
                        *struck = rules.acute(look, bits) | (look.due & asked != 0);
                    }
                }
                let mut count = 0;
                for (at, ((&bits, &struck), &look)) in bits.iter().zip(&*struck).zip(looks).enumerate() {
                    seen[count] = at as u32;
                    kept[count] = bits;
                    count += usize::from(struck | rules.perhaps_rare(look, bits));
                }
                count
            },
        );
        self.seen.truncate(count);
        self.kept.truncate(count);
    }
}

/// The acute draws of everybody where all classes have one season, and what is due.
#[inline(always)]
fn look_at_season(struck: &mut [bool], bits: &[u64], looks: &[Look], season: u64, asked: u8) {
    for ((struck, &bits), &look) in struck.iter_mut().zip(bits).zip(looks) {
        let threshold = (u64::from(look.acute) * season) >> 16;
        *struck = (bits & 0xffff_ffff < threshold) | (look.due & asked != 0);
    }
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

    #[inline]
    fn add(&mut self, person: u32, event: Event) {
        let list = match event {
            Event::Acute | Event::Returned(false) => &mut self.visits,
            Event::ChronicCare => &mut self.chronic,
            Event::Death => &mut self.deaths,
            _ => &mut self.admissions,
        };
        list.push(Strike { person, event });
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
    for (&at, &bits) in scan.seen.iter().zip(&scan.kept) {
        let person = &mut people[at as usize];
        if person.gone {
            continue;
        }
        let look = looks[at as usize];
        let tables = tables[usize::from(person.class)];
        if person.incapacity_months > 0 || person.residual_loss > 0 {
            strikes.impaired.push(at);
        }
        if tables.active {
            if person.pending > 0 {
                strikes.add(at, Event::Returned(person.pending == 2));
                person.pending = 0;
            }
            if rules.acute(look, bits) {
                strikes.add(at, Event::Acute);
            }
            if look.due & 1 << third != 0 {
                strikes.add(at, Event::ChronicCare);
            }
        }
        if !rules.perhaps_rare(look, bits) {
            continue;
        }
        let age = usize::from(person.age).min(AGES - 1);
        match tables.rare((bits >> 32) as u32, person.conditions, age, person.sex) {
            Some(Event::Major(condition)) if tables.silent[condition as usize] => {
                if person.conditions.has(condition) {
                    strikes.add(at, Event::Major(condition));
                } else {
                    person.conditions.set(condition, Stage::Undiagnosed);
                }
            }
            Some(Event::Childbirth) => {
                strikes.births.push(at);
                if tables.active {
                    strikes.add(at, Event::Childbirth);
                }
            }
            Some(event) => strikes.add(at, event),
            None => {}
        }
    }
}
