//! Indicators of a handful of households, worked by hand.

use kangcun::measure::daly::{Cases, Deaths, LifeTable, Valuing, dalys};
use kangcun::measure::dynamics::{Panel, chronic, returns, spells};
use kangcun::measure::ranking::{Ranking, Sorted};
use kangcun::measure::{Prepared, Row, Sample, Scale, Settings, Weight, decomposition};
use std::sync::Arc;

fn near(value: f64, truth: f64) {
    assert!(
        (value - truth).abs() < 1e-12 * truth.abs().max(1.0),
        "{value}, not {truth}"
    );
}

fn rows(sample: &Sample, settings: &Settings) -> Vec<Row> {
    Prepared::of(sample, settings).rows()
}

fn row<'a>(rows: &'a [Row], indicator: &str, variant: &str, weight: Weight) -> &'a Row {
    let of = |row: &&Row| row.indicator == indicator && row.variant.contains(variant) && row.weight == weight;
    rows.iter()
        .find(of)
        .unwrap_or_else(|| panic!("no {indicator} {variant}"))
}

#[test]
fn capacity_to_pay_of_five_households() {
    // Shares of food are 0.2, 0.3, 0.4, 0.5 and 0.6: both ends of the band are the third, who lives alone and eats for 400.
    let sample = Sample {
        consumption: Some(vec![5000.0, 2000.0, 1000.0, 550.0, 500.0]),
        food: Some(vec![1000.0, 600.0, 400.0, 275.0, 300.0]),
        oop: Some(vec![1840.0, 600.0, 0.0, 100.0, 120.0]),
        ..Sample::new(vec![1.0; 5], vec![1.0, 1.0, 1.0, 2.0, 1.0])
    };
    let rows = rows(&sample, &Settings::default());
    near(
        row(&rows, "who_subsistence", "", Weight::Households).measured.value,
        400.0,
    );
    // 1840/4600 is 40%; 600/1600, 0 and 100/275 are less; who eats for 300 can pay 500 - 300, and pays 120 of 200.
    let catastrophic = row(&rows, "who_catastrophic", "", Weight::Households);
    near(catastrophic.measured.value, 2.0 / 5.0);
    assert_eq!((catastrophic.n, catastrophic.events), (5, Some(2)));
    assert!(
        catastrophic.measured.influence.is_none(),
        "subsistence hangs on the weights"
    );
    // Strictly above 40% is the last alone: one of six people.
    let strict =
        |row: &&Row| row.convention.starts_with("share of capacity to pay, strict") && row.variant == "above 40%";
    near(rows.iter().find(strict).unwrap().measured.value, 1.0 / 6.0);
    // Subsistence of two is 400 x 2^0.56 = 590: the fourth is poor before it pays, the fifth (500 - 120) after.
    near(row(&rows, "who_poor", "", Weight::Households).measured.value, 1.0 / 5.0);
    near(row(&rows, "who_poor", "", Weight::Persons).measured.value, 2.0 / 6.0);
    near(
        row(&rows, "who_impoverished", "", Weight::Households).measured.value,
        1.0 / 5.0,
    );
}

