//! `MAP.toml`: which column of a survey is which field of the model, in which codes and units.

use super::fields::{self, FIELDS, Holds};
use super::keys::{FIELD, FILES, INCOME, MAP, RAKE, SURVEY, needed_fields};
use super::lens::number_within;
use super::margin::Margin;
use crate::problem::{Place, Problem, Problems, Source, suggest};
use crate::scenario::keys::{names, number_bounds, whole_bounds};
use crate::scenario::node::{Kind, Node, Reader, Table, get};
use crate::units::Month;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a field comes from.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// The column; none where one value holds for all.
    pub column: Option<String>,
    /// The survey's codes of each word.
    pub codes: Vec<(String, Vec<String>)>,
    /// Yuan for one unit; for money only.
    pub unit: f64,
    /// Whether money is per head of the household.
    pub per_head: bool,
    /// Texts that mean "not told", beside those of all fields.
    pub missing: Vec<String>,
    /// What stands for what is not told, as a word or number of the model: counted as imputed.
    pub default: Option<String>,
    /// Where the map says so.
    pub place: Place,
}

/// How weights are raked.
#[derive(Clone, Debug)]
pub struct RakeSettings {
    /// The margins.
    pub margins: Vec<Margin>,
    /// Deviation of a share that is accepted, points.
    pub tolerance_points: f64,
    /// Most rounds over all cells.
    pub rounds: u32,
    /// Largest change of a weight by raking, up or down, as a ratio.
    pub trim_ratio: Option<f64>,
}

/// A map as read and checked.
#[derive(Clone, Debug)]
pub struct Map {
    /// What the survey is.
    pub title: String,
    /// The file with the households, where people stand in another one, and where the map names it.
    pub households: Option<(PathBuf, Place)>,
    /// Texts that mean "not told" in every column.
    pub missing: Vec<String>,
    /// Yuan of 2020 for a yuan of the survey.
    pub price_ratio: f64,
    /// The month of the interviews, from which ages are counted where the survey has years of birth.
    pub interviewed: Option<Month>,
    /// Years of schooling below which literacy is low, and from which it is high.
    pub schooling: [f64; 2],
    /// Given means of income per head in the fifths of households.
    pub quintile_means: Option<[f64; 5]>,
    /// Raking.
    pub rake: Option<RakeSettings>,
    /// The fields, by number.
    pub fields: [Option<Mapped>; FIELDS],
    /// The text of the map.
    pub source: Arc<Source>,
}

