//! Two counties over three years, worked by hand to the fen.

use super::*;
use crate::world::{County, CountyEpidemic, Fund, IncomeCurve, Terrain, World};

/// No interest, no administration, nobody helps.
fn plain() -> FundRules {
    FundRules {
        administration_share: 0.0,
        interest_share: 0.0,
        deficit_step_share: 0.05,
        lowest_rate_share: 0.8,
        aid_budget_yuan_per_year: 10.0,
        aid_budget_growth: 0.0,
        pooling: Pooling::County,
        deficit: DeficitRules {
            order: vec![Step::Adjustment, Step::Reinsurance, Step::LocalBudget],
            local_budget_share: 0.0,
        },
        reserve: ReserveRules {
            alert_months: 3.0,
            target_months: 6.0,
            excess_months: 15.0,
            alert_step_share: 0.0,
            alert_topup_share: 0.0,
            excess_release_share: 0.0,
        },
        adjustment: AdjustmentRules {
            level: Pooling::Province,
            contribution_share: 0.0,
            deficit_share: 0.0,
        },
        reinsurance: ReinsuranceRules {
            premium_share: 0.0,
            attachment_ratio: 1.1,
            paid_share: 0.0,
            limit_ratio: 0.3,
        },
        emergency: EmergencyRules {
            advance_yuan_per_month: 0.0,
            repaid_share: 0.0,
        },
    }
}

/// Counties of 300 and 100 residents in one prefecture, with balances in yuan.
fn world(balances: [f64; 2]) -> World {
    let county = |(name, residents, balance): (&str, u64, f64)| County {
        scores: crate::world::Scores::default(),
        name: name.into(),
        id: 0,
        prefecture: "plain".into(),
        terrain: Terrain::Plain,
        staff: Default::default(),
        fund: Fund {
            balance: Fen::yuan(balance),
            rate_ppm: 1_000_000,
            aid_ppm: 1_000_000,
            ..Fund::default()
        },
        load: Default::default(),
        residents,
        epidemic: CountyEpidemic::default(),
        delivered: std::collections::BTreeMap::new(),
        blocks: Vec::new(),
    };
    World {
        year: 2021,
        counties: [("rich", 300, balances[0]), ("poor", 100, balances[1])]
            .map(county)
            .into(),
        pools: Vec::new(),
        adjustments: Vec::new(),
        income: IncomeCurve::from_quintile_means([4000.0, 8000.0, 12000.0, 18000.0, 35000.0], 1000.0),
    }
}

/// A year in which the counties take and pay so many yuan.
fn year(world: &mut World, rules: &FundRules, taken_and_paid: [(f64, f64); 2]) -> (Vec<FundYear>, Vec<JointYear>) {
    let before = total(world);
    let layout = Layout::of(world, rules.pooling, rules.adjustment.level);
    let accounts = Accounts::open(world, &layout);
    let operating = taken_and_paid.map(|(taken, paid)| Operating {
        premiums: Fen::yuan(taken),
        subsidies: Fen::ZERO,
        claims: Fen::yuan(paid),
        false_claims: Fen::ZERO,
    });
    let terms = Terms {
        rules: &|_| rules,
        emergency_yuan: &|_| 12.0 * rules.emergency.advance_yuan_per_month,
        order: &rules.deficit.order,
    };
    let (counties, joint) = accounts.close(world, &operating, &terms);
    conserved(&counties, &joint, before, total(world));
    (counties, joint)
}

fn held_by_counties(world: &World) -> Fen {
    world.counties.iter().map(|county| county.fund.balance).sum()
}

fn total(world: &World) -> Fen {
    let joint = world.pools.iter().chain(&world.adjustments);
    held_by_counties(world) + joint.map(|joint| joint.balance).sum()
}

