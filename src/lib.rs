//! kangcun: a parallel agent-based microsimulation of rural health policy.

pub mod claim;
pub mod cli;
pub mod cluster;
pub mod draws;
pub mod exit;
pub mod founding;
pub mod indicators;
pub mod lanes;
pub mod ledger;
pub mod maths;
pub mod measure;
pub mod month;
pub mod output;
pub mod plot;
pub mod population;
pub mod problem;
pub mod report;
pub mod rules;
pub mod run;
pub mod scenario;
pub mod story;
pub mod study;
pub mod survey;
pub mod units;
pub mod world;
pub mod year;
