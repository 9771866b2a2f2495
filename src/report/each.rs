//! The page of a sweep of programmes: each beside the scenario that it is held against, as a forest to sort and to filter.

use super::answer::{Answer, Told};
use super::manifest::{Folder, Manifest};
use super::rules::{self, Cards, Meaning};
use super::sheet::short;
use super::{Leftover, Programme};
use crate::problem::Problem;
use serde::Serialize;

/// A programme and its numbers.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    section: String,
    title: String,
    /// `added` to its base, or `taken away` from it.
    comparator: String,
    against: String,
    from: String,
    reach: String,
    eligible: String,
    planned: Option<f64>,
    delivered: Option<f64>,
    levers: f64,
    assumed: f64,
    cells: Vec<Cell>,
    /// Warnings that its spending must be read with forgone care.
    flags: Vec<String>,
    summary: String,
    evidence: String,
}

/// What having a programme changes in one number.
#[derive(Debug, Serialize)]
struct Cell {
    role: String,
    indicator: String,
    group: String,
    unit: String,
    without: Option<f64>,
    mean: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    few: bool,
    replicates: usize,
    /// Where the evidence says that it does not move: the 90% interval, what counts as none, and whether it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    null: Option<Null>,
}

#[derive(Debug, Serialize)]
struct Null {
    ninety: [f64; 2],
    bound: [f64; 2],
    holds: bool,
}

#[derive(Serialize)]
struct Data<'a> {
    kind: &'static str,
    made_by: &'static str,
    manifest: &'a Manifest,
    answer: Answer,
    scenarios: Vec<[&'a str; 2]>,
    rows: &'a [Row],
    cards: &'a Cards,
    left_out: Vec<Leftover>,
}

/// A sweep of programmes as read, ready to be shown.
pub(super) struct Report {
    manifest: Manifest,
    rows: Vec<Row>,
    cards: Cards,
}

impl Report {
    /// Reads the result.
    ///
    /// # Errors
    /// When a table is missing, ill-formed or not what the manifest says.
    pub fn read(folder: Folder, meaning: Meaning) -> Result<Report, Problem> {
        let mut rows = rows(&folder)?;
        if rows.is_empty() {
            return Err(Problem::new("the result holds no programme"));
        }
        if let Some(sheet) = folder.table_if_any("flags.csv")? {
            sheet.each(["scenario", "year", "county", "sentence"], |row| {
                let [scenario, year, county, sentence] = row.cells();
                if [year, county] == ["all", "all"]
                    && let Some(own) = rows.iter_mut().find(|own| own.id == scenario)
                {
                    own.flags.push(sentence.into());
                }
                Ok(())
            })?;
        }
        Ok(Report {
            cards: rules::cards(&folder, meaning)?,
            rows,
            manifest: folder.manifest,
        })
    }

    /// Takes in what the files of the programmes say.
    pub fn tell(&mut self, programmes: &[Programme]) {
        for row in &mut self.rows {
            if let Some(own) = programmes.iter().find(|own| own.id == row.id) {
                row.summary.clone_from(&own.summary);
                row.evidence.clone_from(&own.evidence);
            }
        }
    }

    /// Data for the page, with so many bytes for cards; and the first sentence.
    ///
    /// # Errors
    /// None in practice: all of it can be written as JSON.
    pub fn data(&self, room: usize) -> Result<(String, [String; 2], Vec<Leftover>), Problem> {
        let answer = answer(&self.rows, &self.manifest);
        let told = [answer.sentence.en.clone(), answer.sentence.zh.clone()];
        let (cards, left) = self.cards.within(room, self.manifest.scenarios.len());
        let left = Leftover::of("cards", left);
        let data = Data {
            kind: "programmes",
            made_by: env!("CARGO_PKG_VERSION"),
            manifest: &self.manifest,
            answer,
            scenarios: self
                .manifest
                .scenarios
                .iter()
                .map(|own| [&own.id[..], &own.title[..]])
                .collect(),
            rows: &self.rows,
            cards: &cards,
            left_out: left.clone(),
        };
        let text = serde_json::to_string(&data)
            .map_err(|error| Problem::new(format!("the page's data cannot be written as JSON: {error}")))?;
        Ok((text, told, left))
    }
}

