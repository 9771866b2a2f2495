//! How near a founded world comes to what is published, line by line.

use super::population::{CELL_FROM, national};
use super::rules::{FoundingRules, WorldRules};
use super::{FOUNDING_YEAR, income};
use crate::units::{Fen32, Month};
use crate::world::{Block, Category, County, Provider, World, age};

/// One published number and what the world has instead. Everything is weighted: the numbers describe real people and
/// households, not agents.
#[derive(Clone, Debug)]
pub struct MarginRow {
    /// What kind of number: `age`, `household`, `income`, ..
    pub group: &'static str,
    /// Which number.
    pub name: String,
    /// Its unit; `%` is per cent of people or households.
    pub unit: &'static str,
    /// The published or assumed number; none where a number is only shown.
    pub published: Option<f64>,
    /// The number of this world.
    pub founded: f64,
    /// Founded less published: in points where the unit is `%`, else in per cent of the published number.
    pub deviation: Option<f64>,
    /// The largest deviation that is accepted; none where the number is only shown.
    pub tolerance: Option<f64>,
    /// Where the published number comes from.
    pub source: &'static str,
    /// How far to trust it, A to D.
    pub grade: &'static str,
}

impl MarginRow {
    /// Whether the deviation is within the tolerance; true where there is none.
    pub fn holds(&self) -> bool {
        match (self.deviation, self.tolerance) {
            (Some(deviation), Some(tolerance)) => deviation.abs() <= tolerance,
            _ => true,
        }
    }
}

#[derive(Clone, Copy)]
struct Source(&'static str, &'static str);

struct Rows(Vec<MarginRow>);

impl Rows {
    fn add(
        &mut self,
        group: &'static str,
        name: impl Into<String>,
        unit: &'static str,
        founded: f64,
    ) -> &mut MarginRow {
        self.0.push(MarginRow {
            group,
            name: name.into(),
            unit,
            published: None,
            founded,
            deviation: None,
            tolerance: None,
            source: "",
            grade: "",
        });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }
}

impl MarginRow {
    fn against(&mut self, published: f64, tolerance: Option<f64>, source: Source) {
        let relative = if self.unit == "%" {
            1.0
        } else {
            100.0 / published.abs().max(1e-12)
        };
        self.published = Some(published);
        self.deviation = Some((self.founded - published) * relative);
        self.tolerance = tolerance;
        (self.source, self.grade) = (source.0, source.1);
    }
}

fn blocks(world: &World) -> impl Iterator<Item = &Block> {
    world.counties.iter().flat_map(|county| &county.blocks)
}

/// Sums over the households of `blocks`: weight and weight times persons of those where `keep`.
fn sum<'a>(blocks: impl Iterator<Item = &'a Block>, keep: impl Fn(&Block, usize) -> bool) -> (f64, f64) {
    let (mut households, mut people) = (0.0, 0.0);
    for block in blocks {
        for h in 0..block.households.len() {
            if keep(block, h) {
                let weight = f64::from(block.households.weight[h]);
                households += weight;
                people += weight * f64::from(block.households.size[h]);
            }
        }
    }
    (households, people)
}

/// Sums weighted people where `keep` (block, person, age).
fn sum_people<'a>(blocks: impl Iterator<Item = &'a Block>, keep: impl Fn(&Block, usize, i32) -> bool) -> f64 {
    let january = Month::of(FOUNDING_YEAR, 1);
    let mut sum = 0.0;
    for block in blocks {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            let kept = |&p: &usize| keep(block, p, age(block.people.born[p].month(), january));
            sum += weight * block.members(h).filter(kept).count() as f64;
        }
    }
    sum
}

fn per_head(world: &World, rules: &FoundingRules, block: &Block, h: usize) -> f64 {
    let rows = &block.households;
    world.income.per_head(income::score(
        &rules.income.weights(),
        rows.permanent[h],
        rows.persistent[h],
        rows.transitory[h],
    ))
}

