//! The types of a manifest as the sources of `model-format` declare them, in the words of the pages.

use std::collections::BTreeMap;
use std::path::Path;

use crate::by_hand::page::{Field, Shape, Type};
use crate::imports::code_of_crate;

/// A type: its variants, or none, each with the text of its fields. A struct is one without a name.
pub type Declared = Vec<(String, String)>;

/// A type of a page in the same form.
pub fn of_page(shape: &Shape) -> Declared {
    match shape {
        Shape::Struct(of) => vec![(String::new(), fields_of_page(of))],
        Shape::Enum(variants) => {
            variants.iter().map(|(name, of)| ((*name).to_owned(), fields_of_page(of))).collect()
        }
    }
}

fn fields_of_page(fields: &[Field]) -> String {
    let texts = fields.iter().map(|field| match field.name {
        Some(name) => format!("{name}: {}", type_of_page(&field.of)),
        None => type_of_page(&field.of),
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn type_of_page(of: &Type) -> String {
    match of {
        Type::Named(name) => (*name).to_owned(),
        Type::List(of) => format!("list {}", type_of_page(of)),
        Type::Option(of) => format!("option {}", type_of_page(of)),
        Type::Pair(a, b) => format!("pair {} {}", type_of_page(a), type_of_page(b)),
    }
}

/// The types of version 2 that can be encoded, by the names of the page.
pub fn second() -> BTreeMap<String, Declared> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model-format/src");
    let mut types = BTreeMap::new();
    // Modules are in the order of their names, so that what `v2` declares is taken last.
    for (module, code) in code_of_crate(&src) {
        let is_of_first = module.first().is_some_and(|name| name == "v1")
            || module.last().is_some_and(|name| name == "node_trees");
        if !is_of_first {
            in_module(&code, &mut types);
        }
    }
    let ops = ops();
    let op = |(name, spec): &(String, String)| match name.as_str() {
        "NodeTrees" => (name.clone(), String::new()),
        _ => (name.clone(), types[spec][0].1.clone()),
    };
    let ops = ops.iter().map(op).collect();
    types.insert("Op".to_owned(), ops);
    types
}

/// The list of ops: the name of each, and the type of what a file says of it.
pub fn ops() -> Vec<(String, String)> {
    let source = include_str!("../../model-format/src/program/mod.rs");
    let list = source.split("\nops! {\n").nth(1).unwrap().split("\n}\n").next().unwrap();
    let lines = list.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines
        .map(|line| {
            let (name, rest) = line.split_once(": ").unwrap();
            (name.to_owned(), rest.split(" => ").next().unwrap().to_owned())
        })
        .collect()
}

fn in_module(code: &[String], types: &mut BTreeMap<String, Declared>) {
    for at in 0..code.len() {
        if code[at] != "derive" {
            continue;
        }
        let derived = &code[at + 1..];
        let derived = &derived[..end(derived)];
        if !derived.iter().any(|word| word == "Serialize") {
            continue;
        }
        let after = &code[at + 1 + derived.len()..];
        let kind = after.iter().position(|word| word == "struct" || word == "enum").unwrap();
        let (kind, name, body) = (&after[kind], &after[kind + 1], &after[kind + 2..]);
        if name == "OpSpec" || body[0] != "{" {
            continue;
        }
        let parts = parts(&body[1..end(body) - 1]);
        let declared = if kind == "struct" {
            vec![(String::new(), fields(&parts))]
        } else {
            parts.iter().map(|variant| (variant[0].clone(), of_variant(&variant[1..]))).collect()
        };
        types.insert(in_page(name), declared);
    }
}

fn of_variant(rest: &[String]) -> String {
    let inside = || parts(&rest[1..rest.len() - 1]);
    match rest.first().map(String::as_str) {
        None => String::new(),
        Some("(") => inside().iter().map(|of| of_type(of)).collect::<Vec<_>>().join(", "),
        _ => fields(&inside()),
    }
}

fn fields(parts: &[Vec<String>]) -> String {
    let texts = parts.iter().map(|part| {
        let colon = part.iter().position(|word| word == ":").unwrap();
        format!("{}: {}", part[colon - 1], of_type(&part[colon + 1..]))
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn of_type(words: &[String]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let inner = |from: usize| {
        let inside = &words[from..words.len() - 1];
        inside.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    match words.as_slice() {
        ["Vec", "<", ..] => format!("list {}", of_type(&inner(2))),
        ["Option", "<", ..] => format!("option {}", of_type(&inner(2))),
        ["[", "u8", ";", "3", "2", "]"] => "bytes32".to_owned(),
        ["(", ..] => {
            let parts: Vec<String> = parts(&inner(1)).iter().map(|of| of_type(of)).collect();
            format!("pair {}", parts.join(" "))
        }
        ["String"] => "str".to_owned(),
        ["Slot"] => "u32".to_owned(),
        ["ArrayId"] => "id".to_owned(),
        [name] => in_page(name),
        other => panic!("a type of {other:?}"),
    }
}

/// What a page calls a type of the code.
fn in_page(name: &str) -> String {
    match name {
        "Run" => "run",
        "OpSpec" => "Op",
        "ForestSpec" => "Forest",
        "ProgramSpec" => "Program",
        "ArraySpec" => "Array",
        _ => name,
    }
    .to_owned()
}

/// What is between the commas that stand in no bracket, attributes left out.
fn parts(code: &[String]) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut at = 0;
    let mut depth = 0;
    while at < code.len() {
        if code[at] == "#" {
            at += 1 + end(&code[at + 1..]);
            continue;
        }
        depth += nesting(&code[at]);
        if depth == 0 && code[at] == "," {
            found.push(Vec::new());
        } else {
            found.last_mut().unwrap().push(code[at].clone());
        }
        at += 1;
    }
    found.retain(|part| !part.is_empty());
    found
}

fn nesting(word: &str) -> i32 {
    i32::from(["(", "[", "{", "<"].contains(&word))
        - i32::from([")", "]", "}", ">"].contains(&word))
}

/// One past the bracket that closes the one that the code begins with.
fn end(code: &[String]) -> usize {
    let mut depth = 0;
    let last = code.iter().position(|word| {
        depth += nesting(word);
        depth == 0
    });
    last.map_or(code.len(), |last| last + 1)
}
