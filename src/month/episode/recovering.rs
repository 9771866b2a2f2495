//! Recovery: a month of rehabilitation, and the lasting loss of work that comes back with it or by itself.

use super::treating::{Case, Ward};
use crate::draws::{RECOVERED, Stream, TAKEN_IN};
use crate::month::Tape;
use crate::month::care_seeking::Need;
use crate::month::illness::Event;
use crate::month::insurance::Cause;
use crate::month::rehabilitation::condition_of;
use crate::world::{Provider, Rehabilitation};

impl<const OWN: bool> Ward<'_, OWN> {
    /// The month of person `at`, whose work is reduced as it begins.
    #[cold]
    #[inline(never)]
    pub(super) fn recover<T: Tape>(&mut self, at: usize, tape: &mut T) {
        let outcome = self.outcome;
        let mut case = self.case_of(at, Need::Chronic);
        if case.person.gone || case.person.residual_loss == 0 {
            case.person.rehabilitation = Rehabilitation::default();
            return;
        }
        let helped = case.rehabilitate(tape);
        let luck = outcome.uniform(case.person.id, RECOVERED);
        let left = case.class.recovery.left(case.person.residual_loss, helped, luck);
        case.count.recovered_percent += case.weight * i64::from(case.person.residual_loss - left);
        case.person.residual_loss = left;
        case.looks.see(case.at, case.person);
    }
}

impl Case<'_> {
    /// A patient who survived `event` with a lasting loss of work may be taken into rehabilitation by who treated.
    pub(super) fn take_in(&mut self, event: Event, provider: Provider, outcome: Stream) {
        let rules = &self.class.recovery;
        let share = rules.reached[provider as usize];
        let treated = provider != Provider::SelfCare;
        if treated && share > 0.0 && rules.is_for(event) && outcome.happens(self.person.id, TAKEN_IN, share) {
            self.person.rehabilitation = Rehabilitation::of(rules.months, provider, condition_of(event));
        }
    }

    /// A month of rehabilitation, if a course goes on and the household can raise anything for it.
    fn rehabilitate<T: Tape>(&mut self, tape: &mut T) -> bool {
        let course = self.person.rehabilitation;
        if !course.goes_on() || self.desk.purse <= 0.0 {
            self.person.rehabilitation = Rehabilitation::default();
            return false;
        }
        self.person.rehabilitation = course.after_a_month();
        let class = self.class;
        let bill = class.prices.services(course.provider(), class.recovery.month_yuan);
        self.pay(
            &bill,
            (course.provider(), true),
            Cause::of(course.condition()),
            true,
            tape,
        );
        self.count.rehabilitation_months += self.weight;
        self.count.rehabilitation_bill += self.weight * bill.total.0;
        true
    }
}
