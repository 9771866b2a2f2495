//! A page of text: paragraphs that wrap and columns that align, in letters of one column and of two.

use crate::terminal::table::{Column, Table};
use crate::terminal::{Screen, TEXT, wrapped};
pub use crate::terminal::{columns, left, right};
use crate::units::{Fen, Ppm};

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

/// A page that is being written.
#[derive(Clone, Debug)]
pub struct Page {
    text: String,
    width: usize,
}

impl Default for Page {
    fn default() -> Page {
        Page::of_width(TEXT)
    }
}

impl Page {
    /// An empty page of a hundred columns.
    pub fn new() -> Page {
        Page::default()
    }

    /// An empty page of so many columns.
    pub fn of_width(width: usize) -> Page {
        Page {
            text: String::new(),
            width,
        }
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
        let hang = if indent == 0 { 0 } else { indent + 2 };
        for line in wrapped(&" ".repeat(indent), hang, text, self.width) {
            self.line(&line);
        }
    }

    /// Words and an amount, indented by four; on a narrow page the words are wrapped, and the amount stands on their last line.
    pub fn row(&mut self, what: &str, amount: Fen) {
        let (words, amounts) = ROW;
        let words = words.min(self.width.saturating_sub(4 + amounts)).max(16);
        let mut lines = if columns(what) > words && words < ROW.0 {
            wrapped("", 2, what, words)
        } else {
            vec![what.to_owned()]
        };
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            self.line(&format!("    {line}"));
        }
        self.line(&format!("    {}{}", left(&last, words), right(&yuan(amount), amounts)));
    }

    /// Rows of cells: the first column to the left, the others to the right, each as wide as its widest cell; the first line is
    /// the header. `indent` columns before each.
    pub fn table(&mut self, indent: usize, rows: &[Vec<String>]) {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let others = (1..count).map(|_| Column::right(""));
        let mut table = Table::new(std::iter::once(Column::wraps("", 18)).chain(others).collect());
        for row in rows {
            table.row(row.iter().cloned());
        }
        let screen = Screen {
            // A page of the usual width has its tables whole.
            width: (self.width < TEXT).then(|| self.width.saturating_sub(indent)),
            colours: false,
        };
        for line in table.text(&screen).lines() {
            self.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }
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
            assert!(columns(line) <= TEXT && columns(line) > 40, "{line}");
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
