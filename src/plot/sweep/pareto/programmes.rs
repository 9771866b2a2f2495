//! Programmes one by one: what each changes in the return to poverty, against what it costs the public.

use super::super::design::Level;
use super::super::estimate::Estimate;
use super::super::names::level_name;
use super::plane::{Plane, Spot, draw_plane, front};
use crate::plot::caption::Caption;
use crate::plot::page::Page;
use crate::plot::series::{extremes, replicates_in_words};
use crate::plot::sources::Sources;
use crate::plot::style::{EVIDENCE, evidence};
use crate::plot::table::Row;
use crate::plot::{Draw, Figure, PlotError};

const TABLE: &str = "programmes.csv";
/// The most programmes that are named.
const NAMED: usize = 18;

/// A programme.
struct Programme {
    id: String,
    /// Returns per 1,000 lifted households and year.
    effect: Estimate,
    /// Yuan a head and year.
    cost: Estimate,
    /// Levers with a grade, and how many of them are assumptions.
    levers: (f64, f64),
    few_events: bool,
}

struct Read {
    programmes: Vec<Programme>,
    against: Vec<String>,
    replicates: Vec<f64>,
}

/// Programmes by what they change and what they cost.
pub(in crate::plot) fn of_programmes(sources: &Sources) -> Result<Option<Draw>, PlotError> {
    let table = sources.table(TABLE)?;
    let rows = table.rows_where(&[("role", "return")])?;
    let mut programmes = Vec::new();
    for row in &rows {
        let id = row.text("programme")?;
        let costs = table.rows_where(&[("programme", id), ("role", "public_cost")])?;
        let Some(cost) = costs.first() else { continue };
        programmes.push(Programme {
            id: id.to_owned(),
            effect: difference(row)?,
            cost: difference(cost)?,
            levers: (needed(row, "levers")?, needed(row, "assumed_levers")?),
            few_events: row.flag("few_events")?,
        });
    }
    if programmes.len() < 2 {
        return Ok(None);
    }
    let read = Read {
        programmes,
        against: table.distinct("against", &[("role", "return")])?,
        replicates: extremes(&rows)?,
    };
    Ok(Some(Box::new(move |page| picture(page, &read))))
}

fn needed(row: &Row, column: &str) -> Result<f64, PlotError> {
    let number = row.number(column)?;
    number.ok_or_else(|| row.wrong(format!("`{column}` is empty")))
}

fn difference(row: &Row) -> Result<Estimate, PlotError> {
    let ends = row.number("lo")?.zip(row.number("hi")?);
    if ends.is_some_and(|(low, high)| low > high) {
        return Err(row.wrong("`lo` is above `hi`".to_owned()));
    }
    let mean = needed(row, "difference")?;
    Ok(Estimate { mean, ends })
}

/// The programmes on the front, for which having none at no cost is a choice as well, and then the others that are beyond noise in
/// the order of their effects.
fn keyed(programmes: &[Programme]) -> (Vec<usize>, Vec<usize>) {
    let mut places: Vec<(f64, f64)> = programmes.iter().map(|own| (own.cost.mean, own.effect.mean)).collect();
    places.push((0.0, 0.0));
    let front: Vec<usize> = front(&places, true)
        .into_iter()
        .filter(|&at| at < programmes.len())
        .collect();
    let mut others: Vec<usize> = (0..programmes.len())
        .filter(|at| !front.contains(at) && programmes[*at].effect.is_beyond_noise())
        .collect();
    others.sort_by(|&one, &other| programmes[one].effect.mean.total_cmp(&programmes[other].effect.mean));
    let keyed = front.iter().copied().chain(others).take(NAMED).collect();
    (front, keyed)
}

