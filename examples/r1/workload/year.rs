//! One year of a block, phase by phase, each phase a loop over the whole block.

use super::block::{
    ALIVE, Block, CHRONIC, HOUSEHOLD, HOUSEHOLDS, MALE, PEOPLE, PERSON, SLOTS, household_index, logistic,
};
use super::episodes::Episodes;
use super::{MONTHS, SHOCK_VARIANCE, Tally};
use kangcun::draws::{Luck, Purpose, Stream, mix};
use kangcun::lanes::{bits, maths, select_rare};

/// The hashes that hold a year's coins: four months each.
const COIN_HASHES: usize = 3;
/// Two normal numbers come from one hash.
const INCOME_HASHES: usize = MONTHS / 2;
/// Ages that the tables know; nobody lives beyond 118, where death is certain.
const AGES: usize = 128;

/// The keys of a year's luck.
pub struct Keys {
    household: u64,
    person: u64,
    /// Death, and the rounding of the odds of onset and illness.
    fate: u64,
    onset: [u64; COIN_HASHES],
    illness: [u64; COIN_HASHES],
    income: [u64; INCOME_HASHES],
    /// What an episode of each month is like.
    pub episode: [u64; MONTHS],
}

impl Keys {
    pub fn new(luck: &Luck, identities: &Stream, year: u32) -> Keys {
        let when = year as i32;
        let illness = luck.stream(Purpose::Illness, when);
        let income = luck.stream(Purpose::Income, when);
        Keys {
            household: identities.key(HOUSEHOLD),
            person: identities.key(PERSON),
            fate: luck.stream(Purpose::Demography, when).key(0),
            illness: std::array::from_fn(|index| illness.key(index as u64)),
            onset: std::array::from_fn(|index| illness.key((COIN_HASHES + index) as u64)),
            income: std::array::from_fn(|index| income.key(index as u64)),
            episode: std::array::from_fn(|month| {
                luck.stream(Purpose::Severity, when * MONTHS as i32 + month as i32)
                    .key(0)
            }),
        }
    }
}

/// The chances of a person's year, by age and status.
pub struct Odds {
    /// By [`Odds::row`]: the chances in a month of illness (low half) and of the onset of a chronic condition (high half),
    /// in units of 2^-32. None for the dead.
    month: [u64; 4 * AGES],
    /// By age and the bits male and chronic: the chance of death at the end of the year, in units of 2^-24.
    death: [u32; 4 * AGES],
}

impl Odds {
    pub fn new() -> Odds {
        let mut odds = Odds {
            month: [0; 4 * AGES],
            death: [0; 4 * AGES],
        };
        for years in 0..AGES {
            let age = years as f64;
            let onset = logistic(-9.0 + 0.05 * age);
            for chronic in 0..2 {
                let infant = if years < 5 { 1.2 } else { 0.0 };
                let illness = logistic(-3.2 + 0.012 * age + 0.8 * chronic as f64 + infant);
                let onset = if chronic == 0 { onset } else { 0.0 };
                odds.month[chronic * AGES + years] =
                    u64::from(bits::threshold(onset)) << 32 | u64::from(bits::threshold(illness));
                for male in 0..2 {
                    let sex = if male == 1 { 1.2 } else { 1.0 };
                    let condition = if chronic == 1 { 1.5 } else { 1.0 };
                    let death = kangcun::maths::exp(-9.5 + 0.085 * age) * sex * condition;
                    odds.death[(male + 2 * chronic) * AGES + years] = (death.min(1.0) * 16_777_216.0) as u32;
                }
            }
        }
        odds
    }

    /// Where `month` has a person: by age and the chronic bit, and away from both for the dead.
    #[inline(always)]
    fn row(age: u8, status: u8) -> u16 {
        u16::from(age) | u16::from(status & CHRONIC) << 5 | u16::from(!status & ALIVE) << 8
    }

    /// Where `death` has a person.
    #[inline(always)]
    fn death_row(age: u8, status: u8) -> u16 {
        u16::from(age) | u16::from(status & (MALE | CHRONIC)) << 6
    }
}

/// The numbers of a block's year, which nobody keeps.
pub struct Scratch {
    person: [u64; PEOPLE],
    fate: [u64; PEOPLE],
    death: [u32; PEOPLE],
    chances: [u64; PEOPLE],
    /// The months in which a chronic condition would set in, the first of which counts; see [`months`].
    onset: [u16; PEOPLE],
    /// Whether there is such a month.
    starts: [bool; PEOPLE],
    /// The months in which each person is ill.
    ill: [u16; PEOPLE],
    chosen: [u32; PEOPLE],
    rows: [u16; PEOPLE],
    thresholds: [u32; PEOPLE],
    household: [u64; HOUSEHOLDS],
    /// Income by month and household.
    pub income: [f32; MONTHS * HOUSEHOLDS],
    /// Out-of-pocket payments by month and household.
    pub payments: [f32; MONTHS * HOUSEHOLDS],
    episodes: Episodes,
}

