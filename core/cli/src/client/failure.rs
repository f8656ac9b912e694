//! Why a verb did not do what it was asked: what other programs see of it, and the sentence for people.

use std::io;

use adit_api::ApiError;
use adit_ipc::ClientError;
use serde_json::{Value, json};

use crate::exit::Exit;

/// Why not.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The daemon understood and said no.
    Refused { error: Box<ApiError>, sentence: String },
    /// There is no daemon, or it cannot be reached.
    NoDaemon(String),
    /// The connection broke.
    Lost(ClientError),
    /// The connection broke while something was to be done, which may have been done.
    Unsure(ClientError),
    /// No tunnel has that name.
    NoTunnel { name: String, like: Option<String> },
    /// The expected event did not come in time.
    TimedOut(String),
    /// The tunnel's private key is asked for, and was not given.
    NoKey(String),
    /// A configuration on this side has errors.
    Invalid(String),
    /// Some of it was done; all of it has been told.
    Partly,
    /// None of it was done; all of it has been told.
    Reported,
    /// Nobody reads what was asked for any more, which is no failure.
    OutputClosed,
    /// Mistyped in a way that only the verb can see.
    Usage(String),
    /// All else.
    Other(anyhow::Error),
}

impl Failure {
    /// For scripts.
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

    /// For people; None where all has been said.
    pub(crate) fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Refused { sentence, .. }
            | Self::NoDaemon(sentence)
            | Self::TimedOut(sentence)
            | Self::NoKey(sentence)
            | Self::Invalid(sentence)
            | Self::Usage(sentence) => sentence.clone(),
            Self::Lost(error) => error.to_string(),
            Self::Unsure(error) => format!("{error}; what was asked for may have been done all the same"),
            Self::NoTunnel { name, like } => {
                let like = like.as_ref().map(|like| format!("; did you mean `{like}`?"));
                format!("no tunnel `{}`{}", crate::output::visible(name), like.as_deref().unwrap_or("; see them with: adit list"))
            }
            Self::Partly | Self::Reported | Self::OutputClosed => return None,
            Self::Other(error) => format!("{error:#}"),
        })
    }

    /// `{"error":{"code":…,"message":…,…},"exit":N}`: what the daemon said keeps the contract's shape.
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
