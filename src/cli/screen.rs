//! How results look: as wide and as coloured as the terminal and the user will have it.

use crate::terminal::{Colours, NARROWEST, Screen};
use clap::{Args, ValueEnum};
use std::sync::OnceLock;

/// What the user says about it.
#[derive(Args, Debug, Clone)]
pub struct Asked {
    /// Colours: on a terminal, as NO_COLOR, CLICOLOR and CLICOLOR_FORCE say; always; or never
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        visible_alias = "colour"
    )]
    color: When,
    /// Columns of tables, text and charts; those of the terminal (or COLUMNS) where nothing is said
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(NARROWEST as i64..=1000))]
    width: Option<u16>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum When {
    Auto,
    Always,
    Never,
}

/// Set once, before anything is printed.
static SCREEN: OnceLock<(Screen, Colours)> = OnceLock::new();

impl Asked {
    /// Takes it for all that is printed.
    pub fn take(&self) {
        let colours = match self.color {
            When::Auto => Colours::Auto,
            When::Always => Colours::Always,
            When::Never => Colours::Never,
        };
        let screen = Screen::of_stdout(self.width.map(usize::from), colours);
        // Nothing was taken before.
        let _ = SCREEN.set((screen, colours));
    }
}

/// Where results are printed; plain where nothing was said.
pub fn screen() -> Screen {
    SCREEN.get().map(|(screen, _)| *screen).unwrap_or_default()
}

/// Whether messages on standard error have colours.
pub fn colours_of_messages() -> bool {
    let colours = SCREEN.get().map(|(_, colours)| *colours).unwrap_or_default();
    colours.on(&std::io::stderr())
}
