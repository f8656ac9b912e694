//! Frames of the control socket.
//!
//! The division of the bytes into reads has no effect. A frame has the announced number of bytes, at most 1 MiB, and at most 32
//! levels of nesting. No memory is allocated for bytes that have not arrived.

use adit_ipc::{Frame, FrameError, MAX_DEPTH, MAX_FRAME, read_frame};

use crate::input::Input;
use crate::stream::{Client, block_on};

/// Checks one stream: a byte with the size of the reads, then the stream.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let piece = usize::from(input.byte()) + 1;
    let stream = input.rest();
    let (frames, end) = read(stream, usize::MAX);
    let (in_pieces, other_end) = read(stream, piece);
    assert!(frames.iter().map(|frame| &**frame).eq(in_pieces.iter().map(|frame| &**frame)), "pieces change nothing");
    assert_eq!(end, other_end, "pieces change nothing");
    let mut rest = stream;
    for frame in &frames {
        assert!((1..=MAX_FRAME).contains(&frame.len()));
        assert!(frame.capacity() <= 4096.max(2 * frame.len()), "{} bytes for {}", frame.capacity(), frame.len());
        assert!(depth(frame) <= MAX_DEPTH);
        let (announced, after) = rest.split_at(4);
        assert_eq!(announced, u32::try_from(frame.len()).expect("at most 1 MiB").to_le_bytes());
        assert!(after.starts_with(frame));
        rest = &after[frame.len()..];
    }
    let announced = rest.first_chunk().map(|header| usize::try_from(u32::from_le_bytes(*header)).expect("32 bits"));
    match end {
        None => assert!(rest.is_empty()),
        Some(End::Empty) => assert_eq!(announced, Some(0)),
        Some(End::TooLong) => assert!(announced.is_some_and(|announced| announced > MAX_FRAME)),
        Some(End::Cut) => assert!(announced.is_none_or(|announced| announced > rest.len() - 4)),
        Some(End::TooDeep) => {
            assert!(announced.is_some_and(|announced| depth(&rest[4..4 + announced]) > MAX_DEPTH));
        }
    }
}

/// The reason why reading a stream ended.
#[derive(PartialEq, Eq, Debug)]
enum End {
    Empty,
    TooLong,
    Cut,
    TooDeep,
}

fn read(stream: &[u8], piece: usize) -> (Vec<Frame>, Option<End>) {
    let mut client = Client::new(stream, piece);
    let mut frames = Vec::new();
    loop {
        match block_on(read_frame(&mut client)) {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return (frames, None),
            Err(FrameError::Empty) => return (frames, Some(End::Empty)),
            Err(FrameError::TooLong(_)) => return (frames, Some(End::TooLong)),
            Err(FrameError::Cut) => return (frames, Some(End::Cut)),
            Err(FrameError::TooDeep) => return (frames, Some(End::TooDeep)),
            Err(FrameError::Io(error)) => panic!("memory does not fail: {error}"),
        }
    }
}

/// Returns the maximum number of open brackets outside of strings.
fn depth(json: &[u8]) -> usize {
    let (mut open, mut greatest, mut at) = (0_usize, 0, 0);
    let mut in_string = false;
    while let Some(byte) = json.get(at) {
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => open += 1,
            b']' | b'}' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
        greatest = greatest.max(open);
        at += 1;
    }
    greatest
}
