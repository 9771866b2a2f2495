//! Colours, markers, dashes and plain words: what makes every figure of a result look and read alike.

use plotters::style::RGBColor;

use super::page::{Language, Page};

/// Points (1/72 inch) in drawing units of 1/50 mm.
pub(super) const PT: f64 = 17.638_889;
/// Size of a figure's title.
pub(super) const TITLE: f64 = 10.0 * PT;
/// Size of axis titles, panel titles and the names of series.
pub(super) const LABEL: f64 = 8.0 * PT;
/// Size of the numbers at ticks and in bars.
pub(super) const SMALL: f64 = 7.2 * PT;

/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Secondary text.
pub(super) const SOFT: RGBColor = RGBColor(0x59, 0x59, 0x59);
/// The grid.
pub(super) const GRID: RGBColor = RGBColor(0xe3, 0xe3, 0xe3);
/// Paper.
pub(super) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

// The palette of Okabe and Ito (2008), without the yellow that does not show as a line on white.
const BLACK: RGBColor = RGBColor(0x00, 0x00, 0x00);
const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const VERMILLION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const GREEN: RGBColor = RGBColor(0x00, 0x9e, 0x73);
const PURPLE: RGBColor = RGBColor(0xcc, 0x79, 0xa7);
const ORANGE: RGBColor = RGBColor(0xe6, 0x9f, 0x00);
const SKY: RGBColor = RGBColor(0x56, 0xb4, 0xe9);
const YELLOW: RGBColor = RGBColor(0xf0, 0xe4, 0x42);
const GREY: RGBColor = RGBColor(0xd4, 0xd4, 0xd4);
const DARK: RGBColor = RGBColor(0x5a, 0x5a, 0x5a);

/// The shape that marks a year on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// A disc.
    Disc,
    /// A square.
    Square,
    /// A triangle that stands on its base.
    Triangle,
    /// A square that stands on a corner.
    Diamond,
    /// A triangle that stands on its tip.
    Wedge,
    /// A narrow upright bar.
    Post,
    /// A narrow lying bar.
    Beam,
    /// A triangle that points to the left.
    Arrow,
}

/// How a scenario's line looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineStyle {
    /// Its colour.
    pub(super) colour: RGBColor,
    /// Its marker.
    pub(super) marker: Marker,
    /// Lengths of ink and gap in turn, in points; empty for a full line.
    pub(super) dash: &'static [f64],
}

/// How the line of the scenario at place `index` (in the order of the run) looks. Eight can be told apart without their
/// colours by marker, sixteen by marker and dash.
pub(super) fn line_style(index: usize) -> LineStyle {
    const COLOURS: [RGBColor; 8] = [BLACK, BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, DARK];
    const MARKERS: [Marker; 8] = [
        Marker::Disc,
        Marker::Square,
        Marker::Triangle,
        Marker::Diamond,
        Marker::Wedge,
        Marker::Post,
        Marker::Beam,
        Marker::Arrow,
    ];
    const DASHES: [&[f64]; 4] = [&[], &[], &[5.0, 2.2], &[1.4, 1.8]];
    // The ninth begins a second round, which differs from the first by its dash.
    const SECOND: &[f64] = &[6.0, 1.8, 1.4, 1.8];
    let round = index / MARKERS.len();
    LineStyle {
        colour: COLOURS[(index + 3 * round) % COLOURS.len()],
        marker: MARKERS[index % MARKERS.len()],
        dash: if round == 0 {
            DASHES[index % DASHES.len()]
        } else {
            SECOND
        },
    }
}

/// How much of a programme is assumed, and how its marker looks.
pub(super) const EVIDENCE: [(&str, &str, LineStyle); 3] = [
    ("half or fewer", "一半或更少", marker(BLUE, Marker::Disc)),
    ("more than half", "超过一半", marker(GREEN, Marker::Square)),
    ("all of them", "全部", marker(VERMILLION, Marker::Diamond)),
];

const fn marker(colour: RGBColor, marker: Marker) -> LineStyle {
    LineStyle {
        colour,
        marker,
        dash: &[],
    }
}

/// The marker of a programme with so many graded levers, of which so many are assumptions.
pub(super) fn evidence(levers: f64, assumed: f64) -> LineStyle {
    let class = match assumed / levers {
        share if share >= 1.0 => 2,
        share if share > 0.5 => 1,
        _ => 0,
    };
    EVIDENCE[class].2
}

