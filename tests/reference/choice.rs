//! Where a person with a need goes: the option of highest utility among those whose advance the household could raise.

use super::care::{course, index, price, quarter_yuan, service, travel_yuan};
use super::law::Law;
use super::luck::MonthLuck;
use super::settlement::{Claim, Claims, Sharing, pass};
use super::supply::{Site, minutes, skill};
use kangcun::month::care_seeking::{CareSeekingRules, Forgone, Need};
use kangcun::month::illness::Event;
use kangcun::world::{ALL_PROVIDERS, CONDITIONS, Condition, PROVIDERS, Person, Provider};

/// Appeal at and below which an option does not exist for a need.
const NEVER: f64 = -50.0;

/// What the patient's village offers this month.
pub struct Place<'a> {
    pub site: Site<'a>,
    /// Load above comfortable use, as a share of capacity; infinite where nobody is on duty.
    pub queue: [f64; PROVIDERS],
    pub exists: [bool; PROVIDERS],
    /// Log odds of an admission outside the county, against other counties.
    pub outward: f64,
}

/// Who chooses.
pub struct Patient<'a> {
    pub person: &'a Person,
    pub law: &'a Law,
    pub claims: &'a Claims,
    /// Whose bill it would be, provider and service apart.
    pub claim: Claim,
    pub place: Place<'a>,
    /// The household's income a month, yuan.
    pub means_yuan: f64,
    /// What the household could raise now, fen.
    pub purse: f64,
}

/// What an event asks for.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub need: Need,
    /// The condition that the choice is made for.
    pub condition: Option<&'static str>,
    /// The expected bill relative to the mean; of chronic care the quarter's yuan.
    pub times: f64,
    /// Of an admission: somebody sent the patient, or the patient filed beforehand.
    pub referred: bool,
}

/// The decision, and by how much it was taken.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    pub case: Case,
    pub sought: Provider,
    pub forgone: Option<Forgone>,
    /// The utility of the best option less that of the next.
    pub margin: f64,
    /// How near any comparison behind the reason came to a tie.
    pub reason_margin: f64,
    /// How near any advance came to what the household could raise, relative to it.
    pub purse_margin: f64,
}

/// What `event` asks for.
pub fn case(event: Event, person: &Person, law: &Law, luck: &MonthLuck) -> Case {
    let plain = |need| Case {
        need,
        condition: None,
        times: 1.0,
        referred: true,
    };
    match event {
        Event::Acute if luck.severity(person.id, index(event)) < law.rules.illness.acute.moderate_share => {
            plain(Need::Moderate)
        }
        Event::Acute => plain(Need::Minor),
        Event::Returned(false) => plain(Need::Moderate),
        Event::ChronicCare => {
            // The dearest condition leads the choice (of equals the last); the rest is bought on the same way.
            let yuan = |condition: Condition| quarter_yuan(person.conditions, condition, law);
            let costly = CONDITIONS.into_iter().filter(|&condition| yuan(condition) > 0.0);
            Case {
                need: Need::Chronic,
                condition: costly
                    .max_by(|&one, &other| yuan(one).total_cmp(&yuan(other)))
                    .map(Condition::name),
                times: CONDITIONS.into_iter().map(yuan).sum(),
                referred: true,
            }
        }
        Event::Infection(need) => Case {
            need,
            condition: Some("epidemic"),
            times: if need == Need::Admission {
                law.rules.epidemic.admission_bill_ratio
            } else {
                1.0
            },
            referred: true,
        },
        event => Case {
            need: Need::Admission,
            condition: match event {
                Event::Major(condition) => Some(condition.name()),
                _ => None,
            },
            times: course(event, law, person.sex, 0).bill_ratio,
            referred: matches!(event, Event::Returned(_))
                || luck.severity(person.id, index(event)) < law.rules.insurance.referred_share,
        },
    }
}

/// How the options stand against each other; `None` where there is no such option.
type Utilities = [Option<f64>; PROVIDERS];

/// The best option, and how far it lies above the next.
fn best(utilities: &Utilities) -> (usize, f64) {
    let value = |at: usize| utilities[at].unwrap_or(f64::NEG_INFINITY);
    let top = (0..PROVIDERS).fold(0, |top, at| if value(at) > value(top) { at } else { top });
    let others = (0..PROVIDERS).filter(|&at| at != top).map(value);
    (top, value(top) - others.fold(f64::NEG_INFINITY, f64::max))
}

/// How much the best of care is better than no care.
fn lead_of_care(utilities: &Utilities) -> f64 {
    let care = utilities[1..].iter().flatten();
    let none = utilities[0].expect("no care is always open");
    care.fold(f64::NEG_INFINITY, |most, &own| most.max(own)) - none
}

