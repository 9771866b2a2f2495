//! What a sweep adds to a run: the same tiny runs in a plain loop, and by the crew of a sweep that saves them in parts.
//!
//! The ratio of the two times is what the ledger costs where it costs most; `collect` is the gathering of as many runs.
#![allow(missing_docs)] // the harness macro makes public functions

use criterion::{Criterion, criterion_group, criterion_main};
use kangcun::ledger::collect::collect;
use kangcun::ledger::crew::{Crew, Lanes, Said};
use kangcun::ledger::parts::Batch;
use kangcun::ledger::records::Ledger;
use kangcun::ledger::{Asked, Folder};
use kangcun::scenario::Sweep;
use kangcun::study::sweep::design::Design;
use kangcun::study::sweep::live::Prepared;
use kangcun::study::sweep::{counts_of, outputs_of};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

const SMALL: &str =
    "title = \"Small\"\nsummary = \"Small.\"\n[run]\nlast_year = 2021\n[set.world]\npeople_count = 100\n";
const TINY: &str = "title = \"Tiny\"\nsummary = \"Tiny runs.\"\nbase = \"small.toml\"\n[run]\nreplicates = 200\n\
                    [[axes]]\nset = \"insurance.clinic_designated_share\"\nvalues = [1.0]\n[outputs]\nby = [\"year\"]\n";

fn frozen(bench: &Path, name: &str, design: &Design, sweep: &Sweep) -> Folder {
    let asked = Asked {
        id: sweep.id.clone(),
        title: sweep.title.clone(),
        question: None,
        inputs: serde_json::Value::Null,
        texts: BTreeMap::new(),
        design,
        outputs: outputs_of(sweep, design).expect("its outputs are known"),
        counts: counts_of(sweep, design).expect("it is a design"),
        command: (String::new(), String::new()),
    };
    Folder::freeze(asked, &bench.join(name), false, &|| ()).expect("it can be written")
}

/// Lives the runs and saves them together, as `kangcun sweep run` does.
fn lived(folder: &Folder, design: &Design, runs: &[usize]) {
    let lanes = Lanes { worlds: 1, threads: 1 };
    let (crew, stop) = (Crew::new(folder, design, lanes), AtomicBool::new(false));
    let (tell, heard) = mpsc::channel();
    let mut batch = Batch::new(folder.outputs());
    std::thread::scope(|scope| {
        scope.spawn(|| crew.live(runs, &stop, &{ tell }));
        for said in heard {
            if let Said::Lived(run, outcome) = said {
                batch.push(folder.key(run), outcome);
            }
        }
    });
    batch.save(folder.path()).expect("it can be written");
}

fn sweep(criterion: &mut Criterion) {
    let bench = tempfile::tempdir().expect("there is room");
    for (name, text) in [("small.toml", SMALL), ("tiny.toml", TINY)] {
        std::fs::write(bench.path().join(name), text).expect("there is room");
    }
    let path = bench.path().join("tiny.toml");
    let sweep = Sweep::load(path.to_str().expect("a plain path")).expect("it is a sweep");
    let design = Design::of(&sweep).expect("its scenarios load");
    let folder = frozen(bench.path(), "out", &design, &sweep);
    let runs: Vec<usize> = (0..folder.counts().runs()).collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    let mut group = criterion.benchmark_group("two_hundred_tiny_runs");
    group.sample_size(10);
    group.bench_function("alone", |bencher| {
        bencher.iter(|| {
            let scenario = design.scenario(0, 0).expect("it is there");
            let prepared = Prepared::new(scenario, folder.outputs()).expect("its rules compile");
            for run in &runs {
                let run = folder.counts().run(*run);
                black_box(pool.install(|| prepared.live(run.seed, run.replicate))).expect("it lives");
            }
        });
    });
    group.bench_function("in_a_sweep", |bencher| bencher.iter(|| lived(&folder, &design, &runs)));
    group.bench_function("collect", |bencher| {
        bencher.iter(|| {
            let ledger = Ledger::read(&folder).expect("the parts are whole");
            collect(&folder, &ledger, false).expect("nothing is missing")
        });
    });
    group.finish();
}

criterion_group!(benches, sweep);
criterion_main!(benches);
