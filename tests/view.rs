//! `kangcun view`: what is shown of a result on a terminal, and what is not when it is none.

mod common;

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::Output;
use unicode_width::UnicodeWidthStr;

/// Runs `view` with variables of the environment; those that speak of colours and width are unset before.
fn view(folder: &Path, line: &str, set: &[(&str, &str)]) -> Output {
    let mut command = Command::cargo_bin("kangcun").unwrap();
    command.current_dir(folder).arg("view").args(line.split_whitespace());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
        command.env_remove(name);
    }
    command.envs(set.iter().copied()).output().unwrap()
}

fn shown(folder: &Path, line: &str, set: &[(&str, &str)]) -> String {
    let output = view(folder, line, set);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(folder: &Path, line: &str, code: i32) -> String {
    let output = view(folder, line, &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}\n{said}");
    assert!(output.stdout.is_empty() && said.starts_with("error: "), "{said}");
    said
}

#[test]
fn a_comparison_is_shown_from_its_tables_alone() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let sets = "--set world.people_count=2000 --set run.last_year=2023 --replicates 2";
    common::ends(here, &format!("compare baseline package {sets} --out result"), 0);
    // Nothing but the tables is looked at.
    for other in ["inputs", "rules", "figures", "manifest.json"] {
        let path = here.join("result").join(other);
        if path.is_dir() {
            fs::remove_dir_all(&path).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
    }
    let text = shown(here, "result", &[]);
    assert!(text.contains("A baseline+set   B package+set"), "{text}");
    for part in [
        "(a) Poor again within the year, %",
        "(b) Poor again at least once, %",
        "(c) Difference to A baseline+set",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    assert_eq!(
        text,
        shown(here, "result", &[("TERM", "xterm-256color")]),
        "no terminal, whatever it is called"
    );

    // The number of the table stands below the curves.
    let table = fs::read_to_string(here.join("result/tables/indicators.csv")).unwrap();
    let row = table
        .lines()
        .find(|line| line.starts_with("baseline+set,2023,all,lifted,return_hazard,national,register,"))
        .unwrap();
    let mean: f64 = row.split(',').nth(11).unwrap().parse().unwrap();
    assert!(text.contains(&format!("{:.2}", 100.0 * mean)), "{row}\n{text}");

    assert!(!text.contains('\u{1b}'), "no escape codes where there is no terminal");
    let forced = shown(here, "result", &[("CLICOLOR_FORCE", "1")]);
    let always = shown(here, "result --color always", &[("NO_COLOR", "1")]);
    assert!(forced.contains("\u{1b}[34m") && forced == always, "{forced:?}");
    let bare: String = anstream::adapter::strip_str(&forced).to_string();
    assert_eq!(bare, text, "colours say nothing that letters do not");
    assert_eq!(
        text,
        shown(here, "result", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])
    );
    assert_eq!(text, shown(here, "result --colour never", &[("CLICOLOR_FORCE", "1")]));

    for (line, set) in [("result --width 60", vec![]), ("result", vec![("COLUMNS", "60")])] {
        let narrow = shown(here, line, &set);
        assert!(narrow.lines().all(|line| line.width() <= 60), "{narrow}");
        assert!(narrow.lines().any(|line| line.width() > 50), "{narrow}");
    }
    let ascii = shown(here, "result --ascii", &[]);
    assert!(ascii.is_ascii() && !text.is_ascii(), "{ascii}");
    let paired = shown(here, "result --paired --indicator oop --category all", &[]);
    assert!(
        paired.contains("(a) Difference to A") && !paired.contains("(b)"),
        "{paired}"
    );

    // What is wrong says where, and what to do.
    let said = refused(here, "result --indicator return_hazrd", 2);
    assert!(said.contains("did you mean `return_hazard`?"), "{said}");
    let said = refused(here, "result --axis premium", 2);
    assert!(said.contains("--axis means nothing for this result"), "{said}");
    let said = refused(here, "result --seed 3", 2);
    assert!(said.contains("it shows what was written"), "{said}");
    let paired = here.join("result/tables/paired.csv");
    let whole = fs::read_to_string(&paired).unwrap();
    fs::write(&paired, &whole[..whole.len() - 20]).unwrap();
    let said = refused(here, "result", 65);
    let last = whole.lines().count();
    assert!(
        said.contains(&format!("paired.csv, line {last}: ")) && said.contains("help: "),
        "{said}"
    );
    fs::remove_file(&paired).unwrap();
    let said = refused(here, "result", 65);
    assert!(
        said.contains("paired.csv: cannot be read") && said.contains("help: "),
        "{said}"
    );
    let said = refused(here, "nowhere", 65);
    assert!(said.contains("`nowhere` is no result"), "{said}");
}

#[test]
fn what_attribute_and_a_sweep_write_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let sets = "--set world.people_count=1000 --set run.last_year=2022";
    common::ends(
        here,
        &format!("attribute baseline {sets} --replicates 2 --out answers"),
        0,
    );
    let text = shown(here, "answers --ascii", &[]);
    assert!(
        text.contains("in fact") && text.contains("shadow bill") && text.contains("system"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");

    let sweep = "title = \"Premiums\"\nsummary = \"Two premiums.\"\nbase = \"baseline\"\n[run]\nreplicates = 2\n\
                 [[axes]]\nname = \"premium_yuan\"\nset = \"enrolment.premium_yuan\"\nvalues = [200, 400]\n\
                 [outputs]\nindicators = [\"return_hazard@register_national\", \"oop_share\"]\n";
    fs::write(here.join("premiums.toml"), sweep).unwrap();
    common::ends(here, &format!("sweep run premiums.toml {sets} --out swept"), 0);
    let text = shown(here, "swept --indicator oop_share --ascii", &[]);
    assert!(text.contains("premium yuan") && text.contains("oop share, %"), "{text}");
    let summary = fs::read_to_string(here.join("swept/summary.csv")).unwrap();
    let row = summary
        .lines()
        .find(|line| line.starts_with("1,400,") && line.contains("oop_share"))
        .unwrap();
    assert!(
        row.contains("all") && text.contains("200") && text.contains("400"),
        "{row}\n{text}"
    );
    let said = refused(here, "swept --paired", 2);
    assert!(said.contains("--paired means nothing for a sweep"), "{said}");
}
