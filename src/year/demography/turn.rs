//! How a block is rebuilt at the year's end: quiet households are copied, the others made anew row by row.

use super::{ADULT, DemographyRules, Moves};
use crate::draws::{Luck, Purpose, Stream, mix};
use crate::lanes::select;
use crate::units::{Fen, Fen32, Month, Month16};
use crate::world::{
    self, Birth, Block, Conditions, Household, Households, Learning, People, Person, Schooling, Scores, Work,
    labour_units,
};
use std::ops::{Range, RangeInclusive};

/// Ages at which young adults may leave the village.
const LEAVING: RangeInclusive<i32> = 17..=24;
/// Ages of men whose spouse may move in.
const MARRYING: RangeInclusive<i32> = 22..=30;
/// Ages at which women may marry elsewhere.
const MARRYING_OUT: RangeInclusive<i32> = 20..=28;
/// Ages at which each level of school is completed, primary first.
const SCHOOLED: [i32; 4] = [12, 15, 18, 22];
/// Lost capacity to earn from which somebody is severely disabled, per cent.
pub const SEVERE_LOSS: u8 = 30;
/// Ages at which somebody without work may take it up.
const STARTING: RangeInclusive<i32> = 18..=20;
/// Ages of work.
const WORKING: RangeInclusive<i32> = 18..=79;

/// Whether somebody `months` old is of one of these ages; without a branch.
#[inline(always)]
fn of_age(months: i16, ages: &RangeInclusive<i32>) -> bool {
    (months >= 12 * *ages.start() as i16) & (months < 12 * (*ages.end() as i16 + 1))
}

/// What a household without members left.
#[derive(Clone, Copy, Debug)]
pub struct Estate {
    /// Its place in the block before the close.
    pub household: u32,
    /// How many real households it stood for.
    pub weight: i64,
    /// Savings and reimbursement on its way.
    pub owned: Fen,
    /// All debts.
    pub owed: Fen,
}

/// Room in which a block is rebuilt; kept from block to block, so that nothing is allocated when warm.
#[derive(Debug, Default)]
pub struct Room {
    /// People of the block in the making.
    pub people: People,
    /// Its households.
    pub households: Households,
    /// Who joins whom: places of host and guest.
    pub joining: Vec<(u32, u32)>,
    /// What households without members left.
    estates: Vec<Estate>,
    /// Households that split off in the village at hand, each with its members' end among the leavers.
    split_off: Vec<(Household, usize)>,
    leavers: Vec<Person>,
    /// Members of the household at hand, and who comes to it.
    members: Vec<Person>,
    newcomers: Vec<Person>,
    /// Births: the household's index, the birth's in the list of the year.
    births: Vec<(u32, u32)>,
    /// People of an age to go, to marry, to finish school or to start work, and the gone.
    stirring: Vec<bool>,
    /// People who are gone, go or marry.
    moving: Vec<u32>,
}

/// A year's end in a block.
pub struct Turn<'a> {
    pub rules: &'a DemographyRules,
    pub luck: &'a Luck,
    /// Permanent income scores of the county.
    pub scores: Scores,
    pub draws: Stream,
    /// 1 January of the year to come.
    pub january: Month,
    pub moves: Moves,
    pub room: &'a mut Room,
}

impl Room {
    /// What households left that ended at the last close.
    pub fn estates(&self) -> &[Estate] {
        &self.estates
    }

    fn begin(&mut self, block: &Block, births: &[Birth]) {
        self.begin_anew();
        self.estates.clear();
        self.births.clear();
        let by_household = births.iter().zip(0..);
        self.births
            .extend(by_household.map(|(birth, at)| (block.household_of(birth.mother as usize) as u32, at)));
        self.births.sort_unstable();
    }

    /// Forgets the people and households it holds.
    pub fn begin_anew(&mut self) {
        self.people.clear();
        self.households.clear();
    }

    /// Takes in households as they are.
    pub fn copy(&mut self, block: &Block, households: Range<usize>) {
        if households.is_empty() {
            return;
        }
        let first = block.members(households.start).start;
        let end = block.members(households.end - 1).end;
        self.people.append(&block.people, first..end);
        self.households.append(&block.households, households);
    }

    /// Takes in the households that split off.
    fn found_split_off(&mut self) {
        let mut leavers = self.leavers.drain(..);
        let mut left = 0;
        for (household, end) in self.split_off.drain(..) {
            self.households.push(household);
            for person in leavers.by_ref().take(end - left) {
                self.people.push(person);
            }
            left = end;
        }
    }

