//! The page of a result: one file that needs nothing, says what the tables say, and refuses what it cannot show.

use kangcun::report::data_of;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Runs the program in `folder`: exit code, standard output, standard error.
fn kangcun(folder: &Path, words: &str) -> (i32, String, String) {
    let done = assert_cmd::Command::cargo_bin("kangcun")
        .unwrap()
        .current_dir(folder)
        .args(words.split_whitespace())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

const SMALL: &str = "--set world.people_count=4000 --set run.last_year=2024 --replicates 2";

/// A small comparison and its page, made once for all tests.
fn made() -> &'static (tempfile::TempDir, String) {
    static MADE: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = folder();
        let (code, _, said) = kangcun(folder.path(), &format!("compare baseline package {SMALL} --out result"));
        assert_eq!(code, 0, "{said}");
        let (code, said, complaint) = kangcun(folder.path(), "report result -o page.html");
        assert_eq!(code, 0, "{complaint}");
        assert_eq!(said.trim(), "page.html");
        let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
        (folder, page)
    })
}

fn result() -> PathBuf {
    made().0.path().join("result")
}

fn page() -> &'static str {
    &made().1
}

fn data() -> Value {
    data_of(page()).unwrap()
}

/// A copy of the result, to be spoilt.
fn spoilt() -> tempfile::TempDir {
    let copy = folder();
    for part in ["tables", "rules", "inputs"] {
        fs::create_dir_all(copy.path().join("result").join(part)).unwrap();
        for entry in fs::read_dir(result().join(part)).unwrap() {
            let from = entry.unwrap().path();
            let to = copy.path().join("result").join(part).join(from.file_name().unwrap());
            fs::copy(from, to).unwrap();
        }
    }
    fs::copy(result().join("manifest.json"), copy.path().join("result/manifest.json")).unwrap();
    copy
}

/// A cell of a table, by the cells that name its row.
fn cell(table: &str, wanted: &[(&str, &str)], column: &str) -> f64 {
    let mut reader = csv::Reader::from_path(result().join("tables").join(table)).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|own| own == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let fits = |row: &&csv::StringRecord| wanted.iter().all(|(name, value)| &row[at(name)] == *value);
    let found: Vec<_> = rows.iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{table} {wanted:?}");
    found[0][at(column)].parse().unwrap()
}

#[test]
fn a_page_is_one_file_under_five_megabytes_that_refers_to_nothing() {
    let page = page();
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    let (markup, _) = page.split_once("<script type=\"application/json\"").unwrap();
    for reference in [
        "src=", "@import", "url(h", "url(/", "<link", "<base", "<iframe", "<object", "<img",
    ] {
        assert!(!markup.contains(reference), "{reference}");
    }
    // Scripts stand in the page themselves; the only links are to places on it.
    assert!(!page.contains("<script src"));
    for (at, _) in markup.match_indices("href=\"") {
        assert!(markup[at..].starts_with("href=\"#"), "{}", &markup[at..at + 40]);
    }
    for call in [
        "fetch(",
        "XMLHttpRequest",
        "WebSocket(",
        "EventSource(",
        "sendBeacon",
        "import(",
    ] {
        let own = include_str!("../assets/report/page.js").to_owned()
            + include_str!("../assets/report/tell.js")
            + include_str!("../assets/report/charts.js")
            + include_str!("../assets/report/surface.js")
            + include_str!("../assets/report/sweep.js")
            + include_str!("../assets/report/forest.js")
            + include_str!("../assets/report/sections.js");
        assert!(!own.contains(call), "{call}");
    }
}

#[test]
fn the_policy_of_a_page_lets_only_its_own_scripts_run() {
    let (_, rest) = page().split_once("Content-Security-Policy\" content=\"").unwrap();
    let (policy, _) = rest.split_once('"').unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("connect-src 'none'"));
    let scripts = policy
        .split(';')
        .find(|part| part.trim().starts_with("script-src"))
        .unwrap();
    assert!(!scripts.contains("unsafe"), "{scripts}");
    assert_eq!(scripts.matches("'sha256-").count(), page().matches("<script>").count());
}

