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
    let number = |name: &str| {
        sweep
            .design
            .axes
            .iter()
            .find(|axis| axis.name == name && axis.is_number)
    };
    let mut bars: Vec<_> = found
        .all
        .iter()
        .filter_map(|bar| Some((bar.effect.mean.abs(), number(&bar.name)?)))
        .collect();
    bars.sort_by(|one, other| other.0.total_cmp(&one.0));
    bars.first().map(|(_, axis)| *axis)
}

#[cfg(test)]
mod tests {
    use super::super::example::{Example, figure};
    use super::super::read::Sweep;
    use super::bars::{Method, bars};
    use super::{Sources, read};

    #[test]
    fn a_grid_has_main_effects_under_the_same_luck() {
        let points: [&[&str]; 4] = [&["1", "none"], &["1", "aid"], &["3", "none"], &["3", "aid"]];
        // Per cent: 4 and 3 without and with aid at the one end, 2 and 2 at the other; luck is common.
        let worth = [0.04, 0.03, 0.02, 0.02];
        let folder = Example::of(&[("a", true), ("policy", false)], &points)
            .write(|point, luck, _| (worth[point] + 0.001 * luck as f64, 900.0));
        let sources = Sources::of(folder.path());
        let found = bars(&Sweep::read(&sources).unwrap(), &sources).unwrap();
        assert_eq!(found.axes, Some(Method::Grid));
        let [a, policy] = &found.all[..] else {
            panic!("two axes make two bars")
        };
        assert!((a.effect.mean + 1.5).abs() < 1e-9 && (policy.effect.mean + 0.5).abs() < 1e-9);
        assert!((a.ends[0].1.mean - 0.75).abs() < 1e-9 && (a.ends[1].1.mean + 0.75).abs() < 1e-9);
        let (low, high) = a.effect.ends.unwrap();
        assert!(high - low < 1e-9, "luck that all points share is no spread");
        let figure = figure(&folder, read).unwrap().unwrap();
        assert!(figure.drawing.says("Policy") && figure.drawing.says("none") && figure.drawing.says("aid"));
    }

    #[test]
    fn drawn_cards_are_regressed_and_the_share_explained_is_said() {
        let mut example = Example::of(&[("policy", false)], &[&["none"], &["aid"]]);
        example.draws = vec![0.1, 0.2, 0.3, 0.4, 0.5];
        // A line: 10 per cent a unit of the card, less 1 with aid.
        let folder = example.write(|point, _, card| (0.05 + 0.1 * card - 0.01 * point as f64, 900.0));
        let sources = Sources::of(folder.path());
        let found = bars(&Sweep::read(&sources).unwrap(), &sources).unwrap();
        let card = &found.all[0];
        assert!(
            card.is_card && (card.effect.mean - 4.0).abs() < 1e-9,
            "{}",
            card.effect.mean
        );
        assert!((found.all[1].effect.mean + 1.0).abs() < 1e-9);
        let figure = figure(&folder, read).unwrap().unwrap();
        assert!(figure.drawing.says("Stroke control, a year *"));
        assert!(
            figure.caption.contains("R\u{b2} = 1.00") && figure.caption.contains("5 draws"),
            "{}",
            figure.caption
        );
    }

    #[test]
    fn scattered_points_are_regressed_on_all_axes_at_once() {
        let points: Vec<[String; 2]> = (0..20)
            .map(|at| {
                [
                    format!("{}", f64::from(at) / 19.0),
                    ["none", "aid"][at as usize * 3 % 2].to_owned(),
                ]
            })
            .collect();
        let rows: Vec<Vec<&str>> = points
            .iter()
            .map(|own| own.iter().map(String::as_str).collect())
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let folder = Example::of(&[("a_share", true), ("policy", false)], &rows).write(|point, _, _| {
            let aid = f64::from(u8::from(points[point][1] == "aid"));
            (
                0.05 - 0.02 * points[point][0].parse::<f64>().unwrap() - 0.01 * aid,
                900.0,
            )
        });
        let sources = Sources::of(folder.path());
        let found = bars(&Sweep::read(&sources).unwrap(), &sources).unwrap();
        assert!(
            matches!(found.axes, Some(Method::Joint { n: 20, count: 2, .. })),
            "{:?}",
            found.axes
        );
        let effects: Vec<i64> = found
            .all
            .iter()
            .map(|bar| (1000.0 * bar.effect.mean).round() as i64)
            .collect();
        assert_eq!(effects, [-2000, -1000]);
    }
}
