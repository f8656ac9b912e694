//! Sets `cfg(loom)`, by which the included files know that they are part of this crate and leave out their own tests.

fn main() {
    println!("cargo::rustc-cfg=loom");
    println!("cargo::rerun-if-changed=build.rs");
}
