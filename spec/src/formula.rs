//! The value of a warm-up formula: whole numbers, parameters, `+ - * / %`, `max(…)`, `floor(…)`, `ceil(…)`, `round(…)`, `sqrt(…)`.

use std::collections::BTreeMap;

/// The value of a formula where parameters have values.
pub fn value(formula: &str, parameters: &BTreeMap<String, f64>) -> Result<f64, String> {
    let spaced: String = formula.chars().fold(String::new(), |text, c| match c {
        '(' | ')' | ',' => format!("{text} {c} "),
        c => format!("{text}{c}"),
    });
    let mut reader = Reader { words: spaced.split_whitespace().collect(), at: 0, parameters };
    let value = reader.sum()?;
    if reader.at == reader.words.len() { Ok(value) } else { Err(format!("`{}` is too much", reader.words[reader.at])) }
}

struct Reader<'a> {
    words: Vec<&'a str>,
    at: usize,
    parameters: &'a BTreeMap<String, f64>,
}

impl Reader<'_> {
    fn eat(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at) == Some(&word);
        self.at += usize::from(found);
        found
    }
    fn sum(&mut self) -> Result<f64, String> {
        let mut value = self.product()?;
        loop {
            if self.eat("+") {
                value += self.product()?;
            } else if self.eat("-") {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }
    fn product(&mut self) -> Result<f64, String> {
        let mut value = self.part()?;
        loop {
            if self.eat("*") {
                value *= self.part()?;
            } else if self.eat("/") {
                value /= self.part()?;
            } else if self.eat("%") {
                value %= self.part()?;
            } else {
                return Ok(value);
            }
        }
    }
    fn part(&mut self) -> Result<f64, String> {
        let word = *self.words.get(self.at).ok_or("it ends too soon")?;
        self.at += 1;
        if let Some(value) = self.parameters.get(word) {
            return Ok(*value);
        }
        if let Ok(value) = word.parse() {
            return Ok(value);
        }
        if word != "(" && !self.eat("(") {
            return Err(format!("`{word}` is not known"));
        }
        let mut args = vec![self.sum()?];
        while self.eat(",") {
            args.push(self.sum()?);
        }
        if !self.eat(")") {
            return Err("a parenthesis is not closed".to_owned());
        }
        match word {
            "(" => Ok(args[0]),
            "max" => Ok(args.into_iter().fold(f64::NEG_INFINITY, f64::max)),
            "floor" => Ok(args[0].floor()),
            "ceil" => Ok(args[0].ceil()),
            "round" => Ok(args[0].round()),
            "sqrt" => Ok(args[0].sqrt()),
            _ => Err(format!("`{word}` is no function")),
        }
    }
}
