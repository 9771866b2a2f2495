//! Episodes: from what struck a person to the payment. All choices of a month are made first, on what stands on its first
//! day ([`deciding`]); then the struck are treated ([`treating`]): visits, chronic care, admissions, deaths, each kind in
//! the order of people.
//!
//! A major event leaves `incapacity_months` in which `incapacity_loss_share` of earnings is lost, and a lasting loss of
//! `residual_loss_share` (times `unresolved_residual_ratio` if not managed correctly); where an earlier and graver loss
//! still lasts, the graver holds. A migrant comes home to a household struck by a major event with `homecoming_share`
//! for `homecoming_months`. An ordinary admission that was not needed may be sent home with a visit, and a lasting loss
//! of work may be followed by rehabilitation, whose months come after the chronic care of the month. Who is admitted for the event of a condition enters its first year of care; who is not
//! knows of it and stays untreated. Who forgoes the quarter's chronic care loses control.

mod counting;
mod deciding;
mod recovering;
mod treating;
mod weighing;

pub use deciding::{Deciding, Drawn};
pub use treating::treat;
pub use weighing::{Options, Way, Weighing};

use super::block_year::{BlockYear, Outside};
use super::care_seeking::{Forgone, Need, Place, Ways};
use super::illness::Event;
use super::insurance::{Cause, Service};
use super::service::{Care, Supply};
use crate::rules::Class;
use crate::units::Month;
use crate::world::{ALL_PROVIDERS, Block, PROVIDERS, Provider, Village};

/// A need for care, what was decided about it, and the luck that waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Episode {
    need: Need,
    sought: Provider,
    forgone: Option<Forgone>,
    /// What the choice was made for.
    cause: Cause,
    /// The bill relative to the mean of its need and provider; of chronic care the quarter's yuan.
    times: f32,
    /// The draw of how it goes.
    luck: u64,
}

/// The decided episodes of a month, by kind, beside the strikes they follow from.
#[derive(Debug, Default)]
pub struct Decided {
    visits: Vec<Episode>,
    chronic: Vec<Episode>,
    admissions: Vec<Episode>,
    infections: Vec<Episode>,
}

impl Decided {
    /// Decides all episodes of a month.
    pub fn decide(&mut self, deciding: &Deciding, drawn: &mut Drawn, strikes: &super::illness::Strikes) {
        deciding.kind(&mut self.visits, drawn, &strikes.visits);
        deciding.kind(&mut self.chronic, drawn, &strikes.chronic);
        deciding.kind(&mut self.admissions, drawn, &strikes.admissions);
        deciding.kind(&mut self.infections, drawn, &strikes.infections);
    }
}

/// What a village offers people of one rule class this month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local {
    ways: Ways,
}

/// What follows from an event whatever the provider does.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    /// The bill relative to the mean of its need and provider.
    bill_ratio: f64,
    /// Probability of death although treated.
    fatality: f64,
    incapacity_months: f64,
    incapacity_loss: f64,
    residual_loss: f64,
}

/// The number of the episode in the person's month: keys its draws.
fn index(event: Event) -> u64 {
    match event {
        Event::Acute => 0,
        Event::Returned(_) => 1,
        Event::Admission => 2,
        Event::Major(_) => 3,
        Event::Injury | Event::Childbirth => 4,
        Event::ChronicCare => 5,
        Event::Death => 6,
        Event::Infection(_) => 7,
    }
}

/// Whether who has this event is referred, or files beforehand, if it comes to an admission: who comes back was told where to
/// go. Of `bits`, which size the bill, the low half is free.
#[inline(always)]
fn referred(event: Event, bits: u64, class: &Class) -> bool {
    event == Event::Returned(true) || bits & 0xffff_ffff < class.referred_below
}

fn service(need: Need) -> Service {
    match need {
        Need::Minor | Need::Moderate => Service::Outpatient,
        Need::Chronic => Service::ChronicCare,
        Need::Admission => Service::Inpatient,
    }
}

