//! The name that was meant: "did you mean".

/// Longer names are not typos, and would take long to compare.
const MAX_MEANT: usize = 128;
/// Candidates compared with a name.
const MAX_CANDIDATES: usize = 5_000;

/// The candidate nearest to `name` by case-folded edit distance, if it is close enough to be a typo.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    if name.len() > MAX_MEANT {
        return None;
    }
    let folded = fold(name);
    // Without a letter or digit there is nothing to compare.
    if folded.is_empty() {
        return None;
    }
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_MEANT)
        .take(MAX_CANDIDATES)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= candidate.chars().count().max(folded.chars().count()) / 3
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The candidates, with the [`nearest`] to `name` first.
pub fn nearest_first<'a>(name: &str, candidates: &[&'a str]) -> Vec<&'a str> {
    let near = nearest(name, candidates.iter().copied());
    let rest = candidates.iter().copied().filter(|candidate| Some(*candidate) != near);
    near.into_iter().chain(rest).collect()
}

/// A name as it stands in a list of names, `"B, C"` in `A,"B, C"`; `None` if it stands there as it is.
pub fn element(name: &str) -> Option<String> {
    let special = name.contains([',', '"', '\n', '\r']) || name.trim() != name;
    special.then(|| format!("\"{}\"", name.replace('"', "\"\"")))
}

/// A word as a POSIX shell takes it, whatever stands in it.
pub fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// What to type after an option that takes a list of names, if the name that was meant must be quoted there: one of
/// which `name` is a part between commas, or the [`nearest`].
pub fn quoted_in_list<'a>(
    option: &str,
    name: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    let has_part = |candidate: &&str| {
        candidate.contains(',') && candidate.split(',').any(|p| p.trim() == name)
    };
    let whole = candidates.clone().into_iter().filter(|_| !name.is_empty()).find(has_part);
    let element = element(whole.or_else(|| nearest(name, candidates))?)?;
    Some(format!("{option} {}", shell_word(&element)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_has_letters_in_common() {
        assert_eq!(nearest("incme", ["age", "income"]), Some("income"));
        assert_eq!(nearest("", ["", "a"]), None);
        assert_eq!(nearest("-", ["", "%"]), None);
    }

    #[test]
    fn a_name_with_a_comma_is_typed_in_quotes() {
        let columns = ["age", "distance to the station, km", "5\", o'clock"];
        let typed = |name| quoted_in_list("--id", name, columns);
        for part in ["km", "distance to the station"] {
            assert_eq!(typed(part).unwrap(), "--id '\"distance to the station, km\"'");
        }
        assert_eq!(typed("5 oclock").unwrap(), r#"--id '"5"", o'\''clock"'"#);
        assert_eq!((typed("agee"), typed(""), typed("zzz")), (None, None, None));
    }
}
