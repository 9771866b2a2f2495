//! The month's look at everybody: one draw a person, one pass without a hard branch, and then the few who are struck.

use super::tables::{AGES, Ladder};
use super::{Event, IllnessTables, Strike};
use crate::draws::Stream;
use crate::lanes::bits::{hash, high, low};
use crate::lanes::{ROOM, set_bits};
use crate::month::books::PersonYear;
use crate::units::Month;
use crate::world::{Condition, Conditions, Stage};

/// People looked at together: their answers make a word.
const WORD: usize = u64::BITS as usize;

/// A set of people, one bit each.
#[derive(Debug, Default)]
struct Marks(Vec<u64>);

impl Marks {
    /// Of so many people, none marked.
    fn clear(&mut self, people: usize) {
        self.0.clear();
        self.0.resize(people.div_ceil(WORD), 0);
    }

    #[inline(always)]
    fn set(&mut self, at: usize, marked: bool) {
        let word = &mut self.0[at / WORD];
        *word = *word & !(1 << (at % WORD)) | u64::from(marked) << (at % WORD);
    }

    /// Marks one of whom it is known that nothing was marked yet.
    #[inline(always)]
    fn mark(&mut self, at: usize, marked: bool) {
        self.0[at / WORD] |= u64::from(marked) << (at % WORD);
    }

    #[inline(always)]
    fn has(&self, at: usize) -> bool {
        self.0[at / WORD] >> (at % WORD) & 1 == 1
    }

    /// Lists the marked in the order of people.
    #[inline(always)]
    fn list(&self, into: &mut Vec<u32>) {
        into.resize(self.0.len() * WORD + ROOM, 0);
        let count = set_bits(self.0.iter().copied(), into);
        into.truncate(count);
    }
}

/// What the month's look needs to know of everybody: what stays the same as long as a person's rules and conditions do, and
/// with whom something is the matter.
#[derive(Debug, Default)]
pub struct Looks {
    /// Acute thresholds at a mean season: literacy and sanitation are in them.
    acute: Vec<u32>,
    ladder: Vec<Ladder>,
    /// Illness is on under the person's rules.
    active: Marks,
    /// Whose chronic care is due in each month of a quarter.
    chronic: [Marks; 3],
    /// Whose episode comes back.
    returning: Marks,
    /// Whose work is reduced.
    impaired: Marks,
}

impl Looks {
    /// What a person takes, some bits aside.
    pub const ROW_BYTES: usize = size_of::<u32>() + size_of::<Ladder>();

    /// Makes room for so many people, all of whom are still to be [opened](Looks::open).
    pub fn clear(&mut self, people: usize) {
        self.acute.resize(people, 0);
        self.ladder.resize(people, Ladder::default());
        let marks = [&mut self.active, &mut self.returning, &mut self.impaired];
        for marks in marks.into_iter().chain(&mut self.chronic) {
            marks.clear(people);
        }
    }

    /// Takes in person `at`, of whom nothing is noted yet, with rules `tables`, where `sanitation` multiplies acute incidence.
    #[inline(always)]
    pub fn open(&mut self, at: usize, person: &PersonYear, tables: &IllnessTables, literacy: u8, sanitation: f32) {
        let acute = if tables.active {
            f64::from(tables.acute[usize::from(literacy > 0)][usize::from(person.sex % 2)][age(person)])
                * f64::from(sanitation)
        } else {
            0.0
        };
        self.acute[at] = acute.min(f64::from(u32::MAX)) as u32;
        self.active.mark(at, tables.active);
        self.see_conditions(at, person, tables);
        let matters = (person.pending | person.incapacity_months | person.residual_loss) > 0;
        if person.conditions.any_treated() || matters || person.gone {
            self.see(at, person);
        }
    }

    /// Takes note of the person's state. A person who is gone is not looked at again.
    #[inline]
    pub fn see(&mut self, at: usize, person: &PersonYear) {
        let here = !person.gone;
        let ill = here && self.active.has(at);
        self.chronic[(person.id % 3) as usize].set(at, ill && person.conditions.any_treated());
        self.returning.set(at, ill && person.pending > 0);
        self.impaired
            .set(at, here && (person.incapacity_months | person.residual_loss) > 0);
        if person.gone {
            self.acute[at] = 0;
        }
    }

    /// Takes note of the person's conditions: all rare events depend on them.
    #[inline(always)]
    pub fn see_conditions(&mut self, at: usize, person: &PersonYear, tables: &IllnessTables) {
        self.ladder[at] = tables.ladder(person.conditions, age(person), person.sex);
    }
}

/// The person's age, as far as tables go.
#[inline(always)]
fn age(person: &PersonYear) -> usize {
    usize::from(person.age).min(AGES - 1)
}

/// The memory of the look: everybody's draw, and who is found, in the order of people.
#[derive(Debug, Default)]
pub struct Scan {
    bits: Vec<u64>,
    /// An acute episode begins.
    acute: Vec<u32>,
    /// Chronic care is due.
    due: Vec<u32>,
    /// An episode comes back.
    returning: Vec<u32>,
    /// The ladder may hold an event.
    rare: Vec<u32>,
}

