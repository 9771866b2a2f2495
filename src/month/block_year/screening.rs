//! Screening: in its months every household without aid is looked at.

use super::{BlockYear, Outside};
use crate::draws::{Purpose, Stream};
use crate::month::books::{HouseholdYear, Ledger};
use crate::month::monitoring::Looked;
use crate::rules::Class;
use crate::units::{Fen, Lane, Month, whole};
use crate::world::{Block, Category};

impl BlockYear {
    /// The authorities look, at the end of month `when`, at the households that they screen; aid opens after the delay for
    /// those whom they find.
    pub(super) fn screen(&mut self, block: &Block, outside: &Outside, when: Month) {
        let classes = &outside.plan.classes;
        let comes = |class: &Class| class.rules.monitoring.screening.comes(when);
        if !classes.iter().any(|class| comes(class)) {
            return;
        }
        let draws = outside.luck.stream(Purpose::Monitoring, outside.plan.year);
        let books = self.households.iter_mut().zip(&mut self.ledgers).zip(&mut self.desks);
        for (h, ((book, ledger), desk)) in books.enumerate() {
            let class = &*classes[usize::from(ledger.class)];
            let someone_lives = || block.members(h).any(|at| !self.people[at].gone);
            if !comes(class) || book.aided() || !book.is_reached(class, draws) || !someone_lives() {
                continue;
            }
            let rules = &class.rules.monitoring.screening;
            let line = (class.standards.monitoring * i64::from(book.size)).lane();
            let at_risk = book.foreseen(ledger) < rules.at_risk_ratio * line;
            let luck = draws.uniform(book.id, Looked::draw(when));
            let looked = rules.look(at_risk, luck);
            let (count, weight) = (&mut self.counted.cells[usize::from(book.cell)], i64::from(book.weight));
            count.screened += weight;
            count.screened_at_risk += weight * i64::from(at_risk);
            count.screened_found += weight * i64::from(looked == Looked::Found);
            count.screened_wrongly += weight * i64::from(looked == Looked::WronglyFound);
            count.programme_cost += weight * Fen::yuan(rules.look_yuan * class.price_index).0;
            if looked != Looked::Passed {
                book.found = true;
                book.aid_open_from = when + 1 + rules.delay_months as i32;
                ledger.watched_from = Fen::UNLIMITED;
                book.lay_out(desk, when + 1);
            }
        }
    }
}

impl HouseholdYear {
    /// Aid is open already or on its way.
    fn aided(&self) -> bool {
        let by_standing = !matches!(self.category, Category::Lifted | Category::Ordinary);
        by_standing || self.aid_open_from.0 != 0 && self.aid_open_from != super::purses::NOT_NOTICED
    }

    /// Whether this year's screening comes to the household.
    fn is_reached(&self, class: &Class, draws: Stream) -> bool {
        draws.happens(self.id, Looked::REACHED, class.rules.monitoring.screening.reached_share)
    }

    /// What the register would hold of the year if nothing more happened in it: the year's assessed income and transfers, less
    /// what illness took so far, fen.
    fn foreseen(&self, ledger: &Ledger) -> Lane {
        let income = (ledger.steady_month * 12).lane() + ledger.farm_year - ledger.lost_year.lane();
        let lived = self.lived(ledger);
        whole(income * self.smooth) + lived.transfers - lived.oop[0] - lived.medical_service[0]
    }
}
