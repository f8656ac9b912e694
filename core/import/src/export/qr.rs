//! A configuration as a QR code, for a phone to scan.

use std::fmt::Write as _;

use adit_config::Document;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use qrcodegen::QrCodeEcc;
use zeroize::Zeroizing;

use super::comments::without_comments;
use crate::limits::QR_BYTES;

/// Modules of white around a code, which readers need (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;
/// Pixels of a module in a PNG.
const PNG_SCALE: u32 = 8;

/// Why there is no QR code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QrError {
    /// Too long, but not without its comments.
    #[error(
        "the configuration has {bytes} bytes, and a QR code holds at most 2953; without its comments it has {without_comments} \
         and fits"
    )]
    Comments {
        /// How long it is.
        bytes: usize,
        /// How long it is without comments and empty lines.
        without_comments: usize,
    },
    /// Too long even without its comments.
    #[error(
        "the configuration has {bytes} bytes ({without_comments} without its comments), and a QR code holds at most 2953; shorten \
         its AllowedIPs or leave out peers, or hand over the file"
    )]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it is without comments and empty lines.
        without_comments: usize,
    },
    /// The picture could not be put together.
    #[error("the picture could not be written")]
    Picture,
}

/// A QR code with a private key in it.
pub struct QrCode(qrcodegen::QrCode);

impl QrCode {
    /// The configuration, byte for byte; at most [`QR_BYTES`].
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

    /// The configuration without comments and empty lines, which means the same.
    pub fn without_comments(document: &Document) -> Result<Self, QrError> {
        let text = without_comments(document);
        encode(&text).ok_or(QrError::TooLong { bytes: document.text().len(), without_comments: text.len() })
    }

    /// A PNG, black on white.
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

    /// An SVG, black on white, without a size of its own.
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

    /// Lines for a terminal: two modules to a character, in black on white whatever the terminal's own colours are.
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

    /// A character for each module, row by row with the white around: `1` for a dark one, `0` for a light one.
    pub fn modules(&self) -> Zeroizing<String> {
        let lines = self.lines();
        let mut modules = Zeroizing::new(String::with_capacity(lines.len() * lines.len()));
        for y in lines.clone() {
            modules.extend(lines.clone().map(|x| if self.is_dark(x, y) { '1' } else { '0' }));
        }
        modules
    }

    /// Modules of a side with the white around, which are the characters of a line in a terminal.
    pub fn columns(&self) -> usize {
        usize::try_from(self.side()).unwrap_or(usize::MAX)
    }

    /// Modules of a side, with the white around.
    fn side(&self) -> i32 {
        self.0.size() + 2 * QUIET_ZONE
    }

    fn lines(&self) -> std::ops::Range<i32> {
        -QUIET_ZONE..self.0.size() + QUIET_ZONE
    }

    /// Outside the code everything is light.
    fn is_dark(&self, x: i32, y: i32) -> bool {
        self.0.get_module(x, y)
    }
}

fn encode(text: &str) -> Option<QrCode> {
    qrcodegen::QrCode::encode_binary(text.as_bytes(), QrCodeEcc::Low).ok().map(QrCode)
}
