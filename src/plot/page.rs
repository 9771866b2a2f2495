//! What a figure is drawn for: how wide the paper is, in which language it speaks, and as which files it is kept.

/// The language of titles, axes, legends and captions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese in simplified characters.
    Chinese,
}

/// How many columns of a journal's page a figure goes across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// One column, 85 mm: panels stand one under the other, names above them.
    One,
    /// Two columns, 170 mm: panels stand side by side, names at the right.
    Two,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A vector drawing for pages and editors, text as outlines, so that no font is needed.
    Svg,
    /// A picture of 300 dots per inch.
    Png,
    /// A vector drawing for papers, text as outlines.
    Pdf,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 3] = [Format::Svg, Format::Png, Format::Pdf];

    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
            Format::Pdf => "pdf",
        }
    }
}

/// The paper that a figure is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its width.
    pub columns: Columns,
    /// Its language.
    pub language: Language,
}

impl Page {
    /// The page of a figure that nobody asked to be otherwise.
    pub const USUAL: Page = Page {
        columns: Columns::Two,
        language: Language::English,
    };

    /// Width in millimetres.
    pub fn millimetres(self) -> u32 {
        match self.columns {
            Columns::One => 85,
            Columns::Two => 170,
        }
    }

    /// Whether panels and names must stand one under the other.
    pub(super) fn narrow(self) -> bool {
        self.columns == Columns::One
    }

    /// The text in the language of the page.
    pub(super) fn say<T>(self, english: T, chinese: T) -> T {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// The folder of its figures under that of the usual ones; empty for these.
    pub(super) fn folder(self) -> &'static str {
        match (self.language, self.columns) {
            (Language::English, Columns::Two) => "",
            (Language::English, Columns::One) => "one-column",
            (Language::Chinese, Columns::Two) => "zh",
            (Language::Chinese, Columns::One) => "zh-one-column",
        }
    }
}
