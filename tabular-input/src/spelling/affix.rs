//! Numbers with a word or a mark in front of them or behind them: `36 months`, `-2.4°C`, `kg 20`, `<20`.

/// Longest word or mark.
const MAX_CHARS: usize = 12;
/// Most letters in front of a number; more of them are a name, such as `Group 1`.
const MAX_LETTERS: usize = 3;

/// A cell cut into a number and what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Affixed<'a> {
    /// In front of the number, without its sign.
    pub(super) before: &'a str,
    /// Digits, points and commas.
    pub(super) number: &'a str,
}

impl<'a> Affixed<'a> {
    /// Cuts a trimmed cell; `None` if it is not one number, or nothing stands beside it.
    pub(super) fn of(cell: &'a str) -> Option<Self> {
        let digits = |c: char| c.is_ascii_digit();
        let start = cell.find(digits)?;
        // `.5 kg`, but not `Rs.5`.
        let start = match cell.get(..start)?.strip_suffix(['.', ',']) {
            Some(front) if !front.ends_with(char::is_alphabetic) => front.len(),
            _ => start,
        };
        let (before, rest) = cell.split_at_checked(start)?;
        let end = rest.find(|c: char| !digits(c) && !".,".contains(c)).unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(end)?;
        let before = before.trim_matches(|c: char| "+-".contains(c) || c.is_whitespace());
        let signed = behind.trim();
        let beside = !before.is_empty() || !signed.is_empty();
        (beside && is_front(cell.get(..start)?, before) && is_back(signed))
            .then_some(Self { before, number })
    }
}

/// Whether this may stand in front of a number; letters need something between, else they are part of a code.
fn is_front(front: &str, mark: &str) -> bool {
    let letters = mark.chars().filter(|c| c.is_alphabetic()).count();
    let apart = front.ends_with(|c: char| c.is_whitespace() || c == '.');
    letters <= MAX_LETTERS
        && (letters == 0 || apart)
        && mark.chars().count() <= MAX_CHARS
        && mark.chars().all(|c| c.is_alphabetic() || "~<>=≈≤≥±#$€£¥₹\"'([*.".contains(c))
}

/// Whether this may stand behind a number: one word, or marks and one word.
fn is_back(back: &str) -> bool {
    let word = back.trim_start_matches('+').trim_start();
    back.chars().count() <= MAX_CHARS
        && word.chars().all(|c| c.is_alphabetic() || "/°²³%‰\"'′″*)].-+".contains(c))
}