/// Holds a founded world against what is published. Needs the world as founded, on 1 January of its first year.
pub fn margins(world: &World, world_rules: &WorldRules, rules: &FoundingRules) -> Vec<MarginRow> {
    let mut rows = Rows(Vec::new());
    ages(&mut rows, world, rules);
    households(&mut rows, world, rules);
    incomes(&mut rows, world, rules);
    standing(&mut rows, world, rules);
    health_and_work(&mut rows, world, rules);
    places(&mut rows, world, rules);
    counties(&mut rows, world, world_rules, rules);
    rows.0
}

fn ages(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    const CENSUS: Source = Source("2020 census counties raked to national rural totals", "D");
    let january = Month::of(FOUNDING_YEAR, 1);
    let mut count = [[0.0; 18]; 2];
    for block in blocks(world) {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            for p in block.members(h) {
                let group = (age(block.people.born[p].month(), january) / 5).clamp(0, 17) as usize;
                count[usize::from(block.people.sex[p])][group] += weight;
            }
        }
    }
    let all: f64 = count.iter().flatten().sum::<f64>().max(1e-9);
    let national = national(&rules.ages);
    let published = |sex: usize, group: i32| -> f64 {
        (0..CELL_FROM.len())
            .filter(|&cell| CELL_FROM[cell] / 5 == group)
            .map(|cell| national[sex][cell])
            .sum()
    };
    for (name, sexes) in [("men", 0..1), ("women", 1..2), ("all", 0..2)] {
        for group in 0..18 {
            let label = if group == 17 {
                "85+".to_owned()
            } else {
                format!("{}-{}", 5 * group, 5 * group + 4)
            };
            let founded = count[sexes.clone()].iter().map(|side| side[group]).sum::<f64>() / all * 100.0;
            let wanted = sexes.clone().map(|sex| published(sex, group as i32)).sum::<f64>() * 100.0;
            rows.add("age", format!("{name} {label}"), "%", founded)
                .against(wanted, Some(0.3), CENSUS);
        }
    }
    let elders: f64 = count.iter().flat_map(|side| &side[12..]).sum::<f64>() / all * 100.0;
    let published: f64 = (0..2)
        .flat_map(|sex| (12..18).map(move |group| (sex, group)))
        .map(|(s, g)| published(s, g))
        .sum();
    rows.add("age", "aged 60 and over", "%", elders)
        .against(published * 100.0, Some(0.5), CENSUS);
    let men = count[0].iter().sum::<f64>();
    rows.add("age", "men per 100 women", "ratio", men / (all - men) * 100.0)
        .against(107.91, Some(2.0), Source("2020 census, from memory", "C"));
}

fn households(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    let (all, people) = sum(blocks(world), |_, _| true);
    rows.add("household", "mean size", "persons", people / all).against(
        rules.households.size_count,
        Some(2.0),
        Source("2020 census, rural households, from memory", "C"),
    );
    for size in 1..=7u16 {
        let share = sum(blocks(world), |block, h| block.households.size[h].min(7) == size).0 / all * 100.0;
        let published = rules
            .households
            .size_share
            .get(usize::from(size) - 1)
            .copied()
            .unwrap_or(0.0)
            * 100.0;
        let label = if size == 7 {
            "7 and more".to_owned()
        } else {
            size.to_string()
        };
        let (tolerance, source) = if size == 1 {
            (
                Some(2.0),
                Source(
                    "2020 census: 25.4% of all households, 23.0% in rural-majority counties",
                    "A",
                ),
            )
        } else {
            (None, Source("assumed", "D"))
        };
        rows.add("household", format!("of size {label}"), "%", share)
            .against(published, tolerance, source);
    }
    let elder_homes = elder_households(world) / all * 100.0;
    rows.add("household", "with a member of 65 and over", "%", elder_homes)
        .against(30.7, None, Source("2020 census, rural-majority counties", "A"));
}

fn elder_households(world: &World) -> f64 {
    let january = Month::of(FOUNDING_YEAR, 1);
    sum(blocks(world), |block, h| {
        let born = &block.people.born[block.members(h)];
        born.iter().any(|born| age(born.month(), january) >= 65)
    })
    .0
}

