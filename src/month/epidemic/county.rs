//! A county's epidemic over a year, from what stands on 1 January: its people by village and age, the immunity that earlier
//! waves left, and the rules of the twelve months.

use super::seir::{self, Day, Moved, Place, binomial};
use super::{EpidemicRules, by_group};
use crate::draws::{Luck, Purpose};
use crate::maths;
use crate::rules::Rules;
use crate::units::Month;
use crate::world::{ByGroup, County, CountyEpidemic, EPIDEMIC_GROUPS, Infected, Provider, age, epidemic_group};

/// Infections per person since the first epidemic, by age group: on 1 January and at the end of each month.
pub type Attack = [ByGroup<f64>; 13];

/// Capacity never falls below this share of the ordinary.
const LEAST_CAPACITY: f64 = 0.1;
/// Days of reports that decide on a response.
const WEEK: usize = 7;
/// Most days that a report may be late.
const LATEST: f64 = 60.0;

/// What the wave of a year does to a county.
#[derive(Clone, Debug)]
pub struct Wave {
    /// By village, in the order of the county's blocks.
    pub villages: Vec<Attack>,
    /// Share of ordinary capacity that is there in each month.
    pub capacity: [f64; 12],
    /// What it came to.
    pub counted: EpidemicYear,
}

/// A county's epidemic year in numbers, people weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EpidemicYear {
    /// Infections of the wave.
    pub infections: i64,
    /// Infections of the week with most.
    pub peak_infections: i64,
    /// That week of the year, 1 to 53; 0 without infections.
    pub peak_week: i64,
    /// Cases found.
    pub found: i64,
    /// Days of response.
    pub response_days: i64,
    /// The least capacity of a month, in parts per million of the ordinary.
    pub least_capacity_ppm: i64,
}

/// What one month's rules come to in this county.
struct Terms<'a> {
    rules: &'a EpidemicRules,
    /// A day without response.
    day: Day,
    symptomatic: ByGroup<f64>,
}

/// Lives the year's epidemic in `county` under the rules of each month, and leaves in the county what the next year begins
/// with. `None` where there is no epidemic and never was one.
pub fn live(county: &mut County, rules: &[&Rules; 12], luck: Luck, year: i32) -> Option<Wave> {
    let seeded = |rules: &&Rules| is_on(rules) && rules.epidemic.seeds_per_100000_count > 0.0;
    if county.epidemic.villages.is_empty() && !rules.iter().any(seeded) {
        return None;
    }
    let (people, ages) = people_of(county, year);
    let mut places = places(county, &people);
    let attacked: Vec<ByGroup<f64>> = places.iter().map(|place| place.people.attacked).collect();
    let residents: u64 = ages.iter().sum();
    let mut year_of = Year {
        counted: EpidemicYear::default(),
        found: std::mem::take(&mut county.epidemic.found),
        response: county.epidemic.response,
        residents: residents as f64,
        county: county.id,
        luck,
    };
    let mut wave = Wave {
        villages: attacked.iter().map(|&before| [before; 13]).collect(),
        capacity: [1.0; 12],
        counted: EpidemicYear::default(),
    };
    let first = calendar_day(year, 0);
    let mut weeks = [0; 53];
    let mut moved = Vec::new();
    let mut infections: Vec<ByGroup<u64>> = vec![[0; EPIDEMIC_GROUPS]; places.len()];
    for month in 0..12 {
        let when = Month::of(year, month as i32 + 1);
        let terms = Terms::of(rules[month], when, &ages);
        place_contacts(&mut places, &people, county, terms.rules);
        let mut ill = 0.0;
        for today in calendar_day(year, month)..calendar_day(year, month + 1) {
            year_of.day(&mut places, &terms, today, &mut moved);
            let week = ((today - first) / WEEK as i32) as usize;
            for (own, moved) in infections.iter_mut().zip(&moved) {
                for group in 0..EPIDEMIC_GROUPS {
                    let infected = u64::from(moved.infected[group]);
                    own[group] += infected;
                    weeks[week] += infected as i64;
                    ill += infected as f64 * terms.symptomatic[group];
                }
            }
        }
        for (at, own) in infections.iter().enumerate() {
            for group in 0..EPIDEMIC_GROUPS {
                let persons = f64::from(people[at][group]).max(1.0);
                wave.villages[at][month + 1][group] = attacked[at][group] + own[group] as f64 / persons;
            }
        }
        wave.capacity[month] = terms.rules.capacity(ill / year_of.residents.max(1.0));
    }
    for (at, place) in places.iter_mut().enumerate() {
        place.people.attacked = wave.villages[at][12];
    }
    let keep = year_of.found.len().saturating_sub(LATEST as usize + WEEK);
    county.epidemic = CountyEpidemic {
        villages: places.iter().map(|place| place.people).collect(),
        found: year_of.found.split_off(keep),
        response: year_of.response,
    };
    wave.counted = year_of.counted;
    wave.counted.close(&weeks, &wave.capacity);
    Some(wave)
}

