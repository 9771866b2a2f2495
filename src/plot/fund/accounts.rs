//! The accounts of the fund, put together over counties and pools.

use std::collections::BTreeMap;

use super::super::PlotError;
use super::super::series::{Point, Series, extremes};
use super::super::sources::Sources;
use super::super::table::Row;

/// A sum over counties, with the sum of the squares of half its intervals.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) mean: f64,
    pub(super) square: f64,
    /// At least one part has no interval.
    pub(super) open: bool,
}

impl Sum {
    /// Adds a part that has nothing to do with the others.
    fn add(&mut self, part: Sum) {
        self.mean += part.mean;
        self.square += part.square;
        self.open |= part.open;
    }

    fn half(self) -> Option<f64> {
        (!self.open).then(|| self.square.sqrt())
    }
}

/// The year of an account.
#[derive(Clone, Default)]
pub(super) struct Account {
    pub(super) premiums: Sum,
    pub(super) subsidies: Sum,
    pub(super) claims: Sum,
    pub(super) closing: Sum,
    /// What it paid of what its rules say.
    pub(super) rate: f64,
    /// A row of it is not shown.
    pub(super) masked: bool,
}

impl Account {
    fn take(&mut self, row: Row) -> Result<(), PlotError> {
        let Some(mean) = row.number("mean")? else {
            // Months of claims are empty in joint accounts and where nothing is claimed; money and shares only if masked.
            self.masked |= row.text("item")? != "reserve";
            return Ok(());
        };
        let half = row.number("lo")?.zip(row.number("hi")?).map(|(lo, hi)| 0.5 * (hi - lo));
        let sum = Sum {
            mean,
            square: half.map_or(0.0, |half| half * half),
            open: half.is_none(),
        };
        match row.text("item")? {
            "premiums" => self.premiums = sum,
            "subsidies" => self.subsidies = sum,
            "claims" => self.claims = sum,
            "closing" => self.closing = sum,
            "rate" if (0.0..=1.0).contains(&mean) => self.rate = mean,
            "rate" => return Err(row.wrong(format!("`mean` is {mean}; a share of the promise was expected"))),
            _ => {}
        }
        Ok(())
    }

    /// Premiums and subsidies; as they come from the same people, their intervals add up.
    fn income(&self) -> Sum {
        let halves = self.premiums.square.sqrt() + self.subsidies.square.sqrt();
        Sum {
            mean: self.premiums.mean + self.subsidies.mean,
            square: halves * halves,
            open: self.premiums.open || self.subsidies.open,
        }
    }
}

/// A scenario's year, all accounts together.
#[derive(Clone, Default)]
pub(super) struct Year {
    pub(super) income: Sum,
    pub(super) claims: Sum,
    pub(super) closing: Sum,
    /// Claims as the rules promise them.
    pub(super) promised: f64,
    /// Accounts that hold a balance, and how many of them closed below zero in the mean replicate.
    pub(super) accounts: usize,
    pub(super) below: usize,
}

impl Year {
    /// What was not paid of what the rules promise, in per cent.
    fn unpaid(&self) -> f64 {
        if self.promised > 0.0 {
            100.0 * (1.0 - self.claims.mean / self.promised).max(0.0)
        } else {
            0.0
        }
    }
}

/// A mean with half its interval, where it has one.
type Bounded = (f64, Option<f64>);

/// What numbers tell of a scenario's year.
pub(super) struct Told {
    /// The calendar year.
    pub(super) year: i32,
    /// Per cent of the promise that was not paid.
    pub(super) unpaid: f64,
    /// Accounts that closed below zero in the mean replicate.
    pub(super) below: usize,
    /// Accounts that hold a balance.
    pub(super) accounts: usize,
}

/// What the figure shows.
pub(super) struct Fund {
    pub(super) balance: Vec<Series>,
    pub(super) used: Vec<Series>,
    /// What numbers tell of the years of each scenario, by its place.
    pub(super) told: Vec<(usize, Vec<Told>)>,
    /// Scenarios in which nothing is claimed.
    pub(super) idle: Vec<String>,
    pub(super) replicates: Vec<f64>,
    pub(super) joint: bool,
    pub(super) masked: bool,
}

