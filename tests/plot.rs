//! Figures are drawn from tables alone, look the same every time, and a broken table is named with its line.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kangcun::plot::{Columns, Format, Language, Page, PlotError, Wanted, draw, draw_all, figures_of};

const SCENARIOS: [(&str, f64); 4] = [
    ("baseline", 1.2),
    ("package", 0.8),
    ("cash-transfer", 1.0),
    ("baseline-zero-growth", 1.45),
];

/// A small wobble that depends on the year only through a fixed rule.
fn wobble(year: i32, salt: i32) -> f64 {
    f64::from((year * 7919 + salt * 104_729).rem_euclid(1009)) / 1009.0 - 0.5
}

fn indicators() -> String {
    let mut text =
        "scenario,year,county,category,indicator,line,convention,weight,numerator,denominator,unit,mean,se,lo,hi,\
                    replicates,few_events\n"
            .to_owned();
    for (salt, (scenario, hazard)) in SCENARIOS.into_iter().enumerate() {
        for (convention, line, factor) in [
            ("register", "national", 1.0),
            ("register", "national_monitoring", 2.1),
            ("measured_net", "ppp_4_20", 7.0),
        ] {
            let mut standing = 1.0;
            for year in 2021..=2030 {
                let noise = wobble(year, 1) * 0.12 + wobble(year, 2 + salt as i32) * 0.05;
                let mean = factor * hazard / 100.0 * (1.0 + noise);
                standing *= 1.0 - mean * 0.85;
                for (indicator, mean, se) in [
                    ("return_hazard", mean, mean * 0.035),
                    ("return_cumulative", 1.0 - standing, (1.0 - standing) * 0.02),
                ] {
                    let few = indicator == "return_hazard" && year == 2030 && scenario == "package";
                    let _ = writeln!(
                        text,
                        "{scenario},{year},all,lifted,{indicator},{line},{convention},households,returned,not_poor,\
                         share,{mean:.6},{se:.6},{:.6},{:.6},40,{few}",
                        mean - 2.02 * se,
                        mean + 2.02 * se
                    );
                }
            }
        }
    }
    text
}

fn causes() -> String {
    let mut text = "scenario,year,county,category,convention,line,class,households,share,lo,hi\n".to_owned();
    let shares = [
        ("baseline", 4213.0, [0.27, 0.14, 0.05, 0.16, 0.38]),
        ("package", 2787.0, [0.14, 0.17, 0.03, 0.13, 0.53]),
        ("cash-transfer", 3460.0, [0.28, 0.12, 0.05, 0.15, 0.40]),
        ("baseline-zero-growth", 5120.0, [0.24, 0.13, 0.05, 0.15, 0.43]),
    ];
    for (scenario, households, shares) in shares {
        let classes = ["bill_alone", "work_alone", "either", "both_needed", "neither"];
        for (class, share) in classes.into_iter().zip(shares) {
            let _ = writeln!(
                text,
                "{scenario},all,all,lifted,register,national,{class},{:.1},{share},{:.4},{:.4}",
                households * share,
                share - 0.02,
                share + 0.02
            );
        }
        let _ = writeln!(
            text,
            "{scenario},all,all,lifted,register,national,shadow_only,31,0.01,0.005,0.015"
        );
    }
    text
}

fn payers() -> String {
    let mut text = "scenario,year,county,category,payer,yuan,yuan_per_head\n".to_owned();
    let names = [
        "household",
        "arrears_provider",
        "outpatient_pool",
        "hypertension_drugs",
        "diabetes_drugs",
        "special_outpatient",
        "inpatient_basic",
        "critical_illness",
        "medical_aid",
        "tilt_aid",
        "programme",
    ];
    for (salt, (scenario, _)) in SCENARIOS.into_iter().enumerate() {
        for (category, scale) in [("lifted", 1.0), ("all", 0.86)] {
            let yuan = match scenario {
                "package" => [512.0, 22.0, 118.0, 31.0, 84.0, 905.0, 96.0, 124.0, 18.0, 92.0],
                _ => [741.0, 38.0, 74.0, 24.0, 61.0, 838.0, 71.0, 66.0, 11.0, 0.0],
            };
            for year in 2021..=2030 {
                for (payer, yuan) in names.into_iter().zip(yuan) {
                    let yuan = yuan * scale * (1.0 + 0.1 * wobble(year, salt as i32));
                    let _ = writeln!(
                        text,
                        "{scenario},{year},all,{category},{payer},{:.2},{yuan:.2}",
                        yuan * 45_000.0
                    );
                }
            }
        }
    }
    text
}

