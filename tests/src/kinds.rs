//! Code that would not notice a new estimator or algorithm: wildcards over their enums.
//!
//! A fact about a kind of estimator must be a `match` that names every kind, so that the compiler asks
//! for it when one is added. This reads the sources for what goes round that: a wildcard or a binding
//! that takes any kind, `matches!`, a `let` that may not match, `==`, and imports of single variants,
//! which would hide them from this reader.

use std::path::Path;

use crate::imports::code_of_crate;

/// The enums of which every `match` must name all variants.
const KINDS: [&str; 9] =
    ["Algorithm", "Hyper", "Fitted", "Estimator", "EstimatorSpec", "Op", "OpSpec", "Stage", "Tail"];

/// What is wrong in the modules below a `src` folder: the module and the code, as far as it goes.
pub fn wildcards(src: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for (module, code) in code_of_crate(src) {
        let module = module.join("::");
        found.extend(in_code(&code).into_iter().map(|what| format!("{module}: {what}")));
    }
    found
}

fn in_code(code: &[String]) -> Vec<String> {
    let code = &with_names(code);
    let mut found = Vec::new();
    for at in 0..code.len() {
        let rest = &code[at..];
        let suspect = match rest[0].as_str() {
            "matches" if is(rest, 1, "!") => {
                let end = 2 + closing(&rest[2..]);
                names_variant(&rest[2..end]).then(|| &rest[..end])
            }
            "let" => {
                let end = end_of_pattern(rest);
                names_variant(&rest[..end]).then(|| &rest[..end])
            }
            "=" | "!" if is(rest, 1, "=") && (at == 0 || !"=<>!".contains(&code[at - 1])) => {
                let before = at.saturating_sub(3);
                let after =
                    rest[2..].iter().position(|t| !is_path(t)).map_or(rest.len(), |n| n + 2);
                let compares = names_variant(&code[before..at]) || names_variant(&rest[2..after]);
                compares.then(|| &code[before..at + after])
            }
            "use" => {
                let end = rest.iter().position(|t| t == ";").unwrap_or(rest.len());
                let of_kind = |pair: &[String]| is_kind(&pair[0]) && pair[1] == "::";
                rest[..end].windows(2).any(of_kind).then(|| &rest[..end])
            }
            "match" => {
                found.extend(in_match(rest));
                None
            }
            _ => None,
        };
        found.extend(suspect.map(|tokens| tokens.join(" ")));
    }
    found
}

/// The code with `Self` replaced where it is one of the enums.
fn with_names(code: &[String]) -> Vec<String> {
    let mut named = code.to_vec();
    for at in 0..code.len() {
        if code[at] != "impl" {
            continue;
        }
        let Some(open) = code[at..].iter().position(|t| t == "{" || t == ";") else { continue };
        let head = &code[at..at + open];
        let of = head.iter().position(|t| t == "for").map_or(head, |at| &head[at..]);
        let Some(kind) = of.iter().find(|t| is_kind(t)) else { continue };
        let end = at + open + closing(&code[at + open..]);
        for token in named[at + open..end].iter_mut().filter(|token| *token == "Self") {
            token.clone_from(kind);
        }
    }
    named
}

/// A part of a pattern, by its place in it: what stands there.
#[derive(PartialEq)]
enum Leaf {
    Kind,
    /// Takes anything.
    Any,
    Other,
}

/// Arms that take a kind without naming it, beside arms that name some.
fn in_match(code: &[String]) -> Vec<String> {
    let mut depth = 0;
    let open = code.iter().position(|token| {
        depth += i32::from(token == "(" || token == "[") - i32::from(token == ")" || token == "]");
        depth == 0 && token == "{"
    });
    let Some(open) = open else { return Vec::new() };
    let body = &code[open + 1..open + closing(&code[open..]) - 1];
    let mut leaves = Vec::new();
    for pattern in patterns(body) {
        let guard = split(pattern, "if").first().map_or(0, |pattern| pattern.len());
        for alternative in split(&pattern[..guard], "|") {
            let mut own = Vec::new();
            take_apart(alternative, "", &mut own);
            leaves.extend(own.into_iter().map(|leaf| (leaf, pattern)));
        }
    }
    let kinds: Vec<&str> = leaves
        .iter()
        .filter(|((_, leaf), _)| *leaf == Leaf::Kind)
        .map(|((place, _), _)| place.as_str())
        .collect();
    let takes_kind = |place: &str| kinds.iter().any(|kind| kind.starts_with(place));
    leaves
        .iter()
        .filter(|((place, leaf), _)| *leaf == Leaf::Any && takes_kind(place))
        .map(|(_, pattern)| {
            let shown = code[..open].len().min(12);
            format!("{} {{ {} =>", code[..shown].join(" "), pattern.join(" "))
        })
        .collect()
}

