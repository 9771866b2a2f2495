//! `kangcun measure`: the indicators of the field on a survey of one's own, by group, with errors by its design.

use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, command_line, listed, now};
use crate::exit;
use crate::measure::{Basis, Scale};
use crate::output::{folder_of, prepare};
use crate::study::measure::asked::{Above, Asked, Errors, LineAsked, Period};
use crate::study::measure::design::LonePsu;
use crate::study::measure::reading::{Refused, read};
use crate::study::measure::{Estimate, measure, table};
use crate::terminal::Screen;
use clap::{Args, ValueEnum};
use std::fmt::Write;
use std::path::PathBuf;

/// What the command is told.
#[derive(Args, Debug)]
pub struct Measure {
    /// The survey, a row a household (or a person, without --size): CSV with a header line, or Parquet
    survey: PathBuf,
    /// Sampling weight of the household; 1 where nothing is said
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// People of the household; people count as often as the household's weight times this
    #[arg(long, value_name = "COLUMN")]
    size: Option<String>,
    /// Consumption of the household
    #[arg(long, value_name = "COLUMN")]
    consumption: Option<String>,
    /// Whether consumption is net of out-of-pocket spending on health, or gross (has it in it); must be said where both are given
    #[arg(long, value_enum, value_name = "BASIS")]
    consumption_is: Option<BasisWord>,
    /// Out-of-pocket spending of the household on health
    #[arg(long, value_name = "COLUMN")]
    oop: Option<String>,
    /// Spending of the household on food
    #[arg(long, value_name = "COLUMN")]
    food: Option<String>,
    /// Income of the household
    #[arg(long, value_name = "COLUMN")]
    income: Option<String>,
    /// Of what period the amounts of the columns are
    #[arg(long, value_enum, default_value = "year")]
    period: PeriodWord,
    /// A poverty line, a year for each head (or equivalent adult) in money of the survey: an amount or a column; can be said again
    #[arg(long, value_name = "AMOUNT|COLUMN", value_parser = line, allow_negative_numbers = true)]
    line: Vec<LineAsked>,
    /// What ranks people from worst to best off; gross consumption (else income) per equivalent adult where nothing is said
    #[arg(long, value_name = "COLUMN", visible_alias = "prepayment")]
    rank: Option<String>,
    /// A variable of health or use of which concentration indices are made; can be said again
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    outcome: Vec<String>,
    /// The lowest and the highest value that outcomes can have, for the indices of Erreygers and Wagstaff
    #[arg(long, value_name = "LOW,HIGH", value_parser = bounds, allow_hyphen_values = true, requires = "outcome")]
    bounds: Option<Bounds>,
    /// A variable by which the concentration index of each outcome is decomposed; can be said again
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "outcome")]
    factor: Vec<String>,
    /// How a household counts in equivalent adults: per-head, oecd, power:THETA (people to that power), or weighted:ALPHA:THETA
    /// (a child counts ALPHA, all to the power of THETA)
    #[arg(long, value_name = "SCALE", default_value = "per-head", value_parser = scale)]
    equivalence: Scale,
    /// Adults of the household, for the scales oecd and weighted; else its people less its children
    #[arg(long, value_name = "COLUMN", requires = "children")]
    adults: Option<String>,
    /// Children of the household, for the scales oecd and weighted
    #[arg(long, value_name = "COLUMN")]
    children: Option<String>,
    /// Money of the survey for an international dollar of 2017 in private consumption, for SDG 3.8.2 as adopted in 2025
    #[arg(long, value_name = "FACTOR", value_parser = above_zero, allow_negative_numbers = true)]
    ppp: Option<f64>,
    /// Shares of consumption beyond which out-of-pocket spending is catastrophic
    #[arg(long, value_name = "SHARE", value_delimiter = ',', value_parser = above_zero, allow_negative_numbers = true)]
    thresholds: Vec<f64>,
    /// A column that parts the rows into groups; can be said again
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    group: Vec<String>,
    /// Part people into this many groups of equal weight by what ranks them (5 for quintiles), beside the other groups
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=100))]
    quantiles: Option<u16>,
    /// Stratum of the sample
    #[arg(long, value_name = "COLUMN")]
    strata: Option<String>,
    /// Primary sampling unit; every row is one of its own (in a panel, every household) where nothing is said
    #[arg(long, value_name = "COLUMN")]
    psu: Option<String>,
    /// What is done with a stratum of one PSU
    #[arg(long, value_enum, default_value = "refuse")]
    lone_psu: LoneWord,
    /// In a panel, the household of a row
    #[arg(long, value_name = "COLUMN", requires = "wave")]
    household: Option<String>,
    /// In a panel, the year of a row
    #[arg(long, value_name = "COLUMN", requires = "household")]
    wave: Option<String>,
    /// What is done with out-of-pocket spending above consumption
    #[arg(long, value_enum, default_value = "refuse")]
    oop_above_consumption: AboveWord,
    /// What is done with rows that have an empty cell in a used column
    #[arg(long, value_enum, default_value = "refuse")]
    missing: MissingWord,
    /// How standard errors are made; bootstrap where --bootstrap is said
    #[arg(long, value_enum)]
    errors: Option<ErrorsWord>,
    /// Replicates of the bootstrap over PSUs; its luck hangs on --seed alone
    #[arg(long, value_name = "REPLICATES", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    bootstrap: Option<u32>,
    #[command(flatten)]
    printed: Printed,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum BasisWord {
    Net,
    Gross,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum PeriodWord {
    Year,
    Month,
    Day,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum LoneWord {
    Refuse,
    Centre,
    Certain,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum AboveWord {
    Refuse,
    Keep,
    Drop,
    Cap,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq)]
enum MissingWord {
    Refuse,
    Drop,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq)]
enum ErrorsWord {
    Linearised,
    Bootstrap,
    None,
}

/// What is printed.
#[derive(Args, Debug, Clone, Copy)]
pub struct Printed {
    /// What is printed; with --out, a folder has all of them and Parquet
    #[arg(long, value_enum, default_value = "table")]
    format: Form,
    /// As JSON: --format json
    #[arg(long, conflicts_with_all = ["format", "csv"])]
    json: bool,
    /// As comma-separated values: --format csv
    #[arg(long, conflicts_with = "format")]
    csv: bool,
}

impl Printed {
    /// The form that is asked for.
    pub fn form(self) -> Form {
        match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => self.format,
        }
    }
}

