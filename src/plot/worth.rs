//! What scenarios cost and avert beside their base, replicate by replicate: the numbers of the cost-effectiveness plane and of
//! the acceptability curve.

use std::collections::BTreeMap;

pub(super) mod acceptability;
mod choice;
mod mean;
pub(super) mod plane;
mod words;

use super::PlotError;
use super::page::Page;
use super::sources::Sources;
use super::table::Row;
use choice::{Choice, Pair, Verdict};
use mean::Mean;

/// What is averted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Falls of lifted households back into poverty.
    Returns,
    /// Years of life lost or lived with disability.
    Dalys,
}

impl Outcome {
    /// The items of the table: what is counted, and of how many years of whom.
    fn items(self) -> (&'static str, &'static str) {
        match self {
            Outcome::Returns => ("returns", "household_years_at_risk"),
            Outcome::Dalys => ("dalys", "person_years"),
        }
    }

    /// One of what is averted.
    pub(super) fn one(self, page: Page) -> &'static str {
        match self {
            Outcome::Returns => page.say("return averted", "例避免的返贫"),
            Outcome::Dalys => page.say("DALY averted", "个避免的伤残调整生命年"),
        }
    }
}

/// All scenarios beside the base.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    /// What is averted.
    pub(super) outcome: Outcome,
    /// The base.
    pub(super) base: String,
    /// The place of the base in the order of scenarios.
    pub(super) base_place: usize,
    /// The first and the last year.
    pub(super) years: (i32, i32),
    /// The scenarios in their order.
    options: Vec<Choice>,
    /// Replicates of which a number is hidden.
    pub(super) hidden: usize,
    /// Years of those it is about in the base, in the mean replicate: of households at risk, or of people.
    pub(super) years_of_those: f64,
}

/// Reads what is averted; nothing where the result has no comparison, or every number of it is hidden.
pub(super) fn worth(sources: &Sources, outcome: Outcome) -> Result<Option<Worth>, PlotError> {
    let Some(table) = sources.maybe("cost_effect.csv")? else {
        return Ok(None);
    };
    let order = sources.scenarios()?;
    let place = |id: &str| order.iter().position(|known| known == id).unwrap_or(order.len());
    let (counted, of) = outcome.items();
    let rows = table.rows_where(&[])?;
    let mut by_key: Known = BTreeMap::new();
    for row in &rows {
        let key = [row.text("scenario")?, row.text("replicate")?, row.text("item")?];
        if by_key.insert(key, *row).is_some() {
            return Err(row.wrong(format!(
                "a second row `{}` for replicate {} of `{}`",
                key[2], key[1], key[0]
            )));
        }
    }
    let mut worth: Option<Worth> = None;
    for row in rows {
        if row.text("item")? != counted {
            continue;
        }
        let (base, scenario) = (row.text("base")?, row.text("scenario")?);
        let found = worth.get_or_insert_with(|| Worth {
            outcome,
            base: base.to_owned(),
            base_place: place(base),
            years: (0, 0),
            options: Vec::new(),
            hidden: 0,
            years_of_those: 0.0,
        });
        if base != found.base {
            return Err(row.wrong(format!("`base` is `{base}` here and `{}` above", found.base)));
        }
        found.years = (year(&row, "from")?, year(&row, "to")?);
        let known = found.options.iter().position(|known| known.scenario == scenario);
        let at = known.unwrap_or(found.options.len());
        if known.is_none() {
            found.options.push(Choice {
                scenario: scenario.to_owned(),
                place: place(scenario),
                pairs: Vec::new(),
            });
        }
        match pair(&by_key, &row, of, found.years)? {
            Some((pair, those)) => {
                found.options[at].pairs.push(pair);
                found.years_of_those += those;
            }
            None => found.hidden += 1,
        }
    }
    if let Some(worth) = &mut worth {
        let pairs: usize = worth.options.iter().map(|option| option.pairs.len()).sum();
        worth.years_of_those /= pairs.max(1) as f64;
        worth.options.retain(|option| !option.pairs.is_empty());
        worth.options.sort_by_key(|option| option.place);
    }
    Ok(worth.filter(|worth| !worth.options.is_empty()))
}

fn year(row: &Row, column: &str) -> Result<i32, PlotError> {
    let text = row.text(column)?;
    text.parse()
        .map_err(|_| row.wrong(format!("`{column}` is `{text}`; a year such as 2025 was expected")))
}

/// The rows of the table by scenario, replicate and item.
type Known<'t> = BTreeMap<[&'t str; 3], Row<'t>>;

