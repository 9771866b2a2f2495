//! Travel: the way to care by terrain and season, the roads, and who can be reached without one.
//!
//! Minutes one way are those of founding x `minutes_ratio` (1: the roads as they are; below 1: better roads) x the
//! `month_ratio` of the county's terrain (rain, snow and ice). A remote consultation needs a connection: the village's rank by
//! remoteness counted from the least remote must lie below `connected_village_share`, so that the remotest are the last to be
//! connected; and it must be offered there (`care_seeking.available_share.remote`).

use crate::world::{TERRAINS, Terrain};
use serde::Deserialize;

/// Travel rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelRules {
    /// Minutes of every way relative to founding: a road programme lowers it.
    pub minutes_ratio: f64,
    /// Minutes in each calendar month relative to the year's best, January first.
    pub month_ratio: ByTerrain,
    /// Share of villages with a connection that carries a remote consultation.
    pub connected_village_share: f64,
}

/// Twelve numbers for each terrain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByTerrain {
    /// Flat country.
    pub plain: Vec<f64>,
    /// Hills and loess.
    pub hills: Vec<f64>,
    /// Mountains.
    pub mountain: Vec<f64>,
}

/// The ways of a rule class.
#[derive(Clone, Debug)]
pub struct Travel {
    /// What minutes are multiplied with, by terrain and calendar month.
    ratio: [[f32; 12]; TERRAINS],
    connected: f64,
}

impl TravelRules {
    /// Compiles the ratios.
    ///
    /// # Errors
    /// When a terrain has not one number a month.
    pub fn compile(&self) -> Result<Travel, String> {
        let months = |name: &str, ratios: &Vec<f64>| -> Result<[f32; 12], String> {
            let year = <[f64; 12]>::try_from(&ratios[..]);
            let year = year.map_err(|_| format!("travel.month_ratio.{name}: twelve numbers, January first"))?;
            Ok(year.map(|ratio| (ratio * self.minutes_ratio) as f32))
        };
        let ByTerrain { plain, hills, mountain } = &self.month_ratio;
        Ok(Travel {
            ratio: [
                months("plain", plain)?,
                months("hills", hills)?,
                months("mountain", mountain)?,
            ],
            connected: self.connected_village_share,
        })
    }
}

impl Travel {
    /// What minutes of founding are multiplied with in a calendar month (0 to 11).
    pub fn ratio(&self, terrain: Terrain, month: usize) -> f32 {
        self.ratio[terrain as usize][month]
    }

    /// Whether a village is connected, by its rank of remoteness (0 the remotest).
    pub fn connects(&self, remoteness_rank: f64) -> bool {
        1.0 - remoteness_rank < self.connected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> TravelRules {
        let mut mountain = vec![1.0; 12];
        mountain[6] = 1.5;
        TravelRules {
            minutes_ratio: 0.5,
            month_ratio: ByTerrain {
                plain: vec![1.0; 12],
                hills: vec![1.0; 12],
                mountain,
            },
            connected_village_share: 0.9,
        }
    }

    #[test]
    fn rain_in_july_and_a_road_that_halves_the_way() {
        let travel = rules().compile().unwrap();
        assert_eq!(travel.ratio(Terrain::Plain, 6), 0.5);
        assert_eq!(travel.ratio(Terrain::Mountain, 6), 0.75);
        assert_eq!(travel.ratio(Terrain::Mountain, 7), 0.5);
    }

    #[test]
    fn the_remotest_tenth_is_not_connected() {
        let travel = rules().compile().unwrap();
        assert!(!travel.connects(0.05) && !travel.connects(0.0999) && travel.connects(0.1001) && travel.connects(0.99));
    }

    #[test]
    fn a_year_has_twelve_months() {
        let mut rules = rules();
        rules.month_ratio.hills.pop();
        let told = rules.compile().unwrap_err();
        assert!(
            told.contains("travel.month_ratio.hills") && told.contains("twelve"),
            "{told}"
        );
    }
}
