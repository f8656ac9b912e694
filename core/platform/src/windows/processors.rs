//! Processors by their numbers: which ones are idle, and where a thread may run. A number counts through the groups of at most 64
//! that Windows has, and a thread runs in one group.

use std::io;
use std::ptr;
use std::time::Duration;

use windows_sys::Wdk::System::SystemInformation::{NtQuerySystemInformation, SystemProcessorPerformanceInformation};
use windows_sys::Win32::System::Kernel::PROCESSOR_NUMBER;
use windows_sys::Win32::System::SystemInformation::GROUP_AFFINITY;
use windows_sys::Win32::System::Threading::{
    GetCurrentProcessorNumberEx, GetCurrentThread, GetThreadGroupAffinity, SetThreadGroupAffinity,
};
use windows_sys::Win32::System::WindowsProgramming::SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION;

/// Windows does not tell how long a thread has waited for a processor, and has no slices of single threads.
pub use crate::portable::processors::{set_slice, thread_time, use_default_slice};

/// Processors in a group.
const GROUP: usize = 64;

/// Returns how long each processor of this group has been idle since the system started.
pub fn idle() -> io::Result<Vec<(usize, Duration)>> {
    let mut times = [SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION::default(); GROUP];
    let mut written = 0_u32;
    // SAFETY: the system writes at most the stated size, and the size that it has written.
    let status = unsafe {
        NtQuerySystemInformation(
            SystemProcessorPerformanceInformation,
            times.as_mut_ptr().cast(),
            size_of_val(&times) as u32,
            &raw mut written,
        )
    };
    if status < 0 {
        return Err(io::Error::other(format!("asking for the times of the processors: status {status:#x}")));
    }
    let count = written as usize / size_of::<SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION>();
    let first = usize::from(current_number().Group) * GROUP;
    let idle = times.iter().take(count).enumerate().map(|(index, times)| {
        let units = u64::try_from(times.IdleTime).unwrap_or_default();
        (first + index, Duration::from_nanos(units.saturating_mul(100)))
    });
    Ok(idle.collect())
}

/// Returns the processors on which the calling thread may run.
pub fn allowed() -> io::Result<Vec<usize>> {
    let mut affinity = GROUP_AFFINITY::default();
    // SAFETY: the pseudo handle is of this thread, and the system writes one structure.
    if unsafe { GetThreadGroupAffinity(GetCurrentThread(), &raw mut affinity) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let first = usize::from(affinity.Group) * GROUP;
    Ok((0..GROUP).filter(|bit| affinity.Mask >> bit & 1 == 1).map(|bit| first + bit).collect())
}

/// Returns the processor on which the calling thread runs at this moment.
pub fn current() -> usize {
    let number = current_number();
    usize::from(number.Group) * GROUP + usize::from(number.Number)
}

fn current_number() -> PROCESSOR_NUMBER {
    let mut number = PROCESSOR_NUMBER::default();
    // SAFETY: the system writes one structure.
    unsafe { GetCurrentProcessorNumberEx(&raw mut number) };
    number
}

/// Restricts the calling thread to these processors from now on; of several groups, to those of the first one's.
///
/// # Errors
/// If none of them exists; the thread then stays where it was.
pub fn keep_to(processors: &[usize]) -> io::Result<()> {
    let group = processors.first().map_or(0, |processor| processor / GROUP);
    let of_group = processors.iter().filter(|processor| **processor / GROUP == group);
    let affinity = GROUP_AFFINITY {
        Mask: of_group.fold(0, |mask, processor| mask | 1 << (processor % GROUP)),
        Group: u16::try_from(group).map_err(|_| io::ErrorKind::InvalidInput)?,
        Reserved: [0; 3],
    };
    // SAFETY: the pseudo handle is of this thread, and the system reads one structure.
    let kept = unsafe { SetThreadGroupAffinity(GetCurrentThread(), &raw const affinity, ptr::null_mut()) };
    if kept == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_runs_where_it_is_kept_and_goes_back() {
        std::thread::spawn(|| {
            let before = allowed().unwrap();
            assert!(before.contains(&current()));
            for &one in &before {
                keep_to(&[one]).unwrap();
                assert_eq!(allowed().unwrap(), [one]);
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
    fn every_processor_of_the_thread_has_an_idle_time() {
        let counted: Vec<usize> = idle().unwrap().into_iter().map(|(processor, _)| processor).collect();
        assert!(allowed().unwrap().iter().all(|processor| counted.contains(processor)), "{counted:?}");
    }
}
