//! Lists of a manifest whose length is checked before their elements are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::limits::MAX_ENTRIES;

/// A list whose elements take up to twelve times their bytes in memory: its length is checked
/// before any of them is read. A list of texts or numbers takes no more than three times.
struct Short<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {MAX_ENTRIES} elements")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> std::result::Result<Vec<T>, A::Error> {
                let len = list.size_hint().unwrap_or(0);
                if len > MAX_ENTRIES {
                    return Err(A::Error::invalid_length(len, &self));
                }
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(elements)
            }
        }

        deserializer.deserialize_seq(Elements(PhantomData)).map(Self)
    }
}

/// Decodes such a list.
pub(crate) fn list<'de, T, D>(deserializer: D) -> std::result::Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Short::deserialize(deserializer).map(|list| list.0)
}

/// Decodes such a list if there is one.
pub(crate) fn optional_list<'de, T, D>(
    deserializer: D,
) -> std::result::Result<Option<Vec<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::<Short<T>>::deserialize(deserializer)?.map(|list| list.0))
}