/// What a scenario costs and averts in the replicate of a row, and the years of those it is about; nothing where a number of it is
/// hidden.
fn pair(known: &Known, row: &Row, of: &str, years: (i32, i32)) -> Result<Option<(Pair, f64)>, PlotError> {
    let (scenario, replicate) = (row.text("scenario")?, row.text("replicate")?);
    let own = |item: &str, column: &str| match known.get(&[scenario, replicate, item]) {
        Some(row) => row.number(column),
        None => Err(row.wrong(format!("the table has no row `{item}` for this replicate"))),
    };
    let counted = row.text("item")?;
    let numbers = (
        own("public_cost", "difference")?,
        own(counted, "difference")?,
        own("person_years", "in_base")?,
        own(of, "in_base")?,
    );
    let (Some(cost), Some(more), Some(people), Some(those)) = numbers else {
        return Ok(None);
    };
    if people <= 0.0 || those <= 0.0 || years.1 < years.0 {
        return Err(row.wrong("there is nobody in the base to count by".to_owned()));
    }
    let replicate = replicate
        .parse()
        .map_err(|_| row.wrong(format!("`replicate` is `{replicate}`, which is not a number")))?;
    let pair = Pair {
        replicate,
        cost,
        averted: -more,
        cost_a_head: cost / people,
        averted_per_1000: -1e3 * more / those,
    };
    Ok(Some((pair, those)))
}

impl Worth {
    /// The least and the most replicates of a scenario.
    pub(super) fn replicates(&self) -> Vec<f64> {
        let counts = || self.options.iter().map(|option| option.pairs.len());
        let (least, most) = (counts().min().unwrap_or(0) as f64, counts().max().unwrap_or(0) as f64);
        if least < most { vec![least, most] } else { vec![most] }
    }

    /// The replicates that all scenarios have, as what each scenario costs and averts in it.
    fn common(&self) -> Vec<Vec<Pair>> {
        let Some((first, others)) = self.options.split_first() else {
            return Vec::new();
        };
        let with = |option: &Choice, replicate| option.pairs.iter().find(|pair| pair.replicate == replicate).copied();
        let all = |pair: &Pair| {
            let others = others.iter().map(|option| with(option, pair.replicate));
            std::iter::once(Some(*pair))
                .chain(others)
                .collect::<Option<Vec<Pair>>>()
        };
        first.pairs.iter().filter_map(all).collect()
    }

    /// How many replicates all scenarios have.
    pub(super) fn shared(&self) -> usize {
        self.common().len()
    }

    /// The share of replicates in which the base (first) and each scenario has the highest net benefit of all, if one averted is worth
    /// `yuan`. Who is level with one before it is not the highest.
    pub(super) fn best(&self, yuan: f64) -> Vec<f64> {
        let replicates = self.common();
        let mut wins = vec![0.0; 1 + self.options.len()];
        for pairs in &replicates {
            let mut best = (0, 0.0);
            for (at, pair) in pairs.iter().enumerate() {
                let benefit = yuan * pair.averted - pair.cost;
                if benefit > best.1 {
                    best = (at + 1, benefit);
                }
            }
            wins[best.0] += 1.0;
        }
        wins.iter().map(|won| won / replicates.len().max(1) as f64).collect()
    }

    /// The share of its replicates in which each scenario alone has a higher net benefit than the base.
    pub(super) fn better(&self, yuan: f64) -> Vec<f64> {
        let share = |option: &Choice| {
            let won = option
                .pairs
                .iter()
                .filter(|pair| yuan * pair.averted > pair.cost)
                .count();
            won as f64 / option.pairs.len() as f64
        };
        self.options.iter().map(share).collect()
    }

    /// How far the axis of what one averted is worth must go to show where the answer changes, yuan; `None` where it never does.
    pub(super) fn reach(&self) -> Option<f64> {
        let ratios = self.options.iter().filter_map(|option| match option.verdict() {
            Verdict::Ratio(ratio, upper) => Some(upper.map_or(ratio, |(_, upper)| upper.max(ratio))),
            Verdict::Saves(ratio) => Some(ratio),
            _ => None,
        });
        let mut ratios: Vec<f64> = ratios.collect();
        // One scenario against another, where both differ beyond noise.
        let replicates = self.common();
        for one in 0..self.options.len() {
            for two in one + 1..self.options.len() {
                let values = |of: fn(&Pair) -> f64| -> Vec<f64> {
                    replicates
                        .iter()
                        .map(|pairs| of(&pairs[two]) - of(&pairs[one]))
                        .collect()
                };
                let (cost, averted) = (
                    Mean::of(&values(|pair| pair.cost)),
                    Mean::of(&values(|pair| pair.averted)),
                );
                if cost.sign() * averted.sign() > 0 {
                    ratios.push(cost.mean / averted.mean);
                }
            }
        }
        ratios
            .into_iter()
            .filter(|ratio| ratio.is_finite())
            .reduce(f64::max)
            .map(|most| 1.5 * most)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::choice::tests::option;
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    /// The header of the table.
    pub(in crate::plot) const HEADER: &str = "base,scenario,replicate,from,to,category,item,line,convention,unit,in_base,in_scenario,\
                                              difference,events,few_events\n";

    /// The rows of a replicate: what it costs, how many more return, how many DALYs more there are.
    pub(in crate::plot) fn rows(scenario: &str, replicate: u32, [cost, returns, dalys]: [f64; 3]) -> String {
        let row = |item: &str, base: f64, difference: f64| {
            let other = base + difference;
            format!("base,{scenario},{replicate},2021,2022,all,{item},,,x,{base},{other},{difference},,\n")
        };
        [
            row("public_cost", 1e6, cost),
            row("returns", 50.0, returns),
            row("dalys", 800.0, dalys),
            row("person_years", 10_000.0, 0.0),
            row("household_years_at_risk", 1_000.0, 0.0),
        ]
        .concat()
    }

    /// A result folder with these rows, of scenarios `base`, `one` and `two`.
    pub(in crate::plot) fn result(rows: &str, year: i32) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let tables = folder.path().join("tables");
        fs::create_dir(&tables).unwrap();
        let indicators = format!("scenario,year\nbase,{year}\none,{year}\ntwo,{year}\n");
        fs::write(tables.join("indicators.csv"), indicators).unwrap();
        fs::write(tables.join("cost_effect.csv"), format!("{HEADER}{rows}")).unwrap();
        folder
    }

