//! Services that do not run, belong to another user, or send nonsense.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::Duration;

use adit_e2e::Who;
use anyhow::{Context as _, ensure};

use crate::at_a_desk;
use crate::desk::{Desk, Ran, is_well_said};

fn ask(desk: &Desk<'_>, who: Who, socket: &Path) -> anyhow::Result<Ran> {
    Ok(desk.command(who, &["up", "office"]).env("ADIT_SOCKET", socket).output()?.into())
}

#[test]
fn where_no_service_runs_it_is_said_how_to_start_it() -> anyhow::Result<()> {
    at_a_desk("no service", |desk| {
        let nowhere = desk.lab.file("nowhere.sock");
        let dead = desk.lab.file("dead.sock");
        drop(UnixListener::bind(&dead)?);
        for who in Who::ALL {
            for socket in [&nowhere, &dead] {
                if who != Who::Root && socket == &dead {
                    continue;
                }
                is_well_said(&ask(desk, who, socket)?, &[4], &["does not run", "sudo systemctl start aditd"])?;
            }
        }
        let file = desk.file("a-file.sock", "")?;
        is_well_said(&ask(desk, Who::Root, Path::new(&file))?, &[4], &["a-file.sock"])
    })
}

#[test]
fn a_service_of_another_user_is_told_nothing() -> anyhow::Result<()> {
    at_a_desk("a service of another user", |desk| {
        let nobody = Who::Nobody.uid();
        for of_root in [false, true] {
            let folder = desk.lab.file(if of_root { "of-root" } else { "of-nobody" });
            std::fs::create_dir(&folder)?;
            chown(&folder, Some(nobody), Some(nobody))?;
            let socket = folder.join("adit.sock");
            let fake = desk.people.work_as(Who::Nobody, || Ok(UnixListener::bind(&socket)?))?;
            std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o777))?;
            if of_root {
                // The socket was created before the folder became root's.
                chown(&folder, Some(0), Some(0))?;
            }
            for who in [Who::Root, Who::Operator] {
                is_well_said(&ask(desk, who, &socket)?, &[4], &["65534"])?;
            }
            fake.set_nonblocking(true)?;
            while let Ok((mut stream, _)) = fake.accept() {
                let mut heard = Vec::new();
                stream.set_read_timeout(Some(Duration::from_secs(10)))?;
                stream.read_to_end(&mut heard)?;
                ensure!(heard.is_empty(), "it was told {:?}", String::from_utf8_lossy(&heard));
            }
        }
        Ok(())
    })
}

#[test]
fn a_service_that_hangs_up_or_talks_nonsense_is_no_service() -> anyhow::Result<()> {
    at_a_desk("a service that makes no sense", |desk| {
        for (number, answer) in
            [b"".as_slice(), b"HTTP/1.1 400 Bad Request\r\n\r\n", &[0xff; 64], b"\x02\0\0\0{}"].into_iter().enumerate()
        {
            let socket = desk.lab.file(&format!("nonsense-{number}.sock"));
            let listener = UnixListener::bind(&socket)?;
            let ran = std::thread::scope(|scope| {
                scope.spawn(|| {
                    let Ok((mut stream, _)) = listener.accept() else { return };
                    // The client may have closed the connection.
                    let _ = stream.write_all(answer);
                });
                ask(desk, Who::Root, &socket)
            });
            is_well_said(&ran?, &[4], &["daemon"]).with_context(|| format!("{answer:?}"))?;
        }
        Ok(())
    })
}
