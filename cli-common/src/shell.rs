//! Completions of a shell and manual pages, made from the command line itself by clap's own generators.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::atomic::AtomicFile;
use crate::error::{Error, Result};
use crate::{overwrite, stdout};

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// Shell that reads the script.
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Folder for one page per command; it is made if it is not there [default: the page of the program, to stdout].
    dir: Option<PathBuf>,
}

impl CompletionsArgs {
    /// Writes the script for a program to stdout.
    ///
    /// # Errors
    ///
    /// An I/O error.
    pub fn run(&self, mut command: Command) -> Result<()> {
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        stdout::print(script)
    }
}

impl ManArgs {
    /// Writes the pages of a program.
    ///
    /// # Errors
    ///
    /// An I/O error that names the file.
    pub fn run(&self, command: Command) -> Result<()> {
        let pages = pages(command).map_err(|e| Error::io("cannot make the pages", &e))?;
        let Some(dir) = &self.dir else {
            return pages.into_iter().next().map_or(Ok(()), |(_, page)| stdout::print(page));
        };
        let failed = |path: &Path, e| Error::io(format!("cannot write `{}`", path.display()), &e);
        fs::create_dir_all(dir).map_err(|e| failed(dir, e))?;
        for (name, page) in pages {
            let path = dir.join(name);
            overwrite::check(&[("the page", &path)], &[])?;
            AtomicFile::create(&path)
                .and_then(|mut file| file.write_all(&page).and_then(|()| file.commit()))
                .map_err(|e| failed(&path, e))?;
        }
        Ok(())
    }
}

/// The pages by file name: that of the program, then one per command.
fn pages(command: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let source = format!("{} {}", command.get_name(), command.get_version().unwrap_or_default());
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let commands: Vec<Command> = command.get_subcommands().cloned().collect();
    let page = |command| {
        let man = Man::new(command).source(source.as_str());
        let mut bytes = Vec::new();
        man.render(&mut bytes).map(|()| (man.get_filename(), bytes))
    };
    std::iter::once(command).chain(commands).map(page).collect()
}
