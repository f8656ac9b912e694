//! Outputs that nobody reads, and outputs on a full disk.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use adit_e2e::Who;
use anyhow::{Context as _, ensure};

use crate::at_a_desk;

const TALKATIVE: &[&[&str]] = &[
    &["--help"],
    &["help", "up"],
    &["list"],
    &["list", "--json"],
    &["status", "office"],
    &["preview", "office"],
    &["export", "office"],
    &["versions", "office"],
    &["route", "10.8.0.1"],
    &["logs"],
    &["logs", "--json"],
    &["rotate", "office", "begin"],
    &["take-over"],
    &["watch"],
    &["calc", "everything", "except", "10.1.2.3"],
    &["genkey"],
    &["man"],
    &["completions", "bash"],
    &["up", "office", "--dry-run"],
];

#[test]
fn whoever_has_seen_enough_ends_the_program_without_a_noise() -> anyhow::Result<()> {
    at_a_desk("closed outputs", |desk| {
        for arguments in TALKATIVE {
            for lines in [0, 1] {
                let mut child = desk.command(Who::Root, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
                let mut reader = BufReader::with_capacity(1, child.stdout.take().context("a pipe")?);
                if lines == 1 {
                    reader.read_line(&mut String::new())?;
                }
                drop(reader);
                let mut said = String::new();
                child.stderr.take().context("a pipe")?.read_to_string(&mut said)?;
                let status = child.wait()?;
                ensure!(!said.contains("panicked") && !said.contains("Broken pipe"), "adit {arguments:?}: {said}");
                // A second `rotate` in a row reports that a new key is pending already.
                let may = [Some(0), (arguments[0] == "rotate").then_some(11)];
                ensure!(may.contains(&status.code()) || status.signal() == Some(13), "adit {arguments:?}: {status}, {said}");
            }
        }
        Ok(())
    })
}

#[test]
fn an_output_without_room_is_a_failure_that_is_told() -> anyhow::Result<()> {
    at_a_desk("full outputs", |desk| {
        for arguments in TALKATIVE.iter().filter(|arguments| arguments[0] != "rotate") {
            let full = std::fs::File::options().write(true).open("/dev/full")?;
            let output = desk.command(Who::Root, arguments).stdout(full).stderr(Stdio::piped()).output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.code() == Some(1), "adit {arguments:?}: {}, {said}", output.status);
            ensure!(said.contains("No space left") && !said.contains("panicked"), "adit {arguments:?}: {said}");
        }
        Ok(())
    })
}

#[test]
fn without_any_output_at_all_it_does_what_it_is_told() -> anyhow::Result<()> {
    at_a_desk("no outputs", |desk| {
        let adit = desk.lab.file("adit").display().to_string();
        for line in ["boot office on", "rename office Home", "rename Home office"] {
            let shell = format!("exec {adit} {line} >&- 2>&- <&-");
            let output = desk.shell(&shell)?;
            ensure!(output.status.code().is_some_and(|code| code <= 1), "{line}: {}", output.status);
        }
        let json = desk.adit(&["status", "office", "--json"], "")?;
        ensure!(json.out.contains("\"start_at_boot\": true"), "{json:#?}");
        Ok(())
    })
}