impl Map {
    /// Reads a map for a scenario with these counties.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place.
    pub fn read(path: &Path, counties: &[&str]) -> Result<Map, Problems> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let help = "a map is a TOML file that says which column of the survey is which field: docs/survey.md tells how, tests/survey/example.toml is one";
            Problem::new(format!("cannot read the map `{shown}`: {error}")).help(help)
        })?;
        let source = Arc::new(Source::new(shown, text));
        let mut reader = Reader::new(Arc::clone(&source));
        let Some(top) = reader.parse() else {
            return Err(reader.problems.into());
        };
        reader.allow(&top, "a map", &names(&MAP));
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let mut map = Map {
            title: reader.needed_text(&top, &(0..0), "title"),
            households: None,
            missing: vec![String::new()],
            price_ratio: 1.0,
            interviewed: None,
            schooling: [6.0, 12.0],
            quintile_means: None,
            rake: None,
            fields: [const { None }; FIELDS],
            source,
        };
        if let Some((files, _)) = reader.table(&top, "files") {
            reader.allow(files, "`[files]`", &names(&FILES));
            let place = get(files, "households").map(|node| reader.place(&node.span));
            let name = reader.text(files, "households");
            map.households = name.map(|name| folder.join(name)).zip(place);
            map.missing.extend(texts(&mut reader, files, "missing"));
        }
        if let Some((survey, _)) = reader.table(&top, "survey") {
            map.survey(&mut reader, survey);
        }
        if let Some((income, _)) = reader.table(&top, "income") {
            map.income(&mut reader, income);
        }
        for (of_household, name) in [(true, "household"), (false, "person")] {
            match reader.table(&top, name) {
                Some((table, at)) => map.fields_of(&mut reader, table, &at, of_household, counties),
                None => reader.missing(&(0..0), name),
            }
        }
        if let Some((rake, at)) = reader.table(&top, "rake") {
            map.rake = Some(rake_settings(&mut reader, rake, &at, &folder, counties));
        }
        Problems::or(reader.problems, map)
    }

    /// The field of the household or person of this name, where it is mapped.
    pub fn field(&self, of_household: bool, name: &str) -> Option<&Mapped> {
        fields::number(of_household, name).and_then(|number| self.fields[number].as_ref())
    }

    /// Yuan of 2020 for a yuan of the survey, where a field holds money; 1 otherwise.
    pub fn price_of(&self, holds: Holds) -> f64 {
        match holds {
            Holds::Flow(_) | Holds::Stock => self.price_ratio,
            _ => 1.0,
        }
    }

    fn survey(&mut self, reader: &mut Reader, table: &Table) {
        reader.allow(table, "`[survey]`", &names(&SURVEY));
        let number = |reader: &mut Reader, key| {
            let (low, high) = number_bounds(&SURVEY, key);
            reader.number(table, key, low, high)
        };
        self.price_ratio = number(reader, "price_ratio").unwrap_or(1.0);
        self.interviewed = reader.month(table, "interviewed");
        for (at, key) in ["low_literacy_below_years", "high_literacy_from_years"]
            .into_iter()
            .enumerate()
        {
            if let Some(years) = number(reader, key) {
                self.schooling[at] = years;
            }
        }
    }

    fn income(&mut self, reader: &mut Reader, table: &Table) {
        reader.allow(table, "`[income]`", &names(&INCOME));
        let Some(node) = get(table, "quintile_mean_yuan") else {
            return;
        };
        let means: Option<Vec<f64>> = node.list().map(|list| list.iter().filter_map(Node::number).collect());
        match means.and_then(|means| <[f64; 5]>::try_from(means).ok()) {
            Some(means) if means[0] > 0.0 && means.windows(2).all(|two| two[0] < two[1]) => {
                self.quintile_means = Some(means);
            }
            _ => reader.wrong(
                &node.span,
                "five means are needed, each above the one before",
                "not that",
            ),
        }
    }

    fn fields_of(
        &mut self,
        reader: &mut Reader,
        table: &Table,
        at: &Range<usize>,
        of_household: bool,
        counties: &[&str],
    ) {
        let known: Vec<&str> = fields::all()
            .iter()
            .filter(|field| field.of_household == of_household)
            .map(|field| field.name)
            .collect();
        let what = if of_household { "`[household]`" } else { "`[person]`" };
        reader.allow(table, what, &known);
        for (key, node) in table {
            if let Some(number) = fields::number(of_household, key) {
                let holds = fields::all()[number].holds;
                let field = mapped(reader, key, node, holds, counties);
                if let Some(field) = &field {
                    self.stands_in(reader, key, node, field, holds);
                }
                self.fields[number] = field;
            }
        }
        for key in needed_fields(of_household) {
            if get(table, key).is_none() {
                reader.missing(at, key);
            }
        }
        if !of_household && get(table, "age").is_none() && get(table, "birth_year").is_none() {
            reader.missing(at, "age");
        }
        if !of_household && get(table, "birth_year").is_some() && self.interviewed.is_none() {
            let help = "write `interviewed = \"2020-07\"` under `[survey]`";
            reader.push(
                at,
                "ages from years of birth need the month of the interviews",
                "",
                Some(help.into()),
            );
        }
    }
}

impl Map {
    /// Holds the constant or the default of a field to the bounds that a column is held to.
    fn stands_in(&self, reader: &mut Reader, key: &str, field: &Node, mapped: &Mapped, holds: Holds) {
        let Some(table) = field.table().filter(|_| holds.bounds().is_some()) else {
            return;
        };
        for name in ["default", "value"] {
            let Some(node) = get(table, name) else { continue };
            let wrong = match word(node) {
                Some(text) => number_within(&text, holds, mapped.unit * self.price_of(holds)).err(),
                None => Some(format!("{} is not a number", node.word())),
            };
            if let Some(reason) = wrong {
                let help = "it is held to the same bounds as a column";
                let title = format!("`{name}` of `{key}`: {reason}");
                reader.push(&node.span, title, "out of bounds", Some(help.into()));
            }
        }
    }
}

fn texts(reader: &mut Reader, table: &Table, key: &str) -> Vec<String> {
    match get(table, key) {
        Some(node) => list_of(reader, node),
        None => Vec::new(),
    }
}

/// A text or number, or a list of them, as written in a survey.
fn list_of(reader: &mut Reader, node: &Node) -> Vec<String> {
    let items = node.list().unwrap_or(std::slice::from_ref(node));
    let plain: Option<Vec<String>> = items.iter().map(word).collect();
    plain.unwrap_or_else(|| {
        reader.wrong(&node.span, "expected a text, a number or a list of them", "not that");
        Vec::new()
    })
}

fn word(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Int(number) => Some(number.to_string()),
        Kind::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

const UNITS: [(&str, f64, bool); 8] = [
    ("yuan_per_year", 1.0, false),
    ("thousand_yuan_per_year", 1000.0, false),
    ("yuan_per_month", 12.0, false),
    ("yuan_per_head_per_year", 1.0, true),
    ("yuan_per_head_per_month", 12.0, true),
    ("yuan", 1.0, false),
    ("thousand_yuan", 1000.0, false),
    ("ten_thousand_yuan", 10_000.0, false),
];
/// Units from here on are of stocks.
const STOCKS: usize = 5;

/// The units in which a field can be given; none where it holds no money.
fn units(holds: Holds) -> &'static [(&'static str, f64, bool)] {
    match holds {
        Holds::Flow(_) => &UNITS[..STOCKS],
        Holds::Stock => &UNITS[STOCKS..],
        _ => &[],
    }
}

