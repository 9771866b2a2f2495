use super::*;
use crate::terminal::Screen;

const NARROW: Screen = Screen {
    width: Some(48),
    colours: false,
};

fn chart() -> Chart {
    let points = |means: [f64; 3], half: f64, few: bool| -> Vec<Point> {
        let of = |(at, mean): (usize, f64)| Point {
            x: 2021.0 + at as f64,
            mean,
            interval: Some((mean - half, mean + half)),
            few: few && at == 2,
        };
        means.into_iter().enumerate().map(of).collect()
    };
    let series = [("baseline", [3.0, 2.0, 1.5], false), ("package", [3.0, 1.5, 0.5], true)];
    Chart {
        title: "Poor again within the year, %".to_owned(),
        across: (2021..=2023).map(|year| (f64::from(year), year.to_string())).collect(),
        axis: String::new(),
        series: series
            .into_iter()
            .enumerate()
            .map(|(place, (name, means, few))| Series {
                name: name.to_owned(),
                place,
                points: points(means, 0.5, few),
            })
            .collect(),
        zero: false,
        height: 8,
        joined: true,
    }
}

#[test]
fn curves_are_drawn_with_letters_bars_and_dots() {
    let text = chart().text(&NARROW, Letters::Ascii);
    assert_eq!(text, include_str!("curves_ascii.txt"), "{text}");
    let text = chart().text(&NARROW, Letters::Unicode);
    assert_eq!(text, include_str!("curves_unicode.txt"), "{text}");
}

#[test]
fn a_letter_stands_in_the_row_of_its_number_and_a_small_one_says_few_events() {
    let text = chart().text(&NARROW, Letters::Ascii);
    let row = |letter: char| text.lines().position(|line| line.contains(letter)).unwrap();
    let label = |number: &str| {
        text.lines()
            .position(|line| line.trim_start().starts_with(number))
            .unwrap()
    };
    // Both begin at 3, between the ticks at 2 and 4.
    assert_eq!(2 * row('A'), label("2 ") + label("4 "));
    assert!(row('b') > row('B') && row('b') < label("0 "), "{text}");
}

#[test]
fn letters_at_one_place_become_a_star() {
    let mut crowded = chart();
    let one = crowded.series[0].clone();
    crowded.series = (0..40).map(|place| Series { place, ..one.clone() }).collect();
    let text = crowded.text(&NARROW, Letters::Ascii);
    assert!(text.contains('*') && !text.contains('A'), "{text}");
}

#[test]
fn nothing_is_wider_than_the_screen_and_colours_take_no_room() {
    for width in 30..120 {
        let screen = Screen {
            width: Some(width),
            colours: false,
        };
        let text = chart().text(&screen, Letters::Unicode);
        assert!(
            text.lines().all(|line| crate::terminal::columns(line) <= width),
            "{width}\n{text}"
        );
        let coloured = Screen {
            colours: true,
            ..screen
        };
        let painted = chart().text(&coloured, Letters::Unicode);
        assert!(painted.contains("\u{1b}[1m\u{1b}[34m"), "the second series is blue");
        let bare: String = anstream::adapter::strip_str(&painted).to_string();
        assert_eq!(bare, text);
    }
}

#[test]
fn an_empty_chart_and_one_of_a_single_number_are_drawn() {
    let mut empty = chart();
    empty.series.clear();
    assert!(empty.text(&NARROW, Letters::Ascii).contains("nothing to draw"));
    let mut one = chart();
    one.series.truncate(1);
    one.series[0].points.truncate(1);
    one.series[0].points[0].interval = None;
    one.across.truncate(1);
    assert!(one.text(&NARROW, Letters::Ascii).contains('A'));
}

fn bars() -> Bars {
    let bar = |label: &str, mean: f64, half: f64, number: &str, hollow| Bar {
        group: "Section 5.1".to_owned(),
        label: label.to_owned(),
        mean: Some(mean),
        interval: Some((mean - half, mean + half)),
        number: number.to_owned(),
        style: Style::new(),
        hollow,
    };
    Bars {
        title: "Returns, per 1,000 and year".to_owned(),
        bars: vec![
            bar("telemedicine", -1.0, 0.5, "-1.0* (-1.5 to -0.5)", false),
            bar("村卫生室", 0.5, 1.0, "+0.5! (-0.5 to +1.5)", true),
        ],
        filled: false,
    }
}

#[test]
fn bars_show_the_number_its_interval_and_zero() {
    let screen = Screen {
        width: Some(72),
        colours: false,
    };
    let text = bars().text(&screen, Letters::Ascii);
    assert_eq!(text, include_str!("bars_ascii.txt"), "{text}");
    let text = bars().text(&screen, Letters::Unicode);
    assert_eq!(text, include_str!("bars_unicode.txt"), "{text}");
}

#[test]
fn where_bars_and_numbers_have_no_room_side_by_side_the_numbers_stand_below() {
    let text = bars().text(&NARROW, Letters::Unicode);
    assert!(text.lines().any(|line| line == "    -1.0* (-1.5 to -0.5)"), "{text}");
    assert!(text.lines().all(|line| crate::terminal::columns(line) <= 48), "{text}");
}

#[test]
fn ticks_are_round_and_hold_all_numbers() {
    for (low, high) in [
        (0.0, 5.4),
        (-0.31, 0.02),
        (97.0, 1013.0),
        (3.0, 3.0),
        (0.0, 0.0),
        (-2e-7, 9e-7),
    ] {
        let ticks = Ticks::around(low, high, 5);
        assert!(
            ticks.low <= low && high <= ticks.high() * (1.0 + 1e-9) && ticks.steps <= 5,
            "{low} {high}: {ticks:?}"
        );
        let lead = ticks.step / 10_f64.powf(ticks.step.log10().floor());
        assert!(
            [1.0, 2.0, 5.0, 10.0].iter().any(|own| (own - lead).abs() < 1e-6),
            "{ticks:?}"
        );
    }
    let labels: Vec<String> = {
        let ticks = Ticks::around(-0.3, 0.1, 4);
        ticks.values().map(|value| ticks.label(value)).collect()
    };
    assert_eq!(labels, ["-0.3", "-0.2", "-0.1", "0.0", "0.1"]);
}
