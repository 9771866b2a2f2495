//! How care goes between the tiers: from need, by way of visits, to admissions, and what each scenario changes.
//!
//! The tables know margins (how many needs, how many visits where, how many admissions where), not who went from where to where, so
//! nothing here is drawn as a flow.

mod margins;

use super::axes::{MARGIN, heading};
use super::bars::{Bar, Dots, Words, dotted, nameless, stacked};
use super::caption::Caption;
use super::legend::marker_rows;
use super::page::Page;
use super::series::replicates_in_words;
use super::sheet::{Sheet, draw};
use super::sources::Sources;
use super::style::{Fill, HAD, OTHER, PLACES_OF_CARE, PT, REASONS, grouped, line_style, scenario_name};
use super::{Draw, Figure, PlotError};
use margins::{Care, HOSPITALS, Margins, gather};

/// Reads the margins of care.
pub(super) fn read(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let Some(care) = gather(sources)? else { return Ok(None) };
    Ok(Some(Box::new(move |page| figure(page, &care))))
}

/// Rows of markers for indicators; those in which nothing changes anywhere are left out.
fn rows_of(care: &Care, wanted: &[(String, String)]) -> Vec<Dots> {
    let row = |(indicator, name): &(String, String)| {
        let own = care.changes.iter().filter(|change| change.indicator == *indicator);
        let dots: Vec<_> = own
            .map(|change| (line_style(change.place), change.mean, change.interval))
            .collect();
        let any = dots.iter().any(|(_, mean, _)| *mean != 0.0);
        any.then(|| Dots {
            name: name.clone(),
            dots,
        })
    };
    wanted.iter().filter_map(row).collect()
}

fn bars(page: Page, care: &Care, parts: impl Fn(&Margins) -> Option<&Vec<f64>>) -> Vec<Bar> {
    let bar = |own: &Margins| {
        Some(Bar {
            name: if own.place.is_some() {
                scenario_name(page, &own.id)
            } else {
                own.id.clone()
            },
            style: own.place.map(line_style),
            parts: parts(own)?.clone(),
        })
    };
    care.margins.iter().filter_map(bar).collect()
}

fn drawn(sheet: &Sheet, care: &Care, question: &str, note: &str) -> Result<f64, PlotError> {
    let page = sheet.page;
    let say = |english: &str, chinese: &str| page.say(english, chinese).to_owned();
    let reasons: Vec<(String, Fill)> = REASONS.iter().map(|(_, en, zh, fill)| (say(en, zh), *fill)).collect();
    let places: Vec<(String, Fill)> = PLACES_OF_CARE
        .iter()
        .map(|(_, en, zh, fill)| (say(en, zh), *fill))
        .collect();
    let mut moderate = vec![(say("Seen by a provider", "已就医"), HAD)];
    moderate.extend(reasons.iter().cloned());
    let mut hospitals: Vec<(String, Fill)> = HOSPITALS
        .iter()
        .filter_map(|id| PLACES_OF_CARE.iter().find(|(known, ..)| known == id))
        .map(|(_, en, zh, fill)| (say(en, zh), *fill))
        .collect();
    hospitals.push((say("Admitted elsewhere", "其他机构住院"), OTHER));
    hospitals.extend(reasons);
    let mut y = heading(sheet, question, note)? + 8.0 * PT;
    let panels = [
        (
            page.say(
                "(a) Needs of care, moderate illness: seen or forgone",
                "(a) 中度疾病的就医需要：已就医或未就医",
            ),
            page.say("Needs per 100 persons and year", "每百人每年需要次数"),
            moderate,
            bars(page, care, |own| own.moderate.as_ref()),
            Some(1),
        ),
        (
            page.say("(b) Visits of any kind: where", "(b) 各类就诊：在哪里"),
            page.say("Visits per 100 persons and year", "每百人每年就诊次数"),
            places,
            bars(page, care, |own| Some(&own.visits)),
            None,
        ),
        (
            page.say(
                "(c) Needs of an admission: admitted where, or forgone",
                "(c) 住院需要：在哪里住院，或未住院",
            ),
            page.say("Needs per 100 persons and year", "每百人每年需要次数"),
            hospitals,
            bars(page, care, |own| own.admissions.as_ref()),
            Some(HOSPITALS.len() + 1),
        ),
    ];
    let narrow = nameless(page, care.margins.len());
    let named = |own: &Margins| Some((scenario_name(page, &own.id), line_style(own.place?), false));
    if narrow {
        let names: Vec<_> = care.margins.iter().filter_map(named).collect();
        if !names.is_empty() {
            y = marker_rows(sheet, y, &names)? + 9.0 * PT;
        }
    }
    for (title, axis, parts, bars, split) in &panels {
        if !bars.is_empty() {
            let words = Words {
                title,
                axis,
                parts,
                split: *split,
            };
            y = stacked(sheet, y, &words, bars)? + 13.0 * PT;
        }
    }
    let panels = change_panels(page, care);
    if !with_changes(page, care) || panels.iter().all(|(.., rows)| rows.is_empty()) {
        return Ok(y - 5.0 * PT);
    }
    let mut named: Vec<usize> = care.changes.iter().map(|change| change.place).collect();
    named.sort_unstable();
    named.dedup();
    let known = |place: usize| care.margins.iter().find(|own| own.place == Some(place));
    let names: Vec<_> = named
        .iter()
        .filter_map(|&place| Some((scenario_name(page, &known(place)?.id), line_style(place), false)))
        .collect();
    y = marker_rows(sheet, y, &names)? + 9.0 * PT;
    let (mut left, mut end) = (MARGIN, y);
    let width = if page.narrow() {
        sheet.width() - 2.0 * MARGIN
    } else {
        0.5 * sheet.width() - 2.0 * MARGIN
    };
    for (title, axis, rows) in panels.iter().filter(|(.., rows)| !rows.is_empty()) {
        let bottom = dotted(sheet, (left, y), left + width, (title, axis), rows)?;
        end = end.max(bottom);
        if page.narrow() {
            y = bottom + 13.0 * PT;
        } else {
            left += width + 2.0 * MARGIN;
        }
    }
    Ok(end + 8.0 * PT)
}

