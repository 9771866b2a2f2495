//! A grid of axes: which of them are drawn, and the points of a cell.

use super::design::{Axis, Design};

/// The axes of a grid as a figure lays them out.
pub(super) struct Grid<'d> {
    /// The one across.
    pub(super) across: &'d Axis,
    /// The one that is told by lines, or stands upright.
    pub(super) second: Option<&'d Axis>,
    /// Those that are averaged over.
    pub(super) others: Vec<&'d Axis>,
}

impl Design {
    /// The axis of numbers with the most levels across, the first of the others beside it, of `few` levels at most where there
    /// is such a one.
    pub(super) fn grid(&self, few: usize) -> Option<Grid<'_>> {
        let numbers = || self.axes.iter().filter(|axis| axis.is_number);
        let most = numbers().map(|axis| axis.levels.len()).max()?;
        let across = numbers().find(|axis| axis.levels.len() == most)?;
        Some(self.beside(across, few))
    }

    /// The same with any axis across, where none has numbers.
    pub(super) fn any_grid(&self) -> Option<Grid<'_>> {
        self.grid(usize::MAX).or_else(|| {
            let most = self.axes.iter().map(|axis| axis.levels.len()).max()?;
            let across = self.axes.iter().find(|axis| axis.levels.len() == most)?;
            Some(self.beside(across, usize::MAX))
        })
    }

    fn beside<'d>(&'d self, across: &'d Axis, few: usize) -> Grid<'d> {
        let others = || self.axes.iter().filter(|axis| !std::ptr::eq(*axis, across));
        // Of two axes that could stand upright, numbers show more there than names.
        let fits = |axis: &&Axis| axis.levels.len() <= few;
        let second = if few == usize::MAX {
            others().find(|axis| axis.is_number).or_else(|| others().next())
        } else {
            others().find(fits).or_else(|| others().next())
        };
        let left = others().filter(|axis| second.is_none_or(|second| !std::ptr::eq(*axis, second)));
        Grid {
            across,
            second,
            others: left.collect(),
        }
    }
}

impl Grid<'_> {
    /// The points at a level across and one of the second axis; none where one of them is not there.
    pub(super) fn cell(&self, across: usize, second: Option<usize>) -> Option<Vec<usize>> {
        let fits = |point: &usize| {
            self.across.at[*point] == across
                && self
                    .second
                    .zip(second)
                    .is_none_or(|(axis, level)| axis.at[*point] == level)
        };
        let points: Vec<usize> = (0..self.across.at.len()).filter(fits).collect();
        let wanted: usize = self.others.iter().map(|axis| axis.levels.len()).product();
        (points.len() == wanted).then_some(points)
    }
}
