//! Poverty that lasts and poverty that passes. Both measures are of rows that were seen in every wave.

use super::Panel;

/// The gap of welfare over line to a power, 0 for those not poor.
fn gap(welfare: f64, alpha: i32) -> f64 {
    if welfare < 1.0 {
        (1.0 - welfare).powi(alpha)
    } else {
        0.0
    }
}

/// Poverty over all waves and its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// The mean over rows and waves of the gap to the power alpha.
    pub total: f64,
    /// The same at each row's mean welfare over all waves.
    pub chronic: f64,
    /// What is left: total less chronic.
    pub transient: f64,
    /// Rows that were seen in every wave.
    pub n: usize,
}

/// The parts of Jalan and Ravallion (1998), who use the squared gap (`alpha` 2).
pub fn jalan_ravallion(panel: &Panel, alpha: i32) -> Parts {
    let (mut whole, mut total, mut chronic, mut n) = (0.0, 0.0, 0.0, 0);
    for (weight, welfare) in panel.whole() {
        let waves = welfare.len() as f64;
        whole += weight;
        total += weight * welfare.iter().map(|welfare| gap(*welfare, alpha)).sum::<f64>() / waves;
        chronic += weight * gap(welfare.iter().sum::<f64>() / waves, alpha);
        n += 1;
    }
    Parts {
        total: total / whole,
        chronic: chronic / whole,
        transient: (total - chronic) / whole,
        n,
    }
}

/// Chronic poverty by duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chronic {
    /// Share of units that are chronically poor.
    pub headcount: f64,
    /// The mean share of waves in which they are poor.
    pub duration: f64,
    /// Headcount times duration: the duration-adjusted headcount K0.
    pub adjusted_headcount: f64,
    /// The mean over rows and waves of their gaps, 0 for all others: K1.
    pub adjusted_gap: f64,
    /// The same of squared gaps: K2.
    pub adjusted_severity: f64,
    /// Rows that were seen in every wave.
    pub n: usize,
    /// Of these, the chronically poor.
    pub events: usize,
}

/// The indices of Foster (2009): chronically poor is who is poor in a share of waves of at least `tau`, above 0 to 1.
pub fn foster(panel: &Panel, tau: f64) -> Chronic {
    let (mut whole, mut chronic, mut n, mut events) = (0.0, 0.0, 0, 0);
    let mut adjusted = [0.0; 3];
    for (weight, welfare) in panel.whole() {
        whole += weight;
        n += 1;
        let waves = welfare.len() as f64;
        let poor = welfare.iter().filter(|welfare| **welfare < 1.0).count() as f64;
        // A third of nine waves is three, whatever 1/3 times 9 comes to.
        if poor > 0.0 && poor >= tau * waves - 1e-9 {
            chronic += weight;
            events += 1;
            for (alpha, sum) in (0..).zip(&mut adjusted) {
                *sum += weight * welfare.iter().map(|welfare| gap(*welfare, alpha)).sum::<f64>() / waves;
            }
        }
    }
    let [adjusted_headcount, adjusted_gap, adjusted_severity] = adjusted.map(|sum| sum / whole);
    Chronic {
        headcount: chronic / whole,
        duration: adjusted[0] / chronic,
        adjusted_headcount,
        adjusted_gap,
        adjusted_severity,
        n,
        events,
    }
}
