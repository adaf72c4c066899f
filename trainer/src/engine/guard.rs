//! smartcore runs here: on a thread with a deep stack, where a panic becomes an error message.

use std::any::Any;
use std::panic;
use std::sync::Once;
use std::thread;

use cli_common::error::{Error, Result};

/// Some of smartcore recurses with the data; this is far more than any fit here needs.
const STACK: usize = 256 << 20;

/// Threads of this name report a panic as an error instead of on stderr.
const NAME: &str = "fit";

/// Runs `work` on `n_threads` threads, each with its number from 0, and returns what they return.
///
/// # Errors
///
/// The first error a thread returns, or the text of its panic.
pub(crate) fn run<T: Send>(
    n_threads: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    silence_panics();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads)
            .map(|number| {
                let work = &work;
                thread::Builder::new()
                    .name(NAME.into())
                    .stack_size(STACK)
                    .spawn_scoped(scope, move || work(number))
                    .map_err(|e| Error::io("cannot start a thread", &e))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread?.join().unwrap_or_else(|payload| Err(failure(payload.as_ref()))))
            .collect()
    })
}

fn failure(payload: &(dyn Any + Send)) -> Error {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    Error::internal(format!("the fit failed inside smartcore: {text}"))
        .with_hint("another algorithm, scaler or parameter may get through; nothing was written")
}

/// Keeps panics of fit threads off stderr; all others end the program.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let default = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(NAME) {
                default(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let error = run(2, |number| {
            assert!(number == 0, "number is {number}");
            Ok(number)
        });
        let error = error.unwrap_err().to_string();
        assert_eq!(error, "the fit failed inside smartcore: number is 1");
        assert_eq!(run(2, Ok).unwrap(), [0, 1]);
    }

    #[test]
    fn a_deep_stack_is_there() {
        fn depth(n: u64) -> u64 {
            let room = std::hint::black_box([n; 64]);
            if n == 0 { room[0] } else { 1 + depth(n - 1) }
        }
        assert_eq!(run(1, |_| Ok(depth(100_000))).unwrap(), [100_000]);
    }
}
