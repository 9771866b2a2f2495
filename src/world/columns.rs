//! The columns of people and households, declared once: one line a column, with its one writer.

use super::{Category, Conditions, Learning, Rehabilitation, Work};
use crate::units::{Fen32, Month16};

/// Declares a row struct and its columns, so that a column is named in one place.
macro_rules! columns {
    ($(#[$row_doc:meta])* $row:ident, $(#[$table_doc:meta])* $table:ident { $($(#[$doc:meta])* $name:ident: $kind:ty,)* }) => {
        $(#[$row_doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $row { $($(#[$doc])* pub $name: $kind,)* }

        $(#[$table_doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $table { $($(#[$doc])* pub $name: Vec<$kind>,)* }

        impl $table {
            /// Rows.
            pub fn len(&self) -> usize { self.id.len() }
            /// Whether there is no row.
            pub fn is_empty(&self) -> bool { self.id.is_empty() }
            /// Adds a row at the end.
            pub fn push(&mut self, row: $row) { $(self.$name.push(row.$name);)* }
            /// Row `at`, copied out.
            pub fn row(&self, at: usize) -> $row { $row { $($name: self.$name[at].clone(),)* } }
            /// Makes it `rows` rows; new ones are as by default.
            pub fn resize(&mut self, rows: usize) {
                let row = $row::default();
                $(self.$name.resize(rows, row.$name);)*
            }
            /// Adds copies of the rows `rows` of `other` at the end.
            pub fn append(&mut self, other: &$table, rows: std::ops::Range<usize>) {
                $(self.$name.extend_from_slice(&other.$name[rows.clone()]);)*
            }
            /// Becomes a copy of `other`, in the memory it has; where that is too little, with a 32nd more than needed.
            pub fn copy_from(&mut self, other: &$table) {
                $(
                    self.$name.clear();
                    if self.$name.capacity() < other.$name.len() {
                        self.$name.reserve_exact(other.$name.len() + other.$name.len() / 32);
                    }
                    self.$name.extend_from_slice(&other.$name);
                )*
            }
            /// Empties all columns and keeps their memory.
            pub fn clear(&mut self) { $(self.$name.clear();)* }
            /// Bytes of one row over all columns.
            pub const ROW_BYTES: usize = 0 $(+ std::mem::size_of::<$kind>())*;
        }
    };
}

columns! {
    /// One person.
    Person,
    /// The people of a block, sorted by household.
    People {
        /// Scenario-independent identity. Written once.
        id: u64,
        /// Month of birth. Written once.
        born: Month16,
        /// 0 male, 1 female. Written once.
        sex: u8,
        /// What the person does for a living. Written by `year::demography`.
        work: Work,
        /// Schooling completed, and health literacy: 0 low, 1 middle, 2 high. Written by `year::demography`.
        learning: Learning,
        /// Stage of every chronic condition. Written by `month::illness` (onset) and `year::chronic` (cascade).
        conditions: Conditions,
        /// Share of earning capacity lost for good, per cent. Written by `month::service`.
        residual_loss: u8,
        /// The course of rehabilitation that goes on. Written by `month::rehabilitation`.
        rehabilitation: Rehabilitation,
        /// Months of incapacity left after a major event. Written by `month::livelihood`.
        incapacity_months: u8,
        /// Share of earnings lost during incapacity, per cent. Written by `month::service`.
        incapacity_loss: u8,
        /// An episode that was not resolved and comes back next month: 0 none, 1 moderate, 2 admission needed.
        /// Written by `month::service`.
        pending: u8,
        /// The provider used last (habit). Written by `month::care_seeking`.
        last_provider: u8,
        /// Enrolled in resident insurance this year. Written by `year::enrolment`.
        enrolled: bool,
        /// Gone (died or moved away) since 1 January; removed at the close. Written by `month::service` and
        /// `year::demography`.
        gone: bool,
    }
}

columns! {
    /// One household.
    Household,
    /// The households of a block, sorted by village.
    Households {
        /// Scenario-independent identity. Written once.
        id: u64,
        /// First member's index in the block's people. Written by `year::demography`.
        first: u32,
        /// Members. Written by `year::demography`.
        size: u16,
        /// Index of the village in the block. Written once.
        village: u16,
        /// How many real households this one stands for. Written once.
        weight: u16,
        /// Standing with the authorities. Written by `year::status`.
        category: Category,
        /// Registered poor that had left poverty at founding: the closed headline cohort. Written once.
        cohort: bool,
        /// Permanent income score: standard normal over all households of the world. Written once.
        permanent: f32,
        /// Persistent income score: stationary AR(1), standard normal. Written by `year::income`.
        persistent: f32,
        /// Transitory income score of this year, standard normal. Written by `year::income`.
        transitory: f32,
        /// Share of income from wages, farming, property and transfers; sums to 1. Written once.
        source_share: [f32; 4],
        /// Share of the wage income that absent migrants send. Written once.
        remitted_share: f32,
        /// Absent migrant workers. Written by `year::demography`.
        migrants: u8,
        /// Absent migrant workers at founding. Written once.
        founding_migrants: u8,
        /// Months that a returned migrant still stays home. Written by `month::livelihood`.
        home_months: u8,
        /// Members at founding (or at the split). Written once.
        founding_size: u16,
        /// Labour units at founding (or at the split), against which labour is measured. Written once.
        founding_labour: f32,
        /// Liquid savings. Written by `month::livelihood`.
        savings: Fen32,
        /// Productive assets (animals, tools, vehicles). Written by `month::livelihood`.
        assets: Fen32,
        /// Productive assets at founding: what has been sold lowers farm income. Written once.
        founding_assets: Fen32,
        /// Debt taken up to pay for care. Written by `month::livelihood`.
        medical_debt: Fen32,
        /// Other debt, to kin and bank. Written by `month::livelihood`.
        other_debt: Fen32,
        /// Reimbursement on its way, and the month it arrives. Written by `month::livelihood`.
        receivable: Fen32,
        /// When [`Self::receivable`] arrives.
        receivable_due: Month16,
        /// Dibao paid each month this year. Written by `year::status`.
        dibao_month: Fen32,
        /// Under monitoring until the end of this year (0: not). Written by `year::status`.
        monitored_until: u16,
        /// Aid opened by a spending trigger from this month on (0: not). Written by `month::monitoring`.
        aid_open_from: Month16,
        /// Poor at the last close, one bit a gauge. Written by `year::poverty`.
        poor: u16,
        /// Was not poor at the start of reporting and has been since, one bit a gauge. Written by `year::poverty`.
        ever: u16,
        /// At risk since the start of reporting (not poor when it began), one bit a gauge. Written by `year::poverty`.
        at_start: u16,
        /// Consecutive closes with assessed income below the line. Written by `year::poverty`.
        years_below: u8,
    }
}

impl Households {
    /// Whether some household owns or owes more than its column can tell.
    pub fn any_full(&self) -> bool {
        let amounts = [
            &self.savings,
            &self.assets,
            &self.medical_debt,
            &self.other_debt,
            &self.receivable,
        ];
        let full = |column: &Vec<Fen32>| column.iter().fold(false, |any, amount| any | amount.is_full());
        amounts.into_iter().any(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_at_rest_takes_at_most_64_bytes() {
        const MEMBERS: f64 = 2.7;
        let bytes = People::ROW_BYTES as f64 + Households::ROW_BYTES as f64 / MEMBERS;
        assert!(bytes <= 64.0, "{bytes:.1} bytes a person");
    }
}
