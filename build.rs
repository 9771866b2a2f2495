//! Embedded scenario files: a new file under `scenarios/` rebuilds the crate.

fn main() {
    println!("cargo:rerun-if-changed=scenarios");
}
