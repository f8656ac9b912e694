//! Compares splitting and coalescing with packets that are built one by one, field by field, with the simplest possible checksum:
//! cutting a superpacket gives the packets that a host without offloads would have sent, and joining them loses nothing.

mod coalesce;
mod coalesce_any;
mod packets;
mod split;
