//! Signals: what a scheduler, a user or a machine that goes down tells the program, and how it ends then.

use crate::exit;
use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a long command heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// SIGUSR1: the time limit is near; what is being done can be finished.
    Finish,
    /// SIGINT or SIGTERM: leave now, with the exit code that says which.
    Leave(u8),
}

/// Listens for signals while something is done that can be stopped in good order. A second SIGINT ends the program at once; a second
/// SIGTERM does not, because schedulers tell a job's script and its processes, and the script tells them again.
pub struct Listener {
    finish: Arc<AtomicBool>,
    leave: [(Arc<AtomicBool>, u8); 2],
}

impl Listener {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new() -> io::Result<Listener> {
        let finish = Arc::new(AtomicBool::new(false));
        flag::register(SIGUSR1, Arc::clone(&finish))?;
        let leave = |signal: i32, code: u8| -> io::Result<(Arc<AtomicBool>, u8)> {
            let told = Arc::new(AtomicBool::new(false));
            if signal == SIGINT {
                // In this order: the first signal sets the flag, the second finds it set.
                flag::register_conditional_shutdown(signal, i32::from(code), Arc::clone(&told))?;
            }
            flag::register(signal, Arc::clone(&told))?;
            Ok((told, code))
        };
        Ok(Listener {
            finish,
            leave: [leave(SIGINT, exit::INTERRUPTED)?, leave(SIGTERM, exit::TERMINATED)?],
        })
    }

    /// What was heard so far; to leave goes before to finish.
    pub fn heard(&self) -> Option<Heard> {
        let leave = self.leave.iter().find(|(told, _)| told.load(Ordering::Relaxed));
        match leave {
            Some((_, code)) => Some(Heard::Leave(*code)),
            None => self.finish.load(Ordering::Relaxed).then_some(Heard::Finish),
        }
    }
}

/// Lets SIGINT and SIGTERM end the program without leaving behind what is half written: for commands that do not listen themselves.
pub fn leave_nothing_behind() {
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            crate::output::remove_drafts();
            let code = if signal == SIGINT {
                exit::INTERRUPTED
            } else {
                exit::TERMINATED
            };
            std::process::exit(i32::from(code));
        }
    });
}
