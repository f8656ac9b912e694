//! Encrypts secrets with a key of this computer (DPAPI), so that a copied file or disk image does not reveal them. Every program of
//! the computer could decrypt them: the rights of the file keep it from them.

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Cryptography::{
    CRYPT_INTEGER_BLOB, CRYPTPROTECT_LOCAL_MACHINE, CRYPTPROTECT_UI_FORBIDDEN, CryptProtectData, CryptUnprotectData,
};
use zeroize::{Zeroize, Zeroizing};

use super::token::checked;

/// Returns the form of the secret in which it is to be kept in a private file.
pub fn seal(secret: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
    let (input, mut output) = (blob(secret), blob(&[]));
    let flags = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;
    // SAFETY: the input is only read, and lives until the call has returned; the system writes a pointer to memory that it allocates.
    checked(unsafe {
        CryptProtectData(&raw const input, ptr::null(), ptr::null(), ptr::null(), ptr::null(), flags, &raw mut output)
    })?;
    Ok(taken(output))
}

/// Returns the secret of which [`seal`] on this computer made `kept`.
///
/// # Errors
/// If `kept` was changed, or made on another computer.
pub fn open(kept: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
    let (input, mut output) = (blob(kept), blob(&[]));
    // SAFETY: the input is only read, and lives until the call has returned; the system writes a pointer to memory that it allocates.
    checked(unsafe {
        CryptUnprotectData(
            &raw const input,
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            CRYPTPROTECT_UI_FORBIDDEN,
            &raw mut output,
        )
    })?;
    Ok(taken(output))
}

fn blob(bytes: &[u8]) -> CRYPT_INTEGER_BLOB {
    CRYPT_INTEGER_BLOB { cbData: bytes.len() as u32, pbData: bytes.as_ptr().cast_mut() }
}

/// Copies what the system has allocated, erases it and frees it.
fn taken(output: CRYPT_INTEGER_BLOB) -> Zeroizing<Vec<u8>> {
    // SAFETY: the system has allocated and filled this many bytes, and nobody else uses them.
    let bytes = unsafe { std::slice::from_raw_parts_mut(output.pbData, output.cbData as usize) };
    let copy = Zeroizing::new(bytes.to_vec());
    bytes.zeroize();
    // SAFETY: the system has allocated it with `LocalAlloc`, and nothing uses it any more.
    unsafe { LocalFree(output.pbData.cast()) };
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_is_opened_again_and_does_not_show() {
        let secret = *b"thirty-two bytes that are secret";
        let kept = seal(&secret).unwrap();
        assert!(!kept.windows(8).any(|part| secret.windows(8).any(|other| part == other)));
        assert_eq!(*open(&kept).unwrap(), secret);
    }

    #[test]
    fn what_was_changed_or_never_sealed_is_not_opened() {
        open(b"thirty-two bytes in plain text..").expect_err("it is not sealed");
        let mut kept = seal(b"secret").unwrap();
        kept.pop();
        open(&kept).expect_err("its end is missing");
    }
}
