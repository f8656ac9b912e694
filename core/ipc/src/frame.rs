//! Frames on a stream of bytes. A reader never reads beyond the announced length, never accepts more than [`MAX_FRAME`], and
//! allocates memory only as the bytes arrive.
//!
//! `LengthDelimitedCodec` of `tokio-util` reads ahead into a buffer that is not erased, and frames may contain keys.

use std::io;

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// Maximum length of a frame's JSON in bytes.
pub const MAX_FRAME: usize = 1 << 20;
/// Maximum nesting depth of a frame's JSON: arrays and objects inside each other.
pub const MAX_DEPTH: usize = 32;
/// Initial size of the receive buffer in bytes, whatever length the frame announces.
const FIRST_PIECE: usize = 4096;

/// A frame's JSON. It may contain keys, so it is wiped when dropped.
pub type Frame = Zeroizing<Vec<u8>>;

/// The reason why a frame is invalid or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The frame is longer than allowed: its length in bytes.
    #[error("a frame of {0} bytes; at most 1,048,576 are allowed")]
    TooLong(usize),
    /// The frame has no content.
    #[error("a frame without content")]
    Empty,
    /// The stream ended inside a frame.
    #[error("the connection ended inside a frame")]
    Cut,
    /// The JSON is nested deeper than [`MAX_DEPTH`].
    #[error("JSON nested deeper than 32 levels")]
    TooDeep,
    /// The stream failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
}

/// Waits for the first byte of a frame, to be passed to [`length`]. Returns None at the end of the stream.
pub(crate) async fn begin(stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<u8>, FrameError> {
    let mut first = [0];
    Ok((stream.read(&mut first).await? == 1).then_some(first[0]))
}

/// Reads the rest of a frame's header and returns the announced length.
pub(crate) async fn length(stream: &mut (impl AsyncRead + Unpin), first: u8) -> Result<usize, FrameError> {
    let mut header = [first, 0, 0, 0];
    stream.read_exact(&mut header[1..]).await.map_err(cut)?;
    match usize::try_from(u32::from_le_bytes(header)).unwrap_or(usize::MAX) {
        0 => Err(FrameError::Empty),
        length if length > MAX_FRAME => Err(FrameError::TooLong(length)),
        length => Ok(length),
    }
}

/// Reads a frame's JSON of `length` bytes.
pub(crate) async fn body(stream: &mut (impl AsyncRead + Unpin), length: usize) -> Result<Frame, FrameError> {
    let mut body = Zeroizing::new(Vec::with_capacity(length.min(FIRST_PIECE)));
    while body.len() < length {
        if body.len() == body.capacity() {
            grow(&mut body, length);
        }
        let missing = (body.capacity().min(length) - body.len()) as u64;
        if (&mut *stream).take(missing).read_buf(&mut *body).await? == 0 {
            return Err(FrameError::Cut);
        }
    }
    check_depth(&body)?;
    Ok(body)
}

/// Reads a complete frame. Returns None at the end of the stream.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<Frame>, FrameError> {
    let Some(first) = begin(stream).await? else {
        return Ok(None);
    };
    let length = length(stream, first).await?;
    body(stream, length).await.map(Some)
}

/// Encodes a message as a frame with its length in front.
pub(crate) fn encode(message: &impl Serialize) -> Result<Frame, FrameError> {
    let mut frame = Frame::default();
    frame.extend([0; 4]);
    serde_json::to_writer(Wiping(&mut frame), message).map_err(io::Error::from)?;
    let length = frame.len() - 4;
    match u32::try_from(length) {
        Ok(header) if length <= MAX_FRAME => frame[..4].copy_from_slice(&header.to_le_bytes()),
        Ok(_) | Err(_) => return Err(FrameError::TooLong(length)),
    }
    Ok(frame)
}

/// Replaces a buffer with a larger one and wipes the old one, which `Vec` would not do.
fn grow(buffer: &mut Frame, most: usize) {
    let mut larger = Zeroizing::new(Vec::with_capacity((buffer.capacity() * 2).clamp(FIRST_PIECE, most.max(FIRST_PIECE))));
    larger.extend_from_slice(buffer);
    *buffer = larger;
}

