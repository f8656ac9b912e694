//! Collects the text files. Parts that cannot be read are replaced by the reason: a problem with one part must not keep the others
//! away from somebody who looks for its cause.

use adit_api::{ConfigText, LogLevel, Severity, TunnelView};
use adit_config::Document;
use adit_config::syntax::LineKind;
use adit_import::file_names;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::TextFile;
use super::redact::Redactor;
use crate::client::{Daemon, Failure, Options, log_words, preview};
use crate::output::{clock, json_text, level, now, words};

/// Lines of the log in one answer of the service.
const PAGE: u32 = 1000;
/// Files that say which system this is; systems without them have other ways that are not tried.
const SYSTEM_FILES: [&str; 2] = ["/proc/sys/kernel/osrelease", "/etc/os-release"];
/// The text that replaces what is left out.
const LEFT_OUT: &str = "(left out)";

/// The parts of one tunnel.
struct Parts {
    name: String,
    view: String,
    config: Result<String, String>,
    diagnostics: String,
    preview: String,
    drops: String,
}

/// Collects everything, and removes all keys; addresses too if `hide_addresses` is true.
pub(super) fn gather(options: &Options, hide_addresses: bool) -> Result<Vec<TextFile>, Failure> {
    let mut files = vec![TextFile { name: "computer.txt".to_owned(), text: computer() }];
    let mut redactor = Redactor::new(hide_addresses);
    match Daemon::reach(options) {
        Ok(daemon) => from_service(&daemon, &mut redactor, &mut files)?,
        Err(failure) => {
            files.push(TextFile { name: "service.txt".to_owned(), text: failure.sentence().unwrap_or_default() + "\n" });
        }
    }
    redactor.know_all();
    for file in &mut files {
        file.text = redactor.redact(&file.text);
    }
    let about = "What `adit support` collected about Adit on this computer. Private and preshared keys, commands (PostUp and the \
                 like) and comments of configurations are not in it; everything else that looks like a key and is no public key of \
                 a tunnel is replaced by (hidden).\n";
    let addresses = if hide_addresses {
        "IP addresses and names of endpoints are replaced: the same number is the same address.\n"
    } else {
        "IP addresses and names of endpoints are in it; adit support --hide-addresses replaces them.\n"
    };
    files.insert(0, TextFile { name: "README.txt".to_owned(), text: format!("{about}{addresses}") });
    Ok(files)
}

fn computer() -> String {
    let mut text = format!(
        "adit {}\nsystem: {} {}\ntime: {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        clock(now())
    );
    for path in SYSTEM_FILES {
        if let Ok(content) = std::fs::read_to_string(path) {
            text.push_str(&format!("{path}:\n{}\n", content.trim_end()));
        }
    }
    text
}

fn from_service(daemon: &Daemon, redactor: &mut Redactor, files: &mut Vec<TextFile>) -> Result<(), Failure> {
    let about = daemon.ask(|client| client.about());
    files.push(TextFile { name: "service.json".to_owned(), text: json_or_reason(about)? });
    let tunnels = match daemon.tunnels() {
        Ok(tunnels) => tunnels,
        Err(failure) => {
            files.push(TextFile { name: "tunnels.txt".to_owned(), text: reason(failure)? + "\n" });
            return Ok(());
        }
    };
    let names = file_names(tunnels.iter().map(|tunnel| &tunnel.name));
    for (tunnel, file) in tunnels.iter().zip(names) {
        let folder = format!("tunnels/{}", file.trim_end_matches(".conf"));
        let Parts { name, view, config, diagnostics, preview, drops } = parts(daemon, tunnel, folder, redactor)?;
        let config = config.unwrap_or_else(|reason| reason + "\n");
        let texts = [
            ("state.json", view),
            ("configuration.conf", config),
            ("diagnostics.txt", diagnostics),
            ("preview.txt", preview),
            ("drops.json", drops),
        ];
        files.extend(texts.into_iter().map(|(part, text)| TextFile { name: format!("{name}/{part}"), text }));
    }
    files.push(TextFile { name: "log.txt".to_owned(), text: log(daemon, &tunnels)? });
    Ok(())
}

