//! Work shared among threads.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

/// Does `work` on every item, the caller's thread and `threads - 1` others taking the next one each
/// time; results in the order of the items. Where the system grants no thread, the others do its part.
pub(crate) fn map<T, R: Send>(
    items: impl Iterator<Item = T> + Send,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let queue = Mutex::new(items.enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        let mut done = Vec::new();
        while let Some((index, item)) = next() {
            done.push((index, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, run).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// How many threads to use for so many bytes: one costs about as much as hashing 100 KiB. Asking for
/// the number of cores opens files of the system, which costs more than to hash a small model.
pub(crate) fn threads_for(bytes: usize) -> usize {
    const WORTH_IT: usize = 1 << 20;
    static CORES: OnceLock<usize> = OnceLock::new();
    let ask = || thread::available_parallelism().map_or(1, usize::from);
    if bytes < WORTH_IT { 1 } else { *CORES.get_or_init(ask) }
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for threads in [0, 1, 2, 5] {
            let squares = map(0..1000u64, threads, |i| i * i);
            assert!(squares.into_iter().eq((0..1000).map(|i| i * i)), "{threads} threads");
            assert_eq!(map(0..0, threads, |i: u8| i), []);
        }
    }
}