/// Every account's identity, every transfer's two ends, and the sum of all.
fn conserved(counties: &[FundYear], joint: &[JointYear], before: Fen, after: Fen) {
    let all: Vec<FundYear> = counties
        .iter()
        .copied()
        .chain(joint.iter().map(|joint| joint.year))
        .collect();
    let sum = |part: fn(&FundYear) -> Fen| -> Fen { all.iter().map(part).sum() };
    for own in &all {
        let parts = [
            own.premiums,
            own.subsidies,
            own.interest,
            own.swept_in,
            own.from_adjustment,
        ];
        let parts = parts
            .into_iter()
            .chain([own.reinsured, own.local_budget, own.emergency]);
        let out = [
            own.claims,
            own.false_claims,
            own.administration,
            own.swept_out,
            own.to_adjustment,
        ];
        let out = out.into_iter().chain([own.reinsurance_premium, own.emergency_repaid]);
        assert!(
            parts.clone().chain(out.clone()).all(|part| part >= Fen::ZERO),
            "{own:?}"
        );
        assert_eq!(
            own.opening + parts.sum::<Fen>() - out.sum::<Fen>(),
            own.closing,
            "{own:?}"
        );
    }
    assert_eq!(
        sum(|own| own.swept_in) + sum(|own| own.from_adjustment),
        sum(|own| own.swept_out) + sum(|own| own.to_adjustment)
    );
    let outside =
        sum(|own| own.premiums + own.subsidies + own.interest + own.reinsured + own.local_budget + own.emergency)
            - sum(|own| {
                own.claims + own.false_claims + own.administration + own.reinsurance_premium + own.emergency_repaid
            });
    assert_eq!(before + outside, after);
}

fn closings(years: &[FundYear]) -> Vec<f64> {
    years.iter().map(|year| year.closing.as_yuan()).collect()
}

fn rates(world: &World) -> [u32; 2] {
    [world.counties[0].fund.rate_ppm, world.counties[1].fund.rate_ppm]
}

#[test]
fn alone_each_county_falls_and_recovers_by_itself() {
    let mut world = world([100.0, 50.0]);
    let rules = FundRules {
        interest_share: 0.02,
        administration_share: 0.01,
        ..plain()
    };
    // rich: 100 + 2 + 300 - 200 - 2 = 200; poor: 50 + 1 + 100 - 200 - 2 = -51.
    let (years, joint) = year(&mut world, &rules, [(300.0, 200.0), (100.0, 200.0)]);
    assert_eq!(closings(&years), [200.0, -51.0]);
    assert_eq!(rates(&world), [1_000_000, 950_000]);
    assert!(joint.len() == 1 && joint[0].adjustment && joint[0].year == FundYear::default());
    // No interest on a deficit. rich: 200 + 4 + 300 - 400 - 4 = 100; poor: -51 + 100 - 50 - 0.5 = -1.5.
    let (years, _) = year(&mut world, &rules, [(300.0, 400.0), (100.0, 50.0)]);
    assert_eq!(closings(&years), [100.0, -1.5]);
    assert_eq!(rates(&world), [1_000_000, 900_000]);
    // poor: -1.5 + 100 - 90 - 0.9 = 7.6, and recovers by one step.
    let (years, _) = year(&mut world, &rules, [(0.0, 0.0), (100.0, 90.0)]);
    assert_eq!(closings(&years), [102.0, 7.6]);
    assert_eq!(rates(&world), [1_000_000, 950_000]);
}

