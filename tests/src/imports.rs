//! Which module of a crate imports which, read from the sources.
//!
//! A small reader, not a compiler: it sees `use` trees and paths in code that begin with `crate`, `super`,
//! `self` or the name of a child module. Comments, strings and test modules are left out. A name that a
//! module only re-exports counts as an import of the module that it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Path of a module inside its crate; empty for the root.
pub type Module = Vec<String>;

/// The modules of a crate and what each imports.
#[derive(Debug, Default)]
pub struct Imports {
    edges: BTreeMap<Module, BTreeSet<Module>>,
}

struct Source {
    code: Vec<String>,
    children: BTreeSet<String>,
}

impl Imports {
    /// Reads all modules below a `src` folder. Several roots (`lib.rs` and `main.rs`) count as one.
    pub fn of_crate(src: &Path) -> Self {
        let mut sources = sources(src);
        for module in sources.keys().cloned().collect::<Vec<_>>() {
            if let Some((name, parent)) = module.split_last()
                && let Some(parent) = sources.get_mut(parent)
            {
                parent.children.insert(name.clone());
            }
        }
        let mut re_exports = BTreeMap::new();
        for (module, source) in &sources {
            for (path, public) in paths(&source.code) {
                if public && let Some(full) = absolute(module, source, &path) {
                    re_exports
                        .insert([module.clone(), full[full.len() - 1..].to_vec()].concat(), full);
                }
            }
        }
        let mut edges = BTreeMap::new();
        for (module, source) in &sources {
            let imported = paths(&source.code)
                .into_iter()
                .filter(|(_, public)| !public)
                .filter_map(|(path, _)| absolute(module, source, &path))
                .filter_map(|path| owner(path, &re_exports, &sources))
                .filter(|other| other != module);
            edges.insert(module.clone(), imported.collect());
        }
        Self { edges }
    }

    /// Circles of modules: each list imports its way from the first to the last and back.
    pub fn circles(&self) -> Vec<Vec<Module>> {
        circles(&self.edges)
    }

    /// Circles of the folders below each folder, everything below a folder taken as one.
    pub fn folder_circles(&self) -> Vec<Vec<Module>> {
        let parents: BTreeSet<&[String]> =
            self.edges.keys().filter_map(|module| Some(module.split_last()?.1)).collect();
        let mut found = Vec::new();
        for parent in parents {
            let depth = parent.len() + 1;
            let below = |module: &Module| {
                (module.len() >= depth && module.starts_with(parent))
                    .then(|| module[..depth].to_vec())
            };
            let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
            for (from, all) in &self.edges {
                let Some(from) = below(from) else { continue };
                let others = all.iter().filter_map(&below).filter(|other| *other != from);
                edges.entry(from.clone()).or_default().extend(others);
            }
            found.extend(circles(&edges));
        }
        found
    }
}

/// The tokens of every module below a `src` folder, without test modules.
pub(crate) fn code_of_crate(src: &Path) -> Vec<(Module, Vec<String>)> {
    sources(src).into_iter().map(|(module, source)| (module, source.code)).collect()
}

/// Folders of the crates of this project, but those of its tests and measurements.
pub fn crates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").exists() && path.join("src").exists())
        .filter(|path| !["tests", "benches", "fuzz"].iter().any(|name| path.ends_with(name)))
        .collect();
    found.sort();
    found
}

fn sources(src: &Path) -> BTreeMap<Module, Source> {
    let mut sources: BTreeMap<Module, Source> = BTreeMap::new();
    for path in rust_files(src) {
        let module = module_of(path.strip_prefix(src).unwrap());
        let code = tokens(&std::fs::read_to_string(&path).unwrap());
        match sources.get_mut(&module) {
            Some(source) => source.code.extend(code),
            None => drop(sources.insert(module, Source { code, children: BTreeSet::new() })),
        }
    }
    let tests = test_modules(&sources);
    sources.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
    sources
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).unwrap();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

fn module_of(path: &Path) -> Module {
    let mut module: Module = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_str().unwrap().to_owned())
        .collect();
    if ["lib", "main", "mod"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    module
}

/// Words, `::`, braces and other marks of code, without comments, strings and `#[cfg(test)] mod x { .. }`.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut i = 0;
    while i < chars.len() {
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                while i < chars.len() && (at(i), at(i + 1)) != ('*', '/') {
                    i += 1;
                }
                i += 2;
            }
            ('r', '"' | '#')
                if !at(i.wrapping_sub(1)).is_alphanumeric() && raw_string(&chars, i).is_some() =>
            {
                i = raw_string(&chars, i).unwrap();
            }
            ('"', _) => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 }
                }
                i += 1;
            }
            // A character, not a lifetime.
            ('\'', '\\') => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            (':', ':') => {
                found.push("::".into());
                i += 2;
            }
            (c, _) if c.is_alphabetic() || c == '_' => {
                let start = i;
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                found.push(chars[start..i].iter().collect());
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(c.into());
                }
                i += 1;
            }
        }
    }
    without_test_blocks(&found)
}

fn raw_string(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let end = (open + 1..chars.len()).find(|i| {
        chars[*i] == '"'
            && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    });
    Some(end.unwrap_or(chars.len()) + 1 + hashes)
}

const CFG_TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

