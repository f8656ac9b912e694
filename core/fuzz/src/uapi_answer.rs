//! Answers of the configuration protocol (UAPI), from this implementation or any other.
//!
//! The division of the bytes into reads has no effect, and a parsed answer has the same meaning when it is written and read
//! again.

use std::io::{self, Read};

use adit_tunnel::DeviceView;
use adit_tunnel::uapi::{read_view, write_view};

use crate::input::Input;
use crate::uapi_request::scope;

/// Checks one answer: a byte with the size of the reads, then the answer.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let piece = usize::from(input.byte()) + 1;
    let answer = input.rest();
    let whole = read_view(answer, &scope).map_err(|error| error.to_string());
    let pieces = read_view(Pieces(answer, piece), &scope).map_err(|error| error.to_string());
    assert_eq!(shown(&pieces), shown(&whole), "pieces change nothing");
    if let Ok(view) = whole {
        let written = [text(&view), b"errno=0\n\n".to_vec()].concat();
        let again = read_view(&written[..], &scope).expect("what is written can be read");
        assert_eq!(text(&again), text(&view), "what is written is read back");
    }
}

fn text(view: &DeviceView) -> Vec<u8> {
    let mut text = Vec::new();
    write_view(&mut text, view).expect("memory takes everything");
    text
}

fn shown(outcome: &Result<DeviceView, String>) -> Result<Vec<u8>, &String> {
    outcome.as_ref().map(text)
}

/// A reader that delivers its bytes in reads of limited size.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}
