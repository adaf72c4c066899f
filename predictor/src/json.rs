//! JSON that is written while it is made: a report on many labels or features is many times larger as a
//! tree in memory than as text.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::Value;

/// A JSON value whose large arrays are not there at once.
pub enum Json<'a> {
    /// A small value.
    Value(Value),
    /// An object; its keys are written in order.
    Object(BTreeMap<String, Json<'a>>),
    /// An array, one element after another.
    Array(Box<dyn Iterator<Item = Json<'a>> + 'a>),
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl<'a> Json<'a> {
    /// An array of values that are made as they are written.
    pub fn array<T: Into<Json<'a>> + 'a>(
        elements: impl IntoIterator<Item = T, IntoIter: 'a>,
    ) -> Self {
        Self::Array(Box::new(elements.into_iter().map(Into::into)))
    }

    /// An array of what becomes a small value.
    pub fn values<T: Into<Value> + 'a>(
        elements: impl IntoIterator<Item = T, IntoIter: 'a>,
    ) -> Self {
        Self::array(elements.into_iter().map(Into::into))
    }

    /// The members of an object of small values, to which others are added.
    pub fn object(small: Value) -> BTreeMap<String, Self> {
        match small {
            Value::Object(map) => map.into_iter().map(|(key, value)| (key, value.into())).collect(),
            _ => BTreeMap::new(),
        }
    }

    /// The whole value in memory.
    pub fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Object(object) => {
                object.into_iter().map(|(key, value)| (key, value.into_value())).collect()
            }
            Self::Array(elements) => elements.map(Self::into_value).collect(),
        }
    }

    /// Writes it as `serde_json` writes a [`Value`] for people, and a line end.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        self.write_at(0, out)?;
        out.write_all(b"\n")
    }

    fn write_at(self, depth: usize, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Value(Value::Object(object)) => {
                let members = object.into_iter().map(|(key, value)| (Some(key), value.into()));
                list(members, *b"{}", depth, out)
            }
            Self::Object(object) => {
                list(object.into_iter().map(|(key, value)| (Some(key), value)), *b"{}", depth, out)
            }
            Self::Value(Value::Array(array)) => {
                list(array.into_iter().map(|value| (None, value.into())), *b"[]", depth, out)
            }
            Self::Array(elements) => list(elements.map(|value| (None, value)), *b"[]", depth, out),
            Self::Value(scalar) => write!(out, "{scalar}"),
        }
    }
}

/// Members with rows by two labels: the whole table under `name`, which is null for very many labels; those have
/// the pairs that occur as `[first, second, rows]`, by the places of the labels, under `of_pairs`, which is null
/// if they are too many.
pub(crate) fn pairs<'a>(
    name: &str,
    of_pairs: &str,
    pairs: &'a metrics::Pairs,
) -> impl IntoIterator<Item = (String, Json<'a>)> + use<'a> {
    let table = pairs.table().map(|rows| {
        let rows: Vec<&[u64]> = rows.collect();
        Json::array(rows.into_iter().map(|row| Json::values(row.iter().copied())))
    });
    let cells = table.is_none().then(|| {
        let cells = pairs.occurring();
        cells.map(|cells| Json::values(cells.iter().map(metrics::json::cell)))
    });
    let null = |value: Option<Json<'a>>| value.unwrap_or(Json::Value(Value::Null));
    let cells = cells.map(|cells| (of_pairs.to_owned(), null(cells)));
    std::iter::once((name.to_owned(), null(table))).chain(cells)
}

/// Writes elements, or members with their keys, between two brackets.
fn list<'a>(
    items: impl Iterator<Item = (Option<String>, Json<'a>)>,
    [open, close]: [u8; 2],
    depth: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(&[open])?;
    let mut is_empty = true;
    for (key, value) in items {
        out.write_all(if is_empty { b"\n" } else { b",\n" })?;
        is_empty = false;
        indent(depth + 1, out)?;
        if let Some(key) = key {
            write!(out, "{}: ", Value::String(key))?;
        }
        value.write_at(depth + 1, out)?;
    }
    if !is_empty {
        out.write_all(b"\n")?;
        indent(depth, out)?;
    }
    out.write_all(&[close])
}

fn indent(depth: usize, out: &mut impl Write) -> io::Result<()> {
    (0..depth).try_for_each(|_| out.write_all(b"  "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_that_of_serde_json() {
        let value = json!({
            "z": [1, -2.5, 1e300, 0.1, null, true, [], {}, [[1], [2, 3]]],
            "a": { "quote\"": "line\nend \u{7f} é", "empty": "", "nested": { "b": 1, "a": [{}] } },
            "": f64::NAN,
        });
        let mut object = Json::object(value.clone());
        object.insert("lazy".into(), Json::array((0..3).map(|i| Json::values(0..i))));
        object.insert("none".into(), Json::values(std::iter::empty::<u64>()));
        let mut whole = value.clone();
        whole["lazy"] = json!([[], [0], [0, 1]]);
        whole["none"] = json!([]);
        let mut text = Vec::new();
        Json::Object(object).write(&mut text).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), format!("{whole:#}\n"));
        for value in [value, json!([]), json!({}), json!("x"), json!([[[]]])] {
            let mut text = Vec::new();
            Json::from(value.clone()).write(&mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), format!("{value:#}\n"));
            assert_eq!(Json::from(value.clone()).into_value(), value);
        }
    }
}
