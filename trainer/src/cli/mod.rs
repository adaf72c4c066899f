//! The command line: commands, options and their help text.

pub(crate) mod algorithms;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod fit;
pub(crate) mod sample;
pub(crate) mod sign;
pub(crate) mod values;

use clap::{Parser, Subcommand};
use cli_common::lazy::Lazy;
use cli_common::shell::{CompletionsArgs, ManArgs};

use algorithms::AlgorithmsArgs;
use compare::CompareArgs;
use fit::FitArgs;
use sample::SampleArgs;
use sign::{KeygenArgs, SignArgs};

/// Fits a model on a CSV file and writes it as one file that `predictor` can score with.
#[derive(Parser)]
#[command(
    name = "trainer",
    version,
    about,
    long_about = None,
    after_help = "Exit codes: 0 done, 1 I/O or internal failure, 2 wrong usage, 3 model refused, 4 input refused.\n\
                  Example: trainer sample churn -o churn.csv && \
                  trainer fit churn.csv --target churned -o churn.model"
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write an embedded data set as CSV; without a name, list them.
    #[command(after_help = "Example: trainer sample iris -o iris.csv")]
    Sample(Lazy<SampleArgs>),
    /// Fit a model on a CSV file.
    #[command(after_help = fit::help())]
    Fit(Lazy<FitArgs>),
    /// Cross-validate several algorithms on the same folds and rank them.
    #[command(after_help = compare::help())]
    Compare(Lazy<CompareArgs>),
    /// Make a key pair to sign models with: KEY, which is secret, and KEY.pub.
    #[command(after_help = "minisign can use these keys, and its own keys serve here.\n\
        Examples:\n  \
        trainer keygen -o team.key\n  \
        trainer keygen -o ci.key --password-file password.txt")]
    Keygen(Lazy<KeygenArgs>),
    /// Check a model and sign it: writes MODEL.minisig, which `predictor --trust` requires.
    #[command(
        after_help = "The signature covers every byte of the file, and a comment with the model's id, version and name.\n\
        minisign verifies it too: minisign -Vm churn.model -p team.key.pub\n\
        Examples:\n  \
        trainer sign churn.model --key team.key\n  \
        printenv KEY_PASSWORD | trainer sign churn.model --key ci.key --password-file -"
    )]
    Sign(Lazy<SignArgs>),
    /// List the algorithms and what each takes; with a name, its hyper-parameters.
    #[command(after_help = "Example: trainer algorithms random-forest")]
    Algorithms(Lazy<AlgorithmsArgs>),
    /// Print what a shell needs to complete commands and options.
    #[command(
        after_help = "Example: trainer completions bash > ~/.local/share/bash-completion/completions/trainer"
    )]
    Completions(Lazy<CompletionsArgs>),
    /// Print the manual page, or write one page per command into a folder.
    #[command(after_help = "Examples:\n  \
        trainer man | man -l -\n  \
        trainer man /usr/local/share/man/man1")]
    Man(Lazy<ManArgs>),
}
