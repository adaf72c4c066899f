//! Threads around a shared reader; what they make is taken in input order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::csv::chunks::{Chunk, Chunks};
use crate::error::Result;

/// Finished chunks that may wait for an earlier one, per thread.
const WAITING: u64 = 2;

/// Whether there is any point in going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Stop,
}

/// What one thread does with a chunk; it may keep buffers from one to the next.
pub(crate) trait Worker {
    /// What becomes of a chunk.
    type Made: Send;

    fn make(&mut self, chunk: &Chunk) -> Self::Made;
}

/// Who takes what the workers made, in input order.
pub(crate) trait Taker<Made>: Send {
    fn take(&mut self, made: Made) -> Result<Flow>;
}

/// Makes something of every chunk; the calling thread is one of the workers.
///
/// Returns `None` if there is no chunk.
pub(crate) fn run<W: Worker>(
    mut chunks: Chunks,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    taker: &mut impl Taker<W::Made>,
    progress: impl Fn() + Sync,
) -> Result<Option<Flow>> {
    let Some(first) = chunks.next()? else { return Ok(None) };
    // An input of one chunk is not worth a thread.
    let extra = if first.last { 0 } else { threads.saturating_sub(1) };
    let shared = Shared {
        source: Mutex::new(chunks),
        queue: Mutex::new(Queue {
            taker,
            waiting: BTreeMap::new(),
            next: 0,
            outcome: Ok(Flow::Go),
        }),
        turn: Condvar::new(),
        done: AtomicBool::new(false),
        room: WAITING * (extra as u64 + 1),
    };
    std::thread::scope(|scope| {
        for _ in 0..extra {
            let work = || work(worker(), &shared, None, &progress);
            // Without it, the others do its part.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work(worker(), &shared, Some(first), &progress);
    });
    shared.queue.into_inner().unwrap_or_else(PoisonError::into_inner).outcome.map(Some)
}

/// What the threads share.
struct Shared<'a, T, M> {
    source: Mutex<Chunks>,
    queue: Mutex<Queue<'a, T, M>>,
    turn: Condvar,
    done: AtomicBool,
    /// Chunks that may be ahead of the one whose turn it is.
    room: u64,
}

/// Finished chunks put back in order.
struct Queue<'a, T, M> {
    taker: &'a mut T,
    waiting: BTreeMap<u64, Result<M>>,
    /// Index of the chunk whose turn it is.
    next: u64,
    outcome: Result<Flow>,
}

impl<M, T: Taker<M>> Queue<'_, T, M> {
    /// Hands on every chunk whose turn has come.
    ///
    /// A chunk that could not be read waits for its turn like any other, so that an earlier bad
    /// row is told first whatever the number of threads.
    fn put(&mut self, index: u64, made: Result<M>) -> Result<Flow> {
        self.waiting.insert(index, made);
        while let Some(made) = self.waiting.remove(&self.next) {
            self.next += 1;
            if self.taker.take(made?)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Go)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes chunks until there are none.
fn work<W: Worker, T: Taker<W::Made>>(
    mut worker: W,
    shared: &Shared<'_, T, W::Made>,
    mut chunk: Option<Chunk>,
    progress: &impl Fn(),
) {
    while !shared.done.load(Ordering::Relaxed) {
        let (index, next) = match chunk.take() {
            Some(first) => (first.index, Ok(Some(first))),
            None => lock(&shared.source).next_indexed(),
        };
        let made = match next {
            Ok(Some(chunk)) => Ok(worker.make(&chunk)),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        let mut queue = lock(&shared.queue);
        while index >= queue.next + shared.room && !shared.done.load(Ordering::Relaxed) {
            queue = shared.turn.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if shared.done.load(Ordering::Relaxed) {
            return;
        }
        let outcome = queue.put(index, made);
        if !matches!(outcome, Ok(Flow::Go)) {
            // Under the lock: no other thread may hand on a later chunk after this one.
            shared.done.store(true, Ordering::Relaxed);
            queue.outcome = outcome;
        }
        drop(queue);
        shared.turn.notify_all();
        progress();
    }
}
