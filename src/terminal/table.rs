//! A table for people: numbers under each other by their points, long text wrapped to the terminal, headings between rows, sentences
//! below them.
//!
//! Where a table is wider than the terminal, columns that may wrap get narrower first; if that is not enough, the table is folded: the
//! columns that name a row stand again beside the columns that found no room. No number is ever cut.

use super::point::aligned;
use super::{HEADING, Screen, columns, left, right, wrapped};
use anstyle::Style;

/// Blanks between columns.
const GAP: usize = 2;

/// How a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Left,
    Right,
    Point,
    /// To the left, and wrapped down to so many columns where there is no room.
    Wrap(usize),
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    head: String,
    stand: Stand,
}

impl Column {
    /// Words, to the left.
    pub fn words(head: &str) -> Column {
        Column::of(head, Stand::Left)
    }

    /// Words that may be wrapped, down to `least` columns.
    pub fn wraps(head: &str, least: usize) -> Column {
        Column::of(head, Stand::Wrap(least))
    }

    /// Numbers, by their points; with intervals, units and marks where there are some.
    pub fn numbers(head: &str) -> Column {
        Column::of(head, Stand::Point)
    }

    /// Anything, to the right.
    pub fn right(head: &str) -> Column {
        Column::of(head, Stand::Right)
    }

    fn of(head: &str, stand: Stand) -> Column {
        Column {
            head: head.to_owned(),
            stand,
        }
    }

    fn to_the_right(&self) -> bool {
        matches!(self.stand, Stand::Right | Stand::Point)
    }
}

/// A cell; but in columns of numbers and in those that wrap, it may hold several lines.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// In a style, where there are colours.
    pub fn styled(text: impl Into<String>, style: Style) -> Cell {
        Cell {
            text: text.into(),
            style,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell::styled(text, Style::new())
    }
}

#[derive(Clone, Debug)]
enum Line {
    Row(Vec<Cell>),
    Heading(String),
    Below { indent: usize, text: Cell },
    Gap,
}

/// A table that is being filled.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    /// How many of the first columns name a row.
    names: usize,
    lines: Vec<Line>,
}

impl Table {
    /// An empty table, whose first column names the rows.
    pub fn new(columns: Vec<Column>) -> Table {
        Table {
            columns,
            names: 1,
            lines: Vec::new(),
        }
    }

    /// The first `names` columns name a row: they stand again where the table is folded.
    #[must_use]
    pub fn named_by(mut self, names: usize) -> Table {
        self.names = names.min(self.columns.len());
        self
    }

    /// Adds a row. Cells that are not given are empty; those beyond the columns are left out.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) {
        let mut cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
        cells.resize(self.columns.len(), Cell::default());
        self.lines.push(Line::Row(cells));
    }

    /// Adds a heading over the rows that follow.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Heading(text.into()));
    }

    /// Adds a sentence below the last row, `indent` columns in.
    pub fn below(&mut self, indent: usize, text: impl Into<Cell>) {
        self.lines.push(Line::Below {
            indent,
            text: text.into(),
        });
    }

    /// Leaves a line free.
    pub fn gap(&mut self) {
        self.lines.push(Line::Gap);
    }

    /// The table as it is printed on `screen`.
    pub fn text(&self, screen: &Screen) -> String {
        let laid = Laid::out(self, screen);
        let parts = laid.parts(screen.width);
        let mut text = String::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            laid.print(part, at == 0, screen, &mut text);
        }
        text
    }
}

/// A table whose numbers are aligned and whose columns have a width.
struct Laid<'a> {
    table: &'a Table,
    /// By row of the table, by column.
    cells: Vec<Vec<String>>,
    /// Widths as they would be with all the room there could be, and with the room there is.
    natural: Vec<usize>,
    widths: Vec<usize>,
}

/// Columns that stand beside each other, each with its width.
type Part = Vec<(usize, usize)>;

