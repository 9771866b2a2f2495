//! Who works in health care: the doctors of village clinics one by one, the staff of higher tiers in the mean.

/// A village doctor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doctor {
    /// The year of birth.
    pub born: i32,
    /// Has been trained lately, and it has not faded yet.
    pub trained: bool,
}

/// The staff of a tier of a county.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staff {
    /// Staff relative to that at founding.
    pub ratio: f64,
    /// Of it, those trained lately, as a share.
    pub trained_share: f64,
}

impl Default for Staff {
    fn default() -> Staff {
        Staff {
            ratio: 1.0,
            trained_share: 0.0,
        }
    }
}

/// The lie of the land, which decides how rain and snow lengthen the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Terrain {
    /// Flat.
    #[default]
    Plain = 0,
    /// Hills and loess.
    Hills = 1,
    /// Mountains.
    Mountain = 2,
}

/// How many terrains there are.
pub const TERRAINS: usize = 3;