/// What is printed.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Form {
    Table,
    Csv,
    Json,
}

/// The lowest and the highest value.
#[derive(Clone, Copy, Debug)]
pub struct Bounds(pub [f64; 2]);

/// Replicates of the bootstrap where their number is not said.
const REPLICATES: u32 = 500;

fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| format!("`{text}` is no number"))
}

pub fn above_zero(text: &str) -> Result<f64, String> {
    let number = number(text)?;
    if number > 0.0 {
        Ok(number)
    } else {
        Err("it must be above 0".into())
    }
}

fn line(text: &str) -> Result<LineAsked, String> {
    match text.parse::<f64>() {
        Ok(_) => above_zero(text).map(LineAsked::Amount),
        Err(_) => Ok(LineAsked::Column(text.into())),
    }
}

pub fn bounds(text: &str) -> Result<Bounds, String> {
    let (low, high) = text
        .split_once(',')
        .ok_or("write the lowest and the highest value, as 0,1")?;
    let (low, high) = (number(low)?, number(high)?);
    if low < high {
        Ok(Bounds([low, high]))
    } else {
        Err("the lowest value must be below the highest".into())
    }
}

fn exponent(text: &str) -> Result<f64, String> {
    let within = Some(number(text)?).filter(|theta| (0.0..=1.0).contains(theta));
    within.ok_or_else(|| "THETA must lie between 0 (a household counts 1) and 1 (no economies of scale)".into())
}

fn of_an_adult(text: &str) -> Result<f64, String> {
    let within = Some(number(text)?).filter(|alpha| *alpha > 0.0 && *alpha <= 1.0);
    within.ok_or_else(|| "ALPHA must be above 0 and at most 1 (a child counts as an adult)".into())
}

