//! Shared pasts: arms that have read the same rules so far live in one world, which is forked on the 1 January on which
//! they first differ.
//!
//! What a run is on a 1 January is its world. Arms that found the same world begin in one; each January the arms of a
//! world are grouped by all that the year reads ([`Year::fingerprint`]), and where there is more than one group, each goes
//! on in a copy, the last one in the world itself. So every year is lived once for all arms that share it, and gives
//! what each arm alone would have got, to the bit.
//!
//! Work is handed out a year of a world at a time, to as many worlds at once as there are threads; blocks inside a world
//! run in parallel as well, so that one huge world fills all cores too. What waits at a fork goes before new replicates,
//! so no more replicates are under way than there are threads, each with no more worlds than arms. As the largest group
//! goes last, there are far fewer as a rule: on one thread, one that lives and one that waits for each time its arms can
//! be halved.
//!
//! A replicate of an arm fails or passes whatever the others do. The first that fails, by replicate and then by arm, is
//! what a study is refused for: when one has failed, those before it still go on to their end, and those after it stop. So
//! the refusal does not depend on the threads either.

use super::winners::{Roll, Waiting};
use super::{Arm, Effort, Tick};
use crate::draws::Luck;
use crate::indicators::result::{RunResult, YearResult};
use crate::month::NoTape;
use crate::problem::Problems;
use crate::run::{Fingerprint, TooRich, Year, foundation};
use crate::world::World;
use rayon::Scope;
use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A world on a 1 January and the arms that share it.
struct Life {
    replicate: u32,
    arms: Vec<usize>,
    year: i32,
    world: World,
}

/// A world on the 1 January on which its arms part.
struct Fork {
    replicate: u32,
    year: i32,
    world: World,
    /// The groups of arms that have not gone on yet; the last goes next, the first and largest in the world itself.
    branches: Vec<Vec<usize>>,
}

/// Arms of one world that read the same this year.
struct Alike {
    arms: Vec<usize>,
    year: Year,
    /// Of the year; nobody asks for that of a lonely arm.
    fingerprint: Option<Fingerprint>,
}

enum Job {
    Found(u32, Vec<usize>),
    Branch(Fork),
}

#[derive(Default)]
struct Queue {
    /// The number of the next world to be founded: replicate by replicate, each for all groups.
    next: usize,
    /// Lives under way or about to begin.
    running: usize,
    forks: Vec<Fork>,
    /// Worlds that exist now.
    alive: usize,
    effort: Effort,
    /// The first replicate and arm so far with a fault, and what it is.
    failed: Option<((u32, usize), Problems)>,
}

struct Forks<'a> {
    arms: &'a [Arm],
    tick: Tick<'a>,
    /// Takes the rolls of closes, where households are held against their own in another arm.
    waiting: Option<&'a Waiting>,
    /// Arms to run, grouped by what their world is founded from.
    groups: Vec<Vec<usize>>,
    /// Most lives at a time.
    threads: usize,
    queue: Mutex<Queue>,
    /// By arm and replicate.
    results: Mutex<Vec<Vec<RunResult>>>,
}

/// Runs all replicates of the arms numbered `which`: the results by arm of `arms` and replicate.
pub(super) fn run(
    arms: &[Arm],
    which: &[usize],
    tick: Tick,
    waiting: Option<&Waiting>,
) -> Result<(Vec<Vec<RunResult>>, Effort), Problems> {
    let mut groups: Vec<(Fingerprint, Vec<usize>)> = Vec::new();
    let mut results = vec![Vec::new(); arms.len()];
    for &at in which {
        join(&mut groups, foundation(&arms[at].policy)?, at);
        results[at] = vec![arms[at].policy.blank_result()?; arms[at].replicates() as usize];
    }
    let forks = Forks {
        arms,
        tick,
        waiting,
        groups: groups.into_iter().map(|(_, arms)| arms).collect(),
        threads: rayon::current_num_threads(),
        queue: Mutex::default(),
        results: Mutex::new(results),
    };
    rayon::scope(|scope| forks.help(scope, forks.threads));
    let queue = inside(forks.queue);
    match queue.failed {
        Some((_, problems)) => Err(problems),
        None => Ok((inside(forks.results), queue.effort)),
    }
}