/// The names of these units.
pub fn unit_names(holds: Holds) -> Vec<&'static str> {
    units(holds).iter().map(|(name, ..)| *name).collect()
}

/// The units of money of a year, for messages.
pub fn flow_units() -> String {
    let names: Vec<&str> = UNITS[..STOCKS].iter().map(|(name, ..)| *name).collect();
    names.join(", ")
}

fn mapped(reader: &mut Reader, key: &str, node: &Node, holds: Holds, counties: &[&str]) -> Option<Mapped> {
    let mut field = Mapped {
        column: None,
        codes: Vec::new(),
        unit: 1.0,
        per_head: false,
        missing: Vec::new(),
        default: None,
        place: reader.place(&node.key),
    };
    let words: &[&str] = match holds {
        Holds::Word(words) => words,
        Holds::County => counties,
        _ => &[],
    };
    let Some(table) = node.table() else {
        let Some(column) = node.text() else {
            reader.wrong(
                &node.span,
                format!("expected a column or a table, found {}", node.word()),
                "not that",
            );
            return None;
        };
        field.column = Some(column.to_owned());
        return Some(field);
    };
    let allowed: Vec<&str> = names(&FIELD).into_iter().chain(words.iter().copied()).collect();
    reader.allow(table, &format!("`{key}`"), &allowed);
    field.column = reader.text(table, "column");
    field.missing = texts(reader, table, "missing");
    for name in ["default", "value"] {
        if let Some(node) = get(table, name) {
            field.default = word(node);
            if holds == Holds::Text && field.default.is_none() {
                reader.wrong(
                    &node.span,
                    format!("`{name}` of `{key}` is a text or a number"),
                    "not that",
                );
            }
            if !words.is_empty() && !field.default.as_deref().is_some_and(|word| words.contains(&word)) {
                let help = suggest(field.default.as_deref().unwrap_or(""), words.iter().copied());
                reader.push(
                    &node.span,
                    format!("`{name}` of `{key}` is a word of the model"),
                    "not one",
                    help,
                );
            }
        }
    }
    if field.column.is_some() == get(table, "value").is_some() {
        let help = "`column` names a column, `value` holds for all";
        reader.push(
            &node.span,
            format!("`{key}` needs a column or a value"),
            "one of the two",
            Some(help.into()),
        );
    }
    for (word, node) in table.iter().filter(|(word, _)| words.contains(&word.as_str())) {
        let codes = list_of(reader, node);
        for code in &codes {
            if let Some((other, _)) = field.codes.iter().find(|(_, known)| known.contains(code)) {
                let title = format!("`{code}` is both `{other}` and `{word}`");
                reader.wrong(&node.span, title, "a code has one meaning");
            }
        }
        field.codes.push((word.clone(), codes));
    }
    unit(reader, key, table, holds, &mut field);
    Some(field)
}

fn unit(reader: &mut Reader, key: &str, table: &Table, holds: Holds, field: &mut Mapped) {
    let Some(node) = get(table, "unit") else { return };
    let known = units(holds);
    if let Some(&(_, factor, per_head)) = known.iter().find(|(name, ..)| Some(*name) == node.text()) {
        (field.unit, field.per_head) = (factor, per_head);
    } else {
        let names = known.iter().map(|(name, ..)| *name);
        let help = suggest(node.text().unwrap_or(""), names).or(Some("leave it out".into()));
        reader.push(&node.span, format!("`{key}` has no such unit"), "unknown unit", help);
    }
}

fn rake_settings(
    reader: &mut Reader,
    table: &Table,
    at: &Range<usize>,
    folder: &Path,
    counties: &[&str],
) -> RakeSettings {
    reader.allow(table, "`[rake]`", &names(&RAKE));
    let (fewest, most) = whole_bounds(&RAKE, "rounds");
    let mut number = |key| {
        let (low, high) = number_bounds(&RAKE, key);
        reader.number(table, key, low, high)
    };
    let (tolerance_points, trim_ratio) = (number("tolerance_points"), number("trim_ratio"));
    let mut settings = RakeSettings {
        margins: Vec::new(),
        tolerance_points: tolerance_points.unwrap_or(0.01),
        rounds: reader.whole(table, "rounds", fewest, most).unwrap_or(500) as u32,
        trim_ratio,
    };
    let list = get(table, "margin").and_then(Node::list).unwrap_or_default();
    if list.is_empty() {
        let help = "write `[[rake.margin]]` with `of`, `by` and `share`, or leave `[rake]` out";
        reader.push(at, "there is no margin to rake to", "", Some(help.into()));
    }
    for node in list {
        match node.table() {
            Some(margin) => settings
                .margins
                .extend(Margin::read(reader, margin, &node.span, folder, counties)),
            None => reader.wrong(&node.span, "`margin` holds tables", "write `[[rake.margin]]`"),
        }
    }
    settings
}
