//! The program's own sources, read for their doc comments: modules, structs, columns, and what the rules mean.

use kangcun::output::parameters::{Kind, Meaning, Meanings};
use kangcun::scenario::card::unit_at;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, ExprLit, Fields, GenericArgument, Ident, Item, Lit, Meta, PathArguments, Token, Type};

/// A file of the program.
pub struct Module {
    /// Its name, such as `month::illness`.
    pub name: String,
    /// Its module docs, as written.
    pub docs: String,
    /// Its code without comments.
    code: String,
    items: Vec<Item>,
}

/// A struct with named fields, or a table of columns.
pub struct Record {
    /// The module it stands in.
    pub module: String,
    /// Its name.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Whether it is read from a scenario file.
    read: bool,
}

/// A field or column.
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its doc comment, as written.
    pub docs: String,
    /// Its type.
    pub kind: Type,
}

/// All sources.
pub struct Sources {
    /// The modules by name.
    pub modules: Vec<Module>,
    /// The records of all modules.
    pub records: Vec<Record>,
}

impl Sources {
    /// Reads everything under `src` of the package that lies in `root`.
    pub fn read(root: &Path) -> Sources {
        let mut files = Vec::new();
        collect(&root.join("src"), &mut files);
        files.sort();
        let modules: Vec<Module> = files.iter().map(|file| module(&root.join("src"), file)).collect();
        let records = modules.iter().flat_map(records).collect();
        Sources { modules, records }
    }

    /// The module called `name`.
    pub fn module(&self, name: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.name == name)
    }

    /// The record `name`, given as `module::Name`.
    pub fn record(&self, name: &str) -> Option<&Record> {
        let mut all = self.records.iter();
        all.find(|record| format!("{}::{}", record.module, record.name) == name)
    }

    /// The variants of the enum `name`, given as `module::Name`, with their docs.
    pub fn options(&self, name: &str) -> Option<Vec<(String, String)>> {
        let (module, name) = name.rsplit_once("::")?;
        let found = |item: &Item| match item {
            Item::Enum(item) if item.ident == name => {
                let variant = |variant: &syn::Variant| (variant.ident.to_string(), docs(&variant.attrs));
                Some(item.variants.iter().map(variant).collect())
            }
            _ => None,
        };
        self.module(module)?.items.iter().find_map(found)
    }

    /// What every parameter means and who reads it.
    pub fn meanings(&self) -> Meanings {
        let mut lines = Vec::new();
        let fields = self.field_owners();
        if let Some(top) = self.records.iter().find(|record| record.read && record.name == "Rules") {
            self.walk(top, "", "", &fields, &mut lines);
        }
        let used: BTreeSet<String> = lines.iter().flat_map(|line| line.used_by.clone()).collect();
        for module in self.modules.iter().filter(|module| used.contains(&module.name)) {
            lines.push(Meaning {
                kind: Kind::Module,
                name: module.name.clone(),
                text: first_sentence(&plain(&module.docs)),
                used_by: Vec::new(),
            });
        }
        Meanings(lines)
    }

    /// The lines of `record`, whose table is `path`: its own parameters first, then its tables.
    fn walk(&self, record: &Record, path: &str, meaning: &str, fields: &Owners, lines: &mut Vec<Meaning>) {
        let mut tables = Vec::new();
        for field in &record.fields {
            let mut own = join(path, &field.name);
            let text = plain(&field.docs).replace('\n', " ");
            let mut kind = &field.kind;
            while let Some((name, inner)) = generic(kind).filter(|(name, _)| name == "Option" || name == "BTreeMap") {
                if name == "BTreeMap" {
                    own.push_str(".*");
                }
                kind = inner;
            }
            let named = type_name(kind);
            let read = |record: &&Record| record.read && Some(&record.name) == named.as_ref() && record.name != "ByAge";
            if let Some(table) = self.records.iter().find(read) {
                tables.push((own, text, table));
                continue;
            }
            // The number of one provider or category means what its list means, for that one.
            let one_of = unit_at(&field.name).name == "number" && unit_at(path).name != "number";
            lines.push(Meaning {
                kind: Kind::Parameter,
                text: if one_of {
                    format!("{}: {}", meaning.trim_end_matches('.'), lowered(&text))
                } else {
                    text
                },
                used_by: self.readers(record, &field.name, path, fields, one_of),
                name: own,
            });
        }
        for (own, text, table) in tables {
            lines.push(Meaning {
                kind: Kind::Section,
                name: own.clone(),
                text: text.clone(),
                used_by: vec![table.module.clone()],
            });
            self.walk(table, &own, &text, fields, lines);
        }
    }

    /// The modules whose structs hold a field of each name.
    fn field_owners(&self) -> Owners {
        let mut owners = Owners::new();
        for record in self
            .records
            .iter()
            .filter(|record| record.read || !is_outside(&record.module))
        {
            for field in &record.fields {
                owners
                    .entry(field.name.clone())
                    .or_default()
                    .insert(record.module.clone());
            }
        }
        owners
    }

    /// The modules that read a rule: the owner, and all that name the field. A field name that several modules own is
    /// looked for in the owner's room only.
    fn readers(&self, record: &Record, field: &str, path: &str, owners: &Owners, one_of: bool) -> Vec<String> {
        // One number of a list is read where the list is.
        let (field, owner) = if one_of {
            let list = path.rsplit('.').next().unwrap_or_default();
            let holds = |record: &&Record| record.read && record.fields.iter().any(|field| field.name == list);
            (
                list,
                self.records.iter().find(holds).map(|record| record.module.clone()),
            )
        } else {
            (field, Some(record.module.clone()))
        };
        let owner = owner.unwrap_or_default();
        let shared = owners.get(field).is_some_and(|own| own.len() > 1);
        let reads = |module: &&Module| {
            // A module that only holds rules is read by its neighbours.
            let room = owner.strip_suffix("::rules").unwrap_or(&owner);
            let near = module.name == room || module.name.starts_with(&format!("{room}::"));
            (!shared || near) && !is_outside(&module.name) && names_field(&module.code, field)
        };
        let mut readers: Vec<String> = self
            .modules
            .iter()
            .filter(reads)
            .map(|module| module.name.clone())
            .collect();
        readers.sort_by_key(|name| *name != owner);
        if readers.is_empty() {
            readers.push(owner);
        }
        readers
    }
}