fn parts(daemon: &Daemon, tunnel: &TunnelView, name: String, redactor: &mut Redactor) -> Result<Parts, Failure> {
    let view = daemon.view_with_all_peers(tunnel);
    let tunnel = view.as_ref().unwrap_or(tunnel);
    let masked = daemon.ask_about(tunnel, |client, id| client.masked_config(id));
    let masked = match masked {
        Ok(masked) => Ok(masked.config),
        Err(failure) => Err(reason(failure)?),
    };
    redactor.know(tunnel, masked.as_ref().ok().map(ConfigText::dangerously_reveal));
    let diagnostics = match &masked {
        Ok(config) => {
            let config = config.clone();
            match daemon.ask_about(tunnel, |client, id| client.check_config(Some(id), config)) {
                Ok(check) => check.diagnostics.iter().map(|found| words().diagnostic(found) + "\n").collect(),
                Err(failure) => reason(failure)? + "\n",
            }
        }
        Err(reason) => reason.clone() + "\n",
    };
    let preview = match daemon.ask_about(tunnel, |client, id| client.preview(id)) {
        Ok(found) => {
            let found = without_commands(&found)?;
            let complaints = found.diagnostics.iter().filter(|found| found.severity == Severity::Error);
            let complaints = complaints.map(|found| words().diagnostic(found) + "\n").collect::<String>();
            preview::text(&found) + &complaints
        }
        Err(failure) => reason(failure)? + "\n",
    };
    let config = masked.map(|config| without_private_text(config.dangerously_reveal()));
    let view = json_text(&without_commands(tunnel)?).map_err(anyhow::Error::from)?;
    let drops = json_or_reason(daemon.ask_about(tunnel, |client, id| client.drops(id)))?;
    Ok(Parts { name, view, config, diagnostics, preview, drops })
}

/// Returns the configuration without comments and commands, which may contain any secret, and without lines that are not
/// understood. The lines keep their numbers.
fn without_private_text(masked: &str) -> String {
    let Ok(document) = Document::parse(masked.as_bytes()) else { return format!("{LEFT_OUT}\n") };
    let line = |line: &adit_config::syntax::Line| match &line.kind {
        LineKind::Blank => String::new(),
        LineKind::Comment(_) => "#".to_owned(),
        LineKind::Header { section: Some(_), text, .. } => document.slice(text).to_owned(),
        LineKind::Assignment { key: Some(key), value, .. } if !key.is_hook() => format!("{key} = {}", document.slice(value)),
        LineKind::Assignment { key: Some(key), .. } => format!("{key} = {LEFT_OUT}"),
        LineKind::Header { section: None, .. } | LineKind::Assignment { key: None, .. } | LineKind::Other { .. } => {
            LEFT_OUT.to_owned()
        }
    };
    document.lines().iter().map(|one| line(one) + "\n").collect()
}

/// Returns the value without the commands of configurations and without what they printed.
fn without_commands<T: Serialize + DeserializeOwned>(value: &T) -> anyhow::Result<T> {
    let mut json = serde_json::to_value(value)?;
    strip(&mut json);
    Ok(serde_json::from_value(json)?)
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (name.as_str(), &field) {
                    ("command", Value::String(_)) => *field = Value::Null,
                    ("stderr", Value::String(printed)) if !printed.is_empty() => *field = LEFT_OUT.into(),
                    _ => strip(field),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn log(daemon: &Daemon, tunnels: &[TunnelView]) -> Result<String, Failure> {
    let (mut after, mut text) = (0, String::new());
    loop {
        let page = match daemon.ask(|client| client.logs(after, LogLevel::Debug, PAGE)) {
            Ok(page) => page,
            Err(failure) => return Ok(text + &reason(failure)? + "\n"),
        };
        for line in &page.lines {
            let (name, _) = level(line.level);
            let line = without_commands(line)?;
            text.push_str(&format!("{}  {name:<5}  {}\n", clock(line.at), log_words::line(&line, tunnels)));
        }
        if page.lines.is_empty() || page.last <= after {
            return Ok(text);
        }
        after = page.last;
    }
}

fn json_or_reason<T: Serialize>(answer: Result<T, Failure>) -> Result<String, Failure> {
    match answer {
        Ok(answer) => Ok(json_text(&answer).map_err(anyhow::Error::from)?),
        Err(failure) => Ok(reason(failure)? + "\n"),
    }
}

/// Returns the reason why a part is missing. Fails if the connection is gone, because then everything else would be missing too.
fn reason(failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Lost(_) | Failure::Unsure(_) | Failure::OutputClosed => Err(failure),
        failure => Ok(failure.sentence().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_loses_comments_commands_and_unknown_lines_and_keeps_its_lines() {
        let text = "# of Eve\n[Interface]\nPrivateKey = (unchanged)\nPostUp = curl -u eve:secret\nMTU = 1300 # why\n\n[Pear]\nPassword = x\nsecret\n";
        let expected =
            "#\n[Interface]\nPrivateKey = (unchanged)\nPostUp = (left out)\nMTU = 1300\n\n(left out)\n(left out)\n(left out)\n";
        assert_eq!(without_private_text(text), expected);
    }

    #[test]
    fn commands_and_their_output_are_removed_wherever_they_are() {
        let mut json =
            serde_json::json!([{"a": {"command": "secret", "stderr": "secret"}, "b": [{"stderr": ""}, {"command": 1}]}]);
        strip(&mut json);
        let expected =
            serde_json::json!([{"a": {"command": null, "stderr": "(left out)"}, "b": [{"stderr": ""}, {"command": 1}]}]);
        assert_eq!(json, expected);
    }
}
