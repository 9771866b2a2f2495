//! The forest plot of programmes: what each changes in the return to poverty, and in what it is meant to move first.

use super::axes::{MARGIN, Panel, Ticks, heading, paragraph, source};
use super::series::{extremes, replicates_in_words};
use super::sheet::{Hang, Sheet, Type, WIDTH, draw, typed, wrap};
use super::style::{EVIDENCE, GRID, INK, LABEL, PT, SMALL, SOFT, evidence, words};
use super::table::{Row, Table};
use super::{Figure, PlotError};

/// A programme's line of the figure.
struct Line {
    section: String,
    programme: String,
    taken_away: bool,
    /// Levers with a grade, and how many of them are assumptions.
    levers: (f64, f64),
    /// Returns per 1,000 lifted households and year: mean and interval.
    effect: (f64, Option<(f64, f64)>),
    few_events: bool,
    /// What it should move first and by how much, in words.
    first: String,
    /// Of the effects that the evidence says are none: how many, and how many of these are shown to be none.
    nulls: (usize, usize),
}

/// Height of a line and of the name of a section.
const PITCH: f64 = 10.2 * PT;
const SECTION: f64 = 14.5 * PT;
const HEAD: f64 = 58.0 * PT;
/// Where the effects stand, where their numbers end, and where the words beside them begin.
const ACROSS: (f64, f64) = (142.0 * PT, 258.0 * PT);
const NUMBER: f64 = 286.0 * PT;
const FIRST: f64 = 294.0 * PT;
/// The writing of what is beside the effects.
const TINY: f64 = 6.4 * PT;

/// What each programme changes, by section and effect.
pub(super) fn programmes(table: &Table) -> Result<Option<Figure>, PlotError> {
    let rows = table.rows_where(&[("role", "return")])?;
    let lines: Vec<Line> = rows.iter().map(|row| line(table, row)).collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Ok(None);
    }
    let replicates = extremes(&rows)?;
    let assumed = assumed(&lines);
    let room = f64::from(WIDTH) - 2.0 * MARGIN;
    let note = wrap(&assumed, SMALL, room);
    let sections = 1 + lines.windows(2).filter(|two| two[0].section != two[1].section).count();
    let bottom = HEAD + lines.len() as f64 * PITCH + sections as f64 * SECTION + 4.0 * PT;
    let height = bottom + 52.0 * PT + note.len() as f64 * 1.18 * SMALL;
    let question = "What does each programme do to the return to poverty?";
    let svg = draw(height, |sheet| {
        let what = "Each beside the scenario that it is held against, over the same luck; bars: 95% intervals (hidden where \
                    narrower than a marker)";
        heading(sheet, question, what)?;
        let panel = effects_panel(sheet, &lines, bottom)?;
        let look = Type {
            colour: SOFT,
            ..typed(TINY, Hang::Start)
        };
        sheet.text(
            "What it should move first, change in %;",
            (FIRST, HEAD - 13.0 * PT),
            look,
        )?;
        sheet.text("in brackets: within noise", (FIRST, HEAD - 5.0 * PT), look)?;
        let mut y = HEAD;
        let mut section = None;
        for line in &lines {
            if section != Some(&line.section) {
                y += SECTION;
                sheet.text(
                    &section_name(&line.section),
                    (MARGIN, y - 4.0 * PT),
                    typed(LABEL, Hang::Start),
                )?;
                section = Some(&line.section);
            }
            draw_line(sheet, &panel, line, y + 0.5 * PITCH)?;
            y += PITCH;
        }
        legend(sheet, bottom + 34.0 * PT)?;
        paragraph(sheet, &note, (MARGIN, bottom + 50.0 * PT), typed(SMALL, Hang::Start))?;
        Ok(())
    })?;
    let mut caption = format!(
        "{question}\n\nHaving a programme less not having it: lifted households that are poor by the register at the close of a year in \
         which they were not when it began, per 1,000 and year (below 0: fewer returns). Those marked as taken away are part of the \
         scenario that they are held against; their effect is that of having them too. Markers: mean of paired differences over {} \
         replicates; bars: 95% intervals of that mean, of luck and founding, not of the model's parameters. Hollow markers: fewer than 20 \
         events. Colour and shape: how many of the programme's levers are assumptions (grade D). Beside the effects: the first indicator \
         that the programme's file says it moves, with what changes in it in per cent of its level without the programme, in brackets where \
         the 95% interval holds zero, as is the number of the effect. `null`: an effect that the evidence says is none, and the 90% interval lies within what its source \
         could see; `not null`: it does not. Spending (own share, own payments, spending over a share) also falls when people stop going: \
         read it with the admissions and care forgone of the same table, and with flags.csv.\n{assumed}\n",
        replicates_in_words(&replicates)
    );
    caption.push_str(&source("programmes.csv"));
    Ok(Some(Figure {
        name: "programmes",
        svg,
        caption,
    }))
}