#[test]
fn the_sentence_says_what_the_tables_say() {
    let sentence = data()["answer"]["sentence"]["en"].as_str().unwrap().to_owned();
    let row = |scenario| {
        [
            ("scenario", scenario),
            ("year", "all"),
            ("county", "all"),
            ("category", "lifted"),
            ("indicator", "return_hazard"),
            ("line", "national"),
            ("convention", "register"),
        ]
    };
    for scenario in ["baseline+set", "package+set"] {
        let mean = cell("indicators.csv", &row(scenario), "mean");
        assert!(sentence.contains(&format!("{:.1}", 1e3 * mean)), "{sentence}: {mean}");
    }
    let [difference, low, high] =
        ["difference", "lo", "hi"].map(|column| cell("paired.csv", &row("package+set"), column));
    for number in [difference, low, high] {
        let told = format!("{:.2}", 1e3 * number.abs());
        assert!(sentence.contains(&told), "{sentence}: {told}");
        let chinese = data()["answer"]["sentence"]["zh"].as_str().unwrap().to_owned();
        assert!(chinese.contains(&told), "{chinese}: {told}");
    }
    let clear = low > 0.0 || high < 0.0;
    assert_eq!(
        clear,
        !sentence.contains("no difference that can be told from luck"),
        "{sentence}"
    );
    // Who has no scripts reads it too.
    assert!(page().contains(&sentence.replace('&', "&amp;")));
}

#[test]
fn curves_hold_the_numbers_of_the_table() {
    let data = data();
    let curves = &data["curves"];
    let indicators = curves["indicators"].as_array().unwrap();
    assert!(indicators.len() > 60, "{}", indicators.len());
    assert_eq!(indicators[0]["id"], "return_hazard");
    let place = |list: &str, name: &str| {
        let list = curves[list].as_array().unwrap();
        list.iter().position(|own| own == name).unwrap()
    };
    let key = [0, place("categories", "lifted"), place("counties", "karst"), 1];
    let series = curves["levels"].as_array().unwrap();
    let own = series.iter().find(|line| line[0] == serde_json::json!(key)).unwrap();
    let year = curves["years"]
        .as_array()
        .unwrap()
        .iter()
        .position(|year| year == 2023)
        .unwrap();
    let wanted = [
        ("scenario", "package+set"),
        ("year", "2023"),
        ("county", "karst"),
        ("category", "lifted"),
        ("indicator", "return_hazard"),
        ("line", indicators[0]["line"].as_str().unwrap()),
        ("convention", indicators[0]["convention"].as_str().unwrap()),
    ];
    for (part, column) in ["mean", "lo", "hi"].into_iter().enumerate() {
        let (told, written) = (
            own[part + 1][year].as_f64().unwrap(),
            cell("indicators.csv", &wanted, column),
        );
        assert!(
            (told - written).abs() <= 5e-5 * written.abs(),
            "{column}: {told} {written}"
        );
    }
    assert_eq!(curves["left_out"], 0);
}

