//! Answers the methods of the contract that need no rights: the program around a window calls [`answer`] in its own process, and
//! sends all other requests to the service.
//!
//! Archives and pictures come from strangers, and their decoders must not run in the service, which holds keys and may change the
//! network. The other methods are here because they depend only on their parameters: nothing crosses the control socket, and they
//! cannot keep the service busy. The work can take seconds, so it belongs on a thread that may block.
#![forbid(unsafe_code)]

mod drafts;
mod files;
mod folder;
mod link;
mod outline;
mod pictures;
mod secret;
mod support;

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, Cidr, ConfigText, LocalRequest, LocalResponse, QrModules,
};
use adit_config::Document;
use adit_config::calc::NetworkSet;
use adit_import::QrCode;

pub use adit_import::Pixels;
pub use drafts::Drafts;
pub use files::{FILES_TOO_MANY, HandedFile, MAX_DRAFTS_BYTES, MAX_FILES, MAX_FILES_BYTES, MAX_PIXELS, read_files};
pub use folder::{FolderError, MAX_FOLDER_FILES, conf_files};
pub use link::{Link, LinkError};
pub use pictures::{MAX_FRAME_PIXELS, MAX_SCREEN_PIXELS, Screenshot, read_screen};
pub use secret::{read_secret, read_secret_file};
pub use support::{support_bundle, support_bundle_without_service};

/// The most networks to include and exclude together. Excluding one network can split another into 128.
pub const MAX_NETWORKS: usize = 10_000;

/// Answers a request. Asks `service` for the existing tunnels, for all about a draft, and for the configuration that becomes a QR
/// code. `drafts` are those of the same page.
///
/// # Errors
/// [`ApiError::BadRequest`] for parameters that are invalid or too large, [`ApiError::DraftGone`] for a draft that is not kept, and every error of the service.
pub fn answer<T: BlockingTransport>(
    service: &BlockingClient<T>,
    drafts: &Drafts,
    request: LocalRequest,
) -> Result<LocalResponse, CallError<T::Error>> {
    match request {
        LocalRequest::Outline { config } => Ok(LocalResponse::Outline(outline::outline(&config)?)),
        LocalRequest::ReadImport { files } => {
            files::check(&files)?;
            Ok(LocalResponse::ReadImport(read_files(service, drafts, files::decoded(&files))?))
        }
        LocalRequest::ReadFrame { from, width, height, luma } => {
            Ok(LocalResponse::ReadFrame(pictures::read_frame(service, drafts, &from, (width, height), &luma)?))
        }
        LocalRequest::CheckDraft { draft, config } => Ok(LocalResponse::CheckDraft(drafts.check(service, draft, &config)?)),
        LocalRequest::PreviewDraft { draft, interface, config } => {
            Ok(LocalResponse::PreviewDraft(drafts.preview(service, draft, interface, &config)?))
        }
        LocalRequest::ImportDraft { draft, name, interface, config } => {
            Ok(LocalResponse::ImportDraft(drafts.import(service, draft, (name, interface), &config)?))
        }
        LocalRequest::DiscardDrafts { drafts: ids } => {
            drafts.discard(&ids);
            Ok(LocalResponse::DiscardDrafts(()))
        }
        LocalRequest::AllowedIps { include, exclude } => Ok(LocalResponse::AllowedIps(allowed_ips(include, exclude)?)),
        LocalRequest::SupportBundle { hide_addresses } => {
            Ok(LocalResponse::SupportBundle(support_bundle(service, hide_addresses)?))
        }
        LocalRequest::ExportQr { id } => Ok(LocalResponse::ExportQr(qr(&service.export(id)?)?)),
    }
}

fn allowed_ips(include: Vec<Cidr>, exclude: Vec<Cidr>) -> Result<Vec<Cidr>, ApiError> {
    let count = include.len() + exclude.len();
    if count > MAX_NETWORKS {
        return Err(bad(format!("{count} networks; at most 10,000 are worked out at once")));
    }
    let set = |networks: Vec<Cidr>| networks.into_iter().collect::<NetworkSet>();
    Ok(set(include).difference(&set(exclude)).networks())
}

/// Makes the QR code. Leaves the comments out if the text is too long with them and fits without them.
fn qr(config: &ConfigText) -> Result<QrModules, ApiError> {
    let document = document(config)?;
    let code = QrCode::new(&document).or_else(|_| QrCode::without_comments(&document)).map_err(bad)?;
    let size = u32::try_from(code.columns()).unwrap_or(u32::MAX);
    Ok(QrModules { size, modules: code.modules().to_string() })
}

fn document(config: &ConfigText) -> Result<Document, ApiError> {
    Document::parse(config.dangerously_reveal().as_bytes()).map_err(bad)
}

fn bad(why: impl ToString) -> ApiError {
    ApiError::BadRequest { detail: why.to_string() }
}
