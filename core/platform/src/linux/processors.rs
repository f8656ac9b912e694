//! CPUs by their numbers: which threads wait for a CPU, and where a thread may run.

use std::time::Duration;
use std::{fs, io};

use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

use crate::processors::ThreadTime;

/// The unit of `/proc/stat`: `USER_HZ` is 100 on every architecture that Adit is built for.
const TICK_MILLIS: u64 = 10;

/// Returns the time of the calling thread, from `/proc/thread-self/schedstat` (the kernel's `sched-stats.rst`).
pub fn thread_time() -> io::Result<ThreadTime> {
    parse_thread_time(&fs::read_to_string("/proc/thread-self/schedstat")?).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Returns how long each CPU has been idle since the system started, to 10 ms, from `/proc/stat` (`proc_stat(5)`).
pub fn idle() -> io::Result<Vec<(usize, Duration)>> {
    Ok(parse_idle(&fs::read_to_string("/proc/stat")?))
}

/// Returns the CPUs on which the calling thread may run.
pub fn allowed() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|&processor| set.is_set(processor)).collect())
}

/// Returns the CPU on which the calling thread runs at this moment.
pub fn current() -> usize {
    sched_getcpu()
}

/// Restricts the calling thread to these CPUs from now on.
///
/// # Errors
/// If none of them exists, or the thread's control group or a seccomp filter forbids it; the thread then stays where it was.
pub fn keep_to(processors: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    for &processor in processors.iter().filter(|&&processor| processor < CpuSet::MAX_CPU) {
        set.set(processor);
    }
    Ok(sched_setaffinity(None, &set)?)
}

/// Sets how long the calling thread runs at a time before others have their turn, from 0.1 ms to 100 ms. With a shorter slice it
/// gets its turn sooner, and no more of the CPU (the kernel's `sched-eevdf.rst`; since Linux 6.12, before that without effect).
/// Threads and processes that it starts inherit the slice. A thread with a real-time or idle policy keeps it and has no slice.
///
/// # Errors
/// If a seccomp filter forbids it.
pub fn set_slice(slice: Duration) -> io::Result<()> {
    change_slice(u64::try_from(slice.as_nanos()).unwrap_or(u64::MAX))
}

/// Gives the calling thread the slice that threads usually have, whatever the thread that started it has.
///
/// # Errors
/// As of [`set_slice`].
pub fn use_default_slice() -> io::Result<()> {
    change_slice(DEFAULT_SLICE)
}

/// Stands for the kernel's own value; it brings others into its range.
const DEFAULT_SLICE: u64 = 0;

