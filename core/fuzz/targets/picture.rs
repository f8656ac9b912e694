//! The fuzzer's entry to [`adit_fuzz::picture`].
#![no_main]
#![forbid(unsafe_code)]

// The search for QR codes panics on some pictures, and its caller catches the panic. The fuzzer's own hook would abort the
// process there; an uncaught panic still ends the process.
libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |bytes: &[u8]| adit_fuzz::picture::check(bytes));