#[test]
fn the_development_goal_of_five_people_in_both_forms() {
    let daily = [1.0, 2.0, 4.0, 8.0, 16.0];
    let people = |times: f64| Sample {
        consumption: Some(daily.iter().map(|daily| daily * 365.0 * times).collect()),
        oop: Some(
            vec![1.0, 0.0, 130.0, 1800.0, 1800.0]
                .iter()
                .map(|oop| oop * times)
                .collect(),
        ),
        ..Sample::new(vec![1.0; 5], vec![1.0; 5])
    };
    let dollars = Settings {
        ppp: Some(1.0),
        ..Settings::default()
    };
    let told = rows(&people(1.0), &dollars);
    let value = |variant: &str, name: &str| row(&told, name, variant, Weight::Persons).measured.value;
    // 1800 of 2920 and of 5840.
    near(value("above 10%", "sdg_382_2024"), 2.0 / 5.0);
    near(value("above 25%", "sdg_382_2024"), 2.0 / 5.0);
    // The line is 1.15 + 4/2 dollars a day. The first is below it and pays; the third pays 130 of 310; the fourth more than
    // the 1770 that it has above the line; the fifth 1800 of 4690, less than 40%.
    near(value("", "societal_poverty_line"), 3.15);
    near(value("total", "sdg_382_2025"), 3.0 / 5.0);
    near(value("impoverishing", "sdg_382_2025"), 2.0 / 5.0);
    near(value("large", "sdg_382_2025"), 1.0 / 5.0);
    // Where the median is a dollar, the line is 2.15; money of 7 to the dollar changes nothing.
    let poor = rows(&people(0.25), &dollars);
    near(
        row(&poor, "societal_poverty_line", "", Weight::Persons).measured.value,
        2.15,
    );
    let yuan = rows(
        &people(7.0),
        &Settings {
            ppp: Some(7.0),
            ..Settings::default()
        },
    );
    near(
        row(&yuan, "sdg_382_2025", "total", Weight::Persons).measured.value,
        3.0 / 5.0,
    );
    // Without a conversion nothing is said in dollars.
    let without = rows(&people(1.0), &Settings::default());
    assert!(
        without
            .iter()
            .all(|row| row.indicator != "sdg_382_2025" && row.indicator != "societal_poverty_line")
    );
}

#[test]
fn a_group_is_held_against_the_lines_of_all() {
    let sample = Sample {
        consumption: Some([1.0, 2.0, 4.0, 8.0, 16.0].map(|daily| daily * 365.0).to_vec()),
        oop: Some(vec![1.0, 0.0, 130.0, 1800.0, 1800.0]),
        ..Sample::new(vec![1.0; 5], vec![1.0; 5])
    };
    let settings = Settings {
        ppp: Some(1.0),
        ..Settings::default()
    };
    let poorest = Prepared::within(&sample, &settings, vec![0, 1, 2]).rows();
    near(
        row(&poorest, "societal_poverty_line", "", Weight::Persons)
            .measured
            .value,
        3.15,
    );
    near(
        row(&poorest, "sdg_382_2025", "total", Weight::Persons).measured.value,
        2.0 / 3.0,
    );
    near(
        row(&poorest, "relative_poverty_rate", "60%", Weight::Persons)
            .measured
            .value,
        2.0 / 3.0,
    );
}

#[test]
fn impoverishment_of_four_people() {
    let sample = Sample {
        consumption: Some(vec![1500.0, 1200.0, 900.0, 1000.0]),
        oop: Some(vec![600.0, 100.0, 50.0, 0.0]),
        line: Some(vec![1000.0; 4]),
        ..Sample::new(vec![1.0; 4], vec![1.0; 4])
    };
    let rows = rows(&sample, &Settings::default());
    let value = |name: &str, words: &str| {
        let row = rows
            .iter()
            .find(|row| row.indicator == name && row.convention.starts_with(words))
            .unwrap();
        (row.measured.value, row.events)
    };
    // Who is at the line is not below it.
    assert_eq!(value("poverty_headcount", "consumption gross"), (0.25, Some(1)));
    assert_eq!(value("poverty_headcount", "consumption net"), (0.5, Some(2)));
    assert_eq!(value("impoverishing_headcount", "before"), (0.25, Some(1)));
    assert_eq!(value("further_impoverishing_headcount", "before"), (0.25, Some(1)));
    near(
        value("impoverishing_gap", "before").0,
        (100.0 + 150.0) / 4.0 - 100.0 / 4.0,
    );
    near(value("impoverishing_normalised_gap", "before").0, 0.0375);
    near(value("mean_positive_gap", "consumption gross").0, 100.0);
    near(value("mean_positive_gap", "consumption net").0, 125.0);
    near(value("normalised_mean_positive_gap", "consumption net").0, 0.125);
    near(value("watts", "consumption gross").0, (1000.0_f64 / 900.0).ln() / 4.0);
    // Gaps of 0.15, 0.1, 0, 0 with the poorest counted 2(1 - 1/8), the next 2(1 - 3/8).
    near(
        value("sen_shorrocks_thon", "consumption net").0,
        (0.15 * 1.75 + 0.1 * 1.25) / 4.0,
    );
    near(value("oop_share", "").0, 750.0 / 4600.0);
}