fn appeal(rules: &CareSeekingRules, need: Need, at: usize) -> f64 {
    let appeals = match need {
        Need::Minor => &rules.minor_weight,
        Need::Moderate => &rules.moderate_weight,
        Need::Admission => &rules.admission_weight,
        Need::Chronic => &rules.chronic_weight,
    };
    appeals.table()[at]
}

impl Patient<'_> {
    /// Decides on the need that follows from `event`.
    pub fn decide(&self, event: Event, luck: &MonthLuck) -> Decision {
        let case = case(event, self.person, self.law, luck);
        let need = case.need;
        let rules = &self.law.rules.care_seeking;
        let noise = luck.noise(self.person.id, index(event));
        let price_weight = match need {
            Need::Admission => rules.admission_price_weight,
            _ => rules.visit_price_weight,
        };
        // A minor complaint asks less of a doctor's skill than a grave one.
        let skill_counts = match need {
            Need::Minor | Need::Chronic => 0.5,
            Need::Moderate => 1.0,
            Need::Admission => 1.5,
        };
        let limit = self.purse.max(0.5);
        let (mut open, mut utility, mut free) = ([None; PROVIDERS], [None; PROVIDERS], [None; PROVIDERS]);
        let (mut no_way, mut no_queue) = ([None; PROVIDERS], [None; PROVIDERS]);
        let mut purse_margin = f64::INFINITY;
        for provider in ALL_PROVIDERS {
            let at = provider as usize;
            let appeal = appeal(rules, need, at);
            if !self.place.exists[at] || (at > 0 && appeal <= NEVER) {
                continue;
            }
            let (price, advance) = self.expects(&case, provider);
            let habit = at > 0 && usize::from(self.person.last_provider) == at;
            let outward = need == Need::Admission && provider == Provider::Tertiary;
            let way = rules.travel_hour_weight * minutes(self.law, self.place.site, provider) / 60.0;
            let on_duty = self.place.queue[at].is_finite();
            let queue = if on_duty {
                rules.queue_weight * self.place.queue[at]
            } else {
                0.0
            };
            let worth = appeal
                + rules.quality_weight * skill_counts * skill(self.law, need, provider, self.place.site)
                + if outward { self.place.outward } else { 0.0 }
                + if habit { rules.habit_weight } else { 0.0 }
                + noise[at]
                - way
                - queue;
            let all = worth - price_weight * (price.max(0.0) / self.means_yuan.max(1.0)).sqrt();
            no_queue[at] = Some(all + queue);
            // Where nobody is on duty the patient would have to be the only one, and still wait.
            if !on_duty {
                continue;
            }
            free[at] = Some(worth);
            utility[at] = Some(all);
            no_way[at] = Some(all + way);
            if at == 0 || advance <= limit {
                open[at] = Some(all);
            }
            if at > 0 {
                purse_margin = purse_margin.min((advance / limit - 1.0).abs());
            }
        }
        let (sought, margin) = best(&open);
        let forgone = (sought == 0 && need != Need::Minor).then(|| {
            let would_go = |utilities: &Utilities| best(utilities).0 != 0;
            if would_go(&utility) {
                Forgone::Liquidity
            } else if would_go(&free) {
                Forgone::Price
            } else if would_go(&no_way) {
                Forgone::Distance
            } else if would_go(&no_queue) {
                Forgone::Capacity
            } else {
                Forgone::Other
            }
        });
        let leads = [&utility, &free, &no_way, &no_queue].map(|utilities| lead_of_care(utilities).abs());
        Decision {
            case,
            sought: ALL_PROVIDERS[sought],
            forgone,
            margin,
            reason_margin: leads.into_iter().fold(f64::INFINITY, f64::min),
            purse_margin,
        }
    }

    /// The net price with travel that the patient expects, yuan, and what the household would have to advance, fen.
    fn expects(&self, case: &Case, provider: Provider) -> (f64, f64) {
        let law = self.law;
        let price = price(law, case.need, provider);
        let total = price.mean * case.times;
        let claim = Claim {
            provider,
            service: service(case.need),
            condition: case.condition,
            referred: case.referred,
            ..self.claim
        };
        let split = pass(
            law,
            total,
            total * price.catalogue_share,
            &claim,
            self.claims,
            Sharing::Exactly,
        );
        let mut advance = split.household + split.delayed;
        if case.need == Need::Admission {
            // Of what others pay on the spot, a deposit is asked as well.
            advance += (total - advance) * law.rules.insurance.deposit_share;
        }
        (split.household / 100.0 + travel_yuan(law, provider), advance)
    }
}
