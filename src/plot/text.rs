//! What text is made of: its width, where it may be broken, and what the fonts of the program cannot show.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef};
use plotters::prelude::IntoFont;

use super::PlotError;
use super::sheet::{CHINESE, FAMILY, LATIN};

/// A text with a mark for each character that neither font has; it would vanish otherwise.
pub(super) fn shown(text: &str) -> Result<String, PlotError> {
    static FONTS: OnceLock<Option<[FontRef<'static>; 2]>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let [latin, chinese] = [LATIN, CHINESE].map(FontRef::try_from_slice);
        Some([latin.ok()?, chinese.ok()?])
    });
    let fonts = fonts
        .as_ref()
        .ok_or_else(|| PlotError::Drawing("a font of the program cannot be read".to_owned()))?;
    let known = |letter: char| letter.is_whitespace() || fonts.iter().any(|font| font.glyph_id(letter).0 != 0);
    Ok(text
        .chars()
        .map(|letter| if known(letter) { letter } else { '\u{3013}' })
        .collect())
}

/// The width of a text in units; Chinese characters are square.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let square = |letter: &char| *letter >= '\u{2e80}';
    let squares = text.chars().filter(square).count() as f64;
    let latin: String = text.chars().filter(|letter| !square(letter)).collect();
    let guess = latin.chars().count() as f64 * 0.62 * size;
    // The drawing library measures by the height of a line, 1.164 of this font's size.
    let measured = (FAMILY, size * 1.164).into_font().layout_box(&latin);
    squares * size + measured.map_or(guess, |((left, _), (right, _))| f64::from(right - left))
}

/// Breaks a text between words, and between Chinese characters, so that no line is wider than `width`, as far as they allow.
pub(super) fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (word, apart) in pieces(text) {
        match lines.last_mut() {
            Some(line) => {
                let joined = format!("{line}{}{word}", if apart { " " } else { "" });
                if text_width(&joined, size) <= width {
                    *line = joined;
                } else {
                    lines.push(word);
                }
            }
            None => lines.push(word),
        }
    }
    lines
}

/// What a line may be broken between, each with whether a blank stands before it.
fn pieces(text: &str) -> Vec<(String, bool)> {
    let chinese = |letter: char| letter >= '\u{2e80}';
    // These may not begin a line.
    let closing = |letter: char| "，。、；：？！）》”％%)".contains(letter);
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for word in text.split_whitespace() {
        let mut apart = true;
        let mut before = None;
        for letter in word.chars() {
            let joins =
                |before: char| closing(letter) || "（《“(".contains(before) || !(chinese(letter) || chinese(before));
            match (before, pieces.last_mut()) {
                (Some(before), Some((piece, _))) if joins(before) => piece.push(letter),
                _ => pieces.push((letter.to_string(), apart)),
            }
            (before, apart) = (Some(letter), false);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_font_has_stands_as_a_mark() {
        assert_eq!(shown("保障 \u{20bb7}A").unwrap(), "保障 \u{3013}A");
    }

    #[test]
    fn chinese_is_broken_between_characters_but_not_before_a_stop() {
        let narrow = text_width("甲乙丙", 100.0);
        assert_eq!(wrap("甲乙丙。丁", 100.0, narrow), ["甲乙", "丙。丁"]);
        assert_eq!(wrap("one two", 100.0, text_width("one", 100.0)), ["one", "two"]);
    }
}
