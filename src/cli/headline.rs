//! The table that a minister could read: one column a scenario, one row a question, intervals below.

use super::winners;
use crate::indicators::list::indicators;
use crate::indicators::table::{Estimate, Indicator, Paired, Slice, cause_share};
use crate::indicators::tally::Tally;
use crate::output::pair;
use crate::study::flags::flags;
use crate::study::{self, Arm};
use crate::world::Category;

/// The year by which all registered households were declared out of poverty.
const LIFTED_BY: i32 = 2020;
/// How many of the rows, the first ones, are about returns to poverty.
const RETURNS: usize = 5;

/// Prints the headline of the arms; the first is the base.
pub fn print(arms: &[Arm]) {
    let Some(first) = arms.first().and_then(|arm| arm.results.first()) else {
        return;
    };
    let (from, to) = match (first.years.first(), first.years.last()) {
        (Some(from), Some(to)) => (from.year, to.year),
        _ => return,
    };
    // Until then the households of the cohort were still being lifted: who fell back is no question of those years.
    let returns = from > LIFTED_BY;
    if returns {
        say!("\nRETURN TO POVERTY, {from} to {to}");
        say!("Of 1,000 households lifted out of poverty ... (mean of replicates; 95% interval below)\n");
    } else {
        say!("\nTHE REGISTERED POOR AND EVERYBODY, {from} to {to}");
        say!(
            "Lifted: registered, whether lifted yet or not; returns are not printed for years up to {LIFTED_BY} (mean of replicates; 95% interval below)\n"
        );
    }
    header(arms);
    let list = indicators(first);
    let find = |id: &str, convention: &str, line: &str| {
        list.iter()
            .find(|one| one.id == id && one.convention == convention && one.line == line)
    };
    let lifted = Slice {
        year: None,
        county: None,
        category: Some(Category::Lifted),
    };
    let everybody = Slice {
        category: None,
        ..lifted
    };
    let rows: [(&str, Option<&Indicator>, Slice, f64, &str); 15] = [
        (
            "fell back at least once, register",
            find("return_cumulative", "register", "national"),
            lifted,
            1e3,
            "",
        ),
        (
            "fall back in an average year, register",
            find("return_hazard", "register", "national"),
            lifted,
            1e3,
            "",
        ),
        (
            "... under a line indexed to incomes",
            find("return_hazard", "register", "national_income_indexed"),
            lifted,
            1e3,
            "",
        ),
        (
            "... without this year's illness (control)",
            find("return_hazard_without_illness", "register", "national"),
            lifted,
            1e3,
            "",
        ),
        (
            "fall back, consumption below 4.20 dollars",
            find("return_hazard", "measured_net", "ppp_4_20"),
            lifted,
            1e3,
            "",
        ),
        (
            "share of their own bills the lifted pay",
            find("oop_share", "", ""),
            lifted,
            100.0,
            "%",
        ),
        (
            "lifted spending over 10% of budget",
            find("catastrophic_10", "", ""),
            lifted,
            100.0,
            "%",
        ),
        (
            "needed admissions forgone, lifted",
            find("forgone_admission", "", ""),
            lifted,
            100.0,
            "%",
        ),
        (
            "other needed care forgone, lifted",
            find("forgone_moderate", "", ""),
            lifted,
            100.0,
            "%",
        ),
        (
            "share of their own bills that people pay",
            find("oop_share", "", ""),
            everybody,
            100.0,
            "%",
        ),
        (
            "needed admissions forgone, everybody",
            find("forgone_admission", "", ""),
            everybody,
            100.0,
            "%",
        ),
        (
            "other needed care forgone, everybody",
            find("forgone_moderate", "", ""),
            everybody,
            100.0,
            "%",
        ),
        (
            "known hypertension controlled, everybody",
            find("controlled_hypertension", "", ""),
            everybody,
            100.0,
            "%",
        ),
        (
            "deaths per 1,000 a year, everybody",
            find("deaths", "", ""),
            everybody,
            1.0,
            "",
        ),
        (
            "delivery of programmes, yuan per head",
            find("programme_cost", "", ""),
            everybody,
            1.0,
            "",
        ),
    ];
    let rows = rows.into_iter().skip(if returns { 0 } else { RETURNS });
    for (label, indicator, slice, scale, unit) in rows {
        if let Some(indicator) = indicator {
            row(arms, label, scale, unit, &|arm| estimate(arm, indicator, slice));
        }
    }
    if returns {
        causes(arms, lifted);
        if arms.len() > 1 {
            effects(arms, find("return_hazard", "register", "national"), lifted);
            winners::print(arms);
        }
    }
    if let Some((base, others)) = arms.split_first() {
        for arm in others {
            winners::print_flags(&arm.id, &flags(base, arm));
        }
    }
}

fn header(arms: &[Arm]) {
    say_on!("{:<44}", "");
    for arm in arms {
        say_on!("{:>24}", arm.id);
    }
    say!();
    say_on!("{:<44}", "replicates");
    for arm in arms {
        say_on!("{:>24}", arm.results.len());
    }
    say!();
}

fn tallies(arm: &Arm, slice: Slice, stock: bool) -> Vec<Tally> {
    arm.results.iter().map(|result| slice.tally(result, stock)).collect()
}

fn estimate(arm: &Arm, indicator: &Indicator, slice: Slice) -> Estimate {
    let tallies = tallies(arm, slice, indicator.is_stock());
    Estimate::of(
        &tallies
            .iter()
            .filter_map(|tally| indicator.value(tally))
            .collect::<Vec<_>>(),
    )
}

