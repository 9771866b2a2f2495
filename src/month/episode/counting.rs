//! What episodes add to the tallies of the year; weighted, whole numbers only.

use super::{Patient, Treating};
use crate::indicators::tally::Tally;
use crate::month::care_seeking::{Forgone, Need};
use crate::month::insurance::{Bill, Claimant, Settlement};
use crate::units::Fen;
use crate::world::Provider;

/// Life years still expected, for years of life lost: reference age of the life table used.
const REFERENCE_AGE: i64 = 80;

impl Treating<'_> {
    #[inline]
    fn count(&mut self, home: usize) -> (&mut Tally, i64) {
        let book = &self.books.households[home];
        (
            &mut self.books.counted.cells[usize::from(book.cell)],
            i64::from(book.weight),
        )
    }

    /// A need, and why its care was forgone.
    pub(super) fn count_need(&mut self, patient: &Patient, forgone: Option<Forgone>) {
        let need = patient.need as usize;
        let (count, weight) = self.count(patient.home);
        count.needs[need] += weight;
        if let Some(reason) = forgone {
            count.forgone[need][reason as usize] += weight;
        }
    }

    /// A bill, who paid it, and the visit or admission it is for.
    pub(super) fn count_bill(
        &mut self,
        patient: &Patient,
        who: &Claimant,
        bill: &Bill,
        split: &Settlement,
        travel: Fen,
        first: bool,
    ) {
        let layers = patient.class.stack.ids.len();
        let (count, weight) = self.count(patient.home);
        count.bill += weight * bill.total.0;
        count.drugs += weight * bill.drugs.0;
        count.oop += weight * split.household.0;
        count.aid_cut += weight * split.aid_cut.0;
        count.travel += weight * travel.0;
        if split.household != bill.total {
            for (count, paid) in count.layers.iter_mut().zip(&split.layers[..layers]) {
                *count += weight * paid.0;
            }
        }
        if patient.need == Need::Admission {
            self.count_admission(patient, who, bill, split);
        } else if who.provider != Provider::SelfCare {
            self.count_visit(patient, who.provider, bill, first);
        }
    }

    fn count_admission(&mut self, patient: &Patient, who: &Claimant, bill: &Bill, split: &Settlement) {
        self.books.people[patient.at].admitted = true;
        let at = who.provider as usize;
        let (count, weight) = self.count(patient.home);
        count.admissions[at] += weight;
        count.bill_admissions += weight * bill.total.0;
        count.oop_admissions += weight * split.household.0;
        count.admission_bill[at] += weight * bill.total.0;
        if who.enrolled {
            count.admissions_enrolled += weight;
            count.admission_catalogue[at] += weight * bill.catalogue.0;
        }
        count.admission_basic[at] += weight * patient.class.stack.basic(&split.layers).0;
        self.books.load[self.when.index()][at][1] += weight as u32;
    }

    /// Visits are counted in hundredths: an episode has a mean number of them.
    fn count_visit(&mut self, patient: &Patient, sought: Provider, bill: &Bill, first: bool) {
        let at = sought as usize;
        let each = match patient.need {
            Need::Chronic => 100.0 * f64::from(u8::from(first)),
            _ => 100.0 * patient.class.rules.billing.visits_per_episode_ratio,
        };
        let village = usize::from(self.books.households[patient.home].village);
        let (count, weight) = self.count(patient.home);
        let visits = Fen::nearest(each).0 * weight;
        count.visits[at] += visits;
        count.visit_bill[at] += weight * bill.total.0;
        self.books.load[self.when.index()][at][0] += visits as u32;
        if sought == Provider::Village {
            self.books.visits[village] += visits as u32;
        }
    }

    /// Working days lost, in hundredths.
    pub(super) fn count_days(&mut self, patient: &Patient, days: f64) {
        let (count, weight) = self.count(patient.home);
        count.lost_days_centi += weight * Fen::nearest(days * 100.0).0;
    }

    /// A death and the years of life lost.
    pub(super) fn count_death(&mut self, at: usize) {
        let (home, age) = (self.books.people[at].household as usize, self.books.people[at].age);
        let lost = (REFERENCE_AGE - i64::from(age)).max(2);
        let (count, weight) = self.count(home);
        count.deaths += weight;
        count.yll_milli += weight * lost * 1000;
    }
}
