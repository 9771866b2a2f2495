//! The reference workload keeps to its fixed distribution, and to its bytes on any threads and any vector level.

#[path = "../examples/r1/workload/mod.rs"]
mod workload;

use kangcun::lanes::Level;
use workload::{Tally, World};

fn simulate(persons: usize, years: u32, seed: u64, level: Level) -> Vec<Tally> {
    let mut world = World::found(persons, seed);
    (0..years).map(|year| world.year(year, level)).collect()
}

/// Means of the workload's outputs, and their standard deviations in a run of 100,000 people: those of 30 runs of 400,000
/// people of a plain f64 program that shares no code with this one.
const EXPECTED: [(usize, [(f64, f64); 8]); 3] = [
    (
        1,
        [
            (1.0, 0.0),
            (0.11300, 0.00103),
            (0.07602, 0.00024),
            (0.12618, 0.00154),
            (0.02338, 0.00100),
            (0.10647, 0.00192),
            (0.04215, 0.00052),
            (0.00891, 0.00060),
        ],
    ),
    (
        5,
        [
            (0.95751, 0.00079),
            (0.14705, 0.00119),
            (0.07489, 0.00023),
            (0.11446, 0.00187),
            (0.02159, 0.00116),
            (0.10034, 0.00232),
            (0.03991, 0.00074),
            (0.00810, 0.00066),
        ],
    ),
    (
        10,
        [
            (0.89809, 0.00095),
            (0.18534, 0.00136),
            (0.07834, 0.00027),
            (0.10043, 0.00161),
            (0.02019, 0.00090),
            (0.09810, 0.00174),
            (0.03914, 0.00044),
            (0.00527, 0.00046),
        ],
    ),
];

#[test]
fn a_million_people_stay_within_four_deviations_of_the_reference() {
    let persons = 1_000_000.0;
    let tallies = simulate(persons as usize, 10, 1, Level::detect());
    for (year, expected) in EXPECTED {
        let mut columns = tallies[year - 1].columns();
        columns[0] /= persons;
        for (column, (value, (mean, deviation))) in columns.into_iter().zip(expected).enumerate() {
            let bound = 4.0 * deviation * (1e5 / persons).sqrt();
            let off = value - mean;
            assert!(
                off.abs() <= bound,
                "year {year}, column {column}: {value}, {off:+e} of {bound:e}"
            );
        }
    }
}

#[test]
fn threads_and_levels_change_nothing() {
    // The last block is half empty, and the last task has one block.
    let persons = 4 * 2_112;
    let expected = simulate(persons, 3, 7, Level::PORTABLE);
    let golden = "8261,0.132672,0.076938,0.112216,0.024148,0.096117,0.039390,0.009943";
    assert_eq!(expected[2].row(), golden, "not the same on every machine");
    for level in Level::every() {
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let tallies = pool.install(|| simulate(persons, 3, 7, level));
            assert_eq!(tallies, expected, "{threads} threads, {}", level.name());
        }
    }
}
