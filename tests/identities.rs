//! What must hold to the fen and to the head in every run: each bill has its payers, each purse its month, each fund its
//! year, each county its people.

mod common;

use common::{counted, policy, taped};
use kangcun::indicators::table::Slice;
use kangcun::indicators::tally::Tally;
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Funder, Settlement};
use kangcun::month::livelihood::purses::{Flows, Lived, Purses};
use kangcun::month::{NoTape, Tape};
use kangcun::run::{Policy, RunResult, run};
use kangcun::units::{Fen, Month};
use kangcun::world::{ALL_CATEGORIES, Block, CATEGORIES};
use kangcun::year::poverty::Cause;
use std::collections::BTreeMap;

const SMALL: [&str; 2] = ["world.people_count=6000", "run.last_year=2023"];

/// Checks every bill and every household's month as it goes by, and adds them up.
#[derive(Default)]
struct Auditor {
    bills: i64,
    months: i64,
    /// Fen billed, paid by layers and by households in reported years.
    billed: i64,
    layers: i64,
    household: i64,
    aid_cut: i64,
    delayed: i64,
    reimbursed: i64,
    unpaid: i64,
    income: i64,
    consumed: i64,
    prepaid: i64,
    deaths: i64,
    /// Savings of each household at the end of its last month, or after the close.
    savings: BTreeMap<u64, (Month, Fen)>,
    struck: Option<(u64, Month)>,
}

impl Tape for Auditor {
    fn closed(&mut self, year: i32, block: &Block) {
        self.close(year, block);
    }

    fn struck(&mut self, who: u64, when: Month, event: Event) {
        self.struck = Some((who, when));
        self.deaths += i64::from(event == Event::Death && when.year() > 2020);
    }

    fn settled(&mut self, who: u64, when: Month, bill: &Bill, split: &Settlement) {
        assert_eq!(
            self.struck,
            Some((who, when)),
            "a bill follows from what struck the patient"
        );
        let layers: Fen = split.layers.iter().copied().sum();
        assert_eq!(layers + split.household, bill.total, "{who} {when}: {bill:?} {split:?}");
        assert!(bill.total > Fen::ZERO, "{bill:?}");
        assert!((Fen::ZERO..=bill.total).contains(&bill.catalogue), "{bill:?}");
        assert!((Fen::ZERO..=bill.total).contains(&bill.drugs), "{bill:?}");
        assert!((Fen::ZERO..=bill.total).contains(&split.household), "{split:?}");
        assert!(split.layers.iter().all(|paid| *paid >= Fen::ZERO), "{split:?}");
        assert!((Fen::ZERO..=layers).contains(&split.delayed), "{split:?}");
        assert!(split.aid_cut >= Fen::ZERO, "{split:?}");
        self.bills += 1;
        self.delayed += split.delayed.0;
        if when.year() > 2020 {
            self.billed += bill.total.0;
            self.layers += layers.0;
            self.household += split.household.0;
            self.aid_cut += split.aid_cut.0;
        }
    }

