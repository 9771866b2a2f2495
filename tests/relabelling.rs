//! A world in another order in memory lives the same life, to the byte; a household more changes nobody else's luck.

mod common;

use common::{counted, policy};
use kangcun::draws::{Luck, mix};
use kangcun::indicators::tally::{Add, CountyYear};
use kangcun::month::Tape;
use kangcun::rules::Rules;
use kangcun::run::{Policy, RunResult, found, live_with};
use kangcun::units::Month;
use kangcun::world::{Block, County, Households, People, Village, World};
use std::collections::BTreeMap;

const SMALL: [&str; 2] = ["world.people_count=3000", "run.last_year=2023"];

/// A village with its households, each with its members, as rows that can be moved about.
struct Settled {
    village: Village,
    homes: Vec<Home>,
}

/// A household as founded, and its members.
#[derive(Clone)]
struct Home {
    household: Households,
    members: People,
}

fn founded(policy: &Policy) -> World {
    let rules: Rules = policy.scenario().resolve(&[], Month::of(2020, 1)).unwrap();
    found(&rules, &luck(policy))
}

fn luck(policy: &Policy) -> Luck {
    Luck::new(policy.scenario().run.seed, 0)
}

/// Takes a county's blocks apart.
fn unpacked(county: &County) -> Vec<Settled> {
    let mut all = Vec::new();
    for block in &county.blocks {
        let mut villages: Vec<Settled> = block
            .villages
            .iter()
            .map(|village| Settled {
                village: village.clone(),
                homes: Vec::new(),
            })
            .collect();
        for h in 0..block.households.len() {
            let mut home = Home {
                household: Households::default(),
                members: People::default(),
            };
            home.household.append(&block.households, h..h + 1);
            home.members.append(&block.people, block.members(h));
            villages[usize::from(block.households.village[h])].homes.push(home);
        }
        all.append(&mut villages);
    }
    all
}

/// Packs villages into a block, in the order they stand in.
fn packed(county: u16, settled: &[Settled]) -> Block {
    let mut block = Block {
        county,
        ..Block::default()
    };
    for (at, own) in settled.iter().enumerate() {
        block.villages.push(own.village.clone());
        for home in &own.homes {
            let mut row = home.household.row(0);
            row.first = block.people.len() as u32;
            row.village = at as u16;
            block.households.push(row);
            block.people.append(&home.members, 0..home.members.len());
        }
    }
    block
}

/// Rows of `people` in the order of `key`.
fn sorted(people: &People, key: impl Fn(u64) -> u64) -> People {
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|&at| key(people.id[at]));
    let mut sorted = People::default();
    for at in order {
        sorted.append(people, at..at + 1);
    }
    sorted
}

/// What of a world is put into another order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Moved {
    /// Blocks of one village each, in another order.
    Villages,
    /// The households of each village.
    Households,
    /// The members of each household.
    Members,
    /// All of it, and other villages together in blocks.
    Everything,
}

/// The same world in another order in memory.
fn shuffled(world: &World, what: Moved, salt: u64) -> World {
    let moves = |own: Moved| what == own || what == Moved::Everything;
    let key = |id: u64| mix(id ^ salt);
    let mut other = world.clone();
    for county in &mut other.counties {
        let mut settled = unpacked(county);
        for village in &mut settled {
            if moves(Moved::Households) {
                village.homes.sort_by_key(|home| key(home.household.id[0]));
            }
            if moves(Moved::Members) {
                for home in &mut village.homes {
                    home.members = sorted(&home.members, key);
                }
            }
        }
        let number = county.blocks[0].county;
        if moves(Moved::Villages) {
            settled.sort_by_key(|own| key(own.village.id));
        }
        let together = if what == Moved::Everything { 3 } else { 1 };
        county.blocks = settled.chunks(together).map(|own| packed(number, own)).collect();
    }
    other
}

/// What every household and person looks like at each close, by identity; places in memory left out.
#[derive(Default)]
struct Album {
    seen: BTreeMap<(i32, u64), String>,
}

