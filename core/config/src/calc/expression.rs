//! Parses the language of the calculator.
//!
//! ```text
//! expression = list { "except" list }          difference, from left to right
//! list       = item { [ "," | "and" ] item }   union of all items
//! item       = ( network | word | "(" expression ")" ) [ "ipv4" | "ipv6" ]
//! word       = "everything" | "private"
//! ```

use std::str::FromStr;

use super::{MAX_EXPRESSION_BYTES, MAX_NESTING, MAX_NETWORKS, NetworkSet};
use crate::diagnostic::Quoted;
use crate::value::{Cidr, CidrError};

/// An error in an expression, with its position.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("column {column}: {problem}")]
pub struct ExpressionError {
    /// Column, counted from 1 in characters.
    pub column: usize,
    /// The error.
    pub problem: Problem,
}

/// The errors of an expression.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// A word that is neither part of the language nor similar to a network.
    #[error("{0} is not known; write networks such as 10.0.0.0/8, and the words everything, private, ipv4, ipv6, except, and")]
    Word(Quoted),
    /// A text that is not an address with a prefix length.
    #[error("{0}: {1}; write it as in 10.0.0.0/8, 192.0.2.1 or fd00::/64")]
    Network(Quoted, CidrError),
    /// A dotted netmask.
    #[error("{0}: a netmask is not a prefix length; write /{1}")]
    Netmask(Quoted, u8),
    /// An address where a network is expected.
    #[error("{found} is an address in the network {network}; write one or the other: {network} or {address}")]
    HostBits {
        /// The address with its prefix, as written.
        found: Cidr,
        /// The whole network.
        network: Cidr,
        /// The address alone.
        address: std::net::IpAddr,
    },
    /// Another token where a network or a word is expected.
    #[error("a network or `everything` has to stand here, not {0}")]
    NoItem(Quoted),
    /// The expression ends where a network or a word is expected.
    #[error("a network or `everything` is missing at the end")]
    NoItemAtEnd,
    /// A `)` without `(`.
    #[error("this `)` closes nothing")]
    Unopened,
    /// A `(` without `)`.
    #[error("this `(` is not closed")]
    Unclosed,
    /// Parentheses are nested deeper than [`MAX_NESTING`].
    #[error("parentheses are nested more than 32 deep")]
    TooDeep,
    /// There are more than [`MAX_NETWORKS`] networks.
    #[error("more than 200,000 networks")]
    TooMany,
    /// The expression is longer than [`MAX_EXPRESSION_BYTES`].
    #[error("the expression is longer than 16 MiB")]
    TooLong,
}

/// Evaluates an expression such as `everything except 192.168.0.0/16, 10.1.2.3`. Case does not matter, and a line feed counts as
/// a space.
pub fn evaluate(text: &str) -> Result<NetworkSet, ExpressionError> {
    if text.len() > MAX_EXPRESSION_BYTES {
        return Err(ExpressionError { column: 1, problem: Problem::TooLong });
    }
    let mut parser = Parser { text, position: 0, nesting: 0, items: 0 };
    let set = parser.expression()?;
    match parser.peek() {
        Some(token) => Err(parser.error(token.start, Problem::Unopened)),
        None => Ok(set),
    }
}

#[derive(Clone, Copy)]
struct Token<'a> {
    start: usize,
    text: &'a str,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Byte position at which the next token is searched.
    position: usize,
    nesting: usize,
    /// Number of items so far.
    items: usize,
}

impl<'a> Parser<'a> {
    fn expression(&mut self) -> Result<NetworkSet, ExpressionError> {
        let set = self.list()?;
        // All subtracted lists are joined first, because there may be very many.
        let mut taken = Vec::new();
        while self.skip(&["except"]) {
            taken.push(self.list()?);
        }
        Ok(if taken.is_empty() { set } else { set.difference(&taken.into_iter().collect()) })
    }

    fn list(&mut self) -> Result<NetworkSet, ExpressionError> {
        let mut items = Vec::new();
        loop {
            items.push(self.item()?);
            let goes_on = self.skip(&[",", "and"]);
            let ends = |token: Token<'_>| token.is("except") || token.is(")");
            if !goes_on && self.peek().is_none_or(ends) {
                return Ok(items.into_iter().collect());
            }
        }
    }

    fn item(&mut self) -> Result<NetworkSet, ExpressionError> {
        let Some(token) = self.take() else {
            return Err(self.error(self.text.trim_end().len(), Problem::NoItemAtEnd));
        };
        let set = match token {
            _ if token.is("(") => self.parenthesis(token.start)?,
            _ if token.is("everything") => NetworkSet::everything(),
            _ if token.is("private") => NetworkSet::private(),
            _ if ["except", "and", ",", ")", "ipv4", "ipv6"].iter().any(|word| token.is(word)) => {
                return Err(self.error(token.start, Problem::NoItem(Quoted::new(token.text))));
            }
            _ => [self.network(token)?].into_iter().collect(),
        };
        self.items += 1;
        if self.items > MAX_NETWORKS {
            return Err(self.error(token.start, Problem::TooMany));
        }
        Ok(if self.skip(&["ipv4"]) {
            set.ipv4()
        } else if self.skip(&["ipv6"]) {
            set.ipv6()
        } else {
            set
        })
    }

    fn parenthesis(&mut self, opened: usize) -> Result<NetworkSet, ExpressionError> {
        if self.nesting == MAX_NESTING {
            return Err(self.error(opened, Problem::TooDeep));
        }
        self.nesting += 1;
        let set = self.expression()?;
        self.nesting -= 1;
        if self.skip(&[")"]) { Ok(set) } else { Err(self.error(opened, Problem::Unclosed)) }
    }

    fn network(&self, token: Token<'_>) -> Result<Cidr, ExpressionError> {
        let quoted = || Quoted::new(token.text);
        let looks_like_one = token.text.contains(['.', ':', '/']) || token.text.bytes().all(|byte| byte.is_ascii_digit());
        let problem = match Cidr::from_str(token.text) {
            Ok(network) if !network.has_host_bits() => return Ok(network),
            Ok(found) => Problem::HostBits { found, network: found.network(), address: found.address() },
            Err(CidrError::Netmask(Some(prefix))) => Problem::Netmask(quoted(), prefix),
            Err(error) if looks_like_one => Problem::Network(quoted(), error),
            Err(_) => Problem::Word(quoted()),
        };
        Err(self.error(token.start, problem))
    }

    /// Skips the next token if it is one of `words`.
    fn skip(&mut self, words: &[&str]) -> bool {
        match self.peek() {
            Some(token) if words.iter().any(|word| token.is(word)) => {
                self.position = token.start + token.text.len();
                true
            }
            Some(_) | None => false,
        }
    }

    fn take(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.position = token.start + token.text.len();
        Some(token)
    }

    fn peek(&self) -> Option<Token<'a>> {
        const MARKS: [char; 3] = [',', '(', ')'];
        let rest = self.text.get(self.position..)?;
        let trimmed = rest.trim_start();
        let start = self.text.len() - trimmed.len();
        let first = trimmed.chars().next()?;
        let ends = |character: char| character.is_whitespace() || MARKS.contains(&character);
        let length = if MARKS.contains(&first) { 1 } else { trimmed.find(ends).unwrap_or(trimmed.len()) };
        Some(Token { start, text: trimmed.get(..length)? })
    }

    fn error(&self, byte: usize, problem: Problem) -> ExpressionError {
        let column = self.text.get(..byte).unwrap_or(self.text).chars().count() + 1;
        ExpressionError { column, problem }
    }
}