/// The marker of a simulated figure that lies where it is accepted.
pub(super) const INSIDE: LineStyle = marker(BLUE, Marker::Disc);
/// The marker of one that does not.
pub(super) const OUTSIDE: LineStyle = marker(VERMILLION, Marker::Diamond);
/// What is accepted.
pub(super) const BAND: RGBColor = GREY;

/// How one part of a stacked bar looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    /// Its colour.
    pub(super) colour: RGBColor,
    /// Whether thin white lines cross it, so that it differs from its neighbours in grey.
    pub(super) hatched: bool,
}

impl Fill {
    const fn plain(colour: RGBColor) -> Fill {
        Fill { colour, hatched: false }
    }

    const fn hatched(colour: RGBColor) -> Fill {
        Fill { colour, hatched: true }
    }

    /// The colour in which text shows on this fill.
    pub(super) fn ink(self) -> RGBColor {
        let RGBColor(r, g, b) = self.colour;
        let brightness = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
        if brightness > 125.0 { BLACK } else { PAPER }
    }
}

/// The classes of the part illness played in a return, with the English and the Chinese words for them, in the order of the
/// stack.
pub(super) const CAUSES: [(&str, &str, &str, Fill); 5] = [
    (
        "bill_alone",
        "the bill alone was enough",
        "仅医疗费用即足以致贫",
        Fill::plain(VERMILLION),
    ),
    (
        "work_alone",
        "lost work alone was enough",
        "仅误工损失即足以致贫",
        Fill::plain(BLUE),
    ),
    (
        "either",
        "either alone was enough",
        "两者任一即足以致贫",
        Fill::hatched(PURPLE),
    ),
    ("both_needed", "both were needed", "两者叠加才致贫", Fill::plain(SKY)),
    (
        "neither",
        "not illness (income alone)",
        "非疾病（仅收入不足）",
        Fill::plain(GREY),
    ),
];

/// The low end and the high end of a range: light and dark, and the dark one hatched.
pub(super) fn ends_fills() -> [Fill; 2] {
    [Fill::plain(SKY), Fill::hatched(BLUE)]
}

/// The part of a bar that gathers what is too small to see.
pub(super) const OTHER: Fill = Fill::plain(GREY);

/// How a payer looks: `None` is an insurance layer, the `place`-th of its kind.
pub(super) fn payer_fill(payer: &str, place: usize) -> Fill {
    const LAYERS: [Fill; 12] = [
        Fill::plain(BLUE),
        Fill::plain(SKY),
        Fill::plain(GREEN),
        Fill::plain(PURPLE),
        Fill::plain(YELLOW),
        Fill::hatched(BLUE),
        Fill::hatched(GREEN),
        Fill::hatched(SKY),
        Fill::hatched(PURPLE),
        Fill::hatched(DARK),
        Fill::plain(ORANGE),
        Fill::hatched(BLACK),
    ];
    match payer {
        "household" => Fill::plain(VERMILLION),
        "arrears_provider" => Fill::hatched(ORANGE),
        "programme" => Fill::plain(DARK),
        _ => LAYERS[place % LAYERS.len()],
    }
}

/// A payer in plain words.
pub(super) fn payer_name(page: Page, payer: &str) -> String {
    let (english, chinese) = match payer {
        "household" => ("Household", "家庭自付"),
        "arrears_provider" => ("Unpaid, borne by the provider", "欠费（医疗机构承担）"),
        "programme" => ("Policy programme", "政策项目"),
        "outpatient_pool" => ("Outpatient pool", "门诊统筹"),
        "hypertension_drugs" => ("Hypertension drugs", "高血压用药保障"),
        "diabetes_drugs" => ("Diabetes drugs", "糖尿病用药保障"),
        "special_outpatient" => ("Special outpatient", "门诊慢特病"),
        "inpatient_basic" => ("Basic inpatient insurance", "住院基本医保"),
        "critical_illness" => ("Critical illness insurance", "大病保险"),
        "medical_aid" => ("Medical aid", "医疗救助"),
        "tilt_aid" => ("Tilted aid", "倾斜救助"),
        layer => return words(layer),
    };
    page.say(english, chinese).to_owned()
}

