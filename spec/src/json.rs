//! Reads JSON into the value that the catalog writes.

use barlang_compiler::catalog::Json;

/// The value of a text; the error names the place.
pub fn read(text: &str) -> Result<Json, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value()?;
    reader.blanks();
    if reader.at == text.len() { Ok(value) } else { Err(reader.wrong("the end")) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
    fn wrong(&self, wanted: &str) -> String {
        format!("line {}: expected {wanted}", self.text[..self.at].matches('\n').count() + 1)
    }
    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }
    fn eat(&mut self, token: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }
    fn want(&mut self, token: &str) -> Result<(), String> {
        if self.eat(token) { Ok(()) } else { Err(self.wrong(&format!("`{token}`"))) }
    }

    fn value(&mut self) -> Result<Json, String> {
        for (word, value) in [("null", Json::Null), ("true", Json::Truth(true)), ("false", Json::Truth(false))] {
            if self.eat(word) {
                return Ok(value);
            }
        }
        if self.eat("\"") {
            return self.text_value().map(Json::Text);
        }
        if self.eat("[") {
            let mut list = Vec::new();
            while !self.eat("]") {
                if !list.is_empty() {
                    self.want(",")?;
                }
                list.push(self.value()?);
            }
            return Ok(Json::List(list));
        }
        if self.eat("{") {
            let mut members = Vec::new();
            while !self.eat("}") {
                if !members.is_empty() {
                    self.want(",")?;
                }
                self.want("\"")?;
                let name = self.text_value()?;
                self.want(":")?;
                members.push((name, self.value()?));
            }
            return Ok(Json::map(members));
        }
        let length = self.rest().find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(self.rest().len());
        let word = &self.rest()[..length];
        let number = word.parse().map(Json::Int).or_else(|_| word.parse().map(Json::Num)).map_err(|_| self.wrong("a value"))?;
        self.at += length;
        Ok(number)
    }

    /// The rest of a text, behind its opening quote.
    fn text_value(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('n') => text.push('\n'),
                    Some('u') => {
                        let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                        let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                        text.push(code.ok_or_else(|| self.wrong("four digits"))?);
                    }
                    Some(c) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err(self.wrong("a closing `\"`"))
    }
}
