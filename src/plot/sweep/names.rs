//! Outputs, axes and levels in plain words.

use super::super::page::{Language, Page};
use super::super::style::{grouped, scenario_name, words};
use super::design::{Axis, Level};
use super::read::Measured;

/// Which end of an outcome is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Better {
    /// Fewer, or less.
    Lower,
    /// More.
    Higher,
}

/// What is better, of outcomes of which that is plain.
pub(super) fn better(indicator: &str) -> Option<Better> {
    let id = indicator.split(['@', ':']).next().unwrap_or(indicator);
    let low = [
        "return_",
        "poverty_",
        "oop",
        "catastrophic_",
        "forgone",
        "unmet",
        "impoverished",
        "deaths",
        "lost_days",
        "public_cost",
    ];
    let high = ["enrolled", "controlled_", "known_", "recovered_work"];
    let any = |starts: &[&str]| starts.iter().any(|start| id.starts_with(start));
    if any(&low) {
        Some(Better::Lower)
    } else if any(&high) {
        Some(Better::Higher)
    } else {
        None
    }
}

impl Measured {
    /// What is measured, without its unit.
    pub(super) fn name(&self, page: Page) -> String {
        let whole = self.output.indicator.as_str();
        let (id, gauge) = whole.split_once('@').unwrap_or((whole, ""));
        let (english, chinese) = match id {
            "return_hazard" => ("Annual hazard of return", "年返贫率"),
            "return_cumulative" => ("Cumulative share returned", "累计返贫比例"),
            "return_hazard_without_illness" => ("Annual hazard of return but for illness", "剔除疾病的年返贫率"),
            "poverty_headcount_households" => ("Poor households", "贫困户比例"),
            "oop_share" => ("Own share of bills", "自付费用占比"),
            "oop" => ("Own payments", "自付费用"),
            "catastrophic_10" => ("Spending over 10%", "灾难性支出（10%）"),
            "forgone_admission" => ("Admissions forgone", "应住院未住院比例"),
            "unmet" => ("Care forgone", "未满足的就医需要"),
            "enrolled" => ("Enrolled in insurance", "参保率"),
            "deaths" => ("Deaths", "死亡率"),
            "impoverished" => ("Impoverished by medical spending", "因医疗支出致贫"),
            "public_cost" => ("Public cost", "公共支出"),
            _ => return words(whole),
        };
        let name = page.say(english, chinese);
        match gauge {
            "" | "register_national" => name.to_owned(),
            gauge => page.say(
                format!("{name} ({})", gauge.replace('_', " ")),
                format!("{name}（{}）", gauge.replace('_', " ")),
            ),
        }
    }

    /// The unit in which it is drawn.
    pub(super) fn unit(&self, page: Page) -> String {
        match self.output.unit.as_str() {
            _ if self.is_share() => "%".to_owned(),
            "yuan per person and year" => page.say("yuan a head and year", "元/人·年").to_owned(),
            "per 1000 and year" => page.say("per 1,000 and year", "每千人每年").to_owned(),
            unit => unit.to_owned(),
        }
    }

    /// The unit of differences.
    pub(super) fn unit_of_differences(&self, page: Page) -> String {
        if self.is_share() {
            page.say("percentage points", "百分点").to_owned()
        } else {
            self.unit(page)
        }
    }

    /// What is measured, with its unit, as at an axis.
    pub(super) fn title(&self, page: Page) -> String {
        page.say(
            format!("{}, {}", self.name(page), self.unit(page)),
            format!("{}，{}", self.name(page), self.unit(page)),
        )
    }
}

/// An axis or a drawn card in plain words: of a path what stands last, with the unit that its name ends in.
pub(super) fn axis_name(page: Page, name: &str) -> String {
    if page.language == Language::English && name == "pro_poor_cover" {
        return "Pro-poor cover".to_owned();
    }
    if page.language == Language::Chinese {
        let known = match name {
            "policy" | "programmes" => "政策",
            "package" => "政策包",
            "scenario" => "情景",
            "premium_yuan" | "enrolment.premium_yuan" => "个人缴费，元",
            "deductible_yuan" => "起付线，元",
            "pro_poor_cover" => "贫困人口倾斜保障",
            "chronic_management" => "慢性病管理",
            "clinic_insurance_integration" => "村卫生室医保结算",
            "insurance.clinic_designated_share" => "村卫生室医保定点比例",
            _ => "",
        };
        if !known.is_empty() {
            return known.to_owned();
        }
    }
    let (owner, path) = name.split_once(':').map_or(("", name), |(owner, path)| (owner, path));
    let parts: Vec<&str> = path.split('.').collect();
    // The last part says what it is; the one before it of what, unless it is a room of the rules.
    let shown = match parts.as_slice() {
        [.., of, last] if parts.len() > 2 => format!("{of} {last}"),
        [.., last] => (*last).to_owned(),
        [] => String::new(),
    };
    let units = [
        ("_yuan_per_year", ", yuan a year"),
        ("_per_1000_year", ", per 1,000 a year"),
        ("_per_year", ", a year"),
        ("_yuan", ", yuan"),
        ("_share", " (share)"),
        ("_ratio", " (ratio)"),
        ("_weight", " (weight)"),
        ("_months", ", months"),
        ("_years", ", years"),
    ];
    let unit = units.iter().find(|(ending, _)| shown.ends_with(ending));
    let mut text = match unit {
        Some((ending, unit)) => words(shown.strip_suffix(ending).unwrap_or(&shown)) + unit,
        None => words(&shown),
    };
    if !owner.is_empty() {
        text = format!("{}: {text}", words(owner));
    }
    text
}

