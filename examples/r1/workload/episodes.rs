//! The episodes of a block's year, as columns: found, looked up, treated and billed in batches.

use super::MONTHS;
use super::block::{HOUSEHOLDS, PEOPLE};
use kangcun::lanes::{ROOM, bits, maths, set_bits};

/// Cells of a table by month and household.
const CELLS: usize = MONTHS * HOUSEHOLDS;
/// As many as there can be, and room for some that do not count.
const MOST: usize = PEOPLE * MONTHS + ROOM;

/// An episode is severe from here on; the numbers between lie on the grid of `bits::uniform`, so that what is left of the
/// draw within a class is never 0 and never 1.
const SEVERE: f32 = 7_717_519.0 / 8_388_608.0;
/// An episode is of middling severity from here to [`SEVERE`].
const MIDDLING: f32 = 5_872_026.0 / 8_388_608.0;

/// The insurer pays no more than this a person and year, in yuan.
const CEILING: f32 = 30_000.0;
/// Above this much out of pocket a person and year, the second insurance pays [`SECOND_SHARE`].
const SECOND_DEDUCTIBLE: f32 = 8_000.0;
const SECOND_SHARE: f32 = 0.6;

/// How severe an episode is, by its draw.
#[derive(Clone, Copy)]
struct Class {
    draw: f32,
    middling: bool,
    severe: bool,
}

impl Class {
    #[inline(always)]
    fn of(luck: u32) -> Class {
        let draw = bits::uniform(luck);
        Class {
            draw,
            middling: draw >= MIDDLING,
            severe: draw >= SEVERE,
        }
    }

    #[inline(always)]
    fn pick(self, mild: f32, middling: f32, severe: f32) -> f32 {
        if self.severe {
            severe
        } else if self.middling {
            middling
        } else {
            mild
        }
    }

    /// The place of the draw within its class, in (0, 1).
    #[inline(always)]
    fn within(self) -> f32 {
        (self.draw - self.pick(0.0, MIDDLING, SEVERE))
            * self.pick(1.0 / MIDDLING, 1.0 / (SEVERE - MIDDLING), 1.0 / (1.0 - SEVERE))
    }
}

/// Columns of episodes in the order of person and month.
pub struct Episodes {
    count: usize,
    /// 16 times the person and the month.
    place: Vec<u32>,
    /// Place in a table by month and household.
    cell: Vec<u32>,
    keyed: Vec<u64>,
    low: Vec<u32>,
    high: Vec<u32>,
    cost: Vec<f32>,
    income: Vec<f32>,
    travel: Vec<f32>,
    bill: Vec<f32>,
    /// What the insurer pays as long as the ceiling is far.
    claim: Vec<f32>,
}