    fn lived(&mut self, who: u64, when: Month, was: &Purses, flows: &Flows, lived: &Lived, is: &Purses) {
        let (before, after) = (Fen::of_lane(was.savings[0]), Fen::of_lane(is.savings[0]));
        let come = before + flows.income()[0] + flows.public_transfers + flows.reimbursed()[0];
        let raised = Fen::of_lane(lived.borrowed_for_care[0])
            + Fen::of_lane(lived.borrowed_else[0])
            + Fen::of_lane(lived.sold[0]);
        let care = flows.care()[0] - Fen::of_lane(lived.unpaid[0]) + flows.travel()[0];
        let service = Fen::of_lane(lived.medical_service[0])
            + Fen::of_lane(lived.other_service[0])
            + Fen::of_lane(lived.prepaid[0]);
        assert_eq!(
            come + raised,
            Fen::of_lane(lived.consumed[0]) + care + flows.premium + service + after,
            "{who} {when}: before {before:?} {flows:?} {lived:?} after {after:?}"
        );
        assert!(before >= Fen::ZERO && after >= Fen::ZERO, "{who} {when}");
        let parts = [
            flows.public_transfers,
            flows.reimbursed()[0],
            flows.care()[0],
            flows.travel()[0],
            flows.premium,
            Fen::of_lane(lived.consumed[0]),
            Fen::of_lane(lived.borrowed_for_care[0]),
            Fen::of_lane(lived.borrowed_else[0]),
            Fen::of_lane(lived.sold[0]),
            Fen::of_lane(lived.medical_service[0]),
            Fen::of_lane(lived.other_service[0]),
            Fen::of_lane(lived.prepaid[0]),
        ];
        assert!(
            parts.iter().all(|part| *part >= Fen::ZERO),
            "{who} {when}: {flows:?} {lived:?}"
        );
        assert!(
            flows.income()[0] >= Fen::ZERO,
            "{who} {when}: nobody loses more than there is: {flows:?}"
        );
        assert!(
            (Fen::ZERO..=flows.care()[0]).contains(&Fen::of_lane(lived.unpaid[0])),
            "{who} {when}"
        );
        assert!(
            when.index() == 0 || flows.premium == Fen::ZERO,
            "premiums are due in January"
        );
        // What a household has in the morning is what it had in the evening.
        if let Some((then, kept)) = self.savings.insert(who, (when, after)) {
            assert_eq!(then + 1, when, "{who} lives every month");
            assert_eq!(before, kept, "{who} {when}");
        }
        self.months += 1;
        self.reimbursed += flows.reimbursed()[0].0;
        if when.year() > 2020 {
            self.unpaid += Fen::of_lane(lived.unpaid[0]).0;
            self.income += flows.income()[0].0;
            self.consumed += Fen::of_lane(lived.consumed[0]).0;
            self.prepaid += Fen::of_lane(lived.prepaid[0]).0;
        }
    }
}

impl Auditor {
    /// Households split, join kin and end: all of them together keep their savings, but for what the ended leave.
    fn close(&mut self, year: i32, block: &Block) {
        let december = Month::of(year, 12);
        let kept: Fen = self.savings.values().map(|(_, own)| *own).sum();
        let homes = block.households.id.iter().zip(&block.households.savings);
        self.savings = homes.map(|(&id, own)| (id, (december, own.fen()))).collect();
        let stands: Fen = self.savings.values().map(|(_, own)| *own).sum();
        assert!(
            stands <= kept && stands.0 * 10 > kept.0 * 9,
            "{year}: {stands:?} of {kept:?}"
        );
    }
}

fn audited(name: &str, sets: &[&str]) -> (Policy, RunResult, Vec<Auditor>) {
    let policy = policy(name, sets);
    let (result, tapes) = taped(&policy, Auditor::default);
    (policy, result, tapes)
}

fn sum(tapes: &[Auditor], part: impl Fn(&Auditor) -> i64) -> i64 {
    tapes.iter().map(part).sum()
}

/// Fund, population and tally identities of a result.
fn consistent(policy: &Policy, result: &RunResult) {
    let funders = policy.funders().unwrap();
    assert_eq!(result.years.len(), result.lines.len());
    for (at, year) in result.years.iter().enumerate() {
        let next = result.years.get(at + 1);
        for (c, county) in year.counties.iter().enumerate() {
            let place = format!("{} {}", county.county, year.year);
            let (fund, moves, cells) = (&county.fund, &county.moves, &county.counted.cells);
            let total = |part: &dyn Fn(&Tally) -> i64| Fen(cells.iter().map(part).sum());
            common::account(&place, fund);
            assert_eq!(fund.premiums, total(&|cell| cell.premiums), "{place}");
            assert_eq!(fund.subsidies, total(&|cell| cell.public_premiums), "{place}");
            let pool = |cell: &Tally| {
                let paid = cell.layers.iter().zip(&funders);
                paid.filter(|(_, funder)| **funder == Funder::Pool)
                    .map(|(paid, _)| *paid)
                    .sum()
            };
            assert_eq!(fund.claims, total(&pool), "{place}");
            let deaths: i64 = cells.iter().map(|cell| cell.deaths).sum();
            let (start, end) = county.residents;
            assert_eq!(
                start + moves.births + moves.arrivals - deaths - moves.departures,
                end,
                "{place}"
            );
            assert_eq!(cells.iter().map(|cell| cell.persons).sum::<i64>(), start, "{place}");
            if let Some(next) = next {
                let next = &next.counties[c];
                assert_eq!(next.fund.opening, fund.closing, "{place}");
                assert_eq!(next.residents.0, end, "{place}");
                closed_cohort(&place, county, next);
            }
            for (category, cell) in ALL_CATEGORIES.iter().zip(cells) {
                tally(
                    &format!("{place} {}", category.name()),
                    cell,
                    funders.len(),
                    result.gauges.len(),
                );
            }
        }
    }
}