/// Whether changes are drawn: beside many scenarios they do not fit under each other on one column.
fn with_changes(page: Page, care: &Care) -> bool {
    !care.changes.is_empty() && !nameless(page, care.margins.len())
}

/// The panels of changes: title, axis, rows.
fn change_panels(page: Page, care: &Care) -> [(&'static str, &'static str, Vec<Dots>); 2] {
    let visits: Vec<(String, String)> = PLACES_OF_CARE
        .iter()
        .map(|(id, en, zh, _)| (format!("visits_{id}"), page.say(*en, *zh).to_owned()))
        .collect();
    let mut admissions: Vec<(String, String)> = PLACES_OF_CARE
        .iter()
        .filter(|(id, ..)| HOSPITALS.contains(id))
        .map(|(id, en, zh, _)| (format!("admissions_{id}"), page.say(*en, *zh).to_owned()))
        .collect();
    let forgone = page.say("Forgone, of all needed", "未住院占需要");
    admissions.push(("forgone_admission".to_owned(), forgone.to_owned()));
    [
        (
            page.say("(d) Change in visits", "(d) 就诊次数的变化"),
            page.say("Visits per 100 persons and year", "每百人每年就诊次数"),
            rows_of(care, &visits),
        ),
        (
            page.say("(e) Change in shares of admissions", "(e) 住院构成的变化"),
            page.say("Percentage points", "百分点"),
            rows_of(care, &admissions),
        ),
    ]
}

