//! Files with the keys of tunnels. The program asks the service for the keys and writes the file itself, so that no key passes
//! through the page.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use adit_api::{ApiError, BlockingClient, BlockingTransport, CallError, ConfigText, Passphrase, TunnelId, TunnelName};
use adit_backup::restore::saved;
use adit_backup::{Backup, Lock, seal};
use adit_bridge::RpcError;
use adit_import::{ToExport, file_names, zip};
use adit_platform::native::owner_file;
use adit_words::DialogText;

use crate::PROGRAM;
use crate::requests::Program;

/// Writes a tunnel's configuration.
pub(crate) async fn file(program: &Program, id: TunnelId) -> Result<Option<String>, RpcError> {
    let read = program.ask(move |service| Ok((service.tunnel(id)?.name, service.export(id)?)));
    let (name, text) = read.await?;
    let proposal = file_names([&name]).pop().unwrap_or_default();
    let title = program.words().dialog(&DialogText::Export { tunnel: name.as_str() });
    let Some(path) = program.save(title, proposal).await? else { return Ok(None) };
    Ok(Some(write(&path, text.dangerously_reveal().as_bytes())?))
}

/// Writes the configurations of all tunnels as a zip archive.
pub(crate) async fn all(program: &Program) -> Result<Option<String>, RpcError> {
    let tunnels = program.ask(texts).await?;
    let archive = zip(&files(&tunnels)).map_err(refused)?;
    let title = program.words().dialog(&DialogText::ExportAll);
    let Some(path) = program.save(title, "adit.zip".to_owned()).await? else { return Ok(None) };
    Ok(Some(write(&path, &archive)?))
}

/// Writes all tunnels and their settings, encrypted.
pub(crate) async fn backup(program: &Program, passphrase: Passphrase) -> Result<Option<String>, RpcError> {
    let lock = Lock::passphrase(passphrase.dangerously_reveal()).map_err(refused)?;
    drop(passphrase);
    let made_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let made_at = u64::try_from(made_at.as_millis()).unwrap_or(u64::MAX);
    let backup = program.ask(move |service| gather(service, made_at)).await?;
    let title = program.words().dialog(&DialogText::Backup);
    let Some(path) = program.save(title, "adit.age".to_owned()).await? else { return Ok(None) };
    let sealed = program.work(move || seal(&backup, &lock)).await?.map_err(refused)?;
    Ok(Some(write(&path, &sealed)?))
}

/// Reads all configurations, with their keys.
fn texts<T: BlockingTransport>(service: &BlockingClient<T>) -> Result<Vec<(TunnelName, ConfigText)>, CallError<T::Error>> {
    service.all_tunnels()?.into_iter().map(|tunnel| Ok((tunnel.name, service.export(tunnel.id)?))).collect()
}

fn files(tunnels: &[(TunnelName, ConfigText)]) -> Vec<ToExport<'_>> {
    tunnels.iter().map(|(name, text)| ToExport { name, text: text.dangerously_reveal() }).collect()
}

fn gather<T: BlockingTransport>(service: &BlockingClient<T>, made_at: u64) -> Result<Backup, CallError<T::Error>> {
    let tunnels = service.all_tunnels()?.iter().map(|tunnel| saved(service, tunnel)).collect::<Result<_, _>>()?;
    Ok(Backup { made_at, made_by: PROGRAM.to_owned(), tunnels })
}

/// Writes a file that only its owner can read, completely or not at all. The dialog asked before it returned one that exists.
/// Returns its name.
fn write(path: &Path, bytes: &[u8]) -> Result<String, RpcError> {
    let name = name(path);
    let io = |error: std::io::Error| ApiError::Io { doing: format!("writing {name}"), detail: error.to_string() };
    owner_file::write(path, bytes, true).map_err(|error| RpcError::Refused { error: io(error) })?;
    Ok(name)
}

/// Returns the name of a file without its path.
pub(crate) fn name(path: &Path) -> String {
    let path = PathBuf::from(path);
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn refused(why: impl ToString) -> RpcError {
    RpcError::Refused { error: ApiError::BadRequest { detail: why.to_string() } }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_with_keys_is_its_owner_s_alone_also_in_place_of_one_that_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.conf");
        std::fs::write(&path, "an older file that everybody can read").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(write(&path, b"[Interface]\n"), Ok("office.conf".to_owned()));
        assert_eq!(std::fs::read(&path).unwrap(), b"[Interface]\n");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        std::fs::create_dir(&path).unwrap();
        let Err(RpcError::Refused { error: ApiError::Io { doing, .. } }) = write(&path, b"x") else { panic!("written") };
        assert_eq!(doing, "writing taken");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
