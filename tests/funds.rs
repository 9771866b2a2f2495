//! Funds over whole runs: every account to the fen, whoever pools with whom and whoever helps.

mod common;

use common::{account, file, lived, policy};
use kangcun::indicators::result::{CountyResult, YearResult};
use kangcun::run::{RunResult, run};
use kangcun::scenario::Scenario;
use kangcun::study::{self, Arm};
use kangcun::units::Fen;
use kangcun::year::funds::{FundYear, JointYear};
use std::fmt::Write as _;

const SMALL: [&str; 2] = ["world.people_count=2000", "run.last_year=2026"];

/// The baseline with funds that are short of money and `rest` on top.
fn scenario(rest: &str) -> String {
    format!(
        "title = \"Funds\"\nsummary = \"A test.\"\nextends = \"baseline\"\n[set.enrolment]\nsubsidy_yuan = 420.0\n{rest}"
    )
}

fn result(rest: &str) -> RunResult {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "funds.toml", &scenario(rest));
    lived(path.to_str().unwrap(), &SMALL)
}

fn accounts(year: &YearResult) -> Vec<FundYear> {
    let counties = year.counties.iter().map(|county| county.fund);
    counties.chain(year.joint.iter().map(|joint| joint.year)).collect()
}

fn sum(accounts: &[FundYear], flow: impl Fn(&FundYear) -> Fen) -> Fen {
    accounts.iter().map(flow).sum()
}

/// The identity of every account, of every transfer and of all accounts together; and each year opens as the last closed.
fn identities(result: &RunResult) {
    for year in &result.years {
        let all = accounts(year);
        for own in &all {
            account(&year.year.to_string(), own);
        }
        let funds: Vec<FundYear> = year
            .joint
            .iter()
            .filter(|own| own.adjustment)
            .map(|own| own.year)
            .collect();
        let others: Vec<FundYear> = {
            let pools = year.joint.iter().filter(|own| !own.adjustment).map(|own| own.year);
            year.counties.iter().map(|county| county.fund).chain(pools).collect()
        };
        // What pools contribute is what adjustment funds take in; what these pay is what pools get.
        let (given, taken) = (
            sum(&others, |own| own.to_adjustment),
            sum(&others, |own| own.from_adjustment),
        );
        assert_eq!(sum(&funds, |own| own.swept_in), given, "{}", year.year);
        let ended = sum(&funds, |own| own.swept_out) - taken;
        assert_eq!(
            sum(&others, |own| own.swept_in),
            sum(&others, |own| own.swept_out) + ended,
            "{}",
            year.year
        );
        // All together: what is between accounts cancels.
        let outside = sum(&all, |own| {
            own.premiums + own.subsidies + own.interest + own.reinsured + own.local_budget + own.emergency
                - own.claims
                - own.false_claims
                - own.administration
                - own.reinsurance_premium
                - own.emergency_repaid
        });
        assert_eq!(
            sum(&all, |own| own.opening) + outside,
            sum(&all, |own| own.closing),
            "{}",
            year.year
        );
        // What the counties of a pool sweep out, it takes in, and the other way, where nothing was given up in January.
        let standing = |own: &&JointYear| !own.adjustment && own.claims > Fen::ZERO;
        let others_ended = sum(&funds, |own| own.swept_out) != taken
            || year.joint.iter().any(|own| !own.adjustment && own.claims == Fen::ZERO);
        for pool in year.joint.iter().filter(standing).filter(|_| !others_ended) {
            let own: Vec<FundYear> = pool.counties.iter().map(|&at| year.counties[at].fund).collect();
            assert_eq!(sum(&own, |own| own.swept_out), pool.year.swept_in, "{}", pool.name);
            assert_eq!(sum(&own, |own| own.swept_in), pool.year.swept_out, "{}", pool.name);
        }
        // A pool's counties hold nothing and share one rate.
        for pool in year.joint.iter().filter(|own| own.claims > Fen::ZERO) {
            for &at in &pool.counties {
                let own = year.counties[at].fund;
                assert_eq!(
                    (own.closing, own.rate_ppm),
                    (Fen::ZERO, pool.year.rate_ppm),
                    "{}",
                    pool.name
                );
            }
        }
    }
    for pair in result.years.windows(2) {
        let (closed, opened) = (accounts(&pair[0]), accounts(&pair[1]));
        assert_eq!(sum(&closed, |own| own.closing), sum(&opened, |own| own.opening));
        for (before, after) in pair[0].counties.iter().zip(&pair[1].counties) {
            assert_eq!(before.fund.closing, after.fund.opening, "{}", after.county);
        }
    }
}

