//! The reasons why a verb failed: the exit code and the JSON for programs, and the sentence for people.

use std::io;

use adit_api::ApiError;
use adit_ipc::ClientError;
use serde_json::{Value, json};

use crate::exit::Exit;

/// The reason why a verb failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The service refused the request.
    Refused { error: Box<ApiError>, sentence: String },
    /// No service runs, or it cannot be reached.
    NoDaemon(String),
    /// The connection broke.
    Lost(ClientError),
    /// The connection broke during a request, which the service may have carried out.
    Unsure(ClientError),
    /// No tunnel has this name; `like` is a similar name that exists.
    NoTunnel { name: String, like: Option<String> },
    /// The expected event did not happen in time.
    TimedOut(String),
    /// The tunnel needs its private key, and none was given.
    NoKey(String),
    /// A local configuration has errors.
    Invalid(String),
    /// A part of the request was carried out; everything has been reported.
    Partly,
    /// Nothing was carried out; everything has been reported.
    Reported,
    /// The reader of standard output closed it, which is no failure.
    OutputClosed,
    /// A usage error that only the verb itself can detect.
    Usage(String),
    /// Any other error.
    Other(anyhow::Error),
}

impl Failure {
    /// Returns the exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Refused { error, .. } => Exit::from(&**error),
            Self::NoDaemon(_) => Exit::NoDaemon,
            Self::NoTunnel { .. } => Exit::NotFound,
            Self::TimedOut(_) => Exit::TimedOut,
            Self::NoKey(_) => Exit::NeedsKey,
            Self::Invalid(_) => Exit::Invalid,
            Self::Partly => Exit::Partly,
            Self::OutputClosed => Exit::Done,
            Self::Usage(_) => Exit::Usage,
            Self::Other(error) => Exit::from(error),
            Self::Lost(_) | Self::Unsure(_) | Self::Reported => Exit::Failed,
        }
    }

    /// Returns the sentence for people; None if everything has been reported.
    pub(crate) fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Refused { sentence, .. }
            | Self::NoDaemon(sentence)
            | Self::TimedOut(sentence)
            | Self::NoKey(sentence)
            | Self::Invalid(sentence)
            | Self::Usage(sentence) => sentence.clone(),
            Self::Lost(error) => error.to_string(),
            Self::Unsure(error) => format!("{error}; the request may have been carried out"),
            Self::NoTunnel { name, like } => {
                let like = like.as_ref().map(|like| format!("; did you mean `{like}`?"));
                format!("no tunnel `{}`{}", crate::output::visible(name), like.as_deref().unwrap_or("; see them with: adit list"))
            }
            Self::Partly | Self::Reported | Self::OutputClosed => return None,
            Self::Other(error) => format!("{error:#}"),
        })
    }

    /// Returns `{"error":{"code":…,"message":…,…},"exit":N}`. An error of the service keeps the shape of the contract.
    pub(crate) fn json(&self) -> Value {
        let mut error = match self {
            Self::Refused { error, .. } => serde_json::to_value(error).unwrap_or_default(),
            Self::NoDaemon(_) => json!({"code": "no_daemon"}),
            Self::NoTunnel { name, like } => json!({"code": "no_such_tunnel", "name": name, "like": like}),
            Self::TimedOut(_) => json!({"code": "timed_out"}),
            Self::NoKey(_) => json!({"code": "needs_key"}),
            Self::Invalid(_) => json!({"code": "invalid"}),
            Self::Partly => json!({"code": "partly"}),
            Self::Usage(_) => json!({"code": "usage"}),
            Self::Lost(_) | Self::Unsure(_) => json!({"code": "lost"}),
            Self::Other(_) if self.exit() == Exit::NotAllowed => json!({"code": "not_allowed"}),
            Self::Reported | Self::OutputClosed | Self::Other(_) => json!({"code": "failed"}),
        };
        if let (Value::Object(fields), Some(sentence)) = (&mut error, self.sentence()) {
            fields.insert("message".to_owned(), sentence.into());
        }
        json!({"error": error, "exit": self.exit() as u8})
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Other(error.into())
    }
}
