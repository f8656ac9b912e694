//! Splits runs of datagrams into the pieces that one system call takes.

use crate::device::Datagrams;

/// The longest UDP payload over IPv4, in bytes; also the longest run.
pub(crate) const MAX_PAYLOAD: usize = 65_507;

/// Splits `run` into pieces of at most `most` datagrams (1 without segmentation) and [`MAX_PAYLOAD`] bytes.
pub(crate) fn messages<'a>(run: Datagrams<'a>, most: usize) -> impl Iterator<Item = Datagrams<'a>> {
    let segment_size = if run.segment_size == 0 { run.bytes.len() } else { run.segment_size }.max(1);
    let count = (MAX_PAYLOAD / segment_size).clamp(1, most.max(1));
    let mut rest = Some(run.bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let (piece, more) = bytes.split_at_checked(count * segment_size).unwrap_or((bytes, &[]));
        rest = Some(more).filter(|more| !more.is_empty());
        Some(Datagrams { segment_size, bytes: piece, ..run })
    })
}

/// Maps an IPv4-mapped IPv6 address to the IPv4 socket.
pub(crate) fn canonical(mut run: Datagrams<'_>) -> Datagrams<'_> {
    let ip = run.path.remote.ip().to_canonical();
    if ip.is_ipv4() {
        run.path.remote.set_ip(ip);
    }
    run
}
