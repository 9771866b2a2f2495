//! What a sweep says, in one sentence with its interval, in every language of the page.

use super::super::answer::{Answer, Told};
use super::axes::Axis;
use super::effects::Effect;
use super::tables::Tables;

/// The output that is told where a sweep has it.
const FOREMOST: &str = "return_hazard@register_national";

/// Outputs in words, as the page calls them; others are told by their names.
const NAMES: [(&str, &str, &str); 12] = [
    ("return_hazard", "Fall back in a year", "年返贫"),
    (
        "return_cumulative",
        "Fell back at least once so far",
        "至今至少返贫一次",
    ),
    (
        "return_hazard_without_illness",
        "Would fall back without this year's illness",
        "若无当年疾病仍会返贫",
    ),
    (
        "poverty_headcount_households",
        "Households below the line",
        "线下农户比例",
    ),
    (
        "impoverished",
        "Pushed below the line by medical spending",
        "因医疗支出跌入线下的人口",
    ),
    (
        "oop_share",
        "Share of their medical bills that people pay",
        "医疗费用自付比例",
    ),
    ("oop", "Out-of-pocket spending", "人均自付医疗支出"),
    (
        "catastrophic_10",
        "Spend over 10% of the budget on care",
        "医疗支出超过预算10%",
    ),
    ("forgone_admission", "Needed admissions forgone", "应住院未住院"),
    ("deaths", "Deaths", "死亡"),
    ("enrolled", "Enrolled in insurance", "参保"),
    ("public_cost", "What the public pays", "公共支出"),
];

/// What an output is multiplied by, and its unit, in both languages.
fn scale(id: &str, unit: &str) -> (f64, String, String) {
    if id.starts_with("return_hazard") || id == "return_cumulative" {
        return (1e3, " per 1,000 households".into(), "户（每千户）".into());
    }
    match unit {
        "share" => (100.0, " points".into(), "个百分点".into()),
        "yuan per person and year" => (1.0, " yuan per person and year".into(), "元/人·年".into()),
        other => (1.0, format!(" {other}"), String::new()),
    }
}

/// Says what the sweep says: the axis that moves the foremost output most, and then what the others do to it.
pub(super) fn answer(tables: &Tables, effects: &[Effect], scattered: bool, by_luck: bool) -> Answer {
    let output = tables
        .outputs
        .iter()
        .position(|own| own.indicator == FOREMOST)
        .unwrap_or(0);
    let mut own: Vec<&Effect> = effects.iter().filter(|effect| effect.output == output).collect();
    own.sort_by(|one, other| other.mean.abs().total_cmp(&one.mean.abs()));
    let teller = Teller {
        tables,
        output,
        scattered,
        by_luck,
        several: tables.axes.iter().filter(|axis| axis.count() > 1).count() > 1,
    };
    let sentence = own
        .first()
        .map_or_else(|| teller.alone(), |effect| teller.first(effect));
    let asked = tables.frozen.question.clone();
    Answer {
        question: Told {
            en: asked
                .clone()
                .unwrap_or_else(|| "What do the things that were swept change?".into()),
            zh: asked.unwrap_or_else(|| "所扫描的各项会改变什么？".into()),
        },
        sentence,
        others: own.iter().skip(1).map(|effect| teller.further(effect)).collect(),
        returns: true,
        first_year: tables.years.first().and_then(|year| year.parse().ok()).unwrap_or(0),
        last_year: tables
            .years
            .iter()
            .rev()
            .find_map(|year| year.parse().ok())
            .unwrap_or(0),
    }
}

struct Teller<'a> {
    tables: &'a Tables,
    output: usize,
    scattered: bool,
    by_luck: bool,
    several: bool,
}

