//! The close of the year, in order: each household's status (`poverty`), the funds, the yearly review of chronic
//! conditions, demography, standing with the authorities, enrolment; then the luck of the new year.

pub mod chronic;
pub mod demography;
pub mod enrolment;
pub mod funds;
pub mod income;
pub mod poverty;
pub mod programmes;
pub mod status;