fn line(table: &Table, row: &Row) -> Result<Line, PlotError> {
    let programme = row.text("programme")?.to_owned();
    let needed = |column: &str| -> Result<f64, PlotError> {
        let number = row.number(column)?;
        number.ok_or_else(|| row.wrong(format!("`{column}` is empty")))
    };
    let interval = row.number("lo")?.zip(row.number("hi")?);
    let own = |role| table.rows_where(&[("programme", &programme), ("role", role)]);
    let nulls = own("null")?;
    let held: Vec<bool> = nulls
        .iter()
        .map(|null| null.flag("null_holds"))
        .collect::<Result<_, _>>()?;
    Ok(Line {
        section: row.text("section")?.to_owned(),
        taken_away: row.text("comparator")? == "taken away",
        levers: (needed("levers")?, needed("assumed_levers")?),
        effect: (needed("difference")?, interval),
        few_events: row.flag("few_events")?,
        first: match own("declared")?.first() {
            Some(declared) => first(declared)?,
            None => String::new(),
        },
        nulls: (held.len(), held.iter().filter(|held| **held).count()),
        programme,
    })
}

/// An indicator in words and its relative change, in brackets where that is within noise.
fn first(row: &Row) -> Result<String, PlotError> {
    let name = indicator_name(row.text("indicator")?);
    let (level, difference) = (row.number("without")?, row.number("difference")?);
    let change = match (level, difference) {
        (Some(level), Some(difference)) if level != 0.0 => percent(100.0 * difference / level.abs()),
        (_, Some(difference)) if difference > 0.0 => "from none".to_owned(),
        _ => "none".to_owned(),
    };
    Ok(if row.flag("beyond_noise")? {
        format!("{name} {change}")
    } else {
        format!("{name} ({change})")
    })
}

/// What programmes are meant to move, in plain words.
fn indicator_name(indicator: &str) -> String {
    let known = match indicator {
        "oop_share" => "Own share of bills",
        "oop_share_admissions" => "Own share of admission bills",
        "infections_oop_share" => "Own share, infections",
        "oop" => "Own payments",
        "bill" => "All bills",
        "catastrophic_10" => "Spending over 10%",
        "catastrophic_25" => "Spending over 25%",
        "catastrophic_40" => "Spending over 40%",
        "visits_village" => "Visits, village clinic",
        "visits_township" => "Visits, township",
        "visits_county" => "Visits, county hospital",
        "visits_private" => "Visits, private",
        "visits_remote" => "Visits, remote",
        "visits_tcm" => "Visits, TCM",
        "admission_bill" => "Bill of an admission",
        "admissions_tertiary" => "Admissions, tertiary share",
        "controlled_hypertension" => "Blood pressure controlled",
        "known_hypertension" => "High blood pressure known",
        "prevalence_stroke" => "People with a stroke",
        "recovered_work" => "Work regained",
        "lost_days" => "Days of work lost",
        "fund_rate" => "Rate that funds can pay",
        "fund_closing" => "Balance of funds",
        "monitored" => "People monitored",
        "forgone_admission" => "Admissions forgone",
        "forgone_admission_liquidity" => "Admissions forgone, no cash",
        _ => return words(indicator),
    };
    known.to_owned()
}

/// A programme in words; what is an abbreviation stays one.
fn programme_name(id: &str) -> String {
    words(id).replace("Tcm", "TCM")
}

/// An effect, in brackets where its interval holds zero or is not known.
fn number((mean, interval): (f64, Option<(f64, f64)>)) -> String {
    let text = format!("{:.2}", mean.abs());
    let sign = match text.as_str() {
        "0.00" => "",
        _ if mean < 0.0 => "\u{2212}",
        _ => "+",
    };
    if interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0) {
        format!("{sign}{text}")
    } else {
        format!("({sign}{text})")
    }
}

fn percent(change: f64) -> String {
    let digits = usize::from(change.abs() < 10.0);
    let text = format!("{:.digits$}", change.abs());
    match text.as_str() {
        "0" | "0.0" => "0%".to_owned(),
        _ if change < 0.0 => format!("\u{2212}{text}%"),
        _ => format!("+{text}%"),
    }
}

fn section_name(section: &str) -> String {
    if section.starts_with(|first: char| first.is_ascii_digit()) {
        format!("Section {section}")
    } else {
        match section {
            "comparator" => "Comparators".to_owned(),
            section => words(section),
        }
    }
}

/// How much of what is shown is assumed.
fn assumed(lines: &[Line]) -> String {
    let (levers, assumed) = lines
        .iter()
        .fold((0.0, 0.0), |sum, line| (sum.0 + line.levers.0, sum.1 + line.levers.1));
    let wholly = lines.iter().filter(|line| line.levers.0 == line.levers.1).count();
    let programmes = lines.len();
    format!(
        "Of {levers} graded levers of these programmes {assumed} are assumptions (grade D); {wholly} of {programmes} programmes rest on \
         assumptions alone: a ranking of programmes is largely a ranking of assumptions."
    )
}

