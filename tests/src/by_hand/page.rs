//! The types of a manifest, as the tables of `docs/format.md` and `docs/format-2.md` list them.

use std::collections::{BTreeMap, BTreeSet};

/// The page of the container and of version 1.
pub const FIRST: &str = include_str!("../../../docs/format.md");
/// The page of version 2.
pub const SECOND: &str = include_str!("../../../docs/format-2.md");

/// A type, as the pages write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number, text, flag or digest, or a struct or enum, by its name.
    Named(&'static str),
    /// `list T`
    List(Box<Type>),
    /// `option T`
    Option(Box<Type>),
    /// `pair A B`
    Pair(Box<Type>, Box<Type>),
}

/// A field of a struct or variant; that of a tuple has no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Option<&'static str>,
    /// Its type.
    pub of: Type,
}

/// What a type with a name is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Fields in their order.
    Struct(Vec<Field>),
    /// Variants in the order of their indices, each with its fields.
    Enum(Vec<(&'static str, Vec<Field>)>),
}

/// The types of a manifest, by name.
#[derive(Debug)]
pub struct Types(BTreeMap<&'static str, Shape>);

impl Types {
    /// Those of version 2: what its own page does not list is as in version 1.
    pub fn second() -> Self {
        let mut types = of_page(FIRST);
        types.extend(of_page(SECOND));
        Self(types)
    }

    /// The type of this name, if it has parts.
    pub fn get(&self, name: &str) -> Option<&Shape> {
        self.0.get(name)
    }

    /// The types that a manifest is made of.
    pub fn used(&self) -> BTreeMap<&'static str, &Shape> {
        let mut used = BTreeMap::new();
        self.add("Manifest", &mut used);
        used
    }

    fn add<'a>(&'a self, name: &'static str, used: &mut BTreeMap<&'static str, &'a Shape>) {
        let Some(shape) = self.get(name) else { return };
        if used.insert(name, shape).is_some() {
            return;
        }
        let mut names = BTreeSet::new();
        let fields: Vec<&Field> = match shape {
            Shape::Struct(fields) => fields.iter().collect(),
            Shape::Enum(variants) => variants.iter().flat_map(|(_, fields)| fields).collect(),
        };
        for field in fields {
            field.of.names(&mut names);
        }
        for name in names {
            self.add(name, used);
        }
    }

    /// The enums that a manifest is made of: name of the enum, index of the variant.
    pub fn variants(&self) -> BTreeSet<(&'static str, u32)> {
        let mut all = BTreeSet::new();
        for (name, shape) in self.used() {
            if let Shape::Enum(variants) = shape {
                all.extend((0..).zip(variants).map(|(index, _)| (name, index)));
            }
        }
        all
    }
}

impl Type {
    fn names(&self, names: &mut BTreeSet<&'static str>) {
        match self {
            Self::Named(name) => drop(names.insert(name)),
            Self::List(of) | Self::Option(of) => of.names(names),
            Self::Pair(first, second) => {
                first.names(names);
                second.names(names);
            }
        }
    }

    /// Reads a type; what follows it in a cell is prose.
    fn parse(text: &'static str) -> Self {
        let mut words = text.split([' ', '(', ')']).filter(|word| !word.is_empty());
        Self::of_words(&mut words)
    }

    fn of_words(words: &mut impl Iterator<Item = &'static str>) -> Self {
        match words.next().expect("a type") {
            "list" => Self::List(Box::new(Self::of_words(words))),
            "option" => Self::Option(Box::new(Self::of_words(words))),
            "pair" => {
                let first = Box::new(Self::of_words(words));
                Self::Pair(first, Box::new(Self::of_words(words)))
            }
            name => Self::Named(name),
        }
    }
}

/// The fields that a cell lists: `name: type`, or a type alone.
fn fields(cell: &'static str) -> Vec<Field> {
    let parts = cell.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| match part.split_once(": ") {
            Some((name, of)) => Field { name: Some(name), of: Type::parse(of) },
            None => Field { name: None, of: Type::parse(part) },
        })
        .collect()
}

/// The tables of a page: the last heading, or line that ends with a colon, before each; its header; its rows.
fn tables(page: &'static str) -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    let cells = |line: &'static str| -> Vec<&'static str> {
        line.trim_matches('|').split('|').map(str::trim).collect()
    };
    let mut found: Vec<(&str, Vec<Vec<&str>>)> = Vec::new();
    let mut heading = "";
    let mut inside = false;
    for line in page.lines() {
        let is_row = line.starts_with('|');
        if is_row && !inside {
            found.push((heading, Vec::new()));
        }
        inside = is_row;
        if is_row {
            found.last_mut().unwrap().1.push(cells(line));
        } else if line.starts_with('#') || line.ends_with(':') {
            heading = line;
        }
    }
    found
}

/// The name that the heading of a table gives to its type.
fn name(heading: &'static str) -> &'static str {
    let name = heading.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    name.trim_end_matches(':').trim_end_matches(" (enum)").split(' ').next().unwrap()
}

fn of_page(page: &'static str) -> BTreeMap<&'static str, Shape> {
    let mut types = BTreeMap::new();
    for (heading, mut rows) in tables(page) {
        let header: Vec<&str> = rows.drain(..2).next().unwrap();
        match header.as_slice() {
            ["field", "type", "meaning"] => {
                let field =
                    |row: &Vec<&'static str>| Field { name: Some(row[0]), of: Type::parse(row[1]) };
                let shape = Shape::Struct(rows.iter().map(field).collect());
                types.insert(name(heading), shape);
            }
            ["struct", "fields"] => {
                for row in rows {
                    types.insert(row[0], Shape::Struct(fields(row[1])));
                }
            }
            ["index", "variant", "fields", ..] => {
                for row in rows {
                    variant(&mut types, name(heading), row[0], row[1], row[2]);
                }
            }
            ["enum", "index", "variant", "fields"] => {
                for row in rows {
                    variant(&mut types, row[0], row[1], row[2], row[3]);
                }
            }
            _ => {}
        }
    }
    types
}

fn variant(
    types: &mut BTreeMap<&'static str, Shape>,
    of: &'static str,
    index: &str,
    name: &'static str,
    cell: &'static str,
) {
    let shape = types.entry(of).or_insert_with(|| Shape::Enum(Vec::new()));
    let Shape::Enum(variants) = shape else { panic!("{of} is a struct and an enum") };
    assert_eq!(index, variants.len().to_string(), "{of}::{name}");
    variants.push((name, fields(cell)));
}
