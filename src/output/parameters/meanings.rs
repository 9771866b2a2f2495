//! What each parameter means and which modules read it: the doc comments of the rule structs, as a table.
//!
//! The table is made from the sources by `cargo run --example odd` and carried by the program, which has no sources to look
//! into; a test fails when it is stale.

/// The table, made from the sources.
const TABLE: &str = include_str!("meanings.csv");

/// The columns of the table.
pub const COLUMNS: [&str; 4] = ["kind", "name", "meaning", "used_by"];

/// What a line of the table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A parameter, by its path below `rules`; `*` stands for any name.
    Parameter,
    /// A table of parameters.
    Section,
    /// A module of the program.
    Module,
}

impl Kind {
    /// The word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Parameter => "parameter",
            Kind::Section => "section",
            Kind::Module => "module",
        }
    }
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// What it is about.
    pub kind: Kind,
    /// Its path or name.
    pub name: String,
    /// What it means; of a module, what it does.
    pub text: String,
    /// The modules that read it, its owner first.
    pub used_by: Vec<String>,
}

/// All meanings, in the order in which a reader meets them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meanings(pub Vec<Meaning>);

impl Meanings {
    /// Those that the program carries.
    pub fn carried() -> Meanings {
        let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
        let lines = reader.records().filter_map(Result::ok);
        let meaning = |line: csv::StringRecord| {
            let cell = |at: usize| line.get(at).unwrap_or_default().to_owned();
            let kinds = [Kind::Parameter, Kind::Section, Kind::Module];
            Some(Meaning {
                kind: kinds.into_iter().find(|kind| kind.word() == &line[0])?,
                name: cell(1),
                text: cell(2),
                used_by: cell(3).split_whitespace().map(str::to_owned).collect(),
            })
        };
        Meanings(lines.filter_map(meaning).collect())
    }

    /// The table as text.
    pub fn table(&self) -> String {
        let mut sheet = csv::Writer::from_writer(Vec::new());
        // Writing into memory cannot fail.
        let _ = sheet.write_record(COLUMNS);
        for line in &self.0 {
            let _ = sheet.write_record([line.kind.word(), &line.name, &line.text, &line.used_by.join(" ")]);
        }
        String::from_utf8(sheet.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    /// The place and line of `kind` that fits `name`.
    pub fn find(&self, kind: Kind, name: &str) -> Option<(usize, &Meaning)> {
        let fits = |(_, line): &(usize, &Meaning)| line.kind == kind && fits(&line.name, name);
        self.0.iter().enumerate().find(fits)
    }
}

impl Meanings {
    /// The place of the first line of the table or parameter `path`, or of anything in it.
    pub fn place(&self, path: &str) -> usize {
        let depth = path.split('.').count();
        let within = |line: &Meaning| {
            let end = line
                .name
                .match_indices('.')
                .nth(depth - 1)
                .map_or(line.name.len(), |(at, _)| at);
            line.kind != Kind::Module && fits(&line.name[..end], path)
        };
        self.0.iter().position(within).unwrap_or(self.0.len())
    }
}

/// Whether `path` is one of those that `pattern` stands for.
fn fits(pattern: &str, path: &str) -> bool {
    let mut words = path.split('.');
    let all = pattern
        .split('.')
        .all(|own| words.next().is_some_and(|word| own == "*" || own == word));
    all && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_stands_where_its_first_line_does() {
        let line = |kind, name: &str| Meaning {
            kind,
            name: name.into(),
            text: String::new(),
            used_by: Vec::new(),
        };
        let meanings = Meanings(vec![
            line(Kind::Section, "poverty"),
            line(Kind::Section, "poverty.lines.*"),
            line(Kind::Parameter, "poverty.lines.*.line_growth"),
            line(Kind::Section, "poverty.gauges.*"),
        ]);
        assert_eq!(meanings.place("poverty"), 0);
        assert_eq!(meanings.place("poverty.lines"), 1);
        assert_eq!(meanings.place("poverty.lines.national.line_growth"), 2);
        assert_eq!(meanings.place("poverty.gauges"), 3);
        assert_eq!(meanings.place("elsewhere"), 4);
    }

    #[test]
    fn a_star_stands_for_one_name() {
        assert!(fits("insurance.layers.*.order", "insurance.layers.medical_aid.order"));
        assert!(!fits("insurance.layers.*.order", "insurance.layers.medical_aid.arms"));
        assert!(!fits("insurance.layers.*", "insurance.layers.medical_aid.order"));
        assert!(!fits("insurance.layers.*.order", "insurance.layers"));
    }
}
