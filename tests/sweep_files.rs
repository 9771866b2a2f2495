//! Sweep files: what they say is what is run, and everything wrong in one is told with its place before anything is.

mod common;

use common::file;
use kangcun::output::parameters::Meanings;
use kangcun::output::schema::{Kind, schema};
use kangcun::run::Policy;
use kangcun::scenario::{Scenario, Sweep};
use kangcun::study::sweep::design::{Design, Level};
use std::path::{Path, PathBuf};

const HEAD: &str = "title = \"A test\"\nsummary = \"A test.\"\n";
const MODERATE: &str = "illness.acute.moderate_share";

fn here() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn written(folder: &Path, body: &str) -> PathBuf {
    file(folder, "own.toml", &format!("{HEAD}{body}"))
}

fn design(body: &str) -> Design {
    let folder = here();
    let path = written(folder.path(), body);
    design_at(&path, &[])
}

fn design_at(path: &Path, sets: &[&str]) -> Design {
    let sweep = loaded(path, sets);
    Design::of(&sweep).unwrap_or_else(|problems| panic!("{problems}"))
}

fn loaded(path: &Path, sets: &[&str]) -> Sweep {
    Sweep::load_with(path.to_str().unwrap(), &owned(sets)).unwrap_or_else(|problems| panic!("{problems}"))
}

fn owned(sets: &[&str]) -> Vec<String> {
    sets.iter().map(ToString::to_string).collect()
}

/// The levels of one axis over all points, as numbers.
fn numbers(design: &Design, column: usize) -> Vec<f64> {
    let number = |point| match design.levels(point).swap_remove(column) {
        Level::Number(number) => number,
        Level::Text(text) => panic!("{text} is no number"),
    };
    (0..design.points()).map(number).collect()
}

fn names(design: &Design) -> Vec<&str> {
    design.columns().iter().map(|column| column.name.as_str()).collect()
}

/// What is wrong with a sweep file, or with its design.
fn refused(folder: &Path, body: &str) -> String {
    let path = written(folder, body);
    match Sweep::load(path.to_str().unwrap()) {
        Err(problems) => problems.to_string(),
        Ok(sweep) => match Design::of(&sweep) {
            Err(problems) => problems.to_string(),
            Ok(_) => panic!("taken:\n{body}"),
        },
    }
}

#[track_caller]
fn same_rules(design: &Design, point: usize, name: &str, sets: &[&str]) {
    let other = Scenario::load(name, &owned(sets)).unwrap_or_else(|problems| panic!("{problems}"));
    let own = design
        .scenario(point, 0)
        .unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(own.hash_text(), other.hash_text());
    assert_eq!(own.run, other.run);
}

#[test]
fn a_grid_has_every_combination_and_its_first_axis_is_the_slowest() {
    let body = format!(
        "base = \"baseline\"\n[run]\nlast_year = 2024\nreplicates = 3\nseeds = 2\n[[axes]]\nset = \"{MODERATE}\"\nfrom = 0.2\nto = 0.4\nsteps = 3\n\
         [[axes]]\nname = \"premium\"\nset = \"enrolment.premium_yuan\"\nvalues = [300, 320.5]\n"
    );
    let design = design(&body);
    assert_eq!(names(&design), [MODERATE, "premium"]);
    assert!(design.columns().iter().all(|column| column.is_number));
    assert_eq!(numbers(&design, 0), [0.2, 0.2, 0.3, 0.3, 0.4, 0.4]);
    assert_eq!(numbers(&design, 1), [300.0, 320.5, 300.0, 320.5, 300.0, 320.5]);
    assert_eq!((design.points(), design.draws(), design.drawn().len()), (6, 1, 0));
    // What a point gives is what the command line would give.
    let run = ["run.last_year=2024", "run.replicates=3"];
    for (point, share, premium) in [(0, "0.2", "300"), (3, "0.3", "320.5"), (5, "0.4", "320.5")] {
        let sets = [
            format!("{MODERATE}={share}"),
            format!("enrolment.premium_yuan={premium}"),
        ];
        let sets = [&run[..], &[&sets[0], &sets[1]]].concat();
        same_rules(&design, point, "baseline", &sets);
    }
}