fn row(arms: &[Arm], label: &str, scale: f64, unit: &str, value: &dyn Fn(&Arm) -> Estimate) {
    let digits = |value: f64| usize::from(value.abs() < 100.0);
    say_on!("{label:<44}");
    let estimates: Vec<Estimate> = arms.iter().map(value).collect();
    for estimate in &estimates {
        let mean = estimate.mean * scale;
        let text = if estimate.n == 0 {
            "-".into()
        } else {
            format!("{mean:.*}{unit}", digits(mean))
        };
        say_on!("{text:>24}");
    }
    say!();
    say_on!("{:<44}", "");
    for estimate in &estimates {
        // None of these rows can be negative, and no share more than all, though the interval of a rare one may reach beyond.
        let most = if scale == 100.0 { 100.0 } else { f64::INFINITY };
        let [lo, hi] = [estimate.lo, estimate.hi].map(|bound| (bound * scale).clamp(0.0, most));
        let text = match estimate.n {
            0 => "nobody to count".into(),
            1 => "one run".into(),
            _ => format!("{lo:.*} to {hi:.*}", digits(lo), digits(hi)),
        };
        say_on!("{text:>24}");
    }
    say!();
}

/// The interval of a difference, with its sign.
fn interval(estimate: &Estimate, scale: f64) -> String {
    if estimate.n < 2 {
        return "one run".into();
    }
    format!("{:+.2} to {:+.2}", estimate.lo * scale, estimate.hi * scale)
}

fn causes(arms: &[Arm], slice: Slice) {
    say!("\nOf 100 returns by register ... (shadow purses: this year's bill, lost work, or both taken off)");
    let labels = [
        "the bill alone was enough",
        "lost work alone was enough",
        "either alone was enough",
        "both were needed",
        "not this year's illness",
    ];
    for (class, label) in labels.into_iter().enumerate() {
        row(arms, label, 100.0, "", &|arm| {
            let shares = tallies(arm, slice, false);
            Estimate::of(
                &shares
                    .iter()
                    .filter_map(|tally| cause_share(tally, 0, class))
                    .collect::<Vec<_>>(),
            )
        });
    }
}

fn effects(arms: &[Arm], hazard: Option<&Indicator>, slice: Slice) {
    let Some((base, others)) = arms.split_first() else {
        return;
    };
    let Some(hazard) = hazard else { return };
    let Ok(funders) = base.policy.funders() else { return };
    say!("\nDifference to {} over the same luck (paired by replicate)", base.id);
    let years = base.results.first().map_or(1, |result| result.years.len()) as f64;
    for arm in others {
        let Ok(own_funders) = arm.policy.funders() else { return };
        let one = tallies(base, slice, false);
        let two = tallies(arm, slice, false);
        let Some(paired) = pair(hazard, &one, &two) else {
            continue;
        };
        let Paired {
            difference,
            variance_reduction,
            ..
        } = paired;
        say!(
            "  {:<22} {:+.2} returns per 1,000 lifted households a year ({}){}",
            arm.id,
            1e3 * difference.mean,
            interval(&difference, 1e3),
            // The factor is itself a ratio of variances: below five replicates it says nothing.
            if difference.n >= 5 && variance_reduction.is_finite() {
                format!("; unpaired runs would need {variance_reduction:.0} times the replicates")
            } else {
                String::new()
            },
        );
        let everybody = Slice {
            category: None,
            ..slice
        };
        let costs: Vec<f64> = tallies(base, everybody, false)
            .iter()
            .zip(&tallies(arm, everybody, false))
            .map(|(one, two)| {
                (study::public_cost(two, &own_funders) - study::public_cost(one, &funders)) as f64 / 100.0 / years
            })
            .collect();
        let averted: Vec<f64> = one
            .iter()
            .zip(&two)
            .map(|(one, two)| (one.returned[0] - two.returned[0]) as f64 / years)
            .collect();
        let (cost, averted) = (Estimate::of(&costs), Estimate::of(&averted));
        let per = if averted.lo > 0.0 {
            format!("{:.0} yuan per return averted", cost.mean / averted.mean)
        } else {
            "no cost per return averted: the number averted is not clearly above zero".into()
        };
        say!(
            "  {:<22} public cost {:+.2} million yuan a year ({}); {:.1} returns averted a year; {per}",
            "",
            cost.mean / 1e6,
            interval(&cost, 1e-6),
            averted.mean,
        );
    }
}

/// Prints the controls beside the base: the same hazard in worlds without real growth and without any illness.
pub fn controls(base: &Arm, controls: &[Arm]) {
    let Some(first) = base.results.first() else { return };
    let list = indicators(first);
    let Some(hazard) = list
        .iter()
        .find(|one| one.id == "return_hazard" && one.line == "national")
    else {
        return;
    };
    let slice = Slice {
        year: None,
        county: None,
        category: Some(Category::Lifted),
    };
    say!("\nBeside it: the same hazard (register, per 1,000 lifted households a year) in other worlds");
    for arm in std::iter::once(base).chain(controls) {
        let estimate = estimate(arm, hazard, slice);
        let value = match estimate.n {
            0 => "     - (nobody to count)".into(),
            1 => format!("{:>6.1} (one run)", 1e3 * estimate.mean),
            _ => format!(
                "{:>6.1} ({:.1} to {:.1})",
                1e3 * estimate.mean,
                1e3 * estimate.lo.max(0.0),
                1e3 * estimate.hi
            ),
        };
        say!("  {:<14} {value}  {}", arm.id, arm.policy.scenario().title);
    }
}
