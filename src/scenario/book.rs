//! The baseline: every parameter of every mechanism once, each on its card.
//!
//! [`Known`] is the list of the paths that exist. It grows only inside the maps of [`OPEN`], where a programme may
//! bring a new insurance layer or county; everywhere else a path that the baseline does not have is a mistake.

use super::RunSettings;
use super::card::{self, Notes};
use super::keys;
use super::node::{Reader, Table, get};
use crate::problem::{Place, nearest, suggest};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use toml::Value;

/// Keys that order or name things and so carry no card.
pub const STRUCTURAL: &[&str] = &[
    "order",
    "title",
    "tiers",
    "services",
    "categories",
    "funded_by",
    "base",
    "deductible_per",
    "conditions",
    "events",
    "referral",
    "brackets_from_yuan",
    "convention",
    "line",
    "brackets_from_share",
    "kind",
    "name",
    "label",
    "names",
];

/// Tables to which a scenario or programme may add entries of its own.
pub const OPEN: &[&str] = &["insurance.layers", "insurance.layers.*.arms", "world.counties"];

/// One parameter of the baseline.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub place: Place,
    /// `None` for structural keys.
    pub notes: Option<Notes>,
}

/// The baseline file as read.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub title: String,
    pub summary: String,
    pub run: RunSettings,
    /// The rules: values only.
    pub tree: toml::Table,
    pub entries: Arc<BTreeMap<String, Entry>>,
}

/// A path below `parent`.
pub(crate) fn join(parent: &str, key: &str) -> String {
    if parent.is_empty() {
        key.to_owned()
    } else {
        format!("{parent}.{key}")
    }
}

/// The last word of a path.
pub(crate) fn leaf_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether `key` can be part of a path.
fn is_word(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl Book {
    /// Reads the baseline from its top table.
    pub fn read(reader: &mut Reader, top: &Table) -> Book {
        reader.allow(top, "the baseline", &keys::names(&keys::BASELINE));
        let mut book = Book {
            title: reader.needed_text(top, &(0..0), "title"),
            summary: reader.needed_text(top, &(0..0), "summary"),
            run: RunSettings::default(),
            tree: toml::Table::new(),
            entries: Arc::default(),
        };
        match reader.table(top, "run") {
            None if get(top, "run").is_none() => reader.missing(&(0..0), "run"),
            None => {}
            Some((run, at)) => {
                for key in keys::names(&keys::RUN)
                    .into_iter()
                    .filter(|key| get(run, key).is_none())
                {
                    reader.missing(&at, key);
                }
                book.run.read(reader, run);
            }
        }
        if let Some((rules, _)) = reader.table(top, "rules") {
            let mut entries = BTreeMap::new();
            book.tree = read_rules(&mut entries, reader, rules, "");
            book.entries = Arc::new(entries);
        }
        book
    }
}

fn read_rules(entries: &mut BTreeMap<String, Entry>, reader: &mut Reader, table: &Table, parent: &str) -> toml::Table {
    let mut tree = toml::Table::new();
    for (key, node) in table {
        let path = join(parent, key);
        if !is_word(key) {
            reader.wrong(
                &node.key,
                format!("`{key}` cannot be a name"),
                "letters, digits, `_` and `-` only",
            );
            continue;
        }
        let (value, notes) = if let Some(inner) = node.table() {
            if !card::looks_like_card(inner) {
                tree.insert(key.clone(), Value::Table(read_rules(entries, reader, inner, &path)));
                continue;
            }
            let Some((leaf, notes)) = card::read_card(reader, key, inner, &node.key) else {
                continue;
            };
            (leaf.resolved(), Some(notes))
        } else {
            if !STRUCTURAL.contains(&key.as_str()) {
                let help = "write `{ value = ..., low = ..., high = ..., grade = \"A\" to \"D\", source = \"...\" }`";
                reader.push(
                    &node.key,
                    format!("parameter without a card: `{path}`"),
                    "",
                    Some(help.into()),
                );
                continue;
            }
            let Some(value) = card::read_plain(reader, key, node) else {
                continue;
            };
            (value, None)
        };
        tree.insert(key.clone(), value);
        entries.insert(
            path,
            Entry {
                place: reader.place(&node.key),
                notes,
            },
        );
    }
    tree
}

/// What kind of value a parameter has; a change must keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Number,
    YesNo,
    Text,
    Numbers,
    List,
    /// Steps by age: `from_age` and `value`.
    ByAge,
}