    /// Numbers the rows and gives them to the block.
    pub fn hand_over(&mut self, block: &mut Block) {
        let mut first = 0;
        for (h, &size) in self.households.size.iter().enumerate() {
            let end = first + usize::from(size);
            self.households.first[h] = first as u32;
            first = end;
        }
        block.people.copy_from(&self.people);
        block.households.copy_from(&self.households);
    }
}

impl DemographyRules {
    /// What somebody who learned so much knows at `age`.
    fn learning_at(&self, before: Learning, id: u64, age: i32, draws: &Stream) -> Learning {
        let Some(at) = SCHOOLED.iter().position(|&finished| finished == age) else {
            return before;
        };
        let (level, share) = (before.schooling() as usize, self.school_completed_share[at]);
        let completes = level == at && draws.happens(id, 5, share);
        let schooling = if completes {
            Schooling::of(at as u8 + 1)
        } else {
            before.schooling()
        };
        let literacy = if self.literacy_follows_yes && age == ADULT {
            schooling.literacy()
        } else {
            before.literacy()
        };
        Learning::new(literacy, schooling)
    }

    /// Whether somebody marries elsewhere.
    fn marries_out(&self, sex: u8, id: u64, age: i32, draws: &Stream) -> bool {
        sex == 1 && MARRYING_OUT.contains(&age) && draws.happens(id, 6, self.marry_out_per_year)
    }
}