#[test]
fn scenario_and_programme_axes_give_the_worlds_they_name() {
    let body = "[run]\nreplicates = 2\n[[axes]]\nscenarios = [\"baseline\", \"premium-response\"]\n[[axes]]\nname = \"added\"\n\
                programmes = [[], [\"screening\"], [\"screening\", \"healthy-village\"]]\nlabels = [\"none\", \"one\", \"both\"]\n";
    let design = design(body);
    assert_eq!(names(&design), ["scenario", "added"]);
    assert_eq!(design.points(), 6);
    let text = |words: [&str; 2]| words.map(|word| Level::Text(word.to_owned())).to_vec();
    assert_eq!(design.levels(4), text(["premium-response", "one"]));
    same_rules(&design, 0, "baseline", &["run.replicates=2"]);
    same_rules(&design, 1, "screening", &["run.replicates=2"]);
    same_rules(&design, 3, "premium-response", &["run.replicates=2"]);
    let both = design.scenario(2, 0).unwrap();
    let alone = Scenario::load("healthy-village", &[]).unwrap();
    let ids = |scenario: &Scenario| -> Vec<String> { scenario.programmes.iter().map(|own| own.id.clone()).collect() };
    let rest = ids(&alone).into_iter().filter(|id| id != "screening");
    let wanted: Vec<String> = std::iter::once("screening".to_owned()).chain(rest).collect();
    assert_eq!(ids(&both), wanted, "each once, in order");
    // A base that is a programme keeps it.
    let own = self::design("base = \"screening\"\n[[axes]]\nprogrammes = [[], [\"telemedicine\"]]\n");
    assert_eq!(own.levels(0), [Level::Text("none".into())]);
    same_rules(&own, 0, "screening", &[]);
    assert_eq!(ids(&own.scenario(1, 0).unwrap()), ["screening", "telemedicine"]);
}

#[test]
fn paired_lists_move_together_and_words_and_truths_are_levels() {
    let body = format!(
        "base = \"baseline\"\n[[axes]]\nname = \"pair\"\nset = [\"{MODERATE}\", \"enrolment.premium_yuan\"]\nvalues = [[0.2, 300], [0.3, 340]]\n\
         labels = [\"low\", \"high\"]\n[[axes]]\nset = \"funds.pooling\"\nvalues = [\"county\", \"province\"]\n[[axes]]\nset = \"illness.active_yes\"\nvalues = [true]\n"
    );
    let design = design(&body);
    let wanted = [
        "pair",
        MODERATE,
        "enrolment.premium_yuan",
        "funds.pooling",
        "illness.active_yes",
    ];
    assert_eq!(names(&design), wanted);
    let is_number: Vec<bool> = design.columns().iter().map(|column| column.is_number).collect();
    assert_eq!(is_number, [false, true, true, false, false]);
    let text = |word: &str| Level::Text(word.to_owned());
    let last = [
        text("high"),
        Level::Number(0.3),
        Level::Number(340.0),
        text("province"),
        text("true"),
    ];
    assert_eq!(design.levels(3), last);
    let sets = [
        "illness.acute.moderate_share=0.3",
        "enrolment.premium_yuan=340",
        "funds.pooling=\"province\"",
        "illness.active_yes=true",
    ];
    same_rules(&design, 3, "baseline", &sets);
}

#[test]
fn a_table_has_a_point_for_each_row() {
    let folder = here();
    let table = "# points of our own\nlabel,scenario,programmes,illness.acute.moderate_share,card:illness.injury.female_ratio\n\
                 first, baseline, none, 0.2, 0.5\n\nsecond, premium-response, screening+telemedicine, 0.30, 0.7\nthird, baseline, screening, 0.2, 0.7\n";
    file(folder.path(), "points.csv", table);
    let path = written(folder.path(), "design = \"table\"\ntable = \"points.csv\"\n");
    let design = design_at(&path, &[]);
    let wanted = [
        "label",
        "scenario",
        "programmes",
        MODERATE,
        "illness.injury.female_ratio",
    ];
    assert_eq!(names(&design), wanted);
    assert_eq!(numbers(&design, 3), [0.2, 0.3, 0.2]);
    let text = |word: &str| Level::Text(word.to_owned());
    let second = [
        text("second"),
        text("premium-response"),
        text("screening+telemedicine"),
        Level::Number(0.3),
        Level::Number(0.7),
    ];
    assert_eq!(design.levels(1), second);
    let third = design.scenario(2, 0).unwrap();
    let mut other = Scenario::load("screening", &[]).unwrap();
    let card = other
        .cards()
        .into_iter()
        .find(|card| card.path == "illness.injury.female_ratio")
        .unwrap();
    other.vary(&card, 0.7).unwrap();
    other.set(&owned(&["illness.acute.moderate_share=0.2"])).unwrap();
    assert_eq!(third.hash_text(), other.hash_text());
}

#[test]
fn cards_are_moved_underneath_what_builds_on_them() {
    // The programme multiplies the rate: its factor stays, what it multiplies moves.
    let body = "base = \"chronic-management\"\n[[axes]]\ncard = \"illness.hypertension.diagnosis_per_year\"\n";
    let design = design(body);
    let base = Scenario::load("chronic-management", &[]).unwrap();
    let card = base
        .cards()
        .into_iter()
        .find(|card| card.path.ends_with("hypertension.diagnosis_per_year"))
        .unwrap();
    assert_eq!(numbers(&design, 0), [card.low.unwrap(), card.high.unwrap()]);
    for (point, value) in numbers(&design, 0).into_iter().enumerate() {
        let mut other = base.clone();
        other.vary(&card, value).unwrap();
        assert_eq!(design.scenario(point, 0).unwrap().hash_text(), other.hash_text());
    }
    let own = "base = \"chronic-management\"\n[[axes]]\ncard = \"chronic-management:illness.hypertension.diagnosis_per_year\"\nvalues = [1.5, 2]\n";
    let folder = here();
    match base
        .cards()
        .iter()
        .find(|card| card.full_name() == "chronic-management:illness.hypertension.diagnosis_per_year")
    {
        Some(_) => assert_eq!(self::design(own).points(), 2),
        None => assert!(refused(folder.path(), own).contains("unknown card")),
    }
}

