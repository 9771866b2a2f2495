//! What becomes of the insurance fund: its balance, its claims beside its income, and where it could not pay in full.

mod accounts;

use super::axes::{MARGIN, Panel, Ticks, heading};
use super::caption::Caption;
use super::curves::{lines, names_of, styles, years_panel};
use super::legend::{end_names, line_rows, names_height, names_room};
use super::page::Page;
use super::series::{Series, replicates_in_words, span, years};
use super::sheet::{Hang, Sheet, draw, text_width, typed};
use super::sources::Sources;
use super::style::{Fill, INK, LABEL, PT, SMALL, line_style, scenario_name, shade};
use super::{Draw, Figure, PlotError};
use accounts::{Fund, gather};

const FOOT: f64 = 34.0 * PT;
const LEFT: f64 = 47.0 * PT;
const PANEL: f64 = 118.0 * PT;
const ABOVE: f64 = 25.0 * PT;
/// Height of a row of numbers under the curves.
const ROW: f64 = 12.5 * PT;

/// Reads the accounts of a comparison.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let Some(fund) = gather(sources)? else { return Ok(None) };
    Ok(Some(Box::new(move |page| figure(page, &fund))))
}

/// A range for numbers, and whether intervals reach beyond it: those of two replicates can be a hundred times what they are of.
fn room(series: &[Series], with: f64) -> ((f64, f64), bool) {
    let points = || series.iter().flat_map(|one| &one.points);
    let (low, high) = points().fold((with, with), |(low, high), point| {
        (low.min(point.mean), high.max(point.mean))
    });
    let air = (high - low).max(1e-9);
    let (least, most) = span(series);
    let range = (least.min(low).max(low - air), most.max(high).min(high + air));
    (range, least < range.0 || most > range.1)
}

