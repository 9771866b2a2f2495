//! What episodes add to the tallies of the year; weighted, whole numbers only.

use super::treating::Case;
use crate::month::care_seeking::{Forgone, Need};
use crate::month::insurance::{Bill, Split};
use crate::units::Fen;
use crate::world::Provider;

impl Case<'_> {
    /// A need, and why its care was forgone.
    #[inline(always)]
    pub(super) fn count_need(&mut self, forgone: Option<Forgone>) {
        let need = self.need as usize;
        self.count.needs[need] += self.weight;
        // Care that was found adds nothing to the first reason: it is a toss-up whether there is one.
        let reason = forgone.map_or(0, |reason| reason as usize);
        self.count.forgone[need][reason] += self.weight * i64::from(forgone.is_some());
    }

    /// A bill, what of it the household paid, and the visit or admission it is for.
    #[inline(always)]
    pub(super) fn count_bill(&mut self, provider: Provider, bill: &Bill, split: &Split, travel: Fen, first: bool) {
        let (count, weight) = (&mut *self.count, self.weight);
        count.bill += weight * bill.total.0;
        count.drugs += weight * bill.drugs.0;
        count.oop += weight * split.household.0;
        count.travel += weight * travel.0;
        // Where no layer pays anything, a cut is not counted either.
        count.aid_cut += weight * split.aid_cut.0 * i64::from(split.household != bill.total);
        if self.need == Need::Admission {
            self.count_admission(provider, bill, split);
        } else {
            self.count_visit(provider, bill, first);
        }
    }

    fn count_admission(&mut self, provider: Provider, bill: &Bill, split: &Split) {
        self.person.admitted = true;
        let at = provider as usize;
        let (count, weight) = (&mut *self.count, self.weight);
        count.admissions[at] += weight;
        count.bill_admissions += weight * bill.total.0;
        count.oop_admissions += weight * split.household.0;
        count.admission_bill[at] += weight * bill.total.0;
        if self.person.enrolled {
            count.admissions_enrolled += weight;
            count.admission_catalogue[at] += weight * bill.catalogue.0;
        }
        count.admission_basic[at] += weight * split.basic.0;
        self.load[at][1] += weight as u32;
    }

    /// Visits are counted in hundredths: an episode has a mean number of them, and at home none. Where to is a toss-up, so
    /// nothing here branches.
    #[inline(always)]
    fn count_visit(&mut self, provider: Provider, bill: &Bill, first: bool) {
        let at = provider as usize;
        let each = match self.need {
            Need::Chronic => 100 * i64::from(first),
            _ => self.class.prices.visits_centi(),
        };
        let weight = self.weight * i64::from(provider != Provider::SelfCare);
        let visits = each * weight;
        self.count.visits[at] += visits;
        self.count.visit_bill[at] += weight * bill.total.0;
        self.load[at][0] += visits as u32;
        *self.visits += visits as u32 * u32::from(provider == Provider::Village);
    }

    /// Working days lost, in hundredths.
    #[inline(always)]
    pub(super) fn count_days(&mut self, days: f64) {
        self.count.lost_days_centi += self.weight * Fen::nearest(days * 100.0).0;
    }

    /// A death and the years of life lost.
    pub(super) fn count_death(&mut self) {
        self.count.deaths += self.weight;
        self.count.yll_milli += self.weight * self.class.years_lost_milli[usize::from(self.person.age)];
    }
}
