//! Makes drafts of tunnels from the QR codes that a screen or a camera shows.

use adit_api::{BlockingClient, BlockingTransport, CallError, FileBytes, ImportReading, ImportReason, ImportRefusal};
use adit_config::visible;
use adit_import::{Effort, PictureError, Pixels, Reason, search_file};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::Drafts;
use crate::files::{names, reading};

/// The most pixels of a picture of a camera: Full HD.
pub const MAX_FRAME_PIXELS: u64 = 1920 * 1080;

/// The most pixels of a picture of the screen that are searched.
pub const MAX_SCREEN_PIXELS: u64 = adit_import::limits::PICTURE_PIXELS;

/// A picture of the screen.
pub enum Screenshot {
    /// From a window system.
    Pixels(Pixels),
    /// A file, as a portal makes it: PNG, JPEG or WebP.
    File(Zeroizing<Vec<u8>>),
}

/// The name for a tunnel whose origin has no name, as for a pasted text.
const NAME: &str = "wg0";

/// Reads one of many pictures of a camera. None: no code is to be seen.
pub(crate) fn read_frame<T: BlockingTransport>(
    service: &BlockingClient<T>,
    drafts: &Drafts,
    from: &str,
    (width, height): (u32, u32),
    luma: &FileBytes,
) -> Result<Option<ImportReading>, CallError<T::Error>> {
    let page = drafts.page();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_FRAME_PIXELS {
        return Err(crate::bad(format!("a picture of {width} x {height} pixels; at most 1920 x 1080 are read")).into());
    }
    // Erased whatever happens.
    let mut frame = Pixels { width, height, luma: Vec::new() };
    STANDARD.decode_vec(luma.as_base64(), &mut frame.luma).map_err(|_| crate::bad("the pixels are not base64"))?;
    let bytes = frame.luma.len();
    if bytes as u64 != pixels {
        return Err(crate::bad(format!("{bytes} bytes for {width} x {height} pixels; each pixel has one byte")).into());
    }
    let Ok(codes) = frame.search(Effort::Quick) else { return Ok(None) };
    let import = codes.import(from, NAME, &mut names(&service.all_tunnels()?));
    let is_out_of_focus = import.drafts.is_empty()
        && import.refusals.iter().all(|refusal| refusal.reason == Reason::Picture(PictureError::Unreadable));
    // The next picture may be sharper.
    Ok((!is_out_of_focus).then(|| reading(drafts, page, import)))
}

/// Reads a picture of the screen. `from` is its origin, for people. Without a code, the reason is in the refusals.
///
/// # Errors
/// Every error of the service, which is asked for the existing tunnels.
pub fn read_screen<T: BlockingTransport>(
    service: &BlockingClient<T>,
    drafts: &Drafts,
    from: &str,
    screen: Screenshot,
) -> Result<ImportReading, CallError<T::Error>> {
    let page = drafts.page();
    let codes = match screen {
        Screenshot::Pixels(pixels) => pixels.search(Effort::Thorough),
        Screenshot::File(bytes) => search_file(&bytes),
    };
    match codes {
        Ok(codes) => Ok(reading(drafts, page, codes.import(from, NAME, &mut names(&service.all_tunnels()?)))),
        Err(error) => {
            let refusal = ImportRefusal { from: visible(from), reason: ImportReason::from(&Reason::Picture(error)) };
            Ok(ImportReading { drafts: Vec::new(), refusals: vec![refusal] })
        }
    }
}