impl Tape for Album {
    fn closed(&mut self, year: i32, block: &Block) {
        for h in 0..block.households.len() {
            let mut row = block.households.row(h);
            let village = block.villages[usize::from(row.village)].id;
            (row.first, row.village) = (0, 0);
            self.seen.insert((year, row.id), format!("{village} {row:?}"));
            for p in block.members(h) {
                let person = block.people.row(p);
                self.seen.insert((year, person.id), format!("{} {person:?}", row.id));
            }
        }
    }
}

fn lived(policy: &Policy, world: World) -> (RunResult, BTreeMap<(i32, u64), String>) {
    let (result, tapes) = live_with(policy, world, 0, &|| (), Album::default).unwrap();
    let mut seen = BTreeMap::new();
    for tape in tapes {
        seen.extend(tape.seen);
    }
    (result, seen)
}

/// Identities of households and people in the order in which they lie in memory.
fn order(world: &World) -> Vec<u64> {
    let blocks = world.counties.iter().flat_map(|county| &county.blocks);
    blocks
        .flat_map(|block| block.households.id.iter().chain(&block.people.id).copied())
        .collect()
}

/// Enough households that the rare ones are there in which the order of members could matter.
const LARGER: [&str; 2] = ["world.people_count=8000", "run.last_year=2024"];

/// Households that meet and mix more than in the baseline.
const LIVELY: [&str; 8] = [
    "demography.orphans_join_share=0.9",
    "demography.merge_per_year=0.3",
    "demography.merge_disabled_per_year=0.5",
    "demography.marry_out_per_year=0.2",
    "demography.leave_per_year=0.3",
    "demography.split_per_year=0.5",
    "demography.permanent_inherited_ratio=0.6",
    "livelihood.asset_rebuild_per_year=0.3",
];

/// I14, C25, and the blocks of C26.
#[test]
fn another_order_in_memory_changes_nothing() {
    let scenarios = [
        ("baseline", &LIVELY[..]),
        ("package", &[]),
        ("epidemic-winter", &[]),
        ("ageing-clinics", &[]),
    ];
    for (name, sets) in scenarios {
        let policy = policy(name, &[&LARGER[..], sets].concat());
        let world = founded(&policy);
        let usual = order(&world);
        let (result, seen) = lived(&policy, world.clone());
        assert!(seen.len() > 10_000);
        for what in [Moved::Villages, Moved::Households, Moved::Members, Moved::Everything] {
            let other = shuffled(&world, what, 7);
            let mut places = order(&other);
            assert!(places != usual, "{what:?}: nothing has moved");
            places.sort_unstable();
            let mut same = usual.clone();
            same.sort_unstable();
            assert!(places == same, "{what:?}: the same households and people");
            let (other_result, other_seen) = lived(&policy, other);
            assert!(result == other_result, "{name}, {what:?}: other counts");
            assert!(seen == other_seen, "{name}, {what:?}: somebody lives another life");
        }
    }
}

/// Nothing couples households: no queue, no fund that runs dry, no budget that is shared, nobody who takes in kin.
const APART: [&str; 11] = [
    "service.village_doctor_visits_per_month_count=1000000000",
    "service.visits_per_resident_month_ratio.village=1e6",
    "service.visits_per_resident_month_ratio.township=1e6",
    "service.visits_per_resident_month_ratio.county=1e6",
    "service.visits_per_resident_month_ratio.tertiary=1e6",
    "service.visits_per_resident_month_ratio.remote=1e6",
    "service.visits_per_resident_month_ratio.tcm=1e6",
    "service.visits_per_resident_month_ratio.private=1e6",
    "funds.deficit_step_share=0",
    "funds.aid_budget_yuan_per_year=1e6",
    "demography.orphans_join_share=0",
];

/// The identities of a twin of household or person `id`.
fn twin(id: u64) -> u64 {
    mix(id ^ 0x7477_696e)
}

/// Puts a twin of the largest household of every county's first block, with identities of its own, before all others.
/// Returns how many people moved in.
fn joined(world: &mut World) -> i64 {
    let mut moved_in = 0;
    for county in &mut world.counties {
        let number = county.blocks[0].county;
        let mut settled = unpacked(county);
        let home = settled[0].homes.iter().max_by_key(|home| home.members.len()).unwrap();
        let mut new = home.clone();
        new.household.id[0] = twin(new.household.id[0]);
        for id in &mut new.members.id {
            *id = twin(*id);
        }
        let people = i64::from(new.household.weight[0]) * new.members.len() as i64;
        settled[0].homes.insert(0, new);
        county.blocks = settled.chunks(2).map(|own| packed(number, own)).collect();
        county.residents += people as u64;
        moved_in += people;
    }
    moved_in
}