fn change_slice(nanos: u64) -> io::Result<()> {
    let mut attributes = attributes()?;
    if attributes.policy != libc::SCHED_OTHER as u32 {
        return Ok(());
    }
    attributes.runtime = nanos;
    // SAFETY: the kernel reads `size` bytes, which `attributes` has.
    let outcome = unsafe { libc::syscall(libc::SYS_sched_setattr, THIS_THREAD, &raw const attributes, 0) };
    if outcome == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

const THIS_THREAD: libc::pid_t = 0;

/// Returns the scheduling attributes of the calling thread.
fn attributes() -> io::Result<SchedAttr> {
    let (mut attributes, size) = (SchedAttr::default(), size_of::<SchedAttr>());
    // SAFETY: the kernel writes at most `size` bytes, which `attributes` has.
    let outcome = unsafe { libc::syscall(libc::SYS_sched_getattr, THIS_THREAD, &raw mut attributes, size, 0) };
    if outcome == 0 { Ok(attributes) } else { Err(io::Error::last_os_error()) }
}

/// `struct sched_attr` in its first version (`sched_setattr(2)`).
#[derive(Default)]
#[repr(C)]
struct SchedAttr {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    runtime: u64,
    deadline: u64,
    period: u64,
}

/// Parses the nanoseconds of running, the nanoseconds of waiting, and the number of times it ran.
fn parse_thread_time(text: &str) -> Option<ThreadTime> {
    let mut fields = text.split_ascii_whitespace().map(|field| field.parse().ok().map(Duration::from_nanos));
    Some(ThreadTime { ran: fields.next()??, waited: fields.next()?? })
}

/// Parses lines `cpuN user nice system idle iowait …`; the first one is the sum and has no number.
fn parse_idle(text: &str) -> Vec<(usize, Duration)> {
    text.lines().filter_map(|line| line.strip_prefix("cpu")).filter_map(parse_idle_of_one).collect()
}

fn parse_idle_of_one(line: &str) -> Option<(usize, Duration)> {
    let (number, times) = line.split_once(' ')?;
    let times: Vec<u64> = times.split_ascii_whitespace().map(|ticks| ticks.parse().ok()).collect::<Option<_>>()?;
    let [_user, _nice, _system, idle, waiting_for_disks, ..] = times[..] else { return None };
    let millis = idle.saturating_add(waiting_for_disks).saturating_mul(TICK_MILLIS);
    Some((number.parse().ok()?, Duration::from_millis(millis)))
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::{
        allowed, attributes, current, idle, keep_to, parse_idle, parse_thread_time, set_slice, thread_time, use_default_slice,
    };
    use crate::processors::ThreadTime;

    #[test]
    fn a_thread_runs_where_it_is_kept_and_goes_back() {
        thread::spawn(|| {
            let before = allowed().unwrap();
            for &one in &before {
                keep_to(&[one]).unwrap();
                assert_eq!(allowed().unwrap(), [one]);
                assert_eq!(current(), one);
            }
            keep_to(&before).unwrap();
            assert_eq!(allowed().unwrap(), before);
            assert!(keep_to(&[]).is_err(), "it must run somewhere");
            assert!(keep_to(&[usize::MAX]).is_err());
            assert_eq!(allowed().unwrap(), before);
        })
        .join()
        .unwrap();
    }

    #[test]
    fn work_makes_the_time_of_a_thread_grow_and_every_processor_is_counted() {
        let before = thread_time().unwrap();
        let mut sum = 0_u64;
        while thread_time().unwrap().ran <= before.ran + Duration::from_millis(1) {
            sum = std::hint::black_box(sum + 1);
        }
        let counted: Vec<usize> = idle().unwrap().into_iter().map(|(processor, _)| processor).collect();
        assert!(allowed().unwrap().iter().all(|processor| counted.contains(processor)));
    }

    /// Returns the calling thread's slice, as Linux 6.12 and later report it.
    fn slice() -> Duration {
        Duration::from_nanos(attributes().unwrap().runtime)
    }

    #[test]
    fn a_thread_inherits_a_shorter_slice_and_can_return_to_the_default() {
        let usual = slice();
        if usual.is_zero() {
            return println!(
                "SKIPPED: slices of threads: the kernel has no slices of single threads, which came with Linux 6.12"
            );
        }
        let short = Duration::from_micros(100);
        let of_children = thread::spawn(move || {
            let before = attributes().unwrap();
            set_slice(short).unwrap();
            let after = attributes().unwrap();
            assert_eq!(slice(), short);
            assert_eq!((after.nice, after.policy), (before.nice, before.policy));
            let inherits = thread::spawn(slice).join().unwrap();
            let returns = || use_default_slice().map(|()| slice()).unwrap();
            (inherits, thread::spawn(returns).join().unwrap())
        });
        assert_eq!((of_children.join().unwrap(), slice()), ((short, usual), usual));
    }

    #[test]
    fn attributes_of_the_kernel_are_read_and_a_missing_one_is_no_failure() {
        let (ran, waited) = (Duration::from_nanos(12), Duration::from_nanos(34));
        assert_eq!(parse_thread_time("12 34 5\n"), Some(ThreadTime { ran, waited }));
        for nonsense in ["", "12", "12 x 5", "-1 2 3"] {
            assert_eq!(parse_thread_time(nonsense), None, "{nonsense:?}");
        }
        let stat = "cpu  9 9 9 9 9\ncpu0 1 2 3 40 2 0\ncpu2 1 2 3 5 0\ncpu3 1 2\ncpux 1 2 3 4 5\ncpu4 1 2 3 -4 5\nintr 7\n";
        assert_eq!(parse_idle(stat), [(0, Duration::from_millis(420)), (2, Duration::from_millis(50))]);
    }
}
