//! Threads around a shared reader; their output is taken in input order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use cli_common::error::Result;
use tabular_input::csv::chunks::{Chunk, Chunks};

use super::room::Threads;

/// Finished chunks that may wait for an earlier one, per thread.
const WAITING: u64 = 2;
/// Bytes of output that a worker may hold before it hands them on. A chunk of input can become any
/// number of them, so this bounds memory.
pub(crate) const MAX_HELD: usize = 2 << 20;

/// Whether there is any point in going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Stop,
}

/// What one thread does with a chunk; it may keep buffers from one to the next.
pub(crate) trait ChunkWorker {
    /// What becomes of a chunk, or of a part of it.
    type Output: Send;

    /// Makes output of a chunk and returns it.
    ///
    /// Once more than about [`MAX_HELD`] bytes are there, they go to `emit`, which waits until the
    /// output of all earlier chunks was taken. After [`Flow::Stop`] the rest is not needed. Where a
    /// worker cuts may depend on nothing but the chunk.
    fn work(&mut self, chunk: &Chunk, emit: &mut dyn FnMut(Self::Output) -> Flow) -> Self::Output;
}

/// Takes the output of all workers, in input order.
pub(crate) trait OrderedSink<Output>: Send {
    fn take(&mut self, output: Output) -> Result<Flow>;
}

/// Makes output of every chunk; the calling thread is one of the workers.
///
/// Returns `None` if there is no chunk. Where there are no addresses for all of the threads there are fewer.
pub(crate) fn run<W: ChunkWorker>(
    mut chunks: Chunks,
    threads: Threads,
    worker: impl Fn() -> W + Sync,
    sink: &mut impl OrderedSink<W::Output>,
    progress: impl Fn() + Sync,
) -> Result<Option<Flow>> {
    let Some(first) = chunks.next()? else { return Ok(None) };
    let extra = threads.extra(first.data.len(), first.last)?;
    let shared = Shared {
        source: Mutex::new(chunks),
        queue: Mutex::new(Queue { sink, waiting: BTreeMap::new(), next: 0, outcome: Ok(Flow::Go) }),
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
struct Shared<'a, S, O> {
    source: Mutex<Chunks>,
    queue: Mutex<Queue<'a, S, O>>,
    turn: Condvar,
    done: AtomicBool,
    /// Chunks that may be ahead of the one whose turn it is.
    room: u64,
}

/// Finished chunks put back in order.
struct Queue<'a, S, O> {
    sink: &'a mut S,
    waiting: BTreeMap<u64, Result<O>>,
    /// Index of the chunk whose turn it is.
    next: u64,
    outcome: Result<Flow>,
}

impl<O, S: OrderedSink<O>> Queue<'_, S, O> {
    /// Hands on every chunk whose turn has come.
    ///
    /// A chunk that could not be read waits for its turn like any other, so that an earlier bad
    /// row is reported first whatever the number of threads.
    fn put(&mut self, index: u64, output: Result<O>) -> Result<Flow> {
        self.waiting.insert(index, output);
        while let Some(output) = self.waiting.remove(&self.next) {
            self.next += 1;
            if self.sink.take(output?)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Go)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a, O, S: OrderedSink<O>> Shared<'a, S, O> {
    fn is_done(&self) -> bool {
        self.done.load(Ordering::Relaxed)
    }

    /// The queue, once chunk `index` is at most `ahead` chunks before its turn; `None` if the run
    /// ended before that.
    fn wait(&self, index: u64, ahead: u64) -> Option<MutexGuard<'_, Queue<'a, S, O>>> {
        let mut queue = lock(&self.queue);
        while index > queue.next + ahead && !self.is_done() {
            queue = self.turn.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        (!self.is_done()).then_some(queue)
    }

    /// Ends the run unless all is well. The queue is locked: no other thread may hand on anything
    /// after this.
    fn settle(&self, queue: &mut Queue<'a, S, O>, outcome: Result<Flow>) -> Flow {
        if matches!(outcome, Ok(Flow::Go)) {
            return Flow::Go;
        }
        self.done.store(true, Ordering::Relaxed);
        queue.outcome = outcome;
        self.turn.notify_all();
        Flow::Stop
    }

    /// Hands on a part of chunk `index` as soon as it is its turn.
    fn emit(&self, index: u64, output: O) -> Flow {
        let Some(mut queue) = self.wait(index, 0) else { return Flow::Stop };
        let outcome = queue.sink.take(output);
        self.settle(&mut queue, outcome)
    }
}

/// Takes chunks until there are none.
fn work<W: ChunkWorker, S: OrderedSink<W::Output>>(
    mut worker: W,
    shared: &Shared<'_, S, W::Output>,
    mut chunk: Option<Chunk>,
    progress: &impl Fn(),
) {
    while !shared.is_done() {
        let (index, next) = match chunk.take() {
            Some(first) => (first.index, Ok(Some(first))),
            None => lock(&shared.source).next_indexed(),
        };
        let output = match next {
            Ok(Some(chunk)) => Ok(worker.work(&chunk, &mut |output| shared.emit(index, output))),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        let Some(mut queue) = shared.wait(index, shared.room - 1) else { return };
        let outcome = queue.put(index, output);
        shared.settle(&mut queue, outcome);
        drop(queue);
        shared.turn.notify_all();
        progress();
    }
}