/// Nobody joins those who were not poor when reporting began; they leave when their household ends; who fell stays fallen.
fn closed_cohort(place: &str, now: &kangcun::run::CountyResult, next: &kangcun::run::CountyResult) {
    let of = |county: &kangcun::run::CountyResult, part: &dyn Fn(&Tally) -> i64| -> i64 {
        county.counted.cells.iter().map(part).sum()
    };
    for g in 0..now.counted.cells[0].at_start.len() {
        // A household whose last member dies has no status at that close; one that is left empty by moves ends after it.
        let both = [&now.moves, &next.moves];
        let ended: i64 = both
            .iter()
            .map(|own| own.households_ended + own.households_merged)
            .sum();
        let gone = of(now, &|cell| cell.at_start[g]) - of(next, &|cell| cell.at_start[g]);
        assert!((0..=ended).contains(&gone), "{place}: gauge {g}: {gone} of {ended}");
        let rise = of(next, &|cell| cell.ever[g]) - of(now, &|cell| cell.ever[g]);
        assert!(rise >= -ended, "{place}: gauge {g}: {rise}, {ended} ended");
        let returned = of(next, &|cell| cell.returned[g]);
        assert!(rise <= returned, "{place}: gauge {g}: {rise} new, {returned} returned");
    }
}

fn tally(place: &str, cell: &Tally, layers: usize, gauges: usize) {
    assert_eq!(cell.bill, cell.oop + cell.layers.iter().sum::<i64>(), "{place}");
    assert!(cell.layers[layers..].iter().all(|paid| *paid == 0), "{place}");
    // What the sick buy in a shop is billed, but is no visit.
    let seen = cell.admission_bill.iter().sum::<i64>() + cell.visit_bill.iter().sum::<i64>();
    assert!((0..=cell.bill).contains(&seen), "{place}");
    assert_eq!(cell.bill_admissions, cell.admission_bill.iter().sum::<i64>(), "{place}");
    assert!((0..=cell.oop).contains(&cell.oop_admissions), "{place}");
    assert!((0..=cell.bill).contains(&cell.drugs), "{place}");
    assert!((0..=cell.oop).contains(&cell.unpaid), "{place}");
    assert_eq!(cell.standing.iter().sum::<i64>(), cell.persons, "{place}");
    assert!(cell.adults <= cell.persons && cell.enrolled <= cell.persons, "{place}");
    assert!(
        cell.conditions.iter().all(|own| own[2] <= own[1]),
        "{place}: controlled is known"
    );
    assert!(
        cell.conditions.iter().all(|own| own[1] <= own[0]),
        "{place}: known is had"
    );
    assert!(
        cell.catastrophic_25 <= cell.catastrophic_10 && cell.catastrophic_10 <= cell.persons,
        "{place}"
    );
    for (need, forgone) in cell.needs.iter().zip(&cell.forgone) {
        assert!(forgone.iter().sum::<i64>() <= *need, "{place}");
    }
    for g in 0..gauges {
        let place = format!("{place}, gauge {g}");
        let million = 1_000_000;
        assert!(
            cell.poor_persons[g] <= cell.persons && cell.poor[g] <= cell.households,
            "{place}"
        );
        // FGT0 >= FGT1 >= FGT2 on the same denominator.
        assert!(cell.poor_persons[g] * million >= cell.gap_ppm[g], "{place}");
        assert!(
            cell.gap_ppm[g] >= cell.squared_gap_ppm[g] && cell.squared_gap_ppm[g] >= 0,
            "{place}"
        );
        assert!(cell.at_risk[g] <= cell.households, "{place}");
        assert!((0..=cell.at_risk[g]).contains(&cell.returned[g]), "{place}");
        assert!(cell.returned[g] <= cell.poor[g], "{place}");
        assert!(cell.returned_accounting[g] <= cell.returned[g], "{place}");
        assert!(cell.poor_named_illness[g] <= cell.poor[g], "{place}");
        assert!(
            cell.ever[g] <= cell.at_start[g] && cell.at_start[g] <= cell.households,
            "{place}"
        );
        let causes = &cell.causes[g];
        let (reverse, returned) = (causes[Cause::ShadowOnly as usize], causes.iter().sum::<i64>());
        assert_eq!(
            returned - reverse,
            cell.returned[g],
            "{place}: every return has one class"
        );
        let control = cell.returned_without_illness[g];
        assert!(
            control >= causes[Cause::Neither as usize] && control <= cell.at_risk[g],
            "{place}"
        );
    }
    for g in gauges..cell.poor.len() {
        assert_eq!(
            (cell.poor[g], cell.at_risk[g], cell.causes[g].iter().sum::<i64>()),
            (0, 0, 0),
            "{place}"
        );
    }
}

