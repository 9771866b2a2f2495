//! Spending that falls because people go less is no protection: where out-of-pocket spending and forgone care move against each other
//! beyond noise, a comparison says so in words.

use super::Arm;
use crate::indicators::table::{Estimate, FEW_EVENTS, Paired, Slice};
use crate::indicators::tally::Tally;
use crate::world::{ALL_CATEGORIES, Category};

/// What spending and forgone care say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// People spend less and forgo more, and pay no smaller share of their bills.
    NoProtection,
    /// People spend less and forgo more, and pay a smaller share of their bills.
    NotAllProtection,
    /// People spend more and forgo less.
    MoreGo,
}

impl Verdict {
    /// From the paired differences of spending, of forgone care and of the share that people pay of their own bills, in one group:
    /// spending and forgone care both beyond noise, and against each other.
    ///
    /// ```
    /// # use kangcun::indicators::table::Estimate;
    /// # use kangcun::study::flags::Verdict;
    /// let (down, up, noise) = ([-3.0, -2.0, -2.5], [1.0, 1.2, 1.1], [-1.0, 1.0, 0.5]);
    /// let verdict = |changes: [[f64; 3]; 3]| {
    ///     let [spending, forgone, share] = changes.map(|change| Estimate::of(&change));
    ///     Verdict::of(&spending, &forgone, &share)
    /// };
    /// assert_eq!(verdict([down, up, noise]), Some(Verdict::NoProtection));
    /// assert_eq!(verdict([down, up, down]), Some(Verdict::NotAllProtection));
    /// assert_eq!(verdict([up, down, noise]), Some(Verdict::MoreGo));
    /// for (spending, forgone) in [(down, down), (up, up), (down, noise), (noise, up)] {
    ///     assert_eq!(verdict([spending, forgone, down]), None);
    /// }
    /// ```
    pub fn of(spending: &Estimate, forgone: &Estimate, own_share: &Estimate) -> Option<Verdict> {
        if spending.hi < 0.0 && forgone.lo > 0.0 {
            let pays_less_of_bills = own_share.hi < 0.0;
            Some(if pays_less_of_bills {
                Verdict::NotAllProtection
            } else {
                Verdict::NoProtection
            })
        } else if spending.lo > 0.0 && forgone.hi < 0.0 {
            Some(Verdict::MoreGo)
        } else {
            None
        }
    }

    /// All of them.
    pub const ALL: [Verdict; 3] = [Verdict::NoProtection, Verdict::NotAllProtection, Verdict::MoreGo];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::NoProtection => "no_protection",
            Verdict::NotAllProtection => "not_all_protection",
            Verdict::MoreGo => "more_go",
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Verdict::NoProtection => {
                "spending falls and forgone care rises in the same group, both beyond noise (95%, paired), while the share that people \
                 pay of their bills does not fall: they spend less because they go less"
            }
            Verdict::NotAllProtection => {
                "the same, while the share that people pay of their bills falls: a part of what they spend less is care that they \
                 did not have"
            }
            Verdict::MoreGo => {
                "spending rises and forgone care falls in the same group, both beyond noise (95%, paired): people spend more because \
                 more of them go"
            }
        }
    }
}

/// One side of a flag: what is counted over what, and its words.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// The indicator.
    pub id: &'static str,
    /// In words, at the beginning of a sentence or behind "of".
    words: &'static str,
    /// Its unit: a share, or yuan.
    pub unit: &'static str,
    /// Numerator and denominator.
    pair: fn(&Tally) -> (i64, i64),
}

impl Side {
    fn value(&self, tally: &Tally) -> Option<f64> {
        let (over, under) = (self.pair)(tally);
        (under > 0).then(|| over as f64 / under as f64 * if self.unit == "share" { 1.0 } else { 0.01 })
    }

    /// The size of a change that is beyond noise, in words.
    fn told(&self, change: &Estimate) -> String {
        let (scale, digits, unit) = match self.unit {
            "share" => (100.0, 2, "points"),
            _ => (1.0, 1, "yuan a head and year"),
        };
        let [mean, one, other] = [change.mean, change.lo, change.hi].map(|value| (scale * value).abs());
        let (low, high) = (one.min(other), one.max(other));
        format!("{mean:.digits$} {unit} ({low:.digits$} to {high:.digits$})")
    }
}

