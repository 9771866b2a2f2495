//! The command line: one file a command. Results go to standard output, progress and messages to standard error.

/// Prints a line of the result; a reader that has closed the pipe (`| head`) ends the command quietly.
macro_rules! say {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        if let Err(error) = writeln!(std::io::stdout(), $($part)*) {
            $crate::cli::stdout_failed(&error);
        }
    }};
}

/// As `say!`, without the line's end.
macro_rules! say_on {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        if let Err(error) = write!(std::io::stdout(), $($part)*) {
            $crate::cli::stdout_failed(&error);
        }
    }};
}

/// As the standard one, which ends the program where nothing can be written: a log on a full disk must not hide how a command ended.
macro_rules! eprintln {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($part)*);
    }};
}

mod attribute;
mod check;
mod claim;
mod cluster;
mod each;
mod elasticity;
mod event_study;
mod explain;
mod export;
mod found;
mod founding;
mod headline;
mod health;
mod indicators;
mod main_job;
mod matched;
mod measure;
mod nudge;
mod opened;
mod parameters;
mod plot;
mod programmes;
mod progress;
mod published;
mod records;
mod report;
mod rules;
mod run;
mod scenario;
mod schema;
mod screen;
mod signals;
mod sweep;
mod validate;
mod view;
mod winners;

use crate::exit;
use crate::output::OutputError;
use crate::plot::PlotError;
use crate::problem::{Problem, Problems};
use crate::scenario::Scenario;
use crate::study;
use crate::survey::Bad;
use clap::{Args, Parser, Subcommand};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Of the households lifted out of poverty, how many fall back, how many because of illness, and what prevents it?
///
/// Without a command: runs today's rules, a package of countermeasures and cash of equal cost on the embedded province and
/// writes a result folder under `outputs/`.
#[derive(Parser, Debug)]
#[command(name = "kangcun", version, about, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 a check failed; 2 usage; 65 bad input; 69 the scheduler refuses; 70 internal fault; \
71 not enough memory; 73 cannot create the output; 74 cannot write it; 75 stopped and resumable; 130 interrupted; 143 told to end.";

/// The last year of which rules can be asked.
const LAST_RULED: i32 = 2100;

/// Refuses a year before a scenario's world is founded, or far beyond any run.
fn ruled(scenario: &Scenario, year: i32) -> Result<(), Failure> {
    let first = scenario.run.founding_year();
    if (first..=LAST_RULED).contains(&year) {
        return Ok(());
    }
    let message = format!(
        "error: rules of `{}` are those of the years {first} to {LAST_RULED}, not of {year}",
        scenario.id
    );
    Err(Failure::new(message, exit::USAGE))
}

/// What every command that runs worlds understands.
#[derive(Args, Debug, Clone)]
struct Common {
    /// Set a rule or run setting, for instance --set insurance.clinic_designated_share=1 or --set world.people_count=20000
    #[arg(long = "set", value_name = "PATH=VALUE", global = true)]
    sets: Vec<String>,
    /// Seed of all luck
    #[arg(long, global = true, allow_negative_numbers = true, value_parser = seed)]
    seed: Option<u64>,
    /// Replicates of each scenario
    #[arg(long, global = true, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    replicates: Option<u32>,
    /// Threads; the results do not depend on them
    #[arg(long, global = true, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Folder of the result, of what writes one: run, compare, attribute, validate, export, parameters, found, indicators, measure, schema,
    /// and the program without a command; the file of `scenario new`, `explain` and `report`; must not exist yet
    #[arg(short = 'o', long, global = true, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Leave the values of cells behind which stand fewer households or events than this empty in all tables, and mark them as masked:
    /// for surveys, and runs on people of a survey of one's own
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    min_cell: Option<u32>,
    #[command(flatten)]
    screen: screen::Asked,
}

