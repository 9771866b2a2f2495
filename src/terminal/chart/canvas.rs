//! A field of characters that is drawn on: dots of lines below, letters above.

use super::Letters;
use crate::terminal::Screen;
use anstyle::Style;

#[derive(Clone, Copy, Debug, Default)]
struct Spot {
    /// A character that stands there.
    letter: Option<char>,
    /// Braille dots below it, by bit.
    dots: u8,
    style: Style,
}

/// The field, its first row on top.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    spots: Vec<Spot>,
    letters: Letters,
}

/// Dots of a character across and down.
const ACROSS: usize = 2;
const DOWN: usize = 4;
/// Their bits in the braille block of Unicode, by row and column.
const BITS: [[u8; ACROSS]; DOWN] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

impl Canvas {
    pub(super) fn new(width: usize, height: usize, letters: Letters) -> Canvas {
        Canvas {
            width,
            height,
            spots: vec![Spot::default(); width * height],
            letters,
        }
    }

    fn spot(&mut self, row: usize, column: usize) -> Option<&mut Spot> {
        (row < self.height && column < self.width).then(|| &mut self.spots[row * self.width + column])
    }

    /// Puts a character, over what is there.
    pub(super) fn put(&mut self, row: usize, column: usize, letter: char, style: Style) {
        if let Some(spot) = self.spot(row, column) {
            spot.letter = Some(letter);
            spot.style = style;
        }
    }

    /// Puts a character where none is.
    pub(super) fn under(&mut self, row: usize, column: usize, letter: char, style: Style) {
        if let Some(spot) = self.spot(row, column)
            && spot.letter.is_none()
        {
            spot.letter = Some(letter);
            spot.style = style;
        }
    }

    /// What stands there.
    pub(super) fn at(&mut self, row: usize, column: usize) -> Option<char> {
        self.spot(row, column).and_then(|spot| spot.letter)
    }

    /// Draws a dotted line from one place to another, each a row and a column with fractions, below all characters; only what lies
    /// between the columns `free` is drawn.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), free: (f64, f64), style: Style) {
        let fine = |(row, column): (f64, f64)| ((row + 0.5) * DOWN as f64, (column + 0.5) * ACROSS as f64);
        let (from, to) = (fine(from), fine(to));
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0) as usize;
        for step in 0..=steps {
            let share = step as f64 / steps as f64;
            let row = (from.0 + share * (to.0 - from.0)).max(0.0) as usize;
            let column = (from.1 + share * (to.1 - from.1)).max(0.0) as usize;
            // Every other dot: a line is lighter than a letter.
            let column_of = (column / ACROSS) as f64;
            let inside = column_of > free.0 + 0.5 && column_of < free.1 - 0.5;
            let own = inside && (self.letters == Letters::Ascii || step % 2 == 0);
            if let Some(spot) = self.spot(row / DOWN, column / ACROSS).filter(|_| own) {
                if spot.letter.is_none() {
                    spot.style = style;
                }
                spot.dots |= BITS[row % DOWN][column % ACROSS];
            }
        }
    }

    /// A row as it is printed.
    pub(super) fn row(&self, row: usize, screen: &Screen) -> String {
        let mut text = String::new();
        let mut run = (String::new(), Style::new());
        for spot in &self.spots[row * self.width..(row + 1) * self.width] {
            let (letter, style) = match (spot.letter, spot.dots) {
                (Some(letter), _) => (letter, spot.style),
                (None, 0) => (' ', Style::new()),
                (None, dots) => {
                    let braille = char::from_u32(0x2800 + u32::from(dots)).unwrap_or('.');
                    (self.letters.pick(braille, '.'), spot.style)
                }
            };
            if style != run.1 {
                text += &screen.paint(&run.0, run.1);
                run = (String::new(), style);
            }
            run.0.push(letter);
        }
        text += &screen.paint(run.0.trim_end(), run.1);
        text
    }
}
