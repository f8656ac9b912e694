//! Collects the text files. Parts that cannot be read are replaced by the reason: a problem with one part must not keep the others
//! away from somebody who looks for its cause.

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, ConfigText, LogLevel, LogLine, Preview, SupportFile, TunnelName,
    TunnelState, TunnelView,
};
use adit_config::Document;
use adit_config::syntax::LineKind;
use adit_import::file_names;
use adit_words::{Context, Line, Words, now, utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::redact::Redactor;

/// Lines of the log in one answer of the service.
const PAGE: u32 = 1000;
/// Files that say which system this is; systems without them have other ways that are not tried.
const SYSTEM_FILES: [&str; 2] = ["/proc/sys/kernel/osrelease", "/etc/os-release"];
/// The text that replaces what is left out.
const LEFT_OUT: &str = "(left out)";

/// Collects everything that the service shows to this user, without keys; if `hide_addresses` is true, without addresses and names
/// of endpoints.
///
/// # Errors
/// If the connection to the service breaks. A refusal of the service replaces the part that it refuses.
pub fn support_bundle<T: BlockingTransport>(
    service: &BlockingClient<T>,
    hide_addresses: bool,
) -> Result<Vec<SupportFile>, CallError<T::Error>> {
    let mut files = Vec::new();
    let mut redactor = Redactor::new(hide_addresses);
    let about = or_reason(service.about(), None)?;
    files.push(file("service.json", json(&about)));
    match or_reason(service.all_tunnels(), None)? {
        Ok(tunnels) => tunnels_and_log(service, &tunnels, &mut redactor, &mut files)?,
        Err(reason) => files.push(file("tunnels.txt", reason)),
    }
    Ok(finished(files, redactor, hide_addresses))
}

/// Collects what is known without a service; `reason` says why there is none.
pub fn support_bundle_without_service(reason: &str, hide_addresses: bool) -> Vec<SupportFile> {
    finished(vec![file("service.txt", format!("{reason}\n"))], Redactor::new(hide_addresses), hide_addresses)
}

fn finished(mut files: Vec<SupportFile>, mut redactor: Redactor, hide_addresses: bool) -> Vec<SupportFile> {
    files.insert(0, file("computer.txt", computer()));
    redactor.know_all();
    for file in &mut files {
        file.text = redactor.redact(&file.text);
    }
    let about = "What Adit collected about itself on this computer. Private and preshared keys, commands (PostUp and the like) and \
                 comments of configurations are not in it; everything else that looks like a key and is no public key of a tunnel \
                 is replaced by (hidden).\n";
    let addresses = if hide_addresses {
        "IP addresses and names of endpoints are replaced: the same number is the same address. Folders of tunnels have numbers.\n"
    } else {
        "IP addresses and names of endpoints are in it; adit support --hide-addresses replaces them.\n"
    };
    files.insert(0, file("README.txt", format!("{about}{addresses}")));
    files
}

fn file(name: impl Into<String>, text: impl Into<String>) -> SupportFile {
    SupportFile { name: name.into(), text: text.into() }
}

fn computer() -> String {
    let mut text = format!(
        "adit {}\nsystem: {} {}\ntime: {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        utc(now())
    );
    for path in SYSTEM_FILES {
        if let Ok(content) = std::fs::read_to_string(path) {
            text.push_str(&format!("{path}:\n{}\n", content.trim_end()));
        }
    }
    text
}

fn tunnels_and_log<T: BlockingTransport>(
    service: &BlockingClient<T>,
    tunnels: &[TunnelView],
    redactor: &mut Redactor,
    files: &mut Vec<SupportFile>,
) -> Result<(), CallError<T::Error>> {
    let folders = folders(tunnels.iter().map(|tunnel| &tunnel.name), redactor.hides_addresses());
    for (tunnel, folder) in tunnels.iter().zip(folders) {
        let parts = parts(service, tunnel, redactor)?;
        files.extend(parts.into_iter().map(|(part, text)| file(format!("{folder}/{part}"), text)));
    }
    files.push(file("log.txt", log(service, tunnels)?));
    Ok(())
}

/// Returns a folder for each tunnel: a number if the name may be an address. No two are equal.
fn folders<'a>(names: impl Iterator<Item = &'a TunnelName>, numbered: bool) -> Vec<String> {
    let folder = |(at, name): (usize, String)| {
        let name = name.strip_suffix(".conf").unwrap_or(&name);
        if numbered { format!("tunnels/{}", at + 1) } else { format!("tunnels/{name}") }
    };
    file_names(names).into_iter().enumerate().map(folder).collect()
}