fn rows(folder: &Folder) -> Result<Vec<Row>, Problem> {
    let mut rows: Vec<Row> = Vec::new();
    let columns = [
        "programme",
        "section",
        "title",
        "comparator",
        "against",
        "from",
        "reach",
        "eligible",
        "role",
        "indicator",
        "group",
        "unit",
        "planned_coverage_share",
        "delivered_share",
        "levers",
        "assumed_levers",
        "without",
        "difference",
        "lo",
        "hi",
        "replicates",
        "lo_90",
        "hi_90",
        "bound_lo",
        "bound_hi",
        "null_holds",
        "few_events",
    ];
    folder.table("programmes.csv")?.each(columns, |row| {
        let [
            id,
            section,
            title,
            comparator,
            against,
            from,
            reach,
            eligible,
            role,
            indicator,
            group,
            unit,
            ..,
            holds,
            few,
        ] = row.cells();
        let number = |at: usize| row.number(at);
        let pair = |at: usize| {
            Ok::<_, Problem>(
                number(at)?
                    .zip(number(at + 1)?)
                    .map(|(low, high)| [short(low), short(high)]),
            )
        };
        let null = match (pair(21)?, pair(23)?) {
            (Some(ninety), Some(bound)) => Some(Null {
                ninety,
                bound,
                holds: holds == "true",
            }),
            _ => None,
        };
        let cell = Cell {
            role: role.into(),
            indicator: indicator.into(),
            group: group.into(),
            unit: unit.into(),
            without: number(16)?.map(short),
            mean: number(17)?.map(short),
            lo: number(18)?.map(short),
            hi: number(19)?.map(short),
            few: few == "true",
            replicates: number(20)?.unwrap_or_default() as usize,
            null,
        };
        if rows.last().is_none_or(|last| last.id != id) {
            rows.push(Row {
                id: id.into(),
                section: section.into(),
                title: title.into(),
                comparator: comparator.into(),
                against: against.into(),
                from: from.into(),
                reach: reach.into(),
                eligible: eligible.into(),
                planned: number(12)?.map(short),
                delivered: number(13)?.map(short),
                levers: number(14)?.unwrap_or_default(),
                assumed: number(15)?.unwrap_or_default(),
                cells: Vec::new(),
                flags: Vec::new(),
                summary: String::new(),
                evidence: String::new(),
            });
        }
        if let Some(last) = rows.last_mut() {
            last.cells.push(cell);
        }
        Ok(())
    })?;
    Ok(rows)
}

/// How many lower the return to poverty by more than luck, and which lowers it most.
fn answer(rows: &[Row], manifest: &Manifest) -> Answer {
    let returns = |row: &Row| {
        row.cells
            .iter()
            .find(|cell| cell.role == "return")
            .and_then(|cell| Some((cell.mean?, cell.lo, cell.hi)))
    };
    let told: Vec<(&Row, f64, Option<f64>, Option<f64>)> = rows
        .iter()
        .filter_map(|row| returns(row).map(|(mean, lo, hi)| (row, mean, lo, hi)))
        .collect();
    let fewer = told.iter().filter(|own| own.3.is_some_and(|hi| hi < 0.0)).count();
    let more = told.iter().filter(|own| own.2.is_some_and(|lo| lo > 0.0)).count();
    let all = told.len();
    let best = told.iter().min_by(|one, other| one.1.total_cmp(&other.1));
    let years = manifest.scenarios.iter();
    let (first, last) = (
        years.clone().map(|own| own.first_year).min().unwrap_or(0),
        years.map(|own| own.last_year).max().unwrap_or(0),
    );
    let signed = |value: f64| format!("{value:+.2}").replace('-', "\u{2212}");
    let sentence = match best {
        None => Told {
            en: format!(
                "{} programmes were lived; none has a number for the return to poverty.",
                rows.len()
            ),
            zh: format!("共运行{}个项目，均没有返贫指标的数值。", rows.len()),
        },
        Some((row, mean, lo, hi)) => {
            let ends = lo.zip(*hi);
            let (en, zh) = ends.map_or(
                ("one run, no interval".into(), "仅一次运行，无区间".into()),
                |(lo, hi)| {
                    (
                        format!("95% interval {} to {}", signed(lo), signed(hi)),
                        format!("95%区间 {} 至 {}", signed(lo), signed(hi)),
                    )
                },
            );
            Told {
                en: format!(
                    "Of {all} programmes, {fewer} lower the return to poverty by more than can be told from luck and {more} raise it; the lowest is that of \u{201c}{}\u{201d}: {} per 1,000 lifted households and year ({en}).",
                    row.title,
                    signed(*mean)
                ),
                zh: format!(
                    "在{all}个项目中，{fewer}个使返贫减少、{more}个使返贫增加，且超出随机波动；减少最多的是“{}”：每年每千户脱贫户{}户（{zh}）。",
                    row.title,
                    signed(*mean)
                ),
            }
        }
    };
    Answer {
        question: Told {
            en: "What does each programme do to the return to poverty?".into(),
            zh: "每个项目对返贫有什么作用？".into(),
        },
        sentence,
        others: Vec::new(),
        returns: true,
        first_year: first,
        last_year: last,
    }
}
