use super::*;
use std::fmt::Write as _;
use std::fs;

const INDICATORS: &str =
    "scenario,year,county,category,indicator,line,convention,weight,unit,mean,lo,hi,replicates,few_events\n";
const PAIRED: &str =
    "base,scenario,year,county,category,indicator,line,convention,unit,difference,lo,hi,replicates,few_events\n";

/// A result of two scenarios, one with a Chinese name, over three years.
fn result() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let mut indicators = INDICATORS.to_owned();
    let mut paired = PAIRED.to_owned();
    for (at, year) in ["2021", "2022", "2023", "all"].iter().enumerate() {
        for (scenario, less) in [("baseline", 0.0), ("村卫生室", 0.003 * at as f64)] {
            for (indicator, level) in [("return_hazard", 0.03), ("return_cumulative", 0.06), ("oop_share", 0.5)] {
                let (line, convention) = if indicator == "oop_share" {
                    ("", "")
                } else {
                    ("national", "register")
                };
                let mean = level - less;
                let few = indicator == "return_hazard" && less > 0.005;
                let _ = writeln!(
                    indicators,
                    "{scenario},{year},all,lifted,{indicator},{line},{convention},households,share,{mean},{},{},4,{few}",
                    mean - 0.002,
                    mean + 0.002
                );
            }
        }
        let less = -0.003 * at as f64;
        let _ = writeln!(
            paired,
            "baseline,村卫生室,{year},all,lifted,return_hazard,national,register,share,{less},{},{},4,false",
            less - 0.001,
            less + 0.001
        );
    }
    fs::write(tables.join("indicators.csv"), indicators).unwrap();
    fs::write(tables.join("paired.csv"), paired).unwrap();
    folder
}

fn shown(folder: &Path, wanted: &Wanted, colours: bool) -> Result<String, ViewError> {
    view(folder, wanted, &Screen { width: None, colours })
}

fn ascii() -> Wanted {
    Wanted {
        letters: Letters::Ascii,
        ..Wanted::default()
    }
}

#[test]
fn the_main_curves_at_eighty_columns_are_these() {
    let folder = result();
    let text = shown(folder.path(), &Wanted::default(), false).unwrap();
    assert_eq!(text, include_str!("tests/main_unicode.txt"), "{text}");
    let text = shown(folder.path(), &ascii(), false).unwrap();
    assert_eq!(text, include_str!("tests/main_ascii.txt"), "{text}");
    let drawn = |letter: char| letter.is_ascii() || "村卫生室".contains(letter);
    assert!(text.chars().all(drawn), "only names are written in other letters");
}

#[test]
fn colours_are_there_where_they_are_asked_for_and_change_nothing_else() {
    let folder = result();
    let plain = shown(folder.path(), &ascii(), false).unwrap();
    let painted = shown(folder.path(), &ascii(), true).unwrap();
    assert!(
        !plain.contains('\u{1b}') && painted.contains("\u{1b}[34m"),
        "{painted:?}"
    );
    assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain);
}

#[test]
fn what_is_drawn_can_be_chosen_and_what_is_not_there_is_said_with_its_like() {
    let folder = result();
    let with = |change: &dyn Fn(&mut Wanted)| {
        let mut wanted = ascii();
        change(&mut wanted);
        shown(folder.path(), &wanted, false)
    };
    let text = with(&|wanted| wanted.indicator = Some("oop_share".into())).unwrap();
    assert!(
        text.starts_with("Oop share of lifted households, all counties, 2021 to 2023; mean of 4"),
        "{text}"
    );
    assert!(
        text.contains("(a) Oop share, %") && !text.contains("Difference"),
        "{text}"
    );
    let text = with(&|wanted| wanted.paired = true).unwrap();
    assert!(
        text.contains("(a) Difference to A baseline") && !text.contains("(b)"),
        "{text}"
    );
    let said = |change: &dyn Fn(&mut Wanted)| with(change).unwrap_err().to_string();
    assert_eq!(
        said(&|wanted| wanted.indicator = Some("return_hazzard".into())),
        "the tables have no indicator `return_hazzard`\nhelp: did you mean `return_hazard`?"
    );
    assert_eq!(
        said(&|wanted| wanted.line = Some("dollars".into())),
        "the tables have no line `dollars`\nhelp: there is national"
    );
    assert_eq!(
        said(&|wanted| wanted.year = Some("2021".into())),
        "--year means nothing for scenarios, whose years are across"
    );
    assert_eq!(
        said(&|wanted| wanted.axis = Some("x".into())),
        "--axis means nothing for this result"
    );
}

