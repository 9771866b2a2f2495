//! The published figures that the program carries, in Chinese, for the pages that speak it. A figure of one's own table keeps the words
//! it has there.

use super::super::page::{Language, Page};
use super::super::style::words;

/// A family in plain words.
pub(super) fn family_name(page: Page, family: &str) -> String {
    translated(page, &FAMILIES, family).map_or_else(|| words(family), str::to_owned)
}

/// A figure in plain words.
pub(super) fn figure_name(page: Page, figure: &str) -> String {
    translated(page, &FIGURES, figure).unwrap_or(figure).to_owned()
}

fn translated(page: Page, names: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let of = names.iter().find(|(english, _)| *english == name);
    of.map(|(_, chinese)| *chinese)
        .filter(|_| page.language == Language::Chinese)
}

const FAMILIES: [(&str, &str); 8] = [
    ("use of care", "医疗利用"),
    ("claims and funds", "报销与基金"),
    ("spending and catastrophe", "支出与灾难性支出"),
    ("incomes and spending", "收入与消费"),
    ("return to poverty", "返贫"),
    ("after a health shock", "健康冲击之后"),
    ("medical debt", "医疗债务"),
    ("answers to prices and rules", "对价格与规则的反应"),
];

const FIGURES: [(&str, &str); 66] = [
    ("Outpatient visits per resident", "人均门诊次数"),
    ("Share of visits at village clinics", "村卫生室门诊占比"),
    ("Share of visits at village and township level", "村、乡两级门诊占比"),
    ("Adults admitted at least once in the year", "成人年住院率"),
    ("Admissions per 100 enrolled", "每百参保人住院次数"),
    ("Admissions advised and forgone", "应住院而未住院"),
    ("Adults with an outpatient visit in two weeks", "成人两周就诊率"),
    (
        "People of 60+ admitted at least once in the year",
        "60 岁及以上年住院率",
    ),
    (
        "Households within 15 minutes of the nearest clinic or centre",
        "15 分钟内可达最近医疗机构的家庭",
    ),
    ("Admissions inside the county", "县域内住院占比"),
    ("Forgone admissions for price or lack of cash", "因费用或缺钱而未住院"),
    ("Adults who know of a chronic condition", "自知患慢性病的成人"),
    ("People of 60+ among adults", "成人中 60 岁及以上者"),
    ("Mean admission bill at township centres", "乡镇卫生院次均住院费用"),
    ("Mean admission bill, county hospitals", "县级医院次均住院费用"),
    ("Mean admission bill, tertiary hospitals", "三级医院次均住院费用"),
    ("Mean admission bill", "次均住院费用"),
    (
        "In-catalogue payment by basic insurance: tertiary",
        "政策范围内基金支付比例：三级",
    ),
    (
        "In-catalogue payment by basic insurance: county",
        "政策范围内基金支付比例：县级",
    ),
    (
        "In-catalogue payment by basic insurance: township",
        "政策范围内基金支付比例：乡镇",
    ),
    (
        "In-catalogue payment by basic insurance: all",
        "政策范围内基金支付比例：合计",
    ),
    ("Fund income per enrolled", "人均基金收入"),
    ("Fund spending per enrolled", "人均基金支出"),
    ("Balance of the year", "当年结余率"),
    ("Reserves", "累计结余可支付月数"),
    (
        "Fund spending per enrolled, two years earlier",
        "人均基金支出（两年前）",
    ),
    ("Out-of-pocket share of admission bills", "住院费用自付比例"),
    ("Out-of-pocket spending per head", "人均自付医疗支出"),
    (
        "Catastrophic spending, 40% of capacity to pay",
        "灾难性卫生支出（支付能力的 40%）",
    ),
    (
        "The same, households with a member of 45+, last month x 12",
        "同上，有 45 岁及以上成员的家庭，上月 × 12",
    ),
    ("Mean overshoot of the catastrophic", "灾难性支出平均超出幅度"),
    (
        "Impoverished by care, households with a member of 45+",
        "因病致贫，有 45 岁及以上成员的家庭",
    ),
    (
        "People impoverished by spending (4.20 dollar line)",
        "因医疗支出致贫人口（4.20 美元线）",
    ),
    (
        "The poor's own part of in-county, in-catalogue admission bills",
        "贫困人口县域内政策范围内住院自付比例",
    ),
    (
        "People in households above 10% of the budget",
        "医疗支出超过预算 10% 的家庭人口",
    ),
    ("Income per head", "人均收入"),
    ("Median over mean income", "收入中位数与均值之比"),
    ("Consumption per head, care included", "人均消费（含医疗）"),
    ("Food share of consumption", "食品占消费比重"),
    ("Top over bottom fifth of income", "收入最高与最低五等份之比"),
    (
        "Return to poverty by register: annual hazard",
        "返贫（建档立卡口径）：年返贫率",
    ),
    (
        "Return to poverty by measured consumption (3.00 dollars)",
        "返贫（消费口径，3.00 美元线）",
    ),
    (
        "Return to poverty by register under full campaign support",
        "返贫（建档立卡口径），攻坚支持全在时",
    ),
    (
        "Poor by register through illness, by their own account",
        "建档立卡贫困户自报因病致贫",
    ),
    (
        "A health shock and leaving the lowest fifth",
        "健康冲击与脱离最低五等份",
    ),
    ("Income per head in the two years from the shock", "冲击后两年人均收入"),
    ("Income per head, each of five years", "人均收入，五年各年"),
    (
        "Out-of-pocket spending over five years, discounted",
        "五年自付支出（贴现）",
    ),
    ("Net assets", "净资产"),
    ("Applied for poverty relief", "申请贫困救助"),
    ("Mobility still lower three years after", "三年后行动能力仍较低"),
    (
        "Critical-illness patients: households that borrowed or left bills unpaid",
        "大病患者家庭借债或欠费",
    ),
    ("Median medical debt of those in debt", "负债者医疗债务中位数"),
    ("Low-income households with medical debt", "有医疗债务的低收入家庭"),
    (
        "Medical debt over income, low-income households in debt",
        "医疗债务与收入之比，负债低收入家庭",
    ),
    (
        "Price elasticity of first visits (uninsured world)",
        "首诊价格弹性（无医保情形）",
    ),
    (
        "Price elasticity of admissions (uninsured world)",
        "住院价格弹性（无医保情形）",
    ),
    ("Early rural insurance: use of care", "新农合初期：医疗利用"),
    (
        "Early rural insurance: out-of-pocket spending, no effect",
        "新农合初期：自付支出无变化",
    ),
    (
        "Enrolled and not enrolled: catastrophic spending, no difference",
        "参保与未参保：灾难性支出无差异",
    ),
    (
        "Enrolled not below the uninsured in catastrophic spending",
        "参保者灾难性支出不低于未参保者",
    ),
    (
        "Medical aid and catastrophic spending, no effect",
        "医疗救助对灾难性支出无影响",
    ),
    (
        "Poverty package: out of pocket of the registered poor",
        "脱贫政策包：建档立卡户自付",
    ),
    (
        "Poverty package: spending above a tenth of income",
        "脱贫政策包：支出超过收入一成",
    ),
    ("Poverty package: impoverishing spending", "脱贫政策包：致贫性支出"),
    ("Poverty package: admissions per household", "脱贫政策包：户均住院次数"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_figure_has_a_chinese_name() {
        let page = Page {
            language: Language::Chinese,
            ..Page::USUAL
        };
        let text = include_str!("../../../scenarios/data/targets.csv");
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let mut figures = 0;
        for row in table.records() {
            let row = row.unwrap();
            assert_ne!(family_name(page, &row[1]), words(&row[1]), "{}", &row[1]);
            assert_ne!(figure_name(page, &row[2]), row[2], "{}", &row[2]);
            figures += 1;
        }
        assert!(figures > 50, "{figures}");
        assert_eq!(figure_name(Page::USUAL, "Net assets"), "Net assets");
    }
}
