//! A quantity that depends on age, in bands.

/// Values by age band: `value[i]` holds from `from_age[i]` until the next band begins.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByAge {
    /// First completed year of age of each band, ascending; the first band also serves younger ages.
    pub from_age: Vec<u8>,
    /// The value in each band.
    pub value: Vec<f64>,
}

impl ByAge {
    /// The value at `age` (completed years).
    pub fn at(&self, age: i32) -> f64 {
        let band = self.from_age.iter().rposition(|&from| i32::from(from) <= age).unwrap_or(0);
        self.value.get(band).copied().unwrap_or(0.0)
    }
}
