//! The exit codes of the program: what a script or a cluster job can tell from how a command ended.
//!
//! One table for all commands; the numbers from 64 on follow the custom of `sysexits.h`.
//!
//! | code | meaning                                              |
//! |------|------------------------------------------------------|
//! | 0    | done                                                 |
//! | 1    | a check failed, or a condition asked for is not met  |
//! | 2    | the command line could not be understood             |
//! | 65   | an input file is wrong                               |
//! | 69   | the scheduler refuses or cannot be asked             |
//! | 70   | a fault of the program itself                        |
//! | 71   | the computer has not enough memory for what is asked |
//! | 73   | an output cannot be created                          |
//! | 74   | an output cannot be written (disk full)              |
//! | 75   | stopped in good order; the same command goes on      |
//! | 130  | interrupted (SIGINT)                                 |
//! | 143  | told to end (SIGTERM)                                |

/// Done.
pub const DONE: u8 = 0;
/// A check failed, or a condition that was asked for is not met.
pub const FAILED: u8 = 1;
/// The command line could not be understood.
pub const USAGE: u8 = 2;
/// An input is wrong: a scenario, a survey file, a result folder.
pub const BAD_INPUT: u8 = 65;
/// A service that is needed, such as the scheduler of a cluster, refuses or cannot be asked.
pub const UNAVAILABLE: u8 = 69;
/// A fault of the program itself.
pub const INTERNAL: u8 = 70;
/// The computer has not enough memory for what is asked.
pub const NO_MEMORY: u8 = 71;
/// An output file or folder cannot be created.
pub const CANNOT_CREATE: u8 = 73;
/// An output cannot be written, as when the disk is full.
pub const CANNOT_WRITE: u8 = 74;
/// Stopped in good order; the same command takes it up again.
pub const STOPPED: u8 = 75;
/// Interrupted from the keyboard (SIGINT).
pub const INTERRUPTED: u8 = 130;
/// Told to end, as by a scheduler (SIGTERM).
pub const TERMINATED: u8 = 143;

impl crate::problem::Problems {
    /// The exit code of a command that ends with these problems: [`BAD_INPUT`].
    pub fn exit_code(&self) -> u8 {
        BAD_INPUT
    }
}
