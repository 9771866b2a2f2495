//! How much labour a person of an age can give.

/// Labour units by age: full from 16 to 59, less later, none before 16 and from 80.
pub fn labour_units(age: i32) -> f32 {
    match age {
        16..=59 => 1.0,
        60..=69 => 0.6,
        70..=79 => 0.25,
        _ => 0.0,
    }
}