impl Teller<'_> {
    /// The output and whom it is of.
    fn what(&self) -> [String; 2] {
        let name = &self.tables.outputs[self.output].indicator;
        let id = name.split(['@', ':']).next().unwrap_or_default();
        let known = NAMES.iter().find(|own| own.0 == id && !name.contains(':'));
        let [en, zh] = known.map_or_else(|| [name.clone(), name.clone()], |own| [own.1.into(), own.2.into()]);
        if self.tables.categories.first().is_some_and(|own| own == "lifted") {
            return [
                format!("\u{201c}{en}\u{201d} of lifted households"),
                format!("脱贫户的“{zh}”"),
            ];
        }
        [format!("\u{201c}{en}\u{201d}"), format!("“{zh}”")]
    }

    fn scale(&self) -> (f64, String, String) {
        let own = &self.tables.outputs[self.output];
        scale(own.indicator.split(['@', ':']).next().unwrap_or_default(), &own.unit)
    }

    /// What is moved, from where to where.
    fn moved(&self, effect: &Effect) -> [String; 2] {
        let axis = &self.tables.axes[effect.axis];
        let name = plain(axis);
        let (from, to) = (axis.word(effect.from), axis.word(effect.to));
        if axis.is_number() {
            return [
                format!("\u{201c}{name}\u{201d} from {from} to {to}"),
                format!("“{name}”从{from}到{to}"),
            ];
        }
        [
            format!("\u{201c}{to}\u{201d} instead of \u{201c}{from}\u{201d} ({name})"),
            format!("以“{to}”代替“{from}”（{name}）"),
        ]
    }

    /// A change with its interval: signed where it cannot be told from none.
    fn amount(&self, effect: &Effect) -> (bool, [String; 2]) {
        let (by, en, zh) = self.scale();
        let number = |value: f64| digits(by * value);
        let signed = |value: f64| {
            format!(
                "{}{}",
                if value < 0.0 { "\u{2212}" } else { "+" },
                digits((by * value).abs())
            )
        };
        let kind = if !self.by_luck {
            [
                "95% interval, given the luck that all points share,",
                "各点共有的随机数下的95%区间",
            ]
        } else if self.tables.interval.starts_with("middle") {
            ["middle 95% of draws", "各次抽取的中间95%"]
        } else {
            ["95% interval", "95%区间"]
        };
        let Some([low, high]) = effect.ends else {
            let mean = signed(effect.mean);
            return (
                true,
                [
                    format!("{mean}{en} (one run a point, no interval)"),
                    format!("{mean}{zh}（每点仅一次运行，无区间）"),
                ],
            );
        };
        if [effect.mean, low, high] == [0.0; 3] {
            return (false, ["no change in any run".into(), "任何一次运行都没有变化".into()]);
        }
        if low <= 0.0 && high >= 0.0 {
            let [mean, low, high] = [effect.mean, low, high].map(signed);
            return (
                false,
                [
                    format!("{mean}{en} ({} {low} to {high})", kind[0]),
                    format!("{mean}{zh}（{} {low} 至 {high}）", kind[1]),
                ],
            );
        }
        let (word, zh_word) = if effect.mean < 0.0 {
            ("lower by", "降低")
        } else {
            ("higher by", "升高")
        };
        let (near, far) = if effect.mean < 0.0 { (-high, -low) } else { (low, high) };
        let [mean, near, far] = [effect.mean.abs(), near, far].map(number);
        (
            true,
            [
                format!("{word} {mean}{en} ({} {near} to {far})", kind[0]),
                format!("{zh_word}{mean}{zh}（{} {near} 至 {far}）", kind[1]),
            ],
        )
    }

    fn rest(&self) -> [&'static str; 2] {
        match (self.several, self.scattered) {
            (false, _) => ["", ""],
            (true, false) => [", all else averaged over its levels", "（其他各项取平均）"],
            (true, true) => [", all else in the middle of its range", "（其他各项取中间值）"],
        }
    }

    fn first(&self, effect: &Effect) -> Told {
        let ([what, what_zh], [moved, moved_zh]) = (self.what(), self.moved(effect));
        let (clear, [amount, amount_zh]) = self.amount(effect);
        let [rest, rest_zh] = self.rest();
        match (clear, self.several) {
            (true, true) => Told {
                en: format!("Of what was swept, {moved} moves {what} most: {amount}{rest}."),
                zh: format!("在所扫描的各项中，{moved_zh}对{what_zh}影响最大：{amount_zh}{rest_zh}。"),
            },
            (true, false) => Told {
                en: format!("With {moved}, {what} is {amount}."),
                zh: format!("{moved_zh}，{what_zh}{amount_zh}。"),
            },
            (false, true) => Told {
                en: format!(
                    "Nothing that was swept moves {what} by more than can be told from luck; the largest is that of {moved}: {amount}{rest}."
                ),
                zh: format!(
                    "所扫描的各项对{what_zh}的影响都无法与随机波动区分；最大的是{moved_zh}：{amount_zh}{rest_zh}。"
                ),
            },
            (false, false) => Told {
                en: format!("{moved} changes {what} by nothing that can be told from luck: {amount}."),
                zh: format!("{moved_zh}对{what_zh}的影响无法与随机波动区分：{amount_zh}。"),
            },
        }
    }

    fn further(&self, effect: &Effect) -> Told {
        let [moved, moved_zh] = self.moved(effect);
        let (_, [amount, amount_zh]) = self.amount(effect);
        Told {
            en: format!("{moved}: {amount}."),
            zh: format!("{moved_zh}：{amount_zh}。"),
        }
    }

    /// Where nothing was swept, what the one point says.
    fn alone(&self) -> Told {
        let [what, what_zh] = self.what();
        let total = self.tables.years.len().saturating_sub(1);
        if self.tables.axes.iter().any(|axis| axis.count() > 1) {
            return Told {
                en: format!("Too few runs are done to say what any axis does to {what}."),
                zh: format!("完成的运行太少，无法说明各轴对{what_zh}的影响。"),
            };
        }
        let cell = self
            .tables
            .cells
            .get(&[self.output, 0, 0, total])
            .and_then(|cells| cells.iter().flatten().next());
        let Some(cell) = cell else {
            return Told {
                en: "The tables of this sweep hold no number for the headline; see the curves below.".into(),
                zh: "本次扫描的表中没有可用于结论的数字，请看下面的曲线。".into(),
            };
        };
        let (by, ..) = self.scale();
        let ends = cell.ends.map(|ends| ends.map(|end| digits(by * end)));
        let [told, told_zh] = ends.map_or([String::new(), String::new()], |[low, high]| {
            [
                format!(" (95% interval {low} to {high})"),
                format!("（95%区间 {low} 至 {high}）"),
            ]
        });
        let mean = digits(by * cell.mean);
        Told {
            en: format!("Nothing differs between the points that were lived: {what} is {mean}{told}."),
            zh: format!("各点之间没有差别：{what_zh}为{mean}{told_zh}。"),
        }
    }
}

/// The name of an axis without its path.
fn plain(axis: &Axis) -> String {
    let name = axis.name.rsplit(['.', ':']).next().unwrap_or_default();
    name.replace('_', " ")
}

/// A number with as many digits as make it readable.
fn digits(value: f64) -> String {
    let text = match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_called_as_the_page_calls_them() {
        let words = include_str!("../../../assets/report/words.js");
        for (id, en, zh) in NAMES {
            assert!(words.contains(&format!("{id}: [\"{en}\", \"{zh}\"]")), "{id}");
        }
    }
}
