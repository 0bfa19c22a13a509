//! Reads JSON: what the published values need of it.

/// A value.
#[derive(Clone, Debug)]
pub enum Json {
    /// `null`, `true`, `false`.
    Word(String),
    /// A number.
    Num(f64),
    /// A text; the files have no escapes.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Values by name, in order.
    Map(Vec<(String, Json)>),
}

impl Json {
    /// Reads a text. Panics where it is no JSON.
    pub fn read(text: &str) -> Json {
        let mut rest = text;
        value(&mut rest)
    }
    /// The member of a name; panics where there is none.
    pub fn get(&self, name: &str) -> &Json {
        self.find(name).unwrap_or_else(|| panic!("no `{name}` here"))
    }
    /// The member of a name.
    pub fn find(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Map(members) => members.iter().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }
    /// The elements of a list.
    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            other => panic!("{other:?} is no list"),
        }
    }
    /// A number; none for `null`, and for the texts that stand for infinities.
    pub fn num(&self) -> Option<f64> {
        match self {
            Json::Num(number) => Some(*number),
            Json::Word(word) if word == "null" => None,
            Json::Text(text) if text == "inf" || text == "-inf" => None,
            other => panic!("{other:?} is no number"),
        }
    }
    /// A whole number.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bar numbers")]
    pub fn index(&self) -> usize {
        self.num().unwrap_or(0.0) as usize
    }
}

fn skip(rest: &mut &str) {
    *rest = rest.trim_start();
}

fn take(rest: &mut &str, text: &str) -> bool {
    skip(rest);
    match rest.strip_prefix(text) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

fn text(rest: &mut &str) -> String {
    let (text, after) = rest.split_once('"').unwrap_or_else(|| panic!("a text without an end"));
    *rest = after;
    text.to_owned()
}

fn value(rest: &mut &str) -> Json {
    if take(rest, "[") {
        let mut list = Vec::new();
        while !take(rest, "]") {
            list.push(value(rest));
            take(rest, ",");
        }
        return Json::List(list);
    }
    if take(rest, "{") {
        let mut members = Vec::new();
        while !take(rest, "}") {
            assert!(take(rest, "\""), "a name should stand at `{}`", &rest[..rest.len().min(20)]);
            let name = text(rest);
            assert!(take(rest, ":"), "`{name}` has no value");
            members.push((name, value(rest)));
            take(rest, ",");
        }
        return Json::Map(members);
    }
    if take(rest, "\"") {
        return Json::Text(text(rest));
    }
    let end = rest.find([',', ']', '}', '\n']).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    word.trim().parse().map_or_else(|_| Json::Word(word.trim().to_owned()), Json::Num)
}