#[test]
fn every_bill_purse_fund_and_county_of_the_baseline_adds_up() {
    let (policy, result, tapes) = audited("baseline", &SMALL);
    assert!(sum(&tapes, |tape| tape.bills) > 10_000 && sum(&tapes, |tape| tape.months) > 50_000);
    assert!(
        sum(&tapes, |tape| tape.prepaid) > 0,
        "debts are paid back early somewhere"
    );
    assert!(sum(&tapes, |tape| tape.unpaid) > 0, "arrears arise somewhere");
    consistent(&policy, &result);
}

#[test]
fn every_bill_purse_fund_and_county_of_the_package_adds_up() {
    let (policy, result, _) = audited("package", &SMALL);
    consistent(&policy, &result);
    let (policy, result, _) = audited("cash-transfer", &SMALL);
    consistent(&policy, &result);
}

#[test]
fn every_bill_purse_and_county_adds_up_where_households_join_kin() {
    let kin = [
        "demography.orphans_join_share=1",
        "demography.merge_per_year=0.2",
        "demography.marry_out_per_year=0.038",
    ];
    let policy = policy("baseline", &[&SMALL[..], &kin].concat());
    let (result, _) = taped(&policy, Auditor::default);
    consistent(&policy, &result);
    let merged =
        |year: &kangcun::run::YearResult| year.counties.iter().map(|own| own.moves.households_merged).sum::<i64>();
    assert!(result.years.iter().map(merged).sum::<i64>() > 50);
}

#[test]
fn what_the_tape_saw_is_what_was_counted() {
    // With one weight for all, the sums of single bills and months are the tallies.
    let mut sets = SMALL.to_vec();
    sets.push("founding.standing.lifted_oversample_ratio=1");
    let (policy, result, tapes) = audited("baseline", &sets);
    consistent(&policy, &result);
    let all = counted(&result);
    assert_eq!(sum(&tapes, |tape| tape.billed), all.bill);
    assert_eq!(sum(&tapes, |tape| tape.household), all.oop);
    assert_eq!(sum(&tapes, |tape| tape.layers), all.layers.iter().sum::<i64>());
    assert_eq!(sum(&tapes, |tape| tape.aid_cut), all.aid_cut);
    assert_eq!(sum(&tapes, |tape| tape.unpaid), all.unpaid);
    assert_eq!(sum(&tapes, |tape| tape.income), all.income);
    assert_eq!(sum(&tapes, |tape| tape.consumed), all.consumed);
    assert!(
        sum(&tapes, |tape| tape.deaths) <= all.deaths,
        "deaths in care come on top"
    );
}

#[test]
fn delayed_reimbursement_is_advanced_and_arrives_once() {
    let mut sets = SMALL.to_vec();
    sets.push("insurance.layers.inpatient_basic.delay_months=3");
    let (policy, result, tapes) = audited("baseline", &sets);
    consistent(&policy, &result);
    let (delayed, reimbursed) = (sum(&tapes, |tape| tape.delayed), sum(&tapes, |tape| tape.reimbursed));
    assert!(delayed > 0);
    // What is on its way when the run ends, or left with a household that ended, has not arrived.
    assert!(
        reimbursed <= delayed && reimbursed * 10 > delayed * 8,
        "{reimbursed} of {delayed}"
    );
}

