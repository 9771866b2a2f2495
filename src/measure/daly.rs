//! Disability-adjusted life years: years of life lost and years lived with disability (Murray 1994; Fox-Rushby, Hanson 2001).

/// Age weights of the first studies of the global burden of disease: `C x exp(-beta x)`.
const AGE: (f64, f64) = (0.1658, 0.04);

/// How years are valued; by default one year is one year, as since the study of 2010.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Valuing {
    /// Discount rate a year, 0.03 in the first studies.
    pub discount_rate: f64,
    /// How much of the age weights is used, from 0 (every age alike) to 1.
    pub age_weighting: f64,
}

impl Valuing {
    /// Value of the years from `age` over `length`, seen from their beginning.
    ///
    /// The closed form of the integral over x from `age` to `age + length` of `(K C x e^(-beta x) + 1 - K) e^(-r (x - age))`.
    pub fn years(self, age: f64, length: f64) -> f64 {
        let r = self.discount_rate;
        let (scale, beta) = AGE;
        let alike = if r == 0.0 { length } else { -(-r * length).exp_m1() / r };
        let fall = r + beta;
        let at = |x: f64| -(-fall * x).exp() * (fall * x + 1.0) / (fall * fall);
        let aged = scale * (r * age).exp() * (at(age + length) - at(age));
        (1.0 - self.age_weighting) * alike + self.age_weighting * aged
    }
}

/// Years that are left at an age.
#[derive(Clone, Debug)]
pub struct LifeTable {
    /// Exact ages, ascending.
    pub age: Vec<f64>,
    /// Life expectancy at each.
    pub expectancy: Vec<f64>,
}

impl LifeTable {
    /// Life expectancy at an age: straight between the ages of the table, as at its ends beyond them.
    pub fn at(&self, age: f64) -> f64 {
        let above = self.age.partition_point(|known| *known <= age);
        if above == 0 {
            return self.expectancy[0];
        }
        if above == self.age.len() {
            return self.expectancy[above - 1];
        }
        let (low, high) = (above - 1, above);
        let share = (age - self.age[low]) / (self.age[high] - self.age[low]);
        self.expectancy[low] + share * (self.expectancy[high] - self.expectancy[low])
    }
}

/// Deaths at an age.
#[derive(Clone, Copy, Debug)]
pub struct Deaths {
    /// How many, with weight.
    pub number: f64,
    /// At what age.
    pub age: f64,
}

/// Cases of one course.
#[derive(Clone, Copy, Debug)]
pub struct Cases {
    /// How many, with weight.
    pub number: f64,
    /// Age at onset.
    pub age: f64,
    /// Years until the end of the condition or death.
    pub duration: f64,
    /// Disability weight, from 0 (health) to 1.
    pub disability: f64,
}

/// Years of life lost: of each death, the years that were left to it.
pub fn years_of_life_lost(deaths: &[Deaths], table: &LifeTable, valuing: Valuing) -> f64 {
    let lost = |death: &Deaths| death.number * valuing.years(death.age, table.at(death.age));
    deaths.iter().map(lost).sum()
}

/// Years lived with disability: of each case, its years times their disability weight.
pub fn years_lived_with_disability(cases: &[Cases], valuing: Valuing) -> f64 {
    let lived = |case: &Cases| case.number * case.disability * valuing.years(case.age, case.duration);
    cases.iter().map(lived).sum()
}

/// Both together.
pub fn dalys(deaths: &[Deaths], table: &LifeTable, cases: &[Cases], valuing: Valuing) -> f64 {
    years_of_life_lost(deaths, table, valuing) + years_lived_with_disability(cases, valuing)
}
