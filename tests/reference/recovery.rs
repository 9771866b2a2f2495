//! Rehabilitation, and lasting losses of work that come back with it or by themselves.

use super::books::NO_CARE;
use super::care::services;
use super::treatment::{Costs, Ward};
use kangcun::month::care_seeking::Need;
use kangcun::month::illness::Event;
use kangcun::world::{Condition, Provider, Rehabilitation};
use std::rc::Rc;

impl Ward<'_, '_> {
    /// Whoever treated an event with a lasting loss of work may send the patient into rehabilitation.
    pub(super) fn may_begin_rehabilitation(&mut self, at: usize, event: Event, provider: Provider) {
        let resident = &mut self.books.residents[at];
        let rules = &resident.law.rules.rehabilitation;
        let (name, condition) = match event {
            Event::Injury => ("injury", None),
            Event::Major(condition) => (condition.name(), Some(condition)),
            _ => return,
        };
        let meant = rules.events.iter().any(|own| own == name) && provider != NO_CARE;
        if meant && self.luck.taken_in(resident.row.id) < rules.reached_share.table()[provider as usize] {
            resident.row.rehabilitation = Rehabilitation::of(rules.course_months as u8, provider, condition);
        }
    }

    /// The month of somebody whose work was reduced when it began.
    pub(super) fn recover(&mut self, at: usize) {
        let resident = &mut self.books.residents[at];
        if resident.row.residual_loss == 0 {
            resident.row.rehabilitation = Rehabilitation::default();
        }
        if resident.row.gone || resident.row.residual_loss == 0 {
            return;
        }
        let (id, home, course) = (resident.row.id, resident.home, resident.row.rehabilitation);
        let law = Rc::clone(&resident.law);
        let rules = &law.rules.rehabilitation;
        let weight = self.books.homes[home].weight();
        // Who can raise nothing stays away.
        let goes = course.goes_on() && self.books.homes[home].means() > 0;
        let next = if goes {
            course.after_a_month()
        } else {
            Rehabilitation::default()
        };
        self.books.residents[at].row.rehabilitation = next;
        if goes {
            let costs = Costs {
                need: Need::Chronic,
                provider: course.provider(),
                condition: course.condition().map(Condition::name),
                times: 1.0,
                in_stock: true,
                referred: true,
                first: true,
            };
            let price = services(&law, course.provider(), rules.care_yuan_per_month);
            let total = self.pay_at(at, &costs, &price);
            let count = self.books.count(home);
            count.rehabilitation_months += weight;
            count.rehabilitation_bill += weight * total;
        }
        let rate = if goes {
            rules.recovery_per_year
        } else {
            rules.natural_recovery_per_year
        };
        let loss = self.books.residents[at].row.residual_loss;
        let comes_back = f64::from(loss) * (1.0 - (-rate / 12.0).exp());
        // Whole per cent, rounded up as often as the rest says.
        let luck = self.luck.recovered(id);
        let whole = comes_back.floor();
        let back = whole + if luck >= 1.0 - (comes_back - whole) { 1.0 } else { 0.0 };
        let back = (back as u8).min(loss);
        self.books.residents[at].row.residual_loss = loss - back;
        self.books.count(home).recovered_percent += weight * i64::from(back);
    }
}
