//! What the machine can do at most: starting a program, parsing a file of numbers, SHA-256.
//!
//! ```text
//! raw_limits empty                 nothing at all
//! raw_limits parse FILE THREADS    sum of all cells but the first of each row
//! raw_limits sha256 FILE THREADS   seconds, the best of five
//! ```

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "results and what went wrong")]

use std::error::Error;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs, hint, thread};

use sha2::{Digest, Sha256};

const HASHINGS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["empty"] => Ok(()),
        ["parse", file, threads] => parse(file, threads),
        ["sha256", file, threads] => sha256(file, threads),
        _ => Err("usage: raw_limits empty | parse FILE THREADS | sha256 FILE THREADS".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("raw_limits: {error}");
            ExitCode::FAILURE
        }
    }
}

/// No quotes, no missing cells, no output: the file is cut at commas and line feeds, which is less
/// than any reader of CSV files must do.
fn parse(file: &str, threads: &str) -> Result<(), Box<dyn Error>> {
    let data = fs::read(file)?;
    let header = data.iter().position(|&byte| byte == b'\n').ok_or("no header")? + 1;
    let parts = lines(&data[header..], threads.parse::<NonZeroUsize>()?.get());
    let sums = thread::scope(|scope| {
        let sums: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || sum(part))).collect();
        sums.into_iter().map(|sum| sum.join().ok().flatten()).collect::<Option<Vec<f64>>>()
    });
    println!(
        "{}",
        sums.ok_or("a row without an id, or a cell that is no number")?.iter().sum::<f64>()
    );
    Ok(())
}

/// `data` in at most `parts` parts of nearly equal size that end where a line does.
fn lines(data: &[u8], parts: usize) -> Vec<&[u8]> {
    let mut rest = data;
    let mut cut = Vec::new();
    for left in (1..=parts).rev() {
        let at = rest.len() / left;
        let end =
            rest[at..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |n| at + n + 1);
        let (part, after) = rest.split_at(end);
        cut.push(part);
        rest = after;
    }
    cut
}

/// The sum of the cells of all rows, without the first of each.
fn sum(mut rest: &[u8]) -> Option<f64> {
    let mut sum = 0.0;
    while !rest.is_empty() {
        rest = &rest[rest.iter().position(|&byte| byte == b',')? + 1..];
        loop {
            let (value, length) = fast_float2::parse_partial::<f64, _>(rest).ok()?;
            sum += value;
            let end = *rest.get(length)?;
            rest = &rest[length + 1..];
            if end == b'\n' {
                break;
            }
        }
    }
    Some(sum)
}

/// The file is in memory before the clock starts, each thread hashes a part of its own.
fn sha256(file: &str, threads: &str) -> Result<(), Box<dyn Error>> {
    let data = fs::read(file)?;
    let part = data.len().div_ceil(threads.parse::<NonZeroUsize>()?.get()).max(1);
    let mut best = f64::INFINITY;
    for _ in 0..HASHINGS {
        let start = Instant::now();
        thread::scope(|scope| {
            for part in data.chunks(part) {
                scope.spawn(move || hint::black_box(Sha256::digest(part)));
            }
        });
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{best}");
    Ok(())
}
