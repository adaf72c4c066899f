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