/// Returns the text files of one tunnel.
fn parts<T: BlockingTransport>(
    service: &BlockingClient<T>,
    tunnel: &TunnelView,
    redactor: &mut Redactor,
) -> Result<[(&'static str, String); 5], CallError<T::Error>> {
    let (id, name) = (tunnel.id, Some(tunnel.name.as_str()));
    let view = or_reason(with_all_peers(service, tunnel), name)?;
    let masked = or_reason(service.masked_config(id), name)?.map(|masked| masked.config);
    let known = view.as_ref().unwrap_or(tunnel);
    redactor.know(known, masked.as_ref().ok().map(ConfigText::dangerously_reveal));
    let diagnostics = match &masked {
        Ok(config) => or_reason(service.check_config(Some(id), config.clone()), name)?.map(|check| check.diagnostics),
        Err(reason) => Err(reason.clone()),
    };
    let diagnostics = diagnostics.map(|found| found.iter().map(|one| words().diagnostic(one) + "\n").collect());
    let preview = or_reason(service.preview(id), name)?.and_then(|found| without_commands(&found));
    let preview = preview.map(|found| preview_text(&found));
    let drops = or_reason(service.drops(id), name)?;
    let config = masked.map(|config| without_private_text(config.dangerously_reveal()));
    Ok([
        ("state.json", json(&view.and_then(|view| without_commands(&view)))),
        ("configuration.conf", config.unwrap_or_else(|reason| reason)),
        ("diagnostics.txt", diagnostics.unwrap_or_else(|reason| reason)),
        ("preview.txt", preview.unwrap_or_else(|reason| reason)),
        ("drops.json", json(&drops)),
    ])
}

/// Returns the present view of a tunnel with all its peers.
fn with_all_peers<T: BlockingTransport>(
    service: &BlockingClient<T>,
    tunnel: &TunnelView,
) -> Result<TunnelView, CallError<T::Error>> {
    let mut view = service.tunnel(tunnel.id)?;
    let has_more_running = view.state.up().is_some_and(|up| up.peer_count as usize > up.peers.len());
    if has_more_running || view.peer_count as usize > view.peers.len() {
        let all = service.all_peers(tunnel.id)?;
        view.peers = all.configured;
        if let TunnelState::Up(up) = &mut view.state {
            up.peers = all.running;
        }
    }
    Ok(view)
}

fn preview_text(preview: &Preview) -> String {
    let lines = words().preview_lines(preview).into_iter().map(|Line { label, text }| format!("  {label:<10}{text}\n"));
    [words().preview_interface(preview), "\n".to_owned()].into_iter().chain(lines).collect()
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

/// Returns the value without the commands of configurations and without what they printed; if that is impossible, a line that
/// replaces it.
fn without_commands<V: Serialize + DeserializeOwned>(value: &V) -> Result<V, String> {
    let mut json = serde_json::to_value(value).unwrap_or_default();
    strip(&mut json);
    serde_json::from_value(json).map_err(|_| format!("{LEFT_OUT}\n"))
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

fn log<T: BlockingTransport>(service: &BlockingClient<T>, tunnels: &[TunnelView]) -> Result<String, CallError<T::Error>> {
    let (mut after, mut text) = (0, String::new());
    loop {
        let page = match or_reason(service.logs(after, LogLevel::Debug, PAGE), None)? {
            Ok(page) => page,
            Err(reason) => return Ok(text + &reason),
        };
        let lines = page.lines.iter().map(without_commands);
        text.extend(lines.map(|line| line.map_or_else(|left_out| left_out, |line| log_line(&line, tunnels))));
        if page.last <= after {
            return Ok(text);
        }
        after = page.last;
    }
}

fn log_line(line: &LogLine, tunnels: &[TunnelView]) -> String {
    let level = match line.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    let name = tunnels.iter().find(|tunnel| Some(tunnel.id) == line.tunnel).map(|tunnel| tunnel.name.as_str());
    let place = match (line.tunnel, name) {
        (Some(_), Some(name)) => format!("[{name}] "),
        (Some(_), None) => "[removed] ".to_owned(),
        (None, _) => String::new(),
    };
    let text = words().log_line(line, &Context { tunnels, tunnel: name });
    format!("{}  {level:<5}  {place}{text}\n", utc(line.at))
}

/// The bundle is English in every language: it is for those who know the program.
fn words() -> &'static Words {
    Words::english()
}

/// Returns the answer, or a line with the reason for a refusal.
fn or_reason<A, E>(answer: Result<A, CallError<E>>, tunnel: Option<&str>) -> Result<Result<A, String>, CallError<E>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(CallError::Refused(error)) => Ok(Err(reason(&error, tunnel))),
        Err(error) => Err(error),
    }
}

fn reason(error: &ApiError, tunnel: Option<&str>) -> String {
    let mut value = serde_json::to_value(error).unwrap_or_default();
    strip(&mut value);
    let error = serde_json::from_value(value).unwrap_or(ApiError::Internal);
    words().error_for_terminal(&error, &Context { tunnels: &[], tunnel }) + "\n"
}

fn json<T: Serialize>(answer: &Result<T, String>) -> String {
    match answer {
        // A value of the contract always has a JSON form.
        Ok(answer) => serde_json::to_string_pretty(answer).unwrap_or_default() + "\n",
        Err(reason) => reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_configuration_loses_comments_commands_and_unknown_lines_and_keeps_its_lines() {
        let text = "# of Eve\n[Interface]\nPrivateKey = (unchanged)\nPostUp = curl -u eve:secret\nMTU = 1300 # why\n\n[Pear]\nPassword = x\nsecret\n";
        let expected =
            "#\n[Interface]\nPrivateKey = (unchanged)\nPostUp = (left out)\nMTU = 1300\n\n(left out)\n(left out)\n(left out)\n";
        assert_eq!(without_private_text(text), expected);
    }

    #[test]
    fn no_two_tunnels_have_the_same_folder_and_hidden_names_become_numbers() {
        let names: Vec<TunnelName> = ["a", "a.conf", "192.0.2.1"].iter().map(|name| name.parse().unwrap()).collect();
        assert_eq!(folders(names.iter(), false), ["tunnels/a", "tunnels/a.conf", "tunnels/192.0.2.1"]);
        assert_eq!(folders(names.iter(), true), ["tunnels/1", "tunnels/2", "tunnels/3"]);
    }

    #[test]
    fn a_value_that_cannot_be_read_without_its_commands_is_left_out() {
        let with_command = BTreeMap::from([("command".to_owned(), "secret".to_owned())]);
        assert_eq!(without_commands(&with_command), Err("(left out)\n".to_owned()));
        let without = BTreeMap::from([("name".to_owned(), "a".to_owned())]);
        assert_eq!(without_commands(&without), Ok(without.clone()));
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