#[test]
fn every_card_is_there_with_its_grade_and_every_change_with_its_meaning() {
    let data = data();
    let rows = |name: &str| {
        csv::Reader::from_path(result().join("rules").join(name))
            .unwrap()
            .into_records()
            .count()
    };
    let cards = data["cards"]["cards"].as_array().unwrap();
    let of = |arm: u64| {
        cards
            .iter()
            .filter(|card| card["of"].as_array().unwrap().contains(&arm.into()))
            .count()
    };
    assert_eq!(of(0), rows("baseline+set-cards.csv"));
    assert_eq!(of(1), rows("package+set-cards.csv"));
    let graded = cards.iter().filter(|card| card["grade"] == "D").count();
    assert!(graded > 500, "{graded}");
    let changes = data["changes"].as_array().unwrap();
    let own = changes.iter().filter(|change| change["scenario"] == "package+set");
    assert_eq!(own.clone().count(), rows("package+set-changes.csv"));
    let designated = own
        .clone()
        .find(|change| change["rule"] == "insurance.clinic_designated_share")
        .unwrap();
    assert_eq!(designated["value"], "1.0");
    assert_eq!(designated["before"], "0.55");
    assert!(designated["meaning"].as_str().unwrap().contains("village clinics"));
    let titles: Vec<&str> = data["programmes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles.len(), 3, "{titles:?}");
}

#[test]
fn a_household_is_told_in_both_worlds_and_languages() {
    let data = data();
    let household = &data["households"][0];
    assert_eq!(household["pick"], "illness-return");
    let chapters = household["chapters"].as_array().unwrap();
    let scenarios: Vec<&str> = chapters.iter().map(|own| own["scenario"].as_str().unwrap()).collect();
    assert_eq!(scenarios, ["baseline+set", "package+set"]);
    let words = "explain result --pick illness-return";
    for (language, code) in [("en", "en"), ("zh", "zh")] {
        let (done, told, said) = kangcun(made().0.path(), &format!("{words} --language {code}"));
        assert_eq!(done, 0, "{said}");
        assert_eq!(chapters[0]["page"][language].as_str().unwrap(), told);
    }
    // What is left to the household is the sum of its months.
    let months = chapters[0]["told"]["months"].as_array().unwrap();
    assert_eq!(months.len(), 12);
    let own: i64 = months
        .iter()
        .map(|month| month["household_fen"].as_i64().unwrap())
        .sum();
    let grouped = |fen: i64| {
        let whole = (fen / 100).to_string();
        let cut = whole.len().saturating_sub(3);
        let (thousands, rest) = whole.split_at(cut);
        let comma = if thousands.is_empty() { "" } else { "," };
        format!("{thousands}{comma}{rest}.{:02}", fen % 100)
    };
    let summary = chapters[0]["summary"]["en"].as_str().unwrap();
    assert!(
        summary.contains(&format!("{} were left to the household", grouped(own))),
        "{summary}"
    );
}

#[test]
fn the_same_result_gives_the_same_page() {
    let (folder, page) = made();
    let (code, _, said) = kangcun(folder.path(), "report result -o again.html --threads 1");
    assert_eq!(code, 0, "{said}");
    assert!(fs::read_to_string(folder.path().join("again.html")).unwrap() == *page);
}

#[test]
fn nothing_is_written_over_and_nothing_half() {
    let (folder, page) = made();
    let (code, _, said) = kangcun(folder.path(), "report result -o page.html");
    assert_eq!(code, 73, "{said}");
    assert!(said.contains("is there already"), "{said}");
    assert!(fs::read_to_string(folder.path().join("page.html")).unwrap() == *page);
    let (code, _, said) = kangcun(folder.path(), "report result -o nowhere/page.html --stories 0");
    assert_eq!(code, 73, "{said}");
}

#[test]
fn options_that_would_change_nothing_are_refused() {
    let (folder, _) = made();
    for words in [
        "--seed 3",
        "--set world.people_count=5000",
        "--replicates 2",
        "--min-cell 5",
        "--stories 9",
    ] {
        let (code, _, said) = kangcun(folder.path(), &format!("report result -o other.html {words}"));
        assert_eq!(code, 2, "{words}: {said}");
        assert!(!folder.path().join("other.html").exists());
    }
}

#[test]
fn a_table_that_was_changed_after_the_run_is_refused() {
    let copy = spoilt();
    let table = copy.path().join("result/tables/payers.csv");
    let text = fs::read_to_string(&table)
        .unwrap()
        .replacen("household,", "household,1", 1);
    fs::write(&table, text).unwrap();
    let (code, _, said) = kangcun(copy.path(), "report result -o page.html --stories 0");
    assert_eq!(code, 65, "{said}");
    assert!(
        said.contains("payers.csv") && said.contains("changed after the run"),
        "{said}"
    );
    assert!(!copy.path().join("page.html").exists());
}

#[test]
fn what_is_no_result_of_scenarios_is_refused_with_a_way_out() {
    let copy = spoilt();
    let (code, _, said) = kangcun(copy.path(), "report nowhere -o page.html");
    assert_eq!((code, said.contains("is no result")), (65, true), "{said}");
    fs::create_dir(copy.path().join("sweep")).unwrap();
    fs::write(copy.path().join("sweep/sweep.json"), "{}").unwrap();
    let (code, _, said) = kangcun(copy.path(), "report sweep -o page.html");
    assert_eq!(code, 65, "{said}");
    assert!(said.contains("sweep.json` cannot be understood"), "{said}");
    let manifest = copy.path().join("result/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("indicators.csv", "attributable.csv")).unwrap();
    let (code, _, said) = kangcun(copy.path(), "report result -o page.html");
    assert_eq!(code, 65, "{said}");
    assert!(
        said.contains("no tables/indicators.csv") && said.contains("help"),
        "{said}"
    );
    assert!(!copy.path().join("page.html").exists());
}

/// The colours of the figures, by name, as their source has them.
fn colours_of_figures() -> std::collections::BTreeMap<String, String> {
    let source = |entry: fs::DirEntry| fs::read_to_string(entry.path()).unwrap_or_default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plot");
    let text: String = fs::read_dir(folder)
        .unwrap()
        .map(|entry| source(entry.unwrap()))
        .collect();
    let mut colours = std::collections::BTreeMap::new();
    for line in text.lines() {
        let Some((name, rest)) = line.split_once(": RGBColor = RGBColor(") else {
            continue;
        };
        let name = name.rsplit(' ').next().unwrap().to_owned();
        let parts = rest.split(')').next().unwrap().split(',');
        let hex: String = parts
            .map(|part| part.trim().trim_start_matches("0x").to_owned())
            .collect();
        colours.insert(name, format!("#{hex}"));
    }
    colours
}

#[test]
fn the_page_and_the_figures_have_the_same_colours() {
    let charts = include_str!("../assets/report/charts.js");
    let figures = colours_of_figures();
    let names = [
        "BLUE",
        "VERMILLION",
        "GREEN",
        "PURPLE",
        "ORANGE",
        "SKY",
        "YELLOW",
        "GREY",
        "DARK",
    ];
    for name in names {
        let colour = &figures[name];
        assert!(
            charts.contains(&format!("{name} = \"{colour}\"")),
            "{name} is {colour} in figures"
        );
    }
    let order = [
        "BLACK",
        "BLUE",
        "VERMILLION",
        "GREEN",
        "PURPLE",
        "ORANGE",
        "SKY",
        "DARK",
    ]
    .map(|name| format!("\"{}\"", figures[name]));
    assert!(charts.contains(&format!("const COLOURS = [{}];", order.join(", "))));
}

#[test]
fn a_page_that_would_be_too_large_leaves_out_and_says_what() {
    let copy = spoilt();
    // Notes of megabytes on the cards: whatever they say, the page stays a page.
    for scenario in ["baseline+set", "package+set"] {
        let file = copy.path().join(format!("result/rules/{scenario}-cards.csv"));
        let mut table = csv::Reader::from_path(&file).unwrap();
        let header = table.headers().unwrap().clone();
        let note = header.iter().position(|name| name == "note").unwrap();
        let mut out = csv::Writer::from_path(file.with_extension("new")).unwrap();
        out.write_record(&header).unwrap();
        for (number, record) in table.records().enumerate() {
            let own = record.unwrap();
            let long = format!("{number} {}", "long ".repeat(2000));
            out.write_record(
                own.iter()
                    .enumerate()
                    .map(|(at, cell)| if at == note { &long[..] } else { cell }),
            )
            .unwrap();
        }
        out.flush().unwrap();
        fs::rename(file.with_extension("new"), &file).unwrap();
    }
    let (code, _, said) = kangcun(copy.path(), "report result -o page.html --stories 0");
    assert_eq!(code, 0, "{said}");
    let page = fs::read_to_string(copy.path().join("page.html")).unwrap();
    assert!(page.len() < 5_000_000, "{}", page.len());
    let data = data_of(&page).unwrap();
    let left = data["left_out"].as_array().unwrap();
    let cards = left.iter().find(|own| own["what"] == "cards").unwrap();
    assert!(said.contains(&format!("{} parameter cards", cards["count"])), "{said}");
    // What only some scenarios have is kept.
    let kept = data["cards"]["cards"].as_array().unwrap();
    assert!(kept.iter().any(|card| card["of"] == serde_json::json!([1])));
}

#[test]
fn a_result_that_cannot_be_lived_again_is_shown_without_a_household() {
    let copy = spoilt();
    fs::remove_file(copy.path().join("result/inputs/scenarios.json")).unwrap();
    let (code, _, said) = kangcun(copy.path(), "report result -o page.html");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("no household is told"), "{said}");
    let data = data_of(&fs::read_to_string(copy.path().join("page.html")).unwrap()).unwrap();
    assert_eq!(data["households"].as_array().unwrap().len(), 0);
    assert!(data["untold"].as_str().unwrap().contains("scenarios.json"));
}

#[test]
fn one_scenario_has_a_page_too() {
    let folder = folder();
    let (code, _, said) = kangcun(folder.path(), &format!("run no-insurance {SMALL} --out result"));
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = kangcun(folder.path(), "report result --stories 0");
    assert_eq!(code, 0, "{said}");
    let data = data_of(&fs::read_to_string(folder.path().join("result/report.html")).unwrap()).unwrap();
    assert_eq!(data["compared"].as_array().unwrap().len(), 0);
    assert_eq!(data["answer"]["question"]["en"], "What does today's insurance prevent?");
    let sentence = data["answer"]["sentence"]["en"].as_str().unwrap();
    assert!(
        sentence.contains("95% interval") && sentence.contains("at least once by 2024"),
        "{sentence}"
    );
}

#[test]
fn masked_cells_stay_masked_on_the_page() {
    let folder = folder();
    let (code, _, said) = kangcun(
        folder.path(),
        &format!("compare baseline package {SMALL} --min-cell 200 --out result"),
    );
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = kangcun(folder.path(), "report result -o page.html --stories 0");
    assert_eq!(code, 0, "{said}");
    let data = data_of(&fs::read_to_string(folder.path().join("page.html")).unwrap()).unwrap();
    assert_eq!(data["manifest"]["masked_below"], 200);
    let winners = data["winners"].as_array().unwrap();
    assert!(!winners.is_empty() && winners.iter().any(|row| row["mean"].is_null()));
    let levels = data["curves"]["levels"].as_array().unwrap();
    let masked = levels
        .iter()
        .filter(|line| line[1].as_array().unwrap().iter().any(Value::is_null))
        .count();
    assert!(masked > 100, "{masked}");
}
