//! What is wrong with an input, said with file, line, a caret under the place and the way out.
//!
//! A [`Problem`] points into a [`Source`] (a file, or a pseudo-file such as `--set`); [`Problems`] are shown
//! together, so that a user mends a file once and not fault by fault.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A text that a user wrote, and the name by which messages call it.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as the user would write it, or a pseudo-name such as `--set`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The bytes at which its lines begin, found when first asked for.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text and its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        Source {
            name: name.into(),
            text: text.into(),
            lines: OnceLock::new(),
        }
    }

    /// The number of the line of byte `at`, counted from 1.
    fn line(&self, at: usize) -> usize {
        let ends = || self.text.match_indices('\n').map(|(end, _)| end + 1);
        let begins = self.lines.get_or_init(|| std::iter::once(0).chain(ends()).collect());
        begins.partition_point(|&begin| begin <= at)
    }
}

/// A stretch of a [`Source`], in bytes.
#[derive(Clone, Debug)]
pub struct Place {
    source: Arc<Source>,
    span: Range<usize>,
}

impl Place {
    /// The bytes `span` of `source`; cut to the first line and to whole characters.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Place {
        let text = &source.text;
        let back = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = back(span.start);
        let mut end = back(span.end).max(start);
        if let Some(line) = text[start..end].find(['\n', '\r']) {
            end = start + line;
        }
        Place {
            source: Arc::clone(source),
            span: start..end,
        }
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.source.line(self.span.start)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.line())
    }
}

/// One thing that is wrong, where, and what to do about it.
#[derive(Clone, Debug)]
pub struct Problem {
    title: String,
    place: Option<(Place, String)>,
    also: Vec<(Place, String)>,
    help: Vec<String>,
}

impl Problem {
    /// A problem said in one sentence.
    pub fn new(title: impl Into<String>) -> Problem {
        Problem {
            title: title.into(),
            place: None,
            also: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Where it is, with a few words under the caret.
    #[must_use]
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Problem {
        self.place = Some((place, label.into()));
        self
    }

    /// Where it is, if that is known.
    #[must_use]
    pub fn at_if(self, place: Option<Place>, label: &str) -> Problem {
        match place {
            Some(place) => self.at(place, label),
            None => self,
        }
    }

    /// Another place that has to do with it.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Problem {
        self.also.push((place, label.into()));
        self
    }

    /// The way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Problem {
        self.help.push(text.into());
        self
    }

    /// The way out, where there is one to offer.
    #[must_use]
    pub fn help_if(self, text: Option<String>) -> Problem {
        match text {
            Some(text) => self.help(text),
            None => self,
        }
    }

    /// The sentence.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where it is.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref().map(|(place, _)| place)
    }

    fn render(&self, renderer: &Renderer) -> String {
        let mut group = Group::with_title(Level::ERROR.primary_title(self.title.as_str()));
        let mut marks: Vec<(&Place, &str, AnnotationKind)> = Vec::new();
        if let Some((place, label)) = &self.place {
            marks.push((place, label, AnnotationKind::Primary));
        }
        for (place, label) in &self.also {
            marks.push((place, label, AnnotationKind::Context));
        }
        while let Some(&(first, ..)) = marks.first() {
            let mut snippet = Snippet::source(first.source.text.as_str()).path(first.file());
            for (place, label, kind) in marks.iter().filter(|mark| Arc::ptr_eq(&mark.0.source, &first.source)) {
                let label = (!label.is_empty()).then_some(*label);
                snippet = snippet.annotation(kind.span(place.span.clone()).label(label));
            }
            group = group.element(snippet);
            let source = Arc::clone(&first.source);
            marks.retain(|mark| !Arc::ptr_eq(&mark.0.source, &source));
        }
        for help in &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

/// Everything that was found wrong with an input, shown together.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems, in the order they were found.
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// As text, with colours for a terminal where `colours` is set.
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        self.0
            .iter()
            .map(|problem| problem.render(&renderer))
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// `Ok` when the list is empty.
    pub fn or<T>(problems: Vec<Problem>, value: T) -> Result<T, Problems> {
        if problems.is_empty() {
            Ok(value)
        } else {
            Err(Problems(problems))
        }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Self {
        Problems(problems)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// The candidate that `word` was most likely meant to be; `None` when nothing is near.
///
/// ```
/// # use kangcun::problem::nearest;
/// assert_eq!(nearest("reimbursment", ["ceiling", "reimbursement"]), Some("reimbursement"));
/// assert_eq!(nearest("banana", ["ceiling", "reimbursement"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let likeness =
            strsim::normalized_damerau_levenshtein(word, candidate).max(strsim::jaro_winkler(word, candidate) - 0.2);
        if likeness >= 0.6 && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "did you mean" for a name that is not among `known`, or the list of what there is.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(right) => Some(format!("did you mean `{right}`?")),
        None if known.is_empty() => None,
        None => {
            let more = if known.len() > 12 { ", ..." } else { "" };
            let list: Vec<String> = known.iter().take(12).map(|name| format!("`{name}`")).collect();
            Some(format!("there are {}{more}", list.join(", ")))
        }
    }
}