impl Common {
    /// The sets with seed and replicates among them.
    fn sets(&self) -> Vec<String> {
        let mut sets = self.sets.clone();
        sets.extend(self.seed.map(|seed| format!("run.seed={seed}")));
        sets.extend(self.replicates.map(|replicates| format!("run.replicates={replicates}")));
        sets
    }
}

fn seed(text: &str) -> Result<u64, String> {
    let seed = text.parse::<i64>().ok().and_then(|seed| u64::try_from(seed).ok());
    seed.ok_or_else(|| format!("write a whole number from 0 to {}", i64::MAX))
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run one scenario and write its result
    Run {
        /// A scenario, programme or package: an id such as `baseline`, or a path ending in .toml
        scenario: String,
    },
    /// Run several scenarios over the same luck and compare them, pair by pair, with the first; or each programme of a sweep with
    /// the scenario that it is held against
    Compare {
        /// Scenarios, programmes or packages, the first being the base; or one sweep, such as `countermeasures`
        #[arg(required = true)]
        scenarios: Vec<String>,
        /// Say how much of what happens in the first world happens alike in each other, in the first replicate; that replicate of
        /// every scenario is lived once more for it
        #[arg(long)]
        matched: bool,
        #[command(flatten)]
        form: records::Form,
    },
    /// How many return to poverty because of illness: six answers to six questions, from shadow purses and from whole runs without
    /// its costs, without prices, without any
    Attribute {
        /// The scenario
        #[arg(default_value = "baseline")]
        scenario: String,
    },
    /// Check a scenario or sweep file and say what is wrong with it, where, and what to do
    Check {
        /// The scenario
        scenario: String,
    },
    /// Print what rules apply in which month, and which file set them
    Rules {
        /// The scenario
        scenario: String,
        /// Print every rule in force in this month (such as 2025-01) instead of the dated changes
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// Write the parameter book: every number with meaning, unit, range, grade, source and who uses it
    Parameters {
        /// The scenario
        #[arg(default_value = "baseline")]
        scenario: String,
        /// As Markdown, as CSV, or both
        #[arg(long, value_enum, default_value = "both")]
        format: Format,
    },
    /// Settle one person's bills under the rules of a month, and show which rule pays what
    Claim(Box<claim::Words>),
    /// Found the world and print its margins beside the published ones
    Founding {
        /// The scenario
        #[arg(default_value = "baseline")]
        scenario: String,
    },
    /// Make a population of one's own from a survey: check it, rake it, and write it for scenarios to be founded from
    Found(found::Found),
    /// Measure a survey of one's own: poverty, catastrophic spending, inequality and concentration, by group, with errors by its
    /// design
    Measure(Box<measure::Measure>),
    /// Hold the model against published figures, each by a virtual survey that re-enacts its source
    Validate(validate::Validate),
    /// What becomes of households after a major health shock, year by year, beside households alike
    EventStudy(event_study::Asked),
    /// Tell the story of one household in a run, month by month: what struck, what it cost, who paid, and why it fell
    Explain(explain::Asked),
    /// Health as lived: deaths by age and life expectancy beside the schedule, prevalence by age over the years
    Health {
        /// The scenario
        #[arg(default_value = "baseline")]
        scenario: String,
    },
    /// How use answers to prices: elasticities measured by experiment, beside the published ones
    Elasticity {
        /// The scenario
        #[arg(default_value = "baseline")]
        scenario: String,
    },
    /// Nudge parameters over the ranges of their cards and check that each moves what is expected of it, the right way
    Nudge(nudge::Asked),
    /// List the programmes at hand with evidence and cost a head, or explain one
    Programmes(programmes::Asked),
    /// Begin a scenario or programme file of one's own
    #[command(subcommand)]
    Scenario(scenario::Asked),
    /// Write the JSON Schemas of the files that people write, so that editors complete and check them
    Schema(schema::Asked),
    /// Write simulated households and persons as microdata (CSV, Parquet) with codebook and labels for Stata and R
    Export(export::Asked),
    /// The indicators of the field on simulated people, as `measure` has them on a survey, with intervals over replicates
    Indicators(indicators::Asked),
    /// Many worlds said in one file: plan them, live them on one machine or many, gather them into one table
    #[command(subcommand)]
    Sweep(sweep::Asked),
    /// Hand a sweep to the scheduler of a cluster, watch it, take it back, take it up again
    #[command(subcommand)]
    Cluster(cluster::Asked),
    /// Draw the figures of a result from its tables: SVG, PNG and PDF for one or two columns, in English and Chinese, with captions
    Plot(plot::Asked),
    /// Show the main curves of a result on the terminal, with their numbers, from its written tables
    View(view::Asked),
    /// Make the page of a result: one HTML file that opens from disk without a network, in English and Chinese
    Report(report::Asked),
}

impl Command {
    /// Its name on the command line, and which of `--set`, `--seed`, `--replicates`, `--out` and `--min-cell` mean something
    /// to it.
    fn uses(&self) -> (&'static str, [bool; 5]) {
        match self {
            Command::Run { .. } => ("run", [true; 5]),
            Command::Compare { .. } => ("compare", [true; 5]),
            Command::Attribute { .. } => ("attribute", [true, true, true, true, false]),
            Command::Parameters { .. } => ("parameters", [true, true, true, true, false]),
            Command::Found(_) => ("found", [true, true, false, true, false]),
            Command::Check { .. } => ("check", [true, true, true, false, false]),
            Command::Rules { .. } => ("rules", [true, false, false, false, false]),
            Command::Claim(_) => ("claim", [true, false, false, false, false]),
            Command::Founding { .. } => ("founding", [true, true, false, false, false]),
            Command::Measure(_) => ("measure", [false, true, false, true, true]),
            Command::Validate(_) => ("validate", [true, true, true, true, false]),
            Command::EventStudy(_) => ("event-study", [true, true, true, false, false]),
            Command::Explain(_) => ("explain", [true, true, false, true, false]),
            Command::Health { .. } => ("health", [true, true, true, false, false]),
            Command::Elasticity { .. } => ("elasticity", [true, true, true, false, false]),
            Command::Nudge(_) => ("nudge", [true, true, true, false, false]),
            Command::Programmes(_) => ("programmes", [false; 5]),
            Command::Scenario(_) => ("scenario new", [false, false, false, true, false]),
            Command::Schema(_) => ("schema", [false, false, false, true, false]),
            Command::Export(_) => ("export", [true, true, true, true, false]),
            Command::Indicators(_) => ("indicators", [true; 5]),
            Command::Sweep(_) => ("sweep", [true, true, true, true, false]),
            Command::Cluster(cluster::Asked::Submit { .. }) => ("cluster submit", [true, true, true, true, false]),
            Command::Cluster(_) => ("cluster", [false, false, false, true, false]),
            Command::Plot(_) => ("plot", [false, false, false, true, false]),
            Command::View(_) => ("view", [false; 5]),
            Command::Report(_) => ("report", [false, false, false, true, false]),
        }
    }

    /// Whether it has its own way of ending when it is told to.
    fn listens(&self) -> bool {
        matches!(self, Command::Sweep(sweep::Asked::Run(_) | sweep::Asked::Retry(_)))
    }

    /// Refuses an option that would change nothing.
    fn takes(&self, common: &Common) -> Result<(), Failure> {
        let (name, uses) = self.uses();
        let given = [
            ("--set", !common.sets.is_empty()),
            ("--seed", common.seed.is_some()),
            ("--replicates", common.replicates.is_some()),
            ("--out", common.out.is_some()),
            ("--min-cell", common.min_cell.is_some()),
        ];
        let idle = given.iter().zip(uses).find(|((_, given), used)| *given && !used);
        let Some(((option, _), _)) = idle else { return Ok(()) };
        let help = match (*option, name) {
            ("--min-cell", _) => {
                "it writes no tables of people that could be masked; run, compare, measure and indicators do"
            }
            (_, "view") if *option != "--out" && *option != "--min-cell" => "it shows what was written",
            ("--out", _) => "it prints, and writes no folder; use > to keep what it prints in a file",
            ("--replicates", "explain") => "it tells of one: name it with --replicate",
            ("--replicates", "found" | "founding") => "it founds one world",
            (_, "scenario new") => "write it into the file: [set] for rules, [run] for the run",
            (_, "schema") => "it says what files can hold",
            (_, "measure") => "it measures a survey and runs no scenario",
            (_, "report") => "it shows a result as it is",
            (_, "programmes") => "it shows programmes as their files say",
            ("--set", _) => "it draws what was written",
            _ => "there is no luck in it",
        };
        let message = format!("error: `{name}` has no use for {option}\nhelp: {help}");
        Err(Failure::new(message, exit::USAGE))
    }
}

/// The forms of a parameter book.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// `parameters.md`
    Md,
    /// `parameters.csv`
    Csv,
    /// One of each
    Both,
}

