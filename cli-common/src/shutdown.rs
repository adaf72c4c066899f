//! How a program ends before its time: by a signal or a panic, without temporary files left behind.

use std::io::Write as _;
use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::atomic;
use crate::text::one_line;

/// Sees to it that the process leaves no temporary file of an [`crate::atomic::AtomicFile`] when
/// Ctrl-C, another signal that can be caught, or a panic ends it. Meant for the first line of `main`.
///
/// A signal still ends the process as that signal, so that a shell sees what it expects. One that
/// the parent had ignored (`nohup`) stays ignored. A panic becomes an error message and exit code 1.
///
/// To catch some fifty signals takes longer than all else at the start of a program, so that is left until there is
/// something to remove.
pub fn prepare(program: &'static str, version: &'static str) {
    report_panics(program, version);
    #[cfg(unix)]
    signals::prepare();
}

/// Whether Ctrl-C has to wait, and whether there was one.
#[derive(Debug)]
struct Hold {
    held: bool,
    interrupted: bool,
}

static HOLD: Mutex<Hold> = Mutex::new(Hold { held: false, interrupted: false });

fn hold() -> MutexGuard<'static, Hold> {
    HOLD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this is there, Ctrl-C waits; other signals do not.
#[derive(Debug)]
pub struct Held(());

/// Makes Ctrl-C wait until the result is dropped, for anyone who has changed the terminal.
pub fn hold_interrupts() -> Held {
    #[cfg(unix)]
    signals::watch();
    hold().held = true;
    Held(())
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut hold = hold();
        hold.held = false;
        if hold.interrupted {
            interrupt()
        }
    }
}

/// Ends the process as Ctrl-C does.
pub fn interrupt() -> ! {
    let _held = atomic::abandon_all();
    #[cfg(unix)]
    signals::die(signal_hook::consts::SIGINT);
    #[cfg(not(unix))]
    exit(130)
}

/// Makes a panic an error message and the end of the process.
fn report_panics(program: &'static str, version: &'static str) {
    panic::set_hook(Box::new(move |info| {
        let what = one_line(info.payload_as_str().unwrap_or("no message"));
        let place = info.location().map(|place| format!(" ({place})")).unwrap_or_default();
        // If stderr is gone there is nobody left to tell.
        let _ = write!(
            std::io::stderr().lock(),
            "error: internal error in {program} {version}: {what}{place}\n\
             hint: this is a bug; please report it with the command line and the line above\n"
        );
        let _held = atomic::abandon_all();
        exit(1)
    }));
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "main is not asked any more")]
fn exit(code: i32) -> ! {
    std::process::exit(code)
}

