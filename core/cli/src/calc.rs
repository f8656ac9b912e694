//! `adit calc`: calculates AllowedIPs.

use std::io::Read;
use std::process::ExitCode;

use adit_config::calc::{self, ExpressionError};
use anyhow::{Context, anyhow};
use clap::Args;
use serde::Serialize;

use crate::exit::outcome;
use crate::output::{json_line, print, tell};

/// The arguments of `adit calc`.
#[derive(Args, Debug)]
#[command(after_help = "Networks such as 10.0.0.0/8, and the words everything, private, ipv4, ipv6, except, and:\n  \
    adit calc everything except 192.168.0.0/16, 10.1.2.3\n  adit calc everything ipv4 except private\n  \
    adit calc '10.0.0.0/8 except (10.1.0.0/16 except 10.1.2.0/24)'")]
pub(crate) struct CalcArgs {
    /// Networks and words, see below; `-` reads them from standard input
    #[arg(value_name = "EXPRESSION", required = true)]
    expression: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    /// The shortest list of networks; IPv4 first, ascending.
    networks: Vec<String>,
}

/// `adit calc`: prints the shortest list of networks, separated by commas as in `AllowedIPs`.
pub(crate) fn calc(arguments: &CalcArgs) -> ExitCode {
    outcome(run(arguments))
}

fn run(arguments: &CalcArgs) -> anyhow::Result<()> {
    let text = match arguments.expression.as_slice() {
        [dash] if dash == "-" => read_stdin()?,
        words => words.join(" "),
    };
    let set = calc::evaluate(&text).map_err(|error| explain(&text, &error))?;
    let networks: Vec<String> = set.networks().iter().map(ToString::to_string).collect();
    if networks.is_empty() {
        tell("[!] nothing is left");
    }
    let line = if arguments.json {
        json_line(&Answer { networks })?
    } else if networks.is_empty() {
        String::new()
    } else {
        networks.join(", ") + "\n"
    };
    print(&line).context("writing the networks")
}

fn read_stdin() -> anyhow::Result<String> {
    let limit = u64::try_from(calc::MAX_EXPRESSION_BYTES).unwrap_or(u64::MAX);
    let mut text = String::new();
    std::io::stdin().lock().take(limit.saturating_add(1)).read_to_string(&mut text).context("cannot read standard input")?;
    Ok(text)
}

/// Formats the error with a mark under the faulty place, if the expression fits on one line.
fn explain(text: &str, error: &ExpressionError) -> anyhow::Error {
    const WIDTH: usize = 100;
    if text.len() > WIDTH || text.chars().any(|character| !(' '..='~').contains(&character)) {
        return anyhow!("{error}");
    }
    let mark = " ".repeat(error.column.saturating_sub(1));
    anyhow!("{error}\n    {text}\n    {mark}^")
}