fn paired() -> String {
    let mut text =
        "base,scenario,year,county,category,indicator,line,convention,unit,difference,se,lo,hi,variance_reduction,\
                    correlation,replicates\n"
            .to_owned();
    for (scenario, effect) in [
        ("package", -0.4),
        ("cash-transfer", -0.2),
        ("baseline-zero-growth", 0.25),
    ] {
        for year in 2021..=2030 {
            let ramp = (f64::from(year - 2020) / 4.0).min(1.0);
            let difference = effect / 100.0 * ramp * (1.0 + 0.2 * wobble(year, 3));
            let se = 0.0003;
            let _ = writeln!(
                text,
                "baseline,{scenario},{year},all,lifted,return_hazard,national,register,share,{difference:.6},{se},\
                 {:.6},{:.6},6.2,0.84,40",
                difference - 2.02 * se,
                difference + 2.02 * se
            );
        }
    }
    text
}

fn write_tables(result: &Path) {
    let tables = result.join("tables");
    fs::create_dir_all(&tables).unwrap();
    for (name, text) in [
        ("indicators", indicators()),
        ("causes", causes()),
        ("payers", payers()),
        ("paired", paired()),
    ] {
        fs::write(tables.join(format!("{name}.csv")), text).unwrap();
    }
}

#[test]
fn every_figure_is_drawn_and_drawn_alike() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    let files = draw_all(folder.path()).unwrap();
    assert_eq!(files.len(), 20, "five figures as SVG, PNG, PDF and caption");
    let before: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    for (file, bytes) in files.iter().zip(&before) {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => {
                let text = String::from_utf8(bytes.clone()).unwrap();
                assert!(text.contains("<path") && !text.contains("<text"), "{}", file.display());
            }
            Some("png") => {
                assert!(bytes.starts_with(b"\x89PNG"));
                let width = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
                assert_eq!(width, 2008, "170 mm at 300 dots per inch");
                assert!(
                    bytes.windows(4).any(|word| word == b"pHYs"),
                    "the dots per inch are not said"
                );
                assert!(bytes.len() > 20_000, "{} has {} bytes", file.display(), bytes.len());
            }
            Some("pdf") => {
                assert!(bytes.starts_with(b"%PDF"));
                let text = String::from_utf8_lossy(bytes);
                let size = text.split("/MediaBox [").nth(1).expect("a page has a size");
                let width: f64 = size.split_whitespace().nth(2).unwrap().parse().unwrap();
                assert!(
                    (width / 72.0 * 25.4 - 170.0).abs() < 0.1,
                    "{width} points are not 170 mm"
                );
            }
            _ => {
                let caption = String::from_utf8(bytes.clone()).unwrap();
                for part in [
                    "40 replicates",
                    "Drawn from tables/",
                    "Definition: ",
                    "n: ",
                    "Intervals: ",
                ] {
                    assert!(caption.contains(part), "no `{part}` in {caption}");
                }
            }
        }
    }
    assert_eq!(draw_all(folder.path()).unwrap(), files);
    let again: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(before == again, "the same tables must give the same bytes");
    if let Some(keep) = std::env::var_os("KANGCUN_KEEP_FIGURES") {
        fs::create_dir_all(&keep).unwrap();
        for file in &files {
            fs::copy(file, Path::new(&keep).join(file.file_name().unwrap())).unwrap();
        }
    }
}

#[test]
fn a_table_without_rows_only_leaves_its_figure_out() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    let header = causes().lines().next().unwrap().to_owned() + "\n";
    fs::write(folder.path().join("tables/causes.csv"), header).unwrap();
    let files = draw_all(folder.path()).unwrap();
    assert_eq!(files.len(), 16);
    assert!(!folder.path().join("figures/causes.svg").exists());
}

/// The message for a result folder whose table `name` holds `text`.
fn message(name: &str, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    fs::write(folder.path().join("tables").join(name), text).unwrap();
    let error: PlotError = draw_all(folder.path()).unwrap_err();
    assert!(!folder.path().join("figures").exists(), "nothing may be written");
    error.to_string()
}

