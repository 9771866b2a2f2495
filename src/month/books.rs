//! The books of a year: what the months of a person and of a household read and write, packed side by side. They are
//! opened on 1 January from the columns and close into them; no book outlives its year.

mod households;
mod people;

pub use households::{Desk, HouseholdYear, Ledger, Reimbursed, cell};
pub use people::{PersonYear, Persons, PersonsBack, somebody_else_works};
