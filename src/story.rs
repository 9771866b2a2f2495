//! Pages for people to read: what happened to one household, and how one bill was settled, in words.
//!
//! A page is told once, from [`chapter`] down, and in any language: each is a set of
//! [`Words`] that has exactly the same phrases. To add a phrase, name it in `words.rs`; the compiler then asks for it in every
//! language. To add a language, copy `english.rs`, translate it, and name it in [`LANGUAGES`].

pub mod chapter;
mod chinese;
mod english;
pub mod json;
mod ledger;
mod months;
pub mod page;
pub mod receipt;
mod verdict;
mod words;

pub use chinese::CHINESE;
pub use english::ENGLISH;
pub use words::{Words, fill};

/// All languages.
pub const LANGUAGES: [&Words; 2] = [&ENGLISH, &CHINESE];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names in braces of a phrase.
    fn blanks(phrase: &str) -> BTreeSet<&str> {
        let inside = phrase.split('{').skip(1);
        inside
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn every_phrase_says_the_same_in_every_language() {
        for words in LANGUAGES {
            let (here, there) = (ENGLISH.phrases(), words.phrases());
            assert!(here.len() > 100, "{}", here.len());
            for ((name, english), (_, own)) in here.iter().zip(&there) {
                // Chinese leaves no space between sentences.
                assert!(
                    !own.trim().is_empty() || name == "space",
                    "{}: `{name}` is empty",
                    words.code
                );
                assert_eq!(blanks(english), blanks(own), "{}: `{name}`", words.code);
            }
            assert_eq!(here.len(), there.len());
        }
    }

    #[test]
    fn chinese_is_not_english() {
        let (here, there) = (ENGLISH.phrases(), CHINESE.phrases());
        let same = |((name, one), (_, other)): (&(String, &str), &(String, &str))| {
            let words = one.replace(['{', '}'], " ");
            let speaks = words.chars().any(char::is_alphabetic) && !blanks(one).contains(words.trim());
            (speaks && one == other).then(|| name.clone())
        };
        let untranslated: Vec<String> = here.iter().zip(&there).filter_map(same).collect();
        assert_eq!(untranslated, [""; 0]);
        let han =
            |(_, phrase): &&(String, &str)| phrase.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        assert!(there.iter().filter(han).count() > 100);
    }
}
