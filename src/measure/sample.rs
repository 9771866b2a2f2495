//! Columns of a survey, one row a household or a person.

use std::sync::Arc;

/// Whom a weight stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Households: their weight.
    Households,
    /// Persons: the household's weight times its members.
    Persons,
}

/// Whether the consumption of the survey includes what was paid for care out of pocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It does.
    Gross,
    /// It does not.
    Net,
}

/// How many equivalent adults a household counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Scale {
    /// Every member counts 1.
    #[default]
    PerHead,
    /// 1 for the first adult, 0.5 for every other, 0.3 for a child (OECD modified; Hagenaars, de Vos, Zaidi 1994).
    OecdModified,
    /// Members to the power theta (Buhmann and others 1988).
    Power(f64),
    /// (adults + alpha children) to the power theta (National Research Council 1995).
    Weighted {
        /// What a child counts beside an adult.
        alpha: f64,
        /// Economies of scale; 1 for none.
        theta: f64,
    },
}

impl Scale {
    /// Equivalent adults of a household of `adults` and `children`, together above 0. A household of children alone has its
    /// eldest for first adult on the scale of the OECD.
    pub fn adults(self, adults: f64, children: f64) -> f64 {
        match self {
            Scale::PerHead => adults + children,
            Scale::OecdModified if adults < 1.0 => 1.0 + 0.3 * (adults + children - 1.0).max(0.0),
            Scale::OecdModified => 1.0 + 0.5 * (adults - 1.0) + 0.3 * children,
            Scale::Power(theta) => (adults + children).powf(theta),
            Scale::Weighted { alpha, theta } => (adults + alpha * children).powf(theta),
        }
    }
}

/// A survey. All columns have one length and hold finite numbers; money is of one currency, price year and, as the flows are
/// concerned, a year.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Weight of the household, 0 or more, not all 0.
    pub weight: Vec<f64>,
    /// Members, above 0; 1 where rows are persons.
    pub size: Vec<f64>,
    /// Equivalent adults, above 0 ([`Scale::adults`]); `size` where nothing is said.
    pub equivalence: Option<Vec<f64>>,
    /// Consumption of the household.
    pub consumption: Option<Vec<f64>>,
    /// Whether that includes `oop`.
    pub basis: Basis,
    /// Paid for care out of pocket, 0 or more; not above consumption gross of it.
    pub oop: Option<Vec<f64>>,
    /// Consumption of food, 0 or more.
    pub food: Option<Vec<f64>>,
    /// Income of the household.
    pub income: Option<Vec<f64>>,
    /// Poverty line of the row, per equivalent adult, above 0.
    pub line: Option<Vec<f64>>,
    /// What people are ranked by, from worst off to best; else gross consumption, else income, per equivalent adult.
    pub rank: Option<Vec<f64>>,
    /// What concentration indices are of; per person or household as the user has it.
    pub outcome: Option<Vec<f64>>,
}

impl Sample {
    /// A sample with nothing but weights and sizes.
    pub fn new(weight: Vec<f64>, size: Vec<f64>) -> Sample {
        Sample {
            weight,
            size,
            equivalence: None,
            consumption: None,
            basis: Basis::Gross,
            oop: None,
            food: None,
            income: None,
            line: None,
            rank: None,
            outcome: None,
        }
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.weight.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.weight.is_empty()
    }

    /// The rows of these places.
    #[must_use]
    pub fn only(&self, rows: &[usize]) -> Sample {
        let pick = |column: &Vec<f64>| -> Vec<f64> { rows.iter().map(|&row| column[row]).collect() };
        let picked = |column: &Option<Vec<f64>>| column.as_ref().map(pick);
        Sample {
            weight: pick(&self.weight),
            size: pick(&self.size),
            equivalence: picked(&self.equivalence),
            consumption: picked(&self.consumption),
            basis: self.basis,
            oop: picked(&self.oop),
            food: picked(&self.food),
            income: picked(&self.income),
            line: picked(&self.line),
            rank: picked(&self.rank),
            outcome: picked(&self.outcome),
        }
    }

    /// How many of whom the weight is for stand in each row: its members, or one household.
    pub(super) fn units(&self, weight: Weight) -> Arc<[f64]> {
        match weight {
            Weight::Persons => self.size.clone().into(),
            Weight::Households => vec![1.0; self.len()].into(),
        }
    }

    /// Equivalent adults of each row.
    pub(super) fn adults(&self) -> &[f64] {
        self.equivalence.as_deref().unwrap_or(&self.size)
    }

    /// Consumption of the household, with what was paid for care.
    pub(crate) fn gross(&self) -> Option<Vec<f64>> {
        self.consumption_and_oop(self.basis == Basis::Net, 1.0)
    }

    /// Consumption of the household, without what was paid for care.
    pub(crate) fn net(&self) -> Option<Vec<f64>> {
        self.consumption_and_oop(self.basis == Basis::Gross, -1.0)
    }

    /// Consumption, and where asked `times` out-of-pocket spending on top; nothing where that would be wanted and is not known.
    fn consumption_and_oop(&self, wanted: bool, times: f64) -> Option<Vec<f64>> {
        let consumption = self.consumption.as_ref()?;
        if !wanted {
            return Some(consumption.clone());
        }
        let oop = self.oop.as_ref()?;
        Some(consumption.iter().zip(oop).map(|(c, o)| c + times * o).collect())
    }

    /// A column of households by equivalent adult.
    pub(crate) fn per_adult(&self, column: &[f64]) -> Vec<f64> {
        column
            .iter()
            .zip(self.adults())
            .map(|(value, adults)| value / adults)
            .collect()
    }
}