impl Forks<'_> {
    /// Lets up to `wanted` more lives run, if there are threads for them.
    fn help<'s>(&'s self, scope: &Scope<'s>, wanted: usize) {
        let helpers = {
            let mut queue = held(&self.queue);
            let helpers = wanted.min(self.threads.saturating_sub(queue.running));
            queue.running += helpers;
            helpers
        };
        for _ in 0..helpers {
            scope.spawn(|scope| self.next(scope));
        }
    }

    /// Begins the next life, if there is anything left to live.
    fn next<'s>(&'s self, scope: &Scope<'s>) {
        let (replicate, arms, year, world) = match self.take() {
            None => return,
            Some(Job::Found(replicate, arms)) => {
                let policy = &self.arms[arms[0]].policy;
                let world = match policy.found(&self.luck(replicate, arms[0])) {
                    Ok(world) => world,
                    Err(problems) => return self.fail(scope, replicate, arms[0], problems),
                };
                let year = policy.founding_year();
                (replicate, arms, year, world)
            }
            Some(Job::Branch(mut fork)) => {
                let arms = fork.branches.pop().unwrap_or_default();
                let (replicate, year) = (fork.replicate, fork.year);
                let world = if fork.branches.is_empty() {
                    fork.world
                } else {
                    let copy = fork.world.clone();
                    self.leave(scope, fork);
                    copy
                };
                (replicate, arms, year, world)
            }
        };
        let life = Life {
            replicate,
            arms,
            year,
            world,
        };
        scope.spawn(move |scope| self.january(scope, life));
    }

    /// The next thing to do. Whoever finds nothing stops running.
    fn take(&self) -> Option<Job> {
        let queue = &mut *held(&self.queue);
        while let Some(mut fork) = queue.forks.pop() {
            let matters = |arms: &Vec<usize>| queue.matters(fork.replicate, arms[0]);
            fork.branches.retain(matters);
            if fork.branches.is_empty() {
                queue.count(0, 1);
                continue;
            }
            // All branches but the last need a copy.
            queue.count(usize::from(fork.branches.len() > 1), 0);
            return Some(Job::Branch(fork));
        }
        let replicates = self.groups.iter().flatten().map(|&arm| self.arms[arm].replicates());
        let replicates = replicates.max().unwrap_or_default();
        while queue.next < replicates as usize * self.groups.len() {
            let replicate = (queue.next / self.groups.len()) as u32;
            let mut arms = self.groups[queue.next % self.groups.len()].clone();
            queue.next += 1;
            arms.retain(|&arm| replicate < self.arms[arm].replicates() && queue.matters(replicate, arm));
            if !arms.is_empty() {
                queue.count(1, 0);
                queue.effort.worlds_founded += 1;
                return Some(Job::Found(replicate, arms));
            }
        }
        queue.running -= 1;
        None
    }

    /// Leaves a fork to whoever comes next.
    fn leave<'s>(&'s self, scope: &Scope<'s>, fork: Fork) {
        let wanted = fork.branches.len();
        held(&self.queue).forks.push(fork);
        self.help(scope, wanted);
    }

    /// Lives one more year, or forks the world, or ends when the last year of the last arm is over.
    fn january<'s>(&'s self, scope: &Scope<'s>, mut life: Life) {
        life.arms
            .retain(|&arm| life.year <= self.arms[arm].policy.scenario().run.last_year);
        {
            let queue = held(&self.queue);
            life.arms.retain(|&arm| queue.matters(life.replicate, arm));
        }
        let mut groups = self.alike(&life);
        if groups.len() > 1 {
            self.leave(scope, life.part(groups));
            return self.next(scope);
        }
        let Some(Alike { year, arms, .. }) = groups.pop() else {
            drop(life);
            held(&self.queue).count(0, 1);
            return self.next(scope);
        };
        let counted = match self.live(&mut life, &arms, &year) {
            Ok(counted) => counted,
            Err(rich) => {
                let refusal = rich.refusal(&self.arms[arms[0]].id, life.replicate);
                return self.fail(scope, life.replicate, arms[0], refusal);
            }
        };
        life.arms = arms;
        held(&self.queue).effort.years_lived += 1;
        self.report(&life, &year, &counted);
        life.year += 1;
        scope.spawn(move |scope| self.january(scope, life));
    }

    /// Lives a year that these arms share, and hands in its roll where it is wanted.
    fn live(&self, life: &mut Life, arms: &[usize], year: &Year) -> Result<YearResult, TooRich> {
        let luck = self.luck(life.replicate, arms[0]);
        let wants = |waiting: &&Waiting| waiting.wants(arms, life.replicate, life.year);
        let Some(waiting) = self.waiting.filter(wants) else {
            return year.live(&mut life.world, &mut vec![NoTape; year.blocks()], luck);
        };
        let mut roll = vec![Roll::default(); year.blocks()];
        let counted = year.live(&mut life.world, &mut roll, luck)?;
        waiting.take(arms, life.replicate, life.year, roll);
        Ok(counted)
    }

    /// The arms of a life by what they read this year, in their order. An arm with a fault is noted and left out.
    fn alike(&self, life: &Life) -> Vec<Alike> {
        let mut groups: Vec<Alike> = Vec::new();
        for &arm in &life.arms {
            let policy = &self.arms[arm].policy;
            let year = match Year::of(policy, &life.world, life.year) {
                Ok(year) => year,
                Err(problems) => {
                    held(&self.queue).fail(life.replicate, arm, problems);
                    continue;
                }
            };
            let fingerprint = (life.arms.len() > 1).then(|| year.fingerprint());
            match groups.iter_mut().find(|group| group.fingerprint == fingerprint) {
                Some(group) => group.arms.push(arm),
                None => groups.push(Alike {
                    arms: vec![arm],
                    year,
                    fingerprint,
                }),
            }
        }
        groups
    }

    /// Hands every arm of a life its year.
    fn report(&self, life: &Life, year: &Year, counted: &YearResult) {
        for &arm in &life.arms {
            (self.tick)(&self.arms[arm].id);
        }
        let leader = life.arms[0];
        if life.year < self.arms[leader].policy.scenario().run.first_year {
            return;
        }
        let results = &mut *held(&self.results);
        let at = life.replicate as usize;
        let layers = results[leader][at].layers.clone();
        for &arm in &life.arms {
            let result = &mut results[arm][at];
            let mut own = counted.clone();
            own.reorder_layers(&layers, &result.layers);
            result.years.push(own);
            result.lines.push(year.lines());
        }
    }

    /// Ends a life with what is wrong with its first arm, and goes on with what matters still.
    fn fail<'s>(&'s self, scope: &Scope<'s>, replicate: u32, arm: usize, problems: Problems) {
        {
            let queue = &mut *held(&self.queue);
            queue.fail(replicate, arm, problems);
            queue.count(0, 1);
        }
        self.next(scope);
    }

    fn luck(&self, replicate: u32, arm: usize) -> Luck {
        Luck::new(self.arms[arm].policy.scenario().run.seed, u64::from(replicate))
    }
}

