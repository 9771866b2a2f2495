//! The page of a sweep: what it shows between points is what the tables say, with its error, and nothing is made up of what is
//! not there.

mod common;

use common::{ends, file};
use kangcun::report::data_of;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

const SMALL: &str =
    "title = \"Small\"\nsummary = \"A small world.\"\n[run]\nlast_year = 2022\n[set.world]\npeople_count = 600\n";

/// Two policies, three prices, two shares, one level that stays: twelve points, twice.
const GRID: &str = "title = \"Prices\"\nsummary = \"What a price does.\"\nquestion = \"Who pays?\"\nbase = \"small.toml\"\n\
[run]\nreplicates = 2\n\
[[axes]]\nname = \"policy\"\nprogrammes = [[], [\"secondary-aid\"]]\nlabels = [\"none\", \"aid\"]\n\
[[axes]]\nname = \"weight\"\ncard = \"care_seeking.admission_price_weight\"\nvalues = [0.5, 1.0, 2.0]\n\
[[axes]]\nset = \"insurance.clinic_designated_share\"\nfrom = 0.5\nto = 1.0\nsteps = 2\n\
[[axes]]\nname = \"premium\"\nset = \"enrolment.premium_yuan\"\nvalues = [320]\n\
[outputs]\nindicators = [\"return_hazard@register_national\", \"oop\", \"public_cost\"]\nby = [\"year\", \"category\"]\n";

/// Sixteen scattered points.
const SCATTERED: &str = "title = \"Scattered\"\nsummary = \"Points anywhere.\"\nbase = \"small.toml\"\n\
design = \"sobol\"\npoints = 16\n\
[run]\nreplicates = 1\n\
[[axes]]\ncard = \"care_seeking.admission_price_weight\"\nfrom = 0.5\nto = 2.0\n\
[[axes]]\ncard = \"service.untreated_fatality_ratio\"\nfrom = 1.5\nto = 5.0\nscale = \"log\"\n\
[outputs]\nindicators = [\"oop\", \"forgone_admission\"]\nby = [\"year\"]\n";

fn bench() -> &'static tempfile::TempDir {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let bench = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("small.toml", SMALL),
            ("grid.toml", GRID),
            ("scattered.toml", SCATTERED),
        ] {
            file(bench.path(), name, text);
        }
        ends(bench.path(), "sweep run grid.toml --out grid", 0);
        ends(bench.path(), "sweep run scattered.toml --out scattered", 0);
        bench
    })
}

/// The page of a folder, and the data in it.
fn page(folder: &str, name: &str) -> (String, Value) {
    ends(bench().path(), &format!("report {folder} -o {name}"), 0);
    let page = fs::read_to_string(bench().path().join(name)).unwrap();
    let data = data_of(&page).unwrap();
    (page, data)
}

/// The rows of a table, by the names of its columns.
fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn list<'d>(of: &'d Value, name: &str) -> &'d [Value] {
    of[name].as_array().map_or(&[], |own| &own[..])
}

/// The means of an output by point, all years together, of lifted households or everybody.
fn means(folder: &str, indicator: &str, category: &str) -> Vec<(BTreeMap<String, String>, f64)> {
    let all = rows(&bench().path().join(folder).join("summary.csv"));
    let own = all
        .into_iter()
        .filter(|row| row["indicator"] == indicator && row["year"] == "all" && row["category"] == category);
    own.map(|row| {
        let mean = row["mean"].parse().unwrap();
        (row, mean)
    })
    .collect()
}

/// The entry of a page for all years of an output in a category.
fn total<'d>(sweep: &'d Value, output: usize, category: &str) -> &'d Value {
    let at = |name: &str, wanted: &str| list(sweep, name).iter().position(|own| own == wanted).unwrap();
    let category = at("categories", category);
    let is = |block: &&Value| block["output"] == output && block["category"] == category && block["county"] == 0;
    let block = list(sweep, "blocks").iter().find(is).unwrap();
    let last = at("years", "all");
    list(block, "years").iter().find(|year| year["year"] == last).unwrap()
}

