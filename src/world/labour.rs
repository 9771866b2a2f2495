//! How much work a person of an age can do, in units of a worker in the prime of life.

/// Labour units at `age` (completed years): 1 from 16 to 59, 0.6 from 60 to 69, 0.25 from 70 to 79, else 0
/// (an assumption, grade D; it follows the statistical yearbook's full and half labourers).
pub const fn labour_units(age: i32) -> f64 {
    match age {
        16..=59 => 1.0,
        60..=69 => 0.6,
        70..=79 => 0.25,
        _ => 0.0,
    }
}
