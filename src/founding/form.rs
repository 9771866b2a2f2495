//! Forms the households of a county and makes the people in them.
//!
//! Birthdays fall evenly over the year. A person of an age works with `working_share`, of these for a wage with
//! `wage_share`, else farms. One lifelong rank decides schooling and literacy, so that they go together: of an age,
//! `primary_school_share`, `junior_school_share`, `senior_school_share` and `college_share` have completed at least that
//! level (women: times `women_schooling_ratio`); literacy is low with `low_literacy_share` and high with `high_literacy_share`. A person
//! has a condition with `prevalence_share` x the ratio of the sex; of those who have it `controlled_share` are
//! controlled, up to `treated_share` treated, up to `aware_share` diagnosed, and the rest undiagnosed.

use super::drafts::{About, Draft, Drafts, Member};
use super::households::{self, KINDS, LARGEST};
use super::population::{self, Pool};
use super::rules::FoundingRules;
use super::{ConditionFounding, places, step};
use crate::draws::{Luck, Purpose, Stream, bits_below, mix};
use crate::population::{PersonRecord, Told};
use crate::world::{ByAge, CONDITIONS, Condition, Conditions, Learning, Schooling, Stage, Work};

/// The people of a county before they live together, and the kinds of households they will form.
pub struct Waiting {
    pool: Pool,
    kinds: [u32; KINDS.len()],
}

impl Waiting {
    /// The quotas of a county of `agents` people with households of `size` people on average.
    pub fn new(rules: &FoundingRules, pyramid: &population::Pyramid<f64>, size: f64, agents: u32) -> Waiting {
        let mut pool = Pool::new(pyramid, agents);
        let sizes = households::sizes(&rules.households.size_share, size, agents);
        let kinds = households::kinds(&rules.households, &sizes, &pool);
        pool.settle(households::places(&kinds));
        Waiting { pool, kinds }
    }

    /// How many households they will form.
    pub fn households(&self) -> usize {
        self.kinds.iter().map(|&count| count as usize).sum()
    }

    /// Forms the households of the county `name` and the people in them.
    pub fn form(mut self, rules: &FoundingRules, name: &str, traits: &Traits, drafts: &mut Drafts) {
        let from = drafts.rows.len();
        let id = places::county_id(name);
        let mut number = 0;
        for kind in households::order() {
            let left_behind = KINDS[kind].1 == 0 && KINDS[kind].2 > 0;
            for _ in 0..self.kinds[kind] {
                number += 1;
                let who = mix(id ^ mix(number));
                let first = drafts.members.len();
                let generation = rules.households.generation_years;
                let mut taken = [(0, 0); LARGEST];
                let mut size = 0;
                households::fill(kind, generation, &mut self.pool, traits.households, who, |sex, cell| {
                    taken[size] = (sex, cell);
                    size += 1;
                });
                let mut about = About(if left_behind { About::LEFT_BEHIND } else { 0 });
                for (&(sex, cell), id) in taken[..size].iter().zip(member_ids(who)) {
                    let member = traits.person(id, sex, cell);
                    about.note(&member);
                    drafts.members.push(member);
                }
                if size > 0 {
                    drafts.rows.push(Draft::new(who, first, size, about.0));
                }
            }
        }
        drafts.counties.push(from..drafts.rows.len());
    }
}

/// The identities of the members of household `who`, in the order in which they were taken from the pool (or the survey).
#[inline]
pub fn member_ids(who: u64) -> impl Iterator<Item = u64> {
    (1..).map(move |position| mix(who ^ mix(position)))
}

/// What people of one age are like.
#[derive(Clone, Copy, Debug)]
struct AtAge {
    working: f64,
    /// Share of all who work for a wage.
    wage: f64,
    low_literacy: f64,
    /// Where high literacy begins.
    high_literacy: f64,
    /// Where each level of school begins, primary first.
    schooling: [f64; 4],
    /// Bits below which a person has each condition.
    has: [u64; CONDITIONS.len()],
    prevalence: [f64; CONDITIONS.len()],
    /// Whether anybody of this age has any condition.
    any: bool,
}

/// What makes a person, looked up by age.
pub struct Traits {
    households: Stream,
    people: Stream,
    conditions: Stream,
    survival_from_85: f64,
    ages: [Vec<AtAge>; 2],
    /// Controlled, treated and aware as shares of those who have the condition.
    cascade: [[f64; 3]; CONDITIONS.len()],
}

