//! With behaviour held fixed: what insurance, prices and thresholds must do to every single household.

mod common;

use common::{FIXED, counted, policy, taped, told, without_lost_work};
use kangcun::month::care_seeking::{Forgone, Need};
use kangcun::month::livelihood::purses::{Flows, Lived, Purses};
use kangcun::month::{BlockYear, Tape};
use kangcun::run::Policy;
use kangcun::study::panel::{self, Interview};
use kangcun::units::Month;
use kangcun::world::{Block, Provider};
use kangcun::year::poverty::{Cause, Convention};
use std::collections::BTreeMap;

const SMALL: [&str; 2] = ["world.people_count=6000", "run.last_year=2023"];

fn fixed(extends: &str, more: &str) -> Policy {
    told(&format!("extends = \"{extends}\"\n{FIXED}{more}"), &SMALL)
}

/// When somebody sought what care and where, or forwent it and why.
type Sought = (Month, Need, Provider, Option<Forgone>);

/// What care each person sought, in the order in which it happened.
#[derive(Default)]
struct Ways {
    sought: BTreeMap<u64, Vec<Sought>>,
}

impl Tape for Ways {
    fn sought(&mut self, who: u64, when: Month, need: Need, where_to: Provider, forgone: Option<Forgone>) {
        self.sought
            .entry(who)
            .or_default()
            .push((when, need, where_to, forgone));
    }
}

fn ways(policy: &Policy) -> Ways {
    let mut all = Ways::default();
    for tape in taped(policy, Ways::default).1 {
        all.sought.extend(tape.sought);
    }
    all
}

/// C14.
#[test]
fn without_price_weight_and_with_endless_credit_nobody_seeks_other_care_under_another_plan() {
    let usual = ways(&fixed("baseline", ""));
    assert!(usual.sought.values().map(Vec::len).sum::<usize>() > 20_000);
    let dearer = "[set.insurance.layers.inpatient_basic.arms.county]\nreimbursed_share = { scale = 0.5 }\n";
    for (plan, more) in [("no-insurance", ""), ("full-cover", ""), ("baseline", dearer)] {
        let other = ways(&fixed(plan, more));
        assert!(usual.sought == other.sought, "{plan}: care is sought elsewhere");
    }
    // With the weights of the baseline it is not so.
    let sensitive = |name| ways(&policy(name, &SMALL)).sought;
    assert!(sensitive("baseline") != sensitive("no-insurance"));
}

/// What became of a household in a year, fen: paid out of pocket; what register and measure hold of it, in fact and
/// without this year's illness.
#[derive(Clone, Copy, Debug)]
struct Outcome {
    oop: f64,
    register: [f64; 2],
    measured: [f64; 2],
}

impl Outcome {
    fn catastrophic(&self, threshold: f64) -> bool {
        self.oop > threshold * (self.measured[0] + self.oop)
    }
}

/// Notes what every household lived through, and the gauges by which it was found poor.
#[derive(Default)]
struct Accounts {
    years: BTreeMap<(u64, i32), Outcome>,
    poor: BTreeMap<(u64, i32), u16>,
}

impl Tape for Accounts {
    fn closing(&mut self, year: i32, _block: &Block, books: &BlockYear) {
        for (book, ledger) in books.households.iter().zip(&books.ledgers) {
            let lived = book.lived(ledger);
            let held = lived.held(book.smooth);
            let ends = |convention: Convention| [held[convention as usize][0], held[convention as usize][3]];
            let outcome = Outcome {
                oop: lived.oop[0],
                register: ends(Convention::Register),
                measured: ends(Convention::MeasuredNet),
            };
            self.years.insert((book.id, year), outcome);
        }
    }

    fn closed(&mut self, year: i32, block: &Block) {
        let homes = &block.households;
        let each = homes.id.iter().zip(&homes.poor);
        self.poor.extend(each.map(|(&id, &poor)| ((id, year), poor)));
    }
}

/// The accounts of a run, and the convention and line of each gauge.
fn accounts(policy: &Policy) -> (Accounts, Vec<(Convention, String)>) {
    let mut all = Accounts::default();
    let (result, tapes) = taped(policy, Accounts::default);
    for tape in tapes {
        all.years.extend(tape.years);
        all.poor.extend(tape.poor);
    }
    let gauges = result
        .gauges
        .into_iter()
        .map(|(_, convention, line)| (convention, line));
    (all, gauges.collect())
}

