//! The test program of the tests that need several users.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod program;

#[cfg(target_os = "linux")]
fn main() -> program::Outcome {
    program::run()
}

#[cfg(not(target_os = "linux"))]
fn main() -> Result<(), &'static str> {
    Err("the tests that start this run on Linux")
}
