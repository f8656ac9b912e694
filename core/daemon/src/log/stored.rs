//! Parses a line of the log's files. Lines of other versions are parsed too: no line is lost because its code or its fields are
//! unknown to this version.

use adit_api::{LogCode, LogField, LogLevel, LogLine, TunnelId};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A stored line with any code and any fields.
#[derive(Deserialize)]
struct Stored {
    number: u64,
    at: u64,
    level: LogLevel,
    tunnel: Option<TunnelId>,
    #[serde(default)]
    left_out: u64,
    code: String,
    #[serde(default)]
    fields: Value,
}

/// A field in the form in which the first versions wrote all of them.
#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

/// Parses a line. Returns None if it is not a line of any version.
pub(super) fn line(bytes: &[u8]) -> Option<LogLine> {
    if let Ok(line) = serde_json::from_slice(bytes) {
        return Some(line);
    }
    let stored: Stored = serde_json::from_slice(bytes).ok()?;
    let Stored { number, at, level, tunnel, mut left_out, code, fields } = stored;
    let fields = match fields {
        Value::Array(_) => pairs(fields)?,
        Value::Object(fields) => fields,
        Value::Null => Map::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    if let Some(count) = fields.get("left_out").and_then(Value::as_str).and_then(|count| count.parse().ok()) {
        left_out = count;
    }
    let code = typed(&code, &fields).unwrap_or_else(|| other(&code, &fields));
    Some(LogLine { number, at, level, tunnel, left_out, code })
}

/// Converts the fields of the first versions: a list of names and texts.
fn pairs(fields: Value) -> Option<Map<String, Value>> {
    let pairs: Vec<Pair> = serde_json::from_value(fields).ok()?;
    Some(pairs.into_iter().map(|Pair { name, value }| (name, Value::String(value))).collect())
}

/// Converts code and fields to this version's type. The first versions wrote numbers and booleans as text.
fn typed(code: &str, fields: &Map<String, Value>) -> Option<LogCode> {
    let plain = |value: &Value| match value {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
            _ => value.clone(),
        },
        value => value.clone(),
    };
    let plain: Map<String, Value> = fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
    let read = |fields: Value| serde_json::from_value(serde_json::json!({ "code": code, "fields": fields })).ok();
    let without = || serde_json::from_value(serde_json::json!({ "code": code })).ok();
    read(Value::Object(plain)).or_else(|| read(Value::Object(fields.clone()))).or_else(without)
}

fn other(code: &str, fields: &Map<String, Value>) -> LogCode {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let field = |(name, value): (&String, &Value)| LogField { name: name.as_str().into(), value: text(value).into() };
    LogCode::Other { name: code.into(), fields: fields.iter().map(field).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn read(code: &str, fields: &str) -> LogLine {
        let text = format!(r#"{{"number":7,"at":9,"level":"warn","tunnel":"{ID}","code":"{code}","fields":{fields}}}"#);
        line(text.as_bytes()).unwrap_or_else(|| panic!("this line of the log is not read: {text}"))
    }

    #[test]
    fn lines_of_the_first_versions_are_read_with_their_types() {
        let mtu = read("mtu_changed", r#"[{"name":"from","value":"1420"},{"name":"to","value":"1280"}]"#);
        assert_eq!(mtu.code, LogCode::MtuChanged { from: 1420, to: 1280 });
        assert_eq!((mtu.number, mtu.at, mtu.level, mtu.tunnel), (7, 9, LogLevel::Warn, Some(ID.parse().unwrap())));
        let started = read("daemon_started", r#"[{"name":"version","value":"0.1.0"}]"#);
        assert_eq!(started.code, LogCode::DaemonStarted { version: "0.1.0".into() });
        let moved = read("interface_moved", r#"[{"name":"elsewhere","value":"true"}]"#);
        assert_eq!(moved.code, LogCode::InterfaceMoved { elsewhere: true });
        assert_eq!(read("up", "[]").code, LogCode::Up);
        let changed = read("network_changed", r#"[{"name":"left_out","value":"12"}]"#);
        assert_eq!((changed.left_out, changed.code), (12, LogCode::NetworkChanged));
        // A text that looks like a number stays a text where the field is a text.
        let exported = read("exported", r#"[{"name":"to","value":"1000"}]"#);
        assert_eq!(exported.code, LogCode::Exported { to: "1000".into() });
    }

    #[test]
    fn codes_and_fields_that_this_version_does_not_know_lose_no_line() {
        let field = |name: &str, value: &str| LogField { name: name.into(), value: value.into() };
        let older = read("retired_code", r#"[{"name":"what","value":"a\nb"}]"#);
        assert_eq!(older.code, LogCode::Other { name: "retired_code".into(), fields: vec![field("what", "a; b")] });
        let newer = read("mtu_changed", r#"{"from":1420,"towards":[1]}"#);
        let fields = vec![field("from", "1420"), field("towards", "[1]")];
        assert_eq!(newer.code, LogCode::Other { name: "mtu_changed".into(), fields });
    }

    #[test]
    fn a_written_file_is_read_unchanged() {
        for code in [LogCode::Up, LogCode::FoughtWith { times: 6 }, LogCode::Exported { to: "root".into() }] {
            let written = LogLine { number: 1, at: 2, level: code.level(), tunnel: None, left_out: 3, code };
            assert_eq!(line(&serde_json::to_vec(&written).unwrap()), Some(written));
        }
        for garbage in ["", "[]", "{}", "null", r#"{"number":1,"code":"up"}"#] {
            assert_eq!(line(garbage.as_bytes()), None, "{garbage}");
        }
    }
}