    fn read(rows: &str) -> Result<Option<Worth>, PlotError> {
        let folder = result(rows, 2021);
        worth(&Sources::of(folder.path()), Outcome::Returns)
    }

    #[test]
    fn what_is_averted_is_counted_by_those_it_is_about() {
        let worth = read(&rows("two", 7, [20_000.0, -5.0, 3.0])).unwrap().unwrap();
        assert_eq!(
            (worth.base.as_str(), worth.years, worth.base_place),
            ("base", (2021, 2022), 0)
        );
        let option = &worth.options[0];
        assert_eq!((option.scenario.as_str(), option.place), ("two", 2));
        let expected = Pair {
            replicate: 7,
            cost: 20_000.0,
            averted: 5.0,
            cost_a_head: 2.0,
            averted_per_1000: 5.0,
        };
        assert_eq!(
            (option.pairs.as_slice(), worth.years_of_those),
            (&[expected][..], 1_000.0)
        );
    }

    #[test]
    fn a_masked_replicate_is_left_out_and_counted() {
        let masked = rows("one", 1, [5.0, -1.0, 0.0]).replace("returns,,,x,50,49,-1,,", "returns,,,x,,,,,masked");
        let worth = read(&(rows("one", 0, [1.0, -2.0, 0.0]) + &masked)).unwrap().unwrap();
        assert_eq!((worth.options[0].pairs.len(), worth.hidden), (1, 1));
        assert!(read(&masked).unwrap().is_none());
    }

    #[test]
    fn a_broken_table_is_named_with_its_line() {
        let good = rows("one", 0, [1.0, -2.0, 0.0]);
        let said = |rows: &str| match read(rows) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{rows} was read"),
        };
        let twice = said(&(good.clone() + &good));
        assert!(
            twice.contains("cost_effect.csv, line 7: a second row `public_cost` for replicate 0 of `one`"),
            "{twice}"
        );
        let kept: Vec<&str> = good.lines().filter(|line| !line.contains("person_years")).collect();
        let without = kept.join("\n") + "\n";
        assert!(said(&without).contains("line 3: the table has no row `person_years`"));
        assert!(said(&good.replace(",-2,", ",-2x,")).contains("line 3: `difference` is `-2x`"));
        assert!(said(&good.replace(",2021,2022,all,returns", ",soon,2022,all,returns")).contains("`from` is `soon`"));
        assert!(said(&good.replace("10000,10000", "0,10000")).contains("nobody in the base"));
    }

    fn worth_of(options: Vec<Choice>) -> Worth {
        Worth {
            outcome: Outcome::Returns,
            base: "base".to_owned(),
            base_place: 0,
            years: (2021, 2022),
            options,
            hidden: 0,
            years_of_those: 0.0,
        }
    }

    #[test]
    fn shares_of_the_highest_net_benefit_add_up() {
        let worth = worth_of(vec![
            option(&[(10.0, 1.0), (30.0, 1.0)]),
            option(&[(100.0, 3.0), (10.0, 0.0)]),
        ]);
        // Worth 20 each: net 10 and -10; -40 and -10. Worth 60: 50 and 30; 80 and -10.
        assert_eq!(worth.best(20.0), [0.5, 0.5, 0.0]);
        assert_eq!(worth.best(60.0), [0.0, 0.5, 0.5]);
        assert_eq!(worth.best(0.0), [1.0, 0.0, 0.0]);
        assert_eq!(worth.better(20.0), [0.5, 0.0]);
        assert_eq!(worth.better(60.0), [1.0, 0.5]);
        // A tie goes to the base.
        assert_eq!(worth_of(vec![option(&[(0.0, 0.0)])]).best(5.0), [1.0, 0.0]);
    }

    #[test]
    fn only_replicates_that_all_scenarios_have_are_ranked() {
        let mut second = option(&[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]);
        second.pairs.remove(0);
        let worth = worth_of(vec![option(&[(1.0, 2.0), (1.0, 2.0)]), second]);
        assert_eq!(worth.shared(), 1);
        assert_eq!(worth.replicates(), [2.0]);
    }
}
