//! Memory that is asked for where it can be refused, and amounts of it in words.

use cli_common::error::{Error, Result};
use cli_common::memory::{Available, available};

/// What helps where the table itself is too large.
const SMALLER: &str = "fit on a part of the file: a sample of its lines, or fewer columns";

/// Addresses that the allocator sets aside for a thread that reads cells, in bytes; hardly any are ever touched.
const READER: f64 = 2e8;

/// Addresses of a thread in all: what it reads with, and the stack of one that fits.
const THREAD: u64 = 600_000_000;

/// As many of the threads as there are addresses for, and at least one: a limit on them must not keep small
/// tables from being fitted, and no result depends on the threads.
pub(crate) fn affordable_threads(wanted: usize) -> usize {
    available().map_or(wanted, |there| affordable_threads_of(wanted, &there))
}

fn affordable_threads_of(wanted: usize, there: &Available) -> usize {
    if !there.virtual_memory {
        return wanted;
    }
    let affordable = there.bytes / THREAD;
    wanted.min(usize::try_from(affordable).unwrap_or(usize::MAX)).max(1)
}

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
    available().map_or(Ok(()), |there| check_table_against(n_cells, threads, there))
}

fn check_table_against(n_cells: usize, threads: usize, there: Available) -> Result<()> {
    // The numbers of each thread, and those of all put together.
    let numbers = 2.0 * (n_cells as f64) * size_of::<f64>() as f64;
    let what = (format!("{n_cells} cells"), "need");
    let addresses = Addresses { of_thread: READER, threads, also: 0 };
    match too_little(&there, &what, numbers, &addresses) {
        None => Ok(()),
        Some((fact, hint)) => Err(Error::input(fact).with_hint(hint.as_deref().unwrap_or(SMALLER))),
    }
}

/// Addresses that threads set aside, hardly any of which are ever touched.
pub(crate) struct Addresses {
    /// Bytes of one thread.
    pub(crate) of_thread: f64,
    /// Threads that the user may change.
    pub(crate) threads: usize,
    /// Others.
    pub(crate) also: usize,
}

impl Addresses {
    fn of(&self, threads: usize) -> f64 {
        self.of_thread * (threads + self.also) as f64
    }
}

/// The fact, if it is too little for something that takes so many bytes, and for the addresses where those
/// count; and the hint, if it is them and not the bytes. `what` has its verb.
pub(crate) fn too_little(
    of: &Available,
    what: &(String, &str),
    bytes: f64,
    addresses: &Addresses,
) -> Option<(String, Option<String>)> {
    let there = of.bytes as f64;
    let set_aside = |threads| if of.virtual_memory { addresses.of(threads) } else { 0.0 };
    let aside = set_aside(addresses.threads);
    let need = bytes + aside;
    if need <= there {
        return None;
    }
    let ((what, verb), need) = (what, shown(need));
    let left = format!("{} {} free", of.bound, shown(there));
    if bytes > there || bytes > aside {
        return Some((format!("{what} {verb} about {need}, {left}"), None));
    }
    let each = format!("{} for each thread", shown(addresses.of_thread));
    let fact = format!("{what} {verb} about {need} of addresses, {each}, {left}");
    let raise = "raise the limit of ulimit -v";
    let fewer = addresses.threads > 1 && bytes + set_aside(1) <= there;
    Some((fact, Some(if fewer { format!("use --threads 1, or {raise}") } else { raise.into() })))
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

    #[test]
    fn a_limit_on_addresses_bounds_the_threads() {
        let of = |bytes, virtual_memory| Available { bytes, bound: "", virtual_memory };
        assert_eq!(affordable_threads_of(64, &of(1_000_000_000, true)), 1);
        assert_eq!(affordable_threads_of(64, &of(2_000_000_000, true)), 3);
        assert_eq!(affordable_threads_of(2, &of(1 << 40, true)), 2);
        assert_eq!(affordable_threads_of(64, &of(1_000, false)), 64);
    }

    /// A small table under a limit on addresses: what takes them is named, and the hint helps.
    #[test]
    fn addresses_of_threads_are_not_taken_for_a_large_table() {
        let limit = |bytes| Available { bytes, bound: "the limit leaves", virtual_memory: true };
        let error = check_table_against(750, 2, limit(300_000_000)).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.hint()),
            (
                "750 cells need about 400 MB of addresses, 200 MB for each thread, the limit leaves 300 MB free",
                Some("use --threads 1, or raise the limit of ulimit -v")
            )
        );
        assert!(check_table_against(750, 1, limit(300_000_000)).is_ok());
        let error = check_table_against(750, 1, limit(100_000_000)).unwrap_err();
        assert_eq!(error.hint(), Some("raise the limit of ulimit -v"));
        let error = check_table_against(1 << 26, 1, limit(300_000_000)).unwrap_err();
        assert_eq!(error.hint(), Some(SMALLER));
        let machine = Available { virtual_memory: false, ..limit(100_000_000) };
        assert!(check_table_against(750, 64, machine).is_ok());
    }
}
