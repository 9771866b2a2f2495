//! Patterns of paths: `*` stands for any name, `a|b` for one of two.

/// What the stars of a pattern stand for in `path`; `None` where it does not fit.
pub(crate) fn stars<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut words = path.split('.');
    let mut names = Vec::new();
    for own in pattern.split('.') {
        let word = words.next()?;
        if own == "*" || own.contains('|') {
            names.push(word);
        }
        if own != "*" && !own.split('|').any(|one| one == word) {
            return None;
        }
    }
    words.next().is_none().then_some(names)
}

/// Whether `pattern` fits `path` or a table that it lies in.
pub fn covers(pattern: &str, path: &str) -> bool {
    let depth = pattern.split('.').count();
    let end = path.match_indices('.').nth(depth - 1).map_or(path.len(), |(at, _)| at);
    stars(pattern, &path[..end]).is_some()
}