fn incomes(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    const YEARBOOK: Source = Source("China Statistical Yearbook, rural households by quintile", "C");
    const NBS: Source = Source("NBS 2020", "C");
    let mut list: Vec<(f64, f64, f64)> = Vec::new();
    let mut sources = [0.0; 4];
    let mut remitted = 0.0;
    for block in blocks(world) {
        for h in 0..block.households.len() {
            let weight = f64::from(block.households.weight[h]);
            let people = weight * f64::from(block.households.size[h]);
            let income = people * per_head(world, rules, block, h);
            list.push((weight, people, income));
            let shares = block.households.source_share[h];
            for (sum, share) in sources.iter_mut().zip(shares) {
                *sum += income * f64::from(share);
            }
            remitted += income * f64::from(shares[0]) * f64::from(block.households.remitted_share[h]);
        }
    }
    list.sort_by(|a, b| (a.2 / a.1).total_cmp(&(b.2 / b.1)));
    let realised = income::quintiles(list.iter().copied());
    for (fifth, published) in income::quintile_means(&rules.income).into_iter().enumerate() {
        let name = format!("mean of fifth {}", fifth + 1);
        rows.add("income", name, "yuan per head", realised[fifth])
            .against(published, Some(3.0), YEARBOOK);
    }
    let households: f64 = list.iter().map(|row| row.0).sum();
    let (people, income) = list.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
    let mean = income / f64::max(people, 1e-9);
    rows.add("income", "mean", "yuan per head", mean)
        .against(rules.income.mean_yuan, Some(2.0), NBS);
    rows.add(
        "income",
        "mean of the five means over the mean",
        "ratio",
        realised.iter().sum::<f64>() / 5.0 / mean,
    )
    .against(1.0413, Some(2.0), NBS);
    let mut below = 0.0;
    let median = list.iter().find(|row| {
        below += row.0;
        below >= households / 2.0
    });
    let median = median.map_or(0.0, |row| row.2 / row.1);
    rows.add("income", "median household", "yuan per head", median)
        .against(rules.income.median_yuan, Some(7.0), NBS);
    for (source, name) in crate::world::SOURCES.into_iter().enumerate() {
        let published = rules.income.source_share.get(source).copied().unwrap_or(0.0) * 100.0;
        rows.add("source", name, "%", sources[source] / income * 100.0)
            .against(published, Some(2.0), NBS);
    }
    rows.add(
        "source",
        "sent by migrants, of all wages",
        "%",
        remitted / sources[0].max(1e-9) * 100.0,
    );
}

fn standing(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    let (all_households, all) = sum(blocks(world), |_, _| true);
    let cohort = |block: &Block, h: usize| block.households.cohort[h];
    let (lifted_households, lifted) = sum(blocks(world), cohort);
    let wanted = &rules.standing;
    rows.add("standing", "in the lifted cohort", "%", lifted / all * 100.0)
        .against(
            wanted.lifted_share * 100.0,
            Some(1.0),
            Source("98.99 million over residents or registered people: 10 to 19%", "D"),
        );
    let mut income = 0.0;
    for block in blocks(world) {
        for h in (0..block.households.len()).filter(|&h| cohort(block, h)) {
            let people = f64::from(block.households.weight[h]) * f64::from(block.households.size[h]);
            income += people * per_head(world, rules, block, h);
        }
    }
    rows.add(
        "standing",
        "mean income of the cohort",
        "yuan per head",
        income / lifted.max(1e-9),
    )
    .against(wanted.lifted_mean_yuan, Some(5.0), Source("SCIO 2021-04-07", "A"));
    for (category, share, tolerance) in [
        (Category::Tekun, wanted.tekun_share, 0.4),
        (Category::Dibao, wanted.dibao_share, 1.0),
        (Category::Monitored, wanted.monitored_share, 0.4),
    ] {
        let people = sum(blocks(world), |block, h| block.households.category[h] == category).1;
        rows.add("standing", category.name(), "%", people / all * 100.0)
            .against(
                share * 100.0,
                Some(tolerance),
                Source("Ministry of Civil Affairs 2020; State Council poverty office 2019", "C"),
            );
    }
    let known = |block: &Block, h: usize| {
        let first = block.households.first[h] as usize;
        let members = &block.people.conditions[first..first + usize::from(block.households.size[h])];
        members.iter().any(|conditions| conditions.any_known())
    };
    let ill = sum(blocks(world), |block, h| known(block, h)).0;
    let ill_lifted = sum(blocks(world), |block, h| cohort(block, h) && known(block, h)).0;
    rows.add(
        "standing",
        "households with a known chronic illness",
        "%",
        ill / all_households * 100.0,
    );
    rows.add(
        "standing",
        "the same in the cohort",
        "%",
        ill_lifted / lifted_households.max(1e-9) * 100.0,
    );
    let assisted = sum(blocks(world), |block, h| {
        cohort(block, h) && block.households.category[h] != Category::Lifted
    })
    .1;
    rows.add(
        "standing",
        "of the cohort on dibao or tekun",
        "%",
        assisted / lifted.max(1e-9) * 100.0,
    )
    .against(
        wanted.cohort_assisted_share * 100.0,
        Some(3.0),
        Source("19.36 million in 2020, from memory", "C"),
    );
}