fn pool(year: &YearResult) -> &JointYear {
    year.joint
        .iter()
        .find(|joint| !joint.adjustment)
        .expect("there is a pool")
}

#[test]
fn random_rules_lose_no_fen() {
    // Numbers of a linear congruence, the same every time.
    let mut state = 7u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    let levels = ["county", "prefecture", "province"];
    let orders = [
        r#""adjustment", "reinsurance", "local_budget""#,
        r#""local_budget", "adjustment""#,
        r#""reinsurance", "local_budget", "adjustment""#,
    ];
    for round in 0..9 {
        let (level, order) = (&levels[1 + round % 2], orders[round % 3]);
        let mut text = format!(
            "[set.funds]\npooling = \"{}\"\ninterest_share = {}\nadministration_share = {}\n[set.funds.adjustment]\nlevel = \"{level}\"\n",
            levels[round / 3],
            0.05 * random(),
            0.05 * random(),
        );
        let _ = write!(
            text,
            "contribution_share = {}\ndeficit_share = {}\n",
            0.2 * random(),
            random()
        );
        let _ = write!(
            text,
            "[set.funds.deficit]\norder = [{order}]\nlocal_budget_share = {}\n",
            random()
        );
        let _ = write!(
            text,
            "[set.funds.reserve]\nalert_months = {}\ntarget_months = 3.0\nexcess_months = {}\n",
            3.0 * random(),
            3.0 + 9.0 * random()
        );
        let _ = write!(
            text,
            "alert_step_share = {}\nalert_topup_share = {}\nexcess_release_share = {}\n",
            0.1 * random(),
            random(),
            random()
        );
        let _ = write!(
            text,
            "[set.funds.reinsurance]\npremium_share = {}\npaid_share = {}\n",
            0.1 * random(),
            random()
        );
        let _ = write!(text, "[set.funds.emergency]\nrepaid_share = {}\n", random());
        let _ = write!(
            text,
            "[[dated]]\nfrom = \"2022-04\"\nuntil = \"2023-02\"\n[dated.set.funds.emergency]\nadvance_yuan_per_month = {}\n",
            9.0 * random()
        );
        let _ = write!(
            text,
            "[[dated]]\nfrom = \"2024-01\"\n[dated.set.funds]\npooling = \"{}\"\n",
            levels[(round + 1) % 3]
        );
        let _ = write!(
            text,
            "[[dated]]\nfrom = \"2026-01\"\n[dated.set.funds]\npooling = \"{}\"\n",
            levels[(round + 2) % 3]
        );
        identities(&result(&text));
    }
}

#[test]
fn pooling_from_2025_on_merges_every_balance_on_1_january() {
    let alone = result("");
    let pooled = result("[[dated]]\nfrom = \"2025-01\"\n[dated.set.funds]\npooling = \"province\"\n");
    identities(&pooled);
    assert_eq!(alone.years[..4], pooled.years[..4], "2021 to 2024 are the same");
    let (before, year) = (&pooled.years[3], &pooled.years[4]);
    let balances: Vec<Fen> = before.counties.iter().map(|county| county.fund.closing).collect();
    assert!(balances.iter().any(|balance| *balance > Fen::ZERO), "{balances:?}");
    assert!(balances.iter().any(|balance| *balance < Fen::ZERO), "{balances:?}");
    // Nothing but balances and the results of the year passes between the accounts.
    let merged: Fen = balances.into_iter().sum();
    let results: Fen = year
        .counties
        .iter()
        .map(|county| county.fund.premiums + county.fund.subsidies - county.fund.claims - county.fund.administration)
        .sum();
    let pool = pool(year);
    assert_eq!(pool.year.opening, Fen::ZERO);
    assert_eq!(pool.year.swept_in - pool.year.swept_out, merged + results);
    assert_eq!(pool.year.closing, merged + results + pool.year.interest);
}

