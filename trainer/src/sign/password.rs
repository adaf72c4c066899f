//! The password of a secret key: from a file, or asked for at the terminal.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::shutdown;
use cli_common::text::one_line;

/// Longest password that minisign takes.
const MAX_LEN: usize = 1024;

/// The password of a key that exists.
pub(crate) fn known(file: Option<&Path>, key: &Path) -> Result<String> {
    let prompt = format!("Password of {}: ", one_line(&key.display().to_string()));
    file.map_or_else(|| ask(&prompt, "--password-file FILE reads it, `-` from stdin"), read)
}

/// The password of a key that is being made: not empty, and typed twice.
pub(crate) fn new(file: Option<&Path>, key: &Path) -> Result<String> {
    let hint =
        "--password-file FILE reads it, `-` from stdin; --no-password makes a key without one";
    let password = if let Some(file) = file {
        read(file)?
    } else {
        let password =
            ask(&format!("Password for {}: ", one_line(&key.display().to_string())), hint)?;
        if !password.is_empty() && ask("The same again: ", hint)? != password {
            return Err(Error::usage("the passwords differ; no key was made"));
        }
        password
    };
    if password.is_empty() {
        let fact = "the password is empty; no key was made";
        return Err(Error::usage(fact).with_hint("--no-password makes a key without one"));
    }
    Ok(password)
}

/// The first line of a file, or of stdin for `-`.
fn read(file: &Path) -> Result<String> {
    let name = file.display();
    let cannot = |e| Error::io(format!("cannot read the password in `{name}`"), &e);
    let source: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(cannot)?)
    };
    let mut line = Vec::new();
    let limit = MAX_LEN as u64 + 2;
    BufReader::new(source.take(limit)).read_until(b'\n', &mut line).map_err(cannot)?;
    let end = line.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |last| last + 1);
    line.truncate(end);
    let password = String::from_utf8(line).ok().filter(|text| text.len() <= MAX_LEN);
    password.ok_or_else(|| {
        Error::usage(format!(
            "the first line of `{name}` is no password: expected at most {MAX_LEN} bytes of UTF-8"
        ))
    })
}

/// Asks at the terminal, where nothing of the answer is shown.
fn ask(prompt: &str, hint: &str) -> Result<String> {
    let nobody = || Error::usage("no terminal to ask for the password at").with_hint(hint);
    if !io::stderr().is_terminal() {
        return Err(nobody());
    }
    match answer(prompt) {
        Ok(password) if password.len() > MAX_LEN => {
            Err(Error::usage(format!("the password has more than {MAX_LEN} bytes")))
        }
        Ok(password) => Ok(password),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Error::usage("no password was given"))
        }
        Err(_) => Err(nobody()),
    }
}

/// The answer to a prompt; Ctrl-C ends the program as ever, but leaves a terminal that shows what is typed.
fn answer(prompt: &str) -> io::Result<String> {
    // rpassword raises the signal while the terminal is still as it set it: dying of it there would leave
    // the shell without echo. So the signal waits until rpassword has put everything back.
    let _held = shutdown::hold_interrupts();
    let answer = rpassword::prompt_password(prompt);
    if answer.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::Interrupted) {
        shutdown::interrupt()
    }
    answer
}