/// A level in plain words.
pub(super) fn level_name(page: Page, level: &Level) -> String {
    match level {
        Level::Number(number) => number_words(*number),
        Level::Text(text) => {
            // Labels are the words of whoever wrote the sweep; what has no blank may be a list of programmes.
            let parts: Vec<&str> = if text.contains(' ') {
                vec![text]
            } else {
                text.split('+').collect()
            };
            let parts: Vec<String> = parts.into_iter().map(|part| part_name(page, part)).collect();
            parts.join(" + ")
        }
    }
}

/// A label, a scenario or a programme.
fn part_name(page: Page, text: &str) -> String {
    let (english, chinese) = match text {
        "none" => ("none", "无"),
        "with" => ("with", "有"),
        "without" => ("without", "无"),
        "as it is" => ("as it is", "现行"),
        "main-package" => ("Main package", "主要政策包"),
        "pro-poor cover" => ("pro-poor cover", "贫困人口倾斜保障"),
        "pro-poor-cover" => ("Pro-poor cover", "贫困人口倾斜保障"),
        _ => {
            let name = scenario_name(page, text);
            // A single word that has no other name stays as it was written.
            let is_plain = !text.contains(['-', '_']) && name == words(text);
            return if is_plain || text.contains(' ') {
                text.to_owned()
            } else {
                name
            };
        }
    };
    page.say(english, chinese).to_owned()
}

/// A level with the name of its axis: `premium, yuan 240`.
pub(super) fn level_of(page: Page, axis: &Axis, level: usize) -> String {
    let name = axis_name(page, &axis.name);
    let shown = level_name(page, &axis.levels[level]);
    if let Some(bare) = page
        .say(Some(", yuan"), Some("，元"))
        .and_then(|unit| name.strip_suffix(unit))
    {
        return page.say(format!("{bare} {shown} yuan"), format!("{bare} {shown} 元"));
    }
    page.say(format!("{name}: {shown}"), format!("{name}：{shown}"))
}

/// A number as short as it can be told: whole ones in groups of three, others with three digits that count.
pub(super) fn number_words(number: f64) -> String {
    if number.abs() >= 1000.0 || number == number.round() {
        return grouped(number.round()).replace("\u{2212}0", "0");
    }
    let decimals = (2.0 - number.abs().log10().floor()).max(0.0) as usize;
    let text = format!("{:.decimals$}", number.abs());
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if number < 0.0 {
        format!("\u{2212}{text}")
    } else {
        text.to_owned()
    }
}

/// How many decimals tell numbers apart that lie within a range, to about a fiftieth of it.
pub(super) fn decimals(range: f64) -> usize {
    if range <= 0.0 || !range.is_finite() {
        return 2;
    }
    ((60.0 / range).log10() + 1e-9).floor().clamp(0.0, 6.0) as usize
}

/// A level that stands at the end of a range, no longer than the range makes sense of.
pub(super) fn end_name(page: Page, level: &Level, other: &Level) -> String {
    let (Some(own), Some(other)) = (level.number(), other.number()) else {
        return level_name(page, level);
    };
    let places = 10_f64.powi(decimals(0.2 * (own - other).abs()) as i32);
    number_words((own * places).round() / places)
}

/// A number with so many decimals and a true minus sign.
pub(super) fn fixed(number: f64, decimals: usize) -> String {
    let text = if decimals == 0 {
        grouped(number.abs())
    } else {
        format!("{:.decimals$}", number.abs())
    };
    let is_nothing = !text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    if number < 0.0 && !is_nothing {
        format!("\u{2212}{text}")
    } else {
        text
    }
}

/// The same with a plus sign where it is more than nothing.
pub(super) fn signed(number: f64, decimals: usize) -> String {
    let text = fixed(number, decimals);
    let is_nothing = !text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    if number > 0.0 && !is_nothing {
        format!("+{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_words_with_their_units() {
        let english = Page::USUAL;
        assert_eq!(axis_name(english, "enrolment.premium_yuan"), "Premium, yuan");
        assert_eq!(
            axis_name(english, "illness.stroke.onset_per_1000_year"),
            "Stroke onset, per 1,000 a year"
        );
        assert_eq!(
            axis_name(english, "chronic-management:illness.diabetes.control_per_year"),
            "Chronic management: Diabetes control, a year"
        );
        assert_eq!(level_name(english, &Level::Number(16000.0)), "16,000");
        let level = |text: &str| level_name(english, &Level::Text(text.to_owned()));
        assert_eq!(level("none"), "none");
        assert_eq!(level("today"), "today");
        assert_eq!(level("cash-transfer+pro-poor-cover"), "Cash transfer + Pro-poor cover");
        assert_eq!(level("my own words"), "my own words");
    }

    #[test]
    fn numbers_are_as_long_as_they_must_be() {
        assert_eq!(number_words(0.25), "0.25");
        assert_eq!(number_words(-0.012_34), "\u{2212}0.0123");
        assert_eq!(number_words(320.0), "320");
        assert_eq!(decimals(1.2), 1);
        assert_eq!(decimals(0.3), 2);
        assert_eq!(decimals(480.0), 0);
        assert_eq!(
            end_name(Page::USUAL, &Level::Number(0.000_776), &Level::Number(0.996)),
            "0"
        );
        assert_eq!(
            end_name(Page::USUAL, &Level::Number(0.0371), &Level::Number(0.108)),
            "0.037"
        );
        assert_eq!(signed(0.004, 2), "0.00");
        assert_eq!(signed(-0.126, 2), "\u{2212}0.13");
        assert_eq!(signed(0.126, 2), "+0.13");
    }
}
