//! The answer in one sentence, with its interval, in every language of the page.

use super::curves::{Curves, Estimate};
use super::manifest::Manifest;
use serde::Serialize;

/// The year by which all registered households were declared out of poverty.
const LIFTED_BY: i32 = 2020;

/// A sentence in the languages of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// What the page says first.
#[derive(Serialize)]
pub(super) struct Answer {
    pub question: Told,
    pub sentence: Told,
    /// A sentence for each further scenario.
    pub others: Vec<Told>,
    /// Whether the years are such that returns to poverty can be asked of.
    pub returns: bool,
    pub first_year: i32,
    pub last_year: i32,
}

/// Says what the result says.
pub(super) fn answer(manifest: &Manifest, curves: &Curves, asked: Option<&str>) -> Answer {
    let years = [curves.years.first(), curves.years.last()].map(|year| year.copied().unwrap_or(0));
    let returns = years[0] > LIFTED_BY;
    let place = |id: &String| manifest.scenarios.iter().position(|arm| arm.id == *id);
    let base = curves.base.as_ref().and_then(place).unwrap_or(0);
    let others: Vec<usize> = curves.compared.iter().filter_map(place).collect();
    let teller = Teller {
        manifest,
        curves,
        base,
        years,
        returns,
    };
    let mut told: Vec<Told> = Vec::new();
    for &scenario in &others {
        told.extend(teller.beside(scenario, !told.is_empty()));
    }
    if told.is_empty() {
        told.extend(teller.alone());
    }
    let mut told = told.into_iter();
    Answer {
        question: question(asked, returns, !others.is_empty()),
        sentence: told.next().unwrap_or_else(nothing),
        others: told.collect(),
        returns,
        first_year: years[0],
        last_year: years[1],
    }
}

/// The question of the files, which is in the language they are written in, beside that of the program.
fn question(asked: Option<&str>, returns: bool, compared: bool) -> Told {
    let (en, zh) = match (returns, compared) {
        (true, true) => (
            "Of the households lifted out of poverty, how many fall back, how many because of illness, and what do the scenarios change?",
            "在已脱贫的农户中，有多少返贫？其中多少因病？各情景又能改变多少？",
        ),
        (true, false) => (
            "Of the households lifted out of poverty, how many fall back, and how many of those because of illness?",
            "在已脱贫的农户中，有多少返贫？其中多少因病？",
        ),
        (false, _) => (
            "What did care cost the registered poor and everybody else, and who paid for it?",
            "建档立卡贫困户和其他农村居民看病花费多少？由谁支付？",
        ),
    };
    Told {
        en: asked.unwrap_or(en).into(),
        zh: zh.into(),
    }
}

fn nothing() -> Told {
    Told {
        en: "The tables of this result hold no number for the headline; see the curves below.".into(),
        zh: "本结果的表中没有可用于结论的数字，请看下面的曲线。".into(),
    }
}

struct Teller<'a> {
    manifest: &'a Manifest,
    curves: &'a Curves,
    base: usize,
    years: [i32; 2],
    returns: bool,
}