/// The patterns of the arms of a match.
fn patterns(body: &[String]) -> Vec<&[String]> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let rest = &body[at..];
        let mut depth = 0;
        let arrow = (0..rest.len()).find(|i| {
            depth += nesting(&rest[*i]);
            depth == 0 && rest[*i] == "=" && is(rest, i + 1, ">")
        });
        let Some(arrow) = arrow else { break };
        found.push(&rest[..arrow]);
        let arm = &rest[arrow + 2..];
        let mut end = if is(arm, 0, "{") { closing(arm) } else { 0 };
        if end == 0 || is(arm, end, ".") || is(arm, end, "?") {
            let mut depth = 0;
            let comma = arm.iter().position(|token| {
                depth += nesting(token);
                depth == 0 && token == ","
            });
            end = comma.unwrap_or(arm.len());
        }
        at += arrow + 2 + end + usize::from(is(arm, end, ","));
    }
    found
}

/// Takes a pattern apart into leaves; a place is the constructors and positions around it.
fn take_apart(pattern: &[String], place: &str, found: &mut Vec<(String, Leaf)>) {
    let marks = pattern.iter().take_while(|t| ["&", "ref", "mut", "|"].contains(&t.as_str()));
    let pattern = &pattern[marks.count()..];
    let leaf = match pattern {
        [] => Leaf::Other,
        [one] if one == "_" || one.starts_with(char::is_lowercase) && !is_literal(one) => Leaf::Any,
        _ if begins_with_variant(pattern) => Leaf::Kind,
        _ => {
            let open = pattern.iter().position(|t| !is_path(t)).unwrap_or(pattern.len());
            if is(pattern, open, "(") && closing(&pattern[open..]) == pattern.len() - open {
                let of = pattern[..open].join("");
                let parts = split(&pattern[open + 1..pattern.len() - 1], ",");
                for (number, part) in parts.into_iter().enumerate() {
                    for alternative in split(part, "|") {
                        take_apart(alternative, &format!("{place}{of}({number},"), found);
                    }
                }
                return;
            }
            if names_variant(pattern) { Leaf::Kind } else { Leaf::Other }
        }
    };
    found.push((place.to_owned(), leaf));
}

fn begins_with_variant(pattern: &[String]) -> bool {
    let end = pattern.iter().position(|t| !is_path(t)).unwrap_or(pattern.len());
    names_variant(&pattern[..end])
}

/// Whether the code holds a path like `Kind::Variant`.
fn names_variant(code: &[String]) -> bool {
    code.windows(3)
        .any(|path| is_kind(&path[0]) && path[1] == "::" && path[2].starts_with(char::is_uppercase))
}

fn is_kind(token: &str) -> bool {
    KINDS.contains(&token)
}

fn is_path(token: &str) -> bool {
    token == "::" || token == "&" || token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_literal(token: &str) -> bool {
    ["true", "false"].contains(&token)
}

fn is(code: &[String], at: usize, token: &str) -> bool {
    code.get(at).is_some_and(|found| found == token)
}

fn nesting(token: &str) -> i32 {
    i32::from(["(", "[", "{"].contains(&token)) - i32::from([")", "]", "}"].contains(&token))
}

/// One past the bracket that closes the one that the code begins with.
fn closing(code: &[String]) -> usize {
    let mut depth = 0;
    let end = code.iter().position(|token| {
        depth += nesting(token);
        depth == 0
    });
    end.map_or(code.len(), |end| end + 1)
}

/// The `=` or the end of a `let`, from its beginning.
fn end_of_pattern(code: &[String]) -> usize {
    let mut depth = 0;
    let end = code.iter().position(|token| {
        depth += nesting(token);
        depth < 0 || depth == 0 && (token == "=" || token == ";" || token == ":")
    });
    end.unwrap_or(code.len())
}

/// The parts between a token that stands in no bracket.
fn split<'a>(code: &'a [String], at: &str) -> Vec<&'a [String]> {
    let mut depth = 0;
    code.split(|token| {
        depth += nesting(token);
        depth == 0 && token == at
    })
    .collect()
}
