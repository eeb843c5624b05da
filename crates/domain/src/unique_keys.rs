//! JSON in which no object has a key twice: which of the two values is meant is not known.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

/// A value whose objects have each key once.
pub struct UniqueKeys(pub Value);

/// An object, in which, and in whose values, each key stands once.
pub struct UniqueFields(pub Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UniqueKeys, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

impl<'de> Deserialize<'de> for UniqueFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UniqueFields, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = UniqueFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<UniqueFields, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            match fields.entry(key) {
                Entry::Occupied(field) => {
                    return Err(A::Error::custom(format!("an object has the key `{}` twice", field.key())));
                }
                Entry::Vacant(field) => {
                    let UniqueKeys(value) = object.next_value()?;
                    field.insert(value);
                }
            }
        }
        Ok(UniqueFields(fields))
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = UniqueKeys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<UniqueKeys, A::Error> {
        let mut items = Vec::new();
        while let Some(UniqueKeys(item)) = array.next_element()? {
            items.push(item);
        }
        Ok(UniqueKeys(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<UniqueKeys, A::Error> {
        FieldsVisitor.visit_map(object).map(|UniqueFields(fields)| UniqueKeys(Value::Object(fields)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{UniqueFields, UniqueKeys};

    #[test]
    fn a_key_that_stands_twice_is_refused_and_all_else_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,3.5,null,true,"x\n"],"b":{"a":{"c":18446744073709551615}}}"#;
        let UniqueKeys(value) = serde_json::from_str(text).expect("JSON");
        assert_eq!(value, serde_json::from_str::<Value>(text).expect("JSON"));
        let error = serde_json::from_str::<UniqueKeys>(r#"{"a":[{"b":1,"c":2,"b":3}]}"#).err().expect("refused");
        assert!(error.to_string().contains("the key `b` twice"), "{error}");
        let UniqueFields(fields) = serde_json::from_str(r#"{"a":[],"b":{}}"#).expect("an object");
        assert_eq!(fields.len(), 2);
        for other in [r#"{"a":1,"a":1}"#, "[]", "7"] {
            assert!(serde_json::from_str::<UniqueFields>(other).is_err(), "{other}");
        }
    }
}
