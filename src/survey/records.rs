//! From rows to households: every row is taken or listed as bad, with its line and the reason.

use super::fields::{self, FIELDS};
use super::lens::{Bad, Counts, Lens, Told};
use super::map::Map;
use super::table::{File, Row};
use crate::population::{HouseholdRecord, MOST_PEOPLE, PersonRecord, TOLD};
use crate::problem::Problems;
use crate::units::Month;
use crate::world::{ALL_CATEGORIES, CONDITIONS, Category, Schooling};
use std::collections::{BTreeMap, BTreeSet};

/// The age from which somebody can head a household.
const ADULT: u8 = 16;
/// The age from which years of schooling tell how literate somebody will be.
const SCHOOLED: u8 = 18;
/// The greatest age.
const OLDEST: i32 = 115;

/// What the rows of a survey came to.
#[derive(Debug)]
pub struct Records {
    /// Households without a bad row.
    pub households: Vec<HouseholdRecord>,
    /// Every bad row, by file and line.
    pub bad: Vec<Bad>,
    /// Households with a bad row.
    pub left_out: Vec<String>,
    /// How often each field was told, among the households taken.
    pub counts: [Counts; FIELDS],
}

/// A household while its rows come in.
struct Home {
    line: u64,
    file: usize,
    row: usize,
    people: Vec<(u64, PersonRecord, bool)>,
    told: Vec<[Told; FIELDS]>,
}

struct Gathering<'a> {
    map: &'a Map,
    lenses: Vec<Lens<'a>>,
    homes: BTreeMap<String, Home>,
    bad: Vec<Bad>,
}

/// Takes the rows of a survey: `people`, and `households` where they stand in a file of their own.
///
/// # Errors
/// Columns of the map that the files do not have.
pub fn records(map: &Map, people: &File, households: Option<&File>) -> Result<Records, Problems> {
    let lens = |file, of_household, of_people| Lens::new(map, file, of_household, of_people).map_err(Problems::from);
    let lenses = match households {
        Some(households) => vec![lens(households, true, false)?, lens(people, false, true)?],
        None => vec![lens(people, true, true)?],
    };
    let mut all = Gathering {
        map,
        lenses,
        homes: BTreeMap::new(),
        bad: Vec::new(),
    };
    if households.is_some() {
        all.households();
    }
    all.people();
    Ok(all.finish())
}

fn of_household(name: &str) -> usize {
    fields::number(true, name).unwrap_or(0)
}

fn of_person(name: &str) -> usize {
    fields::number(false, name).unwrap_or(0)
}