/// Spending that is looked at.
const SPENDING: [Side; 4] = [
    Side {
        id: "catastrophic_10",
        words: "Catastrophic spending (over 10% of the budget)",
        unit: "share",
        pair: |t| (t.catastrophic_10, t.persons_held),
    },
    Side {
        id: "catastrophic_40",
        words: "Catastrophic spending (40% of spending above food)",
        unit: "share",
        pair: |t| (t.catastrophic_40, t.households_held),
    },
    Side {
        id: "oop",
        words: "Out-of-pocket spending",
        unit: "yuan per person and year",
        pair: |t| (t.oop, t.persons),
    },
    Side {
        id: "catastrophic_25",
        words: "Catastrophic spending (over 25% of the budget)",
        unit: "share",
        pair: |t| (t.catastrophic_25, t.persons_held),
    },
];

/// Forgone care that is looked at.
const FORGONE: [Side; 2] = [
    Side {
        id: "forgone_admission",
        words: "needed admissions",
        unit: "share",
        pair: |t| (t.forgone[2].iter().sum(), t.needs[2]),
    },
    Side {
        id: "forgone_care",
        words: "needed care of any kind",
        unit: "share",
        pair: |t| (t.forgone.as_flattened().iter().sum(), t.needs.iter().sum()),
    },
];

/// What people pay of their own bills.
const OWN_SHARE: Side = Side {
    id: "oop_share",
    words: "The share of their bills that people pay",
    unit: "share",
    pair: |t| (t.oop, t.bill),
};

/// What `FORGONE` counts that no indicator of the list does.
pub const FORGONE_CARE: [&str; 2] = ["needs of any kind forgone for any reason", "needs of any kind"];

/// Spending and forgone care that move against each other in a group, all reported years together.
#[derive(Clone, Debug)]
pub struct Flag {
    /// What they say.
    pub verdict: Verdict,
    /// The category; none for everybody.
    pub category: Option<Category>,
    /// The county; none for all.
    pub county: Option<String>,
    /// Which spending, and its paired difference.
    pub spending: (Side, Estimate),
    /// Which forgone care, and its paired difference.
    pub forgone: (Side, Estimate),
    /// The fewest events in either world over all replicates: care forgone, and cases where spending is counted by cases.
    pub events: i64,
}

impl Flag {
    /// Whether it rests on few events.
    pub fn has_few_events(&self) -> bool {
        (self.events as f64) < FEW_EVENTS
    }

    /// The group, in words.
    pub fn group(&self) -> String {
        let whom = match self.category {
            None => "everybody".to_owned(),
            Some(category) => format!("{} households", category.name()),
        };
        self.county
            .as_ref()
            .map_or(whom.clone(), |county| format!("{whom} in {county}"))
    }

    /// What happened and what it means.
    pub fn sentence(&self) -> String {
        let ((spending, less), (forgone, more)) = (&self.spending, &self.forgone);
        let (less, more) = (spending.told(less), forgone.told(more));
        let group = self.group();
        let few = if self.has_few_events() { " (Few events.)" } else { "" };
        match self.verdict {
            Verdict::NoProtection | Verdict::NotAllProtection => format!(
                "{} of {group} falls by {less} while {more} more of {} are forgone: {}{few}",
                spending.words,
                forgone.words,
                if self.verdict == Verdict::NoProtection {
                    "people spend less because they go less. This is not protection."
                } else {
                    "people pay a smaller share of their bills, but they also go less, and that part is not protection."
                }
            ),
            Verdict::MoreGo => format!(
                "{} of {group} rises by {less} while {more} fewer of {} are forgone: people spend more because more of them go.{few}",
                spending.words, forgone.words
            ),
        }
    }
}

