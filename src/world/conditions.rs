//! Chronic conditions and the cascade of care, packed three bits a condition.

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
    Dialysis = 6,
    /// Musculoskeletal disease.
    Musculoskeletal = 7,
    /// Mental illness.
    Mental = 8,
    /// Chronic kidney disease before dialysis, which it may lead to.
    KidneyDisease = 9,
}

/// All conditions, in order.
pub const CONDITIONS: [Condition; 10] = [
    Condition::Hypertension,
    Condition::Diabetes,
    Condition::Heart,
    Condition::Stroke,
    Condition::Copd,
    Condition::Cancer,
    Condition::Dialysis,
    Condition::Musculoskeletal,
    Condition::Mental,
    Condition::KidneyDisease,
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
            "dialysis",
            "musculoskeletal",
            "mental",
            "kidney_disease",
        ][self as usize]
    }

    /// The condition that a major event of this one begins, which takes its place.
    pub fn leads_to(self) -> Option<Condition> {
        (self == Condition::KidneyDisease).then_some(Condition::Dialysis)
    }

    /// The first of its bits among a person's.
    #[inline(always)]
    pub fn shift(self) -> u32 {
        BITS * self as u32
    }
}

/// Bits of a condition.
pub const BITS: u32 = 3;
/// Stages that so many bits tell apart.
pub const STAGES: usize = 1 << BITS;
/// The lowest bit of every condition.
const LOWEST: u32 = 0o11_1111_1111;

/// Where a condition stands in the cascade of care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stage {
    /// Free of the condition.
    #[default]
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

/// The stages of all conditions of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions(pub u32);

impl Conditions {
    /// The stage of `condition`.
    #[inline]
    pub fn stage(self, condition: Condition) -> Stage {
        const BY_BITS: [Stage; STAGES] = [
            Stage::None,
            Stage::Undiagnosed,
            Stage::Diagnosed,
            Stage::Treated,
            Stage::Controlled,
            Stage::FirstYear,
            Stage::FirstYear,
            Stage::FirstYear,
        ];
        BY_BITS[self.bits(condition)]
    }

    /// The number of the stage of `condition`.
    #[inline(always)]
    pub fn bits(self, condition: Condition) -> usize {
        (self.0 >> condition.shift()) as usize % STAGES
    }

    /// Sets the stage of `condition`.
    #[inline]
    pub fn set(&mut self, condition: Condition, stage: Stage) {
        let shift = condition.shift();
        self.0 = (self.0 & !(7 << shift)) | ((stage as u32) << shift);
    }

    /// A major event of `condition` brings it to `stage`; what led to it is over.
    pub fn begin(&mut self, condition: Condition, stage: Stage) {
        for before in CONDITIONS {
            if before.leads_to() == Some(condition) {
                self.set(before, Stage::None);
            }
        }
        self.set(condition, stage);
    }

    /// Whether the person has `condition`, known or not.
    #[inline]
    pub fn has(self, condition: Condition) -> bool {
        self.bits(condition) != 0
    }

    /// Whether any condition is treated: stages 3 (bits 011), 4 (100) and 5 (101) of some of them.
    #[inline]
    pub fn any_treated(self) -> bool {
        self.treated_lowest() != 0
    }

    /// The lowest bit of each three that stand for a treated condition.
    #[inline]
    fn treated_lowest(self) -> u32 {
        ((self.0 & (self.0 >> 1)) | (self.0 >> 2)) & LOWEST
    }

    /// The conditions that are treated, in order.
    #[inline]
    pub fn treated(self) -> impl Iterator<Item = Condition> {
        at_bits(self.treated_lowest())
    }

    /// Whether any condition is known to the person or a doctor: a stage of 2 or more.
    #[inline]
    pub fn any_known(self) -> bool {
        self.0 & (LOWEST << 1 | LOWEST << 2) != 0
    }

    /// The lowest bit of each three that stand for a condition the person has.
    #[inline(always)]
    pub fn lowest(self) -> u32 {
        (self.0 | (self.0 >> 1) | (self.0 >> 2)) & LOWEST
    }

    /// The lowest bit of each three that stand for a controlled condition.
    #[inline(always)]
    pub fn controlled(self) -> u32 {
        (self.0 >> 2) & !(self.0 | (self.0 >> 1)) & LOWEST
    }

    /// Which conditions the person has, known or not: one bit a condition.
    #[inline]
    pub fn which(self) -> u16 {
        pack(self.lowest())
    }

    /// Which of them are known to the person or a doctor: one bit a condition.
    #[inline]
    pub fn which_known(self) -> u16 {
        pack((self.0 >> 1 | self.0 >> 2) & LOWEST)
    }

    /// Which of them are controlled: one bit a condition.
    #[inline]
    pub fn which_controlled(self) -> u16 {
        pack(self.controlled())
    }

    /// The conditions that the person has, in order.
    #[inline]
    pub fn held(self) -> impl Iterator<Item = Condition> {
        at_bits(self.lowest())
    }
}

/// The conditions at whose places a bit is set.
#[inline]
fn at_bits(mut left: u32) -> impl Iterator<Item = Condition> {
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let at = left.trailing_zeros() / BITS;
        left &= left - 1;
        Some(CONDITIONS[at as usize % CONDITIONS.len()])
    })
}

/// The lowest bit of each three side by side.
#[inline(always)]
fn pack(lowest: u32) -> u16 {
    // They move together in pairs, fours and eights.
    let pairs = (lowest | lowest >> 2) & 0o03_0303_0303;
    let fours = (pairs | pairs >> 4) & 0o03_0017_0017;
    let eights = (fours | fours >> 8) & 0o03_0000_0377;
    (eights | eights >> 16) as u16
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
                conditions.set(Condition::Mental, Stage::Diagnosed);
                conditions.set(condition, stage);
                assert_eq!(conditions.stage(condition), stage);
                assert_eq!(conditions.any_treated(), stage >= Stage::Treated);
                let held: Vec<Condition> = conditions.held().collect();
                let expected = CONDITIONS.into_iter().filter(|&own| conditions.has(own));
                assert_eq!(held, expected.collect::<Vec<_>>());
                let bits = held.iter().fold(0, |bits, &own| bits | 1 << own as u8);
                assert_eq!(conditions.which(), bits);
                let controlled = u16::from(stage == Stage::Controlled) << condition as u8;
                assert_eq!(conditions.which_controlled(), controlled);
                let mut alone = Conditions::default();
                alone.set(condition, stage);
                assert_eq!(alone.any_known(), stage >= Stage::Diagnosed);
            }
        }
    }
}