/// A scenario or a programme in plain words: those that come with the program by their Chinese names too.
pub(super) fn scenario_name(page: Page, id: &str) -> String {
    // What was set on the command line is in the identifier.
    let (plain, set) = match id.strip_suffix("+set") {
        Some(plain) => (plain, page.say(" (set)", "（另设）")),
        None => (id, ""),
    };
    let chinese = match plain {
        "baseline" => Some("现行规则"),
        "package" | "main-package" => Some("主要政策包"),
        "cash-transfer" => Some("现金补助"),
        "zero-growth" | "baseline-zero-growth" => Some("收入零增长"),
        "no-illness" => Some("没有疾病"),
        "no-insurance" => Some("没有医保"),
        "full-cover" => Some("全额保障"),
        "zero-coverage" => Some("零覆盖"),
        "poverty-package" => Some("脱贫攻坚政策包"),
        "early-insurance" => Some("新农合初期"),
        "ageing-clinics" => Some("村医老龄化"),
        "epidemic-winter" => Some("流行病冬季"),
        "deposit-first" => Some("先交押金"),
        "leaky-fund" => Some("基金跑冒滴漏"),
        "limited-budget" => Some("预算有限"),
        "premium-response" => Some("参保随缴费变化"),
        "province-pool" | "provincial-pooling" => Some("省级统筹"),
        "unconnected-villages" => Some("未通网的村"),
        "balanced-financing" => Some("筹资均衡"),
        "career-reform" => Some("乡村医生职业改革"),
        "catalogue-adjustment" => Some("药品目录调整"),
        "central-procurement" => Some("药品集中采购"),
        "chronic-management" => Some("慢性病管理"),
        "clinic-insurance-integration" => Some("村卫生室医保结算"),
        "clinic-operating-funds" => Some("村卫生室运行经费"),
        "clinic-siting" => Some("村卫生室布点"),
        "clinic-standardisation" => Some("村卫生室标准化"),
        "commercial-supplement" => Some("商业补充保险"),
        "county-alliance" => Some("县域医共体"),
        "disease-network" => Some("专病网络"),
        "doctor-training" => Some("医生培训"),
        "emergency-insurance-fund" => Some("医保应急基金"),
        "emergency-response" => Some("院前急救"),
        "epidemic-reserves" => Some("防疫物资储备"),
        "epidemic-response" => Some("疫情应对"),
        "expense-warning" => Some("医疗费用预警"),
        "family-doctor-contract" => Some("家庭医生签约"),
        "fund-supervision" => Some("基金监管"),
        "health-budget-share" => Some("卫生预算占比"),
        "health-education" => Some("健康教育"),
        "internet-hospitals" => Some("互联网医院"),
        "internet-plus" => Some("互联网+医疗健康"),
        "key-group-care" => Some("重点人群照护"),
        "medical-centres" => Some("区域医疗中心"),
        "multi-site-practice" => Some("医师多点执业"),
        "mutual-insurance" => Some("互助保险"),
        "pairing-assistance" => Some("对口帮扶"),
        "pay-after-treatment" => Some("先诊疗后付费"),
        "payment-reform" => Some("支付方式改革"),
        "premium-subsidy" => Some("参保缴费补贴"),
        "private-hospitals" => Some("民营医院"),
        "pro-poor-cover" => Some("贫困人口倾斜保障"),
        "rehabilitation" => Some("康复"),
        "reinsurance" => Some("再保险"),
        "remote-delivery" => Some("药品配送到村"),
        "sanitation-campaigns" => Some("爱国卫生运动"),
        "screening" => Some("筛查"),
        "secondary-aid" => Some("二次救助"),
        "senior-doctors" => Some("退休医生下乡"),
        "shortage-monitoring" => Some("短缺药品监测"),
        "tcm-prevention" => Some("中医治未病"),
        "tcm-services" => Some("中医服务"),
        "tcm-supply-quality" => Some("中药供应与质量"),
        "telemedicine" => Some("远程医疗"),
        "three-batches" => Some("三个一批"),
        "zero-markup" => Some("药品零差率"),
        _ => None,
    };
    let known = chinese.filter(|_| page.language == Language::Chinese);
    known.map_or_else(|| words(plain), str::to_owned) + set
}

/// An identifier in plain words: `cash-transfer` becomes `Cash transfer`; years keep what joins them.
pub(super) fn words(id: &str) -> String {
    let years = id.bytes().all(|letter| letter.is_ascii_digit() || letter == b'-');
    let mut text = if years {
        id.replace('-', "\u{2013}")
    } else {
        id.replace(['-', '_'], " ")
    };
    if let Some(first) = text.get(..1) {
        let first = first.to_ascii_uppercase();
        text.replace_range(..1, &first);
    }
    text
}