struct Wiping<'a>(&'a mut Frame);

impl io::Write for Wiping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        while self.0.capacity() - self.0.len() < bytes.len() {
            grow(self.0, usize::MAX);
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns an error if the text is nested too deep. Checks nothing else.
fn check_depth(json: &[u8]) -> Result<(), FrameError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            (_, _) => {}
        }
        if depth > MAX_DEPTH {
            return Err(FrameError::TooDeep);
        }
    }
    Ok(())
}

fn cut(error: io::Error) -> FrameError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => FrameError::Cut,
        _ => FrameError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_length_is_not_believed_before_the_bytes_are_there() {
        let mut lying: &[u8] = b"\x00\x00\x10\x00{";
        assert!(matches!(block_on(read(&mut lying)), Err(FrameError::Cut)));
        let mut long: &[u8] = b"\x01\x00\x10\x00{";
        assert!(matches!(block_on(read(&mut long)), Err(FrameError::TooLong(1_048_577))));
        let mut huge: &[u8] = b"\xff\xff\xff\xff{}";
        assert!(matches!(block_on(read(&mut huge)), Err(FrameError::TooLong(4_294_967_295))));
        let mut empty: &[u8] = &[0; 4];
        assert!(matches!(block_on(read(&mut empty)), Err(FrameError::Empty)));
        let mut half: &[u8] = &[1, 0];
        assert!(matches!(block_on(read(&mut half)), Err(FrameError::Cut)));
        assert!(matches!(block_on(read(&mut &b""[..])), Ok(None)));
    }

    #[test]
    fn a_frame_is_at_most_a_mebibyte_on_the_way_out_too() {
        assert_eq!(encode(&"x".repeat(MAX_FRAME - 2)).unwrap().len(), MAX_FRAME + 4);
        assert!(matches!(encode(&"x".repeat(MAX_FRAME - 1)), Err(FrameError::TooLong(_))));
    }

    #[test]
    fn brackets_count_only_outside_of_strings() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(check_depth(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(matches!(check_depth(nested(MAX_DEPTH + 1).as_bytes()), Err(FrameError::TooDeep)));
        let text = serde_json::to_string(&format!("\\\"{}", "[".repeat(1000))).unwrap();
        assert!(check_depth(text.as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_frame_or_an_error_and_never_more_than_announced(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut rest = &bytes[..];
            while let Ok(Some(frame)) = block_on(read(&mut rest)) {
                prop_assert!(frame.len() <= bytes.len());
            }
        }

        #[test]
        fn what_was_encoded_is_read_again_however_it_is_cut(texts in proptest::collection::vec(".{0,200}", 1..5), piece in 1_usize..64) {
            let bytes: Vec<u8> = texts.iter().flat_map(|text| encode(text).unwrap().to_vec()).collect();
            let found = block_on(async {
                let (mut near, mut far) = tokio::io::duplex(piece);
                let reading = async {
                    let mut found = Vec::new();
                    while let Some(frame) = read(&mut far).await.unwrap() {
                        found.push(serde_json::from_slice::<String>(&frame).unwrap());
                    }
                    found
                };
                let writing = async move { tokio::io::AsyncWriteExt::write_all(&mut near, &bytes).await };
                let (found, written) = tokio::join!(reading, writing);
                written.unwrap();
                found
            });
            prop_assert_eq!(found, texts);
        }

        #[test]
        fn depth_is_what_a_parser_would_find(value in "[\\[\\]{}\"\\\\a,:1]{0,80}") {
            if serde_json::from_str::<serde_json::Value>(&value).is_ok() {
                let depth = value.bytes().scan((0_i32, false, false), |(depth, string, escaped), byte| {
                    if *escaped { *escaped = false } else if *string && byte == b'\\' { *escaped = true }
                    else if byte == b'"' { *string = !*string }
                    else if !*string { *depth += match byte { b'[' | b'{' => 1, b']' | b'}' => -1, _ => 0 } }
                    Some(*depth)
                }).max().unwrap_or(0);
                prop_assert_eq!(check_depth(value.as_bytes()).is_ok(), depth <= MAX_DEPTH as i32);
            }
        }
    }
}
