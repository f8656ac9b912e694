//! The messages between the main process and the helper: frames of fields with lengths.
//!
//! A frame is a byte for its kind, the number of fields (u32, little-endian), and for each field its length (u32, little-endian)
//! and its bytes.

use std::io::{self, Read, Write};

use crate::linux::runner::{Failure, Finished};

/// The longest frame, bytes: a ruleset of a tunnel with 10,000 peers has 2 MiB, and a listing has its own limit.
const MAX_FRAME: usize = 20 * 1024 * 1024;
const MAX_FIELDS: usize = 4_096;

/// A request of the main process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Request {
    /// Run an allowed program, given by its name.
    Program { name: String, arguments: Vec<String>, input: String },
    /// Run a command of a configuration.
    Shell { line: String },
}

/// An answer of the helper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// The program runs with this process id. It gets its input after [`GO`].
    Started(u32),
    Finished(Finished),
    Failed(Failure),
}

/// The byte that the main process sends when it has recorded the process id.
pub(super) const GO: u8 = b'g';

const PROGRAM: u8 = 1;
const SHELL: u8 = 2;
const STARTED: u8 = 3;
const FINISHED: u8 = 4;
const FAILED: u8 = 5;

impl Request {
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Program { name, arguments, input } => {
                let arguments = arguments.iter().map(String::as_bytes);
                let fields: Vec<&[u8]> = [name.as_bytes(), input.as_bytes()].into_iter().chain(arguments).collect();
                write_frame(to, PROGRAM, &fields)
            }
            Self::Shell { line } => write_frame(to, SHELL, &[line.as_bytes()]),
        }
    }

    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let (kind, fields) = read_frame(from)?;
        let mut fields = fields.into_iter().map(text);
        let mut next = || fields.next().unwrap_or_else(|| Err(malformed("a field is missing")));
        match kind {
            PROGRAM => Ok(Self::Program { name: next()?, input: next()?, arguments: fields.collect::<io::Result<_>>()? }),
            SHELL => Ok(Self::Shell { line: next()? }),
            _ => Err(malformed("a kind that is no request")),
        }
    }
}

impl Answer {
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Started(process) => write_frame(to, STARTED, &[&process.to_le_bytes()]),
            Self::Finished(Finished { success, status, stdout, stderr }) => {
                write_frame(to, FINISHED, &[&[u8::from(*success)], status.as_bytes(), stdout, stderr])
            }
            Self::Failed(Failure { status, message }) => write_frame(to, FAILED, &[status.as_bytes(), message.as_bytes()]),
        }
    }

    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let (kind, fields) = read_frame(from)?;
        let mut fields = fields.into_iter();
        let mut next = || fields.next().ok_or_else(|| malformed("a field is missing"));
        match kind {
            STARTED => {
                let process: [u8; 4] = next()?.try_into().map_err(|_| malformed("a process id has four bytes"))?;
                Ok(Self::Started(u32::from_le_bytes(process)))
            }
            FINISHED => {
                Ok(Self::Finished(Finished { success: next()? == [1], status: text(next()?)?, stdout: next()?, stderr: next()? }))
            }
            FAILED => Ok(Self::Failed(Failure { status: text(next()?)?, message: text(next()?)? })),
            _ => Err(malformed("a kind that is no answer")),
        }
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| malformed("text that is not UTF-8"))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a malformed frame: {what}"))
}

/// Writes a frame in one piece, so that one write suffices if the socket has room.
fn write_frame(to: &mut impl Write, kind: u8, fields: &[&[u8]]) -> io::Result<()> {
    let length = |bytes: usize| u32::try_from(bytes).map_err(|_| malformed("it is too long")).map(u32::to_le_bytes);
    let mut frame = vec![kind];
    frame.extend(length(fields.len())?);
    for field in fields {
        frame.extend(length(field.len())?);
        frame.extend_from_slice(field);
    }
    if frame.len() > MAX_FRAME || fields.len() > MAX_FIELDS {
        return Err(malformed("it is too long"));
    }
    to.write_all(&frame)
}

/// Reads a frame. Allocates memory only for bytes that have arrived, whatever the lengths claim.
fn read_frame(from: &mut impl Read) -> io::Result<(u8, Vec<Vec<u8>>)> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    let count = read_length(from)?;
    if count > MAX_FIELDS {
        return Err(malformed("it has too many fields"));
    }
    let mut room = MAX_FRAME;
    let mut fields = Vec::new();
    for _ in 0..count {
        let length = read_length(from)?;
        room = room.checked_sub(length).ok_or_else(|| malformed("it is too long"))?;
        let mut field = Vec::new();
        from.by_ref().take(length as u64).read_to_end(&mut field)?;
        if field.len() != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        fields.push(field);
    }
    Ok((kind[0], fields))
}

fn read_length(from: &mut impl Read) -> io::Result<usize> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    usize::try_from(u32::from_le_bytes(length)).map_err(|_| malformed("it is too long"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_request_arrives_as_it_was_sent(name in ".*", arguments in proptest::collection::vec(".*", 0..5), input in ".*") {
            for request in [Request::Program { name: name.clone(), arguments, input: input.clone() }, Request::Shell { line: input }] {
                let mut bytes = Vec::new();
                request.write(&mut bytes).unwrap();
                prop_assert_eq!(Request::read(&mut &bytes[..]).unwrap(), request);
                bytes.pop();
                prop_assert!(Request::read(&mut &bytes[..]).is_err());
            }
        }

        #[test]
        fn an_answer_arrives_as_it_was_sent(process: u32, success: bool, status in ".*", stdout: Vec<u8>, stderr: Vec<u8>) {
            let failed = Answer::Failed(Failure::new(status.clone(), status.clone()));
            for answer in [Answer::Started(process), failed, Answer::Finished(Finished { success, status, stdout, stderr })] {
                let mut bytes = Vec::new();
                answer.write(&mut bytes).unwrap();
                prop_assert_eq!(Answer::read(&mut &bytes[..]).unwrap(), answer);
            }
        }

        #[test]
        fn arbitrary_bytes_are_an_error_or_a_frame(bytes: Vec<u8>, kind in 0..7u8) {
            let bytes = [vec![kind], bytes].concat();
            let _ = Request::read(&mut &bytes[..]);
            let _ = Answer::read(&mut &bytes[..]);
        }
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_at_both_ends() {
        let long = vec![0; MAX_FRAME];
        assert!(write_frame(&mut Vec::new(), SHELL, &[&long]).is_err());
        let claims = [&[SHELL, 1, 0, 0, 0][..], &u32::MAX.to_le_bytes()].concat();
        assert!(read_frame(&mut &claims[..]).unwrap_err().to_string().contains("too long"));
        let claims = [&[SHELL][..], &u32::MAX.to_le_bytes()].concat();
        assert!(read_frame(&mut &claims[..]).unwrap_err().to_string().contains("too many fields"));
    }
}