impl From<Format> for crate::output::parameters::Form {
    fn from(format: Format) -> Self {
        match format {
            Format::Md => Self::Markdown,
            Format::Csv => Self::Csv,
            Format::Both => Self::Both,
        }
    }
}

/// Why a command failed: a message for the user and an exit code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    fn new(message: impl Into<String>, code: u8) -> Failure {
        Failure {
            message: message.into(),
            code,
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Failure {
        Failure {
            message: problems.render(screen::colours_of_messages()),
            code: problems.exit_code(),
        }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Failure {
        Failure {
            message: format!("error: {error}"),
            code: error.exit_code(),
        }
    }
}

impl From<PlotError> for Failure {
    fn from(error: PlotError) -> Failure {
        Failure {
            message: format!("error: {error}"),
            code: match error {
                PlotError::Write { .. } => exit::CANNOT_WRITE,
                PlotError::Unknown { .. } => exit::USAGE,
                PlotError::NoResult { .. }
                | PlotError::Read { .. }
                | PlotError::Table { .. }
                | PlotError::Changed { .. }
                | PlotError::Uncollected { .. } => exit::BAD_INPUT,
                PlotError::Drawing(_) => exit::INTERNAL,
            },
        }
    }
}

/// Prints comma-separated values that `fill` writes.
fn print_records(fill: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> Result<(), Failure> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let filled = fill(&mut table);
    let written = filled.and_then(|()| table.into_inner().map_err(|error| error.into_error().into()));
    let bytes =
        written.map_err(|error| Problems::from(Problem::new(format!("the table cannot be written: {error}"))))?;
    say_on!("{}", String::from_utf8_lossy(&bytes));
    Ok(())
}

/// Refuses what does not fit in memory, before anything is made or written.
fn fits(need: study::memory::Need) -> Result<(), Failure> {
    need.check().map_err(|problem| Failure {
        code: exit::NO_MEMORY,
        ..Failure::from(Problems::from(problem))
    })
}

/// Refuses a study that does not fit in memory.
fn study_fits(arms: &[study::Arm]) -> Result<(), Failure> {
    fits(study::memory::Need::of_study(arms, rayon::current_num_threads())?)
}

/// Refuses a comparison of the first arm with the others that does not fit in memory.
fn comparison_fits(arms: &[study::Arm]) -> Result<(), Failure> {
    fits(study::memory::Need::of_comparison(arms, rayon::current_num_threads())?)
}

/// Parses the command line, does it, and says how it ended.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    cli.common.screen.take();
    if let Some(threads) = cli.common.threads {
        // The pool is made once, here, before anything uses it.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads as usize)
            .build_global();
    }
    let fits = cli
        .command
        .as_ref()
        .map_or(Ok(()), |command| command.takes(&cli.common));
    if !cli.command.as_ref().is_some_and(Command::listens) {
        signals::leave_nothing_behind();
    }
    let done = fits.and_then(|()| match &cli.command {
        None => main_job::run(&cli.common),
        Some(Command::Run { scenario }) => run::run(std::slice::from_ref(scenario), false, run::TABLE, &cli.common),
        Some(Command::Compare {
            scenarios,
            matched,
            form,
        }) => match &scenarios[..] {
            [sweep] => each::run(sweep, *matched, *form, &cli.common),
            scenarios => run::run(scenarios, *matched, *form, &cli.common),
        },
        Some(Command::Attribute { scenario }) => attribute::run(scenario, &cli.common),
        Some(Command::Check { scenario }) => check::run(scenario, &cli.common),
        Some(Command::Rules { scenario, month }) => rules::run(scenario, month.as_deref(), &cli.common),
        Some(Command::Parameters { scenario, format }) => parameters::run(scenario, (*format).into(), &cli.common),
        Some(Command::Claim(words)) => claim::run(words, &cli.common),
        Some(Command::Found(found)) => found::run(found, &cli.common),
        Some(Command::Founding { scenario }) => founding::run(scenario, &cli.common),
        Some(Command::Measure(words)) => measure::run(words, &cli.common),
        Some(Command::Validate(asked)) => validate::run(asked, &cli.common),
        Some(Command::EventStudy(asked)) => event_study::run(asked, &cli.common),
        Some(Command::Explain(asked)) => explain::run(asked, &cli.common),
        Some(Command::Health { scenario }) => health::run(scenario, &cli.common),
        Some(Command::Elasticity { scenario }) => elasticity::run(scenario, &cli.common),
        Some(Command::Nudge(asked)) => nudge::run(asked, &cli.common),
        Some(Command::Programmes(asked)) => programmes::run(asked),
        Some(Command::Scenario(asked)) => scenario::run(asked, &cli.common),
        Some(Command::Schema(asked)) => schema::run(asked, &cli.common),
        Some(Command::Export(asked)) => export::run(asked, &cli.common),
        Some(Command::Indicators(asked)) => indicators::run(asked, &cli.common),
        Some(Command::Sweep(asked)) => sweep::run(asked, &cli.common),
        Some(Command::Cluster(asked)) => cluster::run(asked, &cli.common),
        Some(Command::Plot(asked)) => plot::run(asked, &cli.common),
        Some(Command::View(asked)) => view::run(asked),
        Some(Command::Report(asked)) => report::run(asked, &cli.common),
    });
    match done {
        Ok(()) => ExitCode::from(exit::DONE),
        Err(failure) => {
            eprintln!("{}", failure.message.trim_end());
            ExitCode::from(failure.code)
        }
    }
}