pub(super) fn gather(sources: &Sources) -> Result<Option<Fund>, PlotError> {
    let Some(table) = sources.maybe("funds.csv")? else {
        return Ok(None);
    };
    let scenarios = sources.scenarios()?;
    let rows = table.rows_where(&[])?;
    let place = |row: &Row| -> Result<usize, PlotError> {
        let scenario = row.text("scenario")?;
        let at = scenarios.iter().position(|known| known == scenario);
        at.ok_or_else(|| row.wrong(format!("the scenario `{scenario}` is not in indicators.csv")))
    };
    let mut accounts: BTreeMap<(usize, i32), BTreeMap<&str, Account>> = BTreeMap::new();
    for row in &rows {
        let year = accounts.entry((place(row)?, row.year()?)).or_default();
        year.entry(row.text("county")?).or_default().take(*row)?;
    }
    let pools = sources.maybe("pools.csv")?;
    let joint_rows = pools
        .as_ref()
        .map_or(Ok(Vec::new()), |table| table.rows_where(&[("item", "closing")]))?;
    // The counties whose balance is held elsewhere, and the balances that are held there.
    let mut pooled: BTreeMap<(usize, i32), Vec<&str>> = BTreeMap::new();
    let mut joint: BTreeMap<(usize, i32), Vec<(bool, Account)>> = BTreeMap::new();
    for row in &joint_rows {
        let (key, pool) = ((place(row)?, row.year()?), row.text("kind")? == "pool");
        let mut account = Account::default();
        account.take(*row)?;
        joint.entry(key).or_default().push((pool, account));
        if pool {
            pooled.entry(key).or_default().extend(row.text("counties")?.split(' '));
        }
    }
    let mut fund = Fund {
        balance: Vec::new(),
        used: Vec::new(),
        told: Vec::new(),
        idle: Vec::new(),
        replicates: extremes(&rows)?,
        joint: !pooled.is_empty(),
        masked: false,
    };
    let enrolled = enrolled(sources)?;
    for (at, scenario) in scenarios.iter().enumerate() {
        let mut own: Vec<(i32, Year)> = Vec::new();
        for ((_, year), counties) in accounts.range((at, i32::MIN)..=(at, i32::MAX)) {
            let mut sum = Year::default();
            let elsewhere = pooled.get(&(at, *year));
            for (county, account) in counties {
                if account.masked {
                    fund.masked = true;
                    continue;
                }
                let holds = !elsewhere.is_some_and(|pooled| pooled.contains(county));
                sum.income.add(account.income());
                sum.claims.add(account.claims);
                sum.promised += if account.rate > 0.0 {
                    account.claims.mean / account.rate
                } else {
                    0.0
                };
                sum.closing.add(account.closing);
                sum.accounts += usize::from(holds);
                sum.below += usize::from(holds && account.closing.mean < 0.0);
            }
            for (pool, account) in joint.get(&(at, *year)).into_iter().flatten() {
                sum.closing.add(account.closing);
                sum.accounts += usize::from(*pool);
                sum.below += usize::from(*pool && account.closing.mean < 0.0);
            }
            own.push((*year, sum));
        }
        if own.iter().all(|(_, year)| year.claims.mean <= 0.0) {
            if !own.is_empty() {
                fund.idle.push(scenario.clone());
            }
            continue;
        }
        let series = |point: &dyn Fn(i32, &Year) -> Option<Bounded>| Series {
            scenario: scenario.clone(),
            place: at,
            points: own
                .iter()
                .filter_map(|(year, sum)| Some(pointed(*year, point(*year, sum)?)))
                .collect(),
        };
        fund.balance.push(series(&|year, sum| {
            let people = enrolled
                .get(&(scenario.clone(), year))
                .filter(|people| **people > 0.0)?;
            Some((sum.closing.mean / people, sum.closing.half().map(|half| half / people)))
        }));
        fund.used.push(series(&|_, sum| used(sum)));
        let strip = own.iter().map(|(year, sum)| Told {
            year: *year,
            unpaid: sum.unpaid(),
            below: sum.below,
            accounts: sum.accounts,
        });
        fund.told.push((at, strip.collect()));
    }
    let shown = fund.used.iter().any(|one| !one.points.is_empty());
    Ok((shown && fund.balance.iter().any(|one| !one.points.is_empty())).then_some(fund))
}

