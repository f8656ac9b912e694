//! Compares the JSON of the contract with golden files, because programs in other languages and of other versions read it.
//! `ADIT_BLESS=1 cargo test --locked -p adit-api` writes the files under `golden/` again, for a person to review: a change that
//! an older reader does not understand needs another `PROTOCOL`.

mod answers;
mod desktop;
mod local;
mod log_lines;
mod requests;
mod rules;
mod views;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use adit_api::{LogCode, METHODS, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[test]
fn requests_are_written_like_this() {
    compare("requests.json", &requests::all());
}

#[test]
fn answers_are_written_like_this() {
    compare("responses.json", &answers::all());
}

#[test]
fn errors_are_written_like_this() {
    compare("errors.json", &answers::errors());
}

#[test]
fn events_are_written_like_this() {
    compare("events.json", &answers::notices());
}

#[test]
fn requests_about_the_app_and_their_answers_are_written_like_this() {
    compare("desktop_requests.json", &desktop::requests());
    compare("desktop_responses.json", &desktop::answers());
}

#[test]
fn local_requests_are_written_like_this() {
    compare("local_requests.json", &local::requests());
}

#[test]
fn local_answers_are_written_like_this() {
    let answers = local::answers();
    compare("local_responses.json", &answers);
    let names: HashSet<String> = tags(&local::requests(), "method").into_iter().collect();
    assert_eq!(names, tags(&answers, "method").into_iter().collect());
    assert!(METHODS.iter().all(|method| !names.contains(method.name)), "a method of the service has this name: {names:?}");
}

#[test]
fn every_method_has_its_request_and_its_answer_under_the_same_name() {
    let requests = requests::all();
    let mut names: Vec<&str> = requests.iter().map(|request| request.method().name).collect();
    names.dedup();
    assert_eq!(names, METHODS.iter().map(|method| method.name).collect::<Vec<_>>());
    let mut written = tags(&requests, "method");
    written.dedup();
    assert_eq!(names, written);
    let answers = tags(&answers::all(), "method");
    assert_eq!(names.iter().copied().collect::<HashSet<_>>(), answers.iter().map(String::as_str).collect());
}

#[test]
fn an_error_s_code_is_its_code_in_json() {
    let errors = answers::errors();
    let codes: Vec<&str> = errors.iter().map(adit_api::ApiError::code).collect();
    assert_eq!(codes, tags(&errors, "code"));
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
}

#[test]
fn a_log_code_s_name_is_its_code_in_json_and_every_code_has_a_line() {
    let lines = log_lines::lines();
    let names: Vec<&str> = lines.iter().map(|line| line.code.name()).collect();
    assert_eq!(names, tags(&lines, "code"));
    let seen: HashSet<&str> = names.into_iter().collect();
    assert_eq!(seen, LogCode::NAMES.iter().copied().collect());
    assert_eq!(LogCode::NAMES.len(), seen.len(), "a name is given twice");
}

#[test]
fn a_request_with_a_word_too_many_or_too_few_is_refused() {
    for text in [
        r#"{"method":"disconnect","params":{}}"#,
        r#"{"method":"disconnect","params":{"id":"0123456789abcdef0123456789abcdef","now":true}}"#,
        r#"{"method":"disconnect","params":{"id":"0123456789abcdef0123456789abcdef"},"as":"root"}"#,
        r#"{"method":"disconnect","params":{"id":"../../etc/passwd"}}"#,
        r#"{"method":"disconnect","params":{"id":"0123456789abcdef0123456789abcdef","id":"0123456789abcdef0123456789abcdef"}}"#,
        r#"{"method":"Disconnect","params":{"id":"0123456789abcdef0123456789abcdef"}}"#,
        r#"{"method":"format_disk","params":{}}"#,
        r#"{"method":"take_over","params":{"name":"../wg0"}}"#,
        r#"{"method":"route","params":{"ip":"10.0.0.0/8"}}"#,
        r#"{"method":"tunnels"}"#,
        "[]",
        "null",
    ] {
        assert!(serde_json::from_str::<Request>(text).is_err(), "{text}");
    }
}

#[test]
fn no_answer_but_an_export_can_hold_a_key() {
    let shown = fs::read_to_string(golden("responses.json")).unwrap();
    let with_secrets: Vec<&str> = shown.lines().filter(|line| line.contains(views::SECRET)).collect();
    assert_eq!(with_secrets.len(), 1, "{with_secrets:?}");
    let export = answers::all().into_iter().find(|answer| matches!(answer, Response::Export(_))).unwrap();
    assert!(!format!("{export:?}").contains("PrivateKey"), "{export:?}");
}

#[test]
fn a_private_key_in_a_request_is_never_printed_and_a_wrong_one_not_repeated() {
    let request = requests::all().into_iter().find(|request| matches!(request, Request::ConnectWithKey { .. })).unwrap();
    assert!(format!("{request:?}").contains("key: [redacted]"), "{request:?}");
    for wrong in ["yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBm", "QUFBQQ==", ""] {
        let id = views::id();
        let text =
            format!(r#"{{"method":"connect_with_key","params":{{"id":"{id}","key":"{wrong}","despite_conflicts":false}}}}"#);
        let error = serde_json::from_str::<Request>(&text).unwrap_err().to_string();
        assert!(error.contains("44 characters of base64") && (wrong.is_empty() || !error.contains(wrong)), "{error}");
    }
}

fn tags(values: &[impl Serialize], tag: &str) -> Vec<String> {
    let tag = |value: &_| serde_json::to_value(value).unwrap()[tag].as_str().unwrap().to_owned();
    values.iter().map(tag).collect()
}

fn compare<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(file: &str, values: &[T]) {
    let written = serde_json::to_string_pretty(values).unwrap() + "\n";
    if std::env::var_os("ADIT_BLESS").is_some() {
        fs::write(golden(file), &written).unwrap();
    }
    let expected = fs::read_to_string(golden(file)).unwrap();
    assert_eq!(written, expected, "{file}");
    assert_eq!(serde_json::from_str::<Vec<T>>(&expected).unwrap(), values, "{file} is not read as it was written");
}

fn golden(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}
