//! A file as a tree in which every key and every value still knows where it stands.

use super::card::shown;
use crate::problem::{Place, Problem, Source, suggest};
use crate::units::Month;
use std::ops::Range;
use std::sync::Arc;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Where the key stands; the value itself for list items.
    pub key: Range<usize>,
    /// Where the value stands.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// A table in the order of the file.
pub(crate) type Table = Vec<(String, Node)>;

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Table),
    /// A date, or a number that no parameter can have: what it is, for messages.
    Other(&'static str),
}

impl Node {
    /// What it is, for messages.
    pub fn word(&self) -> &'static str {
        match self.kind {
            Kind::Bool(_) => "true or false",
            Kind::Int(_) | Kind::Float(_) => "a number",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
            Kind::Other(word) => word,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Int(number) => Some(number as f64),
            Kind::Float(number) => Some(number),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    pub fn table(&self) -> Option<&Table> {
        if let Kind::Table(table) = &self.kind {
            Some(table)
        } else {
            None
        }
    }

    pub fn list(&self) -> Option<&[Node]> {
        if let Kind::List(list) = &self.kind {
            Some(list)
        } else {
            None
        }
    }

    /// As a plain value: a number, a truth, a text or a list of those.
    pub fn plain(&self) -> Option<Value> {
        Some(match &self.kind {
            Kind::Bool(truth) => Value::Boolean(*truth),
            Kind::Int(number) => Value::Integer(*number),
            Kind::Float(number) => Value::Float(*number),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(list) => Value::Array(list.iter().map(Node::plain).collect::<Option<_>>()?),
            Kind::Table(_) | Kind::Other(_) => return None,
        })
    }
}

/// The entry `key` of a table.
pub(crate) fn get<'a>(table: &'a Table, key: &str) -> Option<&'a Node> {
    table.iter().find(|(name, _)| name == key).map(|(_, node)| node)
}

fn node(key: Range<usize>, span: Range<usize>, value: &DeValue<'_>) -> Node {
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Boolean(truth) => Kind::Bool(*truth),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Kind::Other("a whole number beyond 64 bits"), Kind::Int),
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Kind::Float(number),
            Ok(number) if number.is_nan() => Kind::Other("`nan`, which is not a number"),
            _ => Kind::Other("infinite"),
        },
        DeValue::Datetime(_) => Kind::Other("a date"),
        DeValue::Array(list) => Kind::List(
            list.iter()
                .map(|item| node(item.span(), item.span(), item.get_ref()))
                .collect(),
        ),
        DeValue::Table(table) => Kind::Table(entries(table)),
    };
    Node { key, span, kind }
}

fn entries(table: &DeTable<'_>) -> Table {
    let mut entries: Table = table
        .iter()
        .map(|(key, value)| {
            (
                key.get_ref().to_string(),
                node(key.span(), value.span(), value.get_ref()),
            )
        })
        .collect();
    entries.sort_by_key(|(_, node)| (node.key.start, node.span.start));
    entries
}

/// Reads one file strictly and gathers what is wrong with it.
pub(crate) struct Reader {
    pub source: Arc<Source>,
    pub problems: Vec<Problem>,
}

impl Reader {
    pub fn new(source: Arc<Source>) -> Reader {
        Reader {
            source,
            problems: Vec::new(),
        }
    }

    /// The file's top table; `None` when its syntax is wrong.
    pub fn parse(&mut self) -> Option<Table> {
        let source = Arc::clone(&self.source);
        let (root, errors) = DeTable::parse_recoverable(&source.text);
        for error in &errors {
            let problem = Problem::new(format!("not valid TOML: {}", error.message()));
            let span = error.span().unwrap_or(0..0);
            self.problems.push(problem.at(self.place(&span), "here"));
        }
        errors.is_empty().then(|| entries(root.get_ref()))
    }

    pub fn place(&self, span: &Range<usize>) -> Place {
        Place::new(&self.source, span.clone())
    }

    /// Notes a problem at `span`.
    pub fn wrong(&mut self, span: &Range<usize>, title: impl Into<String>, label: impl Into<String>) {
        self.push(span, title, label, None);
    }

    /// Notes a problem at `span`, with the way out.
    pub fn push(
        &mut self,
        span: &Range<usize>,
        title: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.problems
            .push(Problem::new(title).at(self.place(span), label).help_if(help));
    }

    /// Refuses every key of `table` that is not among `allowed`.
    pub fn allow(&mut self, table: &Table, what: &str, allowed: &[&str]) {
        for (key, node) in table {
            if !allowed.contains(&key.as_str()) {
                let help = suggest(key, allowed.iter().copied());
                self.push(
                    &node.key,
                    format!("unknown key `{key}`"),
                    format!("not a key of {what}"),
                    help,
                );
            }
        }
    }

    /// Says that `key` is missing from the table that stands at `at`.
    pub fn missing(&mut self, at: &Range<usize>, key: &str) {
        self.wrong(at, format!("`{key}` is missing"), format!("add `{key} = ...`"));
    }

    fn expected(&mut self, node: &Node, what: &str) {
        let title = format!("expected {what}, found {}", node.word());
        self.wrong(&node.span, title, format!("not {what}"));
    }

