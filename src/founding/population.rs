//! Who lives in each county by age and sex: exact quotas from the census pyramid, tilted county by county.
//!
//! The national pyramid is multiplied by exp(t x age) for each county, with t such that the share of 60 and over is
//! `elder_ratio` x the mean; the counties are then raked so that together they are the nation. Counts are whole numbers
//! that sum exactly.

use super::rules::{AgeRules, WorldRules};
use crate::maths;

/// Age cells: five-year groups, with 15-19 cut at 18 where childhood ends.
pub const CELLS: usize = 19;
/// The age in completed years at which each cell begins.
pub const CELL_FROM: [i32; CELLS] = [0, 5, 10, 15, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85];
/// The first cell of the adults (18 and over).
pub const ADULT: usize = 4;
/// The first cell of the elders (60 and over).
pub const ELDER: usize = 13;

/// The age cell of every age in completed years.
const CELL_OF: [u8; 120] = {
    let mut of = [0; 120];
    let mut age = 0;
    while age < 120 {
        let mut cell = 0;
        while cell + 1 < CELLS && CELL_FROM[cell + 1] <= age {
            cell += 1;
        }
        of[age as usize] = cell as u8;
        age += 1;
    }
    of
};

/// People by sex (0 male, 1 female) and age cell.
pub type Pyramid<T> = [[T; CELLS]; 2];

/// The middle of an age cell in years.
pub fn middle(cell: usize) -> f64 {
    if cell + 1 == CELLS {
        88.0
    } else {
        f64::from(CELL_FROM[cell] + CELL_FROM[cell + 1]) / 2.0
    }
}

/// The national rural pyramid, summing to 1.
pub fn national(rules: &AgeRules) -> Pyramid<f64> {
    let mut pyramid = [[0.0; CELLS]; 2];
    for (sex, shares) in [&rules.men_share, &rules.women_share].into_iter().enumerate() {
        for (cell, &from) in CELL_FROM.iter().enumerate() {
            let part = match from {
                15 => 0.6,
                18 => 0.4,
                _ => 1.0,
            };
            pyramid[sex][cell] = shares.at(from) * part;
        }
    }
    let total = total(&pyramid);
    pyramid
        .iter_mut()
        .flatten()
        .for_each(|share| *share /= total.max(1e-12));
    pyramid
}

fn total(pyramid: &Pyramid<f64>) -> f64 {
    pyramid.iter().flatten().sum()
}

fn elders(pyramid: &Pyramid<f64>) -> f64 {
    pyramid.iter().map(|side| side[ELDER..].iter().sum::<f64>()).sum()
}

/// The national pyramid with more or fewer elders: shares scaled by exp(tilt x age), to sum to 1.
fn tilted(national: &Pyramid<f64>, tilt: f64) -> Pyramid<f64> {
    let mut pyramid = *national;
    for side in &mut pyramid {
        for (cell, share) in side.iter_mut().enumerate() {
            *share *= maths::exp(tilt * (middle(cell) - 42.0) / 40.0);
        }
    }
    let sum = total(&pyramid);
    for share in pyramid.iter_mut().flatten() {
        *share /= sum;
    }
    pyramid
}

/// The pyramid of every county, in the order of the map: each tilted to its share of elders, then raked so that the
/// counties together are the nation. `people` are the counties' shares of all people.
pub fn county_pyramids(world: &WorldRules, national: &Pyramid<f64>, people: &[f64]) -> Vec<Pyramid<f64>> {
    let mut pyramids: Vec<Pyramid<f64>> = world
        .counties
        .values()
        .map(|county| {
            let wanted = county.elder_ratio * elders(national);
            let tilt = bisect(-3.0, 3.0, |tilt| elders(&tilted(national, tilt)) - wanted);
            tilted(national, tilt)
        })
        .collect();
    for _ in 0..30 {
        for sex in 0..2 {
            for cell in 0..CELLS {
                let now: f64 = pyramids
                    .iter()
                    .zip(people)
                    .map(|(pyramid, part)| part * pyramid[sex][cell])
                    .sum();
                for pyramid in &mut pyramids {
                    pyramid[sex][cell] *= national[sex][cell] / now.max(1e-12);
                }
            }
        }
        for pyramid in &mut pyramids {
            let sum = total(pyramid);
            for share in pyramid.iter_mut().flatten() {
                *share /= sum.max(1e-12);
            }
        }
    }
    pyramids
}

