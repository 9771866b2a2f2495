//! Slurm's words for why a job waits or how it ended, in plain ones, with what to do.

use super::slurm::Task;
use crate::exit;

/// Why a job waits, and whether somebody has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The meaning of the reason.
    pub why: &'static str,
    /// What to do; empty where waiting is right.
    pub help: &'static str,
}

/// The meaning of a reason of `squeue`.
pub fn waiting(reason: &str) -> Waiting {
    let of = |why, help| Waiting { why, help };
    match reason {
        "" => of("just submitted, not yet looked at", ""),
        "Resources" => of("waits for free cores or memory", ""),
        "Priority" => of("others are before it", ""),
        "JobArrayTaskLimit" => of("as many tasks run as --array-limit allows", ""),
        "BeginTime" => of("was started again; Slurm waits about two minutes before it does so", ""),
        "Cleaning" => of("the last try is being cleared away", ""),
        "Dependency" => of("waits for others to end", ""),
        "DependencyNeverSatisfied" => of(
            "waits for what will never come",
            "`kangcun cluster cancel`, then `kangcun cluster resume`",
        ),
        "JobHeldUser" => of("is held", "`scontrol release JOB` lets it go"),
        "JobHeldAdmin" => of("is held by who runs the cluster", "ask them"),
        "launch failed requeued held" | "JobHoldMaxRequeue" => of(
            "could not be started, several times",
            "see `sinfo -R`; when the node is mended, `scontrol release JOB`, or cancel and resume",
        ),
        "PartitionDown" | "PartitionInactive" => of(
            "the partition takes no jobs at this time",
            "wait, or cancel and resume with another --partition",
        ),
        "PartitionTimeLimit" => of(
            "asks for more time than the partition allows",
            "cancel, then resume with a shorter --time",
        ),
        "PartitionConfig" | "PartitionNodeLimit" | "BadConstraints" => of(
            "asks for what no node of the partition has",
            "cancel, then resume with less --mem, --cpus or --time",
        ),
        "NodeDown" => of("a node that it needs is down", "see `sinfo -R`"),
        "Reservation" => of("waits for its reservation", ""),
        "Licenses" => of("waits for a licence", ""),
        _ if reason.starts_with("ReqNodeNotAvail") || reason.contains("DOWN, DRAINED") => of(
            "the nodes that could take it are down, drained or reserved",
            "see `sinfo -R` for why; ask who runs the cluster, or cancel and resume with another --partition",
        ),
        _ if reason.contains("InvalidAccount") || reason.contains("InvalidQOS") => of(
            "the account or quality of service is not yours",
            "cancel, then resume with another --account",
        ),
        _ if reason.starts_with("Assoc") || reason.starts_with("QOS") || reason.starts_with("Max") => of(
            "a limit of your account is reached; it goes on when others of yours have ended",
            "",
        ),
        _ => of("in Slurm's own words", ""),
    }
}

/// How a task ended that has not brought its runs, and what to do before it is submitted again.
pub fn ending(task: &Task) -> String {
    let (code, signal) = task.ended.unwrap_or_default();
    let ours = u8::try_from(code).unwrap_or(u8::MAX);
    match (task.state.as_str(), ours, signal) {
        ("TIMEOUT" | "DEADLINE", ..) => {
            "reached its time limit with a run in flight: give more --time, or more time to finish with --notice".into()
        }
        ("OUT_OF_MEMORY", ..) | (_, exit::NO_MEMORY, _) => "had not enough memory: give more --mem".into(),
        ("NODE_FAIL" | "BOOT_FAIL", ..) => "its node failed".into(),
        ("PREEMPTED", ..) => "had to make room for others".into(),
        ("CANCELLED", ..) => "was cancelled".into(),
        ("COMPLETED", ..) => {
            "ended well by Slurm's word, and yet runs are missing: a part was lost or damaged after it".into()
        }
        (_, _, 53) => {
            "could not be started: its log could not be opened; is the folder there and writable on the nodes?".into()
        }
        (_, _, 9) => "was killed (signal 9): often for want of memory, or by a person".into(),
        (_, _, signal) if signal > 0 => format!("was ended by signal {signal}"),
        (_, exit::BAD_INPUT, _) => {
            "an input is wrong or has changed since the sweep was frozen: see its log, and mend that first".into()
        }
        (_, exit::INTERNAL, _) => {
            "two results of one run differ, which must never be: keep the folder, see its log, and report it".into()
        }
        (_, exit::CANNOT_CREATE, _) => "could not make a file: are the rights to the folder right?".into(),
        (_, exit::CANNOT_WRITE, _) => "could not write: the disk or a quota is full; make room first".into(),
        (_, exit::STOPPED, _) => "stopped in good order before its time limit, and was not started again".into(),
        (_, 126 | 127, _) => {
            "the program was not found on the node: put it where nodes see it and name it with --program".into()
        }
        (_, 137, _) => "was killed (signal 9): often for want of memory, or by a person".into(),
        (_, 143, _) => "was told to end".into(),
        _ => format!("ended {} with code {code}: see its log", task.state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: &str, code: i32, signal: i32) -> Task {
        Task {
            job: "1".into(),
            index: Some(0),
            state: state.into(),
            reason: String::new(),
            ended: Some((code, signal)),
        }
    }

    #[test]
    fn each_way_to_end_has_its_own_words() {
        let ends = [
            task("TIMEOUT", 0, 0),
            task("OUT_OF_MEMORY", 0, 9),
            task("NODE_FAIL", 0, 0),
            task("COMPLETED", 0, 0),
            task("CANCELLED", 0, 15),
            task("FAILED", 0, 53),
            task("FAILED", 0, 9),
            task("FAILED", 65, 0),
            task("FAILED", 70, 0),
            task("FAILED", 73, 0),
            task("FAILED", 74, 0),
            task("FAILED", 75, 0),
            task("FAILED", 127, 0),
            task("FAILED", 12, 0),
        ];
        let words: std::collections::BTreeSet<String> = ends.iter().map(ending).collect();
        assert_eq!(words.len(), ends.len(), "{words:?}");
        assert_eq!(ending(&task("FAILED", 71, 0)), ending(&task("OUT_OF_MEMORY", 0, 0)));
    }

    #[test]
    fn reasons_that_never_pass_by_themselves_say_what_to_do() {
        for reason in [
            "DependencyNeverSatisfied",
            "JobHeldUser",
            "PartitionTimeLimit",
            "ReqNodeNotAvail, UnavailableNodes:n[1-2]",
            "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions",
        ] {
            assert!(!waiting(reason).help.is_empty(), "{reason}");
        }
        for reason in [
            "Resources",
            "Priority",
            "BeginTime",
            "JobArrayTaskLimit",
            "AssocMaxJobsLimit",
        ] {
            assert!(waiting(reason).help.is_empty(), "{reason}");
        }
    }
}
