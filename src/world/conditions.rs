//! Chronic conditions and the cascade of care, packed four bits a condition.

/// A chronic condition. The order is the order of the tables and of the ladder of rare events; numbers are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Condition {
    /// High blood pressure.
    Hypertension = 0,
    /// Diabetes.
    Diabetes = 1,
    /// Heart disease: infarction and after.
    Heart = 2,
    /// Stroke and after.
    Stroke = 3,
    /// Chronic obstructive pulmonary disease.
    Copd = 4,
    /// Cancer.
    Cancer = 5,
    /// End-stage kidney disease on dialysis.
    Kidney = 6,
    /// Musculoskeletal and mental illness.
    Other = 7,
}

/// All conditions, in order.
pub const CONDITIONS: [Condition; 8] = [
    Condition::Hypertension,
    Condition::Diabetes,
    Condition::Heart,
    Condition::Stroke,
    Condition::Copd,
    Condition::Cancer,
    Condition::Kidney,
    Condition::Other,
];

impl Condition {
    /// The name used in files and tables.
    pub fn name(self) -> &'static str {
        [
            "hypertension",
            "diabetes",
            "heart",
            "stroke",
            "copd",
            "cancer",
            "kidney",
            "other",
        ][self as usize]
    }
}

/// Where a condition stands in the cascade of care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stage {
    /// Free of the condition.
    None = 0,
    /// Ill, and nobody knows.
    Undiagnosed = 1,
    /// Known, not treated.
    Diagnosed = 2,
    /// Treated, not controlled.
    Treated = 3,
    /// Treated and controlled.
    Controlled = 4,
    /// In the first, costly year after a major event.
    FirstYear = 5,
}

/// The stages of all eight conditions of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions(pub u32);

impl Conditions {
    /// The stage of `condition`.
    #[inline]
    pub fn stage(self, condition: Condition) -> Stage {
        const STAGES: [Stage; 16] = [
            Stage::None,
            Stage::Undiagnosed,
            Stage::Diagnosed,
            Stage::Treated,
            Stage::Controlled,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
        ];
        STAGES[(self.0 >> (4 * condition as u32)) as usize & 15]
    }

    /// Sets the stage of `condition`.
    #[inline]
    pub fn set(&mut self, condition: Condition, stage: Stage) {
        let shift = 4 * condition as u32;
        self.0 = (self.0 & !(15 << shift)) | ((stage as u32) << shift);
    }

    /// Whether the person has `condition`, known or not.
    #[inline]
    pub fn has(self, condition: Condition) -> bool {
        (self.0 >> (4 * condition as u32)) & 15 != 0
    }

    /// Whether any condition is treated: stages 3 (bits 011), 4 (100) and 5 (101) of some nibble.
    #[inline]
    pub fn any_treated(self) -> bool {
        self.treated_lowest() != 0
    }

    /// The lowest bit of each four that stand for a treated condition.
    #[inline]
    fn treated_lowest(self) -> u32 {
        ((self.0 & (self.0 >> 1)) | (self.0 >> 2)) & 0x1111_1111
    }

    /// The conditions that are treated, in order.
    #[inline]
    pub fn treated(self) -> impl Iterator<Item = Condition> {
        at_bits(self.treated_lowest())
    }

    /// Whether any condition is known to the person or a doctor: a nibble of 2 or more.
    #[inline]
    pub fn any_known(self) -> bool {
        self.0 & 0xeeee_eeee != 0
    }

    /// The lowest bit of each four that stand for a condition the person has.
    #[inline(always)]
    pub fn lowest(self) -> u32 {
        (self.0 | (self.0 >> 1) | (self.0 >> 2) | (self.0 >> 3)) & 0x1111_1111
    }

    /// The lowest bit of each four that stand for a controlled condition.
    #[inline(always)]
    pub fn controlled(self) -> u32 {
        (self.0 >> 2) & !(self.0 | (self.0 >> 1) | (self.0 >> 3)) & 0x1111_1111
    }

    /// Which conditions the person has, known or not: one bit a condition.
    #[inline]
    pub fn which(self) -> u8 {
        let set = self.lowest();
        // The low bits of eight nibbles move together: pairs, fours, all.
        let set = (set | set >> 3) & 0x0303_0303;
        let set = (set | set >> 6) & 0x000f_000f;
        (set | set >> 12) as u8
    }

    /// The conditions that the person has, in order.
    #[inline]
    pub fn held(self) -> impl Iterator<Item = Condition> {
        at_bits(self.lowest())
    }
}

/// The conditions at whose nibbles a bit is set.
#[inline]
fn at_bits(mut left: u32) -> impl Iterator<Item = Condition> {
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let at = left.trailing_zeros() as usize / 4;
        left &= left - 1;
        Some(CONDITIONS[at % 8])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_packed_and_read_back() {
        for condition in CONDITIONS {
            for stage in [
                Stage::None,
                Stage::Undiagnosed,
                Stage::Diagnosed,
                Stage::Treated,
                Stage::Controlled,
                Stage::FirstYear,
            ] {
                let mut conditions = Conditions::default();
                conditions.set(Condition::Other, Stage::Diagnosed);
                conditions.set(condition, stage);
                assert_eq!(conditions.stage(condition), stage);
                assert_eq!(conditions.any_treated(), stage >= Stage::Treated);
                let held: Vec<Condition> = conditions.held().collect();
                let expected = CONDITIONS.into_iter().filter(|&own| conditions.has(own));
                assert_eq!(held, expected.collect::<Vec<_>>());
                let bits = held.iter().fold(0, |bits, &own| bits | 1 << own as u8);
                assert_eq!(conditions.which(), bits);
                let controlled = conditions.controlled() == 1 << (4 * condition as u32);
                assert_eq!(controlled, stage == Stage::Controlled);
                let mut alone = Conditions::default();
                alone.set(condition, stage);
                assert_eq!(alone.any_known(), stage >= Stage::Diagnosed);
            }
        }
    }
}
