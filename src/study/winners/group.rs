//! The groups in which winners and losers are counted.

use super::roll::{AGE_NAMES, Row};
use crate::indicators::result::RunResult;
use crate::world::{ALL_CATEGORIES, CATEGORIES, Category};

/// What households of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Everybody,
    /// The fifth of their permanent income score.
    Fifth,
    /// The age of the oldest member.
    Age,
    /// How remote their village is.
    Remoteness,
    /// The county.
    County,
}

/// Parts of each kind but the last, of which there are as many as counties.
const FINE: [(Kind, usize); 3] = [(Kind::Fifth, 5), (Kind::Age, AGE_NAMES.len()), (Kind::Remoteness, 5)];
/// Parts of these kinds together.
const PARTS: usize = 5 + AGE_NAMES.len() + 5;
/// Groups without a kind: everybody and each category.
const WHOLE: usize = 1 + CATEGORIES;

impl Kind {
    /// The name in tables, and what its groups are.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Kind::Everybody => ["everybody", "all households of the category"],
            Kind::Fifth => [
                "permanent_income",
                "fifth of the permanent income score, standard normal over households at founding: ends -0.8416, -0.2533, 0.2533, 0.8416",
            ],
            Kind::Age => ["oldest_member", "age of the oldest member on 1 January"],
            Kind::Remoteness => [
                "remoteness",
                "fifth of the village by remoteness, of all villages of the world",
            ],
            Kind::County => ["county", "county"],
        }
    }
}

/// A group: a category, or all, and a part of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The category; none for all.
    pub category: Option<Category>,
    /// What the part is about.
    pub kind: Kind,
    /// Which part, from 0.
    pub part: usize,
    /// The place among all groups.
    pub(super) place: usize,
}

impl Group {
    /// Groups with a kind that a household falls into, in a category.
    pub(super) const FINE: usize = FINE.len() + 1;

    /// How many groups there are with so many counties.
    pub const fn count(counties: usize) -> usize {
        WHOLE + 2 * (PARTS + counties)
    }

    /// All groups, in order: everybody and each category; then by kind, of all households and of the lifted.
    pub fn all(counties: usize) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut push = |category, kind, part| {
            groups.push(Group {
                category,
                kind,
                part,
                place: groups.len(),
            });
        };
        for category in [None].into_iter().chain(ALL_CATEGORIES.map(Some)) {
            push(category, Kind::Everybody, 0);
        }
        for category in [None, Some(Category::Lifted)] {
            for (kind, parts) in FINE.into_iter().chain([(Kind::County, counties)]) {
                (0..parts).for_each(|part| push(category, kind, part));
            }
        }
        groups
    }

    /// The places of a household: in all, in its category, by kind in all, and by kind among the lifted.
    pub(super) fn places(row: &Row, counties: usize) -> [usize; 2 + 2 * Group::FINE] {
        let all = WHOLE;
        let lifted = WHOLE + PARTS + counties;
        let (fifth, age) = (usize::from(row.fifth), 5 + usize::from(row.age));
        let remoteness = 5 + AGE_NAMES.len() + usize::from(row.remoteness);
        let county = PARTS + usize::from(row.county);
        [
            0,
            1 + usize::from(row.cell),
            all + fifth,
            all + age,
            all + remoteness,
            all + county,
            lifted + fifth,
            lifted + age,
            lifted + remoteness,
            lifted + county,
        ]
    }

    /// The name of the part, in a world whose counties are those of `result`.
    pub fn name(&self, result: &RunResult) -> String {
        let fifths = [
            "lowest fifth",
            "second fifth",
            "middle fifth",
            "fourth fifth",
            "highest fifth",
        ];
        let remote = [
            "remotest fifth",
            "second fifth",
            "middle fifth",
            "fourth fifth",
            "nearest fifth",
        ];
        match self.kind {
            Kind::Everybody => "all".into(),
            Kind::Fifth => fifths[self.part].into(),
            Kind::Age => AGE_NAMES[self.part].into(),
            Kind::Remoteness => remote[self.part].into(),
            Kind::County => {
                let counties = result.years.first().map(|year| &year.counties[..]).unwrap_or_default();
                counties
                    .get(self.part)
                    .map_or(String::new(), |county| county.county.clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_falls_into_the_groups_of_its_places() {
        let row = Row {
            county: 1,
            cell: Category::Lifted as u8,
            fifth: 4,
            age: 2,
            remoteness: 3,
            ..Row::default()
        };
        let groups = Group::all(2);
        assert_eq!(groups.len(), Group::count(2));
        let places = Group::places(&row, 2);
        let own: Vec<(Option<Category>, Kind, usize)> = places
            .iter()
            .map(|&at| (groups[at].category, groups[at].kind, groups[at].part))
            .collect();
        let kinds = [
            (Kind::Fifth, 4),
            (Kind::Age, 2),
            (Kind::Remoteness, 3),
            (Kind::County, 1),
        ];
        let mut expected = vec![(None, Kind::Everybody, 0), (Some(Category::Lifted), Kind::Everybody, 0)];
        for category in [None, Some(Category::Lifted)] {
            expected.extend(kinds.map(|(kind, part)| (category, kind, part)));
        }
        assert_eq!(own, expected);
    }
}
