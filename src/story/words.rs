//! The phrases of a page, by name. What stands in braces in a phrase is filled in when the page is told.

use crate::month::care_seeking::FORGONE;
use crate::world::{CATEGORIES, CONDITIONS, PROVIDERS};
use crate::year::poverty::{CAUSES, CONVENTIONS};

/// Declares the words of a language: phrases one by one, and lists of them in the order of what they name.
macro_rules! words {
    (phrases { $($phrase:ident,)* } lists { $($(#[$doc:meta])* $list:ident: $count:expr,)* }) => {
        /// A language: everything that a page says, but for numbers and names.
        #[allow(missing_docs)] // a phrase says itself what it is
        #[derive(Debug)]
        pub struct Words {
            /// The word for the language on the command line.
            pub code: &'static str,
            /// Names of insurance layers that are known in the language, by id; others keep the title of their file.
            pub layers: &'static [(&'static str, &'static str)],
            $(pub $phrase: &'static str,)*
            $($(#[$doc])* pub $list: [&'static str; $count],)*
        }

        impl Words {
            /// Every phrase with its name.
            pub fn phrases(&self) -> Vec<(String, &'static str)> {
                let mut all = vec![$((stringify!($phrase).to_owned(), self.$phrase)),*];
                $(all.extend(self.$list.iter().enumerate().map(|(at, phrase)| {
                    (format!("{} {at}", stringify!($list)), *phrase)
                }));)*
                all
            }
        }
    };
}

words! {
    phrases {
        // The head of the page.
        title, run_line, summary_fell, summary_fell_back, summary_poor_before, summary_poor, summary_stood, summary_unseen, summary_gone,
        struck_list, grave_event, grave_death, summary_money, summary_dearest, summary_lost, summary_unpaid, summary_forgone, summary_held_short, summary_held_above,
        chosen, chosen_within,
        // The household.
        household_part, household_line, cohort_yes, cohort_no, on_books, began_later, ended_died, ended_dissolved,
        lives_on, owned, member, enrolled, not_enrolled, no_conditions, twin,
        // The months.
        months_part, month_title, quiet_month, quiet_months, struck_and_needs, struck_only, came_back, came_back_worse, acute, admission_event,
        major_event, injury, childbirth, infection, chronic_care, death_event, rehabilitation, options_head, option_column,
        price_column, advance_column, minutes_column, minutes, closed_option, went_to, went_not_referred, stayed_home,
        forgone_because, bill_line, bill_of, settled_as, way_cost, died, month_money, money_joint,
        // A settlement.
        layer_head, pays_nothing, nothing_left, nothing_above, nothing_shared, nothing_under_ceiling, nothing_met, looks_at_catalogue, looks_at_all, under_deductible_visit, under_deductible_year, share_of, ceiling_bill,
        ceiling_year, promised, pays_now, pays_later, to_date, household, pays_rest, advances, aid_cut, sum_is_bill,
        sum_is_not_bill, no_part, rules_set_by, by_programme,
        // The purse.
        purse_part, purse_note, year_column, savings_before, savings_after, income, transfers, reimbursed, borrowed_for_care,
        borrowed_else, sold, consumed, care_paid, travel, premium, medical_service, other_service, prepaid,
        lost, bills_total, bills_paid, bills_own, bills_advanced, unpaid, medical_debt, other_debt, assets,
        // The close.
        close_part, close_note, own_income, assessed, oop_paid, service_paid, held_line, the_line, below, poor_row, yes, no,
        other_gauges, gauge_column, convention_column, held_column, line_column, below_column, nobody_left,
        // Why.
        why_part, stood_part, short_by, above_by, truth_bill, truth_work, truth_both, would_stay, would_fall,
        // What it is not.
        not_part, not_one, not_luck, not_shadow, not_rules,
        // Marks.
        comma, semicolon, full_stop, space,
    }
    lists {
        /// January first.
        months: 12,
        /// A man, a woman, a boy, a girl.
        persons: 4,
        /// By category.
        categories: CATEGORIES,
        /// By provider.
        providers: PROVIDERS,
        /// By need.
        needs: 4,
        /// By reason.
        forgone: FORGONE,
        /// By condition.
        conditions: CONDITIONS.len(),
        /// By stage.
        stages: 6,
        /// By funder.
        funders: 4,
        /// By convention of a gauge.
        conventions: CONVENTIONS,
        /// As it was, without the bill, without the lost work, without both.
        purses: 4,
        /// Why, by cause, of a household that was above the line before.
        causes: CAUSES,
        /// Why, by cause, of one that was below it already, or of which no year before is known.
        causes_already: CAUSES,
        /// What was asked for, by pick.
        picks: 4,
        /// What the middle was looked for of, by pick.
        pick_sizes: 4,
    }
}

impl Words {
    /// The name of an insurance layer: the one known in the language, or the title of its file.
    pub fn layer<'a>(&self, id: &str, title: &'a str) -> &'a str {
        self.layers
            .iter()
            .find(|(known, _)| *known == id)
            .map_or(title, |(_, name)| name)
    }
}

/// A phrase with its blanks filled in.
pub fn fill<T: AsRef<str>>(phrase: &str, blanks: &[(&str, T)]) -> String {
    let mut text = phrase.to_owned();
    for (name, value) in blanks {
        text = text.replace(&format!("{{{name}}}"), value.as_ref());
    }
    text
}