impl Traits {
    /// Looks everything up once.
    pub fn new(rules: &FoundingRules, prevalence: &[ConditionFounding; CONDITIONS.len()], luck: Luck) -> Traits {
        let stream = |when: i32| luck.stream(Purpose::Founding, when);
        let working = rules.work.working_share.table();
        let wage = rules.work.wage_share.table();
        let low = rules.work.low_literacy_share.table();
        let high = rules.work.high_literacy_share.table();
        let schools = rules.work.schools().map(ByAge::table);
        let women = rules.work.women_schooling_ratio.table();
        let shares: [[f64; 120]; CONDITIONS.len()] = std::array::from_fn(|at| prevalence[at].prevalence.table());
        let at_age = |sex: usize, age: usize| {
            let prevalence = std::array::from_fn(|at| (shares[at][age] * prevalence[at].sex_ratios[sex]).min(1.0));
            AtAge {
                working: working[age],
                wage: working[age] * wage[age],
                low_literacy: low[age],
                high_literacy: 1.0 - high[age],
                schooling: schools.map(|share| 1.0 - share[age] * if sex == 1 { women[age] } else { 1.0 }),
                has: prevalence.map(bits_below),
                prevalence,
                any: prevalence.iter().any(|&share| share > 0.0),
            }
        };
        Traits {
            households: stream(step::HOUSEHOLDS),
            people: stream(step::PEOPLE),
            conditions: stream(step::CONDITIONS),
            survival_from_85: rules.ages.survival_from_85_share,
            ages: [0, 1].map(|sex| (0..120).map(|age| at_age(sex, age)).collect()),
            cascade: std::array::from_fn(|at| {
                let known = &prevalence[at];
                [known.controlled_share, known.treated_share, known.aware_share]
            }),
        }
    }

    /// A person of `sex` in age cell `cell`.
    fn person(&self, id: u64, sex: u8, cell: usize) -> Member {
        let months = population::months_of_age(cell, self.people.uniform(id, 0), self.survival_from_85);
        self.of_age(id, sex, months)
    }

    /// A person of `sex` with so many completed `months` of age.
    #[inline]
    fn of_age(&self, id: u64, sex: u8, months: i32) -> Member {
        let own = &self.ages[usize::from(sex) % 2][(months / 12).clamp(0, 119) as usize];
        let work = self.people.uniform(id, 1);
        let work = if work >= own.working {
            Work::None
        } else if work < own.wage {
            Work::Wage
        } else {
            Work::Farm
        };
        let rank = self.people.uniform(id, 2);
        let literacy = u8::from(rank >= own.low_literacy) + u8::from(rank >= own.high_literacy);
        let level = own.schooling.iter().filter(|&&from| rank >= from).count();
        let learning = Learning::new(literacy, Schooling::of(level as u8));
        Member::new(months as u16, sex, learning, work, self.conditions(id, own))
    }

    /// A person as recorded: what the record does not tell is drawn by age and sex.
    pub fn recorded(&self, id: u64, record: &PersonRecord) -> Member {
        let within = record
            .age_months
            .map_or_else(|| (self.people.uniform(id, 0) * 12.0) as i32, i32::from);
        let months = 12 * i32::from(record.age_years) + within;
        let drawn = self.of_age(id, record.sex, months);
        let own = &self.ages[usize::from(record.sex) % 2][usize::from(record.age_years).min(119)];
        let mut conditions = drawn.conditions;
        for (at, told) in record.conditions.iter().enumerate() {
            if let Some(told) = told {
                conditions.set(CONDITIONS[at], self.told_stage(id, at, *told, own.prevalence[at]));
            }
        }
        Member::new(
            months as u16,
            record.sex,
            Learning::new(
                record.literacy.unwrap_or(drawn.learning().literacy()),
                record.schooling.unwrap_or(drawn.learning().schooling()),
            ),
            record.work().unwrap_or(drawn.work),
            conditions,
        )
    }

    /// The stage of a condition of which a record tells something.
    fn told_stage(&self, id: u64, at: usize, told: Told, prevalence: f64) -> Stage {
        let aware = self.cascade[at][2];
        let luck = self.conditions.uniform(id, at as u64);
        match told {
            Told::Stage(stage) => stage,
            Told::Known => self.stage(CONDITIONS[at], luck * aware),
            Told::NotKnown => {
                let unaware = prevalence * (1.0 - aware);
                let share = unaware / (1.0 - prevalence * aware).max(1e-12);
                if luck < share { Stage::Undiagnosed } else { Stage::None }
            }
        }
    }

    /// One uniform number a condition decides whether a person has it and how far its care has come.
    #[inline]
    fn conditions(&self, id: u64, own: &AtAge) -> Conditions {
        let mut conditions = Conditions::default();
        if !own.any {
            return conditions;
        }
        let mut has = 0u32;
        for (at, &below) in own.has.iter().enumerate() {
            has |= u32::from(self.conditions.bits(id, at as u64) < below) << at;
        }
        while has != 0 {
            let at = has.trailing_zeros() as usize;
            has &= has - 1;
            let draw = self.conditions.uniform(id, at as u64) / own.prevalence[at];
            conditions.set(CONDITIONS[at], self.stage(CONDITIONS[at], draw));
        }
        conditions
    }

    fn stage(&self, condition: Condition, draw: f64) -> Stage {
        let [controlled, treated, aware] = self.cascade[condition as usize];
        match draw {
            u if u < controlled => Stage::Controlled,
            u if u < treated => Stage::Treated,
            u if u < aware => Stage::Diagnosed,
            _ => Stage::Undiagnosed,
        }
    }
}