    /// The text of `key`, where it is given.
    pub fn text(&mut self, table: &Table, key: &str) -> Option<String> {
        let node = get(table, key)?;
        if node.text().is_none() {
            self.expected(node, "a text");
        }
        node.text().map(str::to_owned)
    }

    /// The text of `key`, which must be given and not be empty.
    pub fn needed_text(&mut self, table: &Table, at: &Range<usize>, key: &str) -> String {
        match get(table, key) {
            None => self.missing(at, key),
            Some(node) if node.text().is_some_and(|text| text.trim().is_empty()) => {
                self.wrong(&node.span, format!("`{key}` is empty"), "say something");
            }
            Some(_) => return self.text(table, key).unwrap_or_default(),
        }
        String::new()
    }

    /// The number of `key` within `[low, high]`, where it is given.
    pub fn number(&mut self, table: &Table, key: &str, low: f64, high: f64) -> Option<f64> {
        let node = get(table, key)?;
        match node.number() {
            None => self.expected(node, "a number"),
            Some(number) if number < low || number > high => {
                let title = format!("`{key}` is {}, but must lie between {low} and {high}", shown(number));
                self.wrong(&node.span, title, "out of bounds");
            }
            Some(number) => return Some(number),
        }
        None
    }

    /// The whole number of `key` within `[low, high]`, where it is given.
    pub fn whole(&mut self, table: &Table, key: &str, low: i64, high: i64) -> Option<i64> {
        let node = get(table, key)?;
        match node.kind {
            Kind::Int(number) if (low..=high).contains(&number) => return Some(number),
            Kind::Int(number) => {
                let title = format!("`{key}` is {number}, but must lie between {low} and {high}");
                self.wrong(&node.span, title, "out of bounds");
            }
            _ => self.expected(node, "a whole number"),
        }
        None
    }

    /// The month of `key`, where it is given.
    pub fn month(&mut self, table: &Table, key: &str) -> Option<Month> {
        let node = get(table, key)?;
        let month = node.text().and_then(Month::parse);
        if month.is_none() {
            let title = format!("`{key}` is not a month");
            self.push(
                &node.span,
                title,
                "not a month",
                Some("write year and month as in \"2022-01\"".into()),
            );
        }
        month
    }

    /// `until` must come after `from`.
    pub fn window(&mut self, table: &Table, from: Option<Month>, until: Option<Month>) {
        if let (Some(from), Some(until), Some(node)) = (from, until, get(table, "until"))
            && until <= from
        {
            let title = format!("`until` {until} is not after `from` {from}");
            self.wrong(&node.span, title, "the first month in which it is no longer in force");
        }
    }

    /// The texts of the list `key`, with their places; empty where it is not given.
    pub fn texts(&mut self, table: &Table, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(node) = get(table, key) else { return Vec::new() };
        let Some(list) = node.list() else {
            self.expected(node, "a list of texts");
            return Vec::new();
        };
        let mut texts: Vec<(String, Range<usize>)> = Vec::new();
        for item in list {
            match item.text() {
                None => self.expected(item, "a text"),
                Some(text) if texts.iter().any(|(known, _)| known == text) => {
                    self.wrong(&item.span, format!("`{text}` is listed twice in `{key}`"), "again");
                }
                Some(text) => texts.push((text.to_owned(), item.span.clone())),
            }
        }
        texts
    }

    /// What the word of `key` means, where it is given: one of `choices`, each a `what`.
    pub fn one_of<T: Copy>(&mut self, table: &Table, key: &str, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.text(table, key)?;
        let span = get(table, key)?.span.clone();
        self.choice(&word, &span, what, choices)
    }

    /// What the words of the list `key` mean; those that are no `what` are left out and told.
    pub fn some_of<T: Copy>(&mut self, table: &Table, key: &str, what: &str, choices: &[(&str, T)]) -> Vec<T> {
        let words = self.texts(table, key);
        let chosen = words.iter().map(|(word, span)| self.choice(word, span, what, choices));
        chosen.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn choice<T: Copy>(&mut self, word: &str, span: &Range<usize>, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let chosen = choices
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, chosen)| *chosen);
        if chosen.is_none() {
            let help = suggest(word, choices.iter().map(|(name, _)| *name));
            self.push(span, format!("unknown {what} `{word}`"), "not known", help);
        }
        chosen
    }

    /// The table `key`, where it is given, and its place.
    pub fn table<'a>(&mut self, table: &'a Table, key: &str) -> Option<(&'a Table, Range<usize>)> {
        let node = get(table, key)?;
        if node.table().is_none() {
            self.expected(node, "a table");
        }
        node.table().map(|inner| (inner, node.key.clone()))
    }

    /// The tables of the list `key` (`[[key]]`), each with its place; none where it is not given.
    pub fn tables<'a>(&mut self, table: &'a Table, key: &str) -> Vec<(&'a Table, Range<usize>)> {
        let Some(node) = get(table, key) else { return Vec::new() };
        let items = node.list().unwrap_or_default();
        let tables: Vec<_> = items
            .iter()
            .filter_map(|item| Some((item.table()?, item.span.clone())))
            .collect();
        if node.list().is_none() || tables.len() < items.len() {
            self.wrong(&node.key, format!("`{key}` holds tables"), format!("write `[[{key}]]`"));
        }
        tables
    }
}