#[test]
fn parts_add_up_to_the_whole() {
    let result = run(&policy("baseline", &SMALL), 0, &|| ()).unwrap();
    let years = result.years.len();
    let counties = result.years[0].counties.len();
    let slice = |year, county, category| Slice { year, county, category }.tally(&result, false);
    let add = |parts: Vec<Tally>| {
        use kangcun::indicators::tally::Add;
        let mut sum = Tally::default();
        for part in &parts {
            sum.add(part);
        }
        sum
    };
    for year in (0..years).map(Some).chain([None]) {
        let whole = slice(year, None, None);
        assert!(add(ALL_CATEGORIES.iter().map(|&own| slice(year, None, Some(own))).collect()) == whole);
        assert!(add((0..counties).map(|county| slice(year, Some(county), None)).collect()) == whole);
    }
    assert!(add((0..years).map(|year| slice(Some(year), None, None)).collect()) == slice(None, None, None));
    assert_eq!(ALL_CATEGORIES.len(), CATEGORIES);
    assert!(slice(None, None, None) == counted(&result));
}

#[test]
fn without_deaths_the_closed_cohort_only_falls() {
    let sets = [
        SMALL[0],
        "run.last_year=2025",
        "demography.active_yes=false",
        "illness.active_yes=false",
    ];
    let policy = policy("baseline", &sets);
    let (result, _) = taped(&policy, || NoTape);
    consistent(&policy, &result);
    for pair in result.years.windows(2) {
        let tally = |year: &kangcun::run::YearResult| {
            let lifted = kangcun::world::Category::Lifted as usize;
            let mut sum = Tally::default();
            for county in &year.counties {
                use kangcun::indicators::tally::Add;
                assert_eq!(
                    (county.moves, county.residents.0),
                    (kangcun::year::demography::Moves::default(), county.residents.1)
                );
                sum.add(&county.counted.cells[lifted]);
            }
            sum
        };
        let (now, next) = (tally(&pair[0]), tally(&pair[1]));
        assert_eq!(now.at_start, next.at_start);
        assert_eq!((now.households, now.persons), (next.households, next.persons));
        assert!(now.ever.iter().zip(&next.ever).all(|(now, next)| now <= next));
        assert_eq!(next.deaths, 0);
    }
}

/// Counts the people admitted in each year, and of these the adults.
struct Admissions {
    born: std::sync::Arc<BTreeMap<u64, Month>>,
    event: Option<Event>,
    admitted: std::collections::BTreeSet<(i32, u64)>,
}

impl Tape for Admissions {
    fn struck(&mut self, _: u64, _: Month, event: Event) {
        self.event = Some(event);
    }

    fn settled(&mut self, who: u64, when: Month, _: &Bill, _: &Settlement) {
        let visit = matches!(
            self.event,
            Some(Event::Acute | Event::Returned(false) | Event::ChronicCare)
        );
        if !visit && when.year() > 2020 {
            self.admitted.insert((when.year(), who));
        }
    }
}

#[test]
fn the_adults_admitted_are_adults() {
    // One weight, nobody new: the tape knows everybody from founding.
    let sets = [
        SMALL[0],
        SMALL[1],
        "founding.standing.lifted_oversample_ratio=1",
        "demography.active_yes=false",
    ];
    let policy = policy("baseline", &sets);
    let rules: kangcun::rules::Rules = policy.scenario().resolve(&[], Month::of(2020, 1)).unwrap();
    let world = kangcun::run::found(&rules, &kangcun::draws::Luck::new(policy.scenario().run.seed, 0));
    let mut born = BTreeMap::new();
    for block in world.counties.iter().flat_map(|county| &county.blocks) {
        born.extend(
            block
                .people
                .id
                .iter()
                .copied()
                .zip(block.people.born.iter().map(|born| born.month())),
        );
    }
    let born = std::sync::Arc::new(born);
    let tape = || Admissions {
        born: std::sync::Arc::clone(&born),
        event: None,
        admitted: std::collections::BTreeSet::new(),
    };
    let (result, tapes) = taped(&policy, tape);
    let adult = |(year, who): &&(i32, u64)| kangcun::world::age(born[who], Month::of(*year, 1)) >= 16;
    let admitted = tapes.iter().flat_map(|tape| {
        tape.admitted
            .iter()
            .inspect(|own| assert!(tape.born.contains_key(&own.1)))
    });
    let adults = admitted.filter(adult).count() as i64;
    assert!(adults > 500);
    assert_eq!(counted(&result).adults_admitted, adults);
}

