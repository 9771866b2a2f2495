//! Values as a reader wants them: without the marks of a scenario file.

use toml::Value;

/// A value as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// A number, a text, yes or no; items of a list are parted by `; `.
    pub value: String,
    /// The ages at which the steps of a value by age begin, likewise.
    pub from_age: String,
    /// It names things and counts nothing.
    pub is_names: bool,
}

/// `value` for a reader.
pub fn readable(value: &Value) -> Readable {
    let plain = |value: String, is_names| Readable {
        value,
        from_age: String::new(),
        is_names,
    };
    match value {
        Value::Table(steps) => {
            let part = |key: &str| steps.get(key).map_or(String::new(), |own| readable(own).value);
            Readable {
                value: part("value"),
                from_age: part("from_age"),
                is_names: false,
            }
        }
        Value::Array(list) => {
            let items: Vec<Readable> = list.iter().map(readable).collect();
            let text: Vec<String> = items.iter().map(|item| item.value.clone()).collect();
            plain(text.join("; "), items.iter().all(|item| item.is_names))
        }
        Value::String(text) => plain(text.clone(), true),
        Value::Boolean(yes) => plain(if *yes { "yes" } else { "no" }.into(), false),
        Value::Integer(number) => plain(number.to_string(), false),
        Value::Float(number) => plain(decimal(*number), false),
        Value::Datetime(when) => plain(when.to_string(), true),
    }
}

/// A number to nine digits: 0.27299999999999996, which came from arithmetic, reads 0.273.
pub fn decimal(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".into();
    }
    let digits = (9 - number.abs().log10().ceil() as i32).clamp(0, 12) as usize;
    let text = format!("{number:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_they_were_meant() {
        let pairs = [
            (0.27299999999999996, "0.273"),
            (5e-05, "0.00005"),
            (38520.3, "38520.3"),
            (4000.0, "4000"),
            (-0.5, "-0.5"),
            (100_000.0, "100000"),
        ];
        for (number, text) in pairs {
            assert_eq!(decimal(number), text);
        }
    }

    #[test]
    fn steps_by_age_and_lists_lose_their_brackets() {
        let table: toml::Table = "x = { from_age = [0, 60], value = [0.5, 1.0] }\nnames = ['a', 'b']\nyes = true"
            .parse()
            .unwrap();
        let steps = readable(&table["x"]);
        assert_eq!((steps.value.as_str(), steps.from_age.as_str()), ("0.5; 1", "0; 60"));
        assert!(!steps.is_names);
        assert_eq!(readable(&table["names"]).value, "a; b");
        assert!(readable(&table["names"]).is_names);
        assert_eq!(readable(&table["yes"]).value, "yes");
    }
}