/// The modules that own a field of each name.
type Owners = BTreeMap<String, BTreeSet<String>>;

/// Rooms that look at rules to check or print them; the model does not run there.
fn is_outside(module: &str) -> bool {
    let rooms = [
        "scenario",
        "study",
        "output",
        "cli",
        "plot",
        "indicators",
        "measure",
        "report",
        "view",
        "terminal",
        "story",
        "founding::report",
        "problem",
    ];
    rooms
        .iter()
        .any(|room| module == *room || module.starts_with(&format!("{room}::")))
}

/// Whether `code` reads `.field`.
fn names_field(code: &str, field: &str) -> bool {
    let needle = format!(".{field}");
    code.match_indices(&needle).any(|(at, _)| {
        let next = code[at + needle.len()..].chars().next();
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_' || next == '(')
    })
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("the sources lie in src")
        .filter_map(Result::ok)
    {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

fn module(root: &Path, file: &Path) -> Module {
    let text = fs::read_to_string(file).expect("a source file");
    let syntax = syn::parse_file(&text).expect("Rust");
    let name = file.strip_prefix(root).expect("below src").with_extension("");
    let words: Vec<_> = name.iter().map(|word| word.to_string_lossy()).collect();
    let code: Vec<&str> = text
        .lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    Module {
        name: words.join("::"),
        docs: docs(&syntax.attrs),
        code: code.join("\n"),
        items: syntax.items,
    }
}

fn records(module: &Module) -> Vec<Record> {
    let mut all = Vec::new();
    for item in &module.items {
        match item {
            Item::Struct(item) => {
                if let Fields::Named(fields) = &item.fields {
                    let field = |field: &syn::Field| Field {
                        name: field.ident.as_ref().map(ToString::to_string).unwrap_or_default(),
                        docs: docs(&field.attrs),
                        kind: field.ty.clone(),
                    };
                    all.push(Record {
                        module: module.name.clone(),
                        name: item.ident.to_string(),
                        fields: fields.named.iter().map(field).collect(),
                        read: item.attrs.iter().any(derives_deserialize),
                    });
                }
            }
            Item::Macro(item) if item.mac.path.is_ident("columns") => {
                let Columns { name, fields } = item.mac.parse_body().expect("a table of columns");
                all.push(Record {
                    module: module.name.clone(),
                    name,
                    fields,
                    read: false,
                });
            }
            _ => {}
        }
    }
    all
}

fn derives_deserialize(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    list.path.is_ident("derive") && list.tokens.to_string().contains("Deserialize")
}

/// The body of `columns! { .. }`: the row's name, the table's name, the columns.
struct Columns {
    name: String,
    fields: Vec<Field>,
}

impl Parse for Columns {
    fn parse(input: ParseStream) -> syn::Result<Columns> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Ident>()?;
        input.parse::<Token![,]>()?;
        input.call(Attribute::parse_outer)?;
        let name = input.parse::<Ident>()?.to_string();
        let body;
        syn::braced!(body in input);
        let mut fields = Vec::new();
        while !body.is_empty() {
            let attributes = body.call(Attribute::parse_outer)?;
            let field = body.parse::<Ident>()?;
            body.parse::<Token![:]>()?;
            let kind = body.parse::<Type>()?;
            body.parse::<Token![,]>()?;
            fields.push(Field {
                name: field.to_string(),
                docs: docs(&attributes),
                kind,
            });
        }
        Ok(Columns { name, fields })
    }
}

/// The doc comment of attributes.
fn docs(attributes: &[Attribute]) -> String {
    let line = |attribute: &Attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) if pair.path.is_ident("doc") => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
            }
            _ => None,
        }
    };
    attributes.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// The name and the last argument of a type such as `BTreeMap<String, Layer>`.
