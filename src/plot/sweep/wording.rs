//! What captions of sweeps say alike: how many runs, what is counted, what the intervals are.

use super::super::page::Page;
use super::super::style::{convention_definition, line_name};
use super::design::Axis;
use super::names::{axis_name, level_name};
use super::read::{Measured, Sweep};

/// `1 seed`, `2 seeds`.
pub(super) fn several(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}

impl Sweep {
    /// How many points and runs, and how many are not there.
    pub(super) fn n(&self, page: Page) -> String {
        let counts = &self.counts;
        let each = counts.draws * counts.seeds * counts.replicates;
        let drawn = if self.is_drawn() { counts.draws } else { 0 };
        let mut text = page.say(
            format!(
                "{} of {each} runs each ({}{}, {}), which have the same luck at every point.",
                several(counts.points, "point"),
                if drawn > 0 {
                    format!("{drawn} draws, ")
                } else {
                    String::new()
                },
                several(counts.seeds, "seed"),
                several(counts.replicates, "replicate")
            ),
            format!(
                "{} 个设计点，每点 {each} 次运行（{}{} 个种子、{} 次重复），各点遇到同样的随机事件。",
                counts.points,
                if drawn > 0 {
                    format!("{drawn} 次参数抽样、")
                } else {
                    String::new()
                },
                counts.seeds,
                counts.replicates
            ),
        );
        let absent = counts.failed + counts.missing;
        if absent > 0 {
            text += &page.say(
                format!(
                    " Of {} runs {} failed and {} were not lived: the table is partial, means are of the runs that are there, \
                     and differences of those that are there at all points concerned.",
                    counts.planned, counts.failed, counts.missing
                ),
                format!(
                    "{} 次运行中有 {} 次失败、{} 次尚未完成：数据不完整，均值只含已有的运行，差值只含所涉各点都已完成的运行。",
                    counts.planned, counts.failed, counts.missing
                ),
            );
        }
        text
    }

    /// What the note above a figure says of runs that are not there.
    pub(super) fn partial_note(&self, page: Page) -> String {
        let absent = self.counts.failed + self.counts.missing;
        if absent == 0 {
            return String::new();
        }
        let planned = self.counts.planned;
        page.say(
            format!("; {absent} of {planned} runs are not there"),
            format!("；{planned} 次运行中缺 {absent} 次"),
        )
    }

    /// What the interval of a level is.
    pub(super) fn levels_interval(&self, page: Page) -> String {
        let what = match self.interval.as_str() {
            "95% of the mean, Student's t over runs" => page.say(
                "95% of the mean, Student's t over runs",
                "均值的 95% 区间，按各次运行以 t 分布计算",
            ),
            "middle 95% of the means of draws" => {
                page.say("middle 95% of the means of draws", "各次参数抽样均值的中间 95%")
            }
            other => other,
        };
        let holds = if self.is_drawn() {
            page.say(
                "it shows how far the drawn parameters move the number, not what the others would",
                "反映所抽参数的不确定性，不反映其他参数",
            )
        } else {
            page.say(
                "it holds luck and founding, not the model's parameters",
                "只反映随机性和建群，不反映参数的不确定性",
            )
        };
        page.say(
            format!("{what} (as in the summary); {holds}."),
            format!("{what}（同汇总表）；{holds}。"),
        )
    }

    /// What the interval of a difference is.
    pub(super) fn differences_interval(&self, page: Page) -> String {
        let (over, holds) = if self.is_drawn() {
            page.say(
                (
                    "over the draws, of the difference under the same luck averaged in each",
                    "of the drawn parameters and what luck is left, not of the parameters that are not drawn",
                ),
                (
                    "以各次参数抽样内同一随机条件下差值的均值为样本",
                    "反映所抽参数和剩余的随机性，不反映未抽取的参数",
                ),
            )
        } else {
            page.say(
                (
                    "over seeds and replicates, of the difference under the same luck",
                    "of luck and founding, not of the model's parameters",
                ),
                (
                    "以各种子、各次重复中同一随机条件下的差值为样本",
                    "只反映随机性和建群，不反映参数的不确定性",
                ),
            )
        };
        page.say(
            format!("95%, Student's t {over}; {holds}."),
            format!("95%，t 分布，{over}；{holds}。"),
        )
    }
}

impl Measured {
    /// What is counted, of whom.
    pub(super) fn definition(&self, page: Page) -> String {
        let indicator = self.output.indicator.as_str();
        let whom = if self.category == "lifted" {
            page.say("lifted households", "脱贫户")
        } else {
            page.say("all households", "全部住户")
        };
        let name = self.name(page);
        let what = match indicator.split('@').next().unwrap_or_default() {
            "return_hazard" => page.say(
                format!("{name}: of {whom} not poor at the start of a year, the per cent poor at its end, all years together."),
                format!("{name}：年初不贫困的{whom}中年末贫困者的百分比，所有年份合计。"),
            ),
            "public_cost" => page.say(
                format!(
                    "{name}: insurance and aid layers but those of commercial insurers, delivery, dibao and cash, less premiums of \
                     households, in yuan a person and year."
                ),
                format!("{name}：医保与救助各层（商业保险除外）、项目实施、低保和现金支出，减去住户缴费，元/人·年。"),
            ),
            _ => page.say(
                format!("{name}: `{indicator}` of {whom}, all years together."),
                format!("{name}：{whom}的 `{indicator}`，所有年份合计。"),
            ),
        };
        let Some((_, gauge)) = indicator.split_once('@') else {
            return what;
        };
        let conventions = ["register_income_only", "register", "measured_net", "measured_gross"];
        let known = conventions
            .iter()
            .find_map(|own| Some((own, gauge.strip_prefix(own)?.strip_prefix('_')?)));
        let Some((convention, line)) = known else { return what };
        let line = match line {
            "monitoring" => "national_monitoring".to_owned(),
            line if line.starts_with(|first: char| first.is_ascii_digit()) => format!("ppp_{line}"),
            line => line.to_owned(),
        };
        let (convention, line) = (convention_definition(page, convention), line_name(page, &line));
        page.say(
            format!("{what} {convention} Line: {line}."),
            format!("{what}{convention}贫困线：{line}。"),
        )
    }
}

/// The levels of an axis as a caption tells them.
pub(super) fn axis_told(page: Page, axis: &Axis) -> String {
    let name = axis_name(page, &axis.name);
    let mut columns = vec![format!("`{}`", axis.name)];
    columns.extend(axis.also.iter().map(|also| format!("`{also}`")));
    let columns = columns.join(", ");
    let ends = match (axis.levels.first(), axis.levels.last()) {
        (Some(first), Some(last)) if axis.is_number => page.say(
            format!("{} to {}", level_name(page, first), level_name(page, last)),
            format!("{} 至 {}", level_name(page, first), level_name(page, last)),
        ),
        _ => {
            let all: Vec<String> = axis.levels.iter().map(|level| level_name(page, level)).collect();
            all.join(page.say(", ", "、"))
        }
    };
    page.say(
        format!("{name} ({columns}): {ends}"),
        format!("{name}（{columns}）：{ends}"),
    )
}

/// What is said of axes that are not drawn, in a sentence with a blank before it; nothing if there are none.
pub(super) fn averaged(page: Page, axes: &[&Axis]) -> String {
    if axes.is_empty() {
        return String::new();
    }
    let told: Vec<String> = axes.iter().map(|axis| axis_told(page, axis)).collect();
    let told = told.join(page.say("; ", "；"));
    page.say(
        format!(" Averaged over {told}."),
        format!("已对以下各轴取平均：{told}。"),
    )
}
