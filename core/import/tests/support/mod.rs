//! Configurations, and zip archives written byte by byte, so that any header can be wrong.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

pub(crate) const PUBLIC: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

/// Returns a configuration without diagnostics. `port` distinguishes it from others.
pub(crate) fn conf(port: u16) -> String {
    format!(
        "# kept\r\n[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nListenPort = {port}\n\n[Peer]\n\
         PublicKey = {PUBLIC}\nAllowedIPs = 10.0.0.0/8\nEndpoint = 192.0.2.1:51820\n"
    )
}

/// One entry. A field that is `None` has its correct value.
#[derive(Clone, Default)]
pub(crate) struct File {
    pub(crate) name: Vec<u8>,
    pub(crate) data: Vec<u8>,
    /// Method: 0 is stored, 8 is deflated, any other is neither.
    pub(crate) method: u16,
    pub(crate) flags: u16,
    /// Unix mode, in the upper half of the external attributes.
    pub(crate) mode: u32,
    pub(crate) crc: Option<u32>,
    pub(crate) size: Option<u32>,
    pub(crate) packed_size: Option<u32>,
    pub(crate) packed: Option<Vec<u8>>,
    pub(crate) local_name: Option<Vec<u8>>,
    /// Offset of the entry as stated in the directory.
    pub(crate) offset: Option<u32>,
    /// True if the sizes follow the data, as in archives that were written to a pipe.
    pub(crate) streamed: bool,
}

impl File {
    pub(crate) fn new(name: &str, data: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), data: data.into(), method: 8, mode: 0o100_600, ..Self::default() }
    }

    fn packed(&self) -> Vec<u8> {
        if let Some(packed) = &self.packed {
            return packed.clone();
        }
        if self.method != 8 {
            return self.data.clone();
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.data).unwrap();
        encoder.finish().unwrap()
    }
}

pub(crate) fn zip(files: &[File]) -> Vec<u8> {
    zip_with(files, |_| {})
}

/// Builds an archive. `end` changes the end record of 22 bytes.
pub(crate) fn zip_with(files: &[File], end: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let u16s = |to: &mut Vec<u8>, values: &[u16]| values.iter().for_each(|value| to.extend(value.to_le_bytes()));
    let u32s = |to: &mut Vec<u8>, values: &[u32]| values.iter().for_each(|value| to.extend(value.to_le_bytes()));
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap();
    let long = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
    for file in files {
        let packed = file.packed();
        let offset = file.offset.unwrap_or(long(&bytes));
        let flags = file.flags | if file.streamed { 8 } else { 0 };
        let sizes = [
            file.crc.unwrap_or(rawzip::crc32(&file.data)),
            file.packed_size.unwrap_or(long(&packed)),
            file.size.unwrap_or(long(&file.data)),
        ];
        let local_name = file.local_name.as_ref().unwrap_or(&file.name);
        bytes.extend(b"PK\x03\x04");
        u16s(&mut bytes, &[20, flags, file.method, 0, 0x21]);
        u32s(&mut bytes, if file.streamed { &[0, 0, 0] } else { &sizes });
        u16s(&mut bytes, &[length(local_name), 0]);
        bytes.extend(local_name);
        bytes.extend(&packed);
        if file.streamed {
            bytes.extend(b"PK\x07\x08");
            u32s(&mut bytes, &sizes);
        }
        directory.extend(b"PK\x01\x02");
        u16s(&mut directory, &[0x031e, 20, flags, file.method, 0, 0x21]);
        u32s(&mut directory, &sizes);
        u16s(&mut directory, &[length(&file.name), 0, 0, 0, 0]);
        u32s(&mut directory, &[file.mode << 16, offset]);
        directory.extend(&file.name);
    }
    let mut record = b"PK\x05\x06".to_vec();
    // Like simple writers, lets the count overflow.
    let count = u16::try_from(files.len() & 0xffff).unwrap();
    u16s(&mut record, &[0, 0, count, count]);
    u32s(&mut record, &[long(&directory), long(&bytes)]);
    u16s(&mut record, &[0]);
    end(&mut record);
    bytes.extend(directory);
    bytes.extend(record);
    bytes
}
