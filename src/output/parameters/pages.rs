//! The book as Markdown, one table a section, and as CSV.

use super::book::{Book, Row, Section};
use crate::scenario::decimal;
use std::fmt::Write as _;

/// The columns of the CSV; what a value counts stands in `unit`.
const COLUMNS: [&str; 19] = [
    "kind",
    "path",
    "meaning",
    "value",
    "from_age_years",
    "unit",
    "low",
    "high",
    "grade",
    "source",
    "source_year",
    "note",
    "used_by",
    "used_for",
    "set_by",
    "baseline_value",
    "verb",
    "from_month",
    "until_month",
];

impl Book {
    /// The book as CSV (RFC 4180: commas, quotes where needed, lines that end in CR LF).
    pub fn csv(&self) -> String {
        let mut sheet = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        // Writing into memory cannot fail.
        let _ = sheet.write_record(COLUMNS.iter().chain(&["programme"]));
        let number = |value: Option<f64>| value.map_or(String::new(), decimal);
        for row in self.rows() {
            let used_for: Vec<&str> = row.used_by.iter().map(|name| self.does(name)).collect();
            let _ = sheet.write_record([
                row.kind,
                &row.path,
                &row.meaning,
                &row.value,
                &row.from_age,
                &row.unit,
                &number(row.sure.low),
                &number(row.sure.high),
                &row.sure.grade.map_or(String::new(), String::from),
                &row.sure.source,
                &row.sure.year.map_or(String::new(), |year| year.to_string()),
                &row.sure.note,
                &row.used_by.join("; "),
                &used_for.join(" "),
                &row.set_by,
                &row.baseline,
                &row.verb,
                &row.from,
                &row.until,
                &row.programme,
            ]);
        }
        String::from_utf8(sheet.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    fn does(&self, module: &str) -> &str {
        self.modules.get(module).map_or("", String::as_str)
    }

    /// The book as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Parameter book: {}\n\n{}\n\n",
            escaped(&self.title),
            escaped(&self.summary)
        );
        let _ = writeln!(
            text,
            "Scenario `{}`, rules in force in {} where no programme reaches.\n",
            self.id, self.month
        );
        self.write_grades(&mut text);
        self.write_contents(&mut text);
        text.push_str("## run\n\nYears, replicates, seed.\n\n| parameter | meaning | value |\n|---|---|---|\n");
        for row in &self.run {
            let _ = writeln!(text, "| `{}` | {} | {} |", row.path, row.meaning, row.value);
        }
        for chapter in self.chapters() {
            let _ = writeln!(text, "\n## {}\n", first(&chapter[0].path));
            for section in chapter {
                text.push_str(&section_table(section, 3, true));
            }
        }
        self.write_changes(&mut text);
        self.write_costs(&mut text);
        self.write_modules(&mut text);
        text
    }

    /// The sections of each mechanism.
    pub fn chapters(&self) -> Vec<Vec<&Section>> {
        let mut chapters: Vec<Vec<&Section>> = Vec::new();
        for section in &self.sections {
            match chapters.last_mut() {
                Some(chapter) if first(&chapter[0].path) == first(&section.path) => chapter.push(section),
                _ => chapters.push(vec![section]),
            }
        }
        chapters
    }

    fn write_grades(&self, text: &mut String) {
        text.push_str("| grade | what it says | parameters |\n|---|---|---|\n");
        let says = [
            "the publisher's page was seen, or it holds by definition",
            "seen elsewhere",
            "from memory, provisional",
            "derived or assumed: vary it",
        ];
        for ((grade, count), says) in self.grades().into_iter().zip(says) {
            let _ = writeln!(text, "| {} | {says} | {count} |", marked(grade));
        }
        text.push_str(
            "\nLow and high say how far a number may be off. The unit is the end of a parameter's name. A number that differs by age \
             is written *from age: value*. What only names or orders things has no grade.\n\n",
        );
    }

    fn write_contents(&self, text: &mut String) {
        text.push_str("## Contents\n\n- [run](#run)\n");
        for chapter in self.chapters() {
            let name = first(&chapter[0].path);
            let parts: Vec<String> = chapter
                .iter()
                .filter(|section| section.path != name)
                .map(|section| {
                    let below = section.path.split_once('.').map_or("", |(_, below)| below);
                    format!("[{below}](#{})", anchor(&section.path))
                })
                .collect();
            let parts = if parts.is_empty() {
                String::new()
            } else {
                format!(": {}", parts.join(", "))
            };
            let _ = writeln!(text, "- [{name}](#{name}){parts}");
        }
        text.push_str("- [changes](#changes)\n- [costs](#costs)\n- [modules](#modules)\n\n");
    }