#[test]
fn a_broken_table_is_named_with_its_line() {
    let whole = indicators();
    let third: usize = whole.lines().take(3).map(|line| line.len() + 1).sum();

    let cut_in_a_row = message("indicators.csv", &whole[..third - 30]);
    assert!(cut_in_a_row.contains("indicators.csv, line 3: "), "{cut_in_a_row}");
    assert!(cut_in_a_row.contains("cut short"), "{cut_in_a_row}");

    let cut_in_the_last_cell = message("indicators.csv", &whole[..third - 2]);
    assert!(
        cut_in_the_last_cell.contains("indicators.csv, line 3: "),
        "{cut_in_the_last_cell}"
    );

    let no_column = message("payers.csv", &payers().replace("yuan_per_head", "yuan_a_head"));
    assert!(
        no_column.contains("payers.csv, line 1: the column `yuan_per_head` is missing"),
        "{no_column}"
    );

    let no_number = message("paired.csv", &paired().replacen("-0.00", "-0.0O", 1));
    assert!(
        no_number.contains("paired.csv, line 2: `difference` is `-0.0O"),
        "{no_number}"
    );

    // Result tables leave a cell empty where there is no number.
    let mean = indicators()
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .nth(11)
        .unwrap()
        .to_owned();
    let nan = message("indicators.csv", &indicators().replacen(&mean, "NaN", 1));
    assert!(nan.contains("indicators.csv, line 2: `mean` is `NaN`"), "{nan}");

    let no_class = message("causes.csv", &causes().replace("work_alone", "lost_job"));
    assert!(
        no_class.contains("causes.csv, line 3: `class` is `lost_job`"),
        "{no_class}"
    );

    let twice = message("causes.csv", &causes().replace("work_alone", "bill_alone"));
    assert!(twice.contains("causes.csv, line 3: a second row"), "{twice}");

    assert!(message("causes.csv", "").contains("causes.csv, line 1: the file is empty"));
}

#[test]
fn a_missing_table_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    fs::remove_file(folder.path().join("tables/paired.csv")).unwrap();
    let message = draw_all(folder.path()).unwrap_err().to_string();
    assert!(message.contains("paired.csv: cannot be read"), "{message}");
}

/// All pages.
fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    for language in [Language::English, Language::Chinese] {
        for columns in [Columns::Two, Columns::One] {
            pages.push(Page { columns, language });
        }
    }
    pages
}

#[test]
fn every_page_has_a_folder_and_its_own_words_and_width() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    let out = folder.path().join("for the paper");
    let wanted = Wanted {
        pages: pages(),
        formats: vec![Format::Svg],
        figures: vec!["payers".to_owned()],
    };
    let drawn = draw(folder.path(), &out, &wanted).unwrap();
    let names: Vec<String> = drawn
        .files
        .iter()
        .map(|file| file.strip_prefix(&out).unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "payers.svg",
            "payers.txt",
            "one-column/payers.svg",
            "one-column/payers.txt",
            "zh/payers.svg",
            "zh/payers.txt",
            "zh-one-column/payers.svg",
            "zh-one-column/payers.txt",
        ]
    );
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    assert!(read("payers.svg").contains("width=\"170.00mm\""));
    assert!(read("payers.svg").contains("<title>Who pays for care?</title>"));
    assert!(read("zh-one-column/payers.svg").contains("width=\"85.00mm\""));
    assert!(read("zh-one-column/payers.svg").contains("<title>医疗费用由谁承担？</title>"));
    assert!(read("zh/payers.txt").contains("定义：") && read("zh/payers.txt").contains("绘自 tables/payers.csv"));
    assert!(!folder.path().join("figures").exists());
    let left: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter().all(|name| !name.to_string_lossy().ends_with(".part")),
        "{left:?}"
    );
}

#[test]
fn a_figure_that_there_is_not_is_refused_with_those_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    let wanted = Wanted {
        figures: vec!["payer".to_owned()],
        ..Wanted::default()
    };
    let error = draw(folder.path(), &folder.path().join("figures"), &wanted).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("no figure `payer`") && message.contains("return_curves"),
        "{message}"
    );
    let known = figures_of(folder.path()).unwrap();
    assert!(known.iter().any(|(name, _)| *name == "payers"));
    let nothing = tempfile::tempdir().unwrap();
    assert!(matches!(figures_of(nothing.path()), Err(PlotError::NoResult { .. })));
}

#[test]
fn figures_that_the_tables_do_not_hold_are_named_with_what_they_need() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    let drawn = draw(folder.path(), &folder.path().join("figures"), &Wanted::default()).unwrap();
    let reason = drawn.left_out.iter().find(|(name, _)| *name == "published");
    assert!(reason.unwrap().1.contains("published figures"));
}

#[test]
fn a_table_that_is_not_the_one_of_its_manifest_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write_tables(folder.path());
    let hash = blake3::hash(payers().as_bytes()).to_hex();
    let manifest = format!("{{\"tables_blake3\": {{\"payers.csv\": \"{hash}\"}}}}");
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    draw_all(folder.path()).unwrap();
    // Cut at the end of a row, so that nothing in the table itself is wrong.
    let whole = payers();
    let rows: Vec<&str> = whole.lines().collect();
    let cut = rows[..rows.len() - 3].join("\n") + "\n";
    fs::write(folder.path().join("tables/payers.csv"), cut).unwrap();
    let message = draw_all(folder.path()).unwrap_err().to_string();
    assert!(
        message.contains("payers.csv: this is not the table that was written"),
        "{message}"
    );
}
