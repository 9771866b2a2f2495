//! What a year is counted by. All counts are whole numbers, so they add up alike in any order.

use std::iter::Sum;

/// One year of a block, or of the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// People living, before the year's deaths.
    pub alive: u64,
    /// Of them with a chronic condition.
    pub chronic: u64,
    /// Episodes of illness.
    pub episodes: u64,
    /// Households with anybody living.
    pub households: u64,
    /// Households below the poverty line after paying for care.
    pub poor: u64,
    /// Of them those that were above it before.
    pub fallen: u64,
    /// Households that spent over a tenth of their income on care.
    pub catastrophic: u64,
    /// Households with negative savings.
    pub indebted: u64,
    /// The sum over households of the share of income spent on care, in units of 1 / [`Tally::SHARE_UNIT`].
    pub share: u64,
}

impl Tally {
    /// How finely shares are summed.
    pub const SHARE_UNIT: f32 = 1_048_576.0;

    /// The columns of the output: living people, chronic share, episodes per person-month, then means over households of
    /// poor, fallen, catastrophic, share and indebted.
    pub fn columns(&self) -> [f64; 8] {
        let people = self.alive as f64;
        let households = self.households as f64;
        [
            people,
            self.chronic as f64 / people,
            self.episodes as f64 / people / 12.0,
            self.poor as f64 / households,
            self.fallen as f64 / households,
            self.catastrophic as f64 / households,
            self.share as f64 / f64::from(Tally::SHARE_UNIT) / households,
            self.indebted as f64 / households,
        ]
    }

    /// The columns as a row of CSV.
    pub fn row(&self) -> String {
        let [alive, shares @ ..] = self.columns();
        shares
            .iter()
            .fold(format!("{alive}"), |row, share| format!("{row},{share:.6}"))
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |sum, one| Tally {
            alive: sum.alive + one.alive,
            chronic: sum.chronic + one.chronic,
            episodes: sum.episodes + one.episodes,
            households: sum.households + one.households,
            poor: sum.poor + one.poor,
            fallen: sum.fallen + one.fallen,
            catastrophic: sum.catastrophic + one.catastrophic,
            indebted: sum.indebted + one.indebted,
            share: sum.share + one.share,
        })
    }
}