/// The flags of `other` beside `base`, paired by replicate: of everybody, each category, and the lifted by county.
pub fn flags(base: &Arm, other: &Arm) -> Vec<Flag> {
    let Some(first) = base.results.first() else {
        return Vec::new();
    };
    let counties = first.years.first().map_or(0, |year| year.counties.len());
    let whole = [None]
        .into_iter()
        .chain(ALL_CATEGORIES.map(Some))
        .map(|category| (None, category));
    let lifted = (0..counties).map(|county| (Some(county), Some(Category::Lifted)));
    let mut all = Vec::new();
    for (county, category) in whole.chain(lifted) {
        let slice = Slice {
            year: None,
            county,
            category,
        };
        let worlds = [base, other]
            .map(|arm| -> Vec<Tally> { arm.results.iter().map(|result| slice.tally(result, false)).collect() });
        let Some(own_share) = difference(&OWN_SHARE, &worlds) else {
            continue;
        };
        for spending in SPENDING {
            for forgone in FORGONE {
                let [Some(less), Some(more)] = [spending, forgone].map(|side| difference(&side, &worlds)) else {
                    continue;
                };
                let Some(verdict) = Verdict::of(&less, &more, &own_share) else {
                    continue;
                };
                let cases = Some(spending).filter(|side| side.unit == "share");
                let events = [Some(forgone), cases].into_iter().flatten();
                let fewest = events
                    .flat_map(|side| worlds.each_ref().map(|world| counted(&side, world)))
                    .min();
                all.push(Flag {
                    verdict,
                    category,
                    county: county.map(|at| first.years[0].counties[at].county.clone()),
                    spending: (spending, less),
                    forgone: (forgone, more),
                    events: fewest.unwrap_or_default(),
                });
            }
        }
    }
    all
}

/// The flags that a reader should see first: the first of everybody and of all lifted; and how many there are besides.
pub fn foremost(flags: &[Flag]) -> (Vec<&Flag>, usize) {
    let of = |category| {
        flags
            .iter()
            .find(|flag| flag.county.is_none() && flag.category == category)
    };
    let first: Vec<&Flag> = [None, Some(Category::Lifted)].into_iter().filter_map(of).collect();
    let others = flags.len() - first.len();
    (first, others)
}

/// The paired difference over the replicates in which both worlds have a value.
fn difference(side: &Side, [base, other]: &[Vec<Tally>; 2]) -> Option<Estimate> {
    let pairs = base.iter().zip(other);
    let both = pairs.filter_map(|(base, other)| Some((side.value(base)?, side.value(other)?)));
    let (base, other): (Vec<f64>, Vec<f64>) = both.unzip();
    (!base.is_empty()).then(|| Paired::of(&base, &other).difference)
}

/// Events of all replicates.
fn counted(side: &Side, world: &[Tally]) -> i64 {
    world.iter().map(|tally| (side.pair)(tally).0).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(verdict: Verdict, spending: (usize, [f64; 2]), forgone: [f64; 2]) -> Flag {
        Flag {
            verdict,
            category: Some(Category::Lifted),
            county: None,
            spending: (SPENDING[spending.0], Estimate::of(&spending.1)),
            forgone: (FORGONE[0], Estimate::of(&forgone)),
            events: 1_000,
        }
    }

    #[test]
    fn a_sentence_says_by_how_much_and_what_it_means() {
        // Two replicates: t(0.975, 1) = 12.706, so that half the interval is 12.706 times half the distance.
        let flag = flag(Verdict::NoProtection, (0, [-0.0041, -0.0039]), [0.012, 0.012]);
        assert_eq!(
            flag.sentence(),
            "Catastrophic spending (over 10% of the budget) of lifted households falls by 0.40 points (0.27 to 0.53) while 1.20 points \
             (1.20 to 1.20) more of needed admissions are forgone: people spend less because they go less. This is not protection."
        );
    }

    #[test]
    fn better_cover_and_less_care_are_told_apart() {
        let text = flag(Verdict::NotAllProtection, (0, [-0.004, -0.004]), [0.012, 0.012]).sentence();
        assert!(text.ends_with(
            "are forgone: people pay a smaller share of their bills, but they also go less, and that part is not protection."
        ));
    }

    #[test]
    fn the_converse_is_mild_and_few_events_are_told() {
        let flag = Flag {
            events: 19,
            county: Some("hills".into()),
            ..flag(Verdict::MoreGo, (2, [50.0, 50.0]), [-0.02, -0.02])
        };
        assert_eq!(
            flag.sentence(),
            "Out-of-pocket spending of lifted households in hills rises by 50.0 yuan a head and year (50.0 to 50.0) while 2.00 points \
             (2.00 to 2.00) fewer of needed admissions are forgone: people spend more because more of them go. (Few events.)"
        );
    }

    #[test]
    fn one_replicate_flags_nothing() {
        let [down, up] = [-1.0, 1.0].map(|change| Estimate::of(&[change]));
        assert_eq!(Verdict::of(&down, &up, &down), None);
    }
}
