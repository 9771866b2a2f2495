//! Text cut into lines, in letters of one column and of two.

use super::columns;
use unicode_width::UnicodeWidthChar;

/// `text` after `head`, in lines of at most `width` columns, the lines after the first `hang` columns in. Lines end at blanks and around
/// wide letters; a word that is wider than a line is cut.
pub fn wrapped(head: &str, hang: usize, text: &str, width: usize) -> Vec<String> {
    let width = width.max(hang + 4);
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    let (mut used, mut empty) = (columns(head), true);
    for piece in pieces(text) {
        for Piece { text, spaced } in cut(piece, width - hang) {
            let blank = usize::from(spaced && !empty);
            if !empty && used + blank + columns(text) > width {
                lines.push(line.trim_end().to_owned());
                line = " ".repeat(hang);
                used = hang;
            } else if blank == 1 {
                line.push(' ');
                used += 1;
            }
            line.push_str(text);
            used += columns(text);
            empty = false;
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// What must stay together on a line, and whether a blank stood before it.
struct Piece<'a> {
    text: &'a str,
    spaced: bool,
}

/// A piece, in parts that are no wider than a line.
fn cut(piece: Piece<'_>, width: usize) -> Vec<Piece<'_>> {
    if columns(piece.text) <= width {
        return vec![piece];
    }
    let (mut parts, mut start, mut used) = (Vec::new(), 0, 0);
    // Where a path or a name has a joint.
    let mut joint = None;
    for (at, letter) in piece.text.char_indices() {
        let own = letter.width().unwrap_or(0);
        if used + own > width && at > start {
            let end = joint.take().filter(|joint| *joint > start).unwrap_or(at);
            parts.push(Piece {
                text: &piece.text[start..end],
                spaced: start == 0 && piece.spaced,
            });
            start = end;
            used = columns(&piece.text[start..at]);
        }
        used += own;
        if "._-/,;:".contains(letter) {
            joint = Some(at + letter.len_utf8());
        }
    }
    parts.push(Piece {
        text: &piece.text[start..],
        spaced: start == 0 && piece.spaced,
    });
    parts
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
    fn words_and_wide_letters_fill_lines_and_nothing_is_lost() {
        let words = wrapped("", 0, &"word ".repeat(30), 40);
        assert!(
            words.iter().all(|line| columns(line) <= 40 && columns(line) > 20),
            "{words:?}"
        );
        assert_eq!(words.join(" ").split_whitespace().count(), 30);
        let wide = wrapped("  ", 4, &"住院费用由统筹基金支付，".repeat(10), 40);
        assert!(wide.iter().all(|line| columns(line) <= 40), "{wide:?}");
        assert!(wide.iter().all(|line| !line.trim_start().starts_with('，')), "{wide:?}");
        assert_eq!(wide.concat().matches('统').count(), 10);
    }

    #[test]
    fn a_word_wider_than_a_line_is_cut() {
        assert_eq!(wrapped("", 0, "a abcdefghij b", 6), ["a", "abcdef", "ghij b"]);
        let path = wrapped("", 2, "insurance.layers.medical_aid.reimbursed_share", 20);
        assert_eq!(path, ["insurance.layers.", "  medical_aid.", "  reimbursed_share"]);
        assert_eq!(wrapped("head: ", 2, "", 20), ["head:"]);
    }
}