fn health_and_work(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    for (from, to, name) in [
        (18, 44, "18-44"),
        (45, 59, "45-59"),
        (60, 74, "60-74"),
        (75, 200, "75+"),
        (18, 200, "18+"),
    ] {
        let all = sum_people(blocks(world), |_, _, age| (from..=to).contains(&age));
        let known = sum_people(blocks(world), |block, p, age| {
            (from..=to).contains(&age) && block.people.conditions[p].any_known()
        });
        let row = rows.add(
            "chronic",
            format!("known chronic illness, {name}"),
            "%",
            known / all.max(1e-9) * 100.0,
        );
        if from == 18 && to == 200 {
            row.against(
                35.2,
                None,
                Source("NHSS 2018, rural adults; CFPS says 18.2 by another definition", "A"),
            );
        }
    }
    for (at, condition) in crate::world::CONDITIONS.into_iter().enumerate() {
        let all = sum_people(blocks(world), |_, _, age| age >= 18);
        let ill = sum_people(blocks(world), |block, p, age| {
            age >= 18 && block.people.conditions[p].has(crate::world::CONDITIONS[at])
        });
        rows.add(
            "chronic",
            format!("{}, adults", condition.name()),
            "%",
            ill / all.max(1e-9) * 100.0,
        );
    }
    let people = sum(blocks(world), |_, _| true).1;
    let migrants: f64 = blocks(world)
        .flat_map(|block| block.households.migrants.iter().zip(&block.households.weight))
        .map(|(&migrants, &weight)| f64::from(migrants) * f64::from(weight))
        .sum();
    rows.add("work", "absent migrants per resident", "ratio", migrants / people)
        .against(
            rules.work.migrants_per_resident_ratio,
            Some(5.0),
            Source("169.6 million (2020) over 510 million", "D"),
        );
    let mut savings: Vec<(i64, f64)> = blocks(world)
        .flat_map(|block| block.households.savings.iter().zip(&block.households.weight))
        .map(|(savings, &weight)| (savings.fen().0, f64::from(weight)))
        .collect();
    savings.sort_by_key(|row| row.0);
    let half = savings.iter().map(|row| row.1).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let median = savings.iter().find(|row| {
        below += row.1;
        below >= half
    });
    rows.add(
        "purse",
        "median savings",
        "yuan per household",
        median.map_or(0.0, |row| row.0 as f64 / 100.0),
    )
    .against(
        rules.purse.savings_median_yuan,
        Some(15.0),
        Source("CHFS, 5,000 to 15,000, from memory", "C"),
    );
    let (all, _) = sum(blocks(world), |_, _| true);
    let debt = sum(blocks(world), |block, h| block.households.medical_debt[h] > Fen32::ZERO).0;
    rows.add("purse", "households with medical debt", "%", debt / all * 100.0);
}

fn minutes(block: &Block, h: usize, provider: Provider) -> f64 {
    f64::from(block.villages[usize::from(block.households.village[h])].travel_minutes[provider as usize])
}