impl Shape {
    /// The shape of a value of the tree of rules.
    pub fn of(value: &Value) -> Shape {
        match value {
            Value::Integer(_) | Value::Float(_) => Shape::Number,
            Value::Boolean(_) => Shape::YesNo,
            Value::Array(list) if !list.is_empty() && list.iter().all(|item| card::as_number(item).is_some()) => {
                Shape::Numbers
            }
            Value::Array(_) => Shape::List,
            Value::Table(_) => Shape::ByAge,
            _ => Shape::Text,
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Number => "a number",
            Shape::YesNo => "true or false",
            Shape::Text => "a text",
            Shape::Numbers => "a list of numbers",
            Shape::List => "a list",
            Shape::ByAge => "a list of numbers, one for each age",
        }
    }

    /// Whether it consists of numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Shape::Number | Shape::Numbers | Shape::ByAge)
    }

    /// Whether a plain value of shape `new` can take the place of one of shape `self`.
    pub fn takes(self, new: Shape) -> bool {
        let empty_list = matches!(
            (self, new),
            (Shape::Numbers, Shape::List) | (Shape::List, Shape::Numbers)
        );
        self == new || empty_list || (self == Shape::ByAge && new == Shape::Numbers)
    }
}

/// All paths that exist. What most scenarios share is copied when one of them adds to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    leaves: Arc<BTreeMap<String, Shape>>,
    tables: Arc<BTreeSet<String>>,
    /// The same with the names of open entries replaced by `*`.
    leaf_patterns: Arc<BTreeMap<String, Shape>>,
    table_patterns: Arc<BTreeSet<String>>,
    /// Entries of open maps that a scenario or programme founded, with the keys it gave.
    pub founded: BTreeMap<String, BTreeSet<String>>,
}

/// What a path of a change is.
pub(crate) enum Found {
    Leaf(Shape),
    Table,
    /// Below a new entry of an open map: its own shape decides.
    New,
    /// Not there; the way out, if there is one.
    Unknown(Option<String>),
}

/// `path` with the names of open entries replaced by `*`, and where the last such name ends.
pub(crate) fn pattern(path: &str) -> (String, usize) {
    let (mut pattern, mut end, mut at) = (String::new(), 0, 0);
    for word in path.split('.') {
        at += word.len() + usize::from(at > 0);
        let open = OPEN.contains(&pattern.as_str());
        pattern = join(&pattern, if open { "*" } else { word });
        if open {
            end = at;
        }
    }
    (pattern, end)
}

/// The entry of an open map in which `path` lies.
pub(crate) fn open_entry(path: &str) -> Option<&str> {
    let (_, end) = pattern(path);
    (end > 0).then(|| &path[..end])
}

impl Known {
    /// The paths of a baseline.
    pub fn of(book: &Book) -> Known {
        let mut known = Known::default();
        known.take(&book.tree, "", &book.entries);
        known
    }

    fn take(&mut self, tree: &toml::Table, parent: &str, entries: &BTreeMap<String, Entry>) {
        for (key, value) in tree {
            let path = join(parent, key);
            match value {
                Value::Table(inner) if !entries.contains_key(&path) => {
                    self.add_table(&path);
                    self.take(inner, &path, entries);
                }
                _ => self.add_leaf(&path, Shape::of(value)),
            }
        }
    }

    /// Notes a table.
    pub fn add_table(&mut self, path: &str) {
        if !self.tables.contains(path) {
            Arc::make_mut(&mut self.table_patterns).insert(pattern(path).0);
            Arc::make_mut(&mut self.tables).insert(path.to_owned());
        }
    }

    /// Notes a parameter.
    pub fn add_leaf(&mut self, path: &str, shape: Shape) {
        if self.leaves.get(path) != Some(&shape) {
            Arc::make_mut(&mut self.leaf_patterns).insert(pattern(path).0, shape);
            Arc::make_mut(&mut self.leaves).insert(path.to_owned(), shape);
        }
    }

