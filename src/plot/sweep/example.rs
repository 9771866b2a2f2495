//! A sweep folder written out for tests.

use std::fmt::Write as _;
use std::fs;

use super::super::page::Page;
use super::super::sources::Sources;
use super::super::{Draw, Figure, PlotError};

/// A sweep with these columns (number or not) and points, measured with two seeds and two replicates.
pub(super) struct Example {
    pub(super) columns: Vec<(&'static str, bool)>,
    pub(super) points: Vec<Vec<String>>,
    /// The draws of one card, if any.
    pub(super) draws: Vec<f64>,
    /// Runs that are missing, by point and number of the luck.
    pub(super) missing: Vec<(usize, usize)>,
}

const LUCKS: [(usize, usize); 4] = [(7, 0), (7, 1), (8, 0), (8, 1)];

impl Example {
    pub(super) fn of(columns: &[(&'static str, bool)], points: &[&[&str]]) -> Example {
        let point = |levels: &&[&str]| levels.iter().map(|level| (*level).to_owned()).collect();
        Example {
            columns: columns.to_vec(),
            points: points.iter().map(point).collect(),
            draws: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// Writes the folder: the hazard (a share) and the cost of each run are what is said of its point, its luck from 0 to 3 and what
    /// was drawn of the card.
    pub(super) fn write(&self, of: impl Fn(usize, usize, f64) -> (f64, f64)) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, number)| format!("{{\"name\":\"{name}\",\"is_number\":{number}}}"))
            .collect();
        let (points, draws) = (self.points.len(), self.draws.len().max(1));
        put(
            "sweep.json",
            &format!(
                "{{\"columns\":[{}],\"outputs\":{{\"columns\":[\
                 {{\"indicator\":\"return_hazard@register_national\",\"column\":\"hazard\",\"unit\":\"share\"}},\
                 {{\"indicator\":\"public_cost\",\"column\":\"public_cost\",\"unit\":\"yuan per person and year\"}}]}},\
                 \"extensions\":[{{\"seeds\":1,\"draws\":0}}],\
                 \"asked\":{{\"points\":{points},\"draws\":{draws},\"seeds\":1,\"replicates\":2}}}}",
                columns.join(",")
            ),
        );
        let part = if self.missing.is_empty() { "" } else { ".partial" };
        let planned = points * draws * LUCKS.len();
        let missing = self.missing.len();
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let names = names.join(",");
        let mut results =
            format!("run,point,draw,seed,replicate,{names},status,year,county,category,hazard,public_cost\n");
        let mut summary = format!("point,{names},year,county,category,indicator,unit,runs,mean,se,lo,hi,interval\n");
        let interval = if draws > 1 {
            "middle 95% of the means of draws"
        } else {
            "\"95% of the mean, Student's t over runs\""
        };
        for (point, levels) in self.points.iter().enumerate() {
            let levels = levels.join(",");
            let mut values = (Vec::new(), Vec::new());
            for draw in 0..draws {
                let card = self.draws.get(draw).copied().unwrap_or(0.0);
                for (luck, (seed, replicate)) in LUCKS.into_iter().enumerate() {
                    if self.missing.contains(&(point, luck)) {
                        writeln!(results, "0,{point},{draw},{seed},{replicate},{levels},missing,,,,,").unwrap();
                        continue;
                    }
                    let (hazard, cost) = of(point, luck, card);
                    writeln!(
                        results,
                        "0,{point},{draw},{seed},{replicate},{levels},ok,all,all,all,{hazard},{cost}"
                    )
                    .unwrap();
                    values.0.push(hazard);
                    values.1.push(cost);
                }
            }
            for (indicator, unit, own) in [
                ("return_hazard@register_national", "share", values.0),
                ("public_cost", "yuan per person and year", values.1),
            ] {
                let Some(one) = super::estimate::Estimate::of(&own) else {
                    continue;
                };
                let (low, high) = one.ends.unwrap_or((one.mean, one.mean));
                let (mean, runs) = (one.mean, own.len());
                writeln!(
                    summary,
                    "{point},{levels},all,all,all,{indicator},{unit},{runs},{mean},,{low},{high},{interval}"
                )
                .unwrap();
            }
        }
        put(&format!("results{part}.csv"), &results);
        put(&format!("summary{part}.csv"), &summary);
        let hash = blake3::hash(summary.as_bytes()).to_hex();
        put(
            "collected.json",
            &format!(
                "{{\"planned\":{planned},\"failed\":0,\"missing\":{missing},\"files_blake3\":{{\"summary{part}.csv\":\"{hash}\"}}}}"
            ),
        );
        if !self.draws.is_empty() {
            let rows: Vec<String> = self
                .draws
                .iter()
                .enumerate()
                .map(|(draw, card)| format!("{draw},{card}\n"))
                .collect();
            put(
                "draws.csv",
                &format!("draw,illness.stroke.control_per_year\n{}", rows.concat()),
            );
        }
        folder
    }
}

/// The figure of a folder for the usual page.
pub(super) fn figure(
    folder: &tempfile::TempDir,
    read: fn(&Sources) -> Result<Option<Draw>, PlotError>,
) -> Result<Option<Figure>, PlotError> {
    read(&Sources::of(folder.path()))?
        .map(|draw| draw(Page::USUAL))
        .transpose()
}