/// The root of an increasing function between `low` and `high`, to a 2^40th of the interval; the nearer end where there
/// is none.
pub fn bisect(low: f64, high: f64, rises: impl Fn(f64) -> f64) -> f64 {
    let ends = ((low, rises(low)), (high, rises(high)));
    if ends.0.1 >= 0.0 {
        return low;
    }
    if ends.1.1 < 0.0 {
        return high;
    }
    close_in(ends, (high - low) * TWO_TO_MINUS_40, 3, rises)
}

/// As [`bisect`], where the root is thought to be near `guess`: looks there first.
pub fn bisect_near(guess: f64, low: f64, high: f64, rises: impl Fn(f64) -> f64) -> f64 {
    let enough = (high - low) * TWO_TO_MINUS_40;
    let mut reach = (high - low) / 1024.0;
    let middle = (guess, rises(guess));
    let (mut below, mut above) = (middle, middle);
    while below.1 >= 0.0 {
        if below.0 <= low {
            return low;
        }
        above = below;
        below.0 = (below.0 - reach).max(low);
        below.1 = rises(below.0);
        reach *= 8.0;
    }
    while above.1 < 0.0 {
        if above.0 >= high {
            return high;
        }
        below = above;
        above.0 = (above.0 + reach).min(high);
        above.1 = rises(above.0);
        reach *= 8.0;
    }
    close_in((below, above), enough, 0, rises)
}

const TWO_TO_MINUS_40: f64 = 1.0 / 1_099_511_627_776.0;

/// The root between two points with their values, the first below zero and the second not, to within `enough`.
///
/// False position in the form of Anderson and Björck (1973) after a few `halvings`, for the functions are steep at one
/// end; halvings again where that does not close in.
fn close_in(
    (mut low, mut high): ((f64, f64), (f64, f64)),
    enough: f64,
    halvings: usize,
    rises: impl Fn(f64) -> f64,
) -> f64 {
    const LINES: usize = 16;
    const MOST: usize = 64;
    let mut before = false;
    for step in 0..MOST {
        let width = high.0 - low.0;
        if width <= enough {
            break;
        }
        let line = high.0 - high.1 * width / (high.1 - low.1);
        let at = if !(halvings..LINES).contains(&step) || !line.is_finite() {
            f64::midpoint(low.0, high.0)
        } else {
            // At least half the wanted width from either end, so that both ends close in.
            line.clamp(low.0 + 0.5 * enough, high.0 - 0.5 * enough)
        };
        let value = rises(at);
        // An end that stays twice counts for less, so that it does not stay for ever.
        let side = value < 0.0;
        let again = step > halvings && side == before;
        before = side;
        if side {
            let part = 1.0 - value / low.1;
            if again {
                high.1 *= if part > 0.0 { part } else { 0.5 };
            }
            low = (at, value);
        } else {
            let part = 1.0 - value / high.1;
            if again {
                low.1 *= if part > 0.0 { part } else { 0.5 };
            }
            high = (at, value);
        }
    }
    f64::midpoint(low.0, high.0)
}

/// Whole numbers that sum to `total` and are as near as can be to `shares` of it (largest remainders; ties go to the
/// first).
pub fn whole(shares: &[f64], total: u32) -> Vec<u32> {
    let sum: f64 = shares.iter().sum();
    let wanted: Vec<f64> = shares
        .iter()
        .map(|share| share / sum.max(1e-12) * f64::from(total))
        .collect();
    let mut parts: Vec<u32> = wanted.iter().map(|&wanted| wanted as u32).collect();
    let missing = total.saturating_sub(parts.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| (wanted[b].fract()).total_cmp(&wanted[a].fract()).then(a.cmp(&b)));
    for &at in order.iter().cycle().take(missing as usize) {
        parts[at] += 1;
    }
    parts
}

/// The people of a county still waiting for a household.
#[derive(Clone, Debug)]
pub struct Pool {
    left: Pyramid<u32>,
    by_role: [[u32; 3]; 2],
}

