//! The requests of a page and their answers, in JSON.

use std::ops::Deref;

use adit_api::{ApiError, ConfigText, LocalRequest, LocalResponse, Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AwayCause, Manager};

/// The JSON of a request. Its texts, which can be keys and passphrases, are erased when it is dropped.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Json(Value);

impl Deref for Json {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Drop for Json {
    fn drop(&mut self) {
        erase(&mut self.0);
    }
}

fn erase(value: &mut Value) {
    match value {
        // A text of this type is erased when it is dropped.
        Value::String(text) => drop(ConfigText::new(std::mem::take(text))),
        Value::Array(values) => values.iter_mut().for_each(erase),
        Value::Object(values) => values.values_mut().for_each(erase),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A request of the page. In JSON: `{"method":"connect","params":{…}}`.
#[derive(Debug)]
pub enum Question {
    /// The service answers it.
    Service(Request),
    /// This process answers it.
    Local(LocalRequest),
}

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Json::deserialize(deserializer)?;
        let local = LocalRequest::deserialize(&*value).map(Self::Local);
        let service = |_| Request::deserialize(&*value).map(Self::Service);
        // serde's error can quote a value, and a value can be a key.
        local
            .or_else(service)
            .map_err(|_| serde::de::Error::custom(format!("{} is not a request of the contract", value["method"])))
    }
}

/// The answer to a [`Question`].
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// The service's.
    Service(Box<Response>),
    /// This process's.
    Local(LocalResponse),
}

/// The reason why there is no answer; the page shows it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RpcError {
    /// The service refused the request.
    Refused {
        /// Its reason.
        error: ApiError,
    },
    /// The service cannot be reached.
    Unreachable {
        /// The reason.
        cause: AwayCause,
        /// The service manager of this system, if Adit ships files for it.
        manager: Option<Manager>,
        /// The reason in detail, in English, if it is known.
        why: Option<String>,
    },
}

impl RpcError {
    /// The request or its answer was lost although the service is there.
    pub(crate) fn no_answer(why: impl ToString) -> Self {
        Self::Unreachable { cause: AwayCause::NoAnswer, manager: Manager::present(), why: Some(why.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_the_service_and_to_this_process_are_told_apart_by_their_method() {
        let parse = |text: &str| serde_json::from_str::<Question>(text);
        let about = parse(r#"{"method":"about","params":{}}"#);
        assert!(matches!(about, Ok(Question::Service(_))), "{about:?}");
        let outline = r#"{"method":"outline","params":{"config":"[Interface]"}}"#;
        assert!(matches!(parse(outline), Ok(Question::Local(LocalRequest::Outline { .. }))));
        let error = parse(r#"{"method":"format_disk","params":{}}"#).unwrap_err().to_string();
        assert!(error.contains("format_disk"), "{error}");
    }

    #[test]
    fn every_text_of_a_request_is_erased() {
        let mut value = serde_json::json!({"method": "x", "params": {"key": "secret", "list": ["secret", 1, null]}});
        erase(&mut value);
        assert_eq!(value, serde_json::json!({"method": "", "params": {"key": "", "list": ["", 1, null]}}));
    }
}
