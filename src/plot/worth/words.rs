//! What the figures of cost and effect say in words.

use super::super::page::Page;
use super::super::series::replicates_in_words;
use super::super::sources::Sources;
use super::super::style::grouped;
use super::super::{PlotError, curves};
use super::choice::{Choice, Verdict};
use super::{Outcome, Worth, worth};

/// What is averted, where the result tells it: returns only of years after the cohort was lifted.
pub(super) fn outcomes(sources: &Sources) -> Result<Vec<Worth>, PlotError> {
    let mut all = Vec::new();
    if curves::after_lifting(sources)? {
        all.extend(worth(sources, Outcome::Returns)?);
    }
    all.extend(worth(sources, Outcome::Dalys)?);
    Ok(all)
}

/// The title of a panel.
pub(super) fn panel_title(page: Page, at: usize, outcome: Outcome) -> String {
    let letter = char::from(b'a' + at as u8);
    let name = match outcome {
        Outcome::Returns => page.say("Returns to poverty", "返贫"),
        Outcome::Dalys => page.say("Health: DALYs", "健康：伤残调整生命年（DALY）"),
    };
    format!("({letter}) {name}")
}

/// The title of the axis of what is averted.
pub(super) fn averted_axis(page: Page, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Returns => page.say(
            "Returns averted per 1,000 lifted households at risk and year",
            "每千户有返贫风险的脱贫户每年避免的返贫（户）",
        ),
        Outcome::Dalys => page.say("DALYs averted per 1,000 people and year", "每千人每年避免的 DALY（年）"),
    }
}

/// The unit of a ratio.
pub(super) fn per(page: Page, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Returns => page.say("yuan per return averted", "每避免一例返贫（元）"),
        Outcome::Dalys => page.say("yuan per DALY averted", "每避免一个 DALY（元）"),
    }
}

/// What a scenario is worth, in words.
pub(super) fn said(page: Page, outcome: Outcome, option: &Choice) -> String {
    let one = match outcome {
        Outcome::Returns => page.say("return", "例返贫"),
        Outcome::Dalys => page.say("DALY", "个 DALY"),
    };
    if option.pairs.len() < 2 {
        return page
            .say("one replicate: nothing can be said", "只有一次重复：无法判断")
            .to_owned();
    }
    match option.verdict() {
        Verdict::Ratio(ratio, Some((low, high))) => {
            let (low, high) = (rounded(low), rounded(high));
            page.say(
                format!("{} ({low} to {high})", rounded(ratio)),
                format!("{}（{low} 至 {high}）", rounded(ratio)),
            )
        }
        Verdict::Ratio(ratio, None) => rounded(ratio),
        Verdict::Dominates => page
            .say("dominates: averts more, costs no more", "占优：避免更多而花费不增")
            .to_owned(),
        Verdict::Dominated => page
            .say("dominated: averts less, costs no less", "被占优：避免更少而花费不减")
            .to_owned(),
        Verdict::Saves(ratio) => page.say(
            format!("saves {} for each {one} more", rounded(ratio)),
            format!("每多一{one}节省 {} 元", rounded(ratio)),
        ),
        Verdict::Noise(1) => page
            .say("costs more; effect within noise", "花费更多；效果未超出随机波动")
            .to_owned(),
        Verdict::Noise(-1) => page
            .say("costs less; effect within noise", "花费更少；效果未超出随机波动")
            .to_owned(),
        Verdict::Noise(_) => page.say("no difference beyond noise", "差异未超出随机波动").to_owned(),
    }
}

/// An amount to three digits.
fn rounded(amount: f64) -> String {
    let digits = if amount == 0.0 {
        0
    } else {
        amount.abs().log10().floor() as i32 - 2
    };
    let unit = 10_f64.powi(digits.max(0));
    grouped((amount / unit).round() * unit)
}

/// What public cost, returns and DALYs are, for captions.
pub(super) fn definitions(page: Page, all: &[Worth]) -> String {
    let mut text = page
        .say(
            "Public cost: insurance and aid layers but those of commercial insurers, delivery of programmes, dibao and cash, less the \
             premiums of households; nominal yuan, not discounted.",
            "公共支出：除商业保险外的各层医保与救助、项目实施、低保和现金补助，减去居民缴费；名义元，未贴现。",
        )
        .to_owned();
    for worth in all {
        text.push_str(match worth.outcome {
            Outcome::Returns => page.say(
                " Returns: lifted households not poor on 1 January and poor at the close of the year by the register, under the national \
                 line, once a fall.",
                "返贫：年初不贫困、年末按建档立卡口径低于国家贫困线的脱贫户，每次返贫计一次。",
            ),
            Outcome::Dalys => page.say(
                " DALYs: years of life lost against a reference life table and years lived with disability, of all people, undiscounted \
                 and without age weights.",
                "DALY：全体人口相对于参考生命表的寿命损失年与伤残生存年之和，未贴现、无年龄权重。",
            ),
        });
    }
    text
}

/// How many replicates there are, how many are hidden, and whether the scenarios are of equal cost by design.
pub(super) fn counted(page: Page, all: &[Worth]) -> String {
    let Some(first) = all.first() else { return String::new() };
    let n = replicates_in_words(page, &first.replicates());
    let hidden: usize = all.iter().map(|worth| worth.hidden).max().unwrap_or(0);
    let mut text = page.say(
        format!("{n} replicates; scenario and base meet the same luck in each."),
        format!("{n}次重复；每次重复中情景与基准遇到同样的随机事件。"),
    );
    let years: Vec<String> = all
        .iter()
        .map(|worth| {
            let years = grouped(worth.years_of_those);
            match worth.outcome {
                Outcome::Returns => page.say(
                    format!("{years} years of lifted households at risk"),
                    format!("有返贫风险的脱贫户 {years} 户年"),
                ),
                Outcome::Dalys => page.say(format!("{years} years of people"), format!("人口 {years} 人年")),
            }
        })
        .collect();
    text.push_str(&page.say(
        format!(" In the base, in the mean replicate: {}.", years.join(", ")),
        format!("基准情景平均每次重复：{}。", years.join("、")),
    ));
    if hidden > 0 {
        text.push_str(&page.say(
            format!(" {hidden} more are left out, as their numbers are masked in the table."),
            format!("另有 {hidden} 次因表中数值被隐去而未画。"),
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_three_digits() {
        assert_eq!(
            [421_786.0, 91_149.0, 999.6, 12.4, 0.0].map(rounded),
            ["422,000", "91,100", "1,000", "12", "0"]
        );
    }
}
