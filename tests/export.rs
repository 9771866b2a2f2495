//! Simulated microdata: the rows add up to what the run counted, every form says the same, and a result is lived again as it was.

mod common;

use common::{ends, file, policy};
use kangcun::indicators::table::Slice;
use kangcun::study::panel::{interview, interview_members};
use kangcun::world::Category;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SMALL: [&str; 4] = [
    "world.people_count=4000",
    "run.last_year=2022",
    "run.replicates=2",
    "run.seed=5",
];

fn options() -> String {
    SMALL.map(|set| format!(" --set {set}")).concat()
}

/// The rows of a CSV file, by column.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn rows_add_up_to_what_the_run_counted() {
    let policy = policy("baseline", &SMALL);
    let panel = interview_members(&policy, 1, &|| ()).unwrap();
    for (at, year) in panel.result.years.iter().enumerate() {
        let mut slice = Slice {
            year: Some(at),
            county: None,
            category: None,
        };
        let counted = slice.tally(&panel.result, false);
        let rows = || panel.year(year.year);
        let weighted = |part: fn(&kangcun::study::panel::Interview) -> i64| -> i64 {
            rows().map(|one| i64::from(one.weight) * part(one)).sum()
        };
        assert_eq!(weighted(|_| 1), counted.households_held);
        assert_eq!(weighted(|one| i64::from(one.size)), counted.persons_held);
        slice.category = Some(Category::Lifted);
        let lifted = slice.tally(&panel.result, false);
        assert_eq!(weighted(|one| i64::from(one.cohort)), lifted.households_held);

        // Members are those of the households, and what they paid is what the household was asked for.
        let members = panel.members.iter().filter(|one| one.year == year.year);
        let mut asked: BTreeMap<u64, (u16, f64)> = BTreeMap::new();
        for member in members {
            let home = asked.entry(member.household).or_default();
            home.0 += 1;
            home.1 += member.care.oop;
        }
        assert_eq!(asked.len(), rows().count());
        for home in rows() {
            let (size, oop) = asked[&home.household];
            assert_eq!(size, home.size);
            assert!((oop - home.care.oop).abs() < 1e-6, "{home:?}");
            assert!(home.care.oop + 1e-6 >= home.oop, "more was paid than asked: {home:?}");
        }
    }
    let fifths: Vec<usize> = (1..=5)
        .map(|fifth| panel.interviews.iter().filter(|one| one.fifth == fifth).count())
        .collect();
    let fewest = fifths.iter().min().copied().unwrap_or_default();
    assert!(
        5 * fewest > panel.interviews.len() / 2,
        "fifths are about equal: {fifths:?}"
    );
    assert!(interview(&policy, 1, &|| ()).unwrap().interviews == panel.interviews);
}

#[test]
fn csv_and_parquet_say_the_same_and_every_variable_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!("export baseline --households --persons --out data{}", options());
    ends(folder.path(), &line, 0);
    let data = folder.path().join("data");
    for name in ["households", "persons"] {
        let rows = table(&data.join(format!("{name}.csv")));
        let parquet = SerializedFileReader::new(fs::File::open(data.join(format!("{name}.parquet"))).unwrap()).unwrap();
        let notes = parquet.metadata().file_metadata().key_value_metadata().unwrap();
        assert!(
            notes
                .iter()
                .any(|note| note.value.as_ref().is_some_and(|text| text.contains("No real person")))
        );
        let mut count = 0;
        for (row, told) in rows.iter().zip(parquet.get_row_iter(None).unwrap()) {
            for (column, field) in told.unwrap().get_column_iter() {
                let text = match field {
                    Field::Str(text) => text.clone(),
                    Field::Long(value) => value.to_string(),
                    Field::Double(value) => value.to_string(),
                    other => panic!("{column}: {other:?}"),
                };
                assert_eq!(text, row[column], "{column}");
            }
            count += 1;
        }
        assert!(count > 1_000 && count == rows.len());

        let book = table(&data.join(format!("{name}-codebook.csv")));
        let stata = fs::read_to_string(data.join(format!("{name}.do"))).unwrap();
        let r = fs::read_to_string(data.join(format!("{name}.R"))).unwrap();
        assert_eq!(book.len(), rows[0].len());
        for variable in &book {
            let own = &variable["variable"];
            assert!(own.len() <= 32 && rows[0].contains_key(own), "{own}");
            let label = stata
                .lines()
                .find_map(|line| line.strip_prefix(&format!("label variable {own} \"")))
                .unwrap_or_else(|| panic!("no label of {own}"));
            assert!(label.len() <= 81, "Stata cuts the label of {own}");
            assert!(r.contains(&format!("attr({name}${own}, \"label\")")), "{own}");
            // Every word of a code is in the codebook.
            if variable["type"] == "code" {
                let codes: Vec<&str> = variable["codes"]
                    .split("; ")
                    .filter_map(|code| Some(code.split_once(" = ")?.0))
                    .collect();
                assert!(rows.iter().all(|row| codes.contains(&row[own].as_str())), "{own}");
            }
        }
    }
}

