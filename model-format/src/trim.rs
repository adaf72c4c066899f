//! Blanks around cells and names.

/// Trims spaces and tabs from both ends.
pub fn trim(cell: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let Some(start) = cell.iter().position(|byte| !blank(byte)) else { return &[] };
    let end = cell.iter().rposition(|byte| !blank(byte)).map_or(0, |last| last + 1);
    cell.get(start..end).unwrap_or_default()
}
