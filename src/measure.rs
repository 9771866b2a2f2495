//! The indicators of the field on columns of numbers: a survey's, or those of simulated households.
//!
//! One row is a household (or a person), with a weight. Nothing here reads a file, prints or refuses: whoever fills a
//! [`Sample`] has looked that its columns are of one length, finite, and within what each field asks. A value that is not
//! defined (the mean overshoot of nobody) is NaN.
//!
//! Most indicators are smooth functions of weighted means ([`statistic::Smooth`]), so that a value and its influence come from
//! one formula: the variance of the value under any design is that of the weighted sum of the influences (Deville 1999).
//! What hangs on a median or a band of percentiles has no influence here and is to be bootstrapped: [`Prepared`] keeps what
//! does not change with the weights. `docs/indicators.md` lists every indicator with formula, source and agreement.

pub mod catastrophic;
pub mod concentration;
pub mod daly;
pub mod decomposition;
pub mod dynamics;
mod family;
pub mod inequality;
mod national;
pub mod poverty;
pub mod ranking;
mod sample;
pub mod statistic;

pub use family::{Prepared, Row, Settings, family};
pub use sample::{Basis, Sample, Scale, Weight};
pub use statistic::{Measured, Smooth};