#[test]
fn a_result_is_lived_again_without_the_files_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let (here, elsewhere) = (folder.path().join("here"), folder.path().join("elsewhere"));
    fs::create_dir(&here).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    let text = "title = \"Own\"\nsummary = \"Own.\"\nextends = \"baseline\"\nprogrammes = [\"secondary-aid\"]\n\
                [set.insurance]\nclinic_designated_share = 0.5\n";
    file(&here, "own.toml", text);
    ends(
        &here,
        &format!("compare baseline own.toml --out result{}", options()),
        0,
    );
    let direct = format!(
        "export own.toml --households --replicate 1 --format csv --out direct{}",
        options()
    );
    ends(&here, &direct, 0);
    fs::rename(here.join("result"), elsewhere.join("result")).unwrap();

    let again = "export result --households --scenario own+set --replicate 1 --format csv --year 2022 --out again";
    ends(&elsewhere, again, 0);
    let rows = table(&elsewhere.join("again/households.csv"));
    let wanted: Vec<_> = table(&here.join("direct/households.csv"))
        .into_iter()
        .filter(|row| row["year"] == "2022")
        .collect();
    assert!(!rows.is_empty() && rows == wanted);
    assert!(!elsewhere.join("again/households.parquet").exists());

    let said = ends(&elsewhere, "export result --households --scenario ow+set", 65);
    assert!(said.contains("own+set"), "{said}");
    let said = ends(&elsewhere, "export result --households --replicate 2", 2);
    assert!(said.contains("from 0 to 1"), "{said}");
    let said = ends(&elsewhere, "export result --households --seed 3", 2);
    assert!(said.contains("a result is what it was"), "{said}");
    ends(&elsewhere, "export result --households --out again", 73);

    // A table that was changed, then rules that were, then another version.
    let replicates = elsewhere.join("result/tables/replicates.csv");
    let told = fs::read_to_string(&replicates).unwrap();
    let kept: Vec<&str> = told
        .lines()
        .filter(|line| !line.starts_with("own+set,1,2022"))
        .collect();
    let cut = kept.join("\n") + "\n";
    fs::write(&replicates, cut).unwrap();
    let said = ends(
        &elsewhere,
        "export result --households --scenario own+set --replicate 1",
        65,
    );
    assert!(said.contains("replicates.csv"), "{said}");
    let inputs = elsewhere.join("result/inputs");
    let own = fs::read_dir(&inputs).unwrap().map(|entry| entry.unwrap().path());
    let own = own
        .into_iter()
        .find(|path| path.to_string_lossy().contains("own-"))
        .unwrap();
    fs::write(&own, text.replace("0.5", "0.6")).unwrap();
    let said = ends(&elsewhere, "export result --households --scenario own+set", 65);
    assert!(said.contains("are not those of the result"), "{said}");
    let index = inputs.join("scenarios.json");
    let text = fs::read_to_string(&index)
        .unwrap()
        .replacen("\"results_version\": ", "\"results_version\": 9", 1);
    fs::write(&index, text).unwrap();
    let said = ends(&elsewhere, "export result --households", 65);
    assert!(said.contains("this program gives results of version"), "{said}");
    fs::remove_dir_all(&inputs).unwrap();
    let said = ends(&elsewhere, "export result --households", 65);
    assert!(said.contains("run it again"), "{said}");
    assert!(!elsewhere.join("outputs").exists() || fs::read_dir(elsewhere.join("outputs")).unwrap().next().is_none());
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (line, code, word) in [
        ("export baseline", 2, "--households"),
        ("export baseline --households --year 2019", 2, "2021 to 2030"),
        ("export baseline --households --scenario package", 2, "is no result"),
        ("export empty --persons", 2, "manifest.json"),
        ("export baselin --persons", 65, "baseline"),
    ] {
        let said = ends(folder.path(), line, code);
        assert!(said.contains(word), "{line}\n{said}");
    }
}
