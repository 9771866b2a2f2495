//! The close of the year.
//!
//! Each block, for itself:
//!
//! 1. **poverty**: every household is held against each line, as it was and in its shadows ([`poverty`]);
//! 2. **status**: who receives dibao next year, who is monitored ([`status`]);
//! 3. **chronic conditions** are reviewed: diagnosed, treated, controlled, relapsed ([`chronic`]);
//! 4. **demography**: the dead leave, children are born, spouses arrive, young adults go, households split, and some join
//!    kin ([`demography`]);
//! 5. **workforce**: village doctors retire, leave, are recruited and trained ([`workforce`]).
//!
//! When all blocks have closed:
//!
//! 6. **funds**: accounts are closed, a deficit meets its rule, next year's rates are announced ([`funds`]);
//! 7. the accounts of those who lent to households stand ([`lenders`]);
//! 8. staff of township centres and county hospitals move ([`workforce`]);
//! 9. next year's ratio of capped aid budgets and the loads from which its queues follow are written down.
//!
//! On 1 January, before the first month: delivery of **programmes** is paid for ([`programmes`]), **income** scores move to
//! the new year ([`income`]), and people **enrol** or lapse and pay their premium with the first month ([`enrolment`]).

pub mod chronic;
pub mod demography;
pub mod enrolment;
pub mod funds;
pub mod income;
pub mod lenders;
pub mod poverty;
pub mod programmes;
pub mod status;
pub mod workforce;
