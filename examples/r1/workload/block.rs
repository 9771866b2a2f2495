//! A block of households and its founding.

use super::SHOCK_VARIANCE;
use kangcun::draws::{Luck, Purpose, Stream};
use kangcun::maths;

/// Households of a block.
pub const HOUSEHOLDS: usize = 128;
/// Members of a household at the start.
pub const SLOTS: usize = 4;
/// People of a block. Member `slot` of household `h` is person `slot * HOUSEHOLDS + h`, so that the households of one slot
/// lie side by side.
pub const PEOPLE: usize = HOUSEHOLDS * SLOTS;

/// Status bit: living.
pub const ALIVE: u8 = 1;
/// Status bit: male.
pub const MALE: u8 = 2;
/// Status bit: has a chronic condition.
pub const CHRONIC: u8 = 4;

/// What lasts from year to year: 6 bytes a person. A block that is not full is filled up with the dead.
pub struct Block {
    /// Its place in the world.
    pub number: usize,
    pub age: [u8; PEOPLE],
    pub status: [u8; PEOPLE],
    /// Mean monthly income in yuan.
    pub mean_income: [f32; HOUSEHOLDS],
    /// The logarithm of how far this month's income is from the mean.
    pub shock: [f32; HOUSEHOLDS],
    /// Savings in yuan; debt when negative.
    pub savings: [f32; HOUSEHOLDS],
    /// How much longer than usual the way to care takes.
    pub travel: [f32; HOUSEHOLDS],
}

impl Block {
    /// Founds block `number`, of which the first `households` (at most all) are lived in.
    pub fn found(number: usize, households: usize, luck: &Luck, identities: &Stream) -> Block {
        let mut block = Block {
            number,
            age: [0; PEOPLE],
            status: [0; PEOPLE],
            mean_income: [1.0; HOUSEHOLDS],
            shock: [0.0; HOUSEHOLDS],
            savings: [0.0; HOUSEHOLDS],
            travel: [1.0; HOUSEHOLDS],
        };
        let founding = luck.stream(Purpose::Founding, 0);
        for household in 0..households.min(HOUSEHOLDS) {
            let who = identities.bits(household_index(number, household), HOUSEHOLD);
            let uniform = |index| founding.uniform(who, index);
            let whole = |index, count: u32| (uniform(index) * f64::from(count)) as i32;
            let father = 25 + whole(0, 40);
            let mother = (father - 5 + whole(1, 11)).clamp(20, 80);
            let child = whole(2, 25);
            let fourth = if uniform(3) < 0.5 {
                60 + whole(4, 25)
            } else {
                whole(4, 18)
            };
            for (slot, age) in [father, mother, child, fourth].into_iter().enumerate() {
                let draw = 5 + 2 * slot as u64;
                let male = slot == 0 || (slot > 1 && uniform(draw) < 0.5);
                let chronic = uniform(draw + 1) < logistic(-5.0 + 0.06 * f64::from(age));
                let person = slot * HOUSEHOLDS + household;
                block.age[person] = age as u8;
                block.status[person] = ALIVE + u8::from(male) * MALE + u8::from(chronic) * CHRONIC;
            }
            let mean = maths::exp(8.3 + 0.6 * founding.normal(who, 13));
            block.mean_income[household] = mean as f32;
            block.savings[household] = 3.0 * mean as f32;
            block.shock[household] = (SHOCK_VARIANCE.sqrt() * founding.normal(who, 14)) as f32;
            block.travel[household] = (0.5 + uniform(15)) as f32;
        }
        block
    }
}

/// Draw number of a household's identity.
pub const HOUSEHOLD: u64 = 0;
/// Draw number of a person's identity.
pub const PERSON: u64 = 1;

/// The place in the world of household `household` of block `block`.
#[inline]
pub fn household_index(block: usize, household: usize) -> u64 {
    (block * HOUSEHOLDS + household) as u64
}

/// 1 / (1 + exp(-x)).
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + maths::exp(-x))
}