pub fn scale(text: &str) -> Result<Scale, String> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["per-head"] => Ok(Scale::PerHead),
        ["oecd"] => Ok(Scale::OecdModified),
        ["power", theta] => Ok(Scale::Power(exponent(theta)?)),
        ["weighted", alpha, theta] => Ok(Scale::Weighted {
            alpha: of_an_adult(alpha)?,
            theta: exponent(theta)?,
        }),
        _ => Err(
            "write per-head, oecd, power:THETA such as power:0.5, or weighted:ALPHA:THETA such as weighted:0.5:0.75"
                .into(),
        ),
    }
}

/// Whether a number comes twice.
pub fn repeats(numbers: impl Iterator<Item = f64>) -> bool {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.windows(2).any(|pair| pair[0] == pair[1])
}

impl Measure {
    fn asked(&self, common: &Common) -> Result<Asked, Failure> {
        self.contradictions(common)?;
        let errors = match (self.errors, self.bootstrap) {
            (Some(ErrorsWord::None), _) => Errors::None,
            (Some(ErrorsWord::Bootstrap), _) | (None, Some(_)) => Errors::Bootstrap {
                replicates: self.bootstrap.unwrap_or(REPLICATES),
                seed: common.seed.unwrap_or(1),
            },
            (Some(ErrorsWord::Linearised) | None, _) => Errors::Linearised,
        };
        Ok(Asked {
            weight: self.weight.clone(),
            size: self.size.clone(),
            consumption: self.consumption.clone(),
            basis: self.consumption_is.map(|word| match word {
                BasisWord::Net => Basis::Net,
                BasisWord::Gross => Basis::Gross,
            }),
            oop: self.oop.clone(),
            food: self.food.clone(),
            income: self.income.clone(),
            rank: self.rank.clone(),
            adults: self.adults.clone(),
            children: self.children.clone(),
            lines: self.line.clone(),
            outcomes: self.outcome.clone(),
            bounds: self.bounds.map(|bounds| bounds.0),
            factors: self.factor.clone(),
            groups: self.group.clone(),
            quantiles: self.quantiles.map(usize::from),
            strata: self.strata.clone(),
            psu: self.psu.clone(),
            panel: self.household.clone().zip(self.wave.clone()),
            scale: self.equivalence,
            period: match self.period {
                PeriodWord::Year => Period::Year,
                PeriodWord::Month => Period::Month,
                PeriodWord::Day => Period::Day,
            },
            ppp: self.ppp,
            thresholds: self.thresholds.clone(),
            above: match self.oop_above_consumption {
                AboveWord::Refuse => Above::Refuse,
                AboveWord::Keep => Above::Keep,
                AboveWord::Drop => Above::Drop,
                AboveWord::Cap => Above::Cap,
            },
            drop_missing: self.missing == MissingWord::Drop,
            lone: match self.lone_psu {
                LoneWord::Refuse => LonePsu::Refuse,
                LoneWord::Centre => LonePsu::Centre,
                LoneWord::Certain => LonePsu::Certain,
            },
            errors,
            min_cell: common.min_cell.map_or(0, |least| least as usize),
        })
    }

