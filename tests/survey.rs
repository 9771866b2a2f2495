//! A population of one's own: from survey records to founded worlds and runs. The survey is invented; expected values are
//! worked out by hand from its twelve households.

use assert_cmd::Command;
use kangcun::draws::Luck;
use kangcun::founding::{Start, as_records};
use kangcun::population::{HouseholdRecord, Population};
use kangcun::rules::Rules;
use kangcun::run::found_from;
use kangcun::scenario::Scenario;
use kangcun::units::Month;
use kangcun::world::{Category, Condition, Stage, Work};
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/survey").join(name)).unwrap()
}

/// The map of the example without its margin to rake to.
fn unraked() -> String {
    let map = example("example.toml");
    map[..map.find("[[rake.margin]]").unwrap()].to_owned()
}

struct Survey {
    folder: tempfile::TempDir,
}

impl Survey {
    fn new(rows: &str, map: &str) -> Survey {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rows.csv"), rows).unwrap();
        fs::write(folder.path().join("map.toml"), map).unwrap();
        Survey { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the program here, which must end with `code`; gives what it printed and said.
    #[track_caller]
    fn ends(&self, words: &[&str], code: i32) -> String {
        let mut command = Command::cargo_bin("kangcun").unwrap();
        let output = command
            .current_dir(self.folder.path())
            .env("NO_COLOR", "1")
            .args(words)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{words:?}\n{text}");
        assert!(!text.contains("panicked"), "{text}");
        text
    }

    #[track_caller]
    fn found(&self, more: &[&str], code: i32) -> String {
        let words = [
            "found",
            "--survey",
            "rows.csv",
            "--map",
            "map.toml",
            "--out",
            "pop",
            "--set",
            "world.people_count=690",
        ];
        self.ends(&[&words, more].concat(), code)
    }

    #[track_caller]
    fn population(&self) -> Population {
        self.found(&[], 0);
        Population::read(&self.path("pop")).unwrap()
    }
}

fn rules(people: usize) -> Rules {
    let scenario = Scenario::load("baseline", &[format!("world.people_count={people}")]).unwrap();
    scenario.resolve(&[], Month::of(2020, 1)).unwrap()
}

fn world(population: &Population, people: usize) -> Vec<HouseholdRecord> {
    let rules = rules(people);
    as_records(
        &found_from(&rules, Start::default(), Some(population), &Luck::new(7, 0)),
        &rules.founding,
    )
}

/// 20 weighted households with 69 residents: at 690 people each is there ten times its weight, whatever the luck.
#[test]
fn a_world_has_the_margins_of_its_survey() {
    let population = Survey::new(&example("example.csv"), &unraked()).population();
    let world = world(&population, 690);
    let people = || world.iter().flat_map(|home| &home.people);
    assert_eq!((world.len(), people().count()), (200, 690));
    let homes = |category| world.iter().filter(|home| home.standing == Some(category)).count();
    assert_eq!(homes(Category::Lifted), 30); // 102, 107 and 109
    assert_eq!(homes(Category::Dibao), 10); // 104
    assert_eq!(homes(Category::Ordinary), 160);
    assert_eq!(world.iter().filter(|home| home.cohort == Some(true)).count(), 30);
    assert!(world.iter().all(|home| home.county == "hills" && home.weight == 1.0));
    assert_eq!(people().filter(|person| person.sex == 0).count(), 330);
    assert_eq!(people().filter(|person| person.age_years >= 60).count(), 160);
    assert_eq!(people().filter(|person| person.work() == Some(Work::Wage)).count(), 180);
    assert_eq!(
        world.iter().map(|home| u32::from(home.migrants.unwrap())).sum::<u32>(),
        40
    ); // 105 and 110, one each
    let sum = |of: fn(&HouseholdRecord) -> Option<f64>| world.iter().filter_map(of).sum::<f64>();
    let income = sum(|home| home.income_yuan);
    assert!((income / 7_572_000.0 - 1.0).abs() < 1e-4, "{income}");
    assert_eq!(sum(|home| home.medical_debt_yuan), 156_000.0);
    assert_eq!(sum(|home| home.other_debt_yuan), 0.0);
    // 109 does not know its savings: they are drawn, and differ between its ten copies.
    let told = [
        8000.0, 1500.0, 20000.0, 300.0, 12000.0, 30000.0, 2500.0, 5000.0, 9000.0, 4000.0, 40000.0,
    ];
    let mut drawn: Vec<f64> = world
        .iter()
        .filter_map(|home| home.savings_yuan)
        .filter(|own| !told.contains(own))
        .collect();
    drawn.sort_by(f64::total_cmp);
    drawn.dedup();
    assert_eq!(drawn.len(), 10);
    // Who was told of hypertension knows of it; nobody else does.
    let stage = |stage: &dyn Fn(Stage) -> bool| {
        let at = Condition::Hypertension as usize;
        let own =
            |told: &kangcun::population::Told| matches!(told, kangcun::population::Told::Stage(own) if stage(*own));
        people()
            .filter(|person| person.conditions[at].as_ref().is_some_and(own))
            .count()
    };
    assert_eq!(stage(&|stage| stage >= Stage::Diagnosed), 160);
    assert!(stage(&|stage| stage == Stage::Controlled) > 5);
    assert!(stage(&|stage| stage == Stage::Undiagnosed) > 20);
}

#[test]
fn every_income_begins_as_recorded() {
    let population = Survey::new(&example("example.csv"), &unraked()).population();
    for home in world(&population, 690) {
        let near = |record: &&HouseholdRecord| {
            let (one, two) = (record.income_yuan.unwrap(), home.income_yuan.unwrap());
            record.people.len() == home.people.len() && (one / two - 1.0).abs() < 1e-3
        };
        assert!(population.households.iter().any(|record| near(&record)), "{home:?}");
    }
}

#[test]
fn the_order_of_rows_and_the_number_of_files_mean_nothing() {
    let rows = example("example.csv");
    let first = Survey::new(&rows, &unraked());
    first.found(&[], 0);
    let (header, body) = rows.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.reverse();
    lines.swap(3, 30);
    let turned = Survey::new(&format!("{header}\n{}\n", lines.join("\n")), &unraked());
    turned.found(&[], 0);
    assert_eq!(first.read("pop/population.csv"), turned.read("pop/population.csv"));

    let cells: Vec<Vec<&str>> = rows.lines().map(|line| line.split(',').collect()).collect();
    let mut homes: Vec<String> = cells.iter().map(|row| row[..6].join(",")).collect();
    homes.dedup();
    let people: Vec<String> = cells
        .iter()
        .map(|row| format!("{},{}", row[0], row[6..].join(",")))
        .collect();
    let map = unraked().replace("[files]", "[files]\nhouseholds = \"homes.csv\"");
    let two = Survey::new(&(people.join("\n") + "\n"), &map);
    fs::write(two.path("homes.csv"), homes.join("\n") + "\n").unwrap();
    two.found(&[], 0);
    assert_eq!(first.read("pop/population.csv"), two.read("pop/population.csv"));
}

/// The example with its ids as texts and all else as doubles, as statistics packages write it.
fn parquet_file(path: &Path, rows: &str) {
    let cells: Vec<Vec<&str>> = rows.lines().map(|line| line.split(',').collect()).collect();
    let columns = cells[0].iter().map(|name| {
        let kind = if *name == "hhid" { "BINARY" } else { "DOUBLE" };
        let note = if *name == "hhid" { " (UTF8)" } else { "" };
        format!("REQUIRED {kind} {name}{note};")
    });
    let schema = format!("message survey {{ {} }}", columns.collect::<String>());
    let schema = Arc::new(parquet::schema::parser::parse_message_type(&schema).unwrap());
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(fs::File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        let texts = cells[1..].iter().map(|row| row[at]);
        if at == 0 {
            let values: Vec<ByteArray> = texts.map(ByteArray::from).collect();
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, None, None)
                .unwrap();
        } else {
            let values: Vec<f64> = texts.map(|text| text.parse().unwrap()).collect();
            column.typed::<DoubleType>().write_batch(&values, None, None).unwrap();
        }
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn parquet_is_read_like_csv() {
    let survey = Survey::new(&example("example.csv"), &unraked());
    survey.found(&[], 0);
    parquet_file(&survey.path("rows.parquet"), &example("example.csv"));
    let words = [
        "found",
        "--survey",
        "rows.parquet",
        "--map",
        "map.toml",
        "--out",
        "columns",
    ];
    survey.ends(&words, 0);
    assert_eq!(survey.read("pop/population.csv"), survey.read("columns/population.csv"));

    parquet_file(&survey.path("bad.parquet"), &changed(3, 8, "140"));
    let said = survey.ends(
        &["found", "--survey", "bad.parquet", "--map", "map.toml", "--out", "bad"],
        65,
    );
    assert!(
        said.contains("bad.parquet, line 2: household 101: 140 is above 115"),
        "{said}"
    );
    fs::write(survey.path("no.parquet"), "not at all").unwrap();
    let said = survey.ends(
        &["found", "--survey", "no.parquet", "--map", "map.toml", "--out", "no"],
        65,
    );
    assert!(said.contains("cannot read the survey `no.parquet`"), "{said}");
}

/// Changes line `line` of the example: cell `cell` becomes `to`.
fn changed(line: usize, cell: usize, to: &str) -> String {
    let rows = example("example.csv");
    let mut lines: Vec<String> = rows.lines().map(ToOwned::to_owned).collect();
    let mut cells: Vec<&str> = lines[line - 1].split(',').collect();
    cells[cell] = to;
    let changed = cells.join(",");
    lines[line - 1] = changed;
    lines.join("\n") + "\n"
}

#[test]
fn every_kind_of_bad_row_is_listed_with_its_line_and_reason() {
    let cases: [(usize, usize, &str, &str); 14] = [
        (2, 7, "3", "2,101,gender,`3` is no code of `sex` in the map"),
        (3, 8, "140", "3,101,age,140 is above 115"),
        (3, 8, "old", "3,101,age,`old` is not a number"),
        (3, 8, "-8", "3,101,,the age is missing"),
        (3, 7, "", "3,101,,`sex` is missing"),
        (12, 1, "-1", "12,104,wt,-1 is below 0"),
        (12, 1, "0", "12,104,,the weight 0 is not above 0"),
        (12, 8, "15", "12,104,,no adult lives there: nobody is 16 or over"),
        (12, 12, "1", "12,104,,nobody lives there"),
        (3, 6, "1", "3,101,,person `1` of household `101` is on line 2 already"),
        (
            3,
            2,
            "36500",
            "3,101,inc,`income` is `36500` here and `36000` on line 2",
        ),
        (3, 0, "", "3,,,there is no household id"),
        (12, 3, "-5", "12,104,deposit,-5 is below 0"),
        (3, 12, "0,9", "3,101,,\"it has 14 cells, the header has 13\""),
    ];
    for (line, cell, to, expected) in cases {
        let survey = Survey::new(&changed(line, cell, to), &unraked());
        let said = survey.found(&[], 65);
        let listed = survey.read("pop-bad-rows.csv");
        assert!(
            listed.contains(&format!("rows.csv,{expected}\n")),
            "{expected}\n{listed}"
        );
        assert!(
            said.contains(&format!("rows.csv, line {line}:")) && said.contains("--allow-bad-rows"),
            "{said}"
        );
        assert!(!survey.path("pop").exists());
    }
    // A household on two lines of a file of its own, and a person without a household.
    let map = unraked().replace("[files]", "[files]\nhouseholds = \"homes.csv\"");
    let people = "hhid,pid,gender,age,job,school,htn,gone\n1,1,1,40,1,6,0,0\n2,1,2,41,1,6,0,0\n";
    let survey = Survey::new(people, &map);
    fs::write(
        survey.path("homes.csv"),
        "hhid,wt,inc,deposit,mdebt,status\n1,1,9000,0,0,0\n1,2,9000,0,0,0\n3,1,1,1,1,1\n",
    )
    .unwrap();
    survey.found(&[], 65);
    let listed = survey.read("pop-bad-rows.csv");
    for line in [
        "homes.csv,3,1,,household `1` is on line 2 already",
        "homes.csv,4,3,,nobody lives there",
        "rows.csv,3,2,,there is no household `2` in homes.csv",
    ] {
        assert!(listed.contains(line), "{line}\n{listed}");
    }
}

#[test]
fn bad_households_are_left_out_whole_counted_and_listed() {
    let survey = Survey::new(&changed(3, 8, "140"), &unraked());
    let said = survey.found(&["--allow-bad-rows"], 0);
    assert!(said.contains("Left out: 1 household, for 1 fault;"), "{said}");
    assert!(
        survey
            .read("pop/bad_rows.csv")
            .contains("rows.csv,3,101,age,140 is above 115")
    );
    let population = Population::read(&survey.path("pop")).unwrap();
    assert_eq!((population.manifest.households, population.manifest.people), (11, 34));
    assert_eq!(population.manifest.households_left_out, 1);
    assert!(population.households.iter().all(|home| home.name != "101"));
}

/// Single people by sex and age with weights 1, 2, 3, 4: to margins 14:15 and 5:24 the weights must become 2, 12, 3 and 12
/// (rows times 2 and 1, columns times 1 and 3), over 29 of the old sum of 10.
#[test]
fn raking_a_table_of_two_by_two_gives_the_known_answer() {
    let rows = "id,w,sex,age\n1,1,male,30\n2,2,male,70\n3,3,female,30\n4,4,female,70\n";
    let map = "title = \"Two by two\"\n[household]\nid = \"id\"\nweight = \"w\"\ncounty = { value = \"hills\" }\n\
        standing = { value = \"ordinary\" }\n[person]\nsex = \"sex\"\nage = \"age\"\n\
        [rake]\ntolerance_points = 1e-7\n\
        [[rake.margin]]\nof = \"people\"\nby = [\"sex\"]\nfile = \"sex.csv\"\n\
        [[rake.margin]]\nof = \"people\"\nby = [\"age\"]\nshare = { \"0-59\" = 0.1724137931, \"60+\" = 0.8275862069 }\n";
    let survey = Survey::new(rows, map);
    fs::write(
        survey.path("sex.csv"),
        "cell,share\nmale,0.4827586207\nfemale,0.5172413793\n",
    )
    .unwrap();
    let population = survey.population();
    for (home, expected) in population.households.iter().zip([2.0, 12.0, 3.0, 12.0]) {
        let expected = expected * 10.0 / 29.0;
        assert!(
            (home.weight / expected - 1.0).abs() < 1e-6,
            "{} {expected}",
            home.weight
        );
    }
    let raking = population.manifest.raking.unwrap();
    assert!(raking.converged && raking.largest_deviation_points <= 1e-7);
}

/// A man alone and a couple, one each: for 60% men there must be two couples for each man alone.
#[test]
fn a_margin_of_people_keeps_one_weight_for_a_household() {
    let rows = "id,w,sex,age\n1,1,male,30\n2,1,male,70\n2,1,female,69\n";
    let map = "title = \"Couples\"\n[household]\nid = \"id\"\nweight = \"w\"\ncounty = { value = \"hills\" }\n\
        [person]\nsex = \"sex\"\nage = \"age\"\n\
        [[rake.margin]]\nof = \"people\"\nby = [\"sex\"]\nshare = { male = 0.6, female = 0.4 }\n";
    let population = Survey::new(rows, map).population();
    let weights: Vec<f64> = population.households.iter().map(|home| home.weight).collect();
    assert!(
        (weights[0] - 2.0 / 3.0).abs() < 1e-4 && (weights[1] - 4.0 / 3.0).abs() < 1e-4,
        "{weights:?}"
    );
}

#[test]
fn a_bound_holds_weights_near_the_given_ones() {
    let rows = "id,w,sex,age\n1,1,male,30\n2,1,male,70\n2,1,female,69\n";
    let map = "title = \"Couples\"\n[household]\nid = \"id\"\nweight = \"w\"\ncounty = { value = \"hills\" }\n\
        [person]\nsex = \"sex\"\nage = \"age\"\n[rake]\ntrim_ratio = 1.25\n\
        [[rake.margin]]\nof = \"people\"\nby = [\"sex\"]\nshare = { male = 0.6, female = 0.4 }\n";
    let survey = Survey::new(rows, map);
    let said = survey.found(&[], 1);
    // The couple would have to count twice as much as the man alone; 0.8 and 1.25 is as far as it may go: 1.25 women
    // among 0.8 + 2.5 people are 37.88%.
    assert!(said.contains("2.1212 points"), "{said}");
    let population = Population::read(&survey.path("pop")).unwrap();
    let weights: Vec<f64> = population.households.iter().map(|home| home.weight).collect();
    assert!(
        (weights[0] - 0.8).abs() < 1e-9 && (weights[1] - 1.25).abs() < 1e-9,
        "{weights:?}"
    );
}

#[test]
fn margins_that_cannot_be_met_are_said_to_be() {
    let rows = "id,w,sex,age\n1,1,male,30\n2,1,female,70\n";
    let map = "title = \"Torn\"\n[household]\nid = \"id\"\nweight = \"w\"\ncounty = { value = \"hills\" }\n\
        [person]\nsex = \"sex\"\nage = \"age\"\n\
        [[rake.margin]]\nof = \"people\"\nby = [\"sex\"]\nshare = { male = 0.6, female = 0.4 }\n\
        [[rake.margin]]\nof = \"people\"\nby = [\"age\"]\nshare = { \"0-59\" = 0.5, \"60+\" = 0.5 }\n";
    let survey = Survey::new(rows, map);
    let said = survey.found(&[], 1);
    assert!(
        said.contains("Raking did NOT converge") && said.contains("10.0000 points"),
        "{said}"
    );
    let empty = map.replace("{ \"0-59\" = 0.5, \"60+\" = 0.5 }", "{ \"0-17\" = 0.5, \"18+\" = 0.5 }");
    let said = Survey::new(rows, &empty).found(&[], 65);
    assert!(
        said.contains("no people of the survey are in the cell `0-17`"),
        "{said}"
    );
    let gap = map.replace("\"60+\" = 0.5", "\"80+\" = 0.5");
    let said = Survey::new(rows, &gap).found(&[], 65);
    assert!(
        said.contains("1 people of the survey are in no cell, or in several, of `people by age`"),
        "{said}"
    );
}

#[test]
fn a_map_is_held_to_its_words() {
    for (from, to, said) in [
        ("standing = {", "standings = {", "unknown key `standings`"),
        ("ordinary = 0,", "ordinry = 0,", "did you mean `ordinary`?"),
        ("lifted = 1,", "lifted = 0,", "`0` is both `ordinary` and `lifted`"),
        ("\"yuan_per_year\"", "\"yuan_per_yer\"", "did you mean `yuan_per_year`?"),
        ("age = \"age\"", "age = \"ago\"", "`rows.csv` has no column `ago`"),
        (
            "value = \"hills\"",
            "value = \"moon\"",
            "`value` of `county` is a word of the model",
        ),
        ("weight = \"wt\"", "", "`weight` is missing"),
        (
            "age = \"age\"",
            "birth_year = \"age\"",
            "need the month of the interviews",
        ),
    ] {
        let text = Survey::new(&example("example.csv"), &unraked().replace(from, to)).found(&[], 65);
        assert!(text.contains(said), "{said}\n{text}");
    }
}

/// What stands in for a column is held to the same bounds, at its place in the map.
#[test]
fn constants_and_defaults_of_a_map_keep_within_bounds() {
    for (from, to, said) in [
        ("age = \"age\"", "age = { value = 300 }", "300 is above 115"),
        (
            "other_debt = { value = 0 }",
            "other_debt = { value = -500000 }",
            "-500000 is below 0",
        ),
        (
            "savings = { column = \"deposit\", unit = \"yuan\" }",
            "savings = { column = \"deposit\", default = -4 }",
            "`default` of `savings`: -4 is below 0",
        ),
        (
            "other_debt = { value = 0 }",
            "migrants = { value = -9 }",
            "-9 is below 0",
        ),
        ("schooling = \"school\"", "schooling = { value = 99 }", "99 is above 30"),
        (
            "other_debt = { value = 0 }",
            "wage_income = { value = -7 }",
            "-7 is below 0",
        ),
        (
            "other_debt = { value = 0 }",
            "other_debt = { value = 5000, unit = \"ten_thousand_yuan\" }",
            "5000 is above 4000",
        ),
        (
            "weight = \"wt\"",
            "weight = { value = \"many\" }",
            "`many` is not a number",
        ),
    ] {
        let text = Survey::new(&example("example.csv"), &unraked().replacen(from, to, 1)).found(&[], 65);
        assert!(text.contains(said) && text.contains("map.toml:"), "{said}\n{text}");
    }
    // A debt that no household can have is a bad row.
    let said = Survey::new(&changed(2, 4, "1e12"), &unraked()).found(&[], 65);
    assert!(said.contains("1e12 is above 40000000"), "{said}");
    let said = Survey::new(&changed(12, 8, "200"), &unraked()).found(&[], 65);
    assert!(said.contains("the survey has 1 fault;"), "{said}");
}

/// With a wrong unit all would begin with the income at which the curve ends.
#[test]
fn a_wrong_unit_of_income_is_refused() {
    for (unit, side) in [("thousand_yuan_per_year", "above"), ("yuan_per_month", "")] {
        let map = unraked().replace("yuan_per_year", unit);
        let survey = Survey::new(&example("example.csv"), &map);
        if side.is_empty() {
            let said = survey.found(&[], 0);
            assert!(!said.contains("the highest of the curve"), "{said}");
            continue;
        }
        let said = survey.found(&[], 65);
        for part in [
            "12 of 12 households",
            side,
            "map.toml:",
            "is `unit` right?",
            "yuan_per_month",
        ] {
            assert!(said.contains(part), "{part}\n{said}");
        }
    }
    // One household of twelve is held, and the report says so.
    let rows = example("example.csv").replace("101,2,36000,", "101,2,36000000,");
    let said = Survey::new(&rows, &unraked()).found(&[], 0);
    assert!(said.contains("1 tell more than"), "{said}");
}

#[test]
fn a_file_that_is_not_there_is_called_by_its_name() {
    let map = unraked().replace("[files]", "[files]\nhouseholds = \"homes.csv\"");
    let survey = Survey::new(&example("example.csv"), &map);
    let said = survey.found(&[], 65);
    for part in ["cannot read the file of households", "homes.csv", "map.toml:5"] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    fs::remove_file(survey.path("map.toml")).unwrap();
    let said = survey.found(&[], 65);
    assert!(
        said.contains("cannot read the map") && said.contains("docs/survey.md"),
        "{said}"
    );
}

#[test]
fn years_of_birth_and_units_are_understood() {
    let rows = "id,w,inc,sex,year,month\n1,1,200,male,1980,3\n1,1,200,female,1990,\n";
    let map = "title = \"Units\"\n[survey]\ninterviewed = \"2020-02\"\nprice_ratio = 1.5\n\
        [household]\nid = \"id\"\nweight = \"w\"\ncounty = { value = \"hills\" }\n\
        income = { column = \"inc\", unit = \"yuan_per_head_per_month\" }\n\
        [person]\nsex = \"sex\"\nbirth_year = \"year\"\nbirth_month = \"month\"\n";
    let population = Survey::new(rows, map).population();
    let home = &population.households[0];
    // 200 yuan a head and month: 200 x 2 heads x 12 months x 1.5 of prices.
    assert_eq!(home.income_yuan, Some(7200.0));
    let ages: Vec<(u8, Option<u8>)> = home
        .people
        .iter()
        .map(|person| (person.age_years, person.age_months))
        .collect();
    // From July 1990, the middle of the year, to February 2020; from March 1980.
    assert_eq!(ages, [(29, None), (39, Some(11))]);
}

#[test]
fn a_curve_of_its_own_and_given_fifths() {
    let rows = (1..=100).fold("id,w,inc,sex,age\n".to_owned(), |rows, at| {
        let income = 2000 + 80 * at + at * at * at / 20;
        rows + &format!("{at:03},1,{income},male,40\n")
    });
    let map = "title = \"Curve\"\n[household]\nid = \"id\"\nweight = \"w\"\ncounty = { value = \"hills\" }\n\
        income = \"inc\"\n[person]\nsex = \"sex\"\nage = \"age\"\n";
    let population = Survey::new(&rows, map).population();
    let means = population.manifest.income_quintile_mean_yuan.unwrap();
    // The first fifth: 2000 + 80 x 10.5 + (sum of cubes to 20, 44100, each cut to whole yuan) / 20 / 20.
    assert!((means[0] - (2840.0 + 44_100.0 / 400.0)).abs() < 1.0, "{means:?}");
    let mut incomes: Vec<f64> = world(&population, 100)
        .iter()
        .filter_map(|home| home.income_yuan)
        .collect();
    incomes.sort_by(f64::total_cmp);
    for (income, at) in incomes.iter().zip(1..=100) {
        let recorded = f64::from(2000 + 80 * at + at * at * at / 20);
        assert!((income / recorded - 1.0).abs() < 1e-3, "{income} {recorded}");
    }
    let given = format!("{map}[income]\nquintile_mean_yuan = [4000, 8000, 12000, 16000, 30000]\n");
    let population = Survey::new(&rows, &given).population();
    let mut incomes: Vec<f64> = world(&population, 1000)
        .iter()
        .filter_map(|home| home.income_yuan)
        .collect();
    incomes.sort_by(f64::total_cmp);
    for (fifth, wanted) in [4000.0, 8000.0, 12000.0, 16000.0, 30000.0].into_iter().enumerate() {
        let mean = incomes[200 * fifth..200 * (fifth + 1)].iter().sum::<f64>() / 200.0;
        assert!((mean / wanted - 1.0).abs() < 0.03, "fifth {fifth}: {mean}");
    }
}

#[test]
fn a_scenario_runs_on_a_population_of_its_own() {
    let survey = Survey::new(&example("example.csv"), &example("example.toml"));
    survey.found(&[], 0);
    fs::create_dir(survey.path("plans")).unwrap();
    let plan = "title = \"Mine\"\nsummary = \"Mine.\"\nextends = \"baseline\"\n[world]\npopulation = \"../pop\"\n\
        [set.world]\npeople_count = 900\n[run]\nlast_year = 2021\n";
    fs::write(survey.path("plans/mine.toml"), plan).unwrap();
    let run = |out: &str, threads: &str| {
        survey.ends(
            &[
                "run",
                "plans/mine.toml",
                "--replicates",
                "2",
                "--out",
                out,
                "--threads",
                threads,
            ],
            0,
        );
        survey.read(&format!("{out}/tables/indicators.csv"))
    };
    assert_eq!(run("one", "1"), run("two", "2"));
    let hash = Population::read(&survey.path("pop"))
        .unwrap()
        .manifest
        .population_blake3;
    assert!(survey.read("one/manifest.json").contains(&hash));
    let text = survey.ends(&["check", "plans/mine.toml"], 0);
    assert!(!text.contains("error"), "{text}");

    // What was changed since it was checked is refused, and so is what is not there.
    let people = survey.path("pop/population.csv");
    let text = fs::read_to_string(&people).unwrap();
    fs::write(&people, text.replace("36000", "36001")).unwrap();
    let said = survey.ends(&["run", "plans/mine.toml"], 65);
    assert!(
        said.contains("was changed since it was checked") && said.contains("plans/mine.toml"),
        "{said}"
    );
    fs::remove_dir_all(survey.path("pop")).unwrap();
    let said = survey.ends(&["run", "plans/mine.toml"], 65);
    assert!(
        said.contains("cannot read the population") && said.contains("kangcun found"),
        "{said}"
    );
}

#[test]
fn luck_is_a_replicates_own_and_copies_differ_in_what_is_drawn() {
    let population = Survey::new(&example("example.csv"), &unraked()).population();
    let rules = rules(500);
    let found = |replicate| {
        as_records(
            &found_from(&rules, Start::default(), Some(&population), &Luck::new(7, replicate)),
            &rules.founding,
        )
    };
    assert_eq!(found(0), found(0));
    assert_ne!(found(0), found(1));
}

#[test]
fn the_example_of_the_readme_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let line = "kangcun found --survey tests/survey/example.csv --map tests/survey/example.toml --out ";
    assert!(readme.contains(line), "the README does not show: {line}");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("village");
    let mut words: Vec<&str> = line.split_whitespace().skip(1).collect();
    words.push(out.to_str().unwrap());
    let mut command = Command::cargo_bin("kangcun").unwrap();
    let output = command
        .current_dir(root)
        .args(&words)
        .args(["--set", "world.people_count=1000"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("invented") && text.contains("Raking converged"), "{text}");
}
