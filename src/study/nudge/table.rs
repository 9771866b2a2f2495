//! The expectations: a row for each parameter or family of parameters, and the worlds they are nudged in.
//!
//! In a pattern, `*` stands for any name and `a|b` for one of two; what they stand for is `{1}`, `{2}` and so on in the
//! measure. Where more than one row fits, the one with more literal names speaks; there may be no two such.

pub use crate::scenario::covers;

use crate::problem::{Problem, Problems};
use crate::scenario::stars;

/// What is expected of high minus low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `+`
    Rises,
    /// `-`
    Falls,
    /// `~`: more than noise, either way.
    Either,
    /// `exempt`: nothing.
    Nothing,
}

impl Expected {
    /// As in the table.
    pub fn sign(self) -> &'static str {
        match self {
            Expected::Rises => "+",
            Expected::Falls => "-",
            Expected::Either => "~",
            Expected::Nothing => "exempt",
        }
    }

    fn parse(sign: &str) -> Option<Expected> {
        let all = [Expected::Rises, Expected::Falls, Expected::Either, Expected::Nothing];
        all.into_iter().find(|own| own.sign() == sign)
    }
}

/// An expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Pattern of paths below `rules`.
    pub parameter: String,
    /// The world.
    pub world: String,
    /// What is looked at.
    pub measure: String,
    /// Which way it goes.
    pub expected: Expected,
    /// Two values of its own, `tilt`, or empty for the card's range.
    pub ends: String,
    /// Why nothing is expected, or no sign.
    pub reason: String,
}

/// A world to nudge in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// Its name.
    pub name: String,
    /// Its scenario.
    pub scenario: String,
    /// The world whose sets come before its own; may be empty.
    pub like: String,
    /// Its sets.
    pub sets: Vec<String>,
    /// What it is for.
    pub why: String,
}

/// All expectations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// In the order of the file.
    pub moves: Vec<Move>,
    /// In the order of the file.
    pub worlds: Vec<World>,
}

impl Table {
    /// The table that the program carries.
    ///
    /// # Errors
    /// None, unless the table was changed and not tested.
    pub fn carried() -> Result<Table, Problems> {
        Table::read(
            include_str!("../../../scenarios/data/moves.csv"),
            include_str!("../../../scenarios/data/moves_worlds.csv"),
        )
    }

    /// Reads the two files.
    ///
    /// # Errors
    /// Rows that are no rows, signs that are none, and rows without a reason that need one.
    pub fn read(moves: &str, worlds: &str) -> Result<Table, Problems> {
        let mut problems = Vec::new();
        let mut table = Table::default();
        for (line, cells) in rows::<6>("moves.csv", moves, &mut problems) {
            let [parameter, world, measure, sign, ends, reason] = cells;
            let mut wrong = |what: &str, help: &str| {
                problems.push(Problem::new(format!("moves.csv, line {line}: {what}")).help(help));
            };
            let Some(expected) = Expected::parse(&sign) else {
                wrong(&format!("`{sign}` is no sign"), "write +, -, ~ or exempt");
                continue;
            };
            if matches!(expected, Expected::Either | Expected::Nothing) && reason.is_empty() {
                wrong("no reason", "say why no sign or nothing at all is expected");
            }
            if (expected == Expected::Nothing) != (measure.is_empty() && world.is_empty()) {
                wrong(
                    "a world and a measure belong to what is expected to move",
                    "exempt rows have neither",
                );
            }
            table.moves.push(Move {
                parameter,
                world,
                measure,
                expected,
                ends,
                reason,
            });
        }
        for (_, cells) in rows::<5>("moves_worlds.csv", worlds, &mut problems) {
            let [name, scenario, like, sets, why] = cells;
            table.worlds.push(World {
                name,
                scenario,
                like,
                sets: sets.split_whitespace().map(str::to_owned).collect(),
                why,
            });
        }
        Problems::or(problems, table)
    }

