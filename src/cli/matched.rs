//! What two worlds over the same luck have in common, in words.

use super::screen::screen;
use crate::study::matched::Matched;

/// Prints what the first world has in common with the world `name`.
pub fn print(name: &str, matched: &Matched) {
    let parts = matched.items().map(|(what, alike)| {
        let what = what.replace('_', " ");
        match alike.share() {
            Some(share) => format!("{:.1}% of {} {what}", 100.0 * share, alike.first),
            None => format!("no {what}"),
        }
    });
    let text = parts.join("; ");
    say_on!("{}", screen().paragraph(&format!("  {name}: "), 4, &text));
}