#[test]
fn a_pool_moves_money_from_counties_in_surplus_to_those_in_deficit() {
    let (alone, pooled) = (result(""), result("[set.funds]\npooling = \"province\"\n"));
    identities(&pooled);
    // 2021: as nobody was short in 2020, both worlds lived the same year, and differ in the funds alone.
    for (own, shared) in alone.years[0].counties.iter().zip(&pooled.years[0].counties) {
        assert!(own.counted == shared.counted, "{}", own.county);
        let gain = own.fund.premiums + own.fund.subsidies - own.fund.claims - own.fund.administration;
        assert_eq!(shared.fund.swept_out - shared.fund.swept_in, gain, "{}", own.county);
    }
    let gains = |result: &RunResult| -> (bool, bool) {
        let counties = result.years.iter().flat_map(|year| &year.counties);
        let moved: Vec<Fen> = counties
            .map(|county| county.fund.swept_out - county.fund.swept_in)
            .collect();
        (
            moved.iter().any(|own| *own > Fen::ZERO),
            moved.iter().any(|own| *own < Fen::ZERO),
        )
    };
    assert_eq!(gains(&pooled), (true, true));
    // Interest is paid on what is held together, so a deficit no longer keeps it from growing less.
    let total = |year: &YearResult| sum(&accounts(year), |own| own.closing - own.interest);
    assert_eq!(
        total(&alone.years[0]) - sum(&accounts(&alone.years[0]), |own| own.opening),
        total(&pooled.years[0]) - sum(&accounts(&pooled.years[0]), |own| own.opening)
    );
}

#[test]
fn a_pool_that_runs_dry_pays_less_in_all_its_counties() {
    let result = result(
        "[set.funds]\npooling = \"province\"\n[[dated]]\nfrom = \"2022-01\"\n[dated.set.enrolment]\nsubsidy_yuan = 50.0\n",
    );
    identities(&result);
    let dry = result.years.iter().position(|year| pool(year).year.closing < Fen::ZERO);
    let dry = dry.expect("it runs dry");
    let rate = |at: usize| {
        result.years[at]
            .counties
            .iter()
            .map(|county| county.fund.rate_ppm)
            .collect::<Vec<_>>()
    };
    assert_eq!(rate(dry), [1_000_000; 6]);
    assert_eq!(rate(dry + 1), [950_000; 6]);
}

#[test]
fn arms_that_pool_later_share_their_past() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "pooled.toml",
        "title = \"Pooled\"\nsummary = \"A test.\"\nextends = \"baseline\"\n[[dated]]\nfrom = \"2024-01\"\n\
         [dated.set.funds]\npooling = \"province\"\n",
    );
    let sets: Vec<String> = [SMALL[0], "run.last_year=2025", "run.replicates=1"]
        .map(String::from)
        .into();
    let load = |name: &str| Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{problems}"));
    let mut arms = vec![
        Arm::new("apart", load("baseline")).unwrap(),
        Arm::new("pooled", load(path.to_str().unwrap())).unwrap(),
    ];
    let effort = study::run(&mut arms, &|_| ()).unwrap();
    // Four shared years, then two for each.
    assert_eq!((effort.worlds_founded, effort.years_lived), (1, 8));
    for arm in &arms {
        assert!(arm.results == [run(&arm.policy, 0, &|| ()).unwrap()], "{}", arm.id);
    }
}

#[test]
fn a_countys_account_follows_its_programmes_whoever_they_are_for() {
    // Two programmes of one county, for different people: nobody is reached by both, but the account follows both.
    let folder = tempfile::tempdir().unwrap();
    let programme = |name: &str, category: &str, rule: &str| {
        let text = format!(
            "title = \"{name}\"\nsection = \"test\"\nsummary = \"A test.\"\ncomparator = \"add\"\n\
             evidence = \"Grade D: none.\"\nmoves = [\"oop_share\"]\nfrom = \"2022-01\"\nramp_years = 0\n\
             coverage = {{ share = 1.0 }}\ncounties = [\"karst\"]\nwho = {{ category = [\"{category}\"] }}\n\
             [set.funds.reserve]\n{rule}\n[cost]\nper_household_year_yuan = 0.0\ngrade = \"D\"\nsource = \"test\"\n"
        );
        file(folder.path(), &format!("{name}.toml"), &text);
        format!("\"./{name}.toml\"")
    };
    let programmes = [
        programme("top-up", "lifted", "alert_topup_share = 1.0"),
        programme("level", "ordinary", "alert_months = 6.0"),
    ];
    let list = programmes.join(", ");
    let text = scenario("")
        .replace("420.0", "100.0")
        .replace("[set", &format!("programmes = [{list}]\n[set"));
    let path = file(folder.path(), "two.toml", &text);
    let result = run(&policy(path.to_str().unwrap(), &SMALL), 0, &|| ()).unwrap();
    identities(&result);
    for year in &result.years {
        for CountyResult { county, fund, .. } in &year.counties {
            let helped = county == "karst" && year.year >= 2022;
            assert_eq!(
                fund.local_budget > Fen::ZERO,
                helped,
                "{county} in {}: {fund:?}",
                year.year
            );
            if helped && fund.closing >= fund.local_budget {
                assert_eq!(fund.closing, fund.claims.scaled(0.5), "filled to six months of claims");
            }
        }
    }
}