impl Episodes {
    pub fn new() -> Episodes {
        Episodes {
            count: 0,
            place: vec![0; MOST],
            cell: vec![0; MOST],
            keyed: vec![0; MOST],
            low: vec![0; MOST],
            high: vec![0; MOST],
            cost: vec![0.0; MOST],
            income: vec![0.0; MOST],
            travel: vec![0.0; MOST],
            bill: vec![0.0; MOST],
            claim: vec![0.0; MOST],
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Lists the set bits of everybody's months of illness.
    #[inline(always)]
    pub fn collect(&mut self, ill: &[u16; PEOPLE]) {
        // Four people of sixteen bits each make a word, so the number of a bit in the whole is its place.
        let four = |four: &[u16; 4]| {
            four.iter()
                .rev()
                .fold(0, |bits, months| bits << 16 | u64::from(*months))
        };
        self.count = set_bits(ill.as_chunks::<4>().0.iter().map(four), &mut self.place);
    }

    /// Fetches what the treatment depends on.
    #[inline(always)]
    pub fn look_up(
        &mut self,
        who: &[u64; PEOPLE],
        incomes: &[f32; CELLS],
        travel: &[f32; HOUSEHOLDS],
        keys: &[u64; MONTHS],
    ) {
        let places = &self.place[..self.count];
        let cells = &mut self.cell[..places.len()];
        for (cell, place) in cells.iter_mut().zip(places) {
            let (person, month) = (place / 16, place % 16);
            *cell = month * HOUSEHOLDS as u32 + person % HOUSEHOLDS as u32;
        }
        let found = self.keyed.iter_mut().zip(&mut self.income).zip(&mut self.travel);
        for (((keyed, income), far), (place, cell)) in found.zip(places.iter().zip(cells)) {
            let cell = *cell as usize;
            *keyed = who[*place as usize / 16 % PEOPLE] ^ keys[cell / HOUSEHOLDS];
            *income = incomes[cell];
            *far = travel[cell % HOUSEHOLDS];
        }
    }

    /// Draws severity and cost, chooses the tier of care, and makes out the bill.
    #[inline(always)]
    pub fn treat(&mut self) {
        let count = self.count;
        let (low, high) = (&mut self.low[..count], &mut self.high[..count]);
        bits::hash_halves(&self.keyed[..count], 0, low, high);
        // Severity is the class of a uniform draw; its place within the class is uniform again, and makes the cost.
        let costs = &mut self.cost[..count];
        for (depth, luck) in costs.iter_mut().zip(&*low) {
            *depth = maths::normal_depth(Class::of(*luck).within());
        }
        for (cost, luck) in costs.iter_mut().zip(&*low) {
            let class = Class::of(*luck);
            let spread = class.pick(0.6, 0.8, 1.0) * maths::normal_at(class.within(), *cost);
            *cost = maths::exp(class.pick(5.0, 6.3, 8.3) + spread);
        }
        // Chances of the higher two tiers as multiples of the lowest tier's: only differences of utility count.
        let seconds = &mut self.bill[..count];
        let thirds = &mut self.claim[..count];
        let facts = self.income[..count].iter().zip(&self.travel[..count]);
        for (((second, third), (income, travel)), (cost, luck)) in seconds
            .iter_mut()
            .zip(&mut *thirds)
            .zip(facts)
            .zip(costs.iter().zip(&*low))
        {
            let class = Class::of(*luck);
            let burden = cost / (12.0 * income);
            *second = maths::exp(class.pick(-0.2, 0.6, 1.8) - 0.36 * burden - 0.6 * travel);
            *third = maths::exp(class.pick(-1.0, 0.3, 2.6) - 1.05 * burden - 2.2 * travel);
        }
        for ((bill, claim), (cost, luck)) in seconds.iter_mut().zip(thirds).zip(costs.iter().zip(&*high)) {
            let (second, third) = (*bill, *claim);
            let choice = bits::uniform(*luck) * (1.0 + second + third);
            let (above_first, above_second) = (choice >= 1.0, choice >= 1.0 + second);
            let by_tier = |first: f32, second: f32, third: f32| {
                if above_second {
                    third
                } else if above_first {
                    second
                } else {
                    first
                }
            };
            *bill = cost * by_tier(1.0, 1.6, 2.5);
            let above = maths::greatest(*bill - by_tier(0.0, 100.0, 400.0), 0.0);
            *claim = by_tier(0.80, 0.65, 0.50) * above;
        }
    }

    /// Who pays: the insurer up to the person's ceiling of the year, the second insurance, and the household. Sequential,
    /// as a person's later episodes depend on the earlier ones.
    #[inline(always)]
    pub fn bill(&self, payments: &mut [f32; CELLS]) {
        payments.fill(0.0);
        let (mut used, mut paid) = ([0.0f32; PEOPLE], [0.0f32; PEOPLE]);
        let count = self.count;
        let bills = self.bill[..count].iter().zip(&self.claim[..count]);
        for ((bill, claim), (place, cell)) in bills.zip(self.place[..count].iter().zip(&self.cell[..count])) {
            let person = *place as usize / 16 % PEOPLE;
            let insured = maths::least(*claim, CEILING - used[person]);
            used[person] += insured;
            let rest = bill - insured;
            let before = paid[person];
            let after = before + rest;
            paid[person] = after;
            let second = SECOND_SHARE
                * (maths::greatest(after - SECOND_DEDUCTIBLE, 0.0) - maths::greatest(before - SECOND_DEDUCTIBLE, 0.0));
            payments[*cell as usize] += rest - second;
        }
    }
}
