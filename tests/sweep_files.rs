use kangcun::scenario::{Scenario, Sweep};
use kangcun::study::sweep::design::Design;
use kangcun::run::Policy;
use std::time::Instant;
#[test]
fn measure() {
    for name in ["baseline", "package"] {
        let start = Instant::now();
        let scenario = Scenario::load(name, &[]).unwrap();
        println!("load {name} {:?}", start.elapsed());
        let start = Instant::now();
        let mut other = scenario.clone();
        println!("clone {:?}", start.elapsed());
        let start = Instant::now();
        other.set(&["illness.acute.moderate_share=0.3".to_owned()]).unwrap();
        println!("set {:?}", start.elapsed());
        let start = Instant::now();
        let text = other.hash_text();
        println!("hash_text {:?} {}", start.elapsed(), text.len());
        let start = Instant::now();
        Policy::new(other).unwrap();
        println!("policy {:?}", start.elapsed());
    }
    let start = Instant::now();
    let sweep = Sweep::load("two-rules").unwrap_or_else(|p| panic!("{p}"));
    println!("sweep {:?}", start.elapsed());
    let start = Instant::now();
    let design = Design::of(&sweep).unwrap_or_else(|p| panic!("{p}"));
    println!("design {:?} {} points {} drawn", start.elapsed(), design.points(), design.drawn().len());
    for point in 0..design.points() { println!("{:?}", design.levels(point)); }
    for point in [0, 11] {
    let start = Instant::now();
    design.scenario(point, 0).unwrap();
    println!("cell {:?}", start.elapsed());
    let start = Instant::now();
    design.scenario(point, 1).unwrap();
    println!("cell {:?}", start.elapsed());
    }
}