const CARDS: &str = "[[axes]]\ncard = \"illness.acute.moderate_share\"\n[[axes]]\nset = \"enrolment.premium_yuan\"\nfrom = 200\nto = 450\n\
                     [[axes]]\nname = \"ratio\"\ncard = \"service.untreated_fatality_ratio\"\nfrom = 1.5\nto = 6.0\nscale = \"log\"\n\
                     [[axes]]\nset = \"funds.pooling\"\nvalues = [\"county\", \"province\"]\n";

fn spread(kind: &str, points: u32, more: &str) -> Design {
    design(&format!(
        "base = \"baseline\"\ndesign = \"{kind}\"\npoints = {points}\n{CARDS}{more}"
    ))
}

/// Where numbers lie within a range, as shares of it.
fn shares(numbers: &[f64], low: f64, high: f64) -> Vec<f64> {
    numbers.iter().map(|number| (number - low) / (high - low)).collect()
}

/// How many of the numbers lie in each of `count` strata.
fn strata(shares: &[f64], count: usize) -> Vec<usize> {
    let mut all = vec![0; count];
    for share in shares {
        all[(share * count as f64) as usize] += 1;
    }
    all
}

#[test]
fn a_latin_hypercube_has_one_point_in_every_stratum_of_every_axis() {
    let design = spread("latin-hypercube", 60, "");
    let ratios: Vec<f64> = numbers(&design, 2).iter().map(|ratio| ratio.ln()).collect();
    let axes = [
        shares(&numbers(&design, 0), 0.15, 0.35),
        shares(&numbers(&design, 1), 200.0, 450.0),
        shares(&ratios, 1.5f64.ln(), 6.0f64.ln()),
    ];
    for axis in &axes {
        assert_eq!(strata(axis, 60), [1; 60]);
    }
    assert_ne!(axes[0], axes[1]);
    // Half of the points have each of two words.
    let county = |point: &usize| design.levels(*point)[3] == Level::Text("county".into());
    assert_eq!((0..60).filter(county).count(), 30);
    // Half of a range of ratios lies below its geometric mean.
    assert_eq!(numbers(&design, 2).iter().filter(|ratio| **ratio < 3.0).count(), 30);
    // Another axis leaves those that were there as they are; another seed does not.
    let more = spread(
        "latin-hypercube",
        60,
        "[[axes]]\ncard = \"illness.injury.female_ratio\"\n",
    );
    assert_eq!(
        (0..3).map(|at| numbers(&more, at)).collect::<Vec<_>>(),
        (0..3).map(|at| numbers(&design, at)).collect::<Vec<_>>()
    );
    let other = self::design(&format!(
        "base = \"baseline\"\ndesign = \"latin-hypercube\"\npoints = 60\ndesign_seed = 2\n{CARDS}"
    ));
    assert_ne!(numbers(&other, 0), numbers(&design, 0));
}

/// The largest distance, over boxes from the origin to the points' corners, between a box's share of points and of room.
fn discrepancy(one: &[f64], other: &[f64]) -> f64 {
    let count = one.len() as f64;
    let corners = |own: &[f64]| [own, &[1.0]].concat();
    let mut most: f64 = 0.0;
    for x in corners(one) {
        for y in corners(other) {
            let within = |pair: &(&f64, &f64)| *pair.0 < x && *pair.1 < y;
            let inside = one.iter().zip(other).filter(within).count() as f64 / count;
            most = most.max((inside - x * y).abs());
        }
    }
    most
}

#[test]
fn a_sobol_design_fills_every_elementary_interval_and_lies_closer_than_luck() {
    let sobol = spread("sobol", 128, "");
    let random = spread("random", 128, "");
    let pair = |design: &Design| {
        [
            shares(&numbers(design, 0), 0.15, 0.35),
            shares(&numbers(design, 1), 200.0, 450.0),
        ]
    };
    let [one, other] = pair(&sobol);
    // The first 2^k points of each axis, one in each 2^k-th.
    for count in [2, 8, 32, 128] {
        assert_eq!(strata(&one[..count], count), vec![1; count]);
        assert_eq!(strata(&other[..count], count), vec![1; count]);
    }
    // Pairs of the first two axes as well: boxes of any shape and a 128th of the room hold one point each.
    for across in [2, 8, 16, 64] {
        let up = 128 / across;
        let cell = |(x, y): (&f64, &f64)| (x * across as f64) as usize * up + (y * up as f64) as usize;
        let mut cells: Vec<usize> = one.iter().zip(&other).map(cell).collect();
        cells.sort_unstable();
        assert_eq!(cells, (0..128).collect::<Vec<_>>());
    }
    let [first, second] = pair(&random);
    let (close, far) = (discrepancy(&one, &other), discrepancy(&first, &second));
    assert!(close < 0.05 && close < far / 2.0, "{close} {far}");
    // More points begin with the same.
    let more = spread("sobol", 256, "");
    assert_eq!(numbers(&more, 0)[..128], numbers(&sobol, 0));
}