    /// The row that speaks for `path`, and the names that its stars stand for.
    ///
    /// # Errors
    /// When no row fits, or two fit as well as each other.
    pub fn speaks_for<'p>(&self, path: &'p str) -> Result<(&Move, Vec<&'p str>), String> {
        let fits = |row: &'_ Move| Some((literal(&row.parameter), stars(&row.parameter, path)?));
        let mut best: Vec<(usize, &Move, Vec<&str>)> = Vec::new();
        for row in &self.moves {
            if let Some((literal, names)) = fits(row) {
                best.push((literal, row, names));
            }
        }
        best.sort_by_key(|fit| std::cmp::Reverse(fit.0));
        if let [first, second, ..] = &best[..]
            && first.0 == second.0
        {
            let (one, other) = (&first.1.parameter, &second.1.parameter);
            return Err(format!("`{one}` and `{other}` fit equally well"));
        }
        let best = best.into_iter().next().ok_or("no row speaks for it")?;
        Ok((best.1, best.2))
    }

    /// The world of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn world(&self, name: &str) -> Result<&World, String> {
        let found = self.worlds.iter().find(|world| world.name == name);
        found.ok_or_else(|| format!("no world `{name}` in moves_worlds.csv"))
    }

    /// The scenario of a world and all its sets, those of the world it is like first.
    ///
    /// # Errors
    /// When there is no such world.
    pub fn sets_of<'t>(&'t self, world: &'t World) -> Result<(&'t str, Vec<String>), Problems> {
        let mut sets = Vec::new();
        if !world.like.is_empty() {
            let like = self.world(&world.like).map_err(Problem::new)?;
            sets = self.sets_of(like)?.1;
        }
        sets.extend(world.sets.iter().cloned());
        Ok((&world.scenario, sets))
    }
}

/// The rows of a file of `N` columns, with their lines.
fn rows<const N: usize>(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<(u64, [String; N])> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) if record.len() == N => {
                let line = record.position().map_or(0, csv::Position::line);
                rows.push((line, std::array::from_fn(|at| record[at].trim().to_owned())));
            }
            Ok(record) => problems.push(Problem::new(format!("{file}: {N} cells expected in {record:?}"))),
            Err(error) => problems.push(Problem::new(format!("{file}: {error}"))),
        }
    }
    rows
}

/// How literal a pattern is: two for a name, one for a choice of names.
fn literal(pattern: &str) -> usize {
    let of = |word: &str| match word {
        "*" => 0,
        word if word.contains('|') => 1,
        _ => 2,
    };
    pattern.split('.').map(of).sum()
}

/// A measure with `{1}`, `{2}` filled in.
pub fn filled(measure: &str, names: &[&str]) -> String {
    let fill = |text: String, (at, name): (usize, &&str)| text.replace(&format!("{{{}}}", at + 1), name);
    names.iter().enumerate().fold(measure.to_owned(), fill)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLDS: &str = "world,scenario,like,sets,why\nsmall,baseline,,a=1,\nsick,baseline,small,b=2 c=3,\n";

    fn table(rows: &str) -> Result<Table, Problems> {
        Table::read(&format!("parameter,world,measure,sign,ends,reason\n{rows}"), WORLDS)
    }

    #[test]
    fn the_most_literal_row_speaks_and_names_what_its_stars_stand_for() {
        let table = table("a.*.c,small,x_{1},+,,\na.b|d.c,small,y_{1},-,,\na.e.c,,,exempt,,no\n").unwrap();
        let says = |path| {
            let (row, names) = table.speaks_for(path).unwrap();
            filled(&row.measure, &names)
        };
        assert_eq!((says("a.z.c"), says("a.d.c")), ("x_z".into(), "y_d".into()));
        assert_eq!(table.speaks_for("a.e.c").unwrap().0.expected, Expected::Nothing);
        assert!(table.speaks_for("a.b").is_err() && table.speaks_for("a.b.c.d").is_err());
    }

    #[test]
    fn equal_rows_and_missing_reasons_are_refused() {
        let two = table("a.*,small,x,+,,\n*.b,small,x,+,,\n").unwrap();
        assert!(two.speaks_for("a.b").is_err());
        assert!(table("a.b,small,x,~,,\n").is_err());
        assert!(table("a.b,small,x,up,,\n").is_err());
        assert!(table("a.b,small,,exempt,,why\n").is_err());
    }

    #[test]
    fn a_world_like_another_begins_with_its_sets() {
        let table = table("").unwrap();
        let sick = table.world("sick").unwrap();
        assert_eq!(table.sets_of(sick).unwrap().1, ["a=1", "b=2", "c=3"]);
        assert!(table.world("elsewhere").is_err());
    }

    #[test]
    fn a_pattern_covers_all_below_it() {
        assert!(covers("illness.*", "illness.stroke.event_per_year"));
        assert!(covers("illness.*.event_per_year", "illness.stroke.event_per_year"));
        assert!(!covers("illness.heart", "illness.stroke.event_per_year"));
        assert!(!covers(
            "illness.stroke.event_per_year.more",
            "illness.stroke.event_per_year"
        ));
    }
}
