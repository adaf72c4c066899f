//! Memory that is asked for where it can be refused, and amounts of it in words.

use cli_common::error::{Error, Result};

use super::available::available;

/// What helps where the table itself is too large.
const SMALLER: &str = "fit on a part of the file: a sample of its lines, or fewer columns";

/// Memory in words.
pub(crate) fn shown(bytes: f64) -> String {
    match bytes {
        b if b >= 9.95e9 => format!("{:.0} GB", b / 1e9),
        b if b >= 0.995e9 => format!("{:.1} GB", b / 1e9),
        b => format!("{:.0} MB", b / 1e6),
    }
}

/// An empty list with room for so many items; `what` is what it is going to hold.
///
/// # Errors
///
/// An input error if there is no memory for it.
pub(crate) fn allocate<T>(n_items: usize, what: &str) -> Result<Vec<T>> {
    let mut list = Vec::new();
    let hint = "use a part of the rows with --sample, or leave columns out with --ignore";
    list.try_reserve_exact(n_items).map_err(|_| none_for::<T>(n_items, what).with_hint(hint))?;
    Ok(list)
}

/// Room for so many items more of the table, which is read whole.
///
/// # Errors
///
/// An input error if there is no memory for it.
pub(crate) fn reserve<T>(list: &mut Vec<T>, n_items: usize) -> Result<()> {
    list.try_reserve(n_items).map_err(|_| {
        none_for::<T>(list.len() + n_items, "the table, which is read whole").with_hint(SMALLER)
    })
}

/// Refuses a table whose cells as numbers, which are made at once, need more memory than there is.
///
/// # Errors
///
/// An input error.
pub(crate) fn check_table(n_cells: usize, threads: usize) -> Result<()> {
    let there = available();
    // The allocator sets addresses aside for every thread.
    let addresses = there.is_some_and(|there| there.virtual_memory);
    let set_aside = if addresses { 2e8 * threads as f64 } else { 0.0 };
    // The numbers of each thread, and those of all put together.
    let need = 2.0 * (n_cells as f64) * size_of::<f64>() as f64 + set_aside;
    match there {
        Some(there) if need > there.bytes as f64 => {
            let (need, left) = (shown(need), shown(there.bytes as f64));
            let fact = format!("{n_cells} cells need about {need}, {} {left} free", there.bound);
            Err(Error::input(fact).with_hint(SMALLER))
        }
        _ => Ok(()),
    }
}

fn none_for<T>(n_items: usize, what: &str) -> Error {
    let size = shown(n_items as f64 * size_of::<T>() as f64);
    Error::input(format!("there is no memory for {what}: {size}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allocation_that_fails_is_an_error() {
        let error = allocate::<f64>(usize::MAX / 64, "the matrix of features").unwrap_err();
        assert!(error.to_string().starts_with("there is no memory for the matrix of features: "));
        assert_eq!(allocate::<f64>(3, "three").unwrap().capacity(), 3);
        let error = reserve(&mut vec![1u64], usize::MAX / 64).unwrap_err();
        assert!(error.to_string().starts_with("there is no memory for the table, "), "{error}");
        assert!(check_table(usize::MAX / 64, 1).is_err() || !cfg!(target_os = "linux"));
        assert!(check_table(1_000, 1).is_ok());
    }
}