#[test]
fn a_truncated_table_is_named_with_its_line() {
    let folder = result();
    let file = folder.path().join("tables/indicators.csv");
    let text = fs::read_to_string(&file).unwrap();
    let message = |text: &str| {
        fs::write(&file, text).unwrap();
        shown(folder.path(), &ascii(), false).unwrap_err().to_string()
    };
    let cut = message(&text[..text.len() - 30]);
    assert!(
        cut.contains("indicators.csv, line 25: ") && cut.contains("help: copy the result folder again"),
        "{cut}"
    );
    let ended = message(&text[..text.len() - 1]);
    assert!(
        ended.contains("line 25: the file ends in the middle of this line"),
        "{ended}"
    );
    let wrong = message(&text.replacen(",share,0.03,", ",share,many,", 1));
    assert!(
        wrong.contains("line 2: `mean` is `many`, which is not a number"),
        "{wrong}"
    );
    let renamed = message(&text.replacen("few_events", "rare", 1).replacen(",lo,", ",low,", 1));
    assert!(
        renamed.contains("line 1: the column `lo` is missing; the columns are scenario, year"),
        "{renamed}"
    );
    let empty = message("");
    assert!(empty.contains("line 1: the file is empty"), "{empty}");
    fs::remove_file(&file).unwrap();
    let gone = shown(folder.path(), &ascii(), false).unwrap_err().to_string();
    assert!(
        gone.contains("indicators.csv: cannot be read") && gone.contains("is not whole"),
        "{gone}"
    );
}

#[test]
fn a_folder_that_is_no_result_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let message = shown(folder.path(), &ascii(), false).unwrap_err().to_string();
    assert!(
        message.contains("is no result") && message.contains("help: name the folder"),
        "{message}"
    );
}

/// A sweep over two axes, with a table as `sweep collect` writes it.
fn sweep(points: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sweep.json"), "{}").unwrap();
    fs::write(folder.path().join("summary.csv"), points).unwrap();
    folder
}

#[test]
fn a_sweep_is_drawn_over_its_numbers_with_the_other_axis_as_curves() {
    let mut text =
        "point,policy,premium_yuan,year,county,category,indicator,unit,runs,mean,se,lo,hi,interval\n".to_owned();
    let mut point = 0;
    for (policy, less) in [("as it is", 0.0), ("cover", 0.01)] {
        for premium in [240, 320, 400] {
            let mean = 0.02 + f64::from(premium) * 1e-4 - less;
            let _ = writeln!(
                text,
                "{point},{policy},{premium},all,all,lifted,return_hazard@register_national,share,8,{mean},0.001,{},{},95% of the mean",
                mean - 0.002,
                mean + 0.002
            );
            point += 1;
        }
    }
    let folder = sweep(&text);
    let drawn = shown(folder.path(), &ascii(), false).unwrap();
    assert_eq!(drawn, include_str!("tests/sweep_ascii.txt"), "{drawn}");
    let across = Wanted {
        axis: Some("policy".into()),
        ..ascii()
    };
    let drawn = shown(folder.path(), &across, false).unwrap();
    assert!(
        drawn.contains("A premium yuan 240") && drawn.contains("as it is"),
        "{drawn}"
    );
    let wrong = Wanted {
        axis: Some("premium".into()),
        ..ascii()
    };
    let said = shown(folder.path(), &wrong, false).unwrap_err().to_string();
    assert!(said.contains("did you mean `premium_yuan`?"), "{said}");
    fs::remove_file(folder.path().join("summary.csv")).unwrap();
    let said = shown(folder.path(), &ascii(), false).unwrap_err().to_string();
    assert!(said.contains("kangcun sweep collect"), "{said}");
}

#[test]
fn programmes_are_bars_by_section_with_zero_among_them() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let mut text =
        "programme,section,comparator,role,indicator,group,unit,difference,lo,hi,beyond_noise,few_events,replicates\n"
            .to_owned();
    for (programme, section, comparator, mean, half, beyond, few) in [
        ("telemedicine", "5.1", "added", -1.0, 0.5, true, false),
        ("zero-markup", "5.4", "taken away", 0.25, 1.0, false, true),
    ] {
        for (role, indicator, unit, factor) in [
            ("return", "return_hazard@register_national", "per 1000 and year", 1.0),
            ("public_cost", "public_cost", "yuan per person and year", 10.0),
        ] {
            let own = [mean, mean - half, mean + half]
                .map(|value| (value * factor).to_string())
                .join(",");
            let _ = writeln!(
                text,
                "{programme},{section},{comparator},{role},{indicator},lifted,{unit},{own},{beyond},{few},20"
            );
        }
    }
    fs::write(tables.join("programmes.csv"), text).unwrap();
    let drawn = shown(folder.path(), &ascii(), false).unwrap();
    assert_eq!(drawn, include_str!("tests/programmes_ascii.txt"), "{drawn}");
    let cost = Wanted {
        indicator: Some("public_cost".into()),
        ..ascii()
    };
    let drawn = shown(folder.path(), &cost, false).unwrap();
    assert!(
        drawn.contains("yuan per person and year") && drawn.contains("-10.00* (-15.00 to -5.00)"),
        "{drawn}"
    );
}

#[test]
fn answers_are_bars_beside_what_is_in_fact() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let mut text = "scenario,year,convention,line,measure,rate,counted_by,fact_per_1000,averted_per_1000,lo,hi,share_of_returns,replicates,\
                    few_events\n"
        .to_owned();
    for (measure, averted) in [("attributable_shadow_bill", 12.0), ("attributable_system", 18.5)] {
        let _ = writeln!(
            text,
            "baseline,all,register,national,{measure},hazard,household,20.5,{averted},{},{},{},5,false",
            averted - 1.0,
            averted + 1.0,
            averted / 20.5
        );
    }
    fs::write(tables.join("attributable.csv"), text).unwrap();
    let drawn = shown(folder.path(), &ascii(), false).unwrap();
    assert_eq!(drawn, include_str!("tests/answers_ascii.txt"), "{drawn}");
}