fn picture(page: Page, read: &Read) -> Result<Figure, PlotError> {
    let name = |id: &str| level_name(page, &Level::Text(id.to_owned())).replace("Tcm", "TCM");
    let spots: Vec<Spot> = read
        .programmes
        .iter()
        .map(|own| Spot {
            name: name(&own.id),
            across: own.cost,
            up: own.effect,
            style: evidence(own.levers.0, own.levers.1),
            is_hollow: own.few_events,
        })
        .collect();
    let (front, keyed) = keyed(&read.programmes);
    let question = page.say(
        "Which programmes prevent returns at a cost that no other betters?",
        "哪些项目以未被超越的成本减少返贫？",
    );
    let few = read.programmes.iter().any(|own| own.few_events);
    let hollow = if few {
        page.say("; hollow: fewer than 20 events", "；空心：事件少于 20 次")
    } else {
        ""
    };
    let note = page.say(
        format!("Lifted households; each beside its own base, over the same luck; dashes: the front; crossed bars: 95% intervals{hollow}"),
        format!("脱贫户；各与其基准情景比较，随机条件相同；虚线为前沿；十字线为 95% 区间{hollow}"),
    );
    let marks = EVIDENCE.map(|(english, chinese, style)| {
        let text = page.say(
            format!("assumed levers: {english}"),
            format!("属于假设的参数：{chinese}"),
        );
        (text, style, false)
    });
    let title = page.say(
        "Change in returns per 1,000 households a year",
        "每千户每年返贫户数的变化",
    );
    let across = page.say(
        "Change in public cost, yuan a head and year",
        "公共支出的变化，元/人·年",
    );
    let plane = Plane {
        question,
        note: &note,
        across,
        up: title,
        front: &front,
        keyed: &keyed,
        marks: &marks,
        has_zero: true,
    };
    let drawing = draw_plane(page, &plane, &spots)?;
    let list = |which: &[usize]| {
        let each = which.iter().map(|&at| {
            let number = keyed.iter().position(|own| *own == at).map_or(0, |at| at + 1);
            format!("{number} {}", spots[at].name)
        });
        each.collect::<Vec<_>>().join(page.say("; ", "；"))
    };
    let others: Vec<usize> = keyed.iter().copied().filter(|at| !front.contains(at)).collect();
    let bases: Vec<String> = read.against.iter().map(|id| name(id)).collect();
    let caption = Caption {
        question,
        shows: page.say(
            format!(
                "Having each of {} programmes less not having it: returns of lifted households against what the public pays (below 0: fewer \
                 returns; left of 0: public money saved). On the front, by their means, having none of them at no cost being a choice as \
                 well: {}. Beyond noise, but bettered: {}. The other {} have no name here; all are in the table. Programmes stand beside \
                 different bases ({}), and effects of several together do not add up. Shape and colour: how many of a programme's levers \
                 are assumptions (grade D); a front of programmes is largely one of assumptions.",
                spots.len(),
                list(&front),
                if others.is_empty() { "none".to_owned() } else { list(&others) },
                spots.len() - keyed.len(),
                bases.join(", ")
            ),
            format!(
                "{} 个项目“有”减“无”：脱贫户返贫与公共支出的变化（低于 0 为返贫减少，左侧为节省公共支出）。按均值位于前沿者（“什么都不做、不花钱”\
                 也算一种选择）：{}。超出随机误差但被超越者：{}。其余 {} 个未标名，均见表。各项目的基准情景不同（{}），多项目的效应不能相加。形状和\
                 颜色表示杠杆中假设（D 级）的多少；项目的前沿在很大程度上是假设的前沿。",
                spots.len(),
                list(&front),
                if others.is_empty() { "无".to_owned() } else { list(&others) },
                spots.len() - keyed.len(),
                bases.join("、")
            ),
        ),
        definition: page
            .say(
                "Returns: lifted households that are poor by the register at the close of a year in which they were not when it began. Public \
                 cost: insurance and aid layers but those of commercial insurers, delivery, dibao and cash, less premiums of households.",
                "返贫：年初不贫困、年末按建档立卡口径贫困的脱贫户。公共支出：医保与救助各层（商业保险除外）、项目实施、低保和现金支出，减去住户缴费。",
            )
            .to_owned(),
        n: page.say(
            format!("Mean of paired differences over {} replicates.", replicates_in_words(page, &read.replicates)),
            format!("{}次重复配对差值的均值。", replicates_in_words(page, &read.replicates)),
        ),
        intervals: page
            .say(
                "95%, Student's t over the differences replicate by replicate (columns lo and hi); of luck and founding, not of the model's \
                 parameters.",
                "95%，按逐次重复的差值以 t 分布计算（lo、hi 两列）；只反映随机性和建群，不反映参数的不确定性。",
            )
            .to_owned(),
        tables: &[TABLE],
    };
    Ok(Figure {
        drawing,
        caption: caption.text(page),
        question: question.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::of_programmes;
    use crate::plot::page::Page;
    use crate::plot::sources::Sources;

    const HEADER: &str = "programme,against,levers,assumed_levers,role,difference,lo,hi,few_events,replicates\n";

    fn drawn(rows: &str) -> Result<crate::plot::Figure, crate::plot::PlotError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tables")).unwrap();
        std::fs::write(folder.path().join("tables/programmes.csv"), format!("{HEADER}{rows}")).unwrap();
        let draw = of_programmes(&Sources::of(folder.path()))?.unwrap();
        draw(Page::USUAL)
    }

    const ROWS: &str = "cash-transfer,baseline,2,0,return,-2,-3,-1,false,20\n\
                        cash-transfer,baseline,2,0,public_cost,50,49,51,false,20\n\
                        zero-markup,baseline,4,4,return,-1,-1.5,-0.5,true,20\n\
                        zero-markup,baseline,4,4,public_cost,60,59,61,true,20\n\
                        tcm-services,baseline,4,4,return,0.1,-1.5,1.5,false,20\n\
                        tcm-services,baseline,4,4,public_cost,5,4,6,false,20\n";

    #[test]
    fn the_front_counts_doing_nothing_as_a_choice() {
        let figure = drawn(ROWS).unwrap();
        // The second is bettered by the first; the third does worse than nothing.
        assert!(
            figure
                .caption
                .contains("as well: 1 Cash transfer. Beyond noise, but bettered: 2 Zero markup."),
            "{}",
            figure.caption
        );
        assert!(
            figure.caption.contains("The other 1 have no name here"),
            "{}",
            figure.caption
        );
        assert!(figure.drawing.says("Cash transfer") && !figure.drawing.says("TCM services"));
    }

    #[test]
    fn a_row_without_its_number_is_named_with_its_line() {
        let error = drawn(&ROWS.replacen(",-2,-3", ",,-3", 1))
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("programmes.csv, line 2: `difference` is empty"),
            "{error}"
        );
    }
}