/// Holds every household of a plan against itself where care costs a quarter more. By the conventions `held` nobody may be
/// better off for it.
fn dearer(plan: &str, held: &[Convention]) {
    const PRICES: &str = "[set.billing]\ndrug_price_ratio = 1.25\nservice_price_ratio = 1.25\n";
    let (cheap, gauges) = accounts(&fixed(plan, ""));
    let (dear, _) = accounts(&fixed(plan, PRICES));
    assert!(cheap.years.keys().eq(dear.years.keys()), "the same households");
    let mut catastrophic = [0; 2];
    for (who, low) in &cheap.years {
        let high = &dear.years[who];
        let told = format!("{plan}, {who:?}: {low:?} became {high:?}");
        assert!(high.oop >= low.oop, "{told}");
        assert!(high.register[0] <= low.register[0], "{told}");
        if held.contains(&Convention::MeasuredNet) {
            assert!(high.measured[0] <= low.measured[0], "{told}");
        }
        for threshold in [0.10, 0.25, 0.40] {
            assert!(high.catastrophic(threshold) || !low.catastrophic(threshold), "{told}");
        }
        catastrophic[0] += usize::from(low.catastrophic(0.10));
        catastrophic[1] += usize::from(high.catastrophic(0.10));
        if who.1 == 2020 {
            // Both begin with the same purse: what illness does is the distance from the shadow without it, which stays.
            assert!(
                (high.register[1], high.measured[1]) == (low.register[1], low.measured[1]),
                "{told}"
            );
        }
    }
    assert!(catastrophic[1] > catastrophic[0] + 100, "{plan}: {catastrophic:?}");
    let mut poorer = 0;
    for (who, low) in &cheap.poor {
        let high = dear.poor[who];
        for (g, (convention, line)) in gauges.iter().enumerate() {
            let (low, high) = (low >> g & 1, high >> g & 1);
            let saved = low > high && held.contains(convention);
            assert!(
                !saved,
                "{plan}: dearer care saved {who:?} from poverty by {convention:?}, {line}"
            );
            poorer += usize::from(high > low);
        }
    }
    assert!(poorer > 100, "{plan}: {poorer}");
}

/// C19.
#[test]
fn dearer_care_costs_every_household_more_and_saves_none_from_poverty() {
    dearer(
        "no-insurance",
        &[Convention::Register, Convention::MeasuredNet, Convention::IncomeOnly],
    );
    // A yearly deductible that is used up earlier moves payments into months in which consumption is at its floor already,
    // so that a year's consumption, bridged by debt, may end a little higher. What the register holds cannot.
    dearer("baseline", &[Convention::Register, Convention::IncomeOnly]);
}

/// C21, the part of it that is about households.
#[test]
fn who_is_poor_before_paying_for_care_is_poor_after_it() {
    let (accounts, gauges) = accounts(&policy("baseline", &SMALL));
    let of = |convention| gauges.iter().enumerate().filter(move |(_, own)| own.0 == convention);
    let mut pairs = 0;
    for (gross, (_, line)) in of(Convention::MeasuredGross) {
        for (net, _) in of(Convention::MeasuredNet).filter(|(_, own)| own.1 == *line) {
            pairs += 1;
            let bits = |g: usize| accounts.poor.values().filter(|poor| *poor >> g & 1 == 1).count();
            assert!(
                accounts.poor.values().all(|poor| poor >> gross & 1 <= poor >> net & 1),
                "{line}"
            );
            assert!(bits(net) > bits(gross), "{line}: payments made nobody poor");
        }
    }
    assert!(pairs > 0, "no line is held both ways");
}

