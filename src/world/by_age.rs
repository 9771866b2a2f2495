//! A number that differs by age: a value for every age group, each group named by the age it begins at.

use serde::Deserialize;

/// Values by age group. The group of an age is the last one that begins at or below it; ages below the first group have
/// the first value.
///
/// ```
/// # use kangcun::world::ByAge;
/// let by_age = ByAge { from_age: vec![0, 15, 60], value: vec![0.1, 0.2, 0.3] };
/// assert_eq!((by_age.at(14), by_age.at(15), by_age.at(99)), (0.1, 0.2, 0.3));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByAge {
    /// The age in completed years at which each group begins, ascending.
    pub from_age: Vec<u8>,
    /// The value of each group.
    pub value: Vec<f64>,
}

impl ByAge {
    /// The value at `age` (completed years); 0 where the table is empty.
    pub fn at(&self, age: i32) -> f64 {
        let groups = self.from_age.iter().take_while(|&&from| i32::from(from) <= age).count();
        self.value.get(groups.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    /// The values at ages 0 to 119, so that a loop over people looks them up without searching.
    pub fn table(&self) -> [f64; 120] {
        std::array::from_fn(|age| self.at(age as i32))
    }
}