/// Claims in per cent of premiums and subsidies; the interval as if they varied apart from each other.
pub(super) fn used(sum: &Year) -> Option<(f64, Option<f64>)> {
    let income = sum.income.mean;
    let ratio = 100.0 * sum.claims.mean / (income > 0.0).then_some(income)?;
    let half = sum.claims.half().zip(sum.income.half());
    let half = half.map(|(claims, own)| (100.0 * claims / income).hypot(ratio * own / income));
    Some((ratio, half))
}

pub(super) fn pointed(year: i32, (mean, half): (f64, Option<f64>)) -> Point {
    Point {
        year,
        mean,
        interval: half.map(|half| (mean - half, mean + half)),
        few_events: false,
    }
}

/// The people enrolled in the mean replicate, by scenario and year.
pub(super) fn enrolled(sources: &Sources) -> Result<BTreeMap<(String, i32), f64>, PlotError> {
    let table = sources.table("indicators.csv")?;
    let wanted = [("indicator", "enrolled"), ("county", "all"), ("category", "all")];
    let mut people = BTreeMap::new();
    for row in table.rows_where(&wanted)? {
        if row.text("year")? != "all"
            && let Some(number) = row.number("numerator")?
        {
            people.insert((row.text("scenario")?.to_owned(), row.year()?), number);
        }
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::super::super::page::Page;
    use super::super::super::written::{near, written};
    use super::*;

    const HEAD: &str = "scenario,year,county,item,unit,mean,se,lo,hi,replicates,meaning,events,few_events\n";
    const PEOPLE: &str = "scenario,year,county,category,indicator,line,convention,weight,numerator,denominator,unit,mean,se,\
                          lo,hi,replicates,few_events\n\
                          base,2021,all,all,enrolled,,,persons,10,12,share,0.83,,,,3,false\n\
                          idle,2021,all,all,enrolled,,,persons,10,12,share,0.83,,,,3,false\n";

    /// An account's rows: name, then premiums, subsidies, claims, closing and rate, each with half its interval.
    fn account(scenario: &str, county: &str, numbers: [(f64, f64); 5]) -> String {
        let items = ["premiums", "subsidies", "claims", "closing", "rate"];
        let row = |(item, (mean, half)): (&str, (f64, f64))| {
            let (lo, hi) = (mean - half, mean + half);
            format!("{scenario},2021,{county},{item},yuan,{mean},,{lo},{hi},3,words,,\n")
        };
        items.into_iter().zip(numbers).map(row).collect()
    }

    fn two_counties() -> String {
        let one = [(30.0, 0.0), (70.0, 0.0), (80.0, 6.0), (50.0, 3.0), (1.0, 0.0)];
        let other = [(20.0, 0.0), (30.0, 0.0), (40.0, 8.0), (-10.0, 4.0), (0.8, 0.0)];
        let nothing = [(5.0, 0.0), (5.0, 0.0), (0.0, 0.0), (900.0, 0.0), (1.0, 0.0)];
        HEAD.to_owned()
            + &account("base", "near", one)
            + &account("base", "far", other)
            + &account("idle", "near", nothing)
    }

    #[test]
    fn accounts_add_up_and_their_intervals_as_squares() {
        let (_folder, sources) = written(&[("funds.csv", &two_counties()), ("indicators.csv", PEOPLE)]);
        let fund = gather(&sources).unwrap().unwrap();
        let balance = &fund.balance[0].points[0];
        assert!(near(balance.mean, 4.0), "(50 - 10) / 10 enrolled");
        let (lo, hi) = balance.interval.unwrap();
        assert!(near(lo, 3.5) && near(hi, 4.5), "sqrt(9 + 16) / 10");
        let used = &fund.used[0].points[0];
        assert!(near(used.mean, 80.0), "120 of 150");
        assert!(near(used.interval.unwrap().1, 80.0 + 100.0 * 10.0 / 150.0));
        let told = &fund.told[0].1[0];
        assert_eq!((told.year, told.below, told.accounts), (2021, 1, 2));
        assert!(
            near(told.unpaid, 100.0 * (1.0 - 120.0 / 130.0)),
            "promised are 80 and 50"
        );
    }

    #[test]
    fn a_fund_that_pays_nothing_is_left_out_by_name() {
        let (_folder, sources) = written(&[("funds.csv", &two_counties()), ("indicators.csv", PEOPLE)]);
        assert_eq!(gather(&sources).unwrap().unwrap().idle, ["idle"]);
        let figure = super::super::read(&sources).unwrap().unwrap()(Page::USUAL).unwrap();
        assert!(figure.caption.contains("as their fund pays nothing: Idle."));
        assert!(figure.drawing.says("7.7"));
        assert!(!figure.drawing.says("Idle"));
    }

    #[test]
    fn the_balance_of_a_pool_counts_once() {
        let county = |name| {
            account(
                "base",
                name,
                [(30.0, 1.0), (70.0, 1.0), (80.0, 1.0), (0.0, 0.0), (0.9, 0.0)],
            )
        };
        let funds = HEAD.to_owned() + &county("near") + &county("far");
        let pools = "scenario,year,account,kind,counties,item,unit,mean,se,lo,hi,replicates,meaning,events,few_events\n\
                     base,2021,one,pool,far near,closing,yuan,-20,1,-23,-17,3,words,,\n\
                     base,2021,all,adjustment fund,far near,closing,yuan,0,0,0,0,3,words,,\n";
        let tables = [
            ("funds.csv", funds.as_str()),
            ("pools.csv", pools),
            ("indicators.csv", PEOPLE),
        ];
        let (_folder, sources) = written(&tables);
        let fund = gather(&sources).unwrap().unwrap();
        assert!(near(fund.balance[0].points[0].mean, -2.0));
        let told = &fund.told[0].1[0];
        assert_eq!((told.below, told.accounts), (1, 1));
    }

    #[test]
    fn one_replicate_has_no_intervals_and_a_masked_county_is_not_in_the_sums() {
        let numbers = [(50.0, 0.0), (50.0, 0.0), (80.0, 0.0), (10.0, 0.0), (1.0, 0.0)];
        let text = account("base", "near", numbers);
        let without = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            cells[..6].join(",") + ",,,,1,words,,\n"
        };
        let text: String = text.lines().map(without).collect();
        let masked = "base,2021,far,claims,yuan,,,,,1,words,,masked\nbase,2021,far,premiums,yuan,,,,,1,words,,masked\n";
        let funds = HEAD.to_owned() + &text + masked;
        let (_folder, sources) = written(&[("funds.csv", &funds), ("indicators.csv", PEOPLE)]);
        let fund = gather(&sources).unwrap().unwrap();
        assert!(fund.masked);
        assert!(fund.balance[0].points[0].interval.is_none());
        assert!(near(fund.used[0].points[0].mean, 80.0));
        assert!(
            super::super::read(&sources).unwrap().unwrap()(Page::USUAL)
                .unwrap()
                .caption
                .contains("none in the table")
        );
    }

    #[test]
    fn a_rate_above_one_is_named_with_its_line() {
        let funds = two_counties().replace("base,2021,near,rate,yuan,1,", "base,2021,near,rate,yuan,1.5,");
        let (_folder, sources) = written(&[("funds.csv", &funds), ("indicators.csv", PEOPLE)]);
        let error = gather(&sources).err().unwrap().to_string();
        assert!(error.contains("funds.csv, line 6"), "{error}");
    }
}
