//! Numbers under each other by their decimal points, whatever stands before and behind them.

use super::{columns, left, right};

/// A cell around its first number: words before it, its whole part with its sign, what follows from the point on, a mark that touches
/// it, and the rest, such as an interval.
struct Cut<'a> {
    before: &'a str,
    whole: &'a str,
    fraction: &'a str,
    mark: &'a str,
    rest: &'a str,
}

impl<'a> Cut<'a> {
    /// Whether something stands in brackets behind the number, which begins under that of other cells.
    fn is_followed(&self) -> bool {
        self.rest.starts_with(" (")
    }

    /// Nothing where there is no number.
    fn of(text: &'a str) -> Option<Cut<'a>> {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let first = bytes.iter().position(u8::is_ascii_digit)?;
        // A sign belongs to its number where nothing but a blank or a bracket stands before it.
        let free = |at: usize| at == 0 || matches!(bytes[at - 1], b' ' | b'(' | b'[');
        let signed = first > 0 && matches!(bytes[first - 1], b'+' | b'-') && free(first - 1);
        let from = first - usize::from(signed);
        let mut point = first;
        while digit(point) || (bytes.get(point) == Some(&b',') && digit(point + 1)) {
            point += 1;
        }
        let mut end = point;
        if bytes.get(end) == Some(&b'.') && digit(end + 1) {
            end += 1;
            while digit(end) {
                end += 1;
            }
        }
        let rest = text[end..].find(' ').map_or(text.len(), |blank| end + blank);
        Some(Cut {
            before: &text[..from],
            whole: &text[from..point],
            fraction: &text[point..end],
            mark: &text[end..rest],
            rest: &text[rest..],
        })
    }
}

/// The cells of a column, all of one width: the first number of each with its point under that of the others, and what follows it from
/// one place on. Cells without a number end where whole numbers end.
pub(super) fn aligned(cells: &[&str]) -> Vec<String> {
    let cuts: Vec<Option<Cut>> = cells.iter().map(|cell| Cut::of(cell)).collect();
    let widest = |of: &dyn Fn(&Cut) -> usize| cuts.iter().flatten().map(of).max().unwrap_or(0);
    // A fraction and a mark take room where something in brackets follows them.
    let followed = |cut: &Cut, part: &str| if cut.is_followed() { columns(part) } else { 0 };
    // Words before a number touch it.
    let whole = widest(&|cut| columns(cut.before) + columns(cut.whole));
    let fraction = widest(&|cut| followed(cut, cut.fraction));
    let mark = widest(&|cut| followed(cut, cut.mark));
    let lines: Vec<String> = cuts
        .iter()
        .zip(cells)
        .map(|(cut, cell)| {
            let Some(cut) = cut else {
                return right(cell, whole);
            };
            let number = right(&format!("{}{}", cut.before, cut.whole), whole);
            if cut.is_followed() {
                // A mark touches its number.
                let marked = format!("{}{}", cut.fraction, cut.mark);
                format!("{number}{}{}", left(&marked, fraction + mark), cut.rest)
            } else {
                format!("{number}{}{}{}", cut.fraction, cut.mark, cut.rest)
            }
        })
        .collect();
    let width = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
    lines.iter().map(|line| left(line, width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(cells: &[&str]) -> Vec<String> {
        aligned(cells).iter().map(|line| line.trim_end().to_owned()).collect()
    }

    #[test]
    fn points_stand_under_points() {
        assert_eq!(
            lines(&["1,234.5", "-0.25", "7", "-"]),
            ["1,234.5", "   -0.25", "    7", "    -"]
        );
    }

    #[test]
    fn intervals_begin_under_each_other_and_marks_touch_their_numbers() {
        assert_eq!(
            lines(&["-1.25* (-2.0 to -0.5)", "0.30 (-10.25 to 11)", "+12 (one run)", "-"]),
            [
                " -1.25* (-2.0 to -0.5)",
                "  0.30  (-10.25 to 11)",
                "+12     (one run)",
                "  -"
            ]
        );
    }

    #[test]
    fn words_before_a_number_end_at_it() {
        assert_eq!(
            lines(&["above 0", "below 12", "46.3%"]),
            [" above 0", "below 12", "      46.3%"]
        );
    }

    #[test]
    fn a_hyphen_inside_a_word_is_no_sign() {
        assert_eq!(
            lines(&["0.300 to 0.550", "14.1 to 20.7"]),
            [" 0.300 to 0.550", "14.1 to 20.7"]
        );
        assert_eq!(lines(&["a-5", "7"]), ["a-5", "  7"]);
    }
}