fn places(rows: &mut Rows, world: &World, rules: &FoundingRules) {
    let (all, people) = sum(blocks(world), |_, _| true);
    let within = |low: f64, high: f64| {
        let near = |block: &Block, h: usize| (low..high).contains(&minutes(block, h, Provider::Village));
        sum(blocks(world), near).0 / all * 100.0
    };
    rows.add("travel", "clinic within 15 minutes", "%", within(0.0, 15.0))
        .against(
            rules.places.near_clinic_share * 100.0,
            Some(3.0),
            Source("88% ordinary rural, 67% remote county", "D"),
        );
    rows.add("travel", "clinic 15 to 30 minutes", "%", within(15.0, 30.0))
        .against(8.0, None, Source("derived", "D"));
    rows.add("travel", "clinic beyond 30 minutes", "%", within(30.0, 1e9))
        .against(4.0, None, Source("derived", "D"));
    for provider in [
        Provider::Village,
        Provider::Township,
        Provider::County,
        Provider::Tertiary,
    ] {
        let mut sum = 0.0;
        for block in blocks(world) {
            for h in 0..block.households.len() {
                sum += f64::from(block.households.weight[h]) * minutes(block, h, provider);
            }
        }
        rows.add("travel", format!("mean to {}", provider.name()), "minutes", sum / all);
    }
    let villages: usize = blocks(world).map(|block| block.villages.len()).sum();
    let doctors: f64 = blocks(world)
        .flat_map(|block| &block.villages)
        .map(|village| f64::from(village.doctors))
        .sum();
    rows.add(
        "places",
        "people per village",
        "people",
        people / villages.max(1) as f64,
    );
    rows.add(
        "places",
        "doctors per clinic",
        "doctors",
        doctors / villages.max(1) as f64,
    )
    .against(1.9, Some(20.0), Source("1.108 million over 581,964 clinics", "D"));
}

fn counties(rows: &mut Rows, world: &World, world_rules: &WorldRules, rules: &FoundingRules) {
    const CARD: Source = Source("assumed within the published spread between counties", "D");
    let all = sum(blocks(world), |_, _| true).1;
    let given: f64 = world_rules.counties.values().map(|county| county.people_share).sum();
    let income_of = |county: &County| {
        let mut sum = (0.0, 0.0);
        for block in &county.blocks {
            for h in 0..block.households.len() {
                let people = f64::from(block.households.weight[h]) * f64::from(block.households.size[h]);
                sum.0 += people * per_head(world, rules, block, h);
                sum.1 += people;
            }
        }
        sum
    };
    let total = world
        .counties
        .iter()
        .map(income_of)
        .fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let ratios: f64 = world_rules
        .counties
        .values()
        .map(|county| county.income_ratio * county.people_share / given)
        .sum();
    for county in &world.counties {
        let Some(card) = world_rules.counties.get(&county.name) else {
            continue;
        };
        let (households, people) = sum(county.blocks.iter(), |_, _| true);
        let name = |what: &str| format!("{} {what}", county.name);
        rows.add("county", name("people"), "%", people / all * 100.0).against(
            card.people_share / given * 100.0,
            Some(1.5),
            CARD,
        );
        let (income, heads) = income_of(county);
        rows.add(
            "county",
            name("income relative to the mean"),
            "ratio",
            income / heads.max(1e-9) / (total.0 / total.1),
        )
        .against(card.income_ratio / ratios, None, CARD);
        let elders = sum_people(county.blocks.iter(), |_, _, age| age >= 60);
        rows.add("county", name("aged 60 and over"), "%", elders / people * 100.0);
        rows.add("county", name("household size"), "persons", people / households);
        let far = sum(county.blocks.iter(), |block, h| {
            minutes(block, h, Provider::Village) > 15.0
        })
        .0;
        rows.add(
            "county",
            name("beyond 15 minutes of a clinic"),
            "%",
            far / households * 100.0,
        )
        .against(card.far_clinic_share * 100.0, None, CARD);
        let lifted = sum(county.blocks.iter(), |block, h| block.households.cohort[h]).1;
        rows.add("county", name("in the lifted cohort"), "%", lifted / people * 100.0);
    }
}