#[test]
fn a_pool_from_the_third_year_on_takes_every_balance_and_gives_one_rate() {
    let mut world = world([100.0, 50.0]);
    let alone = plain();
    year(&mut world, &alone, [(300.0, 200.0), (100.0, 200.0)]);
    year(&mut world, &alone, [(300.0, 400.0), (100.0, 50.0)]);
    // Now 100 and 0, and rates 1 and 1: the poor fell to 0.95 and recovered at a balance of nothing.
    assert_eq!(rates(&world), [1_000_000, 1_000_000]);
    world.counties[1].fund.rate_ppm = 950_000;
    let pooled = FundRules {
        pooling: Pooling::Prefecture,
        interest_share: 0.02,
        ..plain()
    };
    let (years, joint) = year(&mut world, &pooled, [(300.0, 250.0), (100.0, 300.0)]);
    // One rate by residents: (300 x 1 + 100 x 0.95) / 400 = 0.9875.
    let pool = &joint[0];
    assert_eq!((pool.name.as_str(), pool.year.rate_ppm), ("plain", 987_500));
    assert_eq!([years[0].rate_ppm, years[1].rate_ppm], [987_500; 2]);
    assert_eq!(closings(&years), [0.0, 0.0]);
    // In: 100 on 1 January and 50 of surplus. Out: 200 of deficit. 100 x 0.02 = 2 of interest.
    assert_eq!(
        (pool.year.swept_in, pool.year.swept_out),
        (Fen::yuan(150.0), Fen::yuan(200.0))
    );
    assert_eq!(
        (pool.year.interest, pool.year.closing),
        (Fen::yuan(2.0), Fen::yuan(-48.0))
    );
    assert_eq!(rates(&world), [937_500; 2], "both pay less next year");
    // Given up again: -48 yuan go back by residents, -36 and -12.
    let (years, joint) = year(&mut world, &alone, [(50.0, 0.0), (10.0, 0.0)]);
    assert_eq!(closings(&years), [14.0, -2.0]);
    let ended = joint.iter().find(|joint| !joint.adjustment).unwrap();
    assert_eq!((ended.year.swept_in, ended.year.closing), (Fen::yuan(48.0), Fen::ZERO));
    assert_eq!(rates(&world), [987_500, 887_500]);
}

#[test]
fn surplus_counties_help_the_other_as_far_as_their_money_goes() {
    let mut world = world([500.0, 0.0]);
    let mut rules = plain();
    rules.adjustment.contribution_share = 0.1;
    rules.adjustment.deficit_share = 0.5;
    // rich: surplus 100, balance 600, target 6 months of 300 = 150: pays 40. poor: deficit 60, asks 30.
    let (years, joint) = year(&mut world, &rules, [(400.0, 300.0), (100.0, 160.0)]);
    assert_eq!(
        (years[0].to_adjustment, years[1].from_adjustment),
        (Fen::yuan(40.0), Fen::yuan(30.0))
    );
    assert_eq!(closings(&years), [560.0, -30.0]);
    assert_eq!(joint[0].year.closing, Fen::yuan(10.0));
    // rich has no surplus; the fund's 10 yuan do not suffice for half of 130.
    let (years, joint) = year(&mut world, &rules, [(400.0, 400.0), (100.0, 200.0)]);
    assert_eq!(
        (years[0].to_adjustment, years[1].from_adjustment),
        (Fen::ZERO, Fen::yuan(10.0))
    );
    assert_eq!(
        (closings(&years), joint[0].year.closing),
        (vec![560.0, -120.0], Fen::ZERO)
    );
    // rich pays no more than its surplus; poor, with 80 in hand and a target of 60, no more than 20 of the 32 that its income asks.
    let (years, _) = year(&mut world, &rules, [(400.0, 395.0), (320.0, 120.0)]);
    assert_eq!(
        (years[0].to_adjustment, years[1].to_adjustment),
        (Fen::yuan(5.0), Fen::yuan(20.0))
    );
}

#[test]
fn two_deficits_share_what_there_is_and_the_last_fen_stays() {
    let mut world = world([-20.0, -10.0]);
    let mut rules = plain();
    rules.adjustment.deficit_share = 1.0;
    let layout = Layout::of(&world, Pooling::County, Pooling::Province);
    Accounts::open(&mut world, &layout);
    world.adjustments[0].balance = Fen(100);
    // 100 fen for 2,000 and 1,000: 66 and 33.
    let (years, joint) = year(&mut world, &rules, [(0.0, 0.0); 2]);
    assert_eq!(years[0].from_adjustment, Fen(66));
    assert_eq!(years[1].from_adjustment, Fen(33));
    assert_eq!(joint[0].year.closing, Fen(1));
}