#[test]
fn random_points_stay_when_more_are_asked_for() {
    let (few, many) = (spread("random", 20, ""), spread("random", 400, ""));
    assert_eq!(numbers(&many, 0)[..20], numbers(&few, 0));
    let mean = shares(&numbers(&many, 0), 0.15, 0.35).iter().sum::<f64>() / 400.0;
    assert!((mean - 0.5).abs() < 0.06, "{mean}");
    let more = spread("random", 20, "[[axes]]\ncard = \"illness.injury.female_ratio\"\n");
    assert_eq!(numbers(&more, 1), numbers(&few, 1));
}

fn drawing(draws: u32, draw: &str) -> Design {
    design(&format!(
        "base = \"chronic-management\"\n[run]\ndraws = {draws}\n[draw]\n{draw}\n[[axes]]\nset = \"{MODERATE}\"\nvalues = [0.2, 0.3]\n"
    ))
}

#[test]
fn draws_depend_on_their_number_and_card_alone() {
    let one = drawing(3, "cards = [\"illness.injury.*\"]");
    let many = drawing(
        8,
        "cards = [\"illness.*\", \"service.stay_days\"]\nexcept = [\"illness.stroke\"]",
    );
    assert!(one.drawn().len() > 4 && many.drawn().len() > one.drawn().len());
    for (at, drawn) in one.drawn().iter().enumerate() {
        assert!(
            drawn.low < drawn.high && drawn.path.starts_with("illness.injury."),
            "{drawn:?}"
        );
        let same = many.drawn().iter().position(|other| other.name == drawn.name).unwrap();
        for draw in 0..3 {
            let value = one.draw_values(draw)[at];
            assert!((drawn.low..=drawn.high).contains(&value));
            assert_eq!(value, many.draw_values(draw)[same]);
        }
        assert_ne!(one.draw_values(0)[at], one.draw_values(1)[at]);
    }
    assert!(
        many.drawn()
            .iter()
            .all(|drawn| !drawn.path.starts_with("illness.stroke"))
    );
    // A drawn card lies underneath the axis, the same at every point.
    let mut other = Scenario::load("chronic-management", &[]).unwrap();
    let cards = other.cards();
    for (drawn, value) in one.drawn().iter().zip(one.draw_values(2)) {
        let card = cards
            .iter()
            .find(|card| card.path == drawn.path && card.programme == drawn.programme)
            .unwrap();
        if card.numbers().is_none() {
            other.vary(card, value).unwrap();
        }
    }
    let lists = |design: &Design| {
        design
            .drawn()
            .iter()
            .filter(|drawn| {
                cards
                    .iter()
                    .any(|card| card.path == drawn.path && card.numbers().is_some())
            })
            .count()
    };
    let unlisted = drawing(
        3,
        "cards = [\"illness.injury.*\"]\nexcept = [\"illness.injury.onset_per_1000_year\"]",
    );
    assert_eq!((lists(&one), lists(&unlisted)), (1, 0));
    other.set(&owned(&["illness.acute.moderate_share=0.3"])).unwrap();
    assert_eq!(unlisted.scenario(1, 2).unwrap().hash_text(), other.hash_text());
    assert_ne!(one.scenario(1, 2).unwrap().hash_text(), other.hash_text());
    // A number of one's own holds still.
    let axis = design(&format!(
        "base = \"baseline\"\n[run]\ndraws = 2\n[draw]\ncards = [\"illness.acute\"]\n[[axes]]\ncard = \"{MODERATE}\"\nvalues = [0.2]\n"
    ));
    assert!(!axis.drawn().is_empty() && axis.drawn().iter().all(|drawn| drawn.path != MODERATE));
}