#[test]
fn the_page_of_a_grid_holds_every_point_and_says_what_was_swept() {
    let (page, data) = page("grid", "grid.html");
    assert!(page.len() < 5_000_000);
    let sweep = &data["sweep"];
    assert_eq!(
        (&data["kind"], &sweep["method"], &sweep["layout"]),
        (&"sweep".into(), &"grid".into(), &"grid".into())
    );
    let axes = list(sweep, "axes");
    let names: Vec<&str> = axes.iter().map(|axis| axis["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["policy", "weight", "insurance.clinic_designated_share", "premium"]
    );
    assert_eq!(axes[0]["names"], serde_json::json!(["none", "aid"]));
    // Halves and doubles are equal ratios; two levels and one are not asked.
    assert_eq!(
        axes.iter().map(|axis| axis["log"] == true).collect::<Vec<_>>(),
        [false, true, false, false]
    );
    assert_eq!(axes[1]["kind"], "card");
    assert_eq!(axes[3]["unit"], "yuan");
    assert_eq!(list(&axes[3], "numbers").len(), 1);
    assert!(axes[1]["meaning"].as_str().is_some_and(|meaning| !meaning.is_empty()));
    for (category, output, indicator) in [("lifted", 0, "return_hazard@register_national"), ("all", 1, "oop")] {
        let written = means("grid", indicator, category);
        let shown = list(total(sweep, output, category), "mean");
        assert_eq!((written.len(), shown.len()), (12, 12));
        for (point, (_, mean)) in written.iter().enumerate() {
            let told = shown[point].as_f64().unwrap();
            assert!((told - mean).abs() <= 5e-5 * mean.abs(), "{point}: {told} {mean}");
        }
    }
    assert!(list(&data["cards"], "cards").len() > 300);
    assert_eq!(data["answer"]["question"]["en"], "Who pays?");
    assert!(page.contains("What a price does."));
}

#[test]
fn the_error_beside_a_curve_is_what_points_left_out_are_missed_by() {
    let (_, data) = page("grid", "error.html");
    let written = means("grid", "oop", "all");
    let value = |policy: &str, weight: &str, share: &str| {
        let is = |row: &BTreeMap<String, String>| {
            row["policy"] == policy && row["weight"] == weight && row["insurance.clinic_designated_share"] == share
        };
        written.iter().find(|(row, _)| is(row)).unwrap().1
    };
    // The middle of three prices lies half way between the others, by ratios.
    let mut errors = Vec::new();
    for policy in ["none", "aid"] {
        for share in ["0.5", "1"] {
            errors.push(0.5 * (value(policy, "0.5", share) + value(policy, "2", share)) - value(policy, "1", share));
        }
    }
    let typical = (errors.iter().map(|error| error * error).sum::<f64>() / 4.0).sqrt();
    let missed = &total(&data["sweep"], 1, "all")["missed"];
    assert_eq!(missed["checks"], 4);
    let told = missed["typical"].as_f64().unwrap();
    assert!((told - typical).abs() < 0.02 * typical.max(1.0), "{told} {typical}");
}

#[test]
fn what_an_axis_does_is_the_mean_of_pairs_with_the_same_luck() {
    let (_, data) = page("grid", "effects.html");
    let runs = rows(&bench().path().join("grid/results.csv"));
    let mean = |replicate: &str, policy: &str| {
        let own = runs.iter().filter(|row| {
            row["replicate"] == replicate
                && row["policy"] == policy
                && row["year"] == "all"
                && row["county"] == "all"
                && row["category"] == "lifted"
        });
        let values: Vec<f64> = own.map(|row| row["public_cost"].parse().unwrap()).collect();
        assert_eq!(values.len(), 6);
        values.iter().sum::<f64>() / 6.0
    };
    let differences = ["0", "1"].map(|replicate| mean(replicate, "aid") - mean(replicate, "none"));
    let middle = 0.5 * (differences[0] + differences[1]);
    // Student's t with one degree of freedom.
    let half = 12.706_204_7 * 0.5 * (differences[0] - differences[1]).abs();
    let effects = list(&data["sweep"], "effects");
    let own = effects
        .iter()
        .find(|own| own["output"] == 2 && own["axis"] == 0)
        .unwrap();
    let near = |told: &Value, wanted: f64| {
        assert!(
            (told.as_f64().unwrap() - wanted).abs() < 1e-3 * wanted.abs().max(1e-3),
            "{told} {wanted}"
        );
    };
    near(&own["mean"], middle);
    near(&own["ends"][0], middle - half);
    near(&own["ends"][1], middle + half);
    // An axis of one level has none.
    assert!(effects.iter().all(|own| own["axis"] != 3));
    let sentence = data["answer"]["sentence"]["en"].as_str().unwrap();
    assert!(
        sentence.contains("95% interval") && sentence.contains("of lifted households"),
        "{sentence}"
    );
    assert!(data["answer"]["sentence"]["zh"].as_str().unwrap().contains("95%区间"));
}

#[test]
fn scattered_points_have_a_surface_and_the_error_of_leaving_each_out() {
    let (_, data) = page("scattered", "scattered.html");
    let sweep = &data["sweep"];
    assert_eq!(
        (&sweep["method"], &sweep["layout"]),
        (&"surface".into(), &"sobol".into())
    );
    // The file says which axis is one of ratios.
    assert_eq!(
        list(sweep, "axes")
            .iter()
            .map(|axis| axis["log"] == true)
            .collect::<Vec<_>>(),
        [false, true]
    );
    let year = total(sweep, 0, "all");
    assert_eq!(year["missed"]["checks"], 16);
    assert!(year["missed"]["typical"].as_f64().unwrap() > 0.0);
    let design = &list(sweep, "designs")[year["surface"]["design"].as_u64().unwrap() as usize];
    let terms = list(design, "terms").len();
    assert_eq!(list(&year["surface"], "coefficients").len(), terms);
    assert_eq!(list(design, "r").len(), terms * (terms + 1) / 2);
    assert!(!list(sweep, "probes").is_empty());
    // One run a point knows nothing of luck.
    assert!(year["luck"].is_null());
}

#[test]
fn a_sweep_that_is_not_whole_says_so_and_one_that_was_not_collected_is_refused() {
    let bench = bench();
    ends(bench.path(), "sweep run grid.toml --out half --shard 1/2", 0);
    let said = ends(bench.path(), "report half -o half.html", 65);
    assert!(
        said.contains("nothing was collected yet") && said.contains("--partial"),
        "{said}"
    );
    assert!(!bench.path().join("half.html").exists());
    ends(bench.path(), "sweep collect half --partial", 0);
    let (_, data) = page("half", "half.html");
    let sweep = &data["sweep"];
    assert_eq!(
        (&sweep["collected"]["missing"], &sweep["collected"]["planned"]),
        (&12.into(), &24.into())
    );
    let failures = list(sweep, "failures");
    assert_eq!(
        (failures[0]["status"].as_str(), &failures[0]["runs"]),
        (Some("missing"), &12.into())
    );
    assert!(failures[0]["replay"].as_str().unwrap().contains("sweep replay half"));
    // Its points are all there, those without runs without values.
    let mean = list(total(sweep, 1, "all"), "mean");
    assert_eq!((mean.len(), mean.iter().filter(|own| own.is_null()).count()), (12, 6));
    assert_eq!(sweep["method"], "grid");
}

#[test]
fn a_table_that_is_not_what_was_collected_is_refused() {
    let bench = bench();
    ends(
        bench.path(),
        "sweep run scattered.toml --out spoilt --set run.last_year=2021",
        0,
    );
    let summary = bench.path().join("spoilt/summary.csv");
    let text = fs::read_to_string(&summary).unwrap().replacen(",2021,", ",2020,", 1);
    fs::write(&summary, text).unwrap();
    let said = ends(bench.path(), "report spoilt -o spoilt.html", 65);
    assert!(
        said.contains("is not what was collected") && said.contains("sweep collect"),
        "{said}"
    );
}

#[test]
fn a_sweep_of_programmes_has_a_page_with_every_number_of_its_table() {
    let bench = bench();
    let text = "title = \"Two programmes\"\nsummary = \"Each alone.\"\nbase = \"against\"\n[[axes]]\nprogrammes = [\"secondary-aid\", \"screening\"]\n";
    file(bench.path(), "two.toml", text);
    let small = "--set world.people_count=1500 --set run.last_year=2022 --replicates 2";
    ends(bench.path(), &format!("compare two.toml {small} --out two"), 0);
    let (page, data) = page("two", "two.html");
    assert!(page.len() < 5_000_000);
    assert_eq!(data["kind"], "programmes");
    let shown = list(&data, "rows");
    let written = rows(&bench.path().join("two/tables/programmes.csv"));
    assert_eq!(
        shown.iter().map(|row| list(row, "cells").len()).sum::<usize>(),
        written.len()
    );
    for row in shown {
        assert!(!row["evidence"].as_str().unwrap().is_empty());
        let cell = list(row, "cells")
            .iter()
            .find(|cell| cell["role"] == "public_cost")
            .unwrap();
        let own = written
            .iter()
            .find(|own| own["programme"] == row["id"] && own["role"] == "public_cost")
            .unwrap();
        for (told, column) in [("mean", "difference"), ("lo", "lo"), ("hi", "hi")] {
            let (told, wanted) = (cell[told].as_f64().unwrap(), own[column].parse::<f64>().unwrap());
            assert!((told - wanted).abs() <= 5e-5 * wanted.abs(), "{told} {wanted}");
        }
    }
    let sentence = data["answer"]["sentence"]["en"].as_str().unwrap();
    assert!(
        sentence.starts_with("Of 2 programmes") && sentence.contains("95% interval"),
        "{sentence}"
    );
}