impl Scratch {
    pub fn new() -> Box<Scratch> {
        Box::new(Scratch {
            person: [0; PEOPLE],
            fate: [0; PEOPLE],
            death: [0; PEOPLE],
            chances: [0; PEOPLE],
            onset: [0; PEOPLE],
            starts: [false; PEOPLE],
            ill: [0; PEOPLE],
            chosen: [0; PEOPLE],
            rows: [0; PEOPLE],
            thresholds: [0; PEOPLE],
            household: [0; HOUSEHOLDS],
            income: [0.0; MONTHS * HOUSEHOLDS],
            payments: [0.0; MONTHS * HOUSEHOLDS],
            episodes: Episodes::new(),
        })
    }
}

/// Lives one year.
#[inline(always)]
pub fn live(block: &mut Block, scratch: &mut Scratch, keys: &Keys, odds: &Odds, tally: &mut Tally) {
    identify(block.number, scratch, keys);
    earn(block, scratch, keys);
    fall_ill(block, scratch, keys, odds);
    set_in(block, scratch, keys, odds);
    scratch.episodes.collect(&scratch.ill);
    tally.episodes += scratch.episodes.count() as u64;
    scratch
        .episodes
        .look_up(&scratch.person, &scratch.income, &block.travel, &keys.episode);
    scratch.episodes.treat();
    scratch.episodes.bill(&mut scratch.payments);
    settle(block, scratch, tally);
    die(block, scratch, odds, tally);
}

/// Everybody's identity, made again each year because that is cheaper than keeping it in memory.
#[inline(always)]
fn identify(number: usize, scratch: &mut Scratch, keys: &Keys) {
    let households = household_index(number, 0)..;
    for (household, index) in scratch.household.iter_mut().zip(households.clone()) {
        *household = mix(index ^ keys.household);
    }
    for (slot, people) in scratch.person.as_chunks_mut::<HOUSEHOLDS>().0.iter_mut().enumerate() {
        for (person, household) in people.iter_mut().zip(households.clone()) {
            *person = mix((household * SLOTS as u64 + slot as u64) ^ keys.person);
        }
    }
}

/// The households' incomes: the shocks keep nine tenths from month to month.
#[inline(always)]
fn earn(block: &mut Block, scratch: &mut Scratch, keys: &Keys) {
    let (early, late) = scratch.income.split_at_mut(INCOME_HASHES * HOUSEHOLDS);
    let early = early.as_chunks_mut::<HOUSEHOLDS>().0;
    let late = late.as_chunks_mut::<HOUSEHOLDS>().0;
    let (mut low, mut high) = ([0; HOUSEHOLDS], [0; HOUSEHOLDS]);
    for ((early, late), key) in early.iter_mut().zip(late).zip(keys.income) {
        bits::hash_halves(&scratch.household, key, &mut low, &mut high);
        normals(&low, early);
        normals(&high, late);
    }
    for month in scratch.income.as_chunks_mut::<HOUSEHOLDS>().0 {
        for ((income, shock), mean) in month.iter_mut().zip(&mut block.shock).zip(&block.mean_income) {
            *shock = 0.9 * *shock + 0.15 * *income;
            *income = mean * maths::exp(*shock - (SHOCK_VARIANCE / 2.0) as f32);
        }
    }
}

/// Standard normal numbers of the luck of all households.
#[inline(always)]
fn normals(luck: &[u32; HOUSEHOLDS], into: &mut [f32; HOUSEHOLDS]) {
    for (into, luck) in into.iter_mut().zip(luck) {
        *into = maths::normal_depth(bits::uniform(*luck));
    }
    for (into, luck) in into.iter_mut().zip(luck) {
        *into = maths::normal_at(bits::uniform(*luck), *into);
    }
}

/// The months in which it happens to a person, January in the lowest bit: coin `quarter` of hash `hash` is month
/// `3 * quarter + hash`.
#[inline(always)]
fn months(person: u64, keys: &[u64; COIN_HASHES], odds: u64) -> u16 {
    let coins = |hash: usize| bits::four_coins(mix(person ^ keys[hash]), odds);
    bits::twelve(coins(0), coins(1), coins(2))
}

/// In which months a chronic condition might set in, and in which everybody would be ill if none did.
#[inline(always)]
fn fall_ill(block: &Block, scratch: &mut Scratch, keys: &Keys, odds: &Odds) {
    bits::hash(&scratch.person, keys.fate, &mut scratch.fate);
    for ((row, age), status) in scratch.rows.iter_mut().zip(&block.age).zip(&block.status) {
        *row = Odds::row(*age, *status);
    }
    for (chances, row) in scratch.chances.iter_mut().zip(&scratch.rows) {
        *chances = odds.month[usize::from(*row) % (4 * AGES)];
    }
    let people = scratch.person.iter().zip(&scratch.fate).zip(&scratch.chances);
    for (onset, ((person, fate), chances)) in scratch.onset.iter_mut().zip(people.clone()) {
        let odds = bits::odds(bits::high(*chances), (fate >> 16) as u32);
        *onset = months(*person, &keys.onset, odds);
    }
    for (ill, ((person, fate), chances)) in scratch.ill.iter_mut().zip(people) {
        let odds = bits::odds(bits::low(*chances), *fate as u32);
        *ill = months(*person, &keys.illness, odds);
    }
}