/// C20.
#[test]
fn a_higher_threshold_of_catastrophe_finds_fewer_and_overshoot_is_the_integral_of_headcounts() {
    let panel = panel::interview(&policy("baseline", &SMALL), 0, &|| ()).unwrap();
    let share = |one: &Interview| if one.oop > 0.0 { one.oop / one.budget() } else { 0.0 };
    let persons = |one: &Interview| i64::from(one.weight) * i64::from(one.size);
    let beyond = |z: f64| -> i64 {
        let over = panel.interviews.iter().filter(|one| share(one) > z);
        over.map(persons).sum()
    };
    let sum = counted(&panel.result);
    assert_eq!(sum.persons_held, panel.interviews.iter().map(persons).sum::<i64>());
    assert_eq!((sum.catastrophic_10, sum.catastrophic_25), (beyond(0.10), beyond(0.25)));
    assert!(0 < sum.catastrophic_25 && sum.catastrophic_25 < sum.catastrophic_10);

    // Between two neighbouring shares of the sample the headcount stands still, so its integral is a sum.
    let overshoot = |z: f64| -> f64 {
        let each = panel
            .interviews
            .iter()
            .map(|one| persons(one) as f64 * (share(one) - z).max(0.0));
        each.sum()
    };
    let (from, to) = (0.10, 0.25);
    let mut steps: Vec<f64> = panel
        .interviews
        .iter()
        .map(share)
        .filter(|own| (from..to).contains(own))
        .collect();
    steps.extend([from, to]);
    steps.sort_by(f64::total_cmp);
    let integral: f64 = steps
        .windows(2)
        .map(|pair| beyond(pair[0]) as f64 * (pair[1] - pair[0]))
        .sum();
    let difference = overshoot(from) - overshoot(to);
    assert!((difference / integral - 1.0).abs() < 1e-9, "{difference} {integral}");
    let counts: Vec<i64> = (0..=40).map(|step| beyond(f64::from(step) * 0.025)).collect();
    assert!(counts.is_sorted_by(|low, high| low >= high), "{counts:?}");
}

/// Compares the shadow purses of every household and month.
#[derive(Default)]
struct Shadows {
    months: usize,
    /// Households and months in which the bill, and in which the lost work, made a difference to the purse.
    by_bill: usize,
    by_work: usize,
}

impl Tape for Shadows {
    fn lived(&mut self, _: u64, _: Month, _: &Purses, _: &Flows, _: &Lived, after: &Purses) {
        let columns = [&after.savings, &after.assets, &after.medical_debt, &after.other_debt];
        let differ = |one: usize, two: usize| columns.iter().any(|lanes| lanes[one] != lanes[two]);
        self.months += 1;
        self.by_bill += usize::from(differ(0, 1) || differ(2, 3));
        self.by_work += usize::from(differ(0, 2) || differ(1, 3));
    }
}

fn shadows(policy: &Policy) -> (Shadows, [i64; 6]) {
    let (result, tapes) = taped(policy, Shadows::default);
    let mut all = Shadows::default();
    for tape in tapes {
        all.months += tape.months;
        all.by_bill += tape.by_bill;
        all.by_work += tape.by_work;
    }
    let sum = counted(&result);
    let caused = std::array::from_fn(|cause| sum.causes.iter().map(|gauge| gauge[cause]).sum());
    (all, caused)
}

/// C10.
#[test]
fn with_one_channel_of_illness_off_the_other_is_all_there_is() {
    let only = |cause: Cause, caused: &[i64; 6]| {
        let illness = [Cause::BillAlone, Cause::WorkAlone, Cause::Either, Cause::BothNeeded];
        assert!(caused[cause as usize] > 0, "{cause:?}: {caused:?}");
        let others = illness.into_iter().filter(|own| *own != cause);
        assert_eq!(others.map(|own| caused[own as usize]).sum::<i64>(), 0, "{caused:?}");
    };
    // No bill: the purse without bills is the purse, to the fen, every month; all that illness does is lost work.
    let (no_bill, caused) = shadows(&policy("full-cover", &SMALL));
    assert!(no_bill.months > 50_000 && no_bill.by_work > 1000);
    assert_eq!(no_bill.by_bill, 0);
    only(Cause::WorkAlone, &caused);
    // No lost work: the other way round.
    let text = format!("extends = \"baseline\"\n{}", without_lost_work());
    let (no_loss, caused) = shadows(&told(&text, &SMALL));
    assert!(no_loss.by_bill > 1000);
    assert_eq!(no_loss.by_work, 0);
    only(Cause::BillAlone, &caused);
}