impl Turn<'_> {
    /// Closes the year; with `all_anew`, quiet households are rebuilt as well, which gives the same.
    pub fn close(mut self, block: &mut Block, births: &[Birth], all_anew: bool) -> Moves {
        self.room.begin(block, if self.rules.active_yes { births } else { &[] });
        self.grow_older(&mut block.people);
        // Households before `copied` are in the room, or have ended.
        let (mut copied, mut birth, mut moving) = (0, 0, 0);
        for h in 0..block.households.len() {
            if !self.room.split_off.is_empty() && block.households.village[h] != block.households.village[h - 1] {
                self.room.copy(block, copied..h);
                self.room.found_split_off();
                copied = h;
            }
            let first_birth = birth;
            while self.room.births.get(birth).is_some_and(|birth| birth.0 as usize == h) {
                birth += 1;
            }
            let first_moving = moving;
            let end = block.members(h).end;
            while self
                .room
                .moving
                .get(moving)
                .is_some_and(|&person| (person as usize) < end)
            {
                moving += 1;
            }
            let changes = birth > first_birth || moving > first_moving || self.stirs(&block.households, h);
            if changes || all_anew {
                self.room.copy(block, copied..h);
                self.rebuild(block, h, births, first_birth..birth);
                copied = h + 1;
            }
        }
        self.room.copy(block, copied..block.households.len());
        self.room.found_split_off();
        self.room.hand_over(block);
        self.join_kin(block);
        self.moves
    }

    /// Everybody is a year older: what they do for a living, and a list of those who move.
    fn grow_older(&mut self, people: &mut People) {
        let n = people.len();
        let Room { stirring, moving, .. } = &mut *self.room;
        stirring.resize(n, false);
        moving.resize(n, 0);
        let january = Month16::from(self.january);
        let (born, sex, gone, work) = (
            &people.born[..n],
            &people.sex[..n],
            &people.gone[..n],
            &mut people.work[..n],
        );
        for (at, stirs) in stirring.iter_mut().enumerate() {
            let months = born[at].until(january);
            let idle = work[at] == Work::None;
            *stirs = gone[at]
                | of_age(months, &LEAVING)
                | (sex[at] == 0) & of_age(months, &MARRYING)
                | (sex[at] == 1) & of_age(months, &MARRYING_OUT)
                | of_age(months, &(SCHOOLED[0]..=SCHOOLED[0]))
                | of_age(months, &(SCHOOLED[1]..=SCHOOLED[1]))
                | idle & of_age(months, &STARTING);
            work[at] = if of_age(months, &WORKING) { work[at] } else { Work::None };
        }
        let stirring = select(stirring, moving);
        let mut moved = 0;
        for place in 0..stirring {
            let p = moving[place] as usize;
            let (id, age) = (people.id[p], world::age(people.born[p].month(), self.january));
            people.work[p] = work_at(people.work[p], id, age, &self.draws);
            people.learning[p] = self.rules.learning_at(people.learning[p], id, age, &self.draws);
            let leaves = || LEAVING.contains(&age) && self.draws.happens(id, 0, self.rules.leave_per_year);
            let marries = || {
                people.sex[p] == 0 && MARRYING.contains(&age) && self.draws.happens(id, 2, self.rules.spouse_per_year)
            };
            let moves = people.gone[p]
                || self.rules.active_yes
                    && (leaves() || marries() || self.rules.marries_out(people.sex[p], id, age, &self.draws));
            moving[moved] = p as u32;
            moved += usize::from(moves);
        }
        moving.truncate(moved);
    }

    /// Whether a migrant returns to household `h`, or it may split.
    fn stirs(&self, households: &Households, h: usize) -> bool {
        let id = households.id[h];
        self.rules.active_yes
            && (households.migrants[h] > 0 && self.draws.happens(id, 91, self.rules.return_per_year)
                || households.size[h] >= 6 && self.draws.happens(id, 90, self.rules.split_per_year))
    }

    /// Rebuilds household `h` row by row, with those of the year's `births` whose numbers stand in `own` of the room.
    fn rebuild(&mut self, block: &Block, h: usize, births: &[Birth], own: Range<usize>) {
        let mut household = block.households.row(h);
        let here = block.members(h).filter(|&p| !block.people.gone[p]);
        let mut members = std::mem::take(&mut self.room.members);
        members.clear();
        members.extend(here.map(|p| block.people.row(p)));
        let weight = i64::from(household.weight);
        if self.rules.active_yes {
            for &(_, at) in &self.room.births[own] {
                let birth = &births[at as usize];
                let child = newborn(&block.people.row(birth.mother as usize), birth.born, self.luck);
                self.moves.births += weight;
                if self.draws.happens(child.id, 4, self.rules.newborn_dies(child.sex)) {
                    self.moves.infant_deaths[usize::from(birth.cell)] += weight;
                } else {
                    members.push(child);
                }
            }
            self.departures(&mut members, &mut household);
            self.arrivals(&mut members, &mut household);
        }
        for person in &mut members {
            person.work = work_at(
                person.work,
                person.id,
                world::age(person.born.month(), self.january),
                &self.draws,
            );
        }
        if members.is_empty() {
            self.moves.households_ended += weight;
            let owned = household.savings.fen() + household.receivable.fen();
            let owed = household.medical_debt.fen() + household.other_debt.fen();
            self.moves.estates += (owned - owed) * weight;
            self.room.estates.push(Estate {
                household: h as u32,
                weight,
                owned,
                owed,
            });
        } else {
            if self.rules.active_yes
                && members.len() >= 6
                && self.draws.happens(household.id, 90, self.rules.split_per_year)
            {
                self.split(&mut household, &mut members);
            }
            household.size = members.len() as u16;
            self.room.households.push(household);
            for person in members.drain(..) {
                self.room.people.push(person);
            }
        }
        self.room.members = members;
    }

    fn departures(&mut self, members: &mut Vec<Person>, household: &mut Household) {
        let january = self.january;
        let adults = |members: &[Person]| {
            members
                .iter()
                .filter(|p| world::age(p.born.month(), january) >= ADULT)
                .count()
        };
        let mut at = 0;
        while at < members.len() {
            let (id, age) = (members[at].id, world::age(members[at].born.month(), january));
            let leaves = LEAVING.contains(&age) && self.draws.happens(id, 0, self.rules.leave_per_year);
            let marries = !leaves && self.rules.marries_out(members[at].sex, id, age, &self.draws);
            // The last adult stays: children are not left alone.
            if (leaves || marries) && (age < ADULT || adults(members) > 1) {
                let weight = i64::from(household.weight);
                if leaves && self.draws.happens(id, 1, self.rules.migrant_share) {
                    household.migrants = household.migrants.saturating_add(1);
                }
                members.remove(at);
                self.moves.departures += weight;
                self.moves.married_out += if marries { weight } else { 0 };
            } else {
                at += 1;
            }
        }
    }

    fn arrivals(&mut self, members: &mut Vec<Person>, household: &mut Household) {
        let (rules, january) = (self.rules, self.january);
        let identities = self.luck.stream(Purpose::Identity, january.0);
        let new = &mut self.room.newcomers;
        new.clear();
        for person in members.iter() {
            let age = world::age(person.born.month(), january);
            if person.sex == 0 && MARRYING.contains(&age) && self.draws.happens(person.id, 2, rules.spouse_per_year) {
                let id = identities.bits(person.id, 1);
                new.push(Person {
                    id,
                    born: (person.born.month() + ((mix(id) % 60) as i32 - 12)).into(),
                    sex: 1,
                    work: person.work,
                    learning: person.learning,
                    enrolled: true,
                    ..Person::default()
                });
            }
        }
        self.moves.spouses += i64::from(household.weight) * new.len() as i64;
        if !members.is_empty() && household.migrants > 0 && self.draws.happens(household.id, 91, rules.return_per_year)
        {
            let id = identities.bits(household.id, 2);
            household.migrants -= 1;
            new.push(Person {
                id,
                born: (january + -(12 * 45 + (mix(id ^ 2) % 120) as i32)).into(),
                sex: u8::from(mix(id ^ 3) % 100 >= 65),
                work: Work::Farm,
                learning: Learning::new(1, Schooling::Junior),
                enrolled: true,
                ..Person::default()
            });
        }
        self.moves.arrivals += i64::from(household.weight) * new.len() as i64;
        members.append(new);
    }

    /// The permanent income score of a household that `founder` makes out of one with `score`: it keeps the spread of the
    /// county, or poor lines, which are large and split more often, would in time be all there is.
    pub(super) fn regress(&self, score: f32, founder: u64) -> f32 {
        let kept = self.rules.permanent_inherited_ratio;
        if kept == 1.0 {
            return score;
        }
        let Scores { mean, sd } = self.scores;
        let luck = sd * (1.0 - kept * kept).max(0.0).sqrt() * self.draws.normal(founder, 93);
        (mean + kept * (f64::from(score) - mean) + luck) as f32
    }

    /// Splits off the youngest couple of working age with the children; purse and income potential go by heads.
    fn split(&mut self, household: &mut Household, members: &mut Vec<Person>) {
        let january = self.january;
        let age = |person: &Person| world::age(person.born.month(), january);
        let Some(founder) = members
            .iter()
            .filter(|p| (22..=40).contains(&age(p)))
            .min_by_key(|p| (age(p), p.id))
            .cloned()
        else {
            return;
        };
        let Some(spouse) = members
            .iter()
            .filter(|p| p.sex != founder.sex && p.id != founder.id && (age(p) - age(&founder)).abs() <= 6)
            .map(|p| p.id)
            .min()
        else {
            return;
        };
        let goes = |p: &Person| p.id == founder.id || p.id == spouse || age(p) < 16;
        let permanent = self.regress(household.permanent, founder.id);
        let leavers = &mut self.room.leavers;
        let from = leavers.len();
        leavers.extend(members.extract_if(.., |p| goes(p)));
        if members.iter().all(|p| age(p) < 18) {
            members.extend(leavers.drain(from..));
            return;
        }
        let leaving = &leavers[from..];
        let (moved, total) = (leaving.len() as i64, (leaving.len() + members.len()) as i64);
        let part = |whole: &mut Fen32| {
            let (before, share) = (whole.fen(), Fen(whole.fen().0 * moved / total));
            *whole = (before - share).into();
            Fen32::from(share)
        };
        let labour = |people: &[Person]| people.iter().map(|p| labour_units(age(p))).sum::<f64>() as f32;
        let above_junior = founder.learning.schooling() as i32 - Schooling::Junior as i32;
        let schooled = self.rules.schooling_income_weight as f32 * above_junior as f32;
        let new = Household {
            id: self.luck.stream(Purpose::Identity, january.0).bits(founder.id, 3),
            permanent: permanent + schooled,
            size: leaving.len() as u16,
            cohort: false,
            migrants: 0,
            founding_migrants: 0,
            savings: part(&mut household.savings),
            assets: part(&mut household.assets),
            founding_assets: part(&mut household.founding_assets),
            medical_debt: part(&mut household.medical_debt),
            other_debt: part(&mut household.other_debt),
            receivable: Fen32::ZERO,
            founding_size: leaving.len() as u16,
            founding_labour: labour(leaving).max(0.25),
            dibao_month: Fen32::ZERO,
            ever: 0,
            at_start: 0,
            ..household.clone()
        };
        household.founding_size = members.len() as u16;
        household.founding_labour = (labour(members) + f32::from(household.migrants)).max(0.25);
        household.founding_migrants = 0;
        self.room.split_off.push((new, self.room.leavers.len()));
    }
}

fn newborn(mother: &Person, born: Month, luck: &Luck) -> Person {
    let id = luck.stream(Purpose::Identity, born.0).bits(mother.id, 0);
    Person {
        id,
        born: born.into(),
        sex: u8::from(mix(id ^ 1) % 1000 >= 526),
        learning: Learning::new(mother.learning.literacy().max(1), Schooling::None),
        conditions: Conditions::default(),
        enrolled: true,
        ..Person::default()
    }
}

/// What somebody who did `work` does at `age`.
#[inline]
fn work_at(work: Work, id: u64, age: i32, draws: &Stream) -> Work {
    match age {
        ..18 | 80.. => Work::None,
        18 | 19 if work == Work::None && draws.happens(id, 3, 0.5) => Work::Wage,
        20 if work == Work::None => Work::Farm,
        _ => work,
    }
}
