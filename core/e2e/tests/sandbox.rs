//! The service has given up the right to start programs: only its helper process can, and the two end together.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_api::ConfigText;
use adit_e2e::leaks::{everything_is_seen, seen};
use adit_e2e::process::{Process, text_of, wait_for};
use adit_e2e::service::resolvers as resolvers_told;
use adit_e2e::{FullTunnel, How, Lab, Service, program, skip};
use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the one child process of the service.
fn helper_of(daemon: u32) -> anyhow::Result<Pid> {
    let children = text_of(std::process::Command::new("pgrep").args(["-P", &daemon.to_string()]))?;
    let [helper]: [&str; 1] = children.lines().collect::<Vec<_>>().try_into().map_err(|_| anyhow::anyhow!("{children}"))?;
    let name = std::fs::read_to_string(format!("/proc/{helper}/comm"))?;
    ensure!(name == "aditd-helper\n", "the service has started {name}");
    Pid::from_raw(helper.parse()?).context("a process id")
}

fn threads_of(daemon: u32) -> anyhow::Result<Vec<String>> {
    let tasks = std::fs::read_dir(format!("/proc/{daemon}/task"))?;
    tasks.map(|task| Ok(std::fs::read_to_string(task?.path().join("status"))?)).collect()
}

fn every_thread_is_confined(daemon: u32) -> anyhow::Result<()> {
    let threads = threads_of(daemon)?;
    ensure!(threads.len() > 5, "there are {} threads", threads.len());
    for status in threads {
        ensure!(status.contains("\nSeccomp:\t2\n") && status.contains("\nNoNewPrivs:\t1\n"), "{status}");
    }
    Ok(())
}

#[test]
fn a_tunnel_with_kill_switch_and_dns_comes_and_goes_while_no_thread_can_start_a_program() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the service starts no program")? else { return Ok(()) };
    let Some(strace) = program("strace") else {
        skip("programs of the service: strace is not installed");
        return Ok(());
    };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "DNS = 10.99.0.1, corp.example")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab).with_resolvconf(&lab)?)?;
    let caller = service.client()?;
    let process = service.process();
    let helper = helper_of(process.id())?;

    let trace = lab.file("trace");
    let mut arguments: Vec<String> =
        ["-f", "-q", "-e", "trace=execve,execveat,fork,vfork,clone,clone3", "-o"].map(str::to_owned).into();
    arguments.extend([trace.display().to_string(), "-p".to_owned(), process.id().to_string()]);
    let mut traced = Process::start(strace.as_os_str(), arguments, &[], &lab.file("strace.log"))?;
    wait_for("strace to see every thread", PATIENCE, || {
        let threads = threads_of(process.id()).ok()?;
        threads.iter().all(|status| !status.contains("\nTracerPid:\t0\n")).then_some(())
    })?;

    let id = caller
        .import(tunnel.interface.parse()?, tunnel.interface.parse()?, ConfigText::new(std::fs::read_to_string(&tunnel.conf)?))?
        .id;
    caller.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    caller.connect(id, false).with_context(|| process.printed())?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    every_thread_is_confined(process.id())?;
    let resolvers = resolvers_told(&lab)?;
    let set = format!("-a {} -m 0 -x\nnameserver 10.99.0.1\nsearch corp.example\n", tunnel.interface);
    ensure!(resolvers.ends_with(&set), "{resolvers}");
    caller.disconnect(id)?;
    let resolvers = resolvers_told(&lab)?;
    ensure!(resolvers.ends_with(&format!("-d {} -f\n", tunnel.interface)), "{resolvers}");
    tunnel.the_client_is_as_before()?;
    ensure!(helper_of(process.id())? == helper, "another process was started");
    service.terminate()?;
    traced.wait(PATIENCE)?;

    let calls = std::fs::read_to_string(&trace)?;
    ensure!(
        calls.lines().any(|line| line.contains("CLONE_THREAD") && !line.contains("= -1")),
        "strace saw no thread begin:\n{calls}"
    );
    let starts: Vec<&str> = calls
        .lines()
        .filter(|line| {
            line.contains("exec") || line.contains("fork(") || line.contains("clone(") && !line.contains("CLONE_THREAD")
        })
        .collect();
    ensure!(starts.is_empty(), "{starts:?}");
    Ok(())
}

#[test]
fn when_its_helper_is_killed_the_service_ends_with_a_reason_and_the_way_stays_closed_until_it_is_back() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the helper is killed")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.kill_switch(id, true)?;
    everything_is_seen(&lab, &server, &client)?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let helper = helper_of(service.process().id())?;
    let count = seen(&lab, &server, &client, || {
        kill_process(helper, Signal::KILL)?;
        let status = service.process().wait(PATIENCE)?;
        ensure!(status.code() == Some(1), "it ended with {status}");
        Ok(())
    })?;
    ensure!(count == 0, "the helper was killed: {count} packets in clear");
    let printed = service.process().printed();
    ensure!(printed.contains("the helper process that runs nft has ended"), "{printed}");
    let count = seen(&lab, &server, &client, || {
        service.again()?;
        service.wait_until_up(id)
    })?;
    ensure!(count == 0, "started again: {count} packets in clear");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}

#[test]
fn kill_9_of_the_service_leaves_no_process_and_a_signal_to_the_helper_changes_nothing() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the service is killed")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let helper = helper_of(service.process().id())?;
    // Signals that service managers and terminals send to all processes.
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        kill_process(helper, signal)?;
    }
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.kill()?;
    wait_for("the helper to end", PATIENCE, || test_kill_process(helper).is_err().then_some(()))
}

#[test]
fn commands_of_a_configuration_are_run_by_the_helper() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("commands by the helper")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let sign = lab.file("parent");
    let tunnel = FullTunnel::new(&lab, &client, &server, &format!("PostUp = echo $PPID >{}", sign.display()))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let control = service.client()?;
    let Err(adit_api::CallError::Refused(adit_api::ApiError::HooksNotApproved { hash })) = control.connect(id, false) else {
        anyhow::bail!("a command ran that nobody approved of");
    };
    control.approve_hooks(id, hash)?;
    control.connect(id, false)?;
    let parent = std::fs::read_to_string(&sign)?;
    ensure!(parent.trim() == helper_of(service.process().id())?.as_raw_nonzero().to_string(), "its parent was {parent}");
    control.disconnect(id)?;
    drop(control);
    service.terminate()
}