/// A poverty line in plain words.
pub(super) fn line_name(page: Page, line: &str) -> String {
    match line {
        "national" => page.say("the national poverty line", "国家贫困线").to_owned(),
        "national_monitoring" => page.say("the national monitoring line", "国家防返贫监测线").to_owned(),
        other => match other.strip_prefix("ppp_").and_then(|rest| rest.split_once('_')) {
            Some((dollars, cents)) => page.say(
                format!("${dollars}.{cents} a day (PPP)"),
                format!("每天 {dollars}.{cents} 美元（购买力平价）"),
            ),
            None => page.say(
                format!("the line `{}`", other.replace('_', " ")),
                format!("贫困线“{other}”"),
            ),
        },
    }
}

/// What a convention counts as poor, for captions.
pub(super) fn convention_definition(page: Page, convention: &str) -> &'static str {
    let (english, chinese) = match convention {
        "register" => (
            "Poor by the register: annual income per resident member, less out-of-pocket medical spending and medical \
             debt service, under the line, as far as the register sees it; passing income luck counts in part.",
            "建档立卡口径的贫困：常住人口人均年收入扣除自付医疗费用和医疗债务还款后低于贫困线（以登记所能看到的为限，\
             暂时性收入波动只部分计入）。",
        ),
        "measured_net" => (
            "Poor by measure: consumption per member, net of out-of-pocket medical spending, under the line.",
            "消费口径的贫困：扣除自付医疗费用后的人均消费低于贫困线。",
        ),
        "measured_gross" => (
            "Poor by measure: consumption per member, out-of-pocket medical spending included, under the line.",
            "消费口径的贫困：包含自付医疗费用的人均消费低于贫困线。",
        ),
        "register_income_only" => (
            "Poor by income alone: annual income per resident member, nothing deducted, under the line.",
            "收入口径的贫困：常住人口人均年收入（不作扣除）低于贫困线。",
        ),
        _ => ("Poor by the convention named in the table.", "贫困按表中所列口径界定。"),
    };
    page.say(english, chinese)
}

/// A whole number with thin groups of three: `12,345`.
pub(super) fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 && digits != "0" {
        format!("\u{2212}{text}")
    } else {
        text
    }
}

/// A shade for a share from 0 (paper, nearly) to 1 (dark blue), ever darker in grey too.
pub(super) fn shade(share: f64) -> RGBColor {
    const STOPS: [(f64, f64, f64); 3] = [(243.0, 246.0, 249.0), (122.0, 166.0, 204.0), (16.0, 52.0, 99.0)];
    let along = share.clamp(0.0, 1.0) * 2.0;
    let (from, to) = if along < 1.0 {
        (STOPS[0], STOPS[1])
    } else {
        (STOPS[1], STOPS[2])
    };
    let part = if along < 1.0 { along } else { along - 1.0 };
    let mix = |from: f64, to: f64| (from + (to - from) * part).round() as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// Where care is had, from near to far, with the English and the Chinese words.
pub(super) const PLACES_OF_CARE: [(&str, &str, &str, Fill); 7] = [
    ("village", "Village clinic", "村卫生室", Fill::plain(GREEN)),
    ("township", "Township centre", "乡镇卫生院", Fill::plain(SKY)),
    ("tcm", "TCM service", "中医机构", Fill::hatched(GREEN)),
    ("private", "Private provider", "民营机构", Fill::plain(YELLOW)),
    ("county", "County hospital", "县级医院", Fill::plain(BLUE)),
    ("tertiary", "Tertiary hospital", "三级医院", Fill::hatched(PURPLE)),
    ("remote", "Remote consultation", "远程问诊", Fill::plain(DARK)),
];

/// Why needed care is forgone.
pub(super) const REASONS: [(&str, &str, &str, Fill); 5] = [
    ("price", "Forgone: its price", "未就医：费用", Fill::plain(VERMILLION)),
    ("liquidity", "Forgone: no cash", "未就医：缺现金", Fill::hatched(ORANGE)),
    ("distance", "Forgone: distance", "未就医：距离", Fill::plain(DARK)),
    ("capacity", "Forgone: queue", "未就医：排队", Fill::hatched(DARK)),
    (
        "other",
        "Forgone: other reasons",
        "未就医：其他原因",
        Fill::hatched(GREY),
    ),
];

/// Care that was had, no matter where.
pub(super) const HAD: Fill = Fill::plain(RGBColor(0xcf, 0xe3, 0xdb));
