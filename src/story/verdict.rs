//! The close of a year: what was held against the line, the truth table of the shadow purses, and the sentence that says why.

use super::page::{Page, yuan};
use super::words::{Words, fill};
use crate::study::explain::Story;
use crate::study::explain::record::{Chapter, Close};
use crate::units::Fen;
use crate::year::poverty::PURSES;

/// What this year's illness had to do with where the household stands by gauge `g`. Only who was above the line before was put
/// below it.
pub fn cause(words: &Words, close: &Close, g: usize) -> Option<&'static str> {
    let phrases = if close.at_risk(g) {
        &words.causes
    } else {
        &words.causes_already
    };
    close.cause(g).map(|cause| phrases[cause as usize])
}

/// Why the household stands where it does by gauge `g`, and what would have changed it.
pub fn why(words: &Words, close: &Close, g: usize) -> String {
    let gap = close.line(g) - close.held(g)[0];
    let far = if gap > Fen::ZERO {
        fill(words.short_by, &[("gap", &yuan(gap))])
    } else {
        fill(words.above_by, &[("gap", &yuan(-gap))])
    };
    match cause(words, close, g) {
        Some(cause) => format!("{cause}{}{far}", words.space),
        None => far,
    }
}

/// Tells the close: the headline gauge in full, the shadows, and every other gauge in a line.
pub fn tell(words: &Words, story: &Story, chapter: &Chapter, page: &mut Page) {
    page.heading(words.close_part);
    let Some(close) = &chapter.close else {
        page.paragraph(0, words.nobody_left);
        return;
    };
    page.paragraph(0, words.close_note);
    page.gap();
    page.table(2, &register(words, story, close));
    page.gap();
    page.line(words.other_gauges);
    page.table(2, &gauges(words, story, close));
    let fell = chapter.fell(story.headline);
    page.heading(if fell { words.why_part } else { words.stood_part });
    page.paragraph(0, &why(words, close, story.headline));
    page.gap();
    let poor = close.poor(story.headline);
    let shadows = [words.truth_bill, words.truth_work, words.truth_both];
    let truth = shadows.iter().zip(&poor[1..]).map(|(shadow, poor)| {
        let stands = if *poor { words.would_fall } else { words.would_stay };
        vec![(*shadow).to_owned(), stands.to_owned()]
    });
    page.table(2, &truth.collect::<Vec<_>>());
}

/// What the register holds of each purse, item by item.
fn register(words: &Words, story: &Story, close: &Close) -> Vec<Vec<String>> {
    let g = story.headline;
    let row = |name: String, amounts: [Fen; PURSES]| {
        let mut row = vec![name];
        row.extend(amounts.map(yuan));
        row
    };
    let said = |name: &str, yes: [bool; PURSES]| {
        let mut row = vec![format!("  {name}")];
        row.extend(yes.map(|yes| if yes { words.yes } else { words.no }.to_owned()));
        row
    };
    let line = close.line(g);
    let size = close.size.to_string();
    let mut header = vec![String::new()];
    header.extend(words.purses.map(str::to_owned));
    let held = close.held(g);
    let below = held.map(|held| held < line);
    let mut rows = vec![
        header,
        row(format!("  {}", words.own_income), close.lived.income.map(Fen::of_lane)),
        row(format!("  {}", words.assessed), close.assessed()),
        row(format!("- {}", words.oop_paid), close.lived.oop.map(Fen::of_lane)),
        row(
            format!("- {}", words.service_paid),
            close.lived.medical_service.map(Fen::of_lane),
        ),
        row(format!("= {}", words.held_line), held),
        row(
            format!("  {}", fill(words.the_line, &[("size", &size)])),
            [line; PURSES],
        ),
        said(words.below, below),
    ];
    let poor = close.poor(g);
    if poor != below {
        rows.push(said(words.poor_row, poor));
    }
    rows
}

/// Every gauge of the run: what it holds of the household, against which line.
fn gauges(words: &Words, story: &Story, close: &Close) -> Vec<Vec<String>> {
    let header = [
        words.gauge_column,
        words.convention_column,
        words.held_column,
        words.line_column,
        words.below_column,
    ];
    let gauge = |(g, gauge): (usize, &crate::study::explain::GaugeName)| {
        vec![
            gauge.id.clone(),
            words.conventions[gauge.convention as usize].to_owned(),
            yuan(close.held(g)[0]),
            yuan(close.line(g)),
            if close.poor(g)[0] { words.yes } else { words.no }.to_owned(),
        ]
    };
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(story.gauges.iter().enumerate().map(gauge));
    rows
}
