//! Writes `docs/ODD.md` and `src/output/parameters/meanings.csv` from the sources, the cards and `docs/ODD.template.md`.

mod document;
mod source;

use std::fs;
use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in document::made(root) {
        fs::write(root.join(path), text).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
        println!("{path}");
    }
}