/// Chronic conditions set in; from that month on illness is more likely. Few people a year: one by one.
#[inline(always)]
fn set_in(block: &mut Block, scratch: &mut Scratch, keys: &Keys, odds: &Odds) {
    for (starts, onset) in scratch.starts.iter_mut().zip(&scratch.onset) {
        *starts = *onset != 0;
    }
    let count = select_rare(&scratch.starts, &mut scratch.chosen);
    for person in scratch.chosen[..count].iter().map(|&person| person as usize % PEOPLE) {
        block.status[person] |= CHRONIC;
        let row = Odds::row(block.age[person], block.status[person]);
        let chance = bits::low(odds.month[usize::from(row) % (4 * AGES)]);
        let odds = bits::odds(chance, scratch.fate[person] as u32);
        let since = months(scratch.person[person], &keys.illness, odds);
        let before = (1 << scratch.onset[person].trailing_zeros()) - 1;
        scratch.ill[person] = scratch.ill[person] & before | since & !before;
    }
}

/// The year's budget of each household, month by month, and its standing at the end.
#[inline(always)]
fn settle(block: &mut Block, scratch: &mut Scratch, tally: &mut Tally) {
    let (mut earned, mut paid) = ([0.0f32; HOUSEHOLDS], [0.0f32; HOUSEHOLDS]);
    let incomes = scratch.income.as_chunks::<HOUSEHOLDS>().0;
    let payments = scratch.payments.as_chunks::<HOUSEHOLDS>().0;
    for (incomes, payments) in incomes.iter().zip(payments) {
        for (savings, (income, payment)) in block.savings.iter_mut().zip(incomes.iter().zip(payments)) {
            let saved = if *savings < 0.0 { 0.30 } else { 0.15 };
            *savings += saved * income - payment;
        }
        for ((earned, paid), (income, payment)) in earned.iter_mut().zip(&mut paid).zip(incomes.iter().zip(payments)) {
            *earned += income;
            *paid += payment;
        }
    }
    let mut living = [0u8; HOUSEHOLDS];
    for slot in block.status.as_chunks::<HOUSEHOLDS>().0 {
        for (living, status) in living.iter_mut().zip(slot) {
            *living += status & ALIVE;
        }
    }
    let mut counts = [0u32; 7];
    let [alive, households, poor, fallen, catastrophic, indebted, share] = &mut counts;
    for (((earned, paid), savings), living) in earned.iter().zip(&paid).zip(&block.savings).zip(&living) {
        let line = 5000.0 * f32::from(*living);
        let anybody = *living > 0;
        let below = anybody && earned - paid < line;
        *alive += u32::from(*living);
        *households += u32::from(anybody);
        *poor += u32::from(below);
        *fallen += u32::from(below && *earned >= line);
        *catastrophic += u32::from(anybody && *paid > 0.1 * earned);
        *indebted += u32::from(anybody && *savings < 0.0);
        let part = maths::nearest(maths::least(paid / earned, 1.0) * Tally::SHARE_UNIT) as u32;
        *share += if anybody { part } else { 0 };
    }
    let [alive, households, poor, fallen, catastrophic, indebted, share] = counts.map(u64::from);
    tally.alive += alive;
    tally.households += households;
    tally.poor += poor;
    tally.fallen += fallen;
    tally.catastrophic += catastrophic;
    tally.indebted += indebted;
    tally.share += share;
}

/// The end of the year: some die, the others grow older.
#[inline(always)]
fn die(block: &mut Block, scratch: &mut Scratch, odds: &Odds, tally: &mut Tally) {
    for ((row, age), status) in scratch.rows.iter_mut().zip(&block.age).zip(&block.status) {
        *row = Odds::death_row(*age, *status);
    }
    for (threshold, row) in scratch.thresholds.iter_mut().zip(&scratch.rows) {
        *threshold = odds.death[usize::from(*row) % (4 * AGES)];
    }
    for (luck, fate) in scratch.death.iter_mut().zip(&scratch.fate) {
        *luck = (fate >> 40) as u32;
    }
    let mut dies = [0u8; PEOPLE];
    for ((dies, luck), threshold) in dies.iter_mut().zip(&scratch.death).zip(&scratch.thresholds) {
        *dies = u8::from(luck < threshold);
    }
    let mut chronic = 0u32;
    for status in &block.status {
        chronic += u32::from(*status & ALIVE & (*status >> 2));
    }
    for ((age, status), dies) in block.age.iter_mut().zip(&mut block.status).zip(&dies) {
        *status &= !dies;
        *age += *status & ALIVE;
    }
    tally.chronic += u64::from(chronic);
}
