//! Connects a page to the service: its requests go to the service, or are answered in this process if they need no rights
//! ([`adit_local`]), and further connections bring the service's events. The desktop app is one such process, and the simulated
//! service, which a browser can show, is another.
#![forbid(unsafe_code)]

mod away;
mod question;
mod requests;

pub use adit_local::{
    FILES_TOO_MANY, FolderError, HandedFile, Link, LinkError, MAX_FILES, MAX_SCREEN_PIXELS, Pixels, Screenshot, conf_files,
    read_secret, read_secret_file,
};
pub use away::{AwayCause, Manager};
pub use question::{Json, Question, Reply, RpcError};
pub use requests::{BlockingBridge, Bridge, BridgeError};