/// What a person is in a household: a child (under 18), an adult or an elder (60 and over).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Under 18.
    Child = 0,
    /// 18 to 59.
    Adult = 1,
    /// 60 and over.
    Elder = 2,
}

const ROLES: [Role; 3] = [Role::Child, Role::Adult, Role::Elder];

impl Role {
    fn cells(self) -> std::ops::Range<usize> {
        match self {
            Role::Child => 0..ADULT,
            Role::Adult => ADULT..ELDER,
            Role::Elder => ELDER..CELLS,
        }
    }
}

impl Pool {
    /// The quotas of a county of `people` agents.
    pub fn new(pyramid: &Pyramid<f64>, people: u32) -> Pool {
        let flat: Vec<f64> = pyramid.iter().flatten().copied().collect();
        let counts = whole(&flat, people);
        let mut left = [[0; CELLS]; 2];
        for (at, count) in counts.into_iter().enumerate() {
            left[at / CELLS][at % CELLS] = count;
        }
        let mut pool = Pool {
            left,
            by_role: [[0; 3]; 2],
        };
        pool.count();
        pool
    }

    fn count(&mut self) {
        for sex in 0..2 {
            for role in ROLES {
                self.by_role[sex][role as usize] = self.left[sex][role.cells()].iter().sum();
            }
        }
    }

    /// People left in `role`.
    pub fn left(&self, role: Role) -> u32 {
        self.by_role[0][role as usize] + self.by_role[1][role as usize]
    }

    /// Whether more women than men are left in `role`.
    pub fn women_prevail(&self, role: Role) -> bool {
        self.by_role[1][role as usize] > self.by_role[0][role as usize]
    }

    /// Moves the few people by which the rounding of household kinds differs from the quotas across the border of
    /// their role (17 to 18, 59 to 60 and back), so that every place is filled.
    pub fn settle(&mut self, wanted: [u32; 3]) {
        let mut sex = 0;
        let mut shift = |pool: &mut Pool, from: Role, to: Role, people: u32| {
            let to_cell = if to as usize > from as usize {
                to.cells().start
            } else {
                to.cells().end - 1
            };
            for _ in 0..people {
                sex = 1 - sex;
                let nearest = |sex: usize| {
                    let cells = from.cells();
                    let found = |cell: &usize| pool.left[sex][*cell] > 0;
                    if to as usize > from as usize {
                        cells.rev().find(found)
                    } else {
                        cells.clone().find(found)
                    }
                };
                let from_sex = if nearest(sex).is_some() { sex } else { 1 - sex };
                if let Some(cell) = nearest(from_sex) {
                    pool.left[from_sex][cell] -= 1;
                    pool.left[from_sex][to_cell] += 1;
                }
            }
            pool.count();
        };
        let spare = self.left(Role::Child).saturating_sub(wanted[0]);
        shift(self, Role::Child, Role::Adult, spare);
        let spare = self.left(Role::Elder).saturating_sub(wanted[2]);
        shift(self, Role::Elder, Role::Adult, spare);
        let missing = wanted[0].saturating_sub(self.left(Role::Child));
        shift(self, Role::Adult, Role::Child, missing);
        let missing = wanted[2].saturating_sub(self.left(Role::Elder));
        shift(self, Role::Adult, Role::Elder, missing);
    }

    fn remove(&mut self, sex: usize, role: Role, cell: usize) -> (u8, usize) {
        self.left[sex][cell] -= 1;
        self.by_role[sex][role as usize] -= 1;
        (sex as u8, cell)
    }

    /// Takes the person of `sex` and `role` whose age cell is nearest to `age`; the other sex, then another role,
    /// where nobody is left. Gives sex and cell.
    pub fn near(&mut self, sex: usize, role: Role, age: f64) -> Option<(u8, usize)> {
        let (role, sex) = self.available(sex, role)?;
        let cells = role.cells();
        let wanted = usize::from(CELL_OF[(age as usize).min(119)]).clamp(cells.start, cells.end - 1);
        let (mut below, mut above) = (wanted, wanted);
        loop {
            if self.left[sex][below] > 0 {
                return Some(self.remove(sex, role, below));
            }
            if self.left[sex][above] > 0 {
                return Some(self.remove(sex, role, above));
            }
            if below == cells.start && above + 1 == cells.end {
                return None;
            }
            below = below.saturating_sub(1).max(cells.start);
            above = (above + 1).min(cells.end - 1);
        }
    }