impl EpidemicYear {
    fn close(&mut self, weeks: &[i64], capacity: &[f64; 12]) {
        self.infections = weeks.iter().sum();
        self.peak_infections = weeks.iter().copied().max().unwrap_or(0);
        if self.infections > 0 {
            let peak = weeks.iter().position(|&week| week == self.peak_infections);
            self.peak_week = peak.map_or(0, |at| at as i64 + 1);
        }
        let least = capacity.iter().fold(1.0, |least: f64, &own| least.min(own));
        self.least_capacity_ppm = (least * 1e6).round() as i64;
    }
}

impl EpidemicRules {
    /// The share of ordinary capacity that is left where `ill` of the residents fall ill in the month.
    fn capacity(&self, ill: f64) -> f64 {
        let lost = (self.capacity_lost_ratio * ill - self.reserve.capacity_share).max(0.0);
        (1.0 - lost).max(LEAST_CAPACITY)
    }
}

impl Terms<'_> {
    fn of<'a>(all_rules: &'a Rules, when: Month, ages: &[u64]) -> Terms<'a> {
        let rules = &all_rules.epidemic;
        let residents: u64 = ages.iter().sum();
        let all: f64 = (0..)
            .zip(ages)
            .map(|(age, &own)| own as f64 * rules.susceptibility_ratio.at(age))
            .sum();
        let mean = all / residents.max(1) as f64;
        let relative = by_group(ages, &rules.susceptibility_ratio).map(|own| if mean > 0.0 { own / mean } else { 0.0 });
        let on = f64::from(is_on(all_rules));
        let days = f64::from(calendar_day(when.year(), when.index() + 1) - calendar_day(when.year(), when.index()));
        Terms {
            day: Day {
                contagion: on * rules.reproduction_ratio / rules.infectious_days * rules.season(when),
                travel: 1.0,
                susceptibility: relative,
                imported: on * rules.seeds_per_100000_count / 1e5 / days,
                becomes_infectious: 1.0 / rules.latent_days,
                recovers: 1.0 / rules.infectious_days,
                loses_immunity: 1.0 - maths::exp(-rules.waning_per_year / 365.25),
            },
            symptomatic: by_group(ages, &rules.symptomatic_share),
            rules,
        }
    }
}

/// A world without illness has no epidemic.
fn is_on(rules: &Rules) -> bool {
    rules.epidemic.active_yes && rules.illness.active_yes
}

/// What runs through the days of a year.
struct Year {
    counted: EpidemicYear,
    found: Vec<u32>,
    response: (i32, i32),
    residents: f64,
    county: u64,
    luck: Luck,
}

impl Year {
    /// Lives `today`: the response that stands, the wave, what is found of it, whether to respond.
    fn day(&mut self, places: &mut [Place], terms: &Terms, today: i32, moved: &mut Vec<Moved>) {
        let draws = self.luck.stream(Purpose::Epidemic, today);
        let (rules, mut day) = (terms.rules, terms.day);
        if (self.response.0..self.response.1).contains(&today) {
            day.contagion *= 1.0 - rules.response.contact_reduction_share;
            day.travel = 1.0 - rules.response.travel_reduction_share;
            self.counted.response_days += 1;
        }
        seir::live(places, &day, draws, moved);
        let mut found = 0;
        for group in 0..EPIDEMIC_GROUPS {
            let cases: u32 = moved.iter().map(|own| own.infectious[group]).sum();
            let chance = terms.symptomatic[group] * rules.detection.sensitivity_share;
            found += binomial(cases, chance, || draws.uniform(self.county, group as u64));
        }
        self.found.push(found);
        self.counted.found += i64::from(found);
        let late = rules.detection.delay_days.min(LATEST) as usize;
        let until = self.found.len().saturating_sub(late);
        let week: u32 = self.found[until.saturating_sub(WEEK)..until].iter().sum();
        let trigger = rules.detection.trigger_per_100000_count * self.residents / 1e5;
        if today >= self.response.1 && week > 0 && f64::from(week) >= trigger {
            let begins = today + 1 + rules.response.delay_days as i32;
            self.response = (begins, begins + rules.response.duration_days as i32);
        }
    }
}

