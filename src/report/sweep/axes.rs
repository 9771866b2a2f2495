//! What was swept: axes of numbers, which a slider moves, and axes of names, of which one is chosen.

use serde::Serialize;

/// Levels at ratios that differ by less than this are equal ratios.
const EVEN: f64 = 1e-6;

/// An axis of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Axis {
    /// Its name.
    pub name: String,
    /// `scenarios`, `programmes`, `rule`, `card` or `label`; empty where nothing is known of it.
    pub kind: String,
    /// The paths that it moves.
    pub paths: Vec<String>,
    /// The unit of its numbers.
    pub unit: String,
    /// What it moves, in words.
    pub meaning: Option<String>,
    /// The value without the sweep, where there is one.
    pub before: Option<String>,
    /// Whether distances are ratios.
    pub log: bool,
    /// Its levels, where they are numbers: from the least to the most.
    pub numbers: Option<Vec<f64>>,
    /// Its levels, where they are names: as they came.
    pub names: Vec<String>,
    /// What each name stands for.
    pub titles: Vec<String>,
}

impl Axis {
    /// An axis of what the columns of a table hold at each point, and its place at each: a number, or the number of a name.
    pub fn of(name: &str, is_number: bool, cells: &[String]) -> (Axis, Vec<f64>) {
        let blank = Axis {
            name: name.into(),
            kind: String::new(),
            paths: Vec::new(),
            unit: String::new(),
            meaning: None,
            before: None,
            log: false,
            numbers: None,
            names: Vec::new(),
            titles: Vec::new(),
        };
        let read: Option<Vec<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        if let (true, Some(read)) = (is_number, read) {
            let mut levels = read.clone();
            levels.sort_by(f64::total_cmp);
            levels.dedup();
            let log = is_even_in_ratio(&levels);
            let numbers = Some(levels);
            return (Axis { log, numbers, ..blank }, read);
        }
        let mut names: Vec<String> = Vec::new();
        let mut at = Vec::with_capacity(cells.len());
        for cell in cells {
            let place = names.iter().position(|own| own == cell).unwrap_or_else(|| {
                names.push(cell.clone());
                names.len() - 1
            });
            at.push(place as f64);
        }
        (Axis { names, ..blank }, at)
    }

    /// Puts its names into the order of `levels`, and the places of `points` on it, the axis of number `own`, with them.
    pub fn order(&mut self, levels: &[String], own: usize, points: &mut [Vec<f64>]) {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by_key(|&at| {
            levels
                .iter()
                .position(|level| *level == self.names[at])
                .unwrap_or(usize::MAX)
        });
        if self.is_number() || levels.is_empty() {
            return;
        }
        for point in points {
            let place = order.iter().position(|&at| at as f64 == point[own]);
            point[own] = place.unwrap_or_default() as f64;
        }
        self.names = order.iter().map(|&at| self.names[at].clone()).collect();
        if !self.titles.is_empty() {
            self.titles = order.iter().map(|&at| self.titles[at].clone()).collect();
        }
    }

    /// Whether its levels are numbers.
    pub fn is_number(&self) -> bool {
        self.numbers.is_some()
    }

    /// Whether a slider can move it: it has at least two numbers.
    pub fn is_slid(&self) -> bool {
        self.is_number() && self.count() > 1
    }

    /// How many levels it has.
    pub fn count(&self) -> usize {
        self.numbers.as_ref().map_or(self.names.len(), Vec::len)
    }

    /// The number as distances are measured.
    pub fn bent(&self, value: f64) -> f64 {
        if self.log { value.ln() } else { value }
    }

    /// The place of a value: from -1 (the least level) to 1 (the most); of a name, and of a number that is the only one, itself.
    pub fn place(&self, value: f64) -> f64 {
        let Some([first, .., last]) = self.numbers.as_deref() else {
            return value;
        };
        let (low, high) = (self.bent(*first), self.bent(*last));
        2.0 * (self.bent(value) - low) / (high - low) - 1.0
    }

    /// A level in words.
    pub fn word(&self, at: f64) -> String {
        match &self.numbers {
            // Levels as people say them: four digits, or all of a whole number.
            Some(_) if at.fract() == 0.0 => grouped(at),
            Some(_) => grouped(format!("{at:.3e}").parse().unwrap_or(at)),
            None => self.names.get(at as usize).cloned().unwrap_or_default(),
        }
    }

    #[cfg(test)]
    pub fn numbers(name: &str, ends: [f64; 2], log: bool) -> Axis {
        let (axis, _) = Axis::of(name, true, &ends.map(|end| end.to_string()));
        Axis { log, ..axis }
    }

    #[cfg(test)]
    pub fn names(name: &str, levels: &[&str]) -> Axis {
        let levels: Vec<String> = levels.iter().map(|level| (*level).to_owned()).collect();
        Axis::of(name, false, &levels).0
    }
}

/// A number with its thousands apart.
fn grouped(value: f64) -> String {
    let text = value.to_string();
    let (whole, rest) = text
        .split_once('.')
        .map_or((&text[..], String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("\u{2212}", digits));
    if digits.len() < 4 {
        return format!("{sign}{digits}{rest}");
    }
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}{rest}")
}

/// Whether three levels or more stand at equal ratios.
fn is_even_in_ratio(levels: &[f64]) -> bool {
    if levels.len() < 3 || levels[0] <= 0.0 {
        return false;
    }
    let ratio = levels[1] / levels[0];
    levels
        .windows(2)
        .all(|two| (two[1] / two[0] / ratio - 1.0).abs() < EVEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Axis {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        Axis::of("axis", true, &cells).0
    }

    #[test]
    fn levels_at_equal_ratios_are_measured_by_ratios() {
        assert!(of(&["4000", "16000", "8000"]).log);
        assert!(!of(&["240", "320", "400"]).log);
        assert!(!of(&["0", "1", "2"]).log);
        assert!(!of(&["1", "2"]).log);
        let axis = of(&["4000", "16000", "8000"]);
        assert_eq!(
            [4000.0, 8000.0, 16000.0].map(|value| (10.0 * axis.place(value)).round()),
            [-10.0, 0.0, 10.0]
        );
    }

    #[test]
    fn names_stand_in_the_order_of_their_file() {
        let mut axis = Axis::names("scenario", &["package", "baseline"]);
        let mut points = [vec![7.0, 0.0], vec![7.0, 1.0]];
        axis.order(&["baseline".into(), "package".into()], 1, &mut points);
        assert_eq!(axis.names, ["baseline", "package"]);
        assert_eq!(points, [vec![7.0, 1.0], vec![7.0, 0.0]]);
    }

    #[test]
    fn a_single_level_is_no_slider_and_words_are_names() {
        assert!(!of(&["3", "3"]).is_slid());
        assert!(of(&["3", "4"]).is_slid());
        assert!(!of(&["3", "true"]).is_number());
        assert_eq!(of(&["32000", "1"]).word(32_000.0), "32,000");
        assert_eq!(of(&["0.25", "1"]).word(0.25), "0.25");
    }
}