/// C29.
#[test]
fn a_household_more_changes_nobody_elses_life_where_nothing_couples_them() {
    let policy = policy("baseline", &[&SMALL[..], &APART].concat());
    let world = founded(&policy);
    let mut larger = world.clone();
    let moved_in = joined(&mut larger);
    let (one, seen) = lived(&policy, world);
    let (two, seen_beside) = lived(&policy, larger);
    assert!(moved_in > 0 && seen.len() < seen_beside.len());
    for (who, life) in &seen {
        assert_eq!(
            Some(life),
            seen_beside.get(who),
            "{who:?} lives another life beside newcomers"
        );
    }
    let persons = |result: &RunResult| counted(result).persons;
    assert!(
        persons(&two) > persons(&one) + moved_in,
        "newcomers live on, year after year"
    );
    let bill = |result: &RunResult| counted(result).bill;
    assert!(bill(&two) > bill(&one), "and fall ill");
    // Where all queue at one door, they do change others: the comparison can tell.
    let policy = common::policy("baseline", &[&SMALL[..], &QUEUES].concat());
    let world = founded(&policy);
    let mut larger = world.clone();
    joined(&mut larger);
    let (seen, seen_beside) = (lived(&policy, world).1, lived(&policy, larger).1);
    assert!(seen.iter().any(|(who, life)| seen_beside.get(who) != Some(life)));
}

/// Township centres that are always full.
const QUEUES: [&str; 1] = ["service.visits_per_resident_month_ratio.township=0.02"];

/// C28: every agent stands for twice as many people, in a world without what is counted by the head of a clinic.
#[test]
fn agents_who_stand_for_twice_as_many_double_every_count() {
    let policy = policy("baseline", &[&SMALL[..], &APART].concat());
    let world = founded(&policy);
    let mut twice = world.clone();
    for county in &mut twice.counties {
        county.residents *= 2;
        county.fund.balance = county.fund.balance * 2;
        for block in &mut county.blocks {
            for weight in &mut block.households.weight {
                *weight *= 2;
            }
        }
    }
    let (once, _) = lived(&policy, world);
    let (twice, _) = lived(&policy, twice);
    for (one, two) in once.years.iter().zip(&twice.years) {
        for (one, two) in one.counties.iter().zip(&two.counties) {
            let mut sum = one.counted.clone();
            sum.add(&one.counted);
            assert!(sum == two.counted, "{}", one.county);
        }
    }
}

/// C30.
#[test]
fn a_process_that_does_nothing_disturbs_no_other() {
    let run = |sets: &[&str]| {
        let policy = policy("baseline", &[&SMALL[..], sets].concat());
        lived(&policy, founded(&policy))
    };
    let (usual, seen) = run(&[]);
    // An epidemic that nobody seeds is lived day by day all the same.
    let (other, other_seen) = run(&["epidemic.active_yes=true"]);
    assert!(usual == other && seen == other_seen);
    // Doctors hold posts and draw every year whether they retire, leave or come, and none ever does.
    let (other, other_seen) = run(&IDLE_STAFF);
    let counted = |result: &RunResult| -> Vec<CountyYear> {
        let counties = result.years.iter().flat_map(|year| &year.counties);
        counties.map(|county| county.counted.clone()).collect()
    };
    assert!(counted(&usual) == counted(&other) && seen == other_seen);
}

/// Staff that moves at rates of nothing.
const IDLE_STAFF: [&str; 11] = [
    "workforce.turnover_yes=true",
    "workforce.retirement_per_year=[0,0,0,0,0]",
    "workforce.village.attrition_per_year=0",
    "workforce.village.recruitment_per_year=0",
    "workforce.village.vacant_share=0",
    "workforce.township.attrition_per_year=0",
    "workforce.township.recruitment_per_year=0",
    "workforce.township.vacant_share=0",
    "workforce.county.attrition_per_year=0",
    "workforce.county.recruitment_per_year=0",
    "workforce.county.vacant_share=0",
];
