//! Tells the files that this crate includes that they are in here, so that their own tests stay where they belong.

fn main() {
    println!("cargo::rustc-cfg=loom");
    println!("cargo::rerun-if-changed=build.rs");
}
