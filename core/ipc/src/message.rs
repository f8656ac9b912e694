//! The messages that frames carry.

use adit_api::{ApiError, Notice, PROTOCOL, Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The oldest version of the contract that this program speaks.
pub(crate) const OLDEST_PROTOCOL: u32 = 2;

/// The first message of both sides. Every version, past and future, can read it: fields may be added, none may change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// The oldest version of the contract that the sender speaks.
    pub oldest: u32,
    /// The newest version of the contract that the sender speaks.
    pub newest: u32,
    /// Program name and version for people, such as `adit 0.1.0`.
    pub program: String,
}

/// The reason why the server ends a connection.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Goodbye {
    /// The client speaks only versions that are too old.
    #[error("this program is older than the daemon ({daemon}) and does not understand it; update this program")]
    ClientTooOld {
        /// Program and version of the daemon.
        daemon: String,
    },
    /// The client speaks only versions that are too new.
    #[error("this program is newer than the daemon ({daemon}), which does not understand it; restart or update the daemon")]
    ClientTooNew {
        /// Program and version of the daemon.
        daemon: String,
    },
    /// The same user has too many connections.
    #[error("too many programs of yours are connected to the daemon (at most {limit}); end some")]
    TooManyClients {
        /// Maximum number of connections of one user.
        limit: u32,
    },
    /// All users together have too many connections.
    #[error("too many programs are connected to the daemon; try again later")]
    Full,
    /// The client sent nothing, or sent it too slowly.
    #[error("the daemon has waited too long for this program")]
    TooSlow,
    /// The client sent a frame that is not valid in the contract.
    #[error("the daemon cannot parse the request of this program: {detail}")]
    NotUnderstood {
        /// The error, in English.
        detail: String,
    },
    /// The daemon is ending.
    #[error("the daemon is ending")]
    ShuttingDown,
}

/// A client's message for writing. It borrows the request and is encoded directly into the frame, so that a configuration's
/// keys are not copied elsewhere.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asking<'a> {
    Hello(&'a Hello),
    Call { id: u64, request: &'a Request },
    Subscribe { id: u64 },
}

/// A client's message for reading. The id is parsed before the request, so that an invalid request can be answered.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToServer<'a> {
    Hello(Hello),
    Call {
        id: u64,
        #[serde(borrow)]
        request: &'a RawValue,
    },
    Subscribe {
        id: u64,
    },
}

/// A message of the server.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToClient {
    Hello(Hello),
    Answer { id: u64, response: Box<Response> },
    Error { id: u64, error: ApiError },
    Subscribed { id: u64, sequence: u64 },
    Notice(Notice),
    Goodbye(Goodbye),
}

impl Hello {
    /// Returns the hello of this program.
    pub(crate) fn ours(program: &str) -> Self {
        Self { oldest: OLDEST_PROTOCOL, newest: PROTOCOL, program: program.to_owned() }
    }

    /// Returns the newest version that both sides speak.
    pub(crate) fn common(&self, other: &Self) -> Option<u32> {
        let newest = self.newest.min(other.newest);
        (newest >= self.oldest.max(other.oldest)).then_some(newest)
    }
}

/// Describes what is wrong with JSON that is not a valid request. Serde quotes the text that it found, which may be a misplaced
/// key; such a text is left out.
pub(crate) fn parse_error(error: &serde_json::Error) -> String {
    const SHORTEST_KEY: usize = 32;
    let text = error.to_string();
    let is_key_like = |piece: &str| piece.len() >= SHORTEST_KEY;
    let mut pieces = text.split(|character: char| !(character.is_ascii_alphanumeric() || "+/=-".contains(character)));
    if pieces.any(is_key_like) || text.chars().count() > 1000 {
        return format!("it is not a request (line {}, column {})", error.line(), error.column());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(oldest: u32, newest: u32) -> Hello {
        Hello { oldest, newest, program: String::new() }
    }

    #[test]
    fn the_newest_version_that_both_know_is_spoken() {
        assert_eq!(hello(1, 3).common(&hello(2, 5)), Some(3));
        assert_eq!(hello(1, 3).common(&hello(1, 1)), Some(1));
        assert_eq!(hello(2, 3).common(&hello(1, 1)), None);
        assert_eq!(hello(1, 1).common(&hello(2, 2)), None);
        assert_eq!(hello(9, 3).common(&hello(1, 9)), None);
    }

    #[test]
    fn a_hello_from_the_future_is_read() {
        let text = r#"{"hello":{"oldest":7,"newest":9,"program":"adit 9","colour":"green"}}"#;
        assert!(matches!(serde_json::from_str(text), Ok(ToServer::Hello(Hello { oldest: 7, newest: 9, .. }))));
    }

    #[test]
    fn an_error_does_not_quote_what_could_be_a_key() {
        let key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
        for text in [
            format!(r#"{{"method":"pause","params":{{"id":"0123456789abcdef0123456789abcdef","seconds":"{key}"}}}}"#),
            format!(r#"{{"method":"{key}","params":{{}}}}"#),
            format!(r#"{{"method":"disconnect","params":{{"id":"[Interface] PrivateKey = {key}"}}}}"#),
        ] {
            let error = serde_json::from_str::<adit_api::Request>(&text).unwrap_err();
            assert!(!parse_error(&error).contains(&key[..20]), "{}", parse_error(&error));
        }
        let plain = serde_json::from_str::<adit_api::Request>(r#"{"method":"disconnect","params":{}}"#).unwrap_err();
        assert!(parse_error(&plain).contains("missing field `id`"), "{}", parse_error(&plain));
    }
}