fn generic(kind: &Type) -> Option<(String, &Type)> {
    let Type::Path(path) = kind else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.last()? {
        GenericArgument::Type(inner) => Some((last.ident.to_string(), inner)),
        _ => None,
    }
}

/// The last word of a type's name.
pub fn type_name(kind: &Type) -> Option<String> {
    let Type::Path(path) = kind else {
        return None;
    };
    Some(path.path.segments.last()?.ident.to_string())
}

/// `text` as a reader's Markdown: links to items of the program become their names.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, link) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = link.find(']') else {
            rest = link;
            break;
        };
        let (label, after) = (&link[1..end], &link[end + 1..]);
        let target = after
            .strip_prefix('(')
            .and_then(|inner| inner.find(')').map(|end| &inner[..end]));
        match target {
            Some(target) if target.starts_with("http") => out.push_str(&link[..=end]),
            _ if label.starts_with('`') && label.ends_with('`') => out.push_str(&code_name(label)),
            Some(_) => out.push_str(label),
            None => out.push_str(&link[..=end]),
        }
        rest = match target {
            Some(target) if !target.starts_with("http") => &after[target.len() + 2..],
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

/// The last word of a name in code: `` `super::SOURCES` `` is `` `SOURCES` ``.
fn code_name(label: &str) -> String {
    let name = label.trim_matches('`');
    let name = name
        .strip_prefix("Self::")
        .or_else(|| name.strip_prefix("super::"))
        .unwrap_or(name);
    format!("`{name}`")
}

/// The first sentence of a text.
pub fn first_sentence(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph[..end].trim_end().to_owned()
}

/// `text` with a small first letter, unless its first word is an abbreviation.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map_or(String::new(), |first| first.to_lowercase().to_string());
    format!("{first}{}", letters.as_str())
}