#[test]
fn the_reinsurer_pays_a_part_of_heavy_claims_up_to_its_limit() {
    let mut world = world([0.0, 0.0]);
    let mut rules = plain();
    rules.reinsurance = ReinsuranceRules {
        premium_share: 0.02,
        attachment_ratio: 1.1,
        paid_share: 0.8,
        limit_ratio: 0.3,
    };
    // 100 in, 120 out: 10 above the attachment, 8 paid, 2 of premium. 100 in, 160 out: 40 of 50, but at most 30.
    let (years, _) = year(&mut world, &rules, [(100.0, 120.0), (100.0, 160.0)]);
    assert_eq!(closings(&years), [-14.0, -32.0]);
    let (years, _) = year(&mut world, &rules, [(100.0, 110.0), (100.0, 90.0)]);
    assert_eq!((years[0].reinsured, years[1].reinsured), (Fen::ZERO, Fen::ZERO));
    assert_eq!(closings(&years), [-26.0, -24.0]);
}

#[test]
fn county_budgets_pay_their_part_last_and_by_their_own_shortfall() {
    let mut rules = plain();
    rules.deficit.local_budget_share = 0.25;
    let mut apart = world([10.0, 0.0]);
    let (years, _) = year(&mut apart, &rules, [(100.0, 130.0), (100.0, 160.0)]);
    // Deficits of 20 and 60.
    assert_eq!(closings(&years), [-15.0, -45.0]);
    rules.pooling = Pooling::Province;
    let mut pooled = world([10.0, 0.0]);
    let (years, joint) = year(&mut pooled, &rules, [(100.0, 130.0), (100.0, 160.0)]);
    // 80 together: 20 from budgets, 30 to 60 as the shortfalls stand.
    assert_eq!((years[0].local_budget.0, years[1].local_budget.0), (666, 1334));
    assert_eq!(joint[0].year.closing, Fen::yuan(-60.0));
    // Next year nobody falls short, yet 20 are missing: 5 from budgets by residents.
    let (years, _) = year(&mut pooled, &rules, [(120.0, 100.0), (120.0, 100.0)]);
    assert_eq!(
        (years[0].local_budget, years[1].local_budget),
        (Fen::yuan(3.75), Fen::yuan(1.25))
    );
}

#[test]
fn the_order_of_the_steps_counts() {
    let mut rules = plain();
    rules.deficit.local_budget_share = 0.5;
    rules.adjustment.deficit_share = 0.5;
    rules.adjustment.contribution_share = 1.0;
    rules.reserve.target_months = 3.0;
    let flows = [(200.0, 100.0), (100.0, 140.0)];
    let (first, _) = year(&mut world([0.0, 0.0]), &rules, flows);
    // rich pays what lies above 25: 75. poor asks 20 of 40, and its budget pays 10 of the rest.
    assert_eq!(
        (first[1].from_adjustment, first[1].local_budget),
        (Fen::yuan(20.0), Fen::yuan(10.0))
    );
    rules.deficit.order = vec![Step::LocalBudget, Step::Adjustment];
    let (first, _) = year(&mut world([0.0, 0.0]), &rules, flows);
    assert_eq!(
        (first[1].from_adjustment, first[1].local_budget),
        (Fen::yuan(10.0), Fen::yuan(20.0))
    );
    rules.deficit.order = vec![Step::LocalBudget];
    let (first, _) = year(&mut world([0.0, 0.0]), &rules, flows);
    assert_eq!(
        (first[0].to_adjustment, first[1].closing),
        (Fen::ZERO, Fen::yuan(-20.0))
    );
}

#[test]
fn an_alert_and_an_excess_do_what_the_rules_say() {
    let mut rules = plain();
    rules.reserve.alert_step_share = 0.03;
    rules.reserve.alert_topup_share = 0.5;
    rules.reserve.excess_release_share = 0.1;
    // rich: 300 against 15 months of 120 = 150: 15 of the excess of 150. poor: 10 against 3 months of 120 = 30: 10 of 20.
    let mut world = world([300.0, 10.0]);
    let (years, joint) = year(&mut world, &rules, [(120.0, 120.0), (120.0, 120.0)]);
    assert_eq!(closings(&years), [285.0, 20.0]);
    assert_eq!(
        (years[1].local_budget, joint[0].year.closing),
        (Fen::yuan(10.0), Fen::yuan(15.0))
    );
    assert_eq!(rates(&world), [1_000_000, 970_000]);
    let (years, _) = year(&mut world, &rules, [(120.0, 120.0), (130.0, 120.0)]);
    assert_eq!(
        (closings(&years)[1], rates(&world)[1]),
        (30.0, 1_000_000),
        "at the level it recovers"
    );
}