/// What is wrong with rows of a survey, the first `shown` of them by line, and what came of it.
fn listed(bad: &[Bad], outcome: &str, shown: usize) -> String {
    let faults = if bad.len() == 1 {
        "1 fault".into()
    } else {
        format!("{} faults", bad.len())
    };
    let mut message = format!("error: the survey has {faults}; {outcome}\n");
    for bad in bad.iter().take(shown) {
        let Bad {
            file,
            line,
            household,
            column,
            reason,
        } = bad;
        let home = if household.is_empty() {
            String::new()
        } else {
            format!(" household {household}:")
        };
        let column = if column.is_empty() {
            String::new()
        } else {
            format!(" (column {column})")
        };
        let _ = writeln!(message, "  {file}, line {line}:{home} {reason}{column}");
    }
    if bad.len() > shown {
        let _ = writeln!(message, "  ... and {} more", bad.len() - shown);
    }
    message
}

/// Ends a command that cannot print: quietly when its reader has had enough, with the code for a full disk otherwise.
fn stdout_failed(error: &std::io::Error) -> ! {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(i32::from(exit::DONE));
    }
    eprintln!("error: cannot write to standard output: {error}");
    std::process::exit(i32::from(exit::CANNOT_WRITE));
}

/// The command line as the user gave it, for the manifest.
fn command_line() -> String {
    let words = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    std::iter::once("kangcun".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The time, for the manifest only.
#[allow(clippy::disallowed_methods)] // it dates the result and touches no number
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