impl Teller<'_> {
    /// A scenario beside the base: in full, or in short where others were told before.
    fn beside(&self, scenario: usize, short: bool) -> Option<Told> {
        let title = &self.manifest.scenarios[scenario].title;
        let base = &self.manifest.scenarios[self.base].title;
        let (from, to) = (self.years[0], self.years[1]);
        let (id, line, convention) = if self.returns {
            ("return_hazard", "national", "register")
        } else {
            ("oop_share", "", "")
        };
        let level = |at| self.curves.level(id, line, convention, "lifted", at)?.mean;
        let (own, other) = (level(scenario)?, level(self.base)?);
        let difference = self.curves.difference(id, line, convention, "lifted", scenario)?;
        if !self.returns {
            let (own, other) = (percent(own), percent(other));
            let (en, zh) = clear(&difference, 100.0, " points", "个百分点");
            if short {
                return Some(Told {
                    en: format!("\u{201c}{title}\u{201d}: {own}; {en}."),
                    zh: format!("“{title}”：{own}；{zh}。"),
                });
            }
            return Some(Told {
                en: format!(
                    "From {from} to {to}, under \u{201c}{title}\u{201d}, registered households pay {own} of their own medical bills, against {other} under \u{201c}{base}\u{201d}: {en}."
                ),
                zh: format!(
                    "{from}至{to}年，在情景“{title}”下，建档立卡户自付医疗费用的{own}，在“{base}”下为{other}：{zh}。"
                ),
            });
        }
        let (own, other) = (thousandth(own), thousandth(other));
        let (en, zh) = clear(&difference, 1e3, "", "户");
        if short {
            return Some(Told {
                en: format!("\u{201c}{title}\u{201d}: {own} of 1,000; {en}."),
                zh: format!("“{title}”：每千户{own}户；{zh}。"),
            });
        }
        Some(Told {
            en: format!(
                "Under \u{201c}{title}\u{201d}, {own} of 1,000 lifted households fall back below the poverty line in an average year from {from} to {to}, against {other} under \u{201c}{base}\u{201d}: {en}."
            ),
            zh: format!(
                "{from}至{to}年，在情景“{title}”下，平均每年每千户脱贫户有{own}户返贫，在“{base}”下为{other}户：{zh}。"
            ),
        })
    }

    /// The first scenario alone.
    fn alone(&self) -> Option<Told> {
        let title = &self.manifest.scenarios[self.base].title;
        let (from, to) = (self.years[0], self.years[1]);
        if !self.returns {
            let own = self.curves.level("oop_share", "", "", "lifted", self.base)?;
            let (en, zh) = interval(&own, 100.0, "%", "%");
            let mean = percent(own.mean?);
            return Some(Told {
                en: format!(
                    "From {from} to {to}, under \u{201c}{title}\u{201d}, registered households pay {mean} of their own medical bills ({en})."
                ),
                zh: format!("{from}至{to}年，在情景“{title}”下，建档立卡户自付医疗费用的{mean}（{zh}）。"),
            });
        }
        let level = |id: &str| self.curves.level(id, "national", "register", "lifted", self.base);
        let hazard = level("return_hazard")?;
        let mean = thousandth(hazard.mean?);
        let (en, zh) = interval(&hazard, 1e3, "", "");
        let ever = level("return_cumulative").and_then(|one| one.mean);
        let ever = ever.map(|mean| format!("{:.0}", 1e3 * mean));
        let (ever_en, ever_zh) = ever.map_or_else(Default::default, |ever| {
            (
                format!("; {ever} of 1,000 fall back at least once by {to}"),
                format!("；到{to}年，每千户中有{ever}户至少返贫一次"),
            )
        });
        Some(Told {
            en: format!(
                "Under \u{201c}{title}\u{201d}, {mean} of 1,000 lifted households fall back below the poverty line in an average year from {from} to {to} ({en}){ever_en}."
            ),
            zh: format!("{from}至{to}年，在情景“{title}”下，平均每年每千户脱贫户有{mean}户返贫（{zh}）{ever_zh}。"),
        })
    }
}

/// A share of 1 as so many of 1,000.
fn thousandth(share: f64) -> String {
    format!("{:.1}", 1e3 * share)
}

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

/// The interval of a level, which cannot be below zero.
fn interval(one: &Estimate, scale: f64, unit_en: &str, unit_zh: &str) -> (String, String) {
    let Some((lo, hi)) = one.lo.zip(one.hi) else {
        return ("one run, no interval".into(), "仅一次运行，无区间".into());
    };
    // No level can be negative, and no share more than all, though the interval of a rare one may reach beyond.
    let (lo, hi) = ((scale * lo).max(0.0), (scale * hi).min(scale));
    (
        format!("95% interval {lo:.1}{unit_en} to {hi:.1}{unit_en}"),
        format!("95%区间 {lo:.1}{unit_zh} 至 {hi:.1}{unit_zh}"),
    )
}

/// A difference in words: fewer, more, or none that can be told from luck.
fn clear(one: &Estimate, scale: f64, unit_en: &str, unit_zh: &str) -> (String, String) {
    let mean = scale * one.mean.unwrap_or(0.0);
    let size = mean.abs();
    let (fewer, more) = if unit_en.is_empty() {
        ("fewer", "more")
    } else {
        ("lower", "higher")
    };
    let Some((lo, hi)) = one.lo.zip(one.hi).map(|(lo, hi)| (scale * lo, scale * hi)) else {
        let (word, zh) = if mean < 0.0 {
            (fewer, "减少")
        } else {
            (more, "增加")
        };
        return (
            format!("{size:.2}{unit_en} {word} (one run, no interval)"),
            format!("{zh}{size:.2}{unit_zh}（仅一次运行，无区间）"),
        );
    };
    if lo <= 0.0 && hi >= 0.0 {
        let [mean, lo, hi] = [mean, lo, hi].map(|value| format!("{value:+.2}").replace('-', "\u{2212}"));
        return (
            format!("no difference that can be told from luck ({mean}{unit_en}; 95% interval {lo} to {hi})"),
            format!("差异无法与随机波动区分（{mean}{unit_zh}；95%区间 {lo} 至 {hi}）"),
        );
    }
    let (word, zh, low, high) = if mean < 0.0 {
        (fewer, "减少", -hi, -lo)
    } else {
        (more, "增加", lo, hi)
    };
    (
        format!("{size:.2}{unit_en} {word} (95% interval {low:.2} to {high:.2})"),
        format!("{zh}{size:.2}{unit_zh}（95%区间 {low:.2} 至 {high:.2}）"),
    )
}
