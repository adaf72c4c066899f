//! Arguments of a subcommand that are built once it is used: a start builds those of one command, not of all.

use std::ops::Deref;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// Arguments that the command line describes only when their command is used, or when all are asked for.
#[derive(Debug)]
pub struct Lazy<T>(Box<T>);

impl<T> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Args> Args for Lazy<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| {
            // What is said of the command itself stays; that of the arguments is for readers of the code.
            let about = command.get_about().cloned();
            let command = T::augment_args(command);
            match about {
                Some(about) => command.about(about),
                None => command,
            }
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Lazy<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|args| Self(Box::new(args)))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(|args| Self(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser, Subcommand};

    use super::*;

    /// Said of the arguments.
    #[derive(Args, Debug)]
    struct One {
        #[arg(long)]
        size: Option<u8>,
    }

    #[derive(Debug, Subcommand)]
    enum Which {
        /// Said of the command.
        One(Lazy<One>),
    }

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(subcommand)]
        which: Which,
    }

    #[test]
    fn arguments_are_there_when_their_command_is() {
        Cli::command().debug_assert();
        let Which::One(one) = Cli::try_parse_from(["p", "one", "--size", "3"]).unwrap().which;
        assert_eq!(one.size, Some(3));
        let help = |args: &[&str]| Cli::try_parse_from(args).unwrap_err().to_string();
        for args in [&["p", "one", "--help"][..], &["p", "help", "one"]] {
            assert!(help(args).contains("--size") && help(args).contains("Said of the command"));
        }
        assert!(help(&["p", "--help"]).contains("Said of the command"));
        // Not before: what `p --help` prints has no need of them.
        let command = Cli::command();
        assert_eq!(command.find_subcommand("one").unwrap().get_arguments().count(), 0);
    }
}
