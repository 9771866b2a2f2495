//! Every draw of a month, and how a number is read off its bits. Nothing else in the reference looks at bits.

use kangcun::draws::{Luck, Purpose, RECOVERED, SECOND, SENT_HOME, TAKEN_IN, spread};
use kangcun::units::Month;
use kangcun::world::PROVIDERS;
use statrs::distribution::{ContinuousCDF, Normal};

/// The luck of one month.
#[derive(Clone, Copy)]
pub struct MonthLuck {
    pub luck: Luck,
    pub when: Month,
}

/// The rung of the ladder that a draw lands on, and how far up from the start of the rung, of a whole of 1.
pub struct Rung {
    pub number: usize,
    pub position: f64,
}

/// The latent outcome of an episode: the same for whichever provider treats it.
#[derive(Clone, Copy)]
pub struct OutcomeLuck {
    pub skill: f64,
    pub course: f64,
    pub stock: f64,
}

/// The lowest `width` bits of `bits` as the middle of one of 2^width equal steps in (0, 1).
fn middle(bits: u64, width: u32) -> f64 {
    let steps = (1u64 << width) as f64;
    ((bits % (1 << width)) as f64 + 0.5) / steps
}

impl MonthLuck {
    fn bits(&self, purpose: Purpose, who: u64, index: u64) -> u64 {
        self.luck.stream(purpose, self.when.0).bits(who, index)
    }

    /// The acute draw of a person, and where the person lands on the ladder of sixteen rungs.
    pub fn illness(&self, person: u64) -> (f64, Rung) {
        const HALF: u64 = 1 << 32;
        let bits = self.bits(Purpose::Illness, person, 0);
        let (low, high) = (bits % HALF, bits / HALF);
        let rung = HALF / 16;
        let rung = Rung {
            number: (high / rung) as usize,
            position: (high % rung) as f64 / HALF as f64,
        };
        (low as f64 / HALF as f64, rung)
    }

    /// How grave an acute episode is: the low half of the draw whose high half is the size of the bill.
    pub fn severity(&self, person: u64, index: u64) -> f64 {
        const HALF: u64 = 1 << 32;
        (self.bits(Purpose::Bill, person, index) % HALF) as f64 / HALF as f64
    }

    /// The noise of each option in the choice of the person's episode `index`: Gumbel, from sixteen bits each.
    pub fn noise(&self, person: u64, index: u64) -> [f64; PROVIDERS] {
        let who = person ^ spread(index);
        let halves = [0, SECOND].map(|half| self.bits(Purpose::Choice, who, half));
        std::array::from_fn(|option| {
            let uniform = middle(halves[option / 4] >> (16 * (option % 4)), 16);
            -(-uniform.ln()).ln()
        })
    }

    /// The bill relative to the mean of its kind: lognormal with mean 1 and `spread` of the log.
    pub fn size(&self, person: u64, index: u64, spread: f64) -> f64 {
        let bits = self.bits(Purpose::Bill, person, index);
        let score = score((bits >> 32) as u32);
        (spread * score - spread * spread / 2.0).exp()
    }

    /// How the episode goes.
    pub fn outcome(&self, person: u64, index: u64) -> OutcomeLuck {
        let bits = self.bits(Purpose::Outcome, person, index);
        OutcomeLuck {
            skill: middle(bits, 24),
            course: middle(bits >> 24, 24),
            stock: middle(bits >> 48, 16),
        }
    }

    fn of_month(&self, purpose: Purpose, who: u64, index: u64) -> f64 {
        self.luck.stream(purpose, self.when.0).uniform(who, index)
    }

    /// The draw that sends an unneeded admission home.
    pub fn sent_home(&self, person: u64) -> f64 {
        self.of_month(Purpose::Bill, person, SENT_HOME)
    }

    /// The draw that takes a patient into rehabilitation.
    pub fn taken_in(&self, person: u64) -> f64 {
        self.of_month(Purpose::Outcome, person, TAKEN_IN)
    }

    /// The draw that rounds what a month of recovery brings back.
    pub fn recovered(&self, person: u64) -> f64 {
        self.of_month(Purpose::Outcome, person, RECOVERED)
    }

    /// Whether a migrant of the household comes home this month.
    pub fn comes_home(&self, household: u64, probability: f64) -> bool {
        let draws = self.luck.stream(Purpose::Homecoming, self.when.0);
        draws.happens(household, 0, probability)
    }

    /// A draw of the calendar year.
    pub fn of_year(&self, purpose: Purpose, who: u64, index: u64) -> f64 {
        of_year(self.luck, self.when.year(), purpose, who, index)
    }
}

/// A standard normal score from the top 23 of 32 bits.
fn score(bits: u32) -> f64 {
    Normal::standard().inverse_cdf(middle(u64::from(bits >> 9), 23))
}

/// The luck of a household's persistent and transitory income scores in a year: the two halves of one draw.
pub fn income_scores(luck: Luck, year: i32, household: u64) -> (f64, f64) {
    let bits = luck.stream(Purpose::Income, year).bits(household, 0);
    (score(bits as u32), score((bits >> 32) as u32))
}

/// A draw of a calendar year.
pub fn of_year(luck: Luck, year: i32, purpose: Purpose, who: u64, index: u64) -> f64 {
    luck.stream(purpose, year).uniform(who, index)
}