    /// Takes a person of `role` by chance (`luck` in (0, 1)), of `sex` where given.
    pub fn any(&mut self, sex: Option<usize>, role: Role, luck: f64) -> Option<(u8, usize)> {
        let (role, available) = self.available(sex.unwrap_or(0), role)?;
        let sexes = if sex.is_some() { available..available + 1 } else { 0..2 };
        let total: u32 = sexes.clone().map(|sex| self.by_role[sex][role as usize]).sum();
        let mut at = (luck * f64::from(total)) as u32;
        for sex in sexes {
            for cell in role.cells() {
                let here = self.left[sex][cell];
                if at < here {
                    return Some(self.remove(sex, role, cell));
                }
                at -= here;
            }
        }
        None
    }

    #[inline]
    fn available(&self, sex: usize, role: Role) -> Option<(Role, usize)> {
        if self.by_role[sex][role as usize] > 0 {
            return Some((role, sex));
        }
        let others = match role {
            Role::Child => [Role::Child, Role::Adult, Role::Elder],
            Role::Adult => [Role::Adult, Role::Elder, Role::Child],
            Role::Elder => [Role::Elder, Role::Adult, Role::Child],
        };
        others
            .into_iter()
            .flat_map(|role| [(role, sex), (role, 1 - sex)])
            .find(|&(role, sex)| self.by_role[sex][role as usize] > 0)
    }
}

/// Completed months of age of a person in `cell`, by chance: even within a cell, geometric above 85.
pub fn months_of_age(cell: usize, luck: f64, survival_from_85: f64) -> i32 {
    let from = CELL_FROM[cell] * 12;
    if cell + 1 == CELLS {
        let years = maths::ln(luck) / maths::ln(survival_from_85.clamp(0.01, 0.99));
        return from + ((years * 12.0) as i32).min(25 * 12);
    }
    let span = (CELL_FROM[cell + 1] - CELL_FROM[cell]) * 12;
    from + (luck * f64::from(span)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_keep_the_total() {
        assert_eq!(whole(&[0.2, 0.3, 0.5], 10), vec![2, 3, 5]);
        assert_eq!(whole(&[1.0, 1.0, 1.0], 10).iter().sum::<u32>(), 10);
    }

    #[test]
    fn a_root_is_found_and_a_missing_one_is_the_nearer_end() {
        let root = |low: f64, high: f64, of: fn(f64) -> f64| {
            let root = bisect(low, high, of);
            for guess in [low, 0.9 * low + 0.1 * high, f64::midpoint(low, high), high] {
                let near = bisect_near(guess, low, high, of);
                assert!(
                    (near - root).abs() <= (high - low) * 2.0 * TWO_TO_MINUS_40,
                    "{near} {root}"
                );
            }
            root
        };
        assert!((root(-15.0, 10.0, |x| maths::exp(x) - 0.01) - maths::ln(0.01)).abs() < 1e-10);
        assert!((root(0.0, 2.0, |x| x * x * x - 2.0) - 2.0f64.cbrt()).abs() < 1e-11);
        assert!((root(-1.0, 1.0, |x| if x < 0.3 { -1.0 } else { 1e-9 }) - 0.3).abs() < 1e-11);
        assert_eq!(root(0.0, 1.0, |x| x + 1.0), 0.0);
        assert_eq!(root(0.0, 1.0, |x| x - 3.0), 1.0);
    }

    #[test]
    fn a_pool_gives_out_everybody_once() {
        let mut pool = Pool::new(&[[1.0 / 38.0; CELLS]; 2], 1000);
        pool.settle([200, 500, 300]);
        let mut taken = 0;
        while pool.near(taken % 2, ROLES[taken % 3], 33.0).is_some() {
            taken += 1;
        }
        assert_eq!(taken, 1000);
        assert!(pool.any(None, Role::Adult, 0.5).is_none());
    }
}
