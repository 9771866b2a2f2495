//! Captions: what a reader needs who has the figure and nothing else, always in the same order.

use std::fmt::Write as _;

use super::page::{Language, Page};

/// What a figure shows, of whom, how sure, and where from. Each part is one or more full sentences.
pub(super) struct Caption<'c> {
    /// The question that the figure answers: its title.
    pub(super) question: &'c str,
    /// What is drawn.
    pub(super) shows: String,
    /// What is counted and how it is defined.
    pub(super) definition: String,
    /// How many replicates, households, events or runs stand behind it.
    pub(super) n: String,
    /// What the intervals are and how they were found; that there are none, where there are none.
    pub(super) intervals: String,
    /// The tables that it was drawn from, as [`super::sources::Sources::path`] has them.
    pub(super) tables: &'c [&'c str],
}

impl Caption<'_> {
    /// The caption as text.
    pub(super) fn text(&self, page: Page) -> String {
        let mut text = format!("{}\n\n{}\n", self.question, self.shows.trim());
        for (english, chinese, part) in [
            ("Definition: ", "定义：", &self.definition),
            ("n: ", "样本：", &self.n),
            ("Intervals: ", "区间：", &self.intervals),
        ] {
            if !part.is_empty() {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{}{}", page.say(english, chinese), part.trim());
            }
        }
        let tables: Vec<String> = self
            .tables
            .iter()
            .map(|table| match table.strip_prefix("./") {
                Some(name) => name.to_owned(),
                None => format!("tables/{table}"),
            })
            .collect();
        let _ = match page.language {
            Language::English => writeln!(text, "Drawn from {}.", tables.join(", ")),
            Language::Chinese => writeln!(text, "绘自 {}。", tables.join("、")),
        };
        text
    }
}