#[cfg(unix)]
mod signals {
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Once};

    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP, SIGUSR1,
        SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::iterator::Signals;

    use crate::atomic;

    /// Signals that end a process unless it does something about them. Not among them are those that cannot
    /// be caught, and those of a fault of the processor (SIGSEGV, SIGBUS, SIGILL, SIGFPE), after which
    /// nothing can be relied on.
    const ENDS: [i32; 13] = [
        SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGVTALRM, SIGXCPU, SIGUSR1, SIGUSR2, SIGABRT,
        SIGPROF, SIGSYS, SIGTRAP,
    ];

    /// The same that Linux alone has: SIGSTKFLT, SIGIO, SIGPWR, and those without a meaning of their own.
    #[cfg(target_os = "linux")]
    fn more() -> impl Iterator<Item = i32> {
        [16, 29, 30].into_iter().chain(34..=64)
    }

    #[cfg(not(target_os = "linux"))]
    fn more() -> impl Iterator<Item = i32> {
        std::iter::empty()
    }

    /// Has signals watched once there is a temporary file with a name.
    pub(super) fn prepare() {
        // A file that reaches the size the user is allowed is an error of the write, not the end.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        atomic::before_first(watch);
        // The system spares the first process of a container a signal that it does not catch.
        if std::process::id() == 1 {
            watch();
        }
    }

    /// Starts a thread that waits for a signal, if there is none.
    ///
    /// If that cannot be had, signals do what they always did.
    pub(super) fn watch() {
        static WATCHED: Once = Once::new();
        WATCHED.call_once(start);
    }

    fn start() {
        let (sender, receiver) = channel::<Signals>();
        let wait = move || {
            let Ok(mut signals) = receiver.recv() else { return };
            for signal in signals.forever() {
                let mut hold = super::hold();
                if signal == SIGINT && hold.held {
                    hold.interrupted = true;
                    continue;
                }
                drop(hold);
                let _held = atomic::abandon_all();
                die(signal)
            }
        };
        // Only a signal that a thread waits for is caught: without one it would be lost.
        if std::thread::Builder::new().name("signals".into()).spawn(wait).is_err() {
            return;
        }
        let ignored = ignored();
        let wanted = |n: &i32| (ignored >> (n - 1)) & 1 == 0;
        if let Ok(signals) = Signals::new(ENDS.into_iter().filter(wanted)) {
            for signal in more().filter(wanted) {
                // The C library keeps some of them to itself.
                let _ = signals.handle().add_signal(signal);
            }
            let _ = sender.send(signals);
        }
    }

    /// Signals that were ignored when the process began, as bits from 0; none where the system does
    /// not tell.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    }

    pub(super) fn die(signal: i32) -> ! {
        // The first process of a container cannot die of a signal of its own.
        if std::process::id() != 1 {
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
        super::exit(128 + signal)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use crate::atomic::AtomicFile;

    /// Run by the test below in a process of its own, where a panic ends everything.
    #[test]
    #[ignore = "ends the process"]
    fn panics_beside_a_temporary_file() {
        let Some(target) =
            std::env::args().find_map(|arg| Some(arg.strip_prefix("target=")?.to_owned()))
        else {
            return;
        };
        super::prepare("tester", "1.2.3");
        let _file = AtomicFile::create(target.as_ref()).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| panic!("row {}\nis odd", 7));
        });
    }

    /// Run by the test below in a process of its own, which SIGTERM ends: a shell may have
    /// its background jobs ignore SIGINT.
    #[cfg(target_os = "linux")]
    #[test]
    #[ignore = "ends the process"]
    fn is_interrupted_beside_a_temporary_file() {
        let Some(target) =
            std::env::args().find_map(|arg| Some(arg.strip_prefix("target=")?.to_owned()))
        else {
            return;
        };
        super::prepare("tester", "1.2.3");
        let caught = || {
            let status = fs::read_to_string("/proc/self/status").unwrap();
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
            let mask = u64::from_str_radix(mask.trim(), 16).unwrap();
            (mask >> (signal_hook::consts::SIGTERM - 1)) & 1 == 1
        };
        // There is nothing to remove, as in most runs; catching signals would take a start longer.
        assert!(!caught());
        let _file = AtomicFile::replacing(target.as_ref(), false).unwrap();
        assert!(caught());
        let folder = std::path::Path::new(&target).parent().unwrap();
        assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
        signal_hook::low_level::raise(signal_hook::consts::SIGTERM).unwrap();
        std::thread::sleep(std::time::Duration::from_secs(20));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn signals_are_caught_from_the_first_temporary_file_with_a_name_on() {
        use std::os::unix::process::ExitStatusExt as _;
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("out.csv");
        fs::write(&target, "as it was").unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact"]);
        command.arg("shutdown::tests::is_interrupted_beside_a_temporary_file");
        let output = command.arg(format!("target={}", target.display())).output().unwrap();
        assert_eq!(output.status.signal(), Some(signal_hook::consts::SIGTERM), "{output:?}");
        assert_eq!(fs::read(&target).unwrap(), b"as it was");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_panic_is_told_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("out.csv");
        fs::write(&target, "as it was").unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "shutdown::tests::panics_beside_a_temporary_file"]);
        // The harness takes further words for names of tests.
        let output = command.arg(format!("target={}", target.display())).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let place = "cli-common/src/shutdown.rs:";
        let (fact, hint) = stderr.split_once('\n').unwrap();
        assert!(
            fact.starts_with("error: internal error in tester 1.2.3: row 7\\nis odd ("),
            "{stderr}"
        );
        assert!(fact.contains(place), "{stderr}");
        assert_eq!(
            hint,
            "hint: this is a bug; please report it with the command line and the line above\n"
        );
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(fs::read(&target).unwrap(), b"as it was");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
