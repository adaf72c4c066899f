//! Values that were decoded by the types of a page.

use std::fmt;

/// A value of any type.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `u32`, `u64` and `i64`.
    Whole(i128),
    /// `f64`
    Float(f64),
    /// `bool`
    Flag(bool),
    /// `str`
    Text(String),
    /// `bytes32`
    Bytes([u8; 32]),
    /// `id`
    Id(u32),
    /// `list T`
    List(Vec<Value>),
    /// `option T`
    Option(Option<Box<Value>>),
    /// `pair A B`
    Pair(Box<[Value; 2]>),
    /// A struct or a variant of an enum.
    Fields(Fields),
}

/// A struct, or a variant of an enum.
#[derive(Clone, PartialEq)]
pub struct Fields {
    /// The enum, if it is a variant.
    pub of: Option<&'static str>,
    /// Name of the struct or the variant.
    pub name: &'static str,
    /// Names and values of its fields, in their order.
    pub fields: Vec<(Option<&'static str>, Value)>,
}

impl Value {
    /// The name of a struct or variant.
    pub fn name(&self) -> &'static str {
        self.parts().name
    }

    /// A field of a struct or variant.
    pub fn get(&self, name: &str) -> &Value {
        let found = self.parts().fields.iter().find(|(field, _)| *field == Some(name));
        &found.unwrap_or_else(|| panic!("no field `{name}` in {self:?}")).1
    }

    /// The elements of a list.
    pub fn list(&self) -> &[Value] {
        let Self::List(values) = self else { panic!("{self:?} is no list") };
        values
    }

    /// The value of an option.
    pub fn option(&self) -> Option<&Value> {
        let Self::Option(value) = self else { panic!("{self:?} is no option") };
        value.as_deref()
    }

    /// A text.
    pub fn text(&self) -> &str {
        let Self::Text(text) = self else { panic!("{self:?} is no text") };
        text
    }

    /// A flag.
    pub fn flag(&self) -> bool {
        let Self::Flag(flag) = self else { panic!("{self:?} is no flag") };
        *flag
    }

    /// A count, or the number of an array.
    pub fn number(&self) -> usize {
        match self {
            Self::Whole(number) => usize::try_from(*number).unwrap(),
            Self::Id(number) => *number as usize,
            _ => panic!("{self:?} is no whole number"),
        }
    }

    fn parts(&self) -> &Fields {
        let Self::Fields(parts) = self else { panic!("{self:?} is no struct") };
        parts
    }
}

/// What the type is called in the code, where the page has a shorter name.
fn in_code(name: &'static str) -> String {
    match name {
        "run" => "Run".into(),
        "Forest" => "ForestSpec".into(),
        "Program" => "ProgramSpec".into(),
        "Array" => "ArraySpec".into(),
        _ => name.into(),
    }
}

/// As the types of the code are written by their `Debug`, so that both can be compared to the last bit.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Bytes(bytes) => bytes.fmt(f),
            Self::Id(number) => f.debug_tuple("ArrayId").field(number).finish(),
            Self::List(values) => values.fmt(f),
            Self::Option(value) => value.fmt(f),
            Self::Pair(pair) => (&pair[0], &pair[1]).fmt(f),
            // In the code every op is a struct of its own.
            Self::Fields(op) if op.of == Some("Op") => {
                let spec = Fields { of: None, ..op.clone() };
                f.debug_tuple(op.name).field(&SpecOf(&spec)).finish()
            }
            Self::Fields(parts) => write(f, &in_code(parts.name), &parts.fields),
        }
    }
}

struct SpecOf<'a>(&'a Fields);

impl fmt::Debug for SpecOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, &format!("{}Spec", self.0.name), &self.0.fields)
    }
}

fn write(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    fields: &[(Option<&'static str>, Value)],
) -> fmt::Result {
    if fields.iter().any(|(name, _)| name.is_some()) {
        let mut all = f.debug_struct(name);
        for (name, value) in fields {
            all.field(name.expect("all fields have names"), value);
        }
        return all.finish();
    }
    if fields.is_empty() {
        return f.write_str(name);
    }
    let mut all = f.debug_tuple(name);
    for (_, value) in fields {
        all.field(value);
    }
    all.finish()
}