#[test]
fn nobody_poor_has_no_mean_gap_and_spending_from_nothing_is_beyond_every_threshold() {
    let sample = Sample {
        consumption: Some(vec![500.0, 800.0]),
        oop: Some(vec![50.0, 0.0]),
        food: Some(vec![500.0, 800.0]),
        line: Some(vec![100.0; 2]),
        ..Sample::new(vec![1.0; 2], vec![1.0; 2])
    };
    let rows = rows(&sample, &Settings::default());
    let gap = row(&rows, "mean_positive_gap", "", Weight::Persons);
    assert!(gap.measured.value.is_nan() && gap.events == Some(0));
    // Both eat all they have; only the first pays for care.
    let beyond = rows
        .iter()
        .find(|row| row.indicator == "che_headcount" && row.convention.contains("food left out"));
    near(beyond.unwrap().measured.value, 0.5);
}

#[test]
fn quantiles_are_met_between_two_or_at_one() {
    let median = |weights: &[f64]| {
        let units: Arc<[f64]> = vec![1.0; 4].into();
        Sorted::of(&[40.0, 10.0, 30.0, 20.0], units).quantile(weights, 0.5)
    };
    assert_eq!(median(&[1.0; 4]), 25.0);
    assert_eq!(median(&[1.0, 1.0, 2.0, 1.0]), 30.0);
    // Who has no weight is not between anybody.
    assert_eq!(median(&[1.0, 1.0, 0.0, 0.0]), 25.0);
    assert_eq!(median(&[1.0, 0.0, 0.0, 0.0]), 40.0);
    assert!(median(&[0.0; 4]).is_nan());
}