impl Life {
    /// Waits where its arms part.
    fn part(self, groups: Vec<Alike>) -> Fork {
        let mut branches: Vec<Vec<usize>> = groups.into_iter().rev().map(|alike| alike.arms).collect();
        branches.sort_by_key(|arms| Reverse(arms.len()));
        Fork {
            replicate: self.replicate,
            year: self.year,
            world: self.world,
            branches,
        }
    }
}

impl Queue {
    /// Whether a replicate of an arm can still decide anything: nothing before it has failed.
    fn matters(&self, replicate: u32, arm: usize) -> bool {
        self.failed.as_ref().is_none_or(|(first, _)| (replicate, arm) < *first)
    }

    /// Notes what is wrong with a replicate of an arm.
    fn fail(&mut self, replicate: u32, arm: usize, problems: Problems) {
        if self.matters(replicate, arm) {
            self.failed = Some(((replicate, arm), problems));
        }
    }

    /// Notes worlds that begin and that end.
    fn count(&mut self, begin: usize, end: usize) {
        self.alive = self.alive + begin - end;
        self.effort.most_worlds_at_once = self.effort.most_worlds_at_once.max(self.alive);
    }
}

/// Puts `arm` with those of the same fingerprint.
fn join(groups: &mut Vec<(Fingerprint, Vec<usize>)>, fingerprint: Fingerprint, arm: usize) {
    match groups.iter_mut().find(|(known, _)| *known == fingerprint) {
        Some((_, arms)) => arms.push(arm),
        None => groups.push((fingerprint, vec![arm])),
    }
}

/// A lock that was held by somebody who panicked tells nothing new: the panic ends the study anyway.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn inside<T>(lock: Mutex<T>) -> T {
    lock.into_inner().unwrap_or_else(PoisonError::into_inner)
}
