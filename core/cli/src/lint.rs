//! `adit lint`: prints all errors and warnings of configuration files, for people and for continuous integration.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use crate::output::{json_text, print, tell, words};
use adit_config::{Diagnostic, Document, Severity, parse};
use adit_foreground::read_file;
use anyhow::Context;
use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;

/// The arguments of `adit lint`.
#[derive(Args, Debug)]
pub(crate) struct LintArgs {
    /// Configuration files; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A diagnostic, as JSON.
#[derive(Serialize)]
struct Finding {
    file: String,
    /// 1-based; None for an error that concerns the whole file.
    line: Option<u32>,
    /// 1-based, in characters.
    column: Option<u32>,
    severity: &'static str,
    key: Option<&'static str>,
    message: String,
    /// The correction, if one is known.
    advice: Option<String>,
    #[serde(skip)]
    rendered: String,
}

/// `adit lint`. Exit code 0: nothing worse than a warning; 1: errors.
pub(crate) fn lint(arguments: &LintArgs) -> ExitCode {
    match run(arguments) {
        Ok(has_errors) => ExitCode::from(u8::from(has_errors)),
        Err(error) => {
            tell(format!("adit: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &LintArgs) -> anyhow::Result<bool> {
    let findings: Vec<Finding> = arguments.files.iter().flat_map(|file| examine(file)).collect();
    let output = if arguments.json {
        json_text(&findings)?
    } else {
        findings.iter().map(|finding| finding.rendered.clone() + "\n").collect()
    };
    print(&output).context("writing the complaints")?;
    Ok(findings.iter().any(|finding| finding.severity == severity(Severity::Error)))
}

fn examine(file: &str) -> Vec<Finding> {
    let (shown, read) = match file {
        "-" => ("standard input".to_owned(), read_stdin()),
        path => (path.to_owned(), read_file(path, Path::new(path))),
    };
    let document = read.and_then(|bytes| Document::parse(&bytes).with_context(|| shown.clone()));
    let document = match document {
        Ok(document) => document,
        Err(error) => return vec![Finding::whole(&shown, &error)],
    };
    let (Ok((_, diagnostics)) | Err(diagnostics)) = parse::config(&document);
    diagnostics.iter().map(|diagnostic| Finding::new(&shown, diagnostic)).collect()
}

fn read_stdin() -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let most = adit_config::syntax::MAX_BYTES + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes).context("cannot read standard input")?;
    Ok(bytes)
}

impl Finding {
    fn new(file: &str, diagnostic: &Diagnostic) -> Self {
        let found = adit_api::Diagnostic::from(diagnostic);
        Self {
            file: file.to_owned(),
            line: Some(diagnostic.line),
            column: Some(diagnostic.column),
            severity: severity(diagnostic.severity),
            key: diagnostic.key.map(|key| key.name()),
            message: words().problem(&found),
            advice: words().advice(&found),
            rendered: words().complaint(file, &found),
        }
    }

    /// Builds the finding of an error that concerns the whole file.
    fn whole(file: &str, error: &anyhow::Error) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            severity: severity(Severity::Error),
            key: None,
            message: error.root_cause().to_string(),
            advice: None,
            rendered: format!("{error:#}"),
        }
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