#[test]
fn who_was_admitted_is_counted_in_the_category_of_the_year() {
    // Nobody outside the cohort is on dibao in 2021; many come onto it at its close.
    let folder = tempfile::tempdir().unwrap();
    let text = "title = \"Dibao\"\nsummary = \"Dibao opens at the close of 2021.\"\nextends = \"baseline\"\n\
        [set.founding.standing]\ndibao_share = 0.0\n[set.status]\ndibao_grant_share = 0.0\n\
        [[dated]]\nfrom = \"2021-12\"\n[dated.set.status]\ndibao_grant_share = 1.0\ndibao_standard_yuan = 20000.0\n";
    let path = common::file(folder.path(), "dibao.toml", text);
    let result = common::lived(path.to_str().unwrap(), &SMALL);
    let dibao = |year: usize| {
        use kangcun::indicators::tally::Add;
        let mut sum = Tally::default();
        for county in &result.years[year].counties {
            sum.add(&county.counted.cells[kangcun::world::Category::Dibao as usize]);
        }
        sum
    };
    assert_eq!(dibao(0).persons, 0);
    assert!(dibao(1).persons > 0);
    assert_eq!(dibao(0).adults_admitted, 0, "nobody was on dibao in 2021");
}

#[test]
fn a_layer_that_a_programme_adds_is_paid_under_its_own_name() {
    // The layer stands in the middle of the stack and reaches half of the villages, from 2022 on.
    let folder = tempfile::tempdir().unwrap();
    let text = "title = \"Top-up\"\nsection = \"test\"\nsummary = \"A commercial top-up.\"\ncomparator = \"add\"\n\
        evidence = \"Grade D: none.\"\nmoves = [\"oop_share\"]\nfrom = \"2022-01\"\nramp_years = 0\n\
        coverage = { share = 0.5 }\n[set.insurance.layers.top_up]\ntitle = \"top-up\"\norder = 45\n\
        services = [\"inpatient\"]\nbase = \"all\"\ndeductible_per = \"visit\"\nfunded_by = \"programme\"\n\
        enrolled_only_yes = false\nneeds_designation_yes = false\ndelay_months = 0.0\ndeductible_growth = 0.0\n\
        [set.insurance.layers.top_up.arms.everybody]\ntiers = [\"township\", \"county\", \"tertiary\"]\n\
        categories = [\"tekun\", \"dibao\", \"lifted\", \"monitored\", \"ordinary\"]\nconditions = []\n\
        brackets_from_yuan = [0.0]\ndeductible_yuan = 0.0\nlater_deductible_ratio = 1.0\nreimbursed_share = [0.3]\n\
        payout_ceiling_visit_yuan = 0.0\npayout_ceiling_year_yuan = 0.0\n\
        [cost]\nper_household_year_yuan = 0.0\ngrade = \"D\"\nsource = \"test\"\n";
    let path = common::file(folder.path(), "top-up.toml", text);
    let (policy, result, _) = audited(path.to_str().unwrap(), &SMALL);
    consistent(&policy, &result);
    let at = result
        .layers
        .iter()
        .position(|layer| layer == "top_up")
        .expect("the layer has a column");
    let paid = |year: usize| -> i64 {
        let cells = result.years[year]
            .counties
            .iter()
            .flat_map(|county| &county.counted.cells);
        cells.map(|cell| cell.layers[at]).sum()
    };
    assert_eq!(paid(0), 0);
    assert!(paid(1) > 0);
}

/// Holds what aid was short of against what it left with the household.
struct Short(i64);

impl Tape for Short {
    fn settled(&mut self, who: u64, when: Month, _: &Bill, split: &Settlement) {
        // With its promise kept, aid would have paid no more than the household was left with.
        assert!(split.aid_cut <= split.household, "{who} {when}: {split:?}");
        self.0 += split.aid_cut.0;
    }
}

#[test]
fn what_aid_was_short_of_was_left_with_the_household() {
    let policy = policy("baseline", &[SMALL[0], SMALL[1], "funds.aid_budget_yuan_per_year=20"]);
    let (_, tapes) = taped(&policy, || Short(0));
    assert!(tapes.iter().map(|tape| tape.0).sum::<i64>() > 0, "the budget binds");
}
