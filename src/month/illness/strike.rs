//! The month's look at everybody: one draw a person, one pass without a hard branch, and then the few who are struck.

use super::tables::{AGES, RUNG, RUNG_BITS, RUNGS};
use super::{Event, IllnessTables, Strike};
use crate::draws::Stream;
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
    /// People to look at closely.
    seen: Vec<u32>,
    /// Their draws.
    bits: Vec<u64>,
}

/// The rules of the month by class.
struct Rules<'a> {
    tables: &'a [&'a IllnessTables],
    month: usize,
}

impl Rules<'_> {
    #[inline]
    fn acute(&self, look: Look, bits: u64) -> bool {
        let season = self.tables[usize::from(look.class)].season[self.month];
        u64::from(bits as u32) < (u64::from(look.acute) * season) >> 16
    }

    /// Whether the ladder may hold an event.
    #[inline]
    fn perhaps_rare(&self, look: Look, bits: u64) -> bool {
        let draw = (bits >> 32) as u32;
        let most = &self.tables[usize::from(look.class)].most[usize::from(look.age) % AGES];
        draw & (RUNG - 1) < most[(draw >> RUNG_BITS) as usize % RUNGS]
    }
}

impl Scan {
    /// Draws for everybody and keeps those with whom something may be the matter.
    #[allow(clippy::needless_bitwise_bool)] // no branch for what is hard to predict
    fn look(&mut self, rules: &Rules, ids: &[u64], looks: &[Look], third: u8, draws: Stream) {
        let n = ids.len();
        let (mut seen, mut kept) = (std::mem::take(&mut self.seen), std::mem::take(&mut self.bits));
        seen.resize(n, 0);
        kept.resize(n, 0);
        let asked = MARKED | 1 << third;
        let mut count = 0;
        for (person, (&id, &look)) in ids.iter().zip(looks).enumerate() {
            let bits = draws.bits(id, 0);
            seen[count] = person as u32;
            kept[count] = bits;
            count += usize::from(rules.acute(look, bits) | rules.perhaps_rare(look, bits) | (look.due & asked != 0));
        }
        seen.truncate(count);
        kept.truncate(count);
        (self.seen, self.bits) = (seen, kept);
    }
}

/// Finds the month's events; silent onsets are written into the people at once.
///
/// Writes `strikes` and `impaired` (people whose work is reduced); `ids` and `looks` go by person.
#[allow(clippy::too_many_arguments)] // one list per thing written or read: the stage is one loop
pub fn strike(
    strikes: &mut Vec<Strike>,
    impaired: &mut Vec<u32>,
    scan: &mut Scan,
    people: &mut [PersonYear],
    ids: &[u64],
    looks: &[Look],
    tables: &[&IllnessTables],
    when: Month,
    draws: Stream,
) {
    strikes.clear();
    impaired.clear();
    let third = when.0.rem_euclid(3) as u8;
    let rules = Rules {
        tables,
        month: when.index(),
    };
    scan.look(&rules, ids, looks, third, draws);
    for (&at, &bits) in scan.seen.iter().zip(&scan.bits) {
        let person = &mut people[at as usize];
        if person.gone {
            continue;
        }
        let look = looks[at as usize];
        let tables = tables[usize::from(person.class)];
        let mut add = |event| strikes.push(Strike { person: at, event });
        if person.incapacity_months > 0 || person.residual_loss > 0 {
            impaired.push(at);
        }
        if tables.active {
            if person.pending > 0 {
                add(Event::Returned(person.pending == 2));
                person.pending = 0;
            }
            if rules.acute(look, bits) {
                add(Event::Acute);
            }
            if look.due & 1 << third != 0 {
                add(Event::ChronicCare);
            }
        }
        if !rules.perhaps_rare(look, bits) {
            continue;
        }
        let age = usize::from(person.age).min(AGES - 1);
        match tables.rare((bits >> 32) as u32, person.conditions, age, person.sex) {
            Some(Event::Major(condition)) if tables.silent[condition as usize] => {
                if person.conditions.has(condition) {
                    add(Event::Major(condition));
                } else {
                    person.conditions.set(condition, Stage::Undiagnosed);
                }
            }
            Some(event) => add(event),
            None => {}
        }
    }
}
