//! What is written down of a household: pure data, in the order in which it happened. Money is in fen.

use crate::claim::Receipt;
use crate::month::Options;
use crate::month::care_seeking::{Forgone, Need};
use crate::month::illness::Event;
use crate::month::insurance::Claimant;
use crate::month::livelihood::purses::{Flows, Lived, Purses};
use crate::scenario::Setter;
use crate::units::{Fen, Lane, Month};
use crate::world::{Category, Conditions, Provider};
use crate::year::poverty::{self, Cause, GaugeLines, Held, PURSES};

/// A household's year.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The year.
    pub year: i32,
    /// Identity.
    pub household: u64,
    /// The county.
    pub county: String,
    /// How many real households it stands for.
    pub weight: u16,
    /// Of the closed cohort of lifted households.
    pub cohort: bool,
    /// Standing on 1 January.
    pub category: Category,
    /// Members on 1 January.
    pub members: Vec<Member>,
    /// What it owned and owed on 1 January.
    pub opening: Holdings,
    /// The months.
    pub months: Vec<MonthLived>,
    /// The close; none where nobody was left.
    pub close: Option<Close>,
    /// What became of it on 31 December.
    pub after: After,
}

/// A member.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Identity.
    pub id: u64,
    /// A woman or a girl.
    pub female: bool,
    /// Completed years on 1 January.
    pub age: u8,
    /// Enrolled in resident insurance this year.
    pub enrolled: bool,
    /// Chronic conditions on 1 January.
    pub conditions: Conditions,
}

/// What a household owns and owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Liquid savings.
    pub savings: Fen,
    /// Productive assets.
    pub assets: Fen,
    /// Debt for care.
    pub medical_debt: Fen,
    /// Other debt.
    pub other_debt: Fen,
}

impl Holdings {
    /// Of the factual purse.
    pub fn of(purses: &Purses) -> Holdings {
        let fen = |lanes: [Lane; PURSES]| Fen::of_lane(lanes[0]);
        Holdings {
            savings: fen(purses.savings),
            assets: fen(purses.assets),
            medical_debt: fen(purses.medical_debt),
            other_debt: fen(purses.other_debt),
        }
    }
}

/// A month.
#[derive(Clone, Debug)]
pub struct MonthLived {
    /// Which.
    pub when: Month,
    /// What struck, and what was done about it, in order.
    pub episodes: Vec<Episode>,
    /// Who died, by place among the members.
    pub died: Vec<usize>,
    /// The purse.
    pub purse: Purse,
}

impl MonthLived {
    fn sum(&self, of: impl Fn(&Receipt) -> Fen) -> Fen {
        let bills = self.episodes.iter().flat_map(|episode| &episode.bills);
        bills.map(|bill| of(&bill.receipt)).sum()
    }

    /// All bills.
    pub fn billed(&self) -> Fen {
        self.sum(|receipt| receipt.bill.total)
    }

    /// What layers pay of them, at once or later.
    pub fn covered(&self) -> Fen {
        self.sum(|receipt| receipt.bill.total - receipt.split.household)
    }

    /// The household's part.
    pub fn own_part(&self) -> Fen {
        self.sum(|receipt| receipt.split.household)
    }

    /// What the household advances of the layers' part.
    pub fn advanced(&self) -> Fen {
        self.sum(|receipt| receipt.split.delayed)
    }
}

/// Something that struck a member, and the way that it took.
#[derive(Clone, Debug)]
pub struct Episode {
    /// Place among the members.
    pub who: usize,
    /// What struck; none for a month of rehabilitation after an earlier event.
    pub event: Option<Event>,
    /// What was needed.
    pub need: Need,
    /// What was weighed.
    pub options: Option<Options>,
    /// Where the member went.
    pub went: Provider,
    /// Why nobody was sought although care was needed.
    pub forgone: Option<Forgone>,
    /// The bills.
    pub bills: Vec<Settled>,
}

/// A settled bill.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Whose it is.
    pub who: Claimant,
    /// The settlement, line by line.
    pub receipt: Receipt,
    /// By line, who set the rules that decided it.
    pub set_by: Vec<Vec<Term>>,
    /// The way there.
    pub travel: Fen,
}

/// A rule that decided what a layer paid.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The last word of its path.
    pub key: &'static str,
    /// Who set it.
    pub setter: Setter,
}

/// The factual purse in a month. What comes in: `income`, `transfers`, `reimbursed`, `borrowed_for_care`, `borrowed_else`,
/// `sold`. What goes out: the rest between `before` and `after`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    /// On the first of the month.
    pub before: Holdings,
    /// Income by work, property and private transfers, net of lost work.
    pub income: Fen,
    /// What illness took of it.
    pub lost: Fen,
    /// Dibao and cash transfers.
    pub transfers: Fen,
    /// Reimbursement that arrived for earlier bills.
    pub reimbursed: Fen,
    /// Borrowed for care.
    pub borrowed_for_care: Fen,
    /// Borrowed for anything else.
    pub borrowed_else: Fen,
    /// Cash from sold assets.
    pub sold: Fen,
    /// Consumption other than care.
    pub consumed: Fen,
    /// Asked for care: the household's part of bills and what it was to advance.
    pub care: Fen,
    /// Of it, left unpaid.
    pub unpaid: Fen,
    /// Travel for care.
    pub travel: Fen,
    /// Premiums.
    pub premium: Fen,
    /// Service of medical debt.
    pub medical_service: Fen,
    /// Service of other debt.
    pub other_service: Fen,
    /// Debt paid back early.
    pub prepaid: Fen,
    /// At the end of the month.
    pub after: Holdings,
}

