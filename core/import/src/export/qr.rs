//! Draws a configuration as a QR code that a phone can scan.

use std::fmt::Write as _;

use adit_config::Document;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use qrcodegen::QrCodeEcc;
use zeroize::Zeroizing;

use super::comments::without_comments;
use crate::limits::QR_BYTES;

/// Width in modules of the white margin that readers need (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;
/// Pixels per module in a PNG.
const PNG_SCALE: u32 = 8;

/// The reason why no QR code was created.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QrError {
    /// The configuration is too long, but would fit without its comments.
    #[error(
        "the configuration has {bytes} bytes, and a QR code holds at most 2953; without its comments it has {without_comments} \
         and fits"
    )]
    Comments {
        /// Length of the configuration in bytes.
        bytes: usize,
        /// Length in bytes without comments and empty lines.
        without_comments: usize,
    },
    /// The configuration is too long even without its comments.
    #[error(
        "the configuration has {bytes} bytes ({without_comments} without its comments), and a QR code holds at most 2953; shorten \
         its AllowedIPs or leave out peers, or hand over the file"
    )]
    TooLong {
        /// Length of the configuration in bytes.
        bytes: usize,
        /// Length in bytes without comments and empty lines.
        without_comments: usize,
    },
    /// The picture could not be written.
    #[error("the picture could not be written")]
    Picture,
}

/// A QR code that contains a private key.
pub struct QrCode(qrcodegen::QrCode);

impl QrCode {
    /// Encodes the configuration byte for byte; at most [`QR_BYTES`].
    pub fn new(document: &Document) -> Result<Self, QrError> {
        let text = document.text();
        encode(text).ok_or_else(|| {
            let (bytes, without_comments) = (text.len(), without_comments(document).len());
            if without_comments <= QR_BYTES {
                QrError::Comments { bytes, without_comments }
            } else {
                QrError::TooLong { bytes, without_comments }
            }
        })
    }

    /// Encodes the configuration without comments and empty lines. Its meaning is unchanged.
    pub fn without_comments(document: &Document) -> Result<Self, QrError> {
        let text = without_comments(document);
        encode(&text).ok_or(QrError::TooLong { bytes: document.text().len(), without_comments: text.len() })
    }

    /// Returns a PNG picture, black on white.
    pub fn png(&self) -> Result<Zeroizing<Vec<u8>>, QrError> {
        let side = u32::try_from(self.side()).map_err(|_| QrError::Picture)? * PNG_SCALE;
        let mut pixels = Zeroizing::new(Vec::with_capacity(usize::try_from(side * side).unwrap_or_default()));
        for y in self.lines() {
            let line: Vec<u8> = self
                .lines()
                .map(|x| if self.is_dark(x, y) { 0 } else { 255 })
                .flat_map(|luma| std::iter::repeat_n(luma, PNG_SCALE as usize))
                .collect();
            for _ in 0..PNG_SCALE {
                pixels.extend_from_slice(&line);
            }
        }
        let mut png = Zeroizing::new(Vec::new());
        PngEncoder::new(&mut *png).write_image(&pixels, side, side, ExtendedColorType::L8).map_err(|_| QrError::Picture)?;
        Ok(png)
    }

    /// Returns an SVG picture, black on white, without a fixed size.
    pub fn svg(&self) -> Zeroizing<String> {
        let side = self.side();
        let mut svg = Zeroizing::new(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\">\n<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\""
        ));
        for y in self.lines() {
            for x in self.lines().filter(|x| self.is_dark(*x, y)) {
                let _ = write!(svg, "M{},{}h1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
        }
        svg.push_str("\"/>\n</svg>\n");
        svg
    }

    /// Returns lines for a terminal, with two modules per character, in black on white whatever the terminal's own colours are.
    pub fn terminal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        for y in self.lines().step_by(2) {
            text.push_str("\x1b[38;5;16;48;5;231m");
            for x in self.lines() {
                text.push(match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push_str("\x1b[0m\n");
        }
        text
    }

    /// Returns one character per module, row by row and with the quiet zone: `1` for dark, `0` for light.
    pub fn modules(&self) -> Zeroizing<String> {
        let lines = self.lines();
        let mut modules = Zeroizing::new(String::with_capacity(lines.len() * lines.len()));
        for y in lines.clone() {
            modules.extend(lines.clone().map(|x| if self.is_dark(x, y) { '1' } else { '0' }));
        }
        modules
    }

    /// Returns the number of characters per line in a terminal: the modules of a side with the quiet zone.
    pub fn columns(&self) -> usize {
        usize::try_from(self.side()).unwrap_or(usize::MAX)
    }

    /// Returns the number of modules per side, including the margin.
    fn side(&self) -> i32 {
        self.0.size() + 2 * QUIET_ZONE
    }

    fn lines(&self) -> std::ops::Range<i32> {
        -QUIET_ZONE..self.0.size() + QUIET_ZONE
    }

    /// Returns true for a dark module. All modules outside the code are light.
    fn is_dark(&self, x: i32, y: i32) -> bool {
        self.0.get_module(x, y)
    }
}

fn encode(text: &str) -> Option<QrCode> {
    qrcodegen::QrCode::encode_binary(text.as_bytes(), QrCodeEcc::Low).ok().map(QrCode)
}
