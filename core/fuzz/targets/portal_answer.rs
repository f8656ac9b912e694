//! The fuzzer's entry to [`adit_fuzz::portal_answer`].
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| adit_fuzz::portal_answer::check(bytes));
