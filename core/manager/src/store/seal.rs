//! The format of a tunnel's file: a short header in plaintext, and everything else sealed. An attacker who reads the disk or
//! exchanges files with each other gains nothing.
//!
//! `magic 8 | format 2 | key id 16 | tunnel id 16 | nonce 24 | sealed | tag 16`; numbers are little-endian. XChaCha20-Poly1305
//! authenticates all bytes before the nonce.

use adit_api::TunnelId;
use blake2::Blake2sMac;
use blake2::digest::consts::U16;
use blake2::digest::{KeyInit as _, Mac as _};
use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::error::FindingCode;
use crate::secrets::{Secret, SecretError};

const MAGIC: &[u8; 8] = b"ADITTNL\0";
/// Version of the format. It increases with every change of the content, so that an older program leaves a newer one's files
/// alone.
const FORMAT: u16 = 1;
const AUTHENTICATED: usize = 8 + 2 + 16 + 16;
const HEADER: usize = AUTHENTICATED + 24;
const TAG: usize = 16;

/// The id of the key that sealed a file. The key cannot be derived from it.
pub(super) type KeyId = [u8; 16];

/// A key to seal with, and its id.
pub(super) struct SealKey {
    pub(super) id: KeyId,
    cipher: XChaCha20Poly1305,
}

impl SealKey {
    pub(super) fn new(secret: &Secret) -> Self {
        let bytes = secret.dangerously_reveal();
        let mut mac = Blake2sMac::<U16>::new(bytes.into());
        mac.update(b"adit: which key sealed this file");
        Self { id: mac.finalize().into_bytes().into(), cipher: XChaCha20Poly1305::new(bytes.into()) }
    }

    /// Seals `plain` as the file of the tunnel `id`. [`open`] is the inverse.
    pub(super) fn seal(&self, id: TunnelId, plain: &[u8]) -> Result<Vec<u8>, SecretError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).map_err(|_| SecretError::NoRandomness)?;
        let mut file = Vec::with_capacity(HEADER + plain.len() + TAG);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&FORMAT.to_le_bytes());
        file.extend_from_slice(&self.id);
        file.extend_from_slice(&bits(id));
        let authenticated = file.clone();
        file.extend_from_slice(&nonce);
        file.extend_from_slice(plain);
        let body = file.get_mut(HEADER..).unwrap_or_default();
        // Fails only for more than 256 GiB.
        let tag = self
            .cipher
            .encrypt_inout_detached(&XNonce::from(nonce), &authenticated, body.into())
            .map_err(|_| SecretError::NoRandomness)?;
        file.extend_from_slice(&tag);
        Ok(file)
    }
}

/// The part of a file that can be read without its key.
pub(super) struct Header {
    pub(super) key: KeyId,
    id: [u8; 16],
}

impl Header {
    pub(super) fn read(file: &[u8]) -> Result<Self, FindingCode> {
        let magic = file.first_chunk::<8>();
        if magic.is_none() && MAGIC.starts_with(file) {
            return Err(FindingCode::Truncated);
        }
        if magic != Some(MAGIC) {
            return Err(FindingCode::Damaged);
        }
        let format = file.get(8..).and_then(|rest| rest.first_chunk()).ok_or(FindingCode::Truncated)?;
        match u16::from_le_bytes(*format) {
            FORMAT => {}
            0 => return Err(FindingCode::Damaged),
            newer => return Err(FindingCode::NewerFormat(newer)),
        }
        if file.len() < HEADER + TAG {
            return Err(FindingCode::Truncated);
        }
        let sixteen = |at: usize| file.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or(FindingCode::Truncated);
        Ok(Self { key: sixteen(10)?, id: sixteen(26)? })
    }
}

/// Opens a file that was sealed as the tunnel `id` with one of `keys`. Returns the plaintext and the key's id.
pub(super) fn open<'k>(
    keys: impl IntoIterator<Item = &'k SealKey>,
    id: TunnelId,
    file: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, KeyId), FindingCode> {
    let header = Header::read(file)?;
    if header.id != bits(id) {
        return Err(FindingCode::OtherTunnel);
    }
    let key = keys.into_iter().find(|key| key.id == header.key).ok_or(FindingCode::OtherKey)?;
    let (head, rest) = file.split_at_checked(HEADER).ok_or(FindingCode::Truncated)?;
    let (body, tag) = rest.split_last_chunk::<TAG>().ok_or(FindingCode::Truncated)?;
    let (authenticated, nonce) = head.split_last_chunk::<24>().ok_or(FindingCode::Truncated)?;
    let mut plain = Zeroizing::new(body.to_vec());
    key.cipher
        .decrypt_inout_detached(&XNonce::from(*nonce), authenticated, plain.as_mut_slice().into(), &Tag::from(*tag))
        .map_err(|_| FindingCode::Damaged)?;
    Ok((plain, header.key))
}

fn bits(id: TunnelId) -> [u8; 16] {
    id.bits().to_le_bytes()
}