#[test]
fn lists_are_drawn_within_their_range_and_shares_keep_their_sum() {
    let own = |path: &str| {
        let body = format!("base = \"baseline\"\n[run]\ndraws = 12\n[draw]\ncards = [\"{path}\"]\n");
        let design = design(&body);
        let lists: Vec<Vec<f64>> = (0..12)
            .map(|draw| {
                let scenario = design.scenario(0, draw).unwrap();
                scenario
                    .cards()
                    .iter()
                    .find(|card| card.path == path)
                    .unwrap()
                    .numbers()
                    .unwrap()
            })
            .collect();
        (design, lists)
    };
    let (design, lists) = own("livelihood.farm_month_share");
    for list in &lists {
        assert!((list.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{list:?}");
    }
    assert!(lists.windows(2).all(|pair| pair[0] != pair[1]));
    let values: Vec<f64> = (0..12).map(|draw| design.draw_values(draw)[0]).collect();
    assert!(lists.iter().zip(&values).all(|(list, value)| list.contains(value)));
    // 0.8 to 1.25 times its numbers, within low and high of the card.
    let (design, lists) = own("illness.injury.onset_per_1000_year");
    let numbers = [5.0, 8.0, 10.0, 9.0];
    for (list, draw) in lists.iter().zip(0..) {
        let scale = design.draw_values(draw)[0] / 5.0;
        assert!((0.8..=1.25).contains(&scale));
        for (own, number) in list.iter().zip(numbers) {
            assert!((own - (number * scale).clamp(3.0, 16.0)).abs() < 1e-9);
        }
    }
}

#[test]
fn draws_of_all_cards_are_rules_that_can_be_compiled() {
    let design = design("base = \"package\"\n[run]\ndraws = 4\n[draw]\ncards = \"all\"\n");
    assert!(design.drawn().len() > 800);
    for draw in 0..4 {
        let scenario = design.scenario(0, draw).unwrap_or_else(|problems| panic!("{problems}"));
        Policy::new(scenario).unwrap_or_else(|problems| panic!("{problems}"));
    }
}

#[test]
fn the_command_line_comes_on_top() {
    let folder = here();
    let body =
        format!("base = \"baseline\"\n[run]\nlast_year = 2024\n[[axes]]\nset = \"{MODERATE}\"\nvalues = [0.2, 0.3]\n");
    let path = written(folder.path(), &body);
    let sets = [
        "run.last_year=2023",
        "run.replicates=2",
        "run.seed=7",
        "enrolment.premium_yuan=100",
    ];
    let design = design_at(&path, &sets);
    let all = [&["run.last_year=2024", "illness.acute.moderate_share=0.3"][..], &sets].concat();
    same_rules(&design, 1, "baseline", &all);
    assert_eq!(loaded(&path, &sets).crossed().unwrap().runs(), 4);
    let still = Sweep::load_with(path.to_str().unwrap(), &owned(&["illness.acute.moderate_share=0.25"]));
    assert!(
        still
            .unwrap_err()
            .to_string()
            .contains("holds still what an axis moves")
    );
    let wrong = Sweep::load_with(path.to_str().unwrap(), &owned(&["enrolment.premium_yuan=-1"]));
    assert!(wrong.unwrap_err().to_string().contains("must be yuan, 0 to"));
}

#[test]
fn seeds_and_draws_can_be_added() {
    let folder = here();
    let path = written(
        folder.path(),
        "base = \"baseline\"\n[run]\nreplicates = 2\nseeds = 2\ndraws = 3\n[draw]\n",
    );
    let mut sweep = loaded(&path, &[]);
    let before = Design::of(&sweep).unwrap();
    sweep.extend(1, 4).unwrap();
    let crossed = sweep.crossed().unwrap();
    assert_eq!((crossed.seeds, crossed.draws, crossed.runs()), (3, Some(7), 42));
    let after = Design::of(&sweep).unwrap();
    assert_eq!(
        after.scenario(0, 2).unwrap().hash_text(),
        before.scenario(0, 2).unwrap().hash_text()
    );
    let (inputs, texts) = sweep.inputs();
    let again = Sweep::again(&inputs, |kept| Ok(texts[kept].to_owned())).unwrap();
    assert_eq!(again.crossed().unwrap().runs(), 42);
    assert!(sweep.extend(u32::MAX, 0).unwrap_err().to_string().contains("10000000"));
    let path = written(folder.path(), "base = \"baseline\"\n[run]\nseeds = 2\n");
    assert!(
        loaded(&path, &[])
            .extend(0, 1)
            .unwrap_err()
            .to_string()
            .contains("draws nothing")
    );
}

#[test]
fn a_sweep_is_made_again_from_its_texts_alone() {
    let folder = here();
    let mine = "title = \"Mine\"\nsummary = \"Mine.\"\nextends = \"./under.toml\"\nprogrammes = [\"telemedicine\"]\n";
    file(folder.path(), "mine.toml", mine);
    file(
        folder.path(),
        "under.toml",
        &format!("{HEAD}[set.illness.acute]\nmoderate_share = 0.22\n"),
    );
    file(
        folder.path(),
        "points.csv",
        "scenario,programmes,enrolment.premium_yuan\nbaseline,none,300\n./mine.toml,screening,310\n",
    );
    let grid = "base = \"./mine.toml\"\n[run]\ndraws = 2\n[draw]\ncards = [\"illness.injury\"]\n[[axes]]\nprogrammes = [[], [\"screening\"]]\n\
                [[axes]]\nset = \"enrolment.premium_yuan\"\nfrom = 300\nto = 400\nsteps = 3\n";
    for body in [grid, "design = \"table\"\ntable = \"points.csv\"\n"] {
        let path = written(folder.path(), body);
        let sweep = loaded(&path, &["run.replicates=5"]);
        let (inputs, texts) = sweep.inputs();
        let texts: std::collections::BTreeMap<String, String> =
            texts.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
        let before = Design::of(&sweep).unwrap();
        // Nothing on disk is read again.
        std::fs::remove_file(&path).unwrap();
        let hidden = folder.path().join("hidden.toml");
        std::fs::rename(folder.path().join("mine.toml"), &hidden).unwrap();
        let written = serde_json::to_string(&inputs).unwrap();
        let read = serde_json::from_str(&written).unwrap();
        assert_eq!(inputs, read);
        let again = Sweep::again(&read, |kept| Ok(texts[kept].clone())).unwrap_or_else(|problems| panic!("{problems}"));
        let after = Design::of(&again).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((again.id.as_str(), after.points()), ("own", before.points()));
        for point in 0..before.points() {
            assert_eq!(after.levels(point), before.levels(point));
            for draw in 0..before.draws() {
                let [one, other] = [&before, &after].map(|design| design.scenario(point, draw).unwrap());
                assert_eq!(one.hash_text(), other.hash_text());
                assert_eq!(one.run.replicates, 5);
            }
        }
        assert_eq!(again.inputs().0, inputs);
        std::fs::rename(hidden, folder.path().join("mine.toml")).unwrap();
        let gone = Sweep::again(&inputs, |_| Err(kangcun::problem::Problem::new("gone")));
        assert!(gone.unwrap_err().to_string().contains("gone"));
    }
}

/// What is wrong with a file: the fault, what is said of it, and the line it stands in (after the two of the head).
const REFUSED: [(&str, &[&str], usize); 49] = [
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderat_share\"\nvalues = [0.2]\n",
        &["unknown rule", "moderate_share"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute\"\nvalues = [0.2]\n",
        &["a group of rules"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = [0.2, 1.2]\n",
        &["must be a share, 0 to 1"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = [0.2, true]\n",
        &["is true or false, but its name says"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.5\nto = 1.5\nsteps = 2\n",
        &["must be a share"],
        8,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"funds.pooling\"\nvalues = [\"county\", \"provinc\"]\n",
        &["cannot be `provinc`"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\n",
        &["an axis without levels", "give it `values`"],
        4,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = []\n",
        &["an axis without levels"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = [0.2, 0.2]\n",
        &["listed twice"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = 0.2\n",
        &["expected a list of values"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nname = \"a\"\n",
        &["an axis that moves nothing"],
        4,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"a\"\ncard = \"b\"\n",
        &["`set` and `card` at once"],
        4,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = [0.2]\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
        &["two axes move `illness.acute.moderate_share`"],
        8,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nname = \"a\"\nset = \"illness.acute.moderate_share\"\nvalues = [0.2]\n[[axes]]\nname = \"a\"\nset = \"enrolment.premium_yuan\"\nvalues = [1]\n",
        &["two columns are called `a`"],
        10,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nname = \"year\"\nset = \"illness.acute.moderate_share\"\nvalues = [0.2]\n",
        &["cannot be called `year`"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nname = \"a\"\nset = \"illness.acute.moderate_share\"\nvalues = [0.2]\nlabels = [\"x\", \"y\"]\n",
        &["2 labels for 1 levels"],
        8,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nvalues = [0.2]\nlabels = [\"x\"]\n",
        &["say its `name`"],
        7,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.4\nto = 0.2\nsteps = 2\n",
        &["not above `from`"],
        7,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.2\nto = 0.4\nsteps = 1\n",
        &["`steps` is 1", "between 2 and"],
        8,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.2\nto = 0.4\n",
        &["a range without steps", "add `steps"],
        4,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.2\nsteps = 3\n",
        &["`to` is missing"],
        4,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.0\nto = 0.4\nsteps = 3\nscale = \"log\"\n",
        &["log scale cannot begin at 0"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.1\nvalues = [0.2]\n",
        &["`values` and `from`"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = [\"illness.acute.moderate_share\", \"enrolment.premium_yuan\"]\nvalues = [[0.2, 1], [0.3]]\n",
        &["of 2 paths has 1 values"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"run.seed\"\nvalues = [1, 2]\n",
        &["cannot move `run.seed`", "seeds"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nset = \"run.last_year\"\nvalues = [2024, 2000]\n",
        &["before it starts"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\ncard = \"illness.acute.moderat_share\"\n",
        &["unknown card", "moderate_share"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\ncard = \"illness.active_yes\"\n",
        &["no low and high"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\ncard = \"insurance.layers.inpatient_basic.arms.county.deductible_income_ratio\"\n",
        &["no low and high", "`from` and `to`"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\ncard = \"illness.injury.onset_per_1000_year\"\n",
        &["a list of different numbers"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\ncard = \"illness.acute.moderate_share\"\nvalues = [\"high\"]\n",
        &["expected a number, found a text"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\ncard = \"illness.acute.moderate_share\"\nvalues = [0.2, 2]\n",
        &["must be a share"],
        6,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nscenarios = [\"baseline\", \"basline\"]\n",
        &["no file `basline`", "did you mean `baseline`"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nprogrammes = [[], [\"screenin\"]]\n",
        &["did you mean `screening`"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nprogrammes = \"all\"\n",
        &["expected a list of lists", "against"],
        5,
    ),
    (
        "base = \"baseline\"\n[[axes]]\nprogrammes = [[\"screening\"], \"screening\"]\n",
        &["two levels are called `screening`"],
        5,
    ),
    (
        "base = \"basline\"\n[[axes]]\nprogrammes = [[]]\n",
        &["no file `basline`"],
        3,
    ),
    ("[[axes]]\nprogrammes = [[]]\n", &["`base` is missing"], 1),
    (
        "base = \"baseline\"\ndesign = \"sobol\"\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
        &["does not say how many points", "points = 256"],
        4,
    ),
    (
        "base = \"baseline\"\npoints = 10\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
        &["a grid has a point for each combination"],
        4,
    ),
    (
        "base = \"baseline\"\ndesign = \"sobol\"\npoints = 70000\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
        &["65536 points at most"],
        5,
    ),
    (
        "base = \"baseline\"\ndesign = \"latin-hypercube\"\npoints = 10\n[run]\nseeds = 2\n",
        &["spread over no axis"],
        4,
    ),
    (
        "base = \"baseline\"\ndesign = \"latin\"\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
        &["unknown design `latin`"],
        4,
    ),
    (
        "base = \"baseline\"\n[run]\ndraws = 3\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
        &["draws of nothing", "add `[draw]`"],
        5,
    ),
    (
        "base = \"baseline\"\n[draw]\ncards = \"all\"\n",
        &["without a number of draws", "add `draws"],
        4,
    ),
    (
        "base = \"baseline\"\n[run]\ndraws = 3\n[draw]\ncards = [\"illness.acute.moderat_share\"]\n",
        &["no card fits", "moderate_share"],
        7,
    ),
    (
        "base = \"baseline\"\n[run]\ndraws = 3\n[draw]\ncards = [\"illness.active_yes\", \"illness.injury\"]\n",
        &["`illness.active_yes` cannot be drawn"],
        7,
    ),
    (
        "base = \"baseline\"\n[run]\ndraws = 3\n[draw]\nexcept = [\"ilness\"]\n",
        &["no card fits `ilness`"],
        7,
    ),
    (
        "base = \"baseline\"\n[run]\nreplicates = 1000\nseeds = 1000\n[[axes]]\nset = \"illness.acute.moderate_share\"\nfrom = 0.1\nto = 0.4\nsteps = 11\n",
        &["11000000 runs", "may have 10000000"],
        7,
    ),
];

#[test]
fn everything_wrong_is_told_with_its_place() {
    let folder = here();
    for (body, said, line) in REFUSED {
        let text = refused(folder.path(), body);
        let place = format!("own.toml:{line}:");
        for part in said.iter().copied().chain([place.as_str()]) {
            assert!(text.contains(part), "`{part}` is not in:\n{text}\nof\n{body}");
        }
    }
    // Two faults are told together.
    let two = "base = \"baseline\"\ndesign = \"grids\"\n[run]\nseeds = 0\n";
    let text = refused(folder.path(), two);
    assert!(
        text.contains("unknown design") && text.contains("`seeds` is 0"),
        "{text}"
    );
}

#[test]
fn tables_are_refused_with_the_line() {
    let folder = here();
    let path = "illness.acute.moderate_share";
    for (table, said, line) in [
        (
            format!("{path},illness.acute.moderat_share\n0.2,0.2\n"),
            "unknown rule",
            1,
        ),
        (
            format!("{path},enrolment.premium_yuan\n0.2,300\n\n# a note\n0.3,\n"),
            "without a value for `enrolment.premium_yuan`",
            5,
        ),
        (format!("{path},{path}\n0.2,0.2\n"), "two columns are called", 1),
        (format!("{path},card:{path}\n0.2,0.2\n"), "two axes move", 1),
        (format!("{path}\n"), "a table without rows", 1),
        (String::new(), "a table without rows", 1),
        (format!("{path},\n0.2,1\n"), "a column without a name", 1),
        (format!("{path}\n0.2\n0.3,0.4\n"), "a row of 2 cells", 3),
        (format!("{path}\n0.2\n0.3\n1.3\n"), "must be a share", 4),
        (
            format!("{path},scenario\n0.2,baseline\n0.3,basline\n"),
            "did you mean `baseline`",
            3,
        ),
        (
            format!("{path},programmes\n0.2,none\n0.3,screening+screenin\n"),
            "did you mean `screening`",
            3,
        ),
        (format!("{path},card:illness.acute.mild\n0.2,1\n"), "unknown card", 1),
        (format!("{path},year\n0.2,1\n"), "cannot be called `year`", 1),
    ] {
        file(folder.path(), "points.csv", &table);
        let text = refused(
            folder.path(),
            "base = \"baseline\"\ndesign = \"table\"\ntable = \"points.csv\"\n",
        );
        let place = format!("points.csv:{line}:");
        assert!(
            text.contains(said) && text.contains(&place),
            "`{said}` {place} not in:\n{text}"
        );
    }
    for (body, said, line) in [
        ("base = \"baseline\"\ndesign = \"table\"\n", "without a table", 4),
        (
            "base = \"baseline\"\ndesign = \"table\"\ntable = \"other.csv\"\n",
            "no file `./other.csv`",
            5,
        ),
        (
            "base = \"baseline\"\ntable = \"points.csv\"\n[run]\nseeds = 2\n",
            "belongs to another design",
            4,
        ),
        (
            "base = \"baseline\"\ndesign = \"table\"\ntable = \"points.csv\"\npoints = 3\n",
            "as many points as rows",
            6,
        ),
        (
            "base = \"baseline\"\ndesign = \"table\"\ntable = \"points.csv\"\n[[axes]]\nset = \"a\"\n",
            "axes beside a table",
            6,
        ),
    ] {
        let text = refused(folder.path(), body);
        let place = format!("own.toml:{line}:");
        assert!(
            text.contains(said) && text.contains(&place),
            "`{said}` {place} not in:\n{text}"
        );
    }
}

#[test]
fn a_list_that_must_keep_its_sum_is_no_axis() {
    let text = refused(
        here().path(),
        "base = \"baseline\"\n[[axes]]\ncard = \"founding.ages.men_share\"\nvalues = [0.2, 0.3]\n",
    );
    assert!(
        text.contains("must keep their sum") && text.contains("own.toml:5:"),
        "{text}"
    );
    let people = "base = \"baseline\"\n[run]\ndraws = 2\n[draw]\ncards = [\"world.people_count\"]\n";
    let text = refused(here().path(), people);
    assert!(text.contains("`world.people_count` cannot be drawn"), "{text}");
}

#[test]
fn compare_and_sweeps_send_each_other_their_files() {
    let folder = here();
    let path = written(
        folder.path(),
        "base = \"baseline\"\n[[axes]]\ncard = \"illness.acute.moderate_share\"\n",
    );
    let name = path.to_str().unwrap();
    let alone = loaded(&path, &[]).alone().unwrap_err().to_string();
    assert!(alone.contains("`kangcun sweep run` runs it"), "{alone}");
    let run = Scenario::load(name, &[]).unwrap_err().to_string();
    assert!(
        run.contains("is a sweep, not a scenario") && run.contains("`kangcun sweep run` runs it"),
        "{run}"
    );
    let carried = Sweep::load("countermeasures").unwrap();
    let crossed = carried.crossed().unwrap_err().to_string();
    assert!(crossed.contains("`kangcun compare`"), "{crossed}");
    assert!(Design::of(&carried).is_err());
    let said = common::ends(folder.path(), "compare own.toml", 65);
    assert!(said.contains("`kangcun sweep run` runs it"), "{said}");
    let said = common::ends(folder.path(), "check own.toml", 0);
    assert!(said.contains("2 points") && said.contains("No fault found."), "{said}");
}

#[test]
fn carried_designs_are_right_and_fit_the_schema() {
    let baseline = Scenario::load("baseline", &[]).unwrap();
    let schema = schema(Kind::Sweep, &baseline, &Meanings::carried());
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, points, draws) in [
        ("premium-and-cover", 18, 1),
        ("uncertain-returns", 64, 1),
        ("package-under-doubt", 2, 20),
        ("package-parts", 8, 1),
    ] {
        let sweep = Sweep::load(name).unwrap_or_else(|problems| panic!("{problems}"));
        let design = Design::of(&sweep).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((design.points(), design.draws()), (points, draws));
        kangcun::study::sweep::outputs_of(&sweep, &design).unwrap_or_else(|problems| panic!("{problems}"));
        design
            .scenario(points - 1, draws - 1)
            .unwrap_or_else(|problems| panic!("{problems}"));
    }
    let faults = |body: &str| {
        let own: serde_json::Value = toml::from_str(&format!("{HEAD}{body}")).unwrap();
        validator.iter_errors(&own).count()
    };
    let good = "base = \"baseline\"\ndesign = \"grid\"\n[run]\nseeds = 2\ndraws = 3\n[draw]\ncards = \"all\"\ngrades = [\"D\"]\n[[axes]]\nprogrammes = [[], [\"screening\"]]\n\
                [[axes]]\nset = [\"a.b\", \"c.d\"]\nvalues = [[1, 2], [3, 4]]\n[outputs]\nby = [\"year\"]\n";
    assert_eq!(faults(good), 0);
    for [old, new] in [
        ["design = \"grid\"", "design = \"grids\""],
        ["seeds = 2", "seeds = 0"],
        ["grades = [\"D\"]", "grades = [\"E\"]"],
        ["by = [\"year\"]", "by = [\"month\"]"],
        ["values = ", "value = "],
        ["[[], [\"screening\"]]", "[[], [\"screenin\"]]"],
    ] {
        assert!(faults(&good.replacen(old, new, 1)) > 0, "{new}");
    }
}
