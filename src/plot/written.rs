//! Results for tests: tables written out in a folder of their own.

use super::sources::Sources;

/// A result with these tables; the folder is gone when it is dropped.
pub(super) fn written(tables: &[(&str, &str)]) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tables")).unwrap();
    for (name, text) in tables {
        std::fs::write(folder.path().join("tables").join(name), text).unwrap();
    }
    let sources = Sources::of(folder.path());
    (folder, sources)
}

/// Whether two numbers are the same but for rounding.
pub(super) fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9 * one.abs().max(1.0)
}