#[test]
fn emergency_money_comes_by_residents_and_is_paid_back_as_the_balance_goes() {
    let mut world = world([0.0, 0.0]);
    let mut rules = plain();
    rules.emergency = EmergencyRules {
        advance_yuan_per_month: 0.1,
        repaid_share: 0.5,
    };
    // 1.2 yuan for each of 300 and 100.
    let (years, _) = year(&mut world, &rules, [(10.0, 0.0), (0.0, 100.0)]);
    assert_eq!(
        (years[0].emergency, years[1].emergency),
        (Fen::yuan(360.0), Fen::yuan(120.0))
    );
    assert_eq!(closings(&years), [370.0, 20.0]);
    rules.emergency.advance_yuan_per_month = 0.0;
    // Half of 360; half of 120 would be 60, but there are 20.
    let (years, _) = year(&mut world, &rules, [(0.0, 0.0); 2]);
    assert_eq!(closings(&years), [190.0, 0.0]);
    let standing = |world: &World| world.counties.iter().map(|county| county.fund.advanced).sum::<Fen>();
    assert_eq!(standing(&world), Fen::yuan(280.0));
    // A pool takes over what is owed: half of 280, with 190 in hand.
    rules.pooling = Pooling::Province;
    let (_, joint) = year(&mut world, &rules, [(0.0, 0.0); 2]);
    assert_eq!(
        (joint[0].year.emergency_repaid, standing(&world)),
        (Fen::yuan(140.0), Fen::ZERO)
    );
    assert_eq!(world.pools[0].advanced, Fen::yuan(140.0));
}

#[test]
fn pooling_equal_counties_moves_nothing_but_halves_of_fen() {
    let flows = [(300.0, 299.99), (300.0, 299.99)];
    let rules = FundRules {
        interest_share: 0.02,
        administration_share: 0.01,
        ..plain()
    };
    let pooled = FundRules {
        pooling: Pooling::Province,
        ..rules.clone()
    };
    let (mut apart, mut together) = (world([100.25, 100.25]), world([100.25, 100.25]));
    for _ in 0..3 {
        year(&mut apart, &rules, flows);
        year(&mut together, &pooled, flows);
        assert!((total(&apart) - total(&together)).0.abs() <= 3);
        assert_eq!(rates(&apart), rates(&together));
    }
}

#[test]
fn parts_sum_to_the_whole() {
    assert_eq!(apportion(Fen(100), &[1, 1, 1]), [Fen(33), Fen(33), Fen(34)]);
    assert_eq!(apportion(Fen(-100), &[3, 1]), [Fen(-75), Fen(-25)]);
    assert_eq!(apportion(Fen(-1), &[1, 1]).into_iter().sum::<Fen>(), Fen(-1));
}

#[test]
fn contradictions_are_told() {
    assert_eq!(plain().check(), Ok(()));
    let wrong = |change: fn(&mut FundRules), says: &str| {
        let mut rules = plain();
        change(&mut rules);
        let told = rules.check().unwrap_err();
        assert!(told.contains(says), "{told}");
    };
    wrong(|rules| rules.reserve.alert_months = 7.0, "must not fall");
    wrong(|rules| rules.deficit.order.push(Step::Adjustment), "twice");
    wrong(
        |rules| rules.adjustment.level = Pooling::County,
        "prefecture or province",
    );
}

#[test]
fn aid_beyond_its_budget_is_paid_in_part() {
    assert_eq!(
        plain().aid_ppm(Fen::yuan(40.0), 2, 0),
        500_000,
        "20 yuan for 40 of promises"
    );
    assert_eq!(plain().aid_ppm(Fen::ZERO, 2, 1), 1_000_000);
}
