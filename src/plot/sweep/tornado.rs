//! What the headline of a sweep depends on most: axes and drawn cards, by what lies between the ends of each.
//!
//! Of a grid, an end of an axis is the mean of all points there, held against the mean of all points, run by run over the same
//! luck. Of scattered points and of draws it is what a regression by least squares expects there, the others being at their means;
//! where there are too few points for all at once, each is regressed for itself.

mod bars;
mod picture;

use super::super::sources::Sources;
use super::super::{Draw, PlotError};
use super::Sweep;
use super::design::Axis;
use bars::{Bars, bars, of_axes};

/// What the headline depends on most.
pub(in super::super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let sweep = Sweep::read(sources)?;
    let bars: Bars = bars(&sweep, sources)?;
    if bars.all.len() < 2 {
        return Ok(None);
    }
    Ok(Some(Box::new(move |page| picture::draw_bars(page, &sweep, &bars))))
}

/// The axis of numbers of scattered points that the headline depends on most, if that can be told.
pub(super) fn steepest(sweep: &Sweep) -> Option<&Axis> {
    let found = of_axes(sweep)?;
    let number = |name: &str| sweep.design.axes.iter().find(|axis| axis.name == name && axis.is_number);
    let mut bars: Vec<_> = found.all.iter().filter_map(|bar| Some((bar.effect.mean.abs(), number(&bar.name)?))).collect();
    bars.sort_by(|one, other| other.0.total_cmp(&one.0));
    bars.first().map(|(_, axis)| *axis)
}