impl Laid<'_> {
    fn out<'a>(table: &'a Table, screen: &Screen) -> Laid<'a> {
        let rows: Vec<&Vec<Cell>> = table
            .lines
            .iter()
            .filter_map(|line| match line {
                Line::Row(cells) => Some(cells),
                _ => None,
            })
            .collect();
        let mut cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.text.clone()).collect())
            .collect();
        for (at, column) in table.columns.iter().enumerate() {
            if column.stand == Stand::Point {
                let own: Vec<&str> = rows.iter().map(|row| row[at].text.as_str()).collect();
                for (row, text) in aligned(&own).into_iter().enumerate() {
                    cells[row][at] = text;
                }
            }
        }
        let natural = |at: usize| {
            let lines = cells.iter().flat_map(|row| row[at].split('\n'));
            lines.map(columns).max().unwrap_or(0)
        };
        let natural: Vec<usize> = (0..table.columns.len())
            .map(|at| natural(at).max(head_width(&table.columns[at].head, natural(at))))
            .collect();
        let mut widths = natural.clone();
        if let Some(room) = screen.width
            && !shrink(&table.columns, &mut widths, room)
        {
            // It has to be folded: then the columns that name rows need not be as narrow as can be, but leave half of the room.
            let names = &mut widths[..table.names];
            names.clone_from_slice(&natural[..table.names]);
            shrink(&table.columns[..table.names], names, room / 2);
        }
        Laid {
            table,
            cells,
            natural,
            widths,
        }
    }

    /// Which columns stand beside each other: all, or as many as there is room for at a time beside those that name a row.
    fn parts(&self, room: Option<usize>) -> Vec<Part> {
        let all: Vec<usize> = (0..self.widths.len()).collect();
        let part = |part: &Vec<usize>| part.iter().map(|at| (*at, self.widths[*at])).collect();
        let Some(room) = room else { return vec![part(&all)] };
        let (names, others) = all.split_at(self.table.names);
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for at in others {
            let fits = parts.last().is_some_and(|part| {
                let own = part.iter().chain([at]);
                total(own.map(|at| self.widths[*at])) <= room
            });
            match parts.last_mut().filter(|_| fits) {
                Some(part) => part.push(*at),
                None => parts.push(names.iter().chain([at]).copied().collect()),
            }
        }
        if parts.len() <= 1 {
            return vec![part(&all)];
        }
        // What was made narrow for the sake of others has its room again.
        let mut parts: Vec<Part> = parts.iter().map(part).collect();
        for part in &mut parts {
            while total(part.iter().map(|own| own.1)) < room {
                let narrow = part.iter_mut().filter(|own| own.1 < self.natural[own.0]);
                match narrow.min_by_key(|own| own.1) {
                    Some(own) => own.1 += 1,
                    None => break,
                }
            }
        }
        parts
    }

    fn print(&self, part: &Part, first: bool, screen: &Screen, text: &mut String) {
        self.print_head(part, screen, text);
        let mut rows = self.cells.iter();
        for line in &self.table.lines {
            match line {
                Line::Heading(heading) => {
                    for line in wrapped("", 2, heading, screen.width.unwrap_or(usize::MAX)) {
                        end(text, &screen.paint(&line, HEADING));
                    }
                }
                Line::Gap => text.push('\n'),
                // Sentences are said once.
                Line::Below { indent, text: said } if first => {
                    for line in wrapped(
                        &" ".repeat(*indent),
                        *indent,
                        &said.text,
                        screen.width.unwrap_or(usize::MAX),
                    ) {
                        end(text, &screen.paint(&line, said.style));
                    }
                }
                Line::Below { .. } => {}
                Line::Row(cells) => {
                    if let Some(aligned) = rows.next() {
                        self.print_row(part, cells, aligned, screen, text);
                    }
                }
            }
        }
    }

    fn print_head(&self, part: &Part, screen: &Screen, text: &mut String) {
        if part.iter().all(|(at, _)| self.table.columns[*at].head.is_empty()) {
            return;
        }
        let heads: Vec<Vec<String>> = part
            .iter()
            .map(|(at, width)| wrapped("", 0, &self.table.columns[*at].head, *width))
            .collect();
        let tall = heads.iter().map(Vec::len).max().unwrap_or(0);
        for level in 0..tall {
            let mut line = Vec::new();
            for ((at, width), head) in part.iter().zip(&heads) {
                // Short headings stand at the bottom.
                let own = (level + head.len()).checked_sub(tall).map_or("", |own| &head[own]);
                let column = &self.table.columns[*at];
                let fill = if column.to_the_right() { right } else { left };
                line.push(fill(own, *width));
            }
            let line = line.join(&" ".repeat(GAP));
            end(text, &screen.paint(line.trim_end(), HEADING));
        }
    }

    fn print_row(&self, part: &Part, cells: &[Cell], aligned: &[String], screen: &Screen, text: &mut String) {
        let lines: Vec<Vec<String>> = part
            .iter()
            .map(|(at, width)| match self.table.columns[*at].stand {
                Stand::Wrap(_) if columns(&aligned[*at]) > *width => {
                    let indent = " ".repeat(indent(&aligned[*at]));
                    wrapped(&indent, indent.len() + 2, &aligned[*at], *width)
                }
                _ => aligned[*at].split('\n').map(str::to_owned).collect(),
            })
            .collect();
        let tall = lines.iter().map(Vec::len).max().unwrap_or(0);
        for level in 0..tall {
            let mut line = String::new();
            let mut owed = 0;
            for ((at, width), own) in part.iter().zip(&lines) {
                let own = own.get(level).map_or("", String::as_str);
                let room = width.saturating_sub(columns(own));
                let (before, behind) = if self.table.columns[*at].to_the_right() {
                    (room, 0)
                } else {
                    (0, room)
                };
                let bare = own.trim_end();
                if bare.is_empty() {
                    owed += before;
                } else {
                    line += &" ".repeat(owed + before);
                    line += &screen.paint(bare, cells[*at].style);
                    owed = 0;
                }
                owed += behind + columns(own) - columns(bare) + GAP;
            }
            end(text, &line);
        }
    }
}

/// Ends a line, without blanks at its end.
fn end(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Blanks at the beginning of a cell.
fn indent(cell: &str) -> usize {
    cell.len() - cell.trim_start().len()
}

/// The width of columns side by side.
fn total(widths: impl Iterator<Item = usize>) -> usize {
    widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
}

/// Columns of a heading that is not broken.
const SHORT: usize = 10;

/// How wide a heading makes its column: it may take two lines over narrow cells.
fn head_width(head: &str, cells: usize) -> usize {
    let whole = columns(head);
    let words = head.split_whitespace().map(columns).max().unwrap_or(0);
    // Short ones are not worth a line.
    let least = cells.max(words).max(if whole > SHORT { 0 } else { whole });
    (least..whole)
        .find(|width| wrapped("", 0, head, *width).len() <= 2)
        .unwrap_or(whole)
}

/// Makes columns that may wrap narrower, the widest first, until all have room; or none can, which is false.
fn shrink(columns: &[Column], widths: &mut [usize], room: usize) -> bool {
    let least = |at: usize| match columns[at].stand {
        Stand::Wrap(least) => least,
        _ => usize::MAX,
    };
    while total(widths.iter().copied()) > room {
        let widest = (0..widths.len())
            .filter(|at| widths[*at] > least(*at))
            .max_by_key(|at| widths[*at]);
        match widest {
            Some(at) => widths[at] -= 1,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests;
