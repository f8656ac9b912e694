//! A seccomp filter that denies system calls which no process of Adit makes.
//!
//! A denied call fails with EPERM, as under systemd's `SystemCallFilter=` with our `SystemCallErrorNumber=`: a library that tries
//! one of these calls and can do without it continues, whereas a signal would take down the user's tunnels. clone3(2) fails with
//! ENOSYS: its flags lie in memory, where a filter cannot see them, and the C library then uses clone(2).

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

/// The reason why there is no filter.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// The kernel was built without seccomp, or the environment of this process forbids it.
    #[error("the kernel does not take a filter for system calls: {0}")]
    Refused(seccompiler::Error),
    /// The filter cannot be written for this processor architecture.
    #[error("no filter for system calls can be made for this processor: {0}")]
    Processor(BackendError),
}

/// Calls that start programs or processes. clone(2) has its own rule, because it also starts threads.
const PROGRAMS: &[c_long] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

/// Calls that access other processes, change the computer, or have a history of defects in the kernel.
const NEVER: &[c_long] = &[
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_perf_event_open,
    // Namespaces and mounts.
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_open_by_handle_at,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    // The kernel itself.
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    #[cfg(any(target_arch = "x86_64", target_env = "gnu"))]
    libc::SYS_kexec_file_load,
    libc::SYS_reboot,
    libc::SYS_personality,
    libc::SYS_syslog,
    // The clock.
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    // Ports and segments of the processor.
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
];

/// The bit that marks a call of x32, the 32-bit interface of x86_64; a filter sees the same architecture for both.
#[cfg(target_arch = "x86_64")]
const X32: c_long = 0x4000_0000;
/// The x32 numbers of execve, ptrace, kexec_load, process_vm_readv, process_vm_writev and execveat, which differ from those of
/// x86_64
/// (`arch/x86/entry/syscalls/syscall_64.tbl` of the kernel).
#[cfg(target_arch = "x86_64")]
const X32_OWN: &[c_long] = &[520, 521, 528, 539, 540, 545];

/// Denies all threads of this process the calls that Adit never makes: other processes' memory, namespaces, mounts, modules,
/// clocks. It can still start programs, which inherit the filter.
pub fn give_up_the_unusual() -> Result<(), FilterError> {
    install(&NEVER.iter().map(|call| (*call, Vec::new())).collect::<Rules>(), libc::EPERM)
}

/// Denies the same and also starting programs and processes, for all threads of this process. Threads can still be started.
pub fn give_up_starting_programs() -> Result<(), FilterError> {
    // This filter comes first, because tests look for the other one to see whether all are in place.
    install(&BTreeMap::from([(libc::SYS_clone3, Vec::new())]), libc::ENOSYS)?;
    let mut rules: Rules = NEVER.iter().chain(PROGRAMS).map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_clone, vec![without_thread()?]);
    install(&rules, libc::EPERM)
}

/// For each call the conditions under which it is denied; no condition means always.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The rule for a clone(2) whose `flags`, its first argument, lack `CLONE_THREAD`.
fn without_thread() -> Result<SeccompRule, FilterError> {
    let mask = u64::from(libc::CLONE_THREAD.unsigned_abs());
    SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), 0)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map_err(FilterError::Processor)
}

fn install(rules: &Rules, error: i32) -> Result<(), FilterError> {
    let processor: TargetArch = std::env::consts::ARCH.try_into().map_err(FilterError::Processor)?;
    let action = SeccompAction::Errno(error.unsigned_abs());
    let filter = SeccompFilter::new(with_x32(rules), SeccompAction::Allow, action, processor).map_err(FilterError::Processor)?;
    let program: BpfProgram = filter.try_into().map_err(FilterError::Processor)?;
    seccompiler::apply_filter_all_threads(&program).map_err(FilterError::Refused)
}

#[cfg(target_arch = "x86_64")]
fn with_x32(rules: &Rules) -> Rules {
    let own = X32_OWN.iter().map(|call| (call | X32, Vec::new()));
    let same = rules.iter().map(|(call, conditions)| (call | X32, conditions.clone()));
    rules.clone().into_iter().chain(own).chain(same).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn with_x32(rules: &Rules) -> Rules {
    rules.clone()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const IS_THE_VICTIM: &str = "ADIT_TEST_GIVES_UP";

    /// Returns the error of a system call that must fail.
    fn error(number: c_long, arguments: [usize; 4]) -> Option<i32> {
        let [first, second, third, fourth] = arguments;
        // SAFETY: a filter denies each of these calls before the kernel looks at its arguments; the ones here are invalid without it.
        let result = unsafe { libc::syscall(number, first, second, third, fourth) };
        (result == -1).then(|| std::io::Error::last_os_error().raw_os_error()).flatten()
    }

    fn give_up_and_look() {
        let before = std::thread::spawn(|| {
            std::thread::park();
            Command::new("true").status().map_err(|error| error.raw_os_error())
        });
        assert_ne!(error(libc::SYS_execve, [0; 4]), Some(libc::EPERM));
        give_up_starting_programs().unwrap();
        // Existing threads have the filter too, and new ones can be started.
        before.thread().unpark();
        assert_eq!(before.join().unwrap().unwrap_err(), Some(libc::EPERM));
        assert_eq!(std::thread::spawn(|| 7).join().unwrap(), 7);
        for call in NEVER.iter().chain(PROGRAMS) {
            assert_eq!(error(*call, [0; 4]), Some(libc::EPERM), "{call}");
        }
        assert_eq!(error(libc::SYS_clone, [0; 4]), Some(libc::EPERM), "a new process");
        assert_eq!(error(libc::SYS_clone3, [0; 4]), Some(libc::ENOSYS));
        #[cfg(target_arch = "x86_64")]
        for call in [libc::SYS_execve, 520, 545, libc::SYS_clone] {
            assert_eq!(error(call | X32, [0; 4]), Some(libc::EPERM), "{call} of x32");
        }
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        assert!(status.contains("\nSeccomp:\t2\n") && status.contains("\nNoNewPrivs:\t1\n"), "{status}");
    }

    #[test]
    fn a_process_that_gave_up_programs_starts_threads_and_nothing_else() {
        if std::env::var_os(IS_THE_VICTIM).is_some() {
            return give_up_and_look();
        }
        let name = "linux::sandbox::system_calls::tests::a_process_that_gave_up_programs_starts_threads_and_nothing_else";
        let output = Command::new("/proc/self/exe").args(["--exact", name]).env(IS_THE_VICTIM, "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    #[test]
    fn a_process_that_gave_up_the_unusual_still_starts_programs_that_have_given_it_up_too() {
        let ran = std::thread::spawn(|| {
            let rules: Rules = NEVER.iter().map(|call| (*call, Vec::new())).collect();
            let processor: TargetArch = std::env::consts::ARCH.try_into().unwrap();
            let action = SeccompAction::Errno(libc::EPERM.unsigned_abs());
            let filter = SeccompFilter::new(with_x32(&rules), SeccompAction::Allow, action, processor).unwrap();
            // A filter for this thread only, because the other tests continue.
            seccompiler::apply_filter(&BpfProgram::try_from(filter).unwrap()).unwrap();
            Command::new("unshare").args(["--mount", "true"]).output()
        });
        let output = ran.join().unwrap().unwrap();
        assert!(String::from_utf8_lossy(&output.stderr).contains("Operation not permitted"), "{output:?}");
    }
}