impl Course {
    /// The course of `event` for a patient of `sex` and `age`.
    fn of(event: Event, class: &Class, sex: u8, age: u8) -> Course {
        let illness = &class.rules.illness;
        let ratio = illness.fatality_ratio(sex);
        let plain = Course {
            bill_ratio: 1.0,
            ..Course::default()
        };
        match event {
            Event::Admission => Course {
                fatality: illness.admission.fatality_share.at(i32::from(age)) * ratio,
                ..plain
            },
            Event::Major(condition) => {
                let rules = illness.condition(condition);
                Course {
                    bill_ratio: rules.event_bill_ratio,
                    fatality: rules.event_fatality_share * ratio,
                    incapacity_months: rules.incapacity_months,
                    incapacity_loss: rules.incapacity_loss_share,
                    residual_loss: rules.residual_loss_share,
                }
            }
            Event::Childbirth => Course {
                bill_ratio: illness.childbirth.bill_ratio,
                fatality: illness.childbirth.fatality_share,
                incapacity_months: illness.childbirth.incapacity_months,
                incapacity_loss: illness.childbirth.incapacity_loss_share,
                residual_loss: 0.0,
            },
            Event::Injury => Course {
                bill_ratio: illness.injury.bill_ratio,
                fatality: illness.injury.fatality_share * ratio,
                incapacity_months: illness.injury.incapacity_months,
                incapacity_loss: illness.injury.incapacity_loss_share,
                residual_loss: illness.injury.residual_loss_share,
            },
            Event::Acute | Event::Returned(_) | Event::ChronicCare | Event::Infection(_) | Event::Death => plain,
        }
    }
}

/// What the way to each option, the queue there and what providers have are like this month, for every class in the block and
/// every village.
pub fn look_around(books: &mut BlockYear, block: &Block, outside: &Outside, when: Month) {
    let general = &outside.plan.classes[0].care;
    let load = &outside.load[when.index()];
    let kept = outside.epidemic.map_or(1.0, |wave| wave.capacity[when.index()]);
    let queue: [f32; PROVIDERS] = std::array::from_fn(|at| {
        // Load is counted in hundredths of visits.
        let capacity = 100.0 * general.capacity[at] * outside.residents as f64 * kept * outside.staff[at].ratio;
        general.queue(f64::from(load[at][0]), capacity)
    });
    books
        .local
        .resize(outside.plan.classes.len() * block.villages.len(), Local::default());
    let own_supply = supply_differs(block, outside);
    books.supply.clear();
    if own_supply {
        books.supply.resize(books.local.len(), Supply::default());
    }
    let mut local = books.local.iter_mut();
    let mut places = 0..;
    for (class, present) in outside.plan.classes.iter().zip(&books.present) {
        let care = &class.care;
        let minutes_ratio = class.travel.ratio(outside.terrain, when.index());
        for ((village, local), place) in block.villages.iter().zip(&mut local).zip(&mut places) {
            if !present {
                continue;
            }
            let mut queue = queue;
            let doctors = f64::from(village.doctors) + care.visiting_doctors;
            queue[Provider::Village as usize] = if doctors > 0.0 {
                let capacity = 100.0 * care.doctor_visits * doctors * kept;
                care.queue(f64::from(village.visits_last_month), capacity)
            } else {
                f32::INFINITY
            };
            let exists = ALL_PROVIDERS.map(|provider| {
                let rank = match provider {
                    Provider::SelfCare => return true,
                    Provider::Tcm => village.tcm_rank,
                    Provider::Remote if !class.travel.connects(village.remoteness_rank) => return false,
                    _ => village.coverage_rank,
                };
                rank < class.weights.available[provider as usize]
            });
            let mut quality = &care.usual.correct;
            if own_supply {
                let supply = &mut books.supply[place];
                *supply = supply_of(village, care, outside, when);
                quality = &supply.correct;
            }
            local.ways = class.weights.ways(&Place {
                minutes: &village.travel_minutes.map(|minutes| minutes * minutes_ratio),
                queue: &queue,
                exists: &exists,
                quality,
                outward: outside.outward,
            });
        }
    }
}

/// Whether providers have anything this month that is not the same for all villages: shared shelves, staff trained lately.
fn supply_differs(block: &Block, outside: &Outside) -> bool {
    let shared = outside.plan.classes.iter().any(|class| class.care.shelves.shared);
    let trained = outside.staff.iter().any(|staff| staff.trained_share > 0.0);
    shared || trained || block.villages.iter().any(|village| village.trained_share() > 0.0)
}

/// What providers have for people of `village` this month.
fn supply_of(village: &Village, care: &Care, outside: &Outside, when: Month) -> Supply {
    let mut trained = outside.staff.map(|staff| staff.trained_share);
    trained[Provider::Village as usize] = village.trained_share();
    Supply {
        correct: care.correct(&trained),
        in_stock: if care.shelves.shared {
            care.shelves.found(village.id, outside.county, &outside.luck, when)
        } else {
            care.usual.in_stock
        },
    }
}
