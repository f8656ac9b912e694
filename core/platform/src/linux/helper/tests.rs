//! Tests of a real helper process: this test program, started again as the helper.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::commands::CommandEnd;
use crate::linux::runner::{DEADLINE, Failure, Finished};
use crate::linux::{noted, runner, tool};

const IS_THE_HELPER: &str = "ADIT_TEST_HELPER";
const NAME: &str = "linux::helper::tests::serves_when_it_is_started_as_the_helper";

/// Serves as the helper when this program was started as one. Does nothing in an ordinary run.
#[test]
fn serves_when_it_is_started_as_the_helper() {
    if std::env::var_os(IS_THE_HELPER).is_some() {
        serve().unwrap();
    }
}

/// Starts a helper, which ends with the calling thread.
fn start() -> Helper {
    let mut command = Command::new("/proc/self/exe");
    command.args(["--exact", NAME, "--quiet"]).env(IS_THE_HELPER, "1").stdout(std::process::Stdio::null());
    Helper::start_with(command).unwrap()
}

fn refusal(helper: &Helper, program: &str, arguments: &[&str], input: &str) -> Failure {
    helper.run(program.as_ref(), arguments, input, |_| panic!("{program} was started")).unwrap_err()
}

#[test]
fn a_helper_refuses_everything_but_what_is_allowed() {
    let helper = start();
    for (program, arguments, input) in [
        ("/bin/sh", &["-c", "true"][..], ""),
        ("/usr/sbin/nft", &["flush", "ruleset"], ""),
        ("/usr/sbin/nft", &["-f", "/etc/shadow"], ""),
        ("/usr/sbin/nft", &["-f", "-"], "include \"/etc/shadow\"\n"),
    ] {
        assert_eq!(
            refusal(&helper, program, arguments, input).status,
            "refused by the helper process",
            "{program} {arguments:?}"
        );
    }
}

#[test]
fn only_the_process_that_made_the_socket_is_served_and_only_as_its_parent() {
    let output = Command::new("/proc/self/exe").args(["--exact", NAME]).env(IS_THE_HELPER, "1").output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("this is started by aditd alone"), "{said}");
}

#[test]
fn many_programs_run_at_once_and_each_one_s_process_id_is_told_before_its_input() {
    let Some(nft) = tool::find("nft") else {
        println!("SKIPPED: programs by a helper: nft is not installed");
        return;
    };
    let helper = start();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let process = AtomicU32::new(0);
                let finished = helper.run(&nft, &["list", "tables"], "", |started| process.store(started, Ordering::Relaxed));
                assert!(matches!(finished, Ok(Finished { .. })), "{finished:?}");
                assert_ne!(process.into_inner(), 0);
            });
        }
    });
}

#[test]
fn a_program_by_the_helper_takes_hardly_longer_than_by_itself() {
    const ROUNDS: usize = 20;
    let Some(nft) = tool::find("nft") else {
        println!("SKIPPED: how long a helper takes: nft is not installed");
        return;
    };
    let helper = start();
    let median = |run: &dyn Fn()| {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let begun = Instant::now();
                run();
                begun.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[ROUNDS / 2]
    };
    let alone = median(&|| {
        runner::run(&mut tool::command(&nft, &["list", "tables"]), b"", DEADLINE, |_| Ok(())).unwrap();
    });
    let helped = median(&|| {
        helper.run(&nft, &["list", "tables"], "", |_| {}).unwrap();
    });
    println!("alone {alone:?}, by the helper {helped:?}");
    assert!(helped < alone * 2 + Duration::from_millis(5), "alone {alone:?}, by the helper {helped:?}");
}

#[test]
fn commands_run_for_root_alone_and_end_when_they_are_to() {
    let helper = start();
    if !rustix::process::geteuid().is_root() {
        assert!(helper.start_shell("true").err().unwrap().to_string().contains("root only"));
        return;
    }
    let end_of = |line: &str| {
        let mut command = helper.start_shell(line).unwrap();
        loop {
            if let Some(end) = command.try_wait().unwrap() {
                return end;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    assert_eq!(end_of("exit 0"), CommandEnd::Success);
    let failure = |status: &str, stderr: &str| CommandEnd::Failure { status: status.into(), stderr: stderr.into() };
    assert_eq!(end_of("exit 3"), failure("exit status: 3", ""));
    assert_eq!(end_of("echo 'the disk is full' >&2; exit 1"), failure("exit status: 1", "the disk is full\n"));
    // The background process that this command leaves behind also holds the pipe.
    assert_eq!(end_of("sleep 5 & echo oops >&2; exit 1"), failure("exit status: 1", "oops\n"));
    let CommandEnd::Failure { stderr, .. } = end_of("seq 2000 >&2; exit 1") else { panic!("it must fail") };
    assert!(stderr.len() <= 4096 && stderr.ends_with("\n1999\n2000\n") && stderr.lines().all(|line| line.len() == 4), "{stderr}");
    let folder = tempfile::tempdir().unwrap();
    let (processes, lived) = (folder.path().join("processes"), folder.path().join("lived"));
    let mut command = helper.start_shell(&noted::two_that_stay(&processes, &lived)).unwrap();
    noted::wait_until_noted(&processes, 2);
    assert_eq!(command.try_wait().unwrap(), None);
    command.kill();
    noted::wait_until_gone(&processes);
    assert!(!lived.exists());
}

#[test]
fn the_end_of_a_helper_is_noticed_and_what_is_asked_of_it_then_fails() {
    let helper = start();
    let process = helper.process();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
    helper.wait_for_its_end();
    let failure = refusal(&helper, "nft", &["list", "tables"], "");
    assert_eq!(failure.status, "the helper process does not answer");
}
