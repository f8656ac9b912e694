//! Tells from the answer to a plain HTTP request whether a captive portal answered in place of the server: it redirects, or sends
//! another page than the known one.

use httparse::{EMPTY_HEADER, Response, Status};

/// The longest answer that is looked at, bytes. The known page has a few.
pub const LONGEST_ANSWER: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// The meaning of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The server itself answered: the network lets traffic through.
    Online,
    /// A portal answered in its place.
    Captive,
    /// The answer proves neither.
    Unknown(&'static str),
}

/// Judges an answer of which these are the first bytes; all of them if `is_all`. `page` is the text of the known page, whose
/// surrounding white space does not count. Returns `None` if more bytes are needed.
pub fn judge(answer: &[u8], is_all: bool, page: &str) -> Option<Verdict> {
    let (answer, is_all) = match answer.get(..LONGEST_ANSWER) {
        Some(first) => (first, true),
        None => (answer, is_all),
    };
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut response = Response::new(&mut headers);
    let length = match response.parse(answer) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) if is_all => return Some(Verdict::Unknown("the answer ends in its head")),
        Ok(Status::Partial) => return None,
        Err(_) => return Some(Verdict::Unknown("the answer is not HTTP/1.1")),
    };
    let body = answer.get(length..).unwrap_or_default();
    match response.code {
        // Network Authentication Required (RFC 6585 section 6).
        Some(511 | 300..=399) => Some(Verdict::Captive),
        Some(204) if page.trim().is_empty() => Some(Verdict::Online),
        Some(200) => judge_page(body, is_all, &response, page),
        Some(204) => Some(Verdict::Captive),
        _ => Some(Verdict::Unknown("the server answers with an error")),
    }
}

fn judge_page(body: &[u8], is_all: bool, response: &Response<'_, '_>, page: &str) -> Option<Verdict> {
    let header = |name: &str| response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    // The request is of HTTP/1.0, which has no such thing.
    if header("transfer-encoding").is_some() {
        return Some(Verdict::Unknown("the answer is in pieces, which was not asked for"));
    }
    let stated = header("content-length").and_then(|header| std::str::from_utf8(header.value).ok()?.trim().parse::<usize>().ok());
    let (body, is_whole) = match stated.and_then(|length| body.get(..length)) {
        Some(body) => (body, true),
        None => (body, is_all),
    };
    let page = page.trim().as_bytes();
    let found = body.trim_ascii_start();
    let is_so_far =
        |found: &[u8]| page.starts_with(found) || found.strip_prefix(page).is_some_and(|rest| rest.trim_ascii().is_empty());
    match (is_whole, body.trim_ascii() == page) {
        (true, true) => Some(Verdict::Online),
        (true, false) => Some(Verdict::Captive),
        (false, _) if is_so_far(found) => None,
        (false, _) => Some(Verdict::Captive),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "success\n";

    fn all(answer: &str) -> Option<Verdict> {
        judge(answer.as_bytes(), true, PAGE)
    }

    #[test]
    fn only_the_known_page_proves_that_the_network_lets_traffic_through() {
        for online in [
            "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsuccess\n",
            "HTTP/1.0 200 OK\r\n\r\nsuccess",
            "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nsuccess\nand more",
        ] {
            assert_eq!(all(online), Some(Verdict::Online), "{online}");
        }
        for captive in [
            "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n",
            "HTTP/1.1 511 Network Authentication Required\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n<html>Welcome</html>",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nsuccess story",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ] {
            assert_eq!(all(captive), Some(Verdict::Captive), "{captive}");
        }
        for unknown in [
            "",
            "SSH-2.0-OpenSSH_9.2\r\n",
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\n\r\nsuccess\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nsuccess\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: y",
        ] {
            assert!(matches!(all(unknown), Some(Verdict::Unknown(_))), "{unknown}");
        }
        assert_eq!(judge(b"HTTP/1.1 204 No Content\r\n\r\n", false, ""), Some(Verdict::Online));
    }

    #[test]
    fn an_answer_is_judged_as_soon_as_possible_and_never_reads_on_for_ever() {
        let begin = b"HTTP/1.1 200 OK\r\n\r\n";
        assert_eq!(judge(begin, false, PAGE), None);
        assert_eq!(judge(&[begin, &b"succ"[..]].concat(), false, PAGE), None);
        assert_eq!(judge(&[begin, &b"<html>"[..]].concat(), false, PAGE), Some(Verdict::Captive));
        let endless = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; LONGEST_ANSWER]].concat();
        assert!(matches!(judge(&endless, false, PAGE), Some(Verdict::Unknown(_))));
        let white = [begin.to_vec(), vec![b' '; LONGEST_ANSWER]].concat();
        assert_eq!(judge(&white, false, PAGE), Some(Verdict::Captive));
    }
}