fn effects_panel(sheet: &Sheet, lines: &[Line], bottom: f64) -> Result<Panel, PlotError> {
    let ends = lines.iter().flat_map(|line| {
        let (low, high) = line.effect.1.unwrap_or((line.effect.0, line.effect.0));
        [low, high]
    });
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let ticks = Ticks::around(low, high);
    let panel = Panel {
        left: ACROSS.0,
        right: ACROSS.1,
        top: HEAD,
        bottom,
        across: ticks.range,
        up: (0.0, 1.0),
    };
    for &tick in &ticks.at {
        let x = panel.x(tick);
        sheet.line(&[(x, HEAD), (x, bottom)], GRID, 0.5 * PT, &[])?;
        for y in [HEAD - 6.0 * PT, bottom + 9.0 * PT] {
            sheet.text(&ticks.words(tick), (x, y), typed(SMALL, Hang::Middle))?;
        }
    }
    let zero = panel.x(0.0);
    sheet.line(&[(zero, HEAD), (zero, bottom)], INK, 0.8 * PT, &[])?;
    let axis = "Returns per 1,000 lifted households and year, difference";
    let middle = 0.5 * (ACROSS.0 + ACROSS.1);
    sheet.text(axis, (middle, bottom + 20.0 * PT), typed(SMALL, Hang::Middle))?;
    Ok(panel)
}

fn draw_line(sheet: &Sheet, panel: &Panel, line: &Line, y: f64) -> Result<(), PlotError> {
    let style = evidence(line.levers.0, line.levers.1);
    let mut name = programme_name(&line.programme);
    if line.taken_away {
        name += " (taken away)";
    }
    sheet.text_mid(&name, (MARGIN + 6.0 * PT, y), typed(SMALL, Hang::Start))?;
    if let Some((low, high)) = line.effect.1 {
        sheet.line(&[(panel.x(low), y), (panel.x(high), y)], style.colour, 1.1 * PT, &[])?;
    }
    sheet.marker((panel.x(line.effect.0), y), style, line.few_events)?;
    sheet.text_mid(&number(line.effect), (NUMBER, y), typed(TINY, Hang::End))?;
    sheet.text_mid(&line.first, (FIRST, y), typed(TINY, Hang::Start))?;
    let verdict = match line.nulls {
        (0, _) => return Ok(()),
        (claimed, held) if claimed == held => "null",
        _ => "not null",
    };
    sheet.text_mid(verdict, (f64::from(WIDTH) - MARGIN, y), typed(TINY, Hang::End))
}

/// What colour and shape say.
fn legend(sheet: &Sheet, y: f64) -> Result<(), PlotError> {
    let mut x = MARGIN;
    sheet.text_mid("Levers that are assumptions:", (x, y), typed(SMALL, Hang::Start))?;
    x += 118.0 * PT;
    for (name, style) in EVIDENCE {
        sheet.marker((x, y), style, false)?;
        sheet.text_mid(name, (x + 7.0 * PT, y), typed(SMALL, Hang::Start))?;
        x += 82.0 * PT;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "programme,section,comparator,levers,assumed_levers,role,indicator,without,difference,lo,hi,beyond_noise,\
                          few_events,null_holds,replicates\n";

    fn drawn(rows: &str) -> Figure {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("programmes.csv");
        std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
        programmes(&Table::read(&file).unwrap()).unwrap().unwrap()
    }

    #[test]
    fn every_programme_has_a_line_and_every_section_a_name() {
        let one = "tcm-services,5.3,added,4,4,return,return_hazard,23,-0.5,-0.7,-0.3,true,false,,20\n\
                   tcm-services,5.3,added,4,4,declared,visits_tcm,0.2,0.1,-0.1,0.3,false,false,,20\n";
        let two = "zero-markup,5.4,taken away,2,1,return,return_hazard,23,0.5,0.3,0.7,true,false,,20\n\
                   zero-markup,5.4,taken away,2,1,null,deaths,13,0.1,0,0.2,false,false,false,20\n";
        let figure = drawn(&format!("{one}{two}"));
        for part in [
            "Section 5.3",
            "TCM services",
            "Visits, TCM (+50%)",
            "Zero markup (taken away)",
            "not null",
        ] {
            assert!(figure.svg.contains(part), "{part}");
        }
        assert!(figure.caption.contains("Of 6 graded levers"), "{}", figure.caption);
        assert!(figure.caption.contains("1 of 2 programmes"), "{}", figure.caption);
        assert!(!drawn(one).svg.contains("null"));
    }

    #[test]
    fn changes_are_told_with_as_many_digits_as_help() {
        assert_eq!(percent(12.34), "+12%");
        assert_eq!(percent(-1.26), "\u{2212}1.3%");
        assert_eq!(percent(-0.04), "0%");
        assert_eq!(number((-0.076, Some((-0.1, -0.05)))), "\u{2212}0.08");
        assert_eq!(number((0.012, Some((-0.1, 0.1)))), "(+0.01)");
        assert_eq!(number((0.0, None)), "(0.00)");
    }
}