fn figure(page: Page, fund: &Fund) -> Result<Figure, PlotError> {
    let question = page.say("Does the insurance fund last?", "医保基金能否持续？");
    let banded = fund
        .used
        .iter()
        .flat_map(|one| &one.points)
        .any(|point| point.interval.is_some());
    let bands = if banded {
        page.say("; bands: 95% intervals", "；色带为 95% 区间")
    } else {
        ""
    };
    let note = page.say(
        format!("All counties together, yuan of each year{bands}"),
        format!("所有县合计，各年当年价{bands}"),
    );
    let (cut_a, cut_b) = (room(&fund.balance, 0.0).1, room(&fund.used, 100.0).1);
    let drawing = draw(page, |sheet| drawn(sheet, fund, question, &note))?;
    let n = replicates_in_words(page, &fund.replicates);
    let names = |ids: &[String]| ids.iter().map(|id| scenario_name(page, id)).collect::<Vec<_>>();
    let mut shows = page
        .say(
            "(a) What is in the fund on 31 December, for each person enrolled in the year. (b) What the fund pays for care, in \
             per cent of the year's premiums and subsidies; above the dark line at 100 it pays more than comes in. (c) What the \
             fund did not pay of what its rules promise, in per cent; 0 means that it paid in full. (d) Accounts that end the year \
             below zero in the mean replicate: the balance of all counties together can be sound while some of them are in debt.",
            "(a) 12 月 31 日基金累计结余除以当年参保人数。(b) 基金支出占当年个人缴费和财政补助的百分比；高于 100 处的深色线表示\
             支大于收。(c) 按规定应付而基金未付的百分比；0 表示足额支付。(d) 年末结余为负的基金账户数（按重复均值）：所有县合计有\
             结余时，个别县仍可能亏空。",
        )
        .to_owned();
    if !fund.idle.is_empty() {
        shows += &page.say(
            format!(
                " Left out, as their fund pays nothing: {}.",
                names(&fund.idle).join(", ")
            ),
            format!("基金没有支出的情景未列出：{}。", names(&fund.idle).join("、")),
        );
    }
    if fund.masked {
        shows += page.say(
            " Accounts of counties that are not shown in the table are not in the sums.",
            "表中未公布的县的账户不计入合计。",
        );
    }
    let joint = if fund.joint {
        page.say(
            " The balance of a pool that counties hold together counts once, as one account.",
            "各县共有的统筹基金按一个账户计一次。",
        )
    } else {
        ""
    };
    let mut intervals = if banded {
        page.say(
            "95%, Student's t over the spread between replicates by county (columns lo and hi), put together over counties as if \
             their accounts varied apart from each other, and in (b) as if claims varied apart from income; persons enrolled are \
             taken as given. Of luck and founding, not of the model's parameters; none for (c) and (d).",
            "95%，各县按重复之间的离散以 t 分布计算（lo、hi 两列），再按各县账户互不相关合并；(b) 中还假定支出与收入互不相关；参保\
             人数视为给定。只反映随机性和建群，不反映参数的不确定性；(c)、(d) 没有区间。",
        )
        .to_owned()
    } else {
        page.say("none in the table.", "表中没有区间。").to_owned()
    };
    if cut_a || cut_b {
        intervals += page.say(
            " Bands end at the edge of a panel where they go beyond it.",
            "超出坐标范围的色带在边缘处截断。",
        );
    }
    let caption = Caption {
        question,
        shows,
        definition: page.say(
            format!(
                "Balance: closing. Claims: paid by layers that the fund pays for. Promise: what these layers would have paid if \
                 the fund had not cut its rate (claims over rate, summed over counties).{joint}"
            ),
            format!(
                "结余：年末累计结余。支出：由基金支付的各保障层的支出。应付：基金未下调支付比例时这些保障层应付的金额（各县支出除以\
                 实际支付比例后合计）。{joint}"
            ),
        ),
        n: page.say(
            format!("Mean over {n} replicates of the accounts of {} counties or pools.", most_accounts(fund)),
            format!("{n}次重复的均值，最多 {} 个县级或统筹账户。", most_accounts(fund)),
        ),
        intervals,
        tables: if fund.joint {
            &["funds.csv", "pools.csv", "indicators.csv"]
        } else {
            &["funds.csv", "indicators.csv"]
        },
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}

fn most_accounts(fund: &Fund) -> usize {
    let told = fund.told.iter().flat_map(|(_, told)| told);
    told.map(|told| told.accounts).max().unwrap_or(0)
}

fn drawn(sheet: &Sheet, fund: &Fund, question: &str, note: &str) -> Result<f64, PlotError> {
    let page = sheet.page;
    let mut top = heading(sheet, question, note)?;
    let names = names_room(page);
    let across = if page.narrow() { 1.0 } else { 2.0 };
    let width = (sheet.width() - names - LEFT * across) / across;
    let mut height = PANEL;
    if page.narrow() {
        top = line_rows(sheet, top + 7.0 * PT, &styles(page, &fund.used))?;
    } else {
        let named = fund.used.iter().map(|one| scenario_name(page, &one.scenario));
        height = height.max(names_height(named, names));
    }
    let curves = [
        (
            &fund.balance,
            0.0,
            page.say("(a) Balance at the end of the year", "(a) 年末累计结余"),
            page.say("Yuan per person enrolled", "参保人均，元"),
        ),
        (
            &fund.used,
            100.0,
            page.say("(b) Claims beside premiums and subsidies", "(b) 支出与缴费和补助之比"),
            page.say("Claims, % of income", "支出占收入，%"),
        ),
    ];
    let mut left = LEFT;
    let mut bottom = top;
    for (at, (series, with, title, axis)) in curves.into_iter().enumerate() {
        let from = top + ABOVE;
        bottom = from + height;
        let (low, high) = room(series, with).0;
        let ticks = Ticks::around(low, high);
        let panel = years_panel(series, (left, left + width), (from, bottom), ticks.range);
        panel.vertical_axis(sheet, &ticks, axis)?;
        panel.year_axis(sheet, years(series))?;
        panel.title(sheet, title)?;
        let line = panel.y(with);
        sheet.line(&[(panel.left, line), (panel.right, line)], INK, 0.9 * PT, &[])?;
        lines(sheet, &panel, series)?;
        if page.narrow() {
            top = bottom + FOOT;
        } else {
            left += width + LEFT;
            if at == 1 {
                end_names(sheet, &panel, sheet.width() - MARGIN, &names_of(page, &panel, series))?;
            }
        }
    }
    let (mut top, mut left) = (bottom + FOOT + 4.0 * PT, LEFT);
    let most = most_unpaid(fund);
    for kind in [Strip::Unpaid, Strip::Below] {
        let panel = years_panel(&fund.used, (left, left + width), (top + 16.0 * PT, 0.0), (0.0, 1.0));
        let end = strip(sheet, fund, &panel, kind, most)?;
        bottom = end;
        if page.narrow() {
            top = end + 6.0 * PT;
        } else {
            left += width + LEFT;
        }
    }
    Ok(bottom + 8.0 * PT)
}

/// What a strip of numbers under the curves tells.
#[derive(Clone, Copy, PartialEq)]
enum Strip {
    /// Per cent of the promise that was not paid.
    Unpaid,
    /// Accounts below zero.
    Below,
}

fn most_unpaid(fund: &Fund) -> f64 {
    let told = fund.told.iter().flat_map(|(_, told)| told);
    told.map(|told| told.unpaid).fold(0.0, f64::max)
}

/// A row a scenario, a cell a year, the darker the worse; returns where it ends.
fn strip(sheet: &Sheet, fund: &Fund, panel: &Panel, kind: Strip, most: f64) -> Result<f64, PlotError> {
    let page = sheet.page;
    let title = match kind {
        Strip::Unpaid => page
            .say("(c) Not paid of what the rules promise, %", "(c) 应付而未付，%")
            .to_owned(),
        Strip::Below => {
            let accounts = || fund.told.iter().flat_map(|(_, told)| told).map(|told| told.accounts);
            let (least, most) = (accounts().min().unwrap_or(0), most_accounts(fund));
            let of = if least < most {
                page.say(format!("{least} to {most}"), format!("{least}–{most}"))
            } else {
                most.to_string()
            };
            page.say(
                format!("(d) Accounts in deficit, of {of}"),
                format!("(d) 出现赤字的账户数（共 {of} 个）"),
            )
        }
    };
    sheet.text(&title, (panel.left, panel.top - 6.0 * PT), typed(LABEL, Hang::Start))?;
    let (first, last) = years(&fund.used);
    let room = panel.x(f64::from(first + 1)) - panel.x(f64::from(first));
    let digits = usize::from(room > text_width("9.9", SMALL) + 3.0 * PT);
    let mut y = panel.top;
    for (place, told) in &fund.told {
        let (style, middle) = (line_style(*place), y + 0.5 * ROW);
        let sample = (panel.left - 24.0 * PT, panel.left - 6.0 * PT);
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&[(sample.0, middle), (sample.1, middle)], style.colour, 1.3 * PT, &dash)?;
        sheet.marker((0.5 * (sample.0 + sample.1), middle), style, false)?;
        for told in told {
            let (year, below, accounts) = (told.year, told.below, told.accounts);
            let (share, words) = match kind {
                Strip::Unpaid => (told.unpaid / most.max(1e-9), percent(told.unpaid, digits)),
                Strip::Below => (below as f64 / accounts.max(1) as f64, below.to_string()),
            };
            let (from, to) = (panel.x(f64::from(year) - 0.5), panel.x(f64::from(year) + 0.5));
            let fill = Fill {
                colour: shade(if words == "0" { 0.0 } else { 0.12 + 0.88 * share }),
                hatched: false,
            };
            let (from, to) = (from.max(panel.left), to.min(panel.right));
            sheet.filled((from, y), (to, y + ROW), fill)?;
            sheet.number_on(fill, &words, (0.5 * (from + to), middle))?;
        }
        y += ROW;
    }
    let every = ((text_width("2026", SMALL) + 5.0 * PT) / room).ceil().max(1.0) as i32;
    for year in (first..=last).filter(|year| (year - first) % every == 0) {
        let place = (panel.x(f64::from(year)), y + 3.0 * PT + 0.73 * SMALL);
        sheet.text(&year.to_string(), place, typed(SMALL, Hang::Middle))?;
    }
    Ok(y + 3.0 * PT + SMALL)
}

/// A share of the promise in few digits; what is not nothing is never written as nothing.
fn percent(share: f64, digits: usize) -> String {
    let least = if digits == 0 { 0.5 } else { 0.05 };
    if share < 1e-6 {
        "0".to_owned()
    } else if share < least {
        if digits == 0 { "<1".to_owned() } else { "<.1".to_owned() }
    } else if share < 9.95 {
        format!("{share:.digits$}")
    } else {
        format!("{share:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn what_is_not_nothing_is_never_written_as_nothing() {
        assert_eq!(
            [percent(0.0, 1), percent(0.01, 1), percent(0.06, 1)],
            ["0", "<.1", "0.1"]
        );
        assert_eq!([percent(0.3, 0), percent(7.7, 0), percent(12.4, 1)], ["<1", "8", "12"]);
    }
}
