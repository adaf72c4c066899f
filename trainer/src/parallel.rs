//! Work on columns, several at once.

use std::{panic, thread};

/// What `work` makes of each item, in their order, on up to `threads` threads.
pub(crate) fn map<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let share = items.len().div_ceil(threads.max(1)).max(1);
    let work = &work;
    thread::scope(|scope| {
        let all = move |items: &[T]| items.iter().map(work).collect::<Vec<R>>();
        let shares: Vec<_> = items
            .chunks(share)
            // What the system grants no thread for is done here.
            .map(|items| {
                thread::Builder::new()
                    .spawn_scoped(scope, move || all(items))
                    .map_err(|_| all(items))
            })
            .collect();
        let join = |share: thread::ScopedJoinHandle<'_, _>| {
            share.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
        };
        shares.into_iter().flat_map(|share| share.map_or_else(|done| done, join)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_whatever_the_threads() {
        for n in 0..7u32 {
            let items: Vec<u32> = (0..n).collect();
            for threads in 0..9 {
                assert!(map(threads, &items, |i| i * i).into_iter().eq((0..n).map(|i| i * i)));
            }
        }
    }
}
