//! A page of text: paragraphs that wrap and columns that align, in letters of one column and of two.

use crate::units::{Fen, Ppm};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a page.
pub const WIDTH: usize = 100;
/// Columns of the words and of the amount of a row.
const ROW: (usize, usize) = (62, 16);

/// `1234567` fen as `12,345.67`.
pub fn yuan(fen: Fen) -> String {
    let (whole, rest) = (fen.0.abs() / 100, fen.0.abs() % 100);
    let sign = if fen.0 < 0 { "-" } else { "" };
    format!("{sign}{}.{rest:02}", grouped(whole))
}

/// To the nearest yuan, such as `12,346`.
pub fn whole_yuan(fen: Fen) -> String {
    let yuan = (fen.0 + 50).div_euclid(100);
    let sign = if yuan < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(yuan.abs()))
}

fn grouped(whole: i64) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `75%`.
pub fn percent(share: Ppm) -> String {
    format!("{}%", f64::from(share.0) / 1e4)
}

/// Columns that a text takes on a screen.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// `text`, filled up with blanks at its end.
pub fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text`, filled up with blanks before it.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// A page that is being written.
#[derive(Clone, Debug, Default)]
pub struct Page {
    text: String,
}

impl Page {
    /// An empty page.
    pub fn new() -> Page {
        Page::default()
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Leaves a line free.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A line as it is.
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// The title of a part, underlined.
    pub fn heading(&mut self, text: &str) {
        self.gap();
        self.line(text);
        self.line(&"-".repeat(columns(text)));
    }

    /// A paragraph, indented by `indent` columns and wrapped; later lines two columns further where it is indented.
    pub fn paragraph(&mut self, indent: usize, text: &str) {
        let hanging = if indent == 0 { 0 } else { indent + 2 };
        let mut line = " ".repeat(indent);
        let (mut used, mut empty) = (indent, true);
        for Piece { text, spaced } in pieces(text) {
            let blank = usize::from(spaced && !empty);
            if !empty && used + blank + columns(text) > WIDTH {
                self.line(&line);
                line = " ".repeat(hanging);
                (used, empty) = (hanging, true);
            }
            if blank == 1 && !empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(text);
            used += columns(text);
            empty = false;
        }
        self.line(&line);
    }

    /// Words and an amount, indented by four.
    pub fn row(&mut self, what: &str, amount: Fen) {
        let (words, amounts) = ROW;
        let line = format!("    {}{}", left(what, words), right(&yuan(amount), amounts));
        self.line(&line);
    }

    /// Rows of cells: the first column to the left, the others to the right, each as wide as its widest cell; the first line is
    /// the header. `indent` columns before each.
    pub fn table(&mut self, indent: usize, rows: &[Vec<String>]) {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |at: usize| {
            rows.iter()
                .filter_map(|row| row.get(at))
                .map(|cell| columns(cell))
                .max()
        };
        let widths: Vec<usize> = (0..count).map(|at| width(at).unwrap_or(0)).collect();
        for row in rows {
            let cell = |(at, cell): (usize, &String)| match at {
                0 => left(cell, widths[0]),
                _ => right(cell, widths[at] + 2),
            };
            let cells: String = row.iter().enumerate().map(cell).collect();
            self.line(&format!("{}{cells}", " ".repeat(indent)));
        }
    }
}

/// What must stay together on a line, and whether a blank stood before it.
struct Piece<'a> {
    text: &'a str,
    spaced: bool,
}

/// Cuts a text where a line may end: at blanks, and around wide letters, but not before a mark that closes or after one that
/// opens.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for word in text.split_whitespace() {
        let mut start = 0;
        let mut spaced = true;
        let mut before: Option<char> = None;
        for (at, letter) in word.char_indices() {
            let breaks = before.is_some_and(|before| {
                let wide = |letter: char| letter.width().unwrap_or(0) > 1;
                (wide(letter) || wide(before))
                    && !"，。；：、）」！？,.;:)%元年月岁".contains(letter)
                    && !"（「(".contains(before)
            });
            if breaks {
                pieces.push(Piece {
                    text: &word[start..at],
                    spaced,
                });
                (start, spaced) = (at, false);
            }
            before = Some(letter);
        }
        pieces.push(Piece {
            text: &word[start..],
            spaced,
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(yuan(Fen(1_234_567)), "12,345.67");
        assert_eq!(yuan(Fen(-5)), "-0.05");
        assert_eq!(whole_yuan(Fen(99_950)), "1,000");
        assert_eq!(percent(Ppm::share(0.725)), "72.5%");
    }

    #[test]
    fn paragraphs_wrap_at_the_width_in_both_kinds_of_letters() {
        let mut page = Page::new();
        page.paragraph(0, &"word ".repeat(60));
        page.paragraph(2, &"住院费用由统筹基金支付，".repeat(20));
        for line in page.text().lines() {
            assert!(columns(line) <= WIDTH && columns(line) > 40, "{line}");
            assert!(!line.trim_start().starts_with('，'), "{line}");
        }
        let words = page.text().split_whitespace().filter(|word| *word == "word").count();
        assert_eq!(words, 60);
        let wide = page.text().matches("统").count();
        assert_eq!(wide, 20, "nothing is lost");
    }

    #[test]
    fn amounts_stand_under_each_other() {
        let mut page = Page::new();
        page.row("deductible", Fen(50_000));
        page.row("起付线", Fen(50_000));
        let ends: Vec<usize> = page.text().lines().map(columns).collect();
        assert_eq!(ends, [82, 82]);
    }
}