    /// Refuses words that leave open what is meant, or ask for nothing.
    fn contradictions(&self, common: &Common) -> Result<(), Failure> {
        let bootstrap = self.bootstrap.is_some() || self.errors == Some(ErrorsWord::Bootstrap);
        let columns = self
            .line
            .iter()
            .filter(|line| matches!(line, LineAsked::Column(_)))
            .count();
        let amounts = self.line.iter().filter_map(|line| match line {
            LineAsked::Amount(amount) => Some(*amount),
            LineAsked::Named(..) | LineAsked::Column(_) => None,
        });
        let by_age = matches!(self.equivalence, Scale::OecdModified | Scale::Weighted { .. });
        let nothing = self.consumption.is_none() && self.income.is_none() && self.outcome.is_empty();
        let faults = [
            (
                nothing,
                "there is nothing to measure",
                "name the columns of the survey: --consumption, --income or --outcome",
            ),
            (
                self.consumption.is_some() && self.oop.is_some() && self.consumption_is.is_none(),
                "--consumption-is must be said where consumption and out-of-pocket spending are both given",
                "shares, poverty before and after paying and SDG 3.8.2 depend on it: `gross` if the column has out-of-pocket spending in it, `net` if \
                 not; both conventions are then reported",
            ),
            (
                self.consumption.is_none() && (self.oop.is_some() || self.food.is_some()),
                "--oop and --food mean nothing without --consumption",
                "they are held against the consumption of the household",
            ),
            (
                columns > 1,
                "only one --line can be a column",
                "measure again for another; amounts can be several",
            ),
            (
                repeats(amounts),
                "the same --line is said twice",
                "say each amount once",
            ),
            (
                repeats(self.thresholds.iter().copied()),
                "the same share is said twice in --thresholds",
                "say each share once",
            ),
            (
                !self.outcome.is_empty() && self.rank.is_none() && self.consumption.is_none() && self.income.is_none(),
                "nothing ranks people for the concentration indices of --outcome",
                "name --rank, --consumption or --income",
            ),
            (
                by_age && self.children.is_none(),
                "this equivalence scale counts children apart",
                "name the column of --children (and of --adults, else they are the people who are no children)",
            ),
            (
                self.children.is_some() && self.adults.is_none() && self.size.is_none(),
                "adults are not told",
                "name the column of --adults or of --size",
            ),
            (
                self.bootstrap.is_some() && self.errors.is_some_and(|word| word != ErrorsWord::Bootstrap),
                "--bootstrap has no use with these --errors",
                "say --errors bootstrap, or leave one of both out",
            ),
            (
                bootstrap && matches!(self.lone_psu, LoneWord::Centre),
                "the bootstrap cannot let a lone PSU vary about the mean of all",
                "say `--lone-psu certain`, or ask for linearised errors",
            ),
            (
                common.seed.is_some() && !bootstrap,
                "`measure` has no use for --seed without --bootstrap",
                "there is no luck in it",
            ),
        ];
        let fault = faults.into_iter().find(|(wrong, _, _)| *wrong);
        fault.map_or(Ok(()), |(_, what, help)| {
            Err(Failure::new(format!("error: {what}\nhelp: {help}"), exit::USAGE))
        })
    }
}

pub fn run(words: &Measure, common: &Common) -> Result<(), Failure> {
    let asked = words.asked(common)?;
    if let Some(folder) = &common.out {
        prepare(folder)?;
    }
    let reading = Progress::stage("reading the survey");
    let survey = read(&words.survey, &asked).map_err(refused)?;
    reading.finish();
    let measuring = Progress::stage("measuring");
    let measured = measure(&survey, &asked);
    measuring.finish();
    tell(
        &measured.head(),
        &measured.head_json(),
        &measured.estimates,
        words.printed.form(),
        common,
    )
}

/// Writes estimates into the folder that is asked for, and prints them.
pub fn tell(
    head: &str,
    head_json: &serde_json::Value,
    estimates: &[Estimate],
    form: Form,
    common: &Common,
) -> Result<(), Failure> {
    if let Some(folder) = &common.out {
        let tables = [
            ("indicators.csv", table::csv(estimates).into_bytes()),
            ("indicators.parquet", table::parquet(estimates)?),
            (
                "indicators.json",
                table::json(head_json.clone(), estimates).into_bytes(),
            ),
            (
                "indicators.txt",
                table::text(head, estimates, &Screen::default()).into_bytes(),
            ),
        ];
        let manifest = table::manifest(head_json.clone(), (&command_line(), &now()), &tables);
        let mut files: Vec<(&str, Vec<u8>)> = tables.into();
        files.push(("manifest.json", manifest.into_bytes()));
        folder_of(&files, folder)?;
    }
    match form {
        Form::Table => say_on!("{}", table::text(head, estimates, &screen())),
        Form::Csv => {
            eprint!("{head}");
            say_on!("{}", table::csv(estimates));
        }
        Form::Json => say_on!("{}", table::json(head_json.clone(), estimates)),
    }
    Ok(())
}

/// Says what is wrong with the survey, the first rows by their lines.
fn refused(refused: Refused) -> Failure {
    const SHOWN: usize = 10;
    let (bad, help) = match refused {
        Refused::Problems(problems) => return problems.into(),
        Refused::Rows(bad, help) => (bad, help),
    };
    let mut message = listed(&bad, "nothing was measured", SHOWN);
    for help in help {
        let _ = writeln!(message, "help: {help}");
    }
    message += "help: mend the survey, or name other columns";
    Failure::new(message, exit::BAD_INPUT)
}