fn figure(page: Page, care: &Care) -> Result<Figure, PlotError> {
    let question = page.say("Who gets care, and where?", "谁得到了医疗服务，在哪里？");
    let (first, last) = care.years;
    let alone = care.margins.iter().all(|own| own.place.is_none());
    let changed = with_changes(page, care);
    let base = scenario_name(page, &care.base);
    let mut note = if alone {
        page.say(
            "All counties and all people, by year".to_owned(),
            "所有县全体居民，按年".to_owned(),
        )
    } else {
        page.say(
            format!("All counties and all people, mean year of {first}\u{2013}{last}"),
            format!("所有县全体居民，{first}–{last} 年年均"),
        )
    };
    let bounded = changed && care.changes.iter().any(|change| change.interval.is_some());
    if changed {
        let with = if bounded {
            page.say(" with 95% intervals", "及 95% 区间")
        } else {
            ""
        };
        note += &page.say(
            format!("; changes: difference to \u{201c}{base}\u{201d}{with}"),
            format!("；变化为与“{base}”之差{with}"),
        );
    }
    let drawing = draw(page, |sheet| drawn(sheet, care, question, &note))?;
    let n = replicates_in_words(page, &care.replicates);
    let persons = grouped(care.persons);
    let caption = Caption {
        question,
        shows: shows(page, care),
        definition: page
            .say(
                "A need is an episode of illness in which care is called for; it is forgone if no care is sought, and the \
                 reason is the first single change that would have led to care: cash to advance the bill, a price of zero, no way \
                 to go, no queue; other reasons: none of these alone. Needs of care for chronic illness are not in (a). Visits are those of all kinds, minor \
                 and chronic illness included, and one need can lead to several. Admitted elsewhere: admissions that are in the \
                 sum but not at one of the three. Numbers at the bars are their sums.",
                "需要指患病后应当就医的一次发作；未寻求治疗即为未就医，原因是最先足以使其就医的单项改变：有现金垫付、费用为零、没有路程、无需排队；其他原因：\
                 单项改变都不足。(a) 不含慢性病治疗的需要。就诊包括小病和慢性病在内的\
                 各类就诊，一次需要可带来多次就诊。其他机构住院：计入总数但不在上述三类医院的住院。条形末端数字为合计。",
            )
            .to_owned(),
        n: page.say(
            format!("Mean over {n} replicates of {persons} persons."),
            format!("{n}次重复的均值，每次约 {persons} 人。"),
        ),
        intervals: if bounded {
            page.say(
                "Changes: 95%, Student's t over the differences replicate by replicate (columns lo and hi); of luck and \
                 founding, not of the model's parameters. None for (a) to (c). Scenarios that are controls have no difference in the \
                 table.",
                "变化：95%，按逐次重复的差值以 t 分布计算（lo、hi 两列）；只反映随机性和建群，不反映参数的不确定性。(a) 至 (c) 没有\
                 区间。表中未给出对照情景的差值。",
            )
        } else {
            page.say(
                "none are drawn; those of changes stand in the figure for two columns, if there are any.",
                "未绘出区间；如有变化的区间，见双栏版图。",
            )
        }
        .to_owned(),
        tables: if changed { &["indicators.csv", "paired.csv"] } else { &["indicators.csv"] },
    };
    Ok(Figure {
        drawing,
        question: question.to_owned(),
        caption: caption.text(page),
    })
}

fn shows(page: Page, care: &Care) -> String {
    let mut shows = page
        .say(
            "(a) What becomes of needs of care for a moderate illness. (b) Visits by the place of care. (c) What becomes of needs of \
             an admission. The tables know how many there are of each, not who went from where to where: bars of (a), (b) and (c) are \
             not the same people, and no flow between them is drawn. The dark mark in a bar of (a) or (c) parts care that was had \
             from care that was forgone.",
            "(a) 中度疾病就医需要的去向。(b) 各类机构的就诊次数。(c) 住院需要的去向。表中只有各项的总数，没有个人在各级之间的流向：(a)、(b)、\
             (c) 的条形不是同一批人，因此不画流向。(a)、(c) 条形中的深色竖线左侧为已就医，右侧为未就医。",
        )
        .to_owned();
    let differs = |own: &Margins| {
        let sum = own.admissions.as_ref().map_or(0.0, |parts| parts.iter().sum::<f64>());
        own.needed > 0.0 && (sum - own.needed).abs() > 0.005 * own.needed
    };
    if care.margins.iter().any(differs) {
        shows += page.say(
            " In (c) admissions and what is forgone do not add up to the needs that the table counts: admissions for other causes, \
             such as an epidemic, are among them.",
            "(c) 中住院与未住院之和不等于表中的需要数：其中有因其他原因（如疫情）的住院。",
        );
    }
    if care.margins.iter().all(|own| own.visits.last() == Some(&0.0)) {
        shows += page.say(" There are no remote consultations.", "没有远程问诊。");
    }
    if !care.idle.is_empty() {
        let names: Vec<String> = care.idle.iter().map(|id| scenario_name(page, id)).collect();
        shows += &page.say(
            format!(" Left out, as nobody seeks care there: {}.", names.join(", ")),
            format!("无人就诊的情景未列出：{}。", names.join("、")),
        );
    }
    shows
}
