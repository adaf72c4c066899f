//! Numbers to codes, and codes to numbers and other codes, by tables.

use model_format::program::ops::map_code::{CodeTables, MapCode};
use model_format::program::ops::number_to_code::{CodeRule, NumberToCode};

use crate::block::{Block, MISSING, UNSEEN};

/// Columns of codes from `to` on, of the columns of numbers `from`.
pub(crate) fn of_numbers(op: &NumberToCode, from: &[usize], to: usize, block: &mut Block) {
    for ((table, from), to) in op.tables().zip(from).zip(to..) {
        let missing = table.missing.unwrap_or(MISSING);
        let numbers = table.numbers;
        let code = |n: usize| u32::try_from(n).unwrap_or(UNSEEN);
        match op.rule() {
            CodeRule::Equal => block.encode(*from, to, |x| {
                if x.is_nan() {
                    return missing;
                }
                let at = numbers.partition_point(|value| *value < x);
                // Not below is equal if it is not above either.
                if numbers.get(at).is_some_and(|value| *value <= x) { code(at) } else { UNSEEN }
            }),
            CodeRule::BinsFromEdge => block.encode(*from, to, |x| {
                if x.is_nan() { missing } else { code(numbers.partition_point(|e| *e <= x)) }
            }),
            CodeRule::BinsToEdge => block.encode(*from, to, |x| {
                if x.is_nan() { missing } else { code(numbers.partition_point(|e| *e < x)) }
            }),
        }
    }
}

/// Columns from `to` on, of numbers or of codes, of the columns of codes `from`.
pub(crate) fn mapped(op: &MapCode, from: &[usize], to: usize, block: &mut Block) {
    for ((part, from), to) in op.parts().iter().zip(from).zip(to..) {
        let range = part.range();
        // An unknown code is above all others; its entry, where there may be one, is the last.
        let last = range.len() - 1;
        match op.tables() {
            CodeTables::Numbers(tables) => {
                let table = &tables.as_slice()[range];
                block.decode(*from, to, |code| table[last.min(code as usize)]);
            }
            CodeTables::Codes(tables) => {
                let table = &tables.as_slice()[range];
                block.recode(*from, to, |code| table[last.min(code as usize)]);
            }
        }
    }
}
