//! The fuzzer's entry to [`adit_fuzz::ipc_frame`].
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| adit_fuzz::ipc_frame::check(bytes));