#[test]
fn equals_share_their_mean_rank() {
    let units: Arc<[f64]> = vec![1.0; 4].into();
    let ranks = Ranking::of(&[5.0, 3.0, 5.0, 9.0], units).ranks(&[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(ranks, [0.4, 0.1, 0.4, 0.8]);
}

#[test]
fn a_concentration_index_that_one_factor_makes_is_explained_by_it() {
    let units: Arc<[f64]> = vec![1.0; 4].into();
    let (x, other) = ([1.0, 2.0, 3.0, 4.0], [1.0, -1.0, -1.0, 1.0]);
    let y: Vec<f64> = x.iter().map(|x| 3.0 + 2.0 * x).collect();
    let by = Arc::new(Ranking::of(&x, units.clone()));
    let found = decomposition::decompose(&y, &[("x", &x), ("other", &other)], &by, &[1.0; 4], &units).unwrap();
    // Ranks are 1/8, 3/8, 5/8, 7/8: the covariance with y is 5/8.
    near(found.index, 2.0 * 0.625 / 8.0);
    near(found.parts[0].coefficient, 2.0);
    near(found.parts[0].elasticity, 2.0 * 2.5 / 8.0);
    near(found.parts[0].contribution, found.index);
    near(found.parts[1].contribution, 0.0);
    near(found.residual, 0.0);
    // What is the same as another factor, or the same for all, explains nothing.
    let doubled = x.map(|x| 2.0 * x);
    assert!(decomposition::decompose(&y, &[("x", &x), ("2x", &doubled)], &by, &[1.0; 4], &units).is_none());
    assert!(decomposition::decompose(&y, &[("1", &[1.0; 4])], &by, &[1.0; 4], &units).is_none());
}

#[test]
fn equivalent_adults() {
    near(Scale::PerHead.adults(2.0, 2.0), 4.0);
    near(Scale::OecdModified.adults(2.0, 2.0), 2.1);
    near(Scale::OecdModified.adults(1.0, 0.0), 1.0);
    near(Scale::OecdModified.adults(0.0, 2.0), 1.3);
    near(Scale::Power(0.5).adults(3.0, 1.0), 2.0);
    near(Scale::Weighted { alpha: 0.5, theta: 0.5 }.adults(2.0, 4.0), 2.0);
    // Poverty is by equivalent adult, of people: 2000 among four is 500 a head and 1000 for each of two.
    let sample = Sample {
        consumption: Some(vec![2000.0, 700.0]),
        line: Some(vec![800.0; 2]),
        ..Sample::new(vec![1.0; 2], vec![4.0, 1.0])
    };
    let poor = |sample: &Sample| {
        row(
            &rows(sample, &Settings::default()),
            "poverty_headcount",
            "",
            Weight::Persons,
        )
        .measured
        .value
    };
    near(poor(&sample), 1.0);
    near(
        poor(&Sample {
            equivalence: Some(vec![2.0, 1.0]),
            ..sample
        }),
        1.0 / 5.0,
    );
}

/// Four households of a panel of four waves: in and out of poverty, and one that was missed once.
fn panel() -> Panel {
    let mut panel = Panel::new(4);
    panel.push(1.0, [0.8, 1.2, 1.1, 0.9].map(Some));
    panel.push(2.0, [1.5, 1.4, 0.7, 0.6].map(Some));
    panel.push(1.0, [Some(0.5), Some(0.5), None, Some(1.2)]);
    panel.push(1.0, [0.5, 0.7, 0.9, 0.9].map(Some));
    panel
}

#[test]
fn spells_and_moves_of_four_households() {
    let matrix = panel().moves().matrix();
    // From poverty: 1 out, 2 + 1 + 3 stay; from outside: 1 + 2 in, 1 + 2 stay.
    near(matrix.0[0][1], 1.0 / 7.0);
    near(matrix.0[1][0], 0.5);
    let spell = |weight, length, ended, left_censored| spells::Spell {
        weight,
        length,
        ended,
        left_censored,
    };
    let poor = panel().spells(true);
    let told = [
        spell(1.0, 1, true, true),
        spell(1.0, 1, false, false),
        spell(2.0, 2, false, false),
        spell(1.0, 2, false, true),
        spell(1.0, 4, false, true),
    ];
    assert_eq!(poor, told);
    // Of three who were seen to enter, none was seen to leave; of those out from the first or after a gap nothing is known.
    assert!(spells::by_age(&poor).iter().all(|step| step.hazard == 0.0));
    let out = panel().spells(false);
    assert_eq!(
        out,
        [
            spell(1.0, 2, true, false),
            spell(2.0, 2, true, true),
            spell(1.0, 1, false, true)
        ]
    );
    let steps = spells::by_age(&out);
    assert_eq!(
        (steps.len(), steps[0].time, steps[0].hazard, steps[0].survival),
        (1, 2.0, 1.0, 0.0)
    );
}

#[test]
fn survival_with_censoring_and_ties() {
    // Of five, one ends at 1; of four, one ends at 2 and one is lost then; of two, both end at 4.
    let spells = [
        (1.0, true, 1.0),
        (2.0, true, 1.0),
        (2.0, false, 1.0),
        (4.0, true, 1.0),
        (4.0, true, 1.0),
    ];
    let steps = spells::survival(&spells);
    let told: Vec<f64> = steps.iter().map(|step| step.survival).collect();
    assert_eq!(
        steps.iter().map(|step| step.at_risk).collect::<Vec<_>>(),
        [5.0, 4.0, 2.0]
    );
    near(told[0], 0.8);
    near(told[1], 0.6);
    near(told[2], 0.0);
    near(steps[1].error, 0.6 * (1.0_f64 / 20.0 + 1.0 / 12.0).sqrt());
}

#[test]
fn chronic_and_transient_poverty_of_three_households() {
    let parts = chronic::jalan_ravallion(&panel(), 2);
    // Means over time are 1, 1.05 and 0.75: only the last is poor on average.
    near(parts.total, (0.0125 + 2.0 * 0.0625 + 0.09) / 4.0);
    near(parts.chronic, 0.0625 / 4.0);
    near(parts.transient, parts.total - parts.chronic);
    assert_eq!(parts.n, 3);
    let half = chronic::foster(&panel(), 0.5);
    near(half.headcount, 1.0);
    near(half.duration, 0.625);
    near(half.adjusted_headcount, 0.625);
    let most = chronic::foster(&panel(), 0.75);
    assert_eq!((most.n, most.events), (3, 1));
    near(most.headcount, 0.25);
    near(most.adjusted_headcount, 0.25);
    near(most.adjusted_gap, 0.25 / 4.0);
    near(most.adjusted_severity, 0.09 / 4.0);
}

#[test]
fn return_to_poverty_in_both_definitions() {
    let annual = returns::annual(&panel());
    let told: Vec<_> = annual
        .iter()
        .map(|rate| (rate.wave, rate.numerator, rate.denominator, rate.events, rate.n))
        .collect();
    // The third household was not seen at wave 2, so nothing is known of its wave 3.
    assert_eq!(told, [(1, 0.0, 2.0, 0, 1), (2, 2.0, 3.0, 1, 2), (3, 1.0, 1.0, 1, 1)]);
    let cumulative: Vec<f64> = returns::cumulative(&panel()).iter().map(returns::Rate::value).collect();
    assert_eq!(cumulative, [0.0, 1.0, 1.0]);
    let mut none = Panel::new(2);
    none.push(1.0, [Some(0.5), Some(2.0)]);
    assert!(returns::annual(&none)[0].value().is_nan());
}

#[test]
fn years_lost_and_lived_with_disability() {
    let table = LifeTable {
        age: vec![0.0, 40.0, 80.0],
        expectancy: vec![75.0, 40.0, 8.0],
    };
    let deaths = [
        Deaths { number: 2.0, age: 40.0 },
        Deaths { number: 1.0, age: 60.0 },
        Deaths { number: 1.0, age: 90.0 },
    ];
    let cases = [Cases {
        number: 10.0,
        age: 30.0,
        duration: 3.0,
        disability: 0.2,
    }];
    near(
        dalys(&deaths, &table, &cases, Valuing::default()),
        80.0 + 24.0 + 8.0 + 6.0,
    );
    // Discounted at 3%, with the age weights of the first studies: against the sum of thin slices.
    for (discount_rate, age_weighting) in [(0.03, 0.0), (0.03, 1.0), (0.0, 1.0), (0.05, 0.5)] {
        let valuing = Valuing {
            discount_rate,
            age_weighting,
        };
        let (age, length, slices) = (25.0, 52.0, 100_000);
        let value = |passed: f64| {
            let x = age + passed;
            (age_weighting * 0.1658 * x * (-0.04 * x).exp() + 1.0 - age_weighting) * (-discount_rate * passed).exp()
        };
        let width = length / f64::from(slices);
        let sum: f64 = (0..slices).map(|at| value((f64::from(at) + 0.5) * width) * width).sum();
        let years = valuing.years(age, length);
        assert!((years - sum).abs() < 1e-6, "{valuing:?}: {years}, not {sum}");
    }
    assert_eq!(
        Valuing {
            discount_rate: 0.03,
            age_weighting: 0.0
        }
        .years(10.0, 0.0),
        0.0
    );
}
