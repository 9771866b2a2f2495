use super::*;
use crate::terminal::FAULT;

const PLAIN: Screen = Screen {
    width: None,
    colours: false,
};

fn wide(width: usize) -> Screen {
    Screen {
        width: Some(width),
        colours: false,
    }
}

fn sample() -> Table {
    let mut table = Table::new(vec![
        Column::words("who"),
        Column::numbers("share of bills"),
        Column::right("n"),
        Column::wraps("in words", 12),
    ]);
    table.heading("Households");
    let words = "what they pay themselves of their own bills";
    table.row(["lifted", "46.3% (46.1 to 46.5)", "20", words]);
    table.below(4, "a sentence below");
    table.row(["全体农户", "-8.25", "1,020", "everybody"]);
    table
}

#[test]
fn without_a_terminal_a_row_is_a_line_and_wide_letters_take_two_columns() {
    assert_eq!(
        sample().text(&PLAIN),
        "\
who             share of bills      n  in words
Households
lifted    46.3% (46.1 to 46.5)     20  what they pay themselves of their own bills
    a sentence below
全体农户  -8.25                 1,020  everybody
"
    );
}

#[test]
fn where_there_is_little_room_words_wrap_and_numbers_stay() {
    assert_eq!(
        sample().text(&wide(60)),
        "\
who             share of bills      n  in words
Households
lifted    46.3% (46.1 to 46.5)     20  what they pay
                                         themselves of their
                                         own bills
    a sentence below
全体农户  -8.25                 1,020  everybody
"
    );
}

#[test]
fn where_there_is_less_room_the_table_is_folded_and_rows_keep_their_names() {
    assert_eq!(
        sample().text(&wide(34)),
        "\
who             share of bills
Households
lifted    46.3% (46.1 to 46.5)
    a sentence below
全体农户  -8.25

who           n  in words
Households
lifted       20  what they pay
                   themselves of
                   their own bills
全体农户  1,020  everybody
"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal_where_that_can_be() {
    for width in 34..100 {
        for line in sample().text(&wide(width)).lines() {
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn colours_take_no_room_and_are_left_out_where_there_are_none() {
    let mut table = Table::new(vec![Column::words("name"), Column::numbers("value")]);
    table.row([Cell::styled("one", FAULT), Cell::styled("1.5", FAULT)]);
    table.row(["eleven", "11.25"]);
    let coloured = Screen { colours: true, ..PLAIN };
    let text = table.text(&coloured);
    assert!(text.contains("\u{1b}[31mone\u{1b}[0m"), "{text:?}");
    assert!(text.starts_with("\u{1b}[1m"), "{text:?}");
    let bare = anstream::adapter::strip_str(&text).to_string();
    assert_eq!(bare, table.text(&PLAIN));
    assert!(!table.text(&PLAIN).contains('\u{1b}'));
}

#[test]
fn a_cell_of_several_lines_stands_beside_wrapped_words() {
    let mut table = Table::new(vec![Column::wraps("", 12), Column::right("baseline")]);
    table.row(["needed admissions forgone", "20.2%\n19.9 to 20.5"]);
    assert_eq!(
        table.text(&wide(28)),
        [
            "                    baseline",
            "needed                 20.2%",
            "  admissions    19.9 to 20.5",
            "  forgone",
            ""
        ]
        .join("\n")
    );
}

#[test]
fn a_long_heading_takes_two_lines_over_narrow_numbers() {
    let mut table = Table::new(vec![Column::words("programme"), Column::numbers("public cost")]);
    table.row(["cash", "1.5"]);
    assert_eq!(
        table.text(&PLAIN),
        ["           public", "programme    cost", "cash          1.5", ""].join("\n")
    );
}
