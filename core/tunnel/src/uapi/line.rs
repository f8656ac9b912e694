//! Reads lines from a stream, with a limit on each line and each request. Lines can hold keys, so the one buffer is erased on
//! drop.

use std::io::{self, Read};

use zeroize::{Zeroize, Zeroizing};

/// Longest line in bytes, including its newline.
pub const MAX_LINE: usize = 4096;
/// Longest request in bytes; enough for more than 200,000 allowed IPs.
pub const MAX_REQUEST: usize = 16 << 20;

/// Splits a stream into lines without copying them.
pub struct LineReader<R> {
    stream: R,
    buffer: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
    request_bytes: usize,
}

/// The next item of the stream.
#[derive(PartialEq, Eq, Debug)]
pub enum Line<'a> {
    /// A line without its newline.
    Text(&'a [u8]),
    /// A line longer than [`MAX_LINE`], which was skipped to its end.
    TooLong,
    /// The request is longer than [`MAX_REQUEST`].
    RequestTooLong,
    /// The stream ended.
    End {
        /// True if the stream ended at the start of a request.
        clean: bool,
    },
}

impl<R: Read> LineReader<R> {
    /// Creates a reader of `stream`.
    pub fn new(stream: R) -> Self {
        Self { stream, buffer: Zeroizing::new(vec![0; 4 * MAX_LINE]), start: 0, end: 0, request_bytes: 0 }
    }

    /// Returns the underlying stream.
    pub fn stream(&mut self) -> &mut R {
        &mut self.stream
    }

    /// Erases the last request and starts to count a new one; blocks until it has begun. Returns false at the end of the stream.
    pub fn begin_request(&mut self) -> io::Result<bool> {
        self.buffer[..self.start].zeroize();
        self.request_bytes = 0;
        Ok(self.start < self.end || self.fill()? > 0)
    }

    /// Returns the next line.
    pub fn next_line(&mut self) -> io::Result<Line<'_>> {
        let mut overlong = false;
        loop {
            let newline = self.buffer[self.start..self.end].iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(self.end - self.start, |at| at + 1);
            if newline.is_some() {
                let line = self.take(taken);
                return Ok(match (self.request_bytes > MAX_REQUEST, overlong || taken > MAX_LINE) {
                    (true, _) => Line::RequestTooLong,
                    (false, true) => Line::TooLong,
                    (false, false) => Line::Text(&self.buffer[line..line + taken - 1]),
                });
            }
            if taken > MAX_LINE {
                overlong = true;
                self.take(taken);
            }
            if self.request_bytes > MAX_REQUEST {
                return Ok(Line::RequestTooLong);
            }
            if self.fill()? == 0 {
                let clean = self.request_bytes == 0 && self.start == self.end;
                return Ok(Line::End { clean });
            }
        }
    }

    fn take(&mut self, bytes: usize) -> usize {
        let from = self.start;
        self.start += bytes;
        self.request_bytes += bytes;
        from
    }

    /// Reads from the stream and returns the number of bytes. There is always room for the rest of an incomplete line, because
    /// longer lines are never kept.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        loop {
            match self.stream.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    self.end += read;
                    return Ok(read);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_have_4096_bytes_and_the_one_after_a_longer_one_is_found_again() {
        let mut input = vec![b'a'; MAX_LINE - 1];
        input.push(b'\n');
        input.extend(vec![b'b'; MAX_LINE]);
        input.push(b'\n');
        input.extend(vec![b'c'; 1 << 20]);
        input.extend(b"\nlast\n");
        let mut lines = LineReader::new(&input[..]);
        assert_eq!(lines.next_line().unwrap(), Line::Text(&vec![b'a'; MAX_LINE - 1]));
        assert_eq!(lines.next_line().unwrap(), Line::TooLong);
        assert_eq!(lines.next_line().unwrap(), Line::TooLong);
        assert_eq!(lines.next_line().unwrap(), Line::Text(b"last"));
        assert_eq!(lines.next_line().unwrap(), Line::End { clean: false });
        assert!(!lines.begin_request().unwrap());
    }

    #[test]
    fn an_endless_line_stops_at_the_limit_of_the_request() {
        let mut lines = LineReader::new(io::repeat(b'x'));
        assert!(lines.begin_request().unwrap());
        assert_eq!(lines.next_line().unwrap(), Line::RequestTooLong);
    }
}