fn without_test_blocks(tokens: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let rest = &tokens[i..];
        let is_test = rest.len() > 8 && CFG_TEST.iter().zip(rest).all(|(a, b)| a == b);
        let block = is_test.then(|| rest.iter().position(|t| t == "{" || t == ";")).flatten();
        match block {
            Some(open) if rest[open] == "{" => {
                let mut depth = 0;
                i += open;
                while i < tokens.len() {
                    depth += i32::from(tokens[i] == "{") - i32::from(tokens[i] == "}");
                    i += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => {
                kept.push(tokens[i].clone());
                i += 1;
            }
        }
    }
    kept
}

/// Modules that are compiled for tests only: `#[cfg(test)] mod x;`, or a feature for tests.
fn test_modules(sources: &BTreeMap<Module, Source>) -> Vec<Module> {
    let mut found = Vec::new();
    for (module, source) in sources {
        for (i, token) in source.code.iter().enumerate() {
            if token != "mod" || source.code.get(i + 2).is_none_or(|end| end != ";") {
                continue;
            }
            let before = source.code[..i].rsplit(|t| t == ";" || t == "}").next().unwrap_or(&[]);
            let has = |word: &str| before.iter().any(|t| t == word);
            if has("cfg") && (has("test") || has("feature") && has("hidden")) {
                found.push([module.clone(), vec![source.code[i + 1].clone()]].concat());
            }
        }
    }
    found
}

/// All paths of two or more parts, `use` trees taken apart; and whether each is a re-export.
fn paths(code: &[String]) -> Vec<(Vec<String>, bool)> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < code.len() {
        if code[i] == "use" && code.get(i + 1).is_some_and(|next| is_word(next) || next == "{") {
            let public =
                i > 0 && (code[i - 1] == "pub" || code[i - 1] == ")" && before_is_pub(code, i));
            i = tree(code, i + 1, &[], public, &mut found);
        } else if is_word(&code[i]) && (i == 0 || code[i - 1] != "::") {
            let start = i;
            let mut path = vec![code[i].clone()];
            while code.get(i + 1).is_some_and(|t| t == "::")
                && code.get(i + 2).is_some_and(|t| is_word(t))
            {
                i += 2;
                path.push(code[i].clone());
            }
            if i > start {
                found.push((path, false));
            }
            i += 1;
        } else {
            i += 1;
        }
    }
    found
}

fn before_is_pub(code: &[String], at: usize) -> bool {
    code[..at - 1]
        .iter()
        .rposition(|t| t == "(")
        .is_some_and(|open| open > 0 && code[open - 1] == "pub")
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads a `use` tree from `i`; returns where it ends.
fn tree(
    code: &[String],
    mut i: usize,
    prefix: &[String],
    public: bool,
    found: &mut Vec<(Vec<String>, bool)>,
) -> usize {
    let mut path = prefix.to_vec();
    while i < code.len() {
        match code[i].as_str() {
            "::" => {}
            "{" => {
                i += 1;
                while i < code.len() && code[i] != "}" {
                    i = tree(code, i, &path, public, found);
                    if code.get(i).is_some_and(|t| t == ",") {
                        i += 1;
                    }
                }
                return i + 1;
            }
            "as" => i += 1,
            "," | "}" | ";" => break,
            word => path.push(word.to_owned()),
        }
        i += 1;
    }
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    found.push((path, public));
    i
}

/// A path from the root of the crate; `None` if it leads out of the crate.
fn absolute(module: &[String], source: &Source, path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let mut full = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module[..module.len().checked_sub(1)?].to_vec(),
        child if source.children.contains(child) => [module, &[child.to_owned()]].concat(),
        _ => return None,
    };
    for part in rest {
        if part == "super" {
            full.pop()?;
        } else {
            full.push(part.clone());
        }
    }
    (!full.is_empty()).then_some(full)
}

/// The module that a path's item lives in, re-exports followed.
fn owner(
    mut path: Vec<String>,
    re_exports: &BTreeMap<Vec<String>, Vec<String>>,
    sources: &BTreeMap<Module, Source>,
) -> Option<Module> {
    for _ in 0..10 {
        let target = (1..=path.len()).rev().find_map(|n| {
            re_exports.get(&path[..n]).map(|to| [to.as_slice(), &path[n..]].concat())
        });
        match target {
            Some(target) if target != path => path = target,
            _ => break,
        }
    }
    (0..=path.len()).rev().map(|n| path[..n].to_vec()).find(|module| sources.contains_key(module))
}

/// Strongly connected parts of more than one module, by Tarjan's algorithm.
fn circles(edges: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reach = |from: &Module| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Module> = edges.get(from).into_iter().flatten().collect();
        while let Some(module) = open.pop() {
            if seen.insert(module.clone()) {
                open.extend(edges.get(module).into_iter().flatten());
            }
        }
        seen
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> =
        edges.keys().map(|m| (m, reach(m))).collect();
    let mut found: Vec<Vec<Module>> = Vec::new();
    for (module, all) in &reached {
        if !all.contains(*module) || found.iter().any(|circle| circle.contains(module)) {
            continue;
        }
        let circle =
            reached.iter().filter(|(other, back)| all.contains(**other) && back.contains(*module));
        found.push(circle.map(|(other, _)| (*other).clone()).collect());
    }
    found
}
