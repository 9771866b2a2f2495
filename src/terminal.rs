//! What people read on a terminal: how wide it is and whether it has colours, tables that align, charts made of characters.
//!
//! Nothing here knows the simulation or a file. Text that does not go to a terminal is plain and always the same: no escape codes, and
//! a row of a table on one line, however wide it is.

pub mod chart;
mod point;
pub mod table;
mod wrap;

pub use wrap::wrapped;

use anstyle::{AnsiColor, Color, Style};
use std::io::IsTerminal;
use unicode_width::UnicodeWidthStr;

/// Columns of running text at most: longer lines are hard to read.
pub const TEXT: usize = 100;
/// The narrowest terminal that is written for.
pub const NARROWEST: usize = 30;

/// A heading.
pub const HEADING: Style = Style::new().bold();
/// What needs a second look: few events, a warning.
pub const CAUTION: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));
/// What failed or lies outside.
pub const FAULT: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red)));
/// What matters less.
pub const SOFT: Style = Style::new().dimmed();

/// When colours are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Colours {
    /// On a terminal, unless `NO_COLOR` is set, `CLICOLOR` is 0 or `TERM` is dumb; elsewhere where `CLICOLOR_FORCE` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colours {
    /// Whether they are written to `stream`.
    pub fn on(self, stream: &(impl anstream::stream::RawStream + IsTerminal)) -> bool {
        match self {
            Colours::Always => true,
            Colours::Never => false,
            Colours::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        }
    }
}

/// Where results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Screen {
    /// Its columns; none where it is no terminal and nobody said how wide it is.
    pub width: Option<usize>,
    /// Whether escape codes for colours are written.
    pub colours: bool,
}

impl Screen {
    /// Standard output: as wide as is asked for, else as `COLUMNS` says, else as the terminal is.
    pub fn of_stdout(asked: Option<usize>, colours: Colours) -> Screen {
        let stdout = std::io::stdout();
        let said = || std::env::var("COLUMNS").ok()?.trim().parse::<usize>().ok();
        let terminal = || {
            let (width, _) = terminal_size::terminal_size_of(&stdout)?;
            Some(usize::from(width.0))
        };
        let width = asked.or_else(|| said().filter(|width| *width > 0)).or_else(terminal);
        Screen {
            width: width.map(|width| width.max(NARROWEST)),
            colours: colours.on(&stdout),
        }
    }

    /// Columns of running text.
    pub fn text(&self) -> usize {
        self.width.map_or(TEXT, |width| width.min(TEXT))
    }

    /// `text` in a style, where there are colours.
    pub fn paint(&self, text: &str, style: Style) -> String {
        if self.colours && !text.is_empty() && style != Style::new() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A heading, wrapped, without the end of its last line.
    pub fn title(&self, text: &str) -> String {
        let lines = wrapped("", 2, text, self.width.unwrap_or(usize::MAX));
        let lines: Vec<String> = lines.iter().map(|line| self.paint(line, HEADING)).collect();
        lines.join("\n")
    }

    /// A paragraph after `head`, wrapped; the lines after the first stand `hang` columns in.
    pub fn paragraph(&self, head: &str, hang: usize, text: &str) -> String {
        let mut lines = wrapped(head, hang, text, self.text()).join("\n");
        lines.push('\n');
        lines
    }
}

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// `text` with blanks behind it.
pub fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text` with blanks before it.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}