impl Gathering<'_> {
    fn wrong(&mut self, file: usize, line: u64, household: &str, column: &str, reason: impl Into<String>) {
        self.bad.push(Bad {
            file: self.lenses[file].file.name.clone(),
            line,
            household: household.to_owned(),
            column: column.to_owned(),
            reason: reason.into(),
        });
    }

    /// Whether a row has as many cells as its file has columns.
    fn is_whole(&mut self, file: usize, row: &Row, id: &str) -> bool {
        let columns = self.lenses[file].file.columns.len();
        let cells = row.cells.len();
        if cells != columns {
            self.wrong(
                file,
                row.line,
                id,
                "",
                format!("it has {cells} cells, the header has {columns}"),
            );
        }
        cells == columns
    }

    /// Opens the households of a file of their own.
    fn households(&mut self) {
        let own = self.lenses[0].file;
        for (at, row) in own.rows.iter().enumerate() {
            let id = self.lenses[0].raw(0, row).to_owned();
            if id.is_empty() {
                self.wrong(0, row.line, "", "", "there is no household id");
            } else if let Some(home) = self.homes.get(&id) {
                let line = home.line;
                self.wrong(
                    0,
                    row.line,
                    &id,
                    "",
                    format!("household `{id}` is on line {line} already"),
                );
            } else {
                self.is_whole(0, row, &id);
                self.open(0, at, row, &id);
            }
        }
    }

    fn open(&mut self, file: usize, at: usize, row: &Row, id: &str) {
        let home = Home {
            line: row.line,
            file,
            row: at,
            people: Vec::new(),
            told: Vec::new(),
        };
        self.homes.insert(id.to_owned(), home);
    }

    /// Takes the people, and their households where there is one file.
    fn people(&mut self) {
        let file = self.lenses.len() - 1;
        let own = self.lenses[file].file;
        for (at, row) in own.rows.iter().enumerate() {
            let id = self.lenses[file].raw(0, row).to_owned();
            if id.is_empty() {
                self.wrong(file, row.line, "", "", "there is no household id");
                continue;
            }
            let whole = self.is_whole(file, row, &id);
            if file == 0 && !self.homes.contains_key(&id) {
                self.open(0, at, row, &id);
            } else if file == 0 && whole {
                self.agrees(row, &id);
            }
            if !self.homes.contains_key(&id) {
                let households = self.lenses[0].file.name.clone();
                self.wrong(
                    file,
                    row.line,
                    &id,
                    "",
                    format!("there is no household `{id}` in {households}"),
                );
                continue;
            }
            let told = self.tell(file, row, &id, false);
            let person = self.person(file, row, &id, &told);
            if let (Some((person, away)), Some(home)) = (person, self.homes.get_mut(&id)) {
                home.people.push((row.line, person, away));
                home.told.push(told);
            }
        }
    }

    /// Holds what a row says of its household against the household's first row.
    fn agrees(&mut self, row: &Row, id: &str) {
        let first = &self.lenses[0].file.rows[self.homes[id].row];
        for (number, field) in fields::all().iter().enumerate().filter(|(_, field)| field.of_household) {
            let (before, here) = (self.lenses[0].raw(number, first), self.lenses[0].raw(number, row));
            if before != here {
                let column = self.map.fields[number]
                    .as_ref()
                    .and_then(|mapped| mapped.column.clone());
                let reason = format!(
                    "`{}` is `{here}` here and `{before}` on line {}",
                    field.name, first.line
                );
                self.wrong(0, row.line, id, &column.unwrap_or_default(), reason);
            }
        }
    }

    /// What a row tells of all fields of a household or a person; what cannot be understood is noted.
    fn tell(&mut self, file: usize, row: &Row, id: &str, household: bool) -> [Told; FIELDS] {
        let mut all = [const { Told::Missing }; FIELDS];
        for (number, field) in fields::all()
            .iter()
            .enumerate()
            .filter(|(_, field)| field.of_household == household)
        {
            match self.lenses[file].told(number, row) {
                Ok(Told::Missing) if field.filled.is_empty() && !["age", "birth_year"].contains(&field.name) => {
                    self.wrong(file, row.line, id, "", format!("`{}` is missing", field.name));
                }
                Ok(told) => all[number] = told,
                Err((column, reason)) => self.wrong(file, row.line, id, &column, reason),
            }
        }
        all
    }

    fn person(&mut self, file: usize, row: &Row, id: &str, told: &[Told; FIELDS]) -> Option<(PersonRecord, bool)> {
        let (age_years, age_months) = match self.age(told) {
            Ok(age) => age,
            Err(reason) => {
                // A number that cannot be understood has been noted with its column.
                let columns =
                    ["age", "birth_year", "birth_month"].map(|name| self.map.field(false, name)?.column.clone());
                let mut noted = self.bad.iter().rev().take_while(|bad| bad.line == row.line);
                if !noted.any(|bad| columns.iter().flatten().any(|column| *column == bad.column)) {
                    self.wrong(file, row.line, id, "", reason);
                }
                return None;
            }
        };
        let literacy = index(&told[of_person("literacy")], &["low", "middle", "high"]).or_else(|| {
            let [low, high] = self.map.schooling;
            let years = number(&told[of_person("schooling")]).filter(|_| age_years >= SCHOOLED)?;
            Some(u8::from(years >= low) + u8::from(years >= high))
        });
        let condition = |at: usize| {
            let word = text(&told[of_person(CONDITIONS[at].name())])?;
            TOLD.iter().find(|(name, _)| *name == word).map(|(_, told)| *told)
        };
        let person = PersonRecord {
            name: text(&told[of_person("id")]).unwrap_or_default().to_owned(),
            age_years,
            age_months,
            sex: index(&told[of_person("sex")], &["male", "female"])?,
            work: index(&told[of_person("work")], &["none", "farm", "wage"]),
            literacy,
            schooling: number(&told[of_person("schooling")]).map(Schooling::of_years),
            conditions: std::array::from_fn(condition),
        };
        Some((person, text(&told[of_person("away")]) == Some("yes")))
    }

    /// Completed years, and months beyond them where the month of birth is known.
    fn age(&self, told: &[Told; FIELDS]) -> Result<(u8, Option<u8>), String> {
        if let Some(age) = number(&told[of_person("age")]) {
            return Ok((age as u8, None));
        }
        let born = number(&told[of_person("birth_year")]);
        let (Some(year), Some(interviewed)) = (born, self.map.interviewed) else {
            return Err("the age is missing".into());
        };
        let month = number(&told[of_person("birth_month")]);
        // Without a month: the middle of the year.
        let months = interviewed.0 - Month::of(year as i32, month.unwrap_or(7.0) as i32).0;
        if months < 0 && (month.is_some() || months < -6) {
            return Err(format!("born after the interviews of {interviewed}"));
        }
        let months = months.max(0);
        if months / 12 > OLDEST {
            return Err(format!("an age of {} is above {OLDEST}", months / 12));
        }
        Ok(((months / 12) as u8, month.map(|_| (months % 12) as u8)))
    }

    fn finish(mut self) -> Records {
        let mut households = Vec::new();
        let mut all_counts: Vec<(String, [Told; FIELDS], Vec<[Told; FIELDS]>)> = Vec::new();
        for (id, mut home) in std::mem::take(&mut self.homes) {
            let row = &self.lenses[home.file].file.rows[home.row];
            let told = self.tell(home.file, row, &id, true);
            self.look(&id, &home);
            if let Some(household) = self.household(&id, &mut home, &told) {
                households.push(household);
                all_counts.push((id, told, home.told));
            }
        }
        let left_out: BTreeSet<String> = self
            .bad
            .iter()
            .map(|bad| bad.household.clone())
            .filter(|id| !id.is_empty())
            .collect();
        households.retain(|household| !left_out.contains(&household.name));
        let mut counts = [Counts::default(); FIELDS];
        for (_, own, people) in all_counts.iter().filter(|(id, ..)| !left_out.contains(id)) {
            for number in 0..FIELDS {
                let of_household = fields::all()[number].of_household;
                let rows = if of_household {
                    std::slice::from_ref(own)
                } else {
                    &people[..]
                };
                for told in rows {
                    match told[number] {
                        Told::Given(_) => counts[number].given += 1,
                        Told::Default(_) => counts[number].by_default += 1,
                        Told::Missing => counts[number].missing += 1,
                    }
                }
            }
        }
        self.bad.sort();
        self.bad.dedup();
        Records {
            households,
            bad: self.bad,
            left_out: left_out.into_iter().collect(),
            counts,
        }
    }

    /// Looks at who lives in a household.
    fn look(&mut self, id: &str, home: &Home) {
        let file = self.lenses.len() - 1;
        let mut names = BTreeMap::new();
        for (line, person, _) in &home.people {
            if let Some(first) = names
                .insert(person.name.clone(), *line)
                .filter(|_| !person.name.is_empty())
            {
                let reason = format!(
                    "person `{}` of household `{id}` is on line {first} already",
                    person.name
                );
                self.wrong(file, *line, id, "", reason);
            }
        }
        // Where a member's row is bad, what is missing may be that member.
        if self.bad.iter().any(|bad| bad.household == id) {
            return;
        }
        let residents: Vec<&PersonRecord> = home
            .people
            .iter()
            .filter(|(.., away)| !away)
            .map(|(_, person, _)| person)
            .collect();
        let reason = if residents.is_empty() {
            "nobody lives there"
        } else if residents.iter().all(|person| person.age_years < ADULT) {
            "no adult lives there: nobody is 16 or over"
        } else if residents.len() > MOST_PEOPLE {
            "more than 20 people live there"
        } else {
            return;
        };
        self.wrong(home.file, home.line, id, "", reason);
    }

    fn household(&mut self, id: &str, home: &mut Home, told: &[Told; FIELDS]) -> Option<HouseholdRecord> {
        let (line, file) = (home.line, home.file);
        let people: Vec<PersonRecord> = home
            .people
            .iter()
            .filter(|(.., away)| !away)
            .map(|(_, person, _)| person.clone())
            .collect();
        let size = people.len() as f64;
        let money = |name: &str| {
            let field = self.map.field(true, name)?;
            let per_head = if field.per_head { size } else { 1.0 };
            number(&told[of_household(name)]).map(|amount| amount * field.unit * per_head * self.map.price_ratio)
        };
        let sources = ["wage_income", "farm_income", "property_income", "transfer_income"].map(money);
        let sources = match sources {
            [Some(wage), Some(farm), Some(property), Some(transfer)] => Some([wage, farm, property, transfer]),
            _ => None,
        };
        let remitted = money("remittances");
        let weight = number(&told[of_household("weight")])?;
        let away = home.people.iter().filter(|(.., away)| *away).count();
        let standing = index(&told[of_household("standing")], &ALL_CATEGORIES.map(Category::name));
        let standing = standing.map(|at| ALL_CATEGORIES[usize::from(at)]);
        let cohort = text(&told[of_household("cohort")]).map(|word| word == "yes");
        let household = HouseholdRecord {
            name: id.to_owned(),
            county: text(&told[of_household("county")])?.to_owned(),
            weight,
            standing: standing.or((cohort == Some(true)).then_some(Category::Lifted)),
            cohort: cohort.or(standing.map(|standing| standing == Category::Lifted)),
            income_yuan: money("income").or(sources.map(|sources| sources.iter().sum())),
            source_share: sources.and_then(shares),
            remitted_share: sources
                .zip(remitted)
                .filter(|(sources, _)| sources[0] > 0.0)
                .map(|(sources, sent)| sent / sources[0]),
            savings_yuan: money("savings"),
            assets_yuan: money("assets"),
            medical_debt_yuan: money("medical_debt"),
            other_debt_yuan: money("other_debt"),
            migrants: number(&told[of_household("migrants")])
                .or(self.map.field(false, "away").map(|_| away as f64))
                .map(|migrants| migrants as u8),
            people,
        };
        if weight <= 0.0 {
            self.wrong(file, line, id, "", format!("the weight {weight} is not above 0"));
        }
        if household.remitted_share.is_some_and(|share| share > 1.0) {
            self.wrong(
                file,
                line,
                id,
                "",
                "remittances are more than the wages that they are part of",
            );
        }
        if household.standing == Some(Category::Lifted) && household.cohort == Some(false) {
            self.wrong(
                file,
                line,
                id,
                "",
                "the standing is lifted, but the household is not of the lifted cohort",
            );
        }
        Some(household)
    }
}

/// Shares of what is not negative; none where nothing comes in.
fn shares(sources: [f64; 4]) -> Option<[f64; 4]> {
    let parts = sources.map(|part| part.max(0.0));
    let sum: f64 = parts.iter().sum();
    (sum > 0.0).then(|| parts.map(|part| part / sum))
}

fn text(told: &Told) -> Option<&str> {
    match told {
        Told::Given(text) | Told::Default(text) => Some(text),
        Told::Missing => None,
    }
}

fn number(told: &Told) -> Option<f64> {
    text(told)?.parse().ok()
}

fn index(told: &Told, words: &[&str]) -> Option<u8> {
    let word = text(told)?;
    words.iter().position(|other| *other == word).map(|at| at as u8)
}