impl Scan {
    /// Draws for everybody and lists those with whom something is or may be the matter: no branch for what is hard to
    /// predict. `season` tells everybody's season.
    #[inline(always)]
    fn look(&mut self, ids: &[u64], looks: &Looks, third: usize, season: impl Fn(usize) -> u32, draws: Stream) {
        self.bits.resize(ids.len(), 0);
        hash(ids, draws.key(0), &mut self.bits);
        let begins = |at, bits, threshold: &u32| {
            let threshold = (u64::from(*threshold) * u64::from(season(at))) >> 16;
            u64::from(low(bits)) < threshold
        };
        list(&self.bits, &looks.acute, begins, &mut self.acute);
        let may_strike = |_, bits, ladder: &Ladder| ladder.may_hold(high(bits));
        list(&self.bits, &looks.ladder, may_strike, &mut self.rare);
        looks.chronic[third].list(&mut self.due);
        looks.returning.list(&mut self.returning);
    }

    /// The half of the draw that decides on rare events.
    #[inline(always)]
    fn rare_draw(&self, at: u32) -> u32 {
        high(self.bits[at as usize])
    }
}

/// Lists those of whom it `holds`, by their places, draws and `facts`.
#[inline(always)]
fn list<T>(draws: &[u64], facts: &[T], holds: impl Fn(usize, u64, &T) -> bool, into: &mut Vec<u32>) {
    into.resize(draws.len() + ROOM, 0);
    let words = draws.chunks(WORD).zip(facts.chunks(WORD)).zip((0..).step_by(WORD));
    let words = words.map(|((draws, facts), first)| {
        let mut word = 0;
        for (place, (draw, fact)) in draws.iter().zip(facts).enumerate() {
            word |= u64::from(holds(first + place, *draw, fact)) << place;
        }
        word
    });
    let count = set_bits(words, into);
    into.truncate(count);
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
    /// Infections of an epidemic, whatever they ask for.
    pub infections: Vec<Strike>,
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
        self.infections.clear();
        self.deaths.clear();
        self.births.clear();
        self.impaired.clear();
    }
}

/// Finds the month's events; silent onsets are written into the people at once. `ids` and `looks` go by person, `tables`
/// by class.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // one list per thing written or read: the stage is one loop
pub fn strike(
    strikes: &mut Strikes,
    scan: &mut Scan,
    people: &mut [PersonYear],
    ids: &[u64],
    looks: &mut Looks,
    tables: &[&IllnessTables],
    when: Month,
    draws: Stream,
) {
    strikes.clear();
    let third = when.0.rem_euclid(3) as usize;
    if let Some(season) = common_season(tables, when) {
        scan.look(ids, looks, third, |_| season, draws);
    } else {
        let season = |at: usize| tables[usize::from(people[at].class)].season[when.index()];
        scan.look(ids, looks, third, season, draws);
    }
    let each = |event| move |&person: &u32| Strike { person, event };
    strikes.visits.extend(scan.acute.iter().map(each(Event::Acute)));
    strikes.chronic.extend(scan.due.iter().map(each(Event::ChronicCare)));
    looks.impaired.list(&mut strikes.impaired);
    for &at in &scan.returning {
        let pending = std::mem::take(&mut people[at as usize].pending);
        looks.returning.set(at as usize, false);
        let again = Strike {
            person: at,
            event: Event::Returned(pending == 2),
        };
        if pending == 2 {
            strikes.admissions.push(again);
        } else {
            strikes.visits.push(again);
        }
    }
    for &at in &scan.rare {
        let person = &mut people[at as usize];
        let tables = tables[usize::from(person.class)];
        let draw = scan.rare_draw(at);
        if person.gone || !tables.strikes(draw, person.conditions, age(person), person.sex) {
            continue;
        }
        let event = IllnessTables::event(draw);
        let strike = Strike { person: at, event };
        match event {
            Event::Major(condition) if tables.silent[condition as usize] && !person.conditions.has(condition) => {
                // Who has what it leads to is past it.
                if !condition.leads_to().is_some_and(|next| person.conditions.has(next)) {
                    person.conditions.set(condition, Stage::Undiagnosed);
                    looks.see_conditions(at as usize, person, tables);
                }
            }
            Event::Major(condition) => strikes.admissions.push(Strike {
                person: at,
                event: Event::Major(begun_by(condition, person.conditions)),
            }),
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

/// What a major event of `condition` is an event of: where the condition leads to another, the onset of that.
#[inline(always)]
fn begun_by(condition: Condition, conditions: Conditions) -> Condition {
    match condition.leads_to() {
        Some(next) if conditions.has(condition) => next,
        _ => condition,
    }
}

/// The season of the month where it is the same in every class.
fn common_season(tables: &[&IllnessTables], when: Month) -> Option<u32> {
    let mut seasons = tables.iter().map(|tables| tables.season[when.index()]);
    let first = seasons.next()?;
    seasons.all(|season| season == first).then_some(first)
}
