use super::*;
use crate::draws::{Luck, Purpose, mix};

const DAY: Day = Day {
    contagion: 0.0,
    travel: 1.0,
    susceptibility: [1.0; EPIDEMIC_GROUPS],
    imported: 0.0,
    becomes_infectious: 1.0 / 1.5,
    recovers: 1.0 / 3.0,
    loses_immunity: 0.0,
};

/// A day of a wave with this reproduction number and 3 infectious days.
fn day(reproduction: f64) -> Day {
    Day {
        contagion: reproduction / 3.0,
        ..DAY
    }
}

/// A village of `people` aged 18 to 59, `infectious` of whom are.
fn village(id: u64, people: u32, infectious: u32, outside: f64) -> Place {
    Place {
        id: mix(id),
        outside,
        people: Infected {
            susceptible: [0, people - infectious, 0, 0],
            infectious: [0, infectious, 0, 0],
            ..Infected::default()
        },
    }
}

/// Lives 400 days; infections in all.
fn wave(places: &mut [Place], day: &Day, replicate: u64) -> u32 {
    let luck = Luck::new(5, replicate);
    let (mut moved, mut infected) = (Vec::new(), 0);
    for today in 0..400 {
        live(places, day, luck.stream(Purpose::Epidemic, today), &mut moved);
        infected += moved.iter().flat_map(|own| own.infected).sum::<u32>();
    }
    infected
}

/// Share of people infected in the end: z = 1 - s exp(-R (z + i)) with s susceptible and i infectious at first.
fn final_size(reproduction: f64, susceptible: f64, infectious: f64) -> f64 {
    let next = |size: f64| susceptible * (1.0 - (-reproduction * (size + infectious)).exp());
    (0..10_000).fold(1.0, |size, _| next(size))
}

#[test]
fn a_wave_has_the_final_size_of_theory() {
    // Far above chance extinction: 1% are infectious at first.
    for reproduction in [1.3, 1.6, 2.2, 4.0] {
        let sizes = (0..20).map(|replicate| {
            let mut place = [village(1, 20_000, 200, 0.0)];
            f64::from(wave(&mut place, &day(reproduction), replicate)) / 20_000.0
        });
        let mean = sizes.sum::<f64>() / 20.0;
        let theory = final_size(reproduction, 0.99, 0.01);
        assert!((mean - theory).abs() < 0.01, "{reproduction}: {mean} and {theory}");
    }
}

#[test]
fn villages_that_meet_in_town_are_one_in_size() {
    // Everybody has as many contacts wherever they are, so the size of the wave is that of one well-mixed village.
    let mut places: Vec<Place> = (0..10)
        .map(|at| village(at, 2_000, 20, 0.1 + 0.05 * at as f64))
        .collect();
    let size = f64::from(wave(&mut places, &day(2.2), 0)) / 20_000.0;
    assert!((size - final_size(2.2, 0.99, 0.01)).abs() < 0.02, "{size}");
}

#[test]
fn a_wave_travels_only_where_people_do() {
    let start = |outside| [village(1, 2_000, 50, outside), village(2, 2_000, 0, outside)];
    let mut alone = start(0.0);
    wave(&mut alone, &day(3.0), 0);
    assert_eq!(alone[1].people.susceptible, [0, 2_000, 0, 0]);
    let mut coupled = start(0.2);
    wave(&mut coupled, &day(3.0), 0);
    assert!(coupled[1].people.susceptible[1] < 400);
}

#[test]
fn below_one_it_dies_out_and_without_seeds_nothing_happens() {
    let mut place = [village(1, 20_000, 20, 0.0)];
    let infected = wave(&mut place, &day(0.7), 0);
    // Each of 20 begins a chain of 1 / (1 - 0.7) cases on average, itself included.
    assert!((10..120).contains(&infected), "{infected}");
    assert_eq!(place[0].people.infectious, [0; 4]);
    let mut nobody = [village(1, 20_000, 0, 0.5), village(2, 300, 0, 0.5)];
    assert_eq!(wave(&mut nobody, &day(7.0), 0), 0);
}

#[test]
fn everybody_is_somewhere_every_day() {
    let mut places = [village(1, 900, 9, 0.2), village(2, 70, 0, 0.6), village(3, 0, 0, 0.3)];
    places[0].people.susceptible[3] = 40;
    let before = places.map(|place| [0, 1, 2, 3].map(|group| place.people.all(group)));
    let waning = Day {
        loses_immunity: 0.02,
        imported: 1e-3,
        ..day(3.0)
    };
    let luck = Luck::new(1, 1);
    let (mut moved, mut infected) = (Vec::new(), 0);
    for today in 0..300 {
        live(&mut places, &waning, luck.stream(Purpose::Epidemic, today), &mut moved);
        let after = places.map(|place| [0, 1, 2, 3].map(|group| place.people.all(group)));
        assert_eq!(after, before, "day {today}");
        infected += moved[0].infected[1];
    }
    assert!(infected > 1_800, "with waning people are infected again: {infected}");
}

#[test]
fn the_order_of_villages_changes_nothing() {
    let mut one = [
        village(1, 500, 5, 0.2),
        village(2, 900, 0, 0.4),
        village(3, 200, 1, 0.1),
    ];
    let mut other = [one[2], one[0], one[1]];
    wave(&mut one, &day(2.0), 3);
    wave(&mut other, &day(2.0), 3);
    assert_eq!(
        [one[0].people, one[1].people, one[2].people],
        [other[1].people, other[2].people, other[0].people]
    );
}

#[test]
fn binomials_have_their_mean_and_spread() {
    // On both sides of the change to the normal quantile, and mirrored: within 5 standard errors.
    let stream = Luck::new(2, 2).stream(Purpose::Epidemic, 1);
    for (number, chance) in [
        (10, 0.2),
        (300, 0.02),
        (1_000, 0.029),
        (1_000, 0.031),
        (200, 0.4),
        (200, 0.9),
        (5, 0.97),
    ] {
        let n = 40_000u64;
        let values: Vec<f64> = (0..n)
            .map(|at| f64::from(binomial(number, chance, || stream.uniform(mix(at), 0))))
            .collect();
        let (mean, variance) = (f64::from(number) * chance, f64::from(number) * chance * (1.0 - chance));
        let found = values.iter().sum::<f64>() / n as f64;
        assert!(
            (found - mean).abs() < 5.0 * (variance / n as f64).sqrt(),
            "{number} {chance}: {found}"
        );
        let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n as f64;
        assert!(
            (spread / variance - 1.0).abs() < 0.06,
            "{number} {chance}: {spread} and {variance}"
        );
    }
    assert_eq!(
        (
            binomial(7, 0.0, || 0.5),
            binomial(7, 1.0, || 0.5),
            binomial(0, 0.3, || 0.5)
        ),
        (0, 7, 0)
    );
    // Three coins: no head below 1/8, at most one below 1/2, at most two below 7/8.
    let heads = [0.124, 0.126, 0.499, 0.501, 0.874, 0.876].map(|draw| binomial(3, 0.5, || draw));
    assert_eq!(heads, [0, 1, 1, 2, 2, 3]);
}