/// Weighted people on 1 January: by village and age group, and of the county by age.
fn people_of(county: &County, year: i32) -> (Vec<ByGroup<u32>>, Vec<u64>) {
    let january = Month::of(year, 1);
    let mut ages = vec![0; 101];
    let mut villages = Vec::new();
    for block in &county.blocks {
        let first = villages.len();
        villages.resize(first + block.villages.len(), [0; EPIDEMIC_GROUPS]);
        for h in 0..block.households.len() {
            let weight = u32::from(block.households.weight[h]);
            let village = &mut villages[first + usize::from(block.households.village[h])];
            for at in block.members(h) {
                let age = age(block.people.born[at].month(), january).clamp(0, 100) as u8;
                village[epidemic_group(age)] += weight;
                ages[usize::from(age)] += u64::from(weight);
            }
        }
    }
    (villages, ages)
}

/// The villages as the year finds them: last year's state, carried over to the people there are now.
fn places(county: &County, people: &[ByGroup<u32>]) -> Vec<Place> {
    let villages = county.blocks.iter().flat_map(|block| &block.villages);
    villages
        .zip(people)
        .enumerate()
        .map(|(at, (village, people))| Place {
            id: village.id,
            outside: 0.0,
            people: match county.epidemic.villages.get(at) {
                Some(before) => before.carried_to(people),
                None => Infected {
                    susceptible: *people,
                    ..Infected::default()
                },
            },
        })
        .collect()
}

/// Shares contacts in town out: fewer where the way is long, `outside_contact_share` on average over people.
fn place_contacts(places: &mut [Place], people: &[ByGroup<u32>], county: &County, rules: &EpidemicRules) {
    let villages = county.blocks.iter().flat_map(|block| &block.villages);
    let near = villages.map(|village| {
        let minutes = f64::from(village.travel_minutes[Provider::County as usize]);
        maths::exp(-minutes / rules.travel_scale_minutes)
    });
    let near: Vec<f64> = near.collect();
    let all = |people: &ByGroup<u32>| people.iter().map(|&own| f64::from(own)).sum::<f64>();
    let (mut weighted, mut residents) = (0.0, 0.0);
    for (near, people) in near.iter().zip(people) {
        weighted += near * all(people);
        residents += all(people);
    }
    for (place, near) in places.iter_mut().zip(near) {
        let share = if weighted > 0.0 {
            near * residents / weighted
        } else {
            0.0
        };
        place.outside = (rules.outside_contact_share * share).min(1.0);
    }
}

impl Infected {
    /// The same shares of other people, in whole people; who is left over is susceptible.
    fn carried_to(&self, people: &ByGroup<u32>) -> Infected {
        let mut after = Infected {
            susceptible: *people,
            attacked: self.attacked,
            ..Infected::default()
        };
        for group in 0..EPIDEMIC_GROUPS {
            let before = f64::from(self.all(group)).max(1.0);
            let left = &mut after.susceptible[group];
            let mut carry = |own: &ByGroup<u32>| {
                let carried = f64::from(own[group]) / before * f64::from(people[group]);
                let carried = (carried + 0.5).min(f64::from(*left)) as u32;
                *left -= carried;
                carried
            };
            after.infectious[group] = carry(&self.infectious);
            after.exposed[group] = carry(&self.exposed);
            after.immune[group] = carry(&self.immune);
        }
        after
    }
}

/// The day on which month `month` (0 to 12) of `year` begins, on a calendar of days without gaps.
pub(super) fn calendar_day(year: i32, month: usize) -> i32 {
    const BEFORE: [i32; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    years + BEFORE[month] + i32::from(leap && month >= 2)
}