impl Purse {
    /// Of the factual purse of a month.
    pub fn of(before: &Purses, flows: &Flows, lived: &Lived, after: &Purses) -> Purse {
        let fen = |lanes: [Lane; PURSES]| Fen::of_lane(lanes[0]);
        Purse {
            before: Holdings::of(before),
            income: flows.gross - flows.lost,
            lost: flows.lost,
            transfers: flows.public_transfers,
            reimbursed: flows.reimbursed,
            borrowed_for_care: fen(lived.borrowed_for_care),
            borrowed_else: fen(lived.borrowed_else),
            sold: fen(lived.sold),
            consumed: fen(lived.consumed),
            care: flows.care,
            unpaid: fen(lived.unpaid),
            travel: flows.travel,
            premium: flows.premium,
            medical_service: fen(lived.medical_service),
            other_service: fen(lived.other_service),
            prepaid: fen(lived.prepaid),
            after: Holdings::of(after),
        }
    }

    /// What was paid for care.
    pub fn care_paid(&self) -> Fen {
        self.care - self.unpaid
    }

    /// Everything that came in.
    pub fn came(&self) -> Fen {
        let own = self.income + self.transfers + self.reimbursed;
        own + self.borrowed_for_care + self.borrowed_else + self.sold
    }

    /// Everything that went out.
    pub fn went(&self) -> Fen {
        let life = self.consumed + self.care_paid() + self.travel + self.premium;
        life + self.medical_service + self.other_service + self.prepaid
    }

    /// Several months in a row as one.
    pub fn sum<'a>(mut months: impl Iterator<Item = &'a Purse>) -> Purse {
        let first = months.next().copied().unwrap_or_default();
        months.fold(first, |sum, month| Purse {
            before: sum.before,
            income: sum.income + month.income,
            lost: sum.lost + month.lost,
            transfers: sum.transfers + month.transfers,
            reimbursed: sum.reimbursed + month.reimbursed,
            borrowed_for_care: sum.borrowed_for_care + month.borrowed_for_care,
            borrowed_else: sum.borrowed_else + month.borrowed_else,
            sold: sum.sold + month.sold,
            consumed: sum.consumed + month.consumed,
            care: sum.care + month.care,
            unpaid: sum.unpaid + month.unpaid,
            travel: sum.travel + month.travel,
            premium: sum.premium + month.premium,
            medical_service: sum.medical_service + month.medical_service,
            other_service: sum.other_service + month.other_service,
            prepaid: sum.prepaid + month.prepaid,
            after: month.after,
        })
    }
}

/// The close of a year: what the factual purse and its shadows (without this year's bill, without its lost work, without
/// both) are held by.
#[derive(Clone, Copy, Debug)]
pub struct Close {
    /// Members that the lines are multiplied with.
    pub size: u16,
    /// What the purses lived through.
    pub lived: poverty::Lived,
    /// Assessed over actual own income.
    pub smooth: f64,
    /// What each convention holds.
    pub held: Held,
    /// The gauges.
    pub lines: GaugeLines,
    /// The gauges by which each purse is poor.
    pub poor: [u16; PURSES],
    /// The gauges by which the household was not poor before.
    pub at_risk: u16,
}

impl Close {
    /// The line of gauge `g` for the household.
    pub fn line(&self, g: usize) -> Fen {
        Fen::of_lane(self.lines.line(g, Lane::from(self.size)))
    }

    /// What gauge `g` holds of each purse.
    pub fn held(&self, g: usize) -> [Fen; PURSES] {
        self.held[self.lines.convention(g) as usize].map(Fen::of_lane)
    }

    /// Whether each purse is poor by gauge `g`.
    pub fn poor(&self, g: usize) -> [bool; PURSES] {
        self.poor.map(|bits| bits >> g & 1 == 1)
    }

    /// Whether the household was not poor by gauge `g` on 1 January.
    pub fn at_risk(&self, g: usize) -> bool {
        self.at_risk >> g & 1 == 1
    }

    /// Why it is poor by gauge `g`.
    pub fn cause(&self, g: usize) -> Option<Cause> {
        poverty::cause(self.poor(g))
    }

    /// Own income as assessed, transfers included, of each purse: what the register begins with.
    pub fn assessed(&self) -> [Fen; PURSES] {
        self.held[poverty::Convention::IncomeOnly as usize].map(Fen::of_lane)
    }
}

/// What became of a household when its year was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It lives on.
    Stays,
    /// Its last member died.
    DiedOut,
    /// Its members joined kin or left: it is on the books no more.
    Dissolved,
}

impl Chapter {
    /// Whether it fell this year by gauge `g`: not poor on 1 January, poor at the close.
    pub fn fell(&self, g: usize) -> bool {
        let fell = |close: &Close| close.at_risk(g) && close.poor(g)[0];
        self.close.as_ref().is_some_and(fell)
    }

    /// The year's purse.
    pub fn purse(&self) -> Purse {
        Purse::sum(self.months.iter().map(|month| &month.purse))
    }

    /// All bills of the year, in order.
    pub fn bills(&self) -> impl Iterator<Item = &Settled> {
        let episodes = self.months.iter().flat_map(|month| &month.episodes);
        episodes.flat_map(|episode| &episode.bills)
    }
}
