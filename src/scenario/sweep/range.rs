//! Ranges of an axis: equal steps, and the value below which a share of the range lies.
//!
//! Ratios of a logarithmic range are made of square roots and products alone, so that they are the same bytes on every machine.

use super::levels::number_value;

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least.
    pub from: f64,
    /// The most.
    pub to: f64,
    /// Whether distances are ratios.
    pub is_log: bool,
    /// Whether its numbers are whole.
    pub is_whole: bool,
}

impl Range {
    /// The value at `share` of the way from the least (0) to the most (1).
    ///
    /// ```
    /// # use kangcun::scenario::sweep::Range;
    /// let range = Range { from: 1.0, to: 100.0, is_log: true, is_whole: false };
    /// assert_eq!(range.at(0.5), 10.0);
    /// assert_eq!(Range { is_log: false, ..range }.at(0.25), 25.75);
    /// ```
    pub fn at(&self, share: f64) -> f64 {
        let value = if self.is_log {
            self.from * power(self.to / self.from, share)
        } else {
            self.from + (self.to - self.from) * share
        };
        let value = value.clamp(self.from, self.to);
        if self.is_whole { value.round() } else { value }
    }

    /// The value at `share` of the way, as a scenario file has it.
    pub fn text(&self, share: f64) -> String {
        number_value(self.at(share), self.is_whole).text
    }

    /// So many values of equal distance, both ends included, to twelve digits.
    pub fn steps(&self, count: u32) -> Vec<f64> {
        let last = f64::from(count.max(2) - 1);
        let step = |number: u32| {
            let at = f64::from(number);
            if number == 0 {
                self.from
            } else if at == last {
                self.to
            } else if self.is_log {
                to_twelve_digits(self.from * power(self.to / self.from, at / last))
            } else {
                to_twelve_digits(((last - at) * self.from + at * self.to) / last)
            }
        };
        (0..count.max(2)).map(step).collect()
    }
}

/// `base` to the power `share`, which lies between 0 and 1: the product of the roots that the binary digits of `share` ask for.
fn power(base: f64, share: f64) -> f64 {
    if share >= 1.0 {
        return base;
    }
    let (mut root, mut rest, mut product) = (base, share, 1.0);
    for _ in 0..60 {
        if rest <= 0.0 {
            break;
        }
        root = root.sqrt();
        rest *= 2.0;
        if rest >= 1.0 {
            rest -= 1.0;
            product *= root;
        }
    }
    product
}

/// Without what arithmetic leaves in the last digits: 0.30000000000000004 is 0.3.
fn to_twelve_digits(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: f64, to: f64, is_log: bool) -> Range {
        Range {
            from,
            to,
            is_log,
            is_whole: false,
        }
    }

    #[test]
    fn steps_are_equal_and_hold_both_ends() {
        let steps = range(0.0, 1.0, false).steps(11);
        let tenths = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
        assert_eq!(steps, tenths);
        assert_eq!(range(1.0, 1000.0, true).steps(4), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(range(0.1, 0.7, false).steps(2), [0.1, 0.7]);
        assert_eq!(range(-2.0, 2.0, false).steps(3), [-2.0, 0.0, 2.0]);
    }

    #[test]
    fn a_logarithmic_range_has_as_much_below_as_above_its_geometric_mean() {
        let own = range(0.02, 5.0, true);
        for share in [0.0, 0.1, 0.25, 0.37, 0.5, 0.9, 0.999_999, 1.0] {
            let exact = 0.02 * (share * (5.0f64 / 0.02).ln()).exp();
            assert!((own.at(share) / exact - 1.0).abs() < 1e-13, "{share}");
        }
        assert_eq!((own.at(0.0), own.at(1.0)), (0.02, 5.0));
    }

    #[test]
    fn whole_ranges_have_whole_numbers() {
        let own = Range {
            is_whole: true,
            ..range(10.0, 20.0, false)
        };
        assert_eq!((own.at(0.04), own.at(0.06)), (10.0, 11.0));
    }
}