    /// Whether there is such a table.
    pub fn has_table(&self, path: &str) -> bool {
        self.tables.contains(path)
    }

    /// The names of the tables right below `path`.
    pub fn below(&self, path: &str) -> Vec<&str> {
        let start = format!("{path}.");
        let below = self.tables.iter().filter_map(|table| table.strip_prefix(&start));
        below.filter(|rest| !rest.contains('.')).collect()
    }

    /// What `path` is.
    pub fn find(&self, path: &str) -> Found {
        if let Some(shape) = self.leaves.get(path) {
            return Found::Leaf(*shape);
        }
        if self.tables.contains(path) {
            return Found::Table;
        }
        let key = leaf_of(path);
        let (pattern, end) = pattern(path);
        if !is_word(key) || end == 0 {
            return Found::Unknown(self.suggest(path));
        }
        if let Some(shape) = self.leaf_patterns.get(&pattern) {
            return Found::Leaf(*shape);
        }
        if pattern.ends_with('*') || OPEN.contains(&pattern.as_str()) || self.table_patterns.contains(&pattern) {
            return Found::Table;
        }
        if self.tables.contains(&path[..end]) {
            return Found::Unknown(self.suggest(path));
        }
        // A new entry may have keys of its own, but one that is nearly a key of its neighbours is a slip.
        let parent = &pattern[..pattern.len() - key.len()];
        let patterns = self.leaf_patterns.keys().chain(self.table_patterns.iter());
        let near = patterns
            .filter_map(|known| known.strip_prefix(parent))
            .filter(|known| !known.contains('.'));
        match near.max_by(|a, b| likeness(a, key).total_cmp(&likeness(b, key))) {
            Some(near) if likeness(near, key) >= 0.85 => Found::Unknown(Some(format!("did you mean `{near}`?"))),
            _ => Found::New,
        }
    }

    /// The nearest path that ends like `path`, which does not exist.
    pub fn elsewhere(&self, path: &str) -> Option<String> {
        let key = leaf_of(path);
        let same = || {
            self.leaves
                .keys()
                .map(String::as_str)
                .filter(|known| leaf_of(known) == key)
        };
        let near = same().max_by(|a, b| likeness(a, path).total_cmp(&likeness(b, path)));
        let near = near.or_else(|| {
            let all = self.leaves.keys().map(String::as_str);
            nearest(path, all).filter(|near| likeness(near, path) >= 0.8)
        });
        near.map(|near| format!("did you mean `{near}`?"))
    }

    /// The nearest right name for a path that does not exist.
    fn suggest(&self, path: &str) -> Option<String> {
        if path == "rules" {
            return Some("paths start below `rules`: leave `rules.` out".to_owned());
        }
        let key = leaf_of(path);
        let parent = &path[..path.len() - key.len()];
        let all = || self.leaves.keys().chain(self.tables.iter()).map(String::as_str);
        let siblings: Vec<&str> = all()
            .filter_map(|known| known.strip_prefix(parent))
            .filter(|known| !known.contains('.'))
            .collect();
        if let Some(near) = nearest(key, siblings.iter().copied()) {
            return Some(format!("did you mean `{parent}{near}`?"));
        }
        if let Some(elsewhere) = self.elsewhere(path) {
            return Some(elsewhere);
        }
        suggest(key, siblings)
    }

    /// The entry of an open map that a new entry `path` may have been meant to be: near in name, and richer in keys.
    pub fn meant_entry(&self, path: &str, given: &BTreeSet<String>) -> Option<String> {
        let key = leaf_of(path);
        let map = path.strip_suffix(key)?.strip_suffix('.')?;
        let near = nearest(key, self.below(map).into_iter().filter(|name| *name != key))?;
        let start = format!("{map}.{near}.");
        let has = |key: &str| given.contains(key);
        let lacks = self
            .leaves
            .keys()
            .filter_map(|leaf| leaf.strip_prefix(&start))
            .any(|leaf| !has(leaf));
        lacks.then(|| near.to_owned())
    }
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b)
}