    fn write_changes(&self, text: &mut String) {
        text.push_str("\n## changes\n\n");
        if self.changes.is_empty() {
            text.push_str("None: the rules above hold in every month and place.\n");
            return;
        }
        text.push_str("What files and programmes change, in the order of time.\n\n");
        text.push_str("| from | before | parameter | change | unit | low to high | grade | source | by |\n");
        text.push_str("|---|---|---|---|---|---|---|---|---|\n");
        for row in &self.changes {
            let by = if row.programme.is_empty() {
                &row.set_by
            } else {
                &row.programme
            };
            let _ = writeln!(
                text,
                "| {} | {} | `{}` | {} {} | {} | {} | {} | {} | {} |",
                if row.from.is_empty() { "start" } else { &row.from },
                if row.until.is_empty() { "end" } else { &row.until },
                row.path,
                row.verb,
                escaped(&row.value),
                row.unit,
                range(row),
                row.sure.grade.map_or(String::new(), marked),
                source(row),
                escaped(by),
            );
        }
    }

    fn write_costs(&self, text: &mut String) {
        text.push_str("\n## costs\n\n");
        if self.costs.is_empty() {
            text.push_str("No programme, no cost of delivery.\n");
            return;
        }
        text.push_str("What programmes cost to deliver, beside what layers of insurance pay.\n\n");
        text.push_str("| programme | meaning | yuan | low to high | grade | source |\n|---|---|---|---|---|---|\n");
        for row in &self.costs {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                row.programme,
                escaped(&row.meaning),
                row.value,
                range(row),
                row.sure.grade.map_or(String::new(), marked),
                source(row),
            );
        }
    }

    fn write_modules(&self, text: &mut String) {
        text.push_str(
            "\n## modules\n\nThe parts of the program that read parameters.\n\n| module | what it does |\n|---|---|\n",
        );
        for (name, does) in &self.modules {
            let _ = writeln!(text, "| `{name}` | {} |", escaped(does));
        }
    }
}

/// A section as a heading of `level` and a table; `users` adds the modules that read each parameter.
pub fn section_table(section: &Section, level: usize, users: bool) -> String {
    let mut text = String::new();
    if section.path.contains('.') {
        let _ = writeln!(text, "\n{} {}\n", "#".repeat(level), section.path);
    }
    if !section.meaning.is_empty() {
        let _ = writeln!(text, "{}\n", escaped(&section.meaning));
    }
    let last = if users { [" used by |", "---|"] } else { ["", ""] };
    let _ = writeln!(
        text,
        "| parameter | meaning | value | unit | low to high | grade | source |{}",
        last[0]
    );
    let _ = writeln!(text, "|---|---|---|---|---|---|---|{}", last[1]);
    for row in &section.rows {
        let _ = write!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            short(&row.path),
            escaped(&row.meaning),
            value(row),
            row.unit,
            range(row),
            row.sure.grade.map_or(String::new(), marked),
            source(row),
        );
        if users {
            let names: Vec<String> = row.used_by.iter().map(|name| format!("`{name}`")).collect();
            let _ = write!(text, " {} |", names.join(", "));
        }
        text.push('\n');
    }
    text
}

/// The value; with ages, each step on its own.
fn value(row: &Row) -> String {
    let own = if row.from_age.is_empty() {
        escaped(&row.value).replace("; ", ", ")
    } else {
        let steps = row.from_age.split("; ").zip(row.value.split("; "));
        let steps: Vec<String> = steps.map(|(age, value)| format!("{age}: {value}")).collect();
        steps.join(", ")
    };
    if row.baseline.is_empty() {
        own
    } else {
        format!(
            "{own} (baseline: {}; set by {})",
            escaped(&row.baseline),
            escaped(&row.set_by)
        )
    }
}

fn range(row: &Row) -> String {
    match (row.sure.low, row.sure.high) {
        (None, None) => String::new(),
        (low, high) => {
            let shown = |bound: Option<f64>| bound.map_or("?".into(), decimal);
            format!("{} to {}", shown(low), shown(high))
        }
    }
}

fn source(row: &Row) -> String {
    let mut text = escaped(&row.sure.source);
    if let Some(year) = row.sure.year {
        let _ = write!(text, " ({year})");
    }
    if !row.sure.note.is_empty() {
        let _ = write!(text, "; {}", escaped(&row.sure.note));
    }
    text
}

/// A grade, an assumption visibly so.
fn marked(grade: char) -> String {
    if grade == 'D' {
        "**D**".into()
    } else {
        grade.to_string()
    }
}

/// The first word of a path.
fn first(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// The last word of a path.
fn short(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The address of a heading, as forges make it.
fn anchor(heading: &str) -> String {
    heading.replace('.', "")
}

/// Text in a cell: nothing in it is markup but `code`.
fn escaped(text: &str) -> String {
    text.replace('\n', " ")
        .replace('|', "\\|")
        .replace('*', "\\*")
        .replace('<', "&lt;")
}
