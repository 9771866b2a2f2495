//! Villages, ways and counties.

use super::{Rows, Source, blocks, per_head, sum, sum_people};
use crate::founding::rules::{FoundingRules, WorldRules};
use crate::world::{Block, County, Provider, World};

fn minutes(block: &Block, h: usize, provider: Provider) -> f64 {
    f64::from(block.villages[usize::from(block.households.village[h])].travel_minutes[provider as usize])
}

pub(super) fn places(rows: &mut Rows, world: &World, rules: &FoundingRules) {
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

pub(super) fn counties(rows: &mut Rows, world: &World, world_rules: &WorldRules, rules: &FoundingRules) {
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
        let elders = sum_people(world.year, county.blocks.iter(), |_, _, age| age >= 60);
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
